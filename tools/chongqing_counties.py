"""Decisions for instances/chongqing-counties (document 001: 22 county towns of Chongqing).

The document prints no town's own works: each row of it is a programme for all towns. It becomes a
project with options for all, the fourteen or the seven most urgent towns. Three classes of funding
say which money may pay: public, quasi-public and commercial.
"""

from __future__ import annotations

from typing import Any

from infraplan.models.horizon import Appraisal, Horizon, Title
from infraplan.models.instance import Settings, SourceDocument
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.project import Stage
from tools.accounts import (
    Accounts,
    Loan,
    OldDebt,
    earning_projects,
    stress_scenarios,
    tables_of,
)
from tools.census import Book
from tools.common import later_phase, outside_payers, yearly

DOCUMENT = "001"
REPRESENTATIVE_YEARS = (2027, 2030, 2035)
NETWORKS = (
    NetworkSettings(
        id="travel", unit="1,000 trips/day", blocks=(LoadBlock(id="day", weight=365.0),)
    ),
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
        blocks=(
            LoadBlock(id="peak", weight=600.0),
            LoadBlock(id="day", weight=4900.0, demand_factor=0.72),
            LoadBlock(id="night", weight=3260.0, demand_factor=0.42),
        ),
    ),
    NetworkSettings(id="gas", unit="100 million m3/year"),
)
"""Three groups of towns, as in the options of the programmes; every figure is assumed."""
LEADER = "counties"
FIRST_YEAR, TARGET_YEAR, PLAN_END = 2023, 2027, 2035
BENEFIT_LEVEL = 1.0
WHOLE = "区县"
OUTSIDE_PLACES = frozenset(["万州", "中心城区", "主城都市区"])
COMMERCIAL = frozenset(
    [
        "5g",
        "broadband",
        "charging",
        "logistics",
        "fleet_electrification",
        "renewables",
        "lng",
        "chp",
        "circular_economy",
        "efficiency",
    ]
)
QUASI_PUBLIC = frozenset(
    [
        "parking",
        "water_works",
        "supply_network",
        "rural_supply",
        "gas_network",
        "sewage_plant",
        "sludge",
        "solid_waste",
        "hazardous_waste",
        "medical_waste",
        "bus_service",
        "smart_water",
        "smart_energy",
        "smart_transport",
    ]
)
"""Subsectors by class of funding; every other is public."""


def settings() -> Settings:
    """Years to 2027, then 2028-2030 and 2031-2035."""
    phases = [
        *yearly(FIRST_YEAR, TARGET_YEAR),
        later_phase("to2030", 2028, 2030),
        later_phase("to2035", 2031, 2035),
    ]
    return Settings(
        id="chongqing-counties",
        title=Title(
            en="County towns of Chongqing: new-type urbanisation 2023-2027, goals to 2035",
            zh="重庆市推进以区县城为重要载体的城镇化建设实施方案(2023—2027年)",
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
                id="001",
                title=Title(
                    en="Plan of Chongqing for urbanisation carried by its county towns",
                    zh="关于推进以区县城为重要载体的城镇化建设的实施方案",
                ),
            ),
        ),
    )


ACCOUNTS = Accounts(
    leader=LEADER,
    name_en="The 22 county towns together",
    name_zh="22个区县合计",
    population=15000000,
    population_source="assumption",
    first_year=FIRST_YEAR,
    last_year=PLAN_END,
    flows={
        "own-budget": (76.0, 0.02),
        "transfers": (10.0, 0.02),
        "gov-fund": (96.0, 0.01),
        "utilities": (9.0, 0.02),
    },
    items={
        "general_revenue": (560.0, 0.04),
        "transfers": (1300.0, 0.03),
        "fund_revenue": (620.0, 0.01),
        "general_expenditure": (2200.0, 0.03),
        "fund_expenditure": (850.0, 0.01),
        "comprehensive_capacity": (2480.0, 0.03),
    },
    general=OldDebt(
        1150.0, 13, 0.033, ceiling=1300.0, quota=8.0, quota_later=8.0, quota_until=2027
    ),
    special=OldDebt(
        1250.0, 15, 0.034, ceiling=1450.0, quota=22.0, quota_later=15.0, quota_until=2027
    ),
    rates={"general": 0.027, "special": 0.029, "long": 0.030},
    rates_source="rate assumed between about 3 % of 2023 and 1.75-2.06 % published in July 2025",
    assumed="assumption: the document has no accounts; about 22 times the published figures of "
    "Tongliang for 2023 (own revenue 42.1, resources 107.61), less for smaller counties",
    opening={"own-budget": 20.0, "gov-fund": 20.0},
    loan=Loan(
        0.039,
        20,
        3,
        12.0,
        "assumption: the text asks for medium and long-term loans without sums",
        ("water", "energy", "digital", "environment", "transport"),
    ),
)


def class_of(subsector: str) -> str:
    """Class of funding of a subsector: public, quasi-public or commercial."""
    if subsector in COMMERCIAL:
        return "commercial"
    return "quasi-public" if subsector in QUASI_PUBLIC else "public"


def money(book: Book) -> dict[str, Any]:
    """Funds and debt of the counties, each open to its class of works."""
    tables = tables_of(ACCOUNTS, earning_projects(book.projects, book.profiles))
    members: dict[str, tuple[str, ...]] = {
        name: tuple(p.id for p in book.projects if class_of(p.subsector) == name)
        for name in ("public", "quasi-public", "commercial")
    }
    earning = members["quasi-public"] + members["commercial"]
    tables["funds"] = [
        fund.model_copy(update={"sectors": (), "projects": earning, "max_share": 0.6})
        if fund.id == "utilities"
        else fund
        for fund in tables["funds"]
    ]
    tables["instruments"] = [
        row.model_copy(update={"projects": members["public"]})
        if row.pool == "general" and not row.refinancing
        else row
        for row in tables["instruments"]
    ]
    tables["jurisdictions"] = [*tables["jurisdictions"], *outside_payers()]
    return {**tables, "scenarios": stress_scenarios(("gov-fund",))}


PAGE_EN = """
## What is stated, estimated, assumed

**Stated** in the document: the programmes of each sector, their verbs, the 22 county towns (Qijiang and
Wansheng count as one), eleven goals for 2027 that works can reach. It prints no size, no cost, no town's
own works, no budget and no debt.

**Assumed** (quality `assumption`): everything else.

- **Towns and options.** No row of the text names the works of one town, so each programme is one project:
  the base option for all 22 towns, further options for the fourteen and the seven most urgent ones. Size
  = towns x the usual size in one town (`cost_basis`). A table per town would invent 22 times as many
  numbers as the text supports.
- **Three classes of funding.** Public works are paid by budget, transfers, government fund and general
  bonds; quasi-public works also by special bonds that must cover themselves, a policy loan and own money
  of utilities; commercial works by companies, outside payers and the policy loan (`tools/chongqing_counties.py`
  says which subsector is in which class).
- **Rolling by urgency.** At most 22 programmes begin in a year; what is worth more a year begins first.
- **One payer.** The counties together, about 22 times published figures of Tongliang: a plan of this
  instance shows what a common envelope could do, it is no plan of any county.
- **Networks** (`network_nodes.csv`, `network_links.csv`, `demands.csv`, `project_network.csv`) of travel, water, power and
  gas for three groups of towns by urgency: 1-7, 8-14, 15-22. A programme changes the
  networks of the groups that its option covers. The text prints no flow or capacity: all figures are usual ones
  of one town times the number of towns. Projects that change a network have their benefit from it; a share of the
  column is kept for what the network does not see (told in each project's note).
- Stages from the verbs, benefits as shares of cost, prices of missing a target: as in the other instances.
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:各领域任务、推进动词、22个区县城(綦江、万盛合为一个)以及2027年可由工程实现的11项目标;没有规模、造价、
  分区县项目、财政与债务数据。
- **假设**(assumption):其余全部。每项任务为一个项目,基本方案覆盖22个区县城,另有先行14个、先行7个两个方案;规模=城镇数×
  单个城镇常见规模。
- **网络**:出行、供水、供电、供气四个网络,按急需程度将22个城镇分为第1—7、8—14、15—22三组;项目按所选方案作用于相应各组;流量和能力均为单个城镇常见
  值乘以城镇数(假设)。
- **三类资金**:公益性(预算、转移支付、政府性基金、一般债券),准公益性(另加须自求平衡的专项债券、政策性贷款、公用事业
  自筹),市场化(企业和区外出资、政策性贷款)。
- **按轻重缓急逐年滚动**:每年启动不超过22项。
- **一个出资主体**:22个区县合计,财政数据约为铜梁公开数据的22倍(假设),不构成任何区县的方案。
"""
