"""Records that contradict themselves, their files or the version that they claim to be of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infraplan.optimizer.storage.run_folder import own_hash
from infraplan.optimizer.verify.run_record import (
    ALWAYS_STATED,
    STATED_SINCE_2,
    STATED_SINCE_3,
    STATED_SINCE_4,
    WITH_A_PLAN,
)
from tests.assertions import assert_bilingual
from tests.cli.conftest import Call, Called


@pytest.fixture(name="run")
def _run(run_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(run_dir, tmp_path / "run")
    return tmp_path / "run"


def _change(run: Path, changes: Mapping[str, Any], *gone: str) -> None:
    """Write run.json with `changes`, without the keys `gone`, its hash made anew."""
    path = run / "run.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | changes
    manifest = {name: value for name, value in manifest.items() if name not in gone}
    if "run_hash" in manifest:
        manifest["run_hash"] = own_hash(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _named(called: Called) -> set[str]:
    """Subjects of the violations, all told in both languages."""
    assert called.code == 7
    assert called.data["verified"] is False
    for row in called.data["violations"]:
        assert_bilingual(row["message"], row["message_zh"])
    return {row["subject"] for row in called.data["violations"]}


def test_the_run_as_it_was_written_is_verified(run: Path, call: Call) -> None:
    _change(run, {})
    called = call("verify", run, "--json")
    assert (called.code, called.data["verified"], called.data["record_checked"]) == (0, True, True)


@pytest.mark.parametrize(
    "name",
    [
        *ALWAYS_STATED,
        *STATED_SINCE_2,
        *STATED_SINCE_3,
        *STATED_SINCE_4,
        *WITH_A_PLAN,
        "format_version",
    ],
)
def test_a_key_that_is_missing_is_named(name: str, run: Path, call: Call) -> None:
    _change(run, {}, name)
    assert name in _named(call("verify", run, "--json"))


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "verified false": ({"verified": False}, "verified"),
    "verified 1": ({"verified": 1}, "verified"),
    "verification empty": ({"verification": []}, "verification"),
    "no law": ({"verification": {"laws": [], "violations": []}}, "verification"),
    "nothing checked": (
        {"verification": {"laws": [{"law": "record", "checked": 0}], "violations": []}},
        "verification",
    ),
    "a law broken": (
        {"verification": {"laws": [{"law": "record", "checked": 3, "violations": 1}]}},
        "verification",
    ),
    "violations": (
        {"verification": {"laws": [{"law": "record", "checked": 3}], "violations": ["x"]}},
        "verification",
    ),
    "another solver": ({"solver": "cplex"}, "solver_version"),
    "another version": ({"solver_version": "9.9"}, "bound_source"),
    "currency": ({"currency": "USD"}, "currency"),
    "money unit": ({"money_unit": "billion"}, "money_unit"),
    "money unit in Chinese": ({"money_unit_zh": "吨"}, "money_unit_zh"),
    "seed": ({"seed": 7}, "seed"),
    "threads": ({"threads": 64}, "threads"),
    "options": ({"options": []}, "options"),
    "nobody": ({"bound_source": ""}, "bound_source"),
    "somebody": ({"bound_source": "solver cplex 22.1, not certified"}, "bound_source"),
    "a word": ({"bound_source": "trust me"}, "bound_source"),
    "a number": ({"bound_source": 1}, "bound_source"),
    "no certified bound": (
        {
            "bound_source": "dual values checked",
            "certified_bound": None,
            "certified_gap": None,
        },
        "bound_source",
    ),
    "certified below the plan": ({"certified_bound": 1.0, "certified_gap": 0.9}, "certified_bound"),
    "certified gap": ({"certified_gap": 0.123}, "certified_gap"),
    "notes": ({"notes": "none"}, "notes"),
    "a note": ({"notes": [{"kind": "failure"}]}, "notes"),
    "clock": ({"clock": {}}, "clock"),
    "no files": ({"files": {}}, "plan.json"),
    "format 3": ({"format_version": 3}, "left_out"),
    "another end": ({"termination": "as wished"}, "termination"),
    "another state of the answer": ({"solution_state": "perfect"}, "solution_state"),
    "totals of nothing": ({"left_out": {"rows": 0, "sums": {}, "counts": {}}}, "left_out.rows"),
    "format 1": ({"format_version": 1}, "bound_source"),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_contradicts_the_rest_is_named(case: str, run: Path, call: Call) -> None:
    changes, subject = FORGED[case]
    _change(run, changes)
    assert subject in _named(call("verify", run, "--json"))


def test_a_table_that_is_gone_from_list_and_folder_is_named(run: Path, call: Call) -> None:
    (run / "cashflow.csv").unlink()
    files = json.loads((run / "run.json").read_text(encoding="utf-8"))["files"]
    _change(run, {"files": {n: digest for n, digest in files.items() if n != "cashflow.csv"}})
    called = call("verify", run, "--json")
    assert called.code == 7
    told = [*called.data["violations"], *called.data["findings"]]
    assert any("cashflow.csv" in json.dumps(row) for row in told)


def test_a_run_does_not_become_an_old_one_by_saying_so(run: Path, call: Call) -> None:
    """Without hashes nothing covers solver and bound: later keys show that it is no old run."""
    forged = {
        "format_version": 1,
        "solver": "cplex",
        "bound_source": "dual values checked",
    }
    _change(run, forged, "files", "run_hash")
    assert {"bound_source", "clock", "notes", "versions"} <= _named(call("verify", run, "--json"))
