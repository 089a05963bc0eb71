"""Why something cannot be solved, shared or explained."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "one-before-the-other": ("{members} before {others}", "{members}→{others}"),
    "the-engine-has-a-solver-of-its-own": (
        "the engine {engine} solves with {own} alone, not with {solver}: leave out the solver, or "
        "take the engine {exact}",
        "引擎{engine}只用{own}求解，不能用{solver}：请不指定求解器，或改用引擎{exact}",
    ),
    "schedules-are-for-the-fewest-years": (
        "the scheduling engine finds the fewest years: objective makespan",
        "进度引擎求最短总工期：目标须为makespan",
    ),
    "schedules-begin-with-nothing-begun": (
        "a schedule begins with nothing standing or under way",
        "进度安排从零开始，不含已建和在建项目",
    ),
    "schedules-are-of-what-must-be-built": (
        "a schedule is of projects that must be built and what they wait for",
        "进度安排只含必须建设的项目及其前置项目",
    ),
    "schedules-know-order-alone": (
        "a schedule knows finish_to_start, start_to_start, finish_to_finish and requires, without "
        "count",
        "进度安排只识别finish_to_start、start_to_start、finish_to_finish和requires，且不带count",
    ),
    "schedules-use-resources-while-they-build": (
        "a schedule uses resources at the start or in each year of works",
        "进度安排只在开工时或施工各年使用资源",
    ),
    "schedules-know-limits-by-year": (
        "a schedule knows limits of each year by itself",
        "进度安排只识别逐年限额",
    ),
    "schedules-count-in-millionths": (
        "a schedule counts resources in millionths of a unit, up to a million",
        "进度安排以百万分之一单位计资源，最多一百万",
    ),
    "a-schedule-looks-at-no-money": (
        "a schedule looks at no money",
        "进度安排不考虑资金",
    ),
    "a-schedule-knows-order-and-yearly-limits-alone": (
        "a schedule knows order and yearly limits of resources alone",
        "进度安排只识别先后关系和逐年资源限额",
    ),
    "a-schedule-ends-with-the-plan": (
        "the works of a schedule end with the plan",
        "进度安排的施工不超出规划期",
    ),
    "the-schedule-breaks-the-rows": (
        "the schedule that was found breaks rows of the program",
        "所得进度安排违反模型约束",
    ),
    "is-out-of-range-3": ("{name} = {value} is out of range", "{name} = {value}超出范围"),
    "there-is-no-solver-called-known-are": (
        "there is no solver called {name!r}; known are {known}",
        "没有名为“{name}”的求解器；可用的有{known}",
    ),
    "solver-is-not-installed-to-have-it": (
        "solver {name} is not installed; to have it: {how_to_install}",
        "求解器{name}未安装；安装方法：{how_to_install}",
    ),
    "install": ("{command}",),
    "install-and-a-licence": ("{command}, and a licence", "{command}，另需许可证"),
    "the-model-s-holds-values-that-are-not-finite": (
        "the model's {name} holds values that are not finite numbers",
        "模型的{name}中有不是有限数的值",
    ),
    "the-model-s-holds-values-that-are-not-numbers": (
        "the model's {name} holds values that are not numbers",
        "模型的{name}中有不是数的值",
    ),
    "there-is-no-engine": (
        "there is no engine {name!r}; known: {known}",
        "没有名为“{name}”的求解引擎；可用的有：{known}",
    ),
    "there-is-no-solver": (
        "there is no solver {name!r}; known: {known}",
        "没有名为“{name}”的求解器；可用的有：{known}",
    ),
    "there-is-no-engine-engines-are": (
        "there is no engine {engine!r}; engines are {engines}",
        "没有求解引擎“{engine}”；可用的有{engines}",
    ),
    "a-design-has-no-assignment": (
        "a design with a way for every trip has no assignment",
        "各出行均有通路的方案却没有分配结果",
    ),
    "solver-is-older-than-trusted": (
        "{solver} {version} is older than {oldest}: HiGHS 1.15.1 was seen to call wrong plans "
        "optimal after its presolve. To have a newer one: pip install 'highspy>={oldest}'",
        "求解器{solver}的版本{version}低于{oldest}：HiGHS 1.15.1曾在预处理后把错误方案称为最优。"
        "升级方法：pip install 'highspy>={oldest}'",
    ),
    "reports-an-objective-of-other-values": (
        "{solver} reports an objective {claimed} for values that give {computed}",
        "{solver}报告的目标值为{claimed}，而其变量值得出{computed}",
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
    "deterministic-takes-one-thread": (
        "a deterministic solve takes one thread",
        "确定性求解只使用一个线程",
    ),
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
        "CP-SAT的整数网格过粗，无法证明所要求的间隙",
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
        "CP-SAT works on bounded integers; {size} {size:=column has|columns have} no bound "
        "(the first is number {endless})",
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
    "no-way-leads-from-to-2": (
        "no way leads from {origin} to {destination}",
        "从{origin}到{destination}没有通路",
    ),
    "solver-says": ("{solver}: {message}", "{solver}：{message}"),
    "no-candidate-there": ("{name} is no candidate there", "{name}不在候选项目中"),
    "cannot-start-then": (
        "{name} cannot start in {start} there, only {first}-{last}",
        "{name}不能在{start}年开工，只能在{first}—{last}年",
    ),
    "a-plan-chooses-who-pays": ("a plan chooses who pays for {names}", "由规划选定：{names}"),
    "no-quantity-in-shares": ("no quantity in shares for {names}", "分担表中未填数量：{names}"),
    "nobody-gains": ("nobody gains from {names}", "无人从中受益：{names}"),
    "item-not-of-every-partner": (
        "no {item} of every partner in fiscal",
        "财政表中并非各方都有{item}",
    ),
    "no-item-of-every-partner": (
        "no item of fiscal is given for every partner",
        "财政表中没有各方共有的科目",
    ),
    "together-the-partners-lose": ("together the partners lose", "各方合计亏损"),
    "more-partners-than": ("more than {most} {most:=partner|partners}", "合作方超过{most}个"),
    "a-linear-program-directs-flows-it-cannot-hold-an": (
        "a linear program directs flows; it cannot hold an equilibrium",
        "线性规划由规划者调度流量，不能表示用户均衡",
    ),
    "no-network-is-at-equilibrium": ("no network is at equilibrium", "没有服从用户均衡的网络"),
    "roads-at-equilibrium-are-the-only-network-of-an": (
        "roads at equilibrium are the only network of an instance",
        "均衡道路网络必须是算例中唯一的网络",
    ),
    "only-transport-comes-to-a-user-equilibrium": (
        "only transport comes to a user equilibrium",
        "只有交通网络服从用户均衡",
    ),
    "the-network-works-in-one-load-block-only": (
        "the network works in one load block only",
        "该网络只能有一个负荷时段",
    ),
    "there-are-no-trips": ("there are no trips", "没有出行需求"),
    "trips-have-one-value-of-time": ("trips have one value of time", "所有出行的时间价值必须相同"),
    "time-is-worth-something": ("time is worth something", "时间价值必须大于零"),
    "trips-between-two-nodes-stand-in-one-row": (
        "trips between two nodes stand in one row",
        "同一起讫点的出行只能写在一行",
    ),
    "no-link-touches-a-node-where-trips-begin-or": (
        "no link touches a node where trips begin or end",
        "出行起讫节点没有任何路段相连",
    ),
    "a-link-that-slows-down-with-its-volume-has": (
        "a link that slows down with its volume has a capacity above zero",
        "随流量变慢的路段通行能力必须大于零",
    ),
    "projects-change-roads-at-equilibrium-only-by-opening-links": (
        "projects change roads at equilibrium only by opening links",
        "项目只能以新开路段的方式改变均衡道路",
    ),
    "what-is-opened-has-its-own-figures": (
        "what is opened has the figures of its own row; this value is not read, leave it blank",
        "新开的路段或管道按其自身一行的数据计算，此处的数值不会读取，请留空",
    ),
    "pressure-is-asked-for-in-the-last-year": (
        "pressure is asked for in the last year of the plan alone",
        "水压只按规划末年计算",
    ),
    "water-passes-every-node": (
        "water passes every node; only trips may be kept from one",
        "水可流经任何节点，只有出行可禁止穿行",
    ),
    "a-block-under-pressure-costs-nothing": (
        "water under pressure has no yearly cost that a weight could multiply",
        "按水压计算的供水网没有可按权重计算的年费用",
    ),
    "water-under-pressure-flows-in-litres-a-second": (
        "amounts and flows under pressure are litres a second (L/s): convert them, or leave the "
        "unit blank",
        "按水压计算的用水量和流量以升每秒（L/s）计：请换算，或将单位留空",
    ),
    "a-pipe-that-is-not-there-has-the-diameter-laid": (
        "a pipe that is not there has the diameter that a project lays (set_diameter); leave its "
        "own blank",
        "尚不存在的管道以项目铺设的管径（set_diameter）为准，其自身管径请留空",
    ),
    "targets-cannot-be-read-off-roads-at-equilibrium": (
        "targets cannot be read off roads at equilibrium",
        "指标不能从均衡道路网络读取",
    ),
    "nodes-of-roads-at-equilibrium-neither-give-take-cost": (
        "nodes of roads at equilibrium neither give, take, cost nor limit anything",
        "均衡道路网络的节点不产出、不接收、不收费、也不限流",
    ),
    "the-search-weighs-travel-time-in-money": (
        "the search weighs travel time in money; it does not count years",
        "该搜索以货币计量出行时间，不以年数为目标",
    ),
    "per-unit-figures-are-for-power-networks": (
        "per-unit figures are for power networks",
        "标幺基准只用于电网",
    ),
    "roads-have-no-dry-year": ("roads have no dry year", "道路没有枯水年"),
    "no-link-can-be-out-of-service": ("no link can be out of service", "不能令路段退出服务"),
    "projects-cannot-open-nodes": ("projects cannot open nodes", "项目不能新建节点"),
    "trips-choose-by-time-alone-not-by-cost-or": (
        "trips choose by time alone, not by cost or toll",
        "出行只按时间选路，不计费用",
    ),
    "no-trip-is-lost-on-the-way": ("no trip is lost on the way", "出行途中没有损失"),
    "reactances-are-for-power-networks": ("reactances are for power networks", "电抗只用于电网"),
    "angles-are-for-power-networks": ("angles are for power networks", "相角只用于电网"),
    "the-number-of-trips-is-fixed": ("the number of trips is fixed", "出行量是固定的"),
    "an-empty-table": ("empty", "空表"),
    "some-rows": ("{rows} {rows:=row|rows}", "{rows}行"),
    "the-engine-does-not-say-what-it-does-with": (
        "the engine does not say what it does with this field",
        "引擎没有声明如何处理该字段",
    ),
    "the-engine-cannot-take-this-instance": (
        "engine {engine} cannot take this instance: {told}",
        "引擎{engine}不能求解该算例：{told}",
    ),
    "the-instance-has-no-network-at-equilibrium": (
        "instance {instance} has no network at equilibrium",
        "算例{instance}没有服从用户均衡的网络",
    ),
    "a-design-of-the-search-leaves-a-trip": (
        "a design of the search leaves a trip without a way",
        "搜索中的一个设计使某项出行无路可走",
    ),
    "rules-and-families-differ": (
        "rules and families differ: {faults}",
        "规则与约束族不一致：{faults}",
    ),
    "a-family-without-a-record": (
        "{name}: a family without a record",
        "{name}：有约束族而无规则记录",
    ),
    "a-record-without-a-family": (
        "{name}: a record without add_{name} in families/{name}.py",
        "{name}：有规则记录，而families/{name}.py中没有add_{name}",
    ),
    "no-solver-answered-without-contradiction": (
        "no solver answered without contradiction: the plan found before is kept",
        "没有求解器给出不自相矛盾的答复，保留此前求得的方案",
    ),
    "calls-the-model-infeasible-but-a-plan-is-known": (
        "calls the model infeasible, but a plan that obeys every row is known",
        "称模型无可行解，但已知有满足全部约束的方案",
    ),
    "calls-the-model-unbounded-but-a-bound-is-proven": (
        "calls the model unbounded, but dual values prove a bound",
        "称模型无界，但对偶值已证明存在上界",
    ),
    "claims-that-no-plan-is-worth-more": (
        "claims that no plan is worth more than {bound:,.6g}, but a plan worth {worth:,.6g} is "
        "known (in the solver's unit of money)",
        "称任何方案的价值不超过{bound:,.6g}，但已知有价值{worth:,.6g}的方案（按求解器的货币单位）",
    ),
    "nothing-is-explained-by-the-engine": (
        "why projects are left out is not told: their program does not hold the flows that decide",
        "未说明项目未入选的原因：起决定作用的流量不在该引擎的模型之内",
    ),
    "nothing-is-explained-after-a-stop": (
        "nothing is explained: the run was asked to end",
        "未作说明：求解被要求提前结束",
    ),
    "nothing-is-explained-yet": (
        "nothing is explained yet: the run was written as soon as there was a plan, and ended "
        "before its reasons were found",
        "尚未作说明：得到方案后立即写出结果，求解在找出原因之前结束",
    ),
    "nothing-is-explained-for-want-of-time": (
        "nothing is explained: the time limit was used up by the solve",
        "未作说明：求解已用完时限",
    ),
    "nothing-is-explained-by-a-solver-that-fails": (
        "nothing is explained: {why}",
        "未作说明：{why}",
    ),
    "no-report-for-want-of-time": (
        "there is no report: its time was used up; infraplan export RUN --to html makes it",
        "未生成报告：时间已用完；可用infraplan export 结果目录 --to html生成",
    ),
    "worths-not-found-in-time": (
        "explaining ended with its time: what {count} of the {most} "
        "{most:=project that changes|projects that change} a network {count:=is|are} worth "
        "to it is not in the report; infraplan export RUN --to html works it out",
        "说明所用时间已到：改变网络的{most}个项目中，有{count}个对网络的价值未列入报告；"
        "可用infraplan export 结果目录 --to html求出",
    ),
    "reasons-not-found-in-time": (
        "explaining ended with its time: why {count} of the {most} {most:=project|projects} "
        "left out {count:=is|are} not built was not found; infraplan explain RUN PROJECT "
        "looks at one",
        "说明所用时间已到：未入选的{most}个项目中，有{count}个的未入选原因尚未查明；"
        "可用infraplan explain 结果目录 项目编号 逐个查询",
    ),
    "losses-not-found-in-time": (
        "explaining ended with its time: what {count} of the {most} {most:=project|projects} "
        "left out would lose is not known",
        "说明所用时间已到：未入选的{most}个项目中，有{count}个的损失尚未求出",
    ),
    "reading-and-building-took-the-time-limit": (
        "reading and building took {seconds:.1f} s, and the time limit is {limit:g} s: only a "
        "quick plan was looked for",
        "读取与建模用时{seconds:.1f}秒，而时限为{limit:g}秒：只作了快速求解",
    ),
    "flows-are-those-of-the-search": (
        "the flows of the plan are those of the search: there was no time left to find better ones "
        "for its projects",
        "方案的网络流量取自求解过程：所剩时间不足，未再为选定项目求更优流量",
    ),
    "equilibria-are-coarser-for-want-of-time": (
        "for want of time the road equilibria are found to a relative gap of {gap:.0e} at worst, "
        "not {asked:.0e}",
        "因时间不足，道路均衡的相对间隙最大为{gap:.0e}，未达到{asked:.0e}",
    ),
    "equilibria-ended-with-their-time": (
        "the time limit of {limit:g} s ended some equilibria early: each states the relative gap "
        "that it has reached",
        "时限{limit:g}秒已到，部分均衡提前结束，各自列出已达到的相对间隙",
    ),
    "no-solver-answered": (
        "no solver answered: the plan found before is kept",
        "没有求解器给出答复，保留此前求得的方案",
    ),
    "the-solver-failed": ("solver failed: {what}", "求解器失败：{what}"),
    "ended-before-it-had-answered": (
        "{solver} ended before it had answered",
        "{solver}未给出答复即已终止",
    ),
    "calls-a-plan-optimal-that-a-known-one-beats": (
        "calls a plan worth {value:,.6g} optimal, but a plan worth {worth:,.6g} is known (in the "
        "solver's unit of money)",
        "称价值{value:,.6g}的方案最优，但已知有价值{worth:,.6g}的方案（按求解器的货币单位）",
    ),
    "the-solver-says": ("solver {solver}: {what}", "求解器{solver}：{what}"),
    "without-presolve": (" without presolve", "（不做预处理）"),
    "solved-again-by": (
        "solved again by {solver}{how}, seed {seed}, without contradiction",
        "改用{solver}{how}重新求解（随机种子{seed}），答复与已知结果不矛盾",
    ),
    "badly-conditioned": (
        "badly conditioned: projects from {smallest:,.6g} to {largest:,.6g} of {what} span "
        "more than {most:,.0e}, beyond a solver's tolerances; where dual values prove a "
        "bound it is taken from them, not from the solver",
        "模型数值条件不良：各项目的{what}从{smallest:,.6g}到{largest:,.6g}，跨度超过{most:,.0e}"
        "，超出求解器的容差；凡经复核的对偶值能证明上界的，采用该上界，不采用求解器的上界",
    ),
    "starts-of-the-plan-given-fit": (
        "of the plan to start from {fitting} of {all} starts are possible in this instance",
        "作为起点的方案有{all}个开工项，其中{fitting}个在本算例中可行",
    ),
    "the-plan-given-obeys-no-longer": (
        "the plan to start from cannot be paid or breaks a rule in this instance; its starts are "
        "only proposed to the solver",
        "作为起点的方案在本算例中资金不足或违反规则，仅供求解器参考",
    ),
    "row-spans-much": (
        "coefficients of rule {row} ({key}) span from {smallest:.3g} to {largest:.3g}, more than "
        "{most:,.0e}: a solver's tolerances may swallow the smaller ones",
        "规则{row}（{key}）的系数从{smallest:.3g}到{largest:.3g}，跨度超过{most:,.0e}："
        "较小的系数可能落入求解器容差之内",
    ),
    "spending-a-year": ("spending a year", "年度支出"),
    "present-value-of-a-project": ("present value", "现值"),
    "no-plan-by-the-year": (
        "the plan of the program that looks at networks in {years} obeys the laws in these years, "
        "but not in every year, or it was not valued in time",
        "仅在{years}年计算网络的模型，其方案在其余年份不满足规则，或未能及时逐年估值",
    ),
    "value-by-the-year": (
        "the program that looks at networks in {years} values its plan at {said:,.6g}; by the year "
        "it is worth {value:,.6g}, a difference of {more:,.6g}",
        "仅在{years}年计算网络的模型对其方案估值{said:,.6g}；逐年计算价值为{value:,.6g}，相差{more:,.6g}",
    ),
    "the-plan-obeys-the-rows-but-breaks-laws": (
        "the plan obeys the rows within the solver's tolerances, but breaks laws",
        "求解器的方案在其容差内满足约束，但未通过规则校验",
    ),
    "its-projects-fixed-money-was-found-to-the-unit": (
        "its projects fixed, money was found anew to the smallest unit",
        "固定其项目后，资金安排已按最小货币单位重新求得",
    ),
    "plans-that-no-money-pays-to-the-unit-were-refused": (
        "answers refused because money for their projects lacks a smallest unit or more: {count}",
        "因项目资金至少短缺一个最小货币单位而排除的求解结果：{count}个",
    ),
    "its-projects-fixed-money-was-found-exactly": (
        "its projects fixed, money was found exactly",
        "固定其项目后，重新精确求得资金安排",
    ),
    "the-plan-found-before-is-kept": ("the plan found before is kept", "保留此前求得的方案"),
    "that-there-is-no-plan-is-not-certified": (
        "that there is no plan is the answer of solver {solver}, not certified: dual values "
        "alone do not prove it",
        "无可行方案是求解器{solver}的答复，未经证明：仅凭对偶值不能证明",
    ),
    "years-long": ("{years} {years:=year|years}", "{years}年"),
    "an-amount": ("{amount:.4g}",),
    "amount-in-year": ("{amount} ({year})", "{amount}（{year}年）"),
    "rule-short-by-years": ("{rule}: short by about {parts}", "{rule}：差额约{parts}"),
    "rule-short-each-year": (
        "{rule}: short by about {amount} in each year ({years})",
        "{rule}：每年差额约{amount}（{years}年）",
    ),
    "rule-short-by-in-all": (
        "{rule}: short by about {amount} in all ({years}), {most} of it in {year}",
        "{rule}：差额合计约{amount}（{years}年），其中{year}年{most}",
    ),
    "rule-short-by": ("{rule}: short by about {amount}", "{rule}：差额约{amount}"),
    "rule-short-by-in": (
        "{rule}: short by about {amount} ({years})",
        "{rule}：差额约{amount}（{years}年）",
    ),
    "rule-in-years": ("{rule} ({years})", "{rule}（{years}年）"),
}
