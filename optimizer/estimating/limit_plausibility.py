"""Doubts about limits: loans that nothing limits, years that a limit leaves out, discount steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from infraplan.models.catalogue import phrase
from infraplan.models.funding import InstrumentKind
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind, ResourceLimit
from infraplan.optimizer.accounts.limits import is_loan_limited, is_money_limited
from infraplan.optimizer.accounts.rules import rules_in_force
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.estimating.slip_plausibility import HIGHEST_RATE

YEARLY_CAPS = frozenset((PolicyKind.SPEND_CAP, PolicyKind.SPEND_SHARE_CAP, PolicyKind.STARTS_CAP))
"""Policies that limit from above."""


def limit_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about limits of loans, resources and policies, and about discount steps."""
    yield from _unlimited_loans(instance)
    yield from _left_out_years(instance)
    yield from _steps(instance)


def _unlimited_loans(instance: Instance) -> Iterator[Inconsistency]:
    """`loan-unlimited`: debt of a pool that no limit, rule or repaying fund ever stops.

    Where nothing limits money at all, or a fund is there that does not serve the pool, that is told
    by other doubts.
    """
    if not is_money_limited(instance):
        return
    if any(row.kind is PolicyKind.SPEND_CAP for row in instance.policies):
        return
    ruled = {jurisdiction for _, jurisdiction in rules_in_force(instance)}
    for index, row in enumerate(instance.instruments):
        if row.refinancing or row.kind is not InstrumentKind.DEBT or row.jurisdiction in ruled:
            continue
        if instance.funds_by_payer.get(row.jurisdiction) or is_loan_limited(instance, row):
            continue
        yield doubt(
            "loan-unlimited",
            "instruments",
            index,
            "annual_limit",
            phrase("nothing-limits-the-loan", id=row.id, pool=row.pool, owner=row.jurisdiction),
            phrase("give-a-limit-a-ceiling-or-a-fund", pool=row.pool),
        )


def _left_out_years(instance: Instance) -> Iterator[Inconsistency]:
    """`limit-hole`, `limit-stops`: years of the plan between, or after, those that are limited."""
    resources: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, limit in enumerate(instance.resources):
        if limit.per_year:
            resources[limit.resource, limit.jurisdictions, limit.timing].append(index)
    for places in resources.values():
        name = instance.resources[places[0]].resource
        yield from _holes(instance, "resources", instance.resources, places, name)
        yield from _stops(instance, places, name)
    caps: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, cap in enumerate(instance.policies):
        if cap.per_year and cap.kind in YEARLY_CAPS:
            scope = (cap.sectors, cap.subsectors, cap.jurisdictions, cap.places, cap.projects)
            caps[cap.kind, *scope].append(index)
    for places in caps.values():
        name = instance.policies[places[0]].id
        yield from _holes(instance, "policies", instance.policies, places, name)


def _years_of(instance: Instance, row: Policy | ResourceLimit) -> range:
    horizon = instance.settings.horizon
    first = horizon.first_year if row.from_year is None else row.from_year
    last = horizon.last_year if row.to_year is None else row.to_year
    return range(max(first, horizon.first_year), min(last, horizon.last_year) + 1)


def _holes(
    instance: Instance,
    table: str,
    rows: tuple[Policy | ResourceLimit, ...],
    places: list[int],
    name: str,
) -> Iterator[Inconsistency]:
    limited = {year for place in places for year in _years_of(instance, rows[place])}
    missing = _between(limited)
    if missing:
        before = max(
            (
                place
                for place in places
                if min(_years_of(instance, rows[place]), default=1e9) < missing[0]
            ),
            key=lambda place: max(_years_of(instance, rows[place])),
        )
        yield doubt(
            "limit-hole",
            table,
            before,
            "to_year",
            phrase("limit-leaves-years-out", name=name, years=_spans(missing)),
            phrase("limit-every-year-of-the-plan"),
        )


def _stops(instance: Instance, places: list[int], name: str) -> Iterator[Inconsistency]:
    horizon = instance.settings.horizon
    ends = {place: _years_of(instance, instance.resources[place]) for place in places}
    latest = max((years[-1] for years in ends.values() if years), default=horizon.last_year)
    if latest < horizon.last_year:
        yield doubt(
            "limit-stops",
            "resources",
            next(place for place, years in ends.items() if years and years[-1] == latest),
            "to_year",
            phrase("limit-ends-in-the-plan", name=name, stops=latest),
            phrase("limit-every-year-of-the-plan"),
        )


def _between(years: Iterable[int]) -> list[int]:
    known = set(years)
    return [y for y in range(min(known), max(known)) if y not in known] if known else []


def _spans(years: list[int]) -> str:
    """Years as spans: 2024, 2026-2028."""
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)


def _steps(instance: Instance) -> Iterator[Inconsistency]:
    """`discount-steps`: two rates from one year on, or a rate that rises.

    `rate-in-per-cent`: a step's rate that was meant in per cent. Published schedules by name are
    as published.
    """
    appraisal = instance.settings.appraisal
    if appraisal.discount_schedule:
        return
    rates: dict[int, float] = {}
    for number, step in enumerate(appraisal.discount_steps):
        place = ("instance", None, f"appraisal.discount_steps[{number}]")
        if step.rate > HIGHEST_RATE:
            text = phrase(
                "rate-is-so-high", field="rate", rate=step.rate, percent=100.0 * step.rate
            )
            yield doubt("rate-in-per-cent", *place, text, phrase("rates-are-shares"))
        earlier = max((offset for offset in rates if offset < step.from_offset), default=None)
        told = None
        if step.from_offset in rates:
            told = phrase("two-steps-begin-at-once", offset=step.from_offset)
        elif earlier is not None and step.rate > rates[earlier]:
            told = phrase(
                "steps-rise", rate=step.rate, before=rates[earlier], offset=step.from_offset
            )
        if told is not None:
            yield doubt("discount-steps", *place, told, phrase("steps-decline"))
        rates[step.from_offset] = step.rate
