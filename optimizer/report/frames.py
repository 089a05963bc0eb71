"""What every table of a run is made of: columns, kinds of values, frames, the run itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.models.progress import stands
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.analysis.service_value import ProjectWorth
from infraplan.optimizer.report.texts import both, unit_pair

TEXT, MONEY, NUMBER, YEAR, COUNT, SHARE = (
    "text",
    "money",
    "number",
    "year",
    "count",
    "share",
)

_NUMBERS = regex(r"([0-9]+)")


def in_brackets(unit: str, lang: str) -> str:
    """A unit behind the name of what it measures, in the brackets of the language; or nothing."""
    if not unit:
        return ""
    return f"（{unit}）" if lang == "zh" else f"[{unit}]"


@dataclass(frozen=True)
class Column:
    """A column: its key in the frame (text: `KEY_en`, `KEY_zh`), kind, and bilingual unit.

    `word` is the key of its heading where the table calls it otherwise than its key.
    """

    key: str
    kind: str = TEXT
    unit: tuple[str, str] = ("", "")
    word: str = ""

    def heading(self, lang: str) -> tuple[str, str]:
        """Name of the column, and its unit in the brackets of the language; blank without one."""
        side = 1 if lang == "zh" else 0
        is_of_year = self.kind == YEAR and self.key.isdigit()
        return self.key if is_of_year else both(self.word or self.key)[side], in_brackets(
            self.unit[side], lang
        )

    def title(self, lang: str) -> str:
        """Heading with its unit."""
        name, unit = self.heading(lang)
        return f"{name} {unit}" if unit and lang != "zh" else name + unit

    def frame_key(self, lang: str) -> str:
        """Key of the column's values in `lang`."""
        return f"{self.key}_{lang}" if self.kind == TEXT else self.key


@dataclass(frozen=True)
class ReportTable:
    """A titled table with a note; `frame` has the columns' frame keys.

    `why_empty` says in both languages why there is no row, where that is not plain; `has_total`
    whether the last row sums the others, so that no filter may sort it among them.
    """

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    note: str = ""
    why_empty: tuple[str, str] = ("", "")
    has_total: bool = False

    @property
    def title(self) -> tuple[str, str]:
        """Title in both languages."""
        return both(self.name)

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The rows by frame key: made once, and without a frame of pandas for each of them."""
        columns = [values.tolist() for _, values in self.frame.items()]
        keys = [str(key) for key in self.frame.columns]
        return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Run:
    """What tables are made of; `worths` to the networks are found anew where they are None."""

    instance: Instance
    plan: Plan | None
    manifest: Mapping[str, Any]
    rejections: tuple[Rejection, ...]
    worths: tuple[ProjectWorth, ...] | None = None

    @property
    def money(self) -> tuple[str, str]:
        """Money unit in both languages."""
        return unit_pair(self.instance)


def make_run(
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    worths: tuple[ProjectWorth, ...] | None = None,
) -> Run:
    """Gather what a report shows."""
    return Run(instance, plan, manifest, tuple(rejections), worths)


def asked(run: Run) -> int:
    """Candidates: projects that do not stand already."""
    return sum(not stands(row) for row in run.instance.projects)


def in_order(key: str) -> tuple[tuple[bool, int, str], ...]:
    """What ids are sorted by: as an office numbers, road-2 before road-10."""
    parts = _NUMBERS.split(key)
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)


def frame_of(columns: tuple[Column, ...], rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Frame of `rows` with the columns' keys in both languages, in order."""
    keys = [column.frame_key(lang) for column in columns for lang in ("en", "zh")]
    return pd.DataFrame(rows, columns=list(dict.fromkeys(keys)))


def text_pair(key: str, pair: tuple[str, str]) -> dict[str, str]:
    """Both languages of a text cell."""
    return {f"{key}_en": pair[0], f"{key}_zh": pair[1]}


def told_number(value: float) -> str:
    """A quantity with the four digits that a reader takes in; whole from a thousand on.

    `g` alone would write a million as a power of ten.
    """
    return f"{value:,.0f}" if abs(value) >= 999.95 else f"{value:.4g}"


def format_value(column: Column, value: Any, lang: str) -> str:
    """Text of a cell for a reader."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return "-"
    if column.kind == TEXT:
        return str(value)
    if column.kind == YEAR and not column.key.isdigit():
        return str(int(value))
    if column.kind == COUNT:
        return f"{int(value):,}"
    if column.kind == SHARE:
        return f"{float(value):.1%}"
    if column.kind == NUMBER:
        return told_number(float(value))
    return f"{round(float(value), 2) + 0.0:,.2f}"  # a rounded -0.00 is 0.00
