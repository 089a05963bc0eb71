"""Runs that count in other units of money, or whose values begin in other years, side by side."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.optimizer.analysis.comparison import ComparedRun, Comparison, compare_runs
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.report.comparison_tables import comparison_tables
from infraplan.optimizer.report.frames import ReportTable
from tests.builders import make_fund, make_instance, make_project, make_target
from tests.optimizer.analysis.test_comparison import figure, run


def question(unit: str, factor: float, **settings: Any) -> Instance:
    """A road of 200 million CNY that brings 100 million a year from 2022 on: 1 x 10^8 in all."""
    size = 1e8 / factor
    return make_instance(
        [make_project("a", 2.0 * size, 1.0 * size)],
        settings={"money_unit": unit, "money_factor": factor} | settings,
        funds=[make_fund(opening_balance=2.0 * size)],
    )


def table(found: Comparison, name: str) -> ReportTable:
    return next(table for table in comparison_tables(found) if table.name == name)


def values(found: Comparison, name: str, item: str) -> tuple[Any, Any]:
    (row,) = [row for row in table(found, name).records if row["item_en"] == item]
    return tuple(row.get(letter, row.get(f"{letter}_en")) for letter in "AB")  # type: ignore[return-value]


def compared(first: Instance, second: Instance) -> Comparison:
    return compare_runs([run("A", first), run("B", second)])


def test_money_is_told_in_the_unit_of_the_first_run() -> None:
    """2 x 10^8 CNY are 2 of one unit and 20,000 of the other; 3 years at 1 less 2 are 1."""
    yi, wan = question("100 million CNY", 1e8), question("10 thousand CNY", 1e4)
    for first, second, size in ((yi, wan, 1.0), (wan, yi, 1e4)):
        found = compared(first, second)
        for kind, subject, value in (
            ("total", "objective", 1.0),
            ("total", "investment", 2.0),
            ("money", "budget", 2.0),
            ("phase_payments", "plan", 2.0),
            ("term", "benefit", 3.0),
        ):
            row = figure(found, kind, subject)
            assert row.values == pytest.approx({"A": value * size, "B": value * size})
            assert not row.differs
        assert figure(found, "phase_started", "plan").values == {"A": 1.0, "B": 1.0}
        assert figure(found, "total", "num_selected").values == {"A": 1.0, "B": 1.0}
        told = values(found, "compared_totals", "net present value")
        assert told == (f"{size:,.2f}",) * 2
        shown = [row["compared_value"] for row in table(found, "compared_runs").records]
        assert shown == pytest.approx([size, size])
        units = [row["money_unit_en"] for row in table(found, "compared_bases").records]
        assert units == [first.settings.money_unit, second.settings.money_unit]


def test_a_target_of_investment_and_a_loss_are_money_as_well() -> None:
    """300 and 200 million CNY are spent; b, left out of one run, would lose 100 million."""
    made = []
    for factor, mandate, has in ((1e8, "must", 3.0), (1e4, "no", 2.0)):
        size = 1e8 / factor
        projects = [make_project("a", 2.0 * size, size), make_project("b", size, mandatory=mandate)]
        targets = [
            make_target("spent", "investment", 2.0 * size, 2024),
            make_target("opened", "projects_opened", 1.0, 2024),
        ]
        funds = [make_fund(opening_balance=has * size)]
        settings = {"money_factor": factor}
        made.append(make_instance(projects, settings=settings, funds=funds, targets=targets))
    left = Rejection(project="b", rule="value", can_be_forced=True, loss=1e4)
    found = compare_runs([run("A", made[0]), run("B", made[1], rejections=(left,))])
    assert figure(found, "target", "spent").values == pytest.approx({"A": 3.0, "B": 2.0})
    assert figure(found, "target", "opened").values == {"A": 2.0, "B": 1.0}
    (change,) = found.projects
    assert change.losses == {"B": pytest.approx(1.0)}


def test_years_until_all_is_open_are_no_money() -> None:
    made = [
        make_instance(
            [make_project("a", mandatory="must")],
            settings={"money_factor": factor, "objective": "makespan"},
        )
        for factor in (1e8, 1e4)
    ]
    found = compared(*made)
    assert figure(found, "total", "objective").values == {"A": -1.0, "B": -1.0}
    assert [row["compared_value"] for row in table(found, "compared_runs").records] == [-1.0, -1.0]


def test_values_that_begin_in_other_years_are_told_to_do_so() -> None:
    """What is left of a plan a year on is worth more: its costs are behind it."""
    first = question("u", 1e8, discount_rate=0.1)
    mine = run("A", first)
    assert mine.plan is not None
    later = roll(first, mine.plan, 2022).instance
    rows = table(compared(first, later), "compared_bases").records
    assert [row["discounted_to_en"] for row in rows] == ["2021", "2022"]
    assert [row["prices_of_en"] for row in rows] == ["2021", "2021"]
    names = [t.name for t in comparison_tables(compared(first, first))]
    assert "compared_bases" not in names


def test_a_run_without_a_plan_is_the_first() -> None:
    wan = question("10 thousand CNY", 1e4)
    none = ComparedRun("A", "a", question("100 million CNY", 1e8), None, {})
    found = compare_runs([none, run("B", wan)])
    assert figure(found, "total", "objective").values == {"B": pytest.approx(1.0)}


def test_another_currency_is_told() -> None:
    found = compared(question("u", 1e8), question("u", 1e8, currency="USD"))
    rows = table(found, "compared_bases").records
    assert [row["currency_en"] for row in rows] == ["CNY", "USD"]
