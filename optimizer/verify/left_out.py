"""Laws `record` and `manifest`: what a run says of the projects that it leaves out agrees.

How much a project would lose no file can tell again; that its ends are in order, that it speaks of
projects that are left out, and that run.json states the same in sum, is checked. Shares no code
with what writes runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.verify.built import build, standing
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.value import project_terms, retirement_value
from infraplan.optimizer.verify.violations import TOLERANCE, Recorder, Violation, same

LAW, KEY = "record", "left_out"
NUMBERS = ("best_npv", "year", "amount", "years", "amounts", "loss", "loss_low", "loss_high")
TEXTS = ("project", "rule", "others", "can_be_forced", "method")
SUM = 1e-14
"""Share of the sum of sizes by which two sums of the same numbers may differ."""
METHODS = ("exact", "interval")
WITHOUT_YEAR = ("forbidden", "window")
"""Reasons of a project that no plan can hold: it has neither a value of its own nor a loss."""


def verify_left_out(
    instance: Instance, plan: Plan | None, rows: Sequence[Rejection], manifest: Mapping[str, Any]
) -> tuple[Violation, ...]:
    """Check the rows of rejected.csv against plan, instance and their control totals.

    Parameters
    ----------
    instance, plan
        As in `verify_plan`; without a plan only the totals are looked at.
    rows
        Rows of rejected.csv.
    manifest
        Content of run.json; its key `left_out`, which runs since format version 4 have.

    Returns
    -------
    tuple of Violation
        One per row that contradicts the plan or itself, and per total that is another.
    """
    recorder = Recorder()
    if KEY in manifest:
        _check_totals(recorder, manifest[KEY], rows)
    if plan is None:
        return tuple(recorder.violations)
    built, seen = {row.project for row in plan.starts}, set[str]()
    for row in rows:
        text = phrase("left-out-is-no-project-left-out", project=row.project)
        known = row.project in instance.project_by_id
        is_out = known and row.project not in built and row.project not in seen
        recorder.holds(LAW, row.project, is_out, text)
        seen.add(row.project)
        if known:
            _check_row(
                recorder, instance, row, tells_method=KEY in manifest or row.method in METHODS
            )
    return tuple(recorder.violations)


def _check_row(
    recorder: Recorder, instance: Instance, row: Rejection, *, tells_method: bool
) -> None:
    """The loss lies between its ends and is called what it is; a value is that of some start.

    Runs of the first format versions call what a loss was found by otherwise.
    """
    low, high, loss = row.loss_low, row.loss_high, row.loss
    ends = [end for end in (low, loss, high) if end is not None]
    in_order = all(
        one <= other + TOLERANCE * max(1.0, abs(one), abs(other)) for one, other in pairwise(ends)
    )
    method = "exact" if loss is not None else "interval" if ends else ""
    is_possible = row.can_be_forced is not False or not ends
    text = phrase("left-out-loss-contradicts-itself", project=row.project)
    fits = in_order and (method == row.method or not tells_method) and is_possible
    recorder.holds(LAW, row.project, fits, text)
    pairs = len(row.years) == len(row.amounts) and (not row.years or row.year == row.years[0])
    text = phrase("left-out-reason-is-none", project=row.project, rule=row.rule)
    recorder.holds(LAW, row.project, bool(row.rule) and pairs, text)
    if row.best_npv is not None and row.rule not in WITHOUT_YEAR:
        found = list(_values_alone(instance, row.project))
        near = any(same(row.best_npv, value, scale) for value, scale in found)
        text = phrase("left-out-value-is-of-no-start", project=row.project, value=row.best_npv)
        recorder.holds(LAW, row.project, near, text)


def _values_alone(instance: Instance, name: str) -> Iterable[tuple[float, float]]:
    """Present value of the project by itself, for every option and year of start, money.

    What it retires is part of it, and so is what that gives up. With its largest term: what is left
    of billions that cancel is rounded as they are.
    """
    reading = ProblemData(instance)
    project = instance.project_by_id[name]
    stands = standing(reading)
    ended = [row for row in reading.retirements if row.to_projects == (name,)]
    for option in project.options:
        for year in reading.years:
            here = build(reading, project, option, year)
            terms = list(project_terms(reading, here).values())
            there = stands | {name: here}
            retired = (retirement_value(reading, row, there) for row in ended)
            terms += [found[1] for found in retired if found is not None]
            yield sum(terms), max(map(abs, terms), default=0.0)


def _check_totals(recorder: Recorder, stated: Any, rows: Sequence[Rejection]) -> None:
    """run.json states how many rows there are, and every column in sum."""
    due = _totals(rows)
    told = stated if isinstance(stated, Mapping) else {}
    given = told.get("sums")
    sums: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    counts = told.get("counts") if isinstance(told.get("counts"), Mapping) else None
    agree = {"rows": told.get("rows") == due["rows"], "counts": counts == due["counts"]}
    for name in sorted({*sums, *due["sums"]}, key=str):
        agree[f"sums.{name}"] = _is_sum(sums.get(name), due["sums"].get(name))
    for name, is_so in agree.items():
        text = phrase("left-out-totals-are-others", name=f"{KEY}.{name}")
        recorder.holds("manifest", f"{KEY}.{name}", is_so, text)


def _is_sum(stated: Any, due: tuple[int, float, float] | None) -> bool:
    if due is None or not isinstance(stated, Mapping) or set(stated) != {"count", "sum"}:
        return False
    count, total, size = due
    there = stated["sum"]
    if isinstance(there, bool) or not isinstance(there, (int, float)):
        return False
    return stated["count"] == count and abs(there - total) <= SUM * max(size, 1e-300)


def _totals(rows: Sequence[Rejection]) -> dict[str, Any]:
    numbers: dict[str, list[float]] = {}
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        for name in NUMBERS:
            for value in _cells(getattr(row, name)):
                numbers.setdefault(name, []).append(float(value))
        for name in TEXTS:
            for value in _cells(getattr(row, name)):
                column = counts.setdefault(name, {})
                column[str(value)] = column.get(str(value), 0) + 1
    # Summed as a whole: rounded after each of 1,000 equal figures a sum misses by more than `SUM`.
    sums = {
        name: (len(values), math.fsum(values), math.fsum(map(abs, values)))
        for name, values in numbers.items()
    }
    return {"rows": len(rows), "sums": sums, "counts": counts}


def _cells(value: Any) -> list[Any]:
    values = value if isinstance(value, tuple) else (value,)
    return [item for item in values if item is not None and item != ""]
