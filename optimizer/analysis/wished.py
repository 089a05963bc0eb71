"""One program for the losses of many projects: the best plan with one of them, each wished for.

Let W be the value of the plan and V_p that of the best plan with project p. A wish w_p is what p
is counted as being worth more. The program seeks the plan and the one project p in it for which
value + w_p is most; every bound B of it is one of each project: V_p <= B - w_p. With
`w_p = W - (a plan known with p)` all projects tie at W, so that one search, with the branching and
the cuts of a whole program, brings all intervals to the width B - W at once. A better plan that it
finds is one with a project of the list.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack

from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_rows

GRANTED = "granted"
"""Family of the rows that grant one wish."""


def one_wished_for(mip: Mip, rows: IntArray, wishes: FloatArray) -> Mip:
    """`mip` in which exactly one of `rows` is granted, and worth its wish more.

    `rows` are 1 where a project is built, else 0; `wishes` has their shape. Columns granted[k],
    shares of the one wish, come last. Formula: ``granted[k] <= row k`` and
    ``sum_k granted[k] = 1``; `wishes` are in the unit of the objective.
    """
    count, width = rows.size, mip.num_columns
    wide = replace(
        mip,
        objective=np.concatenate([mip.objective, wishes]),
        col_lower=np.concatenate([mip.col_lower, np.zeros(count)]),
        col_upper=np.concatenate([mip.col_upper, np.ones(count)]),
        integrality=np.concatenate([mip.integrality, np.zeros(count, dtype=np.bool_)]),
    )
    built = matrix_of(mip)[rows]
    only = csr_array(hstack([-built, eye_array(count)]))
    wide = with_rows(wide, GRANTED, only, np.full(count, -np.inf), np.zeros(count))
    ones = csr_array((np.ones(count), width + np.arange(count), [0, count]), (1, width + count))
    return with_rows(wide, GRANTED, ones, np.ones(1), np.ones(1))


def start_with(values: FloatArray, granted: int, count: int) -> FloatArray:
    """Values of the wider model: a plan (shape: columns) whose wish `granted` of `count` is."""
    return np.concatenate([values, np.arange(count) == granted])
