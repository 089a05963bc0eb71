"""`infraplan robust`: which decisions survive the doubt of the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import (
    EachGap,
    EachTime,
    InstancePath,
    JournalFolder,
    Json,
    Lang,
    OutputFolder,
    Resume,
    Scheduler,
    SolverName,
    Workers,
)
from infraplan.optimizer.cli.repeated_solves import (
    held_progress,
    require_solver,
    runner_for,
    write_table,
)
from infraplan.optimizer.engines.registry import require_program
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.robust_tables import (
    knowing_table,
    plan_name,
    plans_table,
    robust_projects_table,
)
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.sweeps.confirmed import Confirmed, confirm_worth
from infraplan.optimizer.sweeps.drawn_data import Key
from infraplan.optimizer.sweeps.regret import LEAST_DRAWS
from infraplan.optimizer.sweeps.robust import (
    WORTH_TELLING,
    PlanRow,
    Robust,
    RobustQuestion,
    WorthKnowing,
    find_robust,
)
from infraplan.optimizer.sweeps.runner import Runner

PROJECT_FIELDS = ("project", "frequency", "class", "phase_spread")
DRAW_FIELDS = ("draw", "objective", "bound", "gap", "best", "num_selected", "termination")
PLAN_FIELDS = (
    "plan",
    "num_selected",
    "mean",
    "max_regret",
    "cvar",
    "impossible",
    "nominal",
    "selected",
)
REGRET_FIELDS = ("plan", "draw", "value", "regret")
WORTH_FIELDS = ("table", "row", "column", "value", "noise", "figure", "low", "high", "stated")
CONFIRMED_FIELDS = ("resolved", "resolved_low", "resolved_high", "agrees")


def robust(
    instance: InstancePath,
    draws: Annotated[int, typer.Option(min=2, max=10_000, help="Draws of the figures.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    plans: Annotated[
        int, typer.Option(min=0, max=50, help="Plans of draws to compare, besides those made.")
    ] = 4,
    together: Annotated[
        int,
        typer.Option(
            min=0,
            max=200,
            help="Draws of which one program seeks the plan that loses least; 0: it is left out.",
        ),
    ] = 4,
    confirm: Annotated[
        int,
        typer.Option(min=0, max=50, help="Figures of which the worth is found again by solving."),
    ] = 0,
    gap: EachGap = 1e-3,
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
    """Say which projects survive the doubt of the figures, and which figures to find out."""
    output = Output(as_json, lang.value)
    with reporting(output):
        require_solver(solver)
        asked = inspect_instance(instance).require()
        _require_value(asked)
        require_program(asked, "robust")
        name = f"robust-{asked.settings.id}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume
        )
        options = SolveOptions(gap=gap, time_limit_s=time_limit, solver=solver)
        question = RobustQuestion(asked, options, draws, seed, plans, together)
        found = find_robust(question, runner, held_progress(output))
        told = found.worth[:WORTH_TELLING]
        again = confirm_worth(question, found, runner, confirm)
        data = _data(question, found, again, runner)
        _write(found, again, runner)
        output.emit(data)
        if not as_json and found.solved:
            _print(output, asked, data)
        _say(output, asked, found, told, runner.tables)
        if not found.solved:
            raise typer.Exit(4 if all(r.result.is_impossible for r in found.rows) else 5)


def _require_value(instance: Instance) -> None:
    """Refuse an instance whose plans are worth years: regret is money."""
    if instance.settings.objective is not Objective.NPV:
        raise NotThereError(phrase("robust-of-value-alone"))


# --------------------------------------------------------------------------------------- as data


def _data(
    question: RobustQuestion, found: Robust, again: dict[Key, Confirmed], runner: Runner
) -> dict[str, Any]:
    least, careful, knowing = found.least_regret, found.least_cvar, found.knowing
    stated = sum(datum.is_stated for datum in found.draws.data)
    return {
        "instance": question.instance.settings.id,
        "draws": question.count,
        "seed": question.seed,
        "solved": len(found.solved),
        "impossible": sum(row.result.is_impossible for row in found.rows),
        "within_gap": sum(_is_within(row.result.gap, question) for row in found.solved),
        "data": {
            "drawn": len(found.draws.data),
            "stated_range": stated,
            "default_range": len(found.draws.data) - stated,
            "costs_not_drawn": found.unmoved,
        },
        "nominal": {
            "objective": found.nominal.objective,
            "bound": found.nominal.bound,
            "run_dir": str(runner.folder / found.nominal.run_dir),
        },
        "projects": [
            {
                "project": row.project,
                "frequency": row.frequency,
                "class": row.class_word,
                "phase_spread": row.phase_spread,
            }
            for row in found.projects
        ],
        "plans": [_plan_data(row) for row in found.plans],
        "least_regret": None if least is None else _plan_data(least),
        "robust": None if careful is None else _plan_data(careful) | _price(found, careful),
        "program": _program_data(found),
        "evpi": None if knowing is None else knowing.value,
        "evpi_low": None if knowing is None else knowing.low,
        "evpi_high": None if knowing is None else _finite(knowing.high),
        "worth_knowing": [_worth_data(row, again) for row in found.worth[:WORTH_TELLING]],
        "output_dir": str(runner.tables),
    }


def _is_within(gap: float | None, question: RobustQuestion) -> bool:
    return gap is not None and gap <= question.options.gap


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _plan_data(row: PlanRow) -> dict[str, Any]:
    return {
        "plan": row.name,
        "selected": sorted(row.starts),
        "num_selected": len(row.starts),
        "mean": row.mean,
        "max_regret": row.max_regret,
        "cvar": row.cvar,
        "impossible": row.impossible,
        "nominal": row.nominal,
    }


def _price(found: Robust, row: PlanRow) -> dict[str, float | None]:
    """What the plan is worth less than the nominal one with the figures as they stand."""
    known, bound = found.nominal.objective, found.nominal.bound
    if row.nominal is None or known is None:
        return {"price": None, "price_high": None}
    high = None if bound is None else max(0.0, bound - row.nominal)
    return {"price": max(0.0, known - row.nominal), "price_high": high}


def _program_data(found: Robust) -> dict[str, Any] | None:
    """What the program of several draws came to; None where it was left out."""
    program = found.program
    if program is None:
        return None
    names = [row.name for row in found.plans if dict(row.starts) == program.starts]
    return {
        "plan": names[0] if names else None,
        "draws": list(program.draws),
        "entries": program.entries,
        "too_large": program.is_too_large,
        "value": found.least_criterion,
        "bound": program.bound,
    }


def _worth_data(row: WorthKnowing, again: dict[Key, Confirmed]) -> dict[str, Any]:
    table, name, column = row.datum.key
    data: dict[str, Any] = {
        "table": table,
        "row": name,
        "column": column,
        "value": row.value,
        "noise": row.noise,
        "figure": row.datum.value,
        "low": row.datum.low,
        "high": row.datum.high,
        "stated": row.datum.is_stated,
    }
    confirmed = again.get(row.datum.key)
    if confirmed is not None:
        knowing = confirmed.knowing
        data |= {
            "resolved": None if knowing is None else knowing.value,
            "resolved_low": None if knowing is None else knowing.low,
            "resolved_high": None if knowing is None else _finite(knowing.high),
            "agrees": confirmed.agrees,
        }
    return data


def _write(found: Robust, again: dict[Key, Confirmed], runner: Runner) -> None:
    """The tables beside the runs."""
    folder = runner.tables
    projects = [
        {
            "project": row.project,
            "frequency": row.frequency,
            "class": row.class_word,
            "phase_spread": ";".join(f"{k}={v:.6g}" for k, v in row.phase_spread.items()),
        }
        for row in found.projects
    ]
    write_table(folder / "robust.csv", PROJECT_FIELDS, projects)
    draws = [
        {
            "draw": row.number,
            "objective": row.result.objective if row.result.has_plan else None,
            "bound": row.result.bound,
            "gap": row.result.gap,
            "best": row.best,
            "num_selected": len(row.result.starts),
            "termination": row.result.termination,
            "run_dir": runner.beside_tables(row.result.run_dir),
        }
        for row in found.rows
    ]
    write_table(folder / "draws.csv", (*DRAW_FIELDS, "run_dir"), draws)
    plans = [_plan_data(row) for row in found.plans]
    plans = [row | {"selected": ";".join(row["selected"])} for row in plans]
    write_table(folder / "plans.csv", PLAN_FIELDS, plans)
    regrets = [
        {
            "plan": plan.name,
            "draw": row.number,
            "value": _known(found.values[place, column]),
            "regret": _known(found.regrets[place, column]),
        }
        for place, plan in enumerate(found.plans)
        for column, row in enumerate(found.solved)
    ]
    write_table(folder / "regrets.csv", REGRET_FIELDS, regrets)
    blank = dict.fromkeys(CONFIRMED_FIELDS)
    worth = [blank | _worth_data(row, again) for row in found.worth]
    write_table(folder / "worth_knowing.csv", (*WORTH_FIELDS, *CONFIRMED_FIELDS), worth)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


# ------------------------------------------------------------------------------------- as words


def _print(output: Output, instance: Instance, data: dict[str, Any]) -> None:
    for table in (
        robust_projects_table(instance, data["projects"]),
        plans_table(instance, data["plans"]),
        knowing_table(instance, data["worth_knowing"]),
    ):
        print_table(output.console, table, lang=output.lang)


def _say(
    output: Output,
    instance: Instance,
    found: Robust,
    told: tuple[WorthKnowing, ...],
    folder: Path,
) -> None:
    unit = pair(*unit_pair(instance))
    stated = sum(datum.is_stated for datum in found.draws.data)
    output.say(
        phrase(
            "robust-drawn",
            drawn=len(found.draws.data),
            stated=stated,
            other=len(found.draws.data) - stated,
            unmoved=found.unmoved,
        )
    )
    left = len(found.rows) - len(found.solved)
    if left:
        proven = sum(row.result.is_impossible for row in found.rows)
        output.say(phrase("robust-without-plan", count=left, of=len(found.rows), proven=proven))
    least, careful, knowing = found.least_regret, found.least_cvar, found.knowing
    if least is not None:
        output.say(
            phrase(
                "robust-least-regret",
                plan=pair(*plan_name(least.name)),
                regret=least.max_regret,
                unit=unit,
            )
        )
    elif found.solved:
        output.say(phrase("robust-no-plan-everywhere"))
    if careful is not None:
        price = _price(found, careful)["price"]
        shown = "-" if price is None else f"{price:,.4f}"
        output.say(
            phrase(
                "robust-least-cvar",
                plan=pair(*plan_name(careful.name)),
                cvar=careful.cvar,
                price=shown,
                unit=unit,
            )
        )
    _say_program(output, found, unit)
    if knowing is not None:
        high = "-" if _finite(knowing.high) is None else f"{knowing.high:,.4f}"
        output.say(
            phrase("robust-evpi", value=knowing.value, low=knowing.low, high=high, unit=unit)
        )
    if 0 < len(found.solved) < LEAST_DRAWS:
        output.say(phrase("robust-too-few-draws", least=LEAST_DRAWS))
    if any(row.value <= row.noise for row in told):
        output.say(phrase("robust-noise"))
    output.say(phrase("sweep-wrote", folder=folder))


def _say_program(output: Output, found: Robust, unit: Phrase) -> None:
    program = found.program
    if program is None:
        return
    count, least = len(program.draws), found.least_criterion
    if program.is_too_large:
        told = phrase("robust-program-too-large", count=count, entries=program.entries)
    elif program.bound is None:
        told = phrase("robust-program-open", count=count)
    else:
        value = "-" if least is None else f"{least:,.4f}"
        told = phrase(
            "robust-program-bound", count=count, bound=program.bound, value=value, unit=unit
        )
    output.say(told)
