"""Dates that the text of a document states of its works, from the words of the census rows.

A date never forbids anything: a plan that misses it loses a share of the cost of the works for each
year, and the run lists it. What the share is no document says: it is assumed once, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from infraplan.models.horizon import Title
from infraplan.models.project import Project
from infraplan.models.quantities import Confidence
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.models.stated_date import DateKind, StatedDate
from tools.census import Book, more_of

BREACH_LOW, BREACH_MID, BREACH_HIGH = 0.01, 0.03, 0.06
"""Assumed cost of a year's breach as a share of the works' cost: an estimate without a source, of
the size of a year's rise in building prices (1 %) up to what a year's benefit of the weaker types
comes to (6 %). The instance takes the middle; two scenarios take the others."""
BEGINS = re.compile("开工")
OPENS = re.compile("完工|建成|完成|投用|投运|[全基][面本](?:形成|建立|实现)")
STUDIED = re.compile("研究|论证|谋划|前期|储备")
EXISTING, HOPED = "既有", "力争"
STAGES_AHEAD = frozenset({"study", "preparatory"})


def kind_of(row: dict[str, str]) -> DateKind | None:
    """What the words of a census row say of a date; None: nothing.

    开工 is begun within the plan, 完工 / 建成 / 完成 / 投用 open by its end, 研究 / 论证 / 前期 / 储备
    of works not yet decided: not before the next plan. 启动, 推进, 规划建设 and 探索 say no date; where
    the text says of such works elsewhere that they are built now, `begin_by` of works.csv has the year.
    """
    verb = row["status_verb_zh"]
    if EXISTING in verb:
        return None
    if row["stage"] in STAGES_AHEAD:
        is_studied = STUDIED.search(verb) or (
            row["stage"] == "study" and STUDIED.search(row["quote"])
        )
        return DateKind.NOT_BEFORE if is_studied else None
    if OPENS.search(verb):
        return DateKind.OPEN_BY
    return DateKind.BEGIN_BY if BEGINS.search(verb) else None


def build_dates(book: Book) -> tuple[StatedDate, ...]:
    """Dates of the projects of `book`, each priced at the middle share of its cost a year."""
    projects = {project.id: project for project in book.projects}
    dates = []
    for row in book.rows:
        project = projects.get(row["id"])
        if project is None:
            continue
        decided = more_of(book.works[row["id"]]).get("begin_by")
        kind = DateKind.BEGIN_BY if decided else kind_of(row)
        if kind is not None:
            dated = row | {"target_year": decided} if decided else row
            dates.append(_date(dated, kind, project, book))
    return tuple(dates)


def _date(row: dict[str, str], kind: DateKind, project: Project, book: Book) -> StatedDate:
    document = book.document
    stated = row["target_year"]
    end = int(stated) if stated.isdigit() else document.target_year
    words = {
        DateKind.BEGIN_BY: BEGINS,
        DateKind.OPEN_BY: OPENS,
        DateKind.NOT_BEFORE: STUDIED,
    }[kind]
    is_told = words.search(row["quote"]) and HOPED not in row["status_verb_zh"] + row["quote"]
    return StatedDate(
        project=project.id,
        kind=kind,
        year=document.target_year + 1 if kind is DateKind.NOT_BEFORE else end,
        breach_cost=round(BREACH_MID * project.options[0].overnight_cost, 4),
        quote=row["quote"],
        source=f"{document.number} {row['source_section']}: {row['status_verb_zh']}; "
        f"cost of a year assumed at {BREACH_MID:.0%} of the works",
        confidence=Confidence.EXPLICIT if is_told else Confidence.IMPLIED,
    )


def date_scenarios(dates: Iterable[StatedDate]) -> tuple[Scenario, ...]:
    """The low and the high share for a year's breach; none where no date is stated."""
    if not tuple(dates):
        return ()
    return tuple(
        Scenario(
            id=name,
            title=Title(
                en=f"A year's breach of a stated date costs {share:.0%} of the works",
                zh=f"违反规划时点每年代价为投资的{share:.0%}",
            ),
            changes=(
                Change(
                    table="stated_dates",
                    field="breach_cost",
                    operation=Operation.MULTIPLY,
                    value=round(share / BREACH_MID, 6),
                ),
            ),
        )
        for name, share in (("dates-low", BREACH_LOW), ("dates-high", BREACH_HIGH))
    )
