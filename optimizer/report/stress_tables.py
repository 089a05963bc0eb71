"""The stress test as tables: what breaks first, what is missing by year, how much room is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.stress import StressOutcome
from infraplan.optimizer.report.finance_tables import titles_of_rules
from infraplan.optimizer.report.frames import (
    MONEY,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair


def stress_table(instance: Instance, outcomes: Sequence[StressOutcome]) -> ReportTable:
    """One line per case and jurisdiction: first breach, money missing, debt ratio, service."""
    unit = unit_pair(instance)
    columns = (
        Column("stress_case"),
        Column("payer"),
        Column("first_breach"),
        Column("year", YEAR),
        Column("missing_in_all", MONEY, unit),
        Column("peak_debt_ratio"),
        Column("peak_service_share", SHARE),
    )
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        first = outcome.breaches[0] if outcome.breaches else None
        rows.append(
            _head(instance, outcome)
            | text_pair(
                "first_breach",
                both("holds") if first is None else _rule(instance, first.rule),
            )
            | text_pair("peak_debt_ratio", _ratio(outcome))
            | {
                "year": None if first is None else first.year,
                "missing_in_all": outcome.shortfall,
                "peak_service_share": outcome.peak_service_share,
            }
        )
    return ReportTable("stress", columns, frame_of(columns, rows), "stress_note")


def _head(instance: Instance, outcome: StressOutcome) -> dict[str, str]:
    return text_pair("stress_case", both(f"stress_{outcome.case.name}")) | text_pair(
        "payer", Names(instance).pair(outcome.jurisdiction)
    )


def _rule(instance: Instance, rule: str) -> tuple[str, str]:
    """A rule by its title, an account or limit in words."""
    family, _, subject = rule.partition(":")
    titles, names = titles_of_rules(instance), Names(instance)
    if family == "coverage":
        project, words = names.pair(subject), names.rule(family)
        return f"{project[0]}: {words[0]}", f"{project[1]}：{words[1]}"
    if family == "start_ban" and subject in titles:
        english, chinese = names.rule(family)
        return f"{english}: {titles[subject][0]}", f"{chinese}：{titles[subject][1]}"
    return titles.get(rule) or names.rule(rule)


def _ratio(outcome: StressOutcome) -> tuple[str, str]:
    room = outcome.debt_ratio
    if room is None or room.peak_ratio is None:
        return "-", "-"
    band = both(room.worst_band) if room.worst_band else ("", "")
    share = f"{room.peak_ratio:.1%}"
    return f"{share} {band[0]}".strip(), f"{share} {band[1]}".strip()


def breaches_table(instance: Instance, outcomes: Sequence[StressOutcome]) -> ReportTable:
    """Everything that breaks: first year, and the worst one."""
    unit = unit_pair(instance)
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
        _head(instance, outcome)
        | text_pair("rule", _rule(instance, breach.rule))
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


def shortfalls_table(instance: Instance, outcomes: Sequence[StressOutcome]) -> ReportTable:
    """What each fund lacks by year, in each case; years without any gap are left out."""
    names = Names(instance)
    years = sorted({row.year for outcome in outcomes for row in outcome.shortfalls})
    columns = (
        Column("stress_case"),
        Column("fund"),
        *(Column(str(year), YEAR) for year in years),
        Column("total", MONEY, unit_pair(instance)),
    )
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        for fund in dict.fromkeys(row.fund for row in outcome.shortfalls):
            lacks = {str(r.year): r.amount for r in outcome.shortfalls if r.fund == fund}
            rows.append(
                _head(instance, outcome)
                | text_pair("fund", names.pair(fund))
                | {str(year): lacks.get(str(year), 0.0) for year in years}
                | {"total": sum(lacks.values())}
            )
    return ReportTable("shortfalls", columns, frame_of(columns, rows), "shortfalls_note")


def stress_room_table(instance: Instance, outcomes: Sequence[StressOutcome]) -> ReportTable:
    """Least room under every ceiling, quota and debt rule; below nothing where it breaks."""
    unit = unit_pair(instance)
    columns = (
        Column("stress_case"),
        Column("payer"),
        Column("rule"),
        Column("least_headroom", MONEY, unit),
        Column("least_year", YEAR),
        Column("peak_ratio", SHARE),
        Column("band"),
    )
    rows: list[dict[str, Any]] = [
        _head(instance, outcome)
        | text_pair("rule", _rule(instance, room.rule))
        | text_pair("band", both(room.worst_band) if room.worst_band else ("", ""))
        | {
            "least_headroom": room.least_headroom,
            "least_year": room.least_year,
            "peak_ratio": room.peak_ratio,
        }
        for outcome in outcomes
        for room in outcome.rooms
    ]
    return ReportTable("stress_room", columns, frame_of(columns, rows))
