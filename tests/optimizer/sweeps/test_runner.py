"""Lists of solves: what is finished is kept, whatever ends."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import OutputError
from infraplan.optimizer.storage.run_folder import own_hash
from infraplan.optimizer.sweeps.jobs import Job, JobResult, solve_job
from infraplan.optimizer.sweeps.journal import JOURNAL_FILE
from infraplan.optimizer.sweeps.runner import Runner, Standing
from tests.builders import make_instance, make_project

OPTIONS = SolveOptions(gap=0.0, time_limit_s=60.0)


def jobs_of(count: int) -> list[Job]:
    """Instances of one project each, worth 10, 11, ..."""
    return [
        Job(f"j{n}", make_instance([make_project("p", 1, 11 + n)]), OPTIONS, at=float(n))
        for n in range(count)
    ]


def answer(job: Job, value: float) -> JobResult:
    """A finished job without any solve, its run a folder with a manifest."""
    return JobResult(
        key=job.key,
        digest=job.digest(),
        run_dir=job.folder_name,
        run_hash=own_hash({}),
        exit_code=0,
        termination="optimal",
        objective=value,
        is_verified=True,
    )


def write_run(job: Job, folder: Path) -> None:
    (folder / job.folder_name).mkdir(exist_ok=True)
    (folder / job.folder_name / "run.json").write_text("{}")


def counted(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """Notes in a file that it was called, with what start."""
    with (folder.parent / "calls").open("a") as stream:
        stream.write(f"{job.key} {'-' if start is None else start.name.partition('-')[0]}\n")
    write_run(job, folder)
    return answer(job, job.at)


def deadly(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """The process dies at the first try of j1."""
    mark = folder.parent / "died"
    if job.key == "j1" and not mark.exists():
        mark.touch()
        os._exit(9)
    return counted(job, folder, start, lang)


def always_deadly(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """The process dies at j1 whatever is tried."""
    if job.key == "j1":
        os._exit(9)
    return counted(job, folder, start, lang)


def calls(folder: Path) -> list[str]:
    return (folder.parent / "calls").read_text().splitlines()


def test_results_come_in_the_order_of_the_jobs_and_begin_with_the_nearest_plan(
    tmp_path: Path,
) -> None:
    runner = Runner(tmp_path / "out", solve=counted)
    assert runner.prepare(resume=False) == 0
    first, second, third = jobs_of(3)
    runner.run([first, third])
    found = runner.run([second])
    assert [row.key for row in found] == ["j1"]
    assert calls(runner.folder) == ["j0 -", "j2 j0", "j1 j0"]


def test_what_a_job_begins_with_hangs_on_the_list_alone(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "out", solve=counted)
    runner.prepare(resume=False)
    first, *others, last = jobs_of(6)
    runner.run([first, *others, replace(last, start_key="j1")])
    assert calls(runner.folder) == ["j0 -", "j1 j0", "j2 j0", "j3 j1", "j4 j1", "j5 j1"]


def test_what_was_killed_in_its_first_solve_can_be_resumed(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "out", solve=counted)
    runner.prepare(resume=False)
    assert Runner(tmp_path / "out", solve=counted).prepare(resume=True) == 0


def test_what_is_in_the_journal_is_not_solved_again(tmp_path: Path) -> None:
    jobs = jobs_of(3)
    runner = Runner(tmp_path / "out", solve=counted)
    runner.prepare(resume=False)
    runner.run(jobs[:2])
    again = Runner(tmp_path / "out", solve=counted)
    assert again.prepare(resume=True) == 2
    found = again.run(jobs)
    assert [row.objective for row in found] == [0.0, 1.0, 2.0]
    assert [call.split()[0] for call in calls(runner.folder)] == ["j0", "j1", "j2"]


def test_a_line_that_was_cut_and_a_run_that_is_gone_are_solved_again(tmp_path: Path) -> None:
    jobs = jobs_of(3)
    runner = Runner(tmp_path / "out", solve=counted)
    runner.prepare(resume=False)
    runner.run(jobs)
    journal = runner.folder / JOURNAL_FILE
    journal.write_bytes(journal.read_bytes()[:-20])
    (runner.folder / jobs[0].folder_name / "run.json").unlink()
    again = Runner(tmp_path / "out", solve=counted)
    again.prepare(resume=True)
    again.run(jobs)
    assert [call.split()[0] for call in calls(runner.folder)] == ["j0", "j1", "j2", "j0", "j2"]
    third = Runner(tmp_path / "out", solve=counted)
    third.prepare(resume=True)
    third.run(jobs)
    assert len(calls(runner.folder)) == 5


def test_a_run_that_was_changed_is_solved_again(tmp_path: Path) -> None:
    (job,) = jobs_of(1)
    runner = Runner(tmp_path / "out", solve=counted)
    runner.prepare(resume=False)
    runner.run([job])
    (runner.folder / job.folder_name / "run.json").write_text('{"objective": 7}')
    again = Runner(tmp_path / "out", solve=counted)
    again.prepare(resume=True)
    again.run([job])
    assert len(calls(runner.folder)) == 2


def test_no_key_leads_out_of_the_folder_and_no_two_questions_into_one() -> None:
    (job,) = jobs_of(1)
    odd = replace(job, key="../a/../evil 桥")
    assert re.fullmatch(r"a_evil-[0-9a-f]{8}", odd.folder_name)
    assert re.fullmatch(r"run-[0-9a-f]{8}", replace(job, key="桥").folder_name)
    other = replace(job, options=SolveOptions(gap=0.5, time_limit_s=60.0))
    assert other.folder_name != job.folder_name


def test_another_question_or_option_is_another_job(tmp_path: Path) -> None:
    (job,) = jobs_of(1)
    runner = Runner(tmp_path / "out", solve=counted)
    runner.prepare(resume=False)
    runner.run([job])
    again = Runner(tmp_path / "out", solve=counted)
    again.prepare(resume=True)
    other = Job(job.key, make_instance([make_project("p", 2, 11)]), OPTIONS)
    again.run([other])
    wide = Runner(tmp_path / "out", solve=counted)
    wide.prepare(resume=True)
    wide.run([Job(job.key, job.instance, SolveOptions(gap=0.5, time_limit_s=60.0))])
    assert len(calls(runner.folder)) == 3


def test_no_time_is_told_at_the_end_of_a_list_that_others_may_follow(tmp_path: Path) -> None:
    """ "0 s left" was told there, whatever came after; who knows the whole is told the time."""
    told: list[Standing] = []
    runner = Runner(tmp_path / "out", solve=counted, on_done=lambda _, at: told.append(at))
    runner.prepare(resume=False)
    jobs = jobs_of(5)
    runner.run(jobs[:2])
    runner.run(jobs[2:3])
    assert [at.is_estimate for at in told] == [True] * 3
    assert [at.left_s is None for at in told] == [False, True, True]
    runner.run(jobs[3:4], of=5)
    runner.run(jobs[4:], of=5)
    assert told[3].left_s is not None
    assert told[3].left_s > 0.0
    assert told[4].left_s == 0.0


@pytest.mark.cold_guests
def stopped_once(job: Job, folder: Path, start: Path | None, lang: str) -> JobResult:
    """The first try of j1 is ended from outside, with a plan that is not proven."""
    found = counted(job, folder, start, lang)
    if job.key == "j1" and calls(folder).count("j1 j0") == 1:
        return replace(found, termination="interrupted", objective=0.5)
    return found


def test_a_solve_that_was_stopped_is_no_answer_and_done_again(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "out", solve=stopped_once)
    runner.prepare(resume=False)
    found = runner.run(jobs_of(2))
    assert [(row.objective, row.termination) for row in found] == [
        (0.0, "optimal"),
        (1.0, "optimal"),
    ]
    assert calls(runner.folder) == ["j0 -", "j1 j0", "j1 j0"]
    assert "interrupted" not in (runner.folder / JOURNAL_FILE).read_text()


def test_a_stopped_solve_in_a_journal_is_done_again(tmp_path: Path) -> None:
    (job,) = jobs_of(1)
    folder = tmp_path / "out"
    folder.mkdir()
    write_run(job, folder)
    line = json.dumps(replace(answer(job, 0.5), termination="interrupted").data())
    (folder / JOURNAL_FILE).write_text(line + "\n")
    runner = Runner(folder, solve=counted)
    assert runner.prepare(resume=True) == 0
    assert runner.run([job])[0].objective == 0.0
    assert runner.num_kept == 1


def test_a_process_that_dies_costs_its_own_job_alone(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "out", workers=2, solve=deadly)
    runner.prepare(resume=False)
    found = runner.run(jobs_of(4))
    assert [row.key for row in found] == ["j0", "j1", "j2", "j3"]
    lines = (runner.folder / JOURNAL_FILE).read_text().splitlines()
    assert len(lines) == 4


@pytest.mark.cold_guests
def test_a_job_that_kills_every_process_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "out", workers=1, solve=counted)
    runner.prepare(resume=False)
    jobs = jobs_of(2)
    runner.run(jobs[:1])
    again = Runner(tmp_path / "out", workers=2, solve=always_deadly)
    assert again.prepare(resume=True) == 1
    with pytest.raises(SolverError, match="j1"):
        again.run(jobs)


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(OutputError, match="another folder"):
        Runner(tmp_path).prepare(resume=False)
    with pytest.raises(OutputError, match="no journal"):
        Runner(tmp_path).prepare(resume=True)


def test_one_job_is_a_verified_run_and_its_plan_a_start(tmp_path: Path) -> None:
    first, second = jobs_of(2)
    found = solve_job(first, tmp_path, None)
    assert found.has_plan
    assert found.objective == pytest.approx(32.0)  # 11 in each of three years, less 1
    assert found.starts == {"p": ("base", 2021)}
    assert solve_job(second, tmp_path, tmp_path / found.run_dir).objective == pytest.approx(35.0)
    assert JobResult.of_data(found.data()) == found
