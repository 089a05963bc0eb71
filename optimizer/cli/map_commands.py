"""`infraplan map`: a map for a foreign table, proposed and tried before anything is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.catalogue import Phrase, in_language, listed, pair, phrase, term_or_name
from infraplan.models.errors import Severity
from infraplan.optimizer.cli.output import Language, Output, finding_data, print_findings, reporting
from infraplan.optimizer.cli.parameters import Json, Lang
from infraplan.optimizer.interop.table_mapping import ProposedMap, proposed_map
from infraplan.optimizer.interop.table_summary import TableSummary


def map_table(
    file: Annotated[
        Path, typer.Argument(help="Table of projects of any layout: .csv, .tsv or .xlsx.")
    ],
    target: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write the map, YAML.")
    ] = None,
    sheet: Annotated[
        str, typer.Option(help="Sheet of a workbook; blank: the one that looks most like a table.")
    ] = "",
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Propose the map of a foreign table, and show what it reads before anything is written."""
    output = Output(as_json, lang.value)
    with reporting(output):
        if target is not None and target.exists():
            output.fail("file", phrase("is-already-there-nothing", path=target))
            raise typer.Exit(2)
        found = proposed_map(file, sheet, lang.value)
        print_findings(output, found.findings)
        tell_summary(output, found.summary)
        for ask in found.asks:
            output.say(phrase("map-asks", ask=ask))
        errors = sum(1 for finding in found.findings if finding.severity is Severity.ERROR)
        if errors:
            output.say(phrase("map-still-faulty", count=errors))
        if target is not None:
            target.write_text(found.text, encoding="utf-8")
            output.say(phrase("map-written", path=target, file=file))
        output.emit(_data(found, target))
        if not as_json:
            _draw_columns(output, found.summary)
            if target is None:
                sys.stdout.write(found.text)


def tell_summary(output: Output, summary: TableSummary) -> None:
    """Say what was read: the sum, the sums by year, the largest project, and what stays open."""
    english = summary.money_unit or summary.currency
    unit = pair(english, summary.money_unit_zh or english)
    told = {"projects": summary.num_projects, "rows": summary.rows_read}
    output.say(phrase("map-sum", total=summary.total, unit=unit, **told))
    if summary.by_year:
        years = summary.by_year.items()
        output.say(listed(phrase("map-year", year=year, amount=amount) for year, amount in years))
    largest = summary.largest
    if largest is None:
        output.say(phrase("map-no-largest"))
    else:
        name, row = largest.name, largest.row
        output.say(phrase("map-largest", name=name, row=row, amount=largest.amount, unit=unit))
    if summary.open:
        output.say(
            phrase(
                "map-open",
                open=listed(
                    phrase("map-open-of", what=_word(name), count=count)
                    for name, count in summary.open.items()
                ),
            )
        )


def _word(name: str) -> Phrase:
    own = {"time": "open-time", "funding": "open-funding"}
    return phrase(own[name]) if name in own else term_or_name("column", name)


def _data(found: ProposedMap, target: Path | None) -> dict[str, object]:
    return {
        **found.summary.data(),
        "path": None if target is None else str(target),
        "map": found.text,
        "asks": [{"message": str(ask), "message_zh": ask.zh} for ask in found.asks],
        "findings": [finding_data(finding) for finding in found.findings],
    }


def _read_as(field: str | None, lang: str) -> str:
    """What a column is read as: its word in Chinese, and the key by which a map names it."""
    if not field:
        return "-"
    key, _, year = field.partition(": ")
    word = phrase("read-as-year", year=year) if key == "years" and year else _word(field)
    told = in_language(phrase("read-as-total") if field == "total" else word, lang)
    if lang == "en" or told == field:
        return field
    return in_language(phrase("name-and-word", name=told, word=field), lang)


def _draw_columns(output: Output, summary: TableSummary) -> None:
    from infraplan.optimizer.report.drawn_tables import draw_table
    from infraplan.optimizer.report.texts import text

    names = ("heading_of_the_file", "read_as", "how_sure")
    rows = [
        (use.heading, _read_as(use.field, output.lang), f"{use.confidence:.1f}")
        for use in summary.columns
    ]
    draw_table(
        output.errors,
        text("columns_of_the_table", output.lang),
        [text(name, output.lang) for name in names],
        rows,
        numbers=[False, False, True],
        colon="：" if output.lang == "zh" else ": ",
    )
