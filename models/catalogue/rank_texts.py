"""Headings and notes of the tables of a priority list."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "priority_list": ("Priority list", "项目优先次序"),
    "priority_list_note": (
        "Tier: the first budget with which it is built; every larger budget builds it too. Within "
        "a tier by benefit and cost, what is needed first. Opening: in the plan of that budget.",
        "档次为最先纳入该项目的预算档，更大的预算均包含它；同档内按效益费用比排列，前置项目在先。"
        "投用年取自该档方案。",
    ),
    "rank_order": ("no.", "序号"),
    "tier": ("tier", "档次"),
    "first_budget": ("first budget", "纳入预算"),
    "rank_levels": ("Budgets: best plan and list", "各档预算：最优方案与优先次序"),
    "rank_levels_note": (
        "The list's plan builds exactly its tiers so far; options, years and money are free. "
        "Regret: value less than that of the best plan with the budget, and at most so, as proven.",
        "次序方案恰好建设截至该档的项目，规模、时序与资金另行优化。后悔值为比该预算下最优方案少的"
        "价值，上限按已证明的界计。",
    ),
    "rank_budget": ("budget", "预算"),
    "best_value": ("best", "最优价值"),
    "list_value": ("list", "次序价值"),
    "regret_at_most": ("at most", "上限"),
    "rank_methods": ("What orders lose", "各排序方法的损失"),
    "rank_methods_note": (
        "Each order is cut at each budget: what still fits and is allowed is taken, then the best "
        "plan of exactly that is found.",
        "各方法按次序在每档预算内逐项纳入，容得下且规则允许者入选，再求恰好建设这些项目的最优方案。",
    ),
    "rank_method": ("order by", "排序方法"),
    "mean_regret": ("mean regret", "平均后悔值"),
    "budgets_with_plan": ("budgets with plan", "有方案的档数"),
    "method_own_list": ("this list", "本次序"),
    "method_benefit_cost": ("benefit-cost ratio", "效益费用比"),
    "method_net_value": ("net value", "净现值"),
    "method_scoring": ("weighted scoring", "加权评分"),
    "method_topsis": ("TOPSIS", "逼近理想解法（TOPSIS）"),
    "method_two_index": ("two-index map", "双指数分区法"),
    "criterion_value_for_money": ("value for money", "效益费用比"),
    "criterion_net_value": ("net value", "净现值"),
    "criterion_targets": ("targets", "对规划指标的贡献"),
    "criterion_revenue": ("revenue", "收入"),
    "criterion_public_benefit": ("public benefit", "公共效益"),
    "criterion_readiness": ("readiness", "前期成熟度"),
    "criterion_certainty": ("certainty of cost", "造价把握程度"),
}
