"""Findings of a foreign table, each with its file, sheet, row and heading."""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.models.catalogue import NOTHING_SAID, Phrase
from infraplan.models.errors import Severity
from infraplan.optimizer.storage.faults import Faults


@dataclass(frozen=True)
class TableReport:
    """Tells findings of one file.

    Attributes
    ----------
    faults
        Takes them.
    file
        Its name.
    sheet
        Title of the sheet of which a finding is that names none itself; blank for none.
    """

    faults: Faults
    file: str
    sheet: str = ""

    def __call__(
        self,
        rule: str,
        message: Phrase,
        advice: Phrase = NOTHING_SAID,
        row: int | None = None,
        column: str | None = None,
        severity: Severity = Severity.ERROR,
        sheet: str = "",
    ) -> None:
        """Tell a finding."""
        self.faults.report(
            rule,
            message,
            advice,
            file=self.file,
            sheet=sheet or self.sheet or None,
            row=row,
            column=column,
            severity=severity,
        )
