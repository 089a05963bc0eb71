"""Fiscal items, fund inflows and debt rules as the formulation reads them."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from infraplan.models.debt_rule import DebtRule, ItemTerm
from infraplan.models.funding import Basis, Fund
from infraplan.models.instance import Instance
from infraplan.models.rule_sets import rules_of_set
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


class FiscalTable:
    """Fiscal items by jurisdiction and year, carried on by the instance's tail growth."""

    def __init__(self, instance: Instance) -> None:
        self._growth = 1.0 + instance.settings.finance.tail_growth
        rows: dict[tuple[str, str], dict[int, float]] = {}
        for row in instance.fiscal:
            rows.setdefault((row.jurisdiction, row.item), {})[row.year] = row.value
        self._rows = {key: sorted(values.items()) for key, values in rows.items()}

    def has(self, jurisdiction: str, item: str) -> bool:
        """Whether any year of the item is given."""
        return (jurisdiction, item) in self._rows

    def value(self, jurisdiction: str, item: str, year: int) -> float:
        """Item of `year`: its row, else the nearest earlier one (grown after the last row)."""
        rows = self._rows[jurisdiction, item]
        position = bisect_right([given for given, _ in rows], year) - 1
        if position < 0:
            return rows[0][1]
        given, value = rows[position]
        if position == len(rows) - 1:
            return float(value * self._growth ** (year - given))
        return value

    def total(self, jurisdiction: str, terms: tuple[ItemTerm, ...], years: IntArray) -> FloatArray:
        """`sum coefficient * item[year + lag]`, shape (years,); absent items count as 0."""
        total = np.zeros(len(years))
        for term in terms:
            if self.has(jurisdiction, term.item):
                total += term.coefficient * np.array(
                    [self.value(jurisdiction, term.item, int(year) + term.lag) for year in years]
                )
        return total

    def base(self, jurisdiction: str, rule: DebtRule, years: IntArray) -> FloatArray:
        """Base sum of a rule, at least 0: what a negative one forbids, nothing owed obeys."""
        return np.maximum(self.total(jurisdiction, rule.base, years), 0.0)


def fund_inflows(instance: Instance, fund: Fund, years: IntArray) -> FloatArray:
    """Nominal inflow of `fund` in each year: inside the plan 0 without a row, carried on after."""
    rows = sorted((row.year, row.value) for row in instance.inflows if row.fund == fund.id)
    given = dict(rows)
    last_plan = instance.settings.horizon.last_year
    growth = 1.0 + instance.settings.finance.tail_growth
    inflow = np.zeros(len(years))
    for position, year in enumerate(int(y) for y in years):
        if year in given:
            value = given[year]
        elif year <= last_plan or not rows:
            value = 0.0
        else:
            earlier = [row for row in rows if row[0] < year]
            value = earlier[-1][1] * growth ** (year - earlier[-1][0]) if earlier else 0.0
        index = instance.price_index(year) if fund.basis is Basis.REAL else 1.0
        inflow[position] = fund.certainty * value * index
    return inflow


def band_position(rule: DebtRule, value: float, base: float) -> int:
    """Position of the first band with ``value <= upper x base`` (within 1e-6), else the last."""
    for position, band in enumerate(rule.bands):
        if band.upper is None:
            return position
        limit = band.upper * base
        if value <= limit + 1e-6 * max(1.0, abs(value), abs(limit)):
            return position
    return len(rule.bands) - 1


def rules_in_force(instance: Instance, funded: tuple[str, ...]) -> list[tuple[DebtRule, str]]:
    """Every debt rule with each jurisdiction that it tests (one that has its base items)."""
    table = FiscalTable(instance)
    borrowers = set(funded) | {row.jurisdiction for row in instance.debt}
    found: list[tuple[DebtRule, str]] = []
    for jurisdiction in instance.jurisdiction_ids:
        named = next((j.rule_sets for j in instance.jurisdictions if j.id == jurisdiction), ())
        rules = [rule for name in named for rule in rules_of_set(name)]
        rules += [
            rule
            for rule in instance.settings.finance.rules
            if (jurisdiction in rule.jurisdictions)
            or (not rule.jurisdictions and jurisdiction in borrowers)
        ]
        for rule in rules:
            if all(table.has(jurisdiction, term.item) for term in rule.base):
                found.append((rule, jurisdiction))
    return found
