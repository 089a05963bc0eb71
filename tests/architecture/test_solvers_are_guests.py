"""Solver libraries live in their guests: nowhere else, one per process."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import infraplan
from infraplan.optimizer.cli.command_list import COMMANDS
from infraplan.optimizer.cli.main import PACKAGE
from tests.architecture.sources import ROOT, imports, sources, top

SOLVER_LIBRARIES = {
    "highspy", "pulp", "ortools", "gurobipy", "cplex", "xpress", "mosek", "coptpy", "pyscipopt"
}  # fmt: skip


def _solver_imports(tree: ast.AST) -> set[str]:
    return {top(name) for name, _ in imports(tree)} & SOLVER_LIBRARIES


def test_the_reader_of_imports_sees_every_form() -> None:
    text = (
        "import highspy\n"
        "def late():\n"
        "    from ortools.sat.python import cp_model\n"
        "    importlib.import_module('pulp')\n"
        "    __import__('cplex')\n"
        "    importlib.util.find_spec('mosek')\n"
    )
    # find_spec does not load what it looks for
    assert _solver_imports(ast.parse(text)) == {"highspy", "ortools", "pulp", "cplex"}


def test_only_the_guests_import_solver_libraries() -> None:
    users = {source.module for source in sources() if _solver_imports(source.tree)}
    assert users, "the search found no guest at all"
    strangers = {
        name for name in users if not name.startswith("infraplan.optimizer.backends.guest_")
    }
    assert not strangers, f"solver libraries outside their guests: {sorted(strangers)}"


def test_no_guest_imports_two_solver_libraries() -> None:
    # PuLP loads highspy by itself; the two are one crowd. ortools stands alone.
    for source in sources():
        assert len(_solver_imports(source.tree)) <= 1, source.module


def test_no_module_of_the_product_imports_a_guest() -> None:
    # A guest is started by name in a process of its own; importing it would load its library here.
    # A guest's own parts are named like it and are imported in that process alone.
    for source in sources():
        if source.module.startswith("infraplan.optimizer.backends.guest_"):
            continue
        for name, line in imports(source.tree):
            assert not name.startswith("infraplan.optimizer.backends.guest_"), (
                f"{source.path}:{line}"
            )


def test_the_guest_of_most_solves_starts_without_scipy() -> None:
    """A solve pays for what its guest loads; scipy alone costs as much as a small model."""
    program = (
        "import sys, infraplan.optimizer.backends.guest_highs; "
        "print('highspy' in sys.modules, 'scipy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert found.stdout.split() == ["True", "False"], found.stderr


STARTS = (
    "infraplan",
    "infraplan.optimizer.cli.main",
    "infraplan.optimizer.solve",
    "infraplan.optimizer.verify",
    *(f"{PACKAGE}.{name}" for name in sorted({row.module for row in COMMANDS.values()})),
)
"""Modules with which the product starts."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Top-level modules in a process after each of `STARTS`, one imported after the other.

    Whatever a module loads by itself is loaded here too, by it or by one before it.
    """
    # With the search path of this process, so that the code tried is the code under test.
    program = (
        "import importlib, sys, infraplan; print(infraplan.__file__)\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    print(name, *sorted(m for m in sys.modules if '.' not in m))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *STARTS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    place, *lines = done.stdout.splitlines()
    assert place == infraplan.__file__
    return {name: set(names) for name, *names in map(str.split, lines)}


@pytest.mark.parametrize("module", STARTS)
def test_the_product_starts_without_any_solver_library(
    module: str, loaded: dict[str, set[str]]
) -> None:
    assert "infraplan" in loaded[module]
    assert not loaded[module] & SOLVER_LIBRARIES
