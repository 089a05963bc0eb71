"""Appraisal of the projects that a plan builds: value, ratio, first-year return, phasing.

A project is looked at by itself: relations with others and the service of networks are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infraplan.models.finance.appraisal import first_year_rate_of_return
from infraplan.models.finance.discounting import yearly_rates
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer.accounts.candidates import FlatOption, lay_out
from infraplan.optimizer.accounts.spending import cost_uplift, real_cost
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients, rate_schedule

DELAY, START = "delay", "start_now"


@dataclass(frozen=True)
class ProjectAppraisal:
    """One project as the plan builds it.

    Attributes
    ----------
    project, option, start, opening
        What is built when.
    benefit, construction, om, residual
        Present values, costs positive; `benefit` includes the
        value of outputs, `construction` the uplift.
    npv
        Benefit - construction - om + residual.
    bcr
        Benefit / (construction + om - residual); None where that is not positive.
    uplift
        Optimism bias net of the contingency in the estimate, as a share of cost.
    first_year_return
        Net benefit of the first full year over the cost compounded to the year
        before opening; None without a cost.
    discount_rate
        The rate of the opening year.
    delay_gain
        Change of its value if it started a year later; None in the plan's last year.
    best_start
        Start year of the plan in which it is worth most by itself.
    """

    project: str
    option: str
    start: int
    opening: int
    benefit: float
    construction: float
    om: float
    residual: float
    bcr: float | None
    uplift: float
    first_year_return: float | None
    discount_rate: float
    delay_gain: float | None
    best_start: int

    @property
    def npv(self) -> float:
        """Net present value."""
        return self.benefit - self.construction - self.om + self.residual

    @property
    def advice(self) -> str:
        """`delay` where the first-year return is below the discount rate, else `start_now`.

        Below it, a year's wait saves more on the capital than the year's benefit: delaying raises
        the project's value, as far as later years' benefits are not lost to the appraisal's end.
        """
        if self.first_year_return is None:
            return START
        return DELAY if self.first_year_return < self.discount_rate - 1e-12 else START


def appraise(instance: Instance, plan: Plan) -> tuple[ProjectAppraisal, ...]:
    """Appraise every project that `plan` builds, in the plan's order."""
    coefficients = build_coefficients(lay_out(instance, {start.project for start in plan.starts}))
    return tuple(_appraise_one(instance, coefficients, start) for start in plan.starts)


def _appraise_one(
    instance: Instance, coefficients: Coefficients, start: ProjectStart
) -> ProjectAppraisal:
    candidates = coefficients.candidates
    number = candidates.number_of(start)
    at = start.start - candidates.first_year
    terms = {name: float(values[number, at]) for name, values in coefficients.terms.items()}
    flat = candidates.options[number]
    benefit = terms["benefit"] + terms["metric_value"]
    cost = -terms["construction"] - terms["om"] - terms["residual"]
    value = coefficients.value[number]
    first, last = (flat.first, flat.last) if flat.is_open else (at, at)
    later = float(value[at + 1] - value[at]) if at + 1 < candidates.num_years else None
    rate, returned = _first_year_return(instance, flat, start)
    return ProjectAppraisal(
        project=start.project,
        option=start.option,
        start=start.start,
        opening=start.opening,
        benefit=benefit,
        construction=-terms["construction"],
        om=-terms["om"],
        residual=terms["residual"],
        bcr=benefit / cost if cost > 0.0 else None,
        uplift=cost_uplift(instance, flat.project) - 1.0,
        first_year_return=returned,
        discount_rate=rate,
        delay_gain=later,
        best_start=candidates.first_year + first + int(np.argmax(value[first : last + 1])),
    )


def _first_year_return(
    instance: Instance, flat: FlatOption, start: ProjectStart
) -> tuple[float, float | None]:
    """Discount rate of the opening year, and the first-year rate of return (None without cost)."""
    settings, base = instance.settings, instance.settings.horizon.first_year
    rates = yearly_rates(max(1, start.opening - base), rate_schedule(settings.appraisal))
    rate = float(rates[-1])
    compounded = 0.0
    years = start.start + np.arange(len(flat.profile))
    spent = real_cost(instance, flat, years) * cost_uplift(instance, flat.project)
    for year, cost in zip(years.tolist(), spent.tolist(), strict=True):
        # Money of `year` carried to the year before opening at the rates in between.
        compounded += cost * _factor(rates, year - base) / _factor(rates, start.opening - 1 - base)
    if compounded <= 0.0:
        return rate, None
    benefit = _full_year_benefit(instance, flat, start)
    return rate, first_year_rate_of_return(benefit, [compounded], [0.0], rate)


def _factor(rates: np.ndarray, offset: int) -> float:
    """Discount factor `offset` years from the base; after the known rates the last one goes on."""
    if offset < 0:
        return float((1.0 + rates[0]) ** -offset)
    known = float(np.prod(1.0 / (1.0 + rates[:offset])))
    return known * float((1.0 + rates[-1]) ** -max(0, offset - len(rates)))


def _full_year_benefit(instance: Instance, flat: FlatOption, start: ProjectStart) -> float:
    """Benefit less running cost of the first year of full operation, price-year money.

    The first year after the ramp-up of the option and of its further streams, and not after the
    asset's life.
    """
    option, base = flat.option, instance.settings.horizon.first_year
    streams = [
        row
        for row in instance.streams_by_project.get(flat.project.id, ())
        if row.option in {"", option.option}
    ]
    ramp = max([len(option.ramp_up), *(len(row.ramp_up) for row in streams)])
    if not option.lifetime:
        return 0.0  # its life was over before the plan
    age = min(ramp, option.lifetime - 1)
    years = start.opening + age - base
    benefit = sum(option.benefits.values()) * (1.0 + option.benefit_growth) ** years
    benefit *= _ramp(option.ramp_up, age)
    for row in streams:
        benefit += row.value * (1.0 + row.growth) ** years * _ramp(row.ramp_up, age)
    prices = instance.settings.appraisal.metric_prices
    benefit += sum(prices.get(name, 0.0) * amount for name, amount in option.outputs.items())
    return float(benefit - option.fixed_om_cost)


def _ramp(shares: tuple[float, ...], age: int) -> float:
    return shares[age] if age < len(shares) else 1.0
