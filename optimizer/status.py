"""How a solve ended, and what it holds: two enums, never one."""

from __future__ import annotations

from enum import StrEnum


class Termination(StrEnum):
    """Why the solver stopped."""

    OPTIMAL = "optimal"  # gap closed to the solver's own tolerance (1e-9 relative or better)
    GAP_REACHED = "gap_reached"  # the asked relative gap is proven
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"  # the guest process died; an incumbent may have been kept
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible_or_unbounded"

    @property
    def is_proof_of_no_plan(self) -> bool:
        """True where the solver proved that there is no (bounded) plan."""
        return self in {
            Termination.INFEASIBLE,
            Termination.UNBOUNDED,
            Termination.INFEASIBLE_OR_UNBOUNDED,
        }


class SolutionState(StrEnum):
    """What the solver holds when it stops."""

    NONE = "none"
    FEASIBLE = "feasible"
    OPTIMAL = "optimal"  # feasible and proven within the asked gap


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """Relative gap `|bound - objective| / max(|objective|, 1e-9)`; None when either is unknown."""
    if objective is None or bound is None:
        return None
    difference = abs(bound - objective)
    if difference <= 1e-9:
        return 0.0
    return difference / max(abs(objective), 1e-9)
