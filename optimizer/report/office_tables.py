"""Tables as an office hands them on: the investment plan by year, the list of the largest works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infraplan.models.catalogue.measure_words import quantity
from infraplan.models.plan import Plan
from infraplan.models.project import Project
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    SHARE,
    TEXT,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.plan_tables import paying_years, spending_frame
from infraplan.optimizer.report.texts import Names, both

LARGEST = 10
"""Works that a paper names; the list of the workbook has all."""


def spent_by_project(run: Run) -> dict[str, float]:
    """Payments for each project that the plan builds, in money of the year; dearest first."""
    sums: defaultdict[str, float] = defaultdict(float)
    for start in run.plan.starts if run.plan is not None else ():
        sums[start.project] += 0.0
    for payment in run.plan.payments if run.plan is not None else ():
        sums[payment.project] += payment.amount
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def annual_plan_table(run: Run) -> ReportTable:
    """What every project built pays in every year, ordered by district and start."""
    years, names = paying_years(run), Names(run.instance)
    columns = (
        Column("project_id"),
        Column("project"),
        Column("district"),
        Column("sector"),
        Column("start", YEAR),
        Column("opening", YEAR),
        *(Column(str(year), YEAR, run.money) for year in years),
        Column("total", MONEY, run.money),
    )
    paid: defaultdict[tuple[str, int], float] = defaultdict(float)
    for payment in run.plan.payments if run.plan is not None else ():
        paid[payment.project, payment.year] += payment.amount
    order = {name: number for number, name in enumerate(run.instance.jurisdiction_ids)}
    rows: list[tuple[tuple[int, int, str], dict[str, Any]]] = []
    for start in run.plan.starts if run.plan is not None else ():
        project = run.instance.project_by_id[start.project]
        district = run.instance.jurisdiction_of(project)
        amounts = {str(year): paid.get((project.id, year), 0.0) for year in years}
        row = _head(names, project, district) | {"start": start.start, "opening": start.opening}
        row |= amounts | {"total": sum(amounts.values())}
        rows.append(((order.get(district, len(order)), start.start, project.id), row))
    rows.sort(key=lambda item: item[0])
    frame = frame_of(columns, summed(columns, [row for _, row in rows]))
    return ReportTable("annual_plan", columns, frame, "money_note", has_total=True)


def major_projects_table(run: Run, most: int | None = None) -> ReportTable:
    """The works by what they cost: what is built, when, by whom paid; the first `most` of them."""
    names = Names(run.instance)
    columns = (
        Column("project_id"),
        Column("project"),
        Column("district"),
        Column("sector"),
        Column("scale"),
        Column("start", YEAR),
        Column("opening", YEAR),
        Column("spent_in_all", MONEY, run.money),
        Column("payers"),
        Column("quality"),
    )
    starts = {start.project: start for start in run.plan.starts} if run.plan is not None else {}
    payers = _payers(run, names)
    rows = []
    for name, amount in list(spent_by_project(run).items())[:most]:
        project, start = run.instance.project_by_id[name], starts[name]
        quality = project.option(start.option).quality.value
        rows.append(
            _head(names, project, run.instance.jurisdiction_of(project))
            | text_pair("scale", _scale(project))
            | text_pair("payers", payers.get(name, ("", "")))
            | text_pair("quality", both(quality))
            | {"start": start.start, "opening": start.opening, "spent_in_all": amount}
        )
    frame = frame_of(columns, summed(columns, rows))
    return ReportTable("major_projects", columns, frame, "money_note", has_total=True)


def district_plan_table(run: Run) -> ReportTable:
    """Works and money of each district by year; a project stands in the district it belongs to."""
    years, names = paying_years(run), Names(run.instance)
    columns = (
        Column("district"),
        Column("num_selected", COUNT),
        *(Column(str(year), YEAR, run.money) for year in years),
        Column("total", MONEY, run.money),
    )
    spent: defaultdict[tuple[str, int], float] = defaultdict(float)
    count: defaultdict[str, int] = defaultdict(int)
    of = {project.id: run.instance.jurisdiction_of(project) for project in run.instance.projects}
    for start in run.plan.starts if run.plan is not None else ():
        count[of[start.project]] += 1
    for payment in run.plan.payments if run.plan is not None else ():
        spent[of[payment.project], payment.year] += payment.amount
    rows = []
    for name in run.instance.jurisdiction_ids:
        amounts = {str(year): spent.get((name, year), 0.0) for year in years}
        if count[name] or any(amounts.values()):
            rows.append(
                text_pair("district", names.pair(name))
                | {"num_selected": count[name]}
                | amounts
                | {"total": sum(amounts.values())}
            )
    frame = frame_of(columns, summed(columns, rows))
    return ReportTable("district_plan", columns, frame, "money_note", has_total=True)


def sources_by_payer(plan: Plan) -> dict[tuple[str, str], float]:
    """Payments in all by payer and source; largest first."""
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for payment in plan.payments:
        sums[payment.jurisdiction, payment.source or "outside"] += payment.amount
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def payer_table(run: Run) -> ReportTable:
    """Who pays for the plan, out of what, and what share."""
    names = Names(run.instance)
    columns = (
        Column("payer"),
        Column("paid_from"),
        Column("amount", MONEY, run.money, "money_amount"),
        Column("share", SHARE),
    )
    found = sources_by_payer(run.plan) if run.plan is not None else {}
    total = sum(found.values()) or 1.0
    rows = [
        text_pair("payer", names.pair(payer))
        | text_pair("paid_from", names.pair(source))
        | {"amount": amount, "share": amount / total}
        for (payer, source), amount in found.items()
    ]
    frame = frame_of(columns, summed(columns, rows))
    return ReportTable("who_pays", columns, frame, "money_note", has_total=True)


_ADDED = frozenset({MONEY, COUNT, SHARE})
"""Kinds of columns that a last row sums up, besides the years of money."""


def summed(columns: Sequence[Column], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with their sum behind them; none for a table without rows."""
    if not rows:
        return rows
    first = columns[0]
    total: dict[str, Any] = text_pair(first.key, both("total"))
    for column in columns[1:]:
        if column.kind == TEXT:
            total |= text_pair(column.key, ("", ""))
        elif column.kind in _ADDED or column.key.isdigit():
            total[column.key] = sum(row[column.key] for row in rows)
        else:
            total[column.key] = None
    return [*rows, total]


def _head(names: Names, project: Project, district: str) -> dict[str, Any]:
    """Cells that tell which project a row is about."""
    return (
        text_pair("project_id", (project.id, project.id))
        | text_pair("project", names.pair(project.id))
        | text_pair("district", names.pair(district))
        | text_pair("sector", both(project.sector))
    )


def _scale(project: Project) -> tuple[str, str]:
    """Physical size as the source states it; blank where it states none."""
    if project.quantity is None:
        return "", ""
    return quantity(project.quantity, project.unit)


def _payers(run: Run, names: Names) -> dict[str, tuple[str, str]]:
    """Payers of each project with their shares, in words."""
    spent = spending_frame(run)
    told: dict[str, tuple[str, str]] = {}
    for project, rows in spent.groupby("project"):
        total = float(rows["amount"].sum()) or 1.0
        sums = rows.groupby("jurisdiction")["amount"].sum().sort_values(ascending=False)
        shares = [(names.pair(str(payer)), float(amount) / total) for payer, amount in sums.items()]
        told[str(project)] = (
            ", ".join(f"{name[0]} {share:.0%}" for name, share in shares),
            "、".join(f"{name[1]}{share:.0%}" for name, share in shares),
        )
    return told


OFFICE_TABLES: Mapping[str, Callable[[Run], ReportTable]] = {
    "annual_plan": annual_plan_table,
    "major_projects": major_projects_table,
    "district_plan": district_plan_table,
    "who_pays": payer_table,
}
"""Tables of the workbook that stand before those of the report."""
