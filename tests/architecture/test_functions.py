"""Functions that fit on a screen, files of one subject, and no `assert` (`python -O` drops it)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter

import pytest

from tests.architecture.sources import ROOT, files, tree_of

MOST_LINES = 60
MOST_FILE_LINES = 600
FOLDERS = ("models", "optimizer", "tools")


def _is_kernel(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether numba compiles it: a kernel is one loop, which calls would slow down."""
    called = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(isinstance(name, ast.Name) and name.id == "compiled" for name in called)


def long_functions(tree: ast.AST) -> list[str]:
    """Functions of `tree` with more lines than may be, docstring and signature included."""
    return [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines, at {node.lineno})"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES
        and not _is_kernel(node)
    ]


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_no_function_is_longer_than_a_screen(folder: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix(): long
        for path in files(folder)
        if (long := long_functions(tree_of(path)))
    }
    assert found == {}, "split it by subject"


def test_a_name_of_a_file_says_what_it_is_about() -> None:
    """Two files may share a name (a table and its rule, a law and its check); three tell nothing.

    A family is called as its rule.
    """
    names = Counter(
        path.name
        for folder in ("models", "optimizer")
        for path in files(folder)
        if path.name != "__init__.py"
    )
    assert {name: count for name, count in names.items() if count > 2} == {}


_MIXED = re.compile(
    r"^( *)(Raises|Attributes|Parameters|Returns)\n\1-+\n\1 {4}\w[\w, ]*: |"
    r"^( +)(Args|Arguments|Raises|Returns|Yields):$",
    re.MULTILINE,
)
"""Headings and entries as Google writes them."""


def test_docstrings_have_one_style() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0].strip()}"
        for folder in FOLDERS
        for path in files(folder)
        for match in _MIXED.finditer(path.read_text("utf-8"))
    ]
    assert found == [], "name the error in a line of its own, what it means indented below it"


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_no_file_is_longer_than_can_be_read_at_once(folder: str) -> None:
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in files(folder)
    }
    assert lines, folder
    assert {name: n for name, n in lines.items() if n > MOST_FILE_LINES} == {}, "split by subject"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_product_asserts_nothing(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files(folder)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assert)
    ]
    assert found == [], "raise what is told, or make it impossible"


def test_the_counts_see_what_they_count() -> None:
    assert all(files(folder) for folder in FOLDERS)
    body = "    x = 1\n" * MOST_LINES
    assert long_functions(ast.parse(f"def f():\n{body}")) == [f"f ({MOST_LINES + 1} lines, at 1)"]
    assert long_functions(ast.parse(f"def f():\n{body[:-10]}")) == []
    assert long_functions(ast.parse(f"@compiled()\ndef f():\n{body}")) == []


def test_the_linter_looks_at_every_file() -> None:
    """A pattern that leaves out what is generated leaves out no folder of that name elsewhere."""
    line = [sys.executable, "-m", "ruff", "check", "--show-files", str(ROOT)]
    told = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(map(str, files(*FOLDERS, "tests"))) <= set(told.split("\n"))
