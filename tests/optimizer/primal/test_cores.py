"""Programs seen by their choices, cores led by the relaxation, and the search over them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_mip, quick_relaxation
from infraplan.optimizer.engines.known import Known, cores_of
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Choices, CoreProgram, Effort, Search, quick_plan
from infraplan.optimizer.primal.core import HALF, nearest_choices, solve_core
from infraplan.optimizer.primal.groups import KINDS, groups_of
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.verify import verify_plan
from tests.benchmarks.generate import benchmark_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project, make_relation
from tests.markers import MORE_CASES, first_quick
from tests.oracle.generate import random_instance

SEEDS = range(60)


@cache
def asked(seed: int) -> tuple[Formulation, FloatArray | None]:
    """A random question and its best answer, of which three tests speak."""
    formulation = build_formulation(random_instance(seed))
    return formulation, quick_mip(formulation.mip, 60.0, 0.0)


def _known(formulation: Formulation) -> Known:
    relaxed = quick_relaxation(formulation.mip, 60.0)
    bound = None if relaxed.values is None else formulation.mip.value(relaxed.values)
    return Known(bound=bound, relaxed=relaxed)


@pytest.mark.parametrize("seed", first_quick(SEEDS, quick=15))
def test_a_program_by_its_choices_has_the_same_plans(seed: int) -> None:
    formulation, best = asked(seed)
    mip, choices = formulation.mip, Choices.of(formulation)
    other = quick_mip(choices.mip, 60.0, 0.0)
    assert (best is None) == (other is None)
    if best is None or other is None:
        return
    whole = clean_values(mip, choices.restore(other))
    assert whole is not None
    assert mip.value(whole) == pytest.approx(mip.value(best), rel=1e-6, abs=1e-6)
    seen = choices.seen(best)
    assert clean_values(choices.mip, seen) is not None
    assert choices.mip.value(seen) == pytest.approx(mip.value(best), rel=1e-9, abs=1e-9)
    assert choices.restore(seen) == pytest.approx(best)


@pytest.mark.parametrize("seed", first_quick(SEEDS, quick=15))
def test_no_start_that_loses_more_than_a_plan_lacks_is_in_a_better_plan(seed: int) -> None:
    formulation, best = asked(seed)
    known = _known(formulation)
    if best is None or known.bound is None:
        return
    choices, program = cores_of(formulation, known)
    chosen = choices.seen(best)[: choices.count] > HALF
    lacks = known.bound - formulation.mip.value(best)
    assert np.all(program.loss[chosen] <= lacks + 1e-6 * (1.0 + abs(known.bound)))


@pytest.mark.parametrize("seed", first_quick(SEEDS, quick=15))
def test_a_search_over_cores_keeps_every_law_and_never_loses(seed: int) -> None:
    formulation, best = asked(seed)
    instance, known = formulation.instance, _known(formulation)
    listed = quick_plan(formulation, 10.0)
    choices, program = cores_of(formulation, known)
    search = Search(program, None if listed is None else choices.seen(listed), seed)
    before = search.worth
    search.by_price(Effort(10.0))
    for _ in search.rounds(Effort(10.0), lambda: False, most=5):
        pass
    assert (search.best is None) <= (listed is None)
    if search.best is None or best is None:
        return
    assert search.worth >= before
    assert search.worth <= formulation.mip.value(best) + 1e-5 * (1.0 + abs(search.worth))
    whole = clean_values(formulation.mip, choices.restore(search.best))
    assert whole is not None
    assert verify_plan(instance, extract_plan(formulation, whole)).ok


@pytest.fixture(scope="module")
def benchmark() -> tuple[Choices, CoreProgram]:
    formulation = build_formulation(benchmark_instance(200, 8))
    return cores_of(formulation, _known(formulation))


@pytest.fixture(scope="module")
def small() -> tuple[Choices, CoreProgram]:
    formulation = build_formulation(benchmark_instance(120, 6))
    return cores_of(formulation, _known(formulation))


def test_a_core_leaves_the_rest_of_a_plan_alone(small: tuple[Choices, CoreProgram]) -> None:
    _, program = small
    first = solve_core(program, nearest_choices(program, 50), None, Effort(10.0), 1e-4).values
    assert first is not None
    allowed = program.project < 20
    second = solve_core(program, allowed, first, Effort(10.0), 1e-6).values
    assert second is not None
    assert program.mip.value(second) >= program.mip.value(first) * (1.0 - 1e-6)
    assert np.array_equal(second[: program.count][~allowed], first[: program.count][~allowed])


def test_cores_lead_near_the_bound(small: tuple[Choices, CoreProgram]) -> None:
    _, program = small
    search = Search(program, None, 1)
    # By work, not clock.
    search.by_price(Effort(600.0, nodes=50), 200)
    before = search.worth
    assert before >= 0.98 * program.bound
    for _ in search.rounds(Effort(600.0, nodes=5), lambda: False, most=20):
        if search.worth > before and search.worth >= 0.995 * program.bound:
            break
    assert search.worth > before
    assert search.worth >= 0.995 * program.bound


@pytest.mark.parametrize("rounds", [1, *(pytest.param(n, marks=MORE_CASES) for n in (2, 6))])
def test_a_search_with_limits_of_work_is_the_same_every_time(
    benchmark: tuple[Choices, CoreProgram], rounds: int
) -> None:
    _, program = benchmark
    found = []
    for _ in range(2):
        search = Search(program, None, 7)
        search.by_price(Effort(600.0, nodes=5), 60)
        before = search.worth
        for _ in search.rounds(Effort(600.0, nodes=3), lambda: False, most=rounds):
            pass
        assert search.worth > before
        assert search.best is not None
        found.append(search.best.tobytes())
    assert found[0] == found[1]


def test_a_plan_at_the_bound_is_searched_no_further(small: tuple[Choices, CoreProgram]) -> None:
    _, program = small
    plan = solve_core(program, nearest_choices(program, 50), None, Effort(10.0), 1e-4).values
    assert plan is not None
    closed = replace(program, bound=program.mip.value(plan))
    search = Search(closed, plan, 1)
    assert search.is_closed
    assert list(search.rounds(Effort(1.0), lambda: False)) == []


def test_groups_are_by_place_money_and_order() -> None:
    formulation = build_formulation(benchmark_instance(60, 6))
    members, begins, kinds = groups_of(formulation)
    assert {KINDS[kind] for kind in kinds.tolist()} == {"sector", "chain"}
    index = formulation.sets.project_index
    chains = {
        frozenset(group.tolist())
        for group, kind in zip(np.split(members, begins[1:]), kinds.tolist(), strict=True)
        if KINDS[kind] == "chain"
    }
    for relation in formulation.instance.relations:
        pair = {index[relation.from_projects[0]], index[relation.to_projects[0]]}
        assert any(pair <= chain for chain in chains)


def test_neighbourhoods_of_order_hang_together() -> None:
    """Sixty works, each after the one before: what a round frees of them is one piece."""
    projects = [make_project(f"p{n:02}", 5.0, 9.0) for n in range(60)]
    order = [
        make_relation("finish_to_start", [f"p{n:02}"], [f"p{n + 1:02}"])
        for n in range(len(projects) - 1)
    ]
    instance = make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 90.0),
        years=(2021, 2024),
        relations=order,
    )
    formulation = build_formulation(instance)
    _, program = cores_of(formulation, _known(formulation))
    search = Search(program, None, 3)
    groups = np.flatnonzero(program.group_kind == KINDS.index("chain"))
    for many in (5, 20, 40):
        freed = np.flatnonzero(search._along_chains(groups, many))
        assert freed.size == many
        assert freed[-1] - freed[0] < 2 * many
    assert search._along_chains(groups, 100).all()
