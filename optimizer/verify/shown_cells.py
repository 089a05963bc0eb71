"""Law `record`: names, units and quotes in the tables are those of the instance.

A reader takes a figure for that of the name beside it, so that swapped names are as wrong as
swapped figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.optimizer.verify.violations import Recorder, Violation

LAW = "record"
NAMES = ("name_en", "name_zh")

Cells = Mapping[str, Any]


def verify_shown(
    instance: Instance, tables: Mapping[str, Iterable[Cells]], rejected: Sequence[Rejection]
) -> tuple[Violation, ...]:
    """Check the texts that stand in a run's tables for the reader alone.

    Parameters
    ----------
    instance
        What was solved.
    tables
        Rows of `schedule`, `rejected` (both with `project`), `targets` (with `target`) and
        `stated_dates` (with `project` and `kind`) with the texts shown.
    rejected
        What is told of projects left out: a date of one of them is missed for the same reason.

    Returns
    -------
    tuple of Violation
        One per text that is not the instance's, or reason that is not the project's.
    """
    recorder = Recorder()
    projects = instance.project_by_id
    for table in ("schedule", "rejected", "stated_dates"):
        for row in tables.get(table, ()):
            name = str(row.get("project"))
            _check(recorder, row, projects.get(name), NAMES, f"{table}.csv", name)
    targets = {target.id: target for target in instance.targets}
    for row in tables.get("targets", ()):
        name = str(row.get("target"))
        columns = (*NAMES, "unit", "sense")
        _check(recorder, row, targets.get(name), columns, "targets.csv", name)
    dates = {(date.project, str(date.kind)): date for date in instance.stated_dates}
    why = {row.project: (row.rule, row.year, row.others) for row in rejected}
    for row in tables.get("stated_dates", ()):
        name = str(row.get("project"))
        date = dates.get((name, str(row.get("kind"))))
        _check(recorder, row, date, ("quote", "source"), "stated_dates.csv", name)
        reason = (row.get("rule"), row.get("rule_year"), tuple(row.get("others") or ()))
        due = why.get(name) if row.get("start") is None and row.get("missed") else None
        is_kept = not row.get("missed") and reason != ("", None, ())
        told = due is None or reason == due
        text = phrase("reason-of-a-date-is-another", project=name, rule=reason[0])
        recorder.holds(LAW, name, told and not is_kept, text)
    return tuple(recorder.violations)


def _check(
    recorder: Recorder, row: Cells, known: Any, columns: Iterable[str], file: str, name: str
) -> None:
    for column in columns:
        found, due = str(row.get(column) or ""), str(getattr(known, column, "") or "")
        text = phrase(
            "text-is-not-that-of-the-instance",
            file=file,
            name=name,
            column=column,
            found=found,
            due=due,
        )
        recorder.holds(LAW, name, found.strip() == due.strip(), text)
