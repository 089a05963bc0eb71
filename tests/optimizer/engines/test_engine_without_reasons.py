"""What an engine cannot explain is told, not left blank."""

from __future__ import annotations

from pathlib import Path

from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.workflow import run_solve
from tests.builders import make_instance, make_project
from tests.optimizer.engines.roads import with_roads


def test_roads_at_equilibrium_say_that_reasons_are_not_told(tmp_path: Path) -> None:
    projects = [make_project("a", 1.0, 0.0), make_project("b", 1e6, 0.0)]
    instance = with_roads(make_instance(projects), changes=[("a", "bridge", {}), ("b", "wide", {})])
    outcome = run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    told = [
        note for note in outcome.manifest["notes"] if "why projects are left out" in note["text_en"]
    ]
    assert "b" not in {start.project for start in outcome.result.require_plan().starts}
    assert len(told) == 1
    assert "未入选" in told[0]["text_zh"]
    assert outcome.rejections == ()
