"""`infraplan explain`: why a project is in or out, and what would turn it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import (
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
from infraplan.optimizer.cli.repeated_solves import require_solver, runner_for, write_table
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.sweep_tables import explanations_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names, unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import RunFiles, read_run
from infraplan.optimizer.sweeps.explained import (
    BENEFIT,
    COST,
    FEASIBLE,
    INFEASIBLE,
    OUT,
    Asker,
    Explanation,
    SmallestChange,
    nearest_to_the_line,
    stated,
)
from infraplan.optimizer.sweeps.runner import Runner

NEAREST = 30
FIELDS = (
    "project",
    "state",
    "reason",
    "rule",
    "year",
    "amount",
    "forced",
    "loss",
    "loss_low",
    "loss_high",
    "displaces",
    "brings",
)
CHANGE_FIELDS = (
    "project",
    "kind",
    "table",
    "row",
    "column",
    "from",
    "to",
    "confirmed",
    "turns",
    "less_turns",
)


_TURNS = {BENEFIT: "explain-turns-by-benefit", COST: "explain-turns-by-cost"}


def explain(
    run: RunPath,
    projects: Annotated[
        list[str] | None, typer.Argument(metavar="PROJECT...", help="Ids of projects.")
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="All that is left out; solves for those that lose least."),
    ] = False,
    nearest: Annotated[
        int, typer.Option(min=0, help="With --all, how many are solved for.")
    ] = NEAREST,
    gap: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Relative gap of each solve; that of the run else."),
    ] = None,
    time_limit: EachTime = 60.0,
    solver: SolverName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    journal: JournalFolder = None,
    output_dir: OutputFolder = None,
    resume: Resume = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Say why projects are in or out, what the other way costs, and what would turn it."""
    output = Output(as_json, lang.value)
    if bool(projects) == every:
        raise output.refuse(phrase("explain-projects-or-all"), "PROJECT")
    with reporting(output):
        require_solver(solver)
        files = read_run(run)
        require_plan(files)
        named = list(dict.fromkeys(projects or ()))
        wrong = [name for name in named if name not in files.instance.project_by_id]
        if wrong:
            raise NotThereError(phrase("there-is-no-project", names=listed(wrong)))
        place = output_dir or journal or Path("results") / f"explain-{run.resolve().name}"
        runner = runner_for(
            output, place, workers, resume=resume, scheduler=scheduler, journal=journal
        )
        asker = _asker(files, runner, gap, time_limit, solver)
        found = _all(files, asker, nearest) if every else _named(files, asker, named)
        data = [_data(row) for row in found]
        folder = runner.tables
        write_table(folder / "explained.csv", FIELDS, [_flat(row) for row in data])
        changes = [
            change | {"project": row["project"]}
            for row in data
            for change in row["smallest_change"]
        ]
        write_table(folder / "turning_points.csv", CHANGE_FIELDS, changes)
        output.emit({"projects": data, "output_dir": str(folder)})
        if not as_json:
            table = explanations_table(files.instance, data)
            print_table(output.console, table, lang=output.lang)
        for row in found:
            _say(output, files.instance, row, is_short=every)
        output.say(phrase("sweep-wrote", folder=folder))


def _asker(
    files: RunFiles,
    runner: Runner,
    gap: float | None,
    time_limit: float,
    solver: str | None,
) -> Asker:
    """Solves in the way of the run: its instance, solver and gap."""
    manifest = files.manifest
    asked = manifest.get("options") or {}
    options = SolveOptions(
        engine=asked.get("engine", "auto"),
        solver=solver,
        gap=asked.get("gap", 1e-4) if gap is None else gap,
        time_limit_s=time_limit,
    )
    return Asker(
        instance=files.instance,
        plan=require_plan(files),
        bound=manifest.get("bound"),
        options=options,
        runner=runner,
    )


def _named(files: RunFiles, asker: Asker, names: list[str]) -> list[Explanation]:
    return [asker.turned(asker.forced(stated(files, name))) for name in names]


def _all(files: RunFiles, asker: Asker, count: int) -> list[Explanation]:
    """All that is left out; the nearest solved for exactly."""
    near = set(nearest_to_the_line(files, count))
    rows = [stated(files, row.project) for row in files.tables.rejected]
    return [asker.forced(row) if row.project in near else row for row in rows]


def _data(row: Explanation) -> dict[str, Any]:
    family, _, key = row.rule.partition(":")
    binding = []
    if row.rule:
        binding = [{"rule": family, "key": key, "year": row.year, "amount": row.amount}]
    data = asdict(row)
    return data | {
        "displaces": list(row.displaces),
        "brings": list(row.brings),
        "others": list(row.others),
        "binding": binding,
        "smallest_change": [_change(change) for change in row.smallest_change],
    }


def _change(change: SmallestChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "table": change.table,
        "row": change.row,
        "column": change.column,
        "from": change.before,
        "to": change.after,
        "confirmed": change.is_confirmed,
        "turns": change.turns,
        "less_turns": change.less_turns,
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: ";".join(row[name]) for name in ("displaces", "brings")}


def _say(output: Output, instance: Instance, row: Explanation, *, is_short: bool) -> None:
    """One project in words."""
    names = Names(instance)
    name = pair(*names.pair(row.project))
    unit = pair(*unit_pair(instance))
    if row.forced == INFEASIBLE:
        key = "explain-cannot-be-built" if row.state == OUT else "explain-cannot-be-left"
        output.say(phrase(key, name=name))
    if row.forced != FEASIBLE or is_short:
        return
    loss = row.loss or 0.0
    ways = ("explain-out-loses", "explain-in-loses")
    if loss < 0.0:
        ways = ("explain-out-gains", "explain-in-gains")
    output.say(phrase(ways[row.state != OUT], name=name, loss=abs(loss), unit=unit))
    for text in (
        _others(names, "explain-displaces", row.displaces),
        _others(names, "explain-brings", row.brings),
    ):
        if text:
            output.say(text)
    for change in row.smallest_change:
        key = _TURNS[change.kind] if change.is_confirmed else "explain-turn-is-open"
        output.say(phrase(key, before=change.before, after=change.after, unit=unit))


def _others(names: Names, key: str, projects: tuple[str, ...]) -> Phrase | None:
    if not projects:
        return None
    return phrase(key, names=listed(pair(*names.pair(name)) for name in projects))
