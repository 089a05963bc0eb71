"""What a plan retires early: until when it serves, until when it would have, what that is worth."""

from __future__ import annotations

from typing import Any

from infraplan.models.retirement import last_year_of_standing
from infraplan.optimizer.accounts.candidates import standing_starts
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    YEAR,
    Column,
    ReportTable,
    Run,
    frame_of,
    in_order,
    text_pair,
)
from infraplan.optimizer.report.texts import Names


def retired_table(run: Run) -> ReportTable:
    """A row for each project whose life ends early by what is built or stands.

    `retired_worth` is the term `retires` of the plan's value: salvaged, less what is given up.
    """
    names, instance, plan = Names(run.instance), run.instance, run.plan
    columns = (
        Column("retired"),
        Column("retired_by"),
        Column("serves_to", YEAR),
        Column("would_serve_to", YEAR),
        Column("years_lost", COUNT),
        Column("retired_worth", MONEY, run.money),
    )
    starts = (*standing_starts(instance), *(plan.starts if plan else ()))
    there = {row.project: row for row in starts}
    worth = {
        term.subject: term.value
        for term in (plan.objective_terms if plan else ())
        if term.term == "retires"
    }
    rows: list[dict[str, Any]] = []
    for name, relation in sorted(instance.retired_by.items(), key=lambda tie: in_order(tie[0])):
        by = there.get(relation.to_projects[0])
        life = last_year_of_standing(
            instance.project_by_id[name], instance.settings.horizon.first_year
        )
        if by is None or by.opening > life:
            continue
        rows.append(
            text_pair("retired", names.pair(name))
            | text_pair("retired_by", names.pair(by.project))
            | {
                "serves_to": by.opening - 1,
                "would_serve_to": life,
                "years_lost": life - by.opening + 1,
                # One term stands for all that one project retires: told once.
                "retired_worth": worth.pop(by.project, None),
            }
        )
    rows.sort(key=lambda row: row["serves_to"])
    return ReportTable("retired_projects", columns, frame_of(columns, rows), "retired_note")
