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
    "explained": ("Why projects are in or out", "项目取舍的理由"),
    "explained_note": (
        "Loss: what the plan is worth less the other way, between these figures by proven bounds.",
        "损失：改变取舍后方案价值的减少，按已证明的界介于两数之间。",
    ),
    "in_or_out": ("in or out", "取舍"),
    "state_in": ("in", "入选"),
    "state_out": ("out", "落选"),
    "why_in_a_word": ("why", "理由"),
    "reason_no_window": ("no year to start", "无可开工年份"),
    "reason_excluded": ("excluded", "互斥"),
    "reason_prerequisite": ("prerequisite is out", "前提项目落选"),
    "reason_own_value": ("costs more than it brings", "所费大于所得"),
    "reason_money": ("money", "资金"),
    "reason_ceiling": ("debt ceiling", "债务限额"),
    "reason_quota": ("quota", "新增限额"),
    "reason_rule": ("a rule", "规则"),
    "reason_displaced": ("no better than others", "不优于其他"),
    "loss_at_least": ("loss at least", "损失下限"),
    "loss_at_most": ("loss at most", "损失上限"),
    "turns_at_benefit": ("turns at benefit", "效益转折点"),
    "turns_at_cost": ("turns at cost", "投资转折点"),
    "reason_gain": ("the plan gains by it", "方案因此获益"),
    "reason_must": ("must be built", "必须建设"),
    "reason_needed": ("another waits for it", "为其他项目所需"),
    "reason_window": ("not offered as planned", "原定安排已不可行"),
    "reason_given_up": ("given up", "已放弃"),
    "reason_not_asked": ("not found in time", "限时内未查明"),
    "replan_curve": ("Moves against loss", "变动与损失"),
    "replan_curve_note": (
        "Moved: dropped, added, started in another year or built in another option. Needed: no "
        "plan that loses no more moves less, proven. Loss at least: no plan with so few moves "
        "loses less, proven.",
        "变动：退出、新增、改变开工年份或改变规模方案。至少变动：已证明损失不更多的方案变动不会更少。"
        "损失下限：已证明变动不更多的方案损失不会更少。",
    ),
    "plan_of_the_curve": ("plan", "方案"),
    "curve_fewest": ("fewest moves", "变动最少"),
    "curve_chosen": ("chosen", "选定"),
    "curve_free": ("free", "重新编制"),
    "curve_between": ("between", "居间"),
    "loss_to_best": ("loss", "损失"),
    "amount_of_rule": ("amount", "数额"),
    "moves_made": ("moved", "变动项目"),
    "weight_of_moves": ("weight", "变动权重"),
    "moves_needed": ("needed", "至少变动"),
    "replan_moves": ("What moved and why", "变动的项目及原因"),
    "replan_moves_note": (
        "Why: the first rule that keeps the project from being as it was while all else is as in "
        "the new plan. Amount: by how much the rule is short; of a gain, what the plan would lose.",
        "原因：其余均按新方案时，使该项目不能维持原安排的首个规则。数额：该规则短缺的数量；"
        "因获益而变动的，为维持原安排的损失。",
    ),
    "move": ("move", "变动"),
    "move_dropped": ("dropped", "退出"),
    "move_added": ("added", "新增"),
    "move_earlier": ("earlier", "提前"),
    "move_later": ("later", "推迟"),
    "move_option": ("other option", "改变规模方案"),
    "planned_before": ("before", "原开工"),
    "planned_now": ("now", "现开工"),
    "as_it_stands": ("as it stands", "基准情景"),
}
