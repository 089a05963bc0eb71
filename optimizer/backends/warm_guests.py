"""Guests forked from a process that has loaded its solver: of lists of solves, of large programs.

A small solve takes less than loading Python, numpy and a solver anew; guests of a large program are
known to come, and are loaded on another processor while first plans are sought (`begin`). Each job
still has a process of its own, in which no solver has run before: the process that is forked has
only imported it. There is one such process for each guest, so that no two solver libraries meet in
one; it ends when this process does, and so does a guest, as one that is started anew.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from infraplan.optimizer import stage_times

SERVER = ["-c", f"from {__name__} import main; main()"]
"""How the program that is forked is started: tests have another, which measures itself."""
_GUEST = "infraplan.optimizer.backends.guest"
_LOADED_LATE = ("zipfile", "encodings.cp437")
"""What numpy imports only when it reads a model: loaded once, not by every guest."""
_LOADED_BESIDES = {
    "infraplan.optimizer.backends.guest_highs": ("infraplan.optimizer.backends.guest_highs_tree",)
}
"""What a guest imports only for some of its tasks, by its module: half of what it loads."""
_PID, _END = struct.Struct("q"), struct.Struct("qd")
_servers: dict[tuple[str, str], tuple[socket.socket, subprocess.Popen[bytes]]] = {}
"""Where guests are forked, by their module and the path on which it is found."""
_starting = threading.Lock()
_WANTED: ContextVar[bool] = ContextVar("warm_guests", default=False)


def is_possible() -> bool:
    """Whether this system can fork and hand descriptors on."""
    return sys.platform == "linux"


@contextmanager
def wanted() -> Iterator[None]:
    """While it lasts, guests are forked where the system can; what they come from stays."""
    token = _WANTED.set(is_possible())
    try:
        yield
    finally:
        _WANTED.reset(token)


def begin(module: str, env: dict[str, str]) -> None:
    """Start what guests of `module` are forked from, where they are, and wait for nothing."""
    if are_wanted():
        with contextlib.suppress(OSError):  # a guest that is asked for tries again, and anew
            _socket(module, env)


def are_wanted() -> bool:
    """Whether guests are to be forked."""
    return _WANTED.get()


class WarmGuest:
    """A forked guest, with as much of a `subprocess.Popen` as a host uses.

    Raises
    ------
    OSError
        If it could not be forked.
    """

    def __init__(
        self, command: list[str], *, stderr: IO[bytes], env: dict[str, str], **_: Any
    ) -> None:
        with contextlib.ExitStack() as theirs:
            its_in, mine_out = os.pipe()
            mine_in, its_out = os.pipe()
            status, told = os.pipe()
            for number in (its_in, its_out, told):
                theirs.callback(os.close, number)
            self.stdin, self.stdout = open(mine_out, "wb", 0), open(mine_in, "rb")  # noqa: PTH123, SIM115
            self._status: int | None = status
            self._code: int | None = None
            self._args = command
            request = {"arguments": command[-2:], "env": env, "cwd": str(Path.cwd())}
            lines = [its_in, its_out, stderr.fileno(), told]
            socket.send_fds(_socket(command[-2], env), [json.dumps(request).encode()], lines)
        said = os.read(status, _PID.size)
        if len(said) < _PID.size:
            raise ChildProcessError
        self.pid: int = _PID.unpack(said)[0]

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, waited for.

        Raises
        ------
        subprocess.TimeoutExpired
            If it runs still.
        """
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self._args, timeout or 0.0)
        return code

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._status is not None and select.select([self._status], [], [], timeout)[0]:
            said = os.read(self._status, _END.size)
            self._code, cpu_s = _END.unpack(said) if len(said) == _END.size else (-1, 0.0)
            stage_times.add_child(cpu_s)
            os.close(self._status)
            self._status = None
        return self._code


def _socket(module: str, env: dict[str, str]) -> socket.socket:
    """Socket of the process that is forked for `module`, which is started where there is none."""
    key = (module, env.get("PYTHONPATH", ""))
    with _starting:  # guests may be begun by several threads
        if key in _servers and _servers[key][1].poll() is not None:
            _servers.pop(key)[0].close()
        if key not in _servers:
            mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            options = ["-P", "-X", "faulthandler"]
            with its:
                process = subprocess.Popen(
                    [sys.executable, *options, *SERVER, str(its.fileno()), module],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[its.fileno()],
                    start_new_session=True,
                    env=env,
                )
            _servers[key] = (mine, process)
        return _servers[key][0]


@atexit.register
def end() -> None:
    """End the processes that are forked, where there are any."""
    while _servers:
        _, (line, process) = _servers.popitem()
        line.close()
        process.wait()


Measured = Callable[[], AbstractContextManager[None]]


def serve(listener: socket.socket, module: str, measured: Measured) -> None:
    """Fork once for each request, until the host has ended; guests run inside `measured`."""
    importlib.import_module(_GUEST)
    for name in (module, *_LOADED_BESIDES.get(module, ()), *_LOADED_LATE):
        with contextlib.suppress(ImportError):  # a solver that is not there: its guest says so
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # no guest looks for garbage in memory that it shares: to look is to copy it
    living: dict[int, _Living] = {}
    while True:
        ready = select.select([listener.fileno(), *living], [], [])[0]
        for line in living.keys() & set(ready):
            _tell_end(line, living.pop(line))
        if listener.fileno() not in ready:
            continue
        text, theirs, _, _ = socket.recv_fds(listener, 1 << 20, 4)
        if not text:
            return
        *lines, told = theirs
        life, its_life = os.pipe()
        pid = os.fork()
        if pid == 0:
            listener.close()
            for number in (life, *living, *(other.told for other in living.values())):
                os.close(number)
            os.setsid()  # before its number is known: a host may end the whole group at once
            os.write(told, _PID.pack(os.getpid()))
            os.close(told)
            _be_guest(json.loads(text), lines, measured)
        for number in (*lines, its_life):
            os.close(number)
        living[life] = _Living(pid, told)


class _Living(NamedTuple):
    """A guest that runs, and where its end is told."""

    pid: int
    told: int


def _tell_end(line: int, guest: _Living) -> None:
    """Say the exit code and the seconds of CPU of a guest that has let go of `line`."""
    os.close(line)
    _, status, used = os.wait4(guest.pid, 0)
    said = _END.pack(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime)
    with contextlib.suppress(BrokenPipeError):  # its host waits for it no more
        os.write(guest.told, said)
    os.close(guest.told)


def _be_guest(request: dict[str, Any], lines: list[int], measured: Measured) -> NoReturn:
    code = 1
    try:
        for place, number in enumerate(lines):
            os.dup2(number, place)
            os.close(number)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        with measured():
            code = importlib.import_module(_GUEST).main(request["arguments"])
    except SystemExit as end_of_guest:
        code = end_of_guest.code if isinstance(end_of_guest.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Be what is forked; the arguments are the descriptor of a socket and the module of a guest."""
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], contextlib.nullcontext)
