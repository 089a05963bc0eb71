"""Money tables of a Chinese district, made from a few figures: funds, fiscal items, debt, bonds.

Figures are in 100 million CNY of the year (nominal). What a source prints is marked `stated`;
everything else is labelled an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from infraplan.models.funding import Fund, Inflow, Instrument, Pool
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.quantities import Quality

CAPITAL_SHARE = 0.2
"""Least share of own capital: 20 % for roads, rail, water and other works (minimum capital ratio)."""
COVERAGE = 1.2
LOANS = "loans"
TRANSFER_SECTORS = ("transport", "water", "environment", "rural", "municipal", "safety")
UTILITY_SECTORS = ("water", "energy", "digital", "environment", "municipal", "tourism", "logistics")
LAND_SECTORS = ("municipal",)


@dataclass(frozen=True)
class OldDebt:
    """Debt at the plan's start: repaid in equal parts over `years`, at `rate`."""

    balance: float
    years: int
    rate: float
    ceiling: float
    quota: float
    quota_later: float
    quota_until: int

    def times(self, size: float) -> OldDebt:
        """Debt of a government `size` times as large."""
        amounts = ("balance", "ceiling", "quota", "quota_later")
        return replace(self, **{name: round(getattr(self, name) * size, 2) for name in amounts})


@dataclass(frozen=True)
class Loan:
    """Policy-bank loan of the district's companies, repaid in instalments after `grace` years.

    Its pool counts in the debt ratio (as hidden debt would) and is served by the money of utilities.
    """

    rate: float
    tenor: int
    grace: int
    annual_limit: float
    source: str
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accounts:
    """Figures of one district's first year, and how they grow."""

    leader: str
    name_en: str
    name_zh: str
    population: float
    population_source: str
    first_year: int
    last_year: int
    flows: Mapping[str, tuple[float, float]]
    items: Mapping[str, tuple[float, float]]
    general: OldDebt
    special: OldDebt
    rates: Mapping[str, float]
    rates_source: str
    assumed: str
    stated: Mapping[str, str] = field(default_factory=dict)
    stated_debt: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Columns of the debt row `pool:year` that the source of `stated` prints; all else is assumed."""
    rule_sets: tuple[str, ...] = ("china",)
    prefix: str = ""
    transfers_en: str = "Earmarked transfers from above"
    transfers_zh: str = "上级专项转移支付"
    opening: Mapping[str, float] = field(default_factory=dict)
    long_tenor: int = 20
    long_grace: int = 5
    loan: Loan | None = None
    listed: bool = False
    """Whether it lies in a listed high-debt province, whose set of rules it then obeys."""
    outturn: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    """Published figures `item:year` -> (figure, source); they replace the assumed path."""

    def times(self, size: float) -> Accounts:
        """Accounts of a government `size` times this one; rates and years stay."""

        def of(value: float) -> float:
            return round(value * size, 2)

        def growing(paths: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
            return {name: (of(start), growth) for name, (start, growth) in paths.items()}

        return replace(
            self,
            flows=growing(self.flows),
            items=growing(self.items),
            general=self.general.times(size),
            special=self.special.times(size),
            opening={fund: of(value) for fund, value in self.opening.items()},
            loan=self.loan and replace(self.loan, annual_limit=of(self.loan.annual_limit)),
        )


def accounts_of(
    rows: Sequence[Mapping[str, Any]], size_one: Mapping[str, Any], span: tuple[int, int]
) -> tuple[Accounts, ...]:
    """Accounts of the governments of a document; a row with `size` is `size_one` times it."""
    found = []
    for row in rows:
        given = {key: value for key, value in row.items() if key != "size"}
        own = _accounts({**size_one, **given}, span)
        found.append(own.times(row["size"]) if "size" in row else own)
    return tuple(found)


def _accounts(row: Mapping[str, Any], span: tuple[int, int]) -> Accounts:
    loan = row.get("loan")
    nested = {
        "general": OldDebt(**row["general"]),
        "special": OldDebt(**row["special"]),
        "loan": None if loan is None else Loan(**{**loan, "sectors": tuple(loan["sectors"])}),
        "outturn": {key: tuple(pair) for key, pair in row.get("outturn", {}).items()},
    }
    return Accounts(first_year=span[0], last_year=span[1], **{**row, **nested})


def path(first: int, last: int, start: float, growth: float) -> dict[int, float]:
    """Figures that grow by `growth` a year from `start` in `first` to `last`."""
    return {y: round(start * (1 + growth) ** (y - first), 3) for y in range(first, last + 1)}


def _funds(of: Accounts) -> list[Fund]:
    """Own budget, transfers, government fund, money of utilities."""
    mark = of.prefix
    common = {"jurisdiction": of.leader, "source": of.assumed}
    return [
        Fund(
            id=f"{mark}own-budget",
            name_en="General public budget for capital works and debt service",
            name_zh="一般公共预算(建设与偿债)",
            opening_balance=of.opening.get("own-budget", 2.0),
            minimum_balance=0.5,
            **common,
        ),
        Fund(
            id=f"{mark}transfers",
            name_en=of.transfers_en,
            name_zh=of.transfers_zh,
            kind="transfer",
            max_share=0.5,
            lapse_years=2,
            sectors=TRANSFER_SECTORS,
            **common,
        ),
        Fund(
            id=f"{mark}gov-fund",
            name_en="Government fund (land sales) for works and special-debt service",
            name_zh="政府性基金(土地出让,建设与专项债偿还)",
            kind="land",
            opening_balance=of.opening.get("gov-fund", 3.0),
            **common,
        ),
        Fund(
            id=f"{mark}utilities",
            name_en="Own money of utilities and district companies",
            name_zh="公用事业与区属企业自筹",
            kind="private",
            max_share=0.4,
            sectors=UTILITY_SECTORS,
            **common,
        ),
    ]


def _instruments(of: Accounts, earning: tuple[str, ...]) -> list[Instrument]:
    """Bonds for works, refinancing bonds, the loan of the district's companies."""
    return [*_bonds(of, earning), *_refinancing(of), *_loans(of)]


def _bonds(of: Accounts, earning: tuple[str, ...]) -> list[Instrument]:
    """General bond, special bonds of land works and of earning projects."""
    mark, rates, long = of.prefix, of.rates, of.long_tenor
    common: dict[str, Any] = {"jurisdiction": of.leader}
    special: dict[str, Any] = {**common, "pool": "special", "max_share": 1.0 - CAPITAL_SHARE}
    return [
        Instrument(
            id=f"{mark}general-bond",
            name_en="General bond, 10 years, repaid at the end",
            name_zh="一般债券(10年,到期还本)",
            pool="general",
            kernel="bullet",
            tenor=10,
            rate=rates["general"],
            source=of.rates_source,
            **common,
        ),
        Instrument(
            id=f"{mark}land-bond",
            name_en="Special bond of land and park works, 15 years, repaid at the end",
            name_zh="专项债券(土地与园区类,15年,到期还本)",
            kernel="bullet",
            tenor=15,
            rate=rates["special"],
            sectors=LAND_SECTORS,
            source=f"served from the government fund; {of.rates_source}",
            **special,
        ),
        Instrument(
            id=f"{mark}revenue-bond",
            name_en=f"Special bond of earning projects, {long} years, "
            f"instalments after {of.long_grace}",
            name_zh=f"专项债券(有收益项目,{long}年,{of.long_grace}年后分期还本)",
            kernel="equal_principal",
            tenor=long,
            grace=of.long_grace,
            rate=rates["long"],
            projects=earning,
            tagged=True,
            coverage=COVERAGE,
            source=f"coverage 1.2 as usual (unverified); {of.rates_source}",
            **special,
        ),
    ]


def _refinancing(of: Accounts) -> list[Instrument]:
    """Bonds that replace maturing ones, by pool."""
    kinds = (
        ("general", "Refinancing general bond", "再融资一般债券", 0.9),
        ("special", "Refinancing special bond", "再融资专项债券", 0.8),
    )
    return [
        Instrument(
            id=f"{of.prefix}{pool}-refinancing",
            name_en=f"{english}, 10 years",
            name_zh=f"{chinese}(10年)",
            jurisdiction=of.leader,
            preset="cn-refinancing",
            pool=pool,
            kernel="bullet",
            tenor=10,
            refinancing_share=share,
            rate=of.rates["general"],
            source=f"share that may be refinanced assumed; {of.rates_source}",
        )
        for pool, english, chinese, share in kinds
    ]


def _loans(of: Accounts) -> list[Instrument]:
    if of.loan is None:
        return []
    return [
        Instrument(
            id=f"{of.prefix}policy-loan",
            name_en=f"Policy-bank loan of district companies, {of.loan.tenor} years, "
            f"instalments after {of.loan.grace}",
            name_zh=f"政策性银行贷款(区属企业,{of.loan.tenor}年,{of.loan.grace}年后分期还本)",
            jurisdiction=of.leader,
            pool=LOANS,
            kernel="equal_principal",
            tenor=of.loan.tenor,
            grace=of.loan.grace,
            rate=of.loan.rate,
            sectors=of.loan.sectors,
            max_share=1.0 - CAPITAL_SHARE,
            uses_quota=False,
            annual_limit=of.loan.annual_limit,
            source=of.loan.source,
        )
    ]


def _positions(of: Accounts, pool: str, old: OldDebt) -> list[DebtPosition]:
    """Schedule of old debt with ceilings and quotas; the ceiling grows by each year's quota."""
    rows, balance, ceiling = [], old.balance, old.ceiling
    due = round(old.balance / old.years, 4)
    last = max(of.last_year, of.first_year + old.years - 1)
    for year in range(of.first_year, last + 1):
        quota = old.quota if year <= old.quota_until else old.quota_later
        inside = year <= of.last_year
        ceiling += quota if inside else 0.0
        principal = round(min(due, balance), 4)
        stated = of.stated.get(f"{pool}:{year}")
        rows.append(
            DebtPosition(
                jurisdiction=of.leader,
                pool=pool,
                year=year,
                opening_balance=old.balance if year == of.first_year else None,
                principal_due=principal,
                interest_due=round(balance * old.rate, 4),
                ceiling=round(ceiling, 3) if inside else None,
                new_quota=quota if inside else None,
                qualities=dict.fromkeys(of.stated_debt.get(f"{pool}:{year}", ()), Quality.STATED),
                source=stated or of.assumed,
            )
        )
        balance = round(balance - principal, 4)
    return rows


LISTED_ITEM = "high_debt_province"
KEY_PROVINCE = "china-key-province"
BAN_UNTIL = {"low": 2025, "middle": 2027, "high": 2028}
"""Last year in which starts are banned: as soon as the first provinces left the list (Inner
Mongolia, 2025), before 2028 as analysts expect, and when hidden debt is to be repaid (2028)."""


def is_listed(year: int, case: str = "middle") -> bool:
    """Whether the listing of `year` bans starts in the year after."""
    return 2023 <= year < BAN_UNTIL[case]


def _listing(of: Accounts) -> list[FiscalItem]:
    """The listing as a high-debt province by year: stated where it is known, assumed after."""
    rows = []
    for year in range(of.first_year, of.last_year + 1) if of.listed else ():
        known = year <= 2024
        rows.append(
            FiscalItem(
                jurisdiction=of.leader,
                item=LISTED_ITEM,
                year=year,
                value=float(is_listed(year)),
                quality="stated" if known else "assumption",
                source="guobanfa (2023) 47, 24 December 2023, articles 2 and 4: Chongqing is listed"
                if known
                else f"no notice on Chongqing is known: starts banned through "
                f"{BAN_UNTIL['middle']} assumed (low {BAN_UNTIL['low']}, high "
                f"{BAN_UNTIL['high']}: scenarios)",
            )
        )
    return rows


def _fiscal(of: Accounts) -> list[FiscalItem]:
    """Paths of the fiscal items, with what is published in place of what is assumed."""
    figures: dict[tuple[str, int], tuple[float, str | None]] = {}
    for key, (value, source) in of.outturn.items():
        name, of_year = key.split(":")
        figures[name, int(of_year)] = (value, source)
    for item, (start, growth) in of.items.items():
        for year, value in path(of.first_year, of.last_year, start, growth).items():
            figures.setdefault((item, year), (value, of.stated.get(f"{item}:{year}")))
    order = {item: index for index, item in enumerate(of.items)}
    return [
        FiscalItem(
            jurisdiction=of.leader,
            item=item,
            year=year,
            value=value,
            quality="stated" if stated else "assumption",
            source=stated or of.assumed,
        )
        for (item, year), (value, stated) in sorted(
            figures.items(), key=lambda row: (order[row[0][0]], row[0][1])
        )
    ]


def tables_of(of: Accounts, earning: tuple[str, ...]) -> dict[str, list[Any]]:
    """Funds, inflows, fiscal items, pools, debt and instruments of one district.

    Funds and instruments carry the district's prefix, pools do not (see `joined`).
    """
    span = (of.first_year, of.last_year)
    inflows = [
        Inflow(fund=f"{of.prefix}{fund}", year=year, value=value, source=of.assumed)
        for fund, (start, growth) in of.flows.items()
        for year, value in path(*span, start, growth).items()
    ]
    pools = [
        Pool(
            id="general",
            name_en="General debt",
            name_zh="一般债务",
            service_funds={of.leader: f"{of.prefix}own-budget"},
        ),
        Pool(
            id="special",
            name_en="Special debt",
            name_zh="专项债务",
            service_funds={of.leader: f"{of.prefix}gov-fund"},
        ),
    ]
    if of.loan is not None:
        pools.append(
            Pool(
                id=LOANS,
                name_en="Loans of district companies",
                name_zh="区属企业贷款",
                service_funds={of.leader: f"{of.prefix}utilities"},
            )
        )
    jurisdiction = Jurisdiction(
        id=of.leader,
        name_en=of.name_en,
        name_zh=of.name_zh,
        population=of.population,
        rule_sets=(*of.rule_sets, KEY_PROVINCE) if of.listed else of.rule_sets,
        source=of.population_source,
    )
    return {
        "jurisdictions": [jurisdiction],
        "funds": _funds(of),
        "inflows": inflows,
        "fiscal": _fiscal(of) + _listing(of),
        "pools": pools,
        "debt": _positions(of, "general", of.general) + _positions(of, "special", of.special),
        "instruments": _instruments(of, earning),
    }
