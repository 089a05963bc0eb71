"""Large runs and instances read in a process apart, and kept beside their files for later.

Reading a plan of 5,000 projects takes seconds of a processor: in the server, everybody would wait
for it. A process of its own does it once, ahead where it can; what it found is kept as bytes that
load in a fraction of that, sealed with the key of the workbench, since only what this server has
made may be loaded so. Whatever cannot be done so is done in the server, as ever.
"""

from __future__ import annotations

import hashlib
import hmac
import pickle
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from infraplan.optimizer.version import __version__
from infraplan.optimizer.workbench.commands import COMMAND_S

ENDING = ".kept"
MAKER = "infraplan.optimizer.workbench.made_apart"
"""Module that the process apart runs; by name, since what it makes is asked for through here."""
_SEAL = bytearray()
"""Key that seals what is kept; while there is none, nothing is kept or loaded."""
_MARK = hashlib.sha256().digest_size


def seal_with(key: str) -> None:
    """Seal what is kept from now on with `key`; a blank one keeps nothing."""
    _SEAL[:] = key.encode()


def kept_apart(kind: str, source: Path, stamp: Path, *, is_large: bool) -> Any:
    """What `kind` makes of `source`, as an earlier time or a process apart made it.

    None where it is to be made here: it is small, nothing seals, or the process failed.

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
    """
    if not _SEAL or not is_large:
        return None
    try:
        told = "\n".join((kind, _code(), hashlib.sha256(stamp.read_bytes()).hexdigest()))
    except OSError:
        return None
    beside = source.with_name(f"{source.name}.{kind}{ENDING}")
    with suppress(OSError):
        kept = beside.read_bytes()
        if hmac.compare_digest(kept[:_MARK], _mark(told, kept[_MARK:])):
            return pickle.loads(kept[_MARK:])
    made = _made(kind, source)
    if made is None:
        return None
    part = beside.with_name(f"{beside.name}.part")
    with suppress(OSError):
        part.write_bytes(_mark(told, made) + made)
        part.replace(beside)
    return pickle.loads(made)


def _mark(told: str, data: bytes) -> bytes:
    """Seal of `data` for what it is told to be."""
    return hmac.digest(bytes(_SEAL), told.encode() + b"\n" + data, "sha256")


@cache
def _code() -> str:
    """What the product's code is: bytes of other code are not loaded."""
    root = Path(__file__).resolve().parents[2]
    found = hashlib.sha256(f"{__version__} {sys.version}".encode())
    for path in sorted(root.rglob("*.py")):
        with suppress(OSError):
            state = path.stat()
            found.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _made(kind: str, source: Path) -> bytes | None:
    line = [sys.executable, "-m", MAKER, kind, str(source)]
    with suppress(subprocess.SubprocessError, OSError):
        return subprocess.run(line, check=True, timeout=COMMAND_S, capture_output=True).stdout
    return None
