"""The one dictionary of Chinese words that a reader accepts and a template shows.

Column titles, sheet names, words of fixed lists, booleans. The first Chinese word of an entry is
the one that templates show; the others are synonyms accepted on reading.
"""

from __future__ import annotations

from infraplan.models.agreement import Consent, ShareForm
from infraplan.models.debt_rule import Quantity, Through
from infraplan.models.finance.repayment_form import RepaymentForm
from infraplan.models.funding import Basis, Event, FundKind, InstrumentKind
from infraplan.models.horizon import ResidualValue
from infraplan.models.network import FlowLaw, NetworkAction, NetworkKind, NodeRole
from infraplan.models.policy import PolicyKind, ResourceTiming
from infraplan.models.project import Mandate, Stage
from infraplan.models.quantities import Confidence, Quality
from infraplan.models.relation import RelationType
from infraplan.models.scenario import Operation
from infraplan.models.target import Sense

YES = frozenset({"yes", "true", "1", "y", "t", "是", "对", "√", "✓"})
NO = frozenset({"no", "false", "0", "n", "f", "否", "不", "×", "✗"})

# Words that stand for "explicitly nothing" in a list, mapping or optional number.
NOTHING = frozenset({"none", "无"})

# First cells that begin a trailing note below a table in a workbook.
NOTE_STARTS = ("注", "备注", "说明", "note", "remark")

ENUM_WORDS: dict[type, dict[str, tuple[str, ...]]] = {
    Stage: {
        "study": ("研究", "谋划", "研究论证", "规划研究", "规划"),
        "preparatory": ("前期", "前期工作", "开展前期", "储备", "推进前期"),
        "start": ("开工", "新开工", "拟开工", "新建"),
        "under_construction": ("在建", "续建", "建设中"),
        "complete": ("建成", "完工", "竣工", "投用"),
    },
    Mandate: {
        "no": ("可选", "否", "自由", "false"),
        "must": ("必建", "必须", "是", "yes", "true"),
        "committed": ("已承诺", "已开工", "续建"),
        "must_not": ("禁止", "不建", "不得"),
    },
    Quality: {
        "stated": ("原文", "文件", "明示"),
        "estimate": ("估算", "测算", "估计"),
        "assumption": ("假设", "假定"),
    },
    Confidence: {
        "explicit": ("明示", "明确"),
        "implied": ("暗示", "隐含"),
        "inferred": ("推断", "推测"),
    },
    RelationType: {
        "finish_to_start": ("完成后开始", "先后", "前置"),
        "start_to_start": ("开始后开始",),
        "finish_to_finish": ("完成后完成",),
        "requires": ("依赖", "需要"),
        "exclusive": ("互斥", "排斥"),
        "at_most": ("至多",),
        "all_or_none": ("同建同不建", "捆绑"),
        "synergy": ("协同",),
        "substitute": ("替代",),
        "shared_works": ("共用工程", "同步施工"),
        "works_conflict": ("施工冲突",),
        "complement": ("互补",),
        "enables": ("促成", "支撑"),
        "same_corridor": ("同走廊", "同一走廊"),
    },
    Basis: {"real": ("实际价", "不变价"), "nominal": ("名义价", "当年价")},
    FundKind: {
        "own_budget": ("本级财政", "财政预算", "一般公共预算"),
        "transfer": ("转移支付", "上级补助"),
        "grant": ("专项补助", "补助", "中央预算内"),
        "land": ("土地出让", "土地收入"),
        "revenue": ("经营收入",),
        "private": ("社会资本", "民间资本"),
        "other": ("其他",),
    },
    InstrumentKind: {
        "debt": ("债务", "债券或贷款"),
        "availability": ("可用性付费", "政府付费"),
        "user_pay": ("使用者付费", "特许经营"),
    },
    Event: {"start": ("开工", "开工年"), "opening": ("投运", "建成投用")},
    RepaymentForm: {
        "bullet": ("到期一次还本", "一次还本"),
        "equal_principal": ("等额本金",),
        "annuity": ("等额本息",),
        "schedule": ("按计划还本", "分期还本"),
    },
    ShareForm: {"fixed": ("固定",), "chosen": ("协商", "可选")},
    Consent: {"no": ("不需", "否"), "project": ("单项", "逐项"), "package": ("打包", "整体")},
    Sense: {">=": ("至少", "不少于", "不低于", "≥", "＞＝"), "<=": ("至多", "不超过", "≤", "＜＝")},
    PolicyKind: {
        "spend_cap": ("投资上限",),
        "spend_floor": ("投资下限",),
        "spend_share_cap": ("投资占比上限",),
        "spend_share_floor": ("投资占比下限",),
        "starts_cap": ("开工数上限",),
        "starts_floor": ("开工数下限",),
        "benefit_floor": ("效益下限",),
    },
    ResourceTiming: {
        "start": ("开工时", "开工年"),
        "construction": ("建设期每年", "建设期"),
        "spending": ("随投资",),
        "operation": ("运营期每年", "运营期"),
    },
    NetworkKind: {
        "transport": ("交通",),
        "water": ("水", "水务", "水利"),
        "power": ("电力", "电网"),
        "gas": ("燃气", "天然气"),
    },
    NodeRole: {
        "junction": ("节点", "连接点"),
        "source": ("水源", "气源", "源"),
        "works": ("水厂", "厂站"),
        "plant": ("电厂",),
        "storage": ("储", "蓄能"),
        "zone": ("用户", "需求区"),
    },
    FlowLaw: {"flow": ("调度流",), "equilibrium": ("均衡流", "用户均衡")},
    NetworkAction: {
        "open": ("开通",),
        "add_capacity": ("增加能力", "扩容"),
        "set_time": ("设定时间", "提速"),
        "set_loss": ("设定损失率", "降损"),
        "close_during_works": ("施工期关闭", "施工占用"),
    },
    ResidualValue: {
        "none": ("无",),
        "straight_line": ("直线折旧",),
        "pv_of_remaining_net_benefits": ("剩余净效益现值",),
    },
    Quantity: {
        "balance": ("余额",),
        "principal": ("本金",),
        "interest": ("利息",),
        "service": ("还本付息",),
        "new_borrowing": ("新增债务",),
        "level_service": ("平均还本付息",),
        "unprovided": ("未计提余额",),
    },
    Through: {"horizon": ("规划期",), "last_maturity": ("最后到期",)},
    Operation: {"set": ("设为",), "multiply": ("乘",), "add": ("加",)},
}

SHEETS: dict[str, tuple[str, ...]] = {
    "instance": ("设置", "基本设置", "实例"),
    "projects": ("项目", "项目表", "项目清单"),
    "options": ("方案", "项目方案", "备选方案"),
    "benefits": ("效益", "效益流"),
    "relations": ("关系", "项目关系"),
    "jurisdictions": ("辖区", "行政区", "区划"),
    "fiscal": ("财政", "财政收支"),
    "pools": ("债务池", "债务类别"),
    "debt": ("存量债务", "债务"),
    "funds": ("资金", "资金来源"),
    "inflows": ("资金流入", "资金到位"),
    "receipts": ("项目收支", "项目带来的资金"),
    "instruments": ("债务工具", "融资工具"),
    "shares": ("分担", "出资分担"),
    "agreements": ("协议", "共建协议"),
    "targets": ("目标", "指标"),
    "policies": ("政策", "政策约束"),
    "resources": ("资源", "资源限额"),
    "start_paces": ("开工节奏", "年度开工上限"),
    "places": ("地点",),
    "network_nodes": ("网络节点", "节点"),
    "network_links": ("网络线路", "线路"),
    "demands": ("需求", "网络需求"),
    "project_network": ("项目与网络", "项目网络"),
    "scenarios": ("情景",),
}

# Titles of columns: by column, or by `table.column` where a table says it differently.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "代码", "标识"),
    "name_en": ("英文名称",),
    "name_zh": ("中文名称", "名称"),
    "source": ("来源", "依据"),
    "quality": ("数据性质", "数据来源性质"),
    "note": ("备注", "说明"),
    "unit": ("单位",),
    "year": ("年份", "年度", "年"),
    "value": ("数值", "值"),
    "kind": ("类型", "种类"),
    "project": ("项目编号", "项目"),
    "projects": ("项目编号", "限定项目"),
    "option": ("方案编号", "方案"),
    "sector": ("行业", "领域"),
    "sectors": ("限定行业", "行业"),
    "subsector": ("细分行业", "子行业", "项目类型"),
    "subsectors": ("限定细分行业", "细分行业"),
    "jurisdiction": ("辖区", "牵头辖区", "行政区"),
    "jurisdictions": ("限定辖区", "辖区"),
    "place": ("地点", "建设地点"),
    "places": ("限定地点", "地点"),
    "from_place": ("起点",),
    "to_place": ("终点",),
    "stage": ("阶段", "项目阶段", "前期阶段"),
    "mandatory": ("是否必建", "建设要求", "必建"),
    "started": ("开工年", "实际开工年"),
    "spent_to_date": ("累计完成投资", "已完成投资"),
    "opened": ("投用年", "预计投用年", "建成年"),
    "earliest_start": ("最早开工年", "最早开工"),
    "latest_start": ("最晚开工年", "最迟开工年", "最晚开工"),
    "ready_years": ("前期就绪年份", "就绪年份"),
    "open_by": ("最晚投用年", "最迟建成年"),
    "lead_time": ("建设工期", "工期"),
    "overnight_cost": ("总投资", "投资", "造价"),
    "overnight_cost_low": ("总投资低值", "投资低值"),
    "overnight_cost_high": ("总投资高值", "投资高值"),
    "cost_basis": ("投资依据", "投资测算依据"),
    "spending_profile": ("分年投资比例", "投资比例"),
    "fixed_om_cost": ("年运维费", "年运行维护费"),
    "lifetime": ("使用寿命", "寿命"),
    "benefits": ("年效益", "效益"),
    "benefit_growth": ("效益年增长率",),
    "ramp_up": ("达产比例", "爬坡比例"),
    "revenue": ("年收入", "经营收入"),
    "revenue_growth": ("收入年增长率",),
    "outputs": ("产出", "建设规模"),
    "resources": ("资源需求", "资源"),
    "optimism_bias": ("乐观偏差", "乐观偏差系数"),
    "quantity": ("数量", "规模数量"),
    "stream": ("效益名称", "效益流"),
    "growth": ("年增长率",),
    "from_projects": ("前项项目", "前项"),
    "to_projects": ("后项项目", "后项"),
    "type": ("关系类型", "类型"),
    "lag": ("间隔年数", "滞后"),
    "count": ("个数",),
    "confidence": ("可信度",),
    "parent": ("上级辖区", "上级"),
    "population": ("人口", "常住人口"),
    "rule_sets": ("债务规则集", "规则集"),
    "extent": ("边界", "范围"),
    "item": ("科目", "财政科目"),
    "pool": ("债务池", "债务类别"),
    "service_funds": ("偿债资金",),
    "opening_balance": ("期初余额",),
    "principal_due": ("应还本金",),
    "interest_due": ("应付利息",),
    "ceiling": ("债务限额", "限额"),
    "new_quota": ("新增限额", "新增债务限额"),
    "max_share": ("最高占比", "最高比例"),
    "min_share": ("最低占比", "最低比例"),
    "minimum_balance": ("最低余额",),
    "envelope": ("总额上限",),
    "matching": ("配套比例",),
    "reinvest": ("再投资比例",),
    "event": ("起算时点",),
    "delay": ("推迟年数",),
    "years": ("年数",),
    "certainty": ("可靠比例", "获批概率"),
    "as_capital": ("可作资本金比例",),
    "carry_over": ("可否结转", "结转"),
    "lapse_years": ("失效年数",),
    "interest_rate": ("利率", "存款利率"),
    "basis": ("价格口径",),
    "fund": ("资金编号", "资金"),
    "kernel": ("还本方式",),
    "tenor": ("期限",),
    "grace": ("宽限期",),
    "schedule": ("还本计划",),
    "rate": ("利率", "票面利率"),
    "tagged": ("是否对应项目",),
    "coverage": ("偿债覆盖倍数", "覆盖倍数"),
    "bundle": ("打包编号", "项目打包"),
    "refinancing": ("是否再融资", "再融资"),
    "refinancing_share": ("再融资比例",),
    "uses_quota": ("占用新增限额", "是否占用限额"),
    "first_year": ("起始年", "最早发行年"),
    "last_year": ("截止年", "最晚发行年"),
    "annual_limit": ("年度上限",),
    "share": ("分担比例", "出资比例"),
    "benefit_share": ("受益比例",),
    "agreements.shares": ("出资方式", "出资比例方式"),
    "consent": ("同意方式", "同意"),
    "compensation": ("补偿", "可否补偿"),
    "metric": ("指标",),
    "sense": ("方向", "比较"),
    "existing": ("现状值", "现状"),
    "hard": ("是否约束性", "约束性"),
    "shortfall_price": ("缺口单价",),
    "from_year": ("起始年", "开始年"),
    "to_year": ("结束年", "截止年"),
    "per_year": ("是否逐年", "逐年"),
    "resource": ("资源名称", "资源"),
    "limit": ("限额", "上限"),
    "timing": ("占用时点", "占用方式"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "accuracy_km": ("坐标误差",),
    "network": ("网络", "网络编号"),
    "role": ("节点作用", "作用"),
    "capacity": ("能力", "容量"),
    "dry_share": ("枯水年比例", "枯水比例"),
    "cost": ("单位成本", "单位费用"),
    "minimum_output": ("最小出力",),
    "cost_quadratic": ("二次成本",),
    "no_load_cost": ("空载成本",),
    "volume": ("储量",),
    "efficiency": ("效率",),
    "supplier": ("供给节点",),
    "from_node": ("起点节点", "起点"),
    "to_node": ("终点节点", "终点"),
    "both_ways": ("是否双向", "双向"),
    "exists": ("是否现有", "现有"),
    "length": ("长度", "里程"),
    "time": ("通行时间", "时间"),
    "loss": ("损失率",),
    "reactance": ("电抗",),
    "angle_limit": ("相角差上限",),
    "bpr_alpha": ("拥堵系数α",),
    "bpr_beta": ("拥堵指数β",),
    "node": ("节点", "需求节点"),
    "amount": ("需求量",),
    "unserved_price": ("缺供损失单价",),
    "priority": ("优先级",),
    "value_of_time": ("时间价值",),
    "must_serve": ("是否必须满足", "必须满足"),
    "elasticity": ("出行弹性",),
    "element": ("线路或节点",),
    "action": ("作用", "变化"),
    "title_en": ("英文名称",),
    "title_zh": ("中文名称", "名称"),
    "probability": ("概率",),
    "table": ("表",),
    "where": ("条件",),
    "field": ("字段",),
    "operation": ("运算", "操作"),
    "projects.id": ("项目编号", "编号", "项目代码"),
    "projects.name_en": ("项目英文名称", "英文名称"),
    "projects.name_zh": ("项目名称", "名称", "中文名称"),
    "projects.unit": ("数量单位", "单位"),
    "projects.quality": ("投资数据性质", "数据性质"),
    "options.quality": ("投资数据性质", "数据性质"),
    "relations.value": ("价值", "金额"),
    "relations.id": ("关系编号", "编号"),
    "inflows.value": ("流入金额", "金额", "数值"),
    "receipts.value": ("年金额", "金额", "数值"),
    "fiscal.value": ("金额", "数值"),
    "benefits.value": ("年效益", "金额", "数值"),
    "targets.value": ("目标值", "数值"),
    "targets.year": ("目标年", "年份"),
    "policies.value": ("限值", "数值"),
    "instruments.id": ("工具编号", "编号"),
    "funds.id": ("资金编号", "编号"),
    "funds.projects": ("限定项目", "项目编号"),
    "instruments.projects": ("限定项目", "项目编号"),
    "policies.projects": ("限定项目", "项目编号"),
    "places.kind": ("地点类型", "类型"),
    "funds.kind": ("资金类型", "类型"),
    "instruments.kind": ("工具类型", "类型"),
    "counted": ("是否计入", "计入债务"),
    "policies.kind": ("政策类型", "类型"),
    "start_paces.most": ("每年最多开工数", "最多开工数"),
    "network_nodes.kind": ("网络类型", "类型"),
    "project_network.value": ("变化量", "数值"),
    "scenarios.id": ("情景编号", "编号"),
    "key": ("设置项", "键"),
}

# Headings of another spelling that are accepted besides the column's own name.
ALIASES: dict[str, dict[str, str]] = {
    "projects": {"from": "from_place", "to": "to_place", "overnight_cost_mid": "overnight_cost"},
    "options": {"overnight_cost_mid": "overnight_cost"},
    "relations": {"from": "from_projects", "to": "to_projects"},
    "network_links": {"from": "from_node", "to": "to_node"},
    "demands": {"from": "node", "to": "to_node"},
}

# Columns that are written under another name than their field's.
WRITTEN: dict[str, dict[str, str]] = {
    "relations": {"from_projects": "from", "to_projects": "to"},
}

# Currency units in one of a suffix; 元 alone is one currency unit.
MYRIADS: dict[str, int] = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4}


def titles(table: str, column: str) -> tuple[str, ...]:
    """Return the Chinese titles of a column, the one to show first; empty where none is known."""
    return COLUMNS.get(f"{table}.{column}") or COLUMNS.get(column, ())


def word_of(words: type, text: str) -> str | None:
    """Return the value of the fixed list `words` that `text` stands for, None where there is none.

    English words are read in any case and with blanks or hyphens for underscores.
    """
    values = {str(member.value) for member in words}  # type: ignore[attr-defined]
    plain = text.strip().casefold().replace(" ", "_").replace("-", "_")
    if plain in values:
        return plain
    for value, synonyms in ENUM_WORDS.get(words, {}).items():
        if text.strip() in synonyms or plain in synonyms:
            return value
    return None
