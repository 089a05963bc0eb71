"""The instance format as data and as a page: every table, column, type, unit and default."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from infraplan.models.instance import FORMAT_VERSION, Instance, Settings
from infraplan.optimizer.storage.cells import format_value
from infraplan.optimizer.storage.descriptions_zh import column_zh, setting_zh
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of
from infraplan.optimizer.storage.flat_settings import SCENARIOS_TABLE
from infraplan.optimizer.storage.guide import guide_rows, purpose
from infraplan.optimizer.storage.tables import CSV_TABLES, PROJECTS, SCENARIOS, Table, table_of
from infraplan.optimizer.storage.words import ALIASES, ENUM_WORDS, SHEETS, titles

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

_INTRO = {
    "en": """# Instance format

<!-- This page is written by `infraplan schema --markdown`; a test keeps it in step. -->

An instance is a folder, one `.xlsx` workbook or one `.json` file. The same content gives the same
hash whatever its form. The folder holds `instance.yaml` (settings), one CSV file per table and
`scenarios.yaml`; the workbook one sheet per table, with the settings as keys and values in sheet
`instance`; the JSON file `settings` and one list of objects per table (a project holds its
`options` as a list there). Only the settings and `projects` are required.

CSV files are UTF-8 (with or without mark) or GBK / GB18030; the separator is the comma, or the
semicolon or tab where the heading has no comma. They are written as UTF-8 with mark, so that Excel
shows Chinese. A cell holds at most 100,000 characters. Row 1 holds the headings: a column's name,
one of its Chinese titles, or both.

## Cells
""",
    "zh": """# 实例格式

<!-- 本页由 `infraplan schema --markdown` 生成，测试保证其与程序一致。 -->

一个实例是一个文件夹、一个 `.xlsx` 工作簿或一个 `.json` 文件；内容相同，哈希值就相同。
文件夹中有 `instance.yaml`（设置）、每张表一个 CSV 文件和 `scenarios.yaml`（情景）；
工作簿每张表一个工作表，设置以“键、值”形式放在 `instance` 工作表；
JSON 文件中有 `settings` 和每张表的对象列表（项目的方案在 `options` 列表中）。
只有设置和 `projects` 是必需的。

CSV 文件可用 UTF-8 或 GBK / GB18030 编码，分隔符为逗号；表头没有逗号时也可用分号或制表符。
写出时用带标记的 UTF-8，Excel 可直接打开。每个单元格最多 100,000 个字符。
第 1 行是表头：列名、中文列名或两者并列。

## 单元格
""",
}
_SETTINGS_INTRO = {
    "en": (
        "`instance.yaml` nests them; sheet `instance` of a workbook has one row per key, written "
        "as a path in which N counts the entries of a list from 1. Files of version 1 say `format` "
        "instead of `format_version`, or nothing, and are read; `infraplan convert` writes them "
        "anew. A further key, `decimal: comma` or `decimal: point`, says how the numbers of the "
        "CSV tables are written where they leave it open: `12,500` alone can be 12.5 or 12500, "
        "while one `0,3` or `2.5` in a column tells."
    ),
    "zh": (
        "在 `instance.yaml` 中逐层缩进；在工作簿的 `instance` 工作表中每项一行，"
        "N 为列表序号，从 1 起。第 1 版文件用 `format` 或不写版本，仍可读取，"
        "`infraplan convert` 可转为新版。"
        "另可写 `decimal: comma` 或 `decimal: point`，说明 CSV 表中的小数点写法："
        "单独的 `12,500` 既可为 12.5 也可为 12500，同列有 `0,3` 或 `2.5` 时则可判定。"
    ),
}
_HEADS = {
    "en": ("column", "Chinese heading", "type", "unit", "default", "meaning"),
    "zh": ("列名", "中文列名", "类型", "单位", "默认值", "含义"),
}
_TYPE_ZH = {
    "text": "文字",
    "number": "数",
    "integer": "整数",
    "year": "年份",
    "boolean": "是否",
    "word": "选项",
    "number or text": "数或文字",
    "list": "列表",
    "mapping": "名称=值",
}
_LABELS = {
    "en": ("required", "ids of", "one of", "Settings", "Tables", "Fixed words", "list of"),
    "zh": ("必填", "编号来自", "选项", "设置", "表", "选项用词", "列表："),
}


def schema_markdown(lang: str = "en") -> str:
    """Return the format of an instance as a Markdown page in `lang` (`en` or `zh`)."""
    lines = [_INTRO[lang]]
    number_of_tables = len(CSV_TABLES) + 1
    general = guide_rows(lang)[1:-number_of_tables]
    lines += [f"- **{heading}**: {text}" for heading, text in general]
    labels = _LABELS[lang]
    heads = [_HEADS[lang][0], *_HEADS[lang][2:]]
    lines += ["", f"## {labels[3]}", "", _SETTINGS_INTRO[lang], "", _row(heads), _row(["---"] * 5)]
    lines += [_row(cells) for cells in _settings_rows(Settings, "", lang)]
    lines += ["", f"## {labels[4]}"]
    for name in CSV_TABLES:
        lines += _table_lines(table_of(name), f"{name}.csv", lang)
    lines += _table_lines(SCENARIOS_TABLE, "scenarios.yaml", lang)
    lines += ["", f"## {labels[5]}", ""]
    for words, known in sorted(ENUM_WORDS.items(), key=lambda item: item[0].__name__):
        parts = (f"`{value}` ({'、'.join(known.get(value, ()))})" for value in _values(words))
        lines.append(f"- {words.__name__}: {'; '.join(parts)}")
    return "\n".join(lines) + "\n"


def _values(words: Any) -> list[str]:
    return [str(member.value) for member in words]


def _table_lines(table: Table, file: str, lang: str) -> list[str]:
    lines = ["", f"### {table.name} ({SHEETS[table.name][0]}): `{file}`", ""]
    lines += [purpose(table.name, lang), "", _row(_HEADS[lang]), _row(["---"] * 6)]
    for column, field in table.columns.items():
        zh = "、".join(titles(table.name, column))
        text = lang == "zh" and column_zh(table.name, column)
        meaning = _meaning(text or field.description, field, table.reference(column), lang)
        cells = [f"`{table.heading(column)}`", zh, _type_text(field.type, lang)]
        lines.append(_row([*cells, *_rest(field, meaning, lang)]))
    return lines


def _rest(field: FieldInfo, meaning: str, lang: str) -> list[str]:
    default = format_value(field.type, field.default)
    shown = f"**{_LABELS[lang][0]}**" if field.required else default
    return [field.unit or "", shown, meaning]


def _meaning(text: str, field: FieldInfo, target: str | None, lang: str) -> str:
    labels = _LABELS[lang]
    if target:
        text += f"; {labels[1]} `{target}`"
    words = field.type.words or (field.type.key.words if field.type.key else None)
    return text + (f"; {labels[2]}: {', '.join(f'`{v}`' for v in _values(words))}" if words else "")


def _type_text(kind: ValueType, lang: str) -> str:
    text = _TYPE_ZH[kind.base.value] if lang == "zh" else kind.base.value
    if kind.base is Base.LIST and kind.item:
        return f"{_LABELS[lang][6]} {_type_text(kind.item, lang)}"
    if kind.base is Base.MAPPING and kind.item:
        return f"{text} ({_type_text(kind.item, lang)})"
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
