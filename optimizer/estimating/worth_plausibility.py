"""Doubts about what projects are worth: nothing stated, stated twice, out of all proportion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.errors import Severity
from infraplan.models.horizon import Objective
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.network import NetworkKind
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Option, Project, Stage
from infraplan.models.relation import Relation, RelationType, RenewalMode
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.estimating.proportion_plausibility import proportion_doubts

MOST_TOLD = 5
"""Projects without any worth that are told one by one; more are told in one remark."""
MOST_UPKEEP = 10.0
"""Times its benefits of the best year that a project may cost to run before a unit is doubted."""
MOST_SIBLINGS = 0.5
"""Part of its siblings that must have a benefit for one of 0 to be questioned."""
SAME = 1e-2
"""Part by which two amounts may differ and still be the same benefit."""
COUNTED = {
    NetworkKind.TRANSPORT: ("time", "trip", "travel"),
    NetworkKind.WATER: ("water", "supply"),
    NetworkKind.POWER: ("power", "electricity", "supply"),
    NetworkKind.GAS: ("gas", "supply"),
}
"""Words of a stream that names what a network of the kind counts by itself."""
BESIDE = ("freight", "local", "reliab", "quality", "irrigation")
"""Words of a stream that names what it leaves out."""


def worth_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield doubts about benefits, amounts and targets of `instance`."""
    yield from _without_worth(instance)
    yield from _zero_among_siblings(instance)
    yield from _dearer_to_run(instance)
    yield from proportion_doubts(instance)
    yield from _counted_twice(instance)
    yield from _in_both_tables(instance)


def _without_worth(instance: Instance) -> Iterator[Inconsistency]:
    """`no-benefit`: nothing says what a project is good for, so that no plan builds it."""
    if instance.settings.objective is not Objective.NPV:
        return
    useful = _useful(instance) | set(_zeros(instance))
    idle = [
        (index, project)
        for index, project in enumerate(instance.projects)
        if duty_of(project) is Mandate.FREE
        and project.stage is not Stage.COMPLETE
        and project.id not in useful
    ]
    advice = phrase("give-its-benefits-or-let-infraplan-estimate-fill")
    if len(idle) > MOST_TOLD:
        names = listed(project.id for _, project in idle[:MOST_TOLD])
        text = phrase("projects-have-no-benefits", count=len(idle), names=names)
        yield doubt("no-benefit", "projects", None, "benefits", text, advice)
        return
    for index, project in idle:
        text = phrase("project-has-no-benefits", project=project.id)
        yield doubt("no-benefit", "projects", index, "benefits", text, advice)


def _zeros(instance: Instance) -> dict[str, tuple[int, int]]:
    """Projects that state a benefit of 0 and have nothing else to speak for them.

    With each the number of other projects of its subsector that have a benefit, and of all others.
    Where fewer than half of them have one, a 0 is nothing strange.
    """
    useful, groups = _useful(instance), defaultdict[str, list[Project]](list)
    for project in instance.projects:
        groups[project.subsector].append(project)
    rows = {row.project for row in instance.benefits}
    found = {}
    for project in instance.projects:
        states = project.id in rows or any(option.benefits for option in project.options)
        if not states or project.id in useful or not project.subsector:
            continue
        others = [other for other in groups[project.subsector] if other is not project]
        count = sum(_has_benefit(instance, other) for other in others)
        if others and count >= MOST_SIBLINGS * len(others):
            found[project.id] = (count, len(others))
    return found


def _has_benefit(instance: Instance, project: Project) -> bool:
    """Whether any of its benefits is not 0."""
    return any(value for option in project.options for value in option.benefits.values()) or any(
        row.value for row in instance.benefits if row.project == project.id
    )


def _zero_among_siblings(instance: Instance) -> Iterator[Inconsistency]:
    """`benefit-zero`: a benefit of 0 where others of the subsector have one."""
    if instance.settings.objective is not Objective.NPV:
        return
    zeros = _zeros(instance)
    for index, project in enumerate(instance.projects):
        is_chosen = duty_of(project) is Mandate.FREE and project.stage is not Stage.COMPLETE
        if project.id in zeros and is_chosen:
            count, most = zeros[project.id]
            text = phrase(
                "benefit-is-zero-among-siblings",
                project=project.id,
                subsector=project.subsector,
                count=count,
                most=most,
            )
            advice = phrase("give-its-benefits-or-let-infraplan-estimate-fill")
            yield doubt("benefit-zero", "projects", index, "benefits", text, advice)


def _dearer_to_run(instance: Instance) -> Iterator[Inconsistency]:
    """`om-above-benefits`: a project that costs more to run than it brings in its best year.

    Where it costs many times as much, a unit is doubted; else it is a poor project, which no plan
    builds: all of these are one remark.
    """
    if instance.settings.objective is not Objective.NPV:
        return
    useful, poor = _useful(instance, by_benefits=False), list[str]()
    for index, project in enumerate(instance.projects):
        is_chosen = duty_of(project) is Mandate.FREE and project.stage is not Stage.COMPLETE
        if not is_chosen or project.id in useful:
            continue
        found = [(option, _best_year(instance, project, option)) for option in project.options]
        option, best = max(found, key=lambda pair: pair[1] - pair[0].fixed_om_cost)
        if not 0.0 < best < option.fixed_om_cost:
            continue
        if option.fixed_om_cost < MOST_UPKEEP * best:
            poor.append(project.id)
            continue
        text = phrase(
            "project-is-dearer-to-run",
            project=project.id,
            om=option.fixed_om_cost,
            benefit=best,
        )
        advice = phrase("check-the-unit-of-both")
        yield doubt("om-above-benefits", "projects", index, "fixed_om_cost", text, advice)
    if poor:
        text = phrase("projects-are-dearer-to-run", count=len(poor), names=listed(poor[:MOST_TOLD]))
        advice = phrase("see-whether-a-benefit-is-missing")
        told = doubt("om-above-benefits", "projects", None, "fixed_om_cost", text, advice)
        yield replace(told, severity=Severity.NOTE)


def _best_year(instance: Instance, project: Project, option: Option) -> float:
    """Most that the benefits of an option can be in one year of the appraisal."""
    most = instance.end_year - instance.settings.horizon.first_year
    total = sum(option.benefits.values()) * max(1.0, (1.0 + option.benefit_growth) ** most)
    for row in instance.benefits:
        if row.project == project.id and row.option in {"", option.option}:
            total += row.value * max(1.0, (1.0 + row.growth) ** most)
    return total


def _useful(instance: Instance, *, by_benefits: bool = True) -> set[str]:
    """Projects that benefits, priced or targeted outputs, networks, money or others speak for.

    Without `by_benefits` those alone that something else speaks for.
    """
    prices = instance.settings.appraisal.metric_prices
    asked = set(prices) | {target.metric for target in instance.targets}
    found = {row.project for row in instance.receipts}
    found |= {row.project for row in instance.benefits if row.value and by_benefits}
    found |= {row.project for row in instance.project_network}
    for relation in instance.relations:
        # What comes first is built for what follows it, or for the value of both together.
        found |= set(relation.from_projects)
        if _gains_by(instance, relation):
            found |= set(relation.to_projects)
    found |= {row.project for row in instance.stated_dates if row.breach_cost}
    for policy in instance.policies:
        if policy.kind.value.endswith("floor"):
            found |= {project.id for project in instance.projects}
    counted = {target.metric for target in instance.targets} & {
        "investment",
        "projects_started",
        "projects_opened",
    }
    for project in instance.projects:
        if counted or any(
            (by_benefits and any(o.benefits.values())) or asked & set(o.outputs)
            for o in project.options
        ):
            found.add(project.id)
    return found


def _gains_by(instance: Instance, relation: Relation) -> bool:
    """Whether a relation itself is a reason to build what it names in `to`.

    By a value of all together, by a duty, or by what is saved where something is retired.
    """
    if relation.type is RelationType.RENEWS:
        return relation.renewal is RenewalMode.AUTOMATIC
    if relation.type is RelationType.RETIRES:
        olds = [instance.project_by_id[name] for name in relation.from_projects]
        changed = {row.project for row in instance.project_network}
        changed |= {row.project for row in instance.receipts}
        saves = any(o.fixed_om_cost for old in olds for o in old.options)
        return bool(relation.value) or saves or any(old.id in changed for old in olds)
    return relation.type in (
        RelationType.SYNERGY,
        RelationType.ALL_OR_NONE,
        RelationType.SHARED_WORKS,
    )


def _counted_twice(instance: Instance) -> Iterator[Inconsistency]:
    """`benefit-twice`: a benefit in a column that a price of outputs or a network counts too."""
    prices = instance.settings.appraisal.metric_prices
    kinds = _kinds_of_projects(instance)
    for index, project in enumerate(instance.projects):
        told: list[Phrase] = []
        for option in project.options:
            priced = {m: prices[m] * n for m, n in option.outputs.items() if prices.get(m)}
            for stream, value in option.benefits.items():
                for metric, worth in priced.items():
                    if stream == metric or abs(value - worth) <= SAME * max(abs(value), abs(worth)):
                        told.append(phrase("price-of-metric", metric=metric, stream=stream))
                for kind in kinds.get(project.id, ()):
                    if _names_what_is_counted(stream, kind):
                        told.append(phrase("network-of-kind", kind=kind, stream=stream))
            told += [
                phrase("network-and-price", metric=metric)
                for metric in priced
                for kind in kinds.get(project.id, ())
                if _names_what_is_counted(metric, kind)
            ]
        if told:
            text = phrase(
                "one-benefit-is-counted-twice", project=project.id, told=listed(_once(told))
            )
            advice = phrase("leave-the-benefit-in-one-place")
            yield doubt("benefit-twice", "projects", index, "benefits", text, advice)


def _in_both_tables(instance: Instance) -> Iterator[Inconsistency]:
    """`benefit-twice`: a stream of one option in the column and in a row, or in two rows."""
    rows: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for index, row in enumerate(instance.benefits):
        project = instance.project_by_id[row.project]
        options = [o for o in project.options if row.option in {"", o.option}]
        written = [o.benefits[row.stream] for o in options if o.benefits.get(row.stream)]
        for_all = rows[row.project, row.stream]
        others = [v for name, v in for_all.items() if v and not (row.option and name)]
        for_all[row.option] = row.value
        if not row.value or not (written or others):
            continue
        if written:
            told = phrase(
                "stream-in-both-tables", stream=row.stream, value=max(written), row=row.value
            )
        else:
            told = phrase("stream-in-two-rows", stream=row.stream, value=others[0], row=row.value)
        text = phrase("one-benefit-is-counted-twice", project=row.project, told=told)
        advice = phrase("leave-the-stream-in-one-table")
        yield doubt("benefit-twice", "benefits", index, "stream", text, advice)


def _once(told: list[Phrase]) -> list[Phrase]:
    return list({str(item): item for item in told}.values())


def _names_what_is_counted(name: str, kind: NetworkKind) -> bool:
    plain = name.casefold()
    return any(word in plain for word in COUNTED.get(kind, ())) and not any(
        word in plain for word in BESIDE
    )


def _kinds_of_projects(instance: Instance) -> dict[str, set[NetworkKind]]:
    """Kinds of the networks that each project changes."""
    kinds = {node.id: node.kind for node in instance.network_nodes}
    kinds |= {link.id: kinds[link.from_node] for link in instance.network_links}
    found: defaultdict[str, set[NetworkKind]] = defaultdict(set)
    for row in instance.project_network:
        found[row.project].add(kinds[row.element])
    return found
