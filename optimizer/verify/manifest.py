"""Law `manifest`: every number in a run's manifest follows from its plan and its instance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import Quantity
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.verify.decisions import is_number
from infraplan.optimizer.verify.derived import Accounts, read_accounts
from infraplan.optimizer.verify.rows import TARGETS
from infraplan.optimizer.verify.violations import TOLERANCE, Recorder, Violation, tolerance

LAW = "manifest"

PROOF = 1e-6
"""Largest gap that a run may call optimal."""

ANY = 1e300
"""Any gap, but a gap there is."""
NEAR_ZERO = 0.01
"""Share of the bound below which a value is too small to state a gap by."""


def verify_manifest(
    instance: Instance, plan: Plan, manifest: Mapping[str, Any], instance_hash: str
) -> tuple[Violation, ...]:
    """Check every number of a run's manifest against its plan and instance.

    Parameters
    ----------
    instance, plan
        As in `verify_plan`.
    manifest
        Content of run.json: `instance`, `instance_hash`, `scenario`, `objective`, `bound`, `gap`,
        `num_projects`, `num_selected`, `termination`, `solution_state`, `totals`. Keys that are
        absent are reported where they are numbers that a run must state; others are not looked at.
    instance_hash
        Hash of the instance as it stands in the run's files.

    Returns
    -------
    tuple of Violation
        One per number that does not follow; never an exception on a bad manifest.
    """
    recorder = Recorder()
    # What cannot be read of the plan is verify_plan's to report.
    accounts = read_accounts(instance, plan, Recorder())
    for name, due in (
        ("instance", instance.settings.id),
        ("instance_hash", instance_hash),
        ("scenario", plan.scenario),
    ):
        if name != "scenario" or "scenario" in manifest:
            stated = manifest.get(name)
            text = phrase("run-json-is-but-is-in-the-files", name=name, stated=stated, due=due)
            recorder.holds(LAW, name, (stated or "") == due, text)
    _check_number(recorder, manifest, "objective", accounts.objective, accounts.objective_scale)
    _check_number(recorder, manifest, "num_projects", float(len(instance.projects)))
    _check_number(recorder, manifest, "num_selected", float(len(accounts.decisions.built)))
    _check_bound(recorder, manifest, accounts)
    _check_totals(recorder, manifest, accounts)
    return tuple(recorder.violations)


def _number(value: object) -> float | None:
    """Return `value` where it is a number of sensible size."""
    return float(value) if is_number(value) and isinstance(value, (int, float)) else None


def _check_number(
    recorder: Recorder,
    table: Mapping[str, Any],
    name: str,
    due: float,
    scale: float = 0.0,
) -> None:
    stated = _number(table.get(name))
    if stated is not None:
        recorder.equal(LAW, name, stated, due, phrase("run-json", name=name), scale)
    else:
        text = phrase("run-json-is-but-follows-to-be", name=name, stated=table.get(name), due=due)
        recorder.fail(LAW, name, text, due)


def _check_bound(recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts) -> None:
    """Bound and gap agree with the plan, and with what the run calls its outcome."""
    objective, scale = accounts.objective, accounts.objective_scale
    bound, gap = _number(manifest.get("bound")), _number(manifest.get("gap"))
    proven = math.inf
    if manifest.get("bound") is None:
        text = phrase("run-json-gap-is-but-there-is-no-bound", gap=manifest.get("gap"))
        recorder.holds(LAW, "gap", manifest.get("gap") is None, text)
    elif bound is None:
        text = phrase("run-json-bound-is-which-is-no-number", bound=manifest.get("bound"))
        recorder.fail(LAW, "bound", text)
    else:
        recorder.at_least(LAW, "bound", bound, objective, phrase("run-json-bound"), scale)
        size = max(abs(objective), 1e-9)
        due = abs(bound - objective) / size
        # Bound and objective may be off by their own tolerance, and the gap with them.
        slack = tolerance(bound, objective, scale=scale) / size
        near = gap is not None and abs(gap - due) <= slack + TOLERANCE * due
        if gap is None:  # beside its bound the value is nothing to be relative to
            near = abs(objective) <= NEAR_ZERO * abs(bound)
        text = phrase("run-json-gap-is-but-follows-to-be", gap=manifest.get("gap"), due=due)
        recorder.holds(LAW, "gap", near, text)
        proven = max(0.0, due - slack)
    _check_outcome(recorder, manifest, proven)


def _check_outcome(recorder: Recorder, manifest: Mapping[str, Any], gap: float) -> None:
    """A run that says it proved a gap did; a run with a plan does not say that it has none."""
    outcome, options = manifest.get("termination"), manifest.get("options")
    asked = _number(options.get("gap")) if isinstance(options, Mapping) else None
    allowed: float | None = None
    if outcome == Termination.OPTIMAL:
        allowed = PROOF
    elif outcome == Termination.GAP_REACHED:
        allowed = ANY if asked is None else max(PROOF, asked)
    if allowed is not None:
        text = phrase("run-json-termination-is-but-the-gap-is", outcome=outcome, gap=gap)
        recorder.holds(LAW, "termination", gap <= allowed, text)
    state = manifest.get("solution_state")
    text = phrase("run-json-solution-state-is-none-but-there-is")
    recorder.holds(LAW, "solution_state", state != SolutionState.NONE, text)
    if state == SolutionState.OPTIMAL:
        most = ANY if asked is None else max(PROOF, asked)
        text = phrase("run-json-solution-state-is-optimal-but-the", gap=gap)
        recorder.holds(LAW, "solution_state", gap <= most, text)


def fresh_totals(accounts: Accounts) -> dict[str, float]:
    """Totals of a plan from its decisions; the definitions stand in docs/laws.md section 5."""
    reading, book = accounts.reading, accounts.book
    refinancing = {loan.id for loan in reading.instance.instruments if loan.refinancing}
    loans = reading.instance.instruments
    repaid_by_users = {loan.id for loan in loans if loan.kind == "user_pay"}
    borrowed, refinanced = 0.0, 0.0
    for issue in accounts.decisions.issues:
        if issue.instrument in refinancing:
            refinanced += issue.amount
        elif issue.instrument not in repaid_by_users:
            borrowed += issue.amount
    debt_peak, service_peak = -math.inf, -math.inf
    ends = {name: book.last_year(name) for name in reading.jurisdictions if book.pools(name)}
    for year in range(reading.first, max(ends.values(), default=reading.first - 1) + 1):
        names = [name for name, end in ends.items() if year <= end]
        pools = {name: book.pools(name) for name in names}
        balance = sum(book.quantity(name, pools[name], Quantity.BALANCE, year) for name in names)
        service = sum(book.quantity(name, pools[name], Quantity.SERVICE, year) for name in names)
        debt_peak, service_peak = max(debt_peak, balance), max(service_peak, service)
    missed = 0
    for row in accounts.rows[TARGETS.name]:
        shortfall, required = row.numbers["shortfall"] or 0.0, row.numbers["required"] or 0.0
        missed += shortfall > TOLERANCE * max(1.0, abs(required))
    built = accounts.decisions.built.values()
    late: dict[str, float] = {}
    if any(reading.may_go_on(project) for project in reading.instance.projects):
        late["investment_after_plan"] = sum(
            amount
            for here in built
            for year, amount in here.spending.items()
            if year > reading.last
        )
    return {
        "investment": sum(sum(here.spending.values()) for here in built),
        **late,
        "payments": sum(
            amount * reading.index(year) for here in built for year, amount in here.spending.items()
        ),
        "borrowed": borrowed,
        "refinanced": refinanced,
        "debt_peak": debt_peak if ends else 0.0,
        "debt_service_peak": service_peak if ends else 0.0,
        "targets_attained": float(len(accounts.rows[TARGETS.name]) - missed),
        "targets_missed": float(missed),
    }


def _check_totals(recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts) -> None:
    stated = manifest.get("totals")
    if stated is None:
        return
    if not isinstance(stated, Mapping):
        recorder.fail(LAW, "totals", phrase("run-json-totals-is-no-table-of-numbers"))
        return
    due = fresh_totals(accounts)
    for name in stated:
        if name in due:
            _check_number(recorder, stated, name, due[name])
        else:
            text = phrase("run-json-totals-is-not-a-total-that-the-plan", name=name)
            recorder.fail(LAW, str(name), text)
    for name in due:
        if name not in stated:
            recorder.fail(LAW, name, phrase("run-json-totals-is-missing", name=name), due[name])
