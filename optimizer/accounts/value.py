"""Value: present values by option and start, computed once, and the terms of a plan's objective.

Source of every formula: docs/laws.md section 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from infraplan.models.finance.appraisal import ResidualMethod
from infraplan.models.finance.discounting import FloatArray, RateSchedule, discount_factors
from infraplan.models.finance.start_values import OptionArrays, npv_by_start, option_arrays
from infraplan.models.horizon import Appraisal, Objective
from infraplan.models.plan import DateOutcome, ObjectiveTerm, ProjectStart, TargetOutcome
from infraplan.models.relation import Relation, RelationType
from infraplan.models.renewal import line_of
from infraplan.optimizer.accounts.candidates import Candidates, standing_starts
from infraplan.optimizer.accounts.dates import DateCosts, date_costs
from infraplan.optimizer.accounts.retirement import last_operating_year, retirement_worth
from infraplan.optimizer.accounts.spending import Spending, cost_uplift, spending_of
from infraplan.optimizer.accounts.stopping import (
    StoppingCosts,
    stopped,
    stopping_costs,
    worth_of_stopping,
)

VALUE_TERMS = ("benefit", "metric_value", "construction", "om", "residual", "retires")

WITH_WORTH = {RelationType.SYNERGY, RelationType.SUBSTITUTE, RelationType.SHARED_WORKS}
"""Relations that have a value."""


def rate_schedule(appraisal: Appraisal) -> RateSchedule:
    """Discount rate as the arithmetic wants it: a constant, or steps beginning at offset 0."""
    if not appraisal.discount_steps:
        return appraisal.discount_rate
    steps = {step.from_offset: step.rate for step in appraisal.discount_steps}
    if min(steps) > 0:
        steps[0] = appraisal.discount_rate
    return dict(sorted(steps.items()))


@dataclass(frozen=True)
class Coefficients:
    """Present values by option and start year, and spending.

    `terms[name]` has shape (options, T), signed as it enters the objective.
    """

    candidates: Candidates
    terms: dict[str, FloatArray]
    discount: FloatArray
    """Discount factors of the years from the first plan year to the appraisal end."""

    @cached_property
    def dates(self) -> DateCosts:
        """What missing stated dates costs; no part of a project's own `value`."""
        return date_costs(self.candidates, self.discount)

    @cached_property
    def stopping(self) -> StoppingCosts:
        """What stopping works under way costs; no part of a project's own `value`."""
        return stopping_costs(self.candidates, self.discount)

    @cached_property
    def saved(self) -> FloatArray:
        """What a start saves of missed dates and of stopping, shape (options, T)."""
        return self.dates.saved + self.stopping.saved

    @cached_property
    def without(self) -> float:
        """What missed dates and stopping cost where nothing is started."""
        return self.dates.without + self.stopping.without

    @cached_property
    def value(self) -> FloatArray:
        """Net present value by option and start year, shape (options, T), in money."""
        return np.asarray(sum(self.terms.values()), dtype=np.float64)

    @cached_property
    def spending(self) -> Spending:
        """Spending of every option and start inside its window, year by year."""
        return spending_of(self.candidates)

    @cached_property
    def gain(self) -> FloatArray:
        """Value of a start but for construction and what it retires, shape (options, T).

        It is what partners share.
        """
        return self.value - self.terms["construction"] - self.terms["retires"]

    @cached_property
    def worth_of_nominal(self) -> FloatArray:
        """Present real value of a unit of nominal money, by year of `money_years`, shape (M,)."""
        years = self.candidates.num_money_years
        return np.asarray(self.discount[:years] / self.candidates.price_index)


def build_coefficients(candidates: Candidates) -> Coefficients:
    """Compute every present value of `candidates` in a few vectorised passes."""
    instance = candidates.instance
    appraisal = instance.settings.appraisal
    end = instance.end_year
    schedule = rate_schedule(appraisal)
    discount = discount_factors(
        np.arange(candidates.first_year, end + 1),
        candidates.first_year,
        schedule,
        appraisal.discount_timing.years,
    )
    count, years = len(candidates.options), candidates.num_years
    terms = {name: np.zeros((count, years)) for name in VALUE_TERMS}
    if not count:
        return Coefficients(candidates, terms, discount)
    escalation = 1.0 + appraisal.cost_escalation
    at_base = escalation ** (candidates.first_year - instance.settings.price_year)
    method = ResidualMethod(appraisal.residual_value.value)
    values = npv_by_start(
        _arrays(candidates, at_base),
        base_year=candidates.first_year,
        horizon_years=years,
        appraisal_end_year=end,
        schedule=schedule,
        part_of_year=appraisal.discount_timing.years,
        residual_method=method,
        cost_escalation=appraisal.cost_escalation,
    )
    uplift = np.array([cost_uplift(instance, flat.project) for flat in candidates.options])
    terms["benefit"] += values.benefit
    terms["construction"] -= values.construction * uplift[:, None]
    terms["om"] -= values.om
    # The law states the value left at price-year prices, without escalation.
    left = values.residual
    if method is ResidualMethod.STRAIGHT_LINE:
        left = left / escalation ** (end - instance.settings.price_year)
    terms["residual"] += left
    _add_streams(candidates, terms, schedule, method)
    _add_metric_value(candidates, terms, schedule)
    if instance.retired_by:
        terms["retires"] += retirement_worth(candidates, schedule)
    return Coefficients(candidates, terms, discount)


def _arrays(candidates: Candidates, at_base: float) -> OptionArrays:
    """Data of every option, costs times `at_base`: at the prices of the plan's first year."""
    chosen = [flat.option for flat in candidates.options]
    streams = max(1, *(len(option.benefits) for option in chosen))
    value, growth = np.zeros((len(chosen), streams)), np.zeros((len(chosen), streams))
    for row, option in enumerate(chosen):
        value[row, : len(option.benefits)] = list(option.benefits.values())
        growth[row, :] = option.benefit_growth
    return option_arrays(
        overnight_cost=[option.overnight_cost * at_base for option in chosen],
        spending_profiles=[flat.profile for flat in candidates.options],
        lead_time=[option.lead_time for option in chosen],
        lifetime=[option.lifetime for option in chosen],
        fixed_om_cost=[option.fixed_om_cost for option in chosen],
        benefit_value=value,
        benefit_growth=growth,
        ramp_up=[(*option.ramp_up, 1.0) for option in chosen],
        financial_life=[option.written_off_in for option in chosen],
        spent_before=[flat.spent_before * at_base for flat in candidates.options],
        written_off=[flat.written_off for flat in candidates.options],
    )


def _add_streams(
    candidates: Candidates,
    terms: dict[str, FloatArray],
    schedule: RateSchedule,
    method: ResidualMethod,
) -> None:
    """Add the further benefit streams, each with growth and ramp-up of its own."""
    rows = [
        (number, stream)
        for stream in candidates.instance.benefits
        for number in candidates.options_of[candidates.project_index[stream.project]]
        if stream.option in {"", candidates.options[number].option.option}
    ]
    if not rows:
        return
    numbers = [number for number, _ in rows]
    values = _streams_only(
        candidates,
        numbers,
        [stream.value for _, stream in rows],
        [stream.growth for _, stream in rows],
        [(*stream.ramp_up, 1.0) for _, stream in rows],
        schedule,
        method,
    )
    np.add.at(terms["benefit"], numbers, values[0])
    if method is ResidualMethod.PV_OF_REMAINING_NET_BENEFITS:
        np.add.at(terms["residual"], numbers, values[1])


def _add_metric_value(
    candidates: Candidates, terms: dict[str, FloatArray], schedule: RateSchedule
) -> None:
    """Add outputs times their prices; no ramp-up, no growth, nothing after the appraisal."""
    prices = candidates.instance.settings.appraisal.metric_prices
    worth = [
        sum(prices.get(metric, 0.0) * amount for metric, amount in flat.option.outputs.items())
        for flat in candidates.options
    ]
    numbers = [number for number, value in enumerate(worth) if value]
    if not numbers:
        return
    values = _streams_only(
        candidates,
        numbers,
        [worth[number] for number in numbers],
        [0.0] * len(numbers),
        [(1.0,)] * len(numbers),
        schedule,
        ResidualMethod.NONE,
    )
    terms["metric_value"][numbers] += values[0]


def _streams_only(
    candidates: Candidates,
    numbers: list[int],
    value: list[float],
    growth: list[float],
    ramp_up: list[tuple[float, ...]],
    schedule: RateSchedule,
    method: ResidualMethod,
) -> tuple[FloatArray, FloatArray]:
    """Present value of bare streams of options `numbers`: within the appraisal, and after it."""
    chosen = [candidates.options[number] for number in numbers]
    arrays = option_arrays(
        overnight_cost=[0.0] * len(numbers),
        spending_profiles=[flat.profile for flat in chosen],
        lead_time=[flat.option.lead_time for flat in chosen],
        lifetime=[flat.option.lifetime for flat in chosen],
        fixed_om_cost=[0.0] * len(numbers),
        benefit_value=value,
        benefit_growth=np.array(growth)[:, None],
        ramp_up=ramp_up,
    )
    values = npv_by_start(
        arrays,
        base_year=candidates.first_year,
        horizon_years=candidates.num_years,
        appraisal_end_year=candidates.instance.end_year,
        schedule=schedule,
        part_of_year=candidates.instance.settings.appraisal.discount_timing.years,
        residual_method=method,
    )
    return values.benefit, values.residual


def members_needed(relation: Relation) -> int:
    """Members that must serve for a synergy or a substitute to count."""
    if relation.count:
        return relation.count
    return len(relation.members) if relation.type is RelationType.SYNERGY else 2


def objective_terms(
    coefficients: Coefficients,
    starts: Iterable[ProjectStart],
    targets: Iterable[TargetOutcome],
    dates: Iterable[DateOutcome] = (),
    service: Iterable[ObjectiveTerm] = (),
) -> tuple[ObjectiveTerm, ...]:
    """Every non-zero term of the objective of a plan, signed; `service` is that of its networks."""
    candidates = coefficients.candidates
    chosen = {start.project: start for start in starts}
    if candidates.instance.settings.objective is Objective.MAKESPAN:
        return _makespan_term(candidates.first_year, chosen.values())
    built = {start.project: start for start in standing_starts(candidates.instance)} | chosen
    rows: list[ObjectiveTerm] = []
    for start in chosen.values():
        number = candidates.number_of(start)
        for term in VALUE_TERMS:
            value = float(coefficients.terms[term][number, start.start - candidates.first_year])
            if value != 0.0:
                rows.append(ObjectiveTerm(term=term, subject=start.project, value=value))
    for relation in candidates.instance.relations:
        if not relation.is_enforced or relation.type not in WITH_WORTH:
            continue
        value = relation_value(coefficients, relation, built)
        if value != 0.0:
            rows.append(
                ObjectiveTerm(term=relation.type.value, subject=relation.label, value=value)
            )
    rows += [
        ObjectiveTerm(term="shortfall", subject=outcome.target, value=-outcome.penalty)
        for outcome in targets
        if outcome.penalty
    ]
    rows += [
        ObjectiveTerm(term="stated_date", subject=f"{row.project}:{row.kind}", value=-row.cost)
        for row in dates
        if row.cost
    ]
    discount = coefficients.discount
    rows += [
        ObjectiveTerm(term="stopping", subject=row.id, value=-worth_of_stopping(row, discount))
        for row in stopped(candidates.instance, chosen)
        if row.stopping_cost
    ]
    return (*rows, *service)


def _makespan_term(first_year: int, starts: Iterable[ProjectStart]) -> tuple[ObjectiveTerm, ...]:
    """The one term of the objective `makespan`; none where its value is 0."""
    years = max((start.opening for start in starts), default=first_year) - first_year
    return (ObjectiveTerm(term="makespan", subject="plan", value=-float(years)),) if years else ()


def relation_value(
    coefficients: Coefficients, relation: Relation, there: dict[str, ProjectStart]
) -> float:
    """Present value of one relation among the projects that are there."""
    value, first = relation.value or 0.0, coefficients.candidates.first_year
    members = [there[name] for name in relation.members if name in there]
    if relation.type is RelationType.SHARED_WORKS:
        candidates = coefficients.candidates
        flats = [candidates.options[candidates.number_of(start)] for start in members]
        years = [_start_year(candidates, start) for start in members]
        starts = [year for year in years if year is not None]
        is_new = any(flat.standing is None and flat.begun is None for flat in flats)
        if len(starts) < len(relation.members) or not is_new:
            return 0.0
        if max(starts) - min(starts) > relation.lag:
            return 0.0
        return float(value * coefficients.discount[max(starts) - first])
    serve = np.zeros(len(coefficients.discount), dtype=np.int64)
    for name in relation.members:
        serve += _serves(coefficients.candidates, relation, name, there, len(serve))
    sign = 1.0 if relation.type is RelationType.SYNERGY else -1.0
    counted = serve >= members_needed(relation)
    return float(sign * value * coefficients.discount[counted].sum())


def _start_year(candidates: Candidates, start: ProjectStart) -> int | None:
    """Year in which works began, before the plan too; None where what stands states none."""
    flat = candidates.options[candidates.number_of(start)]
    if flat.standing is not None and flat.project.opened is None:
        return None
    return start.start if flat.begun is None else candidates.first_year + flat.begun


def _serves(
    candidates: Candidates,
    relation: Relation,
    member: str,
    there: dict[str, ProjectStart],
    years: int,
) -> NDArray[np.bool_]:
    """Years from the plan's first one on in which a member or what renews it operates."""
    found = np.zeros(years, dtype=np.bool_)
    for name in line_of(candidates.instance.renewed_by, member, relation.members):
        if name in there:
            start = there[name]
            opening = start.opening - candidates.first_year
            life = candidates.options[candidates.number_of(start)].option.lifetime
            last = last_operating_year(candidates.instance, start, life, there)
            found[max(0, opening) : max(0, last + 1 - candidates.first_year)] = True
    return found
