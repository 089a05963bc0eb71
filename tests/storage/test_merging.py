"""Departments' files to one instance: joined by key, differences told cell by cell, or decided."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from infraplan.models.errors import InstanceError, Severity
from infraplan.models.instance import TABLES, Instance
from infraplan.models.restate import Restatement, restate
from infraplan.optimizer.storage import read_instance, write_instance
from infraplan.optimizer.storage.merge_cells import Decider, Prefer
from infraplan.optimizer.storage.merge_decisions import conflict_table, read_decisions
from infraplan.optimizer.storage.merging import Merged, labels_of, merge_files
from infraplan.optimizer.storage.template import example_instance
from tests.assertions import assert_bilingual
from tests.builders import (
    edit,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_receipt,
    make_relation,
    make_settings,
)


def unchecked(whole: Instance, **tables: Any) -> Instance:
    """`whole` with other tables, which may name what another file has."""
    return whole.model_copy(update=tables)


def merged(folder: Path, *parts: Instance, form: str = ".json", **decider: Any) -> Merged:
    """The parts written as files and merged."""
    paths = [folder / f"{'甲乙丙丁'[at]}{form}" for at in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        write_instance(part, path)
    return merge_files(paths, Decider(**decider))


def rules_of(made: Merged, severity: Severity = Severity.ERROR) -> list[str]:
    for finding in made.findings:
        assert_bilingual(finding.message, finding.message.zh)
    return [found.rule for found in made.findings if found.severity is severity]


@pytest.mark.parametrize("form", [".json", ".xlsx", ""])
def test_any_parts_that_cover_an_instance_make_it_again(tmp_path: Path, form: str) -> None:
    """Each row in one, several or all of three files, in any; then nothing is lost or doubled."""
    whole = example_instance()
    chance = random.Random(len(form))
    parts: list[dict[str, Any]] = [{}, {}, {}]
    for table in TABLES:
        for part in parts:
            part[table] = []
        for row in getattr(whole, table):
            for number in chance.sample(range(3), chance.randint(1, 3)):
                parts[number][table].append(row)
    files = [
        unchecked(whole, **{name: tuple(rows) for name, rows in part.items()}) for part in parts
    ]
    made = merged(tmp_path, *files, form=form)
    assert not rules_of(made)
    found = made.require()
    assert found.settings == whole.settings
    for table in TABLES:
        rows = sorted(row.model_dump_json() for row in getattr(found, table))
        assert rows == sorted(row.model_dump_json() for row in getattr(whole, table)), table


def test_each_cell_that_differs_is_told_at_both_places(tmp_path: Path) -> None:
    one = make_instance([make_project("a", 10, 20), make_project("b", 1, 1)])
    other = make_instance([make_project("a", 12, 20, sector="water"), make_project("c", 1, 1)])
    made = merged(tmp_path, one, other, form=".xlsx")
    assert made.instance is None
    assert [(c.row, c.column, c.taken) for c in made.conflicts] == [
        ("a", "sector", None),
        ("a", "overnight_cost", None),
    ]
    with pytest.raises(InstanceError) as caught:
        made.require()
    assert caught.value.exit_code == 3
    told = caught.value.findings[1]
    assert (told.file, told.sheet, told.row) == ("甲.xlsx", "projects", 2)
    assert str(told.column).startswith("overnight_cost")
    for text in (told.message, told.message.zh):
        assert "10" in text
        assert "12" in text
        assert "乙.xlsx" in text
    assert [said.text for said in made.conflicts[1].said] == ["10.0", "12.0"]


@pytest.mark.parametrize(("prefer", "cost"), [(Prefer.FIRST, 10.0), (Prefer.LAST, 12.0)])
def test_a_preferred_file_decides_and_every_cell_is_told(
    tmp_path: Path, prefer: Prefer, cost: float
) -> None:
    parts = [make_instance([make_project("a", cost, 20)]) for cost in (10, 11, 12)]
    made = merged(tmp_path, *parts, prefer=prefer)
    assert made.require().projects[0].options[0].overnight_cost == cost
    assert rules_of(made, Severity.NOTE) == ["merge-conflict"]


def test_decisions_are_read_from_the_table_of_conflicts(tmp_path: Path) -> None:
    parts = [make_instance([make_project("a", cost, worth)]) for cost, worth in ((10, 5), (12, 6))]
    first = merged(tmp_path, *parts)
    for lang, number in (("en", 0), ("zh", 1)):
        lines = conflict_table(first.conflicts, lang).decode("utf-8-sig").splitlines()
        assert len(lines) == 5
        # Cost from one file, worth from the other: no row of either.
        taken = [lines[0], *(f"{line}{'x' * (at in (number, 3 - number))}" for at, line in
                             enumerate(lines[1:]))]  # fmt: skip
        path = tmp_path / "选定.csv"
        path.write_text("\n".join(taken), encoding="utf-8")
        labels = labels_of([tmp_path / "甲.json", tmp_path / "乙.json"])
        made = merged(tmp_path, *parts, decisions=read_decisions(path, labels))
        option = made.require().projects[0].options[0]
        assert option.overnight_cost == (10.0, 12.0)[number]
        assert option.benefits == parts[1 - number].projects[0].options[0].benefits


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("table,row,column,take\n", 1),
        ("table,row,column,file,take\nprojects,a,sector,丙.json,x\n", 1),
        ("table,row,column,file,take\np,a,s,甲.json,x\np,a,s,乙.json,1\np,b,s,戊,x\n", 2),
        ('table,row,"column\n', 1),
    ],
)
def test_a_bad_file_of_decisions_is_told(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "d.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstanceError) as caught:
        read_decisions(path, ["甲.json", "乙.json"])
    assert len(caught.value.findings) == count
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)


def test_cells_of_two_files_that_do_not_fit_in_one_row_are_told(tmp_path: Path) -> None:
    one = make_instance([make_project("a", 10, 5, earliest_start=2021, latest_start=2022)])
    other = make_instance([make_project("a", 10, 5, earliest_start=2023, latest_start=2024)])
    key = ("projects", "a", "latest_start")
    made = merged(tmp_path, other, one, decisions={key: "乙.json"}, prefer=Prefer.FIRST)
    assert made.instance is None
    assert rules_of(made)


def test_ids_and_names_that_an_eye_takes_for_the_same_are_told(tmp_path: Path) -> None:
    one = make_instance([make_project("P01", 1, 1), make_project("Q", 1, 1, name_zh="大 桥")])
    other = make_instance([make_project("ｐ０1", 1, 1), make_project("R", 1, 1, name_zh="大桥")])
    made = merged(tmp_path, one, other)
    assert len(made.require().projects) == 4
    assert rules_of(made, Severity.WARNING) == ["merge-alike-id", "merge-alike-name"]


def test_a_further_option_of_one_file_joins_the_project_of_both(tmp_path: Path) -> None:
    plain = make_project("a", 10, 5)
    more = edit(plain, options=(*plain.options, make_option("half", 7, 3)))
    made = merged(tmp_path, make_instance([plain]), make_instance([more]))
    assert made.require().projects == (more,)


def without_project(path: Path, sheet: str = "projects") -> Path:
    """The workbook with no row of a project; its options stay."""
    book = openpyxl.load_workbook(path)
    rows = book[sheet]
    rows.delete_rows(2, rows.max_row)
    book.save(path)
    return path


def test_an_option_joins_the_project_of_another_file(tmp_path: Path) -> None:
    """What it leaves blank is as in the base option, which another department states."""
    plain = make_project("a", 10, 5)
    whole = edit(plain, options=(*plain.options, make_option("half", 7, 3)))
    bare, full = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    write_instance(make_instance([plain]), bare)
    write_instance(make_instance([whole]), full)
    without_project(full)
    for order in ([bare, full], [full, bare]):
        made = merge_files(order, Decider()).require()
        assert made.projects[0].options == whole.options
    twice = edit(plain, options=(*plain.options, make_option("half", 6, 3)))
    third = tmp_path / "丙.xlsx"
    write_instance(make_instance([twice]), third)
    made = merge_files([third, full], Decider())
    (conflict,) = made.conflicts
    assert (conflict.row, conflict.column) == ("a / half", "overnight_cost")
    assert [said.label for said in conflict.said] == ["丙.xlsx", "乙.xlsx"]
    taken = merge_files([third, full], Decider(prefer=Prefer.LAST)).require()
    assert taken.projects[0].options[1].overnight_cost == 7


def test_an_option_whose_project_no_file_has_is_told_once(tmp_path: Path) -> None:
    plain = make_project("a", 10, 5)
    whole = edit(plain, options=(*plain.options, make_option("half", 7, 3)))
    full, other = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    write_instance(make_instance([whole]), full)
    write_instance(make_instance([make_project("b", 1, 1)]), other)
    without_project(full)
    made = merge_files([other, full], Decider())
    assert rules_of(made) == ["unknown-id"]
    found = next(found for found in made.findings if found.severity is Severity.ERROR)
    assert (found.file, str(found.sheet), found.row, found.column) == (
        *("甲.xlsx", "options"),
        *(2, "project"),
    )


def test_what_one_file_lacks_another_defines(tmp_path: Path) -> None:
    a, b = make_project("a", 1, 1), make_project("b", 1, 1)
    whole = make_instance([a, b], relations=[make_relation("finish_to_start", "a", "b")])
    parts = [unchecked(whole, projects=(a,)), unchecked(whole, projects=(b,), relations=())]
    assert merged(tmp_path, *parts).require() == whole
    made = merged(tmp_path, parts[0], unchecked(whole, projects=(), relations=()))
    assert rules_of(made) == ["unknown-id"]
    lost = next(found for found in made.findings if found.rule == "unknown-id")
    assert lost.file == "甲.json"


def test_rows_that_no_key_tells_apart_are_one_conflict(tmp_path: Path) -> None:
    fund = [make_fund()]
    twice = [make_receipt("a", 1.0), make_receipt("a", 2.0)]
    base = {"projects": [make_project("a", 1, 1)], "funds": fund}
    one, same = (make_instance(**base, receipts=rows) for rows in (twice, twice[::-1]))
    assert merged(tmp_path, one, same).require() == one
    other = make_instance(**base, receipts=[twice[0]])
    made = merged(tmp_path, one, other)
    assert [(c.table, c.column) for c in made.conflicts] == [("receipts", "")]
    assert rules_of(made) == ["merge-conflict"]
    last = merged(tmp_path, one, other, prefer=Prefer.LAST).require()
    assert last.receipts == (twice[0],)


def with_settings(**values: Any) -> Instance:
    return make_instance([make_project("a", 1, 1)], settings=make_settings(**values))


def test_settings_that_disagree_are_told_and_decided(tmp_path: Path) -> None:
    parts = [with_settings(inflation=rate) for rate in (0.01, 0.02)]
    made = merged(tmp_path, *parts)
    assert [(c.table, c.column) for c in made.conflicts] == [("instance", "inflation")]
    assert rules_of(made) == ["merge-conflict"]
    assert merged(tmp_path, *parts, prefer=Prefer.LAST).require() == parts[1]
    deep = [with_settings(discount_rate=rate) for rate in (0.03, 0.04)]
    assert [c.column for c in merged(tmp_path, *deep).conflicts] == ["appraisal.discount_rate"]


def silent_about(setting: str, folder: Path, *parts: Instance) -> Merged:
    """The parts merged, the first of which says nothing of a setting."""
    merged(folder, *parts, form="")
    path = folder / "甲" / "instance.yaml"
    kept = [line for line in path.read_text("utf-8").splitlines() if setting not in line]
    path.write_text("\n".join(kept), "utf-8")
    return merge_files([folder / "甲", folder / "乙"], Decider())


def test_what_one_file_alone_states_holds_for_all(tmp_path: Path) -> None:
    parts = with_settings(), with_settings(inflation=0.02)
    made = silent_about("inflation", tmp_path, *parts)
    assert made.require().settings.inflation == 0.02
    assert rules_of(made, Severity.NOTE) == ["merge-stated"]


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ({"years": (2021, 2024)}, {"years": (2021, 2025)}, "merge-horizon"),
        ({"currency": "CNY"}, {"currency": "EUR"}, "merge-money"),
        ({"price_year": 2020}, {"price_year": 2021}, "merge-money"),
        ({"money_unit_zh": "亿元"}, {"money_factor": 1e8}, "merge-money"),
    ],
)
def test_what_must_agree_is_refused_even_where_a_file_is_preferred(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any], rule: str
) -> None:
    parts = (with_settings(**one), with_settings(**other))
    made = merged(tmp_path, *parts, prefer=Prefer.FIRST, form="")
    assert made.instance is None
    assert rules_of(made) == [rule]


def test_money_of_another_unit_is_restated(tmp_path: Path) -> None:
    """亿元 in one file, 万元 in the other: 1 亿元 is 10,000 万元."""
    fund = make_fund(opening_balance=3.0)
    whole = make_instance(
        [make_project("a", 10, 20)],
        funds=[fund],
        inflows=make_inflows("budget", 2021, 5, 5, 5, 5),
        settings=make_settings(
            money_factor=1e8, money_unit="100 million CNY", money_unit_zh="亿元"
        ),
    )
    to = Restatement(exchange=1e4, money_unit="10,000 CNY", money_unit_zh="万元")
    made = merged(tmp_path, whole, restate(whole, to))
    assert rules_of(made, Severity.NOTE) == ["merge-restated"]
    (note,) = [f for f in made.findings if f.rule == "merge-restated"]
    assert "由万元" in note.message.zh
    assert "CNY" not in note.message.zh
    found = made.require()
    assert found.projects == whole.projects
    assert found.inflows == whole.inflows
    assert found.settings.money_unit_zh == "亿元"
    assert found.settings.money_factor == 1e8


def test_a_unit_that_is_not_stated_is_asked_for(tmp_path: Path) -> None:
    parts = with_settings(), with_settings(money_factor=1e8)
    made = silent_about("money_factor", tmp_path, *parts)
    assert rules_of(made) == ["merge-money"]


def test_money_of_a_file_with_errors_is_not_restated(tmp_path: Path) -> None:
    unsound = with_settings(money_factor=1e4)
    missing = (make_relation("requires", "nowhere", "a"),)
    made = merged(tmp_path, with_settings(money_factor=1e8), unchecked(unsound, relations=missing))
    assert rules_of(made) == ["merge-money"]


def test_faults_of_all_files_are_told_at_once_below_their_names(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        write_instance(make_instance([make_project("a", 1, 1)]), tmp_path / name)
        (tmp_path / name / "projects.csv").write_text("id,sector\n,,\nx,water,\n", "utf-8")
    made = merge_files([tmp_path / "甲", tmp_path / "乙"], Decider())
    files = {f.file for f in made.findings if f.severity is Severity.ERROR}
    assert files == {"甲/projects.csv", "乙/projects.csv"}
    twins = [tmp_path / "x" / "plan.xlsx", tmp_path / "y" / "plan.xlsx"]
    assert labels_of(twins) == [str(path) for path in twins]


def test_the_file_written_is_what_was_merged(tmp_path: Path) -> None:
    one, other = (make_instance([make_project(name, 1, 1)]) for name in "ab")
    whole = merged(tmp_path, one, other).require()
    write_instance(whole, tmp_path / "合并.xlsx")
    assert read_instance(tmp_path / "合并.xlsx") == whole
