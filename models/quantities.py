"""Ids and unit-tagged numbers as types."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from infraplan.models.catalogue import NOTHING_SAID, phrase


class FolderNameError(ValueError):
    """An id that must name a folder could not, or would lead out of its place."""


Identifier = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[^\s=;,@+\-'\"][^\s=;,'\"]*$")
]
MAX_FOLDER_BYTES = 180
"""Longest name of a folder in UTF-8; file systems take 255 with what is added to it."""
_NO_FOLDER = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
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
