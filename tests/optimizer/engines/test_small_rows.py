"""Rows of large amounts restated by small ones say the same: every choice of starts is tried."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from infraplan.optimizer.engines.small_rows import MOST, SMALL, Counted, counted, small_rows

CENT = Fraction(1, 100)


def _row(rng: random.Random) -> tuple[list[int], list[int], int]:
    """Amounts of two to six projects with one or two starts, whose each, and a limit."""
    base = rng.choice((10**7, 5 * 10**10, 10**14))
    amounts: list[int] = []
    projects: list[int] = []
    for project in range(rng.randint(2, 6)):
        here = rng.choice((base, base, base, 3 * base, base // 700, -base))
        for _ in range(rng.randint(1, 2)):
            amounts.append(here + rng.randint(-30, 30))
            projects.append(project)
    some = rng.sample(amounts, rng.randint(1, len(amounts)))
    return amounts, projects, sum(some) + rng.choice((-2, -1, 0, 0, 1, rng.randint(-base, base)))


def _choices(projects: list[int]) -> list[list[int]]:
    """Every choice of at most one start of each project, by number."""
    by_project = [
        [None, *(k for k, own in enumerate(projects) if own == project)]
        for project in sorted(set(projects))
    ]
    return [[k for k in choice if k is not None] for choice in product(*by_project)]


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_is_lost_and_none_is_let_in(seed: int) -> None:
    rng = random.Random(seed)
    all_small = 0
    for _ in range(8):
        amounts, projects, most = _row(rng)
        owners = np.array(projects)
        rows = small_rows(Counted(np.array(amounts), most), owners)
        is_whole = not rows or int(np.abs(rows[-1].weights).max()) <= SMALL
        all_small += is_whole
        for choice in _choices(projects):
            obeys = sum(amounts[k] for k in choice) <= most
            held = all(int(row.weights[choice].sum()) <= row.most for row in rows)
            assert held or not obeys  # whatever obeys the row obeys the small ones
            assert obeys or not held
        assert all(np.abs(row.weights).max() <= MOST for row in rows)
    assert all_small


def test_projects_a_cent_apart_are_told_apart_by_numbers_of_their_differences() -> None:
    amounts = np.array([50_000_000_000 + k for k in range(30)])
    rows = small_rows(Counted(amounts, 15 * 50_000_000_000 + 120), np.arange(30))
    assert int(rows[0].weights.max()) == 1
    assert rows[0].most == 15
    assert max(int(np.abs(row.weights).max()) for row in rows) < 500


@pytest.mark.parametrize("top", [5e3, 5e8, 9e12])
def test_amounts_in_cents_are_counted_in_cents(top: float) -> None:
    amounts = np.array([round(top + 0.01 * k, 2) for k in range(3)])
    loose = max(0.0005, float(amounts.sum()) * 2.0**-52)
    row = counted(amounts, float(amounts.sum()), np.arange(3), CENT, loose)
    assert row is not None
    assert int(row.weights.sum()) <= row.most
    assert np.diff(row.weights).tolist() == [1, 1]


def test_amounts_without_a_common_part_never_make_the_row_stricter() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        amounts = rng.uniform(1e6, 9e8, 6)
        chosen = rng.random(6) < 0.5
        row = counted(amounts, float(amounts[chosen].sum()), np.arange(6), CENT, 0.0005)
        assert row is not None
        assert int(row.weights[chosen].sum()) <= row.most


def test_rows_too_long_for_whole_numbers_are_left_out() -> None:
    assert counted(np.array([1e300, 1.0]), 1e300, np.arange(2), CENT, 0.0) is None
