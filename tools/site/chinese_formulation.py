"""Pages of the formulation in Chinese, made from the Chinese texts of the records of rules.

The formulas are those of the English pages: mathematics has one language. What the laws say in
words is English, and each rule leads to it.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from infraplan.models.catalogue import term_or_name
from infraplan.models.rules import LAWS_ALONE, RULES, Need, Rule, Section
from infraplan.optimizer.families import FAMILIES
from infraplan.optimizer.storage.accepted_words import titles
from infraplan.optimizer.storage.flat_settings import SETTINGS_TABLE
from tools.site.formulation import in_italics, laws_of, rows_text
from tools.site.mathematics import is_formula, mathml

TITLES = {
    Section.SELECTION: "选项与时间",
    Section.VALUE: "价值",
    Section.POLICY: "政策与指标",
    Section.MONEY: "资金与债务",
    Section.ACCOUNT: "方案的账目",
    Section.NETWORK: "网络",
    Section.EQUILIBRIUM: "路网均衡",
    Section.PRESSURE: "有压供水管网",
}
_AXES = {
    "block": "时段",
    "class": "类别",
    "commodity": "货种",
    "demand": "需求",
    "element": "网络元件",
    "end": "一端",
    "follower": "后续项目",
    "fund": "资金",
    "instrument": "债务工具",
    "jurisdiction": "区县",
    "network": "网络",
    "node": "节点",
    "paid": "收款方",
    "payer": "出资方",
    "policy": "政策约束",
    "pool": "债务类别",
    "predecessor": "前置项目",
    "project": "项目",
    "relation": "项目关系",
    "resource": "资源",
    "rule": "债务规则",
    "sector": "行业",
    "side": "方向",
    "source": "资金来源",
    "target": "指标",
    "tenor": "期限",
    "year": "年份",
}
_HEAD = (
    "本页由约束记录生成，公式取自各约束族的说明；记号见[约束（英文）](../../laws.md)的 *Notation* 一节。"
    "`x[o,s]` 为 1 表示选项 `o` 在 `s` 年开工，`started[o,t]` 为 1 表示至 `t` 年已开工，"
    "`T-1` 为规划期最后一年。"
)
_INTRO = (
    "模型的全部约束，按行序排列。“可放宽”指由人制定的规则，资金或政策变化时可以改动；"
    "其余为记账或物理关系。每条约束都由求解之外的另一套程序重新校验。"
)


def chinese_formulation_pages(laws: Path) -> dict[str, str]:
    """Text of each page by its name: one of all rules, one for each section of the laws."""
    told = laws_of(laws.read_text("utf-8"))
    rows = [
        f"| [`{rule.name}`]({rule.section.value}.md#{rule.name}) | {in_italics(rule.title.zh)} | "
        f"{TITLES[rule.section]} | {'是' if rule.gives_way else '否'} |"
        for rule in RULES.values()
    ]
    head = "| 约束 | 含义 | 类别 | 可放宽 |\n|---|---|---|---|"
    pages = {
        "formulation/zh/index.md": f"# 数学模型\n\n{_INTRO}\n\n{head}\n" + "\n".join(rows) + "\n"
    }
    for section in Section:
        rules = [rule for rule in RULES.values() if rule.section is section]
        english = f"English: [{section.value}](../{section.value}.md)"
        parts = [f"# {TITLES[section]}", english, _HEAD, *map(_rule, rules)]
        alone = [law for law in LAWS_ALONE[section] if law in told]
        if alone:
            names = "、".join(f"[`{law}`](../{section.value}.md#{law})" for law in alone)
            parts.append(f"## 不设约束行的规定\n\n由决策直接得出，或仅限定变量取值：{names}。")
        pages[f"formulation/zh/{section.value}.md"] = "\n\n".join(parts) + "\n"
    return pages


def _rule(rule: Rule) -> str:
    axes = "、".join(f"{_AXES[axis]}（`{axis}`）" for axis in rule.axes) or "无，全模型仅一行"
    facts = [
        f"- 含义：{in_italics(rule.title.zh)}",
        f"- 因此落选时的说法：{in_italics(rule.reason.zh)}",
        f"- 何时设置：填有{'、'.join(map(_need, rule.needs))}",
        f"- 每一行对应：{axes}",
        f"- 可放宽：{'是' if rule.gives_way else '否'}",
    ]
    family = FAMILIES.get(rule.name)
    formulas = [] if family is None else _formulas(inspect.getdoc(family.add) or "")
    law = f"规定：`{rule.law}`，全文见[英文页](../{rule.section.value}.md#{rule.name})。"
    told = "**公式**" if formulas else "**公式** 不设约束行，仅限定变量取值。"
    if family is not None and not formulas:
        told = "**公式** 见英文页的说明。"
    return "\n\n".join(
        [f"## `{rule.name}` {{ #{rule.name} }}", "\n".join(facts), law, told, *formulas]
    )


def _formulas(docstring: str) -> list[str]:
    """The formulas of a docstring without the words between them."""
    blocks = [block for block in docstring.split("\n\n") if block.strip()]
    apart = [
        rows_text(block)
        for block in blocks
        if all(line.startswith("    ") for line in block.splitlines())
    ]
    if apart:
        return apart
    codes = list(re.findall(r"``(.+?)``", " ".join(docstring.split())))
    return [mathml(code) for code in dict.fromkeys(codes) if is_formula(code) and "=" in code]


def _need(need: Need) -> str:
    """A table, or a field of it, that asks for the rule: its Chinese name and how it is written."""
    table = _named("table", SETTINGS_TABLE.name if need.table == "settings" else need.table)
    if not need.column:
        return table
    column = need.column.split(".")[-1]
    known = titles(need.table, column)
    told = f"{known[0]}（`{need.column}`）" if known else f"`{need.column}`"
    values = "、".join(f"`{value}`" for value in need.values)
    return f"{table}的{told}" + (f"为{values}" if values else "")


def _named(kind: str, key: str) -> str:
    word = term_or_name(kind, key).zh
    return f"`{key}`" if word == key else f"{word}（`{key}`）"
