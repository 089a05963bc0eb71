"""Instance -> Mip: all columns first, then the rows of every family."""

from __future__ import annotations

import math
import weakref
from collections import deque
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients
from infraplan.optimizer.families import FAMILIES
from infraplan.optimizer.families.makespan import BLOCK as UNOPENED
from infraplan.optimizer.formulation.context import NO_COLUMN, Context, MoneyColumns
from infraplan.optimizer.formulation.networks.baseline import (
    are_same_networks,
    least_cost_flows,
    without_projects,
)
from infraplan.optimizer.formulation.networks.columns import NetworkColumns, add_networks
from infraplan.optimizer.formulation.networks.flow_costs import year_costs
from infraplan.optimizer.formulation.networks.known_rows import known_rows
from infraplan.optimizer.formulation.networks.layout import network_layouts
from infraplan.optimizer.formulation.sets import IntArray, Sets, build_sets
from infraplan.optimizer.formulation.shared_columns import add_bands, add_contracts, add_measures
from infraplan.optimizer.formulation.variables import (
    add_money,
    add_standing,
    add_started,
)
from infraplan.optimizer.mip import FloatArray, Mip, MipBuilder
from infraplan.optimizer.stage_times import Stage, stage


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
    present_value: FloatArray
    """What each column adds to net present value: `mip.objective`, unless that is another."""


@stage(Stage.BUILD)
def build_formulation(
    instance: Instance, years: tuple[int, ...] | None = None, like: Formulation | None = None
) -> Formulation:
    """Build the mixed-integer program of `instance`; a pure function.

    With `years`, ascending, it looks at networks in these years only, each of which stands for
    those around it: a smaller program whose value and bound are not those of the laws. What the
    program `like` has alike is taken from there, which changes nothing but how long it takes.
    """
    if not network_layouts(instance):
        return _with_its_objective(_build(instance, frozenset()))
    before, feasible = _costs_without_projects(instance)
    formulation = _build(instance, feasible, years, like)
    networks = replace(formulation.networks, baseline=before)
    states = {(slice_.network.id, slice_.stretch) for slice_ in networks.slices}
    worth = math.fsum(stretch.weight * before[name, stretch.base] for name, stretch in states)
    mip = replace(formulation.mip, objective_offset=formulation.mip.objective_offset + worth)
    return _with_its_objective(replace(formulation, networks=networks, mip=mip))


def _with_its_objective(formulation: Formulation) -> Formulation:
    """The model with the objective that the instance asks for; it was built for present value."""
    if formulation.instance.settings.objective is Objective.NPV:
        return formulation
    mip = formulation.mip
    years = np.zeros(mip.num_columns)
    if mip.has_columns(UNOPENED):
        years[mip.columns(UNOPENED).index] = -1.0
    return replace(formulation, mip=replace(mip, objective=years, objective_offset=0.0))


def _costs_without_projects(
    instance: Instance,
) -> tuple[dict[tuple[str, int], float], frozenset[int]]:
    """baseline_cost(r) of docs/laws.md section 6, by network and year, and the feasible years."""
    formulation, values, feasible = flows_without_projects(instance)
    networks = formulation.networks
    costs = year_costs(formulation.instance, networks.slices, values, (), networks.trip_costs)
    return {key: cost if key[1] in feasible else 0.0 for key, cost in costs.items()}, feasible


def flows_without_projects(instance: Instance) -> tuple[Formulation, FloatArray, frozenset[int]]:
    """Model of the networks alone, its column values of least cost, and the years that have any.

    Building, verification and report ask for it again and again: it is kept as long as `instance`.
    So do the solves of a list, whose instances mostly have the same networks: the last two stay.
    """
    kept = _WITHOUT_PROJECTS.get(id(instance))
    if kept is None:
        alone = without_projects(instance)
        for place, row in enumerate(_LAST):
            if are_same_networks(row[0].instance, alone):
                kept = row
                del _LAST[place]
                break
        if kept is None:
            formulation = build_networks_only(alone)
            kept = (formulation, *least_cost_flows(formulation.mip, formulation.networks.slices))
        _LAST.append(kept)
        _WITHOUT_PROJECTS[id(instance)] = kept
        weakref.finalize(instance, _WITHOUT_PROJECTS.pop, id(instance), None)
    return kept


_WITHOUT_PROJECTS: dict[int, tuple[Formulation, FloatArray, frozenset[int]]] = {}
"""By `id` of an instance that is alive: instances never change, and hashing one takes long."""
_LAST: deque[tuple[Formulation, FloatArray, frozenset[int]]] = deque(maxlen=2)
"""Those asked for last: of a draw there are two, one of which all draws have alike."""


def build_networks_only(instance: Instance) -> Formulation:
    """Model of `instance` as it stands, cost measured from zero and not from a baseline."""
    feasible = frozenset(instance.service_years)  # without projects all is asked in every year
    if instance.project_network:
        feasible = flows_without_projects(instance)[2]
    return _build(instance, feasible)


def _build(
    instance: Instance,
    feasible: frozenset[int],
    years: tuple[int, ...] | None = None,
    like: Formulation | None = None,
) -> Formulation:
    builder = MipBuilder()
    context = build_columns(instance, builder, feasible, years)
    if like is not None:
        known = known_rows(like.instance, like.mip, instance, builder.column_blocks)
        context = replace(context, known=known)
    for family in FAMILIES.values():
        family.add(context)
    mip = builder.build()
    return Formulation(
        instance,
        context.sets,
        context.coefficients,
        mip,
        context.started,
        context.money,
        context.networks,
        mip.objective,
    )


def build_columns(
    instance: Instance,
    builder: MipBuilder,
    feasible: frozenset[int] = frozenset(),
    years: tuple[int, ...] | None = None,
) -> Context:
    """Add every column of the model of `instance` to `builder`; return what families read.

    `feasible` are the years in which the networks have flows without any project, `years` those
    that the program looks at (None: all that count).
    """
    sets = build_sets(instance)
    coefficients = build_coefficients(sets)
    started = add_started(builder, sets, coefficients)
    money = add_money(builder, instance, sets)
    networks = add_networks(builder, sets, coefficients.discount, feasible, years)
    context = Context(
        instance,
        sets,
        coefficients,
        builder,
        started,
        money,
        networks,
        standing=add_standing(builder, sets),
    )
    context = replace(context, measured=add_measures(context, builder))
    context = replace(context, contracts=add_contracts(context, builder))
    context = replace(context, bands=add_bands(context, builder))
    for family in FAMILIES.values():
        if family.columns is not None:
            family.columns(context, builder)
    return replace(context, columns=MappingProxyType(builder.columns_by_name()))


def context_of(formulation: Formulation) -> Context:
    """What `active` reads of a formulation: where its columns of starts are, and of what stands."""
    mip = formulation.mip
    standing = mip.columns("standing").index.item() if mip.has_columns("standing") else NO_COLUMN
    return Context(
        formulation.instance,
        formulation.sets,
        formulation.coefficients,
        MipBuilder(),
        formulation.started,
        formulation.money,
        standing=standing,
    )
