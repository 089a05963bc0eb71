"""Stretches of years that a network's state stands for: docs/laws.md section 6, weights.

Every year of the plan is a state, and the last one stands for the years after it; but what a
project adds to a network begins with its opening and ends with its asset, and what works close is
open again after them. Where any of that happens after the last year its state is therefore looked
at once more, and the years from there on count with that state.

A smaller program looks at some of the years only, each of which stands for those around it. It
guides a search: what a plan is worth is always counted by the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import NetworkAction, ProjectNetwork
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import stands
from infraplan.optimizer.accounts.retirement import last_operating_year
from infraplan.optimizer.formulation.networks.layout import NetworkLayout
from infraplan.optimizer.formulation.sets import FloatArray, Sets

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Stretch:
    """Years in which one state of a network holds, and what they weigh.

    `year` is the first of them after a change, or the representative year itself; `base` is the
    representative year whose demand holds; `weight` in discounted years. `is_last` says that no
    representative year follows, so that openings and works are those of `year` as well.
    """

    year: int
    base: int
    weight: float
    is_last: bool = False

    @property
    def since(self) -> int:
        """Year by which a project must have opened, and whose works close what they close."""
        return self.year if self.is_last else self.base


Span = tuple[int, int]
"""First and last year of an effect: of operation, or of works that close something."""


def possible_stretches(
    sets: Sets,
    discount: FloatArray,
    views: tuple[NetworkLayout, ...],
    marks: tuple[int, ...],
) -> dict[str, tuple[Stretch, ...]]:
    """Stretches that any plan may need, with all starts that the options' windows allow.

    `marks` are the years that the program looks at.
    """
    rows = {
        view.id: [(row, span) for row in changing(view) for span, _ in possible_spans(sets, row)]
        for view in views
    }
    return _stretches(sets.instance, discount, views, rows, marks)


Cause = tuple[int, int]
"""Option and offset of the start without which an effect has another span."""


def possible_spans(sets: Sets, row: ProjectNetwork) -> Iterator[tuple[Span, Cause | None]]:
    """Spans that the effect of `row` may have, each with its start; None: it has it in any plan.

    What stands has the span of its life, and a shorter one for each start that may retire it.
    """
    for number in sets.options_of[sets.project_index[row.project]]:
        flat = sets.options[number]
        if row.option not in ("", flat.option.option):
            continue
        for t in flat.start_offsets:
            start = sets.first_year + t
            cause = None if flat.standing is not None else (number, t)
            if row.action is not NetworkAction.CLOSE_DURING_WORKS:
                opening = start + int(sets.leads[number])
                yield (opening, opening + flat.option.lifetime - 1), cause
                for end, retiring in _retirements(sets, row.project):
                    yield (opening, end - 1), retiring
            elif flat.standing is None:
                yield (start, start + flat.works_years - 1), cause


def _retirements(sets: Sets, project: str) -> Iterator[tuple[int, Cause]]:
    """Years in which `project`, which stands, may be retired, by what start."""
    relation = sets.instance.retired_by.get(project)
    if relation is not None:
        for number in sets.options_of[sets.project_index[relation.to_projects[0]]]:
            for t in sets.options[number].start_offsets:
                yield sets.first_year + t + int(sets.leads[number]), (number, t)


def stretches_of(
    instance: Instance,
    discount: FloatArray,
    views: tuple[NetworkLayout, ...],
    starts: Iterable[ProjectStart],
) -> dict[str, tuple[Stretch, ...]]:
    """Stretches of a plan with exactly `starts`."""
    started = {start.project: start for start in starts}
    rows: dict[str, list[tuple[ProjectNetwork, Span]]] = {view.id: [] for view in views}
    for view in views:
        for row in changing(view):
            start = started.get(row.project)
            if start is not None and row.option in ("", start.option):
                project = instance.project_by_id[row.project]
                if row.action is NetworkAction.CLOSE_DURING_WORKS:
                    if not stands(project):
                        last = max(start.finish, start.opening - 1, start.start)
                        rows[view.id].append((row, (start.start, last)))
                else:
                    life = project.option(start.option).lifetime
                    last = last_operating_year(instance, start, life, started)
                    rows[view.id].append((row, (start.opening, last)))
    return _stretches(instance, discount, views, rows, instance.service_years)


def changing(view: NetworkLayout) -> Iterator[ProjectNetwork]:
    """What projects change in a network."""
    for rows in view.changes.values():
        yield from rows


def year_weights(
    instance: Instance,
    discount: FloatArray,
    ends: Iterable[int] = (),
    looked_at: tuple[int, ...] | None = None,
) -> tuple[Stretch, ...]:
    """Representative years and `ends`, changes between or after them, with their weights.

    Between two representative years values are interpolated, after the last they stay, before
    the first they rise from nothing in the year before the plan; the years from an end of life on
    count with the state there. `discount` is per year from the plan's first to the appraisal end.
    `looked_at` are the representative years (None: those of the law).
    """
    first = instance.settings.horizon.first_year
    years = first + np.arange(discount.size)
    marks = [first - 1, *(instance.service_years if looked_at is None else looked_at)]
    found = []
    for position, mark in enumerate(marks[1:], start=1):
        last = mark == marks[-1]
        share = np.interp(years, marks, np.eye(len(marks))[position], right=float(last))
        until = years[-1] + 1 if last else marks[position + 1]
        splits = [mark, *sorted(end for end in set(ends) if mark < end < until)]
        at = np.maximum(0, np.searchsorted(splits, years, side="right") - 1)
        weights = np.bincount(at, weights=share * discount, minlength=len(splits))
        found += [
            Stretch(year, mark, float(weight), last)
            for year, weight in zip(splits, weights, strict=True)
        ]
    return tuple(found)


def _stretches(
    instance: Instance,
    discount: FloatArray,
    views: tuple[NetworkLayout, ...],
    rows: Mapping[str, list[tuple[ProjectNetwork, Span]]],
    marks: tuple[int, ...],
) -> dict[str, tuple[Stretch, ...]]:
    """Networks that suppliers join share their stretches: what one is served the other needs."""
    found: dict[str, tuple[Stretch, ...]] = {}
    for names in joined(views):
        ends = {
            year
            for name in names
            for row, (first, last) in rows[name]
            for year in change_years(marks, row, first, last)
        }
        found |= dict.fromkeys(names, year_weights(instance, discount, ends, marks))
    return found


def change_years(
    marks: tuple[int, ...], row: ProjectNetwork, first: int, last: int
) -> Iterator[int]:
    """Years in which an effect begins or ends, as far as the state of the year before changes.

    After the last representative year both count; between two the end alone, and of works none.
    """
    works = row.action is NetworkAction.CLOSE_DURING_WORKS
    if not works:
        first = max(first, row.from_year or first)
    if first > last:
        return
    if first > marks[-1]:
        yield first
    if last >= marks[-1]:
        yield last + 1
    elif not works:
        bases = [year for year in marks if year <= last]
        if bases and bases[-1] >= first:
            yield last + 1


def joined(views: tuple[NetworkLayout, ...]) -> Iterator[list[str]]:
    """Names of the networks that suppliers join, directly or over others."""
    import networkx as nx

    home = {node.id: view.id for view in views for node in view.nodes}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(view.id for view in views)
    for view in views:
        suppliers = (node.supplier for node in view.nodes if node.supplier is not None)
        graph.add_edges_from((view.id, home[name]) for name in suppliers if name in home)
    for names in nx.connected_components(graph):
        yield sorted(names)
