"""A new plan that moves little of the one in force: the curve of moves against loss, and a choice.

Both ends are solved: the fewest moves that any plan makes, at the least loss; and the best plan
that is free to move, of those as good the one nearest to the plan in force. Whatever a solve proves
of plans with so many moves holds of all with fewer. Beside them stands a fresh solve, which knows
nothing of the plan in force: how much is moved where nobody asks for little.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.kept_plan import KeptPlan, Move, moves_between, weight_of
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner

FREE, FEWEST, CHOSEN, BETWEEN = "free", "fewest", "chosen", "between"
FOUND = "free_found"
"""The plan that is free to move as the first solve of it found it: it breaks no tie towards the
plan in force and begins with nothing, but keeps what is frozen."""
SAME = 1e-9
"""Relative difference of values that are the same."""
CLEAR = 1e-6
"""Difference of two weights that are one."""
MOST_STEPS = 4
"""Solves at most to close what is open between the moves chosen and those proven to be needed."""


@dataclass(frozen=True)
class Wish:
    """Which plan of the curve is asked for: at most one of the first three.

    Attributes
    ----------
    keep_within
        Fewest moves at a loss of at most this share of the best value.
    most
        Least loss at moves of at most this weight.
    move_cost
        Best value less this much money for a move of weight 1.
    points
        Further points between the ends; None: one at every whole number of moves.
    """

    keep_within: float | None = None
    most: float | None = None
    move_cost: float | None = None
    points: int | None = 0


@dataclass(frozen=True)
class ReplanPoint:
    """A plan of the curve; money in the instance's unit, None where nothing is proven.

    Attributes
    ----------
    weight, least_weight
        Weight of its moves, and what no plan that loses no more moves less than.
    value, loss
        What it is worth, and how much less than the best plan that is known.
    loss_bound, loss_high
        No plan with moves of no more weight loses less than `loss_bound`; this one loses no more
        than `loss_high` of any plan.
    """

    kind: str
    moves: tuple[Move, ...]
    weight: float
    least_weight: float
    value: float
    loss: float
    loss_bound: float | None
    loss_high: float | None
    run_dir: str
    is_verified: bool


@dataclass(frozen=True)
class FreshSolve:
    """A solve of the question that knows nothing of the plan in force, and what its plan moves.

    It begins with nothing, breaks no tie towards the plan in force, and does not know what is
    frozen; `frozen` are the moves that it makes of that, or before the year until which all is.
    """

    moves: tuple[Move, ...]
    frozen: tuple[Move, ...]
    weight: float
    value: float
    bound: float | None
    gap: float | None
    run_dir: str
    is_verified: bool


@dataclass(frozen=True)
class Replanned:
    """The curve by rising weight of moves, and the position in it of the plan that is asked for.

    `free` is the position of the plan that moves least of those within the gap of the best one
    known; no plan of these moves less than `least_of_free`. `best` is the best value, `best_bound`
    what none exceeds. `net_bound` is what no plan's value less its moves' cost exceeds, where moves
    cost money. Without points `has_no_plan` says whether there is proven to be none. `fresh` is
    None where that solve found no plan.
    """

    points: tuple[ReplanPoint, ...]
    chosen: int | None
    best: float | None
    best_bound: float | None
    net_bound: float | None = None
    has_no_plan: bool = False
    free: int | None = None
    least_of_free: float = 0.0
    fresh: FreshSolve | None = None

    @property
    def choice(self) -> ReplanPoint | None:
        """The plan that is asked for."""
        return None if self.chosen is None else self.points[self.chosen]

    @property
    def freest(self) -> ReplanPoint | None:
        """Of plans as good as the best one known the nearest to the plan in force."""
        return None if self.free is None else self.points[self.free]


@dataclass(frozen=True)
class _Found:
    """A finished solve: which plans it speaks of, by the largest weight of their moves."""

    kind: str
    limit: float
    result: JobResult
    moves: tuple[Move, ...]
    weight: float
    least_value: float | None
    stated: Mapping[str, Any]


def replan(
    instance: Instance,
    kept: KeptPlan,
    wish: Wish,
    options: SolveOptions,
    runner: Runner,
    origin: RunOrigin,
) -> Replanned:
    """Solve for both ends of the curve, the plan that is asked for, and points between.

    Parameters
    ----------
    instance
        The question as it is now.
    kept
        The plan in force as `instance` has it, weights, and what is frozen.

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    is_frozen = kept.frozen_until is not None
    count = 4 + is_frozen + (wish.points or 0)
    search = _Search(instance, kept, options, runner, origin, count)
    free = search.solve(FREE, kept)
    if free is None and search.is_impossible:
        return Replanned((), None, None, None, has_no_plan=True)
    fewest = search.solve(FEWEST, replace(kept, is_fewest=True))
    if free is None:  # late, and the plan in force may have led to one
        if fewest is None:
            return Replanned((), None, None, None, has_no_plan=search.is_impossible)
        search.solve(FREE, kept, "free-again")
    search.near_the_plan_in_force()
    asked = search.choose(wish)
    search.spread(wish.points)
    fresh = None
    if is_frozen:
        fresh = search.fresh()
    elif free is not None:  # it began with nothing
        fresh = search.as_fresh(free.result)
    return replace(search.told(wish, asked), fresh=fresh)


class _Search:
    """What was solved so far."""

    def __init__(
        self,
        instance: Instance,
        kept: KeptPlan,
        options: SolveOptions,
        runner: Runner,
        origin: RunOrigin,
        count: int,
    ) -> None:
        self._instance, self._kept, self._options = instance, kept, options
        self._runner, self._origin, self._count = runner, origin, count
        self._found: list[_Found] = []
        self.is_impossible = False
        """Whether the last solve proved that there is no plan."""

    def solve(self, kind: str, kept: KeptPlan, key: str = "") -> _Found | None:
        """Solve with `kept`; None where no plan was found."""
        return self._solve_all([(kind, key or kind, kept)])[0]

    def _start_key(self, kept: KeptPlan) -> str:
        """Key of the plan that a solve with `kept` begins with; blank: none is known that obeys it.

        The one that moves least of those worth enough, else the best of those that move no more.
        """
        rows = self._found
        if kept.least_value is not None:
            row = self._fewest_worth(kept.least_value)
            return "" if row is None else row.result.key
        if kept.most is not None:
            rows = [row for row in rows if row.weight <= kept.most + CLEAR]
        price = kept.move_cost or 0.0
        best = max(
            rows,
            key=lambda row: (row.result.objective or 0.0) - price * row.weight,
            default=None,
        )
        return "" if best is None else best.result.key

    def _solve_all(self, asked: Sequence[tuple[str, str, KeptPlan]]) -> list[_Found | None]:
        jobs = [
            Job(
                key,
                self._instance,
                replace(self._options, kept=kept),
                at=math.inf if kind == FREE else (kept.most or 0.0),
                start_key=self._start_key(kept),
                origin=self._origin,
            )
            for kind, key, kept in asked
        ]
        # Infinity less infinity is no distance: the free plan lies beyond all moves there are.
        far = 1.0 + sum(self._kept.weight(p.id) for p in self._instance.projects)
        jobs = [replace(job, at=min(job.at, far)) for job in jobs]
        results = self._runner.run(jobs, of=self._count)
        pairs = zip(asked, results, strict=True)
        return [self._heard(kind, kept, result) for (kind, _, kept), result in pairs]

    def _heard(self, kind: str, kept: KeptPlan, result: JobResult) -> _Found | None:
        self.is_impossible = result.is_impossible
        if not result.has_plan:
            return None
        moves = moves_between(self._kept.starts, result.starts)
        weight = weight_of(self._kept, moves)
        stated = read_run(self._runner.folder / result.run_dir).manifest.get("kept") or {}
        limit = stated.get("most")
        least = kept.least_value if kept.is_fewest else None
        found = _Found(
            kind, math.inf if limit is None else limit, result, moves, weight, least, stated
        )
        self._found.append(found)
        return found

    def near_the_plan_in_force(self) -> None:
        """Of plans as good as the best one known, find the one that moves least.

        A solve that is free to move breaks no tie towards the plan in force: what it moves says
        nothing of what must move for its value.
        """
        least = self._as_good()
        known = self._fewest_worth(least)
        if known is not None and self._least_weight(least) < known.weight - CLEAR:
            self.solve(FREE, replace(self._kept, is_fewest=True, least_value=least), "nearest")

    def _as_good(self) -> float:
        """What a plan is worth at least that is as good as the best one: the gap tells no more."""
        best = self._best()
        return best - self._options.gap * abs(best)

    def fresh(self) -> FreshSolve | None:
        """Solve the question as if there were no plan in force; None where no plan was found."""
        job = Job("fresh", self._instance, self._options, origin=self._origin, is_anew=True)
        result = self._runner.run([job], of=self._count)[0]
        return self.as_fresh(result) if result.has_plan else None

    def as_fresh(self, result: JobResult) -> FreshSolve:
        """What the plan of `result`, which knows nothing of the plan in force, moves of it."""
        kept = self._kept
        moves = moves_between(kept.starts, result.starts)
        until = kept.frozen_until
        frozen = [
            move
            for move in moves
            if until is not None
            and any(b is not None and b[1] < until for b in (move.before, move.after))
        ]
        return FreshSolve(
            moves=moves,
            frozen=tuple(frozen),
            weight=weight_of(kept, moves),
            value=result.objective or 0.0,
            bound=result.bound,
            gap=result.gap,
            run_dir=result.run_dir,
            is_verified=result.is_verified,
        )

    # ------------------------------------------------------------------ what is proven

    def _best(self) -> float:
        """Value of the best plan known."""
        return max(row.result.objective or -math.inf for row in self._found)

    def _bound(self, weight: float) -> float | None:
        """No plan whose moves weigh no more is worth more, as far as proven."""
        bounds = [
            row.result.bound
            for row in self._found
            if row.result.bound is not None and row.limit >= weight - CLEAR
        ]
        return min(bounds, default=None)

    def _least_weight(self, value: float) -> float:
        """No plan worth `value` moves less, as far as proven."""
        slack = SAME * max(1.0, abs(value))
        known = [0.0]
        for row in self._found:
            bound = row.result.bound
            if bound is not None and bound < value - slack and math.isfinite(row.limit):
                known.append(self._next(row.limit))
            told = row.stated.get("bound")
            is_of_moves = told is not None and row.stated.get("move_cost") is None
            if is_of_moves and (row.least_value is None or row.least_value <= value + slack):
                known.append(float(told or 0.0))
        return max(known)

    def _next(self, weight: float) -> float:
        """Least weight above `weight` that moves can have, as far as that is plain."""
        return math.floor(weight + CLEAR) + 1.0 if self._kept.is_counting else weight

    # ------------------------------------------------------------------ the choice

    def choose(self, wish: Wish) -> _Found | None:
        """Solve for the plan that is asked for."""
        if wish.most is not None:
            return self.solve(CHOSEN, replace(self._kept, most=wish.most))
        if wish.move_cost is not None:
            kept = replace(self._kept, is_fewest=True, move_cost=wish.move_cost)
            return self.solve(CHOSEN, kept)
        best = self._best()
        least = best - (wish.keep_within or 0.0) * abs(best)
        kept = replace(self._kept, is_fewest=True, least_value=least)
        self.solve(CHOSEN, kept)
        chosen = self._fewest_worth(least)
        return self._closer(least, chosen)

    def _closer(self, least: float, chosen: _Found | None) -> _Found | None:
        """Close what is open between the moves of `chosen` and those proven to be needed.

        What a limit leaves open, neither a plan worth `least` nor a bound below it, is asked of
        no smaller limit: of a larger one either answer says more.
        """
        open_until = -1.0
        for step in range(1, MOST_STEPS + 1):
            if chosen is None or not self._kept.is_counting:
                break
            low = max(self._least_weight(least), open_until + 1.0)
            if low >= chosen.weight - CLEAR:
                break
            self._count += 1
            most = math.floor((low + chosen.weight - 1.0) / 2.0)
            self.solve(CHOSEN, replace(self._kept, most=float(most)), f"closer-{step}")
            chosen = self._fewest_worth(least)
            open_until = float(most)
        return chosen

    def _fewest_worth(self, least: float) -> _Found | None:
        """The plan with fewest moves, and among them the best, of those worth `least`."""
        slack = 2.0 * SAME * max(1.0, abs(least))
        rows = [row for row in self._found if (row.result.objective or -math.inf) >= least - slack]
        return min(rows, key=lambda r: (r.weight, -(r.result.objective or 0.0)), default=None)

    # ------------------------------------------------------------------ the curve

    def spread(self, points: int | None) -> None:
        """Solve at limits between the ends, closer together where there are few moves."""
        low = min(row.weight for row in self._found)
        high = max(row.weight for row in self._found)
        if points is None:
            limits = [float(n) for n in range(math.ceil(low - CLEAR), math.floor(high + CLEAR) + 1)]
        else:
            limits = [low + (high - low) * (n / (points + 1)) ** 2 for n in range(1, points + 1)]
        if self._kept.is_counting:
            limits = [float(round(limit)) for limit in limits]
        done = {row.limit for row in self._found}
        left = [n for n in dict.fromkeys(limits) if n not in done and low <= n <= high]
        kept = self._kept
        self._solve_all([(BETWEEN, f"moves-{n:g}", replace(kept, most=n)) for n in left])

    def told(self, wish: Wish, asked: _Found | None) -> Replanned:
        """The curve without plans that another one beats in both, the ends and the choice apart."""
        rows = sorted(self._found, key=lambda r: (r.weight, -(r.result.objective or 0.0)))
        first = next((row for row in self._found if row.kind == FREE), None)
        top, bound = self._best(), self._bound(math.inf)
        free = self._fewest_worth(self._as_good())
        kept: list[_Found] = []
        best = -math.inf
        for row in rows:
            value = row.result.objective or -math.inf
            is_better = value > best + SAME * max(1.0, abs(value))
            if is_better or any(row is other for other in (asked, first, free)):
                kept.append(row)
            best = max(best, value)
        kinds = {id(first): FOUND} | {id(free): FREE} | {id(asked): CHOSEN}
        net = None
        if wish.move_cost is not None and asked is not None:
            net = asked.stated.get("bound")
        return Replanned(
            tuple(self._point(row, top, bound, kinds.get(id(row))) for row in kept),
            next((n for n, row in enumerate(kept) if row is asked), None),
            top,
            bound,
            net,
            free=next((n for n, row in enumerate(kept) if row is free), None),
            least_of_free=self._least_weight(self._as_good()),
        )

    def _point(
        self, row: _Found, best: float, best_bound: float | None, kind: str | None
    ) -> ReplanPoint:
        value = row.result.objective or 0.0
        bound = self._bound(row.weight)
        is_kept = weight_of(self._kept, row.moves) <= row.limit + CLEAR
        own = FEWEST if row.kind == FEWEST else BETWEEN
        return ReplanPoint(
            kind=own if kind is None or (own == FEWEST and kind == FREE) else kind,
            moves=row.moves,
            weight=row.weight,
            least_weight=min(row.weight, self._least_weight(value)),
            value=value,
            loss=best - value,
            loss_bound=None if bound is None else max(0.0, best - bound),
            loss_high=None if best_bound is None else best_bound - value,
            run_dir=row.result.run_dir,
            is_verified=row.result.is_verified and is_kept,
        )
