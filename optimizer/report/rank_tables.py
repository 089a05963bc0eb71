"""A ranking as tables: projects in order, what each budget loses, and what other methods lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair


def projects_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a project, in the order of the list."""
    names, money = Names(instance), unit_pair(instance)
    columns = (
        Column("rank_order", COUNT),
        Column("project"),
        Column("tier", COUNT),
        Column("first_budget", MONEY, money),
        Column("opening", YEAR),
    )
    made: list[dict[str, Any]] = [
        text_pair("project", names.pair(row["project"]))
        | {
            "rank_order": row["order"],
            "tier": row["tier"],
            "first_budget": row["first_budget"],
            "opening": row["opened"],
        }
        for row in rows
    ]
    return ReportTable("priority_list", columns, frame_of(columns, made), "priority_list_note")


def levels_table(instance: Instance, levels: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a budget: the best plan, the list's, and what lies between them."""
    money = unit_pair(instance)
    columns = (
        Column("tier", COUNT),
        Column("rank_budget", MONEY, money),
        Column("best_value", MONEY, money),
        Column("list_value", MONEY, money),
        Column("regret", MONEY, money),
        Column("regret_at_most", MONEY, money),
        Column("projects_built", COUNT),
    )
    made = [
        {
            "tier": number,
            "rank_budget": row["budget"],
            "best_value": row["optimum"],
            "list_value": row["list_value"],
            "regret": row["regret"],
            "regret_at_most": row["regret_bound"],
            "projects_built": len(row["projects_in_order"]),
        }
        for number, row in enumerate(levels, start=1)
    ]
    return ReportTable("rank_levels", columns, frame_of(columns, made), "rank_levels_note")


def methods_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a method: its largest and its mean regret, and at how many budgets it has a plan."""
    money = unit_pair(instance)
    columns = (
        Column("rank_method"),
        Column("largest_regret", MONEY, money),
        Column("mean_regret", MONEY, money),
        Column("budgets_with_plan", COUNT),
    )
    made: list[dict[str, Any]] = [
        text_pair("rank_method", both(f"method_{row['method']}"))
        | {
            "largest_regret": row["largest"],
            "mean_regret": row["mean"],
            "budgets_with_plan": row["planned"],
        }
        for row in rows
    ]
    return ReportTable("rank_methods", columns, frame_of(columns, made), "rank_methods_note")
