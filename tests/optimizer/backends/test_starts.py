"""A start helps a solver and changes no answer: neither its value nor its bound."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from infraplan.optimizer.backends import Progress, SolverOptions, base, solve_mip
from infraplan.optimizer.mip import FloatArray, Mip, MipBuilder
from infraplan.optimizer.status import SolutionState, Termination
from tests.optimizer.backends import mips

ROOT = Path(__file__).resolve().parents[3]
EXACT = SolverOptions(gap=0.0)


def _nearly_free() -> tuple[Mip, FloatArray]:
    """Max 1.7 a + 5.2 c + 3.6 e, of which a start leaves out most of c, which no row holds.

    a + 2 d - 0.3 b + e = 4.93, 2 a + d <= 7.38, a - b - d - e <= 2.45, with b whole in 0..3, e
    whole in 0..1, all else in 0..10. So c = 10, and with e = 1 the equation and the second row
    give 3 a <= 10.83 - 0.3 b: a = 3.61 at b = 0, where d = 0.16 obeys the last row as well. With
    e = 0 they give 3 a <= 9.83 - 0.3 b. So 6.137 + 52 + 3.6 = 61.737; the start has c = 0.8.

    HiGHS 1.16.0 counts this start, given by `setSolution`, as worth 61.737, and answers it.
    """
    builder = MipBuilder()
    a = builder.add_columns("a", 1, upper=10.0, objective=1.7)[0]
    b = builder.add_columns("b", 1, upper=3.0, integer=True)[0]
    c = builder.add_columns("c", 1, upper=10.0, objective=5.2)[0]
    d = builder.add_columns("d", 1, upper=10.0)[0]
    e = builder.add_columns("e", 1, upper=1.0, objective=3.6, integer=True)[0]
    assert c == 2
    builder.add_rows("sum", 1, [0] * 4, [b, d, a, e], [-0.3, 2, 1, 1], lower=4.93, upper=4.93)
    builder.add_rows("most", 1, [0, 0], [a, d], [2, 1], upper=7.38)
    builder.add_rows("less", 1, [0] * 4, [a, e, b, d], [1, -1, -1, -1], upper=2.45)
    return builder.build(), np.array([3.61, 0.0, 0.8, 0.16, 1.0])


def _budgets(seed: int) -> Mip:
    """Forty works under five budgets: too much for a presolve."""
    chance = np.random.default_rng(seed)
    builder = MipBuilder()
    worth = chance.integers(20, 60, 40).astype(float)
    x = builder.add_columns("build", 40, upper=1, objective=worth, integer=True)
    cost = chance.integers(10, 50, (5, 40)).astype(float)
    rows = np.repeat(np.arange(5), 40)
    builder.add_rows("money", 5, rows, np.tile(x, 5), cost.ravel(), upper=cost.sum(axis=1) / 3.0)
    return builder.build()


def test_a_start_is_not_worth_what_presolve_makes_of_it() -> None:
    mip, start = _nearly_free()
    assert mip.value(start) == pytest.approx(13.897)
    reply = solve_mip(mip, EXACT, start=start)
    assert reply.state is SolutionState.OPTIMAL
    assert reply.objective == pytest.approx(61.737)
    assert reply.bound == pytest.approx(61.737)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("known", [10, 39])
def test_the_bound_of_a_partial_start_is_not_that_of_the_model(seed: int, known: int) -> None:
    """The dearest works are left out by the start, so that its completions are worth less."""
    mip = _budgets(seed)
    cold = solve_mip(mip, EXACT)
    assert cold.objective is not None
    assert cold.values is not None
    start = np.full(mip.num_columns, np.nan)
    start[np.argsort(-cold.values, kind="stable")[:known]] = 0.0
    told: list[Progress] = []
    reply = solve_mip(mip, EXACT, start=start, on_progress=told.append)
    assert reply.state is SolutionState.OPTIMAL
    assert reply.objective == pytest.approx(cold.objective)
    assert reply.bound == pytest.approx(cold.objective)
    bounds = [news.bound for news in told if news.bound is not None]
    assert min(bounds) >= cold.objective * (1.0 - 1e-9)


def test_a_start_that_breaks_rows_is_made_whole_or_left() -> None:
    """All at once costs 10 of 5; no completion of that is a plan."""
    mip = mips.knapsack()
    for start in ([1.0, 1.0, 4.0], [7.0, np.nan, -3.0], [np.nan] * 3, [0.4, 0.0, 0.0]):
        reply = solve_mip(mip, EXACT, start=np.array(start))
        assert reply.values is not None
        assert reply.values.tolist() == [1.0, 0.0, 3.0]
        assert reply.bound == pytest.approx(14.0)


def test_a_bound_that_is_taken_back_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """9 is the value of its plan, and its bound on the way; at its end it says 20."""
    entry = base.SolverEntry("tests.optimizer.backends.fake_guest", "numpy", "numpy", "")
    solvers = MappingProxyType({**base.SOLVERS, "fake-takes-back": entry})
    monkeypatch.setattr(base, "SOLVERS", solvers)
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    reply = solve_mip(mips.knapsack(), SolverOptions(solver="fake-takes-back"))
    assert reply.objective == 9.0
    assert reply.bound == 20.0
    assert reply.state is SolutionState.FEASIBLE
    assert reply.termination is Termination.INTERRUPTED
