"""A doubt: a warning of a plausibility check, located like a fault of consistency."""

from __future__ import annotations

from infraplan.models.catalogue import Phrase
from infraplan.models.errors import Severity
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.project import Project


def doubt(
    rule: str,
    table: str,
    index: int | None,
    field: str,
    message: Phrase,
    advice: Phrase,
    option: int = 0,
) -> Inconsistency:
    """A warning at row `index` of `table`, column `field` (None: the table as a whole).

    For projects `option` is the option's position inside the project.
    """
    return Inconsistency(rule, table, index, field, message, advice, Severity.WARNING, option)


def option_name(project: Project, option: int) -> str:
    """The project, and its option where it has several."""
    if len(project.options) == 1:
        return project.id
    return f"{project.id}/{project.options[option].option}"
