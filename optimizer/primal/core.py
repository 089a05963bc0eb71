"""Cores: few projects free, all others as they stand in a plan, and a small program for these.

Which projects are free, and which of their starts, is led by the relaxation: at its prices every
start is worth so much less than the best thing to do with its project, its `loss`. A start whose
loss exceeds what a plan may still gain is in no better plan. What is lost per money of a project
says how near its decision was: a project of tens loses little whatever is done with it.

Sources: Balas and Zemel, "An algorithm for large zero-one knapsack problems", Operations Research
28, 1980, for the core; Pisinger, "Core problems in knapsack algorithms", Operations Research 47,
1999, for its growth.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.sparse import csc_array, csr_array

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.defined_columns import Substituted, substituted
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.mip_parts import only_columns, restricted
from infraplan.optimizer.primal.choices import Choices
from infraplan.optimizer.status import Termination

HALF = 0.5
TINY = 1e-6
"""Share below which the relaxation does not choose something."""


@dataclass(frozen=True)
class Effort:
    """How much one small program may cost: seconds, and nodes where the clock is not to decide."""

    seconds: float
    nodes: int | None = None

    def times(self, factor: float) -> Effort:
        """`factor` times as much."""
        nodes = None if self.nodes is None else max(1, round(self.nodes * factor))
        return Effort(self.seconds * factor, nodes)


@dataclass(frozen=True)
class Prices:
    """What decisions lose at the prices of one relaxation, and how much it chooses of each.

    `loss`, `relaxed` and `project` have the shape (choices,), `none_loss` and `money` (projects,).
    """

    project: IntArray
    loss: FloatArray
    none_loss: FloatArray
    money: FloatArray
    relaxed: FloatArray

    @cached_property
    def _size(self) -> FloatArray:
        return np.where(self.money > 0.0, self.money, np.median(self.money) or 1.0)

    @cached_property
    def nearness(self) -> FloatArray:
        """What a project's second best decision loses per money, shape (projects,); the nearest 0.

        Infinite where there is nothing to decide.
        """
        project = np.concatenate([self.project, np.arange(self.none_loss.size)])
        loss = np.concatenate([self.loss, self.none_loss])
        order = np.lexsort((loss, project))
        ranked, value = project[order], loss[order]
        second = np.full(self.none_loss.size, np.inf)
        is_second = np.flatnonzero(
            (ranked == np.concatenate([[-1], ranked[:-1]]))
            & (ranked != np.concatenate([[-1, -1], ranked[:-2]]))
        )
        second[ranked[is_second]] = np.maximum(0.0, value[is_second])
        return np.asarray(second / self._size, dtype=np.float64)

    @cached_property
    def relative_loss(self) -> FloatArray:
        """What each choice loses per money of its project, shape (choices,)."""
        loss = np.maximum(0.0, self.loss) / self._size[self.project]
        return np.asarray(loss, dtype=np.float64)

    @cached_property
    def is_open(self) -> BoolArray:
        """Whether the relaxation decides a project in shares, shape (projects,)."""
        found = np.zeros(self.none_loss.size, dtype=np.bool_)
        found[self.project[np.minimum(self.relaxed, 1.0 - self.relaxed) > TINY]] = True
        return found


@dataclass(frozen=True)
class Parts:
    """Small programs out of a large one, of some choices, with others taken.

    `change` puts out the columns that long rows define; `count` columns are choices, the first.
    """

    given: Mip
    count: int
    change: Substituted | None

    @cached_property
    def mip(self) -> Mip:
        """The program that parts are made of."""
        return self.given if self.change is None else self.change.mip

    @cached_property
    def by_column(self) -> csc_array:
        """Its matrix by columns."""
        return csc_array(matrix_of(self.mip))

    def part(self, allowed: BoolArray, taken: IntArray) -> tuple[Mip, IntArray, IntArray]:
        """The program of the choices `allowed`, with the choices `taken`; its columns and rows."""
        mip = self.mip
        kept = np.concatenate([np.flatnonzero(allowed), np.arange(self.count, mip.num_columns)])
        part = csr_array(self.by_column[:, kept])
        shift = np.asarray(self.by_column[:, taken].sum(axis=1)).ravel()
        rows = np.flatnonzero(np.diff(part.indptr) > 0)
        found = replace(
            restricted(mip, csr_array(part[rows]), kept, rows, shift[rows]),
            objective_offset=mip.objective_offset + float(mip.objective[taken].sum()),
        )
        return found, kept, rows

    def whole(self, values: FloatArray, kept: IntArray, taken: IntArray) -> FloatArray:
        """Columns of the program that was given, from those of a part."""
        found = np.zeros(self.mip.num_columns)
        found[kept] = values
        found[taken] = 1.0
        return found if self.change is None else self.change.back(found)


@dataclass(frozen=True)
class CoreProgram:
    """What a search over cores needs to know of a program, as arrays alone.

    The first columns of `mip` are choices, one of each project at most as its rows say; `project`
    and `year` (shape: choices) are theirs. `loss` (choices) and `none_loss` (projects) are what
    choosing that, or nothing, loses at the relaxation's prices; `money` (projects) is what a
    project spends at most, `spent` (choices) what each choice does. `relaxed` (choices) is how
    much the relaxation chooses. `groups` lists projects that lie near one another, `group_start`
    where each group begins, `group_kind` what it is.
    `bound` is proven of every plan (infinity: none is).
    """

    mip: Mip
    project: IntArray
    year: IntArray
    loss: FloatArray
    none_loss: FloatArray
    money: FloatArray
    spent: FloatArray
    relaxed: FloatArray
    groups: IntArray
    group_start: IntArray
    group_kind: IntArray
    bound: float

    @property
    def count(self) -> int:
        """Number of choices."""
        return int(self.project.size)

    @cached_property
    def by_column(self) -> csc_array:
        """The matrix by columns."""
        return csc_array(matrix_of(self.mip))

    @cached_property
    def parts(self) -> Parts:
        """What small programs are made of."""
        return Parts(self.mip, self.count, substituted(self.mip))

    @cached_property
    def prices(self) -> Prices:
        """What is lost at the relaxation's prices."""
        return Prices(self.project, self.loss, self.none_loss, self.money, self.relaxed)

    @property
    def nearness(self) -> FloatArray:
        """See `Prices.nearness`."""
        return self.prices.nearness

    @property
    def relative_loss(self) -> FloatArray:
        """See `Prices.relative_loss`."""
        return self.prices.relative_loss

    def only(self, columns: IntArray) -> CoreProgram:
        """The program of `columns` (ascending), which no row joins with others; without groups.

        Its projects are numbered anew, those that have a choice in it.
        """
        mip, _ = only_columns(self.mip, columns, self.by_column)
        mine = columns[columns < self.count]
        projects, project = np.unique(self.project[mine], return_inverse=True)
        none = np.zeros(0, dtype=np.int64)
        return CoreProgram(
            mip=mip,
            project=project.astype(np.int64),
            year=self.year[mine],
            loss=self.loss[mine],
            none_loss=self.none_loss[projects],
            money=self.money[projects],
            spent=self.spent[mine],
            relaxed=self.relaxed[mine],
            groups=none,
            group_start=none,
            group_kind=none,
            bound=np.inf,
        )

    def save(self, folder: Path) -> None:
        """Write everything into `folder`, for a process of its own."""
        self.mip.save(folder / "model.npz")
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "mip"}
        np.savez(folder / "core.npz", **own)

    @staticmethod
    def load(folder: Path) -> CoreProgram:
        """Read what `save` wrote."""
        mip = Mip.load(folder / "model.npz")
        with np.load(folder / "core.npz", allow_pickle=False) as data:
            names = [f.name for f in fields(CoreProgram) if f.name not in {"mip", "bound"}]
            bound = float(data["bound"])
            return CoreProgram(mip=mip, bound=bound, **{name: data[name] for name in names})


def core_program(
    choices: Choices,
    num_projects: int,
    relaxed: FloatArray | None,
    multipliers: FloatArray | None,
    bound: float | None,
    groups: tuple[IntArray, IntArray, IntArray],
) -> CoreProgram:
    """The program of `choices` with what a relaxation of its origin says of each.

    `relaxed` and `multipliers` are values and multipliers of `choices.origin`; without them every
    loss is 0 and nothing is known to be near.
    """
    count = choices.count
    worth = np.zeros(count)
    share = np.zeros(count)
    if multipliers is not None:
        taken = matrix_of(choices.mip).T @ choices.multipliers(multipliers)
        worth = np.asarray((choices.mip.objective - taken)[:count])
    if relaxed is not None:
        share = choices.seen(relaxed)[:count]
    loss, none_loss = losses(choices.mip, choices.project, worth, num_projects)
    money = np.zeros(num_projects)
    np.maximum.at(money, choices.project, choices.money)
    return CoreProgram(
        mip=choices.mip,
        project=choices.project,
        year=choices.year,
        loss=loss,
        none_loss=none_loss,
        money=money,
        spent=choices.money,
        relaxed=share,
        groups=groups[0],
        group_start=groups[1],
        group_kind=groups[2],
        bound=np.inf if bound is None else bound,
    )


def losses(
    mip: Mip, project: IntArray, worth: FloatArray, num_projects: int
) -> tuple[FloatArray, FloatArray]:
    """What each choice, and choosing nothing of a project, loses against its best decision.

    `worth` (shape: choices) is what each is worth beyond what it takes at prices.
    """
    most, count = np.zeros(num_projects), project.size
    open_ = mip.col_upper[:count] > HALF
    np.maximum.at(most, project[open_], worth[open_])
    must = mip.col_lower[:count] > HALF  # by a limit, which has no price
    most[project[must]] = worth[must]
    return np.where(open_, np.maximum(0.0, most[project] - worth), np.inf), most


@dataclass(frozen=True)
class CoreAnswer:
    """Values of all columns (None: none found), whether the core was searched to its end."""

    values: FloatArray | None
    is_whole: bool


def solve_core(
    program: CoreProgram, allowed: BoolArray, plan: FloatArray | None, effort: Effort, gap: float
) -> CoreAnswer:
    """The best plan with the choices `allowed` (shape: choices), and with those of `plan`.

    A project without any allowed choice stays as it is in `plan` (shape: columns). The answer
    obeys every row.
    """
    mip, count = program.mip, program.count
    allowed = allowed & (mip.col_upper[:count] > HALF)
    fixed = np.zeros(0, dtype=np.int64)
    if plan is not None:
        chosen = plan[:count] > HALF
        is_free = np.zeros(program.none_loss.size, dtype=np.bool_)
        is_free[program.project[allowed]] = True
        mine = is_free[program.project]
        fixed = np.flatnonzero(chosen & ~mine)
        allowed = allowed | (chosen & mine)
    part, kept, _ = program.parts.part(allowed, fixed)
    found = quick_search(part, effort.seconds, gap, effort.nodes)
    is_whole = found.termination in {Termination.GAP_REACHED, Termination.INFEASIBLE}
    if found.values is None:
        return CoreAnswer(None, is_whole)
    return CoreAnswer(clean_values(mip, program.parts.whole(found.values, kept, fixed)), is_whole)


def nearest_choices(program: CoreProgram, many: int) -> BoolArray:
    """The choices of a first core: those of the relaxation, and the `many` nearest besides.

    Nearest by what they lose per money; each project's best one is among them.
    """
    loss = program.relative_loss
    order = np.lexsort((loss, program.project))
    ranked = program.project[order]
    is_best = np.zeros(loss.size, dtype=np.bool_)
    is_best[order[np.concatenate([[True], ranked[1:] != ranked[:-1]])[: ranked.size]]] = True
    others = np.sort(loss[~is_best])
    most = others[min(many, others.size - 1)] if others.size else 0.0
    return np.asarray(is_best | (loss <= most) | (program.relaxed > TINY), dtype=np.bool_)
