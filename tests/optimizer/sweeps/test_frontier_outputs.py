"""Frontiers whose best is an output: against enumeration, and which plan stands for a point."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.axes import BUDGET, axis_named
from infraplan.optimizer.sweeps.criteria import OutputCriterion, solve_point
from infraplan.optimizer.sweeps.frontier import Frontier, find_frontier
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.verify import verify_plan
from tests.builders import make_instance, make_policy, make_project, make_relation, make_target
from tests.markers import first_quick
from tests.optimizer.sweeps.test_frontier import EXACT
from tests.oracle.oracle import Choice, Oracle

PART, MONEY = 3, 8.0


def frontier_of(
    instance: Instance, axis: str, output: str, folder: Path, points: int | None = None
) -> Frontier:
    """The frontier of an output against `axis`."""
    runner = Runner(folder)
    runner.prepare(resume=False)
    runner.solve = solve_point
    found = axis_named(axis, instance)
    assert found is not None
    criterion = OutputCriterion.of(output, instance)
    return find_frontier(instance, found, EXACT, runner, points, criterion)


def drawn(seed: int) -> Instance:
    """Up to five projects with two outputs, money for some; one pair excludes itself."""
    rng = random.Random(seed)
    projects = [
        make_project(
            f"p{number}",
            rng.randint(1, 9),
            rng.randint(1, 6),
            outputs={"km": float(rng.randint(0, 9)), "homes": float(rng.randint(0, 9))},
        )
        for number in range(rng.randint(3, 5))
    ]
    pair = make_relation("exclusive", ["p0", "p1"])
    cap = make_policy("spend_cap", MONEY)
    return make_instance(projects, relations=[pair], policies=[cap], years=(2021, 2022))


def amount(built: list[Choice], axis: str, last: int) -> float:
    """Money spent, or what operates in the last year."""
    if axis == BUDGET:
        return sum(choice.option.overnight_cost for choice in built)
    return sum(
        choice.option.outputs[axis]
        for choice in built
        if choice.start + choice.option.lead_time <= last
    )


def enumerated(instance: Instance, axis: str, output: str) -> list[tuple[float, float, float]]:
    """Amounts of the plans that none beats in both, with the best value among those alike."""
    oracle, last = Oracle(instance), instance.settings.horizon.last_year
    sign = 1.0 if axis == BUDGET else -1.0
    worth: dict[tuple[float, float], float] = {}
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = [choice for choice in schedule if choice is not None]
        if {"p0", "p1"} <= {choice.project.id for choice in built}:
            continue
        if amount(built, BUDGET, last) > MONEY:
            continue
        place = sign * amount(built, axis, last), amount(built, output, last)
        value = sum(oracle.value(choice) for choice in built)
        worth[place] = max(worth.get(place, -1e9), value)
    best: list[tuple[float, float, float]] = []
    for x, y in sorted(worth, key=lambda place: (place[0], -place[1])):
        if not best or y > best[-1][1]:
            best.append((sign * x, y, worth[x, y]))
    return sorted(best)


@pytest.mark.parametrize("axis", [BUDGET, "homes"])
@pytest.mark.parametrize("part", first_quick(range(10)))
def test_every_point_is_found_and_no_other(part: int, axis: str, tmp_path: Path) -> None:
    points = 0
    for seed in range(PART * part, PART * part + PART):
        instance = drawn(seed)
        found = frontier_of(instance, axis, "km", tmp_path / f"{axis}{seed}")
        assert found.is_complete
        got = [(point.x, point.y) for point in found.points]
        expected = enumerated(instance, axis, "km")
        assert got == [pytest.approx(row[:2], abs=1e-6) for row in expected], seed
        for point, (_, _, value) in zip(found.points, expected, strict=True):
            assert point.is_verified
            assert point.y_bound == pytest.approx(point.y, abs=1e-6)
            # Of the plans alike in both it is the one worth most.
            assert point.value == pytest.approx(value, abs=1e-6), seed
        points += len(got)
    assert points >= PART


def test_of_plans_with_the_same_output_the_best_stands_there(tmp_path: Path) -> None:
    # a and b bring 3 km each at cost 4: b is worth more. c is worth most and brings none.
    projects = [
        make_project("a", 4, 1, outputs={"km": 3.0}),
        make_project("b", 4, 9, outputs={"km": 3.0}),
        make_project("c", 2, 9, outputs={"homes": 1.0}),
    ]
    either = make_relation("exclusive", ["a", "b"])
    instance = make_instance(projects, years=(2021, 2022), relations=[either])
    own = make_target("frontier-criterion", "km", 9.0, 2022, shortfall_price=0.0)
    found = frontier_of(instance.with_tables(targets=(own,)), BUDGET, "km", tmp_path / "f")
    # Without a limit b and c; with less than 6 b alone; with less than 4 there are no kilometres.
    first = found.points[0]
    assert (first.x, first.y) == (0.0, 0.0)
    second = found.points[1]
    assert (second.x, second.y, second.value) == (4.0, 3.0, 5.0)
    assert second.price == pytest.approx(0.75)
    assert second.enters == ("b",)
    run = read_run(tmp_path / "f" / second.run_dir)
    assert run.plan is not None
    assert verify_plan(run.instance, run.plan).ok
    assert run.manifest["frontier"]["metric"] == "km"
    assert run.manifest["frontier"]["most"] == pytest.approx(3.0)
