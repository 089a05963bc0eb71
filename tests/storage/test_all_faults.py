"""Faults of all kinds come in one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.storage import inspect_instance
from tests.storage.test_folder import SETTINGS, folder


@pytest.mark.parametrize("line", ["price_year: soon", ""])
def test_a_setting_that_is_asked_for_hides_no_other_fault(tmp_path: Path, line: str) -> None:
    assert "price_year: 2021年\n" in SETTINGS
    path = folder(
        tmp_path / "x",
        instance_yaml=SETTINGS.replace("price_year: 2021年", line),
        projects_csv="id,sector,overnight_cost\na,t,1\na,t,2\n",
        relations_csv="from,to,type\na,z,requires\n",
    )
    found = [(f.file, f.column) for f in inspect_instance(path).findings]
    assert found == [
        ("instance.yaml", "price_year"),
        ("projects.csv", "id"),
        ("relations.csv", "to"),
    ]


@pytest.mark.parametrize(
    ("heads", "row", "told"),
    [
        (
            "lead_time,earliest_start,latest_start",
            "x,2024,2023",
            ["lead_time", "latest_start"],
        ),
        # What cannot be read may be what disagrees: nothing is said of it twice.
        ("earliest_start,latest_start", "soon,2023", ["earliest_start"]),
        ("lead_time,stage,latest_start", "x,complete,2023", ["lead_time", "latest_start"]),
        ("stage,latest_start", "nearly,2023", ["stage"]),
    ],
)
def test_a_cell_that_cannot_be_read_hides_no_contradiction_of_others(
    tmp_path: Path, heads: str, row: str, told: list[str]
) -> None:
    text = f"id,sector,overnight_cost,{heads}\na,t,1,{row}\n"
    path = folder(tmp_path / "x", projects_csv=text)
    assert [f.column for f in inspect_instance(path).findings if f.severity == "error"] == told
