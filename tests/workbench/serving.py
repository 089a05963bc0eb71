"""The workbench as a server of its own, for tests that come in over HTTP."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST_S = 120.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Served:
    """A running workbench."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """One request as it stands: paths and host are not tidied up."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_S)
        sent = {"Host": f"127.0.0.1:{self.port}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            line.putheader(name, value)
        if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(sent):
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body)
        found = line.getresponse()
        answer = Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, found.read())
        line.close()
        return answer

    def upgrade(self, path: str, headers: dict[str, str]) -> int:
        """Status of a request to go on as a socket, which is closed at once."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_S)
        line.request("GET", path, headers=headers)
        status = line.getresponse().status
        line.close()
        return status


@contextmanager
def served(data: Path, *options: str, ends_well: bool = True) -> Iterator[Served]:
    """A workbench on `data`, asked to end at the end; `ends_well` is not, where it is killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    line = [sys.executable, "-m", "infraplan", "serve", "--data", str(data), "--no-browser"]
    log = data.parent / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*line, "--port", str(port), *options],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
    try:
        end = time.monotonic() + LONGEST_S
        while not _listens(port):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < end, "it does not listen"
            time.sleep(0.1)
        yield Served(port, data, process)
    finally:
        process.terminate()
        code = process.wait()
    assert code == 0 or not ends_well, "a server that is asked to end has done what it should"
    told = log.read_text("utf-8")
    assert "Traceback" not in told, told


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
