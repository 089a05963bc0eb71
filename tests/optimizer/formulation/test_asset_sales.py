"""What projects bring into funds: sale of an asset, revenue lost, reinvestment.

Rules: `reinvest`.
"""

from __future__ import annotations

import pytest

from infraplan.models.errors import InconsistentInstanceError
from tests.builders import (
    edit,
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
)
from tests.optimizer.engine import best


def sale(*, loss: float = 0.0, toll: float = 0.0, proceeds: float = 12.0, **fund):
    """A road of 10, worth 11 a year, and an expressway that may be sold for `proceeds` at once.

    The buyer takes `loss` of the tolls of `toll` a year from the year after the sale on.
    """
    return make_instance(
        [
            make_project("road", 10.0, 11.0),
            # A sale costs and yields no resources: nothing of it is in the objective.
            make_project("sale", 0.0, lead_time=0, lifetime=20),
        ],
        funds=[make_fund(), make_fund("reit", **fund)],
        inflows=make_inflows("budget", 2021, toll, toll, toll, toll),
        receipts=[
            make_receipt("sale", proceeds, "reit", event="start"),
            make_receipt("sale", -loss, "budget", event="start", delay=1, years=20),
        ],
    )


def test_a_sale_pays_for_the_road():
    found = best(sale())
    # 12 come in, 10 are spent; the road opens in 2022 and is worth 11 in 2022, 2023, 2024.
    assert found.starts == {"road": 2021, "sale": 2021}
    assert found.objective == pytest.approx(23.0)
    inflow = {(row.fund, row.year): row.inflow for row in found.plan.fund_years}
    assert inflow["reit", 2021] == pytest.approx(12.0)
    assert inflow["reit", 2022] == 0.0


def test_without_the_sale_there_is_no_road():
    instance = sale()
    kept = edit(instance, receipts=())
    assert "road" not in best(kept).starts


@pytest.mark.parametrize(
    ("loss", "toll", "year"),
    [
        # The toll of 1 a year survives the loss of 1: the sale may come at once.
        (1.0, 1.0, 2021),
        # With a loss of 2 the budget must have saved: sold in y, it owes 2 - 1 a year from y + 1
        # to 2024, 2024 - y in all, out of the 1 a year saved through y, y - 2020. From y = 2022 on.
        (2.0, 1.0, 2022),
        # With a loss of 3 it owes 2 (2024 - y) out of y - 2020: from y = 2023 on (2 <= 3).
        (3.0, 1.0, 2023),
        # A loss of 6 is 5 in 2024 alone, more than the 3 saved: sold in 2024, for no road in time.
        (6.0, 1.0, 2024),
    ],
)
def test_the_revenue_lost_binds(loss, toll, year):
    found = best(sale(loss=loss, toll=toll))
    assert found.starts.get("road", 2024) == year
    if year < 2024:
        assert found.starts["sale"] <= year


def test_a_built_asset_is_sold_after_it_opened():
    instance = sale()
    asset = make_project("expressway", 1.0, mandatory="must", earliest_start=2022)
    instance = make_instance(
        [*instance.projects, asset],
        relations=[make_relation("finish_to_start", ["expressway"], ["sale"], id="built-first")],
        funds=instance.funds,
        inflows=make_inflows("budget", 2021, 0.0, 1.0),
        receipts=instance.receipts,
    )
    # Started in 2022 it opens in 2023: then it is sold, and the road built.
    assert best(instance).starts == {"expressway": 2022, "sale": 2023, "road": 2023}


@pytest.mark.parametrize(
    ("share", "is_sold"),
    [
        # The road takes 10 of 12: 83 %.
        (0.0, True),
        (0.83, True),
        (0.84, False),
    ],
)
def test_reinvestment(share, is_sold):
    found = best(sale(reinvest=share))
    assert ("sale" in found.starts) is is_sold
    assert found.rows("reinvest") == (share > 0.0)


def test_only_what_is_gained_counts_for_reinvestment():
    instance = sale(reinvest=0.83)
    # Fees of 1 taken back a year later leave 11; of the 12 gained 10 are still 83 %.
    fees = make_receipt("sale", -1.0, "reit", event="start", delay=1)
    assert best(edit(instance, receipts=(*instance.receipts, fees))).starts["sale"] == 2021


@pytest.mark.parametrize(("loss", "is_sold"), [(1.0, True), (1.1, False)])
def test_the_loss_is_tested_through_the_last_repayment(loss, is_sold):
    """A bond of 10, repaid in 2031, is served out of tolls that the sale takes away.

    The only year of the plan is 2021; from 2022 on tolls of 11 come in, and what is not spent of
    them is lost. The service of 2031 is the bond's 10, so 1 of the tolls is free.
    """
    instance = make_instance(
        [
            make_project("road", 10.0, mandatory="must", lead_time=0),
            make_project("sale", 0.0, 1.0, lead_time=0),
        ],
        years=(2021, 2021),
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 0.0, 11.0),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=10)],
        receipts=[make_receipt("sale", -loss, "budget", event="start", delay=1, years=20)],
    )
    assert ("sale" in best(instance).starts) is is_sold


def test_user_charges_of_an_option_reach_the_budget_with_growth_index_and_certainty():
    instance = make_instance(
        [make_project("road", 0.0, 1.0, latest_start=2021)],
        funds=[make_fund(certainty=0.5, basis="real")],
        receipts=[make_receipt("road", 4.0, option="base", years=2, growth=0.1)],
        settings={"inflation": 0.2},
    )
    found = best(instance)
    inflow = {row.year: row.inflow for row in found.plan.fund_years}
    # Open from 2022: 4 x 1.1 x 1.2 x 0.5, then 4 x 1.21 x 1.44 x 0.5, then none.
    assert inflow == pytest.approx({2021: 0.0, 2022: 2.64, 2023: 3.4848, 2024: 0.0})
    other = edit(instance, receipts=(make_receipt("road", 4.0, option="large"),))
    assert all(row.inflow == 0.0 for row in best(other).plan.fund_years)


def test_receipts_name_what_there_is():
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance(
            [make_project("road")],
            funds=[make_fund()],
            receipts=[
                make_receipt("rode", 1.0),
                make_receipt("road", 1.0, "bugdet"),
                make_receipt("road", 1.0, option="large"),
            ],
        )
    assert {finding.column for finding in caught.value.findings} == {"project", "fund", "option"}
