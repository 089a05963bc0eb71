"""What ids and words of fixed lists in a sheet are called, for a grid that shows both.

The cell keeps what the table holds, which is what one edits; the grid shows its name before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from infraplan.models.catalogue import in_language, term_of
from infraplan.models.catalogue.sector_words import SECTORS, SUBSECTORS
from infraplan.optimizer.storage.fields import FieldInfo
from infraplan.optimizer.storage.table_columns import Table
from infraplan.optimizer.workbench.sheets import Sheet, table_shown

_SECTORS = ("sector", "subsector")
_SPLIT = (";", "；", ",", "，", "、")


def words_shown(sheet: Sheet, sheets: Sequence[Sheet], lang: str) -> dict[str, dict[str, str]]:
    """Name of each value that stands in a column, by field and value; those without are left out.

    English pages leave words of fixed lists as they are: they are English words.
    """
    table = table_shown(sheet.table)
    found: dict[str, dict[str, str]] = {}
    for column in sheet.columns:
        field = table.columns.get(column.field)
        if field is None:
            continue
        named = _named(table, field, sheets, lang)
        if not named and field.name not in _SECTORS:
            continue
        there = {
            str(cells[column.place - 1])
            for _, cells in sheet.rows
            if len(cells) >= column.place and cells[column.place - 1] not in (None, "")
        }
        words = {text: word for text in there if (word := _told(text, field, named, lang)) != text}
        if words:
            found[column.field] = words
    return found


def _told(text: str, field: FieldInfo, named: dict[str, str], lang: str) -> str:
    if field.name in _SECTORS:
        known = SECTORS.get(text) or SUBSECTORS.get(text)
        return known[1] if known and lang == "zh" else text
    parts = [text]
    for mark in _SPLIT:
        parts = [one for part in parts for one in part.split(mark)]
    names = [named.get(part.strip(), "") for part in parts]
    return ("、" if lang == "zh" else ", ").join(names) if all(names) else text


def _named(table: Table, field: FieldInfo, sheets: Sequence[Sheet], lang: str) -> dict[str, str]:
    """Names of the values of a field: its fixed list, or the rows that it refers to."""
    kind = field.type.item or field.type
    if kind.words is not None:
        words = {str(member.value): in_language(term_of(member), lang) for member in kind.words}
        return words if lang == "zh" else {}
    target = table.reference(field.name)
    return _names_of(target, sheets, lang) if target else {}


def _names_of(target: str, sheets: Sequence[Sheet], lang: str) -> dict[str, str]:
    """Names of the rows of a table by id, in the language of the page where they have one."""
    order = ("name_zh", "name_en") if lang == "zh" else ("name_en", "name_zh")
    found: dict[str, str] = {}
    for sheet in sheets:
        places = {column.field: column.place - 1 for column in sheet.columns}
        if sheet.table != target or "id" not in places:
            continue
        for _, cells in sheet.rows:
            texts = [
                str(cells[at] or "") if at < len(cells) else ""
                for at in (places["id"], *(places[name] for name in order if name in places))
            ]
            name = next((text for text in texts[1:] if text), "")
            if texts[0] and name:
                found[texts[0]] = name
    return found
