"""Help of commands and options: English as it stands where they are defined, and Chinese."""

from __future__ import annotations

_HELP: dict[str, str] = {
    "Decide which transport, water and energy projects a region builds, when, and with whose "
    "money.": ("决定一个地区建设哪些交通、水利、能源项目，何时建，由谁出钱。"),
    "Open the workbench in the browser: edit, solve, compare, explain, approve, export.": (
        "在浏览器中打开工作台：编辑、求解、对比、分析、审定、导出。"
    ),
    "Join the files of several departments into one instance; tell conflicts cell by cell.": (
        "把多个部门的文件合并为一个算例，冲突逐个单元格列出。"
    ),
    "Instances of two departments or more: folders, .xlsx workbooks or .json files.": (
        "两个以上部门的算例：文件夹、.xlsx工作簿或.json文件。"
    ),
    "Whose word counts where files differ: first or last.": (
        "文件不一致时以谁为准：first（最前）或last（最后）。"
    ),
    "CSV file that takes a value for each conflict.": "逐项选定冲突取值的CSV文件。",
    "CSV file to write conflicts to, so that they can be decided.": (
        "将冲突清单写入该CSV文件，供逐项选定。"
    ),
    "Folder of instances, runs and database.": "存放算例、方案和数据库的文件夹。",
    "Address to listen at; any but this machine's asks for a token.": (
        "监听地址；非本机地址须凭令牌访问。"
    ),
    "Port to listen at.": "监听端口。",
    "Further name under which it is reached; may be repeated.": "访问时使用的其他主机名；可重复。",
    "Address of a database; SQLite in --data.": "数据库地址；缺省为--data中的SQLite。",
    "Solves at a time.": "同时求解的数量。",
    "Certificate for TLS, PEM.": "TLS证书（PEM）。",
    "Key of the certificate, PEM.": "证书的私钥（PEM）。",
    "Let NAME in: print a token, and end.": "授权成员：显示其令牌后结束。",
    "What --grant allows: see, edit or approve.": (
        "--grant授予的权限：see（查看）、edit（编辑）或approve（审定）。"
    ),
    "Let NAME in no more, and end.": "撤销成员权限后结束。",
    "List who is let in by name, and end.": "列出已授权的成员后结束。",
    "Open the page in the browser.": "在浏览器中打开页面。",
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "[default: {}]": "[默认：{}]",
    "[env var: {}]": "[环境变量：{}]",
    "[required]": "[必填]",
    "Show this message and exit.": "显示本帮助。",
    "Print the version and exit.": "显示版本号。",
    "Print one JSON object on standard output, nothing else.": "只在标准输出打印一个JSON对象。",
    "Language of tables, messages and report.": "表格、消息和报告的语言。",
    "Instance: a folder, an .xlsx workbook or a .json file.": (
        "算例：文件夹、.xlsx工作簿或.json文件。"
    ),
    "File for lines of JSON, at least one in 2 s: best plan, bound, gap, time left.": (
        "逐行写出JSON的文件，至少每2秒一行：当前最优值、上界、间隙、剩余时间。"
    ),
    "Solve for the exact loss by each project left out; takes as long again as --time-limit at "
    "most.": "逐个求出未入选项目的精确损失；最多再用与--time-limit相同的时间。",
    "Solve again with half, double and five times the money, and tell what changes.": (
        "以一半、两倍和五倍资金重新求解，并说明变化。"
    ),
    "Also write a proof of the bound that needs no solver to check.": (
        "另写出上界的证明，核验时无须求解器。"
    ),
    "Relative gap that the certificate is to prove.": "证明所要达到的相对间隙。",
    "Seconds for the search of the certificate.": "求取证明所用的时间（秒）。",
    "Say which projects survive the doubt of the figures, and which figures to find out.": (
        "说明哪些项目经得起数据不确定性的检验，以及哪些数据值得查实。"
    ),
    "Draws of the figures.": "数据的抽样次数。",
    "Seed of the draws.": "抽样的随机种子。",
    "Plans of draws to compare, besides those made.": "除专门编制的方案外，参与比较的抽样方案数。",
    "Draws of which one program seeks the plan that loses least; 0: it is left out.": (
        "联合求解的抽样数，由此求损失最小的方案；0表示不做。"
    ),
    "Figures of which the worth is found again by solving.": "通过重新求解核实其价值的数据项数。",
    "Make next year's instance: what is finished stands, what is begun is committed.": (
        "生成下一年的算例：建成的不再是候选项目，已开工的按剩余投资列为已承诺。"
    ),
    "Find what value each amount of money, debt or output allows, each point a verified run.": (
        "求出不同资金、债务或产出下可达到的价值，每一点均为经校验的方案。"
    ),
    "What value is set against: budget, debt, floor-per-head, or an output.": (
        "与目标值相权衡的量：budget（投资）、debt（债务）、floor-per-head（人均最低）或某项产出。"
    ),
    "Also residents, and floors of spending by head.": "并生成常住人口及人均投资下限。",
    "Refused: nothing is kept of it before its end.": "不支持：结束前不保存中间结果。",
    "What is best: npv, or an output in the last year.": "最优目标：npv，或规划末年的某项产出。",
    "Put projects in one order for rising budgets, and say what the order loses at each.": (
        "按预算由少到多排出项目的优先次序，并说明各档预算下的损失。"
    ),
    "Budgets, evenly spaced, up to all that pays.": "等距预算的档数，最后一档为不设限时的投资。",
    "The budgets themselves, money of the instance, commas between.": (
        "直接给出各档预算，以算例的货币单位计，逗号分隔。"
    ),
    "Methods beside the list: all, none, or names with commas between.": (
        "一并比较的排序方法：all、none，或以逗号分隔的名称。"
    ),
    "CSV of weights for scoring and TOPSIS: criterion, weight.": (
        "加权评分与TOPSIS所用权重的CSV：criterion（准则）、weight（权重）。"
    ),
    "Drawn instances whose lists are held against it.": "用以比较次序的抽样算例数。",
    "Ask one program of all budgets for a better list, a proof.": (
        "用涵盖各档预算的整体模型求更优的次序，并作证明。"
    ),
    "Limits of each axis, evenly spaced, besides no limit.": "除不设限外，每个维度等距限值的个数。",
    "equal, or ID=SHARE with commas between, in the place of those of the instance; what is left "
    "of 1 is the instance as it stands.": (
        "equal（各情景等概率），或以逗号分隔的“情景=概率”，代替算例中的概率；不足1的部分归于算例原状。"
    ),
    "A second axis beside --x, of the same kinds: three criteria.": (
        "与--x并列的第二个权衡维度，取值同--x，构成三目标。"
    ),
    "Every point there is, one solve each; for small instances.": (
        "求出全部的点，每点求解一次；适用于小算例。"
    ),
    "Relative gap to prove in each solve.": "每次求解须证明的相对间隙。",
    "Seconds for each solve.": "每次求解的秒数。",
    "Find the new plan that moves least of the one in force at a given loss, or loses least.": (
        "求在给定损失下对原方案变动最少、或损失最少的新方案。"
    ),
    "First year of the new plan; else the year after the last that the actuals tell of.": (
        "新方案的首年；缺省为实际情况所述最后一年的下一年。"
    ),
    "CSV of what happened, as of roll.": "实际情况的CSV文件，同roll命令。",
    "Instance as it is now, in place of the run's.": "现行算例，取代结果中的算例。",
    "Fewest moves at a loss of at most this share of the best value: 1% or 0.01.": (
        "损失不超过最优目标值的这一比例时变动最少：1%或0.01。"
    ),
    "Least loss at no more moves than this.": "变动不超过此数时损失最少。",
    "Best value less this much money for each move.": "目标值减去每项变动的这一代价后最优。",
    "STAGE=NUMBER or PROJECT=NUMBER: what a move of it weighs; 1 else; may be repeated.": (
        "阶段=数值 或 项目=数值：其变动的权重，缺省为1；可重复给出。"
    ),
    "What is planned to start before this year stays, and nothing is added.": (
        "原定在此年之前开工的不变，且不新增在此年之前开工的项目。"
    ),
    "Further points between the ends.": "两端之间另求的点数。",
    "A point at every number of moves; for small instances.": ("每一变动项数求一点；用于小算例。"),
    "Seconds for the reasons of the moves.": "查明变动原因所用的秒数。",
    "Solver, as of solve.": "求解器，同solve命令。",
    "Solves at a time, each a process.": "同时进行的求解数，每个为一进程。",
    "Dask scheduler whose workers solve: tcp://HOST:PORT, or its scheduler file.": (
        "由其工作进程求解的Dask调度器，写作 tcp://HOST:PORT，也可给出其调度器文件。"
    ),
    "Folder for runs and journal, where tables lie elsewhere.": (
        "存放结果与记录的目录，用于与表格分开存放时。"
    ),
    "Go on with the journal that is there.": "接续已有的记录。",
    "Folder for runs, journal and tables.": "存放结果、记录与表格的目录。",
    "Solve an instance under its scenarios, and say what each plan is worth under the others.": (
        "在各情景下求解算例，并说明各方案在其他情景下的价值。"
    ),
    "all, or ids of scenarios with commas between.": "all，或以逗号分隔的情景编号。",
    "Also say what each plan is worth elsewhere.": "同时说明各方案在其他情景下的价值。",
    "Project that must be built; may be repeated.": "必须入选的项目，可重复。",
    "Project that must not be built; may be repeated.": "不得入选的项目，可重复。",
    "Another value of a cell, TABLE.ROW.COLUMN=VALUE; funds.FUND.YEAR=VALUE for what comes in; may "
    "be repeated.": ("改动单元格的值：表.行.列=值；某年资金流入为funds.资金.年份=值；可重复。"),
    "Why it is changed; kept in the run.": "改动的理由，记入结果。",
    "Who changes it; kept in the run.": "改动人，记入结果。",
    "Find plans worth nearly as much as a run's that differ most, each proven and verified.": (
        "求出价值与原结果相近而差异最大的方案，每个均经证明和校验。"
    ),
    "Share of the run's value that may be lost.": "价值允许减少的比例。",
    "Money that may be lost, in the place of a share.": "价值允许减少的金额，代替比例。",
    "Plans at most.": "方案数上限。",
    "In what plans differ: projects, or money by district, phase, payer.": (
        "差异的衡量：projects（项目），或按districts（区县）、phases（阶段）、payer（出资来源）的资金。"
    ),
    "Say what it is worth to have the same money in other years, proven, by fund and year.": (
        "求出总额不变时资金跨年调剂的价值，按资金和年份列出，并予证明。"
    ),
    "Funds whose money moves, with commas between.": "可调剂的资金，以逗号分隔。",
    "Years between which money moves, with commas between.": "可相互调剂的年份，以逗号分隔。",
    "Most money that moves in all.": "调剂总额上限。",
    "Also between funds of one owner without earmark.": "同一主体未限定用途的资金之间也可调剂。",
    "Moves, largest first, that are priced alone.": "由大到小单独计价的调剂项数。",
    "Share a run's value out over its projects so that shares add up; flag double counting.": (
        "把结果的总价值分摊到各项目，分摊额相加等于总价值，并提示重复计算。"
    ),
    "Projects of a group up to which shares are exact; more draw orders.": (
        "精确分摊的项目组规模上限；超过时按抽样次序估算。"
    ),
    "Orders drawn for a larger group, each with its reverse.": (
        "规模更大的项目组抽取的次序数，正反序成对。"
    ),
    "Seed of the orders.": "抽样次序的随机种子。",
    "Folder for the tables.": "存放表格的文件夹。",
    "Declare a run submitted, approved or adopted, with name and reason; an adopted one stays.": (
        "将结果声明为已报送、已审定或已通过，记明姓名与理由；已通过的不再改变。"
    ),
    "Sign a run that is verified with a key; verify --signature then sees every change.": (
        "以密钥为校验通过的结果签名；此后verify --signature可发现任何改动。"
    ),
    "File with the key, at least 16 bytes; secret.": "密钥文件，至少16字节，须保密。",
    "Check the signature too, with this key.": "以此密钥同时核验签名。",
    "Sign the run with the key in this file.": "以此文件中的密钥为结果签名。",
    "draft, submitted, approved or adopted; shown if left out.": (
        "draft（草稿）、submitted（已报送）、approved（已审定）或adopted（已通过）；省略则显示现状。"
    ),
    "Who declares it; kept in the run.": "声明人，记入结果。",
    "Why it is declared; kept in the run.": "声明的理由，记入结果。",
    "Say why projects are in or out, what the other way costs, and what would turn it.": (
        "说明项目为何入选或未入选、改变取舍的代价以及何种变化会改变取舍。"
    ),
    "Ids of projects.": "项目编号。",
    "All that is left out; solves for those that lose least.": (
        "全部未入选项目；对损失最小的若干项重新求解。"
    ),
    "Also decide the first phase now and the rest by scenario.": (
        "同时求首期先定、后期视情景而定的方案。"
    ),
    "Also what each duty of the plan costs.": "同时求出方案各项硬性要求的代价。",
    "Pairs of solves for each turning point, at most.": "每个转折点至多求解的次数（每次两侧）。",
    "With --all, how many are solved for.": "与--all同用，重新求解的项目数。",
    "Relative gap of each solve; that of the run else.": "每次求解的相对间隙；不给出时同结果。",
    "Run or instance.": "结果目录或算例。",
    "Folder, .xlsx or .json to write.": "要写出的文件夹、.xlsx或.json。",
    "First year of the new plan.": "新规划的首年。",
    "CSV of what happened: project, year, spent, started, opened, cancelled, note; without it all "
    "went as planned.": (
        "实际情况的CSV：project、year、spent、started、opened、cancelled、note；省略则视为按规划完成。"
    ),
    "Run folder written by solve.": "solve写出的结果目录。",
    "Compare runs: questions, projects, phases, money, debt, targets, service, and why.": (
        "比较多个结果：算例、项目、阶段、资金、债务、指标、服务及其原因。"
    ),
    "Run folders; the first is the reference.": "结果目录；以第一个为基准。",
    "Also solve what each schedule is worth under the other question.": (
        "同时求解各建设时序在另一算例下的价值。"
    ),
    "Seconds for the whole command.": "整条命令的时限（秒）。",
    "Evaluate a plan's roads at user equilibrium, before and with the plan.": (
        "按用户均衡评价规划前后的道路。"
    ),
    "Id of the only transport network to look at.": "只查看该编号的交通网络。",
    "Congestion of links with a capacity that state none; 0: none.": (
        "填有通行能力而未给出拥堵参数的线路所用的拥堵系数；0表示不计拥堵。"
    ),
    "Exponent of the same.": "上述拥堵的指数。",
    "Relative gap of the equilibria.": "用户均衡的相对间隙。",
    "Make an instance of a problem in a foreign format.": "将其他格式的问题转为算例。",
    "Read a road network with its trips; solving it finds the user equilibrium.": (
        "读取道路网络及其出行；求解即得用户均衡。"
    ),
    "Folder with *_net.tntp and *_trips.tntp.": "含*_net.tntp和*_trips.tntp的文件夹。",
    "YAML that says what tags mean, or osm for those of OpenStreetMap.": (
        "YAML映射文件：写明地图标签的含义；写osm则用内置的OpenStreetMap规则。"
    ),
    "Table of projects of any layout: .csv, .tsv or .xlsx.": (
        "任意版式的项目表：.csv、.tsv或.xlsx。"
    ),
    "YAML that says which columns, words and amounts mean what.": (
        "YAML映射文件：写明各列、用词和金额的含义。"
    ),
    "Read a capital budget or project list of any layout, by a map of its columns and words.": (
        "按映射文件读取任意版式的投资预算或项目清单。"
    ),
    "Propose the map of a foreign table, and show what it reads before anything is written.": (
        "为外来表格拟定映射文件，并在写出任何内容之前显示读取结果。"
    ),
    "Where to write the map, YAML.": "映射文件（YAML）的写出位置。",
    "Sheet of a workbook; blank: the one that looks most like a table.": (
        "工作簿中的工作表；留空取最像项目表的一个。"
    ),
    "Time that a unit of toll is worth to a driver.": "每单位通行费对驾驶人折合的时间。",
    "Time that a unit of length is worth to a driver.": "每单位长度对驾驶人折合的时间。",
    "Read a discrete network design problem: which candidate links give the least travel time.": (
        "读取离散网络设计问题：选哪些候选线路使总出行时间最小。"
    ),
    "Folder with the trips.": "含出行文件的文件夹。",
    "Problem file, or its name in the folder.": "问题文件，或其在文件夹中的名称。",
    "Budget over the cost of all candidates, 0 to 1.": "预算占全部候选线路造价的比例，0到1。",
    "Read a GMNS road network; with trips, solving it finds the user equilibrium.": (
        "读取GMNS路网；有出行时求解即得用户均衡。"
    ),
    "Folder with node.csv, link.csv and, where there are any, config.csv, zone.csv, demand.csv.": (
        "含node.csv、link.csv的文件夹，可另有config.csv、zone.csv、demand.csv。"
    ),
    "Read projects, places and networks off a map, or back from `export --to geojson`.": (
        "从地图文件读取项目、地点和网络，或读回export --to geojson的结果。"
    ),
    "Projects as features, .geojson or .gpkg; properties are the columns of projects.csv.": (
        "以要素表示的项目（.geojson或.gpkg）；属性即projects.csv的列。"
    ),
    "First year of the plan; blank: the file's, or 2026.": "规划首年；留空取文件所载，否则为2026。",
    "Last year of the plan; blank: the file's, or 2035.": "规划末年；留空取文件所载，否则为2035。",
    "Hold the starts and options of the plan in the file.": "固定文件中方案的开工年和建设方案。",
    "Read a power grid: with candidate circuits an expansion problem, else its dispatch.": (
        "读取电网：有候选线路时为扩展规划问题，否则为调度问题。"
    ),
    "Case file, .m; mpc.ne_branch are candidates.": "算例文件.m；mpc.ne_branch为候选线路。",
    "Read a water network: who is supplied from where, or which pipe sizes it needs (--sizes).": (
        "读取供水管网：由何处向谁供水；给出--sizes时选定各管道的管径。"
    ),
    "CSV of pipes to buy: diameter_mm (or diameter_in), unit_cost a metre. Every pipe gets one of "
    "them.": (
        "可选管径的CSV：diameter_mm（或diameter_in）、unit_cost（每米单价）；每条管道选用其一。"
    ),
    "With --sizes: least pressure at every demand node, metres.": (
        "与--sizes同用：各用水节点的最小自由水头（米）。"
    ),
    "With --sizes: the pipes stay, and new ones may be laid beside them.": (
        "与--sizes同用：现有管道保留，可在其旁并行敷设新管道。"
    ),
    "File of 0-1 multi-dimensional knapsacks, .txt.": "0-1多维背包问题文件.txt。",
    "Number of the problem in the file; the first is 0.": "问题在文件中的编号，首个为0。",
    "Read a 0-1 multi-dimensional knapsack of the OR-Library: items are projects of one year.": (
        "读取OR-Library的0-1多维背包问题：物品即单年项目。"
    ),
    "Single-mode file of PSPLIB, .sm.": "PSPLIB单模式文件.sm。",
    "Read a project scheduling problem: all jobs are built, the last as early as can be.": (
        "读取项目进度问题：全部任务均须完成，且最后完成时间尽早。"
    ),
    "Make up an instance of any size, drawn from distributions of real plans.": (
        "按真实规划的分布，随机生成任意规模的虚构算例。"
    ),
    "Number of projects.": "项目数。",
    "Years of the plan.": "规划年数。",
    "Equal seeds and sizes give equal instances.": "种子与规模相同，算例即相同。",
    "Districts, each with money of its own; blank: by size.": (
        "区县数，各有独立资金；留空则按规模确定。"
    ),
    "Also relations of all kinds and earmarked grants, as `infraplan generate` makes them.": (
        "同时生成各类项目关系和专项补助，与`infraplan generate`一致。"
    ),
    "Also roads, water and power of each district.": "同时生成各区县的道路、供水和电力网络。",
    "Also bonds, quotas, old debt and a rule on debt.": (
        "同时生成债券、新增限额、存量债务和一条债务规则。"
    ),
    "Files without their ending: PREFIX.prec, PREFIX.cpit, ...": (
        "文件名不含扩展名：PREFIX.prec、PREFIX.cpit等。"
    ),
    "cpit, or pcpsp: with destinations, each block whole.": (
        "cpit，或pcpsp：有多个去向，每个矿块整块处理。"
    ),
    "Read an open-pit mine schedule of MineLib: blocks are projects, periods are years.": (
        "读取MineLib露天矿开采进度问题：矿块即项目，时段即年份。"
    ),
    "EPANET input file, .inp.": "EPANET输入文件.inp。",
    "Say whether a water design keeps the pressure asked for, as EPANET computes it.": (
        "按EPANET计算，判断供水设计是否满足要求的压力。"
    ),
    "Least pressure at every demand node, metres.": "各用水节点的最小自由水头（米）。",
    "CSV of a design: pipe, diameter_mm (or diameter_in).": (
        "设计的CSV：pipe、diameter_mm（或diameter_in）。"
    ),
    "Make a template with a small worked example that solves.": "生成带有可求解小算例的模板。",
    "Folder to make, or a name ending in .xlsx.": "要生成的文件夹，或以.xlsx结尾的名称。",
    "Make a workbook instead of a folder.": "生成工作簿而不是文件夹。",
    "List everything that is wrong or doubtful, with file, sheet, row and column.": (
        "列出全部错误和疑点，注明文件、工作表、行和列。"
    ),
    "Warnings are errors too.": "警告也按错误处理。",
    "Fill gaps from the estimating library, marked, and list the estimates that weigh most.": (
        "用造价库补充缺项并加以标注，列出影响最大的估算。"
    ),
    "Where to write the filled instance.": "补充后的算例写到何处。",
    "How many estimates to list.": "列出多少项估算。",
    "Convert an instance between folder, workbook and JSON without loss; restate its money.": (
        "在文件夹、工作簿和JSON之间无损转换算例；也可换算价格年和货币。"
    ),
    "Restate real money in the prices of this year, by --index.": (
        "按--index将不变价换算为该年价格。"
    ),
    "Price index by year, e.g. 2021=100,2024=103.5.": "各年价格指数，如2021=100,2024=103.5。",
    "Units of the new money unit for one of the old.": "一个原金额单位等于多少新金额单位。",
    "ISO code of the new currency.": "新货币的ISO代码。",
    "Name of the new money unit.": "新金额单位的名称。",
    "Print the JSON Schema of the settings and of every table.": "打印设置和各表的JSON Schema。",
    "Print a readable page instead of JSON Schema.": "打印便于阅读的说明页，而不是JSON Schema。",
    "List rule sets, named bonds and grants, discount schedules, carbon values, with sources.": (
        "列出债务规则集、通用债券与补助、折现率方案和碳价及其来源和日期。"
    ),
    "List the solvers that are known, and which of them are installed.": (
        "列出可用的求解器及其是否已安装。"
    ),
    "Check a run again from its files alone; exit code 7 names each broken law. A run without a "
    "plan, or one that cannot be read in full, is not verified: exit code 7 too.": (
        "仅凭结果文件重新校验；退出码7并逐条指出违反的约束。没有方案或不能完整读取的结果不算通过校验："
        "退出码同样为7。"
    ),
    "Check a run again from its files alone; exit code 7 names each broken law.": (
        "仅凭文件重新校验一个结果；退出码7表示有违反的约束，并逐一列出。"
    ),
    "Show a run in the terminal.": "在终端显示一个结果。",
    "One table: {tables}; or all.": "一张表：{tables}；或all（全部）。",
    "One network: its links by year. RUN may be an instance here.": (
        "一个网络：逐年线路。此时RUN可以是算例。"
    ),
    "With --network: draw it into this .svg file.": "与--network同用：绘制到该.svg文件。",
    "Export a run's schedules for other tools.": "导出结果供其他工具使用。",
    "With html or docx: folder of a robust run.": "用于html或docx：稳健性检验的结果目录。",
    "xlsx, docx, csv, html, geojson, gpkg, gmns, mspdi, ics or parquet.": (
        "xlsx、docx、csv、html、geojson、gpkg、gmns、mspdi、ics或parquet。"
    ),
    "With --to docx: the office's own .docx with fields in double braces.": (
        "与--to docx同用：本单位的.docx模板，内含双花括号字段。"
    ),
    "File or folder to write.": "要写出的文件或文件夹。",
    "Compare ways to share joint projects: what each partner pays, gains, and can afford.": (
        "比较共建项目的分担方式：各合作方出多少、得多少、能否承受。"
    ),
    "Run folder written by solve, or an instance.": "solve写出的结果目录，或算例。",
    "Joint projects, a,b,...; all where it is left out.": "共建项目，如“a,b,…”；省略时为全部。",
    "Item of fiscal that measures fiscal capacity.": "衡量财力的财政科目。",
    "Also solve what each does to budgets.": "同时求解各方式对财政的影响。",
    "Find the phased portfolio of greatest value, prove it, verify it and write the run.": (
        "求价值最大的分期项目组合，证明、校验并写出结果。"
    ),
    "Scenario of the instance.": "算例的情景。",
    "auto, exact, decomposition, scheduling, equilibrium or water_design.": (
        "auto、exact、decomposition、scheduling、equilibrium或water_design。"
    ),
    "highs, cbc, scip, cpsat, gurobi, ... (see `infraplan solvers`); highs where none is named, "
    "cpsat for schedules under makespan.": (
        "highs、cbc、scip、cpsat、gurobi等（见infraplan solvers）；不指定时用highs，"
        "makespan下的进度问题用cpsat。"
    ),
    "Relative gap to prove; 0 is optimality.": "要证明的相对间隙；0表示最优。",
    "Seconds for the solve.": "求解时限（秒）。",
    "Count work and not time: the same plan on an idle and on a busy machine.": (
        "按计算量而不按时间控制求解：机器空闲或繁忙时得到相同的方案。"
    ),
    "Threads of the solver.": "求解器线程数。",
    "Random seed of the solver.": "求解器随机种子。",
    "Most memory of the solver, in MB.": "求解器内存上限（MB）。",
    "What a solver decides of a start: by which year (cumulative), in which (by-start), or what "
    "suits it (auto).": (
        "求解器对开工的决策变量：至某年是否已开工（cumulative）、是否在某年开工（by-start），"
        "或按模型选取（auto）。"
    ),
    "What a plan is worth: npv (net present value) or makespan (minus the years until the last "
    "opening); the instance's own where it is not given.": (
        "方案的价值：npv（净现值）或makespan（至最后建成的年数取负值）；不给出时用算例的设置。"
    ),
    "Run folder to write.": "要写出的结果目录。",
    "Run folder whose plan the solver begins with.": "以该结果目录中的方案作为初始解。",
    "Also write the model as .mps or .lp.": "同时将模型写为.mps或.lp。",
    "Solve a real instance that ships with the project, and say where its report lies.": (
        "求解随项目提供的真实算例，并给出报告位置。"
    ),
    "Relative gap to prove.": "要证明的相对间隙。",
    "Test a finished plan: less revenue, less land money, dearer debt, and all together.": (
        "对已有方案作压力测试：收入减少、土地收入减少、举债成本上升及同时发生。"
    ),
    "Share of own revenue that is lost.": "本级收入减少的比例。",
    "Share of land revenue that is lost.": "土地收入减少的比例。",
    "Added to the rates of new debt; 0.02 is 2 points.": "新增债务利率上升幅度；0.02为2个百分点。",
    "Measure the product beside its program alone, models written by hand and a greedy.": (
        "并列测量本产品、仅用其模型的求解器、手写模型和贪心法。"
    ),
    "Numbers of projects, with commas: 300,1000.": "项目数，以逗号分隔：300,1000。",
    "Instance to measure instead of made-up ones.": "以该算例代替虚构算例进行测量。",
    "Of own, bare, by-hand and greedy, with commas; where none is named, all, and own and bare "
    "for made-up instances with more than plain ones have.": (
        "own、bare、by-hand、greedy中的若干项，以逗号分隔；未指定时为全部，虚构算例超出简单内容时为own和bare。"
    ),
    "Solvers, with commas.": "求解器，以逗号分隔。",
    "Forms of the starts, with commas.": "开工变量的形式，以逗号分隔。",
    "Seconds of a solve from the end of reading; several with commas.": (
        "自读入完成起每次求解的时限（秒），可用逗号分隔给出多个。"
    ),
    "Folder to write the figures into.": "写出测量结果的目录。",
    "Case whose details are shown: {cases}.": "显示其明细的情形：{cases}。",
}

HELP: dict[str, tuple[str, ...]] = {english: (english, zh) for english, zh in _HELP.items()}
"""By the English text itself: an option states its help where it is defined."""
