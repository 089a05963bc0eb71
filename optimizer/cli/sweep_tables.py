"""Tables of commands that solve an instance many times: CSV files, and plans by scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.cli.repeated_solves import write_table
from infraplan.optimizer.report.sweep_tables import paths_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import both, unit_pair
from infraplan.optimizer.report.trigger_table import AT_LEAST, AT_MOST, triggers_table
from infraplan.optimizer.sweeps.observables import observables
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import ScenarioRow
from infraplan.optimizer.sweeps.study_tables import scenario_names
from infraplan.optimizer.sweeps.triggers import Trigger, find_triggers
from infraplan.optimizer.sweeps.two_stage import (
    IN_COMMON,
    TWO_STAGE,
    Interval,
    JointState,
    TwoStage,
)

AS_IT_STANDS = "as it stands"
"""The instance as it stands, in headings of paths.csv."""
AFTER_SCENARIOS = ("weighted_value", "worst_regret", "same_as")
"""Columns of paths.csv that follow those of the scenarios."""
TRIGGER_FIELDS = (
    "path",
    "project",
    "decision",
    "by",
    "yes",
    "no",
    "table",
    "row",
    "column",
    "year",
    "direction",
    "threshold",
    "below",
    "above",
    "wrong",
    "known_by",
    "foreseen",
    "as_good",
)
CELL_FIELDS = ("path", "scenario", "is_possible", "value", "bound", "verified", "run_dir")


def path_names(instance: Instance) -> dict[str, tuple[str, str]]:
    """The same, and those of paths that are no scenario's."""
    more = {TWO_STAGE: both("path_two_stage"), IN_COMMON: both("path_in_common")}
    return scenario_names(instance) | more


def two_stage_data(found: TwoStage, folder: Path) -> dict[str, Any]:
    """As `sweep --json` prints it."""
    paths = [
        {
            "path": path.name,
            "value": path.value,
            "bound": path.bound,
            "worst_regret": path.worst_regret,
            "same_as": path.same_as,
            "first_phase": [
                {"project": row.project, "option": row.option, "start": row.start}
                for row in path.starts
            ],
            "scenarios": [
                row | {"run_dir": str(folder / row["run_dir"]) if row["run_dir"] else ""}
                for row in _cells(found)
                if row["path"] == path.name
            ],
        }
        for path in found.paths
    ]
    return {
        "value": found.value.value,
        "vss": None if found.vss is None else found.vss.value,
        "evpi": found.evpi.value,
        "bound": found.value.high,
        "joint": found.is_joint,
        "best": found.best,
        "least_worst_regret": found.least_worst_regret,
        "intervals": {
            "two_stage": _ends(found.value),
            "expected_plan": _ends(found.expected_plan),
            "wait_and_see": _ends(found.wait_and_see),
            "vss": _ends(found.vss),
            "evpi": _ends(found.evpi),
        },
        "paths": paths,
    }


def _ends(row: Interval | None) -> list[float | None] | None:
    return None if row is None else [row.low, row.high]


def _cells(found: TwoStage) -> list[dict[str, Any]]:
    """Each path under each scenario; of paths that decide the same, each has its rows."""
    return [
        {
            "path": path.name,
            "scenario": cell.scenario,
            "is_possible": cell.is_possible,
            "value": cell.value,
            "bound": cell.bound,
            "verified": cell.is_verified,
            "run_dir": cell.run_dir,
        }
        for path in found.paths
        for cell in path.cells
    ]


def _heading(scenario: str) -> str:
    """Heading of a scenario in paths.csv, which no other column has."""
    if scenario in ("path", *AFTER_SCENARIOS):
        return f"scenario {scenario}"
    return scenario or AS_IT_STANDS


def write_paths(runner: Runner, found: TwoStage) -> None:
    """Write paths.csv (a row a path, a column a scenario) and path_runs.csv (a row a run)."""
    fields = (
        "path",
        *(_heading(cell.scenario) for cell in found.paths[0].cells),
        *AFTER_SCENARIOS,
    )
    rows = [
        {
            "path": path.name or AS_IT_STANDS,
            "weighted_value": path.value,
            "worst_regret": path.worst_regret,
            "same_as": path.same_as,
        }
        | {_heading(cell.scenario): cell.value for cell in path.cells}
        for path in found.paths
    ]
    write_table(runner.tables / "paths.csv", fields, rows)
    runs = [
        row | {"run_dir": runner.beside_tables(row["run_dir"]) if row["run_dir"] else ""}
        for row in _cells(found)
    ]
    write_table(runner.tables / "path_runs.csv", CELL_FIELDS, runs)


def print_paths(output: Output, instance: Instance, found: TwoStage) -> None:
    """Print paths by scenarios, and say what deciding in two stages is worth."""
    names = path_names(instance)
    print_table(output.console, paths_table(instance, found.paths, names), lang=output.lang)
    unit = pair(*unit_pair(instance))
    output.say(
        phrase(
            "two-stage-is-worth",
            value=found.value.value,
            bound=_or_open(found.value.high),
            unit=unit,
        )
    )
    if found.vss is None:
        output.say(phrase("two-stage-no-vss"))
    else:
        output.say(
            phrase(
                "two-stage-vss",
                value=found.vss.value,
                low=found.vss.low,
                high=_or_open(found.vss.high),
                unit=unit,
            )
        )
    output.say(
        phrase(
            "two-stage-evpi",
            value=found.evpi.value,
            low=found.evpi.low,
            high=_or_open(found.evpi.high),
            unit=unit,
        )
    )
    if found.joint is JointState.NO_ANSWER:
        output.say(phrase("two-stage-is-of-paths"))
    elif found.joint is JointState.NO_PROGRAM:
        output.say(phrase("two-stage-has-no-program"))


def _or_open(value: float | None) -> str | Phrase:
    """A figure, or that it is not known."""
    return phrase("not-known") if value is None else f"{value:,.4f}"


def triggers_data(
    instance: Instance, rows: Sequence[ScenarioRow], stages: TwoStage | None
) -> list[dict[str, Any]]:
    """Triggers by the best plans of the scenarios (`path` None) and by the best path."""
    plans = {row.scenario: row.result.starts for row in rows if row.result.has_plan}
    found = _triggers(instance, None, plans)
    if stages is not None:
        best = next(path for path in stages.paths if path.name == stages.best)
        cells = {cell.scenario: cell.starts for cell in best.cells if cell.value is not None}
        found += _triggers(instance, best.name, cells)
    return found


def _triggers(
    instance: Instance, path: str | None, plans: Mapping[str, Mapping[str, tuple[str, int]]]
) -> list[dict[str, Any]]:
    if len(plans) < 2:
        return []
    decided = {
        name: {project: start for project, (_, start) in starts.items()}
        for name, starts in plans.items()
    }
    if all(row == next(iter(decided.values())) for row in decided.values()):
        return []
    figures = observables([under_scenario(instance, name) for name in plans])
    return [_trigger(path, row) for row in find_triggers(list(plans), decided, figures)]


def _trigger(path: str | None, row: Trigger) -> dict[str, Any]:
    line = row.line
    figure = None if line is None else line.figure
    return {
        "path": path,
        "project": row.project,
        "decision": "build" if row.by is None else "start_by",
        "by": row.by,
        "yes": list(row.yes),
        "no": list(row.no),
        "figure": None
        if figure is None
        else {
            "table": figure.table,
            "row": figure.row,
            "column": figure.column,
            "year": figure.year,
            "values": dict(zip((*row.scenarios,), figure.values, strict=True)),
        },
        "direction": None if line is None else AT_LEAST if line.at_least else AT_MOST,
        "threshold": None if line is None else line.threshold,
        "below": None if line is None else line.below,
        "above": None if line is None else line.above,
        "wrong": [] if line is None else list(line.wrong),
        "known_by": row.known_by,
        "foreseen": row.foreseen,
        "as_good": row.as_good,
    }


def write_triggers(runner: Runner, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write triggers.csv, a row a decision; the figure in columns, blank where none tells."""
    flat = []
    for row in rows:
        figure = row["figure"] or dict.fromkeys(("table", "row", "column", "year"))
        path = row["path"]
        names = {key: ";".join(name or AS_IT_STANDS for name in row[key]) for key in _LISTS}
        told = {"path": None if path is None else path or AS_IT_STANDS}
        flat.append({**row, **names, **told, **{key: figure[key] for key in _FIGURE}})
    write_table(runner.tables / "triggers.csv", TRIGGER_FIELDS, flat)


_LISTS = ("yes", "no", "wrong")
_FIGURE = ("table", "row", "column", "year")


def print_triggers(output: Output, instance: Instance, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print what tells each decision that hangs on the scenario, by the plans and by the path."""
    names = path_names(instance)
    if not rows:
        output.say(phrase("triggers-none"))
    for path in dict.fromkeys(row["path"] for row in rows):
        mine = [row for row in rows if row["path"] == path]
        if path is None:
            count = len(mine[0]["yes"]) + len(mine[0]["no"])
            output.say(phrase("triggers-of-plans", count=count))
        else:
            output.say(phrase("triggers-of-path", path=pair(*names[path])))
        print_table(output.console, triggers_table(instance, mine), lang=output.lang)
