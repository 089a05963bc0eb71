"""Headings and notes of the tables of instances that are solved many times."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "frontier": ("Frontier", "权衡前沿"),
    "frontier_note": (
        "Each line is a plan that no other one found beats in both; price: what one more unit is "
        "worth from the line before.",
        "每行为一个方案，所得方案中没有在两方面均不劣于它的；边际价值为相对上一行每增加1单位的价值。",
    ),
    "frontier_x": ("amount", "数量"),
    "no_plan_above": ("no plan above", "上界"),
    "price_of_one_more": ("price of one more", "边际价值"),
    "projects_entering": ("entering", "新增项目"),
    "projects_leaving": ("leaving", "退出项目"),
    "knee": ("knee", "拐点"),
    "run_folder": ("run", "结果目录"),
    "probability": ("probability", "概率"),
    "scenario_values": ("Best plan by scenario", "各情景最优方案"),
    "projects_built": ("built", "入选项目"),
    "plans_under_scenarios": (
        "What each plan is worth if another scenario comes",
        "各方案在其他情景下的价值",
    ),
    "plan_made_for": ("plan made for", "方案所依情景"),
    "possible": ("possible", "可行"),
    "regret": ("regret", "后悔值"),
    "regret_note": (
        "The plan keeps what is built, how and when; money is found anew. Regret: value less than "
        "that of the best plan known there.",
        "方案的项目、规模与时序不变，资金重新安排。后悔值为比该情景下已知最优方案少的价值。",
    ),
    "as_it_stands": ("as it stands", "基准情景"),
}
