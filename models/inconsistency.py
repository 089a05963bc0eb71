"""A problem of an instance, located by table, position in the table and field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, entries, pair, phrase
from infraplan.models.errors import Severity


@dataclass(frozen=True)
class Inconsistency:
    """A problem at row `index` (0-based position in the table) of `table`, column `field`.

    For `projects`, `option` tells the option's position inside the project (0 is the base).
    `reads` are all the columns of the row on which it hangs, where the check says so: it holds
    whatever other cells of the row cannot be read.
    """

    rule: str
    table: str
    index: int | None
    field: str | None
    message: Phrase
    advice: Phrase = NOTHING_SAID
    severity: Severity = Severity.ERROR
    option: int = 0
    reads: frozenset[str] = frozenset()


def table_named(name: str) -> Phrase:
    """The table `name` as a sentence says it: in Chinese by the name of its sheet."""
    found = entries("table").get(name)
    return phrase("the-table", table=pair(name, name if found is None else found.chinese))


def ids_by_name(rows: Iterable[Any]) -> dict[str, str]:
    """Ids of `rows` by the names that one row alone bears, as one would say them."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for name in {_plain(getattr(row, "name_zh", "")), _plain(getattr(row, "name_en", ""))}:
            if name:
                found.setdefault(name, set()).add(str(row.id))
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def closest(
    used: str, known: set[str], where: str | Phrase, names: Mapping[str, str] = MappingProxyType({})
) -> Phrase:
    """Advice for id `used` that `where` does not define: the likeliest of `known`.

    `names` are ids by name: who writes a name where an id belongs is told the id.
    """
    if (named := names.get(_plain(used))) is not None:
        return phrase("that-is-the-name-of", id=named)
    alike = [name for name in sorted(known) if _plain(name) == _plain(used)]
    close = alike or get_close_matches(used, sorted(known), n=1, cutoff=0.6)
    return (
        phrase("did-you-mean", close=close[0])
        if close
        else phrase("add-it-to-or-correct-it-here", where=where)
    )


def _plain(name: str) -> str:
    """`name` as one would say it: half-width, in lower case, without blanks around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
