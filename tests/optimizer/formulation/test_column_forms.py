"""The two forms of the columns of starts: the same plans, the same bound, the same answers.

Rules: `monotone`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends import SolverOptions, host, solve_mip
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.column_forms import ONE_START, Columns, Recast, order_priced, recast
from infraplan.optimizer.engines import integer_program
from infraplan.optimizer.engines import main_solve as main_solve_module
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.markers import MORE_CASES, first_quick
from tests.oracle.generate import random_instance
from tests.oracle_networks.test_random_congestion import random_roads

SEEDS = range(300)
QUICK = 75
ROADS = range(20)


@cache
def model_of(seed: int) -> Mip:
    return build_formulation(random_instance(seed)).mip


def changed_of(mip: Mip, form: Columns = Columns.BY_START) -> Recast:
    changed = recast(mip, form)
    assert changed is not None
    return changed


def row_named(mip: Mip, family: str, number: int = 0) -> tuple[dict[int, float], float, float]:
    """Entries and limits of a row by the family that it is of."""
    block = next(block for block in mip.row_blocks if block.family == family)
    row = block.start + number
    part = slice(mip.a_start[row], mip.a_start[row + 1])
    entries = dict(zip(mip.a_index[part].tolist(), mip.a_value[part].tolist(), strict=True))
    return entries, float(mip.row_lower[row]), float(mip.row_upper[row])


def county() -> Instance:
    """Three years, two projects that cost their whole money in the year of their start."""
    return make_instance(
        [make_project("a", 10.0, 20.0, latest_start=2023), make_project("b", 5.0, 4.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 12.0),
        years=(2021, 2023),
    )


def test_a_model_by_start_row_by_row() -> None:
    formulation = build_formulation(county())
    mip, starts = formulation.mip, formulation.mip.starts
    assert (starts.first[0], starts.size[0]) == (formulation.started[0, 0], 3)
    assert starts.cumulative.all()
    changed = changed_of(mip)
    first = int(starts.first[0])
    spent, *_ = row_named(changed.mip, "sources_uses", 1)
    # What is spent in the second year is spent on what starts in it, and on nothing else.
    assert [column for column in spent if first <= column < first + 3] == [first + 1]
    assert spent[first + 1] == pytest.approx(-10.0)
    once, low, high = row_named(changed.mip, ONE_START)
    assert once == {first: 1.0, first + 1: 1.0, first + 2: 1.0}
    assert (low, high) == (-np.inf, 1.0)
    assert "monotone" not in {block.family for block in changed.mip.row_blocks if block.size}
    assert not changed.mip.starts.cumulative[changed.runs].any()
    worth = formulation.coefficients.value[0]
    assert changed.mip.objective[first : first + 3] == pytest.approx(worth)


def test_bounds_of_the_given_form_are_bounds_of_starts() -> None:
    mip = build_formulation(county()).mip
    first = int(mip.starts.first[0])
    upper, lower = mip.col_upper.copy(), mip.col_lower.copy()
    upper[first], lower[first + 1] = 0.0, 1.0
    held = changed_of(replace(mip, col_lower=lower, col_upper=upper))
    # Not in the first year, but by the second: in the second.
    assert held.mip.col_upper[first : first + 3].tolist() == [0.0, 1.0, 0.0]
    assert row_named(held.mip, ONE_START)[1:] == (1.0, 1.0)
    lower[first + 1], upper[first + 1], upper[first + 2] = 0.5, 0.5, 0.5
    half = replace(mip, integrality=np.zeros(mip.num_columns, dtype=np.bool_))
    half = replace(half, col_lower=lower, col_upper=upper)
    assert 0 not in changed_of(half).runs  # a half is no bound of a start: the form stays


def test_crossing_bounds_stay_as_they_are() -> None:
    mip = build_formulation(county()).mip
    first = int(mip.starts.first[0])
    upper, lower = mip.col_upper.copy(), mip.col_lower.copy()
    lower[first], upper[first + 1] = 1.0, 0.0
    crossed = replace(mip, col_lower=lower, col_upper=upper)
    assert 0 not in changed_of(crossed).runs
    assert solve_mip(crossed, SolverOptions()).termination is Termination.INFEASIBLE


def test_a_run_without_its_rows_of_order_keeps_its_form() -> None:
    mip = build_formulation(county()).mip
    block = next(block for block in mip.row_blocks if block.family == "monotone")
    free = mip.row_lower.copy()
    free[block.start] = -np.inf
    changed = changed_of(replace(mip, row_lower=free))
    assert len(changed.runs) == len(changed_of(mip).runs) - 1


@pytest.mark.parametrize("seed", first_quick(SEEDS, quick=QUICK))
def test_both_forms_agree_on_random_instances(seed: int) -> None:
    mip = model_of(seed)
    answers = {}
    for form in Columns:
        changed = recast(mip, form)
        answer = quick_search(mip if changed is None else changed.mip, 30.0, 0.0)
        values = answer.values
        if values is not None and changed is not None:
            assert mip.value(changed.back(values)) == pytest.approx(changed.mip.value(values))
            back = clean_values(
                mip, changed.back(np.where(mip.integrality, np.round(values), values))
            )
            assert back is not None
            assert changed.back(changed.forth(back)) == pytest.approx(back)
            assert clean_values(changed.mip, changed.forth(back)) is not None
            values = back
        answers[form] = None if values is None else mip.value(values)
    one = answers[Columns.CUMULATIVE]
    for other in (answers[Columns.BY_START], answers[Columns.AUTO]):
        assert (one is None) == (other is None)
        assert one is None or other == pytest.approx(one, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seeds", [SEEDS[:QUICK], pytest.param(SEEDS, marks=MORE_CASES)])
def test_the_random_instances_are_of_every_kind(seeds: range) -> None:
    """Forms that change in whole and in part, models without a plan, families of all sorts."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        mip = model_of(seed)
        changed, suited = recast(mip, Columns.BY_START), recast(mip, Columns.AUTO)
        if changed is None:
            continue
        seen["changed"] += 1
        seen["part"] += suited is not None and suited.runs.size < changed.runs.size
        seen.update({block.family for block in mip.row_blocks if block.size})
    assert seen["changed"] >= 0.8 * len(seeds)
    assert seen["part"] >= 0.1 * len(seeds)
    assert {"precedence", "choose_one", "capital", "band_limit", "synergy", "target"} <= set(seen)


@pytest.mark.parametrize("seed", first_quick(range(40), quick=12))
def test_multipliers_prove_the_same_bound(seed: int) -> None:
    mip = model_of(seed)
    changed = recast(mip, Columns.BY_START)
    if changed is None:
        assert not mip.starts.count or mip.starts.size.max() == 1
        return
    there = quick_relaxation(changed.mip, 30.0)
    if there.multipliers is None:
        return
    bound = dual_bound(changed.mip, there.multipliers).value
    back = dual_bound(mip, changed.multipliers(there.multipliers)).value
    assert (bound is None) == (back is None)
    assert bound is None or back == pytest.approx(bound, rel=1e-7, abs=1e-7)


def test_prices_of_order_are_the_best_there_are() -> None:
    mip = build_formulation(county()).mip
    found = quick_relaxation(mip, 30.0)
    assert found.multipliers is not None
    best = dual_bound(mip, found.multipliers).value
    block = next(block for block in mip.row_blocks if block.family == "monotone")
    spoilt = found.multipliers.copy()
    spoilt[block.start : block.start + block.size] = 0.0
    assert dual_bound(mip, order_priced(mip, spoilt)).value == pytest.approx(best)
    assert best is not None
    assert dual_bound(mip, spoilt).value > best + 1.0


@pytest.mark.parametrize("seed", first_quick(ROADS, quick=6))
def test_networks_agree(seed: int) -> None:
    instance, _ = random_roads(seed)
    mip = build_formulation(instance).mip
    worths = []
    for form in Columns:
        changed = recast(mip, form)
        values = quick_search(mip if changed is None else changed.mip, 30.0, 0.0).values
        assert values is not None
        worths.append(mip.value(values if changed is None else changed.back(values)))
    assert worths == pytest.approx([worths[0]] * 3, rel=1e-6, abs=1e-6)


class Heard:
    """Models and starts that guests are given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.models: list[Mip] = []
        self.starts: list[FloatArray | None] = []
        run = host.run_guest

        def listen(mip: Mip, *args: object, **more: object) -> object:
            self.models.append(mip)
            self.starts.append(more.get("start"))  # type: ignore[arg-type]
            return run(mip, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(host, "run_guest", listen)


@pytest.mark.parametrize("form", list(Columns))
def test_solvers_are_given_the_asked_form(form: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is asked before the whole (rows of large works, a core) is by start in any form.
    monkeypatch.setattr(integer_program, "LARGE_GAP", 1.0)
    monkeypatch.setattr(main_solve_module, "TINY_COLUMNS", 0)  # such a program is given no start
    heard = Heard(monkeypatch)
    result = solve(county(), SolveOptions(gap=0.0, columns=form))
    assert result.verification is not None
    assert result.verification.ok
    given = heard.models[0].starts
    # All is lighter by start here, where no row orders projects.
    assert given.cumulative.all() == (form is Columns.CUMULATIVE)
    # The plan of one's own is the solver's start in the same form: it obeys every row.
    start = heard.starts[0]
    assert start is not None
    assert clean_values(heard.models[0], start) is not None
    assert result.objective == pytest.approx(solve(county(), SolveOptions(gap=0.0)).objective)


def test_a_form_may_be_named_and_must_exist() -> None:
    mip = build_formulation(county()).mip
    assert recast(mip, "by-start") is not None  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="by_start"):
        recast(mip, "by_start")  # type: ignore[arg-type]


def test_a_start_known_in_part_is_changed_where_it_is_known() -> None:
    mip = build_formulation(county()).mip
    changed = changed_of(mip)
    values = np.full(mip.num_columns, np.nan)
    first, second = (int(place) for place in mip.starts.first[:2])
    values[first : first + 3] = [0.0, 1.0, 1.0]
    found = changed.forth(values)
    assert found[first : first + 3].tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(found[second])


def test_the_matrix_is_the_given_one_times_the_change() -> None:
    """By dense arithmetic: A' = A T on the rows that stay."""
    for seed in range(30):
        mip = model_of(seed)
        changed = recast(mip, Columns.BY_START)
        if changed is None:
            continue
        change = np.array([changed.back(unit) for unit in np.eye(mip.num_columns)]).T
        wanted = (matrix_of(mip).toarray() @ change)[changed.kept]
        found = matrix_of(changed.mip).toarray()[: changed.kept.size]
        assert np.abs(wanted - found).max(initial=0.0) <= 1e-9 * np.abs(wanted).max(initial=1.0)
        assert changed.mip.objective == pytest.approx(mip.objective @ change)
