"""Limits of instruments and funds as rows of the model; they stand in it as bounds of columns.

Whoever asks which rule is short, or which rules conflict, must be able to see them give way.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from infraplan.optimizer.accounts.sources import is_issued_in, yearly_limit
from infraplan.optimizer.analysis.window_rows import Row
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import Formulation


def with_open_money(formulation: Formulation) -> tuple[Mip, list[Row]]:
    """The model without limits of issues and least cash, and the rows that set them again."""
    mip, instance = formulation.mip, formulation.instance
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    years = formulation.sets.years
    rows: list[Row] = []
    borrow = mip.columns("borrow").index
    for number, instrument in enumerate(instance.instruments):
        limit, is_issued = yearly_limit(instrument), is_issued_in(instrument, years)
        for year, open_now, column in zip(years.tolist(), is_issued, borrow[number], strict=True):
            key, columns = (instrument.id, year), (int(column),)
            if np.isfinite(limit):
                rows.append(Row("annual_limit", key, columns, (1.0,), high=limit))
            if not open_now:
                rows.append(Row("issue_years", key, columns, (1.0,), high=0.0))
    upper[borrow] = np.inf
    loans = {row.id for row in instance.instruments}
    money = formulation.money
    for pair, source in enumerate(money.pair_source):
        if source in loans:
            # What pays is what was issued; after the plan nothing is.
            upper[money.pay[pair][: len(years)]] = np.inf
    for number, fund in enumerate(instance.funds):
        for year, column in zip(years.tolist(), money.cash[number].tolist(), strict=True):
            least = float(mip.col_lower[column])
            if least > 0.0:
                key = (fund.id, int(year))
                rows.append(Row("minimum_balance", key, (int(column),), (1.0,), low=least))
                lower[column] = 0.0
    return replace(mip, col_lower=lower, col_upper=upper), rows
