"""Random small networks: the engine against brute force over all sets of projects.

The value of a set of projects is found by other means than the engine's: water, gas and transport
by networkx's minimum-cost flow on whole numbers, power by injections and the distribution factors
of the open lines instead of angles.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import linprog

from infraplan.models.instance import Instance
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

CASES = 300
W = 1.0
"""Years of service: what starts in 2021 opens in 2022, the last year."""


@dataclass(frozen=True)
class Line:
    """A link with its project, None where it exists."""

    name: str
    tail: str
    head: str
    capacity: int
    cost: int
    project: str | None
    reactance: float = 0.0


@dataclass(frozen=True)
class Case:
    nodes: tuple[str, ...]
    sources: dict[str, tuple[int, int]]
    """Capacity and cost by node."""
    wants: dict[str, tuple[int, int]]
    """Amount and price by node."""
    lines: tuple[Line, ...]
    price: dict[str, float]
    """Cost of each project."""


def random_case(seed: int, *, power: bool = False) -> Case:
    chance = random.Random(seed)
    nodes = tuple(f"n{number}" for number in range(chance.randint(3, 5)))
    giving = chance.sample(nodes, chance.randint(1, 2))
    sources = {name: (chance.randint(3, 12), chance.randint(0, 3)) for name in giving}
    others = [name for name in nodes if name not in giving]
    wants = {
        name: (chance.randint(1, 8), chance.randint(4, 20))
        for name in chance.sample(others, min(len(others), chance.randint(1, 3)))
    }
    projects = [f"p{number}" for number in range(chance.randint(1, 3))]
    lines = []
    for number in range(chance.randint(4, 8)):
        tail, head = chance.sample(nodes, 2)
        lines.append(
            Line(
                f"l{number}",
                tail,
                head,
                chance.randint(1, 8),
                0 if power else chance.randint(0, 3),
                chance.choice([None, None, *projects]),
                chance.choice([0.5, 1.0, 2.0]) if power else 0.0,
            )
        )
    price = {name: chance.randint(1, 60) / 1.5 for name in projects}
    return Case(nodes, sources, wants, tuple(lines), price)


def instance_of(case: Case, network: str) -> Instance:
    """The case in the words of the product; trips go from the first source to who wants."""
    transport, power = network == "t", network == "p"
    role = "plant" if power else "source"
    nodes = [
        make_node(name, network=network)
        if transport or name not in case.sources
        else make_node(
            name, role, network, capacity=case.sources[name][0], cost=case.sources[name][1]
        )
        for name in case.nodes
    ]
    links = [
        make_link(
            line.name,
            line.tail,
            line.head,
            network,
            capacity=line.capacity,
            exists=line.project is None,
            reactance=line.reactance if power else None,
            cost=0.0 if transport else float(line.cost),
            time=float(line.cost) if transport else 0.0,
        )
        for line in case.lines
    ]
    origin = next(iter(case.sources))
    trip = {"value_of_time": 1.0}
    demands = [
        make_demand(
            f"d{name}",
            origin if transport else name,
            float(amount),
            network,
            unserved_price=float(price),
            **({"to_node": name, **trip} if transport else {}),
        )
        for name, (amount, price) in case.wants.items()
    ]
    return make_instance(
        [make_project(name, float(cost)) for name, cost in case.price.items()],
        years=(2021, 2022),
        network_nodes=nodes,
        network_links=links,
        demands=[*demands],
        project_network=[
            make_change(line.project, line.name) for line in case.lines if line.project
        ],
    )


def flow_cost(case: Case, built: set[str], *, transport: bool) -> float:
    """Least cost of serving the case with `built`, by minimum-cost flow from a super source."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    total = sum(amount for amount, _ in case.wants.values())
    graph.add_node("all", demand=-total)
    for name in case.nodes:
        graph.add_node(name, demand=0)
    for line in case.lines:
        if line.project is None or line.project in built:
            graph.add_edge(line.tail, line.head, capacity=line.capacity, weight=line.cost)
    if transport:
        graph.add_edge("all", next(iter(case.sources)), capacity=total, weight=0)
    else:
        for name, (capacity, cost) in case.sources.items():
            graph.add_edge("all", name, capacity=capacity, weight=cost)
    for name, (amount, price) in case.wants.items():
        graph.add_node(f"{name}*", demand=amount)
        graph.add_edge(name, f"{name}*", capacity=amount, weight=0)
        graph.add_edge("all", f"{name}*", capacity=amount, weight=price)
    return float(nx.network_simplex(graph)[0])


def dispatch_cost(case: Case, built: set[str]) -> float:
    """Least cost by injections: flow on a line is its distribution factors times injections."""
    lines = [line for line in case.lines if line.project is None or line.project in built]
    place = {name: number for number, name in enumerate(case.nodes)}
    incidence = np.zeros((len(lines), len(case.nodes)))
    for number, line in enumerate(lines):
        incidence[number, place[line.tail]], incidence[number, place[line.head]] = 1.0, -1.0
    susceptance = np.diag([1.0 / line.reactance for line in lines])
    laplacian = incidence.T @ susceptance @ incidence
    factors = susceptance @ incidence @ np.linalg.pinv(laplacian)
    # Columns: output of each source, then what each node is served; injection = output - served.
    sources, wants = list(case.sources), list(case.wants)
    inject = np.zeros((len(case.nodes), len(sources) + len(wants)))
    for column, name in enumerate(sources):
        inject[place[name], column] = 1.0
    for column, name in enumerate(wants):
        inject[place[name], len(sources) + column] = -1.0
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(case.nodes)
    graph.add_edges_from((line.tail, line.head) for line in lines)
    balance = np.array(
        [sum(inject[place[name]] for name in island) for island in nx.connected_components(graph)]
    )
    flows = factors @ inject
    capacity = np.array([line.capacity for line in lines], dtype=float)
    answer = linprog(
        [case.sources[name][1] for name in sources] + [-case.wants[name][1] for name in wants],
        A_ub=np.vstack([flows, -flows]) if lines else None,
        b_ub=np.concatenate([capacity, capacity]) if lines else None,
        A_eq=balance,
        b_eq=np.zeros(len(balance)),
        bounds=[(0, case.sources[name][0]) for name in sources]
        + [(0, case.wants[name][0]) for name in wants],
    )
    assert answer.status == 0
    return float(answer.fun) + sum(amount * price for amount, price in case.wants.values())


def best_by_brute_force(case: Case, network: str) -> float:
    def cost(built: set[str]) -> float:
        if network == "p":
            return dispatch_cost(case, built)
        return flow_cost(case, built, transport=network == "t")

    before = cost(set())
    return max(
        W * (before - cost(set(chosen))) - sum(case.price[name] for name in chosen)
        for size in range(len(case.price) + 1)
        for chosen in combinations(case.price, size)
    )


@pytest.mark.parametrize("network", ["t", "w", "p", "g"])
@pytest.mark.parametrize("part", first_quick(range(8)))
def test_engine_agrees_with_brute_force(network: str, part: int) -> None:
    chosen = 0
    for seed in range(part, CASES, 8):
        case = random_case(seed + 10_000 * "twpg".index(network), power=network == "p")
        found = best(instance_of(case, network))
        expected = best_by_brute_force(case, network)
        assert found.objective == pytest.approx(expected, rel=1e-6, abs=1e-6), seed
        chosen += bool(found.starts)
    # The cases are not all trivial: in many of them something is worth building.
    assert chosen > 5
