"""The catalogue: entries by kind and key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from infraplan.models.catalogue import (
    command_messages,
    foreign_messages,
    input_messages,
    progress_messages,
    reading_messages,
    report_messages,
    solving_messages,
    verify_messages,
)
from infraplan.models.catalogue.choices import CHOICES
from infraplan.models.catalogue.foreign_reasons import PARSERS, SYSTEM
from infraplan.models.catalogue.guide_texts import GUIDE, INTRO, PAGE
from infraplan.models.catalogue.help_texts import HELP
from infraplan.models.catalogue.laws import LAWS
from infraplan.models.catalogue.plan_words import PLAN_FIELDS, PLAN_TABLES
from infraplan.models.catalogue.report_texts import TEXTS
from infraplan.models.catalogue.tables import COLUMNS, PURPOSES, TABLES
from infraplan.models.catalogue.usage_texts import USAGE
from infraplan.models.catalogue.validation_words import FAULTS


class Entry(NamedTuple):
    """One word or sentence in both languages.

    Attributes
    ----------
    english
        English text; a template of `str.format` where values are put in.
    chinese
        Chinese text, the one that is shown.
    synonyms
        Further Chinese words that are accepted on reading.
    same
        Whether both languages write it alike on purpose (a unit, a format's name).
    """

    english: str
    chinese: str
    synonyms: tuple[str, ...] = ()
    same: bool = False


def _entry(words: tuple[str, ...]) -> Entry:
    """Return the entry of `words`: English, Chinese, synonyms; one word is the same in both."""
    if len(words) == 1:
        return Entry(words[0], words[0], same=True)
    return Entry(words[0], words[1], words[2:])


_SOURCES: Mapping[str, tuple[Mapping[str, tuple[str, ...]], ...]] = {
    "choice": (CHOICES,),
    "table": (TABLES,),
    "column": (COLUMNS,),
    "purpose": (PURPOSES,),
    "law": (LAWS,),
    "plan-table": (PLAN_TABLES,),
    "plan-field": (PLAN_FIELDS,),
    "report": (TEXTS,),
    "guide": (GUIDE,),
    "page": (PAGE, INTRO),
    "validation": (FAULTS,),
    "system": (SYSTEM,),
    "parser": (PARSERS,),
    "help": (HELP,),
    "usage": (USAGE,),
    "message": (
        input_messages.MESSAGES,
        progress_messages.MESSAGES,
        reading_messages.MESSAGES,
        foreign_messages.MESSAGES,
        solving_messages.MESSAGES,
        verify_messages.MESSAGES,
        report_messages.MESSAGES,
        command_messages.MESSAGES,
    ),
}
"""Modules of data by kind; a further kind or module is one line here."""

_CATALOGUE: Mapping[str, Mapping[str, Entry]] = MappingProxyType(
    {
        kind: MappingProxyType(
            {key: _entry(words) for source in sources for key, words in source.items()}
        )
        for kind, sources in _SOURCES.items()
    }
)


def entries(kind: str) -> Mapping[str, Entry]:
    """Return the entries of `kind` by key.

    Raises
    ------
    KeyError
        There is no such kind.
    """
    return _CATALOGUE[kind]


def kinds() -> tuple[str, ...]:
    """Return the kinds of entries."""
    return tuple(_CATALOGUE)


def entry(kind: str, key: str) -> Entry:
    """Return the entry of `kind` and `key`.

    Raises
    ------
    KeyError
        The catalogue has no such entry: a text was used before it was written.
    """
    found = _CATALOGUE[kind].get(key)
    if found is None:
        raise KeyError(f"the catalogue has no {kind} {key!r}")
    return found
