"""The instance format as data and as a page: every table, column, type, unit and default."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from infraplan.models.catalogue import in_language, term, term_of
from infraplan.models.instance import FORMAT_VERSION, Instance, Settings
from infraplan.optimizer.storage.accepted_words import ALIASES, ENUM_WORDS, SHEETS, titles
from infraplan.optimizer.storage.cells import format_value
from infraplan.optimizer.storage.descriptions_zh import column_zh, setting_zh
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of
from infraplan.optimizer.storage.flat_settings import SCENARIOS_TABLE
from infraplan.optimizer.storage.guide import guide_rows, purpose
from infraplan.optimizer.storage.table_columns import (
    CSV_TABLES,
    PROJECTS,
    SCENARIOS,
    Table,
    table_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infraplan.models.base import DomainModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_JSON_TYPES = {
    Base.TEXT: "string",
    Base.NUMBER: "number",
    Base.INTEGER: "integer",
    Base.YEAR: "integer",
    Base.BOOLEAN: "boolean",
    Base.WORD: "string",
    Base.LIST: "array",
    Base.MAPPING: "object",
}


class _Marks(NamedTuple):
    """Punctuation of a language, with the blanks that belong to it."""

    comma: str
    semicolon: str
    colon: str
    opening: str
    closing: str


_MARKS = {"en": _Marks(", ", "; ", ": ", " (", ")"), "zh": _Marks("、", "；", "：", "（", "）")}


def schema() -> dict[str, Any]:
    """Return the format of an instance.

    `instance` is the JSON Schema of the .json form, `settings` that of `instance.yaml`. `tables`
    has one JSON Schema per table, of an object that stands for one row: a property per column
    with type, unit, description in both languages, allowed words, default, and the table whose
    ids it holds.
    """
    tables = {name: _table_schema(table_of(name)) for name in CSV_TABLES}
    tables[SCENARIOS] = _table_schema(SCENARIOS_TABLE)
    return {
        "$schema": _DIALECT,
        "title": "Infraplan instance",
        "format_version": FORMAT_VERSION,
        "settings": {"$schema": _DIALECT, **Settings.model_json_schema()},
        "tables": tables,
        "instance": {"$schema": _DIALECT, **Instance.model_json_schema()},
    }


def _table_schema(table: Table) -> dict[str, Any]:
    name = table.name
    required = [table.heading(column) for column in table.required]
    return {
        "$schema": _DIALECT,
        "title": name,
        "title_zh": SHEETS[name][0],
        "description": purpose(name, "en"),
        "description_zh": purpose(name, "zh"),
        "file": "scenarios.yaml" if name == SCENARIOS else f"{name}.csv",
        "sheet": name,
        "required_table": name == PROJECTS,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            table.heading(column): _column_schema(table, column, field)
            for column, field in table.columns.items()
        },
        "required": required,
    }


def _column_schema(table: Table, column: str, field: FieldInfo) -> dict[str, Any]:
    aliases = [alias for alias, name in ALIASES.get(table.name, {}).items() if name == column]
    if table.heading(column) != column:
        aliases = [column, *(alias for alias in aliases if alias != table.heading(column))]
    found: dict[str, Any] = {
        **_type_schema(field.type),
        "description": field.description,
        "description_zh": column_zh(table.name, column),
        "title_zh": next(iter(titles(table.name, column)), ""),
    }
    if field.unit:
        found["unit"] = field.unit
    if not field.required and field.default not in (None, "", (), {}):
        default = field.default
        found["default"] = default.value if isinstance(default, StrEnum) else default
    if target := table.reference(column):
        found["references"] = target
    headings = [*aliases, *titles(table.name, column)]
    return found | ({"other_headings": headings} if headings else {})


def _type_schema(kind: ValueType) -> dict[str, Any]:
    if kind.base is Base.NUMBER_OR_TEXT:
        found: dict[str, Any] = {"type": ["number", "string", "null"]}
    else:
        name = _JSON_TYPES[kind.base]
        found = {"type": [name, "null"] if kind.optional else name}
    if kind.words:
        found["enum"] = [member.value for member in kind.words] + ([None] if kind.optional else [])
    if kind.base is Base.LIST and kind.item:
        found["items"] = _type_schema(kind.item)
    if kind.base is Base.MAPPING and kind.item:
        found["additionalProperties"] = _type_schema(kind.item)
    return found


# -------------------------------------------------------------------------------------------- page


def _said(key: str, lang: str) -> str:
    return in_language(term("page", key), lang)


def schema_markdown(lang: str = "en") -> str:
    """Return the format of an instance as a Markdown page in `lang` (`en` or `zh`)."""
    lines = [_said("intro", lang)]
    number_of_tables = len(CSV_TABLES) + 1
    general = guide_rows(lang)[1:-number_of_tables]
    marks = _MARKS[lang]
    lines += [f"- **{heading}**{marks.colon}{text}" for heading, text in general]
    heads = [_said(f"head-{number}", lang) for number in (1, 3, 4, 5, 6)]
    lines += ["", f"## {_said('settings', lang)}", "", _said("settings-intro", lang), ""]
    lines += [_row(heads), _row(["---"] * 5)]
    lines += [_row(cells) for cells in _settings_rows(Settings, "", lang)]
    lines += ["", f"## {_said('tables', lang)}"]
    for name in CSV_TABLES:
        lines += _table_lines(table_of(name), f"{name}.csv", lang)
    lines += _table_lines(SCENARIOS_TABLE, "scenarios.yaml", lang)
    lines += ["", f"## {_said('fixed-words', lang)}", ""]
    for words, known in sorted(ENUM_WORDS.items(), key=lambda item: item[0].__name__):
        parts = [
            f"`{value}`{marks.opening}{'、'.join(known.get(value, ()))}{marks.closing}"
            for value in _values(words)
        ]
        lines.append(f"- {words.__name__}{marks.colon}{marks.semicolon.join(parts)}")
    return "\n".join(lines) + "\n"


def _values(words: Any) -> list[str]:
    return [str(member.value) for member in words]


def _table_lines(table: Table, file: str, lang: str) -> list[str]:
    marks = _MARKS[lang]
    called = f"{table.name}{marks.opening}{SHEETS[table.name][0]}{marks.closing}"
    lines = ["", f"### {called}{marks.colon}`{file}`", ""]
    heads = [_said(f"head-{number}", lang) for number in range(1, 7)]
    lines += [purpose(table.name, lang), "", _row(heads), _row(["---"] * 6)]
    for column, field in table.columns.items():
        zh = "、".join(titles(table.name, column))
        text = lang == "zh" and column_zh(table.name, column)
        meaning = _meaning(text or field.description, field, table.reference(column), lang)
        cells = [f"`{table.heading(column)}`", zh, _type_text(field.type, lang)]
        lines.append(_row([*cells, *_rest(field, meaning, lang)]))
    return lines


def _rest(field: FieldInfo, meaning: str, lang: str) -> list[str]:
    default = format_value(field.type, field.default)
    shown = f"**{_said('required', lang)}**" if field.required else default
    return [field.unit or "", shown, meaning]


def _meaning(text: str, field: FieldInfo, target: str | None, lang: str) -> str:
    if target:
        text += f"{_MARKS[lang].semicolon}{_said('ids-of', lang)} `{target}`"
    words = field.type.words or (field.type.key.words if field.type.key else None)
    if not words:
        return text
    marks = _MARKS[lang]
    shown = marks.comma.join(f"`{value}`" for value in _values(words))
    return f"{text}{marks.semicolon}{_said('one-of', lang)}{marks.colon}{shown}"


def _type_text(kind: ValueType, lang: str) -> str:
    text = in_language(term_of(kind.base), lang)
    if kind.base is Base.LIST and kind.item:
        between = "" if lang == "zh" else " "
        return f"{_said('list-of', lang)}{between}{_type_text(kind.item, lang)}"
    if kind.base is Base.MAPPING and kind.item:
        return f"{text}{_MARKS[lang].opening}{_type_text(kind.item, lang)}{_MARKS[lang].closing}"
    return text


def _settings_rows(model: type[DomainModel], prefix: str, lang: str) -> Iterator[list[str]]:
    for name, field in fields_of(model).items():
        path = f"{prefix}{name}"
        text = (lang == "zh" and setting_zh(model.__name__, name)) or field.description
        below = field.type.model
        if below is not None and field.type.base is Base.OBJECT:
            yield from _settings_rows(below, f"{path}.", lang)
        elif below is not None:
            yield from _settings_rows(below, f"{path}.N.", lang)
        else:
            meaning = _meaning(text, field, None, lang)
            yield [f"`{path}`", _type_text(field.type, lang), *_rest(field, meaning, lang)]


def write_format_pages(folder: Path) -> None:
    """Write `instance-format.md` (English) and `instance-format.zh.md` into `folder`."""
    (folder / "instance-format.md").write_text(schema_markdown("en"), encoding="utf-8")
    (folder / "instance-format.zh.md").write_text(schema_markdown("zh"), encoding="utf-8")


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
