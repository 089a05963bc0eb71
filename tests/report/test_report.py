"""The report: one page in two languages, numbers of the plan, nothing that runs or loads."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase
from infraplan.models.plan import Rejection
from infraplan.models.totals import compute_totals
from infraplan.optimizer.analysis.money_check import MoneyCheck
from infraplan.optimizer.analysis.money_record import check_record, money_record
from infraplan.optimizer.report.charts import (
    Series,
    gantt,
    legend_height,
    lines,
    nice_ticks,
    stacked_bars,
)
from infraplan.optimizer.report.frames import Column, format_value, make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.loss_text import amount_text, loss_text
from infraplan.optimizer.report.office_tables import OFFICE_TABLES
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.terminal import TABLE_KINDS, print_summary, print_tables
from infraplan.optimizer.report.texts import TEXTS, Names, text, unit_pair
from infraplan.optimizer.report.workbook import sheet_titles, write_csv_export, write_workbook
from infraplan.optimizer.solve import solve
from tests.assertions import english_sentences, half_width_marks
from tests.builders import (
    edit,
    make_agreement,
    make_date,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_link,
    make_node,
    make_plan,
    make_project,
    make_relation,
    make_share,
    make_start,
)
from tests.cli.conftest import small
from tests.golden.test_golden_rows import networks
from tests.optimizer.engine import best
from tests.optimizer.engines.waters import with_pipes

INSTANCE = small()
FOUND = best(INSTANCE)
PLAN = FOUND.plan
assert PLAN is not None
HALF = MoneyCase(factor=0.5, effect="proven", objective=1.0, candidates=3, leaves=("a",), changed=1)
MANIFEST = {
    "versions": {"infraplan": "9.8.7"},
    "instance": "test",
    "instance_hash": "0",
    "solver": "highs",
    "solver_version": "1",
    "termination": "optimal",
    "solution_state": "optimal",
    "objective": PLAN.objective,
    "bound": PLAN.objective + 0.5,
    "gap": 0.01,
    "runtime_s": 0.1,
    "num_projects": 3,
    "num_selected": len(PLAN.starts),
    "verified": True,
    "totals": compute_totals(PLAN, INSTANCE),
    "verification": {"laws": [{"law": "debt", "checked": 3, "worst_error": 0.0, "violations": 0}]},
    "money": money_record(INSTANCE, PLAN),
    "money_check": check_record(MoneyCheck((HALF,))),
}
REJECTIONS = (
    Rejection(project="b", best_npv=14.0, rule="sources_uses:region", loss=2.0, method="x"),
    Rejection(project="c", best_npv=-7.0, rule="value", loss=7.0, method="shadow prices"),
)


class Outline(HTMLParser):
    """Checks nesting, and collects what a page would load or run."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.scripts = 0
        self.captions = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.captions += tag == "caption"
        self.loads += [value or "" for name, value in attrs if name in {"src", "data"}]
        self.loads += [
            value or ""
            for name, value in attrs
            if name == "href" and not (value or "").startswith("#")
        ]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<rect/>` opens and closes."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def test_a_loss_is_never_told_as_nothing_where_it_is_unknown_or_small() -> None:
    """A number where it is exact, bounds where it is not, and words where nothing is known."""

    def told(**values: object) -> tuple[str, str]:
        return loss_text(Rejection(project="b", best_npv=1.0, rule="value", **values))

    assert told() == ("unknown", "未知")
    assert told(loss_low=0.0) == told(loss_low=-0.5) == ("unknown", "未知")
    assert told(loss_low=-0.5, loss_high=2.0) == ("-0.50 to 2.00", "-0.50至2.00")
    assert told(loss_low=0.3399, loss_high=0.3402) == ("0.34", "0.34")  # not from 0.34 to 0.34
    assert told(loss_low=2.0) == ("at least 2.00", "至少2.00")
    assert told(loss_high=2.0) == ("at most 2.00", "至多2.00")
    assert told(loss_low=0.001, loss_high=2.0) == ("0.001 to 2.00", "0.001至2.00")
    assert told(loss=3.0, loss_low=3.0, loss_high=3.0) == ("3.00", "3.00")
    assert told(loss=0.0004)[0] == "0.0004"
    assert told(can_be_forced=False) == ("cannot be forced in", "不能强制入选")


def test_amounts_are_told_with_their_year_and_unit() -> None:
    def told(rule: str, **values: object) -> tuple[str, str]:
        return amount_text(Rejection(project="b", best_npv=1.0, rule=rule, **values))

    assert told("value", amount=3.4) == ("by 3.40", "差3.40")
    assert told("marginal", amount=-0.002) == ("would add 0.002", "可增加0.002")
    assert told("fund_balance:budget", amount=10.0, year=2026) == (
        "short by 10.00 in 2026",
        "2026年差额10.00",
    )
    assert told("latest_start:b", amount=2.0, year=2027)[0] == "short by 2.00 years in 2027"
    assert told("exclusive:r") == ("", "")


def page(lang: str = "en") -> str:
    return render_report(INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_well_formed_and_loads_nothing(lang: str) -> None:
    outline = Outline()
    outline.feed(page(lang))
    assert outline.open == []
    assert outline.loads == []
    assert outline.scripts == 1
    assert outline.captions >= 8
    assert "http" not in page(lang).replace("http-equiv", "")


def test_the_page_shows_the_plans_numbers_in_both_languages() -> None:
    html = page()
    assert f"{PLAN.objective:,.2f}" in html
    assert f"{PLAN.objective + 0.5:,.4f}" in html
    for start in PLAN.starts:
        assert f'<td class="year">{start.start}</td>' in html
    assert "甲" in html
    assert "效益低于费用" in html
    assert "costs more than it brings" in html
    assert "Infraplan 9.8.7 ·" in html
    assert html.count('class="en"') == html.count('class="zh"')


def test_a_run_of_before_tells_its_version() -> None:
    earlier = {key: value for key, value in MANIFEST.items() if key != "versions"}
    html = render_report(INSTANCE, PLAN, earlier | {"product_version": "0.1.0"})
    assert "Infraplan 0.1.0 ·" in html


def test_chinese_of_the_page_has_full_width_marks() -> None:
    said = [unescape(text) for text in re.findall(r'<span class="zh">([^<]*)</span>', page("zh"))]
    assert len(said) > 100
    chinese = [text for text in said if re.search("[\u4e00-\u9fff]", text)]
    assert not [mark for text in chinese for mark in half_width_marks(text)]
    assert not [text for text in chinese if english_sentences(text)]


def test_names_cannot_break_out_of_the_page() -> None:
    assert "<b>A</b>" not in page()
    assert "&lt;b&gt;A&lt;/b&gt;" in page()


def test_a_page_without_a_plan_says_why() -> None:
    manifest = {
        **MANIFEST,
        "termination": "infeasible",
        "verified": False,
        "conflicts": [{"rule": "x", "subject": "", "text_en": "Rule <X>", "text_zh": "规则X"}],
    }
    html = render_report(INSTANCE, None, manifest, (), lang="zh")
    assert "Rule &lt;X&gt;" in html
    assert "规则X" in html
    assert "没有可展示的方案" in html
    broken = {**manifest, "conflicts": [], "verification": {"laws": [], "violations": ["debt: x"]}}
    assert "debt: x" in render_report(INSTANCE, None, broken)
    note = {"kind": "unexplained", "text_en": "no time was left", "text_zh": "时间不足"}
    unexplained = render_report(INSTANCE, None, {**manifest, "conflicts": [], "notes": [note]})
    assert "no time was left" in unexplained
    assert "时间不足" in unexplained


def test_every_text_stands_in_both_languages() -> None:
    for key, (english, chinese) in TEXTS.items():
        assert english, key
        assert chinese, key
        if key != "language":
            assert not re.search(r"[\u4e00-\u9fff]", english), key
    assert text("water", "zh") == "水利"
    assert text("not a key", "zh") == "not a key"


def joint_road() -> Instance:
    """A road of cost 10 and benefit 16 in 2022, which j shares with k by choice."""
    return make_instance(
        [make_project("road", 10, 16, jurisdiction="j", latest_start=2021)],
        years=(2021, 2022),
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("road", "k", benefit_share=0.5)],
        agreements=[make_agreement("road", shares="chosen", consent="project")],
    )


NETWORK_TABLES = ("supply", "trips", "loading", "network_costs", "network_projects")


def late_works() -> Instance:
    """Works of 10 a year from 2022 to 2024 in a plan that ends in 2022, half paid from outside."""
    spread = {"lead_time": 3, "spending_profile": (1 / 3,) * 3, "earliest_start": 2022}
    return make_instance(
        [make_project("line", 30.0, 9.0, jurisdiction="town", **spread)],
        years=(2021, 2022),
        settings={"spending_after_plan": True, "end_year": 2040},
        jurisdictions=make_jurisdictions("town", "state"),
        shares=[make_share("line", "state", 0.5)],
        funds=[make_fund("budget", jurisdiction="town")],
        inflows=make_inflows("budget", 2021, 0.0, 7.0),
    )


def test_what_is_still_to_be_paid_after_the_plan_is_told() -> None:
    """7 come in a year, 5 are paid: 2 kept in 2022, 4 left in 2023, 6 in 2024."""
    instance = late_works()
    plan = best(instance).plan
    assert plan is not None
    totals = compute_totals(plan, instance)
    assert (totals["investment"], totals["investment_after_plan"]) == pytest.approx((30.0, 20.0))
    run = make_run(instance, plan, {**MANIFEST, "totals": totals})
    frame = TABLES["after_plan"](run).frame
    town = frame[frame["source_en"] == "budget"]
    assert list(town["year"]) == [2023, 2024]
    assert list(town["use"]) == pytest.approx([5.0, 5.0])
    assert list(town["available"]) == pytest.approx([9.0, 11.0])
    assert list(town["headroom"]) == pytest.approx([4.0, 6.0])
    assert frame["use"].iloc[-1] == pytest.approx(20.0)
    money = TABLES["money"](run).frame
    assert list(money[["2022", "2023", "2024"]].iloc[-1]) == pytest.approx([10.0] * 3)
    phases = TABLES["phases"](run).frame
    assert dict(zip(phases["phase_zh"], phases["spend"], strict=True))["规划期后"] == 20.0
    room = TABLES["debt_room"](run).frame
    assert any("after the plan" in name for name in room["rule_en"])
    page = render_report(instance, plan, {**MANIFEST, "totals": totals})
    assert "Works still to be paid for after the plan" in page
    assert "规划期后尚须支付的投资" in page
    assert "of which after the plan" in page
    # A plan that ends in time has no such table and no such figure.
    assert "Works still to be paid for after the plan</caption>" not in render_report(
        INSTANCE, PLAN, MANIFEST
    )


def swapped() -> Instance:
    """Works that stand until 2039 cost 3 a year; taking them away costs 5 and brings 1."""
    first = {"stage": "complete", "opened": 2020, "lifetime": 20, "lead_time": 0}
    old = make_project("old", 10.0, name_en="Old works", name_zh="旧厂", fixed_om_cost=3.0, **first)
    away = make_project("away", 5.0, lead_time=1)
    tie = make_relation("retires", ["old"], ["away"], value=1.0)
    return make_instance([old, away], relations=[tie])


def test_what_is_retired_is_told_on_the_page() -> None:
    found = best(swapped())
    assert found.starts == {"away": 2021}  # opens in 2022: 3 x 3 saved + 1 salvaged
    frame = TABLES["retired_projects"](make_run(swapped(), found.plan, MANIFEST)).frame
    (row,) = frame.to_dict("records")
    assert (row["retired_en"], row["retired_zh"], row["retired_by_en"]) == (
        "Old works",
        "旧厂",
        "away",
    )
    assert (row["serves_to"], row["would_serve_to"], row["years_lost"]) == (2021, 2039, 18)
    assert row["retired_worth"] == pytest.approx(10.0)
    page = render_report(swapped(), found.plan, MANIFEST)
    assert "Retired early" in page
    assert "提前退役项目" in page
    kept = edit(swapped(), relations=())
    assert TABLES["retired_projects"](make_run(kept, best(kept).plan, MANIFEST)).frame.empty
    assert "Retired early" not in render_report(kept, best(kept).plan, MANIFEST)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_has_titles_units_and_rows_in_both_languages(name: str) -> None:
    run = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
    if name in NETWORK_TABLES:
        run = make_run(networks("must"), best(networks("must")).plan, MANIFEST)
    if name == "partners":
        joint = joint_road()
        run = make_run(joint, best(joint).plan, MANIFEST)
    if name == "after_plan":
        late = late_works()
        run = make_run(late, best(late).plan, MANIFEST)
    if name == "stated_dates":
        dated = edit(INSTANCE, stated_dates=(make_date(INSTANCE.projects[0].id, "begin_by", 2021),))
        run = make_run(dated, best(dated).plan, MANIFEST)
    if name == "fairness":
        settled = make_jurisdictions("region", population=30_000.0)
        peopled = edit(INSTANCE, jurisdictions=settled)
        run = make_run(peopled, best(peopled).plan, MANIFEST)
    if name == "pressures":
        water = with_pipes(INSTANCE)
        run = make_run(water, solve(water).plan, MANIFEST)
    if name == "retired_projects":
        run = make_run(swapped(), best(swapped()).plan, MANIFEST)
    table = TABLES[name](run)
    assert all(table.title)
    for column in table.columns:
        for lang in ("en", "zh"):
            assert column.title(lang)
            assert column.frame_key(lang) in table.frame.columns
    assert not table.frame.empty
    empty = TABLES[name](make_run(INSTANCE, None, {}, ()))
    assert list(empty.frame.columns)


def test_what_is_let_go_stands_beside_the_cost_of_its_network() -> None:
    # The plant gives 15, 10 are wanted, blocks of one hour each: 5 are let go in the year.
    instance = make_instance(
        years=(2021, 2021),
        network_nodes=[
            make_node("g", "plant", "p", capacity=20.0, minimum_output=15.0, spill=True),
            make_node("z", "zone", "p"),
        ],
        network_links=[make_link("line", "g", "z", "p")],
        demands=[make_demand("load", "z", 10.0, "p", unserved_price=1.0)],
    )
    table = TABLES["network_costs"](make_run(instance, best(instance).plan, MANIFEST))
    assert table.frame["spilt"].tolist() == [pytest.approx(5.0)]
    without = make_run(INSTANCE, PLAN, MANIFEST)
    assert "spilt" not in [column.key for column in TABLES["network_costs"](without).columns]


def test_tables_agree_with_the_plan() -> None:
    run = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
    paid = sum(p.amount for p in PLAN.payments)
    assert TABLES["phases"](run).frame["spend"].sum() == pytest.approx(paid)
    assert TABLES["money"](run).frame["total"].iloc[-1] == pytest.approx(paid)
    worth = TABLES["objective"](run).frame["amount"]
    assert worth.iloc[:-1].sum() == pytest.approx(PLAN.objective)
    debt = TABLES["debt"](run).frame.set_index("year")
    # Old debt of 2 is repaid in 2021; the balance is what was issued less what is repaid.
    issued = sum(i.amount for i in PLAN.issues if i.year == 2021)
    assert debt.loc[2021, "balance"] == pytest.approx(issued)
    assert debt.loc[2021, "headroom"] == pytest.approx(12.0 - issued)


def test_rules_in_words() -> None:
    names = Names(INSTANCE)
    assert names.rule("sources_uses:region")[0].startswith("no money left")
    assert names.rule("precedence:r1") == ("waits for a predecessor: r1", "前置项目：r1")
    assert names.rule("unknown")[0] == "unknown"
    assert names.pair("a") == ("<b>A</b>", "甲")
    assert unit_pair(INSTANCE) == ("CNY", "元")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_terminal_fits_80_columns(lang: str) -> None:
    console = Console(width=80, record=True, file=(Path("/dev/null").open("w")))  # noqa: SIM115
    print_summary(console, INSTANCE, PLAN, MANIFEST, lang=lang)
    for kind in TABLE_KINDS:
        print_tables(console, kind, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)
    shown = console.export_text()
    widths = [
        sum(2 if ord(character) > 0x2E80 else 1 for character in line)
        for line in shown.splitlines()
    ]
    assert max(widths) <= 80
    assert f"{PLAN.objective:,.4f}" in shown
    console.file.close()


def test_the_terminal_lists_conflicts() -> None:
    console = Console(width=80, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    conflicts = [{"text_en": "Rule X", "text_zh": "规则X"}]
    print_summary(console, INSTANCE, None, {**MANIFEST, "conflicts": conflicts}, lang="zh")
    assert "规则X" in console.export_text()
    console.file.close()


def test_page_and_terminal_tell_years_and_amounts_of_a_conflict() -> None:
    stated = {"rule": "fund_balance:budget", "text_en": "no money", "text_zh": "资金不足"}
    stated |= {"amount": 9.0, "years": [2022], "amounts": [9.0]}
    older = {"rule": "fund_balance:b", "text_en": "older", "text_zh": "旧", "amount": 3.0}
    older |= {"years": [2023]}
    manifest = {**MANIFEST, "termination": "infeasible", "conflicts": [stated, older]}
    page = render_report(INSTANCE, None, manifest)
    console = Console(width=80, record=True, file=io.StringIO())
    print_summary(console, INSTANCE, None, manifest, lang="en")
    for shown in (page, console.export_text()):
        assert "no money: short by about 9 (2022)" in shown
        assert "older: short by about 3 (2023)" in shown
    assert "资金不足：差额约9（2022年）" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_holds_the_tables_and_runs_nothing(tmp_path: Path, lang: str) -> None:
    path = write_workbook(
        tmp_path / "new" / "plan.xlsx", INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang
    )
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == len(TABLES) + len(OFFICE_TABLES)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    formulas = [str(c.value) for c in cells if c.data_type == "f"]
    assert all(re.fullmatch(r"=SUM\([A-Z]+[0-9]+:[A-Z]+[0-9]+\)", one) for one in formulas)
    assert any(str(c.value).startswith("'=SUM(B)") for c in cells) or lang == "zh"
    projects = book[book.sheetnames[2 + len(OFFICE_TABLES)]]
    assert projects.freeze_panes == "A4"
    assert {int(sheet.page_setup.paperSize) for sheet in book} == {9}  # A4
    # A whole number in a format with places would be shown with a dot behind it.
    wrong = [c for c in cells if isinstance(c.value, int) and c.number_format.endswith(".######")]
    assert not wrong
    summary = book[book.sheetnames[0]]
    frame = TABLES["summary"](make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)).frame
    shown = dict(zip(frame[f"item_{lang}"], frame[f"amount_{lang}"], strict=True))
    told = {row[0].value: row[1].value for row in summary.iter_rows(min_row=4)}
    numbers = {name: value for name, value in told.items() if isinstance(value, int | float)}
    assert len(numbers) >= 5
    assert {name: float(shown[name].replace(",", "")) for name in numbers} == numbers
    assert projects.auto_filter.ref == f"A3:M{projects.max_row - 1}"  # the sum is in no filter
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["plan.xlsx"]
    # A total below the rows is in no filter: sorted, it would stand among them.
    word = "合计" if lang == "zh" else "total"
    totals = [sheet for sheet in book if sheet.cell(sheet.max_row, 1).value == word]
    assert len(totals) >= 2
    for sheet in totals:
        assert sheet.auto_filter.ref.rpartition("A3:")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == (
            str(sheet.max_row - 1)
        )


def test_names_of_sheets_are_whole_words_and_differ() -> None:
    titles = [
        "Sources and uses by jurisdiction",
        "Sources and uses by all districts",
        "a/b: c*",
        "A b c",
    ]
    assert sheet_titles(titles) == [
        "Sources and uses by …",
        "Sources and uses by all …",
        "a b c",
        "A b c 2",
    ]
    long = ["规划" * 20, "规划" * 20]
    assert [len(name) for name in sheet_titles(long)] == [31, 31]
    assert len(set(sheet_titles(long))) == 2


def test_csv_export_reads_back(tmp_path: Path) -> None:
    folder = write_csv_export(tmp_path / "csv", INSTANCE, PLAN, MANIFEST, REJECTIONS, lang="en")
    assert {p.stem for p in folder.iterdir()} == set(TABLES)
    assert "'=SUM(B)" in (folder / "rejected.csv").read_text(encoding="utf-8-sig")


def test_cells_for_readers() -> None:
    assert format_value(Column("cost", "money"), 1234.5, "en") == "1,234.50"
    assert format_value(Column("cost", "money"), None, "en") == "-"
    assert format_value(Column("ratio", "share"), 0.125, "en") == "12.5%"
    assert format_value(Column("year", "year"), 2021.0, "en") == "2021"
    assert format_value(Column("2021", "year"), 3.0, "en") == "3.00"
    assert format_value(Column("checked", "count"), 1200, "en") == "1,200"


@pytest.mark.parametrize(
    ("top", "ticks"),
    # steps of 1, 2, 2.5, 5 times a power of ten, about five of them
    [(0.0, [0.0, 1.0]), (10.0, [0, 2, 4, 6, 8, 10]), (12.0, [0, 2.5, 5, 7.5, 10, 12.5])],
)
def test_ticks_are_round_and_reach_the_top(top: float, ticks: list[float]) -> None:
    assert nice_ticks(top) == pytest.approx(ticks)


def test_charts_of_nothing_and_of_gaps() -> None:
    assert "<svg" in stacked_bars(("t", "题"), [("a", "甲")], [], ("u", "元"))
    series = [Series(("long name " * 9, "很长的名称" * 9), (1.0, None, 2.0))] * 3
    drawn = lines(("t", "题"), [2021, 2022, 2023], series, ("u", "元"), plan_end=2022)
    assert drawn.count("<polyline") == 6  # each series is broken once by its gap
    assert legend_height(series) == 54
    assert "<svg" in gantt(("t", "题"), [], 2021, 2024, [])


@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_no_column_falls_off_a_narrow_terminal(kind: str) -> None:
    """Rules end in the cross of the last column, as wide as its longest number: nothing is cut."""
    console = Console(width=80, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    print_tables(console, kind, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang="en")
    table = TABLES[kind](make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS))
    rules = [line for line in console.export_text().splitlines() if line.startswith("━")]
    console.file.close()
    hidden = {"source", "payers", "option"}
    blank = {
        c.key for c in table.columns if c.kind == "text" and not any(table.frame[c.key + "_en"])
    }
    shown = [c for c in table.columns if c.kind != "text" or c.key not in hidden | blank]
    if not rules or kind in {"money", "debt_statement"}:  # nothing to show, or split by years
        return
    assert all(len(line) <= 80 for line in rules)
    narrowed = {"debt_room": 4, "appraisal": 4, "projects": 1, "debt": 1, "rules": 1}
    narrowed |= {"money_check": 1}
    assert rules[0].count("╇") == len(shown) - 1 - narrowed.get(kind, 0)


def terminal_table(kind: str, lang: str) -> str:
    console = Console(file=StringIO(), width=80)
    print_tables(console, kind, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_unit_that_all_columns_share_stands_in_the_title() -> None:
    rejected = terminal_table("rejected", "en")
    unit = INSTANCE.settings.money_unit or INSTANCE.settings.currency
    assert f"What was left out, and why [{unit}]" in rejected
    assert rejected.count(f"[{unit}]") == 1
    assert "projects in its way" not in rejected  # blank in every row
    for kind in ("money", "debt_statement"):
        lines = terminal_table(kind, "zh").splitlines()
        titles = [line for line in lines if "2021-" in line]
        assert titles
        assert all(f"（{unit_pair(INSTANCE)[1]}）" in line for line in titles)


def test_the_first_lines_of_the_page_are_the_answer() -> None:
    """A alone is built: from 2021, 3 of its 10 paid by the budget and 7 by the bond."""
    html = unescape(page())
    (lead,) = re.findall(r'class="lead"><span class="en">(.*?)</span><span class="zh">', html)
    assert lead.startswith("The plan builds 1 of 3 candidate projects from 2021 to 2024")
    assert "The money comes from: bond 70%, Budget 30%. Works start in 2021;" in html
    assert "资金来源：" in html


def test_the_page_prints_whole_on_a4() -> None:
    html = page()
    assert "@page { size: A4;" in html
    assert "details::details-content { content-visibility: visible;" in html
    assert "beforeprint" in html  # opens closed sections where the browser has no such style


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Nothing limits the money"), ("zh", "资金约束")]
)
def test_a_report_without_limit_of_money_says_so_on_its_first_line(lang: str, words: str) -> None:
    free = make_instance([make_project("a", 10.0, 9.0)])
    plan = make_plan(free, [make_start(free, "a", 2021)])
    for instance, is_told in ((free, True), (INSTANCE, False)):
        console = Console(file=StringIO(), width=200)
        print_summary(console, instance, plan if is_told else PLAN, MANIFEST, lang=lang)
        first = console.file.getvalue().splitlines()[0]  # type: ignore[attr-defined]
        assert (words in first) is is_told
