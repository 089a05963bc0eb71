"""Some columns decided, all others found: a small program, its answer checked by the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import elastic, quick_mip
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import restricted

ROW_TOLERANCE = 1e-9
"""Times (1 + size of the row's terms): what a row of decided columns alone may miss its limit."""


@dataclass(frozen=True)
class Completion:
    """`mip` split into the columns `decided` and all others, `free`.

    The decided ones go to the right-hand side, so that a project of billions and one of tens do
    not meet in a row in which a solver's tolerance would swallow the smaller.
    """

    mip: Mip
    decided: IntArray
    free: IntArray
    of_decided: csr_array
    of_free: csr_array
    rows: IntArray
    """Rows in which free columns stand."""

    @staticmethod
    def of(mip: Mip, decided: IntArray) -> Completion:
        """Split `mip`; `decided` are column numbers."""
        is_free = np.ones(mip.num_columns, dtype=np.bool_)
        is_free[decided] = False
        free = np.flatnonzero(is_free)
        matrix = matrix_of(mip).tocsc()
        of_free = csr_array(matrix[:, free])
        rows = np.flatnonzero(np.diff(of_free.indptr) > 0)
        return Completion(mip, decided, free, csr_array(matrix[:, decided]), of_free, rows)

    @cached_property
    def shared(self) -> tuple[csr_array, csr_array]:
        """Entries of the decided, and of the free columns, in the rows in which free ones stand."""
        return csr_array(self.of_decided[self.rows]), csr_array(self.of_free[self.rows])

    @cached_property
    def _sizes(self) -> csr_array:
        """Sizes of the entries of the decided columns."""
        return csr_array(abs(self.of_decided))

    @cached_property
    def _elastic(self) -> Mip:
        """`rest` with every row missed at a price, whatever is decided: the rows' limits apart."""
        return elastic(self.rest(np.zeros(self.decided.size)))

    def breaks_rows(self, values: FloatArray) -> bool:
        """Whether `values` of the decided columns break a row or limit that holds only them."""
        low, high = self.mip.col_lower[self.decided], self.mip.col_upper[self.decided]
        if np.any(values < low - ROW_TOLERANCE) or np.any(values > high + ROW_TOLERANCE):
            return True
        shift = self.of_decided @ values
        slack = ROW_TOLERANCE * (1.0 + self._sizes @ np.abs(values))
        low, high = self.mip.row_lower - shift, self.mip.row_upper - shift
        alone = np.ones(self.mip.num_rows, dtype=np.bool_)
        alone[self.rows] = False
        return bool(np.any(alone & ((low > slack) | (high < -slack))))

    def solve(
        self, values: FloatArray, time_limit_s: float, gap: float = 1e-3
    ) -> FloatArray | None:
        """All columns with `values` (shape: decided) kept; None where none are found in time."""
        if time_limit_s <= 0.0 or self.breaks_rows(values):
            return None
        whole = np.zeros(self.mip.num_columns)
        whole[self.decided] = values
        if self.free.size:
            found = quick_mip(self.rest(values), time_limit_s, gap)
            if found is None:
                return None
            whole[self.free] = found
        return clean_values(self.mip, whole)

    def rest(self, values: FloatArray) -> Mip:
        """The model of the free columns, the decided ones moved to the right-hand side."""
        low, high = self._left(values)
        rest = restricted(self.mip, self.shared[1], self.free, self.rows)
        return replace(rest, row_lower=low, row_upper=high)

    def elastic_rest(self, values: FloatArray) -> Mip:
        """The same, every row missed at a price: see `elastic`. Only its limits are built anew."""
        low, high = self._left(values)
        return replace(self._elastic, row_lower=low, row_upper=high)

    def _left(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What `values` of the decided columns leave of the limits of `rows`."""
        shift = self.shared[0] @ values
        return self.mip.row_lower[self.rows] - shift, self.mip.row_upper[self.rows] - shift
