"""Instance in, verified plan out: a pure function of (instance, options), no files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.engines.answer_state import told_end
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.engines.registry import (
    AUTO,
    DECOMPOSITION,
    EXACT,
    engine_for,
    engine_named,
    require_solver,
)
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.solve_result import Bar, SolveOptions, SolveResult
from infraplan.optimizer.status import Termination
from infraplan.optimizer.work_clock import ClockReason, ClockStep

MOST_REFUSED = 200
"""Answers in which money lacks a smallest unit that are refused one after another."""
TIE = 1e-9
"""Relative difference of value up to which two plans are worth the same."""


@stopping.one_task()
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
    UnsupportedFeatureError
        If it is to be deterministic with more than one thread, or an engine is to keep a plan that
        cannot.
    SolverError
        If the solver is missing, crashes without an incumbent or answers nonsense.
    """
    options = options or SolveOptions()
    if options.deterministic and options.threads > 1:
        raise UnsupportedFeatureError(phrase("deterministic-takes-one-thread"))
    engine = engine_for(instance, options.engine, options.solver)
    if options.kept is not None and options.engine == AUTO and engine.name == DECOMPOSITION:
        engine = engine_named(EXACT)
    if options.kept is not None and engine.name != EXACT:
        raise UnsupportedFeatureError(phrase("a-plan-is-kept-by-exact-alone", engine=engine.name))
    require_solver(engine, options.solver)
    began = time.perf_counter()
    if deadline is None:
        deadline = Deadline.after(options.time_limit_s)
    elif not work_clock.is_counting():
        began = deadline.begin
    wishes: list[bool] = []
    with work_clock.watched() as reasons, on_the_clock(options, deadline) as limit:
        counts = work_clock.is_counting()
        asked = partial(
            engine.solve,
            instance,
            scenario=scenario,
            on_progress=_by_seconds(on_progress, began) if counts else on_progress,
            should_stop=_noted(should_stop, wishes),
            deadline=limit,
        )
        result = _to_the_unit(asked, asked(options, warm_start=warm_start), limit, warm_start)
        result = _ended(result, limit, is_wished=bool(wishes) or _is_wished(should_stop))
    if counts:
        result = replace(result, runtime_s=time.perf_counter() - began)
    clock = tuple(reason for reason in ClockReason if reason in reasons)
    steps = tuple(step for step in ClockStep if step in reasons.steps)
    return replace(result, clock=clock, clock_steps=steps)


def _to_the_unit(
    asked: Callable[..., SolveResult],
    result: SolveResult,
    deadline: Deadline,
    warm_start: Plan | None,
) -> SolveResult:
    """The answer once more for each that no money pays for to the smallest unit, these refused.

    A row that refuses holds for every plan that obeys the laws, so that the last bound is one. The
    best plan that obeys them is kept where the time ends before the answers do.
    """
    first, refused, sound = result.options, 0, _sound(result)
    while result.bars and refused < MOST_REFUSED and not stopping.is_asked():
        if deadline.is_over(result.build_s) or result.bars[0] in result.options.bars:
            break  # an answer that was refused before: its engine does not keep the row
        refused += 1
        options = replace(result.options, bars=_together(result.options.bars, result.bars))
        result = asked(options, warm_start=warm_start if sound is None else sound.plan)
        sound = _sound(result) or sound
    if not refused:
        return result
    if sound is not None and _is_worse(result, sound):
        result = sound
    told = phrase("plans-that-no-money-pays-to-the-unit-were-refused", count=refused)
    return replace(result, options=first, notes=(*result.notes, Note("repaired", *told.both)))


def _together(old: tuple[Bar, ...], new: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys((*old, *new)))


def _is_worse(result: SolveResult, sound: SolveResult) -> bool:
    """Whether `result` has no plan that obeys every law, or one of less value than `sound` has.

    An answer whose time ended may not even have completed the plan that it began with.
    """
    if _sound(result) is None:
        return True
    return (
        result.objective is not None
        and sound.objective is not None
        and result.objective < sound.objective - TIE * max(1.0, abs(sound.objective))
    )


def _sound(result: SolveResult) -> SolveResult | None:
    """`result` where it has a plan that obeys every law."""
    is_sound = result.verification is not None and result.verification.ok
    return result if is_sound else None


def _by_seconds(
    on_progress: Callable[[Progress], None] | None, began: float
) -> Callable[[Progress], None] | None:
    """The listener, told seconds since `began` and not the work that is done."""
    if on_progress is None:
        return None
    listener = on_progress

    def told(news: Progress) -> None:
        with work_clock.by_seconds():
            listener(replace(news, elapsed_s=time.perf_counter() - began))

    return told


def _is_wished(should_stop: Callable[[], bool] | None) -> bool:
    """Whether the caller asks for an end now."""
    return should_stop is not None and should_stop()


def _ended(result: SolveResult, limit: Deadline, *, is_wished: bool) -> SolveResult:
    """The result with who ended it; noted is where time, a wish or the memory did."""
    is_asked = is_wished or stopping.is_asked()
    ended = told_end(result.termination, limit, is_asked=is_asked)
    result = replace(result, termination=ended)
    if result.termination is Termination.TIME_LIMIT:
        work_clock.decided(ClockReason.TIME_LIMIT)
    if result.termination is Termination.MEMORY_LIMIT:
        work_clock.decided(ClockReason.MEMORY_LIMIT)
    if stopping.is_asked():
        work_clock.decided(ClockReason.STOPPED)
    return result


def _noted(should_stop: Callable[[], bool] | None, wishes: list[bool]) -> Callable[[], bool] | None:
    """`should_stop`, noted (in `wishes` too) where it asks for an end."""
    if should_stop is None:
        return None
    asked = should_stop

    def stop() -> bool:
        wish = asked()
        if wish:
            work_clock.decided(ClockReason.STOPPED)
            wishes.append(True)
        return wish

    return stop
