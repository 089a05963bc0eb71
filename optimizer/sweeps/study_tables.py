"""What a command of many solves printed as JSON, as tables for a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import (
    MONEY,
    NUMBER,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.rank_tables import levels_table, methods_table, projects_table
from infraplan.optimizer.report.replan_tables import curve_table, moves_table
from infraplan.optimizer.report.robust_tables import (
    knowing_table,
    plans_table,
    robust_projects_table,
)
from infraplan.optimizer.report.sweep_tables import (
    explanations_table,
    frontier_table,
    matrix_table,
    paths_table,
    scenarios_table,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair
from infraplan.optimizer.report.trigger_table import triggers_table
from infraplan.optimizer.sweeps.axes import BUDGET, DEBT, FLOOR_PER_HEAD
from infraplan.optimizer.sweeps.scenario_matrix import NOMINAL
from infraplan.optimizer.sweeps.two_stage import IN_COMMON, TWO_STAGE

Data = Mapping[str, Any]
NPV = "npv"


def axis_unit(instance: Instance, axis: str) -> tuple[str, str]:
    """Unit of an axis or an output in both languages."""
    if axis == BUDGET or axis.partition(":")[0] == DEBT:
        return unit_pair(instance)
    if axis == FLOOR_PER_HEAD:
        english, chinese = unit_pair(instance)
        heads_en, heads_zh = both("by_ten_thousand")
        return f"{english} {heads_en}", f"{chinese}{heads_zh}"
    units = {row.unit for row in instance.targets if row.metric == axis and row.unit}
    unit = units.pop() if len(units) == 1 else axis
    return unit, unit


def scenario_names(instance: Instance) -> dict[str, tuple[str, str]]:
    """Names of scenarios, and of the instance as it stands, in both languages."""
    names = {
        row.id: (row.title.en or row.title.zh or row.id, row.title.zh or row.title.en or row.id)
        for row in instance.scenarios
    }
    return {NOMINAL: both("as_it_stands"), **names}


def study_tables(command: str, instance: Instance, data: Data) -> list[ReportTable]:
    """Tables of what `command` printed about `instance`, those without rows left out."""
    found = _TABLES[command](instance, data)
    return [table for table in found if not table.frame.empty]


def _frontier(instance: Instance, data: Data) -> Sequence[ReportTable]:
    y, z = str(data["y"]), data.get("z")
    best = None if y == NPV else axis_unit(instance, y)
    other = None if z is None else axis_unit(instance, str(z))
    unit = axis_unit(instance, str(data["x"]))
    return (frontier_table(instance, data["points"], data["knees"], unit, best, other),)


def _rank(instance: Instance, data: Data) -> Sequence[ReportTable]:
    own = {
        "method": "own_list",
        "largest": data["largest_regret"],
        "mean": data["mean_regret"],
        "planned": len(data["levels"]),
    }
    rows = [own, *(_method(name, regrets) for name, regrets in data["methods"].items())]
    return (
        projects_table(instance, data["projects"]),
        _same_tier(instance, data["projects"]),
        levels_table(instance, data["levels"]),
        methods_table(instance, rows),
    )


def _method(name: str, regrets: Sequence[float | None]) -> dict[str, Any]:
    known = [regret for regret in regrets if regret is not None]
    return {
        "method": name,
        "largest": max(known, default=None),
        "mean": sum(known) / len(known) if known else None,
        "planned": len(known),
    }


def _same_tier(instance: Instance, rows: Sequence[Data]) -> ReportTable:
    """How often draws put a project where the list has it; no row where nothing was drawn."""
    names = Names(instance)
    columns = (Column("project"), Column("same_tier", NUMBER))
    made: list[dict[str, Any]] = [
        text_pair("project", names.pair(row["project"])) | {"same_tier": row["same_tier"]}
        for row in rows
        if row.get("same_tier") is not None
    ]
    return ReportTable("rank_robustness", columns, frame_of(columns, made))


def _robust(instance: Instance, data: Data) -> Sequence[ReportTable]:
    return (
        robust_projects_table(instance, data["projects"]),
        plans_table(instance, data["plans"]),
        knowing_table(instance, data["worth_knowing"]),
    )


def _sweep(instance: Instance, data: Data) -> Sequence[ReportTable]:
    names = scenario_names(instance)
    paths = names | {TWO_STAGE: both("path_two_stage"), IN_COMMON: both("path_in_common")}
    stages = data.get("two_stage")
    tables = [
        scenarios_table(instance, data["scenarios"], names),
        matrix_table(instance, list(data.get("held") or ()), names),
    ]
    if stages is not None:
        tables.append(paths_table(instance, _paths(stages["paths"]), paths))
    tables.append(triggers_table(instance, list(data["triggers"])))
    return tables


def _paths(rows: Sequence[Data]) -> list[Any]:
    """Paths as their table reads them; one is repeated that decides what one before it does."""
    found: list[Any] = []
    for number, row in enumerate(rows):
        same = next((r for r in rows[:number] if r["first_phase"] == row["first_phase"]), None)
        found.append(
            SimpleNamespace(
                name=row["path"],
                value=row["value"],
                bound=row["bound"],
                worst_regret=row["worst_regret"],
                same_as="" if same is None else same["path"],
                is_repeated=same is not None,
            )
        )
    return found


def _replan(instance: Instance, data: Data) -> Sequence[ReportTable]:
    is_weighed = any(row["weight"] != row["moved"] for row in data["curve"])
    return (
        curve_table(instance, list(data["curve"]), is_weighed=is_weighed),
        moves_table(instance, list(data["moves"])),
    )


def _roll(instance: Instance, data: Data) -> Sequence[ReportTable]:
    """What stands, what goes on and what was given up, with money where there is some."""
    names = Names(instance)
    columns = (Column("project"), Column("rolled_as"), Column("amount", MONEY, unit_pair(instance)))
    found = [(name, "rolled_finished", None) for name in data["finished"]]
    found += [(row["project"], "rolled_committed", row["remaining"]) for row in data["committed"]]
    found += [(row["project"], "rolled_cancelled", row["sunk"]) for row in data["cancelled"]]
    rows: list[dict[str, Any]] = [
        text_pair("project", names.pair(name))
        | text_pair("rolled_as", both(kind))
        | {"amount": money}
        for name, kind, money in found
    ]
    carried: list[dict[str, Any]] = [
        text_pair("item", names.pair(name)) | {"amount": money}
        for name, money in data["carried"]["funds"].items()
    ]
    carried += [
        text_pair("item", _joined(names, row)) | {"amount": row["balance"]}
        for row in data["carried"]["debt"]
    ]
    money = (Column("item"), Column("amount", MONEY, unit_pair(instance)))
    return (
        ReportTable("rolled_projects", columns, frame_of(columns, rows)),
        ReportTable("rolled_money", money, frame_of(money, carried)),
    )


def _joined(names: Names, row: Data) -> tuple[str, str]:
    payer, pool = names.pair(row["jurisdiction"]), names.pair(row["pool"])
    return f"{payer[0]}: {pool[0]}", f"{payer[1]}：{pool[1]}"


def _explain(instance: Instance, data: Data) -> Sequence[ReportTable]:
    return (explanations_table(instance, list(data["projects"])),)


_TABLES: dict[str, Callable[[Instance, Data], Sequence[ReportTable]]] = {
    "frontier": _frontier,
    "rank": _rank,
    "robust": _robust,
    "sweep": _sweep,
    "replan": _replan,
    "roll": _roll,
    "explain": _explain,
}
"""Makers of tables, by command."""
