"""Reading what CBC and SCIP print, and what PuLP knows of other solvers."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from infraplan.optimizer.backends import SolverOptions, base, solve_mip
from infraplan.optimizer.backends.cbc_log import (
    CbcNews,
    read_final_bound,
    read_news,
    read_termination,
    widened,
)
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.status import SolutionState, Termination
from tests.optimizer.backends import mips

LOG = """\
Cbc0038I Solution found of -16718.1
Cbc0012I Integer solution of -16978.4 found by feasibility pump after 0 iterations and 0 nodes
Cbc0010I After 1000 nodes, 439 on tree, -17034.4 best solution, best possible -17278.433 (2.67 s)
Cbc0020I Exiting on maximum time

Result - Stopped on time limit

Objective value:                -17034.40000000
Lower bound:                    -17278.433
"""


def test_news_of_cbc() -> None:
    news = read_news(LOG)
    assert news.incumbent == -17034.4
    assert news.bound == pytest.approx(-17278.434)
    assert news.nodes == 1000
    assert read_news("nothing of interest").is_empty
    early = "After 0 nodes, 1 on tree, 1e+50 best solution, best possible 1e-05 (0.1 seconds)"
    assert read_news(early) == CbcNews(None, pytest.approx(0.0), 0)


def test_printed_bounds_are_widened() -> None:
    # A unit of the last printed digit: 0.001 and 1e-2 x 1e5.
    assert widened("-17278.433") == pytest.approx(-17278.434)
    assert widened("1.25e+05") == pytest.approx(124_000.0)
    assert widened("7") == 6.0
    assert widened("1e+50") is None
    assert read_final_bound(LOG) == pytest.approx(-17278.434)
    assert read_final_bound("") is None


@pytest.mark.parametrize(
    ("status", "log", "termination"),
    [
        ("Optimal - objective value 1", "Result - Optimal solution found", Termination.OPTIMAL),
        ("Optimal - objective value 1", "Result - Stopped on time limit", Termination.TIME_LIMIT),
        ("Stopped on time - objective value 1", "", Termination.TIME_LIMIT),
        ("Stopped on iterations - objective value 1", "", Termination.WORK_LIMIT),
        ("Stopped on user event - objective value 1", "", Termination.INTERRUPTED),
        ("Optimal - objective value 1", "Result - User ctrl-c", Termination.INTERRUPTED),
        ("Infeasible - objective value 0", "", Termination.INFEASIBLE),
        ("Integer infeasible - objective value 0", "", Termination.INFEASIBLE),
        (
            "Infeasible - objective value 0",
            "Analysis indicates model infeasible or unbounded",
            Termination.INFEASIBLE_OR_UNBOUNDED,
        ),
        ("Unbounded - objective value 0", "", Termination.INFEASIBLE_OR_UNBOUNDED),
        ("", "", Termination.CRASHED),
        ("Weird", "", Termination.CRASHED),
    ],
)
def test_end_of_cbc(status: str, log: str, termination: Termination) -> None:
    assert read_termination(status, log) is termination


# PuLP's own way to HiGHS stands in for the commercial solvers, which go the same way.


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> str:
    guest = base.SOLVERS["cbc"].guest
    entries = {
        "HiGHS": base.SolverEntry(guest, "highspy", "highspy", ""),
        "GLPK_CMD": base.SolverEntry(guest, "pulp", "pulp", ""),
    }
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({**base.SOLVERS, **entries}))
    return "HiGHS"


def test_other_solver_of_pulp(stand_in: str) -> None:
    options = SolverOptions(solver=stand_in, gap=0.0, extra={"presolve": "off"})
    reply = solve_mip(mips.knapsack(100.0), options)
    assert reply.objective == 114.0
    assert reply.state is SolutionState.OPTIMAL
    assert reply.bound == pytest.approx(114.0)


def test_other_solver_infeasible(stand_in: str) -> None:
    reply = solve_mip(mips.infeasible(), SolverOptions(solver=stand_in))
    assert reply.termination is Termination.INFEASIBLE


def test_other_solver_unbounded(stand_in: str) -> None:
    reply = solve_mip(mips.unbounded(), SolverOptions(solver=stand_in))
    assert reply.values is None
    assert reply.termination is Termination.UNBOUNDED


def test_other_solver_out_of_time_is_not_solved(stand_in: str) -> None:
    options = SolverOptions(solver=stand_in, gap=0.0, time_limit_s=1.5)
    reply = solve_mip(mips.long_search(), options)
    assert reply.termination is Termination.TIME_LIMIT
    assert reply.state is SolutionState.FEASIBLE
    assert reply.bound is None
    none = solve_mip(mips.no_plan_in_sight(), options)
    assert none.termination is Termination.TIME_LIMIT
    assert none.state is SolutionState.NONE


def test_other_solver_that_does_not_run(stand_in: str) -> None:
    with pytest.raises(SolverUnavailableError, match="no working GLPK_CMD"):
        solve_mip(mips.knapsack(), SolverOptions(solver="GLPK_CMD"))
