"""Work in the place of time: the same plan, byte for byte, however slow the machine is."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from infraplan.models.instance import Instance
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import SolverOptions, SolverReply, host, solve_mip
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.engines import deadline, integer_program, turns
from infraplan.optimizer.engines import known as known_module
from infraplan.optimizer.engines.affordable_starts import affordable_starts
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.primal.core import CoreAnswer, solve_core
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.texts import told_clock
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.storage import example_instance, write_instance
from infraplan.optimizer.work_clock import ClockReason, ClockStep
from infraplan.optimizer.workflow import Outcome, run_solve
from tests.benchmarks.generate import benchmark_instance
from tests.optimizer.backends import mips

OPTIONS = SolveOptions(gap=1e-4, time_limit_s=None, deterministic=True)
OF_THE_RUN = {
    "created",
    "run_dir",
    "build_s",
    "runtime_s",
    "peak_memory_mb",
    "files",
    "run_hash",
} | {
    "stages",
    "first_plan_s",
}
"""What run.json says of when and where it ran."""


@pytest.fixture(scope="module")
def instance() -> Instance:
    return benchmark_instance(60, 6)


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an instance of 60 projects be searched as a large one is, in short turns."""
    monkeypatch.setattr(known_module, "LEAST_CHOICES", 100)
    monkeypatch.setattr(turns, "TURN_S", 1.0)
    monkeypatch.setattr(deadline, "MOST_TO_EXPLAIN_S", 2.0)


def _run(instance: Instance, options: SolveOptions, place: Path) -> Outcome:
    return run_solve(instance, options, place)


def _bytes(outcome: Outcome) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in outcome.run_dir.iterdir()}
    record = json.loads(files.pop("run.json"))
    del files["report.html"]  # states how long it took
    kept = {key: value for key, value in record.items() if key not in OF_THE_RUN}
    return files | {"run.json": json.dumps(kept).encode()}


class _Slow:
    """A clock on which everything takes so many times as long."""

    def __init__(self, factor: float) -> None:
        self._begin, self._factor = time.perf_counter(), factor

    def perf_counter(self) -> float:
        """Seconds on it."""
        return self._begin + self._factor * (time.perf_counter() - self._begin)


def _slow_down(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    """Let the product see a machine that is slower by `factor`, and guests that hesitate."""
    slow = _Slow(factor)
    monkeypatch.setattr(work_clock, "time", SimpleNamespace(perf_counter=slow.perf_counter))
    hear = host.GuestProcess.hear

    def late(guest: Any, seconds: float) -> bytes | None:
        time.sleep(0.02)
        return hear(guest, seconds)

    monkeypatch.setattr(host.GuestProcess, "hear", late)


def test_a_slower_machine_writes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = benchmark_instance(30, 6)  # as many turns as of 60 projects
    rounds: list[int] = []

    def counted(*given: Any) -> CoreAnswer:
        rounds.append(1)
        return solve_core(*given)

    monkeypatch.setattr("infraplan.optimizer.primal.search.solve_core", counted)
    quick = _run(instance, OPTIONS, tmp_path / "quick")
    turned = len(rounds)
    _slow_down(monkeypatch, 40.0)
    slow = _run(instance, OPTIONS, tmp_path / "slow")
    assert _bytes(quick) == _bytes(slow)
    assert "schedule.csv" in _bytes(quick)
    assert turned == len(rounds) - turned > 0  # the search took its turns, and as many
    assert quick.result.gap is not None
    assert quick.result.gap <= 1e-4
    for outcome in (quick, slow):
        assert outcome.manifest["clock"] == {
            "plan": False,
            "explanations": False,
            "why": [],
            "steps": [],
        }
        assert outcome.manifest["options"]["deterministic"]


def test_time_still_ends_it_and_that_is_told(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow_down(monkeypatch, 400.0)
    options = SolveOptions(gap=0.0, time_limit_s=100.0, deterministic=True)
    outcome = _run(instance, options, tmp_path / "run")
    assert outcome.manifest["clock"]["plan"] is True
    assert outcome.manifest["clock"]["why"] == ["time_limit"]
    assert outcome.result.clock == (ClockReason.TIME_LIMIT,)
    steps = outcome.manifest["clock"]["steps"]
    assert steps
    assert set(steps) <= set(ClockStep)


def test_work_ends_it_and_no_clock_has_decided(instance: Instance) -> None:
    options = SolveOptions(gap=0.0, time_limit_s=1.0, deterministic=True)
    formulation = build_formulation(instance)
    found = []
    for _ in range(2):
        with work_clock.watched() as reasons, work_clock.counting(None):
            known, answer = turns.solve_by_turns(
                formulation, formulation, Known(), options, Deadline.after(options.time_limit_s)
            )
        assert known.plan is None  # no relaxation is known: the solver is alone
        assert answer.reply.termination is Termination.WORK_LIMIT
        assert reasons == set()
        found.append(answer.reply)
    assert found[0].objective == found[1].objective is not None
    assert found[0].bound == found[1].bound is not None


def test_a_solve_by_time_says_what_the_clock_decided(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow_down(monkeypatch, 400.0)
    result = solve(instance, SolveOptions(gap=0.0, time_limit_s=60.0))
    assert ClockReason.TIME_LIMIT in result.clock


def test_a_wish_to_stop_is_told(instance: Instance) -> None:
    result = solve(instance, SolveOptions(gap=0.0, time_limit_s=60.0), should_stop=lambda: True)
    assert ClockReason.STOPPED in result.clock
    assert ClockReason.TIME_LIMIT not in result.clock


def test_listeners_hear_of_seconds(instance: Instance, tmp_path: Path) -> None:
    options = SolveOptions(gap=0.05, time_limit_s=60.0, deterministic=True)
    asked = Deadline.after(60.0)
    heard: list[tuple[float, float]] = []
    run_solve(
        instance,
        options,
        tmp_path / "run",
        deadline=asked,
        on_progress=lambda news: heard.append((news.elapsed_s, asked.elapsed_s)),
        on_step=lambda _: heard.append((asked.elapsed_s, asked.elapsed_s)),
    )
    assert len(heard) > 3
    assert all(0.0 <= told <= really <= told + 5.0 for told, really in heard)


def test_one_thread_alone(instance: Instance) -> None:
    with pytest.raises(UnsupportedFeatureError, match="one thread"):
        solve(instance, SolveOptions(threads=2, deterministic=True))


@pytest.mark.parametrize(
    ("said", "is_asked"), [("1", True), ("true", True), ("on", True), ("0", False), ("", False)]
)
def test_the_environment_is_asked_where_nothing_else_is_said(
    monkeypatch: pytest.MonkeyPatch, said: str, is_asked: bool
) -> None:
    monkeypatch.setenv(work_clock.DETERMINISTIC_VARIABLE, said)
    assert SolveOptions().deterministic is is_asked
    assert SolveOptions(deterministic=not is_asked).deterministic is not is_asked
    monkeypatch.delenv(work_clock.DETERMINISTIC_VARIABLE)
    assert not SolveOptions().deterministic


def test_a_command_hears_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_instance(example_instance(), tmp_path / "plan.json")
    solving = ["solve", str(tmp_path / "plan.json"), "-o", str(tmp_path / "run")]
    monkeypatch.setenv(work_clock.DETERMINISTIC_VARIABLE, "1")
    assert CliRunner().invoke(app, solving).exit_code == 0
    record = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert record["options"]["deterministic"] is True
    assert CliRunner().invoke(app, [*solving, "--threads", "2"]).exit_code == 2


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip", "cpsat"])
def test_every_solver_ends_by_its_work_and_answers_the_same(solver: str) -> None:
    # No solver proves an optimum of it in a second.
    mip = mips.long_search()
    replies: list[SolverReply] = []
    for _ in range(2):
        with work_clock.watched() as reasons, work_clock.counting(None):
            replies.append(solve_mip(mip, SolverOptions(solver=solver, gap=0.0, time_limit_s=1.0)))
            assert 0.0 < work_clock.now() <= 1.0
        assert reasons == set()
    first, second = replies
    assert first.termination is second.termination is Termination.WORK_LIMIT
    assert first.objective == second.objective
    assert first.bound == second.bound
    if first.values is not None and second.values is not None:
        assert first.values.tolist() == second.values.tolist()


def test_a_reader_is_told_what_the_clock_decided() -> None:
    told = {"plan": True, "explanations": True, "why": ["time_limit", "stopped"]}
    assert told_clock(told) == (
        "the plan (time limit, stopped)",
        "方案（时限、提前停止）",
    )
    assert told_clock(told | {"plan": False})[0] == "explanations alone (time limit, stopped)"
    assert told_clock({"plan": False, "explanations": False, "why": []}) == ("nothing", "无")
    assert told_clock(None) == ("", "")  # a run of before


def test_a_wish_to_stop_takes_the_place_of_shares_of_time() -> None:
    with stopping.one_task(), work_clock.watched() as reasons:
        work_clock.decided(ClockReason.TIME_LIMIT)  # a share of time had ended before
        work_clock.decided(ClockReason.SEARCH_BESIDE)
        stopping.ask()
        work_clock.decided(ClockReason.TIME_LIMIT)  # nothing has time from now on
    assert reasons == {ClockReason.STOPPED, ClockReason.SEARCH_BESIDE}
    with work_clock.watched() as reasons:  # somebody else's wish, told by `should_stop`
        work_clock.decided(ClockReason.STOPPED)
        work_clock.decided(ClockReason.TIME_LIMIT)
    assert reasons == {ClockReason.STOPPED}
    with work_clock.watched() as reasons:
        work_clock.decided(ClockReason.TIME_LIMIT)
    assert reasons == {ClockReason.TIME_LIMIT}


def test_the_steps_in_which_the_clock_decided_are_told() -> None:
    with work_clock.watched() as outer:
        with work_clock.within(ClockStep.BEFORE):
            work_clock.decided(ClockReason.TIME_LIMIT)
        with work_clock.watched() as inner, work_clock.within(ClockStep.EXPLAIN):
            work_clock.decided(ClockReason.STOPPED)
    assert outer.steps == {ClockStep.BEFORE, ClockStep.EXPLAIN}
    assert (inner, inner.steps) == ({ClockReason.STOPPED}, {ClockStep.EXPLAIN})
    stated = {"plan": True, "why": ["time_limit"], "steps": ["explain", "before_the_solver"]}
    assert told_clock(stated) == (
        "the plan (time limit; steps: plans before the solver, explanations)",
        "方案（时限；环节：求解器之前的方案搜索、说明）",
    )


def test_a_step_that_its_share_cut_short_is_named_although_the_gap_is_reached(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(mip: Mip, seconds: float, most_s: float | None) -> Mip:
        work_clock.decided(ClockReason.TIME_LIMIT)
        return affordable_starts(mip, seconds, most_s)

    monkeypatch.setattr(integer_program, "affordable_starts", cut)
    result = solve(instance, SolveOptions(gap=0.05, deterministic=True))
    assert result.gap is not None
    assert result.gap <= 0.05
    assert result.clock_steps == (ClockStep.WINDOWS,)
