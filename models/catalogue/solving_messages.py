"""Why something cannot be solved, shared or explained."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "is-out-of-range-3": ("{name} = {value} is out of range", "{name} = {value}超出范围"),
    "there-is-no-solver-called-known-are": (
        "there is no solver called {name!r}; known are {known}",
        "没有名为“{name}”的求解器；可用的有{known}",
    ),
    "solver-is-not-installed-to-have-it": (
        "solver {name} is not installed; to have it: {how_to_install}",
        "求解器{name}未安装；安装方法：{how_to_install}",
    ),
    "the-model-s-holds-values-that-are-not-finite": (
        "the model's {name} holds values that are not finite numbers",
        "模型的{name}中有不是有限数的值",
    ),
    "the-model-s-holds-values-that-are-not-numbers": (
        "the model's {name} holds values that are not numbers",
        "模型的{name}中有不是数的值",
    ),
    "reports-a-bound-below-its-own-plan": (
        "{solver} reports a bound {bound} below its own plan {objective}",
        "{solver}报告的上界{bound}低于其自身方案{objective}",
    ),
    "cp-sat-does-not-take-parameter": (
        "CP-SAT does not take parameter {name} = {value}",
        "CP-SAT不接受参数{name} = {value}",
    ),
    "cp-sat-refuses-the-model": ("CP-SAT refuses the model: {fault}", "CP-SAT拒绝该模型：{fault}"),
    "cp-sat-ended-with": ("CP-SAT ended with {status}", "CP-SAT以{status}结束"),
    "is-only-used-for-solving-not-for": (
        "{solver} is only used for solving, not for {task!r}",
        "{solver}只用于求解，不能用于“{task}”",
    ),
    "cp-sat-s-grid-is-too-coarse-for-the-model-its": (
        "CP-SAT's grid is too coarse for the model: its solutions break the rows",
        "对该模型而言CP-SAT的整数网格过粗：其解违反约束",
    ),
    "cp-sat-s-grid-is-too-coarse-to-prove-the": (
        "CP-SAT's grid is too coarse to prove the asked gap",
        "CP-SAT的整数网格过粗，无法证明所要求的差距",
    ),
    "highs-refused-the-model": ("HiGHS refused the model", "HiGHS拒绝该模型"),
    "highs-does-not-take-option": (
        "HiGHS does not take option {name} = {value}",
        "HiGHS不接受选项{name} = {value}",
    ),
    "highs-could-not-write-the-model": ("HiGHS could not write the model", "HiGHS无法写出模型"),
    "highs-ended-with-status": ("HiGHS ended with status {status}", "HiGHS以状态{status}结束"),
    "neither-the-cbc-inside-pulp-nor-a-program": (
        "neither the CBC inside PuLP nor a program called cbc can be run",
        "PuLP自带的CBC和名为cbc的程序都无法运行",
    ),
    "pulp-finds-no-working-is-it-installed-and-its": (
        "PuLP finds no working {solver}; is it installed, and its licence in place?",
        "PuLP找不到可用的{solver}；是否已安装并有许可证？",
    ),
    "pulp": ("PuLP: {error}",),
    "cbc-ended-with": ("CBC ended with {said!r}", "CBC以“{said}”结束"),
    "scip-does-not-take": ("SCIP does not take {name} = {value}", "SCIP不接受{name} = {value}"),
    "scip-through-mathopt": ("SCIP through MathOpt: {error}", "SCIP（经MathOpt）：{error}"),
    "scip-ended-with": ("SCIP ended with {reason}: {detail}", "SCIP以{reason}结束：{detail}"),
    "answered-what-is-not-an-answer": (
        "{solver} answered what is not an answer: {garbage!r}",
        "{solver}给出的不是有效答复：“{garbage}”",
    ),
    "ended-with-exit-code-and-no-answer": (
        "{solver} ended with exit code {exit_code} and no answer",
        "{solver}以退出码{exit_code}结束，没有答复",
    ),
    "calls-a-model-infeasible-for-which-it-has-a": (
        "{solver} calls a model infeasible for which it has a solution",
        "{solver}称模型无可行方案，却已有其解",
    ),
    "calls-a-model-solved-and-gives-no-solution": (
        "{solver} calls a model solved and gives no solution",
        "{solver}称模型已求解，却没有给出解",
    ),
    "answered-values-that-break-the-model": (
        "{solver} answered values that break the model",
        "{solver}给出的值违反模型约束",
    ),
    "cp-sat-works-on-bounded-integers-columns-have": (
        "CP-SAT works on bounded integers; {size} columns have no bound (the first is "
        "number {endless})",
        "CP-SAT只处理有界整数；有{size}列没有界（首列为第{endless}列）",
    ),
    "a-column-s-range-is-too-wide-for-the-integers": (
        "a column's range is too wide for the integers of CP-SAT",
        "某列的取值范围超出CP-SAT的整数范围",
    ),
    "a-model-is-written-as-mps-or-lp-not-as": (
        "a model is written as .mps or .lp, not as {suffix!r}",
        "模型可写为.mps或.lp，不能写为“{suffix}”",
    ),
    "no-plan-obeys-all-rules": ("no plan obeys all rules", "没有方案能满足全部约束"),
    "no-plan-was-found-before-the-solve-ended": (
        "no plan was found before the solve ended ({termination})",
        "求解结束前未找到方案（{termination}）",
    ),
    "there-is-no-engine-engines-are": (
        "there is no engine {engine!r}; engines are {engines}",
        "没有求解引擎“{engine}”；可用的有{engines}",
    ),
    "the-decomposition-engine-is-not-in-this": (
        "the decomposition engine is not in this version; use --engine exact",
        "本版本没有decomposition引擎；请用--engine exact",
    ),
    "a-network-at-equilibrium-is-solved-by-itself": (
        "a network at equilibrium is solved by itself: {faults}",
        "处于用户均衡的网络须单独求解：{faults}",
    ),
    "the-instance-has-networks-only-one-can-be-at": (
        "the instance has {num_networks} networks, only one can be at equilibrium alone",
        "算例有{num_networks}个网络，只能有一个处于用户均衡",
    ),
    "the-plan-has-years-not-one": (
        "the plan has {num_years} years, not one",
        "规划期有{num_years}年，而不是一年",
    ),
    "the-network-has-several-load-blocks": (
        "the network has several load blocks",
        "网络有多个时段",
    ),
    "there-are-no-trips": ("there are no trips", "没有出行"),
    "trips-have-different-values-of-time": (
        "trips have different values of time",
        "各出行的时间价值不同",
    ),
    "the-value-of-time-is-not-above-zero": (
        "the value of time is not above zero",
        "时间价值不大于零",
    ),
    "trips-have-an-elasticity": ("trips have an elasticity", "出行有弹性"),
    "links-have-costs-or-tolls": ("links have costs or tolls", "线路有费用或收费"),
    "projects-open-nodes": ("projects open nodes", "有项目开通节点"),
    "projects-have-several-options-or-a-lead-time": (
        "projects have several options or a lead time",
        "项目有多个方案或有建设工期",
    ),
    "projects-change-links-other-than-by-opening": (
        "projects change links other than by opening them",
        "项目以开通以外的方式改变线路",
    ),
    "a-link-is-opened-by-several-projects": (
        "a link is opened by several projects",
        "同一线路由多个项目开通",
    ),
    "a-link-that-does-not-exist-is-opened-by-no": (
        "a link that does not exist is opened by no project",
        "有尚不存在的线路没有项目开通",
    ),
    "there-is-borrowing-or-a-policy": ("there is borrowing or a policy", "有举债或政策约束"),
    "there-are-targets-with-a-price-or-hard-ones": (
        "there are targets with a price, or hard ones",
        "有带罚值的指标或约束性指标",
    ),
    "there-are-relations-other-than-exclusive-and": (
        "there are relations other than exclusive and at_most",
        "有互斥、至多以外的项目关系",
    ),
    "no-way-leads-from-to-2": (
        "no way leads from {origin} to {destination}",
        "从{origin}到{destination}没有通路",
    ),
    "solver-says": ("{solver}: {message}", "{solver}：{message}"),
    "no-candidate-there": ("{name} is no candidate there", "{name}不在备选项目中"),
    "cannot-start-then": (
        "{name} cannot start in {start} there, only {first}-{last}",
        "{name}不能在{start}年开工,只能在{first}—{last}年",
    ),
    "a-plan-chooses-who-pays": ("a plan chooses who pays for {names}", "由规划选定:{names}"),
    "no-quantity-in-shares": ("no quantity in shares for {names}", "分担表中未填数量:{names}"),
    "nobody-gains": ("nobody gains from {names}", "无人从中受益:{names}"),
    "item-not-of-every-partner": (
        "no {item} of every partner in fiscal",
        "财政表中并非各方都有{item}",
    ),
    "no-item-of-every-partner": (
        "no item of fiscal is given for every partner",
        "财政表中没有各方共有的科目",
    ),
    "together-the-partners-lose": ("together the partners lose", "各方合计亏损"),
    "more-partners-than": ("more than {most} partners", "合作方超过{most}个"),
}
