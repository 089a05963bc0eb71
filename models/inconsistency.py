"""A problem of an instance, located by table, position in the table and field."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.errors import Severity


@dataclass(frozen=True)
class Inconsistency:
    """A problem at row `index` (0-based position in the table) of `table`, column `field`.

    For `projects`, `option` tells the option's position inside the project (0 is the base).
    """

    rule: str
    table: str
    index: int | None
    field: str | None
    message: Phrase
    advice: Phrase = NOTHING_SAID
    severity: Severity = Severity.ERROR
    option: int = 0


def closest(used: str, known: set[str], where: str) -> Phrase:
    """Advice for id `used` that `where` does not define: the likeliest of `known`."""
    alike = [name for name in sorted(known) if _plain(name) == _plain(used)]
    close = alike or get_close_matches(used, sorted(known), n=1, cutoff=0.6)
    return (
        phrase("did-you-mean", close=close[0])
        if close
        else phrase("add-it-to-or-correct-it-here", where=where)
    )


def _plain(name: str) -> str:
    """`name` as one would say it: half-width, in lower case."""
    return unicodedata.normalize("NFKC", name).casefold()
