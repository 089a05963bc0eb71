"""Files made to use up memory or time are refused before they do; so are links, pipes, devices."""

from __future__ import annotations

import errno
import io
import os
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from infraplan.models.errors import InstanceError
from infraplan.optimizer.interop.epanet_text import read_text
from infraplan.optimizer.interop.geojson_in import import_geojson
from infraplan.optimizer.interop.mknap import import_mknap
from infraplan.optimizer.storage import file_limits, write_instance
from infraplan.optimizer.storage.csv_text import parse_csv, read_bytes
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.instance_file import inspect_instance
from infraplan.optimizer.storage.json_form import parse_json
from infraplan.optimizer.storage.run_reading import read_run
from infraplan.optimizer.storage.workbook import read_workbook
from infraplan.optimizer.storage.yaml_text import parse_yaml
from tests.builders import make_instance, make_project
from tests.storage.test_run_folder import write


def _rules(faults: Faults) -> list[str]:
    return [finding.rule for finding in faults.findings]


def test_a_table_of_ten_million_rows_is_refused_without_parting_it() -> None:
    faults = Faults()
    assert parse_csv("a,b\n" * 10_000_000, "projects.csv", faults) is None
    assert _rules(faults) == ["too-large"]
    assert "3,000,000" in faults.findings[0].message


def test_blank_cells_count_as_cells() -> None:
    faults = Faults()
    assert parse_csv("," * 30_000_001, "projects.csv", faults) is None
    assert _rules(faults) == ["too-large"]


def test_a_table_that_people_write_has_fewer_rows(tmp_path: Path) -> None:
    (tmp_path / "instance.yaml").write_text("id: a\n")
    (tmp_path / "projects.csv").write_text("id\n" + "a\n" * 2_000_001)
    assert "too-large" in {row.rule for row in inspect_instance(tmp_path).findings}


@pytest.mark.parametrize("part", ["[],", "{},", "0,"])
def test_json_of_millions_of_values_is_refused(part: str) -> None:
    faults = Faults()
    assert parse_json(f"[{part * 41_000_000}0]", "instance.json", faults) is None
    assert _rules(faults) == ["too-large"]


def test_a_nation_and_a_mine_are_read() -> None:
    """100,000 projects with 650,000 relations, as tables and as what a run says of them."""
    relations = "a,b,requires\n" * 650_000
    assert not file_limits.too_many_rows(relations, ",", file_limits.MOST_ROWS)
    one = '{"id": "a", "name": "b", "options": [{"cost": 1.0, "benefits": {"a": 1.0}}]},' * 100_000
    assert not file_limits.too_many_values(one)
    assert 20 * len(one) < 400_000_000


def test_a_map_of_too_many_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + "{}," * 100_000 + "{}]}")
    with pytest.raises(InstanceError) as told:
        import_geojson(path)
    assert [row.rule for row in told.value.findings] == ["too-large"]


def test_aliases_that_expand_to_billions_are_refused() -> None:
    laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    laughs += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 12)]
    faults = Faults()
    assert parse_yaml("\n".join(laughs), "instance.yaml", faults) is None
    assert _rules(faults) == ["bad-yaml"]


def _book(**parts: str) -> bytes:
    """A workbook with `sheet` put before the end of its sheet, and a part of `zeros` bytes."""
    book = openpyxl.Workbook()
    book.active.title = "projects"
    book.active["A1"] = "id"
    plain, made = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                more = parts.get("sheet", "").encode()
                content = content.replace(b"</sheetData>", b"</sheetData>" + more)
            new.writestr(entry, content)
        if "zeros" in parts:
            new.writestr("xl/more.xml", parts["zeros"])
    return made.getvalue()


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"sheet": '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'}, "too-large"),
        ({"sheet": '<hyperlinks><hyperlink ref="A1:XFD99999"/></hyperlinks>'}, "too-large"),
        ({"zeros": "<c/>" * 6_100_000}, "too-large"),
        ({"zeros": "0" * 101_000_000}, "bad-workbook"),
    ],
    ids=["merged", "links", "cells", "zeros"],
)
def test_workbooks_that_unpack_to_too_much_are_refused(parts: dict[str, str], rule: str) -> None:
    data = _book(**parts)
    assert len(data) < 200_000
    assert rule in {row.rule for row in read_workbook(data, "plan.xlsx").findings}


def test_a_plain_workbook_and_a_large_text_in_one_are_no_bombs() -> None:
    for data in (_book(), _book(zeros="0" * 20_000_000)):
        assert "too-large" not in {row.rule for row in read_workbook(data, "a.xlsx").findings}


def _is_told(path: Path, words: str) -> None:
    """Every reader of a whole file says `words` of this one."""
    faults = Faults()
    assert read_bytes(path, faults) is None
    assert _rules(faults) == ["unreadable-file"]
    assert words in faults.findings[0].message
    for read in (read_text, lambda path: import_mknap(path, 0)):
        with pytest.raises(InstanceError, match=words):
            read(path)


def test_a_file_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large").write_bytes(b"0" * 2_000)
    monkeypatch.setattr(file_limits.bytes_of, "__defaults__", (1_000,))
    _is_told(tmp_path / "large", os.strerror(errno.EFBIG))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes or devices as files")
def test_pipes_and_devices_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        _is_told(tmp_path / name, os.strerror(errno.EOPNOTSUPP))


def test_a_file_of_a_run_that_is_a_link_is_refused(tmp_path: Path) -> None:
    run = write(tmp_path / "run")
    read_run(run)
    for name in ("plan.json", "cashflow.csv", "instance.json"):
        other = tmp_path / f"copy-{name}"
        shutil.copytree(run, other)
        (other / name).unlink()
        (other / name).symlink_to(run / name)
        with pytest.raises(InstanceError) as told:
            read_run(other)
        assert next((row.rule, row.file) for row in told.value.findings) == ("not-a-file", name)


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad"])
def test_an_id_with_a_sign_that_nobody_sees_is_refused(sign: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_instance(make_instance([make_project("road")]), path)
    name = f'"id": "ro{sign}ad"'
    path.write_text(path.read_text("utf-8").replace('"id": "road"', name), "utf-8")
    reading = inspect_instance(path)
    assert reading.instance is None
    assert any(f"U+{ord(sign):04X}" in row.message for row in reading.findings)
