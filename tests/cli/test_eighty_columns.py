"""What commands print at 80 columns: no line beyond them, no word broken, no letters in a stack."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from infraplan.optimizer.cli.main import app
from tests.markers import MORE_CASES

PATH = re.compile(r"\S*/\S+")
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*[A-Za-z]")
WIDE = "300"
"""Columns at which nothing needs to be wrapped."""
MOST_STACKED = 4
"""Lines one below the other that hold but a letter or two of a cell: a column too narrow."""


def printed(arguments: list[str], lang: str, columns: str) -> str:
    env = {"COLUMNS": columns, "TERMINAL_WIDTH": columns, "INFRAPLAN_LANG": lang}
    return CliRunner(env=env).invoke(app, arguments).output


def broken(shown: str, whole: str) -> list[str]:
    """Parts of words that stand at 80 columns alone."""
    return sorted(set(WORD.findall(shown)) - set(WORD.findall(whole)))


def faults(arguments: list[str], lang: str, against: str) -> list[str]:
    """What is wrong with a command's output at 80 columns; words `against` that at WIDE, if any."""
    shown = printed(arguments, lang, "80")
    wide = [line for line in shown.splitlines() if cell_len(line) > 80]
    whole = printed(arguments, lang, WIDE) if against else shown
    return [*wide, *broken(shown, whole), *stacked(shown)]


def too_wide(shown: str) -> list[str]:
    """Lines beyond 80 columns; a path, which must not be broken, may be one."""
    return [row for row in shown.splitlines() if cell_len(row) > 80 and "/" not in row]


def stacked(shown: str) -> list[str]:
    """Columns of a drawn table in which cells run down in one or two letters a line."""
    found, run = [], 0
    for line in shown.splitlines():
        cells = [cell.strip() for cell in line.split("│")]
        held = [cell for cell in cells if cell]
        run = run + 1 if held and len(cells) > 1 and all(cell_len(c) <= 2 for c in held) else 0
        if run == MOST_STACKED:
            found.append(f"stacked: {line}")
    return found


def commands() -> list[list[str]]:
    """Every command, with those of groups."""
    group: Any = typer.main.get_command(app)
    found: list[list[str]] = [[]]

    def walk(command: Any, path: list[str]) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            found.append([*path, name])
            walk(inner, [*path, name])

    for name in group.list_commands(typer.Context(group)):
        found.append([name])
        walk(group.get_command(typer.Context(group), name), [name])
    return found


WAYS = [
    pytest.param("en", WIDE, id="en"),
    pytest.param("zh", "", id="zh"),
]
"""Language, and columns at which words are whole: a Chinese text has few words that could break,
and one page of help stands for them."""


@pytest.mark.parametrize(("lang", "against"), WAYS)
def test_every_help_keeps_80_columns(lang: str, against: str) -> None:
    names = commands()
    assert len(names) > 30
    bad = {" ".join(name): faults([*name, "--help"], lang, against) for name in names}
    assert {name: told for name, told in bad.items() if told} == {}


def test_chinese_help_breaks_no_name_of_the_program() -> None:
    assert faults(["solve", "--help"], "zh", WIDE) == []


@pytest.fixture(scope="module")
def folder(instance_dir: Path, run_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small instance with its run, twice: the one that all tests of commands share."""
    root = tmp_path_factory.mktemp("eighty")
    shutil.copytree(instance_dir, root / "instance")
    for name in ("run", "other"):
        shutil.copytree(run_dir, root / name)
    return root


QUICK = (
    "validate {i}",
    "show {r}",
    "compare {r} {o}",
    "value-shares {r} -o {x}",
    "state {r}",
    "verify {r}",
    "rules",
    "solvers",
    "stress {r}",
    "estimate {i} -o {x}",
)
"""Commands over the small instance; `{x}` is a folder of its own at each width."""
OF_MANY_SOLVES: tuple[Any, ...] = (
    pytest.param("solve {i} -o {x}", marks=MORE_CASES),  # quick: tests/cli/test_office_walk.py
    pytest.param("explain {r} b --time-limit 20 -o {x}", marks=MORE_CASES),
    pytest.param("rank {i} --levels 1 -o {x}", marks=MORE_CASES),
    pytest.param("frontier {i} --x budget --points 2 -o {x}", marks=MORE_CASES),
    pytest.param("alternatives {r} -o {x}", marks=MORE_CASES),
    pytest.param("robust {i} --draws 2 -o {x}", marks=MORE_CASES),
)
"""In Chinese alone, whose letters are two columns wide: each takes seconds."""


def called(line: str, lang: str, columns: str, folder: Path, out: Path) -> str:
    """Output of a command that must succeed."""
    names = {"i": folder / "instance", "r": folder / "run", "o": folder / "other", "x": out}
    env = {"COLUMNS": columns, "INFRAPLAN_LANG": lang}
    result = CliRunner(env=env).invoke(app, line.format(**names).split())
    assert result.exit_code == 0, result.output
    assert result.output.strip()
    return result.output


@pytest.mark.parametrize(("lang", "against"), WAYS)
@pytest.mark.parametrize("line", QUICK)
def test_a_command_keeps_80_columns(
    line: str, lang: str, against: str, folder: Path, tmp_path: Path
) -> None:
    shown = PATH.sub("", called(line, lang, "80", folder, tmp_path / "out"))
    whole = called(line, lang, against, folder, tmp_path / "wide") if against else shown
    assert [*too_wide(shown), *broken(shown, whole), *stacked(shown)] == [], shown


@pytest.mark.parametrize("line", OF_MANY_SOLVES)
def test_a_command_of_many_solves_keeps_80_columns(line: str, folder: Path, tmp_path: Path) -> None:
    shown = called(line, "zh", "80", folder, tmp_path / "out")
    assert [*too_wide(shown), *stacked(shown)] == [], shown
