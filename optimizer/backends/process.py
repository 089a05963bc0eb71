"""A guest as a child process: started, heard, told, measured and ended by its host."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from infraplan.optimizer.backends import warm_guests
from infraplan.optimizer.backends.warm_guests import WarmGuest

_LONGEST_LINE = 1 << 20
_MEASURE_EVERY_S = 0.2
_ROOT = Path(__file__).parents[3]
"""Where the package lies: a guest must run the very code of its host."""
_GUEST = "infraplan.optimizer.backends.guest"


class GuestProcess:
    """A child process that runs one job; leaving the `with` block ends it and its children.

    It has a session of its own, so that Ctrl-C in a terminal reaches only the host, and it ends
    itself when its standard input closes, so that it never outlives the host.
    """

    def __init__(self, module: str, folder: Path) -> None:
        command = [
            sys.executable,
            "-P",
            "-X",
            "faulthandler",
            "-m",
            _GUEST,
        ]
        windows = os.name == "nt"
        with (folder / "log.txt").open("wb") as log:
            self._process = _started(
                [*command, module, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=not windows,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                env=_environment(),
            )
        self._code: int | None = None
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._used_mb: float | None = None
        self._ended = threading.Event()
        # In a thread of its own, which Ctrl-C never interrupts with a file of the system half open.
        self._meter = threading.Thread(target=self._measure, daemon=True)
        self._meter.start()

    def __enter__(self) -> GuestProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(0.0)

    def tell(self, command: Mapping[str, object]) -> None:
        """Send a command; a guest that is gone already is no fault here."""
        stream = self._process.stdin
        if stream is None or stream.closed:
            return
        with contextlib.suppress(OSError):
            stream.write((json.dumps(command) + "\n").encode())
            stream.flush()

    def hear(self, timeout_s: float) -> bytes | None:
        """The next line the guest sent, None once it has closed its end.

        Raises
        ------
        queue.Empty
            If nothing came within `timeout_s`.
        """
        return self._lines.get(timeout=timeout_s) if timeout_s > 0.0 else self._lines.get_nowait()

    def memory_mb(self) -> float | None:
        """Resident memory of the guest and its children a moment ago, None where it is gone."""
        return self._used_mb

    def _measure(self) -> None:
        self._used_mb = self._resident_mb()
        while not self._ended.wait(_MEASURE_EVERY_S):
            self._used_mb = self._resident_mb()

    def _resident_mb(self) -> float | None:
        try:
            guest = psutil.Process(self._process.pid)
            used = guest.memory_info().rss
            for child in _descendants(guest):
                with contextlib.suppress(psutil.Error):
                    used += child.memory_info().rss
        except psutil.Error:
            return None
        return float(used) / 2**20

    def end(self, patience_s: float) -> int:
        """Wait `patience_s` for the guest to end by itself, then kill it and all its children.

        Returns the exit code (negative: ended by that signal).
        """
        if self._code is not None:
            return self._code
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=patience_s)
        finally:
            if self._process.poll() != 0:
                self._kill()
            self._code = self._process.wait()
            self._reader.join()
            self._ended.set()
            self._meter.join()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        return self._code

    def _kill(self) -> None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            return
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                child.kill()
        self._process.kill()

    def _read(self) -> None:
        stream = self._process.stdout
        if stream is not None:
            while line := stream.readline(_LONGEST_LINE):
                self._lines.put(line)
        self._lines.put(None)


def _environment() -> dict[str, str]:
    """Variables of the environment of a guest."""
    path = os.pathsep.join(p for p in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if p)
    return os.environ | {"PYTHONPATH": path}


@contextlib.contextmanager
def begun_ahead(module: str) -> Iterator[None]:
    """While it lasts, guests of `module` are forked from a process that begins to load it now.

    Where the system cannot fork, guests are started one by one as ever.
    """
    with warm_guests.wanted():
        warm_guests.begin(module, _environment())
        yield


def _started(command: list[str], **given: Any) -> subprocess.Popen[bytes] | WarmGuest:
    """A child process: forked from one that has loaded its solver where that is wanted."""
    if warm_guests.are_wanted():
        with contextlib.suppress(OSError):  # what is forked has died: one is started anew
            return WarmGuest(command, **given)
    return subprocess.Popen(command, **given)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    """Processes that `process` has started, theirs too.

    Where the system tells the children of a process (Linux), it alone is asked: to look through all
    processes of the machine takes a hundred times as long, for each guest several times a second.
    """
    found: list[psutil.Process] = []
    left = [process.pid]
    try:
        while left:
            tasks = Path("/proc", str(left.pop()), "task")
            for task in tasks.iterdir():
                told = (task / "children").read_bytes()
                children = [int(child) for child in told.split()]
                left += children
                for child in children:
                    with contextlib.suppress(psutil.Error):
                        found.append(psutil.Process(child))
    except OSError:  # another system, or a process that ended meanwhile
        return list(process.children(recursive=True))
    return found
