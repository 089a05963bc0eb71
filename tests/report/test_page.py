"""The page as a council reads it: numbers are those of the run's files, charts have tables."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from infraplan.models.catalogue import in_language
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.report.drawings.palette import MEANINGS, money_paint, sector_paint
from infraplan.optimizer.report.drawings.style import standalone
from infraplan.optimizer.report.frames import (
    MONEY,
    Column,
    ReportTable,
    format_value,
    frame_of,
    in_order,
    make_run,
    text_pair,
)
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.map_data import map_of
from infraplan.optimizer.report.page_columns import (
    FEW_ROWS,
    HEADINGS,
    SHEET,
    PaperTable,
    key_columns,
    paper_of,
    parts_of,
    width_of,
)
from infraplan.optimizer.report.page_tables import commitments_table, trajectory_table
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.plan_tables import TABLES, debt_frame
from infraplan.optimizer.report.texts import unit_pair
from infraplan.optimizer.storage import write_run
from tests.assertions import english_sentences
from tests.builders import make_instance, make_payment, make_plan, make_project, make_start
from tests.report.test_report import INSTANCE, MANIFEST, PLAN, REJECTIONS, page

SIX_MB = 6_000_000


def tables(html: str, lang: str = "en") -> dict[str, list[list[str]]]:
    """Cells of every table that has an id in `lang`, headings first."""
    found = {}
    for name, body in re.findall(r'<table id="t-(\w+)"[^>]*>(.*?)</table>', html, re.DOTALL):
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        found[name] = [[_in(lang, cell) for cell in row] for row in cells]
    return found


def _english(cell: str) -> str:
    return _in("en", cell)


def _in(lang: str, cell: str) -> str:
    other = "en" if lang == "zh" else "zh"
    cell = re.sub(
        rf'<span class="lab">.*?</span></span>|<span class="{other}">.*?</span>', "", cell
    )
    return unescape(re.sub(r"<[^>]*>", "", cell)).strip().removeprefix(": ")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """Rows of the files of a run, by file."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    write_run(folder, instance=INSTANCE, plan=PLAN, manifest=MANIFEST, rejections=REJECTIONS)
    read = {}
    for path in Path(folder).glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            read[path.stem] = list(csv.DictReader(file))
    return read


def amount(cell: str) -> float:
    return float(cell.replace(",", ""))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_numbers_of_the_page_are_those_of_the_files(
    files: dict[str, list[dict[str, str]]], lang: str
) -> None:
    shown = tables(page(lang), lang)
    paid = sum(float(row["amount"]) for row in files["payments"])
    assert amount(shown["money"][-1][-1]) == pytest.approx(paid, abs=0.005)
    by_phase = sum(amount(row[-1]) for row in shown["phases"][1:])
    assert by_phase == pytest.approx(sum(float(r["spend"]) for r in files["phases"]), abs=0.01)
    total = shown["built_by_phase"][-1]
    assert int(total[1]) == len(files["schedule"]) == len(shown["projects"]) - 1
    assert total[3] == in_language(told_money(INSTANCE, paid), lang)
    years = {(row[3], row[5]) for row in shown["projects"][1:]}
    assert years == {(row["start"], row["opening"]) for row in files["schedule"]}
    left = sum(int(row[1]) for row in shown["left_out_reasons"][1:])
    assert left == len(files["rejected"]) == len(shown["rejected"]) - 1
    peak: dict[str, float] = {}
    for row in (row for row in files["debt"] if row["instrument"] == "total"):
        peak[row["year"]] = peak.get(row["year"], 0.0) + float(row["balance"] or 0.0)
    drawn: dict[str, float] = {}
    for cells in shown["trajectory_table"][1:]:
        drawn[cells[2]] = drawn.get(cells[2], 0.0) + amount(cells[3])
    assert drawn == pytest.approx(peak, abs=0.01)
    value = sum(float(row["value"]) for row in files["objective"])
    assert amount(shown["objective"][-1][1]) == pytest.approx(value, abs=0.005)
    funds = [(row["year"], row["opening"], row["closing"]) for row in files["cashflow"]]
    assert [(r[1], amount(r[2]), amount(r[-1])) for r in shown["funds"][1:]] == [
        (year, pytest.approx(float(first), abs=0.005), pytest.approx(float(last), abs=0.005))
        for year, first, last in funds
    ]
    stated = [row for row in files["rules"] if row["value"]]
    assert [(r[2], amount(r[3])) for r in shown["rules"][1:] if r[3] != "-"] == [
        (row["year"], pytest.approx(float(row["value"]), abs=0.005)) for row in stated
    ]
    for name, at in (("project_sources", 3), ("phases", -1)):
        assert sum(amount(r[at]) for r in shown[name][1:]) == pytest.approx(paid, abs=0.05), name
    reached = [(row["year"], float(row["achieved"])) for row in files["targets"]]
    assert [(r[1], amount(r[4])) for r in shown["targets"][1:]] == reached
    checked = sum(int(law["checked"]) for law in MANIFEST["verification"]["laws"])
    assert sum(int(r[1]) for r in shown["laws"][1:]) == checked


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_table_of_the_page_shows_the_rows_of_its_frame(lang: str) -> None:
    """Each cell of each table of a run that the page has, so what is exported is what is read."""
    shown, run = tables(page(lang), lang), make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
    found = 0
    for name, build in TABLES.items():
        table = build(run)
        if table.name not in shown or name == "targets":  # the targets have a bar besides
            continue
        found += 1
        rows = [
            [
                format_value(column, row[column.frame_key(lang)], lang).strip()
                for column in table.columns
            ]
            for row in table.frame.to_dict("records")
        ]
        assert shown[table.name][1:] == rows, name
        assert shown[table.name][0] == [column.title(lang) for column in table.columns], name
    assert found > 12


def test_headings_of_the_chinese_page_are_chinese() -> None:
    run = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
    heads = {
        column.title("zh")
        for build in TABLES.values()
        for column in build(run).columns
        if not column.key.isdigit()
    }
    heads |= {cell for rows in tables(page("zh"), "zh").values() for cell in rows[0]}
    assert [
        head for head in heads if head and not re.search(r"[\u4e00-\u9fff]|^[0-9]+$", head)
    ] == []


def test_every_chart_has_its_table_unit_years_and_source() -> None:
    html = page()
    ids = set(re.findall(r' id="(t-\w+)"', html))
    charts = re.findall(r'<figure class="chart" data-table="(t-\w+)">(.*?)</figure>', html, re.S)
    assert len(charts) >= 4
    for table, body in charts:
        assert table in ids
        assert f'href="#{table}"' in body
        facts = _english(body[body.index('class="facts"') :])
        for word in ("Unit: ", "Years: ", "Source: "):
            assert re.search(rf"{word}\S", facts), body
    assert html.count("<figure") == len(charts)


def test_headings_stand_in_order_and_ids_once() -> None:
    html = page()
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert targets <= set(ids)


def test_the_chinese_page_has_no_english_sentence() -> None:
    html = re.sub(r"<(script|style)>.*?</\1>|<(title|desc)>.*?</\2>", "", page("zh"), flags=re.S)
    html = re.sub(r'<(t?span) class="en">.*?</\1>', "", html)
    assert '<html lang="zh-CN" data-lang="zh"' in html
    seen = [unescape(text) for text in re.findall(r">([^<]+)<", html)]
    seen += re.findall(r'data-zh="([^"]*)"', html)
    assert len(seen) > 300
    assert not [text for text in seen if english_sentences(text)]


def many(count: int) -> Instance:
    return make_instance(
        [
            make_project(
                f"project-{n}",
                10.0 + n,
                9.0,
                name_en=f"Works with a name of ordinary length {n}",
                name_zh=f"名称长度适中的建设项目第{n}号",
                source="document 3, chapter 5, line 100",
            )
            for n in range(count)
        ],
        years=(2021, 2035),
    )


def test_a_page_of_500_projects_is_small_and_asks_for_nothing() -> None:
    instance = many(500)
    starts = [
        make_start(instance, row.id, 2021 + n % 10) for n, row in enumerate(instance.projects)
    ]
    payments = [
        make_payment(row.project, row.start, 10.0, kind="outside", source="") for row in starts
    ]
    html = render_report(instance, make_plan(instance, starts, payments), MANIFEST)
    assert len(html.encode()) < SIX_MB
    assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", html)
    assert "url(" not in html.replace("url(#", "")
    assert "@import" not in html
    assert html.count("data-sector=") == 500


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255.0 for at in (1, 3, 5)]
    lin = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes() -> Iterator[dict[str, str]]:
    """Colours of the light and of the dark page."""
    css = page()
    for body in re.findall(r":root(?::not\(\.on-paper\))? \{ color-scheme[^}]*\}", css):
        named = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", body))
        yield {
            k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:]) for k, v in named.items()
        }


def test_text_has_a_contrast_of_four_and_a_half_in_both_themes() -> None:
    found = list(themes())
    assert len(found) == 2
    for theme in found:
        for ink in ("ink", "soft", "accent", "bad", "good"):
            for ground in ("paper", "head"):
                assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground, theme)


def test_one_paint_has_one_meaning() -> None:
    sectors = ["transport", "water", "energy", "digital", "environment", "municipal", "social"]
    paints = [*MEANINGS.values(), *(money_paint(n) for n in range(24))]
    paints += [sector_paint(name) for name in sectors]
    assert len(set(paints)) == len(paints)


def test_money_as_people_say_it() -> None:
    base = make_instance([make_project("a")])

    def told(amount: float, **settings: object) -> tuple[str, str]:
        instance = base.model_copy(update={"settings": base.settings.model_copy(update=settings)})
        return told_money(instance, amount).both

    yi = {"currency": "CNY", "money_unit": "100 million CNY", "money_unit_zh": "亿元"}
    yi |= {"money_factor": 1e8}  # type: ignore[dict-item]
    assert told(1207.0, **yi) == ("CNY 120.7 billion", "1,207 亿元")
    assert told(0.31, **yi) == ("CNY 31 million", "3,100 万元")
    assert told(-2.5, **yi) == ("CNY -250 million", "-2.50 亿元")
    assert told(0.0, **yi) == ("CNY 0", "0 元")
    assert told(9.9999, **yi)[0] == "CNY 1 billion"
    assert told(1.997, **yi) == ("CNY 199.7 million", "2.00 亿元")  # it is not 2
    # A unit that says no factor is told as it stands: nobody knows what a million is worth there.
    named = {"currency": "CNY", "money_unit": "million", "money_unit_zh": "百万元"}
    assert told(12.0, **named, money_factor=1.0) == ("12 million", "12 百万元")


def wide(columns: int) -> ReportTable:
    kinds = (Column("jurisdiction"), Column("source"))
    kinds += tuple(Column(f"c{n}", MONEY) for n in range(columns))
    row = text_pair("jurisdiction", ("A district", "某区")) | text_pair("source", ("Fund", "资金"))
    row |= {f"c{n}": 12345.67 for n in range(columns)}  # type: ignore[misc]
    return ReportTable("money", kinds, frame_of(kinds, [row]))


@pytest.mark.parametrize("columns", [1, 5, 14, 40])
def test_a_wide_table_is_split_and_each_part_says_what_its_rows_are(columns: int) -> None:
    table = wide(columns)
    parts, keys = parts_of(table), key_columns(table)
    assert [column.key for column in keys] == ["jurisdiction", "source"]
    told = [column for part in parts for column in part[len(keys) :]]
    assert told == list(table.columns[len(keys) :])
    for part in parts:
        assert list(part[: len(keys)]) == keys
        assert sum(width_of(table, column) for column in part) <= SHEET
    assert len(parts) == 1 or columns > 5
    assert len(parts) > 1 or columns < 40


def test_a_drawing_stands_by_itself_in_one_language() -> None:
    from infraplan.optimizer.report.charts import Series, stacked_bars

    drawing = stacked_bars(
        ("Money", "资金"), [("2021", "2021")], [Series(("Fund", "基金"), (1.0,))], ("m", "百万")
    )
    svg = standalone(drawing, "zh")
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="960"')
    assert "var(" not in svg
    assert "基金</tspan>" in svg
    assert 'class="en"' not in svg


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "1 are built in every draw"), ("zh", "1个在稳健性检验的所有抽样中入选")],
)
def test_the_classes_of_a_robust_run_stand_on_the_page(
    tmp_path: Path, lang: str, words: str
) -> None:
    run, robust, out = tmp_path / "run", tmp_path / "robust", tmp_path / "page.html"
    write_run(run, instance=INSTANCE, plan=PLAN, manifest=MANIFEST, rejections=REJECTIONS)
    command = ["export", str(run), "--to", "html", "-o", str(out), "--robust", str(robust)]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 2
    robust.mkdir()
    (robust / "robust.csv").write_text("project,frequency,class\nelsewhere,1,always\n")
    assert CliRunner().invoke(app, command).exit_code == 2
    assert not out.exists()
    (robust / "robust.csv").write_text("project,frequency,class\na,1,always\nb,0,never\n")
    assert CliRunner().invoke(app, [*command, "--lang", lang]).exit_code == 0
    assert words in out.read_text(encoding="utf-8")
    assert "No run with draws" not in out.read_text(encoding="utf-8")


def test_a_plan_without_coordinates_has_no_map() -> None:
    assert PLAN is not None
    assert map_of(INSTANCE, PLAN).works == ()
    assert "No work has coordinates." in page()


def told_rows(
    table: ReportTable, paper: PaperTable | None
) -> list[tuple[tuple[str, str], dict[tuple[str, str], str]]]:
    """Every row of a table as paper tells it: its heading, and words by language and column."""
    if paper is None:
        columns, groups = (table.columns,), ((("", ""), tuple(table.frame.to_dict("records"))),)
        same: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()
    else:
        columns, groups, same = paper.parts, paper.groups, paper.same
    told = []
    for heading, rows in groups:
        for row in rows:
            cells = {
                (lang, c.title(lang)): format_value(c, row[c.frame_key(lang)], lang) or "-"
                for part in columns
                for c in part
                for lang in ("en", "zh")
            }
            cells |= {
                (lang, title[n]): value[n]
                for title, value in same
                for n, lang in enumerate(("en", "zh"))
            }
            told.append((heading, cells))
    return told


@pytest.mark.parametrize("name", [*HEADINGS, "commitments", "money", "estimates"])
def test_paper_says_all_that_a_table_says(name: str) -> None:
    """Columns that paper lacks stand above the rows or over the table, with every value."""
    run = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
    if name == "trajectory_table":
        table = trajectory_table(run, debt_frame(run))
    else:
        table = commitments_table(run) if name == "commitments" else TABLES[name](run)
    many_rows = pd.concat([table.frame] * (FEW_ROWS // max(1, len(table.frame)) + 1))
    table = replace(table, frame=many_rows.reset_index(drop=True))
    paper = paper_of(table)
    shown = told_rows(table, paper)
    assert len(shown) == len(table.frame)
    wanted = []
    for row in table.frame.to_dict("records"):
        for column in table.columns:
            for lang in ("en", "zh"):
                value = format_value(column, row[column.frame_key(lang)], lang) or "-"
                wanted.append(((lang, column.title(lang)), value))
    held = Counter(cell for _, cells in shown for cell in cells.items())
    over = Counter((lang, head[n]) for head, _ in shown for n, lang in enumerate(("en", "zh")))
    for ((lang, title), value), count in (Counter(wanted) - held).items():
        if value != "-":
            found = sum(n for (of, told), n in over.items() if of == lang and value in told)
            assert found >= count, (title, value)


def test_narrow_tables_stand_beside_one_another_on_paper() -> None:
    columns = (Column("payer"), Column("paid_from"), Column("project"), Column("amount", MONEY))
    rows = [
        text_pair("payer", ("A district", "某区"))
        | text_pair("paid_from", (f"Fund {n % 2}", f"资金{n % 2}"))
        | text_pair("project", (f"Works {n}", f"项目{n}"))
        | {"amount": float(n)}
        for n in range(20)
    ]
    paper = paper_of(ReportTable("project_sources", columns, frame_of(columns, rows)))
    assert paper is not None
    assert paper.beside == 3
    assert [name[0] for name, _ in paper.groups] == ["A district · Fund 0", "A district · Fund 1"]
    assert [len(rows) for _, rows in paper.groups] == [10, 10]
    assert [[c.key for c in part] for part in paper.parts] == [["project", "amount"]]


def test_ids_stand_as_an_office_numbers_them() -> None:
    names = ["road-10", "road-2", "a", "road-2b", "2-road", "10-road"]
    wanted = ["2-road", "10-road", "a", "road-2", "road-2b", "road-10"]
    assert sorted(names, key=in_order) == wanted


def test_a_currency_alone_is_told_by_its_name() -> None:
    def told(**settings: object) -> tuple[str, str]:
        base = make_instance([make_project("a")])
        return unit_pair(
            base.model_copy(update={"settings": base.settings.model_copy(update=settings)})
        )

    bare = {"currency": "CNY", "money_unit": "", "money_unit_zh": ""}
    assert told(**bare) == ("CNY", "元")
    assert told(**{**bare, "currency": "USD"}) == ("USD", "美元")
    assert told(**{**bare, "currency": "XAF"}) == ("XAF", "XAF")
    assert told(**{**bare, "money_unit": "CNY"}) == ("CNY", "元")
    assert told(**{**bare, "money_unit": "million CNY"}) == ("million CNY", "million CNY")
    assert told(**{**bare, "currency": ""}) == ("", "")
