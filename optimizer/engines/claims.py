"""A solver's claims held against what is known; a contradiction is solved again another way.

A claim is a lie where a plan that obeys every row is worth more than the claimed bound, where the
model is called infeasible although such a plan exists or unbounded although a bound is proven, or
where the answer contradicts itself. What no knowledge contradicts and nothing proves stands as the
solver's word, and is told as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.optimizer.backends import (
    Note,
    Progress,
    SolverOptions,
    SolverReply,
    available_solvers,
    solve_mip,
)
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import (
    SolverContradictionError,
    SolverUnavailableError,
    UnsupportedFeatureError,
)
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState, Termination, relative_gap

TOLERANCE = 1e-6
"""Relative difference of values that is no contradiction: rows hold within as much."""


@dataclass(frozen=True)
class Answer:
    """A reply that contradicts nothing that is known, and what there was to tell on the way."""

    reply: SolverReply
    notes: tuple[Note, ...]


def ask(
    mip: Mip,
    options: SolveOptions,
    known: Known,
    deadline: Deadline,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: FloatArray | None = None,
) -> Answer:
    """Have `mip` solved as `options` say, and otherwise where the answer contradicts `known`.

    The plan of the reply is never worth less than the known one.

    Raises
    ------
    SolverError
        If the solver is missing or fails, or no way of solving gives an answer without
        contradiction and no plan is known.
    """
    notes: list[Note] = []
    first: SolverContradictionError | None = None
    way = guest_options(options, deadline)
    for number, chosen in enumerate((way, *other_ways(way))):
        if number and (deadline.is_over(1.0) or (should_stop is not None and should_stop())):
            break
        left = guest_options(options, deadline).time_limit_s
        chosen = replace(chosen, time_limit_s=left)
        try:
            reply = solve_mip(
                mip,
                chosen,
                on_progress=on_progress,
                should_stop=should_stop,
                start=start if number == 0 else None,
            )
        except SolverContradictionError as error:
            notes.append(_contradiction(chosen.solver, error.message))
            first = first or error
            continue
        except (SolverUnavailableError, UnsupportedFeatureError):
            if number == 0:
                raise
            continue
        note = contradiction_in(reply, known)
        if note is None:
            notes += [_repaired(chosen)] if notes else []
            return Answer(with_known_plan(mip, reply, known), tuple(notes))
        notes.append(note)
    if known.plan is None and first is not None:
        raise first
    notes.append(
        Note(
            "repaired",
            *phrase("no-solver-answered-without-contradiction").both,
        )
    )
    return Answer(_only_known(mip, options.solver, known, deadline), tuple(notes))


def solve_stage(mip: Mip, options: SolverOptions, start: FloatArray) -> SolverReply | None:
    """A later stage solved from `start`; None where it has no answer without contradiction.

    HiGHS 1.16 was seen to give back its start with the objective of a better plan, which its
    presolve had found: then it is asked once more, without either.
    """
    again = replace(options, extra={**options.extra, "presolve": "off"})
    for way, given in ((options, start), (again, None)):
        try:
            return solve_mip(mip, way, start=given)
        except SolverContradictionError:
            continue
    return None


def other_ways(options: SolverOptions) -> tuple[SolverOptions, ...]:
    """How to solve again: the same solver without presolve or with another seed, then another."""
    again = replace(options, seed=options.seed + 1)
    if options.solver == "highs":
        again = replace(again, extra={**options.extra, "presolve": "off"})
    others = [
        replace(options, solver=info.name, seed=options.seed + 1, extra={})
        for info in available_solvers()
        if info.name in {"highs", "cbc", "scip"} and info.available and info.name != options.solver
    ]
    return (again, *others[:1])


def contradiction_in(reply: SolverReply, known: Known) -> Note | None:
    """How `reply` contradicts `known`; None: it does not."""
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
    if worth is None or reply.bound is None or reply.termination.is_proof_of_no_plan:
        return None
    short = worth - reply.bound
    if short <= TOLERANCE * max(1.0, abs(worth)):
        return None
    return _contradiction(
        reply.solver,
        phrase("claims-that-no-plan-is-worth-more", bound=reply.bound, worth=worth),
    )


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


def _only_known(mip: Mip, solver: str, known: Known, deadline: Deadline) -> SolverReply:
    """What is known, as a reply that claims nothing more."""
    return SolverReply(
        termination=Termination.TIME_LIMIT if deadline.is_over(1.0) else Termination.INTERRUPTED,
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


def _repaired(chosen: SolverOptions) -> Note:
    how = phrase("without-presolve") if "presolve" in chosen.extra else NOTHING_SAID
    told = phrase("solved-again-by", solver=chosen.solver, how=how, seed=chosen.seed)
    return Note("repaired", *told.both)
