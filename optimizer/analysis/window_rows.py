"""Windows as rows of the model, so that they can be seen to give way; they stand in it as columns.

An option has no column for a start outside its window. Whoever asks which rules conflict must be
able to open a window, so the model is built again with all of them open, and each window becomes a
row that counts by how many years a start misses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from infraplan.models.consistency import start_window
from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of, is_given_up
from infraplan.models.project import Mandate, Project
from infraplan.models.relation import RenewalMode
from infraplan.models.renewal import renewals
from infraplan.models.rules import RULES
from infraplan.optimizer.accounts.candidates import FlatOption, lay_out
from infraplan.optimizer.mip import FloatArray, Key, Mip
from infraplan.optimizer.mip_edits import with_rows
from infraplan.optimizer.program import Formulation, build_formulation


class Row(NamedTuple):
    """`low <= sum values x columns <= high`, a row of rule `family` called `key`."""

    family: str
    key: Key
    columns: tuple[int, ...]
    values: tuple[float, ...]
    low: float = -np.inf
    high: float = np.inf


def with_named_rows(mip: Mip, rows: Sequence[Row]) -> Mip:
    """`mip` with further rows, those of one rule in one block, in the order in which they stand."""
    for family in dict.fromkeys(row.family for row in rows):
        mine = [row for row in rows if row.family == family]
        ends = np.cumsum([0, *(len(row.columns) for row in mine)])
        columns = np.array([c for row in mine for c in row.columns], dtype=np.int64)
        values = np.array([v for row in mine for v in row.values], dtype=np.float64)
        mip = with_rows(
            mip,
            family,
            csr_array((values, columns, ends), shape=(len(mine), mip.num_columns)),
            np.array([row.low for row in mine]),
            np.array([row.high for row in mine]),
            axes=RULES[family].axes,
            keys=tuple(row.key for row in mine),
        )
    return mip


def with_open_windows(formulation: Formulation) -> tuple[Formulation, list[Row]]:
    """The program with every window open, and the rows that close them again.

    Years of the plan stay: money is counted inside it. A committed project stays as it is, for
    its year is part of what committed means, and so does an automatic renewal. Where no window is
    shut, the program is the given one.
    """
    instance = formulation.instance
    wide = _opened(instance)
    given, found = lay_out(instance), lay_out(wide)
    if all(
        (a.first, a.last) == (b.first, b.last)
        for a, b in zip(given.options, found.options, strict=True)
    ):
        return formulation, []
    opened = build_formulation(wide)
    rows = [
        row
        for index, project in enumerate(instance.projects)
        for row in _window_rows(instance, project, opened, opened.sets.options_of[index])
    ]
    return opened, rows


def _opened(instance: Instance) -> Instance:
    settings = instance.settings.model_copy(update={"stage_gates": {}})
    # What an automatic renewal must do hangs on its window: opened, it would owe more.
    automatic = {
        relation.to_projects[0]
        for relation in renewals(instance.relations)
        if relation.renewal is RenewalMode.AUTOMATIC
    }
    projects = tuple(
        project if project.id in automatic else _open(project) for project in instance.projects
    )
    return instance.with_tables(settings=settings, projects=projects)


def _open(project: Project) -> Project:
    if duty_of(project) is Mandate.COMMITTED:
        return project
    free = project.mandatory is Mandate.MUST_NOT
    return project.model_copy(
        update={
            "mandatory": Mandate.FREE if free else project.mandatory,
            # What was given up says what it has cost, which no candidate does.
            "spent_to_date": None if is_given_up(project) else project.spent_to_date,
            "earliest_start": None,
            "latest_start": None,
            "open_by": None,
            "ready_years": {},
        }
    )


def _window_rows(
    instance: Instance, project: Project, opened: Formulation, numbers: tuple[int, ...]
) -> Iterator[Row]:
    """Rows that are 0 where `project` keeps its window, else the years by which it misses it."""
    if duty_of(project) is Mandate.COMMITTED:
        return
    flats = [(number, opened.sets.options[number]) for number in numbers]
    flats = [(number, flat) for number, flat in flats if flat.is_open]
    years = opened.sets.years

    def row(family: str, year: int | None, missed: dict[int, FloatArray]) -> Iterator[Row]:
        columns, values = _weighted(opened, flats, missed)
        if columns:
            key: Key = (project.id,) if year is None else (project.id, year)
            yield Row(family, key, columns, values, high=0.0)

    if project.mandatory is Mandate.MUST_NOT:
        yield from row("forbidden", None, {n: np.ones(len(years)) for n, _ in flats})
    first, _ = start_window(instance, project)
    early = {n: np.maximum(0.0, float(first) - years) for n, _ in flats}
    yield from row("earliest_start", first, early)
    latest, by = project.latest_start, project.open_by
    if latest is not None:
        late = {n: np.maximum(0.0, years - float(latest)) for n, _ in flats}
        yield from row("latest_start", latest, late)
    if by is not None:
        tardy = {n: np.maximum(0.0, years + flat.option.lead_time - float(by)) for n, flat in flats}
        yield from row("open_by", by, tardy)


def _weighted(
    opened: Formulation, flats: list[tuple[int, FlatOption]], missed: dict[int, FloatArray]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Entries of ``sum_{o,t} missed[o][t] x[o,t]``, x a start: a difference of `started`."""
    columns: list[int] = []
    values: list[float] = []
    for number, flat in flats:
        weight = missed[number][flat.first : flat.last + 1]
        change = weight - np.append(weight[1:], 0.0)
        kept = np.flatnonzero(change)
        columns += opened.started[number, flat.first : flat.last + 1][kept].tolist()
        values += change[kept].tolist()
    return tuple(columns), tuple(values)
