"""The dates that a planning text states: what it says, what the plan does, why one is missed."""

from __future__ import annotations

from infraplan.models.catalogue import NOTHING_SAID, Phrase, pair, phrase
from infraplan.models.plan import DateOutcome, Plan
from infraplan.optimizer.analysis.missed_dates import MissedDate, reasons_of_dates
from infraplan.optimizer.estimating.date_plausibility import said
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both


def stated_dates_table(run: Run) -> ReportTable:
    """What a text says of the dates of projects, what the plan does, and why a date is missed."""
    names = Names(run.instance)
    columns = (
        Column("project"),
        Column("text_says"),
        Column("quote"),
        Column("start", YEAR),
        Column("opening", YEAR),
        Column("missed_years", COUNT),
        Column("cost_of_breach", MONEY, run.money),
        Column("why_missed"),
    )
    plan = run.plan
    texts = {(row.project, row.kind): row for row in run.instance.stated_dates}
    why = {} if plan is None else reasons_of_dates(run.instance, plan, run.rejections)
    rows = []
    for row in sorted(
        () if plan is None else plan.stated_dates, key=lambda r: (-r.cost, -r.missed, r.project)
    ):
        key = (row.project, row.kind)
        told = texts[key].quote
        rows.append(
            text_pair("project", names.pair(row.project))
            | text_pair("text_says", said(row).both)
            | text_pair("quote", (told, told))
            | text_pair("why_missed", _why_missed(names, row, why.get(key)))
            | {
                "start": row.start,
                "opening": row.opening,
                "missed_years": row.missed,
                "cost_of_breach": row.cost,
            }
        )
    return ReportTable("stated_dates", columns, frame_of(columns, rows), "stated_dates_note")


def dates_missed(plan: Plan, unit: tuple[str, str]) -> Phrase:
    """How many stated dates a plan misses and what that costs; nothing where none is stated."""
    if not plan.stated_dates:
        return NOTHING_SAID
    return phrase(
        "dates-missed",
        missed=sum(row.missed > 0 for row in plan.stated_dates),
        count=len(plan.stated_dates),
        cost=sum(row.cost for row in plan.stated_dates),
        unit=pair(*unit),
    )


def _why_missed(names: Names, row: DateOutcome, why: MissedDate | None) -> tuple[str, str]:
    """Reason in both languages, with its year; `kept` where the date is."""
    if not row.missed:
        return both("kept")
    if why is None:
        return "-", "-"
    reason = pair(*names.rule(why.rule))
    if why.year is None:
        return reason.both
    return phrase("reason-in-year", reason=reason, year=why.year).both
