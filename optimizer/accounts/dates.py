"""Dates that a text states: years in which a plan misses them. Source: docs/laws.md section 2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infraplan.models.finance.discounting import FloatArray
from infraplan.models.plan import DateOutcome, ProjectStart
from infraplan.models.progress import stands
from infraplan.models.stated_date import DateKind, StatedDate
from infraplan.optimizer.accounts.candidates import Candidates, standing_starts


@dataclass(frozen=True)
class DateCosts:
    """What stated dates cost, apart from the starts and by start; money, present value.

    `without` is the cost where nothing is started, `saved` (shape: options, T) what a start takes
    off it: below 0 where the text says that works do not begin so early.
    """

    without: float
    saved: FloatArray


def missed_years(date: StatedDate, start: int | None, opening: int | None, years: range) -> range:
    """Those of the plan's `years` in which `date` is missed; None: never in the plan.

    They are consecutive: from the date on until the works begin or open, or from their beginning
    until the date.
    """
    if date.kind is DateKind.NOT_BEFORE:
        begin = years.stop if start is None else max(years.start, start)
        return range(begin, max(begin, min(date.year, years.stop)))
    reached = start if date.kind is DateKind.BEGIN_BY else opening
    begin = max(years.start, date.year)
    end = years.stop if reached is None else min(reached, years.stop)
    return range(begin, max(begin, end))


def date_costs(candidates: Candidates, discount: FloatArray) -> DateCosts:
    """Cost of the priced dates by option and start year; `discount` begins in the first year."""
    years = _plan_years(candidates)
    summed = np.concatenate([[0.0], np.cumsum(discount[: len(years)])])
    saved = np.zeros((len(candidates.options), len(years)))
    without = 0.0
    for date in candidates.instance.stated_dates:
        index = candidates.project_index[date.project]
        if date.price == 0.0 or stands(candidates.instance.projects[index]):
            continue

        def cost(
            start: int | None,
            opening: int | None,
            date: StatedDate = date,
        ) -> float:
            missed = missed_years(date, start, opening, years)
            to, since = missed.stop - years.start, missed.start - years.start
            return float(date.price * (summed[to] - summed[since])) if missed else 0.0

        never = cost(None, None)
        without += never
        for number in candidates.options_of[index]:
            lead = candidates.options[number].option.lead_time
            for year in years:
                saved[number, year - years.start] += never - cost(year, year + lead)
    return DateCosts(without, saved)


def date_outcomes(
    candidates: Candidates, discount: FloatArray, starts: Iterable[ProjectStart]
) -> tuple[DateOutcome, ...]:
    """What a plan does about every stated date, in their order; `discount` as in `date_costs`."""
    instance, years = candidates.instance, _plan_years(candidates)
    standing = {start.project: start for start in standing_starts(instance)}
    built = standing | {start.project: start for start in starts}
    rows = []
    for date in instance.stated_dates:
        here = built.get(date.project)
        start, opening = (None, None) if here is None else (here.start, here.opening)
        missed = missed_years(date, start, opening, years)
        if date.project in standing:
            missed = range(0)
        worth = sum(float(discount[year - years.start]) for year in missed)
        rows.append(
            DateOutcome(
                project=date.project,
                kind=date.kind,
                year=date.year,
                start=start,
                opening=opening,
                missed=len(missed),
                cost=date.price * worth,
            )
        )
    return tuple(rows)


def _plan_years(candidates: Candidates) -> range:
    return range(candidates.first_year, candidates.first_year + candidates.num_years)
