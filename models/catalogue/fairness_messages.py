"""Sentences on who has what of a plan: shares of its value, floors by head."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "value-shares-are-not-resumed": (
        "value-shares is one calculation and keeps nothing before its end: call it again with the "
        "same --seed and a longer --time-limit, in a new folder.",
        "value-shares为一次性计算，结束前不保存中间结果：请以相同的--seed和更长的--time-limit重新运行，"
        "并另择输出目录。",
    ),
    "value-shares-of-money-only": (
        "The run asks for the fewest years, and years cannot be shared out; `value-shares` needs "
        "`objective` npv.",
        "该结果以工期最短为目标，年数无法分摊；value-shares要求objective为npv。",
    ),
    "value-shares-add-up": (
        "Value {value:,.4f} x {unit} = shares {shares:,.4f} + without any project {without:,.4f} + "
        "not shared {apart:,.4f}.",
        "总价值{value:,.4f}{unit} = 项目分摊额{shares:,.4f} + 不建任何项目时{without:,.4f} + "
        "未分摊{apart:,.4f}。",
    ),
    "value-shares-do-not-add-up": (
        "Shares miss the value of the run by {difference:,.6g} x {unit}: its files do not fit one "
        "another. `infraplan verify` says where.",
        "分摊额与结果的总价值相差{difference:,.6g}{unit}，结果文件前后不符；"
        "请用infraplan verify查明。",
    ),
    "value-not-shared-law": (
        "{subject}, {value:,.4f} x {unit}, is not shared: what it is with some of the projects "
        "alone hangs on a network, and no linear program of its costs finds it.",
        "{subject}的价值{value:,.4f}{unit}未分摊：其值取决于网络，只建部分项目时不能由费用的线性规划求得。",
    ),
    "value-not-shared-flow": (
        "{subject}, {value:,.4f} x {unit}, is not shared: the network cannot work with some of the "
        "projects alone.",
        "{subject}的价值{value:,.4f}{unit}未分摊：只建部分项目时该网络无法运行。",
    ),
    "value-not-shared-time": (
        "{subject}, {value:,.4f} x {unit}, is not shared: the time was too short.",
        "{subject}的价值{value:,.4f}{unit}未分摊：时间不足。",
    ),
    "value-counted-twice": (
        "Group {group}: values alone sum to {alone:,.4f}, together they are worth {value:,.4f} x "
        "{unit}: {twice:,.4f} would be counted twice.",
        "第{group}组：单独计算之和{alone:,.4f}，共同价值{value:,.4f}{unit}，重复计算{twice:,.4f}。",
    ),
    "value-gained-together": (
        "Group {group}: values alone sum to {alone:,.4f}, together they are worth {value:,.4f} x "
        "{unit}: {more:,.4f} are gained by one another.",
        "第{group}组：单独计算之和{alone:,.4f}，共同价值{value:,.4f}{unit}，相互增益{more:,.4f}。",
    ),
    "value-not-shared-differs": (
        "{subject}, {value:,.4f} x {unit}, is not shared: flows found anew are worth something "
        "else than the run states (see `recomputed` with --json), as where nothing can flow in "
        "some year without the projects.",
        "{subject}的价值{value:,.4f}{unit}未分摊：重新求解的服务价值与结果所载不同（见--json的recomputed），"
        "例如某些年份不建项目时网络无法运行。",
    ),
    "value-shares-progress": (
        "{tie}: order {done} of {of}; at most {left} s left.",
        "{tie}：次序{done}/{of}，最多还需{left}秒。",
    ),
    "policy-by-head-of-nobody": (
        "policy {policy} is by head, and nobody is stated to live in its jurisdictions {names}",
        "政策“{policy}”按人均计，但所涉主体{names}未填人口",
    ),
    "state-the-population": (
        "state the population of the jurisdiction, or name others",
        "请填写该主体的人口，或改为其他主体",
    ),
}
