"""Named debt rule sets, each rule with its source, its date and the years in which it is in force.

A rule known only from secondary sources or memory is `verified=False`, and so is its first year. A
jurisdiction obeys a set by naming it in its `rule_sets` column.
"""

from __future__ import annotations

from types import MappingProxyType

from infraplan.models.debt_rule import (
    Band,
    DebtRule,
    ItemTerm,
    Quantity,
    QuantityTerm,
    Through,
)
from infraplan.models.horizon import Title
from infraplan.models.subsectors import KEY_PROVINCE_FIELDS, LIVELIHOOD


def _limit(
    rule_id: str,
    title: Title,
    quantity: Quantity,
    ratio: float,
    base: tuple[ItemTerm, ...],
    *,
    pools: tuple[str, ...] = (),
    through: Through = Through.LAST_MATURITY,
    additions: tuple[ItemTerm, ...] = (),
    valid_from: int | None = None,
    valid_to: int | None = None,
    source: str,
    dated: str,
    verified: bool = False,
) -> DebtRule:
    return DebtRule(
        id=rule_id,
        title=title,
        terms=(QuantityTerm(quantity=quantity, pools=pools),),
        additions=additions,
        base=base,
        ratio=ratio,
        through=through,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        dated=dated,
        verified=verified,
    )


_CHINA = (
    DebtRule(
        id="cn-debt-ratio",
        title=Title(
            en="Debt ratio (statutory and hidden debt over comprehensive fiscal capacity)",
            zh="债务率（法定债务与隐性债务/综合财力）",
        ),
        terms=(QuantityTerm(quantity=Quantity.BALANCE),),
        additions=(ItemTerm(item="hidden_debt"),),
        base=(ItemTerm(item="comprehensive_capacity"),),
        bands=(
            Band(id="green", upper=1.2),
            Band(id="yellow", upper=2.0),
            Band(id="orange", upper=3.0),
            Band(id="red", upper=None, starts_banned=True, quota_share=0.0),
        ),
        through=Through.HORIZON,
        valid_from=2020,
        source="Four-band warning by debt ratio; the 300 % line with its start ban is seen in a "
        "Guangxi measure, the 120 % and 200 % lines are from secondary sources",
        dated="2020-12-31",
    ),
    _limit(
        "cn-general-interest",
        Title(
            en="Interest on general debt within 10 % of general public budget expenditure",
            zh="一般债务付息不超过一般公共预算支出的10%",
        ),
        Quantity.INTEREST,
        0.10,
        (ItemTerm(item="general_expenditure"),),
        pools=("general",),
        valid_from=2016,
        source="State Council office, guobanhan (2016) 88, fiscal restructuring trigger",
        dated="2016-10-27",
    ),
    _limit(
        "cn-special-interest",
        Title(
            en="Interest on special debt within 10 % of government-fund expenditure",
            zh="专项债务付息不超过政府性基金预算支出的10%",
        ),
        Quantity.INTEREST,
        0.10,
        (ItemTerm(item="fund_expenditure"),),
        pools=("special",),
        valid_from=2016,
        source="State Council office, guobanhan (2016) 88, fiscal restructuring trigger",
        dated="2016-10-27",
    ),
)

_KEY_PROVINCE_SOURCE = (
    "State Council office, guobanfa (2023) 47 of 24 December 2023, for as long as debt risk is "
    "above medium to low"
)


def _start_ban(rule_id: str, title: Title, source: str, **words: tuple[str, ...]) -> DebtRule:
    """A ban of starts by listing alone: nothing of the debt itself counts."""
    return DebtRule(
        id=rule_id,
        title=title,
        terms=(QuantityTerm(quantity=Quantity.BALANCE, coefficient=0.0),),
        additions=(ItemTerm(item="high_debt_province"),),
        base=(ItemTerm(item="comprehensive_capacity"),),
        bands=(
            Band(id="unlisted", upper=0.0),
            Band(id="listed", upper=None, starts_banned=True),
        ),
        start_banned=words.get("start_banned", ()),
        start_ban_exempt=words.get("start_ban_exempt", ()),
        through=Through.HORIZON,
        valid_from=2023,
        source=source,
        dated="2023-12-24",
    )


_CHINA_KEY_PROVINCE = (
    _start_ban(
        "cn-key-province",
        Title(
            en="No new government investment in the named fields in a listed high-debt province "
            "while it is listed: local expressways, urban and "
            "suburban rail, airport extensions, general airports and canals; town works but for "
            "water, heat and power; industrial parks, public buildings",
            zh="重点债务省份不得在所列领域新建政府投资项目（限列入期间）："
            "地方高速公路、城市轨道和市域铁路、机场改扩建、通用机场、运河；供水供暖供电以外的市政工程；"
            "产业园区、公共建筑",
        ),
        f"{_KEY_PROVINCE_SOURCE}: article 4 (1) for transport as printed; the other fields after "
        "Caixin and SteelOrbis (January and March 2024). Not carried: works under way below 50 % "
        "are to be slowed or stopped unless the province finds them necessary",
        start_banned=KEY_PROVINCE_FIELDS,
        start_ban_exempt=LIVELIHOOD,
    ),
)

_CHINA_KEY_PROVINCE_STRICT = (
    _start_ban(
        "cn-key-province-strict",
        Title(
            en="No new government investment at all in a listed high-debt province "
            "while it is listed, livelihood works apart: the strict "
            "reading of the press",
            zh="重点债务省份停建民生以外的一切新建政府投资项目（媒体的从严理解，限列入期间）",
        ),
        f"{_KEY_PROVINCE_SOURCE}; as reported for 2024: nothing new but schools, hospitals, water, "
        "power and heat (SteelOrbis, March 2024). Stricter than article 4, which names fields",
        start_ban_exempt=LIVELIHOOD,
    ),
)

_CHINA_PPP = (
    # Payments that are promised already are the item ppp_payments, those of the plan's own
    # availability contracts are counted with them.
    DebtRule(
        id="cn-ppp-payments",
        title=Title(
            en="Yearly government payments of all public-private partnerships within 10 % of "
            "general public budget expenditure; the band tells what is above 5 %",
            zh="PPP项目年度财政支出责任不超过一般公共预算支出的10%；超过5%另列档位",
        ),
        terms=(QuantityTerm(quantity=Quantity.SERVICE, contracts=True),),
        additions=(ItemTerm(item="ppp_payments"),),
        base=(ItemTerm(item="general_expenditure"),),
        bands=(
            Band(id="ppp_open", upper=0.05),
            Band(id="ppp_limited", upper=0.10),
            Band(id="ppp_closed", upper=None),
        ),
        ratio=0.10,
        valid_from=2015,
        source="Ministry of Finance, caijin (2015) 21 and later notices; from November 2023 new "
        "ones are user-pay concessions alone, guobanhan (2023) 115",
        dated="2015-04-07",
    ),
)

_GEORGIA = (
    _limit(
        "us-ga-highest-service",
        Title(
            en="Highest annual debt service, bullets counted level, within 10 % of prior receipts",
            zh="年度最高偿债额（到期一次还本按年均计）不超过上年收入的10%",
        ),
        Quantity.LEVEL_SERVICE,
        0.10,
        (ItemTerm(item="current_revenue", lag=-1),),
        valid_from=1983,
        source="Constitution of Georgia, article VII, section IV, paragraph II (b), as printed: "
        "receipts, less refunds, of the year before the debt is incurred; here those of the year "
        "before the tested one, which is milder where receipts grow",
        dated="1983-07-01",
    ),
    _limit(
        "us-ga-guaranteed-service",
        Title(
            en="Highest annual service of guaranteed revenue debt (pool guaranteed) within 1 % of "
            "prior receipts",
            zh="担保收益债务（guaranteed 类）年度最高偿债额不超过上年收入的1%",
        ),
        Quantity.LEVEL_SERVICE,
        0.01,
        (ItemTerm(item="current_revenue", lag=-1),),
        pools=("guaranteed",),
        valid_from=1983,
        source="Constitution of Georgia, article VII, section IV (water and sewerage); the year of "
        "the receipts as for us-ga-highest-service",
        dated="1983-07-01",
    ),
)

_MARYLAND = (
    _limit(
        "us-md-debt-to-income",
        Title(en="Debt within 4 % of personal income", zh="债务余额不超过居民个人收入的4%"),
        Quantity.BALANCE,
        0.04,
        (ItemTerm(item="personal_income"),),
        valid_from=2008,
        source="Maryland Capital Debt Affordability Committee",
        dated="2024-10-01",
        verified=True,
    ),
    _limit(
        "us-md-service-to-revenue",
        Title(en="Debt service within 8 % of revenue", zh="偿债支出不超过财政收入的8%"),
        Quantity.SERVICE,
        0.08,
        (ItemTerm(item="current_revenue"),),
        valid_from=2008,
        source="Maryland Capital Debt Affordability Committee",
        dated="2024-10-01",
        verified=True,
    ),
)

_REVENUE_BONDS = (
    _limit(
        "us-dscr",
        Title(
            en="System net revenue at least 1.25 times the service of revenue bonds (pool "
            "revenue): service within 80 % of it",
            zh="系统净收入不低于收益债券（revenue 类）还本付息的1.25倍",
        ),
        Quantity.SERVICE,
        0.80,
        (ItemTerm(item="system_net_revenue"),),
        pools=("revenue",),
        source="Usual rate covenant and additional-bonds test, 1.20 to 1.25",
        dated="2024-01-01",
    ),
)

_UK = (
    # Minimum revenue provision by the asset-life method with a life as long as the loan is, for a
    # maturity loan, principal / n a year: the level service counts just that plus mean interest.
    _limit(
        "uk-financing-cost",
        Title(
            en="Interest and minimum revenue provision (maturity loans charged level over their "
            "life) within 10 % of the net revenue stream (a council's own setting)",
            zh="利息与最低收入准备金（到期一次还本贷款按年限均摊）不超过净收入流的10%（地方自定）",
        ),
        Quantity.LEVEL_SERVICE,
        0.10,
        (ItemTerm(item="net_revenue_stream"),),
        valid_from=2004,
        source="Prudential Code for Capital Finance, and statutory guidance on minimum revenue "
        "provision; the share is each authority's own",
        dated="2021-12-20",
    ),
    DebtRule(
        id="uk-capital-financing-requirement",
        title=Title(
            en="Debt within the capital financing requirement of two years later: that of what "
            "exists, and the plan's borrowing less its minimum revenue provision (level over the "
            "loan's life)",
            zh="债务余额不超过两年后的资本融资需求：存量需求，加规划举债减最低收入准备金（按年限平均）",
        ),
        terms=(
            QuantityTerm(quantity=Quantity.BALANCE),
            QuantityTerm(quantity=Quantity.UNPROVIDED, coefficient=-1.0, lag=2),
        ),
        base=(ItemTerm(item="capital_financing_requirement", lag=2),),
        ratio=1.0,
        valid_from=2004,
        source="Prudential Code for Capital Finance, and statutory guidance on minimum revenue "
        "provision",
        dated="2021-12-20",
    ),
    _limit(
        "uk-authorised-limit",
        Title(en="Debt within the council's authorised limit", zh="债务余额不超过核定限额"),
        Quantity.BALANCE,
        1.0,
        (ItemTerm(item="authorised_limit"),),
        valid_from=2004,
        source="Local Government Act 2003, section 3; Prudential Code for Capital Finance",
        dated="2021-12-20",
    ),
)

_SPAIN = (
    DebtRule(
        id="es-debt-to-revenue",
        title=Title(
            en="Debt within 110 % of current revenue; above 75 % it needs authorisation",
            zh="债务余额不超过经常性收入的110%，超过75%须经批准",
        ),
        terms=(QuantityTerm(quantity=Quantity.BALANCE),),
        base=(ItemTerm(item="current_revenue"),),
        ratio=1.10,
        bands=(Band(id="free", upper=0.75), Band(id="authorised", upper=None)),
        valid_from=2004,
        source="Spain, local finance law, articles 51-53",
        dated="2004-03-05",
    ),
)

_ITALY = (
    _limit(
        "it-interest-to-revenue",
        Title(
            en="Interest within 10 % of current revenue two years before",
            zh="利息支出不超过两年前经常性收入的10%",
        ),
        Quantity.INTEREST,
        0.10,
        (ItemTerm(item="current_revenue", lag=-2),),
        valid_from=2015,
        source="Italy, TUEL article 204",
        dated="2015-01-01",
    ),
)

_FRANCE = (
    _limit(
        "fr-principal-from-own",
        Title(
            en="Principal repaid within gross saving and own capital revenue",
            zh="还本不超过总储蓄与自有资本收入之和",
        ),
        Quantity.PRINCIPAL,
        1.0,
        (ItemTerm(item="gross_saving"), ItemTerm(item="own_capital_revenue")),
        valid_from=1996,
        source="France, CGCT article L1612-4",
        dated="1996-02-24",
    ),
    _limit(
        "fr-deleveraging",
        Title(
            en="Debt within 12 years of gross saving",
            zh="债务余额不超过12年总储蓄",
        ),
        Quantity.BALANCE,
        12.0,
        (ItemTerm(item="gross_saving"),),
        valid_from=2018,
        valid_to=2022,
        source="France, public finance programming law 2018-2022, article 29 (alert value of "
        "those years; the programming law 2023-2027 names none)",
        dated="2018-01-22",
    ),
)

_BRAZIL = (
    _limit(
        "br-debt-municipal",
        Title(
            en="Net debt (less item financial_assets: cash and investments) within 120 % of net "
            "current revenue",
            zh="净债务（扣除 financial_assets：现金与投资）不超过净经常性收入的120%",
        ),
        Quantity.BALANCE,
        1.20,
        (ItemTerm(item="current_revenue"),),
        additions=(ItemTerm(item="financial_assets", coefficient=-1.0),),
        valid_from=2016,
        source="Brazil, Senate resolution 40/2001, articles 1 and 3 (municipalities, from the end "
        "of the fifteenth year after 2001)",
        dated="2001-12-20",
        verified=True,
    ),
    _limit(
        "br-service",
        Title(
            en="Debt service within 11.5 % of net current revenue",
            zh="偿债支出不超过净经常性收入的11.5%",
        ),
        Quantity.SERVICE,
        0.115,
        (ItemTerm(item="current_revenue"),),
        valid_from=2001,
        source="Brazil, Senate resolution 43/2001",
        dated="2001-12-21",
    ),
    _limit(
        "br-new-credit",
        Title(
            en="New credit within 16 % of net current revenue",
            zh="年度新增信贷不超过净经常性收入的16%",
        ),
        Quantity.NEW_BORROWING,
        0.16,
        (ItemTerm(item="current_revenue"),),
        through=Through.HORIZON,
        valid_from=2001,
        source="Brazil, Senate resolution 43/2001",
        dated="2001-12-21",
    ),
)

_COLOMBIA = (
    _limit(
        "co-interest",
        Title(en="Interest within 40 % of operating saving", zh="利息支出不超过经常性结余的40%"),
        Quantity.INTEREST,
        0.40,
        (ItemTerm(item="operating_saving"),),
        valid_from=1997,
        source="Colombia, law 358 of 1997, article 2: presumed able to pay; unchanged in the "
        "consolidated text of 21 May 2025",
        dated="1997-01-30",
        verified=True,
    ),
    _limit(
        "co-debt",
        Title(en="Debt within 80 % of current revenue", zh="债务余额不超过经常性收入的80%"),
        Quantity.BALANCE,
        0.80,
        (ItemTerm(item="current_revenue"),),
        valid_from=1997,
        valid_to=2021,
        source="Colombia, law 358 of 1997, article 6",
        dated="1997-01-30",
    ),
    _limit(
        "co-interest-2022",
        Title(en="Interest within 60 % of operating saving", zh="利息支出不超过经常性结余的60%"),
        Quantity.INTEREST,
        0.60,
        (ItemTerm(item="operating_saving"),),
        valid_from=2022,
        source="Colombia, law 2155 of 2021, article 30, from memory: the bound of article 6 that "
        "needs leave of the ministry; article 2 stays below it",
        dated="2021-09-14",
    ),
    _limit(
        "co-debt-2022",
        Title(en="Debt within 100 % of current revenue", zh="债务余额不超过经常性收入的100%"),
        Quantity.BALANCE,
        1.00,
        (ItemTerm(item="current_revenue"),),
        valid_from=2022,
        source="Colombia, law 2155 of 2021, article 30, from memory",
        dated="2021-09-14",
    ),
)

_WORLD_BANK = (
    _limit(
        "wb-interest",
        Title(en="Interest within 40 % of operating saving", zh="利息支出不超过经常性结余的40%"),
        Quantity.INTEREST,
        0.40,
        (ItemTerm(item="operating_saving"),),
        source="World Bank style sub-national test after Colombia, law 358",
        dated="1997-01-30",
    ),
    _limit(
        "wb-debt",
        Title(en="Debt within 80 % of current revenue", zh="债务余额不超过经常性收入的80%"),
        Quantity.BALANCE,
        0.80,
        (ItemTerm(item="current_revenue"),),
        source="World Bank style sub-national test after Colombia, law 358",
        dated="1997-01-30",
    ),
    DebtRule(
        id="wb-interest-stressed",
        title=Title(
            en="The same with rates 2 points higher on all debt and revenue 10 % lower",
            zh="全部债务利率上升2个百分点、收入下降10%时利息仍不超过经常性结余的40%",
        ),
        # 2 points on what was owed a year before; saving loses what revenue loses.
        terms=(
            QuantityTerm(quantity=Quantity.INTEREST),
            QuantityTerm(quantity=Quantity.BALANCE, coefficient=0.02, lag=-1),
        ),
        base=(
            ItemTerm(item="operating_saving"),
            ItemTerm(item="current_revenue", coefficient=-0.10),
        ),
        ratio=0.40,
        source="World Bank style stress test of sub-national debt (rate +1 to 2 points, revenue "
        "-10 to -30 %)",
        dated="2012-05-01",
    ),
    _limit(
        "wb-debt-stressed",
        Title(
            en="Debt within 80 % of current revenue with revenue 30 % lower",
            zh="收入下降30%时债务余额仍不超过经常性收入的80%",
        ),
        Quantity.BALANCE,
        0.80,
        (ItemTerm(item="current_revenue", coefficient=0.70),),
        source="World Bank style stress test of sub-national debt (rate +1 to 2 points, revenue "
        "-10 to -30 %)",
        dated="2012-05-01",
    ),
)

RULE_SETS: MappingProxyType[str, tuple[DebtRule, ...]] = MappingProxyType(
    {
        "china": _CHINA,
        "china-key-province": _CHINA_KEY_PROVINCE,
        "china-key-province-strict": _CHINA_KEY_PROVINCE_STRICT,
        "china-ppp": _CHINA_PPP,
        "us-georgia": _GEORGIA,
        "us-maryland": _MARYLAND,
        "us-revenue-bonds": _REVENUE_BONDS,
        "uk": _UK,
        "spain": _SPAIN,
        "italy": _ITALY,
        "france": _FRANCE,
        "brazil": _BRAZIL,
        "colombia": _COLOMBIA,
        "world-bank": _WORLD_BANK,
    }
)


def rules_of_set(name: str) -> tuple[DebtRule, ...]:
    """Rules of the set called `name`; raises KeyError where there is none."""
    return RULE_SETS[name]
