"""Bounds of plans by parts that only money ties together, beside enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from infraplan.optimizer.backends.forced import with_forced
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.priced_parts import PricedParts
from infraplan.optimizer.mip import FloatArray, Mip, RowBlock
from infraplan.optimizer.mip_edits import matrix_of

PARTS, SIZE = 3, 4
COUNT = PARTS * SIZE
FIRST = PARTS + 1
"""Number of the first row that asks for a thing."""


def purse(seed: int) -> Mip:
    """Three sacks of four things each, one purse that pays for half of all; then rows that ask."""
    rng = np.random.default_rng(seed)
    weights, costs = rng.integers(3, 20, COUNT), rng.integers(3, 20, COUNT)
    sacks = np.kron(np.eye(PARTS), np.ones(SIZE)) * weights
    matrix = np.vstack([sacks, costs[None, :], np.eye(COUNT)]).astype(float)
    row, column = np.nonzero(matrix)
    limits = [*np.floor(0.6 * sacks.sum(axis=1)), np.floor(0.5 * costs.sum())]
    blocks = (("at_most", 0, PARTS), ("sources_uses", PARTS, 1), ("mandate", FIRST, COUNT))
    return Mip(
        objective=rng.integers(5, 40, COUNT).astype(float),
        objective_offset=2.0,
        col_lower=np.zeros(COUNT),
        col_upper=np.ones(COUNT),
        integrality=np.ones(COUNT, dtype=bool),
        a_start=np.searchsorted(row, np.arange(matrix.shape[0] + 1)).astype(np.int64),
        a_index=column.astype(np.int64),
        a_value=matrix[row, column],
        row_lower=np.concatenate([np.full(FIRST, -np.inf), np.zeros(COUNT)]),
        row_upper=np.concatenate([limits, np.full(COUNT, np.inf)]),
        row_blocks=tuple(
            RowBlock(family, start, size, ("n",), tuple((n,) for n in range(size)))
            for family, start, size in blocks
        ),
    )


TYING = (
    *("sources_uses", "sharing", "share_limit", "capital", "capital_yearly", "coverage"),
    *("start_ban", "quota", "band", "band_limit", "resource", "start_pace", "envelope"),
)
"""Rules of money, and those of which many projects share one row: read in docs/laws.md."""


@pytest.mark.parametrize("family", TYING)
def test_a_plan_comes_apart_where_rules_of_this_kind_are_priced(family: str) -> None:
    """Without its price the sacks that share the purse would be one part, and there be no bound."""
    mip = purse(0)
    named = tuple(
        replace(block, family=family) if block.family == "sources_uses" else block
        for block in mip.row_blocks
    )
    parts = PricedParts.of(replace(mip, row_blocks=named), prices(mip), 10.0, 1e-9)
    assert parts is not None, f"{family}: `is_priced` of its record in models/rules"


def plans(mip: Mip) -> list[FloatArray]:
    matrix = matrix_of(mip)
    choices = [np.array(choice) for choice in product((0.0, 1.0), repeat=COUNT)]
    return [x for x in choices if (matrix @ x <= mip.row_upper + 1e-9).all()]


def prices(mip: Mip) -> FloatArray:
    found = quick_relaxation(mip, 10.0).multipliers
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_is_above_the_bound_of_its_parts(seed: int) -> None:
    mip = purse(seed)
    known = plans(mip)
    parts = PricedParts.of(mip, prices(mip), 10.0, 1e-9)
    assert parts is not None
    assert parts.bound >= max(mip.value(x) for x in known) - 1e-9
    relaxed = quick_relaxation(mip, 10.0).values
    assert relaxed is not None
    assert parts.bound <= mip.value(relaxed) + 1e-6
    closer = 0
    for number in range(COUNT):
        bound = parts.forced(FIRST + number, 10.0, 1e-9)
        assert bound is not None
        assert bound >= max(mip.value(x) for x in known if x[number] > 0.5) - 1e-9
        own = quick_relaxation(with_forced(mip, FIRST + number), 10.0).values
        assert own is not None
        closer += bound < mip.value(own) - 1e-3
    assert closer >= COUNT // 4  # whole things say more than shares of them


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_a_forced_model_bound_the_plans_that_hold_what_is_forced(seed: int) -> None:
    """At the prices of its own relaxation, which no bound of its parts lies above."""
    mip = purse(seed)
    known, nearer = plans(mip), 0
    of_the_plan = PricedParts.of(mip, prices(mip), 10.0, 1e-9, largest=1.0)
    assert of_the_plan is not None
    for number in range(COUNT):
        own = with_forced(mip, FIRST + number)
        relaxed = quick_relaxation(own, 10.0).values
        parts = PricedParts.of(own, prices(own), 10.0, 1e-9, largest=1.0)
        assert parts is not None
        assert relaxed is not None
        assert parts.bound >= max(mip.value(x) for x in known if x[number] > 0.5) - 1e-9
        assert parts.bound <= mip.value(relaxed) + 1e-6
        by_the_plan = of_the_plan.forced(FIRST + number, 10.0, 1e-9)
        assert by_the_plan is not None
        nearer += parts.bound < by_the_plan - 1e-6
    assert nearer  # prices of its own say more


@pytest.mark.parametrize("seed", range(3))
def test_any_prices_bound_all_plans(seed: int) -> None:
    """Of either sign, and of a row without the limit that they speak of."""
    mip = purse(seed)
    y = np.random.default_rng(seed).normal(0.0, 2.0, mip.num_rows)
    parts = PricedParts.of(mip, y, 10.0, 1e-9)
    assert parts is not None
    assert parts.bound >= max(mip.value(x) for x in plans(mip)) - 1e-9


def test_what_does_not_come_apart_is_left_to_others() -> None:
    mip = purse(0)
    tied = tuple(replace(block, family="at_most") for block in mip.row_blocks)
    assert PricedParts.of(replace(mip, row_blocks=tied), prices(mip), 10.0, 1e-9) is None
