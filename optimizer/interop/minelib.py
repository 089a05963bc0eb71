"""Open-pit mine schedules of MineLib (`.cpit`, `.pcpsp` with `.prec`) into an instance.

A block is a project that is mined in one period (a year) or never. Source of the formats:
D. Espinoza, M. Goycoolea, E. Moreno, A. Newman, "MineLib: a library of open pit mining problems",
Annals of Operations Research 206 (2013).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.benchmark import OBJECTIVE, WHOLE_DESTINATIONS
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.interop.number_file import text_of

YEAR, MOST_YEARS = 2026, 200
"""First year of the plan, and the most years that a plan may have."""
FORBIDDEN = -1e18
"""Values below it (the files say -5.36E+19) forbid a destination."""
LIMITS, VALUES, NEEDS = (
    "RESOURCE_CONSTRAINT_LIMITS",
    "OBJECTIVE_FUNCTION",
    "RESOURCE_CONSTRAINT_COEFFICIENTS",
)


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


class _MineReader:
    """Reads the two files into a `Mine`; what is wrong is told in the report."""

    def __init__(self, problem: MineProblem, report: FaultReport) -> None:
        self.mine, self._problem, self._report = Mine(), problem, report
        self._path, self._line = Path(), 0

    def read(self, path: Path, precedences: Path) -> Mine:
        """Read header and sections, then who comes before whom."""
        self._path, section = path, ""
        stated: set[str] = set()
        for line, words in _rows(text_of(path, self._report)):
            self._line = line
            if words[0][0].isalpha():
                section = words[0].upper()
                stated.add(section)
                self._head(section, words[-1])
            else:
                self._row(section, words)
        self._line = 0
        if stated:  # a file that cannot be read is told already
            self._check()
        self._path = precedences
        for line, words in _rows(text_of(precedences, self._report)):
            self._line = line
            self._precedence(words)
        return self.mine

    def _fault(self, key: str, **values: object) -> None:
        self._report.add(self._path, self._line, phrase(key, **values))

    def _head(self, key: str, word: str) -> None:
        """A line `KEY: value`, or the head of a section."""
        if key == "TYPE" and word.lower() != self._problem:
            self._fault("the-file-is-of-another-problem", found=word, asked=self._problem.value)
        elif key == "NBLOCKS":
            self.mine.blocks = self._count(word)
        elif key == "NPERIODS":
            self.mine.periods = self._count(word)
        elif key == "NDESTINATIONS":
            self.mine.destinations = self._count(word)
        elif key == "NGENERAL_SIDE_CONSTRAINTS" and self._count(word):
            self._fault("general-side-constraints-are-not-read")
        elif key == "DISCOUNT_RATE":
            self.mine.rate = self._number(word)

    def _row(self, section: str, words: list[str]) -> None:
        if section == LIMITS:
            self._limit(words)
            return
        numbers = [self._number(word) for word in words]
        block, mine = self._place(numbers[0], self.mine.blocks), self.mine
        if section == VALUES:
            if len(numbers) != 1 + mine.destinations:
                self._fault("the-row-has-other-words", asked=1 + mine.destinations)
            mine.values[block] = tuple(numbers[1:])
        elif section == NEEDS:
            if self._problem is MineProblem.CPIT:
                numbers.insert(1, 0.0)
            if len(numbers) != 4:
                asked = 3 if self._problem is MineProblem.CPIT else 4
                self._fault("the-row-has-other-words", asked=asked)
                return
            destination = self._place(numbers[1], mine.destinations)
            if numbers[3] < 0.0:
                self._fault("a-need-or-limit-is-below-0")
            mine.needs.setdefault((block, destination), {})[int(numbers[2])] = numbers[3]

    def _limit(self, words: list[str]) -> None:
        if len(words) < 4 or words[2].upper() != "L":
            self._fault("only-upper-limits-are-read")
            return
        resource, period, value = (self._number(words[place]) for place in (0, 1, 3))
        if value < 0.0:
            self._fault("a-need-or-limit-is-below-0")
        self.mine.limits[int(resource), self._place(period, self.mine.periods)] = value

    def _precedence(self, words: list[str]) -> None:
        numbers = [self._number(word) for word in words]
        if len(numbers) < 2 or len(numbers) != 2 + numbers[1]:
            self._fault("the-row-has-other-words", asked=2 + int(self._number([*words, "0"][1])))
            return
        block, *before = (self._place(n, self.mine.blocks) for n in (numbers[0], *numbers[2:]))
        self.mine.before[block] = tuple(before)

    def _check(self) -> None:
        """What must hold between the sections."""
        mine = self.mine
        if not mine.blocks or not mine.periods or len(mine.values) != mine.blocks:
            self._fault("blocks-have-no-value", found=len(mine.values), stated=mine.blocks)
        if mine.periods > MOST_YEARS:
            self._fault("the-plan-has-years-at-most-200-are-allowed", num_years=mine.periods)
        if not 0.0 <= mine.rate < 1.0:
            self._fault("the-discount-rate-is-no-share", rate=mine.rate)

    def _number(self, word: str) -> float:
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._fault("is-no-number-here", word=word)
            return 0.0
        return value

    def _count(self, word: str) -> int:
        value = self._number(word)
        if value < 0.0 or not value.is_integer():
            self._fault("is-no-count", value=word)
            return 0
        return int(value)

    def _place(self, value: float, number: int) -> int:
        """A number of a block, destination or period, of which there are `number`."""
        if not (value.is_integer() and 0 <= value < number):
            self._fault("there-is-no-such-number", value=f"{value:g}", last=number - 1)
            return 0
        return int(value)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Lines of a file with their words, without comments and to its end mark."""
    found = []
    for line, row in enumerate(text.splitlines(), start=1):
        words = re.split(r"[\s:]+", row.split("%", 1)[0].strip(" \t:\r"))
        if words == ["EOF"]:
            break
        if words[0]:
            found.append((line, words))
    return found


def import_minelib(prefix: Path, problem: MineProblem) -> Instance:
    """Blocks as projects of one year that bring their value once, discounted from period 0 on.

    The destinations of `pcpsp` become options of a block: it goes to one of them whole, where the
    source may split it. So a plan is one of the source too, but its bound holds for whole blocks.

    Raises
    ------
    InstanceFormatError
        `PREFIX.prec` or the file of the problem cannot be read, or has lower limits or general
        side constraints.
    """
    report = FaultReport()
    path = prefix.with_name(f"{prefix.name}.{problem.value}")
    mine = _MineReader(problem, report).read(path, prefix.with_name(f"{prefix.name}.prec"))
    report.require()
    name = f"{re.sub(r'[^A-Za-z0-9]+', '-', prefix.name).strip('-')}-{problem.value}"
    last = YEAR + mine.periods - 1
    return Instance(
        settings=Settings(
            id=name,
            title=Title(en=name, zh=name),
            currency="XXX",
            money_unit="value of the source",
            money_unit_zh="原文价值单位",
            price_year=YEAR,
            horizon=Horizon(phases=(Phase(id="plan", first_year=YEAR, last_year=last),)),
            appraisal=Appraisal(
                discount_rate=mine.rate, end_year=last, residual_value=ResidualValue.NONE
            ),
            benchmark_metric=OBJECTIVE if problem is MineProblem.CPIT else WHOLE_DESTINATIONS,
        ),
        projects=tuple(_block(mine, block, path.name) for block in range(mine.blocks)),
        relations=tuple(
            Relation(
                from_projects=tuple(f"block{first}" for first in before),
                to_projects=(f"block{block}",),
                type=RelationType.FINISH_TO_START,
                source=f"{prefix.name}.prec",
            )
            for block, before in mine.before.items()
            if before
        ),
        resources=tuple(
            ResourceLimit(
                resource=f"r{resource}",
                limit=limit,
                from_year=YEAR + period,
                to_year=YEAR + period,
                timing=ResourceTiming.START,
                quality=Quality.STATED,
                source=path.name,
            )
            for (resource, period), limit in mine.limits.items()
        ),
    )


def _block(mine: Mine, block: int, source: str) -> Project:
    allowed = [d for d, value in enumerate(mine.values[block]) if value > FORBIDDEN]
    return Project(
        id=f"block{block}",
        name_en=f"block {block}",
        name_zh=f"矿块{block}",
        sector="other",
        mandatory=Mandate.FREE if allowed else Mandate.MUST_NOT,
        source=source,
        options=tuple(
            Option(
                option=f"destination{destination}" if mine.destinations > 1 else "base",
                overnight_cost=0.0,
                quality=Quality.STATED,
                lead_time=0,
                lifetime=1,
                spending_profile=(1.0,),
                benefits={"value": mine.values[block][destination]} if allowed else {},
                resources={
                    f"r{resource}": need
                    for resource, need in mine.needs.get((block, destination), {}).items()
                    if need
                },
            )
            for destination in allowed or [0]
        ),
    )
