"""Doubts about policies: floors that the caps beside them leave no room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from infraplan.models.catalogue import Phrase, entries, listed, pair, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.policy import ALL_SECTORS, Policy, PolicyKind
from infraplan.models.progress import stands
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.verify.violations import SMALLEST_MONEY

ROUNDING = 1e-9
"""Part of a floor that a cap may be short of it: both are typed, or made of each other."""

HALF = SMALLEST_MONEY / 2.0
"""Most that a cap may be short: money holds to the smallest unit."""

MOST_STEPS = 200
"""Branchings of the search for floors that together ask for most."""

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
    """Its row in the table; None: that shares add up to 1, or a pace of starts."""
    measure: str
    is_cap: bool
    value: float
    scope: frozenset[int]
    years: frozenset[int]
    pace: str = ""
    """Whose pace of starts it is."""

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
    """`policies-opposed`: floors that no plan can hold, since caps or paces leave less in all.

    Told once for each floor or cap: floors of parts that have nothing in common and ask for more
    than the cap of them all, or a floor above what caps of its parts and years leave together.
    """
    yield from _outside_the_plan(instance)
    limits = [
        row
        for index, policy in enumerate(instance.policies)
        for row in _rows(instance, index, policy)
    ]
    limits += _over_spans(limits)
    floors = [row for row in limits if not row.is_cap and row.value > 0.0]
    yield from _out_of_reach(instance, floors)
    yield from _beyond_all_costs(instance, floors)
    floors = [row for row in floors if row.scope]
    caps = [row for row in limits if row.is_cap] + list(_paces(instance))
    whole = frozenset(at for at, row in enumerate(instance.projects) if not stands(row))
    shared = {row.years for row in floors if row.measure == "share"}
    caps += [_Limit(None, "share", True, 1.0, whole, years) for years in shared]
    told = set[tuple[tuple[int | None, str], ...]]()
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
        yield _too_high(instance, row, "floor-asks-for-more-than-there-is")


def _too_high(
    instance: Instance, row: _Limit, message: str, **values: Phrase | str
) -> Inconsistency:
    """`floor-out-of-reach` of one floor, with the message that tells why."""
    told = phrase(
        message,
        floor=_name(instance, row),
        asked=_amount(instance, row.measure, row.value),
        years=_span(row.years),
        count=len(row.scope),
        **values,
    )
    advice = phrase("correct-floor-or-its-scope")
    return doubt("floor-out-of-reach", "policies", row.policy, "value", told, advice)


def _outside_the_plan(instance: Instance) -> Iterator[Inconsistency]:
    """`policy-outside-plan`: a policy none of whose years is one of the plan: it tests nothing."""
    horizon = instance.settings.horizon
    for index, row in enumerate(instance.policies):
        is_late = row.from_year is not None and row.from_year > horizon.last_year
        is_early = row.to_year is not None and row.to_year < horizon.first_year
        if is_late or is_early:
            yield doubt(
                "policy-outside-plan",
                "policies",
                index,
                "from_year" if is_late else "to_year",
                phrase(
                    "policy-speaks-of-no-year-of-the-plan",
                    policy=row.id,
                    first=horizon.first_year,
                    last=horizon.last_year,
                ),
                phrase("correct-its-years-or-delete-it"),
            )


def _beyond_all_costs(instance: Instance, floors: list[_Limit]) -> Iterator[Inconsistency]:
    """`floor-out-of-reach`: a floor of spending above the cost of all that it counts.

    Each project at its dearest option, its cost at the highest that prices bring in these years;
    what may not be built costs nothing.
    """
    settings, told = instance.settings, set[int | None]()
    rise = 1.0 + settings.appraisal.cost_escalation
    cost = [
        0.0
        if row.mandatory == Mandate.MUST_NOT
        else max((option.overnight_cost for option in row.options), default=0.0)
        for row in instance.projects
    ]
    for row in floors:
        if row.measure != "spend" or not row.scope or row.policy in told:
            continue
        times = max(rise ** (year - settings.price_year) for year in row.years)
        most = times * sum(cost[at] for at in row.scope)
        if row.value <= most + max(ROUNDING * row.value, HALF):
            continue
        told.add(row.policy)
        costs = _amount(instance, row.measure, float(f"{most:.12g}"))
        yield _too_high(instance, row, "floor-asks-for-more-than-all-cost", most=costs)


def _paces(instance: Instance) -> Iterator[_Limit]:
    """What paces allow to start, year by year."""
    horizon = instance.settings.horizon
    for pace in instance.start_paces:
        scope = frozenset(
            at
            for at, project in enumerate(instance.projects)
            if not stands(project) and pace.sector in ("", project.sector)
        )
        for year in range(horizon.first_year, horizon.last_year + 1):
            most = float(pace.most)
            yield _Limit(None, "starts", True, most, scope, frozenset({year}), pace.label)


def _over_spans(limits: list[_Limit]) -> Iterator[_Limit]:
    """What shares that hold in each year say of the years that another share speaks of.

    A part of at least (at most) the same share of every year has it of all of them together. Of
    single years a share over several says nothing.
    """
    shares = [row for row in limits if row.measure == "share"]
    spans = dict.fromkeys(row.years for row in shares if len(row.years) > 1)
    by_policy: dict[int | None, list[_Limit]] = {}
    for row in shares:
        if len(row.years) == 1:
            by_policy.setdefault(row.policy, []).append(row)
    for rows in by_policy.values():
        covered = frozenset(year for row in rows for year in row.years)
        yield from (replace(rows[0], years=span) for span in spans if span <= covered)


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
    """Floors inside of `cap` of which no two count the same thing, that ask for most together.

    Shares of other years are shares of something else.
    """
    inside = [
        floor
        for floor in floors
        if floor.measure == cap.measure
        and cap.holds(floor)
        and (cap.measure != "share" or cap.years == floor.years)
    ]
    # The largest first: what is found first is a good answer where the search is given up.
    inside.sort(key=lambda row: (-row.value, len(row.scope) * len(row.years)))
    return _heaviest(inside, [MOST_STEPS])


def _heaviest(rows: list[_Limit], steps: list[int]) -> list[_Limit]:
    """Of `rows` those that count nothing twice and are worth most; any such after all `steps`.

    Rows that meet no other are taken; of one that meets several, both are tried: with and without.
    """
    free, tied = list[_Limit](), list[_Limit]()
    for row in rows:
        met = sum(row.meets(other) for other in rows) - 1
        (tied if met else free).append(row)
    if not tied:
        return free
    steps[0] -= 1
    if steps[0] < 0:
        return free + _largest_first(tied)
    first = max(tied, key=lambda row: sum(row.meets(other) for other in tied))
    with_it = [first, *_heaviest([row for row in tied if not row.meets(first)], steps)]
    without = _heaviest([row for row in tied if row is not first], steps)
    return free + max(with_it, without, key=lambda found: sum(row.value for row in found))


def _largest_first(rows: list[_Limit]) -> list[_Limit]:
    """Of `rows` those that count nothing which one before has counted."""
    found: list[_Limit] = []
    for row in rows:
        if not any(row.meets(other) for other in found):
            found.append(row)
    return found


def _around(floor: _Limit, caps: list[_Limit]) -> list[_Limit]:
    """Caps that together count all that `floor` counts, cheap ones first; none where some is free.

    What two of them count is allowed by both: their sum is above what there can be.
    """
    left = {(at, year) for at in floor.scope for year in floor.years}
    near = [row for row in caps if row.measure == floor.measure and row.meets(floor)]
    if floor.measure == "share":  # shares of other years are shares of something else
        near = [row for row in near if row.years == floor.years]
    found, wide = list[_Limit](), [row for row in near if row.holds(floor)]
    one = min(wide, key=lambda row: row.value, default=None)
    while left:
        new = [len(left & row.cells(floor)) for row in near]
        if not any(new):
            return []
        best = min(
            (at for at, count in enumerate(new) if count), key=lambda at: near[at].value / new[at]
        )
        found.append(near[best])
        left -= near[best].cells(floor)
    if one is not None and one.value < sum(row.value for row in found):
        return [one]
    return found


def _told_once(
    instance: Instance,
    floors: list[_Limit],
    caps: list[_Limit],
    told: set[tuple[tuple[int | None, str], ...]],
) -> Iterator[Inconsistency]:
    """The doubt that `floors` ask for more than `caps` allow, if they do and nobody said so."""
    asked, most = sum(row.value for row in floors), sum(row.value for row in caps)
    if not floors or not caps or asked <= most + min(ROUNDING * max(1.0, asked), HALF):
        return
    rows = tuple(dict.fromkeys((row.policy, row.pace) for row in (*floors, *caps)))
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
    if row.pace:
        words = entries("sector").get(row.pace)
        named = pair(row.pace, row.pace) if words is None else pair(words.english, words.chinese)
        if row.pace == ALL_SECTORS:
            named = phrase("all-sectors-together")
        return phrase("pace-of-starts-of", sector=named)
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
