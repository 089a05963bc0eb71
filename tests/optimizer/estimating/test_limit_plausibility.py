"""Doubts about limits, one instance each."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.horizon import Appraisal, RateStep
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.limit_plausibility import limit_doubts
from infraplan.optimizer.estimating.name_plausibility import name_doubts
from tests.assertions import assert_bilingual
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_policy,
    make_project,
    make_resource,
    make_rule,
)

YEARS = (2021, 2026)


def doubts(instance: Instance) -> list[tuple[str, str, int | None, str | None]]:
    found = list(limit_doubts(instance))
    for one in found:
        assert_bilingual(one.message, one.message.zh)
        assert_bilingual(one.advice, one.advice.zh)
    return [(d.rule, d.table, d.index, d.field) for d in found]


def lent(**more: Any) -> Instance:
    """Town a has money of its own, county b a bank loan without a fund."""
    loan = more.pop("loan", {})
    return make_instance(
        [make_project("p", jurisdiction="a"), make_project("q", jurisdiction="b")],
        years=YEARS,
        jurisdictions=make_jurisdictions("a", "b"),
        funds=[make_fund("purse", jurisdiction="a")],
        inflows=make_inflows("purse", 2021, *[5.0] * 6),
        instruments=[make_bond("bank", jurisdiction="b", **loan)],
        **more,
    )


def test_a_loan_that_nothing_limits() -> None:
    assert doubts(lent()) == [("loan-unlimited", "instruments", 0, "annual_limit")]


@pytest.mark.parametrize(
    "more",
    [
        {"loan": {"annual_limit": 3.0}},
        {"debt": [make_debt(2021, jurisdiction="b", opening_balance=0.0, ceiling=9.0)]},
        {"debt": [make_debt(2021, jurisdiction="b", opening_balance=0.0, new_quota=9.0)]},
        {"policies": [make_policy("spend_cap", 50.0)]},
        {"loan": {"refinancing": True}},
    ],
    ids=["annual_limit", "ceiling", "quota", "spend_cap", "refinancing"],
)
def test_a_loan_with_a_limit_raises_none(more: dict[str, Any]) -> None:
    assert doubts(lent(**more)) == []


def test_a_debt_rule_limits_a_loan() -> None:
    fiscal = make_fiscal("capacity", 2021, *[20.0] * 6, jurisdiction="b")
    found = lent(fiscal=fiscal, settings={"rules": (make_rule(ratio=1.0, jurisdictions=("b",)),)})
    assert doubts(found) == []


def spans(table: str, *rows: tuple[int | None, int | None], **more: Any) -> Instance:
    """Yearly limits of land, or of spending, over spans of years."""
    asked: dict[str, Any] = {"per_year": True} | more
    made = [
        make_resource("land", 3.0, from_year=first, to_year=last, **asked)
        if table == "resources"
        else make_policy("spend_cap", 9.0, id=f"cap{n}", from_year=first, to_year=last, **asked)
        for n, (first, last) in enumerate(rows)
    ]
    tables: dict[str, Any] = {table: made}
    return make_instance([make_project("p", resources={"land": 1.0})], years=YEARS, **tables)


@pytest.mark.parametrize("table", ["resources", "policies"])
def test_years_between_limited_ones_that_have_no_limit(table: str) -> None:
    found = spans(table, (None, 2022), (2025, None))
    assert doubts(found) == [("limit-hole", table, 0, "to_year")]
    (doubt,) = limit_doubts(found)
    assert "2023-2024" in doubt.message
    assert doubts(spans(table, (2025, None), (2021, 2022))) == [("limit-hole", table, 1, "to_year")]
    assert doubts(spans(table, (None, 2023), (2024, None))) == []
    assert doubts(spans(table, (None, None))) == []
    # A limit over a span as a whole says nothing of the years outside it.
    assert doubts(spans(table, (None, 2022), (2025, None), per_year=False)) == []


def test_a_yearly_quota_that_stops_in_the_plan() -> None:
    assert doubts(spans("resources", (2021, 2023))) == [("limit-stops", "resources", 0, "to_year")]
    # A policy is often meant for some years alone; so is a limit that begins late.
    assert doubts(spans("policies", (2021, 2023))) == []
    assert doubts(spans("resources", (2023, None))) == []


def test_limits_of_different_scopes_are_held_apart() -> None:
    rows = [
        make_resource("land", 3.0, to_year=2022, jurisdictions=("a",)),
        make_resource("steel", 3.0, from_year=2025),
    ]
    found = make_instance(
        [make_project("p")],
        years=YEARS,
        resources=rows,
        jurisdictions=make_jurisdictions("a"),
    )
    assert doubts(found) == [("limit-stops", "resources", 0, "to_year")]


def steps(*pairs: tuple[int, float], schedule: str = "") -> Instance:
    given: dict[str, Any] = (
        {"discount_schedule": schedule}
        if schedule
        else {"discount_steps": tuple(RateStep(from_offset=o, rate=r) for o, r in pairs)}
    )
    instance = make_instance([make_project("p")], years=YEARS)
    settings = instance.settings.model_copy(update={"appraisal": Appraisal(**given)})
    return instance.model_copy(update={"settings": settings})


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (((0, 0.08), (10, 0.06)), []),
        (((10, 0.06), (0, 0.08)), []),  # the order of lines says nothing
        (((0, 0.06), (10, 0.08)), [("discount-steps", 1)]),
        (((0, 0.08), (10, 0.06), (10, 0.05)), [("discount-steps", 2)]),
        (((0, 8.0), (10, 0.06)), [("rate-in-per-cent", 0)]),
    ],
)
def test_discount_steps(pairs: tuple[tuple[int, float], ...], told: list[tuple[str, int]]) -> None:
    found = doubts(steps(*pairs))
    field = "appraisal.discount_steps[{}]"
    assert found == [(rule, "instance", None, field.format(number)) for rule, number in told]


def test_a_published_schedule_is_as_published() -> None:
    assert doubts(steps(schedule="uk_green_book")) == []


def test_a_resource_that_no_row_limits() -> None:
    """The need counts for nothing, as under a name that is written otherwise than the limit's."""
    needs = [make_project(name, 10.0, 5.0, resources={"land": 1.0}) for name in "ab"]
    found = list(name_doubts(make_instance(needs)))
    assert [(d.rule, d.table, d.index) for d in found] == [("resource-unlimited", "projects", 0)]
    assert_bilingual(found[0].message, found[0].message.zh)
    assert not list(name_doubts(make_instance(needs, resources=[make_resource("land", 3.0)])))
