"""Runs with little in them: the page and the paper say what is true, in whole sentences."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.catalogue import in_language
from infraplan.models.instance import Instance
from infraplan.optimizer.report.council_words import narrative, paragraph
from infraplan.optimizer.report.frames import Run, asked, make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.page_tables import built_by_phase_table, largest_works_table
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.plan_tables import targets_table
from infraplan.optimizer.report.summary_table import summary_table
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    edit,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_target,
)
from tests.cli.conftest import small
from tests.golden.test_golden_rows import networks


def solved(instance: Instance, folder: Path) -> Run:
    """The run of `instance` as an export reads it."""
    run_solve(instance, SolveOptions(gap=0.0), folder)
    files = read_run(folder)
    return make_run(files.instance, files.plan, files.manifest, files.tables.rejected)


def page_of(run: Run, lang: str = "en") -> str:
    """Words of the page of a run."""
    assert run.plan is not None
    html = render_report(run.instance, run.plan, run.manifest, run.rejections, lang=lang)
    return unescape(re.sub(r"<[^>]*>", "", html))


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def indebted_networks() -> Instance:
    """Networks whose projects must be built, with the money of a city that borrows."""
    city, drawn = small(), networks("must")
    money = ("funds", "pools", "instruments", "debt", "fiscal")
    inflows = make_inflows("budget", 2021, 15, 15)
    return edit(drawn, **{name: getattr(city, name) for name in money}, inflows=tuple(inflows))


@pytest.mark.parametrize("make", [small, networks, indebted_networks])
def test_figures_of_page_and_paper_are_those_of_the_files(make: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run = solved(make(), folder)
    page, tell = page_of(run), told_money
    paper = {part: str(paragraph(narrative(run, part))) for part in ("paper", "paper_debt")}
    paid = sum(float(row["amount"]) for row in rows_of(folder, "payments"))
    totals: Mapping[str, Any] = run.manifest["totals"]
    built = len(rows_of(folder, "schedule"))
    assert f"builds {built} of {asked(run)} candidate" in paper["paper"]
    assert str(tell(run.instance, float(totals["investment"]))) in paper["paper"]
    value = sum(float(row["value"]) for row in rows_of(folder, "objective"))
    assert str(tell(run.instance, value)) in paper["paper"]
    total = built_by_phase_table(run).frame.iloc[-1]
    assert (total["works_begun"], total["works_opened"]) == (built, built)
    assert total["money_spent_en"] == str(tell(run.instance, paid))
    years: dict[str, dict[str, float]] = {}
    for row in rows_of(folder, "debt"):
        if row["instrument"] != "total":
            sums = years.setdefault(row["year"], dict.fromkeys(("borrow", "balance"), 0.0))
            for key in sums:
                sums[key] += float(row[key] or 0.0)
    if any(any(sums.values()) for sums in years.values()):
        peak = max(sums["balance"] for sums in years.values())
        assert f"with {tell(run.instance, peak)}" in paper["paper_debt"]
        borrowed = sum(sums["borrow"] for sums in years.values())
        assert f"New debt of {tell(run.instance, borrowed)}" in paper["paper_debt"]
    else:
        assert "No debt is issued" in paper["paper_debt"]
    for part in ("paper", "paper_debt"):
        for sentence in narrative(run, part):
            assert str(sentence) in page


def test_what_stands_is_no_candidate_and_works_under_way_began_before(tmp_path: Path) -> None:
    option = make_option(cost=10, benefit=9, lead_time=4, spending_profile=(0.25,) * 4)
    going = {"stage": "under_construction", "started": 2019}
    instance = make_instance(
        [
            make_project("a", options=[option], **going),
            make_project("b", 5, 9),
            make_project("s", 5, 9, stage="complete", opened=2015),
        ]
    )
    run = solved(instance, tmp_path / "run")
    assert "builds 2 of 2 candidate projects" in str(paragraph(narrative(run, "paper")))
    by_phase = built_by_phase_table(run).frame
    assert list(by_phase["works_begun"]) == [1, 1, 2]
    assert by_phase["phase_en"][0] == "under way before the plan"
    assert largest_works_table(run).frame["years_of_works_en"][0].startswith("2019-2022")
    assert "Works start in 2021;" in str(paragraph(narrative(run, "paper_cost")))


@pytest.mark.parametrize("word", ["no", "false", 1, {"laws": []}])
def test_only_true_says_that_a_plan_was_verified(tmp_path: Path, word: object) -> None:
    run = solved(make_instance([make_project("a", 10, 9)]), tmp_path / "run")
    assert "verified" in set(summary_table(run).frame["amount_en"])
    forged = replace(run, manifest={**run.manifest, "verified": word})
    assert "not verified" in set(summary_table(forged).frame["amount_en"])
    assert "and found no fault" in page_of(run)
    assert "and found no fault" not in page_of(forged)


def test_a_plan_of_nothing_says_so(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx (extra docx) is not installed")
    from infraplan.optimizer.report.council_paper import write_council_paper

    run = solved(make_instance([make_project("a", 10, 0.1)]), tmp_path / "run")
    path = tmp_path / "paper.docx"
    write_council_paper(path, run.instance, run.plan, run.manifest, run.rejections, lang="zh")
    lines = [line.text for line in docx.Document(str(path)).paragraphs if line.text]
    headings = [n for n, line in enumerate(lines) if line in {"重大项目", "投资规模与资金来源"}]
    assert [lines[n + 1] for n in headings] == ["无。", "无。"]
    assert "方案在2021—2024年建设1个候选项目中的0个" in lines[4]


def test_a_unit_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("a", 1, 9, outputs={"km": 3.0, "pump": 1.0})],
        targets=[
            make_target("road", "km", 4.0, 2024, shortfall_price=0.1, unit="km"),
            make_target("pumps", "pump", 4.0, 2024, shortfall_price=0.1, unit="座"),
        ],
    )
    run = solved(instance, tmp_path / "run")
    frame = targets_table(run).frame
    assert sorted(frame["unit_en"]) == ["km", "plants"]
    assert sorted(frame["unit_zh"]) == ["公里", "座"]
    assert "座" not in page_of(run).partition("pumps, 2024:")[2][:30]


def test_room_in_a_fund_is_called_by_the_fund(tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("a", 10, 9)],
        funds=[make_fund(name_en="Budget", name_zh="预算")],
        inflows=make_inflows("budget", 2021, 20),
    )
    told = paragraph(narrative(solved(instance, tmp_path / "run"), "paper_debt"))
    assert "cash is missing" not in str(told)
    assert "资金不足" not in in_language(told, "zh")
    assert "Budget" in str(told)


def test_a_plan_without_a_unit_of_money_names_none(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx (extra docx) is not installed")
    from infraplan.optimizer.report.council_paper import write_council_paper

    bare = {"currency": "", "money_unit": "", "money_unit_zh": ""}
    run = solved(make_instance([make_project("a", 10, 9)], settings=bare), tmp_path / "run")
    path = tmp_path / "paper.docx"
    write_council_paper(path, run.instance, run.plan, run.manifest)
    lines = [line.text for line in docx.Document(str(path)).paragraphs]
    assert "The instance does not name its unit of money." in lines
    assert not [line for line in lines if "Money in ," in line]
