"""The journal of a list of solves: one line for each that is finished, never rewritten.

A line is on disk before the next solve is counted as done. What ended in the middle of a line is
taken for unfinished: the solve is done again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from infraplan.optimizer.storage.folder import writing
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE, own_hash
from infraplan.optimizer.sweeps.jobs import Job, JobResult

JOURNAL_FILE = "journal.jsonl"


class Journal:
    """Results of a list of jobs below a folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / JOURNAL_FILE
        self._known: dict[str, JobResult] = {}

    def read(self) -> int:
        """Read what is there; return how many results it has.

        Raises
        ------
        OutputError
            If the file is there and cannot be read.
        """
        if not self._file.exists():
            return 0
        with writing(self._file):
            text = self._file.read_text(encoding="utf-8")
        for line in text.splitlines():
            try:
                found = JobResult.of_data(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
            if not found.was_stopped:
                self._known[found.digest] = found
        return len(self._known)

    def __len__(self) -> int:
        """Finished jobs that are on disk."""
        return len(self._known)

    def of(self, job: Job) -> JobResult | None:
        """The result of `job`, if it is finished and its run is still there as it was written."""
        found = self._known.get(job.digest())
        if found is None:
            return None
        manifest = self._file.parent / found.run_dir / MANIFEST_FILE
        try:
            is_there = own_hash(json.loads(manifest.read_text(encoding="utf-8"))) == found.run_hash
        except (OSError, ValueError, TypeError):
            return None
        return found if is_there else None

    def add(self, result: JobResult) -> None:
        """Write a result; it is on disk when this returns.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        append_line(self._file, result.data())
        self._known[result.digest] = result


def append_line(file: Path, data: object) -> None:
    """Add `data` as a line of JSON; it is on disk when this returns.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    line = json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"
    with writing(file):
        is_cut = file.exists() and not file.read_bytes().endswith(b"\n")
        with file.open("a", encoding="utf-8") as stream:
            stream.write("\n" + line if is_cut and file.stat().st_size else line)
            stream.flush()
            os.fsync(stream.fileno())
