"""Units of the shipped instances are told in Chinese too."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from infraplan.models.catalogue.measure_words import measure, quantity

ROOT = Path(__file__).parents[2]
SIGNS = {"MW", "MWh", "GWh", "GW", "kV", "MVA", "TEU", "km", "m3", "m2", "kWh", "PB", "P", "ha"}
"""Signs that Chinese tables use as they are."""


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("instances/*/projects.csv")), ids=lambda path: path.parent.name
)
def test_no_unit_of_works_stays_english(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        units = {row["unit"] for row in csv.DictReader(file)} - SIGNS
    assert units - {""}
    assert not [unit for unit in units if unit and measure(unit)[1] == unit and unit.isascii()]


def test_plural_units_keep_their_words() -> None:
    assert measure("条河流") == ("rivers", "条河流")
    assert measure("river") == ("river", "条河流")
    assert measure("lines")[1] == "条"


def test_a_size_never_sets_a_number_beside_a_number() -> None:
    assert quantity(10.0, "亿m3/年") == ("1,000 million m3/year", "10亿立方米/年")
    assert quantity(5.0, "万亩") == ("50,000 mu", "5万亩")
    assert quantity(1_234_567.0, "m3/d") == ("1,234,567 m3/d", "1,234,567立方米/日")
    assert quantity(0.5, "km")[0] == "0.5 km"
    assert quantity(1.0, "座220千伏变电站") == ("1 substation 220kV", "1座220千伏变电站")


def test_a_chinese_unit_writes_its_signs_out() -> None:
    assert measure("亿m3/yr") == ("100 million m3/year", "亿立方米/年")
    assert measure("km") == ("km", "公里")
