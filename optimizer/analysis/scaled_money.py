"""An instance with another amount of money: what scales, and what stays as it is.

What planners mean by "the money" scales: what comes into funds and what they begin with, what
grant programmes and lenders give, quotas, room under ceilings and caps on spending. So do caps on
yearly starts that are assumed: they were set for the money there is. What the law and the projects
say stays: debt rules and the fiscal figures that they measure, rates, shares, earmarks, old debt,
receipts of projects, caps that a document states.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from infraplan.models.consistency import option_window
from infraplan.models.debt_rule import Quantity
from infraplan.models.funding import Fund, Inflow
from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind, ResourceLimit, ResourceTiming, StartPace
from infraplan.models.progress import begun_in, duty_of
from infraplan.models.project import Mandate, Project
from infraplan.models.quantities import Quality
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.debt import old_debt
from infraplan.optimizer.accounts.funds import least_cash
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.accounts.limits import with_limits_times
from infraplan.optimizer.accounts.sources import with_yearly_limit_times

MUST_START = frozenset({Mandate.MUST, Mandate.COMMITTED})


def with_money(instance: Instance, factor: float) -> Instance:
    """`instance` with `factor` times its money; checked as any instance.

    No inflow falls below what the debt that is there already takes of it, so that less money is
    less for works and not a default. A cap on starts never falls below what must start in a year.

    Raises
    ------
    InconsistentInstanceError
        If the changed instance makes no sense.
    """
    tables: dict[str, Any] = {name: getattr(instance, name) for name in Instance.model_fields}
    paces = _Paces(instance)
    return Instance(
        **tables
        | {
            "funds": tuple(_fund(row, factor) for row in instance.funds),
            "inflows": inflows_times(instance, {row.id: factor for row in instance.funds}),
            "instruments": tuple(
                with_yearly_limit_times(row, factor) for row in instance.instruments
            ),
            "debt": tuple(with_limits_times(instance, row, factor) for row in instance.debt),
            "policies": tuple(_policy(row, factor, paces) for row in instance.policies),
            "start_paces": tuple(_pace(row, factor, paces) for row in instance.start_paces),
            "resources": tuple(_resource(row, factor) for row in instance.resources),
        }
    )


def _fund(row: Fund, factor: float) -> Fund:
    """Its cash beyond what must remain, and the programme that it pays from."""
    free = max(0.0, row.opening_balance - least_cash(row))
    return row.model_copy(
        update={
            "opening_balance": row.opening_balance + (factor - 1.0) * free,
            "envelope": None if row.envelope is None else factor * row.envelope,
        }
    )


def inflows_times(instance: Instance, factors: Mapping[str, float]) -> tuple[Inflow, ...]:
    """Inflows with `factors` by fund (1 where there is none), none below the old debt's service."""
    return tuple(_inflows(instance, factors))


def _inflows(instance: Instance, factors: Mapping[str, float]) -> Iterable[Inflow]:
    funds = {fund.id: fund for fund in instance.funds}
    for row in instance.inflows:
        factor = factors.get(row.fund, 1.0)
        if factor == 1.0:
            yield row
            continue
        fund = funds[row.fund]
        owed = _old_service(instance, row.fund, row.year)
        comes_in = float(fund_inflows(instance, fund, np.array([row.year]))[0]) if owed else 0.0
        least = min(1.0, owed / comes_in) if comes_in > 0.0 else 0.0
        yield row.model_copy(update={"value": max(factor, least) * row.value})


def _old_service(instance: Instance, fund: str, year: int) -> float:
    """Principal and interest of old debt that a fund owes in `year`, nominal."""
    return sum(
        float(old_debt(instance, owner, pool, np.array([year]), Quantity.SERVICE)[0])
        for owner, pool in instance.pools_by_service_fund.get(fund, ())
    )


class _Paces:
    """How many projects of a scope must start in one year at least, whatever the money."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._candidates = lay_out(instance)
        first_year = instance.settings.horizon.first_year
        self._must: dict[str, int] = {}
        for project in instance.projects:
            if duty_of(project) not in MUST_START or begun_in(project, first_year) is not None:
                continue
            windows = [option_window(instance, project, row) for row in project.options]
            years = {year for first, last in windows for year in range(first, last + 1)}
            if len(years) == 1:
                self._must[project.id] = years.pop()

    def least(self, **scope: Iterable[str]) -> int:
        """Most projects of `scope` (filters as in `Candidates.select`) that must start at once."""
        inside = self._candidates.select(**scope)
        return self._most(
            project for project, is_in in zip(self._instance.projects, inside, strict=True) if is_in
        )

    def _most(self, projects: Iterable[Project]) -> int:
        years = [self._must[row.id] for row in projects if row.id in self._must]
        return max((years.count(year) for year in set(years)), default=0)


def _scaled_count(most: float, factor: float, least: int) -> int:
    """A cap on whole numbers, rounded up, and not below what must be nor above what it was."""
    return max(math.ceil(factor * most - 1e-9), min(int(most), least))


def is_assumed(row: Policy | StartPace | ResourceLimit) -> bool:
    """Whether nobody stated a limit: its quality says `assumption`, as a blank cell does."""
    return row.quality is Quality.ASSUMPTION


def _policy(row: Policy, factor: float, paces: _Paces) -> Policy:
    if row.kind is PolicyKind.SPEND_CAP:
        return row.model_copy(update={"value": factor * row.value})
    if row.kind is not PolicyKind.STARTS_CAP or not is_assumed(row):
        return row
    least = paces.least(
        sectors=row.sectors,
        subsectors=row.subsectors,
        jurisdictions=row.jurisdictions,
        places=row.places,
        projects=row.projects,
    )
    return row.model_copy(update={"value": float(_scaled_count(row.value, factor, least))})


def _pace(row: StartPace, factor: float, paces: _Paces) -> StartPace:
    if not is_assumed(row):
        return row
    least = paces.least(sectors=(row.sector,) if row.sector else ())
    return row.model_copy(update={"most": _scaled_count(row.most, factor, least)})


def _resource(row: ResourceLimit, factor: float) -> ResourceLimit:
    """An assumed yearly limit on what starts take; others are no pace of works."""
    if row.timing is not ResourceTiming.START or not row.per_year or not is_assumed(row):
        return row
    return row.model_copy(update={"limit": factor * row.limit})


def scaled_caps(instance: Instance) -> tuple[str, ...]:
    """Names of the assumed caps on yearly starts, which scale with the money."""
    return (
        *(r.id for r in instance.policies if r.kind is PolicyKind.STARTS_CAP and is_assumed(r)),
        *(row.label for row in instance.start_paces if is_assumed(row)),
        *(
            row.resource
            for row in instance.resources
            if row.timing is ResourceTiming.START and row.per_year and is_assumed(row)
        ),
    )
