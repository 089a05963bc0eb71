"""`infraplan alternatives`: plans of a run's question that are worth nearly as much and differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import listed, pair, phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.plan_distance import By
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
    require_plan,
)
from infraplan.optimizer.cli.repeated_solves import (
    require_money,
    require_solver,
    runner_for,
    write_table,
)
from infraplan.optimizer.engines.registry import require_program
from infraplan.optimizer.report.option_tables import alternatives_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import RunFiles, read_run
from infraplan.optimizer.sweeps.alternatives import (
    AlternativePlan,
    Alternatives,
    find_alternatives,
    has_share,
    least_value,
    solve_alternative,
)
from infraplan.optimizer.sweeps.runner import Runner

FIELDS = (
    "objective",
    "loss",
    "tie",
    "distance",
    "distance_bound",
    "verified",
    "enters",
    "leaves",
    "shifted",
    "selected",
    "run_dir",
)


def alternatives(
    run: RunPath,
    within: Annotated[
        float, typer.Option(min=0.0, max=10.0, help="Share of the run's value that may be lost.")
    ] = 0.01,
    within_money: Annotated[
        float | None,
        typer.Option(min=0.0, help="Money that may be lost, in the place of a share."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="Plans at most.")] = 5,
    by: Annotated[
        By, typer.Option(help="In what plans differ: projects, or money by district, phase, payer.")
    ] = By.PROJECTS,
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Relative gap to prove in each solve.")
    ] = 1e-4,
    time_limit: EachTime = 60.0,
    solver: SolverName = None,
    output_dir: OutputFolder = None,
    scheduler: Scheduler = None,
    journal: JournalFolder = None,
    resume: Resume = False,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Find plans worth nearly as much as a run's that differ most, each proven and verified."""
    output = Output(as_json, lang.value)
    with reporting(output):
        require_solver(solver)
        files = read_run(run)
        plan = require_plan(files)
        require_money(files.instance, "alternatives")
        require_program(files.instance, "alternatives")
        floor = _floor(output, files, plan, within, within_money)
        name = f"alternatives-{run.resolve().name}"
        runner = runner_for(
            output, name, 1, output_dir, scheduler, journal=journal, resume=resume, run=run
        )
        runner.solve = solve_alternative
        options = SolveOptions(gap=gap, time_limit_s=time_limit, solver=solver)
        found = find_alternatives(files, plan, floor, by, count, options, runner)
        data = _data(found, files, plan, runner)
        data |= {"within": within, "within_money": within_money}
        write_table(runner.tables / "alternatives.csv", FIELDS, _flat(data["plans"], runner))
        output.emit(data)
        if not as_json and found.plans:
            in_money = by is not By.PROJECTS
            table = alternatives_table(files.instance, data["plans"], in_money=in_money)
            print_table(output.console, table, lang=output.lang)
        _say(output, files, found, plan, count)
        output.say(phrase("sweep-wrote", folder=runner.tables))
        if not found.plans and not found.is_complete:
            raise typer.Exit(5)


def _floor(
    output: Output, files: RunFiles, plan: Plan, within: float, money: float | None
) -> float:
    """The least value; a share of what is near 0 is refused."""
    value = plan.objective
    if money is None and not has_share(value, files.manifest.get("bound")):
        unit = pair(*unit_pair(files.instance))
        text = phrase("share-of-a-value-near-0", value=value, unit=unit)
        raise output.refuse(text, "--within")
    return least_value(value, within, money)


def _data(found: Alternatives, files: RunFiles, plan: Plan, runner: Runner) -> dict[str, Any]:
    return {
        "run": {
            "run_dir": str(files.folder),
            "objective": plan.objective,
            "bound": files.manifest.get("bound"),
            "selected": sorted(start.project for start in plan.starts),
        },
        "by": found.by.value,
        "floor": found.floor,
        "plans": [_plan(row, runner.folder) for row in found.plans],
        "complete": found.is_complete,
        "further_bound": found.distance_bound,
        "output_dir": str(runner.tables),
    }


def _plan(row: AlternativePlan, folder: Path) -> dict[str, Any]:
    return {
        "run_dir": str(folder / row.result.run_dir),
        "objective": row.result.objective,
        "loss": row.loss,
        "tie": row.is_tie,
        "distance": row.distance,
        "distance_bound": row.distance_bound,
        "verified": row.result.is_verified,
        "selected": sorted(row.result.starts),
        "enters": list(row.difference.enters),
        "leaves": list(row.difference.leaves),
        "shifted": list(row.difference.shifted),
    }


def _flat(rows: list[dict[str, Any]], runner: Runner) -> list[dict[str, Any]]:
    """Rows of alternatives.csv: ids joined, and run folders relative to the table."""
    ids = ("selected", "enters", "leaves", "shifted")
    return [
        row
        | {name: ";".join(row[name]) for name in ids}
        | {"run_dir": runner.beside_tables(Path(row["run_dir"]).name)}
        for row in rows
    ]


def _say(output: Output, files: RunFiles, found: Alternatives, plan: Plan, count: int) -> None:
    unit = pair(*unit_pair(files.instance))
    value = plan.objective
    output.say(phrase("alternatives-floor", floor=found.floor, value=value, unit=unit))
    ties = [row.result.run_dir for row in found.plans if row.is_tie]
    if ties:
        output.say(phrase("alternatives-ties", plans=listed(ties)))
    if found.is_complete:
        output.say(phrase("alternatives-no-more"))
    elif len(found.plans) < count and found.distance_bound is not None:
        output.say(phrase("alternatives-none-in-time", bound=found.distance_bound))
    elif len(found.plans) < count:
        output.say(phrase("alternatives-open"))
