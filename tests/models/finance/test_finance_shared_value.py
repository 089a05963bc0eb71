"""Shares of a joint value against all orders, one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from infraplan.models.finance.shared_value import (
    ValueNotFoundError,
    drawn_shares,
    exact_shares,
)

PLAYERS = ("a", "b", "c", "d", "e")


def a_game(seed: int) -> Callable[[frozenset[str]], float]:
    """A value for each set, drawn once; 0 for nobody."""
    rng, known = np.random.default_rng(seed), {frozenset[str](): 0.0}

    def value(there: frozenset[str]) -> float:
        return known.setdefault(there, float(rng.normal(0.0, 10.0)))

    return value


def over_all_orders(value: Callable[[frozenset[str]], float]) -> dict[str, float]:
    found = dict.fromkeys(PLAYERS, 0.0)
    for order in permutations(PLAYERS):
        for k, name in enumerate(order):
            gain = value(frozenset(order[: k + 1])) - value(frozenset(order[:k]))
            found[name] += gain / factorial(len(PLAYERS))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_exact_shares_are_the_mean_over_all_orders(seed: int) -> None:
    value = a_game(seed)
    found = exact_shares(PLAYERS, value)
    assert found.shares == pytest.approx(over_all_orders(value), abs=1e-9)
    assert found.errors == dict.fromkeys(PLAYERS, 0.0)
    assert found.orders == 0


@pytest.mark.parametrize("seed", range(5))
def test_drawn_shares_add_up_and_lie_within_their_errors(seed: int) -> None:
    value = a_game(seed)
    exact = over_all_orders(value)
    heard: list[int] = []
    found = drawn_shares(PLAYERS, value, 400, np.random.default_rng(seed), heard.append)
    assert found is not None
    assert found.errors is not None
    assert found.orders == heard[-1] == 400
    assert sum(found.shares.values()) == pytest.approx(value(frozenset(PLAYERS)), abs=1e-9)
    for name in PLAYERS:
        assert 0.0 < found.errors[name] < 2.0
        assert abs(found.shares[name] - exact[name]) <= 4.0 * found.errors[name]
    again = drawn_shares(PLAYERS, value, 400, np.random.default_rng(seed))
    assert again == found


def test_time_that_ends_leaves_whole_pairs_of_orders() -> None:
    value, asked = a_game(1), [0]

    def for_so_long(most: int) -> Callable[[frozenset[str]], float]:
        asked[0] = 0

        def told(there: frozenset[str]) -> float:
            asked[0] += 1
            if asked[0] > most:
                raise ValueNotFoundError
            return value(there)

        return told

    rng = np.random.default_rng(1)
    assert drawn_shares(PLAYERS, for_so_long(9), 50, rng) is None
    once = drawn_shares(PLAYERS, for_so_long(19), 50, rng)
    assert once is not None
    assert once.orders == 2
    assert once.errors is None  # of one pair no spread is known
    assert sum(once.shares.values()) == pytest.approx(value(frozenset(PLAYERS)), abs=1e-9)
