"""Repeated solves as tables: a frontier, and plans under scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from infraplan.models.instance import Instance
from infraplan.optimizer.report.earlier_words import unknown_reason
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair


class PathValue(Protocol):
    """A first phase decided now, and what it comes to over the scenarios."""

    @property
    def name(self) -> str:
        """Name of the path."""

    @property
    def value(self) -> float | None:
        """Weighted value; None where a scenario has no plan."""

    @property
    def bound(self) -> float | None:
        """What no plan that begins so is worth more than."""

    @property
    def worst_regret(self) -> float | None:
        """Largest regret of a scenario."""

    @property
    def same_as(self) -> str:
        """Path that decides the same."""

    @property
    def is_repeated(self) -> bool:
        """Whether there is one."""


def frontier_table(
    instance: Instance,
    points: list[Mapping[str, Any]],
    knees: list[int],
    unit: tuple[str, str],
    output: tuple[str, str] | None = None,
    other: tuple[str, str] | None = None,
) -> ReportTable:
    """One line a point: amount of the axis, value, what no plan exceeds, price of one more unit.

    `output` is the unit of the output that is best in the place of the value; None: the value is.
    `other` is the unit of a second axis, where there is one.
    """
    money = unit_pair(instance)
    best = (
        (Column("money_value", MONEY, money), Column("no_plan_above", MONEY, money))
        if output is None
        else (
            Column("frontier_y", NUMBER, output),
            Column("no_plan_above", NUMBER, output),
            Column("money_value", MONEY, money),
        )
    )
    changes = (Column("projects_entering", COUNT), Column("projects_leaving", COUNT))
    columns = (
        Column("frontier_x", NUMBER, unit),
        *(() if other is None else (Column("frontier_z", NUMBER, other),)),
        *best,
        Column("price_of_one_more", NUMBER),
        *(() if other is None else (Column("price_of_one_more_z", NUMBER),)),
        *(changes if other is None else ()),  # eighty columns hold no more
        Column("knee"),
        Column("run_folder"),
    )
    rows: list[dict[str, Any]] = [
        text_pair("run_folder", _name(point))
        | text_pair("knee", both("yes") if number in knees else ("", ""))
        | {
            "frontier_x": point["x"],
            "frontier_z": point.get("z"),
            "price_of_one_more_z": point.get("z_price"),
            "frontier_y": point["y"],
            "money_value": point["value"],
            "no_plan_above": point["y_bound"],
            "price_of_one_more": point["price"],
            "projects_entering": len(point["enters"]),
            "projects_leaving": len(point["leaves"]),
        }
        for number, point in enumerate(points)
    ]
    note = "frontier_note" if other is None else "surface_note"
    return ReportTable("frontier", columns, frame_of(columns, rows), note)


def _name(row: Mapping[str, Any]) -> tuple[str, str]:
    """Name of a run folder; where all of them lie is said below the table."""
    name = Path(row["run_dir"]).name
    return name, name


def scenarios_table(
    instance: Instance, rows: list[Mapping[str, Any]], names: Mapping[str, tuple[str, str]]
) -> ReportTable:
    """One line a scenario: value of its best plan, bound, projects built."""
    money = unit_pair(instance)
    columns = (
        Column("scenario"),
        Column("probability", NUMBER),
        Column("money_value", MONEY, money),
        Column("no_plan_above", MONEY, money),
        Column("projects_built", COUNT),
        Column("run_folder"),
    )
    made: list[dict[str, Any]] = [
        text_pair("scenario", names[row["scenario"]])
        | text_pair("run_folder", _name(row))
        | {
            "probability": row["probability"],
            "money_value": row["objective"],
            "no_plan_above": row["bound"],
            "projects_built": row["num_selected"],
        }
        for row in rows
    ]
    return ReportTable("scenario_values", columns, frame_of(columns, made))


def matrix_table(
    instance: Instance,
    cells: list[Mapping[str, Any]],
    names: Mapping[str, tuple[str, str]],
) -> ReportTable:
    """One line for each plan under each scenario: what it is worth there, and its regret."""
    money = unit_pair(instance)
    columns = (
        Column("plan_made_for"),
        Column("scenario"),
        Column("money_value", MONEY, money),
        Column("regret", MONEY, money),
        Column("possible"),
    )
    words = {True: "yes", False: "no", None: "not_known"}
    made: list[dict[str, Any]] = [
        text_pair("plan_made_for", names[cell["plan"]])
        | text_pair("scenario", names[cell["scenario"]])
        | text_pair("possible", both(words[cell["is_possible"]]))
        | {"money_value": cell["value"], "regret": cell["regret"]}
        for cell in cells
    ]
    return ReportTable("plans_under_scenarios", columns, frame_of(columns, made), "regret_note")


def paths_table(
    instance: Instance, paths: Sequence[PathValue], names: Mapping[str, tuple[str, str]]
) -> ReportTable:
    """One line a path (a first phase decided now): weighted value, bound, worst regret."""
    money = unit_pair(instance)
    columns = (
        Column("path"),
        Column("weighted_value", MONEY, money),
        Column("no_plan_above", MONEY, money),
        Column("worst_regret", MONEY, money),
        Column("decides_the_same"),
    )
    made: list[dict[str, Any]] = [
        text_pair("path", names[path.name])
        | text_pair("decides_the_same", names[path.same_as] if path.is_repeated else ("", ""))
        | {
            "weighted_value": path.value,
            "no_plan_above": path.bound,
            "worst_regret": path.worst_regret,
        }
        for path in paths
    ]
    return ReportTable("paths", columns, frame_of(columns, made), "paths_note")


def explanations_table(instance: Instance, rows: list[dict[str, Any]]) -> ReportTable:
    """One line a project: in or out, why, what the other way loses, where it turns."""
    money, names = unit_pair(instance), Names(instance)
    columns = (
        Column("project"),
        Column("in_or_out"),
        Column("why_in_a_word"),
        Column("loss_at_least", MONEY, money),
        Column("loss_at_most", MONEY, money),
        Column("turns_at_benefit", MONEY, money),
        Column("turns_at_cost", MONEY, money),
        Column("turns_by"),
    )
    unknown = unknown_reason(instance, "explained_not_in_time")
    made: list[dict[str, Any]] = []
    for row in rows:
        turns = {
            change["kind"]: change["to"] for change in row["smallest_change"] if change["confirmed"]
        }
        why = both(f"reason_{row['reason']}") if row["reason"] else ("", "")
        if not row["reason"] and row["loss_low"] is None and row["loss_high"] is None:
            why = unknown
        made.append(
            text_pair("project", names.pair(row["project"]))
            | text_pair("in_or_out", both(f"state_{row['state']}"))
            | text_pair("why_in_a_word", why)
            | {
                "loss_at_least": row["loss_low"],
                "loss_at_most": row["loss_high"],
                "turns_at_benefit": turns.get("benefit"),
                "turns_at_cost": turns.get("cost"),
            }
            | text_pair("turns_by", _by_money(row["smallest_change"]))
        )
    return ReportTable("explained", columns, frame_of(columns, made), "explained_note")


def _by_money(changes: list[Mapping[str, Any]]) -> tuple[str, str]:
    """The first confirmed change of money or debt in words: what, when, by how much."""
    for change in changes:
        if change["confirmed"] and change["table"] != "projects":
            english, chinese = both(f"kind_{change['kind']}")
            told = f"{change['row'].rpartition('/')[2]} {change['to'] - change['from']:+,.2f}"
            return f"{english} {told}", f"{chinese} {told}"
    return "", ""


def duties_table(instance: Instance, rows: list[dict[str, Any]]) -> ReportTable:
    """One line a duty: what it is, and what the plan would gain without it."""
    money, names = unit_pair(instance), Names(instance)
    columns = (
        Column("duty"),
        Column("kind_of_duty"),
        Column("price_of_duty", MONEY, money),
        Column("price_at_least", MONEY, money),
        Column("price_at_most", MONEY, money),
    )
    made: list[dict[str, Any]] = [
        text_pair("duty", _duty_name(names, row["row"]))
        | text_pair("kind_of_duty", both(f"duty_{row['kind']}"))
        | {
            "price_of_duty": row["price"],
            "price_at_least": row["price_low"],
            "price_at_most": row["price_high"],
        }
        for row in sorted(rows, key=lambda row: -(row["price_high"] or 0.0))
    ]
    return ReportTable("duties", columns, frame_of(columns, made), "duties_note")


def _duty_name(names: Names, row: str) -> tuple[str, str]:
    """Parts of a key that have names by these."""
    first, *rest = row.split("/")
    english, chinese = names.pair(first)
    return " ".join((english, *rest)), " ".join((chinese, *rest))
