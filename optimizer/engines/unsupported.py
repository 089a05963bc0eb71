"""What an engine cannot do that no single field tells: laws of networks and their combinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from infraplan.models.catalogue import phrase
from infraplan.models.catalogue.measure_words import LITRES_A_SECOND
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import (
    SERVED,
    TRAVEL_TIME,
    FlowLaw,
    NetworkAction,
    NetworkKind,
    ProjectNetwork,
)
from infraplan.models.policy import ResourceTiming
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.engines.contract import NAMED, Refusal
from infraplan.optimizer.engines.scheduling import WHOLE, is_order


def _list(values: Iterable[object]) -> str:
    """The first few of `values`, and how many more there are."""
    names = list(dict.fromkeys(str(value) for value in values))
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f", +{more}" if more > 0 else "")


def exact_limits(instance: Instance) -> Iterator[Refusal]:
    """What the integer program cannot hold: an equilibrium of what nobody directs."""
    for row in instance.settings.networks:
        if row.law is FlowLaw.EQUILIBRIUM:
            yield Refusal(
                "instance",
                "networks.law",
                f"equilibrium ({row.id})",
                *phrase("a-linear-program-directs-flows-it-cannot-hold-an").both,
            )
        if row.law is FlowLaw.PRESSURE:
            words = phrase("pressures-hold-no-linear-program").both
            yield Refusal("instance", "networks.law", f"pressure ({row.id})", *words)


def water_limits(instance: Instance) -> Iterator[Refusal]:
    """What the search over pipes under pressure cannot do; docs/networks.md lists all of it."""
    own = [row for row in instance.settings.networks if row.law is FlowLaw.PRESSURE]
    if not own:
        words = phrase("no-network-is-under-pressure").both
        yield Refusal("instance", "networks.law", "flow", *words)
        return
    networks = list(dict.fromkeys(node.network for node in instance.network_nodes))
    if networks != [own[0].id]:
        words = phrase("a-network-under-pressure-is-the-only-one").both
        yield Refusal("network_nodes", "network", _list(networks), *words)
    phases = instance.settings.horizon.phases
    if len(phases) > 1:
        words = phrase("pressure-is-asked-for-in-one-year").both
        yield Refusal("instance", "horizon.phases", _list(row.id for row in phases), *words)
    if len(own[0].blocks) != 1:
        told = _list(block.id for block in own[0].blocks)
        words = phrase("pressure-is-asked-for-in-one-block").both
        yield Refusal("instance", "networks.blocks", told, *words)
    if own[0].unit.strip().casefold() not in LITRES_A_SECOND:
        words = phrase("water-under-pressure-flows-in-litres-a-second").both
        yield Refusal("instance", "networks.unit", f"{own[0].unit} ({own[0].id})", *words)
    yield from _laid_pipes(instance)
    read = [row for row in instance.targets if row.metric.startswith((TRAVEL_TIME, SERVED))]
    if read:
        told = _list(f"{row.metric} ({row.id})" for row in read)
        words = phrase("targets-cannot-be-read-off-pressures").both
        yield Refusal("targets", "metric", told, *words)


def _laid_pipes(instance: Instance) -> Iterator[Refusal]:
    """Changes of pipes that the search does not know, and figures of them that nobody reads."""
    opening = [row for row in instance.project_network if row.action is NetworkAction.OPEN]
    laying = {NetworkAction.OPEN, NetworkAction.SET_DIAMETER}
    other = [row for row in instance.project_network if row.action not in laying]
    if other:
        told = _list(f"{row.action.value} ({row.project})" for row in other)
        words = phrase("projects-only-lay-pipes").both
        yield Refusal("project_network", "action", told, *words)
    yield from _opened_with_value(opening)
    opened = {row.element for row in opening}
    vain = [
        f"{link.diameter:g} ({link.id})"
        for link in instance.network_links
        if link.diameter is not None and not link.exists and link.id not in opened
    ]
    if vain:
        words = phrase("a-pipe-that-is-not-there-has-the-diameter-laid").both
        yield Refusal("network_links", "diameter", _list(vain), *words)


def _opened_with_value(opening: Iterable[ProjectNetwork]) -> Iterator[Refusal]:
    """`open` takes what the element states: a value beside it would be passed over."""
    valued = [f"{row.value:g} ({row.project})" for row in opening if row.value]
    if valued:
        words = phrase("what-is-opened-has-its-own-figures").both
        yield Refusal("project_network", "value", _list(valued), *words)


def equilibrium_limits(instance: Instance) -> Iterator[Refusal]:
    """What the search over roads at equilibrium cannot do; docs/networks.md lists all of it."""
    from infraplan.optimizer.networkdesign.roads import equilibrium_network  # loads a compiler

    settings = equilibrium_network(instance)
    if settings is None:
        yield Refusal(
            "instance",
            "networks.law",
            "flow",
            *phrase("no-network-is-at-equilibrium").both,
        )
        return
    networks = list(dict.fromkeys(node.network for node in instance.network_nodes))
    if networks != [settings.id]:
        yield Refusal(
            "network_nodes",
            "network",
            _list(networks) or phrase("none-given"),
            *phrase("roads-at-equilibrium-are-the-only-network-of-an").both,
        )
    kinds = {node.kind for node in instance.network_nodes if node.network == settings.id}
    if kinds - {NetworkKind.TRANSPORT}:
        yield Refusal(
            "network_nodes",
            "kind",
            _list(sorted(kinds)),
            *phrase("only-transport-comes-to-a-user-equilibrium").both,
        )
    if len(settings.blocks) != 1:
        yield Refusal(
            "instance",
            "networks.blocks",
            _list(block.id for block in settings.blocks),
            *phrase("the-network-works-in-one-load-block-only").both,
        )
    yield from _trips(instance, settings.id)
    yield from _links(instance, settings.id)
    yield from _targets(instance)


def _trips(instance: Instance, network: str) -> Iterator[Refusal]:
    trips = [row for row in instance.demands if row.network == network]
    if not trips:
        yield Refusal("demands", "", phrase("an-empty-table"), *phrase("there-are-no-trips").both)
    values = sorted({row.value_of_time for row in trips})
    if len(values) > 1:
        yield Refusal(
            "demands",
            "value_of_time",
            _list(f"{value:g}" for value in values),
            *phrase("trips-have-one-value-of-time").both,
        )
    if values and values[0] <= 0.0:
        yield Refusal(
            "demands",
            "value_of_time",
            "0",
            *phrase("time-is-worth-something").both,
        )
    count = Counter((row.node, row.to_node) for row in trips)
    twice = [f"{pair[0]}-{pair[1]}" for pair, times in count.items() if times > 1]
    if twice:
        yield Refusal(
            "demands",
            "to_node",
            _list(twice),
            *phrase("trips-between-two-nodes-stand-in-one-row").both,
        )
    touched = {
        end
        for link in instance.network_links
        if link.network == network
        for end in (link.from_node, link.to_node)
    }
    apart = [
        end
        for row in trips
        if row.node != row.to_node
        for end in (row.node, row.to_node)
        if end not in touched
    ]
    if apart:
        yield Refusal(
            "demands",
            "node",
            _list(apart),
            *phrase("no-link-touches-a-node-where-trips-begin-or").both,
        )


def _links(instance: Instance, network: str) -> Iterator[Refusal]:
    full = [
        link.id
        for link in instance.network_links
        if link.network == network and link.capacity == 0.0 and link.bpr_alpha > 0.0
    ]
    if full:
        yield Refusal(
            "network_links",
            "capacity",
            f"0 ({_list(full)})",
            *phrase("a-link-that-slows-down-with-its-volume-has").both,
        )
    other = [row for row in instance.project_network if row.action is not NetworkAction.OPEN]
    if other:
        rows = _list(f"{row.action.value} ({row.project})" for row in other)
        yield Refusal(
            "project_network",
            "action",
            rows,
            *phrase("projects-change-roads-at-equilibrium-only-by-opening-links").both,
        )
    opening = (row for row in instance.project_network if row.action is NetworkAction.OPEN)
    yield from _opened_with_value(opening)


def _targets(instance: Instance) -> Iterator[Refusal]:
    read = [row for row in instance.targets if row.metric.startswith((TRAVEL_TIME, SERVED))]
    if read:
        yield Refusal(
            "targets",
            "metric",
            _list(f"{row.metric} ({row.id})" for row in read),
            *phrase("targets-cannot-be-read-off-roads-at-equilibrium").both,
        )


def scheduling_limits(instance: Instance) -> Iterator[Refusal]:
    """What the scheduling engine cannot do; docs/networks.md lists all of it."""
    if instance.settings.objective is not Objective.MAKESPAN:
        yield Refusal(
            "instance",
            "objective",
            str(instance.settings.objective),
            *phrase("schedules-are-for-the-fewest-years").both,
        )
    yield from _schedule_projects(instance)
    other = [
        f"{row.type.value} ({row.label})"
        for row in instance.relations
        if row.is_enforced and not is_order(row)
    ]
    if other:
        yield Refusal("relations", "type", _list(other), *phrase("schedules-know-order-alone").both)
    yield from _schedule_resources(instance)


def _schedule_projects(instance: Instance) -> Iterator[Refusal]:
    begun = [
        f"{row.stage.value} ({row.id})"
        for row in instance.projects
        if row.stage in {Stage.COMPLETE, Stage.UNDER_CONSTRUCTION}
    ]
    if begun:
        yield Refusal(
            "projects", "stage", _list(begun), *phrase("schedules-begin-with-nothing-begun").both
        )
    bound = [
        f"{row.mandatory.value} ({row.id})"
        for row in instance.projects
        if row.mandatory in {Mandate.COMMITTED, Mandate.MUST_NOT}
    ]
    if bound:
        yield Refusal(
            "projects",
            "mandatory",
            _list(bound),
            *phrase("schedules-are-of-what-must-be-built").both,
        )


def _schedule_resources(instance: Instance) -> Iterator[Refusal]:
    timings = {ResourceTiming.START, ResourceTiming.CONSTRUCTION}
    rows = [row for row in instance.resources if row.timing not in timings]
    if rows:
        told = _list(f"{row.timing.value} ({row.resource})" for row in rows)
        yield Refusal(
            "resources", "timing", told, *phrase("schedules-use-resources-while-they-build").both
        )
    whole = [row.resource for row in instance.resources if not row.per_year]
    if whole:
        yield Refusal(
            "resources", "per_year", _list(whole), *phrase("schedules-know-limits-by-year").both
        )
    named = {row.resource for row in instance.resources}
    amounts = [
        (option.resources[name], f"{option.resources[name]:g} {name} ({project.id})")
        for project in instance.projects
        for option in project.options
        for name in named & set(option.resources)
    ]
    fine = [told for amount, told in amounts if abs(amount * WHOLE - round(amount * WHOLE)) > 1e-6]
    fine += [told for amount, told in amounts if amount > WHOLE]
    if fine:
        yield Refusal(
            "projects",
            "options.resources",
            _list(fine),
            *phrase("schedules-count-in-millionths").both,
        )
