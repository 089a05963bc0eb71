"""Named plausibility checks: what reads well and is consistent, and yet looks wrong.

Each check yields warnings located like the consistency checks, so that a reader can name the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.consistency import start_window
from infraplan.models.errors import Severity
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.place import Place
from infraplan.models.progress import duty_of, stands
from infraplan.models.progress_checks import too_long_works
from infraplan.models.project import Mandate, Option, Project, Stage
from infraplan.models.quantities import Confidence
from infraplan.models.regular_expressions import regex
from infraplan.models.relation import ORDER_TYPES, RelationType
from infraplan.optimizer.estimating.date_plausibility import date_doubts
from infraplan.optimizer.estimating.delivery_plausibility import delivery_doubts
from infraplan.optimizer.estimating.distance_plausibility import distance_doubts, distance_km
from infraplan.optimizer.estimating.idle_plausibility import idle_doubts
from infraplan.optimizer.estimating.implausibility import doubt, option_name
from infraplan.optimizer.estimating.impossible_plausibility import impossible_doubts
from infraplan.optimizer.estimating.library import estimate
from infraplan.optimizer.estimating.life_plausibility import life_doubts
from infraplan.optimizer.estimating.limit_plausibility import limit_doubts
from infraplan.optimizer.estimating.money_plausibility import money_doubts
from infraplan.optimizer.estimating.name_plausibility import name_doubts
from infraplan.optimizer.estimating.network_plausibility import network_doubts
from infraplan.optimizer.estimating.payer_plausibility import payer_doubts
from infraplan.optimizer.estimating.progress_plausibility import progress_doubts
from infraplan.optimizer.estimating.rule_plausibility import rule_doubts
from infraplan.optimizer.estimating.series_plausibility import series_doubts
from infraplan.optimizer.estimating.share_plausibility import share_doubts
from infraplan.optimizer.estimating.slip_plausibility import slip_doubts
from infraplan.optimizer.estimating.target_plausibility import target_doubts
from infraplan.optimizer.estimating.worth_plausibility import worth_doubts

BASIS = regex(r"([\d.]+) [^;]*? x (\w+) at ")
"""Size and type in a cost basis that the estimating library wrote."""
SLIPS = (10.0, 100.0, 10_000.0)
"""Factors by which a number is wrong when its unit is: ten, a hundred, and 万."""
LEEWAY = 2.0
"""How far outside the low-high range of its type a cost may lie before it is questioned."""
FAR_KM = 200.0
"""Distance between a place and the middle of its jurisdiction that is questioned."""
RICH_SHARE = 0.6
"""Yearly benefit as a share of cost above which it is questioned."""

MOST_SHUT = 5
"""Projects whose time has passed that are told one by one; a rolled plan may have many."""


def find_implausibilities(instance: Instance) -> tuple[Inconsistency, ...]:
    """Every doubt about `instance`, in the order of the checks; warnings and notes."""
    return tuple(found for check in CHECKS for found in check(instance))


def _policy_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Doubts about policies, loaded where there are any."""
    if instance.policies:
        from infraplan.optimizer.estimating.policy_plausibility import policy_doubts

        yield from policy_doubts(instance)


def _check_cost(instance: Instance) -> Iterator[Inconsistency]:
    """`cost-unit-slip`, `cost-range`: cost against size times the unit cost of its type."""
    if instance.settings.currency != "CNY":
        return
    factor = instance.settings.money_factor / 10_000.0
    for index, project in enumerate(instance.projects):
        if duty_of(project) is Mandate.COMMITTED:
            continue  # what remains of a cost says nothing about the whole
        for position, option in enumerate(project.options):
            # A basis in the library's own words says the size; else the usual one is taken.
            basis = BASIS.match(option.cost_basis)
            found = (
                estimate(project.subsector)
                if basis is None
                else estimate(project.subsector, float(basis[1]), type_name=basis[2])
            )
            if found is None or option.overnight_cost == 0.0:
                continue
            cost = option.overnight_cost * factor
            low, high = found.low / LEEWAY / 4, found.high * LEEWAY * 4
            if low <= cost <= high:
                continue
            named = instance.settings.money_unit or instance.settings.currency
            unit = pair(named, instance.settings.money_unit_zh or named)
            usual = phrase("from-to", low=found.low / factor, high=found.high / factor, unit=unit)
            slip = next(
                (s for k in SLIPS for s in (k, 1.0 / k) if found.low <= cost / s <= found.high),
                None,
            )
            yield _cost_doubt(index, project, position, usual, slip)


def _cost_doubt(
    index: int, project: Project, position: int, usual: Phrase, slip: float | None
) -> Inconsistency:
    """The doubt about a cost: `slip` times too much or too little, or off by no such factor."""
    values = {
        "project": option_name(project, position),
        "overnight_cost": project.options[position].overnight_cost,
        "subsector": project.subsector,
        "usual": usual,
    }
    place = ("projects", index, "overnight_cost")
    if slip is None:
        text = phrase("project-costs-a-of-usual-size-costs", **values)
        advice = phrase("check-the-amount-the-size-and-the-subsector")
        return doubt("cost-range", *place, text, advice, position)
    times = (
        phrase("times-too-much", slip=slip)
        if slip > 1
        else phrase("times-too-little", slip=1 / slip)
    )
    text = phrase("project-costs-as-if-a-of-this-size-costs", times=times, **values)
    advice = phrase("check-the-unit-of-the-amount")
    return doubt("cost-unit-slip", *place, text, advice, position)


def _check_missing_cost(instance: Instance) -> Iterator[Inconsistency]:
    """`no-cost`: a project that costs nothing would always be built."""
    for index, position, project, option in _options(instance):
        if option.overnight_cost == 0.0 and (option.benefits or option.outputs):
            yield doubt(
                "no-cost",
                "projects",
                index,
                "overnight_cost",
                phrase("project-costs-nothing", project=option_name(project, position)),
                phrase("give-its-cost-or-let-infraplan-estimate-fill"),
                position,
            )


def _options(instance: Instance) -> Iterator[tuple[int, int, Project, Option]]:
    """Position of the project, of the option in it, and both."""
    for index, project in enumerate(instance.projects):
        for position, option in enumerate(project.options):
            yield index, position, project, option


def _check_benefit(instance: Instance) -> Iterator[Inconsistency]:
    """`benefit-too-good`: a benefit that pays the cost back within a year or two."""
    for index, position, project, option in _options(instance):
        yearly = sum(option.benefits.values())
        whole = option.overnight_cost
        if duty_of(project) is Mandate.COMMITTED or option.lifetime <= 2 or whole <= 0.0:
            continue
        if yearly > RICH_SHARE * whole:
            yield doubt(
                "benefit-too-good",
                "projects",
                index,
                "benefits",
                phrase(
                    "project-yields-a-year-for-a-cost-of",
                    project=option_name(project, position),
                    yearly=yearly,
                    whole=whole,
                ),
                phrase("check-the-unit-of-the-benefit-and-that-it-is"),
                position,
            )


def _check_order(instance: Instance) -> Iterator[Inconsistency]:
    """`waits-for-a-study`: a project that is ready waits for one that is only studied."""
    for index, relation in enumerate(instance.relations):
        if relation.type not in ORDER_TYPES or not relation.is_enforced:
            continue
        if relation.count is not None and relation.count < len(relation.from_projects):
            continue
        studied = [p for p in relation.from_projects if _stage(instance, p) is Stage.STUDY]
        ready = [
            p
            for p in relation.to_projects
            if _stage(instance, p) in {Stage.START, Stage.UNDER_CONSTRUCTION, Stage.COMPLETE}
        ]
        if studied and ready:
            yield doubt(
                "waits-for-a-study",
                "relations",
                index,
                "from_projects",
                phrase(
                    "is-ready-but-waits-for-which-is-only-being",
                    ready=listed(ready),
                    studied=listed(studied),
                ),
                phrase("check-the-direction-of-the-relation-or-its"),
            )


def _check_recorded(instance: Instance) -> Iterator[Inconsistency]:
    """`relation-not-enforced`: relations that a reader may take for obeyed, and no plan obeys."""
    loose = [row for row in instance.relations if not row.is_enforced]
    inferred = [row for row in loose if row.confidence is Confidence.INFERRED]
    recorded = [row for row in loose if row.confidence is not Confidence.INFERRED]
    enables = [row for row in recorded if row.type is RelationType.ENABLES]
    others = [row for row in recorded if row.type is not RelationType.ENABLES]
    words = {
        "inferred-relations-are-not-enforced": (inferred, "make-it-explicit-or-of-another-type"),
        "enables-is-not-enforced": (enables, "write-an-order-a-choice-or-a-synergy"),
        "recorded-relations-are-not-enforced": (others, "make-it-explicit-or-of-another-type"),
    }
    for key, (rows, advice) in words.items():
        if not rows:
            continue
        yield Inconsistency(
            "relation-not-enforced",
            "relations",
            instance.relations.index(rows[0]),
            "confidence" if rows is inferred else "type",
            phrase(key, count=len(rows), names=listed([row.label for row in rows[:5]])),
            phrase(advice),
            Severity.NOTE,
        )


def _stage(instance: Instance, project: str) -> Stage:
    return instance.project_by_id[project].stage


def _middle_of(group: list[Place]) -> Place:
    """The median of their longitudes and of their latitudes."""
    lons, lats = sorted(p.lon or 0.0 for p in group), sorted(p.lat or 0.0 for p in group)
    return Place(id="middle", lon=lons[len(lons) // 2], lat=lats[len(lats) // 2])


def _check_places(instance: Instance) -> Iterator[Inconsistency]:
    """`place-far-away`: a project's place far from the middle of its leader's other places."""
    places = {place.id: place for place in instance.places}
    spots: dict[str, list[Place]] = {}
    for project in instance.projects:
        place = places.get(project.place or "")
        if place is not None and place.lon is not None and place.lat is not None:
            spots.setdefault(instance.jurisdiction_of(project), []).append(place)
    middles = {name: _middle_of(group) for name, group in spots.items() if len(group) >= 5}
    for index, project in enumerate(instance.projects):
        place = places.get(project.place or "")
        middle = middles.get(instance.jurisdiction_of(project))
        if place is None or place.lon is None or middle is None:
            continue
        away = distance_km(place, middle)
        if away is not None and away > FAR_KM + (place.accuracy_km or 0.0):
            yield doubt(
                "place-far-away",
                "projects",
                index,
                "place",
                phrase(
                    "project-lies-at-km-from-the-middle-of-its",
                    project=project.id,
                    place=place.id,
                    away=away,
                ),
                phrase("check-the-place-and-its-coordinates"),
            )


def _check_windows(instance: Instance) -> Iterator[Inconsistency]:
    """`works-too-long`, `window-shut`: what the plan may choose, but could never build."""
    shut: list[tuple[int, Project, int, int]] = []
    for index, project in enumerate(instance.projects):
        if stands(project) or duty_of(project) is not Mandate.FREE:
            continue  # what must be built and cannot be is an error
        first, last = start_window(instance, project)
        words = too_long_works(instance, project, first, last)
        if words is not None:
            yield doubt("works-too-long", "projects", index, "lead_time", *words)
        elif first > last and (project.latest_start, project.open_by) != (None, None):
            shut.append((index, project, first, last))
    advice = phrase("give-it-a-later-year-or-take-it-out")
    if len(shut) > MOST_SHUT:
        names = listed(project.id for _, project, _, _ in shut[:MOST_SHUT])
        text = phrase("projects-can-no-longer-start", count=len(shut), names=names)
        yield doubt("window-shut", "projects", None, "latest_start", text, advice)
        return
    for index, project, first, last in shut:
        by_start = project.latest_start is not None and project.latest_start < first
        text = phrase("project-can-no-longer-start", project=project.id, first=first, last=last)
        field = "latest_start" if by_start else "open_by"
        yield doubt("window-shut", "projects", index, field, text, advice)


def _check_late_money(instance: Instance) -> Iterator[Inconsistency]:
    """`nobody-pays-later`: works may go on after the plan, but a payer can pay nothing then.

    It borrows and has no fund; nothing is issued after the plan.
    """
    told: set[str] = set()
    for index, project in enumerate(instance.projects):
        if stands(project) or not instance.may_spend_after(project):
            continue
        for payer in instance.shares_of(project):
            borrows = bool(instance.instruments_by_payer.get(payer))
            if payer in told or not borrows or instance.funds_by_payer.get(payer):
                continue
            told.add(payer)
            yield doubt(
                "nobody-pays-later",
                "projects",
                index,
                "jurisdiction",
                phrase("works-may-go-on-but-the-payer-only-borrows", payer=payer),
                phrase("give-the-payer-a-fund-for-the-years-after", payer=payer),
            )


def _check_budget(instance: Instance) -> Iterator[Inconsistency]:
    """`budget-unit-slip`: yearly money a thousandth or a thousandfold of what projects cost."""
    if not instance.inflows or not instance.projects:
        return
    costs = sum(max(o.overnight_cost for o in p.options) for p in instance.projects)
    inflow = sum(row.value for row in instance.inflows)
    if costs > 0.0 and inflow > 0.0 and not 1e-3 < inflow / costs < 1e3:
        yield doubt(
            "budget-unit-slip",
            "inflows",
            0,
            "value",
            phrase("all-inflows-together-are-all-projects-cost", inflow=inflow, costs=costs),
            phrase("check-that-both-are-in-the-instance-s-money"),
        )


CHECKS: tuple[Callable[[Instance], Iterator[Inconsistency]], ...] = (
    _check_cost,
    _check_missing_cost,
    _check_benefit,
    _check_order,
    _check_recorded,
    target_doubts,
    _check_places,
    _check_windows,
    _check_late_money,
    _check_budget,
    worth_doubts,
    slip_doubts,
    series_doubts,
    money_doubts,
    payer_doubts,
    limit_doubts,
    _policy_doubts,
    idle_doubts,
    impossible_doubts,
    name_doubts,
    rule_doubts,
    date_doubts,
    network_doubts,
    life_doubts,
    progress_doubts,
    distance_doubts,
    delivery_doubts,
    share_doubts,
)
