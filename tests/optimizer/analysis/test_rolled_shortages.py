"""Joint works under way whose payers lack money when it is asked for: borne, or to be decided."""

from __future__ import annotations

import random

import pytest

from infraplan.models.agreement import Consent
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolled_money import RollError
from infraplan.optimizer.analysis.rolling import Rolled, roll
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_agreement,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_receipt,
    make_share,
    make_start_pace,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.test_rolled_sharing_against_oracle import _delay, joint_programme


def bridge(*, money_of_j: float = 8.0, k: float | None = None) -> Instance:
    """A bridge of 12, half a year, worth 25: 5 to j, 20 to k. k has 6 and 2, j `money_of_j` later.

    With `k` this is the part that k pays, no more and no less; else the plan chooses it.
    """
    return make_instance(
        [
            make_project(
                "bridge",
                12.0,
                5.0,
                jurisdiction="j",
                lead_time=2,
                lifetime=5,
                spending_profile=(0.5, 0.5),
                latest_start=2021,
            )
        ],
        years=(2021, 2024),
        settings={"discount_rate": 0.0, "end_year": 2035},
        jurisdictions=make_jurisdictions("j", "k"),
        funds=[
            make_fund("fj", jurisdiction="j", carry_over=False),
            make_fund("fk", jurisdiction="k", carry_over=False),
        ],
        inflows=[
            *make_inflows("fj", 2021, 0.0 if k is None else 4.0, 4.0, money_of_j, 0.0),
            *make_inflows("fk", 2021, 6.0, 2.0, 0.0, 0.0),
        ],
        shares=[
            make_share(
                "bridge",
                "k",
                None,
                benefit_share=0.8,
                min_share=k or 0.0,
                max_share=1.0 if k is None else k,
            )
        ],
        agreements=[
            make_agreement("bridge", shares="chosen", consent="project" if k is None else "no")
        ],
    )


STOOD_STILL = Actual(project="bridge", year=2022, spent=0.0)


def rolled_to_2023(instance: Instance, *rows: Actual) -> tuple[Rolled, Plan | None]:
    answer = best(instance).plan
    assert answer is not None
    rolled = roll(instance, answer, 2023, rows)
    return rolled, best(rolled.instance).plan


def test_who_pays_for_a_partner_without_money_bears_the_loss() -> None:
    """k pays 6 in 2021. The other 6 come a year late, when j alone has money: it gains 5 of it."""
    rolled, plan = rolled_to_2023(bridge(), STOOD_STILL)
    assert plan is not None
    assert verify_plan(rolled.instance, plan).ok
    paid = {(row.jurisdiction, row.year): row.amount for row in plan.payments}
    assert paid == {("j", 2023): pytest.approx(6.0)}
    before = {row.jurisdiction: row.given_before for row in rolled.instance.shares}
    assert before == {"j": pytest.approx(-1.0, abs=1e-5), "k": pytest.approx(6.0)}
    (note,) = [note for note in rolled.notes if "money is short" in str(note)]
    assert "j agreed to bridge" in str(note)
    assert " 1 (present value in 2023)" in str(note)
    assert "资金不足" in note.zh


def test_nothing_is_borne_where_all_went_as_planned() -> None:
    rolled, plan = rolled_to_2023(bridge())
    assert plan is not None
    assert not rolled.notes


def pier() -> Instance:
    """j pays for a pier of 8 in two years, k gains by it and compensates j; k also pays a ship."""
    two_years = {"lead_time": 2, "latest_start": 2021}
    return make_instance(
        [
            make_project(
                "pier", 8.0, 2.0, jurisdiction="j", spending_profile=(0.5, 0.5), **two_years
            ),
            make_project(
                "ship", 4.0, 3.0, jurisdiction="k", spending_profile=(0.25, 0.75), **two_years
            ),
        ],
        years=(2021, 2024),
        settings={"discount_rate": 0.0, "end_year": 2035},
        jurisdictions=make_jurisdictions("j", "k"),
        funds=[
            make_fund("fj", jurisdiction="j", carry_over=False),
            make_fund("fk", jurisdiction="k", carry_over=False),
        ],
        inflows=[
            *make_inflows("fj", 2021, 4.0, 4.0, 0.0, 0.0),
            *make_inflows("fk", 2021, 3.0, 6.0, 3.0, 0.0),
        ],
        shares=[make_share("pier", "k", benefit_share=1.0)],
        agreements=[make_agreement("pier", consent="project", compensation=True)],
    )


def test_a_pace_that_new_works_break_is_no_shortage_of_money() -> None:
    """A kiosk brings k the 3 that it lacks in 2023. Two other works must start then; one may."""
    then = {"earliest_start": 2023, "latest_start": 2023, "jurisdiction": "k"}
    new = [
        make_project("kiosk", 0.0, 1.0, **then),
        *(make_project(name, 0.0, 1.0, mandatory="must", **then) for name in ("one", "two")),
    ]
    bridge_alone = bridge(k=0.5)
    kiosk = make_receipt("kiosk", 3.0, fund="fk", event="start", delay=0)
    tables = {"projects": (*bridge_alone.projects, *new), "receipts": (kiosk,)}
    instance = bridge_alone.model_copy(update=tables)
    answer = best(instance).plan
    assert answer is not None
    paced = instance.model_copy(update={"start_paces": (make_start_pace(1),)})
    rolled = roll(paced, answer, 2023, [STOOD_STILL])
    assert best(rolled.instance).plan is None
    assert not [note for note in rolled.notes if "cannot be paid" in str(note)]


def test_compensation_that_late_works_take_the_money_of_is_the_partners_loss() -> None:
    """k was to compensate 8: 2 and 3 of it as planned, the last 3 in 2023, and the ship takes 3."""
    instance = pier()
    rolled, plan = rolled_to_2023(instance, Actual(project="ship", year=2022, spent=0.0))
    assert plan is not None
    paid = sum(row.amount for row in plan.compensations)
    assert paid == pytest.approx(0.0, abs=1e-6)
    (note,) = [note for note in rolled.notes if "money is short" in str(note)]
    assert "j agreed to pier" in str(note)
    assert verify_plan(rolled.instance, plan).ok


def test_shares_that_cannot_be_paid_are_told_with_what_would_do() -> None:
    """k is to pay half: 4 of the first year and 2 of the second, which comes when it has nothing.

    j has 8 in 2023 and might pay all of the 6 that are left.
    """
    rolled, plan = rolled_to_2023(bridge(k=0.5), STOOD_STILL)
    assert plan is None
    told = [str(note) for note in rolled.notes]
    (lacks,) = [text for text in told if "cannot be paid as is agreed" in text]
    assert "works under way (bridge)" in lacks
    assert "fk of k lacks" in lacks
    assert "in 2023" in lacks
    (other,) = [text for text in told if "with other shares" in text]
    assert "k pays" in other
    assert "less of bridge" in other
    assert all(note.zh != str(note) for note in rolled.notes)


def test_money_that_nobody_has_is_told_without_other_shares() -> None:
    rolled, plan = rolled_to_2023(bridge(money_of_j=1.0), STOOD_STILL)
    assert plan is None
    told = [str(note) for note in rolled.notes]
    assert [text for text in told if "cannot be paid as is agreed" in text]
    assert not [text for text in told if "with other shares" in text]


@pytest.mark.parametrize("part", first_quick(range(8)))
def test_late_works_of_partners_without_money_go_on_or_are_told(part: int) -> None:
    """A plan exists wherever one does without any consent; where none does, it is told why."""
    cases = told = 0
    for seed in (27, 35, 112, 159) if part == 0 else range(50 * part, 50 * part + 50):
        question = joint_programme(seed)
        answer = best(question).plan
        if answer is None:
            continue
        rng = random.Random(seed)
        year = rng.choice([2022, 2023, 2024])
        rows = [
            Actual(project=start.project, year=year - 1, **_delay(rng, start.start, year))
            for start in answer.starts
            if start.start < year and rng.random() < 0.6
        ]
        try:
            rolled = roll(question, answer, year, rows)
        except RollError:
            continue
        free = tuple(
            row.model_copy(update={"consent": Consent.NONE}) for row in rolled.instance.agreements
        )
        able = best(rolled.instance.model_copy(update={"agreements": free})).plan is not None
        assert (best(rolled.instance).plan is not None) == able, seed
        is_told = any("cannot be paid as is agreed" in str(note) for note in rolled.notes)
        assert is_told != able, seed
        cases += 1
        told += is_told
    assert cases >= 4
    assert told or part
