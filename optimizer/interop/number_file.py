"""Files that are one stream of numbers, whatever their lines: read with the line of each number."""

from __future__ import annotations

import math
from pathlib import Path

from infraplan.models.catalogue import phrase, system_reason
from infraplan.optimizer.interop.faults import FaultReport


class NumberFile:
    """Takes the numbers of a file one after the other; what is wrong goes into the report."""

    def __init__(self, path: Path, report: FaultReport) -> None:
        self._path, self._report = path, report
        self._next = 0
        self._numbers: list[tuple[int, float]] = []
        self._ended = False
        for line, text in enumerate(text_of(path, report).splitlines(), start=1):
            for word in text.split():
                self._numbers.append((line, self._number(word, line)))

    @property
    def is_at_end(self) -> bool:
        """Whether every number has been taken."""
        return self._next >= len(self._numbers)

    @property
    def line(self) -> int:
        """Line of the next number; 0 at the end."""
        return 0 if self.is_at_end else self._numbers[self._next][0]

    def take(self) -> float:
        """The next number; 0 where the file has ended, which is told once."""
        if self.is_at_end:
            if not self._ended:
                self._report.add(self._path, 0, phrase("the-file-ends-before-all-numbers"))
            self._ended = True
            return 0.0
        self._next += 1
        return self._numbers[self._next - 1][1]

    def take_many(self, count: int) -> tuple[float, ...]:
        """The next `count` numbers; none of them where the file is too short, which is told."""
        if self._next + count > len(self._numbers):
            self._next = len(self._numbers)
            self.take()
            return ()
        return tuple(self.take() for _ in range(count))

    def take_count(self) -> int:
        """The next number, which counts something: a whole number of at least 0."""
        line, value = self.line, self.take()
        if value < 0.0 or not value.is_integer():
            self._report.add(self._path, line, phrase("is-no-count", value=f"{value:g}"))
            return 0
        return int(value)

    def _number(self, word: str, line: int) -> float:
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._report.add(self._path, line, phrase("is-no-number-here", word=word))
            return 0.0
        return value


def text_of(path: Path, report: FaultReport) -> str:
    """Text of a file; blank where it cannot be read, which is told."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        report.add(path, 0, phrase("cannot-be-read-2", reason=system_reason(error)))
        return ""
