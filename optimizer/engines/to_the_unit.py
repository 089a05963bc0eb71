"""Money of decided projects found anew to the smallest unit, and rows that refuse what has none.

A solver holds rows within a millionth. Where amounts are large that is more than the smallest unit
of money, and a plan comes out that overdraws a budget by cents, or one of projects that nobody can
pay for. With its whole columns fixed, what is left is a linear program; what its rows are missed
by is computed, magnified, and a correction found in the magnified program (iterative refinement:
Gleixner, Steffy and Wolter 2016). Where that has no solution, multipliers of the rows add up to
one row of starts that the plan breaks, and a cover of it says with whole coefficients, which any
solver keeps exactly, that so many of those starts never stand together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.backends.quick_relaxation import farkas_multipliers, quick_relaxation
from infraplan.optimizer.engines.financing import financing_model
from infraplan.optimizer.engines.small_rows import Counted, counted, small_rows
from infraplan.optimizer.formulation.money_scale import MONEY_COLUMNS
from infraplan.optimizer.mip import BoolArray, FloatArray, Mip
from infraplan.optimizer.mip_edits import matrix_of, with_rows
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import Bar
from infraplan.optimizer.verify.violations import SMALLEST_MONEY

UNIT = Fraction(str(SMALLEST_MONEY))
FAMILY = "refused"
"""Name of the block of rows that refuse starts."""
POLICY = "policy"
"""Name of the rows of policies: some limit money by starts alone."""
MISSED = 5e-4
"""What a row of money may be missed by once it is corrected, money: a twentieth of the unit."""
MAGNIFIED = 1e-4
"""What that is in the magnified program: a thousand times what a solver misses a row by."""
GRAIN = 2.0**-52
"""Last digits of a double: a row of amounts of this size cannot be known better."""
DUST = 1e-9
"""A multiplied coefficient below this is what rounding left of none."""
MOST_MONEY = 1e3
"""Times the largest amount of a program: no column of money is larger."""


@dataclass(frozen=True)
class Corrected:
    """Column values of the scaled program, or rows that refuse its starts; neither: not known."""

    values: FloatArray | None = None
    bars: tuple[Bar, ...] = ()


def to_the_unit(
    scaled: Formulation, factor: float, values: FloatArray, seconds: float
) -> Corrected:
    """Correct `values` of the program `scaled`, in which money is multiplied by `factor`."""
    mip = _of_money(financing_model(scaled, values))
    kept = mip.integrality.copy()
    kept[scaled.networks.all_columns()] = True  # flows are those found before
    fixed = np.where(mip.integrality, np.round(values), values)
    fixed = np.clip(fixed, mip.col_lower, mip.col_upper)
    lower, upper = np.where(kept, fixed, mip.col_lower), np.where(kept, fixed, mip.col_upper)
    mip = replace(
        mip, col_lower=lower, col_upper=upper, integrality=np.zeros(kept.size, dtype=np.bool_)
    )
    question, zoom = magnified(mip, fixed, factor)
    found = quick_relaxation(question, seconds)
    if found.values is not None:
        return Corrected(np.clip(fixed + found.values / zoom, lower, upper))
    if not found.is_infeasible:
        return Corrected()
    multipliers = farkas_multipliers(question, seconds)
    bars = None if multipliers is None else _refusing(scaled, mip, fixed, multipliers, factor)
    if bars is None:  # that there is no money is then the word of a solver
        others = _has_other_choices(scaled.mip, mip)
        bars = () if others else (_these_starts(scaled, fixed),)
    return Corrected(bars=bars)


def is_money(mip: Mip) -> BoolArray:
    """Which columns (shape: columns) are amounts of money."""
    found = np.zeros(mip.num_columns, dtype=np.bool_)
    for block in mip.column_blocks:
        if block.name.partition("[")[0] in MONEY_COLUMNS:
            found[block.start : block.start + block.size] = True
    return found


def _of_money(mip: Mip) -> Mip:
    """`mip` in which only rows with money, and policies on what is spent, limit anything."""
    limits = np.zeros(mip.num_rows, dtype=np.bool_)
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    limits[rows[is_money(mip)[mip.a_index]]] = True
    for block in mip.row_blocks:
        if block.family == POLICY:
            limits[block.start : block.start + block.size] = True
    return replace(
        mip,
        row_lower=np.where(limits, mip.row_lower, -np.inf),
        row_upper=np.where(limits, mip.row_upper, np.inf),
    )


def _has_other_choices(mip: Mip, of_money: Mip) -> bool:
    """Whether whole columns other than starts stand in the rows that limit money."""
    is_other = mip.integrality.copy()
    is_other[mip.columns("started").index.ravel()] = False
    limits = np.isfinite(of_money.row_lower) | np.isfinite(of_money.row_upper)
    return bool(np.any(np.repeat(limits, np.diff(mip.a_start)) & is_other[mip.a_index]))


def magnified(
    mip: Mip, values: FloatArray, factor: float, *, is_strict: bool = False
) -> tuple[Mip, float]:
    """The program of the correction of `values`, and by how much it is magnified.

    Money of `mip` is multiplied by `factor`. Equations are held as well as their numbers are known,
    of which each is rounded to a double: what an exact fit lacks by that, magnified, would be seen.
    Limits may be missed by as much as a corrected row may, and no sum is made of them; with
    `is_strict` they are held as equations are.
    """
    matrix = matrix_of(mip)
    terms = mip.a_value * values[mip.a_index]
    size = float(np.abs(terms).max(initial=1.0))
    missed = max(MISSED * factor, GRAIN * size)
    zoom = float(2.0 ** np.ceil(np.log2(max(1.0, MAGNIFIED / missed))))
    ends = list(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True))
    held = np.array([math.fsum(terms[begin:end]) for begin, end in ends])
    sizes = np.array([math.fsum(np.abs(terms[begin:end])) for begin, end in ends])
    is_equal = mip.row_lower == mip.row_upper
    limits = np.where(np.isfinite(mip.row_upper), mip.row_upper, mip.row_lower)
    known = 0.5 * GRAIN * (sizes + np.where(np.isfinite(limits), np.abs(limits), 0.0))
    loose = np.where(is_equal | is_strict, known, missed)
    question = replace(
        mip,
        objective_offset=0.0,
        col_lower=(mip.col_lower - values) * zoom,
        col_upper=(mip.col_upper - values) * zoom,
        row_lower=(mip.row_lower - held - loose) * zoom,
        row_upper=(mip.row_upper - held + loose) * zoom,
    )
    return question, zoom


def with_bars(formulation: Formulation, bars: tuple[Bar, ...]) -> Formulation:
    """The program with rows that refuse starts for which no money is there."""
    mip = formulation.mip
    for bar in bars:
        entries = np.zeros(mip.num_columns)
        for column, entry in bar.entries:
            entries[column] += entry
        row = csr_array(entries[np.newaxis])
        mip = with_rows(mip, FAMILY, row, np.array([-np.inf]), np.array([float(bar.most)]))
    return replace(formulation, mip=mip)


def without_bars(formulation: Formulation) -> Formulation:
    """The program in which rows that refuse starts limit nothing."""
    upper = formulation.mip.row_upper.copy()
    for block in formulation.mip.row_blocks:
        if block.family == FAMILY:
            upper[block.start : block.start + block.size] = np.inf
    return replace(formulation, mip=replace(formulation.mip, row_upper=upper))


@dataclass(frozen=True)
class _Start:
    """A start of a project: column of its year, of the year before (-1: none), and its weight."""

    project: int
    column: int
    before: int
    weight: float


def _starts(formulation: Formulation, weights: FloatArray) -> list[_Start]:
    """Every start that can be; `weights` (shape: columns) are those of the columns."""
    sets, found = formulation.sets, []
    for project, options in enumerate(sets.options_of):
        for o in options:
            flat = sets.options[o]
            if flat.is_open:
                columns = formulation.started[o, flat.first : flat.last + 1]
                total = np.cumsum(weights[columns][::-1])[::-1]
                before = np.concatenate([[-1], columns[:-1]])
                rows = zip(columns, before, total, strict=True)
                found += [_Start(project, int(c), int(b), float(w)) for c, b, w in rows]
    return found


def _is_taken(start: _Start, values: FloatArray) -> bool:
    is_before = start.before >= 0 and values[start.before] > 0.5
    return bool(values[start.column] > 0.5) and not is_before


def _bar(starts: list[_Start], most: int, refused: list[_Start]) -> Bar:
    """`sum of starts <= most`, each of them the column of its year less that of the year before."""
    entries: dict[int, int] = {}
    for start, sign in [*((one, 1) for one in starts), *((one, -1) for one in refused)]:
        entries[start.column] = entries.get(start.column, 0) + sign
        if start.before >= 0:
            entries[start.before] = entries.get(start.before, 0) - sign
    return Bar(tuple(sorted((c, e) for c, e in entries.items() if e)), most)


def _these_starts(formulation: Formulation, values: FloatArray) -> Bar:
    """The row that refuses exactly the starts of `values`."""
    starts = _starts(formulation, np.zeros(values.size))
    taken = [start for start in starts if _is_taken(start, values)]
    built = {start.project for start in taken}
    others = [start for start in starts if start.project not in built]
    return _bar(taken, len(taken) - 1, others)


def _refusing(
    formulation: Formulation,
    of_money: Mip,
    values: FloatArray,
    multipliers: FloatArray,
    factor: float,
) -> tuple[Bar, ...] | None:
    """Rows with whole coefficients that no plan breaks; the starts of `values` break the first.

    The rows times their multipliers add up to ``a x + c y <= b``, x the starts and y all else, with
    ``c y`` at its least. No rows where that refuses nothing, None where there is no least.
    """
    summed = _summed(formulation.mip, of_money, multipliers, factor)
    if summed is None:
        return None
    weights, most, guard = summed
    starts = _starts(formulation, weights)
    cover = _cover(starts, values, most + guard)
    if cover is None:
        return ()
    projects = np.array([start.project for start in starts], dtype=np.int64)
    amounts = np.array([start.weight for start in starts])
    row = counted(amounts, most, projects, UNIT * Fraction(factor), guard)
    if row is None:
        return (cover,)
    return (cover, *(_of_weights(starts, one) for one in small_rows(row, projects)))


def _of_weights(starts: list[_Start], row: Counted) -> Bar:
    entries: dict[int, int] = {}
    for start, weight in zip(starts, row.weights.tolist(), strict=True):
        entries[start.column] = entries.get(start.column, 0) + weight
        if start.before >= 0:
            entries[start.before] = entries.get(start.before, 0) - weight
    return Bar(tuple(sorted((c, e) for c, e in entries.items() if e)), row.most)


def _cover(starts: list[_Start], values: FloatArray, most: float) -> Bar | None:
    """That so many of the starts of `values`, or of as heavy ones, never stand together; or None.

    With other starts at their least, a set C of starts whose weights add up to
    more than what is left is never taken whole; nor are as many starts of other projects that each
    weigh as much as the heaviest of C (an extended cover: Balas 1975).
    """
    least: dict[int, float] = {}
    for start in starts:
        least[start.project] = min(least.get(start.project, 0.0), start.weight)
    taken = sorted(
        (start for start in starts if _is_taken(start, values)),
        key=lambda start: start.weight - least[start.project],
        reverse=True,
    )
    room = most - math.fsum(least.values())
    cover = list(taken)
    above = [start.weight - least[start.project] for start in cover]
    if math.fsum(above) <= room:
        return None
    for start in taken:  # the heaviest are left out first: more others weigh as much as the rest
        rest = [one for one in cover if one is not start]
        if math.fsum(one.weight - least[one.project] for one in rest) > room:
            cover = rest
    needed = {start.project: start.weight - least[start.project] for start in cover}
    heaviest = max(needed.values())
    extended = [
        start
        for start in starts
        if start.weight - least[start.project] >= needed.get(start.project, heaviest)
    ]
    return _bar(extended, len(cover) - 1, [])


def _summed(
    mip: Mip, of_money: Mip, multipliers: FloatArray, factor: float
) -> tuple[FloatArray, float, float] | None:
    """Weights of the starts in the rows' sum, its limit less the least of all else, and a guard.

    None where something else has no least.
    """
    used = np.where(np.abs(multipliers) > DUST, multipliers, 0.0)
    limits = np.where(used > 0.0, of_money.row_upper, of_money.row_lower)
    used[~np.isfinite(limits)] = 0.0
    limits[used == 0.0] = 0.0
    sums = np.asarray(matrix_of(mip).T @ used)
    columns = mip.columns("started").index.ravel()
    rest = sums.copy()
    rest[columns] = 0.0
    sizes = np.abs(limits * used)
    largest = float(max(sizes.max(initial=0.0), np.abs(sums[columns]).max(initial=0.0)))
    bounds = np.where(rest > 0.0, mip.col_lower, mip.col_upper)
    endless = ~np.isfinite(bounds) & (rest != 0.0)
    if np.any(endless & (np.abs(rest) > DUST)):
        return None
    # What rounding left of no coefficient, times more money than there is.
    bounds[endless] = np.sign(-rest[endless]) * MOST_MONEY * max(1.0, largest)
    bounds[rest == 0.0] = 0.0
    most = math.fsum(limits * used) - math.fsum(rest * bounds)
    guard = max(MISSED * factor, GRAIN * largest)
    weights = np.zeros(mip.num_columns)
    weights[columns] = sums[columns]
    return weights, most, guard
