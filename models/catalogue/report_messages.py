"""Sentences of reports."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "money-in-prices-of": ("money in {unit}, prices of {year}", "金额单位：{unit}，{year}年价格"),
    "money-is-unlimited": (
        "Nothing limits the money of this plan: what it spends is nobody's. ",
        "本规划没有任何资金约束，所列投资没有资金来源。",
    ),
    "headline-of-years": (
        "has opened all of them by {year}, {value:,.0f} {value:=year|years} after {first}",
        "至{year}年全部建成，距{first}年{value:,.0f}年",
    ),
    "value-parts": (
        "Of the net present value, in {unit}: {parts}.",
        "净现值中（{unit}）：{parts}。",
    ),
    "value-of-duties": (
        "works that are committed or must be built {value:+,.2f}",
        "已承诺或必须建设的项目{value:+,.2f}",
    ),
    "value-of-choices": ("works of free choice {value:+,.2f}", "可选项目{value:+,.2f}"),
    "value-of-networks": (
        "what all of them do in networks {value:+,.2f}",
        "各项目在网络中的效益{value:+,.2f}",
    ),
    "value-of-works-together": (
        "what works gain together {value:+,.2f}",
        "项目协同所得{value:+,.2f}",
    ),
    "value-of-targets-missed": ("targets missed {value:+,.2f}", "未完成指标{value:+,.2f}"),
    "value-of-dates-missed": ("dates missed {value:+,.2f}", "未满足规划时点{value:+,.2f}"),
    "reason-in-year": ("{reason} ({year})", "{reason}（{year}年）"),
    "dates-missed": (
        "{missed} of {count} {count:=date|dates} that the text states {missed:=is|are} "
        "missed, at a cost of {cost:,.2f} x {unit}.",
        "{count}个规划时点中有{missed}个未满足，代价{cost:,.2f}{unit}。",
    ),
    "title-and-text": ("{title}: {text}", "{title}：{text}"),
    "source-with-share": ("{name} {share:.0%}", "{name}{share:.0%}"),
    "largest-rows-of": (
        "The {shown:,} of {count:,} {count:=row that weighs|rows that weigh} most; all of "
        "them: infraplan export RUN --to csv.",
        "仅列金额最大的{shown:,}行，共{count:,}行；全部数据：infraplan export 结果目录 --to csv。",
    ),
    "first-rows-of": (
        "The first {shown:,} of {count:,} {count:=row|rows}; all of them: infraplan export "
        "RUN --to csv.",
        "仅列前{shown:,}行，共{count:,}行；全部数据：infraplan export 结果目录 --to csv。",
    ),
    "charts-of": (
        "Drawn are the {shown} of {count} with the highest figures; the tables hold the others.",
        "仅绘出数值最高的{shown}项，共{count}项；其余见表。",
    ),
    "dearest-works-of": ("{name}, the {shown} dearest", "{name}，造价最高的{shown}项"),
    "other-sources": ("{count} {count:=other|others}", "其他{count}项"),
    "gap-of-value": (" ({share})", "（{share}）"),
    "gap-of-cost": (
        " ({share} of what the networks cost)",
        "（占网络运行费用的{share}）",
    ),
    "proof-of-years": (
        "No plan under the same rules can take fewer than {bound:,.0f} {bound:=year|years}: "
        "at most {loss:,.0f}{share} could be saved.",
        "在同样约束下，任何方案至少需要{bound:,.0f}年，最多还可节省{loss:,.0f}年{share}。",
    ),
    "this-limit-is": (" This bound is {source}.", "上界{source}。"),
    "note-of-the-solve": (" {note}.", "{note}。"),
    "no-project-was-left-out": ("no project was left out", "没有未入选的项目"),
    "projects-left-out-without-a-reason": (
        "{count} project(s) left out, and no reason told.",
        "有{count}个项目未入选，但未说明原因。",
    ),
    "bound-proven-by-chains-and-limits": (
        "proven: no chain of works and no yearly limit lets it end earlier",
        "已证明：工序链和年度限额不允许更早完成",
    ),
    "bound-proven-by-dual-values": (
        "proven: dual values checked",
        "已证明：对偶值经复核",
    ),
    "bound-proven-by-own-search": (
        "proven: own branch and bound, no solver's word in it",
        "已证明：由自身的分支定界搜索得出，不依赖求解器的说法",
    ),
    "other-option": (
        "option {number} of {count}: {share:.0%} of the cost of the first",
        "第{number}方案（共{count}个）：造价为第一方案的{share:.0%}",
    ),
    "other-option-and-its-years": (
        "option {number} of {count}: {share:.0%} of the cost of the first, built in {years} "
        "rather than {first} {first:=year|years}",
        "第{number}方案（共{count}个）：造价为第一方案的{share:.0%}，工期{years}年（第一方案{first}年）",
    ),
    "other-option-of-a-free-one": ("option {number} of {count}", "第{number}方案（共{count}个）"),
    "solver-inside": ("{solver} (the one inside {package})", "{solver}（{package}自带）"),
    "proven-apart": (
        " Without relying on the solver, dual values checked by recomputation prove {bound}: at "
        "most {loss}{share} is lost.",
        "不依赖求解器、由复核的对偶值证明的上界为{bound}，最多相差{loss}{share}。",
    ),
    "bound-by-a-solver": (
        "given by solver {solver}, not certified",
        "由求解器{solver}给出，未经证明",
    ),
    "clock-decided-nothing": ("nothing", "无"),
    "clock-decided-the-plan": ("the plan ({why})", "方案（{why}）"),
    "clock-decided-in-steps": ("{why}; steps: {steps}", "{why}；环节：{steps}"),
    "clock-decided-explanations": ("explanations alone ({why})", "仅说明部分（{why}）"),
    "no-fault": ("no fault", "全部成立"),
    "faults": ("faults", "存在问题"),
    "laws-and-checks": (
        "{laws} {laws:=law|laws}, {checks:,} {checks:=check|checks}",
        "{laws}类约束，{checks:,}项检查",
    ),
    "unit-in-prices-of": ("{unit}, prices of {year}", "{unit}（{year}年价格）"),
    "unit-of-the-year": ("{unit}, money of the year", "{unit}（当年价）"),
    "unit-at-the-end-of": ("{unit}, end of {year}", "{unit}（{year}年末）"),
    "unit-in-a-year": ("{unit}, in {year}", "{unit}（{year}年）"),
    "source-and-line": ("{source}, line {line}", "{source}，第{line}行"),
    "loss-impossible": ("cannot be forced in", "不能强制入选"),
    "loss-exact": ("{loss}", "{loss}"),
    "loss-between": ("{low} to {high}", "{low}至{high}"),
    "loss-at-least": ("at least {low}", "至少{low}"),
    "loss-at-most": ("at most {high}", "至多{high}"),
    "loss-unknown": ("unknown", "未知"),
    "binds-in": ("{year}", "{year}年"),
    "would-add": ("would add {amount}", "可增加{amount}"),
    "takes-from-the-plan": ("by {amount}", "差{amount}"),
    "is-short-by": ("short by {amount}", "差额{amount}"),
    "stage-read": ("read", "读取"),
    "stage-check": ("check", "检查"),
    "stage-build": ("build", "建模"),
    "stage-first-plan": ("first plan", "首个方案"),
    "stage-solve": ("solve", "求解"),
    "stage-extract": ("extract", "提取方案"),
    "stage-verify": ("verify", "校验"),
    "stage-explain": ("explain", "说明"),
    "stage-report": ("report", "报告"),
    "stage-write": ("write", "写出"),
    "stage-other": ("other", "其他"),
    "stage-time": ("{name} {clock:.1f} ({cpu:.1f})", "{name}{clock:.1f}（{cpu:.1f}）"),
    "stages-of-a-run": (
        "Seconds by the clock (of CPU): {stages}.",
        "各阶段用时（秒，括号内为CPU时间）：{stages}。",
    ),
    "stages-and-first-plan": (
        "Seconds by the clock (of CPU): {stages}. First plan after {first:.1f} s.",
        "各阶段用时（秒，括号内为CPU时间）：{stages}。{first:.1f}秒时得到首个方案。",
    ),
    "years-bare": ("{first}-{last}", "{first}—{last}"),
    "is-short-by-in": ("short by {amount} in {year}", "{year}年差额{amount}"),
    "is-short-each-year": (
        "short by {amount} in each year ({years})",
        "每年差额{amount}（{years}年）",
    ),
    "is-short-in-all": (
        "short by {amount} in all ({years}), {most} of it in {year}",
        "差额合计{amount}（{years}年），其中{year}年{most}",
    ),
    "prerequisites-cost": ("what is out costs {amount}", "未建前置项目投资{amount}"),
}
