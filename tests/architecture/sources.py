"""The product's source files and what each of them imports, read without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("models", "optimizer")
"""Folders of the product: `models/` is installed as `infraplan.models`."""
FACE = "optimizer.public"
"""What is installed as `infraplan` itself."""


@dataclass(frozen=True)
class Source:
    """One source file: dotted module name and syntax tree."""

    module: str
    path: Path
    tree: ast.Module


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the product."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            inside = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            name = f"infraplan.{inside}".replace(f"infraplan.{FACE}", "infraplan")
            tree = ast.parse(path.read_text("utf-8"), filename=str(path))
            found.append(Source(name, path, tree))
    return tuple(found)


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Dotted name and line of everything imported, at any depth, by name given as text too.

    `importlib.util.find_spec` only asks whether a package is there and is not counted.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            first = node.args[0]
            if name in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield str(first.value), node.lineno


def top(name: str) -> str:
    """First part of a dotted name."""
    return name.partition(".")[0]


def package(module: str) -> str:
    """Package or module below `infraplan.models` or `infraplan.optimizer` that `module` is in."""
    return ".".join(module.split(".")[:3])
