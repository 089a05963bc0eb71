"""Law `stated_date`: the years in which a date that a text states is missed, and their cost."""

from __future__ import annotations

from collections.abc import Mapping

from infraplan.models.quantities import Confidence
from infraplan.models.stated_date import DateKind, StatedDate
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.rows import Row


def _is_missed(date: StatedDate, here: Built | None, year: int) -> bool:
    """Whether the date is missed in one year of the plan, whatever became of it in others."""
    if date.kind is DateKind.NOT_BEFORE:
        return year < date.year and here is not None and here.start <= year
    if year < date.year or here is None:
        return year >= date.year
    return (here.start if date.kind is DateKind.BEGIN_BY else here.opening) > year


def date_rows(reading: ProblemData, built: Mapping[str, Built]) -> list[Row]:
    """What the plan does about every stated date; `built` with what stands."""
    rows: list[Row] = []
    for date in reading.instance.stated_dates:
        here = built.get(date.project)
        missed = [year for year in reading.years if _is_missed(date, here, year)]
        if here is not None and here.stands:
            missed = []
        is_priced = date.breach_cost is not None and date.confidence is not Confidence.INFERRED
        price = (date.breach_cost or 0.0) if is_priced else 0.0
        numbers: dict[str, float | None] = {
            "year": float(date.year),
            "start": None if here is None else float(here.start),
            "opening": None if here is None else float(here.opening),
            "missed": float(len(missed)),
            "cost": price * sum(reading.discount(year) for year in missed),
        }
        rows.append(Row((date.project, date.kind), numbers))
    return rows


def date_terms(rows: list[Row]) -> list[Row]:
    """Terms of the objective that follow from the rows of the dates, zeros left out."""
    return [
        Row(("stated_date", f"{row.key[0]}:{row.key[1]}"), {"value": -(row.numbers["cost"] or 0.0)})
        for row in rows
        if row.numbers["cost"]
    ]
