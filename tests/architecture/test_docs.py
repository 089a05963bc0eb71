"""What README and docs say is there is there: commands, make targets, pages, terms."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from infraplan.optimizer.cli.main import app
from tests.architecture.sources import ROOT

README = (ROOT / "README.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def _pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def _links(page: Path) -> list[Path]:
    """Files that a page links to; addresses of the web are left out."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    return [(page.parent / target).resolve() for target in targets if "://" not in target]


def _table(text: str) -> list[list[str]]:
    """Cells of the table rows of `text`, headings and rules left out."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in rows]
    ruled = [number for number, row in enumerate(cells) if set(row[0]) == {"-"}]
    skipped = {*ruled, *(number - 1 for number in ruled)}
    return [row for number, row in enumerate(cells) if number not in skipped]


def test_the_readme_lists_every_command_and_no_other() -> None:
    section = README.partition("## Commands")[2].partition("\n## ")[0]
    listed = [
        code.split()[0] for row in _table(section) for code in re.findall(r"`([^`]+)`", row[0])
    ]
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert sorted(listed) == sorted(commands)


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = {
        name
        for page in _pages()
        for name in re.findall(
            r"(?:`|^)make (?:[A-Z]+=\S+ )?([a-z-]+)", page.read_text("utf-8"), re.M
        )
    }
    assert {"demo", "test"} <= named
    assert named <= targets, sorted(named - targets)
    assert named - {"help"} <= set(re.findall(r"^# make ([a-z-]+)", makefile, re.M))


def test_the_laws_say_themselves_what_they_are() -> None:
    """A law that points at code has one reading: the verifier could only copy it."""
    laws = (ROOT / "docs" / "laws.md").read_text("utf-8")
    code = re.findall(r"\S*\.py\b|\b(?:models|optimizer|instance|Relation)\.\w+", laws)
    assert code == []


def test_every_link_leads_to_a_file() -> None:
    pages = _pages()
    assert sum(len(_links(page)) for page in pages) > 5
    dead = [f"{page.name}: {link.name}" for page in pages for link in _links(page)
            if not link.exists()]  # fmt: skip
    assert not dead


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        waiting += _links(page)
    lost = {page.name for page in _pages()} - {page.name for page in reached}
    assert lost <= {"CONTRIBUTING.md"}, sorted(lost)  # hosts show it by themselves


def test_the_glossary_has_each_term_once_in_both_languages() -> None:
    terms, letters = GLOSSARY.split("## Letters in formulas")
    rows = _table(terms)
    assert len(rows) >= 120
    english = [row[0] for row in rows]
    assert len(set(english)) == len(english)
    assert english == sorted(english, key=str.lower)
    for row in rows:
        assert re.fullmatch(r"[\x20-\x7e]+", row[0]), row
        assert re.search(r"[\u4e00-\u9fff]", row[1]), row
    letter_rows = _table(letters)
    assert len(letter_rows) >= 15
    assert all(len(row) == 3 and all(row) for row in letter_rows)
