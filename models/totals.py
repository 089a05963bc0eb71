"""Totals of a plan: the few sums by which runs are told apart and compared."""

from __future__ import annotations

from infraplan.models.funding import InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan

AFTER_PLAN = "investment_after_plan"
"""Total that a run states where works may go on after the plan; old runs have none."""

TOTALS: tuple[str, ...] = (
    "investment",
    "payments",
    "borrowed",
    "refinanced",
    "debt_peak",
    "debt_service_peak",
    "targets_attained",
    "targets_missed",
)
"""Names of the totals that every run states; docs/laws.md section 5, law `manifest`."""


def compute_totals(plan: Plan, instance: Instance) -> dict[str, float]:
    """Return the totals of `plan` as its own rows state them, by the names of `TOTALS`.

    - `investment` [money]: real spend of all payers, i.e. payments over the price index.
    - `investment_after_plan` [money]: its part after the plan, only where works may go on then.
    - `payments` [nominal money]: all payments, those from outside included.
    - `borrowed`, `refinanced` [nominal money]: issues without, and for, refinancing; what a
      partner pays whom the users repay is not borrowed.
    - `debt_peak`, `debt_service_peak` [nominal money]: largest balance at a year's end, and
      largest principal plus interest of a year, all borrowers and old debt together.
    - `targets_attained`, `targets_missed`: numbers of targets; a shortfall of a millionth of
      what is asked is none.
    """
    refinancing = {row.id for row in instance.instruments if row.refinancing}
    user_pay = {row.id for row in instance.instruments if row.kind is InstrumentKind.USER_PAY}
    balances: dict[int, float] = {}
    services: dict[int, float] = {}
    for row in plan.debt_years:
        balances[row.year] = balances.get(row.year, 0.0) + row.balance
        services[row.year] = services.get(row.year, 0.0) + row.principal + row.interest
    missed = sum(row.shortfall > 1e-6 * max(1.0, abs(row.required)) for row in plan.targets)
    refinanced = sum(row.amount for row in plan.issues if row.instrument in refinancing)
    last = instance.settings.horizon.last_year
    real = [(row.year, row.amount / instance.price_index(row.year)) for row in plan.payments]
    after = {AFTER_PLAN: sum(amount for year, amount in real if year > last)}
    return {
        "investment": sum(amount for _, amount in real),
        **(after if instance.looks_past_plan else {}),
        "payments": sum(row.amount for row in plan.payments),
        "borrowed": sum(row.amount for row in plan.issues if row.instrument not in user_pay)
        - refinanced,
        "refinanced": refinanced,
        "debt_peak": max(balances.values(), default=0.0),
        "debt_service_peak": max(services.values(), default=0.0),
        "targets_attained": float(len(plan.targets) - missed),
        "targets_missed": float(missed),
    }
