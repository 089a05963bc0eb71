"""Questions about the shipped instances that no plan answers, as a planner would ask them."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.instance import Instance
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
from infraplan.models.target import Sense
from tests.oracle.reasons import changed


def money_is_cut(instance: Instance) -> Instance:
    """The dearest project that is free must be built, and nothing comes into any fund."""
    free = [p for p in instance.projects if p.mandatory is Mandate.FREE and not stands(p)]
    dearest = max(free, key=lambda p: min(option.overnight_cost for option in p.options))
    projects = tuple(
        row.model_copy(update={"mandatory": Mandate.MUST}) if row is dearest else row
        for row in instance.projects
    )
    inflows = tuple(row.model_copy(update={"value": 0.0}) for row in instance.inflows)
    return changed(instance, projects=projects, inflows=inflows)


def target_is_raised(instance: Instance) -> Instance:
    """A target must be met, and asks for ten times what it asked for."""
    raised = next(
        row for row in instance.targets if row.sense is Sense.AT_LEAST and ":" not in row.metric
    )
    hard = raised.model_copy(
        update={"hard": True, "value": 10.0 * raised.value, "shortfall_price": 0.0}
    )
    targets = tuple(hard if row is raised else row for row in instance.targets)
    return changed(instance, targets=targets)


def questions(instance: Instance) -> Iterator[tuple[str, Instance]]:
    """Each question's name, and the instance that asks it."""
    yield "money is cut", money_is_cut(instance)
    yield "a target is raised", target_is_raised(instance)
