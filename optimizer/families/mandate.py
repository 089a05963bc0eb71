"""Family `mandate`: what must be built is built."""

from __future__ import annotations

from infraplan.models.progress import must_be_built
from infraplan.optimizer.formulation.context import Context, Entry


def add_mandate(context: Context) -> None:
    """A mandatory or committed project is built, works under way that may stop apart.

    Formula: ``sum_o started[o,T-1] = 1``. One row per such project. (A forbidden project has no
    columns at all; what stopping costs is saved by a start.)
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for index, project in enumerate(context.instance.projects):
        if must_be_built(project):
            entries += context.sum_started(len(keys), index, context.sets.num_years - 1)
            keys.append((project.id,))
    context.add_entries("mandate", entries, keys, lower=1.0)
