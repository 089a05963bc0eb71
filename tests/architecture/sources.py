"""The product's source files and what each of them imports, read without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
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

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in its tree."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def texts(self) -> tuple[ast.Constant, ...]:
        """Its literal texts, but for docstrings and others that are statements of their own."""
        prose = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        return tuple(
            node
            for node in self.nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in prose
        )


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Every Python file in `folders` of the clone."""
    return tuple(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    """Syntax tree of a file, read once."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the product."""
    found = []
    for package in PACKAGES:
        for path in files(package):
            parts = path.relative_to(ROOT).with_suffix("").parts
            inside = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            name = f"infraplan.{inside}".replace(f"infraplan.{FACE}", "infraplan")
            found.append(Source(name, path, tree_of(path)))
    return tuple(found)


@cache
def imports(tree: ast.AST) -> tuple[tuple[str, int], ...]:
    """Dotted name and line of everything imported, at any depth, by name given as text too.

    `importlib.util.find_spec` only asks whether a package is there and is not counted.
    """
    return tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
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
