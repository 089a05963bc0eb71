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
