"""Words of the workbench's pages of studies, explanations and changed figures."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "studies": ("Studies", "专题研究"),
    "study": ("Study", "专题研究"),
    "studies_of_run": ("Next year and re-planning", "滚动与调整"),
    "new_study": ("New study", "新建专题研究"),
    "kind": ("Kind", "类型"),
    "begin_study": ("Begin", "开始"),
    "study_frontier": ("Frontier: what each amount allows", "权衡前沿：不同规模下的最优结果"),
    "study_rank": ("Priority list", "项目优先排序"),
    "study_robust": ("Draws: what survives the doubt", "抽样：数据不确定时仍入选的项目"),
    "study_sweep": ("Scenarios", "情景比选"),
    "study_roll": ("Roll to a later year", "滚动到以后年度"),
    "study_replan": ("Re-plan with few moves", "少变动调整方案"),
    "hint_frontier": (
        "How much value, or output, is possible for each amount of money, debt or output. "
        "Every point is a plan of its own, solved and verified.",
        "在不同的资金、债务或产出规模下，最多可实现的价值或产出。前沿上的每一点都是单独求解并校验的方案。",
    ),
    "hint_rank": (
        "One order of projects for rising budgets, what it loses at each, and how other methods "
        "fare. Draws say how firm the order is.",
        "随预算增加依次安排项目的统一顺序、各预算下的损失，以及与其他方法的比较。抽样次数用于检验排序的稳定性。",
    ),
    "hint_robust": (
        "Figures are drawn within their ranges: which projects are always, sometimes or never "
        "built, which plan loses least, which figures are worth finding out.",
        "在各数据的区间内抽样：哪些项目总能、有时或从不入选，哪个方案损失最小，哪些数据值得进一步核实。",
    ),
    "hint_sweep": (
        "The best plan of each scenario, what each is worth under the others, and what to decide "
        "now.",
        "各情景的最优方案、其在其他情景下的价值，以及当前应确定的事项。",
    ),
    "hint_roll": (
        "Next year's instance: what is finished stands, what is begun is committed, money and "
        "debt are carried over.",
        "生成下一年度算例：已完工项目转为现状，在建项目续建，资金与债务结转。",
    ),
    "hint_replan": (
        "The new plan that moves least of the plan in force at a given loss, each point a plan.",
        "在给定损失内，对现行方案变动最少的新方案；曲线上每一点均为一个方案。",
    ),
    "field_x": ("Amount that is limited", "受限的规模"),
    "field_y": ("What is best", "优化目标"),
    "field_points": ("Points", "点数"),
    "field_levels": ("Budgets", "预算档数"),
    "field_draws": ("Draws", "抽样次数"),
    "field_seed": ("Seed", "随机种子"),
    "field_plans": ("Plans of draws to compare", "参与比较的抽样方案数"),
    "field_together": ("Draws planned for together", "联合规划的抽样数"),
    "field_scenarios": ("Scenarios", "情景"),
    "field_probabilities": ("Probabilities", "概率"),
    "field_two_stage": ("Decide the first phase for all of them", "统筹确定第一阶段"),
    "field_hold": ("Hold each plan under the others", "检验各方案在其他情景下的表现"),
    "field_proof": ("Prove how good the list is", "证明排序的优劣"),
    "field_to": ("First year of the new plan", "新一期规划首年"),
    "field_keep_within": ("Loss that is allowed, %", "允许的损失（%）"),
    "field_freeze": ("Nothing changes before year", "此年度之前不变动"),
    "field_actuals": (
        "What happened (paste from a spreadsheet: project, year, spent, started, opened, "
        "cancelled, note); blank: all as planned",
        "实际执行情况（从电子表格粘贴：project、year、spent、started、opened、cancelled、note；"
        "留空表示均按计划）",
    ),
    "choice_npv": ("net present value", "净现值"),
    "choice_budget": ("money spent", "投资规模"),
    "choice_debt": ("largest debt", "最高债务余额"),
    "choice_floor-per-head": ("least money by head of a district", "各区县人均投资下限"),
    "choice_stated": ("as the data state", "按数据所列"),
    "choice_equal": ("all alike", "各情景相等"),
    "choice_all": ("all", "全部"),
    "study_log": ("What the study says", "研究说明"),
    "study_goes": ("While it is solved", "研究进展"),
    "stop_study": ("Stop; what is solved is kept", "停止（已求解部分保留）"),
    "download_csv": ("Download this table (.csv)", "下载此表（.csv）"),
    "go_on": ("Go on where it ended", "从中断处继续"),
    "tables_zip": ("Download all tables (.zip)", "下载全部表格（.zip）"),
    "chart": ("Chart", "图"),
    "chart_hint": (
        "Choose a point (click, or Tab and Enter) to see its plan.",
        "选择一点（单击，或用Tab键和回车键）查看对应方案。",
    ),
    "plan_of": ("Plan", "方案"),
    "keep_run": ("Keep as a run", "保存为方案"),
    "open_instance": ("Open as a new instance", "作为新算例打开"),
    "none_chosen": ("no plan", "未选择"),
    "changed_figures": ("Budgets, ceilings and other figures", "预算、限额等数据调整"),
    "changed_hint": (
        "The data stay as they are: what is changed here goes into each solve of this instance "
        "and into its record, with reason and name.",
        "原始数据保持不变；此处的调整用于本算例的每次求解，并连同理由和经办人记入结果。",
    ),
    "figure": ("Figure", "数据项"),
    "new_value": ("New value", "新值"),
    "set_to": ("Set to", "取值"),
    "value_now": ("Now", "当前值"),
    "why_panel": ("Reasons in words", "原因说明"),
    "loss": ("Loss of the other way", "改变决定的损失"),
    "smallest_change": ("Smallest change that turns it", "使决定改变的最小调整"),
    "displaces": ("Would displace", "将挤出的项目"),
    "why_not_earlier": ("Why not earlier", "为何不提前开工"),
    "not_found": ("none found", "未找到"),
}
