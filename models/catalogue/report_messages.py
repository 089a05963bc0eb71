"""Sentences of reports."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "money-in-prices-of": ("money in {unit}, prices of {year}", "金额单位:{unit},{year}年价格"),
    "headline": (
        "The plan builds {built} of {asked} candidate projects in {span}, invests "
        "{spent:,.1f} x {unit}, and is worth {value:,.2f} x {unit} of net present value.",
        "方案在{span}年建设{asked}个候选项目中的{built}个,总投资{spent:,.1f}{unit},净现值{value:,.2f}"
        "{unit}。",
    ),
    "headline-of-targets": (" It attains {hit} of {count} targets.", "{count}项指标完成{hit}项。"),
    "proof": (
        "No plan under the same rules can be worth more than {bound:,.4f} x {unit}: at "
        "most {loss:,.4f} ({share:.4f} %) is lost. An independent check of {checks:,} "
        "statements found {outcome}.",
        "在同样约束下,任何方案的价值都不超过{bound:,.4f}{unit},最多相差{loss:,.4f}({share:.4f}"
        "%)。独立校验{checks:,}项,{outcome}。",
    ),
    "this-limit-is": (" This limit is {source}.", "上限{source}。"),
    "note-of-the-solve": (" {note}.", "{note}。"),
    "bound-proven-by-dual-values": (
        "proven: dual values checked",
        "已证明:对偶值经复核",
    ),
    "bound-by-a-solver": ("by solver {solver}, not certified", "由求解器{solver}给出,未经证明"),
    "no-fault": ("no fault", "全部成立"),
    "faults": ("faults", "存在问题"),
    "laws-and-checks": ("{laws} laws, {checks:,} checks", "{laws}类约束,{checks:,}项检查"),
    "unit-in-prices-of": ("{unit}, prices of {year}", "{unit}({year}年价格)"),
    "unit-of-the-year": ("{unit}, money of the year", "{unit}(当年价)"),
    "unit-at-the-end-of": ("{unit}, end of {year}", "{unit}({year}年末)"),
    "unit-in-a-year": ("{unit}, in {year}", "{unit}({year}年)"),
}
