"""Pages of the formulation, made from the records of rules, the laws and the families of rows."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from infraplan.models.rules import LAWS, LAWS_ALONE, RULES, Rule, Section
from infraplan.optimizer.families import FAMILIES
from tools.site.mathematics import is_formula, mathml

TITLES = {
    Section.SELECTION: "Selection and time",
    Section.VALUE: "Value",
    Section.POLICY: "Policies and targets",
    Section.MONEY: "Money and debt",
    Section.ACCOUNT: "The account of a plan",
    Section.NETWORK: "Networks",
    Section.EQUILIBRIUM: "Roads at equilibrium",
    Section.PRESSURE: "Water under pressure",
}


def formulation_pages(laws: Path) -> dict[str, str]:
    """Text of each page by its name: one of all rules, one for each section of the laws."""
    told = laws_of(laws.read_text("utf-8"))
    pages = {"formulation/index.md": _index()}
    for section in Section:
        rules = [rule for rule in RULES.values() if rule.section is section]
        parts = [f"# {TITLES[section]}", _HEAD]
        parts += [_rule(rule, told) for rule in rules]
        alone = LAWS_ALONE[section]
        if alone:
            parts.append("## Laws without rows")
            parts.append("What follows from the decisions, or bounds a column, has no rows.")
            parts += [f"### `{law}`\n\n{_law(law, told)}" for law in alone]
        pages[f"formulation/{section.value}.md"] = "\n\n".join(parts) + "\n"
    return pages


_HEAD = (
    "Made from the records of rules, the [laws](../laws.md) and the docstrings of the families of "
    "rows; the notation is that of the laws, section *Notation*. `x[o,s]` is 1 where option `o` "
    "starts in year `s`, `started[o,t]` where it has started by year `t`, `T-1` is the plan's last year."
)


def _index() -> str:
    rows = [
        f"| [`{rule.name}`]({rule.section.value}.md#{rule.name}) | {in_italics(rule.title.en)} | "
        f"{in_italics(rule.title.zh)} | {'yes' if rule.gives_way else 'no'} |"
        for rule in RULES.values()
    ]
    head = "| rule | says | 含义 | can give way |\n|---|---|---|---|"
    intro = (
        "Every rule of the program, in the order of its rows. A rule that *can give way* is one that "
        "somebody made; the others are bookkeeping or physics.\n\n"
        "全部约束，按模型中的行序排列；“可放宽”指由人制定的规则，其余为记账或物理关系。"
    )
    return f"# Formulation 数学模型\n\n{intro}\n\n{head}\n" + "\n".join(rows) + "\n"


def laws_of(text: str) -> dict[str, str]:
    """What docs/laws.md says under each name: its item in a list, as it stands there."""
    found: dict[str, str] = {}
    for item in _items(text):
        names = re.match(r"- (`\w+`(?:(?:, | / | and )`\w+`)*)", item)
        for name in re.findall(r"\w+", names.group(1)) if names else ():
            found.setdefault(name, item.removeprefix("- "))
    # A law that begins no item stands within one, or within a paragraph.
    for law in sorted({*LAWS} - {*found}):
        begins = re.compile(rf"(?:^- |[;.] |\n){re.escape(f'`{law}`')}|`{law}`:|is the law `{law}`")
        items = [item for item in _items(text) if f"`{law}`" in item]
        items.sort(key=lambda item: begins.search(item) is None)
        if items:
            found[law] = items[0].removeprefix("- ")
    return found


def _items(text: str) -> list[str]:
    """Items of lists and paragraphs."""
    return re.split(r"\n(?=- )|\n\n|\n(?=#)", text)


def _law(law: str, told: dict[str, str]) -> str:
    text = told.get(law)
    # The page of laws lies one folder above these.
    text = re.sub(r"\]\((?=[\w-]+\.md)", "](../", text or "")
    return text if text else f"See [the laws](../laws.md): `{law}`."


def _rule(rule: Rule, told: dict[str, str]) -> str:
    asked = ", ".join(
        f"`{need.table}{'.' + need.column if need.column else ''}`"
        + (f" (`{'`, `'.join(need.values)}`)" if need.values else "")
        for need in rule.needs
    )
    axes = ", ".join(f"`{axis}`" for axis in rule.axes) or "none"
    facts = [
        f"- says: {in_italics(rule.title.en)} / {in_italics(rule.title.zh)}",
        f"- where it keeps a project out: {in_italics(rule.reason.en)} / {in_italics(rule.reason.zh)}",
        f"- asked for by: {asked}",
        f"- one row for each: {axes}",
        f"- can give way: {'yes' if rule.gives_way else 'no'}",
    ]
    law = "\n".join(f"> {line}" for line in _law(rule.law, told).splitlines())
    family = FAMILIES.get(rule.name)
    rows = "None of its own: it bounds columns."
    if family is not None:
        rows = rows_text(inspect.getdoc(family.add) or "")
    return "\n\n".join(
        [f"## `{rule.name}` {{ #{rule.name} }}", "\n".join(facts), law, f"**Rows.** {rows}"]
    )


def rows_text(docstring: str) -> str:
    """A family's docstring in Markdown, its formulas as mathematics."""
    parts = []
    for block in re.split(r"\n\n", docstring):
        lines = block.splitlines()
        if all(line.startswith("    ") for line in lines):
            parts.append(_formulas(lines))
        else:
            text = re.sub(r"``(.+?)``", _inline, " ".join(lines)).replace("::", ":")
            parts.append(text)
    return "\n\n".join(parts)


def _inline(found: re.Match[str]) -> str:
    code = found.group(1)
    return mathml(code) if is_formula(code) else f"`{code}`"


def _formulas(lines: list[str]) -> str:
    """Formulas that stand one below the other, a name before each where it has one."""
    least = min(len(line) - len(line.lstrip()) for line in lines)
    whole: list[str] = []
    for line in lines:
        if whole and len(line) - len(line.lstrip()) > least:
            whole[-1] += " " + line.strip()
        else:
            whole.append(line.strip())
    rows = []
    for line in whole:
        named = re.match(r"((?:[a-z]+_[a-z_]+|[a-z]{5,})(?:, [a-z_]+)*)\s{2,}(.*)", line)
        name, formula = named.groups() if named else ("", line)
        label = f"<code>{name}</code>" if name else ""
        rows.append(f"<tr><td>{label}</td><td>{mathml(formula)}</td></tr>")
    return '<table class="formulas">' + "".join(rows) + "</table>"


def in_italics(text: str) -> str:
    """A title with the names of what it is about in italics."""
    return re.sub(r"\{(\w+)\}", r"*\1*", text)
