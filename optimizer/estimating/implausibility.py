"""A doubt: a warning of a plausibility check, located like a fault of consistency."""

from __future__ import annotations

from infraplan.models.catalogue import Phrase
from infraplan.models.errors import Severity
from infraplan.models.inconsistency import Inconsistency


def doubt(
    rule: str, table: str, index: int | None, field: str, message: Phrase, advice: Phrase
) -> Inconsistency:
    """A warning at row `index` of `table`, column `field` (None: the table as a whole)."""
    return Inconsistency(rule, table, index, field, message, advice, Severity.WARNING)
