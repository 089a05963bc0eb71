"""What is kept for all who ask: sheets beside a large workbook, and values made once."""

from __future__ import annotations

import datetime
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.storage import Row, Store


def test_a_large_workbook_is_read_and_written_apart_as_a_small_one_is(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infraplan.optimizer.workbench import kept_sheets
    from infraplan.optimizer.workbench.sheets import read_sheets

    path = tmp_path / "v1.xlsx"
    book = openpyxl.load_workbook(template)
    book["projects"].cell(row=3, column=2, value=datetime.date(2031, 5, 1))
    book.save(path)
    small = read_sheets(path.read_bytes(), path.name)
    assert kept_sheets.kept_sheets(path) == small
    assert not path.with_suffix(kept_sheets.ENDING).exists()
    monkeypatch.setattr(kept_sheets, "LARGE", 1000)
    large = kept_sheets.kept_sheets(path)
    for one, other in zip(large, small, strict=True):
        assert (one.title, one.table, one.columns) == (other.title, other.table, other.columns)
        assert [(at, [_shown(v) for v in row]) for at, row in one.rows] == [
            (at, [_shown(v) for v in row]) for at, row in other.rows
        ]
    assert path.with_suffix(kept_sheets.ENDING).is_file()
    with monkeypatch.context() as none:
        none.setattr(kept_sheets, "_apart", lambda *told: pytest.fail("read once more"))
        assert kept_sheets.kept_sheets(path) == large
    beside = path.with_suffix(kept_sheets.ENDING)
    today = beside.read_text("utf-8")
    beside.write_text('{"version": "0"}', "utf-8")
    with monkeypatch.context() as again:
        again.setattr(kept_sheets, "_apart", lambda *told: beside.write_text(today, "utf-8"))
        assert kept_sheets.kept_sheets(path) == large, "what another version kept is not used"
    cells = {("projects", 3, 3): "7", ("projects", 4, 3): "=1+1"}
    made = openpyxl.load_workbook(io.BytesIO(kept_sheets.written(path, cells)))
    assert made["projects"].cell(row=3, column=3).value == 7
    assert made["projects"].cell(row=4, column=3).data_type == "s"


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else str(value)


def test_what_is_no_workbook_is_not_large(tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.kept_sheets import kept_sheets

    path = tmp_path / "v1.xlsx"
    path.write_bytes(b"rubbish")
    assert kept_sheets(path) == []


def test_a_value_is_made_once_for_all_who_ask_and_a_fault_is_not_kept() -> None:
    from infraplan.optimizer.workbench.kept import Kept

    kept: Kept[int] = Kept(2)
    made: list[int] = []
    gate = threading.Barrier(4)

    def make() -> int:
        made.append(1)
        return 7

    def ask(_: int) -> int:
        gate.wait()
        return kept.of("a", make)

    with ThreadPoolExecutor(4) as many:
        assert list(many.map(ask, range(4))) == [7] * 4
    assert len(made) == 1
    with pytest.raises(ZeroDivisionError):
        kept.of("b", lambda: 1 // 0)
    assert kept.of("b", lambda: 2) == 2
    kept.of("c", lambda: 3)
    assert kept.of("a", lambda: 8) == 8, "the oldest is forgotten"


def test_lists_of_versions_do_without_findings(store: Store, version: Row) -> None:
    store.keep_findings(version.id, [{"severity": "error"}])
    second = store.add_version(version.instance_id, "Wang")
    store.add_instance("empty", "", "Li")
    assert {key: row.id for key, row in store.last_versions().items()} == {
        version.instance_id: second.id
    }
    assert all(not hasattr(row, "findings") for row in store.versions(version.instance_id))
