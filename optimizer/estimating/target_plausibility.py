"""Doubts about targets: out of reach of all projects together, or decided by one of them."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import phrase
from infraplan.models.consistency import option_window
from infraplan.models.errors import Severity
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.progress import must_be_built, stands
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.retirement import last_year_of_standing
from infraplan.models.target import INVESTMENT, PROJECTS_OPENED, PROJECTS_STARTED, Sense, Target
from infraplan.optimizer.estimating.implausibility import doubt


def target_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about a target; of one that is out of reach, nothing else is said."""
    for index, target in enumerate(instance.targets):
        if target.metric.startswith((SERVED, TRAVEL_TIME)):
            continue  # only a solve can tell what networks deliver
        if target.sense is not Sense.AT_LEAST:
            continue
        missed = _out_of_reach(instance, index, target)
        found = missed if missed is not None else _decides_one(instance, index, target)
        if found is not None:
            yield found


def _out_of_reach(instance: Instance, index: int, target: Target) -> Inconsistency | None:
    """`target-out-of-reach`: missed even if everything were built as early as can be."""
    most = _most(instance, target)
    if most >= target.value - 1e-9 * abs(target.value):
        return None
    text = phrase(
        "target-asks-for-by-all-projects-together",
        target=target.id,
        target_value=target.value,
        year=target.year,
        most=most,
    )
    advice = phrase("check-the-value-its-unit-the-outputs-of-the")
    return doubt("target-out-of-reach", "targets", index, "value", text, advice)


def _decides_one(instance: Instance, index: int, target: Target) -> Inconsistency | None:
    """`target-is-a-project`: one project is needed for a target, and enough for it alone.

    Needed: without it all others together fall short. Enough: beside what stands it meets the
    target in each of its options. Who cannot bring it in time, or is out of the target's scope,
    does not count, and what must be built anyway leaves nothing to decide.
    """
    bring = {
        project.id: brought
        for project in instance.projects
        if (brought := _brought(instance, project, target)) and any(brought)
    }
    there = {name for name in bring if stands(instance.project_by_id[name])}
    asked = target.value - target.existing - sum(max(bring[name]) for name in there)
    least = asked - 1e-9 * abs(target.value)
    if least <= 0.0:
        return None
    able = {name: amounts for name, amounts in bring.items() if name not in there}
    total = sum(max(amounts) for amounts in able.values())
    found = [
        name
        for name, amounts in able.items()
        if min(amounts) >= least > total - max(amounts)
        and not must_be_built(instance.project_by_id[name])
    ]
    if len(found) != 1:
        return None
    is_exact = set(able[found[0]]) == {asked} and len(bring) == 1
    text = "target-is-what-one-project-brings" if is_exact else "target-hangs-on-one-project"
    return Inconsistency(
        "target-is-a-project",
        "targets",
        index,
        "value",
        phrase(text, target=target.id, project=found[0]),
        phrase("check-that-the-target-is-no-echo-of-the-project"),
        Severity.NOTE,
    )


def _brought(instance: Instance, project: Project, target: Target) -> list[float]:
    """What each option of `project` may bring of the target's metric; empty: nothing of it."""
    if not _in_scope(instance, project, target):
        return []
    if not any(target.metric in option.outputs for option in project.options):
        return []
    begin = instance.settings.horizon.first_year
    return [_contribution(instance, project, option, target, begin) for option in project.options]


def _most(instance: Instance, target: Target) -> float:
    """What a target's metric could reach if everything in scope were built as early as can be."""
    total = target.existing
    first = instance.settings.horizon.first_year
    begin = max(target.from_year or first, first)
    for project in instance.projects:
        if not _in_scope(instance, project, target):
            continue
        total += max(
            (_contribution(instance, project, option, target, begin) for option in project.options),
            default=0.0,
        )
    return total


def _in_scope(instance: Instance, project: Project, target: Target) -> bool:
    spots = {project.place, project.from_place, project.to_place}
    leader = instance.jurisdiction_of(project)
    return (
        (not target.sectors or project.sector in target.sectors)
        and (not target.jurisdictions or leader in target.jurisdictions)
        and (not target.places or bool(spots & set(target.places)))
    )


def _contribution(
    instance: Instance, project: Project, option: Option, target: Target, begin: int
) -> float:
    if stands(project):  # no investment, start or opening of the plan, but it operates
        begun = instance.settings.horizon.first_year
        lasts = last_year_of_standing(project, begun) >= target.year
        return option.outputs.get(target.metric, 0.0) if lasts else 0.0
    first, last = option_window(instance, project, option)
    if project.mandatory is Mandate.MUST_NOT or first > last:
        return 0.0
    opening = first + option.lead_time
    if target.metric == INVESTMENT:
        return option.overnight_cost if first <= target.year else 0.0
    if target.metric == PROJECTS_STARTED:
        return float(first <= target.year and last >= begin)
    if target.metric == PROJECTS_OPENED:
        return float(opening <= target.year)
    return option.outputs.get(target.metric, 0.0) if opening <= target.year else 0.0
