"""Rows of networks: docs/laws.md, section 6.

Physics gives no way; demand that must be served and plants that must run do. In a conflict physics
is named beside them where it is part: capacities by element, what holds everywhere by network.
"""

from __future__ import annotations

from infraplan.models.rules.record import Need, Rule, Section, Words

_ELEMENT = ("network", "year", "block", "element")

NETWORK: tuple[Rule, ...] = (
    Rule(
        "flow_balance",
        title=Words(
            "flow is conserved at every node of network {network}", "{network}网络各节点流量守恒"
        ),
        reason=Words("what reaches a node", "节点流量"),
        law="flow_balance",
        section=Section.NETWORK,
        axes=("network", "year", "block", "node", "commodity"),
        subject=("network",),
        gives_way=False,
        needs=(Need("network_nodes"),),
    ),
    Rule(
        "link_capacity",
        title=Words(
            "capacity of link {element} of network {network}",
            "{network}网络线路{element}的通过能力",
        ),
        reason=Words("no room on a link", "线路能力不足"),
        law="link_capacity",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=False,
        needs=(Need("network_links"),),
    ),
    Rule(
        "node_capacity",
        title=Words(
            "capacity of {element} of network {network}", "{network}网络节点{element}的能力"
        ),
        reason=Words("no room at a node", "节点能力不足"),
        law="node_capacity",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=False,
        needs=(Need("network_nodes"),),
    ),
    Rule(
        "must_run",
        title=Words(
            "least output of {element} of network {network}", "{network}网络{element}的最小出力"
        ),
        reason=Words("a plant must run", "最小出力"),
        law="node_capacity",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=True,
        needs=(Need("network_nodes", "minimum_output"),),
    ),
    Rule(
        "congestion",
        title=Words(
            "delay on link {element} of network {network}", "{network}网络线路{element}的延误"
        ),
        reason=Words("delay on a link", "线路延误"),
        law="network",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=False,
        needs=(Need("network_links", "bpr_alpha"),),
    ),
    Rule(
        "output_cost",
        title=Words(
            "cost of output at {element} of network {network}", "{network}网络{element}的出力成本"
        ),
        reason=Words("cost of output", "出力成本"),
        law="network",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=False,
        needs=(Need("network_nodes", "cost_quadratic"),),
    ),
    Rule(
        "dc",
        title=Words(
            "power on line {element} of network {network} follows the angles",
            "{network}网络线路{element}潮流由相角决定",
        ),
        reason=Words("power on a line", "线路潮流受限"),
        law="dc",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=False,
        needs=(Need("network_links", "reactance"),),
    ),
    Rule(
        "one_way",
        title=Words(
            "flow of network {network} goes round in no ring",
            "{network}网络不得有环流",
        ),
        reason=Words("flow goes round in no ring", "不得有环流"),
        law="one_way",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network",),
        gives_way=False,
        needs=(Need("network_links", "loss"), Need("network_nodes", "cost", ("-*",))),
    ),
    Rule(
        "storage",
        title=Words(
            "storage {node} of network {network} gives what it took in",
            "{network}网络储能{node}放出不超过存入",
        ),
        reason=Words("a storage is empty", "储能不足"),
        law="storage",
        section=Section.NETWORK,
        axes=("network", "year", "node"),
        subject=("network", "node"),
        gives_way=False,
        needs=(Need("network_nodes", "role", ("storage",)),),
    ),
    Rule(
        "supplier",
        title=Words(
            "{element} of network {network} works as far as its supplier serves it",
            "{network}网络{element}取决于其供应方",
        ),
        reason=Words("a supplier falls short", "供应不足"),
        law="supplier",
        section=Section.NETWORK,
        axes=_ELEMENT,
        subject=("network", "element"),
        gives_way=False,
        needs=(Need("network_nodes", "supplier"),),
    ),
    Rule(
        "must_serve",
        title=Words(
            "demand {demand} of network {network} must be served",
            "{network}网络的需求{demand}必须满足",
        ),
        reason=Words("a demand must be served", "需求必须满足"),
        law="demand",
        section=Section.NETWORK,
        axes=("network", "demand", "block", "year"),
        subject=("network", "demand"),
        gives_way=True,
        needs=(
            Need("demands", "must_serve"),
            Need("settings", "networks.blocks.must_serve"),
        ),
        is_bound=True,
    ),
)
