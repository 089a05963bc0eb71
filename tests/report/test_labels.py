"""Every total says its unit and year; sources of several payers are told apart."""

from __future__ import annotations

import os
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.summary_table import unit_of_total
from infraplan.optimizer.report.texts import Names, both
from infraplan.optimizer.report.workbook import write_workbook
from tests.builders import (
    REGION,
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_issue,
    make_jurisdictions,
    make_link,
    make_node,
    make_payment,
    make_plan,
    make_pool,
    make_project,
    make_relation,
    make_start,
)
from tests.report.test_report import MANIFEST


def two_payers() -> Instance:
    """Two districts with a budget each that is called alike; 8 borrowed in 2022, repaid in 2024."""
    projects = [make_project(f"p{n}", 5.0, 9.0, jurisdiction=n) for n in ("j", "k")]
    return make_instance(
        projects,
        jurisdictions=make_jurisdictions("j", "k"),
        funds=[make_fund(f"of-{n}", jurisdiction=n, name_en="Budget") for n in ("j", "k")],
        inflows=make_inflows("of-j", 2021, 5.0) + make_inflows("of-k", 2021, 5.0),
        instruments=[make_bond(tenor=2, rate=0.1, jurisdiction="j")],
        settings={"money_unit": "million", "money_unit_zh": "百万元"},
    )


def test_totals_name_their_year() -> None:
    instance = two_payers()
    run = make_run(instance, make_plan(instance, issues=[make_issue("bond", 2022, 8.0)]), {})
    assert unit_of_total(run, "objective") == ("million, prices of 2021", "百万元（2021年价格）")
    assert unit_of_total(run, "borrowed") == ("million, money of the year", "百万元（当年价）")
    # 8 are owed at the end of 2022 and of 2023: the first is told. All is repaid in 2024.
    assert unit_of_total(run, "debt_peak") == ("million, end of 2022", "百万元（2022年末）")
    assert unit_of_total(run, "debt_service_peak") == ("million, in 2024", "百万元（2024年）")
    assert unit_of_total(run, "targets_missed") == ("", "")
    empty = make_run(instance, None, {})
    assert unit_of_total(empty, "debt_peak") == ("million", "百万元")


def test_sources_that_are_called_alike_name_their_payer() -> None:
    instance = two_payers()
    starts = [make_start(instance, name, 2021) for name in ("pj", "pk")]
    payments = [make_payment(f"p{n}", 2021, 5.0, f"of-{n}", jurisdiction=n) for n in ("j", "k")]
    page = render_report(instance, make_plan(instance, starts, payments), MANIFEST)
    assert "j: Budget" in page
    assert "k: Budget" in page


def test_the_load_of_a_link_is_not_headed_by_the_title_of_its_table() -> None:
    table = TABLES["loading"](make_run(two_payers(), None, {}))
    titles = [column.title("en") for column in table.columns]
    assert titles[-1] == "of capacity"
    assert table.title[0] not in titles


def test_long_text_wraps_in_rows_that_are_high_enough(tmp_path: Path) -> None:
    """A payer of 90 letters: three lines in the widest column; headings with units take two."""
    from openpyxl import load_workbook

    name = "Very long name of a district " * 3
    instance = two_payers()
    long = instance.jurisdictions[0].model_copy(update={"name_en": name})
    instance = instance.model_copy(update={"jurisdictions": (long, *instance.jurisdictions[1:])})
    starts = [make_start(instance, "pj", 2021)]
    payments = [make_payment("pj", 2021, 5.0, "of-j", jurisdiction="j")]
    path = write_workbook(tmp_path / "w.xlsx", instance, make_plan(instance, starts, payments), {})
    sheet = load_workbook(path)["Projects built"]
    headings = {cell.value: cell for cell in sheet[3]}
    assert sheet.row_dimensions[3].height >= 30
    payers = sheet.cell(4, headings["paid by"].column)
    assert payers.value.startswith("Very long name")
    assert payers.alignment.wrap_text
    assert sheet.row_dimensions[4].height >= 45
    assert path.stat().st_mode & 0o044 == 0o044 & ~umask()


def umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def test_a_fund_that_is_called_like_a_heading_keeps_its_id() -> None:
    instance = make_instance([make_project("flow")], funds=[make_fund("state")])
    names = Names(instance)
    assert names.pair("state") == ("state", "state")
    assert names.pair("flow") == ("flow", "flow")
    # Pools are called by the words of the rules that name them.
    pools = [make_pool(**{REGION: "state"})]
    pooled = make_instance([make_project("a")], funds=[make_fund("state")], pools=pools)
    (pool,) = pooled.pools
    assert Names(pooled).pair(pool.id) == both(pool.id)


def tied_by_name() -> Instance:
    """Two works that are built together or not at all, and a main between two named places."""
    return make_instance(
        [
            make_project(name, name_en=f"Work {name}", name_zh=f"工程{name}")
            for name in ("a", "b", "c", "d")
        ],
        relations=[
            make_relation("all_or_none", ["a"], ["b"], id="d008"),
            make_relation("at_most", ["a", "b"], ["c", "d"], id="d009", count=3),
        ],
        network_nodes=[
            make_node("s", "source", capacity=9.0, name_en="Well", name_zh="水源"),
            make_node("z", "zone", name_en="Town", name_zh="城区"),
        ],
        network_links=[make_link("pipe-1", "s", "z", capacity=2.0)],
    )


def test_a_relation_is_told_by_the_works_that_it_ties() -> None:
    names = Names(tied_by_name())
    english, chinese = names.rule("all_or_none:d008")
    assert (english.endswith(": Work a, Work b"), chinese.endswith("：工程a、工程b")) == (
        True,
        True,
    )
    assert names.pair("d009")[1] == "工程a、工程b、工程c等4个项目"
    assert names.tie("d008") == ("Work a, Work b", "工程a、工程b")


def test_a_link_is_told_by_its_ends_and_has_its_id_in_a_column_of_its_own() -> None:
    instance = tied_by_name()
    assert Names(instance).link("pipe-1") == ("Well - Town", "水源-城区")
    columns = [column.key for column in TABLES["loading"](make_run(instance, None, {})).columns]
    assert columns[1:3] == ["link", "link_id"]
