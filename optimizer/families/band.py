"""Family `band`: a year of a banded rule is in one band."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, triplets


def add_band(context: Context) -> None:
    """Each plan year is in exactly one band of each banded rule.

    Formula: ``sum_b z[t,b] = 1`` with z the columns of `BandedRule`. One row per (rule,
    jurisdiction, plan year).
    """
    years = context.sets.years
    for banded in context.bands:
        at = np.repeat(np.arange(len(years)), len(banded.rule.bands))
        keys = [(banded.rule.id, banded.jurisdiction, int(year)) for year in years]
        entries = triplets(at, banded.columns, 1.0)
        context.add_rows("band", entries, keys, lower=1.0, upper=1.0)
