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
    "fairness": ("What districts have by head", "各区县人均投资与效益"),
    "fairness_note": (
        "Projects count in the district that leads them: investment at price-year money by year, "
        "benefits and own value as present values by start, outputs by opening. Gini: over heads, "
        "0 where all have alike.",
        "项目计入牵头区县：投资按价格基年价、按支付年，效益和自身价值为现值、按开工年，产出按建成年。"
        "基尼系数按人口加权，0为完全均等。",
    ),
    "fairness_empty": ("no jurisdiction states its population", "各主体均未填人口"),
    "measured": ("measure", "指标"),
    "district": ("district", "区县"),
    "per_head": ("per head", "人均"),
    "by_ten_thousand": ("by 10,000 residents", "/万人"),
    "gini": ("Gini", "基尼系数"),
    "whole_plan": ("whole plan", "整个规划期"),
    "all_districts": ("all districts", "全部区县"),
}
