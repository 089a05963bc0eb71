"""Decoding and CSV: what a spreadsheet writes is read; damage is placed."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.models.errors import Finding, Severity
from infraplan.optimizer.storage.csv_text import (
    decode,
    format_csv,
    parse_csv,
    read_bytes,
    separator_of,
)
from infraplan.optimizer.storage.faults import Faults


def parse(text: str) -> tuple[list[list[str]] | None, list[Finding]]:
    faults = Faults()
    return parse_csv(text, "t.csv", faults), faults.findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    text = "编号,名称\nroad,高速公路\n"
    assert decode(text.encode(encoding), "t.csv", Faults()) == text


def test_gb18030_beyond_gbk() -> None:
    assert decode("名称\n㐀𠀀".encode("gb18030"), "t.csv", Faults()) == "名称\n㐀𠀀"


def test_neither_utf8_nor_gbk_is_placed_by_byte_and_line() -> None:
    faults = Faults()
    # "id\n" is bytes 0-2; byte 3 is 0xFF, which begins no character in either encoding
    assert decode(b"id\n\xff\xff\xff", "t.csv", faults) is None
    (finding,) = faults.findings
    assert (finding.rule, finding.file, finding.row) == ("bad-encoding", "t.csv", 2)
    assert "byte 3 (0xFF, line 2)" in finding.message


def test_a_damaged_utf8_file_is_not_taken_for_gbk() -> None:
    data = "编号,名称\nroad,高速公路\n".encode()
    damaged = data.replace("高".encode(), "高".encode()[:2])
    faults = Faults()
    assert decode(damaged, "t.csv", faults) is None
    assert faults.findings[0].row == 2


def test_damaged_utf16() -> None:
    faults = Faults()
    assert decode(b"\xff\xfea\x00b", "t.csv", faults) is None
    assert faults.findings[0].rule == "bad-encoding"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2", [["a", "b"], ["1", "2"]]),
        ("a;b\n1;2\n", [["a", "b"], ["1", "2"]]),
        ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ('a,b\n"1,5","x ""y"""\n', [["a", "b"], ["1,5", 'x "y"']]),
        ('a,b\n"two\nlines",3\n4,5\n', [["a", "b"], ["two\nlines", "3"], ["4", "5"]]),
        ("a,b\n\n,\n1,2\n", [["a", "b"], [], [], ["1", "2"]]),
        ('a,b\n5" pipe,2\n', [["a", "b"], ['5" pipe', "2"]]),
        ('a,b\n "x" ,2\n', [["a", "b"], ["x", "2"]]),
        ("", []),
    ],
)
def test_csv(text: str, rows: list[list[str]]) -> None:
    assert parse(text) == (rows, [])


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', 3, "b"),
        ('a,b\n"1"x,2\n', 2, "a"),
        ('a,b\n1,2,"3\n', 2, "no. 3"),
    ],
)
def test_open_quotes_are_placed(text: str, row: int, column: str) -> None:
    rows, (finding,) = parse(text)
    assert rows is None
    assert (finding.rule, finding.row, finding.column) == ("unbalanced-quote", row, column)


CELLS = st.text(alphabet=st.sampled_from('ab1 ,;"\n\t中'), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_read_by_us_and_by_the_standard_reader(rows: list[list[str]]) -> None:
    text = format_csv(["a", "b"], rows).decode("utf-8-sig")
    read, findings = parse(text)
    assert findings == []
    assert read is not None
    # a row of blanks is passed over as blank
    blank = [
        [] if not "".join(row).strip(" \t,") and '"' not in line_of(row) else row for row in rows
    ]
    assert read[1:] == blank
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == rows


def line_of(row: list[str]) -> str:
    return format_csv(row, []).decode("utf-8-sig")


def test_unreadable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults()
    assert read_bytes(tmp_path / "no.csv", faults) is None
    assert read_bytes(tmp_path, faults) is None
    (tmp_path / "locked.csv").write_bytes(b"")

    def refuse(path: Path, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert read_bytes(tmp_path / "locked.csv", faults) is None
    rules = [finding.rule for finding in faults.findings]
    assert rules == ["missing-file", "not-a-file", "unreadable-file"]


def test_western_letters_are_not_taken_for_chinese_signs() -> None:
    """Read as GBK, `Süden` is `S黡en`, and `m²;` is no text at all."""
    text = "id;name\na;Straße nach Süden\nb;Brücke Österreich, 12 m²; 5 €\n"
    faults = Faults()
    assert decode(text.encode("cp1252"), "t.csv", faults) == text
    (finding,) = faults.findings
    assert (finding.rule, finding.severity) == ("encoding", Severity.NOTE)


def test_rare_signs_whose_second_byte_is_a_letter_stay_chinese() -> None:
    text = "编号,名称\na,朱镕大桥\nb,囧路\nc,㐀\n"
    faults = Faults()
    assert decode(text.encode("gb18030"), "t.csv", faults) == text
    assert not faults.findings


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_under_the_name_of_a_text_is_called_that(start: bytes) -> None:
    faults = Faults()
    assert decode(start + bytes(200), "projects.csv", faults) is None
    (finding,) = faults.findings
    assert finding.message == "the file is a workbook, and text is asked for"
    assert "CSV UTF-8" in finding.advice.zh


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("编号，行业，投资\na，水利，1\n", "，"),
        ("编号，行业，达产\na，水利，0.6;0.8\n", "，"),  # a list in a cell parts nothing
        ("编号，行业，投资\n", "，"),
        ("项目清单\n编号，行业，投资\na，水利，1,200\n", "，"),
        ("甲，乙，丙三县项目\n编号,行业,投资\na,水利,1\n", ","),  # a title
        ("编号,备注\na,一，二，三\n", ","),
    ],
)
def test_the_comma_of_a_chinese_keyboard_parts_cells(text: str, separator: str) -> None:
    assert separator_of(text) == separator
    rows, findings = parse(text)
    assert rows is not None
    assert not findings
    assert rows[-1][0] in {"a", "编号"}
