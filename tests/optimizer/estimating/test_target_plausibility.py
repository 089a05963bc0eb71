"""Doubts about targets: each is told one thing, and it is true."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.target_plausibility import target_doubts
from tests.assertions import assert_bilingual
from tests.builders import make_instance, make_option, make_project, make_target

ECHO = "target-is-a-project"
MISSED = "target-out-of-reach"


def doubts(instance: Instance) -> list[tuple[str, int | None, str | None]]:
    found = list(target_doubts(instance))
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    return [(item.rule, item.index, item.field) for item in found]


def test_a_target_that_is_one_project() -> None:
    road = make_project("a", outputs={"km": 30.0})
    exact = make_target("t", "km", 40.0, 2024, existing=10.0)
    assert doubts(make_instance([road], targets=[exact])) == [(ECHO, 0, "value")]
    less = make_target("t", "km", 35.0, 2024, existing=10.0)
    assert doubts(make_instance([road], targets=[less])) == [(ECHO, 0, "value")]
    more = make_target("t", "km", 41.0, 2024, existing=10.0)
    assert doubts(make_instance([road], targets=[more])) == [(MISSED, 0, "value")]


@pytest.mark.parametrize(
    "shut",
    [
        {"latest_start": 2019},  # its window closed before the plan began
        {"open_by": 2020},
        {"mandatory": "must_not"},
        {"lead_time": 5},  # opens after the year of the target
        {"sector": "water"},  # not what the target is about
    ],
)
def test_a_project_that_cannot_bring_it_decides_nothing(shut: dict[str, Any]) -> None:
    values: dict[str, Any] = {"outputs": {"km": 5.0}} | shut
    target = make_target("t", "km", 5.0, 2023, sectors=["transport"])
    instance = make_instance([make_project("c", **values)], targets=[target])
    assert doubts(instance) == [(MISSED, 0, "value")]
    # Beside one that can, that one decides alone.
    able = make_project("able", outputs={"km": 5.0})
    instance = make_instance([make_project("c", **values), able], targets=[target])
    assert doubts(instance) == [(ECHO, 0, "value")]
    (told,) = target_doubts(instance)
    assert "project able alone" in told.message


@pytest.mark.parametrize(
    ("asked", "others", "told"),
    [
        (30.0, [5.0], True),  # b brings 5: a alone is enough, and nothing is without it
        (25.0, [5.0, 15.0], True),  # the others bring 20 of 25
        (20.0, [5.0, 15.0], False),  # the others together do as well
        (35.0, [5.0], False),  # both are needed
        (30.0, [30.0], False),  # either
    ],
)
def test_one_project_alone_is_needed_and_enough(
    asked: float, others: list[float], told: bool
) -> None:
    roads = [make_project("a", outputs={"km": 30.0})]
    roads += [make_project(f"b{n}", outputs={"km": km}) for n, km in enumerate(others)]
    targets = [make_target("t", "km", asked, 2024)]
    instance = make_instance(roads, targets=targets)
    assert doubts(instance) == ([(ECHO, 0, "value")] if told else [])
    if told:
        (found,) = target_doubts(instance)
        assert "project a alone and not by all others together" in found.message
        must = [roads[0].model_copy(update={"mandatory": "must"}), *roads[1:]]
        assert doubts(make_instance(must, targets=targets)) == []


def test_what_stands_counts_as_reached() -> None:
    """30 of 40 stand: b brings the other 10 alone, c 5 of them."""
    roads = [
        make_project("a", outputs={"km": 30.0}, stage="complete", opened=2015),
        make_project("b", outputs={"km": 12.0}),
        make_project("c", outputs={"km": 5.0}),
    ]
    targets = [make_target("t", "km", 40.0, 2024)]
    assert doubts(make_instance(roads, targets=targets)) == [(ECHO, 0, "value")]
    assert doubts(make_instance(roads[:1], targets=[make_target("t", "km", 30.0, 2024)])) == []


def test_an_option_that_brings_less_is_no_echo() -> None:
    options = [make_option("base", outputs={"km": 5.0}), make_option("none")]
    target = make_target("t", "km", 5.0, 2024)
    assert doubts(make_instance([make_project("a", options=options)], targets=[target])) == []


def test_what_stands_is_no_echo() -> None:
    road = make_project("a", outputs={"km": 5.0}, stage="complete", opened=2015)
    assert doubts(make_instance([road], targets=[make_target("t", "km", 5.0, 2024)])) == []
