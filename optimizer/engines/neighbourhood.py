"""A better plan near a known one: what is built stays, and opens a year earlier or later.

With networks in every year a project may shift by a year at little cost, and a search over all
starts spends its time on such plans. Where it has not met the asked gap after some time, the same
model is solved with every start kept within a year of the best plan's (what that leaves out stays
free): far fewer starts are left, and the plan found obeys every row of the whole model. Then the
search goes on from it; bounds are those of the whole model alone.

Source: relaxation induced and local branching neighbourhoods, Fischetti and Lodi, Mathematical
Programming 98, 2003; here the neighbourhood is in years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Note, Progress, SolverReply
from infraplan.optimizer.backends.exchange import PlanExchange
from infraplan.optimizer.engines.claims import (
    Answer,
    ask,
    contradiction_in,
    under_both,
    with_known_plan,
)
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, is_large
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap

YEARS = 1
"""Years by which a start may move."""
FIRST_SHARE = 0.7
"""Share of the time limit that the first search over all starts may take."""
ROUND_SHARE = 0.8
"""Share of the time left that one neighbourhood may take."""
FINER = 0.2
"""Share of the asked gap to which a neighbourhood is solved."""
NEAR_GAP = 0.02
"""Gap of the known plan up to which the solver needs no plans of its own smaller programs."""
CLAIMED_GAP = 0.005
"""The same, to a bound that parts at prices claim: that one is near the best plan.

On Qijiang-Wansheng the plan near its parts is 0.24 % from their bound and 5 % from the
relaxation's. Begun with one as near, and left without such searches, HiGHS bounds all plans
within 0.07 % in 48 s of CPU.
"""
SUB_SEARCHES = (
    "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost",
    "mip_heuristic_run_feasibility_jump",
)
"""Searches by HiGHS for plans in smaller programs, of which it makes dozens before it branches."""
FIRST_SUB_SEARCH = "mip_heuristic_run_rens"
"""The one of them that finds a plan from the relaxation alone."""


def search_with_neighbourhoods(
    formulation: Formulation,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    exchange: PlanExchange | None = None,
    start: FloatArray | None = None,
    lie: Note | None = None,
) -> Answer:
    """`ask` of the whole model, helped by a neighbourhood where it does not end in time.

    Without networks or a time limit it is `ask`. Where a plan that is found contradicts what a
    solver claimed of the whole model before, that is asked again in the other ways.

    Raises
    ------
    SolverError
        As `ask`.
    """
    mip, first = formulation.mip, deadline
    if formulation.networks.slices and deadline.limit_s is not None:
        first = Deadline(work_clock.now(), FIRST_SHARE * (deadline.left_s() or 0.0))

    asked = partial(
        ask, mip, options, on_progress=on_progress, should_stop=should_stop, exchange=exchange
    )

    def again(known: Known, lie: Note) -> Answer:
        return asked(known, deadline, lie=lie)

    extra = sub_searches_off(formulation, known, options)
    answer = asked(known, first, start=start, lie=lie, extra=extra)
    reply = answer.reply
    if first is deadline or _is_enough(reply, options, deadline, should_stop):
        return answer
    found = known.with_plan(mip, reply.values)
    if reply.values is not None:
        near = _near(formulation, reply.values, options, deadline, should_stop)
        answer = Answer(reply, answer.notes + near.notes)
        found = found.with_plan(mip, near.reply.values)
        if (denied := contradiction_in(reply, found, options.gap)) is not None:
            last = again(found, denied)
            return Answer(last.reply, answer.notes + last.notes, last.own)
        better = with_known_plan(mip, reply, found)
        if _is_enough(better, options, deadline, should_stop):
            return Answer(better, answer.notes)
    # What two searches did not close is left to all that the solver has.
    last = asked(found, deadline, start=found.plan)
    return under_both(mip, answer, last, found, options.gap, again)


def sub_searches_off(
    formulation: Formulation, known: Known, options: SolveOptions
) -> dict[str, str]:
    """Options that keep HiGHS from seeking plans in smaller programs where others are at hand.

    In large programs with networks two thirds of its time go there, while cuts alone prove a plan
    that is known. It may seek one from the relaxation where the known plan is far from what is
    proven, and from what parts claim, and where that was found between a start and the first
    relaxation: the one after cuts may lead to a better plan, without which the gap stays open.
    Empty for another solver, and where nothing is known.
    """
    is_other = options.guest_solver != "highs" or not formulation.networks.slices
    if is_other or known.plan is None or not is_large(formulation.mip):
        return {}
    gaps = (
        (relative_gap(known.worth, known.bound), NEAR_GAP),
        (relative_gap(known.worth, known.claimed), CLAIMED_GAP),
    )
    is_near = any(gap is not None and gap <= most for gap, most in gaps)
    is_near = is_near and not known.is_near_start
    off = (*SUB_SEARCHES, FIRST_SUB_SEARCH) if is_near else SUB_SEARCHES
    return dict.fromkeys(off, "false")


def _near(
    formulation: Formulation,
    values: FloatArray,
    options: SolveOptions,
    deadline: Deadline,
    should_stop: Callable[[], bool] | None,
) -> Answer:
    """What is found near `values`, which obey every row; its bound says nothing of the whole."""
    return ask(
        near_plan(formulation, values),
        replace(options, gap=FINER * options.gap),
        Known(values, formulation.mip.value(values)),
        Deadline(work_clock.now(), deadline.share_s(ROUND_SHARE, np.inf)),
        should_stop=should_stop,
        start=values,
    )


def near_plan(formulation: Formulation, values: FloatArray) -> Mip:
    """The model with the starts of `values` (shape: columns) kept within `YEARS` years."""
    mip, sets = formulation.mip, formulation.sets
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    for number, flat in enumerate(sets.options):
        if not flat.is_open:
            continue
        columns = formulation.started[number, flat.first : flat.last + 1]
        built = np.flatnonzero(values[columns] > 0.5)
        if built.size:
            upper[columns[: max(0, built[0] - YEARS)]] = 0.0
            lower[columns[built[0] + YEARS :]] = 1.0
    return replace(mip, col_lower=lower, col_upper=upper)


def _is_enough(
    reply: SolverReply,
    options: SolveOptions,
    deadline: Deadline,
    should_stop: Callable[[], bool] | None,
) -> bool:
    """Whether nothing is left to search, or to search with."""
    if reply.termination.is_proof_of_no_plan or deadline.is_over(1.0):
        return True
    if reply.gap is not None and reply.gap <= options.gap:
        return True
    return should_stop is not None and should_stop()
