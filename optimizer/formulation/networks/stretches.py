"""Stretches of years that a network's state stands for: docs/laws.md section 6, weights.

Every year of the plan is a state, and the last one stands for the years after it; but what a
project adds to a network ends with its asset. After an end of life the last state is therefore
looked at once more, without what has ended, and the years from there on count with that state.
Where works may go on after the plan, so it is after each opening and each end of works there.

A smaller program looks at some of the years only, each of which stands for those around it. It
guides a search: what a plan is worth is always counted by the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import NetworkAction, ProjectNetwork
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import option_in_plan, stands
from infraplan.models.project import Option
from infraplan.optimizer.accounts.debt import works_end
from infraplan.optimizer.formulation.networks.layout import NetworkLayout
from infraplan.optimizer.formulation.sets import FloatArray, Sets


@dataclass(frozen=True)
class Stretch:
    """Years in which one state of a network holds, and what they weigh.

    `year` is the first of them after an end of life, or the representative year itself; `base` is
    the representative year whose demand, openings and works hold; `weight` in discounted years.
    """

    year: int
    base: int
    weight: float


Stretches = Mapping[str, tuple[Stretch, ...]]
"""Stretches by network, ascending."""

Span = tuple[int, int]
"""First and last operating year of a project; of a closure, first and last year of its works."""


def possible_stretches(
    sets: Sets,
    discount: FloatArray,
    views: tuple[NetworkLayout, ...],
    marks: tuple[int, ...],
) -> dict[str, tuple[Stretch, ...]]:
    """Stretches that any plan may need, with all starts that the options' windows allow.

    `marks` are the years that the program looks at.
    """

    def spans(row: ProjectNetwork) -> Iterator[Span]:
        for number in sets.options_of[sets.project_index[row.project]]:
            flat = sets.options[number]
            if row.option not in ("", flat.option.option):
                continue
            if row.action is NetworkAction.CLOSE_DURING_WORKS and flat.standing is not None:
                continue  # its works are over
            for t in flat.start_offsets:
                yield _span(row, sets.first_year + t, flat.option)

    rows = {
        view.id: [(row, span) for row in _changes(view) for span in spans(row)] for view in views
    }
    return _stretches(sets.instance, discount, views, rows, marks)


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
        for row in _changes(view):
            start = started.get(row.project)
            if start is None or row.option not in ("", start.option):
                continue
            project = instance.project_by_id[row.project]
            if row.action is NetworkAction.CLOSE_DURING_WORKS and stands(project):
                continue
            option = option_in_plan(project, start.option, instance.settings.horizon.first_year)
            rows[view.id].append((row, _span(row, start.start, option)))
    return _stretches(instance, discount, views, rows, instance.service_years)


def is_past_plan(instance: Instance, base: int, until: int | None) -> bool:
    """Whether a state after `base` is one of the years after the plan, with what changes then.

    It is where works may go on after the plan and `base` is its last year. `until` is None where
    no later year is meant.
    """
    return (
        until is not None
        and instance.looks_past_plan
        and base == instance.settings.horizon.last_year
    )


def _changes(view: NetworkLayout) -> Iterator[ProjectNetwork]:
    for rows in view.changes.values():
        yield from rows


def _span(row: ProjectNetwork, start: int, option: Option) -> Span:
    """Years in which `row` holds where its project starts in `start`: see `Span`."""
    if row.action is NetworkAction.CLOSE_DURING_WORKS:
        return start, works_end(option, start)
    opening = start + option.lead_time
    return opening, opening + option.lifetime - 1


def year_weights(
    instance: Instance,
    discount: FloatArray,
    ends: Iterable[int] = (),
    looked_at: tuple[int, ...] | None = None,
) -> tuple[Stretch, ...]:
    """Representative years and `ends` of lives between or after them, with their weights.

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
            Stretch(year, mark, float(weight)) for year, weight in zip(splits, weights, strict=True)
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
    for names in _joined(views):
        ends = {
            end
            for name in names
            for row, span in rows[name]
            for end in _ends(instance, marks, row, span)
        }
        found |= dict.fromkeys(names, year_weights(instance, discount, ends, marks))
    return found


def _ends(
    instance: Instance, marks: tuple[int, ...], row: ProjectNetwork, span: Span
) -> Iterator[int]:
    """Years from which a state before them holds no more: ends of life, changes after the plan."""
    (opening, last), final = span, marks[-1]
    after = is_past_plan(instance, final, final)
    if row.action is NetworkAction.CLOSE_DURING_WORKS:
        if after and last >= final:
            yield last + 1
        return
    if _serves_until(marks, row, opening, last):
        yield last + 1
    if after and opening > final and (row.from_year or final) <= final:
        yield from (opening, last + 1)


def _serves_until(marks: tuple[int, ...], row: ProjectNetwork, opening: int, last: int) -> bool:
    """Whether the last representative year up to `last` has the change, and later years lose it."""
    bases = [year for year in marks if year <= last]
    return bool(bases) and bases[-1] >= max(opening, row.from_year or opening)


def _joined(views: tuple[NetworkLayout, ...]) -> Iterator[list[str]]:
    home = {node.id: view.id for view in views for node in view.nodes}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(view.id for view in views)
    for view in views:
        suppliers = (node.supplier for node in view.nodes if node.supplier is not None)
        graph.add_edges_from((view.id, home[name]) for name in suppliers if name in home)
    for names in nx.connected_components(graph):
        yield sorted(names)
