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
    other = make_project("b", outputs={"km": 5.0})
    assert doubts(make_instance([road, other], targets=[exact])) == []
    less = make_target("t", "km", 35.0, 2024, existing=10.0)
    assert doubts(make_instance([road], targets=[less])) == []
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


def test_an_option_that_brings_less_is_no_echo() -> None:
    options = [make_option("base", outputs={"km": 5.0}), make_option("none")]
    target = make_target("t", "km", 5.0, 2024)
    assert doubts(make_instance([make_project("a", options=options)], targets=[target])) == []


def test_what_stands_is_no_echo() -> None:
    road = make_project("a", outputs={"km": 5.0}, stage="complete", opened=2015)
    assert doubts(make_instance([road], targets=[make_target("t", "km", 5.0, 2024)])) == []
