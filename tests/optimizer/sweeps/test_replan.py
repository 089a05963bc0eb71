"""New plans that move little of one in force, against enumeration; what is frozen, weighed, why."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.kept_plan import (
    Begun,
    KeptPlan,
    moves_between,
    weight_of,
)
from infraplan.models.plan import Plan
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.replan import Replanned, Wish, replan
from infraplan.optimizer.sweeps.runner import Runner
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_relation,
)
from tests.markers import first_quick
from tests.oracle.oracle import Choice, Oracle

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PART = 3
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


@pytest.mark.parametrize("part", first_quick(range(20)))
def test_the_curve_is_that_of_all_plans(part: int, tmp_path: Path) -> None:
    moved = 0
    for seed in range(PART * part, PART * part + PART):
        after = drawn(seed, 0.4)
        kept = KeptPlan(any_plan(drawn(seed, 1.0), seed))
        plans = weighed(kept, enumerated(after))
        found = replanned(after, kept, Wish(keep_within=0.1, points=None), tmp_path / str(seed))
        check_curve(found, plans, 0.1)
        weights = sorted({weight for weight, _ in plans if weight <= found.points[-1].weight})
        best = -math.inf
        expected = []
        for weight in weights:
            most = max(value for other, value in plans if other <= weight)
            if most > best + 1e-9:
                expected.append((weight, most))
                best = most
        got = [(p.weight, p.value) for p in found.points if p.kind != "free"]
        free = [(p.weight, p.value) for p in found.points if p.kind == "free"]
        for point in expected:
            assert any(
                abs(point[0] - other[0]) < 1e-9 and abs(point[1] - other[1]) < 1e-6
                for other in (*got, *free)
            ), (seed, point)
        moved += sum(p.weight > 0 for p in found.points)
    assert moved > PART
