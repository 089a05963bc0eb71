"""The product's own commands, each in a process of its own: the workbench computes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.errors import PlanningError

COMMAND_S = 300.0
"""Seconds that a command may take which solves nothing."""
BAD_INSTANCE = 3
"""Exit code for an instance that cannot be used."""


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


def command_line(arguments: Sequence[str | Path]) -> list[str]:
    """The line that calls the product with `arguments`, in this very Python."""
    return [sys.executable, "-m", "infraplan", *map(str, arguments)]


def run_command(arguments: Sequence[str | Path], time_s: float = COMMAND_S) -> Answer:
    """Call a command with `--json` and wait for its end.

    Raises
    ------
    CommandError
        If it did not end within `time_s` seconds.
    """
    line = command_line([arguments[0], "--json", *arguments[1:]])
    try:
        ended = subprocess.run(
            line, capture_output=True, timeout=time_s, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise CommandError(phrase("workbench-command-took-too-long")) from None
    return Answer(ended.returncode, read_answer(ended.stdout) or {})


def read_answer(text: bytes) -> dict[str, Any] | None:
    """The one object that a command printed; None where it printed none in full."""
    try:
        found = json.loads(text.decode("utf-8"))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


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
