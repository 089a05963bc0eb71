"""Doubts about plain slips, one instance each."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.restate import units_in
from infraplan.optimizer.estimating.slip_plausibility import slip_doubts
from tests.builders import make_bond, make_fund, make_instance, make_project, make_receipt


def doubts(instance: Instance) -> list[tuple[str, str, int | None, str | None]]:
    return [(d.rule, d.table, d.index, d.field) for d in slip_doubts(instance)]


@pytest.mark.parametrize(("rate", "told"), [(0.08, False), (0.5, False), (8.0, True)])
def test_a_rate_in_per_cent(rate: float, told: bool) -> None:
    project = [make_project("a")]
    lent = make_instance(project, instruments=[make_bond(rate=rate)])
    expected = [("rate-in-per-cent", "instruments", 0, "rate")] if told else []
    assert doubts(lent) == expected
    found = make_instance(project, settings={"inflation": rate})
    assert [row[3] for row in doubts(found)] == (["inflation"] if told else [])


@pytest.mark.parametrize(
    ("values", "rule", "field"),
    [
        ({"ramp_up": (50.0, 80.0, 100.0)}, "ramp-in-per-cent", "ramp_up"),
        ({"fixed_om_cost": 9000.0}, "yearly-over-cost", "fixed_om_cost"),
        ({"revenue": 9e5}, "yearly-over-cost", "revenue"),
    ],
)
def test_a_figure_of_a_project(values: dict[str, Any], rule: str, field: str) -> None:
    rows = [make_project("a", 102.0, 8.0), make_project("b", 102.0, 8.0, **values)]
    assert doubts(make_instance(rows)) == [(rule, "projects", 1, field)]


def test_usual_figures_raise_none() -> None:
    usual = {"ramp_up": (0.5, 0.8, 1.2), "fixed_om_cost": 5.0, "revenue": 20.0}
    assert doubts(make_instance([make_project("a", 102.0, 8.0, **usual)])) == []


def test_two_projects_of_one_name() -> None:
    rows = [make_project("a", name_zh="同名路"), make_project("b", name_zh="同名路")]
    assert doubts(make_instance(rows)) == [("same-name", "projects", 1, "name_zh")]
    assert doubts(make_instance([rows[0], make_project("b", name_zh="另一路")])) == []


@pytest.mark.parametrize(("value", "told"), [(8.0, False), (1000.0, False), (8e3, True)])
def test_a_receipt_of_many_times_the_cost(value: float, told: bool) -> None:
    rows = [make_project("a", 102.0, 8.0)]
    tables = {"funds": [make_fund()], "receipts": [make_receipt("a", value, years=10)]}
    expected = [("receipt-over-cost", "receipts", 0, "value")] if told else []
    assert doubts(make_instance(rows, **tables)) == expected


def test_rates_of_every_table_are_asked_about() -> None:
    rows = [make_project("a", 102.0, 8.0, benefit_growth=3.0)]
    tables = {
        "funds": [make_fund(interest_rate=2.5)],
        "receipts": [make_receipt("a", 8.0, growth=2.0)],
    }
    assert doubts(make_instance(rows, **tables)) == [
        ("rate-in-per-cent", "funds", 0, "interest_rate"),
        ("rate-in-per-cent", "receipts", 0, "growth"),
        ("rate-in-per-cent", "projects", 0, "benefit_growth"),
    ]


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("亿元", 1e8),
        ("万元", 1e4),
        ("百万元", 1e6),
        ("元", 1.0),
        ("100 million CNY", 1e8),
        ("million USD", 1e6),
        ("10 thousand CNY", 1e4),
        ("m", None),
        ("trip-minutes", None),
        ("CNY", None),
        ("原文造价单位", None),
    ],
)
def test_a_money_unit_beside_its_factor(unit: str, factor: float | None) -> None:
    assert units_in(unit) == factor
    field = "money_unit" if unit.isascii() else "money_unit_zh"
    for stated in (1.0, 1e4, 1e6, 1e8):
        settings = {field: unit, "money_factor": stated}
        found = doubts(make_instance([make_project("a", 102.0, 8.0)], settings=settings))
        is_told = factor is not None and stated != factor
        expected = [("unit-beside-factor", "instance", None, "money_factor")] if is_told else []
        assert found == expected
