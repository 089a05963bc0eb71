"""A run as the pages draw it: sentences, map, schedule and charts, all by what the report uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from infraplan.models.catalogue import Phrase, in_language, phrase
from infraplan.optimizer.analysis.critical_chain import critical_chain
from infraplan.optimizer.report import first_screen, page_charts, page_tables
from infraplan.optimizer.report.drawings.plan_map import PlanMap
from infraplan.optimizer.report.frames import Run, asked
from infraplan.optimizer.report.html import schedule_html
from infraplan.optimizer.report.map_data import map_of
from infraplan.optimizer.report.page_charts import PageChart
from infraplan.optimizer.report.page_schedule import Schedule, ScheduleRow, schedule_of
from infraplan.optimizer.report.plan_tables import TABLES, debt_frame
from infraplan.optimizer.report.table_data import table_data
from infraplan.optimizer.report.texts import Names, both
from infraplan.optimizer.workbench.kept import Kept
from infraplan.optimizer.workbench.paged import Asked, fitting
from infraplan.optimizer.workbench.reading import (
    FILES,
    files_of,
    piece_of,
    run_of,
    run_table,
    table_piece,
    written_at,
)

Pair = tuple[str, str]
FILTERS = ("sector", "district", "funds", "state")
"""What the schedule is filtered by, besides words sought in names."""
MOST_VIEWS = 6
"""Runs whose drawings are kept in memory."""


@dataclass(frozen=True)
class PlanView:
    """What the page of a run draws; `map` is None where nothing has a place.

    `drawn` is the whole schedule as HTML, `years` the first and last of the plan. `run` is there
    where it was asked for (`compared_of`), and where the run is small.
    """

    run: Run
    years: tuple[int, int]
    headline: Phrase
    left_out: Phrase
    sure: tuple[Phrase, ...]
    money: tuple[Phrase, ...]
    proof: tuple[Phrase, ...]
    schedule: Schedule
    drawn: str
    map: PlanMap
    map_chart: PageChart | None
    money_charts: tuple[PageChart, ...]
    debt_charts: tuple[PageChart, ...]
    service_charts: tuple[PageChart, ...]
    quality_chart: PageChart | None


@dataclass(frozen=True)
class RunShown:
    """What the page of a run shows: no instance and no plan, which take long to load.

    `candidates` counts the projects that do not stand yet, `names` are those of all by id.
    """

    manifest: Mapping[str, Any]
    candidates: int
    names: Mapping[str, Pair]
    view: PlanView | None


SHOWN, LEFT_OUT = "shown", "left-out"
"""Pieces of what is kept of a large run."""
_SHOWN: Kept[RunShown] = Kept(MOST_VIEWS)
_LEFT_OUT: Kept[dict[str, Any]] = Kept(2 * MOST_VIEWS)


def report_run(folder: Path) -> Run:
    """A run as tables and drawings of the report take it."""
    return run_of(files_of(folder))


def shown_of(folder: Path) -> RunShown:
    """What the page of the run in `folder` shows, kept while it is not written again."""

    def made() -> RunShown:
        kept: RunShown | None = piece_of(folder, SHOWN)
        return _shown(report_run(folder)) if kept is None else kept

    return _SHOWN.of((folder, written_at(folder)), made)


def view_of(folder: Path) -> PlanView | None:
    """What is drawn of the run in `folder`; None: no plan."""
    return shown_of(folder).view


def compared_of(folder: Path) -> PlanView | None:
    """What is drawn of the run in `folder` with the run itself, which takes long to load."""
    view = view_of(folder)
    return None if view is None else replace(view, run=report_run(folder))


def pieces_of(folder: Path) -> dict[str, Any]:
    """All that the pages show of a run, as a process apart sends it."""
    files = files_of(folder)
    run = run_of(files)
    shown = _shown(run)
    bare = None if shown.view is None else replace(shown.view, run=cast("Run", None))
    found: dict[str, Any] = {FILES: files, SHOWN: replace(shown, view=bare)}
    for name, make in TABLES.items():
        table = make(run)  # once for both languages
        for lang in ("en", "zh"):
            found[table_piece(name, lang)] = table_data(table, lang)
    for lang in ("en", "zh"):
        told = found[table_piece("rejected", lang)]
        found[table_piece(LEFT_OUT, lang)] = _with_ids(run, told, lang)
    return found


def _shown(run: Run) -> RunShown:
    names = Names(run.instance)
    called = {row.id: names.pair(row.id) for row in run.instance.projects}
    return RunShown(run.manifest, asked(run), called, _drawn(run))


def projects_of(folder: Path, lang: str) -> dict[str, str]:
    """Name of each project of a run with its id, by id."""
    side = 1 if lang == "zh" else 0
    return {key: _named(key, told[side], lang) for key, told in shown_of(folder).names.items()}


def _named(name: str, told: str, lang: str) -> str:
    if told == name:
        return name
    return in_language(phrase("name-and-word", name=told, word=name), lang)


def _drawn(run: Run) -> PlanView | None:
    plan = run.plan
    if plan is None:
        return None
    chain = [link.project for link in critical_chain(run.instance, plan)]
    schedule = schedule_of(run, chain)
    if schedule is None:
        return None
    drawn = map_of(run.instance, plan)
    debt, _ = page_charts.debt_charts(run, debt_frame(run))
    rules, _ = page_charts.rule_charts(run)
    sources = page_charts.series_by_source(run)
    return PlanView(
        run=run,
        years=(run.instance.settings.horizon.first_year, run.instance.settings.horizon.last_year),
        headline=first_screen.headline(run),
        left_out=first_screen.left_out(run),
        sure=tuple(first_screen.how_sure(run)),
        money=tuple(first_screen.money_and_room(run)),
        proof=tuple(first_screen.proof(run)),
        schedule=schedule,
        drawn=drawn_schedule(schedule),
        map=drawn,
        map_chart=page_charts.map_chart(drawn, run.instance.settings.horizon.last_year),
        money_charts=(page_charts.money_chart(run, sources), page_charts.phases_chart(run)),
        debt_charts=(*debt, *rules),
        service_charts=tuple(
            page_charts.service_charts(run, TABLES["trips"](run), TABLES["supply"](run))
        ),
        quality_chart=page_charts.quality_chart(run, page_tables.quality_by_sector_table(run)),
    )


def filtered(schedule: Schedule, search: str, wanted: Mapping[str, str]) -> Schedule:
    """The schedule with the rows alone that fit `search` in a name and each choice `wanted`."""
    sought = search.strip().casefold()

    def fits(row: ScheduleRow) -> bool:
        if sought and not any(sought in name.casefold() for name in row.name):
            return False
        return all(
            not value or value in (row.funds if key == "funds" else (getattr(row, key),))
            for key, value in wanted.items()
        )

    groups = [(title, tuple(row for row in rows if fits(row))) for title, rows in schedule.groups]
    return replace(schedule, groups=tuple(group for group in groups if group[1]))


def count_of(schedule: Schedule) -> int:
    """Rows of a schedule."""
    return sum(len(rows) for _, rows in schedule.groups)


def drawn_schedule(schedule: Schedule) -> str:
    """The schedule as HTML."""
    return str(schedule_html(schedule))


def targets_of(folder: Path, lang: str) -> dict[str, Any]:
    """The targets of a run: required, before, achieved."""
    return run_table(folder, "targets", lang)


def left_out_table(folder: Path, lang: str) -> dict[str, Any]:
    """Projects left out with their reasons, a column `_id` besides, which no grid shows."""

    def made() -> dict[str, Any]:
        kept: dict[str, Any] | None = piece_of(folder, table_piece(LEFT_OUT, lang))
        if kept is not None:
            return kept
        return _with_ids(report_run(folder), run_table(folder, "rejected", lang), lang)

    return _LEFT_OUT.of((folder, written_at(folder), lang), made)


def _with_ids(run: Run, told: Mapping[str, Any], lang: str) -> dict[str, Any]:
    names, side = Names(run.instance), 1 if lang == "zh" else 0
    called: dict[str, list[str]] = {}
    for row in run.rejections:
        called.setdefault(names.pair(row.project)[side], []).append(row.project)
    # Two of one name are not told apart: nothing is better than the wrong one.
    single = {name: ids[0] for name, ids in called.items() if len(ids) == 1}
    rows = [row | {"_id": single.get(str(row["project"]), "")} for row in told["rows"]]
    return {**told, "rows": rows}


def rows_of(folder: Path, name: str, lang: str) -> list[dict[str, Any]]:
    """Rows of a table of a run, or of what was left out of it."""
    told = left_out_table(folder, lang) if name == LEFT_OUT else run_table(folder, name, lang)
    rows: list[dict[str, Any]] = told["rows"]
    return rows


def sought_rows(
    rows: Sequence[Mapping[str, Any]], search: str, column: str = "", value: str = ""
) -> list[dict[str, Any]]:
    """Rows in which `search` stands in some text, and `value` in `column` where it is asked for."""
    return [dict(rows[at]) for at in fitting(rows, Asked(search, column, value))]


def label_of(key: str) -> Pair:
    """A word of the report in both languages."""
    return both(key)
