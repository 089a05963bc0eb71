"""Numbers of the formulation, computed once per instance: present values and spending.

Source of every formula: docs/laws.md sections 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from infraplan.models.finance.appraisal import ResidualMethod, optimism_bias_multiplier
from infraplan.models.finance.discounting import RateSchedule, discount_factors
from infraplan.models.finance.start_values import npv_by_start, option_arrays
from infraplan.models.horizon import Appraisal
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.formulation.sets import FloatArray, IntArray, Sets

VALUE_TERMS = ("benefit", "metric_value", "construction", "om", "residual")


def rate_schedule(appraisal: Appraisal) -> RateSchedule:
    """Discount rate as the arithmetic wants it: a constant, or steps beginning at offset 0."""
    if not appraisal.discount_steps:
        return appraisal.discount_rate
    steps = {step.from_offset: step.rate for step in appraisal.discount_steps}
    if min(steps) > 0:
        steps[0] = appraisal.discount_rate
    return dict(sorted(steps.items()))


def cost_uplift(instance: Instance, project: Project) -> float:
    """Uplift of construction cost in the objective: `(1 + bias)/(1 + contingency)`, else 1."""
    appraisal = instance.settings.appraisal
    bias = project.optimism_bias
    if bias is None:
        bias = appraisal.optimism_bias.get(project.sector)
    if bias is None:
        return 1.0
    return float(optimism_bias_multiplier(bias, contingency=appraisal.contingency))


@dataclass(frozen=True)
class Spending:
    """Real spending as triplets: option `o` started in `s` spends `amount` in year `t`."""

    option: IntArray
    start: IntArray
    year: IntArray
    amount: FloatArray


@dataclass(frozen=True)
class Coefficients:
    """Present values by option and start year, and spending.

    `terms[name]` has shape (options, T), signed as it enters the objective.
    """

    sets: Sets
    terms: dict[str, FloatArray]
    discount: FloatArray
    """Discount factors of the years from the first plan year to the appraisal end."""

    @cached_property
    def value(self) -> FloatArray:
        """Net present value by option and start year, shape (options, T), in money."""
        return np.asarray(sum(self.terms.values()), dtype=np.float64)

    @cached_property
    def spending(self) -> Spending:
        """Real spending of every option and start inside its window, in the plan's years."""
        settings = self.sets.instance.settings
        growth = 1.0 + settings.appraisal.cost_escalation
        options, starts, years, amounts = [], [], [], []
        for number, flat in enumerate(self.sets.options):
            if not flat.is_open:
                continue
            window = np.arange(flat.first, flat.last + 1, dtype=np.int64)
            step = np.arange(len(flat.profile), dtype=np.int64)
            year = (window[:, None] + step[None, :]).ravel()
            cost = flat.option.overnight_cost * np.tile(flat.profile, len(window))
            escalation = growth ** (year + self.sets.first_year - settings.price_year)
            options.append(np.full(year.size, number, dtype=np.int64))
            starts.append(np.repeat(window, len(step)))
            years.append(year)
            amounts.append(cost * escalation)
        if not options:
            empty = np.zeros(0, dtype=np.int64)
            return Spending(empty, empty, empty, np.zeros(0))
        kept = np.concatenate(amounts) != 0.0
        return Spending(
            np.concatenate(options)[kept],
            np.concatenate(starts)[kept],
            np.concatenate(years)[kept],
            np.concatenate(amounts)[kept],
        )


def build_coefficients(sets: Sets) -> Coefficients:
    """Compute every present value of `sets` in a few vectorised passes."""
    instance = sets.instance
    appraisal = instance.settings.appraisal
    end = instance.end_year
    schedule = rate_schedule(appraisal)
    discount = discount_factors(np.arange(sets.first_year, end + 1), sets.first_year, schedule)
    count, years = len(sets.options), sets.num_years
    terms = {name: np.zeros((count, years)) for name in VALUE_TERMS}
    if not count:
        return Coefficients(sets, terms, discount)
    escalation = 1.0 + appraisal.cost_escalation
    at_base = escalation ** (sets.first_year - instance.settings.price_year)
    chosen = [flat.option for flat in sets.options]
    streams = max(1, *(len(option.benefits) for option in chosen))
    value, growth = np.zeros((count, streams)), np.zeros((count, streams))
    for row, option in enumerate(chosen):
        value[row, : len(option.benefits)] = list(option.benefits.values())
        growth[row, :] = option.benefit_growth
    arrays = option_arrays(
        overnight_cost=[option.overnight_cost * at_base for option in chosen],
        spending_profiles=[flat.profile for flat in sets.options],
        lead_time=[option.lead_time for option in chosen],
        lifetime=[option.lifetime for option in chosen],
        fixed_om_cost=[option.fixed_om_cost for option in chosen],
        benefit_value=value,
        benefit_growth=growth,
        ramp_up=[(*option.ramp_up, 1.0) for option in chosen],
    )
    method = ResidualMethod(appraisal.residual_value.value)
    values = npv_by_start(
        arrays,
        base_year=sets.first_year,
        horizon_years=years,
        appraisal_end_year=end,
        schedule=schedule,
        residual_method=method,
        cost_escalation=appraisal.cost_escalation,
    )
    uplift = np.array([cost_uplift(instance, flat.project) for flat in sets.options])
    terms["benefit"] += values.benefit
    terms["construction"] -= values.construction * uplift[:, None]
    terms["om"] -= values.om
    # The law states the value left at price-year prices, without escalation.
    left = values.residual
    if method is ResidualMethod.STRAIGHT_LINE:
        left = left / escalation ** (end - instance.settings.price_year)
    terms["residual"] += left
    _add_streams(sets, terms, schedule, method)
    _add_metric_value(sets, terms, schedule)
    return Coefficients(sets, terms, discount)


def _add_streams(
    sets: Sets, terms: dict[str, FloatArray], schedule: RateSchedule, method: ResidualMethod
) -> None:
    """Add the further benefit streams, each with growth and ramp-up of its own."""
    rows = [
        (number, stream)
        for stream in sets.instance.benefits
        for number in sets.options_of[sets.project_index[stream.project]]
        if stream.option in {"", sets.options[number].option.option}
    ]
    if not rows:
        return
    numbers = [number for number, _ in rows]
    values = _streams_only(
        sets,
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


def _add_metric_value(sets: Sets, terms: dict[str, FloatArray], schedule: RateSchedule) -> None:
    """Add outputs times their prices; no ramp-up, no growth, nothing after the appraisal."""
    prices = sets.instance.settings.appraisal.metric_prices
    worth = [
        sum(prices.get(metric, 0.0) * amount for metric, amount in flat.option.outputs.items())
        for flat in sets.options
    ]
    numbers = [number for number, value in enumerate(worth) if value]
    if not numbers:
        return
    values = _streams_only(
        sets,
        numbers,
        [worth[number] for number in numbers],
        [0.0] * len(numbers),
        [(1.0,)] * len(numbers),
        schedule,
        ResidualMethod.NONE,
    )
    terms["metric_value"][numbers] += values[0]


def _streams_only(
    sets: Sets,
    numbers: list[int],
    value: list[float],
    growth: list[float],
    ramp_up: list[tuple[float, ...]],
    schedule: RateSchedule,
    method: ResidualMethod,
) -> tuple[FloatArray, FloatArray]:
    """Present value of bare streams of options `numbers`: within the appraisal, and after it."""
    chosen = [sets.options[number] for number in numbers]
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
        base_year=sets.first_year,
        horizon_years=sets.num_years,
        appraisal_end_year=sets.instance.end_year,
        schedule=schedule,
        residual_method=method,
    )
    return values.benefit, values.residual
