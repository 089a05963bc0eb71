"""Gaps are filled and marked; what is given stays; the widest estimates come first."""

from __future__ import annotations

import pytest

from infraplan.models.project import Mandate
from infraplan.optimizer.estimating.fill import fill_gaps, weights
from tests.builders import make_instance, make_option, make_project

MONEY = {"currency": "CNY", "money_factor": 1e8}


def test_a_missing_cost_is_estimated_from_size_and_unit_cost() -> None:
    # 10 km of class-2 road: 1,200 / 1,900 / 3,500 x 10,000 CNY a km, in 100 million CNY.
    road = make_project("road", 0.0, 0.0, subsector="trunk_road", quantity=10.0, unit="km")
    instance, filled = fill_gaps(make_instance([road], settings=MONEY))
    option = instance.projects[0].options[0]
    costs = (option.overnight_cost_low, option.overnight_cost, option.overnight_cost_high)
    assert costs == pytest.approx((1.2, 1.9, 3.5))
    assert option.quality == "estimate"
    assert "10 km x road_class2" in option.cost_basis
    assert option.benefits
    assert option.fixed_om_cost == pytest.approx(0.015 * 1.9)
    assert {row.field for row in filled} >= {"overnight_cost", "benefits", "fixed_om_cost"}


def test_a_size_that_is_not_stated_is_an_assumption() -> None:
    road = make_project("road", 0.0, 0.0, subsector="trunk_road")
    option = fill_gaps(make_instance([road], settings=MONEY))[0].projects[0].options[0]
    assert option.quality == "assumption"
    assert "size assumed" in option.cost_basis


def test_what_is_given_stays() -> None:
    given = make_option(
        cost=5.0,
        benefit=1.0,
        overnight_cost_low=4.0,
        overnight_cost_high=6.0,
        fixed_om_cost=0.1,
        ramp_up=(0.5,),
        revenue=0.2,
    )
    projects = [
        make_project("road", subsector="trunk_road", options=[given]),
        make_project("odd", 1.0, subsector="unheard_of"),
        make_project("begun", 1.0, subsector="trunk_road", mandatory=Mandate.COMMITTED),
    ]
    instance = make_instance(projects, settings=MONEY)
    assert fill_gaps(instance) == (instance, ())
    foreign = make_instance([make_project("r", 0.0, subsector="trunk_road")])
    foreign = foreign.model_copy(
        update={"settings": foreign.settings.model_copy(update={"currency": "EUR"})}
    )
    assert fill_gaps(foreign)[1] == ()


def test_ranges_are_widened_like_their_type() -> None:
    road = make_project("road", 19.0, 2.0, subsector="trunk_road", quantity=1.0, unit="km")
    option = fill_gaps(make_instance([road], settings=MONEY))[0].projects[0].options[0]
    # 1,200 and 3,500 beside 1,900.
    assert option.overnight_cost_low == pytest.approx(12.0)
    assert option.overnight_cost_high == pytest.approx(35.0)


def test_weights_are_shares_of_the_ranges() -> None:
    wide = make_option(cost=5.0, overnight_cost_low=2.0, overnight_cost_high=8.0)
    narrow = make_option(cost=5.0, overnight_cost_low=4.0, overnight_cost_high=6.0)
    known = make_option(cost=50.0, quality="stated")
    instance = make_instance(
        [make_project(n, options=[o]) for n, o in (("n", narrow), ("w", wide), ("k", known))]
    )
    rows = weights(instance)
    assert [(r.project, r.share) for r in rows] == [
        ("w", pytest.approx(0.75)),
        ("n", pytest.approx(0.25)),
    ]


def test_a_benefit_that_is_net_of_running_cost_is_not_charged_it_again() -> None:
    # A rented workshop: 300,000 m2 x 0.75 x 130 CNY of rent less running; 80,000 x 10,000 CNY.
    park = make_project("park", 0.0, 0.0, subsector="industrial_park")
    option = fill_gaps(make_instance([park], settings=MONEY))[0].projects[0].options[0]
    (rent,) = option.benefits.values()
    assert rent == pytest.approx(0.2925)
    assert "net of running" in option.benefit_basis
    assert option.fixed_om_cost == 0.0
    assert option.revenue == pytest.approx((0.06 - 0.02) * 8.0)  # as net as the benefit
    # Who states a running cost has it in the benefit as well, so that the difference is the rent.
    stated = park.options[0].model_copy(update={"fixed_om_cost": 0.1})
    park = park.model_copy(update={"options": (stated,)})
    option = fill_gaps(make_instance([park], settings=MONEY))[0].projects[0].options[0]
    assert sum(option.benefits.values()) - option.fixed_om_cost == pytest.approx(rent)
    assert option.revenue == pytest.approx(0.06 * 8.0)
    # Whose benefit is given is charged the usual running cost of the type.
    given = make_project("park", 8.0, 0.5, subsector="industrial_park")
    option = fill_gaps(make_instance([given], settings=MONEY))[0].projects[0].options[0]
    assert option.fixed_om_cost == pytest.approx(0.02 * 8.0)
