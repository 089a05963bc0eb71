"""Regret, its tail and the value of knowing, by hand and against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from infraplan.optimizer.sweeps.candidate_plans import majority, medoids
from infraplan.optimizer.sweeps.regret import regrets_of, tail_mean, value_of_all, values_of_each


def test_regret_is_what_is_lost_against_the_best_known() -> None:
    values = np.array([[5.0, 1.0], [4.0, np.nan]])
    found = regrets_of(values, np.array([5.0, 3.0]))
    assert found.tolist() == [[0.0, 2.0], [1.0, np.inf]]


def test_the_tail_counts_the_draw_on_its_border_in_part() -> None:
    losses = np.arange(1.0, 16.0)  # a tenth of 15 draws: the worst, and half of the next
    assert tail_mean(losses, 0.9) == pytest.approx((15.0 + 0.5 * 14.0) / 1.5)
    assert tail_mean(np.array([3.0, 7.0]), 0.9) == pytest.approx(7.0)
    assert tail_mean(np.array([np.inf, 0.0]), 0.9) == math.inf


@pytest.mark.parametrize("count", [3, 7, 13, 33])
def test_the_tail_is_never_more_than_the_largest_loss(count: int) -> None:
    losses = np.full(count, 0.1 + 0.2)
    assert tail_mean(losses) <= losses.max()
    assert tail_mean(losses) == pytest.approx(losses.max())


def test_knowing_all_is_the_mean_best_less_the_best_mean() -> None:
    values = np.array([[4.0, 0.0], [1.0, 2.0], [9.0, np.nan]])
    found = value_of_all(values, np.array([9.0, 2.0]), np.array([9.5, 2.5]))
    assert found is not None
    assert found.value == pytest.approx(5.5 - 2.0)  # the third plan is not possible everywhere
    assert found.high == pytest.approx(6.0 - 2.0)
    assert value_of_all(values[2:], np.array([9.0, 2.0]), np.array([9.5, 2.5])) is None
    unknown = value_of_all(values, np.array([9.0, 2.0]), np.array([9.5, np.nan]))
    assert unknown is not None
    assert unknown.high == math.inf


def test_knowing_a_figure_that_decides_has_its_closed_form_and_another_none() -> None:
    # One plan is worth x, the other nothing: E max(x, 0) = 1/sqrt(2 pi) for a normal x; a figure
    # that says nothing is worth nothing, within what chance shows.
    from scipy.special import ndtri

    chance = np.random.default_rng(1)
    count = 2000
    quantiles = np.column_stack(
        [(chance.permutation(count) + 0.5) / count, (chance.permutation(count) + 0.5) / count]
    )
    values = np.vstack([ndtri(quantiles[:, 0]), np.zeros(count)])
    worth, noise = values_of_each(values, quantiles, 3)
    assert worth[0] == pytest.approx(1.0 / math.sqrt(2.0 * math.pi), abs=0.03)
    assert worth[1] <= 2.0 * noise[1]


def test_no_figure_is_worth_anything_where_one_plan_is_best_in_every_draw() -> None:
    quantiles = ((np.arange(40.0) + 0.5) / 40.0)[:, None]
    values = np.vstack([10.0 + quantiles[:, 0], quantiles[:, 0]])
    worth, _ = values_of_each(values, quantiles, 1)
    assert worth.tolist() == [0.0]


def test_too_few_draws_tell_of_no_single_figure() -> None:
    worth, _ = values_of_each(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.2], [0.8]]), 1)
    assert worth.tolist() == [0.0]


def test_medoids_stand_for_all_and_equal_plans_once() -> None:
    a, b = {"p": ("base", 1), "q": ("base", 1)}, {"r": ("base", 1)}
    near = a | {"s": ("base", 1)}
    assert medoids([a, a, near, b, b], 5) == [0, 3, 2]
    assert medoids([a, a], 5) == [0]


def test_the_majority_builds_what_half_of_the_plans_do_in_a_middle_year() -> None:
    plans = [
        {"p": ("base", 1), "q": ("big", 3)},
        {"p": ("base", 5)},
        {"p": ("base", 2), "r": ("base", 1)},
        {"p": ("small", 9), "q": ("base", 1)},
    ]
    assert majority(plans) == {"p": ("base", 2), "q": ("base", 1)}
