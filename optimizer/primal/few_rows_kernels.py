"""Compiled branch and bound for programs of few rows over columns of 0 or 1: a dense tableau.

The program is: the most of `cost x` over `x` in {0, 1} with `low <= A x <= up`. Every row has a
column of its own for what it comes to, `r = A x`, so that all columns have two limits, and every
basis is one of the dual simplex method once its other columns stand at the right one: a node goes
on from the basis of whichever node came before it, and costs a few pivots of a microsecond each.

A node is closed only by a bound that is worked out again from the prices of the rows and from the
rows as they were given: what rounding has made of the table closes nothing.

Sources: Maros, "A generalized dual phase-2 simplex algorithm", European Journal of Operational
Research 149, 2003, for columns that pass from limit to limit; Driebeek, "An algorithm for the
solution of mixed integer programming problems", Management Science 12, 1966, for the penalties
by which a node is divided; Vimont, Boussier and Vasquez, "Reduced costs propagation in an efficient
implicit enumeration for the 0-1 multidimensional knapsack problem", Journal of Combinatorial
Optimization 15, 2008, for columns fixed at every node.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from infraplan.optimizer.compiled import compiled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FEASIBLE = 1e-8
"""How far a column may be outside its limits; entries of the rows are 1 at most."""
PIVOT = 1e-7
"""Least size of a pivot."""
WHOLE = 1e-6
"""How far a value may be from a whole number."""
REFRESH = 60
"""Pivots after which the table is made anew from the rows that were given."""
STUCK = 300
"""Pivots of one node after which its bound so far counts."""
SOLVED, CLOSED, GIVEN_UP = 0, 1, 2
"""What became of the relaxation of a node: solved, no better plan in it, given up."""
NODES, PIVOTS, LEVEL, TRAIL, SINCE, BETTER, IS_NEW = range(7)
"""Places of `Tree.counts`: nodes and pivots so far, levels and fixed columns now, pivots since the
table was made anew, better plans so far, and whether the next node is a new one."""
BEST, WANTED, STEP = range(3)
"""Places of `Tree.worth`: of the best plan, what is sought must be worth more than, and by how much
plans differ at least."""
COLUMN, MARK, SIDE, FLOOR = range(4)
"""Places of a level: column divided, fixed columns before, side (0 below, 1 above; 2 more where the
other one was searched), whole number below."""


class Tree(NamedTuple):
    """A search as arrays, which the kernels change.

    `matrix` (rows, columns), `cost` (columns), `rows` (2, rows: limits); `table` (rows, columns and
    rows) holds the equations
    `x_B + table x_N = 0`, `gain` (columns and rows) what each column adds to the objective at the
    prices of the basis, `basis` (rows) the column of each row, `place` (columns and rows) its row
    or -1, `box` (2, columns and rows) the limits of the node, `x` (columns and rows) the values.
    `whole` says which columns have whole values, `trail` and `before` which were fixed in which
    order and what their limits were, `levels` how nodes were divided, `best` (columns) the best
    plan.
    """

    matrix: FloatArray
    cost: FloatArray
    rows: FloatArray
    table: FloatArray
    gain: FloatArray
    basis: IntArray
    place: IntArray
    box: FloatArray
    x: FloatArray
    whole: IntArray
    trail: IntArray
    before: FloatArray
    levels: IntArray
    best: FloatArray
    worth: FloatArray
    counts: IntArray


@compiled()
def pivot(tree: Tree, row: int, column: int) -> None:
    """Let `column` take the place of the basic column of `row`."""
    table, gain, basis, place = tree.table, tree.gain, tree.basis, tree.place
    rows, width = table.shape
    scale = 1.0 / table[row, column]
    for j in range(width):
        table[row, j] *= scale
    table[row, column] = 1.0
    for i in range(rows):
        factor = table[i, column]
        if i != row and factor != 0.0:
            for j in range(width):
                table[i, j] -= factor * table[row, j]
            table[i, column] = 0.0
    factor = gain[column]
    if factor != 0.0:
        for j in range(width):
            gain[j] -= factor * table[row, j]
        gain[column] = 0.0
    place[basis[row]] = -1
    basis[row] = column
    place[column] = row


@compiled()
def refresh(tree: Tree) -> None:
    """Make the table of the same basis from the rows that were given."""
    matrix, table, basis, place = tree.matrix, tree.table, tree.basis, tree.place
    rows, columns = matrix.shape
    wanted = basis.copy()
    table[:] = 0.0
    tree.gain[:] = 0.0
    place[:] = -1
    for i in range(rows):
        for j in range(columns):
            table[i, j] = -matrix[i, j]
        table[i, columns + i] = 1.0
        basis[i] = columns + i
        place[columns + i] = i
    for j in range(columns):
        tree.gain[j] = tree.cost[j]
    is_free = np.ones(rows, dtype=np.bool_)
    for k in range(rows):
        if wanted[k] >= columns:
            is_free[wanted[k] - columns] = False
    for k in range(rows):
        column = wanted[k]
        best, size = -1, PIVOT
        for i in range(rows):
            if column < columns and is_free[i] and abs(table[i, column]) > size:
                best, size = i, abs(table[i, column])
        if best >= 0:
            is_free[best] = False
            pivot(tree, best, column)
    tree.counts[SINCE] = 0


@compiled()
def proven(tree: Tree, price: FloatArray, with_cost: bool) -> float:
    """The bound of all plans in the box at `price` (rows: what the objective gains by each).

    Without the cost: the most that the rows' equations come to, below 0 where there is no plan.
    """
    matrix, box = tree.matrix, tree.box
    rows, columns = matrix.shape
    bound = 0.0
    worth = np.zeros(columns)
    if with_cost:
        worth[:] = tree.cost
    for i in range(rows):
        y = price[i]
        bound += max(y * box[0, columns + i], y * box[1, columns + i])
        for j in range(columns):
            worth[j] -= y * matrix[i, j]
    for j in range(columns):
        bound += max(worth[j] * box[0, j], worth[j] * box[1, j])
    return bound


@compiled()
def settle(tree: Tree) -> None:
    """Put every column outside the basis at the limit that its gain asks for, the basis after."""
    gain, place, box, x = tree.gain, tree.place, tree.box, tree.x
    for j in range(gain.size):
        if place[j] >= 0:
            x[j] = 0.0
        elif gain[j] > 0.0:
            x[j] = box[1, j]
        elif gain[j] < 0.0 or x[j] < box[0, j]:
            x[j] = box[0, j]
        elif x[j] > box[1, j]:
            x[j] = box[1, j]
    basics(tree)


@compiled()
def basics(tree: Tree) -> None:
    """The values of the basis by those of all other columns."""
    table, basis, x = tree.table, tree.basis, tree.x
    rows, width = table.shape
    for i in range(rows):
        x[basis[i]] = 0.0
    for i in range(rows):
        value = 0.0
        for j in range(width):
            value += table[i, j] * x[j]
        x[basis[i]] = -value


@compiled()
def farthest(tree: Tree) -> int:
    """The row whose column is farthest outside its limits; -1: none is."""
    found, most = -1, FEASIBLE
    for i in range(tree.basis.size):
        j = tree.basis[i]
        outside = max(tree.box[0, j] - tree.x[j], tree.x[j] - tree.box[1, j])
        if outside > most:
            found, most = i, outside
    return found


@compiled()
def entering(tree: Tree, row: int, is_low: bool) -> int:
    """The column that takes the place of that of `row`; -1: none can.

    Columns that it is cheaper to move to their other limit are moved.
    """
    table, gain, place, box, x = tree.table, tree.gain, tree.place, tree.box, tree.x
    width = gain.size
    leaving = tree.basis[row]
    lacking = box[0, leaving] - x[leaving] if is_low else x[leaving] - box[1, leaving]
    sign = 1.0 if is_low else -1.0
    has_moved = False
    passed = np.zeros(width, dtype=np.bool_)
    while True:
        best, least, size = -1, np.inf, 0.0
        for j in range(width):
            if place[j] >= 0 or passed[j] or box[0, j] == box[1, j]:
                continue
            slope = sign * table[row, j]
            at_upper = x[j] == box[1, j]
            if (at_upper and slope < PIVOT) or (not at_upper and slope > -PIVOT):
                continue
            ratio = abs(gain[j] / slope)
            if ratio < least - 1e-12 or (ratio <= least + 1e-12 and abs(slope) > size):
                best, least, size = j, ratio, abs(slope)
        if best < 0:
            break
        lacking -= size * (box[1, best] - box[0, best])
        if lacking <= 0.0:
            break
        passed[best] = True
        has_moved = True
        x[best] = box[0, best] if x[best] == box[1, best] else box[1, best]
    if has_moved:
        basics(tree)
    return best


@compiled()
def relax(tree: Tree, cutoff: float) -> int:
    """Solve the relaxation of the node as far as its bound is above `cutoff`."""
    table, gain, basis, box, x = tree.table, tree.gain, tree.basis, tree.box, tree.x
    rows, width = table.shape
    columns = width - rows
    settle(tree)
    for _ in range(STUCK):
        bound = 0.0
        for j in range(width):
            bound += gain[j] * x[j]
        if bound <= cutoff and proven(tree, gain[columns:], True) <= cutoff:
            return CLOSED
        row = farthest(tree)
        if row < 0:
            return SOLVED
        leaving = basis[row]
        is_low = x[leaving] < box[0, leaving]
        column = entering(tree, row, is_low)
        if column < 0:
            price = table[row, columns:] if not is_low else -table[row, columns:]
            if proven(tree, price, False) < -FEASIBLE:
                return CLOSED
            price = -price
            if proven(tree, price, False) < -FEASIBLE:
                return CLOSED
            return GIVEN_UP
        x[leaving] = box[0, leaving] if is_low else box[1, leaving]
        pivot(tree, row, column)
        basics(tree)
        tree.counts[PIVOTS] += 1
        tree.counts[SINCE] += 1
        if tree.counts[SINCE] >= REFRESH:
            refresh(tree)
            settle(tree)
    return GIVEN_UP


@compiled()
def limit(tree: Tree, column: int, low: float, up: float) -> None:
    """Change the limits of a column, so that it can be undone."""
    at = tree.counts[TRAIL]
    tree.trail[at] = column
    tree.before[0, at] = tree.box[0, column]
    tree.before[1, at] = tree.box[1, column]
    tree.box[0, column] = low
    tree.box[1, column] = up
    tree.counts[TRAIL] = at + 1


@compiled()
def undo(tree: Tree, mark: int) -> None:
    """Give all columns fixed after `mark` the limits that they had."""
    while tree.counts[TRAIL] > mark:
        at = tree.counts[TRAIL] - 1
        tree.box[0, tree.trail[at]] = tree.before[0, at]
        tree.box[1, tree.trail[at]] = tree.before[1, at]
        tree.counts[TRAIL] = at


@compiled()
def fix_by_rows(tree: Tree) -> bool:
    """Fix columns that one row alone leaves one value; whether no row rules out every plan."""
    matrix, box = tree.matrix, tree.box
    rows, columns = matrix.shape
    for i in range(rows):
        least, most = 0.0, 0.0
        for j in range(columns):
            a = matrix[i, j]
            least += a * (box[0, j] if a > 0.0 else box[1, j])
            most += a * (box[1, j] if a > 0.0 else box[0, j])
        low, up = box[0, columns + i] - FEASIBLE, box[1, columns + i] + FEASIBLE
        if least > up or most < low:
            return False
        room_up, room_low = up - least, most - low
        for j in range(columns):
            if box[0, j] == box[1, j]:
                continue
            a = matrix[i, j]
            size = abs(a)
            if size > room_up:
                limit(tree, j, 0.0 if a > 0.0 else 1.0, 0.0 if a > 0.0 else 1.0)
                most -= size
                room_low -= size
            elif size > room_low:
                limit(tree, j, 1.0 if a > 0.0 else 0.0, 1.0 if a > 0.0 else 0.0)
                least += size
                room_up -= size
    return True


@compiled()
def fix_by_gain(tree: Tree, bound: float, cutoff: float) -> None:
    """Fix columns whose other value loses more than lies between the node's bound and `cutoff`."""
    columns = tree.cost.size
    room = (bound - cutoff) * (1.0 + 1e-9) + 1e-9 * (1.0 + abs(bound))
    for j in range(columns):
        if tree.place[j] < 0 and tree.box[0, j] < tree.box[1, j] and abs(tree.gain[j]) > room:
            limit(tree, j, tree.x[j], tree.x[j])


@compiled()
def try_plan(tree: Tree) -> None:
    """Keep the node's values, made whole, where they are a better plan."""
    rows, columns = tree.matrix.shape
    worth = 0.0
    for j in range(columns):
        worth += tree.cost[j] * np.round(tree.x[j])
    if worth <= tree.worth[BEST]:
        return
    for i in range(rows):
        comes_to = 0.0
        for j in range(columns):
            comes_to += tree.matrix[i, j] * np.round(tree.x[j])
        if comes_to < tree.rows[0, i] or comes_to > tree.rows[1, i]:
            return
    tree.best[:] = np.round(tree.x[:columns])
    tree.worth[BEST] = worth
    tree.worth[WANTED] = max(tree.worth[WANTED], worth + tree.worth[STEP])
    tree.counts[BETTER] += 1


@compiled()
def penalty(tree: Tree, row: int, is_up: bool) -> float:
    """What the first pivot of making the column of `row` larger, or smaller, costs by unit."""
    least = np.inf
    sign = 1.0 if is_up else -1.0
    for j in range(tree.gain.size):
        if tree.place[j] >= 0 or tree.box[0, j] == tree.box[1, j]:
            continue
        slope = sign * tree.table[row, j]
        at_upper = tree.x[j] == tree.box[1, j]
        if (at_upper and slope > PIVOT) or (not at_upper and slope < -PIVOT):
            least = min(least, abs(tree.gain[j] / slope))
    return least


@compiled()
def divide(tree: Tree, room: float) -> bool:
    """Divide the node by a column of a broken value; False: all are whole."""
    best, score, side = -1, -1.0, 0
    for i in range(tree.basis.size):
        j = tree.basis[i]
        part = tree.x[j] - np.floor(tree.x[j])
        if not tree.whole[j] or part < WHOLE or part > 1.0 - WHOLE:
            continue
        down = min(room, part * penalty(tree, i, False))
        up = min(room, (1.0 - part) * penalty(tree, i, True))
        found = max(down, 1e-6 * room) * max(up, 1e-6 * room)
        if found > score:
            best, score = j, found
            side = 0 if down < up else 1
    if best < 0:
        return False
    branch(tree, best, side, int(np.floor(tree.x[best])))
    return True


@compiled()
def branch(tree: Tree, column: int, side: int, floor: int) -> None:
    """Go down into the values at most `floor` of `column` (side 0), or those above."""
    level = tree.levels[tree.counts[LEVEL]]
    level[COLUMN], level[MARK], level[SIDE] = column, tree.counts[TRAIL], side
    level[FLOOR] = floor
    tree.counts[LEVEL] += 1
    enter(tree, column, side, floor)


@compiled()
def enter(tree: Tree, column: int, side: int, floor: int) -> None:
    """Limit `column` to one side of a division."""
    if side == 0:
        limit(tree, column, tree.box[0, column], float(floor))
    else:
        limit(tree, column, float(floor + 1), tree.box[1, column])


@compiled()
def back(tree: Tree) -> bool:
    """Go to the next node that is open; False: there is none."""
    while tree.counts[LEVEL] > 0:
        level = tree.levels[tree.counts[LEVEL] - 1]
        undo(tree, level[MARK])
        if level[SIDE] < 2:
            other = 1 - level[SIDE]
            level[SIDE] = other + 2
            enter(tree, level[COLUMN], other, level[FLOOR])
            return True
        tree.counts[LEVEL] -= 1
    return False


@compiled()
def unsettled(tree: Tree) -> int:
    """The first column that the node leaves both values; -1: none."""
    for j in range(tree.cost.size):
        if tree.box[0, j] < tree.box[1, j]:
            return j
    return -1


@compiled()
def node(tree: Tree) -> bool:
    """Work on a node; whether it was divided."""
    tree.counts[NODES] += 1
    if not fix_by_rows(tree):
        return False
    state = relax(tree, tree.worth[WANTED])
    if state == CLOSED:
        return False
    if state == SOLVED:
        columns = tree.cost.size
        bound = proven(tree, tree.gain[columns:], True)
        fix_by_gain(tree, bound, tree.worth[WANTED])
        if divide(tree, max(1e-9, bound - tree.worth[WANTED])):
            return True
        try_plan(tree)
        if bound <= tree.worth[WANTED]:
            return False
    column = unsettled(tree)
    if column < 0:
        for j in range(tree.cost.size):
            tree.x[j] = tree.box[0, j]
        try_plan(tree)
        return False
    branch(tree, column, 1, 0)
    return True


@compiled()
def search(tree: Tree, pivots: int) -> bool:
    """Search for so many pivots, or nodes; whether the tree is searched to its end."""
    end = tree.counts[PIVOTS] + tree.counts[NODES] + pivots
    while tree.counts[PIVOTS] + tree.counts[NODES] < end:
        if tree.counts[IS_NEW] == 0 and not back(tree):
            return True
        tree.counts[IS_NEW] = 1 if node(tree) else 0
    return False
