"""One program of all budgets of a priority list: what a tighter budget builds, a looser one builds.

    minimise    r - w mean_k v_k
    subject to  v_k + r >= best_k              for each budget k, v_k the value of its plan
                built[k, i] <= built[k+1, i]   for each project i
                the rows of the instance under budget k, for the plan of budget k

`r` is the largest regret against `best_k`, a value that is known to be possible under budget k. Of
lists with the same `r` the weight `w` prefers the one that is worth more. Because no regret is
above `r`, `mean v >= mean best - r`, and a proven bound `z` of the objective gives

    r >= (w mean best + z) / (1 + w),

below which no list's largest regret lies, the true optima being no smaller than `best`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_diag, csr_array, vstack

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.forcing import last_columns
from infraplan.optimizer.engines.claims import ask
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.engines.registry import WITH_ITS_PROGRAM, engine_for
from infraplan.optimizer.formulation.money_scale import conditioning_of, scale_money
from infraplan.optimizer.mip import FloatArray, Mip, StartRuns
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions

TIE = 1e-4
"""Weight of the mean value beside the largest regret."""
BUILT = 0.5


@dataclass(frozen=True)
class NestedAnswer:
    """What the program of all budgets says.

    Attributes
    ----------
    sets
        Projects built under each budget, each holding those before; None where none was found.
    least
        No list has a largest regret below this, money; None where nothing is proven.
    """

    sets: tuple[frozenset[str], ...] | None
    least: float | None


def has_nested_program(instance: Instance, solver: str | None) -> bool:
    """Whether rows say all of `instance` (no roads at equilibrium), its value being money."""
    is_money = instance.settings.objective is Objective.NPV
    return is_money and engine_for(instance, solver=solver).name in WITH_ITS_PROGRAM


def solve_nested(
    levels: Sequence[Instance],
    best: Sequence[float],
    options: SolveOptions,
    seconds: float | None,
) -> NestedAnswer:
    """Find the list whose largest regret is least.

    `levels` are one instance under rising budgets, `best` values that are possible under them.
    `seconds` is the time for all of it. The solver is given no list to begin with: HiGHS 1.16 was
    seen to prove too much of programs with networks where it begins with a plan.

    Raises
    ------
    SolverError
        If the solver is missing or fails.
    """
    deadline = Deadline.after(seconds)
    forms = [build_formulation(level) for level in levels]
    program = _Program.of(forms, best)
    with on_the_clock(options, deadline) as limit:
        reply = ask(program.mip, options, Known(), limit).reply
    if reply.termination.is_proof_of_no_plan:
        return NestedAnswer(None, None)
    sets = None if reply.values is None else program.sets(forms, reply.values)
    return NestedAnswer(sets, program.least(reply.bound, best))


@dataclass(frozen=True)
class _Program:
    """The model of all budgets; `factor` is its money per money of the instance."""

    mip: Mip
    factor: float
    first: tuple[int, ...]
    """Number of the first column of each budget's copy."""

    @staticmethod
    def of(forms: Sequence[Formulation], best: Sequence[float]) -> _Program:
        scaled = [scale_money(form.mip, conditioning_of(form.coefficients)) for form in forms]
        mips, factor = [row.mip for row in scaled], scaled[0].factor
        sizes = [mip.num_columns for mip in mips]
        first = tuple(np.concatenate([[0], np.cumsum(sizes)]).astype(int).tolist())
        total = first[-1] + 1
        regrets = csr_array((len(mips), total))
        gains = np.zeros(total)
        floors = np.zeros(len(mips))
        rows = []
        for number, (mip, own) in enumerate(zip(mips, scaled, strict=True)):
            part = np.zeros(total)
            # all in the money of the first copy: units follow from the projects, the same in each
            gain = mip.objective * factor / own.of_objective
            part[first[number] : first[number + 1]] = gain
            gains += part * TIE / len(mips)
            part[-1] = 1.0
            rows.append(csr_array(part[None, :]))
            floors[number] = best[number] * factor
            floors[number] -= mip.objective_offset * factor / own.of_objective
        regrets = csr_array(vstack(rows))
        links = _links(forms, first, total)
        copies = block_diag([*(matrix_of(mip) for mip in mips), csr_array((0, 1))])
        matrix = csr_array(vstack([csr_array(copies), regrets, links]))
        matrix.sum_duplicates()
        gains[-1] = -1.0
        offset = TIE * float(np.mean([m.objective_offset for m in mips]))
        return _Program(_joined(mips, matrix, gains, offset, floors), factor, first[:-1])

    def sets(self, forms: Sequence[Formulation], values: FloatArray) -> tuple[frozenset[str], ...]:
        """Projects that each copy builds."""
        return tuple(
            frozenset(
                project.id
                for index, project in enumerate(form.instance.projects)
                if sum(values[first + column] for column in last_columns(form, index)) > BUILT
            )
            for form, first in zip(forms, self.first, strict=True)
        )

    def least(self, bound: float | None, best: Sequence[float]) -> float | None:
        """The largest regret that no list falls short of; see the module."""
        if bound is None:
            return None
        mean = float(np.mean(best)) * self.factor
        return max(0.0, (TIE * mean - bound) / (1.0 + TIE) / self.factor)


def _links(forms: Sequence[Formulation], first: Sequence[int], total: int) -> csr_array:
    """Rows, at least 0: built under the next budget less built under this one."""
    rows, columns, values, count = list[int](), list[int](), list[float](), 0
    for number in range(len(forms) - 1):
        for index in range(len(forms[number].instance.projects)):
            for at, sign in ((number, -1.0), (number + 1, 1.0)):
                for column in last_columns(forms[at], index):
                    rows.append(count)
                    columns.append(first[at] + column)
                    values.append(sign)
            count += 1
    return csr_array((values, (rows, columns)), shape=(count, total))


def _joined(
    mips: Sequence[Mip], matrix: csr_array, gains: FloatArray, offset: float, floors: FloatArray
) -> Mip:
    """One model of all copies, the largest regret its last column."""
    count = matrix.shape[0]
    own = sum(mip.num_rows for mip in mips)
    lower = np.zeros(count)
    upper = np.full(count, np.inf)
    lower[:own] = np.concatenate([mip.row_lower for mip in mips])
    upper[:own] = np.concatenate([mip.row_upper for mip in mips])
    lower[own : own + floors.size] = floors
    shifts = np.cumsum([0, *(mip.num_columns for mip in mips)])
    runs = [mip.starts for mip in mips]

    def of_runs(name: str) -> np.ndarray:
        return np.concatenate([getattr(run, name) for run in runs])

    return Mip(
        objective=gains,
        objective_offset=offset,
        col_lower=np.concatenate([*(mip.col_lower for mip in mips), [0.0]]),
        col_upper=np.concatenate([*(mip.col_upper for mip in mips), [np.inf]]),
        integrality=np.concatenate([*(mip.integrality for mip in mips), [False]]),
        a_start=matrix.indptr.astype(np.int64),
        a_index=matrix.indices.astype(np.int64),
        a_value=matrix.data.astype(np.float64),
        row_lower=lower,
        row_upper=upper,
        starts=StartRuns(
            first=np.concatenate(
                [run.first + shift for run, shift in zip(runs, shifts, strict=False)]
            ),
            size=of_runs("size"),
            option=of_runs("option"),
            project=of_runs("project"),
            year=of_runs("year"),
            cumulative=of_runs("cumulative"),
        ),
    )
