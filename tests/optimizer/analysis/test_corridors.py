"""Circuits of one corridor are bounded by one search; their losses are those of all designs.

Rules: `dc`.
"""

from __future__ import annotations

import itertools
import random

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis import rejections
from infraplan.optimizer.analysis.corridors import corridors
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import make_change, make_demand, make_link, make_node, make_project
from tests.optimizer.networks.mini import network

LINES = {
    "n1": ("a", "b", 0.4, 3.0),
    "n2": ("a", "b", 0.4, 3.0),
    "n3": ("a", "b", 0.4, 3.0),
    "n4": ("a", "c", 0.5, 2.0),
    "n5": ("a", "c", 0.2, 5.0),
    "n6": ("b", "c", 0.3, 4.0),
}


def grid(seed: int, stand: tuple[str, ...] | None = None) -> Instance:
    """A plant at a, demands at b and c, circuits to build; `stand` names those that are there."""
    chance = random.Random(seed)
    cost = {name: float(chance.randint(2, 30)) for name in LINES}
    wants = {name: chance.uniform(2.0, 6.0) for name in "bc"}
    links = [
        make_link(name, tail, head, "p", reactance=x, capacity=most, exists=stand is not None)
        for name, (tail, head, x, most) in LINES.items()
        if stand is None or name in stand
    ]
    return network(
        [make_project(name, cost[name]) for name in LINES],
        [make_node("a", "plant", "p", capacity=12.0, cost=1.0), *nodes()],
        [make_link("ab", "a", "b", "p", reactance=0.4, capacity=1.0), *links],
        [
            make_demand(f"d{name}", name, amount, "p", unserved_price=5.0)
            for name, amount in wants.items()
        ],
        [make_change(name, name) for name in LINES] if stand is None else [],
    )


def nodes():
    return [make_node(name, "junction", "p") for name in "bc"]


def worths(seed: int) -> dict[tuple[str, ...], float]:
    """What every set of circuits is worth, each solved with its lines as lines that stand."""
    designs = [
        built for count in range(len(LINES) + 1) for built in itertools.combinations(LINES, count)
    ]
    cost = {project.id: project.options[0].overnight_cost for project in grid(seed).projects}
    flows = {
        built: build_formulation(grid(seed, built)).networks.baseline["p", 2022]
        for built in designs
    }
    return {
        built: flows[()] - flows[built] - sum(cost[name] for name in built) for built in designs
    }


def test_what_a_corridor_is() -> None:
    groups = corridors(grid(0), range(len(LINES)))
    assert groups == [[0, 1, 2], [3, 4]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_losses_are_those_of_all_designs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    wished = rejections.one_wished_for

    def counted(mip, rows, wishes):
        asked.append(len(rows))
        return wished(mip, rows, wishes)

    monkeypatch.setattr(rejections, "one_wished_for", counted)
    of = worths(seed)
    cost = {project.id: project.options[0].overnight_cost for project in grid(seed).projects}
    best = max(of.values())
    found = solve(grid(seed), SolveOptions(gap=1e-9))
    assert found.plan is not None
    assert found.objective == pytest.approx(best, abs=1e-6)
    reasons = rejections.find_rejections(found.formulation, found.plan, bound=found.bound)
    assert asked
    for reason in reasons:
        # Built in the last year it costs all the same, and opens after all service.
        loss = best - max(
            worth if reason.project in built else worth - cost[reason.project]
            for built, worth in of.items()
        )
        assert reason.loss_low - 1e-6 <= loss <= reason.loss_high + 1e-6
        assert reason.loss == pytest.approx(loss, abs=1e-5)
