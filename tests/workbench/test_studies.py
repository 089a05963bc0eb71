"""Studies: the commands that forms come to, what is refused, plans that are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.bench import Workbench
    from infraplan.optimizer.workbench.roles import Visitor
    from infraplan.optimizer.workbench.storage import Row


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    from infraplan.optimizer.workbench.opening import open_bench, open_store

    folder, store = open_store(tmp_path / "data")
    return open_bench(folder, store, host="127.0.0.1", name="Li", formats=())


@pytest.fixture
def visitor(bench: Workbench) -> Visitor:
    found = bench.gate.visitor("")
    assert found is not None
    return found


@pytest.fixture
def county(bench: Workbench, template: Path) -> Row:
    """Version 1 of the worked example, not checked."""
    version = bench.store.add_version(bench.store.add_instance("county", "template", "Li"), "Li")
    path = bench.workbook(version)
    path.parent.mkdir(parents=True)
    path.write_bytes(template.read_bytes())
    return version


def test_numbers_are_held_within_limits_and_words_never_become_options(tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.studies import study_line

    values = {
        "--x": "--output=/elsewhere",
        "--y": "npv",
        "--points": 1e9,
        "--gap": 0.5,
        "--time-limit": None,
        "--unknown": "x",
    }
    line = study_line("frontier", values, tmp_path / "v1.xlsx", tmp_path, "zh")
    assert line == [
        "frontier",
        "--x=--output=/elsewhere",
        "--y=npv",
        "--points=200",
        "--gap=0.005",
        "--lang=zh",
        "-o",
        tmp_path / "study",
        "--",
        tmp_path / "v1.xlsx",
    ]
    (tmp_path / "study").mkdir()
    again = study_line("frontier", values, tmp_path / "v1.xlsx", tmp_path, "zh")
    assert "--resume" in again, "a study that was begun goes on with its journal"


def test_flags_and_what_happened_reach_the_command(tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.studies import study_line

    line = study_line("sweep", {"--hold": False, "--two-stage": True}, tmp_path, tmp_path, "en")
    assert line[1:3] == ["--no-hold", "--two-stage"]
    pasted = "project\tyear\tnote\r\nring_road\t2027\ta, b\n\n"
    told = study_line("roll", {"--to": 2027.0, "--actuals": pasted}, tmp_path, tmp_path, "en")
    assert told[1:3] == ["--to=2027", f"--actuals={tmp_path / 'actuals.csv'}"]
    assert told[-1] == tmp_path / "next.xlsx"
    written = (tmp_path / "actuals.csv").read_text("utf-8")
    assert written == 'project,year,note\nring_road,2027,"a, b"\n'


def test_a_plan_is_found_by_its_name_alone(tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.studies import name_of, plan_folder, plans_of

    (tmp_path / "study" / "p001").mkdir(parents=True)
    (tmp_path / "study" / "p001" / "run.json").write_text("{}")
    (tmp_path / "run.json").write_text("{}")
    assert plans_of(tmp_path) == ["p001"]
    assert plan_folder(tmp_path, "p001") == tmp_path / "study" / "p001"
    for wrong in ("", "..", ".", "p002", "../study/p001", "/etc", "p001/"):
        assert plan_folder(tmp_path, wrong) is None
    assert name_of("study/p001") == name_of("a\\b\\p001") == name_of("p001/") == "p001"


def test_no_folder_of_the_server_is_told(tmp_path: Path) -> None:
    from infraplan.models.catalogue import phrase
    from infraplan.optimizer.workbench.studies import conclusions, last_lines

    progress = phrase("sweep-progress", finished=1, of=2, run="p1", value="3.0", left="4")
    wrote = phrase("sweep-wrote", folder=tmp_path / "study")
    log = tmp_path / "log.txt"
    log.write_text("\n".join((*progress.both, *wrote.both, "Loses least", "")), "utf-8")
    lines = last_lines(log, [tmp_path])
    assert len(lines) == 5
    assert not any(str(tmp_path) in line for line in lines)
    assert conclusions(lines) == ["Loses least"]
    assert last_lines(tmp_path / "none.txt", [tmp_path]) == []


def test_a_table_is_saved_with_headings_and_no_formula() -> None:
    from infraplan.optimizer.workbench.studies import csv_of

    table = {
        "columns": [{"key": "a", "title": "项目"}, {"key": "b", "title": "value [CNY]"}],
        "rows": [{"a": "=1+1", "b": 2.5}, {"a": "x", "b": None}],
    }
    assert csv_of(table) == "\ufeff项目,value [CNY]\n'=1+1,2.5\nx,\n"


def test_who_may_begin_a_study_and_of_what(bench: Workbench, visitor: Visitor, county: Row) -> None:
    from infraplan.optimizer.workbench.roles import ForbiddenError, Role, Visitor
    from infraplan.optimizer.workbench.tables import JobKind

    number = bench.study(visitor, county, "rank", {"--levels": 3, "--solver": "x"}, "en")
    job = bench.store.job(number)
    assert job.kind == JobKind.STUDY
    assert job.options["values"] == {"--levels": 3}, "an option that no form has is left out"
    assert [row.id for row in bench.store.studies(county.instance_id)] == [number]
    with pytest.raises(ForbiddenError):
        bench.study(visitor, county, "solve", {}, "en")
    with pytest.raises(ForbiddenError):
        bench.study(visitor, county, "replan", {}, "en")  # of a run, and none is named
    with pytest.raises(ForbiddenError):
        bench.study(visitor, county, "frontier", {}, "en", job)
    with pytest.raises(ForbiddenError) as told:
        bench.study(visitor, county, "roll", {"--to": None}, "en", job)
    assert "year" in str(told.value.message)
    with pytest.raises(ForbiddenError):
        bench.study(Visitor("Wu", Role.SEE), county, "rank", {}, "en")


def test_a_plan_of_a_study_becomes_a_run(bench: Workbench, visitor: Visitor, county: Row) -> None:
    from infraplan.optimizer.workbench.roles import ForbiddenError
    from infraplan.optimizer.workbench.tables import JobState

    number = bench.study(visitor, county, "frontier", {}, "en")
    place = bench.folder.job(number) / "study" / "p001"
    place.mkdir(parents=True)
    (place / "run.json").write_text("{}")
    kept = bench.keep_plan(visitor, bench.store.job(number), "p001")
    assert (bench.folder.run(kept) / "run.json").is_file()
    job = bench.store.job(kept)
    assert (job.state, job.by) == ("done", "Li")
    assert job.options == {"study": number, "plan": "p001"}
    assert [row.id for row in bench.store.runs()] == [kept]
    with pytest.raises(ForbiddenError):
        bench.keep_plan(visitor, bench.store.job(number), "../p001")
    with pytest.raises(ForbiddenError):
        bench.open_rolled(visitor, bench.store.job(number))
    bench.go_on(visitor, bench.store.job(number))
    assert bench.store.job(number).state == JobState.QUEUED
    bench.store.end_job(number, JobState.INTERRUPTED, {"error": "interrupted"})
    bench.go_on(visitor, bench.store.job(number))
    assert bench.store.job(number).state == JobState.QUEUED


def _line(bench: Workbench, number: int) -> list[Any]:
    return bench.queue._arguments(bench.store.job(number))


def test_changed_figures_reach_the_solve_with_reason_and_name(
    bench: Workbench, visitor: Visitor, county: Row
) -> None:
    from infraplan.optimizer.workbench.changed_figures import ChangeError, figures_of
    from infraplan.optimizer.workbench.roles import ForbiddenError
    from infraplan.optimizer.workbench.studies import instance_of

    offered = figures_of(instance_of(bench.workbook(county)), "zh")
    cells = {figure.cell: figure for figure in offered}
    assert cells["funds.own_budget.2026"].value == 1.2
    assert "2026" in cells["funds.own_budget.2026"].name
    quota = "debt.county/special/2034.new_quota"
    assert cells[quota].value == 2.0
    asked = {"gap": 0.001, "time_limit": 60, "lang": "en"}
    bench.change(visitor, county, "funds.own_budget.2026", "9", "a wish")
    bench.change(visitor, county, "funds.own_budget.2026", "2.5", "a grant, promised")
    bench.change(visitor, county, quota, "3", "--force=x")
    line = _line(bench, bench.solve(visitor, county, asked))
    assert line[-4:] == [
        f"--set={quota}=3",
        "--set=funds.own_budget.2026=2.5",
        f"--because={quota}: --force=x; funds.own_budget.2026: a grant, promised",
        "--by=Li",
    ]
    bench.wish(visitor, county, "reservoir", True, "promised")
    line = _line(bench, bench.solve(visitor, county, asked))
    assert [str(part).split("=")[0] for part in line[-5:]] == [
        "--force",
        "--because",
        "--by",
        "--set",
        "--set",
    ]
    assert "reservoir: promised" in line[-4]
    for value in ("much", "-1"):
        with pytest.raises(ChangeError) as told:
            bench.change(visitor, county, quota, value, "because")
        assert str(told.value.message)
        assert told.value.message.zh != str(told.value.message)
    with pytest.raises(ChangeError):
        bench.change(visitor, county, "debt.nowhere/special/2034.new_quota", "3", "because")
    with pytest.raises(ForbiddenError):
        bench.change(visitor, county, quota, "3", " ")
    bench.unchange(visitor, county, quota)
    assert [row.cell for row in bench.store.changes(county.instance_id)] == [
        "funds.own_budget.2026"
    ]


def test_a_study_of_a_run_is_asked_of_its_folder(
    bench: Workbench, visitor: Visitor, county: Row
) -> None:
    run = bench.store.job(bench.store.keep_run(county.id, {}, "Li"))
    line = _line(bench, bench.study(visitor, county, "replan", {"--to": 2028}, "en", run))
    assert line[0] == "replan"
    assert line[-1] == bench.folder.run(run.id)
    other = _line(bench, bench.study(visitor, county, "sweep", {}, "en"))
    assert other[-1] == bench.workbook(county)
