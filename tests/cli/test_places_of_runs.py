"""Where runs may lie, and where commands that ask about a run write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infraplan.optimizer.cli.repeated_solves import default_folder
from infraplan.optimizer.storage import OutputError
from infraplan.optimizer.storage.run_folder import check_run_place


def test_runs_lie_below_a_folder_with_what_json_printed(tmp_path: Path) -> None:
    printed = json.dumps({"run_dir": "x", "termination": "gap_reached", "objective": 1.0})
    (tmp_path / "run.json").write_text(printed, "utf-8")
    check_run_place(tmp_path / "runs" / "a")
    with pytest.raises(OutputError, match="other files"):  # nor is it replaced by a run
        check_run_place(tmp_path)


@pytest.mark.parametrize("text", ['{"format_version": 3}', '{"format": 1}', "{ no JSON"])
def test_no_run_lies_below_a_run(text: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text, "utf-8")
    with pytest.raises(OutputError, match="lies inside the run folder"):
        check_run_place(tmp_path / "runs" / "a")


def test_what_is_asked_of_a_run_lies_beside_it(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "six"
    run.mkdir(parents=True)
    first = run.parent / "explain-six"
    assert default_folder("explain-six", run, resume=False) == first
    first.mkdir()
    (first / "journal.jsonl").touch()
    second = first.with_name("explain-six-2")
    assert default_folder("explain-six", run, resume=False) == second
    assert default_folder("explain-six", run, resume=True) == first
    assert default_folder("frontier-x", None, resume=False) == Path("results/frontier-x")
