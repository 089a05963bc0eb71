"""Messages of the checks that ask what a colleague would, and of what is let go."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "the-table": ("{table}", "{table}表"),
    "that-is-the-name-of": (
        "that is the name of {id!r}; write the id",
        "这是“{id}”的名称，此处应填编号{id}",
    ),
    "project-has-no-benefits": (
        "nothing says what project {project} is good for: no benefits, no output with a price or "
        "target, no network; no plan builds it",
        "项目{project}没有任何效益：未填年效益，产出没有单价或目标，也不改变网络；任何方案都不会建它",
    ),
    "projects-have-no-benefits": (
        "nothing says what {count} {count:=project is|projects are} good for (the first are "
        "{names}): no benefits, no output with a price or target, no network; no plan builds "
        "them",
        "{count}个项目没有任何效益（如{names}）：未填年效益，产出没有单价或目标，也不改变网络；"
        "任何方案都不会建它们",
    ),
    "give-its-benefits-or-let-infraplan-estimate-fill": (
        "give benefits, or let `infraplan estimate` fill them in",
        "请填写年效益，或用infraplan estimate补充",
    ),
    "benefit-is-zero-among-siblings": (
        "project {project} has a benefit of 0 and nothing else that speaks for it; {count} "
        "of {most} other {most:=project|projects} of subsector {subsector} {count:=has|have} "
        "one: is a blank meant?",
        "项目{project}的年效益填为0，也没有其他价值；细分行业{subsector}的其他{most}个项目中"
        "{count}个有效益：是否本应留空？",
    ),
    "one-amount-for-several-rows": (
        "the merged cells {coord} hold one amount, {value}, for several rows",
        "合并单元格{coord}为多行合填一个金额{value}",
    ),
    "unmerge-and-give-each-row-its-amount": (
        "unmerge them and give each row its own amount, so that none counts twice",
        "取消合并，逐行填写各自金额，以免重复计算",
    ),
    "ids-differ-in-capitals": (
        "the ids {id} and {other} differ in capital letters alone: they count as two",
        "编号{id}与{other}仅大小写不同：按两项计",
    ),
    "keep-one-if-both-are-the-same": (
        "delete one of the rows if both are the same, or give one another id",
        "若为同一项请删去一行，否则请改用不同编号",
    ),
    "sector-is-nearly-another": (
        "{sector} is no known sector, but nearly {close}: as it stands it counts as a sector of "
        "its own",
        "“{sector}”不是已知行业，与“{close}”仅个别字不同：照此会另计为一个行业",
    ),
    "correct-the-sector-if-it-is-a-slip": (
        "correct the word if it is a slip; a sector of your own may stay",
        "如系笔误请改正；确为自定行业可保留",
    ),
    "nothing-limits-the-loan": (
        "nothing limits loan {id} of {owner}: pool {pool} has no ceiling, quota or debt rule, no "
        "fund repays it, and the loan no annual_limit",
        "{owner}的借款{id}不受任何约束：债务类别{pool}没有限额、新增限额或债务规则，没有资金偿还，"
        "也未填“年度上限”（annual_limit）",
    ),
    "give-a-limit-a-ceiling-or-a-fund": (
        "give annual_limit, a ceiling or quota of pool {pool}, or a fund that repays it",
        "请填写“年度上限”（annual_limit）、债务类别{pool}的限额，或偿还它的资金",
    ),
    "limit-leaves-years-out": (
        "the yearly limit {name} leaves out {years}, between years that have one: then nothing "
        "is limited",
        "{name}的年度限制前后年份都有，{years}年却没有：这些年份不受限制",
    ),
    "limit-ends-in-the-plan": (
        "the yearly limit {name} ends in {stops}: from then on nothing is limited",
        "{name}的年度限制只到{stops}年：此后不受限制",
    ),
    "limit-every-year-of-the-plan": (
        "give a limit for every year of the plan",
        "请为规划期每一年填写限制",
    ),
    "two-steps-begin-at-once": (
        "two steps begin at offset {offset}: the later line counts",
        "第{offset}年起的折现率有两行：以后一行为准",
    ),
    "steps-rise": (
        "the discount rate rises from {before:g} to {rate:g} at offset {offset}; published "
        "schedules decline",
        "折现率从第{offset}年起由{before:g}升至{rate:g}；公布的折现率均逐步下降",
    ),
    "steps-decline": (
        "give one rate for each offset, falling from step to step",
        "请为每个起始年序填写一个折现率，并逐步下降",
    ),
    "project-costs-more-than-any": (
        "project {project} costs {amount:g} money units, more than any project in the world has",
        "项目{project}投资{amount:g}个金额单位，超过世界上任何项目",
    ),
    "check-the-amount-and-the-money-unit": (
        "check the amount and the money unit of the instance",
        "请检查金额以及算例的金额单位",
    ),
    "amount-is-far-from-that-of-others": (
        "{field} of project {project} is {amount:g}; for {what} it is {middle:g} in the middle",
        "项目{project}的{field}为{amount:g}，而{what}的中位数为{middle:g}",
    ),
    "works-of-one-share": ("{name}: {count} at {share}", "{name}：{count}个，比例{share}"),
    "benefits-are-one-share-of-cost": (
        "the yearly benefits of {count} of {most} projects with siblings are one share of their "
        "cost within their subsector ({shares}): money and type decide between them, not need",
        "{most}个有同类的项目中，{count}个的年效益与投资之比在其细分行业内完全相同（{shares}）：取舍取决于资金和类型，而不是需求",
    ),
    "say-what-each-delivers": (
        "say what each delivers (column deliveries), so that infraplan estimate can value it",
        "请填写各项目的供给量（deliveries列），由infraplan estimate据此估算效益",
    ),
    "metric-in-outputs": ("{metric} in outputs", "产出中的{metric}"),
    "check-the-amount-and-its-unit": (
        "check the amount and its unit",
        "请检查数量及其单位",
    ),
    "projects-of-sector": ("projects of sector {name}", "行业{name}的项目"),
    "projects-of-subsector": ("projects of subsector {name}", "细分行业{name}的项目"),
    "all-projects": ("all projects", "全部项目"),
    "one-benefit-is-counted-twice": (
        "a benefit of project {project} is counted twice: {told}",
        "项目{project}的同一效益被重复计算：{told}",
    ),
    "stream-in-both-tables": (
        "stream {stream} in the column benefits of its option and in a row of the table benefits, "
        "{value:g} and {row:g} a year",
        "{stream}既填在方案的年效益列，又填在效益表的一行，每年{value:g}和{row:g}",
    ),
    "stream-in-two-rows": (
        "stream {stream} in a row for all options and in one of an option, {value:g} and {row:g} a "
        "year",
        "{stream}既有适用于全部方案的一行，又有单个方案的一行，每年{value:g}和{row:g}",
    ),
    "leave-the-stream-in-one-table": (
        "both are counted: leave the stream in one place, or give what comes on top a name of its "
        "own",
        "两处都会计入：请只保留一处，确为另加的效益请另起名称",
    ),
    "price-of-metric": (
        "{stream} in benefits and {metric} in metric_prices",
        "年效益中的{stream}与产出单价中的{metric}",
    ),
    "network-of-kind": (
        "{stream} in benefits and the service of the {kind} network",
        "年效益中的{stream}与{kind}网络的服务价值",
    ),
    "network-and-price": (
        "{metric} in metric_prices and the service of the network",
        "产出单价中的{metric}与网络的服务价值",
    ),
    "leave-the-benefit-in-one-place": (
        "leave it in one place; beside a network state only what the network does not count",
        "请只保留一处；已有网络的，年效益只填网络未计入的部分",
    ),
    "project-can-no-longer-start": (
        "project {project} may start until {last} only, and it cannot before {first}: no plan "
        "builds it",
        "项目{project}最晚只能于{last}年开工，而最早要到{first}年才能开工：任何方案都无法建设该项目",
    ),
    "projects-can-no-longer-start": (
        "{count} {count:=project|projects} may only start before {count:=it|they} can, so "
        "that no plan builds them: {names} and others",
        "有{count}个项目的最晚开工年份早于最早可开工年份，任何方案都无法建设：{names}等",
    ),
    "give-it-a-later-year-or-take-it-out": (
        "give latest_start or open_by a later year, or say must_not where it has been given up",
        "请推迟“最晚开工年”（latest_start）或“最晚投用年”（open_by），确已放弃的项目“是否必建”请填“不得建设”（must_not）",
    ),
    "rule-cannot-be-tested": (
        "rule {rule} cannot be tested for {jurisdiction} in {first} to {last}: fiscal has no row "
        "of {items} for it, so that the rule limits nothing",
        "{first}年至{last}年{jurisdiction}无法检验规则{rule}：财政数据中没有其{items}，该规则因此不起约束作用",
    ),
    "add-rows-of-fiscal-of": (
        "add rows of these items for {jurisdiction} in fiscal, or take the rule away where it does "
        "not hold",
        "请在财政数据中为{jurisdiction}补充这些科目，规则不适用的请去掉",
    ),
    "rules-were-not-tested": (
        "{count} debt rule(s) were not tested, and limit nothing: {told}",
        "有{count}条债务规则未经检验，不起约束作用：{told}",
    ),
    "rule-of-in-for-want-of": (
        "{rule} of {jurisdiction} in {first} to {last} (no {items} in fiscal)",
        "{jurisdiction}的{rule}（{first}年至{last}年，财政数据缺{items}）",
    ),
    "target-is-what-one-project-brings": (
        "target {target} asks for exactly what project {project} alone brings: it decides for that "
        "project and nothing else",
        "指标{target}的要求恰好等于项目{project}一个项目的产出：它只决定该项目建或不建",
    ),
    "target-hangs-on-one-project": (
        "target {target} is met by project {project} alone and not by all others together: it "
        "decides for that project and nothing else",
        "指标{target}由项目{project}一个项目即可达到，而其余项目合计也达不到：它只决定该项目建或不建",
    ),
    "check-that-the-target-is-no-echo-of-the-project": (
        "check that it is a target of its own and no echo of the project",
        "请确认它是独立的指标，而不是由该项目反推出来的",
    ),
    "no-fund-pays-old-debt": (
        "no fund of {jurisdiction} pays principal and interest of its old debt in pool {pool}",
        "{jurisdiction}没有资金偿付债务类别{pool}的存量债务本息",
    ),
    "old-debt-is-never-repaid": (
        "old debt of {jurisdiction} in pool {pool} is never repaid in full: {left:g} stand after "
        "the last row, {year}, without principal or interest",
        "{jurisdiction}债务类别{pool}的存量债务没有还清：最后一行（{year}年）之后仍有{left:g}，"
        "此后既不还本也不付息",
    ),
    "give-rows-until-the-balance-is-repaid": (
        "give a row a year until the balance is repaid, after the plan too",
        "请逐年填写到还清为止，规划期以后也要填",
    ),
    "quota-ends-in-the-plan": (
        "the quota of {jurisdiction} in pool {pool} is given to {stops} only: from then on nothing "
        "limits new debt",
        "{jurisdiction}债务类别{pool}的新增限额只填到{stops}年：此后新增债务不受限额约束",
    ),
    "give-a-quota-for-every-year-to": (
        "give a quota for every year to {last}; 0 where nothing may be issued",
        "请逐年填写到{last}年；不得发行的年份填0",
    ),
    "swapped-debt-is-never-counted": (
        "{id} turns hidden debt into special debt, but pool {pool} is not counted: a bond repays "
        "principal of its own pool and stays in it, so debt rules never see what was swapped",
        "{id}把隐性债务置换为专项债务，但债务类别{pool}不计入债务规则：债券只偿还本类别的本金并留在其中，"
        "置换后的债务始终不受债务规则约束",
    ),
    "count-the-pool-or-mind-the-rules": (
        "set counted of pool {pool} to yes, or name the pool in the rules that should count it",
        "请把债务类别{pool}的counted填为是，或在应计入它的规则中写明该类别",
    ),
    "is-issued-in-no-year-of-the-plan": (
        "{id} is issued {years} alone, and the plan is of {first}-{last}: it is never used",
        "{id}仅在{years}发行，而规划期为{first}—{last}年：该工具不会被使用",
    ),
    "correct-its-years-or-leave-it-out": (
        "correct its years, or leave it out",
        "请更正年份，或删去该项",
    ),
    "rule-is-in-force-in-no-year-of-the-plan": (
        "rule {id} is in force {years}, and the plan is of {first}-{last}: it tests nothing",
        "规则{id}的有效期为{years}，而规划期为{first}—{last}年：不会检验任何年份",
    ),
    "nothing-of-the-pool-falls-due": (
        "{id} repays principal of pool {pool}, and none falls due in the plan",
        "{id}用于偿还债务类别{pool}的本金，而规划期内该类别没有到期本金",
    ),
    "give-principal-due-of-the-pool": (
        "give principal_due of pool {pool} in debt, or correct its pool",
        "请在debt表中填写债务类别{pool}的应还本金，或更正工具的债务类别",
    ),
    "asks-coverage-and-nothing-earns": (
        "{id} asks that net revenue covers {coverage:g} {coverage:=time|times} its service, "
        "and no project that it may pay for has revenue: it is never issued",
        "{id}要求净收入覆盖还本付息的{coverage:g}倍，而可用该工具的项目都没有收入：不会发行",
    ),
    "give-revenue-or-leave-coverage-blank": (
        "give revenue of its projects, or leave coverage blank",
        "请填写项目的年收入，或将coverage（偿债覆盖倍数）留空",
    ),
    "term-counts-for-nothing": (
        "{field} of {id} counts for nothing: {why}",
        "{id}的{field}不起作用：{why}",
    ),
    "no-project-pays-into-it": (
        "no project pays anything into it (receipts)",
        "没有项目向其缴入资金（receipts表）",
    ),
    "it-refinances-nothing": (
        "it is no refinancing bond (refinancing no)",
        "该工具不是再融资债券（refinancing为否）",
    ),
    "correct-one-of-the-two": (
        "correct one of the two",
        "请更正其一",
    ),
    "shares-are-fixed-and-limits-stated": (
        "min_share or max_share is stated for project {id}, and its shares are fixed: these "
        "limits do nothing",
        "项目{id}填写了最低或最高占比，而其出资比例为固定：这些限制不起作用",
    ),
    "choose-shares-in-agreements": (
        "set shares to chosen in agreements, or leave both blank and give the share",
        "请在agreements表中将shares设为chosen（协商），或将两列留空并填写share（分担比例）",
    ),
    "lives-are-over-before-the-plan": (
        "lives of works that stand are over before the plan begins in {first}: {names}; nothing of "
        "them counts",
        "已建成项目的寿命在规划首年{first}年之前已结束：{names}；其产出和效益均不计入",
    ),
    "correct-opened-or-lifetime": (
        "nothing to do if that is so; else correct opened or lifetime",
        "若确已停用，无须修改；否则请更正opened（投用年份）或lifetime（使用寿命）",
    ),
    "is-above-what-its-preset-allows": (
        "{field} of {id} is {stated}, above the {most} of {preset}",
        "{id}的{field}为{stated}，超过通用条款{preset}规定的{most}",
    ),
    "leave-it-blank-or-clear-the-preset": (
        "leave it blank to take the preset's, or clear preset and state the own terms",
        "请留空以采用通用条款，或清空preset并自行填写条款",
    ),
    "compensation-without-consent": (
        "partners of project {id} may compensate one another, and nobody's consent is asked: "
        "no plan has a reason to",
        "项目{id}允许补偿，但不要求任何一方同意：方案没有理由支付补偿",
    ),
    "ask-for-consent-or-no-compensation": (
        "set consent to project or package, or compensation to no",
        "请将consent（同意方式）设为project或package，或将compensation（补偿）设为否",
    ),
    "old-debt-is-above-its-ceiling": (
        "old debt of {owner} in pool {pool} is {owed:g} at the end of {year}, above its ceiling "
        "of {ceiling:g}: there is no plan",
        "{owner}债务类别{pool}的存量债务在{year}年末为{owed:g}，已超过限额{ceiling:g}：不存在可行方案",
    ),
    "correct-the-ceiling-or-what-is-owed": (
        "correct the ceiling, the opening balance or the principal due",
        "请更正限额、期初余额或应还本金",
    ),
    "nothing-matches-the-grant": (
        "{id} asks for own money of {payer} beside it, and {payer} has no fund of kind own_budget, "
        "land, revenue or other for these projects: it never pays",
        "{id}要求{payer}配套，而{payer}没有可用于这些项目的本级财政、土地、经营收入或其他资金：该资金"
        "无法使用",
    ),
    "give-the-payer-own-money": (
        "give the payer such a fund, correct its kind, or set matching to 0",
        "请为出资方增加此类资金、更正资金类型，或将matching（配套比例）设为0",
    ),
    "matching-is-so-high": (
        "{id} asks for {matching:g} of own money beside each unit of it",
        "{id}要求每1单位资金配套{matching:g}单位自有资金",
    ),
    "sources-bear-a-part-of-the-project": (
        "all that {payer} may pay for project {id} with bears {share} of its part at most "
        "(max_share): it is never built",
        "{payer}可用于项目{id}的全部资金至多承担其出资的{share}（max_share最高占比）：该项目无法建设",
    ),
    "give-the-payer-a-source-for-the-rest": (
        "give the payer a source for the rest, or correct max_share",
        "请为其余部分安排资金，或更正最高占比",
    ),
    "partner-pays-and-gains-nothing": (
        "{partner} pays for project {id}, gains nothing by it, is not compensated and must not "
        "lose by it: it is never built",
        "{partner}为项目{id}出资，却没有受益，也没有补偿，又要求其不受损：该项目无法建设",
    ),
    "give-it-a-benefit-share-or-compensation": (
        "give its benefit_share in shares, or allow compensation",
        "请在shares表中填写其受益比例，或允许补偿",
    ),
    "partners-pay-from-outside": (
        "partners that pay for joint projects and have neither funds nor instruments: {payers}; "
        "nothing limits what they pay",
        "为共建项目出资而没有任何资金或融资工具的各方：{payers}；其出资不受任何限制",
    ),
    "give-the-partners-funds": (
        "nothing to do where their part is certain; else give them funds with inflows",
        "若其出资确有保障，无须修改；否则请填写其资金及流入",
    ),
    "old-debt-bears-no-interest": (
        "old debt of {owner} in pool {pool} has no interest_due in any year",
        "{owner}债务类别{pool}的存量债务各年均未填写应付利息",
    ),
    "give-its-interest-by-year": (
        "give its interest by year, if it bears any",
        "如有利息，请逐年填写",
    ),
    "years-until": ("until {last}", "{last}年以前（含）"),
    "years-on": ("from {first} on", "{first}年起"),
    "years-to": ("in {first}-{last}", "{first}—{last}年"),
    "rate-is-so-high": (
        "{field} is {rate:g}, that is {percent:g} % a year",
        "{field}为{rate:g}，即每年{percent:g}%",
    ),
    "amount-leaps-between-years": (
        "{name} has {amount:g} in {year} beside {beside:g} in {other}",
        "{name}：{year}年为{amount:g}，而{other}年为{beside:g}，相差上千倍",
    ),
    "interest-of-a-year-is-most-of-the-debt": (
        "{name}: interest of {amount:g} is due in {year} on old debt of {opening:g}",
        "{name}：存量债务为{opening:g}，{year}年应付利息却有{amount:g}",
    ),
    "old-debt-alone-is-over-the-ceiling": (
        "{name}: old debt alone is {balance:g} at the end of {year}, above the ceiling of "
        "{ceiling:g}; no plan can keep it",
        "{name}：{year}年末仅存量债务余额就有{balance:g}，超过限额{ceiling:g}，不会有可行方案",
    ),
    "correct-the-ceiling-or-the-old-debt": (
        "correct the ceiling, the opening balance or the principal due (and their units)",
        "更正债务限额、期初余额或应还本金（并检查金额单位）",
    ),
    "money-unit-is-not-its-factor": (
        "the money unit is called {unit}, that is {means:,.0f}, while money_factor is "
        "{factor:,.0f}",
        "金额单位名称“{unit}”即{means:,.0f}，而金额单位折元（money_factor）填的是{factor:,.0f}",
    ),
    "correct-the-unit-or-its-factor": (
        "correct the name or money_factor: amounts written with 万, 亿, M or 元 are read by the "
        "factor, and tables and reports bear the name",
        "更正其一：带“万”“亿”“元”的金额按金额单位折元换算，表格和报告则使用单位名称",
    ),
    "yearly-spending-adds-up-to": (
        "yearly_spending of project {project} adds up to {found:g}, and it costs {cost:g}",
        "项目{project}的yearly_spending（分年投资）合计{found:g}，而投资为{cost:g}",
    ),
    "correct-the-cost-or-its-years": (
        "correct one of the two: the plan pays the cost, in the proportion of these years",
        "请更正其一：规划按总投资支付，各年比例取自分年投资",
    ),
    "rates-are-shares": (
        "rates and shares are parts of one: 8 % is 0.08; in a table `8%` may be written",
        "比率和比例按小数填写：8%填0.08；表格中也可直接写8%",
    ),
    "ramp-up-is-so-high": (
        "ramp_up of project {project} reaches {most:g} {most:=time|times} its full benefit",
        "项目{project}的ramp_up（达产比例）达到完全效益的{most:g}倍",
    ),
    "yearly-amount-is-over-the-cost": (
        "{field} of project {project} is {amount:g} a year, more than the {cost:g} that it costs",
        "项目{project}的{field}为{amount:g}，超过其投资{cost:g}",
    ),
    "receipt-is-far-over-the-cost": (
        "a receipt of project {project} is {amount:g} a year; the works cost {cost:g} in all",
        "项目{project}的一项收款每年为{amount:g}，而其总投资为{cost:g}",
    ),
    "projects-bear-one-name": (
        "projects {one} and {other} bear one name: {name}",
        "项目{one}与{other}同名：{name}",
    ),
    "check-that-it-is-not-listed-twice": (
        "check that it is not listed twice; else tell the two apart by name or place",
        "请确认不是重复填报；如为不同项目，请用名称或地点加以区分",
    ),
    "quota-is-blank-between": (
        "the quota of {jurisdiction} in pool {pool} is blank in {year}, between years that have "
        "one: in that year nothing limits new debt",
        "{jurisdiction}债务类别{pool}的新增限额前后年份都已填写，{year}年却空缺：该年新增债务不受限额约束",
    ),
    "inflow-is-missing-between": (
        "fund {fund} has no inflow in {year}, between years that have one: nothing comes in then",
        "资金{fund}前后年份都有流入，{year}年却没有：该年按0计",
    ),
    "give-the-inflow-of-every-year": (
        "give a row for every year; 0 where nothing comes in",
        "请逐年填写；没有流入的年份填0",
    ),
    "project-is-shorter-than-the-straight-line": (
        "length of project {project} in {field} is {length:g} km; the straight line from {one} to "
        "{other} is {straight:.4g} km",
        "项目{project}在{field}中的长度为{length:g}公里，"
        "而{one}至{other}的直线距离为{straight:.4g}公里",
    ),
    "project-is-longer-than-the-straight-line": (
        "length of project {project} in {field} is {length:g} km, far more than the straight line "
        "of {straight:.4g} km from {one} to {other}",
        "项目{project}在{field}中的长度为{length:g}公里，"
        "远大于{one}至{other}的直线距离{straight:.4g}公里",
    ),
    "link-is-shorter-than-the-straight-line": (
        "link {link} is {length:g} km long; the straight line between its places is "
        "{straight:.4g} km",
        "线路{link}长{length:g}公里，而两端地点的直线距离为{straight:.4g}公里",
    ),
    "link-is-longer-than-the-straight-line": (
        "link {link} is {length:g} km long, far more than the straight line of {straight:.4g} km "
        "between its places",
        "线路{link}长{length:g}公里，远大于两端地点的直线距离{straight:.4g}公里",
    ),
    "check-the-length-its-unit-and-the-places": (
        "check the length, its unit and the places of both ends",
        "请检查长度及其单位，以及两端的地点",
    ),
    "link-has-the-speed": (
        "link {link} is {length:.4g} km long and takes {time:g} {time:=minute|minutes}: "
        "{speed:.3g} km/h",
        "线路{link}长{length:.4g}公里，用时{time:g}分钟：合{speed:.3g}公里/小时",
    ),
    "check-the-time-in-minutes-and-the-length-in-km": (
        "check the time (minutes) and the length (km)",
        "请检查时间（分钟）和长度（公里）",
    ),
    "todays-way-is-far-longer-than-the-straight-line": (
        "the way of trip {demand} today is {way:.4g} km, the straight line {straight:.4g} km",
        "出行{demand}现状路径长{way:.4g}公里，而直线距离为{straight:.4g}公里",
    ),
    "todays-way-is-far-longer-than-by-candidates": (
        "the way of trip {demand} today takes {now:.4g} {now:=minute|minutes}, with the "
        "candidates {then:.4g}",
        "出行{demand}现状用时{now:.4g}分钟，而有候选线路时为{then:.4g}分钟",
    ),
    "is-a-road-that-stands-missing-among-the-links": (
        "is a road that stands missing among the links? a project would be paid for the whole "
        "detour",
        "线路表是否缺少已有的通道？否则项目会因整段绕行而被高估",
    ),
    "trips-cannot-be-spilt": (
        "{node} is a node of a transport network, whose trips cannot be spilt",
        "{node}是交通网络节点，出行不能弃去",
    ),
    "inferred-relations-are-not-enforced": (
        "{count} relation(s) are inferred and bind no plan, only recorded: {names}",
        "{count}条关系属推断，只作记录，不约束方案：{names}",
    ),
    "recorded-relations-are-not-enforced": (
        "{count} relation(s) of type complement or same_corridor bind no plan, only recorded: "
        "{names}",
        "{count}条互补或同一通道关系只作记录，不约束方案：{names}",
    ),
    "enables-is-not-enforced": (
        "{count} relation(s) of type enables bind no plan: a project may be built without what "
        "enables it, and nothing is gained by building both: {names}",
        "{count}条促成关系不约束方案：被促成的项目可单独建设，两者同建也不增加效益：{names}",
    ),
    "write-an-order-a-choice-or-a-synergy": (
        "write what is meant: finish_to_finish where the second cannot open before the first "
        "(requires where the year does not matter), all_or_none where neither is of use alone, "
        "synergy with its value a year where both gain from each other",
        "请改写为所指的关系：后者须在前者投用后才能投用的用完工后完工（与年份无关的用依赖），"
        "单建无用的用同时建设或都不建，两者同建另有效益的用协同并填每年价值",
    ),
    "make-it-explicit-or-of-another-type": (
        "what must hold needs confidence explicit or implied, and a type such as requires or "
        "finish_to_finish",
        "须遵守的，可信度请填明示或隐含，关系类型请用依赖、完工后完工等",
    ),
    "floors-ask-for-more-than-caps-leave": (
        "{floors}: at least {asked} in {years}; {caps}: at most {most} in all",
        "{floors}要求{years}年不少于{asked}，而{caps}合计不超过{most}",
    ),
    "floor-asks-for-more-than-there-is": (
        "{floor}: at least {asked} in {years}; projects in its scope: {count}",
        "{floor}要求{years}年不少于{asked}，而其适用范围内只有{count}个项目",
    ),
    "floor-asks-for-more-than-all-cost": (
        "{floor}: at least {asked} in {years}; the {count} project(s) in its scope cost {most} in "
        "all, each at its dearest",
        "{floor}要求{years}年不少于{asked}，而其适用范围内{count}个项目按最高造价方案合计仅{most}",
    ),
    "policy-speaks-of-no-year-of-the-plan": (
        "{policy}: none of its years is one of the plan ({first}-{last}); it limits nothing",
        "{policy}所定年份均不在规划期（{first}—{last}年）内，不起任何限制作用",
    ),
    "correct-its-years-or-delete-it": (
        "correct from_year and to_year, or delete the row",
        "请更正起止年份，或删除该行",
    ),
    "all-sectors-together": ("all sectors", "各行业合计"),
    "pace-of-starts-of": ("the pace of starts ({sector})", "年开工上限（{sector}）"),
    "correct-floor-or-its-scope": (
        "no plan can keep it: lower it, or correct its sectors, places and projects",
        "没有方案能够满足：请降低下限，或更正行业、地点与项目等适用范围",
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
    "so-many-starts": ("{count:g} {count:=start|starts}", "{count:g}个新开工项目"),
    "amount-in-its-unit": ("{amount:,.12g} x {unit}", "{amount:,.12g}{unit}"),
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
