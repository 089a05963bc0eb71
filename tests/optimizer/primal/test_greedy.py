"""A greedy plan: it obeys every row, and is never behind a plain greedy of forty lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import (
    QuickRelaxation,
    quick_mip,
    quick_relaxation,
)
from infraplan.optimizer.engines import known as known_before
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import AtOnce, Known, cores_of, plan_at_once, what_is_known
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.primal import Completion, first_plan, greedy, greedy_plan
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.storage import read_instance
from infraplan.optimizer.verify import verify_plan
from tests.benchmarks.generate import benchmark_instance
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
    make_target,
)
from tests.conftest import REPOSITORY
from tests.markers import first_quick
from tests.oracle.generate import random_instance

SEEDS = range(60)


def plain_greedy(formulation: Formulation) -> float | None:
    """Value of a greedy as anyone writes it: by value per cost, each start in its best year.

    A start stays where some payments, bands and flows obey every row with it and what stands
    before it in the list; musts come first. None where even that gives no plan.
    """
    mip, sets = formulation.mip, formulation.sets
    value = formulation.coefficients.value + formulation.coefficients.dates.saved
    columns = mip.columns("started").index.ravel()
    completion = Completion.of(mip, columns)
    starts = [
        (
            sets.instance.projects[flat.project_index].mandatory.value != "must",
            -value[number, year] / max(flat.option.overnight_cost, 1e-9),
            number,
            year,
        )
        for number, flat in enumerate(sets.options)
        for year in range(flat.first, flat.last + 1)
        if flat.is_open
    ]
    chosen = np.zeros(columns.size)
    built: set[int] = set()
    best = completion.solve(chosen, 10.0, 0.0)
    for _, _, number, year in sorted(starts):
        project = sets.options[number].project_index
        if project in built:
            continue
        tried = chosen.copy()
        tried[formulation.started[number, year : sets.options[number].last + 1] - columns[0]] = 1.0
        found = completion.solve(tried, 10.0, 0.0)
        if found is not None and (best is None or mip.value(found) > mip.value(best)):
            best, chosen = found, tried
            built.add(project)
    return None if best is None else mip.value(best)


def _greedy(instance: Instance, *, priced: bool) -> tuple[Formulation, np.ndarray | None]:
    formulation = build_formulation(instance)
    relaxed = quick_relaxation(formulation.mip, 60.0) if priced else None
    choices, program = cores_of(formulation, Known(relaxed=relaxed))
    values = greedy_plan(program, 30.0, program.relaxed >= 0.5 if priced else None)
    if values is None:
        return formulation, None
    whole = clean_values(formulation.mip, choices.restore(values))
    assert whole is not None
    return formulation, whole


@pytest.mark.parametrize("priced", [False, True])
@pytest.mark.parametrize("seed", first_quick(SEEDS, quick=15))
def test_every_greedy_plan_obeys_every_law(seed: int, priced: bool) -> None:
    instance = random_instance(seed)
    formulation, whole = _greedy(instance, priced=priced)
    if whole is not None:
        assert verify_plan(instance, extract_plan(formulation, whole)).ok


@cache
def _has_plan(seed: int) -> bool:
    return quick_mip(build_formulation(random_instance(seed)).mip, 60.0, 0.05) is not None


@pytest.mark.parametrize("part", first_quick(range(2)))
def test_most_instances_that_have_a_plan_have_a_greedy_one(part: int) -> None:
    found, there = 0, 0
    for seed in SEEDS[part::2]:
        found += _greedy(random_instance(seed), priced=True)[1] is not None
        there += _has_plan(seed)
    assert there >= 15
    assert found >= 0.8 * there


def _first(formulation: Formulation) -> np.ndarray | None:
    choices, program = cores_of(formulation, Known())
    values = first_plan(program, 60.0)
    return None if values is None else clean_values(formulation.mip, choices.restore(values))


def test_a_first_plan_needs_no_relaxation_and_obeys_every_law() -> None:
    found, there = 0, 0
    for seed in SEEDS:
        instance = random_instance(seed)
        formulation = build_formulation(instance)
        whole = _first(formulation)
        there += _has_plan(seed)
        if whole is not None:
            found += 1
            assert verify_plan(instance, extract_plan(formulation, whole)).ok
    assert there >= 30
    assert found >= 0.9 * there


@pytest.mark.parametrize("name", ["chongqing-counties", "kaizhou"])
def test_a_shipped_plan_has_a_first_plan_before_any_relaxation(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_in_time(mip: Mip, seconds: float) -> QuickRelaxation:
        return QuickRelaxation(None, None)

    monkeypatch.setattr(known_before, "quick_relaxation", none_in_time)
    monkeypatch.setattr(known_before, "quick_plan", lambda *_: None)
    instance = read_instance(REPOSITORY / "instances" / name)
    formulation = build_formulation(instance)
    known = what_is_known(formulation, Deadline.after(60.0))
    assert known.plan is not None
    assert clean_values(formulation.mip, known.plan) is not None
    assert verify_plan(instance, extract_plan(formulation, known.plan)).ok


@pytest.mark.parametrize("seed", first_quick(range(40), quick=10))
def test_what_is_known_is_never_behind_a_plain_greedy(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_before, "LEAST_CHOICES", 1)
    instance = random_instance(seed)
    if instance.settings.objective is not Objective.NPV:
        return
    formulation = build_formulation(instance)
    plain = plain_greedy(formulation)
    known = what_is_known(formulation, Deadline.after(600.0))
    if plain is None:
        return
    assert known.plan is not None
    assert known.worth is not None
    assert clean_values(formulation.mip, known.plan) is not None
    assert known.worth >= plain - 1e-6 * (1.0 + abs(plain))


@pytest.mark.parametrize("priced", [False, True])
def test_a_large_plan_under_debt_takes_a_moment(priced: bool) -> None:
    formulation, whole = _greedy(benchmark_instance(400, 10), priced=priced)
    assert whole is not None
    bound = quick_relaxation(formulation.mip, 60.0).values
    assert bound is not None
    least = 0.985 if priced else 0.93
    assert formulation.mip.value(whole) >= least * formulation.mip.value(bound)


def test_a_plan_is_known_before_the_relaxation() -> None:
    formulation = build_formulation(benchmark_instance(200, 8))
    heard: list[Known] = []
    known = what_is_known(formulation, Deadline.after(60.0), on_plan=heard.append)
    assert heard[0].bound is None
    assert heard[0].worth is not None
    assert known.worth == heard[-1].worth
    worths = [k.worth for k in heard if k.worth is not None]
    assert worths == sorted(worths)
    assert known.worth is not None
    assert known.bound is not None
    assert known.worth >= 0.99 * known.bound


def test_a_plan_that_was_found_at_once_is_not_sought_again() -> None:
    formulation = build_formulation(benchmark_instance(200, 8))
    at_once: list[Known] = []
    first = plan_at_once(formulation, Deadline.after(60.0), at_once.append)
    assert first.plan is not None
    assert at_once[-1].worth == formulation.mip.value(first.plan)
    heard: list[Known] = []
    over = Deadline(0.0, 1.0)
    known = what_is_known(formulation, over, on_plan=heard.append, first=first)
    assert known.worth == formulation.mip.value(first.plan)
    assert not heard
    nothing = what_is_known(formulation, over, first=AtOnce())
    assert nothing.plan is None


def test_a_must_and_a_target_are_reached_although_they_do_not_pay() -> None:
    projects = [make_project(name, 5.0, 5.0) for name in "ab"]
    projects += [make_project(name, 5.0, 0.0) for name in "xyz"]
    projects.append(make_project("must", 5.0, 0.0, mandatory="must"))
    instance = make_instance(
        projects,
        relations=[make_relation("start_to_start", ["x"], ["must"])],
        targets=[make_target("t", "projects_opened", 5.0, year=2024, hard=True)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 25.0),
    )
    formulation, whole = _greedy(instance, priced=True)
    assert whole is not None
    plan = extract_plan(formulation, whole)
    assert {"must", "x"} <= {start.project for start in plan.starts}
    assert len(plan.starts) == 5


def _four_musts(*inflows: float) -> Instance:
    """Four musts of 10, the second after the first; starts from 2021 to 2024."""
    return make_instance(
        [make_project(name, 10.0, mandatory="must") for name in "abcd"],
        relations=[make_relation("finish_to_start", ["a"], ["b"])],
        funds=[make_fund(lapse_years=1)],
        inflows=make_inflows("budget", 2021, *inflows),
    )


@pytest.mark.parametrize(
    ("inflows", "completions"),
    [
        ((30.0, 10.0, 0.0, 0.0), 1),  # as soon as can be
        ((0.0, 0.0, 10.0, 30.0), 2),  # as late as can be
        ((10.0, 10.0, 10.0, 10.0), 3),  # neither: money lapses, and there is 10 a year
    ],
)
def test_musts_wait_for_money_without_a_program_of_all_choices(
    monkeypatch: pytest.MonkeyPatch, inflows: tuple[float, ...], completions: int
) -> None:
    """The program of choices alone, which takes long at thousands of projects, is not asked."""
    monkeypatch.setattr(greedy._Greedy, "settle", lambda *_: False)
    count, solve = 0, Completion.solve

    def counted(self: Completion, *args: float) -> object:
        nonlocal count
        count += 1
        return solve(self, *args)

    monkeypatch.setattr(Completion, "solve", counted)
    instance = _four_musts(*inflows)
    formulation = build_formulation(instance)
    choices, program = cores_of(formulation, Known())
    found = first_plan(program, 60.0)
    assert found is not None
    assert min(count, 3) == completions
    values = clean_values(formulation.mip, choices.restore(found))
    assert values is not None
    plan = extract_plan(formulation, values)
    assert {start.project for start in plan.starts} == set("abcd")
    assert verify_plan(instance, plan).ok


def test_nothing_is_found_where_there_is_no_plan_or_no_time() -> None:
    instance = make_instance(
        [make_project("a", 10.0, 10.0, mandatory="must")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0),
    )
    assert _greedy(instance, priced=False)[1] is None
    formulation = build_formulation(make_instance([make_project("a", 1.0, 1.0)]))
    _, program = cores_of(formulation, Known())
    assert greedy_plan(program, 0.0) is None
    empty = replace(program, none_loss=np.zeros(0), project=np.zeros(0, dtype=np.int64))
    assert greedy_plan(empty, 1.0) is None


@pytest.mark.parametrize(("left_s", "share"), [(1.0, 0.9), (3.0, 0.9), (10.0, 0.4)])
def test_with_seconds_left_the_greedy_plan_gets_nearly_all_of_them(
    left_s: float, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fifth of a second finds a plan in none of the rounds that a city budget needs.
    clock = SimpleNamespace(perf_counter=lambda: 100.0)
    monkeypatch.setattr(work_clock, "time", clock)
    formulation = build_formulation(benchmark_instance(150, 8))
    asked: list[float] = []

    def greedy(_program: object, seconds: float, *_: object, **_names: object) -> None:
        asked.append(seconds)

    def no_dive(
        _program: object,
        _seconds: float,
        on_plan: Callable[[object], None],
        first: Callable[[], object],
        **_names: object,
    ) -> bool:
        on_plan(first())
        return False

    monkeypatch.setattr(known_before, "greedy_plan", greedy)
    monkeypatch.setattr(known_before, "plans_at_once", no_dive)
    what_is_known(formulation, Deadline(100.0, left_s))
    assert asked[0] == pytest.approx(share * left_s)
