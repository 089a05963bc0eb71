"""Family `mandate`: what must be built is built."""

from __future__ import annotations

from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.formulation.context import Context, Entry


def add_mandate(context: Context) -> None:
    """A mandatory or committed project is built.

    Formula: ``sum_o started[o,T-1] = 1``. One row per such project. (A forbidden project has no
    columns at all.)
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for index, project in enumerate(context.instance.projects):
        if duty_of(project) in {Mandate.MUST, Mandate.COMMITTED}:
            entries += context.sum_started(len(keys), index, context.sets.num_years - 1)
            keys.append((project.id,))
    context.add_entries("mandate", entries, keys, lower=1.0)
