"""Mutants of the laws: a sign, a comparison or a number turned in one place, then the tests.

A mutant that no test notices is a line that the tests do not hold. Each is told by file, line and
what was turned, and is made again by its seed. What is turned lies in `optimizer/formulation` with
the families, `optimizer/accounts` and `optimizer/verify`; words, messages and types are left alone.
A mutated module is compiled as it is imported (`mutated`, a plugin of pytest beside this): no file
changes, so that trials disturb nobody.
"""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import ROOT

GROUPS = {
    "verify": (
        ("optimizer/verify",),
        ("tests/optimizer/verify", "tests/optimizer/certify", "tests/cli/test_forged_records.py"),
    ),
    "accounts": (
        ("optimizer/accounts",),
        ("tests/golden", "tests/optimizer/verify", "tests/optimizer/formulation", "tests/oracle"),
    ),
    "formulation": (
        ("optimizer/formulation", "optimizer/families"),
        ("tests/golden", "tests/optimizer/formulation", "tests/optimizer/networks", "tests/oracle"),
    ),
}
"""What is mutated, and the tests that hold it, by group."""
MOST_S = 900
"""Seconds after which the tests of a mutant count as hanging, which is noticed."""
COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
WORDS = ("phrase", "pair", "term_or_name", "cast", "fail", "TypeVar", "field")
"""Calls whose arguments are words, types or defaults of rows."""


@dataclass(frozen=True)
class Mutant:
    """One place that is turned: `number` counts the places of the file."""

    file: str
    number: int
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.what}"


def _places(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that can be turned, in a fixed order; not in annotations, words or docstrings."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in WORDS:
                continue
        if _turned(node, apply=False):
            yield node
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            below = value if isinstance(value, list) else [value]
            stack.extend(one for one in reversed(below) if isinstance(one, ast.AST))


def _turned(node: ast.AST, *, apply: bool) -> str:
    """What turning `node` does, in words, blank where it cannot be turned; done where `apply`."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        new = COMPARED[type(node.ops[0])]
        told = f"{type(node.ops[0]).__name__} to {new.__name__}"
        if apply:
            node.ops[0] = new()
        return told
    if isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        if isinstance(node.right, ast.Constant) and isinstance(node.right.value, str):
            return ""
        new_op = COMPUTED[type(node.op)]
        told = f"{type(node.op).__name__} to {new_op.__name__}"
        if apply:
            node.op = new_op()
        return told
    if isinstance(node, ast.BoolOp):
        told = "and to or" if isinstance(node.op, ast.And) else "or to and"
        if apply:
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return told
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        if isinstance(node.operand, ast.Constant):
            return ""
        told = f"{type(node.op).__name__} left out"
        if apply:
            node.op = ast.UAdd() if isinstance(node.op, ast.USub) else node.op
            if isinstance(node.op, ast.Not):
                node.operand = ast.UnaryOp(ast.Not(), node.operand)
        return told
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        told = f"{node.value!r} to {node.value + 1!r}"
        if apply:
            node.value = node.value + 1
        return told
    return ""


def mutants_of(file: str) -> list[Mutant]:
    """Every mutant of a file, by its path below the root."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return [
        Mutant(file, number, getattr(node, "lineno", 0), _turned(node, apply=False))
        for number, node in enumerate(_places(tree))
    ]


def mutated_tree(file: str, number: int) -> ast.AST:
    """The file's tree with its place `number` turned."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    for count, node in enumerate(_places(tree)):
        if count == number:
            _turned(node, apply=True)
            break
    return ast.fix_missing_locations(tree)


def drawn_mutant(group: str, rng: random.Random) -> Mutant:
    """A mutant of a group, every place of it as likely as any other."""
    folders, _ = GROUPS[group]
    files = [
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    return rng.choice([mutant for file in files for mutant in mutants_of(file)])


def is_noticed(mutant: Mutant, tests: tuple[str, ...], most_s: float = MOST_S) -> bool:
    """Whether a test fails, or does not end, with the mutant in the place of its module."""
    environment = os.environ | {
        "INFRAPLAN_MUTANT": f"{mutant.file}:{mutant.number}",
        "INFRAPLAN_DETERMINISTIC": "1",
    }
    line = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "tests.nightly.mutated"]
    line += ["-p", "no:cacheprovider", "-m", "not slow", *tests]
    with subprocess.Popen(
        line,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(most_s) != 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)  # the session that was begun here, and nothing else
            return True


def try_mutants(seed: int, until: float, most: int = 100_000) -> tuple[int, list[str]]:
    """Mutants tried, the groups in turn, and those that no test noticed."""
    rng = random.Random(f"mutants/{seed}")
    told: list[str] = []
    for number in range(most):
        if time.monotonic() >= until:
            return number, told
        group = list(GROUPS)[number % len(GROUPS)]
        mutant = drawn_mutant(group, rng)
        if not is_noticed(mutant, GROUPS[group][1]):
            told.append(f"survived: {mutant}")
    return most, told


def module_of(path: Path) -> str:
    """Name under which a file of the product is imported."""
    return ".".join(("infraplan", *path.with_suffix("").parts)).removesuffix(".__init__")
