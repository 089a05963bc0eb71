"""Family `monotone`: once started, always started."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, triplets


def add_monotone(context: Context) -> None:
    """Once started, a project stays started.

    Formula: ``started[o,t] - started[o,t-1] >= 0`` for t inside the window after its first year;
    o option, t plan year. One row per (option, year); nothing for a window of one year.
    """
    rows: list[np.ndarray] = []
    for option, flat in enumerate(context.sets.options):
        if flat.first < flat.last:
            rows.append(context.started[option, flat.first : flat.last + 1])
    if not rows:
        return
    later = np.concatenate([columns[1:] for columns in rows])
    earlier = np.concatenate([columns[:-1] for columns in rows])
    number = np.arange(len(later))
    entries = triplets(
        np.concatenate([number, number]),
        np.concatenate([later, earlier]),
        np.concatenate([np.ones(len(later)), -np.ones(len(later))]),
    )
    context.add_rows("monotone", entries, lower=0.0, size=len(later))
