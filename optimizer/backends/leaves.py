"""A model split into cases, each with multipliers that bound it: asked of a guest of HiGHS.

Nothing of the answer is believed: the multipliers are what a certificate is made of, whose bounds
are computed exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends.base import SolverOptions
from infraplan.optimizer.backends.host import job_folder, run_guest
from infraplan.optimizer.backends.watch import ProgressListener
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

CUT_LISTS = ("cut_counts", "above_counts", "cut_rows", "cut_values", "above")
"""Lists of the answer: how many rows and columns each cut has, and these one after another."""


@dataclass(frozen=True)
class Case:
    """A case of the tree in order of its list, the one with less first.

    It branches on `column` into `at` and less, and `at + 1` and more; or `rows` have the
    multipliers `y`, which bound it, or prove that it is empty (`is_empty`).
    """

    column: int | None
    at: int
    is_empty: bool
    rows: IntArray
    y: FloatArray


@dataclass(frozen=True)
class ProvenCut:
    """Rows, their multipliers and the columns counted from above that give a cut by rounding."""

    rows: IntArray
    multipliers: FloatArray
    from_above: IntArray


@dataclass(frozen=True)
class CaseTree:
    """Cases, places after the point of the multipliers, and how many relaxations were solved.

    The rows of `cuts` are numbered after those of the model. `better` is what the best whole values
    above the target are worth that the search came across; -inf where there are none.
    """

    cases: tuple[Case, ...]
    cuts: tuple[ProvenCut, ...]
    places: int
    solved: int
    better: float


def case_tree(
    mip: Mip,
    target: float,
    options: SolverOptions,
    on_progress: ProgressListener | None = None,
) -> CaseTree:
    """Split `mip` (maximised) until the bound of each case is at most `target`, or time ends.

    Raises
    ------
    SolverFailedError, SolverError
        If HiGHS fails; if it is missing.
    """
    options = replace(options, solver="highs", columns=Columns.CUMULATIVE, extra={})
    with job_folder() as folder:
        heard = run_guest(
            mip, options, "leaves", folder, on_progress=on_progress, target=float(target)
        )
        done = heard.done
        if done is None:
            raise SolverFailedError(phrase("no-cases-of-the-certificate"), heard.log_tail)
        listed, counts, rows, values = (
            np.load(folder / str(done[name]))
            for name in ("cases", "counts", "rows", "values_of_rows")
        )
        lists = [np.load(folder / str(done[name])) for name in CUT_LISTS]
    row_ends, above_ends = (np.cumsum(counts).astype(np.int64)[:-1] for counts in lists[:2])
    cuts = zip(
        np.split(lists[2].astype(np.int64), row_ends),
        np.split(lists[3], row_ends),
        np.split(lists[4].astype(np.int64), above_ends),
        strict=True,
    )
    proven = tuple(ProvenCut(*cut) for cut in cuts) if lists[0].size else ()
    ends = np.cumsum(counts).astype(np.int64)
    cases, leaf = [], 0
    for kind, column, at in listed.tolist():
        if kind == 0.0:
            nothing = np.zeros(0)
            cases.append(Case(int(column), int(at), False, nothing.astype(np.int64), nothing))
            continue
        own = slice(int(ends[leaf - 1]) if leaf else 0, int(ends[leaf]))
        cases.append(Case(None, 0, kind == 2.0, rows[own].astype(np.int64), values[own]))
        leaf += 1
    return CaseTree(
        tuple(cases),
        proven,
        int(str(done["places"])),
        int(str(done["solved"])),
        float(str(done["better"])),
    )
