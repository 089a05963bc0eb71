"""Instance -> Mip: the ordered list of constraint families."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients
from infraplan.optimizer.formulation.constraints.capital import add_capital
from infraplan.optimizer.formulation.constraints.congestion import add_congestion, add_output_cost
from infraplan.optimizer.formulation.constraints.contract import add_contract
from infraplan.optimizer.formulation.constraints.coverage import add_coverage
from infraplan.optimizer.formulation.constraints.debt import add_ceiling, add_quota, add_refinancing
from infraplan.optimizer.formulation.constraints.debt_rule import add_bands, add_debt_rule
from infraplan.optimizer.formulation.constraints.direct_current import add_direct_current
from infraplan.optimizer.formulation.constraints.exclusion import add_all_or_none, add_at_most
from infraplan.optimizer.formulation.constraints.flow_balance import add_flow_balance
from infraplan.optimizer.formulation.constraints.fund_balance import (
    add_fund_balance,
    add_lapse,
    add_reinvest,
    add_tail_service,
)
from infraplan.optimizer.formulation.constraints.grant import add_envelope, add_matching
from infraplan.optimizer.formulation.constraints.link_capacity import add_link_capacity
from infraplan.optimizer.formulation.constraints.node_capacity import add_node_capacity
from infraplan.optimizer.formulation.constraints.policy import add_policy
from infraplan.optimizer.formulation.constraints.precedence import add_precedence
from infraplan.optimizer.formulation.constraints.resource import add_resource
from infraplan.optimizer.formulation.constraints.selection import (
    add_choose_one,
    add_mandate,
    add_monotone,
)
from infraplan.optimizer.formulation.constraints.sharing import add_sharing
from infraplan.optimizer.formulation.constraints.sources_uses import (
    add_issue_use,
    add_max_share,
    add_sources_uses,
)
from infraplan.optimizer.formulation.constraints.storage import add_storage
from infraplan.optimizer.formulation.constraints.supplier import add_supplier
from infraplan.optimizer.formulation.constraints.synergy import (
    add_shared_works,
    add_substitute,
    add_synergy,
)
from infraplan.optimizer.formulation.constraints.target import add_target
from infraplan.optimizer.formulation.constraints.travel_time import add_travel_time
from infraplan.optimizer.formulation.constraints.works import add_works_conflict
from infraplan.optimizer.formulation.context import Context, MoneyColumns
from infraplan.optimizer.formulation.networks.baseline import least_cost_flows, without_projects
from infraplan.optimizer.formulation.networks.columns import NetworkColumns, add_networks
from infraplan.optimizer.formulation.networks.worth import year_costs
from infraplan.optimizer.formulation.sets import IntArray, Sets, build_sets
from infraplan.optimizer.formulation.variables import add_money, add_started
from infraplan.optimizer.mip import FloatArray, Mip, MipBuilder

FAMILIES: tuple[tuple[str, Callable[[Context], None]], ...] = (
    ("monotone", add_monotone),
    ("choose_one", add_choose_one),
    ("mandate", add_mandate),
    ("precedence", add_precedence),
    ("exclusive", add_at_most),
    ("all_or_none", add_all_or_none),
    ("synergy", add_synergy),
    ("substitute", add_substitute),
    ("shared_works", add_shared_works),
    ("works_conflict", add_works_conflict),
    ("resource", add_resource),
    ("policy", add_policy),
    ("travel_time", add_travel_time),
    ("target", add_target),
    ("sources_uses", add_sources_uses),
    ("max_share", add_max_share),
    ("capital", add_capital),
    ("issue_use", add_issue_use),
    ("contract", add_contract),
    ("fund_balance", add_fund_balance),
    ("envelope", add_envelope),
    ("matching", add_matching),
    ("lapse", add_lapse),
    ("reinvest", add_reinvest),
    ("tail_service", add_tail_service),
    ("ceiling", add_ceiling),
    ("band", add_bands),
    ("quota", add_quota),
    ("refinancing", add_refinancing),
    ("debt_rule", add_debt_rule),
    ("coverage", add_coverage),
    ("sharing", add_sharing),
    ("flow_balance", add_flow_balance),
    ("link_capacity", add_link_capacity),
    ("node_capacity", add_node_capacity),
    ("congestion", add_congestion),
    ("output_cost", add_output_cost),
    ("dc", add_direct_current),
    ("storage", add_storage),
    ("supplier", add_supplier),
)
"""Every family in the order in which its rows stand in the model. `band` comes before `quota`,
which reads its columns, `travel_time` before `target`, `contract` before all on debt."""


@dataclass(frozen=True)
class Formulation:
    """A built model with the sets that lead from its columns back to projects and years."""

    instance: Instance
    sets: Sets
    coefficients: Coefficients
    mip: Mip
    started: IntArray
    money: MoneyColumns
    networks: NetworkColumns


def build_formulation(instance: Instance) -> Formulation:
    """Build the mixed-integer program of `instance`; a pure function."""
    formulation = _build(instance)
    if not formulation.networks.slices:
        return formulation
    before = costs_without_projects(instance)
    networks = replace(formulation.networks, baseline=before)
    worth = sum(networks.weights[year] * cost for (_, year), cost in before.items())
    mip = replace(formulation.mip, objective_offset=formulation.mip.objective_offset + worth)
    return replace(formulation, networks=networks, mip=mip)


def costs_without_projects(instance: Instance) -> dict[tuple[str, int], float]:
    """baseline_cost(r) of docs/laws.md section 6, by network and representative year."""
    formulation, values, feasible = flows_without_projects(instance)
    networks = formulation.networks
    costs = year_costs(formulation.instance, networks.slices, values, (), networks.trip_costs)
    return {key: cost if key[1] in feasible else 0.0 for key, cost in costs.items()}


def flows_without_projects(instance: Instance) -> tuple[Formulation, FloatArray, frozenset[int]]:
    """Model of the networks alone, its column values of least cost, and the years that have any."""
    formulation = build_networks_only(without_projects(instance))
    return formulation, *least_cost_flows(formulation.mip, formulation.networks.slices)


def build_networks_only(instance: Instance) -> Formulation:
    """Model of `instance` as it stands, cost measured from zero and not from a baseline."""
    return _build(instance)


def _build(instance: Instance) -> Formulation:
    sets = build_sets(instance)
    coefficients = build_coefficients(sets)
    builder = MipBuilder()
    started = add_started(builder, sets, coefficients)
    money = add_money(builder, instance, sets)
    networks = add_networks(builder, sets, coefficients.discount)
    context = Context(instance, sets, coefficients, builder, started, money, networks)
    for _, add in FAMILIES:
        add(context)
    return Formulation(instance, sets, coefficients, builder.build(), started, money, networks)
