"""Money tables of a Chinese district, made from a few figures: funds, fiscal items, debt, bonds.

Figures are in 100 million CNY of the year (nominal). What a source prints is marked `stated`;
everything else is labelled an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infraplan.models.funding import Fund, Inflow, Instrument, Pool
from infraplan.models.horizon import Title
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.project import Project
from infraplan.models.scenario import Change, Scenario
from tools.census import Book
from tools.common import path
from tools.payers import leader_share

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
    rule_sets: tuple[str, ...] = ("china",)
    prefix: str = ""
    transfers_en: str = "Earmarked transfers from above"
    transfers_zh: str = "上级专项转移支付"
    opening: Mapping[str, float] = field(default_factory=dict)
    long_tenor: int = 20
    long_grace: int = 5
    loan: Loan | None = None
    outturn: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    """Published figures `item:year` -> (figure, source); they replace the assumed path."""


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
    """General bond, special bonds of land works and of earning projects, refinancing bonds."""
    mark, rates = of.prefix, of.rates
    common = {"jurisdiction": of.leader}
    general, special = "general", "special"
    long = of.long_tenor
    refinancing: dict[str, Any] = {
        "jurisdiction": of.leader,
        "kernel": "bullet",
        "tenor": 10,
        "refinancing": True,
        "uses_quota": False,
        "rate": rates["general"],
        "source": f"share that may be refinanced assumed; {of.rates_source}",
    }
    return [
        Instrument(
            id=f"{mark}general-bond",
            name_en="General bond, 10 years, repaid at the end",
            name_zh="一般债券(10年,到期还本)",
            pool=general,
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
            pool=special,
            kernel="bullet",
            tenor=15,
            rate=rates["special"],
            sectors=LAND_SECTORS,
            max_share=1.0 - CAPITAL_SHARE,
            source=f"served from the government fund; {of.rates_source}",
            **common,
        ),
        Instrument(
            id=f"{mark}revenue-bond",
            name_en=f"Special bond of earning projects, {long} years, "
            f"instalments after {of.long_grace}",
            name_zh=f"专项债券(有收益项目,{long}年,{of.long_grace}年后分期还本)",
            pool=special,
            kernel="equal_principal",
            tenor=long,
            grace=of.long_grace,
            rate=rates["long"],
            projects=earning,
            tagged=True,
            coverage=COVERAGE,
            max_share=1.0 - CAPITAL_SHARE,
            source=f"coverage 1.2 as usual (unverified); {of.rates_source}",
            **common,
        ),
        Instrument(
            id=f"{mark}general-refinancing",
            name_en="Refinancing general bond, 10 years",
            name_zh="再融资一般债券(10年)",
            pool=general,
            refinancing_share=0.9,
            **refinancing,
        ),
        Instrument(
            id=f"{mark}special-refinancing",
            name_en="Refinancing special bond, 10 years",
            name_zh="再融资专项债券(10年)",
            pool=special,
            refinancing_share=0.8,
            **refinancing,
        ),
        *_loans(of),
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
                quality="stated" if stated else "assumption",
                source=stated or of.assumed,
            )
        )
        balance = round(balance - principal, 4)
    return rows


def earning_projects(projects: list[Project], profiles: Mapping[str, str]) -> tuple[str, ...]:
    """Projects the district pays for in part whose income is above their running cost."""
    return tuple(
        project.id
        for project in projects
        if leader_share(profiles[project.id]) > 0.0
        and project.options[0].revenue > project.options[0].fixed_om_cost
    )


def paid_by(book: Book, jurisdiction: str) -> tuple[str, ...]:
    """Projects that `jurisdiction` leads or shares in as a partner."""
    return tuple(
        project.id
        for project in book.projects
        if project.jurisdiction == jurisdiction
        or any(part.jurisdiction == jurisdiction for part in book.partners[project.id])
    )


def joined(*tables: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Tables of several districts as one; their pools of the same id become one pool.

    Debt rules name the pools `general` and `special`, so all districts share these ids.
    """
    rows: dict[str, list[Any]] = {}
    pools: dict[str, Pool] = {}
    for table in tables:
        for name, part in table.items():
            if name != "pools":
                rows.setdefault(name, []).extend(part)
                continue
            for pool in part:
                known = pools.get(pool.id, pool)
                funds = {**known.service_funds, **pool.service_funds}
                pools[pool.id] = known.model_copy(update={"service_funds": funds})
    return {**rows, "pools": list(pools.values())}


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
        rule_sets=of.rule_sets,
        source=of.population_source,
    )
    return {
        "jurisdictions": [jurisdiction],
        "funds": _funds(of),
        "inflows": inflows,
        "fiscal": _fiscal(of),
        "pools": pools,
        "debt": _positions(of, "general", of.general) + _positions(of, "special", of.special),
        "instruments": _instruments(of, earning),
    }


def stress_scenarios(funds: tuple[str, ...]) -> tuple[Scenario, ...]:
    """Land revenue 30 % lower; all costs 25 % higher; costs and land revenue together."""
    land = tuple(
        Change(
            table="inflows",
            where={"fund": fund},
            field="value",
            operation="multiply",
            value=0.7,
        )
        for fund in funds
    )
    cost = tuple(
        Change(table="projects", field=name, operation="multiply", value=1.25)
        for name in ("overnight_cost_high", "overnight_cost", "overnight_cost_low")
    )
    return (
        Scenario(
            id="land-30-down",
            title=Title(en="Land revenue 30 % lower", zh="土地收入减少30%"),
            changes=land,
        ),
        Scenario(
            id="cost-25-up",
            title=Title(en="All costs 25 % higher", zh="造价上涨25%"),
            changes=cost,
        ),
        Scenario(
            id="both",
            title=Title(
                en="Land revenue 30 % lower and costs 25 % higher",
                zh="土地收入减少30%且造价上涨25%",
            ),
            changes=(*land, *cost),
        ),
    )
