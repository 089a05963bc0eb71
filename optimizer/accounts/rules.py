"""Debt rules: fiscal items, what a rule measures and allows, bands and what they forbid.

Source: docs/laws.md section 4 (`debt_rule`, `band`), models/debt_rule.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from infraplan.models.debt_rule import DebtRule, ItemTerm, Quantity, QuantityTerm, Through
from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.instance import Instance
from infraplan.models.named_sets import debt_rules_named
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Project, Stage
from infraplan.optimizer.accounts.debt import (
    Issued,
    counted_debt,
    debt_span,
    debt_total,
    issued_by_instrument,
)
from infraplan.optimizer.accounts.tail import carried_on

if TYPE_CHECKING:
    from infraplan.models.plan import RuleYear


BoolArray = NDArray[np.bool_]

Measure = Callable[[QuantityTerm, IntArray], FloatArray]
"""What a term counts in each of the given years, without its factor and lag."""


class FiscalTable:
    """Fiscal items by jurisdiction and year, carried on by the instance's tail growth."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
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
            return carried_on(self._instance, value, given, year)
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


def band_position(rule: DebtRule, value: float, base: float) -> int:
    """Position of the first band with ``value <= upper x base`` (within 1e-6), else the last."""
    for position, band in enumerate(rule.bands):
        if band.upper is None:
            return position
        limit = band.upper * base
        if value <= limit + 1e-6 * max(1.0, abs(value), abs(limit)):
            return position
    return len(rule.bands) - 1


def rules_in_force(instance: Instance) -> list[tuple[DebtRule, str]]:
    """Every debt rule with each jurisdiction that it tests (one that has its base items)."""
    table = FiscalTable(instance)
    return [
        (rule, jurisdiction)
        for rule, jurisdiction in _rules_that_cover(instance)
        if all(table.has(jurisdiction, term.item) for term in rule.base)
    ]


def _rules_that_cover(instance: Instance) -> Iterator[tuple[DebtRule, str]]:
    """Every debt rule with each jurisdiction that is under it, whether it can be tested or not."""
    borrowers = {*instance.funded, *instance.debt_by_payer}
    rule_sets = {row.id: row.rule_sets for row in instance.jurisdictions}
    for jurisdiction in instance.jurisdiction_ids:
        named = rule_sets.get(jurisdiction, ())
        rules = [*debt_rules_named(named)]
        rules += [
            rule
            for rule in instance.settings.finance.rules
            if (jurisdiction in rule.jurisdictions)
            or (not rule.jurisdictions and jurisdiction in borrowers)
        ]
        for rule in rules:
            yield rule, jurisdiction


@dataclass(frozen=True)
class UntestedRule:
    """A rule that a jurisdiction is under, and that nothing tests for want of fiscal items."""

    rule: DebtRule
    jurisdiction: str
    items: tuple[str, ...]
    """Items of which the jurisdiction has no row."""
    years: IntArray
    """Years in which the rule would be tested, at least one."""


def untested_rules(instance: Instance) -> Iterator[UntestedRule]:
    """Yield rules that are not tested though there is, or may be, debt that they count.

    A rule that counts no debt (a ban by listing) is tested by the items that it adds, so that it
    lacks those as well.
    """
    table = FiscalTable(instance)
    for rule, jurisdiction in _rules_that_cover(instance):
        terms = [term for term in rule.terms if term.coefficient]
        needed = [term.item for term in (*(() if terms else rule.additions), *rule.base)]
        items = tuple(dict.fromkeys(i for i in needed if not table.has(jurisdiction, i)))
        if not items or (terms and not any(_owes(instance, jurisdiction, t) for t in terms)):
            continue
        years = tested_years(instance, rule, jurisdiction)
        if years.size:
            yield UntestedRule(rule, jurisdiction, items, years)


def _owes(instance: Instance, jurisdiction: str, term: QuantityTerm) -> bool:
    """Whether `jurisdiction` owes, or may owe, anything that `term` counts."""
    counted = counted_debt(instance, jurisdiction, term.pools, contracts=term.contracts)
    first_year = instance.settings.horizon.first_year
    years = np.arange(first_year - 1, int(debt_span(instance, jurisdiction)[-1]) + 1)
    owed = (counted.old(instance, flow, years) for flow in (Quantity.BALANCE, Quantity.SERVICE))
    return bool(counted.instruments) or any(flow.any() for flow in owed)


def rules_by_id(instance: Instance) -> dict[str, DebtRule]:
    """Every debt rule that there is, those of the instance before the ones of rule sets."""
    from infraplan.models.rule_sets import RULE_SETS

    rules = [rule for rules in RULE_SETS.values() for rule in rules]
    return {rule.id: rule for rule in [*rules, *instance.settings.finance.rules]}


def is_valid_in(rule: DebtRule, years: IntArray) -> BoolArray:
    """Whether each of `years` lies within the rule's dates, shape (years,)."""
    first = -np.inf if rule.valid_from is None else rule.valid_from
    last = np.inf if rule.valid_to is None else rule.valid_to
    return np.asarray((years >= first) & (years <= last), dtype=np.bool_)


def tested_years(instance: Instance, rule: DebtRule, jurisdiction: str) -> IntArray:
    """Years in which a rule is tested: the plan's, or through the last maturity, in its dates."""
    horizon = instance.settings.horizon
    years = np.arange(horizon.first_year, horizon.last_year + 1)
    if rule.through is Through.LAST_MATURITY:
        years = debt_span(instance, jurisdiction)
    return years[is_valid_in(rule, years)]


def left_side(
    table: FiscalTable, rule: DebtRule, jurisdiction: str, years: IntArray, measure: Measure
) -> FloatArray:
    """Left side of a rule in each of `years`, shape (years,).

    Formula: ``sum_a coef_a item_a[y + lag_a] + sum_q coef_q Q_q[y + lag_q]``, Q what `measure`
    finds.
    """
    total = table.total(jurisdiction, rule.additions, years)
    for term in rule.terms:
        total = total + term.coefficient * measure(term, years + term.lag)
    return total


def opening_band(table: FiscalTable, instance: Instance, rule: DebtRule, jurisdiction: str) -> int:
    """Band of the year before the plan: opening balances over that year's items.

    That year knows opening balances only, whatever the lag of a term. Outside the rule's dates it
    is the lowest.
    """
    before = np.array([instance.settings.horizon.first_year - 1])
    if not is_valid_in(rule, before)[0]:
        return 0

    def opening(term: QuantityTerm, _: IntArray) -> FloatArray:
        if term.quantity is not Quantity.BALANCE:
            return np.zeros(1)
        return debt_total(instance, nothing, jurisdiction, term, before)

    nothing = issued_by_instrument(instance, (), ())
    left = left_side(table, rule, jurisdiction, before, opening)
    base = table.base(jurisdiction, rule, before)
    return band_position(rule, float(left[0]), float(base[0]))


def is_banned(instance: Instance, rule: DebtRule, jurisdiction: str, project: Project) -> bool:
    """Whether a band of `rule` that bans starts forbids `project`.

    It is about new investment of the jurisdiction: projects that it leads and pays for, not works
    under way, nor those that the rule exempts or a higher government has approved.
    """
    words = {project.sector, project.subsector}
    is_meant = not rule.start_banned or bool(words.intersection(rule.start_banned))
    is_under_way = (
        project.stage is Stage.UNDER_CONSTRUCTION or duty_of(project) is Mandate.COMMITTED
    )
    return (
        instance.jurisdiction_of(project) == jurisdiction
        and instance.shares_of(project).get(jurisdiction, 0.0) > 0.0
        and is_meant
        and not words.intersection(rule.start_ban_exempt)
        and not is_under_way
        and not project.start_approved
    )


def words_of_bans(instance: Instance) -> frozenset[str]:
    """Sectors and subsectors that bans of starts name, as those they are about or those exempt."""
    rules = [rule for rule, _ in rules_in_force(instance)]
    return frozenset(
        word
        for rule in rules
        if any(band.starts_banned for band in rule.bands)
        for word in (*rule.start_banned, *rule.start_ban_exempt)
    )


@dataclass(frozen=True)
class BandPath:
    """Bands of a rule for a jurisdiction: of the year before the plan, and of each plan year."""

    rule: DebtRule
    jurisdiction: str
    positions: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Band of each plan year."""
        return tuple(self.rule.bands[position].id for position in self.positions[1:])

    @property
    def quota_shares(self) -> tuple[float, ...]:
        """Share of each plan year's quotas that the band of the year before leaves."""
        return tuple(self.rule.bands[position].quota_share for position in self.positions[:-1])


def band_paths(instance: Instance, issued: Mapping[str, Issued]) -> tuple[BandPath, ...]:
    """Bands of every banded rule in force."""
    table, horizon = FiscalTable(instance), instance.settings.horizon
    years = np.arange(horizon.first_year, horizon.last_year + 1)
    found: list[BandPath] = []
    for rule, jurisdiction in rules_in_force(instance):
        if not rule.bands:
            continue
        left = left_side(
            table, rule, jurisdiction, years, _measured(instance, issued, jurisdiction)
        )
        base = table.base(jurisdiction, rule, years)
        first = opening_band(table, instance, rule, jurisdiction)
        later = [
            band_position(rule, float(v), float(b)) if valid else 0
            for v, b, valid in zip(left, base, is_valid_in(rule, years), strict=True)
        ]
        found.append(BandPath(rule, jurisdiction, (first, *later)))
    return tuple(found)


def _measured(instance: Instance, issued: Mapping[str, Issued], jurisdiction: str) -> Measure:
    return lambda term, years: debt_total(instance, issued, jurisdiction, term, years)


def debt_rule_years(
    instance: Instance, issued: Mapping[str, Issued], bands: Iterable[BandPath]
) -> Iterator[RuleYear]:
    """Every debt rule by tested year: measured, limit, headroom, ratio, band."""
    from infraplan.models.plan import RuleYear

    table = FiscalTable(instance)
    begin = instance.settings.horizon.first_year
    banded = {(path.rule.id, path.jurisdiction): path.names for path in bands}
    for rule, jurisdiction in rules_in_force(instance):
        years = tested_years(instance, rule, jurisdiction)
        left = left_side(
            table, rule, jurisdiction, years, _measured(instance, issued, jurisdiction)
        )
        base = table.base(jurisdiction, rule, years)
        names = banded.get((rule.id, jurisdiction), ())
        for at, year in enumerate(years.tolist()):
            value = float(left[at])
            limit = None if rule.ratio is None else float(rule.ratio * base[at])
            yield RuleYear(
                jurisdiction=jurisdiction,
                rule=rule.id,
                year=year,
                value=value,
                limit=limit,
                headroom=None if limit is None else limit - value,
                ratio=value / float(base[at]) if base[at] > 0.0 else None,
                band=names[year - begin] if year - begin < len(names) else "",
            )
