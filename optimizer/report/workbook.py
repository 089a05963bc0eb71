"""A run as a formatted workbook, or as CSV files with readable headings."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.report.frames import (
    COUNT,
    MONEY,
    NUMBER,
    SHARE,
    TEXT,
    Column,
    ReportTable,
    frame_of,
    make_run,
)
from infraplan.optimizer.report.office_tables import OFFICE_TABLES, summed
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.texts import text
from infraplan.optimizer.storage.folder import replace_file

_WHOLE = "#,##0"
_OF_YEAR = "#,##0.00;-#,##0.00;"
"""Money of a year: a year in which nothing is paid is a 0 that shows as blank."""
_FORMATS = {MONEY: "#,##0.00", COUNT: "#,##0", SHARE: "0.0%", NUMBER: "#,##0.######"}
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_WIDEST, _LINE, _TITLE_LINE = 44, 17.0, 22.0
"""Widest column, in characters, and heights of a line of text and of the title, in points.

Chinese letters are taller than the row that a program gives to the font of a workbook.
"""
_DIGITS, _MOST_PLACES = 4, 8
"""Digits of a quantity that are shown, and the most places behind the point for them."""
_A4_SIGNS, _A3_SIGNS = 213, 308
"""Signs in a line of a landscape page of which each prints at 70 % of its size, that is 8 points:
1.85 mm each in 277 mm of A4 or 400 mm of A3."""
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.7, "header": 0.3, "footer": 0.3}
"""Margins of a page, in inches; the number of the page stands within the lower one."""
_LONGEST_NAME = 31
"""Characters in the name of a sheet, by the file format."""
_FORBIDDEN = regex(r"[\[\]:*?/\\']+")
_FIGURE = regex(r"-?[0-9][0-9,]*(?:\.(?P<places>[0-9]+))?")
ADDED_UP = frozenset({"phases", "projects"})
"""Tables of the report that a workbook gives a sum, which the page and other files do without."""
_FONT = "Calibri"
"""Font of headings, the one of all other cells: a style that names none is set in another."""
_NAMED = 3
"""First column that moves beside those of ids and names in a table by years."""
_FIGURES = r"-?[0-9][0-9,]*(?:\.[0-9]+)?"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """`value`, with an apostrophe before text that a spreadsheet would run as a formula.

    A dash alone stands for what is not known, and is no formula.
    """
    is_text = isinstance(value, str) and value != "-"
    if is_text and value.startswith(_DANGEROUS) and not _is_interval(value):
        return "'" + value
    return value


def _is_interval(text: str) -> bool:
    """Whether it is two figures and nothing else, which no spreadsheet runs."""
    between = phrase("loss-between", low=_FIGURES, high=_FIGURES)
    return any(re.fullmatch(form, text) is not None for form in between.both)


def _number_format(code: str, value: object) -> str:
    """Format of a cell; a quantity shows the four digits that the report shows, and holds all."""
    if code != _FORMATS[NUMBER] or not isinstance(value, int | float):
        return code
    places = _places(value)
    return _WHOLE + ("." + "0" * places if places else "")


def _places(value: float) -> int:
    """Places behind the point by which a quantity has its digits; none for a whole number."""
    if not value or not math.isfinite(value):
        return 0
    most = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    figure = f"{value:.{min(max(0, most), _MOST_PLACES)}f}"
    return len(figure.rstrip("0").partition(".")[2])


_NOTHING = 1e-9
"""Amounts below it, in the unit of money of a run, are left of sums and are none."""


def _cell(column: Column, value: Any) -> Any:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return None
    if column.kind == TEXT:
        return safe(str(value))
    # What adding up leaves of 0 would be shown as -0.00.
    return 0.0 if column.kind == MONEY and abs(value) < _NOTHING else value


def _number(column: Column, value: Any) -> tuple[float, str] | None:
    """Number that a text cell of mixed figures shows, and its format; None for what is text.

    A list of figures has one column for words, money and counts: a spreadsheet still adds up the
    numbers among them, with the places that the report shows.
    """
    shown = _FIGURE.fullmatch(value) if column.key == "amount" and isinstance(value, str) else None
    if shown is None:
        return None
    places = len(shown["places"] or "")
    return float(value.replace(",", "")), _WHOLE + ("." + "0" * places if places else "")


def sheet_titles(titles: Sequence[str]) -> list[str]:
    """Names for sheets: at most 31 characters, no word cut, none twice, no forbidden mark."""
    names: list[str] = []
    for title in titles:
        name = " ".join(_FORBIDDEN.sub(" ", title).split())
        if len(name) > _LONGEST_NAME:
            name = name[: _LONGEST_NAME - 2]
            name = (name.rsplit(" ", 1)[0] if " " in name else name).rstrip(",;: ") + " …"
        whole, count = name, 1
        while name.lower() in {other.lower() for other in names}:
            count += 1
            name = f"{whole[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
        names.append(name)
    return names


def _head(sheet: Worksheet, table: ReportTable, lang: str, about: str) -> None:
    """Title, note and headings of a sheet."""
    side = 1 if lang == "zh" else 0
    sheet.append([table.title[side]])
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14)
    sheet["A1"].alignment = Alignment(vertical="center")
    sheet.row_dimensions[1].height = _TITLE_LINE
    sheet.sheet_format.defaultRowHeight = _LINE
    sheet.sheet_format.customHeight = True
    why = (table.why_empty[side] or text("no_rows", lang)) if table.frame.empty else ""
    sheet.append([why or (text(table.note, lang) if table.note else about)])
    sheet["A2"].font = Font(name=_FONT, italic=True, color="666666")
    # No line of a heading begins in the middle of a unit.
    sheet.append(["\n".join(filter(None, column.heading(lang))) for column in table.columns])
    for cell in sheet[3]:
        cell.font = Font(name=_FONT, bold=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _fill(sheet: Worksheet, table: ReportTable, lang: str, about: str = "") -> None:
    _head(sheet, table, lang, about)
    for record in table.frame.to_dict("records"):
        values = [record[column.frame_key(lang)] for column in table.columns]
        sheet.append([_cell(*pair) for pair in zip(table.columns, values, strict=True)])
        for cell, column, value in zip(sheet[sheet.max_row], table.columns, values, strict=True):
            if (figure := _number(column, value)) is not None:
                cell.value, cell.number_format = figure
    years = [place for place, column in enumerate(table.columns, 1) if column.key.isdigit()]
    sheet.freeze_panes = f"{get_column_letter(min(years[0], _NAMED) if years else 1)}4"
    last = get_column_letter(len(table.columns))
    filtered = sheet.max_row - (table.has_total and not table.frame.empty)
    sheet.auto_filter.ref = f"A3:{last}{max(3, filtered)}"
    for cell in sheet[sheet.max_row] if filtered < sheet.max_row else ():
        cell.font = Font(name=_FONT, bold=True)
    lines: dict[int, int] = {}
    for number, column in enumerate(table.columns, start=1):
        letter = get_column_letter(number)
        code = _FORMATS.get(column.kind) or (_OF_YEAR if column.key.isdigit() else None)
        longest = 0 if column.key.isdigit() else len(column.title(lang)) // 2 + 4
        for (cell,) in sheet.iter_rows(min_row=4, min_col=number, max_col=number):
            if code is not None:
                cell.number_format = _number_format(code, cell.value)
            longest = max(longest, _width(cell.value, cell.number_format))
        width = min(_WIDEST, max(9, longest + 2))
        sheet.column_dimensions[letter].width = width
        cells = sheet.iter_rows(min_row=3, min_col=number, max_col=number)
        for row, (cell,) in enumerate(cells, start=3):
            needed = _lines(cell.value, width)
            lines[row] = max(lines.get(row, 1), needed)
            if row == 3:  # headings stand in the middle
                continue
            if needed > 1 or column.kind == TEXT:
                cell.alignment = _text_alignment(cell.value, number, wraps=needed > 1)
    _add_up(sheet, table)
    _set_page(sheet, last, num_named=_NAMED - 1 if years else 1)
    _spread_note(sheet, len(table.columns))
    for row, count in lines.items():
        if count == 1:
            continue
        # Not every program fits the height of a row to text that wraps.
        sheet.row_dimensions[row].height = _LINE * count
        for cell in sheet[row]:
            if not cell.alignment.wrap_text:
                cell.alignment = Alignment(
                    horizontal=cell.alignment.horizontal,
                    vertical="top",
                    indent=cell.alignment.indent,
                )


def _set_page(sheet: Worksheet, last: str, *, num_named: int) -> None:
    """Print the columns up to `last` on landscape pages, headings on each, so that all is legible.

    On A4 where it prints at 70 % or more of its size, else on A3; what is too wide for that goes
    over several pages side by side, each with the first `num_named` columns.
    """
    sheet.page_setup.orientation = "landscape"
    width = _width_of(sheet, sheet.max_column)
    is_narrow = width <= _A4_SIGNS
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4 if is_narrow else sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.gridLines = True
    if width > _A3_SIGNS:
        named = _width_of(sheet, num_named)
        sheet.page_setup.fitToWidth = math.ceil((width - named) / (_A3_SIGNS - named))
        sheet.print_title_cols = f"A:{get_column_letter(num_named)}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(**_MARGINS)
    foot = HeaderFooterItem()
    foot.center.text = "&P / &N"
    sheet.HeaderFooter.oddFooter = foot
    sheet.print_title_rows = "3:3"
    sheet.print_area = f"A1:{last}{sheet.max_row}"


def _width_of(sheet: Worksheet, columns: int) -> float:
    """Width of the first columns, in characters."""
    letters = map(get_column_letter, range(1, columns + 1))
    return sum(float(sheet.column_dimensions[letter].width) for letter in letters)


def _add_up(sheet: Worksheet, table: ReportTable) -> None:
    """Put formulas in the place of sums, so that they follow when an office changes a figure.

    A figure of the last row is made a formula where it is the sum of those above it, one of the
    column `total` where it is the sum of the years before it; any other stays as it is.
    """
    if table.frame.empty:
        return
    first, last = 4, sheet.max_row
    years = [place for place, column in enumerate(table.columns, 1) if column.key.isdigit()]
    totals = [place for place, column in enumerate(table.columns, 1) if column.key == "total"]
    if table.has_total:
        for place in range(1, len(table.columns) + 1):
            letter = get_column_letter(place)
            above = [sheet.cell(row, place).value for row in range(first, last)]
            _make_sum(sheet.cell(last, place), above, f"{letter}{first}:{letter}{last - 1}")
    for place in totals if years else ():
        span = f"{get_column_letter(years[0])}{{row}}:{get_column_letter(years[-1])}{{row}}"
        for row in range(first, last + (not table.has_total)):
            beside = [sheet.cell(row, year).value for year in years]
            _make_sum(sheet.cell(row, place), beside, span.format(row=row))


def _make_sum(cell: Any, values: Sequence[Any], span: str) -> None:
    """Make a cell the sum of `values`, which stand in `span`, if it holds that sum."""
    value = cell.value
    if not isinstance(value, int | float) or not values:
        return
    figures = [figure for figure in values if isinstance(figure, int | float)]
    largest = max([abs(figure) for figure in figures], default=0.0)
    if len(figures) == len(values) and abs(sum(figures) - value) <= 1e-9 * max(1.0, largest):
        cell.value = f"=SUM({span})"


def _text_alignment(value: Any, column: int, *, wraps: bool) -> Alignment:
    """Words to the left, set in so that they do not touch a number before them; figures right."""
    words = not isinstance(value, int | float)
    return Alignment(
        horizontal="left" if words else "right",
        vertical="top" if wraps else None,
        wrap_text=wraps,
        indent=int(words and column > 1),
    )


def _spread_note(sheet: Worksheet, columns: int) -> None:
    """Let title and note run over the width of the table; longer, it would shrink the print."""
    width = _width_of(sheet, columns)
    for row in (1, 2) if columns > 1 else ():
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[2].height = _LINE * _lines(sheet["A2"].value, width)


def _lines(value: Any, width: float) -> int:
    """Lines that a text takes in a column; a word that ends a line may leave some of it empty."""
    if not isinstance(value, str):
        return 1
    if "\n" in value:
        return sum(_lines(line, width) for line in value.split("\n"))
    return max(1, -(-_width(value) // max(1, int(width - 2)))) if _width(value) > width - 1 else 1


def _width(value: Any, number_format: str = "") -> int:
    """Signs that a cell shows: a figure that is too wide for its column shows none of them."""
    if isinstance(value, int | float) and number_format.startswith(_WHOLE):
        places = number_format.partition(".")[2].partition(";")[0]
        return len(f"{value:,.{len(places)}f}")
    if isinstance(value, float):
        return len(f"{value:,.2f}")
    return sum(2 if ord(character) > 0x2E80 else 1 for character in str(value or ""))


def write_workbook(
    path: Path,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    *,
    lang: str = "en",
) -> Path:
    """Write every table of a run to one workbook, a sheet each; whole or not at all.

    Those that an office hands on stand behind the summary: the investment plan by year, the list
    of the largest works, the money of each district. Sums are formulas.
    """
    run = make_run(instance, plan, manifest, rejections)
    book = Workbook()
    book.remove(book.worksheets[0])
    summary, *others = TABLES.values()
    tables = [_summed(build(run)) for build in (summary, *OFFICE_TABLES.values(), *others)]
    titles = sheet_titles([table.title[1 if lang == "zh" else 0] for table in tables])
    for title, table in zip(titles, tables, strict=True):
        is_first = not book.worksheets
        name = instance.settings.title.text(lang) or instance.settings.id
        _fill(book.create_sheet(title), table, lang, about=name if is_first else "")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    book.save(content)
    replace_file(path, content.getvalue())
    return path


def _summed(table: ReportTable) -> ReportTable:
    """A table that an office adds up, with its sum as the last row."""
    if table.name not in ADDED_UP or table.has_total or table.frame.empty:
        return table
    rows = summed(table.columns, table.records)
    return replace(table, frame=frame_of(table.columns, rows), has_total=True)


def write_csv_export(
    folder: Path,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    *,
    lang: str = "en",
) -> Path:
    """Write every table of a run to a CSV file of its own (UTF-8 with a mark, for Excel)."""
    run = make_run(instance, plan, manifest, rejections)
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in TABLES.items():
        table = build(run)
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.title(lang) for column in table.columns])
        for record in table.frame.to_dict("records"):
            cells = [_cell(column, record[column.frame_key(lang)]) for column in table.columns]
            writer.writerow(["" if cell is None else cell for cell in cells])
        (folder / f"{name}.csv").write_bytes(stream.getvalue().encode("utf-8-sig"))
    return folder
