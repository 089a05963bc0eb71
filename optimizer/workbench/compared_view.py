"""Two to six runs drawn side by side: schedules row by row, money, debt, fairness by district."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import term
from infraplan.models.plan import ProjectStart
from infraplan.optimizer.analysis.fairness import WHOLE_PLAN, by_head
from infraplan.optimizer.report.charts import Series, lines
from infraplan.optimizer.report.drawings.palette import money_paint
from infraplan.optimizer.report.fairness_table import told_by_head
from infraplan.optimizer.report.frames import NUMBER, Column, ReportTable, frame_of, text_pair
from infraplan.optimizer.report.html import schedule_html
from infraplan.optimizer.report.page_charts import PageChart, of_run, span
from infraplan.optimizer.report.page_schedule import Schedule, ScheduleRow, spans_of
from infraplan.optimizer.report.plan_tables import debt_frame, spending_frame
from infraplan.optimizer.report.table_data import table_data
from infraplan.optimizer.report.texts import Names, both
from infraplan.optimizer.workbench.plan_view import PlanView

Views = Mapping[str, PlanView]
"""What is drawn of each run, by its letter."""


def starts_of(views: Views) -> dict[str, dict[str, ProjectStart]]:
    """Start of each project that some run builds, by letter of the run."""
    found: dict[str, dict[str, ProjectStart]] = {}
    for letter, view in views.items():
        for row in view.run.plan.starts if view.run.plan is not None else ():
            found.setdefault(row.project, {})[letter] = row
    return found


def differs(starts: Mapping[str, ProjectStart], letters: int) -> bool:
    """Whether `letters` runs treat a project differently: built or not, when, in which option."""
    kinds = {(row.start, row.opening, row.option) for row in starts.values()}
    return len(starts) < letters or len(kinds) > 1


def side_by_side(views: Views, *, only_differing: bool) -> tuple[Schedule, int]:
    """A line of each run below each project, over the years of all runs; how many projects."""
    found = starts_of(views)
    first = min(view.schedule.years[0] for view in views.values())
    last = max(view.schedule.years[-1] for view in views.values())
    years = tuple(range(first, last + 1))
    names = {letter: Names(view.run.instance) for letter, view in views.items()}
    kept = [
        (project, mine)
        for project, mine in found.items()
        if not only_differing or differs(mine, len(views))
    ]
    kept.sort(key=lambda row: (min(s.start for s in row[1].values()), row[0]))
    groups = []
    for project, mine in kept:
        letter = next(iter(mine))
        rows = tuple(_line(letter, mine.get(letter), years) for letter in views)
        groups.append((names[letter].pair(project), rows))
    view = next(iter(views.values()))
    phases = view.schedule.phases if view.schedule.years == years else ((("", ""), len(years)),)
    return Schedule(years, phases, tuple(groups), (), ("", "")), len(groups)


def _line(letter: str, start: ProjectStart | None, years: tuple[int, ...]) -> ScheduleRow:
    name = (letter, letter)
    if start is None:
        told = term("workbench", "not_built").both
        name = (f"{letter}: {told[0]}", f"{letter}：{told[1]}")
    spans = () if start is None else spans_of(start, years)
    hint = ("", "") if start is None else (f"{start.start}-{start.opening}",) * 2
    return ScheduleRow("", name, hint, spans, False, False, "", "", (), "")


def drawn_side_by_side(schedule: Schedule) -> str:
    """The schedules as HTML."""
    return str(schedule_html(schedule, counted=False))


def money_lines(views: Views) -> list[PageChart]:
    """Spending and debt of each year, a line for each run; none where their money differs."""
    units = {view.run.money for view in views.values()}
    if len(units) > 1:
        return []
    spent, owed = {}, {}
    for letter, view in views.items():
        paid = spending_frame(view.run).groupby("year")["amount"].sum()
        spent[letter] = {int(str(year)): float(value) for year, value in paid.items()}
        frame = debt_frame(view.run)
        if not frame.empty:
            balance = frame.groupby("year")["balance"].sum()
            owed[letter] = {int(str(year)): float(value) for year, value in balance.items()}
    unit = units.pop()
    found = (("money", spent, "payments.csv"), ("balance", owed, "debt.csv"))
    return [
        _lines(both(title), figures, unit, file)
        for title, figures, file in found
        if any(figures.values())
    ]


def _lines(
    title: tuple[str, str],
    figures: Mapping[str, Mapping[int, float]],
    unit: tuple[str, str],
    file: str,
) -> PageChart:
    known = sorted({year for row in figures.values() for year in row})
    years = list(range(known[0], known[-1] + 1))
    series = [
        Series(
            (letter, letter),
            tuple(row.get(year, 0.0) for year in years),
            dashed=number % 2 == 1,
            paint=money_paint(number),
        )
        for number, (letter, row) in enumerate(figures.items())
    ]
    drawing = lines(title, years, series, unit)
    return PageChart(title, drawing, unit, span(years), of_run(file), "")


def fairness_by_district(views: Views, lang: str) -> dict[str, Any]:
    """What each district has by head over the whole plan, a column for each run; then its Gini."""
    letters = list(views)
    cells: dict[tuple[tuple[str, str], tuple[str, str]], dict[str, float | None]] = {}
    for letter, view in views.items():
        run, names = view.run, Names(view.run.instance)
        for part in by_head(run.instance, run.plan) if run.plan is not None else ():
            if part.phase != WHOLE_PLAN:
                continue
            times, measure = told_by_head(run, part)
            for district, amount in part.per_head.items():
                cells.setdefault((measure, names.pair(district)), {})[letter] = times * amount
            cells.setdefault((measure, both("gini")), {})[letter] = part.gini
    columns = (
        Column("measured"),
        Column("district"),
        *(Column(letter, NUMBER) for letter in letters),
    )
    rows = [
        text_pair("measured", measure)
        | text_pair("district", district)
        | {letter: values.get(letter) for letter in letters}
        for (measure, district), values in cells.items()
    ]
    table = ReportTable(
        "fairness", columns, frame_of(columns, rows), why_empty=both("fairness_empty")
    )
    return table_data(table, lang)
