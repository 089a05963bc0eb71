"""`infraplan map` and `import table`: what they show, write and refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from infraplan.optimizer.storage import read_instance
from tests.cli.conftest import Call
from tests.interop.tables import text_file

TABLE = """City of X (in $000s),,,,,
Project,Sector,Status,2026,2027,Total
Bridge,Roads,Planned,100,200,300
Main,Water,Cancelled,1,2,3
Pool,Parks,Design,0,50,50
Total,,,101,252,353
"""


def test_a_table_goes_in_by_the_map_that_is_proposed(call: Call, tmp_path: Path) -> None:
    path = text_file(tmp_path, TABLE)
    found = call("map", path, "-o", tmp_path / "map.yaml", "--json")
    assert found.code == 0
    data = found.data
    assert (data["rows_read"], data["projects"], data["sum"]) == (4, 2, 350.0)
    assert data["by_year"] == {"2026": 100.0, "2027": 250.0}
    assert data["largest"] == {"project": "Bridge", "sheet": None, "row": 3, "amount": 300.0}
    assert [(row["row"], row["why"]) for row in data["rows_skipped"]] == [
        *((4, "no project by a word of its own"), (6, "a sum")),
    ]
    assert all(row["why_zh"] for row in data["rows_skipped"])
    assert {c["heading"]: c["field"] for c in data["columns"]} == {
        **{"Project": "name_en", "Sector": "sector", "Status": "stage", "Total": "total"},
        **{"2026": "years: 2026", "2027": "years: 2027"},
    }
    assert all(0.0 < c["confidence"] <= 1.0 for c in data["columns"])
    assert data["open"]["benefits"] == 2
    assert data["map"] == (tmp_path / "map.yaml").read_text("utf-8")
    made = call("import", "table", path, "--map", tmp_path / "map.yaml", tmp_path / "out", "--json")
    assert made.code == 0
    same = ("rows_read", "rows_skipped", "projects", "sum", "by_year", "largest", "open")
    assert {key: made.data[key] for key in same} == {key: data[key] for key in same}
    assert [c["field"] for c in made.data["columns"]] == [c["field"] for c in data["columns"]]
    instance = read_instance(tmp_path / "out")
    assert [p.options[0].yearly_spending for p in instance.projects] == [(100.0, 200.0), (50.0,)]
    assert instance.settings.money_factor == 1000.0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["2 project(s) of 4 row(s)", "the largest: Bridge", "open: ", "how sure"]),
        (
            "zh",
            [
                *("4行中有2个项目", "最大项目：Bridge", "待补：", "把握"),
                *("识别为", "英文名称（name_en）", "2026年投资（years: 2026）", "总投资（total）"),
            ],
        ),
    ],
)
def test_the_map_alone_stands_on_standard_output(
    call: Call, tmp_path: Path, lang: str, words: list[str]
) -> None:
    found = call("map", text_file(tmp_path, TABLE), "--lang", lang)
    assert found.code == 0
    assert yaml.safe_load(found.out)["total"] == "Total"
    assert all(word in found.err for word in words)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.csv"]


def test_nothing_is_written_of_a_table_with_faults(call: Call, tmp_path: Path) -> None:
    path = text_file(tmp_path, TABLE.replace("100,200", "12 km,soon"))
    text = "heading_row: 2\ncolumns: {name_en: Project, sector: Sector, stage: Status}\n"
    (tmp_path / "map.yaml").write_text(text + "years: [2026, 2027]\n", "utf-8")
    made = call("import", "table", path, "--map", tmp_path / "map.yaml", tmp_path / "out", "--json")
    assert made.code == 3
    errors = [f for f in made.data["findings"] if f["severity"] == "error"]
    assert [(f["row"], f["column"]) for f in errors] == [(3, "2026"), (3, "2027")]
    assert not (tmp_path / "out").exists()


def test_a_sheet_that_is_not_there_and_a_file_that_is_taken(call: Call, tmp_path: Path) -> None:
    path = text_file(tmp_path, TABLE)
    assert call("map", path, "--sheet", "Budget").code == 3
    assert call("map", path, "-o", path).code == 2
    assert path.read_text("utf-8") == TABLE
