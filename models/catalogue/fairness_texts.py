"""Words on who has what of a plan: shares of value by project, money and value by head."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "value_shares": ("Shares of the plan's value", "方案价值分摊"),
    "value_shares_note": (
        "Shares add up to the value of the plan. Alone: as if no other project of its group were "
        "built. Lost: without it and whatever needs it.",
        "分摊额相加等于方案价值。单独计算：假定同组其他项目均不建设。取消损失：取消该项目及依赖它的项目时减少的价值。",
    ),
    "value_groups": ("Groups of projects that are tied", "关联项目组"),
    "value_groups_note": (
        "Counted twice: by how much values alone exceed the joint value; below 0 the projects gain "
        "by one another.",
        "重复计算：单独计算之和超出共同价值的部分；负数表示项目相互增益。",
    ),
    "value_group": ("group", "项目组"),
    "value_own": ("own terms", "自身价值"),
    "value_alone": ("alone", "单独计算"),
    "value_share": ("share", "分摊额"),
    "share_error": ("standard error", "标准误差"),
    "value_last": ("lost without", "取消损失"),
    "joint_value": ("joint value", "共同价值"),
    "sum_alone": ("sum alone", "单独计算之和"),
    "counted_twice": ("counted twice", "重复计算"),
    "tied_by": ("tied by", "关联"),
    "orders_drawn": ("orders", "抽样次序数"),
}

MESSAGES: dict[str, tuple[str, ...]] = {
    "value-shares-of-money-only": (
        "The run asks for the fewest years, and years cannot be shared out; `value-shares` needs "
        "`objective` npv.",
        "该结果以工期最短为目标，年数无法分摊；value-shares要求objective为npv。",
    ),
    "value-shares-add-up": (
        "Value {value:,.4f} x {unit} = shares {shares:,.4f} + without any project {without:,.4f} + "
        "not shared {apart:,.4f}.",
        "总价值{value:,.4f}{unit} = 项目分摊额{shares:,.4f} + 不建任何项目时{without:,.4f} + "
        "未分摊{apart:,.4f}。",
    ),
    "value-shares-do-not-add-up": (
        "Shares miss the value of the run by {difference:,.6g} x {unit}: its files do not fit one "
        "another. `infraplan verify` says where.",
        "分摊额与结果的总价值相差{difference:,.6g}{unit}，结果文件前后不符；"
        "请用infraplan verify查明。",
    ),
    "value-not-shared-law": (
        "{subject}, {value:,.4f} x {unit}, is not shared: what the network does with some of the "
        "projects alone is not found by a linear program.",
        "{subject}的价值{value:,.4f}{unit}未分摊：该网络只建部分项目时的结果不能由线性规划求得。",
    ),
    "value-not-shared-flow": (
        "{subject}, {value:,.4f} x {unit}, is not shared: the network cannot work with some of the "
        "projects alone.",
        "{subject}的价值{value:,.4f}{unit}未分摊：只建部分项目时该网络无法运行。",
    ),
    "value-not-shared-time": (
        "{subject}, {value:,.4f} x {unit}, is not shared: the time was too short.",
        "{subject}的价值{value:,.4f}{unit}未分摊：时间不足。",
    ),
    "value-counted-twice": (
        "Group {group}: values alone sum to {alone:,.4f}, together they are worth {value:,.4f} x "
        "{unit}: {twice:,.4f} would be counted twice.",
        "第{group}组：单独计算之和{alone:,.4f}，共同价值{value:,.4f}{unit}，重复计算{twice:,.4f}。",
    ),
    "value-gained-together": (
        "Group {group}: values alone sum to {alone:,.4f}, together they are worth {value:,.4f} x "
        "{unit}: {more:,.4f} are gained by one another.",
        "第{group}组：单独计算之和{alone:,.4f}，共同价值{value:,.4f}{unit}，相互增益{more:,.4f}。",
    ),
    "value-found-anew-differs": (
        "Network {network}: the run states {stated:,.6g} x {unit} of service, flows found anew "
        "give {found:,.6g}; shares keep to what is stated.",
        "网络{network}：结果所载服务价值为{stated:,.6g}{unit}，重新求解为{found:,.6g}；分摊以结果所载为准。",
    ),
    "value-shares-progress": (
        "{tie}: order {done} of {of}; at most {left} s left.",
        "{tie}：次序{done}/{of}，最多还需{left}秒。",
    ),
}
