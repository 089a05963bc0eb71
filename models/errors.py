"""Root of the error tree, and the errors an instance can raise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found in the input: where it is, what is wrong, what would be right.

    `rule` is the check's stable name; `message` says what is wrong in a planner's words and
    `advice` what would be right; `file` is the name inside the instance folder or the workbook's;
    `row` is 1-based as a spreadsheet counts it (the heading is row 1); None where a part does not
    apply.
    """

    rule: str
    message: str
    advice: str = ""
    severity: Severity = Severity.ERROR
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def where(self) -> str:
        """Place of the finding, e.g. `projects.csv, row 7, column lead_time`."""
        parts = [self.file or "instance"]
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        text = f"{self.where()}: {self.message}"
        return f"{text} ({self.advice})" if self.advice else text


class PlanningError(Exception):
    """Root of every error the product raises on purpose."""

    exit_code = 1


class InstanceError(PlanningError):
    """The instance cannot be used; carries all findings, not only the first."""

    exit_code = 3

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class InstanceFormatError(InstanceError):
    """A file, row or cell cannot be read."""


class UnknownReferenceError(InstanceError):
    """An id is used that nothing defines."""


class InconsistentInstanceError(InstanceError):
    """Every cell reads, but together they make no sense."""
