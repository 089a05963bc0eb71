"""What is said of water networks under pressure."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "only-networks-under-pressure-have": (
        "{name} has a {field}, and its network is not under pressure",
        "“{name}”填了{field}，但所在网络不按水压计算",
    ),
    "give-the-network-the-law-pressure-or-leave-blank": (
        "give the network the law pressure, or leave it blank",
        "将该网络的流量规律设为“有压流”，或留空",
    ),
    "the-law-pressure-is-for-water": (
        "{node} is in a network under pressure, of kind {kind}",
        "“{node}”所在网络按水压计算，类型却是{kind}",
    ),
    "give-the-network-another-law": (
        "the law pressure is for water; give the network another",
        "有压流只用于供水网，请改用其他流量规律",
    ),
    "under-pressure-there-is-no-role": (
        "{node} is a {role}; a network under pressure has none",
        "“{node}”的角色为{role}，按水压计算的供水网没有这种节点",
    ),
    "make-it-a-junction-zone-or-source": (
        "make it a junction, zone or source",
        "改为连接点、需求区或水源",
    ),
    "source-has-no-head": ("source {node} has no head", "水源“{node}”没有水头"),
    "give-the-height-of-its-water-level": (
        "give the height of its water level as elevation",
        "在高程中填写其水面高程",
    ),
    "a-pipe-lacks": ("pipe {link} has no {field}", "管道“{link}”缺少{field}"),
    "give-a-number-above-0": ("give a number above 0", "填写大于0的数"),
    "is-no-pipe-under-pressure": (
        "{name} is no pipe of a network under pressure and has no diameter",
        "“{name}”不是按水压计算的管道，没有管径",
    ),
    "the-diameter-for-is": (
        "the diameter for {name} is {value:g} mm",
        "“{name}”的管径为{value:g}毫米",
    ),
    "two-projects-lay-a-pipe": (
        "{one} and {other} both lay pipe {link}",
        "项目“{one}”和“{other}”都铺设管道“{link}”",
    ),
    "make-them-options-of-one-project-or-another-link-beside": (
        "make them options of one project, or give the other a link of its own beside it",
        "合并为一个项目的不同方案，或为其另设一条并行管道",
    ),
    "network-under-pressure-has-no-source": (
        "network {network!r} is under pressure and has no source",
        "网络“{network}”按水压计算，但没有水源",
    ),
    "give-one-node-the-role-source": ("give one node the role source", "将一个节点设为水源"),
    "no-pipe-leads-to-demand": (
        "no pipe leads from a source to {node}, where demand {demand} is",
        "没有管道从水源通到需求“{demand}”所在的节点{node}",
    ),
    "head-at-in-block": (
        "head at {node} in {year}, block {block}",
        "{year}年{block}时段{node}的水头",
    ),
    "flow-at-in-block": (
        "flow that comes to {node} less what leaves and is taken in {year}, block {block}",
        "{year}年{block}时段流入{node}的流量减去流出和用水",
    ),
    "head-lost-on-in-block": (
        "head lost along {link} in {year}, block {block}",
        "{year}年{block}时段管道“{link}”的水头损失",
    ),
    "flow-on-a-pipe-that-is-not-there": (
        "{link} carries {value:g} in {year}, and there is no pipe",
        "{year}年“{link}”有流量{value:g}，但该处没有管道",
    ),
    "no-head-is-stated": (
        "{node} is served in {year}, block {block}, and no head is stated",
        "{year}年{block}时段{node}有用水，但未给出水头",
    ),
    "add-a-pipe-or-a-candidate-to-it": (
        "add a pipe, or a candidate for one",
        "增加一条管道或候选管道",
    ),
}
