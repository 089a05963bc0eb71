"""The product's own commands, each in a process of its own: the workbench computes nothing."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from infraplan.models.catalogue import Phrase, pair, phrase, system_reason
from infraplan.models.errors import PlanningError

COMMAND_S = 300.0
"""Seconds of a processor that a command may take which solves nothing."""
LOOK_S = 5.0
"""Seconds between two looks at what such a command has used."""
LEAST_SHARE = 0.01
"""Share of a processor below which it stands still: on a busy machine it gets more than that."""
MOST_AT_ONCE = 4
"""Commands that pages wait for at once; further ones wait their turn."""
_TURN = threading.BoundedSemaphore(MOST_AT_ONCE)


class CommandError(PlanningError):
    """A command of the product refused what was asked of it, and said why."""


@dataclass(frozen=True)
class Answer:
    """What a command came to: its exit code and the object that it printed."""

    code: int
    data: Mapping[str, Any]

    def require(self) -> Mapping[str, Any]:
        """The object, where the command did what was asked.

        Raises
        ------
        CommandError
            With what the command said, where it did not.
        """
        if self.code:
            raise CommandError(told_fault(self.data))
        return self.data


def told_fault(data: Mapping[str, Any]) -> Phrase:
    """What a command said of a fault, in both languages."""
    if data.get("message"):
        return pair(str(data["message"]), str(data.get("message_zh") or data["message"]))
    findings = [row for row in data.get("findings") or () if row.get("severity") == "error"]
    if findings:
        first = findings[0]
        return phrase(
            "workbench-faults-of-the-instance",
            count=len(findings),
            first=pair(str(first["message"]), str(first.get("message_zh") or first["message"])),
        )
    return phrase("workbench-command-failed")


def told_error(error: Exception) -> Phrase:
    """What may be told of a fault to whoever is at a page: no folder of the server, no code.

    The log of the workbench gets what is not told.
    """
    if isinstance(error, PlanningError):
        return error.message
    logging.getLogger(__name__).warning("%s: %s", type(error).__name__, error)
    if isinstance(error, OSError):
        return phrase("a-file-could-not-be-used", error=system_reason(error))
    return phrase("workbench-command-failed")


def command_line(arguments: Sequence[str | Path]) -> list[str]:
    """The line that calls the product with `arguments`, in this very Python."""
    return [sys.executable, "-m", "infraplan", *map(str, arguments)]


def run_command(arguments: Sequence[str | Path], time_s: float = COMMAND_S) -> Answer:
    """Call a command with `--json` and wait for its end.

    Raises
    ------
    CommandError
        If it used more than `time_s` seconds of a processor, or stood still for as long.
    """
    ended = run_apart(command_line([arguments[0], "--json", *arguments[1:]]), time_s=time_s)
    homes = [path.parent for path in arguments if isinstance(path, Path)]
    return Answer(ended.returncode, read_answer(ended.stdout, homes) or {})


def run_apart(
    line: Sequence[str], told: bytes = b"", time_s: float = COMMAND_S
) -> subprocess.CompletedProcess[bytes]:
    """Run a process that somebody waits for, in its turn, with `told` at its input.

    It is waited for as long as it gets on: what a busy machine makes slow is no fault of it.

    Raises
    ------
    CommandError
        If it used more than `time_s` seconds of a processor, its own processes included, or less
        than `LEAST_SHARE` of one in as many seconds of the clock.
    """
    pipe = subprocess.PIPE
    with _TURN, subprocess.Popen(line, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            return _ended(process, told, time_s)
        except BaseException:
            process.kill()  # whoever waited does so no more
            raise


def _ended(
    process: subprocess.Popen[bytes], told: bytes, time_s: float
) -> subprocess.CompletedProcess[bytes]:
    left: bytes | None = told
    since, used_then, used = time.monotonic(), 0.0, 0.0
    while True:
        try:
            out, err = process.communicate(left, timeout=min(LOOK_S, time_s))
        except subprocess.TimeoutExpired:
            left = None  # it is being sent
        else:
            return subprocess.CompletedProcess(process.args, process.returncode, out, err)
        used = max(used, _processor_s(process.pid))
        if used > time_s:
            raise CommandError(phrase("workbench-command-took-too-long"))
        if time.monotonic() - since >= time_s:
            if used - used_then < LEAST_SHARE * time_s:
                raise CommandError(phrase("workbench-command-took-too-long"))
            since, used_then = time.monotonic(), used


def _processor_s(number: int) -> float:
    """Seconds of a processor that a process and those that it began have used."""
    total = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(number)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                spent = each.cpu_times()
                total += spent.user + spent.system
        spent = process.cpu_times()
        total += spent.children_user + spent.children_system
    return total


def read_answer(text: bytes, homes: Sequence[Path] = ()) -> dict[str, Any] | None:
    """The one object that a command printed; None where it printed none in full.

    Files are named in it without their folders `homes`: where the server keeps them concerns
    nobody who is at a page.
    """
    try:
        found = json.loads(text.decode("utf-8"))
    except ValueError:
        return None
    hidden = {f"{form}{os.sep}" for home in homes for form in (home, home.resolve())}
    told = _without(found, sorted(hidden, key=len, reverse=True))
    return told if isinstance(told, dict) else None


def _without(value: Any, hidden: Sequence[str]) -> Any:
    """`value` without the texts `hidden`, however deep they stand."""
    if isinstance(value, str):
        for text in hidden:
            value = value.replace(text, "")
        return value
    if isinstance(value, list):
        return [_without(each, hidden) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, hidden) for key, each in value.items()}
    return value


def begin_command(
    arguments: Sequence[str | Path], answer: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Begin a command with `--json` whose object goes to `answer`, its prose to `log`.

    It has a session of its own: what ends the workbench does not end it.
    """
    line = command_line([arguments[0], "--json", *arguments[1:]])
    with answer.open("wb") as out, log.open("wb") as err:
        return subprocess.Popen(
            line,
            stdout=out,
            stderr=err,
            stdin=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
