"""The stress test as a table: what breaks first in each case, and how much is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.instance import Instance
from optimizer.analysis.stress import StressOutcome
from optimizer.report.frames import (
    MONEY,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from optimizer.report.words import Names, both, unit_pair


def stress_table(instance: Instance, outcomes: Sequence[StressOutcome]) -> ReportTable:
    """One line per case and jurisdiction: verdict, first breach, cash and debt service."""
    names, unit = Names(instance), unit_pair(instance)
    columns = (
        Column("stress_case"),
        Column("payer"),
        Column("first_breach"),
        Column("year", YEAR),
        Column("missing", MONEY, unit),
        Column("least_cash", MONEY, unit),
        Column("peak_service_share", SHARE),
    )
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        first = outcome.breaches[0] if outcome.breaches else None
        rows.append(
            text_pair("stress_case", both(f"stress_{outcome.case.name}"))
            | text_pair("payer", names.pair(outcome.jurisdiction))
            | text_pair("first_breach", both("holds") if first is None else names.rule(first.rule))
            | {
                "year": None if first is None else first.year,
                "missing": None if first is None else first.missing,
                "least_cash": outcome.least_cash,
                "peak_service_share": outcome.peak_service_share,
            }
        )
    return ReportTable("stress", columns, frame_of(columns, rows), "stress_note")


def breaches_table(instance: Instance, outcomes: Sequence[StressOutcome]) -> ReportTable:
    """Everything that breaks: first year, and the worst one."""
    names, unit = Names(instance), unit_pair(instance)
    columns = (
        Column("stress_case"),
        Column("payer"),
        Column("rule"),
        Column("year", YEAR),
        Column("missing", MONEY, unit),
        Column("worst_year", YEAR),
        Column("worst_missing", MONEY, unit),
    )
    rows: list[dict[str, Any]] = [
        text_pair("stress_case", both(f"stress_{outcome.case.name}"))
        | text_pair("payer", names.pair(outcome.jurisdiction))
        | text_pair("rule", names.rule(breach.rule))
        | {
            "year": breach.year,
            "missing": breach.missing,
            "worst_year": breach.worst_year,
            "worst_missing": breach.worst,
        }
        for outcome in outcomes
        for breach in outcome.breaches
    ]
    return ReportTable("breaches", columns, frame_of(columns, rows))
