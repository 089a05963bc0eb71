"""Random roads that slow down: the engine against directed flows over all sets of projects.

Every road slows down by its volume, so what a set of projects is worth is a difference of two
system optima, which `infraplan.optimizer.assignment` finds by other means than the linear program.
"""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.assignment import Arcs, system_optimum
from infraplan.optimizer.assignment.road_network import road_network
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)
from tests.markers import first_quick
from tests.optimizer.engine import best

CASES = 60
W = 1.0
"""Years of service: what starts in 2021 opens in 2022, the last year."""
NODES = ("a", "b", "c", "d")


def random_roads(seed: int) -> tuple[Instance, dict[str, float]]:
    """A ring of roads in both directions, and one to three candidates, with trips of one value."""
    chance = random.Random(seed)
    ring = [(NODES[i], NODES[(i + 1) % 4]) for i in range(4)]
    names = [f"p{number}" for number in range(chance.randint(1, 3))]
    links = [
        make_link(
            f"l{number}",
            tail,
            head,
            "t",
            both_ways=True,
            time=float(chance.randint(5, 20)),
            capacity=float(chance.randint(5, 20)),
            bpr_alpha=chance.choice([0.15, 0.5, 1.0]),
            bpr_beta=float(chance.choice([1, 2, 4])),
            exists=number < len(ring),
        )
        for number, (tail, head) in enumerate(
            [*ring, *(tuple(chance.sample(NODES, 2)) for _ in names)]
        )
    ]
    origins = chance.sample(NODES, chance.randint(1, 2))
    demands = [
        make_demand(
            f"d{number}",
            origin,
            float(chance.randint(2, 12)),
            "t",
            to_node=chance.choice([node for node in NODES if node != origin]),
            value_of_time=1.0,
            unserved_price=1e5,
        )
        for number, origin in enumerate(origins)
    ]
    price = {name: chance.randint(5, 150) / 1.5 for name in names}
    changes = [make_change(name, f"l{len(ring) + i}") for i, name in enumerate(names)]
    instance = make_instance(
        [make_project(name, float(cost)) for name, cost in price.items()],
        years=(2021, 2022),
        network_nodes=[make_node(name, network="t") for name in NODES],
        network_links=links,
        demands=demands,
        project_network=changes,
    )
    return instance, price


def least_minutes(instance: Instance, chosen: tuple[str, ...]) -> float:
    """Total travel time of directed trips with `chosen` built."""
    opened = {row.element for row in instance.project_network if row.project in chosen}
    rows = [
        (link.id, *ends, link.time, link.capacity, link.bpr_alpha, link.bpr_beta)
        for link in instance.network_links
        if link.exists or link.id in opened
        for ends in ((link.from_node, link.to_node), (link.to_node, link.from_node))
    ]
    trips = {(row.node, row.to_node or ""): row.amount for row in instance.demands}
    network = road_network(Arcs(*zip(*rows, strict=True)), trips)
    return system_optimum(network, relative_gap=1e-9).total_travel_time


@pytest.mark.parametrize("seed", first_quick(range(CASES), quick=20))
def test_congested_roads(seed: int) -> None:
    instance, price = random_roads(seed)
    sets = [chosen for size in range(len(price) + 1) for chosen in combinations(price, size)]
    without = least_minutes(instance, ())
    expected = max(
        W * (without - least_minutes(instance, chosen)) - sum(price[name] for name in chosen)
        for chosen in sets
    )
    found = best(instance)
    assert found.objective == pytest.approx(expected, rel=1e-4, abs=1e-4 * without)
    # What the plan itself says is what its own projects are worth.
    own = W * (without - least_minutes(instance, tuple(found.starts)))
    own -= sum(price[name] for name in found.starts)
    assert found.objective == pytest.approx(own, rel=1e-4, abs=1e-4 * without)
    assert np.isfinite(expected)
