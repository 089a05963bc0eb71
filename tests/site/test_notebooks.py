"""Notebooks and tutorials as a reader runs them: `make test-slow PART=notebooks`."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.architecture.test_site import NOTEBOOKS, tutorial_commands

pytestmark = [pytest.mark.slow, pytest.mark.notebooks, pytest.mark.by_seconds]
OF_DOCS = ROOT / ".venv-docs" / "bin" / "python"


def _python() -> str:
    """The Python that has what notebooks need."""
    if OF_DOCS.exists():
        return str(OF_DOCS)
    if importlib.util.find_spec("nbclient") and importlib.util.find_spec("ipykernel"):
        return sys.executable
    pytest.skip(
        "not installed: requirements-docs.lock in .venv-docs (make test-slow PART=notebooks)"
    )


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "INFRAPLAN_DETERMINISTIC"}


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_a_notebook_runs_to_its_end(name: str, tmp_path: Path) -> None:
    command = [_python(), "-m", "tools.site.notebooks", str(tmp_path), name]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert (tmp_path / f"{name}.md").stat().st_size > 1000


@pytest.mark.parametrize("name", ["tutorial.md", "tutorial.zh.md"])
def test_the_commands_of_a_tutorial_end_well(name: str, tmp_path: Path) -> None:
    for line in tutorial_commands(name):
        program, *words = shlex.split(line)
        assert program == "infraplan"
        done = subprocess.run(
            [sys.executable, "-m", "infraplan", *words],
            cwd=tmp_path,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
    (paper,) = tmp_path.glob("*/*/*.docx")
    assert paper.stat().st_size > 20_000


def test_the_site_is_strict_and_asks_nobody(tmp_path: Path) -> None:
    command = [_python(), "-m", "tools.site", str(tmp_path), "--no-notebooks"]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    pages = list((tmp_path / "html").rglob("*.html"))
    assert len(pages) > 40
    outside = r'<(?:script|img|iframe|link[^>]*stylesheet)[^>]*(?:src|href)="(?:https?:)?//'
    for page in pages:
        assert not re.search(outside, page.read_text("utf-8")), page.name
    (tmp_path / "pages" / "concepts.md").write_text("[x](nowhere.md)\n", "utf-8")
    again = [_python(), "-m", "mkdocs", "build", "-f", str(tmp_path / "mkdocs.yml")]
    assert subprocess.run(again, capture_output=True, check=False).returncode != 0
