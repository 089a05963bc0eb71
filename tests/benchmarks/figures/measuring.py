"""A command watched to its end: seconds, CPU, memory, and what else the machine did meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.architecture.sources import ROOT
from tests.benchmarks.figures.record import Taken

EVERY_S = 0.25
"""Seconds between two looks at the memory."""
KB, MB = 1024.0, 1024.0**2
TAIL = 400
"""Characters of an error that are told."""
TESTED = ("INFRAPLAN_DETERMINISTIC", "PYTHONDONTWRITEBYTECODE")
"""Variables under which commands would not do what a person sees."""


class Failed(RuntimeError):
    """A command that did not end as it should."""


@dataclass(frozen=True)
class Watched:
    """What a command printed and took, and how many processors others used meanwhile."""

    text: str
    taken: Taken
    others: float


def _resident_mb(process: psutil.Process) -> float:
    """Memory of a process and all below it together; pages they share count for each."""
    used = 0.0
    with contextlib.suppress(psutil.Error):
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                used += one.memory_info().rss / MB
    return used


def _busy_s() -> float:
    """Processor seconds that the whole machine has worked."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


class _Memory:
    """The most memory of a process and its children, looked at until it is asked for."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._most = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while True:
            self._most = max(self._most, _resident_mb(self._process))
            if self._ended.wait(EVERY_S):
                return

    def end(self) -> float:
        """Stop looking; the most in MB."""
        self._ended.set()
        self._thread.join()
        return self._most


def watch(command: list[str], log: Path, limit_s: float, ends: tuple[int, ...] = (0,)) -> Watched:
    """Run `command` in the root of the project, its output kept beside `log`.

    CPU seconds are those of the process and of all children that were waited for.

    Raises
    ------
    Failed
        If it does not end within `limit_s`, or with none of the codes `ends`.
    """
    environment = {name: value for name, value in os.environ.items() if name not in TESTED}
    errors = log.with_suffix(".err")
    begin, busy = time.perf_counter(), _busy_s()
    with log.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=err, start_new_session=True
        )
        memory = _Memory(process.pid)
        late = threading.Timer(limit_s, _kill, (process.pid,))
        late.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            _kill(process.pid)
            raise
        finally:
            late.cancel()
            peak = memory.end()
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    cpu_s = usage.ru_utime + usage.ru_stime
    peak = max(peak, usage.ru_maxrss * KB / MB)  # of what ended before it was looked at
    if process.returncode not in ends:
        told = " ".join(errors.read_text(encoding="utf-8", errors="replace")[-TAIL:].split())
        over = f" after {seconds:.0f} s" if process.returncode < 0 else ""
        raise Failed(f"ended with {process.returncode}{over}: {told or 'nothing said'}")
    others = max(0.0, _busy_s() - busy - cpu_s) / seconds
    text = log.read_text(encoding="utf-8", errors="replace")
    return Watched(text, Taken(seconds, cpu_s, peak), others)


def _kill(group: int) -> None:
    """End a process that was started here with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
