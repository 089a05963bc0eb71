"""MATPOWER cases into an instance: dispatch of what is there, or expansion with `mpc.ne_branch`.

Conventions of the direct-current model are those of PowerModels.jl (`DCPPowerModel`), whose costs
the PGLib-OPF library publishes: a branch's susceptance is x / (r^2 + x^2), taps and shifters are
left out, shunt conductance is a fixed demand, differences of angles keep their limits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from models.instance import Instance, Settings
from models.network import (
    Demand,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
    ProjectNetwork,
)
from models.project import Option, Project
from models.quantities import Confidence, Quality
from models.relation import Relation, RelationType
from optimizer.benchmark import COST, DISPATCH
from optimizer.interop.faults import one_fault

YEAR = 2000
"""Year of an imported problem, which knows none."""

GRID = "grid"
WIDEST_ANGLE = 60.0
"""Degrees between the ends of a branch that states no limit (as in PowerModels)."""

ISOLATED = 4.0
"""Bus type that takes no part."""

Rows = list[tuple[int, list[float]]]
"""Line in the file and numbers of each row of a matrix."""


@dataclass(frozen=True)
class Case:
    """The matrices of a case, by name, and its power base in MVA."""

    path: Path
    base: float
    tables: dict[str, Rows]
    columns: dict[str, list[str]]

    def rows(self, name: str, least: int) -> Rows:
        """Rows of a matrix; raises where one has fewer than `least` columns."""
        for line, row in self.tables.get(name, []):
            if len(row) < least:
                message = f"mpc.{name} has a row of {len(row)} numbers, at least {least} are needed"
                raise one_fault(self.path, line, message)
        return self.tables.get(name, [])


def read_case(path: Path) -> Case:
    """Read a MATPOWER case of format 2.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, has no buses, or a cell is no number; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise one_fault(path, 0, f"cannot be read: {error.strerror}") from error
    base = re.search(r"mpc\.baseMVA\s*=\s*([-+\d.eE]+)", text)
    tables: dict[str, Rows] = {}
    columns: dict[str, list[str]] = {}
    name = ""
    heading: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        told = re.match(r"\s*%\s*column_names%(.*)", line)
        if told:
            heading = told.group(1).split()
        code = line.partition("%")[0]
        begin = re.match(r"\s*mpc\.(\w+)\s*=\s*\[(.*)", code)
        if begin:
            name, code = begin.group(1), begin.group(2)
            tables[name], columns[name], heading = [], heading, []
        if not name:
            continue
        body, closed, _ = code.partition("]")
        for part in body.split(";"):
            cells = part.replace(",", " ").split()
            if cells:
                tables[name].append((number, [_number(path, number, cell) for cell in cells]))
        if closed:
            name = ""
    if base is None or not tables.get("bus"):
        raise one_fault(path, 1, "the file has no mpc.baseMVA or no mpc.bus: no MATPOWER case")
    return Case(path, float(base.group(1)), tables, columns)


def _number(path: Path, line: int, cell: str) -> float:
    try:
        return float(cell.replace("Inf", "inf").replace("NaN", "nan"))
    except ValueError as error:
        raise one_fault(path, line, f"{cell!r} is not a number") from error


def import_matpower(path: Path) -> Instance:
    """The case as an instance of one year: with candidates least construction cost, else dispatch.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, or holds what the model has no place for.
    """
    case = read_case(path)
    if case.tables.get("dcline"):
        line = case.tables["dcline"][0][0]
        raise one_fault(path, line, "mpc.dcline: direct-current lines are not imported")
    return _Importer(case).instance()


class _Importer:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.expands = bool(case.tables.get("ne_branch"))
        self.source = case.path.name
        self.buses = {_bus_id(row[0]) for _, row in case.rows("bus", 6) if row[1] != ISOLATED}
        self.nodes: list[NetworkNode] = []
        self.links: list[NetworkLink] = []
        self.demands: list[Demand] = []

    def instance(self) -> Instance:
        """Put everything together."""
        self._buses()
        self._generators()
        self._branches()
        projects, changes, relations = self._candidates()
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.case.path.stem).strip("-")
        settings = Settings(
            id=name,
            title=Title(en=name, zh=name),
            currency="XXX" if self.expands else "USD",
            money_unit="cost of the source" if self.expands else "USD/h",
            money_unit_zh="原文造价单位" if self.expands else "美元/小时",
            price_year=YEAR,
            horizon=Horizon(phases=(Phase(id="year", first_year=YEAR, last_year=YEAR),)),
            appraisal=Appraisal(
                discount_rate=0.0, end_year=YEAR, residual_value=ResidualValue.NONE
            ),
            networks=(NetworkSettings(id=GRID, unit="MW", base=self.case.base),),
            benchmark_metric=COST if self.expands else DISPATCH,
        )
        return Instance(
            settings=settings,
            projects=tuple(projects),
            relations=tuple(relations),
            network_nodes=tuple(self.nodes),
            network_links=tuple(self.links),
            demands=tuple(self.demands),
            project_network=tuple(changes),
        )

    def _node(self, name: str, role: NodeRole, **values: float) -> None:
        self.nodes.append(
            NetworkNode.model_validate(
                {
                    "id": name,
                    "network": GRID,
                    "kind": NetworkKind.POWER,
                    "role": role,
                    "quality": Quality.STATED,
                    "source": self.source,
                    **values,
                }
            )
        )

    def _link(self, name: str, tail: str, head: str, **values: float | bool | None) -> None:
        self.links.append(
            NetworkLink.model_validate(
                {
                    "id": name,
                    "network": GRID,
                    "from_node": tail,
                    "to_node": head,
                    "quality": Quality.STATED,
                    "source": self.source,
                    **values,
                }
            )
        )

    def _buses(self) -> None:
        for _, row in self.case.rows("bus", 6):
            bus = _bus_id(row[0])
            if bus not in self.buses:
                continue
            self._node(bus, NodeRole.JUNCTION)
            load = row[2] + row[4]
            if load > 0.0:
                self.demands.append(
                    Demand(
                        id=f"d{bus[1:]}",
                        network=GRID,
                        node=bus,
                        amount=load,
                        must_serve=True,
                        quality=Quality.STATED,
                        source=self.source,
                    )
                )
            elif load < 0.0:
                self._plant(f"feed{bus[1:]}", bus, -load, -load, (0.0, 0.0, 0.0))

    def _plant(
        self, name: str, bus: str, least: float, most: float, cost: tuple[float, float, float]
    ) -> None:
        """A generator node tied to its bus; `cost` from the constant to the square."""
        self._node(
            name,
            NodeRole.PLANT,
            capacity=max(0.0, most),
            minimum_output=least,
            no_load_cost=cost[0],
            cost=cost[1],
            cost_quadratic=cost[2],
        )
        self._link(f"{name}-{bus}", name, bus, both_ways=least < 0.0)

    def _generators(self) -> None:
        costs = self.case.rows("gencost", 4)
        for number, (line, row) in enumerate(self.case.rows("gen", 10)):
            bus, most, least = _bus_id(row[0]), row[8], row[9]
            if row[7] <= 0.0 or bus not in self.buses:
                continue
            if most < 0.0 or least > most:
                message = f"a generator gives {least:g} to {most:g}"
                raise one_fault(self.case.path, line, message)
            name = f"g{number + 1}"
            if self.expands or number >= len(costs):
                self._plant(name, bus, least, most, (0.0, 0.0, 0.0))
            elif costs[number][1][0] == 2.0:
                self._plant(name, bus, least, most, self._polynomial(*costs[number]))
            else:
                self._piecewise(name, bus, least, most, *costs[number])

    def _polynomial(self, line: int, row: list[float]) -> tuple[float, float, float]:
        count = int(row[3])
        terms = [*reversed(row[4 : 4 + count]), 0.0, 0.0, 0.0]
        if len(row) < 4 + count or any(terms[3:]):
            message = "a cost is a polynomial of more than the second degree"
            raise one_fault(self.case.path, line, message)
        if terms[2] < 0.0 or terms[0] < 0.0:
            raise one_fault(self.case.path, line, "a cost bends downwards or begins below zero")
        return terms[0], terms[1], terms[2]

    def _piecewise(
        self, name: str, bus: str, least: float, most: float, line: int, row: list[float]
    ) -> None:
        """A convex cost by pieces: a plant that gives the least, and one for each piece above."""
        count = int(row[3])
        points = list(zip(row[4 : 4 + 2 * count : 2], row[5 : 5 + 2 * count : 2], strict=True))
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points) if b[0] > a[0]]
        if not slopes or any(later < earlier - 1e-9 for earlier, later in pairwise(slopes)):
            raise one_fault(self.case.path, line, "a cost by pieces bends downwards")
        constant = _at(points, least)
        if constant < 0.0:
            raise one_fault(self.case.path, line, "a cost by pieces begins below zero")
        self._plant(name, bus, least, least, (constant, 0.0, 0.0))
        marks = [least, *(p for p, _ in points if least < p < most), most]
        for piece, (low, high) in enumerate(pairwise(marks), start=1):
            if high > low:
                slope = (_at(points, high) - _at(points, low)) / (high - low)
                self._plant(f"{name}-{piece}", bus, 0.0, high - low, (0.0, slope, 0.0))

    def _branches(self) -> None:
        for number, (line, row) in enumerate(self.case.rows("branch", 11)):
            if row[10] > 0.0:
                self._branch(f"l{number + 1}", line, row, exists=True)

    def _branch(self, name: str, line: int, row: list[float], *, exists: bool) -> bool:
        """Add a branch; whether it takes part."""
        tail, head = _bus_id(row[0]), _bus_id(row[1])
        if tail not in self.buses or head not in self.buses:
            return False
        r, x, rate = row[2], row[3], row[5]
        if r == 0.0 and x == 0.0:
            self._link(name, tail, head, exists=exists, capacity=rate if rate > 0.0 else None)
            return True
        if x == 0.0:
            return False  # no susceptance: nothing can flow
        self._link(
            name,
            tail,
            head,
            exists=exists,
            capacity=rate if rate > 0.0 else None,
            reactance=(r * r + x * x) / x,
            angle_limit=self._angle(line, row),
        )
        return True

    def _angle(self, line: int, row: list[float]) -> float | None:
        low, high = (row[11], row[12]) if len(row) > 12 else (0.0, 0.0)
        if low <= -90.0 or high >= 90.0 or low == high == 0.0:
            return None if self.expands else WIDEST_ANGLE
        if abs(low + high) > 1e-9:
            message = f"angles may differ by {low:g} to {high:g}: only equal limits are imported"
            raise one_fault(self.case.path, line, message)
        return high

    def _candidates(
        self,
    ) -> tuple[list[Project], list[ProjectNetwork], list[Relation]]:
        projects: list[Project] = []
        changes: list[ProjectNetwork] = []
        relations: list[Relation] = []
        headings = self.case.columns.get("ne_branch", [])
        place = headings.index("construction_cost") if "construction_cost" in headings else -1
        twins: dict[tuple[float, ...], str] = {}
        for number, (line, row) in enumerate(self.case.rows("ne_branch", 12)):
            name = f"c{number + 1}"
            if row[10] <= 0.0 or not self._branch(f"n{number + 1}", line, row, exists=False):
                continue
            cost = row[place]
            if cost < 0.0:
                raise one_fault(self.case.path, line, f"a construction cost is {cost:g}")
            projects.append(self._project(name, row, cost))
            changes.append(
                ProjectNetwork(
                    project=name,
                    element=f"n{number + 1}",
                    action=NetworkAction.OPEN,
                    source=self.source,
                )
            )
            # Equal circuits are built in order: which of them stands makes no difference.
            earlier = twins.get(tuple(row))
            if earlier is not None:
                relations.append(
                    Relation(
                        id=f"{earlier}-before-{name}",
                        type=RelationType.REQUIRES,
                        from_projects=(earlier,),
                        to_projects=(name,),
                        confidence=Confidence.EXPLICIT,
                        source="equal circuits are built in order",
                    )
                )
            twins[tuple(row)] = name
        return projects, changes, relations

    def _project(self, name: str, row: list[float], cost: float) -> Project:
        return Project(
            id=name,
            name_en=f"circuit {row[0]:g} - {row[1]:g}",
            name_zh=f"线路 {row[0]:g}-{row[1]:g}",
            sector="energy",
            source=self.source,
            options=(
                Option(
                    overnight_cost=cost,
                    lead_time=0,
                    spending_profile=(1.0,),
                    quality=Quality.STATED,
                ),
            ),
        )


def _bus_id(number: float) -> str:
    return f"b{number:g}" if number < 1e6 else f"b{int(number)}"


def _at(points: list[tuple[float, float]], p: float) -> float:
    """Cost at output `p` on the line through `points`, its ends drawn on."""
    for (low, c_low), (high, c_high) in pairwise(points):
        if p <= high or high == points[-1][0]:
            return c_low + (p - low) * (c_high - c_low) / (high - low) if high > low else c_high
    return points[0][1]
