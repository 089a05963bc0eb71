"""Work in the place of time: the same plan, byte for byte, however slow the machine is."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import SolverOptions, SolverReply, host, solve_mip
from infraplan.optimizer.engines import deadline, turns
from infraplan.optimizer.engines import known as known_module
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.primal.core import CoreAnswer, solve_core
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.texts import told_clock
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.work_clock import ClockReason
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
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
        assert outcome.manifest["clock"] == {"plan": False, "explanations": False, "why": []}
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
