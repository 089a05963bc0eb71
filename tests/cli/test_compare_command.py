"""`infraplan compare` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")


@pytest.fixture(scope="module")
def poor_run(instance_dir: Path, call: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small instance with a tenth of its budget."""
    path = tmp_path_factory.mktemp("run") / "poor"
    call("solve", instance_dir, "-o", path, "--scenario", "poor", "--gap", "0", "--json")
    return path


def test_as_json(run_dir: Path, poor_run: Path, call: Call) -> None:
    data = call("compare", run_dir, poor_run, "--json").data
    assert [row["label"] for row in data["runs"]] == ["A", "B"]
    assert [row["scenario"] for row in data["runs"]] == ["", "poor"]
    assert not data["same_question"]
    changed = {(row["table"], row["row"]): (row["before"], row["after"]) for row in data["inputs"]}
    assert changed["inflows", "budget / 2021"] == (5.0, 0.5)
    same = call("compare", run_dir, run_dir, "--json").data
    assert same["same_question"]
    assert same["inputs"] == same["projects"] == same["judgements"] == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Figures side by side", "What was asked differently", "inflows")),
        ("zh", ("主要数字对比", "输入差异")),
    ],
)
def test_as_tables(
    run_dir: Path, poor_run: Path, call: Call, lang: str, words: tuple[str, ...]
) -> None:
    shown = call("compare", run_dir, poor_run, run_dir, "--lang", lang)
    assert shown.code == 0
    for word in words:
        assert word in shown.out
    # What a value is made of is the table of one run; here it is one figure of each.
    assert "What the plan is worth" not in shown.out
    assert "方案价值构成" not in shown.out
    assert ("目标" if lang == "zh" else "value") in shown.out


def test_one_run_is_not_compared(run_dir: Path, call: Call) -> None:
    assert call("compare", run_dir).code == 2
    missing = call("compare", run_dir, run_dir / "nowhere", "--json")
    assert missing.code == 3
    assert missing.data["findings"][0]["rule"] == "missing-file"
