"""Every word that a person reads, in English and Chinese, by kind and key.

Terminal, report, workbook, guide, schema and messages draw from here. The modules of plain data
hold one kind each; `entries` lays them together, `phrases` makes texts of them. Nothing of the
product is imported here, so that every layer may speak.
"""

from infraplan.models.catalogue.entries import Entry, entries, entry
from infraplan.models.catalogue.phrases import (
    NOTHING_SAID,
    Phrase,
    as_phrase,
    foreign,
    in_language,
    joined,
    listed,
    pair,
    parser_reason,
    phrase,
    system_reason,
    term,
    term_of,
    term_or_name,
)

__all__ = [
    "NOTHING_SAID",
    "Entry",
    "Phrase",
    "as_phrase",
    "entries",
    "entry",
    "foreign",
    "in_language",
    "joined",
    "listed",
    "pair",
    "parser_reason",
    "phrase",
    "system_reason",
    "term",
    "term_of",
    "term_or_name",
]
