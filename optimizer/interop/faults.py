"""Faults of foreign files, told as those of an instance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.errors import Finding, InstanceFormatError, Severity
from models.instance import Instance


@dataclass(frozen=True)
class Imported:
    """An instance made of foreign files, and what of them was left out or assumed."""

    instance: Instance
    findings: tuple[Finding, ...] = ()
    """Warnings and notes; an error would have stopped the import."""


def one_fault(path: Path, line: int, message: str) -> InstanceFormatError:
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
