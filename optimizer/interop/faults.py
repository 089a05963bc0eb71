"""Faults of foreign files, told as those of an instance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.errors import Finding, InstanceFormatError, Severity
from infraplan.models.instance import Instance


@dataclass(frozen=True)
class Imported:
    """An instance made of foreign files, and what of them was left out or assumed."""

    instance: Instance
    findings: tuple[Finding, ...] = ()
    """Warnings and notes; an error would have stopped the import."""


FEW = 8
"""Names that one finding lists."""
MANY = 10
"""Faults of one kind that are told of one file; the others are counted."""


def listed_few(names: list[str]) -> Phrase:
    """The first of `names`, and how many more there are."""
    if len(names) <= FEW:
        return listed(names)
    return phrase("names-and-more", names=listed(names[:FEW]), more=len(names) - FEW)


def one_fault(path: Path, line: int, message: Phrase) -> InstanceFormatError:
    """An error with one finding at `line` of `path` (0: the file as a whole)."""
    return InstanceFormatError(
        [
            Finding(
                severity=Severity.ERROR,
                rule="foreign-format",
                message=message,
                file=str(path),
                row=line or None,
            )
        ]
    )


class FaultReport:
    """Faults of foreign files, gathered so that one report tells all of them.

    Of faults of one kind in one file, as one cause makes them by the hundred, the first `MANY` are
    told, and how many follow.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._told: Counter[tuple[Path, str]] = Counter()
        self._beyond: dict[tuple[Path, str], Finding] = {}

    def add(self, path: Path, line: int, message: Phrase, advice: Phrase = NOTHING_SAID) -> None:
        """Add a fault at `line` of `path` (0: the file as a whole)."""
        (finding,) = one_fault(path, line, message).findings
        kind = path, message.key or str(message)
        self._told[kind] += 1
        if self._told[kind] <= MANY:
            self.findings.append(replace(finding, advice=advice))
        else:
            self._beyond.setdefault(kind, finding)

    def require(self) -> None:
        """Raise InstanceFormatError where there is a fault."""
        more = [
            replace(first, message=phrase("more-faults-of-this-kind", more=self._told[kind] - MANY))
            for kind, first in self._beyond.items()
        ]
        if self.findings:
            raise InstanceFormatError([*self.findings, *more])
