"""How a solve ended, and what it holds: two enums, never one."""

from __future__ import annotations

from enum import StrEnum


class Termination(StrEnum):
    """Why the solver stopped."""

    OPTIMAL = "optimal"  # gap closed to the solver's own tolerance (1e-9 relative or better)
    GAP_REACHED = "gap_reached"  # the asked relative gap is proven
    TIME_LIMIT = "time_limit"
    WORK_LIMIT = "work_limit"  # of nodes or iterations, where work is counted and not time
    MEMORY_LIMIT = "memory_limit"
    INTERRUPTED = "interrupted"  # somebody asked for the end; of a solver alone, by no proof
    UNPROVEN = "unproven"  # by itself, with no proof, at no limit, and nobody asked for it
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


EARLY = frozenset(
    {
        Termination.TIME_LIMIT,
        Termination.WORK_LIMIT,
        Termination.INTERRUPTED,
        Termination.UNPROVEN,
    }
)
"""How a search ends that neither proves anything nor fails."""


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


NEAR_ZERO = 0.01
"""Share of the bound below which a value is too small to measure a gap by."""


def is_near_zero(objective: float, bound: float) -> bool:
    """Whether a value is too small beside its bound to measure a gap by."""
    return abs(objective) <= NEAR_ZERO * abs(bound)


def told_gap(objective: float | None, bound: float | None, cost: float = 0.0) -> float | None:
    """The gap as it is told: relative to the objective, where that is near 0 to the `cost`.

    None where it is unknown, or where there is nothing to measure it by: then only the difference
    of bound and objective tells something. `cost` is what networks cost without any project.
    """
    gap = relative_gap(objective, bound)
    if gap is None or objective is None or bound is None or gap == 0.0:
        return gap
    if not is_near_zero(objective, bound):
        return gap
    return abs(bound - objective) / cost if cost > abs(bound) else None


def gap_text(
    objective: float | None, bound: float | None, cost: float = 0.0, places: int = 3
) -> str:
    """The gap in per cent; absolute where it has nothing to be relative to; `-` where unknown."""
    gap = told_gap(objective, bound, cost)
    if gap is not None:
        return f"{100.0 * gap:.{places}f} %"
    if objective is None or bound is None:
        return "-"
    return f"{abs(bound - objective):,.4f}"
