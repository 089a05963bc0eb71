"""The time limit of a whole solve, as one object that every stage asks."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.solve_result import SolveOptions

LEAST_S = 1.0
"""Seconds that a guest gets at least: less would not load a solver."""


@dataclass(frozen=True)
class Deadline:
    """When a solve began (`time.perf_counter`) and how long it may take (None: no limit)."""

    begin: float
    limit_s: float | None

    @staticmethod
    def after(limit_s: float | None) -> Deadline:
        """A deadline `limit_s` seconds from now."""
        return Deadline(time.perf_counter(), limit_s)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the begin."""
        return time.perf_counter() - self.begin

    def left_s(self, most_s: float | None = None) -> float | None:
        """Seconds left, at most `most_s`; never below 0; None where nothing limits them."""
        if self.limit_s is None:
            return most_s
        left = max(0.0, self.limit_s - self.elapsed_s)
        return left if most_s is None else min(left, most_s)

    def share_s(self, share: float, most_s: float) -> float:
        """A `share` of the seconds left, at most `most_s`."""
        left = self.left_s()
        return most_s if left is None else min(share * left, most_s)

    def is_over(self, margin_s: float = 0.0) -> bool:
        """Whether fewer than `margin_s` seconds are left."""
        return self.limit_s is not None and self.elapsed_s >= self.limit_s - margin_s


def guest_options(
    options: SolveOptions, deadline: Deadline, most_s: float | None = None
) -> SolverOptions:
    """Options for a guest, with what is left of the time limit (at most `most_s`)."""
    left = deadline.left_s()
    if left is not None:
        left = max(LEAST_S, left)
        left = left if most_s is None else min(left, most_s)
    else:
        left = most_s
    return SolverOptions(
        solver=options.solver,
        gap=options.gap,
        time_limit_s=left,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
        columns=options.columns,
    )


def second_options(options: SolveOptions, deadline: Deadline, gap: float) -> SolverOptions:
    """Options of a later stage: the same solver whatever found the optimum, a minute at most.

    Then every solver leads to the same plan.
    """
    return replace(guest_options(options, deadline, 60.0), gap=gap, solver=SECOND_SOLVER)


SECOND_SOLVER = "highs"
"""Solver of the later stages."""
