"""Sharing the surplus of a joint project: Shapley value, nucleolus, proportional shares.

A game says what each coalition of partners could gain alone. Players are named, and results are
in the order in which the game names them. Sources: Shapley (1953); Schmeidler (1969);
Kopelowitz (1967) and Potters, Reijnierse and Ansing (1996) for the sequence of linear programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial, isfinite
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.models.finance.discounting import FloatArray

MAXIMUM_PLAYERS = 12
"""Coalitions double with each player; 4,096 are still quick."""

Coalition = frozenset[str]


@dataclass(frozen=True)
class CooperativeGame:
    """What every coalition of players can gain on its own (transferable utility).

    Attributes
    ----------
    players
        Names, all different, in the order of reporting.
    values
        Gain ``v(S)`` [money] of every coalition with at least one player.
    """

    players: tuple[str, ...]
    values: Mapping[Coalition, float]

    def __post_init__(self) -> None:
        """Refuse duplicate players and missing, foreign or non-numeric coalitions."""
        count = len(self.players)
        if not 1 <= count <= MAXIMUM_PLAYERS or len(set(self.players)) != count:
            raise ValueError(f"a game needs 1 to {MAXIMUM_PLAYERS} different players")
        wanted = set(coalitions(self.players))
        if set(self.values) != wanted:
            raise ValueError("a game needs a value for each coalition of its players, and no other")
        if not all(isfinite(value) for value in self.values.values()):
            raise ValueError("every value of a game must be finite")

    @property
    def grand_value(self) -> float:
        """Gain of all players together."""
        return self.values[frozenset(self.players)]

    def value(self, coalition: Coalition) -> float:
        """Return the gain of a coalition; nothing for the empty one."""
        return self.values[coalition] if coalition else 0.0


def coalitions(players: Sequence[str]) -> list[Coalition]:
    """Return all coalitions with at least one player, by size, then in the players' order."""
    return [
        frozenset(group)
        for size in range(1, len(players) + 1)
        for group in combinations(players, size)
    ]


def shapley_value(game: CooperativeGame) -> dict[str, float]:
    """Return the Shapley value: the average gain each player brings, over all orders of joining.

    Formula: ``phi_i = sum_{S not with i} |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))``.
    Source: Shapley, "A value for n-person games", 1953.

    Returns
    -------
    dict
        Player -> share [money], summing to the grand coalition's gain.
    """
    n = len(game.players)
    total = factorial(n)
    weights = [factorial(size) * factorial(n - size - 1) / total for size in range(n)]
    shares = dict.fromkeys(game.players, 0.0)
    for joined in coalitions(game.players):
        weight = weights[len(joined) - 1]
        for player in joined:
            shares[player] += weight * (game.value(joined) - game.value(joined - {player}))
    return shares


def excesses(game: CooperativeGame, shares: Mapping[str, float]) -> dict[Coalition, float]:
    """Return by how much each coalition short of all would gain by leaving.

    Formula: ``e(S) = v(S) - sum_{i in S} x_i`` [money]; the shares are in the core when none is
    positive.
    """
    everyone = frozenset(game.players)
    return {
        group: game.values[group] - sum(shares[p] for p in game.players if p in group)
        for group in coalitions(game.players)
        if group != everyone
    }


def is_in_core(game: CooperativeGame, shares: Mapping[str, float], tolerance: float = 1e-9) -> bool:
    """Return whether the shares hand out the whole gain and no coalition does better alone.

    Parameters
    ----------
    game, shares
        The game, and player -> share [money].
    tolerance
        Slack allowed, relative to the largest value of the game.
    """
    slack = tolerance * _scale(game)
    spent = sum(shares[p] for p in game.players)
    return abs(spent - game.grand_value) <= slack and all(
        excess <= slack for excess in excesses(game, shares).values()
    )


def _scale(game: CooperativeGame) -> float:
    return max(1e-300, max(abs(value) for value in game.values.values()))


def nucleolus(game: CooperativeGame) -> dict[str, float]:
    """Return the nucleolus: the imputation whose worst-off coalitions are as well off as can be.

    Formula: among ``x`` with ``x(N) = v(N)`` and ``x_i >= v({i})``, lexicographically minimise
    the excesses ``v(S) - x(S)`` sorted from the largest. Each stage solves
    ``min e : x(S) + e >= v(S)`` over the coalitions not yet settled; those with a positive dual
    are tight in every optimum and become equations, until the equations determine ``x``.
    Source: Schmeidler, "The nucleolus of a characteristic function game", 1969.

    Returns
    -------
    dict
        Player -> share [money], summing to the grand coalition's gain.

    Raises
    ------
    ValueError
        If the players together gain less than the sum of each alone (no imputation exists).
    """
    players = game.players
    scale = _scale(game)
    alone = np.array([game.values[frozenset({p})] for p in players]) / scale
    if alone.sum() > game.grand_value / scale + 1e-9:
        raise ValueError("together the players gain less than alone: nothing to share")
    groups = coalitions(players)
    member = np.array([[1.0 if p in g else 0.0 for p in players] for g in groups])
    value = np.array([game.values[g] for g in groups]) / scale
    shares = _nucleolus_shares(member, value, alone)
    return dict(zip(players, (scale * shares).tolist(), strict=True))


def _nucleolus_shares(member: FloatArray, value: FloatArray, alone: FloatArray) -> FloatArray:
    """Run the stages; the last row of ``member`` is the grand coalition."""
    fixed, fixed_value = member[-1:], value[-1:]
    open_rows = _independent_rows(member, fixed)
    while open_rows.any():
        rows = np.flatnonzero(open_rows)
        excess, dual = _stage(member[rows], value[rows], fixed, fixed_value, alone)
        # Duals of a stage sum to one, so the largest is at least 1 / number of rows.
        tight = rows[dual > 0.5 / len(rows)]
        fixed = np.vstack([fixed, member[tight]])
        fixed_value = np.concatenate([fixed_value, value[tight] - excess])
        fixed, fixed_value = _basis(fixed, fixed_value)
        open_rows &= _independent_rows(member, fixed)
    return np.asarray(np.linalg.solve(fixed, fixed_value), dtype=np.float64)


def _independent_rows(member: FloatArray, fixed: FloatArray) -> NDArray[np.bool_]:
    """Return which coalitions are not yet settled: not a combination of the settled ones."""
    projection = member @ np.linalg.pinv(fixed) @ fixed
    return np.asarray(np.abs(projection - member).max(axis=1) > 1e-7, dtype=np.bool_)


def _basis(rows: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the first rows that are independent of those before, with their values."""
    kept = [0]
    for k in range(1, len(rows)):
        if np.linalg.matrix_rank(rows[[*kept, k]]) > len(kept):
            kept.append(k)
    return rows[kept], values[kept]


def _stage(
    member: FloatArray,
    value: FloatArray,
    fixed: FloatArray,
    fixed_value: FloatArray,
    alone: FloatArray,
) -> tuple[float, FloatArray]:
    """Return the least largest excess of the open coalitions, and their duals.

    Raises
    ------
    ArithmeticError
        If the linear program is not solved to optimality.
    """
    # Imported here so that reading an instance does not pay for scipy's optimisers.
    from scipy.optimize import linprog

    count = len(alone)
    result = linprog(
        c=np.append(np.zeros(count), 1.0),
        A_ub=np.hstack([-member, -np.ones((len(member), 1))]),
        b_ub=-value,
        A_eq=np.hstack([fixed, np.zeros((len(fixed), 1))]),
        b_eq=fixed_value,
        bounds=[*((low, None) for low in alone), (None, None)],
        method="highs-ds",
    )
    if result.status != 0:
        raise ArithmeticError(f"a stage of the nucleolus was not solved: {result.message}")
    return float(result.fun), -np.asarray(result.ineqlin.marginals, dtype=np.float64)
