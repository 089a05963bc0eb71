"""What every solver must do alike."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from infraplan.optimizer.backends import (
    Progress,
    SolverOptions,
    available_solvers,
    solve_mip,
    solve_relaxation,
)
from infraplan.optimizer.errors import SolverError, SolverUnavailableError, UnsupportedFeatureError
from infraplan.optimizer.mip import Mip, MipBuilder
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.status import SolutionState, Termination
from tests.optimizer.backends import mips

SOLVERS = ("highs", "cbc", "scip", "cpsat")


def _exact(solver: str) -> SolverOptions:
    return SolverOptions(solver=solver, gap=0.0, time_limit_s=60.0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("offset", [0.0, 100.0])
def test_whole_numbers(solver: str, offset: float) -> None:
    reply = solve_mip(mips.knapsack(offset), _exact(solver))
    assert reply.termination is Termination.OPTIMAL
    assert reply.state is SolutionState.OPTIMAL
    assert reply.values is not None
    assert reply.values.tolist() == [1.0, 0.0, 3.0]
    assert reply.objective == 14.0 + offset
    assert reply.bound == pytest.approx(14.0 + offset, rel=1e-9)
    assert reply.gap == pytest.approx(0.0, abs=1e-9)
    assert reply.solver == solver
    assert reply.solver_version
    assert reply.runtime_s > 0.0


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("mip", "optimum"),
    [(mips.mixed(), 7.0 / 30.0), (mips.general(), 11.0), (mips.textbook(), 36.0)],
    ids=["mixed", "general", "textbook"],
)
def test_continuous_columns(solver: str, mip: Mip, optimum: float) -> None:
    reply = solve_mip(mip, _exact(solver))
    assert reply.state is SolutionState.OPTIMAL
    assert reply.objective == pytest.approx(optimum, rel=1e-7)
    assert reply.values is not None
    assert mip.value(reply.values) == reply.objective
    assert reply.bound is not None
    assert reply.objective is not None
    assert reply.bound >= reply.objective
    assert reply.bound == pytest.approx(optimum, rel=5e-6)


@pytest.mark.parametrize("solver", SOLVERS)
def test_infeasible(solver: str) -> None:
    reply = solve_mip(mips.infeasible(), _exact(solver))
    assert reply.termination is Termination.INFEASIBLE
    assert reply.state is SolutionState.NONE
    assert reply.values is None
    assert reply.objective is None
    assert reply.bound is None
    assert reply.gap is None


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip"])
def test_unbounded(solver: str) -> None:
    reply = solve_mip(mips.unbounded(), _exact(solver))
    assert reply.termination is Termination.UNBOUNDED
    assert reply.values is None
    assert reply.bound is None


@pytest.mark.parametrize("solver", SOLVERS)
def test_no_presolve_cuts_off_the_best_plan(solver: str) -> None:
    reply = solve_mip(mips.one_of_each_row(), SolverOptions(solver, gap=1e-6))
    assert reply.objective == pytest.approx(-38.8)
    assert reply.bound == pytest.approx(-38.8, abs=1e-3)


@pytest.mark.parametrize("solver", SOLVERS)
def test_rows_that_are_added_may_stand_in_any_order(solver: str) -> None:
    """A column of the new row stands twice, and not in order: 2 a + 3 b + c <= 4 as well.

    Then c = 4 is worth 12, and a = 1 with c = 2 worth 11.
    """
    entries = ([1.0, 3.0, 1.0, 1.0], [2, 1, 0, 0], [0, 4])
    row = csr_array(entries, shape=(1, 3))
    mip = with_rows(mips.knapsack(), "more", row, np.array([-np.inf]), np.array([4.0]))
    assert mip.a_index.tolist() == [0, 1, 2, 0, 1, 2]
    assert mip.a_value.tolist() == [2, 3, 1, 2, 3, 1]
    reply = solve_mip(mip, _exact(solver))
    assert reply.objective == pytest.approx(12.0)
    assert row.indices.tolist() == [2, 1, 0, 0]


def test_cpsat_needs_bounds() -> None:
    with pytest.raises(UnsupportedFeatureError, match="2 columns have no bound"):
        solve_mip(mips.unbounded(), _exact("cpsat"))


def _without_plan() -> Mip:
    """Max x + y, x - y <= 3 and 2 (u - v) = 1 in whole numbers: unbounded, were there a plan."""
    builder = MipBuilder()
    x = builder.add_columns("x", 2, objective=[1, 1], integer=True)
    u = builder.add_columns("u", 2, upper=9, integer=True)
    builder.add_rows("difference", 1, [0, 0], x, [1, -1], upper=3)
    builder.add_rows("parity", 1, [0, 0], u, [2, -2], lower=1, upper=1)
    return builder.build()


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip"])
def test_infeasible_is_not_called_unbounded(solver: str) -> None:
    reply = solve_mip(_without_plan(), _exact(solver))
    assert reply.termination is Termination.INFEASIBLE


@pytest.mark.parametrize("solver", SOLVERS)
def test_columns_in_no_row_and_without_price(solver: str) -> None:
    # Max 2 a with a <= 1, whole b in -3..-1.5 (so -3..-2) and c in 1.5..4 in no row: 2.
    builder = MipBuilder()
    a = builder.add_columns("a", 1, upper=1, objective=2, integer=True)
    builder.add_columns("b", 1, lower=-3, upper=-1.5, integer=True)
    builder.add_columns("c", 1, lower=1.5, upper=4)
    builder.add_rows("one", 1, [0], a, [1], upper=1)
    reply = solve_mip(builder.build(), _exact(solver))
    assert reply.objective == pytest.approx(2.0)
    assert reply.values is not None
    assert reply.values[1] in {-3.0, -2.0}
    assert 1.5 <= reply.values[2] <= 4.0


@pytest.mark.parametrize("solver", SOLVERS)
def test_time_limit_keeps_the_incumbent_and_is_no_proof(solver: str) -> None:
    heard: list[Progress] = []
    reply = solve_mip(
        mips.long_search(),
        SolverOptions(solver=solver, gap=0.0, time_limit_s=2.5),
        on_progress=heard.append,
    )
    assert reply.termination is Termination.TIME_LIMIT
    assert reply.state is SolutionState.FEASIBLE
    assert reply.objective is not None
    assert reply.bound is not None
    assert reply.gap is not None
    assert reply.objective < reply.bound
    assert reply.gap > 1e-4
    assert heard
    assert heard[-1].incumbent == pytest.approx(reply.objective)
    assert [p.elapsed_s for p in heard] == sorted(p.elapsed_s for p in heard)
    assert all(p.bound is None or p.bound >= reply.objective for p in heard)


@pytest.mark.parametrize("solver", SOLVERS)
def test_time_limit_without_a_plan(solver: str) -> None:
    reply = solve_mip(
        mips.no_plan_in_sight(), SolverOptions(solver=solver, gap=0.0, time_limit_s=1.5)
    )
    assert reply.termination is Termination.TIME_LIMIT
    assert reply.state is SolutionState.NONE
    assert reply.values is None
    assert reply.objective is None
    assert reply.gap is None


@pytest.mark.parametrize("solver", SOLVERS)
def test_wish_to_stop_keeps_the_incumbent(solver: str) -> None:
    heard: list[Progress] = []
    begin = time.perf_counter()

    def enough() -> bool:
        # CBC shows its solutions only at the end: its claim of one is enough.
        found = any(p.incumbent is not None for p in heard)
        return found and time.perf_counter() - begin > 1.5

    reply = solve_mip(
        mips.long_search(),
        SolverOptions(solver=solver, gap=0.0, time_limit_s=60.0),
        on_progress=heard.append,
        should_stop=enough,
    )
    assert reply.termination is Termination.INTERRUPTED
    assert reply.state is SolutionState.FEASIBLE
    assert reply.objective is not None
    assert reply.runtime_s < 60.0


@pytest.mark.cold_guests  # a forked one shares much of its memory with the process it comes from
@pytest.mark.parametrize("solver", SOLVERS)
def test_memory_limit_keeps_the_incumbent(solver: str) -> None:
    # The guests need 45 to 110 MB for this model as soon as they search.
    limit = 40 if solver in {"highs", "cbc"} else 90
    reply = solve_mip(
        mips.long_search(30, 200),
        SolverOptions(solver=solver, gap=0.0, time_limit_s=60.0, memory_limit_mb=limit),
    )
    assert reply.termination is Termination.MEMORY_LIMIT
    assert reply.state in {SolutionState.FEASIBLE, SolutionState.NONE}
    assert reply.peak_memory_mb is not None
    assert reply.peak_memory_mb > limit


@pytest.mark.parametrize("solver", SOLVERS)
def test_gap(solver: str) -> None:
    reply = solve_mip(mips.long_search(), SolverOptions(solver=solver, gap=0.03, time_limit_s=60.0))
    assert reply.termination is Termination.GAP_REACHED
    assert reply.state is SolutionState.OPTIMAL
    assert reply.gap is not None
    assert 1e-9 < reply.gap <= 0.0303


@pytest.mark.parametrize("solver", SOLVERS)
def test_same_seed_same_values(solver: str) -> None:
    options = SolverOptions(solver=solver, gap=0.015, seed=3, time_limit_s=60.0)
    first, second = (solve_mip(mips.long_search(5, 40), options) for _ in range(2))
    assert first.values is not None
    assert second.values is not None
    assert first.values.tolist() == second.values.tolist()
    assert first.bound == second.bound


@pytest.mark.parametrize("solver", SOLVERS)
def test_start_is_used(solver: str) -> None:
    # Alone the solvers stop at 11,659 to 11,700 with this gap; the start is worth 11,753.
    mip = mips.long_search(5, 40)
    good = solve_mip(mip, SolverOptions(gap=0.01, time_limit_s=60.0))
    assert good.values is not None
    assert good.objective is not None
    reply = solve_mip(
        mip, SolverOptions(solver=solver, gap=0.03, time_limit_s=60.0), start=good.values
    )
    assert reply.objective is not None
    assert reply.objective >= good.objective - 1e-6
    assert good.objective > 11_750.0


@pytest.mark.parametrize("solver", SOLVERS)
def test_partial_start(solver: str) -> None:
    start = np.array([1.0, np.nan, np.nan])
    reply = solve_mip(mips.knapsack(), _exact(solver), start=start)
    assert reply.objective == 14.0


@pytest.mark.parametrize("solver", SOLVERS)
def test_no_columns(solver: str) -> None:
    builder = MipBuilder()
    builder.objective_offset = 7.0
    assert solve_mip(builder.build(), _exact(solver)).objective == 7.0
    builder.add_rows("impossible", 1, [], [], [], lower=1.0)
    assert solve_mip(builder.build(), _exact(solver)).termination is Termination.INFEASIBLE


@pytest.mark.parametrize(
    ("solver", "good", "bad"),
    [
        ("highs", {"mip_max_leaves": "100000"}, {"no_such_option": "1"}),
        ("cbc", {"maxNodes": "100000"}, None),
        ("scip", {"long:limits/nodes": "100000"}, {"no/such/option": "1"}),
        ("cpsat", {"linearization_level": "1"}, {"no_such_option": "1"}),
    ],
)
def test_extra_options(solver: str, good: dict[str, str], bad: dict[str, str] | None) -> None:
    reply = solve_mip(mips.knapsack(), SolverOptions(solver=solver, gap=0.0, extra=good))
    assert reply.objective == 14.0
    if bad is not None:
        with pytest.raises(SolverError, match=f"^{solver}: "):
            solve_mip(mips.knapsack(), SolverOptions(solver=solver, extra=bad))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parallel/minnthreads", "1"),
        ("misc/catchctrlc", "FALSE"),
        ("numerics/epsilon", "1e-9"),
        ("nodeselection/childsel", "h"),
        ("string:visual/vbcfilename", "-"),
        ("visual/bakfilename", "none.bak"),
        ("long:limits/nodes", "100000"),
    ],
)
def test_scip_parameters_of_every_type(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # one of them writes a file
    reply = solve_mip(mips.knapsack(), SolverOptions(solver="scip", extra={name: value}))
    assert reply.objective == 14.0


@pytest.mark.parametrize("solver", ["cbc", "cpsat"])
def test_two_threads_repeat_themselves(solver: str) -> None:
    options = SolverOptions(solver=solver, gap=0.03, threads=2, time_limit_s=60.0)
    first, second = (solve_mip(mips.long_search(4, 25), options) for _ in range(2))
    assert first.values is not None
    assert second.values is not None
    assert first.values.tolist() == second.values.tolist()


def test_a_presolve_without_end_is_left_out() -> None:
    """A project of 100 whose first fifth is own money of 20: HiGHS 1.15.1 presolves it for ever."""
    builder = MipBuilder()
    built = builder.add_columns("built", 1, upper=1, integer=True, objective=237.7)[0]
    own, lent, debt = (builder.add_columns(name, 3) for name in ("own", "lent", "debt"))
    cash = builder.add_columns("cash", 3)
    for t in range(3):
        paid = [(own[t], 1.0), (lent[t], 1.0)] + ([(built, -100.0)] if t == 0 else [])
        rows = [
            (paid, 0.0, 0.0),
            ([(own[t], -0.8), (lent[t], 0.2)], -np.inf, 0.0),
            ([(lent[t], -1.0), (debt[t], 1.0)], 0.0, 0.0),
            (
                [(own[t], 1.0), (cash[t], 1.0)] + ([(cash[t - 1], -1.0)] if t else []),
                0.0 if t else 20.0,
                0.0 if t else 20.0,
            ),
        ]
        for number, (entries, lower, upper) in enumerate(rows):
            columns, values = zip(*entries, strict=True)
            name = f"row{number}-{t}"
            builder.add_rows(name, 1, [0] * len(columns), columns, values, lower=lower, upper=upper)
    reply = solve_mip(builder.build(), SolverOptions(gap=0.0, time_limit_s=30.0))
    assert reply.objective == pytest.approx(237.7)
    assert reply.termination is Termination.OPTIMAL


def test_relaxation_of_the_textbook() -> None:
    reply = solve_relaxation(mips.textbook(), SolverOptions(solver="cbc"))
    assert reply.solver == "highs"
    assert reply.objective == pytest.approx(36.0)
    assert reply.bound == pytest.approx(36.0)
    assert reply.row_duals == pytest.approx([0.0, 1.5, 1.0])
    assert reply.reduced_costs == pytest.approx([0.0, 0.0])


def test_signs_of_duals_and_reduced_costs() -> None:
    # Max -2 x - 3 y + z, x + y >= 4 (row 0), z - x <= 1 (row 1), 0 <= z <= 9, y = 1 by its bounds.
    # x = 3, z = 4: -6 - 3 + 4 = -5. Row 1: one unit more gives z + 1: dual 1. Row 0: one unit more
    # needs x + 1 at -2, which lets z grow by 1: dual -1. Reduced costs: x: -2 - (-1 - 1) = 0,
    # y: -3 - (-1) = -2, z: 1 - 1 = 0.
    builder = MipBuilder()
    x = builder.add_columns("x", 1, objective=-2)[0]
    y = builder.add_columns("y", 1, lower=1, upper=5, objective=-3)[0]
    z = builder.add_columns("z", 1, upper=9, objective=1)[0]
    builder.add_rows("least", 1, [0, 0], [x, y], [1, 1], lower=4)
    builder.add_rows("most", 1, [0, 0], [z, x], [1, -1], upper=1)
    reply = solve_relaxation(builder.build(), SolverOptions())
    assert reply.objective == pytest.approx(-5.0)
    assert reply.values == pytest.approx([3.0, 1.0, 4.0])
    assert reply.row_duals == pytest.approx([-1.0, 1.0])
    assert reply.reduced_costs == pytest.approx([0.0, -2.0, 0.0])


def test_relaxation_forgets_integrality() -> None:
    # Max x, 2 x <= 1, x whole: relaxed 1/2.
    builder = MipBuilder()
    x = builder.add_columns("x", 1, upper=1, objective=1, integer=True)
    builder.add_rows("half", 1, [0], x, [2], upper=1)
    reply = solve_relaxation(builder.build(), SolverOptions())
    assert reply.objective == pytest.approx(0.5)


def test_relaxation_without_answer() -> None:
    assert solve_relaxation(mips.infeasible(), SolverOptions()).row_duals is None
    assert solve_relaxation(MipBuilder().build(), SolverOptions()).objective == 0.0


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip"])
def test_solvers_agree_with_enumeration(solver: str, enumerated: list[tuple[Mip, float]]) -> None:
    for mip, best in enumerated:
        assert solve_mip(mip, _exact(solver)).objective == pytest.approx(best, rel=1e-6)


@pytest.fixture(scope="module")
def enumerated() -> list[tuple[Mip, float]]:
    """Four random models, each with its optimum by enumeration."""
    models = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        builder = MipBuilder()
        x = builder.add_columns("x", 8, upper=1, objective=random.normal(size=8), integer=True)
        y = builder.add_columns("y", 4, upper=5, objective=random.normal(size=4))
        row, column = np.indices((5, 12))
        matrix = np.round(random.normal(size=60), 2)
        every = np.concatenate([x, y])
        builder.add_rows("r", 5, row.ravel(), every[column.ravel()], matrix, upper=2.0)
        mip = builder.build()
        models.append((mip, _best(mip)))
    return models


def _best(mip: Mip) -> float:
    """Optimum by enumeration: SciPy's linear program for each choice of the eight binaries."""
    from scipy.optimize import linprog

    matrix = np.zeros((mip.num_rows, mip.num_columns))
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    matrix[rows, mip.a_index] = mip.a_value
    best = -np.inf
    for number in range(256):
        fixed = np.array([number >> bit & 1 for bit in range(8)], dtype=float)
        found = linprog(
            -mip.objective[8:],
            A_ub=matrix[:, 8:],
            b_ub=mip.row_upper - matrix[:, :8] @ fixed,
            bounds=[(0.0, 5.0)] * 4,
        )
        if found.status == 0:
            best = max(best, float(mip.objective[:8] @ fixed) - float(found.fun))
    return best


def test_available_solvers_without_loading_any() -> None:
    found = {info.name: info for info in available_solvers()}
    assert {"highs", "cbc", "scip", "cpsat"} <= {n for n, info in found.items() if info.available}
    assert found["highs"].version
    assert all(info.how_to_install for info in found.values())
    code = (
        "import sys; from infraplan.optimizer.backends import available_solvers as them; them();"
        "print([m for m in ('highspy', 'pulp', 'ortools', 'pandas') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_solver_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SolverUnavailableError, match="no solver called 'abacus'"):
        solve_mip(mips.knapsack(), SolverOptions(solver="abacus"))


def test_missing_solver_says_how_to_have_it() -> None:
    absent = [info.name for info in available_solvers() if not info.available]
    if not absent:
        pytest.skip("every solver is installed")
    with pytest.raises(SolverUnavailableError, match="to have it: pip install"):
        solve_mip(mips.knapsack(), SolverOptions(solver=absent[0]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"gap": -0.1},
        {"gap": float("nan")},
        {"time_limit_s": 0.0},
        {"threads": 0},
        {"seed": -1},
        {"memory_limit_mb": 0},
    ],
)
def test_options_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(UnsupportedFeatureError, match=next(iter(wrong))):
        SolverOptions(**wrong)  # type: ignore[arg-type]
