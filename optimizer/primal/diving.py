"""Large works decided one after the other, relaxation by relaxation, before cores are solved.

A relaxation builds a few large works in shares. No core of what is near by price makes up for
giving one up, or for building it: its money is that of hundreds of other projects, at other
prices. So the largest of them is decided first, each way, and the relaxation asked again; the way
that is worth most goes on until only small projects are left open. At the prices found there a
core is small and good. Ways that were left are taken later, the most valuable first.

The relaxations have the starts that lose least alone, a fraction of all: what they are worth is no
bound, and leads only where to look.

Sources: Balas and Zemel, "An algorithm for large zero-one knapsack problems", Operations Research
28, 1980, for cores; Berthold, "Primal heuristics for mixed integer programs", 2006, for dives.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray
from infraplan.optimizer.primal.core import HALF, TINY, CoreProgram, Prices, losses

COLUMNS = 4000
"""Choices in a relaxation, those that lose least per money; and other columns at most."""
NEAR = 200
"""Projects, the nearest by price, whose money says which works are large."""
LARGE = 0.2
"""Share of their money from which on a works is large."""
DEEPEST = 10
"""Works decided one after the other at most."""
WAYS = 3
"""Ways at most in which a works is decided: starts of which the relaxation has most, and never."""
NEVER = -1
WAITING = 200
"""Ways that are kept at most."""


@dataclass(frozen=True)
class Leaf:
    """What a relaxation chooses and loses where no large works is left in shares.

    `decided` are the projects that were decided on the way, shape (projects,).
    """

    worth: float
    prices: Prices
    decided: BoolArray


@dataclass(frozen=True)
class _Node:
    """A relaxation with a choice, or none, of some projects decided."""

    worth: float
    choice: dict[int, int]
    prices: Prices


class Diving:
    """Dives into `program`; each ends at a leaf."""

    def __init__(self, program: CoreProgram) -> None:
        self._program = program
        mip, prices = program.parts.mip, program.prices
        self._can_be = mip.col_upper[: program.count] > HALF
        loss = np.sort(prices.relative_loss[self._can_be])
        most = loss[min(COLUMNS, loss.size - 1)] if loss.size else 0.0
        self._allowed = (prices.relative_loss <= most) | (prices.relaxed > TINY)
        self._allowed &= self._can_be
        order = np.argsort(np.where(prices.is_open, np.inf, prices.nearness), kind="stable")
        self._large = LARGE * float(program.money[order[:NEAR]].sum())
        self._waiting: list[tuple[float, int, _Node]] = []
        self._root: _Node | None = None
        self._made = 0

    @staticmethod
    def is_for(program: CoreProgram) -> bool:
        """Whether relaxations of few choices are quick: little else has columns."""
        others = program.parts.mip.num_columns - program.count
        return others <= COLUMNS and bool(np.any(program.relaxed > 0.0))

    def leaves(
        self, least: Callable[[], float], is_over: Callable[[], bool], seconds: float
    ) -> Iterator[Leaf]:
        """Leaves, while ways are worth more than `least` and it is not `is_over`.

        A relaxation may take `seconds`.
        """
        root = self._rooted(seconds)
        if root is not None:
            self._keep(root)
        while self._waiting and not is_over():
            node: _Node | None = heapq.heappop(self._waiting)[2]
            while node is not None and not is_over():
                if node.worth <= least():
                    break
                project = self._largest(node)
                if project is None:
                    yield self._leaf(node)
                    break
                node = self._deeper(node, project, seconds)

    def leaning(self, is_over: Callable[[], bool], seconds: float) -> Leaf | None:
        """The leaf of a dive straight to where relaxations lean, which asks a third of them.

        None where no works is to be decided, or where the dive leads nowhere.
        """
        root = self._rooted(seconds)
        if root is None or self._largest(root) is None:
            return None
        return self._straight_from(root, is_over, seconds)

    def _rooted(self, seconds: float) -> _Node | None:
        """The relaxation with nothing decided, asked once."""
        if self._root is None:
            self._root = self._asked({}, seconds)
        return self._root

    def straight(self, is_over: Callable[[], bool], seconds: float) -> Iterator[Leaf]:
        """Leaves of dives that look at one way of each works, that to which the relaxation leans.

        The first works, which is the largest, is decided each way, one dive after the other.
        """
        root = self._rooted(seconds)
        largest = None if root is None else self._largest(root)
        if root is not None and largest is None:
            yield self._leaf(root)
        if root is None or largest is None:
            return
        for way in self._leaning(root, largest):
            leaf = self._straight_from(self._asked({largest: way}, seconds), is_over, seconds)
            if leaf is not None:
                yield leaf

    def _straight_from(
        self, node: _Node | None, is_over: Callable[[], bool], seconds: float
    ) -> Leaf | None:
        """The leaf below `node` where every works is decided the first way that has a solution."""
        while node is not None and not is_over():
            project = self._largest(node)
            if project is None:
                return self._leaf(node)
            before, node = node, None
            for way in self._leaning(before, project):
                node = self._asked({**before.choice, project: way}, seconds)
                if node is not None:
                    break
        return None

    def _leaning(self, node: _Node, project: int) -> list[int]:
        """The ways of a works, that of which the relaxation has most first."""
        mine = np.flatnonzero((self._program.project == project) & self._can_be)
        share = node.prices.relaxed[mine]
        order = np.argsort(-share, kind="stable")[: WAYS - 1]
        ways = [(float(share[k]), int(mine[k])) for k in order.tolist() if share[k] > TINY]
        ways.append((1.0 - float(share.sum()), NEVER))
        return [way for _, way in sorted(ways, key=lambda each: -each[0])]

    def _leaf(self, node: _Node) -> Leaf:
        decided = np.zeros(self._program.none_loss.size, dtype=np.bool_)
        decided[list(node.choice)] = True
        return Leaf(node.worth, node.prices, decided)

    def _deeper(self, node: _Node, project: int, seconds: float) -> _Node | None:
        """The best way to decide `project` after `node`; the others wait."""
        mine = np.flatnonzero((self._program.project == project) & self._can_be)
        share = node.prices.relaxed[mine]
        mine = mine[np.argsort(-share, kind="stable")]
        ways = [int(c) for c in mine if node.prices.relaxed[c] > TINY][: WAYS - 1]
        found = [self._asked({**node.choice, project: way}, seconds) for way in (*ways, NEVER)]
        known = sorted((n for n in found if n is not None), key=lambda n: -n.worth)
        for other in known[1:]:
            self._keep(other)
        return known[0] if known else None

    def _keep(self, node: _Node) -> None:
        self._made += 1
        if len(self._waiting) < WAITING:
            heapq.heappush(self._waiting, (-node.worth, self._made, node))

    def _largest(self, node: _Node) -> int | None:
        """The largest works that the relaxation decides in shares; None: none is large."""
        if len(node.choice) >= DEEPEST:
            return None
        open_ = np.flatnonzero(node.prices.is_open)
        if not open_.size:
            return None
        largest = int(open_[np.argmax(self._program.money[open_])])
        return largest if self._program.money[largest] > self._large else None

    def _asked(self, choice: dict[int, int], seconds: float) -> _Node | None:
        """The relaxation with `choice` decided; None where it has no solution in time."""
        program, parts = self._program, self._program.parts
        decided = np.zeros(program.none_loss.size, dtype=np.bool_)
        decided[list(choice)] = True
        taken: IntArray = np.array([c for c in choice.values() if c != NEVER], dtype=np.int64)
        part, kept, rows = parts.part(self._allowed & ~decided[program.project], taken)
        relaxed = quick_relaxation(part, seconds)
        if relaxed.values is None or relaxed.multipliers is None:
            return None
        values: FloatArray = np.zeros(parts.mip.num_columns)
        values[kept] = relaxed.values
        values[taken] = 1.0
        price = np.zeros(parts.mip.num_rows)
        price[rows] = relaxed.multipliers
        count = program.count
        worth = (parts.mip.objective - parts.by_column.T @ price)[:count]
        loss, none_loss = losses(parts.mip, program.project, worth, program.none_loss.size)
        prices = Prices(program.project, loss, none_loss, program.money, values[:count])
        return _Node(part.value(relaxed.values), choice, prices)
