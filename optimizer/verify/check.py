"""`verify_plan`: every law on one plan; `find_differences`: two accounts side by side."""

from __future__ import annotations

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.stage_times import Stage, stage
from infraplan.optimizer.verify.derived import Accounts, read_accounts
from infraplan.optimizer.verify.exact_money import check_exact_money
from infraplan.optimizer.verify.funds import check_funds
from infraplan.optimizer.verify.joint_projects import check_sharing
from infraplan.optimizer.verify.limits import check_limits
from infraplan.optimizer.verify.network_laws import stated_service
from infraplan.optimizer.verify.payments import check_payments
from infraplan.optimizer.verify.rows import (
    AGAINST_LAWS,
    ALL_TABLES,
    DERIVED_TABLES,
    FUND_YEARS,
    SERVICE,
    SIDE_BY_SIDE,
    TARGETS,
    Table,
    compare_rows,
    plain_number,
)
from infraplan.optimizer.verify.selection import check_mandates, check_relations, check_windows
from infraplan.optimizer.verify.targets import (
    check_policies,
    check_resources,
    check_start_paces,
    check_targets,
)
from infraplan.optimizer.verify.value import VALUED, counts_money
from infraplan.optimizer.verify.violations import (
    Recorder,
    Verification,
    Violation,
    identical,
    number,
)


@stage(Stage.VERIFY)
def verify_plan(instance: Instance, plan: Plan) -> Verification:
    """Check `plan` against every law of docs/laws.md.

    Starts, payments, issues and chosen lapses are the plan's decisions. Everything else is
    computed afresh from them and compared with the plan's own rows; then every law is tested on
    the fresh numbers. Nothing is raised on a bad plan: each fault is a violation.

    Parameters
    ----------
    instance
        The problem, with the plan's scenario already applied.
    plan
        The answer, as solved or as read from a run's files.

    Returns
    -------
    Verification
        Every law with its number of checks, every violation, and the recomputed objective.
    """
    recorder = Recorder()
    accounts = read_accounts(instance, plan, recorder)
    reading, decisions = accounts.reading, accounts.decisions
    check_windows(reading, decisions.built, recorder)
    check_mandates(reading, decisions.built, recorder)
    check_relations(reading, decisions.there, recorder)
    check_resources(reading, decisions.built, recorder)
    check_policies(reading, decisions.built, recorder)
    check_start_paces(reading, decisions.built, recorder)
    check_targets(reading, accounts.rows[TARGETS.name], recorder)
    check_payments(reading, decisions, recorder)
    check_sharing(reading, decisions, recorder)
    check_funds(reading, decisions, accounts.rows[FUND_YEARS.name], accounts.book, recorder)
    check_limits(reading, decisions, accounts.book, accounts.limits, recorder)
    check_exact_money(accounts, recorder)
    _compare_service(instance, plan, accounts, recorder)
    for table in DERIVED_TABLES:
        _compare_with_laws(table, plan, accounts, recorder)
    recorder.equal(
        "objective",
        "objective",
        _or_nan(plan.objective),
        accounts.objective,
        phrase("the-objective"),
        accounts.objective_scale,
    )
    return recorder.verification(accounts.objective)


def _or_nan(value: object) -> float:
    found = plain_number(value)
    return float("nan") if found is None else found


def _compare_with_laws(table: Table, plan: Plan, accounts: Accounts, recorder: Recorder) -> None:
    """Compare a derived table of the plan with the fresh one, tallying each row under its law."""
    expected = accounts.rows[table.name]
    for row in expected:
        recorder.tallies[table.law(row, "")].checked += 1
    for violation in compare_rows(table, table.read(plan), expected, AGAINST_LAWS):
        recorder.add(violation)
    if table.name == "objective_terms":
        # A term that follows to be zero has no row; it was evaluated all the same.
        if not counts_money(accounts.reading):
            recorder.tallies["makespan"].checked += not expected
            return
        for relation in accounts.reading.instance.relations:
            if relation.is_enforced and relation.type in VALUED:
                recorder.tallies[relation.type.value].checked += 1


def _compare_service(
    instance: Instance, plan: Plan, accounts: Accounts, recorder: Recorder
) -> None:
    """Compare what the plan says follows from its flows with what does."""
    expected = accounts.networks.rows
    recorder.tallies["network"].checked += len(expected)
    stated = stated_service(accounts.networks, plan)
    for violation in compare_rows(SERVICE, stated, expected, AGAINST_LAWS):
        recorder.add(violation)
    known = {node.network for node in instance.network_nodes}
    for row in plan.service:
        if row.network not in known:
            measure, network = row.measure, row.network
            text = phrase(
                "the-plan-reports-of-in-but-the-instance-has",
                measure=measure,
                element=row.element,
                year=row.year,
                network=network,
            )
            recorder.fail("network", str(row.element), text)


def find_differences(plan_a: Plan, plan_b: Plan) -> tuple[Violation, ...]:
    """Return every row and number in which two accounts of one plan differ, named by law.

    Used to hold plan.json against the CSV tables of the same run, and two derived accounts of
    one plan against each other. The order of rows does not matter.
    """
    found: list[Violation] = []
    for name, law in (("instance", "record"), ("scenario", "record")):
        first, second = getattr(plan_a, name), getattr(plan_b, name)
        if first != second:
            text = phrase(
                "is-in-the-first-account-and-in-the-second", name=name, first=first, second=second
            )
            found.append(Violation(law, name, text))
    for table in ALL_TABLES:
        found += compare_rows(table, table.read(plan_a), table.read(plan_b), SIDE_BY_SIDE)
    mine, theirs = plain_number(plan_a.objective), plain_number(plan_b.objective)
    scale = sum(abs(plain_number(row.value) or 0.0) for row in plan_b.objective_terms)
    if not identical(mine, theirs, scale):
        text = phrase(
            "the-objective-is-in-the-first-account-and-in", mine=number(mine), theirs=number(theirs)
        )
        found.append(Violation("objective", "objective", text, theirs, mine))
    return tuple(found)
