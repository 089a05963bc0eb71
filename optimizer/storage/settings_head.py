"""What stands at the head of the settings and says how to read the rest: version, decimal mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.errors import Finding
from infraplan.models.instance import FORMAT_VERSION
from infraplan.optimizer.storage.faults import join_path
from infraplan.optimizer.storage.numbers import DecimalMark, number_in
from infraplan.optimizer.storage.tree import TreeReader

VERSION_KEYS = ("format_version", "format")
"""The second is that of version 1; without either a file is of version 1 and read as such."""
DECIMAL_KEY = "decimal"
NEWER_FORMAT = "newer-format"


@dataclass(frozen=True)
class Head:
    """Settings without their head, in the words of the present version.

    Attributes
    ----------
    settings
        The rest of the settings.
    mark
        Decimal mark of the tables, None where it is not said.
    newer
        Why nothing is read, where the version is later than this program knows.
    """

    settings: Any
    mark: DecimalMark | None = None
    newer: Finding | None = None


def take_head(data: Any, reader: TreeReader, path: str) -> Head:
    """Take version and decimal mark off the settings `data`, which stand at `path`.

    Version 1 differs from the present one by nothing but the name of the key: the columns that
    came later have defaults under which an instance means what it meant.
    """
    if not isinstance(data, Mapping):
        return Head(data)
    rest = {key: value for key, value in data.items() if key not in (*VERSION_KEYS, DECIMAL_KEY)}
    key = next((name for name in VERSION_KEYS if name in data), "")
    version = _whole(data[key]) if key else 1
    if version is None or version < 1:
        message = phrase("is-no-format-version", value=data[key])
        advice = phrase("write-this", value=FORMAT_VERSION)
        reader.fault("bad-number", message, advice, join_path(path, key))
    elif version > FORMAT_VERSION:
        message = phrase("the-instance-has-format-version", version=version, latest=FORMAT_VERSION)
        advice = phrase("use-the-version-that-wrote-it")
        origin = reader.origin(join_path(path, key))
        return Head(rest, newer=origin.finding(NEWER_FORMAT, message, advice))
    return Head(rest, _mark(data, reader, path))


def _whole(value: Any) -> int | None:
    number = number_in(str(value))
    return int(number) if number is not None and number.is_integer() else None


def _mark(data: Mapping[Any, Any], reader: TreeReader, path: str) -> DecimalMark | None:
    value = data.get(DECIMAL_KEY)
    if value in (DecimalMark.POINT, DecimalMark.COMMA):
        return DecimalMark(str(value))
    if value is not None:
        message = phrase("is-no-decimal-mark", value=value)
        advice = phrase("write-point-or-comma")
        reader.fault("bad-word", message, advice, join_path(path, DECIMAL_KEY))
    return None
