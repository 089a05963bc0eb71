"""What must hold across the tables of networks; every fault with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.network import (
    SERVED,
    TRAVEL_TIME,
    NetworkAction,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NodeRole,
    ProjectNetwork,
)
from infraplan.models.problem import Problem
from infraplan.models.target import Sense

Fault = tuple[str, str, int | None, str | None, Phrase, Phrase]
"""Rule, table, position of the row, column, what is wrong, what would be right."""

RULE = "network-form"
OUTPUTS = (NodeRole.SOURCE, NodeRole.PLANT)


def network_faults(instance: Problem) -> Iterator[Fault]:
    """Yield every fault of the network tables; ids that are not known are somebody else's."""
    yield from _settings_faults(instance)
    yield from _node_faults(instance)
    yield from _link_faults(instance)
    yield from _demand_faults(instance)
    yield from _change_faults(instance)
    yield from _target_faults(instance)
    yield from _supply_faults(instance)
    yield from _bus_faults(instance)
    yield from _ring_faults(instance)


def _settings_faults(instance: Problem) -> Iterator[Fault]:
    known = {node.network for node in instance.network_nodes}
    settings = instance.settings
    for number, row in enumerate(settings.networks):
        path = f"networks[{number}]"
        if row.id not in known:
            advice = phrase("name-a-network-of-network-nodes")
            yield (
                RULE,
                "instance",
                None,
                f"{path}.id",
                phrase("no-node-is-in-network", id=row.id),
                advice,
            )
        if [other.id for other in settings.networks[:number]].count(row.id):
            advice = phrase("keep-one-entry-per-network")
            text = phrase("network-has-settings-twice", id=row.id)
            yield "duplicate-id", "instance", None, f"{path}.id", text, advice
        parts = {node.id for node in instance.network_nodes if node.network == row.id}
        parts |= {link.id for link in instance.network_links if link.network == row.id}
        names = [block.id for block in row.blocks]
        if not names or len(set(names)) < len(names):
            text = phrase("network-needs-at-least-one-block-each-with", id=row.id)
            advice = phrase("give-each-block-its-own-id")
            yield RULE, "instance", None, f"{path}.blocks", text, advice
        for block in row.blocks:
            for name in sorted(set(block.out) - parts):
                text = phrase(
                    "is-out-in-block-but-is-not-in-network", name=name, block=block.id, id=row.id
                )
                advice = phrase("name-links-and-nodes-of-this-network")
                yield "unknown-id", "instance", None, f"{path}.blocks", text, advice
        for name in sorted(set(row.no_through) - parts):
            text = phrase("is-not-a-node-of-network", name=name, id=row.id)
            yield (
                "unknown-id",
                "instance",
                None,
                f"{path}.no_through",
                text,
                phrase("name-its-nodes"),
            )
        if row.base <= 0.0:
            text = phrase("network-has-the-base", id=row.id, base=row.base)
            yield RULE, "instance", None, f"{path}.base", text, phrase("give-a-number-above-0")
    yield from _year_faults(instance)


def _year_faults(instance: Problem) -> Iterator[Fault]:
    """Representative years outside the plan."""
    years = instance.settings.horizon.years
    for year in instance.settings.representative_years:
        if year not in years:
            text = phrase(
                "the-representative-year-is-outside-the-plan",
                year=year,
                first=years[0],
                last=years[-1],
            )
            advice = phrase("choose-a-year-of-it")
            yield "outside-plan", "instance", None, "representative_years", text, advice


def _node_faults(instance: Problem) -> Iterator[Fault]:
    kinds: dict[str, NetworkKind] = {}
    for index, node in enumerate(instance.network_nodes):
        if kinds.setdefault(node.network, node.kind) is not node.kind:
            text = phrase(
                "network-is-above-and-here",
                network=node.network,
                above=kinds[node.network],
                kind=node.kind,
            )
            yield RULE, "network_nodes", index, "kind", text, phrase("a-network-is-of-one-kind")
        if node.spill and node.kind is NetworkKind.TRANSPORT:
            text = phrase("trips-cannot-be-spilt", node=node.id)
            yield RULE, "network_nodes", index, "spill", text, phrase("leave-it-blank")
        if node.cost_quadratic and node.role not in OUTPUTS:
            text = phrase(
                "is-a-and-has-no-output-that-cost-quadratic", node=node.id, role=node.role
            )
            yield RULE, "network_nodes", index, "cost_quadratic", text, phrase("leave-it-blank")
        if node.no_load_cost and (not node.exists or node.role not in OUTPUTS):
            text = phrase("is-a-candidate-or-has-no-output-and-has-a-no", node=node.id)
            advice = phrase("give-it-as-fixed-om-cost-of-the-project")
            yield RULE, "network_nodes", index, "no_load_cost", text, advice
    nodes = {node.id for node in instance.network_nodes}
    for index, link in enumerate(instance.network_links):
        if link.id in nodes:
            text = phrase("names-a-node-as-well-as-a-link", link=link.id)
            yield (
                "duplicate-id",
                "network_links",
                index,
                "id",
                text,
                phrase("give-the-link-another-id"),
            )


def _bus_faults(instance: Problem) -> Iterator[Fault]:
    """Junctions and zones of lines with a reactance: nothing can be said of what passes them."""
    buses = {
        name
        for link in instance.network_links
        if link.reactance is not None
        for name in (link.from_node, link.to_node)
    }
    giving = (NodeRole.SOURCE, NodeRole.PLANT, NodeRole.STORAGE)
    limited = {
        row.element
        for row in instance.project_network
        if row.action in (NetworkAction.ADD_CAPACITY, NetworkAction.CLOSE_DURING_WORKS)
    }
    for index, node in enumerate(instance.network_nodes):
        if node.id not in buses or node.role in giving:
            continue
        fields = [
            ("capacity", node.capacity is not None),
            ("supplier", node.supplier is not None),
            ("cost", node.cost != 0.0),
            ("role", node.role is NodeRole.WORKS),
            ("id", node.id in limited),
        ]
        for field, given in fields:
            if given:
                text = phrase(
                    "flow-on-lines-with-a-reactance-follows-its",
                    field=field,
                    role=node.role,
                    node=node.id,
                )
                advice = phrase("put-the-limit-on-a-link-without-reactance")
                yield RULE, "network_nodes", index, field, text, advice


def _ring_faults(instance: Problem) -> Iterator[Fault]:
    """Rings in which flow can go round without limit, where something needs to know the most."""
    nodes = {node.id: node for node in instance.network_nodes}
    links: defaultdict[str, list[NetworkLink]] = defaultdict(list)
    place = {link.id: number for number, link in enumerate(instance.network_links)}
    for link in instance.network_links:
        # Other faults are told of what is left out.
        if {link.from_node, link.to_node} <= nodes.keys() and link.reactance != 0.0:
            links[link.network].append(link)
    changes: defaultdict[str, list[ProjectNetwork]] = defaultdict(list)
    for row in instance.project_network:
        changes[row.element].append(row)
    for network, own in links.items():
        settings = instance.network_settings(network)
        outs = {name for block in settings.blocks for name in block.out}
        if all(link.reactance is None for link in own):
            continue
        from infraplan.models.ring_flows import RingFlows  # few networks obey angles

        for ring in RingFlows(nodes.values(), own, changes, settings.base, outs).rings:
            if ring.is_switched and (names := ring.endless):
                text = phrase("flow-may-go-round-without-limit", links=", ".join(names), id=network)
                advice = phrase("give-these-links-a-capacity")
                yield RULE, "network_links", place[names[0]], "capacity", text, advice


def _link_faults(instance: Problem) -> Iterator[Fault]:
    node_by_id = {node.id: node for node in instance.network_nodes}
    for index, link in enumerate(instance.network_links):
        ends = [node_by_id.get(name) for name in (link.from_node, link.to_node)]
        for field, end in zip(("from_node", "to_node"), ends, strict=True):
            if end is not None and end.network != link.network:
                text = phrase(
                    "is-in-network-its-end-in",
                    link=link.id,
                    network=link.network,
                    end=end.id,
                    end_network=end.network,
                )
                yield RULE, "network_links", index, field, text, phrase("join-nodes-of-one-network")
        if link.from_node == link.to_node:
            text = phrase("begins-and-ends-at", link=link.id, from_node=link.from_node)
            yield RULE, "network_links", index, "to_node", text, phrase("name-two-different-nodes")
        if link.reactance is None or ends[0] is None:
            continue
        if ends[0].kind is not NetworkKind.POWER:
            text = phrase("is-not-a-power-line-and-has-a-reactance", link=link.id)
            yield RULE, "network_links", index, "reactance", text, phrase("leave-it-blank")
        elif link.reactance == 0.0:
            text = phrase("has-the-reactance-0", link=link.id)
            advice = phrase("give-its-reactance-or-leave-it-blank-where")
            yield RULE, "network_links", index, "reactance", text, advice
        for field in ("loss", "cost"):
            if getattr(link, field):
                text = phrase("has-a-reactance-and-a-the-two-do-not-go", link=link.id, field=field)
                yield RULE, "network_links", index, field, text, phrase("leave-one-of-them-blank")


def _demand_faults(instance: Problem) -> Iterator[Fault]:
    node_by_id = {node.id: node for node in instance.network_nodes}
    worth: dict[tuple[str, str], float] = {}
    prices: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for index, row in enumerate(instance.demands):
        node = node_by_id.get(row.node)
        if node is None:
            continue
        if node.network != row.network:
            text = phrase(
                "demand-is-in-network-its-node-in",
                id=row.id,
                network=row.network,
                node_network=node.network,
            )
            yield RULE, "demands", index, "node", text, phrase("name-a-node-of-the-same-network")
        if node.kind is NetworkKind.TRANSPORT:
            if row.to_node is None or row.to_node == row.node:
                text = phrase("demand-is-a-trip-and-needs-another-node-to", id=row.id)
                yield RULE, "demands", index, "to_node", text, phrase("name-its-destination")
            if worth.setdefault((row.network, row.node), row.value_of_time) != row.value_of_time:
                text = phrase("trips-from-have-two-values-of-time", node=row.node)
                advice = phrase("give-all-trips-that-begin-at-one-node-the")
                yield RULE, "demands", index, "value_of_time", text, advice
        elif row.to_node is not None:
            text = phrase("demand-is-no-trip-and-has-a-destination", id=row.id)
            yield RULE, "demands", index, "to_node", text, phrase("leave-it-blank")
        if not row.must_serve and node.kind is not NetworkKind.TRANSPORT:
            for priority, price in prices[row.network].items():
                if (priority < row.priority) and price < row.unserved_price:
                    text = phrase(
                        "demand-of-priority-has-a-higher-price-than",
                        id=row.id,
                        priority=row.priority,
                        priority2=priority,
                    )
                    advice = phrase("let-prices-fall-with-priority")
                    yield RULE, "demands", index, "unserved_price", text, advice
                    break
            known = prices[row.network].get(row.priority, row.unserved_price)
            prices[row.network][row.priority] = min(known, row.unserved_price)


def _change_faults(instance: Problem) -> Iterator[Fault]:
    elements: dict[str, NetworkNode | NetworkLink] = {}
    elements.update({node.id: node for node in instance.network_nodes})
    elements.update({link.id: link for link in instance.network_links})
    kinds = {node.network: node.kind for node in instance.network_nodes}
    faster = {
        row.element for row in instance.project_network if row.action is NetworkAction.SET_TIME
    }
    for index, row in enumerate(instance.project_network):
        project = instance.project_by_id.get(row.project)
        options = set() if project is None else {option.option for option in project.options}
        if project is not None and row.option and row.option not in options:
            text = phrase("project-has-no-option", project=row.project, option=row.option)
            advice = phrase("leave-it-blank-for-all-options")
            yield "unknown-id", "project_network", index, "option", text, advice
        element = elements.get(row.element)
        if element is not None:
            kind = kinds.get(element.network)
            for field, text, advice in _change_texts(row, element, kind, row.element in faster):
                yield RULE, "project_network", index, field, text, advice


def _change_texts(
    row: ProjectNetwork,
    element: NetworkNode | NetworkLink,
    kind: NetworkKind | None,
    is_made_faster: bool,
) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Column, fault and advice of one change."""
    action, name = row.action, row.element
    is_link = isinstance(element, NetworkLink)
    alpha = element.bpr_alpha if isinstance(element, NetworkLink) else 0.0
    slow = alpha > 0.0 and element.capacity is not None
    if action is NetworkAction.OPEN and element.exists:
        yield (
            "element",
            phrase("exists-there-is-nothing-to-open", name=name),
            phrase("set-its-exists-to-no"),
        )
    if action is NetworkAction.SET_TIME and (not is_link or kind is not NetworkKind.TRANSPORT):
        yield (
            "action",
            phrase("is-not-a-transport-link-and-has-no-time", name=name),
            phrase("choose-another-action"),
        )
    if action is NetworkAction.SET_LOSS and (not is_link or kind is NetworkKind.TRANSPORT):
        yield (
            "action",
            phrase("is-not-a-link-that-loses-flow", name=name),
            phrase("choose-another-action"),
        )
    if row.value < 0.0:
        yield (
            "value",
            phrase("the-value-for-is", name=name, value=row.value),
            phrase("give-a-number-from-0-on"),
        )
    shares = (NetworkAction.SET_LOSS, NetworkAction.CLOSE_DURING_WORKS)
    if action in shares and row.value > 1.0:
        yield (
            "value",
            phrase("the-value-for-is-a-share-and", name=name, value=row.value),
            phrase("give-0-to-1-or"),
        )
    endless = isinstance(element, NetworkNode) and element.role in (
        NodeRole.JUNCTION,
        NodeRole.ZONE,
    )
    if action is NetworkAction.ADD_CAPACITY and element.capacity is None and (is_link or endless):
        yield "element", phrase("has-no-capacity-to-add-to", name=name), phrase("give-its-capacity")
    if slow and action is NetworkAction.CLOSE_DURING_WORKS and row.value < 1.0:
        advice = phrase("give-1-closed-or-leave-the-row-out")
        yield "value", phrase("slows-down-with-traffic-and-cannot-be-closed", name=name), advice
    if slow and action is NetworkAction.ADD_CAPACITY and is_made_faster:
        advice = phrase("open-a-new-link-with-the-better-time-and")
        yield "action", phrase("slows-down-with-traffic-and-gets-a-time-as", name=name), advice


def _target_faults(instance: Problem) -> Iterator[Fault]:
    kinds = {node.network: node.kind for node in instance.network_nodes}
    trips = {row.id for row in instance.demands if kinds.get(row.network) is NetworkKind.TRANSPORT}
    served = {row.id for row in instance.demands} | {row.node for row in instance.demands}
    served |= {row.network for row in instance.demands}
    for index, target in enumerate(instance.targets):
        for start, known, what in (
            (TRAVEL_TIME, trips, phrase("a-demand-of-a-transport-network")),
            (SERVED, served, phrase("a-demand-its-node-or-its-network")),
        ):
            if not target.metric.startswith(start):
                continue
            name = target.metric.removeprefix(start)
            if name not in known:
                text = phrase("is-not-the-id-of", name=name, what=what)
                yield (
                    "unknown-id",
                    "targets",
                    index,
                    "metric",
                    text,
                    phrase("write-id", start=start),
                )
            if start == TRAVEL_TIME and target.sense is not Sense.AT_MOST:
                text = phrase(
                    "target-asks-for-a-travel-time-of-at-least",
                    target=target.id,
                    target_value=target.value,
                )
                yield RULE, "targets", index, "sense", text, phrase("write")
            if start == SERVED and target.year not in instance.service_years:
                years = ", ".join(str(year) for year in instance.service_years)
                text = phrase("networks-are-computed-for-not-for", years=years, year=target.year)
                advice = phrase("choose-one-of-these-or-add-the-year-to")
                yield RULE, "targets", index, "year", text, advice


def _supply_faults(instance: Problem) -> Iterator[Fault]:
    """Nodes whose supplier no source can reach, however much is built."""
    nodes = {node.id: node for node in instance.network_nodes}
    demanded = {row.node for row in instance.demands}
    ways: defaultdict[str, set[str]] = defaultdict(set)
    for link in instance.network_links:
        ways[link.from_node].add(link.to_node)
        if link.both_ways or link.reactance is not None:
            ways[link.to_node].add(link.from_node)
    ready: set[str] = set()
    while True:
        able = {
            name for name, node in nodes.items() if node.supplier is None or node.supplier in ready
        }
        reached = {name for name in able if nodes[name].role in {NodeRole.SOURCE, NodeRole.PLANT}}
        waiting = list(reached)
        while waiting:
            for name in ways[waiting.pop()] & able - reached:
                reached.add(name)
                waiting.append(name)
        if reached <= ready:
            break
        ready |= reached
    for index, node in enumerate(instance.network_nodes):
        supplier = nodes.get(node.supplier or "")
        if supplier is None:
            continue
        if supplier.network == node.network:
            text = phrase(
                "the-supplier-of-is-in-the-same-network", node=node.id, supplier=supplier.id
            )
            yield (
                RULE,
                "network_nodes",
                index,
                "supplier",
                text,
                phrase("name-a-node-of-another-network"),
            )
        elif supplier.id not in demanded:
            text = phrase(
                "has-no-demand-so-nothing-says-what-needs-of", supplier=supplier.id, node=node.id
            )
            advice = phrase("add-a-demand-at", supplier=supplier.id)
            yield RULE, "network_nodes", index, "supplier", text, advice
        elif supplier.id not in ready and supplier.kind is not NetworkKind.TRANSPORT:
            text = phrase(
                "no-source-or-plant-reaches-which-depends-on", supplier=supplier.id, node=node.id
            )
            advice = phrase("join-it-to-a-source-that-does-not-itself")
            yield RULE, "network_nodes", index, "supplier", text, advice
