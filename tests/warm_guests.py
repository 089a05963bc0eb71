"""Guests forked from a process that has loaded its solver, for tests that are not about guests.

A small solve takes less than loading Python, numpy and a solver anew. Each job still has a process
of its own, in which no solver has run before: the process that is forked has only imported it.
There is one such process for each guest, so that no two solver libraries meet in one.
Run as a program, with the descriptor of a socket and the module of a guest, this file is it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

PIPE, TimeoutExpired = subprocess.PIPE, subprocess.TimeoutExpired
TRACE_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""Variable of the environment by which coverage asks for child processes to be measured."""
_GUEST = "infraplan.optimizer.backends.guest"
_WORD = struct.Struct("q")
_servers: dict[tuple[str, str], tuple[socket.socket, subprocess.Popen[bytes]]] = {}
"""Where guests are forked, by their module and the path on which it is found."""
_starting = threading.Lock()


def is_possible() -> bool:
    """Whether this system can fork and hand descriptors on."""
    return sys.platform == "linux"


def Popen(command: list[str], **given: Any) -> Any:
    """As `subprocess.Popen`, of which the host takes this for the other."""
    return WarmGuest(command, **given)


class WarmGuest:
    """A forked guest, with as much of a `subprocess.Popen` as a host uses."""

    def __init__(self, command: list[str], *, stderr: Any, env: dict[str, str], **_: Any) -> None:
        its_in, mine_out = os.pipe()
        mine_in, its_out = os.pipe()
        status, told = os.pipe()
        request = json.dumps({"arguments": command[-2:], "env": env, "cwd": str(Path.cwd())})
        theirs = [its_in, its_out, stderr.fileno(), told]
        socket.send_fds(_socket(command[-2], env), [request.encode()], theirs)
        for number in (its_in, its_out, told):
            os.close(number)
        self.stdin, self.stdout = open(mine_out, "wb", 0), open(mine_in, "rb")  # noqa: PTH123, SIM115
        self._status: int | None = status
        self._code: int | None = None
        self._args = command
        self.pid = _WORD.unpack(os.read(status, _WORD.size))[0]

    def poll(self) -> int | None:
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise TimeoutExpired(self._args, timeout or 0.0)
        return code

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._status is not None and select.select([self._status], [], [], timeout)[0]:
            self._code = _WORD.unpack(os.read(self._status, _WORD.size))[0]
            os.close(self._status)
            self._status = None
        return self._code


def _socket(module: str, env: dict[str, str]) -> socket.socket:
    """Socket of the process that is forked for `module`, which is started where there is none."""
    key = (module, env.get("PYTHONPATH", ""))
    with _starting:  # guests may be begun by several threads
        if key not in _servers:
            mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            options = ["-P", "-X", "faulthandler"]
            with its:
                process = subprocess.Popen(
                    [sys.executable, *options, __file__, str(its.fileno()), module],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[its.fileno()],
                    start_new_session=True,
                    env={name: value for name, value in env.items() if name != TRACE_CHILDREN},
                )
            _servers[key] = (mine, process)
        return _servers[key][0]


def end() -> None:
    """End the processes that are forked, where there are any."""
    while _servers:
        _, (line, process) = _servers.popitem()
        line.close()
        process.wait()


def _serve(listener: socket.socket, module: str) -> None:
    """Fork once for each request, until the tests have ended."""
    importlib.import_module(_GUEST)
    with contextlib.suppress(ImportError):  # a solver that is not there: its guest says so
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        text, theirs, _, _ = socket.recv_fds(listener, 1 << 20, 4)
        if not text:
            return
        if os.fork() == 0:
            listener.close()
            _keep(json.loads(text), theirs)
        for number in theirs:
            os.close(number)


def _keep(request: dict[str, Any], theirs: list[int]) -> NoReturn:
    """Fork the guest, say its number, and when it has ended its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *lines, told = theirs
    pid = os.fork()
    if pid == 0:
        os.setsid()  # before its number is known: a host may end the whole group at once
        os.write(told, _WORD.pack(os.getpid()))
        os.close(told)
        _be_guest(request, lines)
    for number in lines:
        os.close(number)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        os.write(told, _WORD.pack(code))
    finally:
        os._exit(0)


def _be_guest(request: dict[str, Any], lines: list[int]) -> NoReturn:
    code = 1
    try:
        for place, number in enumerate(lines):
            os.dup2(number, place)
            os.close(number)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        with _measured():
            code = importlib.import_module(_GUEST).main(request["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextlib.contextmanager
def _measured() -> Iterator[None]:
    """Measure coverage of this process where the tests ask for it, as in one started anew."""
    if TRACE_CHILDREN not in os.environ:
        yield
        return
    import coverage

    measure = coverage.process_startup()
    try:
        yield
    finally:
        if measure is not None:
            measure.stop()
            measure.save()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
