"""Which rules of money are short of a few smallest units, where solvers see no shortage.

A solver holds rows within a millionth: two cents of half a billion are nothing to it, and of the
rules that ask for them none seems to stand in the way. The choices fixed, what rows are missed by
is computed and a correction is sought (`engines/to_the_unit.py`), now with rules that may give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from infraplan.optimizer.analysis.elastic import Elastic, search
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation, quick_relaxation
from infraplan.optimizer.engines.to_the_unit import POLICY, is_money, magnified
from infraplan.optimizer.mip import FloatArray, Mip

OWN_MONEY = 1.0
"""The model of conflicts counts in the instance's money."""
CLEAN = 4
"""Decimals of slack that are told: a hundredth of a smallest unit; what is below is rounding."""
LEAST_S = 0.5
"""Seconds that one question gets at least."""


@dataclass(frozen=True)
class Short:
    """Rules of money by their number, with column values in which each gives as little as it can.

    `is_minimal`: whether each is known to be needed for the choices that were tried.
    """

    rules: tuple[tuple[int, FloatArray], ...]
    is_minimal: bool


def money_short(
    elastic: Elastic,
    kept: frozenset[int],
    options: SolverOptions,
    seconds_left: Callable[[], float],
) -> Short | None:
    """Rules of money that cannot hold beside the rules `kept`, to the smallest unit; None: unknown.

    `elastic` is of a model without rows that refuse starts.
    """
    money = rules_of_money(elastic)
    # Rules of money may give here: two cents are more than nothing where amounts are not scaled.
    question = elastic.with_free(_others(elastic, kept), sorted(money))
    asked = replace(options, gap=1e-6, time_limit_s=max(LEAST_S, seconds_left()))
    values = search(question, asked)[1]
    if values is None:
        return None
    corrected = _Corrected(elastic, values, seconds_left)
    needed = sorted(money - kept)
    if not corrected.is_impossible(kept | money):
        return None
    is_minimal = True
    for number in tuple(needed):
        if seconds_left() <= 0.0:
            is_minimal = False
            break
        rest = [other for other in needed if other != number]
        if corrected.is_impossible(kept | frozenset(rest)):
            needed = rest
    found = [(number, corrected.with_least(number, kept | set(needed))) for number in needed]
    known = tuple((number, least) for number, least in found if least is not None)
    return Short(known, is_minimal and len(known) == len(found)) if known else None


def _others(elastic: Elastic, hard: frozenset[int]) -> frozenset[int]:
    return frozenset(range(len(elastic.groups))) - hard


def rules_of_money(elastic: Elastic) -> frozenset[int]:
    """Rules that limit money, by their number."""
    mip = elastic.mip
    has_money = np.zeros(mip.num_rows, dtype=np.bool_)
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    has_money[rows[is_money(mip)[mip.a_index]]] = True
    return frozenset(
        number
        for number, group in enumerate(elastic.groups)
        if group.rule.name == POLICY or has_money[group.rows].any()
    )


class _Corrected:
    """Corrections of `values`, their whole columns fixed, where rules other than some may give."""

    def __init__(
        self, elastic: Elastic, values: FloatArray, seconds_left: Callable[[], float]
    ) -> None:
        self._elastic = elastic
        self._values = np.where(elastic.mip.integrality, np.round(values), values)
        self._seconds_left = seconds_left

    def is_impossible(self, hard: frozenset[int]) -> bool:
        """Whether the rules `hard` have no correction."""
        mip = self._elastic.with_free(_others(self._elastic, hard), priced=())
        return self._asked(mip)[0].is_infeasible

    def with_least(self, number: int, hard: frozenset[int]) -> FloatArray | None:
        """Column values in which rule `number` gives least, the others of `hard` nothing."""
        found, zoom = self._asked(self._elastic.with_least_of(number, hard - {number}))
        if found.values is None:
            return None
        values = self._values + found.values / zoom
        slack = self._elastic.columns[number]
        values[slack] = np.round(values[slack], CLEAN)
        return values

    def _asked(self, mip: Mip) -> tuple[QuickRelaxation, float]:
        fixed = self._elastic.mip.integrality
        lower = np.where(fixed, self._values, mip.col_lower)
        upper = np.where(fixed, self._values, mip.col_upper)
        of_money = replace(
            mip, col_lower=lower, col_upper=upper, integrality=np.zeros(fixed.size, dtype=np.bool_)
        )
        question, zoom = magnified(of_money, self._values, OWN_MONEY, is_strict=True)
        return quick_relaxation(question, max(LEAST_S, self._seconds_left())), zoom
