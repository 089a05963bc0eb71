"""Nested data (YAML, JSON, key-value sheet) to domain objects; every fault with its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import Phrase, entries, foreign, listed, pair, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.storage.cells import BLANK, CellContext, clean_text, of_kind, parse_value
from infraplan.optimizer.storage.faults import CellFault, Faults, Origin, join_path
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of
from infraplan.optimizer.storage.rows import Built, Row, build

_NUMBER = regex(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Plain(str):
    """A YAML scalar written without quotes, so that it may stand for a number."""

    __slots__ = ()

    @property
    def number(self) -> float | None:
        """The number it stands for, None where it is a text."""
        return float(self) if _NUMBER.fullmatch(self) else None


def no_line(path: str) -> int | None:
    """Return None: the place is told by the path alone."""
    del path
    return None


class TreeReader:
    """Reads objects out of one tree."""

    def __init__(
        self,
        faults: Faults,
        file: str,
        *,
        sheet: str | None = None,
        line_of: Callable[[str], int | None] = no_line,
        context: CellContext | None = None,
        word_of: Callable[[str], Phrase] | None = None,
    ) -> None:
        self._word_of = word_of
        self._faults = faults
        self._file = file
        self._sheet = sheet
        self._line_of = line_of
        self._context = context or CellContext()
        self.unsound: set[str] = set()
        """Paths of objects in which faults were found."""

    def silent(self) -> TreeReader:
        """A reader of the same tree whose faults nobody hears."""
        return TreeReader(
            Faults(),
            self._file,
            sheet=self._sheet,
            line_of=self._line_of,
            context=self._context,
            word_of=self._word_of,
        )

    def origin(self, path: str) -> Origin:
        """Return the place of `path`."""
        return Origin(self._file, self._sheet, None, {}, path, self._line_of, self._word_of)

    def fault(self, rule: str, message: Phrase, advice: Phrase, path: str) -> None:
        """Keep a finding at `path`."""
        self._faults.add(self.origin(path).finding(rule, message, advice))

    def read(self, model: type[DomainModel], data: Any, path: str) -> Built | None:
        """Return the object of class `model` that `data` at `path` describes, None where none."""
        if not isinstance(data, Mapping):
            message = phrase(
                "stands-where-settings-are-asked-for",
                data=describe(data),
                settings=model.__name__.lower(),
            )
            advice = phrase("give-names-and-values", fields=listed(list(fields_of(model))[:5]))
            self.fault("wrong-type", message, advice, path)
            return None
        known = fields_of(model)
        values: dict[str, Any] = {}
        faulty: set[str] = set()
        for name, raw in data.items():
            info = known.get(str(name))
            where = join_path(path, str(name))
            if info is None:
                self._unknown(str(name), model, where)
                faulty.add(str(name))
                continue
            value, sound = self._value(of_kind(info, data.get("kind")), raw, where)
            if not sound:
                faulty.add(info.name)
            if value is not BLANK:
                values[info.name] = value
        built = build(model, Row(values, self.origin(path), frozenset(faulty)), self._faults)
        if built is None or faulty or not built.sound:
            self.unsound.add(path)
        return built if built is None or not faulty else replace(built, sound=False)

    def _unknown(self, name: str, model: type[DomainModel], path: str) -> None:
        """Tell that `model` has no field `name`, and which it has."""
        words = entries("setting") if self._word_of is not None else {}
        known: dict[str, Phrase] = {}
        for field in fields_of(model):
            found = words.get(f"{model.__name__}.{field}")
            known[field] = pair(field, field if found is None else found.chinese)
        names = {said: field for field, word in known.items() for said in (field, word.zh)}
        close = get_close_matches(name, list(names), n=1, cutoff=0.5)
        hint = phrase("did-you-mean-4", close=known[names[close[0]]]) if close else ""
        advice = phrase("known-here", hint=hint, known=listed(known.values()))
        self.fault("unknown-key", phrase("is-not-known-here", name=name), advice, path)

    def _value(self, info: FieldInfo, raw: Any, path: str) -> tuple[Any, bool]:
        """Return the value of `raw` and whether it is sound."""
        if raw is None:
            return (None if info.required and info.type.optional else BLANK), True
        if info.type.base is Base.OBJECT and info.type.model:
            built = self.read(info.type.model, raw, path)
            return (built.object, built.sound) if built else (BLANK, False)
        if info.type.base is Base.OBJECTS and info.type.model:
            return self._objects(info.type.model, raw, path)
        try:
            return self._leaf(info.type, info, raw), True
        except CellFault as fault:
            self.fault(fault.rule, fault.message, fault.advice, path)
            return BLANK, False

    def _objects(self, model: type[DomainModel], raw: Any, path: str) -> tuple[Any, bool]:
        if not isinstance(raw, list | tuple):
            message = phrase("stands-where-a-list-is-asked-for", raw=describe(raw))
            self.fault("wrong-type", message, phrase("write-one-entry-per-line-each-after"), path)
            return BLANK, False
        built = [self.read(model, item, f"{path}[{i}]") for i, item in enumerate(raw)]
        objects = tuple(item.object for item in built if item is not None)
        return objects, all(item is not None and item.sound for item in built)

    def _leaf(self, kind: ValueType, info: FieldInfo, raw: Any) -> Any:
        if isinstance(raw, str):
            return self._text_leaf(kind, info, raw)
        if kind.base is Base.LIST and kind.item and isinstance(raw, list | tuple):
            return tuple(self._item(kind.item, info, item) for item in raw)
        if kind.base is Base.MAPPING and kind.item and kind.key and isinstance(raw, Mapping):
            key = kind.key
            return {
                self._item(key, info, name): self._item(kind.item, info, item)
                for name, item in raw.items()
            }
        if isinstance(raw, Mapping | list | tuple):
            advice = phrase("give-a", base=kind.base)
            raise CellFault(
                "wrong-type",
                phrase("stands-where-a-is-asked-for", raw=describe(raw), base=kind.base),
                advice,
            )
        if isinstance(raw, int) and not isinstance(raw, bool) and kind.base is Base.NUMBER:
            raw = _as_float(raw)
        return parse_value(kind, raw, info, self._context)

    def _item(self, kind: ValueType, info: FieldInfo, raw: Any) -> Any:
        if raw is None:
            raise CellFault(
                "wrong-type",
                phrase("an-entry-is-blank"),
                phrase("give-a-value-or-delete-the-entry"),
            )
        return self._leaf(kind, info, raw) if raw != "" else raw

    def _text_leaf(self, kind: ValueType, info: FieldInfo, raw: str) -> Any:
        if kind.base is Base.NUMBER_OR_TEXT and isinstance(raw, Plain) and raw.number is not None:
            return raw.number
        text = str(clean_text(raw))
        if kind.base is Base.NUMBER_OR_TEXT or (kind.base is Base.TEXT and not kind.optional):
            return text
        text = text.strip()
        return parse_value(kind, text, info, self._context) if text else BLANK


def _as_float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        raise CellFault(
            "not-finite", phrase("the-number-is-too-large"), phrase("give-a-finite-number")
        ) from None


def describe(data: Any) -> Phrase:
    """Return what `data` is, in words."""
    if isinstance(data, Mapping):
        return phrase("a-group-of-names-and-values")
    if isinstance(data, list | tuple):
        return phrase("a-list")
    if data is None:
        return phrase("nothing")
    text = str(data)
    return foreign(repr(text if len(text) <= 60 else f"{text[:57]}..."))
