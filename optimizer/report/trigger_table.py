"""Triggers as a table: by which figure a planner sees that a project's time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import Phrase, entries, pair, phrase
from infraplan.models.instance import TABLES, Instance, table_model
from infraplan.models.project import Option
from infraplan.optimizer.report.frames import (
    COUNT,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair

PLAIN = ("value", "amount")
"""Columns that say nothing beside the name of their table."""
AT_LEAST, AT_MOST = "at_least", "at_most"
MONEY = ("money", "money/year", "nominal money")


def triggers_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a decision: what is decided, the figure that tells it, by when it must be known."""
    names = Names(instance)
    columns = (
        Column("project"),
        Column("trigger_decision"),
        Column("trigger_figure"),
        Column("trigger_line"),
        Column("trigger_known_by", YEAR),
        Column("trigger_wrong", COUNT),
    )
    made: list[dict[str, Any]] = [
        text_pair("project", names.pair(row["project"]))
        | text_pair("trigger_decision", _decision(row))
        | text_pair("trigger_figure", figure_words(names, row["figure"]))
        | text_pair("trigger_line", _line(instance, row))
        | {
            "trigger_known_by": row["known_by"],
            "trigger_wrong": len(row["wrong"]) if row["figure"] else None,
        }
        for row in rows
    ]
    return ReportTable("triggers", columns, frame_of(columns, made), "triggers_note")


def _decision(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["by"] is None:
        return both("trigger_build")
    return phrase("trigger-start-by", year=row["by"]).both


def figure_words(names: Names, figure: Mapping[str, Any] | None) -> tuple[str, str]:
    """A figure in words: its table, its row by name, its column, its year."""
    if figure is None:
        return both("trigger_none")
    parts: list[Phrase] = [_table(figure["table"])]
    if figure["row"]:
        parts += [pair(*names.pair(part)) for part in figure["row"].replace(" / ", "/").split("/")]
    if figure["column"] not in PLAIN:
        parts.append(_column(figure["table"], figure["column"]))
    if figure["year"] is not None:
        year = str(figure["year"])
        parts = [part for part in parts if str(part) != year] + [pair(year, year)]
    return " ".join(str(part) for part in parts), " ".join(part.zh for part in parts)


def _table(table: str) -> Phrase:
    found = entries("table").get(table)
    return pair(table, table) if found is None else pair(found.english, found.chinese)


def _column(table: str, column: str) -> Phrase:
    first, _, rest = column.partition(".")
    words = entries("setting" if table == "instance" else "column")
    last = column.rpartition(".")[2]
    found = words.get(first)
    if found is None:
        found = next((row for key, row in words.items() if key.rpartition(".")[2] == last), None)
        rest = ""
    if found is None:
        return pair(column, column)
    return pair(f"{found.english} {rest}".strip(), f"{found.chinese}{rest}")


def _line(instance: Instance, row: Mapping[str, Any]) -> tuple[str, str]:
    """The line with its sign and unit, and the two nearest values."""
    figure = row["figure"]
    if figure is None:
        return "", ""
    told = {
        "threshold": _shown(row["threshold"]),
        "below": _shown(row["below"]),
        "above": _shown(row["above"]),
        "unit": _unit(instance, figure["table"], figure["column"]),
    }
    if row["direction"] == AT_LEAST:
        return phrase("trigger-at-least", **told).both
    return phrase("trigger-at-most", **told).both


def _shown(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _unit(instance: Instance, table: str, column: str) -> Phrase:
    """Unit of money figures; others are told in that of their table, which has none in words."""
    if table not in TABLES:
        return pair("", "")
    fields = dict(table_model(table).model_fields)
    if table == "projects":
        fields |= Option.model_fields
    field = fields.get(column.partition(".")[0])
    extra = field.json_schema_extra if field is not None else None
    unit = extra.get("unit") if isinstance(extra, dict) else None
    if unit not in MONEY:
        return pair("", "")
    english, chinese = unit_pair(instance)
    return pair(f" {english}", chinese)
