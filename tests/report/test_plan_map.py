"""The map: the state of every work by year, and nothing drawn that has no place."""

from __future__ import annotations

import re

import pytest

from infraplan.optimizer.report import council_pictures
from infraplan.optimizer.report.drawings.plan_map import MapState, MapWork, PlanMap, draw_map

BUILT = MapWork(("a", "甲"), ((108.0, 31.0),), 2021, 2023, 4.0)
LINE = MapWork(("line", "线"), ((108.0, 31.0), (108.2, 31.1)), 2022, 2025)
OUT = MapWork(("out", "未入选"), ((108.1, 31.1),), None, None)
PLACES = ((("Town <1>", "镇"), (108.0, 31.0)),)


def test_a_work_is_begun_then_open() -> None:
    states = [BUILT.state(year) for year in (2020, 2021, 2022, 2023, 2030)]
    waits, works, opened = MapState.NOT_YET, MapState.WORKS, MapState.OPERATING
    assert states == [waits, works, works, opened, opened]
    assert {OUT.state(year) for year in (2020, 2030)} == {MapState.LEFT_OUT}


@pytest.mark.parametrize(
    ("year", "classes"), [(2020, "nnx"), (2021, "nwx"), (2022, "wwx"), (2023, "owx"), (2025, "oox")]
)
def test_the_drawing_shows_the_states_of_its_year(year: int, classes: str) -> None:
    plan = PlanMap((), PLACES, (), (BUILT, LINE, OUT), 2021, 2025)
    svg = draw_map(plan, year, ("Map", "图"))
    assert sorted(re.findall(r'class="m (\w)"', svg)) == sorted(classes)
    assert 'data-a="2021" data-b="2023"' in svg
    assert "Town &lt;1&gt;" in svg
    assert "url(" not in svg


def test_the_bar_tells_its_length_in_the_words_of_each_language() -> None:
    svg = draw_map(PlanMap((), PLACES, (), (BUILT, LINE), 2021, 2025), 2021, ("Map", "图"))
    assert re.search(r'<tspan class="en">\d+ km</tspan><tspan class="zh">\d+公里</tspan>', svg)


def test_the_map_of_a_paper_names_places_and_covers_none() -> None:
    figure = pytest.importorskip("matplotlib.figure", reason="matplotlib (extra docx)").Figure
    places = (*PLACES, (("Beside", "旁"), (108.0001, 31.0001)), (("Nowhere", "无"), (108.1, 31.05)))
    beside = MapWork(("b", "乙"), ((108.0001, 31.0001),), None, None)
    plan = PlanMap((), places, (), (BUILT, LINE, OUT, beside), 2021, 2025)
    axes = figure().add_subplot()
    council_pictures._name_places(axes, plan, "zh")
    assert [text.get_text() for text in axes.texts] == ["镇"]


def test_without_places_there_is_no_map() -> None:
    assert draw_map(PlanMap((), (), (), (), 2021, 2025), 2021, ("Map", "图")) == ""
