"""Cost of networks by sets of projects: part by part, and as one program without any memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.plan import ProjectStart
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.analysis.decided_networks import FOLLOWING, DecidedNetworks
from infraplan.optimizer.formulation.networks.flow_costs import year_costs
from infraplan.optimizer.formulation.networks.outer_approximation import (
    DecidedFlows,
    FlowsUnfinishedError,
    least_cost,
)
from infraplan.optimizer.program import Formulation, build_networks_only
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_settings,
    make_start,
)
from tests.oracle_networks.test_random_congestion import random_roads
from tests.oracle_networks.test_random_storages import instance_of, random_case

WIDE = NetworkSettings(
    id="p",
    blocks=(LoadBlock(id="day", weight=2.0), LoadBlock(id="night", weight=1.0, demand_factor=0.4)),
)


def two_networks() -> Instance:
    """Water and power over some years: what is built for one leaves the other as it is."""
    nodes = [
        make_node("well", "source", capacity=6.0),
        make_node("spring", "source", capacity=4.0, exists=False),
        make_node("town", "zone"),
        make_node("g", "plant", "p", capacity=9.0, cost_quadratic=0.2),
        make_node("h", "plant", "p", capacity=5.0, cost=0.1, exists=False),
        make_node("z", "zone", "p"),
    ]
    links = [
        make_link("main", "well", "town", capacity=3.0),
        make_link("second", "spring", "town"),
        make_link("a", "g", "z", "p", reactance=0.01),
        make_link("b", "h", "z", "p", reactance=0.01),
    ]
    demands = [
        make_demand("taps", "town", 12.0, unserved_price=3.0),
        make_demand("lights", "z", 8.0, "p", unserved_price=20.0),
    ]
    changes = [
        make_change("wider", "main", "add_capacity", 2.0),
        make_change("spring", "spring"),
        make_change("wind", "h"),
        make_change("works", "main", "add_capacity", 1.0),
        make_change("works", "main", "close_during_works", 0.5),
    ]
    names = ("wider", "spring", "wind", "works")
    return make_instance(
        [make_project(name, 1.0, lifetime=3) for name in names],
        settings=make_settings((2021, 2023), end_year=2027, networks=(WIDE,)),
        network_nodes=nodes,
        network_links=links,
        demands=demands,
        project_network=changes,
    )


def starts_of(instance: Instance) -> tuple[ProjectStart, ...]:
    first = instance.settings.horizon.first_year
    return tuple(
        make_start(instance, project.id, first + number % 2)
        for number, project in enumerate(instance.projects)
    )


def subsets(starts: tuple[ProjectStart, ...]) -> Iterator[tuple[ProjectStart, ...]]:
    """All sets, the largest first, then the empty one and those of one."""
    for count in range(len(starts), -1, -1):
        yield from combinations(starts, count)


def as_one_program(
    formulation: Formulation, instance: Instance, starts: tuple[ProjectStart, ...]
) -> float | None:
    """The cost by one program of all columns, each project's starts fixed as bounds."""
    mip, sets, networks = formulation.mip, formulation.sets, formulation.networks
    starts = (*standing_starts(instance), *starts)
    lower, upper, whole = mip.col_lower.copy(), mip.col_upper.copy(), mip.integrality.copy()
    for block in mip.column_blocks:
        if block.name.startswith(FOLLOWING):
            whole[block.start : block.start + block.size] = False
    lower[whole] = upper[whole] = 0.0
    for number, flat in enumerate(sets.options):
        for start in starts:
            if start.project == flat.project.id and flat.standing is None:
                own = formulation.started[number, start.start - sets.first_year : flat.last + 1]
                lower[own] = upper[own] = 1.0
    values = least_cost(mip, networks.slices, lower, upper)
    if values is None:
        return None
    costs = year_costs(instance, networks.slices, values, starts, networks.trip_costs)
    weights = {(part.network.id, part.year): part.stretch.weight for part in networks.slices}
    return float(sum(weights[key] * cost for key, cost in costs.items()))


CASES = {
    "two networks": two_networks(),
    **{f"roads {seed}": random_roads(seed)[0] for seed in range(4)},
    **{f"storage {seed}": instance_of(random_case(seed)) for seed in range(8)},
}


@pytest.mark.parametrize("name", CASES)
def test_parts_cost_together_what_one_program_costs(name: str) -> None:
    instance = CASES[name]
    formulation = build_networks_only(instance)
    networks = DecidedNetworks(formulation, instance)
    for starts in subsets(starts_of(instance)):
        expected = as_one_program(formulation, instance, starts)
        found = networks.cost(starts, 60.0)
        if expected is None:
            assert found is None
        else:
            assert found == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_projects_change_what_the_networks_cost() -> None:
    """Else the test above would hold for a cost that nothing changes."""
    instance = CASES["two networks"]
    networks = DecidedNetworks(build_networks_only(instance), instance)
    starts = starts_of(instance)
    whole = networks.cost(starts, 60.0)
    rest = [networks.cost(tuple(s for s in starts if s is not one), 60.0) for one in starts]
    assert whole is not None
    assert all(cost is not None and abs(cost - whole) > 1e-6 for cost in rest)


def test_only_parts_that_a_project_touches_are_solved_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = CASES["two networks"]
    networks = DecidedNetworks(build_networks_only(instance), instance)
    starts, solved = starts_of(instance), list[set[str]]()
    original = DecidedFlows.least_cost

    def noted(self: DecidedFlows, *limits: object) -> object:
        solved.append({slice_.network.id for slice_ in self.slices})
        return original(self, *limits)  # type: ignore[arg-type]

    monkeypatch.setattr(DecidedFlows, "least_cost", noted)
    networks.cost(starts, 60.0)
    networks.cost(tuple(start for start in starts if start.project != "wind"), 60.0)
    networks.cost(tuple(start for start in starts if start.project != "spring"), 60.0)
    networks.cost(starts, 60.0)
    assert solved == [{"w", "p"}, {"p"}, {"w"}]


def test_flows_that_find_no_time_are_not_kept() -> None:
    instance = CASES["two networks"]
    networks = DecidedNetworks(build_networks_only(instance), instance)
    starts = starts_of(instance)
    with pytest.raises(FlowsUnfinishedError):
        networks.cost(starts, 0.0)
    cost = networks.cost(starts, 60.0)
    assert cost is not None
    assert np.isfinite(cost)
