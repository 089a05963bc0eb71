"""What a guest has said until it ended, and what that makes of its end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from infraplan.models.catalogue import Phrase, phrase
from infraplan.optimizer import errors, work_clock
from infraplan.optimizer.backends.base import SolverOptions
from infraplan.optimizer.errors import SolverError, SolverFailedError
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.status import Termination
from infraplan.optimizer.work_clock import ClockReason

_LOG_TAIL = 4000
UNTOLD_S = 1.0
"""Price of the work of a guest that does not tell it."""


@dataclass
class GuestReports:
    """What a guest has said, and why it was ended, so far."""

    values: FloatArray | None = None
    objective: float | None = None
    claimed: float | None = None
    bound: float | None = None
    nodes: int | None = None
    message: str = ""
    done: dict[str, object] | None = None
    error: tuple[str, Phrase] | None = None
    garbage: str | None = None
    cause: Termination | None = None
    presolving_since: float | None = None
    is_stuck: bool = False
    peak_mb: float | None = None
    exit_code: int = 0
    arrays: dict[str, FloatArray] = field(default_factory=dict)
    log: str = ""

    @property
    def log_tail(self) -> str:
        """Last part of the log."""
        return self.log[-_LOG_TAIL:]


def raise_fault(solver: str, heard: GuestReports) -> None:
    """Raise the fault of a guest that gave no answer, unless it left a solution or was stopped.

    Raises
    ------
    SolverError
        Of the kind that the guest names.
    SolverFailedError
        If it names none, says what is no answer, or nothing.
    """
    if heard.done is not None or heard.values is not None or heard.cause is not None:
        return
    if heard.error is not None:
        kind, message = heard.error
        error = getattr(errors, kind, SolverFailedError)
        message = phrase("solver-says", solver=solver, message=message)
        if isinstance(error, type) and issubclass(error, SolverError):
            if error is SolverFailedError:
                raise SolverFailedError(message, heard.log_tail)
            raise error(message)
        raise SolverFailedError(message, heard.log_tail)
    if heard.garbage is not None:
        message = phrase("answered-what-is-not-an-answer", solver=solver, garbage=heard.garbage)
        raise SolverFailedError(message, heard.log_tail)
    message = phrase("ended-with-exit-code-and-no-answer", solver=solver, exit_code=heard.exit_code)
    raise SolverFailedError(message, heard.log_tail)


def termination_of(heard: GuestReports) -> Termination:
    """Why the solve ended: a proof counts first, then what the host did, then what is said."""
    if heard.done is not None:
        said = Termination(str(heard.done["termination"]))
        stopped = said in {
            Termination.TIME_LIMIT,
            Termination.WORK_LIMIT,
            Termination.INTERRUPTED,
        }
        return heard.cause if stopped and heard.cause is not None else said
    return heard.cause or Termination.CRASHED


def patience_s(options: SolverOptions) -> float | None:
    """Seconds that a guest may really take; None: as long as it likes."""
    if not work_clock.is_counting():
        return options.time_limit_s
    left = work_clock.patience_s(np.inf)
    return None if left == np.inf else left


def count_work(heard: GuestReports, options: SolverOptions) -> None:
    """Put the clock forward by the work of a guest, and note where the clock has ended it."""
    done = heard.done or {}
    if heard.cause is Termination.TIME_LIMIT or done.get("termination") == Termination.TIME_LIMIT:
        work_clock.decided(ClockReason.TIME_LIMIT)
    if done.get("is_late"):
        work_clock.decided(ClockReason.TIME_LIMIT)
    if heard.is_stuck:
        work_clock.decided(ClockReason.STUCK)
    told, limit = done.get("work_s"), options.time_limit_s
    spent = float(str(told)) if told is not None else UNTOLD_S
    work_clock.spend(spent if limit is None else min(spent, limit))
