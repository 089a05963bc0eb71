"""What pydantic reports of a value, in a planner's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, as_phrase, entries, pair, phrase
from infraplan.models.quantities import FolderNameError

_LIMITS = {
    "greater_than_equal": ("ge", "it-must-be-at-least"),
    "greater_than": ("gt", "it-must-be-more-than"),
    "less_than_equal": ("le", "it-must-be-at-most"),
    "less_than": ("lt", "it-must-be-less-than"),
}


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
    reason = pair(detail["msg"], _fault_zh(kind))
    told = phrase("value-and-reason", value=shortened(str(value)), reason=reason)
    return "wrong-type", told, NOTHING_SAID


def _fault_zh(kind: str) -> str:
    known = entries("validation")
    return known.get(kind, known["other"]).chinese


def shortened(text: str, quote: str = "'") -> str:
    """Return `text` in quotes, on one line, cut to what a reader takes in."""
    text = " ".join(text.split())
    return f"{quote}{text if len(text) <= 60 else text[:57] + '...'}{quote}"
