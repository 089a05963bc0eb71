"""The files of MineLib read into a mine: every stated count is held against what stands there.

Source of the formats: D. Espinoza, M. Goycoolea, E. Moreno, A. Newman, "MineLib: a library of open
pit mining problems", Annals of Operations Research 206 (2013).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice, product
from pathlib import Path
from typing import TypeVar

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import FEW, FaultReport
from infraplan.optimizer.interop.number_file import beyond, count_in, text_of
from infraplan.optimizer.interop.order_circle import circle_in
from infraplan.optimizer.storage.numbers import number_in

FORBIDDEN = -1e18
"""Values below it (the files say -5.36E+19) forbid a destination."""
MOST_YEARS = 200
"""The most years that a plan may have."""
LIMITS, VALUES, NEEDS = (
    "RESOURCE_CONSTRAINT_LIMITS",
    "OBJECTIVE_FUNCTION",
    "RESOURCE_CONSTRAINT_COEFFICIENTS",
)
GENERAL = ("GENERAL_CONSTRAINT_COEFFICIENTS", "GENERAL_CONSTRAINT_LIMITS")
SECTIONS = (LIMITS, VALUES, NEEDS, *GENERAL)
BLOCKS, PERIODS, DESTINATIONS, RESOURCES = (
    "NBLOCKS",
    "NPERIODS",
    "NDESTINATIONS",
    "NRESOURCE_SIDE_CONSTRAINTS",
)
SIDE, RATE = "NGENERAL_SIDE_CONSTRAINTS", "DISCOUNT_RATE"
ENTRIES = ("NAME", "TYPE", BLOCKS, PERIODS, DESTINATIONS, RESOURCES, SIDE, RATE)
_HEAD = regex(r"[A-Za-z_]{4,}")
"""First word of an entry or a section; a garbled number is shorter, as are `nan` and `inf`."""

Row = tuple[int, list[str]]
"""Line in the file, and the words that stand there."""
Key = TypeVar("Key", bound=Hashable)


class MineProblem(StrEnum):
    """Which of the library's problems is read."""

    CPIT = "cpit"
    PCPSP = "pcpsp"


@dataclass
class Mine:
    """What the files state; blocks, destinations, resources and periods are counted from 0."""

    blocks: int = 0
    periods: int = 0
    destinations: int = 1
    rate: float = 0.0
    values: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """By block: value in each destination."""
    needs: dict[tuple[int, int], dict[int, float]] = field(default_factory=dict)
    """By block and destination: amount of each resource."""
    limits: dict[tuple[int, int], float] = field(default_factory=dict)
    """By resource and period: most that is used."""
    before: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """By block: blocks that must be mined no later."""


def read_mine(path: Path, precedences: Path, problem: MineProblem, report: FaultReport) -> Mine:
    """The mine of two files; what is wrong in either is told in `report`."""
    reader = _MineReader(path, problem, report)
    text = text_of(path, report)
    if text is not None:
        reader.read(text)
    text = text_of(precedences, report)
    if text is not None:
        reader.read_precedences(precedences, text)
    return reader.mine


class _MineReader:
    """Reads the two files into a `Mine`; what is wrong is told in the report."""

    def __init__(self, path: Path, problem: MineProblem, report: FaultReport) -> None:
        self.mine, self._problem, self._report = Mine(), problem, report
        self._path, self._line = path, 0
        self._entries: dict[str, Row] = {}
        self._sections: dict[str, list[Row]] = {}
        self._heads: dict[str, int] = {}
        self._counts: dict[str, int | None] = {}
        self._is_whole = True
        """Whether no part of the file is missing or misnamed: else counts tell nothing."""
        self._garbled = 0

    def read(self, text: str) -> None:
        """Read the file of the problem: entries and sections, in whatever order they stand."""
        self._split(text)
        if not self._judge_entries():
            return
        for name, read, asked in (
            (VALUES, self._value, (BLOCKS,)),
            (LIMITS, self._limit, (RESOURCES, PERIODS)),
        ):
            keys = self._judge_rows(self._sections.get(name, []), read)
            self._hold_count(name, keys, asked)
        self._judge_rows(self._sections.get(NEEDS, []), self._need)
        if any(self._sections.get(name) for name in GENERAL):
            self._line = min(rows[0][0] for n in GENERAL if (rows := self._sections.get(n)))
            self._fault("general-side-constraints-are-not-read")

    def read_precedences(self, path: Path, text: str) -> None:
        """Read who comes before whom: a row for each block."""
        self._path, self._is_whole = path, True
        rows = [(line, words) for line, words in _rows(text) if words != ["EOF"]]
        lines = dict(rows)
        keys = self._judge_rows(rows, self._precedence)
        self._hold_count("", keys, (BLOCKS,))
        circle = circle_in(self.mine.before)
        if circle:
            self._line = next(
                line for line, words in lines.items() if count_in(words[0]) == circle[1]
            )
            names = " -> ".join(str(block) for block in circle)
            self._fault("blocks-wait-for-one-another", circle=names)

    def _fault(self, key: str, advice: Phrase = NOTHING_SAID, **values: object) -> None:
        self._report.add(self._path, self._line, phrase(key, **values), advice)

    def _split(self, text: str) -> None:
        """Part the file into entries and sections; tell heads that are none, and a missing end."""
        section: str | None = ""
        rows, ended = _rows(text), 0
        if rows and rows[-1][1] != ["EOF"] and not text.endswith(("\n", "\r")):
            self._line = rows.pop()[0]  # half a row, which the missing end mark tells
        for self._line, words in rows:
            head = words[0].upper()
            if ended:
                self._fault("rows-are-left-after-the-end", end=ended)
                break
            if words == ["EOF"]:
                ended = self._line
            elif not _HEAD.fullmatch(words[0]):
                if section == "":
                    self._fault("the-row-stands-in-no-section")
                    section = None
                self._sections.get(section or "", []).append((self._line, words))
            elif head not in (*ENTRIES, *SECTIONS):
                self._unknown(words[0])
                section = None
            elif head in self._heads:
                self._fault("head-stands-twice", head=head, first=self._heads[head])
                section = None if head in SECTIONS else section
            else:
                self._heads[head] = self._line
                if head in SECTIONS:
                    section, self._sections[head] = head, []
                else:
                    self._entries[head] = (self._line, words[1:])
        if not ended:
            self._line = text.count("\n") + (not text.endswith("\n"))
            self._fault("the-file-has-no-end-mark", phrase("is-a-part-of-it-missing"))
            self._is_whole = False

    def _unknown(self, word: str) -> None:
        self._is_whole = False
        free = [name for name in (*ENTRIES, *SECTIONS) if name not in self._heads]
        close = get_close_matches(word.upper(), free, n=1, cutoff=0.6)
        advice = phrase("write-this", value=close[0]) if close else NOTHING_SAID
        self._fault("is-no-entry-or-section", advice, word=word[:40])

    def _judge_entries(self) -> bool:
        """Take what the entries state; False where the rows are those of another problem."""
        kind = self._value_of("TYPE")
        if kind is not None and kind.lower() != self._problem:
            self._fault("the-file-is-of-another-problem", found=kind, asked=self._problem.value)
            return False
        mine, pcpsp = self.mine, self._problem is MineProblem.PCPSP
        asked = ["TYPE", BLOCKS, PERIODS, RESOURCES, RATE, VALUES]
        asked += [DESTINATIONS] if pcpsp else []
        for name in (BLOCKS, PERIODS, DESTINATIONS, RESOURCES, SIDE):
            least = 0 if name in (RESOURCES, SIDE) else 1
            self._counts[name] = self._count(name, least)
        if self._counts[RESOURCES]:
            asked += [LIMITS, NEEDS]
        lost = [name for name in asked if name not in self._heads]
        if lost and self._is_whole:
            self._line = 0
            self._fault("the-file-has-not", names=listed(lost))
            self._is_whole = False
        if self._counts[SIDE]:
            self._line = self._heads[SIDE]
            self._fault("general-side-constraints-are-not-read")
        if not pcpsp and self._counts[DESTINATIONS] not in (None, 1):
            self._line = self._heads[DESTINATIONS]
            self._fault("a-block-has-one-destination", name=DESTINATIONS)
        mine.blocks = self._counts[BLOCKS] or 0
        mine.periods = self._counts[PERIODS] or 0
        mine.destinations = (self._counts[DESTINATIONS] or 1) if pcpsp else 1
        if mine.periods > MOST_YEARS:
            self._line, self._counts[PERIODS] = self._heads[PERIODS], None
            self._fault("the-plan-has-years-at-most-200-are-allowed", num_years=mine.periods)
        rate = self._value_of(RATE)
        if rate is not None:
            mine.rate = self._number(rate) or 0.0
            if not 0.0 <= mine.rate < 1.0:
                self._fault("the-discount-rate-is-no-share", rate=mine.rate)
        return True

    def _value_of(self, name: str) -> str | None:
        """The one word of an entry; None where there is no such entry, and where it is told."""
        if name not in self._entries:
            return None
        self._line, words = self._entries[name]
        if len(words) != 1:
            self._fault("the-entry-has-not-one-value", name=name)
            return None
        return words[0]

    def _count(self, name: str, least: int) -> int | None:
        """The count that an entry states; None where it states none."""
        word = self._value_of(name)
        if word is None:
            return None
        value = count_in(word)
        if value is None:
            self._fault("is-no-count", value=word[:40])
        elif value < least:
            self._fault("there-must-be-one", name=name)
            return None
        return value

    def _judge_rows(
        self, rows: list[Row], read: Callable[[list[str]], Key | None]
    ) -> dict[Key, int]:
        """Read rows; returns the line of each by what it is about. One told twice is a fault."""
        found: dict[Key, int] = {}
        self._garbled = 0
        for self._line, words in rows:
            key = read(words)
            if key is None:
                self._garbled += 1
            elif key in found:
                self._fault("the-row-stands-twice", first=found[key])
            else:
                found[key] = self._line
        return found

    def _hold_count(self, section: str, found: dict[Key, int], asked: tuple[str, ...]) -> None:
        """Tell where a section has not as many rows as the entries `asked` multiply to.

        With as many a row that is out of range is the fault, and told where it stands.
        """
        counts = [self._counts.get(name) for name in asked]
        if not self._is_whole or None in counts or self._garbled:
            return
        if not section and len(found) == len(self.mine.values) != counts[0]:
            return  # the rows of values tell that another number of blocks is stated
        sizes = [count or 0 for count in counts]
        stated = 1
        for size in sizes:
            stated *= size
        if len(found) == stated:
            for key, self._line in found.items():
                self._hold_ranges(key, asked, sizes)
            return
        ordered = product(*map(range, sizes)) if len(sizes) > 1 else iter(range(sizes[0]))
        lost = [str(key) for key in _first_without(ordered, found)]
        more = [str(key) for key in islice((k for k in found if not _lies_in(k, sizes)), FEW)]
        self._line = self._heads[asked[0]] if section else 0
        self._fault(
            "rows-are-not-as-many-as-stated",
            phrase("is-a-part-of-it-missing") if len(found) < stated else NOTHING_SAID,
            section=section or self._path.suffix,
            found=len(found),
            stated=stated,
            names=" x ".join(asked),
            which=phrase("first-without-a-row", rows=listed(lost))
            if lost
            else phrase("first-beyond", rows=listed(more)),
        )

    def _hold_ranges(self, key: object, asked: tuple[str, ...], sizes: list[int]) -> None:
        numbers = key if isinstance(key, tuple) else (key,)
        for number, name, size in zip(numbers, asked, sizes, strict=True):
            if number >= size:
                self._no_such(name, number, size)

    def _no_such(self, name: str, number: int, size: int) -> None:
        self._fault("there-is-no-such-number", value=number, name=name, size=size)

    def _value(self, words: list[str]) -> int | None:
        asked = 1 + self.mine.destinations
        if self._counts[DESTINATIONS] is None and self._problem is MineProblem.PCPSP:
            asked = len(words)
        if len(words) != asked:
            self._fault("the-row-has-other-words", asked=asked)
            return None
        block, values = self._index(words[0]), [self._number(word) for word in words[1:]]
        if block is None or None in values:
            return None
        self.mine.values[block] = tuple(value or 0.0 for value in values)
        return block

    def _limit(self, words: list[str]) -> tuple[int, int] | None:
        if len(words) != 4 or words[2].upper() != "L":
            self._fault("only-upper-limits-are-read")
            return None
        resource, period = self._index(words[0]), self._index(words[1])
        value = self._amount(words[3])
        if resource is None or period is None or value is None:
            return None
        self.mine.limits[resource, period] = value
        return resource, period

    def _need(self, words: list[str]) -> tuple[int, int, int] | None:
        if self._problem is MineProblem.CPIT:
            words = [words[0], "0", *words[1:]]
        if len(words) != 4:
            asked = 3 if self._problem is MineProblem.CPIT else 4
            self._fault("the-row-has-other-words", asked=asked)
            return None
        names = BLOCKS, DESTINATIONS, RESOURCES
        block, destination, resource = (self._index(word) for word in words[:3])
        value = self._amount(words[3])
        if block is None or destination is None or resource is None or value is None:
            return None
        key = block, destination, resource
        for number, name in zip(key, names, strict=True):
            size = self._counts[name]
            if name == DESTINATIONS and self._problem is MineProblem.CPIT:
                size = 1
            if size is not None and number >= size:
                # A wrong number of blocks is told once, of the rows of values.
                if name != BLOCKS or len(self.mine.values) == size:
                    self._no_such(name, number, size)
                return None
        self.mine.needs.setdefault((block, destination), {}).setdefault(resource, value)
        return key

    def _precedence(self, words: list[str]) -> int | None:
        numbers = [self._index(word) for word in words]
        if None in numbers:
            return None
        block, *rest = (number or 0 for number in numbers)
        if len(words) < 2 or len(words) != 2 + rest[0]:
            self._fault("the-row-has-other-words", asked=2 + (rest[0] if rest else 0))
            return None
        before, size = tuple(rest[1:]), self._counts.get(BLOCKS)
        beyond = [number for number in before if size is not None and number >= size]
        if beyond and size is not None:
            if len(self.mine.values) <= size:
                self._no_such(BLOCKS, beyond[0], size)
        elif len(set(before)) < len(before):
            self._fault("a-block-stands-twice-in-the-row")
        else:
            self.mine.before.setdefault(block, before)
        return block

    def _number(self, word: str) -> float | None:
        value = number_in(word)
        if value is None:
            self._fault("is-no-number-here", word=word[:40])
        elif value > FORBIDDEN and (told := beyond(value)):
            self._report.add(self._path, self._line, told)
        return value

    def _index(self, word: str) -> int | None:
        value = count_in(word)
        if value is None:
            key = "is-no-number-here" if number_in(word) is None else "is-no-index"
            self._fault(key, word=word[:40])
        return value

    def _amount(self, word: str) -> float | None:
        value = self._number(word)
        if value is not None and value < 0.0:
            self._fault("a-need-or-limit-is-below-0")
        return value


def _lies_in(key: object, sizes: list[int]) -> bool:
    numbers = key if isinstance(key, tuple) else (key,)
    return all(number < size for number, size in zip(numbers, sizes, strict=True))


def _first_without(ordered: Iterable[object], found: Iterable[object]) -> Iterator[object]:
    """The first few of `ordered` that are not found, however many there are."""
    known = set(found)
    return islice((key for key in ordered if key not in known), FEW)


def _rows(text: str) -> list[Row]:
    """Lines of a file with their words, without comments."""
    found = []
    for line, row in enumerate(text.splitlines(), start=1):
        words = re.split(r"[\s:]+", row.split("%", 1)[0].strip(" \t:\r"))
        if words[0]:
            found.append((line, words))
    return found
