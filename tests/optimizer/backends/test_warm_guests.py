"""Guests that are loaded before they are asked for: which begin, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import psutil
import pytest

from infraplan.optimizer.backends import warm_guests
from infraplan.optimizer.backends.base import SOLVERS, SolverOptions, solver_entry
from infraplan.optimizer.backends.host import solve_mip
from infraplan.optimizer.backends.process import begun_ahead
from infraplan.optimizer.engines import integer_program, known
from infraplan.optimizer.solve import solve
from infraplan.optimizer.status import SolutionState
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.optimizer.backends import mips

HIGHS = solver_entry("highs").guest


@pytest.mark.parametrize("forks", sorted({False, warm_guests.is_possible()}))
def test_guests_begun_ahead_answer_as_others_do(
    forks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where guests are not forked nothing is begun ahead, and the answer is the same."""
    monkeypatch.setattr(warm_guests, "is_possible", lambda: forks)
    alone = solve_mip(mips.knapsack(), SolverOptions())
    before = set(psutil.Process().children())
    with begun_ahead(HIGHS):
        assert warm_guests.are_wanted() is forks
        there = set(psutil.Process().children())
        # It loads while this process does other things; what earlier ones came from stays.
        assert there if forks else there == before
        ahead = solve_mip(mips.knapsack(), SolverOptions())
    assert not warm_guests.are_wanted()
    assert ahead.state is SolutionState.OPTIMAL
    assert ahead.objective == alone.objective


def test_what_is_loaded_besides_is_there_and_of_a_guest() -> None:
    guests = {entry.guest for entry in SOLVERS.values()}
    for guest, names in warm_guests._LOADED_BESIDES.items():
        assert guest in guests
        assert all(find_spec(name) is not None for name in names)


def test_guests_of_large_programs_alone_begin_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    @contextmanager
    def begin(module: str) -> Iterator[None]:
        begun.append(module)
        yield

    monkeypatch.setattr(integer_program, "begun_ahead", begin)
    instance = make_instance(
        [make_project("a", 10.0, 30.0), make_project("b", 10.0, 20.0)],
        years=(2021, 2024),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, *[10.0] * 4),
    )
    solve(instance)
    assert not begun
    monkeypatch.setattr(known, "LEAST_CHOICES", 1)
    solve(instance)
    assert begun == [HIGHS]
