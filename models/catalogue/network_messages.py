"""What is wrong with the networks of an instance whose cells can be read."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "name-a-network-of-network-nodes": (
        "name a network of network_nodes",
        "填写“网络节点”（network_nodes）中的网络",
    ),
    "no-node-is-in-network": ("no node is in network {id!r}", "没有节点属于网络“{id}”"),
    "keep-one-entry-per-network": ("keep one entry per network", "每个网络只保留一项"),
    "network-has-settings-twice": (
        "network {id!r} has settings twice",
        "网络“{id}”的设置出现了两次",
    ),
    "network-needs-at-least-one-block-each-with": (
        "network {id!r} needs at least one block, each with its own id",
        "网络“{id}”至少需要一个时段，且各时段编号不同",
    ),
    "give-each-block-its-own-id": ("give each block its own id", "每个时段使用不同的编号"),
    "is-out-in-block-but-is-not-in-network": (
        "{name!r} is out in block {block}, but is not in network {id!r}",
        "时段{block}中停运的“{name}”不在网络“{id}”中",
    ),
    "name-links-and-nodes-of-this-network": (
        "name links and nodes of this network",
        "填写本网络的线路或节点",
    ),
    "is-not-a-node-of-network": (
        "{name!r} is not a node of network {id!r}",
        "“{name}”不是网络“{id}”的节点",
    ),
    "name-its-nodes": ("name its nodes", "填写本网络的节点"),
    "network-has-the-base": (
        "network {id!r} has the base {base:g}",
        "网络“{id}”的基准值为{base:g}",
    ),
    "give-a-number-above-0": ("give a number above 0", "填写大于0的数"),
    "the-representative-year-is-outside-the-plan": (
        "the representative year {year} is outside the plan, {first}-{last}",
        "代表年{year}不在规划期{first}—{last}年内",
    ),
    "choose-a-year-of-it": ("choose a year of it", "选择规划期内的年份"),
    "network-is-above-and-here": (
        "network {network} is {above} above and {kind} here",
        "网络{network}上文为{above}，此处为{kind}",
    ),
    "a-network-is-of-one-kind": ("a network is of one kind", "一个网络只能属于一种类型"),
    "is-a-and-has-no-output-that-cost-quadratic": (
        "{node} is a {role} and has no output that cost_quadratic could price",
        "{node}是{role}，没有可按“二次成本”（cost_quadratic）计价的出力",
    ),
    "leave-it-blank": ("leave it blank", "留空"),
    "is-a-candidate-or-has-no-output-and-has-a-no": (
        "{node} is a candidate or has no output, and has a no-load cost",
        "{node}是候选节点或没有出力，却填了空载成本",
    ),
    "give-it-as-fixed-om-cost-of-the-project": (
        "give it as fixed_om_cost of the project",
        "改填为项目的“年运维费”（fixed_om_cost）",
    ),
    "names-a-node-as-well-as-a-link": (
        "{link!r} names a node as well as a link",
        "“{link}”既是节点编号，又是线路编号",
    ),
    "give-the-link-another-id": ("give the link another id", "给线路换一个编号"),
    "flow-on-lines-with-a-reactance-follows-its": (
        "flow on lines with a reactance follows its own law, so {field} of {role} {node!r} "
        "would be without effect",
        "有电抗的线路上潮流服从物理规律，因此{role}“{node}”的{field}不起作用",
    ),
    "put-the-limit-on-a-link-without-reactance": (
        "put the limit on a link without reactance between two nodes, as a transformer",
        "把限值设在两个节点之间无电抗的线路上，如变压器",
    ),
    "flow-may-go-round-without-limit": (
        "without a capacity nothing limits what goes round over {links} in network {id}: there are "
        "reactances of both signs, or lines with and without a reactance, on one ring",
        "网络{id}中的{links}未填容量，且处于同一环路中的线路电抗有正有负，或有电抗的线路与无电抗的线路并存，环流没有上限",
    ),
    "give-these-links-a-capacity": (
        "give each of them a capacity, or an angle_limit where it has a reactance",
        "为这些线路逐条填写容量；有电抗的线路也可改填相角差限值（angle_limit）",
    ),
    "is-in-network-its-end-in": (
        "{link} is in network {network}, its end {end} in {end_network}",
        "{link}属于网络{network}，其端点{end}属于{end_network}",
    ),
    "join-nodes-of-one-network": ("join nodes of one network", "连接同一网络的节点"),
    "begins-and-ends-at": (
        "{link} begins and ends at {from_node}",
        "{link}的起点和终点都是{from_node}",
    ),
    "name-two-different-nodes": ("name two different nodes", "填写两个不同的节点"),
    "is-not-a-power-line-and-has-a-reactance": (
        "{link} is not a power line and has a reactance",
        "{link}不是电力线路，却填了电抗",
    ),
    "has-the-reactance-0": ("{link} has the reactance 0", "{link}的电抗为0"),
    "give-its-reactance-or-leave-it-blank-where": (
        "give its reactance, or leave it blank where the flow can be directed",
        "填写其电抗；潮流可调度时留空",
    ),
    "has-a-reactance-and-a-the-two-do-not-go": (
        "{link} has a reactance and a {field}; the two do not go together",
        "{link}同时填了电抗和{field}，二者不能并用",
    ),
    "leave-one-of-them-blank": ("leave one of them blank", "其中一个留空"),
    "demand-is-in-network-its-node-in": (
        "demand {id} is in network {network}, its node in {node_network}",
        "需求{id}属于网络{network}，其节点属于{node_network}",
    ),
    "name-a-node-of-the-same-network": ("name a node of the same network", "填写同一网络的节点"),
    "demand-is-a-trip-and-needs-another-node-to": (
        "demand {id} is a trip and needs another node to end at",
        "需求{id}是出行，需要另一个终点节点",
    ),
    "name-its-destination": ("name its destination", "填写目的地"),
    "trips-from-have-two-values-of-time": (
        "trips from {node} have two values of time",
        "从{node}出发的出行有两个时间价值",
    ),
    "give-all-trips-that-begin-at-one-node-the": (
        "give all trips that begin at one node the same value",
        "同一节点出发的出行应使用相同的时间价值",
    ),
    "demand-is-no-trip-and-has-a-destination": (
        "demand {id} is no trip and has a destination",
        "需求{id}不是出行，却填了终点",
    ),
    "demand-of-priority-has-a-higher-price-than": (
        "demand {id} of priority {priority} has a higher price than one of priority "
        "{priority2}, so it would be served first",
        "优先级{priority}的需求{id}，其缺供损失单价高于优先级{priority2}的需求，会被优先满足",
    ),
    "let-prices-fall-with-priority": ("let prices fall with priority", "优先级越低，单价应越低"),
    "exists-there-is-nothing-to-open": (
        "{name} exists, there is nothing to open",
        "{name}是现有的，无需开通",
    ),
    "set-its-exists-to-no": ("set its exists to no", "将其exists设为否"),
    "is-not-a-transport-link-and-has-no-time": (
        "{name} is not a transport link and has no time",
        "{name}不是交通线路，没有通行时间",
    ),
    "choose-another-action": ("choose another action", "选择其他作用"),
    "is-not-a-link-that-loses-flow": (
        "{name} is not a link that loses flow",
        "{name}不是有流量损失的线路",
    ),
    "the-value-for-is": ("the value for {name} is {value:g}", "{name}的变化量为{value:g}"),
    "give-a-number-from-0-on": ("give a number from 0 on", "填写不小于0的数"),
    "the-value-for-is-a-share-and": (
        "the value for {name} is a share and {value:g}",
        "{name}的变化量是比例，却为{value:g}",
    ),
    "give-0-to-1-or": ("give 0 to 1, or %", "填写0到1，或百分数"),
    "has-no-capacity-to-add-to": ("{name} has no capacity to add to", "{name}没有可增加的能力"),
    "give-its-capacity": ("give its capacity", "填写其能力"),
    "give-1-closed-or-leave-the-row-out": (
        "give 1 (closed), or leave the row out",
        "填1（关闭），或删去该行",
    ),
    "slows-down-with-traffic-and-cannot-be-closed": (
        "{name} slows down with traffic and cannot be closed in part",
        "{name}随流量拥堵，不能部分关闭",
    ),
    "open-a-new-link-with-the-better-time-and": (
        "open a new link with the better time and capacity instead",
        "改为新开一条时间更短、能力更大的线路",
    ),
    "slows-down-with-traffic-and-gets-a-time-as": (
        "{name} slows down with traffic and gets a time as well as room",
        "{name}随流量拥堵，却同时改变了时间和能力",
    ),
    "a-demand-of-a-transport-network": ("a demand of a transport network", "交通网络的需求"),
    "a-demand-its-node-or-its-network": (
        "a demand, its node or its network",
        "需求、需求节点或网络",
    ),
    "is-not-the-id-of": ("{name!r} is not the id of {what}", "“{name}”不是{what}的编号"),
    "write-id": ("write {start}ID", "按“{start}编号”填写"),
    "target-asks-for-a-travel-time-of-at-least": (
        "target {target} asks for a travel time of at least {target_value:g}",
        "指标{target}要求通行时间至少为{target_value:g}",
    ),
    "write": ("write <=", "改为<="),
    "networks-are-computed-for-not-for": (
        "networks are computed for {years}, not for {year}",
        "网络只计算{years}年，不计算{year}年",
    ),
    "choose-one-of-these-or-add-the-year-to": (
        "choose one of these years",
        "选择其中一年",
    ),
    "the-supplier-of-is-in-the-same-network": (
        "the supplier of {node}, {supplier}, is in the same network",
        "{node}的供给节点{supplier}在同一网络中",
    ),
    "name-a-node-of-another-network": ("name a node of another network", "填写另一网络的节点"),
    "has-no-demand-so-nothing-says-what-needs-of": (
        "{supplier} has no demand, so nothing says what {node} needs of it",
        "{supplier}没有需求，无法得知{node}需要多少供给",
    ),
    "add-a-demand-at": ("add a demand at {supplier}", "在{supplier}处增加一项需求"),
    "no-source-or-plant-reaches-which-depends-on": (
        "no source or plant reaches {supplier}, which {node} depends on",
        "{node}依赖的{supplier}没有任何水源、气源或电厂可达",
    ),
    "join-it-to-a-source-that-does-not-itself": (
        "join it to a source that does not itself depend on this node",
        "将其连接到不依赖本节点的源",
    ),
    "epanet-error": ("{told}{about} (error {number}){line}", "{told}{about}（错误{number}）{line}"),
    "epanet-cause": ("{words} ({cause})", "{words}（{cause}）"),
    "epanet-about": (" {about!r}", "“{about}”"),
    "epanet-line": (", line {line}", "，第{line}行"),
    "unit-kilometres": ("kilometres", "公里"),
    "unit-miles": ("miles", "英里"),
    "unit-kilometres-per-hour": ("kilometres per hour", "公里/小时"),
    "unit-miles-per-hour": ("miles per hour", "英里/小时"),
    # Water networks under pressure.
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
    "needs-sizes": (
        "it says how sizes are chosen: give --sizes, the pipes that can be bought",
        "该选项只说明如何选择管径，请同时用--sizes给出可选管径",
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
    "the-node-lacks-pressure": (
        "{node} has {pressure:.2f} m of pressure with every pipe as wide as projects may lay it, "
        "and asks for {asked:g} m: {short:.2f} m short ({year})",
        "各管道均取项目可选的最大管径时，{node}的自由水头为{pressure:.2f}米，"
        "要求{asked:g}米，差{short:.2f}米（{year}年）",
    ),
    "no-water-comes-to-the-node": (
        "{node} asks for {asked:g} m of pressure, and no pipe that projects may lay by then brings "
        "water there ({year})",
        "{node}要求自由水头{asked:g}米，但届时项目可铺设的管道均不能供水到该处（{year}年）",
    ),
    "pressures-stand-in-the-way-with-others": (
        "With every pipe as wide as projects may lay it all pressures are kept: the pressures and "
        "what else is asked (money, limits, dates, relations) cannot hold together",
        "各管道均取项目可选的最大管径时水压均满足要求：水压与其他约束（资金、限额、时间、项目关系）不能同时成立",
    ),
}
