"""What works cost, year by year: real spending by option and start, and in the money of the year.

Source: docs/laws.md sections 1, 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.appraisal import optimism_bias_multiplier
from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.accounts.candidates import Candidates, FlatOption

if TYPE_CHECKING:
    from infraplan.models.plan import ProjectStart


@dataclass(frozen=True)
class Spending:
    """Spending as triplets: option `o` started in `s` spends `amount` in year `t`.

    `amount` is real (price-year money, escalation included), `nominal` the same in the money of the
    year, which is what payers pay.
    """

    option: IntArray
    start: IntArray
    year: IntArray
    amount: FloatArray
    nominal: FloatArray


def real_cost(instance: Instance, flat: FlatOption, years: IntArray) -> FloatArray:
    """Real spending of an option in each of `years` [calendar], one for each step of its profile.

    Formula: ``overnight_cost profile[k] (1 + cost_escalation)^(year - price_year)``. `years` has
    shape (steps,) or (starts, steps), and so has the result.
    """
    settings = instance.settings
    growth = 1.0 + settings.appraisal.cost_escalation
    cost = flat.option.overnight_cost * np.broadcast_to(flat.profile, years.shape)
    return np.asarray(cost * growth ** (years - settings.price_year))


def spending_of(candidates: Candidates) -> Spending:
    """Spending of every option and start inside its window, in the plan's years and after it."""
    options, starts, years, amounts = [], [], [], []
    for number, flat in enumerate(candidates.options):
        if not flat.is_open:
            continue
        window = np.arange(flat.first, flat.last + 1, dtype=np.int64)
        step = np.arange(len(flat.profile), dtype=np.int64)
        year = window[:, None] + step[None, :]
        amounts.append(real_cost(candidates.instance, flat, year + candidates.first_year).ravel())
        options.append(np.full(year.size, number, dtype=np.int64))
        starts.append(np.repeat(window, len(step)))
        years.append(year.ravel())
    if not options:
        empty = np.zeros(0, dtype=np.int64)
        return Spending(empty, empty, empty, np.zeros(0), np.zeros(0))
    kept = np.concatenate(amounts) != 0.0
    year, amount = np.concatenate(years)[kept], np.concatenate(amounts)[kept]
    return Spending(
        np.concatenate(options)[kept],
        np.concatenate(starts)[kept],
        year,
        amount,
        amount * candidates.price_index[year],
    )


def chosen_rows(
    candidates: Candidates, spending: Spending, starts: Iterable[ProjectStart]
) -> IntArray:
    """Positions in `spending` of what the projects of `starts` spend."""
    chosen = np.full(len(candidates.options), -1, dtype=np.int64)
    for start in starts:
        chosen[candidates.number_of(start)] = start.start - candidates.first_year
    return np.flatnonzero(chosen[spending.option] == spending.start)


def nominal_spending(
    candidates: Candidates, spending: Spending, starts: Iterable[ProjectStart]
) -> FloatArray:
    """Nominal spending of every project by year of `money_years`, shape (projects, M)."""
    result = np.zeros((len(candidates.instance.projects), candidates.num_money_years))
    mine = chosen_rows(candidates, spending, starts)
    at = (candidates.project_of[spending.option[mine]], spending.year[mine])
    np.add.at(result, at, spending.nominal[mine])
    return result


def cost_uplift(instance: Instance, project: Project) -> float:
    """Uplift of construction cost in the objective: `(1 + bias)/(1 + contingency)`, else 1."""
    appraisal = instance.settings.appraisal
    bias = project.optimism_bias
    if bias is None:
        bias = appraisal.optimism_bias.get(project.sector)
    if bias is None:
        return 1.0
    return float(optimism_bias_multiplier(bias, contingency=appraisal.contingency))
