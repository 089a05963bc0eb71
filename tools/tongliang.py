"""Decisions for instances/tongliang (document 002: Tongliang plan for the Twin-City circle)."""

from __future__ import annotations

from typing import Any

from models.funding import Fund, Inflow, Instrument, Pool
from models.horizon import Appraisal, Horizon, Phase, Title
from models.instance import Settings, SourceDocument
from models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from models.project import Stage
from models.relation import RelationType
from models.scenario import Change, Scenario
from tools.common import outside_payers, path, target

DOCUMENT = "002"
LEADER = "tongliang"
FIRST_YEAR = 2023
PLAN_END = 2035

_UMBRELLA = "umbrella item of the text; its parts are projects of their own"
LEFT_OUT = {
    "tl-rail-network-2-2-1-2": _UMBRELLA,
    "tl-expwy-network-1-7-2": _UMBRELLA,
    "tl-uhv-channel": _UMBRELLA,
    "tl-urban-rural-supply": _UMBRELLA,
}
STANDS_FOR = {"tl-uhv-channel": "tl-uhv-1000kv"}
SIZES: dict[str, tuple[float | None, str | None, str]] = {
    "tl-chengyu-midline-hsr": (24.0, None, "length inside the district assumed"),
    "tl-yusuimian-hsr": (26.0, None, "length inside the district assumed"),
    "tl-bitong-line": (28.0, None, "length inside the district assumed"),
    "tl-dazu-line": (20.0, None, "length inside the district assumed"),
    "tl-west-ring2-rail": (
        22.0,
        "rail_conv_single_120",
        "existing line adapted: conventional cost",
    ),
    "tl-hanzhong-luzhou-intercity": (
        26.0,
        "hsr_350_mountain",
        "length inside the district assumed",
    ),
    "tl-tuanjiecun-chengdu-freight-rail": (28.0, None, "length inside the district assumed"),
    "tl-bitong-extension": (24.0, None, "length inside the district assumed"),
    "tl-tongan-expwy": (27.0, None, "length inside the district assumed"),
    "tl-yusui-expwy-expansion": (22.0, None, "length inside the district assumed"),
    "tl-newairport-expwy": (12.0, None, "length inside the district assumed"),
    "tl-tram-1": (10.0, "road_class1", "guided tram on road: cost of a class-1 road assumed"),
    "tl-rural-roads-300km": (300.0, None, ""),
    "tl-highstd-farmland": (50000.0, None, ""),
    "tl-uhv-1000kv": (1.0, "substation_1000kV", "station share inside the district"),
    "tl-500kv-outgoing": (40.0, "line_500kV", "length assumed"),
    "tl-sub220-wenqu": (1.0, "substation_220kV", ""),
    "tl-sub110-huaiyang": (1.0, "substation_110kV", ""),
    "tl-sub110-layout": (3.0, "substation_110kV", "three stations assumed"),
    "tl-sub35-layout": (3.0, "substation_35kV", "three stations assumed"),
    "tl-shale-gas": (
        3.0,
        "gas_field",
        "capacity works for 1 billion m3 a year: three blocks assumed",
    ),
    "tl-bess": (200000.0, None, "200 MWh assumed"),
    "tl-user-storage": (60000.0, None, "60 MWh assumed"),
    "tl-pv-storage-charging": (20000.0, None, "20 MWh in all assumed"),
    "tl-shale-distributed-energy": (50000.0, None, "50 MW assumed"),
    "tl-yuxi-water-allocation": (20.0, None, "trunk length inside the district assumed"),
    "tl-changzhengqu": (18.0, "canal_trunk", "length inside the district assumed"),
    "tl-tongxinqiao-reservoir": (0.5, "reservoir_medium", "size class assumed"),
    "tl-sanchakou-reservoir": (0.5, "reservoir_medium", "size class assumed"),
    "tl-taiping-waterworks-1": (5.0, None, "half of the stated new 100,000 m3/d assumed"),
    "tl-tongxinqiao-waterworks-1": (5.0, None, "half of the stated new 100,000 m3/d assumed"),
    "tl-sewage-plant-4": (3.0, None, "30,000 m3/d assumed"),
    "tl-reclaimed-water": (1.0, None, "10,000 m3/d assumed"),
    "tl-fujiang-waterway": (35.0, None, "length inside the district assumed"),
    "tl-station-hub": (1.0, "station_hub", ""),
    "tl-chuanyu-logistics-channel": (24.0, None, "length assumed"),
}
UNIT_TYPES: dict[tuple[str, str], str] = {}
HALVES = {"tl-rural-roads-300km", "tl-highstd-farmland", "tl-bess", "tl-user-storage"}
LEAD_TIMES = {"tl-sanchakou-reservoir": 3}
OUTPUTS: dict[str, dict[str, float]] = {
    "tl-chengyu-midline-hsr": {"midline_hsr": 1.0},
    "tl-tongan-expwy": {"expressway_km": 27.0},
    "tl-newairport-expwy": {"expressway_km": 12.0},
    "tl-taiping-waterworks-1": {"supply_m3_day": 50000.0},
    "tl-tongxinqiao-waterworks-1": {"supply_m3_day": 50000.0},
    "tl-uhv-1000kv": {"uhv_stations": 1.0},
    "tl-shale-gas": {"shale_gas_bcm": 1.0},
    "tl-rural-roads-300km": {"rural_road_km": 300.0},
    "tl-rural-drinking-water": {"rural_tap_water_pct": 4.0},
    "tl-highstd-farmland": {"farmland_10k_mu": 5.0},
}
BENEFIT_FACTORS: dict[str, float] = {}
NOTES = {
    "tl-newairport-expwy": "rests on the new Chongqing airport, which is outside the plan",
    "tl-yusuimian-hsr": "the text only strives for a start by 2027",
}
RELATION_TYPES: dict[tuple[str, str], RelationType] = {
    ("tl-bitong-line", "tl-bitong-extension"): RelationType.FINISH_TO_FINISH,
}
PAYER_OVERRIDES = {
    "tl-tram-1": "local",
    "tl-west-ring2-rail": "rail_conv",
    "tl-hanzhong-luzhou-intercity": "rail_hsr",
}


def _target(
    name: str,
    titles: tuple[str, str],
    metric: str,
    value: float,
    unit: str,
    price: float,
    source: str,
    **more: Any,
) -> dict[str, Any]:
    return target(
        DOCUMENT, name, titles, metric, value, unit, price, year=2027, source=source, **more
    )


TARGETS = [
    _target(
        "midline-hsr",
        ("Mid-line HSR in service", "成渝中线高铁建成投运"),
        "midline_hsr",
        1.0,
        "条",
        20.0,
        "二(二)1",
    ),
    _target(
        "expressway",
        ("Expressway open to traffic", "高速公路通车里程"),
        "expressway_km",
        190.0,
        "km",
        0.2,
        "二(二)",
        existing=151.0,
    ),
    _target(
        "new-supply",
        ("New daily water supply", "新增日供水能力"),
        "supply_m3_day",
        100000.0,
        "m3/d",
        0.00003,
        "二(二)",
    ),
    _target(
        "total-supply",
        ("Daily water supply", "日供水能力"),
        "supply_m3_day",
        200000.0,
        "m3/d",
        0.00002,
        "二(二)",
        existing=100000.0,
    ),
    _target(
        "uhv",
        ("1000 kV UHV in service", "1000千伏特高压建成投运"),
        "uhv_stations",
        1.0,
        "座",
        10.0,
        "二(二)",
    ),
    _target(
        "shale-gas",
        ("Shale gas, yearly output", "页岩气年产量"),
        "shale_gas_bcm",
        1.0,
        "10亿m3",
        5.0,
        "二(二)",
    ),
    _target(
        "rural-roads",
        ("Rural roads rebuilt", "改建农村公路"),
        "rural_road_km",
        300.0,
        "km",
        0.005,
        "二(二)",
    ),
    _target(
        "rural-tap-water",
        ("Rural tap water", "农村自来水普及率"),
        "rural_tap_water_pct",
        96.0,
        "%",
        0.2,
        "二(二)",
        existing=92.0,
    ),
    _target(
        "farmland",
        ("High-standard farmland", "高标准农田"),
        "farmland_10k_mu",
        5.0,
        "万亩",
        0.02,
        "二",
    ),
]


def settings() -> Settings:
    """Horizon by year to 2027, then 2028-2030 and 2031-2035."""
    years = [
        Phase(id=f"y{y}", title=Title(en=str(y), zh=f"{y}年"), first_year=y, last_year=y)
        for y in range(2023, 2028)
    ]
    later = [
        Phase(
            id="p2030",
            title=Title(en="2028-2030", zh="2028—2030年"),
            first_year=2028,
            last_year=2030,
        ),
        Phase(
            id="p2035",
            title=Title(en="2031-2035", zh="2031—2035年"),
            first_year=2031,
            last_year=2035,
        ),
    ]
    return Settings(
        id="tongliang",
        title=Title(
            en="Tongliang district, Chongqing: Twin-City action plan 2023-2027 and outlook to 2035",
            zh="重庆市铜梁区推动成渝地区双城经济圈建设行动方案(2023—2027年)",
        ),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=2023,
        horizon=Horizon(phases=(*years, *later)),
        appraisal=Appraisal(discount_rate=0.08, end_year=2060),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance={"tail_growth": 0.02},
        sources=(
            SourceDocument(
                id="002",
                title=Title(
                    en="Tongliang implementation plan for the Chengdu-Chongqing Twin-City circle",
                    zh="铜梁区推动成渝地区双城经济圈建设行动实施方案(2023—2027年)",
                ),
                issued="铜府〔2023〕90号, 2023-06-19",
            ),
        ),
    )


_STATED = "published 2023 budget of Tongliang"
_ASSUMED = "assumption, scaled from the published 2023 budget of Tongliang"


def money() -> dict[str, Any]:
    """2023 quotas, own revenue and total resources are published; the rest is assumed."""
    span = (FIRST_YEAR, PLAN_END)
    jurisdictions = [
        Jurisdiction(
            id=LEADER,
            name_en="Tongliang district",
            name_zh="铜梁区",
            population=690000,
            rule_sets=("china",),
            source="population about 0.69 million: assumption",
        ),
        *outside_payers(),
    ]
    funds = (
        Fund(
            id="own-budget",
            name_en="General public budget for capital and debt service",
            name_zh="一般公共预算建设与偿债资金",
            jurisdiction=LEADER,
            opening_balance=1.5,
            minimum_balance=0.5,
            source=_ASSUMED,
        ),
        Fund(
            id="upper-transfers",
            name_en="Earmarked transfers from above",
            name_zh="上级专项转移支付",
            jurisdiction=LEADER,
            kind="transfer",
            max_share=0.5,
            lapse_years=2,
            sectors=("transport", "water", "environment"),
            source=_ASSUMED,
        ),
        Fund(
            id="gov-fund",
            name_en="Government fund (land revenue)",
            name_zh="政府性基金(土地出让)",
            jurisdiction=LEADER,
            kind="land",
            opening_balance=2.0,
            source=_ASSUMED,
        ),
        Fund(
            id="user-pay",
            name_en="Utility companies' own money",
            name_zh="公用事业企业自筹",
            jurisdiction=LEADER,
            kind="private",
            max_share=0.4,
            sectors=("water", "environment", "energy", "digital"),
            source=_ASSUMED,
        ),
    )
    flows = {
        "own-budget": path(*span, 6.5, 0.02),
        "upper-transfers": path(*span, 4.0, 0.02),
        "gov-fund": path(*span, 12.0, 0.01),
        "user-pay": path(*span, 2.0, 0.02),
    }
    inflows = tuple(
        Inflow(fund=fund, year=year, value=value, source=_ASSUMED)
        for fund, values in flows.items()
        for year, value in values.items()
    )
    items = {
        "general_revenue": path(*span, 42.1, 0.03),
        "comprehensive_capacity": path(*span, 107.61, 0.025),
        "general_expenditure": path(*span, 78.0, 0.025),
        "fund_expenditure": path(*span, 52.0, 0.01),
    }
    known = {("general_revenue", FIRST_YEAR), ("comprehensive_capacity", FIRST_YEAR)}
    fiscal = tuple(
        FiscalItem(
            jurisdiction=LEADER,
            item=item,
            year=year,
            value=value,
            quality="stated" if (item, year) in known else "assumption",
            source=_STATED if (item, year) in known else _ASSUMED,
        )
        for item, values in items.items()
        for year, value in values.items()
    )
    pools = (
        Pool(
            id="general",
            name_en="General debt",
            name_zh="一般债务",
            service_funds={LEADER: "own-budget"},
        ),
        Pool(
            id="special",
            name_en="Special debt",
            name_zh="专项债务",
            service_funds={LEADER: "gov-fund"},
        ),
    )
    instruments = (
        Instrument(
            id="general-bond",
            name_en="General bond, 10 years",
            name_zh="一般债券(10年)",
            jurisdiction=LEADER,
            pool="general",
            kernel="bullet",
            tenor=10,
            rate=0.0280,
            source="rate assumed for 2023; published 1.75 % in July 2025",
        ),
        Instrument(
            id="special-bond",
            name_en="Special bond, 15 years",
            name_zh="专项债券(15年)",
            jurisdiction=LEADER,
            pool="special",
            kernel="bullet",
            tenor=15,
            rate=0.0300,
            max_share=0.8,
            source="rate assumed for 2023; published 1.95 % in July 2025",
        ),
        Instrument(
            id="water-revenue-bond",
            name_en="Special bond of waterworks, 20 years",
            name_zh="水厂专项债券(20年)",
            jurisdiction=LEADER,
            pool="special",
            kernel="equal_principal",
            tenor=20,
            grace=3,
            rate=0.0310,
            tagged=True,
            coverage=1.2,
            max_share=0.8,
            projects=("tl-taiping-waterworks-1", "tl-tongxinqiao-waterworks-1"),
            source="coverage 1.2 as usual for special bonds (unverified)",
        ),
        Instrument(
            id="general-refinancing",
            name_en="Refinancing bond, general",
            name_zh="再融资一般债券",
            jurisdiction=LEADER,
            pool="general",
            kernel="bullet",
            tenor=10,
            rate=0.0280,
            refinancing=True,
            refinancing_share=0.9,
            uses_quota=False,
            source="share of refinancing assumed",
        ),
        Instrument(
            id="special-refinancing",
            name_en="Refinancing bond, special",
            name_zh="再融资专项债券",
            jurisdiction=LEADER,
            pool="special",
            kernel="bullet",
            tenor=10,
            rate=0.0290,
            refinancing=True,
            refinancing_share=0.8,
            uses_quota=False,
            source="share of refinancing assumed",
        ),
    )
    debt = []
    for t in range(PLAN_END - FIRST_YEAR + 1):
        year = FIRST_YEAR + t
        general, special = max(0.0, 36.0 - 3.0 * t), max(0.0, 96.0 - 8.0 * t)
        known_year = t == 0
        debt.append(
            DebtPosition(
                jurisdiction=LEADER,
                pool="general",
                year=year,
                opening_balance=36.0 if t == 0 else None,
                principal_due=min(3.0, general),
                interest_due=round(general * 0.031, 4),
                ceiling=round(40.0 + 2.84 * (t + 1), 3),
                new_quota=2.84,
                quality="stated" if known_year else "assumption",
                source="new quota 2.84 of 2023 published; balances assumed"
                if known_year
                else _ASSUMED,
            )
        )
        debt.append(
            DebtPosition(
                jurisdiction=LEADER,
                pool="special",
                year=year,
                opening_balance=96.0 if t == 0 else None,
                principal_due=min(8.0, special),
                interest_due=round(special * 0.033, 4),
                ceiling=round(102.0 + (35.32 if t == 0 else 35.32 + 12.0 * t), 3),
                new_quota=35.32 if t == 0 else 12.0,
                quality="stated" if known_year else "assumption",
                source="new quota 35.32 of 2023 published; balances assumed"
                if known_year
                else _ASSUMED,
            )
        )
    scenarios = (
        Scenario(
            id="land-half",
            title=Title(en="Land revenue 30 % lower", zh="土地收入减少30%"),
            changes=(
                Change(
                    table="inflows",
                    where={"fund": "gov-fund"},
                    field="value",
                    operation="multiply",
                    value=0.7,
                ),
            ),
        ),
    )
    return {
        "jurisdictions": tuple(jurisdictions),
        "funds": funds,
        "inflows": inflows,
        "fiscal": fiscal,
        "pools": pools,
        "instruments": instruments,
        "debt": tuple(debt),
        "scenarios": scenarios,
    }


PAGE_EN = """
## What is stated, estimated, assumed

- **Stated** in the document: projects, places, stages, targets (190 km of expressway, 100,000 m3/d of
  new water supply and over 200,000 t/d in all, 300 km of rural road, 1 billion m3 of shale gas, ...).
- **Stated** in the published 2023 budget: new quota of special debt 35.32 and of general debt 2.84,
  own revenue 42.1, total resources 107.61 (all in 100 million CNY).
- **Estimated**: costs = stated size x unit cost of its type, with low, mid and high.
- **Assumed**, and labelled so: sizes that the document does not print (lengths inside the district),
  benefits as a share of cost, the split between payers, old debt and fiscal figures after 2023.
- Existing expressway of 151 km and existing supply of 100,000 m3/d are assumed as the difference
  between the stated totals and the stated or assumed additions.
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:项目、地点、阶段与目标(高速公路190公里、新增日供水10万立方米且总量20万吨/日以上、农村公路300公里等)。
- **公开预算载明(2023年)**:专项债务新增限额35.32亿元、一般债务新增限额2.84亿元、本级收入42.1亿元、财力总量107.61亿元。
- **估算**:造价=规模×单位造价,给出低、中、高三值;未载明的规模、效益比例、出资比例、存量债务及2023年以后财政数据均为**假设**并已标注。
"""
