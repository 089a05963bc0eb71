"""The law of money stands once in the product, and docs/architecture.md draws its way truly."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from tests.architecture.sources import ROOT, Source, sources, tree_of

VERIFIER = "infraplan.optimizer.verify"
ACCOUNTS = "infraplan.optimizer.accounts"

FIELDS = {
    "interest_rate": "funds",
    "minimum_balance": "funds",
    "carry_over": "funds",
    "lapse_years": "funds",
    "certainty": "inflows",
    "REAL": "inflows",
    "tail_growth": "tail",
    "as_capital": "sources",
    "annual_limit": "sources",
    "new_quota": "limits",
    "uses_quota": "limits",
    "start_ban_exempt": "rules",
    "start_banned": "rules",
    "start_approved": "rules",
    "revenue_growth": "coverage",
    "optimism_bias": "spending",
    "grace": "debt",
    "principal_due": "debt",
    "interest_due": "debt",
}
"""Field of a table (or word of one) whose reading is a law, and the module that states it."""


def _product() -> Iterator[Source]:
    """Modules that obey laws: the tables themselves and the verifier apart."""
    for source in sources():
        module = source.module
        if module.startswith("infraplan.optimizer.") and not module.startswith(VERIFIER):
            yield source


def _readers() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for source in _product():
        for node in source.nodes:
            if isinstance(node, ast.Attribute) and node.attr in FIELDS:
                found[node.attr].add(source.module)
    return found


def test_a_field_that_is_a_law_is_read_in_one_module() -> None:
    found = _readers()
    for field, name in FIELDS.items():
        assert found[field] == {f"{ACCOUNTS}.{name}"}, field


def test_accounts_know_no_model_and_no_solver() -> None:
    seen = 0
    for source in sources():
        if not source.module.startswith(ACCOUNTS):
            continue
        seen += 1
        for node in source.nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                name = node.module
                inside = name.startswith("infraplan.")
                assert not inside or name.startswith(("infraplan.models", ACCOUNTS)), source.module
    assert seen > 8


@dataclass(frozen=True)
class Step:
    """A line of the drawing: how far right, function, file, and functions named beside it."""

    depth: int
    name: str
    file: str
    adds: tuple[str, ...]


def _drawing() -> list[Step]:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    block = page.partition("### The way of one fund's inflow")[2].split("```")[1]
    steps = []
    for line in block.splitlines():
        found = re.match(r"( +)(\w+)\(\) +(\S+\.py)(.*)", line)
        if found:
            blanks, name, file, rest = found.groups()
            steps.append(Step(len(blanks), name, file, tuple(re.findall(r"(\w+)\(\)", rest))))
    return steps


def _before(steps: list[Step], at: int) -> Step | None:
    """The step that hands on to step `at`."""
    return next((s for s in reversed(steps[:at]) if s.depth < steps[at].depth), None)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _uses(function: ast.FunctionDef) -> set[str]:
    """Names that a function calls, and attributes that it reads."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


@cache
def _calls() -> dict[str, set[tuple[str, str]]]:
    """(file, function) of everything outside the verifier that calls a function, by its name."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for source in _product():
        file = source.path.relative_to(ROOT).as_posix()
        for function in source.nodes:
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    found[node.func.id].add((file, function.name))
    return found


def test_the_way_of_an_inflow_is_drawn_as_the_code_goes() -> None:
    steps = _drawing()
    assert len(steps) > 10
    for at, step in enumerate(steps):
        tree = tree_of(ROOT / step.file)
        here = [function for function in _functions(tree) if function.name == step.name]
        assert here, f"{step.file} has no {step.name}()"
        before = _before(steps, at)
        needed = {*step.adds, *([before.name] if before else [])}
        used = set().union(*map(_uses, here))
        assert needed <= used, f"{step.name}() does not use {sorted(needed - used)}"


@pytest.mark.parametrize("step", _drawing(), ids=lambda step: step.name)
def test_nothing_else_takes_what_a_step_hands_on(step: Step) -> None:
    steps = _drawing()
    drawn = {
        (later.file, later.name)
        for at, later in enumerate(steps)
        if (before := _before(steps, at)) is not None and before.name == step.name
    }
    callers = _calls()[step.name]
    if step.name in {"extract_plan", "inflows_by_fund"} or not drawn:
        # The ends of the way: engines ask for the plan, and the index is a property.
        return
    assert callers == drawn


def test_money_that_comes_in_is_counted_at_one_place() -> None:
    inflows = "optimizer/accounts/inflows.py"
    assert _calls()["counted_money"] == {(inflows, "fund_inflows"), (inflows, "receipt_amount")}
    assert _calls()["_stated_inflow"] == {(inflows, "fund_inflows")}
