"""A few roads at equilibrium joined to any instance, and their worth by brute force.

Times are linear in the volume, so that an equilibrium is a linear system once it is known which
ways are used: all sets of ways are tried. Written from docs/laws.md section 7; nothing of the
engine is used.
"""

from __future__ import annotations

import itertools
import random

import networkx as nx
import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, LoadBlock, NetworkSettings
from tests.builders import edit, make_change, make_demand, make_link, make_node
from tests.oracle.choice import Choice
from tests.oracle.oracle import Oracle

LINKS = {
    # time, capacity, alpha: Braess's four roads, where a good bridge and a bad one may be built
    "sa": ("s", "a", 1.0, 1.0, 8.0),
    "sb": ("s", "b", 50.0, 1.0, 0.02),
    "at": ("a", "t", 50.0, 1.0, 0.02),
    "bt": ("b", "t", 1.0, 1.0, 8.0),
}
NEW = {
    "bridge": ("a", "b", 10.0, 1.0, 0.1),
    "short": ("a", "b", 1.0, 1.0, 1.0),
    "direct": ("s", "t", 60.0, 2.0, 0.1),
    "wide": ("s", "a", 4.0, 3.0, 0.5),
    "late": ("b", "t", 6.0, None, 0.0),
}


def with_roads(
    instance: Instance,
    *,
    changes: list[tuple[str, str, dict]] | None = None,
    years: tuple[int, ...] = (),
    value_of_time: float = 0.02,
    growth: float = 0.0,
    missing: tuple[str, ...] = (),
    weight: float = 1.0,
) -> Instance:
    """`instance` with roads at equilibrium.

    `changes` are (project, link of NEW, further fields); `missing` are roads that do not exist
    and are opened by nothing unless a change opens them.
    """
    new = {link for _, link, _ in changes or ()}
    roads = {**LINKS, **{name: row for name, row in NEW.items() if name in new}}
    settings = NetworkSettings(
        id="t", law=FlowLaw.EQUILIBRIUM, blocks=(LoadBlock(id="all", weight=weight),)
    )
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(
        **tables
        | {
            "settings": edit(
                instance.settings, networks=(settings,), representative_years=tuple(years)
            ),
            "network_nodes": tuple(make_node(name, network="t") for name in "sabt"),
            "network_links": tuple(
                make_link(
                    name,
                    tail,
                    head,
                    "t",
                    time=time,
                    capacity=capacity,
                    bpr_alpha=alpha,
                    bpr_beta=1.0,
                    exists=name in LINKS and name not in missing,
                )
                for name, (tail, head, time, capacity, alpha) in roads.items()
            ),
            "demands": (
                make_demand(
                    "trip", "s", 6.0, "t", to_node="t", value_of_time=value_of_time, growth=growth
                ),
            ),
            "project_network": tuple(
                make_change(project, link, **fields) for project, link, fields in changes or ()
            ),
        }
    )


def random_roads(instance: Instance, seed: int) -> Instance:
    """`instance` with roads that some of its projects open, at random."""
    rng = random.Random(f"roads/{seed}")
    names = sorted(NEW)
    changes: list[tuple[str, str, dict]] = []
    for project in instance.projects:
        for link in rng.sample(names, rng.choice([0, 1, 1, 2])):
            fields: dict = {}
            if rng.random() < 0.2:
                fields["option"] = project.options[-1].option
            if rng.random() < 0.15:
                fields["from_year"] = rng.choice(instance.settings.horizon.years)
            changes.append((project.id, link, fields))
    missing: tuple[str, ...] = ()
    if changes and rng.random() < 0.2:
        missing = (rng.choice(["sb", "at"]),)
        changes.append((instance.projects[0].id, missing[0], {}))
        if rng.random() < 0.5:
            missing = ("sb", "at")  # only what crosses, or goes directly, carries the trips
    years = list(instance.settings.horizon.years)
    kept = tuple(sorted(rng.sample(years, rng.randint(1, len(years)))))
    return with_roads(
        instance,
        changes=changes,
        years=rng.choice([(), kept, (years[-1],)]),
        value_of_time=rng.choice([0.02, 0.1, 0.4]),
        growth=rng.choice([0.0, 0.0, 0.05]),
        missing=missing,
        weight=rng.choice([1.0, 1.0, 2.5]),
    )


def travel_time(instance: Instance, links: set[str], trips: float) -> float | None:
    """Total travel time of the equilibrium on `links`; None where there is no way."""
    rows = {link.id: link for link in instance.network_links}
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    graph.add_nodes_from("sabt")
    graph.add_edges_from((rows[name].from_node, rows[name].to_node, name) for name in links)
    ways = [[name for _, _, name in way] for way in nx.all_simple_edge_paths(graph, "s", "t")]
    order = sorted(links)
    uses = np.array([[float(name in way) for name in order] for way in ways])
    free = np.array([rows[name].time for name in order])
    slope = np.array(
        [
            0.0
            if rows[name].capacity is None
            else rows[name].time * rows[name].bpr_alpha / rows[name].capacity
            for name in order
        ]
    )
    for size in range(1, len(ways) + 1):
        for used in itertools.combinations(range(len(ways)), size):
            mine = uses[list(used)]
            # all used ways take the same time u, and carry all trips
            left = np.block(
                [[mine @ np.diag(slope) @ mine.T, -np.ones((size, 1))], [np.ones((1, size)), 0.0]]
            )
            right = np.append(-mine @ free, trips)
            flow = np.linalg.lstsq(left, right, rcond=None)[0]
            if np.abs(left @ flow - right).max() > 1e-7 or (flow[:-1] < -1e-9).any():
                continue
            volume = flow[:-1] @ mine
            times = free + slope * volume
            if (uses @ times >= flow[-1] - 1e-7).all():
                return float(volume @ times)
    return None


class RoadOracle(Oracle):
    """Brute force over starts, travel included."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self.times: dict[tuple[frozenset[str], int], float | None] = {}
        self.weights = dict(self._weights())

    def _weights(self):
        """df(y) lambda(r, y) by (r, y): every year, or a straight line between those stated."""
        settings = self.instance.settings
        marks = sorted(set(settings.representative_years)) or list(settings.horizon.years)
        for at, year in enumerate(marks):
            before = marks[at - 1] if at else self.y0 - 1
            yield (year, year), 0.0
            for y in range(self.y0, self.end + 1):
                if before < y <= year:
                    part = (y - before) / (year - before)
                elif y > year and at + 1 == len(marks):
                    part = 1.0
                elif at + 1 < len(marks) and year < y < marks[at + 1]:
                    part = (marks[at + 1] - y) / (marks[at + 1] - year)
                else:
                    continue
                yield (year, y), self.df[y] * part

    def minutes(self, built: dict[str, Choice], year: int, later: int) -> float | None:
        """Total travel time of a year with what is built and has not ended in a `later` year.

        After the last year of all, what opens in the `later` one is there as well.
        """
        last = max(mark for mark, _ in self.weights) if self.weights else year
        since = max(year, later) if year == last else year
        there = {link.id for link in self.instance.network_links if link.exists}
        for row in self.instance.project_network:
            here = built.get(row.project)
            if (
                here is not None
                and row.option in ("", here.option.option)
                and here.opening <= since
                and max(year, later) <= here.closing
                and since >= (row.from_year or 0)
            ):
                there.add(row.element)
        key = (frozenset(there), year)
        if key not in self.times:
            row = self.instance.demands[0]
            trips = row.amount * (1.0 + row.growth) ** (year - self.y0)
            self.times[key] = travel_time(self.instance, there, trips)
        return self.times[key]

    def roads_of(self, built: dict[str, Choice]) -> dict[str, Choice]:
        """What opens roads: what is built, and what stands until it is retired."""
        return self.still_there(built) | built

    def joint_value(self, built: dict[str, Choice]) -> float:
        total = super().joint_value(built)
        there = self.roads_of(built)
        block = self.instance.settings.networks[0].blocks[0]
        for (year, later), weight in self.weights.items():
            after, before = self.minutes(there, year, later), self.minutes({}, year, later)
            if after is not None:
                money = block.weight * self.instance.demands[0].value_of_time
                total += weight * money * ((before or 0.0) - after)
        return total

    def allowed(self, built: dict[str, Choice]) -> bool:
        there = self.roads_of(built)
        if any(self.minutes(there, *state) is None for state in self.weights):
            return False
        return super().allowed(built)
