"""Instance in, verified plan out: a pure function of (instance, options), no files."""

from __future__ import annotations

from collections.abc import Callable

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.registry import engine_for, require_solver
from infraplan.optimizer.solve_result import SolveOptions, SolveResult


def solve(
    instance: Instance,
    options: SolveOptions | None = None,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    deadline: Deadline | None = None,
) -> SolveResult:
    """Find the plan of greatest value, with a bound, and verify it.

    `options.engine` names the engine; `auto` takes the one that supports the instance and solves
    with `options.solver`. `scenario`
    only names the instance's scenario in the plan (apply it before). `on_progress` receives
    incumbents and bounds; `should_stop` asks for an early end, as Ctrl-C does: the best plan so
    far is kept. `deadline` is the time limit where it began before this call (default: here).

    Raises
    ------
    EngineRefusalError
        The engine cannot take the instance; names all that it cannot do.
    SolverError
        If the solver is missing, crashes without an incumbent or answers nonsense.
    """
    options = options or SolveOptions()
    engine = engine_for(instance, options.engine, options.solver)
    require_solver(engine, options.solver)
    return engine.solve(
        instance,
        options,
        scenario=scenario,
        on_progress=on_progress,
        should_stop=should_stop,
        warm_start=warm_start,
        deadline=deadline,
    )
