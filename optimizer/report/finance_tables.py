"""Tables of public money: statutory debt, room under the rules, sources and uses, appraisal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infraplan.models.debt_rule import DebtRule
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DEBT_FIGURES, DebtPosition
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.analysis.appraisal import appraise
from infraplan.optimizer.analysis.debt_statement import (
    RuleRoom,
    StatementRow,
    debt_statement,
    rule_room,
)
from infraplan.optimizer.analysis.fund_room import fund_room_years
from infraplan.optimizer.analysis.sources_uses import (
    AccountLine,
    fund_accounts,
    jurisdiction_accounts,
    project_sources,
)
from infraplan.optimizer.report.frames import (
    MONEY,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both


def rule_titles(run: Run) -> dict[str, tuple[str, str]]:
    """English and Chinese title of every rule of a set and of the instance, by id."""
    return titles_of_rules(run.instance)


def titles_of_rules(instance: Instance) -> dict[str, tuple[str, str]]:
    """English and Chinese title of every rule of a set and of an instance, by id."""
    return {
        rule.id: (rule.title.text("en") or rule.id, rule.title.text("zh") or rule.id)
        for rule in rules_of(instance)
    }


def listing_rules(instance: Instance) -> frozenset[str]:
    """Rules of which the band alone says something: their figures count a place on a list."""
    return frozenset(rule.id for rule in rules_of(instance) if rule.is_listing)


def rules_of(instance: Instance) -> list[DebtRule]:
    """Every debt rule of a set and of the instance."""
    found = [rule for rules in RULE_SETS.values() for rule in rules]
    return [*found, *instance.settings.finance.rules]


_STATEMENT = (
    "ceiling",
    "opening_balance",
    "issued_new",
    "issued_refinancing",
    "repaid",
    "interest_paid",
    "closing_balance",
    "headroom",
)
"""Lines of the statutory debt table."""


def statements_by_year(run: Run) -> list[ReportTable]:
    """The statutory debt table with the years as columns, one table for each pool."""
    frame = debt_statement_table(run).frame
    tables = []
    for _, rows in frame.groupby(["jurisdiction_en", "pool_en"], sort=False):
        years = [str(year) for year in rows["year"]]
        columns = (
            Column("jurisdiction"),
            Column("pool"),
            Column("item"),
            *(Column(year, YEAR, run.money) for year in years),
        )
        first = rows.iloc[0]
        head = {key: first[key] for key in frame.columns if str(key).endswith(("_en", "_zh"))}
        lines = [
            head | text_pair("item", both(name)) | dict(zip(years, rows[name], strict=True))
            for name in _STATEMENT
        ]
        tables.append(ReportTable("debt_statement", columns, frame_of(columns, lines), "debt_note"))
    return tables


_NO_DEBT = 1e-9
"""Amounts up to it are left of sums."""


def _until_paid(run: Run, rows: Sequence[StatementRow]) -> list[StatementRow]:
    """Rows up to the year in which a jurisdiction's last debt is paid, and to the plan's end."""
    last: dict[str, int] = {}
    for row in rows:
        if max(row.opening, row.closing, row.interest) > _NO_DEBT:
            last[row.jurisdiction] = max(row.year, last.get(row.jurisdiction, row.year))
    end = run.instance.settings.horizon.last_year
    return [row for row in rows if row.year <= max(end, last.get(row.jurisdiction, end))]


def debt_statement_table(run: Run) -> ReportTable:
    """The statutory debt table: by pool and year, ceiling to closing balance."""
    names = Names(run.instance)
    columns = (
        Column("jurisdiction"),
        Column("year", YEAR),
        Column("pool"),
        *(Column(name, MONEY, run.money) for name in _STATEMENT),
        Column("quality"),
    )
    known = {(row.jurisdiction, row.pool, row.year): row for row in run.instance.debt}
    found = _until_paid(run, debt_statement(run.instance, run.plan)) if run.plan is not None else ()
    rows = [
        text_pair("jurisdiction", names.pair(row.jurisdiction))
        | text_pair("pool", names.pair(row.pool))
        | text_pair("quality", _qualities(known.get((row.jurisdiction, row.pool, row.year))))
        | {
            "year": row.year,
            "ceiling": row.ceiling,
            "opening_balance": row.opening,
            "issued_new": row.issued_new,
            "issued_refinancing": row.issued_refinancing,
            "repaid": row.repaid,
            "interest_paid": row.interest,
            "closing_balance": row.closing,
            "headroom": row.headroom,
        }
        for row in found
    ]
    return ReportTable("debt_statement", columns, frame_of(columns, rows), "debt_note")


def _qualities(row: DebtPosition | None) -> tuple[str, str]:
    """How the figures of old debt, ceiling and quota of a year are known; blank where none is."""
    if row is None:
        return "", ""
    figures = [name for name in DEBT_FIGURES if getattr(row, name)]
    found = {name: both(row.quality_of(name).value) for name in figures}
    if len(set(found.values())) <= 1:
        return next(iter(found.values()), ("", ""))
    words = [(both(name), quality) for name, quality in found.items()]
    return (
        "; ".join(f"{name[0]}: {quality[0]}" for name, quality in words),
        "；".join(f"{name[1]}：{quality[1]}" for name, quality in words),
    )


def debt_room_table(run: Run) -> ReportTable:
    """Every ceiling, quota and debt rule: least room, first year without any, highest ratio."""
    names, titles = Names(run.instance), rule_titles(run)
    columns = (
        Column("jurisdiction"),
        Column("rule"),
        Column("tested_to", YEAR),
        Column("value", MONEY, run.money),
        Column("limit", MONEY, run.money),
        Column("least_headroom", MONEY, run.money),
        Column("least_year", YEAR),
        Column("binding_year", YEAR),
        Column("peak_ratio", SHARE),
        Column("peak_year", YEAR),
        Column("band"),
    )
    found: tuple[RuleRoom, ...] = ()
    if run.plan is not None:
        years = (*run.plan.rule_years, *fund_room_years(run.instance, run.plan))
        found = rule_room(run.instance, years)
    listing = listing_rules(run.instance)
    rows = [
        text_pair("jurisdiction", names.pair(row.jurisdiction))
        | text_pair("rule", titles.get(row.rule) or room_name(names, row.rule))
        | text_pair("band", both(row.worst_band) if row.worst_band else ("", ""))
        | {
            "tested_to": row.last_year,
            "value": None if row.rule in listing else row.value,
            "limit": row.limit,
            "least_headroom": row.least_headroom,
            "least_year": row.least_year,
            "binding_year": row.binding_year,
            "peak_ratio": None if row.rule in listing else row.peak_ratio,
            "peak_year": None if row.rule in listing else row.peak_year,
        }
        for row in found
    ]
    return ReportTable("debt_room", columns, frame_of(columns, rows), "debt_room_note")


def room_name(names: Names, rule: str) -> tuple[str, str]:
    """Name of a limit or, for a fund, of its cash and of its income after the plan."""
    family, _, subject = rule.partition(":")
    if family not in {"fund_balance", "tail_service"}:
        return names.rule(rule)
    words, fund = both(f"room_{family}"), names.pair(subject)
    return words[0] + fund[0], words[1] + fund[1]


def project_sources_table(run: Run) -> ReportTable:
    """Who pays for each project, out of which source, and what share of it."""
    names = Names(run.instance)
    columns = (
        Column("project"),
        Column("payer"),
        Column("paid_from"),
        Column("amount", MONEY, run.money, "money_amount"),
        Column("share", SHARE),
    )
    rows = [
        text_pair("project", names.pair(row.project))
        | text_pair("payer", names.pair(row.jurisdiction))
        | text_pair("paid_from", names.pair(row.source))
        | {"amount": row.amount, "share": row.share}
        for row in (project_sources(run.plan) if run.plan is not None else ())
    ]
    return ReportTable("project_sources", columns, frame_of(columns, rows), "money_note")


def fund_sources_table(run: Run) -> ReportTable:
    """Sources and uses of every fund over the plan's years."""
    lines = fund_accounts(run.instance, run.plan) if run.plan is not None else ()
    return _accounts(run, "fund_sources", "fund", lines)


def jurisdiction_sources_table(run: Run) -> ReportTable:
    """Sources and uses of every jurisdiction over the plan's years."""
    lines = jurisdiction_accounts(run.instance, run.plan) if run.plan is not None else ()
    return _accounts(run, "jurisdiction_sources", "jurisdiction", lines)


def _accounts(run: Run, name: str, subject: str, lines: tuple[AccountLine, ...]) -> ReportTable:
    """Lines of accounts with the sum of each side after it."""
    names = Names(run.instance)
    columns = (
        Column(subject, word="payer" if subject == "jurisdiction" else ""),
        Column("side"),
        Column("item"),
        Column("amount", MONEY, run.money, "money_amount"),
        Column("share", SHARE),
    )
    sides: dict[tuple[str, str], list[AccountLine]] = {}
    for line in lines:
        sides.setdefault((line.subject, line.side), []).append(line)
    rows: list[dict[str, Any]] = []
    for (owner, side), found in sides.items():
        total = sum(line.amount for line in found)
        head = text_pair(subject, names.pair(owner)) | text_pair("side", both(f"side_{side}"))
        rows += [
            head
            | text_pair("item", names.pair(line.item))
            | {"amount": line.amount, "share": line.amount / total if total else None}
            for line in found
        ]
        rows.append(head | text_pair("item", both("total")) | {"amount": total, "share": None})
    return ReportTable(name, columns, frame_of(columns, rows), "sources_note")


def appraisal_table(run: Run) -> ReportTable:
    """Value, benefit-cost ratio, net optimism bias and phasing of every project built."""
    names = Names(run.instance)
    columns = (
        Column("project"),
        Column("start", YEAR),
        Column("npv", MONEY, run.money),
        Column("bcr", MONEY),
        Column("uplift", SHARE),
        Column("first_year_return", SHARE),
        Column("discount_rate", SHARE),
        Column("phasing"),
        Column("delay_gain", MONEY, run.money),
        Column("best_start", YEAR),
    )
    rows = [
        text_pair("project", names.pair(row.project))
        | text_pair("phasing", both(f"phasing_{row.advice}"))
        | {
            "start": row.start,
            "npv": row.npv,
            "bcr": row.bcr,
            "uplift": row.uplift,
            "first_year_return": row.first_year_return,
            "discount_rate": row.discount_rate,
            "delay_gain": row.delay_gain,
            "best_start": row.best_start,
        }
        for row in (appraise(run.instance, run.plan) if run.plan is not None else ())
    ]
    return ReportTable("appraisal", columns, frame_of(columns, rows), "appraisal_note")
