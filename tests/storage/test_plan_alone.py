"""The plan of a run folder, read without its tables and its instance."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.storage import read_plan
from tests.storage.test_run_folder import PLAN, write


def test_the_plan_is_read_alone_as_with_all_else(tmp_path: Path) -> None:
    path = write(tmp_path / "run")
    (path / "instance.json").write_text("{", "utf-8")  # it is not looked at
    (path / "payments.csv").write_text("", "utf-8")
    assert read_plan(path) == PLAN
    assert read_plan(write(tmp_path / "none", plan=None)) is None
    for name in ("run.json", "plan.json"):
        spoilt = write(tmp_path / name)
        (spoilt / name).write_text("{", "utf-8")
        with pytest.raises(InstanceFormatError) as caught:
            read_plan(spoilt)
        assert caught.value.findings[0].file == name
        (spoilt / name).unlink()
        with pytest.raises(InstanceFormatError):
            read_plan(spoilt)
    with pytest.raises(InstanceFormatError):
        read_plan(tmp_path / "absent")
