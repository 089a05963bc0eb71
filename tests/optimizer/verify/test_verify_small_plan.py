"""The hand-computed plan passes; every single change of a number in it is seen and named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infraplan.models.plan import Plan
from infraplan.optimizer.verify import LAWS, find_differences, recompute_plan, verify_plan
from tests.assertions import assert_breaks, assert_verified, broken_laws
from tests.builders import edit
from tests.optimizer.verify.small_plan import small_instance, small_plan


def test_hand_computed_plan_obeys_every_law() -> None:
    verification = assert_verified(small_instance(), small_plan())
    assert verification.objective == pytest.approx(-30.8224, abs=1e-12)
    assert [check.law for check in verification.laws] == list(LAWS)
    checked = {check.law for check in verification.laws if check.checked}
    assert {
        "choose_one",
        "dates",
        "window",
        "benefit",
        "construction",
        "om",
        "residual",
        "shortfall",
        "objective",
        "target",
        "sources_uses",
        "eligibility",
        "issue_use",
        "fund_balance",
        "debt",
        "service",
        "ceiling",
        "quota",
        "debt_rule",
        "band",
    } <= checked
    assert max(check.worst_error for check in verification.laws) < 1e-12


def test_recomputed_accounts_equal_the_hand_computed_ones() -> None:
    plan = small_plan()
    fresh = recompute_plan(small_instance(), plan)
    # The bond's years 2026 and 2027, all zero, are the only rows that the hand left out.
    left_out = find_differences(plan, fresh)
    assert left_out == ()
    assert len(fresh.debt_years) - len(plan.debt_years) == 2


def _single_changes(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Every change of one number (or name) in one row of the plan."""
    for table in (
        "starts",
        "payments",
        "issues",
        "fund_years",
        "debt_years",
        "rule_years",
        "targets",
        "objective_terms",
    ):
        rows: tuple[Any, ...] = getattr(plan, table)
        for at, row in enumerate(rows):
            for name, value in dict(row).items():
                for other in _others(value):
                    changed = (*rows[:at], edit(row, **{name: other}), *rows[at + 1 :])
                    label = f"{table}[{at}].{name}: {value!r} -> {other!r}"
                    yield label, edit(plan, **{table: changed})
            yield f"{table}[{at}] removed", edit(plan, **{table: rows[:at] + rows[at + 1 :]})
            yield f"{table}[{at}] doubled", edit(plan, **{table: (*rows, row)})
    yield "objective", edit(plan, objective=plan.objective * 1.01)
    yield "instance", edit(plan, instance="another")
    yield "scenario", edit(plan, scenario="unknown")


def _others(value: object) -> list[Any]:
    if isinstance(value, int):
        return [value - 1, value + 1, value + 400]
    if isinstance(value, float):
        # One per cent each way; where nothing stands, a small amount.
        return [value * 0.99, value * 1.01, float("nan"), float("inf")] if value else [0.01, -0.01]
    if value is None:
        return [1.0]
    return ["another", f"{value}x"]


CHANGES = list(_single_changes(small_plan()))


def test_enough_changes_are_tried() -> None:
    assert len(CHANGES) > 900


def test_every_single_change_breaks_a_named_law() -> None:
    instance = small_instance()
    for label, changed in CHANGES:
        verification = verify_plan(instance, changed)
        assert not verification.ok, f"{label} was not seen"
        assert broken_laws(verification.violations) <= set(LAWS)
        assert sum(check.violations for check in verification.laws) == len(verification.violations)
        assert all(violation.message for violation in verification.violations)


def test_every_single_change_is_a_difference_between_the_two_accounts() -> None:
    plan = small_plan()
    for label, changed in CHANGES:
        assert find_differences(plan, changed), f"{label} was not seen"
        assert find_differences(changed, plan), f"{label} was not seen the other way round"


@pytest.mark.parametrize(
    ("table", "at", "changes", "laws"),
    [
        ("fund_years", 1, {"closing": 6.6}, {"fund_balance"}),
        ("fund_years", 1, {"service": 5.6}, {"service"}),
        ("debt_years", 8, {"balance": 59.0}, {"debt"}),
        ("rule_years", 0, {"headroom": 49.0}, {"ceiling"}),
        ("rule_years", 9, {"limit": 30.0}, {"quota"}),
        ("rule_years", 10, {"value": 31.0}, {"debt_rule"}),
        ("rule_years", 10, {"band": "red"}, {"band"}),
        ("targets", 0, {"achieved": 20.0}, {"target"}),
        ("objective_terms", 0, {"value": 62.09}, {"benefit"}),
        ("objective_terms", 6, {"value": 0.0}, {"shortfall"}),
        ("starts", 0, {"finish": 2023}, {"dates"}),
        ("starts", 0, {"opening": 2024}, {"dates"}),
    ],
)
def test_a_wrong_derived_number_breaks_its_law_alone(
    table: str, at: int, changes: dict[str, Any], laws: set[str]
) -> None:
    plan = small_plan()
    rows = getattr(plan, table)
    changed = edit(plan, **{table: (*rows[:at], edit(rows[at], **changes), *rows[at + 1 :])})
    assert_breaks(small_instance(), changed, *laws)


def test_message_names_project_year_and_amounts() -> None:
    plan = small_plan()
    payments = (edit(plan.payments[0], amount=29.0), *plan.payments[1:])
    found = verify_plan(small_instance(), edit(plan, payments=payments)).violations
    told = next(violation for violation in found if violation.law == "sources_uses")
    assert told.message == "what region pays for project A in 2021 is 39, but follows to be 40"
    assert (told.subject, told.expected, told.found) == ("A", 40.0, 39.0)
    assert str(told) == f"sources_uses: {told.message}"


def test_order_of_rows_does_not_matter() -> None:
    plan = small_plan()
    turned = edit(
        plan,
        **{
            name: tuple(reversed(getattr(plan, name)))
            for name in ("starts", "payments", "issues", "fund_years", "debt_years", "rule_years")
        },
    )
    assert_verified(small_instance(), turned)
    assert find_differences(plan, turned) == ()


def test_rounding_within_the_tolerance_is_forgiven() -> None:
    plan = small_plan()
    payments = (edit(plan.payments[0], amount=30.0 + 1e-7), *plan.payments[1:])
    assert_verified(small_instance(), edit(plan, payments=payments))
