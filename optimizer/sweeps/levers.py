"""Figures of an instance that may turn a decision, and the instance with one of them changed.

A project's cost and benefits; what comes into a fund in a year; a borrower's ceiling; its quota of
a year. What binds first comes first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from infraplan.models.funding import Inflow
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.models.plan import Plan, SourceKind
from infraplan.models.policy import PolicyKind
from infraplan.models.project import BASE_OPTION, Mandate, Option
from infraplan.models.quantities import Quality
from infraplan.models.target import INVESTMENT
from infraplan.optimizer.accounts.limits import quota_instruments
from infraplan.optimizer.accounts.sources import eligible_funds

COST, BENEFIT = "cost", "benefit"
BUDGET, CEILING, QUOTA = "budget", "ceiling", "quota"
PROJECTS, OPTIONS, INFLOWS, DEBT = "projects", "options", "inflows", "debt"
MOST_OF_A_KIND = 2
"""Figures of one kind that are tried for one project, those that bind most first."""
MOST_OWN_RISE = 64.0
"""Times what makes up for the loss: rise of a project's own figure that is tried at most."""
SPENT_AT_LEAST = frozenset(
    {
        PolicyKind.SPEND_FLOOR,
        PolicyKind.SPEND_SHARE_FLOOR,
        PolicyKind.SPEND_SHARE_CAP,
        PolicyKind.SPEND_PER_HEAD_FLOOR,
    }
)
"""Policies that a plan may break by spending less."""


@dataclass(frozen=True)
class Cell:
    """A figure in a table, as it is."""

    table: str
    row: str
    column: str
    before: float


@dataclass(frozen=True)
class Lever:
    """A figure that is changed to turn the decision on a project.

    Attributes
    ----------
    first
        Change that is tried first, in the figure's unit.
    most
        Largest change; None where nothing limits it.
    is_rise
        Whether the figure rises.
    make
        The instance with a change.
    is_own
        Whether plans without the project know nothing of it.
    is_monotone
        Whether a change that is larger can only help (hurt) plans, so that a bound at one change
        holds at all smaller (larger) ones.
    also
        Further figures that change by as much: a ceiling is stated year by year.
    ample
        Change beyond which more of it changes nothing, where `most` is None.
    is_named
        Whether the reason of the project names it.
    is_convex
        Whether no plan comes or goes with a change, and each is worth so much and so much for each
        unit of it: the best of them lies on or under the straight line between any two changes.
    """

    kind: str
    cell: Cell
    first: float
    most: float | None
    is_rise: bool
    make: Callable[[float], Instance] = field(compare=False)
    is_own: bool
    is_monotone: bool = True
    also: tuple[Cell, ...] = ()
    ample: float = math.inf
    is_named: bool = False
    is_convex: bool = False

    @property
    def is_gain(self) -> bool:
        """Whether plans that have to do with it are worth the more the larger the change is."""
        return self.is_rise != (self.kind == COST)

    @property
    def limit(self) -> float:
        """The largest change that is tried."""
        return self.ample if self.most is None else self.most

    @property
    def is_all(self) -> bool:
        """Whether that is all there is: a figure of one's own may rise beyond all that is tried."""
        return self.most is not None or not self.is_own

    def after(self, change: float, before: float | None = None) -> float:
        """The figure with the change."""
        start = self.cell.before if before is None else before
        return start + change if self.is_rise else max(0.0, start - change)


def with_mandate(instance: Instance, project: str, word: Mandate) -> Instance:
    """`instance` in which `project` must (must not) be built.

    Raises
    ------
    InconsistentInstanceError
        If that contradicts what the instance says of works under way.
    """
    rows = tuple(
        row.model_copy(update={"mandatory": word}) if row.id == project else row
        for row in instance.projects
    )
    return instance.with_tables(projects=rows)


def own_levers(
    instance: Instance,
    project: str,
    option: str,
    *,
    is_in: bool,
    loss: float,
    worths: tuple[float, float],
) -> list[Lever]:
    """Benefits and cost of a project, all options by one factor.

    `worths` are the present values of the benefits and of the cost of `option` in the plan that
    holds it: where both count in full, they make up for `loss` by its share of them.
    """
    row = instance.project_by_id[project].option(option)
    # The option's own cell, where the figure stands; further options change by the same factor.
    place = (PROJECTS, project) if option == BASE_OPTION else (OPTIONS, f"{project}/{option}")
    figures = (
        (BENEFIT, "benefits", sum(row.benefits.values()), worths[0]),
        (COST, "overnight_cost", row.overnight_cost, worths[1]),
    )
    return [
        _own(instance, project, Cell(*place, column, before), kind, is_in, loss / worth)
        for kind, column, before, worth in figures
        if before > 0.0 and worth > 0.0
    ]


def _own(
    instance: Instance, project: str, cell: Cell, kind: str, is_in: bool, share: float
) -> Lever:
    is_rise = (kind == BENEFIT) != is_in
    most = None if is_rise else cell.before

    def make(change: float) -> Instance:
        factor = 1.0 + change / cell.before if is_rise else max(0.0, 1.0 - change / cell.before)
        return _scaled(instance, project, kind, factor)

    first = share * cell.before
    return Lever(
        kind=kind,
        cell=cell,
        first=first if most is None else min(first, most),
        most=most,
        is_rise=is_rise,
        make=make,
        is_own=True,
        is_monotone=_gains_by(instance, project, kind),
        ample=MOST_OWN_RISE * first,
        is_convex=kind == BENEFIT
        and not any(row.project == project for row in instance.agreements),
    )


def _gains_by(instance: Instance, project: str, kind: str) -> bool:
    """Whether plans with the project are worth no less with more benefits, or with less cost."""
    if kind == BENEFIT:
        options = instance.project_by_id[project].options
        streams = [row.value for row in instance.benefits if row.project == project]
        values = [value for option in options for value in option.benefits.values()]
        return min([0.0, *values, *streams]) >= 0.0
    floors = any(row.kind in SPENT_AT_LEAST for row in instance.policies)
    return not floors and not any(row.metric == INVESTMENT for row in instance.targets)


def _scaled(instance: Instance, project: str, kind: str, factor: float) -> Instance:
    """`instance` with all costs, or all benefits, of a project times `factor`."""

    def option(row: Option) -> Option:
        if kind == COST:
            costs = ("overnight_cost", "overnight_cost_low", "overnight_cost_high")
            held = {name: getattr(row, name) for name in costs}
            return row.model_copy(
                update={n: None if v is None else factor * v for n, v in held.items()}
            )
        names = ("benefits", "benefits_low", "benefits_high")
        return row.model_copy(
            update={
                column: {name: factor * value for name, value in getattr(row, column).items()}
                for column in names
            }
        )

    rows = tuple(
        row.model_copy(update={"options": tuple(map(option, row.options))})
        if row.id == project
        else row
        for row in instance.projects
    )
    streams = tuple(
        row.model_copy(update={"value": factor * row.value})
        if kind == BENEFIT and row.project == project
        else row
        for row in instance.benefits
    )
    return instance.with_tables(projects=rows, benefits=streams)


def levers_of_reason(
    instance: Instance, project: str, rule: str, short: Sequence[tuple[int | None, float | None]]
) -> list[Lever]:
    """Money and debt that the reason of a project left out names, most short first.

    `short` holds the years in which `rule` is short, and by how much.
    """
    family, *key = rule.split(":")
    years = sorted(((a or 0.0, y) for y, a in short if y is not None), reverse=True)
    cost = min(option.overnight_cost for option in instance.project_by_id[project].options)
    found: list[Lever] = []
    for amount, year in years:
        first = amount if amount > 0.0 else cost
        if family == "fund_balance":
            found.append(_inflow(instance, key[0], year, first, is_rise=True))
        elif family == "sources_uses":
            funds = eligible_funds(instance, instance.project_by_id[project], key[0])
            found += [_inflow(instance, fund, year, first, is_rise=True) for fund in funds]
        elif family in (CEILING, QUOTA):
            found += _limit(instance, family, key[0], key[1], year, first, is_rise=True)
    return few(replace(lever, is_named=True) for lever in found)


def levers_of_payments(
    instance: Instance, plan: Plan, project: str, *, is_rise: bool
) -> list[Lever]:
    """Money and debt that pay for a project of `plan`, largest payments first."""
    rows = sorted(
        (row for row in plan.payments if row.project == project),
        key=lambda row: (-row.amount, row.year, row.source),
    )
    last = instance.settings.horizon.last_year
    found: list[Lever] = []
    for row in rows:
        if row.year > last:
            continue
        if row.kind is SourceKind.FUND:
            found.append(_inflow(instance, row.source, row.year, row.amount, is_rise=is_rise))
        elif row.kind is SourceKind.INSTRUMENT:
            loan = instance.instrument_by_id[row.source]
            owner = (loan.jurisdiction, loan.pool)
            kinds = [CEILING, *([QUOTA] if loan in quota_instruments(instance, *owner) else [])]
            for kind in kinds:
                found += _limit(instance, kind, *owner, row.year, row.amount, is_rise=is_rise)
    return few(lever for lever in found if is_rise or lever.cell.before > 0.0)


def ample_money(instance: Instance) -> float:
    """More than all that could be built costs in the horizon, money of its last year.

    Of a fund or of debt, more of it than that is never spent on works.
    """
    appraisal, horizon = instance.settings.appraisal, instance.settings.horizon
    years = max(0, horizon.last_year - instance.settings.price_year)
    growth = (1.0 + max(0.0, instance.settings.inflation)) * (
        1.0 + max(0.0, appraisal.cost_escalation)
    )
    dearest = sum(
        max(option.overnight_cost for option in project.options) for project in instance.projects
    )
    return 2.0 * dearest * (1.0 + max(0.0, appraisal.contingency)) * growth**years


def few(levers: Iterable[Lever]) -> list[Lever]:
    """The first of each kind, each figure once."""
    found: dict[tuple[str, str], Lever] = {}
    for lever in levers:
        of_kind = sum(kind == lever.kind for kind, _ in found)
        if of_kind < MOST_OF_A_KIND:
            found.setdefault((lever.kind, lever.cell.row), lever)
    return list(found.values())


def _inflow(instance: Instance, fund: str, year: int, first: float, *, is_rise: bool) -> Lever:
    """What comes into `fund` in `year`; a year without a row has none."""
    place = [n for n, row in enumerate(instance.inflows) if (row.fund, row.year) == (fund, year)]
    before = instance.inflows[place[0]].value if place else 0.0

    def make(change: float) -> Instance:
        value = before + change if is_rise else max(0.0, before - change)
        rows = list(instance.inflows)
        if place:
            rows[place[0]] = rows[place[0]].model_copy(update={"value": value})
        else:
            rows.append(Inflow(fund=fund, year=year, value=value, quality=Quality.ASSUMPTION))
        return instance.with_tables(inflows=tuple(rows))

    most = None if is_rise else before
    return Lever(
        kind=BUDGET,
        cell=Cell(INFLOWS, f"{fund}/{year}", "value", before),
        first=first if most is None else min(first, most),
        most=most,
        is_rise=is_rise,
        make=make,
        is_own=False,
        ample=max(2.0 * first, ample_money(instance)),
    )


def _limit(
    instance: Instance,
    kind: str,
    borrower: str,
    pool: str,
    year: int,
    first: float,
    *,
    is_rise: bool,
) -> list[Lever]:
    """The ceiling that holds in `year`, with those stated after it, or the quota of `year`."""
    column = "ceiling" if kind == CEILING else "new_quota"
    rows = {
        row.year: (number, value)
        for number, row in enumerate(instance.debt)
        if (row.jurisdiction, row.pool) == (borrower, pool)
        and (value := getattr(row, column)) is not None
    }
    if kind == CEILING:
        begin = max((held for held in rows if held <= year), default=None)
        years = [] if begin is None else sorted(held for held in rows if held >= begin)
    else:
        years = [year] if year in rows else []
    if not years:
        return []
    cells = [
        Cell(DEBT, f"{borrower}/{pool}/{held}", column, float(rows[held][1])) for held in years
    ]

    def make(change: float) -> Instance:
        table: list[DebtPosition] = list(instance.debt)
        for held in years:
            number, value = rows[held]
            after = value + change if is_rise else max(0.0, value - change)
            table[number] = table[number].model_copy(update={column: after})
        return instance.with_tables(debt=tuple(table))

    most = None if is_rise else cells[0].before
    return [
        Lever(
            kind=kind,
            cell=cells[0],
            first=first if most is None else min(first, most),
            most=most,
            is_rise=is_rise,
            make=make,
            is_own=False,
            also=tuple(cells[1:]),
            ample=max(2.0 * first, ample_money(instance)),
        )
    ]
