"""Family `precedence`: order in time between projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.optimizer.formulation.context import NO_COLUMN, Context, Triplets, spread
from infraplan.optimizer.formulation.sets import IntArray
from infraplan.optimizer.mip import Key, MadeKeys

ROWS_AT_ONCE = 500_000
"""Rows made at a time: a mine has ten million, and what makes them takes ten times their memory."""


def add_precedence(context: Context) -> None:
    """A follower waits for its predecessors.

    Formula, for follower i, predecessors h, lag g, needed count n (all: one row per h with n = 1)::

        finish_to_start    n started[i,t] <= sum_h opened[h, t - g]
        start_to_start     n started[i,t] <= sum_h started[h, t - g]
        finish_to_finish   n opened[i,t]  <= sum_h opened[h, t - g]
        requires           n started[i,T-1] <= sum_h started[h, T-1]

    with ``started[i,t] = sum_o started[o,t]`` over its options and ``opened[i,t] =
    sum_o started[o, t - lead_time[o]]``. One row per (relation, follower, year of the follower's
    window); predecessors that never can start give a row that keeps the follower out.
    """
    waits = _Waits.of(context)
    for some in waits.in_parts(ROWS_AT_ONCE):
        entries, keys = some.rows(context)
        context.add_rows("precedence", entries, keys, upper=0.0)


@dataclass(frozen=True)
class _Waits:
    """Followers that wait for a group of predecessors, in the order of their rows.

    `label`, `group` and `after` (shape: waits) name them, `follower` is the position of a project.
    Rows are those of `years` years from `first` on. `on_opening`: what the follower does is
    to open. `lag`, `by_opening` and `by_begin` say which year of the predecessors counts;
    `needed` is how many must be there. The predecessors of all waits are `before`, those of wait w
    `before[begin[w] : begin[w + 1]]`.
    """

    label: tuple[str, ...]
    group: tuple[str, ...]
    after: tuple[str, ...]
    follower: IntArray
    first: IntArray
    years: IntArray
    on_opening: IntArray
    by_opening: IntArray
    by_begin: IntArray
    lag: IntArray
    needed: IntArray
    begin: IntArray
    before: IntArray

    @staticmethod
    def of(context: Context) -> _Waits:
        """All waits of the instance."""
        number = context.sets.project_index
        windows: dict[tuple[bool, bool, int], tuple[int, int]] = {}
        label: list[str] = []
        named: list[tuple[str, str]] = []
        figures: list[tuple[int, ...]] = []
        before: list[int] = []
        begin = [0]
        for relation in context.instance.relations:
            if relation.type not in ORDER_TYPES or not relation.is_enforced:
                continue
            name, kind = relation.label, relation.type
            groups, needed = _groups(relation)
            members = [[number[member] for member in group] for group in groups]
            joined = ["+".join(group) for group in groups]
            requires = kind is RelationType.REQUIRES
            by_start = kind is RelationType.START_TO_START
            on_opening = kind is RelationType.FINISH_TO_FINISH
            shift = (not requires and not by_start, by_start, 0 if requires else relation.lag)
            for after in relation.to_projects:
                follower = number[after]
                asked = (requires, on_opening, follower)
                if asked not in windows:
                    windows[asked] = _window(context, kind, follower)
                first, years = windows[asked]
                for group, those in zip(joined, members, strict=True):
                    label.append(name)
                    named.append((group, after))
                    figures.append((follower, first, years, on_opening, *shift, needed))
                    before += those
                    begin.append(len(before))
        columns = np.array(figures, dtype=np.int64).reshape(-1, 8).T
        return _Waits(
            label=tuple(label),
            group=tuple(group for group, _ in named),
            after=tuple(after for _, after in named),
            follower=columns[0],
            first=columns[1],
            years=columns[2],
            on_opening=columns[3],
            by_opening=columns[4],
            by_begin=columns[5],
            lag=columns[6],
            needed=columns[7],
            begin=np.array(begin, dtype=np.int64),
            before=np.array(before, dtype=np.int64),
        )

    def in_parts(self, most: int) -> Iterator[_Waits]:
        """The same in parts of about `most` rows."""
        part = np.cumsum(self.years) // most
        cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(self.label)]
        for low, high in pairwise(cuts):
            mine = slice(low, high)
            begin = self.begin[low : high + 1]
            yield _Waits(
                self.label[mine],
                self.group[mine],
                self.after[mine],
                self.follower[mine],
                self.first[mine],
                self.years[mine],
                self.on_opening[mine],
                self.by_opening[mine],
                self.by_begin[mine],
                self.lag[mine],
                self.needed[mine],
                begin - begin[0],
                self.before[begin[0] : begin[-1]],
            )

    def rows(self, context: Context) -> tuple[Triplets, MadeKeys]:
        """Entries of the rows and their keys; there is none where the follower cannot be yet."""
        every = np.arange(len(self.label))
        own = self._entries(context, every, self.follower, own=True)
        size = np.diff(self.begin)
        others = self._entries(context, np.repeat(every, size), self.before, own=False)
        is_row = np.bincount(own.row, minlength=int(self.years.sum())) > 0
        kept = is_row[others.row]
        entries = Triplets.join(
            own, Triplets(others.row[kept], others.column[kept], others.value[kept])
        )
        new = np.cumsum(is_row) - 1
        wait, step = spread(self.years)
        wait = wait[is_row].astype(np.int32)
        year = (context.sets.first_year + self.first[wait] + step[is_row]).astype(np.int32)
        named = _Named(self.label, self.after, self.group, wait, year)
        return (
            Triplets(new[entries.row], entries.column, entries.value),
            MadeKeys(int(wait.size), named.key),
        )

    def _entries(
        self, context: Context, wait: IntArray, project: IntArray, *, own: bool
    ) -> Triplets:
        """Entries of what `project` has done in each year of `wait`, for the follower or before."""
        sets = context.sets
        member, place = spread(sets.size_of[project])
        option = sets.first_of[project][member] + place
        wait = wait[member]
        late = np.where((self.on_opening if own else self.by_opening)[wait], sets.leads[option], 0)
        if not own:
            late = late + self.lag[wait]
        term, step = spread(self.years[wait])
        wait, option = wait[term], option[term]
        t = self.first[wait] + step - late[term]
        if not own:
            # Committed before the plan: its column stands for the plan's first year.
            begun = (self.by_begin[wait] > 0) & (t >= sets.begun_since[sets.project_of[option]])
            t = np.where(begun, np.maximum(t, 0), t)
        column = context.started_columns(option, t)
        there = column != NO_COLUMN
        begins = np.cumsum(self.years) - self.years
        row = begins[wait] + step
        value = self.needed[wait].astype(np.float64) if own else np.full(row.size, -1.0)
        return Triplets(row[there], column[there], value[there])


@dataclass(frozen=True)
class _Named:
    """Names of waits, and the wait and calendar year of every row."""

    label: tuple[str, ...]
    after: tuple[str, ...]
    group: tuple[str, ...]
    wait: np.ndarray
    year: np.ndarray

    def key(self, row: int) -> Key:
        """Key of a row."""
        wait = self.wait[row]
        return self.label[wait], self.after[wait], self.group[wait], int(self.year[row])


def _groups(relation: Relation) -> tuple[tuple[tuple[str, ...], ...], int]:
    """The groups of predecessors that have a row each, and how many of a group are needed."""
    everyone = relation.count is None or relation.count == len(relation.from_projects)
    if everyone:
        return tuple((before,) for before in relation.from_projects), 1
    return (relation.from_projects,), relation.count or 1


def _window(context: Context, kind: RelationType, follower: int) -> tuple[int, int]:
    """First year (offset) in which the follower may start, or open, and how many there are."""
    flats = [context.sets.options[o] for o in context.sets.options_of[follower]]
    flats = [flat for flat in flats if flat.is_open]
    if not flats:
        return 0, 0
    if kind is RelationType.REQUIRES:
        return context.sets.num_years - 1, 1
    on_opening = kind is RelationType.FINISH_TO_FINISH
    late = [flat.option.lead_time if on_opening else 0 for flat in flats]
    first = min(flat.first + lead for flat, lead in zip(flats, late, strict=True))
    last = max(flat.last + lead for flat, lead in zip(flats, late, strict=True))
    return first, last + 1 - first
