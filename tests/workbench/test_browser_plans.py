"""Pages of plans, comparisons and studies as they are served, and walked in a real browser.

Needs requirements-browser.lock, which `make test-slow PART=browser` installs, and Chromium.
INFRAPLAN_SHOTS=FOLDER keeps pictures of every page, light and dark.
"""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infraplan.optimizer.analysis.asked_changes import AskedChanges, change_instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.workflow import run_solve
from tests.workbench.serving import Served, served
from tests.workbench.test_browser import AXE, CHROMIUM, Walk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.by_seconds]


@pytest.fixture(scope="module")
def runs(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The worked example solved, and once more without its reservoir."""
    place = tmp_path_factory.mktemp("runs")
    instance = inspect_instance(template).require()
    run_solve(instance, SolveOptions(gap=0.0), place / "whole")
    less = AskedChanges(forbid=("reservoir",), because="-", by="-")
    changed = change_instance(instance, less).instance
    run_solve(changed, SolveOptions(gap=0.0), place / "less")
    return place / "whole", place / "less"


@pytest.fixture(scope="module")
def server(
    runs: tuple[Path, Path], template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A workbench with version 1, runs 1 and 2, and study 3, a frontier of one point."""
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.tables import JobKind, JobState

    folder, store = open_store(tmp_path_factory.mktemp("pages") / "data")
    version = store.add_version(store.add_instance("county", "template", "Li"), "Li")
    workbook = folder.workbook(version.instance_id, version.number)
    workbook.parent.mkdir(parents=True)
    workbook.write_bytes(template.read_bytes())
    for run in runs:
        shutil.copytree(run, folder.run(store.keep_run(version.id, {}, "Li")))
    values = {"command": "frontier", "values": {"--x": "budget", "--points": 1}, "lang": "en"}
    number = store.add_job(JobKind.STUDY, version.id, values, "Li")
    shutil.copytree(runs[0], folder.job(number) / "study" / "p001")
    manifest = json.loads((runs[0] / "run.json").read_text("utf-8"))
    point = {
        **{"x": 10.0, "y": manifest["objective"], "y_bound": manifest["bound"], "limit": None},
        **{"value": manifest["objective"], "price": None, "run_dir": "study/p001"},
        **{"verified": True, "enters": [], "leaves": []},
    }
    answer = {"x": "budget", "y": "npv", "points": [point], "knees": []}
    store.end_job(number, JobState.DONE, answer)
    store.close()
    with served(folder.root) as made:
        yield made


def _page(server: Served, path: str) -> str:
    told = server.ask(path)
    assert told.status == 200, path
    text = html.unescape(html.unescape(told.body.decode()))
    assert "Not there" not in text, path
    assert "无法显示" not in text, path
    return text


def test_every_page_is_made_in_both_languages(server: Served) -> None:
    run = _page(server, "/en/run/1")
    for words in ("Phase schedule", "How sure this is", "What was left out, and why"):
        assert words in run, words
    assert 'class=\\"m' not in run, "a part is made when it is chosen"
    assert "分期建设安排" in _page(server, "/zh/run/1")
    assert "Only what differs" in _page(server, "/en/compare?runs=1,2")
    assert "并列对比" in _page(server, "/zh/compare?runs=2,1")
    study = _page(server, "/en/study/3?plan=p001")
    assert "?plan=p001" in study
    assert "Keep as a run" in study
    assert "权衡前沿" in _page(server, "/zh/study/3")
    assert "Draws planned for together" in _page(server, "/en/version/1/studies")
    assert "允许的损失" in _page(server, "/zh/run/1/studies")
    assert "Budgets, ceilings and other figures" in _page(server, "/en/version/1/solve")


def test_a_run_is_no_study_and_a_table_is_downloaded(server: Served) -> None:
    told = html.unescape(server.ask("/en/study/1").body.decode())
    assert "Not there" in told
    table = server.ask("/study/3/table/0?lang=zh")
    assert table.status == 200
    assert table.headers["content-type"].startswith("text/csv")
    assert "亿元" in table.body.decode("utf-8-sig")
    for path in ("/study/3/table/9", "/study/1/table/0", "/study/99/tables", "/study/3/tables"):
        assert server.ask(path).status == 404, path


def test_the_tones_are_served_to_whoever_comes(server: Served) -> None:
    told = server.ask("/static/palette.css")
    assert told.status == 200
    assert told.headers["content-type"].startswith("text/css")
    assert b"data-theme=dark" in told.body
    assert b"table.gantt" in told.body
    page = _page(server, "/en/")
    assert page.index("/static/theme.js") < page.index("/static/workbench.css")
    dark = server.ask("/en/", Cookie="infraplan_theme=dark").body.decode()
    assert 'value="dark" selected' in html.unescape(html.unescape(dark)).replace('\\"', '"')


WORDS = {
    "en": {
        "tabs": (
            "Map",
            "Money by source and year",
            "Debt against its limits",
            "Service before and after",
            "How sure this is",
            "What was left out, and why",
        ),
        "search": "search by name",
        "one": "1 of ",
        "keep": "Keep as a run",
        "begin": "Begin",
        "points": "Points",
        "chart": "Chart",
        "figure": "Figure",
        "value": "New value",
        "because": "Because",
        "add": "Add: Figure",
        "theme": "Light or dark",
    },
    "zh": {
        "tabs": (
            "分布图",
            "分年度资金来源",
            "政府债务与限额",
            "服务水平前后对比",
            "可靠程度",
            "未入选项目及原因",
        ),
        "search": "按名称查找",
        "one": "1项",
        "keep": "保存为方案",
        "begin": "开始",
        "points": "点数",
        "chart": "图",
        "figure": "数据项",
        "value": "新值",
        "because": "理由",
        "add": "添加: 数据项",
        "theme": "外观",
    },
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("not installed: Chromium")
    pytest.importorskip(AXE)
    made = pytest.importorskip("playwright.sync_api")
    with made.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plans_are_looked_at(server: Served, browser: Any, lang: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    walk = Walk(page, server, lang)
    name = f"{scheme}-"
    _look_at_run(walk, WORDS[lang], name)
    page.goto(f"{server.url}/{lang}/compare?runs=1,2")
    page.locator("table.gantt").first.wait_for()
    walk.look(f"{name}compare")
    page.goto(f"{server.url}/{lang}/study/3")
    page.locator("a.spot").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=WORDS[lang]["keep"]).wait_for()
    walk.look(f"{name}study")
    page.close()
    assert not walk.faults, "\n".join(walk.faults)


def _look_at_run(walk: Walk, w: dict[str, Any], name: str) -> None:
    page = walk.page
    page.goto(f"{walk.server.url}/{walk.lang}/run/1")
    page.locator("table.gantt").first.wait_for()
    walk.look(f"{name}schedule")
    page.get_by_label(w["search"]).first.fill("reservoir" if walk.lang == "en" else "水库")
    page.get_by_text(w["one"]).first.wait_for()
    for number, tab in enumerate(w["tabs"]):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_timeout(600)
        walk.look(f"{name}part-{number}")
        if number == 0:
            slider = page.locator("input.wb-map-year")
            if slider.count():  # the worked example may have no place
                slider.focus()
                before = slider.input_value()
                page.keyboard.press("ArrowLeft")
                assert page.locator("output").first.text_content() == str(int(before) - 1)


def test_the_switch_is_kept_and_overrules_the_system(server: Served, browser: Any) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{server.url}/en/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_label(WORDS["en"]["theme"]).select_option("dark")
    page.locator("body.body--dark").wait_for()
    dark = page.evaluate(background)
    assert dark != light
    page.goto(f"{server.url}/zh/run/1")
    page.locator("body.body--dark").wait_for()
    assert page.evaluate(background) == dark
    page.get_by_label(WORDS["zh"]["theme"]).select_option("")
    page.locator("body.body--light").wait_for()
    assert page.evaluate(background) == light
    context.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_study_is_begun_and_a_figure_changed(server: Served, browser: Any, lang: str) -> None:
    w = WORDS[lang]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    walk = Walk(page, server, lang)
    page.goto(f"{server.url}/{lang}/version/1/solve")
    page.get_by_label(w["figure"], exact=True).first.fill("2026")
    page.locator(".q-item").first.click()
    page.get_by_label(w["value"], exact=True).fill("2.5")
    because = f"promised 承诺 {lang}"  # what the other language left is there at once
    page.get_by_label(w["because"], exact=True).last.fill(because)
    page.get_by_role("button", name=w["add"]).click()
    page.locator("td", has_text=because).first.wait_for()
    walk.look("solve-with-figure")
    page.goto(f"{server.url}/{lang}/version/1/studies")
    page.get_by_label(w["points"], exact=True).first.fill("2")
    walk.look("studies")
    page.get_by_role("button", name=w["begin"], exact=True).first.click()
    page.wait_for_url("**/study/*")
    page.locator("a.spot").first.wait_for(timeout=600_000)
    walk.look("study-done")
    page.close()
    assert not walk.faults, "\n".join(walk.faults)


def test_a_tap_tells_the_whole_of_a_cell_that_is_cut(browser: Any) -> None:
    """And the keys do; a cell that has room says nothing more, Escape closes it."""
    from importlib import resources

    files = resources.files("infraplan.optimizer.workbench") / "static"
    style, script = ((files / f"workbench.{end}").read_text("utf-8") for end in ("css", "js"))
    text = "资金不足：一般公共预算在2024年、2025年、2026年均无余量，差额合计1.20亿元，另见债务限额"
    cell = '<div class="ag-cell ag-cell-wrap-text" tabindex="-1" style="width:104px;height:72px">'
    page = browser.new_page(viewport={"width": 390, "height": 700})
    page.set_content(
        f'<style>{style}</style><div class="wb-grid wb-fetched"><div class="ag-root">'
        f"{cell}{text}</div>{cell}ok</div></div></div><script>{script}</script>"
    )
    told, cells = page.locator(".wb-told"), page.locator(".ag-cell")
    cells.nth(0).click()
    assert told.inner_text() == text
    cells.nth(1).click()
    assert not told.is_visible()
    cells.nth(0).focus()
    assert told.is_visible()
    page.keyboard.press("Escape")
    assert not told.is_visible()
    page.close()
