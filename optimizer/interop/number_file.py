"""Text and numbers of foreign files; files that are one stream of numbers, whatever their lines."""

from __future__ import annotations

from pathlib import Path

from infraplan.models.catalogue import Phrase, phrase, system_reason
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.storage.csv_text import decode
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.file_limits import bytes_of
from infraplan.optimizer.storage.numbers import number_in

MOST = 1e15
"""Largest number that an instance takes."""


def count_in(word: str) -> int | None:
    """The whole number from 0 to `MOST` that `word` writes; None where it is none."""
    value = number_in(word)
    return int(value) if value is not None and 0.0 <= value <= MOST and value.is_integer() else None


def beyond(value: float | None) -> Phrase | None:
    """What is wrong with a number that is larger than an instance takes; None of any other."""
    if value is None or abs(value) <= MOST:
        return None
    return phrase("is-beyond-what-an-instance-takes", value=value, most=MOST)


def text_of(path: Path, report: FaultReport) -> str | None:
    """Text of a file of any usual encoding; None where there is none, which is told."""
    try:
        data = bytes_of(path)
    except OSError as error:
        report.add(path, 0, phrase("cannot-be-read-2", reason=system_reason(error)))
        return None
    faults = Faults()
    text = decode(data, str(path), faults)
    for finding in faults.findings:
        report.add(path, finding.row or 0, finding.message, finding.advice)
    if text is not None and not text.strip():
        report.add(path, 0, phrase("the-file-is-empty"))
        return None
    return text


class NumberFile:
    """Takes the numbers of a file one after the other; what is wrong goes into the report.

    Nothing is told of a file whose numbers do not fit its counts where a word of it is no number:
    that is the cause.
    """

    def __init__(self, path: Path, report: FaultReport) -> None:
        self._path, self._report = path, report
        self._next = 0
        self._numbers: list[tuple[int, float | None]] = []
        self._is_sound = True
        text = text_of(path, report)
        self._last = 0
        for line, row in enumerate((text or "").splitlines(), start=1):
            for word in row.split():
                self._last = line
                self._numbers.append((line, self._number(word, line)))
        if text is None:
            self._is_sound = False

    @property
    def line(self) -> int:
        """Line of the next number; that of the last one at the end."""
        return self._last if self.left == 0 else self._numbers[self._next][0]

    @property
    def left(self) -> int:
        """Numbers that have not been taken."""
        return len(self._numbers) - self._next

    def has(self, count: int) -> bool:
        """Whether `count` numbers are left; tells it at the line where the file falls short."""
        if count > self.left and self._is_sound:
            self._is_sound = False
            message = phrase("the-file-ends-before-all-numbers", asked=count, left=self.left)
            self._report.add(self._path, self._last, message)
        return count <= self.left

    def take(self) -> float:
        """The next number, of which there must be one; 0 where it is a word, told already."""
        self._next += 1
        return self._numbers[self._next - 1][1] or 0.0

    def take_many(self, count: int) -> tuple[float, ...]:
        """The next `count` numbers, which must be there."""
        return tuple(self.take() for _ in range(count))

    def take_count(self) -> int | None:
        """The next number, which counts something: a whole number of at least 0; else None."""
        if not self.has(1):
            return None
        line, value = self._numbers[self._next]
        self._next += 1
        if value is None:
            return None
        if value < 0.0 or not value.is_integer():
            self._is_sound = False
            self._report.add(self._path, line, phrase("is-no-count", value=f"{value:g}"))
            return None
        return int(value)

    def require_end(self) -> None:
        """Tell numbers that no count asks for."""
        if self.left and self._is_sound:
            message = phrase("numbers-are-left-after-the-last-problem", left=self.left)
            self._report.add(self._path, self.line, message)

    def _number(self, word: str, line: int) -> float | None:
        value = number_in(word)
        if value is None:
            self._is_sound = False
            self._report.add(self._path, line, phrase("is-no-number-here", word=word[:40]))
        elif told := beyond(value):
            self._is_sound = False
            self._report.add(self._path, line, told)
            return None
        return value
