"""What a solve is asked and what it answers, whatever engine finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.kept_plan import KeptPlan
from infraplan.models.plan import Plan
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Note
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.errors import InfeasibleError, NoPlanError
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.verify import Verification
from infraplan.optimizer.work_clock import ClockReason, ClockStep

DEFAULT_SOLVER = "highs"
"""Solver of an engine that names no other."""


@dataclass(frozen=True)
class Bar:
    """A row of starts that every plan keeps whose money adds up to the smallest unit.

    ``sum of entry x column <= most``, columns by their number in the program of the instance.
    """

    entries: tuple[tuple[int, int], ...]
    most: int


@dataclass(frozen=True)
class SolveOptions:
    """How to solve. `gap` is relative; `time_limit_s` bounds the whole solve (None: no limit).

    `solver` None is the engine's own. `columns` is the form in which solvers are given the starts.
    With `deterministic` work is counted and not time: the same instance, options and versions lead
    to the same plan on any machine of a kind, unless the time limit ends the solve before its work
    is done; where it is not given, the environment is asked (`work_clock.DETERMINISTIC_VARIABLE`).
    The solver is alone for `alone_s` seconds before a search of one's own begins beside it, where
    a processor is left: it costs as much of one as the solver.
    `kept` is a plan in force from which the new one may move no farther than it says. `bars` refuse
    starts that were answered before and that no money pays for to the smallest unit.
    """

    engine: str = "auto"
    solver: str | None = None
    gap: float = 1e-4
    time_limit_s: float | None = 600.0
    threads: int = 1
    seed: int = 0
    memory_limit_mb: int | None = None
    canonical: bool = True
    columns: Columns = Columns.AUTO
    deterministic: bool = field(default_factory=work_clock.is_asked_for)
    alone_s: float = 1.0
    kept: KeptPlan | None = None
    bars: tuple[Bar, ...] = ()

    @property
    def guest_solver(self) -> str:
        """Solver of the models that the program of all rows leads to."""
        return self.solver or DEFAULT_SOLVER


class BoundSource(StrEnum):
    """Who vouches for a bound, or for there being no plan."""

    NONE = "none"  # there is no bound
    DUAL_VALUES = "dual_values"  # recomputed from dual values, rounding included
    OWN_BOUND = "own_bound"  # chains and yearly limits of a schedule, computed by the product
    OWN_SEARCH = "own_search"  # a branch and bound of the product, no solver's word in it
    SOLVER = "solver"  # the solver's word, not certified


@dataclass(frozen=True)
class FewestMoves:
    """The least weight of moves from a plan in force, or that of the least cost.

    Attributes
    ----------
    amount
        Weight of the moves of the best plan found; None where there is none.
    bound
        No plan moves less, as far as proven; where moves have a cost, no plan is worth more less
        that cost, money. None where it is unknown.
    is_impossible
        Whether it is proven that there is no such plan at all.
    values
        Column values of that plan in the model that was asked.
    """

    amount: float | None
    bound: float | None
    is_impossible: bool
    values: FloatArray | None = None


@dataclass(frozen=True)
class SolveResult:
    """What a solve found. `plan` is None where there is none; `bound` and `gap` may be unknown."""

    instance: Instance
    options: SolveOptions
    engine: str
    solver: str
    solver_version: str
    termination: Termination
    state: SolutionState
    plan: Plan | None
    objective: float | None
    bound: float | None
    gap: float | None
    build_s: float
    runtime_s: float
    peak_memory_mb: float | None
    verification: Verification | None
    formulation: Formulation
    log: str = ""
    bound_source: BoundSource = BoundSource.NONE
    """Who vouches for `bound`, or for the termination where there is no plan."""
    certified_bound: float | None = None
    """Upper bound of every plan's value that dual values prove, whatever the solver claims."""
    notes: tuple[Note, ...] = ()
    """What whoever reads the answer must know: contradictions, repairs, conditioning."""
    clock: tuple[ClockReason, ...] = ()
    """Why the plan may be another one on a slower or busier machine, of `ClockReason`;
    none where every search came to its own end."""
    clock_steps: tuple[ClockStep, ...] = ()
    """In which steps the clock decided."""
    fewest: FewestMoves | None = None
    """The least that moves of the plan in force, where it was asked for."""
    bars: tuple[Bar, ...] = ()
    """What refuses the starts that were answered, where no money pays for them to the unit."""

    @property
    def least_more_s(self) -> float:
        """Seconds below which nothing is begun that makes a model of this size anew.

        That takes about as long as building did, which knows the instance's size and the load of
        the machine. Seconds decide nothing where work is counted.
        """
        return 0.0 if self.options.deterministic else self.build_s

    def require_plan(self) -> Plan:
        """Return the plan, or raise InfeasibleError / NoPlanError where there is none."""
        if self.plan is not None:
            return self.plan
        if self.termination.is_proof_of_no_plan:
            message = phrase("no-plan-obeys-all-rules")
            raise InfeasibleError(message)
        message = phrase("no-plan-was-found-before-the-solve-ended", termination=self.termination)
        raise NoPlanError(message)
