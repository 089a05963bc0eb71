"""The guest's side of the line to its host: events out, commands in.

Events are JSON lines on a pipe of their own; arrays go by `.npy` files in the job folder, written
under another name and renamed, so that a killed guest never leaves half a file. Commands come by
another pipe; its end means that the host is gone, and then the guest ends with all its children.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from infraplan.optimizer.mip import FloatArray, Mip

PRESOLVE = "presolve"
"""Name of the phase in which a solver hears nobody, and may not come to an end."""
OFFER = "offer"
"""Name of the host's command that gives the guest a plan, in a file of the job's folder."""
PROGRESS_EVERY_S = 0.25
_TICK_S = 0.1
_WRITING_SHARE = 0.1
"""Largest share of the time that may go into writing incumbents."""


@dataclass(frozen=True)
class Job:
    """What a guest is asked: a folder with the model, options, and when the work began."""

    folder: Path
    options: Mapping[str, object]
    begin: float

    @property
    def solver(self) -> str:
        """Name of the solver."""
        return str(self.options["solver"])

    @property
    def gap(self) -> float:
        """Relative gap asked."""
        return float(str(self.options["gap"]))

    @property
    def remaining_s(self) -> float | None:
        """Seconds left of the time limit (at least 0.01), None for no limit."""
        limit = self.options.get("time_limit_s")
        if limit is None:
            return None
        return max(0.01, float(str(limit)) - (time.perf_counter() - self.begin))

    @property
    def work_s(self) -> float | None:
        """Work that the solver may do, in seconds at the prices of `work_clock`.

        None where time limits it, or nothing does.
        """
        work = self.options.get("work_s")
        return None if work is None else float(str(work))

    @property
    def threads(self) -> int:
        """Threads the solver may use."""
        return int(str(self.options["threads"]))

    @property
    def seed(self) -> int:
        """Random seed."""
        return int(str(self.options["seed"]))

    @property
    def extra(self) -> dict[str, str]:
        """Solver options by the solver's own names."""
        extra = self.options.get("extra")
        return {str(k): str(v) for k, v in extra.items()} if isinstance(extra, dict) else {}

    @property
    def task(self) -> str:
        """`solve`, `relaxation`, `write`, `forced`, `tree`, `linked` or `leaves`."""
        return str(self.options.get("task", "solve"))

    def model(self) -> Mip:
        """The model."""
        return Mip.load(self.folder / "model.npz")

    def start(self) -> FloatArray | None:
        """Start values (NaN where unknown), None where not given."""
        path = self.folder / "start.npy"
        return np.load(path) if path.exists() else None


class Channel:
    """Sends events to the host, and knows whether the host asks to stop."""

    def __init__(
        self,
        folder: Path,
        events: int,
        stop: threading.Event,
        commands: queue.SimpleQueue[dict[str, object]] | None = None,
    ) -> None:
        self._folder = folder
        self._events = events
        self._stop = stop
        self._commands = commands
        self._line = threading.Lock()
        self._writing = threading.Lock()
        self._pending: tuple[FloatArray, float | None] | None = None
        self._number = 0
        self._not_before = 0.0
        self._next_progress = 0.0
        self._closed = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()

    @property
    def stop_asked(self) -> bool:
        """Whether the host asks for an early end."""
        return self._stop.is_set()

    @property
    def stop(self) -> threading.Event:
        """Set once the host asks for an early end."""
        return self._stop

    def offered(self) -> FloatArray | None:
        """The newest plan (shape: columns) that the host has given since it was last asked."""
        newest = None
        with contextlib.suppress(queue.Empty):
            while self._commands is not None:
                command = self._commands.get_nowait()
                if command.get("command") == OFFER:
                    newest = command["file"]
        if newest is None:
            return None
        try:
            return np.asarray(np.load(self._folder / str(newest)), dtype=np.float64)
        except (OSError, ValueError):
            return None

    def send(self, event: str, **fields: object) -> None:
        """Send one event; a guest whose host is gone ends here."""
        line = (json.dumps({"event": event, **fields}) + "\n").encode()
        with self._line:
            try:
                while line:
                    line = line[os.write(self._events, line) :]
            except OSError:
                end_group(self._folder)

    def save(self, values: FloatArray, name: str) -> str:
        """Write an array into the job folder, whole or not at all; returns the file's name."""
        path = self._folder / f"{name}.npy"
        draft = self._folder / f"{name}.draft.npy"
        np.save(draft, np.asarray(values, dtype=np.float64))
        draft.replace(path)
        return path.name

    def incumbent(self, values: FloatArray, bound: float | None = None) -> None:
        """Send a better solution.

        At once, unless writing takes much of the time (large models whose incumbents come in
        quick succession): then the newest one is sent a moment later.
        """
        self._pending = (values, bound)
        if time.perf_counter() >= self._not_before:
            self._flush()

    def progress(
        self,
        *,
        bound: float | None = None,
        incumbent: float | None = None,
        nodes: int | None = None,
        message: str = "",
    ) -> None:
        """Send what is known, at most a few times a second.

        `incumbent` is the objective that the solver claims for a solution that it does not show.
        """
        now = time.perf_counter()
        if now >= self._next_progress:
            self._next_progress = now + PROGRESS_EVERY_S
            self.send("progress", bound=bound, incumbent=incumbent, nodes=nodes, message=message)

    def close(self) -> None:
        """Send what is still pending."""
        self._closed.set()
        self._ticker.join()
        self._flush()

    def _flush(self) -> None:
        with self._writing:
            pending, self._pending = self._pending, None
            if pending is None:
                return
            begin = time.perf_counter()
            self._number += 1
            name = self.save(pending[0], f"incumbent{self._number % 2}")
            self.send("incumbent", file=name, bound=pending[1])
            end = time.perf_counter()
            self._not_before = end + (end - begin) / _WRITING_SHARE

    def _tick(self) -> None:
        while not self._closed.wait(_TICK_S):
            if self._pending is not None and time.perf_counter() >= self._not_before:
                self._flush()


def obey(
    commands: int, jobs: queue.SimpleQueue[dict[str, object]], stop: threading.Event, folder: Path
) -> None:
    """Read the host's commands, one JSON object a line; the end of the pipe ends this process."""
    buffer = b""
    while chunk := os.read(commands, 65536):
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            command = json.loads(line)
            if command.get("command") == "stop":
                stop.set()
            else:
                jobs.put(command)
    end_group(folder)


def end_group(folder: Path) -> None:
    """End this process with all its children, its host being gone, and remove the job folder."""
    shutil.rmtree(folder, ignore_errors=True)
    if os.name == "posix" and os.getpgrp() == os.getpid():
        with contextlib.suppress(OSError):
            os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(3)
