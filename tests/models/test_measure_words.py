"""Units of the shipped instances are told in Chinese too."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from infraplan.models.catalogue.measure_words import measure

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
