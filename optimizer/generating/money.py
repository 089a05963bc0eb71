"""Funds, debt and the rule on debt of a made-up plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infraplan.models.debt_rule import DebtRule, Finance, ItemTerm, Quantity, QuantityTerm
from infraplan.models.finance.repayment_form import RepaymentForm
from infraplan.models.funding import Fund, FundKind, Inflow, Instrument, Pool
from infraplan.models.horizon import Title
from infraplan.models.jurisdiction import DebtPosition, FiscalItem
from infraplan.models.progress import profile_of
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.generating.draws import (
    FIRST_YEAR,
    SOURCE,
    Request,
    district_id,
    district_names,
    rounded,
)
from infraplan.optimizer.generating.parameters import CALIBRATED

TRANSFER_SECTORS = ("environment", "rural", "safety", "transport", "water")
"""What earmarked transfers pay for."""
TRANSFER_SHARE = 0.5
"""Most of a project's payments that they bear."""
RESERVE = 1.05
"""Own money of a year over what committed works and old debt ask for then, at least."""
_BONDS = {"general": "一般债券", "special": "专项债券"}
"""What bonds of a pool are called in Chinese."""
POOLS = {
    "general": ("General debt", "一般债务", RepaymentForm.BULLET, 0),
    "special": ("Special debt", "专项债务", RepaymentForm.EQUAL_PRINCIPAL, 5),
}
"""Names, repayment and years of grace by pool."""


@dataclass(frozen=True)
class District:
    """Money of a district: by year, without and with what must be paid."""

    id: str
    money: float
    """Over all years, less the service of old debt."""
    asked: tuple[float, ...]
    """What committed works cost in each year."""
    lives: tuple[tuple[str, int], ...]
    """Sector and life of each project."""


def districts_of(request: Request, projects: list[Project]) -> list[District]:
    """What each district has, and what its committed works ask for."""
    cost = {district_id(n): 0.0 for n in range(1, request.districts + 1)}
    asked = {name: [0.0] * request.years for name in cost}
    lives: dict[str, list[tuple[str, int]]] = {name: [] for name in cost}
    for project in projects:
        district, option = project.jurisdiction or "", project.options[0]
        cost[district] += option.overnight_cost
        lives[district].append((project.sector, option.lifetime))
        if project.mandatory is Mandate.COMMITTED:
            for year, share in enumerate(profile_of(option)):
                if year < request.years:
                    asked[district][year] += share * option.overnight_cost
    return [
        District(name, CALIBRATED.money * amount, tuple(asked[name]), tuple(lives[name]))
        for name, amount in cost.items()
    ]


def money_tables(request: Request, projects: list[Project]) -> dict[str, Any]:
    """Tables of money; with debt also instruments, pools, quotas, ceilings and revenue."""
    districts = districts_of(request, projects)
    funds, inflows = [], []
    sectors = {project.sector for project in projects}
    earmark = TRANSFER_SECTORS if sectors.intersection(TRANSFER_SECTORS) else ()
    for district in districts:
        funds += _funds(district, earmark)
        inflows += _inflows(request, district)
    tables: dict[str, Any] = {"funds": tuple(funds), "inflows": tuple(inflows)}
    if request.debt:
        tables["pools"] = tuple(_pool(pool, districts) for pool in POOLS)
        tables["instruments"] = tuple(_bond(d, pool, earmark) for d in districts for pool in POOLS)
        tables["debt"] = tuple(row for d in districts for row in _debt(request, d))
        tables["fiscal"] = tuple(row for d in districts for row in _fiscal(request, d))
    return tables


def finance_of(request: Request) -> Finance:
    """One rule: the balance of all debt within a multiple of general revenue."""
    if not request.debt:
        return Finance()
    ratio = rounded(CALIBRATED.ceiling / CALIBRATED.revenue)
    rule = DebtRule(
        id="debt-to-revenue",
        title=Title(en="Debt balance to general revenue", zh="债务余额与一般公共预算收入之比"),
        terms=(QuantityTerm(quantity=Quantity.BALANCE),),
        base=(ItemTerm(item="general_revenue"),),
        ratio=ratio,
        source=SOURCE,
    )
    return Finance(rules=(rule,), tail_growth=CALIBRATED.money_growth)


def _funds(district: District, earmark: tuple[str, ...]) -> list[Fund]:
    name_en, name_zh = district_names(district.id)
    return [
        Fund(
            id=f"{district.id}-own",
            name_en=f"Own budget, {name_en}",
            name_zh=f"{name_zh}本级预算",
            jurisdiction=district.id,
            kind=FundKind.OWN_BUDGET,
            source=SOURCE,
        ),
        Fund(
            id=f"{district.id}-transfers",
            name_en=f"Transfers, {name_en}",
            name_zh=f"{name_zh}上级转移支付",
            jurisdiction=district.id,
            kind=FundKind.TRANSFER,
            sectors=earmark,
            max_share=TRANSFER_SHARE,
            source=SOURCE,
        ),
    ]


def _inflows(request: Request, district: District) -> list[Inflow]:
    """Yearly money; in a year that asks for more than comes, so much more comes."""
    growth = [(1.0 + CALIBRATED.money_growth) ** year for year in range(request.years)]
    rows = []
    for year, factor in enumerate(growth):
        coming = district.money * factor / sum(growth)
        own = max((1.0 - CALIBRATED.transfers) * coming, RESERVE * district.asked[year])
        own += RESERVE * _service(request, district, year)
        for fund, value in (("own", own), ("transfers", CALIBRATED.transfers * coming)):
            rows.append(
                Inflow(
                    fund=f"{district.id}-{fund}",
                    year=FIRST_YEAR + year,
                    value=rounded(value),
                    source=SOURCE,
                )
            )
    return rows


def _old_debt(district: District) -> float:
    """Old debt of one pool; both have as much."""
    return CALIBRATED.old_debt * district.money / len(POOLS)


def _due(district: District, year: int) -> tuple[float, float]:
    """Principal and interest of one pool's old debt, `year` years after the plan's first one."""
    old = _old_debt(district)
    left = max(0.0, 1.0 - CALIBRATED.repaid * year)
    return old * min(left, CALIBRATED.repaid), old * left * CALIBRATED.old_rate


def _service(request: Request, district: District, year: int) -> float:
    return len(POOLS) * sum(_due(district, year)) if request.debt else 0.0


def _pool(pool: str, districts: list[District]) -> Pool:
    english, chinese, _, _ = POOLS[pool]
    return Pool(
        id=pool,
        name_en=english,
        name_zh=chinese,
        service_funds={district.id: f"{district.id}-own" for district in districts},
    )


def _bond(district: District, pool: str, earmark: tuple[str, ...]) -> Instrument:
    """A bond of a pool, owed for no longer than some of what it may pay for lasts."""
    english, _, kernel, grace = POOLS[pool]
    name_en, name_zh = district_names(district.id)
    sectors = earmark if pool == "general" else ()
    lives = [life for sector, life in district.lives if not sectors or sector in sectors]
    return Instrument(
        id=f"{district.id}-{pool}-bond",
        name_en=f"{english}: bond of {name_en}",
        name_zh=f"{name_zh}{_BONDS[pool]}",
        jurisdiction=district.id,
        pool=pool,
        kernel=kernel,
        tenor=min(CALIBRATED.tenors[pool], max(lives, default=CALIBRATED.tenors[pool])),
        grace=grace,
        rate=CALIBRATED.bond_rate,
        sectors=sectors,
        max_share=0.8,
        source=SOURCE,
    )


def _debt(request: Request, district: District) -> list[DebtPosition]:
    """Old debt to its last year; quotas and ceilings in the years of the plan."""
    rows = []
    quota = CALIBRATED.quota * district.money / len(POOLS) / request.years
    last = max(request.years, int(1.0 / CALIBRATED.repaid) + 1)
    for pool in POOLS:
        for year in range(last):
            principal, interest = _due(district, year)
            planned = year < request.years
            growth = (1.0 + CALIBRATED.money_growth) ** year
            ceiling = CALIBRATED.ceiling * _old_debt(district) * growth
            rows.append(
                DebtPosition(
                    jurisdiction=district.id,
                    pool=pool,
                    year=FIRST_YEAR + year,
                    opening_balance=_old_debt(district) if year == 0 else None,
                    principal_due=principal,
                    interest_due=interest,
                    ceiling=rounded(ceiling) if planned else None,
                    new_quota=rounded(quota) if planned else None,
                    source=SOURCE,
                )
            )
    return rows


def _fiscal(request: Request, district: District) -> list[FiscalItem]:
    first = CALIBRATED.revenue * _old_debt(district) * len(POOLS)
    return [
        FiscalItem(
            jurisdiction=district.id,
            item="general_revenue",
            year=FIRST_YEAR + year,
            value=rounded(first * (1.0 + CALIBRATED.money_growth) ** year),
            source=SOURCE,
        )
        for year in range(request.years)
    ]
