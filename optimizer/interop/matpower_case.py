"""MATPOWER cases as PowerModels.jl reads them for direct-current flow.

Conventions are those of `DCPPowerModel`, whose costs the PGLib-OPF library publishes: a branch's
susceptance is x / (r^2 + x^2), taps and shifters are left out, shunt conductance is a fixed demand,
angle limits of 90 degrees and more, and of 0 to 0, become 60. Power in MW, costs per hour. Other
than there a branch without x carries what its rating lets it, with a resistance too: it couples
two sections of a bus.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.errors import Finding, InstanceFormatError, Severity
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import FaultReport, one_fault
from infraplan.optimizer.interop.number_file import MOST, beyond, text_of
from infraplan.optimizer.storage.numbers import number_in

WIDEST_ANGLE = 60.0
"""Degrees between the ends of a branch that states no limit."""

ISOLATED = 4.0
"""Bus type that takes no part."""

BRANCH_COLUMNS = (
    "f_bus",
    "t_bus",
    "br_r",
    "br_x",
    "br_b",
    "rate_a",
    "rate_b",
    "rate_c",
    "tap",
    "shift",
    "br_status",
    "angmin",
    "angmax",
)
_NO_NUMBER = regex(r"[-+]?(?:inf|nan)", re.IGNORECASE)
COST_COLUMN = "construction_cost"

Rows = list[tuple[int, list[float]]]
"""Line in the file and numbers of each row of a matrix."""


@dataclass(frozen=True)
class Cost:
    """Cost of an output p: `constant + slope p + square p^2`, or a line through points."""

    constant: float = 0.0
    slope: float = 0.0
    square: float = 0.0
    points: tuple[tuple[float, float], ...] = ()

    def at(self, p: float) -> float:
        """Cost at `p`; the ends of a line through points are drawn on."""
        if not self.points:
            return self.constant + self.slope * p + self.square * p * p
        pieces = list(pairwise(self.points))
        for (low, c_low), (high, c_high) in pieces[:-1]:
            if p <= high:
                return c_low + (p - low) * (c_high - c_low) / (high - low)
        (low, c_low), (high, c_high) = pieces[-1]
        return c_low + (p - low) * (c_high - c_low) / (high - low)

    def after(self, p: float) -> Cost:
        """The same cost counted from `p` on (polynomials)."""
        return Cost(self.at(p), self.slope + 2.0 * self.square * p, self.square)


FREE = Cost()


@dataclass(frozen=True)
class Bus:
    """A bus that takes part; `load` includes its shunt and may be negative."""

    id: str
    load: float


@dataclass(frozen=True)
class Generator:
    """A generator in service; negative output is a load."""

    id: str
    bus: str
    least: float
    most: float
    cost: Cost


@dataclass(frozen=True)
class Branch:
    """A branch in service; without a reactance its flow is free, without a rating unlimited."""

    row: tuple[float, ...]
    tail: str
    head: str
    reactance: float | None
    rating: float | None
    angle: float | None
    """Most degrees between its ends; None where the case states no limit below 90."""
    cost: float
    """Of construction, a candidate's."""


@dataclass(frozen=True)
class DirectLine:
    """A direct-current line: `flow` leaves the tail, `(1 - loss) flow - idle_loss` arrives."""

    id: str
    tail: str
    head: str
    least: float
    most: float
    idle_loss: float
    loss: float
    cost: Cost


class Case:
    """A case file: its matrices, and their rows as parts of a network.

    Every method raises `InstanceFormatError` with the line of what it cannot use.
    """

    def __init__(
        self, path: Path, base: float, tables: dict[str, Rows], columns: dict[str, list[str]]
    ) -> None:
        self.path = path
        self.base = base
        self._tables = tables
        self._columns = columns
        self._taking_part: dict[float, bool] = {}
        self._told: dict[tuple[int, str], Finding] = {}
        for line, row in self._rows("bus", 6):
            if row[0] in self._taking_part:
                raise self.fault(line, phrase("bus-stands-twice", bus=row[0]))
            if not (math.isfinite(row[2]) and math.isfinite(row[4])):
                raise self.fault(line, phrase("a-load-is-not-finite", bus=row[0]))
            self._taking_part[row[0]] = row[1] != ISOLATED

    @property
    def has_candidates(self) -> bool:
        """Whether there are branches to choose from."""
        return bool(self._tables.get("ne_branch"))

    def findings(self) -> tuple[Finding, ...]:
        """What the file says and the instance does not hold, by line; complete once all is read."""
        for line, row in self._rows("bus", 6):
            if row[1] != ISOLATED:
                continue
            there = sum(gen[0] == row[0] and gen[7] > 0.0 for _, gen in self._rows("gen", 10))
            if row[2] or row[4] or there:
                self._tell(
                    "isolated-bus",
                    line,
                    phrase(
                        "an-isolated-bus-is-left-out",
                        bus=row[0],
                        load=row[2] + row[4],
                        generators=there,
                    ),
                    phrase("give-it-another-type-where-it-takes-part"),
                )
        for name, status in (("gen", 7), ("branch", 10), ("dcline", 2)):
            idle = [line for line, row in self._rows(name, status + 1) if row[status] <= 0.0]
            if idle:
                self._tell(
                    "out-of-service",
                    idle[0],
                    phrase("rows-out-of-service-are-left-out", table=f"mpc.{name}", rows=len(idle)),
                    NOTHING_SAID,
                    Severity.NOTE,
                )
        return tuple(finding for _, finding in sorted(self._told.items(), key=lambda item: item[0]))

    def _tell_free_flow(self, line: int, tail: float, head: float) -> None:
        self._tell(
            "no-reactance",
            line,
            phrase("a-branch-has-no-reactance", tail=tail, head=head),
            phrase("give-its-reactance-or-make-one-bus-of-its-ends"),
        )

    def _tell(
        self,
        rule: str,
        line: int,
        message: Phrase,
        advice: Phrase,
        severity: Severity = Severity.WARNING,
    ) -> None:
        self._told[line, rule] = Finding(rule, message, advice, severity, str(self.path), row=line)

    def fault(self, line: int, message: Phrase) -> InstanceFormatError:
        """An error at a line of the file."""
        return one_fault(self.path, line, message)

    def buses(self) -> list[Bus]:
        """Buses that take part."""
        return [
            Bus(_bus_id(row[0]), row[2] + row[4])
            for _, row in self._rows("bus", 6)
            if self._taking_part[row[0]]
        ]

    def generators(self) -> list[Generator]:
        """Generators in service, numbered as in the file."""
        costs = self._rows("gencost", 4)
        found = []
        for number, (line, row) in enumerate(self._rows("gen", 10)):
            if not self._takes_part(line, row[0]) or row[7] <= 0.0:
                continue
            most, least = min(row[8], self._most_use), row[9]
            if least > most or not math.isfinite(least):
                raise self.fault(line, phrase("a-generator-gives-to", least=least, most=row[8]))
            cost = self._cost(*costs[number]) if number < len(costs) else FREE
            found.append(Generator(f"g{number + 1}", _bus_id(row[0]), least, most, cost))
        return found

    @property
    def _most_use(self) -> float:
        """Most that all loads could take together: a limit for a generator without one."""
        loads = sum(max(0.0, row[2] + row[4]) for _, row in self._rows("bus", 6))
        pumps = sum(max(0.0, -row[9]) for _, row in self._rows("gen", 10))
        losses = sum(max(0.0, row[15]) for _, row in self._rows("dcline", 17))
        if any(row[8] == math.inf for _, row in self._rows("gen", 10)):
            return 2.0 * (loads + pumps + losses)
        return math.inf

    def branches(self, table: str = "branch") -> list[tuple[int, Branch]]:
        """Branches in service with their number in the file; `ne_branch`: candidates."""
        found = []
        for number, (line, row) in enumerate(self._rows(table, 11)):
            if table == "ne_branch":
                row = self._named(line, row)
            tail, head, r, x, rate = row[0], row[1], row[2], row[3], row[5]
            both = self._takes_part(line, tail) and self._takes_part(line, head)
            if not (math.isfinite(r) and math.isfinite(x)):
                raise self.fault(line, phrase("a-branch-has-the-impedance-i", r=r, x=x))
            if tail == head:
                raise self.fault(line, phrase("a-branch-begins-and-ends-at-bus", tail=tail))
            if not both or row[10] <= 0.0:
                continue
            if x == 0.0:
                self._tell_free_flow(line, tail, head)
            found.append(
                (
                    number + 1,
                    Branch(
                        row=tuple(row),
                        tail=_bus_id(tail),
                        head=_bus_id(head),
                        reactance=(r * r + x * x) / x if x else None,
                        rating=rate if 0.0 < rate < math.inf else None,
                        angle=self._angle(line, row),
                        cost=row[13] if table == "ne_branch" else 0.0,
                    ),
                )
            )
        return found

    def direct_lines(self) -> list[DirectLine]:
        """Direct-current lines in service."""
        costs = self._rows("dclinecost", 4)
        found = []
        for number, (line, row) in enumerate(self._rows("dcline", 17)):
            both = self._takes_part(line, row[0]) and self._takes_part(line, row[1])
            if not both or row[2] <= 0.0:
                continue
            idle, loss = row[15], row[16]
            if not (0.0 <= loss < 1.0 and math.isfinite(idle)):
                raise self.fault(line, phrase("a-direct-current-line-loses-the-share", loss=loss))
            # Limits hold where power enters; a negative one is what leaves at the other end.
            least, most = (p if p >= 0.0 else (p + idle) / (1.0 - loss) for p in row[9:11])
            if not -math.inf < least <= most < math.inf:
                raise self.fault(
                    line, phrase("a-direct-current-line-carries-to", least=row[9], most=row[10])
                )
            cost = self._cost(*costs[number]) if number < len(costs) else FREE
            if cost.points or cost.square or cost.slope < 0.0:
                raise self.fault(line, phrase("a-direct-current-line-s-cost-is-not-c1-p-c0"))
            ends = _bus_id(row[0]), _bus_id(row[1])
            found.append(DirectLine(f"dc{number + 1}", *ends, least, most, idle, loss, cost))
        return found

    def _rows(self, name: str, least: int) -> Rows:
        rows = self._tables.get(name, [])
        for line, row in rows:
            if len(row) < least:
                message = phrase(
                    "mpc-has-a-row-of-numbers-at-least-are-needed",
                    name=name,
                    num_row=len(row),
                    least=least,
                )
                raise self.fault(line, message)
            if any(math.isnan(cell) for cell in row[:least]):
                raise self.fault(line, phrase("mpc-has-a-nan", name=name))
        return rows

    def _takes_part(self, line: int, bus: float) -> bool:
        found = self._taking_part.get(bus)
        if found is None:
            raise self.fault(line, phrase("there-is-no-bus", bus=bus))
        return found

    def _named(self, line: int, row: list[float]) -> list[float]:
        """A candidate's row in the order of `BRANCH_COLUMNS`, its cost at the end.

        `%column_names%` above the matrix says the order; without it the cost is the last one.
        """
        names = self._columns.get("ne_branch", [])
        if all(name in names for name in ("f_bus", "t_bus", "br_r", "br_x")):
            if len(names) > len(row):
                raise self.fault(
                    line, phrase("column-names-but-numbers", num_names=len(names), num_row=len(row))
                )
            given = dict(zip(names, row, strict=False))
            first = [given.get(name, 0.0) for name in BRANCH_COLUMNS]
            if "br_status" not in given:
                first[10] = 1.0
        else:
            first = row[: len(BRANCH_COLUMNS)]
        if COST_COLUMN in names:
            cost = row[names.index(COST_COLUMN)]
        elif len(row) > len(BRANCH_COLUMNS):
            cost = row[-1]
        else:
            raise self.fault(line, phrase("mpc-ne-branch-has-no", cost_column=COST_COLUMN))
        if not 0.0 <= cost < math.inf:
            raise self.fault(line, phrase("a-construction-cost-is", cost=cost))
        return [*first, cost]

    def _angle(self, line: int, row: list[float]) -> float | None:
        low, high = (row[11], row[12]) if len(row) > 12 else (0.0, 0.0)
        if math.isnan(low) or math.isnan(high):
            raise self.fault(line, phrase("a-limit-on-angles-is-no-number"))
        if (low <= -90.0 and high >= 90.0) or low == high == 0.0:
            return None
        low = -WIDEST_ANGLE if low <= -90.0 else low
        high = WIDEST_ANGLE if high >= 90.0 else high
        if abs(low + high) > 1e-9 or high < 0.0:
            message = phrase("angles-may-differ-by-to-only-equal-limits-are", low=low, high=high)
            raise self.fault(line, message)
        return high

    def _cost(self, line: int, row: list[float]) -> Cost:
        count = int(row[3]) if row[3].is_integer() else 0
        needed = 4 + (count if row[0] == 2.0 else 2 * count)
        if row[0] not in (1.0, 2.0) or count < 1 or len(row) < needed:
            raise self.fault(
                line, phrase("no-cost-model-with-terms-or-points", model=row[0], count=count)
            )
        if not all(math.isfinite(cell) for cell in row[4:needed]):
            raise self.fault(line, phrase("a-cost-is-not-finite"))
        if row[0] == 1.0:
            return self._piecewise(line, row[4:needed])
        terms = [*reversed(row[4:needed]), 0.0, 0.0, 0.0]
        if any(terms[3:]):
            raise self.fault(line, phrase("a-cost-is-a-polynomial-of-more-than-the"))
        if terms[2] < 0.0:
            raise self.fault(line, phrase("a-cost-bends-downwards"))
        return Cost(constant=terms[0], slope=terms[1], square=terms[2])

    def _piecewise(self, line: int, numbers: list[float]) -> Cost:
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        points = points[:1] + [b for a, b in pairwise(points) if b != a]
        if len(points) < 2 or any(b[0] <= a[0] for a, b in pairwise(points)):
            raise self.fault(line, phrase("the-points-of-a-cost-do-not-go-from-left-to"))
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
        for earlier, later in pairwise(slopes):
            if later < earlier - 1e-6 * max(1.0, abs(earlier)):
                raise self.fault(line, phrase("a-cost-by-pieces-bends-downwards"))
        return Cost(points=tuple(points))


def read_case(path: Path) -> Case:
    """Read a MATPOWER case of format 2.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, has no buses, a cell is no number, or a matrix is not whole; tells
        all of them with their lines.
    """
    report = FaultReport()
    text = text_of(path, report)
    report.require()
    tables, columns = _tables(path, text or "", report)
    base = re.search(r"^\s*mpc\.baseMVA\s*=\s*([^\s;%]+)", text or "", flags=re.MULTILINE)
    if not report.findings and (base is None or not tables.get("bus")):
        report.add(path, 1, phrase("the-file-has-no-mpc-basemva-or-no-mpc-bus-no"))
    power = None if base is None else number_in(base[1])
    if base is not None and not (power is not None and 0.0 < power <= MOST):
        line = (text or "").count("\n", 0, base.start(1)) + 1
        report.add(path, line, phrase("is-no-power-above-0", word=base[1][:40]))
    report.require()
    return Case(path, power or 0.0, tables, columns)


def _tables(
    path: Path, text: str, report: FaultReport
) -> tuple[dict[str, Rows], dict[str, list[str]]]:
    """Matrices of the file, and the names of their columns; what is wrong goes into `report`."""
    tables: dict[str, Rows] = {}
    columns: dict[str, list[str]] = {}
    begins: dict[str, int] = {}
    name = ""
    heading: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        told = re.match(r"\s*%\s*column_names%(.*)", line)
        if told:
            heading = told.group(1).split()
        code = line.partition("%")[0].replace("...", "")
        begin = re.match(r"\s*mpc\.(\w+)\s*=\s*\[(.*)", code)
        if begin:
            if name:
                report.add(path, begins[name], phrase("a-matrix-does-not-end", name=name))
            name, code = begin.group(1), begin.group(2)
            if name in tables:
                report.add(path, number, phrase("a-matrix-stands-twice", name=name))
            tables[name], columns[name], heading = [], heading, []
            begins[name] = number
        if not name:
            if "]" in code and "[" not in code:
                report.add(path, number, phrase("a-matrix-does-not-begin"))
            continue
        body, closed, _ = code.partition("]")
        for part in body.split(";"):
            cells = part.replace(",", " ").split()
            if cells:
                row = [_number(path, number, cell, report) for cell in cells]
                tables[name].append((number, row))
        if closed:
            name = ""
    if name:
        advice = phrase("is-a-part-of-it-missing")
        report.add(path, begins[name], phrase("a-matrix-does-not-end", name=name), advice)
    if not report.findings:
        _hold_rows(path, tables, report)
    return tables, columns


def _hold_rows(path: Path, tables: dict[str, Rows], report: FaultReport) -> None:
    """Tell rows of a matrix that are not as long as its first, and costs that do not fit."""
    for name, rows in tables.items():
        if name.endswith("cost"):
            continue  # a row of costs states how many numbers it has
        width = len(rows[0][1]) if rows else 0
        for line, row in rows:
            if len(row) != width:
                message = phrase("a-row-is-of-another-length", name=name, num_row=len(row))
                report.add(path, line, message, phrase("the-first-row-has", width=width))
    for name, costs in (("gen", "gencost"), ("dcline", "dclinecost")):
        asked, there = len(tables.get(name, [])), len(tables.get(costs, []))
        if there not in (0, asked, 2 * asked):  # reactive power may have costs of its own
            message = phrase("costs-are-not-as-many", costs=costs, there=there, asked=asked)
            report.add(path, tables[costs][0][0], message, phrase("is-a-part-of-it-missing"))


def _number(path: Path, line: int, cell: str, report: FaultReport) -> float:
    """A cell: plain digits, `Inf` or `NaN`; 0 where it is neither, which is told."""
    value = float(cell) if _NO_NUMBER.fullmatch(cell) else number_in(cell)
    if value is None:
        report.add(path, line, phrase("is-not-a-number-5", cell=cell[:40]))
    elif math.isfinite(value) and (told := beyond(value)):
        report.add(path, line, told)
    return value or 0.0


def _bus_id(number: float) -> str:
    return f"b{number:.0f}"
