"""Ceilings and quotas of debt pools, and all limits of a plan year by year.

Source: docs/laws.md section 4 (`ceiling`, `quota`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.debt_rule import Quantity, QuantityTerm
from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.funding import Instrument
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.models.policy import PolicyKind
from infraplan.optimizer.accounts.debt import debt_span, debt_total, issued_by_instrument, old_debt
from infraplan.optimizer.accounts.rules import (
    BandPath,
    band_paths,
    debt_rule_years,
    rules_in_force,
)
from infraplan.optimizer.accounts.sources import issue_limits, payers_of

if TYPE_CHECKING:
    from infraplan.models.plan import Issue, ProjectStart, RuleYear


def ceilings(instance: Instance, jurisdiction: str, pool: str, years: IntArray) -> FloatArray:
    """Ceiling of a pool in each of `years`, inf before the first; the last given one holds on."""
    rows = instance.debt_by_pool.get((jurisdiction, pool), ())
    given = sorted((row.year, row.ceiling) for row in rows if row.ceiling is not None)
    result = np.full(len(years), np.inf)
    for year, ceiling in given:
        result[years >= year] = ceiling
    return result


def quotas(instance: Instance, jurisdiction: str, pool: str, years: IntArray) -> FloatArray:
    """Quota of new issues of a pool in each of `years`, inf where none; not carried on."""
    result = np.full(len(years), np.inf)
    for row in instance.debt_by_pool.get((jurisdiction, pool), ()):
        if row.new_quota is not None:
            result[years == row.year] = row.new_quota
    return result


def with_no_quota(row: DebtPosition) -> DebtPosition | None:
    """`row` without its quota; None where it states none."""
    return None if row.new_quota is None else row.model_copy(update={"new_quota": None})


def with_limits_times(instance: Instance, row: DebtPosition, factor: float) -> DebtPosition:
    """`row` with `factor` times its quota, and times the room that old debt leaves it.

    Old debt that may be refinanced is room that is taken for good: less money is less for works,
    and no default.
    """
    ceiling = row.ceiling
    if ceiling is not None:
        key = (row.jurisdiction, row.pool)
        before = instance.settings.horizon.first_year - 1
        years = np.array([row.year, before if _may_roll_over(instance, *key) else row.year])
        owed = float(old_debt(instance, *key, years, Quantity.BALANCE).max())
        ceiling += (factor - 1.0) * max(0.0, ceiling - owed)
    quota = None if row.new_quota is None else factor * row.new_quota
    return row.model_copy(update={"ceiling": ceiling, "new_quota": quota})


def _may_roll_over(instance: Instance, jurisdiction: str, pool: str) -> bool:
    """Whether old debt of a pool may be repaid by new debt."""
    loans = instance.instruments_by_payer.get(jurisdiction, ())
    return any(row.refinancing and row.pool == pool for row in loans)


def quota_instruments(instance: Instance, jurisdiction: str, pool: str) -> tuple[Instrument, ...]:
    """Instruments whose issues count against the quota of a pool."""
    return tuple(
        row
        for row in instance.instruments_by_payer.get(jurisdiction, ())
        if row.pool == pool and row.uses_quota
    )


def _scaled_quotas(
    instance: Instance,
    jurisdiction: str,
    pool: str,
    years: IntArray,
    bands: Iterable[BandPath],
) -> FloatArray:
    """Quotas of the plan's `years` times the least share that last year's bands leave."""
    share = np.ones(len(years))
    for path in bands:
        if path.jurisdiction == jurisdiction:
            share = np.minimum(share, path.quota_shares)
    quota = quotas(instance, jurisdiction, pool, years)
    finite = np.isfinite(quota)
    return np.where(finite, np.where(finite, quota, 0.0) * share, np.inf)


def rule_years(
    instance: Instance, issues: Iterable[Issue], starts: Iterable[ProjectStart]
) -> tuple[RuleYear, ...]:
    """Every ceiling, quota and debt rule by year: measured, limit, headroom, ratio, band."""
    issued = issued_by_instrument(instance, issues, starts)
    bands = band_paths(instance, issued)
    horizon = instance.settings.horizon
    plan_years = np.arange(horizon.first_year, horizon.last_year + 1)
    rows: list[RuleYear] = []
    for jurisdiction in instance.jurisdiction_ids:
        years = debt_span(instance, jurisdiction)
        for pool in instance.pools_of(jurisdiction):
            balance = QuantityTerm(quantity=Quantity.BALANCE, pools=(pool,))
            owed = debt_total(instance, issued, jurisdiction, balance, years)
            limit = ceilings(instance, jurisdiction, pool, years)
            rows += _limit_rows(jurisdiction, f"ceiling:{pool}", years, owed, limit)
            counted = quota_instruments(instance, jurisdiction, pool)
            used = np.zeros(len(plan_years))
            for row in counted:
                used += issued[row.id].by_year(plan_years)
            limit = _scaled_quotas(instance, jurisdiction, pool, plan_years, bands)
            rows += _limit_rows(jurisdiction, f"quota:{pool}", plan_years, used, limit)
    return (*rows, *debt_rule_years(instance, issued, bands))


def _limit_rows(
    jurisdiction: str, rule: str, years: IntArray, value: FloatArray, limit: FloatArray
) -> list[RuleYear]:
    from infraplan.models.plan import RuleYear

    return [
        RuleYear(
            jurisdiction=jurisdiction,
            rule=rule,
            year=int(year),
            value=float(value[at]),
            limit=float(limit[at]),
            headroom=float(limit[at] - value[at]),
        )
        for at, year in enumerate(years)
        if np.isfinite(limit[at])
    ]


def is_money_limited(instance: Instance) -> bool:
    """Whether anything limits what the projects of `instance` may cost in all.

    A payer with a fund has only what comes in; one that borrows without a fund is limited by a
    ceiling, a quota, a yearly limit or a debt rule. A cap on spending limits everybody. Where
    nothing costs anything there is nothing to limit.
    """
    payers: set[str] = set()
    for project in instance.projects:
        if any(option.overnight_cost > 0.0 for option in project.options):
            payers.update(payers_of(instance, project))
    if not payers or any(row.kind is PolicyKind.SPEND_CAP for row in instance.policies):
        return True
    return any(_has_limits(instance, payer) for payer in payers)


def _has_limits(instance: Instance, payer: str) -> bool:
    loans = [row for row in instance.instruments_by_payer.get(payer, ()) if not row.refinancing]
    if not loans:
        return bool(instance.funds_by_payer.get(payer))
    ruled = any(jurisdiction == payer for _, jurisdiction in rules_in_force(instance))
    return ruled or all(is_loan_limited(instance, row) for row in loans)


def is_loan_limited(instance: Instance, loan: Instrument) -> bool:
    """Whether a yearly limit, a ceiling, a quota, or the fund that repays it limits a loan."""
    served = {key for keys in instance.pools_by_service_fund.values() for key in keys}
    horizon = instance.settings.horizon
    years = np.arange(horizon.first_year, horizon.last_year + 1)
    key = (loan.jurisdiction, loan.pool)
    within = ceilings(instance, *key, years)
    quota = quotas(instance, *key, years) if loan.uses_quota else np.full(len(years), np.inf)
    return (
        key in served
        or bool(np.all(np.isfinite(issue_limits(loan, years))))
        or bool(np.isfinite(np.minimum(within, quota)).any())
        or loan.max_share < 1.0
        or loan.coverage is not None
    )
