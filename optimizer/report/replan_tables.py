"""A new plan beside the one in force as tables: the curve of moves and loss, what moved and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair

Pair = tuple[str, str]


def curve_table(
    instance: Instance, points: list[Mapping[str, Any]], *, is_weighed: bool
) -> ReportTable:
    """One line a plan: moves, the fewest at no more loss, value, loss, what no plan loses less."""
    money = unit_pair(instance)
    weight = (Column("weight_of_moves", NUMBER),) if is_weighed else ()
    columns = (
        Column("plan_of_the_curve"),
        Column("moves_made", COUNT),
        *weight,
        Column("moves_needed", NUMBER if is_weighed else COUNT),
        Column("money_value", MONEY, money),
        Column("loss_to_best", MONEY, money),
        Column("loss_at_least", MONEY, money),
        Column("run_folder"),
    )
    rows: list[dict[str, Any]] = [
        text_pair("plan_of_the_curve", both(f"curve_{point['kind']}"))
        | text_pair("run_folder", (Path(point["run_dir"]).name,) * 2)
        | {
            "moves_made": point["moved"],
            "weight_of_moves": point["weight"],
            "moves_needed": point["least_weight"],
            "money_value": point["value"],
            "loss_to_best": point["loss"],
            "loss_at_least": point["loss_bound"],
        }
        for point in points
    ]
    return ReportTable("replan_curve", columns, frame_of(columns, rows), "replan_curve_note")


def moves_table(instance: Instance, rows: list[Mapping[str, Any]]) -> ReportTable:
    """One line a move: project, from and to, and why."""
    names = Names(instance)
    columns = (
        Column("project"),
        Column("move"),
        Column("planned_before"),
        Column("planned_now"),
        Column("why_in_a_word"),
        Column("year", YEAR),
        Column("amount_of_rule", NUMBER),
    )
    made: list[dict[str, Any]] = [
        text_pair("project", names.pair(row["project"]))
        | text_pair("move", both(f"move_{row['move']}"))
        | text_pair("planned_before", _planned(instance, row, "before"))
        | text_pair("planned_now", _planned(instance, row, "after"))
        | text_pair("why_in_a_word", _why(names, row))
        | {"year": row["year"], "amount_of_rule": row["amount"]}
        for row in rows
    ]
    return ReportTable("replan_moves", columns, frame_of(columns, made), "replan_moves_note")


def _planned(instance: Instance, row: Mapping[str, Any], when: str) -> Pair:
    """Year of start, and the option where the project has several."""
    year, option = row[f"start_{when}"], row[f"option_{when}"]
    if year is None:
        return both("not_built")
    project = instance.project_by_id.get(row["project"])
    if project is None or len(project.options) < 2:
        return (str(year),) * 2
    return f"{year} ({option})", f"{year}（{option}）"


def _why(names: Names, row: Mapping[str, Any]) -> Pair:
    """The rule in words where one is short, else the reason; who else is part of it."""
    told = names.rule(row["rule"]) if row["rule"] else both(f"reason_{row['reason']}")
    if not row["others"]:
        return told
    others = [names.pair(name) for name in row["others"]]
    english, chinese = ", ".join(o[0] for o in others), "、".join(o[1] for o in others)
    return f"{told[0]} ({english})", f"{told[1]}（{chinese}）"
