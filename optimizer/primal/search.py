"""Large neighbourhood search: cores by price, year, place, network, money and order of works.

First comes what dives lead to, large works decided (`primal/diving.py`).
A round frees the projects of one neighbourhood of the best plan and solves that core. Which kind of
neighbourhood comes next is drawn by what each kind gained for its time; how many projects it frees
follows from whether its last core could be searched to the end. Two good plans are joined by the
core of what they do not agree on (path relinking by a program).

Sources: Shaw, "Using constraint programming and local search methods to solve vehicle routing
problems", CP 1998; Ropke and Pisinger, "An adaptive large neighborhood search heuristic",
Transportation Science 40, 2006; Danna, Rothberg and Le Pape, "Exploring relaxation induced
neighborhoods to improve MIP solutions", Mathematical Programming 102, 2005.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray
from infraplan.optimizer.primal.core import (
    HALF,
    TINY,
    CoreProgram,
    Effort,
    Prices,
    nearest_choices,
    solve_core,
)
from infraplan.optimizer.primal.diving import Diving, Leaf
from infraplan.optimizer.primal.groups import KINDS

GAP = 1e-7
"""Relative gap to which a core is searched."""
FIRST_CORE = 800
"""Choices besides the best of each project in the first core by price."""
GROWTH = 2
"""Factor by which the core by price grows while it can be searched to its end."""
LEAF_CORES = (100, 200)
"""Projects that are free in the cores at the end of a dive, one after the other."""
STRAIGHT_CORE, STRAIGHT_GAP = 60, 1e-4
"""Projects that are free at the end of a dive that must be quick, and the gap to search them to."""
WIDE = 4.0
"""Times the loss per money of the last free project's second best decision: what its other choices
may lose to be in such a core."""
NARROW = 0.7
"""Share of the rounds that have such choices alone, and can free more projects therefore."""
IDLE_LEAVES = 2
"""Dives that better nothing before neighbourhoods are searched."""
SIZE, LEAST_SIZE, LARGER, SMALLER = 120.0, 10.0, 1.4, 0.75
"""Projects that a neighbourhood frees at first and at least, and how their number follows."""
MOST_FREE = 0.5
"""Share of all projects that a neighbourhood frees at first at most: all of them are no
neighbourhood."""
ROUND_S, ROUND_S_BY_CHOICE = 1.0, 3e-3
"""Seconds of a first round at most, and by choice: cores of few are quick or too hard."""
PATIENCE, STRETCH, LONGEST_S = 8, 1.5, 20.0
"""Rounds that may better nothing before each may take longer, by how much, and how long at most."""
SHORT = 0.4
"""Share of a round's effort below which it was easy."""
MEMORY = 0.8
"""Weight of the past in what a kind of neighbourhood is worth."""
FLOOR = 0.05
"""Least chance of a kind against the best one."""
ELITE = 6
"""Good plans that are kept to be joined."""
NEARNESS = (1e-4, 1e-2, 1.0)
"""Shares of the median nearness at which projects are drawn half as likely as the nearest."""
CHAIN = "chain"
PRICE, YEARS, PLANS, INDUCED = "price", "years", "plans", "relaxation"


def first_effort(program: CoreProgram) -> Effort:
    """What a first round over cores of `program` may cost."""
    return Effort(min(ROUND_S, ROUND_S_BY_CHOICE * max(1, program.count)))


@dataclass
class _Kind:
    """One kind of neighbourhood: what it was worth, and how many projects it frees."""

    name: str
    worth: float = 1.0
    size: float = SIZE


class Search:
    """A search over cores of `program`, from `best` (shape: columns; None: no plan is known)."""

    def __init__(self, program: CoreProgram, best: FloatArray | None, seed: int) -> None:
        self.best = best
        self.worth = -np.inf if best is None else program.mip.value(best)
        self._program = program
        self._prices: Prices = program.prices
        self._diving = Diving(program) if Diving.is_for(program) else None
        self._random = np.random.default_rng(seed)
        self._elite: list[FloatArray] = [] if best is None else [best]
        present = set(program.group_kind.tolist())
        names = [PRICE, YEARS, PLANS, INDUCED, *(KINDS[number] for number in sorted(present))]
        size = max(LEAST_SIZE, min(SIZE, MOST_FREE * program.none_loss.size))
        self._kinds = [_Kind(name, size=size) for name in names]
        self._ends = np.append(program.group_start[1:], program.groups.size)

    def offer(self, values: FloatArray) -> bool:
        """Take a plan that obeys the rows; whether it is the best so far."""
        worth = self._program.mip.value(values)
        if all(
            np.any(values[: self._program.count] != x[: self._program.count]) for x in self._elite
        ):
            self._elite = sorted([*self._elite, values], key=self._program.mip.value)[-ELITE:]
        if worth <= self.worth:
            return False
        self.best, self.worth = values, worth
        return True

    def by_price(self, effort: Effort, many: int = FIRST_CORE) -> bool:
        """Solve the core of the `many` choices nearest by price; whether it was searched whole."""
        allowed = nearest_choices(self._program, many) & self._can_gain()
        answer = solve_core(self._program, allowed, self.best, effort, GAP)
        if answer.values is not None:
            self.offer(answer.values)
        return answer.is_whole

    @property
    def can_dive(self) -> bool:
        """Whether `dives` has any."""
        return self._diving is not None

    def dives(self, effort: Effort, is_over: Callable[[], bool]) -> Iterator[bool]:
        """Cores at the end of dives; each yields whether it bettered the plan.

        Ends where no dive is left that could, after a few that did not, or after one whose cores
        hold no plan: what is decided in shares is then more than a core can make up for. What is
        near is said from then on by the prices at the end of the dive that led to the best plan.
        """
        if self._diving is None:
            return
        leaning = self._diving.leaning(is_over, effort.seconds)
        for many in LEAF_CORES:  # a plan soon, and seldom the best
            if leaning is None or is_over():
                break
            values = self._leaf_core(leaning, many, effort)
            yield values is not None and self.offer(values)
        idle = 0
        for leaf in self._diving.leaves(lambda: self.worth, is_over, effort.seconds):
            before, is_plan = self.worth, False
            for many in LEAF_CORES:
                if is_over():
                    return
                values = self._leaf_core(leaf, many, effort)
                is_plan |= values is not None
                yield values is not None and self.offer(values)
            if self.worth > before:
                self._prices, idle = leaf.prices, 0
            else:
                idle += 1
            if idle >= IDLE_LEAVES or not is_plan:
                return

    def straight_dives(self, effort: Effort, is_over: Callable[[], bool]) -> Iterator[bool]:
        """Small cores at the end of dives that look at few ways; each yields as in `dives`."""
        if self._diving is None:
            return
        for leaf in self._diving.straight(is_over, effort.seconds):
            if is_over():
                return
            values = self._leaf_core(leaf, STRAIGHT_CORE, effort, STRAIGHT_GAP)
            yield values is not None and self.offer(values)

    def _leaf_core(
        self, leaf: Leaf, many: int, effort: Effort, gap: float = GAP
    ) -> FloatArray | None:
        """The plan of the core of the `many` nearest projects, others as the leaf has them."""
        prices, project = leaf.prices, self._program.project
        near = np.where(leaf.decided, np.inf, prices.nearness)
        order = np.argsort(np.where(prices.is_open, -1.0, near), kind="stable")[:many]
        free = np.zeros(near.size, dtype=np.bool_)
        free[order[np.isfinite(near[order])]] = True
        is_near = _near_choices(prices, float(near[free].max(initial=0.0)))
        plan = np.zeros(self._program.mip.num_columns)
        plan[: project.size] = prices.relaxed > 1.0 - TINY
        return solve_core(self._program, free[project] & is_near, plan, effort, gap).values

    def forever(self, effort: Effort, is_over: Callable[[], bool]) -> Iterator[bool]:
        """Dives, cores by price that grow while they end, rounds; whether each bettered the plan.

        Ends where the plan is at the bound, where the whole program was searched, or `is_over`.
        """
        yield from self.dives(effort, is_over)
        many, is_whole = FIRST_CORE, True
        while is_whole and not is_over() and not self.is_closed:
            before = self.worth
            is_whole = self.by_price(effort, many)
            yield self.worth > before
            if is_whole and many >= self._program.count:
                return
            many *= GROWTH
        while self.best is None and not is_over() and effort.seconds < LONGEST_S:
            effort = effort.times(GROWTH)
            self.by_price(effort, many)
            yield self.best is not None
        yield from self.rounds(effort, is_over)

    def rounds(
        self, effort: Effort, is_over: Callable[[], bool], most: int | None = None
    ) -> Iterator[bool]:
        """Rounds until `is_over`, at most `most`; each yields whether the plan became better.

        After many that bettered nothing, rounds may take longer.
        """
        number, idle = 0, 0
        while self.best is not None and not is_over() and (most is None or number < most):
            number += 1
            if self.is_closed:
                return
            better = self._round(effort)
            idle = 0 if better else idle + 1
            if idle >= PATIENCE and effort.seconds < LONGEST_S:
                effort, idle = effort.times(STRETCH), 0
            yield better

    @property
    def is_closed(self) -> bool:
        """Whether no plan can be better by more than rounding."""
        return self._program.bound - self.worth <= GAP * max(1.0, abs(self.worth))

    def _round(self, effort: Effort) -> bool:
        kind = self._drawn()
        free = self._projects(kind)
        allowed = free[self._program.project] & self._can_gain()
        if self._random.random() < NARROW:
            near = np.sort(self._prices.nearness)
            allowed &= _near_choices(self._prices, float(near[: LEAF_CORES[-1]].max(initial=0.0)))
        before, begin = self.worth, work_clock.now()
        answer = solve_core(self._program, allowed, self.best, effort, GAP)
        better = answer.values is not None and self.offer(answer.values)
        took = work_clock.now() - begin
        gain = self.worth - before
        if effort.nodes is not None:  # nothing may follow from the clock
            took, easy = 1.0, answer.is_whole
        else:
            easy = answer.is_whole and took < SHORT * effort.seconds
        scale = max(1.0, abs(self.worth)) * 1e-6
        earned = gain / scale / max(took, 1e-2)
        kind.worth = MEMORY * kind.worth + (1.0 - MEMORY) * earned
        if easy:
            kind.size = min(kind.size * LARGER, float(self._program.none_loss.size))
        elif not answer.is_whole:
            kind.size = max(kind.size * SMALLER, LEAST_SIZE)
        return better

    def _drawn(self) -> _Kind:
        worth = np.array([kind.worth for kind in self._kinds])
        worth = np.maximum(worth, FLOOR * max(float(worth.max()), 1e-9))
        number = int(self._random.choice(worth.size, p=worth / worth.sum()))
        return self._kinds[number]

    def _can_gain(self) -> BoolArray:
        """Choices that lose no more than the best plan lacks to the bound."""
        gap = self._program.bound - self.worth
        if not np.isfinite(gap):
            return np.ones(self._program.count, dtype=np.bool_)
        return np.asarray(self._program.loss <= gap * (1.0 + 1e-6) + 1e-9, dtype=np.bool_)

    def _projects(self, kind: _Kind) -> BoolArray:
        """Projects that a neighbourhood of this kind frees, shape (projects,)."""
        program = self._program
        many = max(2, round(kind.size))
        if kind.name == PRICE:
            return self._near(many, np.ones(program.none_loss.size, dtype=np.bool_))
        if kind.name == YEARS:
            return self._near(many, self._of_years())
        if kind.name == PLANS:
            return self._near(many, self._in_which_plans_differ(), fill=True)
        if kind.name == INDUCED:
            return self._near(many, self._unlike_the_relaxation(), fill=True)
        return self._near(many, self._of_group(KINDS.index(kind.name), many), fill=True)

    def _near(self, many: int, among: BoolArray, *, fill: bool = False) -> BoolArray:
        """`many` projects of `among`, the nearer the likelier; with `fill`, others besides."""
        near = self._prices.nearness
        known = near[np.isfinite(near)]
        scale = float(np.median(known)) if known.size else 1.0
        at = max(scale, 1e-12) * NEARNESS[int(self._random.integers(len(NEARNESS)))]
        chance = np.where(np.isfinite(near), 1.0 / (at + np.where(np.isfinite(near), near, 1.0)), 0)
        taken = np.zeros(near.size, dtype=np.bool_)
        for pool in (among, ~among) if fill else (among,):
            likely = np.where(pool & ~taken, chance, 0.0)
            there = int(np.count_nonzero(likely))
            left = min(many - int(taken.sum()), there)
            if left > 0:
                drawn = self._random.choice(near.size, left, replace=False, p=likely / likely.sum())
                taken[drawn] = True
        return taken

    def _of_years(self) -> BoolArray:
        """Projects that start within a few years of a drawn one, in the best plan or relaxation."""
        program = self._program
        first, last = int(program.year.min()), int(program.year.max())
        begin = int(self._random.integers(first, last + 1))
        wide = int(self._random.integers(1, 4))
        chosen = (self._chosen() | (self._prices.relaxed > 0.1)) & (
            (program.year >= begin) & (program.year < begin + wide)
        )
        found = np.zeros(program.none_loss.size, dtype=np.bool_)
        found[program.project[chosen]] = True
        return found

    def _in_which_plans_differ(self) -> BoolArray:
        program = self._program
        found = np.zeros(program.none_loss.size, dtype=np.bool_)
        others = [x for x in self._elite if x is not self.best]
        if others:
            other = others[int(self._random.integers(len(others)))]
            unlike = self._chosen() != (other[: program.count] > HALF)
            found[program.project[unlike]] = True
        return found

    def _unlike_the_relaxation(self) -> BoolArray:
        program = self._program
        found = np.zeros(program.none_loss.size, dtype=np.bool_)
        unlike = np.abs(self._chosen().astype(np.float64) - self._prices.relaxed) > 0.1
        found[program.project[unlike]] = True
        return found

    def _of_group(self, kind: int, many: int) -> BoolArray:
        """Projects of drawn groups of a kind, until there are `many`."""
        program = self._program
        groups = np.flatnonzero(program.group_kind == kind)
        found = np.zeros(program.none_loss.size, dtype=np.bool_)
        if KINDS[kind] == CHAIN:
            return self._along_chains(groups, many)
        for number in self._random.permutation(groups).tolist():
            found[self._members(number)] = True
            if int(found.sum()) >= many:
                break
        return found

    def _along_chains(self, groups: IntArray, many: int) -> BoolArray:
        """Projects that relations lead to from a drawn one, the nearest first, until `many`.

        What waits for what must move together: chains that have nothing in common do not.
        """
        found = np.zeros(self._program.none_loss.size, dtype=np.bool_)
        drawn = self._random.permutation(groups).tolist()
        while drawn and int(found.sum()) < many:
            reached = self._members(drawn.pop()).tolist()
            for project in reached:  # grows while it is gone through
                if int(found.sum()) >= many:
                    break
                if not found[project]:
                    found[project] = True
                    for number in self._chains_of.get(project, ()):
                        reached.extend(self._members(number).tolist())
        return found

    @cached_property
    def _chains_of(self) -> dict[int, list[int]]:
        """Groups of relations by each project in them."""
        chains: dict[int, list[int]] = defaultdict(list)
        for number in np.flatnonzero(self._program.group_kind == KINDS.index(CHAIN)).tolist():
            for project in self._members(number).tolist():
                chains[project].append(number)
        return chains

    def _members(self, group: int) -> IntArray:
        program = self._program
        return program.groups[program.group_start[group] : self._ends[group]]

    def _chosen(self) -> BoolArray:
        if self.best is None:
            return np.zeros(self._program.count, dtype=np.bool_)
        return np.asarray(self.best[: self._program.count] > HALF, dtype=np.bool_)


def _near_choices(prices: Prices, last: float) -> BoolArray:
    """Choices that lose little per money against `last`, and those of the relaxation."""
    return (prices.relative_loss <= WIDE * last) | (prices.relaxed > TINY)
