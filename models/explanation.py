"""What pydantic reports of a value, in a planner's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import (
    NOTHING_SAID,
    Phrase,
    as_phrase,
    entries,
    listed,
    pair,
    phrase,
)
from infraplan.models.quantities import FolderNameError

_LIMITS = {
    "greater_than_equal": ("ge", "it-must-be-at-least"),
    "greater_than": ("gt", "it-must-be-more-than"),
    "less_than_equal": ("le", "it-must-be-at-most"),
    "less_than": ("lt", "it-must-be-less-than"),
}
_NAMES_WITH_VALUES = frozenset({"dict_type", "model_type", "model_attributes_type"})


def explain(detail: Mapping[str, Any]) -> tuple[str, Phrase, Phrase]:
    """Return rule, message and advice for one fault that pydantic reports."""
    kind, context, value = detail["type"], detail.get("ctx", {}), detail.get("input")
    if kind in _LIMITS:
        key, advice = _LIMITS[kind]
        bound = context[key]
        shown = f"{bound:g}" if isinstance(bound, float) else str(bound)
        return (
            "out-of-range",
            phrase("is-out-of-range", value=value),
            phrase(advice, bound=shown),
        )
    if kind in {"string_pattern_mismatch", "string_too_long", "string_too_short"}:
        return (
            "bad-id",
            phrase("is-not-a-proper-id", value=shortened(str(value))),
            phrase("form-of-an-id"),
        )
    if isinstance(context.get("error"), FolderNameError):
        return "bad-id", as_phrase(context["error"].args[0]), phrase("form-of-a-folder-name")
    if kind == "missing":
        return (
            "missing-cell",
            phrase("is-missing", field=detail["loc"][-1]),
            phrase("it-is-required"),
        )
    if kind == "too_short":
        return "missing-cell", phrase("the-list-is-empty"), phrase("name-at-least-one")
    if kind == "value_error":
        told = context["error"].args[0]
        return (
            "figures-disagree",
            as_phrase(told),
            NOTHING_SAID,
        )
    told = phrase("value-and-reason", value=shortened(str(value)), reason=_fault(kind))
    return "wrong-type", told, _what_fits(kind, context)


def _fault(kind: str) -> Phrase:
    """A fault of type in both languages: what pydantic says of it is for those who program."""
    known = entries("validation")
    found = known.get(kind, known["other"])
    return pair(found.english, found.chinese)


def _what_fits(kind: str, context: Mapping[str, Any]) -> Phrase:
    """What would be right, where the kind of fault tells it."""
    if kind in _NAMES_WITH_VALUES:
        return phrase("write-names-with-values")
    words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    return phrase("one-of", shown=listed(words)) if words else NOTHING_SAID


def shortened(text: str, quote: str = "'") -> str:
    """Return `text` in quotes, on one line, cut to what a reader takes in."""
    text = " ".join(text.split())
    return f"{quote}{text if len(text) <= 60 else text[:57] + '...'}{quote}"
