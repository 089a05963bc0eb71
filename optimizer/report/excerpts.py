"""What a page shows of tables and charts that are too many for a reader, and how it says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from infraplan.models.catalogue import pair, phrase
from infraplan.optimizer.report.charts import Bar, Series
from infraplan.optimizer.report.drawings.palette import OTHERS
from infraplan.optimizer.report.frames import MONEY, ReportTable

MOST_ROWS = 1000
"""Most rows of one table of the page."""
MOST_CHARTS = 24
"""Most charts of one kind, e.g. of the debt of jurisdictions."""
MOST_BARS = 150
"""Most projects in one chart of works."""
MOST_SERIES = 24
"""Most series of one chart; the others are added up."""

Item = TypeVar("Item")


def excerpt(table: ReportTable) -> tuple[ReportTable, tuple[str, str]]:
    """`table` with at most `MOST_ROWS` rows, and what says so; blank where it is whole.

    Of a table of projects those that weigh most by its first column of money, in the order that
    they have; of any other, whose rows belong together, the first.
    """
    frame, count = table.frame, len(table.frame)
    if count <= MOST_ROWS:
        return table, ("", "")
    amounts = [column.key for column in table.columns if column.kind == MONEY]
    if table.columns[0].key == "project" and amounts:
        weights = frame[amounts[0]].astype(float).fillna(0.0).tolist()
        frame = frame.iloc[weightiest(weights, MOST_ROWS)]
        told = phrase("largest-rows-of", shown=MOST_ROWS, count=count)
    else:
        frame = frame.iloc[:MOST_ROWS]
        told = phrase("first-rows-of", shown=MOST_ROWS, count=count)
    return replace(table, frame=frame), told.both


def weightiest(weights: Sequence[float], most: int) -> list[int]:
    """Positions of the `most` greatest of `weights` in ascending order; of equal ones the first."""
    order = sorted(range(len(weights)), key=lambda position: -weights[position])
    return sorted(order[:most])


def most_charts(charts: Sequence[Item], weights: Sequence[float]) -> tuple[list[Item], int]:
    """The charts that weigh most, in the order that they have, and how many there are."""
    return [charts[position] for position in weightiest(weights, MOST_CHARTS)], len(charts)


def told_charts(shown: int, count: int) -> tuple[str, str]:
    """What says that charts were left out; blank where none were."""
    return phrase("charts-of", shown=shown, count=count).both if shown < count else ("", "")


def most_bars(
    name: tuple[str, str], bars: Sequence[Bar], costs: Sequence[float]
) -> tuple[tuple[str, str], list[Bar]]:
    """The dearest of `bars`, in the order that they have, and the name with how many they are."""
    if len(bars) <= MOST_BARS:
        return name, list(bars)
    kept = [bars[position] for position in weightiest(costs, MOST_BARS)]
    return phrase("dearest-works-of", name=pair(*name), shown=MOST_BARS).both, kept


def most_series(series: Sequence[Series]) -> list[Series]:
    """The first of `series` and, as one, the sum of the others."""
    if len(series) <= MOST_SERIES:
        return list(series)
    others = series[MOST_SERIES - 1 :]
    sums = tuple(
        sum(value or 0.0 for value in values)
        for values in zip(*(row.values for row in others), strict=True)
    )
    rest = Series(phrase("other-sources", count=len(others)).both, sums, paint=OTHERS)
    return [*series[: MOST_SERIES - 1], rest]
