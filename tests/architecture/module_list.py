"""docs/modules.md: every module of the product with the first line of its docstring.

`python -m tests.architecture.module_list` writes the page; a test holds that it is in step.
"""

from __future__ import annotations

import ast
from itertools import groupby
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT, files, tree_of

PACKAGE = "__init__.py"
PAGE = ROOT / "docs" / "modules.md"
HEAD = """# Modules

Every module of the product and what it is, by folder: the first line of each, written by
`python -m tests.architecture.module_list`. [architecture.md](architecture.md) says how they hang
together, and which may import which.
"""


def _line(path: Path) -> str:
    told = ast.get_docstring(tree_of(path)) or ""
    return f"- `{path.name}`: {told.splitlines()[0] if told else ''}".rstrip()


def page() -> str:
    """The page as the sources make it."""
    paths = [path for folder in PACKAGES for path in files(folder)]
    lines = [HEAD]
    for folder, grouped in groupby(sorted(paths, key=_place), key=lambda path: path.parent):
        modules = list(grouped)
        lines.append(f"## {folder.relative_to(ROOT).as_posix()}/\n")
        if modules[0].name == PACKAGE:
            told = ast.get_docstring(tree_of(modules.pop(0)))
            lines += [f"{told.splitlines()[0]}\n"] if told else []
        lines += [_line(path) for path in modules]
        lines.append("")
    return "\n".join(lines)


def _place(path: Path) -> tuple[str, bool, str]:
    """Folder by folder, the package itself first."""
    return path.parent.as_posix(), path.name != PACKAGE, path.name


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
