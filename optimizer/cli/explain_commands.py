"""`infraplan explain`: why a project is in or out, and what would turn it."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
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
from infraplan.optimizer.cli.repeated_solves import (
    require_money,
    require_solver,
    runner_for,
    write_table,
)
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.earlier_words import earlier_in_words, not_earlier_table
from infraplan.optimizer.report.sweep_tables import duties_table, explanations_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import Names, both, unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import RunFiles, read_run
from infraplan.optimizer.sweeps.asking import starting_from
from infraplan.optimizer.sweeps.duty_prices import DutyPrice, duties_of, price_duties
from infraplan.optimizer.sweeps.explained import MOST_TRIES, Asker
from infraplan.optimizer.sweeps.levers import BENEFIT, BUDGET, CEILING, COST, QUOTA
from infraplan.optimizer.sweeps.not_earlier import NotEarlier, all_not_earlier, why_not_earlier
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.stated_reasons import (
    FEASIBLE,
    INFEASIBLE,
    OUT,
    OWN_VALUE,
    Binding,
    Explanation,
    found_since,
    nearest_to_the_line,
    reason_word,
    stated,
)
from infraplan.optimizer.sweeps.turning_points import IdleFigure, SmallestChange

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
    "earlier_reason",
    "earlier_rule",
    "earlier_loss",
    "earlier_loss_low",
    "earlier_loss_high",
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
    "proven_smallest",
    "also",
)
EARLIER_FIELDS = ("project", "start", "reason", "rule", "others", "loss", "loss_low", "loss_high")
DUTY_FIELDS = ("kind", "table", "row", "price", "price_low", "price_high", "verified", "run_dir")


_TURNS = {
    BENEFIT: "explain-turns-by-benefit",
    COST: "explain-turns-by-cost",
    BUDGET: "explain-turns-by-budget",
    CEILING: "explain-turns-by-ceiling",
    QUOTA: "explain-turns-by-quota",
}
_LOSSES = ("loss", "loss_low", "loss_high")
_IN_ALL, _EACH = 4.0, 1.0
"""Times the time of a solve in which reasons are sought that a run does not tell: of all, of
projects named."""


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
    duties: Annotated[
        bool, typer.Option("--duties", help="Also what each duty of the plan costs.")
    ] = False,
    tries: Annotated[
        int, typer.Option(min=2, max=100, help="Pairs of solves for each turning point, at most.")
    ] = MOST_TRIES,
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
    if (bool(projects) and every) or not (projects or every or duties):
        raise output.refuse(phrase("explain-projects-or-all"), "PROJECT")
    with reporting(output):
        require_solver(solver)
        files = read_run(run)
        require_plan(files)
        require_money(files.instance, "explain")
        named = _required(files.instance, projects)
        name = f"explain-{run.resolve().name}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume, run=run
        )
        asker = replace(_asker(files, runner, gap, time_limit, solver), tries=tries)
        found = _all(files, asker, nearest) if every else _named(files, asker, named)
        prices = _duties(asker) if duties else ()
        earlier = {} if every else _not_earlier(asker, named)
        data = [_data(row, earlier.get(row.project)) for row in found]
        _write(runner, data, prices)
        told = {"duties": [_duty(row, runner.folder) for row in prices]} if duties else {}
        told |= {"earlier": _all_not_earlier(files, asker, runner)} if every else {}
        output.emit({"projects": data, "output_dir": str(runner.tables)} | told)
        if not as_json:
            _print(output, files.instance, data, told)
        for row, line in zip(found, data, strict=True):
            _say(output, files.instance, row, line, is_short=every)
        output.say(phrase("sweep-wrote", folder=runner.tables))


def _required(instance: Instance, projects: list[str] | None) -> list[str]:
    """Those named, each once; all that are none are told."""
    named = list(dict.fromkeys(projects or ()))
    wrong = [name for name in named if name not in instance.project_by_id]
    if wrong:
        raise NotThereError(phrase("there-is-no-project", names=listed(wrong)))
    return named


def _write(runner: Runner, data: list[dict[str, Any]], prices: tuple[DutyPrice, ...]) -> None:
    """Write the tables beside the runs."""
    write_table(runner.tables / "explained.csv", FIELDS, [_flat(row) for row in data])
    changes = [
        change
        | {"project": row["project"]}
        | {"also": ";".join(f"{also['row']}={also['to']}" for also in change["also"])}
        for row in data
        for change in row["smallest_change"]
    ]
    write_table(runner.tables / "turning_points.csv", CHANGE_FIELDS, changes)
    if prices:
        rows = [
            _duty(row, runner.folder)
            | {"run_dir": runner.beside_tables(row.run_dir) if row.run_dir else ""}
            for row in prices
        ]
        write_table(runner.tables / "duties.csv", DUTY_FIELDS, rows)


def _print(
    output: Output,
    instance: Instance,
    data: list[dict[str, Any]],
    told: dict[str, list[dict[str, Any]]],
) -> None:
    """The tables; of `told` those that hang on an option."""
    if data:
        print_table(output.console, explanations_table(instance, data), lang=output.lang)
    earlier = [{"project": row["project"], "earlier": row} for row in told.get("earlier", ())]
    lines = earlier or [row for row in data if row["earlier"] is not None]
    if lines:
        print_table(output.console, not_earlier_table(instance, lines), lang=output.lang)
    if told.get("duties"):
        print_table(output.console, duties_table(instance, told["duties"]), lang=output.lang)


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
    runner.solve = partial(starting_from, files.folder.resolve())
    return Asker(
        instance=files.instance,
        plan=require_plan(files),
        bound=manifest.get("bound"),
        options=options,
        runner=runner,
    )


def _named(files: RunFiles, asker: Asker, names: list[str]) -> list[Explanation]:
    seconds = _EACH * (asker.options.time_limit_s or 0.0)
    since = found_since(files, names, asker.options, seconds)
    return [
        asker.explained(stated(files, name, since), len(names) - number)
        for number, name in enumerate(names, 1)
    ]


def _all(files: RunFiles, asker: Asker, count: int) -> list[Explanation]:
    """All that is left out; the nearest solved for exactly, then what nothing is known of."""
    plan = require_plan(files)
    built = {start.project for start in plan.starts}
    names = [row.id for row in files.instance.projects if row.id not in built and not stands(row)]
    seconds = _IN_ALL * (asker.options.time_limit_s or 0.0)
    since = {row.project: row for row in found_since(files, names, asker.options, seconds)}
    known = {row.project: row for row in files.tables.rejected} | since
    near = nearest_to_the_line(known.values(), count)
    near += [name for name in names if name not in known][: count - len(near)]
    rows = [stated(files, name, since.values()) for name in names]
    solved = asker.forced_all([row for row in rows if row.project in near])
    by_project = {row.project: row for row in solved}
    return [by_project.get(row.project, row) for row in rows]


def _all_not_earlier(files: RunFiles, asker: Asker, runner: Runner) -> list[dict[str, Any]]:
    """Why what is built does not begin earlier, all else as in the plan; written beside the runs.

    It takes no solves: a sixth of a second of CPU for a project of Kaizhou.
    """
    seconds = _IN_ALL * (asker.options.time_limit_s or 0.0)
    found = all_not_earlier(files.instance, require_plan(files), asker.bound, seconds)
    rows = [_earlier(row) | {"project": row.project} for row in found]
    flat = []
    for row in rows:
        first = next(iter(row["binding"]), {"rule": "", "key": ""})
        rule = f"{first['rule']}:{first['key']}".rstrip(":")
        flat.append({**row, "rule": rule, "others": ";".join(row["others"])})
    write_table(runner.tables / "not_earlier.csv", EARLIER_FIELDS, flat)
    return rows


def _duties(asker: Asker) -> tuple[DutyPrice, ...]:
    """What each duty of the plan costs."""
    duties = duties_of(asker.instance)
    return price_duties(duties, asker.plan.objective, asker.bound, asker.options, asker.runner)


def _duty(row: DutyPrice, folder: Path) -> dict[str, Any]:
    return {
        "kind": row.duty.kind,
        "table": row.duty.table,
        "row": row.duty.row,
        "price": row.price,
        "price_low": row.low,
        "price_high": row.high,
        "verified": row.is_verified,
        "run_dir": str(folder / row.run_dir) if row.run_dir else "",
    }


def _not_earlier(asker: Asker, names: list[str]) -> dict[str, NotEarlier]:
    """Why those that are built do not begin earlier."""
    found = ((name, why_not_earlier(asker, name)) for name in names)
    return {name: row for name, row in found if row is not None}


def _bindings(rows: tuple[Binding, ...]) -> list[dict[str, Any]]:
    parted = [(*row.rule.partition(":")[::2], row) for row in rows]
    return [
        {"rule": family, "key": key, "year": row.year, "amount": row.amount}
        for family, key, row in parted
    ]


def _data(row: Explanation, earlier: NotEarlier | None) -> dict[str, Any]:
    first = row.binding[0] if row.binding else None
    data = asdict(replace(row, smallest_change=()))
    return data | {
        "rule": row.rule,
        "year": None if first is None else first.year,
        "amount": None if first is None else first.amount,
        "displaces": list(row.displaces),
        "brings": list(row.brings),
        "others": list(row.others),
        "not_found": list(row.not_found),
        "never": list(row.never),
        "idle": [
            {
                "kind": each.kind,
                "table": each.cell.table,
                "row": each.cell.row,
                "column": each.cell.column,
                "never": each.is_never,
            }
            for each in row.idle
        ],
        "binding": _bindings(row.binding),
        "earlier": None if earlier is None else _earlier(earlier),
        "smallest_change": [_change(change) for change in row.smallest_change],
    }


def _earlier(row: NotEarlier) -> dict[str, Any]:
    lists = {"others": list(row.others), "displaces": list(row.displaces)}
    found = asdict(row) | lists | {"binding": _bindings(row.binding)}
    del found["project"]
    return found


def _change(change: SmallestChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "table": change.cell.table,
        "row": change.cell.row,
        "column": change.cell.column,
        "from": change.cell.before,
        "to": change.after,
        "confirmed": change.is_confirmed,
        "turns": change.turns,
        "less_turns": change.less_turns,
        "proven_smallest": change.is_smallest,
        "also": [
            {"row": cell.row, "from": cell.before, "to": after} for cell, after in change.also
        ],
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    earlier = row["earlier"] or {}
    first = next(iter(earlier.get("binding", ())), None)
    told = {f"earlier_{name}": earlier.get(name) for name in ("reason", *_LOSSES)}
    told["earlier_rule"] = "" if first is None else f"{first['rule']}:{first['key']}".rstrip(":")
    return row | {name: ";".join(row[name]) for name in ("displaces", "brings")} | told


def _say(
    output: Output, instance: Instance, row: Explanation, data: dict[str, Any], *, is_short: bool
) -> None:
    """One project in words, and why it does not begin earlier."""
    _say_both_ways(output, instance, row, is_short=is_short)
    told = data["earlier"]
    if told is not None:
        unit = pair(*unit_pair(instance))
        loss = phrase("explain-amount", amount=told["loss"] or 0.0, unit=unit)
        words = earlier_in_words(instance, told, loss)
        output.say(phrase("explain-beside", text=words))


def _say_both_ways(output: Output, instance: Instance, row: Explanation, *, is_short: bool) -> None:
    """One project in words."""
    names = Names(instance)
    name = pair(*names.pair(row.project))
    unit = pair(*unit_pair(instance))
    if row.forced == INFEASIBLE:
        output.say(_impossible(names, row))
    if row.forced != FEASIBLE or is_short:
        return
    loss = row.loss or 0.0
    ways = ("explain-out-loses", "explain-in-loses")
    if instance.project_by_id[row.project].mandatory is Mandate.MUST_NOT:
        ways = ("explain-banned-loses", "explain-in-loses")
    if loss < 0.0:
        ways = ("explain-out-gains", "explain-in-gains")
    output.say(phrase(ways[row.state != OUT], name=name, loss=abs(loss), unit=unit))
    if row.state != OUT and instance.project_by_id[row.project].mandatory is Mandate.MUST:
        output.say(phrase("explain-is-a-duty"))
    for text in (
        _others(names, "explain-displaces", row.displaces),
        _others(names, "explain-brings", row.brings),
    ):
        if text:
            output.say(text)
    for change in row.smallest_change:
        output.say(_turning(names, change, unit))
    for figure in row.idle:
        output.say(_idle(names, figure))


def _impossible(names: Names, row: Explanation) -> Phrase:
    """No plan decides the other way, and the rule by which it is so."""
    name = pair(*names.pair(row.project))
    if row.state != OUT:
        return phrase("explain-cannot-be-left", name=name)
    # What a project is worth is no rule that keeps it from being built.
    loses = any(_is_of_worth(each) for each in row.binding)
    against = list(dict.fromkeys(each.rule for each in row.binding if not _is_of_worth(each)))
    if against:
        rules = listed(pair(*names.rule(rule)) for rule in against)
        told = phrase("explain-cannot-be-built-by", name=name, rule=rules)
    else:
        told = phrase("explain-cannot-be-built", name=name)
    return phrase("explain-cannot-and-loses", told=told) if loses else told


def _is_of_worth(row: Binding) -> bool:
    """Whether what is told is what the project costs and brings, and no rule."""
    return reason_word(row.rule) == OWN_VALUE


def _turning(names: Names, change: SmallestChange, unit: Phrase) -> Phrase:
    if change.turns is not True:
        key = "explain-turn-is-open"
        return phrase(key, before=change.cell.before, after=change.after, unit=unit)
    who, _, year = change.cell.row.rpartition("/")
    key = "explain-is-smallest" if change.is_smallest else "explain-is-smallest-found"
    key = key if change.is_confirmed else "explain-less-is-open"
    return phrase(
        _TURNS[change.kind],
        who=pair(*names.pair(who.partition("/")[0])),
        year=year,
        before=change.cell.before,
        after=change.after,
        unit=unit,
        proven=phrase(key),
    )


def _idle(names: Names, figure: IdleFigure) -> Phrase:
    """A figure that turns nothing; of money and debt the one asked alone, of whom and when."""
    key = "explain-never-turns" if figure.is_never else "explain-nothing-turns"
    kind = pair(*both(f"kind_{figure.kind}"))
    if figure.kind in (COST, BENEFIT):
        return phrase(key, kind=kind)
    who, _, year = figure.cell.row.rpartition("/")
    key = "explain-never-turns-at" if figure.is_never else "explain-nothing-turns-at"
    return phrase(key, kind=kind, who=pair(*names.pair(who.partition("/")[0])), year=year)


def _others(names: Names, key: str, projects: tuple[str, ...]) -> Phrase | None:
    if not projects:
        return None
    return phrase(key, names=listed(pair(*names.pair(name)) for name in projects))
