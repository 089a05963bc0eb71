"""docs/tolerances.md names every tolerance of the code with the figure that it has."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import ROOT

ROW = re.compile(r"\| `([\w/]+\.py):(\w+)` \| ([\d.e-]+) \|")
NAMES = re.compile(r"(\w+_)?TOLERANCE|(\w+_)?SLACK")


def _figures(path: str) -> dict[str, float]:
    """Plain numbers that a module gives names to."""
    return {
        target.id: float(node.value.value)
        for node in ast.parse((ROOT / path).read_text("utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, int | float)
    }


def test_every_figure_of_the_page_is_that_of_the_code() -> None:
    rows = ROW.findall(_page())
    assert len(rows) > 10
    for path, name, figure in rows:
        assert _figures(path)[name] == float(figure), f"{path}:{name}"


def test_every_tolerance_of_the_code_stands_on_the_page() -> None:
    stated = {(path, name) for path, name, _ in ROW.findall(_page())}
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for top in ("optimizer", "models")
        for path in (ROOT / top).rglob("*.py")
        for name in _figures(path.relative_to(ROOT).as_posix())
        if NAMES.fullmatch(name)
    }
    assert found <= stated


def _page() -> str:
    return (ROOT / "docs" / "tolerances.md").read_text("utf-8")
