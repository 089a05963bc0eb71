"""A decimal comma is read where a table tells it, asked about where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from infraplan.models.errors import Finding, InstanceFormatError
from infraplan.optimizer.storage import inspect_instance, read_instance, write_instance
from infraplan.optimizer.storage.faults import CellFault
from infraplan.optimizer.storage.numbers import DecimalMark, parse_number
from tests.assertions import assert_bilingual
from tests.builders import make_instance, make_project

SETTINGS = """\
format_version: 2
id: c
price_year: 2026
horizon:
  phases:
    - {id: p, first_year: 2026, last_year: 2030}
"""
HEADINGS = ("id", "sector", "overnight_cost", "fixed_om_cost", "lead_time")


def folder(path: Path, sign: str, rows: list[tuple[str, str]], setting: str = "") -> Path:
    """Instance of projects with overnight_cost and fixed_om_cost as written."""
    path.mkdir()
    (path / "instance.yaml").write_text(SETTINGS + setting, encoding="utf-8")
    lines = [sign.join(HEADINGS)]
    for number, costs in enumerate(rows):
        quoted = (f'"{cost}"' if sign in cost else cost for cost in costs)
        lines.append(sign.join((f"p{number}", "transport", *quoted, "1")))
    (path / "projects.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def costs(path: Path) -> list[tuple[float, float]]:
    options = [project.options[0] for project in read_instance(path).projects]
    return [(option.overnight_cost, option.fixed_om_cost) for option in options]


def question(path: Path) -> Finding:
    (finding,) = [f for f in inspect_instance(path).findings if f.severity.value == "error"]
    assert finding.rule == "two-readings"
    assert_bilingual(finding.text(), finding.text("zh"))
    return finding


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_cell_with_one_reading_tells_the_mark(tmp_path: Path, sign: str) -> None:
    """0,300 cannot be three hundred: thousands do not begin with a nought."""
    rows = [("12,500", "1,250"), ("0,300", "0,125")]
    assert costs(folder(tmp_path / "a", sign, rows)) == [(12.5, 1.25), (0.3, 0.125)]
    rows = [("1.234,56", "1 234,5"), ("2.750", "1,125")]
    assert costs(folder(tmp_path / "b", sign, rows)) == [(1234.56, 1234.5), (2750.0, 1.125)]
    rows = [("12,500.75", "3"), ("1,200", "4")]
    assert costs(folder(tmp_path / "c", sign, rows)) == [(12500.75, 3.0), (1200.0, 4.0)]
    rows = [("12,500", "2.5"), ("2,750", "1.25")]  # the other column tells the point
    assert costs(folder(tmp_path / "d", sign, rows)) == [(12500.0, 2.5), (2750.0, 1.25)]


def test_what_no_cell_tells_is_asked_once_with_both_readings(tmp_path: Path) -> None:
    rows = [("12,500", "1,250"), ("2,750", "1,125")]
    path = folder(tmp_path / "x", ";", rows)
    found = question(path)
    assert (found.file, found.row, found.column) == ("projects.csv", 2, "overnight_cost")
    assert "'12,500' can be 12.5 or 12500; so can 3 more cell(s)" in found.message
    assert "decimal: comma" in found.advice
    assert costs(folder(tmp_path / "comma", ";", rows, "decimal: comma\n")) == [
        (12.5, 1.25),
        (2.75, 1.125),
    ]
    assert costs(folder(tmp_path / "point", ";", rows, "decimal: point\n")) == [
        (12500.0, 1250.0),
        (2750.0, 1125.0),
    ]


def test_a_question_is_never_left_unasked(tmp_path: Path) -> None:
    """What stands in brackets or behind a sign has two readings as well."""
    for text in ("(12,500)", "¥12,500", "１２，５００", "12,500万"):
        path = folder(tmp_path / text[:2], ";", [(text, "1")])
        found = question(path)
        assert found.column == "overnight_cost"


def test_columns_of_two_hands(tmp_path: Path) -> None:
    """A column says for itself; where the columns disagree, one that says nothing is asked."""
    rows = [("12,5", "0.08"), ("2,750", "0.125")]
    assert costs(folder(tmp_path / "each", ";", rows)) == [(12.5, 0.08), (2.75, 0.125)]
    rows = [("12,5", "1.250"), ("2,75", "2.750")]  # 1250, or 1.25 of another hand
    assert question(folder(tmp_path / "other", ";", rows)).column == "fixed_om_cost"
    rows = [("12,5", "1"), ("2.5", "1"), ("2,750", "1")]
    found = question(folder(tmp_path / "within", ";", rows))
    assert (found.row, found.message.split(" can")[0]) == (4, "'2,750'")


def test_where_commas_part_the_cells_they_part_thousands(tmp_path: Path) -> None:
    rows = [("12,500", "1,250"), ("2,750", "1,125")]
    assert costs(folder(tmp_path / "x", ",", rows)) == [(12500.0, 1250.0), (2750.0, 1125.0)]
    rows = [("0,300", "1"), ("12,500", "1")]  # unless a column of quoted cells tells otherwise
    assert costs(folder(tmp_path / "y", ",", rows)) == [(0.3, 1.0), (12.5, 1.0)]


def test_a_workbook_s_texts_tell_it_too(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_instance(make_instance([make_project("a"), make_project("b")]), path)
    from openpyxl import load_workbook

    book: Workbook = load_workbook(path)
    sheet = book["projects"]
    heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=5) for cell in row}
    column = next(number for name, number in heads.items() if name == "overnight_cost")
    cells = [c for (c,) in sheet.iter_rows(min_col=column, max_col=column) if c.value == 10.0]
    for cell, text in zip(cells, ("12,500", "0,300"), strict=True):
        cell.value = text
    book.save(path)
    options = [project.options[0] for project in read_instance(path).projects]
    assert [option.overnight_cost for option in options] == [12.5, 0.3]


def test_a_mark_that_is_none_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "x", ";", [("1", "1")], "decimal: dot\n")
    with pytest.raises(InstanceFormatError, match="is no decimal mark"):
        read_instance(path)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12,500", 12500.0, 12.5),
        ("1.250", 1.25, 1250.0),
        ("1,234,567", 1234567.0, 1234567.0),
        ("1.234.567", None, 1234567.0),
        ("1 234", 1234.0, 1234.0),
        ("1 234.5", 1234.5, 1234.5),
        ("1 234,5", None, 1234.5),
        ("-0,3", None, -0.3),
        ("0,300", None, 0.3),
        ("012,500", None, 12.5),
        ("12,500.75", 12500.75, 12500.75),
        ("1.234,56", None, 1234.56),
        ("2,5万", None, 25000.0),
        ("12,5%", None, 0.125),
        ("１２，５００", 12500.0, 12.5),
    ],
)
def test_both_readings_of_a_number(text: str, point: float | None, comma: float) -> None:
    assert parse_number(text, mark=DecimalMark.COMMA) == pytest.approx(comma)
    if point is None:
        with pytest.raises(CellFault, match="is not a number"):
            parse_number(text)
    else:
        assert parse_number(text) == pytest.approx(point)
    if point is None or point == comma:
        assert parse_number(text, mark=DecimalMark.ASK) == pytest.approx(comma)
    else:
        with pytest.raises(CellFault) as caught:
            parse_number(text, mark=DecimalMark.ASK)
        assert caught.value.rule == "two-readings"
