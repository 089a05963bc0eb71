"""Opening a workbench: its folder, its database, and the lock that keeps a second server out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from infraplan.models.catalogue import phrase
from infraplan.models.errors import PlanningError
from infraplan.optimizer.workbench.access import LOOPBACK, Gate
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.folders import DataFolder
from infraplan.optimizer.workbench.planning_store import PlanningStore
from infraplan.optimizer.workbench.storage import open_database
from infraplan.optimizer.workbench.study_queue import StudyQueue


class InUseError(PlanningError):
    """Another server works on the folder, or nobody would be asked who they are."""

    exit_code = 2


def open_store(root: Path, database: str = "") -> tuple[DataFolder, PlanningStore]:
    """Open folder and database of a workbench; both are made where they are missing."""
    folder = DataFolder(root)
    folder.make()
    return folder, PlanningStore(open_database(database or folder.database_url))


def open_bench(
    folder: DataFolder,
    store: PlanningStore,
    *,
    host: str,
    name: str,
    formats: tuple[str, ...],
    at_once: int = 1,
    names: tuple[str, ...] = (),
) -> Workbench:
    """Lay a workbench together for a server at `host`.

    Parameters
    ----------
    folder, store
        As `open_store` returns them.
    host
        Where the server listens; names of this machine need no token while nobody is let in by
        name.
    name
        Who a visitor is where no token is asked for.
    formats
        What a run can be exported to.
    at_once
        Solves at a time.
    names
        Further names under which the server is reached.

    Raises
    ------
    InUseError
        Others can reach `host` or one of `names`, and nobody is let in by name.
    """
    # Under a further name others come in, through whatever stands before the server.
    others = [each for each in (host, *names) if each.lower() not in LOOPBACK]
    is_loopback = not others
    if others and not store.members():
        raise InUseError(phrase("workbench-needs-members", host=others[0]))
    hosts = frozenset({host.lower(), *(each.lower() for each in names)})
    gate = Gate(store, hosts | LOOPBACK, open_to=name if is_loopback else "")
    return Workbench(store, folder, StudyQueue(store, folder, at_once), gate, formats)


@contextmanager
def held(folder: DataFolder, store: PlanningStore) -> Iterator[None]:
    """Hold folder and database for this server; both are let go when it ends, however it does.

    Raises
    ------
    InUseError
        If another server holds one of them: two would work off one queue.
    """
    with folder.lock_file.open("a+b") as file:
        try:
            _lock(file)
        except OSError:
            raise InUseError(phrase("workbench-is-running", folder=folder.root)) from None
        if not store.hold():
            raise InUseError(phrase("workbench-database-is-used"))
        yield


def _lock(file: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
