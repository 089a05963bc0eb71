"""Words and figures of tables that mean something to whoever reads them."""

from __future__ import annotations

from infraplan.models.catalogue import pair
from infraplan.optimizer.report.finance_tables import debt_room_table, jurisdiction_sources_table
from infraplan.optimizer.report.first_screen import who_pays
from infraplan.optimizer.report.frames import Column, make_run
from infraplan.optimizer.report.page_charts import rule_charts
from infraplan.optimizer.report.plan_tables import money_table, rules_table
from tests.builders import (
    make_bond,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
)
from tests.optimizer.engine import best


def test_a_list_of_provinces_is_told_by_its_band_alone() -> None:
    """1 for a listed province is no money, and over its capacity no share of anything."""
    instance = make_instance(
        [make_project("a", 10, 10, sector="municipal", jurisdiction="j")],
        years=(2021, 2026),
        jurisdictions=make_jurisdictions("j", rule_sets=("china-key-province",)),
        instruments=[make_bond(tenor=10, jurisdiction="j")],
        fiscal=[
            *make_fiscal("comprehensive_capacity", 2021, 75.0, jurisdiction="j"),
            *make_fiscal("high_debt_province", 2021, 1.0, jurisdiction="j"),
        ],
    )
    run = make_run(instance, best(instance).plan, {})
    for table in (rules_table(run), debt_room_table(run)):
        rows = table.frame[table.frame["rule_en"].str.startswith("No new government investment")]
        assert set(rows["band_en"]) == {"listed province"}
        for key in {"value", "ratio", "peak_ratio", "peak_year"} & set(rows):
            assert rows[key].isna().all(), key
    assert not rule_charts(run)[0]


def test_who_pays_is_called_a_payer_and_no_district() -> None:
    """State Grid and a railway pay too: neither is a jurisdiction."""
    instance = make_instance([make_project("a")])
    run = make_run(instance, None, {})
    for table in (money_table(run), jurisdiction_sources_table(run)):
        first = table.columns[0]
        assert (first.key, first.title("en"), first.title("zh")) == (
            "jurisdiction",
            "payer",
            "出资方",
        )


def test_a_unit_stands_in_the_brackets_of_its_language() -> None:
    column = Column("amount", "money", ("million CNY", "百万元"), "money_amount")
    assert column.title("en") == "amount [million CNY]"
    assert column.title("zh") == "金额（百万元）"


def test_those_who_bear_most_of_the_money_are_named() -> None:
    """Three names and 51 % of others would not say who pays."""
    project = make_project("a", 10, 10)
    instance = make_instance(
        [project], funds=[make_fund()], inflows=make_inflows("budget", 2021, 10.0)
    )
    plan = best(instance).plan
    assert plan is not None
    total = sum(row.amount for row in plan.payments)
    parts = (0.2, 0.2, 0.15, 0.15, 0.12, 0.08, 0.06, 0.04)
    sources = [(pair(f"p{n}", f"甲{n}方"), share * total) for n, share in enumerate(parts)]
    told = who_pays(make_run(instance, plan, {}), sources)
    assert "p3 15%, p4 12%, 3 others 18%." in told
    assert "甲4方12%、其他3项18%。" in told.zh
