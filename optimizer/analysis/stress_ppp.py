"""A concession that fails under stress: the government repays its partner instead of the users."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from infraplan.models.funding import Instrument, InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.plan import Issue, Payment, Plan

CALLED = ":called"
"""Ending of the id under which a called contract stands in the accounts."""


@dataclass(frozen=True)
class Concession:
    """What a user-pay contract paid for the works of one project, nominal money."""

    instrument: str
    project: str
    jurisdiction: str
    amount: float


def largest_concession(instance: Instance, plan: Plan) -> Concession | None:
    """The user-pay contract that paid most for a project; None where the plan has none."""
    paid: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in _user_pay_payments(instance, plan):
        paid[row.source, row.project, row.jurisdiction].append(row.amount)
    found = [
        Concession(instrument, project, jurisdiction, math.fsum(amounts))
        for (instrument, project, jurisdiction), amounts in paid.items()
    ]
    return max(found, key=lambda c: (c.amount, c.instrument, c.project), default=None)


def call_concession(
    instance: Instance, plan: Plan, called: Concession
) -> tuple[Instance, tuple[Issue, ...]]:
    """Instance and issues when the borrower repays the partner of `called` from the works' end on.

    The contract keeps its terms and becomes debt of a pool that an own fund of the jurisdiction
    serves, the first there is, else of its own pool.
    """
    contract = instance.instrument_by_id[called.instrument]
    debt = contract.model_copy(
        update={
            "id": contract.id + CALLED,
            "kind": InstrumentKind.AVAILABILITY,
            "coverage": None,
            "uses_quota": False,
            "pool": _pool(instance, contract),
        }
    )
    kept = tuple(
        row
        for row in plan.issues
        if (row.instrument, row.project) != (called.instrument, called.project)
    )
    taken = tuple(
        Issue(instrument=debt.id, project=row.project, year=row.year, amount=row.amount)
        for row in _user_pay_payments(instance, plan)
        if (row.source, row.project) == (called.instrument, called.project)
    )
    changed = instance.model_copy(update={"instruments": (*instance.instruments, debt)})
    return changed, (*kept, *taken)


def _user_pay_payments(instance: Instance, plan: Plan) -> list[Payment]:
    contracts = {row.id for row in instance.instruments if row.kind is InstrumentKind.USER_PAY}
    return [row for row in plan.payments if row.source in contracts]


def _pool(instance: Instance, contract: Instrument) -> str:
    served = [
        pool.id
        for pool in instance.pools
        if pool.counted and contract.jurisdiction in pool.service_funds
    ]
    return next(iter(served), contract.pool)
