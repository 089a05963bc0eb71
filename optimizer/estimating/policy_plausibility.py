"""Doubts about policies: floors that the caps beside them leave no room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind
from infraplan.models.progress import stands
from infraplan.models.project import Project
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.verify.violations import SMALLEST_MONEY

ROUNDING = 1e-9
"""Part of a floor that a cap may be short of it: both are typed, or made of each other."""

HALF = SMALLEST_MONEY / 2.0
"""Most that a cap may be short: money holds to the smallest unit."""

_MEASURES = {
    PolicyKind.SPEND_CAP: "spend",
    PolicyKind.SPEND_FLOOR: "spend",
    PolicyKind.SPEND_PER_HEAD_FLOOR: "spend",
    PolicyKind.SPEND_SHARE_CAP: "share",
    PolicyKind.SPEND_SHARE_FLOOR: "share",
    PolicyKind.STARTS_CAP: "starts",
    PolicyKind.STARTS_FLOOR: "starts",
}
"""What each kind measures; benefits have floors alone."""
_CAPS = frozenset((PolicyKind.SPEND_CAP, PolicyKind.SPEND_SHARE_CAP, PolicyKind.STARTS_CAP))


@dataclass(frozen=True)
class _Limit:
    """One row of a policy: no more, or no less, than `value` of `scope` in `years` together."""

    policy: int | None
    """Its row in the table; None: that shares add up to 1."""
    measure: str
    is_cap: bool
    value: float
    scope: frozenset[int]
    years: frozenset[int]

    def holds(self, other: _Limit) -> bool:
        """Whether all that `other` counts is counted here too."""
        return other.scope <= self.scope and other.years <= self.years

    def meets(self, other: _Limit) -> bool:
        """Whether something is counted in both."""
        return not (self.scope.isdisjoint(other.scope) or self.years.isdisjoint(other.years))

    def cells(self, other: _Limit) -> set[tuple[int, int]]:
        """Projects and years that both count."""
        scope, years = self.scope & other.scope, self.years & other.years
        return {(at, year) for at in scope for year in years}


def policy_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """`policies-opposed`: floors that no plan can hold, since caps leave less in all.

    Told once for each floor or cap: floors of parts that have nothing in common and ask for more
    than the cap of them all, or a floor above what caps of its parts and years leave together.
    """
    limits = [
        row
        for index, policy in enumerate(instance.policies)
        for row in _rows(instance, index, policy)
    ]
    floors = [row for row in limits if not row.is_cap and row.value > 0.0]
    yield from _out_of_reach(instance, floors)
    floors = [row for row in floors if row.scope]
    caps = [row for row in limits if row.is_cap]
    whole = frozenset(at for at, row in enumerate(instance.projects) if not stands(row))
    shared = {row.years for row in floors if row.measure == "share"}
    caps += [_Limit(None, "share", True, 1.0, whole, years) for years in shared]
    told = set[tuple[int | None, ...]]()
    for cap in caps:
        yield from _told_once(instance, _parts_of(cap, floors), [cap], told)
    floors += [
        _Limit(None, "share", False, 1.0, whole, row.years)
        for row in caps
        if row.measure == "share" and row.policy is not None
    ]
    for floor in dict.fromkeys(floors):
        yield from _told_once(instance, [floor], _around(floor, caps), told)


def _out_of_reach(instance: Instance, floors: list[_Limit]) -> Iterator[Inconsistency]:
    """`floor-out-of-reach`: a floor of which no project can be part, or of more starts than works.

    Shares of nothing hold, and what began before the plan is no start of it.
    """
    told = set[int | None]()
    for row in floors:
        most = len(row.scope) if row.measure == "starts" else row.value if row.scope else 0.0
        if row.measure == "share" or row.value <= most + ROUNDING or row.policy in told:
            continue
        told.add(row.policy)
        yield doubt(
            "floor-out-of-reach",
            "policies",
            row.policy,
            "value",
            phrase(
                "floor-asks-for-more-than-there-is",
                floor=_name(instance, row),
                asked=_amount(instance, row.measure, row.value),
                years=_span(row.years),
                count=len(row.scope),
            ),
            phrase("correct-floor-or-its-scope"),
        )


def _span(years: frozenset[int]) -> str:
    first, last = min(years), max(years)
    return str(first) if first == last else f"{first}-{last}"


def _rows(instance: Instance, index: int, policy: Policy) -> Iterator[_Limit]:
    """What a policy says, year by year where each is limited by itself."""
    measure, horizon = _MEASURES.get(policy.kind), instance.settings.horizon
    if measure is None:
        return
    first = horizon.first_year if policy.from_year is None else policy.from_year
    last = horizon.last_year if policy.to_year is None else policy.to_year
    years = range(max(first, horizon.first_year), min(last, horizon.last_year) + 1)
    scope = frozenset(
        at for at, project in enumerate(instance.projects) if _is_in(instance, project, policy)
    )
    value = policy.value
    if policy.kind is PolicyKind.SPEND_PER_HEAD_FLOOR:
        value *= instance.heads_in(policy.jurisdictions)
    for span in [[year] for year in years] if policy.per_year else [years]:
        if span:
            is_cap = policy.kind in _CAPS
            yield _Limit(index, measure, is_cap, value, scope, frozenset(span))


def _is_in(instance: Instance, project: Project, policy: Policy) -> bool:
    """Whether a policy counts what is spent on a project, or its start."""
    spots = {project.place, project.from_place, project.to_place}
    return (
        not stands(project)
        and (not policy.sectors or project.sector in policy.sectors)
        and (not policy.subsectors or project.subsector in policy.subsectors)
        and (not policy.jurisdictions or instance.jurisdiction_of(project) in policy.jurisdictions)
        and (not policy.places or bool(spots & set(policy.places)))
        and (not policy.projects or project.id in policy.projects)
    )


def _parts_of(cap: _Limit, floors: list[_Limit]) -> list[_Limit]:
    """Floors inside of `cap` of which no two count the same thing, the largest first.

    Shares of other years are shares of something else.
    """
    found: list[_Limit] = []
    for floor in sorted(floors, key=lambda row: (-row.value, len(row.scope) * len(row.years))):
        alike = floor.measure == cap.measure and cap.holds(floor)
        if cap.measure == "share":
            alike = alike and cap.years == floor.years
        if alike and not any(floor.meets(row) for row in found):
            found.append(floor)
    return found


def _around(floor: _Limit, caps: list[_Limit]) -> list[_Limit]:
    """Caps that together count all that `floor` counts, cheap ones first; none where some is free.

    What two of them count is allowed by both: their sum is above what there can be.
    """
    left = {(at, year) for at in floor.scope for year in floor.years}
    near = [row for row in caps if row.measure == floor.measure and row.meets(floor)]
    if floor.measure == "share":  # shares of other years are shares of something else
        near = [row for row in near if row.years == floor.years]
    found: list[_Limit] = []
    while left:
        new = [len(left & row.cells(floor)) for row in near]
        if not any(new):
            return []
        best = min(
            (at for at, count in enumerate(new) if count), key=lambda at: near[at].value / new[at]
        )
        found.append(near[best])
        left -= near[best].cells(floor)
    return found


def _told_once(
    instance: Instance,
    floors: list[_Limit],
    caps: list[_Limit],
    told: set[tuple[int | None, ...]],
) -> Iterator[Inconsistency]:
    """The doubt that `floors` ask for more than `caps` allow, if they do and nobody said so."""
    asked, most = sum(row.value for row in floors), sum(row.value for row in caps)
    if not floors or not caps or asked <= most + min(ROUNDING * max(1.0, asked), HALF):
        return
    rows = tuple(dict.fromkeys(row.policy for row in (*floors, *caps)))
    if rows in told:
        return
    told.add(rows)
    first = next(row.policy for row in (*floors, *caps) if row.policy is not None)
    years = frozenset(year for row in floors for year in row.years)
    yield doubt(
        "policies-opposed",
        "policies",
        first,
        "value",
        phrase(
            "floors-ask-for-more-than-caps-leave",
            floors=listed(dict.fromkeys(_name(instance, row) for row in floors)),
            caps=listed(dict.fromkeys(_name(instance, row) for row in caps)),
            years=_span(years),
            asked=_amount(instance, floors[0].measure, asked),
            most=_amount(instance, floors[0].measure, most),
        ),
        phrase("only-no-spending-holds-both" if _is_share(floors) else "no-plan-holds-both"),
    )


def _is_share(rows: list[_Limit]) -> bool:
    return rows[0].measure == "share"


def _name(instance: Instance, row: _Limit) -> Phrase | str:
    if row.policy is None:
        return phrase("shares-add-up-to-one")
    return instance.policies[row.policy].id


def _amount(instance: Instance, measure: str, value: float) -> Phrase | str:
    if measure == "share":
        return f"{value:.12g}"  # what is asked above what is left may differ in the last digit
    if measure == "starts":
        return phrase("so-many-starts", count=value)
    named = instance.settings.money_unit or instance.settings.currency
    unit = pair(named, instance.settings.money_unit_zh or named)
    return phrase("amount-in-its-unit", amount=value, unit=unit)
