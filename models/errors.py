"""Root of the error tree, and the errors an instance can raise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from infraplan.models.catalogue import (
    NOTHING_SAID,
    Phrase,
    as_phrase,
    in_language,
    joined,
    pair,
    phrase,
)


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found in the input: where it is, what is wrong, what would be right.

    `rule` is the check's stable name; `message` says what is wrong in a planner's words and
    `advice` what would be right, each in both languages; `file` is the name inside the
    instance folder or the workbook's; `row` is 1-based as a spreadsheet counts it (the heading is
    row 1); None where a part does not apply.
    """

    rule: str
    message: Phrase
    advice: Phrase = NOTHING_SAID
    severity: Severity = Severity.ERROR
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def where(self, lang: str = "en") -> str:
        """Place of the finding, e.g. `projects.csv, row 7, column lead_time`, in `lang`."""
        parts = [pair(self.file, self.file) if self.file else phrase("place-instance")]
        if self.sheet is not None:
            parts.append(phrase("place-sheet", sheet=self.sheet))
        if self.row is not None:
            parts.append(phrase("place-row", row=self.row))
        if self.column is not None:
            parts.append(phrase("place-column", column=self.column))
        return (", " if lang == "en" else "，").join(in_language(part, lang) for part in parts)

    def text(self, lang: str = "en") -> str:
        """The whole finding in `lang`: place, message, advice in brackets."""
        message, advice = in_language(self.message, lang), in_language(self.advice, lang)
        if lang == "zh":
            text = f"{self.where(lang)}：{message}"
            return f"{text}（{advice}）" if advice else text
        text = f"{self.where(lang)}: {message}"
        return f"{text} ({advice})" if advice else text

    def __str__(self) -> str:
        return self.text()


class PlanningError(Exception):
    """Root of every error the product raises on purpose; its message is in both languages."""

    exit_code = 1

    def __init__(self, message: Phrase) -> None:
        self.message = as_phrase(message)  # a guest process may raise a plain text
        super().__init__(message)


class InstanceError(PlanningError):
    """The instance cannot be used; carries all findings, not only the first.

    `run_dir` is the run folder that it was read from; blank where it is no part of a run.
    """

    exit_code = 3
    run_dir: str = ""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        told = (pair(finding.text(), finding.text("zh")) for finding in self.findings)
        super().__init__(joined(*told, between="\n"))


class InstanceFormatError(InstanceError):
    """A file, row or cell cannot be read."""


class UnknownReferenceError(InstanceError):
    """An id is used that nothing defines."""


class InconsistentInstanceError(InstanceError):
    """Every cell reads, but together they make no sense."""
