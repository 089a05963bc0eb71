"""Draws: where each figure moves, how far, with what, and that it is a Latin hypercube."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.models.quantities import Quality
from infraplan.optimizer.sweeps.drawn_data import DEFAULTS, between, doubted_data, unmoved
from infraplan.optimizer.sweeps.draws import instance_at, make_draws
from tests.builders import (
    make_bond,
    make_demand,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_pool,
    make_project,
    make_relation,
)

COUNT = 40


def doubted() -> Instance:
    """Every kind of datum once or more; `e` is stated."""
    ranges = {"overnight_cost_low": 5.0, "overnight_cost_high": 30.0}
    gains = {"benefits_low": {"users": 1.0}, "benefits_high": {"users": 6.0}}
    projects = [
        make_project("a", 10.0, 3.0, subsector="bridge", **ranges, **gains),
        make_project("b", 10.0, 3.0, subsector="bridge", revenue=2.0, lead_time=2),
        make_project("c", 8.0, 3.0, subsector="school", quality=Quality.ESTIMATE),
        make_project("d", 8.0, 3.0, subsector="school", ready_years={"land": 2022}),
        make_project("e", 8.0, 3.0, quality=Quality.STATED),
    ]
    return make_instance(
        projects,
        years=(2021, 2026),
        funds=[make_fund("own"), make_fund("land", kind="land")],
        inflows=[*make_inflows("own", 2021, *[9.0] * 6), *make_inflows("land", 2021, *[4.0] * 6)],
        pools=[make_pool(region="own")],
        instruments=[make_bond(rate=0.03)],
        fiscal=make_fiscal("fund_revenue", 2021, 5.0),
        network_nodes=[make_node("lake", "source", capacity=9.0), make_node("m")],
        network_links=[make_link("main", "lake", "m", capacity=9.0)],
        demands=[make_demand("town", "m", 5.0)],
    )


def test_every_kind_of_figure_is_a_datum_and_stated_ones_are_not() -> None:
    names = {datum.name for datum in doubted_data(doubted())}
    assert {
        "projects/a/overnight_cost",
        "projects/a/benefits",
        "projects/b/revenue",
        "projects/b/lead_time",
        "projects/d/earliest_start",
        "inflows/own/value",
        "inflows/land/value",
        "instruments/bond/rate",
        "fiscal/region/fund_revenue/value",
        "demands/town/amount",
    } <= names
    assert not [name for name in names if name.startswith("projects/e/")]
    assert unmoved(doubted()) == 1


def test_a_stated_range_is_taken_else_that_of_the_class() -> None:
    data = {datum.name: datum for datum in doubted_data(doubted())}
    own, other = data["projects/a/overnight_cost"], data["projects/b/overnight_cost"]
    assert (own.low, own.value, own.high, own.is_stated) == (5.0, 10.0, 30.0, True)
    low, high = DEFAULTS["cost"][Quality.ASSUMPTION]
    assert (other.low, other.high, other.is_stated) == (10.0 * low, 10.0 * high, False)
    low, high = DEFAULTS["cost"][Quality.ESTIMATE]
    assert data["projects/c/overnight_cost"].high == 8.0 * high
    low, high = DEFAULTS["land"][Quality.ASSUMPTION]
    assert data["inflows/land/value"].low == 4.0 * low


def test_the_middle_is_passed_as_often_as_not() -> None:
    # F(20) above the middle: 1 - ((30-20)/(30-10))^2 / 2 = 0.875
    assert between(0.0, 5.0, 10.0, 30.0) == 5.0
    assert between(0.5, 5.0, 10.0, 30.0) == 10.0
    assert between(0.875, 5.0, 10.0, 30.0) == pytest.approx(20.0)
    assert between(1.0, 5.0, 10.0, 30.0) == 30.0


def test_the_instance_at_the_middle_is_the_instance() -> None:
    instance = doubted()
    middle = {datum.key: 0.5 for datum in doubted_data(instance)}
    assert instance_at(instance, middle) == instance


def test_one_value_lies_in_every_stratum() -> None:
    quantiles = make_draws(doubted(), 7, COUNT).quantiles
    strata = np.sort((quantiles * COUNT).astype(int), axis=0)
    assert (strata == np.arange(COUNT)[:, None]).all()


def test_a_seed_makes_the_same_draws_and_another_others() -> None:
    first, again, other = (make_draws(doubted(), seed, COUNT) for seed in (1, 1, 2))
    assert (first.quantiles == again.quantiles).all()
    assert (first.quantiles != other.quantiles).any()


def test_another_project_changes_nothing_of_what_others_draw() -> None:
    instance = doubted()
    more = instance.with_tables(projects=(make_project("new"), *instance.projects))
    key = ("projects", "a", "overnight_cost")
    one, two = make_draws(instance, 3, COUNT), make_draws(more, 3, COUNT)
    assert (one.values_of(key) == two.values_of(key)).all()


def test_costs_move_together_by_type_and_by_market() -> None:
    draws = make_draws(doubted(), 5, 4000)
    column = {datum.name: place for place, datum in enumerate(draws.data)}

    def rank(one: str, two: str) -> float:
        places = [column[f"projects/{name}/overnight_cost"] for name in (one, two)]
        return float(np.corrcoef(draws.quantiles[:, places].T)[0, 1])

    # Normal scores with 0.5 (same type and market) and 0.2 (same market) in common: the ranks of
    # a Gaussian copula have the correlation 6/pi asin(r/2), 0.483 and 0.191.
    assert rank("a", "b") == pytest.approx(0.483, abs=0.04)
    assert rank("a", "c") == pytest.approx(0.191, abs=0.04)


def test_what_is_drawn_stands_in_the_instance() -> None:
    instance = doubted()
    draws = make_draws(instance, 11, 8)
    for drawn in map(draws.drawn, range(draws.count)):
        a = drawn.instance.project_by_id["a"].options[0]
        assert a.overnight_cost == drawn.values["projects", "a", "overnight_cost"]
        assert sum(a.benefits.values()) == drawn.values["projects", "a", "benefits"]
        factor = drawn.values["inflows", "land", "value"] / 4.0
        land = [row.value for row in drawn.instance.inflows if row.fund == "land"]
        assert land == pytest.approx([4.0 * factor] * 6)
        rate = drawn.values["instruments", "bond", "rate"]
        assert drawn.instance.instruments[0].rate == pytest.approx(rate)
        assert drawn.instance.demands[0].amount == drawn.values["demands", "town", "amount"]
        lead = drawn.instance.project_by_id["b"].options[0].lead_time
        assert lead == round(drawn.values["projects", "b", "lead_time"])
        assert drawn.instance.project_by_id["e"] == instance.project_by_id["e"]


def test_a_delay_never_takes_away_the_last_year_to_start() -> None:
    project = make_project("a", 10.0, 3.0, earliest_start=2022, latest_start=2022, lead_time=4)
    instance = make_instance([project], years=(2021, 2022))
    top = {datum.key: 0.999 for datum in doubted_data(instance)}
    moved = instance_at(instance, top).project_by_id["a"]
    assert (moved.earliest_start, moved.latest_start) == (2022, 2022)


def test_works_that_must_be_built_keep_their_dates() -> None:
    must = make_project("a", 10.0, 3.0, mandatory=Mandate.MUST, lead_time=4)
    names = {datum.column for datum in doubted_data(make_instance([must], years=(2021, 2030)))}
    assert names == {"overnight_cost", "benefits"}


def test_a_renewal_moves_with_what_it_takes_over() -> None:
    old = make_project("old", 10.0, 3.0, lifetime=2)
    new = make_project("new", 5.0)
    renewal = make_relation("renews", ["old"], ["new"], takes_over=("benefits",))
    instance = make_instance([old, new], years=(2021, 2028), relations=[renewal])
    names = {datum.name for datum in doubted_data(instance)}
    assert "projects/new/benefits" not in names
    draws = make_draws(instance, 1, 5)
    for drawn in map(draws.drawn, range(draws.count)):
        options = [drawn.instance.project_by_id[name].options[0] for name in ("old", "new")]
        assert options[0].benefits == options[1].benefits
