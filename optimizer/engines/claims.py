"""A solver's claims held against what is known; a contradiction is solved again another way.

A claim is a lie where a plan that obeys every row is worth more than the claimed bound, where the
model is called infeasible although such a plan exists or unbounded although a bound is proven, or
where the answer contradicts itself. A plan that is called optimal without a bound is held against
the known plan as well. What no knowledge contradicts and nothing proves stands as the solver's
word, and is told as such. A solver that fails (it crashes, ends without an answer, or says what is
no answer) is replaced in the same way, and costs no plan that is known.

A solver that calls the plan it was given optimal, where multipliers leave room above it, is held
against a short search that is given nothing (`second_look.py`).

A later search of the same model may find what an earlier claim denies: that is the same lie, and
`under_both` sees it. No bound is raised to a plan but by rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import (
    Note,
    Progress,
    SolverOptions,
    SolverReply,
    available_solvers,
    solve_mip,
)
from infraplan.optimizer.backends.checking import OBJECTIVE_TOLERANCE
from infraplan.optimizer.backends.exchange import PlanExchange
from infraplan.optimizer.engines import second_look
from infraplan.optimizer.engines.deadline import LEAST_S, Deadline, guest_options
from infraplan.optimizer.engines.known import Known, is_proven_infeasible
from infraplan.optimizer.errors import (
    SolverContradictionError,
    SolverFailedError,
    SolverUnavailableError,
    UnsupportedFeatureError,
)
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.solve_result import BoundSource, SolveOptions
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

TOO_LATE_S = 0.5
"""Seconds left in which no solver is loaded where a plan is known: it takes longer than that."""
TOLERANCE = 1e-6
"""Relative difference of values that is no contradiction: rows hold within as much."""


NO_PRESOLVE = {"highs": {"presolve": "off"}, "cpsat": {"cp_model_presolve": "false"}}
"""Options that leave a solver's presolve out, of those whose presolve was seen to be wrong."""

OWN = "infraplan"
"""Who claims a bound that multipliers prove."""
GAP_SLACK = 1.01
"""Factor on the asked gap: solvers divide by objective or bound as they like."""


@dataclass(frozen=True)
class Answer:
    """A reply that contradicts nothing that is known, and what there was to tell on the way."""

    reply: SolverReply
    notes: tuple[Note, ...]
    own: SolverReply | None = None
    """What the solver itself answered; None where what is known is the answer."""


def ask(
    mip: Mip,
    options: SolveOptions,
    known: Known,
    deadline: Deadline,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    exchange: PlanExchange | None = None,
    start: FloatArray | None = None,
    extra: Mapping[str, str] | None = None,
    lie: Note | None = None,
    asks_on: bool = False,
) -> Answer:
    """Have `mip` solved as `options` say, and otherwise where the answer contradicts `known`.

    `extra` are options of the solver's own, by its names for them; another solver gets none.

    The plan of the reply is never worth less than the known one. Where hardly any time is left and
    a plan is known, that is the reply and no solver is loaded. A solver that fails is followed
    by the same ways; where none answers, the known plan is the reply (`crashed`).

    `lie` is how an answer that was had before contradicts `known`: it is told, and only the other
    ways are asked. They are asked as well where a second look beats a claim that the start is best,
    and, with `asks_on`, where a solver gives up: it ends by itself, without a proof, in time.

    Raises
    ------
    SolverError
        If the solver is missing, or no way of solving gives an answer without contradiction and
        no plan is known.
    """
    way = replace(guest_options(options, deadline), extra=extra or {})

    def asked(chosen: SolverOptions) -> SolverReply:
        return solve_mip(
            mip,
            chosen,
            on_progress=on_progress,
            should_stop=should_stop,
            exchange=exchange,
            # a start is for the first way alone: a lie may come of it
            start=start if (chosen.solver, chosen.seed) == (way.solver, way.seed) else None,
        )

    ways = other_ways(way) if lie is not None else (way, *other_ways(way))
    if lie is not None and exchange is not None and known.plan is not None:
        exchange.heard(known.plan)  # whoever listens learns what the bound was not worth
    begin = work_clock.now()
    answer = ask_by(
        asked, mip, ways, known, deadline, should_stop=should_stop, lie=lie, asks_on=asks_on
    )
    if start is None or answer.notes or answer.own is None:
        return answer
    better = _looked_again(mip, way, answer.own, known, deadline, work_clock.now() - begin)
    if better is None or (seen := contradiction_in(answer.own, better, way.gap)) is None:
        return answer
    again = partial(ask, on_progress=on_progress, should_stop=should_stop, exchange=exchange)
    return again(mip, options, better, deadline, extra=extra, lie=seen)


def _looked_again(
    mip: Mip, way: SolverOptions, own: SolverReply, known: Known, deadline: Deadline, took_s: float
) -> Known | None:
    """What is known with a plan that beats a claim that rests on the start; None: none does."""
    if not second_look.is_doubtful(own, known) or way.memory_limit_mb is not None:
        return None
    most = min(second_look.MOST_S, max(second_look.LEAST_S, took_s))
    seconds = deadline.share_s(second_look.SHARE, most)
    if stopping.is_asked() or seconds <= 0.0:
        return None
    plan = second_look.plan_above(mip, own, way, seconds)
    return None if plan is None else known.with_plan(mip, plan)


def ask_by(
    asked: Callable[[SolverOptions], SolverReply],
    mip: Mip,
    ways: tuple[SolverOptions, ...],
    known: Known,
    deadline: Deadline,
    *,
    should_stop: Callable[[], bool] | None = None,
    lie: Note | None = None,
    asks_on: bool = False,
) -> Answer:
    """`ask` where `asked` puts the question, by the `ways` one after the other.

    `asked` is for questions that are more than `mip`, whose columns its replies are in. It checks
    what the rows of `mip` do not say, and raises `SolverContradictionError` where that is broken.

    Raises
    ------
    SolverError
        As `ask`.
    """
    heard = _AnswersSoFar(known, lie)
    gave_up: SolverReply | None = None
    if (ended := _ended_before(known, deadline)) is not None:
        return heard.kept(ways[0].solver, deadline, ended)
    for number, chosen in enumerate(ways):
        if (number or lie) and (
            deadline.is_over(1.0) or (should_stop is not None and should_stop())
        ):
            break
        left = deadline.left_s()
        if left is not None:
            chosen = replace(chosen, time_limit_s=max(LEAST_S, left))
        try:
            reply = asked(chosen)
        except SolverFailedError as error:
            heard.fault(chosen.solver, error)
            continue
        except (SolverUnavailableError, UnsupportedFeatureError):
            if number == 0 and lie is None:
                raise
            continue
        if asks_on and _gave_up(reply, deadline, should_stop):
            gave_up = gave_up or reply
            heard.give_up(mip, reply)
        elif heard.is_accepted(mip, chosen, reply):
            kept = with_known_plan(mip, reply, heard.known)
            return Answer(kept, tuple(heard.notes), reply)
    if gave_up is not None:  # more than a fault of whoever was asked after it
        return heard.kept_after(mip, gave_up, deadline)
    if heard.known.plan is None and heard.first is not None:
        raise heard.first
    ended = Termination.CRASHED if heard.has_failed else Termination.UNPROVEN
    return heard.kept(ways[0].solver, deadline, ended)


def _gave_up(
    reply: SolverReply, deadline: Deadline, should_stop: Callable[[], bool] | None
) -> bool:
    """Whether a solver ended by itself, without a proof, though there is time and no wish."""
    if reply.termination is not Termination.INTERRUPTED or reply.is_called_optimal:
        return False
    is_wished = stopping.is_asked() or (should_stop is not None and should_stop())
    return not is_wished and not deadline.is_over(1.0)


def _ended_before(known: Known, deadline: Deadline) -> Termination | None:
    """Why no solver is asked any more; None where one is."""
    if stopping.is_asked():
        return Termination.INTERRUPTED
    if known.plan is not None and deadline.is_over(TOO_LATE_S):
        return deadline.ended
    return None


class _AnswersSoFar:
    """What was heard on the way to an answer: faults, what to tell, the best plan known."""

    def __init__(self, known: Known, lie: Note | None) -> None:
        self.known = known
        self.notes: list[Note] = [] if lie is None else [lie]
        self.first: SolverFailedError | None = None
        self.has_failed = False

    def fault(self, solver: str, error: SolverFailedError) -> None:
        """Note the fault of `solver`, which gave no answer."""
        is_lie = isinstance(error, SolverContradictionError)
        self.notes.append(
            _contradiction(solver, error.message) if is_lie else _failure(error.message)
        )
        self.has_failed = self.has_failed or not is_lie
        self.first = self.first or error

    def give_up(self, mip: Mip, reply: SolverReply) -> None:
        """Note that the solver of `reply` gave up, and keep its plan."""
        self.known = self.known.with_plan(mip, reply.values)
        self.notes.append(_failure(phrase("ended-before-it-had-answered", solver=reply.solver)))

    def kept_after(self, mip: Mip, gave_up: SolverReply, deadline: Deadline) -> Answer:
        """What is known where nobody answered, under the bound of who gave up unless that lies."""
        answer = self.kept(gave_up.solver, deadline, Termination.UNPROVEN)
        if contradiction_in(gave_up, self.known) is not None:
            return answer
        return Answer(with_known_plan(mip, gave_up, self.known), answer.notes, gave_up)

    def is_accepted(self, mip: Mip, chosen: SolverOptions, reply: SolverReply) -> bool:
        """Whether `reply` is an answer; else why it is none is noted, and its plan kept."""
        if reply.termination is Termination.CRASHED:
            self.known = self.known.with_plan(mip, reply.values)
            self.has_failed = True
            self.notes.append(_failure(phrase("ended-before-it-had-answered", solver=reply.solver)))
            return False
        note = contradiction_in(reply, self.known, chosen.gap)
        if note is not None:
            self.notes.append(note)
            return False
        if self.notes:
            self.notes.append(_repaired(chosen))
        return True

    def kept(self, solver: str, deadline: Deadline, ended: Termination) -> Answer:
        """What is known as the answer, and where anything was heard that nobody answered."""
        if self.notes:
            key = "no-solver-answered-without-contradiction"
            if self.has_failed:
                key = "no-solver-answered"
            self.notes.append(Note("repaired", *phrase(key).both))
        return Answer(only_known(solver, self.known, deadline, ended), tuple(self.notes))


def solve_stage(mip: Mip, options: SolverOptions, start: FloatArray) -> SolverReply | None:
    """A later stage solved from `start`; None where it fails or only contradicts itself.

    HiGHS 1.16 was seen to give back its start with the objective of a better plan, which its
    presolve had found: then it is asked once more, without either. The host sees that by itself and
    raises it; no second look, which knows bounds of the whole model, speaks of a stage.
    """
    again = replace(options, extra={**options.extra, **NO_PRESOLVE["highs"]})
    if stopping.is_asked():
        return None
    for way, given in ((options, start), (again, None)):
        try:
            return solve_mip(mip, way, start=given)
        except SolverFailedError:  # what the stage before found stays
            continue
    return None


def other_ways(options: SolverOptions) -> tuple[SolverOptions, ...]:
    """How to solve again: the same solver without presolve or with another seed, then another."""
    again = replace(options, seed=options.seed + 1)
    if options.solver in NO_PRESOLVE:
        again = replace(again, extra={**options.extra, **NO_PRESOLVE[options.solver]})
    others = [
        replace(options, solver=info.name, seed=options.seed + 1, extra={})
        for info in available_solvers()
        if info.name in {"highs", "cbc", "scip"} and info.available and info.name != options.solver
    ]
    return (again, *others[:1])


def contradiction_in(reply: SolverReply, known: Known, gap: float = 0.0) -> Note | None:
    """How `reply` contradicts `known`; None: it does not.

    A plan called optimal, with or without a bound, may be worth less than the known one by the
    relative `gap` that was asked.
    """
    worth = known.worth
    if worth is not None and reply.termination in {
        Termination.INFEASIBLE,
        Termination.INFEASIBLE_OR_UNBOUNDED,
    }:
        return _contradiction(
            reply.solver,
            phrase("calls-the-model-infeasible-but-a-plan-is-known"),
        )
    if reply.termination is Termination.UNBOUNDED and known.bound is not None:
        return _contradiction(
            reply.solver,
            phrase("calls-the-model-unbounded-but-a-bound-is-proven"),
        )
    if worth is None or reply.termination.is_proof_of_no_plan:
        return None
    if (note := lie_of(reply.solver, reply.bound, worth)) is not None:
        return note
    slack = TOLERANCE * max(1.0, abs(worth))
    if not reply.is_called_optimal or reply.objective is None:
        return None
    if worth - reply.objective <= max(slack, GAP_SLACK * gap * abs(worth)):
        return None
    return _contradiction(
        reply.solver,
        phrase("calls-a-plan-optimal-that-a-known-one-beats", value=reply.objective, worth=worth),
    )


def lie_of(
    solver: str, bound: float | None, worth: float | None, tolerance: float = TOLERANCE
) -> Note | None:
    """How a plan of `worth` contradicts the `bound` that `solver` claims; None: it does not."""
    if bound is None or worth is None or worth - bound <= tolerance * max(1.0, abs(worth)):
        return None
    return _contradiction(
        solver, phrase("claims-that-no-plan-is-worth-more", bound=bound, worth=worth)
    )


def not_contradicted(
    reply: SolverReply, proven: float | None, worth: float | None
) -> tuple[SolverReply, float | None, tuple[Note, ...]]:
    """`reply` and the `proven` bound without what the plan answered, of `worth`, contradicts.

    That is what no stage before has seen; told besides is how it does. The plan was found anew from
    its starts, so it may differ from the solver's by what rounding and polishing does.
    """
    lie = lie_of(reply.solver, reply.bound, worth, OBJECTIVE_TOLERANCE)
    mistake = lie_of(OWN, proven, worth, OBJECTIVE_TOLERANCE)
    if lie is not None:
        ended = Termination.UNPROVEN
        reply = replace(reply, bound=None, gap=None, termination=ended, is_called_optimal=False)
    told = tuple(note for note in (lie, mistake) if note is not None)
    return reply, proven if mistake is None else None, told


def under_both(
    mip: Mip,
    first: Answer,
    last: Answer,
    known: Known,
    gap: float,
    again: Callable[[Known, Note], Answer],
) -> Answer:
    """The `last` answer to `mip` with the best plan, under the lesser bound of it and the `first`.

    Where what is known after both contradicts one of them, none of their bounds counts: `again` is
    asked, with that and how it does. `gap` is the relative one that was asked of them.
    """
    told = (*first.notes, *last.notes)
    if last.reply.termination.is_proof_of_no_plan:
        return Answer(last.reply, told)
    for reply in (first.reply, last.reply):
        known = known.with_plan(mip, reply.values)
    for reply in (first.reply, last.reply):
        if (lie := contradiction_in(reply, known, gap)) is not None:
            answer = again(known, lie)
            return Answer(answer.reply, (*told, *answer.notes), answer.own)
    whole = with_known_plan(mip, last.reply, known)
    return Answer(under(whole, first.reply.bound), told)


def under(reply: SolverReply, bound: float | None) -> SolverReply:
    """`reply` under the lesser of its bound and `bound`, which its plan does not contradict."""
    bounds = [one for one in (reply.bound, bound) if one is not None]
    if not bounds or reply.termination.is_proof_of_no_plan:
        return reply
    least = min(bounds)
    if reply.objective is not None:
        least = max(least, reply.objective)  # by rounding
    return replace(reply, bound=least, gap=relative_gap(reply.objective, least))


def with_known_plan(mip: Mip, reply: SolverReply, known: Known) -> SolverReply:
    """`reply` with the known plan where that is better, or where the solver found none.

    A solver may stop at a plan that is worse within the asked gap; no plan that is known beats
    the one that is answered.
    """
    if known.plan is None or known.worth is None or reply.termination.is_proof_of_no_plan:
        return reply
    slack = TOLERANCE * max(1.0, abs(known.worth))
    if reply.objective is not None and reply.objective >= known.worth - slack:
        return reply
    bound = reply.bound if reply.bound is None else max(reply.bound, known.worth)
    return replace(
        reply,
        values=known.plan,
        objective=known.worth,
        state=SolutionState.FEASIBLE,
        bound=bound,
        gap=relative_gap(known.worth, bound),
    )


def trusted_bound(
    claimed: float | None, certified: float | None, is_badly_conditioned: bool = False
) -> tuple[float | None, BoundSource]:
    """The bound to print, and who vouches for it.

    Dual values prove a claim that is not below what they prove by more than a tolerance. Where
    the model is badly conditioned nothing but them counts, if there are any.
    """
    if certified is None:
        return claimed, BoundSource.NONE if claimed is None else BoundSource.SOLVER
    if claimed is None or is_badly_conditioned:
        return certified, BoundSource.DUAL_VALUES
    if certified <= claimed + TOLERANCE * max(1.0, abs(claimed)):
        return min(claimed, certified), BoundSource.DUAL_VALUES
    return claimed, BoundSource.SOLVER


def no_plan_source(
    mip: Mip, reply: SolverReply, deadline: Deadline
) -> tuple[BoundSource, tuple[Note, ...]]:
    """Who vouches for there being no plan of `mip`, which `reply` claims; what is to be told."""
    infeasible = reply.termination is Termination.INFEASIBLE
    if infeasible and is_proven_infeasible(mip, deadline):
        return BoundSource.DUAL_VALUES, ()
    solver = f"{reply.solver} {reply.solver_version}".strip()
    told = phrase("that-there-is-no-plan-is-not-certified", solver=solver)
    return BoundSource.SOLVER, (Note("uncertified", *told.both),)


def only_known(solver: str, known: Known, deadline: Deadline, ended: Termination) -> SolverReply:
    """What is known, as a reply that claims nothing more; `ended` where time is not up."""
    late = deadline.is_over(1.0) and ended is not Termination.CRASHED and not stopping.is_asked()
    return SolverReply(
        termination=deadline.ended if late else ended,
        state=SolutionState.NONE if known.plan is None else SolutionState.FEASIBLE,
        values=known.plan,
        objective=known.worth,
        bound=known.bound,
        gap=relative_gap(known.worth, known.bound),
        runtime_s=deadline.elapsed_s,
        log="",
        solver=solver,
        solver_version="",
    )


def _contradiction(solver: str, what: Phrase) -> Note:
    return Note("contradiction", *phrase("the-solver-says", solver=solver, what=what).both)


def _failure(what: Phrase) -> Note:
    return Note("failure", *phrase("the-solver-failed", what=what).both)


def _repaired(chosen: SolverOptions) -> Note:
    off = NO_PRESOLVE.get(chosen.solver, {}).items()
    how = phrase("without-presolve") if off and off <= chosen.extra.items() else NOTHING_SAID
    told = phrase("solved-again-by", solver=chosen.solver, how=how, seed=chosen.seed)
    return Note("repaired", *told.both)
