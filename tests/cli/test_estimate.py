"""`infraplan estimate`: gaps filled, written and listed."""

from __future__ import annotations

from pathlib import Path

from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import make_instance, make_project
from tests.cli.conftest import Call


def test_the_command_writes_a_filled_instance(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "gaps"
    road = make_project("road", 0.0, 0.0, subsector="trunk_road", name_zh="公路")
    write_instance(make_instance([road], settings={"currency": "CNY", "money_factor": 1e8}), folder)
    warned = call("validate", folder, "--json").data
    assert warned["valid"] is True
    doubted = call("validate", folder, "--strict", "--json")
    assert doubted.code == 3
    assert {row["column"] for row in doubted.data["findings"] if row["severity"] == "warning"} == {
        "benefits"
    }
    target = folder.parent / "filled.xlsx"
    data = call("estimate", folder, "-o", target, "--json").data
    assert data["filled"]
    assert read_instance(target).projects[0].options[0].overnight_cost > 0
    assert "公路" in call("estimate", target, "--lang", "zh").out
