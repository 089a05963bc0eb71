"""Priority lists against all lists of small instances, by hand, and what they are made of."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps import priority_list
from infraplan.optimizer.sweeps.jobs import Job, JobResult, solve_job
from infraplan.optimizer.sweeps.priority_list import (
    PriorityList,
    bounds_of,
    find_list,
    ordered,
)
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.verify import verify_plan
from tests.builders import make_fund, make_inflows, make_instance, make_project, make_relation
from tests.markers import first_quick
from tests.oracle.money import Money
from tests.oracle.oracle import Oracle

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PART = 2
"""Random instances in one test."""


def list_of(
    instance: Instance,
    folder: Path,
    *,
    budgets: tuple[float, ...] = (),
    count: int = 3,
    is_exact: bool = True,
) -> PriorityList:
    """The list of `instance`, its runs below `folder`."""
    runner = Runner(folder)
    runner.prepare(resume=False)

    return find_list(instance, EXACT, runner, count=count, budgets=budgets, is_exact=is_exact)


def drawn(seed: int) -> Instance:
    """Five or six projects of much the same ratio, so that few best plans hold one another.

    One pair excludes itself, in half of them one project needs another, and in a third money comes
    year by year.
    """
    rng = random.Random(seed)
    projects = []
    for number in range(rng.randint(5, 6)):
        cost = rng.randint(3, 12)
        projects.append(make_project(f"p{number}", cost, cost * 1.5 + rng.randint(0, 4)))
    relations = [make_relation("exclusive", ["p0", "p1"])]
    if seed % 2:
        relations.append(make_relation("requires", ["p2"], ["p3"]))
    money: dict[str, Any] = {}
    if seed % 3 == 0:
        total = sum(project.options[0].overnight_cost for project in projects)
        inflows = make_inflows("budget", 2021, 0.3 * total, 0.3 * total)
        money = {"funds": [make_fund()], "inflows": inflows}
    return make_instance(projects, relations=relations, years=(2021, 2022), **money)


def budgets_of(instance: Instance) -> tuple[float, ...]:
    """Parts of what all projects cost together."""
    total = sum(project.options[0].overnight_cost for project in instance.projects)
    return tuple(part * total for part in (0.3, 0.4, 0.55))


def values_by_set(instance: Instance) -> dict[frozenset[str], list[tuple[float, float]]]:
    """Money and value of every plan, by the projects that it builds."""
    oracle = Oracle(instance)
    found: dict[frozenset[str], list[tuple[float, float]]] = {}
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = {choice.project.id: choice for choice in schedule if choice is not None}
        if not (oracle.allowed(built) and Money(oracle, built).possible()):
            continue
        money = sum(choice.option.overnight_cost for choice in built.values())
        worth = sum(oracle.value(choice) for choice in built.values())
        found.setdefault(frozenset(built), []).append((money, worth))
    return found


def least_by_enumeration(instance: Instance, budgets: list[float]) -> tuple[float, list[float]]:
    """The least largest regret of all nested lists, and the optimum of each budget."""
    plans = values_by_set(instance)
    worth = [
        {
            built: max(value for money, value in rows if money <= budget + 1e-9)
            for built, rows in plans.items()
            if any(money <= budget + 1e-9 for money, _ in rows)
        }
        for budget in budgets
    ]
    optima = [max(level.values()) for level in worth]
    reached = {built: optima[0] - value for built, value in worth[0].items()}
    for level, optimum in zip(worth[1:], optima[1:], strict=True):
        reached = {
            built: max(
                optimum - value,
                min((most for inner, most in reached.items() if inner <= built), default=1e9),
            )
            for built, value in level.items()
        }
    return min(reached.values()), optima


@pytest.mark.parametrize("part", first_quick(range(10)))
def test_no_nested_list_has_a_smaller_largest_regret(part: int, tmp_path: Path) -> None:
    left = 0
    for seed in range(PART * part, PART * part + PART):
        instance = drawn(seed)
        found = list_of(instance, tmp_path / str(seed), budgets=budgets_of(instance))
        budgets = [level.budget for level in found.levels]
        assert len(budgets) == 3, seed
        least, optima = least_by_enumeration(instance, budgets)
        for level, optimum in zip(found.levels, optima, strict=True):
            assert level.optimum == pytest.approx(optimum, abs=1e-6), seed
            assert level.regret_bound == pytest.approx(level.regret, abs=1e-6), seed
        assert found.largest == pytest.approx(least, rel=1e-3, abs=1e-6), seed
        assert found.least is not None
        assert found.least <= least + 1e-6, seed
        assert found.is_least(1e-3), seed
        left += least > 1e-6
    assert left or part  # the first part has lists that cannot be without regret


def test_tiers_are_nested_and_every_level_is_a_verified_run(tmp_path: Path) -> None:
    # Worths 5, 8 and 9 net of costs 1, 4 and 9. With 9: a and b (13) or c (9); with 4: b; 14: all.
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 18)]
    instance = make_instance(projects, years=(2021, 2022))
    found = list_of(instance, tmp_path / "r", budgets=(14.0, 4.0, 9.0))
    assert [level.budget for level in found.levels] == [4.0, 9.0, 14.0]
    assert [level.optimum for level in found.levels] == pytest.approx([8.0, 13.0, 22.0])
    assert found.tiers == {"b": 1, "a": 2, "c": 3}
    assert found.largest == pytest.approx(0.0)
    assert found.least == 0.0
    for level in found.levels:
        run = read_run(tmp_path / "r" / level.listed.run_dir)
        assert run.plan is not None
        assert verify_plan(run.instance, run.plan).ok


def two_of_one_size() -> Instance:
    """With 6 units c alone is best (10), with 10 a and b (14): neither holds the other.

    a and b cost 5 each and are worth 7 each; c costs 6 and is worth 10.
    """
    projects = [make_project("a", 5, 12), make_project("b", 5, 12), make_project("c", 6, 16)]
    return make_instance(projects, years=(2021, 2022))


def test_a_regret_that_no_list_avoids_is_proven(tmp_path: Path) -> None:
    # c first loses 14 - 10 with 10 units, a first loses 10 - 7 with 6: 3 is the least.
    found = list_of(two_of_one_size(), tmp_path / "r", budgets=(6.0, 10.0))
    assert [level.regret for level in found.levels] == pytest.approx([3.0, 0.0])
    assert found.least == pytest.approx(3.0, rel=1e-3)
    assert found.is_least(1e-3)
    without = list_of(two_of_one_size(), tmp_path / "h", budgets=(6.0, 10.0), is_exact=False)
    assert without.largest == pytest.approx(3.0)
    assert without.least is None
    assert without.is_least(1e-3) is None


def test_a_solver_that_fails_costs_the_proof_and_not_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise SolverFailedError(phrase("no-solver-answered-without-contradiction"))

    monkeypatch.setattr(priority_list, "solve_nested", fail)
    found = list_of(two_of_one_size(), tmp_path / "r", budgets=(6.0, 10.0))
    assert found.largest == pytest.approx(3.0)
    assert found.least is None


def _out_of_time(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """`solve_job`, but no level of a list has a plan in time."""
    found = solve_job(job, folder, start, lang)
    if not job.key.startswith("list-"):
        return found
    return replace(found, exit_code=5, objective=None, bound=None, is_verified=False, starts={})


def test_a_level_without_a_plan_in_time_has_that_of_the_tighter_budget(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "r", solve=_out_of_time)
    runner.prepare(resume=False)
    found = find_list(two_of_one_size(), EXACT, runner, budgets=(6.0, 10.0), is_exact=False)
    # c alone is worth 10 of the 14 that 10 units would bring; from a and b nothing leads to 6.
    assert [level.value for level in found.levels] == pytest.approx([10.0, 10.0])
    assert found.largest == pytest.approx(4.0)
    assert found.tiers == {"c": 1}


def test_budgets_begin_beyond_what_must_be_spent(tmp_path: Path) -> None:
    must = make_project("m", 6, 1, mandatory="must")
    instance = make_instance([must, make_project("a", 4, 12)], years=(2021, 2022))
    found = list_of(instance, tmp_path / "r", count=2)
    assert [level.budget for level in found.levels] == pytest.approx([8.0, 10.0])
    assert found.tiers == {"m": 1, "a": 2}
    asked = list_of(instance, tmp_path / "a", budgets=(3.0, 10.0))
    assert asked.impossible == (3.0,)
    assert [level.budget for level in asked.levels] == [10.0]


def test_without_any_plan_there_is_no_list(tmp_path: Path) -> None:
    both = [make_project(name, 1, 6, mandatory="must") for name in ("a", "b")]
    instance = make_instance(both, relations=[make_relation("exclusive", ["a", "b"])])
    found = list_of(instance, tmp_path / "r")
    assert found.levels == ()
    assert found.has_no_plan


def test_a_bound_of_a_looser_budget_holds_under_a_tighter_one() -> None:
    assert bounds_of([9.0, None, 7.0], [1.0, 2.0, 3.0]) == [7.0, 7.0, 7.0]
    assert bounds_of([None, None], [1.0, 2.0]) == [None, None]
    assert bounds_of([4.0, 5.0], [6.0, 2.0]) == [6.0, 5.0]


def test_what_is_needed_comes_first() -> None:
    worth = {"a": 3.0, "b": 2.0, "c": 1.0}
    assert ordered({"a", "b", "c"}, {"a": {"c"}}, worth) == ("b", "c", "a")
    assert ordered({"a", "b"}, {"a": {"b"}, "b": {"a"}}, worth) == ("a", "b")
