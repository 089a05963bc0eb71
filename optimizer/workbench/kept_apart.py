"""Large runs and instances read in a process apart, and kept beside their files for later.

Reading a plan of 5,000 projects takes seconds of a processor: in the server, everybody would wait
for it. A process of its own does it once, ahead where it can; what it found is kept as bytes that
load in a fraction of that, sealed with the key of the workbench, since only what this server has
made may be loaded so. Whatever cannot be done so is done in the server, as ever.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import pickle
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.optimizer.workbench.commands import CommandError, run_apart

ENDING = ".kept"
MAKER = "infraplan.optimizer.workbench.made_apart"
"""Module that the process apart runs; by name, since what it makes is asked for through here."""
PACKAGES, LIBRARIES = ("models", "optimizer"), ("numpy", "pandas", "pydantic", "pydantic-core")
"""Folders of the product's code, and the libraries whose objects are kept."""
_SEAL = bytearray()
"""Key that seals what is kept; while there is none, nothing is kept or loaded."""
_MARK = hashlib.sha256().digest_size


def seal_with(key: str) -> None:
    """Seal what is kept from now on with `key`; a blank one keeps nothing."""
    _SEAL[:] = key.encode()


def kept_apart(kind: str, source: Path, stamp: Path, *, is_large: bool) -> Any:
    """What `kind` makes of `source`, as an earlier time or a process apart made it.

    None where it is to be made here: it is small, nothing seals, or the process refused it. One
    caller at a time asks for the same (`Kept`), one server at a time has the folder.

    Parameters
    ----------
    kind
        What is made: a key of `MAKERS` in `made_apart.py`.
    source
        File or folder that it is made of.
    stamp
        File whose content says whether `source` was written again.
    is_large
        Whether it is worth a process, which costs a second itself.

    Raises
    ------
    CommandError
        If the process was killed or took too long.
    """
    if not _SEAL or not is_large:
        return None
    try:
        told = "\n".join((kind, _code(), _content(source, stamp)))
    except (OSError, PackageNotFoundError):
        return None
    beside = source.with_name(f"{source.name}.{kind}{ENDING}")
    kept = None
    with suppress(OSError):
        data = beside.read_bytes()
        if hmac.compare_digest(data[:_MARK], _mark(told, data[_MARK:])):
            kept = _loaded(data[_MARK:])
    if kept is not None:
        return kept
    made = _made(kind, source)
    if made is None:
        return None
    part = beside.with_name(f"{beside.name}.part")
    with suppress(OSError):
        part.write_bytes(_mark(told, made) + made)
        part.replace(beside)
    return _loaded(made)


def _loaded(data: bytes) -> Any:
    """What this server had made; None where the libraries of today cannot load it."""
    try:
        return pickle.loads(data)
    except Exception:  # whatever a class of a library raises: it is made anew, or here
        logging.getLogger(__name__).exception("what was kept does not load")
        return None


def _mark(told: str, data: bytes) -> bytes:
    """Seal of `data` for what it is told to be."""
    return hmac.digest(bytes(_SEAL), told.encode() + b"\n" + data, "sha256")


def _content(source: Path, stamp: Path) -> str:
    """What was read: the content of `stamp`, and how every other file of a folder was left."""
    found = hashlib.sha256(stamp.read_bytes())
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        if path != stamp:
            state = path.stat()
            found.update(f"{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


@cache
def _code() -> str:
    """What the code is whose objects are kept, libraries included: other code loads nothing."""
    found = hashlib.sha256(f"{sys.version} {[version(name) for name in LIBRARIES]}".encode())
    root = Path(__file__).resolve().parents[2]
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            state = path.stat()
            found.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _made(kind: str, source: Path) -> bytes | None:
    """What the process apart makes; None where it says that it cannot.

    Raises
    ------
    CommandError
        If it was killed or took too long: what has no room or time there has none in the server.
    """
    line = [sys.executable, "-m", MAKER, kind, str(source), str(os.getpid())]
    ended = run_apart(line)
    if ended.returncode < 0:
        raise CommandError(phrase("workbench-command-failed"))
    return None if ended.returncode else ended.stdout
