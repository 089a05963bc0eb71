"""Questions of a search of roads put to solvers, each answer held against what is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infraplan.optimizer.backends import Note, SolverReply
from infraplan.optimizer.engines.claims import Answer, ask, lie_of
from infraplan.optimizer.engines.deadline import LEAST_S, Deadline
from infraplan.optimizer.engines.known import Known, proven_bound, what_is_known
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination

CHECK_SHARE, CHECK_S = 0.5, 60.0
"""Share of the time left, and seconds at most, to complete the money of one choice of starts."""


class RoadSolvers:
    """Who answers a search of roads; `formulation` is in the money unit of the search.

    Attributes
    ----------
    notes
        What is to be told of contradictions and failures, each once.
    last
        The last answer of a solver, or of what is known where none answered.
    has_failed
        Whether the search ended because no solver answered.
    """

    def __init__(
        self,
        formulation: Formulation,
        options: SolveOptions,
        deadline: Deadline,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.notes: tuple[Note, ...] = ()
        self.last: SolverReply | None = None
        self.has_failed = False
        self._formulation = formulation
        self._options = options
        self._deadline = deadline
        self._should_stop = should_stop
        self._bound: float | None = None
        self._lie: Note | None = None

    def known_of(self, mip: Mip) -> tuple[FloatArray | None, float | None]:
        """Values of a plan that obeys every row of the master `mip`, and a proven bound."""
        known = what_is_known(
            replace(self._formulation, mip=mip), self._deadline, gap=self._options.gap
        )
        self._bound = known.bound if self._bound is None else self._bound
        return known.plan, known.bound

    def solve(self, mip: Mip, gap: float, plan: FloatArray | None) -> SolverReply:
        """The master `mip` solved within a relative gap, never in contradiction to `plan`.

        What is answered is the solver's own plan, which may be worse than `plan` within the gap:
        the search learns of it all the same.
        """
        worth = None if plan is None else mip.value(plan)
        return self._heard(self._ask(mip, gap, Known(plan, worth, self._bound), self._lie))

    def is_lie(self, bound: float, value: float) -> bool:
        """Whether a plan of the master worth `value` contradicts the `bound` of its answers.

        That is told, and whoever is asked from then on is asked in the other ways.
        """
        solver = self._options.guest_solver if self.last is None else self.last.solver
        lie = lie_of(solver, bound, value)
        if lie is not None:
            self._lie = lie
            self.notes = tuple(dict.fromkeys((*self.notes, lie)))
        return lie is not None

    def check(self, mip: Mip) -> SolverReply:
        """Whether there is a plan of `mip`, whose starts are fixed, by a solver's word."""
        return self._heard(self._ask(mip, self._options.gap, Known()))

    def seconds(self) -> float:
        """What a check of one choice of starts may take."""
        return max(LEAST_S, self._deadline.share_s(CHECK_SHARE, CHECK_S))

    def bound_of(self, mip: Mip) -> float | None:
        """A bound of `mip` that multipliers prove; None where there is no time for it."""
        return proven_bound(mip, self._deadline)

    def _ask(self, mip: Mip, gap: float, known: Known, lie: Note | None = None) -> Answer:
        options = replace(self._options, gap=gap)
        stop = self._should_stop
        return ask(mip, options, known, self._deadline, should_stop=stop, lie=lie, asks_on=True)

    def _heard(self, answer: Answer) -> SolverReply:
        self.notes = tuple(dict.fromkeys((*self.notes, *answer.notes)))
        self.last = answer.own or answer.reply
        self.has_failed = self.has_failed or self.last.termination is Termination.CRASHED
        return self.last
