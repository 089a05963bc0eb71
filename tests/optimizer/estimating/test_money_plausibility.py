"""Doubts about money, one instance each."""

from __future__ import annotations

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.money_plausibility import money_doubts
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_receipt,
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
    assert doubts(found) == [("debt-unserved", "instruments", 0, "pool")]


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
