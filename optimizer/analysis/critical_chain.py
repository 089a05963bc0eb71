"""The chain of relations that fixes openings: which works wait for which, without a year between.

A relation in time is tight where its later project stands exactly where the relation lets it:
it could not come a year earlier unless the one before it did. A chain is a path of tight
relations; the critical one spans most years from its first start to its last opening.
Source: Kelley and Walker, Critical-Path Planning and Scheduling (1959), on the dates of a plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import begun_in
from infraplan.models.relation import Relation, RelationType

if TYPE_CHECKING:
    import networkx as nx

TIMED = (
    RelationType.FINISH_TO_START,
    RelationType.START_TO_START,
    RelationType.FINISH_TO_FINISH,
)


@dataclass(frozen=True)
class ChainLink:
    """A project of the chain and the relation that ties it to the one before; None for the first.

    `waits` says in which year (start or opening) the relation holds it.
    """

    project: str
    relation: Relation | None
    start: int
    opening: int


def _due(instance: Instance, relation: Relation, before: ProjectStart) -> int:
    """Year that `before` alone sets: of the start, or of the opening (finish to finish)."""
    if relation.type is not RelationType.START_TO_START:
        return before.opening + relation.lag
    project = instance.project_by_id[before.project]
    begun = begun_in(project, instance.settings.horizon.first_year)
    return (before.start if begun is None else begun) + relation.lag


def tight_pairs(
    instance: Instance, starts: Mapping[str, ProjectStart]
) -> Iterator[tuple[str, str, Relation]]:
    """Pairs (before, after) in which the relation alone keeps `after` from coming earlier.

    Of a relation with `count` the member counts that sets the year: the count-th earliest.
    """
    for relation in instance.relations:
        if not relation.is_enforced or relation.type not in TIMED:
            continue
        # Members that stand already are met; those left out set no year.
        dues = {
            name: _due(instance, relation, starts[name])
            for name in relation.from_projects
            if name in starts
        }
        standing = len(
            [n for n in relation.from_projects if instance.project_by_id[n].stage == "complete"]
        )
        needed = len(relation.from_projects) if relation.count is None else relation.count
        rank = needed - standing
        if not 1 <= rank <= len(dues):
            continue
        year = sorted(dues.values())[rank - 1]
        for name in relation.to_projects:
            if name not in starts:
                continue
            after = starts[name]
            at = after.opening if relation.type is RelationType.FINISH_TO_FINISH else after.start
            if at == year:
                yield from ((n, name, relation) for n, due in dues.items() if due == year)


def critical_chain(instance: Instance, plan: Plan) -> tuple[ChainLink, ...]:
    """The chain of tight relations that spans most years; of equal ones that of most projects.

    Empty where no relation fixes any date.
    """
    import networkx as nx

    starts = {row.project: row for row in plan.starts}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for before, after, relation in sorted(
        tight_pairs(instance, starts), key=lambda pair: (pair[0], pair[1], pair[2].label)
    ):
        if before != after:
            graph.add_edge(before, after, relation=relation)
    # Works that fix one another (both open together) have no first: their ties are left out.
    for members in list(nx.strongly_connected_components(graph)):
        if len(members) > 1:
            graph.remove_edges_from([*graph.subgraph(members).edges])
    longest: dict[str, tuple[int, int, tuple[str, ...]]] = {}
    for name in nx.lexicographical_topological_sort(graph):
        options: list[tuple[int, int, tuple[str, ...]]] = [(-starts[name].start, 1, (name,))]
        for before in graph.predecessors(name):
            first, length, path = longest[before]
            options.append((first, length + 1, (*path, name)))
        longest[name] = max(options)
    ends = [
        (row[0] + starts[name].opening, row[1], row[2])
        for name, row in longest.items()
        if row[1] > 1
    ]
    if not ends:
        return ()
    path = max(ends)[2]
    ties = [None, *(graph[a][b]["relation"] for a, b in pairwise(path))]
    return tuple(
        ChainLink(name, tie, starts[name].start, starts[name].opening)
        for name, tie in zip(path, ties, strict=True)
    )
