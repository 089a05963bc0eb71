"""A PostgreSQL server for tests: the one of INFRAPLAN_POSTGRES_URL, or one of their own.

The own one is made of the binaries that Debian's package brings, listens on loopback alone and ends
with the tests.
"""

from __future__ import annotations

import getpass
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"
DEBIAN = Path("/usr/lib/postgresql")


def missing() -> str:
    """Why no server can be had; blank where one can."""
    if os.environ.get("INFRAPLAN_POSTGRES_URL"):
        return ""
    if _binaries() is None:
        return "no INFRAPLAN_POSTGRES_URL, and no binaries of PostgreSQL"
    if os.geteuid() == 0 and not (_has_user() and shutil.which("setpriv")):
        return f"PostgreSQL does not run as root, and there is no user {USER} or no setpriv"
    return ""


def _binaries() -> Path | None:
    """Folder of the newest binaries."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _has_user() -> bool:
    try:
        return bool(pwd.getpwnam(USER))
    except KeyError:
        return False


class Cluster:
    """A server of one folder."""

    def __init__(self, home: Path, port: int, password: str) -> None:
        self.url = f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"
        self._home, self._port, self._password = home, port, password

    def _call(self, name: str, *told: str) -> None:
        """Call a binary, as a user that it runs as; what it leaves running keeps no pipe."""
        binaries = _binaries()
        assert binaries is not None
        line = [str(binaries / name), *told]
        if os.geteuid() == 0:
            line = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *line]
        with (self._home / "calls.log").open("ab") as log:
            done = subprocess.run(line, cwd=self._home, stdout=log, stderr=log, check=False)
        assert done.returncode == 0, (self._home / "calls.log").read_text("utf-8")

    def make(self) -> None:
        word = self._home / "password"
        word.write_text(self._password, encoding="ascii")
        if os.geteuid() == 0:
            shutil.chown(self._home, USER, USER)
            shutil.chown(word, USER, USER)
        told = ("-U", USER, "-A", "scram-sha-256", "--pwfile", str(word), "-E", "UTF8", "-N")
        self._call("initdb", "-D", str(self._home / "data"), *told, "--locale=C")

    def start(self) -> None:
        options = f"-p {self._port} -h 127.0.0.1 -k '' -c fsync=off"
        log = ("-l", str(self._home / "server.log"))
        self._call("pg_ctl", "-D", str(self._home / "data"), *log, "-w", "-o", options, "start")

    def stop(self) -> None:
        self._call("pg_ctl", "-D", str(self._home / "data"), "-w", "-m", "immediate", "stop")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server of its own; skipped over by whoever has looked at `missing`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    home = Path(tempfile.mkdtemp(prefix=f"infraplan-postgres-{getpass.getuser()}-"))
    made = Cluster(home, port, secrets.token_urlsafe(12))
    try:
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
