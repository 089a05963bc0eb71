"""Where the workbench keeps its files: every path is made of numbers, none of what is typed."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SECRET_BYTES = 32
PRIVATE = 0o600
"""Mode of files that only their owner may read."""


@dataclass(frozen=True)
class DataFolder:
    """The folder of one workbench."""

    root: Path

    def make(self) -> None:
        """Make the folder, readable by its owner alone."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def database_url(self) -> str:
        """Address of the embedded database."""
        return f"sqlite:///{self.root.resolve() / 'workbench.sqlite'}"

    @property
    def lock_file(self) -> Path:
        """File that the one server of this folder holds."""
        return self.root / "serve.lock"

    def workbook(self, instance_id: int, number: int) -> Path:
        """Workbook of version `number` of an instance."""
        return self.root / "instances" / f"{int(instance_id)}" / f"v{int(number)}.xlsx"

    def job(self, job_id: int) -> Path:
        """Folder of a job: its run, progress and answer."""
        return self.root / "jobs" / f"{int(job_id)}"

    def run(self, job_id: int) -> Path:
        """Run folder of a solve."""
        return self.job(job_id) / "run"

    def secret(self) -> str:
        """Key that signs the cookies of sessions; made once, mode 0600.

        Raises
        ------
        OSError
            If it can be neither read nor written.
        """
        path = self.root / "session.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        except FileExistsError:
            path.chmod(PRIVATE)
            return path.read_text("ascii")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        return path.read_text("ascii")
