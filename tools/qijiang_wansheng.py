"""Decisions for instances/qijiang-wansheng (document 000: Qijiang-Wansheng integration plan).

Two districts with budgets of their own pay: works of one of them, and joint works that they share.
Sizes, stages, partners, options, targets and networks stand as tables in tools/data/qijiang-wansheng.
"""

from __future__ import annotations

from typing import Any

from infraplan.models.funding import Fund, Inflow
from infraplan.models.horizon import Appraisal, Horizon, Title
from infraplan.models.instance import Settings, SourceDocument
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.project import Stage
from infraplan.models.scenario import Change, Operation, Scenario
from tools.accounts import (
    Accounts,
    Loan,
    OldDebt,
    earning_projects,
    joined,
    paid_by,
    stress_scenarios,
    tables_of,
)
from tools.census import Book
from tools.common import later_phase, outside_payers, path, yearly

DOCUMENT = "000"
LEADER, PARTNER = "qijiang", "wansheng"
FIRST_YEAR, TARGET_YEAR, PLAN_END = 2021, 2025, 2035
BENEFIT_LEVEL = 1.0
WHOLE = "綦江-万盛"
REPRESENTATIVE_YEARS = (2025, 2030, 2035)
NETWORKS = (
    NetworkSettings(
        id="travel", unit="1,000 trips/day", blocks=(LoadBlock(id="day", weight=365.0),)
    ),
    NetworkSettings(
        id="water",
        unit="10,000 m3/year",
        blocks=(
            LoadBlock(id="normal", weight=0.8),
            LoadBlock(id="dry", weight=0.2, demand_factor=1.05, dry=True),
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
            LoadBlock(id="outage", weight=20.0, demand_factor=0.9, out=("p-qa-wa",)),
        ),
    ),
    NetworkSettings(id="gas", unit="100 million m3/year"),
)
OUTSIDE_PLACES = frozenset(
    [
        "接龙",
        "南川",
        "江津",
        "涪陵",
        "广安",
        "柳州",
        "正安",
        "习水",
        "赤水",
        "叙永",
        "桐梓羊蹬",
        "贵阳",
        "广州",
        "深圳",
        "北部湾",
        "重庆中心城区",
        "永川",
        "自贡",
        "泸州",
        "西部(重庆)科学城",
    ]
)
PLACE_OWNERS: dict[str, str | None] = {
    "永桐新城": None,
    "永城—南桐现代制造产业园": None,
    "金桥—隆盛临空产业园": None,
    "关坝—扶欢循环经济产业园": None,
    "蒲河": None,
    **dict.fromkeys(
        (
            "万盛",
            "南桐",
            "平山",
            "新经济产业园",
            "关坝",
            "丛林",
            "青年",
            "江南机场",
            "板辽",
            "万盛二水厂",
            "黑山谷",
            "大黑山旅游度假区",
        ),
        PARTNER,
    ),
}
PLACE_ALIASES = {
    "綦江城区": "綦江",
    "万盛城区": "万盛",
    "重庆": "重庆中心城区",
    "南环": "重庆中心城区",
    "綦河": "綦江河",
    "綦江河主干水系": "綦江河",
    "綦江河等": "綦江河",
}
SUBSIDENCE = (
    "qw-coal-subsidence",
    "qw-mine-water",
    "qw-mining-land-reclamation",
    "qw-mine-environment-restoration",
)
RURAL = (
    "qw-rural-roads-sihao",
    "qw-rural-drinking-water",
    "qw-rural-water-extension",
    "qw-irrigation-districts",
    "qw-highstd-farmland",
    "qw-rural-environment",
    "qw-rural-waste-demo-county",
    "qw-rural-gas-extension",
    "qw-agri-cold-chain",
    "qw-digital-village",
    "qw-agri-info-service",
)
RURAL_SHARE = 0.1
"""Assumed part of the land fund that is kept for rural works."""


def sector_of(row: dict[str, str], line: int) -> str:
    """Sector of the census; farmland is rural, fast roads of the towns municipal."""
    if row["subsector"] == "farmland":
        return "rural"
    if row["subsector"] == "urban_road":
        return "municipal"
    if row["subsector"] == "logistics":
        return "logistics"
    return row["sector"]


def settings() -> Settings:
    """Horizon by year to 2025, then two five-year phases; 30-year bonds are repaid by 2065."""
    phases = [
        *yearly(FIRST_YEAR, TARGET_YEAR),
        later_phase("fyp15", 2026, 2030),
        later_phase("fyp16", 2031, 2035),
    ]
    return Settings(
        id="qijiang-wansheng",
        title=Title(
            en="Qijiang and Wansheng, Chongqing: integration plan 2021-2025 and outlook to 2035",
            zh="重庆市綦江—万盛一体化发展规划(2021—2025年,展望2035年)",
        ),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=FIRST_YEAR,
        horizon=Horizon(phases=tuple(phases)),
        appraisal=Appraisal(discount_rate=0.08, cost_escalation=0.01, end_year=2055),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance={"tail_growth": 0.02, "capital_ratio_sets": ("china",)},
        sources=(
            SourceDocument(
                id="000",
                title=Title(
                    en="Qijiang-Wansheng integration plan of the Chongqing municipal government",
                    zh="綦江—万盛一体化发展规划",
                ),
                issued="渝府办〔2021〕8号, 2021-06-25",
            ),
            SourceDocument(
                id="qijiang-debt-2020",
                title=Title(
                    en="Debt of Qijiang district, limits and balances of 2020",
                    zh="重庆市綦江区2020年地方政府债务情况表",
                ),
                issued="2021-04-11",
            ),
            SourceDocument(
                id="qijiang-accounts-2018",
                title=Title(
                    en="Final accounts of Qijiang district 2018", zh="綦江区2018年财政决算"
                ),
                issued="2019-10-12",
            ),
            SourceDocument(
                id="wansheng-accounts",
                title=Title(
                    en="Final accounts of Wansheng economic development zone 2020, 2023, 2024",
                    zh="万盛经济技术开发区2020、2023、2024年决算报告",
                ),
                issued="2021-09-27; 2024-10; 2025-10",
            ),
        ),
    )


RATES = {"general": 0.029, "special": 0.031, "long": 0.033}
RATES_SOURCE = "rate assumed between about 3.4 % of 2021 and 1.75-2.06 % published in July 2025"
LOAN_SECTORS = ("water", "energy", "digital", "environment", "municipal", "logistics")
LOAN_SOURCE = (
    "assumption: the text speaks of re-lending and enterprise bonds without sums; 4.1 % near the "
    "five-year lending rate of 2021"
)
DEBT_TABLE = "published debt table of Qijiang for 2020 (2021-04-11)"
_QIJIANG = "published final accounts of Qijiang 2018"
_WANSHENG = "published final accounts of Wansheng"

QIJIANG = Accounts(
    leader=LEADER,
    prefix="qj-",
    name_en="Qijiang district (without Wansheng)",
    name_zh="綦江区(不含万盛经开区)",
    population=770000,
    population_source="assumption: about one million in both, of which Wansheng about 0.24 million",
    first_year=FIRST_YEAR,
    last_year=PLAN_END,
    flows={
        "own-budget": (4.0, 0.02),
        "transfers": (1.5, 0.02),
        "gov-fund": (2.8, 0.01),
        "utilities": (0.7, 0.02),
    },
    items={
        "general_revenue": (22.5, 0.03),
        "transfers": (39.0, 0.02),
        "fund_revenue": (15.0, 0.01),
        "general_expenditure": (72.0, 0.03),
        "fund_expenditure": (26.0, 0.015),
        "comprehensive_capacity": (76.0, 0.025),
    },
    general=OldDebt(51.97, 12, 0.034, ceiling=89.0, quota=2.0, quota_later=1.5, quota_until=2025),
    special=OldDebt(32.47, 15, 0.035, ceiling=63.5, quota=5.0, quota_later=3.0, quota_until=2025),
    rates=RATES,
    rates_source=RATES_SOURCE,
    assumed="assumption around the published final accounts of 2018 (own revenue 21.43, grants from "
    "above 36.96, government fund 12.75) and the debt table of 2020",
    stated={
        "general:2021": f"{DEBT_TABLE}: balance 48.99 + 14.39 - 11.41 = 51.97, ceiling 89.00 at the "
        "end of 2020; repayment, interest and quota assumed, the ceiling grows by the quota",
        "special:2021": f"{DEBT_TABLE}: balance 16.97 + 16.19 - 0.69 = 32.47, ceiling 63.50 at the "
        "end of 2020; repayment, interest and quota assumed, the ceiling grows by the quota",
    },
    opening={"own-budget": 2.0, "gov-fund": 2.0},
    long_tenor=30,
    loan=Loan(0.041, 20, 3, 1.0, LOAN_SOURCE, LOAN_SECTORS),
    outturn={
        "general_revenue:2018": (21.4304, _QIJIANG),
        "transfers:2018": (36.9578, _QIJIANG),
        "fund_revenue:2018": (12.7516, _QIJIANG),
        "general_expenditure:2018": (68.8186, _QIJIANG),
        "fund_expenditure:2018": (7.0734, _QIJIANG),
    },
)
WANSHENG = Accounts(
    leader=PARTNER,
    prefix="ws-",
    name_en="Wansheng economic development zone",
    name_zh="万盛经济技术开发区",
    population=240000,
    population_source="assumption: about 0.24 million residents",
    first_year=FIRST_YEAR,
    last_year=PLAN_END,
    flows={
        "own-budget": (1.7, 0.02),
        "transfers": (0.7, 0.02),
        "gov-fund": (1.2, 0.01),
        "utilities": (0.3, 0.02),
    },
    items={
        "general_revenue": (10.9, 0.03),
        "transfers": (19.0, 0.02),
        "fund_revenue": (7.0, 0.02),
        "general_expenditure": (34.0, 0.03),
        "fund_expenditure": (12.0, 0.02),
        "comprehensive_capacity": (37.0, 0.025),
    },
    general=OldDebt(25.6, 12, 0.034, ceiling=43.8, quota=0.6, quota_later=0.5, quota_until=2025),
    special=OldDebt(16.0, 15, 0.035, ceiling=31.3, quota=1.6, quota_later=1.0, quota_until=2025),
    rates=RATES,
    rates_source=RATES_SOURCE,
    assumed="assumption around the published final accounts of 2020, 2023 and 2024; debt and ceilings "
    "have the same ratio to resources as Qijiang's (84.44 and 152.50 to about 75)",
    opening={"own-budget": 1.0, "gov-fund": 1.0},
    long_tenor=30,
    loan=Loan(0.041, 20, 3, 0.4, LOAN_SOURCE, LOAN_SECTORS),
    outturn={
        "general_revenue:2020": (10.6596, f"{_WANSHENG} 2020"),
        "general_revenue:2023": (11.9198, f"{_WANSHENG} 2023"),
        "general_revenue:2024": (12.7307, f"{_WANSHENG} 2024"),
        "fund_revenue:2020": (6.8273, f"{_WANSHENG} 2020"),
        "fund_revenue:2023": (5.6495, f"{_WANSHENG} 2023"),
        "fund_revenue:2024": (16.6662, f"{_WANSHENG} 2024"),
        "general_expenditure:2020": (33.0783, f"{_WANSHENG} 2020"),
        "general_expenditure:2023": (36.8684, f"{_WANSHENG} 2023"),
        "general_expenditure:2024": (38.2328, f"{_WANSHENG} 2024"),
        "fund_expenditure:2020": (9.109, f"{_WANSHENG} 2020"),
        "fund_expenditure:2024": (25.3996, f"{_WANSHENG} 2024"),
    },
)
WEAK_FUND_2023 = 6.2503
"""Published government-fund expenditure of Wansheng in 2023: one weak year, laid on by a scenario."""


def _earmarked(of: Accounts) -> dict[str, list[Any]]:
    """Money for mining subsidence, and the part of the land fund for rural works."""
    mark, years = of.prefix, (of.first_year, of.last_year)
    start = {"subsidence": 0.5 if of.leader == LEADER else 0.4}
    start["rural-land"] = round(of.flows["gov-fund"][0] * RURAL_SHARE / (1 - RURAL_SHARE), 3)
    common = {"jurisdiction": of.leader, "source": of.assumed}
    funds = [
        Fund(
            id=f"{mark}subsidence",
            name_en="Transfers for mining subsidence and mine restoration",
            name_zh="采煤沉陷区综合治理专项转移支付",
            kind="transfer",
            max_share=0.6,
            lapse_years=2,
            projects=SUBSIDENCE,
            **common,
        ),
        Fund(
            id=f"{mark}rural-land",
            name_en="Part of land revenue for rural works",
            name_zh="土地出让收入用于农业农村部分",
            kind="land",
            projects=RURAL,
            **common,
        ),
    ]
    inflows = [
        Inflow(fund=f"{mark}{name}", year=year, value=value, source=of.assumed)
        for name, first in start.items()
        for year, value in path(*years, first, 0.01).items()
    ]
    return {"funds": funds, "inflows": inflows}


def _scenarios() -> tuple[Scenario, ...]:
    land = tuple(f"{mark}{fund}" for mark in ("qj-", "ws-") for fund in ("gov-fund", "rural-land"))
    more = tuple(
        Change(
            table="inflows",
            where={"fund": f"{mark}{fund}"},
            field="value",
            operation=Operation.MULTIPLY,
            value=2.0,
        )
        for mark in ("qj-", "ws-")
        for fund in ("subsidence", "transfers")
    )
    weak = Change(
        table="fiscal",
        where={"jurisdiction": PARTNER, "item": "fund_expenditure", "year": "2023"},
        field="value",
        value=WEAK_FUND_2023,
    )
    return (
        *stress_scenarios(land),
        Scenario(
            id="transfers-twice",
            title=Title(en="Twice the transfers from above", zh="上级转移支付加倍(政策倾斜)"),
            changes=more,
        ),
        Scenario(
            id="wansheng-weak-2023",
            title=Title(
                en="Government-fund expenditure of Wansheng in 2023 as published (6.25)",
                zh="万盛2023年政府性基金支出按决算数(6.25亿元)",
            ),
            changes=(weak,),
        ),
    )


def money(book: Book) -> dict[str, Any]:
    """Payers, funds and debt of both districts."""
    earning = set(earning_projects(book.projects, book.profiles))
    parts = [
        part
        for of in (QIJIANG, WANSHENG)
        for part in (
            tables_of(of, tuple(i for i in paid_by(book, of.leader) if i in earning)),
            _earmarked(of),
        )
    ]
    tables = joined(*parts)
    tables["jurisdictions"] = [*tables["jurisdictions"], *outside_payers()]
    return {**tables, "scenarios": _scenarios()}


PAGE_EN = """
## What is stated, estimated, assumed

**Stated** in the document (渝府办〔2021〕8号): the projects, their verbs, and most of their places; the
goals. It prints no size beside single lines, works and stations, no cost, no budget and no debt.
Each project names its section. **Stated** in published accounts:

- Qijiang, debt table of 2020 (11 April 2021): general debt 48.99 + 14.39 - 11.41 = 51.97, ceiling 89.00;
  special debt 16.97 + 16.19 - 0.69 = 32.47, ceiling 63.50; together 84.44 of 152.50. These are the
  opening accounts of 2021.
- Qijiang, final accounts of 2018: own revenue 21.43, grants from above 36.96, government fund 12.75,
  expenditure 68.82 and 7.07 (rows of 2018 in `fiscal.csv`).
- Wansheng, final accounts of 2020, 2023 and 2024: own revenue 10.66, 11.92, 12.73; general expenditure
  33.08, 36.87, 38.23; government fund 6.83, 5.65, 16.67, its expenditure 9.11 (2020) and 25.40 (2024).
- Zaodu reservoir: 101.23 in all (2023), 46.8 % of it from the central budget; works from May 2023,
  storage from October 2027. It is the one cost of quality `stated`.

**Estimated** (quality `estimate`): stated size (one 500 kV or 220 kV station) x unit cost of its type
from `optimizer/estimating/types.csv`, with low, middle and high and the source of the unit cost.

**Assumed** (quality `assumption`): the size, and with it the cost, of all other projects; lengths of
lines are straight lines between the places with a factor, or guessed inside the area. `cost_basis`
says the size, the type and why. The cost of Panlong is its published unit cost times a recalled size.

- **Two budgets.** Works of one district are paid by it. Joint works have a leader and a partner
  (`shares.csv`): by population 75 to 25 for works of the whole area, by length for lines, in equal parts
  for Yongtong New Town and the border zone. Benefits are shared as the cost is. All shares, and what
  railway, municipality, central grants, expressway companies, grid, enterprises and telecom operators
  pay, are assumed after published cases; each row says which. The leader of a joint work is the
  place's district, else Qijiang. The joint development company has no accounts in the text.
- **Stage.** 加快建设, 加快, 加快实施, 续建, 继续, 持续 are read as under construction: committed, begun in
  2021, 60 % of the cost to go (Zaodu 95 %, as its published works began in 2023). 建成 and 完成 by 2025 of
  works that cannot be built in the time otherwise are read as begun (Panlong 50 %, the Chongqing-Guizhou
  expressway 20 % to go). 研究, 论证 and 规划研究 wait three years, 规划建设 and 前期工作 one. A project in study
  stands for the works that the study would prepare. The `note` of each project quotes the verb.
- **Places.** Coordinates are recalled, none was checked. Where the text prints no place the `note` says
  so; projects of the whole area have none.
- **Yearly benefit** = cost x starting ratio of its type, placed between low and high by place, stage,
  target and what it makes possible, as on the page of the Kaizhou instance
  (`tools/data/qijiang-wansheng/tiers.csv`).
- **Money.** Funds are what is assumed to be left for these works after wages, schools and hospitals:
  own budget, transfers, a fund for mining subsidence (the text asks for preference), land revenue with a
  tenth kept for rural works, money of utilities. Borrowing: general bonds of 10 years, special bonds of
  land works (15) and of earning projects (30, coverage 1.2), policy-bank loans of district companies
  (20), refinancing of old debt. Rates, quotas, schedules of old debt and all fiscal paths after the
  published years are assumed; Wansheng's opening debt and ceilings have Qijiang's ratio to resources.
  The general and special pools are shared by name, each district has its own rows and limits. Loans count
  in the debt ratio. Debt is tested to 2065, the last maturity.
- Published in 2023 but not laid on the plan: government-fund expenditure of Wansheng of 6.25, one weak
  year; the scenario `wansheng-weak-2023` does.
- **Targets**: dates that the text does not give are taken as 2025 or 2030 and say so; counts of named
  works stand for the works themselves. A missed unit costs about twice what it costs to build. 90 % of
  the villages had their refuse treated before the plan (assumed).
- Construction cost rises 1 % a year above prices; both districts can begin 45 works a year.
- Relations: of 139 links 109 are rows here; 16 lead to a goal, 1 to an existing asset, 13 to a row that
  its parts represent. 实施城市供水管网覆盖乡镇工程和乡镇水厂改造工程 is no choice of one or the other, so the
  census word `alternative` is not enforced.

**What binds.** `infraplan solve instances/qijiang-wansheng --gap 0.005` builds 117 of the 156 works (gap
0.08 % after 3 s). Fifteen of the others are worth less than they cost at 8 %: the high-speed lines, the railway
ring, the airport, a second pumped storage, the coal unit. Twenty-four are worth their cost (or nearly) and find
no money; the new-issue quotas of all four pools are used up in some years. Starts run from 2021 (44 works, 33
of them under way) to 2035. With twice the transfers 132 works are built, with land revenue 30 % lower 97,
with costs 25 % higher as well 74. All eight targets are attained in the plan without a scenario.

**Check of the reading.** The quote, the section and the verb of all 160 rows were compared by machine with
the text, and 40 drawn by chance by eye (place, size, stage, unit). One verb was wrong (social
security control: 构建, not 打造) and ten places were not in the text (data centres and laboratories, all
put at Qijiang from memory); both are corrected or marked.

**Networks** (`network_nodes.csv`, `network_links.csv`, `demands.csv`, `project_network.csv`): travel by road and
rail, water, power (500 and 220 kV, direct-current flow, Panlong as a storage between load blocks) and gas. The
text prints no flows, loads or capacities: all figures are assumptions. Projects that change a network have
their benefit from it; a share of the column is kept for what the network does not see (each project's note).
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:项目名称、推进动词、大部分地点,以及各项目标;原文没有规模(单条线路、单座厂站除外)、造价、
  财政与债务数据。每个项目注明章节。
- **公开财政数据**:綦江区2020年政府债务情况表(一般债务余额51.97亿元、限额89.00亿元;专项债务余额32.47亿元、
  限额63.50亿元;合计84.44亿元、152.50亿元),作为2021年期初账;綦江区2018年决算;万盛经开区2020、2023、2024年决算;
  藻渡水库总投资101.23亿元(2023年,中央补助占46.8%)。
- **估算**(estimate):原文规模(500千伏、220千伏变电站各座)×单位造价,给出低、中、高三值。
- **假设**(assumption):其余全部规模与造价;在建项目剩余投资比例;效益率;财政收支走势、存量债务还本付息、限额与利率;
  万盛期初债务与限额(按綦江债务与财力之比)。
- **两个预算主体**:綦江区、万盛经开区各有资金、债券、政策性贷款与债务限额。共建项目按人口(75∶25)、里程或
  对半分担成本,效益按同一比例分享,均为假设;市级、中央、国铁、高速公司、电网、企业和运营商出资列为区外资金。
- **阶段**:加快建设、加快、续建、继续、持续=在建(2021年起续建,尚余60%投资);规划建设、前期工作满1年,
  研究、论证满3年后方可开工;2025年前建成、完成且工期不足者视为已开工。
- **资金约束**:并非所有项目都负担得起,债务检验到2065年(最后一笔到期)。
- **网络**(出行、供水、电力500/220千伏直流潮流与蟠龙抽水蓄能、天然气):原文没有流量、负荷和能力数据,全部为假设;
  进入网络的项目,其效益由网络计算,原效益栏只保留一部分。未列目标及原因见下表。
"""
