"""Column values -> what the partners of joint projects pay by choice, and compensate."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.plan import Compensation, Payment, SourceKind
from infraplan.optimizer.accounts.sources import OUTSIDE
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation

SMALLEST = 1e-9
"""Money below this share of a year's spending, or of the largest compensation, is noise."""


def chosen_payments(formulation: Formulation, x: FloatArray, spending: FloatArray) -> list[Payment]:
    """Payments of projects with chosen shares; each year's sum is exactly the nominal spending.

    `spending` has shape (projects, M).
    """
    money, instance = formulation.money, formulation.instance
    by_project: dict[int, list[int]] = defaultdict(list)
    for pair, number in enumerate(money.pair_class):
        if money.classes[int(number)].chosen:
            by_project[money.classes[int(number)].projects[0]].append(pair)
    funds = instance.fund_by_id
    payments: list[Payment] = []
    for project, pairs in by_project.items():
        paid = np.maximum(x[money.pay[pairs]], 0.0)
        part = np.divide(paid, paid.sum(axis=0), out=np.zeros_like(paid), where=paid > 0.0)
        part[part < SMALLEST] = 0.0
        part = np.divide(part, part.sum(axis=0), out=np.zeros_like(part), where=part > 0.0)
        for row, t in zip(*np.nonzero(part * spending[project]), strict=True):
            source = money.pair_source[pairs[row]]
            kind = SourceKind.FUND if source in funds else SourceKind.INSTRUMENT
            payments.append(
                Payment(
                    project=instance.projects[project].id,
                    jurisdiction=money.classes[int(money.pair_class[pairs[row]])].payer,
                    kind=SourceKind.OUTSIDE if source == OUTSIDE else kind,
                    source=source,
                    year=formulation.sets.first_year + int(t),
                    amount=float(part[row, t] * spending[project, t]),
                )
            )
    return payments


def compensations_of(formulation: Formulation, x: FloatArray) -> tuple[Compensation, ...]:
    """Compensation between partners, in the order of the classes and years."""
    money = formulation.money
    groups = [money.classes[int(number)] for number in money.pair_class]
    pairs = [pair for pair, group in enumerate(groups) if group.receiver]
    if not pairs:
        return ()
    amounts = x[money.pay[pairs]]
    least = SMALLEST * max(1.0, float(amounts.max(initial=0.0)))
    return tuple(
        Compensation(
            project=formulation.instance.projects[groups[pairs[row]].projects[0]].id,
            jurisdiction=groups[pairs[row]].payer,
            receiver=groups[pairs[row]].receiver,
            source=money.pair_source[pairs[row]],
            year=formulation.sets.first_year + int(t),
            amount=float(amounts[row, t]),
        )
        for row, t in zip(*np.nonzero(amounts > least), strict=True)
    )
