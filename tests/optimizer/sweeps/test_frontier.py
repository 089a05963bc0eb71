"""Frontiers against enumeration, by hand, and what their axes limit."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.axes import BUDGET, DEBT, DebtAxis, axes_of, axis_named
from infraplan.optimizer.sweeps.frontier import Frontier, find_frontier, knees_of, waves
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_bond,
    make_fund,
    make_instance,
    make_jurisdictions,
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_target,
)
from tests.cli.conftest import small
from tests.markers import first_quick
from tests.oracle.oracle import Choice, Oracle

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PART = 5
"""Random instances in one test."""


def frontier_of(instance: Instance, axis: str, folder: Path, points: int | None = None) -> Frontier:
    """The frontier of `instance`, its runs below `folder`."""
    runner = Runner(folder)
    runner.prepare(resume=False)

    found = axis_named(axis, instance)
    assert found is not None
    return find_frontier(instance, found, EXACT, runner, points)


def drawn(seed: int) -> Instance:
    """Up to six projects of two or three years, one pair of which excludes itself."""
    rng = random.Random(seed)
    count = rng.randint(3, 6)
    projects = [
        make_project(
            f"p{number}",
            rng.randint(1, 9),
            rng.randint(1, 6),
            outputs={"km": float(rng.randint(0, 5))},
        )
        for number in range(count)
    ]
    pair = make_relation("exclusive", ["p0", "p1"])
    return make_instance(projects, relations=[pair], years=(2021, 2022 + seed % 2))


def enumerated(instance: Instance, axis: str) -> list[tuple[float, float]]:
    """Every plan that none other beats in both, as amount of the axis and value."""
    oracle = Oracle(instance)
    last = instance.settings.horizon.last_year
    plans: list[tuple[float, float]] = []
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = [choice for choice in schedule if choice is not None]
        if {"p0", "p1"} <= {choice.project.id for choice in built}:
            continue
        plans.append((amount(built, axis, last), sum(oracle.value(choice) for choice in built)))
    sign = 1.0 if axis == BUDGET else -1.0
    best: list[tuple[float, float]] = []
    for x, y in sorted(set(plans), key=lambda plan: (sign * plan[0], -plan[1])):
        if not best or y > best[-1][1] + 1e-9:
            best.append((x, y))
    return sorted(best)


def amount(built: list[Choice], axis: str, last: int) -> float:
    """Money spent, or kilometres that are open in the last year."""
    if axis == BUDGET:
        return sum(choice.option.overnight_cost for choice in built)
    return sum(
        choice.option.outputs["km"]
        for choice in built
        if choice.start + choice.option.lead_time <= last
    )


@pytest.mark.parametrize("axis", [BUDGET, "km"])
@pytest.mark.parametrize("part", first_quick(range(20)))
def test_every_point_is_found_and_no_other(part: int, axis: str, tmp_path: Path) -> None:
    points = 0
    for seed in range(PART * part, PART * part + PART):
        instance = drawn(seed)
        found = frontier_of(instance, axis, tmp_path / f"{axis}{seed}")
        expected = enumerated(instance, axis)
        assert found.is_complete
        got = [(point.x, point.y) for point in found.points]
        assert len(got) == len(expected), seed
        for (x, y), (expected_x, expected_y) in zip(got, expected, strict=True):
            assert x == pytest.approx(expected_x, abs=1e-6), seed
            assert y == pytest.approx(expected_y, abs=1e-6), seed
        points += len(got)
    assert points > PART


PEOPLE = {"town": 30_000.0, "hills": 10_000.0}


@pytest.mark.parametrize("part", first_quick(range(10)))
def test_the_least_by_head_of_any_district_against_enumeration(part: int, tmp_path: Path) -> None:
    points = 0
    for seed in range(PART * part, PART * part + PART):
        plain, rng = drawn(seed), random.Random(seed)
        projects = [
            row.model_copy(update={"jurisdiction": rng.choice(list(PEOPLE))})
            for row in plain.projects
        ]
        districts = [
            row
            for name, heads in PEOPLE.items()
            for row in make_jurisdictions(name, population=heads)
        ]
        instance = plain.with_tables(
            projects=tuple(projects),
            jurisdictions=tuple(districts),
            policies=(make_policy("spend_cap", 12.0),),
        )
        found = frontier_of(instance, "floor-per-head", tmp_path / f"h{seed}")
        assert found.is_complete
        expected = least_by_head(instance)
        got = [(point.x, point.y) for point in found.points]
        assert got == [pytest.approx(row, abs=1e-6) for row in expected], seed
        assert all(point.is_verified for point in found.points)
        points += len(got)
    assert points > PART


def least_by_head(instance: Instance) -> list[tuple[float, float]]:
    """Every plan that none other beats: money by 10,000 heads where it is least, and value."""
    oracle = Oracle(instance)
    plans: list[tuple[float, float]] = []
    for schedule in product(*(oracle.choices(project) for project in instance.projects)):
        built = [choice for choice in schedule if choice is not None]
        spent = dict.fromkeys(PEOPLE, 0.0)
        for choice in built:
            spent[choice.project.jurisdiction or ""] += choice.option.overnight_cost
        both = {"p0", "p1"} <= {choice.project.id for choice in built}
        if both or sum(spent.values()) > 12.0 + 1e-9:
            continue
        least = min(1e4 * spent[name] / heads for name, heads in PEOPLE.items())
        plans.append((least, sum(oracle.value(choice) for choice in built)))
    best: list[tuple[float, float]] = []
    for x, y in sorted(set(plans), key=lambda plan: (-plan[0], -plan[1])):
        if not best or y > best[-1][1] + 1e-9:
            best.append((x, y))
    return sorted(best)


def three() -> Instance:
    """Worth 5, 8 and 9 net of costs 1, 4 and 9, in one year of choice and one of service."""
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 18)]
    return make_instance(projects, years=(2021, 2022))


def test_what_enters_leaves_and_one_more_costs(tmp_path: Path) -> None:
    # Worths 5, 8, 9: with 5 units a and b (13), with 10 a and c (14), with 13 b and c (17), with
    # 14 all (22); with 9 c alone (9) is worth less than a and b.
    found = frontier_of(three(), BUDGET, tmp_path / "f")
    assert [(p.x, p.y) for p in found.points] == [
        (0.0, 0.0), (1.0, 5.0), (4.0, 8.0), (5.0, 13.0), (10.0, 14.0), (13.0, 17.0), (14.0, 22.0),
    ]  # fmt: skip
    assert found.points[0].price is None
    assert found.points[4].price == pytest.approx(1 / 5)
    assert found.points[4].enters == ("c",)
    assert found.points[4].leaves == ("b",)
    assert found.is_complete
    for point in found.points:
        run = read_run(tmp_path / "f" / point.run_dir)
        assert run.plan is not None
        assert point.is_verified
        assert verify_plan(run.instance, run.plan).ok
        assert point.y_bound == pytest.approx(point.y)


def test_evenly_spaced_limits_keep_no_plan_that_another_beats(tmp_path: Path) -> None:
    # Limits 14, 7, 0: without one all is built, with 7 there are a and b.
    found = frontier_of(three(), BUDGET, tmp_path / "f", points=2)
    assert [(p.x, p.y) for p in found.points] == [(0.0, 0.0), (5.0, 13.0), (14.0, 22.0)]
    assert not found.is_complete


def test_limits_are_answered_from_the_middle_outwards() -> None:
    assert [list(wave) for wave in waves(7)] == [[4], [2, 6], [1, 3, 5, 7]]
    assert sorted(number for wave in waves(20) for number in wave) == list(range(1, 21))


def test_limits_whose_answers_are_proven_are_not_solved(tmp_path: Path) -> None:
    # Works of 6 that must be built: limits lie between 6 and 18, all but two answered by others.
    must = make_project("m", 6, 1, mandatory="must")
    dear = make_project("d", 12, 30)
    instance = make_instance([must, dear], years=(2021, 2022))
    found = frontier_of(instance, BUDGET, tmp_path / "f", points=20)
    assert [(point.x, point.y) for point in found.points] == [(6.0, -5.0), (18.0, 13.0)]
    assert found.impossible == ()
    solved = len((tmp_path / "f" / "journal.jsonl").read_text().splitlines())
    assert solved < 10


def test_every_point_is_found_in_a_large_unit_of_money(tmp_path: Path) -> None:
    # Plans lie less than a ten-thousandth of the unit apart.
    small_ones = [make_project(n, 1e-4 * c, 3e-4 * c) for n, c in (("a", 2), ("b", 2.3), ("c", 3))]
    found = frontier_of(make_instance(small_ones), BUDGET, tmp_path / "f")
    amounts = [point.x for point in found.points]
    all_of = [0.0, 2.0, 2.3, 3.0, 4.3, 5.0, 5.3, 7.3]
    assert amounts == pytest.approx([1e-4 * amount for amount in all_of])
    assert found.is_complete


def test_limits_begin_where_there_are_plans(tmp_path: Path) -> None:
    # 40 must be spent. Spread from nothing, three of five limits would have no plan at all.
    must = make_project("m", 40, 1, mandatory="must")
    more = [make_project(name, 10, 20 - number) for number, name in enumerate("abcde")]
    found = frontier_of(make_instance([must, *more]), BUDGET, tmp_path / "f", points=5)
    assert [point.x for point in found.points] == [40.0, 50.0, 60.0, 70.0, 80.0, 90.0]
    assert found.impossible == found.undecided == ()


def test_nothing_but_what_must_be_is_one_point(tmp_path: Path) -> None:
    must = make_project("m", 6, 1, mandatory="must")
    found = frontier_of(make_instance([must]), BUDGET, tmp_path / "f", points=2)
    assert [point.x for point in found.points] == [6.0]
    assert found.impossible == ()


def test_limits_on_an_output_begin_where_there_are_plans(tmp_path: Path) -> None:
    # All three bring 12, but excludes leave one of them: 4 at most, found by halving.
    projects = [make_project(f"p{km}", km, 9 - km, outputs={"km": float(km)}) for km in (2, 3, 4)]
    projects += [make_project("q", 1, 2, outputs={"km": 3.0})]
    either = make_relation("exclusive", ["p2", "p3", "p4"])
    instance = make_instance(projects, relations=[either])
    found = frontier_of(instance, "km", tmp_path / "f", points=4)
    assert [(p.x, p.y) for p in found.points][-1][0] == 7.0
    assert len(found.points) == 3
    assert all(limit > 7.0 for limit in found.impossible)


def test_more_of_an_output_than_all_projects_bring_is_no_point(tmp_path: Path) -> None:
    poor = make_project("p", 10, 1, outputs={"km": 4.0})
    good = make_project("g", 1, 5, outputs={"km": 2.0})
    instance = make_instance(
        [poor, good], targets=[make_target("roads", "km", 1.0, 2024, existing=3.0)]
    )
    found = frontier_of(instance, "km", tmp_path / "f")
    assert [point.x for point in found.points] == [5.0, 9.0]
    assert found.points[1].enters == ("p",)


def test_debt_is_capped_in_every_year(tmp_path: Path) -> None:
    found = frontier_of(small(), DEBT, tmp_path / "f", points=2)
    assert len(found.points) >= 2
    assert found.points[0].x < found.points[-1].x
    assert found.points[0].y < found.points[-1].y
    for point in found.points:
        run = read_run(tmp_path / "f" / point.run_dir)
        assert run.plan is not None
        years = {row.year for row in run.plan.debt_years}
        peak = max(
            sum(row.balance for row in run.plan.debt_years if row.year == year) for year in years
        )
        assert peak == pytest.approx(point.x)
        if point.limit is not None:
            assert peak <= point.limit + 1e-6


def two_borrowers() -> Instance:
    """Each of two towns builds with debt alone; one borrows 30 for what is worth 100."""
    return make_instance(
        [
            make_project("a", 30, 130, jurisdiction="a"),
            make_project("b", 10, 14, jurisdiction="b"),
        ],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("a", "b"),
        funds=[make_fund("fa", jurisdiction="a"), make_fund("fb", jurisdiction="b")],
        pools=[make_pool(a="fa", b="fb")],
        instruments=[
            make_bond(id="bond-a", jurisdiction="a", tenor=5, rate=0.0),
            make_bond(id="bond-b", jurisdiction="b", tenor=5, rate=0.0),
        ],
    )


def test_debt_of_several_borrowers_is_limited_one_by_one() -> None:
    instance = two_borrowers()
    assert axis_named(DEBT, instance) is None
    assert axes_of(instance)[:3] == ("budget", "debt:a", "debt:b")
    assert axis_named("debt:a", instance) == DebtAxis("a")
    assert axis_named("debt:c", instance) is None


def test_a_row_of_the_name_that_the_axis_takes_stays(tmp_path: Path) -> None:
    own = make_target("frontier-axis", "km", 9.0, 2024, shortfall_price=0.0)
    instance = make_instance([make_project("g", 1, 5, outputs={"km": 2.0})], targets=[own])
    found = frontier_of(instance, BUDGET, tmp_path / "f")
    assert [point.x for point in found.points] == [0.0, 1.0]


def test_knees_lie_where_one_more_is_worth_clearly_less() -> None:
    assert knees_of([(0, 0), (1, 8), (2, 9), (10, 10)]) == (1,)
    assert knees_of([(0, 0), (5, 5), (10, 10)]) == ()
    assert knees_of([(0, 0), (10, 10)]) == ()
    assert knees_of([(3, 1), (3, 2), (3, 3)]) == ()
