"""Settings and scenarios as plain tables: the form they take in a workbook.

Settings are rows of key and value; a key is a dotted path in which list entries are numbered from
1, e.g. `horizon.phases.1.first_year`. Scenarios are rows of one change each.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import Phrase, entries, entry, pair, phrase
from infraplan.models.instance import Settings
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of
from infraplan.optimizer.storage.rows import Built, Row, build
from infraplan.optimizer.storage.table_columns import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraplan.models.base import DomainModel
    from infraplan.optimizer.storage.faults import Faults

SETTINGS_TABLE = Table(
    "instance",
    {
        "key": FieldInfo("key", ValueType(Base.TEXT), None, "setting", True, None),
        "value": FieldInfo(
            "value", ValueType(Base.NUMBER_OR_TEXT, optional=True), None, "its value", False, None
        ),
    },
)

_SCENARIO = fields_of(Scenario)
_CHANGE = fields_of(Change)
_TITLE = FieldInfo("title_en", ValueType(Base.TEXT), None, "name in English", False, "")
SCENARIOS_TABLE = Table(
    "scenarios",
    {
        "id": replace(_SCENARIO["id"], required=False, description="scenario; blank: as above"),
        "title_en": _TITLE,
        "title_zh": replace(_TITLE, name="title_zh", description="name in Chinese"),
        "probability": _SCENARIO["probability"],
        **{name: replace(field, required=False) for name, field in _CHANGE.items()},
    },
)


def flat_settings(item: DomainModel, prefix: str = "") -> Iterator[tuple[str, str, FieldInfo, Any]]:
    """Yield key, class, field and value of every leaf of `item`, blank leaves included."""
    for name, field in fields_of(type(item)).items():
        value = getattr(item, name)
        if field.type.base is Base.OBJECT:
            yield from flat_settings(value, f"{prefix}{name}.")
        elif field.type.base is Base.OBJECTS:
            for number, part in enumerate(value, start=1):
                yield from flat_settings(part, f"{prefix}{name}.{number}.")
        else:
            yield f"{prefix}{name}", type(item).__name__, field, value


def key_in_chinese(key: str) -> str:
    """Return the name of the setting `key` in Chinese: 规划期.阶段.1.首年.

    Lists keep their numbers; a field that no class has is left as it is.
    """
    parts: list[str] = []
    model: type[DomainModel] | None = Settings
    for part in key.split("."):
        field = fields_of(model).get(part) if model is not None else None
        if model is None or field is None:
            parts.append(part)
            continue
        parts.append(entry("setting", f"{model.__name__}.{part}").chinese)
        model = field.type.model
    return ".".join(parts)


def setting_of(path: str) -> Phrase:
    """Return what a workbook calls the setting at `path`, e.g. `finance.rules[0].id`."""
    key = re.sub(r"\[([0-9]+)\]", lambda found: f".{int(found[1]) + 1}", path)
    return pair(path, key_in_chinese(key))


def key_of(name: str) -> str:
    """Return the key of a setting from its key or its Chinese name, part by part."""
    parts: list[str] = []
    model: type[DomainModel] | None = Settings
    for part in name.strip().strip(".").replace("。", ".").split("."):
        said = part.strip()
        fields = fields_of(model) if model is not None else {}
        found = said if said in fields else _field_named(model, said)
        parts.append(found)
        if found in fields:
            model = fields[found].type.model
    return ".".join(parts)


def _field_named(model: type[DomainModel] | None, chinese: str) -> str:
    """Return the field of `model` whose Chinese name is given, else the name itself."""
    for key, words in entries("setting").items():
        owner, _, field = key.partition(".")
        mine = model is not None and owner == model.__name__
        if mine and chinese in (words.chinese, *words.synonyms):
            return field
    return chinese


def nested_settings(rows: Sequence[Row], faults: Faults) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the tree that rows of key and value describe, and the row of each path."""
    tree: dict[Any, Any] = {}
    places: dict[str, int] = {}
    for row in rows:
        key = key_of(str(row.values.get("key", "")))
        if not key:
            continue
        path = _path(key)
        if path in places:
            message = phrase("stands-twice-first-in-row", key=key, first=places[path])
            faults.add(
                row.origin.finding("duplicate-key", message, phrase("keep-one"), column="key")
            )
            continue
        places[path] = row.origin.row or 0
        if "value" in row.values:
            _put(tree, key.split("."), row.values["value"])
    number_lists = _with_lists(tree)
    return (number_lists if isinstance(number_lists, dict) else {}), places


def _path(key: str) -> str:
    parts = key.split(".")
    path = parts[0]
    for part in parts[1:]:
        path += f"[{int(part) - 1}]" if _is_number(part) else f".{part}"
    return path


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) < 6


def _put(tree: dict[Any, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        below = tree.setdefault(int(part) if _is_number(part) else part, {})
        if not isinstance(below, dict):
            return  # a value stands above; reading it as a group reports the fault
        tree = below
    tree[int(parts[-1]) if _is_number(parts[-1]) else parts[-1]] = value


def _with_lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if tree and all(isinstance(key, int) for key in tree):
        return [_with_lists(tree[key]) for key in sorted(tree)]
    return {str(key): _with_lists(value) for key, value in tree.items()}


# --------------------------------------------------------------------------------------- scenarios


def scenario_rows(scenarios: Sequence[Scenario]) -> list[list[Any]]:
    """Return one row per change of each scenario, or one row for a scenario without changes."""
    rows = []
    for scenario in scenarios:
        head = [scenario.id, scenario.title.en, scenario.title.zh, scenario.probability]
        for change in scenario.changes:
            rows.append([*head, *(getattr(change, name) for name in _CHANGE)])
        if not scenario.changes:
            rows.append([*head, *(field.default for field in _CHANGE.values())])
    return rows


def build_scenarios(rows: Sequence[Row], faults: Faults) -> list[Built | None]:
    """Return the scenarios that rows of changes describe.

    Rows that follow one another and name the same scenario, or none, belong together.
    """
    groups: list[tuple[Row, list[Row]]] = []
    for row in rows:
        name = row.values.get("id")
        if not groups or (name is not None and name != groups[-1][0].values.get("id")):
            groups.append((row, []))
        if any(column in row.values for column in ("table", "field", "value")):
            groups[-1][1].append(row)
    return [_scenario(head, changes, faults) for head, changes in groups]


def _scenario(head: Row, changes: Sequence[Row], faults: Faults) -> Built | None:
    built = [build(Change, _change_row(row), faults) for row in changes]
    values: dict[str, Any] = {
        name: head.values[name] for name in ("id", "probability") if name in head.values
    }
    titles = {lang: head.values.get(f"title_{lang}", "") for lang in ("en", "zh")}
    values["title"] = titles
    values["changes"] = tuple(item.object for item in built if item is not None)
    made = build(Scenario, Row(values, head.origin, head.faulty), faults)
    sound = all(item is not None and item.sound for item in built)
    return None if made is None else Built(made.object, made.origin, made.sound and sound)


def _change_row(row: Row) -> Row:
    values = {name: row.values[name] for name in _CHANGE if name in row.values}
    values.setdefault("value", None)
    return Row(values, row.origin, row.faulty)
