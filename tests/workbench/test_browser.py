"""A planner's walk in a real browser, in both languages: from upload to export.

Needs requirements-browser.lock, which `make test-slow PART=browser` installs, and Chromium.
INFRAPLAN_SHOTS=FOLDER keeps pictures of every page.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbench.serving import Served, served

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.by_seconds]
AXE = "axe_playwright_python"
CHROMIUM = shutil.which("chromium")
LONGEST_MS = 240_000
"""How long a page may take, as the server allows it: a command that takes 4 s alone takes a minute
where others use the machine."""
EXPLAINED_MS = 1_800_000
"""How long an explanation may take: some sixty solves, on a busy machine."""
WORDS = {
    "en": {
        "solve_version": "Solve this version",
        "save": "Save as a new version",
        "begin": "Solve",
        "stop": "Stop and keep the best plan",
        "compare": "Compare",
        "choose": "Choose",
        "project": "Project",
        "because": "Because",
        "add": "Add",
        "explain": "Explain",
        "submit": "Submit",
        "approve": "Approve",
        "table": "Table",
        "errors": "error(s)",
        "state": "State: approved",
        "limit": "Time limit, s",
        "best": "Best plan",
        "each": "Time limit of each solve, s",
    },
    "zh": {
        "solve_version": "求解此版本",
        "save": "保存为新版本",
        "begin": "开始求解",
        "stop": "停止并保留当前最优方案",
        "compare": "对比",
        "choose": "选择",
        "project": "项目",
        "because": "理由",
        "add": "添加",
        "explain": "分析",
        "submit": "报送",
        "approve": "审定",
        "table": "表格",
        "errors": "处错误",
        "state": "状态：已审定",
        "limit": "时限（秒）",
        "best": "当前最优",
        "each": "每次求解时限（秒）",
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    packages = [name for name in ("playwright", AXE) if importlib.util.find_spec(name) is None]
    if packages or CHROMIUM is None:
        pytest.skip(f"not installed: {', '.join(packages + ['Chromium'] * (CHROMIUM is None))}")
    with served(tmp_path_factory.mktemp("browser") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def faulty(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example with a word where years are due, in a cell that will be mended."""
    book = openpyxl.load_workbook(template)
    sheet = book["projects"]
    (column,) = [cell.column for cell in sheet[1] if str(cell.value).split("\n")[0] == "lead_time"]
    sheet.cell(row=3, column=column, value="soon")
    path = tmp_path_factory.mktemp("faulty") / "县级规划.xlsx"
    book.save(path)
    return path


class Walk:
    """One browser, which notes what must not be."""

    def __init__(self, page: Any, server: Served, lang: str) -> None:
        self.page, self.server, self.lang = page, server, lang
        self.faults: list[str] = []
        page.set_default_timeout(LONGEST_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"page: {error}"))
        page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.faults.append(f"request: {request.url}")

    def look(self, name: str) -> None:
        """Nothing wider than the window, at both widths; a picture where asked for."""
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(500)
            over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                self.faults.append(f"{name}: {over} px too wide at {width}")
            shots = os.environ.get("INFRAPLAN_SHOTS")
            if shots:
                path = Path(shots) / f"{self.lang}-{name}-{width}.png"
                self.page.screenshot(path=str(path), full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self._check_access(name)

    def _check_access(self, name: str) -> None:
        """No serious finding of axe-core."""
        spec = importlib.util.find_spec(AXE)
        assert spec is not None
        assert spec.origin is not None
        self.page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {iframes: false})")
        self.faults += [
            f"{name}: axe {row['id']}: {row['nodes'][0]['html'][:200]}"
            for row in found["violations"]
            if row["impact"] in ("serious", "critical")
        ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_upload_to_export(server: Served, faulty: Path, lang: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as made:
        browser = made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        walk = Walk(browser.new_page(viewport={"width": 1280, "height": 900}), server, lang)
        _walk(walk, WORDS[lang], faulty)
        browser.close()
    assert not walk.faults, "\n".join(walk.faults)


def _walk(walk: Walk, w: dict[str, str], faulty: Path) -> None:
    page, base = walk.page, f"{walk.server.url}/{walk.lang}"
    page.goto(f"{base}/")
    assert page.locator("html").get_attribute("lang") in ("en-US", "zh-CN")
    walk.look("start")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile(r"\.xlsx")).click()
    chooser.value.set_files(str(faulty))
    page.wait_for_url("**/version/*")
    page.get_by_text(w["errors"]).first.wait_for()
    page.locator("button.wb-finding").first.click()
    page.locator(".wb-cell-error").first.wait_for()
    walk.look("findings")
    _mend(walk, w)
    first = _solve(walk, w, base, seconds="60", wish=False)
    second = _solve(walk, w, base, seconds="60", wish=True)
    page.goto(f"{base}/")
    for number in (first, second):
        page.get_by_label(f"{w['choose']} {number}", exact=True).click()
    walk.look("start-with-runs")
    page.get_by_role("button", name=w["compare"]).click()
    page.wait_for_url("**/compare?*")
    page.locator(".ag-row").first.wait_for()
    walk.look("compare")
    page.goto(f"{base}/run/{second}")
    _explain(walk, w)
    _decide(walk, w)
    with page.expect_download() as told:
        page.get_by_role("link", name="xlsx", exact=True).click()
    assert told.value.path().read_bytes().startswith(b"PK")
    walk.look("run-approved")


def _mend(walk: Walk, w: dict[str, str]) -> None:
    """Paste into the wrong cell, as from a spreadsheet, and save."""
    page = walk.page
    page.locator("button.wb-finding").first.click()  # narrow windows have had it out of sight
    cell = page.locator(".wb-cell-error[col-id=lead_time]").first
    cell.click()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "3\\n");
            const paste = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    page.locator(".ag-cell[col-id=lead_time]", has_text="3").first.wait_for()
    page.wait_for_timeout(500)
    before = page.url
    page.get_by_role("button", name=w["save"]).click()
    page.wait_for_function("before => location.href !== before", arg=before)
    page.get_by_text(
        f"0 {w['errors']}" if walk.lang == "en" else f"0{w['errors']}"
    ).first.wait_for()
    walk.look("data")


def _solve(walk: Walk, w: dict[str, str], base: str, *, seconds: str, wish: bool) -> int:
    page = walk.page
    if "/version/" not in page.url:
        page.goto(f"{base}/")
        page.locator("a[href*='/version/']").first.click()
    page.wait_for_url("**/version/*")
    page.get_by_role("link", name=w["solve_version"]).click()
    page.wait_for_url("**/solve")
    if wish:
        page.get_by_label(w["project"]).first.fill("reservoir")
        page.locator(".q-item", has_text="reservoir").first.click()
        page.get_by_label(w["because"]).first.fill("promised 承诺")
        page.get_by_role("button", name=w["add"], exact=True).click()
        page.locator("td", has_text="promised").wait_for()
    page.get_by_label(w["limit"]).fill(seconds)
    walk.look("solve-wish" if wish else "solve")
    page.get_by_role("button", name=w["begin"], exact=True).click()
    page.wait_for_url("**/run/*")
    if wish:
        page.get_by_role("button", name=w["stop"]).wait_for()
        walk.look("live")
        known = page.get_by_text(re.compile(rf"{w['best']} [0-9]"))
        known.or_(page.locator("iframe")).first.wait_for()
        stop = page.get_by_role("button", name=w["stop"])
        if stop.is_visible():
            stop.click()
    _report(walk)
    walk.look("run-wish" if wish else "run")
    return int(page.url.rsplit("/", 1)[1])


def _report(walk: Walk) -> None:
    """The report is read in its frame.

    It has a picture of its own: one of the whole page leaves out what a process apart draws
    outside the window.
    """
    frame = walk.page.locator("iframe")
    frame.wait_for()
    frame.scroll_into_view_if_needed()
    assert walk.page.frame_locator("iframe").locator("h1").inner_text().strip()
    walk.page.wait_for_timeout(500)
    shots = os.environ.get("INFRAPLAN_SHOTS")
    if shots:
        walk.page.screenshot(path=str(Path(shots) / f"{walk.lang}-report.png"))


def _explain(walk: Walk, w: dict[str, str]) -> None:
    page = walk.page
    page.get_by_label(w["project"]).first.fill("ring_road")
    page.locator(".q-item", has_text="ring_road").first.click()
    page.get_by_label(w["each"]).fill("5")
    page.get_by_role("button", name=w["explain"], exact=True).click()
    page.get_by_label(w["because"]).first.fill("typed meanwhile")
    page.locator(".ag-row", has_text=re.compile("ring|绕城", re.IGNORECASE)).first.wait_for(
        timeout=EXPLAINED_MS
    )
    kept = page.get_by_label(w["because"]).first.input_value()
    assert kept == "typed meanwhile", "an answer that comes takes away what is being typed"
    tables = page.get_by_label(w["table"]).first
    # A click that follows a scroll at once lands on the report's frame, a process of its own of
    # which the browser still believes that it stands there.
    tables.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    tables.click()
    page.locator(".q-item").nth(1).click()
    page.wait_for_timeout(1500)
    walk.look("explained")


def _decide(walk: Walk, w: dict[str, str]) -> None:
    page = walk.page
    for step in ("submit", "approve"):
        page.get_by_label(w["because"]).first.fill("checked 已核")
        page.get_by_role("button", name=w[step], exact=True).click()
        done = {"submit": w["approve"], "approve": ""}[step]
        if done:
            page.get_by_role("button", name=done, exact=True).wait_for()
    page.get_by_text(w["state"]).first.wait_for()
