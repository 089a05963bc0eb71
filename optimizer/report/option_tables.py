"""Plans far from a run's, and money moved between years, as tables."""

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


def alternatives_table(
    instance: Instance, rows: list[Mapping[str, Any]], *, in_money: bool
) -> ReportTable:
    """One line a plan: value, how far it lies from the others, what it builds otherwise."""
    money = unit_pair(instance)
    kind, unit = (MONEY, money) if in_money else (NUMBER, ("", ""))
    columns = (
        Column("money_value", MONEY, money),
        Column("value_lost", MONEY, money),
        Column("distance", kind, unit),
        Column("distance_at_most", kind, unit),
        Column("projects_entering", COUNT),
        Column("projects_leaving", COUNT),
        Column("projects_shifted", COUNT),
        Column("is_tie"),
        Column("run_folder"),
    )
    made: list[dict[str, Any]] = []
    for row in rows:
        name = Path(row["run_dir"]).name
        made.append(
            text_pair("is_tie", both("yes") if row["tie"] else ("", ""))
            | text_pair("run_folder", (name, name))
            | {
                "money_value": row["objective"],
                "value_lost": row["loss"],
                "distance": row["distance"],
                "distance_at_most": row["distance_bound"],
                "projects_entering": len(row["enters"]),
                "projects_leaving": len(row["leaves"]),
                "projects_shifted": len(row["shifted"]),
            }
        )
    return ReportTable("alternatives", columns, frame_of(columns, made), "alternatives_note")


def moves_table(instance: Instance, rows: list[Mapping[str, Any]]) -> ReportTable:
    """One line a move: fund, years, amount, what it alone is worth."""
    money, names = unit_pair(instance), Names(instance)
    has_other = any(row["fund"] != row["to_fund"] for row in rows)
    columns = (
        Column("money_from_fund"),
        *((Column("money_to_fund"),) if has_other else ()),
        Column("from_year", YEAR),
        Column("to_year", YEAR),
        Column("moved_amount", MONEY, money),
        Column("worth_alone", MONEY, money),
        Column("worth_at_least", MONEY, money),
        Column("worth_at_most", MONEY, money),
    )
    made: list[dict[str, Any]] = [
        text_pair("money_from_fund", names.pair(row["fund"]))
        | text_pair("money_to_fund", names.pair(row["to_fund"]))
        | {
            "from_year": row["from_year"],
            "to_year": row["to_year"],
            "moved_amount": row["amount"],
            "worth_alone": row["gain"],
            "worth_at_least": row["gain_low"],
            "worth_at_most": row["gain_high"],
        }
        for row in rows
    ]
    return ReportTable("moved_money", columns, frame_of(columns, made), "moved_money_note")
