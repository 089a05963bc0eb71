"""Doubts about amounts far from those of the other projects of an instance."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.proportion_plausibility import proportion_doubts
from tests.assertions import assert_bilingual
from tests.builders import make_instance, make_option, make_project, make_stream


def found_in(instance: Instance) -> list[Inconsistency]:
    found = list(proportion_doubts(instance))
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    return found


def doubts(instance: Instance) -> list[tuple[str, int | None, str | None]]:
    return [(item.rule, item.index, item.field) for item in found_in(instance)]


def test_an_amount_that_no_project_has_cost() -> None:
    projects = [make_project("bridge", 80e6, 1e6), make_project("plant", 45.0, 4.0)]
    millions = make_instance(projects, settings={"money_factor": 1e6})
    assert doubts(millions) == [("amount-out-of-proportion", 0, "overnight_cost")]
    assert doubts(make_instance(projects, settings={"money_factor": 1.0})) == []
    assert doubts(make_instance(projects, settings={"money_factor": 1e6, "currency": "IDR"})) == []


def test_amounts_far_from_those_of_siblings() -> None:
    roads = [make_project(f"r{n}", subsector="road", cost=2.0 + n, benefit=1.0) for n in range(4)]
    slip = make_project("slip", subsector="road", cost=40_000.0, benefit=1.0)
    assert doubts(make_instance([*roads, slip])) == [
        ("amount-out-of-proportion", 4, "overnight_cost")
    ]
    # A subsector of its own: only ten thousand times the rest is questioned.
    dam = make_project("weir", subsector="weir", cost=20_000.0, benefit=1.0)
    assert doubts(make_instance([*roads, dam])) == []
    rich = make_project("rich", subsector="road", cost=3.0, benefits={"users": 1e5})
    assert ("amount-out-of-proportion", 4, "benefits") in doubts(make_instance([*roads, rich]))


def six(count: int = 6, **slip: Any) -> Instance:
    """Projects of one sector and no subsector, much alike; the third with a slip."""
    made = [
        {"cost": 10.0 + n, "benefits": {"time": 2.0}, "outputs": {"km": 3.0 + n}, "sector": "roads"}
        for n in range(count)
    ]
    made[2] |= slip
    return make_instance([make_project(f"p{n}", **values) for n, values in enumerate(made)])


@pytest.mark.parametrize(
    ("slip", "fields"),
    [
        ({}, []),
        ({"cost": 900.0}, []),  # 67 times the middle: a bridge among roads
        ({"cost": 12_000.0}, ["overnight_cost"]),
        ({"cost": 120_000.0}, ["overnight_cost"]),
        ({"cost": 0.0012, "benefits": {"time": 0.0002}}, ["overnight_cost", "benefits"]),
        ({"cost": 0.012, "benefits": {"time": 0.002}}, ["overnight_cost", "benefits"]),
        ({"benefits": {"time": 2000.0}}, ["benefits"]),
        ({"outputs": {"km": 5000.0}}, ["outputs"]),
        ({"outputs": {"km": 0.005}}, ["outputs"]),
        ({"outputs": {"km": 5.0, "beds": 5000.0}}, []),  # nothing to hold the beds against
    ],
)
def test_a_slip_among_siblings_of_a_sector(slip: dict[str, Any], fields: list[str]) -> None:
    assert doubts(six(**slip)) == [("amount-out-of-proportion", 2, field) for field in fields]


def test_what_is_said_names_project_amount_and_siblings() -> None:
    (told,) = found_in(six(cost=12_000.0))
    assert told.message == (
        "overnight_cost of project p2 is 12000; for projects of sector roads it is 13.5 in the "
        "middle"
    )
    (told,) = found_in(six(outputs={"km": 5000.0}))
    assert told.message.startswith("km in outputs of project p2 is 5000; ")
    assert "产出中的km" in told.message.zh


def test_fewer_than_a_handful_say_nothing_of_a_mere_distance() -> None:
    assert doubts(six(5, cost=7_000.0)) == []
    assert doubts(six(6, cost=7_000.0)) != []


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        ((10.0, 15.0, 12_000.0), [2]),
        ((10.0, 15.0, 120_000.0), [2]),
        ((10.0, 15.0, 1.2e9), [2]),
        ((10.0, 15.0, 0.012), [2]),
        ((10.0, 15.0, 7_000.0), []),  # no unit is off by as much
        ((10.0, 15.0, 1_200.0), []),
        ((10.0, 12_000.0), []),  # one other may be the slip as well
        ((10.0, 150.0, 12_000.0), []),  # works of all sizes
    ],
)
def test_a_slip_of_units_among_few_of_a_kind(costs: tuple[float, ...], told: list[int]) -> None:
    kind = [make_project(f"p{n}", cost=cost, subsector="ferry") for n, cost in enumerate(costs)]
    far = [make_project("other", cost=3.0, subsector="weir", sector="water")]
    found = doubts(make_instance([*kind, *far]))
    assert found == [("amount-out-of-proportion", index, "overnight_cost") for index in told]


def test_a_sector_of_small_and_large_works_is_no_slip() -> None:
    costs = [0.1, 0.5, 2.0, 10.0, 50.0, 250.0, 1250.0, 5000.0]
    works = [make_project(f"p{n}", cost=cost, benefit=1.0) for n, cost in enumerate(costs)]
    assert doubts(make_instance(works)) == []


@pytest.mark.parametrize(
    ("plant", "fields"),
    [
        ({"cost": 79.2, "benefits": {"power": 8.592}}, []),
        ({"cost": 79.2, "benefits": {"power": 8592.0}}, ["benefits"]),
        ({"cost": 79.2, "benefits": {"power": 85.92}}, ["benefits"]),  # more than its cost a year
        ({"cost": 79.2, "benefits": {"power": 0.0000859}}, ["benefits"]),
        ({"cost": 79_200.0, "benefits": {"power": 8592.0}}, ["benefits"]),  # both in another unit
        ({"cost": 79.2, "benefits": {"power": 8.592}, "subsector": "unheard_of"}, ["benefits"]),
    ],
)
def test_one_large_work_beside_small_benefits_is_held_against_its_own_cost(
    plant: dict[str, Any], fields: list[str]
) -> None:
    # What a network leaves of the benefit of substations: 0.06 in the middle.
    small = [
        make_project(
            f"s{n}", cost=3.0 + n, benefits={"power": 0.05 + 0.01 * (n % 3)},
            subsector="grid_substation", sector="energy",
        )
        for n in range(8)
    ]  # fmt: skip
    of_plant = {"subsector": "pumped_storage", "sector": "energy", **plant}
    instance = make_instance(
        [*small, make_project("plant", **of_plant)], settings={"currency": "CNY"}
    )
    found = [one for one in doubts(instance) if one[2] == "benefits"]
    assert found == [("amount-out-of-proportion", 8, field) for field in fields]


def test_works_under_way_are_not_asked() -> None:
    assert doubts(six(cost=12_000.0, mandatory="committed")) == []


def test_a_benefit_in_the_table_is_told_at_its_row() -> None:
    plain = six(benefits={})
    rows = [make_stream("p1", 0.5), make_stream("p2", 2000.0)]
    assert doubts(plain.model_copy(update={"benefits": tuple(rows)})) == [
        ("amount-out-of-proportion", 1, "value")
    ]


def test_the_option_with_the_slip_is_told() -> None:
    options = [make_option("small", cost=9.0), make_option("large", cost=20_000.0)]
    plain = [make_project(f"p{n}", cost=9.0 + n) for n in range(6)]
    both = make_project("both", options=options)
    assert [(d.index, d.option) for d in found_in(make_instance([*plain, both]))] == [(6, 1)]
