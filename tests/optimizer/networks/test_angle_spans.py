"""How far angles can differ while a circuit is absent: between groups, and beside a twin.

Rules: `dc`.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import make_change, make_demand, make_link, make_node, make_project
from tests.optimizer.networks.mini import network

LINES = {
    # ends, reactance, capacity; the largest difference is their product
    "ab": ("a", "b", 0.1, 10.0),
    "ac": ("a", "c", 0.2, 4.0),
}
CANDIDATES = {
    "n1": ("b", "x", 0.5, 3.0),
    "n2": ("b", "x", 0.5, 3.0),
    "n3": ("c", "x", 0.1, 4.0),
    "n4": ("x", "y", 0.1, 5.0),
    "n5": ("c", "y", 0.3, 3.0),
}


def grid(costs: dict[str, float], stand: tuple[str, ...] = ()) -> Instance:
    """A plant at a, lines to b and c, and candidates to x and y, which nothing joins to them.

    `costs` names candidates that projects open, `stand` those that are lines like any other.
    """
    buses = [make_node(name, "junction", "p") for name in "abcxy"]
    plant = make_node("g", "plant", "p", capacity=20.0, cost=1.0)
    tie = make_link("g-a", "g", "a", "p")
    there = [
        make_link(name, tail, head, "p", reactance=x, capacity=most)
        for name, (tail, head, x, most) in LINES.items()
    ]
    new = [
        make_link(name, tail, head, "p", reactance=x, capacity=most, exists=name in stand)
        for name, (tail, head, x, most) in CANDIDATES.items()
        if name in costs or name in stand
    ]
    return network(
        [make_project(name, cost) for name, cost in costs.items()],
        [plant, *buses],
        [tie, *there, *new],
        [
            make_demand("dx", "x", 3.0, "p", unserved_price=10.0),
            make_demand("dy", "y", 2.0, "p", unserved_price=10.0),
        ],
        [make_change(name, name) for name in costs],
    )


def rooms(instance: Instance, name: str) -> list[float]:
    """Upper limits of the rows of `dc` of a line."""
    mip = build_formulation(instance).mip
    block = next(block for block in mip.row_blocks if block.family == "dc")
    rows = [block.start + number for number, key in enumerate(block.keys) if key[-1] == name]
    upper = mip.row_upper[rows]
    return [float(limit) for limit in upper[np.isfinite(upper)]]


def test_between_groups_and_beside_a_twin() -> None:
    """Groups {a, b, c} (1.0 + 0.8 wide), {x}, {y}; lines between any two: 1.5, 0.5 and 0.9.

    The two longest of them are 2.4, half of the two longest of each group (2.4 + 2.0 + 1.4) / 2 =
    2.9: apart they are 1.8 + 2.4 = 4.2. The room is that over the reactance, in each year, once
    for a circuit and twice for one with a twin before it.
    """
    instance = grid(dict.fromkeys(CANDIDATES, 1.0))
    alone, second = rooms(instance, "n1"), rooms(instance, "n2")
    assert alone == pytest.approx([4.2 / 0.5] * len(alone))
    assert second == pytest.approx([4.2 / 0.5] * len(second))
    assert len(second) == 2 * len(alone) > 0


def test_the_rows_let_every_flow_of_every_design_pass() -> None:
    """The best of all designs, each with its lines as lines that stand and nothing to open."""
    names = ("n1", "n2", "n3", "n4")
    costs = dict(zip(names, (3.0, 2.5, 4.0, 1.0), strict=True))
    of_flows = {
        built: build_formulation(grid({}, built)).networks.baseline["p", 2022]
        for count in range(len(names) + 1)
        for built in itertools.combinations(names, count)
    }
    worth = {
        built: of_flows[()] - cost - sum(costs[name] for name in built)
        for built, cost in of_flows.items()
    }
    best = max(worth, key=lambda built: worth[built])
    assert {"n1", "n2"} & set(best)
    found = solve(grid(costs), SolveOptions(gap=1e-9))
    assert found.verification is not None
    assert found.verification.ok
    assert found.objective == pytest.approx(worth[best], rel=1e-6)
