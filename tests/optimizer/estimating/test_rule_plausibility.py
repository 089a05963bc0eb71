"""Doubts about debt rules that nothing tests, in validation and as a note of the run."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import ItemTerm, QuantityTerm
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import Jurisdiction
from infraplan.optimizer.estimating.rule_plausibility import (
    rule_doubts,
    rules_that_were_not_tested,
)
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.workflow import run_solve
from tests.assertions import assert_bilingual
from tests.builders import (
    REGION,
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_rule,
)

CAPACITY = make_fiscal("comprehensive_capacity", 2021, 9.0)
EXPENDITURE = make_fiscal("general_expenditure", 2021, 9.0)


def borrowing(rule_sets: tuple[str, ...] = ("china",), **tables: Any) -> Instance:
    """Plan 2021-2024 of a region that may issue bonds of five years in pool `general`."""
    fixed: dict[str, Any] = {
        "jurisdictions": [Jurisdiction(id=REGION, rule_sets=rule_sets)],
        "pools": [make_pool(**{REGION: "budget"})],
        "funds": [make_fund()],
        "inflows": make_inflows("budget", 2021, 5.0, 5.0, 5.0, 5.0),
        "instruments": [make_bond()],
    }
    return make_instance([make_project("p", 10.0, 3.0)], **(fixed | tables))


def doubts(instance: Instance) -> list[tuple[str, str, int | None, str]]:
    """Table, row, column and message of every doubt; the note of the run tells as many."""
    found = list(rule_doubts(instance))
    assert {item.rule for item in found} <= {"rule-untested"}
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    note = rules_that_were_not_tested(instance)
    assert all(item.message.split()[1] in note for item in found)
    return [(item.table, item.index, str(item.field), item.message) for item in found]


def test_a_rule_of_a_set_that_lacks_its_fiscal_items() -> None:
    found = doubts(borrowing())
    assert [item[:3] for item in found] == [("jurisdictions", 0, "rule_sets")] * 2
    assert found[0][3].startswith(
        f"rule cn-debt-ratio cannot be tested for {REGION} in 2021 to 2024: fiscal has no row of "
        "comprehensive_capacity"
    )
    # Interest is tested to the last maturity: a bond of 2024 is repaid in 2029.
    assert found[1][3].startswith(
        f"rule cn-general-interest cannot be tested for {REGION} in 2021 to 2029: fiscal has no "
        "row of general_expenditure"
    )
    (left,) = doubts(borrowing(fiscal=CAPACITY))
    assert "cn-general-interest" in left[3]


@pytest.mark.parametrize(
    "tables",
    [
        {"fiscal": (*CAPACITY, *EXPENDITURE)},
        {"rule_sets": ()},
        {"instruments": []},  # nobody can owe anything
        {"instruments": [], "debt": [make_debt(2021, ceiling=9.0)]},
    ],
)
def test_what_is_tested_or_counts_nothing_is_silent(tables: dict[str, Any]) -> None:
    assert doubts(borrowing(**tables)) == []
    assert not rules_that_were_not_tested(borrowing(**tables))


def test_old_debt_alone_is_debt() -> None:
    rows = [make_debt(2021, opening_balance=3.0), make_debt(2022, principal_due=3.0)]
    found = doubts(borrowing(instruments=[], debt=rows))
    assert [item[3].split()[1] for item in found] == ["cn-debt-ratio", "cn-general-interest"]
    assert " in 2021 to 2024:" in found[1][3]


def test_rows_of_another_jurisdiction_are_not_its_own() -> None:
    rows = make_fiscal("capacity", 2021, 9.0, jurisdiction="other")
    both = {
        "jurisdictions": make_jurisdictions(REGION, "other"),
        "fiscal": rows,
        "settings": {"rules": [make_rule("own", 0.5)]},
    }
    found = doubts(borrowing(**both))
    assert [item[:3] for item in found] == [("instance", None, "finance.rules[0].base")]
    # Where nobody has a row the rule itself is told by name, and the run still says so.
    nobody = borrowing(rule_sets=(), settings={"rules": [make_rule("own", 0.5)]})
    assert doubts(nobody) == []
    assert "own of" in rules_that_were_not_tested(nobody)


def test_a_rule_out_of_its_years_is_not_missed() -> None:
    past = make_rule("own", 0.5, valid_to=2020)
    assert doubts(borrowing(rule_sets=(), settings={"rules": [past]})) == []
    assert not rules_that_were_not_tested(borrowing(rule_sets=(), settings={"rules": [past]}))


def test_a_ban_by_listing_needs_the_listing() -> None:
    """It counts no debt: without the item that lists the province it never bans."""
    listing = make_rule(
        "listing",
        0.0,
        terms=(QuantityTerm(quantity="balance", coefficient=0.0),),
        additions=(ItemTerm(item="listed"),),
        base=(ItemTerm(item="comprehensive_capacity"),),
    )
    settings = {"rules": [listing]}
    given = borrowing(rule_sets=(), settings=settings, fiscal=CAPACITY)
    assert "no listed in fiscal" in rules_that_were_not_tested(given)
    listed = (*CAPACITY, *make_fiscal("listed", 2021, 1.0))
    assert not rules_that_were_not_tested(borrowing((), settings=settings, fiscal=listed))


def test_the_run_notes_what_was_not_tested(tmp_path) -> None:
    outcome = run_solve(borrowing(), SolveOptions(), tmp_path / "run")
    notes = [note for note in outcome.manifest["notes"] if note["kind"] == "untested"]
    assert len(notes) == 1
    assert notes[0]["text_en"].startswith("2 debt rule(s) were not tested, and limit nothing: ")
    assert "cn-general-interest" in notes[0]["text_en"]
    assert "有2条债务规则未经检验" in notes[0]["text_zh"]
    tested = borrowing(fiscal=(*CAPACITY, *EXPENDITURE))
    outcome = run_solve(tested, SolveOptions(), tmp_path / "tested")
    assert not [note for note in outcome.manifest["notes"] if note["kind"] == "untested"]
