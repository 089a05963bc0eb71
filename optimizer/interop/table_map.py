"""The map of a foreign table: which of its columns, words and amounts mean what in an instance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.optimizer.interop.table_dates import year_in
from infraplan.optimizer.interop.table_file import ENCODINGS
from infraplan.optimizer.interop.table_words import unit_in
from infraplan.optimizer.storage.csv_text import decode, read_bytes
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.numbers import DecimalMark, number_in
from infraplan.optimizer.storage.table_columns import PROJECTS, heading_of, table_of
from infraplan.optimizer.storage.yaml_text import YamlTree, parse_yaml

KEYS = (
    "settings",
    "sheet",
    "encoding",
    "decimal",
    "transposed",
    "heading_row",
    "columns",
    "groups",
    "fill_down",
    "constants",
    "words",
    "years",
    "long",
    "units",
    "negative",
    "unreadable",
    "total",
    "funding",
    "payer",
    "rest",
    "budget",
    "only",
    "repeats",
    "latest",
    "leave_out_rows",
    "keep_rows",
    "leave_out_columns",
    "assumed_benefit",
)
OTHERS = "*"
DECIMALS = ("", "point", "comma")
NEGATIVE = ("refuse", "zero", "keep_rest", "leave_out")
UNREADABLE = ("refuse", "open")
REPEATS = ("", "separate", "add", "once", "latest")
COORDINATES = ("lon", "lat")
"""Columns of places that a table of projects often has."""
SPOT = "lat_lon"
"""Column of latitude and longitude in one cell."""
SHEET = "sheet"
"""In the place of a heading of years: each sheet holds the amounts of the year in its title."""
SPANS = ("begins", "ends", "span")
"""Columns of dates or years from which starts, lead times and openings are made."""


@dataclass(frozen=True)
class YearColumn:
    """What a column of yearly amounts holds: its year, and the fund that pays, blank for all."""

    year: int
    fund: str = ""


@dataclass(frozen=True)
class LongForm:
    """Headings of a table with a row for each year: of the year, the amount, and the fund."""

    year: str
    amount: str
    fund: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that it names."""
        year = "" if self.year == SHEET else self.year
        return tuple(name for name in (year, self.amount, self.fund) if name)


@dataclass(frozen=True)
class TableMap:
    """What a map says.

    Attributes
    ----------
    settings
        Settings as in `instance.yaml`.
    sheets
        Sheets of a workbook that are read one after the other; none for the first.
    encoding
        Of a text file; blank where its bytes are to tell.
    decimal
        Decimal mark of amounts; None where the amounts themselves are to tell.
    transposed
        Whether projects are columns.
    heading_rows
        First and last row of the headings, 0 and 0 for none; None where the row is
        sought that has the headings which the map names.
    columns
        Headings of the file by column of projects (or `lon`, `lat`, `begins`, `ends`,
        `span`); several are joined.
    groups
        Column of projects that takes the name of the group a row stands in; blank for none.
    fill_down
        Headings below which a blank cell means the same as the one above it.
    constants
        Cells that are the same in every row, by column of projects.
    words
        Words of the instance by word of the file, by column of projects.
    years
        What the columns of yearly amounts hold, by heading.
    long
        Headings of the year and of the amount in a table with a row for each year.
    units
        Currency units in which bare numbers count, by heading.
    negative
        What a negative amount is: a fault, 0, 0 where its row says others, or a row that is
        no project.
    unreadable
        What a text in the place of an amount is: a fault, or an amount that is open.
    total
        Heading of a stated total, against which the yearly amounts are held; blank for none.
    funding
        Heading of what a fund pays, by id of the fund.
    payer
        Heading of the name of the fund that pays the amounts of a row; blank for none.
    rest
        Fund that pays what the columns of funding leave open; blank for none.
    budget
        Share of all yearly amounts that the fund made of them gets; None for no fund.
    only
        Words of a column without which a row is not read, by heading.
    repeats
        What rows of one id (else name) are: projects apart, parts to add, one that is
        repeated, editions; blank where the map does not say.
    latest
        Heading by which the latest of several rows of one id is known.
    leave_out, keep
        Rows that are no projects, and rows that are.
    leave_out_columns
        Headings of amounts that are known and do not count.
    assumed_benefit
        Yearly benefit of every project as a share of its cost; None for none.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    decimal: DecimalMark | None = None
    transposed: bool = False
    heading_rows: tuple[int, int] | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: str = ""
    fill_down: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    years: Mapping[str, YearColumn] = field(default_factory=dict)
    long: LongForm | None = None
    units: Mapping[str, float] = field(default_factory=dict)
    negative: str = NEGATIVE[0]
    unreadable: str = UNREADABLE[0]
    total: str = ""
    funding: Mapping[str, str] = field(default_factory=dict)
    payer: str = ""
    rest: str = ""
    budget: float | None = 1.0
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repeats: str = REPEATS[0]
    latest: str = ""
    leave_out: frozenset[int] = frozenset()
    keep: frozenset[int] = frozenset()
    leave_out_columns: tuple[str, ...] = ()
    assumed_benefit: float | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that the map names, once."""
        wanted = [name for names in self.columns.values() for name in names]
        wanted += [*self.years, *self.funding.values(), *self.units, *self.only]
        wanted += self.long.headings if self.long is not None else ()
        wanted += [name for name in (self.total, self.latest, self.payer) if name]
        wanted += (*self.fill_down, *self.leave_out_columns)
        return tuple(dict.fromkeys(wanted))

    @property
    def money_headings(self) -> tuple[str, ...]:
        """Headings of amounts, those that sums are compared by first."""
        named = [*self.years, *([self.long.amount] if self.long else ())]
        named += [n for key in MONEY_COLUMNS for n in self.columns.get(key, ())]
        return tuple(dict.fromkeys([*named, *self.funding.values()]))


MONEY_COLUMNS = ("overnight_cost", "overnight_cost_low", "overnight_cost_high", "spent_to_date")
"""Columns of projects whose amounts stand in the units of the file."""


def read_map(path: Path, faults: Faults) -> TableMap | None:
    """Return the map in the YAML file `path`; None, with findings, where it makes no sense."""
    before = len(faults.findings)
    data = read_bytes(path, faults)
    text = None if data is None else decode(data, path.name, faults)
    made = None if text is None else map_of(text, path.name, faults)
    return made if len(faults.findings) == before else None


def map_of(text: str, file: str, faults: Faults) -> TableMap | None:
    """Return the map in YAML `text`; None, with findings, where it is no YAML."""
    tree = parse_yaml(text, file, faults)
    return None if tree is None else _Maker(file, tree, faults).made()


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
            sheets=tuple(self._list("sheet")),
            encoding=self._word("encoding", ("", *ENCODINGS)),
            decimal=DecimalMark(mark) if (mark := self._word("decimal", DECIMALS)) else None,
            transposed=self._word("transposed", ("", "yes", "no", "true", "false"))
            in ("yes", "true"),
            heading_rows=self._heading_rows(),
            columns=self._columns(),
            groups=self._column("groups"),
            fill_down=tuple(_heading(name) for name in self._list("fill_down")),
            constants={k: str(v) for k, v in self._named("constants").items()},
            words={
                column: {str(k).strip().casefold(): str(v) for k, v in words.items()}
                for column, words in self._named("words").items()
                if self._is_mapping(words, f"words.{column}")
            },
            years=self._years(),
            long=self._long(),
            units=self._units(),
            negative=self._word("negative", NEGATIVE),
            unreadable=self._word("unreadable", UNREADABLE),
            total=_heading(self._data.get("total") or ""),
            funding={k: _heading(v) for k, v in self._mapping("funding").items()},
            payer=_heading(self._data.get("payer") or ""),
            rest=str(self._data.get("rest") or ""),
            budget=self._budget(),
            only=self._only(),
            repeats=self._word("repeats", REPEATS),
            latest=_heading(self._data.get("latest") or ""),
            leave_out=self._rows("leave_out_rows"),
            keep=self._rows("keep_rows"),
            leave_out_columns=tuple(map(_heading, self._list("leave_out_columns"))),
            assumed_benefit=self._share("assumed_benefit"),
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

    def _list(self, key: str) -> list[str]:
        value = self._data.get(key)
        return [str(item) for item in (value if isinstance(value, list) else [value]) if item]

    def _word(self, key: str, known: tuple[str, ...]) -> str:
        """The word below `key`, the first of `known` where none stands there."""
        value = str(self._data.get(key) or known[0]).casefold()
        if value in known:
            return value
        shown = listed(word for word in known if word)
        self._fault("bad-word", key, phrase("is-none-of", value=value, known=shown))
        return known[0]

    def _column(self, key: str) -> str:
        """The column of projects that `key` names, under any of its headings."""
        name = str(self._data.get(key) or "")
        heading = heading_of(table_of(PROJECTS), name) if name else None
        if name and heading is None:
            self._fault("unknown-column", key, phrase("is-no-column-of-projects", name=name))
        return "" if heading is None else heading.column

    def _rows(self, key: str) -> frozenset[int]:
        """Rows of a list of numbers and spans, `[5, 8-10]`."""
        found: set[int] = set()
        for item in self._list(key):
            match = re.fullmatch(r"([0-9]{1,7})(?:\s*[-–]\s*([0-9]{1,7}))?", item.strip())
            if match is None:
                self._fault("bad-number", key, phrase("is-no-row", key=key, value=item))
            else:
                found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
        return frozenset(found)

    def _only(self) -> dict[str, tuple[str, ...]]:
        given = self._mapping("only")
        return {
            _heading(name): tuple(
                _heading(word).casefold()
                for word in (value if isinstance(value, list) else [value])
            )
            for name, value in given.items()
        }

    def _units(self) -> dict[str, float]:
        """Currency units by heading: a number, or as a heading states them, `$000s`, `万元`."""
        found = {}
        for name, value in self._mapping("units").items():
            said = unit_in(str(value)) or (
                (number, "") if (number := number_in(str(value))) else None
            )
            if said is None or said[0] <= 0.0:
                self._fault("bad-number", f"units.{name}", phrase("is-no-unit", value=value))
            else:
                found[_heading(name)] = said[0]
        return found

    def _named(self, key: str) -> dict[str, Any]:
        """A mapping whose names are columns of projects, under any of their headings."""
        found = {}
        for name, value in self._mapping(key).items():
            heading = heading_of(table_of(PROJECTS), name)
            if name in (*COORDINATES, SPOT, *SPANS) and key == "columns":
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

    def _heading_rows(self) -> tuple[int, int] | None:
        """First and last row of the headings: `2`, `[4, 5]`, `4-5`, 0 for none; None left out."""
        given = self._data.get("heading_row")
        if given is None or given == "":
            return None
        if str(given) == "0":
            return 0, 0
        rows = self._rows("heading_row")
        if not rows or 0 in rows or len(rows) > 5:
            if not self._has_fault("heading_row"):
                value = phrase("is-no-row", key="heading_row", value=given)
                self._fault("bad-number", "heading_row", value)
            return None
        return min(rows), max(rows)

    def _has_fault(self, place: str) -> bool:
        return any(found.column == place for found in self._faults.findings)

    def _years(self) -> dict[str, YearColumn]:
        """What columns of yearly amounts hold: headings with a year in them, or pairs with it."""
        given = self._data.get("years")
        pairs = given.items() if isinstance(given, Mapping) else [(v, v) for v in given or ()]
        found: dict[str, YearColumn] = {}
        for heading, said in pairs:
            whole = said if isinstance(said, Mapping) else {"year": said}
            year = year_in(str(whole.get("year", heading)))
            if year is None:
                text = str(whole.get("year", heading))
                self._fault("bad-year", "years", phrase("no-year-in", text=text))
            else:
                found[_heading(heading)] = YearColumn(year, str(whole.get("fund") or ""))
        return dict(sorted(found.items(), key=lambda pair: pair[1].year))

    def _long(self) -> LongForm | None:
        given = self._mapping("long")
        if not given:
            return None
        if (
            not {"year", "amount"} <= set(given) <= {"year", "amount", "fund"}
            or "years" in self._data
        ):
            self._fault("wrong-type", "long", phrase("long-is-year-and-amount"))
            return None
        fund = _heading(given.get("fund") or "")
        return LongForm(_heading(given["year"]), _heading(given["amount"]), fund)

    def _share(self, key: str) -> float | None:
        value = self._data.get(key)
        if value is None:
            return None
        share = number_in(str(value)) or 0.0
        if not 0.0 < share <= 1.0:
            self._fault("bad-number", key, phrase("is-no-yearly-share", value=value))
            return None
        return share

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
