"""Projects that lie near one another: what a neighbourhood of the search frees together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from infraplan.models.instance import Instance
from infraplan.optimizer.mip import IntArray
from infraplan.optimizer.program import Formulation

KINDS = ("district", "sector", "fund", "corridor", "chain")
"""Payers, subsectors, money, places of networks, and relations that projects have in common."""
REACH = 12
"""Projects at most in one chain of relations."""


def groups_of(formulation: Formulation) -> tuple[IntArray, IntArray, IntArray]:
    """All groups of two projects or more: members one after the other, begins, kinds.

    Kinds of which there is one group only, with every project in it, are left out: that is no
    neighbourhood.
    """
    instance = formulation.instance
    by_kind: tuple[Iterable[Iterable[int]], ...] = (
        _districts(instance),
        _sectors(instance),
        (group.projects for group in formulation.money.classes),
        _corridors(instance, formulation.sets.project_index),
        _chains(instance, formulation.sets.project_index),
    )
    members: list[int] = []
    begins, kinds = [], []
    for kind, groups in enumerate(by_kind):
        found = sorted({tuple(sorted(set(group))) for group in groups})
        found = [group for group in found if 1 < len(group) < len(instance.projects)]
        for group in found:
            begins.append(len(members))
            kinds.append(kind)
            members += group
    return (
        np.array(members, dtype=np.int64),
        np.array(begins, dtype=np.int64),
        np.array(kinds, dtype=np.int64),
    )


def _districts(instance: Instance) -> Iterable[list[int]]:
    """Projects by who pays a part of them."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, project in enumerate(instance.projects):
        for payer in instance.shares_of(project):
            found[payer].append(number)
    return found.values()


def _sectors(instance: Instance) -> Iterable[list[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, project in enumerate(instance.projects):
        found[project.sector, project.subsector].append(number)
    return found.values()


def _corridors(instance: Instance, index: dict[str, int]) -> Iterable[set[int]]:
    """Projects that change a node or a link that ends there, by node."""
    ends = {link.id: (link.from_node, link.to_node) for link in instance.network_links}
    found: dict[str, set[int]] = defaultdict(set)
    for row in instance.project_network:
        for node in ends.get(row.element, (row.element,)):
            found[node].add(index[row.project])
    return found.values()


def _chains(instance: Instance, index: dict[str, int]) -> Iterator[list[int]]:
    """Each project with those that relations lead to, the nearest first, `REACH` at most."""
    joined: dict[int, set[int]] = defaultdict(set)
    for relation in instance.relations:
        members = [index[name] for name in (*relation.from_projects, *relation.to_projects)]
        for member in members[:REACH]:
            joined[member].update(members[:REACH])
    for first in sorted(joined):
        chain, number = [first], 0
        while number < len(chain) and len(chain) < REACH:
            chain += sorted(joined[chain[number]] - set(chain))
            number += 1
        yield chain[:REACH]
