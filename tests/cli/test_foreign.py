"""`import gmns`, `import geojson` and `export --to gmns` as a user calls them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from infraplan.optimizer.storage import read_instance
from tests.cli.conftest import Call

# 100 trips over a way of 10 (1 + v/100) and one of 15 minutes: 50 each, 1500 in all.
FILES = {
    "node.csv": "node_id,x_coord,y_coord,name\n1,108.4,31.2,开州\n2,108.5,31.1,Wanzhou\n",
    "link.csv": (
        "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,"
        "VDF_alpha1,VDF_beta1\n10,1,2,1,10,60,50,2,1,1\n11,1,2,1,15,60,,1,,\n"
    ),
    "demand.csv": "o_zone_id,d_zone_id,volume\n1,2,100\n",
}


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """A GMNS folder, in GBK as offices save it."""
    path = tmp_path / "roads"
    path.mkdir()
    for name, text in FILES.items():
        (path / name).write_bytes(text.encode("gbk"))
    return path


def test_gmns_in_solved_out_and_in_again(call: Call, roads: Path, tmp_path: Path) -> None:
    made = call("import", "gmns", roads, tmp_path / "one", "--json")
    assert made.code == 0
    assert made.data["num_links"] == 2
    assert made.data["num_places"] == 2
    assert [f["rule"] for f in made.data["findings"]] == ["assumed-unit"]
    assert "config.csv" in made.err
    assert read_instance(tmp_path / "one").places[0].name_zh == "开州"
    solved = call("solve", tmp_path / "one", "-o", tmp_path / "run", "--json")
    assert solved.code == 0
    assert solved.data["benchmark"]["value"] == pytest.approx(1500.0, rel=1e-9)
    out = call("export", tmp_path / "run", "--to", "gmns", "--json")
    assert out.data["path"] == str(tmp_path / "run" / "gmns")
    names = {path.name for path in (tmp_path / "run" / "gmns").iterdir()}
    assert names == {"node.csv", "link.csv", "zone.csv", "demand.csv", "config.csv"}
    with (tmp_path / "run" / "gmns" / "link.csv").open(encoding="utf-8", newline="") as stream:
        flows = [float(row["flow"]) for row in csv.DictReader(stream)]
    assert flows == pytest.approx([50.0, 50.0])
    again = call("import", "gmns", tmp_path / "run" / "gmns", tmp_path / "two.json", "--json")
    assert again.data["findings"] == []
    second = call("solve", tmp_path / "two.json", "-o", tmp_path / "run2", "--json")
    assert second.data["benchmark"] == solved.data["benchmark"]
    assert call("verify", tmp_path / "run2").code == 0
    assert call("import", "gmns", roads, tmp_path / "one").code == 2  # nothing is overwritten


def test_all_faults_of_a_gmns_folder_in_one_report(call: Call, roads: Path, tmp_path: Path) -> None:
    (roads / "link.csv").write_text(FILES["link.csv"].replace("10,1,2,1", "10,1,7,2"), "utf-8")
    (roads / "demand.csv").write_text(FILES["demand.csv"] + "2,1,many\n", "utf-8")
    called = call("import", "gmns", roads, tmp_path / "out", "--json")
    assert called.code == 3
    found = {(f["file"], f["row"], f["column"]) for f in called.data["findings"] if f["row"]}
    assert found == {
        ("link.csv", 2, "to_node_id"),
        ("link.csv", 2, "directed"),
        ("demand.csv", 3, "volume"),
    }
    assert all(f["advice"] for f in called.data["findings"])
    assert not (tmp_path / "out").exists()
    told = call("import", "gmns", roads, tmp_path / "out", "--lang", "zh")
    assert (told.code, told.out) == (3, "")
    assert "算例不可用：共3处错误" in told.err
    assert call("import", "gmns", tmp_path / "nowhere", tmp_path / "out").code == 3


def test_an_empty_folder_of_tntp_is_told_in_chinese(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = call("import", "tntp", tmp_path / "empty", tmp_path / "out", "--lang", "zh")
    assert told.code == 3
    assert "名称含以下任一文字的文件：_net、net" in told.err
    assert " or " not in told.err


def test_a_run_without_roads_has_no_gmns(call: Call, run_dir: Path, tmp_path: Path) -> None:
    called = call("export", run_dir, "--to", "gmns", "-o", tmp_path / "out", "--json")
    assert called.code == 2
    assert "no transport network" in called.data["message"]
    assert not (tmp_path / "out").exists()


def test_geojson_out_and_in_again(call: Call, run_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.geojson"
    assert call("export", run_dir, "--to", "geojson", "-o", file).code == 0
    made = call("import", "geojson", file, tmp_path / "back", "--json")
    assert made.code == 0
    assert [f["rule"] for f in made.data["findings"]] == ["plan-not-read"]
    back, first = read_instance(tmp_path / "back"), read_instance(run_dir / "instance.json")
    assert back.projects == first.projects
    assert back.settings.horizon == first.settings.horizon
    held = call("import", "geojson", file, tmp_path / "held", "--fix-starts", "--json")
    assert held.data["findings"] == []
    solved = call("solve", tmp_path / "held", "-o", tmp_path / "again", "--json")
    assert solved.code == 0
    starts = [call("show", run, "--json").data["plan"]["starts"] for run in
              (run_dir, tmp_path / "again")]  # fmt: skip
    assert starts[0] == starts[1]


def test_geojson_of_others(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "map.geojson"
    bridge = {
        "type": "Feature",
        "id": "bridge",
        "geometry": {"type": "Point", "coordinates": [108.4, 31.2]},
        "properties": {"name": "大桥", "sector": "transport", "cost": "3亿", "owner": "city"},
    }
    data = {"type": "FeatureCollection", "features": [bridge]}
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    years = ("--first-year", 2027, "--last-year", 2030)
    made = call("import", "geojson", file, tmp_path / "out", *years, "--json")
    assert made.code == 0
    assert made.data["num_projects"] == 1
    assert "owner" in made.err
    instance = read_instance(tmp_path / "out")
    assert list(instance.settings.horizon.years) == [2027, 2028, 2029, 2030]
    assert instance.projects[0].note == "owner=city"
    assert call("solve", tmp_path / "out", "-o", tmp_path / "run").code == 0
    bridge["geometry"] = {"type": "Point", "coordinates": [31.2, 108.4]}
    bridge["properties"] |= {"cost": "dear"}
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    called = call("import", "geojson", file, tmp_path / "bad", "--json")
    assert called.code == 3
    errors = [f for f in called.data["findings"] if f["severity"] == "error"]
    assert {(f["row"], f["column"]) for f in errors} == {(1, "cost"), (1, "geometry")}


def test_a_geopackage_is_written_and_read(call: Call, run_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "a" / "图.gpkg"
    path.parent.mkdir()
    assert call("export", run_dir, "--to", "gpkg", "-o", path, "--json").data["path"] == str(path)
    made = call("import", "geojson", path, tmp_path / "back", "--json")
    assert made.code == 0, made.err
    assert made.data["num_projects"] == 3
