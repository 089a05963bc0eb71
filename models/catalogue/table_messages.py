"""Messages of foreign tables: how they are read, what is left out, what is asked."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "is-no-table-by-its-ending": (
        "{file} is no table that can be read ({ending})",
        "{file}不是可读取的表格（{ending}）",
    ),
    "save-the-table-as": (
        "save the table as .xlsx or .csv",
        "请把表格另存为.xlsx或.csv",
    ),
    "the-file-is-read-as": (
        "the file is no UTF-8 and is read as {encoding}",
        "文件不是UTF-8编码，按{encoding}读取",
    ),
    "state-encoding-in-the-map": (
        "if signs look wrong, state `encoding` in the map: {known}",
        "如出现乱码，请在映射文件中写明encoding：{known}",
    ),
    "say-decimal-in-the-map": (
        "say in the map `decimal: comma` or `decimal: point`",
        "请在映射文件中写明“decimal: comma”（逗号为小数点）或“decimal: point”",
    ),
    "is-no-range": (
        "{low!r} to {high!r} is no range of amounts",
        "“{low}”至“{high}”不是金额区间",
    ),
    "is-no-unit": (
        "{value!r} is no unit of money, as $000s, 万元 or 1000",
        "“{value}”不是金额单位，如$000s、万元或1000",
    ),
    "is-no-yearly-share": (
        "{value!r} is no share of cost between 0 and 1",
        "“{value}”不是0与1之间的投资占比",
    ),
    "so-in-rows": (
        "{message}; so in {count} {count:=row|rows}: {rows}",
        "{message}；共{count}行：第{rows}行",
    ),
    "say-that-texts-are-open": (
        "write an amount, or say in the map `unreadable: open` where a text means that it is open",
        "请填写金额；如文字表示金额未定，请在映射文件中写明“unreadable: open”",
    ),
    "row-is-sum": ("a sum", "合计"),
    "row-is-group": ("the name of a group", "分组名称"),
    "row-is-note": ("a note", "注释"),
    "row-is-heading": ("the headings again", "重复的表头"),
    "row-is-parent": ("a whole whose parts stand in rows of their own", "汇总行，各分项另行列出"),
    "row-is-chosen": ("left out by the map", "映射文件要求不读"),
    "row-is-beside-only": (
        "another {heading} than the map asks for",
        "{heading}不在映射文件要求之内",
    ),
    "row-is-left-out-by-a-word": ("no project by a word of its own", "按其用词不作项目"),
    "row-is-negative": ("a negative amount", "金额为负数"),
    "negative-rows-are-left-out": (
        "{count} row(s) are left out for negative amounts of {below:g} in all, and with them other "
        "amounts of {rest:g}: rows {rows}",
        "{count}行因负数金额（合计{below:g}）未读取，同行其他金额{rest:g}也未计入：第{rows}行",
    ),
    "negative-amounts-apart": (
        "`negative: keep_rest` in the map keeps the others",
        "在映射文件中写“negative: keep_rest”可保留其他金额",
    ),
    "negative-amounts-count-as-0": (
        "negative amounts of {below:g} in all count as 0, what else stands in their rows is read: "
        "rows {rows}",
        "负数金额（合计{below:g}）按0计，同行其他金额照常读取：第{rows}行",
    ),
    "ask-negative-as-zero": (
        "{count} amount(s) are negative, {below:g} in all; they count as 0, and what else their "
        "rows say is read (`negative: keep_rest`)",
        "{count}个金额为负数，合计{below:g}；按0计，同行其他金额照常读取，即“negative: keep_rest”",
    ),
    "ask-year-added": (
        "{year} stands over the columns {names}, which add up with the others to the total; all "
        "are read",
        "{year}年对应{names}等列，与其他列相加等于总计，均读取",
    ),
    "row-repeats-a-project": ("a project once more", "同一项目重复出现"),
    "row-is-an-older-edition": ("an older edition of a project", "同一项目的较早版本"),
    "rows-are-left-out": ("{count} row(s) are left out: {why}", "{count}行未读取：{why}"),
    "the-row-says-and-its-rows-add-up-to": (
        "the row says {stated:g} and its rows add up to {found:g}",
        "该行写明{stated:g}，而所属各行合计{found:g}",
    ),
    "say-which-rows-are-projects": (
        "say in the map which rows are projects: `keep_rows` and `leave_out_rows`",
        "请在映射文件中写明哪些行是项目：keep_rows（读取）和leave_out_rows（不读）",
    ),
    "rows-are-the-sums-of-those-below": (
        "the rows {rows} are the sums of rows beside them and are left out",
        "第{rows}行是相邻各行之和，未读取",
    ),
    "an-amount-is-merged-over-rows": (
        "one amount is merged over the rows {first} to {last}",
        "一个金额合并了第{first}至{last}行的单元格",
    ),
    "it-counts-in-the-first-row-alone": (
        "it counts in the first of them alone; unmerge it where it is shared",
        "只计入首行；如由各行分摊，请取消合并并分别填写",
    ),
    "rows-may-be-no-projects": (
        "{count} row(s) may be no projects by their names, as {name!r}: rows {rows}",
        "{count}行按名称可能不是项目，如“{name}”：第{rows}行",
    ),
    "leave-them-out-in-the-map": (
        "leave them out by `leave_out_rows` in the map where they are none",
        "如确非项目，请在映射文件的leave_out_rows中写明",
    ),
    "funds-and-cost-differ": (
        "in {count} row(s) the funds add up to another sum than the cost, here {paid:g} and "
        "{cost:g}: rows {rows}",
        "{count}行的资金来源合计与投资不一致，此处为{paid:g}与{cost:g}：第{rows}行",
    ),
    "say-who-pays-the-rest": (
        "`rest: NAME` in the map makes a fund that pays what is open",
        "可在映射文件中用“rest: 名称”设一项资金，支付未落实的部分",
    ),
    "the-amount-is-negative": ("the amount is {amount:g}", "金额为{amount:g}"),
    "ends-before-it-begins": (
        "it ends in {ends} and begins in {begins}",
        "{ends}年结束，而{begins}年开始",
    ),
    "check-the-dates": ("check the dates", "请检查日期"),
    "repeats-another-amount": (
        "it costs {found:g}, and row {first} of the same project {stated:g}",
        "投资为{found:g}，而同一项目的第{first}行为{stated:g}",
    ),
    "ids-stand-in-several-rows": (
        "{count} id(s) stand in several rows, {name!r} in rows {rows}",
        "{count}个编号出现在多行，“{name}”在第{rows}行",
    ),
    "say-what-repeated-rows-are": (
        "say in the map what rows of one project are: `repeats: add` (parts), `once` (one amount "
        "said again), `latest` (editions, with `latest: HEADING`) or `separate` (works apart)",
        "请在映射文件中写明同一项目各行的关系：“repeats: add”（分项，相加）、“once”（同一金额重复）"
        "、“latest”（不同版本，另写“latest: 列名”）或“separate”（不同项目）",
    ),
    "names-stand-in-several-rows": (
        "{count} name(s) stand in several rows of years without an id, {name!r} in rows {rows}: "
        "each row would be a project of its own",
        "{count}个名称在按年逐行的表格中出现于多行而无编号，“{name}”在第{rows}行：每行将各成一个项目",
    ),
    "say-what-rows-of-one-name-are": (
        "say in the map what rows of one name are: `repeats: add` (years of one project) or "
        "`separate` (projects of their own), or name a column of ids",
        "请在映射文件中写明同名各行的关系：“repeats: add”（同一项目的各年，相加）或“separate”"
        "（各为一个项目），或指明编号列",
    ),
    "amounts-are-not-read": (
        "columns of amounts are read as nothing, their sums stay open: {names}",
        "以下金额列未读取，其合计未计入：{names}",
    ),
    "say-what-columns-are": (
        "name them in the map, or in `leave_out_columns` where they do not count",
        "请在映射文件中指明其含义；如不计入，请写入leave_out_columns",
    ),
    "other-columns-of-the-year": (
        "of {year} the amounts that are read add up to {found:g}, and other columns of that year "
        "say something else: {names}",
        "{year}年读取的金额合计{found:g}，而该年的其他列与之不同：{names}",
    ),
    "say-which-columns-count": (
        "name those that count in `years` ({{year, fund}} for the money of a fund), the others in "
        "`leave_out_columns`",
        "请将应计入的列写入years（某项资金的金额写{{year, fund}}），其余写入leave_out_columns",
    ),
    "a-total-says-more-than-is-read": (
        "{name!r} says {stated:g} in all, and the years that are read add up to {found:g}",
        "“{name}”共计{stated:g}，而所读取各年合计{found:g}",
    ),
    "say-whether-years-or-total-count": (
        "name the years that are lacking, or say which counts: `total: {name}` where the years do, "
        "`columns: {{overnight_cost: {name}}}` in the place of `years` where the total does",
        "请补充缺少的年份列，或写明以何为准：以各年为准写“total: {name}”，"
        "以总额为准则不写years，改写“columns: {{overnight_cost: {name}}}”",
    ),
    "rows-are-the-same-as-others": (
        "these rows say the same as others above them: {rows}",
        "以下各行与前面的行完全相同：第{rows}行",
    ),
    "all-rows-of-a-project-hold-one-amount": (
        "in each of {count} {count:=project|projects} all rows hold one and the same amount: "
        "is it a total, said again?",
        "{count}个项目的各行金额均相同：是否为重复填写的总额？",
    ),
    "sheets-are-not-read": (
        "the first sheet that is shown is read, these are not: {sheets}",
        "只读取第一个未隐藏的工作表，以下未读：{sheets}",
    ),
    "name-sheets-in-the-map": (
        "name others in the map, `sheet: [A, B]`",
        "如需读取，请在映射文件中写“sheet: [甲, 乙]”",
    ),
    "the-table-has-no-money": (
        "no column of money is named: a table without money is no list to choose from",
        "没有指明金额列：不含金额的表格无法用于选择项目",
    ),
    "map-money-columns": (
        "name `years`, `long`, `funding` or columns.overnight_cost in the map",
        "请在映射文件中写明years、long、funding或columns.overnight_cost",
    ),
    "the-unit-of-money-is-said-nowhere": (
        "neither table nor map says in which unit amounts count; they are taken as they stand",
        "表格和映射文件均未写明金额单位，按原数读取",
    ),
    "state-money-unit-and-factor": (
        "state settings.money_unit and settings.money_factor in the map",
        "请在映射文件的settings中写明money_unit和money_factor",
    ),
    "rows-are-in-another-currency": (
        "{count} row(s) are in {code}, and the money of the instance is {currency}: rows {rows}",
        "{count}行以{code}计，与算例币种{currency}不同：第{rows}行",
    ),
    "convert-them-or-read-one-currency": (
        "convert them, or read the rows of one currency alone by `only` in the map",
        "请换算为同一币种，或在映射文件中用only只读取一种币种的行",
    ),
    "unit-of-rows-is-not-known": (
        "{text!r} is no unit of money that is known: rows {rows}",
        "无法识别的金额单位“{text}”：第{rows}行",
    ),
    "names-stand-in-several-sheets": (
        "{count} name(s) stand in several sheets: {name!r} in {sheets}",
        "{count}个项目名称出现在多个工作表：“{name}”见{sheets}",
    ),
    "a-note-beside-amounts": (
        "{count} amount(s) are read without the note behind them, '{note}': rows {rows}",
        "{count}处金额后有括注“{note}”，读取时略去：第{rows}行",
    ),
    "state-one-price-year": (
        "amounts of one table count in one price_year, as settings state it; convert what does not",
        "同一张表的金额按settings中同一price_year计，价格年份不同的请先换算",
    ),
    "amounts-are-read-in": (
        "amounts are read in the unit that the table states: {unit}",
        "金额按表中写明的单位读取：{unit}",
    ),
    "benefits-are-assumed": (
        "a benefit of {share:g} of its cost a year is assumed of every project: the plan fills the "
        "budget and ranks nothing",
        "假定每个项目的年效益为其投资的{share:g}：方案只是用足预算，不代表项目优劣",
    ),
    "put-benefits-of-your-own": (
        "put benefits of your own into projects.csv, or let `infraplan estimate` fill what it "
        "knows",
        "请在项目表（projects.csv）中填写效益，或用infraplan estimate补充估算",
    ),
    "the-table-has-no-benefits": (
        "the table states no benefits: a plan made of it would build nothing of its own will",
        "表中没有效益：据此制定的方案不会主动选择任何项目",
    ),
    "with-several-owners-no-fund-is-made": (
        "with {count} {count:=owner|owners} nobody says whose the money is: no fund is made",
        "有{count}个业主，未写明资金归属，不生成资金",
    ),
    "add-funds": (
        "add funds.csv and inflows.csv, or map no jurisdiction",
        "请补充资金表（funds.csv）和资金流入表（inflows.csv），或不映射“行政区”（jurisdiction）",
    ),
    "cost-outside-of-the-years": (
        "of {count} project(s) the stated cost is not what the years add up to; what the years "
        "state is read: rows {rows}",
        "{count}个项目的总投资与各年之和不一致，按各年金额读取：第{rows}行",
    ),
    "cost-is-open": (
        "{count} project(s) have no amount and stay open at 0: rows {rows}",
        "{count}个项目没有金额，暂记为0待补：第{rows}行",
    ),
    "spent-before-is-left-out": (
        "{count} project(s) have spent money and are not under way; it is left out: rows {rows}",
        "{count}个项目已有支出但并非在建，已支出部分不计：第{rows}行",
    ),
    "spent-before-is-counted": (
        "{count} project(s) have spent money and are not under way; their whole cost is still to "
        "be paid: rows {rows}",
        "{count}个项目已有支出但并非在建，仍按全部投资计：第{rows}行",
    ),
    "spent-more-than-its-cost": (
        "{count} project(s) have spent more than they cost: rows {rows}",
        "{count}个项目的已支出超过总投资：第{rows}行",
    ),
    "taken-as-complete": (
        "{count} project(s) end before the plan and are taken as complete: rows {rows}",
        "{count}个项目在规划期前结束，按已建成处理：第{rows}行",
    ),
    "taken-as-under-way": (
        "{count} project(s) began before the plan and are taken as under construction: rows {rows}",
        "{count}个项目在规划期前开工，按在建处理：第{rows}行",
    ),
    "should-stand-by-now": (
        "{count} project(s) under way should stand by now; they open in the plan's first year: "
        "rows {rows}",
        "{count}个在建项目应已建成，按规划首年投用处理：第{rows}行",
    ),
    "should-have-begun": (
        "{count} project(s) should have begun before the plan and have not; they may begin in its "
        "first year: rows {rows}",
        "{count}个项目应在规划期前开工而未开工，最早按规划首年开工：第{rows}行",
    ),
    "ends-after-the-plan": (
        "{count} project(s) end after the plan; their works may go on after it: rows {rows}",
        "{count}个项目在规划期后建成，允许跨期建设：第{rows}行",
    ),
    "ask-sheets": (
        "several sheets: {sheets}; are others to be read, or the same projects once more?",
        "有多个工作表：{sheets}；其他表需要读取，还是同一批项目的重复？",
    ),
    "ask-no-headings": (
        "no row of headings was found; columns are named by number",
        "没有找到表头，按列号称呼各列",
    ),
    "ask-year-twice": (
        "{year} stands over several columns; {name!r} is read",
        "{year}年对应多列，读取“{name}”",
    ),
    "ask-whole-cost": (
        "{name!r} is more than the years add up to; what the years state is what the plan pays",
        "“{name}”与各年之和不一致，规划期内按各年金额支付",
    ),
    "ask-editions": (
        "rows of several {name!r} are taken as editions of one project; or are they parts to add?",
        "不同“{name}”的行按同一项目的不同版本处理；是否应为相加的分项？",
    ),
    "ask-costs": (
        "of the amounts {names} the cost is taken from {name!r}",
        "在金额列{names}中，投资取自“{name}”",
    ),
    "ask-rest": (
        "in {share} % of the rows the funds do not add up to the cost; a fund of its own pays the "
        "rest",
        "{share}%的行资金来源与投资不一致，差额另设一项资金支付",
    ),
    "ask-owners": (
        "{name!r} names {count} {count:=owner|owners}; each becomes a jurisdiction with a "
        "budget of its own",
        "“{name}”有{count}个业主，各成一个行政区，各有预算",
    ),
    "ask-sector": (
        "no column tells the sector",
        "没有说明行业的列",
    ),
    "ask-fill-down": (
        "blank cells below {names} are taken to mean the same as the cell above",
        "{names}的空白单元格按与上一行相同处理",
    ),
    "ask-decimal": (
        "no amount tells what the point in one like 1.200 is; the decimal mark is taken to be "
        "{mark!r}",
        "没有金额能说明1.200中的点是否为小数点，小数点按“{mark}”处理",
    ),
    "ask-names-repeat": (
        "there is no id, and {count} row(s) have the name of another: each is a project of its "
        "own, until `repeats` in the map says what they are",
        "没有编号，且有{count}行与其他行同名：在映射中用`repeats`说明之前，各行均为单独项目",
    ),
    "ask-sheets-are-years": (
        "each sheet is a year by its title: {name!r} is what projects cost in it, and rows of one "
        "name or id are one project",
        "各工作表的标题是年份：“{name}”为该年投资，同名或同编号的行视为同一项目",
    ),
    "ask-decimal-of-others": (
        "other columns have decimal commas, so {text!r} is read by its point as thousands",
        "其他列以逗号作小数点，因此“{text}”中的点按千分位读取",
    ),
    "ask-rows-of-one-name": (
        "there is no id: rows of one {name!r} are taken as years of one project and added "
        "(`repeats: add`)",
        "没有编号列：“{name}”相同的各行按同一项目的各年读取并相加，即“repeats: add”",
    ),
    "ask-parts-of-a-cost": (
        "{name!r} is what each row adds to its project, {total!r} says the sum of them again",
        "“{name}”为各行金额，“{total}”为同一项目各行之和",
    ),
    "ask-carried": (
        "the stated total counts {name!r} in: it is read as money of {year}",
        "合计数包含“{name}”，按{year}年资金读取",
    ),
    "ask-later": (
        "the stated total counts {name!r} in: it is read as money of {year}, after the last year",
        "合计数包含“{name}”，按最后一年之后的{year}年资金读取",
    ),
    "ask-years-before": (
        "the stated total counts later years alone; taken for spent before them: {names}",
        "合计数只含以后各年：{names}按此前已投入资金处理",
    ),
    "ask-shares": (
        "shares in per cent are not read: {names}; state under `funding` columns of amounts, or "
        "leave them out",
        "{names}为百分比，不读取；请在 `funding` 下写明金额列，或不用这些列",
    ),
    "ask-funds-by-sum": (
        "taken for funds as well: {names}; with them the funds add up to the cost",
        "计入{names}后各资金来源之和等于投资，因此也按资金来源处理",
    ),
    "ask-middle": (
        "the table states {low!r} and {high!r} alone; the cost is the middle of both",
        "表中只有“{low}”和“{high}”，投资取两者的中间值",
    ),
    "ask-ids-repeat": (
        "{name!r} is no id of its own for every row, as some repeat: {words}; ids are made of the "
        "names, or say `id` and `repeats`",
        "“{name}”有重复：{words}，不能作为每行的编号；现按名称生成编号，"
        "或在映射中写明 `id` 和 `repeats`",
    ),
    "ask-stages": (
        "no word of {name!r} is known as a stage: {words}; say under `words` what they mean",
        "“{name}”中的词都不认识：{words}；请在 `words` 下写明各指哪个阶段",
    ),
    "ask-names-alone": (
        "rows that hold a name alone are passed over as names of groups: {names}; where one goes "
        "on with the name above it, join both in the table",
        "只有名称的行按分组名处理，不读取：{names}；如为上一行名称的续行，请先在表中合并为一行",
    ),
    "ask-phases": (
        "rows of one name are taken as phases of one project, as {name!r} tells them apart, and "
        "added",
        "名称相同、“{name}”不同的各行按同一项目的各期读取并相加",
    ),
    "ask-payer": (
        "{name!r} names who pays the amounts of a row; rows of one project are added",
        "“{name}”为该行金额的出资方，同一项目各行相加",
    ),
    "ask-sectors": (
        "sectors that nobody knows become `other`: {words}",
        "无法识别的行业归为other：{words}",
    ),
    "ask-currency": (
        "which currency it is no word says; {currency} is put",
        "未写明币种，按{currency}处理",
    ),
    "ask-unit": (
        "the unit of money is said nowhere: look at the largest project, then state money_unit and "
        "money_factor",
        "未写明金额单位：请核对最大项目的金额，再填写money_unit和money_factor",
    ),
    "ask-unit-of-other-column": (
        "the unit of money is stated by another column alone and taken for all",
        "金额单位只在其他列写明，按适用于全部金额处理",
    ),
    "ask-horizon": (
        "amounts stand for no year; the plan is taken from {first} to {last}",
        "金额未分年度，规划期取{first}至{last}年",
    ),
    "ask-negative": (
        "{count} amount(s) are negative; their rows are left out as no projects",
        "有{count}个负数金额，所在行不作项目",
    ),
    "ask-slips": (
        "{count} cell(s) hold text in the place of an amount, and some seem mistyped: {texts}; "
        "correct them, or write `unreadable: open` where all of them mean that it is open",
        "有{count}个金额单元格为文字，其中似有误写：{texts}；请更正，"
        "如均表示金额未定，请写“unreadable: open”",
    ),
    "ask-unreadable": (
        "{count} cell(s) hold text in the place of an amount, as {text!r}; they are open",
        "{count}个金额单元格为文字，如“{text}”，按未定处理",
    ),
    "map-head": (
        "map of {file}, proposed by `infraplan map`; read it before it is used",
        "{file}的映射文件，由infraplan map拟定；使用前请核对",
    ),
    "map-asks": ("to be looked at: {ask}", "请核对：{ask}"),
    "map-sum": (
        "{projects} project(s) of {rows} row(s), in all {total:,.12g} ({unit})",
        "{rows}行中有{projects}个项目，合计{total:,.12g}（{unit}）",
    ),
    "map-largest": (
        "the largest: {name}, row {row}: {amount:,.12g} ({unit})",
        "最大项目：{name}，第{row}行：{amount:,.12g}（{unit}）",
    ),
    "map-no-largest": ("no project has an amount", "没有一个项目有金额"),
    "map-year": ("{year}: {amount:,.12g}", "{year}年：{amount:,.12g}"),
    "map-open": ("open: {open}", "待补：{open}"),
    "map-open-of": ("{what} of {count}", "{what}（{count}个）"),
    "map-written": (
        "Map written to {path}. Next: infraplan import table {file} --map {path} OUT",
        "映射文件已写入{path}。下一步：infraplan import table {file} --map {path} 输出",
    ),
    "map-still-faulty": (
        "with this map {count} fault(s) remain, told above; correct table or map",
        "按此映射仍有{count}处问题（见上），请更正表格或映射文件",
    ),
    "open-time": ("time", "时间"),
    "open-funding": ("funding", "资金来源"),
    "the-sheet-is-a-note-by-its-name-and-not-read": (
        "the sheet {title!r} is, by its name, a note: it is not read",
        "工作表“{title}”按名称属于说明，未读取",
    ),
    "name-it-as-a-table-if-it-is-one": (
        "no other sheet holds the table {table} ({sheet}): if this one does, name it {table}",
        "没有其他工作表填写“{sheet}”（{table}）；如本表即是，请将工作表改名为“{sheet}”",
    ),
    "nothing-to-do-where-it-is-a-note": (
        "nothing is to be done where it is one; else name it as its table",
        "确为说明的无需处理；如为数据表，请按表名改名",
    ),
}
