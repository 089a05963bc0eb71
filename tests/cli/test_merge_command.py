"""`infraplan merge`: what is written, what is told, and that nothing is half written."""

from __future__ import annotations

from pathlib import Path

from infraplan.optimizer.storage import read_instance, write_instance
from tests.builders import make_instance, make_project
from tests.cli.conftest import Call


def departments(folder: Path) -> tuple[Path, Path]:
    """Two workbooks that differ in the cost of one project."""
    paths = folder / "交通.xlsx", folder / "水利.xlsx"
    for path, cost, name in zip(paths, (10, 12), "bc", strict=True):
        write_instance(make_instance([make_project("a", cost, 9), make_project(name, 1, 1)]), path)
    return paths


def test_conflicts_stop_the_write_until_they_are_decided(call: Call, tmp_path: Path) -> None:
    files, out, table = departments(tmp_path), tmp_path / "合并.xlsx", tmp_path / "冲突.csv"
    stopped = call("merge", *files, out, "--conflicts", table, "--json")
    assert stopped.code == 3
    assert not out.exists()
    (conflict,) = stopped.data["conflicts"]
    assert conflict["taken"] is None
    assert [said["value"] for said in conflict["said"]] == ["10.0", "12.0"]
    assert [said["file"] for said in conflict["said"]] == ["交通.xlsx", "水利.xlsx"]
    assert stopped.data["findings"][0]["sheet"] == "projects"
    lines = table.read_text("utf-8-sig").splitlines()
    decided = tmp_path / "选定.csv"
    decided.write_text("\n".join([*lines[:2], lines[2] + "x"]), encoding="gb18030")
    made = call("merge", *files, out, "--decisions", decided, "--json")
    assert made.code == 0, made.err
    assert made.data["conflicts"][0]["taken"] == "水利.xlsx"
    assert made.data["num_projects"] == 3
    assert read_instance(out).projects[0].options[0].overnight_cost == 12.0
    assert call("merge", *files, out, "--prefer", "first").code == 2  # nothing is overwritten


def test_both_languages_tell_file_sheet_row_column_and_both_values(
    call: Call, tmp_path: Path
) -> None:
    files = departments(tmp_path)
    english = call("merge", *files, tmp_path / "o").err
    chinese = call("merge", *files, tmp_path / "o", "--lang", "zh").err
    for told in (english, chinese):
        assert "交通.xlsx" in told
        assert "水利.xlsx" in told
        assert "projects" in told
    assert "row 2" in english
    assert "the value here is 10, but" in english
    assert "此处为10，而水利.xlsx" in chinese
    assert not (tmp_path / "o").exists()
    done = call("merge", *files, tmp_path / "o", "--prefer", "LAST", "--lang", "zh")
    assert done.code == 0
    assert "采用水利.xlsx" in done.err
    assert "共3个项目" in done.err


def test_a_decision_about_nothing_is_told(call: Call, tmp_path: Path) -> None:
    files = departments(tmp_path)
    path = tmp_path / "d.csv"
    path.write_text("table,row,column,file,take\nprojects,z,sector,交通.xlsx,x\n", "utf-8")
    made = call("merge", *files, tmp_path / "o", "--prefer", "first", "--decisions", path, "--json")
    assert made.code == 0
    assert [f["rule"] for f in made.data["findings"] if f["severity"] == "warning"] == [
        "merge-decision"
    ]
