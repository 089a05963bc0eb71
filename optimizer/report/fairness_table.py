"""What each district has of a plan by head, and how unequally."""

from __future__ import annotations

from typing import Any

from infraplan.models.catalogue import pair, phrase, term_or_name
from infraplan.models.catalogue.measure_words import measure
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
from infraplan.optimizer.report.people_money import plain_money
from infraplan.optimizer.report.texts import Names, both

MONEYED = frozenset({SPENDING, BENEFITS, VALUE})
"""Measures that are money."""


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
        times = plain_money(run.instance)[0] if part.measure in MONEYED else 1.0
        rows += [
            head
            | text_pair("district", names.pair(name))
            | {"amount": amount, "per_head": times * part.per_head[name], "gini": None}
            for name, amount in part.amounts.items()
        ]
        whole_amount, mean = sum(part.amounts.values()), times * part.mean
        rows.append(
            head
            | text_pair("district", both("all_districts"))
            | {"amount": whole_amount, "per_head": mean, "gini": part.gini}
        )
    return ReportTable(
        "fairness",
        columns,
        frame_of(columns, rows),
        "fairness_note",
        why_empty=both("fairness_empty"),
    )


def _measure(run: Run, part: ByHead) -> tuple[str, str]:
    """Name of a measure, money with its unit and that by head, which nobody counts in 亿元."""
    if part.measure not in MONEYED:
        return _metric(run, part.measure)
    (english, chinese), unit = both(part.measure), run.money
    each = plain_money(run.instance)[1]
    if each == unit:
        return f"{english} [{unit[0]}]", f"{chinese}（{unit[1]}）"
    units = phrase("unit-and-by-head", unit=pair(*unit), by_head=pair(*each))
    return f"{english} [{units}]", f"{chinese}（{units.zh}）"


def told_by_head(run: Run, part: ByHead) -> tuple[float, tuple[str, str]]:
    """What a figure by head is multiplied with to be told, and the measure with its unit."""
    if part.measure not in MONEYED:
        return 1.0, _metric(run, part.measure)
    times, unit = plain_money(run.instance)
    english, chinese = both(part.measure)
    return times, (f"{english} [{unit[0]}]", f"{chinese}（{unit[1]}）")


def _metric(run: Run, metric: str) -> tuple[str, str]:
    """A metric by the one target that counts it, which has a name and a unit; else by its own."""
    targets = [row for row in run.instance.targets if row.metric == metric]
    if len({row.name_en or row.name_zh for row in targets} - {""}) != 1:
        return term_or_name("report", metric).both
    english, chinese = Names(run.instance).pair(f"target:{targets[0].id}")
    unit = measure(targets[0].unit)
    if not unit[0]:
        return english, chinese
    return f"{english} [{unit[0]}]", f"{chinese}（{unit[1]}）"
