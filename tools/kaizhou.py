"""Decisions for instances/kaizhou (document 003: 14th Five-Year Plan of Kaizhou district)."""

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

DOCUMENT = "003"
LEADER = "kaizhou"
FIRST_YEAR = 2021
PLAN_END = 2035

_UMBRELLA = "umbrella item of the text; its parts are projects of their own"
_TWICE = "the text names it twice under two names; the other row stands for both"
LEFT_OUT = {
    "kz-road-trunk-g243-s202": _UMBRELLA,
    "kz-road-city-expressway-loop": _UMBRELLA + " (north ring sections 3 and 4)",
    "kz-road-guojia-transit": "part of north ring section 3 by the text's own gloss",
    "kz-road-life-protection": _TWICE,
    "kz-rail-intercity-loop": _UMBRELLA + " (the two loop railways)",
    "kz-hub-kaizhou-port": _UMBRELLA + " (port works are projects of their own)",
    "kz-irr-modern": _UMBRELLA,
    "kz-wtr-integrated-grid": _UMBRELLA,
    "kz-wtr-wtp-gap": _UMBRELLA + " (the named waterworks)",
    "kz-pwr-rural-grid": _TWICE,
    "kz-gas-village-cover": _UMBRELLA + " (the three township networks)",
    "kz-gas-kaizhou-resource": _UMBRELLA + " (fields and wells)",
    "kz-dig-ops-center": _TWICE,
    "kz-dig-middle-platform": _TWICE,
    "kz-dig-migrant-security": _TWICE,
    "kz-env-source-standard": _TWICE,
    "kz-area-zhaojia-group": "an area of Puli New Area, inside its development project",
    "kz-area-changsha-group": "an area of Puli New Area, inside its development project",
    "kz-area-lingang-group": "an area of Puli New Area, inside its development project",
    "kz-flood-town-standards": _UMBRELLA + " (named levees and river works)",
    "kz-flood-torrent-prevention": _UMBRELLA + " (the five torrent gullies)",
    "kz-flood-rural-water-system": _UMBRELLA + " (the twelve water systems)",
}
STANDS_FOR = {
    "kz-road-life-protection": "kz-road-safety500",
    "kz-pwr-rural-grid": "kz-pwr-rural-network",
    "kz-dig-ops-center": "kz-dig-smart-ops-center",
    "kz-dig-middle-platform": "kz-dig-gov-middle",
    "kz-dig-migrant-security": "kz-dig-resettle-security",
    "kz-env-source-standard": "kz-env-source-jdp",
    "kz-road-guojia-transit": "kz-road-northring3",
    "kz-road-city-expressway-loop": "kz-road-northring3",
}

# Sizes decided by hand: (quantity in the type's unit, type or None, why).
SIZES: dict[str, tuple[float | None, str | None, str]] = {
    "kz-rail-yuxi": (
        38.0,
        None,
        "length inside the district assumed so that both lines make 68 km",
    ),
    "kz-rail-chengdawan": (30.0, None, "length inside the district assumed; both lines make 68 km"),
    "kz-exp-kaicheng": (48.0, None, "length assumed; the four lines make the stated 150 km"),
    "kz-exp-wuyunkai": (37.0, None, "length assumed; the four lines make the stated 150 km"),
    "kz-exp-kailiang": (35.0, None, "length assumed; the four lines make the stated 150 km"),
    "kz-exp-wanda-direct": (30.0, None, "length assumed; the four lines make the stated 150 km"),
    "kz-road-jiangdongpu3": (36.0, None, "three corridors of 12 km assumed"),
    "kz-res-tiaodeng": (1.0, "reservoir_medium", "size class assumed medium"),
    "kz-res-tianbai": (0.5, "reservoir_medium", "size class assumed small to medium"),
    "kz-res-shangyou": (0.5, "reservoir_medium", "size class assumed small to medium"),
    "kz-res-shuangshigang": (0.5, "reservoir_medium", "size class assumed small to medium"),
    "kz-res-shuizhugou": (0.5, "reservoir_medium", "size class assumed small to medium"),
    "kz-res-liping": (0.6, "reservoir_medium", "size class assumed small to medium"),
    "kz-res-mazhaying": (0.5, "reservoir_medium", "size class assumed small to medium"),
    "kz-res-kouquan": (0.5, "reservoir_medium", "size class assumed small to medium"),
    "kz-env-sewer-urban100": (100.0, None, ""),
    "kz-env-wwtp-rural37": (37.0, "sewage_works_rural", ""),
    "kz-wtr-rural26": (26.0, None, ""),
    "kz-wtr-rural171": (171.0, None, ""),
    "kz-road-rural700": (700.0, None, ""),
    "kz-road-safety500": (500.0, None, ""),
    "kz-env-toilet1700": (1700.0, None, ""),
    "kz-agr-highstd": (400000.0, None, ""),
    "kz-gas-old100": (100.0, "gas_renewal", ""),
    "kz-dig-5g": (4000.0, None, "cumulative count stated; stations of 2020 not known"),
    "kz-area-puli-near25": (6.0, None, "new serviced area to 2025 assumed of the stated 25 km2"),
    "kz-area-puli-far50": (10.0, None, "further serviced area assumed of the stated 50 km2"),
    "kz-env-land-other8": (8.0, None, ""),
    "kz-flood-gully-other4": (4.0, None, ""),
    "kz-flood-system-other11": (11.0, "torrent_gully", "taken like small stream works"),
    "kz-flood-dujiagou": (1.0, "torrent_gully", "taken like small stream works"),
    "kz-env-source-other7": (3.5, None, "half a programme for each of the seven towns assumed"),
    "kz-env-outfall-fengle7": (
        1.4,
        None,
        "a fifth of a programme for each of seven outfalls assumed",
    ),
}
UNIT_TYPES: dict[tuple[str, str], str] = {}
HALVES = {
    "kz-road-rural700",
    "kz-road-safety500",
    "kz-env-toilet1700",
    "kz-agr-highstd",
    "kz-gas-old100",
    "kz-dig-5g",
    "kz-env-sewer-urban100",
    "kz-wtr-rural171",
    "kz-env-wwtp-rural37",
    "kz-road-jiangdongpu3",
    "kz-area-puli-near25",
}
OUTPUTS: dict[str, dict[str, float]] = {
    "kz-rail-yuxi": {"rail_km": 38.0},
    "kz-rail-chengdawan": {"rail_km": 30.0},
    "kz-exp-kaicheng": {"expressway_km": 48.0},
    "kz-exp-wuyunkai": {"expressway_km": 37.0},
    "kz-exp-kailiang": {"expressway_km": 35.0},
    "kz-exp-wanda-direct": {"expressway_km": 30.0},
    "kz-exp-tongxuankai": {"expressway_km": 35.0},
    "kz-exp-kaiwanyuan": {"expressway_km": 35.0},
    "kz-exp-kaiyun": {"expressway_km": 35.0},
    "kz-exp-ring": {"expressway_km": 35.0},
    "kz-road-jiangdongpu3": {"fast_corridors": 3.0},
    "kz-road-rural700": {"rural_road_km": 700.0},
    "kz-road-safety500": {"road_safety_km": 500.0},
    "kz-res-tianbai": {"water_supply_m3": 1000.0},
    "kz-res-shangyou": {"water_supply_m3": 1000.0},
    "kz-res-shuangshigang": {"water_supply_m3": 1000.0},
    "kz-res-shuizhugou": {"water_supply_m3": 1000.0},
    "kz-res-tiaodeng": {"water_supply_m3": 3000.0},
    "kz-res-liping": {"water_supply_m3": 1300.0},
    "kz-res-mazhaying": {"water_supply_m3": 1000.0},
    "kz-res-kouquan": {"water_supply_m3": 900.0},
    "kz-res-fude": {"water_supply_m3": 300.0},
    "kz-res-ximatan": {"water_supply_m3": 300.0},
    "kz-res-wubaiti": {"water_supply_m3": 300.0},
    "kz-res-yemaodong": {"water_supply_m3": 300.0},
    "kz-res-shiguanmen": {"water_supply_m3": 300.0},
    "kz-res-heigouwan": {"water_supply_m3": 300.0},
    "kz-wtr-rural26": {"rural_schemes_renewed": 26.0, "rural_tap_water_pct": 3.0},
    "kz-wtr-rural171": {"rural_schemes_new": 171.0, "rural_tap_water_pct": 4.0},
    "kz-wtr-rural-safety": {"rural_tap_water_pct": 2.0},
    "kz-wtr-rural-small-std": {"rural_tap_water_pct": 1.0},
    **{
        f"kz-wtr-wtp-{town}": {"waterworks": 1.0, "rural_tap_water_pct": 0.4}
        for town in (
            "dunhao",
            "heqian",
            "tieqiao",
            "baiqiao",
            "yihe",
            "nanya",
            "xuebaoshan",
            "maweicao",
            "mazhaying",
        )
    },
    "kz-flood-lizigou": {"torrent_gullies": 1.0},
    "kz-flood-gully-other4": {"torrent_gullies": 4.0},
    "kz-flood-dujiagou": {"water_systems": 1.0},
    "kz-flood-system-other11": {"water_systems": 11.0},
    "kz-env-source-sanhuikou": {"town_sources": 1.0},
    "kz-env-source-other7": {"town_sources": 7.0},
    "kz-agr-highstd": {"farmland_10k_mu": 40.0},
    "kz-env-wwtp-rural37": {"rural_sewage_works": 37.0},
    "kz-env-sewer-urban100": {"sewers_renewed_km": 100.0},
    "kz-env-toilet1700": {"toilets_converted": 1700.0},
    "kz-env-land-shilong": {"land_projects": 1.0},
    "kz-env-land-other8": {"land_projects": 8.0},
    **{
        f"kz-env-rainsewer-{town}": {"towns_with_split_sewers": 1.0}
        for town in (
            "yuexi",
            "jinfeng",
            "nanmen",
            "tanjia",
            "heyan",
            "baiqiao",
            "manyue",
            "xuebaoshan",
            "guanmian",
            "wenquan-dongping",
        )
    },
    "kz-env-outfall-fengle7": {"outfalls": 7.0},
    **{
        f"kz-pwr-110-{town}": {"substations_110kv": 1.0}
        for town in ("linjiang", "chenjia", "fengtai", "baihe")
    },
    **{
        f"kz-pwr-35-{town}": {"substations_35kv": 1.0}
        for town in ("gaoqiao", "zhongxing", "baiqiao")
    },
    **{f"kz-pv-{town}": {"pv_kw": 20000.0} for town in ("guojia", "tanjia", "guanmian", "heyan")},
    **{
        f"kz-wind-{town}": {"wind_kw": 25000.0}
        for town in ("dajin", "heqian", "baiqiao", "jiulongshan")
    },
    **{f"kz-bio-{area}": {"biomass_kw": 7000.0} for area in ("puli", "dongli", "jiangli")},
    "kz-gas-old100": {"gas_neighbourhoods": 100.0},
    "kz-dig-5g": {"base_stations_5g": 4000.0},
}
BENEFIT_FACTORS: dict[str, float] = {}
LEAD_TIMES = {
    # The plan has both lines under way and 68 km in service in 2025: four years, not the usual five.
    "kz-rail-yuxi": 4,
    "kz-rail-chengdawan": 4,
}
NOTES = {
    "kz-pv-guojia": "group total printed as 5-10 kW, presumably 50-100 MW; 20 MW a site assumed",
    "kz-wind-dajin": "group total printed as 10 kW, presumably 100 MW; 25 MW a site assumed",
    "kz-bio-puli": "three plants printed as 2 kW together, presumably 20 MW; 7 MW each assumed",
    "kz-dig-5g": "printed as 40005G, read as 4,000 5G base stations in all",
    "kz-exp-tongxuankai": "the text only strives for a start by 2025",
}
RELATION_TYPES: dict[tuple[str, str], RelationType] = {
    # A later section may begin with the earlier one, not before.
    ("kz-road-guanmian-shuanghekou", "kz-road-guanmian-chechang"): RelationType.START_TO_START,
    ("kz-area-puli-near25", "kz-area-puli-far50"): RelationType.FINISH_TO_START,
    ("kz-port-baijiaxi1-silo", "kz-port-baijiaxi-expand"): RelationType.START_TO_START,
}
PAYER_OVERRIDES: dict[str, str] = {"kz-agr-mechanised": "ecology"}


def _target(
    name: str,
    en: str,
    zh: str,
    metric: str,
    value: float,
    unit: str,
    price: float,
    *,
    year: int = 2025,
    source: str,
    **more: Any,
) -> dict[str, Any]:
    return target(
        DOCUMENT, name, (en, zh), metric, value, unit, price, year=year, source=source, **more
    )


_KEY = ("transport", "water", "energy", "digital")
TARGETS = [
    _target(
        "investment",
        "Investment in key infrastructure",
        "重点基础设施投资",
        "investment",
        874.0,
        "亿元",
        0.02,
        source="第八篇",
        sectors=_KEY,
        from_year=2021,
    ),
    _target(
        "projects",
        "Key infrastructure projects started",
        "实施重点基础设施项目",
        "projects_started",
        220.0,
        "个",
        0.02,
        source="第八篇",
        sectors=_KEY,
        from_year=2021,
    ),
    _target(
        "rail",
        "Railway in operation",
        "境内铁路通行里程",
        "rail_km",
        68.0,
        "km",
        1.0,
        source="第二十八章第一节",
    ),
    _target(
        "expressway",
        "Expressway opened",
        "提速建设高速公路",
        "expressway_km",
        150.0,
        "km",
        0.1,
        source="第二十八章第二节",
    ),
    _target(
        "fast-corridors",
        "Jiang-Dong-Pu fast corridors",
        "江东浦快速通道",
        "fast_corridors",
        3.0,
        "条",
        0.5,
        year=2035,
        source="专栏10 (studied, not dated)",
    ),
    _target(
        "rural-road",
        "New rural road",
        "四好农村路",
        "rural_road_km",
        700.0,
        "km",
        0.005,
        source="第二十八章",
    ),
    _target(
        "road-safety",
        "Road safety works",
        "公路安防工程",
        "road_safety_km",
        500.0,
        "km",
        0.001,
        source="第二十八章",
    ),
    _target(
        "water-supply",
        "New yearly water supply",
        "新增年供水能力",
        "water_supply_m3",
        9200.0,
        "万m3/年",
        0.0004,
        source="第二十九章 (0.92 亿m3)",
    ),
    _target(
        "rural-tap-water",
        "Rural tap water",
        "农村自来水普及率",
        "rural_tap_water_pct",
        85.0,
        "%",
        0.2,
        source="第二十九章",
        existing=75.0,
    ),
    _target(
        "waterworks", "Waterworks opened", "新建水厂", "waterworks", 9.0, "座", 0.1, source="专栏11"
    ),
    _target(
        "rural-schemes-renewed",
        "Rural schemes renewed",
        "农村集中供水改扩建",
        "rural_schemes_renewed",
        26.0,
        "处",
        0.005,
        source="专栏11",
    ),
    _target(
        "rural-schemes-new",
        "New rural schemes",
        "农村集中供水新建",
        "rural_schemes_new",
        171.0,
        "处",
        0.003,
        source="专栏11",
    ),
    _target(
        "torrent-gullies",
        "Torrent gullies made safe",
        "山洪沟灾害防治",
        "torrent_gullies",
        5.0,
        "处",
        0.05,
        source="专栏11",
    ),
    _target(
        "water-systems",
        "Water systems improved",
        "水系综合整治",
        "water_systems",
        12.0,
        "处",
        0.02,
        source="专栏11",
    ),
    _target(
        "town-sources",
        "Town water sources improved",
        "场镇水源水质提升",
        "town_sources",
        8.0,
        "个",
        0.02,
        source="专栏3",
    ),
    _target(
        "farmland",
        "High-standard farmland",
        "高标准农田",
        "farmland_10k_mu",
        40.0,
        "万亩",
        0.02,
        source="第三十一章",
    ),
    _target(
        "rural-sewage",
        "Rural sewage works",
        "农村生活污水处理厂",
        "rural_sewage_works",
        37.0,
        "座",
        0.01,
        source="专栏3",
    ),
    _target(
        "sewers",
        "Sewers renewed",
        "城区管网清淤改造",
        "sewers_renewed_km",
        100.0,
        "km",
        0.005,
        source="专栏3",
    ),
    _target(
        "toilets",
        "Rural toilets converted",
        "农村厕所改造",
        "toilets_converted",
        1700.0,
        "座",
        0.0001,
        source="第三十一章",
    ),
    _target(
        "land-projects",
        "Land consolidation",
        "土地整治项目",
        "land_projects",
        9.0,
        "个",
        0.02,
        source="专栏",
    ),
    _target(
        "split-sewers",
        "Towns with split sewers",
        "雨污分流场镇",
        "towns_with_split_sewers",
        10.0,
        "个",
        0.03,
        source="专栏3",
    ),
    _target(
        "outfalls",
        "Fengle outfalls mended",
        "丰乐排污口整治",
        "outfalls",
        7.0,
        "个",
        0.01,
        source="专栏9",
    ),
    _target(
        "substations-110",
        "110 kV substations",
        "110千伏变电站",
        "substations_110kv",
        4.0,
        "座",
        0.2,
        source="专栏12",
    ),
    _target(
        "substations-35",
        "35 kV substations",
        "35千伏变电站",
        "substations_35kv",
        3.0,
        "座",
        0.1,
        source="专栏12",
    ),
    _target(
        "pv",
        "Distributed PV",
        "分散式光伏",
        "pv_kw",
        50000.0,
        "kW",
        0.00001,
        source="专栏12 (printed 5-10 kW)",
    ),
    _target(
        "wind",
        "Distributed wind",
        "分散式风电",
        "wind_kw",
        100000.0,
        "kW",
        0.00001,
        source="专栏12 (printed 10 kW)",
    ),
    _target(
        "biomass",
        "Biomass power",
        "生物质发电",
        "biomass_kw",
        20000.0,
        "kW",
        0.00002,
        source="专栏12 (printed 2 kW)",
    ),
    _target(
        "gas-renewal",
        "Old neighbourhoods with new gas mains",
        "老旧小区燃气管网改造",
        "gas_neighbourhoods",
        100.0,
        "个",
        0.002,
        source="专栏12",
    ),
    _target(
        "5g",
        "5G base stations",
        "5G基站",
        "base_stations_5g",
        4000.0,
        "个",
        0.0005,
        source="专栏13",
    ),
]


def settings() -> Settings:
    """Horizon by year to 2025, then two five-year phases."""
    years = [
        Phase(id=f"y{y}", title=Title(en=str(y), zh=f"{y}年"), first_year=y, last_year=y)
        for y in range(2021, 2026)
    ]
    later = [
        Phase(
            id="fyp15", title=Title(en="2026-2030", zh="“十五五”"), first_year=2026, last_year=2030
        ),
        Phase(
            id="fyp16", title=Title(en="2031-2035", zh="“十六五”"), first_year=2031, last_year=2035
        ),
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
        price_year=2021,
        horizon=Horizon(phases=(*years, *later)),
        appraisal=Appraisal(discount_rate=0.08, end_year=2060),
        stage_gates={Stage.STUDY: 3, Stage.PREPARATORY: 1},
        finance={"tail_growth": 0.02},
        sources=(
            SourceDocument(
                id="003",
                title=Title(
                    en="Outline of the 14th Five-Year Plan of Kaizhou district and goals to 2035",
                    zh="重庆市开州区国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要",
                ),
                issued="开州府发〔2021〕6号, 2021-03-26",
            ),
        ),
    )


_ASSUMED = "assumption, scaled from published budgets of neighbouring districts"


def _path(start: float, growth: float) -> dict[int, float]:
    return path(FIRST_YEAR, PLAN_END, start, growth)


def money() -> dict[str, Any]:
    """Payers, funds, debt. Kaizhou's own accounts are not in the document: all assumed."""
    jurisdictions = [
        Jurisdiction(
            id=LEADER,
            name_en="Kaizhou district",
            name_zh="开州区",
            population=1200000,
            rule_sets=("china",),
            source="population about 1.2 million: assumption",
        ),
        *outside_payers(),
    ]
    funds = (
        Fund(
            id="own-budget",
            name_en="General public budget for capital and debt service",
            name_zh="一般公共预算建设与偿债资金",
            jurisdiction=LEADER,
            opening_balance=2.0,
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
            sectors=("transport", "water", "environment", "energy"),
            source=_ASSUMED,
        ),
        Fund(
            id="gov-fund",
            name_en="Government fund (land revenue)",
            name_zh="政府性基金(土地出让)",
            jurisdiction=LEADER,
            kind="land",
            opening_balance=3.0,
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
        "own-budget": _path(10.0, 0.02),
        "upper-transfers": _path(7.0, 0.02),
        "gov-fund": _path(15.5, 0.01),
        "user-pay": _path(4.0, 0.02),
    }
    inflows = tuple(
        Inflow(fund=fund, year=year, value=value, source=_ASSUMED)
        for fund, values in flows.items()
        for year, value in values.items()
    )
    items = {
        "general_revenue": _path(25.0, 0.04),
        "transfers": _path(64.0, 0.03),
        "fund_revenue": _path(34.0, 0.01),
        "general_expenditure": _path(108.0, 0.03),
        "fund_expenditure": _path(46.0, 0.01),
        "comprehensive_capacity": _path(123.0, 0.03),
    }
    fiscal = tuple(
        FiscalItem(jurisdiction=LEADER, item=item, year=year, value=value, source=_ASSUMED)
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
            rate=0.0330,
            source="rate assumed for 2021; published 1.75 % in July 2025",
        ),
        Instrument(
            id="special-bond",
            name_en="Special bond, 15 years",
            name_zh="专项债券(15年)",
            jurisdiction=LEADER,
            pool="special",
            kernel="bullet",
            tenor=15,
            rate=0.0355,
            sectors=("transport", "water", "energy", "environment", "municipal", "digital"),
            max_share=0.8,
            source="rate assumed for 2021; published 1.95 % in July 2025",
        ),
        Instrument(
            id="special-amortising",
            name_en="Special bond, 20 years, instalments",
            name_zh="专项债券(20年分期)",
            jurisdiction=LEADER,
            pool="special",
            kernel="equal_principal",
            tenor=20,
            grace=5,
            rate=0.0370,
            max_share=0.8,
            sectors=("water", "environment", "municipal"),
            source="rate assumed for 2021; published 2.05 % in July 2025",
        ),
        Instrument(
            id="general-refinancing",
            name_en="Refinancing bond, general",
            name_zh="再融资一般债券",
            jurisdiction=LEADER,
            pool="general",
            kernel="bullet",
            tenor=10,
            rate=0.0330,
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
            rate=0.0345,
            refinancing=True,
            refinancing_share=0.8,
            uses_quota=False,
            source="share of refinancing assumed",
        ),
    )
    debt = []
    for t in range(PLAN_END - FIRST_YEAR + 1):
        year = FIRST_YEAR + t
        old_general, old_special = max(0.0, 62.0 - 5.0 * t), max(0.0, 58.0 - 4.0 * t)
        debt.append(
            DebtPosition(
                jurisdiction=LEADER,
                pool="general",
                year=year,
                opening_balance=62.0 if t == 0 else None,
                principal_due=min(5.0, old_general),
                interest_due=round(old_general * 0.034, 4),
                ceiling=round(68.0 + 3.0 * (t + 1), 3),
                new_quota=3.0,
                source=_ASSUMED,
            )
        )
        debt.append(
            DebtPosition(
                jurisdiction=LEADER,
                pool="special",
                year=year,
                opening_balance=58.0 if t == 0 else None,
                principal_due=min(4.0, old_special),
                interest_due=round(old_special * 0.035, 4),
                ceiling=round(66.0 + 16.0 * (t + 1) if t < 5 else 146.0 + 10.0 * (t - 4), 3),
                new_quota=16.0 if t < 5 else 10.0,
                source=_ASSUMED,
            )
        )
    scenarios = (
        Scenario(
            id="land-half",
            title=Title(en="Land revenue halved", zh="土地收入减半"),
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
        Scenario(
            id="cost-high",
            title=Title(en="All costs 25 % higher", zh="造价上涨25%"),
            changes=tuple(
                Change(table="projects", field=f, operation="multiply", value=1.25)
                for f in ("overnight_cost", "overnight_cost_low", "overnight_cost_high")
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

- **Stated** in the document: the projects, their places and stages (from the plan's own verbs), the
  targets, 220 key infrastructure projects and 87.4 billion CNY in 2021-2025, and the few printed
  sizes (700 km of rural road, 4,000 5G stations, ...). Each project names its section and line.
- **Estimated**: costs = stated size x unit cost of its type (`optimizer/estimating/types.csv`, each
  with its source), with low, mid and high.
- **Assumed**, and labelled so: sizes that the document does not print, the benefit of each type as a
  share of cost, the split of costs between payers, and all fiscal figures of the district (its
  accounts are not in the document; they are scaled from published budgets of neighbours).
- The census reads characters lost in the text: `4110` as four 110 kV stations, `40005G` as 4,000 5G
  stations, 5-10 kW as presumably 50-100 MW. The notes of these projects say so.
- The 68 km of railway and 150 km of expressway are plan totals; the lengths by line are assumed so
  that they make these totals.
- Works under construction are committed: they begin in 2021 with an assumed 60 % of cost to go.
"""
PAGE_ZH = """
## 中文说明

- **原文载明**:项目名称、地点、阶段(按原文动词)、目标值、“十四五”重点基础设施220个项目和874亿元投资,
  以及少数规模数字;每个项目注明章节与行号。
- **估算**:造价=原文规模×单位造价(见 `optimizer/estimating/types.csv`,逐项注明来源),给出低、中、高三值。
- **假设**(均已标注):原文未载明的规模、各类工程效益占造价的比例、各方出资比例,以及全部财政数据
  (原文没有本区财政账目,参照周边区县公开预算折算)。
- 在建工程按“已承诺”处理,2021年起继续建设,假定尚需60%的投资。
"""
