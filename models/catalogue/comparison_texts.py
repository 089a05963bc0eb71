"""Headings and notes of the tables of runs that are compared."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "compared_value": ("value", "目标值"),
    "compared_runs": ("Runs", "对比方案"),
    "compared_bases": ("What the figures are counted in", "计价口径"),
    "compared_bases_note": (
        "Money is turned into the unit of the first run. Values that are discounted to "
        "different years, in prices of different years, of different currencies or of different "
        "lengths of time are not better or worse than one another: see what each schedule is "
        "worth under the other question.",
        "金额已换算为第一个方案的单位。折现基准年、价格年份、币种或评价期不同的价值不可直接比较高低，"
        "请看各方案的建设时序放到另一算例中的价值。",
    ),
    "currency": ("currency", "币种"),
    "money_unit": ("money unit", "金额单位"),
    "prices_of": ("prices of", "价格年份"),
    "discounted_to": ("discounted to", "折现基准年"),
    "appraised_until": ("appraised until", "评价期末年"),
    "compared_inputs": ("What was asked differently", "输入差异"),
    "compared_inputs_note": (
        "Against the first run: rows of a table that differ in a column, sums where they "
        "are numbers, one example.",
        "与第一个方案相比：各表各列有差异的行数、数值合计及一例。",
    ),
    "compared_totals": ("Figures side by side", "主要数字对比"),
    "compared_totals_note": (
        "Money in the unit of the first run; debt of all borrowers, old debt included.",
        "金额单位同第一个方案；债务含全部举债主体和存量债务。",
    ),
    "compared_projects": ("Projects that are treated differently", "安排不同的项目"),
    "compared_projects_note": (
        "Year of start and option; why: the rule that keeps it out of that run.",
        "开工年和方案；原因指该方案中未入选的约束。",
    ),
    "compared_terms": ("What differs in worth", "价值构成差异"),
    "compared_phases": ("Investment by phase", "分阶段投资差异"),
    "compared_starts": ("Projects started by phase", "分阶段开工数差异"),
    "compared_money": ("Who pays", "资金来源差异"),
    "compared_debt": ("Debt and room under the rules", "债务与规则余量差异"),
    "compared_targets": ("Targets", "指标差异"),
    "compared_service": ("Saved by the networks a year", "网络年节约差异"),
    "compared_figures_note": ("Only what differs.", "仅列差异。"),
}
