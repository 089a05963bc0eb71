"""The page in a real browser: no fault for a screen reader, no error, whole on sheets of A4.

Needs playwright, axe_core_python (neither is in a lock), Debian's Chromium and pdfinfo.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.test_report import page

pytestmark = [pytest.mark.slow, pytest.mark.browser]
AXE = "axe_core_python"
CHROMIUM = shutil.which("chromium")
A4 = (595.0, 842.0)
"""Points."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM or not all(importlib.util.find_spec(m) for m in ("playwright", AXE)):
        pytest.skip("chromium, playwright or axe_core_python is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as run:
        started = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing(
    browser: Any, lang: str, width: int, scheme: str, tmp_path: Path
) -> None:
    from axe_core_python.sync_playwright import Axe

    path, errors = tmp_path / "page.html", []
    path.write_text(page(lang), encoding="utf-8")
    shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    shown.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("request", lambda asked: errors.append(asked.url) if asked.url[:4] == "http" else None)
    shown.goto(path.as_uri())
    shown.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    found = Axe().run(shown)["violations"]
    assert [(row["id"], [node["html"] for node in row["nodes"]]) for row in found] == []
    assert errors == []
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shown.close()


def test_the_keyboard_goes_through_the_page_in_order_and_shows_where(
    browser: Any, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page("zh"), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.goto(path.as_uri())
    tops = []
    for _ in range(60):
        shown.keyboard.press("Tab")
        seen = shown.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, s.outlineStyle, parseFloat(s.outlineWidth),"
            " e.getBoundingClientRect().top + window.scrollY]; })()"
        )
        if seen[0] == "BODY":
            break
        assert seen[1] != "none", seen
        assert seen[2] >= 2, seen
        tops.append(seen[3])
    assert len(tops) > 15
    # The first two are the skip link and the button of the heading; then down the page.
    rows = [round(top / 40) for top in tops[2:]]
    assert rows == sorted(rows)
    shown.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_of_it_is_printed_on_a4(browser: Any, lang: str, tmp_path: Path) -> None:
    if not shutil.which("pdfinfo"):
        pytest.skip("pdfinfo is missing")
    path, out = tmp_path / "page.html", tmp_path / "page.pdf"
    path.write_text(page(lang), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(path.as_uri())
    shown.pdf(path=str(out), prefer_css_page_size=True)
    shown.close()
    told = subprocess.run(["pdfinfo", str(out)], capture_output=True, text=True, check=True).stdout
    size = re.search(r"Page size: +([0-9.]+) x ([0-9.]+)", told)
    assert size is not None
    assert [float(side) for side in size.groups()] == pytest.approx(A4, abs=1.0)
    text = subprocess.run(
        ["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = text.split("\f")[:-1]
    assert all(len(sheet.split()) > 10 for sheet in sheets)  # none is empty
    titles = re.findall(
        r'<h2><span class="en">(.*?)</span><span class="zh">(.*?)</span>', page(lang)
    )
    flat = re.sub(r"\s", "", text)
    for pair in titles:
        assert re.sub(r"\s", "", pair[lang == "zh"]) in flat, pair
