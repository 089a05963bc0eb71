"""A plan that is in force, and how far a new one may move from it.

A project is moved where the new plan drops it, adds it, starts it in another year or builds another
option of it. What stands already is no decision. Works under way go on in the first year of the
question: they are moved only where they are stopped, or go on in another option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from infraplan.models.consistency import option_window
from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate

Begun = tuple[str, int]
"""Option, and first year of works."""


class MoveKind(StrEnum):
    """How a project is moved."""

    DROPPED = "dropped"
    ADDED = "added"
    EARLIER = "earlier"
    LATER = "later"
    OPTION = "option"


@dataclass(frozen=True)
class Move:
    """A project that a new plan decides otherwise; None: not built."""

    project: str
    before: Begun | None
    after: Begun | None

    @property
    def kind(self) -> MoveKind:
        """What is otherwise; another year is told before another option."""
        if self.after is None:
            return MoveKind.DROPPED
        if self.before is None:
            return MoveKind.ADDED
        if self.after[1] != self.before[1]:
            return MoveKind.EARLIER if self.after[1] < self.before[1] else MoveKind.LATER
        return MoveKind.OPTION


@dataclass(frozen=True)
class KeptPlan:
    """What a solve is asked to keep of a plan.

    Attributes
    ----------
    starts
        Option and year of start by project of the plan in force, as the question has them.
    weights
        What a move of a project weighs, of those that do not weigh 1.
    frozen_until
        What starts before this year stays as planned, and nothing else starts before it.
    most
        Largest weight of all moves; None: no limit.
    is_fewest
        Whether first the least weight of moves is sought, then the best plan with no more.
    least_value
        With `is_fewest`, what the plan must be worth at least, money.
    move_cost
        With `is_fewest`, money that a move of weight 1 costs: then it is not the least weight that
        is sought, but that of the plan whose value less this cost is best.
    """

    starts: Mapping[str, Begun] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    frozen_until: int | None = None
    most: float | None = None
    is_fewest: bool = False
    least_value: float | None = None
    move_cost: float | None = None

    def weight(self, project: str) -> float:
        """What a move of `project` weighs."""
        return self.weights.get(project, 1.0)

    def is_frozen(self, project: str) -> bool:
        """Whether a project of the plan stays as planned."""
        begun = self.starts.get(project)
        until = self.frozen_until
        return until is not None and begun is not None and begun[1] < until

    @property
    def is_counting(self) -> bool:
        """Whether every weight is a whole number, and so every sum of them."""
        return all(weight == round(weight) for weight in self.weights.values())


def starts_in_force(instance: Instance, starts: Iterable[ProjectStart]) -> dict[str, Begun]:
    """What a plan decides, as `instance` has it: without what stands, works under way going on.

    `starts` may be of an earlier instance: what is no project of this one is left out.
    """
    planned = {row.project: (row.option, row.start) for row in starts}
    found: dict[str, Begun] = {}
    for project in instance.projects:
        if stands(project):
            continue
        if duty_of(project) is Mandate.COMMITTED:
            option = planned.get(project.id, (project.options[0].option, 0))[0]
            if option not in {row.option for row in project.options}:
                option = project.options[0].option
            found[project.id] = (option, instance.settings.horizon.first_year)
        elif project.id in planned:
            found[project.id] = planned[project.id]
    return found


def decided_starts(starts: Iterable[ProjectStart]) -> dict[str, Begun]:
    """Option and year of start by project."""
    return {row.project: (row.option, row.start) for row in starts}


def moves_between(before: Mapping[str, Begun], after: Mapping[str, Begun]) -> tuple[Move, ...]:
    """Every project that is moved, by id."""
    return tuple(
        Move(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def weight_of(kept: KeptPlan, moves: Iterable[Move]) -> float:
    """Weight of `moves` in all."""
    return sum((kept.weight(move.project) for move in moves), 0.0)


def frozen_faults(instance: Instance, kept: KeptPlan) -> list[str]:
    """Projects that are to stay as planned, and the question does not offer so."""
    return [
        name for name in kept.starts if kept.is_frozen(name) and not offers(instance, kept, name)
    ]


def offers(instance: Instance, kept: KeptPlan, name: str) -> bool:
    """Whether the question offers project `name` as the plan has it."""
    option, year = kept.starts[name]
    project = instance.project_by_id[name]
    if project.mandatory is Mandate.MUST_NOT:
        return False
    if option not in {row.option for row in project.options}:
        return False
    first, last = option_window(instance, project, project.option(option))
    return first <= year <= last
