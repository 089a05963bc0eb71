"""Works under way that the plan may stop in its first year: worth, money, notes, rolling."""

from __future__ import annotations

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.accounts.stopping import works_stopped
from infraplan.optimizer.analysis.held_schedule import hold_schedule
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.verify import verify_plan
from tests.assertions import assert_bilingual, assert_verified
from tests.builders import edit, make_fund, make_inflows, make_instance, make_project, make_relation
from tests.optimizer.engine import best

HALF = (0.5, 0.5)
"""Works of two years, one of them before the plan: of 20, 10 are spent and 10 to come in 2021."""


def under_way(
    stopping: float | None, benefit: float = 2.0, inflow: float | None = None
) -> Instance:
    """Works of 20, begun in 2020, that open in 2022 and bring `benefit` in 2022 to 2024."""
    works = make_project(
        "dam",
        20.0,
        benefit,
        stage="under_construction",
        started=2020,
        stopping_cost=stopping,
        lead_time=2,
        spending_profile=HALF,
    )
    funds = [] if inflow is None else [make_fund()]
    inflows = () if inflow is None else make_inflows("budget", 2021, inflow, 0.0, 0.0, 0.0)
    return make_instance([works], funds=funds, inflows=inflows)


def planned(instance: Instance) -> Plan:
    plan = best(instance).plan
    assert plan is not None
    assert_verified(instance, plan)
    return plan


@pytest.mark.parametrize(
    ("stopping", "benefit", "goes_on", "value"),
    [
        # going on brings 3 x 2 - 10 = -4: stopping for nothing, or for less than 4, is better
        (None, 2.0, True, -4.0),
        (0.0, 2.0, False, 0.0),
        (3.0, 2.0, False, -3.0),
        (5.0, 2.0, True, -4.0),
        (3.0, 4.0, True, 2.0),
    ],
)
def test_works_are_stopped_where_going_on_would_lose_more(
    stopping: float | None, benefit: float, goes_on: bool, value: float
) -> None:
    plan = planned(under_way(stopping, benefit))
    assert [start.project for start in plan.starts] == (["dam"] if goes_on else [])
    assert plan.objective == pytest.approx(value)
    terms = {term.term: term.value for term in plan.objective_terms}
    assert terms.get("stopping", 0.0) == pytest.approx(0.0 if goes_on else -(stopping or 0.0))


def test_what_is_sunk_is_told() -> None:
    instance = under_way(3.0)
    told = works_stopped(instance, planned(instance))
    assert told == "works under way that the plan stops: dam (sunk 10, stopping costs 3)"
    assert_bilingual(*told.both)
    assert not works_stopped(instance, planned(under_way(None)))
    (row,) = find_rejections(build_formulation(instance), planned(instance))
    assert (row.project, row.rule, row.loss) == ("dam", "value", pytest.approx(1.0))


@pytest.mark.parametrize(
    ("inflow", "goes_on"),
    [
        (12.0, False),  # either can be paid, stopping is worth more
        (5.0, False),  # going on cannot be paid
        (1.0, None),  # neither can: stopping takes 3
    ],
)
def test_stopping_is_paid_by_the_fund_of_the_leader(inflow: float, goes_on: bool | None) -> None:
    instance = under_way(3.0, inflow=inflow)
    if goes_on is None:
        assert best(instance).plan is None
        return
    plan = planned(instance)
    assert bool(plan.starts) is goes_on
    first = plan.fund_years[0]
    assert (first.inflow, first.use) == pytest.approx((inflow - 3.0, 0.0))
    # What goes on costs nothing to stop: all of the inflow is there.
    on = (
        planned(edit(instance, projects=(edit(instance.projects[0], stopping_cost=5.0),)))
        if (inflow == 12.0)
        else None
    )
    if on is not None:
        assert (on.fund_years[0].inflow, on.fund_years[0].use) == pytest.approx((12.0, 10.0))


def test_a_plan_that_hides_what_stopping_costs_is_found() -> None:
    instance = under_way(3.0, inflow=12.0)
    plan = planned(instance)
    terms = tuple(term for term in plan.objective_terms if term.term != "stopping")
    found = verify_plan(instance, edit(plan, objective_terms=terms, objective=0.0))
    assert {violation.law for violation in found.violations} >= {"stopping"}
    unpaid = tuple(
        edit(row, inflow=row.inflow + 3.0, opening=row.opening, closing=row.closing + 3.0)
        for row in plan.fund_years[:1]
    )
    found = verify_plan(instance, edit(plan, fund_years=(*unpaid, *plan.fund_years[1:])))
    assert {violation.law for violation in found.violations} == {"fund_balance"}
    # Works that may not stop must go on all the same.
    strict = edit(instance, projects=(edit(instance.projects[0], stopping_cost=None),))
    assert "mandate" in {violation.law for violation in verify_plan(strict, plan).violations}


def test_a_roll_gives_up_what_was_stopped() -> None:
    instance = under_way(3.0, inflow=12.0)
    rolled = roll(instance, planned(instance), 2022)
    (project,) = rolled.instance.projects
    assert (project.mandatory, project.stage) == (Mandate.MUST_NOT, Stage.START)
    assert (project.spent_to_date, project.stopping_cost) == (10.0, None)
    assert rolled.cancelled == {"dam": 10.0}
    assert rolled.funds == {"budget": pytest.approx(9.0)}


def test_a_schedule_held_under_another_question_keeps_what_it_stopped() -> None:
    """With the benefit of the other question going on would gain 2; the schedule stops it for 3."""
    plan = planned(under_way(3.0))
    held = hold_schedule(under_way(3.0, benefit=4.0), plan.starts)
    assert (held.is_possible, held.objective) == (True, pytest.approx(-3.0))
    going_on = planned(under_way(3.0, benefit=4.0))
    held = hold_schedule(under_way(3.0), going_on.starts)
    assert (held.is_possible, held.objective) == (True, pytest.approx(-4.0))


def test_what_goes_on_may_be_stopped_a_year_later_as_well() -> None:
    works = edit(
        under_way(5.0).projects[0],
        options=(
            edit(
                under_way(5.0).projects[0].options[0],
                lead_time=3,
                spending_profile=(0.4, 0.3, 0.3),
            ),
        ),
    )
    instance = make_instance([edit(works, stopping_cost=90.0)])
    (project,) = roll(instance, planned(instance), 2022).instance.projects
    assert project.stage is Stage.UNDER_CONSTRUCTION
    assert project.stopping_cost == 90.0


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "start", "started": None},
        {"stage": "complete", "started": None, "opened": 2020},
        {"mandatory": "must", "started": None},
    ],
)
def test_only_committed_works_under_way_may_be_stopped(changes: dict[str, object]) -> None:
    project = under_way(3.0).projects[0].model_dump() | changes
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([make_project("x"), type(under_way(3.0).projects[0])(**project)])
    assert "stopping_cost" in {finding.column for finding in caught.value.findings}


def test_what_is_renewed_may_not_be_stopped() -> None:
    new = make_project("new", 5.0, 1.0)
    relation = make_relation("renews", ["dam"], ["new"])
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([*under_way(3.0).projects, new], relations=[relation])
    (finding,) = [f for f in caught.value.findings if f.column == "stopping_cost"]
    assert_bilingual(*finding.message.both)
    assert_bilingual(*finding.advice.both)


@pytest.mark.parametrize(
    ("saving", "built", "value"),
    [
        (1.5, {"road"}, 5.0),  # with the dam 5 - 4 + 1.5
        (5.0, {"road", "dam"}, 6.0),  # -4 for the dam, 5 for the road, 5 saved together
    ],
)
def test_stopped_works_share_nothing(saving: float, built: set[str], value: float) -> None:
    """A road worth 3 x 5 - 10 = 5 that starts in 2021, a year after the dam's works."""
    dam = under_way(0.0).projects[0]
    road = make_project("road", 10.0, 5.0, latest_start=2021)
    shared = make_relation("shared_works", ["dam", "road"], lag=1, value=saving)
    found = best(make_instance([dam, road], relations=[shared]))
    assert set(found.starts) == built
    assert found.objective == pytest.approx(value)


@pytest.mark.parametrize("stage", ["start", "complete"])
def test_what_may_not_stop_is_told_the_one_stage_that_may(stage: str) -> None:
    """To set the stage to complete, as works that stand were told, is refused again."""
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([make_project("works", 10.0, 1.0, stage=stage, stopping_cost=2.0)])
    (finding,) = caught.value.findings
    assert str(finding.advice) == "set stage to under_construction, or leave the cell blank"
