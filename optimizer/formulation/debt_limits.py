"""Ceilings and quotas of a debt pool, by year."""

from __future__ import annotations

import numpy as np

from infraplan.models.instance import Instance
from infraplan.optimizer.formulation.debt_terms import (
    pools_of,
)
from infraplan.optimizer.formulation.sets import IntArray


def debt_limits(
    instance: Instance, jurisdiction: str, pool: str, years: IntArray, column: str, *, carried: bool
) -> np.ndarray:
    """Ceiling or quota by year, inf where none; a ceiling holds on after its last row."""
    rows = sorted(
        (row.year, getattr(row, column))
        for row in instance.debt
        if row.jurisdiction == jurisdiction
        and row.pool == pool
        and getattr(row, column) is not None
    )
    result = np.full(len(years), np.inf)
    for position, year in enumerate(years):
        earlier = [value for given, value in rows if given <= year]
        exact = [value for given, value in rows if given == year]
        if carried and earlier:
            result[position] = earlier[-1]
        elif exact:
            result[position] = exact[0]
    return result


def debtor_pools(instance: Instance) -> list[tuple[str, str]]:
    """Every (jurisdiction, pool) with old debt, a limit or an instrument."""
    return [(j, pool) for j in instance.jurisdiction_ids for pool in pools_of(instance, j)]
