"""Fields of the domain classes as a reader and a writer see them: name, kind of value, unit.

Everything here is read out of the pydantic classes, so that a column cannot differ from its field.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from infraplan.models.base import DomainModel, references_of
from infraplan.models.quantities import Year


class Base(StrEnum):
    """Kinds of values that a cell or a leaf of a tree can hold."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    YEAR = "year"
    BOOLEAN = "boolean"
    WORD = "word"  # one of a fixed list
    NUMBER_OR_TEXT = "number or text"
    LIST = "list"  # of plain values, in one cell
    MAPPING = "mapping"  # name = plain value, in one cell
    OBJECT = "object"  # a nested domain object; never in one cell
    OBJECTS = "objects"  # a list of nested domain objects; never in one cell


@dataclass(frozen=True)
class ValueType:
    """Kind of a value; `item` is the kind of a list's or mapping's entries, `key` of its names."""

    base: Base
    optional: bool = False
    words: type[StrEnum] | None = None
    item: ValueType | None = None
    key: ValueType | None = None
    model: type[DomainModel] | None = None


class Span(StrEnum):
    """Which year of a span (十四五) a field means, where its name does not tell."""

    BY_NAME = "by name"
    LAST = "last"
    OPEN = "open"
    """Its first year, or the one after its last: the writer must say."""
    BY_KIND = "by kind"


_SPANS = {("Target", "year"): Span.LAST, ("StatedDate", "year"): Span.BY_KIND}
"""A target is to be reached by the end of a plan; what a date means tells the `kind` of its row."""


@dataclass(frozen=True)
class FieldInfo:
    """One field of a domain class; `default` is None where the field is required."""

    name: str
    type: ValueType
    unit: str | None
    description: str
    required: bool
    default: Any
    refers_to: str = ""
    """What its words are names of, as `models.base.described` has it; blank: of nothing."""
    span: Span = Span.BY_NAME

    @property
    def is_money(self) -> bool:
        """Whether its unit is money, so that 万 and 亿 mean currency units."""
        return self.unit is not None and "money" in self.unit


def value_type(annotation: Any) -> ValueType:
    """Return the kind of value that `annotation` stands for.

    Raises
    ------
    TypeError
        An annotation of a kind that no domain class uses yet.
    """
    if annotation == Year:
        return ValueType(Base.YEAR)
    origin = get_origin(annotation)
    if origin is Annotated:
        return value_type(get_args(annotation)[0])
    if origin in (types.UnionType, Union):
        return _union_type(annotation)
    if origin is tuple:
        item = value_type(get_args(annotation)[0])
        base = Base.OBJECTS if item.base is Base.OBJECT else Base.LIST
        return ValueType(base, item=item, model=item.model)
    if origin is dict:
        key, item = (value_type(argument) for argument in get_args(annotation))
        return ValueType(Base.MAPPING, key=key, item=item)
    return _plain_type(annotation)


def _union_type(annotation: Any) -> ValueType:
    members = [member for member in get_args(annotation) if member is not type(None)]
    optional = len(members) < len(get_args(annotation))
    if set(members) == {float, str}:
        return ValueType(Base.NUMBER_OR_TEXT, optional=optional)
    inner = value_type(members[0])
    return ValueType(inner.base, optional, inner.words, inner.item, inner.key, inner.model)


def _plain_type(annotation: Any) -> ValueType:
    simple = {str: Base.TEXT, float: Base.NUMBER, int: Base.INTEGER, bool: Base.BOOLEAN}
    if annotation in simple:
        return ValueType(simple[annotation])
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ValueType(Base.WORD, words=annotation)
    if isinstance(annotation, type) and issubclass(annotation, DomainModel):
        return ValueType(Base.OBJECT, model=annotation)
    message = f"no cell can hold a value of type {annotation!r}"
    raise TypeError(message)


@cache
def fields_of(model: type[DomainModel]) -> dict[str, FieldInfo]:
    """Return the fields of `model` by name, in order of declaration."""
    hints = get_type_hints(model, include_extras=True)
    found: dict[str, FieldInfo] = {}
    references = references_of(model)
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        unit = extra.get("unit") if isinstance(extra, dict) else None
        found[name] = FieldInfo(
            name=name,
            type=value_type(hints[name]),
            unit=str(unit) if unit is not None else None,
            description=field.description or "",
            required=field.is_required(),
            default=None if field.is_required() else field.get_default(call_default_factory=True),
            refers_to=references.get(name, ""),
            span=_SPANS.get((model.__name__, name), Span.BY_NAME),
        )
    return found
