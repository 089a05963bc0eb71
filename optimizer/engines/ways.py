"""How an engine goes through the stages of the integer program that it shares with others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines.claims import Answer
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions


class Knows(Protocol):
    """What is known of a program before a solver is asked; as `known.what_is_known`."""

    def __call__(
        self,
        formulation: Formulation,
        deadline: Deadline,
        warm_start: FloatArray | None,
        is_badly_conditioned: bool,
        gap: float,
        on_plan: Callable[[Known], None] | None,
    ) -> tuple[Formulation, Known]:
        """A plan, a bound and the relaxation, as far as they are found.

        They are of the program returned, which has all plans of the one given.
        """


class Searches(Protocol):
    """A search of the whole program, from what is known of it."""

    def __call__(
        self,
        formulation: Formulation,
        known: Known,
        options: SolveOptions,
        deadline: Deadline,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> tuple[Known, Answer | None]:
        """What is known then, and the answer; None: a solver is to be asked."""


@dataclass(frozen=True)
class Way:
    """An engine's name in results, and its own stages; None: those of the integer program."""

    engine: str
    knows: Knows | None = None
    searches: Searches | None = None


WHOLE = Way("exact")
"""The integer program itself."""
