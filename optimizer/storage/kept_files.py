"""Files of a run that are written twice: the second time those that did not change stay.

A run is written when it has its plan, and again with its explanations and its report. What lies
in the folder of the first time is given to the new folder by a link, which costs nothing, where it
is beyond doubt the file that was written: the same file on the disk, untouched since.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

Stamp = tuple[int, int, int, int, int]
"""What tells one state of a file from any other: device, number, size, times of both changes."""


@dataclass
class KeptFiles:
    """Files of one instance and plan by name, with their hashes and where they lie.

    Attributes
    ----------
    made
        Content of files that no explanation changes.
    """

    made: dict[str, bytes] = field(default_factory=dict)
    _hashes: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    _written: dict[str, tuple[bytes, Path, Stamp]] = field(default_factory=dict)

    def hash_of(self, name: str, content: bytes) -> str:
        """SHA-256 of `content`, worked out once."""
        known = self._hashes.get(name)
        if known is None or known[0] is not content:
            known = self._hashes[name] = (content, hashlib.sha256(content).hexdigest())
        return known[1]

    def put(self, name: str, content: bytes, folder: Path) -> None:
        """Have `content` as the file `name` in `folder`: by a link where it lies on the disk."""
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        known = self._written.get(name)
        if known is None or known[0] is not content or not _linked(known[1], known[2], target):
            target.write_bytes(content)

    def lie_in(self, place: Path, files: dict[str, bytes]) -> None:
        """Note that `files` lie in `place` now, as they were put."""
        self._written = {}
        for name, content in files.items():
            if name in self.made and (stamp := _stamp(place / name)) is not None:
                self._written[name] = (content, place / name, stamp)


def _linked(source: Path, stamp: Stamp, target: Path) -> bool:
    """Whether `target` is a link to `source` now; never where that is not as it was noted."""
    if _stamp(source) != stamp:
        return False
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without links
        return False
    return True


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
