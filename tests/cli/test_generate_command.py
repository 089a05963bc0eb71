"""`infraplan generate` as a user calls it."""

from __future__ import annotations

from pathlib import Path

from infraplan.optimizer.storage import read_instance
from tests.cli.conftest import Call


def test_it_says_what_it_made_in_both_languages(call: Call, tmp_path: Path) -> None:
    size = ("--projects", 12, "--years", 4, "--seed", 3)
    parts = ("--districts", 2, "--networks", "--debt")
    made = call("generate", tmp_path / "a.json", *size, *parts, "--json")
    assert made.code == 0
    assert (made.data["num_projects"], made.data["num_districts"]) == (12, 2)
    assert made.data["num_instruments"] == 4  # two kinds of bond in two districts
    assert made.data["num_nodes"] > 0
    assert read_instance(tmp_path / "a.json").settings.title.zh.startswith("虚构规划")
    chinese = call("generate", tmp_path / "b", *size, "--lang", "zh")
    assert chinese.code == 0
    assert "下一步" in chinese.out + chinese.err
    help_page = call("generate", "--help").out
    assert "--networks" in help_page


def test_nothing_is_overwritten_and_sizes_are_checked(call: Call, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    assert call("generate", taken).code == 2
    assert not list(taken.iterdir())
    assert call("generate", tmp_path / "none", "--years", 201).code == 2
    assert call("generate", tmp_path / "none", "--projects", 0).code == 2
