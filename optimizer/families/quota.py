"""Family `quota`: new issues within the year's quota."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.limits import quota_instruments, quotas
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_terms import debtor_pools


def add_quota(context: Context) -> None:
    """New issues of a pool stay within the year's quota, scaled by last year's debt band.

    Formula: ``sum_k borrow[k,t] <= quota[t] sum_b quota_share[b] z[t-1,b]``, k the pool's
    instruments that use the quota; without bands ``<= quota[t]``. With several banded rules each
    gives a row of its own. One row per (jurisdiction, pool, year with a quota[, rule]).
    """
    for jurisdiction, pool in debtor_pools(context.instance):
        limit = quotas(context.instance, jurisdiction, pool, context.sets.years)
        tested = np.flatnonzero(np.isfinite(limit))
        columns = [
            context.money.borrow[context.sets.instrument_index[row.id]]
            for row in quota_instruments(context.instance, jurisdiction, pool)
        ]
        if not tested.size or not columns:
            continue
        issued = Triplets.join(
            *[triplets(np.arange(len(tested)), borrow[tested], 1.0) for borrow in columns]
        )
        for scaled in _scalings(context, jurisdiction):
            share, entries = scaled
            upper = limit[tested] * share[tested]
            part = [
                triplets([row], [column], [-float(limit[t]) * value])
                for row, t in enumerate(tested)
                for column, value in entries.get(int(t), [])
            ]
            rows = Triplets.join(issued, *part)
            context.add_rows(
                "quota",
                rows,
                [(jurisdiction, pool, int(context.sets.years[t])) for t in tested],
                upper=upper,
            )


def _scalings(
    context: Context, jurisdiction: str
) -> list[tuple[np.ndarray, dict[int, list[tuple[int, float]]]]]:
    """Quota shares by year: a constant part, and band columns with their share.

    One entry per banded rule of the jurisdiction (the plain quota where there is none).
    """
    years = context.sets.num_years
    found: list[tuple[np.ndarray, dict[int, list[tuple[int, float]]]]] = []
    for banded in context.bands:
        if banded.jurisdiction != jurisdiction:
            continue
        shares = [band.quota_share for band in banded.rule.bands]
        if all(share == 1.0 for share in shares):
            continue
        constant = np.zeros(years)
        constant[0] = shares[banded.opening_band]
        entries = {
            t: [(int(banded.columns[t - 1, b]), share) for b, share in enumerate(shares) if share]
            for t in range(1, years)
        }
        found.append((constant, entries))
    return found or [(np.ones(years), {})]
