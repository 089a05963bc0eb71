"""Tables and their columns: which file or sheet, which headings, which fields behind them.

`projects` holds a project together with its base option; `options` holds the further options.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING

from infraplan.models.instance import TABLES, table_model
from infraplan.models.project import Option, Project
from infraplan.optimizer.storage.accepted_words import ALIASES, MYRIADS, WRITTEN, titles
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.models.base import DomainModel
from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, pair, phrase
from infraplan.models.catalogue.table_words import (
    ENGLISH_NAME_ENDS,
    ID_ENDS,
    NAME_ENDS,
    ROW_NUMBERS,
    ROWS,
    UNIT_SAID,
)
from infraplan.models.regular_expressions import regex

SCENARIOS = "scenarios"
OPTIONS = "options"
PROJECTS = "projects"
CSV_TABLES: tuple[str, ...] = tuple(
    name
    for table in TABLES
    if table != SCENARIOS
    for name in ([table, OPTIONS] if table == PROJECTS else [table])
)
"""Tables that are one CSV file each, in the order in which they are written."""


def _stem(title: str) -> str:
    """A heading without the end that says id or name: 项目 of 项目编号."""
    for end in (*ID_ENDS, *NAME_ENDS):
        if title.endswith(end) and title != end:
            return title.removesuffix(end)
    return title


@dataclass(frozen=True)
class Table:
    """A table: its name and its columns by heading, in the order in which they are written."""

    name: str
    columns: dict[str, FieldInfo]

    def heading(self, column: str) -> str:
        """Heading under which `column` is written."""
        return WRITTEN.get(self.name, {}).get(column, column)

    def title(self, column: str) -> Phrase:
        """Heading of `column` for a reader: as it is written, and its Chinese title."""
        heading, chinese = self.heading(column), titles(self.name, column)
        return pair(heading, chinese[0] if chinese else heading)

    def reference(self, column: str) -> str | None:
        """Table whose ids stand in `column`, None where it holds none."""
        target = self.columns[column].refers_to
        return target if target in TABLES else None

    @cached_property
    def known_headings(self) -> dict[str, str]:
        """Column by simplified heading: its name, its aliases, its Chinese titles."""
        known: dict[str, str] = {}
        for column in self.columns:
            for title in titles(self.name, column)[1:]:
                known.setdefault(_simple(title), column)
        for column in self.columns:
            known |= {_simple(title): column for title in titles(self.name, column)[:1]}
        known |= {_simple(alias): column for alias, column in ALIASES.get(self.name, {}).items()}
        known |= {_simple(column): column for column in self.columns}
        own, by_title = self._own_variants(), self._reference_variants(by_title=True)
        for variants in (own, by_title, self._reference_variants(by_title=False)):
            for heading, columns in variants.items():
                if len(columns) == 1:
                    known.setdefault(heading, *columns)
        return known

    def _own_variants(self) -> dict[str, set[str]]:
        """Further headings of what a row is called and known by: its id, its names."""
        own = self.name.removesuffix("s") if self.name in (OPTIONS, "resources") else "id"
        ends = {own: ID_ENDS, "name_zh": NAME_ENDS, "name_en": ENGLISH_NAME_ENDS}
        found: dict[str, set[str]] = {}
        for column, words in ends.items():
            if column in self.columns:
                # A bare number is, in a table of options, as well that of their project.
                bare = () if self.name == OPTIONS else ("",)
                for row in (*bare, *ROWS.get(self.name, ())):
                    for end in words:
                        found.setdefault(_simple(row + end), set()).add(column)
        return found

    def _reference_variants(self, *, by_title: bool) -> dict[str, set[str]]:
        """Further headings of columns that name rows elsewhere, by id or by name.

        They begin as their titles do, or with what a row of the other table is called.
        """
        found: dict[str, set[str]] = {}
        for column in self.columns:
            target = self.reference(column)
            if target is None and column not in ("option", "network", "element"):
                continue
            stems = {_stem(title) for title in titles(self.name, column)}
            for stem in stems if by_title else ROWS.get(target or "", ()):
                for end in (*ID_ENDS, NAME_ENDS[0], ""):
                    found.setdefault(_simple(stem + end), set()).add(column)
        return found

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be there and filled in every row."""
        return tuple(name for name, field in self.columns.items() if field.required)


_FREE_TEXTS = frozenset(
    {"name_en", "name_zh", "source", "note", "quote", "unit", "cost_basis", "benefit_basis"}
)


def holds_names(field: FieldInfo) -> bool:
    """Whether a column holds ids or names by which rows meet, and no text for a reader."""
    kind = field.type
    parts = (kind, kind.item, kind.key)
    is_text = any(part is not None and part.base is Base.TEXT for part in parts)
    return is_text and field.name not in _FREE_TEXTS


@cache
def reference_columns() -> dict[str, str]:
    """Columns that hold ids of another table, of any table, and whose ids they are."""
    return {
        column: target
        for name in CSV_TABLES
        for column in table_of(name).columns
        if (target := table_of(name).reference(column))
    }


@cache
def table_of(name: str) -> Table:
    """Return the table `name` of the instance (or `options`)."""
    if name == PROJECTS:
        return Table(name, _project_columns())
    if name == OPTIONS:
        return Table(name, _option_columns())
    return table_for(name, table_model(name))


def table_for(name: str, model: type[DomainModel]) -> Table:
    """Return a table with one column per field of `model`.

    Raises
    ------
    TypeError
        A field is a nested object, which no cell can hold.
    """
    columns = dict(fields_of(model))
    nested = [n for n, f in columns.items() if f.type.base in (Base.OBJECT, Base.OBJECTS)]
    if nested:
        message = f"table {name} has nested fields: {', '.join(nested)}"
        raise TypeError(message)
    return Table(name, columns)


def _project_columns() -> dict[str, FieldInfo]:
    columns: dict[str, FieldInfo] = {}
    for name, field in fields_of(Project).items():
        if name == "options":
            columns.update(fields_of(Option))
        else:
            columns[name] = field
    return columns


def _option_columns() -> dict[str, FieldInfo]:
    project = FieldInfo(
        "project",
        ValueType(Base.TEXT),
        None,
        "id of the project that has this option",
        required=True,
        default=None,
        refers_to=PROJECTS,
    )
    columns = {"project": project}
    for name, field in fields_of(Option).items():
        if name == "option":
            columns[name] = replace(field, required=True, default=None)
        else:
            columns[name] = replace(
                field, description=f"{field.description}; blank takes the base option's"
            )
    return columns


# Fields of a base option in `projects`, all but its name.
OPTION_FIELDS: tuple[str, ...] = tuple(name for name in fields_of(Option) if name != "option")


# ----------------------------------------------------------------------------------------- headings

_UNIT = regex(r"(.+?)\s*[(（\[【]([^()（）]*)[)）\]】]")
MONEY_UNITS = frozenset({"元", *(f"{m}元" for m in MYRIADS), *MYRIADS})
_BARE_UNIT = regex(
    rf"(.+?)\s*[/／:：,，、_-]?\s*((?:{'|'.join(sorted(MYRIADS, key=len, reverse=True))})?元|[%％])"
)
_STROKE_UNIT = regex(r"(.+?)\s*[/／:：,，、_]\s*([^\s/／]+)")
_SAID = regex(rf"^{UNIT_SAID}\s*[:：]?\s*")
_WIDE = regex(r"(?<=[\u3400-\u9fff（）])\s+(?=[\u3400-\u9fff（(])")
_UNIT_WORDS = {
    "km": {"km", "公里", "千米"},
    "years": {"years", "年"},
    "year": {"year", "年"},
    "persons": {"persons", "人"},
    "minutes": {"minutes", "min", "分钟", "分"},
    "degrees": {"degrees", "度", "°"},
    "m": {"m", "米", "metres", "meters"},
    "mm": {"mm", "毫米"},
}
_SCALES: dict[str, dict[tuple[str, ...], Fraction]] = {
    "km": {("m", "米", "metres", "meters"): Fraction(1, 1000)},
    "minutes": {("h", "hours", "小时"): Fraction(60), ("s", "seconds", "秒"): Fraction(1, 60)},
    "mm": {("m", "米", "metres", "meters"): Fraction(1000), ("cm", "厘米"): Fraction(10)},
    "persons": {
        ("万人", "10,000 persons"): Fraction(10_000),
        ("千人", "thousand", "thousands", "'000", "thousand persons"): Fraction(1000),
    },
}
"""Further units in which a heading may say that its figures stand, and what one of them is in the
unit of the column."""


def unit_words(unit: str | None) -> frozenset[str]:
    """Words of a unit that may follow a number of it; none where it has no words."""
    return frozenset(_UNIT_WORDS.get(unit or "", ()))


def is_measured(unit: str | None) -> bool:
    """Whether figures in `unit` are counts or measures, of which none is a share of 100."""
    return unit in _UNIT_WORDS


def scale_of(unit: str | None, word: str) -> Fraction | None:
    """Units of a column in one of `word`, which its heading states; None where that scales nothing.

    2,500 below 长度（米） are 2.5 of a column in km.
    """
    scales = _SCALES.get(unit or "", {})
    return next((scale for words, scale in scales.items() if word.casefold() in words), None)


@dataclass(frozen=True)
class Heading:
    """What a heading means: the column, and a suffix that its bare numbers take (e.g. 万元)."""

    column: str
    suffix: str = ""


def _simple(text: str) -> str:
    return re.sub(r"[\s_]+", "_", text.strip().strip("*").strip()).casefold()


def _joined(text: str) -> str:
    """`text` without the blanks that set Chinese words wide or break them over lines."""
    return _WIDE.sub("", text.strip().strip("*").strip())


def heading_of(table: Table, text: str) -> Heading | None:
    """Return what the heading `text` means in `table`, None where it is unknown.

    A heading is a column's name, an alias, a Chinese title, or both parted by a blank or line end;
    a unit may follow, in brackets or after a stroke: 万元, 亿元 and 元 scale the column's bare
    numbers, % divides them, m scales a column in km (`scale_of`), the column's own unit is
    accepted, any other unit makes the heading unknown.
    """
    known = table.known_headings
    if column := known.get(_simple(text)):
        return Heading(column)
    parts = {known.get(_simple(part)) for part in text.split()}
    if len(parts) == 1 and (column := parts.pop()):
        return Heading(column)
    joined = _joined(text)
    if column := known.get(_simple(joined)):
        return Heading(column)
    said = _with_unit(table, joined)
    if said is None:
        return None
    column, unit = said
    field = table.columns[column]
    if field.is_money and unit in MONEY_UNITS:
        return Heading(column, unit)
    is_number = field.type.base is Base.NUMBER and not field.is_money
    is_share = unit == "%" and not is_measured(field.unit)
    if is_number and (is_share or scale_of(field.unit, unit) is not None):
        return Heading(column, unit)
    own = _UNIT_WORDS.get(field.unit or "", {field.unit})
    return Heading(column) if unit in own or unit.casefold() in own else None


def _with_unit(table: Table, joined: str) -> tuple[str, str] | None:
    """The column that a heading names before a unit, and the unit; None where it names none."""
    for form in (_UNIT, _BARE_UNIT, _STROKE_UNIT):
        match = form.fullmatch(joined)
        column = None if match is None else table.known_headings.get(_simple(match[1]))
        if match is not None and column is not None:
            return column, _SAID.sub("", match[2].strip()).replace("％", "%")
    return None


def closest_heading(text: str, table: Table) -> Phrase:
    """Return advice for an unknown heading: the closest one, and all that are known."""
    simple = text.strip().casefold().replace(" ", "_")
    close = get_close_matches(simple, list(table.known_headings), n=1, cutoff=0.5)
    column = table.known_headings[close[0]] if close else None
    hint = phrase("did-you-mean-3", column=table.title(column)) if column else NOTHING_SAID
    if (said := _with_unit(table, _joined(text))) is not None:
        hint = _other_unit(table, *said) or hint
    return phrase(
        "a-heading-that-begins-with-or-note-is-ignored",
        hint=hint,
        columns=listed(map(table.title, table.columns)),
    )


def _other_unit(table: Table, column: str, unit: str) -> Phrase | None:
    """Advice for a heading in a unit that is not read; without it its figures would be others."""
    field, title = table.columns[column], table.title(column)
    if not (field.is_money or field.type.base is Base.NUMBER):
        return None
    if field.is_money:
        return phrase("heading-in-another-money-unit", column=title, unit=unit)
    if field.unit is None:
        return phrase("heading-in-a-unit-of-its-own", column=title, unit=unit)
    return phrase("heading-in-another-unit", column=title, unit=unit, own=field.unit)


def names_beside_ids(table: Table, texts: Sequence[str]) -> dict[int, str]:
    """Return the columns of names, by position, beside one that says the same by id, and its text.

    Offices put 辖区名称 beside 辖区编号: the id says which row of another table is meant.
    """
    found: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        heading = heading_of(table, text) if text else None
        if heading is not None and table.reference(heading.column) is not None:
            found.setdefault(heading.column, []).append(position)
    passed: dict[int, str] = {}
    for positions in found.values():
        names = [at for at in positions if _joined(texts[at]).endswith(NAME_ENDS)]
        ids = [at for at in positions if at not in names]
        if len(ids) == 1:
            passed |= dict.fromkeys(names, texts[ids[0]])
    return passed


def is_comment(heading: str) -> bool:
    """Whether a column of this heading is a remark of the author, or counts its rows."""
    plain = "".join(heading.split())
    return plain.startswith(("#", "note_")) or plain in ROW_NUMBERS
