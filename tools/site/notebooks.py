"""Notebooks of docs/notebooks: run from their first cell to their last, and shown as pages.

`python -m tools.site.notebooks FOLDER [NAME ...]` runs them and writes a page for each.
"""

from __future__ import annotations

import base64
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "docs" / "notebooks"
LONGEST_S = 900
"""How long one cell may take, in seconds, on a busy machine."""


def run_notebook(path: Path) -> Any:
    """The notebook at `path` with its outputs; it runs in a folder of its own that is empty.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    import nbclient
    import nbformat

    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = nbclient.NotebookClient(
            book, timeout=LONGEST_S, kernel_name="python3", resources={"metadata": {"path": folder}}
        )
        client.execute()
    return book


def write_page(book: Any, name: str, folder: Path) -> Path:
    """Write a run notebook as a Markdown page, its pictures beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for number, cell in enumerate(book.cells):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for place, output in enumerate(cell.outputs):
            parts.append(_shown(output, f"{name}-{number}-{place}.png", folder))
    page = folder / f"{name}.md"
    page.write_text("\n\n".join(part for part in parts if part) + "\n", "utf-8")
    return page


def _shown(output: Any, picture: str, folder: Path) -> str:
    """What a cell gave, as Markdown."""
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```" if output.name == "stdout" else ""
    data = output.get("data", {})
    if "image/png" in data:
        (folder / picture).write_bytes(base64.b64decode(data["image/png"]))
        return f"![figure]({picture})"
    if "text/html" in data:
        return re.sub(r"<style.*?</style>|\n\s*", "", data["text/html"], flags=re.DOTALL)
    return f"```text\n{data['text/plain'].rstrip()}\n```" if "text/plain" in data else ""


def main(arguments: list[str]) -> int:
    """Run the notebooks that are named, or all."""
    folder, names = Path(arguments[0]), arguments[1:]
    found = [path for path in sorted(SOURCE.glob("*.ipynb")) if not names or path.stem in names]
    for path in found:
        print(write_page(run_notebook(path), path.stem, folder))
    return 0 if found else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
