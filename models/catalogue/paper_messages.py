"""Sentences of the council paper, and what its export refuses."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "paper-head": ("Run {run}, {date}", "方案：{run}，{date}"),
    "paper-unit": (
        "Money in {unit}, of the year in which it is paid unless a year of prices is named.",
        "金额单位：{unit}；除注明价格年份外，均为支付当年价格。",
    ),
    "paper-no-unit": (
        "The instance does not name its unit of money.",
        "算例未注明金额单位。",
    ),
    "paper-nothing": ("Nothing.", "无。"),
    "paper-largest": (
        "The {count} dearest {count:=work takes|works take} {share:.0%} of all that is paid.",
        "投资最大的{count}个项目占投资总额的{share:.0%}。",
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
    "robust-only-for-page-and-paper": (
        "a robust run is told by --to html and --to docx alone",
        "稳健性检验结果只用于--to html和--to docx",
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
