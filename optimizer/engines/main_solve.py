"""The main solve: by prices, or a plan of the core first; then the whole with a search beside.

What a solver claims is held against the plans of that search; see `claims`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.engines.beside import Beside
from infraplan.optimizer.engines.claims import Answer, ask, contradiction_in, under_both
from infraplan.optimizer.engines.core_program import core_plan
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, plans_sought
from infraplan.optimizer.engines.neighbourhood import search_with_neighbourhoods
from infraplan.optimizer.engines.priced_program import (
    ended_by,
    search_by_prices,
    with_plans_sought,
)
from infraplan.optimizer.engines.turns import solve_by_turns
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.work_clock import ClockStep

CORE_STARTS = 5_000
"""Whole columns of a model up to which its core is solved first: in larger ones a search beside the
solver finds better plans meanwhile."""
CORE_SHARE, CORE_S = 0.3, 60.0
"""Share of the time left, and seconds at most, for a plan of the starts that the relaxation with
rows of large works would least regret."""

TINY_COLUMNS = 300
"""Columns of a program up to which a solver is given no plan to begin with and no core comes first:
it proves its best plan from nothing as fast, and what it then says rests on no plan, so that no
second look, which solves it once more, is needed. The plan that is known still counts."""


def main_solve(
    scaled: Formulation,
    asked: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    start: FloatArray | None,
    given: FloatArray | None = None,
) -> tuple[Known, Answer]:
    """The solver's answer to `asked` and what is known after it, with a search of one's own beside.

    Where a plan of that search contradicts what the solver says, that is asked again in the other
    ways. Where work is counted, both take turns. Plans near the starts `given` that are still to be
    sought are so only where the program at prices proves none.
    """
    before = known.worth
    with work_clock.within(ClockStep.PRICES):
        priced = search_by_prices(scaled, known, options, deadline, on_progress)

    def seek(known: Known) -> Known:
        return plans_sought(scaled, known, deadline, warm_start=given, gap=options.gap)

    if known.is_unsought and not priced.is_enough(options.gap):
        priced = with_plans_sought(scaled, priced, seek, options, deadline, on_progress)
    known, first = priced.known, priced.answer(deadline, options.gap)
    if priced.is_enough(options.gap):
        return known, first
    listen, stop = ended_by(priced.bound, options.gap, on_progress, should_stop)
    start = start if known.worth == before else known.plan
    known = replace(known, claimed=priced.bound)
    known, last = _whole(scaled, asked, known, options, deadline, listen, stop, start)
    if priced.bound is None:
        return known, replace(last, notes=(*priced.notes, *last.notes))

    def again(known: Known, lie: Note) -> Answer:
        return ask(asked.mip, options, known, deadline, should_stop=should_stop, lie=lie)

    answer = under_both(asked.mip, first, last, known, options.gap, again)
    return known, answer


def _whole(
    scaled: Formulation,
    asked: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    start: FloatArray | None,
) -> tuple[Known, Answer]:
    """The solver's answer to the whole program and what is known after it."""
    notes: tuple[Note, ...] = ()
    is_tiny = asked.mip.num_columns <= TINY_COLUMNS
    if asked is not scaled and not is_tiny and int(asked.mip.integrality.sum()) <= CORE_STARTS:
        share = Deadline.after(deadline.share_s(CORE_SHARE, CORE_S))
        with work_clock.within(ClockStep.CORE):
            known, notes = core_plan(
                asked.mip, known, options, share, on_progress=on_progress, should_stop=should_stop
            )
        start = known.plan
    if is_tiny:
        start = None
    if options.deterministic:
        known, answer = solve_by_turns(
            scaled,
            asked,
            known,
            options,
            deadline,
            on_progress=on_progress,
            should_stop=should_stop,
            start=start,
        )
        return known, replace(answer, notes=(*notes, *answer.notes))
    with Beside(scaled, known, options, deadline) as beside:
        answer = search_with_neighbourhoods(
            asked,
            known,
            options,
            deadline,
            on_progress=beside.listening(on_progress),
            should_stop=beside.stopping(should_stop),
            exchange=beside,
            start=start,
        )
        known = beside.known
        joined = beside.joined(answer)
    if joined is not None:
        return known, replace(joined, notes=(*notes, *joined.notes))
    lie = contradiction_in(answer.reply, known, options.gap)
    again = ask(asked.mip, options, known, deadline, should_stop=should_stop, lie=lie)
    return known, Answer(again.reply, (*notes, *answer.notes, *again.notes))
