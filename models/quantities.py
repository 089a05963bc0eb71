"""Ids and unit-tagged numbers as types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from infraplan.models.catalogue import NOTHING_SAID, entries, phrase
from infraplan.models.regular_expressions import regex


class FolderNameError(ValueError):
    """An id that must name a folder could not, or would lead out of its place."""


_PATH_PART = regex(r"[/\\]")
"""What parts of a path stand between."""


_UNSEEN = regex("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Signs without width, and those that turn the direction of writing: two ids would look alike."""


def _lead_nowhere(name: str) -> str:
    """Refuse an id that as a path leads out of its folder or to itself, or has unseen signs."""
    if not name.isascii() and (found := _UNSEEN.search(name)):
        raise FolderNameError(phrase("id-holds-an-unseen-sign", name=name, sign=ord(found[0])))
    if "." in name and any(part in {".", ".."} for part in _PATH_PART.split(name)):
        raise FolderNameError(phrase("id-leads-elsewhere", name=name))
    return name


Identifier = Annotated[
    str,
    Field(min_length=1, max_length=80, pattern=r"^[^\s=;,@+\-'\"][^\s=;,'\"]*$"),
    AfterValidator(_lead_nowhere),
]
MAX_FOLDER_BYTES = 180
"""Longest name of a folder in UTF-8; file systems take 255 with what is added to it."""
_NO_FOLDER = regex(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')
_RESERVED = regex(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices, whatever their ending."""


def _name_a_folder(name: str) -> str:
    """Refuse an id that no folder could be called by, or that would lead elsewhere."""
    why = NOTHING_SAID
    if found := _NO_FOLDER.search(name):
        why = phrase("it-holds-the-sign", sign=found[0])
    elif name.startswith(".") or name.endswith("."):
        why = phrase("it-begins-or-ends-with-a-dot")
    elif _RESERVED.fullmatch(name):
        why = phrase("windows-keeps-this-name-for-a-device")
    elif len(name.encode("utf-8", "replace")) > MAX_FOLDER_BYTES:
        why = phrase("it-is-longer-than-bytes", most=MAX_FOLDER_BYTES)
    if why:
        message = phrase("cannot-name-the-folder-of-a-run", name=name, why=why)
        raise FolderNameError(message)
    return name


FolderIdentifier = Annotated[Identifier, AfterValidator(_name_a_folder)]
"""Id of an instance: it names files and folders, and must not choose where they lie."""


def _sector_word(text: str) -> str:
    """Return `text` as the vocabulary is searched: half-width, lower case, blanks as `_`."""
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", text).strip()).casefold()


@cache
def _sectors_by_word() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in entries("sector").items():
        for word in (words.english, words.chinese, *words.synonyms):
            found[_sector_word(word)] = name
    return found | {_sector_word(name): name for name in entries("sector")}


@lru_cache(maxsize=10_000)
def sector_named(text: str) -> str:
    """Return the sector or subsector that `text` names, by its id; a word unknown as it stands.

    `交通`, `Transport` and `交通运输` are `transport`: rules and projects may use different words.
    """
    return _sectors_by_word().get(_sector_word(text), text)


def is_sector_known(text: str) -> bool:
    """Whether `text` is a word of the vocabulary of sectors and subsectors."""
    return _sector_word(text) in _sectors_by_word()


_AS_WRITTEN = ContextVar("sectors as written", default=False)


@contextmanager
def sectors_as_written() -> Iterator[None]:
    """Read no sector by the vocabulary inside: what a run was solved with stands as it was."""
    token = _AS_WRITTEN.set(True)
    try:
        yield
    finally:
        _AS_WRITTEN.reset(token)


def are_sectors_as_written() -> bool:
    """Whether sectors are read as they are written, not by the vocabulary."""
    return _AS_WRITTEN.get()


def _read_sector(value: Any) -> Any:
    is_read = isinstance(value, str) and not are_sectors_as_written()
    return sector_named(value) if is_read else value


SectorName = Annotated[str, BeforeValidator(_read_sector)]
"""A sector or subsector; any word of the vocabulary is read as its id, others stand as written."""
SectorIdentifier = Annotated[Identifier, BeforeValidator(_read_sector)]
Year = Annotated[int, Field(ge=1900, le=2300)]
Years = Annotated[int, Field(ge=0, le=300)]
PositiveYears = Annotated[int, Field(ge=1, le=300)]
Money = Annotated[float, Field(ge=0.0, le=1e15)]
SignedMoney = Annotated[float, Field(ge=-1e15, le=1e15)]
InterestRate = Annotated[float, Field(ge=0.0, le=10.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Rate = Annotated[float, Field(gt=-1.0, le=10.0)]
Amount = Annotated[float, Field(ge=-1e15, le=1e15)]
NonNegative = Annotated[float, Field(ge=0.0, le=1e15)]


class Quality(StrEnum):
    """How a number is known."""

    STATED = "stated"  # printed in a source document
    ESTIMATE = "estimate"  # computed from a sourced unit cost or relation, has low / mid / high
    ASSUMPTION = "assumption"  # chosen by the author of the instance


class Confidence(StrEnum):
    """How a relation is known; an inferred one is never enforced."""

    EXPLICIT = "explicit"  # the source joins the two in words
    IMPLIED = "implied"  # names or wording point to it
    INFERRED = "inferred"  # somebody's judgement
