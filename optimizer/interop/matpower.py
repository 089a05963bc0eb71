"""MATPOWER cases into an instance: dispatch of what is there, or expansion with `mpc.ne_branch`.

Every generator is a plant tied to its bus by a link without limit. What cannot vary stands apart:
output below zero as a demand, a cost by pieces as one plant for each piece.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.network import (
    Demand,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.project import Option, Project
from infraplan.models.quantities import Confidence, Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.benchmark import COST, DISPATCH
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.matpower_case import (
    FREE,
    WIDEST_ANGLE,
    Branch,
    Case,
    Cost,
    DirectLine,
    Generator,
    read_case,
)

YEAR = 2000
"""Year of an imported problem, which knows none."""

GRID = "grid"


def import_matpower(path: Path) -> Imported:
    """The case as an instance of one year: with candidates least construction cost, else dispatch.

    What takes no part (isolated buses, what is out of service) and branches without a reactance,
    over which flow is free, are told.

    Raises
    ------
    InstanceFormatError
        The file cannot be read, or holds what the model has no place for.
    """
    case = read_case(path)
    instance = _Importer(case).instance()
    return Imported(instance, case.findings())


class _Importer:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.expands = case.has_candidates
        self.source = case.path.name
        self.nodes: list[NetworkNode] = []
        self.links: list[NetworkLink] = []
        self.demands: list[Demand] = []

    def instance(self) -> Instance:
        """Put everything together."""
        for bus in self.case.buses():
            self._node(bus.id, NodeRole.JUNCTION)
            self._fixed(bus.id[1:], bus.id, -bus.load)
        for generator in self.case.generators():
            self._generator(generator)
        for line in self.case.direct_lines():
            self._direct_line(line)
        for number, branch in self.case.branches():
            self._branch(f"l{number}", branch, exists=True)
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

    def _plant(self, name: str, bus: str, least: float, most: float, cost: Cost = FREE) -> None:
        """A plant tied to its bus."""
        self._node(
            name,
            NodeRole.PLANT,
            capacity=most,
            minimum_output=least,
            no_load_cost=cost.constant,
            cost=cost.slope,
            cost_quadratic=cost.square,
        )
        self._link(f"{name}-{bus}", name, bus, both_ways=least < 0.0)

    def _fixed(self, name: str, bus: str, amount: float, cost: float = 0.0) -> None:
        """What a bus always gets (a plant) or gives (a demand), and what that costs."""
        if amount < 0.0:
            self.demands.append(
                Demand(
                    id=f"d{name}",
                    network=GRID,
                    node=bus,
                    amount=-amount,
                    must_serve=True,
                    quality=Quality.STATED,
                    source=self.source,
                )
            )
            amount = 0.0
        if amount or cost:
            self._plant(f"feed{name}", bus, amount, amount, Cost(cost))

    def _generator(self, generator: Generator) -> None:
        name, bus, least, most = generator.id, generator.bus, generator.least, generator.most
        cost = FREE if self.expands else generator.cost
        if not cost.points:
            # A plant's output may be negative, its capacity may not.
            always = min(0.0, most)
            self._fixed(f"-{name}", bus, always)
            self._plant(name, bus, least - always, most - always, cost.after(always))
            return
        self._fixed(f"-{name}", bus, least, cost.at(least))
        marks = [least, *(p for p, _ in cost.points if least < p < most), most]
        for piece, (low, high) in enumerate(pairwise(marks), start=1):
            if high > low:
                slope = (cost.at(high) - cost.at(low)) / (high - low)
                self._plant(f"{name}-{piece}", bus, 0.0, high - low, Cost(slope=slope))

    def _direct_line(self, line: DirectLine) -> None:
        """A directed link for what may vary; what always flows is fixed at both ends."""
        cost = FREE if self.expands else line.cost
        self._fixed(f"-{line.id}-from", line.tail, -line.least, cost.at(line.least))
        arrives = (1.0 - line.loss) * line.least - line.idle_loss
        self._fixed(f"-{line.id}-to", line.head, arrives)
        self._link(
            line.id,
            line.tail,
            line.head,
            both_ways=False,
            capacity=line.most - line.least,
            loss=line.loss,
            cost=cost.slope,
        )

    def _branch(self, name: str, branch: Branch, *, exists: bool) -> None:
        angle = branch.angle
        if angle is None and not self.expands:
            angle = WIDEST_ANGLE  # published expansions know no such limit
        self._link(
            name,
            branch.tail,
            branch.head,
            exists=exists,
            capacity=branch.rating,
            reactance=branch.reactance,
            angle_limit=None if branch.reactance is None else angle,
        )

    def _candidates(
        self,
    ) -> tuple[list[Project], list[ProjectNetwork], list[Relation]]:
        projects: list[Project] = []
        changes: list[ProjectNetwork] = []
        relations: list[Relation] = []
        twins: dict[tuple[float, ...], str] = {}
        for number, branch in self.case.branches("ne_branch"):
            name, link = f"c{number}", f"n{number}"
            self._branch(link, branch, exists=False)
            projects.append(self._project(name, branch))
            changes.append(
                ProjectNetwork(
                    project=name, element=link, action=NetworkAction.OPEN, source=self.source
                )
            )
            # Equal circuits are built in order: which of them stands makes no difference.
            earlier = twins.get(branch.row)
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
            twins[branch.row] = name
        return projects, changes, relations

    def _project(self, name: str, branch: Branch) -> Project:
        tail, head = branch.tail[1:], branch.head[1:]
        return Project(
            id=name,
            name_en=f"circuit {tail} - {head}",
            name_zh=f"线路 {tail}-{head}",
            sector="energy",
            source=self.source,
            options=(
                Option(
                    overnight_cost=branch.cost,
                    lead_time=0,
                    spending_profile=(1.0,),
                    quality=Quality.STATED,
                ),
            ),
        )
