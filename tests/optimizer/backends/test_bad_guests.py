"""Guests that crash, hang, hog or lie: the host stays well and keeps the best solution."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import psutil
import pytest

from infraplan.optimizer.backends import Progress, SolverOptions, base, host, solve_mip, watch
from infraplan.optimizer.errors import (
    SolverFailedError,
    SolverUnavailableError,
    UnsupportedFeatureError,
)
from infraplan.optimizer.status import SolutionState, Termination
from tests.markers import needs_signals
from tests.optimizer.backends import mips
from tests.optimizer.backends.fake_guest import BEHAVIOURS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "tests.optimizer.backends.fake_guest"
    fakes = {name: base.SolverEntry(module, "numpy", "numpy", "") for name in BEHAVIOURS}
    monkeypatch.setattr(base, "SOLVERS", MappingProxyType({**base.SOLVERS, **fakes}))
    monkeypatch.setattr(watch, "LATE_S", 0.5)
    monkeypatch.setattr(watch, "STOP_S", 0.5)
    # the fake guests are tests, not the package's
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def _solve(name: str, **options: object) -> host.SolverReply:
    chosen = replace(SolverOptions(), solver=f"fake-{name}", **options)  # type: ignore[arg-type]
    return solve_mip(mips.knapsack(), chosen)


def _assert_kept(reply: host.SolverReply, termination: Termination) -> None:
    assert reply.termination is termination
    assert reply.state is SolutionState.FEASIBLE
    assert reply.values is not None
    assert reply.values.tolist() == [1.0, 1.0, 0.0]
    assert reply.objective == 9.0
    assert reply.bound == 20.0
    assert reply.gap == pytest.approx(11.0 / 9.0)


def test_crash_without_a_solution() -> None:
    with pytest.raises(SolverFailedError, match="ended with exit code -6") as caught:
        _solve("crash")
    assert "Aborted" in caught.value.log  # the traceback of the crash is in the log


def test_crash_keeps_the_incumbent() -> None:
    _assert_kept(_solve("crash-late"), Termination.CRASHED)


class StoppedClock:
    """A clock of the host that stands still until something is heard, then is an hour later.

    However long a guest takes to start on a busy machine, its time is up when it has spoken.
    """

    def __init__(self) -> None:
        self.heard: list[Progress] = []

    def perf_counter(self) -> float:
        """What it shows."""
        return 3600.0 if self.heard else 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    stopped = StoppedClock()
    monkeypatch.setattr(host, "time", stopped)
    monkeypatch.setattr(watch, "time", stopped)
    return stopped


def test_hang_is_ended_after_the_time_limit(clock: StoppedClock) -> None:
    options = SolverOptions(solver="fake-hang", time_limit_s=600.0)
    reply = solve_mip(mips.knapsack(), options, on_progress=clock.heard.append)
    _assert_kept(reply, Termination.TIME_LIMIT)
    assert "deaf to every wish" in reply.log


def test_hang_is_ended_after_a_wish_to_stop() -> None:
    heard: list[Progress] = []
    reply = solve_mip(
        mips.knapsack(),
        SolverOptions(solver="fake-hang"),
        on_progress=heard.append,
        should_stop=lambda: bool(heard),
    )
    _assert_kept(reply, Termination.INTERRUPTED)


def test_hog_is_ended_at_the_memory_limit() -> None:
    reply = _solve("hog", memory_limit_mb=150)
    _assert_kept(reply, Termination.MEMORY_LIMIT)
    assert reply.peak_memory_mb is not None
    assert reply.peak_memory_mb > 150


def test_memory_error_in_the_guest() -> None:
    reply = _solve("no-memory")
    assert reply.termination is Termination.MEMORY_LIMIT
    assert reply.state is SolutionState.NONE


def test_newest_incumbent_is_not_lost() -> None:
    reply = _solve("many")
    assert reply.termination is Termination.CRASHED
    assert reply.values is not None
    assert reply.values.tolist() == [1.0, 0.0, 3.0]
    assert reply.bound is None
    assert reply.gap is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("garbage", "what is not an answer"),
        ("unknown-end", "what is not an answer"),
        ("no-file", "what is not an answer"),
        ("breaks-row", "break the model"),
        ("breaks-bound", "break the model"),
        ("half", "break the model"),
        ("nan", "break the model"),
        ("short", "break the model"),
        ("low-bound", "below its own plan"),
        ("infeasible-with-plan", "infeasible for which it has a solution"),
        ("solved-without-plan", "gives no solution"),
        ("fault", "a fault of the guest"),
    ],
)
def test_bad_answer_is_refused(name: str, message: str) -> None:
    with pytest.raises(SolverFailedError, match=message):
        _solve(name)


def test_garbage_does_not_hide_a_good_answer() -> None:
    assert _solve("garbage-then-answer").termination is Termination.OPTIMAL


def test_almost_whole_numbers_are_rounded() -> None:
    reply = _solve("almost-whole")
    assert reply.values is not None
    assert reply.values.tolist() == [1.0, 0.0, 3.0]
    assert reply.objective == 14.0


@pytest.mark.parametrize("name", ["no-proof", "no-bound"])
def test_claim_without_proof_is_not_solved(name: str) -> None:
    reply = _solve(name)
    assert reply.termination is Termination.INTERRUPTED
    assert reply.state is SolutionState.FEASIBLE
    assert reply.objective == 14.0
    assert reply.bound == (15.0 if name == "no-proof" else None)


def test_gap_that_was_asked_is_a_proof() -> None:
    reply = _solve("no-proof", gap=0.1)
    assert reply.termination is Termination.GAP_REACHED
    assert reply.state is SolutionState.OPTIMAL


def test_errors_of_the_guest_come_through() -> None:
    with pytest.raises(UnsupportedFeatureError, match="fake-refuse: not this model"):
        _solve("refuse")
    with pytest.raises(SolverUnavailableError, match="a_library_that_is_not_there"):
        _solve("no-library")


def test_fault_after_an_incumbent_keeps_it() -> None:
    _assert_kept(_solve("fault-late"), Termination.CRASHED)


@pytest.mark.parametrize("field", ["objective", "a_value", "col_lower", "row_upper"])
def test_model_with_nan_is_refused(field: str) -> None:
    mip = mips.knapsack()
    array = getattr(mip, field).copy()
    array[0] = np.nan
    with pytest.raises(SolverFailedError, match=f"the model's {field}"):
        solve_mip(replace(mip, **{field: array}), SolverOptions())


def test_fault_of_the_listener_ends_the_guest() -> None:
    def fail(progress: Progress) -> None:
        message = "a fault of the listener"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="a fault of the listener"):
        solve_mip(mips.knapsack(), SolverOptions(solver="fake-hang"), on_progress=fail)
    assert not [p for p in psutil.Process().children(recursive=True) if _is_guest(p)]


def _is_guest(process: psutil.Process) -> bool:
    """Whether it is one, and not the process that warm guests are forked from."""
    try:
        words = process.cmdline()
    except psutil.Error:  # it has ended, though not every guest of before was waited for
        return False
    if process.ppid() == os.getpid() and any("warm_guests" in word for word in words):
        return False
    return any("infraplan.optimizer.backends.guest" in part for part in words)


def test_children_of_a_guest_are_ended_with_it(clock: StoppedClock) -> None:
    reply = solve_mip(
        mips.knapsack(),
        SolverOptions(solver="fake-with-child", time_limit_s=600.0),
        on_progress=clock.heard.append,
    )
    assert reply.termination is Termination.TIME_LIMIT
    assert reply.state is SolutionState.NONE
    guest, child = (int(number) for number in clock.heard[0].message.split())
    _assert_gone(guest)
    _assert_gone(child)


def _assert_gone(number: int) -> None:
    for _ in range(100):
        if not psutil.pid_exists(number):
            return
        if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    pytest.fail(f"process {number} is still there")


@pytest.fixture
def heeded_ctrl_c() -> Iterator[None]:
    """Ctrl-C as a terminal gives it: a shell starts background work with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@needs_signals
@pytest.mark.usefixtures("heeded_ctrl_c")
def test_ctrl_c_in_the_host() -> None:
    pressed: list[Progress] = []

    def press(progress: Progress) -> None:
        if not pressed:  # the last news are told once more
            pressed.append(progress)
            os.kill(os.getpid(), signal.SIGINT)

    reply = solve_mip(mips.knapsack(), SolverOptions(solver="fake-hang"), on_progress=press)
    _assert_kept(reply, Termination.INTERRUPTED)


@needs_signals
@pytest.mark.usefixtures("heeded_ctrl_c")
def test_second_ctrl_c_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STOP_S", 1000.0)
    timers = [threading.Timer(s, lambda: os.kill(os.getpid(), signal.SIGINT)) for s in (0.1, 0.6)]

    def press(progress: Progress) -> None:
        if not timers[0].ident:  # the last news are told once more
            for timer in timers:
                timer.start()

    try:
        reply = solve_mip(mips.knapsack(), SolverOptions(solver="fake-hang"), on_progress=press)
    finally:
        for timer in timers:
            timer.join()
    _assert_kept(reply, Termination.INTERRUPTED)


@needs_signals
def test_no_orphan_when_the_host_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    code = f"""
from pathlib import Path
from types import MappingProxyType
from tests.optimizer.backends import mips
from infraplan.optimizer.backends import SolverOptions, base, solve_mip
entry = base.SolverEntry("tests.optimizer.backends.fake_guest", "numpy", "numpy", "")
base.SOLVERS = MappingProxyType({{"fake-with-child": entry}})
solve_mip(mips.knapsack(), SolverOptions(solver="fake-with-child"),
          on_progress=lambda p: Path({str(told)!r}).write_text(p.message))
"""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    victim = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)
    for _ in range(300):
        if told.exists() and told.read_text():
            break
        time.sleep(0.1)
    guest, child = (int(number) for number in told.read_text().split())
    victim.kill()
    victim.wait()
    _assert_gone(guest)
    _assert_gone(child)
    assert not list(tmp_path.glob("infraplan-*"))
