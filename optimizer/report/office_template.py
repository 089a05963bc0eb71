"""A Word document to write into: the product's own plain one, or an office's template.

A template is a .docx file with fields in double braces: `{{ title }}` stands for a word or figure
anywhere in the text, `{{ paper_built }}` alone in a paragraph for a whole part of the paper. Fonts,
pages, heads and feet of the template stay as they are. Only names may stand between the braces: a
template runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import listed, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.interop.faults import FaultReport, one_fault
from infraplan.optimizer.report.texts import both

_FIELD = regex(r"\{\{\s*(.*?)\s*\}\}")
LATIN = "Times New Roman"
"""Font of Latin letters and figures."""
_BODY, _HEAD = "font_body", "font_head"
"""Fonts of Chinese letters, of text and headings; the catalogue has both names of each."""
_TEXT_SIZE, _HEAD_SIZE = 12.0, 15.0
_MARGIN_CM = 2.6
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def open_document(template: Path | None, lang: str) -> Any:
    """An empty A4 document in the product's own style, or the template as it is.

    Raises
    ------
    SolverUnavailableError
        A package of the extra `docx` is not installed.
    InstanceFormatError
        The template cannot be read as a Word document.
    """
    try:
        import docx
        import matplotlib as mpl
    except ImportError as error:
        package = "python-docx" if error.name == "docx" else str(error.name)
        asked = {"format": "docx", "package": package, "extra": "docx"}
        raise SolverUnavailableError(phrase("export-needs-an-extra", **asked)) from error
    del mpl
    if template is None:
        return _own_document(docx.Document(), lang)
    try:
        return docx.Document(str(template))
    except OSError as error:
        raise one_fault(template, 0, phrase("template-cannot-be-read", path=template)) from error
    except Exception as error:  # whatever a broken package makes the reader raise
        raise one_fault(template, 0, phrase("template-cannot-be-read", path=template)) from error


def _own_document(document: Any, lang: str) -> Any:
    """A4, margins, and fonts of text and headings."""
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(2.5)
    for name, size in (("Normal", _TEXT_SIZE), ("Heading 1", _HEAD_SIZE)):
        style = document.styles[name]
        is_head = name != "Normal"
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        style.font.bold = is_head and lang != "zh"
        set_font(style.element.get_or_add_rPr(), lang, heading=is_head)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.line_spacing = 1.25
    _name_fonts(document)
    return document


def set_font(properties: Any, lang: str, *, heading: bool) -> None:
    """Fonts of a run or style: Latin letters, and those of Chinese in a Chinese paper."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]  # fonts of a theme would go before those named here
    for side in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{side}"), LATIN)
    fonts.set(qn("w:eastAsia"), both(_HEAD if heading else _BODY)[1 if lang == "zh" else 0])


def _name_fonts(document: Any) -> None:
    """Say under which other names the Chinese fonts go."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/></w:font>'
        for name, other in ((both(_BODY)[1], both(_BODY)[0]), (both(_HEAD)[1], both(_HEAD)[0]))
    )
    table = part.blob.decode("utf-8").replace("</w:fonts>", f"{entries}</w:fonts>")
    part._blob = table.encode("utf-8")


# ------------------------------------------------------------------------------------- fields


def fill_template(
    document: Any,
    path: Path,
    words: Mapping[str, str],
    parts: Mapping[str, Callable[[], None]],
    otherwise: Callable[[], None],
) -> None:
    """Fill the fields of a template; where none asks for a part, `otherwise` writes at its end.

    Raises
    ------
    InstanceFormatError
        The template has fields that are neither, or a part inside of other text.
    """
    asked = _require_known(document, path, words, parts)
    for line in list(_paragraphs(document)):
        _replace(line, words)
    if not asked & set(parts):
        otherwise()
        return
    body = document.element.body
    for line in list(document.paragraphs):
        field = _FIELD.fullmatch(line.text.strip())
        if field is None or field[1] not in parts:
            continue
        before = list(body)
        parts[field[1]]()
        for element in [element for element in body if element not in before]:
            line._p.addprevious(element)
        body.remove(line._p)


def _require_known(
    document: Any, path: Path, words: Mapping[str, str], parts: Mapping[str, Callable[[], None]]
) -> set[str]:
    """Fields of the template; every one that cannot be filled is told."""
    faults = FaultReport()
    asked = {name for line in _paragraphs(document) for name in _FIELD.findall(line.text)}
    alone = {
        field[1]
        for line in document.paragraphs
        if (field := _FIELD.fullmatch(line.text.strip())) is not None
    }
    inside = {
        name
        for line in _paragraphs(document)
        if _FIELD.fullmatch(line.text.strip()) is None
        for name in _FIELD.findall(line.text)
        if name in parts
    } | {name for name in asked if name in parts and name not in alone}
    if unknown := sorted(asked - set(words) - set(parts)):
        known = listed([*words, *parts])
        told = phrase("template-fields-unknown", path=path, fields=listed(unknown), known=known)
        faults.add(path, 0, told)
    if inside:
        told = phrase("template-blocks-inside", path=path, fields=listed(sorted(inside)))
        faults.add(path, 0, told)
    faults.require()
    return asked


def _paragraphs(document: Any) -> Iterator[Any]:
    """Every paragraph of a document: text, cells of tables, heads and feet."""
    yield from document.paragraphs
    for table in document.tables:
        yield from _of_table(table)
    for section in document.sections:
        for edge in (section.header, section.footer, section.first_page_header):
            yield from edge.paragraphs
            for table in edge.tables:
                yield from _of_table(table)


def _of_table(table: Any) -> Iterator[Any]:
    for row in table.rows:
        for cell in row.cells:
            yield from cell.paragraphs


def _replace(line: Any, words: Mapping[str, str]) -> None:
    """Put words into the fields of a paragraph; Word may have cut a field into several runs."""

    def filled(text: str) -> str:
        return _FIELD.sub(lambda field: words.get(field[1], field[0]), text)

    for run in line.runs:
        if _FIELD.search(run.text):
            run.text = filled(run.text)
    if line.runs and filled(line.text) != line.text:
        first, *rest = line.runs
        first.text = filled(line.text)
        for run in rest:
            run.text = ""


# --------------------------------------------------------------------------------------- pieces


def number_pages(line: Any, size: float) -> None:
    """Write the number of the page and of all pages into a paragraph, centred."""
    from docx.shared import Pt

    line.alignment = 1
    for name in ("PAGE", "NUMPAGES"):
        if name == "NUMPAGES":
            line.add_run(" / ").font.size = Pt(size)
        run = line.add_run()
        run.font.size = Pt(size)
        for kind, text in (("begin", ""), ("", name), ("end", "")):
            run._r.append(_element("instrText", text) if text else _mark(kind))


def _mark(kind: str) -> Any:
    """The begin or end of a field."""
    element = _element("fldChar")
    element.set(f"{{{_WORD}}}fldCharType", kind)
    return element


def _element(name: str, text: str = "") -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    if text:
        made.text = text
    return made


def keep_row(row: Any, *, repeats: bool) -> None:
    """Keep a row of a table on one page, and say it again on every page where it `repeats`."""
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("cantSplit"))
    if repeats:
        properties.append(_element("tblHeader"))


def draw_borders(table: Any) -> None:
    """Thin lines around every cell, for a template without a style of tables."""
    borders = _element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = _element(side)
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(f"{{{_WORD}}}{key}", value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
