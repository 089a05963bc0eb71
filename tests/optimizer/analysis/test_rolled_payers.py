"""Rolled payers: who has paid what of works under way, and what that leaves of their rest."""

from __future__ import annotations

import pytest

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolling import Rolled, roll
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    edit,
    make_agreement,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_share,
)
from tests.optimizer.analysis.test_rolling import assert_same_accounts, cut
from tests.optimizer.engine import best
from tests.oracle.late_works import late_joint_instance

# ------------------------------------------------------------------------------ chosen shares


def bridge(*, inflation: float = 0.0, least: float = 0.5, most: float = 0.5) -> Instance:
    """A bridge of 12 in three years; j has money in the first year alone, k from the second on."""
    return make_instance(
        [
            make_project(
                "bridge",
                12.0,
                9.0,
                jurisdiction="j",
                lead_time=3,
                spending_profile=(0.5, 0.25, 0.25),
                latest_start=2021,
            )
        ],
        years=(2021, 2025),
        settings={"inflation": inflation},
        jurisdictions=make_jurisdictions("j", "k"),
        funds=[make_fund("fj", jurisdiction="j"), make_fund("fk", jurisdiction="k")],
        inflows=[
            *make_inflows("fj", 2021, 6.0, 0.0, 0.0, 0.0),
            *make_inflows("fk", 2021, 0.0, 3.5, 3.5, 0.0),
        ],
        shares=[make_share("bridge", "k", None, min_share=least, max_share=most)],
        agreements=[make_agreement("bridge", shares="chosen")],
    )


def limits(rolled: Rolled) -> dict[str, tuple[float, float]]:
    return {row.jurisdiction: (row.min_share, row.max_share) for row in rolled.instance.shares}


@pytest.mark.parametrize("inflation", [0.0, 0.1])
def test_a_partner_that_pays_at_the_end_still_does(inflation: float) -> None:
    """j pays the first half, k the second: of the rest k owes all, of what is then left too."""
    instance = bridge(inflation=inflation)
    plan = best(instance).plan
    assert plan is not None
    question, answer = instance, plan
    for year in (2022, 2023):
        rolled = roll(question, answer, year)
        assert limits(rolled) == {"k": pytest.approx((1.0, 1.0))}
        again = best(rolled.instance).plan
        assert again is not None
        assert {row.jurisdiction for row in again.payments} == {"k"}
        assert verify_plan(rolled.instance, cut(question, answer, rolled)).ok
        question, answer = rolled.instance, again
    # What stands is paid: its row stays as it was.
    assert limits(roll(question, answer, 2024)) == {"k": pytest.approx((1.0, 1.0))}


@pytest.mark.parametrize(
    ("least", "most", "spent", "left"),
    [
        (0.25, 0.5, 6.0, (0.5, 1.0)),  # 3 to 6 of 12, of a rest of 6
        (0.25, 0.75, 6.0, (0.5, 1.0)),  # no more than all
        (0.5, 0.5, 4.0, (0.75, 0.75)),  # a rest of 8, of which k pays 6
    ],
)
def test_limits_of_the_rest_are_those_of_the_whole_less_what_is_paid(
    least: float, most: float, spent: float, left: tuple[float, float]
) -> None:
    instance = bridge(least=least, most=most)
    plan = best(instance).plan
    rolled = roll(instance, plan, 2022, [Actual(project="bridge", year=2021, spent=spent)])
    assert limits(rolled) == {"k": pytest.approx(left)}


def test_who_has_paid_too_much_pays_no_more_and_leaves_less_to_the_others() -> None:
    """j was to pay 3 of 12 at most and has paid 6: k, who owes 9 at least, pays the rest of 6."""
    plan = best(bridge()).plan
    rolled = roll(bridge(least=0.75, most=1.0), plan, 2022)
    assert limits(rolled) == {"k": pytest.approx((1.0, 1.0))}
    assert best(rolled.instance).plan is not None


def test_shares_of_random_joint_works_hold_over_rolls() -> None:
    changed = 0
    for seed in range(24, 62):
        question = late_joint_instance(seed)
        plan = best(question).plan
        if plan is None:
            continue
        for year in list(question.settings.horizon.years)[1:]:
            rolled = roll(question, plan, year)
            changed += rolled.instance.shares != question.shares
            kept = tuple(row for row in plan.compensations if row.year >= year)
            left = cut(question, plan.model_copy(update={"compensations": kept}), rolled)
            broken = [str(one) for one in verify_plan(rolled.instance, left).violations]
            assert not [line for line in broken if "in price-year money" in line]
            question, plan = rolled.instance, left
    assert changed >= 4


# ---------------------------------------------------------------- compensation and consent


def ferry(*, late: bool = False) -> Instance:
    """A pier of 12 in three years that j pays, half of it by a bond, and k alone gains by.

    k compensates j with all 12, as its money comes in: 5, 4 and 3, or the last 7 when it is built.
    """
    amounts = (5.0, 0.0, 0.0, 7.0, 0.0) if late else (5.0, 4.0, 3.0, 0.0, 0.0)
    return make_instance(
        [
            make_project(
                "pier",
                12.0,
                10.0,
                jurisdiction="j",
                lead_time=3,
                spending_profile=(0.5, 0.25, 0.25),
                latest_start=2021,
            )
        ],
        years=(2021, 2025),
        settings={"discount_rate": 0.0},
        jurisdictions=make_jurisdictions("j", "k"),
        funds=[
            make_fund("fj", jurisdiction="j"),
            make_fund("fk", jurisdiction="k", carry_over=False),
        ],
        inflows=[
            *make_inflows("fj", 2021, 3.0, 1.5, 1.5, 3.0, 3.0),
            *make_inflows("fk", 2021, *amounts),
        ],
        instruments=[make_bond(jurisdiction="j", tenor=3, max_share=0.5)],
        pools=[make_pool(j="fj")],
        shares=[make_share("pier", "k", benefit_share=1.0)],
        agreements=[make_agreement("pier", consent="project", compensation=True)],
    )


@pytest.mark.parametrize("late", [False, True])
def test_compensation_paid_is_not_paid_again(late: bool) -> None:
    """Three rolls: debt, cash and compensation are those of the unrolled plan."""
    instance = ferry(late=late)
    plan = best(instance).plan
    assert plan is not None
    paid = {row.year: row.amount for row in plan.compensations}
    assert sum(paid.values()) == pytest.approx(12.0)
    assert {start.project for start in plan.starts} == {"pier"}
    question, answer = instance, plan
    for year in (2022, 2023, 2024):
        rolled = roll(question, answer, year)
        again = best(rolled.instance).plan
        assert again is not None
        ahead = {y: pytest.approx(money, abs=1e-6) for y, money in paid.items() if y >= year}
        assert {row.year: row.amount for row in again.compensations} == ahead
        assert_same_accounts(plan, again, year)
        assert verify_plan(rolled.instance, again).ok
        question, answer = rolled.instance, again
    rows = {row.jurisdiction: row for row in question.shares}
    # Built: j has given the works and got what was paid; k has gained 10 a year, in 2024 and 2025.
    given = sum(money for year, money in paid.items() if year < 2024)
    assert rows["j"].given_before == pytest.approx(12.0 - given)
    assert rows["k"].given_before == rows["k"].compensation_before == pytest.approx(given)
    assert rows["k"].gained_before == pytest.approx(20.0)


def test_compensation_for_works_that_did_not_begin_is_not_paid() -> None:
    plan = best(ferry()).plan
    rolled = roll(ferry(), plan, 2022, [Actual(project="pier", year=2021, spent=0.0)])
    assert rolled.funds["fj"] == pytest.approx(3.0)
    assert all(row.compensation_before == 0.0 for row in rolled.instance.shares)


def test_compensation_for_works_given_up_ended_with_them() -> None:
    """j spent 6 in 2021 and nothing since, k compensates it in that year alone; both is sunk."""
    plan = best(ferry()).plan
    rolled = roll(ferry(), plan, 2023, [Actual(project="pier", year=2022, cancelled=True)])
    assert rolled.instance.project_by_id["pier"].mandatory == "must_not"
    assert all(row.given_before == 0.0 for row in rolled.instance.shares)
    again = best(rolled.instance).plan
    assert again is not None
    assert again.compensations == ()


def test_a_loss_by_delay_is_told_in_both_languages_and_borne() -> None:
    """k gains 1 a year for 12 years and pays all of 12. Opened a year late it gains 1 less.

    As no partner pays more than it gains, j gets 1 less of the 12 that it has paid.
    """
    base = ferry()
    pier = base.project_by_id["pier"]
    short = pier.model_copy(
        update={"options": (edit(pier.options[0], benefits={"b": 1.0}, lifetime=12),)}
    )
    settings = edit(base.settings, appraisal=edit(base.settings.appraisal, end_year=2035))
    instance = base.model_copy(update={"projects": (short,), "settings": settings})
    plan = best(instance).plan
    assert plan is not None
    on_time = roll(instance, plan, 2022)
    assert not on_time.notes
    late = roll(instance, plan, 2022, [Actual(project="pier", year=2021, opened=2025)])
    (note,) = [note for note in late.notes if "is its own" in str(note)]
    assert "j agreed to pier" in str(note)
    assert "自行承担" in note.zh
    assert best(late.instance).plan is not None


# ------------------------------------------------------------------------------------ capital


def railway(*, quota: float = 80.0, inflation: float = 0.0, as_capital: float = 0.0) -> Instance:
    """A railway of 100 in two years, a fifth of it capital; cash comes in the second year alone."""
    return make_instance(
        [
            make_project(
                "rail", 100.0, 60.0, lead_time=2, spending_profile=(0.8, 0.2), latest_start=2021
            ),
            make_project("park", 15.0, 40.0, earliest_start=2022),
        ],
        years=(2021, 2024),
        settings={
            "capital_ratios": [CapitalRatio(id="c", ratio=0.2, valid_from=2021, valid_to=2021)],
            "inflation": inflation,
        },
        funds=[make_fund()],
        inflows=make_inflows("budget", 2022, 30.0),
        instruments=[make_bond(tenor=10, as_capital=as_capital)],
        debt=[make_debt(2021, new_quota=quota), make_debt(2022, new_quota=36.0)],
    )  # fmt: skip


def capital_left(instance: Instance, *rows: Actual) -> tuple[float | None, Rolled]:
    """The ratio of the railway's own rule after a roll to 2022, and what was rolled."""
    plan = best(instance).plan
    assert plan is not None
    rolled = roll(instance, plan, 2022, rows)
    rules = rolled.instance.settings.finance.capital_ratios
    own = [rule.ratio for rule in rules if rule.projects == ("rail",)]
    assert len(own) == len(rules) - 1 <= 1
    return (own[0] if own else None), rolled


def test_works_begun_with_debt_are_ended_with_capital() -> None:
    """80 of 100 were borrowed: the other 20 are cash, of which 10 are left for the park.

    The park starts when no rule is in force, and borrows the other 5.
    """
    ratio, rolled = capital_left(railway())
    assert ratio == pytest.approx(1.0)
    plan = best(rolled.instance).plan
    assert plan is not None
    paid = {(row.project, row.source): row.amount for row in plan.payments}
    assert paid["rail", "budget"] == pytest.approx(20.0)
    assert ("rail", "bond") not in paid
    assert paid["park", "bond"] >= 5.0 - 1e-6


@pytest.mark.parametrize(
    ("instance", "spent", "ratio"),
    [
        (railway(as_capital=0.1), None, 0.6),  # debt of 72, so that 8 of the rest of 20 may be
        (railway(), 70.0, 2.0 / 3.0),  # 70 borrowed, 30 left: 10 of debt
        (railway(inflation=0.5), None, 22.0 / 30.0),  # 80 of 110 borrowed: 8 of the 30 to come
    ],
)
def test_capital_of_the_rest_is_what_the_whole_still_lacks(
    instance: Instance, spent: float | None, ratio: float
) -> None:
    rows = [] if spent is None else [Actual(project="rail", year=2021, spent=spent)]
    assert capital_left(instance, *rows)[0] == pytest.approx(ratio)


def test_capital_is_carried_over_several_rolls_and_ends_with_the_works() -> None:
    """Three years of 50, 25, 25: 40 borrowed of the first, then 15, so that 20 of 25 are left."""
    instance = make_instance(
        [make_project("rail", 100.0, 60.0, lead_time=3, spending_profile=(0.5, 0.25, 0.25))],
        years=(2021, 2025),
        settings={"capital_ratios": [CapitalRatio(id="c", ratio=0.25)]},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0, 10.0, 5.0, 0.0),
        instruments=[make_bond(tenor=10)],
        debt=[make_debt(2021, new_quota=40.0), make_debt(2022, new_quota=15.0)],
    )
    plan = best(instance).plan
    assert plan is not None
    question, answer = instance, plan
    ratios = []
    for year in (2022, 2023, 2024):
        rolled = roll(question, answer, year)
        rules = rolled.instance.settings.finance.capital_ratios
        ratios += [rule.ratio for rule in rules if rule.projects]
        left = cut(question, answer, rolled)
        assert verify_plan(rolled.instance, left).ok
        question, answer = rolled.instance, left
    # 75 of debt are allowed: 35 of the last 50, then 20 of 25; what stands asks nothing.
    assert ratios == pytest.approx([0.3, 0.2])


# ----------------------------------------------------------------------------------- contracts


@pytest.mark.parametrize(("spent", "begins"), [(None, 2023), (0.0, 2024)])
def test_a_partner_of_late_works_is_repaid_from_their_end_on(
    spent: float | None, begins: int
) -> None:
    """A contract pays 6 in 2021 and 6 in 2022, and the budget repays it over three years after.

    Where nothing was done in 2022 works end in 2023: what was paid in 2021 falls due a year later.
    """
    instance = make_instance(
        [
            make_project(
                "plant", 12.0, 5.0, lead_time=2, spending_profile=(0.5, 0.5), latest_start=2021
            )
        ],
        years=(2021, 2024),
        settings={"end_year": 2035},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 0.0, 0.0, 5.0, 5.0, 5.0, 5.0),
        instruments=[
            make_bond(
                "ppp", 3, pool="ppp", kind="availability", kernel="equal_principal", tagged=True
            )
        ],
        pools=[make_pool("ppp", region="budget")],
    )
    plan = best(instance).plan
    assert plan is not None
    rows = [] if spent is None else [Actual(project="plant", year=2022, spent=spent)]
    rolled = roll(instance, plan, 2023, rows)
    due = {row.year: row.principal_due for row in rolled.instance.debt if row.principal_due}
    whole = 12.0 if spent is None else 6.0
    assert due == {begins + k: pytest.approx(whole / 3.0) for k in range(3)}
    assert sum(row.opening_balance or 0.0 for row in rolled.instance.debt) == pytest.approx(whole)
