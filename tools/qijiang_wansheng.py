"""Decisions for instances/qijiang-wansheng (document 000: Qijiang-Wansheng integration plan).

Two districts with budgets of their own pay: works of one of them, and joint works that they share.
Sizes, stages, partners, options and targets stand as tables in tools/data/qijiang-wansheng; the
tables of networks have their places there and are not written yet.
"""

from __future__ import annotations

from typing import Any

from models.funding import Fund, Inflow
from models.horizon import Appraisal, Horizon, Phase, Title
from models.instance import Settings, SourceDocument
from models.project import Stage
from models.scenario import Change, Operation, Scenario
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
from tools.common import outside_payers, path

DOCUMENT = "000"
LEADER, PARTNER = "qijiang", "wansheng"
FIRST_YEAR, TARGET_YEAR, PLAN_END = 2021, 2025, 2035
BENEFIT_LEVEL = 1.0
WHOLE = "綦江-万盛"
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
    years = [
        Phase(id=f"y{y}", title=Title(en=str(y), zh=f"{y}年"), first_year=y, last_year=y)
        for y in range(FIRST_YEAR, TARGET_YEAR + 1)
    ]
    later = [
        Phase(
            id="fyp15",
            title=Title(en="2026-2030 (outlook)", zh="2026—2030年(展望)"),
            first_year=2026,
            last_year=2030,
        ),
        Phase(
            id="fyp16",
            title=Title(en="2031-2035 (outlook)", zh="2031—2035年(展望)"),
            first_year=2031,
            last_year=2035,
        ),
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
        horizon=Horizon(phases=(*years, *later)),
        appraisal=Appraisal(discount_rate=0.08, cost_escalation=0.01, end_year=2055),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance={"tail_growth": 0.02},
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
        "own-budget": (5.5, 0.02),
        "transfers": (3.6, 0.02),
        "gov-fund": (5.4, 0.01),
        "utilities": (1.8, 0.02),
    },
    items={
        "general_revenue": (22.5, 0.03),
        "transfers": (39.0, 0.02),
        "fund_revenue": (15.0, 0.01),
        "general_expenditure": (72.0, 0.03),
        "fund_expenditure": (26.0, 0.015),
        "comprehensive_capacity": (76.0, 0.025),
    },
    general=OldDebt(51.97, 12, 0.034, ceiling=89.0, quota=2.5, quota_later=2.0, quota_until=2025),
    special=OldDebt(32.47, 15, 0.035, ceiling=63.5, quota=9.0, quota_later=5.0, quota_until=2025),
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
    loan=Loan(0.041, 20, 3, 2.5, LOAN_SOURCE, LOAN_SECTORS),
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
        "own-budget": (2.4, 0.02),
        "transfers": (1.6, 0.02),
        "gov-fund": (2.2, 0.01),
        "utilities": (0.7, 0.02),
    },
    items={
        "general_revenue": (10.9, 0.03),
        "transfers": (19.0, 0.02),
        "fund_revenue": (7.0, 0.02),
        "general_expenditure": (34.0, 0.03),
        "fund_expenditure": (12.0, 0.02),
        "comprehensive_capacity": (37.0, 0.025),
    },
    general=OldDebt(25.6, 12, 0.034, ceiling=43.8, quota=0.8, quota_later=0.6, quota_until=2025),
    special=OldDebt(16.0, 15, 0.035, ceiling=31.3, quota=3.0, quota_later=1.8, quota_until=2025),
    rates=RATES,
    rates_source=RATES_SOURCE,
    assumed="assumption around the published final accounts of 2020, 2023 and 2024; debt and ceilings "
    "have the same ratio to resources as Qijiang's (84.44 and 152.50 to about 75)",
    opening={"own-budget": 1.0, "gov-fund": 1.0},
    long_tenor=30,
    loan=Loan(0.041, 20, 3, 1.0, LOAN_SOURCE, LOAN_SECTORS),
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
"""
PAGE_ZH = """
## 中文说明
"""
