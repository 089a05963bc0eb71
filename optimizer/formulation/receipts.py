"""What started projects bring into funds, as entries over starts."""

from __future__ import annotations

from infraplan.models.funding import Fund
from infraplan.optimizer.accounts.inflows import receipt_entries
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.sets import IntArray


def fund_receipts(
    context: Context, fund: Fund, years: IntArray, *, gains_only: bool = False
) -> Triplets:
    """Entries over starts of what projects bring into `fund`, one row per year of `years`."""
    found = list(receipt_entries(context.sets, fund, years, gains_only=gains_only))
    rows, options, starts, amounts = zip(*found, strict=True) if found else ((), (), (), ())
    return context.start_entries(rows, options, starts, amounts)
