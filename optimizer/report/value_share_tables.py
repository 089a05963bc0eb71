"""Shares of a plan's value by project, and groups of tied projects, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infraplan.models.catalogue import listed, pair
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.value_shares import PlanShares
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, unit_pair


def value_shares_table(instance: Instance, found: PlanShares) -> ReportTable:
    """One line a project, the largest share first."""
    money, names = unit_pair(instance), Names(instance)
    columns = (
        Column("project"),
        Column("value_group", COUNT),
        Column("value_own", MONEY, money),
        Column("value_alone", MONEY, money),
        Column("value_share", MONEY, money),
        Column("share_error", MONEY, money),
        Column("value_last", MONEY, money),
    )
    rows: list[dict[str, Any]] = [
        text_pair("project", names.pair(row.project))
        | {
            "value_group": row.group,
            "value_own": row.own,
            "value_alone": row.alone,
            "value_share": row.share,
            "share_error": row.error,
            "value_last": row.last,
        }
        for row in found.projects
    ]
    return ReportTable("value_shares", columns, frame_of(columns, rows), "value_shares_note")


def ties_pair(names: Names, ties: Sequence[str]) -> tuple[str, str]:
    """What ties a group, by name: the members of a relation, a network, a target."""
    return listed(pair(*names.tie(tie)) for tie in ties).both


def value_groups_table(instance: Instance, found: PlanShares) -> ReportTable:
    """One line a group: what its projects are worth together, and what each alone adds up to."""
    money, names = unit_pair(instance), Names(instance)
    columns = (
        Column("value_group", COUNT),
        Column("count", COUNT),
        Column("joint_value", MONEY, money),
        Column("sum_alone", MONEY, money),
        Column("counted_twice", MONEY, money),
        Column("orders_drawn", COUNT),
        Column("tied_by"),
        Column("tie_id"),
    )
    rows: list[dict[str, Any]] = [
        text_pair("tied_by", ties_pair(names, row.ties))
        | text_pair("tie_id", (", ".join(row.ties), "、".join(row.ties)))
        | {
            "value_group": row.number,
            "count": len(row.projects),
            "joint_value": row.value,
            "sum_alone": row.alone,
            "counted_twice": row.counted_twice,
            "orders_drawn": row.orders,
        }
        for row in found.groups
    ]
    return ReportTable("value_groups", columns, frame_of(columns, rows), "value_groups_note")
