"""What single projects are worth to the networks, and what was served before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import NO_WAY_MINUTES, SERVED, TRAVEL_TIME, FlowLaw
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import stands
from infraplan.models.retirement import retirements
from infraplan.optimizer.analysis.decided_networks import DecidedNetworks
from infraplan.optimizer.formulation.networks.flow_costs import NetworkState, flows_at
from infraplan.optimizer.formulation.networks.outer_approximation import (
    NO_END_S,
    FlowsUnfinishedError,
)
from infraplan.optimizer.program import build_networks_only, flows_without_projects

MOST_PROJECTS = 150
"""Projects valued one by one at most; each takes a linear program."""


@dataclass(frozen=True)
class ProjectWorth:
    """Present value of service that a plan would lose without one of its projects, money.

    None where the networks could not work at all without it.
    """

    project: str
    worth: float | None


def service_before(instance: Instance) -> dict[tuple[str, int], float]:
    """What each demand is served without any project, by demand and representative year.

    Of the network's first block. Where costs are equal, one of several ways to serve.
    """
    formulation, values, feasible = flows_without_projects(instance)
    found: dict[tuple[str, int], float] = {}
    for slice_ in formulation.networks.slices:
        if slice_.block != slice_.network.settings.blocks[0] or slice_.year not in feasible:
            continue
        served = flows_at(slice_, values).served
        found |= {(name, slice_.year): served.get(name, 0.0) for name in slice_.demand}
    return found


def targets_before(instance: Instance) -> dict[str, float]:
    """What every target measures without the plan, by target id."""
    values = {target.id: target.existing for target in instance.targets}
    measured = [row for row in instance.targets if row.metric.startswith((SERVED, TRAVEL_TIME))]
    if not measured:
        return values
    served = service_before(instance)
    views = flows_without_projects(instance)[0].networks.views
    for target in measured:
        name = target.metric.partition(":")[2]
        if target.metric.startswith(SERVED):
            values[target.id] += sum(
                served.get((row.id, target.year), 0.0)
                for row in instance.demands
                if name in (row.id, row.node, row.network)
            )
            continue
        for view in views:
            if name in view.demand_by_id:
                times = NetworkState(instance, view, (), target.year).travel_times()
                values[target.id] += times.get(name, NO_WAY_MINUTES)
    return values


def changing_starts(instance: Instance, plan: Plan) -> tuple[ProjectStart, ...]:
    """Starts of `plan` that change a network and are valued.

    None where they are too many, nor at user equilibrium: the programs that value them direct
    flows.
    """
    laws = {instance.network_settings(name).law for name in instance.network_index}
    if FlowLaw.FLOW not in laws:
        return ()
    changing = {row.project for row in instance.project_network}
    starts = tuple(start for start in plan.starts if start.project in changing)
    return starts if plan.service and len(starts) <= MOST_PROJECTS else ()


def project_worths(
    instance: Instance, plan: Plan, left_s: Callable[[], float] = lambda: NO_END_S
) -> tuple[ProjectWorth, ...]:
    """Worth of every project of `plan` that changes a network, the largest first.

    The plan's other projects stay as they are; flows are found anew. The worths of projects that
    need one another add up to more than both together are worth. `left_s` tells the seconds left;
    no project is begun for which they hardly suffice, and one for which they do not is given up.
    """
    names = [start.project for start in changing_starts(instance, plan)]
    found = group_worths(instance, plan, [{name} for name in names], left_s)
    worths = [ProjectWorth(name, worth) for name, worth in zip(names, found, strict=False)]
    return tuple(
        sorted(worths, key=lambda row: (-np.inf if row.worth is None else -row.worth, row.project))
    )


def group_worths(
    instance: Instance,
    plan: Plan,
    groups: Iterable[Collection[str]],
    left_s: Callable[[], float] = lambda: NO_END_S,
) -> tuple[float | None, ...]:
    """Present value of service that `plan` would lose without all projects of a group, by group.

    As for `project_worths`: None where the networks could not work without them; shorter than
    `groups` where the time ended, empty where the plan's projects are not valued.
    """
    starts = changing_starts(instance, plan)
    if not starts or (seconds := left_s()) <= 0.0:
        return ()
    networks = _networks_with(instance, starts)
    worths, longest = list[float | None](), 0.0
    with suppress(FlowsUnfinishedError):
        whole = networks.cost(starts, seconds)
        for group in groups:
            if (before := left_s()) <= longest:
                break
            rest = tuple(start for start in starts if start.project not in group)
            without = networks.cost(rest, before)
            worths.append(None if whole is None or without is None else without - whole)
            longest = max(longest, before - left_s())
    return tuple(worths)


def added_worths(
    instance: Instance,
    plan: Plan,
    added: Iterable[ProjectStart],
    left_s: Callable[[], float] = lambda: NO_END_S,
) -> tuple[float | None, ...]:
    """Present value of service that each start of `added`, alone, would bring beside `plan`.

    As for `group_worths`: None where it is not known, shorter than `added` where the time ended,
    empty where the plan's projects are not valued.
    """
    starts, more = changing_starts(instance, plan), tuple(added)
    if not more or not plan.service or (seconds := left_s()) <= 0.0:
        return ()
    networks = _networks_with(instance, (*starts, *more))
    worths, longest = list[float | None](), 0.0
    with suppress(FlowsUnfinishedError):
        whole = networks.cost(starts, seconds)
        for start in more:
            if (before := left_s()) <= longest:
                break
            beside = networks.cost((*starts, start), before)
            worths.append(None if whole is None or beside is None else whole - beside)
            longest = max(longest, before - left_s())
    return tuple(worths)


def stand_alone_worths(
    instance: Instance,
    starts: Iterable[ProjectStart],
    left_s: Callable[[], float] = lambda: NO_END_S,
) -> dict[str, float]:
    """Present value of service that each start brings by itself, no other project beside it.

    By project, of those that change a network with directed flows. One is left out where nothing
    can flow without it, or without others besides, and where the time ended.
    """
    laws = {instance.network_settings(name).law for name in instance.network_index}
    changing = {row.project for row in instance.project_network}
    wanted = tuple(start for start in starts if start.project in changing)
    if FlowLaw.FLOW not in laws or not wanted or (seconds := left_s()) <= 0.0:
        return {}
    networks = _networks_with(instance, wanted)
    worths: dict[str, float] = {}
    with suppress(FlowsUnfinishedError):
        nothing = networks.cost((), seconds)
        for start in wanted:
            if nothing is None or (before := left_s()) <= 0.0:
                break
            alone = networks.cost((start,), before)
            if alone is not None:
                worths[start.project] = nothing - alone
    return worths


class CoalitionCosts:
    """What one network costs with some of a plan's projects and without its others.

    Present value, money; flows are found anew for each set of projects, and kept.
    """

    def __init__(
        self,
        instance: Instance,
        network: str,
        starts: Iterable[ProjectStart],
        left_s: Callable[[], float] = lambda: NO_END_S,
    ) -> None:
        index = instance.network_index[network]
        elements = {*index.nodes, *index.links}
        changing = {row.project for row in instance.project_network if row.element in elements}
        self.starts = tuple(start for start in starts if start.project in changing)
        self._left_s = left_s
        only = _with_projects_of(instance, self.starts)
        fields = {name: getattr(only, name) for name in type(only).model_fields}
        for name in ("network_nodes", "network_links", "demands"):
            fields[name] = tuple(row for row in fields[name] if row.network == network)
        fields["project_network"] = tuple(
            row for row in only.project_network if row.element in elements
        )
        formulation = build_networks_only(Instance.model_construct(**fields))
        self._networks = DecidedNetworks(formulation, instance)
        self._found: dict[frozenset[str], float | None] = {}

    def cost(self, names: frozenset[str]) -> float | None:
        """Cost with the projects `names` alone; None where the network cannot work.

        Raises
        ------
        FlowsUnfinishedError
            If the time was too short.
        """
        if names not in self._found:
            if (seconds := self._left_s()) <= 0.0:
                raise FlowsUnfinishedError
            starts = tuple(start for start in self.starts if start.project in names)
            self._found[names] = self._networks.cost(starts, seconds)
        return self._found[names]


def _networks_with(instance: Instance, starts: tuple[ProjectStart, ...]) -> DecidedNetworks:
    """All networks, and the projects of `starts` alone."""
    return DecidedNetworks(build_networks_only(_with_projects_of(instance, starts)), instance)


def _with_projects_of(instance: Instance, starts: tuple[ProjectStart, ...]) -> Instance:
    """Networks and the started projects, without money, relations and targets."""
    kept = ("settings", "network_nodes", "network_links", "demands")
    names = {start.project for start in starts}
    names |= {project.id for project in instance.projects if stands(project)}
    return Instance.model_construct(
        **{name: getattr(instance, name) for name in kept},
        projects=tuple(p for p in instance.projects if p.id in names),
        relations=tuple(
            row for row in retirements(instance.relations) if names.issuperset(row.members)
        ),
        project_network=tuple(row for row in instance.project_network if row.project in names),
    )
