"""Rolled payers: who has paid what of works under way, and what that leaves of their rest."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolling import Rolled, roll
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_agreement,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
)
from tests.optimizer.analysis.test_rolling import cut
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
