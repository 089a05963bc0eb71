"""Which projects left out are circuits of one corridor: what keeps one out mostly keeps all out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from infraplan.models.instance import Instance
from infraplan.models.network import NetworkAction


def corridors(instance: Instance, projects: Iterable[int]) -> list[list[int]]:
    """Positions of `projects` that open links between the same two nodes, and no other links.

    Projects alone in their corridor, or that open links of several, are in no list.
    """
    ends: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    for row in instance.project_network:
        link = instance.link_by_id.get(row.element)
        if link is not None and row.action is NetworkAction.OPEN:
            ends[row.project].add(frozenset((link.from_node, link.to_node)))
    groups: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for index in projects:
        own = ends.get(instance.projects[index].id, set())
        if len(own) == 1:
            groups[next(iter(own))].append(index)
    return [group for group in groups.values() if len(group) > 1]
