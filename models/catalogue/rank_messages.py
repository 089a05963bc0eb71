"""Sentences about priority lists."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "rank-of-value-alone": (
        "The instance asks for the fewest years; a list is found for net present value alone: "
        "set `objective` to npv.",
        "本算例以工期最短为目标；优先次序只按净现值求取：请将objective设为npv。",
    ),
    "there-are-no-methods": (
        "There is no method {names}; there are: {known}.",
        "没有排序方法{names}；可用：{known}。",
    ),
    "budgets-are-no-money": (
        "Budgets that are no amount of money: {texts}; write e.g. --budgets 40,80 or 40亿,80亿.",
        "以下预算不是金额：{texts}；在--budgets之后写数，如40或40亿，各数之间用半角逗号。",
    ),
    "rank-builds-nothing": (
        "The best plan builds nothing under any budget: the list is empty.",
        "各档预算下的最优方案都不建设任何项目，优先次序为空。",
    ),
    "rank-has-no-plan": (
        "No plan was found under any budget, so there is no list.",
        "各档预算下均未得到方案，因而没有优先次序。",
    ),
    "rank-least": (
        "Largest regret of the list: {regret:,.4f} x {unit}, proven at most {most}; no list has "
        "less than {least:,.4f}.",
        "该次序的最大后悔值为{regret:,.4f}{unit}，已证明至多{most}；任何次序都不小于{least:,.4f}。",
    ),
    "rank-least-unknown": (
        "Largest regret of the list: {regret:,.4f} x {unit}, proven at most {most}; what is the "
        "least possible was not proven.",
        "该次序的最大后悔值为{regret:,.4f}{unit}，已证明至多{most}；其可能的最小值未作证明。",
    ),
    "rank-is-least": (
        "Proven within the gap: no list loses less at its worst budget.",
        "在间隙内已证明：没有次序在其最不利的一档预算下损失更小。",
    ),
    "rank-contradicted": (
        "The solver's bound was contradicted by a better plan and is not used, budgets: {budgets}.",
        "以下预算的求解器上界与更优方案矛盾，未予采用：{budgets}。",
    ),
    "rank-silent-criteria": (
        "The instance says nothing that tells projects apart by: {names}.",
        "算例中没有可据以区分项目的数据：{names}。",
    ),
    "rank-service-unknown": (
        "Scores leave out what {count} projects alone bring to networks: it is not known.",
        "有{count}个项目单独对网络的作用未知，评分中未计入。",
    ),
    "rank-stability": (
        "Lists of {draws} draws lie from it, by Kendall's distance (0: the same order, 1: the "
        "reverse): {mean:.3f} in the mean, {largest:.3f} at most; the list that grows from the "
        "tightest budget as theirs do, without a draw: {own:.3f}.",
        "{draws}次抽样所得次序与本次序的肯德尔距离（0为一致，1为完全相反）：平均{mean:.3f}，最大"
        "{largest:.3f}；不抽样、同样由最紧预算逐档递增所得次序为{own:.3f}。",
    ),
    "rank-draws-without-list": (
        "None of {draws} draws has a list: no plan was found under any of the budgets.",
        "{draws}次抽样均未得到次序：各档预算下都没有方案。",
    ),
    "weights-heading": (
        "the headings must be: criterion, weight",
        "表头应为criterion与weight两列",
    ),
    "weights-unknown": (
        "there is no criterion {name!r}; there are: {known}",
        "没有准则“{name}”；可用：{known}",
    ),
    "weights-twice": ("the criterion {name!r} stands twice", "准则“{name}”重复"),
    "weights-no-number": (
        "{text!r} is no weight: a number of at least 0",
        "“{text}”不是权重：应为不小于0的数",
    ),
    "weights-none": ("no criterion has a weight above 0", "没有权重大于0的准则"),
}
