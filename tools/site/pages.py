"""What the site is made of: pages of docs with their links led aright, and pages made anew."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from infraplan.optimizer.storage.schema import schema_markdown
from tools.site.api_page import api_pages
from tools.site.chinese_formulation import chinese_formulation_pages
from tools.site.command_pages import command_pages
from tools.site.formulation import formulation_pages

ROOT = Path(__file__).parents[2]
CSS = """
table.formulas { display: block; max-width: 100%; overflow-x: auto; }
table.formulas, table.formulas td { border: 0; padding: .15em .8em; }
math { font-size: 1.08em; }
.md-typeset p:has(> math), .md-typeset li:has(> math) { overflow-x: auto; }
.md-typeset table:not([class]) { font-size: .68rem; }
.md-typeset img { max-width: 100%; }
""".lstrip()


def place_of(path: Path) -> str:
    """Page of the site that shows the file at `path`, which lies in the project; blank: none."""
    name = path.relative_to(ROOT).as_posix()
    if name.startswith("docs/") and (path.suffix in {".md", ".png"}):
        return name.removeprefix("docs/")
    if path.parent.parent.name == "instances" and path.name == "README.md":
        return f"gallery/{path.parent.name}.md"
    return {
        "README.md": "index.md",
        "README.zh.md": "index.zh.md",
        "CONTRIBUTING.md": "contributing.md",
        "CHANGELOG.md": "changelog.md",
    }.get(name, "")


def led_aright(text: str, source: Path) -> str:
    """`text` of the file `source` with links to pages as they lie in the site.

    A link to a file of the project that is no page keeps its words alone; one that leads nowhere
    stays, so that the build fails.
    """
    depth = place_of(source).count("/")

    def led(found: re.Match[str]) -> str:
        words, target, anchor = found.groups()
        there = (source.parent / target).resolve()
        if "://" in target or not target or not there.exists() or not there.is_relative_to(ROOT):
            return found.group()
        page = place_of(there)
        if there.parent == ROOT / "docs" / "notebooks" and there.suffix == ".ipynb":
            page = f"notebooks/{there.stem}.md"
        return f"[{words}]({'../' * depth}{page}{anchor})" if page else words

    return re.sub(r"\[([^\[\]]*)\]\(([^)#\s]*)((?:#[^)\s]*)?)\)", led, text)


def gather(folder: Path) -> list[str]:
    """Write every page that is not made of a run or a notebook into `folder`; their names."""
    sources = [
        *sorted(ROOT.glob("docs/*.md")),
        *sorted(ROOT.glob("instances/*/README.md")),
        *(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ]
    pages = {place_of(path): led_aright(path.read_text("utf-8"), path) for path in sources}
    pages["instance-format.md"] = schema_markdown("en")
    pages["instance-format.zh.md"] = schema_markdown("zh")
    laws = ROOT / "docs" / "laws.md"
    pages |= formulation_pages(laws) | chinese_formulation_pages(laws) | api_pages()
    pages |= command_pages()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "site.css").write_text(CSS, "utf-8")
    for picture in sorted(ROOT.glob("docs/pictures/*.png")):
        (folder / "pictures").mkdir(exist_ok=True)
        shutil.copy(picture, folder / "pictures")
    return sorted(pages)


def add_runs(folder: Path, runs: Path) -> list[Path]:
    """Draw the runs that lie below `runs` into the pages of their instances; what was drawn."""
    import infraplan

    drawn = []
    kinds = ("map", "phases", "money", "debt")
    for page in sorted((folder / "gallery").glob("*.md")):
        run = runs / page.stem
        if not (run / "plan.json").exists():
            continue
        parts = [page.read_text("utf-8"), "## Pictures of the plan 方案图"]
        for kind in kinds:
            path = page.with_name(f"{page.stem}-{kind}.png")
            try:
                figure = getattr(infraplan, f"{kind}_figure")(run)
            except infraplan.NotThereError:
                continue
            figure.savefig(path, dpi=130)
            parts.append(f"![{kind}]({path.name})")
            drawn.append(path)
        page.write_text("\n\n".join(parts) + "\n", "utf-8")
    return drawn
