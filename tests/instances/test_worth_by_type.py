"""The appraiser's table of a run: own worth by type, networks and duties apart."""

from __future__ import annotations

import pytest

from infraplan.optimizer.storage import instance_hash, read_run, write_run
from tests.builders import make_instance, make_project
from tests.optimizer.engine import best
from tools.worth_by_type import by_type, main, worths


def test_the_table_adds_up_to_the_value_and_names_what_must_be_built(tmp_path, capsys) -> None:
    instance = make_instance(
        [
            make_project("duty", 10.0, 1.0, mandatory="must", subsector="railway"),
            make_project("good", 4.0, 3.0, subsector="park"),
            make_project("poor", 9.0, 1.0, subsector="park"),
        ]
    )
    plan = best(instance).plan
    assert plan is not None
    manifest = {"instance_hash": instance_hash(instance)}
    write_run(tmp_path / "run", instance=instance, plan=plan, manifest=manifest)
    files = read_run(tmp_path / "run")
    rows = worths(files)
    assert [row.project for row in rows] == ["duty", "good"]
    assert [row.due for row in rows] == [True, False]
    sums = dict(by_type(rows))
    assert sums["all"][-1] == pytest.approx(plan.objective)
    assert sums["railway"][-1] == pytest.approx(rows[0].own)
    assert rows[0].own < 0.0 < rows[1].own
    assert main([str(tmp_path / "run"), "--works", "1"]) == 0
    told = capsys.readouterr().out
    assert "| railway | 1 | 1 | 0 |" in told
    assert "| duty | railway | yes |" in told
    assert "| good | park |" not in told
