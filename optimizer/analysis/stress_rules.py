"""By how much a plan exceeds its rules: limits, bands, bans of starts, coverage of bonds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, RuleYear
from infraplan.optimizer.accounts.coverage import coverage_tests
from infraplan.optimizer.accounts.rules import is_banned, rules_by_id


@dataclass(frozen=True)
class Exceedance:
    """By how much a year exceeds a rule (negative: room that is left), and the size compared.

    `amount` is None where a rule is broken by a deed and not by money.
    """

    year: int
    amount: float | None
    size: float

    def exceeds(self, rounding: float) -> bool:
        """Whether something is missing, beyond rounding."""
        return self.amount is None or self.amount > rounding * max(1.0, self.size)


Found = tuple[str, list[Exceedance]]


def rule_exceedances(
    instance: Instance, rows: Iterable[RuleYear], jurisdiction: str
) -> Iterator[Found]:
    """Ceilings, quotas and debt rules of a jurisdiction: value less limit, year by year."""
    rules = rules_by_id(instance)
    for row in rows:
        if row.jurisdiction != jurisdiction:
            continue
        if row.headroom is not None and row.limit is not None:
            size = max(abs(row.value), abs(row.limit))
            yield row.rule, [Exceedance(row.year, -row.headroom, size)]
        end = rules[row.rule].bands[-1].upper if row.band and row.rule in rules else None
        if end is not None and row.ratio:
            # Above the last closed band: value = ratio x base.
            limit = end * row.value / row.ratio
            size = max(abs(row.value), abs(limit))
            yield row.rule, [Exceedance(row.year, row.value - limit, size)]


def ban_exceedances(
    instance: Instance, plan: Plan, rows: Iterable[RuleYear], jurisdiction: str
) -> Iterator[Found]:
    """Starts of projects that a jurisdiction leads, in a year after a band that bans them."""
    rules = rules_by_id(instance)
    for row in rows:
        if row.jurisdiction != jurisdiction or not row.band:
            continue
        rule = rules[row.rule]
        band = next(band for band in rule.bands if band.id == row.band)
        if not band.starts_banned:
            continue
        for start in plan.starts:
            project = instance.project_by_id[start.project]
            if start.start == row.year + 1 and is_banned(instance, rule, jurisdiction, project):
                yield f"start_ban:{rule.id}", [Exceedance(start.start, None, 0.0)]


def coverage_exceedances(instance: Instance, plan: Plan, jurisdiction: str) -> Iterator[Found]:
    """Tagged bonds of projects that a jurisdiction leads: service asked for less net revenue.

    Projects of a bundle are tested together. The year is the last one that the test looks at.
    """
    for test in coverage_tests(instance, plan.issues, plan.starts):
        if jurisdiction in test.leaders:
            size = max(test.asked, test.revenue)
            exceedance = Exceedance(test.last_year, test.asked - test.revenue, size)
            yield f"coverage:{test.group[1]}", [exceedance]
