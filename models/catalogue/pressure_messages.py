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
    "a-pipe-is-laid-twice": (
        "{project} lays pipe {link} by two rows at once",
        "项目“{project}”有两行同时铺设管道“{link}”",
    ),
    "keep-one-row-for-each-option": ("keep one row for each option", "每个方案只保留一行"),
    "demand-asks-for-no-pressure": (
        "demand {demand} is at {node}, which asks for no pressure",
        "需求“{demand}”所在节点“{node}”没有最小自由水头",
    ),
    "give-the-node-a-least-pressure": (
        "give the node a least pressure, 0 at the least",
        "为该节点填写最小自由水头，至少为0",
    ),
    "water-under-pressure-is-not-certified": (
        "water networks under pressure are not certified: no rows hold their pressures",
        "按水压计算的供水网不出具证书：线性约束不能表达水压",
    ),
    "options-not-under-pressure": (
        "options are not varied where a water network is under pressure: no linear program holds "
        "pressures",
        "供水网按水压计算时不作方案变动分析：线性规划不能表达水压",
    ),
    "no-network-is-under-pressure": ("no network is under pressure", "没有按水压计算的供水网"),
    "pressures-hold-no-linear-program": (
        "a linear program directs flows; it cannot hold those that follow pressures",
        "线性规划调度流量，不能表达随水压而定的流量",
    ),
    "a-network-under-pressure-is-the-only-one": (
        "a water network under pressure is the only network of an instance",
        "算例中只能有一个网络，即按水压计算的供水网",
    ),
    "pressure-is-asked-for-in-one-year": (
        "pressure is asked for in the last year of one phase only",
        "只能有一个阶段，水压在该阶段末年校核",
    ),
    "pressure-is-asked-for-in-one-block": (
        "the network works in one load block only",
        "供水网只能有一个时段",
    ),
    "projects-only-lay-pipes": (
        "projects change a network under pressure only by laying pipes",
        "项目只能通过铺设管道改变按水压计算的供水网",
    ),
    "targets-cannot-be-read-off-pressures": (
        "targets cannot be read off a network under pressure",
        "目标不能取自按水压计算的供水网",
    ),
    "nodes-under-pressure-have-no-such-figure": (
        "nodes under pressure take what is demanded and ask for a pressure, nothing else",
        "按水压计算的节点只有用水和水压要求",
    ),
    "pipes-under-pressure-have-no-such-figure": (
        "a pipe under pressure has its length, diameter and roughness, nothing else",
        "按水压计算的管道只有长度、管径和粗糙系数",
    ),
    "a-pipe-carries-both-ways": ("a pipe carries both ways", "管道可双向通水"),
    "every-demand-under-pressure-is-served": (
        "every demand under pressure is served in full",
        "按水压计算的用水一律足额供给",
    ),
    "water-is-designed-for-money": (
        "pipes are chosen for their value in money",
        "管道按经济价值选择",
    ),
    "pressures-know-no-dry-year": (
        "sources under pressure have a head and no yield",
        "按水压计算的水源只有水头，不计水量",
    ),
    "no-pipe-is-out-of-service": ("no pipe is out of service", "不考虑管道停用"),
    "is-no-size": (
        "diameter {diameter!r} at {cost!r} is no size; the columns are {columns}",
        "管径“{diameter}”、单价“{cost}”不是有效的管径；应有的列为{columns}",
    ),
    "a-size-stands-twice": (
        "diameter {diameter:g} mm stands twice",
        "管径{diameter:g}毫米出现了两次",
    ),
    "no-sizes": ("there are no sizes; the columns are {columns}", "没有管径；应有的列为{columns}"),
    "another-law-of-head-loss": (
        "its head losses follow {law}; pipes are sized by Hazen-Williams (H-W) alone",
        "其水头损失按{law}计算；选定管径只用海曾-威廉公式（H-W）",
    ),
    "pressure-knows-no": (
        "{name} of [{section}]: pipes are sized between reservoirs and junctions alone",
        "[{section}]中的“{name}”：只能在水库与节点之间选定管径",
    ),
    "a-pipe-that-is-closed-or-one-way": (
        "pipe {name} is closed or lets flow pass one way only",
        "管道“{name}”关闭或只能单向通水",
    ),
    "a-pipe-of-no-size": (
        "pipe {name} has a length, roughness or diameter out of range",
        "管道“{name}”的长度、粗糙系数或管径超出范围",
    ),
    "a-junction-that-feeds-in": (
        "junction {name} has a demand below 0 or none that is a number",
        "节点“{name}”的用水量小于0或不是数值",
    ),
    "a-file-without-reservoir": ("the file has no reservoir", "文件中没有水库"),
    "minor-losses-are-left-out": (
        "minor losses of {pipes} pipes are left out",
        "略去{pipes}条管道的局部水头损失",
    ),
    "sizes-that-cost-no-less": (
        "sizes {sizes} (mm) cost no less than the next larger one",
        "管径{sizes}（毫米）的单价不低于大一级的管径",
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
    "head-of-what-no-source-reaches": (
        "{node} has a head in {year}, block {block}, and no pipe joins it to a source",
        "{year}年{block}时段给出了{node}的水头，但没有管道把它与水源连通",
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
