"""Family `selection`: monotone, choose_one, mandate."""

from __future__ import annotations

import numpy as np

from infraplan.models.project import Mandate
from infraplan.optimizer.formulation.context import Context, Entry


def add_monotone(context: Context) -> None:
    """Once started, a project stays started.

    Formula: ``started[o,t] - started[o,t-1] >= 0`` for t inside the window after its first year;
    o option, t plan year. One row per (option, year); nothing for a window of one year.
    """
    rows: list[np.ndarray] = []
    for option, flat in enumerate(context.sets.options):
        if flat.first < flat.last:
            rows.append(context.started[option, flat.first : flat.last + 1])
    if not rows:
        return
    later = np.concatenate([columns[1:] for columns in rows])
    earlier = np.concatenate([columns[:-1] for columns in rows])
    number = np.arange(len(later))
    context.builder.add_rows(
        "monotone",
        len(later),
        np.concatenate([number, number]),
        np.concatenate([later, earlier]),
        np.concatenate([np.ones(len(later)), -np.ones(len(later))]),
        lower=0.0,
    )


def add_choose_one(context: Context) -> None:
    """At most one option of a project is ever started.

    Formula: ``sum_o started[o,T-1] <= 1``. One row per project with two or more open options.
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for index, options in enumerate(context.sets.options_of):
        if sum(context.sets.options[option].is_open for option in options) > 1:
            entries += context.sum_started(len(keys), index, context.sets.num_years - 1)
            keys.append((context.instance.projects[index].id,))
    context.add_entries("choose_one", entries, -np.inf, 1.0, ("project",), keys)


def add_mandate(context: Context) -> None:
    """A mandatory or committed project is built.

    Formula: ``sum_o started[o,T-1] = 1``. One row per such project. (A forbidden project has no
    columns at all.)
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for index, project in enumerate(context.instance.projects):
        if project.mandatory in {Mandate.MUST, Mandate.COMMITTED}:
            entries += context.sum_started(len(keys), index, context.sets.num_years - 1)
            keys.append((project.id,))
    context.add_entries("mandate", entries, 1.0, np.inf, ("project",), keys)
