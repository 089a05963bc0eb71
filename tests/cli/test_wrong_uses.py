"""Whatever is wrong about a call is told in Chinese under `--lang zh`, by every command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from infraplan.optimizer.cli.main import app
from tests.assertions import english_sentences, half_width_marks
from tests.cli.conftest import Call

CHINESE = re.compile(r"[\u4e00-\u9fff]")


NONSENSE = "nonsense"
MAKES_ITS_PLACE = {("new",), ("generate",)}
"""Commands for which a path where nothing is is what they want."""


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name in below or ():
        yield from _commands(below[name], (*path, name))


COMMANDS = dict(_commands(typer.main.get_command(app)))


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


def _options(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "option"]


def _wrong_values(option: Any) -> Iterator[str]:
    """Values that `option` cannot take: no word of its list, no number, below and above limits."""
    kinds = set(get_args(option.type_descriptor.annotation)) | {option.type_descriptor.annotation}
    if any(isinstance(kind, type) and issubclass(kind, Enum) for kind in kinds):
        yield NONSENSE
    elif kinds & {int, float}:
        yield NONSENSE
        yield "9" * 5000 if int in kinds else "inf"
        if option.min is not None:
            yield str(option.min - 1)
        if option.max is not None:
            yield str(option.max + 1)


def _calls(path: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:
    """Wrong uses of one command."""
    missing = tuple("absent/file" for _ in _arguments(command))
    yield (*path, *missing, "--nope")
    yield (*path, *missing, "one-too-many", "and-another", "--nonsense=1")
    if all(argument.nargs == 1 for argument in _arguments(command)):
        yield (*path, *missing, "one-too-many")
        yield (*path, *missing, "one-too-many", "and-another")
    yield (*path, *missing, "--json=1")
    yield (*path, *missing, "--jso")
    if _arguments(command):
        yield path
        if path not in MAKES_ITS_PLACE:
            yield (*path, *missing)
    for option in _options(command):
        for value in _wrong_values(option):
            yield (*path, *missing, option.opts[0], value)
        if not option.is_flag:
            yield (*path, *missing, option.opts[0])


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INFRAPLAN_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


def test_the_walk_meets_every_kind_of_wrong_use() -> None:
    calls = [line for path, command in COMMANDS.items() for line in _calls(path, command)]
    assert len(COMMANDS) > 20
    assert len(calls) > 120
    values = [value for c in COMMANDS.values() for o in _options(c) for value in _wrong_values(o)]
    assert values.count(NONSENSE) > 25
    assert {"-1", "2.0"} & set(values)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_wrong_use_of_any_command_is_told_in_chinese(call: Call, path: tuple[str, ...]) -> None:
    for line in _calls(path, COMMANDS[path]):
        told = call(*line)
        shown = f"{' '.join(line)}\n{told.out}{told.err}"
        assert told.code in {2, 3}, shown
        assert CHINESE.search(told.err), shown
        assert not english_sentences(told.err), shown
        assert "Invalid" not in told.err, shown
        assert "[OPTIONS]" not in told.err, shown
        for text in told.err.splitlines():
            marks = half_width_marks(text) if CHINESE.search(text) else []
            assert not [mark for mark in marks if BESIDE.search(mark)], shown


BESIDE = re.compile(r"[\u4e00-\u9fff][,;:()?!]|[,;:()?!][\u4e00-\u9fff]")
