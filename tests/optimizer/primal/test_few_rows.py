"""Programs of columns of 0 or 1 under few rows: answers against the enumeration of all plans."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal.few_rows import FINEST, FewRows
from infraplan.optimizer.primal.few_rows_tree import FewRowsSearch

COLUMNS = 12
PLANS = np.array(list(product((0.0, 1.0), repeat=COLUMNS)))


def drawn(seed: int) -> Mip:
    """Rows of either sign, limits on either side, some columns fixed, values in tenths or not."""
    numbers = np.random.default_rng(seed)
    rows = int(numbers.integers(1, 6))
    matrix = numbers.integers(0 if seed % 3 else -20, 41, size=(rows, COLUMNS)).astype(float)
    if seed % 4 == 1:
        matrix *= numbers.uniform(1e-3, 1e3, size=(rows, 1))
    inside = matrix @ numbers.integers(0, 2, size=COLUMNS)
    wide = np.abs(matrix).sum(axis=1) * 0.2
    low = np.where(numbers.random(rows) < 0.4, inside - wide, -np.inf)
    up = np.where(numbers.random(rows) < 0.8, inside + wide * numbers.random(rows), np.inf)
    value = numbers.integers(-5, 60, size=COLUMNS) * 0.1
    if seed % 2:
        value += numbers.random(COLUMNS)
    lower, upper = np.zeros(COLUMNS), np.ones(COLUMNS)
    upper[numbers.random(COLUMNS) < 0.1] = 0.0
    entries = csr_array(matrix)
    return Mip(
        objective=value,
        objective_offset=float(numbers.integers(-9, 10)),
        col_lower=lower,
        col_upper=upper,
        integrality=np.ones(COLUMNS, dtype=np.bool_),
        a_start=entries.indptr.astype(np.int64),
        a_index=entries.indices.astype(np.int64),
        a_value=entries.data,
        row_lower=low,
        row_upper=up,
    )


def feasible(mip: Mip) -> FloatArray:
    """All plans of `mip`, one a row."""
    matrix = csr_array((mip.a_value, mip.a_index, mip.a_start), shape=(mip.num_rows, COLUMNS))
    comes_to = PLANS @ matrix.toarray().T
    size = 1e-9 * (1.0 + np.abs(comes_to))
    obeys = np.all((comes_to >= mip.row_lower - size) & (comes_to <= mip.row_upper + size), axis=1)
    obeys &= np.all((mip.col_lower <= PLANS) & (mip.col_upper >= PLANS), axis=1)
    return np.asarray(PLANS[obeys])


def searched(mip: Mip, start: FloatArray, gap: float = FINEST) -> FewRowsSearch:
    program = FewRows.of(mip)
    assert program is not None
    search = FewRowsSearch(program, start, gap)
    for _ in search.run(lambda: False):
        pass
    return search


@pytest.mark.parametrize("seed", range(60))
def test_the_best_of_all_plans_is_found_and_proven(seed: int) -> None:
    mip = drawn(seed)
    plans = feasible(mip)
    if not len(plans):
        return
    worth = plans @ mip.objective + mip.objective_offset
    search = searched(mip, plans[0])
    found = clean_values(mip, search.values)
    assert found is not None
    assert search.is_done
    assert mip.value(found) == pytest.approx(worth.max(), rel=1e-8, abs=1e-8)
    assert worth.max() - 1e-8 <= search.bound <= worth.max() + 1e-8 * (1.0 + abs(worth.max()))


def test_most_draws_have_plans() -> None:
    assert sum(len(feasible(drawn(seed))) > 1 for seed in range(60)) > 50


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_of_equally_good_plans_the_one_of_greatest_weight_is_found(seed: int) -> None:
    mip = drawn(seed)
    mip = replace(mip, objective=np.round(mip.objective))
    plans, weights = feasible(mip), 1.0 + (np.arange(COLUMNS) * 0.6180339887498949) % 1.0
    if not len(plans):
        return
    worth = plans @ mip.objective
    best = plans[worth == worth.max()]
    program = FewRows.of(mip)
    tied = None if program is None else program.with_ties_broken(weights)
    assert tied is not None
    search = FewRowsSearch(tied, best[0], 1e-12, first_room=1.0)
    for _ in search.run(lambda: False):
        pass
    assert search.is_done
    assert search.values @ mip.objective == worth.max()
    assert search.values @ weights == pytest.approx((best @ weights).max(), abs=1e-9)


def test_a_gap_ends_the_search_within_it() -> None:
    mip = drawn(2)
    plans = feasible(mip)
    worth = plans @ mip.objective + mip.objective_offset
    search = searched(mip, plans[int(worth.argmin())], gap=0.2)
    assert search.bound >= worth.max() - 1e-9
    assert search.bound - search.worth <= 0.2 * max(1.0, abs(search.worth)) * (1.0 + 1e-2)


def test_a_search_that_is_ended_tells_a_true_bound_and_its_plan() -> None:
    mip = drawn(8)
    plans = feasible(mip)
    program = FewRows.of(mip)
    assert program is not None
    search = FewRowsSearch(program, plans[0], FINEST)
    assert list(search.run(lambda: True)) == []
    assert search.bound >= (plans @ mip.objective).max() + mip.objective_offset - 1e-9
    assert np.array_equal(search.values, plans[0])


def test_work_is_counted() -> None:
    mip = drawn(4)
    with work_clock.counting(None):
        before = work_clock.now()
        searched(mip, feasible(mip)[0])
        assert work_clock.now() > before


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([3.0, 6.0, 9.0], 3.0),
        ([0.2, 0.3, 0.0], 0.1),
        ([1.0, 2.0**0.5, 3.0**0.5], 0.0),
        ([0.0], 0.0),
    ],
)
def test_the_unit_of_values(values: list[float], unit: float) -> None:
    one = np.ones((1, len(values)))
    program = FewRows(
        one, np.array(values), one[0], one[0], one[0] > 0, np.arange(len(values)), 0.0
    )
    assert program.unit == pytest.approx(unit)


def test_other_programs_are_not_searched_so() -> None:
    mip = drawn(0)
    assert FewRows.of(mip) is not None
    assert FewRows.of(replace(mip, col_upper=2.0 * mip.col_upper)) is None
    assert FewRows.of(replace(mip, integrality=np.arange(COLUMNS) > 0)) is None
    assert FewRows.of(replace(mip, col_lower=mip.col_upper)) is None
