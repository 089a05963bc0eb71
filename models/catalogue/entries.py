"""The catalogue: entries by kind and key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple


class Entry(NamedTuple):
    """One word or sentence in both languages.

    Attributes
    ----------
    english
        English text; a template of `str.format` where values are put in, with words that hang on a
        count marked as `phrases.PLURAL` says.
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


SOURCES: Mapping[str, tuple[str, ...]] = {
    "choice": ("choices:CHOICES",),
    "table": ("table_words:TABLES",),
    "column": ("table_words:COLUMNS",),
    "setting": ("setting_words:SETTINGS",),
    "purpose": ("table_words:PURPOSES",),
    "law": ("laws:LAWS",),
    "plan-table": ("plan_words:PLAN_TABLES",),
    "plan-field": ("plan_words:PLAN_FIELDS",),
    "sector": ("sector_words:SECTORS", "sector_words:SUBSECTORS"),
    "report": (
        "report_texts:TEXTS",
        "comparison_texts:TEXTS",
        "sweep_texts:TEXTS",
        "study_texts:TEXTS",
        "rank_texts:TEXTS",
        "option_texts:TEXTS",
        "fairness_texts:TEXTS",
        "page_texts:TEXTS",
        "pressure_texts:TEXTS",
        "paper_texts:TEXTS",
    ),
    "guide": ("guide_texts:GUIDE",),
    "page": ("guide_texts:PAGE", "guide_texts:INTRO"),
    "validation": ("validation_words:FAULTS",),
    "system": ("foreign_reasons:SYSTEM",),
    "epanet": ("foreign_reasons:EPANET",),
    "parser": ("foreign_reasons:PARSERS",),
    "published-source": ("source_words:SOURCES",),
    "fiscal-item": ("source_words:FISCAL_ITEMS",),
    "workbench": ("workbench_texts:TEXTS", "workbench_study_texts:TEXTS"),
    "help": ("help_texts:HELP",),
    "usage": ("usage_texts:USAGE",),
    "message": (
        "command_messages:MESSAGES",
        "input_messages:MESSAGES",
        "network_messages:MESSAGES",
        "plausibility_messages:MESSAGES",
        "progress_messages:MESSAGES",
        "benefit_messages:MESSAGES",
        "life_messages:MESSAGES",
        "date_messages:MESSAGES",
        "reading_messages:MESSAGES",
        "row_messages:MESSAGES",
        "foreign_messages:MESSAGES",
        "mine_messages:MESSAGES",
        "job_messages:MESSAGES",
        "map_messages:MESSAGES",
        "table_messages:MESSAGES",
        "solving_messages:MESSAGES",
        "verify_messages:MESSAGES",
        "trust_messages:MESSAGES",
        "report_messages:MESSAGES",
        "page_messages:MESSAGES",
        "money_messages:MESSAGES",
        "sweep_messages:MESSAGES",
        "rank_messages:MESSAGES",
        "option_messages:MESSAGES",
        "fairness_messages:MESSAGES",
        "paper_messages:MESSAGES",
        "certificate_messages:MESSAGES",
        "python_messages:MESSAGES",
        "workbench_messages:MESSAGES",
        "merge_messages:MESSAGES",
        "geopackage_messages:MESSAGES",
    ),
}
"""Modules of data, and the name in each, by kind; a further one is one word here.

By name, and those first that every command says: it loads the words it says and few others.
"""


@cache
def _words(source: str) -> Mapping[str, tuple[str, ...]]:
    module, _, name = source.partition(":")
    found: Mapping[str, tuple[str, ...]] = getattr(import_module(f"{__package__}.{module}"), name)
    return found


@cache
def entries(kind: str) -> Mapping[str, Entry]:
    """Return the entries of `kind` by key.

    Raises
    ------
    KeyError
        There is no such kind.
    """
    sources = [_words(source) for source in SOURCES[kind]]
    return MappingProxyType(
        {key: _entry(words) for source in sources for key, words in source.items()}
    )


def kinds() -> tuple[str, ...]:
    """Return the kinds of entries."""
    return tuple(SOURCES)


@cache
def entry(kind: str, key: str) -> Entry:
    """Return the entry of `kind` and `key`.

    Raises
    ------
    KeyError
        The catalogue has no such entry: a text was used before it was written.
    """
    for source in SOURCES[kind]:
        if key in _words(source):
            return _entry(_words(source)[key])
    raise KeyError(f"the catalogue has no {kind} {key!r}")
