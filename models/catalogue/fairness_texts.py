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
    "tied_by": ("tied by", "关联内容"),
    "tie_id": ("ids of ties", "关联编码"),
    "orders_drawn": ("orders", "抽样次序数"),
    "fairness": ("What districts have by head", "各区县人均投资与效益"),
    "fairness_note": (
        "Projects count in the district that leads them: investment at price-year money by year, "
        "benefits and own value as present values by start, outputs by opening. Gini: over heads, "
        "0 where all have alike.",
        "项目计入牵头区县：投资按价格基年价、按支付年，效益和自身价值为现值、按开工年，产出按建成年。"
        "基尼系数按人口加权，0为完全均等。",
    ),
    "fairness_empty": ("no jurisdiction states its population", "各行政区均未填人口"),
    "measured": ("measure", "指标"),
    "district": ("district", "区县"),
    "per_head": ("per head", "人均"),
    "by_ten_thousand": ("by 10,000 residents", "/万人"),
    "sidings": ("rail sidings [number]", "铁路专用线（条）"),
    "coach_lines": ("express coach lines [number]", "快速客运班线（条）"),
    "class1_km": ("class I roads [km]", "一级公路（公里）"),
    "class2_km": ("class II roads [km]", "二级公路（公里）"),
    "resurfaced_km": ("resurfaced roads [km]", "路面改造里程（公里）"),
    "upgraded_km": ("upgraded roads [km]", "改扩建公路里程（公里）"),
    "ring_km": ("ring roads [km]", "环线公路里程（公里）"),
    "bypass_km": ("town bypasses [km]", "绕场镇公路里程（公里）"),
    "fast_corridors": ("fast road corridors [number]", "快速通道（条）"),
    "substations_110kv": ("110 kV substations [number]", "110千伏变电站（座）"),
    "substations_220kv": ("220 kV substations [number]", "220千伏变电站（座）"),
    "renewable_mw": ("renewable capacity [MW]", "可再生能源装机（兆瓦）"),
    "ev_chargers": ("charging points [number]", "充电桩（个）"),
    "small_reservoirs": ("small reservoirs [number]", "小型水库（座）"),
    "reservoirs": ("reservoirs [number]", "水库（座）"),
    "sewage_m3_day": ("sewage treatment [m3/day]", "污水处理能力（立方米/日）"),
    "waterworks_m3_day": ("waterworks capacity [m3/day]", "水厂供水能力（立方米/日）"),
    "town_waterworks": ("town waterworks [number]", "场镇水厂（座）"),
    "outfalls": ("outfalls treated [number]", "整治排污口（个）"),
    "rural_schemes_renewed": (
        "rural water schemes renewed [number]",
        "改扩建农村集中供水工程（处）",
    ),
    "gini": ("Gini", "基尼系数"),
    "whole_plan": ("whole plan", "整个规划期"),
    "all_districts": ("all districts", "全部区县"),
}
