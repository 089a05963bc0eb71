"""`DomainModel`: frozen, nothing extra allowed, every field described, units in its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field


class DomainModel(BaseModel):
    """Base of every domain class; one table row is one object, one column is one field."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        ser_json_inf_nan="constants",  # so that a writer can refuse what JSON has not
        str_strip_whitespace=True,
        defer_build=True,  # a command builds the validators of what it reads, and no others
    )
    row_key: ClassVar[tuple[str, ...]] = ()
    """Fields that tell the rows of a table apart where a row has no `id`."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with the fields in `update` changed.

        What was computed from the fields and kept (`functools.cached_property`) stays behind: it
        belongs to the fields as they were.
        """
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


def described(
    description: str,
    default: Any = ...,
    *,
    unit: str | None = None,
    refers_to: str | None = None,
    **limits: Any,
) -> Any:
    """Field with a description and, in the JSON Schema, its `unit` and what it `refers_to`.

    Units in use: `money` (price-year money in the instance's money unit), `money/year`,
    `nominal money` (money of the year in which it is paid), `share`, `rate/year`, `year`,
    `years`, `km`, or free text for a physical unit.

    What a field refers to: `projects` for ids of that table, `projects.sector` for words that
    stand in that column, `a|b` for either, `a=b` for a mapping from ids of one table to ids of
    another, `built-in` for names of a list that comes with the product. What it names wrongly is
    refused or doubted; ids of one table by `consistency`, without a line there.
    """
    extra: dict[str, Any] = {} if unit is None else {"unit": unit}
    if refers_to is not None:
        extra["refers_to"] = refers_to
    return Field(default, description=description, json_schema_extra=extra or None, **limits)


def references_of(model: type[DomainModel]) -> dict[str, str]:
    """What the fields of `model` refer to, by name; fields that refer to nothing are left out."""
    found: dict[str, str] = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and "refers_to" in extra:
            found[name] = str(extra["refers_to"])
    return found
