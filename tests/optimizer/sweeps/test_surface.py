"""Frontiers of three criteria: against enumeration, by hand, knees and prices."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.axes import BUDGET, DEBT, FLOOR_PER_HEAD, OTHER_ROW, axis_named
from infraplan.optimizer.sweeps.criteria import OutputCriterion, solve_point
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.surface import Surface, find_surface, knees_of
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_relation,
)
from tests.markers import first_quick
from tests.optimizer.sweeps.test_frontier import EXACT, PEOPLE
from tests.optimizer.sweeps.test_frontier_outputs import amount
from tests.oracle.oracle import Choice, Oracle

PART = 1
NPV = "npv"


def surface_of(
    instance: Instance, x: str, z: str, y: str, folder: Path, points: int | None = None
) -> Surface:
    """The frontier of `y` against two axes, its runs below `folder`."""
    runner = Runner(folder)
    runner.prepare(resume=False)
    runner.solve = solve_point
    first, second = axis_named(x, instance), axis_named(z, instance, OTHER_ROW)
    assert first is not None
    assert second is not None
    criterion = None if y == NPV else OutputCriterion.of(y, instance)
    return find_surface(instance, (first, second), EXACT, runner, points, criterion)


def drawn(seed: int) -> Instance:
    """Three or four projects with two outputs; one pair excludes itself."""
    rng = random.Random(seed)
    projects = [
        make_project(
            f"p{number}",
            rng.randint(1, 6),
            rng.randint(1, 6),
            outputs={"km": float(rng.randint(0, 4)), "homes": float(rng.randint(0, 4))},
        )
        for number in range(rng.randint(3, 4))
    ]
    pair = make_relation("exclusive", ["p0", "p1"])
    return make_instance(projects, relations=[pair], years=(2021, 2022))


def enumerated(instance: Instance, x: str, z: str, y: str) -> list[tuple[float, float, float]]:
    """What every plan comes to that no other one beats in all three."""
    oracle, last = Oracle(instance), instance.settings.horizon.last_year
    found = set()
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = [choice for choice in schedule if choice is not None]
        if {"p0", "p1"} <= {choice.project.id for choice in built}:
            continue
        value = sum(oracle.value(choice) for choice in built)
        best = value if y == NPV else amount(built, y, last)
        signs = [-1.0 if axis in (BUDGET, DEBT) else 1.0 for axis in (x, z)]
        amounts = [
            least_debt(instance, built) if axis == DEBT else amount(built, axis, last)
            for axis in (x, z)
        ]
        sides = [sign * size for sign, size in zip(signs, amounts, strict=True)]
        found.add((round(sides[0], 9), round(sides[1], 9), round(best, 9)))
    kept = [
        row
        for row in found
        if not any(
            other != row and all(a >= b for a, b in zip(other, row, strict=True)) for other in found
        )
    ]
    return sorted((abs(a), abs(b), c) for a, b, c in kept)


@pytest.mark.parametrize(
    ("x", "z", "y"), [(BUDGET, "km", NPV), ("homes", "km", NPV), (BUDGET, "homes", "km")]
)
@pytest.mark.parametrize("part", first_quick(range(20)))
def test_every_point_is_found_and_no_other(
    part: int, x: str, z: str, y: str, tmp_path: Path
) -> None:
    points = 0
    for seed in range(PART * part, PART * part + PART):
        instance = drawn(seed)
        found = surface_of(instance, x, z, y, tmp_path / f"{x}-{seed}")
        assert found.is_complete
        got = [(point.x, point.z, point.y) for point in found.points]
        expected = enumerated(instance, x, z, y)
        assert got == [pytest.approx(row, abs=1e-6) for row in expected], seed
        assert all(point.is_verified for point in found.points)
        for point in found.points:
            assert point.y_bound == pytest.approx(point.y, abs=1e-6)
        points += len(got)
    assert points >= PART


def indebted(seed: int) -> Instance:
    """The same with some money, and bonds without interest, due after the plan out of as much."""
    rng = random.Random(seed)
    money = make_inflows("f", 2021, rng.randint(0, 5), rng.randint(1, 5))
    return drawn(seed).with_tables(
        jurisdictions=make_jurisdictions("t"),
        funds=[make_fund("f", jurisdiction="t")],
        inflows=money,
        pools=[make_pool(t="f")],
        instruments=[make_bond(id="bond", jurisdiction="t", tenor=12, rate=0.0)],
    )


def least_debt(instance: Instance, built: list[Choice]) -> float:
    """The largest sum by which the works have cost more than came in, by the end of a year."""
    oracle, owed, most = Oracle(instance), 0.0, 0.0
    for row in instance.inflows:
        owed += sum(oracle.spending(choice).get(row.year, 0.0) for choice in built) - row.value
        most = max(most, owed)
    return most


@pytest.mark.parametrize(("x", "z", "y"), [(DEBT, "km", NPV), (BUDGET, DEBT, NPV)])
@pytest.mark.parametrize("seed", first_quick(range(1, 9), quick=1))
def test_every_point_against_debt_is_found_and_no_other(
    seed: int, x: str, z: str, y: str, tmp_path: Path
) -> None:
    instance = indebted(seed)
    found = surface_of(instance, x, z, y, tmp_path / "f")
    assert found.is_complete
    assert all(point.is_verified for point in found.points)
    got = sorted((round(p.x, 6), round(p.z, 6), p.y) for p in found.points)
    assert got == [pytest.approx(row, abs=1e-5) for row in enumerated(instance, x, z, y)]


def three() -> Instance:
    """A road of 3 km that costs 4, homes that cost 4, and a mall worth most that brings none."""
    projects = [
        make_project("road", 4, 5, outputs={"km": 3.0}),
        make_project("homes", 4, 3, outputs={"homes": 2.0}),
        make_project("mall", 2, 4),
    ]
    return make_instance(projects, years=(2021, 2022))


def test_prices_and_neighbours_by_hand(tmp_path: Path) -> None:
    found = surface_of(three(), BUDGET, "homes", NPV, tmp_path / "s")
    # Values: mall 2, road 1, homes -1. Sides (spent, homes): value.
    got = [(p.x, p.z, p.y) for p in found.points]
    expected = [(0, 0, 0), (2, 0, 2), (4, 2, -1), (6, 0, 3), (6, 2, 1), (10, 2, 2)]
    assert got == [pytest.approx(row, abs=1e-6) for row in expected]
    nothing, mall, homes, both, mall_homes, whole = found.points
    assert (nothing.price, nothing.before) == (None, 2) or nothing.before is None
    # From homes alone to homes and mall: 2 more for 2; from mall and homes to the road too 1 for 4.
    assert mall_homes.price == pytest.approx(1.0)
    assert whole.price == pytest.approx(0.25)
    assert (whole.before, whole.enters, whole.leaves) == (4, ("road",), ())
    # With 6 to spend two homes more cost the road's 1 and their own loss of 1: 1 each.
    assert both.z_price == pytest.approx(-1.0)
    assert (both.before, both.enters, both.leaves) == (1, ("road",), ())
    assert (mall.before, mall.enters) == (0, ("mall",))
    assert homes.before is None
    run = read_run(tmp_path / "s" / whole.run_dir)
    assert run.plan is not None
    assert verify_plan(run.instance, run.plan).ok


def test_a_grid_holds_part_of_all_points(tmp_path: Path) -> None:
    every = surface_of(three(), BUDGET, "homes", NPV, tmp_path / "every")
    some = surface_of(three(), BUDGET, "homes", NPV, tmp_path / "some", points=2)
    assert not some.is_complete
    whole = {(round(p.x, 6), round(p.z or 0.0, 6), round(p.y, 6)) for p in every.points}
    parts = {(round(p.x, 6), round(p.z or 0.0, 6), round(p.y, 6)) for p in some.points}
    assert parts <= whole
    assert len(parts) >= 3
    # Two homes cost 4: with less money there is no plan that has them.
    assert all(limit is not None for limits in some.impossible for limit in limits)


def test_floors_and_outputs_are_told_apart(tmp_path: Path) -> None:
    projects = [
        make_project("a", 4, 5, outputs={"km": 3.0}, jurisdiction="town"),
        make_project("b", 4, 3, outputs={"km": 1.0}, jurisdiction="hills"),
    ]
    places = [row for name, n in PEOPLE.items() for row in make_jurisdictions(name, population=n)]
    plain = make_instance(projects[:0], years=(2021, 2022))
    instance = plain.with_tables(projects=tuple(projects), jurisdictions=tuple(places))
    one = surface_of(instance, "km", FLOOR_PER_HEAD, NPV, tmp_path / "one")
    two = surface_of(instance, FLOOR_PER_HEAD, "km", NPV, tmp_path / "two")
    sides = [(point.x, point.z, point.y) for point in one.points]
    assert sides == sorted((point.z, point.x, point.y) for point in two.points)
    assert len(sides) == 2


def test_knees_stand_out_above_mixes_of_others() -> None:
    ends = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    assert knees_of([*ends, (0.3, 0.3, 0.9)]) == (3,)
    # A third of each end is what their mix has.
    assert knees_of([*ends, (0.33, 0.33, 0.35)]) == ()
    # The second of two in a corner adds little to the first.
    assert knees_of([*ends, (0.3, 0.3, 0.9), (0.31, 0.29, 0.9)]) == (3,)
    assert knees_of(ends) == ()
    assert knees_of([(0.0, float(n), 1.0) for n in range(5)]) == ()
