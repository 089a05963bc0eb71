"""Random power networks in which flow goes round, against brute force over all sets of projects.

Reactances of both signs and directed links beside lines with a reactance; capacities that are
missing, far above what plants give, or tight; limits of angles; two states of load, in one of which
something may be out. The value of a set of projects is one linear program without any largest
flow. Instances for which the product asks for a capacity are left out, and counted.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock
from tests.builders import (
    make_change,
    make_demand,
    make_link,
    make_node,
    make_project,
    make_settings,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.optimizer.networks.mini import YEARS, blocks, network

CASES = 200
PARTS = 8


@dataclass(frozen=True)
class Line:
    """A link; without a project it exists, without a reactance its flow is directed."""

    name: str
    tail: str
    head: str
    reactance: float | None
    capacity: float | None
    angle: float | None
    loss: float
    cost: float
    project: str | None


@dataclass(frozen=True)
class Case:
    nodes: tuple[str, ...]
    plants: dict[str, tuple[float, float]]
    """Capacity and cost by node."""
    wants: dict[str, tuple[float, float]]
    """Amount and price by node."""
    lines: tuple[Line, ...]
    price: dict[str, float]
    out: str | None
    """Link that is out of service in the second state."""


def random_case(seed: int) -> Case:
    chance = random.Random(seed)
    nodes = tuple(f"n{number}" for number in range(chance.randint(2, 4)))
    giving = chance.sample(nodes, chance.randint(1, len(nodes) - 1))
    others = [name for name in nodes if name not in giving]
    projects = [f"p{number}" for number in range(chance.randint(1, 3))]
    lines = []
    for number in range(chance.randint(3, 6)):
        tail, head = chance.sample(nodes, 2)
        is_directed = chance.random() < 0.2
        reactance = chance.choice([0.1, 0.5, 1.0, 2.0, -0.2, -0.4, -0.9, -1.0])
        capacity = chance.choice([None, None, 3.0, 8.0, 60.0, 500.0])
        if is_directed and chance.random() < 0.7:
            capacity = capacity or 30.0
        lines.append(
            Line(
                f"l{number}",
                tail,
                head,
                None if is_directed else reactance,
                capacity,
                chance.choice([None, None, None, 40.0]) if not is_directed else None,
                chance.choice([0.0, 0.1]) if is_directed else 0.0,
                chance.choice([0.0, 0.5]) if is_directed else 0.0,
                chance.choice([None, *projects]),
            )
        )
    return Case(
        nodes,
        {name: (float(chance.randint(3, 12)), float(chance.randint(0, 3))) for name in giving},
        {name: (float(chance.randint(1, 9)), float(chance.randint(4, 20))) for name in others},
        tuple(lines),
        {name: chance.randint(1, 60) / 1.5 for name in projects},
        chance.choice([None, chance.choice(lines).name]),
    )


def instance_of(case: Case) -> Instance:
    out = () if case.out is None else (case.out,)
    states = blocks(
        "p", LoadBlock(id="day"), LoadBlock(id="night", weight=0.5, demand_factor=0.6, out=out)
    )
    return network(
        [make_project(name, cost) for name, cost in case.price.items()],
        [
            make_node(name, "plant", "p", capacity=case.plants[name][0], cost=case.plants[name][1])
            if name in case.plants
            else make_node(name, network="p")
            for name in case.nodes
        ],
        [
            make_link(
                line.name,
                line.tail,
                line.head,
                "p",
                exists=line.project is None,
                both_ways=False,
                reactance=line.reactance,
                capacity=line.capacity,
                angle_limit=line.angle,
                loss=line.loss,
                cost=line.cost,
            )
            for line in case.lines
        ],
        [
            make_demand(f"d{name}", name, amount, "p", unserved_price=price)
            for name, (amount, price) in case.wants.items()
        ],
        [make_change(line.project, line.name) for line in case.lines if line.project],
        settings=make_settings(YEARS, networks=[states]),
    )


def taken(case: Case) -> Instance | None:
    """The case in the words of the product; None where a capacity is asked for."""
    try:
        return instance_of(case)
    except InconsistentInstanceError as error:
        if {finding.column for finding in error.findings} != {"capacity"}:
            raise
        return None


def state_cost(case: Case, lines: list[Line], factor: float) -> float:
    """Least cost of one state: columns are flows, angles, outputs and what is served."""
    bus = {name: number for number, name in enumerate(case.nodes)}
    plants, wants = list(case.plants), list(case.wants)
    sizes = np.cumsum([0, len(lines), len(bus), len(plants), len(wants)])
    balance, law = np.zeros((len(bus), sizes[4])), []
    cost, limits = np.zeros(sizes[4]), [(0.0, 0.0)] * sizes[4]
    for number, line in enumerate(lines):
        most = math.inf if line.capacity is None else line.capacity
        balance[bus[line.tail], number] -= 1.0
        balance[bus[line.head], number] += 1.0 - line.loss
        limits[number] = (0.0, most)
        cost[number] = line.cost
        if line.reactance is not None:
            limits[number] = (-most, most)
            row = np.zeros(sizes[4])
            row[number] = -line.reactance
            row[sizes[1] + bus[line.tail]], row[sizes[1] + bus[line.head]] = 1.0, -1.0
            law.append(row)
            if line.angle is not None:
                widest = math.radians(line.angle) / abs(line.reactance)
                limits[number] = (-min(most, widest), min(most, widest))
    for number in range(sizes[1], sizes[2]):
        limits[number] = (-math.inf, math.inf)
    for number, name in enumerate(plants, start=sizes[2]):
        balance[bus[name], number] = 1.0
        limits[number], cost[number] = (0.0, case.plants[name][0]), case.plants[name][1]
    for number, name in enumerate(wants, start=sizes[3]):
        balance[bus[name], number] = -1.0
        limits[number] = (0.0, factor * case.wants[name][0])
        cost[number] = -case.wants[name][1]
    rows = np.vstack([balance, *law])
    answer = linprog(cost, A_eq=rows, b_eq=np.zeros(len(rows)), bounds=limits)
    assert answer.status == 0
    return float(answer.fun) + sum(factor * amount * price for amount, price in case.wants.values())


def best_by_brute_force(case: Case) -> float:
    def cost(built: tuple[str, ...]) -> float:
        lines = [line for line in case.lines if line.project is None or line.project in built]
        night = [line for line in lines if line.name != case.out]
        return state_cost(case, lines, 1.0) + 0.5 * state_cost(case, night, 0.6)

    before = cost(())
    return max(
        before - cost(chosen) - sum(case.price[name] for name in chosen)
        for size in range(len(case.price) + 1)
        for chosen in combinations(case.price, size)
    )


@pytest.mark.parametrize("part", first_quick(range(PARTS)))
def test_engine_agrees_with_brute_force(part: int) -> None:
    chosen = refused = 0
    for seed in range(part, CASES, PARTS):
        case = random_case(seed)
        instance = taken(case)
        if instance is None:
            refused += 1
            continue
        found = best(instance)
        assert found.objective == pytest.approx(best_by_brute_force(case), rel=1e-6, abs=1e-5), seed
        chosen += bool(found.starts)
    # Most are taken, and in many something is worth building.
    assert refused < CASES / PARTS / 2
    assert chosen > 3
