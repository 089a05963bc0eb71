"""Tables in the terminal, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from rich.console import Console

from infraplan.models.catalogue import NOTHING_SAID, Phrase, in_language, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.analysis.conflicts import stated_line
from infraplan.optimizer.report.drawn_tables import draw_table, wrapped
from infraplan.optimizer.report.finance_tables import statements_by_year
from infraplan.optimizer.report.frames import (
    MONEY,
    TEXT,
    Column,
    ReportTable,
    Run,
    format_value,
    in_brackets,
    make_run,
)
from infraplan.optimizer.report.money_words import money_check_line, money_line
from infraplan.optimizer.report.network_tables import (
    network_table,
    pressures_table,
    supply_table,
    trips_table,
)
from infraplan.optimizer.report.plan_tables import TABLES, money_table
from infraplan.optimizer.report.stage_line import stage_line
from infraplan.optimizer.report.stated_dates_table import dates_missed
from infraplan.optimizer.report.texts import Names, both, text
from infraplan.optimizer.report.value_parts import value_parts

TABLE_KINDS = tuple(TABLES)
MOST_COLUMNS = 8
"""More columns than these do not fit into 80 characters; the table is split by years."""
_NAMES = frozenset({"project", "target", "binding", "rule", "why_missed"})
_NAME, _WORD = 16, 8
"""Characters that a column of names, and one of other words, keeps where room is short."""
_NARROW: Mapping[str, frozenset[str]] = {
    "projects": frozenset({"phase"}),
    "debt": frozenset({"jurisdiction"}),
    "rules": frozenset({"jurisdiction"}),
    "debt_room": frozenset({"jurisdiction", "tested_to", "limit", "peak_year"}),
    "stated_dates": frozenset({"quote"}),
    "money_check": frozenset({"num_selected"}),
    "appraisal": frozenset({"uplift", "discount_rate", "delay_gain", "best_start"}),
}
"""Columns that the terminal leaves out; page, workbook and CSV have them."""
_ENDS_ONLY = frozenset({"supply", "trips"})
"""Tables of which the terminal shows the first and the last year alone."""


def print_summary(
    console: Console,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection] = (),
    *,
    lang: str,
) -> None:
    """Print what is left of the money, the run's figures, investment by phase, and targets."""
    for told in (_first_line(instance, plan, manifest, rejections), money_check_line(manifest)):
        if told:
            line = wrapped(in_language(told, lang).strip(), console.width)
            console.print(line, style="bold", markup=False, highlight=False)
    title = instance.settings.title.text(lang) or instance.settings.id
    console.print(title, style="bold", markup=False)
    run = make_run(instance, plan, manifest)
    _print(console, TABLES["summary"](run), lang)
    if parts := value_parts(instance, plan):
        line = wrapped(in_language(parts, lang), console.width)
        console.print(line, markup=False, highlight=False)
    if stages := stage_line(manifest):
        line = wrapped(stages.both[lang == "zh"], console.width)
        console.print(line, markup=False, highlight=False)
    for note in manifest.get("notes") or []:
        console.print(_entry(note[f"text_{lang}"], console.width), markup=False)
    conflicts = manifest.get("conflicts") or []
    if conflicts:
        console.print(text("conflicts", lang), style="bold")
        for conflict in conflicts:
            line = in_language(stated_line(conflict), lang)
            console.print(_entry(line, console.width), markup=False)
    if plan is not None:
        _print(console, TABLES["phases"](run), lang)
        if plan.targets:
            table = TABLES["targets"](run)
            narrow = tuple(column for column in table.columns if column.key != "year")
            _print(console, replace(table, columns=narrow, frame=_with_years(table.frame)), lang)
        dates = dates_missed(plan, run.money)
        if dates:
            line = wrapped(dates.both[lang == "zh"], console.width)
            console.print(line, markup=False, highlight=False)


def _with_years(frame: pd.DataFrame) -> pd.DataFrame:
    """Targets with their years behind their names: a figure needs its unit more than a column."""
    years = frame["year"].astype(int).astype(str)
    english = frame["target_en"] + ", " + years
    return frame.assign(target_en=english, target_zh=frame["target_zh"] + "，" + years)


def _first_line(
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection],
) -> Phrase:
    """What is said of the money; of a run without a plan only that nothing limits it."""
    told = money_line(instance, manifest, rejections)
    return told if plan is not None or not is_money_limited(instance) else NOTHING_SAID


def _entry(told: str, width: int) -> str:
    """An entry of a list, in lines that break no word."""
    return "  - " + wrapped(told, width - 4).replace("\n", "\n    ")


def print_tables(
    console: Console,
    kind: str,
    instance: Instance,
    plan: Plan | None,
    manifest: Mapping[str, Any],
    rejections: Sequence[Rejection],
    *,
    lang: str,
) -> None:
    """Print the table called `kind`; raises KeyError where there is none."""
    run = make_run(instance, plan, manifest, rejections)
    if kind == "money":
        _print_by_year(console, money_table(run), lang)
    elif kind == "debt_statement":
        for statement in statements_by_year(run):
            _print_by_year(console, statement, lang)
    elif kind in _ENDS_ONLY:
        _print(console, _first_and_last_year(TABLES[kind](run)), lang)
    elif kind in _NARROW:
        _print_by_owner(console, TABLES[kind](run), _NARROW[kind], lang)
    else:
        _print(console, TABLES[kind](run), lang)


def _first_and_last_year(table: ReportTable) -> ReportTable:
    years = [column.key for column in table.columns if column.key.isdigit()]
    between = frozenset(years[1:-1])
    return replace(table, columns=tuple(c for c in table.columns if c.key not in between))


def _print_by_owner(
    console: Console, table: ReportTable, hidden: frozenset[str], lang: str
) -> None:
    """Print a wide table without its least columns, one for each jurisdiction where it has some."""
    columns = tuple(column for column in table.columns if column.key not in hidden)
    key = f"jurisdiction_{lang}"
    if key not in table.frame.columns or table.frame.empty:
        _print(console, replace(table, columns=columns), lang)
        return
    for owner in dict.fromkeys(table.frame[key]):
        console.print(str(owner), style="bold", markup=False)
        mine = table.frame[table.frame[key] == owner]
        _print(console, replace(table, columns=columns, frame=mine), lang)


def print_table(console: Console, table: ReportTable, *, lang: str) -> None:
    """Print a table that is not one of a run."""
    _print(console, table, lang)


def print_by_year(console: Console, table: ReportTable, *, lang: str) -> None:
    """Print a table whose columns are years, in blocks that fit."""
    _print_by_year(console, table, lang)


def print_network(console: Console, run: Run, network: str, *, lang: str) -> None:
    """Print the links of a network, and what it delivers where there is a plan."""
    _print(console, network_table(run, network), lang)
    if run.plan is not None:
        for build in (trips_table, supply_table, pressures_table):
            table = build(run)
            name = Names(run.instance).pair(network)[0]
            mine = table.frame[table.frame["network_en"].str.startswith(name)]
            if len(mine):
                _print(console, replace(table, frame=mine), lang)


def _titled(table: ReportTable, lang: str) -> str:
    """Title, with the unit where all amounts have the same one."""
    side = 1 if lang == "zh" else 0
    unit = in_brackets(_common_unit(table.columns)[side], lang)
    return both(table.name)[side] + (f" {unit}" if unit and lang != "zh" else unit)


def _common_unit(columns: Sequence[Column]) -> tuple[str, str]:
    """The one unit of all columns that have any; blank where they differ."""
    units = {column.unit for column in columns if any(column.unit)}
    return units.pop() if len(units) == 1 else ("", "")


def _narrowed(table: ReportTable, lang: str) -> list[Column]:
    """Columns to be shown: no source, nothing blank in every row, a common unit in the title."""
    common = _common_unit(table.columns)
    return [
        replace(column, unit=("", "")) if column.unit == common else column
        for column in table.columns
        if column.kind != TEXT
        or (
            column.key not in {"source", "payers", "option"}
            and bool(table.frame[column.frame_key(lang)].astype(bool).any())
        )
    ]


def _print(console: Console, table: ReportTable, lang: str) -> None:
    if table.frame.empty:
        side = 1 if lang == "zh" else 0
        title, none = both(table.name)[side], table.why_empty[side] or text("no_rows", lang)
        line = phrase("title-and-text", title=title, text=none).both[side]
        console.print(wrapped(line, console.width), markup=False, highlight=False)
        return
    shown = _narrowed(table, lang)
    lines = [
        [format_value(column, record[column.frame_key(lang)], lang) for column in shown]
        for record in table.frame.to_dict("records")
    ]
    draw_table(
        console,
        _titled(table, lang),
        [_heading(column, lang) for column in shown],
        lines,
        numbers=[column.kind != TEXT for column in shown],
        wanted=[_NAME if column.key in _NAMES else _WORD for column in shown],
        note=text(table.note, lang) if table.note else "",
        colon=_colon(lang),
    )


def _colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "


def _heading(column: Column, lang: str) -> str:
    """Title, and its unit in a line of its own."""
    return "\n".join(filter(None, column.heading(lang)))


def _print_by_year(console: Console, table: ReportTable, lang: str) -> None:
    """Print a wide table in blocks of years that fit."""
    side = 1 if lang == "zh" else 0
    title, owner = _titled(table, lang), f"jurisdiction_{lang}"
    owners = list(dict.fromkeys(table.frame[owner])) if owner in table.frame.columns else []
    if len(owners) == 1:  # named once, in the title
        title = phrase("title-and-text", title=title, text=owners[0]).both[side]
    years = [column for column in table.columns if column.key.isdigit()]
    fixed = [
        column
        for column in table.columns
        if column.kind == TEXT and not (len(owners) == 1 and column.key == "jurisdiction")
    ]
    total = [column for column in table.columns[-1:] if column.kind == MONEY]
    records = table.frame.to_dict("records")
    for block in _blocks(years):
        columns = (*fixed, *block, *(total if block[-1:] == years[-1:] else []))
        draw_table(
            console,
            title + _span(block),
            [column.heading(lang)[0] for column in columns],
            [
                [format_value(c, record[c.frame_key(lang)], lang) for c in columns]
                for record in records
            ],
            numbers=[column.kind != TEXT for column in columns],
            wanted=[_NAME] * len(columns),
            colon=_colon(lang),
        )
    if table.note:
        console.print(wrapped(text(table.note, lang), console.width), style="dim")


def _span(block: Sequence[Column]) -> str:
    """First and last year of a block, behind a title."""
    if len(block) < 2:
        return "".join(f" {column.key}" for column in block)
    return f" {block[0].key}-{block[-1].key}"


def _blocks(years: Sequence[Column]) -> list[Sequence[Column]]:
    """The years in blocks of at most `MOST_COLUMNS` columns, with name and total."""
    most = MOST_COLUMNS - 2
    return [years[begin : begin + most] for begin in range(0, len(years), most)]
