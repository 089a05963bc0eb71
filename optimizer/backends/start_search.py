"""Branch and bound over the years in which projects start, with whatever solves relaxations.

Few projects are undecided in a relaxation in which money of single years is all that joins them:
the large ones. After a few hundred nodes all of these have their years. On the way, dives give
every undecided project the year that the relaxation leans to, the largest first; the small ones
that come after it use up what is left.

Source: Land and Doig, "An automatic method of solving discrete programming problems", Econometrica
28, 1960; Savelsbergh, "Preprocessing and probing techniques for mixed integer programming
problems", ORSA Journal on Computing 6, 1994, for fixing by reduced costs.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from infraplan.optimizer.backends.start_tree import (
    Branch,
    Division,
    Groups,
    Lessons,
    Node,
    packed,
    unpacked,
)
from infraplan.optimizer.mip import BoolArray, FloatArray, Mip

PLUNGE = 8
"""Nodes that are visited one below the other before the best open node has its turn again."""
PLANS = 1.0
"""Work that may go into looking for plans for each unit of it that goes into the tree."""
CORE, CORE_LARGER, CORE_SMALLER, LEAST_CORE = 120, 1.5, 0.7, 60
"""Starts that a first core leaves free beside those of the relaxation and of the best plan; by how
much the next is larger or smaller; the fewest. Of these alone no other plan than theirs is made."""
SMALL = 3e-3
"""Share of the bound that an undecided group is worth at most where a core leads to good plans."""
NEAR_TOP = 0.5
"""Share of what the best plan may lack that a node must have to be visited before better ones."""
CORE_S, FIRST_CORE_S, CORE_SHORT = 2.0, 1.0, 0.15
"""Work of a core at most, of one for a first plan, and the share of the most below which the next
may be larger."""
FAILS = 20
"""Roundings that may fail in one dive."""
PRUNED = 0.5
"""Share of the asked gap within which a node is not looked into."""
EXACT = 1e-9
"""Relative rounding of bounds, besides; also what a column at 0 may be off."""
HALF = 0.5


@dataclass(frozen=True)
class Point:
    """The relaxation of a node: a bound, values and reduced costs (shape: columns).

    `is_known` is False where the solver gave no answer: then nothing but the bound holds.
    """

    bound: float
    values: FloatArray
    reduced: FloatArray
    is_known: bool = True


@dataclass(frozen=True)
class Core:
    """The best plan of a small program (shape: columns), None where none was found.

    `bound` is what no plan of it exceeds, infinite where it was left before its end.
    """

    values: FloatArray | None
    bound: float


class Relaxation(Protocol):
    """Solves the relaxations of one model, and small programs of it."""

    @property
    def spent_s(self) -> float:
        """Work done so far, in seconds at the prices of `work_clock`."""

    @property
    def is_over(self) -> bool:
        """Whether time, or work, has ended, or an end was asked for."""

    def solve(self, allowed: BoolArray, needed: BoolArray, known: float) -> Point | None:
        """The relaxation with the starts `allowed` (shape: columns), the groups `needed` started.

        None where it has no solution. No bound is above `known`, which holds already.
        """

    def search(self, allowed: BoolArray, needed: BoolArray, gap: float, work_s: float) -> Core:
        """The best plan with these starts, within the relative `gap`, for `work_s` at most."""


class _Look(Enum):
    """Ways of looking for a plan."""

    DIVE = 0
    CORE = 1


class StartSearch:
    """The search of one model: its best plan so far, and what no plan exceeds.

    Its whole columns are the starts of `groups`, of each of which one is chosen at most. A plan
    within `gap`, relative, of a node's bound closes the node.
    """

    def __init__(
        self,
        mip: Mip,
        groups: Groups,
        relaxation: Relaxation,
        gap: float,
        lessons: Lessons | None = None,
    ) -> None:
        """`lessons` are those of an earlier search of nearly the same model."""
        self.values: FloatArray | None = None
        self.best = -np.inf
        self._mip, self._groups, self._relaxation = mip, groups, relaxation
        self._gap = PRUNED * gap
        weight = np.zeros(groups.count)
        np.maximum.at(weight, groups.group, np.abs(mip.objective[groups.columns]))
        self.lessons = Lessons(weight) if lessons is None else lessons
        self._begin_s = relaxation.spent_s
        self._number = itertools.count()
        self._open: list[tuple[float, int, Node]] = []
        self._left_out = -np.inf
        self._in_plans_s, self._core, self._looks = 0.0, float(CORE), 0
        self._place: tuple[Point, BoolArray, BoolArray] | None = None
        every = packed(np.ones(mip.num_columns, dtype=np.bool_))
        self._push(Node(np.inf, every, packed(np.zeros(groups.count, dtype=np.bool_)), None))

    @property
    def bound(self) -> float:
        """What no plan exceeds; infinite before the first relaxation."""
        top = -self._open[0][0] if self._open else -np.inf
        return max(top, self._left_out, self.best)

    @property
    def lack(self) -> float:
        """By how much a plan may be better than the best one."""
        return np.inf if self.values is None else self.bound - self.best

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to visit that is worth it."""
        return not self._open or -self._open[0][0] <= self._enough

    @property
    def has_no_plan(self) -> bool:
        """Whether it is closed and there is none: not where a relaxation gave no answer."""
        return self.is_closed and self.values is None and self.bound == -np.inf

    @property
    def _enough(self) -> float:
        """Bound down to which a node is not looked into."""
        if self.values is None:
            return -np.inf
        return self.best + self._gap * abs(self.best) + EXACT * max(1.0, abs(self.best))

    def offer(self, values: FloatArray) -> bool:
        """Take a plan (shape: columns) where it is better; whether it is."""
        worth = float((self._mip.objective * values).sum())
        if worth <= self.best:
            return False
        self.best, self.values = worth, values
        return True

    def turn(self) -> None:
        """Visit the best open node and what lies below it; without a plan, the newest one.

        Where looking for plans has not had its share of the work, that is done on the way: from
        the first node by a dive, or in the last one that is about as good as the best open one, by
        its core, by turns.
        """
        look = self._due()
        node: Node | None = self._next()
        for depth in range(PLUNGE):
            if node is None:
                break
            is_worth_it = look is _Look.CORE or depth == 0 or self._is_near_top(node.bound)
            if self._relaxation.is_over or not is_worth_it:
                break
            node = self._visit(node, look, depth)
        if node is not None:
            self._push(node)
        self._search_place()

    def _search_place(self) -> None:
        """Search the core of the node that was kept for it, if there is one."""
        place, self._place = self._place, None
        if place is not None and not self._relaxation.is_over:
            before = self._relaxation.spent_s
            self._search_core(*place)
            self._in_plans_s += self._relaxation.spent_s - before

    def _due(self) -> _Look | None:
        """In which way a plan is to be looked for now; None: in none."""
        spent_s = self._relaxation.spent_s - self._begin_s
        if self._in_plans_s > PLANS * (spent_s - self._in_plans_s):
            return None
        self._looks += 1
        return _Look.DIVE if self.values is None or self._looks % 2 else _Look.CORE

    def _is_near_top(self, bound: float) -> bool:
        """Whether a node's bound is about that of the best open one, or any plan is welcome."""
        return self.values is None or bound >= self.best + NEAR_TOP * self.lack

    def _next(self) -> Node:
        if self.values is not None:
            return heapq.heappop(self._open)[2]
        newest = min(range(len(self._open)), key=lambda place: self._open[place][1])
        node = self._open.pop(newest)[2]
        heapq.heapify(self._open)
        return node

    def _push(self, node: Node) -> None:
        heapq.heappush(self._open, (-node.bound, -next(self._number), node))

    def _leave_out(self, bound: float) -> None:
        self._left_out = max(self._left_out, bound)

    def _visit(self, node: Node, look: _Look | None, depth: int) -> Node | None:
        """Solve `node` and divide it; the side to go on with, None where there is none."""
        allowed = unpacked(node.allowed, self._mip.num_columns)
        needed = unpacked(node.needed, self._groups.count)
        point = self._relaxation.solve(allowed, needed, node.bound)
        if point is None:
            return None
        if not point.is_known:
            if self._relaxation.is_over:
                self._push(node)
            else:
                self._leave_out(node.bound)
            return None
        if node.branch is not None:
            self.lessons.learn(node.branch, node.bound - point.bound)
        divisions = self._groups.divisions(point.values)
        if not divisions:
            self._settle(point, allowed)
        bound = point.bound
        if divisions and bound > self._enough:
            allowed = self._without_losses(point, allowed)
            bound = self._looked(look, depth, point, allowed, needed)
        if not divisions or bound <= self._enough:
            self._leave_out(bound)
            return None
        return self._divide(bound, allowed, needed, self.lessons.best(divisions))

    def _looked(
        self, look: _Look | None, depth: int, point: Point, allowed: BoolArray, needed: BoolArray
    ) -> float:
        """Look for a plan in a node where it is time; the bound of the node then."""
        before, bound = self._relaxation.spent_s, point.bound
        if look is _Look.DIVE and depth == 0:
            self._dive(point, allowed, needed)
        elif look is _Look.CORE:
            free = int(np.count_nonzero(allowed[self._groups.columns]))
            if free <= self._core:
                bound, self._place = self._search_core(point, allowed, needed), None
            elif depth == 0 or self._is_near_top(bound):
                self._place = (point, allowed, needed)
        self._in_plans_s += self._relaxation.spent_s - before
        return bound

    def _search_core(self, point: Point, allowed: BoolArray, needed: BoolArray) -> float:
        """Search what loses least in a node; where that is all of it, its bound is the node's."""
        mine = self._groups.columns
        mine = mine[allowed[mine]]
        is_in = (point.values[mine] > EXACT) | (self._mip.col_lower[mine] > 0.0)
        if self.values is not None:
            is_in |= self.values[mine] > HALF
        others = mine[~is_in]
        many = max(2, round(self._core))
        is_all = others.size <= many
        if not is_all:
            loss = np.maximum(0.0, -point.reduced[others])
            allowed = allowed.copy()
            allowed[others[loss > np.partition(loss, many)[many]]] = False
        before = self._relaxation.spent_s
        work_s = FIRST_CORE_S if self.values is None else CORE_S
        found = self._relaxation.search(allowed, needed, self._gap, work_s)
        took = self._relaxation.spent_s - before
        is_better = found.values is not None and self.offer(found.values)
        if not np.isfinite(found.bound) and found.bound > 0.0:
            if not is_better:
                self._core = max(LEAST_CORE, CORE_SMALLER * self._core)
            return point.bound
        if took < CORE_SHORT * CORE_S:
            self._core *= CORE_LARGER
        return min(point.bound, found.bound) if is_all else point.bound

    def _divide(
        self, bound: float, allowed: BoolArray, needed: BoolArray, division: Division
    ) -> Node:
        """Both sides of a division: the one that the relaxation leans to; the other is put off."""
        sides = []
        for is_later in (False, True):
            branch = Branch(division, is_later)
            starts, groups = self._groups.divided(allowed, needed, branch)
            sides.append(Node(bound, packed(starts), packed(groups), branch))
        leans_later = division.share <= HALF
        self._push(sides[not leans_later])
        return sides[leans_later]

    def _without_losses(self, point: Point, allowed: BoolArray) -> BoolArray:
        """`allowed` without starts with which no plan of the node is worth looking for."""
        mine = self._groups.columns
        reduced = point.reduced[mine]
        least = point.bound + np.minimum(0.0, reduced)
        is_out = allowed[mine] & (point.values[mine] <= EXACT) & (least <= self._enough)
        is_out &= self._mip.col_lower[mine] <= 0.0
        if not is_out.any():
            return allowed
        self._leave_out(float(least[is_out].max()))
        allowed = allowed.copy()
        allowed[mine[is_out]] = False
        return allowed

    def _settle(self, point: Point, allowed: BoolArray) -> None:
        """Take the plan of a relaxation whose starts are whole but for rounding."""
        mine, group = self._groups.columns, self._groups.group
        is_chosen = point.values[mine] > HALF
        chosen = allowed.copy()
        chosen[mine[~is_chosen]] = False
        has = np.bincount(group[is_chosen], minlength=self._groups.count) > 0
        exact = self._relaxation.solve(chosen, has, point.bound)
        if exact is not None and exact.is_known:
            values = exact.values.copy()
            values[mine] = is_chosen
            self.offer(values)

    def _dive(self, point: Point, allowed: BoolArray, needed: BoolArray) -> None:
        """Give undecided groups the start that the relaxation leans to, the largest first.

        Where no plan is known, the core of the node in which only small ones are undecided is
        searched; what comes of that is the first plan, unless it is none. Later a dive goes on to
        its end, or to where it is no better than the best plan: it takes a quarter of a core.
        """
        fails, is_searched = 0, False
        while fails <= FAILS and not self._relaxation.is_over:
            undecided = self._groups.undecided(point.values)
            if not undecided.size:
                self._settle(point, allowed)
                return
            largest = float(self.lessons.weight[undecided].max())
            if not is_searched and largest <= SMALL * abs(point.bound):
                is_searched = True
                if self._has_first_plan_of(point, allowed, needed):
                    return
            group = int(undecided[np.argmax(self.lessons.weight[undecided])])
            choice = self._groups.leaning(group, point.values)
            tried = self._groups.fixed(group, choice, allowed, needed)
            found = self._relaxation.solve(*tried, point.bound)
            if not self._is_better(found):
                fails += 1
                tried = self._groups.forbidden(group, choice, allowed, needed)
                found = self._relaxation.solve(*tried, point.bound)
            if found is None or not self._is_better(found):
                return
            point, (allowed, needed) = found, tried

    def _has_first_plan_of(self, point: Point, allowed: BoolArray, needed: BoolArray) -> bool:
        """Whether no plan was known, and the core of a node has one."""
        if self.values is not None:
            return False
        self._search_core(point, self._without_losses(point, allowed), needed)
        return bool(np.isfinite(self.best))

    def _is_better(self, point: Point | None) -> bool:
        return point is not None and point.is_known and point.bound > self.best
