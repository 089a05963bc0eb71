"""Projects that no payer could ever pay: by hand, and never one that some plan does pay.

The fund of these tests has 20 in each of 2021 to 2024, 80 in all.
"""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
from infraplan.optimizer.accounts.reach import unpayable_projects
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from tests.assertions import assert_bilingual
from tests.builders import (
    REGION,
    edit,
    make_agreement,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_policy,
    make_project,
    make_receipt,
    make_share,
)
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.pressed import pressed_instance


def one(cost: float, *, tables: dict[str, object] | None = None, **project: object) -> Instance:
    """One project beside a fund of 20 a year; further `tables` replace its own."""
    given = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 20, 20, 20, 20)}
    values = {"benefit": 50.0} | project
    return make_instance([make_project("works", cost, **values)], **(given | (tables or {})))


def missing(instance: Instance) -> float | None:
    """What is missing for the one project; None where it might be paid."""
    found = unpayable_projects(instance)
    assert len(found) <= 1
    return found[0].missing if found else None


def test_all_that_ever_comes_in_is_the_most_that_a_fund_can_pay() -> None:
    assert missing(one(80.0)) is None
    (found,) = unpayable_projects(one(100.0))
    assert (found.start, found.year, found.needed, found.missing) == (2024, 2024, 100.0, 20.0)
    assert found.payers == (REGION,)


def test_what_rounding_may_add_to_a_cost_makes_nothing_unpayable() -> None:
    # Room is a millionth of the cost: 0.00008 of 80.
    assert missing(one(80.00007)) is None
    assert missing(one(80.00009)) == pytest.approx(0.00009, rel=1e-6)


def test_the_last_possible_start_decides() -> None:
    # Begun by 2022 at the latest: 40 are there by then.
    assert missing(one(50.0, latest_start=2022)) == pytest.approx(10.0)
    assert missing(one(40.0, latest_start=2022)) is None


def test_a_profile_is_paid_year_by_year() -> None:
    # 70 in 2023 and 10 in 2024: 60 have come in by 2023.
    early = one(80.0, spending_profile=(0.875, 0.125), lead_time=2)
    assert missing(early) == pytest.approx(10.0)
    assert missing(one(80.0, spending_profile=(0.75, 0.25), lead_time=2)) is None
    # 20 in 2023 and 80 in 2024: enough by 2023, 20 short by 2024.
    (late,) = unpayable_projects(one(100.0, spending_profile=(0.2, 0.8), lead_time=2))
    assert (late.start, late.year, late.missing) == (2023, 2024, pytest.approx(20.0))


def test_the_cheapest_option_decides() -> None:
    options = [make_option("large", 200.0, 90.0), make_option("small", 90.0, 50.0)]
    project = make_project("works", options=options)
    instance = edit(one(1.0), projects=(project,))
    (found,) = unpayable_projects(instance)
    assert (found.option, found.missing) == ("small", pytest.approx(10.0))
    small = make_project("works", options=[options[0], make_option("small", 80.0, 50.0)])
    assert not unpayable_projects(edit(instance, projects=(small,)))


@pytest.mark.parametrize(
    ("fund", "cost", "lacks"),
    [
        ({"sectors": ("water",)}, 10.0, 10.0),
        ({"max_share": 0.5}, 40.0, 20.0),
        ({"envelope": 30.0}, 40.0, 10.0),
        ({"carry_over": False}, 30.0, 10.0),
        ({"lapse_years": 1}, 50.0, 10.0),
        ({"opening_balance": 15.0}, 100.0, 5.0),
        ({"certainty": 0.5}, 50.0, 10.0),
    ],
)
def test_what_a_fund_may_pay_is_respected(
    fund: dict[str, object], cost: float, lacks: float
) -> None:
    assert missing(one(cost, tables={"funds": [make_fund(**fund)]})) == pytest.approx(lacks)
    paid = one(cost - lacks, tables={"funds": [make_fund(**fund)]})
    if fund != {"max_share": 0.5}:  # half of whatever it costs
        assert missing(paid) is None or cost == lacks


def test_interest_and_receipts_are_counted_in_its_favour() -> None:
    # 20 x (1.1^3 + 1.1^2 + 1.1 + 1) = 92.82 with interest.
    interest = {"funds": [make_fund(interest_rate=0.1)]}
    assert missing(one(92.0, tables=interest)) is None
    assert missing(one(93.0, tables=interest)) == pytest.approx(0.18)
    paying = make_project("toll", 1.0, 50.0)
    instance = one(100.0)
    instance = edit(
        instance,
        projects=(*instance.projects, paying),
        receipts=(make_receipt("toll", 25.0),),
    )
    assert not unpayable_projects(instance)


def loans(**values: object) -> dict[str, object]:
    """A bond beside the fund, and what limits it."""
    debt = values.pop("debt", ())
    return {"instruments": [make_bond(**values)], "debt": debt}


def test_loans_pay_within_their_limits() -> None:
    assert missing(one(1000.0, tables=loans())) is None  # nothing limits the bond
    assert missing(one(100.0, tables=loans(annual_limit=15.0))) == pytest.approx(5.0)
    quota = [make_debt(year, new_quota=5.0) for year in range(2021, 2025)]
    assert missing(one(100.0, tables=loans(debt=quota))) == pytest.approx(15.0)
    assert missing(one(1000.0, tables=loans(debt=quota, uses_quota=False))) is None
    ceiling = [make_debt(2021, opening_balance=10.0, ceiling=22.0)]
    assert missing(one(100.0, tables=loans(debt=ceiling))) == pytest.approx(8.0)
    assert missing(one(100.0, tables=loans(sectors=("water",)))) == pytest.approx(20.0)
    assert missing(one(100.0, tables=loans(max_share=0.1))) == pytest.approx(10.0)
    ended = one(100.0, tables=loans(last_year=2023), earliest_start=2024)
    assert missing(ended) == pytest.approx(20.0)
    assert missing(one(100.0, tables=loans(refinancing=True))) == pytest.approx(20.0)


def test_every_payer_must_bear_its_share() -> None:
    tables = {
        "jurisdictions": make_jurisdictions(REGION, "town", "state"),
        "funds": [make_fund(), make_fund("purse", jurisdiction="town")],
        "inflows": [
            *make_inflows("budget", 2021, 20, 20, 20, 20),
            *make_inflows("purse", 2021, 1, 1, 1, 1),
        ],
    }
    half = one(100.0, tables=tables | {"shares": [make_share("works", "town", 0.5)]})
    (found,) = unpayable_projects(half)
    assert (found.payers, found.missing) == (("town",), pytest.approx(46.0))
    # Who has no funds in the instance pays from outside.
    outside = one(100.0, tables=tables | {"shares": [make_share("works", "state", 0.5)]})
    assert missing(outside) is None


def test_partners_who_choose_their_shares_pay_together() -> None:
    tables = {
        "jurisdictions": make_jurisdictions(REGION, "town"),
        "funds": [make_fund(), make_fund("purse", jurisdiction="town")],
        "inflows": [
            *make_inflows("budget", 2021, 20, 20, 20, 20),
            *make_inflows("purse", 2021, 5, 5, 5, 5),
        ],
        "shares": [make_share("works", "town")],
        "agreements": [make_agreement("works", shares="chosen")],
    }
    assert missing(one(100.0, tables=tables)) is None
    assert missing(one(101.0, tables=tables)) == pytest.approx(1.0)


def test_what_is_no_candidate_is_not_named() -> None:
    assert missing(one(100.0, mandatory=Mandate.MUST_NOT)) is None
    assert missing(one(100.0, stage="complete")) is None
    assert missing(one(100.0, tables={"policies": [make_policy("spend_cap", 1.0)]})) == 20.0
    assert missing(make_instance([make_project("works", 100.0, 9.0)])) is None  # nobody's money


def test_validation_names_it_with_its_place_and_the_sum() -> None:
    (found,) = (row for row in find_implausibilities(one(100.0)) if row.rule == "never-payable")
    assert (found.table, found.index, found.field) == ("projects", 0, "overnight_cost")
    assert "works can be paid in no plan" in found.message
    assert "20" in found.message
    assert "仍缺20" in found.message.zh
    assert_bilingual(found.message, found.message.zh)
    assert_bilingual(found.advice, found.advice.zh)


@pytest.mark.parametrize("draw", [random_instance, pressed_instance])
def test_no_project_is_named_that_some_plan_pays(draw: object) -> None:
    """Each project that is named, made a must, leaves no plan; and it bites."""
    named = 0
    for seed in range(40):
        instance = draw(seed)  # type: ignore[operator]
        poor = edit(
            instance,
            inflows=tuple(
                row.model_copy(update={"value": 0.3 * row.value}) for row in instance.inflows
            ),
        )
        for found in unpayable_projects(poor):
            project = poor.projects[found.project]
            assert not stands(project)
            if project.mandatory is Mandate.COMMITTED:
                assert best(poor).plan is None, seed
                continue
            must = project.model_copy(update={"mandatory": Mandate.MUST})
            projects = tuple(must if row is project else row for row in poor.projects)
            assert best(edit(poor, projects=projects)).plan is None, (seed, project.id)
            named += 1
    assert named >= 5
