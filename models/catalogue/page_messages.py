"""Sentences of the report page, as one tells a council."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "page-lead": (
        "The plan builds {built} of {asked} candidate {asked:=project|projects} from {first} "
        "to {last} and invests {spent} in prices of {year}.",
        "方案在{first}—{last}年建设{asked}个候选项目中的{built}个，总投资{spent}（{year}年价格）。",
    ),
    "page-value": (
        "Benefits less costs are worth {value} today, in the same prices.",
        "净现值{value}（价格年份同上）。",
    ),
    "page-targets": (
        " It reaches {hit} of {count} {count:=target|targets}.",
        "{count}项指标完成{hit}项。",
    ),
    "page-dates": (
        " It misses {missed} of {count} {count:=date|dates} that the text states.",
        "{count}个规划时点中有{missed}个未满足。",
    ),
    "page-phase-total": ("The whole plan", "合计"),
    "page-sector-count": ("{sector} {count}", "{sector}{count}个"),
    "page-left-out": (
        "{count} candidate {count:=project is|projects are} left out. {count:=It|They} would "
        "cost {cost}.",
        "{count}个候选项目未入选，所需投资{cost}。",
    ),
    "page-not-explained": (
        "For {count} of them no reason was worked out.",
        "其中{count}个未给出原因。",
    ),
    "page-none-left-out": ("No candidate project is left out.", "没有未入选的候选项目。"),
    "page-no-target-missed": ("No target is missed.", "指标全部完成。"),
    "page-no-target": ("The instance sets no target.", "算例未设指标。"),
    "page-missed-target": (
        "{name}, {year}: {achieved:,.4g} of {required:,.4g} ({unit})",
        "{name}（{year}年）：完成{achieved:,.4g}，目标{required:,.4g}（{unit}）",
    ),
    "page-more": ("and {count} more, listed below.", "另有{count}项，见下文。"),
    "page-paid-by": ("The money comes from: {paid}.", "资金来源：{paid}。"),
    "page-half": (
        "Works start from {first} to {last}; half of the money is spent by the end of {half}.",
        "开工年份为{first}—{last}年，至{half}年底支付过半。",
    ),
    "page-half-of-one-year": (
        "Works start in {first}; half of the money is spent by the end of {half}.",
        "{first}年开工，至{half}年底支付过半。",
    ),
    "page-half-alone": (
        "Half of the money is spent by the end of {half}.",
        "至{half}年底支付过半。",
    ),
    "page-debt": (
        "New debt of {borrowed} is issued; debt is highest at the end of {year} with {peak}, and "
        "its service in {service_year} with {service}.",
        "新增举债{borrowed}；债务余额{year}年末最高，为{peak}；偿债支出{service_year}年最高，为{service}。",
    ),
    "page-no-debt": ("No debt is issued and none stands.", "不举债，也没有存量债务。"),
    "page-room": (
        "Little room is left, {room} in {year}, under: {rule}.",
        "余量较小的限额：{rule}，{year}年余{room}。",
    ),
    "page-no-room": (
        "Nothing more may be spent or borrowed under: {rules}.",
        "已用足的限额和资金：{rules}。",
    ),
    "page-rule-year": ("{rule} (from {year})", "{rule}（{year}年起）"),
    "page-quality": (
        "Of the money for works {stated:.0%} rests on costs that a document states, "
        "{estimate:.0%} on estimates and {assumption:.0%} on assumptions.",
        "投资中{stated:.0%}为文件载明的造价，{estimate:.0%}为估算，{assumption:.0%}为假设。",
    ),
    "page-cost-range": (
        "The works of the plan cost {middle} as their costs are stated, before surcharges and the "
        "rise of construction prices; by the low and high costs it would be {low} to {high}.",
        "入选项目造价合计{middle}（不含费用上浮和造价上涨），按造价高低值计为{low}至{high}。",
    ),
    "page-robust": (
        "Of the works of this plan {always} are built in every draw of a robust run, "
        "{sometimes} in some, {never} in none.",
        "本方案项目中，{always}个在稳健性检验的所有抽样中入选，{sometimes}个在部分抽样中入选，{never}个从未入选。",
    ),
    "page-no-robust": (
        "No run with draws was made beside this plan: what happens to it when figures differ is "
        "not known.",
        "未对本方案做抽样检验，数据变化时方案是否改变未知。",
    ),
    "page-proof": (
        "No plan under the same rules can be worth more than {bound}: at most {loss}{share} is "
        "lost.",
        "在同样约束下，任何方案的价值都不超过{bound}，最多相差{loss}{share}。",
    ),
    "page-check": (
        "A check that shares no code with the search went through {checks:,} "
        "{checks:=statement|statements} of {laws} {laws:=law|laws} and found {outcome}.",
        "独立于求解程序的校验检查了{laws}类约束共{checks:,}项，{outcome}。",
    ),
    "page-not-verified": ("The plan is NOT verified.", "方案未通过校验。"),
    "page-not-checked": (
        "No independent check was made: the plan is NOT verified.",
        "未作独立校验，方案未经验证。",
    ),
    "page-years": ("{start}-{finish}, opens {opening}", "{start}—{finish}年，{opening}年投用"),
    "page-year": ("{start}, opens {opening}", "{start}年，{opening}年投用"),
    "page-source-of-run": (
        "accounts of the plan, {file} of the run",
        "方案账目，结果目录中的{file}",
    ),
    "page-source-of-data": ("data of the instance", "算例数据"),
    "page-span": ("{first}-{last}", "{first}—{last}年"),
    "page-map-missing": (
        "{missing} of {count} {count:=project|projects} "
        "{missing:=has no coordinates and is|have no coordinates and are} not drawn.",
        "{count}个项目中有{missing}个没有坐标，未绘出。",
    ),
    "tied-projects": ("{names} ({count} {count:=project|projects})", "{names}等{count}个项目"),
    "unit-and-by-head": ("{unit}; by head: {by_head}", "{unit}；人均：{by_head}"),
    "map-bar": ("{km} km", "{km}公里"),
    "page-map-state": ("State at the end of {year}", "{year}年末状态"),
    "page-chain-tie": ("{kind} with {before}", "与{before}：{kind}"),
    "page-chain-lag": (
        "{kind} with {before}, {lag} {lag:=year|years} later",
        "与{before}：{kind}，滞后{lag}年",
    ),
    "page-quota-left": (
        "Of the debt quotas {amount} are not used.",
        "债务限额中有{amount}未使用。",
    ),
    "page-cash-left": (
        "Of {came_in} that came into the funds {left} are left at the end or lapsed ({share:.0%}).",
        "各项资金共到位{came_in}，期末结余或逾期收回{left}（{share:.0%}）。",
    ),
    "works-of-the-critical-chain": (
        "{count} {count:=work|works}, {years} {years:=year|years} from {first} to {last}.",
        "共{count}个项目，{first}—{last}年，历时{years}年。",
    ),
    "page-all-open": ("The plan {worth}.", "方案{worth}。"),
    "page-note": ("Note: {note}.", "说明：{note}。"),
    "page-source-of-map": (
        "coordinates of the instance, schedule.csv of the run",
        "算例坐标，结果目录中的schedule.csv",
    ),
    "page-bar": (
        "works {start}-{finish}, operating from {opening}",
        "{start}—{finish}年建设，{opening}年起运营",
    ),
    "page-more-limits": ("{count} more", "另有{count}项"),
    "no-robust-run": (
        "{path} holds no classes of this instance's projects: name the folder of a robust run",
        "{path}没有本算例项目的检验结果：请指定robust的结果目录",
    ),
}
