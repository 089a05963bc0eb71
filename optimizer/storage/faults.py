"""Where rows come from, and the list in which all findings of a reading are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraplan.models.catalogue import NOTHING_SAID, Phrase
from infraplan.models.errors import (
    Finding,
    InconsistentInstanceError,
    InstanceError,
    InstanceFormatError,
    PlanningError,
    Severity,
    UnknownReferenceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

UNKNOWN_ID = "unknown-id"


class OutputError(PlanningError):
    """A file or folder cannot be written where it was asked for; nothing there was changed."""

    exit_code = 2


class CellFault(Exception):
    """A cell or leaf that cannot be read; it becomes a Finding and never leaves the package."""

    def __init__(self, rule: str, message: Phrase, advice: Phrase = NOTHING_SAID) -> None:
        self.rule = rule
        self.message = message
        self.advice = advice
        super().__init__(message)


@dataclass(frozen=True)
class Origin:
    """Where an object was read: a row of a table, or a place in a tree.

    Attributes
    ----------
    file
        File name.
    sheet
        Sheet of a workbook, else None.
    row
        Row of a table (heading is row 1) or line of a YAML file; None for JSON.
    columns
        Heading as written by field, for a row of a table.
    path
        Place in a tree, e.g. `projects[3].options[0]`; blank for a row of a table.
    line_of
        Line of a path of a tree, None where unknown.
    word_of
        What people call a path of a tree, where they write it in words.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    line_of: Callable[[str], int | None] | None = None
    word_of: Callable[[str], Phrase] | None = None

    def finding(
        self,
        rule: str,
        message: Phrase,
        advice: Phrase = NOTHING_SAID,
        *,
        column: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Return a finding about `column` (a field or, in a tree, a path) of this object."""
        heading = self.columns.get(column, column) if column is not None else None
        row = self.row
        if self.line_of is not None:
            heading = join_path(self.path, column or "")
            line = self.line_of(heading)
            row = line if line is not None else row
            heading = heading if self.word_of is None else self.word_of(heading)
        return Finding(rule, message, advice, severity, self.file, self.sheet, row, heading)


def join_path(path: str, name: str) -> str:
    """Return `name` below `path`; a list position such as `[2]` takes no dot."""
    if not path or not name:
        return path or name
    return f"{path}{name}" if name.startswith("[") else f"{path}.{name}"


class Faults:
    """Findings in the order in which they were found."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """Keep `finding`."""
        self.findings.append(finding)

    def report(
        self,
        rule: str,
        message: Phrase,
        advice: Phrase = NOTHING_SAID,
        *,
        file: str,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Keep a finding made of these parts."""
        self.findings.append(Finding(rule, message, advice, severity, file, sheet, row, column))

    @property
    def has_errors(self) -> bool:
        """Whether any finding stops the run."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def error_of(reading: Sequence[Finding], consistency: Sequence[Finding] = ()) -> InstanceError:
    """Return the error that carries all findings; its class is that of the first error's kind.

    `reading` are findings of files, rows and cells, `consistency` those of the finished tables.
    Errors come first in the error, warnings and notes after them.
    """
    everything = [*reading, *consistency]
    errors = [finding for finding in everything if finding.severity is Severity.ERROR]
    others = [finding for finding in everything if finding.severity is not Severity.ERROR]
    if errors and errors[0].rule == UNKNOWN_ID:
        return UnknownReferenceError(errors + others)
    if errors and errors[0] in consistency:
        return InconsistentInstanceError(errors + others)
    return InstanceFormatError(errors + others)
