"""The schedule of the report page as a table whose cells are years: it prints, filters and reads.

A row is a project, a cell a span of years; no drawing, so that a row breaks to the next page with
the years above it, and a screen reader tells what a bar shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infraplan.models.catalogue import pair, phrase
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.models.quantities import Quality
from infraplan.optimizer.report.excerpts import MOST_ROWS, weightiest
from infraplan.optimizer.report.frames import Run, in_order
from infraplan.optimizer.report.plan_tables import chosen_options
from infraplan.optimizer.report.texts import Names, both

Pair = tuple[str, str]
STATES = (Mandate.COMMITTED, Mandate.MUST, Mandate.FREE)


@dataclass(frozen=True)
class Span:
    """Years of a row that are of one kind: `` (nothing), `w` (works), `o` (operating)."""

    kind: str
    years: int


@dataclass(frozen=True)
class ScheduleRow:
    """A project built, with what filters ask for."""

    project: str
    name: Pair
    hint: Pair
    spans: tuple[Span, ...]
    estimated: bool
    critical: bool
    sector: str
    district: str
    funds: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Choice:
    """A value that a filter offers, with the words for it."""

    key: str
    name: Pair


@dataclass(frozen=True)
class Schedule:
    """Years, rows by phase of start, choices by filter; `told` says what was left out."""

    years: tuple[int, ...]
    phases: tuple[tuple[Pair, int], ...]
    groups: tuple[tuple[Pair, tuple[ScheduleRow, ...]], ...]
    filters: tuple[tuple[str, Pair, tuple[Choice, ...]], ...]
    told: Pair


def schedule_of(run: Run, chain: Iterable[str]) -> Schedule | None:
    """The schedule of a run's plan; `chain` are the projects of the critical chain."""
    plan = run.plan
    if plan is None:
        return None
    names, horizon, critical = Names(run.instance), run.instance.settings.horizon, set(chain)
    last = max([horizon.last_year, *(row.finish for row in plan.starts)])
    years = tuple(range(horizon.first_year, last + 1))
    options = chosen_options(run)
    starts = sorted(plan.starts, key=lambda row: (row.start, row.opening, in_order(row.project)))
    kept = weightiest([options[row.project].overnight_cost for row in starts], MOST_ROWS)
    told = ("", "")
    if len(kept) < len(starts):
        told = phrase("largest-rows-of", shown=len(kept), count=len(starts)).both
        starts = [starts[position] for position in kept]
    funds = _funds(run)
    groups: dict[Pair, list[ScheduleRow]] = {}
    for start in starts:
        phase = horizon.phase_of(start.start)
        title = names.pair(f"phase:{phase.id}") if phase else both("phase_after_plan")
        row = _row(run, start, years, options[start.project].quality, start.project in critical)
        groups.setdefault(title, []).append(
            ScheduleRow(
                start.project,
                names.pair(start.project),
                phrase(
                    "page-bar", start=start.start, finish=start.finish, opening=start.opening
                ).both,
                *row,
                funds=tuple(sorted(funds.get(start.project, ()))),
                state=duty_of(run.instance.project_by_id[start.project]).value,
            )
        )
    spans = [(names.pair(f"phase:{p.id}"), p.last_year - p.first_year + 1) for p in horizon.phases]
    if last > horizon.last_year:
        spans.append((both("phase_after_plan"), last - horizon.last_year))
    rows = [row for members in groups.values() for row in members]
    return Schedule(
        years,
        tuple(spans),
        tuple((title, tuple(members)) for title, members in groups.items()),
        _filters(names, rows),
        told,
    )


def spans_of(start: ProjectStart, years: Sequence[int]) -> tuple[Span, ...]:
    """Spans of a project's row over `years`: nothing, works, operating."""
    first, end = years[0], years[-1] + 1
    begin = max(first, start.start)
    opening = min(max(start.opening, begin), end)
    spans = [Span("", begin - first), Span("w", opening - begin), Span("o", end - opening)]
    if start.opening == start.start and opening < end:
        # Works of no lead time open in the year they begin: that year shows both.
        spans = [Span("", begin - first), Span("w o", 1), Span("o", end - opening - 1)]
    return tuple(span for span in spans if span.years > 0)


def _row(
    run: Run, start: ProjectStart, years: tuple[int, ...], quality: Quality, critical: bool
) -> tuple[tuple[Span, ...], bool, bool, str, str]:
    project = run.instance.project_by_id[start.project]
    return (
        spans_of(start, years),
        quality is not Quality.STATED,
        critical,
        project.sector,
        run.instance.jurisdiction_of(project),
    )


def _funds(run: Run) -> dict[str, set[str]]:
    """Sources of money by project; outside payers by payer."""
    found: dict[str, set[str]] = {}
    for row in run.plan.payments if run.plan is not None else ():
        found.setdefault(row.project, set()).add(row.source or row.jurisdiction)
    return found


def _filters(
    names: Names, rows: list[ScheduleRow]
) -> tuple[tuple[str, Pair, tuple[Choice, ...]], ...]:
    """Sector, district, source of money, state: those that the rows have."""
    sectors = sorted({row.sector for row in rows})
    districts = sorted({row.district for row in rows})
    funds = sorted({fund for row in rows for fund in row.funds})
    states = [state.value for state in STATES if any(row.state == state.value for row in rows)]
    words = {state.value: _state_words(state) for state in STATES}
    return (
        ("sector", both("sector"), tuple(Choice(key, both(key)) for key in sectors)),
        (
            "district",
            both("filter_district"),
            tuple(Choice(key, names.pair(key)) for key in districts),
        ),
        ("funds", both("filter_fund"), tuple(Choice(key, names.pair(key)) for key in funds)),
        ("state", both("filter_state"), tuple(Choice(key, words[key]) for key in states)),
    )


def _state_words(state: Mandate) -> Pair:
    key = "state_free" if state is Mandate.FREE else f"state_{state.value}"
    return pair(*both(key)).both
