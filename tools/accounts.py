"""Money tables of a Chinese district, made from a few figures: funds, fiscal items, debt, bonds.

Figures are in 100 million CNY of the year (nominal). What a source prints is marked `stated`;
everything else is labelled an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.funding import Fund, Inflow, Instrument, Pool
from models.horizon import Title
from models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from models.project import Project
from models.scenario import Change, Scenario
from tools.common import path
from tools.payers import leader_share

CAPITAL_SHARE = 0.2
"""Least share of own capital: 20 % for roads, rail, water and other works (minimum capital ratio)."""
COVERAGE = 1.2
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
    general, special = f"{mark}general", f"{mark}special"
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
            name_en="Special bond of earning projects, 20 years, instalments after 5",
            name_zh="专项债券(有收益项目,20年,5年后分期还本)",
            pool=special,
            kernel="equal_principal",
            tenor=20,
            grace=5,
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
                pool=f"{of.prefix}{pool}",
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


def tables_of(of: Accounts, earning: tuple[str, ...]) -> dict[str, list[Any]]:
    """Funds, inflows, fiscal items, pools, debt and instruments of one district."""
    span = (of.first_year, of.last_year)
    inflows = [
        Inflow(fund=f"{of.prefix}{fund}", year=year, value=value, source=of.assumed)
        for fund, (start, growth) in of.flows.items()
        for year, value in path(*span, start, growth).items()
    ]
    fiscal = []
    for item, (start, growth) in of.items.items():
        for year, value in path(*span, start, growth).items():
            stated = of.stated.get(f"{item}:{year}")
            fiscal.append(
                FiscalItem(
                    jurisdiction=of.leader,
                    item=item,
                    year=year,
                    value=value,
                    quality="stated" if stated else "assumption",
                    source=stated or of.assumed,
                )
            )
    pools = [
        Pool(
            id=f"{of.prefix}general",
            name_en="General debt",
            name_zh="一般债务",
            service_funds={of.leader: f"{of.prefix}own-budget"},
        ),
        Pool(
            id=f"{of.prefix}special",
            name_en="Special debt",
            name_zh="专项债务",
            service_funds={of.leader: f"{of.prefix}gov-fund"},
        ),
    ]
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
        "fiscal": fiscal,
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
