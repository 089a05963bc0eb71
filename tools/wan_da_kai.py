"""Decisions for instances/wan-da-kai (document 004: Wanzhou, Dazhou and Kaizhou together).

Three governments of two provinces pay: Wanzhou and Kaizhou (Chongqing), Dazhou (Sichuan). Sizes,
partners, options, targets and networks stand as tables in tools/data/wan-da-kai.
"""

from __future__ import annotations

from typing import Any

from infraplan.models.agreement import Agreement
from infraplan.models.debt_rule import DebtRule, Finance, ItemTerm, Quantity, QuantityTerm
from infraplan.models.horizon import Appraisal, Horizon, Title
from infraplan.models.instance import Settings, SourceDocument
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.project import Stage
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
from tools.common import later_phase, outside_payers, yearly

DOCUMENT = "004"
LEADER = "wanzhou"
DISTRICTS = ("wanzhou", "kaizhou", "dazhou")
FIRST_YEAR, TARGET_YEAR, PLAN_END = 2023, 2025, 2035
BENEFIT_LEVEL = 1.0
WHOLE = "万达开"
OUTSIDE_PLACES = frozenset(["成都", "重庆", "西安", "襄阳", "北部湾", "秦巴山区"])
PLACE_OWNERS: dict[str, str | None] = {
    **dict.fromkeys(
        (
            "达州",
            "开江",
            "大竹",
            "渠县",
            "达州高新区",
            "秦巴(达州)国际无水港",
            "达州机场",
            "达州燃气发电",
            "渠江",
            "州河",
            "巴河",
            "明月山",
            "华蓥山",
            "铜锣山",
            "巴山大峡谷",
        ),
        "dazhou",
    ),
    **dict.fromkeys(
        ("开州", "竹溪", "九龙山", "浦里新区", "开州港区", "南河", "浦里河", "小江", "南山"),
        "kaizhou",
    ),
    "三峡库区": None,
}
PLACE_ALIASES = {
    "万州五桥": "万州五桥机场",
    "万州新田": "新田作业区",
    "万州(recall)": "万州",
    "达州(recall)": "达州",
}
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
_RULES = (
    DebtRule(
        id="sichuan-debt-ratio",
        title=Title(
            en="Sichuan: debt within 120 % of resources (lowest band, as a limit)",
            zh="四川:债务率不超过120%(控制在绿档)",
        ),
        jurisdictions=("dazhou",),
        terms=(QuantityTerm(quantity=Quantity.BALANCE),),
        base=(ItemTerm(item="comprehensive_capacity"),),
        ratio=1.2,
        source="assumption: the two provinces differ in their own limits; none is printed",
    ),
    DebtRule(
        id="chongqing-special-service",
        title=Title(
            en="Chongqing: special-debt service within 60 % of the government fund",
            zh="重庆:专项债务还本付息不超过政府性基金收入的60%",
        ),
        jurisdictions=("wanzhou", "kaizhou"),
        terms=(QuantityTerm(quantity=Quantity.SERVICE, pools=("special",)),),
        base=(ItemTerm(item="fund_revenue"),),
        ratio=0.6,
        source="assumption: the two provinces differ in their own limits; none is printed",
    ),
)


def settings() -> Settings:
    """Years to 2025, then two five-year phases; 30-year bonds are repaid by 2065."""
    phases = [
        *yearly(FIRST_YEAR, TARGET_YEAR),
        later_phase("fyp15", 2026, 2030),
        later_phase("fyp16", 2031, 2035),
    ]
    return Settings(
        id="wan-da-kai",
        title=Title(
            en="Wanzhou, Dazhou and Kaizhou: coordinated development, goals to 2035",
            zh="万达开地区统筹发展总体方案(展望2035年)",
        ),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=FIRST_YEAR,
        horizon=Horizon(phases=tuple(phases)),
        appraisal=Appraisal(discount_rate=0.08, cost_escalation=0.01, end_year=2057),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance=Finance(tail_growth=0.02, rules=_RULES, capital_ratio_sets=("china",)),
        sources=(
            SourceDocument(
                id="004",
                title=Title(
                    en="Plan for the coordinated development of Wanzhou, Dazhou and Kaizhou",
                    zh="万达开地区统筹发展总体方案",
                ),
                issued="渝府发〔2023〕9号, 2023-03-11",
            ),
        ),
    )


RATES = {"general": 0.027, "special": 0.029, "long": 0.030}
RATES_SOURCE = "rate assumed between about 3 % of 2023 and 1.75-2.06 % published in July 2025"
ASSUMED = (
    "assumption: the document has no accounts; scaled by GDP (428.3 billion CNY together, stated, "
    "2022) from published figures of Tongliang 2023"
)
LOAN_SECTORS = ("water", "energy", "digital", "environment", "municipal", "logistics")


def _accounts(
    leader: str, prefix: str, english: str, chinese: str, people: float, size: float
) -> Accounts:
    """Accounts of a government `size` times that of Kaizhou."""

    def of(value: float) -> float:
        return round(value * size, 2)

    return Accounts(
        leader=leader,
        prefix=prefix,
        name_en=english,
        name_zh=chinese,
        population=people,
        population_source="assumption; 8.148 million in all (stated, 2022)",
        first_year=FIRST_YEAR,
        last_year=PLAN_END,
        flows={
            "own-budget": (of(4.2), 0.02),
            "transfers": (of(0.5), 0.02),
            "gov-fund": (of(4.3), 0.01),
            "utilities": (of(0.3), 0.02),
        },
        items={
            "general_revenue": (of(26.0), 0.04),
            "transfers": (of(66.0), 0.03),
            "fund_revenue": (of(34.0), 0.01),
            "general_expenditure": (of(110.0), 0.03),
            "fund_expenditure": (of(46.0), 0.01),
            "comprehensive_capacity": (of(126.0), 0.03),
        },
        general=OldDebt(
            of(60.0),
            13,
            0.033,
            ceiling=of(66.0),
            quota=of(0.8),
            quota_later=of(0.8),
            quota_until=2025,
        ),
        special=OldDebt(
            of(56.0),
            15,
            0.034,
            ceiling=of(62.0),
            quota=of(2.5),
            quota_later=of(1.5),
            quota_until=2025,
        ),
        rates=RATES,
        rates_source=RATES_SOURCE,
        assumed=ASSUMED,
        opening={"own-budget": of(2.0), "gov-fund": of(2.0)},
        long_tenor=30,
        loan=Loan(
            0.039,
            20,
            3,
            of(0.6),
            "assumption: the text speaks of loans and enterprise bonds without sums",
            LOAN_SECTORS,
        ),
    )


ACCOUNTS = (
    _accounts("wanzhou", "wz-", "Wanzhou district (Chongqing)", "万州区", 1560000, 1.6),
    _accounts("kaizhou", "kz-", "Kaizhou district (Chongqing)", "开州区", 1190000, 1.0),
    _accounts("dazhou", "dz-", "Dazhou city (Sichuan)", "达州市", 5400000, 3.4),
)


def _agreements(book: Book) -> list[Agreement]:
    """Consent of every partner for joint works that no outsider helps to pay."""
    return [
        Agreement(
            project=project.id,
            consent="project",
            source="004: cost sharing and benefit sharing; consent of each partner assumed",
        )
        for project in book.projects
        if book.partners[project.id]
        and book.profiles[project.id] == "local"
        and project.stage is not Stage.UNDER_CONSTRUCTION
    ]


def money(book: Book) -> dict[str, Any]:
    """Payers, funds and debt of the three governments."""
    earning = set(earning_projects(book.projects, book.profiles))
    tables = joined(
        *(
            tables_of(of, tuple(i for i in paid_by(book, of.leader) if i in earning))
            for of in ACCOUNTS
        )
    )
    tables["jurisdictions"] = [*tables["jurisdictions"], *outside_payers()]
    land = tuple(f"{of.prefix}gov-fund" for of in ACCOUNTS)
    return {**tables, "agreements": _agreements(book), "scenarios": stress_scenarios(land)}


PAGE_EN = """
## What is stated, estimated, assumed

**Stated** in the document (渝府发〔2023〕9号): the projects, their verbs and most places; 428.3 billion CNY
of GDP and 8.148 million people (2022); goals without figures for works. It prints no cost, no length,
no budget and no debt.

**Assumed** (quality `assumption`): every size and with it every cost (`cost_basis` says size and type:
the usual size of its kind, three times that for programmes of all three areas, or a length taken from
the map); every benefit (cost x starting ratio of its type, placed by documented features); stages read
from the verbs, as in the other instances.

- **Three governments, two provinces.** Works of one are paid by it. Joint works have a leader and
  partners (`shares.csv`): 25, 60 and 15 % by population for works of the whole area, by length for lines,
  in equal parts for works of two. Benefits are shared as the cost is. `agreements.csv` asks the consent
  of each partner for joint works that no outsider helps to pay. Accounts are scaled by GDP; ceilings, quotas and rates assumed.
- **Different debt rules.** All obey the rule set `china`. Dazhou also keeps its debt within 120 % of its
  resources, Wanzhou and Kaizhou the service of special debt within 60 % of the government fund: assumed
  examples of provincial limits, written as rules of the instance without code.
- **Networks** of travel, freight to the lower Yangtze and water: the text prints no flows, times or
  capacities, all figures are assumptions. Projects that change a network have their benefit from it; a
  share of the column is kept for what the network does not see (told in each project's note).
- Prices of missing a target are assumed. Construction cost rises 1 % a year above prices; 30 works can
  begin in a year. Debt is tested to its last repayment, 2065.
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:项目名称、推进动词与大部分地点,2022年地区生产总值4283.2亿元、人口814.8万;没有造价、规模、财政与
  债务数据。
- **假设**(assumption):全部规模与造价、效益率、阶段判读、出资比例、财政与债务数据(按地区生产总值折算)。
- **三个政府、两省市**:共建项目按人口(25∶60∶15)、里程或对半分担,效益按同一比例分享;无外部出资的共建项目须各方同意。
  均适用规则集 `china`;达州另控制债务率120%以内,万州、开州专项债还本付息不超过政府性基金收入60%(假设示例)。
- **网络**(出行、货运、供水):原文没有流量、时间和能力数据,全部为假设;进入网络的项目,其效益由网络计算,
  原效益栏只保留一部分。
- 债务检验到2065年(最后一笔到期)。
"""
