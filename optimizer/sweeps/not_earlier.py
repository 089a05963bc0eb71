"""Why a project that is built does not begin earlier, and what it would lose by it.

With all else as in the plan: a rule that stands against every earlier year, or, where there is room
for it, what the plan is worth less. Then it is solved with the project begun earlier and all else
free, which says what that loses by proven bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from infraplan.models.consistency import option_window
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.kept_plan import Move
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis.binding import EVEN
from infraplan.optimizer.analysis.moved import (
    GAIN,
    NOT_ASKED,
    MovedFor,
    stands_against,
    stands_against_earlier,
)
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.sweeps.explained import Asker, without_noise
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.stated_reasons import (
    DUTY,
    FEASIBLE,
    INFEASIBLE,
    NOT_TRIED,
    Binding,
    kept_by,
    reason_word,
)

EARLIEST, LATEST = "earliest_start", "latest_start"
"""Rules of a project's window: before it nothing can begin; after it, which is what is asked."""
WINDOW = "no_window"
"""The reason where it is its own window."""
EACH_S = 20.0
"""Seconds at most to find the rule that stands against it."""


@dataclass(frozen=True)
class NotEarlier:
    """Why a project begins in `start` and not before.

    `reason` and `binding` are as of an `Explanation`: of the first rule that stands against it
    beside the rest of the plan; `own_value` where nothing does and the plan is worth less. The loss
    is that of the best plan that begins it earlier, all else free, which leaves out `displaces`.
    """

    project: str
    start: int
    reason: str
    binding: tuple[Binding, ...] = ()
    others: tuple[str, ...] = ()
    forced: str = NOT_TRIED
    loss: float | None = None
    loss_low: float | None = None
    loss_high: float | None = None
    displaces: tuple[str, ...] = ()
    other_run: str = ""


def why_not_earlier(asker: Asker, project: str) -> NotEarlier | None:
    """Why `project` does not begin earlier; None where it is not built, or goes on by its duty."""
    instance = asker.instance
    begun = next((row for row in asker.plan.starts if row.project == project), None)
    if begun is None or duty_of(instance.project_by_id[project]) is Mandate.COMMITTED:
        return None
    first = _first_year(instance, begun)
    changed = _earlier(instance, begun)
    if begun.start <= first or changed is None:
        return _by_its_window(begun, first)
    found = asker.asked(f"{project}-earlier", changed, project)
    if found.is_impossible:
        held = _without_its_own(kept_by(changed, project, asker.options), project)
        word = _word_of(held[0].rule) if held else ""
        return NotEarlier(project, begun.start, word, held, forced=INFEASIBLE)
    told = _with_loss(asker, NotEarlier(project, begun.start, ""), found)
    return _with_rule(asker, told, changed, begun)


def all_not_earlier(
    instance: Instance, plan: Plan, bound: float | None, time_limit_s: float
) -> tuple[NotEarlier, ...]:
    """Why each project of `plan` that is free to begin earlier does not, all else as in the plan.

    Nothing is solved for it but what lies beside the plan, in one program for all: where there is
    room for it earlier, `loss` is what the plan is worth less so, which no plan that begins it
    earlier need lose. `bound` is what no plan passes. What was not found in time has no reason.
    """
    free = [
        row
        for row in plan.starts
        if duty_of(instance.project_by_id[row.project]) is not Mandate.COMMITTED
    ]
    first = {row.project: _first_year(instance, row) for row in free}
    later = [row for row in free if row.start > first[row.project]]
    found: dict[str, MovedFor | None] = {row.project: None for row in later}
    try:
        if later:
            found = {**stands_against_earlier(instance, plan, later, time_limit_s)}
    except SolverError:
        pass  # none has a reason
    told = []
    for row in free:
        if row.project not in found:
            told.append(_by_its_window(row, first[row.project]))
            continue
        why = found[row.project]
        line = NotEarlier(row.project, row.start, "")
        told.append(line if why is None else _beside(_told(line, why), why, plan, bound))
    return tuple(told)


def _beside(told: NotEarlier, why: MovedFor, plan: Plan, bound: float | None) -> NotEarlier:
    """`told` with what the plan loses that differs in this alone, where there is one."""
    if why.reason != GAIN or why.amount is None:
        return told
    worth = plan.objective
    loss = 0.0 if abs(why.amount) <= EVEN * (1.0 + abs(worth)) else why.amount
    spare = None if bound is None else bound - worth
    return replace(
        told,
        reason="own_value" if loss > 0.0 else "",
        forced=FEASIBLE,
        loss=loss,
        loss_low=None if spare is None else without_noise(-spare, loss, worth),
        loss_high=None if spare is None else without_noise(loss + spare, loss, worth),
    )


def _first_year(instance: Instance, begun: ProjectStart) -> int:
    """The first year in which any option of the project may begin."""
    row = instance.project_by_id[begun.project]
    windows = [option_window(instance, row, option) for option in row.options]
    return min((low for low, high in windows if low <= high), default=begun.start)


def _by_its_window(begun: ProjectStart, first: int) -> NotEarlier:
    binding = (Binding(f"{EARLIEST}:{begun.project}", first, None),)
    return NotEarlier(begun.project, begun.start, WINDOW, binding, forced=INFEASIBLE)


def _earlier(instance: Instance, begun: ProjectStart) -> Instance | None:
    """`instance` in which the project must begin before it does; None where that is no question."""
    rows = tuple(
        row.model_copy(update={"mandatory": Mandate.MUST, LATEST: begun.start - 1})
        if row.id == begun.project
        else row
        for row in instance.projects
    )
    try:
        return instance.with_tables(projects=rows)
    except InconsistentInstanceError:
        return None


def _without_its_own(rules: tuple[Binding, ...], project: str) -> tuple[Binding, ...]:
    """`rules` without what was asked; the years that others are bound to last."""
    asked = {f"{family}:{project}" for family in (DUTY, LATEST)}
    kept = (row for row in rules if row.rule not in asked)
    return tuple(sorted(kept, key=lambda row: reason_word(row.rule) == WINDOW))


def _word_of(rule: str) -> str:
    """The reason in one word; a window that stands against it here is that of one it waits for."""
    word = reason_word(rule)
    return "prerequisite" if word == WINDOW else word


def _with_loss(asker: Asker, told: NotEarlier, found: JobResult) -> NotEarlier:
    """`told` with what the plan found loses; no plan passes the bound of the run."""
    worth = asker.plan.objective
    if not found.has_plan or found.objective is None:
        return told
    loss = worth - found.objective
    mine = {row.project for row in asker.plan.starts}
    return NotEarlier(
        told.project,
        told.start,
        "",
        forced=FEASIBLE,
        loss=loss,
        loss_low=without_noise(None if found.bound is None else worth - found.bound, loss, worth),
        loss_high=without_noise(
            None if asker.bound is None else asker.bound - found.objective, loss, worth
        ),
        displaces=tuple(sorted(mine - set(found.starts))),
        other_run=found.run_dir,
    )


def _with_rule(
    asker: Asker, told: NotEarlier, changed: Instance, begun: ProjectStart
) -> NotEarlier:
    """`told` with what stands against it beside the rest of the plan."""
    rows = tuple(
        row.model_copy(update={"mandatory": Mandate.FREE}) if row.id == begun.project else row
        for row in changed.projects
    )
    at = (begun.option, begun.start)
    limit = asker.options.time_limit_s
    seconds = EACH_S if limit is None else min(EACH_S, limit)
    try:
        asked = changed.with_tables(projects=rows)
        why = stands_against(asked, asker.plan, Move(begun.project, at, at), seconds)
    except (InconsistentInstanceError, SolverError):
        return told
    return _told(told, why)


def _told(told: NotEarlier, why: MovedFor) -> NotEarlier:
    if why.reason == NOT_ASKED:
        return told
    binding: tuple[Binding, ...] = ()
    if why.reason == GAIN:
        # Where the plan is worth as much with it, nothing speaks against it.
        word = "" if why.amount is not None and why.amount <= 0.0 else "own_value"
    else:
        word = _word_of(why.rule)
        binding = (Binding(why.rule, why.year, why.amount),) if why.rule else ()
    return NotEarlier(**{**vars(told), "reason": word, "binding": binding, "others": why.others})
