"""A solver that lies in its first answers and tells the truth then, without any process.

Its lies are those that no host sees: they obey the form of an answer, and need something known, or
something found later, to contradict them. `refused` and `failed` are what a host makes of the rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer.backends import SolverOptions, SolverReply
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.errors import SolverContradictionError, SolverFailedError
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

PATIENCE_S = 60.0
LEAST_GAP = 1e-4
"""Gap below which exact answers are sought: the quick search was seen to miss a gap of 1e-6."""


def best_plan(mip: Mip, gap: float) -> FloatArray:
    """The best plan within `gap`."""
    values = quick_search(mip, PATIENCE_S, gap).values
    assert values is not None
    plan = clean_values(mip, values)
    assert plan is not None
    return plan


def worst_plan(mip: Mip) -> FloatArray:
    """A plan of choices that cost much: it obeys all rows, and no more is good about it."""
    dear = replace(mip, objective=np.where(mip.integrality, -mip.objective, 0.0))
    whole = np.round(best_plan(dear, 0.0))
    lower = np.where(mip.integrality, whole, mip.col_lower)
    upper = np.where(mip.integrality, whole, mip.col_upper)
    return best_plan(replace(mip, col_lower=lower, col_upper=upper), 0.0)


def answered(
    mip: Mip,
    options: SolverOptions,
    termination: Termination,
    values: FloatArray | None = None,
    bound: float | None = None,
) -> SolverReply:
    """What a host makes of an answer."""
    worth = None if values is None else mip.value(values)
    is_optimal = termination in {Termination.OPTIMAL, Termination.GAP_REACHED}
    if is_optimal and bound is None:
        termination = Termination.INTERRUPTED
    state = SolutionState.NONE if values is None else SolutionState.FEASIBLE
    return SolverReply(
        termination=termination,
        state=SolutionState.OPTIMAL if is_optimal and bound is not None else state,
        values=values,
        objective=worth,
        bound=bound,
        gap=relative_gap(worth, bound),
        runtime_s=0.0,
        log="",
        solver=options.solver,
        solver_version="6.6.6",
        is_called_optimal=is_optimal,
    )


def truth(mip: Mip, options: SolverOptions) -> SolverReply:
    """The best plan within the gap, and a bound that it proves."""
    gap = 0.5 * options.gap if options.gap >= LEAST_GAP else 0.0
    best = best_plan(mip, gap)
    worth = mip.value(best)
    return answered(mip, options, Termination.OPTIMAL, best, worth + gap * abs(worth))


def _optimum(mip: Mip, options: SolverOptions) -> SolverReply:
    """A poor plan called optimal, under a bound of its own value."""
    worst = worst_plan(mip)
    return answered(mip, options, Termination.OPTIMAL, worst, mip.value(worst))


def _no_bound(mip: Mip, options: SolverOptions) -> SolverReply:
    """A poor plan called optimal, without a bound."""
    return answered(mip, options, Termination.OPTIMAL, worst_plan(mip))


def _bound(mip: Mip, options: SolverOptions) -> SolverReply:
    """Out of time with a poor plan, under a bound half way to the best one."""
    worst = worst_plan(mip)
    middle = 0.5 * (mip.value(worst) + mip.value(best_plan(mip, 0.0)))
    return answered(mip, options, Termination.TIME_LIMIT, worst, middle)


def _only_bound(mip: Mip, options: SolverOptions) -> SolverReply:
    """Out of time without a plan, under that bound."""
    return replace(_bound(mip, options), values=None, objective=None, state=SolutionState.NONE)


def _infeasible(mip: Mip, options: SolverOptions) -> SolverReply:
    return answered(mip, options, Termination.INFEASIBLE)


def _unbounded(mip: Mip, options: SolverOptions) -> SolverReply:
    return answered(mip, options, Termination.UNBOUNDED)


def _refused(mip: Mip, options: SolverOptions) -> SolverReply:
    raise SolverContradictionError(phrase("answered-values-that-break-the-model", solver="liar"))


def _failed(mip: Mip, options: SolverOptions) -> SolverReply:
    raise SolverFailedError(phrase("highs-refused-the-model"))


LIES: dict[str, Callable[[Mip, SolverOptions], SolverReply]] = {
    "optimum": _optimum,
    "no-bound": _no_bound,
    "bound": _bound,
    "only-bound": _only_bound,
    "infeasible": _infeasible,
    "unbounded": _unbounded,
    "refused": _refused,
    "failed": _failed,
}


class Liar:
    """In the place of `solve_mip`: the first `times` answers lie as `name` says.

    Where `columns` is given, only answers to models of so many columns do. `asked` are the options
    of all questions.
    """

    def __init__(self, name: str, times: int = 1, columns: int | None = None) -> None:
        self.asked: list[SolverOptions] = []
        self._name, self._left, self._columns = name, times, columns
        self._lock = threading.Lock()

    def __call__(self, mip: Mip, options: SolverOptions, **_: object) -> SolverReply:
        """The answer to `mip`."""
        with self._lock:
            self.asked.append(options)
            is_lie = self._left > 0 and self._columns in {None, mip.num_columns}
            self._left -= is_lie
        return LIES[self._name](mip, options) if is_lie else truth(mip, options)

    @property
    def kind(self) -> str:
        """Kind of the note that tells of it."""
        return "failure" if self._name == "failed" else "contradiction"
