"""`infraplan replan`: a new plan that moves little of the one in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.kept_plan import (
    KeptPlan,
    frozen_faults,
    starts_in_force,
)
from infraplan.models.plan import Plan
from infraplan.models.project import Stage
from infraplan.optimizer.analysis.asked_changes import AskedChanges
from infraplan.optimizer.analysis.moved import MovedFor, why_moved
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import (
    EachGap,
    EachTime,
    JournalFolder,
    Json,
    Lang,
    OutputFolder,
    Resume,
    RunPath,
    Scheduler,
    SolverName,
    Workers,
    require_plan,
)
from infraplan.optimizer.cli.repeated_solves import (
    require_money,
    require_solver,
    runner_for,
    write_table,
)
from infraplan.optimizer.cli.roll_commands import question_of
from infraplan.optimizer.cli.solve_commands import (
    Because,
    By,
    Forbidden,
    Forced,
    Sets,
    with_changes,
)
from infraplan.optimizer.engines.registry import require_program
from infraplan.optimizer.errors import InfeasibleError, NotThereError
from infraplan.optimizer.report.replan_tables import curve_table, moves_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names, unit_pair
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import RunFiles, read_instance, read_plan, read_run
from infraplan.optimizer.storage.actuals_file import read_actuals
from infraplan.optimizer.sweeps.replan import FreshSolve, Replanned, ReplanPoint, Wish
from infraplan.optimizer.sweeps.replan import replan as find_replan
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.stated_reasons import reason_word

KEPT_WITHIN = 0.01
"""Share of the best value that may be lost where nothing else is asked for."""
CURVE_FIELDS = (
    "kind",
    "moved",
    "weight",
    "least_weight",
    "value",
    "loss",
    "loss_bound",
    "loss_high",
    "verified",
    "run_dir",
)
MOVE_FIELDS = (
    "project",
    "move",
    "option_before",
    "start_before",
    "option_after",
    "start_after",
    "reason",
    "rule",
    "year",
    "amount",
    "others",
    "weight",
    "sunk",
)

RolledTo = Annotated[
    int | None,
    typer.Option("--to", help="First year of the new plan; the year after the first with actuals."),
]
Happened = Annotated[
    Path | None, typer.Option("--actuals", help="CSV of what happened, as of roll.")
]
OtherInstance = Annotated[
    Path | None, typer.Option("--instance", help="Instance as it is now, in place of the run's.")
]
Within = Annotated[
    str | None,
    typer.Option(
        "--keep-within",
        help="Fewest moves at a loss of at most this share of the best value: 1% or 0.01.",
    ),
]
MostMoves = Annotated[
    float | None,
    typer.Option("--moves", min=0.0, help="Least loss at no more moves than this."),
]
MoveCost = Annotated[
    float | None,
    typer.Option("--move-cost", min=0.0, help="Best value less this much money for each move."),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        help="STAGE=NUMBER or PROJECT=NUMBER: what a move of it weighs; 1 else; may be repeated.",
    ),
]
Freeze = Annotated[
    int | None,
    typer.Option(help="What is planned to start before this year stays, and nothing is added."),
]
Between = Annotated[
    int, typer.Option("--points", min=0, max=100, help="Further points between the ends.")
]
Every = Annotated[
    bool, typer.Option("--every", help="A point at every number of moves; for small instances.")
]
WhySeconds = Annotated[
    float, typer.Option("--why-time", min=0.0, help="Seconds for the reasons of the moves.")
]


def replan(
    run: RunPath,
    actuals: Happened = None,
    to: RolledTo = None,
    instance: OtherInstance = None,
    keep_within: Within = None,
    moves: MostMoves = None,
    move_cost: MoveCost = None,
    weight: Weights = None,
    freeze: Freeze = None,
    points: Between = 4,
    every: Every = False,
    force: Forced = None,
    forbid: Forbidden = None,
    sets: Sets = None,
    because: Because = "",
    by: By = "",
    gap: EachGap = 1e-3,
    time_limit: EachTime = 60.0,
    why_time: WhySeconds = 120.0,
    solver: SolverName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    journal: JournalFolder = None,
    output_dir: OutputFolder = None,
    resume: Resume = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Find the new plan that moves least of the one in force at a given loss, or loses least."""
    output = Output(as_json, lang.value)
    if instance is not None and (to is not None or actuals is not None):
        raise output.refuse(phrase("replan-rolls-or-takes-another"), "--instance")
    wish = _wish(output, keep_within, moves, move_cost, None if every else points)
    with reporting(output):
        require_solver(solver)
        files = read_run(run)
        changes = AskedChanges.of(force, forbid, sets, because, by)
        asked = _question(files, actuals, to, instance, changes)
        require_program(asked.instance, "replan")
        kept = _kept(asked, weight or [], freeze)
        name = f"replan-{run.resolve().name}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume, run=run
        )
        options = SolveOptions(engine="exact", gap=gap, time_limit_s=time_limit, solver=solver)
        found = find_replan(asked.instance, kept, wish, options, runner, asked.origin)
        why = _why(asked.instance, kept, found, runner.folder, why_time)
        data = _data(found, kept, why, asked, runner)
        _write(data, runner)
        output.emit(data)
        _tell(output, asked, found, data, kept)
        if found.choice is None:
            is_none = found.has_no_plan if not found.points else False
            raise typer.Exit(4 if is_none else 5)
        if not all(point.is_verified for point in found.points):
            raise typer.Exit(7)


def _wish(
    output: Output,
    keep_within: str | None,
    most: float | None,
    move_cost: float | None,
    points: int | None,
) -> Wish:
    """What is asked for; at most one of the three ways to choose.

    Raises
    ------
    typer.BadParameter
        If two are given, or the share is none.
    """
    if sum(row is not None for row in (keep_within, most, move_cost)) > 1:
        raise output.refuse(phrase("replan-chooses-one-way"), "--keep-within")
    if most is not None or move_cost is not None:
        return Wish(most=most, move_cost=move_cost, points=points)
    share = KEPT_WITHIN if keep_within is None else _share(keep_within)
    if share is None:
        raise output.refuse(phrase("replan-share", text=keep_within), "--keep-within")
    return Wish(keep_within=share, points=points)


def _share(text: str) -> float | None:
    """A share, or a percentage; None where the text is neither."""
    word = text.strip()
    is_percent = word.endswith(("%", "\N{FULLWIDTH PERCENT SIGN}"))
    try:
        share = float(word.rstrip("%\N{FULLWIDTH PERCENT SIGN}")) / (100.0 if is_percent else 1.0)
    except ValueError:
        return None
    return share if 0.0 <= share <= 1.0 else None


@dataclass(frozen=True)
class _Asked:
    """The question as it is now, and the plan in force."""

    instance: Instance
    plan: Plan
    origin: RunOrigin
    notes: tuple[Phrase, ...]
    sunk: dict[str, float]


def _question(
    files: RunFiles,
    actuals: Path | None,
    to: int | None,
    other: Path | None,
    changes: AskedChanges,
) -> _Asked:
    """The instance that is to be solved, from the run or another one, rolled, and changed.

    Raises
    ------
    InstanceError, OutputError
        As roll, reading and changes raise them.
    UnsupportedFeatureError
        If its plans are worth years and no money.
    """
    plan = require_plan(files)
    instance, _ = question_of(files.folder)
    notes: tuple[Phrase, ...] = ()
    sunk: dict[str, float] = {}
    if other is not None:
        instance = read_instance(other)
    elif to is not None or actuals is not None:
        year = instance.settings.horizon.first_year + 1 if to is None else to
        rows = () if actuals is None else read_actuals(actuals, instance, plan, year)
        rolled = roll(instance, plan, year, rows)
        instance, notes, sunk = rolled.instance, rolled.notes, dict(rolled.cancelled)
    changed, origin = with_changes(instance, changes, "", files)
    require_money(changed, "replan")
    return _Asked(changed, plan, origin, notes, sunk)


def _kept(asked: _Asked, weights: Sequence[str], freeze: int | None) -> KeptPlan:
    """The plan in force as the question has it, what its moves weigh, and what is frozen.

    Raises
    ------
    NotThereError
        If a weight is of no stage and no project, or no number above 0; all such at once.
    InfeasibleError
        If what is frozen is not offered any more.
    """
    instance = asked.instance
    by_stage: dict[str, float] = {}
    by_project: dict[str, float] = {}
    wrong = []
    stages = {stage.value for stage in Stage}
    for text in weights:
        name, _, number = text.partition("=")
        value = _number(number)
        if value is None or value <= 0.0 or name not in {*stages, *instance.project_by_id}:
            wrong.append(text)
        else:
            (by_stage if name in stages else by_project)[name] = value
    if wrong:
        known = listed(sorted(stages))
        raise NotThereError(phrase("replan-weight", texts=listed(wrong), stages=known))
    found = {row.id: by_project.get(row.id, by_stage.get(row.stage)) for row in instance.projects}
    kept = KeptPlan(
        starts=starts_in_force(instance, asked.plan.starts),
        weights={name: weight for name, weight in found.items() if weight not in (None, 1.0)},
        frozen_until=freeze,
    )
    lost = frozen_faults(instance, kept)
    if lost:
        names = Names(instance)
        told = listed(pair(*names.pair(name)) for name in lost)
        raise InfeasibleError(phrase("replan-frozen-is-not-offered", names=told, year=freeze))
    return kept


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _why(
    instance: Instance, kept: KeptPlan, found: Replanned, folder: Path, seconds: float
) -> tuple[MovedFor, ...]:
    """Why the plan that is asked for moves what it does."""
    choice = found.choice
    if choice is None:
        return ()
    plan = read_plan(folder / choice.run_dir)
    return () if plan is None else why_moved(instance, plan, kept, choice.moves, seconds)


def _data(
    found: Replanned, kept: KeptPlan, why: Sequence[MovedFor], asked: _Asked, runner: Runner
) -> dict[str, Any]:
    choice = found.choice
    rows = [_move(row, kept) for row in why]
    return {
        "curve": [_point(point, runner.folder) for point in found.points],
        "chosen": None if choice is None else _named(choice, runner.folder),
        "moves": rows,
        "free": None if found.freest is None else _named(found.freest, runner.folder),
        "least_of_free": found.least_of_free,
        "fresh": None if found.fresh is None else _fresh(found.fresh, runner.folder),
        "best": found.best,
        "best_bound": found.best_bound,
        "net_bound": found.net_bound,
        "frozen": [name for name in kept.starts if kept.is_frozen(name)],
        "sunk": asked.sunk | {row["project"]: row["sunk"] for row in rows if row["sunk"]},
        "parent": dict(asked.origin.parent),
        "output_dir": str(runner.tables),
    }


def _point(point: ReplanPoint, folder: Path) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "moved": len(point.moves),
        "weight": point.weight,
        "least_weight": point.least_weight,
        "value": point.value,
        "loss": point.loss,
        "loss_bound": point.loss_bound,
        "loss_high": point.loss_high,
        "verified": point.is_verified,
        "run_dir": str(folder / point.run_dir),
    }


def _named(point: ReplanPoint, folder: Path) -> dict[str, Any]:
    """A point with the ids of what it moves in the place of their number."""
    return _point(point, folder) | {"moved": [move.project for move in point.moves]}


def _fresh(fresh: FreshSolve, folder: Path) -> dict[str, Any]:
    return {
        "moved": [move.project for move in fresh.moves],
        "moved_frozen": [move.project for move in fresh.frozen],
        "weight": fresh.weight,
        "value": fresh.value,
        "bound": fresh.bound,
        "gap": fresh.gap,
        "verified": fresh.is_verified,
        "run_dir": str(folder / fresh.run_dir),
    }


def _move(row: MovedFor, kept: KeptPlan) -> dict[str, Any]:
    move = row.move
    before, after = move.before or ("", None), move.after or ("", None)
    return {
        "project": move.project,
        "move": move.kind.value,
        "option_before": before[0],
        "start_before": before[1],
        "option_after": after[0],
        "start_after": after[1],
        "reason": row.reason or reason_word(row.rule),
        "rule": row.rule,
        "year": row.year,
        "amount": row.amount,
        "others": list(row.others),
        "weight": kept.weight(move.project),
        "sunk": row.sunk,
    }


def _write(data: dict[str, Any], runner: Runner) -> None:
    """The tables beside the runs; run folders relative to them."""
    curve = [
        row | {"run_dir": runner.beside_tables(Path(row["run_dir"]).name)} for row in data["curve"]
    ]
    write_table(runner.tables / "curve.csv", CURVE_FIELDS, curve)
    moves = [row | {"others": ";".join(row["others"])} for row in data["moves"]]
    write_table(runner.tables / "moves.csv", MOVE_FIELDS, moves)


def _tell_freest(output: Output, found: Replanned, kept: KeptPlan) -> None:
    """What the best plan moves where it lies nearest, and what a fresh solve moves."""
    free, fresh = found.freest, found.fresh
    if free is not None:
        least = found.least_of_free
        key = "replan-free" if least >= free.weight - 1e-6 else "replan-free-open"
        output.say(phrase(key, moved=len(free.moves), least=least))
    if fresh is not None:
        frozen, gap = len(fresh.frozen), fresh.gap
        key = "replan-fresh" if kept.frozen_until is None else "replan-fresh-frozen"
        told = phrase("replan-gap-unknown") if gap is None else phrase("replan-gap", share=gap)
        output.say(phrase(key, moved=len(fresh.moves), frozen=frozen, gap=told))


def _tell(
    output: Output, asked: _Asked, found: Replanned, data: dict[str, Any], kept: KeptPlan
) -> None:
    """What was found, in tables and words."""
    for note in asked.notes:
        output.say(note)
    instance = asked.instance
    if not output.as_json and found.points:
        table = curve_table(instance, data["curve"], is_weighed=bool(kept.weights))
        print_table(output.console, table, lang=output.lang)
        if data["moves"]:
            print_table(output.console, moves_table(instance, data["moves"]), lang=output.lang)
    choice = found.choice
    if choice is None:
        output.say(phrase("replan-has-no-plan"))
        if found.has_no_plan and kept.frozen_until is not None:
            output.say(phrase("replan-frozen-has-no-plan", year=kept.frozen_until))
    else:
        unit = pair(*unit_pair(instance))
        key = (
            "replan-chosen" if choice.least_weight >= choice.weight - 1e-6 else "replan-chosen-open"
        )
        told = phrase(
            key,
            moved=len(choice.moves),
            least=choice.least_weight,
            loss=choice.loss,
            high=choice.loss if choice.loss_high is None else choice.loss_high,
            unit=unit,
        )
        output.say(told)
    _tell_freest(output, found, kept)
    for name, money in data["sunk"].items():
        unit = pair(*unit_pair(instance))
        named = pair(*Names(instance).pair(name))
        output.say(phrase("replan-sunk", name=named, money=money, unit=unit))
    output.say(phrase("sweep-wrote", folder=data["output_dir"]))
