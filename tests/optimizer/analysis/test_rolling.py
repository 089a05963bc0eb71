"""Rolling a plan forward: what is left is the same plan, cut at the front."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import count

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import DateOutcome, Plan
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolled_money import RollError
from infraplan.optimizer.analysis.rolling import Rolled, roll
from infraplan.optimizer.verify import recompute_plan, verify_plan
from tests.builders import (
    make_bond,
    make_change,
    make_date,
    make_debt,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_policy,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_start_pace,
    make_target,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.test_progress_against_oracle import staged_instance


def cut(instance: Instance, plan: Plan, rolled: Rolled) -> Plan:
    """The decisions of `plan` that are left in the rolled instance, accounts computed afresh."""
    first = rolled.instance.settings.horizon.first_year
    starts = []
    for start in plan.starts:
        if start.project in rolled.committed:
            opening = max(start.opening, first)
            finish = max(start.finish, first)
            starts.append(
                start.model_copy(update={"start": first, "finish": finish, "opening": opening})
            )
        elif start.project not in rolled.finished:
            starts.append(start)
    left = plan.model_copy(
        update={
            "instance": rolled.instance.settings.id,
            "starts": tuple(starts),
            "payments": tuple(row for row in plan.payments if row.year >= first),
            "issues": tuple(row for row in plan.issues if row.year >= first),
            "fund_years": tuple(row for row in plan.fund_years if row.year >= first),
            "service": tuple(row for row in plan.service if row.year >= first),
        }
    )
    return recompute_plan(rolled.instance, left)


def owed(plan: Plan, first: int) -> dict[tuple[str, str, int], float]:
    found: defaultdict[tuple[str, str, int], float] = defaultdict(float)
    for row in plan.debt_years:
        if row.year >= first:
            found[row.jurisdiction, row.pool, row.year] += row.balance
    return found


def assert_same_accounts(old: Plan, new: Plan, first: int) -> None:
    """Cash, debt and what targets reach are those of the unrolled plan to 1e-6."""
    cash = {(row.fund, row.year): row.closing for row in old.fund_years if row.year >= first}
    mine = {(row.fund, row.year): row.closing for row in new.fund_years}
    assert mine == pytest.approx(cash, rel=1e-6, abs=1e-6)
    before, after = owed(old, first), owed(new, first)
    for key in before.keys() | after.keys():
        assert after[key] == pytest.approx(before[key], rel=1e-6, abs=1e-6)
    reached = {row.target: row.achieved for row in old.targets if row.year >= first}
    assert {row.target: row.achieved for row in new.targets} == pytest.approx(reached, abs=1e-6)


def with_a_plan(make: Callable[[int], Instance], seed: int) -> tuple[Instance, Plan]:
    """The first instance from `seed` on, a thousand seeds apart, that has a plan; its best one."""
    for attempt in count():
        instance = make(1000 * attempt + seed)
        plan = best(instance).plan
        if plan is not None:
            return instance, plan
    raise AssertionError


@pytest.mark.parametrize("seed", first_quick(range(36), quick=12))
@pytest.mark.parametrize("make", [random_instance, staged_instance])
def test_an_unchanged_plan_rolled_is_itself(make: Callable[[int], Instance], seed: int) -> None:
    instance, plan = with_a_plan(make, seed)
    horizon = instance.settings.horizon
    question, answer = instance, plan
    for year in range(horizon.first_year + 1, horizon.last_year + 1):
        rolled = roll(question, answer, year)
        left = cut(question, answer, rolled)
        assert_same_accounts(plan, left, year)
        assert verify_plan(rolled.instance, left).violations == ()
        again = best(rolled.instance).objective
        assert again is not None
        assert again >= left.objective - 1e-6 * max(1.0, abs(left.objective))
        at_once = roll(instance, plan, year)
        assert_same_accounts(plan, cut(instance, plan, at_once), year)
        question, answer = rolled.instance, left


# ------------------------------------------------------------------------------------- by hand


def county() -> Instance:
    """Five years, money for all; a road of two years, a plant, a bridge after the road; a bond."""
    return make_instance(
        [
            make_project("road", 20.0, 9.0, spending_profile=(0.5, 0.5), lead_time=2),
            make_project("plant", 10.0, 4.0, outputs={"mw": 5.0}),
            make_project("bridge", 12.0, 3.0),
        ],
        years=(2021, 2025),
        settings={"discount_rate": 0.0, "end_year": 2030},
        relations=[make_relation("finish_to_start", ["road"], ["bridge"])],
        funds=[make_fund(opening_balance=2.0, envelope=60.0)],
        inflows=make_inflows("budget", 2021, 26.0, 20.0, 20.0, 20.0, 20.0),
        instruments=[make_bond(tenor=3, rate=0.1, annual_limit=2.0)],
        pools=[make_pool(region="budget")],
        debt=[
            make_debt(2021, opening_balance=6.0, principal_due=2.0, interest_due=0.3, ceiling=50.0),
            make_debt(2022, principal_due=2.0, interest_due=0.2),
            make_debt(2023, principal_due=2.0, interest_due=0.1, new_quota=4.0),
        ],
        targets=[
            make_target("power", "mw", 5.0, 2024),
            make_target("starts", "projects_started", 3.0, 2025),
        ],
        policies=[make_policy("starts_cap", 3.0)],
        start_paces=[make_start_pace(2)],
    )


def planned() -> tuple[Instance, Plan]:
    """Road and plant start in 2021 (20 of 20), the bridge in 2023, when the road is open."""
    instance = county()
    plan = best(instance).plan
    assert plan is not None
    assert {row.project: row.start for row in plan.starts} == {
        "road": 2021,
        "plant": 2021,
        "bridge": 2023,
    }
    return instance, plan


def test_dates_that_are_over_are_left_behind() -> None:
    instance, plan = planned()
    dates = (
        make_date("plant", "open_by", 2022),  # stands from 2022 on
        make_date("road", "begin_by", 2021),  # begun in 2021
        make_date("road", "open_by", 2022),  # opens in 2023: a year late, and still ahead
        make_date("bridge", "begin_by", 2022),  # not begun: missed until 2023
        make_date("bridge", "not_before", 2023),
    )
    dated = Instance(**{n: getattr(instance, n) for n in Instance.model_fields} | {
        "stated_dates": dates
    })  # fmt: skip
    rolled = roll(dated, plan, 2022).instance
    assert [row.label for row in rolled.stated_dates] == [
        "road:open_by", "bridge:begin_by", "bridge:not_before"
    ]  # fmt: skip
    after = {f"{row.project}:{row.kind}": row for row in rows_of(rolled)}
    assert after["road:open_by"].missed == 1
    assert after["road:open_by"].opening == 2023


def rows_of(instance: Instance) -> tuple[DateOutcome, ...]:
    """What the best plan of `instance` does about its dates."""
    plan = best(instance).plan
    assert plan is not None
    return plan.stated_dates


def test_a_year_on_finished_works_stand_and_begun_ones_are_committed() -> None:
    instance, plan = planned()
    rolled = roll(instance, plan, 2022)
    plant, road = (rolled.instance.project_by_id[name] for name in ("plant", "road"))
    assert rolled.finished == ("plant",)
    assert (plant.stage, plant.opened) == (Stage.COMPLETE, 2022)
    assert rolled.committed == {"road": pytest.approx(10.0)}
    assert (road.stage, road.mandatory) == (Stage.UNDER_CONSTRUCTION, Mandate.COMMITTED)
    assert (road.started, road.spent_to_date) == (2021, pytest.approx(10.0))
    # Two of three starts are done: one is left, and the target counts them as there.
    assert rolled.instance.policies[0].value == 1.0
    assert rolled.instance.targets[1].existing == 2.0
    # Old debt owes 4; what was borrowed in 2021 is owed besides, and due in 2024.
    issued = sum(row.amount for row in plan.issues if row.year == 2021)
    assert rolled.debt["region", "general"] == pytest.approx(4.0 + issued)
    rows = {row.year: row for row in rolled.instance.debt}
    assert rows[2022].opening_balance == pytest.approx(4.0 + issued)
    assert (rows[2022].ceiling, rows[2023].new_quota) == (50.0, 4.0)
    assert rolled.instance.funds[0].envelope == pytest.approx(60.0 - (20.0 - issued))
    again = best(rolled.instance)
    assert again.starts == {"road": 2022, "bridge": 2023}


def test_actuals_tell_what_is_late_dearer_or_given_up() -> None:
    """The road took 12 of its 20, the plant did not begin, the bridge is given up unbegun."""
    instance, plan = planned()
    rolled = roll(
        instance,
        plan,
        2022,
        [
            Actual(project="road", year=2021, spent=12.0),
            Actual(project="plant", year=2021, spent=0.0),
            Actual(project="bridge", year=2021, cancelled=True),
        ],
    )
    assert rolled.finished == ()
    assert rolled.committed == {"road": pytest.approx(8.0)}
    assert rolled.cancelled == {"bridge": 0.0}
    assert rolled.instance.project_by_id["bridge"].mandatory is Mandate.MUST_NOT
    assert rolled.instance.project_by_id["plant"].stage is Stage.START
    assert best(rolled.instance).starts == {"road": 2022, "plant": 2022}


def test_sunk_cost_of_begun_works_that_are_given_up_is_told() -> None:
    instance, plan = planned()
    rolled = roll(instance, plan, 2022, [Actual(project="road", year=2021, cancelled=True)])
    assert rolled.cancelled == {"road": pytest.approx(10.0)}
    assert rolled.instance.project_by_id["road"].spent_to_date == pytest.approx(10.0)
    assert "road" in rolled.notes[0]
    # The bridge waits for the road and cannot be built any more.
    assert best(rolled.instance).starts == {}


def test_works_dearer_than_they_should_be_cost_what_they_took() -> None:
    instance, plan = planned()
    rolled = roll(instance, plan, 2022, [Actual(project="road", year=2021, spent=14.0)])
    assert rolled.committed == {"road": pytest.approx(6.0)}
    with pytest.raises(RollError, match="budget ends 2021"):
        roll(instance, plan, 2022, [Actual(project="road", year=2021, spent=140.0)])


def test_receipts_keep_their_years() -> None:
    """Two receipts of 3 in the road's first years: one before the cut, one after."""
    instance = make_instance(
        [make_project("road", 4.0, 9.0)],
        years=(2021, 2024),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 4.0),
        receipts=[make_receipt("road", 3.0, years=2, growth=0.1)],
    )
    plan = best(instance).plan
    assert plan is not None
    rolled = roll(instance, plan, 2023)
    cash = cut(instance, plan, rolled).fund_years
    # 2022: 3 x 1.1, in the opening balance; 2023: 3 x 1.21.
    assert rolled.funds == {"budget": pytest.approx(3.3)}
    assert cash[0].inflow == pytest.approx(3.63)


def test_what_rounding_leaves_is_no_cash() -> None:
    """0.1 + 0.2 came in, 0.3 was paid: 5.6e-17 is left of it."""
    instance = make_instance(
        [make_project("a", 0.3, 9.0, earliest_start=2022, latest_start=2022)],
        years=(2021, 2023),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 0.1, 0.2),
    )
    plan = best(instance).plan
    assert plan is not None
    assert 0.1 + 0.2 - 0.3 > 0.0
    assert roll(instance, plan, 2023).funds == {"budget": 0.0}


# ------------------------------------------------------------------------------- what lapses


def lapsing(years: int) -> Instance:
    """10 a year 2021-2025, lost unused after `years`; works of 10 in the first year."""
    return make_instance(
        [make_project("works", 10.0, 9.0, latest_start=2021)],
        years=(2021, 2025),
        funds=[make_fund(lapse_years=years)],
        inflows=make_inflows("budget", 2021, 10.0, 10.0, 10.0, 10.0, 10.0),
    )


@pytest.mark.parametrize(
    ("years", "lapses"),
    [
        (1, [0.0, 0.0, 10.0, 10.0, 10.0]),
        (2, [0.0, 0.0, 0.0, 10.0, 10.0]),
        (3, [0.0, 0.0, 0.0, 0.0, 10.0]),
    ],
)
def test_money_lapses_no_sooner_than_it_must_and_the_rest_is_carried(
    years: int, lapses: list[float]
) -> None:
    instance = lapsing(years)
    plan = best(instance).plan
    assert plan is not None
    assert [row.lapse for row in plan.fund_years] == pytest.approx(lapses)
    assert verify_plan(instance, plan).ok
    for row in plan.fund_years[:-1]:
        rolled = roll(instance, plan, row.year + 1)
        assert rolled.funds == {"budget": pytest.approx(row.closing)}


@pytest.mark.parametrize(("years", "carried"), [(1, 10.0), (2, 20.0), (3, 30.0)])
def test_money_lapses_without_a_plan_too(years: int, carried: float) -> None:
    """Nothing was spent in 2021-2024: what came in the last `years` years is left."""
    assert roll(lapsing(years), None, 2025).funds == {"budget": pytest.approx(carried)}


def test_money_that_was_not_spent_as_planned_lapses_besides() -> None:
    """Planned, all of 2021 was used; 4 of it was not, and is lost in 2022."""
    instance = lapsing(1)
    plan = best(instance).plan
    told = [Actual(project="works", year=2021, spent=6.0)]
    assert roll(instance, plan, 2022, told).funds == {"budget": pytest.approx(14.0 - 10.0)}
    assert roll(instance, plan, 2023, told).funds == {"budget": pytest.approx(10.0)}


@pytest.mark.parametrize("year", [2021, 2026])
def test_a_year_outside_the_plan_is_refused(year: int) -> None:
    instance, plan = planned()
    with pytest.raises(RollError, match="from 2022 to 2025"):
        roll(instance, plan, year)


def test_works_under_way_that_end_after_the_plan_are_rolled_with_what_is_left() -> None:
    """Works of 10 a year 2022-2025 in a plan of 2021-2024: from 2024 on 20 are left, 10 late."""
    late = {"lead_time": 4, "spending_profile": (0.25,) * 4, "earliest_start": 2022}
    instance = make_instance(
        [make_project("line", 40.0, 90.0, **late)],
        settings={"spending_after_plan": True, "end_year": 2030},
        funds=[make_fund("budget")],
        inflows=make_inflows("budget", 2021, 10.0, 10.0, 10.0, 10.0),
    )
    plan = best(instance).plan
    assert plan is not None
    for year, left in ((2023, 30.0), (2024, 20.0)):
        rolled = roll(instance, plan, year)
        assert rolled.committed == {"line": pytest.approx(left)}
        after = cut(instance, plan, rolled)
        assert verify_plan(rolled.instance, after).ok
        assert_same_accounts(plan, after, year)
        assert best(rolled.instance).plan is not None


@pytest.mark.parametrize("year", [2022, 2023])
def test_what_options_that_were_not_chosen_do_to_networks_is_left_behind(year: int) -> None:
    """A main of two sizes, one is built: under way in 2022 and there in 2023, the other is gone."""
    sizes = [make_option(name, 10.0, lead_time=2) for name in ("wide", "narrow")]
    instance = make_instance(
        [make_project("main", options=sizes), make_project("other", 9.0, latest_start=2021)],
        network_nodes=[make_node("s", "source", capacity=5.0), make_node("d")],
        network_links=[make_link("a", "s", "d", capacity=0.0)],
        demands=[make_demand("town", "d", 2.0, unserved_price=30.0)],
        project_network=[
            make_change("main", "a", "add_capacity", size, option=name)
            for name, size in (("wide", 2.0), ("narrow", 1.0))
        ],
    )
    plan = best(instance).plan
    assert plan is not None
    assert [(row.project, row.option) for row in plan.starts] == [("main", "wide")]
    rolled = roll(instance, plan, year)
    assert [row.option for row in rolled.instance.project_network] == ["wide"]
    left = cut(instance, plan, rolled)
    assert verify_plan(rolled.instance, left).ok
    assert best(rolled.instance).objective == pytest.approx(left.objective)


# ------------------------------------------------------------------- works that go otherwise


def two_works() -> Instance:
    """A line of 20 that opens before its last payment of 4; a plant of 10 in two years."""
    return make_instance(
        [
            make_project("line", 20.0, 6.0, lead_time=2, spending_profile=(0.5, 0.3, 0.2)),
            make_project("plant", 10.0, 3.0, lead_time=2, spending_profile=(0.5, 0.5)),
        ],
        years=(2021, 2026),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, *[20.0] * 6),
    )


def told(*rows: Actual, to_year: int = 2023) -> Rolled:
    instance = two_works()
    plan = best(instance).plan
    assert plan is not None
    assert {(row.start, row.opening) for row in plan.starts} == {(2021, 2023)}
    return roll(instance, plan, to_year, rows)


def test_what_is_due_after_an_opening_that_is_stated_stays_due() -> None:
    rolled = told(Actual(project="line", year=2022, opened=2023))
    assert rolled.finished == ("plant",)
    assert rolled.committed == {"line": pytest.approx(4.0)}
    assert rolled.committed == told().committed
    # A year early, with the rest still due; a plant that came cheaper owes nothing.
    rolled = told(
        Actual(project="line", year=2021, opened=2022),
        Actual(project="plant", year=2021, spent=4.0, opened=2023),
    )
    assert rolled.committed == {"line": pytest.approx(4.0)}
    assert rolled.finished == ("plant",)
    later = told(Actual(project="line", year=2022, opened=2023), to_year=2024)
    assert set(later.finished) == {"line", "plant"}


@pytest.mark.parametrize(
    ("spent", "to_year", "opened"),
    [
        ((5.0, 0.0), 2023, 2024),  # half is left, half of the time is too
        ((5.0, 0.0, 0.0), 2024, 2025),  # still stopped
        ((4.0, 0.0), 2023, 2024),  # part of the first year, nothing of the second
        ((7.0, 0.0), 2023, None),  # part of the second: it may have come cheaper
        ((5.0, 0.0, 5.0), 2024, 2024),  # done a year late
    ],
)
def test_works_that_stood_still_open_later(
    spent: tuple[float, ...], to_year: int, opened: int | None
) -> None:
    rows = [Actual(project="plant", year=2021 + k, spent=money) for k, money in enumerate(spent)]
    rolled = told(*rows, to_year=to_year)
    plant = rolled.instance.project_by_id["plant"]
    left = 10.0 - sum(spent)
    assert rolled.committed.get("plant", 0.0) == pytest.approx(left)
    notes = [str(note) for note in rolled.notes]
    if left == 0.0:
        assert (plant.stage, plant.opened, notes) == (Stage.COMPLETE, opened, [])
        return
    assert plant.opened == opened
    plan = best(rolled.instance).plan
    assert plan is not None
    (opening,) = (row.opening for row in plan.starts if row.project == "plant")
    if opened is None:
        assert opening == 2023
        assert notes == [
            f"plant opens in 2023 with {left:g} still to be spent in that year; if it is late, "
            "state its year as `opened`"
        ]
    else:
        assert opening == opened
        assert notes == [f"plant is behind with its works: it opens in {opened}, not in 2023"]


def test_an_opening_that_is_stated_is_believed_however_little_was_spent() -> None:
    rolled = told(
        Actual(project="plant", year=2021, opened=2024), Actual(project="plant", year=2022, spent=0)
    )
    assert rolled.instance.project_by_id["plant"].opened == 2024
    assert rolled.notes == ()


@pytest.mark.parametrize(("spent", "sunk"), [(None, 10.0), (4.0, 4.0), (0.0, 0.0)])
def test_works_given_up_take_no_more_than_until_then(spent: float | None, sunk: float) -> None:
    """Given up in 2021: the 6 and 4 of 2022 and 2023 are not spent, but what rows tell is."""
    row = Actual(project="line", year=2021, spent=spent, cancelled=True)
    rolled = told(row, to_year=2024)
    assert rolled.cancelled == {"line": pytest.approx(sunk)}
    assert rolled.funds == {"budget": pytest.approx(60.0 - 10.0 - sunk)}
    more = told(row, Actual(project="line", year=2023, spent=1.5), to_year=2024)
    assert more.cancelled == {"line": pytest.approx(sunk + 1.5)}


def test_a_late_bill_does_not_bring_back_what_was_given_up() -> None:
    first = told(Actual(project="line", year=2021, cancelled=True), to_year=2022)
    assert first.instance.project_by_id["line"].spent_to_date == pytest.approx(10.0)
    bill = Actual(project="line", year=2022, spent=1.0)
    for rows in ((bill,), (bill.model_copy(update={"cancelled": True}),)):
        second = roll(first.instance, None, 2023, rows)
        line = second.instance.project_by_id["line"]
        assert (line.mandatory, line.stage) == (Mandate.MUST_NOT, Stage.START)
        assert line.spent_to_date == pytest.approx(11.0)
        assert second.cancelled == {"line": pytest.approx(11.0)}
        assert "line" not in second.committed
        unbilled = roll(first.instance, None, 2023).funds["budget"]
        assert second.funds == {"budget": pytest.approx(unbilled - 1.0)}


def test_only_a_start_brings_back_what_was_given_up() -> None:
    first = told(Actual(project="line", year=2021, cancelled=True), to_year=2022)
    again = roll(first.instance, None, 2023, [Actual(project="line", year=2022, started=2022)])
    assert again.instance.project_by_id["line"].stage is Stage.UNDER_CONSTRUCTION
    assert list(again.committed) == ["line"]


def test_works_given_up_later_have_sunk_what_went_in_before_too() -> None:
    first = told(to_year=2022)
    before = first.instance.project_by_id["line"].spent_to_date
    row = Actual(project="line", year=2022, spent=0.0, cancelled=True)
    second = roll(first.instance, None, 2023, [row])
    assert before == pytest.approx(10.0)
    assert second.cancelled == {"line": pytest.approx(10.0)}


@pytest.mark.parametrize("lag", [1, 2])
def test_works_that_share_with_what_began_before_still_do_after_a_roll(lag: int) -> None:
    road = make_project("road", 6.0, 10.0, lead_time=1)
    pipe = make_project("pipe", 5.0, 0.1, lead_time=1, earliest_start=2022)
    instance = make_instance(
        [road, pipe],
        years=(2021, 2024),
        relations=[
            make_relation("shared_works", ["road"], ["pipe"], lag=lag, value=30.0, id="dig")
        ],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 20.0),
    )
    plan = best(instance).plan
    assert plan is not None
    assert {start.project: start.start for start in plan.starts} == {"road": 2021, "pipe": 2022}
    rolled = roll(instance, plan, 2022)
    left = best(rolled.instance).plan
    assert left is not None
    assert {start.project: start.start for start in left.starts} == {"pipe": 2022}
    assert {row.term: row.value for row in left.objective_terms}["shared_works"] == 30.0


def test_a_project_that_can_no_longer_begin_is_told() -> None:
    project = make_project("late", 1.0, 0.0, latest_start=2021)
    rolled = roll(make_instance([project], years=(2021, 2023)), None, 2022)
    assert [str(note) for note in rolled.notes] == [
        "late did not begin by its latest_start 2021: no plan can start it any more. Give it "
        "a later year if it may still be built"
    ]


# ------------------------------------------------------------------------- over several years


def test_works_are_the_same_over_how_many_years_they_are_told() -> None:
    works = make_project(
        "b",
        12.0,
        benefit=3.0,
        lead_time=4,
        spending_profile=(0.2, 0.3, 0.3, 0.2),
        mandatory="must",
        latest_start=2021,
        resources={"land": 10.0},
    )
    after = make_project("c", 6.0, benefit=3.0, lead_time=1, mandatory="must", earliest_start=2024)
    instance = make_instance(
        [works, after],
        years=(2021, 2027),
        relations=[make_relation("start_to_start", ["b"], ["c"], lag=3)],
        resources=[make_resource("land", 3.0, timing="spending")],
    )
    for last in (2023, 2024, 2025):
        direct = roll(instance, best(instance).plan, last).instance
        here = instance
        for year in range(2022, last + 1):
            here = roll(here, best(here).plan, year).instance
        told, stepped = (i.project_by_id["b"] for i in (direct, here))
        assert (stepped.stage, stepped.started) == (told.stage, told.started)
        assert stepped.spent_to_date == (
            None if told.spent_to_date is None else pytest.approx(told.spent_to_date)
        )
        option, other = stepped.options[0], told.options[0]
        assert option.lead_time == other.lead_time == 4
        assert option.overnight_cost == pytest.approx(other.overnight_cost) == pytest.approx(12.0)
        assert option.spending_profile == pytest.approx(other.spending_profile)
        assert best(here).objective == pytest.approx(best(direct).objective)
        assert best(here).starts == best(direct).starts
