"""How single figures of debt are known, and the value that a limit tests, shown where it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.models.plan import Plan
from infraplan.models.quantities import Quality
from infraplan.optimizer.analysis.debt_statement import StatementRow, rule_room
from infraplan.optimizer.report.finance_tables import (
    _until_paid,
    debt_room_table,
    debt_statement_table,
)
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.storage import inspect_instance, read_instance, write_instance
from infraplan.optimizer.storage.run_tables import tables_of_plan
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_instance,
    make_issue,
    make_payment,
    make_plan,
    make_project,
    make_rule,
    make_start,
)


def question() -> Instance:
    """Old debt of 20 (ceiling and quota printed, repayment assumed), a bond, a rule of 80 %."""
    return make_instance(
        [make_project("p", 10.0, 5.0)],
        years=(2021, 2023),
        settings={"rules": [make_rule("ratio", ratio=0.8)]},
        funds=[make_fund(opening_balance=20.0)],
        instruments=[make_bond(tenor=2)],
        debt=[
            make_debt(
                2021,
                opening_balance=20.0,
                principal_due=5.0,
                ceiling=40.0,
                new_quota=12.0,
                quality="assumption",
                qualities={"ceiling": "stated", "new_quota": "stated"},
            ),
            make_debt(2022, principal_due=5.0, quality="estimate"),
        ],
        fiscal=make_fiscal("capacity", 2021, 50.0),
    )


def answer(instance: Instance) -> Plan:
    """The bond pays for the project."""
    return make_plan(
        instance,
        [make_start(instance, "p", 2021)],
        [make_payment("p", 2021, 10.0, "bond", kind="instrument")],
        [make_issue("bond", 2021, 10.0)],
    )


def test_a_figure_is_labelled_by_itself_or_by_its_row() -> None:
    row = question().debt[0]
    assert row.quality_of("ceiling") is Quality.STATED
    assert row.quality_of("principal_due") is Quality.ASSUMPTION
    with pytest.raises(ValueError, match="celing"):
        DebtPosition(jurisdiction="j", pool="p", year=2021, qualities={"celing": "stated"})


def test_labels_of_figures_are_read_and_written(tmp_path: Path) -> None:
    for name in ("folder", "book.xlsx", "one.json"):
        write_instance(question(), tmp_path / name)
        assert read_instance(tmp_path / name) == question()
    path = tmp_path / "folder" / "debt.csv"
    text = path.read_text("utf-8-sig")
    assert "ceiling=stated;new_quota=stated" in text
    path.write_text(text.replace("ceiling=stated", "ceiling=原文载明"), "utf-8")
    assert read_instance(tmp_path / "folder") == question()
    path.write_text(text.replace("ceiling=stated", "celing=stated"), "utf-8")
    (finding,) = inspect_instance(tmp_path / "folder").findings
    assert "celing" in finding.message
    assert "不是债务表的数据列" in finding.message.zh


def test_the_statement_tells_how_its_figures_are_known() -> None:
    instance = question()
    run = make_run(instance, answer(instance), {})
    rows = debt_statement_table(run).frame
    shown = dict(zip(rows["year"], rows["quality_en"], strict=True))
    assert shown[2021] == (
        "opening balance: assumption; principal due: assumption; ceiling: stated; new quota: stated"
    )
    assert shown[2022] == "estimate"
    assert shown[2023] == ""
    assert "限额：原文载明" in rows["quality_zh"][0]


def test_what_is_tested_stands_beside_its_limit() -> None:
    instance = question()
    plan = answer(instance)
    rooms = {row.rule: row for row in rule_room(instance, plan.rule_years)}
    ceiling, quota, ratio = rooms["ceiling:general"], rooms["quota:general"], rooms["ratio"]
    # Owed at the end of 2021: 20 - 5 + 10 of 40; issued: 10 of 12; 25 of 80 % of 50.
    assert (ceiling.value, ceiling.limit, ceiling.least_headroom) == (25.0, 40.0, 15.0)
    assert (quota.value, quota.limit, quota.least_headroom) == (10.0, 12.0, 2.0)
    assert (ratio.value, ratio.limit, ratio.least_headroom) == (25.0, 40.0, 15.0)
    shown = debt_room_table(make_run(instance, plan, {})).frame
    assert (shown["limit"] - shown["value"] - shown["least_headroom"]).abs().max() < 1e-12
    debt = {(row.instrument, row.year): row for row in tables_of_plan(instance, plan, ()).debt}
    assert debt["total", 2021].value == 25.0
    assert debt["rule:ratio", 2022].value == pytest.approx(20.0)
    for row in debt.values():
        if row.limit is not None and row.value is not None:
            assert row.headroom == pytest.approx(row.limit - row.value)


def test_the_statement_ends_with_the_last_debt_and_not_before_the_plan() -> None:
    run = make_run(question(), None, {})  # of 2021 to 2023
    owed = {2021: 20.0, 2022: 15.0, 2024: 4.0, 2025: 1e-14}
    rows = [
        StatementRow("j", "p", year, None, 0.0, closing=owed.get(year, 0.0))
        for year in range(2021, 2030)
    ]
    assert [row.year for row in _until_paid(run, rows)] == [2021, 2022, 2023, 2024]
    assert [row.year for row in _until_paid(run, rows[:2] + rows[5:])] == [2021, 2022]
    settled = [replace(row, closing=0.0) for row in rows]
    assert [row.year for row in _until_paid(run, settled)] == [2021, 2022, 2023]
