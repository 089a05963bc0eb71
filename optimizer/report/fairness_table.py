"""What each district has of a plan by head, and how unequally."""

from __future__ import annotations

from typing import Any

from infraplan.models.catalogue import term_or_name
from infraplan.optimizer.analysis.fairness import (
    BENEFITS,
    SPENDING,
    VALUE,
    WHOLE_PLAN,
    ByHead,
    by_head,
)
from infraplan.optimizer.report.frames import (
    NUMBER,
    Column,
    ReportTable,
    Run,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both


def fairness_table(run: Run) -> ReportTable:
    """A row for each measure, phase and district, and one for all districts with its Gini."""
    names = Names(run.instance)
    columns = (
        Column("measured"),
        Column("phase"),
        Column("district"),
        Column("amount", NUMBER),
        Column("per_head", NUMBER),
        Column("gini", NUMBER),
    )
    rows: list[dict[str, Any]] = []
    for part in by_head(run.instance, run.plan) if run.plan is not None else ():
        whole = part.phase == WHOLE_PLAN
        phase = both("whole_plan") if whole else names.pair(f"phase:{part.phase}")
        head = text_pair("measured", _measure(run, part)) | text_pair("phase", phase)
        rows += [
            head
            | text_pair("district", names.pair(name))
            | {"amount": amount, "per_head": part.per_head[name], "gini": None}
            for name, amount in part.amounts.items()
        ]
        rows.append(
            head
            | text_pair("district", both("all_districts"))
            | {"amount": sum(part.amounts.values()), "per_head": part.mean, "gini": part.gini}
        )
    return ReportTable(
        "fairness",
        columns,
        frame_of(columns, rows),
        "fairness_note",
        why_empty=both("fairness_empty"),
    )


def _measure(run: Run, part: ByHead) -> tuple[str, str]:
    """Name of a measure, money with its unit."""
    if part.measure not in {SPENDING, BENEFITS, VALUE}:
        return term_or_name("report", part.measure).both
    english, chinese = both(part.measure)
    return f"{english} [{run.money[0]}]", f"{chinese}［{run.money[1]}］"
