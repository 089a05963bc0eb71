"""Debt service that funds pay."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.models.funding import Fund
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.debt_terms import (
    Linear,
    debt_quantity,
    refinancing_issues,
)
from infraplan.optimizer.formulation.sets import IntArray


def fund_service(context: Context, fund: Fund, years: IntArray) -> Linear:
    """Debt service that `fund` pays in each of `years`, refinancing issues deducted."""
    constant = np.zeros(len(years))
    parts: list[Triplets] = []
    for jurisdiction, pool in context.instance.pools_by_service_fund.get(fund.id, ()):
        due = debt_quantity(context, jurisdiction, (pool,), Quantity.SERVICE, years)
        constant += due.constant
        parts.append(due.entries)
        if years[0] == context.sets.first_year:
            parts.append(refinancing_issues(context, jurisdiction, (pool,)).scaled(-1.0))
    return Linear(constant, Triplets.join(*parts))
