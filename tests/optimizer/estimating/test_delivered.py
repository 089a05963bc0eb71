"""Benefits from what works deliver: formulas are whole, ranges right, and no cost is in them."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from infraplan.optimizer.estimating import delivered, works_types
from infraplan.optimizer.estimating.delivered import (
    NET_OF_RUNNING,
    Range,
    benefit_of,
    deliveries,
    unit_values,
    uplift,
)
from infraplan.optimizer.estimating.delivery_plausibility import delivery_doubts
from infraplan.optimizer.estimating.fill import LAST_RESORT, fill_gaps
from tests.builders import make_instance, make_project

MONEY = {"currency": "CNY", "money_factor": 1e8}


def test_every_type_has_a_formula_of_names_that_are_known() -> None:
    assert set(deliveries()) == set(works_types())
    for name, delivery in deliveries().items():
        assert set(delivery.typical) == set(delivery.quantities), name
        assert delivery.with_size <= set(delivery.typical), name
        assert delivery.size > 0.0, name
        value = delivery.worth(delivery.usual(delivery.size))
        assert value.low < value.mid < value.high, name
        assert value.mid > 0.0, name
        assert not {part for part in delivery.names if "cost" in part}, name


def test_every_unit_value_says_where_it_is_from() -> None:
    used = {name for delivery in deliveries().values() for name in delivery.names}
    for row in unit_values().values():
        assert row.name_en, row.key
        assert row.name_zh, row.key
        assert row.unit, row.key
        assert row.source, row.key
        assert row.confidence in {"H", "M", "L"}, row.key
        assert row.price_year == delivered.PRICE_YEAR, row.key
        assert row.value.low <= row.value.mid <= row.value.high, row.key
    assert used & set(unit_values())


def test_no_row_of_a_table_stands_twice() -> None:
    for name, key in (("unit_values.csv", "key"), ("deliveries.csv", "type")):
        text = resources.files("infraplan.optimizer.estimating").joinpath(name)
        rows = [row[key] for row in csv.DictReader(text.read_text(encoding="utf-8").splitlines())]
        assert len(rows) == len(set(rows)), name


def test_the_benefit_of_a_road_is_traffic_times_length_times_what_a_kilometre_is_worth() -> None:
    # 12 km x 365 days x 4,000 vehicles x 0.45 / 0.77 / 1.1 CNY a vehicle-km.
    found = benefit_of("road_class2", 12.0, {"aadt": Range.exactly(4000.0)})
    assert found is not None
    ends = (found.value.low, found.value.mid, found.value.high)
    assert ends == pytest.approx((7_884_000.0, 13_490_400.0, 19_272_000.0))
    assert not found.is_typical  # the traffic is the project's, the length its size
    assert "aadt=4000;" in found.basis
    assert "km=12 (by size)" in found.basis
    usual = benefit_of("road_class2", 12.0)
    assert usual is not None
    assert usual.is_typical
    assert "aadt=5000 (typical)" in usual.basis


def test_what_passes_works_does_not_grow_with_their_length() -> None:
    # A bridge twice as long saves no more vehicles their detour; a road twice as long does.
    short, long = benefit_of("bridge_county", 0.6), benefit_of("bridge_county", 1.2)
    assert short is not None
    assert long is not None
    assert short.value == long.value
    road, double = benefit_of("road_class2", 10.0), benefit_of("road_class2", 20.0)
    assert road is not None
    assert double is not None
    assert double.value.mid == pytest.approx(2.0 * road.value.mid)


def test_ranges_of_differences_and_products_hold_every_value_between() -> None:
    a, b = Range(1.0, 2.0, 4.0), Range(-1.0, 0.5, 3.0)
    points = [(x, y) for x in (a.low, a.mid, a.high) for y in (b.low, b.mid, b.high)]
    for made, values in (
        (a + b, [x + y for x, y in points]),
        (a - b, [x - y for x, y in points]),
        (a * b, [x * y for x, y in points]),
        (b / a, [y / x for x, y in points]),
    ):
        assert (made.low, made.high) == (min(values), max(values))
    assert (a - b).mid == 1.5


def test_filled_benefits_do_not_move_with_the_cost() -> None:
    cheap, dear = (
        make_project(name, cost, 0.0, subsector="trunk_road", quantity=10.0, unit="km")
        for name, cost in (("cheap", 1.0), ("dear", 50.0))
    )
    filled = fill_gaps(make_instance([cheap, dear], settings=MONEY))[0]
    one, other = (project.options[0] for project in filled.projects)
    assert one.benefits == other.benefits
    # 10 km x 365 x 5,000 vehicles x 0.77 CNY, in 100 million CNY.
    assert sum(one.benefits.values()) == pytest.approx(0.140525)
    assert sum(one.benefits_low.values()) == pytest.approx(0.082125)
    assert sum(one.benefits_high.values()) == pytest.approx(0.20075)
    assert "road_upgrade_vkm" in one.benefit_basis


def test_quantities_of_the_project_take_the_place_of_the_typical_ones() -> None:
    quiet, busy = (
        make_project(
            name, 5.0, 0.0, subsector="trunk_road", quantity=10.0, unit="km",
            deliveries={"aadt": aadt},
        )
        for name, aadt in (("quiet", 500.0), ("busy", 20_000.0))
    )  # fmt: skip
    filled = fill_gaps(make_instance([quiet, busy], settings=MONEY))[0]
    one, other = (sum(project.options[0].benefits.values()) for project in filled.projects)
    assert other == pytest.approx(40.0 * one, abs=40 * 1e-6)  # written to six digits


def test_a_type_without_a_formula_takes_a_share_of_cost_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivered, "deliveries", dict)
    road = make_project("road", 10.0, 0.0, subsector="trunk_road")
    option = fill_gaps(make_instance([road], settings=MONEY))[0].projects[0].options[0]
    assert option.benefit_basis.startswith(LAST_RESORT)
    assert sum(option.benefits.values()) == pytest.approx(
        10.0 * works_types()["road_class2"].benefit_mid
    )


def test_a_quantity_that_no_estimate_reads_is_asked_about() -> None:
    road = make_project("road", 5.0, 1.0, subsector="trunk_road", deliveries={"adt": 500.0})
    (found,) = delivery_doubts(make_instance([road], settings=MONEY))
    assert (found.rule, found.table, found.index, found.field) == (
        "delivery-unknown", "projects", 0, "deliveries",
    )  # fmt: skip
    assert "adt" in str(found.message)
    assert "aadt" in str(found.advice)
    named = make_project("road", 5.0, 1.0, subsector="trunk_road", deliveries={"aadt": 500.0})
    assert not list(delivery_doubts(make_instance([named], settings=MONEY)))


def test_benefits_grow_with_time_and_carbon_and_not_with_land_or_tariffs() -> None:
    def growth(kind: str, usual: float = 0.0) -> tuple[float, float]:
        row = deliveries()[kind]
        return row.quantity_growth(usual), row.value_growth(row.usual(row.size))

    # A town street saves 0.855 of 0.9 CNY in time, which grows 2.55 % a year.
    assert growth("road_urban", 0.025) == pytest.approx((0.025, 0.0242))
    # Sun: 0.36 CNY and 0.55 kg x 390 CNY/t of carbon a kWh, which grows by 2.25 %.
    carbon = 0.55e-3 * 390.0
    later = (0.36 + carbon * 1.0225**15) / (0.36 + carbon)
    assert growth("pv_distributed") == pytest.approx((0.0, later ** (1.0 / 15.0) - 1.0))
    assert growth("urban_area_development", 0.02) == (0.0, 0.0)
    assert growth("industrial_park", 0.02) == (0.0, 0.0)
    assert growth("waterworks", 0.02) == (0.02, 0.0)
    # Traffic of a type that states no growth grows as that of other roads.
    assert growth("road_rural_class4")[0] == 0.02
    assert growth("bus_service")[0] == 0.0


def test_values_are_brought_to_the_prices_and_the_year_of_the_plan() -> None:
    assert uplift(2021, 2021, 0.03) == 1.0
    assert uplift(2023, 2023, 0.0) == pytest.approx(1.022)
    assert uplift(2023, 2023, 0.03) == pytest.approx(1.022 * 1.03**2)
    assert uplift(2050, 2021, 0.0) == 1.024  # the last price known
    assert uplift(2015, 2015, 0.03) == 1.0


def test_growth_of_unit_values_is_a_range_and_time_grows_most() -> None:
    most = unit_values()["vot_mixed_road"].growth
    assert (most.low, most.mid, most.high) == (0.021, 0.0255, 0.03)
    for row in unit_values().values():
        assert 0.0 <= row.growth.low <= row.growth.mid <= row.growth.high <= most.high, row.key


def test_which_types_of_works_are_worth_what_is_left_after_running_them() -> None:
    assert set(unit_values()) >= NET_OF_RUNNING
    assert {kind for kind, row in deliveries().items() if row.is_net} == {
        "commercial",
        "digital_park",
        "ev_charger_dc_120kW",
        "gas_field",
        "gas_network_town",
        "gas_trunk_D700",
        "gas_trunk_D1000",
        "gas_well",
        "hydrogen",
        "industrial_park",
        "tourism",
    }
