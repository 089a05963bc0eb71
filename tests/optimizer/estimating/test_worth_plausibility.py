"""Doubts about what projects are worth, about money that is far off, and about targets."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import Severity
from infraplan.models.instance import Instance
from infraplan.models.stated_date import StatedDate
from infraplan.optimizer.estimating.worth_plausibility import worth_doubts
from tests.assertions import assert_bilingual
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_project,
    make_relation,
    make_stream,
    make_target,
)


def doubts(instance: Instance) -> list[tuple[str, int | None, str | None]]:
    found = list(worth_doubts(instance))
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    return [(item.rule, item.index, item.field) for item in found]


def bare(name: str, **values: Any) -> Any:
    return make_project(name, benefits={}, **values)


def test_a_project_that_nothing_speaks_for() -> None:
    assert doubts(make_instance([bare("a")])) == [("no-benefit", 0, "benefits")]
    spoken = [
        make_instance([bare("a", mandatory="must")]),
        make_instance([bare("a")], benefits=[make_stream("a", 1.0)]),
        make_instance([bare("a", outputs={"km": 3.0})], settings={"metric_prices": {"km": 1.0}}),
        make_instance(
            [bare("a", outputs={"km": 3.0})], targets=[make_target("t", "km", 9.0, 2024)]
        ),
        make_instance(
            [bare("a"), make_project("b", benefit=1.0)],
            relations=[make_relation("finish_to_start", ["a"], ["b"])],
        ),
    ]
    for instance in spoken:
        assert doubts(instance) == []
    # What follows another is good for nothing by that; outputs that nobody asks for are nothing.
    follows = make_instance(
        [make_project("a", benefit=1.0), bare("b")],
        relations=[make_relation("finish_to_start", ["a"], ["b"])],
    )
    assert doubts(follows) == [("no-benefit", 1, "benefits")]
    assert doubts(make_instance([bare("a", outputs={"km": 3.0})])) == [
        ("no-benefit", 0, "benefits")
    ]


def test_a_relation_or_a_stated_date_may_speak_for_a_project() -> None:
    standing = make_project("old", benefit=1.0, stage="complete", opened=2015, fixed_om_cost=2.0)
    plain = make_project("old", benefit=1.0, stage="complete", opened=2015)
    relation = make_relation("retires", ["old"], ["b"])
    saves = make_instance([standing, bare("b")], relations=[relation])
    salvages = make_instance(
        [plain, bare("b")], relations=[make_relation("retires", ["old"], ["b"], value=1.0)]
    )
    duty = make_instance(
        [plain, bare("b")],
        relations=[make_relation("renews", ["old"], ["b"], renewal="automatic")],
    )
    shared = make_instance(
        [make_project("a", benefit=1.0), bare("b")],
        relations=[make_relation("shared_works", ["a"], ["b"], value=1.0)],
    )
    dated = make_instance(
        [bare("a")],
        stated_dates=[StatedDate(project="a", kind="open_by", year=2023, breach_cost=1.0)],
    )
    for instance in (saves, salvages, duty, shared, dated):
        assert doubts(instance) == []
    # What is taken away without any gain is taken away by no plan.
    assert doubts(make_instance([plain, bare("b")], relations=[relation])) == [
        ("no-benefit", 1, "benefits")
    ]


def test_many_projects_without_benefits_are_one_remark() -> None:
    found = list(worth_doubts(make_instance([bare(f"p{n}") for n in range(9)])))
    assert [(item.rule, item.index) for item in found] == [("no-benefit", None)]
    assert "9 projects" in found[0].message


def network(**project: Any) -> Instance:
    return make_instance(
        [make_project("p", **project)],
        network_nodes=[make_node("s", "source", capacity=5.0), make_node("z", "zone")],
        network_links=[make_link("l", "s", "z", exists=False, both_ways=False)],
        demands=[make_demand("d", "z", 3.0, unserved_price=1.0)],
        project_network=[make_change("p", "l", "open")],
    )


def test_one_benefit_in_two_places() -> None:
    twice = ("benefit-twice", 0, "benefits")
    assert doubts(network(benefits={"water_supply": 3.0})) == [twice]
    assert doubts(network(benefits={"irrigation_and_flood_control": 3.0})) == []
    priced = {"metric_prices": {"km": 2.0}}
    same = make_project("a", benefits={"users": 6.0}, outputs={"km": 3.0})
    assert doubts(make_instance([same], settings=priced)) == [twice]
    named = make_project("a", benefits={"km": 5.0}, outputs={"km": 3.0})
    assert doubts(make_instance([named], settings=priced)) == [twice]
    other = make_project("a", benefits={"users": 5.0}, outputs={"km": 3.0})
    assert doubts(make_instance([other], settings=priced)) == []


@pytest.mark.parametrize(
    ("column", "rows", "told"),
    [
        ({"u": 2.0}, [("", "u", 2.0)], [0]),
        ({"u": 2.0}, [("base", "u", 3.0)], [0]),  # another amount is added all the same
        ({"u": 2.0}, [("", "v", 2.0)], []),
        ({"u": 0.0}, [("", "u", 2.0)], []),
        ({"u": 2.0}, [("", "u", 0.0)], []),
        ({}, [("", "u", 2.0), ("base", "u", 2.0)], [1]),
        ({}, [("base", "u", 2.0), ("", "u", 2.0)], [1]),
        ({}, [("base", "u", 2.0), ("large", "u", 2.0)], []),
        ({}, [("", "u", 0.0), ("base", "u", 2.0)], []),
    ],
)
def test_one_stream_in_two_tables(
    column: dict[str, float], rows: list[tuple[str, str, float]], told: list[int]
) -> None:
    options = [make_option("base", benefits=column), make_option("large", benefits={"w": 3.0})]
    streams = [make_stream("a", v, option=option, stream=name) for option, name, v in rows]
    instance = make_instance([make_project("a", options=options)], benefits=streams)
    assert doubts(instance) == [("benefit-twice", index, "stream") for index in told]


def test_what_is_said_of_a_stream_in_two_tables() -> None:
    twice = make_instance(
        [make_project("a", benefit=2.0)], benefits=[make_stream("a", 3.0, stream="users")]
    )
    (told,) = worth_doubts(twice)
    assert told.table == "benefits"
    assert "stream users in the column benefits" in told.message
    assert "2 and 3 a year" in told.message


def test_a_benefit_of_zero_among_siblings_that_have_one() -> None:
    def road(name: str, benefit: float, **values: Any) -> Any:
        return make_project(name, benefits={"users": benefit}, subsector="road", **values)

    others = [road("a", 2.0), road("b", 3.0)]
    zero = [("benefit-zero", 2, "benefits")]
    assert doubts(make_instance([*others, road("c", 0.0)])) == zero
    row = make_project("c", benefits={}, subsector="road")
    assert doubts(make_instance([*others, row], benefits=[make_stream("c", 0.0)])) == zero
    # What speaks for it otherwise, or must be built, may have none; so may one of a kind.
    assert doubts(make_instance([*others, road("c", 0.0, mandatory="must")])) == []
    assert doubts(make_instance([*others, road("c", 0.0)], benefits=[make_stream("c", 1.0)])) == []
    # Alone, a 0 is no benefit like a blank.
    alone = make_instance([*others, make_project("c", benefits={"users": 0.0})])
    assert doubts(alone) == [("no-benefit", 2, "benefits")]
    few = make_instance([road("a", 2.0), road("b", 0.0), road("c", 0.0), road("d", 0.0)])
    assert doubts(few) == [("no-benefit", index, "benefits") for index in (1, 2, 3)]


def test_every_option_is_held_against_the_others() -> None:
    projects = [make_project(name, 5.0, 1.0) for name in "abcd"]
    large = make_project("e", options=[make_option("small", 5, 1), make_option("large", 5e6, 1)])
    (doubt,) = worth_doubts(make_instance([*projects, large]))
    assert (doubt.rule, doubt.index, doubt.option) == ("amount-out-of-proportion", 4, 1)
    assert "e/large" in doubt.message


def test_a_project_that_costs_more_to_run_than_it_brings() -> None:
    """As where one of both stands in a unit ten thousand times smaller."""
    dear = make_project("a", benefit=2.0, fixed_om_cost=30.0)
    assert doubts(make_instance([dear])) == [("om-above-benefits", 0, "fixed_om_cost")]
    fine = [
        make_instance([make_project("a", benefit=2.0, fixed_om_cost=1.0)]),
        make_instance([make_project("a", benefit=2.0, fixed_om_cost=30.0, benefit_growth=3.0)]),
        make_instance([dear], benefits=[make_stream("a", 30.0)]),
        make_instance([make_project("a", benefit=2.0, fixed_om_cost=30.0, mandatory="must")]),
        make_instance(
            [make_project("a", benefit=2.0, fixed_om_cost=30.0, outputs={"km": 3.0})],
            targets=[make_target("t", "km", 9.0, 2024)],
        ),
        make_instance(
            [
                make_project(
                    "a",
                    options=[
                        make_option("base", benefit=2.0, fixed_om_cost=30.0),
                        make_option("better", benefit=40.0, fixed_om_cost=30.0),
                    ],
                )
            ]
        ),
    ]
    for instance in fine:
        assert doubts(instance) == []


def test_projects_that_bring_a_little_less_than_they_cost_to_run_are_one_remark() -> None:
    """No unit is doubted there: they are poor projects, and plans leave them out."""
    poor = [make_project(name, benefit=2.0, fixed_om_cost=3.0) for name in "ab"]
    (told,) = worth_doubts(make_instance([*poor, make_project("c", benefit=2.0)]))
    assert (told.rule, told.index, told.severity) == ("om-above-benefits", None, Severity.NOTE)
    assert told.message.startswith("2 projects")
    assert "a, b" in told.message
