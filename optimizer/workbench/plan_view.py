"""A run as the pages draw it: sentences, map, schedule and charts, all by what the report uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from infraplan.models.catalogue import Phrase
from infraplan.optimizer.analysis.critical_chain import critical_chain
from infraplan.optimizer.report import first_screen, page_charts, page_tables
from infraplan.optimizer.report.drawings.plan_map import PlanMap
from infraplan.optimizer.report.frames import Run, make_run
from infraplan.optimizer.report.html import schedule_html
from infraplan.optimizer.report.map_data import map_of
from infraplan.optimizer.report.page_charts import PageChart
from infraplan.optimizer.report.page_schedule import Schedule, ScheduleRow, schedule_of
from infraplan.optimizer.report.plan_tables import TABLES, debt_frame
from infraplan.optimizer.report.texts import Names, both
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE
from infraplan.optimizer.workbench.kept import Kept
from infraplan.optimizer.workbench.reading import drawn_of, files_of, run_table

Pair = tuple[str, str]
FILTERS = ("sector", "district", "funds", "state")
"""What the schedule is filtered by, besides words sought in names."""
MOST_VIEWS = 6
"""Runs whose drawings are kept in memory."""


@dataclass(frozen=True)
class PlanView:
    """What the page of a run draws; `map` is None where nothing has a place.

    `drawn` is the whole schedule as HTML.
    """

    run: Run
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


_VIEWS: Kept[PlanView | None] = Kept(MOST_VIEWS)


def report_run(folder: Path) -> Run:
    """A run as tables and drawings of the report take it."""
    files = files_of(folder)
    return make_run(files.instance, files.plan, files.manifest, files.tables.rejected)


def view_of(folder: Path) -> PlanView | None:
    """What is drawn of the run in `folder`, kept while it is not written again; None: no plan."""
    written_at = (folder / MANIFEST_FILE).stat().st_mtime_ns
    return _VIEWS.of((folder, written_at), lambda: _view(folder))


def bare_view(folder: Path) -> PlanView | None:
    """What is drawn of the run in `folder` without the run itself, as a process apart sends it."""
    view = _drawn(report_run(folder))
    return None if view is None else replace(view, run=cast("Run", None))


def _view(folder: Path) -> PlanView | None:
    run, drawn = report_run(folder), drawn_of(folder)
    return _drawn(run) if drawn is None else replace(drawn, run=run)


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
    run = report_run(folder)
    told, names = run_table(folder, "rejected", lang), Names(run.instance)
    side = 1 if lang == "zh" else 0
    called: dict[str, list[str]] = {}
    for row in run.rejections:
        called.setdefault(names.pair(row.project)[side], []).append(row.project)
    # Two of one name are not told apart: nothing is better than the wrong one.
    single = {name: ids[0] for name, ids in called.items() if len(ids) == 1}
    rows = [row | {"_id": single.get(str(row["project"]), "")} for row in told["rows"]]
    return told | {"rows": rows}


def sought_rows(
    rows: Sequence[Mapping[str, Any]], search: str, column: str = "", value: str = ""
) -> list[dict[str, Any]]:
    """Rows in which `search` stands in some text, and `value` in `column` where it is asked for."""
    sought = search.strip().casefold()
    return [
        dict(row)
        for row in rows
        if (not value or row.get(column) == value)
        and (
            not sought
            or any(sought in text.casefold() for text in row.values() if isinstance(text, str))
        )
    ]


def label_of(key: str) -> Pair:
    """A word of the report in both languages."""
    return both(key)
