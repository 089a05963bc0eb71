"""What a rule is, in one frozen record: its rows, its law, its words, and what asks for it.

Every place that knows rules reads these records: the builder binds a family of rows to each, a
conflict groups rows by their `subject`, a rejection and the report take their words from here, and
an engine reads `needs` to know which rules an instance asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

from infraplan.models.base import DomainModel


class Words(NamedTuple):
    """A text in both languages; `{axis}` stands for the name of what the rule is about."""

    en: str
    zh: str

    def filled(self, parts: Mapping[str, tuple[str, str]]) -> Words:
        """Return the text with names in; `parts` gives (English, Chinese) by axis."""
        english = {axis: pair[0] for axis, pair in parts.items()}
        chinese = {axis: pair[1] for axis, pair in parts.items()}
        return Words(self.en.format_map(_Open(english)), self.zh.format_map(_Open(chinese)))


class _Open(dict[str, str]):
    """A mapping that answers an unknown axis with nothing."""

    def __missing__(self, key: str) -> str:
        return ""


class Section(StrEnum):
    """Section of docs/laws.md that states a law."""

    SELECTION = "selection"
    VALUE = "value"
    POLICY = "policy"
    MONEY = "money"
    ACCOUNT = "account"
    NETWORK = "network"
    EQUILIBRIUM = "equilibrium"
    PRESSURE = "pressure"


@dataclass(frozen=True)
class Need:
    """A table of the instance, or a field off its default, that asks for a rule.

    Attributes
    ----------
    table
        Table of the instance; `settings` is instance.yaml.
    column
        Field of its rows, dotted where it lies deeper; blank: any row asks.
    values
        Patterns (`*` stands for anything) of the values that ask; empty: any but the default.
    """

    table: str
    column: str = ""
    values: tuple[str, ...] = ()

    def is_filled(self, instance: DomainModel) -> bool:
        """Whether `instance` asks for the rule by this table or field."""
        *path, last = self.column.split(".")
        rows = _flat(getattr(instance, self.table))
        for name in path:
            rows = tuple(part for row in rows for part in _flat(getattr(row, name)))
        return any(self._asks(row, last) for row in rows)

    def _asks(self, row: DomainModel, field: str) -> bool:
        if not field:
            return True
        value = getattr(row, field)
        if self.values:
            return any(fnmatchcase(str(value), pattern) for pattern in self.values)
        default = type(row).model_fields[field].get_default(call_default_factory=True)
        return bool(value != default)


def _flat(found: DomainModel | tuple[DomainModel, ...]) -> tuple[DomainModel, ...]:
    return found if isinstance(found, tuple) else (found,)


@dataclass(frozen=True)
class Reason:
    """Why a project is not in a plan, where no rows say so.

    Attributes
    ----------
    name
        Name in a run's tables.
    reason
        Why a project is left out by it; names of what it is about follow.
    """

    name: str
    reason: Words


@dataclass(frozen=True)
class Rule(Reason):
    """One family of rows.

    Attributes
    ----------
    name
        Family of rows; `optimizer/families/<name>.py` holds `add_<name>`.
    title
        The rule as a sentence, in a planner's words, with the names of its `subject`.
    law
        Law of docs/laws.md that the rows state.
    section
        Section of that page.
    axes
        Parts of a row's key, in order; empty where rows have no keys.
    subject
        Those of `axes` that name one rule for a planner: its rows differ in year and the like.
    gives_way
        Whether a planner can give way on it: a rule that somebody made. What is bookkeeping or
        physics never gives.
    needs
        Tables and fields that ask for it; any one of them does.
    told
        Those of `subject` whose names follow the reason; None: all.
    is_bound
        Whether it stands in the model as bounds of columns and not as rows of its own, so that
        only a search for conflicts makes rows of it.
    counts_years
        Whether its rows are short of years, and not of the thing that it limits.
    is_choice
        Whether its rows ask yes or no of decisions, so that an amount of them says nothing.
    is_priced
        Whether bounds put a price on its rows: they tie projects to money, or many of them that
        have nothing else in common, and a plan comes apart without them.
    """

    title: Words
    law: str
    section: Section
    axes: tuple[str, ...]
    subject: tuple[str, ...]
    gives_way: bool
    needs: tuple[Need, ...]
    told: tuple[str, ...] | None = None
    is_bound: bool = False
    counts_years: bool = False
    is_choice: bool = False
    is_priced: bool = False

    def is_asked(self, instance: DomainModel) -> bool:
        """Whether `instance` fills a table or a field that asks for this rule."""
        return any(need.is_filled(instance) for need in self.needs)

    def label(self, key: tuple[str | int, ...]) -> str:
        """Name of one rule, `family:subject`, from the key of a row of it."""
        if not key:
            return self.name
        parts = (str(key[self.axes.index(axis)]) for axis in self.subject)
        return ":".join((self.name, *parts))
