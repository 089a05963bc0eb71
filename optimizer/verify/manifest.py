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
from infraplan.optimizer.verify.kept_plan import check_kept_plan
from infraplan.optimizer.verify.money_record import check_money
from infraplan.optimizer.verify.moved_money import check_moved_money
from infraplan.optimizer.verify.rows import TARGETS
from infraplan.optimizer.verify.run_record import run_version
from infraplan.optimizer.verify.violations import (
    ROUNDING,
    TOLERANCE,
    Recorder,
    Violation,
    same,
    tolerance,
)

LAW = "manifest"

PROOF = 1e-6
"""Largest gap that a run may call optimal."""

ANY = 1e300
"""Any gap, but a gap there is."""
CERTIFICATE = "certificate checked"
"""What vouches for a bound that a certificate in the run proves."""
PROVEN_BY = (
    "dual values checked",
    "chains and limits checked",
    "own branch and bound",
    CERTIFICATE,
)
"""What vouches for a bound without a solver's word: it is the certified one then."""
SAME_BOUND = 1e-5
"""Share by which two numbers that are one bound may differ: solvers' tolerances are in one."""
SMALLEST_SIZE = 1e-9
"""Size of a value below which a gap is relative to this, and difference that is none."""
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
        `num_projects`, `num_selected`, `termination`, `solution_state`, `totals`, units of money,
        `certified_bound`, `certified_gap`, `bound_source`. Keys that are absent are reported where
        they are numbers that a run must state; others are not looked at.
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
    for name in ("currency", "money_unit", "money_unit_zh"):
        stated, due = manifest.get(name), getattr(instance.settings, name)
        text = phrase("run-json-is-but-is-in-the-files", name=name, stated=stated, due=due)
        recorder.holds(LAW, name, name not in manifest or stated == due, text)
    _check_bound(recorder, manifest, accounts)
    _check_certified(recorder, manifest, accounts)
    _check_source(recorder, manifest)
    _check_network_cost(recorder, manifest, accounts)
    _check_price(recorder, manifest)
    _check_engine(recorder, manifest)
    _check_floor(recorder, manifest, accounts)
    check_moved_money(recorder, manifest, accounts)
    _check_totals(recorder, manifest, accounts)
    if "kept" in manifest:
        check_kept_plan(recorder, manifest["kept"], plan, accounts.objective)
    check_money(recorder, manifest, accounts)
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
        due, slack = _gap_due(bound, accounts)
        near = _is_gap(gap, bound, accounts) and _is_own_gap(gap, bound, manifest, accounts)
        text = phrase("run-json-gap-is-but-follows-to-be", gap=manifest.get("gap"), due=due)
        recorder.holds(LAW, "gap", near, text)
        proven = max(0.0, due - slack)
    _check_outcome(recorder, manifest, proven)


def _gap_due(bound: float, accounts: Accounts) -> tuple[float, float]:
    """The relative gap of the plan to `bound`, and by how much it may be off.

    Bound and objective may be off by their own tolerance, and the gap with them. Where there are
    no projects the gap is relative to what the networks cost.
    """
    objective = accounts.objective
    size = max(abs(objective), 1e-9)
    cost = 0.0 if accounts.reading.instance.projects else accounts.networks.cost_of_nothing
    if abs(objective) <= NEAR_ZERO * abs(bound) and cost > abs(bound):
        size = cost
    slack = tolerance(bound, objective, scale=accounts.objective_scale) / size
    return abs(bound - objective) / size, slack


def _is_gap(gap: float | None, bound: float, accounts: Accounts) -> bool:
    """Whether `gap` is that of the plan to `bound`; there need be none beside a value near 0."""
    due, slack = _gap_due(bound, accounts)
    if gap is None:  # beside its bound the value is nothing to be relative to
        return abs(accounts.objective) <= NEAR_ZERO * abs(bound)
    return abs(gap - due) <= slack + TOLERANCE * due


def _is_own_gap(
    gap: float | None, bound: float, manifest: Mapping[str, Any], accounts: Accounts
) -> bool:
    """Whether `gap` is that of the very numbers that run.json states: they are no solver's.

    The tolerance of a value near 0 would forgive any gap; one that is told is not forgiven.
    """
    objective = _number(manifest.get("objective"))
    is_so = same(objective, accounts.objective, accounts.objective_scale)
    if gap is None or objective is None or not is_so:
        return True
    difference = abs(bound - objective)
    sizes = [max(abs(objective), SMALLEST_SIZE)]
    cost = _number(manifest.get("network_cost"))
    if cost:
        sizes.append(cost)
    due = [0.0 if difference <= SMALLEST_SIZE else difference / size for size in sizes]
    return any(abs(gap - one) <= TOLERANCE * max(one, ROUNDING) for one in due)


def _check_floor(recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts) -> None:
    """A plan asked to keep a floor of value keeps it, and is no farther than any can be."""
    asked = manifest.get("alternative")
    if asked is None:
        return
    floor = _number(asked.get("floor")) if isinstance(asked, Mapping) else None
    if floor is None:
        text = phrase("run-key-has-no-such-form", name="alternative", stated=asked)
        recorder.fail(LAW, "alternative", text)
        return
    what = phrase("run-json", name="alternative.floor")
    slack = max(accounts.objective_scale, abs(floor))
    recorder.at_least(LAW, "alternative", accounts.objective, floor, what, slack)
    far, most = _number(asked.get("distance")), _number(asked.get("distance_bound"))
    if far is not None and most is not None:
        what = phrase("run-json", name="alternative.distance")
        recorder.at_most(LAW, "alternative:distance", far, most, what)


def _check_certified(recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts) -> None:
    """The certified bound is not below the plan nor the bound, and its gap follows from both."""
    if "certified_bound" not in manifest:
        return
    certified, bound = _number(manifest["certified_bound"]), _number(manifest.get("bound"))
    stated = manifest.get("certified_gap")
    if certified is None:
        text = phrase("run-json-is-but-follows-to-be-none", name="certified_gap", stated=stated)
        recorder.holds(LAW, "certified_gap", stated is None, text)
        return
    what, scale = phrase("run-json", name="certified_bound"), accounts.objective_scale
    recorder.at_least(LAW, "certified_bound", certified, accounts.objective, what, scale)
    if bound is not None:
        recorder.at_least(LAW, "certified_bound", certified, bound, what, scale)
    due, _ = _gap_due(certified, accounts)
    text = phrase("run-json-is-but-follows-to-be", name="certified_gap", stated=stated, due=due)
    gap = _number(stated)
    near = _is_gap(gap, certified, accounts) and _is_own_gap(gap, certified, manifest, accounts)
    recorder.holds(LAW, "certified_gap", near, text)


def _check_network_cost(
    recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts
) -> None:
    """What the networks cost without any project follows from the instance."""
    if "network_cost" in manifest:
        due = accounts.networks.cost_of_nothing
        _check_number(recorder, manifest, "network_cost", due, due)


def _check_price(recorder: Recorder, manifest: Mapping[str, Any]) -> None:
    """The least price of changes lies below the price by what the bound lies above the plan."""
    changes = manifest.get("changes")
    price = changes.get("price") if isinstance(changes, Mapping) else None
    if not isinstance(price, Mapping):
        return
    told, low = _number(price.get("price")), _number(price.get("low"))
    bound, objective = _number(manifest.get("bound")), _number(manifest.get("objective"))
    what = phrase("run-json", name="changes.price")
    if bound is None or objective is None or told is None or low is None:
        is_so = told is not None and (low is None) == (bound is None)
        text = phrase("run-key-is-otherwise-stated", name="changes.price", stated=low, due=bound)
        recorder.holds(LAW, "changes.price", is_so, text)
        return
    size = max(abs(told), abs(low), abs(bound), abs(objective))
    recorder.equal(LAW, "changes.price", told - low, bound - objective, what, size)
    high = _number(price.get("high"))
    if high is not None:  # the bound of the question without the changes is not below its plan
        recorder.at_least(LAW, "changes.price", high, told, what, size)


def _check_engine(recorder: Recorder, manifest: Mapping[str, Any]) -> None:
    """The engine is the one that was asked for, where one was."""
    options = manifest.get("options")
    asked = options.get("engine", "auto") if isinstance(options, Mapping) else "auto"
    engine = manifest.get("engine")
    text = phrase("run-key-is-otherwise-stated", name="engine", stated=engine, due=asked)
    recorder.holds(LAW, "engine", "engine" not in manifest or asked in ("auto", engine), text)


def _check_source(recorder: Recorder, manifest: Mapping[str, Any]) -> None:
    """Who vouches for the bound is the solver that the run names, or a bound that is certified."""
    source = manifest.get("bound_source")
    if not isinstance(source, str):
        return
    bound, certified = _number(manifest.get("bound")), _number(manifest.get("certified_bound"))
    told = f"solver {manifest.get('solver')} {manifest.get('solver_version')}"
    words = {f"{' '.join(told.split())}, not certified", *PROVEN_BY}
    if bound is None or run_version(manifest) == 2:
        words.add("")  # roads at equilibrium named nobody in version 2
    text = phrase("run-json-names-nobody-for-the-bound", stated=source)
    recorder.holds(LAW, "bound_source", source in words, text)
    has_certificate = manifest.get("certificate") is not None
    text = phrase("run-json-names-a-certificate-that-is-not-there")
    recorder.holds(LAW, "bound_source", has_certificate or source != CERTIFICATE, text)
    if source not in PROVEN_BY or (has_certificate and source != CERTIFICATE):
        return  # a certificate in the run may prove less than was proven before
    near = bound is not None and certified is not None
    if bound is not None and certified is not None:
        near = abs(bound - certified) <= SAME_BOUND * max(1.0, abs(bound), abs(certified))
    text = phrase("run-json-bound-is-not-the-certified-one")
    recorder.holds(LAW, "bound_source", near, text)


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
