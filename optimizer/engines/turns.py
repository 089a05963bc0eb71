"""Search and solver by turns, where work is counted: each goes on from what the other found.

Beside one another, what either finds depends on which is the quicker. By turns nothing does: the
search makes its rounds first, then the solver works with its plan as a start, and where that has
not met the gap with its share of the work, both do so once more.
"""

from __future__ import annotations

from collections.abc import Callable

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Note, Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.engines.claims import Answer, contradiction_in, under_both
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, cores_of, is_searched
from infraplan.optimizer.engines.neighbourhood import search_with_neighbourhoods
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Search, first_effort
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap

TURN_SHARE, TURN_S = 0.2, 20.0
"""Share of the work left, and seconds of it at most, that a turn of the search takes."""
SOLVER_SHARE = 0.6
"""Share of the work left that the solver's first turn may take."""


def solve_by_turns(
    formulation: Formulation,
    asked: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: FloatArray | None = None,
) -> tuple[Known, Answer]:
    """The solver's answer to `asked` after turns of the search, and what is known then.

    A small model gets one turn of the solver alone, and so does one of which no relaxation is
    known. Where a plan of the search contradicts what the solver claimed, that is asked again in
    the other ways.

    Raises
    ------
    SolverError
        As the solver's turns do.
    """

    def solver(
        known: Known, until: Deadline, start: FloatArray | None, lie: Note | None = None
    ) -> Answer:
        return search_with_neighbourhoods(
            asked,
            known,
            options,
            until,
            on_progress=on_progress,
            should_stop=should_stop,
            start=start,
            lie=lie,
        )

    def again(known: Known, lie: Note) -> Answer:
        return solver(known, deadline, None, lie)

    if not _can_search(formulation, known):
        return known, solver(known, deadline, start)
    known = search_turn(formulation, known, options, deadline)
    first = deadline
    if (left := deadline.left_s()) is not None:
        first = Deadline(work_clock.now(), SOLVER_SHARE * left)
    answer = solver(known, first, known.plan if known.plan is not None else start)
    reply = answer.reply
    is_enough = reply.gap is not None and reply.gap <= options.gap
    is_stopped = should_stop is not None and should_stop()
    if is_enough or is_stopped or reply.termination.is_proof_of_no_plan or deadline.is_over(1.0):
        return known, answer
    known = known.with_plan(formulation.mip, reply.values)
    known = search_turn(formulation, known, options, deadline)
    if (lie := contradiction_in(reply, known, options.gap)) is not None:
        last = again(known, lie)
        return known, Answer(last.reply, answer.notes + last.notes, last.own)
    last = solver(known, deadline, known.plan)
    return known, under_both(formulation.mip, answer, last, known, options.gap, again)


def _can_search(formulation: Formulation, known: Known) -> bool:
    relaxed = known.relaxed
    return is_searched(formulation.mip) and relaxed is not None and not relaxed.is_infeasible


def search_turn(
    formulation: Formulation, known: Known, options: SolveOptions, deadline: Deadline
) -> Known:
    """What is known after a turn of the search over cores, ended by its work or within the gap."""
    seconds = deadline.share_s(TURN_SHARE, TURN_S)
    gap = relative_gap(known.worth, known.bound)
    if seconds <= 0.0 or (gap is not None and gap <= options.gap):
        return known
    choices, program = cores_of(formulation, known)
    plan = None if known.plan is None else choices.seen(known.plan)
    search = Search(program, plan, options.seed)
    end = work_clock.now() + seconds

    def is_over() -> bool:
        gap = relative_gap(search.worth, known.bound)
        return work_clock.is_past(end) or (gap is not None and gap <= options.gap)

    for _ in search.forever(first_effort(program), is_over):
        pass
    if search.best is None:
        return known
    return known.with_plan(
        formulation.mip, clean_values(formulation.mip, choices.restore(search.best))
    )
