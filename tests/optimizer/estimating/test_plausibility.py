"""Doubts: each check speaks where it should, and is silent on a sound instance."""

from __future__ import annotations

import pytest

from infraplan.models.errors import Severity
from infraplan.models.instance import Instance
from infraplan.models.place import Place
from infraplan.models.project import Option
from infraplan.optimizer.estimating.plausibility import distance_km, find_implausibilities
from tests.assertions import assert_bilingual
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_relation,
    make_target,
)


def doubts(instance: Instance) -> set[tuple[str, str]]:
    """(rule, table) of every warning; notes have tests of their own."""
    found = [d for d in find_implausibilities(instance) if d.severity is not Severity.NOTE]
    assert all(doubt.severity is Severity.WARNING for doubt in found)
    for doubt in found:
        assert_bilingual(doubt.message, doubt.message.zh)
        assert_bilingual(doubt.advice, doubt.advice.zh)
    # These instances hold no fund; that doubt has tests of its own (test_money_plausibility).
    return {(doubt.rule, doubt.table) for doubt in found} - {("money-unlimited", "funds")}


# 20 km of class-2 road, 1,200 to 3,500 x 10,000 CNY a km, size 0.7-1.4 times: 16,800 to 98,000
# x 10,000 CNY, in units of 100 million CNY 1.68 to 9.8.
MONEY = {"currency": "CNY", "money_factor": 1e8}


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (4.0, set()),
        (400.0, {("cost-unit-slip", "projects")}),  # a hundred times
        (0.04, {("cost-unit-slip", "projects")}),
        (40_000.0, {("cost-unit-slip", "projects")}),  # 万元 written as 亿元
        (1e9, {("cost-range", "projects")}),
    ],
)
def test_costs_against_their_type(cost: float, expected: set[tuple[str, str]]) -> None:
    road = make_project("road", cost, 0.1 * cost, subsector="trunk_road")
    assert doubts(make_instance([road], settings=MONEY)) == expected


def test_costs_in_another_currency_are_not_judged() -> None:
    road = make_project("road", 4e6, 1.0, subsector="trunk_road")
    assert doubts(make_instance([road], settings={"currency": "EUR"})) == set()


def test_a_benefit_that_pays_back_at_once() -> None:
    assert doubts(make_instance([make_project("a", 10, 7)])) == {("benefit-too-good", "projects")}
    assert doubts(make_instance([make_project("a", 10, 5)])) == set()


def test_ready_works_that_wait_for_a_study() -> None:
    projects = [make_project("a", 10, 1, stage="study"), make_project("b", 10, 1)]
    order = make_relation("finish_to_start", ["a"], ["b"])
    expected = {("waits-for-a-study", "relations")}
    assert doubts(make_instance(projects, relations=[order])) == expected
    inferred = make_relation("finish_to_start", ["a"], ["b"], confidence="inferred")
    assert doubts(make_instance(projects, relations=[inferred])) == set()


@pytest.mark.parametrize(
    ("metric", "value", "doubtful"),
    [
        ("km", 5.0, False),
        ("km", 5.1, True),
        ("investment", 20.0, False),
        ("investment", 20.1, True),
        ("projects_started", 2.0, False),
        ("projects_opened", 3.0, True),
    ],
)
def test_targets_out_of_reach(metric: str, value: float, doubtful: bool) -> None:
    projects = [make_project(n, 10, 1, outputs={"km": 2.5}) for n in "ab"]
    instance = make_instance(projects, targets=[make_target("t", metric, value, 2024)])
    assert bool(doubts(instance)) is doubtful


@pytest.mark.parametrize(("opened", "value", "doubtful"), [(2020, 5.0, False), (2010, 5.0, True)])
def test_what_stands_counts_for_targets_as_long_as_it_operates(
    opened: int, value: float, doubtful: bool
) -> None:
    there = make_project(
        "a", 10, 1, outputs={"km": 2.5}, lifetime=10, stage="complete", opened=opened
    )
    projects = [there, make_project("b", 10, 1, outputs={"km": 2.5})]
    instance = make_instance(projects, targets=[make_target("t", "km", value, 2024)])
    assert bool(doubts(instance)) is doubtful


def test_a_place_far_from_its_jurisdiction() -> None:
    near = [Place(id=f"n{n}", lon=108.4 + n / 100, lat=31.2) for n in range(6)]
    far = Place(id="far", lon=113.3, lat=23.1)
    projects = [make_project(p.id, 10, 1, place=p.id) for p in (*near, far)]
    instance = make_instance(projects, places=[*near, far])
    found = [d for d in find_implausibilities(instance) if d.rule == "place-far-away"]
    assert [d.index for d in found] == [6]
    # Kaizhou to Guangzhou: about 1,020 km as the crow flies.
    assert distance_km(near[0], far) == pytest.approx(1020, rel=0.02)
    assert distance_km(near[0], Place(id="unknown")) is None


def test_budgets_in_another_unit() -> None:
    tables = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 1e6)}
    instance = make_instance([make_project("a", 10, 1)], **tables)
    assert doubts(instance) == {("budget-unit-slip", "inflows")}


def test_works_that_only_the_plan_s_end_keeps_out() -> None:
    """Plan 2021-2024: four years' works may start in 2021 alone, five years' works never."""

    def found(years: int, **values: object) -> set[tuple[str, str]]:
        spread = {"lead_time": years, "spending_profile": (1.0 / years,) * years}
        return doubts(make_instance([make_project("a", 10, 1, **(spread | values))]))

    assert found(4) == set()
    assert found(5) == {("works-too-long", "projects")}
    assert found(5, spending_after_plan=False) == {("works-too-long", "projects")}
    assert found(5, mandatory="must_not") == set()
    assert found(4, earliest_start=2022) == {("works-too-long", "projects")}
    # The appraisal of these instances ends with the plan, so going on is no way out either.
    assert found(5, spending_after_plan=True) == {("works-too-long", "projects")}
    # A window that is shut anyhow is no matter of the works' length.
    assert found(5, open_by=2023) == {("window-shut", "projects")}


def test_a_payer_without_a_fund_has_nothing_to_pay_with_after_the_plan() -> None:
    def found(**tables: object) -> set[tuple[str, str]]:
        settings = {"spending_after_plan": tables.pop("late", True)}
        projects = [make_project(name, 10, 1) for name in "ab"]
        return doubts(make_instance(projects, settings=settings, **tables))

    loan = {"instruments": [make_bond(annual_limit=5.0)]}
    assert ("nobody-pays-later", "projects") in found(**loan)
    assert ("nobody-pays-later", "projects") not in found(**loan, late=False)
    assert ("nobody-pays-later", "projects") not in found(**loan, funds=[make_fund()])
    assert ("nobody-pays-later", "projects") not in found()  # paid from outside


def test_relations_that_bind_no_plan_are_noted() -> None:
    projects = [make_project("a", benefit=1.0), make_project("b", benefit=1.0)]
    relations = [
        make_relation("finish_to_start", ["a"], ["b"]),
        make_relation("finish_to_start", ["a"], ["b"], confidence="inferred"),
        make_relation("complement", ["a"], ["b"]),
        make_relation("enables", ["a"], ["b"]),
    ]
    found = [
        doubt
        for doubt in find_implausibilities(make_instance(projects, relations=relations))
        if doubt.rule == "relation-not-enforced"
    ]
    assert [(d.index, d.field, d.severity) for d in found] == [
        (1, "confidence", Severity.NOTE),
        (3, "type", Severity.NOTE),
        (2, "type", Severity.NOTE),
    ]
    (enables,) = [d for d in found if d.index == 3]
    # Each type that the advice names is one that a plan obeys.
    for kind in ("finish_to_finish", "requires", "all_or_none", "synergy"):
        assert kind in enables.advice
        assert make_relation(kind, ["a"], ["b"], value=1.0).is_enforced
    assert "may be built without what enables it" in enables.message
    for doubt in found:
        assert_bilingual(doubt.message, doubt.message.zh)
        assert_bilingual(doubt.advice, doubt.advice.zh)


@pytest.mark.parametrize(
    ("large", "rule"),
    [
        (make_option("large", 0.0, 0.4), "no-cost"),
        (make_option("large", 10.0, 9.0), "benefit-too-good"),
        (make_option("large", 10.0, 1.0, revenue=90.0), "yearly-over-cost"),
        (make_option("large", 400.0, 9.0), "cost-unit-slip"),
    ],
)
def test_every_option_of_a_project_is_looked_at(large: Option, rule: str) -> None:
    road = make_project(
        "r", options=[make_option("small", 4.0, 0.4), large], subsector="trunk_road"
    )
    instance = make_instance([road], settings=MONEY)
    found = {(d.rule, d.option) for d in find_implausibilities(instance) if d.table == "projects"}
    assert (rule, 1) in found
    assert (rule, 0) not in found
    assert any("r/large" in d.message for d in find_implausibilities(instance) if d.rule == rule)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"latest_start": 2021}, None),
        ({"latest_start": 2020}, "latest_start"),
        ({"open_by": 2022, "lead_time": 2}, "open_by"),
        ({"open_by": 2022, "lead_time": 1}, None),
        ({"latest_start": 2022, "ready_years": {"land": 2023}}, "latest_start"),
        ({"latest_start": 2023, "open_by": 2021, "lead_time": 2}, "open_by"),
        # Not before the next plan is what a study says.
        ({"ready_years": {"land": 2031}}, None),
        ({"earliest_start": 2031}, None),
        ({"latest_start": 2019, "mandatory": "must_not"}, None),
    ],
)
def test_a_project_that_can_no_longer_start(values, told):
    instance = make_instance([make_project("a", benefit=1.0, **values)])
    found = [d for d in find_implausibilities(instance) if d.rule == "window-shut"]
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    assert [(d.index, d.field) for d in found] == ([] if told is None else [(0, told)])


def test_many_projects_that_can_no_longer_start_are_one_remark() -> None:
    def found(count: int) -> list[tuple[int | None, str | None]]:
        passed = [make_project(f"p{n}", benefit=1.0, latest_start=2020) for n in range(count)]
        doubted = find_implausibilities(make_instance(passed))
        return [(d.index, d.field) for d in doubted if d.rule == "window-shut"]

    assert found(5) == [(n, "latest_start") for n in range(5)]
    assert found(6) == [(None, "latest_start")]


@pytest.mark.parametrize(
    ("sector", "is_slip"),
    [
        ("transprot", True),
        ("交通云输", True),
        ("transport", False),
        ("交通运输", False),
        ("water_program", False),  # a sector of an office's own
        ("t", False),
    ],
)
def test_a_sector_that_is_nearly_another_is_asked_about(sector: str, is_slip: bool) -> None:
    found = doubts(make_instance([make_project("a", sector=sector)]))
    assert (("sector-mistyped", "projects") in found) is is_slip
