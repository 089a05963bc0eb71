"""Random lawful plans pass; the two derived accounts of a random plan are the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infraplan.models.funding import InstrumentKind
from infraplan.models.plan import Plan
from infraplan.optimizer.verify import (
    compute_totals,
    find_differences,
    recompute_plan,
    verify_manifest,
    verify_plan,
)
from tests.assertions import assert_verified
from tests.builders import edit, make_plan
from tests.optimizer.verify.random_plans import Draft, draw, with_money_of_every_kind

if TYPE_CHECKING:
    from infraplan.models.instance import Instance

SEEDS = st.integers(min_value=0, max_value=10**9)


def _plan(draft: Draft) -> Plan:
    return make_plan(draft.instance, draft.starts, draft.payments, draft.issues)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEEDS)
def test_random_lawful_plan_passes(seed: int) -> None:
    draft = draw(seed)
    assert_verified(draft.instance, _plan(draft))


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_random_change_of_a_decision_is_seen(seed: int) -> None:
    """Each decision of a lawful plan, changed by a per cent or a year, makes it unlawful."""
    draft = draw(seed)
    plan, dice = _plan(draft), random.Random(seed)
    tables = [name for name in ("starts", "payments", "issues") if getattr(plan, name)]
    if not tables:
        return
    table = dice.choice(tables)
    rows = list(getattr(plan, table))
    at = dice.randrange(len(rows))
    if table == "starts":
        changed = edit(rows[at], start=rows[at].start + dice.choice([-1, 1]))
    else:
        changed = edit(rows[at], amount=rows[at].amount * dice.choice([0.99, 1.01]))
    rows[at] = changed
    assert not verify_plan(draft.instance, edit(plan, **{table: tuple(rows)})).ok


def _other_accounts(instance: Instance, plan: Plan) -> Plan:
    """The accounts as the solve side derives them from the same decisions."""
    from infraplan.optimizer.accounts.candidates import lay_out
    from infraplan.optimizer.accounts.debt import debt_years
    from infraplan.optimizer.accounts.funds import fund_years, lapse_lag
    from infraplan.optimizer.accounts.limits import rule_years
    from infraplan.optimizer.accounts.targets import target_outcomes
    from infraplan.optimizer.accounts.value import build_coefficients, objective_terms

    lapses = {
        (row.fund, row.year): row.lapse
        for row in plan.fund_years
        if lapse_lag(instance.fund_by_id[row.fund]) is not None
    }
    coefficients = build_coefficients(lay_out(instance))
    debt = debt_years(instance, plan.issues, plan.starts)
    outcomes = target_outcomes(coefficients, plan.starts)
    terms = objective_terms(coefficients, plan.starts, outcomes)
    return edit(
        plan,
        fund_years=fund_years(instance, plan.payments, debt, lapses, plan.starts),
        debt_years=debt,
        rule_years=rule_years(instance, plan.issues, plan.starts),
        targets=outcomes,
        objective_terms=terms,
        objective=sum(term.value for term in terms),
    )


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_both_derived_accounts_agree(seed: int) -> None:
    draft = draw(seed)
    plan = _plan(draft)
    found = find_differences(_other_accounts(draft.instance, plan), plan)
    assert not found, "\n".join(str(violation) for violation in found)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_both_accounts_agree_on_money_of_every_kind(seed: int) -> None:
    draft, lapses = with_money_of_every_kind(draw(seed), seed)
    plan = make_plan(draft.instance, draft.starts, draft.payments, draft.issues, fund_years=lapses)
    found = find_differences(_other_accounts(draft.instance, plan), plan)
    assert not found, "\n".join(str(violation) for violation in found)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_both_find_the_same_debt_uncovered(seed: int) -> None:
    from infraplan.optimizer.accounts.coverage import coverage_tests

    draft, _ = with_money_of_every_kind(draw(seed), seed)
    plan = make_plan(draft.instance, draft.starts, draft.payments, draft.issues)
    uncovered = {
        test.group[1]
        for test in coverage_tests(draft.instance, plan.issues, plan.starts)
        if test.asked > test.revenue + 1e-6 * max(1.0, test.asked)
    }
    violations = verify_plan(draft.instance, plan).violations
    assert uncovered == {row.subject for row in violations if row.law == "coverage"}


def test_the_kinds_of_money_all_occur() -> None:
    drafts = [with_money_of_every_kind(draw(seed), seed)[0] for seed in range(60)]
    kinds = {row.kind for draft in drafts for row in draft.instance.instruments}
    assert kinds == set(InstrumentKind)
    lags = {row.lapse_years for draft in drafts for row in draft.instance.funds}
    assert lags >= {None, 0, 1, 2}
    groups, short = set(), 0
    for draft in drafts:
        plan = make_plan(draft.instance, draft.starts, draft.payments, draft.issues)
        for row in verify_plan(draft.instance, plan).violations:
            if row.law == "coverage":
                short += 1
                groups.add(row.subject == "city")
    assert groups == {True, False}
    assert short < 60 * 3


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_totals_of_the_rows_are_those_of_the_decisions(seed: int) -> None:
    draft = draw(seed)
    plan = _plan(draft)
    manifest = {
        "instance": draft.instance.settings.id,
        "instance_hash": "h",
        "scenario": "",
        "objective": plan.objective,
        "bound": plan.objective + 1.0,
        "gap": 1.0 / max(abs(plan.objective), 1e-9),
        "num_projects": len(draft.instance.projects),
        "num_selected": len(plan.starts),
        "totals": compute_totals(plan, draft.instance),
    }
    found = verify_manifest(draft.instance, plan, manifest, "h")
    assert not found, "\n".join(str(violation) for violation in found)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_recomputing_changes_nothing_in_a_recomputed_plan(seed: int) -> None:
    draft = draw(seed)
    plan = _plan(draft)
    assert recompute_plan(draft.instance, plan) == plan
