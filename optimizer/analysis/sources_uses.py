"""Where the money of a plan comes from and where it goes: by project, by fund, by jurisdiction.

Every account closes: what comes in over the plan's years equals what goes out, cash left at the
end included. Money is nominal.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from infraplan.models.funding import InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.plan import Payment, Plan, SourceKind
from infraplan.optimizer.accounts.funds import service_by_pool

SOURCE, USE = "source", "use"
OUTSIDE = "outside"


@dataclass(frozen=True)
class ProjectSource:
    """What one source of one payer pays for a project in all; `share` of the project's money."""

    project: str
    jurisdiction: str
    source: str
    amount: float
    share: float


@dataclass(frozen=True)
class AccountLine:
    """One line of the account of a fund or a jurisdiction (`subject`) over the plan's years.

    `side` is `source` or `use`; `item` a word of the report or the id of a fund or instrument.
    """

    subject: str
    side: str
    item: str
    amount: float


def project_sources(plan: Plan) -> tuple[ProjectSource, ...]:
    """Sources of every project that is built, in the plan's order; `outside` is no fund of it."""
    paid: defaultdict[str, dict[tuple[str, str], list[float]]] = defaultdict(dict)
    for payment in plan.payments:
        source = OUTSIDE if payment.kind is SourceKind.OUTSIDE else payment.source
        paid[payment.project].setdefault((payment.jurisdiction, source), []).append(payment.amount)
    rows = []
    for start in plan.starts:
        sums = {key: math.fsum(amounts) for key, amounts in paid[start.project].items()}
        total = math.fsum(sums.values())
        rows += [
            ProjectSource(start.project, payer, source, amount, amount / total if total else 0.0)
            for (payer, source), amount in sums.items()
        ]
    return tuple(rows)


def fund_accounts(instance: Instance, plan: Plan) -> tuple[AccountLine, ...]:
    """Sources and uses of every fund: the sums of its sides are equal."""
    compensation: defaultdict[str, float] = defaultdict(float)
    for row in plan.compensations:
        compensation[row.source] += row.amount
    lines: list[AccountLine] = []
    for fund in instance.funds:
        rows = [row for row in plan.fund_years if row.fund == fund.id]
        if not rows:
            continue
        paid = compensation[fund.id]
        sides = {
            SOURCE: {
                "opening_cash": rows[0].opening,
                "inflow": math.fsum(row.inflow for row in rows),
                "interest": math.fsum(row.interest for row in rows),
            },
            USE: {
                "use": math.fsum(row.use for row in rows) - paid,
                "compensation_paid": paid,
                "service": math.fsum(row.service for row in rows),
                "lapse": math.fsum(row.lapse for row in rows),
                "closing": rows[-1].closing,
            },
        }
        lines += _lines(fund.id, sides)
    return tuple(lines)


def _in_plan(instance: Instance, plan: Plan) -> list[Payment]:
    """Payments of the plan's years: those after it are in no account of them."""
    last = instance.settings.horizon.last_year
    return [row for row in plan.payments if row.year <= last]


def jurisdiction_accounts(instance: Instance, plan: Plan) -> tuple[AccountLine, ...]:
    """Sources and uses of every jurisdiction: the sums of its sides are equal.

    What it pays for works and debt service without a fund of the plan stands as `outside`: it is a
    use like any other, and a source that the plan does not know.
    """
    lines: list[AccountLine] = []
    user_pay = {row.id for row in instance.instruments if row.kind is InstrumentKind.USER_PAY}
    last, payments = instance.settings.horizon.last_year, _in_plan(instance, plan)
    for name in instance.jurisdiction_ids:
        funds = [fund.id for fund in instance.funds_by_payer.get(name, ())]
        accounts = [row for row in plan.fund_years if row.fund in funds]
        first = {row.fund: row.opening for row in reversed(accounts)}
        final = {row.fund: row.closing for row in accounts}
        debt = [row for row in plan.debt_years if row.jurisdiction == name and row.year <= last]
        issued: defaultdict[str, float] = defaultdict(float)
        for row in debt:
            issued[row.instrument] += row.borrow
        for payment in payments:
            if payment.jurisdiction == name and payment.source in user_pay:
                issued[payment.source] += payment.amount
        works = math.fsum(row.amount for row in payments if row.jurisdiction == name)
        paid = [row for row in plan.compensations if row.jurisdiction == name]
        principal = math.fsum(row.principal for row in debt)
        interest = math.fsum(row.interest for row in debt)
        inside: dict[str, float] = {
            "opening_cash": math.fsum(first.values()),
            **{
                fund: math.fsum(row.inflow for row in accounts if row.fund == fund)
                for fund in funds
            },
            "interest": math.fsum(row.interest for row in accounts),
            **issued,
        }
        uses = {
            "use": works,
            "compensation_paid": math.fsum(row.amount for row in paid),
            "principal": principal,
            "interest_paid": interest,
            "lapse": math.fsum(row.lapse for row in accounts),
            "closing": math.fsum(final.values()),
        }
        due = math.fsum(service_by_pool(instance, debt).values())
        served = math.fsum(row.service for row in accounts)
        outside = {
            "outside": math.fsum(
                row.amount
                for row in payments
                if row.jurisdiction == name and row.kind is SourceKind.OUTSIDE
            )
            + math.fsum(row.amount for row in paid if not row.source),
            "service_outside": due - served,
        }
        lines += _lines(name, {SOURCE: inside | outside, USE: uses})
    return tuple(lines)


def _lines(subject: str, sides: dict[str, dict[str, float]]) -> list[AccountLine]:
    """Lines that are not nothing; sums of nothing but rounding are nothing."""
    size = max((abs(amount) for side in sides.values() for amount in side.values()), default=0.0)
    return [
        AccountLine(subject, side, item, amount)
        for side, items in sides.items()
        for item, amount in items.items()
        if abs(amount) > 1e-9 * max(1.0, size)
    ]
