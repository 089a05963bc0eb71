"""Family `debt`: ceilings, new-issue quotas, refinancing."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.debt import debt_span
from infraplan.optimizer.accounts.limits import ceilings, quota_instruments, quotas
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_terms import debt_quantity, refinancing_issues


def _pairs(instance: Instance) -> list[tuple[str, str]]:
    return [(j, pool) for j in instance.jurisdiction_ids for pool in instance.pools_of(j)]


def add_ceiling(context: Context) -> None:
    """The balance of a pool stays under its ceiling through the last maturity.

    Formula: ``balance[j,pool,y] <= ceiling[j,pool,y]``. One row per (jurisdiction, pool, year with
    a ceiling).
    """
    for jurisdiction, pool in _pairs(context.instance):
        years = debt_span(context.instance, jurisdiction)
        limit = ceilings(context.instance, jurisdiction, pool, years)
        years, limit = years[np.isfinite(limit)], limit[np.isfinite(limit)]
        if not years.size:
            continue
        balance = debt_quantity(context, jurisdiction, (pool,), Quantity.BALANCE, years)
        context.builder.add_rows(
            "ceiling",
            len(years),
            balance.entries.row,
            balance.entries.column,
            balance.entries.value,
            upper=limit - balance.constant,
            axes=("jurisdiction", "pool", "year"),
            keys=[(jurisdiction, pool, int(year)) for year in years],
        )


def add_quota(context: Context) -> None:
    """New issues of a pool stay within the year's quota, scaled by last year's debt band.

    Formula: ``sum_k borrow[k,t] <= quota[t] sum_b quota_share[b] z[t-1,b]``, k the pool's
    instruments that use the quota; without bands ``<= quota[t]``. With several banded rules each
    gives a row of its own. One row per (jurisdiction, pool, year with a quota[, rule]).
    """
    for jurisdiction, pool in _pairs(context.instance):
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
            context.builder.add_rows(
                "quota",
                len(tested),
                rows.row,
                rows.column,
                rows.value,
                upper=upper,
                axes=("jurisdiction", "pool", "year"),
                keys=[(jurisdiction, pool, int(context.sets.years[t])) for t in tested],
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


def add_refinancing(context: Context) -> None:
    """Refinancing issues repay at most their share of the pool's principal due in the year.

    Formula: ``borrow[k,t] - share_k principal[pool,t] <= 0`` for each refinancing instrument k, and
    for all of a pool together with the largest of their shares. One row per (instrument or pool,
    plan year).
    """
    for jurisdiction, pool in _pairs(context.instance):
        loans = [
            (context.sets.instrument_index[row.id], row)
            for row in context.instance.instruments_by_payer.get(jurisdiction, ())
            if row.refinancing and row.pool == pool
        ]
        if not loans:
            continue
        years = context.sets.years
        due = debt_quantity(context, jurisdiction, (pool,), Quantity.PRINCIPAL, years)
        at = np.arange(len(years))
        groups = [
            (row.id, triplets(at, context.money.borrow[position], 1.0), row.refinancing_share)
            for position, row in loans
        ]
        if len(loans) > 1:
            everything = refinancing_issues(context, jurisdiction, (pool,))
            groups.append((pool, everything, max(row.refinancing_share for _, row in loans)))
        for name, issued, share in groups:
            rows = Triplets.join(issued, due.entries.scaled(-share))
            context.builder.add_rows(
                "refinancing",
                len(years),
                rows.row,
                rows.column,
                rows.value,
                upper=share * due.constant,
                axes=("jurisdiction", "instrument", "year"),
                keys=[(jurisdiction, name, int(year)) for year in years],
            )
