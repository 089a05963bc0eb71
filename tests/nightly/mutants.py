"""Mutants of the laws: a sign, a comparison or a number turned in one place, then the tests.

A mutant that no test notices is a line that the tests do not hold. Each is told by file, line and
what was turned, and is made again by its seed. What is turned lies in `optimizer/formulation` with
the families, `optimizer/accounts` and `optimizer/verify`; words, messages and types are left alone.
A mutated module is compiled as it is imported (`mutated`, a plugin of pytest beside this): no file
changes, so that trials disturb nobody.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import ROOT

GROUPS = {
    "verify": ("optimizer/verify",),
    "accounts": ("optimizer/accounts",),
    "formulation": ("optimizer/formulation", "optimizer/families"),
}
"""What is mutated, in three groups of as many mutants."""
FOLDERS = tuple(folder for folders in GROUPS.values() for folder in folders)
TESTS = (
    "tests/golden",
    "tests/oracle",
    "tests/oracle_networks",
    "tests/optimizer/analysis",
    "tests/optimizer/certify",
    "tests/optimizer/equilibrium",
    "tests/optimizer/estimating",
    "tests/optimizer/formulation",
    "tests/optimizer/networks",
    "tests/optimizer/rule_sets",
    "tests/optimizer/verify",
    "tests/optimizer/test_sharing.py",
    "tests/optimizer/test_solve.py",
    "tests/cli/test_after_plan.py",
    "tests/cli/test_certify.py",
    "tests/cli/test_forged_records.py",
    "tests/cli/test_money_check.py",
    "tests/cli/test_option_commands.py",
    "tests/cli/test_share.py",
    "tests/models/finance",
    "tests/storage/test_mutants.py",
)
"""The tests that hold the laws, of one part of them too: certificates, sharing, checks of money."""
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


def places(tree: ast.AST) -> Iterator[ast.AST]:
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
        for number, node in enumerate(places(tree))
    ]


def mutated_tree(file: str, number: int) -> ast.AST:
    """The file's tree with its place `number` turned."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    for count, node in enumerate(places(tree)):
        if count == number:
            _turned(node, apply=True)
            break
    return ast.fix_missing_locations(tree)


def drawn(seed: int) -> Iterator[Mutant]:
    """Mutants of the groups in turn, every place of a group as likely as any other."""
    rng = random.Random(f"mutants/{seed}")
    known: dict[str, list[Mutant]] = {}
    for group in itertools.cycle(GROUPS):
        if group not in known:
            files = [
                path.relative_to(ROOT).as_posix()
                for folder in GROUPS[group]
                for path in sorted((ROOT / folder).rglob("*.py"))
            ]
            known[group] = [mutant for file in files for mutant in mutants_of(file)]
        yield rng.choice(known[group])


def is_noticed(mutant: Mutant, most_s: float = MOST_S) -> bool:
    """Whether a test fails, or does not end, with the mutant in the place of its module."""
    asked = {"INFRAPLAN_MUTANT": f"{mutant.file}:{mutant.number}"}
    with _tests("tests.nightly.mutated", asked) as process:
        try:
            return process.wait(most_s) != 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)  # the session that was begun here, and nothing else
            return True


def _tests(plugin: str, asked: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The tests that hold the laws, in a process of their own that ends with the first failure."""
    line = [sys.executable, "-m", "pytest", "-x", "-q", "-p", plugin, "-p", "no:cacheprovider"]
    return subprocess.Popen(
        [*line, "-m", "not slow", *TESTS],
        cwd=ROOT,
        env=os.environ | {"INFRAPLAN_DETERMINISTIC": "1"} | asked,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def try_mutants(seed: int, until: float) -> tuple[int, list[str]]:
    """Mutants tried, and those that no test noticed (`warm_mutants`)."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "found.json")
        asked = json.dumps([seed, until, str(found)])
        with _tests("tests.nightly.warm_mutants", {"INFRAPLAN_MUTANTS": asked}) as process:
            process.wait()
        if not found.exists():
            return 0, ["the tests of mutants did not begin"]
        tried, told = json.loads(found.read_text("utf-8"))
    return tried, told


def module_of(path: Path) -> str:
    """Name under which a file of the product is imported."""
    return ".".join(("infraplan", *path.with_suffix("").parts)).removesuffix(".__init__")
