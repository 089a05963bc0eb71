"""The page of reliability is what the ledger says; edits that once survived are told."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.nightly.edits import Verdict, strata
from tests.nightly.ledger import (
    AIMS,
    PAGE,
    WHAT,
    Session,
    add,
    next_seed,
    read_ledger,
    table,
    written,
)
from tests.nightly.parts import PARTS
from tests.nightly.run_folders import RunMade
from tests.nightly.trying import Tally, make_manifest_anew, try_edit, verify

Change = Callable[[Path], None]


def test_the_page_is_what_the_ledger_makes() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page, read_ledger()), "python -m tests.nightly --write"
    assert AIMS.keys() == WHAT.keys() >= PARTS.keys()


def test_sessions_add_up(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    assert next_seed("edits", path) == 0
    add([Session("edits", "2026-11-30", 0, 5.0, 700, 3, mended=2, told=("a", "b"))], path)
    add([Session("edits", "2026-12-01", 1, 5.0, 800, 0)], path)
    rows = read_ledger(path)
    assert next_seed("edits", path) == 2
    assert rows[0].told == ("a", "b")
    line = next(row for row in table(rows).splitlines() if row.startswith(f"| {WHAT['edits']}"))
    assert "| 1,500 | 2,000 | 3 | 2 | 1 | 0 to 1 |" in line
    assert "make nightly PART=edits SEED=1 MINUTES=5" in line


def _cell(file: str, column: str, value: str, row: int = 1) -> Change:
    def change(run: Path) -> None:
        path = run / file
        lines = path.read_text("utf-8-sig").splitlines()
        at = lines[0].split(",").index(column)
        cells = lines[row].split(",")
        cells[at] = value
        lines[row] = ",".join(cells)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        make_manifest_anew(run, file)

    return change


def _key(value: Any, *place: Any) -> Change:
    def change(run: Path) -> None:
        path = run / "run.json"
        manifest = json.loads(path.read_text("utf-8"))
        holder = manifest
        for part in place[:-1]:
            holder = holder[part]
        holder[place[-1]] = value
        path.write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
        make_manifest_anew(run, "run.json")

    return change


SURVIVED: dict[str, Change] = {
    "schedule name": _cell("schedule.csv", "name_zh", "乙"),
    "target name": _cell("targets.csv", "name_en", "Bridge"),
    "target unit": _cell("targets.csv", "unit", "miles"),
    "target sense": _cell("targets.csv", "sense", "<="),
    "rejected name": _cell("rejected.csv", "name_en", "Dam"),
    "rejected project": _cell("rejected.csv", "project", "a"),
    "rejected nobody": _cell("rejected.csv", "project", "nobody"),
    "rejected value": _cell("rejected.csv", "best_npv", "14.14"),
    "rejected rule": _cell("rejected.csv", "rule", "value"),
    "rejected no rule": _cell("rejected.csv", "rule", ""),
    "rejected year": _cell("rejected.csv", "year", "2022"),
    "rejected amount": _cell("rejected.csv", "amount", "4"),
    "rejected loss": _cell("rejected.csv", "loss", "1.99"),
    "rejected loss high": _cell("rejected.csv", "loss_high", "2.02"),
    "rejected method": _cell("rejected.csv", "method", "interval"),
    "rejected cannot be forced": _cell("rejected.csv", "can_be_forced", "no"),
    "share of money": _key(0.123, "money", "share"),
    "no funds": _key(False, "money", "has_funds"),
    "worth from nowhere": _key("a guess", "money", "worth_source"),
    "worth unknown": _key("perhaps", "money", "worth_status"),
    "a row of money that is none": _key([1], "money", "rows"),
    "a law's checks": _key(999, "verification", "laws", 0, "checked"),
    "a law's error": _key(None, "verification", "laws", 0, "worst_error"),
    "a law's name": _key("murphy", "verification", "laws", 0, "law"),
    "laws broken in Chinese": _key(["x"], "verification", "violations_zh"),
    "a sum of control": _key(3.0, "left_out", "sums", "best_npv", "sum"),
    "a count of control": _key(3, "left_out", "rows"),
}
"""Edits of runs that `verify` accepted before, by what was changed; every hash made anew."""


@pytest.mark.parametrize("name", SURVIVED)
def test_an_edit_that_once_survived_is_told(name: str, run_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(run_dir, tmp_path / "run")
    SURVIVED[name](tmp_path / "run")
    told = verify(tmp_path / "run")
    assert told.code == 7
    assert told.names


def test_a_project_gone_from_the_schedule_is_a_broken_law_and_no_fault(
    run_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(run_dir, tmp_path / "run")
    path = tmp_path / "run" / "schedule.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert verify(tmp_path / "run").code == 7


def test_some_edits_of_every_kind_of_verdict(run_dir: Path, tmp_path: Path) -> None:
    """Sixteen columns and keys of one run; `make nightly PART=edits` takes all of many."""
    rng, tally = random.Random("quick"), Tally()
    columns = list(strata(run_dir))
    assert len({column.name.split()[0] for column in columns}) > 12
    for column in rng.sample(columns, 16):
        edit = column.draw(rng)
        if edit is not None:
            try_edit(RunMade(run_dir, ()), edit, tmp_path, tally)
    assert not [*tally.survivors, *tally.refused]
    assert {Verdict.BREAKS, Verdict.HOLDS} <= tally.by_verdict.keys()


def test_a_harmless_edit_that_is_judged_to_break_is_counted(run_dir: Path, tmp_path: Path) -> None:
    """The suite can fail: an edit that `verify` rightly accepts, called one that breaks."""
    tally = Tally()
    rng = random.Random(0)
    column = next(item for item in strata(run_dir) if item.name == "cashflow.csv form")
    while (edit := column.draw(rng)) is None or edit.verdict is not Verdict.HOLDS:
        pass
    wrong = type(edit)(edit.file, edit.kind, edit.place, Verdict.BREAKS, edit.content)
    try_edit(RunMade(run_dir, ()), wrong, tmp_path, tally)
    assert tally.failures == 1
