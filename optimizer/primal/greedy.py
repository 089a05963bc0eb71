"""A greedy plan in a fraction of a second: choices taken by price, what they break cut off.

Everything that is no choice (money of every year, debt, flows) is one small linear program. Where
it cannot follow the choices taken, its multipliers are a row of choices alone that every plan
keeps, as in Benders' decomposition: a budget of a year, or of all years so far, or what a debt
ceiling leaves. Choices worth least by what they take of such a row are given up, what must be
waits for a year in which it takes less, and what still fits all rows is taken in their place.
After a few rows the plan can be paid for. Where giving up, moving and taking one by one does not
keep the rows of choices (mandates, dates and forerunners that hang together), a small program of
the choices alone does.

Sources: Benders, "Partitioning procedures for solving mixed-variables programming problems",
Numerische Mathematik 4, 1962; Toyoda, "A simplified algorithm for obtaining approximate solutions
to zero-one programming problems", Management Science 21, 1975.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.quick_relaxation import quick_mip, quick_relaxation
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.core import HALF, CoreProgram
from infraplan.optimizer.primal.sight import Sights, prices, rows_at_sight

MOST_CUTS = 60
"""Rows of choices that are found at most for one plan."""
SOON_SHARE, LATE_SHARE, PAID_SHARE = 0.9, 0.5, 0.4
"""Shares of the time for a first plan: starts as soon as can be, as late, and by cuts. A guess that
cannot be paid ends long before its share, and as long as there is no plan nothing is worth more."""
FILLS = 10
"""Plans whose room that is left is filled again."""
REPAIRS = 200
"""Passes over the rows of choices alone."""
SETTLED_GAP = 1e-2
"""Gap within which the program of choices alone is good enough."""
ROUNDS, TURNS = 3, 3
"""Times that all cuts, and that all choices in an order, are gone through: obeying one cut may
break another, and what waits for a choice may come before it."""
WEIGHTS = (0.3, 1.0, 3.0)
"""Weights of the mean price of the cuts beside each cut's own in an order of choices."""
TINY_MONEY = 1e-9
"""Money below which a choice costs nothing to speak of."""
BLOCK = 256
"""Projects that are held against all cuts at once."""
SLACK = 1e-9
"""Times (1 + size): what a row may be missed by."""


def greedy_plan(
    program: CoreProgram,
    seconds: float,
    first: BoolArray | None = None,
    on_plan: Callable[[FloatArray], None] | None = None,
    *,
    is_ordered: bool = False,
) -> FloatArray | None:
    """Column values of a plan that obeys every row, or None.

    It begins with the choices `first` (shape: choices), or with the best of every project that is
    worth anything, after plans in order unless these are known (`is_ordered`). `on_plan` hears of
    every better plan on the way. Never raises for want of a plan; ends within about `seconds`.
    """
    if not program.count:
        return None
    greedy = _Greedy(program)
    if first is not None:
        greedy.take(first)
        return _paid(greedy, seconds, FILLS, on_plan)
    end = work_clock.now() + seconds
    quick = None if is_ordered else ordered_plan(program, seconds, on_plan, greedy.completion)
    greedy.take(greedy.best_of_each())
    best = _paid(greedy, end - work_clock.now(), FILLS, _if_better(program.mip, quick, on_plan))
    found = [plan for plan in (quick, best) if plan is not None]
    return max(found, key=program.mip.value, default=None)


def _if_better(
    mip: Mip, known: FloatArray | None, on_plan: Callable[[FloatArray], None] | None
) -> Callable[[FloatArray], None] | None:
    """`on_plan`, told of plans that are better than the one known."""
    if known is None or on_plan is None:
        return on_plan
    least = mip.value(known)

    def told(plan: FloatArray) -> None:
        if mip.value(plan) > least:
            on_plan(plan)

    return told


def first_plan(
    program: CoreProgram, seconds: float, completion: Completion | None = None
) -> FloatArray | None:
    """Column values of the first plan that can be paid for, with little beyond what must be.

    It needs no relaxation: money is dearer here than the best choice can bring in, so that nothing
    is taken but what rows ask for: as soon as can be, else as late as can be, when more money has
    come in, else as soon as the cuts allow. None where there is none, or none within about
    `seconds`, at most twice as long.
    """
    if not program.count:
        return None
    greedy = _Greedy(program, completion)
    greedy.make_money_dear()
    greedy.take(np.zeros(program.count, dtype=np.bool_))
    if greedy.repair():
        for values, share in ((greedy.values(), SOON_SHARE), (greedy.postponed(), LATE_SHARE)):
            found = greedy.completion.solve(values, share * seconds)
            if found is not None:
                return found
    return _paid(greedy, PAID_SHARE * seconds, 0)


def ordered_plan(
    program: CoreProgram,
    seconds: float,
    on_plan: Callable[[FloatArray], None] | None,
    completion: Completion,
    sights: Sights | None = None,
    most_orders: int | None = None,
) -> FloatArray | None:
    """The best plan of choices that are taken one after the other while the rows seen allow it.

    The first order is that of a plain greedy; where its plan cannot be paid, because the rows do
    not say it all, no other is tried. `on_plan` hears of every better plan. `sights` are the rows
    at sight of `completion`, if they are known. No more than `most_orders` are tried (None: all).
    """
    end = work_clock.now() + seconds
    greedy = _Greedy(program, completion)
    greedy.see(rows_at_sight(completion) if sights is None else sights)
    best: FloatArray | None = None
    most = -np.inf
    for way in islice(greedy.orders(), most_orders):
        worth = greedy.take_in_order(way)
        if worth is None or worth <= most:
            continue
        found = greedy.completion.solve(greedy.values(), end - work_clock.now())
        if found is None:
            break
        best, most = found, worth
        if on_plan is not None:
            on_plan(found)
    return best


def _paid(
    greedy: _Greedy,
    seconds: float,
    fills: int,
    on_plan: Callable[[FloatArray], None] | None = None,
) -> FloatArray | None:
    """The best plan from what `greedy` has taken, its room filled again `fills` times.

    `on_plan` hears of every plan that is better than those before.
    """
    mip, end = greedy.completion.mip, work_clock.now() + seconds
    best: FloatArray | None = None
    is_kept = True
    for _ in range(MOST_CUTS):
        if work_clock.is_past(end):
            break
        is_kept = is_kept and greedy.obey() and greedy.repair()
        if not is_kept and not greedy.settle(end - work_clock.now()):
            break
        values = greedy.values()
        found = greedy.completion.solve(values, end - work_clock.now())
        if found is None:
            cut = _cut(greedy.completion, values, end - work_clock.now())
            if cut is None:
                break
            is_kept = greedy.add(cut)
            continue
        is_kept = True
        if best is None or mip.value(found) > mip.value(best):
            best = found
            if on_plan is not None:
                on_plan(found)
        if fills == 0 or not greedy.fill():
            break
        fills -= 1
    return best


@dataclass(frozen=True)
class _Cut:
    """`sum taken z <= most` for every plan; `taken` has the shape of the choices."""

    taken: FloatArray
    most: float


def _cut(completion: Completion, values: FloatArray, seconds: float) -> _Cut | None:
    """The row that `values` break because nothing completes them; None: there is none to see."""
    if seconds <= 0.0 or not completion.free.size:
        return None
    y = quick_relaxation(completion.elastic_rest(values), seconds).multipliers
    if y is None:
        return None
    y = np.where(np.abs(y) <= SLACK * np.abs(y).max(initial=0.0), 0.0, y)
    mip, rows = completion.mip, completion.rows
    limit = np.where(y > 0.0, mip.row_upper[rows], mip.row_lower[rows])
    if np.any((y != 0.0) & ~np.isfinite(limit)):
        return None
    decided, others = completion.shared
    price = others.T @ y
    size = abs(others).T @ np.abs(y)
    free = completion.free
    side = np.where(price > 0.0, mip.col_lower[free], mip.col_upper[free])
    counts = np.abs(price) > SLACK * (1.0 + size)
    if np.any(counts & ~np.isfinite(side)):
        return None
    most = float((y * np.where(y == 0.0, 0.0, limit)).sum())
    most -= float((price * np.where(counts, side, 0.0)).sum())
    return _Cut(np.asarray(decided.T @ y, dtype=np.float64), most)


class _Greedy:
    """Choices taken so far, the rows of choices alone and the cuts."""

    def __init__(self, program: CoreProgram, completion: Completion | None = None) -> None:
        mip, count = program.mip, program.count
        self.completion = completion or Completion.of(mip, np.arange(count))
        self._program = program
        alone = np.ones(mip.num_rows, dtype=np.bool_)
        alone[self.completion.rows] = False
        rows = np.flatnonzero(alone)
        self._rows = csr_array(self.completion.of_decided[rows])
        self._columns = csc_array(self._rows)
        self._low, self._high = mip.row_lower[rows], mip.row_upper[rows]
        self._must = mip.col_lower[:count] > HALF
        self._open = mip.col_upper[:count] > HALF
        self._kept = self._must.copy()
        self._taken = self._must.copy()
        self._cuts: list[_Cut] = []
        self._table: FloatArray | None = None
        money = np.maximum(program.money, TINY_MONEY)[program.project]
        gain = mip.objective[:count]
        if np.any(program.none_loss > 0.0):
            gain = program.none_loss[program.project] - program.loss
        self._gain = np.where(np.isfinite(gain), gain, 0.0)
        self._ratio = self._gain / money
        self._begins = np.searchsorted(
            np.sort(program.project), np.arange(program.none_loss.size + 1)
        )
        self._by_project = np.argsort(program.project, kind="stable")

    def make_money_dear(self) -> None:
        """Count the money of every choice at the most that any choice brings in for it."""
        price = float(self._ratio.max(initial=0.0))
        self._gain = self._gain - price * self._program.money[self._program.project]

    def best_of_each(self) -> BoolArray:
        """The most valuable choice of every project that is worth anything."""
        order = np.lexsort((-self._gain, self._program.project))
        ranked = self._program.project[order]
        first = order[np.concatenate([[True], ranked[1:] != ranked[:-1]])]
        best = np.zeros(self._program.count, dtype=np.bool_)
        best[first[(self._gain[first] > 0.0) & self._open[first]]] = True
        return best

    def take(self, chosen: BoolArray) -> None:
        """Take `chosen`, with what must be."""
        self._taken = (chosen & self._open) | self._must

    def values(self) -> FloatArray:
        """What is taken, shape (choices,)."""
        return self._taken.astype(np.float64)

    def postponed(self) -> FloatArray:
        """What is taken, each as late as the rows of choices allow, the latest first."""
        taken, activity = self._taken.copy(), self._rows @ self.values()
        year = self._program.year
        order = np.flatnonzero(taken & ~self._must)
        for old in order[np.argsort(-year[order], kind="stable")].tolist():
            project = self._program.project[old]
            mine = self._by_project[self._begins[project] : self._begins[project + 1]]
            mine = mine[self._open[mine] & (year[mine] > year[old])]
            for new in mine[np.argsort(-year[mine], kind="stable")].tolist():
                if self._fits_instead(old, new, activity):
                    taken[old], taken[new] = False, True
                    break
        return taken.astype(np.float64)

    def see(self, seen: Sights) -> None:
        """Keep from now on what rows say of choices alone."""
        for taken, most in zip(seen.taken, seen.most.tolist(), strict=True):
            self.keep(_Cut(taken, most))

    def orders(self) -> Iterator[FloatArray]:
        """Keys by which choices are taken, the largest first; none where no cut is known.

        Value per money, as a plain greedy does it; what is left of the value beyond the prices of
        the cuts; value per price of what is taken of the cuts, that price evened out more or less.
        """
        if not self._cuts:
            return
        yield self._gain / np.maximum(self._program.spent, TINY_MONEY)
        taken, order = self._cut_rows(), self._by_project
        price = prices(self._gain[order], taken[:, order], self._most(), self._begins)
        paid, size = np.einsum("kn,k->n", taken, price), np.abs(taken).sum(axis=0)
        yield self._gain - paid
        for weight in WEIGHTS:
            yield self._gain / np.maximum(paid + weight * float(price.mean()) * size, TINY_MONEY)

    def take_in_order(self, way: FloatArray) -> float | None:
        """Take what must be, then what fits, the largest of `way` (shape: choices) first.

        What is taken is worth so much; None where what must be breaks a row of choices alone.
        """
        self._kept = self._must.copy()
        self.take(np.zeros(self._program.count, dtype=np.bool_))
        if not self.repair():
            return None
        taken, program = self._cut_rows(), self._program
        room = self._most() - self._use()
        room += SLACK * (1.0 + np.abs(room))
        activity = self._rows @ self.values()
        order = np.argsort(-way, kind="stable")
        order = order[self._open[order] & (self._gain[order] > 0.0)]
        has = np.zeros(program.none_loss.size, dtype=np.bool_)
        has[program.project[self._taken]] = True
        for _ in range(TURNS):  # what waits for another may come before it
            before = int(has.sum())
            for begin in range(0, order.size, BLOCK):
                mine = order[begin : begin + BLOCK]
                mine = mine[~has[program.project[mine]]]
                mine = mine[np.all(taken[:, mine] <= room[:, None], axis=0)]
                for choice in mine.tolist():
                    project, takes = program.project[choice], taken[:, choice]
                    if has[project] or (takes > room).any() or not self._fits(choice, activity):
                        continue
                    self._taken[choice] = has[project] = True
                    room -= takes
            if int(has.sum()) == before:
                break
        return float(self._gain[self._taken].sum())

    def add(self, cut: _Cut) -> bool:
        """Keep `cut` from now on; whether giving up or taking choices can obey it."""
        self.keep(cut)
        return self._obey(cut)

    def obey(self) -> bool:
        """Give up and take choices until every cut is kept; whether they are, or may yet be.

        One that the other cuts bring back again and again is left to what completes the plan.
        """
        for _ in range(ROUNDS):
            broken = np.flatnonzero(
                self._use() > self._most() + SLACK * (1.0 + np.abs(self._most()))
            )
            if not broken.size:
                break
            kept = [self._obey(self._cuts[number]) for number in broken.tolist()]
            if not all(kept):
                return False
        return True

    def keep(self, cut: _Cut) -> None:
        """Keep `cut` from now on."""
        self._cuts.append(cut)
        self._table = None

    def _cut_rows(self) -> FloatArray:
        """What each choice takes of each cut, shape (cuts, choices)."""
        if self._table is None:
            taken = [cut.taken for cut in self._cuts]
            self._table = np.array(taken, dtype=np.float64).reshape(-1, self._program.count)
        return self._table

    def _most(self) -> FloatArray:
        """What may be taken of each cut."""
        return np.array([cut.most for cut in self._cuts], dtype=np.float64)

    def _use(self) -> FloatArray:
        """What is taken of each cut. Not by a product: threads of one wait longer than it takes."""
        used = self._cut_rows()[:, np.flatnonzero(self._taken)].sum(axis=1)
        return np.asarray(used, dtype=np.float64)

    def settle(self, seconds: float) -> bool:
        """Take what is worth most of all that keeps the rows of choices alone and every cut.

        This is a small program; whether it has a solution that was found within `seconds`.
        """
        if seconds <= 0.0:
            return False
        count = self._program.count
        cuts, most = csr_array(self._cut_rows()), self._most()
        rows = csr_array(vstack([self._rows, cuts]))
        found = quick_mip(
            Mip(
                objective=self._gain,
                objective_offset=0.0,
                col_lower=self._must.astype(np.float64),
                col_upper=self._open.astype(np.float64),
                integrality=np.ones(count, dtype=np.bool_),
                a_start=rows.indptr.astype(np.int64),
                a_index=rows.indices.astype(np.int64),
                a_value=rows.data,
                row_lower=np.concatenate([self._low, np.full(most.size, -np.inf)]),
                row_upper=np.concatenate([self._high, most]),
            ),
            seconds,
            SETTLED_GAP,
        )
        if found is None:
            return False
        self.take(found > HALF)
        return True

    def repair(self) -> bool:
        """Give up, and take, choices until the rows of choices alone are kept; whether they are."""
        for _ in range(REPAIRS):
            values = self.values()
            activity = self._rows @ values
            slack = SLACK * (1.0 + abs(self._rows) @ values)
            above = np.flatnonzero(activity > self._high + slack)
            below = np.flatnonzero(activity < self._low - slack)
            if not above.size and not below.size:
                return True
            changed = False
            for row, sign in (*((r, 1.0) for r in above), *((r, -1.0) for r in below)):
                changed |= self._mend(int(row), sign)
            if not changed:
                return False
        return False

    def _mend(self, row: int, sign: float) -> bool:
        """Bring one row nearer to the limit that it misses (`sign` 1: the upper one)."""
        part = slice(self._rows.indptr[row], self._rows.indptr[row + 1])
        columns, values = self._rows.indices[part], self._rows.data[part] * sign
        activity = float((values * self._taken[columns]).sum())
        limit = self._high[row] if sign > 0.0 else -self._low[row]
        if activity <= limit + SLACK * (1.0 + abs(limit)):
            return False  # mended meanwhile
        away = columns[(values > 0.0) & self._taken[columns] & ~self._kept[columns]]
        if away.size:
            self._taken[away[np.argmin(self._ratio[away])]] = False
            return True
        other = self._untaken(columns[(values < 0.0)])
        if not other.size:
            return False
        best = other[np.argmax(self._ratio[other])]
        self._taken[best] = True
        self._kept[best] = True
        return True

    def _untaken(self, columns: IntArray) -> IntArray:
        """Choices among `columns` of projects of which nothing is taken."""
        has = np.zeros(self._program.none_loss.size, dtype=np.bool_)
        has[self._program.project[self._taken]] = True
        return columns[~has[self._program.project[columns]] & self._open[columns]]

    def _obey(self, cut: _Cut) -> bool:
        """Give up what is worth least by what it takes of `cut`, or take what brings it down."""
        over = float(cut.taken[self._taken].sum()) - cut.most
        slack = SLACK * (1.0 + abs(cut.most))
        away = np.flatnonzero((cut.taken > 0.0) & self._taken & ~self._kept)
        order = away[np.argsort(self._gain[away] / cut.taken[away], kind="stable")]
        sums = np.cumsum(cut.taken[order])
        many = int(np.searchsorted(sums, over + slack)) + 1
        enough = sums.size > 0 and float(sums[-1]) >= over - slack
        self._taken[order[:many]] = False
        if enough:
            return True
        over = self._move(cut, float(cut.taken[self._taken].sum()) - cut.most, slack)
        if over <= slack:
            return True
        other = self._untaken(np.flatnonzero(cut.taken < 0.0))
        for choice in other[np.argsort(-self._gain[other] / -cut.taken[other])].tolist():
            if over <= slack:
                break
            if self._untaken(np.array([choice])).size:
                self._taken[choice] = self._kept[choice] = True
                over += float(cut.taken[choice])
        return over <= slack

    def _move(self, cut: _Cut, over: float, slack: float) -> float:
        """Move what stays to choices of its projects that take less of `cut`; what is over then.

        Those that lose least by what they take less go first; a move breaks no row and no cut that
        is kept, and takes no more of one that is broken.
        """
        stays = np.flatnonzero(self._taken & self._kept & ~self._must & (cut.taken > 0.0))
        moves: list[tuple[float, int, int]] = []
        for old in stays.tolist():
            project = self._program.project[old]
            mine = self._by_project[self._begins[project] : self._begins[project + 1]]
            mine = mine[self._open[mine] & (cut.taken[mine] < cut.taken[old])]
            less = cut.taken[old] - cut.taken[mine]
            loss = (self._gain[old] - self._gain[mine]) / less
            moves += [(float(price), old, int(new)) for price, new in zip(loss, mine, strict=True)]
        if not moves:
            return over
        is_other = np.array([each is not cut for each in self._cuts])
        others, most = self._cut_rows()[is_other], self._most()
        room = np.maximum(0.0, most - self._use() + SLACK * (1.0 + np.abs(most)))[is_other]
        activity = self._rows @ self.values()
        for _, old, new in sorted(moves):
            if over <= slack:
                break
            more = others[:, new] - others[:, old]
            if not self._taken[old] or np.any(more > room):
                continue
            if self._fits_instead(old, new, activity):
                room -= more
                self._taken[old] = self._kept[old] = False
                self._taken[new] = self._kept[new] = True
                over -= float(cut.taken[old] - cut.taken[new])
        return over

    def _fits_instead(self, old: int, new: int, activity: FloatArray) -> bool:
        """Whether `new` in the place of `old` breaks no row; then it is so in `activity`."""
        touched, change = [], []
        for choice, sign in ((old, -1.0), (new, 1.0)):
            part = slice(self._columns.indptr[choice], self._columns.indptr[choice + 1])
            touched.append(self._columns.indices[part])
            change.append(sign * self._columns.data[part])
        rows = np.concatenate(touched)
        np.add.at(activity, rows, np.concatenate(change))
        is_high = np.any(activity[rows] > self._high[rows] + SLACK)
        if not is_high and np.all(activity[rows] >= self._low[rows] - SLACK):
            return True
        np.subtract.at(activity, rows, np.concatenate(change))
        return False

    def fill(self) -> bool:
        """Take what is worth most per money and still fits all rows and cuts; whether any does."""
        program = self._program
        best = np.full(program.none_loss.size, -np.inf)
        np.maximum.at(best, program.project, np.where(self._open, self._ratio, -np.inf))
        best[program.project[self._taken]] = -np.inf
        order = np.argsort(-best, kind="stable")
        order = order[best[order] > 0.0]
        taken, room = self._cut_rows(), self._most() - self._use()
        room += SLACK * (1.0 + np.abs(room))
        activity, before = self._rows @ self.values(), int(self._taken.sum())
        for begin in range(0, order.size, BLOCK):
            waiting = order[begin : begin + BLOCK]
            while waiting.size:
                waiting = self._fill_from(waiting, taken, room, activity)
        return int(self._taken.sum()) > before

    def _fill_from(
        self, projects: IntArray, taken: FloatArray, room: FloatArray, activity: FloatArray
    ) -> IntArray:
        """Take what fits of `projects`, in their order; those behind a choice that gives room.

        `room` of the cuts and `activity` of the rows are kept. What does not fit now fits later
        only where a choice gives room: only then is all that comes behind held against it again.
        """
        rank = np.full(self._begins.size - 1, -1)
        rank[projects] = np.arange(projects.size)
        size = self._begins[projects + 1] - self._begins[projects]
        inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        mine = self._by_project[np.repeat(self._begins[projects], size) + inner]
        mine = mine[self._open[mine] & (self._gain[mine] > 0.0)]
        mine = mine[np.all(taken[:, mine] <= room[:, None], axis=0)]
        mine = mine[np.lexsort((-self._gain[mine], rank[self._program.project[mine]]))]
        done = -1
        for place, choice in zip(
            rank[self._program.project[mine]].tolist(), mine.tolist(), strict=True
        ):
            takes = taken[:, choice]
            if place == done or np.any(takes > room) or not self._fits(choice, activity):
                continue
            self._taken[choice] = True
            room -= takes
            done = place
            if np.any(takes < 0.0):
                return projects[place + 1 :]
        return projects[:0]

    def _fits(self, choice: int, activity: FloatArray) -> bool:
        """Whether `choice` breaks no row of choices alone; then it is in `activity`."""
        begin, end = self._columns.indptr[choice], self._columns.indptr[choice + 1]
        if begin == end:
            return True
        rows = self._columns.indices[begin:end]
        after = activity[rows] + self._columns.data[begin:end]
        if ((after > self._high[rows] + SLACK) | (after < self._low[rows] - SLACK)).any():
            return False
        activity[rows] = after
        return True
