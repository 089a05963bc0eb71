"""`infraplan frontier` and `infraplan sweep`: an instance solved many times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
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
    require_money,
    require_solver,
    runner_for,
    write_table,
)
from infraplan.optimizer.cli.sweep_tables import (
    print_paths,
    print_triggers,
    triggers_data,
    two_stage_data,
    write_paths,
    write_triggers,
)
from infraplan.optimizer.engines.registry import require_program
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.frames import ReportTable
from infraplan.optimizer.report.sweep_tables import frontier_table, matrix_table, scenarios_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import unit_pair
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance, read_plan
from infraplan.optimizer.sweeps.axes import (
    BUDGET,
    OTHER_ROW,
    Axis,
    axes_of,
    axis_named,
    metrics_of,
)
from infraplan.optimizer.sweeps.criteria import (
    Criterion,
    OutputCriterion,
    ValueCriterion,
    solve_point,
)
from infraplan.optimizer.sweeps.frontier import Frontier, FrontierPoint, find_frontier
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import (
    NOMINAL,
    ScenarioMatrix,
    ScenarioRow,
    hold_plans,
    solve_scenarios,
    weights_of,
    with_probabilities,
)
from infraplan.optimizer.sweeps.study_tables import axis_unit, scenario_names
from infraplan.optimizer.sweeps.surface import Limits, Surface, find_surface
from infraplan.optimizer.sweeps.two_stage import TwoStage, solve_two_stage

NPV = "npv"
ALL, EQUAL = "all", "equal"
ROUNDING = 1e-9
"""By how much probabilities may pass 1."""
FRONTIER_FIELDS = (
    "x",
    "y",
    "y_bound",
    "value",
    "price",
    "is_knee",
    "verified",
    "enters",
    "leaves",
    "run_dir",
)
SURFACE_FIELDS = ("z", "z_price", "before")
"""Further columns with a second axis."""
SCENARIO_FIELDS = (
    "scenario",
    "probability",
    "objective",
    "bound",
    "gap",
    "verified",
    "num_selected",
    "run_dir",
)
HELD_FIELDS = ("plan", "scenario", "is_possible", "value", "regret")


AxisName = Annotated[
    str,
    typer.Option(
        "--x", help="What value is set against: budget, debt, floor-per-head, or an output."
    ),
]
CriterionName = Annotated[
    str, typer.Option("--y", help="What is best: npv, or an output in the last year.")
]
OtherAxisName = Annotated[
    str | None,
    typer.Option("--z", help="A second axis beside --x, of the same kinds: three criteria."),
]
Points = Annotated[
    int,
    typer.Option(min=1, max=200, help="Limits of each axis, evenly spaced, besides no limit."),
]
Every = Annotated[
    bool,
    typer.Option("--every", help="Every point there is, one solve each; for small instances."),
]


def frontier(
    instance: InstancePath,
    x: AxisName = BUDGET,
    y: CriterionName = NPV,
    z: OtherAxisName = None,
    points: Points = 10,
    every: Every = False,
    gap: EachGap = 1e-4,
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
    """Find what value each amount of money, debt or output allows, each point a verified run."""
    output = Output(as_json, lang.value)
    with reporting(output):
        require_solver(solver)
        asked = inspect_instance(instance).require()
        require_money(asked, "frontier")
        axis, criterion = _asked_sides(asked, x, y)
        other = _other_axis(asked, z, x, y)
        name = f"frontier-{asked.settings.id}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume
        )
        options = SolveOptions(gap=gap, time_limit_s=time_limit, solver=solver)
        runner.solve = solve_point
        count = None if every else points
        found: Frontier | Surface = (
            find_frontier(asked, axis, options, runner, count, criterion)
            if other is None
            else find_surface(asked, (axis, other), options, runner, count, criterion)
        )
        data = _frontier_data(found, runner, x, y, z)
        _write_frontier(found, data, runner, is_surface=z is not None)
        output.emit(data)
        if not as_json and found.points:
            print_table(output.console, _frontier_table(asked, data, x, y, z), lang=output.lang)
        _say_frontier(output, found, runner.tables)
        if not found.points:
            raise typer.Exit(4 if found.has_no_plan else 5)


def _other_axis(instance: Instance, z: str | None, x: str, y: str) -> Axis | None:
    """The second axis, None where none is asked for.

    Raises
    ------
    NotThereError
        If there is none of its name, or it is one of the others.
    """
    if z is None:
        return None
    known = [name for name in axes_of(instance) if name not in (x, y)]
    axis = axis_named(z, instance, OTHER_ROW)
    if axis is None:
        raise NotThereError(phrase("there-is-no-axis", name=z, known=listed(known)))
    if axis in (axis_named(name, instance, OTHER_ROW) for name in (x, y)):
        raise NotThereError(phrase("axes-are-the-same", name=z, known=listed(known)))
    return axis


def _asked_sides(instance: Instance, x: str, y: str) -> tuple[Axis, Criterion]:
    """The axis and the criterion of these names.

    Raises
    ------
    NotThereError
        If there is none of a name, or both are the same.
    """
    axis, outputs = axis_named(x, instance), metrics_of(instance)
    if axis is None:
        raise NotThereError(phrase("there-is-no-axis", name=x, known=listed(axes_of(instance))))
    if y == NPV:
        return axis, ValueCriterion()
    if y not in outputs or y == x:
        known = listed((NPV, *(name for name in outputs if name != x)))
        raise NotThereError(phrase("there-is-no-criterion", name=y, axis=x, known=known))
    require_program(instance, "frontier")
    return axis, OutputCriterion.of(y, instance)


def _frontier_data(
    found: Frontier | Surface, runner: Runner, x: str, y: str, z: str | None
) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        **({} if z is None else {"z": z}),
        "points": [
            _point_data(point, runner.folder) | ({} if z is None else _other_data(point))
            for point in found.points
        ],
        "knees": list(found.knees),
        "impossible": list(found.impossible),
        "undecided": list(found.undecided),
        "complete": found.is_complete,
        "output_dir": str(runner.tables),
    }


def _point_data(point: FrontierPoint, folder: Path) -> dict[str, Any]:
    return {
        "x": point.x,
        "y": point.y,
        "y_bound": point.y_bound,
        "value": point.value,
        "limit": point.limit,
        "price": point.price,
        "run_dir": str(folder / point.run_dir),
        "verified": point.is_verified,
        "enters": list(point.enters),
        "leaves": list(point.leaves),
    }


def _frontier_table(
    instance: Instance, data: Mapping[str, Any], x: str, y: str, z: str | None
) -> ReportTable:
    best = None if y == NPV else axis_unit(instance, y)
    other = None if z is None else axis_unit(instance, z)
    unit = axis_unit(instance, x)
    return frontier_table(instance, data["points"], data["knees"], unit, best, other)


def _write_frontier(
    found: Frontier | Surface, data: Mapping[str, Any], runner: Runner, *, is_surface: bool
) -> None:
    fields = (*FRONTIER_FIELDS, *SURFACE_FIELDS) if is_surface else FRONTIER_FIELDS
    write_table(runner.tables / "frontier.csv", fields, _flat(found, data, runner))


def _other_data(point: FrontierPoint) -> dict[str, Any]:
    """What a point has of a second axis."""
    names = ("z", "z_limit", "z_price", "before")
    return {name: getattr(point, name) for name in names}


def _flat(
    found: Frontier | Surface, data: Mapping[str, Any], runner: Runner
) -> list[dict[str, Any]]:
    """Rows of frontier.csv: ids joined, and run folders relative to the table."""
    return [
        row
        | {
            "is_knee": number in found.knees,
            "enters": ";".join(row["enters"]),
            "leaves": ";".join(row["leaves"]),
            "run_dir": runner.beside_tables(found.points[number].run_dir),
        }
        for number, row in enumerate(data["points"])
    ]


def _say_frontier(output: Output, found: Frontier | Surface, folder: Path) -> None:
    if not found.points:
        output.say(phrase("frontier-has-no-plan"))
    if found.impossible:
        limits = listed(_limit_text(row) for row in found.impossible)
        output.say(phrase("frontier-impossible", limits=limits))
    if found.undecided:
        limits = listed(_limit_text(row) for row in found.undecided)
        output.say(phrase("frontier-undecided", limits=limits))
    output.say(phrase("sweep-wrote", folder=folder))


def _limit_text(limit: float | Limits) -> str:
    """A limit, or those of two axes."""
    if not isinstance(limit, tuple):
        return f"{limit:,.4g}"
    none = phrase("frontier-no-limit")
    x, z = (none if side is None else f"{side:,.4g}" for side in limit)
    return phrase("frontier-both-limits", x=x, z=z)


Probabilities = Annotated[
    str | None,
    typer.Option(
        help="equal, or ID=SHARE with commas between, in the place of those of the instance; what "
        "is left of 1 is the instance as it stands."
    ),
]
Held = Annotated[
    bool, typer.Option("--hold/--no-hold", help="Also say what each plan is worth elsewhere.")
]
InTwoStages = Annotated[
    bool,
    typer.Option(
        "--two-stage/--no-two-stage",
        help="Also decide the first phase now and the rest by scenario.",
    ),
]


def sweep(
    instance: InstancePath,
    scenarios: Annotated[
        str, typer.Option(help="all, or ids of scenarios with commas between.")
    ] = ALL,
    probabilities: Probabilities = None,
    held: Held = True,
    two_stage: InTwoStages = True,
    gap: EachGap = 1e-4,
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
    """Solve an instance under its scenarios, and say what each plan is worth under the others."""
    output = Output(as_json, lang.value)
    with reporting(output):
        require_solver(solver)
        asked = inspect_instance(instance).require()
        require_money(asked, "sweep")
        names = _asked_scenarios(asked, scenarios)
        asked = _weighed(asked, names, probabilities)
        name = f"sweep-{asked.settings.id}"
        runner = runner_for(
            output, name, workers, output_dir, scheduler, journal=journal, resume=resume
        )
        options = SolveOptions(gap=gap, time_limit_s=time_limit, solver=solver)
        rows = solve_scenarios(asked, names, options, runner)

        def plan_of(result: JobResult) -> Plan:
            return _require_plan(read_plan(runner.folder / result.run_dir), result)

        tell = held_progress(output)
        planned = rows if held else ()
        found = hold_plans(asked, planned, plan_of, options, runner.folder, tell)
        stages = solve_two_stage(asked, rows, plan_of, options, runner) if two_stage else None
        data = _sweep_data(found if held else None, rows, runner)
        data["two_stage"] = None if stages is None else two_stage_data(stages, runner.folder)
        data["triggers"] = triggers_data(asked, rows, stages)
        _write_sweep(runner, rows, stages, data)
        output.emit(data)
        if not as_json:
            _print_sweep(output, asked, stages, data)
        _say_without_plan(output, asked, rows)
        _say_sweep(output, asked, found, runner.tables)
        if not any(row.result.has_plan for row in rows):
            raise typer.Exit(4 if all(row.result.is_impossible for row in rows) else 5)


def _weighed(instance: Instance, names: list[str], text: str | None) -> Instance:
    """`instance` with the probabilities of `text` in the place of its own, if any is given.

    Raises
    ------
    NotThereError
        If a part of `text` names no scenario that is asked for, or no share, or all come to more
        than 1; all such parts are told.
    """
    if text is None:
        return instance
    asked = [name for name in names if name != NOMINAL]
    if text == EQUAL:
        return with_probabilities(instance, dict.fromkeys(asked, 1.0 / len(names)))
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    found = {name.strip(): _share_of(value) for name, _, value in parts}
    wrong = ["".join(part).strip() for part in parts if part[0].strip() not in asked]
    wrong += ["".join(part).strip() for part in parts if _share_of(part[2]) is None]
    shares = {name: share for name, share in found.items() if share is not None}
    if wrong or not shares or len(parts) != len(found) or sum(shares.values()) > 1.0 + ROUNDING:
        told = listed(dict.fromkeys(wrong)) if wrong else phrase("none-given")
        known = listed(asked) or phrase("none-given")
        raise NotThereError(phrase("probabilities-are-wrong", text=text, wrong=told, known=known))
    return with_probabilities(instance, shares)


def _share_of(text: str) -> float | None:
    """A number from 0 to 1; None where it is none."""
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0.0 <= share <= 1.0 else None


def _write_sweep(
    runner: Runner,
    rows: tuple[ScenarioRow, ...],
    stages: TwoStage | None,
    data: Mapping[str, Any],
) -> None:
    """Write all tables: scenarios, triggers; held plans and paths where there are any."""
    if stages is not None:
        write_paths(runner, stages)
    write_triggers(runner, data["triggers"])
    flat = [
        told | {"run_dir": runner.beside_tables(row.result.run_dir)}
        for told, row in zip(data["scenarios"], rows, strict=True)
    ]
    write_table(runner.tables / "scenarios.csv", SCENARIO_FIELDS, flat)
    if "held" in data:
        write_table(runner.tables / "held.csv", HELD_FIELDS, data["held"])


def _require_plan(plan: Plan | None, result: JobResult) -> Plan:
    if plan is None:
        raise NotThereError(phrase("the-run-holds-no-plan", folder=result.run_dir))
    return plan


def _asked_scenarios(instance: Instance, text: str) -> list[str]:
    """The instance as it stands, then the scenarios asked for, each once.

    Raises
    ------
    NotThereError
        If there is none of a name; all such names are told.
    """
    known = [row.id for row in instance.scenarios]
    asked = known if text == ALL else [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in asked if name not in known]
    if wrong:
        told = listed(known) or phrase("none-given")
        raise NotThereError(phrase("there-are-no-scenarios", names=listed(wrong), known=told))
    return [NOMINAL, *dict.fromkeys(asked)]


def _sweep_data(
    found: ScenarioMatrix | None, rows: tuple[ScenarioRow, ...], runner: Runner
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "scenarios": [
            {
                "scenario": row.scenario,
                "probability": row.probability,
                "objective": row.result.objective if row.result.has_plan else None,
                "bound": row.result.bound,
                "gap": row.result.gap,
                "termination": row.result.termination,
                "verified": row.result.is_verified,
                "num_selected": len(row.result.starts),
                "run_dir": str(runner.folder / row.result.run_dir),
            }
            for row in rows
        ],
        "output_dir": str(runner.tables),
    }
    if found is not None:
        data |= {
            "held": [
                {
                    "plan": cell.plan,
                    "scenario": cell.scenario,
                    "is_possible": cell.is_possible,
                    "value": cell.value,
                    "regret": cell.regret,
                }
                for cell in found.held
            ],
            "least_regret": {"plan": found.least_regret, "max_regret": found.max_regret},
            "expected": dict(found.expected),
            "wait_and_see": found.wait_and_see,
        }
    return data


def _print_sweep(
    output: Output, instance: Instance, stages: TwoStage | None, data: Mapping[str, Any]
) -> None:
    names = scenario_names(instance)
    table = scenarios_table(instance, data["scenarios"], names)
    print_table(output.console, table, lang=output.lang)
    if len(data.get("held", ())) > 1:
        table = matrix_table(instance, data["held"], names)
        print_table(output.console, table, lang=output.lang)
    if stages is not None:
        print_paths(output, instance, stages)
    print_triggers(output, instance, data["triggers"])


def _say_without_plan(output: Output, instance: Instance, rows: tuple[ScenarioRow, ...]) -> None:
    """Name scenarios that count and have no plan, where others have one."""
    names = scenario_names(instance)
    weights = weights_of(rows)
    without = [
        pair(*names[row.scenario])
        for row in rows
        if weights.get(row.scenario) and not row.result.has_plan
    ]
    if 0 < len(without) < len(rows):
        output.say(phrase("expected-of-nothing", names=listed(without)))


def _say_sweep(output: Output, instance: Instance, found: ScenarioMatrix, folder: Path) -> None:
    if found.least_regret is not None and len(found.held) > 1:
        name = pair(*scenario_names(instance)[found.least_regret])
        unit = pair(*unit_pair(instance))
        told = phrase("least-regret", plan=name, regret=found.max_regret, unit=unit)
        output.say(told)
    output.say(phrase("sweep-wrote", folder=folder))
