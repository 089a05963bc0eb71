"""Indices of an instance: what they hold, and that a copy with other tables has its own."""

from __future__ import annotations

import pytest

from infraplan.models.inconsistency import closest
from infraplan.models.instance import Instance
from infraplan.models.problem import Problem
from tests.builders import (
    edit,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_pool,
    make_project,
    make_receipt,
    make_share,
    make_stream,
)


@pytest.fixture
def county() -> Instance:
    return make_instance(
        [make_project("a", 5, 5, jurisdiction="x"), make_project("b", 5, 5, jurisdiction="y")],
        jurisdictions=make_jurisdictions("x", "y", "z"),
        funds=[make_fund("f", jurisdiction="x"), make_fund("g", jurisdiction="x")],
        inflows=[*make_inflows("f", 2023, 3.0), *make_inflows("f", 2021, 1.0, 2.0)],
        receipts=[make_receipt("a", 1.0, "g"), make_receipt("b", 2.0, "g")],
        instruments=[
            make_bond("k", jurisdiction="y", pool="special"),
            make_bond("l", jurisdiction="y"),
        ],
        pools=[make_pool("special", y="f"), make_pool("general", x="f", y="g")],
        debt=[make_debt(2021, jurisdiction="y", pool="general", opening_balance=4.0)],
        shares=[make_share("a", "y", 0.4), make_share("b", "x", 0.2)],
        benefits=[make_stream("b", 1.0)],
    )


def test_rows_are_found_by_fund_payer_pool_and_project(county: Instance) -> None:
    assert [row.value for row in county.inflows_by_fund["f"]] == [1.0, 2.0, 3.0]
    assert "g" not in county.inflows_by_fund
    assert [row.project for row in county.receipts_by_fund["g"]] == ["a", "b"]
    assert [row.id for row in county.funds_by_payer["x"]] == ["f", "g"]
    assert [row.id for row in county.instruments_by_payer["y"]] == ["k", "l"]
    assert county.fund_by_id["g"] == county.funds[1]
    assert county.instrument_by_id["l"] == county.instruments[1]
    assert [row.opening_balance for row in county.debt_by_pool["y", "general"]] == [4.0]
    assert county.pools_of("y") == ("general", "special")
    assert county.pools_of("z") == ()
    assert county.pools_by_service_fund == {
        "f": (("y", "special"), ("x", "general")),
        "g": (("y", "general"),),
    }
    assert [row.jurisdiction for row in county.shares_by_project["a"]] == ["y"]
    assert [row.value for row in county.streams_by_project["b"]] == [1.0]
    assert county.funded == ("x", "y")


def test_a_copy_with_other_tables_has_indices_of_its_own(county: Instance) -> None:
    assert county.fund_by_id.keys() == {"f", "g"}
    assert county.project_by_id.keys() == {"a", "b"}
    other = county.model_copy(
        update={"funds": county.funds[:1], "projects": county.projects[1:], "inflows": ()}
    )
    assert other.fund_by_id.keys() == {"f"}
    assert other.project_by_id.keys() == {"b"}
    assert not other.inflows_by_fund
    assert county.fund_by_id.keys() == {"f", "g"}


def test_a_project_gives_its_option_by_name() -> None:
    project = edit(
        make_project("a", 5, 5), options=(make_option("small", 5, 5), make_option("large", 9, 9))
    )
    assert project.option("large") is project.options[1]
    with pytest.raises(KeyError, match="huge"):
        project.option("huge")


def test_a_set_of_least_capital_that_does_not_exist_asks_for_nothing(county: Instance) -> None:
    """Where tables are not checked yet; the check itself names the set."""
    tables = {name: getattr(county, name) for name in Instance.model_fields}
    finance = county.settings.finance.model_copy(update={"capital_ratio_sets": ("chine", "china")})
    settings = county.settings.model_copy(update={"finance": finance})
    unchecked = Problem(**tables | {"settings": settings})
    assert unchecked.capital_ratio_of(county.projects[0], 2021) == 0.2


def test_an_id_that_differs_in_width_or_case_alone_is_suggested() -> None:
    """XM01 is nearer to XM02 by letters, and means ＸＭ０１."""
    known = {"ＸＭ０１", "XM02"}
    assert closest("XM01", known, "projects") == "did you mean 'ＸＭ０１'?"
    assert closest("xm02", known, "projects") == "did you mean 'XM02'?"
    assert closest("XM03", known, "projects") == "did you mean 'XM02'?"
