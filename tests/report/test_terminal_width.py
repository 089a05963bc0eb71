"""Every table of a run at 80 columns: no line beyond them, no word and no figure broken."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from infraplan.optimizer.report.finance_tables import statements_by_year
from infraplan.optimizer.report.frames import ReportTable, Run, format_value, make_run
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.terminal import TABLE_KINDS, print_summary, print_tables
from infraplan.optimizer.report.texts import text
from tests.report.test_report import INSTANCE, MANIFEST, PLAN, REJECTIONS

RUN = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
LINES = re.compile(r"[\s─━│┃╇┼╈┿═╪]+")


def printed(kind: str, lang: str) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=80)
    print_tables(console, kind, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)
    return stream.getvalue()


def words_of(table: ReportTable, lang: str) -> set[str]:
    """Every word that the table holds, in `lang`."""
    side = 1 if lang == "zh" else 0
    told = [table.title[side], text(table.note, lang), table.why_empty[side], text("no_rows", lang)]
    for column in table.columns:
        told.append(column.title(lang))
        told += [format_value(column, v, lang) for v in table.frame[column.frame_key(lang)]]
    return set(" ".join(told).split())


def tables(run: Run, kind: str) -> list[ReportTable]:
    found = [TABLES[kind](run)]
    return found + (statements_by_year(run) if kind == "debt_statement" else [])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(kind: str, lang: str) -> None:
    shown = printed(kind, lang)
    assert shown.strip()
    for line in shown.splitlines():
        assert cell_len(line) <= 80, line
        assert not re.match(r"[\s│]*%", line), shown  # the sign below its figure
    known = set().union(*(words_of(table, lang) for table in tables(RUN, kind)))
    known = {word.strip("[]:;,") for word in known}
    for word in LINES.split(shown):
        word = word.strip("[]:;,")
        if word.isascii() and word.isalnum() and len(word) > 1:  # Chinese may be broken anywhere
            assert any(word == one or one.startswith(f"{word}:") for one in known), (word, shown)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_summary_keeps_the_width(lang: str) -> None:
    stream = io.StringIO()
    print_summary(Console(file=stream, width=80), INSTANCE, PLAN, MANIFEST, lang=lang)
    assert all(cell_len(line) <= 80 for line in stream.getvalue().splitlines())
