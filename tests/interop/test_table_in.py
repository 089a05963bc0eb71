"""Tables of public projects by a map: yearly amounts, words, several funding columns, faults."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.project import Stage
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.table_in import import_table
from tests.assertions import assert_bilingual
from tests.optimizer.engine import best

MAP = """
settings: {id: city, currency: CAD, money_unit: thousand CAD, money_factor: 1000}
heading_row: 2
columns:
  name_en: [Program, Project]
  sector: Program
  stage: Status
  place: Ward
  lon: x
  lat: y
words:
  sector: {Roads: transport, "*": other}
years: [FY 2026, "2027", 2028 budget]
total: Total
negative: zero
"""
TABLE = """City of X;;;;;;;;;;
Program;Project;Status;Ward;x;y;FY 2026;2027;2028 budget;Total;Note
Roads;Bridge;Planned;North;-79,4;43,6;$ -;1 000;3 000;4 000;a
Roads;Bridge;In Progress;North;;;500;;500;1 000;
Parks;Pool;Completed;;;;200;0;0;200;
Parks;Refund;Planned;;;;-50;100;(20);100;
Parks;Cancelled one;On Hold;;;;100;;;100;
Total;;;;;;750;1 100;3 480;5 400;
"""


def made(folder: Path, table: str = TABLE, text: str = MAP) -> Imported:
    (folder / "plan.csv").write_text(table, encoding="utf-8")
    (folder / "map.yaml").write_text(text, encoding="utf-8")
    imported = import_table(folder / "plan.csv", folder / "map.yaml")
    for finding in imported.findings:
        assert_bilingual(finding.message, finding.message.zh)
    return imported


def faults(folder: Path, table: str = TABLE, text: str = MAP) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InstanceError) as caught:
        made(folder, table, text)
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)
    return [(f.rule, f.row, str(f.message)) for f in caught.value.findings]


def test_yearly_amounts_status_words_and_places(tmp_path: Path) -> None:
    imported = made(tmp_path)
    instance = imported.instance
    assert [(f.rule, f.row) for f in imported.findings] == [
        ("other-total", 6),  # 100 against the 100 - 50 - 20 that the years add up to
        ("no-project", 6),  # a refund, by its name
        ("row-passed-over", 7),  # on hold
        ("row-passed-over", 8),  # the sum
        ("negative-amount", 6),
        ("no-benefits", None),
    ]
    first, second, pool, refund = instance.projects
    assert [p.id for p in instance.projects] == [
        "Roads_/_Bridge",
        "Roads_/_Bridge:2",
        "Parks_/_Pool",
        "Parks_/_Refund",
    ]
    assert [p.sector for p in instance.projects] == ["transport", "transport", "other", "other"]
    assert first.stage is Stage.PREPARATORY
    assert (first.earliest_start, first.options[0].lead_time) == (2027, 2)
    assert first.options[0].overnight_cost == 4000.0
    assert first.options[0].spending_profile == (0.25, 0.75)
    assert second.stage is Stage.UNDER_CONSTRUCTION
    assert second.options[0].spending_profile == (0.5, 0.0, 0.5)
    assert second.earliest_start is None
    assert (pool.stage, pool.options[0].spending_profile) == (Stage.COMPLETE, ())
    assert refund.options[0].overnight_cost == 100.0
    assert [(p.id, p.lon, p.lat) for p in instance.places] == [("North", -79.4, 43.6)]
    # What the budget adopts, without the pool that stands: 500, 1000 + 100, 3000 + 500.
    assert [(row.year, row.value) for row in instance.inflows] == [
        (2026, 500.0),
        (2027, 1100.0),
        (2028, 3500.0),
    ]
    horizon = instance.settings.horizon
    assert (horizon.first_year, horizon.last_year) == (2026, 2028)
    assert best(instance).plan is not None


def test_a_sign_of_money_in_a_table_of_thousands_names_no_magnitude(tmp_path: Path) -> None:
    """A sheet in thousands prints $1,000 for a million; $1M says the same in full."""
    table = TABLE.replace(";1 000;3 000;4 000;a", ";$1,000;$3M;$4,000;a")
    costs = [p.options[0].overnight_cost for p in made(tmp_path, table).instance.projects]
    assert costs[0] == 1000.0 + 3000.0
    found = faults(tmp_path, TABLE.replace(";1 000;3 000;", ";¥1,000;€3M;"))
    assert [row for rule, row, _ in found if rule == "bad-number"] == [3, 3]


def test_several_funding_columns_are_funds_of_their_own(tmp_path: Path) -> None:
    table = """id,name,kind,2026,2027,Own,State
a,Road,road,10,30,30,10
b,Pipe,pipe,20,0,0,20
"""
    text = """
columns: {id: id, name_en: name, sector: kind}
years: {"2026": 2026, "2027": 2027}
funding: {own: Own, state: State}
"""
    instance = made(tmp_path, table, text).instance
    own, state = instance.funds
    assert (own.envelope, own.projects) == (30.0, ("a",))
    assert (state.envelope, state.projects) == (30.0, ("a", "b"))
    # Each follows the works it pays for: a quarter of a in 2026, all of b.
    assert {(row.fund, row.year): row.value for row in instance.inflows} == {
        ("own", 2026): 7.5,
        ("own", 2027): 22.5,
        ("state", 2026): 22.5,
        ("state", 2027): 7.5,
    }


def test_a_row_for_each_year_is_added_by_id(tmp_path: Path) -> None:
    table = "no,name,sector,fy,amount\n7,A,water,2026-27,$1.5M\n7,A,water,2027-28,0.5M\n"
    text = """
settings: {currency: USD, money_unit: M USD, money_factor: 1000000}
columns: {id: no, name_en: name, sector: sector}
long: {year: fy, amount: amount}
"""
    (project,) = made(tmp_path, table, text).instance.projects
    assert project.id == "7"
    assert project.options[0].overnight_cost == 2.0
    assert project.options[0].spending_profile == (0.75, 0.25)


def test_a_workbook_with_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["cover"])
    sheet = book.create_sheet("Projects")
    for row in (["name", "sector", "cost"], ["Road", "transport", 12.5], ["Total", None, 12.5]):
        sheet.append(row)
    book.save(tmp_path / "p.xlsx")
    text = "sheet: Projects\nsettings: {price_year: 2026, horizon: "
    text += "{phases: [{id: p, first_year: 2026, last_year: 2030}]}}\n"
    text += "columns: {name_en: name, sector: sector, overnight_cost: cost}\n"
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    (project,) = import_table(tmp_path / "p.xlsx", tmp_path / "m.yaml").instance.projects
    assert (project.id, project.options[0].overnight_cost) == ("Road", 12.5)
    (tmp_path / "m.yaml").write_text(text.replace("sheet: Projects", "sheet: X"), encoding="utf-8")
    with pytest.raises(InstanceError, match="no sheet 'X'"):
        import_table(tmp_path / "p.xlsx", tmp_path / "m.yaml")


def test_all_faults_of_a_table_are_told(tmp_path: Path) -> None:
    table = TABLE.replace("1 000;3 000", "soon;3 000").replace("Planned;North", "Dreamt;North")
    text = MAP.replace("negative: zero", "negative: refuse").replace(
        "place: Ward", "place: District"
    )
    found = faults(tmp_path, table, text)
    assert [(rule, row) for rule, row, _ in found if rule != "other-total"][:5] == [
        ("missing-column", 2),
        ("bad-number", 3),
        ("negative-amount", 6),
        ("unknown-word", 3),
        ("bad-word", 3),
    ]
    assert "no heading 'District'" in found[0][2]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("years: [FY 2026", "years: [soon", "bad-year"),
        ("heading_row: 2", "heading_row: two", "bad-number"),
        ("negative: zero", "negative: odd", "bad-word"),
        ("  stage: Status", "  mood: Status", "unknown-column"),
        ("total: Total", "totals: Total", "unknown-key"),
        ("total: Total", "budget: -1", "bad-number"),
        ("total: Total", "budget: 1_0", "bad-number"),
        ("heading_row: 2", "heading_row: \u0662", "bad-number"),
        ("words:\n", "words: 3\nfunding: 4\n#", "wrong-type"),
    ],
)
def test_faults_of_a_map_are_told_with_their_line(
    tmp_path: Path, old: str, new: str, rule: str
) -> None:
    assert old in MAP
    text = MAP.replace(old, new)
    if "words: 3" in text:
        text = text.replace('  sector: {Roads: transport, "*": other}\n', "")
    found = faults(tmp_path, text=text)
    assert rule in {name for name, _, _ in found}
    assert all(row for _, row, _ in found)


def test_a_map_without_sector_is_told_once(tmp_path: Path) -> None:
    text = MAP.replace("  sector: Program\n", "").replace("words:\n  sector:", "constants: {}\n#")
    found = [f for f in faults(tmp_path, text=text) if f[0] == "missing-column"]
    assert [message for _, _, message in found] == ["the map gives no sector"]
