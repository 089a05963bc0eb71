"""Why there is no plan, why projects were left out, what they are worth: for as long as allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from infraplan.models.catalogue import pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.conflicts import Conflict, ConflictReport, find_conflict
from infraplan.optimizer.analysis.money_check import MoneyCheck, check_money
from infraplan.optimizer.analysis.money_worth import NO_TIME, MoneyWorth, money_worth
from infraplan.optimizer.analysis.rejections import NOT_FOUND, find_rejections
from infraplan.optimizer.analysis.service_value import (
    ProjectWorth,
    changing_starts,
    project_worths,
)
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.base import UNEXPLAINED, Note
from infraplan.optimizer.engines.deadline import Afterwards, Deadline
from infraplan.optimizer.engines.registry import engine_named
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.stage_times import Stage, stage

LEAST_TO_EXPLAIN_S = 0.5
"""Seconds below which explaining is not begun; nor with fewer than building took, as its own model
takes about as long."""
PRICE_SHARE, PRICE_S = 0.25, 30.0
"""Share of the time for explaining, and seconds at most, for what one more unit of money is
worth: one relaxation."""
MOST_LACKING = 10
"""Nodes that are named at most where pressure lacks."""
PRESSURE = "pressure"
"""Law of a conflict that no rows of a program state."""
SHARE_OF_REASONS = 0.75
"""Share of the time that worths to the networks leave to reasons and losses at least."""


@dataclass(frozen=True)
class Explained:
    """What was explained of a result, and what was left unexplained.

    Attributes
    ----------
    conflict
        Rules that cannot hold together, where there is no plan.
    rejections
        Why projects were left out, and what they would lose.
    worths
        What projects are worth to the networks, as far as there was time.
    notes
        What is not explained, and why.
    """

    conflict: ConflictReport | None = None
    rejections: tuple[Rejection, ...] = ()
    worths: tuple[ProjectWorth, ...] = ()
    notes: tuple[Note, ...] = ()


@stage(Stage.EXPLAIN)
def explain(
    result: SolveResult, good: Plan | None, step: Callable[[str], None], time: Afterwards
) -> Explained:
    """Explain `result`, whose verified plan is `good`, while there is time; the rest is told."""
    if good is None:
        return _reasons(result, good, step, time)
    # Worths take a moment where networks are small: what they leave is for the reasons.
    worths, notes = _worths(result.instance, good, step, time)
    found = _reasons(result, good, step, time)
    return replace(found, worths=worths, notes=(*found.notes, *notes))


@stage(Stage.EXPLAIN)
def priced(result: SolveResult, time: Afterwards) -> MoneyWorth:
    """What one more unit of money is worth beside the plan of `result`, as far as there is time."""
    if stopping.is_asked():
        return MoneyWorth(NO_TIME)
    return money_worth(result, min(PRICE_SHARE * time.to_explain_s(), PRICE_S))


def money_checked(
    result: SolveResult,
    good: Plan,
    step: Callable[[str], None],
    deadline: Deadline,
) -> MoneyCheck | None:
    """The money check of a verified plan; None where a stop was asked for."""
    if stopping.is_asked():
        return None
    step("money")
    try:
        return check_money(result, good, deadline)
    except (KeyboardInterrupt, stopping.StoppedError):  # the plan is what was wanted
        return None


def _reasons(
    result: SolveResult, good: Plan | None, step: Callable[[str], None], time: Afterwards
) -> Explained:
    """Rules in conflict where there is no plan, else why projects were left out."""
    engine = engine_named(result.engine)
    options, seconds = _quick(result.options), time.to_explain_s()
    is_under_pressure = engine.flow_law is FlowLaw.PRESSURE
    has_conflict = (
        engine.explains_conflicts and result.plan is None and result.termination.is_proof_of_no_plan
    )
    if not has_conflict and good is None:
        return Explained()
    if good is not None and not engine.explains_rejections:
        standing = len(result.instance.standing)
        are_all_in = len(good.starts) + standing == len(result.instance.projects)
        return Explained() if are_all_in else _unexplained("nothing-is-explained-by-the-engine")
    if stopping.is_asked():
        return _unexplained("nothing-is-explained-after-a-stop")
    if seconds < max(LEAST_TO_EXPLAIN_S, result.least_more_s):
        return _unexplained("nothing-is-explained-for-want-of-time")
    step("conflict" if has_conflict else "explain")
    try:
        if has_conflict or good is None:
            lacking = _lacking(result)
            conflict = lacking or find_conflict(result.formulation, options, time_limit_s=seconds)
            if is_under_pressure and not conflict.rules:
                conflict = replace(conflict, why=phrase("pressures-stand-in-the-way-with-others"))
            return Explained(conflict, notes=_of_no_conflict(conflict))
        rejections = find_rejections(
            result.formulation,
            good,
            options,
            bound=result.bound,
            time_limit_s=seconds,
            exact=time.exact,
        )
    except (KeyboardInterrupt, stopping.StoppedError):  # the plan is what was wanted
        return _unexplained("nothing-is-explained-after-a-stop")
    except SolverError as error:
        return _unexplained("nothing-is-explained-by-a-solver-that-fails", why=error.message)
    notes = (*_of_unknown_reason(rejections), *_of_unknown_loss(rejections))
    return Explained(rejections=rejections, notes=notes)


def _lacking(result: SolveResult) -> ConflictReport | None:
    """Nodes that lack pressure with the widest pipes; None where none does, or none is asked."""
    if engine_named(result.engine).flow_law is not FlowLaw.PRESSURE:
        return None
    from infraplan.optimizer.waterdesign.lacking import lacking_nodes  # few instances have pipes

    nodes = {node.id: node for node in result.instance.network_nodes}
    rules = []
    for lack in lacking_nodes(result.formulation)[:MOST_LACKING]:
        node = nodes[lack.node]
        text = phrase(
            "no-water-comes-to-the-node" if lack.pressure is None else "the-node-lacks-pressure",
            node=pair(node.name_en or node.id, node.name_zh or node.name_en or node.id),
            year=lack.year,
            asked=lack.asked,
            **({} if lack.pressure is None else {"pressure": lack.pressure, "short": lack.short}),
        )
        years = (lack.year,)
        rules.append(Conflict(PRESSURE, (lack.node,), *text.both, lack.short, years, (lack.short,)))
    return ConflictReport(tuple(rules), is_minimal=False) if rules else None


def _worths(
    instance: Instance, good: Plan, step: Callable[[str], None], time: Afterwards
) -> tuple[tuple[ProjectWorth, ...], tuple[Note, ...]]:
    """What each project of the plan is worth to the networks, and of how many that is not known."""
    most = len(changing_starts(instance, good))
    if not most:
        return (), ()

    rest_s = SHARE_OF_REASONS * max(0.0, time.to_explain_s())

    def left_s() -> float:
        return 0.0 if stopping.is_asked() else time.to_explain_s() - rest_s

    if left_s() > 0.0:
        step("worth")
    worths = project_worths(instance, good, left_s)
    if len(worths) == most:
        return worths, ()
    told = phrase("worths-not-found-in-time", count=most - len(worths), most=most)
    return worths, (Note(UNEXPLAINED, *told.both),)


def _unexplained(key: str, **values: object) -> Explained:
    return Explained(notes=(Note(UNEXPLAINED, *phrase(key, **values).both),))


def _of_no_conflict(conflict: ConflictReport) -> tuple[Note, ...]:
    """Why no rules are named that cannot hold together."""
    return () if conflict.rules else (Note(UNEXPLAINED, *conflict.why.both),)


def _of_unknown_reason(rejections: tuple[Rejection, ...]) -> tuple[Note, ...]:
    """That time ended before it was known why some projects are left out."""
    count = sum(row.rule == NOT_FOUND for row in rejections)
    if not count:
        return ()
    told = phrase("reasons-not-found-in-time", count=count, most=len(rejections))
    return (Note(UNEXPLAINED, *told.both),)


def _of_unknown_loss(rejections: tuple[Rejection, ...]) -> tuple[Note, ...]:
    """That time ended before the loss by some projects was known at all."""
    names = [row.project for row in rejections if row.can_be_forced is not False and not row.method]
    if not names:
        return ()
    told = phrase("losses-not-found-in-time", count=len(names), most=len(rejections))
    return (Note(UNEXPLAINED, *told.both),)


def _quick(options: SolveOptions) -> SolverOptions:
    """Options of the small solves that explain: HiGHS where it was asked for, a minute at most."""
    return SolverOptions(
        solver=options.guest_solver,
        gap=1e-6,
        time_limit_s=60.0,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
        columns=options.columns,
    )
