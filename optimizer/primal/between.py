"""A plan between one of another question and the relaxation: where both agree, nothing is sought.

A list of solves begins each with a plan of figures that were a little different. Where costs are
higher the money does not pay for that plan, which is then no start; yet of nine starts in ten the
relaxation says the same as it does. These are fixed, and what is left is a small program that the
solver's own searches would take far longer to come to.

Source: relaxation induced neighbourhoods, Danna, Rothberg and Le Pape, Mathematical Programming
102, 2005; here the plan need not obey the rows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

AGREED = 1e-6
"""How near to the plan's start the relaxation must be to agree with it."""
MOST_NODES = 50
"""Nodes of the search in what is left: it ends the same on any day, and the first find most."""
LEAST_AGREED = 0.5
"""Share of the starts that must be agreed: else what is left is no small program."""


def plan_between(
    mip: Mip, starts: IntArray, given: FloatArray, relaxed: FloatArray, gap: float, seconds: float
) -> FloatArray | None:
    """Column values of a plan of `mip` with every start on which both agree; None: none found.

    Parameters
    ----------
    starts
        Numbers of the columns of starts.
    given
        Values of `starts` of the plan to begin with, which need not obey the rows.
    relaxed
        Values of all columns in the relaxation.
    gap
        Relative gap to which the rest is solved, unless `MOST_NODES` or `seconds` end it.
    """
    agreed = np.abs(relaxed[starts] - given) <= AGREED
    if seconds <= 0.0 or agreed.sum() < LEAST_AGREED * starts.size:
        return None
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    fixed = starts[agreed]
    lower[fixed] = upper[fixed] = np.clip(np.round(given[agreed]), lower[fixed], upper[fixed])
    rest = replace(mip, col_lower=lower, col_upper=upper)
    found = quick_search(rest, seconds, gap, MOST_NODES).values
    return None if found is None else clean_values(mip, found)
