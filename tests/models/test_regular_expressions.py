"""Regular expressions are compiled when they are used, and are what `re.compile` returns."""

from __future__ import annotations

import ast
import pickle
import re
from importlib import import_module

import pytest

from infraplan.models.regular_expressions import regex
from tests.architecture.sources import sources


def test_it_matches_as_a_compiled_one() -> None:
    late, compiled = regex(r"(\d+) km", re.IGNORECASE), re.compile(r"(\d+) km", re.IGNORECASE)
    for text in ("12 KM", "km", ""):
        for found in (late.match(text), late.match(text)):  # compiled, and kept
            expected = compiled.match(text)
            assert (found and found.groups()) == (expected and expected.groups())
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)
    again = pickle.loads(pickle.dumps(late)).fullmatch("3 km")
    assert again is not None
    assert again[1] == "3"
    assert regex(rb"\d").search(b"a1") is not None


def test_what_is_wrong_is_told_when_it_is_used() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_no_module_compiles_one_while_it_is_loaded() -> None:
    found = [
        f"{source.module}:{node.lineno}"
        for source in sources()
        for statement in source.tree.body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    assert found == [], "call `regex` of models/regular_expressions.py"


def test_each_of_the_product_is_right() -> None:
    kind = type(regex(""))
    modules = [source.module for source in sources() if "import regex" in ast.unparse(source.tree)]
    late = [
        value
        for module in modules
        for value in vars(import_module(module)).values()
        if isinstance(value, kind)
    ]
    assert len(late) > 100
    assert all(expression.groups >= 0 for expression in late)  # which compiles it
