"""The starts of a plan as values of a program's columns: what a search is given to begin with."""

from __future__ import annotations

import numpy as np

from infraplan.models.plan import Plan
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation


def start_values(formulation: Formulation, plan: Plan) -> FloatArray:
    """Column values that start what `plan` starts; NaN for every other column.

    Starts that the instance no longer allows are left out.
    """
    mip = formulation.mip
    values = np.full(mip.num_columns, np.nan)
    values[mip.columns("started").index.ravel()] = 0.0
    for number, first, last in fitting_starts(formulation, plan):
        values[formulation.started[number, first : last + 1]] = 1.0
    return values


def fitting_starts(formulation: Formulation, plan: Plan) -> list[tuple[int, int, int]]:
    """Number of the option, year of start and last year of its window, of starts that may be."""
    sets = formulation.sets
    wanted = {(start.project, start.option): start.start for start in plan.starts}
    found = []
    for number, flat in enumerate(sets.options):
        year = wanted.get((flat.project.id, flat.option.option))
        if year is not None and flat.first <= year - sets.first_year <= flat.last:
            found.append((number, year - sets.first_year, flat.last))
    return found
