"""Family `choose_one`: one option of a project at most."""

from __future__ import annotations

from infraplan.optimizer.formulation.context import Context, Entry


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
    context.add_entries("choose_one", entries, keys, upper=1.0)
