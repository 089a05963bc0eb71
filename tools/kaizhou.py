"""Decisions for instances/kaizhou (document 003: 14th Five-Year Plan of Kaizhou district).

Sizes, stages, options, relations and targets stand as tables in tools/data/kaizhou; here are the
horizon, the sectors, the accounts and the text of the instance's page.
"""

from __future__ import annotations

from typing import Any

from infraplan.models.horizon import Appraisal, Horizon, Title
from infraplan.models.instance import Settings, SourceDocument
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.project import Stage
from tools.accounts import Accounts, OldDebt, earning_projects, stress_scenarios, tables_of
from tools.census import Book
from tools.common import later_phase, outside_payers, yearly

DOCUMENT = "003"
REPRESENTATIVE_YEARS = (2025, 2030, 2035)
NETWORKS = (
    NetworkSettings(
        id="travel", unit="1,000 trips/day", blocks=(LoadBlock(id="day", weight=365.0),)
    ),
    NetworkSettings(id="freight", unit="10,000 t/year"),
    NetworkSettings(
        id="water",
        unit="10,000 m3/year",
        blocks=(
            LoadBlock(id="normal", weight=0.8),
            LoadBlock(id="dry", weight=0.2, demand_factor=1.05, dry=True),
        ),
    ),
)
LEADER = "kaizhou"
FIRST_YEAR, TARGET_YEAR, PLAN_END = 2021, 2025, 2035
BENEFIT_LEVEL = 1.0
OUTSIDE_PLACES = frozenset(
    [
        "弹子",
        "五桥机场",
        "万州",
        "达州",
        "开江",
        "宣汉",
        "云阳",
        "巫溪",
        "城口",
        "梁平",
        "万源",
        "通江",
        "安康",
        "襄(阳)",
        "兴(山)",
        "西安",
        "重庆",
        "成都",
        "长(寿)",
        "垫(江)",
        "跳蹬",
        "白泉乡",
    ]
)
PLACE_ALIASES = {
    "城区": "环湖城区",
    "大丘片区": "大丘",
    "丰太片区": "丰太",
    "丰泰": "丰太",
    "竹溪片区": "竹溪",
    "红光片区": "红光",
    "江里片区": "江里",
    "东里片区": "东里",
    "陈家坪": "陈家坪水厂",
    "浦里科技岛": "浦里新区",
    "马扎营": "马扎营水库",
    "乌杨": "乌杨岛",
}
WHOLE = "开州"
URBAN = frozenset(
    [
        "city_road",
        "city_bridge",
        "city_tunnel",
        "parking",
        "interchange",
        "slow_traffic",
        "traffic_management",
    ]
)


def sector_of(row: dict[str, str], line: int) -> str:
    """Sector by the plan's own parts, so that part 8 is transport, water, energy and digital.

    Streets, bridges, tunnels and car parks of the town and of Puli (part 7) are municipal works;
    scenic areas are tourism, freight hubs logistics; part 9 is rural, part 13 safety.
    """
    subsector = row["subsector"]
    if 846 <= line <= 900:
        return "rural"
    if line >= 1040 and line < 1080:
        return "safety"
    if line in (725, 727, 728) and row["sector"] != "digital":
        return "tourism"
    if subsector == "logistics_hub" or row["id"] == "kz-dig-logistics-platform":
        return "logistics"
    if row["sector"] == "transport" and (755 <= line < 788 or line < 600) and subsector in URBAN:
        return "municipal"
    return row["sector"]


def settings() -> Settings:
    """Horizon by year to 2025, then two five-year phases."""
    phases = [
        *yearly(FIRST_YEAR, TARGET_YEAR),
        later_phase("fyp15", 2026, 2030, "15th plan", "“十五五”"),
        later_phase("fyp16", 2031, 2035, "16th plan", "“十六五”"),
    ]
    return Settings(
        id="kaizhou",
        title=Title(
            en="Kaizhou district, Chongqing: 14th Five-Year Plan and outlook to 2035",
            zh="重庆市开州区“十四五”规划和二〇三五年远景目标",
        ),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=FIRST_YEAR,
        horizon=Horizon(phases=tuple(phases)),
        appraisal=Appraisal(discount_rate=0.08, cost_escalation=0.01, end_year=2055),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance={"tail_growth": 0.02},
        sources=(
            SourceDocument(
                id="003",
                title=Title(
                    en="Outline of the 14th Five-Year Plan of Kaizhou district and goals to 2035",
                    zh="重庆市开州区国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要",
                ),
            ),
        ),
    )


_ASSUMED = (
    "assumption: the document has no accounts; scaled from Tongliang's published 2023 figures "
    "(own revenue 42.1, resources 107.61, new quotas 35.32 and 2.84) to a district with a GDP of "
    "53.58 billion CNY (stated, 2020), more residents and more transfers"
)
ACCOUNTS = Accounts(
    leader=LEADER,
    name_en="Kaizhou district",
    name_zh="开州区",
    population=1200000,
    population_source="about 1.2 million residents: assumption; 410,000 in the town (stated, 2020)",
    first_year=FIRST_YEAR,
    last_year=PLAN_END,
    flows={
        "own-budget": (7.5, 0.02),
        "transfers": (6.0, 0.02),
        "gov-fund": (13.0, 0.01),
        "utilities": (2.5, 0.02),
    },
    items={
        "general_revenue": (25.0, 0.04),
        "transfers": (64.0, 0.03),
        "fund_revenue": (34.0, 0.01),
        "general_expenditure": (108.0, 0.03),
        "fund_expenditure": (46.0, 0.01),
        "comprehensive_capacity": (123.0, 0.03),
    },
    general=OldDebt(62.0, 13, 0.034, ceiling=66.0, quota=2.5, quota_later=2.5, quota_until=2025),
    special=OldDebt(58.0, 15, 0.035, ceiling=62.0, quota=15.0, quota_later=8.0, quota_until=2025),
    rates={"general": 0.027, "special": 0.029, "long": 0.030},
    rates_source="rate assumed between about 3.4 % of 2021 and 1.75-2.06 % published in July 2025",
    assumed=_ASSUMED,
    transfers_en="Three Gorges follow-up money and other earmarked transfers",
    transfers_zh="三峡后续资金及其他专项转移支付",
)


def money(book: Book) -> dict[str, Any]:
    """Payers, funds and debt of the district."""
    tables = tables_of(ACCOUNTS, earning_projects(book.projects, book.profiles))
    tables["jurisdictions"] = [*tables["jurisdictions"], *outside_payers()]
    return {**tables, "scenarios": stress_scenarios(("gov-fund",))}


PAGE_EN = """
## What is stated, estimated, assumed

**Stated** in the document: the projects, their places and verbs; the targets; 220 key
infrastructure projects and 87.4 billion CNY in 2021-2025; the few sizes it prints (700 km of rural
road, 4,000 5G stations, 37 rural sewage plants, 171 rural water schemes, 100 km of sewers, 400,000
mu of farmland ...). Each project names its section and its line in the text without blank lines.

**Estimated** (quality `estimate`): stated size x unit cost of its type from
`optimizer/estimating/types.csv`, with low, middle and high and the source of the unit cost.

**Assumed** (quality `assumption`): every size that the document does not print; it prints no cost
at all. `cost_basis` says the size, the type and why. Also assumed:

- Stage. 加快推进, 加快建设 and 提速建设 are read as under construction: committed, begun in 2021.
  完工 (set against 新开工 in the same sentence) is read as begun before the plan: it must be closed by
  2025. Both have 60 % of their cost still to spend. 建成 and 完成 are read as ready to start, but the
  two expressways that the glossary calls 在建 as under construction (75 % to spend). 研究/谋划 wait
  three years, 启动/前期/布局 one year. The `note` of each project quotes the verb.
- Yearly benefit = cost x starting ratio of its type. Between the low and the high ratio a project
  stands at 0.5, plus 0.2 to -0.15 for its place (town and Puli before key towns before townships, as
  ranked in box 7; `tools/data/kaizhou/tiers.csv`), +0.2 where works have begun, +0.1 where they are
  to start in the plan period, -0.15 in study, +0.15 where a target counts its output, and 0.05 for
  each work that it makes possible in the words of the text (at most three). Nothing is random.
- Who pays: `shares.csv` after published cases (each row says which); national railway, municipality,
  central grants, expressway companies, State Grid, enterprises and telecom operators pay from
  outside, only the district's part is held against the district's funds and debt limits.
- Accounts of the district: not in the document. Funds, fiscal items, old debt, ceilings, quotas and
  interest rates are scaled from published figures of neighbouring districts.
- Prices of missing a target: twice what a unit of it costs to build; 0.02 per 1 of investment
  and 0.05 per project not begun. Existing stock: 75 % rural tap water in 2020 and 90 of
  fixed-asset investment a year outside this plan.
- Networks (`network_nodes.csv`, `network_links.csv`, `demands.csv`, `project_network.csv`): travel between
  the towns by road and rail, freight to the Yangtze by road and water, water supply from reservoir to
  tap. The text prints no flows, times or capacities: all of them are assumptions (times from town to
  town, 24 CNY an hour, unserved water by its use, which reservoir feeds which works). Projects that
  change a network have their benefit from it; of the column only a share is kept (travel 50 %: freight and
  local trips; water 40 %: irrigation and floods; ports 30 %; assumed, told in each project's note).
- Construction cost rises 1 % a year above prices; the district can begin 100 works a year.

**Calibration.** The document wants 220 key projects and 87.4 billion CNY in 2021-2025 (part 8). In this
instance the sectors transport, water, energy and digital stand for them; streets of the town and of
Puli are municipal, part 9 rural, scenic areas tourism, freight hubs logistics. These four hold 282
projects and 1,510 in all, studies included; 249 projects and 780 without the studies, close to the
220 and 874 of the text, so that no further factor was set. The best plan of these data begins about
200 of the key works and spends about 710 by 2025: the district's money, not the wish, is the limit.

**Damaged text.** `4110千伏` is read as four 110 kV stations, `335千伏` as three of 35 kV, `40005G` as
4,000 5G stations; 5-10 kW, 10 kW and 2 kW as 50-100, 100 and 20 MW.
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:项目名称、地点与推进动词,各项目标,“十四五”重点基础设施220个项目、874亿元,以及少数规模
  (农村公路700公里、5G基站4000个、农村污水处理站37座、集中供水171处、管网100公里、高标准农田40万亩等)。
  每个项目注明章节和去空行后的行号。
- **估算**(estimate):原文规模×单位造价(`optimizer/estimating/types.csv`,逐项注明来源),给出低、中、高三值。
- **假设**(assumption):原文未载明的规模(原文没有任何单个项目投资额);建设阶段的判读(加快推进、加快建设=在建;
  完工=已开工、须在2025年前完成;二者均假定尚余60%投资;启动/前期工作满1年、研究论证满3年后方可开工);
  效益=造价×该类工程起始效益率,按区位、阶段、是否支撑规划目标、带动作用在高低值之间取值,不含随机因素;
  出资比例参照公开案例;财政、债务数据参照周边区县公开数据折算。
- 网络(出行、货运、供水):原文没有流量、时间和能力数据,全部为假设;进入网络的项目,其效益由网络流量计算,
  原效益栏只保留一部分(出行50%,供水40%,港口30%),并在项目备注中注明。
- 铁路68公里、高速公路150公里为全区合计,各线区内长度按合计分摊假定。
- 只有区级出资部分占用区级资金和债务额度;铁路、市级、中央补助、高速公司、电网、企业和运营商出资列为区外资金。
"""
