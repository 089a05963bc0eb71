"""Large runs and instances read in a process apart, and kept beside their files for later.

Reading a plan of 5,000 projects takes seconds of a processor: in the server, everybody would wait
for it. A process of its own does it once, ahead where it can, and what it found is kept as one file
of pieces: what a page shows, each table, and the files as they were read, so that who asks for a
table loads that alone. Index and pieces are sealed with the key of the workbench, since only what
this server has made may be loaded so. Whatever cannot be done so is done in the server, as ever.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import logging
import os
import pickle
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
_COUNT, _LONGEST_INDEX = 8, 1_000_000
"""Bytes that hold the length of the index, and the longest that is read."""
_LOADS, _LOADING = threading.Lock(), list[bool]()
"""Loads that go on, each with whether garbage is sought when all have ended."""
_MAKING: dict[Path, threading.Lock] = {}
"""What is being made now, by file."""


def seal_with(key: str) -> None:
    """Seal what is kept from now on with `key`; a blank one keeps nothing."""
    _SEAL[:] = key.encode()


def kept_apart(kind: str, piece: str, source: Path, stamp: Path, *, is_large: bool) -> Any:
    """One piece of what `kind` makes of `source`, as an earlier time or a process apart made it.

    None where it is to be made here: it is small, nothing seals, or the process refused it. One
    caller at a time asks for the same (`Kept`), one server at a time has the folder; two who ask
    for different pieces of what is not there yet have it made once.

    Parameters
    ----------
    kind
        What is made: a key of `MAKERS` in `made_apart.py`.
    piece
        Name of the piece among those.
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
        told = _told(kind, source, stamp)
    except (OSError, PackageNotFoundError):
        return None
    beside = _beside(kind, source)
    kept = _piece(beside, told, piece)
    if kept is not None:
        return kept
    with _MAKING.setdefault(beside, threading.Lock()):
        kept = _piece(beside, told, piece)  # whoever came first has made it
        if kept is not None:
            return kept
        made = _made(kind, source)
        if made is None:
            return None
        part = beside.with_name(f"{beside.name}.part")
        with suppress(OSError):
            part.write_bytes(_packed(told, made))
            part.replace(beside)
        return _loaded(made[piece]) if piece in made else None


def is_kept(kind: str, source: Path, stamp: Path) -> bool:
    """Whether what `kind` makes of `source` lies there, so that no process is needed for it."""
    if not _SEAL:
        return False
    try:
        return _index(_beside(kind, source), _told(kind, source, stamp)) is not None
    except (OSError, PackageNotFoundError):
        return False


def _told(kind: str, source: Path, stamp: Path) -> str:
    """What the pieces are sealed for: other content, or other code, loads none of them."""
    return "\n".join((kind, _code(), _content(source, stamp)))


def _beside(kind: str, source: Path) -> Path:
    return source.with_name(f"{source.name}.{kind}{ENDING}")


def _packed(told: str, made: Mapping[str, bytes]) -> bytes:
    """Index with the place and length of each piece, then the pieces, all of them sealed."""
    sealed = {name: _mark(f"{told}\n{name}", data) + data for name, data in made.items()}
    places, at = {}, 0
    for name, data in sealed.items():
        places[name] = (at, len(data))
        at += len(data)
    index = json.dumps(places).encode()
    head = _mark(told, index) + len(index).to_bytes(_COUNT, "big") + index
    return b"".join((head, *sealed.values()))


def _index(beside: Path, told: str) -> dict[str, tuple[int, int]] | None:
    """Place in the file and length of each piece; None where nobody sealed it for `told`."""
    with suppress(OSError, ValueError), beside.open("rb") as stream:
        mark, count = stream.read(_MARK), int.from_bytes(stream.read(_COUNT), "big")
        index = stream.read(min(count, _LONGEST_INDEX))
        if hmac.compare_digest(mark, _mark(told, index)):
            begin = _MARK + _COUNT + count
            return {name: (begin + at, size) for name, (at, size) in json.loads(index).items()}
    return None


def _piece(beside: Path, told: str, piece: str) -> Any:
    """A piece of the file; None where it is not there, or nobody sealed it."""
    place = (_index(beside, told) or {}).get(piece)
    if place is None:
        return None
    with suppress(OSError), beside.open("rb") as stream:
        stream.seek(place[0])
        data = stream.read(place[1])
        if hmac.compare_digest(data[:_MARK], _mark(f"{told}\n{piece}", data[_MARK:])):
            return _loaded(data[_MARK:])
    return None


def _loaded(data: bytes) -> Any:
    """What this server had made; None where the libraries of today cannot load it."""
    try:
        with _uncollected():
            return pickle.loads(data)
    except Exception:  # whatever a class of a library raises: it is made anew, or here
        logging.getLogger(__name__).exception("what was kept does not load")
        return None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: of half a million new objects, none of which is any.

    Python would look through all of them again and again, which took five sixths of the time that
    a plan of 5,000 projects took to load.
    """
    with _LOADS:
        _LOADING.append(gc.isenabled() or any(_LOADING))
        gc.disable()
    try:
        yield
    finally:
        with _LOADS:
            was_enabled = _LOADING.pop()
            if was_enabled and not _LOADING:
                gc.enable()


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


def _made(kind: str, source: Path) -> dict[str, bytes] | None:
    """The pieces that the process apart makes; None where it says that it cannot.

    Raises
    ------
    CommandError
        If it was killed or took too long: what has no room or time there has none in the server.
    """
    line = [sys.executable, "-m", MAKER, kind, str(source), str(os.getpid())]
    ended = run_apart(line)
    if ended.returncode < 0:
        raise CommandError(phrase("workbench-command-failed"))
    if ended.returncode:
        return None
    found: dict[str, bytes] | None = _loaded(ended.stdout)
    return found
