"""The estimating library: its table is complete and sensible, its estimates are products."""

import csv
from importlib import resources

import pytest

from infraplan.optimizer.estimating import estimate, read_works_types, works_type, works_types


def test_every_type_is_complete_and_ordered():
    for works in works_types().values():
        assert works.name_en, works.type
        assert works.name_zh, works.type
        assert works.source, works.type
        assert works.benefit_source, works.type
        assert works.dated.isdigit(), works.type
        assert works.confidence in {"H", "M", "L"}, works.type
        assert 0.0 < works.cost_low < works.cost_mid < works.cost_high, works.type
        assert 0.0 < works.benefit_low < works.benefit_mid < works.benefit_high < 1.0, works.type
        assert 1 <= works.lead_time <= 10, works.type
        assert 5 <= works.lifetime <= 60, works.type
        assert works.ramp_up, works.type
        assert all(0.0 < share <= 1.0 for share in works.ramp_up), works.type
        assert 0.05 <= works.capital_ratio <= 0.5, works.type
        assert 0.0 <= works.optimism_bias < 1.0, works.type


def test_every_subsector_leads_to_a_type():
    text = resources.files("infraplan.optimizer.estimating").joinpath("subsectors.csv")
    rows = list(csv.DictReader(text.read_text(encoding="utf-8").splitlines()))
    assert len({row["subsector"] for row in rows}) == len(rows)
    for row in rows:
        assert row["type"] in works_types(), row
        assert float(row["quantity"]) > 0.0, row


def test_an_estimate_is_quantity_times_unit_cost():
    # Class 2 road: 1200 / 1900 / 3500 x 10,000 CNY per km, 12 km given.
    found = estimate("trunk_road", 12.0)
    assert found is not None
    assert (found.low, found.mid, found.high) == (14400.0, 22800.0, 42000.0)
    assert found.quantity_stated
    assert "12 km x road_class2 at 1900 x 10,000 CNY" in found.basis


def test_a_size_that_is_not_known_is_assumed_and_widens_the_range():
    # Usual trunk road of 20 km, from 0.7 to 1.4 times of it.
    found = estimate("trunk_road")
    assert found is not None
    assert not found.quantity_stated
    assert found.quantity == 20.0
    assert found.low == pytest.approx(0.7 * 20 * 1200)
    assert found.mid == pytest.approx(20 * 1900)
    assert found.high == pytest.approx(1.4 * 20 * 3500)
    assert "assumed" in found.basis


def test_a_type_may_be_named_and_a_range_given():
    found = estimate("trunk_road", 10.0, type_name="road_class1", size_range=(0.5, 2.0))
    assert found is not None
    assert found.works.type == "road_class1"
    assert (found.low, found.mid, found.high) == (0.5 * 40000.0, 65000.0, 2.0 * 110000.0)


def test_nothing_is_known_of_a_strange_subsector_or_type():
    assert estimate("space_lift") is None
    assert estimate("space_lift", 1.0, type_name="no_such_type") is None
    assert works_type("space_lift") is None


def test_a_table_of_ones_own_takes_the_place_of_the_shipped_one(tmp_path):
    text = (
        resources.files("infraplan.optimizer.estimating").joinpath("types.csv").read_text("utf-8")
    )
    header, *rows = text.splitlines()
    own = next(row for row in rows if row.startswith("road_class2,"))
    path = tmp_path / "types.csv"
    path.write_text("\n".join([header, own.replace(",1900,", ",2000,")]) + "\n", encoding="utf-8")
    types = read_works_types(path)
    found = estimate("trunk_road", 10.0, types=types)
    assert found is not None
    assert found.mid == 20000.0
    assert estimate("rural_road", 1.0, types=types) is None
