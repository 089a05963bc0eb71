"""What happened to the projects of a plan, and the state of their works in a later year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from infraplan.models.base import DomainModel, described
from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.inconsistency import closest, ids_by_name, table_named
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of, may_stop, option_in_plan, profile_of, stands
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Identifier, NonNegative, Year


class Actual(DomainModel):
    """What happened to a project in a year. Rows of a project tell all of it."""

    project: Identifier = described("project id")
    year: Year = described("year that the row is about", unit="year")
    spent: NonNegative | None = described(
        "money spent on its works in the year; blank: as its profile says", None, unit="money"
    )
    started: Year | None = described("year in which its works began", None, unit="year")
    opened: Year | None = described("year in which it opened, or will", None, unit="year")
    cancelled: bool = described("given up for good", default=False)
    note: str = described("remark", "")


@dataclass(frozen=True)
class ActualFault:
    """A row (0-based) of the actuals and a column that cannot be so, with advice."""

    index: int
    column: str
    message: Phrase
    advice: Phrase


@dataclass(frozen=True)
class Works:
    """Works of a project up to the year before `year`.

    `spent` is money of each year that the works took (nominal), `sunk` the same in price-year money
    without escalation, as costs are stated.
    """

    project: Project
    option: Option
    start: int
    opening: int
    spent: Mapping[int, float]
    sunk: float
    has_opened: bool
    """Whether actuals state the opening."""
    cancelled: bool = False
    waits: bool = False
    """Whether it opens later for what it waits for."""

    @property
    def last_year(self) -> int:
        """Last year of spending or works."""
        return self.start + max(len(profile_of(self.option)), self.option.lead_time) - 1

    def is_finished(self, to_year: int) -> bool:
        """Whether nothing is left to be built: it opened, and its money is spent."""
        if self.cancelled or self.opening > to_year:
            return False
        if self.has_opened:
            # What was open may still be paid for; what no year's share is left for came cheaper.
            return self.remaining == 0.0 or not self.is_due(to_year)
        return self.last_year < to_year and self.remaining == 0.0

    def is_due(self, to_year: int) -> bool:
        """Whether the profile has money in `to_year` or later."""
        return any(share > 0.0 for share in profile_of(self.option)[max(0, to_year - self.start) :])

    @property
    def planned_opening(self) -> int:
        """Opening where works take as long as the option says."""
        return self.start + self.option.lead_time

    @property
    def remaining(self) -> float:
        """Cost that is still to be spent, price-year money; rounding counts as nothing."""
        left = self.option.overnight_cost - self.sunk
        return left if left > 1e-9 * self.option.overnight_cost else 0.0


def actual_faults(
    instance: Instance, plan: Plan | None, rows: Sequence[Actual], to_year: int
) -> tuple[ActualFault, ...]:
    """Everything in `rows` that cannot be, in their order."""
    chosen = {} if plan is None else {start.project: start for start in plan.starts}
    told: dict[str, list[int]] = {}
    found: list[ActualFault] = []
    for index, row in enumerate(rows):
        project = instance.project_by_id.get(row.project)
        if project is None:
            text = phrase("actual-no-project", project=row.project)
            advice = closest(
                row.project,
                set(instance.project_by_id),
                table_named("projects"),
                ids_by_name(instance.projects),
            )
            found.append(ActualFault(index, "project", text, advice))
            continue
        told.setdefault(row.project, []).append(index)
        for column, text, advice in _faults_of_row(instance, project, row, to_year):
            found.append(ActualFault(index, column, text, advice))
        named = (row.spent or 0.0) > 0.0 or row.started is not None
        if named and len(project.options) > 1 and row.project not in chosen:
            text = phrase("actual-no-option", project=row.project, count=len(project.options))
            found.append(ActualFault(index, "project", text, phrase("actual-keep-the-option")))
    for name, numbers in told.items():
        project = instance.project_by_id[name]
        planned = chosen.get(name)
        if plan is None and duty_of(project) is Mandate.COMMITTED:
            planned = _carried_on(instance, project)
        if not stands(project):
            found += _contradictions(planned, rows, numbers, to_year)
    return tuple(sorted(found, key=lambda fault: fault.index))


def _faults_of_row(
    instance: Instance, project: Project, row: Actual, to_year: int
) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Column, what is wrong and what to do, of what a row says by itself."""
    first = instance.settings.horizon.first_year
    if not first <= row.year < to_year:
        text = phrase("actual-year-outside", year=row.year, first=first, last=to_year - 1)
        yield "year", text, phrase("actual-years-are-over")
    if row.started is not None and row.started >= to_year:
        text = phrase("actual-started-late", started=row.started, year=to_year)
        yield "started", text, phrase("actual-leave-blank")
    if row.started is not None and row.started < first:
        text = phrase("actual-started-early", started=row.started, first=first)
        yield "started", text, phrase("actual-set-under-construction")
    says = row.spent or row.started is not None or row.opened is not None or row.cancelled
    if stands(project) and says:
        text = phrase("actual-stands", project=row.project)
        yield "project", text, phrase("actual-delete-the-row")


def _contradictions(
    planned: ProjectStart | None, rows: Sequence[Actual], numbers: Sequence[int], to_year: int
) -> Iterator[ActualFault]:
    """What rows `numbers`, those of one project, say against one another or against its start."""
    mine = [rows[number] for number in numbers]
    start = _start_of(planned, sorted(mine, key=lambda row: row.year))
    said: dict[str, int] = {}
    years: set[int] = set()
    for number, row in zip(numbers, mine, strict=True):
        if row.year in years:
            text = phrase("actual-two-rows", project=row.project, year=row.year)
            yield ActualFault(number, "year", text, phrase("actual-keep-one"))
        years.add(row.year)
        for column, year in (("started", row.started), ("opened", row.opened)):
            if year is not None and said.setdefault(column, year) != year:
                text = phrase("actual-two-years", first=said[column], second=year)
                yield ActualFault(number, column, text, phrase("actual-correct-one"))
        if row.opened is not None:
            if any(other.cancelled for other in mine):
                text = phrase("actual-opened-and-cancelled", opened=row.opened)
                yield ActualFault(number, "opened", text, phrase("actual-keep-one-of-both"))
            elif start is None or start >= to_year:
                text = phrase("actual-opened-unbegun", project=row.project, opened=row.opened)
                yield ActualFault(number, "opened", text, phrase("actual-say-when-it-began"))
            elif row.opened < start:
                text = phrase("actual-opened-before", opened=row.opened, start=start)
                yield ActualFault(number, "opened", text, phrase("actual-correct-one"))


def works_until(
    instance: Instance, plan: Plan | None, rows: Iterable[Actual], to_year: int
) -> dict[str, Works]:
    """Works that began before `to_year`, or were given up, by project.

    Without rows a project is where the plan says. It began in `started` where a row states that,
    else as planned, unless the row of that year says that 0 was spent, or money was spent before:
    then in the first year with money spent, or not at all. Committed works go on without a plan.
    """
    told: dict[str, list[Actual]] = {}
    for row in rows:
        told.setdefault(row.project, []).append(row)
    chosen = {} if plan is None else {start.project: start for start in plan.starts}
    found: dict[str, Works] = {}
    for project in instance.projects:
        if stands(project):
            continue
        mine = sorted(told.get(project.id, ()), key=lambda row: row.year)
        planned = chosen.get(project.id)
        if plan is None and duty_of(project) is Mandate.COMMITTED:
            planned = _carried_on(instance, project)
        works = _works_of(instance, project, planned, mine, to_year)
        if works is None and plan is not None and may_stop(project):
            works = _works_of(instance, project, planned, mine, to_year, is_stopped=True)
        if works is not None:
            found[project.id] = works
    return found


def _carried_on(instance: Instance, project: Project) -> ProjectStart:
    """Start of committed works in the plan's first year, in their first option."""
    first = instance.settings.horizon.first_year
    option = option_in_plan(project, project.options[0].option, first)
    finish = first + len(profile_of(option)) - 1
    opening = first + option.lead_time
    return ProjectStart(
        project=project.id, option=option.option, start=first, finish=finish, opening=opening
    )


def _works_of(
    instance: Instance,
    project: Project,
    planned: ProjectStart | None,
    rows: Sequence[Actual],
    to_year: int,
    *,
    is_stopped: bool = False,
) -> Works | None:
    first = instance.settings.horizon.first_year
    name = project.options[0].option if planned is None else planned.option
    option = option_in_plan(project, name, first)
    start = _start_of(planned, rows)
    cancelled = is_stopped or any(row.cancelled for row in rows)
    if project.mandatory is Mandate.MUST_NOT and all(row.started is None for row in rows):
        # A bill that comes in later does not bring back what was given up: only a start does.
        start, cancelled = None, cancelled or any(row.spent for row in rows)
    if (start is None or start >= to_year) and not cancelled:
        return None
    spent: dict[int, float] = {}
    told = {row.year: row.spent for row in rows if row.spent is not None}
    if start is not None:
        for k, share in enumerate(profile_of(option)):
            spent[start + k] = option.overnight_cost * share * price_of_works(instance, start + k)
    # What is given up takes no more than rows tell.
    end = min((row.year + 1 for row in rows if row.cancelled), default=to_year)
    spent = {year: money for year, money in spent.items() if year < end} | told
    spent = {year: money for year, money in spent.items() if year < to_year and money}
    begun = to_year if start is None else start
    opened = [row.opened for row in rows if row.opened is not None]
    real = {year: money / price_of_works(instance, year) for year, money in spent.items()}
    expected = begun + option.lead_time
    if not cancelled:
        expected = _expected_opening(option, begun, real, to_year)
    return Works(
        project,
        option,
        begun,
        opened[-1] if opened else expected,
        spent,
        sum(real.values()),
        bool(opened),
        cancelled,
    )


def _expected_opening(option: Option, start: int, real: Mapping[int, float], to_year: int) -> int:
    """Opening that nobody stated: as the option says, later by the years that were not worked.

    It is looked at in each year in which works were to open, and in `to_year`, by what was spent
    until then (`real`, price-year money), so that it is the same over how many years it is told.
    """
    opening = start + option.lead_time
    while True:
        year = min(opening, to_year)
        done = sum(money for spent_in, money in real.items() if spent_in < year)
        worked = _years_worked(option, year - start, done)
        if worked is None or year + option.lead_time - worked <= opening:
            return opening
        opening = year + option.lead_time - worked


def _years_worked(option: Option, years: int, done: float) -> int | None:
    """Years of the profile that `done` pays for, if fewer than `years` ask for before opening.

    A year of which part was spent counts as worked: works may be cheaper, or catch up.
    """
    reached = np.cumsum((0.0, *profile_of(option)))
    asked = min(years, option.lead_time, len(reached) - 1)
    share = done / option.overnight_cost if option.overnight_cost > 0.0 else 1.0
    if asked <= 0 or share >= reached[asked] - 1e-9:
        return None
    worked = int(np.flatnonzero(reached <= share + 1e-9)[-1])
    if reached[worked] < share - 1e-9:
        worked = int(np.flatnonzero(reached <= reached[worked + 1] + 1e-9)[-1])
    return worked if worked < asked else None


def _start_of(planned: ProjectStart | None, rows: Sequence[Actual]) -> int | None:
    stated = [row.started for row in rows if row.started is not None]
    if stated:
        return stated[-1]
    paid = min((row.year for row in rows if row.spent), default=None)
    start = None if planned is None else planned.start
    if start is None or any(row.year == start and row.spent == 0.0 for row in rows):
        return paid
    return start if paid is None else min(start, paid)


def price_of_works(instance: Instance, year: int) -> float:
    """Money of `year` for a unit of construction cost at price-year prices."""
    settings = instance.settings
    growth = 1.0 + settings.appraisal.cost_escalation
    return float(growth ** (year - settings.price_year) * instance.price_index(year))
