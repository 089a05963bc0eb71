"""Shares of a plan's value against all orders in which its projects may join, one by one."""

from __future__ import annotations

import random
from itertools import permutations
from math import factorial
from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.value_shares import PlanShares, ShareOptions, share_value
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import (
    make_change,
    make_date,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_plan,
    make_project,
    make_relation,
    make_start,
    make_target,
)
from tests.markers import first_quick

NAMES = ("a", "b", "c", "d", "e")


def drawn_case(seed: int) -> tuple[Instance, Plan]:
    """Five projects with relations of every kind that ties their values, targets and dates.

    All are started, each in a year of its own, which the relations of order do not forbid here:
    value is asked of starts, not whether the plan may be.
    """
    rng = random.Random(seed)
    pick = lambda count: rng.sample(NAMES, count)  # noqa: E731
    relations = [
        make_relation("synergy", pick(rng.choice([2, 3])), value=rng.uniform(1, 9), count=2),
        make_relation("substitute", pick(3), value=rng.uniform(1, 5)),
        make_relation("shared_works", pick(2), value=rng.uniform(1, 5), lag=2),
    ]
    before, after = NAMES[: rng.choice([1, 2, 3])], NAMES[3:]
    kind = rng.choice(["requires", "all_or_none", "start_to_start", "none"])
    if kind == "all_or_none":
        relations.append(make_relation(kind, pick(2)))
    elif kind != "none":
        count = rng.choice([None, 1])
        relations.append(make_relation(kind, before, after[:1], count=count))
    relations.append(make_relation("enables", [rng.choice(NAMES[:4])], ["e"]))
    projects = [
        make_project(
            name, rng.uniform(1, 20), rng.uniform(0, 9), outputs={"beds": rng.uniform(0, 4)}
        )
        for name in NAMES
    ]
    instance = make_instance(
        projects,
        settings={"discount_rate": 0.05},
        relations=relations,
        targets=[
            make_target("t", "beds", rng.uniform(1, 12), 2024, shortfall_price=rng.uniform(0.5, 3)),
            make_target("u", "projects_started", 2, 2024, sense="<=", shortfall_price=1.5),
        ],
        stated_dates=[make_date(rng.choice(NAMES), "open_by", 2022)],
    )
    return instance, of_starts(instance, {name: rng.choice([2021, 2022]) for name in NAMES})


def of_starts(instance: Instance, years: dict[str, int]) -> Plan:
    return make_plan(instance, [make_start(instance, name, year) for name, year in years.items()])


def that_count(instance: Instance, there: frozenset[str]) -> frozenset[str]:
    """The largest part of `there` that relations of order and choice allow, by trial."""

    def may(part: frozenset[str]) -> bool:
        for row in instance.relations:
            if row.type.value in {"requires", "start_to_start"}:
                count = row.count or len(row.from_projects)
                short = len(part & set(row.from_projects)) < count
                if short and part & set(row.to_projects):
                    return False
            if row.type.value == "all_or_none" and 0 < len(part & set(row.members)) < len(
                row.members
            ):
                return False
        return True

    found = frozenset[str]()
    for mask in range(1 << len(NAMES)):
        part = frozenset(name for k, name in enumerate(NAMES) if mask >> k & 1)
        if part <= there and may(part):
            found |= part  # parts that may be may be together
    return found


@pytest.mark.parametrize("seed", first_quick(range(60), quick=12))
def test_shares_are_the_mean_over_all_orders(seed: int) -> None:
    instance, plan = drawn_case(seed)
    years = {start.project: start.start for start in plan.starts}
    worth: dict[frozenset[str], float] = {}

    def value(there: frozenset[str]) -> float:
        if there not in worth:
            counting = that_count(instance, there)
            part = {name: year for name, year in years.items() if name in counting}
            worth[there] = of_starts(instance, part).objective
        return worth[there]

    mean = dict.fromkeys(NAMES, 0.0)
    for order in permutations(NAMES):
        for k, name in enumerate(order):
            gain = value(frozenset(order[: k + 1])) - value(frozenset(order[:k]))
            mean[name] += gain / factorial(len(NAMES))
    found = share_value(instance, plan)
    assert {row.project: row.share for row in found.projects} == pytest.approx(mean, abs=1e-9)
    assert found.without == pytest.approx(value(frozenset()), abs=1e-9)
    assert_adds_up(found)
    everyone = frozenset(NAMES)
    for row in found.projects:
        last = value(everyone) - value(everyone - {row.project})
        assert row.last == pytest.approx(last, abs=1e-9)
        assert row.error == 0.0
    for group in found.groups:
        # A group is tied to nothing else: its joint value is what the plan loses without it.
        rest = value(everyone) - value(everyone - set(group.projects))
        assert group.value == pytest.approx(rest, abs=1e-9)
        alone = sum(
            of_starts(instance, {name: years[name]}).objective - value(frozenset())
            for name in group.projects
        )
        assert group.alone == pytest.approx(alone, abs=1e-9)
        assert group.counted_twice == pytest.approx(alone - rest, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_drawn_shares_add_up_and_come_near_the_exact_ones(seed: int) -> None:
    instance, plan = drawn_case(seed)
    exact = {row.project: row.share for row in share_value(instance, plan).projects}
    asked = ShareOptions(exact_up_to=1, orders=2000, seed=7)
    found = share_value(instance, plan, asked)
    assert_adds_up(found)
    assert any(row.error for row in found.projects)
    for row in found.projects:
        assert row.error is not None
        assert abs(row.share - exact[row.project]) <= 4.0 * row.error + 1e-9
    assert share_value(instance, plan, asked) == found


def assert_adds_up(found: PlanShares) -> None:
    total = sum(row.share for row in found.projects) + found.without
    total += sum(part.value for part in found.apart)
    assert total == pytest.approx(found.value, abs=1e-9)
    assert found.adds_up


def water(*, must_serve: bool = False, apart: bool = False) -> tuple[Instance, Plan]:
    """A source and a town: mains `a` and `b` in a row (or side by side), 6 a year of demand.

    Each main costs 1. Unserved water costs 5 a unit; a main begun in 2021 carries from 2022 on.
    """
    ends = (("s", "z"), ("s", "z")) if apart else (("s", "m"), ("m", "z"))
    values: dict[str, Any] = {"capacity": 6.0, "exists": False, "cost": float(must_serve)}
    old = [make_link("old", "s", "z", capacity=6.0, cost=1.0)] if must_serve else []
    instance = make_instance(
        [make_project(name, 1.0) for name in "ab"],
        network_nodes=[
            make_node("s", "source", capacity=9.0),
            make_node("m"),
            make_node("z", "zone"),
        ],
        network_links=[
            make_link(f"pipe_{name}", tail, head, **values)
            for name, (tail, head) in zip("ab", ends, strict=True)
        ]
        + old,
        demands=[
            make_demand(
                "town",
                "z",
                6.0,
                unserved_price=5.0,
                must_serve=must_serve,
                growth=0.1 if must_serve else 0.0,
            )
        ],
        project_network=[make_change(name, f"pipe_{name}") for name in "ab"],
    )
    projects = [row.model_copy(update={"mandatory": "must"}) for row in instance.projects]
    found = solve(instance.with_tables(projects=tuple(projects)), SolveOptions(gap=0.0))
    assert found.plan is not None
    return instance, found.plan


@pytest.mark.parametrize(("apart", "last"), [(False, 89.0), (True, -1.0)])
def test_a_network_is_shared_by_what_its_parts_do_together(*, apart: bool, last: float) -> None:
    instance, plan = water(apart=apart)
    found = share_value(instance, plan)
    # Three years of 6 x 5 are served: 90 in all, 45 each, whichever way the mains lie.
    assert [row.share for row in found.projects] == pytest.approx([44.0, 44.0], abs=1e-6)
    assert [row.last for row in found.projects] == pytest.approx([last, last], abs=1e-6)
    assert_adds_up(found)
    (group,) = found.groups
    assert group.projects == ("a", "b")
    assert group.value == pytest.approx(88.0, abs=1e-6)
    # Side by side each alone would serve all: counted twice. In a row neither serves anything.
    assert group.counted_twice == pytest.approx(90.0 if apart else -90.0, abs=1e-6)
    assert group.ties == ("w",)
    (again,) = found.recomputed
    assert again.stated == pytest.approx(again.found, abs=1e-6)


def test_a_network_that_cannot_work_without_a_project_is_not_shared() -> None:
    """Six flow in the first year by a main that lies; in the second one more is needed."""
    instance, plan = water(must_serve=True, apart=True)
    found = share_value(instance, plan)
    assert [(part.subject, part.why) for part in found.apart] == [("w", "flow")]
    assert found.apart[0].value != 0.0
    assert [row.share for row in found.projects] == pytest.approx([-1.0, -1.0])
    assert_adds_up(found)


def test_service_that_is_not_found_anew_is_not_shared() -> None:
    instance, plan = water()
    terms = [
        row.model_copy(update={"value": row.value + 1.0}) if row.term == "service" else row
        for row in plan.objective_terms
    ]
    wrong = plan.model_copy(
        update={"objective_terms": tuple(terms), "objective": plan.objective + 1.0}
    )
    found = share_value(instance, wrong)
    assert [(part.subject, part.why, part.value) for part in found.apart] == [
        ("w", "differs", pytest.approx(91.0, abs=1e-6))
    ]
    assert_adds_up(found)


def test_what_there_is_no_time_for_is_told_and_not_shared() -> None:
    instance, plan = water()
    found = share_value(instance, plan, deadline=Deadline.after(0.0))
    assert [(part.subject, part.why) for part in found.apart] == [("w", "time")]
    assert [row.share for row in found.projects] == pytest.approx([-1.0, -1.0])
    assert_adds_up(found)


def test_a_stated_value_that_does_not_fit_does_not_add_up() -> None:
    instance, plan = drawn_case(1)
    wrong = share_value(instance, plan.model_copy(update={"objective": plan.objective + 1e-3}))
    assert not wrong.adds_up
    assert wrong.difference == pytest.approx(-1e-3)
