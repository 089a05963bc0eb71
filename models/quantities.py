"""Ids and unit-tagged numbers as types."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

Identifier = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[^\s=;,@+\-'\"][^\s=;,'\"]*$")
]
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
