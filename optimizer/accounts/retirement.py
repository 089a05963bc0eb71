"""Early retirement: what a plan gives up, saves and salvages by it, and receipts that end.

Source: docs/laws.md sections 1 ("Retirement") and 2 (`retires`).
"""

from __future__ import annotations

import numpy as np

from infraplan.models.finance.discounting import FloatArray, RateSchedule, discount_factors
from infraplan.models.horizon import ResidualValue
from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import opening_of_standing, written_off_before
from infraplan.models.project import Option, Project
from infraplan.models.retirement import last_year_of_standing
from infraplan.optimizer.accounts.candidates import Candidates


def last_operating_year(
    instance: Instance, start: ProjectStart, lifetime: int, there: dict[str, ProjectStart]
) -> int:
    """Last year in which what has `start` operates where all of `there`, by id, is built."""
    last = start.opening + lifetime - 1
    relation = instance.retired_by.get(start.project)
    retiring = None if relation is None else there.get(relation.to_projects[0])
    return last if retiring is None else min(last, retiring.opening - 1)


def retirement_worth(candidates: Candidates, schedule: RateSchedule) -> FloatArray:
    """Present value of what the opening of each option retires, by start year.

    Formula, for a start that opens in T, h what it retires, L its last year::

        salvage df(T) - sum_{y=T..L} (benefit + metric value - om)(y) df(y) - residual given up

    Returns
    -------
    FloatArray
        Shape (options, T), in money; 0 where an option retires nothing.
    """
    instance = candidates.instance
    worth = np.zeros((len(candidates.options), candidates.num_years))
    for old, relation in instance.retired_by.items():
        project = instance.project_by_id[old]
        given_up = _given_up(candidates, project, schedule)
        factors = _factors(instance, instance.end_year, schedule)
        for number in candidates.options_of[candidates.project_index[relation.to_projects[0]]]:
            flat = candidates.options[number]
            for t in range(flat.first, flat.last + 1) if flat.is_open else ():
                opening = t + flat.option.lead_time
                worth[number, t] -= given_up[opening]
                if opening < factors.size:
                    worth[number, t] += (relation.value or 0.0) * factors[opening]
    return worth


def _factors(instance: Instance, last: int, schedule: RateSchedule) -> FloatArray:
    """Discount factors of the years from the plan's first one through `last`."""
    first = instance.settings.horizon.first_year
    timing = instance.settings.appraisal.discount_timing.years
    return discount_factors(np.arange(first, last + 1), first, schedule, timing)


def _given_up(candidates: Candidates, project: Project, schedule: RateSchedule) -> FloatArray:
    """Value that ends where `project`, which stands, is retired, by offset of that year.

    From the plan's first year through its last operating one, shape (years,).
    """
    instance, first = candidates.instance, candidates.first_year
    appraisal, end = instance.settings.appraisal, candidates.instance.end_year
    option = project.options[0]
    last = last_year_of_standing(project, first)
    factors = _factors(instance, max(last, end), schedule)
    priced = sum(
        appraisal.metric_prices.get(metric, 0.0) * amount
        for metric, amount in option.outputs.items()
    )
    yearly = np.zeros(max(0, last - first + 1))
    for offset in range(yearly.size):
        net = _benefit(instance, project, first + offset) - option.fixed_om_cost
        if first + offset <= end:
            yearly[offset] = (net + priced) * factors[offset]
        elif appraisal.residual_value is ResidualValue.NET_BENEFITS:
            yearly[offset] = net * factors[offset]
    found = np.cumsum(yearly[::-1])[::-1]
    if appraisal.residual_value is ResidualValue.STRAIGHT_LINE:
        opening = opening_of_standing(project, first)
        gone = written_off_before(project, opening)
        whole = _left(option, opening, option.lifetime, end, gone)
        left = [_left(option, opening, first + t - opening, end, gone) for t in range(yearly.size)]
        found = found + (whole - np.array(left)) * factors[end - first]
    return np.asarray(found, dtype=np.float64)


def _left(option: Option, opening: int, life: int, end: int, gone: int) -> float:
    """Part of its cost that is not written off at the appraisal's end; 0 once its life is over.

    `gone` are the years in which it was written off before `opening`.
    """
    counted = min(option.written_off_in, life)
    left = max(0, min(counted, opening + counted - 1 - end))
    return option.overnight_cost * left / (option.written_off_in + gone)


def _benefit(instance: Instance, project: Project, year: int) -> float:
    """All benefit streams of what stands in `year`, at price-year prices."""
    option, first = project.options[0], instance.settings.horizon.first_year
    age = year - opening_of_standing(project, first)
    streams = [
        (value, option.benefit_growth, option.ramp_up) for value in option.benefits.values()
    ] + [
        (row.value, row.growth, row.ramp_up)
        for row in instance.benefits
        if row.project == project.id and row.option in {"", option.option}
    ]
    return float(
        sum(
            value * (1.0 + growth) ** (year - first) * (shares[age] if age < len(shares) else 1.0)
            for value, growth, shares in streams
        )
    )
