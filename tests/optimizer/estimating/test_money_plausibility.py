"""Doubts about money, one instance each."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.optimizer.estimating.money_plausibility import money_doubts
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_policy,
    make_pool,
    make_project,
    make_receipt,
    make_rule,
)

SERVED = make_pool(region="budget")


def doubts(instance: Instance) -> list[tuple[str, str, int | None, str | None]]:
    return [(d.rule, d.table, d.index, d.field) for d in money_doubts(instance)]


def test_a_sound_instance_raises_none() -> None:
    projects = [make_project("a", sector="water", subsector="dam")]
    funds = [make_fund(sectors=("water",), subsectors=("dam", "levee"))]
    assert doubts(make_instance(projects, funds=funds)) == []
    lent = make_instance(projects, funds=funds, instruments=[make_bond()], pools=[SERVED])
    assert doubts(lent) == []


def test_earmarks_that_fit_no_project() -> None:
    projects = [make_project("a", sector="water", subsector="dam")]
    funds = [make_fund(), make_fund("dams", sectors=("dam",))]
    bonds = [make_bond(subsectors=("road",))]
    found = make_instance(projects, funds=funds, instruments=bonds, pools=[SERVED])
    assert doubts(found) == [
        ("earmark-idle", "funds", 1, "sectors"),
        ("earmark-idle", "instruments", 0, "subsectors"),
    ]


def test_debt_that_nobody_serves() -> None:
    found = make_instance([make_project("a")], funds=[make_fund()], instruments=[make_bond()])
    # What nobody repays limits nobody either.
    unlimited = ("money-unlimited", "funds", None, "jurisdiction")
    assert doubts(found) == [unlimited, ("debt-unserved", "instruments", 0, "pool")]


def test_revenue_that_is_counted_twice() -> None:
    users = make_bond("users", kind="user_pay", tagged=True, coverage=1.0, pool="partner")
    tables = {"instruments": [users], "funds": [make_fund()]}
    projects = [make_project("a", revenue=8.0), make_project("b", sector="water")]
    twice = make_instance(projects, receipts=[make_receipt("a", 8.0, years=4)], **tables)
    assert doubts(twice) == [("revenue-twice", "receipts", 0, "value")]
    once = make_instance(
        projects,
        receipts=[make_receipt("b", 8.0, years=4)],
        **(tables | {"instruments": [users.model_copy(update={"projects": ("a",)})]}),
    )
    assert doubts(once) == []


@pytest.mark.parametrize(("last_year", "is_late"), [(None, True), (2023, False), (2024, True)])
def test_contracts_after_their_end_in_china(last_year: int | None, is_late: bool) -> None:
    contract = make_bond("ppp", kind="availability", tagged=True, pool="ppp", last_year=last_year)
    found = make_instance(
        [make_project("a")],
        instruments=[contract],
        jurisdictions=make_jurisdictions("region", rule_sets=("china-ppp",)),
    )
    assert ("contract-late" in [d.rule for d in money_doubts(found)]) is is_late


def test_old_debt_that_repays_more_than_is_owed() -> None:
    make_instance(debt=[make_debt(2021, opening_balance=10.0, principal_due=10.0)])
    rows = [
        make_debt(2021, opening_balance=10.0, principal_due=4.0),
        make_debt(2022, principal_due=7.0),
    ]
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance(debt=rows)
    (finding,) = caught.value.findings
    assert (finding.file or "", finding.column) == ("debt.csv", "principal_due")
    assert "repays 11 of general debt by 2022, of 10 that it owes" in finding.message


def _rules(instance: Instance) -> set[str]:
    return {found.rule for found in money_doubts(instance)}


@pytest.mark.parametrize(
    ("tables", "is_limited"),
    [
        ({}, False),
        ({"funds": [make_fund()]}, True),
        ({"policies": [make_policy("spend_cap", 20.0)]}, True),
        ({"policies": [make_policy("starts_cap", 1.0)]}, False),
        ({"instruments": [make_bond()]}, False),
        ({"instruments": [make_bond(annual_limit=3.0)]}, True),
        ({"instruments": [make_bond()], "debt": [make_debt(2021, ceiling=9.0)]}, True),
        ({"instruments": [make_bond()], "debt": [make_debt(2021, new_quota=9.0)]}, True),
        ({"instruments": [make_bond(), make_bond("free")], "funds": [make_fund()]}, False),
        (
            {
                "instruments": [make_bond()],
                "fiscal": make_fiscal("capacity", 2021, 9.0),
                "settings": {"rules": [make_rule(ratio=0.5)]},
            },
            True,
        ),
    ],
)
def test_money_that_nothing_limits_is_told(tables, is_limited) -> None:
    found = make_instance([make_project("a", 10.0, 9.0)], **tables)
    assert ("money-unlimited" not in _rules(found)) is is_limited


def test_a_plan_that_costs_nothing_needs_no_limit() -> None:
    assert "money-unlimited" not in _rules(make_instance([make_project("a", 0.0, 9.0)]))


@pytest.mark.parametrize(
    ("lives", "bond", "is_told"),
    [
        ((5,), {"tenor": 30}, True),
        ((30,), {"tenor": 30}, False),
        # Pooled money of a road and a bus; a tagged bond belongs to one of them.
        ((5, 40), {"tenor": 30}, False),
        ((5, 40), {"tenor": 30, "tagged": True}, True),
        ((5, 40), {"tenor": 30, "projects": ("p0",)}, True),
        ((5, 40), {"tenor": 30, "projects": ("p1",)}, False),
    ],
)
def test_debt_owed_longer_than_its_works_last_is_told(lives, bond, is_told) -> None:
    projects = [make_project(f"p{n}", 10.0, 9.0, lifetime=life) for n, life in enumerate(lives)]
    found = make_instance(
        projects, funds=[make_fund()], instruments=[make_bond(**bond)], pools=[SERVED]
    )
    assert ("tenor-over-life" in _rules(found)) is is_told


@pytest.mark.parametrize(
    ("subsector", "is_told"),
    [("aviation", False), ("expressway", False), ("airport_A1", True), ("", False)],
)
def test_a_subsector_that_no_rule_of_capital_knows_is_told(subsector, is_told) -> None:
    found = make_instance([make_project("a", 10.0, 9.0, subsector=subsector)], funds=[make_fund()])
    assert "capital-subsector" not in _rules(found)
    finance = found.settings.finance.model_copy(update={"capital_ratio_sets": ("china",)})
    settings = found.settings.model_copy(update={"finance": finance})
    assert (
        "capital-subsector" in _rules(found.model_copy(update={"settings": settings}))
    ) is is_told


def test_old_debt_that_nobody_pays_or_that_never_ends() -> None:
    years = {"years": (2021, 2023)}
    rows = [
        make_debt(2021, opening_balance=30.0, principal_due=10.0, interest_due=1.0),
        make_debt(2022, principal_due=10.0),
    ]
    unserved = make_instance([make_project("a")], funds=[make_fund()], debt=rows, **years)
    assert doubts(unserved) == [
        ("old-debt-unserved", "debt", 0, "principal_due"),
        ("debt-rows-stop", "debt", 1, "principal_due"),
    ]
    # Rows after the plan count as well.
    whole = [*rows, make_debt(2031, principal_due=10.0)]
    tables = {"funds": [make_fund()], "pools": [SERVED]}
    assert doubts(make_instance([make_project("a")], debt=whole, **tables, **years)) == []


def test_a_quota_that_ends_in_the_plan() -> None:
    rows = [make_debt(2021, new_quota=5.0), make_debt(2022, new_quota=0.0)]
    tables = {"funds": [make_fund()], "pools": [SERVED], "debt": rows}
    found = make_instance(
        [make_project("a")], instruments=[make_bond()], years=(2021, 2024), **tables
    )
    assert doubts(found) == [("quota-rows-stop", "debt", 1, "new_quota")]
    ends = [make_bond(last_year=2022)]
    assert (
        doubts(make_instance([make_project("a")], instruments=ends, years=(2021, 2024), **tables))
        == []
    )
    free = [make_bond(uses_quota=False)]
    assert (
        doubts(make_instance([make_project("a")], instruments=free, years=(2021, 2024), **tables))
        == []
    )


def test_a_quota_with_a_hole() -> None:
    rows = [make_debt(2021, new_quota=5.0), make_debt(2022), make_debt(2023, new_quota=5.0)]
    tables = {"funds": [make_fund()], "pools": [SERVED], "years": (2021, 2023)}

    def found(
        debt: list[DebtPosition], **bond: Any
    ) -> list[tuple[str, str, int | None, str | None]]:
        bonds = [make_bond(**bond)]
        return doubts(make_instance([make_project("a")], debt=debt, instruments=bonds, **tables))

    hole = ("quota-hole", "debt", 1, "new_quota")
    assert found(rows) == [hole]
    assert found([rows[0], rows[2]]) == [(*hole[:2], 0, hole[3])]  # without a row at all
    assert found([rows[0], make_debt(2022, new_quota=0.0), rows[2]]) == []
    assert found(rows, uses_quota=False) == []
    assert found(rows, first_year=2023) == []


def test_an_inflow_with_a_hole() -> None:
    flows = (*make_inflows("budget", 2021, 1.0), *make_inflows("budget", 2023, 1.0))
    full = make_inflows("budget", 2021, 1.0, 0.0, 1.0)
    for inflows, expected in ((flows, [("inflow-hole", "inflows", 0, "year")]), (full, [])):
        tables = {"funds": [make_fund()], "inflows": inflows, "years": (2021, 2023)}
        assert doubts(make_instance([make_project("a")], **tables)) == expected


@pytest.mark.parametrize("preset", ["cn-hidden-debt-swap", "cn-hidden-debt-special"])
def test_swapped_debt_that_no_rule_counts(preset: str) -> None:
    def found(counted: bool, **terms: Any) -> list[str]:
        pool = SERVED.model_copy(update={"counted": counted})
        bonds = [make_bond(**terms)]
        tables = {"funds": [make_fund()], "pools": [pool], "instruments": bonds}
        return [row[0] for row in doubts(make_instance([make_project("a")], **tables))]

    assert "swap-uncounted" in found(False, preset=preset)
    assert "swap-uncounted" not in found(True, preset=preset)
    assert "swap-uncounted" not in found(False, preset="cn-refinancing")
