"""Checks that every id is known and unique and that the tables make sense together.

Each problem is located by table, position in the table and field, so that a reader can add the
file, sheet and row. All problems are collected; nothing is raised here.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from infraplan.models.agreement import agreement_faults
from infraplan.models.base import references_of
from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.inconsistency import Inconsistency, closest, ids_by_name, table_named
from infraplan.models.money_checks import (
    check_money,
    check_preset_years,
    check_rule_scopes,
    check_rule_sets,
)
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.network_checks import network_faults
from infraplan.models.policy import PER_HEAD
from infraplan.models.problem import Problem
from infraplan.models.progress import (
    duty_of,
    may_be_over,
    must_be_built,
    rest_of_works,
    stands,
)
from infraplan.models.progress_checks import check_progress, too_long_works
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.models.renewal_checks import check_renewals
from infraplan.models.retirement_checks import check_retirements
from infraplan.models.target import BUILT_IN_METRICS


def find_inconsistencies(instance: Problem) -> tuple[Inconsistency, ...]:
    """Return every problem of `instance`, in table order; empty where it is consistent."""
    return tuple(problem for check in CHECKS for problem in check(instance))


def _unique(table: str, keys: Iterable[tuple[str, ...]], field: str) -> Iterator[Inconsistency]:
    seen: dict[tuple[str, ...], int] = {}
    for index, key in enumerate(keys):
        if key in seen:
            text = " / ".join(key)
            yield Inconsistency(
                "duplicate-id",
                table,
                index,
                field,
                phrase("stands-twice-first-as-entry-of-the-table", text=text, first=seen[key] + 1),
                phrase("give-each-row-its-own-id-or-delete-one-of-the"),
            )
        else:
            seen[key] = index


def _check_unique(instance: Problem) -> Iterator[Inconsistency]:
    for table in (
        "projects",
        "jurisdictions",
        "pools",
        "funds",
        "instruments",
        "targets",
        "policies",
        "places",
        "network_links",
        "demands",
        "network_nodes",
        "scenarios",
    ):
        yield from _unique(table, ((row.id,) for row in getattr(instance, table)), "id")
    yield from _unique("inflows", ((r.fund, str(r.year)) for r in instance.inflows), "year")
    yield from _unique(
        "fiscal", ((r.jurisdiction, r.item, str(r.year)) for r in instance.fiscal), "year"
    )
    yield from _unique(
        "debt", ((r.jurisdiction, r.pool, str(r.year)) for r in instance.debt), "year"
    )
    yield from _unique("start_paces", ((r.label,) for r in instance.start_paces), "sector")
    yield from _unique("stated_dates", ((r.project, r.kind) for r in instance.stated_dates), "kind")
    yield from _unique("shares", ((r.project, r.jurisdiction) for r in instance.shares), "project")
    yield from _unique("agreements", ((r.project,) for r in instance.agreements), "project")
    for index, project in enumerate(instance.projects):
        names = [option.option for option in project.options]
        for position, name in enumerate(names):
            if name in names[:position]:
                yield Inconsistency(
                    "duplicate-id",
                    "projects",
                    index,
                    "option",
                    phrase("project-has-two-options-called", project=project.id, name=name),
                    phrase("give-each-option-its-own-name"),
                    option=position,
                )
    shared = {row.id for row in instance.funds} & {row.id for row in instance.instruments}
    for index, row in enumerate(instance.instruments):
        if row.id in shared:
            yield Inconsistency(
                "duplicate-id",
                "instruments",
                index,
                "id",
                phrase("names-a-fund-as-well-as-an-instrument", id=row.id),
                phrase("give-the-instrument-another-id"),
            )


_NAMED_BY_ID = ("projects", "jurisdictions", "pools", "funds", "places", "network_nodes")
"""Tables whose ids other tables use; a field that refers to one of them says so where it stands."""


def _references(instance: Problem) -> Iterator[tuple[str, int, str, str, str]]:
    """Yield (table, index, field, id used, table it must be in)."""
    for table in type(instance).model_fields:
        rows = getattr(instance, table)
        if table == "settings" or not rows:
            continue
        for field, where in references_of(type(rows[0])).items():
            if where not in _NAMED_BY_ID:
                continue
            for index, row in enumerate(rows):
                used = getattr(row, field)
                for name in (used,) if isinstance(used, str) else used or ():
                    yield table, index, field, name, where
    for index, pool in enumerate(instance.pools):
        for jurisdiction, fund in pool.service_funds.items():
            yield "pools", index, "service_funds", jurisdiction, "jurisdictions"
            yield "pools", index, "service_funds", fund, "funds"


def _check_references(instance: Problem) -> Iterator[Inconsistency]:
    known: dict[str, set[str]] = {
        table: {row.id for row in getattr(instance, table)} for table in _NAMED_BY_ID
    }
    known["jurisdictions"] = set(instance.jurisdiction_ids)
    if not instance.pools:
        known["pools"] = {row.pool for row in instance.instruments} | {
            row.pool for row in instance.debt
        }
    names = functools.cache(lambda where: ids_by_name(getattr(instance, where)))
    for table, index, field, used, where in _references(instance):
        if used not in known[where]:
            yield Inconsistency(
                "unknown-id",
                table,
                index,
                field,
                phrase("is-not-an-id-in", used=used, where=table_named(where)),
                closest(used, known[where], table_named(where), names(where)),
            )
    elements = known["network_nodes"] | {row.id for row in instance.network_links}
    for index, change in enumerate(instance.project_network):
        if change.element not in elements:
            yield Inconsistency(
                "unknown-id",
                "project_network",
                index,
                "element",
                phrase("is-not-an-id-in-network-links-or-network", element=change.element),
                closest(change.element, elements, phrase("network-links-or-network-nodes")),
            )
    for table in ("benefits", "receipts"):
        for index, row in enumerate(getattr(instance, table)):
            project = instance.project_by_id.get(row.project)
            if project and row.option and row.option not in {o.option for o in project.options}:
                yield Inconsistency(
                    "unknown-id",
                    table,
                    index,
                    "option",
                    phrase("project-has-no-option", project=project.id, option=row.option),
                    phrase("leave-it-blank-for-all-options"),
                )


def start_window(instance: Problem, project: Project) -> tuple[int, int]:
    """First and last year in which `project` may start; empty where first > last.

    The window is cut by the plan's years, the maturity gates, the stage gate of the instance and
    `open_by` (with the shortest lead time of its options). A committed project starts in the
    first year.
    """
    horizon = instance.settings.horizon
    first, last = horizon.first_year, horizon.last_year
    if duty_of(project) is Mandate.COMMITTED:
        return first, first
    gates = [first + instance.settings.stage_gates.get(project.stage, 0)]
    gates += project.ready_years.values()
    if project.earliest_start is not None:
        gates.append(project.earliest_start)
    if project.latest_start is not None:
        last = min(last, project.latest_start)
    if project.open_by is not None:
        last = min(last, project.open_by - min(o.lead_time for o in project.options))
    return max([first, *gates]), last


def profile_years(option: Option) -> int:
    """Years in which `option` spends: its profile's length, else max(1, lead_time)."""
    return len(option.spending_profile) or max(1, option.lead_time)


def option_window(instance: Problem, project: Project, option: Option) -> tuple[int, int]:
    """First and last year in which `option` may start; empty where first > last.

    Its spending must end inside the plan, where budgets govern it, unless it may go on after it
    (then within the appraisal, which counts it); and it must open by `open_by`, and while that
    still operates which it retires.
    Of works under way what is left of them counts; what stands already cannot start.
    """
    first, last = start_window(instance, project)
    if stands(project):
        return first, first - 1
    option = rest_of_works(project, option, instance.settings.horizon.first_year)
    end = instance.settings.horizon.last_year
    if instance.may_spend_after(project):
        end = instance.end_year
    last = min(last, end - profile_years(option) + 1)
    if project.open_by is not None:
        last = min(last, project.open_by - option.lead_time)
    ends = (year - option.lead_time for year in instance.ends_of_retired(project))
    return first, min([last, *ends])


def _check_windows(instance: Problem) -> Iterator[Inconsistency]:
    for index, project in enumerate(instance.projects):
        if (
            project.earliest_start is not None
            and project.latest_start is not None
            and project.earliest_start > project.latest_start
        ):
            yield Inconsistency(
                "impossible-window",
                "projects",
                index,
                "latest_start",
                phrase(
                    "project-may-start-from-but-only-until",
                    project=project.id,
                    earliest_start=project.earliest_start,
                    latest_start=project.latest_start,
                ),
                phrase("latest-start-must-not-be-before-earliest"),
                reads=frozenset({"earliest_start", "latest_start"}),
            )
            continue
        windows = [option_window(instance, project, option) for option in project.options]
        first, last = windows[0][0], max(window[1] for window in windows)
        is_asked = must_be_built(project) and not stands(project)
        if first > last and is_asked:
            words = too_long_works(instance, project, *start_window(instance, project)) or (
                phrase(
                    "project-must-be-built-but-its-window-is-empty",
                    project=project.id,
                    first=first,
                    last=last,
                ),
                phrase("widen-the-window-its-gates-or-open-by-shorten"),
            )
            yield Inconsistency("impossible-window", "projects", index, "mandatory", *words)
    settings = instance.settings
    if settings.appraisal.end_year is not None and (
        settings.appraisal.end_year < settings.horizon.last_year
    ):
        yield Inconsistency(
            "impossible-window",
            "instance",
            None,
            "appraisal.end_year",
            phrase(
                "the-appraisal-ends-in-before-the-plan-s-last",
                end_year=settings.appraisal.end_year,
                last_year=settings.horizon.last_year,
            ),
            phrase("end-year-must-not-be-before-the-last-year-of"),
        )


_NEEDS_TO = ORDER_TYPES | {RelationType.RENEWS, RelationType.RETIRES}
_NEEDS_VALUE = {RelationType.SYNERGY, RelationType.SUBSTITUTE, RelationType.SHARED_WORKS}


def _relation_faults(relation: Relation) -> Iterator[tuple[str, Phrase, Phrase]]:
    if relation.type in _NEEDS_TO and not relation.to_projects:
        yield (
            "to_projects",
            phrase("a-relation-needs-a-to-project", type=relation.type),
            phrase("name-the-follower"),
        )
    if len(relation.members) < 2 and relation.to_projects:
        yield (
            "to_projects",
            phrase("a-project-is-related-to-itself"),
            phrase("name-two-different-projects"),
        )
    elif len(relation.members) < 2:
        yield (
            "from_projects",
            phrase("a-relation-needs-at-least-two-projects"),
            phrase("name-two-projects"),
        )
    elif relation.type in _NEEDS_TO and set(relation.from_projects) & set(relation.to_projects):
        yield (
            "to_projects",
            phrase("a-project-is-its-own-predecessor"),
            phrase("take-it-out-of-one-side"),
        )
    if relation.type in _NEEDS_VALUE and relation.value is None:
        yield (
            "value",
            phrase("a-relation-needs-a-value", type=relation.type),
            phrase("give-the-money-it-is-worth"),
        )
    if relation.type is RelationType.AT_MOST and relation.count is None:
        yield (
            "count",
            phrase("an-at-most-relation-needs-a-count"),
            phrase("give-how-many-may-be-built"),
        )
    if relation.count is not None:
        among = relation.from_projects if relation.type in ORDER_TYPES else relation.members
        if relation.count > len(among):
            yield (
                "count",
                phrase(
                    "count-is-but-there-are-only-members",
                    count=relation.count,
                    num_among=len(among),
                ),
                phrase("count-must-be-between-1-and", num_among=len(among)),
            )
    if relation.value is not None and relation.value < 0 and relation.type in _NEEDS_VALUE:
        yield (
            "value",
            phrase("a-relation-s-value-is-negative", type=relation.type),
            phrase("state-it-as-positive"),
        )


def _check_relations(instance: Problem) -> Iterator[Inconsistency]:
    for index, relation in enumerate(instance.relations):
        for field, message, advice in _relation_faults(relation):
            yield Inconsistency("relation-form", "relations", index, field, message, advice)
    yield from _check_cycles(instance)


def _check_cycles(instance: Problem) -> Iterator[Inconsistency]:
    """Report order relations that close a circle: none of its members could ever start.

    A circle of `requires` or of start-to-start relations without lag is harmless (all or none).
    """
    arcs: dict[tuple[str, str], int] = {}
    for index, relation in enumerate(instance.relations):
        strict = relation.type in {
            RelationType.FINISH_TO_START,
            RelationType.START_TO_START,
            RelationType.FINISH_TO_FINISH,
            RelationType.RENEWS,
        }
        everyone = relation.count is None or relation.count == len(relation.from_projects)
        if strict and everyone and relation.is_enforced:
            for before in relation.from_projects:
                for after in relation.to_projects:
                    arcs[before, after] = index
    if not _has_circle(arcs):
        return
    import networkx as nx  # here, so that reading an instance without a circle does not wait for it

    graph: nx.DiGraph[str] = nx.DiGraph()
    for (before, after), index in arcs.items():
        graph.add_edge(before, after, index=index)
    for component in nx.strongly_connected_components(graph):
        if len(component) < 2:
            continue
        cycle = nx.find_cycle(graph.subgraph(sorted(component)), orientation=None)
        names = [edge[0] for edge in cycle] + [cycle[0][0]]
        index = min(graph.edges[edge[0], edge[1]]["index"] for edge in cycle)
        yield Inconsistency(
            "precedence-cycle",
            "relations",
            index,
            "to_projects",
            phrase("these-projects-wait-for-one-another-in-a", circle=" -> ".join(names)),
            phrase("delete-or-turn-round-one-of-the-relations"),
        )


def _has_circle(arcs: Iterable[tuple[str, str]]) -> bool:
    """Whether the arcs, each from a node to another, lead from some node back to itself."""
    before: dict[str, set[str]] = defaultdict(set)
    for tail, head in arcs:
        if tail != head:
            before[head].add(tail)
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        return True
    return False


def _check_metrics(instance: Problem) -> Iterator[Inconsistency]:
    years = instance.settings.horizon.years
    for index, target in enumerate(instance.targets):
        if target.year not in years:
            yield Inconsistency(
                "outside-plan",
                "targets",
                index,
                "year",
                phrase(
                    "target-is-set-for-outside-the-plan-s-years",
                    target=target.id,
                    year=target.year,
                    first=years[0],
                    last=years[-1],
                ),
                phrase("choose-a-year-of-the-plan"),
            )
        if target.from_year is not None and target.from_year > target.year:
            yield Inconsistency(
                "impossible-window",
                "targets",
                index,
                "from_year",
                phrase(
                    "target-counts-from-but-ends-in",
                    target=target.id,
                    from_year=target.from_year,
                    year=target.year,
                ),
                phrase("from-year-must-not-be-after-year"),
            )
    delivered = {
        metric
        for project in instance.projects
        for option in project.options
        for metric in option.outputs
    } | BUILT_IN_METRICS
    for index, target in enumerate(instance.targets):
        if (
            target.hard
            and target.metric not in delivered
            and not target.metric.startswith((SERVED, TRAVEL_TIME))
            and target.sense == ">="
            and (target.value > target.existing)
        ):
            yield Inconsistency(
                "unreachable-target",
                "targets",
                index,
                "metric",
                phrase(
                    "no-project-delivers-and-exists-of-the-that",
                    metric=target.metric,
                    existing=target.existing,
                    target=target.value,
                    target_id=target.id,
                ),
                phrase("add-the-metric-to-the-outputs-of-projects-or"),
            )


def _check_extents(instance: Problem) -> Iterator[Inconsistency]:
    for index, row in enumerate(instance.jurisdictions):
        lons, lats = row.extent[::2], row.extent[1::2]
        whole = len(lons) == len(lats) and len(lons) != 1 and len(lons) != 2
        inside = all(abs(lon) <= 180.0 for lon in lons) and all(abs(lat) <= 90.0 for lat in lats)
        if not (whole and inside):
            yield Inconsistency(
                "extent-form",
                "jurisdictions",
                index,
                "extent",
                phrase("the-outline-of-is-not-a-list-of-at-least", id=row.id),
                phrase("give-lon1-lat1-lon2-lat2-lon3-lat3-or-leave"),
            )


_SPANS = (
    ("instruments", "first_year", "last_year"),
    ("policies", "from_year", "to_year"),
    ("resources", "from_year", "to_year"),
    ("shares", "min_share", "max_share"),
)


def _check_spans(instance: Problem) -> Iterator[Inconsistency]:
    """Report spans that end before they begin, and assets without a year of life."""
    for table, low, high in _SPANS:
        for index, row in enumerate(getattr(instance, table)):
            begin, end = getattr(row, low), getattr(row, high)
            if begin is not None and end is not None and begin > end:
                yield Inconsistency(
                    "impossible-window",
                    table,
                    index,
                    high,
                    phrase("is-below-which-is", high=high, end=end, low=low, begin=begin),
                    phrase("must-not-be-below", high=high, low=low),
                )
    for index, project in enumerate(instance.projects):
        for position, option in enumerate(project.options):
            if option.lifetime < 1 and not may_be_over(
                project, instance.settings.horizon.first_year
            ):
                yield Inconsistency(
                    "out-of-range",
                    "projects",
                    index,
                    "lifetime",
                    phrase(
                        "project-operates-for-years", project=project.id, lifetime=option.lifetime
                    ),
                    phrase("life-of-at-least-a-year"),
                    option=position,
                )


def _check_agreements(instance: Problem) -> Iterator[Inconsistency]:
    leaders = {project.id: instance.jurisdiction_of(project) for project in instance.projects}
    for fault in agreement_faults(instance.agreements, instance.shares, leaders):
        yield Inconsistency(
            "agreement-form", fault.table, fault.index, fault.field, fault.message, fault.advice
        )


def _check_start_paces(instance: Problem) -> Iterator[Inconsistency]:
    """Report paces of sectors that no project is in: they would limit nothing, in silence."""
    known = {project.sector for project in instance.projects}
    for index, pace in enumerate(instance.start_paces):
        if pace.sector and pace.sector not in known:
            yield Inconsistency(
                "unknown-id",
                "start_paces",
                index,
                "sector",
                phrase("no-project-is-in-sector", sector=pace.sector),
                closest(pace.sector, known, phrase("the-sectors-of-the-projects")),
            )


def _check_heads(instance: Problem) -> Iterator[Inconsistency]:
    """Report floors by head of jurisdictions that state no residents."""
    people = {row.id: row.population or 0.0 for row in instance.jurisdictions}
    for index, row in enumerate(instance.policies):
        if row.kind not in PER_HEAD:
            continue
        named = row.jurisdictions or tuple(people)
        lacking = [name for name in row.jurisdictions if name in people and not people[name]]
        if lacking or not any(people.get(name) for name in named):
            yield Inconsistency(
                "no-residents",
                "policies",
                index,
                "jurisdictions",
                phrase("policy-by-head-of-nobody", policy=row.id, names=listed(lacking)),
                phrase("state-the-population"),
            )


def _check_networks(instance: Problem) -> Iterator[Inconsistency]:
    for fault in network_faults(instance):
        yield Inconsistency(*fault)
    if instance.network_nodes or instance.network_links or instance.settings.networks:
        from infraplan.models.pressure_checks import pressure_faults  # few instances have any

        for fault in pressure_faults(instance):
            yield Inconsistency(*fault)


CHECKS: tuple[Callable[[Problem], Iterator[Inconsistency]], ...] = (
    _check_unique,
    _check_references,
    _check_windows,
    check_progress,
    _check_relations,
    check_renewals,
    check_retirements,
    check_money,
    _check_agreements,
    _check_metrics,
    _check_networks,
    check_rule_sets,
    check_preset_years,
    _check_extents,
    _check_spans,
    check_rule_scopes,
    _check_start_paces,
    _check_heads,
)
