"""A run as a Word document that can be put before a council, in the office's own template or none.

python-docx (extra `docx`) writes it. The parts stand in `PARTS` in their order; a template names
the parts and figures that it wants as fields (`infraplan.optimizer.report.office_template`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from infraplan.models.catalogue import Phrase, in_language, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.report.council_pictures import NoPictureError, draw_pictures
from infraplan.optimizer.report.council_words import heading, narrative, paragraph, unit_of
from infraplan.optimizer.report.frames import (
    MONEY,
    TEXT,
    YEAR,
    Column,
    ReportTable,
    Run,
    asked,
    format_value,
    make_run,
)
from infraplan.optimizer.report.office_tables import (
    annual_plan_table,
    district_plan_table,
    payer_table,
)
from infraplan.optimizer.report.office_template import (
    draw_borders,
    fill_template,
    keep_row,
    number_pages,
    open_document,
    set_font,
)
from infraplan.optimizer.report.page_tables import (
    built_by_phase_table,
    largest_works_table,
    left_out_table,
)
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.plan_tables import debt_frame, estimates_table, targets_table
from infraplan.optimizer.storage.folder import replace_file

PARTS = (
    "paper",
    "paper_built",
    "paper_cost",
    "paper_largest",
    "paper_districts",
    "paper_left_out",
    "paper_targets",
    "paper_debt",
    "paper_sure",
    "paper_proof",
    "paper_pictures",
    "paper_annex",
)
"""Parts of the paper, each a field of a template too; `body` stands for all of them."""
BODY = "body"
_EMU_CM = 360_000
"""Units of the file format in a centimetre."""
_SMALL = 9.0
"""Size of the letters of a table, in points."""
_SIGN_CM = 0.17
"""Width of a half-width sign at that size."""
_LEAST_CM, _MOST_CM = 1.1, 5.5
"""Narrowest and widest column before widths are shared out."""
_HEAD_CM = 11.0
"""Room that the annex keeps for the columns before its years."""
_TOGETHER = 24
"""Lines of a table that is kept on one page; a longer one would leave much of the page blank."""
_YEAR_CM = 1.75
"""Column of a year in the annex: figures up to 99,999.99."""


def write_council_paper(
    path: Path,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    *,
    lang: str = "en",
    template: Path | None = None,
    robust: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write the paper of a run to `path`; whole or not at all.

    Parameters
    ----------
    path
        File to write.
    instance, plan, manifest, rejections
        The run; a plan of None builds nothing.
    lang
        `en` or `zh`.
    template
        The office's own document; None: pages and styles of the product.
    robust
        Rows of a robust run of the same instance, each with `project` and `class`.

    Raises
    ------
    SolverUnavailableError
        python-docx or matplotlib is not installed.
    InstanceFormatError
        The template is no Word document, or asks for fields that there are not.
    """
    run = make_run(instance, plan, manifest, rejections)
    document = open_document(template, lang)
    writer = PaperWriter(document, run, lang, has_template=template is not None, robust=robust)
    if template is None:
        writer.front()
        writer.body()
        writer.head_and_foot()
    else:
        parts = {part: partial(writer.part, part) for part in PARTS} | {BODY: writer.body}
        told = {name: in_language(words, lang) for name, words in figures(run).items()}
        fill_template(document, template, told, parts, otherwise=writer.body)
    title = instance.settings.title.text(lang) or instance.settings.id
    document.core_properties.title = title
    document.core_properties.author = ""
    content = io.BytesIO()
    document.save(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content.getvalue())
    return path


def figures(run: Run) -> dict[str, Phrase]:
    """Fields of a template that stand for a word or a figure, in both languages."""
    settings, plan = run.instance.settings, run.plan
    title = settings.title
    paid = sum(payment.amount for payment in plan.payments) if plan is not None else 0.0
    borrowed = sum(issue.amount for issue in plan.issues) if plan is not None else 0.0
    year = settings.horizon
    plain = {
        "run": _run_name(run),
        "date": str(run.manifest.get("created", ""))[:10],
        "first_year": str(year.first_year),
        "last_year": str(year.last_year),
        "built": f"{run.manifest.get('num_selected', 0):,}",
        "candidates": f"{asked(run):,}",
    }
    return {name: pair(words, words) for name, words in plain.items()} | {
        "title": pair(title.text("en") or settings.id, title.text("zh") or settings.id),
        "unit": unit_of(run),
        "paid": told_money(run.instance, paid),
        "borrowed": told_money(run.instance, borrowed),
    }


def _told_unit(run: Run) -> Phrase:
    """What unit the money is in, if the instance names one."""
    unit = unit_of(run)
    return phrase("paper-unit", unit=unit) if str(unit) else phrase("paper-no-unit")


def _run_name(run: Run) -> str:
    """Name of the run's folder and the begin of its hash, by which a paper is told from others."""
    name = Path(str(run.manifest.get("run_dir") or run.instance.settings.id)).name
    stamp = str(run.manifest.get("run_hash") or "")[:8]
    return f"{name} {stamp}".strip()


class PaperWriter:
    """Writes the parts of a paper at the end of a document.

    Parameters
    ----------
    document
        Document of python-docx.
    run, lang
        What is told, and in which language.
    has_template
        Whether pages and styles are an office's own, which stay as they are.
    robust
        Rows of a robust run, each with `project` and `class`.
    """

    def __init__(
        self,
        document: Any,
        run: Run,
        lang: str,
        *,
        has_template: bool,
        robust: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.document = document
        self.robust = robust
        self.run = run
        self.lang = lang
        self.has_template = has_template

    def body(self) -> None:
        """Write all parts."""
        for name in PARTS:
            self.part(name)

    def part(self, name: str) -> None:
        """Write the part called `name`, its heading before it."""
        if name == "paper_annex" and not self.has_template:
            self._turn_page()
        if name != "paper":
            self._heading(in_language(heading(name), self.lang))
        tables = _TABLES.get(name)
        if name == "paper_pictures":
            self._pictures()
        elif name == "paper_annex":
            self._annex()
        elif name == "paper_debt":
            self._list(narrative(self.run, name))
        else:
            self._paragraph(narrative(self.run, name, self.robust))
        table = None if tables is None else tables(self.run)
        is_bare = table is not None and len(table.frame) <= int(table.has_total)
        if table is not None and is_bare:
            # A heading, or a line of sums alone, tells nobody that there is nothing.
            if not narrative(self.run, name, self.robust):
                self._paragraph([phrase("paper-nothing")])
        elif table is not None:
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
            self._table(table)

    def front(self) -> None:
        """Title, the run it is of, and the unit of its money."""
        known = figures(self.run)
        self._title(in_language(known["title"], self.lang), 20.0)
        self._title(in_language(heading("paper"), self.lang), 16.0)
        head = phrase("paper-head", run=str(known["run"]), date=str(known["date"]))
        for told in (head, _told_unit(self.run)):
            self._title(in_language(told, self.lang), 10.0, bold=False)

    def head_and_foot(self) -> None:
        """Run and date at the head of every page, its number at the foot."""
        known = figures(self.run)
        title = in_language(known["title"], self.lang)
        head = in_language(phrase("paper-head", run=known["run"], date=known["date"]), self.lang)
        section = self.document.sections[0]
        line = section.header.paragraphs[0]
        self._run_of(line, f"{title}    {head}", 8.0)
        number_pages(section.footer.paragraphs[0], 9.0)

    # ------------------------------------------------------------------------------- pieces

    def _title(self, text: str, size: float, *, bold: bool = True) -> None:
        line = self.document.add_paragraph()
        line.alignment = 1  # centred
        self._run_of(line, text, size, bold=bold)

    def _heading(self, text: str) -> None:
        try:
            line = self.document.add_heading(text, level=1)
        except KeyError:  # a template without that style
            line = self.document.add_paragraph()
            self._run_of(line, text, 14.0, bold=True)
        line.paragraph_format.keep_with_next = True

    def _paragraph(self, sentences: Sequence[Phrase]) -> None:
        told = _unbroken(in_language(paragraph(sentences), self.lang))
        if not told:
            return
        line = self.document.add_paragraph(told)
        if self.lang == "zh" and not self.has_template:
            from docx.shared import Pt

            line.paragraph_format.first_line_indent = Pt(24)

    def _list(self, items: Sequence[Phrase]) -> None:
        for item in items:
            told = _unbroken(in_language(item, self.lang))
            try:
                self.document.add_paragraph(told, style="List Bullet")
            except KeyError:  # a template without that style
                self.document.add_paragraph("- " + told)

    def _run_of(self, line: Any, text: str, size: float, *, bold: bool = False) -> None:
        from docx.shared import Pt

        run = line.add_run(text)
        run.font.size = Pt(size)
        run.bold = bold
        if not self.has_template:
            set_font(run._element.get_or_add_rPr(), self.lang, heading=bold)

    def _width_cm(self) -> float:
        """Width of the text of the page that is written on."""
        section = self.document.sections[-1]
        width = section.page_width - section.left_margin - section.right_margin
        return float(width) / _EMU_CM

    def _turn_page(self) -> None:
        """Begin a section of landscape pages."""
        section = self.document.add_section(2)  # on a new page
        section.orientation = 1  # landscape
        width, height = section.page_width, section.page_height
        if width < height:
            section.page_width, section.page_height = height, width

    def _pictures(self) -> None:
        from docx.shared import Cm

        try:
            pictures = draw_pictures(self.run, self.lang)
        except NoPictureError as error:
            self._paragraph([phrase("paper-no-pictures", reason=error.reason)])
            return
        if not pictures:
            self._paragraph([phrase("paper-nothing")])
        for picture in pictures:
            title = in_language(picture.title, self.lang)
            width = Cm(min(15.5, self._width_cm()))
            shape = self.document.add_picture(io.BytesIO(picture.png), width=width)
            shape._inline.docPr.set("descr", title)
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
            self._title(title, 10.0, bold=False)

    def _annex(self) -> None:
        """The annual plan, so many years side by side as the page is wide."""
        table = annual_plan_table(self.run)
        if table.frame.empty:
            self._paragraph([phrase("paper-nothing")])
            return
        self._paragraph([_told_unit(self.run)])
        years = _paid_years(table)
        head = tuple(c for c in table.columns if c.key in {"project_id", "project", "start"})
        last = tuple(column for column in table.columns if column.key == "total")
        most = max(3, int((self._width_cm() - _HEAD_CM) / _YEAR_CM))
        frame = table.frame
        if len(years) > most:  # a row adds up to its total on the sheet on which that stands
            most -= 1
            rest = [column.key for column in years[most:]]
            frame = frame.assign(later_years=frame[rest].astype(float).sum(axis=1))
            last = (Column("later_years", MONEY, self.run.money), *last)
        for number, block in enumerate(_sheets(years, most)):
            columns = (*head, *block, *(() if number else last))
            plain = tuple(replace(column, unit=("", "")) for column in columns)
            shown = frame
            if number:
                shown = shown[shown[[column.key for column in block]].any(axis=1)]
                self._paragraph([heading("paper_annex_more")])
                self.document.paragraphs[-1].paragraph_format.keep_with_next = True
            self._table(replace(table, columns=plain, frame=shown))

    def _table(self, table: ReportTable) -> None:
        """A table with its columns shared out over the width of the text."""
        from docx.shared import Cm, Pt

        if table.frame.empty:
            return
        titles = [column.title(self.lang) for column in table.columns]
        rows = [
            [_shown(column, record[column.frame_key(self.lang)]) for column in table.columns]
            for record in table.frame.to_dict("records")
        ]
        made = self.document.add_table(rows=0, cols=len(titles))
        try:
            made.style = "Table Grid"
        except KeyError:  # a template without that style
            draw_borders(made)
        made.autofit = False
        made.alignment = 1
        widths = share_out(titles, rows, self._width_cm(), [c.kind for c in table.columns])
        is_short = sum(_lines(row, widths) for row in rows) <= _TOGETHER
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Cm(width)
        for number, cells in enumerate([titles, *rows]):
            row = made.add_row()
            keep_row(row, repeats=number == 0)
            for cell, text, width, column in zip(
                row.cells, cells, widths, table.columns, strict=True
            ):
                cell.width = Cm(width)
                line = cell.paragraphs[0]
                line.paragraph_format.space_after = Pt(0)
                line.paragraph_format.first_line_indent = Pt(0)
                line.paragraph_format.line_spacing = 1.0
                is_tied = is_short or number == len(rows) - 1  # no last row stands alone
                line.paragraph_format.keep_with_next = is_tied and number < len(rows)
                is_figure = column.kind != TEXT
                line.alignment = 1 if number == 0 else (2 if is_figure else 0)
                self._run_of(line, text, _SMALL, bold=number == 0)
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)


# ------------------------------------------------------------------------------------- tables


def share_out(
    titles: Sequence[str], rows: Sequence[Sequence[str]], room: float, kinds: Sequence[str]
) -> list[float]:
    """Widths of columns in centimetres that fill `room`: figures whole, words as they need.

    A column is as narrow as its longest figure or longest unbroken word allows; what room is left
    goes to the columns of words, by what they would take on one line.
    """
    needs, wants = [], []
    for number, title in enumerate(titles):
        cells = [row[number] for row in rows]
        is_words = kinds[number] == TEXT
        whole = max([_SIGN_CM * _signs(cell) for cell in cells], default=0.0)
        word = max(
            [_SIGN_CM * _longest_word(text) for text in (title, *(cells if is_words else ()))]
        )
        need = max(word, 0.0 if is_words else whole) + 0.45
        needs.append(min(max(_LEAST_CM, need), _MOST_CM))
        wants.append(max(0.0, min(whole, 2 * _MOST_CM) + 0.45 - needs[-1]) if is_words else 0.0)
    left = room - sum(needs)
    if left < 0.0:
        return [room * need / sum(needs) for need in needs]
    asked = sum(wants)
    share = min(1.0, left / asked) if asked else 0.0
    widths = [need + share * want for need, want in zip(needs, wants, strict=True)]
    rest = (room - sum(widths)) / len(widths)
    return [width + rest for width in widths]


def _signs(text: str) -> int:
    """Half-width signs that a text takes on one line."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _lines(cells: Sequence[str], widths: Sequence[float]) -> int:
    """Lines that a row of a table takes in columns of these widths."""
    rooms = (max(1.0, (width - 0.4) / _SIGN_CM) for width in widths)
    return max(1, *(math.ceil(_signs(c) / room) for c, room in zip(cells, rooms, strict=True)))


def _longest_word(text: str) -> int:
    """Signs of the longest part that no line may break: a word; a Chinese text breaks anywhere.

    An amount with its unit (91.4亿元) is one part, though a line might break in it.
    """
    if _AMOUNT.fullmatch(text):
        return _signs(text)
    return max(map(_signs, _UNBROKEN.findall(text)), default=0)


def _shown(column: Column, value: Any) -> str:
    """Text of a cell; nothing for a year, or the years after it, without a payment."""
    is_of_years = column.kind == YEAR or column.key == "later_years"
    if is_of_years and (not value or pd.isna(value)):
        return ""
    return format_value(column, value, "en")


_UNBROKEN = regex(r"[^\s\u2e80-\uffff]+|[\u2e80-\uffff]")
"""A word of Latin letters, or a Chinese sign."""
_AMOUNT = regex(r"[-\u2212]?[0-9.,]+ ?[\u4e00-\u9fff]{1,3}")
"""A figure with a short Chinese unit, and nothing else."""


def _paid_years(table: ReportTable) -> list[Column]:
    """Columns of years from the first to the last with a payment; one between them may be blank."""
    years = [column for column in table.columns if column.key.isdigit()]
    paid = [place for place, column in enumerate(years) if table.frame[column.key].any()]
    return years[paid[0] : paid[-1] + 1] if paid else []


def _sheets(years: Sequence[Column], most: int) -> list[Sequence[Column]]:
    """The first `most` years, and the others in even parts: they need no room for any sum."""
    rest = years[most:]
    if not rest:
        return [years]
    size = math.ceil(len(rest) / math.ceil(len(rest) / (most + 2)))
    return [years[:most], *(rest[at : at + size] for at in range(0, len(rest), size))]


def _unbroken(told: str) -> str:
    """A text whose negative figures no program tears apart behind a hyphen at a line's end."""
    return _HYPHEN.sub("\N{MINUS SIGN}", told)


_HYPHEN = regex(r"(?<![0-9A-Za-z])-(?=[0-9])")
"""A hyphen before a figure that stands for a minus."""


def both_of(key: str, lang: str) -> str:
    """Word of the report in one language."""
    return in_language(heading(key), lang)


def _chosen(table: ReportTable, *keys: str) -> ReportTable:
    """The table with some of its columns, in their order."""
    return replace(table, columns=tuple(c for c in table.columns if c.key in keys))


def _district_table(run: Run) -> ReportTable:
    return _chosen(district_plan_table(run), "district", "num_selected", "total")


def _missed_table(run: Run) -> ReportTable:
    """Targets that the plan misses."""
    table = targets_table(run)
    missed = table.frame["attained_en"] == both_of("no", "en")
    keys = ("target", "year", "required", "achieved", "shortfall", "unit")
    return replace(_chosen(table, *keys), frame=table.frame[missed])


_FLOWS = ("borrow", "principal", "interest", "balance")
_TITLES = ("borrow", "repaid", "interest_paid", "closing_balance")


def _debt_by_year(run: Run) -> ReportTable:
    """Debt of all jurisdictions and pools together, a row a year of the plan."""
    columns = (
        Column("year", YEAR),
        *(Column(title, MONEY, run.money) for title in _TITLES),
    )
    frame = debt_frame(run)
    frame = frame[frame["year"].isin(list(run.instance.settings.horizon.years))]
    sums = frame.groupby("year")[list(_FLOWS)].sum().reset_index()
    sums = sums[sums[list(_FLOWS)].abs().sum(axis=1) > 0.0]
    named = sums.rename(columns=dict(zip(_FLOWS, _TITLES, strict=True)))
    return ReportTable("debt", columns, named.reset_index(drop=True))


_TABLES: Mapping[str, Callable[[Run], ReportTable]] = {
    "paper_built": built_by_phase_table,
    "paper_cost": payer_table,
    "paper_largest": largest_works_table,
    "paper_districts": _district_table,
    "paper_left_out": left_out_table,
    "paper_targets": _missed_table,
    "paper_debt": _debt_by_year,
    "paper_sure": estimates_table,
}
"""Table that stands below the words of a part."""
