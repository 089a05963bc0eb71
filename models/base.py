"""`DomainModel`: frozen, nothing extra allowed, every field described, units in its metadata."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class DomainModel(BaseModel):
    """Base of every domain class; one table row is one object, one column is one field."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


def described(
    description: str, default: Any = ..., *, unit: str | None = None, **limits: Any
) -> Any:
    """Field with a description and, in the JSON Schema, its `unit`.

    Units in use: `money` (price-year money in the instance's money unit), `money/year`,
    `nominal money` (money of the year in which it is paid), `share`, `rate/year`, `year`,
    `years`, `km`, or free text for a physical unit.
    """
    extra: dict[str, Any] = {} if unit is None else {"unit": unit}
    return Field(default, description=description, json_schema_extra=extra or None, **limits)
