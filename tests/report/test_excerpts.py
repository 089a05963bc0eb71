"""What a page shows of tables and charts that are too many for a reader."""

from __future__ import annotations

import pandas as pd
import pytest

from infraplan.optimizer.report import excerpts
from infraplan.optimizer.report.charts import Bar, Series
from infraplan.optimizer.report.frames import MONEY, Column, ReportTable


def _table(first: str, amounts: list[float]) -> ReportTable:
    columns = (Column(first), Column("cost", MONEY))
    names = [f"p{n}" for n in range(len(amounts))]
    frame = pd.DataFrame({f"{first}_en": names, f"{first}_zh": names, "cost": amounts})
    return ReportTable("projects", columns, frame)


def test_a_table_that_fits_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MOST_ROWS", 3)
    table = _table("project", [1.0, 2.0, 3.0])
    assert excerpts.excerpt(table) == (table, ("", ""))


def test_of_projects_the_dearest_stay_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MOST_ROWS", 3)
    shown, told = excerpts.excerpt(_table("project", [5.0, 1.0, 4.0, 4.0, 4.0]))
    assert list(shown.frame["project_en"]) == ["p0", "p2", "p3"]
    assert "3 of 5 rows" in told[0]
    assert "共5行" in told[1]


def test_of_accounts_the_first_rows_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MOST_ROWS", 2)
    shown, told = excerpts.excerpt(_table("fund", [1.0, 2.0, 3.0]))
    assert list(shown.frame["fund_en"]) == ["p0", "p1"]
    assert "first 2 of 3 rows" in told[0]


def test_a_chart_keeps_the_dearest_works_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MOST_BARS", 2)
    bars = [Bar((f"p{n}", f"p{n}"), 2025, 2026, 2027, estimated=False) for n in range(3)]
    name, kept = excerpts.most_bars(("water", "水"), bars, [1.0, 3.0, 2.0])
    assert kept == bars[1:]
    assert name == ("water, the 2 dearest", "水，造价最高的2项")
    assert excerpts.most_bars(("water", "水"), bars[:2], [1.0, 3.0]) == (("water", "水"), bars[:2])


def test_the_series_left_out_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MOST_SERIES", 2)
    series = [Series((name, name), (1.0, value)) for name, value in (("a", 3.0), ("b", 2.0))]
    assert excerpts.most_series(series) == series
    more = [*series, Series(("c", "c"), (None, 5.0))]
    first, rest = excerpts.most_series(more)
    assert first == series[0]
    assert (rest.name[0], rest.values) == ("2 others", (1.0, 7.0))


def test_charts_left_out_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MOST_CHARTS", 2)
    assert excerpts.most_charts(["a", "b", "c"], [1.0, 3.0, 2.0]) == (["b", "c"], 3)
    assert "2 of 3" in excerpts.told_charts(2, 3)[0]
    assert excerpts.told_charts(3, 3) == ("", "")
