"""Two forms of the columns of starts, of which a solver is given the one that suits the model.

The families write `started[o,t]`, "started by year t". With `started[o,t] = sum_{s<=t} x[o,s]` the
same model speaks of `x[o,s]`, "starts in year s": rows that order a project's own years become
bounds, coefficients of years in which nothing happens vanish, and one row says that an option
starts once at most. The change is linear and one to one, so that both forms have the same plans,
the same relaxation and the same bound; a solver's values, starts and multipliers lead back.

Source: the "at" and "by" formulations of open pit planning, Lambert, Brickey, Newman and Eurek,
"Open-pit block-sequencing formulations: a tutorial", Interfaces 44(2), 2014.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip, RowBlock

ONE_START = "one_start"
"""Rows that are in the form by start alone: an option starts once at most."""
CANCELLED = 1e-14
"""Share of the terms of a sum below which the sum is their rounding error, and 0."""


class Columns(StrEnum):
    """Form in which a solver is given the starts."""

    AUTO = "auto"
    CUMULATIVE = "cumulative"
    BY_START = "by-start"


@dataclass(frozen=True)
class Recast:
    """`given` with the starts of `runs` in the form by start: `mip`.

    Columns keep their numbers. `kept` are the rows of `given` that `mip` has, in its order; its
    other rows say that each option starts once at most, and come last.
    """

    given: Mip
    mip: Mip
    runs: IntArray
    kept: IntArray

    def forth(self, values: FloatArray) -> FloatArray:
        """Column values of `given` (NaN: unknown) as values of `mip`."""
        places, position = _places(self.given, self.runs)
        changed = values.copy()
        later = places[position > 0]
        changed[later] = values[later] - values[later - 1]
        return changed

    def back(self, values: FloatArray) -> FloatArray:
        """Column values of `mip` as values of `given`."""
        places, position = _places(self.given, self.runs)
        changed = values.copy()
        changed[places] = _scanned(values[places], position)
        return changed

    def multipliers(self, prices: FloatArray) -> FloatArray:
        """Multipliers of the rows of `mip` as multipliers of those of `given`."""
        whole = np.zeros(self.given.num_rows)
        whole[self.kept] = prices[: self.kept.size]
        return order_priced(self.given, whole)


def recast(mip: Mip, form: Columns) -> Recast | None:
    """`mip` in the asked form; None where that is the form it has.

    Raises
    ------
    ValueError
        If there is no such form.
    """
    form = Columns(form)
    if form is Columns.CUMULATIVE or not mip.starts.count:
        return None
    order = _order_rows(mip)
    runs = _eligible(mip, order)
    if not runs.size:
        return None
    changed = _by_start(mip, runs, order)
    if form is Columns.BY_START:
        return changed
    lighter = runs[_entries_of(changed.mip, runs) <= _entries_of(mip, runs)]
    if lighter.size == runs.size:
        return changed
    return _by_start(mip, lighter, order) if lighter.size else None


def ordered_runs(mip: Mip) -> IntArray:
    """Runs of cumulative starts whose years rows put in order: 0 at first, 1 from a year on."""
    return _eligible(mip, _order_rows(mip))


def order_priced(mip: Mip, multipliers: FloatArray) -> FloatArray:
    """`multipliers` with those of the rows "once started, always started" at their best.

    Given all others, the best multiplier of such a row is the reduced cost of a start in its year,
    less that of the best start of the option.
    """
    order = _order_rows(mip)
    runs = _eligible(mip, order)
    if not runs.size:
        return multipliers
    ordering = np.flatnonzero(order >= 0)
    y = multipliers.copy()
    y[ordering] = 0.0
    used = mip.a_value * np.repeat(y, np.diff(mip.a_start))
    reduced = mip.objective - np.bincount(mip.a_index, weights=used, minlength=mip.num_columns)
    places, position = _places(mip, runs)
    worth = _scanned(reduced[places][::-1], _from_end(mip, runs)[::-1])[::-1]
    lower, upper = _tight_bounds(mip, places, position)
    number = np.repeat(np.arange(runs.size), mip.starts.size[runs])
    can = (upper > 0.0) & (np.where(position > 0, np.roll(lower, 1), 0.0) < 1.0)
    best = np.full(runs.size, -np.inf)
    np.maximum.at(best, number[can], worth[can])
    ends = np.cumsum(mip.starts.size[runs]) - 1
    best = np.where(lower[ends] > 0.0, best, np.maximum(best, 0.0))
    price = np.full(mip.num_columns, np.nan)
    with np.errstate(invalid="ignore"):
        price[places] = np.minimum(0.0, worth - best[number])
    later = price[order[ordering]]
    y[ordering] = np.where(np.isfinite(later), later, multipliers[ordering])
    return y


def _places(mip: Mip, runs: IntArray) -> tuple[IntArray, IntArray]:
    """Columns of `runs`, one run after the other, and the position of each in its run."""
    size = mip.starts.size[runs]
    position = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return np.repeat(mip.starts.first[runs], size) + position, position


def _from_end(mip: Mip, runs: IntArray) -> IntArray:
    """Position of each column of `runs` in its run, counted from its last year."""
    _, position = _places(mip, runs)
    return np.repeat(mip.starts.size[runs], mip.starts.size[runs]) - 1 - position


def _scanned(values: FloatArray, position: IntArray) -> FloatArray:
    """Sums from the begin of each group, where `position` counts from 0 inside a group."""
    sums = values.copy()
    for step in range(1, int(position.max(initial=0)) + 1):
        here = np.flatnonzero(position == step)
        sums[here] += sums[here - 1]
    return sums


def _tight_bounds(mip: Mip, places: IntArray, position: IntArray) -> tuple[FloatArray, FloatArray]:
    """Bounds of the columns `places`, each at least the one before and at most the one after."""
    lower, upper = mip.col_lower[places].copy(), mip.col_upper[places].copy()
    whole = mip.integrality[places]
    lower[whole], upper[whole] = np.ceil(lower[whole] - 1e-9), np.floor(upper[whole] + 1e-9)
    most = int(position.max(initial=0))
    for step in range(1, most + 1):
        here = np.flatnonzero(position == step)
        lower[here] = np.maximum(lower[here], lower[here - 1])
    for step in range(most, 0, -1):
        here = np.flatnonzero(position == step)
        upper[here - 1] = np.minimum(upper[here - 1], upper[here])
    return lower, upper


def _order_rows(mip: Mip) -> IntArray:
    """Later column of each row that says "once started, always started"; -1 for other rows."""
    later = np.full(mip.num_rows, -1, dtype=np.int64)
    pairs = np.flatnonzero(
        (np.diff(mip.a_start) == 2) & (mip.row_lower == 0.0) & np.isposinf(mip.row_upper)
    )
    at = mip.a_start[pairs]
    first, second = mip.a_index[at], mip.a_index[at + 1]
    run = mip.starts.run_of_column(mip.num_columns)
    is_order = (
        (second == first + 1)
        & (run[first] == run[second])
        & (run[first] >= 0)
        & (mip.a_value[at] == -1.0)
        & (mip.a_value[at + 1] == 1.0)
    )
    later[pairs[is_order]] = second[is_order]
    return later


def _eligible(mip: Mip, order: IntArray) -> IntArray:
    """Runs that can change their form: ordered by rows, with bounds that are bounds of starts."""
    starts = mip.starts
    candidates = np.flatnonzero(starts.cumulative & (starts.size > 1))
    ordered = np.zeros(mip.num_columns, dtype=np.bool_)
    ordered[order[order >= 0]] = True
    places, position = _places(mip, candidates)
    lower, upper = _tight_bounds(mip, places, position)
    simple = ((lower == 0.0) | (lower == 1.0)) & ((upper == 0.0) | (upper == 1.0))
    good = simple & (lower <= upper) & (ordered[places] | (position == 0))
    number = np.repeat(np.arange(candidates.size), starts.size[candidates])
    bad = np.bincount(number[~good], minlength=candidates.size) > 0
    return np.asarray(candidates[~bad], dtype=np.int64)


def _entries_of(mip: Mip, runs: IntArray) -> IntArray:
    """Number of entries in the columns of each of `runs`."""
    places, _ = _places(mip, runs)
    count = np.bincount(mip.a_index, minlength=mip.num_columns)[places]
    number = np.repeat(np.arange(runs.size), mip.starts.size[runs])
    return np.bincount(number, weights=count, minlength=runs.size).astype(np.int64)


def _by_start(mip: Mip, runs: IntArray, order: IntArray) -> Recast:
    """Change the form of `runs`; `order` is the later column of each ordering row."""
    places, position = _places(mip, runs)
    chosen = np.zeros(mip.num_columns, dtype=np.bool_)
    chosen[places] = True
    kept = np.flatnonzero(~((order >= 0) & chosen[np.maximum(order, 0)]))
    row, column, value = _entries(mip, chosen, kept)
    lower, upper = _tight_bounds(mip, places, position)
    col_lower, col_upper, objective = (
        mip.col_lower.copy(),
        mip.col_upper.copy(),
        mip.objective.copy(),
    )
    before = np.where(position > 0, np.roll(lower, 1), 0.0)
    col_lower[places], col_upper[places] = 0.0, np.minimum(upper, 1.0 - before)
    objective[places] = _scanned(mip.objective[places][::-1], _from_end(mip, runs)[::-1])[::-1]
    must = lower[np.cumsum(mip.starts.size[runs]) - 1] > 0.0
    single = np.flatnonzero(must | ~_limited_by_row(mip, runs))
    once, _ = _places(mip, runs[single])
    more = np.repeat(np.arange(single.size), mip.starts.size[runs[single]])
    count = kept.size + single.size
    row = np.concatenate([row, kept.size + more])
    column, value = np.concatenate([column, once]), np.concatenate([value, np.ones(once.size)])
    sorting = np.lexsort((column, row))
    cumulative = mip.starts.cumulative.copy()
    cumulative[runs] = False
    found = replace(
        mip,
        objective=objective,
        col_lower=col_lower,
        col_upper=col_upper,
        a_start=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=count))]),
        a_index=column[sorting],
        a_value=value[sorting],
        row_lower=np.concatenate([mip.row_lower[kept], np.where(must[single], 1.0, -np.inf)]),
        row_upper=np.concatenate([mip.row_upper[kept], np.ones(single.size)]),
        row_blocks=_blocks(mip, kept, runs[single]),
        starts=replace(mip.starts, cumulative=cumulative),
    )
    return Recast(mip, found, runs, kept)


def _entries(mip: Mip, chosen: BoolArray, kept: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Entries of the rows `kept`, numbered anew, with the columns `chosen` by start.

    The coefficient of a start in year s is the sum of those of "started by t" for all t from s on.
    """
    number = np.full(mip.num_rows, -1, dtype=np.int64)
    number[kept] = np.arange(kept.size)
    row = np.repeat(number, np.diff(mip.a_start))
    plain = (row >= 0) & ~chosen[mip.a_index]
    mine = (row >= 0) & chosen[mip.a_index]
    own_row, own, value = row[mine], mip.a_index[mine], mip.a_value[mine]
    sorting = np.lexsort((-own, own_row))
    own_row, own, value = own_row[sorting], own[sorting], value[sorting]
    run = mip.starts.run_of_column(mip.num_columns)[own]
    begins = np.ones(own.size, dtype=np.bool_)
    begins[1:] = (own_row[1:] != own_row[:-1]) | (run[1:] != run[:-1])
    heads = np.flatnonzero(begins)
    position = np.arange(own.size) - np.repeat(heads, np.diff(np.append(heads, own.size)))
    total, terms = _scanned(value, position), _scanned(np.abs(value), position)
    # A sum holds from its column down to the one after the next lower column of its group.
    below = mip.starts.first[run] - 1
    inner = np.flatnonzero(~begins)
    below[inner - 1] = own[inner]
    count = np.where(np.abs(total) > CANCELLED * terms, own - below, 0)
    down = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return (
        np.concatenate([row[plain], np.repeat(own_row, count)]),
        np.concatenate([mip.a_index[plain], np.repeat(own, count) - down]),
        np.concatenate([mip.a_value[plain], np.repeat(total, count)]),
    )


def _limited_by_row(mip: Mip, runs: IntArray) -> BoolArray:
    """Whether a row of the model already says that an option of `runs` starts once at most.

    Such a row adds up, with coefficients of 1, what is ever started, and 1 is its limit.
    """
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    odd = (mip.a_value != 1.0) | (mip.col_lower[mip.a_index] < 0.0)
    good = (mip.row_upper <= 1.0) & (np.bincount(rows[odd], minlength=mip.num_rows) == 0)
    limited = np.zeros(mip.num_columns, dtype=np.bool_)
    limited[mip.a_index[good[rows]]] = True
    return np.asarray(limited[mip.starts.first[runs] + mip.starts.size[runs] - 1], dtype=np.bool_)


def _blocks(mip: Mip, kept: IntArray, single: IntArray) -> tuple[RowBlock, ...]:
    """Blocks of the rows `kept` with their keys, and one of the rows of the runs `single`."""
    blocks: list[RowBlock] = []
    begin = 0
    for block in mip.row_blocks:
        mine = kept[
            np.searchsorted(kept, block.start) : np.searchsorted(kept, block.start + block.size)
        ]
        if not mine.size and block.size:
            continue
        keys = block.keys
        if keys and mine.size < block.size:
            keys = tuple(keys[place] for place in (mine - block.start).tolist())
        blocks.append(replace(block, start=begin, size=int(mine.size), keys=keys))
        begin += int(mine.size)
    keys = tuple((int(option),) for option in mip.starts.option[single])
    return (*blocks, RowBlock(ONE_START, begin, int(single.size), ("option",), keys))
