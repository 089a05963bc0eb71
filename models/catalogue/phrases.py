"""Texts that can be shown in either language after they were made."""

from __future__ import annotations

import errno
import string
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from infraplan.models.catalogue.entries import entries, entry

PLURAL = ":="
"""Mark in an English template of words that hang on a count: `{count} {count:=project|projects}`.
Chinese has no plural."""


class _English(string.Formatter):
    """Chooses the word for one or for several where a template marks both."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec.startswith("="):
            return str(super().format_field(value, format_spec))
        one, _, several = format_spec[1:].partition("|")
        return one if str(value) in {"1", "1.0"} else several


_ENGLISH = _English()
_CHINESE_BETWEEN = {"; ": "；", ", ": "，", ": ": "："}


class Phrase(str):
    """A text that is its English wording and knows its Chinese one.

    Everywhere a text is asked for it is the English text. `zh` is put together when it is asked
    for: a check that holds makes no Chinese. The classes of findings, errors and violations take
    a Phrase and no plain text, so that a type checker names every message that has no Chinese.

    Attributes
    ----------
    key
        Key in the catalogue; blank for a text put together from others or from data.
    """

    __slots__ = ("_chinese", "_values", "key")

    key: str
    _chinese: str | None
    _values: Mapping[str, Any] | None

    def __new__(  # noqa: D102
        cls,
        english: str,
        chinese: str | None = None,
        key: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Phrase:
        made = super().__new__(cls, english)
        made.key = key
        made._chinese = chinese
        made._values = values
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self._chinese, self.key, self._values

    def __str__(self) -> str:
        return str.__str__(self)

    @property
    def zh(self) -> str:
        """The text in Chinese."""
        if self._chinese is not None:
            return self._chinese
        values = {name: _in_chinese(value) for name, value in (self._values or {}).items()}
        return entry("message", self.key).chinese.format(**values)

    @property
    def both(self) -> tuple[str, str]:
        """The text in English and in Chinese, as reports take it."""
        return str(self), self.zh


def _in_chinese(value: Any) -> Any:
    if isinstance(value, Phrase):
        return value.zh
    if isinstance(value, StrEnum):
        return term_of(value).zh
    return value


def phrase(key: str, /, **values: Any) -> Phrase:
    """Return the message `key` of the catalogue with `values` put in.

    A value may be a Phrase or a member of a fixed list; each language then shows its own word.

    Raises
    ------
    KeyError
        The catalogue has no such message, or its template asks for a value that is not given.
    """
    english = entry("message", key).english
    if PLURAL in english:
        return Phrase(_ENGLISH.vformat(english, (), values), None, key, values)
    return Phrase(english.format_map(values), None, key, values)


def term(kind: str, key: str) -> Phrase:
    """Return the word of `kind` and `key`.

    Raises
    ------
    KeyError
        The catalogue has no such entry.
    """
    found = entry(kind, key)
    return Phrase(found.english, found.chinese, key)


def term_or_name(kind: str, name: str) -> Phrase:
    """Return the word of `kind` for a name of a table or column; the name where there is none.

    For names that data may bring. That every name of the product has its word is tested.
    """
    return term(kind, name) if name in entries(kind) else Phrase(name.replace("_", " "), name)


def term_of(member: StrEnum) -> Phrase:
    """Return the word of a member of a fixed list; its value stands in English."""
    found = entries("choice").get(f"{type(member).__name__}.{member.value}")
    return Phrase(member.value, member.value if found is None else found.chinese)


def pair(english: str, chinese: str) -> Phrase:
    """Return a text whose two wordings come from data: a project's names, a rule's title."""
    return Phrase(english, chinese)


def foreign(text: object) -> Phrase:
    """Return a text that others wrote, as the operating system or a library; as it stands."""
    return Phrase(str(text), str(text))


def system_reason(error: OSError) -> Phrase:
    """Return why the operating system refused something, as it says it in English."""
    known = entries("system")
    chinese = known.get(errno.errorcode.get(error.errno or 0, ""), known["other"]).chinese
    return Phrase(error.strerror or type(error).__name__, chinese)


def parser_reason(text: str) -> Phrase:
    """Return what a parser of JSON or YAML says of a fault; in Chinese what it comes to."""
    known = entries("parser")
    begins = (found.chinese for start, found in known.items() if text.startswith(start))
    return Phrase(text, next(begins, known["other"].chinese))


def as_phrase(text: str) -> Phrase:
    """Return `text` itself where it is a phrase (a message that passed a foreign exception)."""
    return text if isinstance(text, Phrase) else foreign(text)


def listed(items: Iterable[Any]) -> Phrase:
    """Return `items` as a list in words, each in its language."""
    parts = list(items)
    return Phrase(
        ", ".join(str(part) for part in parts),
        "、".join(str(_in_chinese(part)) for part in parts),
    )


def joined(*parts: Phrase, between: str = "") -> Phrase:
    """Return `parts` one after the other, each language with its own mark between them."""
    chinese = _CHINESE_BETWEEN.get(between, between)
    return Phrase(between.join(parts), chinese.join(part.zh for part in parts))


def in_language(text: str, lang: str) -> str:
    """Return `text` in `lang` (`en` or `zh`); a plain text stands as it is."""
    return text.zh if lang == "zh" and isinstance(text, Phrase) else str(text)


NOTHING_SAID = Phrase("", "")
"""No text: the advice of a finding that has none."""
