"""What an engine cannot do that no single field tells: laws of networks and their combinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME, FlowLaw, NetworkAction, NetworkKind
from infraplan.models.progress import stands
from infraplan.optimizer.engines.contract import NAMED, Refusal
from infraplan.optimizer.networkdesign.roads import equilibrium_network


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
                "a linear program directs flows; it cannot hold an equilibrium",
                "线性规划由规划者调度流量,不能表示用户均衡",
            )


def equilibrium_limits(instance: Instance) -> Iterator[Refusal]:
    """What the search over roads at equilibrium cannot do; docs/networks.md lists all of it."""
    settings = equilibrium_network(instance)
    if settings is None:
        yield Refusal(
            "instance",
            "networks.law",
            "flow",
            "no network is at equilibrium",
            "没有服从用户均衡的网络",
        )
        return
    networks = list(dict.fromkeys(node.network for node in instance.network_nodes))
    if networks != [settings.id]:
        yield Refusal(
            "network_nodes",
            "network",
            _list(networks) or "none",
            "roads at equilibrium are the only network of an instance",
            "均衡道路网络必须是实例中唯一的网络",
        )
    kinds = {node.kind for node in instance.network_nodes if node.network == settings.id}
    if kinds - {NetworkKind.TRANSPORT}:
        yield Refusal(
            "network_nodes",
            "kind",
            _list(sorted(kinds)),
            "only transport comes to a user equilibrium",
            "只有交通网络服从用户均衡",
        )
    if len(settings.blocks) != 1:
        yield Refusal(
            "instance",
            "networks.blocks",
            _list(block.id for block in settings.blocks),
            "the network works in one load block only",
            "该网络只能有一个负荷时段",
        )
    yield from _trips(instance, settings.id)
    yield from _links(instance, settings.id)
    yield from _targets(instance)


def _trips(instance: Instance, network: str) -> Iterator[Refusal]:
    trips = [row for row in instance.demands if row.network == network]
    if not trips:
        yield Refusal("demands", "", "empty", "there are no trips", "没有出行需求")
    values = sorted({row.value_of_time for row in trips})
    if len(values) > 1:
        yield Refusal(
            "demands",
            "value_of_time",
            _list(f"{value:g}" for value in values),
            "trips have one value of time",
            "所有出行的时间价值必须相同",
        )
    if values and values[0] <= 0.0:
        yield Refusal(
            "demands",
            "value_of_time",
            "0",
            "time is worth something",
            "时间价值必须大于零",
        )
    count = Counter((row.node, row.to_node) for row in trips)
    twice = [f"{pair[0]}-{pair[1]}" for pair, times in count.items() if times > 1]
    if twice:
        yield Refusal(
            "demands",
            "to_node",
            _list(twice),
            "trips between two nodes stand in one row",
            "同一起讫点的出行只能写在一行",
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
            "no link touches a node where trips begin or end",
            "出行起讫节点没有任何路段相连",
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
            "a link that slows down with its volume has a capacity above zero",
            "随流量变慢的路段通行能力必须大于零",
        )
    opening = {row.project for row in instance.project_network}
    there = [row.id for row in instance.projects if stands(row) and row.id in opening]
    if there:
        yield Refusal(
            "projects",
            "stage",
            f"complete ({_list(there)})",
            "what stands already is part of the roads at equilibrium: set `exists` of its links",
            "均衡道路上已建成的项目应直接写入路网：其路段的 exists 填是",
        )
    other = [row for row in instance.project_network if row.action is not NetworkAction.OPEN]
    if other:
        rows = _list(f"{row.action.value} ({row.project})" for row in other)
        yield Refusal(
            "project_network",
            "action",
            rows,
            "projects change roads at equilibrium only by opening links",
            "项目只能以新开路段的方式改变均衡道路",
        )


def _targets(instance: Instance) -> Iterator[Refusal]:
    read = [row for row in instance.targets if row.metric.startswith((TRAVEL_TIME, SERVED))]
    if read:
        yield Refusal(
            "targets",
            "metric",
            _list(f"{row.metric} ({row.id})" for row in read),
            "targets cannot be read off roads at equilibrium",
            "目标不能从均衡道路网络读取",
        )
