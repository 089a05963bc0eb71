"""Shares of a joint value by the Shapley value: exact for few players, else from drawn orders.

Sources: Shapley (1953); Castro, Gomez and Tejada, "Polynomial calculation of the Shapley value
based on sampling" (2009); antithetic orders: Mitchell et al., "Sampling permutations for Shapley
value estimation" (2022).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from infraplan.models.finance.cooperative_game import CooperativeGame, coalitions, shapley_value

Value = Callable[[frozenset[str]], float]
"""Gain of a set of players; 0 for nobody."""


class ValueNotFoundError(Exception):
    """A value was not found in the time that there was."""


@dataclass(frozen=True)
class ValueShares:
    """Shares that add up to what all players gain together.

    Attributes
    ----------
    shares
        By player, money.
    errors
        Standard error of each share, money; 0 where exact, None where too few orders were drawn.
    orders
        Orders drawn; 0 where exact.
    """

    shares: dict[str, float]
    errors: dict[str, float] | None
    orders: int = 0


def exact_shares(players: Sequence[str], value: Value) -> ValueShares:
    """Shapley value of `value`, which is asked for every set of players.

    Raises
    ------
    ValueNotFoundError
        If `value` was not found in time.
    """
    game = CooperativeGame(tuple(players), {group: value(group) for group in coalitions(players)})
    return ValueShares(shapley_value(game), dict.fromkeys(players, 0.0))


def drawn_shares(
    players: Sequence[str],
    value: Value,
    orders: int,
    rng: np.random.Generator,
    told: Callable[[int], None] = lambda _: None,
) -> ValueShares | None:
    """Average of what each player adds when it joins, over drawn orders and each one's reverse.

    Formula, m pairs of orders, d[k,i] the mean over both orders of pair k of what i adds::

        share_i = sum_k d[k,i] / m     error_i^2 = sum_k (d[k,i] - share_i)^2 / (m (m - 1))

    What players add in one order sums to the gain of all, so that the shares do too. Ended by
    `ValueNotFoundError` of `value`, whole pairs count; None where there is none. `told` hears of
    the orders done.
    """
    pairs: list[list[float]] = []
    place = {name: index for index, name in enumerate(players)}
    for number in range(max(1, (orders + 1) // 2)):
        order = [players[k] for k in rng.permutation(len(players))]
        added = np.zeros(len(players))
        try:
            for way in (order, order[::-1]):
                before, there = 0.0, frozenset[str]()
                for name in way:
                    there |= {name}
                    after = value(there)
                    added[place[name]] += (after - before) / 2.0
                    before = after
        except ValueNotFoundError:
            break
        pairs.append(added.tolist())
        told(2 * (number + 1))
    if not pairs:
        return None
    found = np.array(pairs)
    shares = dict(zip(players, found.mean(axis=0).tolist(), strict=True))
    if len(pairs) < 2:
        return ValueShares(shares, None, 2)
    spread = found.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return ValueShares(shares, dict(zip(players, spread.tolist(), strict=True)), 2 * len(pairs))
