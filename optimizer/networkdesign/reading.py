"""An instance with a network at equilibrium as a discrete network design problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infraplan.models.catalogue import Phrase, joined, phrase
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkAction, NetworkSettings
from infraplan.models.project import Mandate
from infraplan.models.relation import RelationType
from infraplan.optimizer.assignment import Arcs, FloatArray
from infraplan.optimizer.assignment.network import road_network
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.formulation.build import Formulation
from infraplan.optimizer.formulation.networks.columns import year_weights
from infraplan.optimizer.networkdesign.problem import DesignProblem


@dataclass(frozen=True)
class Reading:
    """A problem, and what one unit of its travel time is worth in money over the appraisal."""

    problem: DesignProblem
    settings: NetworkSettings
    year: int
    scale: float
    """Money per trip-minute: discounted years x weight of the block x value of time."""


def equilibrium_network(instance: Instance) -> NetworkSettings | None:
    """Settings of the network at equilibrium, None where there is none."""
    for row in instance.settings.networks:
        if row.law is FlowLaw.EQUILIBRIUM:
            return row
    return None


def read_problem(formulation: Formulation) -> Reading:
    """Return the design problem of an instance.

    Raises
    ------
    UnsupportedFeatureError
        The instance has what this engine cannot take; names all of it.
    """
    instance = formulation.instance
    settings = equilibrium_network(instance)
    faults = list(_unsupported(instance))
    if settings is None or faults:
        message = phrase(
            "a-network-at-equilibrium-is-solved-by-itself", faults=joined(*faults, between="; ")
        )
        raise UnsupportedFeatureError(message)
    projects = tuple(project.id for project in instance.projects)
    opener = {row.element: projects.index(row.project) for row in instance.project_network}
    names: list[str] = []
    numbers: list[tuple[str, str, float, float, float, float, int]] = []
    for link in instance.network_links:
        ends = [(link.from_node, link.to_node, link.id)]
        if link.both_ways:
            ends.append((link.to_node, link.from_node, link.id + "<"))
        for tail, head, name in ends:
            capacity = np.inf if link.capacity is None else link.capacity
            alpha = link.bpr_alpha if np.isfinite(capacity) else 0.0
            owner = -1 if link.exists else opener[link.id]
            names.append(name)
            numbers.append((tail, head, link.time, capacity, alpha, link.bpr_beta, owner))
    columns = list(zip(*numbers, strict=True))
    tails, heads, times, capacities, alphas, betas, owners = columns
    network = road_network(
        Arcs(names, tails, heads, times, capacities, alphas, betas),
        {(row.node, row.to_node or ""): row.amount for row in instance.demands},
        no_through=frozenset(settings.no_through),
    )
    year = instance.representative_years[0]
    weight = year_weights(formulation.sets, formulation.coefficients.discount)[year]
    scale = weight * settings.blocks[0].weight * instance.demands[0].value_of_time
    weights, limits = _limits(formulation)
    problem = DesignProblem(
        network=network,
        projects=projects,
        arc_project=np.array(owners, dtype=np.int64),
        worth=formulation.coefficients.value[:, 0] / scale if projects else np.zeros(0),
        row_weight=weights,
        row_limit=limits,
        must=np.array(
            [p.mandatory in {Mandate.MUST, Mandate.COMMITTED} for p in instance.projects],
            dtype=np.bool_,
        ),
        must_not=np.array([not flat.is_open for flat in formulation.sets.options], dtype=np.bool_),
    )
    return Reading(problem, settings, year, scale)


def _unsupported(instance: Instance) -> Iterator[Phrase]:
    """What the engine cannot take, in a planner's words."""
    settings = instance.settings
    networks = {node.network for node in instance.network_nodes}
    if len(networks) != 1 or sum(r.law is FlowLaw.EQUILIBRIUM for r in settings.networks) != 1:
        yield phrase("the-instance-has-networks-only-one-can-be-at", num_networks=len(networks))
    if settings.horizon.num_years != 1:
        yield phrase("the-plan-has-years-not-one", num_years=settings.horizon.num_years)
    row = equilibrium_network(instance)
    if row is not None and len(row.blocks) != 1:
        yield phrase("the-network-has-several-load-blocks")
    if not instance.demands:
        yield phrase("there-are-no-trips")
    if len({demand.value_of_time for demand in instance.demands}) > 1:
        yield phrase("trips-have-different-values-of-time")
    if any(demand.value_of_time <= 0.0 for demand in instance.demands):
        yield phrase("the-value-of-time-is-not-above-zero")
    if any(demand.elasticity for demand in instance.demands):
        yield phrase("trips-have-an-elasticity")
    if any(link.cost for link in instance.network_links):
        yield phrase("links-have-costs-or-tolls")
    if any(not node.exists for node in instance.network_nodes):
        yield phrase("projects-open-nodes")
    if any(len(p.options) > 1 or p.options[0].lead_time for p in instance.projects):
        yield phrase("projects-have-several-options-or-a-lead-time")
    if any(change.action is not NetworkAction.OPEN for change in instance.project_network):
        yield phrase("projects-change-links-other-than-by-opening")
    opened = [change.element for change in instance.project_network]
    if len(set(opened)) < len(opened):
        yield phrase("a-link-is-opened-by-several-projects")
    candidates = {link.id for link in instance.network_links if not link.exists}
    if candidates - set(opened):
        yield phrase("a-link-that-does-not-exist-is-opened-by-no")
    if instance.instruments or instance.policies:
        yield phrase("there-is-borrowing-or-a-policy")
    if any(target.hard or target.shortfall_price for target in instance.targets):
        yield phrase("there-are-targets-with-a-price-or-hard-ones")
    kinds = {RelationType.EXCLUSIVE, RelationType.AT_MOST}
    if any(relation.is_enforced and relation.type not in kinds for relation in instance.relations):
        yield phrase("there-are-relations-other-than-exclusive-and")


def _limits(formulation: Formulation) -> tuple[FloatArray, FloatArray]:
    """Rows `weight @ design <= limit`: resources, exclusions, and each payer's money."""
    instance, sets = formulation.instance, formulation.sets
    count = len(instance.projects)
    rows: list[FloatArray] = []
    limits: list[float] = []
    for resource in instance.resources:
        weight = np.array(
            [flat.option.resources.get(resource.resource, 0.0) for flat in sets.options]
        )
        inside = sets.select(jurisdictions=resource.jurisdictions)
        rows.append(np.where(inside, weight, 0.0))
        limits.append(resource.limit)
    for relation in instance.relations:
        if relation.is_enforced:
            members = [sets.project_index[name] for name in relation.members]
            row = np.zeros(count)
            row[members] = 1.0
            rows.append(row)
            exclusive = relation.type is RelationType.EXCLUSIVE
            limits.append(1.0 if exclusive else float(relation.count or 1))
    spending = np.zeros(count)
    np.add.at(
        spending, formulation.coefficients.spending.option, formulation.coefficients.spending.amount
    )
    for group in sets.classes():
        row = np.zeros(count)
        row[list(group.projects)] = spending[list(group.projects)] * np.array(group.shares)
        year = sets.first_year
        money = sum(
            fund.opening_balance
            - fund.minimum_balance
            + sum(i.value for i in instance.inflows if i.fund == fund.id and i.year == year)
            for fund in instance.funds
            if fund.id in group.sources
        )
        rows.append(row * sets.price_index[0])
        limits.append(money)
    if not rows:
        return np.zeros((0, count)), np.zeros(0)
    return np.array(rows), np.array(limits)
