"""Writing a workbook (.xlsx): one sheet per table, drop-down lists, comments, explanations.

The same instance gives the same bytes: no clock, no order but that of the tables.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from infraplan.models.catalogue import in_language, phrase, term
from infraplan.optimizer.storage.accepted_words import ENUM_WORDS, LISTS_SHEET, SHEETS, titles
from infraplan.optimizer.storage.descriptions_zh import column_zh, setting_zh
from infraplan.optimizer.storage.faults import OutputError
from infraplan.optimizer.storage.fields import Base, FieldInfo
from infraplan.optimizer.storage.flat_settings import (
    SCENARIOS_TABLE,
    SETTINGS_TABLE,
    flat_settings,
    key_in_chinese,
    scenario_rows,
)
from infraplan.optimizer.storage.folder import format_row, instance_tables
from infraplan.optimizer.storage.guide import guide_rows
from infraplan.optimizer.storage.sheet_layout import fit
from infraplan.optimizer.storage.table_columns import CSV_TABLES, OPTIONS, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from infraplan.models.instance import Instance

GUIDE_SHEET = "说明 README"
_MAX_CELL = 32_767
_MOMENT = datetime.datetime(2000, 1, 1)
_HEAD_FONT = Font(bold=True)
_REQUIRED_FILL = PatternFill("solid", fgColor="FFE8CC")
_HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
_VALIDATED_ROWS = 2000

_FIRST_SHEETS = ("projects", "funds", "debt")
"""Sheets that a template opens with: what to build, with whose money, under which debt."""

_NEXT_SHEETS = (
    GUIDE_SHEET,
    SETTINGS_TABLE.name,
    "inflows",
    "instruments",
    "pools",
    "jurisdictions",
    "fiscal",
    "targets",
)
"""Sheets that most plans fill as well; all others stand behind them, under a grey tab."""
_TAB_COLOURS = ("ED7D31", "5B9BD5", "BFBFBF")


def workbook_bytes(instance: Instance, *, template_lang: str | None = None) -> bytes:
    """Return `instance` as an .xlsx workbook.

    Row 1 of a sheet holds the column names; a comment gives Chinese title, unit and meaning.

    Parameters
    ----------
    instance
        What to write.
    template_lang
        `en` or `zh` for a template: every table gets its sheet, those for a first plan
        before the others; headings bear the Chinese title below the name; names of sheets and
        settings, drop-down lists and the guide are in that language.

    Raises
    ------
    OutputError
        A text is longer than a cell can hold.
    """
    book = Workbook()
    lang = template_lang or "en"
    guide = book.worksheets[0]
    guide.title = GUIDE_SHEET
    _fill_guide(guide, lang)
    writer = _Writer(book, template_lang)
    writer.settings(instance)
    tables = instance_tables(instance)
    for name in CSV_TABLES:
        if name in tables:
            writer.table(table_of(name), *tables[name])
        elif template_lang is not None:
            writer.table(table_of(name), list(table_of(name).columns), [])
    if instance.scenarios or template_lang is not None:
        rows = scenario_rows(instance.scenarios)
        writer.table(SCENARIOS_TABLE, list(SCENARIOS_TABLE.columns), rows)
    writer.finish()
    book.properties.creator = "Infraplan"
    book.properties.created = book.properties.modified = _MOMENT
    stream = io.BytesIO()
    book.save(stream)
    return _without_times(stream.getvalue())


def _without_times(data: bytes) -> bytes:
    """Repack a zip archive so that no entry tells when it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _fixed_modified(content)
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return stream.getvalue()


def _fixed_modified(core: bytes) -> bytes:
    """Put the fixed moment where openpyxl puts the time of saving."""
    start = core.find(b"<dcterms:modified")
    begin = core.find(b">", start) + 1
    end = core.find(b"<", begin)
    return core[:begin] + f"{_MOMENT.isoformat()}Z".encode() + core[end:] if start >= 0 else core


def _fill_guide(sheet: Worksheet, lang: str) -> None:
    for number, (heading, text) in enumerate(guide_rows(lang), start=1):
        first = sheet.cell(row=number, column=1, value=heading)
        first.font = _HEAD_FONT
        second = sheet.cell(row=number, column=2, value=text)
        for cell in (first, second):
            cell.data_type = "s"
    fit(sheet, {1: 28.0, 2: 110.0})


class _Writer:
    def __init__(self, book: Workbook, template_lang: str | None) -> None:
        self._book = book
        self._bilingual = template_lang is not None
        self._lang = template_lang or "en"
        self._chinese = self._bilingual and self._lang == "zh"
        """Whether sheets, settings and words bear Chinese names; only a template's do."""
        self._lists: dict[str, list[str]] = {}

    def _said(self, key: str) -> str:
        return in_language(term("page", key), self._lang)

    def _title(self, table: str) -> str:
        return SHEETS[table][0] if self._chinese and table in SHEETS else table

    def settings(self, instance: Instance) -> None:
        """Write the settings as rows of key and value; a Chinese template names them in Chinese."""
        sheet = self._book.create_sheet(self._title(SETTINGS_TABLE.name))
        self._headings(sheet, SETTINGS_TABLE, ["key", "value"])
        remarks = [self._said("head-4"), self._said("head-6"), *(["key"] if self._chinese else [])]
        for column, remark in enumerate(remarks, start=3):
            sheet.cell(row=1, column=column, value=f"# {remark}").font = _HEAD_FONT
        number = 1
        for key, owner, field, value in flat_settings(instance.settings):
            blank = value in (None, "", (), {})
            if blank and field.default == value and not self._bilingual:
                continue
            number += 1
            sheet.cell(row=number, column=1, value=key)
            if self._chinese:
                sheet.cell(row=number, column=1, value=key_in_chinese(key))
                _put_text(sheet.cell(row=number, column=5), key)
            text = self._word(field, format_row({key: field}, [key], [value])[0])
            _put(sheet.cell(row=number, column=2), field, value, text)
            _put_text(sheet.cell(row=number, column=3), field.unit or "")
            zh = self._lang == "zh" and setting_zh(owner, field.name)
            _put_text(sheet.cell(row=number, column=4), zh or field.description)
            self._choices(sheet, field, "B", number, number)
        fit(sheet, {1: 44.0, 2: 30.0, 3: 14.0, 4: 70.0, 5: 44.0})
        sheet.freeze_panes = "A2"

    def table(self, table: Table, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write one table."""
        sheet = self._book.create_sheet(self._title(table.name))
        self._headings(sheet, table, headings)
        explicit = table.name == OPTIONS
        for number, row in enumerate(rows, start=2):
            texts = format_row(table.columns, headings, row, explicit=explicit)
            for position, heading in enumerate(headings):
                cell = sheet.cell(row=number, column=position + 1)
                field = table.columns[heading]
                _put(cell, field, row[position], self._word(field, texts[position]))
        last = max(len(rows) + 1, _VALIDATED_ROWS)
        for position, heading in enumerate(headings, start=1):
            letter = get_column_letter(position)
            self._choices(sheet, table.columns[heading], letter, 2, last)
            self._references(sheet, table, heading, letter, last)
        fit(sheet)
        sheet.freeze_panes = "B2"

    def _word(self, field: FieldInfo, text: str) -> str:
        """Return the word of a fixed list as the drop-down list of a Chinese template has it."""
        if not self._chinese:
            return text
        if field.type.base is Base.BOOLEAN and text in ("yes", "no"):
            return in_language(term("report", text), self._lang)
        known = ENUM_WORDS.get(field.type.words, {}) if field.type.words else {}
        return known[text][0] if text in known else text

    def _headings(self, sheet: Worksheet, table: Table, headings: Sequence[str]) -> None:
        for position, name in enumerate(headings, start=1):
            field = table.columns[name]
            title, shown = next(iter(titles(table.name, name)), ""), table.heading(name)
            text = f"{shown}\n{title}" if self._bilingual and title else shown
            cell = sheet.cell(row=1, column=position, value=text)
            cell.font = _HEAD_FONT
            cell.fill = _REQUIRED_FILL if field.required else _HEAD_FILL
            unit = f"\n{_both('head-4')}: {field.unit}" if field.unit else ""
            need = f"\n{_both('required')}" if field.required else ""
            zh = column_zh(table.name, name)
            cell.comment = Comment(f"{title}：{zh}\n{field.description}{unit}{need}", "Infraplan")
            cell.comment.width, cell.comment.height = 320, 140

    def _choices(
        self, sheet: Worksheet, field: FieldInfo, letter: str, first: int, last: int
    ) -> None:
        kind = field.type
        if kind.base is Base.BOOLEAN:
            words = [in_language(term("report", word), self._lang) for word in ("yes", "no")]
            name = "yes_no"
        elif kind.base is Base.WORD and kind.words:
            known = ENUM_WORDS.get(kind.words, {})
            values = [str(member.value) for member in kind.words]
            zh = [known[value][0] if value in known else value for value in values]
            words = zh if self._lang == "zh" else values
            name = kind.words.__name__
        else:
            return
        self._lists.setdefault(name, words)
        letter_of_list = get_column_letter(list(self._lists).index(name) + 1)
        formula = f"={LISTS_SHEET}!${letter_of_list}$2:${letter_of_list}${len(words) + 1}"
        _add_list(sheet, formula, letter, first, last)

    def _references(
        self, sheet: Worksheet, table: Table, heading: str, letter: str, last: int
    ) -> None:
        target = table.reference(heading)
        if target is None or table.columns[heading].type.base is not Base.TEXT:
            return
        if target == table.name and heading != "parent":
            return
        _add_list(sheet, f"={self._title(target)}!$A$2:$A${_VALIDATED_ROWS}", letter, 2, last)

    def finish(self) -> None:
        """Write the lists behind the drop-down lists; drop references to sheets not written."""
        names = {sheet.title for sheet in self._book.worksheets}
        for sheet in self._book.worksheets:
            kept = [
                rule
                for rule in sheet.data_validations.dataValidation
                if str(rule.formula1).lstrip("=").split("!")[0] in {*names, LISTS_SHEET}
            ]
            sheet.data_validations.dataValidation = kept
        lists = self._book.create_sheet(LISTS_SHEET)
        for position, (name, words) in enumerate(self._lists.items(), start=1):
            lists.cell(row=1, column=position, value=f"# {name}")
            for number, word in enumerate(words, start=2):
                _put_text(lists.cell(row=number, column=position), word)
        lists.sheet_state = "hidden"
        if self._bilingual:
            self._order_sheets()

    def _order_sheets(self) -> None:
        """Put first what a newcomer fills, and colour the tabs by how soon they are needed."""
        groups = [[self._title(name) for name in names] for names in (_FIRST_SHEETS, _NEXT_SHEETS)]
        wanted = [name for names in groups for name in names]
        by_title = {sheet.title: sheet for sheet in self._book.worksheets}
        behind = [sheet for title, sheet in by_title.items() if title not in wanted]
        for number, sheet in enumerate([*(by_title[title] for title in wanted), *behind]):
            self._book.move_sheet(sheet, number - self._book.index(sheet))
            group = 0 if sheet.title in groups[0] else 1 if sheet.title in groups[1] else 2
            sheet.sheet_properties.tabColor = _TAB_COLOURS[group]
            sheet.sheet_view.tabSelected = number == 0
        self._book.active = 0


def _both(key: str) -> str:
    """A word in both languages, for comments that readers of either open."""
    english, chinese = term("page", key).both
    return f"{chinese} {english}"


def _add_list(sheet: Worksheet, formula: str, letter: str, first: int, last: int) -> None:
    # A word that is not in the list is allowed: the other language and synonyms are read as well.
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
    rule.add(f"{letter}{first}:{letter}{last}")
    sheet.add_data_validation(rule)


def _put(cell: Cell, field: FieldInfo, value: Any, text: str) -> None:
    """Put a value: numbers as numbers with all their digits, all else as the escaped text."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if (
        number
        and text
        and field.type.base
        in (
            Base.NUMBER,
            Base.INTEGER,
            Base.YEAR,
            Base.NUMBER_OR_TEXT,
        )
    ):
        # A number given as a number is cut to 16 digits by openpyxl; its text is not.
        cell.value = text
        cell.data_type = "n"
    else:
        _put_text(cell, text)


def _put_text(cell: Cell, text: str) -> None:
    if not text:
        return
    if len(text) > _MAX_CELL:
        message = phrase(
            "sheet-cell-the-text-has-characters-a-workbook",
            title=cell.parent.title,
            coordinate=cell.coordinate,
            num_text=len(text),
            max_cell=_MAX_CELL,
        )
        raise OutputError(message)
    cell.value = text
    cell.data_type = "s"
