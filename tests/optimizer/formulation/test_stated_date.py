"""Law `stated_date`: a date that a text states may be missed, at a cost by the year.

Plan 2021-2024 (or 2025), no discounting: a project of cost 10 with benefit b that starts in s and
opens in s+1 is worth b (last + 1 - (s + 1)) - 10.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.models.plan import DateOutcome, Plan, Rejection
from infraplan.models.project import Stage
from infraplan.models.stated_date import StatedDate
from infraplan.optimizer.analysis.missed_dates import MissedDate, reasons_of_dates
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.stated_dates_table import dates_missed
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run, write_run
from tests.assertions import assert_bilingual, assert_breaks, assert_verified
from tests.builders import (
    edit,
    make_change,
    make_date,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_relation,
    make_start_pace,
    make_target,
)
from tests.optimizer.engine import best


def one(benefit: float, *dates: StatedDate, last: int = 2024, **project: object) -> Instance:
    """A road of cost 10 with dates, in a plan from 2021 to `last`."""
    road = make_project("a", 10, benefit, **project)
    return make_instance([road], years=(2021, last), stated_dates=dates)


def outcome(plan: Plan | None) -> DateOutcome:
    """What a plan does about its one date."""
    assert plan is not None
    (row,) = plan.stated_dates
    return row


# ------------------------------------------------------------------- binds, slack, absent


def test_works_that_lose_begin_where_not_beginning_costs_more() -> None:
    # 3 x 3 - 10 = -1 in 2021; not begun, the years 2022, 2023 and 2024 are missed.
    found = best(one(3, make_date("a", "begin_by", 2022, 1.0)))
    assert found.starts == {"a": 2021}
    assert found.objective == pytest.approx(-1.0)
    assert outcome(found.plan) == DateOutcome(
        project="a", kind="begin_by", year=2022, start=2021, opening=2022, missed=0, cost=0.0
    )


def test_a_cheap_date_is_missed_and_listed() -> None:
    found = best(one(3, make_date("a", "begin_by", 2022, 0.2)))
    assert found.starts == {}
    assert found.objective == pytest.approx(-0.6)
    row = outcome(found.plan)
    assert (row.start, row.opening, row.missed) == (None, None, 3)
    assert row.cost == pytest.approx(0.6)
    assert found.plan is not None
    (term,) = found.plan.objective_terms
    assert (term.term, term.subject) == ("stated_date", "a:begin_by")
    assert term.value == pytest.approx(-0.6)


def test_each_year_missed_is_discounted() -> None:
    instance = make_instance(
        [make_project("a", 10)],
        stated_dates=[make_date("a", "begin_by", 2022, 1.0)],
        settings={"discount_rate": 0.1},
    )
    assert best(instance).objective == pytest.approx(-(1 / 1.1 + 1 / 1.1**2 + 1 / 1.1**3))


def test_an_opening_counts_from_its_first_year_of_operation() -> None:
    date = make_date("a", "open_by", 2022, 1.0)
    assert outcome(best(one(10, date)).plan).missed == 0  # begins in 2021, opens in 2022
    found = best(one(10, date, earliest_start=2022))
    assert outcome(found.plan).missed == 1
    assert found.objective == pytest.approx(2 * 10 - 10 - 1)


@pytest.mark.parametrize(
    ("cost", "start", "objective", "missed"), [(12.0, 2023, 10, 0), (8.0, 2021, 30 - 16, 2)]
)
def test_works_that_a_text_puts_off_wait_where_that_pays(
    cost: float, start: int, objective: float, missed: int
) -> None:
    # 30, 20, 10, 0 by year of start from 2021 on.
    found = best(one(10, make_date("a", "not_before", 2023, cost), last=2025))
    assert found.starts == {"a": start}
    assert found.objective == pytest.approx(objective)
    assert outcome(found.plan).missed == missed


def test_a_date_adds_no_row_and_no_column() -> None:
    dated, free = best(one(3, make_date("a", "begin_by", 2022))), best(one(3))
    assert dated.formulation.mip.num_rows == free.formulation.mip.num_rows
    assert dated.formulation.mip.num_columns == free.formulation.mip.num_columns
    assert free.plan is not None
    assert free.plan.stated_dates == ()


@pytest.mark.parametrize(
    "date",
    [
        make_date("a", "begin_by", 2022, None),
        StatedDate(project="a", kind="begin_by", year=2022, breach_cost=9.0, confidence="inferred"),
    ],
)
def test_a_date_without_a_price_is_listed_only(date: StatedDate) -> None:
    found = best(one(3, date))
    assert (found.starts, found.objective) == ({}, pytest.approx(0.0))
    assert (outcome(found.plan).missed, outcome(found.plan).cost) == (3, 0.0)


def test_what_stands_misses_nothing() -> None:
    standing = make_project("a", 10, stage=Stage.COMPLETE, opened=2021)
    instance = make_instance([standing], stated_dates=[make_date("a", "not_before", 2024)])
    found = best(instance)
    assert found.objective == pytest.approx(0.0)
    assert outcome(found.plan).missed == 0


def test_under_makespan_dates_are_listed_and_count_nothing() -> None:
    instance = make_instance(
        [make_project("a", 10)],
        stated_dates=[make_date("a", "begin_by", 2021, 5.0)],
        settings={"objective": Objective.MAKESPAN},
    )
    found = best(instance)
    assert found.objective == pytest.approx(0.0)
    assert outcome(found.plan).missed == 4
    assert outcome(found.plan).cost == pytest.approx(20.0)


def test_the_verifier_finds_a_breach_that_is_understated() -> None:
    instance = one(3, make_date("a", "begin_by", 2022, 0.2))
    plan = best(instance).plan
    assert plan is not None
    row = outcome(plan)
    assert_breaks(instance, edit(plan, stated_dates=(edit(row, missed=2),)), "stated_date")
    assert_breaks(instance, edit(plan, stated_dates=(edit(row, cost=0.4),)), "stated_date")
    assert_breaks(instance, edit(plan, stated_dates=()), "stated_date")


# ----------------------------------------------------------------------------------- engines


def test_the_search_over_roads_at_equilibrium_obeys() -> None:
    # A new road saves 9 of 10 minutes of 5 trips a day; the text says that it is studied only.
    trips = make_demand("trip", "1", 5.0, "t", to_node="2", value_of_time=1.0)
    links = [
        make_link("old", "1", "2", "t", time=10.0),
        make_link("new", "1", "2", "t", time=1.0, exists=False),
    ]
    instance = make_instance(
        [make_project("a", 1.0, lead_time=0)],
        years=(2021, 2021),
        network_nodes=[make_node(name, network="t") for name in "12"],
        network_links=links,
        demands=[trips],
        project_network=[make_change("a", "new")],
        settings={"networks": [NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]},
    )
    free = solve(instance, SolveOptions(gap=0.0)).require_plan()
    gain = free.objective
    assert gain > 0.0
    for cost, is_built in ((0.9 * gain, True), (1.1 * gain, False)):
        dated = edit(instance, stated_dates=(make_date("a", "not_before", 2030, cost),))
        result = solve(dated, SolveOptions(gap=0.0))
        plan = result.require_plan()
        assert bool(plan.starts) is is_built
        assert plan.objective == pytest.approx(gain - cost if is_built else 0.0)
        assert_verified(dated, plan)


# ----------------------------------------------------------------------------------- reasons


def test_a_project_that_its_date_keeps_out_is_told_so() -> None:
    # 6, 2, -2 by year of start; 5 a year before 2023: -4, -3, -2.
    instance = one(4, make_date("a", "not_before", 2023, 5.0), last=2025)
    rejection = left_out(instance)
    assert rejection.rule == "stated_date"
    assert rejection.amount == pytest.approx(2.0)
    # One that loses whatever the text says is out for its own value.
    assert left_out(one(1, make_date("a", "not_before", 2023, 5.0))).rule == "value"


def left_out(instance: Instance) -> Rejection:
    """Why the best plan leaves out its one project."""
    found = best(instance)
    assert found.plan is not None
    (rejection,) = find_rejections(found.formulation, found.plan)
    return rejection


def why(instance: Instance) -> MissedDate | None:
    """Reason of the one date that the best plan of `instance` misses."""
    found = best(instance)
    plan = found.plan
    assert plan is not None
    rejections = find_rejections(found.formulation, plan)
    reasons = reasons_of_dates(instance, plan, rejections)
    missed = [(row.project, row.kind) for row in plan.stated_dates if row.missed]
    assert set(reasons) <= set(missed)
    return reasons.get(missed[0])


def test_the_reason_of_a_missed_date() -> None:
    late = one(10, make_date("a", "begin_by", 2021), earliest_start=2022)
    assert why(late) == MissedDate("earliest_start:a", 2022)
    gated = one(10, make_date("a", "open_by", 2021))  # a lead time of one year
    assert why(gated) == MissedDate("earliest_start:a", 2022)
    gains = one(10, make_date("a", "not_before", 2023, 1.0))
    assert why(gains) == MissedDate("outweighed")
    begun = one(10, make_date("a", "not_before", 2023), mandatory="committed")
    assert why(begun) == MissedDate("mandate:a")
    works = one(10, make_date("a", "open_by", 2021), stage=Stage.UNDER_CONSTRUCTION, lead_time=2)
    assert why(works) == MissedDate("mandate:a", 2023)


def test_a_date_that_a_limit_keeps_back_is_told_from_one_that_is_not_worth_it() -> None:
    # Two roads are to begin in 2021 and one may; by itself each gains 10 a year by beginning early.
    roads = [make_project("a", 10, 10), make_project("b", 10, 20)]
    paced = make_instance(
        roads, stated_dates=[make_date("a", "begin_by", 2021)], start_paces=[make_start_pace(1)]
    )
    assert why(paced) == MissedDate("others_first")
    # Works whose cost falls due later gain by waiting: 8 a year of running cost and no benefit.
    idle = make_project("a", 10, 0, mandatory="must", fixed_om_cost=8.0)
    assert why(make_instance([idle], stated_dates=[make_date("a", "begin_by", 2021)])) == (
        MissedDate("outweighed")
    )
    # Where a target is an upper limit, its own value does not say what an early start is worth.
    target = make_target("t", "projects_started", 9.0, 2024, sense="<=", shortfall_price=0.1)
    assert why(edit(paced, targets=(target,))) == MissedDate("outweighed")


def test_a_date_for_which_money_comes_too_late_names_the_fund_and_the_year() -> None:
    # 10 in 2021 and in 2022; the road that gains 20 a year goes first, the other one waits.
    roads = [make_project("a", 10, 10), make_project("b", 10, 20)]
    instance = make_instance(
        roads,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0, 10.0),
        stated_dates=[make_date("a", "begin_by", 2021)],
    )
    assert why(instance) == MissedDate("fund_balance:budget", 2021)
    # With 10 more at hand in 2021 no fund is short: then the pace is, which no account shows.
    rich = edit(
        instance,
        funds=(make_fund(opening_balance=10.0),),
        start_paces=(make_start_pace(1),),
    )
    assert why(rich) == MissedDate("others_first")
    # What a fund without carrying over has left in a year says nothing of what it could pay.
    bare = edit(instance, funds=(make_fund(carry_over=False),))
    assert why(bare) == MissedDate("others_first")


def test_the_reason_of_a_date_that_another_project_keeps_back() -> None:
    instance = make_instance(
        [make_project("a", 10, 10), make_project("dam", 10, 1, earliest_start=2022)],
        years=(2021, 2025),
        relations=[make_relation("finish_to_start", ["dam"], ["a"], id="water")],
        stated_dates=[make_date("a", "begin_by", 2022)],
    )
    assert why(instance) == MissedDate("precedence:water:a:dam", None, ("dam",))


def test_a_project_without_money_misses_its_date_for_want_of_it() -> None:
    instance = make_instance(
        [make_project("a", 10, 10)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 1, 1, 1, 1),
        stated_dates=[make_date("a", "begin_by", 2022)],
    )
    found = why(instance)
    assert found is not None
    assert found.rule == "fund_balance:budget"


# --------------------------------------------------------------------------- what a reader sees


def test_the_run_lists_dates_with_words_cost_and_reason(tmp_path: Path) -> None:
    said = edit(make_date("a", "begin_by", 2021), quote="力争开工", source="plan, 3.1")
    instance = one(10, said, earliest_start=2022)
    plan = best(instance).plan
    assert plan is not None
    write_run(tmp_path / "run", instance=instance, plan=plan, manifest={"objective": 9.0})
    run = read_run(tmp_path / "run")
    (row,) = run.tables.stated_dates
    assert (row.quote, row.source, row.rule, row.rule_year) == (
        "力争开工", "plan, 3.1", "earliest_start:a", 2022
    )  # fmt: skip
    assert (row.missed, row.cost) == (1, 1.0)
    told = run.plan_of_tables
    assert told is not None
    assert told.stated_dates == plan.stated_dates
    shown = TABLES["stated_dates"](make_run(instance, plan, {})).frame.to_dict("records")[0]
    assert shown["text_says_en"] == "begins in 2021 at the latest"
    assert shown["text_says_zh"] == "最迟2021年开工"
    assert shown["quote_zh"] == "力争开工"
    assert shown["why_missed_en"] == "its window opens too late: a (2022)"
    assert shown["why_missed_zh"] == "最早开工年份过晚：a（2022年）"
    line = dates_missed(plan, ("million", "百万"))
    assert line == "1 of 1 date that the text states is missed, at a cost of 1.00 x million."
    assert_bilingual(line, line.zh)


def test_the_page_shows_them_only_where_there_are_any() -> None:
    for dates in ((make_date("a", "begin_by", 2021),), ()):
        instance = one(10, *dates, earliest_start=2022)
        plan = best(instance).plan
        assert plan is not None
        page = render_report(instance, plan, {"product_version": "", "solver": ""} | MANIFEST)
        assert ('<section id="stated_dates">' in page) is bool(dates)


MANIFEST = {"solver_version": "", "instance_hash": "", "verified": True, "totals": {}}


# ------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("dates", "project", "rule"),
    [
        ([make_date("a", "begin_by", 2021)], {"earliest_start": 2022}, "date-never-kept"),
        ([make_date("a", "open_by", 2021)], {}, "date-never-kept"),
        ([make_date("a", "not_before", 2023)], {"mandatory": "committed"}, "date-never-kept"),
        (
            [make_date("a", "begin_by", 2022), make_date("a", "not_before", 2023)],
            {},
            "dates-exclude",
        ),
        (
            [make_date("a", "not_before", 2022), make_date("a", "open_by", 2022)],
            {},
            "dates-exclude",
        ),
        ([make_date("a", "begin_by", 2025)], {}, "date-outside"),
        ([make_date("a", "not_before", 2021)], {}, "date-outside"),
        ([make_date("a", "open_by", 2022)], {"stage": Stage.COMPLETE}, "date-of-what-stands"),
    ],
)
def test_contradictions_are_told(
    dates: list[StatedDate], project: dict[str, object], rule: str
) -> None:
    instance = one(4, *dates, **project)
    found = [row for row in find_implausibilities(instance) if row.table == "stated_dates"]
    assert [row.rule for row in found] == [rule]
    for row in found:
        assert_bilingual(row.message, row.message.zh)
        assert_bilingual(row.advice, row.advice.zh)


@pytest.mark.parametrize(
    "dates",
    [
        [make_date("a", "begin_by", 2021), make_date("a", "open_by", 2022)],
        [make_date("a", "not_before", 2022), make_date("a", "begin_by", 2022)],
        [make_date("a", "not_before", 2022), make_date("a", "open_by", 2023)],
    ],
)
def test_dates_that_agree_are_not_doubted(dates: list[StatedDate]) -> None:
    found = find_implausibilities(one(4, *dates))
    assert [row for row in found if row.table == "stated_dates"] == []


def test_unknown_projects_and_a_date_given_twice_are_refused() -> None:
    with pytest.raises(InstanceError, match="bridge"):
        one(4, make_date("bridge", "begin_by", 2022))
    with pytest.raises(InstanceError, match="stands twice"):
        one(4, make_date("a", "begin_by", 2022), make_date("a", "begin_by", 2023))


def test_a_pace_and_dates_together() -> None:
    # Two roads are to begin in 2021, one may: the one whose delay costs more goes first.
    roads = [make_project(name, 10, 10) for name in "ab"]
    dates = [make_date("a", "begin_by", 2021, 1.0), make_date("b", "begin_by", 2021, 2.0)]
    instance = make_instance(roads, stated_dates=dates, start_paces=[make_start_pace(1)])
    found = best(instance)
    assert found.starts == {"a": 2022, "b": 2021}
    assert found.objective == pytest.approx(20 + 10 - 1)
