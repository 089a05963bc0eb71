"""Searches in this process: a gap is of the model's value with its offset, a limit is kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis.local_search import LocalSearch
from infraplan.optimizer.backends import quick_relaxation
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.status import Termination
from tests.builders import make_instance, make_project

GAP = 1e-3
SIZES = tuple(range(7, 19))


def subset_sum(offset: float) -> Mip:
    """Things worth what they weigh (a little more or less), half of whose weight fits."""
    count = len(SIZES)
    sizes = np.array(SIZES, dtype=np.float64)
    worth = sizes + np.random.default_rng(1).normal(0.0, 0.5, count)
    return Mip(
        objective=worth,
        objective_offset=offset,
        col_lower=np.zeros(count),
        col_upper=np.ones(count),
        integrality=np.ones(count, dtype=np.bool_),
        a_start=np.array([0, count]),
        a_index=np.arange(count),
        a_value=sizes,
        row_lower=np.array([-np.inf]),
        row_upper=np.array([sizes.sum() // 2 + 0.5]),
    )


def best_of(mip: Mip) -> tuple[float, FloatArray]:
    """Value of the best solution, and it, by enumeration."""
    every = np.array(list(product((0.0, 1.0), repeat=mip.num_columns)))
    fits = every @ mip.a_value <= mip.row_upper[0]
    values = every[fits] @ mip.objective + mip.objective_offset
    return float(values.max()), every[fits][values.argmax()]


@pytest.mark.parametrize("offset", [0.0, 40.0, -60.25, -75.0, -1e3, 1e6, -1e6])
def test_the_gap_is_of_the_value_and_not_of_what_the_offset_leaves(offset: float) -> None:
    mip = subset_sum(offset)
    best, _ = best_of(mip)
    answer = quick_search(mip, 30.0, GAP)
    assert answer.values is not None
    assert answer.values.shape == (mip.num_columns,)
    assert answer.bound is not None
    assert answer.bound >= best - 1e-6 * abs(best)
    assert mip.value(answer.values) >= best - GAP * abs(best) - 1e-6
    assert answer.bound - mip.value(answer.values) <= GAP * abs(best) + 1e-6


@pytest.mark.parametrize("presolved_from", [0, 20_000])
def test_a_value_near_nothing_beside_a_large_offset_is_searched_to_the_end(
    presolved_from: int,
) -> None:
    given = subset_sum(0.0)
    most, plan = best_of(given)
    mip = replace(given, objective_offset=0.25 - most)
    loose = quick_search(given, 30.0, 0.2, presolved_from=presolved_from).values
    close = quick_search(mip, 30.0, 0.2, presolved_from=presolved_from).values
    assert loose is not None
    assert close is not None
    # Without the offset a fifth of the value is thirteen times what there is with it.
    assert given.value(loose) < most - 0.2 * 0.25
    assert mip.value(close) >= 0.25 - 0.2 * 0.25 - 1e-9
    assert mip.value(plan) == pytest.approx(0.25)


def test_a_part_near_known_values_is_good_within_the_gap_of_the_whole() -> None:
    given = subset_sum(0.0)
    most, _ = best_of(given)
    mip = replace(given, objective_offset=0.25 - most)
    free = np.arange(mip.num_columns)
    answer = LocalSearch(mip, np.zeros(mip.num_columns)).solve(mip, free, 30.0, 0.2)
    assert answer.values is not None
    assert mip.value(answer.values) >= 0.25 - 0.2 * 0.25 - 1e-9


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_limit_that_is_over_is_none_to_be_ignored(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    def asked(*_: object, **__: object) -> None:
        pytest.fail("scipy takes a limit below 0 for none")

    monkeypatch.setattr(quick_relaxation, "milp", asked)
    monkeypatch.setattr(quick_relaxation, "linprog", asked)
    with work_clock.watched() as reasons:
        answer = quick_relaxation.quick_search(subset_sum(0.0), seconds)
        relaxed = quick_relaxation.quick_relaxation(subset_sum(0.0), seconds)
    assert answer.termination is Termination.TIME_LIMIT
    assert answer.values is None
    assert relaxed == quick_relaxation.QuickRelaxation(None, None)
    assert reasons == {work_clock.ClockReason.TIME_LIMIT}


def test_changing_columns_is_inside_the_limit_of_a_relaxation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = [0.0]
    given = build_formulation(make_instance([make_project("a", 1.0, 2.0)])).mip

    def changed(mip: Mip, form: Columns) -> None:
        del mip, form
        seconds[0] += 7.0

    monkeypatch.setattr(work_clock, "now", lambda: seconds[0])
    monkeypatch.setattr(quick_relaxation, "recast", changed)
    assert quick_relaxation.quick_relaxation(given, 5.0).values is None
    assert quick_relaxation.quick_relaxation(given, 8.0).values is not None
