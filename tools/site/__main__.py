"""Build the documentation site: `python -m tools.site OUT [--runs FOLDER] [--no-notebooks]`.

OUT/pages holds the pages as they were put together, OUT/html the site: open OUT/html/index.html.
With `--runs` the plans of the shipped instances, FOLDER/NAME each, are drawn into the gallery.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.site import notebooks
from tools.site.command_pages import LANGUAGES, TITLES
from tools.site.pages import add_runs, gather

HERE = Path(__file__).parent


def main() -> int:
    """Build it; the exit code of MkDocs, which is not 0 where a link leads nowhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--no-notebooks", action="store_true", help="show them without outputs")
    asked = parser.parse_args()
    pages = asked.out / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    gather(pages)
    if asked.runs:
        add_runs(pages, asked.runs)
    shown = _notebooks(pages / "notebooks", is_run=not asked.no_notebooks)
    gallery = sorted(path.relative_to(pages).as_posix() for path in pages.glob("gallery/*.md"))
    settings = (HERE / "mkdocs.yml").read_text("utf-8")
    settings = settings.replace("Notebooks: []", f"Notebooks: {_listed(shown)}")
    settings = settings.replace("      - instances.md\n", "".join(
        f"      - {name}\n" for name in ("instances.md", *gallery)
    ))  # fmt: skip
    for lang in LANGUAGES:
        made = sorted(
            path.relative_to(pages).as_posix() for path in pages.glob(f"commands/{lang}/*.md")
        )
        made.sort(key=lambda name: not name.endswith("/index.md"))
        settings = settings.replace(f"commands/{lang}: []", f"{TITLES[lang]}: {_listed(made)}")
    (asked.out / "mkdocs.yml").write_text(settings, "utf-8")
    # Not --quiet: MkDocs would then count no warnings, and nothing would be strict.
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(asked.out / "mkdocs.yml")]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    code = subprocess.run(command, check=False, env=environment).returncode
    if not code:
        _ask_nobody(asked.out / "html")
        print(asked.out / "html" / "index.html")
    return code


SHIM = "https://unpkg.com/iframe-worker/shim"


def _ask_nobody(site: Path) -> None:
    """Put a script of our own in the place of the one that the theme would fetch."""
    shutil.copy(HERE / "frame_worker.js", site / "assets")
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        up = "../" * (len(page.relative_to(site).parts) - 1)
        page.write_text(text.replace(SHIM, f"{up}assets/frame_worker.js"), "utf-8")


def _notebooks(folder: Path, *, is_run: bool) -> list[str]:
    """Pages of the notebooks, by their names in the site."""
    import nbformat

    found = []
    for path in sorted(notebooks.SOURCE.glob("*.ipynb")):
        book = notebooks.run_notebook(path) if is_run else nbformat.read(path, as_version=4)
        notebooks.write_page(book, path.stem, folder)
        page = folder / f"{path.stem}.md"
        text = re.sub(r"\]\(\.\./([\w.-]+\.md)", r"](../\1", page.read_text("utf-8"))
        page.write_text(text, "utf-8")
        found.append(f"notebooks/{path.stem}.md")
    return found


def _listed(names: list[str]) -> str:
    return "[" + ", ".join(names) + "]"


if __name__ == "__main__":
    sys.exit(main())
