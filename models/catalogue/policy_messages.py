"""What is asked of policies that cannot hold together, and of revenue that reaches nobody."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "floors-ask-for-more-than-caps-leave": (
        "{floors}: at least {asked} in {years}; {caps}: at most {most} in all",
        "{floors}要求{years}年不少于{asked}，而{caps}合计不超过{most}",
    ),
    "no-plan-holds-both": (
        "no plan can keep them all: raise the cap, lower the floor, or correct years and scope",
        "没有方案能同时满足：请提高上限、降低下限，或更正年份与适用范围",
    ),
    "only-no-spending-holds-both": (
        "only a plan that spends nothing in these years keeps them all: correct the shares, the "
        "years or the scope",
        "除非这些年份不作任何投资，否则无法同时满足：请更正占比、年份或适用范围",
    ),
    "shares-add-up-to-one": ("all shares together", "全部占比"),
    "so-many-starts": ("{count:g} starts", "{count:g}个新开工项目"),
    "amount-in-its-unit": ("{amount:,.6g} x {unit}", "{amount:,.6g}{unit}"),
    "revenue-of-projects-reaches-nobody": (
        "revenue of {names} reaches nobody: no bond that asks coverage and no contract repaid by "
        "users may pay for them, and no row of receipts brings it into a fund; it changes no plan",
        "{names}的收入没有去处：既没有要求收益覆盖的债券或使用者付费合同可用于这些项目，"
        "也没有收入表的行将其转入资金；这些收入不影响方案",
    ),
    "and-so-many-more-projects": ("{count} more", "另有{count}个项目"),
    "give-receipts-or-a-bond-with-coverage": (
        "nothing to do where whoever runs them keeps it; else add rows of receipts for what "
        "reaches a fund, or give an instrument that may pay for them its coverage",
        "收入归运营单位的无须处理；否则请在项目收支表中填写进入资金的部分，或为可用于这些项目的融资工具填写覆盖倍数",
    ),
}
