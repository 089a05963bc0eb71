"""Why a project is moved: what stands against it in a new plan as the old one had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.models.kept_plan import KeptPlan, Move, offers
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of, is_given_up, spent_before
from infraplan.models.project import Mandate, Project
from infraplan.models.relation import ORDER_TYPES
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.binding import LOSING, Finder
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.analysis.held_schedule import held_tables
from infraplan.optimizer.engines.registry import engine_for
from infraplan.optimizer.program import build_formulation

GAIN, MUST, NEEDED, WINDOW, GIVEN_UP, NOT_ASKED = (
    "gain",
    "must",
    "needed",
    "window",
    "given_up",
    "not_asked",
)
"""Reasons that are no rule's: the plan gains by it; it must be built; another project waits for
it; the question does not offer it as planned; its works were given up; there was no time to find
out."""
EACH_S = 20.0
"""Seconds at most for one project."""
LEAST_SHARE = 0.2
"""Share of the time for all that the relaxation may take, which tells what is worth least."""
GAINS = frozenset({"marginal", "not_found", *LOSING})
"""What a test says where no rule is short."""


@dataclass(frozen=True)
class MovedFor:
    """A move and its reason.

    Attributes
    ----------
    reason
        One of those above, or blank where `rule` is one.
    rule, year, amount, others
        As of a `Rejection`: the first rule that keeps the project from being as it was while all
        else is as in the new plan. `amount` of a gain is what the plan would lose by that; of a
        project that is added, what it brings by itself.
    sunk
        Money spent before the plan on a project that is dropped, price-year money.
    """

    move: Move
    reason: str
    rule: str = ""
    year: int | None = None
    amount: float | None = None
    others: tuple[str, ...] = ()
    sunk: float = 0.0


def why_moved(
    instance: Instance,
    plan: Plan,
    kept: KeptPlan,
    moves: tuple[Move, ...],
    time_limit_s: float,
) -> tuple[MovedFor, ...]:
    """The reason of each of `moves`, which lead from the plan in force to `plan`."""
    end = work_clock.now() + time_limit_s
    found = []
    for move in moves:
        told = _plain(instance, plan, kept, move)
        if told is None and (work_clock.is_past(end) or stopping.is_asked()):
            told = MovedFor(move, NOT_ASKED)
        if told is None:
            told = _tested(instance, plan, move, min(EACH_S, max(1.0, end - work_clock.now())))
        found.append(replace(told, sunk=_sunk(instance, move)))
    return tuple(found)


def _sunk(instance: Instance, move: Move) -> float:
    """Money spent before the plan on a project that is dropped."""
    project = instance.project_by_id.get(move.project)
    if move.after is not None or move.before is None or project is None:
        return 0.0
    if is_given_up(project):
        return project.spent_to_date or 0.0
    first = instance.settings.horizon.first_year
    return spent_before(project, project.option(move.before[0]), first)


def _plain(instance: Instance, plan: Plan, kept: KeptPlan, move: Move) -> MovedFor | None:
    """The reason where nothing must be solved for it."""
    project = instance.project_by_id[move.project]
    if move.before is None:
        return _added(instance, plan, project, move)
    if is_given_up(project):
        return MovedFor(move, GIVEN_UP)
    if not offers(instance, kept, move.project):
        return MovedFor(move, WINDOW)
    return None


def _added(instance: Instance, plan: Plan, project: Project, move: Move) -> MovedFor:
    built = {row.project for row in plan.starts}
    if duty_of(project) is Mandate.MUST:
        return MovedFor(move, MUST)
    waiting = {
        name
        for row in instance.relations
        if row.is_enforced and row.type in ORDER_TYPES and project.id in row.from_projects
        for name in row.to_projects
        if name in built
    }
    worth = sum(term.value for term in plan.objective_terms if term.subject == project.id)
    if waiting and worth < 0.0:
        return MovedFor(move, NEEDED, amount=worth, others=tuple(sorted(waiting)))
    return MovedFor(move, GAIN, amount=worth)


def _tested(instance: Instance, plan: Plan, move: Move, seconds: float) -> MovedFor:
    """The first rule that keeps the project from being as it was beside the rest of the plan."""
    begun = move.before
    if begun is None:
        return MovedFor(move, GAIN)
    return stands_against(_as_planned(instance, move.project, *begun), plan, move, seconds)


def stands_against(asked: Instance, plan: Plan, move: Move, seconds: float) -> MovedFor:
    """What keeps the project of `move` from being as `asked` offers it, all else as in `plan`.

    `asked` is the instance of the plan, in which the project may be built in the other way alone.
    """
    rest = tuple(row for row in plan.starts if row.project != move.project)
    forcing = Forcing.of(
        build_formulation(asked), plan.model_copy(update={"starts": rest}), bound=None
    )
    index = forcing.formulation.sets.project_index[move.project]
    if index not in forcing.row_of:
        return MovedFor(move, WINDOW)
    finder = Finder(forcing, Bounds(forcing, 0.25 * seconds))
    return _what_stands(finder, forcing, move, index, seconds)


def stands_against_earlier(
    instance: Instance, plan: Plan, starts: Sequence[ProjectStart], time_limit_s: float
) -> dict[str, MovedFor]:
    """What keeps each of `starts`, which are of `plan`, from a year before, all else as in `plan`.

    One program for all of them. Those that no window lets begin before are left out; what was not
    found in time is told so.
    """
    end = work_clock.now() + time_limit_s
    before = {row.project: row.start for row in starts}
    forcing = Forcing.of(build_formulation(instance), plan, bound=None, before=before)
    indices = {row.project: forcing.formulation.sets.project_index[row.project] for row in starts}
    finder: Finder | None = None
    found = {}
    for row in starts:
        if indices[row.project] not in forcing.row_of:
            continue
        at = (row.option, row.start)
        move = Move(row.project, at, at)
        finder = finder or Finder(forcing, Bounds(forcing, LEAST_SHARE * time_limit_s))
        if work_clock.is_past(end) or stopping.is_asked():
            found[row.project] = MovedFor(move, NOT_ASKED)
            continue
        seconds = min(EACH_S, max(1.0, end - work_clock.now()))
        found[row.project] = _what_stands(finder, forcing, move, indices[row.project], seconds)
    return found


def _what_stands(
    finder: Finder, forcing: Forcing, move: Move, index: int, seconds: float
) -> MovedFor:
    """What keeps the project of `move` from being as `forcing` asks for it, all else as planned."""
    answer = finder.beside(index, 0.25 * seconds)
    if answer.values is not None:
        if not engine_for(forcing.formulation.instance).explains_rejections:
            # What its program does not hold may stand against it, and pay for less than it does.
            return MovedFor(move, NOT_ASKED)
        loss = (forcing.worth - forcing.true_worth(answer.values)) / forcing.factor
        return MovedFor(move, GAIN, amount=loss)
    # There is no room for it: whatever it is worth, a rule stands against it.
    binding = finder.find(index, 0.5 * seconds, answer, is_rule=True)
    if binding.rule in GAINS:
        return MovedFor(move, NOT_ASKED if binding.rule == "not_found" else GAIN)
    return MovedFor(move, "", binding.rule, binding.year, binding.amount, binding.others)


def _as_planned(instance: Instance, name: str, option: str, year: int) -> Instance:
    """`instance` in which project `name` may be built in one option and year, or left out."""
    start = ProjectStart(project=name, option=option, start=year, finish=year, opening=year)
    tables = held_tables(instance, {name: start})
    only = {"earliest_start": year, "latest_start": year, "ready_years": {}}

    def held(row: Project) -> Project:
        if row.id != name:
            return row
        options = tuple(o for o in row.options if o.option == option)
        if duty_of(row) is Mandate.COMMITTED:
            return row.model_copy(update={"options": options})
        return row.model_copy(update={**only, "mandatory": Mandate.FREE, "options": options})

    return instance.with_tables(**{**tables, "projects": tuple(map(held, instance.projects))})
