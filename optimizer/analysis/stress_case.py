"""What a stress case makes worse: inflows, fiscal items, project revenue, rates of new debt.

Own revenue falls in funds of kind `own_budget` and in the items of `OWN_ITEMS`, land money in funds
of kind `land` and in those of `LAND_ITEMS`; transfers, grants and private money stay. Items made of
others (`PARTS`) lose what their parts lose: a government without reserves spends less by what it
takes in less, or saves less by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from infraplan.models.funding import Fund, FundKind
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import FiscalItem
from infraplan.models.project import Project
from infraplan.optimizer.accounts.debt import last_debt_year
from infraplan.optimizer.accounts.inflows import share_still_counted
from infraplan.optimizer.accounts.rules import FiscalTable, rules_in_force

OWN_ITEMS = frozenset(
    {
        "general_revenue",
        "current_revenue",
        "own_revenue",
        "tax_revenue",
        "net_revenue_stream",
        "system_net_revenue",
    }
)
LAND_ITEMS = frozenset({"fund_revenue", "land_revenue", "own_capital_revenue"})
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "comprehensive_capacity": ("general_revenue", "fund_revenue"),
        "general_expenditure": ("general_revenue",),
        "fund_expenditure": ("fund_revenue",),
        "gross_saving": ("current_revenue",),
        "operating_saving": ("current_revenue",),
    }
)
"""Items that fall by what the items behind them lose, in money."""

OWN_FUNDS = frozenset({FundKind.OWN_BUDGET})
LAND_FUNDS = frozenset({FundKind.LAND})

_LAGS = 5
"""Largest lag of a debt rule, years."""


@dataclass(frozen=True)
class StressCase:
    """How much worse: shares of revenue and land money lost, points added to rates of new debt.

    With `ppp` the plan's largest concession fails and the government repays its partner.
    """

    name: str
    revenue: float = 0.0
    land: float = 0.0
    rate: float = 0.0
    ppp: bool = False

    def lost(self, item: str) -> float:
        """Share of a fiscal item that is lost; of one made of parts, where no part is given."""
        if item in OWN_ITEMS:
            return self.revenue
        if item in LAND_ITEMS:
            return self.land
        return self.lost(PARTS[item][0]) if item in PARTS else 0.0


def unmoved_items(instance: Instance) -> tuple[str, ...]:
    """Fiscal items that debt rules in force look at and that no case moves, sorted."""
    looked_at = {
        term.item for rule, _ in rules_in_force(instance) for term in (*rule.base, *rule.additions)
    }
    return tuple(sorted(looked_at - OWN_ITEMS - LAND_ITEMS - set(PARTS)))


def stressed(instance: Instance, case: StressCase) -> Instance:
    """The instance under `case` from the plan's first year on; old debt keeps its rates."""
    left = {fund.id: _left(fund, case) for fund in instance.funds}
    inflows = tuple(
        row.model_copy(update={"value": row.value * left[row.fund]}) for row in instance.inflows
    )
    receipts = tuple(
        row.model_copy(update={"value": row.value * left[row.fund]}) for row in instance.receipts
    )
    instruments = tuple(
        row.model_copy(update={"rate": row.rate + case.rate}) for row in instance.instruments
    )
    kept = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(
        **kept
        | {
            "inflows": inflows,
            "receipts": receipts,
            "instruments": instruments,
            "fiscal": _fiscal(instance, case),
            "projects": tuple(_project(row, case) for row in instance.projects),
        }
    )


def _left(fund: Fund, case: StressCase) -> float:
    """Share of what the plan counts on that a fund still gets."""
    lost = {
        **dict.fromkeys(OWN_FUNDS, case.revenue),
        **dict.fromkeys(LAND_FUNDS, case.land),
    }
    return share_still_counted(fund, 1.0 - lost.get(fund.kind, 0.0))


def _project(project: Project, case: StressCase) -> Project:
    """The project with less revenue from its users, which is what covers its bonds."""
    if not case.revenue or not any(option.revenue for option in project.options):
        return project
    left = 1.0 - case.revenue
    options = tuple(
        option.model_copy(update={"revenue": option.revenue * left}) for option in project.options
    )
    return project.model_copy(update={"options": options})


def _fiscal(instance: Instance, case: StressCase) -> tuple[FiscalItem, ...]:
    """Every item that moves, year by year to the last repayment; the others as they are."""
    table = FiscalTable(instance)
    first = instance.settings.horizon.first_year
    rows: list[FiscalItem] = []
    moved: set[tuple[str, str]] = set()
    for row in instance.fiscal:
        key = (row.jurisdiction, row.item)
        if not case.lost(row.item) and not any(case.lost(p) for p in PARTS.get(row.item, ())):
            rows.append(row)
        elif key not in moved:
            moved.add(key)
            last = last_debt_year(instance, row.jurisdiction) + _LAGS
            for year in range(first - _LAGS, last + 1):
                value = table.value(row.jurisdiction, row.item, year)
                if year >= first:
                    value -= _loss(table, case, row, year)
                rows.append(row.model_copy(update={"year": year, "value": value}))
    return tuple(rows)


def _loss(table: FiscalTable, case: StressCase, row: FiscalItem, year: int) -> float:
    """What an item loses in a year."""
    where = row.jurisdiction
    parts = [part for part in PARTS.get(row.item, ()) if table.has(where, part)]
    if parts:
        return sum(case.lost(part) * table.value(where, part, year) for part in parts)
    return case.lost(row.item) * table.value(where, row.item, year)
