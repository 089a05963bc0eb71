"""Pressures as a table: by hand, in both languages, on the page; supply leaves them out."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import Run, make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.terminal import print_network, print_table
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.optimizer.engines.waters import laying, node, pipe, water

MANIFEST = {"solver": "highs", "solver_version": "1", "instance_hash": "ab" * 32}


def two_zones() -> Instance:
    """20 L/s through 1 km of 150 mm to a and 10 on to b, both at 10 m.

    By hand, 1 km of 150 mm loses 9.54 m for 20 L/s and 9.54 / 2^1.852 = 2.64 m for 10: a has the
    head 60 - 9.54 = 50.46, b 47.81; the joint c beyond b takes nothing and has that of b.
    """
    nodes = [
        node("s", 60.0),
        node("a", 10.0, 30.0, name_en="Mill", name_zh="磨坊"),
        node("b", 10.0, 37.0),
        node("c", 12.0, role="junction"),
    ]
    links = [
        pipe("p", "s", "a", diameter=150.0),
        pipe("q", "a", "b"),
        pipe("r", "b", "c", diameter=150.0),
    ]
    return water(nodes, links, {"a": 10.0, "b": 10.0}, [laying("q", {150.0: 20.0})])


@pytest.fixture(scope="module")
def run() -> Run:
    instance = two_zones()
    return make_run(instance, solve(instance, SolveOptions(gap=0.0)).plan, {})


def test_what_is_left_over_is_told_the_scarcest_first(run: Run) -> None:
    frame = TABLES["pressures"](run).frame
    assert list(frame["node_en"]) == ["b", "Mill", "s", "c"]
    assert list(frame["node_zh"]) == ["b", "磨坊", "s", "c"]
    assert list(frame["year"]) == [2021] * 4
    assert list(frame["height"]) == [10.0, 10.0, 60.0, 12.0]
    assert list(frame["least_head"])[:2] == [47.0, 40.0]
    assert frame["least_head"].isna().tolist() == [False, False, True, True]
    heads = {"b": 47.81, "Mill": 50.46, "s": 60.0, "c": 47.81}
    assert list(frame["head"]) == pytest.approx(list(heads.values()), abs=0.02)
    free = list(frame["free_head"])
    assert free[:2] + free[3:] == pytest.approx([37.81, 40.46, 35.81], abs=0.02)
    assert list(frame["head_over"])[:2] == pytest.approx([0.81, 10.46], abs=0.02)
    assert frame["head_over"].isna().tolist() == [False, False, True, True]


def test_supply_does_not_say_that_nothing_is_wanted(run: Run) -> None:
    assert TABLES["supply"](run).frame.empty


@pytest.mark.parametrize(
    ("lang", "title", "name"),
    [("en", "Pressures of the water network [m]", "Mill"), ("zh", "节点水压（m）", "磨坊")],
)
def test_the_terminal_shows_them_with_their_unit(
    run: Run, lang: str, title: str, name: str
) -> None:
    file = io.StringIO()
    console = Console(width=100, file=file)
    print_table(console, TABLES["pressures"](run), lang=lang)
    assert file.getvalue().splitlines()[0].strip() == title
    assert name in file.getvalue()
    print_network(console, run, "w", lang=lang)
    assert file.getvalue().count(title) == 2


def test_the_page_shows_them(run: Run) -> None:
    page = render_report(run.instance, run.plan, MANIFEST)
    assert "Pressures of the water network" in page
    assert "节点水压" in page
