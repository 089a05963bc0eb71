"""Net revenue of projects against the debt tagged to them. Source: docs/laws.md section 4."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infraplan.models.finance.appraisal import ramp_up_shares
from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.funding import Instrument
from infraplan.models.instance import Instance
from infraplan.models.plan import Issue, ProjectStart
from infraplan.models.progress import option_in_plan
from infraplan.models.project import Option
from infraplan.optimizer.accounts.debt import asks_coverage, kernel_of
from infraplan.optimizer.accounts.sources import may_pay, payers_of

Group = tuple[str, str]
"""What is tested together: ("bundle", its name) or ("project", its id)."""


def asked_per_unit(instrument: Instrument) -> float:
    """Net revenue that a unit issued asks for: coverage times undiscounted service over life."""
    return float(instrument.coverage or 0.0) * kernel_of(instrument).service_per_unit


def coverage_group(instrument: Instrument, project: str) -> Group:
    """What the debt of `instrument` for a project is tested with."""
    return ("bundle", instrument.bundle) if instrument.bundle else ("project", project)


def net_revenue(instance: Instance, option: Option, starts: IntArray, tenor: int) -> FloatArray:
    """Nominal net revenue of an option up to the end of a bond's life, for each year of `starts`.

    Formula: ``sum_{y=opening}^{min(end of life, start+tenor)} (revenue (1+g)^(y-y0) ramp -
    fixed_om) index(y)``. May be negative; what covers debt is never less than 0. Shape: starts.
    """
    age = np.arange(max(0, min(option.lifetime, tenor - option.lead_time + 1)))
    first = instance.settings.horizon.first_year
    opened = starts + option.lead_time
    earliest = int(opened.min(initial=first))
    index = np.array(
        [
            instance.price_index(year)
            for year in range(earliest, int(opened.max(initial=first)) + age.size)
        ]
    )
    years = opened[:, None] + age
    income = option.revenue * (1.0 + option.revenue_growth) ** (years - first)
    income = income * ramp_up_shares((*option.ramp_up, 1.0), age)
    net: FloatArray = ((income - option.fixed_om_cost) * index[years - earliest]).sum(axis=1)
    return net


def revenue_after(option: Option, years: int) -> float:
    """Revenue of a full year where the plan begins `years` later, at the demand of then."""
    return float(option.revenue * (1.0 + option.revenue_growth) ** years)


@dataclass(frozen=True)
class CoverageTest:
    """A group's debt of a tenor or less: what it asks for and the net revenue there is, nominal.

    `leaders` lead the projects that issued; `last_year` is the last one whose revenue counts.
    """

    group: Group
    tenor: int
    asked: float
    revenue: float
    leaders: frozenset[str]
    last_year: int


def coverage_tests(
    instance: Instance, issues: Iterable[Issue], starts: Iterable[ProjectStart]
) -> tuple[CoverageTest, ...]:
    """Every test of a plan in which something was issued, by group and tenor."""
    built = {start.project: start for start in starts}
    issued: defaultdict[Group, list[Issue]] = defaultdict(list)
    for issue in issues:
        row = instance.instrument_by_id[issue.instrument]
        if asks_coverage(row) and not row.refinancing and issue.project in built:
            issued[coverage_group(row, issue.project)].append(issue)
    tests: list[CoverageTest] = []
    for group, rows in issued.items():
        members = _members(instance, group, built)
        issuers = [built[row.project] for row in rows]
        used = {row.instrument for row in rows}
        leaders = {instance.jurisdiction_of(instance.project_by_id[row.project]) for row in rows}
        for tenor in sorted({instance.instrument_by_id[name].tenor for name in used}):
            loans = [(instance.instrument_by_id[row.instrument], row.amount) for row in rows]
            tests.append(
                CoverageTest(
                    group,
                    tenor,
                    sum(asked_per_unit(i) * amount for i, amount in loans if i.tenor <= tenor),
                    sum(max(0.0, _revenue(instance, start, tenor)) for start in members),
                    frozenset(leaders),
                    max(start.start for start in [*members, *issuers]) + tenor,
                )
            )
    return tuple(tests)


def _members(
    instance: Instance, group: Group, built: dict[str, ProjectStart]
) -> list[ProjectStart]:
    """Built projects whose net revenue stands for the debt of a group."""
    kind, name = group
    if kind == "project":
        return [built[name]]
    bundled = [row for row in instance.instruments if row.bundle == name and asks_coverage(row)]
    found: list[ProjectStart] = []
    for start in built.values():
        project = instance.project_by_id[start.project]
        payers = payers_of(instance, project)
        if any(row.jurisdiction in payers and may_pay(row, project) for row in bundled):
            found.append(start)
    return found


def _revenue(instance: Instance, start: ProjectStart, tenor: int) -> float:
    first_year = instance.settings.horizon.first_year
    option = option_in_plan(instance.project_by_id[start.project], start.option, first_year)
    return float(net_revenue(instance, option, np.array([start.start]), tenor)[0])
