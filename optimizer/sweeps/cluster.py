"""Tasks done by the workers of a Dask scheduler (dask.distributed, the extra `cluster`).

Run folders are written by the workers, into a folder that they share with this process. Where a
worker dies Dask gives its task to another one; where the scheduler dies what is under way is lost,
and what has ended is in the journal. A worker of other versions does nothing and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import pickle
import platform
import time
import uuid
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import distributed
from distributed.scheduler import KilledWorker

from infraplan.models.catalogue import listed, phrase
from infraplan.models.errors import PlanningError
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.sweeps.executors import WAIT_S, Ended, Task
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.version import __version__

CONNECT_S = 10.0
"""Seconds in which a scheduler answers."""
WORKERS_S = 60.0
"""Seconds in which a scheduler has a worker."""
LOOK_EVERY_S = 0.02
"""Seconds between two looks whether a task has ended."""
COUNT_EVERY_S = 1.0
"""Seconds between two counts of the workers."""
FAST = 1
"""Level of compression: instances shrink to a tenth in a few milliseconds."""
_LOST = (CancelledError, asyncio.CancelledError, OSError, RuntimeError)
"""What Dask raises where the scheduler is gone; timeouts are among them."""


class DifferentVersionsError(SolverError):
    """A part of the cluster has other versions than this process."""


def own_versions() -> dict[str, str]:
    """Versions that must be alike wherever a task is done, of this process."""
    return {
        "infraplan": __version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "dask": distributed.dask.__version__,
        "distributed": distributed.__version__,
    }


def do_packed(versions: Mapping[str, str], packed: bytes) -> JobResult:
    """Do a task that a client of `versions` packed; run by a worker.

    Raises
    ------
    DifferentVersionsError
        If the worker has others; nothing was unpacked then.
    OutputError, SolverError
        As the solve raises them.
    """
    _require_alike(own_versions(), versions)
    task: Task = pickle.loads(zlib.decompress(packed))
    return task.do()


def _require_alike(theirs: Mapping[str, str], ours: Mapping[str, str]) -> None:
    differing = [
        f"{name} {theirs.get(name, '-')} / {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    ]
    if differing:
        raise DifferentVersionsError(phrase("cluster-versions-differ", names=listed(differing)))


class Cluster:
    """Does tasks on all workers of the scheduler at `address`, or named by that file."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._versions = own_versions()
        self._running: dict[Any, Task] = {}
        self._threads, self._counted = 0, -COUNT_EVERY_S
        with _quiet():
            self._client = self._connected()
            try:
                self._require_scheduler_alike()
                self._require_workers()
            except BaseException:
                self.close()
                raise

    def _connected(self) -> Any:
        try:
            return distributed.Client(
                _address_of(self._address),
                timeout=CONNECT_S,
                set_as_default=False,
                name="infraplan",
            )
        except (*_LOST, ValueError, KeyError) as error:
            reason = str(error) or type(error).__name__
            told = phrase("cluster-does-not-answer", address=self._address, reason=reason)
            raise SolverError(told) from None

    def _require_scheduler_alike(self) -> None:
        with self._held():
            packages = self._client.get_versions()["scheduler"]["packages"]
        theirs = {name: str(packages.get(name)) for name in ("dask", "distributed")}
        theirs["python"] = ".".join(str(packages["python"]).split(".")[:2])
        _require_alike(theirs, {name: self._versions[name] for name in theirs})

    def _require_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_S)
        except _LOST:
            told = phrase("cluster-has-no-worker", address=self._address, seconds=WORKERS_S)
            raise SolverError(told) from None

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        """Take what Dask raises for the loss of the scheduler."""
        try:
            yield
        except PlanningError:
            raise
        except _LOST:
            raise SolverError(phrase("cluster-was-lost", address=self._address)) from None

    def threads(self) -> int:
        """Threads of all workers, as counted a moment ago."""
        now = time.perf_counter()
        if now - self._counted >= COUNT_EVERY_S:
            with self._held():
                self._threads = sum(self._client.nthreads().values())
            self._counted = now
        return self._threads

    def room(self) -> int:
        """Twice the threads of the workers, less what is under way: none waits for its next."""
        return max(1, 2 * self.threads()) - len(self._running)

    def begin(self, task: Task) -> None:
        """Give a task to the scheduler."""
        name = f"{task.job.folder_name}-{uuid.uuid4().hex}"
        packed = zlib.compress(pickle.dumps(task), FAST)
        with self._held():
            future = self._client.submit(
                do_packed, self._versions, packed, key=name, pure=False, retries=0
            )
        self._running[future] = task

    def ended(self) -> Sequence[Ended]:
        """Tasks that have ended; what a worker that died was at is begun again by Dask.

        Raises
        ------
        OutputError, SolverError
            As the solve of a task raises them; if the scheduler is lost, if a worker has other
            versions, or if a task killed several workers.
        """
        end = time.perf_counter() + WAIT_S
        while not (over := [future for future in self._running if future.done()]):
            if self._client.status not in ("running", "connecting"):
                raise SolverError(phrase("cluster-was-lost", address=self._address))
            if time.perf_counter() >= end:
                return []
            time.sleep(LOOK_EVERY_S)
        found = []
        for future in over:
            task = self._running[future]
            result = self._result(future, task)
            del self._running[future]
            found.append(Ended(task, result))
        return found

    def _result(self, future: Any, task: Task) -> JobResult:
        try:
            with self._held():
                result: JobResult = future.result(timeout=CONNECT_S)
        except KilledWorker as error:
            told = phrase(
                "sweep-job-kills-its-process",
                key=task.job.key,
                tries=error.allowed_failures + 1,
            )
            raise SolverError(told) from None
        except (ImportError, AttributeError, pickle.UnpicklingError) as error:
            # The function itself is found by its name, on worker and scheduler.
            told = phrase("cluster-lacks-the-program", reason=f"{type(error).__name__}: {error}")
            raise SolverError(told) from None
        return result

    def close(self) -> None:
        """Leave the scheduler; what it was given is forgotten there."""
        self._running = {}
        with _quiet(), contextlib.suppress(*_LOST):
            self._client.close(timeout=CONNECT_S)


def _address_of(text: str) -> str:
    """An address as it is, or that which a scheduler file holds.

    Raises
    ------
    OSError, ValueError, KeyError
        If there is no such file, or if it is none of a scheduler.
    """
    if "://" in text:
        return text
    return str(json.loads(Path(text).read_text(encoding="utf-8"))["address"])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let Dask write nothing of its own: what went wrong is told once, by this program.

    Its logs stay quiet: it writes from threads of its own, later than the loss of a scheduler. Each
    of them has a level and a stream of its own.
    """
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
