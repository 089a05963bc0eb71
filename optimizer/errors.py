"""Errors of the solve side; the root is `infraplan.models.errors.PlanningError`."""

from __future__ import annotations

from infraplan.models.catalogue import Phrase
from infraplan.models.errors import PlanningError


class NotThereError(PlanningError):
    """What was asked for by name is not there: an engine, a solver, a network, a joint project."""

    exit_code = 2


class FormulationError(PlanningError):
    """An instance cannot be put into rows and columns (a fault of the program)."""


class SolverError(PlanningError):
    """A solver could not do its work."""

    exit_code = 6


class SolverUnavailableError(SolverError):
    """The solver is not installed; the message says how to install it."""


class UnsupportedFeatureError(SolverError):
    """The solver cannot do what the options ask."""


class SolverFailedError(SolverError):
    """The solver crashed or answered nonsense; carries the tail of its log."""

    def __init__(self, message: Phrase, log: str = "") -> None:
        self.log = log
        super().__init__(message)


class SolverContradictionError(SolverFailedError):
    """The solver's answer contradicts the model or itself: another way of solving may do better."""


class NoPlanError(PlanningError):
    """No plan was found within the limits; raised only where a plan was required."""

    exit_code = 5


class InfeasibleError(NoPlanError):
    """No plan exists; raised only where a plan was required."""

    exit_code = 4
