"""Branch and bound over the years in which projects start: nodes, branchings and what they teach.

A node says which starts are still allowed and which projects must be started. It is divided at a
year of one project: started by then, or later or never. So both sides take away about half of what
the relaxation had spread over the project's years, where fixing a single start takes away little
on one side. Which project is divided is learned: what the bound lost on either side, per share
that had to move, whenever the project was divided before.

Sources: Beale and Tomlin, "Special facilities in a general mathematical programming system for
non-convex problems using ordered sets of variables", 1970, for dividing an ordered set; Achterberg,
Koch and Martin, "Branching rules revisited", Operations Research Letters 33, 2005, for the costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray

WHOLE = 1e-6
"""Distance from a whole number below which a start counts as decided."""
LEAST_SHARE = 1e-7
"""Share of a project on one side of a year below which dividing there divides nothing."""
TINY = 1e-9


class Division(NamedTuple):
    """A project divided after its start number `place`, with `share` of it at or before that."""

    group: int
    place: int
    share: float


class Branch(NamedTuple):
    """What led to a node: a division, and whether it is the side of the later starts."""

    division: Division
    is_later: bool


@dataclass(frozen=True)
class Node:
    """Starts that are `allowed` and groups that are `needed`, as packed bits; a proven `bound`."""

    bound: float
    allowed: bytes
    needed: bytes
    branch: Branch | None


class Groups:
    """Columns of starts by their project, in the order of their years.

    `group` (shape: columns) is the number of a column's project, -1 for other columns; `rank` says
    in which order a project's columns come. Numbers of groups are dense.
    """

    def __init__(self, group: IntArray, rank: IntArray) -> None:
        mine = np.flatnonzero(group >= 0)
        self.columns = mine[np.lexsort((rank[mine], group[mine]))]
        self.group = group[self.columns]
        self.count = int(self.group.max(initial=-1)) + 1
        self.begins = np.searchsorted(self.group, np.arange(self.count + 1))

    def of(self, number: int) -> IntArray:
        """Columns of a group by year."""
        return self.columns[self.begins[number] : self.begins[number + 1]]

    def undecided(self, values: FloatArray) -> IntArray:
        """Groups with a start that is no whole number in `values` (shape: columns)."""
        share = values[self.columns]
        part = (share > WHOLE) & (share < 1.0 - WHOLE)
        return np.flatnonzero(np.bincount(self.group[part], minlength=self.count) > 0)

    def divisions(self, values: FloatArray) -> list[Division]:
        """For each undecided group the year that divides it most evenly."""
        found = []
        for number in self.undecided(values).tolist():
            until = np.cumsum(values[self.of(number)])
            smaller = np.minimum(until, 1.0 - until)
            place = int(np.argmax(smaller))
            if smaller[place] >= LEAST_SHARE:
                found.append(Division(number, place, float(until[place])))
        return found

    def divided(
        self, allowed: BoolArray, needed: BoolArray, branch: Branch
    ) -> tuple[BoolArray, BoolArray]:
        """`allowed` (shape: columns) and `needed` (groups) on one side of a division."""
        group, place, _ = branch.division
        mine, allowed = self.of(group), allowed.copy()
        if branch.is_later:
            allowed[mine[: place + 1]] = False
            return allowed, needed
        allowed[mine[place + 1 :]] = False
        needed = needed.copy()
        needed[group] = True
        return allowed, needed

    def leaning(self, group: int, values: FloatArray) -> int | None:
        """Column of the start of a group that `values` lean to; None: they lean to none."""
        mine = self.of(group)
        share = values[mine]
        at = int(np.argmax(share))
        return None if 1.0 - float(share.sum()) > share[at] else int(mine[at])

    def fixed(
        self, group: int, choice: int | None, allowed: BoolArray, needed: BoolArray
    ) -> tuple[BoolArray, BoolArray]:
        """`allowed` and `needed` with the start `choice` of a group, or none of its starts."""
        allowed, needed = allowed.copy(), needed.copy()
        allowed[self.of(group)] = False
        needed[group] = choice is not None
        if choice is not None:
            allowed[choice] = True
        return allowed, needed

    def forbidden(
        self, group: int, choice: int | None, allowed: BoolArray, needed: BoolArray
    ) -> tuple[BoolArray, BoolArray]:
        """`allowed` and `needed` without the start `choice` of a group, or with any of them."""
        allowed, needed = allowed.copy(), needed.copy()
        if choice is None:
            needed[group] = True
        else:
            allowed[choice] = False
        return allowed, needed


class Lessons:
    """What dividing each group has cost the bound, per share moved, on the two sides.

    A group that was never divided is taken to cost what others do for their `weight` (shape:
    groups).
    """

    def __init__(self, weight: FloatArray) -> None:
        self.weight = np.maximum(weight, TINY)
        self._cost = np.zeros((2, weight.size))
        self._times = np.zeros((2, weight.size))
        self._all, self._count = 0.0, 0

    def learn(self, branch: Branch, loss: float) -> None:
        """Learn that `branch` has cost the bound `loss`."""
        group, _, share = branch.division
        moved = max(share if branch.is_later else 1.0 - share, WHOLE)
        side = int(branch.is_later)
        cost = max(0.0, loss) / moved
        self._cost[side, group] += cost
        self._times[side, group] += 1.0
        self._all += cost / self.weight[group]
        self._count += 1

    def best(self, divisions: list[Division]) -> Division:
        """The division that is expected to lower the bound most on both sides."""
        return max(divisions, key=self._expected)

    def _expected(self, division: Division) -> float:
        group, _, share = division
        sooner = self._cost_of(0, group) * (1.0 - share)
        later = self._cost_of(1, group) * share
        return max(sooner, TINY) * max(later, TINY)

    def _cost_of(self, side: int, group: int) -> float:
        times = self._times[side, group]
        if times:
            return float(self._cost[side, group] / times)
        mean = self._all / self._count if self._count else 1.0
        return float(mean * self.weight[group])


def packed(bits: BoolArray) -> bytes:
    """`bits` as bytes, an eighth of their size."""
    return np.packbits(bits).tobytes()


def unpacked(data: bytes, count: int) -> BoolArray:
    """The first `count` bits of `data`."""
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=count).astype(np.bool_)
