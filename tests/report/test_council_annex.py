"""The annex of the council paper year by year, figures below 0, and the parts of the value."""

from __future__ import annotations

import pandas as pd

from infraplan.optimizer.report.council_paper import (
    _lines,
    _paid_years,
    _sheets,
    _shown,
    _unbroken,
)
from infraplan.optimizer.report.council_words import narrative
from infraplan.optimizer.report.frames import MONEY, YEAR, Column, ReportTable, make_run
from tests.builders import make_instance, make_plan, make_project, make_start


def _annex(**paid: float) -> ReportTable:
    years = {year.removeprefix("y"): [amount] for year, amount in paid.items()}
    columns = tuple(Column(year, YEAR) for year in years)
    return ReportTable("annual_plan", columns, pd.DataFrame(years))


def test_a_year_without_payments_between_others_stands_in_the_annex() -> None:
    """A reader of 2032 and 2034 side by side asks where 2033 is."""
    table = _annex(y2030=0.0, y2031=1.0, y2032=2.0, y2033=0.0, y2034=3.0, y2035=0.0)
    assert [column.key for column in _paid_years(table)] == ["2031", "2032", "2033", "2034"]
    assert _paid_years(_annex(y2030=0.0)) == []


def test_later_years_are_shared_out_evenly() -> None:
    years = [Column(str(2023 + n), YEAR) for n in range(13)]
    assert [len(sheet) for sheet in _sheets(years, 6)] == [6, 7]
    assert [len(sheet) for sheet in _sheets(years, 4)] == [4, 5, 4]
    assert [len(sheet) for sheet in _sheets(years, 13)] == [13]


def test_nothing_paid_in_later_years_is_blank_as_in_a_year() -> None:
    assert _shown(Column("later_years", MONEY), 0.0) == ""
    assert _shown(Column("later_years", MONEY), 1.5) == "1.50"
    assert _shown(Column("total", MONEY), 0.0) == "0.00"


def test_a_minus_is_no_hyphen_at_which_a_line_may_end() -> None:
    told = _unbroken("可选项目-2.28；2028-2030年，tl-2，-111.9 亿元")
    assert told == "可选项目\N{MINUS SIGN}2.28；2028-2030年，tl-2，\N{MINUS SIGN}111.9 亿元"


def test_a_council_reads_which_part_of_the_value_anybody_chose() -> None:
    """A plan of duties may be worth less than nothing, and still be the best there is."""
    instance = make_instance([make_project("a", 10.0, mandatory="must"), make_project("b", 1.0)])
    plan = make_plan(instance, [make_start(instance, "a", 2021)])
    told = narrative(make_run(instance, plan, {"objective": plan.objective}), "paper")
    assert any("must be built -10.00" in sentence for sentence in told)


def test_a_row_is_as_high_as_its_longest_cell() -> None:
    """Ten rows of five lines each, kept together, left the first page of a paper blank."""
    assert _lines(["2021", "环境"], [2.0, 2.0]) == 1
    assert _lines(["2021", "水利29个、市政16个、交通13个、生态环境6个"], [2.0, 2.0]) == 5
