"""What is still to be paid for works after the plan, by payer, source and year."""

from __future__ import annotations

from collections import defaultdict

from infraplan.models.plan import Plan
from infraplan.optimizer.accounts.funds import TailYear, outgoing, tail_of_fund
from infraplan.optimizer.report.frames import (
    MONEY,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both

ACCOUNT = ("service", "available", "headroom")
"""What a fund pays for debt in a year, what is there for debt and works, what is left."""


def after_plan_table(run: Run) -> ReportTable:
    """A row for each source and year after the plan in which it pays for works, and their sum.

    For a fund also what it must pay for debt in the year, what is there for both (cash kept and
    the inflow carried on), and what is left. The plan says nothing of the money of outside payers.
    """
    names = Names(run.instance)
    columns = (
        Column("jurisdiction", word="payer"),
        Column("source", word="paid_from"),
        Column("year", YEAR),
        Column("use", MONEY, run.money),
        *(Column(name, MONEY, run.money) for name in ACCOUNT),
    )
    works: defaultdict[tuple[str, str, int], float] = defaultdict(float)
    last = run.instance.settings.horizon.last_year
    for row in run.plan.payments if run.plan is not None else ():
        if row.year > last:
            works[row.jurisdiction, row.source or "outside", row.year] += row.amount
    tails = {} if run.plan is None else _tails(run, run.plan, {source for _, source, _ in works})
    rows: list[dict[str, str | float | None]] = []
    for (payer, source, year), amount in sorted(works.items()):
        tail = tails.get((source, year))
        account: dict[str, float | None] = dict.fromkeys(ACCOUNT)
        if tail is not None:
            figures = (tail.due - tail.works, tail.there, tail.there - tail.due)
            account.update(zip(ACCOUNT, figures, strict=True))
        named = text_pair("jurisdiction", names.pair(payer)) | text_pair(
            "source", names.pair(source)
        )
        rows.append({**named, "year": year, "use": amount, **account})
    if rows:
        named = text_pair("jurisdiction", both("total")) | text_pair("source", ("", ""))
        blank = dict.fromkeys(("year", *ACCOUNT))
        rows.append({**named, **blank, "use": sum(works.values())})
    return ReportTable(
        "after_plan", columns, frame_of(columns, rows), "after_plan_note", has_total=True
    )


def _tails(run: Run, plan: Plan, sources: set[str]) -> dict[tuple[str, int], TailYear]:
    """Years after the plan of the funds among `sources`, by fund and year."""
    closing = {row.fund: row.closing for row in plan.fund_years}
    out = outgoing(run.instance, plan.payments, plan.debt_years)
    return {
        (fund.id, row.year): row
        for fund in run.instance.funds
        if fund.id in sources
        for row in tail_of_fund(
            run.instance,
            plan.starts,
            out,
            fund,
            closing.get(fund.id, fund.opening_balance),
        )
    }
