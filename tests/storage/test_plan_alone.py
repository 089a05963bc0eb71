"""The plan of a run folder, read without its tables and its instance."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.storage import read_plan, read_run
from infraplan.optimizer.storage.standing_run import stands_better
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


@pytest.mark.parametrize("word", ["no", "false", "yes", 1, [False], {}, None])
def test_only_true_says_that_a_run_has_a_plan(tmp_path: Path, word: object) -> None:
    """What else stands there is for `verify` to name: no plan is looked for, none is lost."""
    for plan in (None, PLAN):
        path = write(tmp_path / "run", plan=plan)
        manifest = json.loads((path / "run.json").read_text("utf-8")) | {"bound": -2.0}
        for said in (True, word):
            (path / "run.json").write_text(json.dumps(manifest | {"has_plan": said}), "utf-8")
            better = stands_better(path, manifest["instance_hash"], -9.0, None)
            assert better is (said is True and plan is not None)
        assert read_run(path).plan == plan
        shutil.rmtree(path)
