"""What the laws count over the whole plan, less what the years before a new first year used."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.funding import Fund
from infraplan.models.instance import Instance
from infraplan.models.plan import Payment, Plan
from infraplan.models.policy import PER_HEAD, Policy, PolicyKind, ResourceLimit, ResourceTiming
from infraplan.models.progress import begun_in, profile_of, share_ahead
from infraplan.models.stated_date import DateKind, StatedDate
from infraplan.models.target import INVESTMENT, PROJECTS_OPENED, PROJECTS_STARTED, Target
from infraplan.optimizer.accounts.candidates import Candidates, lay_out
from infraplan.optimizer.analysis.actuals import Works
from infraplan.optimizer.analysis.rolled_time import discount_to

WorksByProject = Mapping[str, Works]
_SHARES = {PolicyKind.SPEND_SHARE_CAP, PolicyKind.SPEND_SHARE_FLOOR}


def roll_limits(
    instance: Instance,
    plan: Plan | None,
    works: WorksByProject,
    payments: Iterable[Payment],
    to_year: int,
) -> dict[str, Any]:
    """Funds (envelopes), targets, dates, policies, resources of the years from `to_year` on."""
    candidates = lay_out(instance)
    paid: dict[str, float] = {}
    for row in payments:
        paid[row.source] = paid.get(row.source, 0.0) + row.amount
    return {
        "funds": tuple(_fund(fund, paid.get(fund.id, 0.0)) for fund in instance.funds),
        "targets": tuple(
            _target(candidates, works, row, to_year)
            for row in instance.targets
            if row.year >= to_year
        ),
        "stated_dates": tuple(
            row for row in instance.stated_dates if _is_ahead(row, works, to_year)
        ),
        "policies": tuple(
            _policy(candidates, plan, works, row, to_year) for row in instance.policies
        ),
        "resources": tuple(
            limit
            for row in instance.resources
            for limit in _resource(candidates, works, row, to_year)
        ),
    }


def _is_ahead(row: StatedDate, works: WorksByProject, to_year: int) -> bool:
    """Whether a date can still be kept or missed: of works begun only their opening, if ahead."""
    here = works.get(row.project)
    if here is None or here.cancelled:
        return True
    return row.kind is DateKind.OPEN_BY and not here.is_finished(to_year)


def _fund(fund: Fund, paid: float) -> Fund:
    if fund.envelope is None:
        return fund
    return fund.model_copy(update={"envelope": max(0.0, fund.envelope - paid)})


def _inside(candidates: Candidates, works: WorksByProject, **scope: Any) -> list[Works]:
    """Works begun of the projects that pass every filter."""
    mask = candidates.select(**scope)
    return [
        works[project.id]
        for index, project in enumerate(candidates.instance.projects)
        if mask[index] and project.id in works
    ]


def _is_start(candidates: Candidates, here: Works) -> bool:
    """Whether the old plan started it: not what had begun before."""
    return begun_in(here.project, candidates.first_year) is None


def _span(row: Policy | ResourceLimit, candidates: Candidates, to_year: int) -> range:
    """Years of a row's span that are over."""
    first = max(candidates.first_year, row.from_year or candidates.first_year)
    last = to_year - 1 if row.to_year is None else min(row.to_year, to_year - 1)
    return range(first, last + 1)


def _real_spent(candidates: Candidates, here: Works, years: range) -> float:
    """Price-year money, escalation included, that works took in `years`."""
    price = candidates.instance.price_index
    return sum(money / price(year) for year, money in here.spent.items() if year in years)


def _target(candidates: Candidates, works: WorksByProject, row: Target, to_year: int) -> Target:
    inside = _inside(
        candidates,
        works,
        sectors=row.sectors,
        jurisdictions=row.jurisdictions,
        places=row.places,
    )
    begin = max(candidates.first_year, row.from_year or candidates.first_year)
    years = range(begin, to_year)
    if row.metric == INVESTMENT:
        done = sum(_real_spent(candidates, here, years) for here in inside)
    elif row.metric == PROJECTS_STARTED:
        done = sum(here.start in years and _is_start(candidates, here) for here in inside)
    elif row.metric == PROJECTS_OPENED:
        # What is finished opens no more in the new plan, even in its first year.
        over = range(begin, to_year + 1)
        done = sum(
            here.opening in (over if here.last_year < to_year else years) and not here.cancelled
            for here in inside
        )
    else:
        return row
    return row.model_copy(update={"existing": row.existing + done})


def _policy(
    candidates: Candidates, plan: Plan | None, works: WorksByProject, row: Policy, to_year: int
) -> Policy:
    years = _span(row, candidates, to_year)
    if row.per_year or not years or row.kind in _SHARES:
        return row
    inside = _inside(
        candidates,
        works,
        sectors=row.sectors,
        subsectors=row.subsectors,
        jurisdictions=row.jurisdictions,
        places=row.places,
        projects=row.projects,
    )
    started = [w for w in inside if w.start in years and _is_start(candidates, w)]
    heads = candidates.instance.heads_in(row.jurisdictions) if row.kind in PER_HEAD else 1.0
    if row.kind in {PolicyKind.SPEND_CAP, PolicyKind.SPEND_FLOOR, PolicyKind.SPEND_PER_HEAD_FLOOR}:
        spent = sum(_real_spent(candidates, here, years) for here in inside)
        left = row.value - spent / heads
    elif row.kind in {PolicyKind.BENEFIT_FLOOR, PolicyKind.BENEFIT_PER_HEAD_FLOOR}:
        names = {here.project.id for here in started}
        gained = sum(
            term.value
            for term in (() if plan is None else plan.objective_terms)
            if term.subject in names and term.term in {"benefit", "metric_value"}
        )
        left = (row.value - gained / heads) / discount_to(candidates.instance, to_year)
    else:
        left = row.value - len(started)
    return row.model_copy(update={"value": max(0.0, left)})


def shares_of_the_rest(instance: Instance, works: WorksByProject, to_year: int) -> list[Phrase]:
    """What is told of shares of all spending over years some of which are over.

    A share of what is spent from `to_year` on is asked for: no column of a policy says what was
    spent before.
    """
    candidates = lay_out(instance, ())
    return [
        phrase("roll-share-of-the-rest", policy=row.id, year=to_year)
        for row in instance.policies
        if row.kind in _SHARES and not row.per_year
        if any(
            _real_spent(candidates, here, _span(row, candidates, to_year)) > 0.0
            for here in works.values()
        )
    ]


def _resource(
    candidates: Candidates, works: WorksByProject, row: ResourceLimit, to_year: int
) -> Iterator[ResourceLimit]:
    """The limit less what was drawn on before, and what finished works go on to draw on.

    What stands draws on nothing (laws.md, "Progress"), so that what these works take in their
    operating years to come is taken off here, year by year where each is limited by itself.
    """
    inside = _inside(candidates, works, jurisdictions=row.jurisdictions)
    first, last = candidates.first_year, candidates.instance.settings.horizon.last_year
    ahead = range(max(row.from_year or first, to_year), min(row.to_year or last, last) + 1)
    taken = dict.fromkeys(ahead, 0.0)
    if row.timing is ResourceTiming.OPERATION:
        standing = [here for here in inside if here.is_finished(to_year)]
        taken = {year: _used(candidates, standing, row, range(year, year + 1)) for year in ahead}
    if not row.per_year:
        years = _span(row, candidates, to_year)
        used = _used(candidates, inside, row, years) + sum(taken.values())
        yield row.model_copy(update={"limit": max(0.0, row.limit - used)}) if used else row
    elif not any(taken.values()):
        yield row
    else:
        for used, some in itertools.groupby(ahead, key=lambda year: taken[year]):
            span = list(some)
            limit = max(0.0, row.limit - used)
            yield row.model_copy(update={"limit": limit, "from_year": span[0], "to_year": span[-1]})


def _used(
    candidates: Candidates, inside: Iterable[Works], row: ResourceLimit, years: range
) -> float:
    """What works have drawn on a resource, or draw on, in `years`."""
    return sum(
        here.option.resources.get(row.resource, 0.0) * _units(candidates, here, row, years)
        for here in inside
    )


def _units(candidates: Candidates, here: Works, row: ResourceLimit, years: range) -> float:
    """How often, or for which share, works have drawn on a resource in `years`."""
    if row.timing is ResourceTiming.START:
        return float(here.start in years and _is_start(candidates, here))
    if row.timing is ResourceTiming.CONSTRUCTION:
        return float(sum(year in years for year in range(here.start, here.last_year + 1)))
    if row.timing is ResourceTiming.SPENDING:
        first = candidates.first_year
        whole = here.project.option(here.option.option)
        shares = profile_of(here.option)
        part = sum(s for k, s in enumerate(shares) if here.start + k in years)
        return part * share_ahead(here.project, whole, first)
    if here.cancelled:  # what was given up never operated
        return 0.0
    life = range(here.opening, here.opening + here.option.lifetime)
    return float(sum(year in life for year in years))
