"""How far plans of one question lie apart: in their projects, or in where and by whom they spend.

A distance is read off two plans, and is linear in the columns of the program where one of them is
fixed: by projects in their starts alone, by money with the sign of each difference chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.sparse import coo_array, csr_array

from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares
from infraplan.models.plan import Payment, Plan, ProjectStart
from infraplan.optimizer.analysis.varied_program import VariedProgram
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import with_columns, with_rows

AFTER = "after the plan"
"""Group of money that is paid after the plan; no phase has a blank in its id."""
OUTSIDE = "outside"


class By(StrEnum):
    """In what plans differ."""

    PROJECTS = "projects"
    DISTRICTS = "districts"
    PHASES = "phases"
    PAYER = "payer"


@dataclass(frozen=True)
class Difference:
    """Projects of one plan and not of another: built besides, left out, built otherwise."""

    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    shifted: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of projects that differ."""
        return len(self.enters) + len(self.leaves) + len(self.shifted)


def difference(instance: Instance, plan: Plan, other: Plan) -> Difference:
    """What `plan` builds otherwise than `other`.

    A project is shifted where it is built in another size, or starts in another phase (in another
    year, where all years are one phase).
    """
    mine = {row.project: _manner(instance, row) for row in plan.starts}
    theirs = {row.project: _manner(instance, row) for row in other.starts}
    both = mine.keys() & theirs.keys()
    return Difference(
        tuple(sorted(mine.keys() - theirs.keys())),
        tuple(sorted(theirs.keys() - mine.keys())),
        tuple(sorted(name for name in both if mine[name] != theirs[name])),
    )


def _manner(instance: Instance, start: ProjectStart) -> tuple[str, object]:
    return start.option, time_of(instance, start.start)


def time_of(instance: Instance, year: int) -> object:
    """The phase of a start; the year where all years are one phase, or it is in none."""
    horizon = instance.settings.horizon
    phase = horizon.phase_of(year)
    return year if phase is None or len(horizon.phases) == 1 else phase.id


def spending(instance: Instance, plan: Plan, by: By) -> dict[str, float]:
    """Nominal money that `plan` pays for works, by the group of `by`."""
    found: defaultdict[str, float] = defaultdict(float)
    for row in plan.payments:
        found[_group(instance, row, by)] += row.amount
    return dict(found)


def _group(instance: Instance, row: Payment, by: By) -> str:
    if by is By.PHASES:
        return _phase(instance, row.year)
    if by is By.PAYER:
        return _payer(row.jurisdiction, row.source)
    return instance.jurisdiction_of(instance.project_by_id[row.project])


def _phase(instance: Instance, year: int) -> str:
    phase = instance.settings.horizon.phase_of(year)
    return AFTER if phase is None else phase.id


def _payer(jurisdiction: str, source: str) -> str:
    return f"{jurisdiction}/{source or OUTSIDE}"


def distance(instance: Instance, plan: Plan, other: Plan, by: By) -> float:
    """How far the plans lie apart: projects that differ, or money that lies elsewhere.

    By money it is the sum over the groups of what one plan pays more or less than the other,
    nominal.
    """
    if by is By.PROJECTS:
        return float(difference(instance, plan, other).count)
    mine, theirs = spending(instance, plan, by), spending(instance, other, by)
    groups = sorted(mine.keys() | theirs.keys())
    return float(sum(abs(mine.get(name, 0.0) - theirs.get(name, 0.0)) for name in groups))


# ------------------------------------------------------------------------------- in the program


@dataclass(frozen=True)
class Amount:
    """A linear amount: `constant + sum value[n] * x[column[n]]`."""

    column: IntArray
    value: FloatArray
    constant: float = 0.0

    @staticmethod
    def of(parts: Iterable[tuple[IntArray, FloatArray]], constant: float = 0.0) -> Amount:
        """The sum of `parts`, each columns with their values."""
        kept = [(column, value) for column, value in parts if column.size]
        if not kept:
            return Amount(np.zeros(0, dtype=np.int64), np.zeros(0), constant)
        columns, values = zip(*kept, strict=True)
        return Amount(np.concatenate(columns), np.concatenate(values), constant)


def project_distance(program: VariedProgram, reference: Plan) -> Amount:
    """Number of projects that are built otherwise than in `reference`, as a linear amount."""
    instance, sets = program.instance, program.own.sets
    manner = {row.project: _manner(instance, row) for row in reference.starts}
    table = np.zeros((len(sets.options), sets.num_years))
    is_open = {flat.project.id for flat in sets.options if flat.is_open}
    for number, flat in enumerate(sets.options):
        built = manner.get(flat.project.id)
        for t in range(flat.first, flat.last + 1) if flat.is_open else ():
            mine = (flat.option.option, time_of(instance, sets.first_year + t))
            table[number, t] = 1.0 if built is None else -float(mine == built)
    return _by_start(program, table, float(len(manner.keys() & is_open)))


def _by_start(program: VariedProgram, table: FloatArray, constant: float = 0.0) -> Amount:
    """Sum of `table` (options, years) over the starts that are made."""
    own = program.own
    parts = []
    for number, flat in enumerate(own.sets.options):
        if flat.is_open:
            window = table[number, flat.first : flat.last + 1]
            columns = own.started[number, flat.first : flat.last + 1]
            parts.append((columns, window - np.append(window[1:], 0.0)))
    return Amount.of(parts, constant)


def spending_amounts(program: VariedProgram, by: By) -> dict[str, Amount]:
    """Nominal money by the group of `by` as linear amounts, in the money of `program.mip`."""
    if by is By.PAYER:
        return _amounts_by_payer(program)
    own, factor = program.own, program.scale.factor
    sets, spent = own.sets, own.coefficients.spending
    shape = (len(sets.options), sets.num_years)
    tables: defaultdict[str, FloatArray] = defaultdict(lambda: np.zeros(shape))
    for n in range(spent.option.size):
        option, start = int(spent.option[n]), int(spent.start[n])
        project = sets.options[option].project
        year = sets.first_year + int(spent.year[n])
        owner = program.instance.jurisdiction_of(project)
        name = owner if by is By.DISTRICTS else _phase(program.instance, year)
        tables[name][option, start] += factor * spent.nominal[n]
    return {name: _by_start(program, tables[name]) for name in sorted(tables)}


def _amounts_by_payer(program: VariedProgram) -> dict[str, Amount]:
    own, factor = program.own, program.scale.factor
    money, columns = own.money, program.scale.columns
    parts: defaultdict[str, list[tuple[IntArray, FloatArray]]] = defaultdict(list)
    for pair, source in enumerate(money.pair_source):
        group = money.classes[int(money.pair_class[pair])]
        if not group.receiver:
            paid = money.pay[pair]
            parts[_payer(group.payer, source)].append((paid, factor / columns[paid]))
    amounts = {name: Amount.of(found) for name, found in parts.items()}
    return {**amounts, **_amounts_outside(program)}


def _amounts_outside(program: VariedProgram) -> dict[str, Amount]:
    """What is paid by jurisdictions that have neither funds nor instruments in the instance."""
    instance, own = program.instance, program.own
    sets, spent = own.sets, own.coefficients.spending
    shape = (len(sets.options), sets.num_years)
    tables: defaultdict[str, FloatArray] = defaultdict(lambda: np.zeros(shape))
    for n in range(spent.option.size):
        option, start = int(spent.option[n]), int(spent.start[n])
        project = sets.options[option].project
        if has_chosen_shares(instance, project):
            continue
        for payer, share in instance.shares_of(project).items():
            if payer not in instance.funded:
                amount = program.scale.factor * share * spent.nominal[n]
                tables[_payer(payer, "")][option, start] += amount
    return {name: _by_start(program, table) for name, table in tables.items()}


def most_spent(program: VariedProgram) -> float:
    """Money that all projects together can cost at most, in the money of `program.mip`."""
    own = program.own
    sets, spent = own.sets, own.coefficients.spending
    by_start = np.zeros((len(sets.options), sets.num_years))
    np.add.at(by_start, (spent.option, spent.start), np.abs(spent.nominal))
    most = by_start.max(axis=1, initial=0.0)
    largest = np.zeros(len(program.instance.projects))
    np.maximum.at(largest, sets.project_of, most)
    return float(program.scale.factor * largest.sum())


@dataclass(frozen=True)
class Distanced:
    """A model that asks for the plan farthest from `references`, and the column of its distance.

    The distance in `mip` is `factor` times the told one.
    """

    mip: Mip
    column: int
    factor: float


def with_distance(program: VariedProgram, references: Iterable[Plan], by: By) -> Distanced:
    """`program.mip` with the least distance to `references` in the place of its objective."""
    plans = tuple(references)
    if by is By.PROJECTS:
        amounts = [project_distance(program, plan) for plan in plans]
        mip, at = with_columns(
            program.mip, np.zeros(1), np.array([float(len(program.instance.projects))]), _YES
        )
        return _asking(mip, int(at[0]), [(a.column, a.value, a.constant) for a in amounts], 1.0)
    groups, factor = spending_amounts(program, by), program.scale.factor
    paid = max((sum(abs(row.amount) for row in plan.payments) for plan in plans), default=0.0)
    most = most_spent(program) + factor * paid + 1.0
    mip, least = program.mip, []
    for plan in plans:
        spent = spending(program.instance, plan, by)
        here = {name: factor * amount for name, amount in spent.items()}
        mip, columns = _with_absolutes(mip, groups, here, most)
        least.append((columns, np.ones(columns.size), 0.0))
    mip, at = with_columns(mip, np.zeros(1), np.full(1, 2.0 * most))
    return _asking(mip, int(at[0]), least, program.scale.factor)


_YES = np.ones(1, dtype=np.bool_)


def _asking(
    mip: Mip, column: int, least: list[tuple[IntArray, FloatArray, float]], factor: float
) -> Distanced:
    """`mip` that maximises `column`, which is at most each amount of `least`."""
    rows, columns, values = [], [], []
    for row, (at, value, _) in enumerate(least):
        rows += [np.full(at.size + 1, row)]
        columns += [np.append(at, column)]
        values += [np.append(-value, 1.0)]
    limits = np.array([constant for _, _, constant in least])
    matrix = _matrix(rows, columns, values, (len(least), mip.num_columns))
    mip = with_rows(mip, "plan_distance", matrix, np.full(limits.size, -np.inf), limits)
    objective = np.zeros(mip.num_columns)
    objective[column] = 1.0
    return Distanced(replace(mip, objective=objective, objective_offset=0.0), column, factor)


def _with_absolutes(
    mip: Mip, groups: Mapping[str, Amount], spent: Mapping[str, float], most: float
) -> tuple[Mip, IntArray]:
    """`mip` with what each group is above and below `spent`, and the numbers of those columns.

    Formula: ``above - below = amount - spent``, ``above <= most side``, ``below <= most (1 -
    side)`` with `side` 0 or 1. All money is that of `mip`. A group that only
    `spent` has differs by all of it, whatever is decided.
    """
    names, count = list(groups), len(groups)
    mip, sides = with_columns(mip, np.zeros(count), np.ones(count), np.ones(count, dtype=np.bool_))
    mip, above = with_columns(mip, np.zeros(count), np.full(count, np.inf))
    mip, below = with_columns(mip, np.zeros(count), np.full(count, np.inf))
    rows, columns, values, lower, upper = [], [], [], [], []
    for number, name in enumerate(names):
        amount, here = groups[name], spent.get(name, 0.0)
        base = 3 * number
        rows += [np.full(amount.column.size + 2, base), np.full(2, base + 1), np.full(2, base + 2)]
        columns += [
            np.concatenate([amount.column, [above[number], below[number]]]),
            np.array([above[number], sides[number]]),
            np.array([below[number], sides[number]]),
        ]
        values += [
            np.concatenate([amount.value, [-1.0, 1.0]]),
            np.array([1.0, -most]),
            np.array([1.0, most]),
        ]
        lower += [here - amount.constant, -np.inf, -np.inf]
        upper += [here - amount.constant, 0.0, most]
    matrix = _matrix(rows, columns, values, (3 * count, mip.num_columns))
    mip = with_rows(mip, "spending_distance", matrix, np.array(lower), np.array(upper))
    others = sum(abs(value) for name, value in spent.items() if name not in groups)
    mip, fixed = with_columns(mip, np.full(1, others), np.full(1, others))
    return mip, np.concatenate([above, below, fixed])


def _matrix(
    rows: list[FloatArray],
    columns: list[IntArray],
    values: list[FloatArray],
    shape: tuple[int, int],
) -> csr_array:
    if not rows:
        return csr_array(shape)
    at = (np.concatenate(rows).astype(np.int64), np.concatenate(columns).astype(np.int64))
    return csr_array(coo_array((np.concatenate(values), at), shape=shape))
