"""Budgets as choices with the same total: what comes into a fund in one year may come in another.

The program has two columns more for each fund and year: money that leaves it, and money that comes
to it. What they do to the rows is read off the rows themselves, from an instance with one unit
more in that year, so that no law of money stands here. What is found is written as rows of an
instance, which is solved and verified as any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array

from infraplan.models.funding import Fund, FundKind, Inflow
from infraplan.models.instance import Instance
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.plan import Plan
from infraplan.models.quantities import Quality
from infraplan.optimizer import work_clock
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.accounts.tail import carried_on
from infraplan.optimizer.analysis.varied_program import VariedProgram
from infraplan.optimizer.backends import Note
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.extract import starts_of
from infraplan.optimizer.families import FAMILIES
from infraplan.optimizer.mip import FloatArray, IntArray, Key, Mip, MipBuilder, RowBlock
from infraplan.optimizer.mip_edits import with_columns, with_rows
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import build_columns
from infraplan.optimizer.solve_result import SolveOptions

MONEY_IN = ("fund_balance", "lapse", "tail_service")
"""Families whose rows have what comes into a fund on their right side."""
MOVABLE = frozenset({FundKind.OWN_BUDGET, FundKind.TRANSFER, FundKind.GRANT})
"""Kinds of funds whose money moves where none is named: those that a government decides on."""
GAIN_SHARE = 0.6
"""Share of the time for the greatest value; the rest is for the least that must move for it."""
SAME = 1e-7
"""Relative loss of value for which nothing is moved."""
LEAST = 1e-6
"""Money, as a share of all that may move, below which a move is the solver's noise."""
EXACT_S = 30.0
"""Seconds at most to find the least moves of decided projects."""

Cell = tuple[str, int]
"""Fund and year."""


@dataclass(frozen=True)
class MoveRules:
    """What may move: funds by id, years, `most` in all (None: no limit), also `between` funds."""

    funds: tuple[str, ...]
    years: tuple[int, ...]
    most: float | None = None
    between: bool = False


@dataclass(frozen=True)
class Move:
    """Nominal money that the plan counts on, and that comes in another year, or another fund."""

    fund: str
    from_year: int
    to_year: int
    amount: float
    to_fund: str


@dataclass(frozen=True)
class MovesFound:
    """What moving brings.

    Attributes
    ----------
    moves
        The least that has to move, none where nothing gains.
    plan
        A plan with the starts that were found, for a solve to begin with.
    value_bound
        No plan with money moved by these rules is worth more; None where unknown.
    moved_bound
        A plan of that value moves at least so much; None where unknown.
    """

    moves: tuple[Move, ...]
    plan: Plan
    value_bound: float | None
    moved_bound: float | None
    notes: tuple[Note, ...] = ()


def movable_funds(instance: Instance) -> tuple[str, ...]:
    """Funds whose money moves where none is named: with inflows that a government decides on."""
    return tuple(
        fund.id
        for fund in instance.funds
        if fund.kind in MOVABLE and any(row.value > 0.0 for row in _rows_in_plan(instance, fund))
    )


def _rows_in_plan(instance: Instance, fund: Fund) -> list[Inflow]:
    years = instance.settings.horizon.years
    return [row for row in instance.inflows_by_fund.get(fund.id, ()) if row.year in years]


def cells_of(instance: Instance, rules: MoveRules) -> tuple[Cell, ...]:
    """Funds and years between which money may move; not years in which a named grant is not."""
    found: list[Cell] = []
    for name in rules.funds:
        preset = MONEY_PRESETS.get(instance.fund_by_id[name].preset)
        for year in rules.years:
            early = preset and preset.first_year is not None and year < preset.first_year
            late = preset and preset.last_year is not None and year > preset.last_year
            if not (early or late):
                found.append((name, year))
    return tuple(found)


def groups_of_cells(
    instance: Instance, counted: Mapping[Cell, float], rules: MoveRules
) -> list[tuple[str, ...]]:
    """Funds whose money makes one total: each alone, or those of an owner that are free to use.

    Money with an earmark stays in its fund, and so does what is `counted` otherwise (what a unit of
    the table is worth in money that the plan counts on).
    """
    groups: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for name in dict.fromkeys(fund for fund, _ in counted):
        fund = instance.fund_by_id[name]
        is_free = rules.between and not (
            fund.sectors or fund.subsectors or fund.places or fund.projects
        )
        worth = tuple(round(counted.get((name, year), 0.0), 9) for year in rules.years)
        groups[(fund.jurisdiction, worth) if is_free else (name,)].append(name)
    return [tuple(names) for names in groups.values()]


def counted_by(instance: Instance, cells: Iterable[Cell]) -> dict[Cell, float]:
    """Nominal money that the plan counts on, by one unit in the table; 0 where it counts none."""
    asked = list(cells)
    years = {year: [cell for cell in asked if cell[1] == year] for _, year in asked}
    found: dict[Cell, float] = {}
    for here in years.values():
        raised = _with_stated(instance, dict.fromkeys(here, 1.0))
        found |= {cell: _counted(raised, cell) - _counted(instance, cell) for cell in here}
    return {cell: round(found[cell], 9) for cell in asked}


def money_before(instance: Instance, funds: Iterable[str]) -> list[dict[str, Any]]:
    """What the plan counts on in each of its years, by fund; nominal, before anything is moved."""
    years = instance.settings.horizon.years
    return [
        {"fund": name, "year": year, "amount": _counted(instance, (name, year))}
        for name in dict.fromkeys(funds)
        for year in years
    ]


def _counted(instance: Instance, cell: Cell) -> float:
    """What comes into a fund in a year, as the plan counts on it."""
    fund, year = instance.fund_by_id[cell[0]], np.array([cell[1]], dtype=np.int64)
    return float(fund_inflows(instance, fund, year)[0])


def _stated(instance: Instance, cell: Cell) -> float:
    """What the table states for a fund and a year of the plan."""
    rows = instance.inflows_by_fund.get(cell[0], ())
    return sum(row.value for row in rows if row.year == cell[1])


def _with_stated(instance: Instance, change: Mapping[Cell, float]) -> Instance:
    """`instance` with the amounts of the table changed; what comes after the plan stays."""
    last = instance.settings.horizon.last_year
    rows = {(row.fund, row.year): row for row in instance.inflows}
    for name in dict.fromkeys(fund for fund, _ in change):
        before = instance.inflows_by_fund.get(name, ())
        if not any(row.year > last for row in before):
            after = (
                carried_on(instance, before[-1].value, before[-1].year, last + 1) if before else 0.0
            )
            rows[name, last + 1] = _inflow(name, last + 1, after)
    for cell, amount in change.items():
        there = _stated(instance, cell)
        value = there + amount
        value = 0.0 if abs(value) <= 1e-9 * max(1.0, there) else value
        old = rows.get(cell) or _inflow(*cell, 0.0)
        rows[cell] = old.model_copy(update={"value": value})
    return instance.with_tables(inflows=tuple(rows.values()))


def moved_instance(instance: Instance, change: Mapping[Cell, float]) -> Instance:
    """`instance` whose inflows are changed by nominal amounts that the plan counts on.

    What comes after the plan stays.

    Raises
    ------
    InconsistentInstanceError
        If an inflow would be below 0, or no instance allows it.
    """
    counted = counted_by(instance, change)
    return _with_stated(instance, {cell: change[cell] / counted[cell] for cell in change})


def _inflow(fund: str, year: int, value: float) -> Inflow:
    return Inflow(fund=fund, year=year, value=value, quality=Quality.ASSUMPTION)


def with_moves(instance: Instance, moves: Iterable[Move]) -> Instance:
    """`instance` with the money of `moves` where it comes to; raises as `moved_instance`."""
    change: defaultdict[Cell, float] = defaultdict(float)
    for move in moves:
        change[move.fund, move.from_year] -= move.amount
        change[move.to_fund, move.to_year] += move.amount
    return moved_instance(instance, change)


# ------------------------------------------------------------------------------- in the program


@dataclass
class _Limits:
    """Limits of rows by family and key, where a builder would take the rows."""

    lower: dict[tuple[str, Key], float]
    upper: dict[tuple[str, Key], float]

    def add_rows(
        self,
        family: str,
        size: int,
        row: ArrayLike,
        column: ArrayLike,
        value: ArrayLike,
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        axes: Sequence[str] = (),
        keys: Sequence[Key] = (),
    ) -> RowBlock:
        """Keep the limits of the rows."""
        low, high = (np.broadcast_to(np.asarray(v, dtype=float), (size,)) for v in (lower, upper))
        for number, key in enumerate(keys):
            self.lower[family, key] = float(low[number])
            self.upper[family, key] = float(high[number])
        return RowBlock(family, 0, size, tuple(axes), tuple(keys))


def effects(instance: Instance, cells: Sequence[Cell]) -> dict[Cell, dict[tuple[str, Key], float]]:
    """By how much one unit more that is counted on raises the limits of rows, by family and key.

    One unit is added to all funds in a year at once: a row of these families has the money of one
    fund alone, which its key names.
    """
    context: Any = build_columns(instance, MipBuilder())

    def limits(changed: Instance) -> _Limits:
        found = _Limits({}, {})
        for family in MONEY_IN:
            FAMILIES[family].add(replace(context, instance=changed, rows=found))
        return found

    before = limits(instance)
    found: dict[Cell, dict[tuple[str, Key], float]] = {cell: {} for cell in cells}
    for year in dict.fromkeys(year for _, year in cells):
        funds = [fund for fund, at in cells if at == year]
        after = limits(moved_instance(instance, {(fund, year): 1.0 for fund in funds}))
        for label, low in before.lower.items():
            high, name = before.upper[label], str(label[1][0])
            raised = [
                new - old
                for new, old in ((after.lower[label], low), (after.upper[label], high))
                if np.isfinite(old)
            ]
            amount = raised[0] if raised else 0.0
            if abs(amount) > 1e-9 and (name, year) in found:
                found[name, year][label] = round(amount, 9)
    return found


@dataclass(frozen=True)
class MovingProgram:
    """The program in which money moves: what leaves and what comes to each cell, as columns.

    A column is `factor` times the nominal money of the instance.
    """

    program: VariedProgram
    mip: Mip
    cells: tuple[Cell, ...]
    groups: tuple[tuple[str, ...], ...]
    leaves: IntArray
    comes: IntArray

    @staticmethod
    def of(instance: Instance, rules: MoveRules) -> MovingProgram:
        """The program of `instance` with money that moves by `rules`.

        Raises
        ------
        UnsupportedFeatureError
            If its roads are at equilibrium.
        """
        program = VariedProgram.of(instance, "move-money")
        counted = counted_by(instance, cells_of(instance, rules))
        counted = {cell: unit for cell, unit in counted.items() if unit > 0.0}
        cells = tuple(counted)
        effect = effects(instance, cells)
        mip, leaves, comes = _with_moves(program, cells, effect, counted)
        groups = groups_of_cells(instance, counted, rules)
        number = {cell: n for n, cell in enumerate(cells)}
        rows, columns, values = [], [], []
        for row, names in enumerate(groups):
            mine = [n for cell, n in number.items() if cell[0] in names]
            rows += [np.full(2 * len(mine), row)]
            columns += [np.concatenate([leaves[mine], comes[mine]])]
            values += [np.repeat([1.0, -1.0], len(mine))]
        if rules.most is not None:
            rows.append(np.full(leaves.size, len(groups)))
            columns.append(leaves)
            values.append(np.ones(leaves.size))
        if rows:
            count = len(groups) + (rules.most is not None)
            at = (np.concatenate(rows), np.concatenate(columns))
            matrix = csr_array(coo_array((np.concatenate(values), at), (count, mip.num_columns)))
            lower, upper = np.zeros(count), np.zeros(count)
            if rules.most is not None:
                upper[-1] = program.scale.factor * rules.most
            mip = with_rows(mip, "moved_money", matrix, lower, upper)
        return MovingProgram(program, mip, cells, tuple(groups), leaves, comes)

    def least_moved(self, value: float) -> Mip:
        """The model that moves least for plans worth `value` at least, in its own money."""
        mip = self.mip
        floor = np.array([value - mip.objective_offset - SAME * max(1.0, abs(value))])
        limited = with_rows(mip, "value_floor", csr_array(mip.objective[np.newaxis]), floor)
        objective = np.zeros(mip.num_columns)
        objective[self.leaves] = -1.0
        return replace(limited, objective=objective, objective_offset=0.0)

    def change(self, values: FloatArray) -> dict[Cell, float]:
        """What comes to each cell less what leaves it, nominal money of the instance."""
        net = (values[self.comes] - values[self.leaves]) / self.program.scale.factor
        noise = LEAST * max(1.0, float(np.abs(net).sum()))
        return {
            cell: float(amount)
            for cell, amount in zip(self.cells, net, strict=True)
            if abs(amount) > noise
        }


def _with_moves(
    program: VariedProgram,
    cells: Sequence[Cell],
    effect: Mapping[Cell, Mapping[Any, float]],
    counted: Mapping[Cell, float],
) -> tuple[Mip, IntArray, IntArray]:
    """The model with the columns of what leaves and what comes to each of `cells`."""
    mip, factor, instance = program.mip, program.scale.factor, program.instance
    numbers = {
        (block.family, key): block.start + offset
        for block in mip.row_blocks
        if block.family in MONEY_IN
        for offset, key in enumerate(block.keys)
    }
    scale = _row_scale(program)
    rows, columns, values = [], [], []
    for n, cell in enumerate(cells):
        for label, amount in effect[cell].items():
            row = numbers[label]
            part = amount * scale[row] / factor
            rows += [row, row]
            columns += [n, len(cells) + n]
            values += [part, -part]
    most = np.array([factor * counted[cell] * _stated(instance, cell) for cell in cells])
    upper = np.concatenate([most, np.full(len(cells), most.sum())])
    entries = coo_array((values, (rows, columns)), shape=(mip.num_rows, 2 * len(cells)))
    mip, at = with_columns(mip, np.zeros(upper.size), upper, entries=entries)
    return mip, at[: len(cells)], at[len(cells) :]


def _row_scale(program: VariedProgram) -> FloatArray:
    """Factor of each row of the model against the instance's own: that of its money columns."""
    mip, own = program.mip, program.own.mip
    scale = np.ones(mip.num_rows)
    held = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    scaled = program.scale.columns[own.a_index] != 1.0
    scale[held[scaled]] = program.scale.factor
    return scale


# --------------------------------------------------------------------------------------- found


def find_moves(
    instance: Instance, plan: Plan, rules: MoveRules, options: SolveOptions
) -> MovesFound:
    """The moves of greatest value, of these the least, within the time limit of `options`.

    Raises
    ------
    UnsupportedFeatureError
        If the instance has roads at equilibrium.
    SolverError
        If the solver is missing or fails.
    """
    with on_the_clock(options, Deadline.after(options.time_limit_s)) as deadline:
        moving = MovingProgram.of(instance, rules)
        program = moving.program
        first = Deadline(work_clock.now(), deadline.share_s(GAIN_SHARE, 1e9))
        values, bound, notes = program.search(moving.mip, plan, options, first)
        if values is None:
            return MovesFound((), plan, program.in_own_money(bound), None, notes)
        least, fewest = _least_moves(moving, values, options, deadline)
        starts = starts_of(program.own, least[: program.own.mip.num_columns])
    moves = told_moves(moving.change(least), moving.groups)
    return MovesFound(
        moves,
        plan.model_copy(update={"starts": starts}),
        program.in_own_money(bound),
        fewest,
        notes,
    )


def _least_moves(
    moving: MovingProgram, values: FloatArray, options: SolveOptions, deadline: Deadline
) -> tuple[FloatArray, float | None]:
    """Values of the same worth that move least, and what all such move at least."""
    mip = moving.least_moved(moving.mip.value(values))
    columns = mip.columns("started").index.ravel()
    starts, seconds = np.round(values[columns]), deadline.share_s(0.5, EXACT_S)
    same = Completion.of(mip, columns).solve(starts, seconds, 1e-6)
    known = values if same is None else same
    if deadline.is_over(1.0):
        return known, None
    answer = moving.program.ask(mip, known, options, deadline)
    found = known if answer.reply.values is None else answer.reply.values
    bound = answer.reply.bound
    fewest = None if bound is None else max(0.0, -bound / moving.program.scale.factor)
    return found, fewest


def told_moves(change: Mapping[Cell, float], groups: Iterable[tuple[str, ...]]) -> tuple[Move, ...]:
    """`change` as moves, found inside each fund first, in the order of years; largest first."""
    left = {cell: -amount for cell, amount in sorted(change.items()) if amount < 0.0}
    wanted = {cell: amount for cell, amount in sorted(change.items()) if amount > 0.0}
    group_of = {name: number for number, names in enumerate(groups) for name in names}
    moves: list[Move] = []
    for same_fund in (True, False):
        for (fund, year), _ in wanted.items():
            for (source, at), _ in left.items():
                if group_of[source] != group_of[fund] or (source == fund) is not same_fund:
                    continue
                amount = min(wanted[fund, year], left[source, at])
                if amount > 0.0:
                    moves.append(Move(source, at, year, amount, fund))
                    wanted[fund, year] -= amount
                    left[source, at] -= amount
    noise = LEAST * max(1.0, sum(move.amount for move in moves))
    kept = [move for move in moves if move.amount > noise]
    return tuple(sorted(kept, key=lambda row: (-row.amount, row.fund, row.from_year, row.to_year)))
