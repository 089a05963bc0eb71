"""Money left and its worth by source and year; the money check, by amount and by project."""

from __future__ import annotations

from typing import Any

from infraplan.models.catalogue import entries
from infraplan.models.money_case import MoneyCase
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    SHARE,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.money_words import money_cases, money_rows, source_name
from infraplan.optimizer.report.texts import Names, both

TIMES = {0.5: "at_half", 2.0: "at_double", 5.0: "at_five"}
"""Column of a case by its factor."""


def money_left_table(run: Run) -> ReportTable:
    """What was left by source and year, and what one more unit is worth there."""
    columns = (
        Column("money_source"),
        Column("left_kind"),
        Column("year", YEAR),
        Column("left", MONEY, run.money),
        Column("worth_of_unit", NUMBER),
    )
    rows = [
        text_pair("money_source", source_name(run.instance, row).both)
        | text_pair("left_kind", both(f"left_{row['kind']}"))
        | {"year": row["year"], "left": row["left"], "worth_of_unit": _rounded(row["worth"])}
        for row in money_rows(run.manifest)
    ]
    return ReportTable("money_left", columns, frame_of(columns, rows), "money_left_note")


def _rounded(worth: float | None) -> float | None:
    """An estimate to the places that it can be read by."""
    return None if worth is None else round(worth, 4)


def money_check_table(run: Run) -> ReportTable:
    """The plan itself and what it becomes with other money."""
    columns = (
        Column("times_money"),
        Column("money_value", MONEY, run.money),
        Column("gap_share", SHARE),
        Column("num_selected", COUNT),
        Column("money_enters", COUNT),
        Column("money_leaves", COUNT),
        Column("money_moves", COUNT),
        Column("money_changed", SHARE),
        Column("money_decided", SHARE),
        Column("left", MONEY, run.money),
        Column("money_effect"),
    )
    cases = money_cases(run.manifest)
    rows = [_own_row(run), *(_case_row(case) for case in cases)] if cases else []
    rows.sort(key=lambda row: float(row["factor"]))
    why = both("no_money_check")
    return ReportTable("money_check", columns, frame_of(columns, rows), "money_check_note", why)


def _own_row(run: Run) -> dict[str, Any]:
    manifest = run.manifest
    money = manifest.get("money") or {}
    return (
        text_pair("times_money", both("at_one"))
        | text_pair("money_effect", ("", ""))
        | {
            "factor": 1.0,
            "money_value": manifest.get("objective"),
            "gap_share": manifest.get("gap"),
            "num_selected": manifest.get("num_selected"),
            "left": money.get("left") if money.get("has_funds") is True else None,
        }
    )


def _case_row(case: MoneyCase) -> dict[str, Any]:
    effect = entries("choice")[f"MoneyEffect.{case.effect.value}"]
    is_found = case.objective is not None
    return (
        text_pair("times_money", both(TIMES.get(case.factor, f"x {case.factor:g}")))
        | text_pair("money_effect", (effect.english, effect.chinese))
        | {
            "factor": case.factor,
            "money_value": case.objective,
            "gap_share": case.gap,
            "num_selected": case.num_selected if is_found else None,
            "money_enters": len(case.enters) if is_found else None,
            "money_leaves": len(case.leaves) if is_found else None,
            "money_moves": len(case.moves) if is_found else None,
            "money_changed": case.share if is_found else None,
            "money_decided": case.decided / case.candidates
            if is_found and case.ties_asked and case.candidates
            else None,
            "left": case.left,
        }
    )


def money_check_projects_table(run: Run) -> ReportTable:
    """Projects that enter, leave or move with some amount of money: when they start with each."""
    columns = (
        Column("project"),
        Column("at_half"),
        Column("at_one"),
        Column("at_double"),
        Column("at_five"),
    )
    cases = [case for case in money_cases(run.manifest) if case.objective is not None]
    begun = {row.project: row.start for row in run.plan.starts} if run.plan is not None else {}
    changed = {name for case in cases for name in (*case.enters, *case.leaves, *case.moves)}
    names = Names(run.instance)
    rows = []
    for project in run.instance.projects:
        if project.id not in changed:
            continue
        cells = text_pair("project", names.pair(project.id))
        cells |= text_pair("at_one", _year(begun.get(project.id)))
        for key in TIMES.values():
            cells |= text_pair(key, ("", ""))
        for case in cases:
            column = TIMES.get(case.factor)
            if column is not None:
                cells |= text_pair(column, _in_case(case, project.id, begun.get(project.id)))
        rows.append(cells)
    why = both("no_rows" if money_cases(run.manifest) else "no_money_check")
    return ReportTable("money_check_projects", columns, frame_of(columns, rows), why_empty=why)


def _in_case(case: MoneyCase, project: str, begun: int | None) -> tuple[str, str]:
    """Start of a project in a case; about that of the plan where it does not change."""
    if project in case.leaves:
        return _year(None)
    if project in case.enters:
        return _year(case.enters[project])
    if project in case.moves:
        return _year(case.moves[project])
    return ("=", "=") if begun is not None else _year(None)


def _year(year: int | None) -> tuple[str, str]:
    return ("-", "-") if year is None else (str(year), str(year))
