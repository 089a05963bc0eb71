"""A figure as one record: what is run, and how its numbers are read out of what was printed.

Commands name places by words, which `Places` fills in:

- `RUNS/NAME`: the run of a shipped instance, solved once for all figures that read it;
- `BENCH/...`, `CENSUS`, `CASES/...`: published problems, the census of the planning documents and
  collected cases, none of them part of the project;
- `OUT/...`: a folder that is empty before the first command of the figure.

All other words are as a person would type them, in the root of the project.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

Values = dict[str, Any]
"""Numbers and short words by name; `rows` may hold further ones, of several instances."""
_PLACE = re.compile(r"\b(RUNS|BENCH|CENSUS|CASES|OUT)\b")
_FILLED = re.compile(r"\{[^{}]*\}")


class Group(StrEnum):
    """Parts in which all figures are measured; the headings of the tables."""

    PLANS = "plans"
    LARGE = "large"
    KNOWN = "known-values"
    SHELL = "shell"
    SUITES = "suites"


class Unread(ValueError):
    """What a command printed does not hold the figure."""


@dataclass(frozen=True)
class Taken:
    """What a command took: seconds by the clock, CPU seconds, most memory at once, in MB."""

    seconds: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Places:
    """Where the words of commands lead; None: not given."""

    runs: Path
    out: Path
    bench: Path | None = None
    census: Path | None = None
    cases: Path | None = None

    def of(self, word: str) -> Path | None:
        """The folder that `word` names."""
        folder: Path | None = getattr(self, word.lower())
        return folder


@dataclass(frozen=True)
class Output:
    """What the commands of a figure printed, one text each, and left in their places."""

    texts: tuple[str, ...]
    steps: tuple[Taken, ...]
    places: Places

    @property
    def text(self) -> str:
        """All that was printed."""
        return "\n".join(self.texts)


Reader = Callable[[Output], Values]


@dataclass(frozen=True)
class Figure:
    """One record.

    Attributes
    ----------
    name
        Unique.
    what
        What is measured: the beginning of the cell.
    template
        The rest of it, filled with the values read and with `seconds`, `cpu_s`, `peak_mb` of all
        commands together. It holds no digit of its own: every number is measured.
    commands
        Run one after the other; the figure fails with the first that fails.
    read
        Takes the numbers out of what was printed or written.
    seconds
        About how long it takes on an idle machine; ten times as much ends it.
    issue
        Number of the issue that asks for it, 0 for none; figures of a group stand in this order.
    each
        Template for one of `rows` in the values; joined as `{each}`.
    note
        What a reader should know besides.
    ends
        Exit codes with which a command has done its work, whatever it found.
    """

    name: str
    group: Group
    issue: int
    what: str
    template: str
    commands: tuple[str, ...]
    read: Reader
    seconds: float
    each: str = ""
    note: str = ""
    ends: tuple[int, ...] = (0,)

    @property
    def command(self) -> str:
        """All commands as one line."""
        return "; ".join(self.commands)

    @property
    def runs(self) -> tuple[str, ...]:
        """Instances whose runs it reads, but does not make."""
        named = re.findall(r"(?<!-o )\bRUNS/([\w-]+)", self.command)
        return tuple(dict.fromkeys(named))

    @property
    def own_digits(self) -> list[str]:
        """Digits that would stand in the table without having been measured; to be empty."""
        return re.findall(r"\d+", _FILLED.sub("", f"{self.template} {self.each}"))

    def text_of(self, values: Mapping[str, Any]) -> str:
        """The cell for `values`."""
        each = "; ".join(self.each.format(**row) for row in values.get("rows", ()))
        told = self.template.format(**{**values, "each": each})
        return told.replace("nan %", "not known")

    def lacks(self, places: Places) -> list[str]:
        """Places and files that its commands name and that are not there."""
        return list(dict.fromkeys(_absent(self.commands, places)))


def _absent(commands: tuple[str, ...], places: Places) -> Iterator[str]:
    for word in (word for line in commands for word in shlex.split(line)):
        found = re.match(r"(BENCH|CENSUS|CASES)\b", word)
        if found is None:
            continue
        if places.of(found[0]) is None:
            yield found[0]
            continue
        path = Path(filled(word, places))
        # A prefix of file names (`import minelib`) is no file itself.
        if not path.exists() and not list(path.parent.glob(f"{path.name}.*")):
            yield word


def filled(word: str, places: Places) -> str:
    """`word` with the folder in the place of its name."""
    return _PLACE.sub(lambda found: str(places.of(found[0])), word)


def arguments(command: str, places: Places) -> list[str]:
    """What is executed for `command`: this Python, whatever stands first on the path."""
    words = [filled(word, places) for word in shlex.split(command)]
    head = program(words)
    heads = {"infraplan": [sys.executable, "-m", "infraplan"], "python": [sys.executable]}
    return words[:head] + heads.get(words[head], words[head : head + 1]) + words[head + 1 :]


def program(words: list[str]) -> int:
    """Place of the program among `words`, behind `env NAME=VALUE ...`."""
    if words[0] != "env":
        return 0
    return next(place for place, word in enumerate(words) if place and "=" not in word)
