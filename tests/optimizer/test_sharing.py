"""Joint projects: chosen shares, compensation, consent. Every number is worked out by hand.

Rules: `sharing`, `share_limit`, `compensation`, `consent`.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.plan import Compensation, Payment, Plan, SourceKind
from infraplan.optimizer.verify import Verification, verify_plan
from tests.builders import (
    edit,
    make_agreement,
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
)
from tests.optimizer.engine import best


def joint(
    *rows: dict[str, Any],
    cost: float = 10.0,
    benefit: float = 8.0,
    shares: list[Any] | None = None,
    **tables: Any,
) -> Instance:
    """Project `road` of leader j with partner k, 2021-2022: it costs 10 and brings 8 in 2022."""
    settings = tables.pop("settings", {})
    return make_instance(
        [make_project("road", cost, benefit, jurisdiction="j", latest_start=2021)],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("j", "k"),
        shares=shares if shares is not None else [make_share("road", "k", 0.5)],
        agreements=[make_agreement("road", **row) for row in rows],
        settings=settings,
        **tables,
    )


def half(benefit_share: float) -> list[Any]:
    """Partner k pays half and gains `benefit_share`."""
    return [make_share("road", "k", 0.5, benefit_share=benefit_share)]


# ------------------------------------------------------------------ consent under fixed shares


def test_without_consent_a_project_that_helps_one_partner_only_is_built() -> None:
    # j gains all 16 and pays 5, k gains nothing and pays 5: worth 6 in all.
    found = best(joint(benefit=16))
    assert found.objective == pytest.approx(6.0)
    assert found.rows("consent") == 0


def test_a_project_that_helps_one_partner_only_is_refused() -> None:
    found = best(joint({"consent": "project"}, benefit=16))
    assert found.objective == pytest.approx(0.0)
    assert found.starts == {}
    assert found.rows("consent") == 2


@pytest.mark.parametrize(
    ("benefit_share", "built"),
    [
        (0.3125, True),  # k gains 0.3125 x 16 = 5, exactly what it pays: it binds
        (0.5, True),  # 8 against 5 for both: slack
        (0.31, False),  # 4.96 against 5
        (0.69, False),  # now j gains 4.96 and pays 5
    ],
)
def test_consent_binds_where_a_share_of_the_benefits_equals_the_cost(
    benefit_share: float, built: bool
) -> None:
    found = best(joint({"consent": "project"}, benefit=16, shares=half(benefit_share)))
    assert found.objective == pytest.approx(6.0 if built else 0.0)


def test_consent_counts_present_values_uplift_running_costs_and_what_is_left() -> None:
    # At 10 % the 22 of 2022 are worth 20; running costs 1.1 are 1; works 10 with a bias of 20 %
    # weigh 12; 28 of 30 years are left at the end: 10 x 28/30 x 1/1.1 - in all G = 20 - 1 + 8.485.
    # j and k share G and the works alike, so that each gains (27.485 - 12) / 2.
    left = 10 * 29 / 30 / 1.1
    project = make_project(
        "road", 10, 22, jurisdiction="j", latest_start=2021, fixed_om_cost=1.1, optimism_bias=0.2
    )
    settings = {"discount_rate": 0.1, "residual_value": "straight_line"}
    gain = 20 - 1 + left
    due = 6 / gain  # the benefit share at which k gains just the 6 that its half weighs
    for share, built in ((due + 1e-6, True), (due - 1e-3, False)):
        instance = joint({"consent": "project"}, shares=half(share), settings=settings)
        instance = edit(instance, projects=(project,))
        assert bool(best(instance).starts) is built


def test_a_package_may_hold_a_project_that_one_partner_loses_by() -> None:
    # road: j gains 16 - 5, k loses 5. dam: k gains 16 - 5, j loses 5. Together each gains 6.
    def package(consent: str) -> Instance:
        rows = [
            make_project("road", 10, 16, jurisdiction="j", latest_start=2021),
            make_project("dam", 10, 16, jurisdiction="k", latest_start=2021),
        ]
        return make_instance(
            rows,
            years=(2021, 2022),
            jurisdictions=make_jurisdictions("j", "k"),
            shares=[make_share("road", "k", 0.5), make_share("dam", "j", 0.5)],
            agreements=[make_agreement(name, consent=consent) for name in ("road", "dam")],
        )

    assert best(package("project")).objective == pytest.approx(0.0)
    assert best(package("package")).objective == pytest.approx(12.0)
    assert best(package("package")).rows("consent") == 2


# ------------------------------------------------------------------ compensation


def test_compensation_makes_a_one_sided_project_acceptable() -> None:
    found = best(joint({"consent": "project", "compensation": True}, benefit=16))
    assert found.objective == pytest.approx(6.0)
    assert found.plan is not None
    paid = sum(row.amount for row in found.plan.compensations)
    assert paid >= 5.0 - 1e-6  # k must get back the 5 that it pays
    assert {row.jurisdiction for row in found.plan.compensations} == {"j"}


def test_no_compensation_helps_where_all_together_lose() -> None:
    found = best(joint({"consent": "project", "compensation": True}, benefit=9))
    assert found.starts == {}


def test_compensation_is_paid_from_funds_and_at_the_value_of_its_year() -> None:
    # j pays 5 for works in 2021 and owes k present value 5: at 10 %, 5.5 in 2022.
    agreed = {"consent": "project", "compensation": True}
    settings = {"discount_rate": 0.1}

    def with_money(second: float) -> Instance:
        return joint(
            agreed,
            benefit=22,  # worth 20
            settings=settings,
            funds=[make_fund("purse", jurisdiction="j")],
            inflows=make_inflows("purse", 2021, 5.0, second),
        )

    found = best(with_money(5.5))
    assert found.objective == pytest.approx(10.0)
    assert found.plan is not None
    (row,) = found.plan.compensations
    assert (row.source, row.year, row.amount) == ("purse", 2022, pytest.approx(5.5))
    assert found.plan.fund_years[1].use == pytest.approx(5.5)
    assert best(with_money(5.4)).starts == {}


def test_nobody_compensates_more_than_it_gains() -> None:
    # j gains 8 from road and pays 5; k would need 5; j's gain of 8 allows it, but not consent.
    assert best(joint({"consent": "project", "compensation": True}, benefit=8)).starts == {}
    # A package: j could pay from what it gains elsewhere, but not for this project.
    rows = [
        make_project("road", 10, 4, jurisdiction="j", latest_start=2021, mandatory="must"),
        make_project("dam", 10, 40, jurisdiction="j", latest_start=2021),
    ]
    instance = make_instance(
        rows,
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("road", "k", 0.5), make_share("dam", "k", 0.0)],
        agreements=[
            make_agreement("road", consent="package", compensation=True),
            make_agreement("dam", consent="package"),
        ],
    )
    assert best(instance).plan is None  # k needs 5, j gains 4 from road
    rich = edit(
        instance,
        projects=(
            edit(rows[0], options=(edit(rows[0].options[0], benefits={"users": 5.0}),)),
            rows[1],
        ),
    )
    assert best(rich).objective == pytest.approx(-5 + 30)


# ------------------------------------------------------------------ chosen shares


def chosen(least: float = 0.0, most: float = 1.0, **values: Any) -> list[Any]:
    """Partner k pays a chosen share between `least` and `most`."""
    return [make_share("road", "k", min_share=least, max_share=most, **values)]


def paid_by(plan: Plan | None, payer: str) -> float:
    assert plan is not None
    return sum(row.amount for row in plan.payments if row.jurisdiction == payer)


def test_the_budgets_decide_who_pays_within_the_limits() -> None:
    def with_money(j: float, k: float, least: float = 0.2, most: float = 0.8) -> Instance:
        return joint(
            {"shares": "chosen"},
            benefit=16,
            shares=chosen(least, most),
            funds=[make_fund("fj", jurisdiction="j"), make_fund("fk", jurisdiction="k")],
            inflows=[*make_inflows("fj", 2021, j), *make_inflows("fk", 2021, k)],
        )

    slack = best(with_money(10, 10))
    assert slack.objective == pytest.approx(6.0)
    assert 2.0 - 1e-6 <= paid_by(slack.plan, "k") <= 8.0 + 1e-6
    tight = best(with_money(3, 7))
    assert paid_by(tight.plan, "k") == pytest.approx(7.0)
    assert best(with_money(3, 6.9)).starts == {}  # 9.9 for works of 10
    assert best(with_money(1.9, 20)).starts == {}  # k pays 8 at most
    assert best(with_money(20, 1.9)).starts == {}  # k pays 2 at least
    assert best(with_money(1.9, 20, most=0.81)).starts == {"road": 2021}


def test_a_share_is_held_over_the_works_not_in_each_year() -> None:
    # 10 in 2021 and 10 in 2022 (inflation 10 %: 11); k has money in 2022 only and pays half.
    works = make_project("road", 20, 30, jurisdiction="j", spending_profile=(0.5, 0.5))
    instance = make_instance(
        [works],
        years=(2021, 2022),
        settings={"inflation": 0.1},
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("road", "k", min_share=0.5, max_share=0.5)],
        agreements=[make_agreement("road", shares="chosen")],
        funds=[make_fund("fj", jurisdiction="j"), make_fund("fk", jurisdiction="k")],
        inflows=[*make_inflows("fj", 2021, 10.0), *make_inflows("fk", 2021, 0.0, 11.0)],
    )
    found = best(instance)
    assert found.starts == {"road": 2021}
    assert paid_by(found.plan, "k") == pytest.approx(11.0)


def test_consent_moves_the_shares() -> None:
    # k gains 0.2 x 16 = 3.2 and so pays at most 3.2 of 10; j can pay 6.8 only.
    instance = joint(
        {"shares": "chosen", "consent": "project"},
        benefit=16,
        shares=chosen(benefit_share=0.2),
        funds=[make_fund("fj", jurisdiction="j")],
        inflows=make_inflows("fj", 2021, 6.8),
    )
    found = best(instance)
    assert paid_by(found.plan, "k") == pytest.approx(3.2)
    poorer = edit(instance, inflows=tuple(make_inflows("fj", 2021, 6.7)))
    assert best(poorer).starts == {}
    # k pays from outside: it has neither funds nor instruments.
    assert found.plan is not None
    assert {r.kind for r in found.plan.payments if r.jurisdiction == "k"} == {SourceKind.OUTSIDE}


def test_each_partner_pays_under_its_own_debt_rules() -> None:
    # Both borrow; j's bond is limited to 4 a year, k's share to 0.5: 9 of 10.
    args: dict[str, Any] = {
        "instruments": [
            make_bond("bj", jurisdiction="j", annual_limit=4.0),
            make_bond("bk", jurisdiction="k"),
        ]
    }
    terms = {"shares": "chosen"}
    assert best(joint(terms, benefit=16, shares=chosen(0, 0.5), **args)).starts == {}
    found = best(joint(terms, benefit=16, shares=chosen(0, 0.6), **args))
    assert paid_by(found.plan, "k") == pytest.approx(6.0)
    assert found.plan is not None
    assert sum(i.amount for i in found.plan.issues if i.instrument == "bk") == pytest.approx(6.0)


# ------------------------------------------------------------------ what the instance may say


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"shares": []}, "no partner besides its leader"),
        ({"shares": [make_share("road", "j", 0.5)]}, "no partner besides its leader"),
        (
            {"shares": [make_share("road", "j", 0.7), *chosen(0.4)]},
            "at least 1.1",
        ),
        ({"shares": [make_share("road", "j", 0.5), *chosen(0, 0.4)]}, "at most 0.9"),
        (
            {"shares": [make_share("road", "j", benefit_share=0.7), *half(0.5)]},
            "benefit shares of project road sum to 1.2",
        ),
    ],
)
def test_agreements_that_cannot_be_kept_are_refused(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(InconsistentInstanceError, match=message):
        joint({"shares": "chosen"}, **tables)


def test_two_agreements_on_one_project_are_refused() -> None:
    with pytest.raises(InconsistentInstanceError, match="stands twice"):
        joint({}, {})


# ------------------------------------------------------------------ plans that break the law


def broken(instance: Instance, plan: Plan | None, **changes: Any) -> list[str]:
    """Messages of the law `sharing` on a changed plan."""
    assert plan is not None
    result: Verification = verify_plan(instance, edit(plan, **changes))
    return [v.message for v in result.violations if v.law == "sharing"]


def pay(payer: str, amount: float, year: int = 2021) -> Payment:
    return Payment(
        project="road", jurisdiction=payer, kind=SourceKind.OUTSIDE, year=year, amount=amount
    )


def compensate(amount: float, **values: Any) -> Compensation:
    row = {"project": "road", "jurisdiction": "j", "receiver": "k", "year": 2021}
    return Compensation(**(row | values), amount=amount)


def test_plans_that_break_chosen_shares() -> None:
    instance = joint({"shares": "chosen"}, benefit=16, shares=chosen(0.2, 0.8))
    plan = best(instance).plan
    good = (pay("j", 5), pay("k", 5))
    assert broken(instance, plan, payments=good) == []
    assert "what the partners pay" in broken(instance, plan, payments=(pay("j", 5),))[0]
    assert "above the limit of 8" in broken(instance, plan, payments=(pay("j", 1), pay("k", 9)))[0]
    assert "below the least of 2" in broken(instance, plan, payments=(pay("j", 9), pay("k", 1)))[0]
    unbuilt = broken(instance, plan, payments=good, starts=())
    assert "which is not built" in unbuilt[0]


def test_a_stranger_pays_for_no_chosen_share() -> None:
    instance = joint({"shares": "chosen"}, benefit=16, shares=chosen())
    instance = edit(instance, jurisdictions=make_jurisdictions("j", "k", "l"))
    plan = best(instance).plan
    found = broken(instance, plan, payments=(pay("j", 5), pay("k", 3), pay("l", 2)))
    assert found == ["l pays for project road but is no partner in it"]


def test_a_plan_without_consent_is_refused() -> None:
    free = joint(benefit=16)
    plan = best(free).plan
    assert broken(free, plan) == []
    asked = joint({"consent": "project"}, benefit=16)
    (message,) = broken(asked, plan)
    assert "comes to k by project road" in message
    assert "is 0, below the least of 5" in message
    (message,) = broken(joint({"consent": "package"}, benefit=16), plan)
    assert "comes to k by the package" in message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (compensate(4.9), "below the least of 5"),
        (compensate(16.1), "against its gain"),
        (compensate(5.0, year=2023), "the plan is over"),
        (compensate(5.0, year=2020), "not begun"),
        (edit(compensate(5.0), year=10**9), "the plan is over"),
        (compensate(5.0, receiver="j"), "nothing is agreed"),
        (compensate(-1.0), "below the least of 0"),
        (compensate(5.0, source="fk"), "fk may not pay it"),
    ],
)
def test_compensation_that_breaks_the_law(row: Compensation, message: str) -> None:
    instance = joint(
        {"consent": "project", "compensation": True},
        benefit=16,
        funds=[make_fund("fk", jurisdiction="k", opening_balance=50.0)],
    )
    plan = best(instance).plan
    assert broken(instance, plan) == []
    assert any(message in text for text in broken(instance, plan, compensations=(row,)))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": float("nan")},
        {"amount": 1e30},
        {"year": "2021"},
        {"jurisdiction": "nobody"},
        {"receiver": "nobody"},
        {"project": "nothing"},
        {"source": "no fund"},
    ],
)
def test_compensation_that_cannot_be_read(changes: dict[str, Any]) -> None:
    instance = joint({"consent": "project", "compensation": True}, benefit=16)
    plan = best(instance).plan
    assert plan is not None
    (row,) = plan.compensations
    for rows in ((edit(row, **changes),), (row, edit(row, **changes))):
        found = verify_plan(instance, edit(plan, compensations=rows))
        assert "record" in {violation.law for violation in found.violations}
    twice = verify_plan(instance, edit(plan, compensations=(row, row)))
    assert "record" in {violation.law for violation in twice.violations}


def test_payments_far_outside_the_plan_for_chosen_shares() -> None:
    instance = joint({"shares": "chosen", "consent": "project"}, benefit=16, shares=chosen())
    plan = best(instance).plan
    assert plan is not None
    for year in (10**9, -(10**9)):
        found = broken(instance, plan, payments=(*plan.payments, edit(pay("j", 1.0), year=year)))
        assert any(f"in {year}" in text for text in found)


def test_compensation_that_nobody_agreed_on() -> None:
    plain = joint(benefit=16)
    found = broken(plain, best(plain).plan, compensations=(compensate(5.0),))
    assert any("nothing is agreed" in text for text in found)


# ------------------------------------------------------------------- what went before the plan


def under_way(stage: str = "under_construction", **before: float) -> Instance:
    """The road is begun, or stands: j leads and gains 16 by what is left, k may be compensated."""
    work = {} if stage == "complete" else {"latest_start": 2021}
    return make_instance(
        [make_project("road", 10.0, 16.0, jurisdiction="j", stage=stage, **work)],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("j", "k"),
        funds=[make_fund("fj", jurisdiction="j", opening_balance=20.0)],
        shares=[
            make_share("road", "j", gained_before=before.pop("gained", 0.0)),
            make_share("road", "k", benefit_share=0.0, **before),
        ],
        agreements=[make_agreement("road", consent="project", compensation=True)],
    )


def keeps_sharing(instance: Instance, amount: float) -> bool:
    """Whether the best plan, j compensating k with `amount` in 2021, keeps the law `sharing`."""
    plan = best(instance).plan
    assert plan is not None
    row = Compensation(
        project="road", jurisdiction="j", receiver="k", source="fj", year=2021, amount=amount
    )
    paid = plan.model_copy(update={"compensations": (row,) if amount else ()})
    return "sharing" not in {found.law for found in verify_plan(instance, paid).violations}


@pytest.mark.parametrize(
    ("given", "gained", "least"),
    [
        (0.0, 0.0, 0.0),
        (4.0, 0.0, 4.0),  # k gave 4 for the works begun and gets them back of j's gain
        (4.0, 1.0, 3.0),  # but what it has had of them already
        (-2.0, 0.0, 0.0),  # it got more than it gave
        (7.0, 0.0, None),  # j gains 16 less the 10 that are left to pay: 6, and no more
    ],
)
def test_consent_counts_what_went_before(given: float, gained: float, least: float | None) -> None:
    instance = under_way(given_before=given, gained_before=gained)
    assert (best(instance).plan is None) == (least is None)
    if least is not None:
        assert keeps_sharing(instance, least)
        assert least == 0.0 or not keeps_sharing(instance, least - 0.1)
        assert not keeps_sharing(instance, 6.1)


@pytest.mark.parametrize(
    ("gained", "given", "least"),
    [(0.0, 0.0, 0.0), (9.0, 4.0, 4.0), (3.0, 4.0, None)],
)
def test_what_stands_is_compensated_out_of_what_it_brought(
    gained: float, given: float, least: float | None
) -> None:
    """Built before the plan: j has gained 9, or 3, in all, and k still misses 4."""
    instance = under_way("complete", gained=gained, given_before=given)
    assert (best(instance).plan is None) == (least is None)
    if least is not None:
        assert keeps_sharing(instance, least)
        assert least == 0.0 or not keeps_sharing(instance, least - 0.1)
        assert not keeps_sharing(instance, gained + 0.1)


def test_compensation_paid_before_leaves_less_to_pay() -> None:
    """j has paid 14 in compensation of the 16 that it gains, and k still misses 2."""
    rows = under_way(given_before=2.0).shares
    for before, able in ((14.0, True), (14.5, False)):
        mine = (edit(rows[0], gained_before=10.0, compensation_before=before + 10.0), rows[1])
        instance = under_way(given_before=2.0).model_copy(update={"shares": mine})
        assert (best(instance).plan is not None) == able
        if able:
            assert keeps_sharing(instance, 2.0)
            assert not keeps_sharing(instance, 2.1)
