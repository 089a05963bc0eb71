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
        "The process that solves {key} died {tries} {tries:=time|times} (memory?); what is "
        "finished is kept, and --resume goes on from there.",
        "求解{key}的进程已{tries}次异常终止（内存不足？）；已完成的结果保留，可用--resume接续。",
    ),
    "cluster-is-not-installed": (
        "Solving on a cluster needs Dask: pip install 'infraplan[cluster]'.",
        "在集群上求解需要Dask：pip install 'infraplan[cluster]'。",
    ),
    "cluster-does-not-answer": (
        "No scheduler can be used at {address}: {reason}.",
        "{address}处没有可用的调度器：{reason}。",
    ),
    "cluster-has-no-worker": (
        "The scheduler at {address} has had no worker for {seconds:,.0f} s: start workers first.",
        "{address}处的调度器在{seconds:,.0f}秒内没有工作进程：请先启动工作进程。",
    ),
    "cluster-versions-differ": (
        "The cluster has other versions than this program (there / here): {names}. Give scheduler, "
        "workers and this program one environment.",
        "集群与本程序的版本不一致（集群/本机）：{names}。调度器、工作进程与本程序须用同一环境。",
    ),
    "cluster-lacks-the-program": (
        "The cluster cannot load this program ({reason}): give scheduler, workers and this program "
        "one environment.",
        "集群无法载入本程序（{reason}）：调度器、工作进程与本程序须用同一环境。",
    ),
    "cluster-was-lost": (
        "The scheduler at {address} was lost; what is finished is kept, and --resume goes on from "
        "there.",
        "与{address}处调度器的连接已中断；已完成的结果保留，可用--resume接续。",
    ),
    "forced-and-forbidden": (
        "{name} is both forced and forbidden",
        "{name}既被指定入选又被指定排除",
    ),
    "set-is-not-understood": (
        "{text!r} is no change of a cell",
        "“{text}”不是对单元格的改动",
    ),
    "asked-change-fault": ("{asked}: {message}", "{asked}：{message}"),
    "asked-result": (
        "with the changes asked for, {place}: {message}",
        "按所要求的改动，{place}：{message}",
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
    "set-names-rows": (
        "{text!r}: {field} names the row and cannot be set",
        "“{text}”：{field}是该行的标识，不能改动",
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
    "before-and-after": ("{before} -> {after}", "{before} → {after}"),
    "asked-to-build": ("{project} must be built", "{project}必须建设"),
    "asked-not-to-build": ("{project} must not be built", "{project}不得建设"),
    "cell-of-row": ("{row}, {column}", "{row}的{column}"),
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
        "{name}：没有含此项目且满足全部约束的方案。",
    ),
    "explain-cannot-be-left": (
        "{name}: no plan obeys all rules without it.",
        "{name}：没有不含此项目而满足全部约束的方案。",
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
    "explain-not-earlier-window": (
        "Not before {year}: that is the first year in which it may start.",
        "不早于{year}年开工：该年为其最早可开工年份。",
    ),
    "explain-not-earlier-impossible": (
        "Where it starts before {year}, no plan obeys all rules.",
        "若早于{year}年开工，则没有满足全部约束的方案。",
    ),
    "explain-not-earlier-impossible-by": (
        "Where it starts before {year}, no plan obeys all rules; against it stands: {rule}.",
        "若早于{year}年开工，则没有满足全部约束的方案；与之冲突的约束：{rule}。",
    ),
    "explain-not-earlier-unknown": (
        "What a start before {year} would lose was not found out in the time given.",
        "若早于{year}年开工，其损失在限定时间内未求出。",
    ),
    "explain-earlier-is-as-good": (
        "Started before {year}, the plan would be worth as much, within the gap.",
        "若早于{year}年开工，方案价值在间隙内相同。",
    ),
    "explain-earlier-is-open": (
        "The best plan found that starts it before {year} is worth {loss} less; whether there is "
        "one as good is open.",
        "已找到的早于{year}年开工的最优方案价值减少{loss}；是否存在同样好的方案，尚未证明。",
    ),
    "explain-beside": ("  {text}", "  {text}"),
    "explain-amount": ("{amount:,.4f} x {unit}", "{amount:,.4f}{unit}"),
    "explain-earlier-loses": (
        "Started before {year}, the plan would be worth {loss} less ({why}).",
        "若早于{year}年开工，方案价值减少{loss}（{why}）。",
    ),
    "explain-earlier-by-rule": (
        "with the rest of the plan as it is: {rule}",
        "其余安排不变时的制约因素：{rule}",
    ),
    "explain-earlier-by-value": (
        "the rest of the plan leaves room for it, but it is worth less so",
        "其余安排不变时可以提前，但价值更低",
    ),
    "explained-not-in-time": (
        "the reason was not found out in the time given",
        "原因在限定时间内未求出",
    ),
    "explain-less-is-open": (
        "solved; whether less of it would do is open",
        "已求解；更小的改动是否足够尚未判定",
    ),
    "explain-is-a-duty": (
        "  Its row says that it must be built (mandatory): the loss is without that duty.",
        "  该项目列为必建（mandatory）；所列损失为取消这一要求时的损失。",
    ),
    "explain-never-turns": (
        "  No change of its {kind} turns it, however large: proven.",
        "  {kind}无论改动多大，取舍均不改变（已证明）。",
    ),
    "explain-never-turns-at": (
        "  No change of the {kind} of {who} in {year} alone turns it, however large: proven.",
        "  仅改动{who}{year}年的{kind}，无论改动多大，取舍均不改变（已证明）。",
    ),
    "explain-nothing-turns-at": (
        "  No change of the {kind} of {who} in {year} alone that was tried turns it.",
        "  仅改动{who}{year}年的{kind}，所试的改动均未改变取舍。",
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
        "{name}：没有含此项目且满足全部约束的方案；与之冲突的约束：{rule}。",
    ),
    "explain-cannot-and-loses": (
        "{told} Even where the rules made room for it, it would cost more than it brings.",
        "{told}即使放开约束，其效益也低于费用。",
    ),
    "explain-turn-is-open": (
        "  Between {before:,.4f} and {after:,.4f} x {unit} the gap decides nothing.",
        "  在{before:,.4f}与{after:,.4f}{unit}之间，按间隙不能判定。",
    ),
    "sweep-resumed": (
        "{count} finished {count:=solve was|solves were} found in the journal.",
        "记录中已有{count}次完成的求解。",
    ),
    "sweep-progress": (
        "{finished} of {of}: {run}, value {value}; some {left} s left.",
        "第{finished}次，共{of}次：结果目录{run}，目标值{value}；约剩{left}秒。",
    ),
    "sweep-progress-of-some": (
        "{finished} of about {of}: {run}, value {value}; about {left} s left.",
        "第{finished}次，预计共{of}次左右：结果目录{run}，目标值{value}；预计还需{left}秒左右。",
    ),
    "sweep-progress-open": (
        "{finished} of {of} so far: {run}, value {value}; more may follow.",
        "已完成{finished}次（目前共{of}次）：结果目录{run}，目标值{value}；可能还有后续求解。",
    ),
    "sweep-progress-known": (
        "{finished} of {of}: {run}, value {value}; it was known.",
        "第{finished}次，共{of}次：结果目录{run}，目标值{value}；此前已求得。",
    ),
    "sweep-stopped": (
        "Stopped. Finished solves that are kept in {folder}: {count}; the same command with "
        "--resume goes on from there.",
        "已中断。已完成的{count}次求解保存在{folder}；原命令加--resume可从此处继续。",
    ),
    "sweep-writes-to": (
        "Runs, journal and tables go to {folder}.",
        "求解结果、记录和表格写入{folder}。",
    ),
    "sweep-wrote": ("Runs and tables: {folder}", "结果与表格：{folder}"),
    "replan-rolls-or-takes-another": (
        "Give another instance, or roll that of the run (--to, --actuals), not both.",
        "请给出另一算例，或滚动原算例（--to、--actuals），二者不能并用。",
    ),
    "replan-chooses-one-way": (
        "Give one of --keep-within, --moves and --move-cost.",
        "--keep-within、--moves、--move-cost只能取其一。",
    ),
    "replan-share": (
        "{text!r} is no share: write 1% or 0.01.",
        "“{text}”不是比例：请写1%或0.01。",
    ),
    "counts-money-alone": (
        "`{command}` tells losses and gains in money: it takes objective npv, and no plan that is "
        "worth years.",
        "{command}以资金计算损失和收益，只接受以净现值（npv）为目标的算例，不接受以工期为目标的方案。",
    ),
    "replan-weight": (
        "No weights of moves: {texts}. Write STAGE=NUMBER or PROJECT=NUMBER, the number above 0; "
        "stages: {stages}.",
        "不是变动权重：{texts}。请写 阶段=数值 或 项目=数值，数值须大于0；阶段有：{stages}。",
    ),
    "replan-frozen-is-not-offered": (
        "Frozen until {year}, but not offered as planned any more: {names}.",
        "在{year}年之前冻结、但已不能按原安排实施的项目：{names}。",
    ),
    "replan-has-no-plan": (
        "No plan was found, so nothing can be kept.",
        "未得到任何方案，无从保持原安排。",
    ),
    "bound-of-plans-with-few-moves": (
        "Bound and gap are of plans that move no more than {most:g} of the plan in force.",
        "上界与间隙仅就对原方案变动不超过{most:g}的方案而言。",
    ),
    "bound-of-plans-with-frozen-starts": (
        "Bound and gap are of plans that keep the starts before {year} of the plan in force.",
        "上界与间隙仅就保持原方案{year}年之前开工安排的方案而言。",
    ),
    "replan-frozen-has-no-plan": (
        "Proven: no plan keeps all that is frozen until {year}. Freeze less, or leave --freeze out "
        "to see what must move.",
        "已证明：没有方案能保持{year}年之前冻结的全部安排。请缩短冻结期，或去掉--freeze以查看必须变动的项目。",
    ),
    "replan-chosen": (
        "Chosen: {moved} moves, proven to be the fewest for a loss of {loss:,.4f} x {unit}; it "
        "loses no more than {high:,.4f} x {unit} against any plan.",
        "选定方案变动{moved}项，已证明损失{loss:,.4f}{unit}时不能更少；与任何方案相比，损失至多{high:,.4f}{unit}。",
    ),
    "replan-chosen-open": (
        "Chosen: {moved} moves for a loss of {loss:,.4f} x {unit}; at least {least:,.4g} are "
        "proven to be needed; it loses no more than {high:,.4f} x {unit} against any plan.",
        "选定方案变动{moved}项，损失{loss:,.4f}{unit}；已证明至少须变动{least:,.4g}；"
        "与任何方案相比，损失至多{high:,.4f}{unit}。",
    ),
    "replan-gap": ("{share:.2%}",),
    "replan-gap-unknown": ("not known", "不详"),
    "replan-free": (
        "Of plans within the gap of the best one known, the nearest to the plan in force moves "
        "{moved}: proven, none of them moves fewer.",
        "与已知最优方案相差在间隙以内的方案中，最接近原方案者变动{moved}项；已证明不能更少。",
    ),
    "replan-free-open": (
        "Of plans within the gap of the best one known, the nearest to the plan in force that was "
        "found moves {moved}; none of them moves fewer than {least:,.4g}, proven.",
        "与已知最优方案相差在间隙以内的方案中，目前找到的最接近原方案者变动{moved}项；已证明至少须变动{least:,.4g}。",
    ),
    "replan-fresh": (
        "A fresh solve, which knows nothing of the plan in force, moves {moved}; its gap is {gap}.",
        "完全不参照原方案的重新求解变动{moved}项，其间隙为{gap}。",
    ),
    "replan-fresh-frozen": (
        "A fresh solve, which knows nothing of the plan in force nor of what is frozen, moves "
        "{moved}, {frozen} of them frozen; its gap is {gap}.",
        "完全不参照原方案及其冻结安排的重新求解变动{moved}项，其中{frozen}项本应冻结，其间隙为{gap}。",
    ),
    "replan-sunk": (
        "Spent before on {name}, which is not built: {money:,.4f} x {unit}.",
        "{name}不再建设，此前已投入{money:,.4f}{unit}。",
    ),
    "a-plan-is-kept-by-exact-alone": (
        "A plan in force is kept by the engine exact alone, not by {engine}.",
        "只有exact引擎能保持原方案，{engine}不能。",
    ),
    "there-is-no-axis": (
        "There is no {name} to set value against; there are: {known}.",
        "没有可与目标值相权衡的{name}；可用：{known}。",
    ),
    "there-is-no-criterion": (
        "{name} cannot be best beside --x {axis}; --y takes: {known}.",
        "与--x {axis}相权衡时不能以{name}为最优目标；--y可取：{known}。",
    ),
    "probabilities-are-wrong": (
        "--probabilities {text} is neither equal nor ID=SHARE for different scenarios asked for, "
        "shares from 0 to 1 that come to no more than 1; wrong: {wrong}; scenarios: {known}.",
        "--probabilities {text}无法采用：应为equal，或为本次所选情景给出“情景=概率”，每个情景"
        "只写一次，概率在0与1之间且合计不超过1；有误的部分：{wrong}；可用情景：{known}。",
    ),
    "axes-are-the-same": (
        "--z {name} is what --x or --y names already; there are besides: {known}.",
        "--z {name}与--x或--y重复；另可用：{known}。",
    ),
    "frontier-no-limit": ("none", "不限"),
    "frontier-both-limits": ("{x} and {z}", "{x}与{z}"),
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
    "sweep-holds": (
        "{done} of {of} {of:=plan|plans} tried under other scenarios; some {left} s left.",
        "已试算{done}/{of}个方案在其他情景下的价值，约余{left}秒。",
    ),
    "trigger-start-by": ("start by {year}", "{year}年前（含）开工"),
    "trigger-at-least": (
        ">= {threshold}{unit} ({below} | {above})",
        "不低于{threshold}{unit}（{below}｜{above}）",
    ),
    "trigger-at-most": (
        "<= {threshold}{unit} ({below} | {above})",
        "不高于{threshold}{unit}（{below}｜{above}）",
    ),
    "triggers-of-plans": (
        "Triggers by the best plans of {count} {count:=scenario|scenarios}:",
        "按{count}个情景的最优方案判别：",
    ),
    "triggers-of-path": (
        "Triggers where the first phase is that of {path}, and the rest is decided by scenario:",
        "首期按“{path}”先定、后期视情景而定时：",
    ),
    "triggers-none": (
        "No decision hangs on the scenario: all plans start the same projects in the same years.",
        "各情景方案的项目与开工年份相同，无须判别。",
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
    "expected-of-nothing": (
        "No plan under scenarios that have a probability: {names}. So there is no expected value, "
        "and no first phase for all scenarios.",
        "以下有概率的情景没有方案：{names}。因此不计算期望价值，也不确定各情景通用的首期。",
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
    "two-stage-has-no-program": (
        "  No linear program holds its networks, so there is none of all scenarios together: of "
        "the first phases made for one scenario the best is told, and no first phase is worth more "
        "than the scenarios one by one prove.",
        "  其网络不能写成线性规划，因而没有各情景联合模型：所列为按单一情景确定的首期中最优者，"
        "上限由各情景分别求得。",
    ),
    "not-known": ("not known", "未知"),
    "least-regret": (
        "The plan made for “{plan}” loses least where another scenario comes: at most "
        "{regret:,.4f} x {unit}.",
        "若出现其他情景，按“{plan}”编制的方案损失最小：至多{regret:,.4f}{unit}。",
    ),
    "robust-of-value-alone": (
        "The instance asks for the fewest years; robust tells what doubt costs in net present "
        "value: set `objective` to npv.",
        "本算例以工期最短为目标；robust以资金衡量不确定性的代价：请将objective设为npv。",
    ),
    "robust-drawn": (
        "{drawn} {drawn:=figure was|figures were} drawn: {stated} by a range that the "
        "instance states, {other} by a default of their class; {unmoved} stated costs "
        "without a range did not move.",
        "共对{drawn}项数据抽样：{stated}项用算例给出的高低值，{other}项用所属类别的默认幅度；另有{unmoved}项已明示而无高低值的投资不变。",
    ),
    "robust-without-plan": (
        "{count} of {of} {of:=draw|draws} {count:=has|have} no plan ({proven} proven): they "
        "count in no figure.",
        "{of}次抽样中有{count}次没有方案（其中{proven}次已证明无可行方案），不计入各项结果。",
    ),
    "robust-no-plan-everywhere": (
        "None of the plans compared is possible in every draw, so none has a largest regret.",
        "所比较的方案均不能在全部抽样下成立，因而没有最大后悔值。",
    ),
    "robust-least-regret": (
        "Least regret: plan {plan}, at most {regret:,.4f} x {unit}.",
        "后悔值最小：{plan}，最大后悔值{regret:,.4f}{unit}。",
    ),
    "robust-least-cvar": (
        "Loses least in the worst tenth of the draws: plan {plan}, {cvar:,.4f} x {unit} on average "
        "there; with the figures as they stand it costs {price}.",
        "最差一成抽样中损失最小：{plan}，平均损失{cvar:,.4f}{unit}；按现有数据，其代价为{price}。",
    ),
    "robust-program-bound": (
        "One program of {count} {count:=draw|draws}: no plan for the figures as they stand "
        "comes below {bound:,.4f} x {unit} in CVaR and a hundredth of its price; the best "
        "known has {value}.",
        "{count}次抽样联合求解：凡现有数据下可行的方案，其条件风险值与百分之一代价之和均不低于"
        "{bound:,.4f}{unit}；已知最好方案为{value}。",
    ),
    "robust-program-too-large": (
        "A program of {count} {count:=draw|draws} at once would be too large ({entries:,} "
        "{entries:=entry|entries}): the plan named is the best of those compared.",
        "{count}次抽样联合求解的规模过大（{entries:,}个非零元），所列方案为参与比较的方案中最好的一个。",
    ),
    "robust-program-open": (
        "The program of {count} {count:=draw|draws} at once proved nothing in its time: the "
        "plan named is the best of those compared.",
        "{count}次抽样联合求解在限时内未得出结论，所列方案为参与比较的方案中最好的一个。",
    ),
    "robust-evpi": (
        "Knowing all figures would be worth {value:,.4f} x {unit} on average (between {low:,.4f} "
        "and {high} by the gaps), beside the best of these plans.",
        "若准确掌握全部数据，相对上述最好方案平均可增加价值{value:,.4f}{unit}（按间隙介于{low:,.4f}与{high}之间）。",
    ),
    "robust-too-few-draws": (
        "What a single figure is worth takes {least} {least:=draw|draws} with a plan at least.",
        "单项数据的价值至少需要{least}次有方案的抽样方可估计。",
    ),
    "robust-noise": (
        "A figure whose worth is below what chance shows is not told apart from it: more draws "
        "would tell.",
        "价值低于随机水平的数据不能与偶然相区分，增加抽样次数方可判断。",
    ),
}
