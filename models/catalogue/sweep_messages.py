"""Sentences about instances that are solved many times."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "sweep-folder-is-taken": (
        "{folder} holds something already: name another folder with -o, or go on with its journal "
        "with --resume.",
        "{folder}中已有内容：请用-o另指定目录，或用--resume接续其中的记录。",
    ),
    "sweep-folder-has-no-journal": (
        "{folder} holds other files and no journal that could be resumed: name another folder with "
        "-o.",
        "{folder}中是其他文件，没有可接续的记录：请用-o另指定目录。",
    ),
    "sweep-job-kills-its-process": (
        "The process that solves {key} died {tries} times (memory?); what is finished is kept, and "
        "--resume goes on from there.",
        "求解{key}的进程已{tries}次异常终止（内存不足？）；已完成的结果保留，可用--resume接续。",
    ),
    "forced-and-forbidden": (
        "{name} is both forced and forbidden",
        "{name}既被指定入选又被指定排除",
    ),
    "set-is-not-understood": (
        "{text!r} is no change of a cell",
        "“{text}”不是对单元格的改动",
    ),
    "set-twice": ("{place} is set twice", "{place}被改动两次"),
    "set-how": (
        "write TABLE.ROW.COLUMN=VALUE, e.g. projects.bridge.latest_start=2027, "
        "options.PROJECT/OPTION.COLUMN=VALUE, instance.SETTING=VALUE, or funds.FUND.YEAR=VALUE for "
        "what comes in",
        "格式为 表.行.列=值，例如 projects.bridge.latest_start=2027；方案用 "
        "options.项目/方案.列=值，设置用 instance.设置=值，某年资金流入用 funds.资金.年份=值",
    ),
    "set-row-has-other-keys": (
        "{text!r} names no row: rows of that table are named by {keys}, with / between",
        "“{text}”没有指明一行：该表的行以{keys}标识，之间用/分隔",
    ),
    "set-names-a-row": (
        "mend the row in {text!r}",
        "请更正“{text}”中的行",
    ),
    "asked-changes": (
        "Changed against the instance: {changes}.",
        "相对算例的改动：{changes}。",
    ),
    "asked-change": ("{place}: {before} -> {after}", "{place}：{before} → {after}"),
    "price-of-changes": (
        "Against the run without it: {price:+,.4f} x {unit} (between {low:+,.4f} and {high:+,.4f}, "
        "by the proven gaps).",
        "与未作改动的结果相比：{price:+,.4f}{unit}（按已证明的间隙，介于{low:+,.4f}与{high:+,.4f}之间）。",
    ),
    "price-of-changes-unbounded": (
        "Against the run without it: {price:+,.4f} x {unit}; no bounds are known.",
        "与未作改动的结果相比：{price:+,.4f}{unit}；没有已知的界。",
    ),
    "explain-projects-or-all": (
        "Name projects, or ask for --all, not both.",
        "请指明项目，或用--all，二者择一。",
    ),
    "explain-cannot-be-built": (
        "{name}: no plan obeys all rules with it.",
        "{name}：没有含此项目且满足全部规则的方案。",
    ),
    "explain-cannot-be-left": (
        "{name}: no plan obeys all rules without it.",
        "{name}：没有不含此项目而满足全部规则的方案。",
    ),
    "explain-out-loses": (
        "{name}: with it, the plan is worth {loss:,.4f} x {unit} less.",
        "{name}：若纳入，方案价值减少{loss:,.4f}{unit}。",
    ),
    "explain-in-loses": (
        "{name}: without it, the plan is worth {loss:,.4f} x {unit} less.",
        "{name}：若去除，方案价值减少{loss:,.4f}{unit}。",
    ),
    "explain-out-gains": (
        "{name}: with it, the plan is worth {loss:,.4f} x {unit} more.",
        "{name}：若纳入，方案价值增加{loss:,.4f}{unit}。",
    ),
    "explain-in-gains": (
        "{name}: without it, the plan is worth {loss:,.4f} x {unit} more.",
        "{name}：若去除，方案价值增加{loss:,.4f}{unit}。",
    ),
    "explain-displaces": ("  Not built then: {names}.", "  届时不建：{names}。"),
    "explain-brings": ("  Built then besides: {names}.", "  届时另建：{names}。"),
    "explain-turns-by-benefit": (
        "  Turns where its benefit is {after:,.4f} a year in the place of {before:,.4f} "
        "(x {unit}; {proven}).",
        "  年效益由{before:,.4f}变为{after:,.4f}{unit}时取舍改变（{proven}）。",
    ),
    "explain-turns-by-cost": (
        "  Turns where its cost is {after:,.4f} in the place of {before:,.4f} "
        "(x {unit}; {proven}).",
        "  投资由{before:,.4f}变为{after:,.4f}{unit}时取舍改变（{proven}）。",
    ),
    "explain-turns-by-budget": (
        "  Turns where {after:,.4f} comes into {who} in {year} in the place of {before:,.4f} "
        "(x {unit}; {proven}).",
        "  {who}{year}年资金流入由{before:,.4f}变为{after:,.4f}{unit}时取舍改变（{proven}）。",
    ),
    "explain-turns-by-ceiling": (
        "  Turns where the debt ceiling of {who} is {after:,.4f} from {year} on in the place of "
        "{before:,.4f} (x {unit}; later ones by as much; {proven}).",
        "  {who}债务限额自{year}年起由{before:,.4f}变为{after:,.4f}{unit}（以后各年同额调整）时"
        "取舍改变（{proven}）。",
    ),
    "explain-turns-by-quota": (
        "  Turns where the quota of new debt of {who} in {year} is {after:,.4f} in the place of "
        "{before:,.4f} (x {unit}; {proven}).",
        "  {who}{year}年新增债务限额由{before:,.4f}变为{after:,.4f}{unit}时取舍改变（{proven}）。",
    ),
    "explain-is-smallest": (
        "both sides solved; proven smallest within 2 %",
        "两侧均已求解；已证明在2%以内为最小改动",
    ),
    "explain-is-smallest-found": (
        "both sides solved; smallest found",
        "两侧均已求解；为已找到的最小改动",
    ),
    "explain-nothing-turns": (
        "  No change of its {kind} that was tried turns it.",
        "  所试的{kind}改动均未改变取舍。",
    ),
    "explain-banned-loses": (
        "{name} is forbidden by its own row; if it were built, the plan would be worth {loss:,.4f} "
        "x {unit} less.",
        "{name}已被列为不得建设；若予建设，方案价值减少{loss:,.4f}{unit}。",
    ),
    "explain-cannot-be-built-by": (
        "{name}: no plan obeys all rules with it; what stands against it: {rule}.",
        "{name}：没有含此项目且满足全部规则的方案；与之冲突的规则：{rule}。",
    ),
    "explain-turn-is-open": (
        "  Between {before:,.4f} and {after:,.4f} x {unit} the gap decides nothing.",
        "  在{before:,.4f}与{after:,.4f}{unit}之间，按间隙不能判定。",
    ),
    "sweep-resumed": (
        "{count} finished solves were found in the journal.",
        "记录中已有{count}次完成的求解。",
    ),
    "sweep-progress": (
        "{finished} of {of}: {key}, value {value}; some {left} s left.",
        "第{finished}次，共{of}次：{key}，目标值{value}；约剩{left}秒。",
    ),
    "sweep-wrote": ("Runs and tables: {folder}", "结果与表格：{folder}"),
    "there-is-no-axis": (
        "There is no {name} to set value against; there are: {known}.",
        "没有可与目标值相权衡的{name}；可用：{known}。",
    ),
    "frontier-of-value-alone": (
        "{name} cannot be made best yet; --y takes npv.",
        "目前不能以{name}为最优目标；--y取npv。",
    ),
    "frontier-debt-limit": ("debt limit of the frontier", "前沿分析的债务上限"),
    "frontier-has-no-plan": (
        "No plan was found, so there is no frontier.",
        "未得到任何方案，因而没有前沿。",
    ),
    "frontier-impossible": (
        "Proven to have no plan, limits: {limits}.",
        "已证明无可行方案的限值：{limits}。",
    ),
    "frontier-undecided": (
        "Without a plan in the time, limits: {limits}.",
        "限时内未得方案的限值：{limits}。",
    ),
    "there-are-no-scenarios": (
        "There is no scenario {names}; there are: {known}.",
        "没有情景{names}；已有：{known}。",
    ),
    "two-stage-is-worth": (
        "The first phase decided now, the rest by scenario: {value:,.4f} x {unit}; no such plan is "
        "worth more than {bound}.",
        "首期先定、后期视情景而定的期望价值：{value:,.4f}{unit}；上界{bound}。",
    ),
    "two-stage-vss": (
        "  More than with the first phase made for the instance as it stands: {value:,.4f} x "
        "{unit} (proven: {low:,.4f} to {high}).",
        "  比按基准情景确定首期多{value:,.4f}{unit}（已证明：{low:,.4f}至{high}）。",
    ),
    "two-stage-no-vss": (
        "  The first phase made for the instance as it stands has no plan in a scenario.",
        "  按基准情景确定的首期在某一情景下没有可行方案。",
    ),
    "two-stage-evpi": (
        "  To know the scenario before would be worth: {value:,.4f} x {unit} (proven: {low:,.4f} "
        "to {high}).",
        "  若事先知道情景，可再增{value:,.4f}{unit}（已证明：{low:,.4f}至{high}）。",
    ),
    "two-stage-is-of-paths": (
        "  The program of all scenarios together was too large or found nothing in time: of the "
        "first phases made for one scenario the best is told.",
        "  各情景联合模型过大或限时内无解：所列为按单一情景确定的首期中最优者。",
    ),
    "not-known": ("not known", "未知"),
    "least-regret": (
        "The plan made for “{plan}” loses least where another scenario comes: at most "
        "{regret:,.4f} x {unit}.",
        "若出现其他情景，按“{plan}”编制的方案损失最小：至多{regret:,.4f}{unit}。",
    ),
}
