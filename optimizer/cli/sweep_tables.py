"""Tables of commands that solve an instance many times: CSV files, and plans by scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.cli.repeated_solves import write_table
from infraplan.optimizer.report.sweep_tables import paths_table
from infraplan.optimizer.report.terminal import print_table
from infraplan.optimizer.report.texts import both, unit_pair
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import NOMINAL
from infraplan.optimizer.sweeps.two_stage import TWO_STAGE, Interval, TwoStage

AS_IT_STANDS = "as it stands"
"""The instance as it stands, in headings of paths.csv."""
AFTER_SCENARIOS = ("weighted_value", "worst_regret", "same_as")
"""Columns of paths.csv that follow those of the scenarios."""
CELL_FIELDS = ("path", "scenario", "is_possible", "value", "bound", "verified", "run_dir")


def scenario_names(instance: Instance) -> dict[str, tuple[str, str]]:
    """Names of scenarios, and of the instance as it stands, in both languages."""
    names = {
        row.id: (row.title.en or row.title.zh or row.id, row.title.zh or row.title.en or row.id)
        for row in instance.scenarios
    }
    return {NOMINAL: both("as_it_stands"), **names}


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
    names = scenario_names(instance) | {TWO_STAGE: both("path_two_stage")}
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
    if not found.is_joint:
        output.say(phrase("two-stage-is-of-paths"))


def _or_open(value: float | None) -> str | Phrase:
    """A figure, or that it is not known."""
    return phrase("not-known") if value is None else f"{value:,.4f}"
