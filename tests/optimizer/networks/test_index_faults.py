"""Faults injected into the index of networks: the verifier sees them, whoever they mislead.

The index is shared by all readers, so a plan made with a wrong one may look right to every reader
that uses the same. Three ways are tried: the verifier alone is misled, the formulation
alone is, and both are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from infraplan.models.instance import Instance
from infraplan.models.network_index import NetworkIndex, index_networks
from infraplan.models.plan import Plan
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.networks.outer_approximation import least_cost
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.verify.network_index_check import index_faults
from tests.assertions import assert_verified, broken_laws
from tests.builders import edit, make_change, make_demand, make_link, make_node, make_project
from tests.optimizer.networks.mini import network

Fault = Callable[[NetworkIndex], NetworkIndex]


def towns() -> Instance:
    """A well, a main that loses half unless it is mended, a works on the way and two towns."""
    return network(
        [make_project("leaks", 1.0, mandatory="must")],
        [
            make_node("well", "source", capacity=8.0),
            make_node("works", "works", capacity=8.0),
            make_node("near", "zone"),
            make_node("far", "zone"),
        ],
        [
            make_link("raw", "well", "works", loss=0.5),
            make_link("main", "works", "near"),
            make_link("branch", "near", "far", both_ways=True),
        ],
        [
            make_demand("n", "near", 5.0, unserved_price=3.0),
            make_demand("f", "far", 2.0, unserved_price=2.0),
        ],
        [make_change("leaks", "raw", "set_loss", 0.0)],
    )


def drop_arrival(index: NetworkIndex) -> NetworkIndex:
    return replace(index, arriving={**index.arriving, "far": ()})


def drop_departure(index: NetworkIndex) -> NetworkIndex:
    return replace(index, leaving={**index.leaving, "works": ()})


def double_arrival(index: NetworkIndex) -> NetworkIndex:
    return replace(index, arriving={**index.arriving, "near": ("main", "main")})


def swap_nodes(index: NetworkIndex) -> NetworkIndex:
    arriving = {**index.arriving, "near": index.arriving["far"], "far": index.arriving["near"]}
    leaving = {**index.leaving, "near": index.leaving["far"], "far": index.leaving["near"]}
    ends = {**index.ends, "main": ("works", "far"), "branch": ("far", "near")}
    return replace(index, arriving=arriving, leaving=leaving, ends=ends)


def lose_change(index: NetworkIndex) -> NetworkIndex:
    return replace(index, changes={})


def move_demand(index: NetworkIndex) -> NetworkIndex:
    return replace(index, demands_at={"near": ("n", "f")})


def lose_link(index: NetworkIndex) -> NetworkIndex:
    return replace(
        index,
        links=("raw", "main"),
        ends={name: index.ends[name] for name in ("raw", "main")},
        leaving={**index.leaving, "near": ()},
        arriving={**index.arriving, "far": ()},
    )


def lose_demand(index: NetworkIndex) -> NetworkIndex:
    return replace(index, demands=("n",), demands_at={"near": ("n",)})


def lose_link_alone(index: NetworkIndex) -> NetworkIndex:
    return replace(index, links=index.links[1:])


def lose_node(index: NetworkIndex) -> NetworkIndex:
    return replace(index, nodes=index.nodes[1:])


def lose_places(index: NetworkIndex) -> NetworkIndex:
    return replace(index, arriving={}, leaving={}, ends={})


def invent_ids(index: NetworkIndex) -> NetworkIndex:
    return replace(
        index,
        nodes=(*index.nodes, "nowhere"),
        links=(*index.links, "nothing"),
        demands=(*index.demands, "nobody"),
        changes={**index.changes, "raw": (0, 7)},
    )


def take_another_id(index: NetworkIndex) -> NetworkIndex:
    return replace(index, id="another")


CRIPPLING = (lose_link_alone, lose_node, lose_places, invent_ids, take_another_id)
"""Faults with which the index contradicts itself: whoever follows it falls."""

SILENT = (move_demand,)
"""Faults of what the verifier's arithmetic of this network does not ask the index for."""

FAULTS = (
    *(drop_arrival, drop_departure, double_arrival, swap_nodes),
    *(lose_change, move_demand, lose_link, lose_demand),
)


def misled(fault: Fault) -> Instance:
    """The instance with a wrong index."""
    instance = towns()
    wrong = {name: fault(index) for name, index in instance.network_index.items()}
    instance.__dict__["network_index"] = wrong  # where the right one is kept
    return instance


def plan_of(instance: Instance) -> Plan:
    """The plan with the leaks mended in 2021, and the flows that the formulation finds best."""
    formulation = build_formulation(instance)
    mip = formulation.mip
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    lower[formulation.started] = upper[formulation.started] = 1.0
    values = least_cost(mip, formulation.networks.slices, lower, upper)
    assert values is not None
    return extract_plan(formulation, values)


def test_the_right_index_has_no_fault() -> None:
    instance = towns()
    assert list(index_faults(instance)) == []
    plan = plan_of(instance)
    assert_verified(instance, plan)
    served = [(row.year, row.value) for row in plan.service if row.measure == "served"]
    assert sum(value for year, value in served if year == 2022) == 7.0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_verifier_with_a_wrong_index_objects(fault: Fault) -> None:
    assert "network" in broken_laws(verify_plan(misled(fault), plan_of(towns())).violations)


@pytest.mark.parametrize("fault", CRIPPLING)
def test_an_index_that_contradicts_itself_is_named_and_the_rest_is_checked(fault: Fault) -> None:
    plan = plan_of(towns())
    found = verify_plan(misled(fault), plan).violations
    told = {violation.message.both[0].partition(":")[0] for violation in found}
    assert broken_laws(found) == {"network"}
    assert all("index of the networks" in text for text in told)
    lost = plan.model_copy(update={"service": plan.service[1:]})
    assert len(verify_plan(misled(fault), lost).violations) > len(found)


def test_no_index_at_all_is_named() -> None:
    instance = towns()
    plan = plan_of(towns())
    instance.__dict__["network_index"] = {}
    assert broken_laws(verify_plan(instance, plan).violations) == {"network"}


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in SILENT])
def test_the_laws_object_by_themselves(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the comparison of the index with the tables, from the arithmetic of the laws."""
    monkeypatch.setattr("infraplan.optimizer.verify.network_laws.index_faults", lambda instance: ())
    assert not verify_plan(misled(fault), plan_of(towns())).ok


@pytest.mark.parametrize("fault", [drop_arrival, drop_departure, double_arrival, swap_nodes])
def test_a_plan_made_with_a_wrong_incidence_is_refused(fault: Fault) -> None:
    plan = plan_of(misled(fault))
    assert not verify_plan(towns(), plan).ok


def test_a_plan_that_misses_a_change_is_refused() -> None:
    plan = plan_of(misled(lose_change))
    assert "flow_balance" in broken_laws(verify_plan(towns(), plan).violations)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_misleads_both_is_seen(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    right = towns()

    def wrong_index(*tables: object) -> dict[str, NetworkIndex]:
        return {name: fault(index) for name, index in index_networks(*tables).items()}

    monkeypatch.setattr("infraplan.models.problem.index_networks", wrong_index)
    shared = edit(right)
    plan = plan_of(shared)
    violations = verify_plan(shared, plan).violations
    assert any("index of the networks" in str(row) for row in violations)
