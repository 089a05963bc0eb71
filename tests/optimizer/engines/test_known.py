"""What is known before a solver is asked, small models searched with checked bounds, deadlines."""

from __future__ import annotations

import time

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import Progress, base
from infraplan.optimizer.backends.base import version_note
from infraplan.optimizer.backends.quick_relaxation import QuickRelaxation
from infraplan.optimizer.engines import known as known_module
from infraplan.optimizer.engines.certified_search import certified_search
from infraplan.optimizer.engines.claims import ask, other_ways
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.engines.integer_program import start_values
from infraplan.optimizer.engines.known import Known, is_proven_infeasible, what_is_known
from infraplan.optimizer.formulation.money_scale import conditioning_of, scale_money
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import Termination
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import small
from tests.optimizer.backends import mips
from tests.oracle.generate import random_instance


def wide() -> Instance:
    """A project of 3e10 that money does not reach, and one of 30 that it does, in one fund.

    `small` is worth 3 x 20 - 30 = 30; a billionth of `large` would pay for it.
    """
    return make_instance(
        [
            make_project("large", 3e10, 2e10, latest_start=2021),
            make_project("small", 30.0, 20.0, latest_start=2021),
        ],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 2e10),
    )


def test_a_wide_span_is_told_before_and_solved_right() -> None:
    heard: list[Progress] = []
    result = solve(wide(), SolveOptions(gap=0.0), on_progress=heard.append)
    assert heard[0].note is not None
    assert heard[0].note.kind == "conditioning"
    assert "3e+10" in heard[0].note.text_en
    assert "条件不良" in heard[0].note.text_zh
    assert heard[1].note is not None
    assert heard[1].note.kind == "conditioning"
    assert "sources_uses:region" in heard[1].note.text_en
    assert "跨度超过" in heard[1].note.text_zh
    assert result.plan is not None
    assert [start.project for start in result.plan.starts] == ["small"]
    assert result.objective == pytest.approx(30.0)
    assert result.bound == pytest.approx(30.0, rel=1e-6)
    assert result.bound_source is BoundSource.DUAL_VALUES
    assert result.verification is not None
    assert result.verification.ok


def test_conditioning_does_not_depend_on_the_unit() -> None:
    assert conditioning_of(build_formulation(wide()).coefficients).is_bad
    assert not conditioning_of(build_formulation(small()).coefficients).is_bad
    nobody = conditioning_of(build_formulation(make_instance([])).coefficients)
    assert not nobody.is_bad


@pytest.mark.parametrize(("cost", "scaled"), [(1e3, False), (2e7, True)])
def test_large_spending_is_scaled(cost: float, scaled: bool) -> None:
    formulation = build_formulation(
        make_instance(
            [make_project("a", cost, 0.5 * cost)],
            funds=[make_fund()],
            inflows=make_inflows("budget", 2021, cost),
        )
    )
    scale = scale_money(formulation.mip, conditioning_of(formulation.coefficients))
    assert (scale.factor != 1.0) is scaled
    assert abs(scale.mip.a_value).max() <= 1e6


def test_the_search_closes_small_models() -> None:
    found = certified_search(mips.knapsack(), None, 10.0)
    assert found.plan is not None
    assert found.plan.tolist() == [1.0, 0.0, 3.0]
    assert found.bound == pytest.approx(14.0, rel=1e-6)
    assert found.bound is not None
    assert found.bound >= 14.0


def test_the_search_without_time_still_bounds() -> None:
    found = certified_search(mips.knapsack(), None, 0.0)
    assert found.plan is None
    # The relaxation: 3 c = 12 of 4, then half of a: 14.5.
    assert found.bound == pytest.approx(14.5)


def test_the_search_proves_that_nothing_is_there() -> None:
    assert certified_search(mips.infeasible(), None, 10.0).bound is None


def test_a_plan_and_a_bound_are_known_before() -> None:
    formulation = build_formulation(small())
    known = what_is_known(formulation, Deadline.after(60.0))
    best = solve(small(), SolveOptions(gap=0.0))
    assert best.objective is not None
    assert known.worth is not None
    assert known.bound is not None
    assert known.worth <= best.objective + 1e-9 <= known.bound + 2e-9


def test_a_warm_start_is_known_and_never_beaten_by_the_answer() -> None:
    best = solve(small(), SolveOptions(gap=0.0))
    assert best.plan is not None
    formulation = build_formulation(small())
    given = start_values(formulation, best.plan)
    known = what_is_known(formulation, Deadline.after(60.0), warm_start=given)
    assert known.worth == pytest.approx(best.objective)
    again = solve(small(), SolveOptions(gap=1.0), warm_start=best.plan)
    assert again.objective == pytest.approx(best.objective)


def test_a_relaxation_without_a_point_costs_no_plan_that_obeys_the_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where numbers span much, the relaxation has been heard to call such a model infeasible."""
    best = solve(small(), SolveOptions(gap=0.0))
    assert best.plan is not None
    formulation = build_formulation(small())
    lie = QuickRelaxation(None, None, is_infeasible=True)
    monkeypatch.setattr(known_module, "quick_relaxation", lambda *_: lie)
    given = start_values(formulation, best.plan)
    known = what_is_known(formulation, Deadline.after(60.0), warm_start=given)
    assert known.worth == pytest.approx(best.objective)
    assert known.relaxed is not None
    assert not known.relaxed.is_infeasible
    assert known.bound is None
    nothing = what_is_known(formulation, Deadline.after(60.0))
    assert nothing.plan is None
    assert nothing.relaxed is lie


def test_limits_that_cross_prove_that_there_is_no_plan() -> None:
    assert is_proven_infeasible(mips.infeasible(), Deadline.after(10.0))
    assert not is_proven_infeasible(mips.knapsack(), Deadline.after(10.0))


def test_what_is_known_counts_inside_the_time_limit() -> None:
    deadline = Deadline(time.perf_counter() - 9.0, 10.0)
    assert deadline.left_s() == pytest.approx(1.0, abs=0.2)
    assert deadline.left_s(0.5) == 0.5
    assert deadline.share_s(0.1, 60.0) == pytest.approx(0.1, abs=0.05)
    assert not deadline.is_over()
    assert deadline.is_over(2.0)
    assert guest_options(SolveOptions(), deadline, 60.0).time_limit_s == pytest.approx(1.0)
    endless = Deadline.after(None)
    assert endless.left_s() is None
    assert endless.share_s(0.1, 7.0) == 7.0
    assert not endless.is_over()
    assert guest_options(SolveOptions(), endless, 60.0).time_limit_s == 60.0
    result = solve(small(), SolveOptions(time_limit_s=5.0))
    assert result.runtime_s < 10.0
    assert result.termination in {Termination.OPTIMAL, Termination.GAP_REACHED}


def test_no_solver_is_loaded_where_a_plan_is_known_and_no_time_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("infraplan.optimizer.engines.claims.solve_mip", None)  # nobody asks it
    mip = mips.knapsack()
    plan = np.zeros(mip.num_columns)
    passed = Deadline(time.perf_counter() - 1000.0, 10.0)
    answer = ask(mip, SolveOptions(), Known(plan, 0.0, 12.0), passed)
    assert answer.reply.termination is Termination.TIME_LIMIT
    assert answer.reply.values is plan
    assert (answer.reply.objective, answer.reply.bound) == (0.0, 12.0)
    assert answer.notes == ()


def test_nothing_more_is_looked_for_where_a_plan_is_known_and_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formulation = build_formulation(small())
    plan = solve(small(), SolveOptions()).plan
    assert plan is not None
    given = start_values(formulation, plan)
    monkeypatch.setattr("infraplan.optimizer.engines.known.quick_relaxation", None)  # nobody asks

    class Passing(Deadline):
        def share_s(self, share: float, most_s: float) -> float:
            return most_s

        def is_over(self, margin_s: float = 0.0) -> bool:
            return True

    known = what_is_known(formulation, Passing(0.0, 60.0), warm_start=given)
    assert known.worth == pytest.approx(formulation.mip.value(known.plan))
    assert (known.bound, known.relaxed) == (None, None)


def test_the_other_ways_differ_from_the_first() -> None:
    again, other = other_ways(guest_options(SolveOptions(), Deadline.after(None)))
    assert again.solver == "highs"
    assert again.extra["presolve"] == "off"
    assert other.solver != "highs"
    again, other = other_ways(guest_options(SolveOptions(solver="cpsat"), Deadline.after(None)))
    assert (again.solver, dict(again.extra)) == ("cpsat", {"cp_model_presolve": "false"})
    again, other = other_ways(guest_options(SolveOptions(solver="cbc"), Deadline.after(None)))
    assert (again.solver, again.seed, dict(again.extra)) == ("cbc", 1, {})
    assert other.solver == "highs"


@pytest.mark.parametrize(
    ("version", "is_told"),
    [("1.15.1", True), ("1.9", True), ("1.16.0", False), ("2.0", False), ("", False)],
)
def test_an_old_solver_is_told(version: str, is_told: bool) -> None:
    note = version_note("highs", version)
    assert (note is not None) is is_told
    if note is not None:
        assert version in note.text_en
        assert version in note.text_zh
        assert "1.16" in note.text_en


def test_an_old_solver_is_told_with_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_version", lambda package: "1.15.1")
    assert [note.kind for note in solve(small()).notes] == ["version"]


def test_a_later_stage_that_is_given_back_its_start_is_solved_again() -> None:
    # HiGHS 1.16.0 answers this financing with its start, and with the objective of a better one.
    result = solve(random_instance(2), SolveOptions(solver="cbc", gap=0.0))
    assert result.verification is not None
    assert result.verification.ok
    assert result.notes == ()
    other = solve(random_instance(2), SolveOptions(gap=0.0))
    assert other.plan is not None
    assert result.plan is not None
    assert result.plan.starts == other.plan.starts
