"""Every word that a reader of a run sees, English and Chinese, in one place."""

from __future__ import annotations

from types import MappingProxyType

from infraplan.models.instance import Instance
from infraplan.models.rules import told_rule

TEXTS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("Investment plan", "投资计划"),
        "language": ("中文", "English"),
        "summary": ("Summary", "概要"),
        "schedule": ("Phase schedule", "分期建设安排"),
        "phases": ("Investment by phase and sector", "分期分行业投资"),
        "projects": ("Projects built", "入选项目"),
        "money": ("Money by source and year", "分年度资金来源"),
        "funds": ("Fund accounts", "资金账户"),
        "debt": ("Debt against its limits", "政府债务与限额"),
        "rules": ("Debt rules", "债务规则"),
        "targets": ("Targets", "规划指标"),
        "networks": ("Networks", "网络"),
        "debt_statement": ("Statutory debt table", "政府债务限额及余额情况表"),
        "debt_room": ("Room under debt rules and in funds", "债务规则与资金余量"),
        "debt_room_note": (
            "Least of all years through the last repayment; no room from: the first year in which "
            "the limit is used up.",
            "至最后到期年度的最小值;首无余量指限额首次用尽的年份。",
        ),
        "project_sources": ("Sources of each project", "项目资金来源"),
        "fund_sources": ("Sources and uses by fund", "各项资金来源与运用"),
        "jurisdiction_sources": ("Sources and uses by jurisdiction", "各地区资金来源与运用"),
        "sources_note": (
            "Nominal money over the plan's years; both sides are equal.",
            "规划期合计,当年价;来源等于运用。",
        ),
        "appraisal": ("Appraisal of the projects built", "入选项目经济评价"),
        "appraisal_note": (
            "Each project by itself. Ratio: benefits over construction and running cost less the "
            "value left. Uplift: optimism bias net of contingency. A first-year return below the "
            "discount rate says that waiting would pay; beside it the change of value by a start "
            "one year later within the appraisal period.",
            "逐项单独评价。效益费用比:效益/(建设费+运行费-残值)。上浮为扣除预备费后的乐观偏差。"
            "首年收益率低于折现率表示推迟有利;另列推迟一年开工的价值变化(评价期内)。",
        ),
        "opening_balance": ("opening balance", "年初余额"),
        "issued_new": ("new issues", "新增发行"),
        "issued_refinancing": ("refinancing issues", "再融资发行"),
        "repaid": ("repaid", "还本"),
        "closing_balance": ("closing balance", "年末余额"),
        "tested_to": ("tested to", "检验至"),
        "least_headroom": ("least headroom", "最小余量"),
        "least_year": ("in year", "发生年"),
        "peak_ratio": ("highest ratio", "最高比率"),
        "peak_year": ("in year", "发生年"),
        "paid_from": ("paid from", "资金来源"),
        "side": ("side", "方向"),
        "side_source": ("source", "来源"),
        "side_use": ("use", "运用"),
        "compensation_paid": ("compensation paid", "支付补偿"),
        "service_outside": ("debt service paid outside the plan", "规划外偿债资金"),
        "npv": ("net present value", "净现值"),
        "bcr": ("benefit/cost", "效益费用比"),
        "uplift": ("cost uplift", "费用上浮"),
        "first_year_return": ("first-year return", "首年收益率"),
        "discount_rate": ("discount rate", "折现率"),
        "phasing": ("phasing", "时机"),
        "phasing_delay": ("waiting would pay", "宜推迟"),
        "phasing_start_now": ("timely", "适时"),
        "delay_gain": ("a year later", "推迟一年"),
        "best_start": ("best alone", "单独最优年"),
        "free": ("free", "自主"),
        "authorised": ("with authorisation", "须批准"),
        "listed": ("listed province", "重点省份"),
        "unlisted": ("not listed", "非重点省份"),
        "room_fund_balance": ("cash of ", "资金结余:"),
        "room_tail_service": ("income after the plan over debt service, ", "规划期后收入偿债余量:"),
        "ppp_open": ("within 5 %", "5%以内"),
        "ppp_limited": ("5 to 10 %", "5%至10%"),
        "ppp_closed": ("above 10 %", "超过10%"),
        "guaranteed": ("guaranteed", "担保债务"),
        "stress": ("Stress test of the plan's money", "财政压力测试"),
        "stress_note": (
            "Accounts alone: the plan is not decided anew. Through the last repayment; missing: "
            "cash to be found in all years.",
            "仅重新计算账户,不重新决策;至最后一笔偿还。缺口为各年合计。",
        ),
        "shortfalls": ("What funds lack by year", "分年度资金缺口"),
        "shortfalls_note": (
            "Earlier gaps filled from elsewhere; after the plan: debt service beyond the inflow.",
            "假定以前年度缺口已由其他资金弥补;规划期后为偿债支出超过收入部分。",
        ),
        "stress_room": ("Room under the debt rules", "债务规则余量"),
        "missing_in_all": ("missing in all", "缺口合计"),
        "peak_debt_ratio": ("highest debt ratio", "债务率最高"),
        "breaches": ("What breaks", "突破的约束"),
        "stress_case": ("case", "情形"),
        "payer": ("payer", "出资方"),
        "stress_base": ("as planned", "按规划"),
        "stress_revenue": ("own revenue falls", "本级收入下降"),
        "stress_land": ("land revenue falls", "土地收入下降"),
        "stress_rate": ("new debt is dearer", "新增债务利率上升"),
        "stress_ppp": ("largest concession called", "最大特许经营项目转由政府偿付"),
        "stress_all": ("all together", "同时发生"),
        "first_breach": ("first to break", "最先突破"),
        "holds": ("holds", "全部成立"),
        "missing": ("missing", "缺口"),
        "peak_service_share": ("highest service / inflow", "偿债占收入最高"),
        "worst_year": ("worst year", "最差年份"),
        "worst_missing": ("missing then", "当年缺口"),
        "supply": ("What is served", "供给情况"),
        "supply_note": (
            "First load block; wanted, before (without any project) and share: of the last year.",
            "第一时段;需求量、之前(无任何项目)和满足率均为末年。",
        ),
        "trips": ("Travel times and trips", "通行时间与出行"),
        "trips_note": (
            "Minutes on the fastest way without congestion; - : no way. Trips of the last year.",
            "不计拥堵的最快路线分钟数;-表示不通。出行量为末年。",
        ),
        "loading": ("Links nearest to their capacity", "最接近能力的线路"),
        "loading_note": ("Flow over capacity.", "流量与能力之比。"),
        "road_states": ("When every trip takes its fastest way", "用户均衡"),
        "road_states_note": (
            "Minutes a trip; a toll counts as the minutes that it is worth. Directed: the least "
            "mean that could be reached if trips were told where to go.",
            "每次出行分钟数,通行费按时间价值折算。统一调度指由管理者安排路线时的最小均值。",
        ),
        "road_trips": ("Trips at equilibrium", "均衡时的出行"),
        "road_trips_note": (
            "The busiest, in minutes; before: without any project. - : no way.",
            "出行量最大者,分钟;之前指没有任何项目。-表示不通。",
        ),
        "road_links": ("Fullest links with the plan", "规划后最拥挤的线路"),
        "road_links_note": ("Flow over capacity, by direction.", "分方向流量与能力之比。"),
        "state": ("state", "状态"),
        "with_plan": ("with the plan", "规划后"),
        "without_way": ("no way", "不通"),
        "mean_minutes": ("minutes", "分钟"),
        "mean_free_minutes": ("on empty roads", "不计拥堵"),
        "mean_directed_minutes": ("directed", "统一调度"),
        "links_over_capacity": ("links over capacity", "超能力线路"),
        "free_minutes": ("on empty roads", "不计拥堵"),
        "flow": ("flow", "流量"),
        "flow_share": ("of capacity", "占能力"),
        "network_costs": ("Yearly cost of the networks", "网络年成本"),
        "network_costs_note": (
            "Travel, operation, what is not served at its price; before: without any project.",
            "出行、运行及缺供损失;之前指没有任何项目。",
        ),
        "network_projects": (
            "What the networks lose without one project",
            "缺少单个项目的网络损失",
        ),
        "network_projects_note": (
            "Present value; the other projects stay. Projects that need one another each count the "
            "whole. - : the networks cannot work without it.",
            "现值;其他项目不变。相互依存的项目各计全部。-表示缺少该项目网络无法运行。",
        ),
        "network": ("network", "网络"),
        "network_note": (
            "Flow of the busier direction in the first load block.",
            "第一时段较忙方向的流量。",
        ),
        "existing": ("exists", "现有"),
        "capacity": ("capacity", "能力"),
        "demand": ("demand", "需求"),
        "wanted": ("wanted", "需求量"),
        "served_before": ("served before", "之前满足"),
        "served": ("served", "满足量"),
        "unserved": ("unserved", "缺供量"),
        "served_share": ("share served", "满足率"),
        "trip": ("trip", "出行"),
        "minutes_before": ("minutes before", "之前分钟"),
        "minutes": ("minutes", "分钟"),
        "trips_made": ("trips", "出行量"),
        "generated": ("generated", "诱增出行"),
        "link": ("link", "线路"),
        "block": ("load block", "时段"),
        "cost_before": ("cost before", "之前成本"),
        "cost_with": ("cost with the plan", "规划后成本"),
        "saved": ("saved", "节约"),
        "service_lost": ("service lost without it", "缺少时的服务损失"),
        "before": ("before", "之前"),
        "load_low": ("up to 50 % full", "负荷50%以内"),
        "load_mid": ("up to 80 %", "80%以内"),
        "load_high": ("below capacity", "未满"),
        "load_full": ("full", "已满"),
        "load_unknown": ("in use, without a limit", "无能力上限"),
        "link_absent": ("not there", "未建"),
        "link_opened": ("opened or changed by the plan", "规划新开或改造"),
        "junction": ("junction", "节点"),
        "plant": ("plant", "电厂"),
        "storage": ("storage", "储"),
        "zone": ("zone", "用户"),
        "rejected": ("What was left out, and why", "未入选项目及原因"),
        "objective": ("What the plan is worth", "方案价值构成"),
        "estimates": ("How sure the costs are", "造价数据质量"),
        "laws": ("Checks of the plan", "方案校验"),
        "sources": ("Sources", "资料来源"),
        "conflicts": ("Rules that cannot hold together", "相互冲突的约束"),
        "phase": ("phase", "阶段"),
        "sector": ("sector", "行业"),
        "started": ("started", "开工"),
        "opened": ("opened", "建成"),
        "spend": ("investment", "投资"),
        "project": ("project", "项目"),
        "option": ("option", "方案"),
        "start": ("start", "开工年"),
        "finish": ("last payment", "完工年"),
        "opening": ("opening", "投用年"),
        "cost": ("cost", "造价"),
        "cost_low": ("cost, low", "造价(低)"),
        "cost_high": ("cost, high", "造价(高)"),
        "quality": ("how known", "数据质量"),
        "payers": ("paid by", "出资方"),
        "source": ("source", "来源"),
        "year": ("year", "年度"),
        "fund": ("fund", "资金"),
        "opening_cash": ("opening", "期初"),
        "inflow": ("inflow", "收入"),
        "interest": ("interest", "利息"),
        "use": ("paid for works", "工程支出"),
        "service": ("debt service", "偿债支出"),
        "lapse": ("lapsed", "收回"),
        "closing": ("closing", "期末"),
        "jurisdiction": ("jurisdiction", "地区"),
        "pool": ("debt", "债务类别"),
        "ceiling": ("ceiling", "限额"),
        "balance": ("balance", "余额"),
        "borrow": ("issued", "发行额"),
        "principal": ("principal repaid", "还本额"),
        "interest_paid": ("interest paid", "付息额"),
        "headroom": ("headroom", "余量"),
        "rule": ("rule", "规则"),
        "value": ("measured", "实际值"),
        "limit": ("limit", "上限"),
        "ratio": ("ratio", "比率"),
        "band": ("band", "档位"),
        "target": ("target", "指标"),
        "unit": ("unit", "单位"),
        "required": ("required", "目标值"),
        "achieved": ("reached", "完成值"),
        "shortfall": ("missed by", "差额"),
        "attained": ("attained", "是否完成"),
        "best_npv": ("own net present value at best", "自身最大净现值"),
        "binding": ("what keeps it out", "未入选原因"),
        "loss": ("loss if forced in", "强制入选的损失"),
        "gives": ("year and amount", "年份与差额"),
        "others": ("projects in its way", "相关项目"),
        "term": ("term", "构成"),
        "law": ("law", "校验项"),
        "checked": ("checks", "检查次数"),
        "worst": ("largest error", "最大误差"),
        "violations": ("broken", "违反"),
        "item": ("figure", "项目"),
        "amount": ("value", "数值"),
        "share": ("share", "占比"),
        "count": ("projects", "项目数"),
        "yes": ("yes", "是"),
        "no": ("no", "否"),
        "total": ("total", "合计"),
        "all": ("all", "全部"),
        "stated": ("stated", "原文载明"),
        "estimate": ("estimate", "估算"),
        "assumption": ("assumption", "假设"),
        "transport": ("transport", "交通"),
        "water": ("water", "水利"),
        "energy": ("energy", "能源"),
        "digital": ("digital", "数字"),
        "environment": ("environment", "生态环境"),
        "municipal": ("municipal", "市政"),
        "industry": ("industry", "产业"),
        "urban": ("urban", "城镇"),
        "social": ("social", "社会"),
        "tourism": ("tourism", "旅游"),
        "logistics": ("logistics", "物流"),
        "rural": ("rural works", "农村建设"),
        "safety": ("public safety", "公共安全"),
        "health": ("health", "卫生健康"),
        "education": ("education", "教育"),
        "culture": ("culture", "文化"),
        "agriculture": ("agriculture", "农业"),
        "other": ("other", "其他"),
        "travel": ("travel", "出行"),
        "freight": ("freight", "货运"),
        "roads": ("roads", "道路"),
        "power": ("power", "电力"),
        "gas": ("gas", "燃气"),
        "MW": ("MW", "兆瓦"),
        "1,000 trips/day": ("1,000 trips/day", "千人次/日"),
        "10,000 m3/day": ("10,000 m3/day", "万立方米/日"),
        "10,000 m3/year": ("10,000 m3/year", "万立方米/年"),
        "10,000 t/year": ("10,000 t/year", "万吨/年"),
        "100 million m3/year": ("100 million m3/year", "亿立方米/年"),
        "payments": ("payments, money of the year", "支付总额(当年价)"),
        "refinanced": ("refinanced in the plan", "规划期再融资"),
        "general": ("general", "一般债务"),
        "special": ("special", "专项债务"),
        "outside": ("outside payers", "外部出资"),
        "benefit": ("benefits", "效益"),
        "metric_value": ("value of outputs", "产出价值"),
        "construction": ("construction cost", "建设费用"),
        "om": ("operation and maintenance", "运行维护"),
        "residual": ("value left at the end", "期末残值"),
        "synergy": ("synergy", "协同效益"),
        "substitute": ("overlap", "重叠损失"),
        "shared_works": ("shared works", "同步施工节约"),
        "service_value": ("network service", "网络服务"),
        "price_of_shortfall": ("priced shortfalls", "指标未完成罚值"),
        "green": ("green", "绿档"),
        "yellow": ("yellow", "黄档"),
        "orange": ("orange", "橙档"),
        "red": ("red", "红档"),
        "works": ("under construction", "在建"),
        "operating": ("operating", "运营"),
        "optimal": ("proven optimal", "已证明最优"),
        "gap_reached": ("proven within the asked gap", "已证明在要求的差距内"),
        "time_limit": ("stopped at the time limit", "达到时限停止"),
        "memory_limit": ("stopped at the memory limit", "达到内存上限停止"),
        "interrupted": ("stopped by the user", "用户中断"),
        "crashed": ("the solver broke off", "求解器异常中止"),
        "infeasible": ("no plan obeys all rules", "无可行方案"),
        "unbounded": ("unbounded", "无界"),
        "infeasible_or_unbounded": ("no plan obeys all rules", "无可行方案"),
        "verified": ("verified", "已校验"),
        "not_verified": ("not verified", "未通过校验"),
        "compared_runs": ("Runs", "对比方案"),
        "compared_inputs": ("What was asked differently", "输入差异"),
        "compared_inputs_note": (
            "Against the first run: rows of a table that differ in a column, sums where they are "
            "numbers, one example.",
            "与第一个方案相比:各表各列有差异的行数、数值合计及一例。",
        ),
        "compared_totals": ("Figures side by side", "主要数字对比"),
        "compared_totals_note": (
            "Money in the unit of the first run; debt of all borrowers, old debt included.",
            "金额单位同第一个方案;债务含全部举债主体和存量债务。",
        ),
        "compared_projects": ("Projects that are treated differently", "安排不同的项目"),
        "compared_projects_note": (
            "Year of start and option; why: the rule that keeps it out of that run.",
            "开工年和方案;原因指该方案中未入选的约束。",
        ),
        "compared_terms": ("What differs in worth", "价值构成差异"),
        "compared_phases": ("Investment by phase", "分阶段投资差异"),
        "compared_starts": ("Projects started by phase", "分阶段开工数差异"),
        "compared_money": ("Who pays", "资金来源差异"),
        "compared_debt": ("Debt and room under the rules", "债务与规则余量差异"),
        "compared_targets": ("Targets", "指标差异"),
        "compared_service": ("Saved by the networks a year", "网络年节约差异"),
        "compared_figures_note": ("Only what differs.", "仅列差异。"),
        "run": ("run", "方案"),
        "question": ("question", "算例"),
        "folder": ("folder", "文件夹"),
        "gap_share": ("gap", "差距"),
        "table": ("table", "表"),
        "field": ("column", "列"),
        "rows_changed": ("rows", "行数"),
        "sum_before": ("sum in the first", "第一个合计"),
        "sum_after": ("sum here", "本方案合计"),
        "example": ("example", "示例"),
        "row_added": ("added", "增加"),
        "row_removed": ("removed", "删除"),
        "why": ("why not", "未入选原因"),
        "not_built": ("-", "-"),
        "not_asked": ("not a candidate", "非备选"),
        "low": ("low", "低"),
        "mid": ("middle", "中"),
        "high": ("high", "高"),
        "name_objective": ("net present value", "净现值"),
        "name_bound": ("no plan can be worth more than", "任何方案的价值上限"),
        "name_source": ("this limit is", "上限的依据"),
        "name_gap": ("largest possible loss against the best plan", "与最优方案的最大可能差距"),
        "num_projects": ("candidates", "候选项目数"),
        "num_selected": ("projects built", "入选项目数"),
        "investment": ("investment (price-year money)", "总投资(基年价)"),
        "borrowed": ("borrowed in the plan", "规划期举债"),
        "debt_peak": ("highest debt balance", "债务余额峰值"),
        "debt_service_peak": ("highest yearly debt service", "年度还本付息峰值"),
        "targets_attained": ("targets attained", "完成指标数"),
        "targets_missed": ("targets missed", "未完成指标数"),
        "solver": ("solver", "求解器"),
        "runtime_s": ("time of the solve, seconds", "求解用时(秒)"),
        "termination": ("how the solve ended", "求解结果"),
        "verification": ("verification", "校验"),
        "instance_hash": ("instance hash", "算例哈希"),
        "scenario": ("scenario", "情景"),
        "no_rows": ("nothing to show", "无数据"),
        "estimate_note": (
            "* cost is an estimate or assumption; low and high stand beside it",
            "* 造价为估算或假设值,并列低值与高值",
        ),
        "money_note": (
            "nominal money of the year in which it is paid",
            "按支付当年价",
        ),
        "loss_note": (
            "What keeps a project out beside the plan as it stands. The loss is what the plan's "
            "value would fall by if the project had to be built: one number where it is exact, "
            "else the bounds between which it is proven to lie; below 0, the plan would gain, "
            "within its gap.",
            "在现有方案之外使该项目不能入选的原因。损失是必须建设该项目时方案价值的减少额:精确值只有一个数,"
            "否则为已证明的上下界;小于0表示方案会有所改进,但不超过最优性差距。",
        ),
        "debt_note": (
            "Through the last maturity; the statutory layout of general and special debt.",
            "列至最后到期年度;按一般债务、专项债务法定口径。",
        ),
        "joint_projects": ("Joint projects", "共建项目"),
        "proposals": ("Ways to share them", "分担方案"),
        "sharing_budgets": ("What they do to budgets and debt", "对财政与债务的影响"),
        "proposal": ("shared", "方案"),
        "partner": ("partner", "合作方"),
        "partners": ("Partners of joint projects", "共建项目各方"),
        "gain": ("gain", "所得"),
        "cost_value": ("cost", "费用"),
        "compensation": ("received", "补偿"),
        "net_value": ("net", "净得"),
        "no_worse": ("no worse", "不受损"),
        "own_projects": ("Own projects of the partners", "各方自有项目"),
        "own_projects_note": (
            "Net present value: in the best plan without the joint projects, and beside them.",
            "净现值:无共建项目时的最优方案,以及有共建项目时。",
        ),
        "own_alone": ("alone", "单独建设"),
        "own_beside": ("beside the joint", "有共建时"),
        "given_up": ("given up", "放弃"),
        "cash_low": ("lowest cash", "最低结余"),
        "paid": ("pays", "支付"),
        "binding_year": ("no room from", "首无余量"),
        "cannot_be_paid": ("cannot be paid for", "无法筹资"),
        "not_known": ("not known: time limit", "未知:达到时限"),
        "share_current": ("as it stands", "现行"),
        "share_length": ("by length", "按里程"),
        "share_benefit": ("by benefit", "按受益"),
        "share_capacity": ("by capacity", "按财力"),
        "share_shapley": ("Shapley", "沙普利值"),
        "share_nucleolus": ("nucleolus", "核仁"),
        "sharing_note": (
            "Present values. Received: compensation by the others; paid to them where negative.",
            "均为现值。补偿:正数为收到,负数为付出。",
        ),
        "budgets_note": (
            "Nominal money; the projects as planned, shares fixed, financing solved anew. "
            "Compensation is not charged to funds.",
            "按当年价;项目安排不变,固定分担比例后重新求解筹资。补偿不计入资金账户。",
        ),
        "no_plan": ("There is no plan to show.", "没有可展示的方案。"),
        "filter": ("Click a heading to sort.", "点击表头可排序。"),
    }
)


DUAL_VALUES_CHECKED = "dual values checked"
"""`bound_source` of a run whose bound was recomputed from dual values."""


def source_of_bound(stated: object) -> tuple[str, str]:
    """`bound_source` of a manifest in both languages; blank where a run does not tell."""
    said = stated if isinstance(stated, str) else ""
    if said == DUAL_VALUES_CHECKED:
        return "proven: dual values checked", "已证明:对偶值经复核"
    solver = said.removeprefix("solver ").removesuffix(", not certified")
    return (f"by {said}", f"由求解器{solver}给出,未经证明") if solver else ("", "")


def text(key: str, lang: str) -> str:
    """Text of `key` in `lang`; an unknown key stands for itself (names from the data do)."""
    pair = TEXTS.get(key)
    return key if pair is None else pair[1 if lang == "zh" else 0]


def both(key: str) -> tuple[str, str]:
    """English and Chinese of `key`."""
    return TEXTS.get(key, (key, key))


class Names:
    """English and Chinese names of everything that has an id in an instance."""

    def __init__(self, instance: Instance) -> None:
        self._names: dict[str, tuple[str, str]] = {}
        tables = (
            instance.projects,
            instance.jurisdictions,
            instance.pools,
            instance.funds,
            instance.instruments,
            instance.policies,
        )
        for table in tables:
            for row in table:
                fallback = TEXTS.get(row.id, (row.id, row.id))
                self._names.setdefault(
                    row.id,
                    (
                        row.name_en or row.name_zh or fallback[0],
                        row.name_zh or row.name_en or fallback[1],
                    ),
                )
        for node in instance.network_nodes:
            english = node.name_en or node.name_zh or node.id
            self._names.setdefault(node.id, (english, node.name_zh or english))
        self._links = {link.id: (link.from_node, link.to_node) for link in instance.network_links}
        self._trips = {row.id: (row.node, row.to_node or "") for row in instance.demands}
        for target in instance.targets:
            # A target may be called like a jurisdiction; a project id is never one of these.
            english = target.name_en or target.name_zh or target.id
            self._names[f"target:{target.id}"] = (english, target.name_zh or english)
        for phase in instance.settings.horizon.phases:
            name = (phase.title.text("en") or phase.id, phase.title.text("zh") or phase.id)
            self._names[f"phase:{phase.id}"] = name

    def pair(self, key: str) -> tuple[str, str]:
        """English and Chinese name of id `key`, or of a word, or the id itself."""
        return self._names.get(key) or TEXTS.get(key, (key, key))

    def link(self, link: str) -> tuple[str, str]:
        """A link by its ends, with its id."""
        ends = [self.pair(end) for end in self._links.get(link, ())]
        if not ends:
            return self.pair(link)
        return (
            f"{ends[0][0]} - {ends[1][0]} ({link})",
            f"{ends[0][1]}-{ends[1][1]}({link})",
        )

    def trip(self, demand: str) -> tuple[str, str]:
        """A demand by its nodes: `A - B` for a trip, the node for any other."""
        ends = [self.pair(end) for end in self._trips.get(demand, (demand,)) if end]
        return " - ".join(end[0] for end in ends), "-".join(end[1] for end in ends)

    def rule(self, rule: str) -> tuple[str, str]:
        """Why a project is left out, from the name of a rule or reason in a run's tables."""
        record, ids = told_rule(rule)
        if record is None:
            return self.pair(rule)
        prefix = "target:" if record.name == "target" else ""
        parts = [self.pair(prefix + part) for part in ids]
        if not parts:
            return record.reason
        return (
            f"{record.reason.en}: " + ", ".join(part[0] for part in parts),
            f"{record.reason.zh}:" + "、".join(part[1] for part in parts),
        )


def unit_pair(instance: Instance) -> tuple[str, str]:
    """Name of the money unit in English and Chinese."""
    settings = instance.settings
    english = settings.money_unit or settings.currency
    return english, settings.money_unit_zh or english
