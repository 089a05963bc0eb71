"""Headings and notes of the tables of plans far from a run's, and of moved money."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "alternatives": ("Plans that differ most", "差异最大的方案"),
    "alternatives_note": (
        "Distance: from the nearest of the run and the plans above, and what no plan of so much "
        "value exceeds.",
        "差异：与原结果及以上各方案中最近者之差，以及达到该价值的方案不能超过的上界。",
    ),
    "distance": ("distance", "差异"),
    "distance_at_most": ("at most", "差异上界"),
    "value_lost": ("loss", "价值减少"),
    "projects_shifted": ("shifted", "调整项目"),
    "is_tie": ("tie", "不分优劣"),
    "moved_money": ("Money moved between years", "资金跨年调剂"),
    "moved_money_note": (
        "Worth: what this move alone brings, between the figures by proven bounds; - where it was "
        "not solved for.",
        "增加价值：仅作此项调剂的效果，按已证明的界介于两数之间；“-”为未求解。",
    ),
    "money_from_fund": ("from", "调出资金"),
    "money_to_fund": ("to", "调入资金"),
    "from_year": ("from year", "调出年"),
    "to_year": ("to year", "调入年"),
    "moved_amount": ("amount", "金额"),
    "worth_alone": ("worth", "增加价值"),
    "worth_at_least": ("at least", "下限"),
    "worth_at_most": ("at most", "上限"),
}
