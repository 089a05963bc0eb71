"""What the commands say."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "all-runs-answer-the-same-question": (
        "All runs answer the same question.",
        "各方案的输入相同。",
    ),
    "runs-were-written-under-laws-of-different-versions": (
        "The runs were written under laws of different versions ({versions}): their values do not "
        "compare. Solve the older question anew.",
        "各结果按不同版本的规则写成（{versions}），其价值不可比较；请重新求解较早的算例。",
    ),
    "largest-relative-gap": ("Largest relative gap: {worst:.1e}.", "最大相对间隙：{worst:.1e}。"),
    "assumed-the-congestion-of-link-s-with-a": (
        "Assumed: the congestion of {assumed} link(s) with a capacity that state none "
        "(--alpha, --beta).",
        "假设：{assumed}条有能力而未给出拥堵参数的线路采用--alpha、--beta。",
    ),
    "no-link-in-use-has-a-capacity-the-times-are": (
        "No link in use has a capacity: the times are those of empty roads.",
        "所用线路均无能力数据：时间为不计拥堵的时间。",
    ),
    "made-next-infraplan-solve": (
        "Made {out}. Next: infraplan solve {out}",
        "已生成{out}。下一步：infraplan solve {out}",
    ),
    "the-network-has-no-demand": ("The network has no demand.", "管网没有需水量。"),
    "made-next-infraplan-validate": (
        "Made {path}. Next: infraplan validate {path}",
        "已生成{path}。下一步：infraplan validate {path} --lang zh",
    ),
    "valid-next-infraplan-solve": (
        "Next: infraplan solve {path}",
        "下一步：infraplan solve {path} --lang zh",
    ),
    "error-s-warning-s": (
        "{errors} error(s), {warnings} warning(s).",
        "{errors}处错误，{warnings}处警告。",
    ),
    "wrote": ("Wrote {target}", "已写出{target}"),
    "the-run-cannot-be-used-error-s": (
        "The run {run_dir} cannot be used: {count} error(s).",
        "结果目录{run_dir}不可用：共{count}处错误。",
    ),
    "the-instance-cannot-be-used-error-s": (
        "The instance cannot be used: {count} error(s).",
        "算例不可用：共{count}处错误。",
    ),
    "stopped-before-there-was-anything-to-keep": (
        "Stopped before there was anything to keep.",
        "已中断，尚无可保存的结果。",
    ),
    "a-file-could-not-be-used": ("A file could not be used: {error}", "文件无法使用：{error}"),
    "unexpected-error-please-report-it": (
        "Unexpected error, please report it: {text}",
        "意外错误，请反馈：{text}",
    ),
    "verified-checks-of-laws-hold": (
        "Verified: {count} {count:=check|checks} of {num_laws} {num_laws:=law|laws} "
        "{count:=holds|hold}.",
        "校验通过：{num_laws}类约束共{count}项检查全部成立。",
    ),
    "drawn": ("Drawn: {drawing}", "已绘制：{drawing}"),
    "project-opens": ("{name}: opens", "{name}：投用"),
    "wrote-2": ("Wrote {path}", "已写出{path}"),
    "law-s-broken": ("{num_violations} law(s) broken.", "违反约束{num_violations}处。"),
    "shares-says-of-joint-project-s-nothing-about": (
        "shares says of {num_bare} joint project(s) nothing about who gains; all of it is "
        "taken to fall to the leader (column benefit_share).",
        "分担表未写明{num_bare}个共建项目由谁受益，全部计入牵头行政区（受益比例列）。",
    ),
    "no-proposal": ("{proposal}: no proposal ({reason})", "{proposal}：无此方案（{reason}）"),
    "note-while-solving": ("Note: {note}", "注意：{note}"),
    "message-and-advice": ("{message} ({advice})", "{message}（{advice}）"),
    "not-everything-could-be-written": (
        "Not everything could be written: {fault}",
        "未能全部写出：{fault}",
    ),
    "holds-a-run-with-a-plan-and-stays": (
        "{asked} holds a run with a plan, or a better one, and stays as it was; this run is "
        "written beside it.",
        "{asked}已有含方案（或更好）的结果，保持不变；本次结果另存于其旁。",
    ),
    "kept-of-the-replaced-folder": (
        "Kept of the replaced folder, not written by the run: {names}",
        "保留原目录中非本程序写出的文件：{names}",
    ),
    "not-verified-cannot-be-read": (
        "Not verified: the run cannot be read, so nothing was checked.",
        "未校验：结果目录无法读取，未作任何检查。",
    ),
    "not-verified-no-plan": (
        "Not verified: the run holds no plan, so nothing was checked.",
        "未校验：结果中没有方案，未作任何检查。",
    ),
    "run-of-version-1-without-hashes": (
        "The run is of format version 1 and states no hashes of its files. Not checked, since "
        "nothing covers it: the solver, the bound and who found it, options and times.",
        "该结果为第1版格式，未记录文件校验值。未检查（无从核对）：求解器、上界及其来源、选项和用时。",
    ),
    "laws-hold-but-the-record-was-not-checked": (
        "The plan obeys: {count} {count:=check|checks} of {num_laws} {num_laws:=law|laws} "
        "{count:=holds|hold}. The record was not checked.",
        "方案符合约束：{num_laws}类约束共{count}项检查全部成立。求解记录未经检查。",
    ),
    "run-of-version-1-under-older-laws": (
        "The run is of format version 1: it was written under the laws of that time, which "
        "counted the service of networks in some years only. What is broken above is told by "
        "the laws of today "
        "and does not say that the run was changed. Solve its instance anew: infraplan solve "
        "{instance}",
        "该结果为第1版格式，按当时的规则写成，路网等服务只计若干年份。以上各项系按现行规则判定，"
        "不表示结果曾被改动。请重新求解其算例：infraplan solve {instance}",
    ),
    "run": ("Run: {run_dir}", "结果目录：{run_dir}"),
    "the-plan-breaks-laws-and-is-not-reported-as-a": (
        "The plan breaks laws and is not reported as a plan:",
        "方案未通过校验，不作为方案输出：",
    ),
    "report-s-in-all": (
        "Report: {report} ({seconds:.0f} s in all)",
        "报告：{report}（共{seconds:.0f}秒）",
    ),
    "s-in-all": ("{seconds:.0f} s in all", "共用{seconds:.0f}秒"),
    "these-rules-cannot-hold-together": (
        "These rules cannot hold together:",
        "以下约束无法同时满足：",
    ),
    "the-demonstration-instance-is-not-here-run": (
        "The demonstration instance is not here; run this inside a clone of the project.",
        "未找到演示算例，请在项目目录内运行。",
    ),
    "no-plan-was-found-before-the-solve-ended-2": (
        "No plan was found before the solve ended ({termination}).",
        "求解结束前未找到方案（{termination}）。",
    ),
    "the-solver-failed-the-best-plan-is-kept": (
        "The solver failed; the best plan found is kept, and nothing proves that it is the best.",
        "求解器失败；保留已求得的最好方案，但未证明其为最优。",
    ),
    "ended-without-a-proof-the-best-plan-is-kept": (
        "The search ended by itself without a proof; the best plan found is kept, and nothing "
        "proves it within the gap asked for.",
        "求解自行结束，未完成证明；保留已求得的最好方案，但未证明其达到要求的间隙。",
    ),
    "stopped-early-the-best-plan-so-far-is-kept": (
        "Stopped early; the best plan so far is kept.",
        "已提前中断，保留当前最优方案。",
    ),
    "only-the-accounts-are-computed-again-the-plan": (
        "Only the accounts are computed again; the plan's projects, payments and issues stay.",
        "仅重新计算账户；方案的项目、支付和举债均不变。",
    ),
    "no-concession-pays-for-works-in-this-run-none": (
        "No concession pays for works in this run: none can be called.",
        "本方案无特许经营项目，不作相应测试。",
    ),
    "severity-and-finding": ("{severity}: {finding}", "{severity}：{finding}"),
    "is-already-there-nothing": (
        "{path} is already there; nothing was written.",
        "{path}已存在，未写入。",
    ),
    "give-so-many-runs": ("give {fewest} to {most} runs", "请给出{fewest}到{most}个方案"),
    "known-cases": ("known cases: {cases}", "可用的情形：{cases}"),
    "known-tables-are": ("known tables: {tables}", "可用的表：{tables}"),
    "networks-are": ("networks are: {networks}", "可用的网络：{networks}"),
    "give-a-model-name": ("give a name ending in .mps or .lp", "请给出以.mps或.lp结尾的名称"),
    "no-price-index": (
        "{text!r} is no price index; write it like 2021=100,2024=103.5",
        "“{text}”不是价格指数；应写为2021=100,2024=103.5",
    ),
    "run-has-no-plan": ("{label} has no plan: {conflict}", "{label}无可行方案：{conflict}"),
    "the-run-holds-no-plan": ("the run {folder} holds no plan", "结果目录{folder}中没有方案"),
    "schedule-under-question": (
        "Schedule of {plan} under the question of {question}: {found}.",
        "{plan}的建设时序放到{question}的算例中：{found}。",
    ),
    "no-answer-within-the-time": ("no answer within the time", "限时内未得出结论"),
    "worth-so-much": ("worth {objective:,.2f} x {unit}", "价值{objective:,.2f}{unit}"),
    "done-in-so-many-years": (
        "{years:,.0f} {years:=year|years} to the last opening",
        "至最后建成{years:,.0f}年",
    ),
    "not-possible": ("not possible: {reasons}", "不可行：{reasons}"),
    "no-transport-network": (
        "the instance has no transport network with travel times",
        "算例没有带通行时间的交通网络",
    ),
    "not-a-transport-network": (
        "{network} is not a transport network with travel times",
        "{network}不是带通行时间的交通网络",
    ),
    "feasible": ("feasible", "满足"),
    "infeasible": ("infeasible", "不满足"),
    "lowest-pressure": (
        "{verdict}: lowest pressure {pressure:.2f} m at node {node} (asked for: "
        "{min_pressure:g} m)",
        "{verdict}：最低压力{pressure:.2f}米，节点{node}（要求{min_pressure:g}米）",
    ),
    "figures-filled-in": ("{count} figure(s) filled in.", "补充{count}个数据。"),
    "figures-filled-in-and-written": (
        "{count} figure(s) filled in, written to {target}.",
        "补充{count}个数据，已写出{target}。",
    ),
    "source-and-mark": ("{source} ({mark})", "{source}（{mark}）"),
    "name-and-word": ("{name} ({word})", "{name}（{word}）"),
    "law-and-violation": ("{law}: {message}", "{law}：{message}"),
    "there-is-no-project": ("there is no project {names}", "没有项目{names}"),
    "give-ids-of-projects": ("give ids of projects", "填写项目编号"),
    "name-built-projects": (
        "name projects that are built and have rows in shares",
        "请给出已入选且在shares表中有记录的项目",
    ),
    "no-joint-project": (
        "there is no joint project: none that is built has a second partner in shares",
        "没有共建项目：入选项目在shares表中均无第二个合作方",
    ),
    "name-partners-in-shares": (
        "name the partners of a project in shares",
        "在shares表中填写项目的合作方",
    ),
    "not-built-or-not-joint": (
        "not built, or without a second partner in shares: {missing}",
        "未入选，或在shares表中没有第二个合作方：{missing}",
    ),
    "proposal-cannot-hold": (
        "{proposal}: these cannot hold together: {rules}",
        "{proposal}：以下无法同时满足：{rules}",
    ),
    "proposal-worse-off": (
        "{proposal}: worse off than alone: {partners}",
        "{proposal}：不如单独建设：{partners}",
    ),
    "progress-line": (
        "{elapsed:6.1f} s  best {best}  bound {bound}  gap {gap}  left {left} s",
        "{elapsed:6.1f} 秒  当前最优 {best}  上界 {bound}  间隙 {gap}  剩余 {left} 秒",
    ),
    "not-all-was-answered-in-time": (
        "the time limit ended before all was answered: what is blank is not known",
        "时限已到，未能全部算出：空白处为未知",
    ),
    "step-solve": ("Solving", "正在求解"),
    "no-conflict-was-found": (
        "no plan obeys all rules; which of them cannot hold together was not found in the time "
        "left: a longer --time-limit leaves more time to look for them",
        "无可行方案；剩余时间内未找出相互冲突的约束：延长--time-limit可留出更多查找时间",
    ),
    "a-conflict-within-tolerances": (
        "no plan obeys all rules exactly, within the solver's tolerances one does: no rule is "
        "short by an amount that can be told",
        "无方案严格满足全部约束，但在求解器容差内有可行方案：没有可说明的短缺",
    ),
    "a-conflict-of-bookkeeping": (
        "no plan obeys all rules, and with every rule that has a name left out there is none "
        "either: decisions are bound to values that contradict each other",
        "无可行方案；放开全部有名称的约束后仍无可行方案：决策取值的限定相互矛盾",
    ),
    "step-conflict": (
        "No plan obeys all rules; looking for the conflict",
        "无可行方案，正在查找冲突的约束",
    ),
    "step-money": ("Solving again with other money", "正在以不同资金规模重新求解"),
    "step-explain": ("Explaining what was left out", "正在分析未入选项目的原因"),
    "step-worth": (
        "Working out what projects are worth to the networks",
        "正在计算项目对网络的价值",
    ),
    "step-report": ("Making the report", "正在生成报告"),
    "step-write": ("Writing the run", "正在写出结果"),
    "list-entry": ("  - {line}",),
    "concession-called": (
        "Called: {contract} for {project}, {amount:,.2f}; the government repays the "
        "partner from the works' end on.",
        "转由政府偿付：{project}的{contract}，{amount:,.2f}；自完工起由政府偿付。",
    ),
    "fiscal-items-unmoved": (
        "These fiscal items stay as they are: {items}.",
        "以下财政指标保持不变：{items}。",
    ),
    "bench-row": (
        "{instance}: {way}, {limit:g} s: {objective}",
        "{instance}：{way}，{limit:g}秒：{objective}",
    ),
    "bench-stopped-early": (
        "Stopped early; {count} solve(s) were measured.",
        "已提前停止，完成{count}次测量。",
    ),
    "there-is-no-such-choice": (
        "there is no {name!r}; known: {known}",
        "没有“{name}”；可用的有：{known}",
    ),
    "is-no-number-in-range": (
        "{text!r} is no number from {least:g} to {most:g}",
        "“{text}”不是{least:g}至{most:g}之间的数",
    ),
    "by-hand-funds": ("several or earmarked funds of one payer", "同一出资方有多项或专项资金"),
    "by-hand-shares": ("cost shares", "出资分担"),
    "by-hand-relations": (
        "orders of projects with a count or at their start",
        "有数量要求或以开工为准的先后关系",
    ),
    "by-hand-standing": ("works that stand or are under way", "已建成或在建的项目"),
    "by-hand-networks": ("networks", "网络"),
    "by-hand-objective": ("another objective than net present value", "净现值以外的目标"),
    "by-hand-spending-after-plan": ("spending after the plan", "规划期后的支出"),
    "no-program-by-hand": (
        "no program is written by hand for: {names}",
        "下列内容没有手写模型：{names}",
    ),
    "ended-beyond-its-limit": (
        "ended, far beyond its time limit",
        "远超时限，已终止",
    ),
    "ended-without-an-answer": (
        "its process ended without an answer",
        "进程未给出结果即已结束",
    ),
    "a-plan-is-above-the-bound": (
        "its bound {bound:,.6g} is below a plan worth {plan:,.6g}, and was not counted",
        "其上界{bound:,.6g}低于价值为{plan:,.6g}的方案，未予采用",
    ),
}
