"""Convex costs decide projects by their true value, however far from the first tangents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.engines.convex_search import clean_flows
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.formulation.networks.outer_approximation import (
    FlowsUnfinishedError,
    least_cost,
)
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.storage import instance_hash
from infraplan.optimizer.verify.manifest import verify_manifest
from infraplan.optimizer.work_clock import ClockReason
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)

ONE_YEAR: dict[str, Any] = {"years": (2021, 2021)}


def road(costs: dict[str, float], widened: dict[str, float], trips: float, **link: Any) -> Instance:
    """One congested road of 10 minutes; projects are ready in the year in which they start."""
    return make_instance(
        [make_project(name, cost, lead_time=0) for name, cost in costs.items()],
        network_nodes=[make_node("a", network="t"), make_node("b", network="t")],
        network_links=[make_link("l", "a", "b", "t", time=10.0, **link)],
        demands=[
            make_demand("d", "a", trips, "t", to_node="b", value_of_time=1.0, unserved_price=1e5)
        ],
        project_network=[make_change(n, "l", "add_capacity", v) for n, v in widened.items()],
        **ONE_YEAR,
    )


@pytest.mark.parametrize(
    ("instance", "worth", "built"),
    [
        # A tenth full: 100 x 10 x 0.5 x 0.1 = 50 of delay; half of it where capacity is doubled,
        # as half of the trips take the new lanes: 25 saved for 3.
        (
            road({"p": 3.0}, {"p": 1000.0}, 100.0, capacity=1000.0, bpr_alpha=0.5, bpr_beta=1.0),
            22.0,
            {"p"},
        ),
        # Ten times full: 100 x 10 x 0.15 x 10^4 = 1.5 million; with capacity 12 divided by 1.2^4,
        # 723,380: 776,620 saved for 400,000. The other costs more than there is to save beyond.
        (
            road(
                {"p": 4e5, "q": 1.2e6},
                {"p": 2.0, "q": 10.0},
                100.0,
                capacity=10.0,
                bpr_alpha=0.15,
                bpr_beta=4.0,
            ),
            1.5e6 * (1.0 - 1.2**-4) - 4e5,
            {"p"},
        ),
    ],
)
def test_roads_outside_the_first_tangents(
    instance: Instance, worth: float, built: set[str]
) -> None:
    found = solve(instance, SolveOptions(gap=1e-6))
    assert found.plan is not None
    assert {start.project for start in found.plan.starts} == built
    assert found.objective == pytest.approx(worth, rel=1e-6)
    assert found.bound == pytest.approx(worth, rel=1e-6)
    assert found.termination in {Termination.OPTIMAL, Termination.GAP_REACHED}
    assert found.gap is not None
    assert found.gap <= 1e-6
    assert found.verification is not None
    assert found.verification.ok


def test_a_plant_of_quadratic_cost_far_below_its_capacity() -> None:
    """10 of 10,000 at 0.1 p^2 cost 10; a second plant that costs nothing to run saves it for 3."""
    nodes = [
        make_node("g", "plant", "p", capacity=10_000.0, cost_quadratic=0.1),
        make_node("h", "plant", "p", capacity=20.0, exists=False),
        make_node("z", "zone", "p"),
    ]
    links = [
        make_link("a", "g", "z", "p", reactance=0.01),
        make_link("b", "h", "z", "p", reactance=0.01),
    ]
    instance = make_instance(
        [make_project("h", 3.0, lead_time=0)],
        network_nodes=nodes,
        network_links=links,
        demands=[make_demand("d", "z", 10.0, "p", unserved_price=100.0)],
        project_network=[make_change("h", "h")],
        **ONE_YEAR,
    )
    found = solve(instance, SolveOptions(gap=1e-6))
    assert found.objective == pytest.approx(7.0, rel=1e-6)
    assert found.gap is not None
    assert found.gap <= 1e-6


def test_flows_that_find_no_time_are_those_of_the_search() -> None:
    instance = road({"p": 3.0}, {"p": 1000.0}, 100.0, capacity=1000.0, bpr_alpha=0.5, bpr_beta=1.0)
    formulation = build_formulation(instance)
    mip, slices = formulation.mip, formulation.networks.slices
    with pytest.raises(FlowsUnfinishedError):
        least_cost(mip, slices, mip.col_lower, mip.col_upper, seconds=0.0)
    values, notes = np.zeros(mip.num_columns), list[Note]()
    assert clean_flows(formulation, values, 0.0, notes) is values
    assert [note.kind for note in notes] == ["hurried"]
    assert notes[0].text_zh.startswith("方案的网络流量")
    notes.clear()
    assert clean_flows(formulation, values, 60.0, notes) is not values
    assert not notes


@pytest.mark.by_seconds
def test_a_plan_whose_flows_found_no_time_is_kept_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = make_instance(
        [make_project("p", 3.0, lead_time=0)],
        network_nodes=[
            make_node("a", network="w", role="source", capacity=9.0),
            make_node("b", network="w"),
        ],
        network_links=[make_link("l", "a", "b", "w", exists=False, capacity=9.0)],
        demands=[make_demand("d", "b", 5.0, "w", unserved_price=50.0)],
        project_network=[make_change("p", "l")],
        **ONE_YEAR,
    )
    whole = solve(instance, SolveOptions(gap=0.0))
    monkeypatch.setattr(Deadline, "flows_s", lambda _: 0.0)
    heard: list[Progress] = []
    found = solve(instance, SolveOptions(gap=0.0, time_limit_s=60.0), on_progress=heard.append)
    assert found.verification is not None
    assert found.verification.ok
    assert found.objective == pytest.approx(whole.objective)
    told = [note for note in found.notes if note.kind == "hurried"]
    assert len(told) == 1
    assert [news.note for news in heard if news.note is not None].count(told[0]) == 1
    assert ClockReason.TIME_LIMIT in found.clock
    assert not any(note.kind == "hurried" for note in whole.notes)


@pytest.mark.parametrize("plants", [2, 3])
def test_costs_of_flows_alone_are_closed_relative_to_what_they_cost(
    tmp_path: Path, plants: int
) -> None:
    """Nothing is to be chosen: the value is 0, the small difference of two costs of 10^5 and more.

    Plants of cost c q + d q^2 share a demand where their marginal costs are equal.
    """
    linear, square, demand = (10.0, 12.0, 15.0), (0.02, 0.03, 0.05), 900.0
    nodes = [
        make_node(
            f"g{n}", role="source", network="p", capacity=1000.0,
            cost=linear[n], cost_quadratic=square[n],
        )
        for n in range(plants)
    ]  # fmt: skip
    instance = make_instance(
        [],
        network_nodes=[*nodes, make_node("town", network="p")],
        network_links=[make_link(f"l{n}", f"g{n}", "town", "p") for n in range(plants)],
        demands=[make_demand("d", "town", demand, "p", unserved_price=1e4)],
        years=(2021, 2022),
    )
    outcome = run_solve(instance, SolveOptions(gap=1e-4), tmp_path / "run")
    result = outcome.result
    assert outcome.manifest["gap"] <= 1e-4
    assert not verify_manifest(
        instance, result.require_plan(), outcome.manifest, instance_hash(instance)
    )
    assert result.termination in {Termination.GAP_REACHED, Termination.OPTIMAL}
    assert result.gap is not None
    assert result.gap <= 1e-4
    assert not [note for note in result.notes if note.kind == "contradiction"]
    # Marginal cost m serves the demand: sum of (m - c) / (2 d) = demand.
    inverse = sum(1.0 / (2.0 * d) for d in square[:plants])
    share = sum(c / (2.0 * d) for c, d in zip(linear[:plants], square[:plants], strict=True))
    price = (demand + share) / inverse
    costs = 0.0
    for c, d in zip(linear[:plants], square[:plants], strict=True):
        made = (price - c) / (2.0 * d)
        costs += c * made + d * made**2
    service = result.require_plan().service
    (told,) = [row.value for row in service if (row.measure, row.year) == ("cost", 2021)]
    assert told == pytest.approx(costs, rel=1e-5)
