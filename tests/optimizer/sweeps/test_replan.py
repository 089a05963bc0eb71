"""New plans that move little of one in force, against enumeration; what is frozen, weighed, why."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.kept_plan import (
    Begun,
    KeptPlan,
    MoveKind,
    moves_between,
    starts_in_force,
    weight_of,
)
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.project import Stage
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.jobs import Job, JobResult, solve_job
from infraplan.optimizer.sweeps.replan import Replanned, Wish, replan
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.verify.kept_plan import check_kept_plan
from infraplan.optimizer.verify.violations import Recorder
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_relation,
    make_start,
)
from tests.markers import first_quick
from tests.oracle.choice import Choice
from tests.oracle.oracle import Oracle

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PART = 2
"""Random instances in one test."""


def drawn(seed: int, factor: float) -> Instance:
    """Up to six projects with one or two options, a rival pair, a forerunner, a yearly budget."""
    rng = random.Random(seed)
    projects = []
    for number in range(rng.randint(5, 6)):
        options = [
            make_option(option, rng.randint(2, 9), rng.randint(1, 7), lead_time=1)
            for option in ("small", "large")[: 2 if number < 2 else 1]
        ]
        projects.append(make_project(f"p{number}", options=tuple(options)))
    relations = [
        make_relation("exclusive", ["p0", "p1"]),
        make_relation("finish_to_start", ["p1"], ["p2"]),
    ]
    money = [float(rng.randint(*ends)) for ends in ((4, 8), (12, 16), (4, 8))]
    return make_instance(
        projects,
        relations=relations,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, money[0], factor * money[1], money[2]),
        years=(2021, 2023),
        settings={"end_year": 2030},
    )


def is_paid(oracle: Oracle, instance: Instance, built: Iterable[Choice]) -> bool:
    """Whether the one fund, which keeps its money, has enough by the end of every year."""
    left = 0.0
    for row in instance.inflows:
        left += row.value - sum(oracle.spending(choice).get(row.year, 0.0) for choice in built)
        if left < -1e-9:
            return False
    return True


def enumerated(instance: Instance) -> list[tuple[dict[str, Begun], float]]:
    """Every plan that obeys the rules: option and start by project, and value."""
    oracle = Oracle(instance)
    plans = []
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = {choice.project.id: choice for choice in schedule if choice is not None}
        if not oracle.allowed(built) or not is_paid(oracle, instance, built.values()):
            continue
        starts = {name: (c.option.option, c.start) for name, c in built.items()}
        plans.append((starts, sum(oracle.value(c) for c in built.values())))
    return plans


def any_plan(instance: Instance, seed: int) -> dict[str, Begun]:
    """A plan of `instance` with three projects at least, seldom the best one."""
    plans = [starts for starts, _ in enumerated(instance) if len(starts) >= 3]
    return random.Random(seed).choice(plans)


def planned(instance: Instance) -> Plan:
    """The best plan of `instance`."""
    plan = solve(instance, EXACT).plan
    assert plan is not None
    return plan


def replanned(instance: Instance, kept: KeptPlan, wish: Wish, folder: Path) -> Replanned:
    """A new plan of `instance`, its runs below `folder`."""
    runner = Runner(folder)
    runner.prepare(resume=False)
    return replan(instance, kept, wish, EXACT, runner, RunOrigin())


def weighed(
    kept: KeptPlan, plans: list[tuple[dict[str, Begun], float]]
) -> list[tuple[float, float]]:
    """Weight of the moves of every plan, and its value; of those that keep what is frozen."""
    until = math.inf if kept.frozen_until is None else kept.frozen_until
    found = []
    for starts, value in plans:
        moves = moves_between(kept.starts, starts)
        early = [b for m in moves for b in (m.before, m.after) if b is not None and b[1] < until]
        if kept.frozen_until is None or not early:
            found.append((weight_of(kept, moves), value))
    return found


def check_curve(found: Replanned, plans: list[tuple[float, float]], within: float) -> None:
    """Both ends, every point and the choice are those of all `plans` there are."""
    best = max(value for _, value in plans)
    fewest = min(weight for weight, _ in plans)
    assert found.best == pytest.approx(best, abs=1e-6)
    assert found.points[0].weight == fewest
    assert found.points[0].least_weight == fewest
    for point in found.points:
        assert point.is_verified
        if point.kind != "free":
            most = max(value for weight, value in plans if weight <= point.weight)
            assert point.value == pytest.approx(most, abs=1e-6)
        assert point.loss == pytest.approx(best - point.value, abs=1e-6)
        assert point.loss_bound is not None
        assert point.loss_bound <= point.loss + 1e-6
        assert point.least_weight <= min(
            weight for weight, value in plans if value >= point.value - 1e-6
        )
    choice = found.choice
    assert choice is not None
    least = best - within * abs(best) - 1e-6
    assert choice.weight == min(weight for weight, value in plans if value >= least)
    assert choice.least_weight == choice.weight
    assert choice.loss_bound == pytest.approx(choice.loss, abs=1e-6)
    free = found.freest
    assert free is not None
    assert free.value == pytest.approx(best, abs=1e-6)
    assert free.weight == min(weight for weight, value in plans if value >= best - 1e-6)
    assert found.least_of_free == free.weight


def curve_of(plans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Every weight of moves at which some plan is worth more than all with less, and its value."""
    found: list[tuple[float, float]] = []
    for weight in sorted({weight for weight, _ in plans}):
        most = max(value for other, value in plans if other <= weight)
        if not found or most > found[-1][1] + 1e-9:
            found.append((weight, most))
    return found


def _starts(folder: Path) -> tuple[ProjectStart, ...]:
    plan = read_run(folder).plan
    assert plan is not None
    return tuple(plan.starts)


@pytest.mark.parametrize("part", first_quick(range(20)))
def test_the_curve_is_that_of_all_plans(part: int, tmp_path: Path) -> None:
    moved = 0
    for seed in range(PART * part, PART * part + PART):
        after = drawn(seed, 0.4)
        kept = KeptPlan(any_plan(drawn(seed, 1.0), seed))
        plans = weighed(kept, enumerated(after))
        found = replanned(after, kept, Wish(keep_within=0.1, points=None), tmp_path / str(seed))
        check_curve(found, plans, 0.1)
        got = [(p.weight, p.value) for p in found.points]
        for weight, value in curve_of(plans):
            if weight <= found.points[-1].weight:
                near = [v for w, v in got if w == weight]
                assert value in [pytest.approx(v, abs=1e-6) for v in near], seed
        moved += sum(p.weight > 0 for p in found.points)
    assert moved > PART


@pytest.mark.parametrize("part", first_quick(range(10)))
def test_weights_and_what_is_frozen_hold_as_in_all_plans(part: int, tmp_path: Path) -> None:
    froze = 0
    for seed in range(2 * part, 2 * part + 2):
        after = drawn(seed, 0.4)
        starts = any_plan(drawn(seed, 1.0), seed)
        weights = {"p2": 3.0, "p3": 2.5}
        for until in (2022, 2023):
            kept = KeptPlan(starts, weights, frozen_until=until)
            plans = weighed(kept, enumerated(after))
            folder = tmp_path / f"{seed}-{until}"
            found = replanned(after, kept, Wish(keep_within=0.05), folder)
            if not plans:
                assert found.has_no_plan
                assert not found.points
                continue
            check_curve(found, plans, 0.05)
            # A fresh solve knows nothing of what is frozen.
            every = enumerated(after)
            fresh = found.fresh
            assert fresh is not None
            assert fresh.value == pytest.approx(max(value for _, value in every), abs=1e-6)
            built = {s.project: (s.option, s.start) for s in _starts(folder / fresh.run_dir)}
            assert fresh.moves == moves_between(starts, built)
            assert fresh.weight == weight_of(kept, fresh.moves)
            assert {m.project for m in fresh.frozen} == {
                m.project
                for m in fresh.moves
                if any(begun is not None and begun[1] < until for begun in (m.before, m.after))
            }
            for point in found.points:
                built = {s.project: (s.option, s.start) for s in _starts(folder / point.run_dir)}
                for name in starts.keys() | built.keys():
                    before, now = starts.get(name), built.get(name)
                    if any(begun is not None and begun[1] < until for begun in (before, now)):
                        assert before == now
                        froze += 1
    assert froze > 0  # something was frozen in the plans drawn


@pytest.mark.parametrize("seed", first_quick(range(20)))
def test_least_loss_at_given_moves_and_moves_at_a_cost(seed: int, tmp_path: Path) -> None:
    after = drawn(seed, 0.4)
    kept = KeptPlan(any_plan(drawn(seed, 1.0), seed))
    plans = weighed(kept, enumerated(after))
    fewest = min(weight for weight, _ in plans)
    most = fewest + 1.0
    choice = replanned(after, kept, Wish(most=most), tmp_path / "most").choice
    assert choice is not None
    assert choice.weight <= most
    assert choice.value == pytest.approx(max(v for w, v in plans if w <= most), abs=1e-6)
    for cost in (4.0, 1000.0):
        found = replanned(after, kept, Wish(move_cost=cost), tmp_path / f"cost{cost:g}")
        best = max(value - cost * weight for weight, value in plans)
        assert found.choice is not None
        net = found.choice.value - cost * found.choice.weight
        assert net == pytest.approx(best, abs=1e-5)
        assert found.net_bound == pytest.approx(best, abs=1e-5)
        if cost == 1000.0:
            assert found.choice.weight == fewest


def six() -> Instance:
    """Six works of costs 4 to 9 that bring 3 to 8 a year, and money for three of them at a time."""
    projects = [make_project(n, 4.0 + k, 3.0 + k, lead_time=1) for k, n in enumerate("abcdef")]
    money = make_inflows("budget", 2021, 8.0, 14.0, 12.0, 10.0)
    return make_instance(projects, funds=[make_fund()], inflows=money, settings={"end_year": 2035})


def test_a_limit_below_what_must_move_has_no_plan_and_says_so(tmp_path: Path) -> None:
    after = six().with_tables(inflows=make_inflows("budget", 2021, 8.0, 7.0, 12.0, 10.0))
    kept = KeptPlan(starts_in_force(after, planned(six()).starts))
    found = replanned(after, kept, Wish(most=0.0), tmp_path / "f")
    assert found.choice is None
    assert found.points[0].weight == 1.0
    assert not found.has_no_plan


def test_a_run_that_moves_more_than_it_says_is_found(tmp_path: Path) -> None:
    after = six().with_tables(inflows=make_inflows("budget", 2021, 8.0, 7.0, 12.0, 10.0))
    kept = KeptPlan(starts_in_force(after, planned(six()).starts), frozen_until=2022)
    found = replanned(after, kept, Wish(most=2.0), tmp_path / "f")
    assert found.choice is not None
    run = read_run(tmp_path / "f" / found.choice.run_dir)
    assert run.plan is not None
    stated = run.manifest["kept"]
    assert stated["moves"] == len(found.choice.moves) == 2

    def broken(**changes: object) -> list[str]:
        assert run.plan is not None
        recorder = Recorder()
        check_kept_plan(recorder, {**stated, **changes}, run.plan, run.plan.objective)
        return [row.subject for row in recorder.violations]

    assert broken() == []
    assert broken(most=1.0) == ["kept:most"]
    assert broken(moves=1) == ["kept:moves"]
    assert broken(weight=1.0) == ["kept:weight"]
    assert broken(starts=[]) == ["kept"]
    assert broken(least_value=run.plan.objective + 0.1) == ["kept:least_value"]
    assert broken(least_value=run.plan.objective) == []
    assert broken(bound=3.0) == ["kept:bound"]
    net = run.plan.objective - 0.5 * 2.0
    assert broken(move_cost=0.5, bound=net) == []
    assert broken(move_cost=0.5, bound=net - 0.1) == ["kept:bound"]
    early = min(name for name, begun in kept.starts.items() if begun[1] < 2022)
    other = {**stated["starts"], early: ["base", 2024]}
    told = broken(starts=other, moves=3, weight=3.0, most=None)
    assert told == ["kept:frozen"]


def test_only_the_exact_engine_keeps_a_plan() -> None:
    options = replace(EXACT, engine="equilibrium", kept=KeptPlan())
    with pytest.raises(UnsupportedFeatureError, match="engine exact alone"):
        solve(six(), options)


def test_every_kind_of_move_is_told() -> None:
    before = {"a": ("x", 1), "b": ("x", 1), "c": ("x", 2), "d": ("x", 1), "e": ("x", 3)}
    after = {"a": ("x", 1), "b": ("x", 2), "c": ("y", 1), "d": ("y", 1), "f": ("x", 3)}
    told = {move.project: move.kind for move in moves_between(before, after)}
    assert told == {
        "b": MoveKind.LATER,
        "c": MoveKind.EARLIER,
        "d": MoveKind.OPTION,
        "e": MoveKind.DROPPED,
        "f": MoveKind.ADDED,
    }


def test_works_under_way_are_kept_by_going_on() -> None:
    """What began is kept where it goes on; what stands, and what is no project, is no decision."""
    rows = [
        make_project("stands", stage=Stage.COMPLETE, opened=2020),
        make_project("begun", stage=Stage.UNDER_CONSTRUCTION, started=2020, lead_time=3),
        make_project("ahead"),
    ]
    instance = make_instance(rows)
    starts = [make_start(instance, name, 2019) for name in ("stands", "begun")]
    gone = starts[0].model_copy(update={"project": "gone"})
    kept = starts_in_force(instance, [*starts, gone, make_start(instance, "ahead", 2023)])
    assert kept == {"begun": ("base", 2021), "ahead": ("base", 2023)}


def test_a_free_plan_that_comes_late_begins_from_the_plan_in_force(tmp_path: Path) -> None:
    kept = KeptPlan(starts_in_force(six(), planned(six()).starts))
    asked: list[tuple[str, bool]] = []

    def late(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
        asked.append((job.key, start is not None))
        if job.key == "free":
            return _late(job)
        return solve_job(job, folder, start, lang)

    runner = Runner(tmp_path / "f", solve=late)
    runner.prepare(resume=False)
    found = replan(six(), kept, Wish(keep_within=0.0), EXACT, runner, RunOrigin())
    assert asked[:3] == [("free", False), ("fewest", False), ("free-again", True)]
    assert found.choice is not None
    assert found.choice.moves == ()
    assert found.choice.loss == pytest.approx(0.0)


def _late(job: Job) -> JobResult:
    """What a solve came to that found nothing in its time."""
    return JobResult(job.key, job.digest(), "none", "", 5, "time_limit")


def test_of_plans_as_good_the_free_one_is_the_nearest(tmp_path: Path) -> None:
    """Of two pairs one is built each: the one pair is a tie, of the other a new plan gains."""
    rows = [make_project(name, 4.0, 5.0, lead_time=1) for name in ("a", "b")]
    rows += [make_project("c", 4.0, 3.0, lead_time=1), make_project("d", 4.0, 6.0, lead_time=1)]
    pairs = [make_relation("exclusive", ["a", "b"]), make_relation("exclusive", ["c", "d"])]
    instance = make_instance(rows, relations=pairs, settings={"end_year": 2035})
    fresh = {row.project: (row.option, row.start) for row in planned(instance).starts}
    other = "b" if "a" in fresh else "a"
    one = "a" if other == "b" else "b"
    kept = KeptPlan({other: fresh[one], "c": fresh["d"]})
    found = replanned(instance, kept, Wish(keep_within=0.0), tmp_path / "f")
    assert found.freest is not None
    assert {move.project for move in found.freest.moves} == {"c", "d"}
    assert found.least_of_free == 2.0
    assert [point.kind for point in found.points][-1] == "free_found"
    assert len(found.points[-1].moves) == 4
    # Without anything frozen the plan as found is that of a fresh solve.
    assert found.fresh is not None
    assert found.fresh.run_dir == found.points[-1].run_dir
    assert found.fresh.frozen == ()


def test_what_one_limit_leaves_open_a_larger_one_may_answer(tmp_path: Path) -> None:
    """No plan and no bound at 2 moves say nothing of 3, which are enough; each solve begins with a
    plan that obeys what it asks for."""
    after = six().with_tables(inflows=make_inflows("budget", 2021, 8.0, 7.0, 12.0, 10.0))
    kept = KeptPlan(starts_in_force(after, planned(six()).starts))
    asked: list[float | None] = []

    def late(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
        limit = job.options.kept
        if limit is not None and start is not None and not limit.is_fewest:
            starts = {s.project: (s.option, s.start) for s in _starts(start)}
            assert limit.most is not None
            assert len(moves_between(kept.starts, starts)) <= limit.most
        if limit is not None and limit.least_value is not None:
            assert start is not None
            plan = read_run(start).plan
            assert plan is not None
            assert plan.objective >= limit.least_value - 1e-6
        if job.key.startswith("closer"):
            asked.append(None if limit is None else limit.most)
        if job.key in ("nearest", "chosen", "closer-1"):
            return _late(job)
        return solve_job(job, folder, start, lang)

    runner = Runner(tmp_path / "f", solve=late)
    runner.prepare(resume=False)
    found = replan(after, kept, Wish(keep_within=0.01), EXACT, runner, RunOrigin())
    assert asked == [2.0, 3.0]
    assert found.choice is not None
    assert found.choice.weight == 3.0
    assert found.choice.least_weight == 2.0


def test_a_bound_says_of_which_plans_it_is(tmp_path: Path) -> None:
    kept = KeptPlan(starts_in_force(six(), planned(six()).starts), frozen_until=2022)
    found = replanned(six(), kept, Wish(most=1.0), tmp_path / "f")
    told = {
        point.kind: [n["text_en"] for n in notes if n["kind"] == "kept"]
        for point in found.points
        for notes in [read_run(tmp_path / "f" / point.run_dir).manifest["notes"]]
    }
    assert "no more than" in told["chosen"][0]
    assert "before 2022" in told["free"][0]
