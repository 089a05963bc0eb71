"""What is wrong with an instance whose cells can be read; networks: `network_messages`."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "place-instance": ("instance", "算例"),
    "place-sheet": ("sheet {sheet}", "工作表{sheet}"),
    "place-row": ("row {row}", "第{row}行"),
    "place-column": ("column {column}", "{column}列"),
    "from-to": ("{low:.4g} to {high:.4g} x {unit}", "{low:.4g}至{high:.4g}{unit}"),
    "the-benefit-shares-of-project-sum-to": (
        "the benefit shares of project {project} sum to {total:g}",
        "项目{project}的受益比例合计为{total:g}",
    ),
    "they-must-sum-to-at-most-1-the-rest-falls-to": (
        "they must sum to at most 1; the rest falls to the leader",
        "合计不得超过1，不足1的部分归牵头行政区",
    ),
    "project-has-no-partner-besides-its-leader": (
        "project {project} has no partner besides its leader {leader}",
        "项目{project}除牵头方{leader}外没有合作方",
    ),
    "name-its-partners-in-shares-or-delete-the": (
        "name its partners in shares, or delete the agreement",
        "在shares表中列出合作方，或删除该协议",
    ),
    "the-partners-of-project-pay-at-least-and-at": (
        "the partners of project {project} pay at least {least:g} and at most {most:g} of its cost",
        "项目{project}各合作方最少出资合计{least:g}，最多合计{most:g}",
    ),
    "least-shares-must-sum-to-at-most-1-largest": (
        "least shares must sum to at most 1, largest shares to at least 1",
        "最低比例合计不得超过1，最高比例合计不得低于1",
    ),
    "there-is-no-scenario": ("there is no scenario {scenario_id!r}", "没有情景“{scenario_id}”"),
    "scenarios-of-this-instance": ("scenarios of this instance: {known}", "本算例的情景：{known}"),
    "scenario-change": (
        "scenario {scenario}, change {number}: {message}",
        "情景{scenario}第{number}项改变：{message}",
    ),
    "scenario-field": ("{field}: {message}", "{field}：{message}"),
    "scenario-no-number": (
        "{field} cannot be multiplied or added to: {value!r} is no number",
        "{field}不能相乘或相加：“{value}”不是数",
    ),
    "scenario-needs-numbers": (
        "give a number and a field of numbers, or use `set`",
        "请填写数，并选择数值字段；或改用set",
    ),
    "scenario-result": (
        "under scenario {scenario}, {place}: {message}",
        "在情景{scenario}下，{place}：{message}",
    ),
    "instance-yaml-has-no": ("instance.yaml has no {field!r}", "instance.yaml中没有“{field}”"),
    "fields-are": ("fields are {known}", "可用的字段：{known}"),
    "there-is-no-table": ("there is no table {table!r}", "没有表“{table}”"),
    "tables": ("tables: {tables}", "可用的表：{tables}"),
    "table-has-no-column": ("table {table} has no column {field!r}", "表{table}中没有列“{field}”"),
    "columns": ("columns: {fields}", "可用的列：{fields}"),
    "no-row-of-fits": ("no row of {table} fits {where}", "表{table}中没有符合{where}的行"),
    "mend-where": ("mend `where`", "修改where条件"),
    "stands-twice-first-as-entry-of-the-table": (
        "{text!r} stands twice (first as entry {first} of the table)",
        "“{text}”重复出现（首次为该表第{first}项）",
    ),
    "give-each-row-its-own-id-or-delete-one-of-the": (
        "give each row its own id, or delete one of the rows",
        "每行使用不同的编号，或删除其中一行",
    ),
    "project-has-two-options-called": (
        "project {project} has two options called {name!r}",
        "项目{project}有两个名为“{name}”的方案",
    ),
    "give-each-option-its-own-name": ("give each option its own name", "每个方案使用不同的名称"),
    "names-a-fund-as-well-as-an-instrument": (
        "{id!r} names a fund as well as an instrument",
        "“{id}”既是资金编号，又是融资工具编号",
    ),
    "give-the-instrument-another-id": ("give the instrument another id", "给融资工具换一个编号"),
    "is-not-an-id-in": ("{used!r} is not an id in {where}", "{where}中没有编号“{used}”"),
    "is-not-an-id-in-network-links-or-network": (
        "{element!r} is not an id in network_links or network_nodes",
        "网络线路表和网络节点表中都没有编号“{element}”",
    ),
    "network-links-or-network-nodes": (
        "network_links or network_nodes",
        "网络线路（network_links）或网络节点（network_nodes）",
    ),
    "project-has-no-option": (
        "project {project} has no option {option!r}",
        "项目{project}没有方案“{option}”",
    ),
    "leave-it-blank-for-all-options": ("leave it blank for all options", "适用于全部方案时留空"),
    "project-may-start-from-but-only-until": (
        "project {project} may start from {earliest_start} but only until {latest_start}",
        "项目{project}最早{earliest_start}年开工，最晚却为{latest_start}年",
    ),
    "latest-start-must-not-be-before-earliest": (
        "latest_start must not be before earliest_start",
        "latest_start（最晚开工年）不得早于earliest_start（最早开工年）",
    ),
    "project-must-be-built-but-its-window-is-empty": (
        "project {project} must be built, but its window is empty: it may start no earlier "
        "than {first} and, to be paid for inside the plan, no later than {last}",
        "项目{project}必须建设，但没有可开工年份：最早{first}年开工，而要在规划期内付清投资"
        "，最晚须在{last}年开工",
    ),
    "widen-the-window-its-gates-or-open-by-shorten": (
        "widen the window, its gates or open_by, shorten the works, or do not make it mandatory",
        "放宽开工年份、前期条件或最晚投用年，缩短工期，或不列为必建",
    ),
    "the-appraisal-ends-in-before-the-plan-s-last": (
        "the appraisal ends in {end_year}, before the plan's last year {last_year}",
        "评价期止于{end_year}年，早于规划末年{last_year}年",
    ),
    "end-year-must-not-be-before-the-last-year-of": (
        "end_year must not be before the last year of the plan",
        "“评价末年”（end_year）不得早于规划末年",
    ),
    "a-relation-needs-a-to-project": (
        "a {type} relation needs a to project",
        "{type}关系缺少后项项目",
    ),
    "name-the-follower": ("name the follower", "填写后项项目"),
    "a-project-is-related-to-itself": ("a project is related to itself", "项目与自身建立了关系"),
    "name-two-different-projects": ("name two different projects", "填写两个不同的项目"),
    "a-relation-needs-at-least-two-projects": (
        "a relation needs at least two projects",
        "一条关系至少需要两个项目",
    ),
    "name-two-projects": ("name two projects", "填写两个项目"),
    "a-project-is-its-own-predecessor": (
        "a project is its own predecessor",
        "项目成了自己的前置项目",
    ),
    "take-it-out-of-one-side": ("take it out of one side", "从其中一侧删去"),
    "a-relation-needs-a-value": ("a {type} relation needs a value", "{type}关系缺少数值"),
    "give-the-money-it-is-worth": ("give the money it is worth", "填写对应的金额"),
    "an-at-most-relation-needs-a-count": (
        "an at_most relation needs a count",
        "at_most（至多）关系缺少个数",
    ),
    "give-how-many-may-be-built": ("give how many may be built", "填写最多可建设几项"),
    "count-is-but-there-are-only-members": (
        "count is {count}, but there {num_among:=is|are} only {num_among} "
        "{num_among:=member|members}",
        "个数为{count}，但成员只有{num_among}个",
    ),
    "count-must-be-between-1-and": (
        "count must be between 1 and {num_among}",
        "个数须在1到{num_among}之间",
    ),
    "a-relation-s-value-is-negative": (
        "a {type} relation's value is negative",
        "{type}关系的数值为负",
    ),
    "state-it-as-positive": ("state it as positive", "以正数填写"),
    "these-projects-wait-for-one-another-in-a": (
        "these projects wait for one another in a circle: {circle}",
        "以下项目互为前置，形成循环：{circle}",
    ),
    "delete-or-turn-round-one-of-the-relations": (
        "delete or turn round one of the relations",
        "删除其中一条关系，或调换其方向",
    ),
    "target-is-set-for-outside-the-plan-s-years": (
        "target {target} is set for {year}, outside the plan's years {first}-{last}",
        "指标{target}的目标年{year}不在规划期{first}—{last}年内",
    ),
    "choose-a-year-of-the-plan": ("choose a year of the plan", "选择规划期内的年份"),
    "target-counts-from-but-ends-in": (
        "target {target} counts from {from_year} but ends in {year}",
        "指标{target}自{from_year}年起算，却止于{year}年",
    ),
    "from-year-must-not-be-after-year": (
        "from_year must not be after year",
        "“起始年”（from_year）不得晚于“年份”（year）",
    ),
    "no-project-delivers-and-exists-of-the-that": (
        "no project delivers {metric!r}, and {existing:g} exists of the {target:g} that "
        "the hard target {target_id} asks for",
        "没有项目产出“{metric}”，现状为{existing:g}，达不到约束性指标{target_id}要求的{target:g}",
    ),
    "add-the-metric-to-the-outputs-of-projects-or": (
        "add the metric to the outputs of projects, or make the target soft",
        "在项目产出中补充该指标，或改为预期性指标",
    ),
    "the-outline-of-is-not-a-list-of-at-least": (
        "the outline of {id} is not a list of at least three longitude;latitude pairs",
        "{id}的边界不是由至少三组“经度;纬度”组成的列表",
    ),
    "give-lon1-lat1-lon2-lat2-lon3-lat3-or-leave": (
        "give lon1;lat1;lon2;lat2;lon3;lat3, or leave it blank",
        "按lon1;lat1;lon2;lat2;lon3;lat3填写，或留空",
    ),
    "is-below-which-is": (
        "{high} is {end}, below {low}, which is {begin}",
        "{high}为{end}，低于{low}的{begin}",
    ),
    "must-not-be-below": ("{high} must not be below {low}", "{high}不得低于{low}"),
    "project-operates-for-years": (
        "project {project} operates for {lifetime} {lifetime:=year|years}",
        "项目{project}的使用寿命为{lifetime}年",
    ),
    "the-shares-of-project-sum-to": (
        "the shares of project {project} sum to {total:g}",
        "项目{project}的出资比例合计为{total:g}",
    ),
    "shares-must-sum-to-at-most-1-the-leading": (
        "shares must sum to at most 1; the leading jurisdiction pays the rest",
        "合计不得超过1，其余由牵头行政区出资",
    ),
    "grace-of-years-leaves-no-year-to-repay-in": (
        "grace of {grace} {grace:=year|years} leaves no year to repay in {tenor}",
        "宽限期{grace}年，期限{tenor}年，没有留出还本年份",
    ),
    "grace-must-be-less-than-tenor": ("grace must be less than tenor", "宽限期须短于期限"),
    "the-schedule-has-shares-summing-to": (
        "the schedule has {num_schedule} {num_schedule:=share|shares} summing to {schedule:g}",
        "还本计划有{num_schedule}个比例，合计{schedule:g}",
    ),
    "give-shares-from-0-to-1-that-sum-to-1-the": (
        "give {tenor} shares from 0 to 1 that sum to 1, the last above 0",
        "填写{tenor}个0到1之间的比例，合计为1，最后一个大于0",
    ),
    "is-a-contract-with-a-partner-but-belongs-to": (
        "{instrument} is a contract with a partner, but belongs to no project",
        "{instrument}是与社会资本方的合同，却不对应任何项目",
    ),
    "set-tagged-to-yes-and-refinancing-to-no": (
        "set tagged to yes and refinancing to no",
        "将tagged设为是，refinancing设为否",
    ),
    "nothing-says-what-repays-the-partner-of": (
        "nothing says what repays the partner of {instrument}",
        "未说明{instrument}的社会资本方由什么收入偿还",
    ),
    "give-the-ratio-of-the-project-s-net-revenue": (
        "give the ratio of the project's net revenue to its repayment, e.g. 1",
        "填写项目净收益与还本付息之比，如1",
    ),
    "is-of-a-bundle-that-nothing-tests": (
        "{instrument} is of a bundle that nothing tests",
        "{instrument}属于项目包，但该包没有检验要求",
    ),
    "give-the-coverage-ratio-that-the-bundle-must": (
        "give the coverage ratio that the bundle must reach, or leave bundle blank",
        "填写项目包须达到的本息覆盖倍数，或将bundle留空",
    ),
    "a-coverage-ratio-is-asked-of-issues-that": (
        "a coverage ratio is asked of issues that belong to no project",
        "对不对应项目的发行提出了本息覆盖倍数要求",
    ),
    "set-tagged-to-yes-or-leave-coverage-blank": (
        "set tagged to yes, or leave coverage blank",
        "将tagged设为是，或将coverage留空",
    ),
    "an-opening-balance-stands-in-year": (
        "an opening balance stands in year {year}",
        "期初余额填在了{year}年",
    ),
    "give-it-in-the-plan-s-first-year": (
        "give it in the plan's first year, {first}",
        "应填在规划首年{first}年",
    ),
    "repays-of-debt-by-of-that-it-owes": (
        "{jurisdiction} repays {repaid:g} of {pool} debt by {year}, of {owed:g} that it owes",
        "到{year}年，{jurisdiction}的{pool}债务累计还本{repaid:g}，而欠款只有{owed:g}",
    ),
    "give-the-opening-balance-in-the-plan-s-first": (
        "give the opening balance in the plan's first year, or less principal due",
        "在规划首年填写期初余额，或减少应还本金",
    ),
    "is-not-a-set-of-least-capital": (
        "{name!r} is not a set of least capital",
        "没有名为“{name}”的资本金比例规则集",
    ),
    "the-sets": ("the sets: {known}", "规则集（{known}）"),
    "is-not-a-debt-rule-set": ("{name!r} is not a debt rule set", "没有名为“{name}”的债务规则集"),
    "the-rule-sets": ("the rule sets: {known}", "规则集（{known}）"),
    "is-not-an-id-in-2": ("{name!r} is not an id in {where}", "{where}中没有编号“{name}”"),
    "has-a-meaning-of-its-own-in-the-debt-table-of": (
        "{instrument!r} has a meaning of its own in the debt table of a run",
        "“{instrument}”在结果的债务表中另有含义",
    ),
    "choose-another-id-total-rule-and-old-are": (
        "choose another id; total, rule:... and old:... are reserved",
        "换一个编号；“total”“rule:…”“old:…”为保留字",
    ),
    "debt-rule-has-neither-a-ratio-nor-bands": (
        "debt rule {id} has neither a ratio nor bands",
        "债务规则{id}既无比例也无档位",
    ),
    "debt-rule-only-the-last-band-may-have-no": (
        "debt rule {id}: only the last band may have no upper end",
        "债务规则{id}：只有最后一档可以没有上限",
    ),
    "debt-rule-the-bands-upper-ends-must-rise": (
        "debt rule {id}: the bands' upper ends must rise",
        "债务规则{id}：各档上限须递增",
    ),
    "capital-ratio-ends-before-it-begins": (
        "capital ratio {id} ends in {last}, before it begins in {first}",
        "资本金比例{id}的截止年份{last}早于起始年份{first}",
    ),
    "debt-rule-ends-before-it-begins": (
        "debt rule {id} ends in {last}, before it begins in {first}",
        "债务规则{id}的失效年{last}早于生效年{first}",
    ),
    "debt-rule-with-dates-has-a-lowest-band": (
        "debt rule {id} has dates: its lowest band must have no consequences",
        "债务规则{id}设有有效期，其最低一档不得附带后果",
    ),
    "debt-rule-a-higher-band-must-not-be-milder": (
        "debt rule {id}: a higher band must not be milder than a lower one",
        "债务规则{id}：较高档位不得比较低档位宽松",
    ),
    "phase-ends-in-before-it-begins": (
        "phase {phase} ends in {last_year}, before it begins",
        "阶段{phase}止于{last_year}年，早于其起始年",
    ),
    "phase-must-begin-in-the-year-after-phase-ends": (
        "phase {after} must begin in {last_year}, the year after phase {before} ends, and "
        "begins in {first_year}",
        "阶段{after}须从{last_year}年（阶段{before}结束的次年）开始，现从{first_year}年开始",
    ),
    "two-phases-have-the-same-id": ("two phases have the same id", "两个阶段的编号相同"),
    "the-plan-has-years-at-most-200-are-allowed": (
        "the plan has {num_years} {num_years:=year|years}; at most 200 are allowed",
        "规划期有{num_years}年，最多允许200年",
    ),
    "qualities-of-no-figure": (
        "qualities: {names} is no figure of a debt row; figures are {known}",
        "qualities（各列质量）：{names}不是债务表的数据列；数据列有：{known}",
    ),
    "there-is-no-preset": (
        "there is no preset {name!r} for this table; known: {known}",
        "此表没有名为“{name}”的通用条款；可用的有：{known}",
    ),
    "leave-it-out-or-name-no-preset": (
        "leave that year out, or clear preset and state the fund's own terms",
        "去掉该年，或清空preset（通用条款）并自行填写资金条款",
    ),
    "preset-is-not-issued-then": (
        "preset {name} is not issued in {year}: its limit is {limit}",
        "preset（通用条款）{name}在{year}年不发行：以{limit}年为限",
    ),
    "there-is-no-discount-schedule-known": (
        "there is no discount schedule {name!r}; known: {known}",
        "没有名为“{name}”的折现率方案；可用的方案：{known}",
    ),
    "spending-profile-sums-to-the-shares-must-sum": (
        "spending_profile sums to {spending_profile:g}; the shares must sum to 1",
        "spending_profile（分年投资比例）合计为{spending_profile:g}，应合计为1",
    ),
    "overnight-cost-is-not-between-its-low-and-its": (
        "overnight_cost {overnight_cost:g} is not between its low {low:g} and its high {high:g}",
        "overnight_cost（静态投资）{overnight_cost:g}不在低值{low:g}与高值{high:g}之间",
    ),
    "the-exchange-rate-must-be-above-0": ("the exchange rate must be above 0", "换算率须大于0"),
    "did-you-mean": ("did you mean {close!r}?", "是否为“{close}”？"),
    "add-it-to-or-correct-it-here": (
        "add it to {where}, or correct it here",
        "将其加入{where}，或在此处更正",
    ),
    "discount-schedule-is-not-meant-for": (
        "the discount schedule {name} is meant for {span}; this plan begins in {first}",
        "折现率方案{name}适用于{span}，本规划自{first}年开始",
    ),
    "choose-a-schedule-of-these-years": (
        "choose a schedule of these years, or give discount_rate; see `infraplan rules`",
        "选择适用于规划年份的方案，或直接填写 discount_rate；见 infraplan rules",
    ),
    "nothing-limits-the-money-of-this-plan": (
        "nothing limits the money of this plan: nobody pays from funds alone, debt has no limit "
        "and spending no cap, so all that is worth its cost is built",
        "本规划没有任何资金约束：无须以自有资金支付，债务无限额，投资无上限，"
        "凡效益大于投资的项目都会建设",
    ),
    "give-funds-with-their-inflows-or-a-spend-cap": (
        "give funds with their inflows, or a spend_cap in policies",
        "填写资金来源及其流入，或在政策表中设“投资上限”（spend_cap）",
    ),
    "is-owed-longer-than-works-last": (
        "{id} is owed for {tenor} {tenor:=year|years}, longer than what it may pay for "
        "lasts: {names}, {life} {life:=year|years} at most",
        "{id}期限{tenor}年，长于所付工程的使用寿命：{names}，最长{life}年",
    ),
    "choose-a-tenor-within-the-life-of-the-works": (
        "choose a tenor within the life of the works",
        "选择不超过工程使用寿命的期限",
    ),
    "seems-to-mean-works-of-a-rule": (
        "project {id}: {word!r} is not a known word, but seems to mean works of which a rule of "
        "capital or of starts speaks",
        "项目{id}：“{word}”不是已知名称，但似属资本金或开工规则所指的项目类别",
    ),
    "write-the-word-of-the-rule-or-another": (
        "if it is such works, write one of {words}; if not, a word that does not sound like it",
        "如属该类，请改为{words}之一；如不属，请改用不致混淆的名称",
    ),
    "project-is-of-the-unknown-subsector": (
        "project {id} is of the unknown subsector {name!r}: rules of least capital and of starts "
        "for {named} are not applied to it, those for all are",
        "项目{id}的细分行业{name!r}无法识别：只适用通用的资本金和开工规则，不适用针对{named}的规则",
    ),
    "use-a-subsector-that-is-known": (
        "use a subsector that the rules or `infraplan estimate` know",
        "改用规则或 infraplan estimate 认识的细分行业名称",
    ),
    "is-about-and-no-project-is-of-these": (
        "{id} is about {names}, and no project is of these {field}",
        "{id}针对{names}，但没有项目的{field}与之相符",
    ),
    "no-project-draws-on-resource": (
        "no project draws on {resource}: the quota limits nothing",
        "没有项目占用资源{resource}：该限额不起作用",
    ),
    "no-project-delivers-metric": (
        "no project delivers {metric}, which target {target} asks for",
        "没有项目提供指标{target}所要求的{metric}",
    ),
    "rule-asks-for-item-without-row": (
        "rule {rule} counts {item}, and no row of fiscal has it",
        "规则{rule}计入{item}，但财政数据中没有该项",
    ),
    "add-rows-of-the-item-or-correct-it": (
        "add its rows, or correct the name: what has no figure is not tested",
        "补充该项数据，或更正名称：没有数据的地区不予检验",
    ),
    "correct-the-name-or-delete-the-row": (
        "correct the name, or delete the row",
        "更正名称，或删除该行",
    ),
    "may-pay-for-and-no-project-is-of-these": (
        "{id} may pay for {names}, and no project is of these {field}",
        "{id}可用于{names}，但没有项目的{field}与之相符",
    ),
    "correct-the-names-or-leave-the-cell-blank": (
        "correct the names, or leave the cell blank",
        "更正名称，或将该单元格留空",
    ),
    "no-fund-of-pays-principal-and-interest-of": (
        "no fund of {jurisdiction} pays principal and interest of pool {pool}: what {id} "
        "borrows costs nobody anything",
        "{jurisdiction}没有资金偿付债务类别{pool}的本息：{id}的借款无人承担",
    ),
    "name-a-fund-in-service-funds-of-pool": (
        "name a fund in service_funds of pool {pool}",
        "在债务类别{pool}的“偿债资金”（service_funds）中填写资金",
    ),
    "revenue-of-reaches-fund-and-may-repay-the": (
        "revenue of {project} reaches fund {fund} and may repay the partner of {id} as well",
        "项目{project}的收入进入资金{fund}，又可用于偿还{id}的社会资本方",
    ),
    "take-from-the-project-s-revenue-what-the-fund": (
        "take from the project's revenue what the fund receives, or keep the project out "
        "of the contract's earmark",
        "从项目收入中扣除资金所得，或不将该项目列入该合同的专款范围",
    ),
    "pays-until-from-november-2023-new": (
        "{id} pays until {late}: from November 2023 new partnerships are concessions "
        "repaid by users alone",
        "{id}支付至{late}年，而自2023年11月起新实施的政府和社会资本合作只能采取使用者付费的"
        "特许经营",
    ),
    "set-last-year-to-unless-the-contract-was": (
        "set last_year to {user_pay_from}, unless the contract was signed before",
        "除非合同此前已签订，否则将“截止年”（last_year）设为{user_pay_from}",
    ),
    "does-not-exist-and-no-project-opens-it": (
        "{element} does not exist and no project opens it",
        "{element}尚不存在，也没有项目将其开通",
    ),
    "add-a-row-with-the-action-open-to-project": (
        "add a row with the action open to project_network, or set exists to yes",
        "在“项目与网络”（project_network）中加一行，作用为open（开通），或将“是否现有”（exists）设为是",
    ),
    "no-way-leads-from-to": (
        "no way leads from {node} to {to_node}",
        "从{node}到{to_node}没有通路",
    ),
    "no-source-or-plant-reaches": (
        "no source or plant reaches {node}",
        "没有水源、气源或电厂可到达{node}",
    ),
    "even-if-everything-is-built": ("{what}, even if everything is built", "即使全部建成，{what}"),
    "check-the-ends-and-directions-of-the-links": (
        "check the ends and directions of the links",
        "检查线路的端点和方向",
    ),
    "has-a-capacity-of-all-demand-of-network-is": (
        "{element} has a capacity of {capacity:g}, all demand of network {network} is {demand:g}",
        "{element}的能力为{capacity:g}，而网络{network}的全部需求仅{demand:g}",
    ),
    "check-the-unit-leave-it-blank-where-there-is": (
        "check the unit; leave it blank where there is no limit",
        "检查单位；没有上限时留空",
    ),
    "has-no-capacity-which-counts-as-0": (
        "{role} {node} has no capacity, which counts as 0",
        "{role}{node}没有填能力，按0计",
    ),
    "give-its-capacity-or-a-project-that-adds-some": (
        "give its capacity, or a project that adds some",
        "填写其能力，或安排项目增加能力",
    ),
    "no-link-begins-or-ends-at": ("no link begins or ends at {node}", "没有线路与{node}相连"),
    "add-its-links-or-delete-it": ("add its links, or delete it", "补充其线路，或删除该节点"),
    "nobody-minds-if-demand-is-not-served": (
        "nobody minds if demand {id} is not served",
        "需求{id}未满足时没有任何损失",
    ),
    "give-the-value-lost-by-unit-not-served-or-set": (
        "give the value lost by unit not served, or set must_serve to yes",
        "填写单位缺供损失，或将“是否必须满足”（must_serve）设为是",
    ),
    "times-too-much": ("{slip:g} times too much", "偏大{slip:g}倍"),
    "times-too-little": ("{slip:g} times too little", "偏小{slip:g}倍"),
    "project-costs-as-if-a-of-this-size-costs": (
        "project {project} costs {overnight_cost:g}: as if {times}; a {subsector} of this "
        "size costs {usual}",
        "项目{project}的投资为{overnight_cost:g}，似乎{times}；同等规模的{subsector}投资为{usual}",
    ),
    "check-the-unit-of-the-amount": (
        "check the unit of the amount (元, 万元, 亿元)",
        "检查金额单位（元、万元、亿元）",
    ),
    "project-costs-a-of-usual-size-costs": (
        "project {project} costs {overnight_cost:g}; a {subsector} of usual size costs {usual}",
        "项目{project}的投资为{overnight_cost:g}；一般规模的{subsector}投资为{usual}",
    ),
    "check-the-amount-the-size-and-the-subsector": (
        "check the amount, the size and the subsector",
        "检查金额、规模和细分行业",
    ),
    "project-costs-nothing": ("project {project} costs nothing", "项目{project}的投资为0"),
    "give-its-cost-or-let-infraplan-estimate-fill": (
        "give its cost, or let `infraplan estimate` fill it",
        "填写其投资，或用infraplan estimate估算",
    ),
    "project-yields-a-year-for-a-cost-of": (
        "project {project} yields {yearly:g} a year for a cost of {whole:g}",
        "项目{project}投资{whole:g}，年效益{yearly:g}",
    ),
    "check-the-unit-of-the-benefit-and-that-it-is": (
        "check the unit of the benefit, and that it is not gross of running cost",
        "检查效益的单位，以及是否未扣除运行费",
    ),
    "is-ready-but-waits-for-which-is-only-being": (
        "{ready} is ready but waits for {studied}, which is only being studied",
        "{ready}前期已具备条件，却要等待仍处于研究阶段的{studied}",
    ),
    "check-the-direction-of-the-relation-or-its": (
        "check the direction of the relation, or its confidence",
        "检查关系的方向或可信度",
    ),
    "target-asks-for-by-all-projects-together": (
        "target {target} asks for {target_value:g} by {year}; all projects together reach {most:g}",
        "指标{target}要求{year}年达到{target_value:g}，全部项目合计仅达到{most:g}",
    ),
    "check-the-value-its-unit-the-outputs-of-the": (
        "check the value, its unit, the outputs of the projects and their lead times",
        "检查目标值、单位、项目产出和建设工期",
    ),
    "project-lies-at-km-from-the-middle-of-its": (
        "project {project} lies at {place}, {away:.0f} km from the middle of its "
        "jurisdiction's projects",
        "项目{project}位于{place}，距本行政区项目中心{away:.0f}公里",
    ),
    "check-the-place-and-its-coordinates": (
        "check the place and its coordinates",
        "检查地点及其坐标",
    ),
    "all-inflows-together-are-all-projects-cost": (
        "all inflows together are {inflow:g}, all projects cost {costs:g}",
        "全部资金收入合计{inflow:g}，全部项目投资{costs:g}",
    ),
    "check-that-both-are-in-the-instance-s-money": (
        "check that both are in the instance's money unit",
        "检查二者是否都采用本算例的金额单位",
    ),
    "none-given": ("none", "无"),
    "cannot-name-the-folder-of-a-run": (
        "{name!r} cannot name the folder of a run: {why}",
        "“{name}”不能作为结果目录的名称：{why}",
    ),
    "it-holds-the-sign": ("it holds {sign!r}", "其中有{sign!r}"),
    "it-begins-or-ends-with-a-dot": ("it begins or ends with a dot", "以点开头或结尾"),
    "windows-keeps-this-name-for-a-device": (
        "Windows keeps this name for a device",
        "Windows保留此名称作设备名",
    ),
    "it-is-longer-than-bytes": ("it is longer than {most} bytes", "超过{most}字节"),
    "no-project-is-in-sector": ("no project is in sector {sector!r}", "没有行业为“{sector}”的项目"),
    "the-sectors-of-the-projects": ("the sectors of the projects", "项目的行业"),
    "two-records-are-called": ("two records are called {name!r}", "有两条记录都名为“{name}”"),
}
