"""Rows by the start of a large works: they bound what they say, leave every plan, and pay."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.engines import large_works
from infraplan.optimizer.engines.large_works import with_large_works
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import make_fund, make_inflows, make_instance, make_option, make_project
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve as brute_force

SEEDS = 60
OPTIONS = SolverOptions(time_limit_s=30.0)


def with_rows_of(mip: Mip) -> tuple[Mip, float, float] | None:
    """`mip` with its rows, the bound with and without them; None where the relaxation has none."""
    relaxed = quick_relaxation(mip, 30.0)
    if relaxed.values is None or relaxed.multipliers is None:
        return None
    bound = dual_bound(mip, relaxed.multipliers).value
    if bound is None:
        return None
    return *with_large_works(mip, relaxed.values, bound, OPTIONS), bound


def optimum(mip: Mip) -> float | None:
    values = quick_search(mip, 30.0, 0.0).values
    return None if values is None else mip.value(values)


def tunnel_or_roads() -> Instance:
    """A tunnel of 50 and ten roads of 5 each compete for 10 a year from 2021 to 2028.

    The tunnel waits for five years of money, then serves three or fewer; the relaxation builds a
    fifth of it a year.
    """
    roads = [make_project(f"r{number}", 5.0, 1.7 + 0.01 * number) for number in range(10)]
    tunnel = make_project("tunnel", 50.0, 30.0)
    return make_instance(
        [tunnel, *roads],
        years=(2021, 2028),
        settings={"end_year": 2032},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, *[10.0] * 8),
    )


def test_a_large_works_is_no_longer_built_in_shares() -> None:
    mip = build_formulation(tunnel_or_roads()).mip
    found = with_rows_of(mip)
    assert found is not None
    strong, least, bound = found
    assert strong.num_rows > mip.num_rows
    best = optimum(mip)
    assert best is not None
    assert optimum(strong) == pytest.approx(best, rel=1e-6)
    assert best - 1e-6 <= least < bound - 0.01 * bound
    relaxed = quick_relaxation(strong, 30.0).values
    assert relaxed is not None
    assert strong.value(relaxed) == pytest.approx(least, rel=1e-5)


def test_what_the_rows_say_of_a_start_holds_for_every_plan_with_it() -> None:
    formulation = build_formulation(tunnel_or_roads())
    mip = formulation.mip
    found = with_rows_of(mip)
    assert found is not None
    strong = found[0]
    row = matrix_of(strong)[[mip.num_rows]]
    years = formulation.started[0]
    for year in range(-1, years.size):
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        lower[years[max(year, 0) :]] = 1.0 if year >= 0 else 0.0
        upper[years[:year] if year >= 0 else years] = 0.0
        held = Mip(**{**vars(mip), "col_lower": lower, "col_upper": upper})
        values = quick_search(held, 30.0, 0.0).values
        if values is not None:
            assert (row @ values)[0] <= strong.row_upper[mip.num_rows]


def test_the_optimum_is_that_of_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_works, "STAKE", 0.0)
    monkeypatch.setattr(large_works, "GAIN", 1e-6)
    bites = 0
    for seed in range(SEEDS):
        instance = random_instance(seed)
        mip = build_formulation(instance).mip
        found = with_rows_of(mip)
        if found is None or found[0].num_rows == mip.num_rows:
            continue
        expected = brute_force(instance).objective
        strong, least, bound = found
        assert least < bound
        if expected is None:
            assert optimum(strong) is None
            continue
        bites += 1
        assert least >= expected - 1e-6 * max(1.0, abs(expected))
        assert optimum(strong) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert bites >= 8


def test_options_of_one_project_are_one_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_works, "GAIN", 1e-6)
    instance = tunnel_or_roads()
    tunnel = make_project(
        "tunnel", options=[make_option("long", 50.0, 30.0), make_option("short", 45.0, 25.0)]
    )
    mip = build_formulation(
        instance.model_copy(update={"projects": (tunnel, *instance.projects[1:])})
    ).mip
    found = with_rows_of(mip)
    assert found is not None
    assert found[0].num_rows > mip.num_rows
    assert optimum(found[0]) == pytest.approx(optimum(mip), rel=1e-6)


def test_the_engine_asks_for_them_where_plan_and_bound_lie_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def heard(mip: Mip, *rest: object) -> tuple[Mip, float]:
        strong, least = with_large_works(mip, *rest)  # type: ignore[arg-type]
        calls.append(strong.num_rows - mip.num_rows)
        return strong, least

    monkeypatch.setattr(
        "infraplan.optimizer.engines.integer_program.with_large_works", heard, raising=True
    )
    monkeypatch.setattr("infraplan.optimizer.engines.integer_program.LARGE_GAP", 0.0, raising=True)
    monkeypatch.setattr("infraplan.optimizer.engines.known.quick_plan", lambda *rest: None)
    with_it = solve(tunnel_or_roads(), SolveOptions(gap=0.0))
    assert calls
    assert calls[0] > 0
    assert with_it.verification is not None
    assert with_it.verification.ok
    assert with_it.objective == pytest.approx(optimum(build_formulation(tunnel_or_roads()).mip))


def test_a_solver_that_fails_costs_the_rows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*rest: object) -> None:
        raise SolverFailedError(phrase("no-solver-answered"))

    monkeypatch.setattr(large_works, "forced_relaxations", fails)
    mip = build_formulation(tunnel_or_roads()).mip
    found = with_rows_of(mip)
    assert found is not None
    assert found[0] is mip
    assert np.isclose(found[1], found[2])
