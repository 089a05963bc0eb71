"""The map of a foreign table: which of its columns, words and amounts mean what in an instance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.project import Stage
from infraplan.optimizer.storage.csv_text import decode, read_bytes
from infraplan.optimizer.storage.faults import CellFault, Faults
from infraplan.optimizer.storage.numbers import YearEnd, number_in, parse_year
from infraplan.optimizer.storage.table_columns import PROJECTS, heading_of, table_of
from infraplan.optimizer.storage.yaml_text import YamlTree, parse_yaml

KEYS = (
    "settings",
    "sheet",
    "heading_row",
    "columns",
    "constants",
    "words",
    "years",
    "long",
    "negative",
    "total",
    "funding",
    "budget",
)
LEFT_OUT = "skip"
"""Word of a map for rows that are no projects."""
OTHERS = "*"
NEGATIVE = ("refuse", "zero", "leave_out")
COORDINATES = ("lon", "lat")
"""Columns of places that a table of projects often has."""

STAGE_WORDS: dict[str, str] = {
    **dict.fromkeys(("idea", "concept", "proposed", "study", "feasibility", "规划"), Stage.STUDY),
    **dict.fromkeys(
        ("planned", "design", "preliminary engineering", "final design", "前期", "储备"),
        Stage.PREPARATORY,
    ),
    **dict.fromkeys(("approved", "procurement", "tender", "ready", "新开工", "开工"), Stage.START),
    **dict.fromkeys(
        ("in progress", "under construction", "construction", "ongoing", "active", "在建", "续建"),
        Stage.UNDER_CONSTRUCTION,
    ),
    **dict.fromkeys(
        ("complete", "completed", "closed", "finished", "已完工", "完工", "建成"), Stage.COMPLETE
    ),
    **dict.fromkeys(
        ("cancelled", "canceled", "on hold", "suspended", "withdrawn", "取消", "暂停"), LEFT_OUT
    ),
}
"""Words that offices use for how far a project is; the words of a map come before them."""


@dataclass(frozen=True)
class TableMap:
    """What a map says.

    Attributes
    ----------
    settings: settings as in `instance.yaml`.
    sheet: sheet of a workbook; blank for the first.
    heading_row: row of the headings, from 1.
    columns: headings of the file by column of projects (or `lon`, `lat`); several are joined.
    constants: cells that are the same in every row, by column of projects.
    words: words of the instance by word of the file, by column of projects.
    years: heading of the amounts of a year, by year.
    long: headings of the year and of the amount in a table with a row for each year.
    negative: what a negative amount is: a fault, 0, or a row that is no project.
    total: heading of a stated total, against which the yearly amounts are held; blank for none.
    funding: heading of what a fund pays, by id of the fund.
    budget: share of all yearly amounts that the fund made of them gets; None for no fund.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    sheet: str = ""
    heading_row: int = 1
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    years: Mapping[int, str] = field(default_factory=dict)
    long: tuple[str, str] | None = None
    negative: str = "refuse"
    total: str = ""
    funding: Mapping[str, str] = field(default_factory=dict)
    budget: float | None = 1.0


def read_map(path: Path, faults: Faults) -> TableMap | None:
    """Return the map in the YAML file `path`; None, with findings, where it makes no sense."""
    before = len(faults.findings)
    data = read_bytes(path, faults)
    text = None if data is None else decode(data, path.name, faults)
    tree = None if text is None else parse_yaml(text, path.name, faults)
    if tree is None:
        return None
    made = _Maker(path.name, tree, faults).made()
    return made if len(faults.findings) == before else None


class _Maker:
    def __init__(self, file: str, tree: YamlTree, faults: Faults) -> None:
        self._file, self._tree, self._faults = file, tree, faults
        self._data: Mapping[str, Any] = tree.data if isinstance(tree.data, Mapping) else {}

    def made(self) -> TableMap:
        if not self._data:
            self._fault("wrong-type", "", phrase("a-map-is-keys-and-values", keys=listed(KEYS)))
        for key in self._data:
            if key not in KEYS:
                self._fault(
                    "unknown-key",
                    str(key),
                    phrase("is-no-key-of-a-map", key=key, keys=listed(KEYS)),
                )
        return TableMap(
            settings=self._mapping("settings"),
            sheet=str(self._data.get("sheet") or ""),
            heading_row=self._whole("heading_row"),
            columns=self._columns(),
            constants={k: str(v) for k, v in self._named("constants").items()},
            words={
                column: {str(k).strip().casefold(): str(v) for k, v in words.items()}
                for column, words in self._named("words").items()
                if self._is_mapping(words, f"words.{column}")
            },
            years=self._years(),
            long=self._long(),
            negative=self._negative(),
            total=str(self._data.get("total") or ""),
            funding={str(k): str(v) for k, v in self._mapping("funding").items()},
            budget=self._budget(),
        )

    def _fault(self, rule: str, place: str, message: Phrase) -> None:
        self._faults.report(
            rule,
            message,
            file=self._file,
            row=self._tree.line_of(place),
            column=place,
        )

    def _is_mapping(self, value: Any, path: str) -> bool:
        if not isinstance(value, Mapping):
            self._fault("wrong-type", path, phrase("must-be-keys-and-values", path=path))
            return False
        return True

    def _mapping(self, key: str) -> Mapping[str, Any]:
        value = self._data.get(key)
        if value is None or not self._is_mapping(value, key):
            return {}
        return {str(name): item for name, item in value.items()}

    def _named(self, key: str) -> dict[str, Any]:
        """A mapping whose names are columns of projects, under any of their headings."""
        found = {}
        for name, value in self._mapping(key).items():
            heading = heading_of(table_of(PROJECTS), name)
            if name in COORDINATES and key == "columns":
                found[name] = value
            elif heading is None:
                self._fault(
                    "unknown-column", f"{key}.{name}", phrase("is-no-column-of-projects", name=name)
                )
            else:
                found[heading.column] = value
        return found

    def _columns(self) -> dict[str, tuple[str, ...]]:
        return {
            column: tuple(map(_heading, value if isinstance(value, list) else [value]))
            for column, value in self._named("columns").items()
        }

    def _whole(self, key: str) -> int:
        value = str(self._data.get(key, 1))
        if not (value.isascii() and value.isdecimal()) or int(value) < 1:
            self._fault("bad-number", key, phrase("is-no-row", key=key, value=value))
            return 1
        return int(value)

    def _years(self) -> dict[int, str]:
        """Headings by year: a list of headings that hold a year, or pairs of heading and year."""
        given = self._data.get("years")
        pairs = given.items() if isinstance(given, Mapping) else [(v, v) for v in given or ()]
        found: dict[int, str] = {}
        for heading, said in pairs:
            year = year_in(str(said))
            if year is None:
                self._fault("bad-year", "years", phrase("no-year-in", text=str(said)))
            else:
                found[year] = _heading(heading)
        return dict(sorted(found.items()))

    def _long(self) -> tuple[str, str] | None:
        given = self._mapping("long")
        if not given:
            return None
        if set(given) != {"year", "amount"} or "years" in self._data:
            self._fault("wrong-type", "long", phrase("long-is-year-and-amount"))
            return None
        return _heading(given["year"]), _heading(given["amount"])

    def _negative(self) -> str:
        value = str(self._data.get("negative") or NEGATIVE[0])
        if value not in NEGATIVE:
            self._fault(
                "bad-word", "negative", phrase("is-none-of", value=value, known=listed(NEGATIVE))
            )
        return value

    def _budget(self) -> float | None:
        value = self._data.get("budget", "1")
        if str(value).casefold() in ("none", "no", "false"):
            return None
        share = number_in(str(value)) or 0.0
        if not 0.0 < share <= 10.0:
            self._fault("bad-number", "budget", phrase("is-no-share", value=value))
        return share


def _heading(text: Any) -> str:
    return " ".join(str(text).split())


def year_in(text: str) -> int | None:
    """Return the one year that `text` names, glued to words or not; None where there is none."""
    try:
        return parse_year(text, YearEnd.NEITHER)
    except CellFault:
        found = re.findall(r"(?<!\d)(?:19|20|21)\d\d(?!\d)", text)
        return int(found[0]) if len(set(found)) == 1 else None
