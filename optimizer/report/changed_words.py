"""A cell of an instance, and what it holds, as people say it: in the names of works and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from infraplan.models.catalogue import (
    Phrase,
    foreign,
    joined,
    pair,
    phrase,
    term_of,
    term_or_name,
)
from infraplan.models.instance import TABLES, Instance, table_model
from infraplan.models.project import Option
from infraplan.optimizer.estimating.implausibility import field_words
from infraplan.optimizer.report.texts import Names
from infraplan.optimizer.storage.fields import fields_of

SETTINGS = "instance"
"""The table whose columns are paths of settings."""
_FORCED = {"force": "asked-to-build", "forbid": "asked-not-to-build"}
"""Message of what is asked of a project, by the kind of the change."""
LONGEST = 24
"""Signs of a text that is told as an example."""


def changes_in_words(instance: Instance, made: Sequence[Mapping[str, Any]]) -> Phrase:
    """Changes as run.json states them (`changes.made`), one behind the other."""
    return joined(*(_change(instance, row) for row in made), between="; ")


def _change(instance: Instance, row: Mapping[str, Any]) -> Phrase:
    names, name = Names(instance), str(row["row"])
    if key := _FORCED.get(str(row["kind"])):
        told = named(names, name)
        told = told if str(told) == name else phrase("name-and-word", name=told, word=name)
        return phrase(key, project=told)
    table, column = str(row["table"]), str(row["column"])
    before, after = (value_in_words(table, column, row[side]) for side in ("before", "after"))
    place = place_in_words(names, table, name.split("/"), column)
    return phrase("asked-change", place=place, before=before, after=after)


def named(names: Names, name: str) -> Phrase:
    """The name of what has the id `name`; a year, or what has none, as it is."""
    told = names.pair(name)
    return foreign(name) if told == (name, name) else pair(*told)


def place_in_words(names: Names, table: str, keys: Sequence[str], column: str) -> Phrase:
    """A cell by the names of what its row is of, and of its column."""
    if table == SETTINGS:
        return column_in_words(table, column)
    row = joined(*(named(names, key) for key in keys), between=" ")
    return phrase("cell-of-row", row=row, column=column_in_words(table, column))


def column_in_words(table: str, column: str) -> Phrase:
    """What a column is called, or the setting at a path."""
    told = field_words(table, column)
    return pair(str(told).replace("_", " "), told.zh)


def table_in_words(table: str) -> Phrase:
    """What a table is called."""
    return term_or_name("table", table)


def value_in_words(table: str, column: str, value: Any) -> Phrase:
    """What a cell holds: a word of a fixed list in each language, a number in short."""
    if value is None or value == "":
        return foreign("-")
    if isinstance(value, Mapping):  # by option
        told = (
            phrase("name-and-word", name=value_in_words(table, column, cell), word=str(option))
            for option, cell in value.items()
        )
        return joined(*told, between=", ")
    words = _list_of(table, column)
    if words is not None and value in {member.value for member in words}:
        return term_of(words(value))
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return foreign(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}~")


def _list_of(table: str, column: str) -> type[StrEnum] | None:
    """The fixed list whose words a column takes; None where it takes others."""
    if table not in TABLES:
        return None
    models = (table_model(table), *((Option,) if table == "projects" else ()))
    found = (fields_of(model).get(column) for model in models)
    return next((field.type.words for field in found if field is not None), None)
