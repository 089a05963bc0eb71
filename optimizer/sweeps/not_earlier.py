"""Why a project that is built does not begin earlier, and what it would lose by it.

With all else as in the plan: a rule that stands against every earlier year, or, where there is room
for it, what the plan is worth less. Then it is solved with the project begun earlier and all else
free, which says what that loses by proven bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.models.consistency import option_window
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.kept_plan import Move
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis.moved import GAIN, NOT_ASKED, MovedFor, stands_against
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
    row = instance.project_by_id[project]
    if begun is None or duty_of(row) is Mandate.COMMITTED:
        return None
    windows = [option_window(instance, row, option) for option in row.options]
    first = min((low for low, high in windows if low <= high), default=begun.start)
    changed = _earlier(instance, begun)
    if begun.start <= first or changed is None:
        binding = (Binding(f"{EARLIEST}:{project}", first, None),)
        return NotEarlier(project, begun.start, WINDOW, binding, forced=INFEASIBLE)
    found = asker.asked(f"{project}-earlier", changed, project)
    if found.is_impossible:
        held = _without_its_own(kept_by(changed, project, asker.options), project)
        word = _word_of(held[0].rule) if held else ""
        return NotEarlier(project, begun.start, word, held, forced=INFEASIBLE)
    told = _with_loss(asker, NotEarlier(project, begun.start, ""), found)
    return _with_rule(asker, told, changed, begun)


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
