"""Why no design of pipes keeps the pressures asked for: by hand, in terminal, report and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.waterdesign.lacking import lacking_nodes
from tests.builders import edit, make_fund, make_inflows
from tests.cli.conftest import Call
from tests.optimizer.engines.test_water_design import PRICES, single
from tests.optimizer.engines.waters import laying, node, pipe, water


def row_of_two(asked: float) -> Instance:
    """Two pipes of 1 km one behind the other for 10 L/s each at a and b.

    As for `single`, 200 mm lose 2.35 m at 20 L/s, and 2.35 / 2^1.852 = 0.65 m at 10 L/s: the head
    at a is at most 50 - 2.35 = 47.65 m, at b, which lies 5 m high, 47.65 - 0.65 = 47.00 m.
    """
    return water(
        [
            node("s", 50.0),
            node("a", 0.0, asked, name_en="Mill", name_zh="磨坊"),
            node("b", 5.0, asked),
        ],
        [pipe("p", "s", "a"), pipe("q", "a", "b")],
        {"a": 10.0, "b": 10.0},
        [laying("p", PRICES), laying("q", PRICES)],
    )


@pytest.mark.parametrize(
    ("asked", "short"),
    [(41.9, {}), (42.1, {"b": 0.10}), (47.6, {"b": 5.60}), (48.0, {"b": 6.00, "a": 0.35})],
)
def test_nodes_lack_what_the_widest_pipes_do_not_bring(
    asked: float, short: dict[str, float]
) -> None:
    found = lacking_nodes(build_formulation(row_of_two(asked)))
    assert [lack.node for lack in found] == list(short)
    assert {lack.node: lack.short for lack in found} == pytest.approx(short, abs=0.01)


def test_a_node_that_no_pipe_may_reach_has_no_pressure() -> None:
    """The only pipe takes a year to lay, and pressure is asked for before that."""
    instance = single()
    (project,) = instance.projects
    late = tuple(edit(option, lead_time=1) for option in project.options)
    (lack,) = lacking_nodes(
        build_formulation(edit(instance, projects=(edit(project, options=late),)))
    )
    assert (lack.node, lack.pressure, lack.asked, lack.short) == ("a", None, 30.0, 30.0)


def test_pipes_that_stand_lack_what_nobody_may_mend() -> None:
    """150 mm lose 9.54 m of 50 m, 40.46 m are left; no project may lay anything."""
    instance = water(
        [node("s", 50.0), node("a", 0.0, 41.0)],
        [pipe("p", "s", "a", diameter=150.0)],
        {"a": 20.0},
        [],
    )
    (lack,) = lacking_nodes(build_formulation(instance))
    assert lack.short == pytest.approx(0.54, abs=0.01)


def _solved(call: Call, instance: Instance, folder: Path) -> tuple[str, str, dict, str]:
    """What the terminal says in both languages, the run's JSON, and the report."""
    write_instance(instance, folder / "instance")
    chinese = call("solve", folder / "instance", "-o", folder / "zh", "--lang", "zh")
    english = call("solve", folder / "instance", "-o", folder / "en")
    assert english.code == chinese.code == 4
    data = call("show", folder / "en", "--json").data
    return english.err, chinese.err, data, (folder / "en" / "report.html").read_text("utf-8")


def test_terminal_run_and_report_name_node_and_metres(call: Call, tmp_path: Path) -> None:
    english, chinese, data, page = _solved(call, row_of_two(48.0), tmp_path)
    told = "Mill has 47.65 m of pressure"
    for text in (english, page):
        assert told in text
        assert "48 m: 0.35 m short (2021)" in text
        assert "b has 42.00 m" in text
    for text in (chinese, page):
        assert "磨坊的自由水头为47.65米，要求48米，差0.35米（2021年）" in text
    assert "No plan was found before" not in english
    by_rule = {row["rule"]: row for row in data["run"]["conflicts"]}
    assert list(by_rule) == ["pressure:b", "pressure:a"]
    assert by_rule["pressure:a"]["amount"] == pytest.approx(0.35, abs=0.01)
    assert by_rule["pressure:a"]["years"] == [2021]


@pytest.mark.parametrize(
    ("budget", "english", "chinese"),
    [
        # 39.5 m ask for 200 mm, which cost 30; 10 would do for the narrowest pipe.
        (25.0, "the pressures and what else is asked", "水压与其他约束"),
        # The narrowest pipe costs 10 and must be laid: no pressure is needed to see it.
        (5.0, "budget may not pay more than it has: short by about 5", "差额约5"),
    ],
)
def test_money_in_the_way_is_told(
    budget: float, english: str, chinese: str, call: Call, tmp_path: Path
) -> None:
    money = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, budget)}
    found = _solved(call, single(39.5, **money), tmp_path)
    assert english in found[0]
    assert chinese in found[1]
    assert english in found[3]
