"""What a plan's decisions lack under rules: limits, bands, bans of starts, coverage of bonds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infraplan.models.debt_rule import DebtRule
from infraplan.models.finance.appraisal import ramp_up_shares
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart, RuleYear
from infraplan.models.project import Mandate
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.formulation.debt_terms import kernel_of


@dataclass(frozen=True)
class Lack:
    """How much a year lacks under a rule (negative: has left), and the size of what is compared.

    `amount` is None where a rule is broken by a deed and not by money.
    """

    year: int
    amount: float | None
    size: float

    def exceeds(self, rounding: float) -> bool:
        """Whether something is missing, beyond rounding."""
        return self.amount is None or self.amount > rounding * max(1.0, self.size)


Found = tuple[str, list[Lack]]


def _rules(instance: Instance) -> dict[str, DebtRule]:
    rules = [rule for rules in RULE_SETS.values() for rule in rules]
    return {rule.id: rule for rule in [*rules, *instance.settings.finance.rules]}


def rule_lacks(instance: Instance, rows: Iterable[RuleYear], jurisdiction: str) -> Iterator[Found]:
    """Ceilings, quotas and debt rules of a jurisdiction: value less limit, year by year."""
    rules = _rules(instance)
    for row in rows:
        if row.jurisdiction != jurisdiction:
            continue
        if row.headroom is not None and row.limit is not None:
            size = max(abs(row.value), abs(row.limit))
            yield row.rule, [Lack(row.year, -row.headroom, size)]
        end = rules[row.rule].bands[-1].upper if row.band and row.rule in rules else None
        if end is not None and row.ratio:
            # Above the last closed band: value = ratio x base.
            limit = end * row.value / row.ratio
            yield row.rule, [Lack(row.year, row.value - limit, max(abs(row.value), abs(limit)))]


def ban_lacks(
    instance: Instance, plan: Plan, rows: Iterable[RuleYear], jurisdiction: str
) -> Iterator[Found]:
    """Starts of projects that a jurisdiction leads, in a year after a band that bans them."""
    rules = _rules(instance)
    for row in rows:
        if row.jurisdiction != jurisdiction or not row.band:
            continue
        rule = rules[row.rule]
        band = next(band for band in rule.bands if band.id == row.band)
        if not band.starts_banned:
            continue
        for start in plan.starts:
            project = instance.project_by_id[start.project]
            if (
                start.start == row.year + 1
                and instance.jurisdiction_of(project) == jurisdiction
                and project.mandatory is not Mandate.COMMITTED
                and project.sector not in rule.start_ban_exempt
            ):
                yield f"start_ban:{rule.id}", [Lack(start.start, None, 0.0)]


def coverage_lacks(instance: Instance, plan: Plan, jurisdiction: str) -> Iterator[Found]:
    """Tagged bonds of projects that a jurisdiction leads: service asked for less net revenue.

    The year is the last one that the test looks at, start + tenor.
    """
    asking = {
        row.id: row
        for row in instance.instruments
        if row.tagged and row.coverage is not None and not row.refinancing
    }
    issued: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for issue in plan.issues:
        if issue.instrument in asking:
            issued[issue.project][issue.instrument] += issue.amount
    for start in plan.starts:
        amounts = issued.get(start.project)
        if not amounts:
            continue
        if instance.jurisdiction_of(instance.project_by_id[start.project]) != jurisdiction:
            continue
        for tenor in sorted({asking[name].tenor for name in amounts}):
            asked = sum(
                (asking[name].coverage or 0.0) * kernel_of(asking[name]).service_per_unit * amount
                for name, amount in amounts.items()
                if asking[name].tenor <= tenor
            )
            there = max(0.0, _net_revenue(instance, start, start.start + tenor))
            lack = Lack(start.start + tenor, asked - there, max(asked, there))
            yield f"coverage:{start.project}", [lack]


def _net_revenue(instance: Instance, start: ProjectStart, through: int) -> float:
    """Nominal revenue less running cost over the operating years up to `through`."""
    project = instance.project_by_id[start.project]
    option = next(o for o in project.options if o.option == start.option)
    base = instance.settings.horizon.first_year
    years = range(start.opening, min(start.opening + option.lifetime - 1, through) + 1)
    ramp = ramp_up_shares((*option.ramp_up, 1.0), [year - start.opening for year in years])
    total = 0.0
    for year, share in zip(years, ramp, strict=True):
        earned = option.revenue * (1.0 + option.revenue_growth) ** (year - base) * float(share)
        total += (earned - option.fixed_om_cost) * instance.price_index(year)
    return total
