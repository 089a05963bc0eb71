"""Doubts about amounts by year, and about old debt beside its interest and its ceiling."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.series_plausibility import series_doubts
from tests.assertions import assert_bilingual
from tests.builders import (
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_project,
)


def doubts(instance: Instance) -> list[tuple[str, str, int | None, str | None]]:
    found = list(series_doubts(instance))
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    return [(d.rule, d.table, d.index, d.field) for d in found]


@pytest.mark.parametrize(
    ("amounts", "row"),
    [
        ((1.2, 1.3, 14_000.0, 1.5), 2),
        ((12_000.0, 1.3), 1),
        ((1.2, 1.3, 1.4e-4, 1.5), 2),
        ((12_000.0, 13_000.0, 1.4, 1.5), 2),  # half of the table in another unit
        ((1.2, 0.0, 40.0, 0.0), None),
        ((0.004, 3.9), None),
    ],
)
def test_a_leap_between_years(amounts: tuple[float, ...], row: int | None) -> None:
    project = [make_project("a")]
    paid = make_instance(
        project, funds=[make_fund()], inflows=make_inflows("budget", 2021, *amounts)
    )
    rule = "leap-between-years"
    assert doubts(paid) == ([] if row is None else [(rule, "inflows", row, "value")])
    fiscal = make_instance(project, fiscal=make_fiscal("general_revenue", 2021, *amounts))
    assert doubts(fiscal) == ([] if row is None else [(rule, "fiscal", row, "value")])
    limits = [make_debt(2021 + n, new_quota=amount) for n, amount in enumerate(amounts)]
    quotas = make_instance(project, debt=limits)
    assert doubts(quotas) == ([] if row is None else [(rule, "debt", row, "new_quota")])


def test_series_of_several_owners_are_not_held_against_one_another() -> None:
    funds = [make_fund("city"), make_fund("village")]
    inflows = [*make_inflows("city", 2021, 9e3, 9e3), *make_inflows("village", 2021, 0.5, 0.6)]
    assert doubts(make_instance([make_project("a")], funds=funds, inflows=inflows)) == []


@pytest.mark.parametrize(("interest", "told"), [(0.6, False), (9.0, False), (600.0, True)])
def test_interest_beside_the_debt_it_is_owed_on(interest: float, told: bool) -> None:
    rows = [make_debt(2021, opening_balance=20.0, principal_due=2.0, interest_due=interest)]
    expected = [("interest-over-debt", "debt", 0, "interest_due")] if told else []
    assert doubts(make_instance([make_project("a")], debt=rows)) == expected


@pytest.mark.parametrize(("ceiling", "told"), [(18.0, False), (32.0, False), (3.2, True)])
def test_old_debt_over_its_ceiling(ceiling: float, told: bool) -> None:
    rows = [
        make_debt(2021, opening_balance=20.0, principal_due=2.0, ceiling=ceiling),
        make_debt(2022, principal_due=2.0, ceiling=ceiling),
    ]
    expected = [("debt-over-ceiling", "debt", 0, "ceiling")] if told else []
    assert doubts(make_instance([make_project("a")], debt=rows)) == expected
