"""What is said of the progress of works, of what happened, and of next year's instance."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "stands-and-is-built-again": (
        "{id} stands already and is built again",
        "{id}已经建成，却又列入建设",
    ),
    "states-a-field-of-works": (
        "project {project} states {field}, but its stage is {stage}",
        "项目{project}填写了{field}，而其阶段为{stage}",
    ),
    "set-the-stage-or-leave-the-cell-blank": (
        "set stage to under_construction or complete, or leave the cell blank",
        "将stage（阶段）改为在建或建成，或将该格留空",
    ),
    "set-under-construction-or-leave-the-cell-blank": (
        "set stage to under_construction, or leave the cell blank",
        "将stage（阶段）改为在建，或将该格留空",
    ),
    "is-complete-and-mandatory": (
        "project {project} is complete and {mandatory}: it stands, there is nothing to decide",
        "项目{project}已建成，却又标为{mandatory}：已无可决定",
    ),
    "set-mandatory-to-no-or-correct-the-stage": (
        "set mandatory to no, or correct the stage",
        "将mandatory（是否必建）改为可选，或改正阶段",
    ),
    "is-complete-but-speaks-of-a-start": (
        "project {project} is complete, but {field} speaks of a start that is still to come",
        "项目{project}已建成，而{field}说的是尚未到来的开工",
    ),
    "leave-the-cell-blank-or-correct-the-stage": (
        "leave the cell blank, or correct the stage",
        "将该格留空，或改正阶段",
    ),
    "is-complete-but-opens-later": (
        "project {project} is complete, but opens in {opened}, after the plan begins in {first}",
        "项目{project}已建成，投用年份{opened}却晚于规划首年{first}",
    ),
    "is-complete-but-began-later": (
        "project {project} stands since {opened}, but began in {started}",
        "项目{project}{opened}年已投用，开工年份却为{started}",
    ),
    "stands-but-spent-another-sum": (
        "project {project} is complete and has spent {spent:g} of a cost of {cost:g}",
        "项目{project}已建成，累计投资{spent:g}，而总投资为{cost:g}",
    ),
    "correct-the-stage-the-cost-or-what-was-spent": (
        "correct the stage, overnight_cost or spent_to_date",
        "改正阶段、静态投资或累计完成投资",
    ),
    "should-have-opened": (
        "project {project} began in {begun} and by its lead_time opened in {due}, before the plan "
        "begins in {first}; it is under construction, and is taken to open in {first}",
        "项目{project}于{begun}年开工，按工期应于{due}年投用，早于规划首年{first}；其阶段为在建，"
        "现按{first}年投用计",
    ),
    "give-the-year-of-opening-or-set-complete": (
        "give the year expected as opened, or set stage to complete",
        "在opened（投用年份）填写预计年份，或将阶段改为建成",
    ),
    "nothing-is-left-by-its-profile": (
        "project {project} began in {begun}: by its spending_profile all of it was spent before "
        "the plan, and the rest costs nothing",
        "项目{project}于{begun}年开工：按投资进度在规划期前已全部完成投资，剩余投资为零",
    ),
    "give-what-was-spent": (
        "give what was spent as spent_to_date, or the years of spending_profile that are to come",
        "在spent_to_date（累计完成投资）填写实际数，或改正投资进度",
    ),
    "spent-but-began-in-no-year": (
        "project {project} has spent {spent:g}, but states no year in which it began: its rest is "
        "spread over the whole spending_profile",
        "项目{project}已完成投资{spent:g}，却未填开工年份：剩余投资按整个投资进度分摊",
    ),
    "give-the-year-in-which-it-began": (
        "give the year as started",
        "在started（开工年份）填写年份",
    ),
    "is-committed-at-a-stage": (
        "project {project} is committed, so that its works start in {first}, but its stage is "
        "{stage}",
        "项目{project}标为已承诺，即于{first}年开工，而其阶段为{stage}",
    ),
    "set-must-or-correct-the-stage": (
        "set mandatory to must, so that its stage counts, or correct the stage",
        "将是否必建改为必建（阶段即起作用），或改正阶段",
    ),
    "goes-on-at-once-but-states-a-later-year": (
        "project {project} is committed and goes on in {first}: {field} says {year}, and nothing "
        "heeds it",
        "项目{project}为已承诺，{first}年即施工：{field}所填{year}年不起作用",
    ),
    "set-must-so-that-the-date-counts": (
        "set mandatory to must, so that the year counts, or leave the cell blank",
        "将是否必建改为必建（年份即起作用），或将该格留空",
    ),
    "set-under-construction-or-correct-the-year": (
        "set stage to under_construction, or correct the year",
        "将阶段改为在建，或改正年份",
    ),
    "is-complete-in-options": (
        "project {project} is complete in {count} options",
        "项目{project}已建成，却有{count}个方案",
    ),
    "keep-the-one-that-was-built": (
        "keep the one that was built",
        "只保留已建成的方案",
    ),
    "is-under-construction-yet-must-not": (
        "project {project} is under construction, yet must not be built",
        "项目{project}在建，却标为禁止",
    ),
    "let-works-go-on-or-take-it-out": (
        "set mandatory to no (works go on) or must (they go on when the plan says), o"
        "r take the project out if it was given up",
        "将mandatory改为可选（继续施工）或必建（由规划决定何时继续），若已放弃则删去该项目",
    ),
    "began-not-before-the-plan": (
        "project {project} began in {started}, which is not before the plan's first year {first}",
        "项目{project}开工年份{started}不早于规划首年{first}",
    ),
    "give-a-year-before-the-plan": (
        "give a year before the plan, or set stage to start",
        "填写规划期之前的年份，或将阶段改为开工",
    ),
    "is-to-open-before-it-began": (
        "project {project} is to open in {opened}, before it began in {started}",
        "项目{project}投用年份{opened}早于开工年份{started}",
    ),
    "written-off-after-opening": (
        "project {project} is written off from {since} on, after it opened in {opened}",
        "项目{project}折旧起始年{since}晚于投用年份{opened}",
    ),
    "written-off-before-it-began": (
        "project {project} is written off from {since} on, before it began in {started}",
        "项目{project}折旧起始年{since}早于开工年份{started}",
    ),
    "began-outside-its-window": (
        "project {project} began in {started}, but {field} is {year}",
        "项目{project}已于{started}年开工，而{field}填的是{year}年",
    ),
    "correct-one-of-the-two-years": (
        "correct one of the two years",
        "改正其中一个年份",
    ),
    "is-under-construction-but-opened": (
        "project {project} is under construction, but opened in {opened}, before the plan",
        "项目{project}在建，却已于规划期之前的{opened}年投用",
    ),
    "set-complete-or-correct-the-year": (
        "set stage to complete, or correct the year",
        "将阶段改为建成，或改正年份",
    ),
    "states-a-field-but-the-plan-chooses": (
        "project {project} states {field}, but the plan is to choose when its works go on",
        "项目{project}填写了{field}，而何时继续施工由规划决定",
    ),
    "set-committed-or-leave-blank": (
        "set mandatory to no or committed, or leave the cell blank: lead_time and spe"
        "nding_profile are then those of what remains",
        "将mandatory改为可选或已承诺，或将该格留空：工期和投资进度即指剩余工程",
    ),
    "has-spent-more-than-its-cost": (
        "project {project} has spent {spent:g} of a cost of {cost:g}",
        "项目{project}已完成投资{spent:g}，超过总投资{cost:g}",
    ),
    "correct-or-raise-the-cost": (
        "correct one of the two; where the works became dearer, raise overnight_cost",
        "改正其一；若工程超支，请提高overnight_cost（静态投资）",
    ),
    "actual-no-project": (
        "{project!r} is no project of the instance",
        "算例中没有项目“{project}”",
    ),
    "actual-year-outside": (
        "{year} is not between {first} and {last}",
        "{year}年不在{first}—{last}年之间",
    ),
    "actual-years-are-over": (
        "actuals are of years of the plan that are over",
        "实际情况只能填规划期内已过去的年份",
    ),
    "actual-two-rows": (
        "{project} has two rows for {year}",
        "{project}在{year}年有两行",
    ),
    "actual-keep-one": (
        "keep one of them",
        "只保留一行",
    ),
    "actual-started-late": (
        "{started} is not before {year}",
        "{started}年不早于{year}年",
    ),
    "actual-leave-blank": (
        "leave it blank",
        "请留空",
    ),
    "actual-opened-before": (
        "opened in {opened}, before it began in {start}",
        "投用年份{opened}早于开工年份{start}",
    ),
    "actual-started-early": (
        "began in {started}, but the plan, which begins in {first}, did not have it under way then",
        "开工年份{started}早于规划首年{first}，而规划并未将其列为在建",
    ),
    "actual-set-under-construction": (
        "correct the year; what was under way before the plan says so in projects (stage "
        "under_construction, started), and needs no year here",
        "请改正年份；规划期前已开工的项目应在项目表中写明（阶段为在建、开工年），此处留空",
    ),
    "actual-two-years": (
        "another row says {first}, this one {second}",
        "另一行为{first}，本行为{second}",
    ),
    "actual-opened-and-cancelled": (
        "opens in {opened}, and is cancelled",
        "既填{opened}年投用，又填取消",
    ),
    "actual-keep-one-of-both": (
        "keep one of both",
        "二者只留其一",
    ),
    "actual-opened-unbegun": (
        "opens in {opened}, but {project} has not begun by the plan and these rows",
        "填{opened}年投用，而按规划及各行所述，{project}尚未开工",
    ),
    "actual-say-when-it-began": (
        "state its year in `started` or what was spent, or leave `opened` blank",
        "请在started（开工年）填写年份或填写完成投资，否则将opened（投用年）留空",
    ),
    "actual-correct-one": (
        "correct one of the two",
        "请改正其一",
    ),
    "actual-stands": (
        "{project} stands already",
        "{project}此前已建成",
    ),
    "actual-delete-the-row": (
        "delete the row",
        "请删去该行",
    ),
    "actual-no-option": (
        "{project} has {count} options and the plan chose none",
        "{project}有{count}个方案，而规划未选其一",
    ),
    "actual-keep-the-option": (
        "keep the option that is built in the instance",
        "请在算例中只保留所建方案",
    ),
    "shares-before-works-began": (
        "the shares of project {project} state {field}, but its works have not begun",
        "项目{project}的出资分担填写了{field}，但该项目尚未开工",
    ),
    "roll-has-one-year": (
        "the plan has the one year {year}: there is no later year to roll it to",
        "方案只有{year}年一年，没有可滚动到的后续年份",
    ),
    "roll-year-outside": (
        "--to must be a year from {first} to {last}, not {year}",
        "--to应为{first}—{last}年，而不是{year}",
    ),
    "roll-fund-short": (
        "{fund} ends {year} at {closing:.6g}",
        "{fund}在{year}年末为{closing:.6g}",
    ),
    "roll-overdrawn": (
        "what was spent is more than there was: {funds}. State in inflows who paid fo"
        "r it, or correct `spent`",
        "支出超过资金：{funds}。请在inflows表中写明由谁支付，或改正spent（支出）",
    ),
    "roll-given-up": (
        "{project} was given up; {sunk:g} is sunk",
        "{project}已取消，沉没投资{sunk:g}",
    ),
    "roll-sunk-note": (
        "given up: {sunk:g} is sunk",
        "已取消，沉没投资{sunk:g}",
    ),
    "roll-nothing-to-retire": (
        "{project} was to retire {old}, which ended by itself in {year}: no plan can start it any "
        "more. Take its latest_start out if it may still be built",
        "{project}本用于替换{old}，而后者已于{year}年自然到期：新规划不能再安排；若仍可建设，请删去其最晚开工年",
    ),
    "roll-renewal-past": (
        "{project} was to renew {old} in {year}, when its life ended, and has not begun: no plan "
        "can start it any more. Let its renewal be a decision and take its latest_start out if it "
        "may still be built",
        "{project}本应于{year}年{old}寿命到期时接续，但尚未开工：新规划不能再安排；若仍可建设，"
        "请将接续方式改为由规划决定，并删去其最晚开工年",
    ),
    "roll-late": (
        "{project} must be built and is late: latest_start {year} is left out",
        "{project}为必建项目但已误期：最晚开工年{year}已删去",
    ),
    "roll-opens-late": (
        "{project} must be built and is late: open_by {year} is left out",
        "{project}为必建项目但已误期：投用期限{year}年已删去",
    ),
    "roll-committed-waits": (
        "{project} was to begin at once, but what it waits for is late: it must be built, from "
        "{year} on",
        "{project}本应立即开工，而其前置项目误期：改为必建，{year}年起方可开工",
    ),
    "roll-goes-on-after": (
        "{project} must be built and is late: its works may go on after {year}, the plan's last "
        "year (spending_after_plan), and are then paid by funds",
        "{project}为必建项目但已误期：其建设可延续到规划末年{year}年之后（跨规划期支出），届时由资金支付",
    ),
    "roll-no-year-left": (
        "{project} must be built, but is so late that no year until {year} is left to begin in: "
        "the plan need not build it any more",
        "{project}为必建项目，但误期过久，至{year}年已无可开工年份：新规划不再要求建设",
    ),
    "roll-still-asked-for": (
        "{project} was built under {relation}, which still asks for {count} of {others}: they must "
        "be built",
        "{project}是按关系{relation}建成的，该关系仍要求{others}中的{count}项：新规划须建设",
    ),
    "roll-share-of-the-rest": (
        "policy {policy} is a share of what is spent from {year} on; what was spent before counts "
        "in it no more",
        "政策{policy}的比例只按{year}年起的支出计算，此前支出不再计入",
    ),
    "roll-waits": (
        "{project} waits for what is late: it opens in {year} at the earliest, while its works go "
        "on as they are; state a later year as `opened` if that takes longer",
        "{project}须等待误期的前置项目：最早于{year}年投用，施工照常；如更晚，请在opened（投用年份）"
        "填写年份",
    ),
    "roll-loss-borne": (
        "{partner} agreed to {project}, which went otherwise than planned: what it loses by that, "
        "{loss:.6g} (present value in {year}), is its own and counts no more in its consent",
        "{partner}已同意{project}，而后者未按规划进行：由此造成的损失{loss:.6g}（{year}年现值）由其"
        "自行承担，不再计入其同意条件",
    ),
    "roll-unpaid-borne": (
        "{partner} agreed to {project}, for which money is short in the years in which it is "
        "needed now: others pay or compensate less than was agreed, and what {partner} loses by "
        "that, {loss:.6g} (present value in {year}), is its own and counts no more in its consent",
        "{partner}已同意{project}，而目前用款年份资金不足，其他各方不能按原约定出资或补偿：{partner}由此"
        "造成的损失{loss:.6g}（{year}年现值）由其自行承担，不再计入其同意条件",
    ),
    "roll-fund-lacks": (
        "{fund} of {payer} lacks {amount:.6g} in {year}",
        "{payer}的资金{fund}在{year}年缺{amount:.6g}",
    ),
    "roll-to-decide": (
        "works under way ({projects}) cannot be paid as is agreed: {short}. There is no plan until "
        "this is decided: {ways}",
        "在建项目（{projects}）无法按约定支付：{short}。作出决定之前无可行方案：{ways}",
    ),
    "roll-ways-of-one": (
        "state more money (inflows), or give works up (`cancelled` in actuals)",
        "在inflows表中增加资金，或取消项目（actuals中的cancelled）",
    ),
    "roll-ways-of-partners": (
        "state more money (inflows), agree other shares (shares), or give works up (`cancelled` in "
        "actuals)",
        "在inflows表中增加资金，在shares表中另行商定出资比例，或取消项目（actuals中的cancelled）",
    ),
    "roll-pays-more": (
        "with other shares the money would do: {partner} pays {amount:.6g} more of {project} than "
        "its max_share (price-year money)",
        "如另行商定比例，现有资金可以支付：{partner}对{project}的出资比最高比例多{amount:.6g}（价格基年不变价）",
    ),
    "roll-pays-less": (
        "with other shares the money would do: {partner} pays {amount:.6g} less of {project} than "
        "its min_share (price-year money)",
        "如另行商定比例，现有资金可以支付：{partner}对{project}的出资比最低比例少{amount:.6g}（价格基年不变价）",
    ),
    "roll-broken": (
        "relation {relation} can no longer be kept by what is begun or stands ({projects}): "
        "these go on, and it binds them only so far as it can still be kept; if works are useless "
        "without it, give them up as well",
        "关系{relation}已无法由已开工或已建成的项目（{projects}）满足：这些项目继续进行，该关系只在尚可"
        "满足的范围内约束；若项目因此失去作用，请一并取消",
    ),
    "roll-too-late": (
        "{project} did not begin by its latest_start {year}: no plan can start it any more. "
        "Give it a later year if it may still be built",
        "{project}未在最晚开工年份{year}年之前开工，新规划不能再安排；若仍可建设，请改填更晚的年份",
    ),
    "roll-behind": (
        "{project} is behind with its works: it opens in {year}, not in {planned}",
        "{project}施工滞后：投用年份由{planned}推迟至{year}",
    ),
    "roll-paid-by-the-end": (
        "{project} is under way and late: what would be paid for it after {year}, the appraisal's "
        "last year, is paid in that year",
        "{project}在建且已误期：原应在评价期末年{year}年之后支付的款项，提前到该年付清",
    ),
    "roll-paid-late": (
        "{project} opens in {year} with {left:g} still to be spent in that year; if it "
        "is late, state its year as `opened`",
        "{project}于{year}年投用，当年尚需支出{left:g}；如有延误，请在opened（投用年份）填写年份",
    ),
    "roll-times-unit": (" x {unit}", "{unit}"),
    "roll-wrote": (
        "Wrote {target}: {finished} finished, {committed} under way with {left:,.4g}"
        "{unit} to go, cash {cash:,.4g}, debt {debt:,.4g}.",
        "已写出{target}：建成{finished}项，在建{committed}项"
        "、尚需{left:,.4g}{unit}，资金结余{cash:,.4g}，债务余"
        "额{debt:,.4g}。",
    ),
    "roll-taken": (
        "{target} is already there",
        "{target}已存在",
    ),
    "works-spend-until-after-the-plan": (
        "project {project} can start in no year: what is to be spent on it takes {years} years "
        "from {first} on, until {until}, and the plan ends in {limit}",
        "项目{project}没有可开工年份：自{first}年起还须投资{years}年，至{until}年，而规划止于{limit}年",
    ),
    "let-its-works-go-on-after-the-plan": (
        "let its works go on after the plan (spending_after_plan: yes, for the project or in the "
        "settings; funds must then pay for those years), or state works of at most {room} years",
        "允许其建设延续到规划期之后（项目或总设置的“可跨规划期”（spending_after_plan）填“是”，届时由资金支付），"
        "或把工期缩短到{room}年以内",
    ),
    "works-may-go-on-but-the-payer-only-borrows": (
        "works may go on after the plan, but {payer} has no fund, and nothing is borrowed then: "
        "works that it pays for must all the same end within the plan",
        "允许跨规划期建设，但{payer}没有资金，而规划期后不再举债：由其出资的工程仍须在规划期内完成",
    ),
    "give-the-payer-a-fund-for-the-years-after": (
        "give {payer} a fund with inflows, or state years of works that end in time",
        "为{payer}填写有收入的资金，或缩短工期",
    ),
    "works-spend-until-after-the-appraisal": (
        "project {project} can start in no year: what is to be spent on it takes {years} years "
        "from {first} on, until {until}, and the appraisal ends in {limit}",
        "项目{project}没有可开工年份：自{first}年起还须投资{years}年，至{until}年，而评价期止于{limit}年",
    ),
    "let-the-appraisal-end-later-or-shorten-the-works": (
        "set appraisal.end_year to {until} or later, or state works of at most {room} years",
        "把“评价末年”（appraisal.end_year）设为{until}年或更晚，或把工期缩短到{room}年以内",
    ),
    "cash-has-ages-but-does-not-lapse": (
        "the cash of fund {fund} has ages, but none of it is lost with time",
        "资金{fund}填了期初余额账龄，但其资金不会失效",
    ),
    "give-lapse-years-or-leave-the-ages-blank": (
        "give lapse_years (and carry_over yes), or leave opening_ages blank",
        "请填写失效年数（可结转为是），或将期初余额账龄留空",
    ),
    "cash-would-have-lapsed-before-the-plan": (
        "cash of fund {fund} that came in more than {years} years before the plan is lost already",
        "资金{fund}规划前超过{years}年到位的部分已经失效",
    ),
    "give-at-most-so-many-entries": (
        "give at most {years} entries, that of the year before the plan first",
        "最多填{years}项，规划前一年的在最前",
    ),
    "ages-of-more-cash-than-there-is": (
        "the entries sum to {told:,.6g}, the opening balance of fund {fund} is {cash:,.6g}",
        "资金{fund}各账龄合计{told:,.6g}，期初余额为{cash:,.6g}",
    ),
    "the-entries-are-parts-of-the-opening-balance": (
        "the entries are parts of the opening balance",
        "各项是期初余额的组成部分，合计不得超过期初余额",
    ),
    "may-stop-and-is-renewed": (
        "{project} may be stopped, yet a relation renews or retires by it: what follows hangs on "
        "its dates",
        "{project}可停建，但有更新或退役关系依赖其投用时间",
    ),
    "leave-the-stopping-cost-blank-or-the-relation-out": (
        "leave stopping_cost blank, or take the relation out",
        "请将停建费用留空，或删去该关系",
    ),
    "works-are-stopped": (
        "works under way that the plan stops: {told}",
        "方案停建的在建项目：{told}",
    ),
    "so-much-is-sunk": (
        "{project} (sunk {sunk:,.6g}, stopping costs {cost:,.6g})",
        "{project}（沉没投资{sunk:,.6g}，停建费用{cost:,.6g}）",
    ),
}
