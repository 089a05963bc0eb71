"""A doubt: a warning of a plausibility check, located like a fault of consistency."""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.catalogue import Phrase, entries, pair
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


def field_words(table: str, field: str) -> Phrase:
    """What column `field` of `table`, or the setting at the path `field`, is called."""
    owner, _, name = field.rpartition(".")
    keys = (
        ("setting", f"{owner.title() or 'Settings'}.{name}"),
        ("column", f"{table}.{field}"),
        ("column", field),
    )
    found = (
        entries(kind).get(key) for kind, key in keys if (table == "instance") == (kind == "setting")
    )
    word = next((entry.chinese for entry in found if entry is not None), name)
    return pair(name, word)


def median(amounts: Iterable[float]) -> float:
    """Middle of `amounts`, of which there is one at least; between the two middle ones of many.

    As `statistics.median`, a module that takes as long to load as all checks of an instance.
    """
    ordered = sorted(amounts)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def option_name(project: Project, option: int) -> str:
    """The project, and its option where it has several."""
    if len(project.options) == 1:
        return project.id
    return f"{project.id}/{project.options[option].option}"
