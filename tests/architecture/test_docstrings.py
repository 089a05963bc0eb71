"""Docstrings of the product have one form, NumPy's, and name the errors that a function raises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, files, tree_of

FOLDERS = ("models", "optimizer", "tools")
_OTHER_FORM = re.compile(r"^\s*(:param|:returns?:|:raises|(Args|Returns|Raises|Yields):\s*$)", re.M)
_SECTION = re.compile(r"^(Parameters|Attributes|Raises)\n-+\n((?:.+\n?)*)", re.M)
_TYPED = re.compile(r"^\w[\w, ]* ?: ", re.M)
"""A name with its type or text behind it: types stand in the signature, the text below."""
_HELP = ROOT / "optimizer" / "cli"
"""Functions whose docstrings are what `--help` shows."""
Documented = ast.FunctionDef | ast.ClassDef | ast.Module


def _documented() -> Iterator[tuple[str, Documented, str]]:
    for path in files(*FOLDERS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, Documented):
                told = ast.get_docstring(node) or ""
                name = getattr(node, "name", "the module")
                yield f"{path.relative_to(ROOT)}: {name}", node, told


def test_docstrings_have_one_form() -> None:
    other = [
        place
        for place, _, told in _documented()
        if _OTHER_FORM.search(told) or any(_TYPED.search(m[2]) for m in _SECTION.finditer(told))
    ]
    assert other == []


def _raised(function: ast.AST) -> Iterator[str]:
    """Names of errors that `function` raises itself, not those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(error).rpartition(".")[2]
            if name[0].isupper():
                yield name
        yield from _raised(node)


def test_public_functions_name_the_errors_that_they_raise() -> None:
    silent = {}
    for path in files("models", "optimizer"):
        if _HELP in path.parents:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                told = ast.get_docstring(node)
                unsaid = [name for name in _raised(node) if told is not None and name not in told]
                if unsaid:
                    silent[f"{path.relative_to(ROOT)}: {node.name}"] = unsaid
    assert silent == {}
