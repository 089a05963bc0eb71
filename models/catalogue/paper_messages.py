"""Sentences of the council paper, and what its export refuses."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "paper-head": ("Run {run}, {date}", "方案{run}，{date}"),
    "paper-unit": (
        "Money in {unit}, of the year in which it is paid unless a year of prices is named.",
        "金额单位：{unit}；除注明价格年份外，均为支付当年价格。",
    ),
    "paper-opening": (
        "From {first} to {last} the plan builds {built} of {asked} projects and pays "
        "{spent} for them.",
        "规划期{first}—{last}年，{asked}个备选项目中纳入{built}个，共支付{spent}。",
    ),
    "money-in-billions": ("{currency} {amount:,.1f} billion", "{currency} {amount:,.1f}十亿"),
    "money-in-millions": ("{currency} {amount:,.1f} million", "{currency} {amount:,.1f}百万"),
    "money-in-units": ("{currency} {amount:,.0f}", "{currency} {amount:,.0f}"),
    "paper-years-of": (" ({first}-{last})", "（{first}—{last}年）"),
    "paper-phase": (
        "{phase}: {started} works begin, {opened} open, {spent} are paid; mostly {sectors}.",
        "{phase}：开工{started}项，建成投用{opened}项，支付{spent}，主要用于{sectors}。",
    ),
    "paper-phase-idle": (
        "{phase}: no work begins, none opens and nothing is paid.",
        "{phase}：无开工、无建成项目，无支付。",
    ),
    "paper-after": (
        "After {last} another {spent} are paid for works that were begun.",
        "{last}年以后，在建项目尚需支付{spent}。",
    ),
    "paper-sector": ("{sector} {spent}", "{sector}{spent}"),
    "paper-payers": ("Who pays: {parts}.", "出资构成：{parts}。"),
    "paper-payer": ("{payer}{source} {share:.0%}", "{payer}{source}{share:.0%}"),
    "paper-of-source": (" ({source})", "（{source}）"),
    "paper-payer-rest": ("{count} further sources {share:.0%}", "其余{count}个来源{share:.0%}"),
    "paper-borrowed": (
        "Of it {borrowed} are borrowed.",
        "其中举债{borrowed}。",
    ),
    "paper-largest": (
        "The {count} dearest works take {share:.0%} of all that is paid.",
        "投资最大的{count}个项目占全部支付的{share:.0%}。",
    ),
    "paper-nothing-left-out": (
        "Every candidate project is built or stands already.",
        "备选项目全部纳入或已建成。",
    ),
    "paper-left-out": (
        "{count} projects are left out. The reasons, by how many they hold for:",
        "未纳入项目{count}个。按原因统计：",
    ),
    "paper-reason": ("{reason}: {count}", "{reason}：{count}个"),
    "paper-reasons-rest": ("other reasons: {count}", "其他原因：{count}个"),
    "paper-not-explained": ("no reason was worked out: {count}", "未给出原因：{count}个"),
    "paper-no-targets": ("No target was set.", "未设定指标。"),
    "paper-targets-met": ("All {count} targets are met.", "{count}项指标全部完成。"),
    "paper-targets-missed": (
        "Targets missed: {missed} of {count}; the table says by how much.",
        "{count}项指标中有{missed}项未完成，缺口见下表。",
    ),
    "paper-no-debt": (
        "The plan borrows nothing, and no debt of earlier years was stated.",
        "方案不举债，且未列存量债务。",
    ),
    "paper-debt": (
        "Debt is highest at the end of {year}: {balance}. The dearest year of "
        "service is {service_year}: {service} of principal and interest.",
        "债务余额于{year}年末达到最高，为{balance}；还本付息最多的年份为{service_year}年，"
        "合计{service}。",
    ),
    "paper-headroom": (
        "Least room under the limits: {jurisdiction}, {rule}, {room} in {year}.",
        "限额余量最小处：{jurisdiction}，{rule}，{year}年余{room}。",
    ),
    "paper-no-limit": ("No limit of debt was stated.", "未设债务限额。"),
    "paper-sure": (
        "Of the cost of the works built {parts}. By the ranges stated it may be {low} to "
        "{high}, in prices of {year}.",
        "纳入项目造价中，{parts}。按所列区间，总造价为{low}至{high}（{year}年价格）。",
    ),
    "paper-sure-part": ("{share:.0%} is known as: {quality}", "{quality}占{share:.0%}"),
    "paper-value": (
        "The plan is worth {value:,.2f} x {unit}, and no plan under the same rules is worth more "
        "than {bound:,.2f}: {loss:,.2f} may be missing.",
        "方案净现值为{value:,.2f}{unit}；在相同约束下任何方案均不超过{bound:,.2f}，"
        "与最优方案的差距至多{loss:,.2f}。",
    ),
    "paper-years": (
        "The plan ends after {value:,.0f} years; none under the same rules ends in less than "
        "{bound:,.0f}.",
        "方案历时{value:,.0f}年；在相同约束下任何方案不少于{bound:,.0f}年。",
    ),
    "paper-checked": (
        "{checks:,} checks of {laws} laws, by a program that shares nothing with the model, found "
        "no fault.",
        "独立校验程序按{laws}条规则作了{checks:,}项检查，未发现问题。",
    ),
    "paper-not-checked": (
        "The plan is NOT verified: its checks found faults, or none was made.",
        "方案未通过校验：检查发现问题，或未作检查。",
    ),
    "paper-no-pictures": (
        "No picture: {reason}.",
        "无图：{reason}。",
    ),
    "no-font-for-chinese": (
        "this machine has no font that holds Chinese for pictures; install Noto Sans CJK",
        "本机没有可用于图片的中文字体，请安装思源黑体（Noto Sans CJK）",
    ),
    "paper-needs-a-plan": (
        "{run} holds no plan; there is nothing to put before a council",
        "{run}中没有方案，无从编制材料",
    ),
    "export-needs-an-extra": (
        "--to {format} needs {package}, which is not installed; install it by: "
        "pip install 'infraplan[{extra}]'",
        "--to {format}需要{package}，尚未安装；安装命令：pip install 'infraplan[{extra}]'",
    ),
    "template-only-for-docx": (
        "a template is for --to docx alone",
        "模板只用于--to docx",
    ),
    "template-cannot-be-read": (
        "{path} is not a Word document (.docx) that can be read",
        "{path}不是可读取的Word文档（.docx）",
    ),
    "template-fields-unknown": (
        "{path} asks for fields that there are not: {fields}; known are {known}",
        "{path}中有未定义的字段：{fields}；可用字段：{known}",
    ),
    "template-blocks-inside": (
        "{path}: the fields {fields} stand for whole parts; each needs a paragraph of its own, "
        "outside of tables",
        "{path}：字段{fields}代表整段内容，须单独成段且不在表格内",
    ),
    "standard-calendar": ("Standard", "标准日历"),
    "calendar-amount": ("{amount:,.2f} x {unit}", "{amount:,.2f}{unit}"),
    "calendar-start": ("Works begin: {name}", "开工：{name}"),
    "calendar-opening": ("Opens: {name}", "投用：{name}"),
    "calendar-decision": ("Decide on: {name}", "决策：{name}"),
    "calendar-start-text": (
        "The plan begins these works in {year}; pays {spent} in all.",
        "方案于{year}年开工，共支付{spent}。",
    ),
    "calendar-opening-text": (
        "First year of operation by the plan: {year}.",
        "方案首个运营年：{year}年。",
    ),
    "calendar-decision-text": (
        "The works begin on 1 January {year}; the decision must be taken before.",
        "计划于{year}年1月1日开工，须在此之前作出决策。",
    ),
}
