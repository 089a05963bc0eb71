"""Instance in, verified plan out: a pure function of (instance, options), no files."""

from __future__ import annotations

from collections.abc import Callable

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines.equilibrium import has_equilibrium, solve_equilibrium
from infraplan.optimizer.engines.integer_program import solve_integer_program
from infraplan.optimizer.solve_result import SolveOptions, SolveResult


def solve(
    instance: Instance,
    options: SolveOptions | None = None,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
) -> SolveResult:
    """Find the plan of greatest value, with a bound, and verify it.

    `scenario` only names the instance's scenario in the plan (apply it before). `on_progress`
    receives incumbents and bounds; `should_stop` asks for an early end, as Ctrl-C does: the best
    plan so far is kept.

    Raises
    ------
    SolverError
        If the solver is missing, crashes without an incumbent or answers nonsense.
    """
    options = options or SolveOptions()
    if has_equilibrium(instance):
        return solve_equilibrium(
            instance,
            options,
            scenario=scenario,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    return solve_integer_program(
        instance,
        options,
        scenario=scenario,
        on_progress=on_progress,
        should_stop=should_stop,
        warm_start=warm_start,
    )
