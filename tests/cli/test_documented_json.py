"""docs/commands.md says of every command what its JSON object holds; quick ones are held to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.cli.command_list import COMMANDS
from tests.benchmarks.every_command import (
    CASES,
    NOT_ENDED,
    Called,
    Case,
    documented_keys,
    faults_of,
    json_faults,
    language_faults,
)
from tests.cli.conftest import Call

KEYS = documented_keys()


def test_every_command_has_its_keys_and_a_case() -> None:
    assert set(KEYS) == set(COMMANDS) == {case.command for case in CASES}
    assert all(KEYS.values())


@pytest.mark.parametrize("command", ["validate", "schema", "rules", "solvers"])
def test_quick_commands_hold_them(call: Call, instance_dir: Path, command: str) -> None:
    found = call(command, *([instance_dir] if command == "validate" else []), "--json")
    assert found.code == 0
    assert set(KEYS[command]) <= found.data.keys()


@pytest.mark.parametrize("command", ["state", "verify", "stress", "show", "export", "roll"])
def test_quick_commands_on_a_run_hold_them(
    call: Call, run_dir: Path, tmp_path: Path, command: str
) -> None:
    more: dict[str, tuple[object, ...]] = {
        "show": ("--table", "all"),
        "export": ("--to", "csv", "-o", tmp_path / "e"),
        "roll": (tmp_path / "r", "--to", "2022"),
    }
    found = call(command, run_dir, *more.get(command, ()), "--json")
    assert found.code == 0, found.err
    assert set(KEYS[command]) <= found.data.keys()


CASE = Case("state", lambda *_: ())


def test_what_is_wrong_with_a_call_is_told() -> None:
    assert faults_of(Called(0, 1.0, 1.0, "{}", ""), CASE) == []
    assert faults_of(Called(3, 1.0, 1.0, "", "no run"), CASE) == ["exit code 3: no run"]
    assert faults_of(Called(NOT_ENDED, 1.0, 1.0, "", ""), CASE) == ["not ended in the time"]
    (told,) = faults_of(Called(0, 1.0, 1.0, "", "Traceback\nKeyError: 1"), CASE)
    assert "KeyError" in told


@pytest.mark.parametrize(
    ("code", "out", "told"),
    [
        (0, '{"a": 1, "b": 2}\n', None),
        (0, '{"a": 1}', "keys that lack: b"),
        (0, '{"a": 1}\n{"b": 2}', "no JSON object"),
        (0, "[]", "no object"),
        (2, '{"error": "usage"}', None),
        (2, '{"told": 1}', "keys that lack: error"),
    ],
)
def test_output_is_one_object_with_the_keys(code: int, out: str, told: str | None) -> None:
    found = json_faults(Called(code, 1.0, 1.0, out, ""), ("a", "b"))
    assert (not found) == (told is None)
    assert told is None or told in found[0]


def test_english_in_chinese_is_told_but_for_what_is_typed() -> None:
    assert language_faults("求解器未安装：pip install pulp", frozenset()) == []
    assert language_faults("own highs auto 12.0", frozenset()) == []
    assert language_faults("a plan was found", frozenset()) == ["English: 'a plan was'"]
    assert language_faults("Works by stage", frozenset({"Works by stage"})) == []
