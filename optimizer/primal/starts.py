"""Starts in the order in which a list schedule takes them: value per scarce money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infraplan.models.horizon import Objective
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation

HALF = 0.5
"""Share of an option that the relaxation builds, from which on it counts as built."""


@dataclass(frozen=True)
class Start:
    """One option of one project with a start (years from the plan's first): the best of its kind.

    `share` is how much of it the relaxation builds (0 where that is unknown), `ratio` its present
    value per money spent, in price-year money (minus its opening where years are the objective).
    """

    project: int
    option: int
    start: int
    share: float
    ratio: float
    must: bool

    @property
    def rank(self) -> tuple[bool, bool, float, float]:
        """Sorts starts: what must be, what the relaxation builds, then value per money."""
        return (not self.must, self.share < HALF, -self.share, -self.ratio)


def list_starts(formulation: Formulation, relaxed: FloatArray | None) -> list[Start]:
    """The start to try of every project that has one, in the order to try them.

    `relaxed` are column values of the relaxation: an option starts in the year in which half of
    what is built of it has started. Where it builds nothing, or `relaxed` is None, the start is
    that of greatest value per money; the first one, and in the order of time, where the objective
    is `makespan`.
    """
    sets, coefficients = formulation.sets, formulation.coefficients
    value = coefficients.value + coefficients.saved
    in_money = sets.instance.settings.objective is Objective.NPV
    spending = coefficients.spending
    money = np.zeros((len(sets.options), sets.num_years))
    inside = spending.start < sets.num_years
    np.add.at(
        money, (spending.option[inside], spending.start[inside]), np.abs(spending.amount[inside])
    )
    starts = []
    for number, options in enumerate(sets.options_of):
        must = duty_of(sets.instance.projects[number]) is Mandate.MUST
        mine = []
        for option in options:
            flat = sets.options[option]
            if not flat.is_open:
                continue
            window = slice(flat.first, flat.last + 1)
            ratios = value[option, window] / np.maximum(money[option, window], 1e-12)
            if not in_money:
                opening = np.arange(flat.first, flat.last + 1) + flat.option.lead_time
                ratios = -opening.astype(np.float64)
            share, at = 0.0, int(np.argmax(ratios))
            if relaxed is not None:
                built = relaxed[formulation.started[option, window]]
                share = float(min(1.0, max(0.0, built[-1])))
                if share > 1e-6:
                    at = int(np.argmax(built >= HALF * built[-1]))
            mine.append(Start(number, option, flat.first + at, share, float(ratios[at]), must))
        if mine:
            starts.append(min(mine, key=lambda start: (-start.share, -start.ratio)))
    if not in_money:
        return sorted(starts, key=lambda start: (not start.must, start.share < HALF, start.start))
    return sorted(starts, key=lambda start: start.rank)
