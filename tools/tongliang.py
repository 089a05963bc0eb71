"""Decisions for instances/tongliang (document 002: Tongliang plan for the Twin-City circle)."""

from __future__ import annotations

from typing import Any

from infraplan.models.horizon import Appraisal, Horizon, Title
from infraplan.models.instance import Settings, SourceDocument
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.project import Stage
from tools.accounts import Accounts, OldDebt, earning_projects, stress_scenarios, tables_of
from tools.census import Book
from tools.common import later_phase, outside_payers, yearly

DOCUMENT = "002"
REPRESENTATIVE_YEARS = (2027, 2030, 2035)
NETWORKS = (
    NetworkSettings(
        id="water",
        unit="10,000 m3/day",
        blocks=(
            LoadBlock(id="normal", weight=292.0),
            LoadBlock(id="dry", weight=73.0, demand_factor=1.05, dry=True),
        ),
    ),
    NetworkSettings(
        id="power",
        unit="MW",
        base=100.0,
        blocks=(
            LoadBlock(id="peak", weight=600.0),
            LoadBlock(id="day", weight=4900.0, demand_factor=0.72),
            LoadBlock(id="night", weight=3240.0, demand_factor=0.42),
            LoadBlock(id="outage", weight=20.0, demand_factor=0.9, out=("p-a-tech",)),
        ),
    ),
    NetworkSettings(id="gas", unit="100 million m3/year"),
)
LEADER = "tongliang"
FIRST_YEAR, TARGET_YEAR, PLAN_END = 2023, 2027, 2035
BENEFIT_LEVEL = 1.0
OUTSIDE_PLACES = frozenset(
    [
        "璧山",
        "合川",
        "潼南",
        "大足",
        "荣昌",
        "遂宁",
        "绵",
        "泸州",
        "南充",
        "汉中",
        "成都",
        "团结村",
        "重庆新机场",
        "两江新区",
        "西部(重庆)科学城",
        "天府新区",
        "渝遂绵",
    ]
)

PLACE_ALIASES = {
    "铜梁": "铜梁城区",
    "西部科学城": "西部(重庆)科学城",
    "园区": "铜梁高新区",
    "工业园区": "铜梁高新区",
    "璧山交界": "璧山",
    "蒲吕场口": "蒲吕",
}
WHOLE = "铜梁"


def sector_of(row: dict[str, str], line: int) -> str:
    """Sector of the census; farmland and town infrastructure are rural and municipal works."""
    if row["subsector"] == "farmland":
        return "rural"
    if row["id"] in {"tl-town-infra-gap", "tl-cross-fast-roads"}:
        return "municipal"
    if row["subsector"] == "logistics":
        return "logistics"
    return row["sector"]


def settings() -> Settings:
    """Horizon by year to 2027, then 2028-2030 and 2031-2035."""
    phases = [
        *yearly(FIRST_YEAR, TARGET_YEAR),
        later_phase("to2030", 2028, 2030),
        later_phase("to2035", 2031, 2035),
    ]
    return Settings(
        id="tongliang",
        title=Title(
            en="Tongliang district, Chongqing: Twin-City action plan 2023-2027",
            zh="重庆市铜梁区推动成渝地区双城经济圈建设行动(2023—2027年)",
        ),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=FIRST_YEAR,
        horizon=Horizon(phases=tuple(phases)),
        appraisal=Appraisal(discount_rate=0.08, cost_escalation=0.01, end_year=2057),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance={"tail_growth": 0.02},
        sources=(
            SourceDocument(
                id="002",
                title=Title(
                    en="Tongliang implementation of the Chongqing action plan for the "
                    "Chengdu-Chongqing Twin-City economic circle (2023-2027)",
                    zh="重庆市铜梁区贯彻落实《重庆市推动成渝地区双城经济圈建设行动方案(2023—2027年)》实施方案",
                ),
                issued="铜府〔2023〕90号, 2023-06-19",
            ),
        ),
    )


_ASSUMED = (
    "assumption around the published 2023 figures of Tongliang (own revenue 42.1, resources 107.61)"
)
_PUBLISHED = "published 2023 budget of Tongliang"
ACCOUNTS = Accounts(
    leader=LEADER,
    name_en="Tongliang district",
    name_zh="铜梁区",
    population=690000,
    population_source="about 0.69 million residents: assumption; 0.8 million are the goal for 2027",
    first_year=FIRST_YEAR,
    last_year=PLAN_END,
    flows={
        "own-budget": (4.6, 0.02),
        "transfers": (1.6, 0.02),
        "gov-fund": (7.5, 0.01),
        "utilities": (0.5, 0.02),
    },
    items={
        "general_revenue": (42.1, 0.04),
        "transfers": (30.0, 0.02),
        "fund_revenue": (40.0, 0.01),
        "general_expenditure": (82.0, 0.03),
        "fund_expenditure": (60.0, 0.01),
        "comprehensive_capacity": (107.61, 0.03),
    },
    general=OldDebt(36.0, 12, 0.032, ceiling=38.0, quota=2.84, quota_later=2.0, quota_until=2023),
    special=OldDebt(75.0, 15, 0.033, ceiling=80.0, quota=35.32, quota_later=5.0, quota_until=2023),
    rates={"general": 0.025, "special": 0.027, "long": 0.028},
    rates_source="rate assumed between about 2.9 % of 2023 and 1.75-2.06 % published in July 2025",
    assumed=_ASSUMED,
    stated={
        "general_revenue:2023": f"{_PUBLISHED}: own revenue 42.1",
        "comprehensive_capacity:2023": f"{_PUBLISHED}: total resources 107.61",
        "general:2023": f"{_PUBLISHED}: new quota 2.84; balance and ceiling assumed",
        "special:2023": f"{_PUBLISHED}: new quota 35.32; balance and ceiling assumed",
    },
)


def money(book: Book) -> dict[str, Any]:
    """Payers, funds and debt of the district."""
    tables = tables_of(ACCOUNTS, earning_projects(book.projects, book.profiles))
    tables["jurisdictions"] = [*tables["jurisdictions"], *outside_payers()]
    return {**tables, "scenarios": stress_scenarios(("gov-fund",))}


PAGE_EN = """
## What is stated, estimated, assumed

**Stated** in the document: the projects, their places and verbs; the targets (190 km of expressway,
100,000 m3/d of new supply and over 200,000 t/d in all, 300 km of rural road rebuilt, 1 billion m3 of
shale gas, 96 % rural tap water, 50,000 mu of farmland ...). **Stated** in the published 2023 budget of
the district: own revenue 42.1, total resources 107.61, new quota of special debt 35.32 and of general
debt 2.84 (100 million CNY). Each project names its section.

**Estimated** (quality `estimate`): stated size x unit cost of its type from
`optimizer/estimating/types.csv`, with low, middle and high and the source of the unit cost.

**Assumed** (quality `assumption`): every size that the document does not print (lengths inside the
district above all); it prints no cost at all. `cost_basis` says the size, the type and why. Also:

- Stage. 加快建设 and 加快推进 are read as under construction: committed, begun in 2023, 60 % of the cost to
  go. Large works to be in use by 2027 (建成投用) that cannot be built in the time otherwise are read
  as begun, with the share still to spend in `cost_basis`; other 建成 items as ready to start.
  研究/论证 wait three years, 规划建设 one year.
- Yearly benefit = cost x starting ratio of its type, placed between low and high by place, stage,
  target and what it makes possible, as on the page of the Kaizhou instance
  (`tools/data/tongliang/tiers.csv`).
- Who pays: `shares.csv`; only the district's part is held against the district's funds and limits.
- Fiscal figures of later years, old debt, ceilings and interest rates; the 2023 special quota of
  35.32 is taken as a peak, 12 a year after it.
- Networks of water, power (1000, 500, 220 and 110 kV, direct-current flow) and gas: the text prints no
  loads, lines or capacities, all figures are assumptions (each row says so). Projects that change a
  network have their benefit from it; 40 % (water) and 30 % (power, gas) of the column are kept for what
  the network does not see (assumed, told in each project's note).
- Prices of missing a target: twice what a unit of it costs to build. Construction cost
  rises 1 % a year above prices; the district can begin 40 works a year.
- Existing stock: 149 km of expressway and 100,000 m3/d of supply are the stated totals less the
  stated or assumed additions; 92 % rural tap water; 94 % of provincial roads in class 3 or better.
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:项目、地点、推进动词与目标(高速公路通车里程190公里、新增日供水10万立方米、日供水20万吨以上、
  农村公路改造300公里、页岩气年产10亿方、农村自来水普及率96%、高标准农田5万亩等)。
- **公开预算(2023年)**:本级收入42.1亿元、财力总量107.61亿元、新增专项债限额35.32亿元、新增一般债限额2.84亿元。
- **估算**:原文规模×单位造价,给出低、中、高三值。
- **网络**(供水、电力1000/500/220/110千伏直流潮流、天然气):原文没有负荷、线路和能力数据,全部为假设;
  进入网络的项目,其效益由网络计算,原效益栏只保留一部分(供水40%,电力、天然气30%)。
- **假设**:原文未载明的规模(尤其是区内里程)、在建项目剩余投资比例、效益率、出资比例、2023年以后的财政数据、
  存量债务、限额与利率;现状存量(高速149公里、日供水10万立方米)由目标值减去新增值推得。
"""
