"""Texts that say the same in two languages: `项目名称 Project`, `在建 / Ongoing`."""

from __future__ import annotations

from infraplan.models.regular_expressions import regex

_EAST = regex(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]+")
_WEST = regex(r"[^\W\d_\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2}")
_BETWEEN = " /|·-–—:：()（）\n"


def tongues(text: str) -> tuple[str, ...]:
    """Return what `text` says in signs of the Far East and what in letters.

    Nothing where it does not begin in one of them and end in the other.
    """
    found = list(_EAST.finditer(text))
    if not found:
        return ()
    first, last = found[0].start(), found[-1].end()
    before, east, behind = text[:first], text[first:last], text[last:]
    west = [part for part in (before, behind) if _WEST.search(part)]
    if len(west) != 1 or _WEST.search(east):
        return ()
    return east.strip(_BETWEEN), west[0].strip(_BETWEEN)
