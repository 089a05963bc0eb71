"""Frequencies, values of held plans, regret and the value of knowing, by enumeration."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps import holding
from infraplan.optimizer.sweeps.confirmed import confirm_worth, places_with
from infraplan.optimizer.sweeps.drawn_data import SHOWN_LATE
from infraplan.optimizer.sweeps.draws import instance_at, make_draws
from infraplan.optimizer.sweeps.held_starts import Held, HeldQuestion
from infraplan.optimizer.sweeps.holding import HELD_FILE, HoldTask, hold_all, hold_in_turn
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.regret import tail_mean
from infraplan.optimizer.sweeps.robust import Robust, RobustQuestion, find_robust
from infraplan.optimizer.sweeps.runner import Runner
from tests.builders import make_fund, make_inflows, make_instance, make_project

OPTIONS = SolveOptions(gap=0.0, time_limit_s=60.0)
COUNT = 12
Names = tuple[str, ...]


def scarce() -> Instance:
    """Four projects worth 1.5 to 4 net; money of one year for about half of their cost of 14."""
    projects = [
        make_project("a", 5, 9.0),
        make_project("b", 4, 7.0),
        make_project("c", 3, 5.5),
        make_project("d", 2, 3.5),
    ]
    return make_instance(
        projects,
        years=(2021, 2022),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, 7.0, 0.0),
    )


def subsets(names: Iterable[str]) -> Iterator[Names]:
    listed = sorted(names)
    for size in range(len(listed) + 1):
        yield from combinations(listed, size)


def worth(instance: Instance, names: Names) -> float:
    """One year of service of each, less its cost."""
    chosen = [instance.project_by_id[name].options[0] for name in names]
    return sum(row.benefits["users"] - row.overnight_cost for row in chosen)


def is_paid(instance: Instance, names: Names) -> bool:
    cost = sum(instance.project_by_id[name].options[0].overnight_cost for name in names)
    return cost <= instance.inflows[0].value + 1e-9


def best_of(instance: Instance, names: Iterable[str]) -> Names:
    possible = [row for row in subsets(names) if is_paid(instance, row)]
    return max(possible, key=lambda row: worth(instance, row))


def by_enumeration(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """What `solve_job` answers, found by trying all subsets."""
    names = best_of(job.instance, [project.id for project in job.instance.projects])
    value = worth(job.instance, names)
    return JobResult(
        job.key,
        job.digest(),
        job.key,
        "",
        0,
        "optimal",
        objective=value,
        bound=value,
        gap=0.0,
        is_verified=True,
        starts=dict.fromkeys(names, ("base", 2021)),
    )


def held_by_hand(
    instance: Instance, draws_at: dict[tuple[str, str, str], float], plan: Names
) -> float:
    """Kept as planned where the money suffices; else the best part by the benefits believed."""
    whole = instance_at(instance, draws_at)
    shown = instance_at(instance, {k: q for k, q in draws_at.items() if k[2] not in SHOWN_LATE})
    kept = plan if is_paid(shown, plan) else best_of(shown, plan)
    return worth(whole, kept)


@pytest.fixture(scope="module")
def question() -> RobustQuestion:
    return RobustQuestion(scarce(), OPTIONS, COUNT, 4)


def test_it_is_told_how_many_plans_are_held(question: RobustQuestion, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    runner = Runner(tmp_path, solve=by_enumeration)
    found = find_robust(question, runner, lambda done, of: told.append((done, of)))
    plans = len(found.plans)
    of = plans * (len(found.solved) + 1)  # the draws, and the figures as they stand
    assert told == [(done, of) for done in range(0, of + 1, plans)]


@pytest.fixture(scope="module")
def found(question: RobustQuestion, tmp_path_factory: pytest.TempPathFactory) -> Robust:
    runner = Runner(tmp_path_factory.mktemp("robust"), solve=by_enumeration)
    return find_robust(question, runner)


def places(found: Robust, number: int) -> dict[tuple[str, str, str], float]:
    keys = [datum.key for datum in found.draws.data]
    return dict(zip(keys, map(float, found.draws.quantiles[number]), strict=True))


def test_frequencies_count_the_best_plans_of_the_draws(found: Robust) -> None:
    instance = scarce()
    counts = dict.fromkeys("abcd", 0)
    for number in range(COUNT):
        drawn = make_draws(instance, 4, COUNT).drawn(number).instance
        for name in best_of(drawn, "abcd"):
            counts[name] += 1
    assert {row.project: round(row.frequency * COUNT) for row in found.projects} == counts
    assert any(0 < count < COUNT for count in counts.values())
    for row in found.projects:
        word = {0.0: "never", 1.0: "always"}.get(row.frequency, "sometimes")
        assert row.class_word == word
        assert row.phase_spread == ({"plan": 1.0} if row.frequency else {})


def test_held_plans_are_worth_what_enumeration_says(found: Robust) -> None:
    instance, shortened = scarce(), 0
    for place, plan in enumerate(found.plans):
        names = tuple(sorted(plan.starts))
        for column in range(COUNT):
            at = places(found, column)
            assert found.values[place, column] == pytest.approx(held_by_hand(instance, at, names))
            shortened += not is_paid(instance_at(instance, at), names)
    assert shortened > COUNT // 2


def test_regret_and_its_tail_equal_enumeration(found: Robust) -> None:
    instance = scarce()
    best = [
        worth(drawn, best_of(drawn, "abcd"))
        for drawn in (instance_at(instance, places(found, k)) for k in range(COUNT))
    ]
    for place, plan in enumerate(found.plans):
        lost = np.array(best) - found.values[place]
        assert plan.max_regret == pytest.approx(max(0.0, lost.max()))
        assert plan.cvar == pytest.approx(tail_mean(np.maximum(lost, 0.0)))
        names = tuple(sorted(plan.starts))
        assert plan.nominal == pytest.approx(held_by_hand(instance, {}, names))
    least = found.least_regret
    assert least is not None
    assert least.max_regret == min(
        row.max_regret for row in found.plans if row.max_regret is not None
    )
    assert found.knowing is not None
    most = max(float(row.mean()) for row in found.values)
    assert found.knowing.value == pytest.approx(np.mean(best) - most)
    assert found.knowing.value > 0.0


def test_what_no_figure_moves_is_worth_nothing_to_know(found: Robust) -> None:
    assert all(row.value > 0.0 and row.noise >= 0.0 for row in found.worth)
    assert [row.value for row in found.worth] == sorted(
        (r.value for r in found.worth), reverse=True
    )


def test_the_worth_of_a_figure_is_found_again_by_solving(
    question: RobustQuestion, found: Robust, tmp_path: Path
) -> None:
    answers = confirm_worth(question, found, Runner(tmp_path, solve=by_enumeration), 1)
    datum = found.worth[0].datum
    confirmed = answers[datum.key]
    instance = scarce()
    spots = [places_with(found.draws, datum, q) for q in (0.1, 0.3, 0.5, 0.7, 0.9)]
    questions = [instance_at(instance, at) for at in spots]
    best = [worth(asked, best_of(asked, "abcd")) for asked in questions]
    plans = [tuple(row.starts) for row in found.plans]
    plans += [best_of(asked, "abcd") for asked in questions]
    held = [np.mean([held_by_hand(instance, at, plan) for at in spots]) for plan in plans]
    assert confirmed.knowing is not None
    assert confirmed.knowing.value == pytest.approx(max(0.0, float(np.mean(best)) - max(held)))


def test_a_plan_keeps_its_later_start_and_drops_what_is_no_longer_offered() -> None:
    projects = [make_project("a", 2, 3.0), make_project("b", 2, 3.0, latest_start=2021)]
    instance = make_instance(projects, years=(2021, 2024))
    question = HeldQuestion(instance, instance, 60.0)
    held = question.hold({"a": ("base", 2022), "b": ("base", 2023)})
    assert held.projects == {"a"}
    assert held.value == pytest.approx(2 * 3.0 - 2.0)  # open in 2023 and 2024


def test_a_plan_without_what_must_be_built_is_told_as_impossible() -> None:
    projects = [make_project("a", 2, 3.0, mandatory="must"), make_project("b", 2, 3.0)]
    instance = make_instance(projects, years=(2021, 2024))
    held = HeldQuestion(instance, instance, 60.0).hold({"b": ("base", 2021)})
    assert held.value is None


def test_what_was_held_is_not_held_again(
    found: Robust, question: RobustQuestion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = tuple(row.starts for row in found.plans)
    tasks = [HoldTask(k, question.instance, places(found, k), plans, 60.0) for k in range(3)]
    first = dict(hold_in_turn(tasks[:2], 1, tmp_path))
    with (tmp_path / HELD_FILE).open("a") as stream:
        stream.write('{"digest": "cut')
    asked: list[int] = []

    def counted(task: HoldTask) -> list[Held]:
        asked.append(task.number)
        return hold_all(task)

    monkeypatch.setattr(holding, "hold_all", counted)
    again = dict(hold_in_turn(tasks, 1, tmp_path))
    assert asked == [2]
    assert {k: again[k] for k in first} == first
    other = replace(tasks[0], plans=plans[:1])
    assert dict(hold_in_turn([other, *tasks], 1, tmp_path))[2] == again[2]
    assert asked == [2, 0]


@pytest.mark.slow
@pytest.mark.more_cases
def test_two_processes_hold_as_one_does(
    found: Robust, question: RobustQuestion, tmp_path: Path
) -> None:
    plans = tuple(row.starts for row in found.plans[:1])
    tasks = [HoldTask(k, question.instance, places(found, k), plans, 60.0) for k in range(2)]
    folders = [tmp_path / "two", tmp_path / "one"]
    for folder in folders:
        folder.mkdir()
    assert dict(hold_in_turn(tasks, 2, folders[0])) == dict(hold_in_turn(tasks, 1, folders[1]))


@pytest.mark.slow
@pytest.mark.more_cases
@pytest.mark.parametrize("seed", range(20))
def test_held_plans_of_random_projects_equal_enumeration(seed: int) -> None:
    rng = random.Random(seed)
    projects = [make_project(f"p{k}", rng.randint(1, 9), rng.uniform(1.0, 16.0)) for k in range(6)]
    instance = make_instance(
        projects,
        years=(2021, 2022),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, float(rng.randint(6, 20)), 0.0),
    )
    draws = make_draws(instance, seed, 5)
    keys = [datum.key for datum in draws.data]
    plan = best_of(instance, [project.id for project in projects])
    for row in draws.quantiles:
        at = dict(zip(keys, map(float, row), strict=True))
        shown = {key: q for key, q in at.items() if key[2] not in SHOWN_LATE}
        held = HeldQuestion(instance_at(instance, shown), instance_at(instance, at), 60.0)
        value = held.hold(dict.fromkeys(plan, ("base", 2021))).value
        assert value == pytest.approx(held_by_hand(instance, at, plan))
