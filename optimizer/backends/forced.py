"""The relaxation of a model with one of many rows forced, strengthened by cuts of its root.

One guest process answers all questions, each from the basis of the relaxation before it. Nothing
of it is believed but the cuts: bounds are computed again from the multipliers, values are only a
hint where a plan may lie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.base import SolverOptions
from infraplan.optimizer.backends.dual_bound import Limits, dual_bound, implied_bounds
from infraplan.optimizer.backends.host import job_folder, run_guest
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import with_rows

MORE_FOR_BOUNDS = 0.3
"""Share of the time for the relaxations that their bounds may take after it."""
CUT = "cut"
"""Family of the rows that HiGHS derived."""


@dataclass(frozen=True)
class ForcedRelaxation:
    """The relaxation with one row forced: an upper bound, and values (shape: columns).

    Each is None where it was not found; `is_out` where the solver says that there are no values.
    """

    bound: float | None = None
    values: FloatArray | None = None
    is_out: bool = False


@dataclass(frozen=True)
class ForcedRelaxations:
    """Answers by forced row, and the model with the cuts of its root.

    Every plan that is worth more than `known` obeys the cuts (None: every plan does). Bounds of
    `by_row` and `free`, the relaxation without any row forced, are at least `known`.
    """

    strong: Mip
    known: float | None
    free: ForcedRelaxation
    by_row: dict[int, ForcedRelaxation]


def with_forced(mip: Mip, row: int) -> Mip:
    """`mip` with `row` at least 1."""
    lower = mip.row_lower.copy()
    lower[row] = 1.0
    return replace(mip, row_lower=lower)


def forced_relaxations(
    mip: Mip,
    rows: IntArray,
    options: SolverOptions,
    wish: FloatArray | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> ForcedRelaxations:
    """Solve the relaxation of `mip` with each of `rows` at least 1, until time ends.

    With `wish` (shape of `rows`, at least 0) the cuts are those of the root of the model in which
    each row that is met is worth so much more: cuts of plans that hold what the best plan does
    not. A plan that came up on the way says the less of a row the more it is wished for.
    `should_stop` answering true ends it early. Bounds of thousands of answers take a while as well:
    they get `MORE_FOR_BOUNDS` of the time, and answers without one are left out.

    Raises
    ------
    SolverError
        If HiGHS is missing or fails.
    """
    options = replace(options, solver="highs", gap=0.0, extra={})
    most_s = np.inf if options.time_limit_s is None else options.time_limit_s
    end = work_clock.now() + (1.0 + MORE_FOR_BOUNDS) * most_s
    with job_folder() as folder:
        wished = np.zeros(len(rows)) if wish is None else wish
        asked = {"rows": [int(row) for row in rows], "wish": wished.tolist()}
        heard = run_guest(mip, options, "forced", folder, should_stop=should_stop, **asked)
        if heard.done is None:
            return ForcedRelaxations(mip, None, ForcedRelaxation(), {})
        done = heard.done
        strong = _with_cuts(mip, folder)
        states, points, prices = (_array(folder, name) for name in ("states", "points", "prices"))
    known = done["known"]
    least = None if known is None else float(str(known))
    limits = implied_bounds(strong)
    found: list[ForcedRelaxation] = []
    for row, more, state, values, y in zip(
        (-1, *rows), (0.0, *wished), states, points, prices, strict=False
    ):
        if found and work_clock.is_past(end):
            break
        own = None if least is None else least - more
        found.append(_relaxation(strong, limits, row, state, values, y, own))
    free = found[0] if found else ForcedRelaxation()
    by_row = {int(row): one for row, one in zip(rows, found[1:], strict=False)}
    return ForcedRelaxations(strong, least, free, by_row)


def _relaxation(
    mip: Mip,
    limits: Limits,
    row: int,
    state: float,
    values: FloatArray,
    y: FloatArray,
    known: float | None,
) -> ForcedRelaxation:
    if state < 0.0:
        return ForcedRelaxation(bound=known, is_out=True)
    if state == 0.0:
        return ForcedRelaxation()
    if row >= 0:
        mip = with_forced(mip, row)
    bound = dual_bound(mip, y, limits).value
    if bound is not None and known is not None:
        bound = max(bound, known)
    return ForcedRelaxation(bound, values)


def _with_cuts(mip: Mip, folder: Path) -> Mip:
    lower, upper = _array(folder, "cut_lower"), _array(folder, "cut_upper")
    if not lower.size:
        return mip
    starts, index = (_array(folder, f"cut_{name}").astype(np.int64) for name in ("starts", "index"))
    rows = csr_array(
        (_array(folder, "cut_value"), index, starts), shape=(lower.size, mip.num_columns)
    )
    lower = np.where(lower < -1e19, -np.inf, lower)
    upper = np.where(upper > 1e19, np.inf, upper)
    return with_rows(mip, CUT, rows, lower, upper)


def _array(folder: Path, name: str) -> FloatArray:
    return np.asarray(np.load(folder / f"{name}.npy"), dtype=np.float64)
