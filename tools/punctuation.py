"""Marks of Chinese names: full-width, as print sets them; the documents mix both."""

from __future__ import annotations

import re
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.instance import Instance

FULL = str.maketrans("(),;:?!", "（），；：？！")
_HALF = re.compile(r"(?:(?<![!-~])|^)[(),;:?!]|[(),;:?!](?:(?![!-~])|$)")
"""A mark beside a Chinese character, a blank or an end; inside numbers and code it stays."""


def full_width(name: str) -> str:
    """Return a Chinese name with full-width marks: `水厂(一期)` becomes `水厂（一期）`."""
    return _HALF.sub(lambda mark: mark[0].translate(FULL), name)


CHINESE_NAMES = ("name_zh", "zh")
"""Fields that hold a Chinese name or title."""


def with_full_width_names(instance: Instance) -> Instance:
    """Return `instance` with the marks of its Chinese names and titles full-width."""
    tables = {name: _named(getattr(instance, name)) for name in Instance.model_fields}
    return Instance(**tables)


def _named(value: Any) -> Any:
    """`value` with the names in it, and in what it holds, full-width."""
    if isinstance(value, tuple):
        return tuple(_named(part) for part in value)
    if not isinstance(value, DomainModel):
        return value
    changes = {}
    for name in type(value).model_fields:
        held = getattr(value, name)
        made = full_width(held) if name in CHINESE_NAMES else _named(held)
        if made != held:
            changes[name] = made
    return value.model_copy(update=changes) if changes else value
