"""Which law a plan breaks, and how."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "run-key-is-missing": ("run.json: {name} is missing", "run.json：缺少{name}"),
    "run-key-of-a-later-version": (
        "run.json: {name} is stated only since a later version than {version}, which it says it is",
        "run.json：{name}只在第{version}版之后的格式中才有，但文件自称第{version}版",
    ),
    "moved-money-is-of-no-fund": (
        "moved_money: {cell} is no fund and year of which run.json says what it had before",
        "moved_money：{cell}不在run.json所列调剂前的资金与年份之内",
    ),
    "moved-money-in": (
        "what comes in ({cell}) after the moves that run.json states",
        "按run.json所列调剂后的资金流入（{cell}）",
    ),
    "run-key-has-no-such-form": (
        "run.json: {name} is {stated!r}, which no run states it as",
        "run.json：{name}为“{stated}”，不是结果所用的形式",
    ),
    "run-key-is-otherwise-stated": (
        "run.json: {name} is {stated!r}, but {due!r} by what it states besides",
        "run.json：{name}为“{stated}”，但据其他内容应为“{due}”",
    ),
    "run-verification-checked-nothing": (
        "run.json: verification tells of no law that was checked",
        "run.json：verification中没有已检查的约束",
    ),
    "run-verification-tells-of-violations": (
        "run.json: verification tells of broken laws",
        "run.json：verification中有被违反的约束",
    ),
    "file-of-the-run-not-listed": (
        "{name}: no hash of it is listed in run.json",
        "{name}：run.json未列出其校验值",
    ),
    "run-json-is-but-follows-to-be-none": (
        "run.json: {name} is {stated!r}, but there is nothing that it follows from",
        "run.json：{name}为“{stated}”，但没有可得出它的数",
    ),
    "run-json-names-nobody-for-the-bound": (
        "run.json: bound_source is {stated!r}, which is neither the solver nor a proof",
        "run.json：bound_source为“{stated}”，既非所述求解器，也非证明",
    ),
    "run-json-bound-is-not-the-certified-one": (
        "run.json: the bound is told as proven, but is not the certified bound",
        "run.json：上界称已证明，但与经证明的上界不一致",
    ),
    "run-states-a-plan-without-one": (
        "run.json: has_plan is {stated!r}, but there is no plan.json",
        "run.json：has_plan为{stated}，但没有plan.json",
    ),
    "run-states-no-plan-with-one": (
        "run.json: has_plan is {stated!r}, but there is a plan.json",
        "run.json：has_plan为{stated}，但有plan.json",
    ),
    "run-changed": ("run.json: changed since it was written", "run.json：写出后被改动"),
    "run-files-no-table": (
        "run.json: files is no table of hashes",
        "run.json：files不是校验值表",
    ),
    "file-of-the-run-missing": ("{name}: missing", "{name}：缺失"),
    "file-of-the-run-changed": (
        "{name}: changed since the run was written",
        "{name}：结果写出后被改动",
    ),
    "projects-of-that-start-in": (
        "number of projects of {scope} that start in {year}",
        "{scope}在{year}年开工的项目数",
    ),
    "sector-named": ("sector {sector}", "行业{sector}"),
    "all-sectors": ("all sectors", "全部行业"),
    "the-index-of-the-networks-is-wrong": (
        "the index of the networks is wrong: {fault}",
        "网络索引有误：{fault}",
    ),
    "index-link-does-not-join": (
        "link {link} does not join {begin} to {end}",
        "线路{link}并未连接{begin}与{end}",
    ),
    "index-link-is-found-at": (
        "link {link} is found at {found}, not at {begin} and {end}",
        "线路{link}位于{found}，而非{begin}和{end}",
    ),
    "index-demand-is-found-at": (
        "demand {demand} is found at {found}, not at {node}",
        "需求{demand}位于{found}，而非{node}",
    ),
    "index-of-another-network": (
        "network {name} is found by the id {found}",
        "网络{name}被记为编号{found}",
    ),
    "index-no-node": ("no node", "无节点"),
    "index-stands-other-times": (
        "{kind} {name} stands {found} {found:=time|times} instead of {stated} at {where}",
        "{where}处{kind}{name}出现{found}次，应为{stated}次",
    ),
    "index-node": ("node", "节点"),
    "index-link": ("link", "线路"),
    "index-demand": ("demand", "需求"),
    "index-row-of-project-network": ("row of project_network", "project_network的行"),
    "the-objective": ("the objective", "目标函数值"),
    "the-plan-reports-of-in-but-the-instance-has": (
        "the plan reports {measure} of {element} in {year}, but the instance has no "
        "network {network!r}",
        "方案报告了{year}年{element}的{measure}，但算例中没有网络“{network}”",
    ),
    "is-in-the-first-account-and-in-the-second": (
        "{name} is {first!r} in the first account and {second!r} in the second",
        "{name}在第一套账目中为“{first}”，在第二套账目中为“{second}”",
    ),
    "the-objective-is-in-the-first-account-and-in": (
        "the objective is {mine} in the first account and {theirs} in the second",
        "目标函数值在第一套账目中为{mine}，在第二套账目中为{theirs}",
    ),
    "the-plan-is-of-instance-not-of": (
        "the plan is of instance {instance!r}, not of {settings!r}",
        "方案属于算例“{instance}”，而非“{settings}”",
    ),
    "the-plan-is-of-scenario-which-the-instance": (
        "the plan is of scenario {scenario!r}, which the instance does not have",
        "方案属于情景“{scenario}”，但算例中没有该情景",
    ),
    "started-project-is-unknown": (
        "started project {project!r} is unknown",
        "开工项目“{project}”不在算例中",
    ),
    "starts-in-option-in-to-finish-in-and-open-in": (
        "{name} starts in option {option!r} in {start}, to finish in {finish} and open in "
        "{opening}: no such option, or no year",
        "{name}按方案“{option}”于{start}年开工、{finish}年完工、{opening}年投用：没有该方案"
        "，或年份有误",
    ),
    "is-started-twice-the-second-time-in": (
        "{name} is started twice, the second time in {start}",
        "{name}重复开工，第二次为{start}年",
    ),
    "starts-in-outside-the-plan-s-years": (
        "{name} starts in {start}, outside the plan's years {first}-{last}",
        "{name}于{start}年开工，不在规划期{first}—{last}年内",
    ),
    "started-in-is-stated-as-but-follows-to-be": (
        "{name}, started in {start}: {label} is stated as {stated}, but follows to be {due}",
        "{name}于{start}年开工：{label}填报为{stated}，应为{due}",
    ),
    "project-is-unknown": ("project {project!r} is unknown", "项目“{project}”不在算例中"),
    "payer-is-unknown": ("payer {jurisdiction!r} is unknown", "出资方“{jurisdiction}”不在算例中"),
    "is-unknown": ("{kind} {source!r} is unknown", "{kind}“{source}”不在算例中"),
    "is-no-year": ("{year!r} is no year", "“{year}”不是年份"),
    "is-no-amount": ("{amount!r} is no amount", "“{amount}”不是金额"),
    "it-stands-twice": ("it stands twice", "重复出现"),
    "payment-of-for-project-in-from": (
        "payment of {jurisdiction} for project {project} in {year} from {source}: {problem}",
        "{jurisdiction}{year}年以{source}支付项目{project}：{problem}",
    ),
    "compensation-of-by-from-for-project-in-an-id": (
        "compensation of {receiver} by {jurisdiction} from {source} for project {project} "
        "in {year}: an id, the year or the amount ({amount!r}) is not known, or it stands "
        "twice",
        "{jurisdiction}{year}年以{source}就项目{project}向{receiver}支付的补偿：编号、年份"
        "或金额（{amount}）有误，或重复出现",
    ),
    "instrument-is-unknown": (
        "instrument {instrument!r} is unknown",
        "融资工具“{instrument}”不在算例中",
    ),
    "issue-of-in": (
        "issue of {instrument} in {year}: {problem}",
        "{instrument}{year}年的发行：{problem}",
    ),
    "is-issued-in-outside-the-plan-s-years": (
        "{instrument} is issued in {year}, outside the plan's years",
        "{instrument}于{year}年发行，不在规划期内",
    ),
    "fund-in-is-no-amount-to-lapse": (
        "fund {fund} in {year}: {lapse!r} is no amount to lapse",
        "资金{fund}{year}年：“{lapse}”不是收回金额",
    ),
    "excess-of-the-trips-time-over-their-fastest": (
        "excess of the trips' time over their fastest ways without projects in {year}",
        "{year}年无项目时出行时间超出最快路线的部分",
    ),
    "excess-of-the-trips-time-over-their-fastest-2": (
        "excess of the trips' time over their fastest ways in {year}",
        "{year}年出行时间超出最快路线的部分",
    ),
    "is-of-it-above": (
        "{what} is {gap:.3g} of it, above {relative_gap:g}",
        "{what}占{gap:.3g}，高于{relative_gap:g}",
    ),
    "flow-on-in": ("flow on {link} in {year}", "{year}年线路{link}的流量"),
    "of-in-is-but-the-link-is-not-open": (
        "{measure} of {link} in {year} is {value:g}, but the link is not open",
        "{year}年{link}的{measure}为{value:g}，但该线路未开通",
    ),
    "what-comes-to-less-what-leaves-it-in": (
        "what comes to {node} less what leaves it in {year}",
        "{year}年节点{node}流入与流出之差",
    ),
    "lapse-in": ("lapse in {year}", "{year}年收回金额"),
    "what-fund-used-served-and-let-lapse-by": (
        "what fund {fund} used, served and let lapse by {year}, against what came in "
        "{lapse_years} {lapse_years:=year|years} before,",
        "资金{fund}截至{year}年的使用、偿债和收回合计（对照{lapse_years}年前的累计收入）",
    ),
    "what-fund-pays-in": ("what fund {fund} pays in {year}", "资金{fund}{year}年的支出"),
    "with-the-that-must-remain": (
        "{what} with the {kept:g} that must remain",
        "{what}（含须保留的{kept:g}）",
    ),
    "debt-service-of-fund-in": (
        "debt service of fund {fund} in {year}",
        "资金{fund}{year}年的偿债支出",
    ),
    "what-fund-pays-for-works-against-its-share-of": (
        "what fund {fund} pays for works, against its share of what projects brought in,",
        "资金{fund}用于工程的支出（对照项目收入的再投资比例）",
    ),
    "debt-service-of-fund-in-after-the-plan": (
        "debt service of fund {fund} in {year}, after the plan, against its cash and inflow,",
        "资金{fund}规划期后{year}年的偿债支出（对照其结余与收入）",
    ),
    "works-and-service-of-fund-in-after-the-plan": (
        "what fund {fund} pays for works and debt in {year}, after the plan, against its cash and "
        "inflow,",
        "资金{fund}规划期后{year}年的续建投资和偿债支出（对照其结余与收入）",
    ),
    "debt-of-in-pool-at-the-end-of": (
        "debt of {name} in pool {pool} at the end of {year}",
        "{name}{year}年末{pool}债务余额",
    ),
    "new-issues-of-in-pool-in": (
        "new issues of {name} in pool {pool} in {year}",
        "{name}{year}年{pool}债务新增发行",
    ),
    "rule-of-in-the-measured-sum": (
        "rule {rule} of {jurisdiction} in {year}: the measured sum",
        "规则{rule}对{jurisdiction}{year}年的测算值",
    ),
    "last-band": ("{what}, last band,", "{what}（最高档）"),
    "refinancing-by-in-of-the-due-in-pool": (
        "refinancing by {loan} in {year} of the {due:g} due in pool {pool}",
        "{loan}{year}年再融资（{pool}债务到期{due:g}）",
    ),
    "all-refinancing-of-in-pool-in": (
        "all refinancing of {name} in pool {pool} in {year}",
        "{name}{year}年{pool}债务再融资合计",
    ),
    "starts-in-but-was-in-band-of-rule-in-which": (
        "{id} starts in {start}, but {leader} was in band {band} of rule {rule} in {year}, "
        "which bans starts",
        "{id}于{start}年开工，但{leader}在{year}年处于规则{rule}的{band}档，停止新开工",
    ),
    "debt-service-to-be-covered-by-the-net-revenue": (
        "debt service to be covered by the net revenue of {id} through {through}",
        "{id}截至{through}年应由净收益覆盖的还本付息",
    ),
    "debt-service-to-be-covered-by-the-net-revenue-2": (
        "debt service to be covered by the net revenue of bundle {bundle} over {tenor} "
        "{tenor:=year|years}",
        "项目包{bundle}在{tenor}年内应由净收益覆盖的还本付息",
    ),
    "run-json-is-but-is-in-the-files": (
        "run.json: {name} is {stated!r}, but is {due!r} in the files",
        "run.json：{name}为“{stated}”，而文件中为“{due}”",
    ),
    "kept-plan-has-no-such-form": (
        "run.json does not state the plan in force as option and year by project",
        "run.json未按项目列明原方案的规模方案与开工年份",
    ),
    "more-is-moved-than-asked": (
        "moves weigh {weight:g}, but no more than {most:g} was asked for",
        "变动权重为{weight:g}，超过所要求的{most:g}",
    ),
    "what-is-frozen-is-moved": (
        "starts before {year} are frozen, but moved are: {names}",
        "{year}年之前的开工已冻结，但以下项目有变动：{names}",
    ),
    "run-json": ("run.json: {name}",),
    "run-json-is-but-follows-to-be": (
        "run.json: {name} is {stated!r}, but follows to be {due:.10g}",
        "run.json：{name}为“{stated}”，应为{due:.10g}",
    ),
    "run-json-gap-is-but-there-is-no-bound": (
        "run.json: gap is {gap!r}, but there is no bound",
        "run.json：gap为“{gap}”，但没有上界",
    ),
    "run-json-bound-is-which-is-no-number": (
        "run.json: bound is {bound!r}, which is no number",
        "run.json：bound为“{bound}”，不是数",
    ),
    "run-json-bound": ("run.json: bound", "run.json：bound（上界）"),
    "run-json-gap-is-but-follows-to-be": (
        "run.json: gap is {gap!r}, but follows to be {due:.10g}",
        "run.json：gap为“{gap}”，应为{due:.10g}",
    ),
    "run-json-termination-is-but-the-gap-is": (
        "run.json: termination is {outcome}, but the gap is {gap:.10g}",
        "run.json：termination为{outcome}，但间隙为{gap:.10g}",
    ),
    "run-json-solution-state-is-none-but-there-is": (
        "run.json: solution_state is none, but there is a plan",
        "run.json：solution_state为none，但有方案",
    ),
    "run-json-solution-state-is-optimal-but-the": (
        "run.json: solution_state is optimal, but the gap is {gap:.10g}",
        "run.json：solution_state为optimal，但间隙为{gap:.10g}",
    ),
    "run-json-totals-is-no-table-of-numbers": (
        "run.json: totals is no table of numbers",
        "run.json：totals不是数值表",
    ),
    "run-json-totals-is-not-a-total-that-the-plan": (
        "run.json: totals.{name} is not a total that the plan gives",
        "run.json：totals.{name}不是方案可得出的合计",
    ),
    "run-json-totals-is-missing": (
        "run.json: totals.{name} is missing",
        "run.json：缺少totals.{name}",
    ),
    "of-in-block": (
        "{measure} of {element} in {year}, block {block!r}",
        "{year}年时段“{block}”{element}的{measure}",
    ),
    "cannot-stand-in-the-plan-s-service": (
        "{name} cannot stand in the plan's service",
        "{name}不应出现在方案的网络服务中",
    ),
    "in-block": ("in {year}, block {block}", "{year}年时段{block}"),
    "what-demand-is-served": ("what demand {id} is served {block}", "{block}需求{id}的满足量"),
    "generated-trips-of": ("generated trips of {id} {block}", "{block}{id}的诱增出行"),
    "flow-on": ("flow on {link} {where}", "{where}线路{link}的流量"),
    "difference-of-angles-on": (
        "difference of angles on {link} {where}",
        "{where}线路{link}的相角差",
    ),
    "flow-on-back": ("flow on {link} back {where}", "{where}线路{link}的反向流量"),
    "what-comes-to-less-what-leaves-it": (
        "what comes to {node} less what leaves it {block}",
        "{block}节点{node}流入与流出之差",
    ),
    "output-of": ("output of {node} {where}", "{where}{node}的出力"),
    "output-of-2": ("output of", "出力"),
    "charge-of": ("charge of", "充入量"),
    "discharge-of": ("discharge of", "放出量"),
    "spill-at": ("spill at", "弃量"),
    "what-arrives-at": ("what arrives at", "到达量"),
    "what-storage-turns-over": (
        "what storage {node} takes in and gives out at once, {where}",
        "{where}蓄能{node}同时存入和放出的量",
    ),
    "what-storage-gives-out-in": (
        "what storage {node} gives out in {year}",
        "{year}年蓄能{node}的放出量",
    ),
    "supplier": (
        "{what} {node} {block} (supplier {supplier})",
        "{block}{node}的{what}（供给节点{supplier}）",
    ),
    "what-pays-for-in": (
        "what {payer} pays for {project} in {year}",
        "{payer}{year}年为{project}支付的金额",
    ),
    "payment-of-for-in": (
        "payment of {jurisdiction} for {project} in {year}",
        "{jurisdiction}{year}年对{project}的支付",
    ),
    "comes-from-outside-but-has-funds-or": (
        "{text} comes from outside, but {jurisdiction} has funds or instruments",
        "{text}来自外部，但{jurisdiction}有自己的资金或融资工具",
    ),
    "comes-from-which-belongs-to": (
        "{text} comes from {source}, which belongs to {jurisdiction}",
        "{text}来自{source}，而它属于{jurisdiction}",
    ),
    "comes-from-which-may-only-repay-old-principal": (
        "{text} comes from {source}, which may only repay old principal",
        "{text}来自{source}，而它只能用于偿还旧债本金",
    ),
    "comes-from-which-is-not-meant-for-this": (
        "{text} comes from {source}, which is not meant for this project",
        "{text}来自{source}，而它不得用于该项目",
    ),
    "comes-from-debt-after-the-plan": (
        "{text} comes from {source}, which pays nothing after the plan",
        "{text}来自{source}，而它在规划期后不再出资",
    ),
    "comes-from": ("{text} comes from {source}", "{text}（来自{source}）"),
    "the-start": ("the start", "规划首年"),
    "the-end": ("the end", "规划末年"),
    "which-may-be-issued-only-from-to-of-the-plan": (
        "{text}, which may be issued only from {begin} to {end} of the plan",
        "{text}，但只能在规划期内{begin}至{end}发行",
    ),
    "what-bears-of-in-at-most-of-it": (
        "what {source} bears of {project} in {year} (at most {limit:g} of it)",
        "{year}年{source}在{project}中承担的金额（最多占{limit:g}）",
    ),
    "debt-in-all-that-costs": (
        "debt in all that {name} costs (capital {asked:g})",
        "{name}总投资中的债务资金（资本金比例{asked:g}）",
    ),
    "debt-that-puts-into-in-capital": (
        "debt that {payer} puts into {name} in {year} (capital {asked:g})",
        "{year}年{payer}投入{name}的债务资金（资本金比例{asked:g}）",
    ),
    "what-fund-pays-over-the-plan": (
        "what fund {fund} pays over the plan",
        "资金{fund}在规划期内的支出",
    ),
    "own-money-of-beside-fund-in": (
        "own money of {jurisdiction} beside fund {fund} in {year}",
        "{year}年{jurisdiction}在资金{fund}之外的配套资金",
    ),
    "issue-of-in-2": ("issue of {instrument} in {year}", "{instrument}{year}年的发行"),
    "issues-of-in": ("issues of {name} in {at}", "{name}{at}年的发行"),
    "issues-of-for-project-in": (
        "issues of {name} for project {tag} in {at}",
        "{name}{at}年为项目{tag}的发行",
    ),
    "which-the-payments-from-it-use-up": (
        "{what}, which the payments from it use up,",
        "{what}（应与支付使用相符）",
    ),
    "names-no-project-but-this-instrument-s-issues": (
        "{text} names no project, but this instrument's issues each belong to one",
        "{text}未对应项目，但该融资工具每次发行须对应一个项目",
    ),
    "names-project-but-this-instrument-s-issues": (
        "{text} names project {project}, but this instrument's issues belong to none",
        "{text}对应项目{project}，但该融资工具的发行不对应项目",
    ),
    "project": ("project {project} ({text})", "项目{project}（{text}）"),
    "project-2": ("project {project}", "项目{project}"),
    "starts-in-but-option-may-start-from-to": (
        "{id} starts in {start}, but option {option} may start from {first} to {last}",
        "{id}于{start}年开工，但方案{option}只可在{first}—{last}年开工",
    ),
    "starts-in-but-option-has-no-year-in-which-it": (
        "{id} starts in {start}, but option {option} has no year in which it may start",
        "{id}于{start}年开工，但方案{option}没有可开工年份",
    ),
    "must-be-built-and-is-not": (
        "{id} must be built ({mandatory}) and is not",
        "{id}必须建设（{mandatory}），却未建设",
    ),
    "must-not-be-built-and-is": ("{id} must not be built and is", "{id}不得建设，却已建设"),
    "starts-in-and-opens-in-but-needs-of-before-it": (
        "{name} starts in {start} and opens in {opening}, but needs {needed} of "
        "{from_projects} before it ({type}, lag {lag}): {built}",
        "{name}于{start}年开工、{opening}年投用，但此前须有{from_projects}中的{needed}项（{type}"
        "，间隔{lag}年）：{built}",
    ),
    "starts-in-and-opens-in": (
        "{name} starts in {start} and opens in {opening}",
        "{name}于{start}年开工、{opening}年投用",
    ),
    "is-not-built": ("{name} is not built", "{name}未建设"),
    "all-or-none-of-may-be-built": (
        "all or none of {members} may be built",
        "{members}须同时建设或都不建",
    ),
    "only-one-of-may-be-built": ("only one of {members} may be built", "{members}只能建设一项"),
    "at-most-of-may-be-built": (
        "at most {most} of {members} may be built",
        "{members}至多建设{most}项",
    ),
    "the-plan-builds": ("{text}; the plan builds {built}", "{text}；方案建设了{built}"),
    "have-works-in-which-may-not-be-together": (
        "{busy} have works in {year}, which may not be together",
        "{busy}在{year}年同时施工，但不得同时施工",
    ),
    "what-is-paid-for-which-is-not-built": (
        "what is paid for {name}, which is not built,",
        "为未建设的{name}支付的金额",
    ),
    "by-the": ("by {project}", "由{project}"),
    "by-the-package-of-joint-projects": ("by the package of joint projects", "由共建项目整体"),
    "pays-for-but-is-no-partner-in-it": (
        "{jurisdiction} pays for {project} but is no partner in it",
        "{jurisdiction}为{project}出资，却不是合作方",
    ),
    "what-the-partners-pay-for-in": (
        "what the partners pay for {project} in {year}",
        "各合作方{year}年对{project}的支付",
    ),
    "what-pays-of-project-in-price-year-money": (
        "what {partner} pays of project {project} in price-year money",
        "{partner}对项目{project}的出资（基年价）",
    ),
    "compensation-of-by-for-in": (
        "compensation of {receiver} by {jurisdiction} for {project} in {year}",
        "{jurisdiction}{year}年就{project}向{receiver}支付的补偿",
    ),
    "nothing-is-agreed-between-the-two": (
        "{text}: nothing is agreed between the two",
        "{text}：双方没有约定",
    ),
    "the-project-is-not-begun-or-the-plan-is-over": (
        "{text}: the project is not begun, or the plan is over",
        "{text}：项目尚未开工，或规划期已结束",
    ),
    "may-not-pay-it": ("{text}: {source} may not pay it", "{text}：{source}不得支付"),
    "compensation-that-pays-for-project-present": (
        "compensation that {partner} pays for project {project}, present value, against its gain",
        "{partner}就项目{project}支付的补偿现值（对照其收益）",
    ),
    "present-value-that-comes-to-against-what-it": (
        "present value that comes to {partner} {text}, against what it gives,",
        "{text}归{partner}所得的现值（对照其付出）",
    ),
    "target-in": ("target {target}: {metric} in {year}", "指标{target}：{year}年{metric}"),
    "in-the": ("in {year}", "{year}年"),
    "in": ("in {first}-{last}", "{first}—{last}年"),
    "policy": ("policy {policy}, {name}", "政策{policy}，{name}"),
    "spending": ("{what}: spending", "{what}：投资"),
    "spending-of-the-scope-share-of-all-spending": (
        "{what}: spending of the scope, share {share:g} of all spending",
        "{what}：范围内投资（占全部投资{share:g}）",
    ),
    "present-value-of-benefits": ("{what}: present value of benefits", "{what}：效益现值"),
    "projects-started": ("{what}: projects started", "{what}：开工项目数"),
    "use-of": ("use of {resource} {name} ({timing})", "{name}{resource}用量（{timing}）"),
    "is-but-follows-to-be": (
        "{what} is {found}, but follows to be {expected}",
        "{what}为{found}，应为{expected}",
    ),
    "is-above-the-limit-of": (
        "{what} is {found}, above the limit of {limit}",
        "{what}为{found}，超过上限{limit}",
    ),
    "is-below-the-least-of": (
        "{what} is {found}, below the least of {floor}",
        "{what}为{found}，低于下限{floor}",
    ),
    "outside-payer": ("outside", "外部"),
    "row-missing-from-the-plan": (
        "{row} is missing from the plan's {table}",
        "方案的{table}中缺少：{row}",
    ),
    "row-follows-from-nothing": (
        "{row} stands in the plan's {table}, but nothing there follows from the decisions",
        "方案的{table}中有{row}，但不是由决策得出的",
    ),
    "field-differs-from-the-laws": (
        "{row}: {field} is {found} in the plan, but follows to be {expected}",
        "{row}：方案中{field}为{found}，应为{expected}",
    ),
    "row-missing-from-the-first": (
        "{row} is missing from {table} of the first account",
        "第一套账目的{table}中缺少：{row}",
    ),
    "row-missing-from-the-second": (
        "{row} is missing from {table} of the second account",
        "第二套账目的{table}中缺少：{row}",
    ),
    "field-differs-between-accounts": (
        "{row}: {field} is {found} in the first account and {expected} in the second",
        "{row}：{field}在第一套账目中为{found}，在第二套账目中为{expected}",
    ),
    "field-of-a-row": ("{field} {value}", "{field}{value}"),
    "use-of-a-node": ("{what} {node} {where}", "{where}{node}的{what}"),
    "what-flows-both-ways": (
        "what flows both ways at once on {link}, {where}",
        "{where}线路{link}双向同时流过的量",
    ),
    "what-flows-round-in-a-ring": (
        "what flows round in a ring over {link}, {where}",
        "经{link}的环流（{where}）",
    ),
}
