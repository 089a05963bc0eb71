"""Policies that cannot hold together, revenue that reaches nobody: asked in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import Severity
from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, StartPace
from infraplan.optimizer.estimating.idle_plausibility import idle_doubts
from infraplan.optimizer.estimating.policy_plausibility import policy_doubts
from tests.builders import (
    edit,
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_policy,
    make_project,
    make_receipt,
)
from tests.optimizer.engine import best

CAP = make_policy("spend_cap", 30.0, id="cap")


def county(*policies: Policy, **tables: Any) -> Instance:
    """A road, a second road and a main of 10 to 40 each, in three years."""
    projects = [
        make_project("road", 20.0, 9.0),
        make_project("street", 20.0, 9.0),
        make_project("main", 40.0, 9.0, sector="water"),
    ]
    return make_instance(projects, years=(2026, 2028), policies=policies, **tables)


def told(instance: Instance) -> list[str]:
    return [str(row.message) for row in policy_doubts(instance)]


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        ((CAP, make_policy("spend_floor", 35.0, id="floor")), "floor: at least 35"),
        (  # two floors of parts that have nothing in common
            (
                CAP,
                make_policy("spend_floor", 20.0, id="roads", sectors=("transport",)),
                make_policy("spend_floor", 15.0, id="mains", sectors=("water",)),
            ),
            "roads, mains: at least 35",
        ),
        (  # 3 x 8 in all years together
            (
                make_policy("spend_cap", 8.0, id="yearly", per_year=True),
                make_policy("spend_floor", 25.0, id="floor", sectors=("transport",)),
            ),
            "floor: at least 25 x CNY in 2026-2028; yearly: at most 24 x CNY",
        ),
        (  # 11 a year in three years
            (CAP, make_policy("spend_floor", 11.0, id="yearly", per_year=True)),
            "yearly: at least 33",
        ),
        (
            (
                make_policy("starts_cap", 1.0, id="cap", per_year=True),
                make_policy("starts_floor", 2.0, id="floor", from_year=2027, to_year=2027),
            ),
            "floor: at least 2 starts in 2027; cap: at most 1 start",
        ),
        (
            (
                make_policy("spend_share_floor", 0.6, id="roads", sectors=("transport",)),
                make_policy("spend_share_floor", 0.5, id="mains", sectors=("water",)),
            ),
            "roads, mains: at least 1.1",
        ),
        (  # caps of parts that together are all
            (
                make_policy("spend_cap", 10.0, id="roads", sectors=("transport",)),
                make_policy("spend_cap", 12.0, id="mains", sectors=("water",)),
                make_policy("spend_floor", 30.0, id="floor"),
            ),
            "floor: at least 30 x CNY in 2026-2028; roads, mains: at most 22 x CNY",
        ),
        (  # caps of spans of years
            (
                make_policy("spend_cap", 10.0, id="early", to_year=2026),
                make_policy("spend_cap", 10.0, id="late", from_year=2027),
                make_policy("spend_floor", 30.0, id="floor"),
            ),
            "at most 20 x CNY",
        ),
        (  # the largest floor first would leave 31 unseen
            (
                CAP,
                make_policy("spend_floor", 18.0, id="both", projects=("street", "main")),
                make_policy("spend_floor", 16.0, id="street", projects=("street", "road")),
                make_policy("spend_floor", 15.0, id="main", projects=("main",)),
            ),
            "street, main: at least 31 x CNY",
        ),
        (  # a cap of all beside dear caps of parts
            (
                make_policy("spend_cap", 14.0, id="roads", sectors=("transport",)),
                make_policy("spend_cap", 7.0, id="mains", sectors=("water",)),
                make_policy("spend_cap", 20.0, id="all"),
                make_policy("spend_floor", 20.5, id="floor"),
            ),
            "floor: at least 20.5 x CNY in 2026-2028; all: at most 20 x CNY",
        ),
    ],
)
def test_floors_above_caps_are_told_and_leave_no_plan(
    policies: tuple[Policy, ...], words: str
) -> None:
    instance = county(*policies)
    (message,) = told(instance)
    assert words in message
    (row,) = policy_doubts(instance)
    assert "不" in row.message.zh
    assert "请" in row.advice.zh
    found = best(instance)
    # Shares of nothing hold.
    is_share = policies[0].kind == "spend_share_floor"
    assert (found.plan.starts == ()) if is_share else (found.plan is None)


@pytest.mark.parametrize(
    "policies",
    [
        (make_policy("spend_cap", 40.0), make_policy("spend_floor", 40.0, id="floor")),
        (  # not inside the cap's scope
            make_policy("spend_cap", 30.0, id="cap", sectors=("transport",)),
            make_policy("spend_floor", 35.0, id="floor"),
        ),
        (  # nor in its years
            make_policy("spend_cap", 30.0, id="cap", to_year=2027),
            make_policy("spend_floor", 35.0, id="floor"),
        ),
        (  # what both floors count is the same
            CAP,
            make_policy("spend_floor", 20.0, id="roads", sectors=("transport",)),
            make_policy("spend_floor", 20.0, id="road", projects=("road",)),
        ),
        (  # another measure
            make_policy("starts_cap", 1.0, id="cap"),
            make_policy("spend_floor", 20.0, id="floor"),
        ),
        (  # of other years' money
            make_policy("spend_share_floor", 0.6, id="roads", sectors=("transport",), to_year=2026),
            make_policy("spend_share_floor", 0.5, id="mains", sectors=("water",), from_year=2027),
        ),
    ],
)
def test_what_can_hold_together_is_not_asked(policies: tuple[Policy, ...]) -> None:
    instance = county(*policies)
    assert told(instance) == []
    assert best(instance).plan is not None


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        (
            make_policy("spend_floor", 5.0, projects=("main",), sectors=("transport",)),
            "at least 5 x CNY in 2026-2028; projects in its scope: 0",
        ),
        (
            make_policy("starts_floor", 4.0),
            "at least 4 starts in 2026-2028; projects in its scope: 3",
        ),
        (
            make_policy("starts_floor", 2.0, sectors=("water",), per_year=True, from_year=2027),
            "at least 2 starts in 2027; projects in its scope: 1",
        ),
    ],
)
def test_floors_that_no_project_can_meet(floor: Policy, words: str) -> None:
    (message,) = told(county(floor))
    assert words in message
    (row,) = policy_doubts(county(floor))
    assert row.rule == "floor-out-of-reach"
    assert "请" in row.advice.zh
    assert best(county(floor)).plan is None
    assert told(county(edit(floor, kind="spend_share_floor", value=0.5))) == []


def test_caps_on_all_shares_leave_room_for_no_spending() -> None:
    """Three tenths of roads and six of mains are nine of ten; what stands has no share."""
    roads = make_policy("spend_share_cap", 0.3, id="roads", sectors=("transport",))
    mains = make_policy("spend_share_cap", 0.6, id="mains", sectors=("water",))
    (message,) = told(county(roads, mains))
    assert "all shares together: at least 1 in 2026-2028; roads, mains: at most 0.9" in message
    assert best(county(roads, mains)).starts == {}
    enough = edit(mains, value=0.7)
    assert told(county(roads, enough)) == []
    assert told(county(roads)) == []


def test_a_floor_by_head_is_one_of_money() -> None:
    """100 heads at 0.4 are 40, above the cap of 30."""
    owners = make_jurisdictions("county", population=100.0)
    floor = make_policy("spend_per_head_floor", 0.4, id="by-head")
    (message,) = told(county(CAP, floor, jurisdictions=owners))
    assert "by-head: at least 40" in message


def earning(**tables: Any) -> Instance:
    projects = [
        make_project("works", 10.0, 9.0, revenue=2.0),
        make_project("plain", 10.0, 9.0),
    ]
    return make_instance(
        projects,
        years=(2026, 2028),
        jurisdictions=make_jurisdictions("county"),
        **(
            {
                "funds": (make_fund(jurisdiction="county"),),
                "inflows": make_inflows("budget", 2026, 30.0),
            }
            | tables
        ),
    )


def test_revenue_that_reaches_nobody_is_told_once() -> None:
    def rows(instance: Instance) -> list[Any]:
        return [row for row in idle_doubts(instance) if row.rule == "revenue-idle"]

    (row,) = rows(earning())
    assert (row.table, row.index, row.severity) == ("projects", 0, Severity.NOTE)
    assert "revenue of works reaches nobody" in str(row.message)
    assert "works的收入没有去处" in row.message.zh
    assert not rows(earning(receipts=(make_receipt("works", 1.0),)))
    bond = make_bond(jurisdiction="county", coverage=1.2, tagged=True)
    assert not rows(earning(instruments=(bond,)))
    other = make_bond(jurisdiction="county", coverage=1.2, tagged=True, projects=("plain",))
    assert len(rows(earning(instruments=(other,)))) == 1
    assert len(rows(earning(instruments=(make_bond(jurisdiction="county"),)))) == 1
    # A payer without any money stated runs it outside of the plan.
    assert not rows(earning(funds=(), inflows=()))


@pytest.mark.parametrize(
    ("paces", "floor", "words", "chinese"),
    [
        (
            [StartPace(sector="transport", most=1)],
            make_policy("starts_floor", 2.0, to_year=2026, sectors=("transport",)),
            "at least 2 starts in 2026; the pace of starts (transport): at most 1 start",
            "年开工上限（交通）",
        ),
        (
            [StartPace(most=0)],
            make_policy("starts_floor", 1.0, per_year=True, from_year=2028),
            "at least 1 start in 2028; the pace of starts (all sectors): at most 0 starts",
            "年开工上限（各行业合计）",
        ),
        (  # paces of both sectors together
            [StartPace(sector="transport", most=1), StartPace(sector="water", most=0)],
            make_policy("starts_floor", 3.0, from_year=2027),
            "at least 3 starts in 2027-2028; the pace of starts (",
            "年开工上限（水",
        ),
    ],
)
def test_paces_that_leave_fewer_starts_than_a_floor_asks_for(
    paces: list[StartPace], floor: Policy, words: str, chinese: str
) -> None:
    instance = county(floor, start_paces=paces)
    (row,) = policy_doubts(instance)
    assert words in str(row.message)
    assert chinese in row.message.zh
    assert best(instance).plan is None


def test_paces_that_leave_as_many_starts_are_not_asked_about() -> None:
    floor = make_policy("starts_floor", 3.0)
    instance = county(floor, start_paces=[StartPace(most=1)])
    assert told(instance) == []
    assert best(instance).plan is not None
    # One sector's pace says nothing of the other's starts.
    assert told(county(floor, start_paces=[StartPace(sector="transport", most=0)])) == []


def test_a_floor_above_all_that_its_projects_cost() -> None:
    floor = make_policy("spend_floor", 41.0, id="roads", sectors=("transport",))
    (row,) = policy_doubts(county(floor))
    assert row.rule == "floor-out-of-reach"
    assert "roads: at least 41 x CNY in 2026-2028; the 2 project(s) in its scope cost 40" in str(
        row.message
    )
    assert "合计仅40CNY" in row.message.zh
    assert best(county(floor)).plan is None
    assert told(county(edit(floor, value=40.0))) == []
    assert best(county(edit(floor, value=40.0))).plan is not None


def test_what_costs_may_rise_to_and_what_may_not_be_built_count() -> None:
    floor = make_policy("spend_floor", 41.0, id="roads", sectors=("transport",))
    assert told(county(floor, settings={"cost_escalation": 0.05})) == []
    instance = county(edit(floor, value=21.0))
    first, *rest = instance.projects
    banned = instance.model_copy(update={"projects": (edit(first, mandatory="must_not"), *rest)})
    assert len(told(banned)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [({"from_year": 2029, "to_year": 2035}, "from_year"), ({"to_year": 2025}, "to_year")],
)
def test_a_policy_of_no_year_of_the_plan_is_told(given: dict[str, int], field: str) -> None:
    """It was passed over in silence; a cap and a floor alike."""
    for kind in ("spend_cap", "starts_floor"):
        (row,) = policy_doubts(county(make_policy(kind, 99.0, id="late", **given)))
        assert (row.rule, row.field) == ("policy-outside-plan", field)
        assert "late: none of its years is one of the plan (2026-2028)" in str(row.message)
        assert "均不在规划期" in row.message.zh
    assert told(county(make_policy("spend_cap", 99.0, from_year=2028, to_year=2040))) == []


def test_a_share_of_each_year_against_one_of_all_years() -> None:
    """At least six tenths in each year are that of all three; less than half is left for mains."""
    roads = make_policy("spend_share_floor", 0.6, id="roads", sectors=("transport",), per_year=True)
    mains = make_policy("spend_share_floor", 0.5, id="mains", sectors=("water",))
    (message,) = told(county(roads, mains))
    assert "roads, mains: at least 1.1 in 2026-2028; all shares together: at most 1" in message
    assert best(county(roads, mains)).starts == {}
    cap = make_policy("spend_share_cap", 0.5, id="cap", sectors=("transport",))
    (message,) = told(county(roads, cap))
    assert "roads: at least 0.6 in 2026-2028; cap: at most 0.5 in all" in message
    assert best(county(roads, cap)).starts == {}
    # Of one year alone, or the other way round, nothing follows.
    assert told(county(edit(roads, from_year=2027), cap)) == []
    every = make_policy("spend_share_cap", 0.5, id="cap", sectors=("transport",), per_year=True)
    (message,) = told(county(edit(roads, per_year=False), every))
    assert "roads: at least 0.6 in 2026-2028; cap: at most 0.5" in message


def test_floors_and_caps_as_near_as_they_may_be_are_told_in_full() -> None:
    """A cent apart; what the works cost does not decide."""
    cap = make_policy("spend_cap", 40_000_000.12, id="cap")
    floor = make_policy("spend_floor", 40_000_000.13, id="floor")
    projects = [make_project(name, 30_000_000.0, 9_000_000.0) for name in ("road", "street")]
    instance = make_instance(projects, years=(2026, 2028), policies=(cap, floor))
    (message,) = told(instance)
    words = "floor: at least 40,000,000.13 x CNY in 2026-2028; cap: at most 40,000,000.12 x CNY"
    assert words in message
    assert best(instance).plan is None
