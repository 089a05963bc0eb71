"""Who may pay for what: earmarks, years of issue, what matches a grant, what counts as capital.

Source: docs/laws.md section 4 (`eligibility`, `capital`, `matching`, `annual_limit`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.funding import Fund, FundKind, Instrument
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares, partners_of
from infraplan.models.project import Project

BoolArray = NDArray[np.bool_]

OUTSIDE = ""
"""Source of a partner that has no funds in the instance."""

OWN_KINDS = frozenset({FundKind.OWN_BUDGET, FundKind.LAND, FundKind.REVENUE, FundKind.OTHER})
"""Kinds of funds whose money matches a grant: no transfer, grant or private money."""


def may_pay(source: Fund | Instrument, project: Project) -> bool:
    """Whether the earmark of `source` allows `project`; an empty list allows everything."""
    here = {project.place, project.from_place, project.to_place}
    return (
        (not source.sectors or project.sector in source.sectors)
        and (not source.subsectors or project.subsector in source.subsectors)
        and (not source.projects or project.id in source.projects)
        and (not source.places or bool(here & set(source.places)))
    )


def payers_of(instance: Instance, project: Project) -> tuple[str, ...]:
    """Jurisdictions that may pay for works of `project`: all partners where shares are chosen."""
    if has_chosen_shares(instance, project):
        return partners_of(instance, project)
    return tuple(instance.shares_of(project))


def eligible_sources(
    instance: Instance, project: Project, payer: str
) -> tuple[tuple[str, ...], bool]:
    """Sources of `payer` that may pay for `project`, and whether one of them is tagged."""
    loans = [
        row
        for row in instance.instruments_by_payer.get(payer, ())
        if not row.refinancing and may_pay(row, project)
    ]
    funds = eligible_funds(instance, project, payer)
    return (*funds, *(row.id for row in loans)), any(row.tagged for row in loans)


def eligible_funds(instance: Instance, project: Project, payer: str) -> tuple[str, ...]:
    """Funds of `payer` that may pay for `project`."""
    funds = instance.funds_by_payer.get(payer, ())
    return tuple(fund.id for fund in funds if may_pay(fund, project))


def issue_limits(instrument: Instrument, years: IntArray) -> FloatArray:
    """Most that `instrument` may issue in each of the plan's `years`, nominal; inf: no limit."""
    return np.where(is_issued_in(instrument, years), yearly_limit(instrument), 0.0)


def yearly_limit(instrument: Instrument) -> float:
    """Most that `instrument` may issue in any year, nominal; inf: no limit."""
    return np.inf if instrument.annual_limit is None else instrument.annual_limit


def with_yearly_limit_times(instrument: Instrument, factor: float) -> Instrument:
    """`instrument` that may issue `factor` times as much in a year."""
    if instrument.annual_limit is None:
        return instrument
    return instrument.model_copy(update={"annual_limit": factor * instrument.annual_limit})


def is_issued_in(instrument: Instrument, years: IntArray) -> BoolArray:
    """Whether `instrument` may be issued at all in each of the plan's `years`."""
    first = instrument.first_year if instrument.first_year is not None else int(years[0])
    last = instrument.last_year if instrument.last_year is not None else int(years[-1])
    return np.asarray((years >= first) & (years <= last))


def debt_part(instrument: Instrument) -> float:
    """Share of what `instrument` pays that does not count as project capital."""
    return 1.0 - instrument.as_capital
