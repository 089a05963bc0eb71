"""Sentences about other plans of the same question, moved money, and what a run is declared."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "the-program-cannot-be-asked": (
        "`infraplan {command}` cannot answer for this instance ({told}): {instead}.",
        "infraplan {command}不能用于本算例（{told}）：{instead}。",
    ),
    "in-place-of-alternatives": (
        "solve it again with `infraplan solve --forbid PROJECT` and set both runs side by side "
        "with `infraplan compare`",
        "请用 infraplan solve --forbid 项目 重新求解，再用 infraplan compare 对照两次结果",
    ),
    "in-place-of-move-money": (
        "change what comes in with `infraplan solve --set funds.FUND.YEAR=VALUE` and set both runs "
        "side by side with `infraplan compare`",
        "请用 infraplan solve --set funds.资金.年份=数值 修改到位资金重新求解，"
        "再用 infraplan compare 对照两次结果",
    ),
    "in-place-of-frontier": (
        "leave --y at npv, which is one solve for each limit",
        "请将 --y 保持为npv，即每个限额各求解一次",
    ),
    "in-place-of-replan": (
        "solve it as it is now with `infraplan solve` and see what moved with `infraplan compare`",
        "请按现状用 infraplan solve 重新求解，再用 infraplan compare 查看变动",
    ),
    "in-place-of-robust": (
        "put the doubt of figures into scenarios and ask `infraplan sweep`",
        "请将数据的不确定性写成情景，再用 infraplan sweep 计算",
    ),
    "share-of-a-value-near-0": (
        "The run is worth {value:,.4f} x {unit}, which is near 0 beside its bound: a share of it "
        "says nothing. Name an amount with --within-money.",
        "该结果的价值为{value:,.4f}{unit}，接近0，按其比例设限没有意义。请用--within-money给出金额。",
    ),
    "alternatives-floor": (
        "Plans worth at least {floor:,.4f} x {unit}; the run is worth {value:,.4f} x {unit}.",
        "方案价值不低于{floor:,.4f}{unit}；原结果为{value:,.4f}{unit}。",
    ),
    "alternatives-no-more": (
        "Proven: there is no other plan of so much value.",
        "已证明：没有其他达到该价值的方案。",
    ),
    "alternatives-none-in-time": (
        "No further plan was found in the time; if there is one, it lies at most {bound:,.6g} from "
        "those found.",
        "限时内未得到更多方案；若存在，与已得方案的差异至多为{bound:,.6g}。",
    ),
    "alternatives-open": (
        "No further plan was found in the time, and nothing is proven of one.",
        "限时内未得到更多方案，是否存在尚未证明。",
    ),
    "alternatives-ties": (
        "As good as the run, as far as its gap tells: {plans}.",
        "按原结果的间隙，与其不分优劣：{plans}。",
    ),
    "there-are-no-funds": (
        "no fund {names}; there are: {known}",
        "没有资金{names}；已有：{known}",
    ),
    "there-are-no-such-years": (
        "no year {names} in the plan, which is from {first} to {last}",
        "{names}不是规划年份，规划期为{first}至{last}年",
    ),
    "no-money-may-move": (
        "no fund of a budget, transfer or grant has money in the plan's years; name others with "
        "--funds",
        "规划期内没有可调剂的预算、转移支付或补助资金；请用--funds指明其他资金",
    ),
    "moves-need-two-years": (
        "money moves between years: name two at least",
        "资金在年份之间调剂，至少须指明两个年份",
    ),
    "moves-cannot-be-asked": ("{faults}.", "{faults}。"),
    "moves-gain": (
        "Moving {moved:,.4f} x {unit} brings {gain:,.4f} x {unit}; no moves bring more than "
        "{bound:,.4f} x {unit}.",
        "调剂{moved:,.4f}{unit}可增加价值{gain:,.4f}{unit}；任何调剂的增加额不超过{bound:,.4f}{unit}。",
    ),
    "moves-gain-open": (
        "Moving {moved:,.4f} x {unit} brings {gain:,.4f} x {unit}; no bound is known.",
        "调剂{moved:,.4f}{unit}可增加价值{gain:,.4f}{unit}；没有已知的界。",
    ),
    "moves-surely": (
        "Proven, whatever plan without moves: {low:,.4f} x {unit} of it.",
        "与不调剂的任何方案相比，其中{low:,.4f}{unit}已证明。",
    ),
    "moves-none": (
        "No move brings more than {bound:,.4f} x {unit}; nothing is moved.",
        "任何调剂的增加额不超过{bound:,.4f}{unit}；不作调剂。",
    ),
    "move-is-worth": (
        "{amount:,.4f} x {unit} of {fund} from {from_year} to {to_year} is worth {gain:z,.4f} "
        "x {unit} alone (proven: {low:z,.4f} to {high:z,.4f} x {unit}).",
        "{fund}的{amount:,.4f}{unit}由{from_year}年调至{to_year}年，单独可增加价值{gain:z,.4f}{unit}"
        "（已证明介于{low:z,.4f}与{high:z,.4f}{unit}之间）。",
    ),
    "move-alone-is-impossible": (
        "{amount:,.4f} x {unit} of {fund} from {from_year} to {to_year}: no plan with this move "
        "alone.",
        "{fund}的{amount:,.4f}{unit}由{from_year}年调至{to_year}年：仅作此项调剂时没有可行方案。",
    ),
    "moves-no-plan": (
        "No plan was found with the money moved.",
        "资金调剂后未得到方案。",
    ),
    "there-is-no-state": (
        "There is no state {name}; there are: {known}.",
        "没有状态{name}；可用：{known}。",
    ),
    "state-may-not-follow": (
        "The run is {before}; it may become {known}, not {state}.",
        "该结果处于{before}状态，可改为{known}，不能改为{state}。",
    ),
    "state-is-final": (
        "The run is adopted and stays so.",
        "该结果已采纳，状态不再改变。",
    ),
    "state-needs-words": (
        "Say who declares it with --by, and why with --because.",
        "请用--by说明由谁作出，用--because说明理由。",
    ),
    "state-of-a-broken-run": (
        "The run does not hold what it states: {count} laws are broken (`infraplan verify` names "
        "them).",
        "该结果未通过校验，有{count}处不符（用infraplan verify查看）。",
    ),
    "state-is-declared": (
        "{run_dir}: {before} -> {state}, by {by}.",
        "{run_dir}：{before} → {state}，{by}。",
    ),
    "state-line": ("State: {state}", "状态：{state}"),
    "state-record": (
        "  {at}  {state}, by {by}: {because}",
        "  {at}  {state}，{by}：{because}",
    ),
    "run-is-declared-and-stays": (
        "{run_dir} holds a run that is declared {state}; it is not replaced: choose another "
        "folder.",
        "{run_dir}中的结果已声明为{state}，不予覆盖。请另选目录。",
    ),
    "run-state-may-not-follow": (
        "run.json declares {state} after {before}, which may not follow",
        "run.json在{before}之后声明{state}，次序不允许",
    ),
    "run-changed-since-declared": (
        "run.json was changed since the run was declared {state}",
        "该结果声明为{state}之后，run.json被改动",
    ),
}
