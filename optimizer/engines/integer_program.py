"""The exact engine: the whole instance as one mixed-integer linear program.

    build -> what is known -> main solve -> tie-break -> financing -> extract -> verify

Before a solver is asked, a plan of one's own and a bound from dual values are known; they are the
solver's start, and what its claims are held against. The main solve finds the projects and years
of greatest value. Where it is proven to optimality and the model is small, ties between equally
good plans are broken by a fixed order, so that any solver answers the same plan. The projects
fixed, a second solve finds the financing with the least debt service among those that obey every
rule: value never depends on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.rules import RULES
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.backends import Note, Progress, available_solvers
from infraplan.optimizer.backends.base import solver_entry
from infraplan.optimizer.backends.process import begun_ahead
from infraplan.optimizer.engines.affordable_starts import affordable_starts, windows_s
from infraplan.optimizer.engines.answer_state import state_of, termination_of, whole_years
from infraplan.optimizer.engines.asked_program import asked_program
from infraplan.optimizer.engines.by_parts import Parts, is_fit, parts_of, search_by_parts
from infraplan.optimizer.engines.claims import (
    Answer,
    no_plan_source,
    not_contradicted,
    trusted_bound,
)
from infraplan.optimizer.engines.convex_search import (
    clean_flows,
    gap_of,
    has_convex_costs,
    search_on_tangents,
)
from infraplan.optimizer.engines.deadline import Deadline, guest_options
from infraplan.optimizer.engines.few_rows_search import search_few_rows
from infraplan.optimizer.engines.fewer_years import Narrow, is_small, search_fewer_years
from infraplan.optimizer.engines.financing import least_debt_service
from infraplan.optimizer.engines.finished import Finished, first_good, made_to_the_unit
from infraplan.optimizer.engines.flows_alone import flows_alone
from infraplan.optimizer.engines.keeping import fewest_moves, move_terms, with_frozen
from infraplan.optimizer.engines.known import AtOnce, Known, plan_at_once, what_is_known
from infraplan.optimizer.engines.large_works import with_large_works
from infraplan.optimizer.engines.linked_parts import joined_by_few, search_linked
from infraplan.optimizer.engines.main_solve import main_solve
from infraplan.optimizer.engines.plan_starts import fitting_starts, start_values
from infraplan.optimizer.engines.priced_program import come_first
from infraplan.optimizer.engines.ties import break_ties
from infraplan.optimizer.engines.to_the_unit import with_bars
from infraplan.optimizer.engines.ways import WHOLE, Way
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.money_scale import (
    MOST_SPAN,
    Conditioning,
    MoneyScale,
    conditioning_of,
    widest_row,
)
from infraplan.optimizer.mip import FloatArray, IntArray
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import Bar, FewestMoves, SolveOptions, SolveResult
from infraplan.optimizer.stage_times import Stage, stage
from infraplan.optimizer.status import relative_gap
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.work_clock import ClockStep

LINKED_FIRST_S = 3.0
"""Seconds for a first plan where few rows join what falls apart: its parts lead to one soon."""
LARGE_SHARE, LARGE_S = 0.1, 20.0
"""The same to bound plans by when they start their large works."""
LARGE_LEAST_S = 10.0
"""Seconds that must be left for it: two guests are started."""
LARGE_STARTS = 20_000
"""Integer columns above which it is left out as well: each row has an entry for all of them."""
LARGE_GAP = 2e-3
"""Gap of what is known up to which that is left out."""


@dataclass(frozen=True)
class _Question:
    """One instance on its way through the stages; `scaled` is what solvers are asked.

    `search` ends before `deadline` where a run has more to do afterwards. `fewest` is the least
    that moves of a plan in force, where that was asked for.
    """

    instance: Instance
    options: SolveOptions
    scenario: str
    deadline: Deadline
    search: Deadline
    own: Formulation
    scaled: Formulation
    scale: MoneyScale
    conditioning: Conditioning
    way: Way = WHOLE
    fewest: FewestMoves | None = None


def solve_integer_program(
    instance: Instance,
    options: SolveOptions,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    deadline: Deadline | None = None,
    way: Way = WHOLE,
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
    deadline = deadline or Deadline.after(options.time_limit_s)
    before_s = time.perf_counter()
    formulation = with_bars(build_formulation(instance), options.bars)
    if options.kept is not None:
        formulation = with_frozen(formulation, options.kept)
    with stage(Stage.BUILD):
        conditioning = conditioning_of(formulation.coefficients)
        scaled, scale = asked_program(formulation, conditioning)
    build_s = time.perf_counter() - before_s
    question = _Question(
        instance,
        options,
        scenario,
        deadline,
        deadline.of_search(build_s),
        formulation,
        scaled,
        scale,
        conditioning,
        way,
    )
    with stopping.heeding(), _guests_ahead(question):
        question = _with_kept_plan(question, warm_start)
        alone = _of_flows_alone(question, build_s)
        return alone or _search(question, build_s, on_progress, should_stop, warm_start)


def _of_flows_alone(question: _Question, build_s: float) -> SolveResult | None:
    """The result where networks have nothing to choose; None where there is more to do."""
    columns, options = question.scale.columns, question.options
    found = flows_alone(question.own, question.scaled, columns, options, question.search)
    if found is None:
        return None
    finished, _ = _finish(question, found[1].reply.values, found[0])
    return _result(question, found[1], found[0], finished, build_s)


def _guests_ahead(question: _Question) -> AbstractContextManager[None]:
    """Guests of a large program are loaded while its first plans are sought."""
    if not is_fit(question.scaled, question.options):
        return nullcontext()
    return begun_ahead(solver_entry(question.options.guest_solver).guest)


def _with_kept_plan(question: _Question, warm_start: Plan | None) -> _Question:
    """The question with no more moves of the plan in force than asked for, or than there must be.

    Where the least of them is sought and none is found the question stays as it is: it tells itself
    whether it has a plan.
    """
    kept, fewest = question.options.kept, None
    if kept is None:
        return question
    most = kept.most
    if kept.is_fewest:
        start = None if warm_start is None else start_values(question.own, warm_start)
        factor, scaled = question.scale.of_objective, question.scaled
        with work_clock.within(ClockStep.MOVES):
            fewest = fewest_moves(scaled, kept, factor, question.options, question.search, start)
        most = fewest.amount
    if most is None:
        return replace(question, fewest=fewest)
    terms = move_terms(question.own, kept)
    own, scaled = (
        replace(model, mip=terms.limited(model.mip, most))
        for model in (question.own, question.scaled)
    )
    return replace(question, own=own, scaled=scaled, fewest=fewest)


def _search(
    question: _Question,
    build_s: float,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    warm_start: Plan | None,
) -> SolveResult:
    """All stages after the program is built; from here on a signal costs no plan."""
    options, deadline, scale = question.options, question.search, question.scale
    conditioning, formulation = question.conditioning, question.own
    notes = _notes_before(question)
    _tell(notes, on_progress, deadline)
    question, known, given, parts, links = _known_before(question, build_s, on_progress, warm_start)
    scaled = question.scaled
    if warm_start is not None:
        told = _notes_of_start(formulation, warm_start, known)
        _tell(told, on_progress, deadline)
        notes += told
    in_own_money = _in_own_money(on_progress, scale.of_objective)
    answer = None
    if parts is not None:
        known, answer, told = search_by_parts(
            parts,
            scaled,
            known,
            options,
            deadline,
            on_progress=in_own_money,
            should_stop=should_stop,
        )
        _tell(told, on_progress, deadline)
        notes += told
    elif links is not None:
        known, answer, told = search_linked(
            scaled, links, known, options, deadline, in_own_money, should_stop
        )
        _tell(told, on_progress, deadline)
        notes += told
    if answer is None:
        if parts is not None or links is not None:  # what was left out for it
            known = what_is_known(scaled, deadline, gap=options.gap).with_plan(
                scaled.mip, known.plan
            )
        if not is_small(scaled.mip):
            narrow = Narrow(scaled, conditioning, scale.factor, scale.columns)
            known, by_year = search_fewer_years(narrow, known, options, deadline, should_stop)
            _tell(by_year, on_progress, deadline)
            notes += by_year
        known, answer = _as_a_whole(question, known, in_own_money, should_stop, given)
    _tell(answer.notes, on_progress, deadline)
    told = (*notes, *answer.notes)
    with work_clock.within(ClockStep.FLOWS):
        values, answer = _later_stages(question, answer, known.bound, should_stop)
    with work_clock.within(ClockStep.FINANCING):
        finished, more = _finish(question, values, known)
    answer = Answer(answer.reply, (*notes, *answer.notes, *more))
    result = _result(question, answer, known, finished, build_s)
    _tell(result.notes[len(told) :], on_progress, deadline)
    return result


def _known_before(
    question: _Question,
    build_s: float,
    on_progress: Callable[[Progress], None] | None,
    warm_start: Plan | None,
) -> tuple[_Question, Known, FloatArray | None, Parts | None, IntArray | None]:
    """What is known of the question before a solver is asked.

    Returned are the question without starts that no money can pay for, what is known of it, the
    values of `started` that `warm_start` gives, and the parts into which a large program falls, or
    the few rows without which it would: of it no more than a plan and a bound are known. The first
    plan of a large program comes before such starts are sought: it needs no relaxation.
    """
    deadline, mip = question.search, question.scaled.mip
    given = _given_start(question, warm_start)
    first: AtOnce | None = None
    with stage(Stage.FIRST_PLAN) as end_stage, work_clock.within(ClockStep.BEFORE):
        told = _plans_told(on_progress, question.scale.of_objective, deadline, end_stage)
        is_bad = question.conditioning.is_bad
        if (knows := question.way.knows) is not None:
            scaled, known = knows(
                question.scaled, deadline, given, is_bad, question.options.gap, told
            )
            return replace(question, scaled=scaled), known, given, None, None
        links = None if is_bad else joined_by_few(question.scaled, question.options)
        if given is None:
            until = deadline.of_first_plan(build_s)
            until = until if links is None else until.within(LINKED_FIRST_S)
            is_soon = not is_bad and is_fit(question.scaled, question.options)
            first = plan_at_once(question.scaled, until, told, are_parts_next=is_soon)
        with stage(Stage.BUILD), work_clock.within(ClockStep.WINDOWS):
            mip = affordable_starts(mip, *windows_s(question.deadline))
        question = replace(question, scaled=replace(question.scaled, mip=mip))
        is_whole = is_bad or links is not None
        parts = None if is_whole else parts_of(question.scaled, question.options)
        known = what_is_known(
            question.scaled,
            deadline,
            warm_start=given,
            is_badly_conditioned=is_bad,
            gap=question.options.gap,
            on_plan=told,
            first=first,
            is_brief=parts is not None or links is not None,
            is_priced=links is not None,
            is_sought_later=not is_whole and parts is None and _are_prices_first(question),
        )
        if (least := question.fewest) is not None and least.values is not None:
            known = known.with_plan(question.scaled.mip, least.values)  # not lost for want of time
    return question, known, given, parts, links


def _are_prices_first(question: _Question) -> bool:
    """Whether the first of what is solved is the program at prices: a start is mended after it."""
    is_next = question.way.searches is None and is_small(question.scaled.mip)
    return is_next and come_first(question.scaled, question.options, question.search)


def _given_start(question: _Question, warm_start: Plan | None) -> FloatArray | None:
    """Values of `started` to begin with: with the fewest moves, else those of a plan given."""
    if question.fewest is None or question.fewest.values is None:
        return None if warm_start is None else start_values(question.own, warm_start)
    values = np.full(question.own.mip.num_columns, np.nan)
    columns = question.own.mip.columns("started").index.ravel()
    values[columns] = np.round(question.fewest.values[columns])
    return values


def _as_a_whole(
    question: _Question,
    known: Known,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    given: FloatArray | None,
) -> tuple[Known, Answer]:
    """The answer to the program as one, and what is known after it."""
    scaled, options, until = question.scaled, question.options, question.search
    if (searches := question.way.searches) is not None:
        known, answer = searches(scaled, known, options, until, on_progress, should_stop)
        if answer is not None:
            return known, answer
    if not question.conditioning.is_bad:
        known, answer = search_few_rows(scaled.mip, known, options, until, on_progress, should_stop)
        if answer is not None:
            return known, answer
    asked, least = _with_large_works(question, known)
    is_known = given is None or known.start_obeys or known.is_near_start
    start = known.plan if is_known else given
    known, answer = main_solve(
        scaled, asked, known, options, until, on_progress, should_stop, start, given
    )
    return replace(known, bound=least), answer


def _with_large_works(question: _Question, known: Known) -> tuple[Formulation, float | None]:
    """The model that the solver is asked, and the least proven bound of its optimum.

    Where plan and bound of a model without networks lie apart it has rows of its large works.
    """
    scaled, bound = question.scaled, known.bound
    relaxed = None if known.relaxed is None else known.relaxed.values
    gap = relative_gap(known.worth, bound)
    is_near = gap is not None and gap <= max(question.options.gap, LARGE_GAP)
    is_other = bool(scaled.networks.slices) or question.conditioning.is_bad
    is_other |= int(scaled.mip.integrality.sum()) > LARGE_STARTS
    left = question.search.left_s()
    is_short = left is not None and left < LARGE_LEAST_S
    if bound is None or relaxed is None or is_near or is_other or is_short:
        return scaled, bound
    seconds = question.search.share_s(LARGE_SHARE, LARGE_S)
    options = guest_options(question.options, question.search, seconds)
    with work_clock.within(ClockStep.LARGE_WORKS):
        mip, least = with_large_works(scaled.mip, relaxed, bound, options)
    return (scaled if mip is scaled.mip else replace(scaled, mip=mip)), least


def _notes_before(question: _Question) -> tuple[Note, ...]:
    """What must be told before solving: an old solver, numbers that span too much."""
    solver, conditioning = question.options.guest_solver, question.conditioning
    notes = [i.note for i in available_solvers() if i.name == solver and i.note is not None]
    if conditioning.is_bad:
        worth, spending = conditioning.worth, conditioning.spending
        span = spending if spending.is_bad else worth
        told = phrase(
            "badly-conditioned",
            smallest=span.smallest,
            largest=span.largest,
            what=phrase("spending-a-year" if span is spending else "present-value-of-a-project"),
            most=MOST_SPAN,
        )
        notes.append(Note("conditioning", *told.both))
    limit = question.options.time_limit_s
    taken = None if limit is None else question.deadline.built_late_s(limit)
    if taken is not None:
        told = phrase("reading-and-building-took-the-time-limit", seconds=taken, limit=limit)
        notes.append(Note("late", *told.both))
    if (wide := widest_row(question.scaled.mip)) is not None:
        block, key = question.scaled.mip.row_of(wide.row)
        told = phrase(
            "row-spans-much",
            row=RULES[block.family].label(key) if block.family in RULES else block.family,
            key=" ".join(str(part) for part in key),
            smallest=wide.smallest,
            largest=wide.largest,
            most=MOST_SPAN,
        )
        notes.append(Note("conditioning", *told.both))
    return tuple(notes)


def _notes_of_start(formulation: Formulation, plan: Plan, known: Known) -> tuple[Note, ...]:
    """What of `plan` is no start here: its starts that are no candidates, or the whole of it."""
    fitting = len(fitting_starts(formulation, plan))
    if fitting < len(plan.starts):
        told = phrase("starts-of-the-plan-given-fit", fitting=fitting, all=len(plan.starts))
    elif not known.start_obeys:
        told = phrase("the-plan-given-obeys-no-longer")
    else:
        return ()
    return (Note("start", *told.both),)


def _tell(
    notes: tuple[Note, ...], on_progress: Callable[[Progress], None] | None, deadline: Deadline
) -> None:
    if on_progress is not None:
        for note in notes:
            on_progress(Progress(deadline.elapsed_s, None, None, None, note=note))


def _plans_told(
    on_progress: Callable[[Progress], None] | None,
    factor: float,
    deadline: Deadline,
    end_stage: Callable[[], None],
) -> Callable[[Known], None]:
    """What tells the listener, in the instance's money, of plans before any solver is asked.

    The first of them ends the stage of the first plan.
    """
    tell = _in_own_money(on_progress, factor)

    def told(known: Known) -> None:
        end_stage()
        if tell is not None:
            gap = relative_gap(known.worth, known.bound)
            tell(Progress(deadline.elapsed_s, known.worth, known.bound, gap))

    return told


def _later_stages(
    question: _Question,
    answer: Answer,
    proven: float | None,
    should_stop: Callable[[], bool] | None,
) -> tuple[FloatArray | None, Answer]:
    """Column values after convex costs or ties, in the scaled model, and the answer to both."""
    scaled, options, deadline = question.scaled, question.options, question.search
    values = answer.reply.values
    if values is None:
        return None, answer
    in_money = question.instance.settings.objective is Objective.NPV
    if in_money and has_convex_costs(scaled):
        answer = search_on_tangents(scaled, answer, proven, options, deadline, should_stop)
        return answer.reply.values, answer
    values = break_ties(scaled, answer.reply, values, options, deadline)
    if not in_money:  # no flow counts, but of all that obey the laws the cheapest are told
        worth = question.own.present_value * question.scale.factor / question.scale.columns
        scaled = replace(scaled, mip=replace(scaled.mip, objective=worth))
    hurried: list[Note] = []
    values = clean_flows(scaled, values, question.deadline.flows_s(), hurried)
    return values, replace(answer, notes=(*answer.notes, *hurried))


def _finish(
    question: _Question, values: FloatArray | None, known: Known
) -> tuple[Finished, tuple[Note, ...]]:
    """The best plan that obeys the laws among the answered one, its repair and the known one."""
    scaled = question.scaled
    if values is None:
        return Finished(), ()
    columns = scaled.mip.columns("started").index.ravel()
    refusing: list[Bar] = []

    def again(whole: FloatArray | None) -> Finished:
        return Finished() if whole is None else _finished(question, whole)

    def to_unit(whole: FloatArray) -> Finished:
        seconds, factor = question.deadline.share_s(0.1, 10.0), question.scale.factor
        found = made_to_the_unit(scaled, factor, whole, seconds, lambda x: _told(question, x))
        refusing.extend(found.bars)
        return found

    def exact() -> Finished:
        if refusing:
            return Finished()
        starts, seconds = np.round(values[columns]), question.deadline.share_s(0.1, 10.0)
        return again(Completion.of(scaled.mip, columns).solve(starts, seconds, 1e-9))

    def before() -> Finished:
        found = again(known.plan)
        return found if found.is_good or known.plan is None else to_unit(known.plan)

    return first_good(
        _finished(question, values),
        (
            (phrase("its-projects-fixed-money-was-found-to-the-unit"), lambda: to_unit(values)),
            (phrase("its-projects-fixed-money-was-found-exactly"), exact),
            (phrase("the-plan-found-before-is-kept"), before),
        ),
    )


def _finished(question: _Question, values: FloatArray) -> Finished:
    """The plan of scaled column values, financed, extracted and verified."""
    scaled, options, deadline = question.scaled, question.options, question.deadline
    return _told(question, least_debt_service(scaled, values, options, deadline))


def _told(question: _Question, values: FloatArray) -> Finished:
    """The plan of scaled column values, extracted and verified."""
    plan = extract_plan(question.own, values / question.scale.columns, question.scenario)
    return Finished(plan, verify_plan(question.instance, plan))


def _result(
    question: _Question, answer: Answer, known: Known, finished: Finished, build_s: float
) -> SolveResult:
    """The result: bounds in the instance's money, who vouches for them, what is to be told."""
    options, factor, plan = question.options, question.scale.of_objective, finished.plan
    objective = None if plan is None else plan.objective
    worth = None if objective is None else factor * objective
    reply, proven, lies = not_contradicted(answer.reply, known.bound, worth)
    notes = (*answer.notes, *lies)
    certified = None if proven is None else proven / factor
    claimed = None if reply.bound is None else reply.bound / factor
    if question.instance.settings.objective is Objective.MAKESPAN:
        certified, claimed = whole_years(certified), whole_years(claimed)
    bound, source = trusted_bound(claimed, certified, question.conditioning.is_bad)
    if reply.termination.is_proof_of_no_plan:
        bound, source, more = None, *no_plan_source(question.scaled.mip, reply, question.deadline)
        notes += more
    if objective is not None and bound is not None:
        bound = max(bound, objective)  # by rounding
    gap = gap_of(question.own, objective, bound)
    return SolveResult(
        instance=question.instance,
        options=options,
        engine=question.way.engine,
        solver=reply.solver,
        solver_version=reply.solver_version,
        termination=termination_of(reply.termination, gap, options, question.search),
        state=state_of(reply, gap, options.gap),
        plan=plan,
        objective=objective,
        bound=bound,
        gap=gap,
        build_s=build_s,
        runtime_s=question.deadline.elapsed_s,
        peak_memory_mb=reply.peak_memory_mb,
        verification=finished.verification,
        formulation=question.own,
        log=reply.log,
        bound_source=source,
        certified_bound=certified,
        notes=notes,
        fewest=question.fewest,
        bars=finished.bars,
    )


def _in_own_money(
    on_progress: Callable[[Progress], None] | None, factor: float
) -> Callable[[Progress], None] | None:
    """The listener, told values in the instance's money."""
    if on_progress is None or factor == 1.0:
        return on_progress
    listener = on_progress

    def told(value: float | None) -> float | None:
        return None if value is None else value / factor

    def listen(news: Progress) -> None:
        listener(replace(news, incumbent=told(news.incumbent), bound=told(news.bound)))

    return listen
