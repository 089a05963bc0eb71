"""The guest's side of the line to its host: events out, the stop signal in.

Events are JSON lines on a pipe of their own; arrays go by `.npy` files in the job folder, written
under another name and renamed, so that a killed guest never leaves half a file.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from optimizer.mip import FloatArray, Mip

PROGRESS_EVERY_S = 0.25


@dataclass(frozen=True)
class Job:
    """What a guest is asked: a folder with the model, and options."""

    folder: Path
    options: Mapping[str, object]

    @property
    def solver(self) -> str:
        """Name of the solver."""
        return str(self.options["solver"])

    @property
    def gap(self) -> float:
        """Relative gap asked."""
        return float(str(self.options["gap"]))

    @property
    def time_limit_s(self) -> float | None:
        """Seconds, None for no limit."""
        limit = self.options.get("time_limit_s")
        return None if limit is None else float(str(limit))

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
        """`solve`, `relaxation` or `write`."""
        return str(self.options.get("task", "solve"))

    def model(self) -> Mip:
        """The model."""
        return Mip.load(self.folder / "model.npz")

    def start(self) -> FloatArray | None:
        """Start values (NaN where unknown), None where not given."""
        path = self.folder / "start.npy"
        return np.load(path) if path.exists() else None


class Channel:
    """Sends events; knows whether the host asks to stop."""

    def __init__(self, job: Job, stream: IO[str]) -> None:
        self._job = job
        self._stream = stream
        self._lock = threading.Lock()
        self._begin = time.perf_counter()
        self._last = -PROGRESS_EVERY_S
        self._number = 0

    def send(self, event: str, **fields: object) -> None:
        """Send one event."""
        fields = {"event": event, "elapsed_s": time.perf_counter() - self._begin, **fields}
        with self._lock:
            self._stream.write(json.dumps(fields) + "\n")
            self._stream.flush()

    def save(self, values: FloatArray, name: str) -> str:
        """Write an array into the job folder, whole or not at all; returns the file's name."""
        path = self._job.folder / f"{name}.npy"
        draft = self._job.folder / f"{name}.draft.npy"
        np.save(draft, np.asarray(values, dtype=np.float64))
        draft.replace(path)
        return path.name

    def incumbent(self, values: FloatArray, bound: float | None) -> None:
        """Send a better solution."""
        self._number += 1
        name = self.save(values, f"incumbent{self._number % 2}")
        self.send("incumbent", file=name, bound=bound)

    def progress(self, *, bound: float | None, nodes: int | None, message: str = "") -> None:
        """Send a bound, at most a few times a second."""
        now = time.perf_counter()
        if now - self._last >= PROGRESS_EVERY_S:
            self._last = now
            self.send("progress", bound=bound, nodes=nodes, message=message)

    @property
    def stop_asked(self) -> bool:
        """Whether the host asks for an early end."""
        return (self._job.folder / "stop").exists()


def watch_host() -> None:
    """End this process when its host dies, so that no guest is left behind."""
    host = os.getppid()

    def watch() -> None:
        while os.getppid() == host:
            time.sleep(0.5)
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()
