"""The JSON form of an instance, and the hash by which identical content is known."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Set
from typing import TYPE_CHECKING, Any

import numpy as np

from infraplan.models.catalogue import listed, parser_reason, phrase
from infraplan.models.instance import TABLES, Instance
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.assembly import Assembly, ReadInstance
from infraplan.optimizer.storage.cells import MAX_TEXT, clean_text
from infraplan.optimizer.storage.faults import CellFault, Faults, OutputError
from infraplan.optimizer.storage.file_limits import MOST_VALUES, too_many_values
from infraplan.optimizer.storage.tree import TreeReader, describe

if TYPE_CHECKING:
    from infraplan.models.base import DomainModel


def instance_to_json(instance: Instance) -> str:
    """Return `instance` as indented JSON: `settings` and one list per table that has rows."""
    empty = {name for name in TABLES if not getattr(instance, name)}
    return indented_json(instance, empty)


def indented_json(item: DomainModel, without: Set[str] = frozenset()) -> str:
    """Return the fields of `item`, those in `without` left out, as indented JSON with a line end.

    Raises
    ------
    ValueError
        A number is not finite.
    """
    try:
        text = item.model_dump_json(indent=1, exclude=set(without))
    except ValueError:  # half of a surrogate pair
        text = "NaN"
    if "NaN" in text or "Infinity" in text:  # maybe in a name alone
        data = item.model_dump(mode="json", exclude=set(without))
        text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    return text + "\n"


def instance_hash(instance: Instance) -> str:
    """Return the SHA-256 of the canonical JSON of `instance`, as 64 hexadecimal digits.

    Canonical: keys sorted, no blanks, UTF-8, numbers by their shortest exact digits, fields at
    their default left out (so that a later version of the format with further fields gives the
    same hash). The order of rows counts.
    """
    data = instance.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def instance_from_json(text: str, file: str = "instance.json") -> Instance:
    """Return the instance that `text` holds.

    Raises
    ------
    InstanceError
        It cannot be read or makes no sense; carries all findings.
    """
    return read_json(text, file).require()


def read_json(text: str, file: str) -> ReadInstance:
    """Return the instance that `text` holds with all findings; columns tell the path."""
    assembly = Assembly()
    data = parse_json(text, file, assembly.faults)
    if data is None:
        return assembly.finish()
    reader = TreeReader(assembly.faults, file)
    if not isinstance(data, dict):
        reader.fault(
            "wrong-type",
            phrase("is-no-instance", data=describe(data)),
            phrase("give-settings-projects"),
            "",
        )
        return assembly.finish()
    for name in data:
        if name not in ("settings", *TABLES):
            advice = phrase("known-settings", tables=listed(TABLES))
            reader.fault("unknown-key", phrase("is-not-known-here", name=name), advice, str(name))
    if "settings" not in data:
        reader.fault("missing-cell", phrase("settings-are-missing"), phrase("add-them"), "settings")
    else:
        assembly.set_settings(data["settings"], reader, "settings")
        reader = TreeReader(assembly.faults, file, context=assembly.context)
    for table in TABLES:
        if data.get(table) is not None:
            assembly.add_tree(table, data[table], reader, table)
    return assembly.finish()


def parse_json(text: str, file: str, faults: Faults) -> Any:
    """Return the data of JSON `text`; None, with a finding, where it is no JSON or says nothing."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in items:
            if name in found:
                message = phrase("stands-twice-in-one-object", name=name)
                faults.report("duplicate-key", message, phrase("keep-one"), file=file, column=name)
            found[name] = value
        return found

    if too_many_values(text):
        message = phrase("the-file-holds-too-many-values", most=MOST_VALUES)
        faults.report("too-large", message, phrase("part-it-or-delete-what-is-no-data"), file=file)
        return None
    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=lambda _: math.nan)
        if data is None:  # a file of `null`: readers take None for what is told already
            message = phrase("stands-where-an-object-is-asked-for", data=describe(data))
            faults.report("wrong-type", message, file=file)
        return data
    except json.JSONDecodeError as error:
        faults.report(
            "bad-json",
            parser_reason(error.msg),
            phrase("correct-the-file-there"),
            file=file,
            row=error.lineno,
            column=phrase("character", column=error.colno),
        )
    except RecursionError:
        faults.report("bad-json", phrase("the-file-is-nested-too-deep"), file=file)
    except ValueError:  # an integer of more digits than Python converts
        faults.report("bad-json", phrase("a-number-has-too-many-digits"), file=file)
    return None


def require_writable(instance: Instance) -> None:
    """Refuse texts that no file form could give back unchanged.

    Raises
    ------
    OutputError
        A text is too long, or holds control characters or carriage returns.
    """
    if _holds_plain_texts(instance):
        return
    for path, text in _texts(instance.model_dump(mode="json"), ""):
        try:
            changed = clean_text(text) != text
        except CellFault as fault:
            message = phrase("text-at", path=path, message=fault.message)
            raise OutputError(message) from fault
        if changed:
            message = phrase("the-text-has-line-ends-other-than-line-feed", path=path)
            raise OutputError(message)


_MAY_BE_REFUSED = regex(rb"\\[rubf]|\xef\xbf[\xbe\xbf]")
"""How JSON writes what a text must not hold: carriage returns, control characters, non-characters.
An escaped backslash before such a letter looks like it."""


def _holds_plain_texts(instance: Instance) -> bool:
    """Whether all texts can certainly be written, told by the bytes of the JSON form alone.

    Walking through every text of a large instance takes longer than writing it.
    """
    try:
        data = instance.model_dump_json().encode()
    except ValueError:  # half of a surrogate pair
        return False
    if _MAY_BE_REFUSED.search(data):
        return False
    signs = np.frombuffer(data.replace(b'\\"', b"''"), dtype=np.uint8)
    between = np.diff(np.flatnonzero(signs == ord('"')), prepend=0)
    return int(between.max(initial=0)) <= MAX_TEXT


def _texts(data: Any, path: str) -> Any:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield f"{path}.{name}", str(name)
            yield from _texts(value, f"{path}.{name}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, f"{path}[{index}]")
