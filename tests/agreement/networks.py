"""A random network whose links and nodes the projects of any instance open, widen or close."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.network import (
    Demand,
    LoadBlock,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from infraplan.models.target import Target
from tests.builders import make_change, make_demand, make_link, make_node

MUST_SERVE = 0.06
"""How often a demand must be served where nothing else is said: many leave no plan."""


def with_network(
    rng: random.Random, instance: Instance, *, must_serve: float = MUST_SERVE
) -> Instance:
    """`instance` with a further network of any kind; flows are directed.

    `must_serve` is how often a demand must be served.
    """
    taken = {row.network for row in instance.network_nodes}
    name = rng.choice([one for one in "twpg" if one not in taken])
    drawn = _Drawn(rng, name, instance)
    drawn.must_serve = must_serve
    nodes, links = drawn.nodes(), drawn.links()
    demands = drawn.demands()
    changes = tuple(drawn.changes())
    settings = instance.settings.model_copy(
        update={"networks": (*instance.settings.networks, drawn.settings())}
    )
    tables = {field: getattr(instance, field) for field in Instance.model_fields}
    return Instance(
        **(
            tables
            | {
                "settings": settings,
                "network_nodes": (*instance.network_nodes, *nodes),
                "network_links": (*instance.network_links, *links),
                "demands": (*instance.demands, *demands),
                "project_network": (*instance.project_network, *changes),
                "targets": (*instance.targets, *drawn.targets()),
            }
        )
    )


class _Drawn:
    """One network, drawn part by part."""

    def __init__(self, rng: random.Random, name: str, instance: Instance) -> None:
        self.rng, self.name, self.instance = rng, name, instance
        self.must_serve = MUST_SERVE
        self.places = [f"{name}{number}" for number in range(rng.randint(3, 4))]
        self.is_power, self.is_transport = name == "p", name == "t"
        self.has_reactance = self.is_power and rng.random() < 0.5
        self.num_blocks = rng.choice([1, 1, 2])
        self._links: tuple[NetworkLink, ...] = ()
        self._nodes: tuple[NetworkNode, ...] = ()
        self._demands: tuple[Demand, ...] = ()

    def _maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def nodes(self) -> tuple[NetworkNode, ...]:
        """A source or plant, junctions, and now and then a storage or works."""
        rng, found = self.rng, []
        for number, place in enumerate(self.places):
            values: dict[str, Any] = {}
            role = "junction"
            if not self.is_transport and number == 0:
                role = "plant" if self.is_power else "source"
                values = {
                    "capacity": float(rng.randint(4, 12)),
                    "cost": rng.choice([0.0, 0.1, 0.3]),
                    "cost_quadratic": rng.choice([0.0, 0.0, 0.02]),
                    "minimum_output": rng.choice([0.0, 0.0, 0.0, 1.0]),
                    "no_load_cost": rng.choice([0.0, 0.0, 0.2]),
                    "dry_share": rng.choice([1.0, 0.6]),
                    "spill": self._maybe(0.3),
                }
            elif not self.is_transport and number == 2 and self._maybe(0.3):
                role = "storage"
                values = {
                    "capacity": float(rng.randint(1, 5)),
                    "efficiency": rng.choice([0.8, 1.0]),
                    "volume": rng.choice([None, 4.0]),
                }
            elif not self.is_transport and not self.has_reactance and self._maybe(0.3):
                role, values = "works", {"capacity": float(rng.randint(3, 9)), "cost": 0.05}
            values["exists"] = number == 0 or self._maybe(0.85)
            if number and self._supplier() and self._maybe(0.5):
                values["supplier"] = self._supplier()
            found.append(make_node(place, role, self.name, **values))
        self._nodes = tuple(found)
        return self._nodes

    def _supplier(self) -> str | None:
        """A node of another network at which something is asked for."""
        others = sorted({row.node for row in self.instance.demands})
        if self.is_transport or self.has_reactance or not others:
            return None
        return others[0]

    def links(self) -> tuple[NetworkLink, ...]:
        """A chain over all nodes and a few more links, half of which stand."""
        rng, found = self.rng, []
        pairs = list(zip(self.places, self.places[1:], strict=False))
        pairs += [tuple(rng.sample(self.places, 2)) for _ in range(rng.randint(1, 3))]
        for number, (tail, head) in enumerate(pairs):
            values: dict[str, Any] = {
                "capacity": float(rng.randint(2, 9)),
                "exists": self._maybe(0.5),
                "both_ways": self._maybe(0.5),
            }
            if self.is_transport:
                slow = self._maybe(0.25)
                values |= {
                    "time": float(rng.randint(1, 9)),
                    "cost": rng.choice([0.0, 0.1]),
                    "bpr_alpha": 0.5 if slow else 0.0,
                    "bpr_beta": rng.choice([1.0, 2.0]) if slow else 4.0,
                }
            elif self.has_reactance:
                values |= {
                    "reactance": rng.choice([0.5, 1.0]),
                    "angle_limit": rng.choice([None, None, 200.0]),
                }
            else:
                values |= {"loss": rng.choice([0.0, 0.0, 0.1, 0.3]), "cost": rng.choice([0.0, 0.1])}
            found.append(make_link(f"{self.name}l{number}", tail, head, self.name, **values))
        self._links = tuple(found)
        return self._links

    def demands(self) -> tuple[Demand, ...]:
        """One or two, far from the source."""
        rng, found = self.rng, []
        for number, place in enumerate(rng.sample(self.places[1:], rng.randint(1, 2))):
            values: dict[str, Any] = {
                "unserved_price": round(rng.uniform(0.5, 3.0), 2),
                "growth": rng.choice([0.0, 0.05]),
                "must_serve": self._maybe(self.must_serve),
            }
            node = place
            if self.is_transport:
                node = self.places[0]
                values |= {
                    "to_node": place,
                    "value_of_time": 0.05,
                    "elasticity": rng.choice([0.0, 0.0, 0.5, 1.0]),
                }
            amount = round(rng.uniform(1, 6), 2)
            found.append(make_demand(f"{self.name}d{number}", node, amount, self.name, **values))
        self._demands = tuple(found)
        return self._demands

    def changes(self) -> Iterator[ProjectNetwork]:
        """What is not there is opened by some project; what is there may be widened or closed."""
        rng = self.rng
        projects = list(self.instance.projects)
        for row in (*self._nodes, *self._links):
            project = rng.choice(projects)
            option = rng.choice(["", "", project.options[-1].option])
            year = rng.choice([None, None, None, self.instance.settings.horizon.last_year])
            shared: dict[str, Any] = {"option": option, "from_year": year}
            if not row.exists:
                yield make_change(project.id, row.id, "open", **shared)
            if not isinstance(row, NetworkLink):
                continue
            if row.exists and self._maybe(0.2):
                yield make_change(project.id, row.id, "close_during_works", 1.0, option=option)
            if self._maybe(0.25):
                value = float(rng.randint(1, 4))
                yield make_change(project.id, row.id, "add_capacity", value, **shared)
            elif self.is_transport and self._maybe(0.3):
                yield make_change(project.id, row.id, "set_time", 1.0, **shared)
            elif row.loss and self._maybe(0.4):
                yield make_change(project.id, row.id, "set_loss", 0.0, **shared)

    def settings(self) -> NetworkSettings:
        """One or two blocks: a peak, a dry year, a failure."""
        rng = self.rng
        blocks = [LoadBlock(id="all", weight=rng.choice([1.0, 0.5]))]
        if self.num_blocks == 2:
            out = rng.choice([(), (rng.choice(self._links).id,)])
            blocks.append(
                LoadBlock(
                    id="other",
                    weight=rng.choice([0.0, 0.5, 1.0]),
                    demand_factor=rng.choice([0.5, 1.5]),
                    dry=self._maybe(0.5),
                    out=out,
                    must_serve=self._maybe(0.05),
                )
            )
        return NetworkSettings(id=self.name, blocks=tuple(blocks))

    def targets(self) -> Iterator[Target]:
        """Now and then what is served, or how long a trip takes, in a year."""
        if not self._maybe(0.25):
            return
        rng, row = self.rng, self.rng.choice(self._demands)
        years = list(self.instance.settings.horizon.years)
        shared: dict[str, Any] = {
            "year": rng.choice(years),
            "hard": self._maybe(0.15),
            "shortfall_price": round(rng.uniform(0.1, 2.0), 2),
        }
        if self.is_transport and self._maybe(0.6):
            metric = f"travel_time:{row.id}"
            value = float(rng.randint(2, 9))
            yield Target(id=f"{self.name}-time", metric=metric, sense="<=", value=value, **shared)
        else:
            metric = rng.choice([f"served:{row.id}", f"served:{self.name}"])
            yield Target(id=f"{self.name}-served", metric=metric, value=2.0, **shared)
