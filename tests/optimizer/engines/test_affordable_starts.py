"""Starts that no money can pay for: which go, that no plan goes with them, who never sees it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.backends.quick_relaxation import (
    QuickRelaxation,
    quick_relaxation,
    quick_search,
)
from infraplan.optimizer.engines import affordable_starts as module
from infraplan.optimizer.engines.affordable_starts import affordable_starts
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource
from infraplan.optimizer.status import Termination
from infraplan.optimizer.work_clock import ClockReason
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_project,
    make_receipt,
    make_share,
)
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve as brute_force

SEEDS = 90


def left_out(instance: Instance) -> dict[str, list[int]]:
    """Years of each project that no option of it can start in any more."""
    formulation = build_formulation(instance)
    reduced = affordable_starts(formulation.mip, 10.0)
    found: dict[str, list[int]] = {}
    for number, flat in enumerate(formulation.sets.options):
        for year in range(flat.first, flat.last + 1):
            column = formulation.started[number, year]
            if reduced.col_upper[column] < formulation.mip.col_upper[column]:
                years = found.setdefault(flat.project.id, [])
                years.append(formulation.sets.first_year + year)
    return found


def budget(*projects, yearly: float = 10.0, **tables) -> Instance:
    """Projects paid from a fund that gets `yearly` from 2021 to 2026 and keeps what is left."""
    return make_instance(
        projects,
        years=(2021, 2026),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, *[yearly] * 6),
        **tables,
    )


def test_a_works_waits_until_its_money_has_come_in() -> None:
    # 35 are there at the end of the fourth year; 30 at the end of the third.
    assert left_out(budget(make_project("a", 35.0, 9.0))) == {"a": [2021, 2022, 2023]}
    assert left_out(budget(make_project("a", 30.0, 9.0))) == {"a": [2021, 2022]}
    assert left_out(budget(make_project("a", 10.0, 9.0))) == {}


def test_a_works_over_years_is_paid_as_it_is_built() -> None:
    # 20 in the year of the start and 40 by the next: 20 and 30 are there in 2022 and 2023.
    works = make_project("a", 40.0, 9.0, spending_profile=(0.5, 0.5), lead_time=2)
    assert left_out(budget(works)) == {"a": [2021, 2022]}


def test_what_must_be_built_is_paid_first() -> None:
    must = make_project("m", 12.0, 1.0, mandatory=Mandate.MUST, latest_start=2022)
    # Of 60 in all 12 are gone: 48 are never there before 2026, and `m` itself waits for 2022.
    assert left_out(budget(make_project("a", 40.0, 9.0), must)) == {
        "a": [2021, 2022, 2023, 2024, 2025],
        "m": [2021],
    }


def test_a_payer_pays_its_share_alone() -> None:
    instance = make_instance(
        [make_project("a", 40.0, 9.0, jurisdiction="p")],
        years=(2021, 2026),
        jurisdictions=make_jurisdictions("p", "q"),
        funds=[make_fund(jurisdiction="p"), make_fund("rich", jurisdiction="q")],
        inflows=[
            *make_inflows("budget", 2021, *[10.0] * 6),
            *make_inflows("rich", 2021, *[100.0] * 6),
        ],
        shares=[make_share("a", "p", 0.75), make_share("a", "q", 0.25)],
    )
    assert left_out(instance) == {"a": [2021, 2022]}


def test_what_can_be_borrowed_or_comes_in_from_projects_counts() -> None:
    bond = make_bond(annual_limit=5.0, tenor=10)
    assert left_out(budget(make_project("a", 35.0, 9.0), instruments=[bond])) == {"a": [2021, 2022]}
    seller = make_project("s", 1.0, 0.0)
    receipt = make_receipt("s", 100.0)
    assert left_out(budget(make_project("a", 35.0, 9.0), seller, receipts=[receipt])) == {
        "a": [2021]
    }


def test_what_is_beyond_all_money_has_no_start_and_a_small_option_stays() -> None:
    project = make_project(
        "a", options=[make_option("large", 70.0, 9.0), make_option("small", 5.0, 1.0)]
    )
    formulation = build_formulation(budget(project))
    reduced = affordable_starts(formulation.mip, 10.0)
    large, small = (formulation.started[number] for number in (0, 1))
    assert not reduced.col_upper[large].any()
    assert reduced.col_upper[small].all()


def optimum(mip: Mip) -> float | None:
    values = quick_search(mip, 30.0, 0.0).values
    return None if values is None else mip.value(values)


def test_the_optimum_is_that_of_brute_force() -> None:
    bites = without = 0
    for seed in range(SEEDS):
        instance = random_instance(seed)
        mip = build_formulation(instance).mip
        reduced = affordable_starts(mip, 10.0)
        if np.array_equal(reduced.col_upper, mip.col_upper):
            continue
        bites += 1
        expected, found = brute_force(instance).objective, optimum(reduced)
        if expected is None:
            without += 1
            assert found is None
        else:
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert bites - without >= 10


def test_nobody_who_asks_why_sees_it() -> None:
    instance = budget(make_project("a", 35.0, 90.0), make_project("b", 70.0, 90.0))
    result = solve(instance)
    assert [start.project for start in result.require_plan().starts] == ["a"]
    assert result.formulation is not None
    assert result.formulation.mip.col_upper[result.formulation.started].all()
    (why,) = find_rejections(result.formulation, result.require_plan(), bound=result.bound)
    assert (why.project, why.rule) == ("b", "fund_balance:budget")


def test_what_must_be_built_and_cannot_be_paid_is_refused_as_before() -> None:
    must = make_project("m", 70.0, 1.0, mandatory=Mandate.MUST)
    result = solve(budget(must))
    assert result.plan is None
    assert result.termination is Termination.INFEASIBLE
    assert result.bound_source is BoundSource.DUAL_VALUES


def test_a_busy_machine_leaves_out_the_same_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    mip = build_formulation(budget(make_project("a", 35.0, 9.0))).mip
    expected = affordable_starts(mip, 0.05).col_upper
    assert np.any(expected < mip.col_upper)

    def slow(asked: Mip, seconds: float) -> QuickRelaxation:
        time.sleep(0.1)  # longer than the share, which is of work
        return quick_relaxation(asked, seconds)

    monkeypatch.setattr(module, "quick_relaxation", slow)
    with work_clock.watched() as decided, work_clock.by_seconds():
        assert np.array_equal(affordable_starts(mip, 0.05, 60.0).col_upper, expected)
        assert not decided
        assert np.array_equal(affordable_starts(mip, 0.05, 0.0).col_upper, mip.col_upper)


def test_seconds_end_it_where_they_are_asked_for_and_say_so() -> None:
    mip = build_formulation(budget(make_project("a", 35.0, 9.0))).mip
    with work_clock.watched() as decided, work_clock.by_seconds():
        affordable_starts(mip, 5.0, 1e-9)
    assert decided == {ClockReason.TIME_LIMIT}


def test_work_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mip = build_formulation(budget(make_project("a", 35.0, 9.0))).mip
    monkeypatch.setattr(module, "BUDGET_S_BY_NONZERO", 1.0)
    asked: list[Mip] = []

    def counted(mine: Mip, seconds: float) -> QuickRelaxation:
        asked.append(mine)
        return quick_relaxation(mine, seconds)

    monkeypatch.setattr(module, "quick_relaxation", counted)
    with work_clock.watched() as decided, work_clock.by_seconds():
        affordable_starts(mip, 0.5)
    assert len(asked) == 1
    assert not decided
