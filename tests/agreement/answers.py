"""One instance solved in every way that the product offers, and where two ways disagree.

Every engine that takes the instance, with every solver that comes with the product and both forms
of columns; the program as written given to each solver, in one form or the other, without a plan or
bound known before; and HiGHS as scipy carries it. Whoever cannot take the instance must say so by
name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines.contract import EngineRefusalError
from infraplan.optimizer.engines.registry import ENGINES, EXACT
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import SolutionState
from infraplan.optimizer.verify import verify_plan
from tests.agreement.features import optimum
from tests.optimizer.engine import best

SOLVERS = ("highs", "cbc", "scip", "cpsat")
FORMS = (Columns.CUMULATIVE, Columns.BY_START)
TIME_LIMIT_S = 60.0
STOPPED = ("", "time_limit", "work_limit")
"""Ends of a search that may say nothing: CBC has no plan before its end."""
TOLERANCE = 1e-6
"""Relative: solvers, claims and the verifier compare numbers so."""
GAP_SLACK = 1.01
"""Factor on the asked gap: solvers divide by objective or bound as they like."""


@dataclass(frozen=True)
class Answer:
    """What one way of solving says.

    `value` and `bound` are None where there is none. `is_exact` says that the value is that of a
    plan, and not of flows along tangents of convex costs, which may lie above it.
    """

    way: str
    termination: str = ""
    value: float | None = None
    bound: float | None = None
    certified: float | None = None
    has_no_plan: bool = False
    is_proven: bool = False
    is_exact: bool = True
    gap: float = 0.0
    refusal: str = ""
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the product has a plan and proves it not, with a solver that could."""
        is_product = not self.way.startswith("the program") and "cpsat" not in self.way
        return is_product and self.value is not None and not self.is_proven

    def __str__(self) -> str:
        if self.refusal:
            return f"{self.way}: refuses: {self.refusal}"
        told = [f"value {self.value!r}", f"bound {self.bound!r}", *self.notes, *self.faults]
        return f"{self.way}: {self.termination}, {', '.join(told)}"


def answers(instance: Instance, *, gap: float = 0.0) -> list[Answer]:
    """What every way says of `instance`, proven to `gap` where it can be."""
    found = list(_of_engines(instance, gap))
    if not ENGINES[EXACT].supports(instance):
        found += _of_solvers(instance, gap)
        found.append(_of_scipy(instance))
    return found


def product_answer(instance: Instance, options: SolveOptions) -> Answer:
    """What the product says with these options."""
    way = f"{options.engine} {options.solver or 'own solver'} {options.columns.value}"
    try:
        result = solve(instance, options)
    except EngineRefusalError as error:
        faults = () if error.engine == options.engine and error.refusals else ("refused unnamed",)
        return Answer(way, refusal=str(error), faults=faults)
    except UnsupportedFeatureError as error:
        faults = () if options.solver and options.solver in str(error) else ("refused unnamed",)
        return Answer(way, refusal=str(error), faults=faults)
    return Answer(
        way,
        termination=result.termination.value,
        value=result.objective,
        bound=result.bound,
        certified=result.certified_bound,
        has_no_plan=result.termination.is_proof_of_no_plan,
        is_proven=result.state is SolutionState.OPTIMAL,
        gap=options.gap,
        notes=tuple(f"{note.kind}: {note.text_en}" for note in result.notes),
        faults=tuple(_faults_of(instance, result.plan)),
    )


def _faults_of(instance: Instance, plan: Plan | None) -> Iterator[str]:
    if plan is None:
        return
    for violation in verify_plan(instance, plan).violations:
        yield f"breaks a law: {violation}"


def _of_engines(instance: Instance, gap: float) -> Iterator[Answer]:
    for engine in ENGINES.values():
        options = SolveOptions(engine=engine.name, gap=gap, time_limit_s=TIME_LIMIT_S)
        refusals = engine.supports(instance)
        if refusals or engine.has_own_solver_alone:
            answer = product_answer(instance, options)
            if bool(refusals) != bool(answer.refusal):
                answer = replace(answer, faults=(*answer.faults, "does other than it says"))
            yield answer
            continue
        for solver in SOLVERS:
            for form in FORMS:
                yield product_answer(instance, replace(options, solver=solver, columns=form))


def _of_solvers(instance: Instance, gap: float) -> Iterator[Answer]:
    formulation = build_formulation(instance)
    is_exact = not formulation.networks.slices
    for number, solver in enumerate(SOLVERS):
        form = FORMS[number % len(FORMS)]
        way = f"the program, {solver} {form.value}"
        options = SolverOptions(solver, gap, TIME_LIMIT_S, columns=form)
        try:
            reply = solve_mip(formulation.mip, options)
        except UnsupportedFeatureError as error:
            faults = () if solver in str(error) else ("refused unnamed",)
            yield Answer(way, refusal=str(error), faults=faults)
            continue
        yield Answer(
            way,
            termination=reply.termination.value,
            value=reply.objective,
            bound=reply.bound,
            has_no_plan=reply.termination.is_proof_of_no_plan,
            is_proven=reply.state is SolutionState.OPTIMAL,
            is_exact=is_exact,
            gap=gap,
        )


def _of_scipy(instance: Instance) -> Answer:
    """The program solved by the HiGHS that scipy carries; without networks its plan is verified."""
    formulation = build_formulation(instance)
    way = "the program, HiGHS of scipy"
    if formulation.networks.slices:  # flows along tangents, which no plan is made of
        value = optimum(formulation.mip)
        known = value if value is not None and math.isfinite(value) else None
        return Answer(way, value=known, has_no_plan=value is None, is_exact=False)
    found = best(instance)
    is_found = found.objective is not None
    return Answer(way, value=found.objective, has_no_plan=not is_found, is_proven=is_found)


def disagreements(given: list[Answer]) -> list[str]:
    """Where two of the answers cannot both be right, and what one of them does wrong by itself."""
    solved = [answer for answer in given if not answer.refusal]
    plans = [answer for answer in solved if answer.value is not None]
    told = [f"{answer.way}: {fault}" for answer in given for fault in answer.faults]
    told += [
        f"{one.way} has a plan, {other.way} proves that there is none"
        for one in plans
        for other in solved
        if other.has_no_plan
    ]
    told += [
        f"{answer.way}: neither a plan nor a proof"
        for answer in solved
        if answer.value is None and not answer.has_no_plan and answer.termination not in STOPPED
    ]
    real = [answer for answer in plans if answer.is_exact]
    return told + [fault for answer in solved for fault in _worse_than_told(answer, real)]


def _worse_than_told(answer: Answer, plans: list[Answer]) -> Iterator[str]:
    """Plans that are worth more than `answer` says that any plan is, or than its best one."""
    for plan in plans:
        value = plan.value or 0.0
        for name, bound in (("bound", answer.bound), ("certified bound", answer.certified)):
            if bound is not None and _exceeds(value, bound):
                yield f"{plan.way}: {value!r} above the {name} {bound!r} of {answer.way}"
        if answer.value is None or not answer.is_proven or not answer.is_exact:
            continue
        if _exceeds(value, answer.value + GAP_SLACK * answer.gap * abs(answer.value)):
            yield f"{answer.way}: {answer.value!r} called best, {plan.way} has {value!r}"


def _exceeds(value: float, limit: float) -> bool:
    return value > limit + TOLERANCE * max(1.0, abs(value), abs(limit))
