"""Doubts about money: earmarks that fit nothing, debt that nobody serves, money counted twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from infraplan.models.catalogue import listed, phrase
from infraplan.models.debt_rule import Quantity
from infraplan.models.finance.discounting import SOCIAL_RATES
from infraplan.models.funding import Fund, Instrument, InstrumentKind
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.named_sets import capital_ratios_named
from infraplan.models.project import Project
from infraplan.optimizer.accounts.debt import old_debt, opening_debt
from infraplan.optimizer.accounts.limits import is_money_limited, quota_instruments, quotas
from infraplan.optimizer.accounts.rules import words_of_bans
from infraplan.optimizer.accounts.sources import may_pay, payers_of
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.estimating.library import is_known

USER_PAY_FROM = 2024
"""First year in which new partnerships in China are concessions alone: guobanhan (2023) 115."""

HIDDEN_DEBT_PRESETS = frozenset(("cn-hidden-debt-swap", "cn-hidden-debt-special"))
"""Bonds that make statutory debt of hidden debt."""

REPAID_WITHIN = 1e-3
"""Part of old debt that may be left when its rows end: schedules are rounded."""


def money_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about funds, instruments and receipts; all are warnings."""
    yield from _unlimited_money(instance)
    yield from _idle_earmarks(instance)
    yield from _unserved_debt(instance)
    yield from _unserved_old_debt(instance)
    yield from _swaps_that_stay_hidden(instance)
    yield from _rows_that_stop(instance)
    yield from _holes(instance)
    yield from _revenue_twice(instance)
    yield from _late_contracts(instance)
    yield from _unknown_subsectors(instance)
    yield from _tenors_over_lives(instance)
    yield from _outdated_schedule(instance)


def _outdated_schedule(instance: Instance) -> Iterator[Inconsistency]:
    """`schedule-outdated`: a published discount schedule that is not meant for these years."""
    name, first = (
        instance.settings.appraisal.discount_schedule,
        instance.settings.horizon.first_year,
    )
    rate = SOCIAL_RATES.get(name)
    if rate is None:
        return
    early = rate.valid_from is not None and first < rate.valid_from
    if early or (rate.valid_to is not None and first > rate.valid_to):
        yield doubt(
            "schedule-outdated",
            "instance",
            None,
            "appraisal.discount_schedule",
            phrase(
                "discount-schedule-is-not-meant-for",
                name=name,
                span=f"{rate.valid_from or ''}-{rate.valid_to or ''}",
                first=first,
            ),
            phrase("choose-a-schedule-of-these-years"),
        )


def _unlimited_money(instance: Instance) -> Iterator[Inconsistency]:
    """`money-unlimited`: nobody's money pays, so that everything worth its cost is built."""
    if not is_money_limited(instance):
        yield doubt(
            "money-unlimited",
            "funds",
            None,
            "jurisdiction",
            phrase("nothing-limits-the-money-of-this-plan"),
            phrase("give-funds-with-their-inflows-or-a-spend-cap"),
        )


def _tenors_over_lives(instance: Instance) -> Iterator[Inconsistency]:
    """`tenor-over-life`: debt that is still owed when what it paid for is gone."""
    paid: defaultdict[str, list[Project]] = defaultdict(list)
    for project in instance.projects:
        for payer in payers_of(instance, project):
            paid[payer].append(project)
    for index, row in enumerate(instance.instruments):
        if row.refinancing or row.kind is InstrumentKind.USER_PAY:
            continue
        lives = {
            project.id: max(option.lifetime for option in project.options)
            for project in paid[row.jurisdiction]
            if may_pay(row, project)
        }
        short = [name for name, life in lives.items() if life < row.tenor]
        # A loan for many works is told only where few of them live as long.
        most = len(lives) / 2 if row.tagged else len(lives)
        if short and len(short) >= most:
            yield doubt(
                "tenor-over-life",
                "instruments",
                index,
                "tenor",
                phrase(
                    "is-owed-longer-than-works-last",
                    id=row.id,
                    tenor=row.tenor,
                    names=listed(short[:5]),
                    life=max(lives[name] for name in short),
                ),
                phrase("choose-a-tenor-within-the-life-of-the-works"),
            )


def _unknown_subsectors(instance: Instance) -> Iterator[Inconsistency]:
    """`capital-subsector`: a subsector that no rule of capital or of starts can be held against."""
    finance = instance.settings.finance
    rules = (*finance.capital_ratios, *capital_ratios_named(finance.capital_ratio_sets))
    named = {sector for rule in rules for sector in rule.sectors}
    named |= words_of_bans(instance)
    if not named:
        return
    for index, project in enumerate(instance.projects):
        name = project.subsector
        if name and not named & {project.sector, name} and not is_known(name):
            yield doubt(
                "capital-subsector",
                "projects",
                index,
                "subsector",
                phrase(
                    "project-is-of-the-unknown-subsector",
                    id=project.id,
                    name=name,
                    named=listed(sorted(named)),
                ),
                phrase("use-a-subsector-that-is-known"),
            )


def _idle_earmarks(instance: Instance) -> Iterator[Inconsistency]:
    """`earmark-idle`: a sector or purpose of an earmark that no project has."""
    known = {
        "sectors": {project.sector for project in instance.projects},
        "subsectors": {project.subsector for project in instance.projects},
    }
    tables: tuple[tuple[str, tuple[Fund | Instrument, ...]], ...] = (
        ("funds", instance.funds),
        ("instruments", instance.instruments),
    )
    for table, rows in tables:
        for index, row in enumerate(rows):
            for field in ("sectors", "subsectors"):
                names = getattr(row, field)
                if names and not known[field].intersection(names):
                    yield doubt(
                        "earmark-idle",
                        table,
                        index,
                        field,
                        phrase(
                            "may-pay-for-and-no-project-is-of-these",
                            id=row.id,
                            names=listed(names),
                            field=field,
                        ),
                        phrase("correct-the-names-or-leave-the-cell-blank"),
                    )


def _unserved_debt(instance: Instance) -> Iterator[Inconsistency]:
    """`debt-unserved`: borrowing whose principal and interest no fund pays."""
    served = {(pool.id, owner) for pool in instance.pools for owner in pool.service_funds}
    owners = {fund.jurisdiction for fund in instance.funds}
    for index, row in enumerate(instance.instruments):
        ours = row.kind is not InstrumentKind.USER_PAY and row.jurisdiction in owners
        if ours and (row.pool, row.jurisdiction) not in served:
            yield doubt(
                "debt-unserved",
                "instruments",
                index,
                "pool",
                phrase(
                    "no-fund-of-pays-principal-and-interest-of",
                    jurisdiction=row.jurisdiction,
                    pool=row.pool,
                    id=row.id,
                ),
                phrase("name-a-fund-in-service-funds-of-pool", pool=row.pool),
            )


def _old_rows(instance: Instance) -> dict[tuple[str, str], list[int]]:
    """Places of the rows of debt by jurisdiction and pool, in the order of years."""
    found: dict[tuple[str, str], list[int]] = {}
    for index, row in enumerate(instance.debt):
        found.setdefault((row.jurisdiction, row.pool), []).append(index)
    return {k: sorted(v, key=lambda index: instance.debt[index].year) for k, v in found.items()}


def _unserved_old_debt(instance: Instance) -> Iterator[Inconsistency]:
    """`old-debt-unserved`: old debt falls due, and no fund pays it."""
    served = {(owner, pool.id) for pool in instance.pools for owner in pool.service_funds}
    owners = {fund.jurisdiction for fund in instance.funds}
    for key, places in _old_rows(instance).items():
        years = np.array([instance.debt[index].year for index in places])
        due = old_debt(instance, *key, years, Quantity.SERVICE)
        if key[0] in owners and key not in served and due.any():
            yield doubt(
                "old-debt-unserved",
                "debt",
                places[int(np.flatnonzero(due)[0])],
                "principal_due",
                phrase("no-fund-pays-old-debt", jurisdiction=key[0], pool=key[1]),
                phrase("name-a-fund-in-service-funds-of-pool", pool=key[1]),
            )


def _swaps_that_stay_hidden(instance: Instance) -> Iterator[Inconsistency]:
    """`swap-uncounted`: bonds for hidden debt in a pool that debt rules leave out."""
    hidden = {pool.id for pool in instance.pools if not pool.counted}
    for index, row in enumerate(instance.instruments):
        if row.preset in HIDDEN_DEBT_PRESETS and row.pool in hidden:
            yield doubt(
                "swap-uncounted",
                "instruments",
                index,
                "pool",
                phrase("swapped-debt-is-never-counted", id=row.id, pool=row.pool),
                phrase("count-the-pool-or-mind-the-rules", pool=row.pool),
            )


def _rows_that_stop(instance: Instance) -> Iterator[Inconsistency]:
    """`debt-rows-stop`, `quota-rows-stop`: a balance is never repaid, a quota ends in the plan."""
    horizon = instance.settings.horizon
    plan = np.arange(horizon.first_year, horizon.last_year + 1)
    for (jurisdiction, pool), places in _old_rows(instance).items():
        latest = instance.debt[places[-1]].year
        ends = np.array([latest])
        left = float(old_debt(instance, jurisdiction, pool, ends, Quantity.BALANCE)[0])
        if left > REPAID_WITHIN * opening_debt(instance, jurisdiction, pool):
            yield doubt(
                "debt-rows-stop",
                "debt",
                places[-1],
                "principal_due",
                phrase(
                    "old-debt-is-never-repaid",
                    jurisdiction=jurisdiction,
                    pool=pool,
                    left=left,
                    year=latest,
                ),
                phrase("give-rows-until-the-balance-is-repaid"),
            )
        limited = plan[np.isfinite(quotas(instance, jurisdiction, pool, plan))]
        stops = int(limited[-1]) if limited.size else horizon.last_year
        borrows = any(
            row.last_year is None or row.last_year > stops
            for row in quota_instruments(instance, jurisdiction, pool)
        )
        if stops < horizon.last_year and borrows:
            place = next(index for index in places if instance.debt[index].year == stops)
            yield doubt(
                "quota-rows-stop",
                "debt",
                place,
                "new_quota",
                phrase("quota-ends-in-the-plan", jurisdiction=jurisdiction, pool=pool, stops=stops),
                phrase("give-a-quota-for-every-year-to", last=horizon.last_year),
            )


def _holes(instance: Instance) -> Iterator[Inconsistency]:
    """`quota-hole`, `inflow-hole`: a year left blank between years of the plan that are filled.

    A ceiling has no holes: the last one given holds on.
    """
    horizon = instance.settings.horizon
    plan = np.arange(horizon.first_year, horizon.last_year + 1)
    for (jurisdiction, pool), places in _old_rows(instance).items():
        limited = plan[np.isfinite(quotas(instance, jurisdiction, pool, plan))]
        for year in _between({int(year) for year in limited}):
            if not any(
                (row.first_year is None or row.first_year <= year)
                and (row.last_year is None or year <= row.last_year)
                for row in quota_instruments(instance, jurisdiction, pool)
            ):
                continue
            yield doubt(
                "quota-hole",
                "debt",
                next(place for place in reversed(places) if instance.debt[place].year <= year),
                "new_quota",
                phrase("quota-is-blank-between", jurisdiction=jurisdiction, pool=pool, year=year),
                phrase("give-a-quota-for-every-year-to", last=horizon.last_year),
            )
    for fund in instance.funds:
        rows = {row.year: i for i, row in enumerate(instance.inflows) if row.fund == fund.id}
        for year in _between({year for year in rows if year in horizon.years}):
            yield doubt(
                "inflow-hole",
                "inflows",
                rows[max(given for given in rows if given < year)],
                "year",
                phrase("inflow-is-missing-between", fund=fund.id, year=year),
                phrase("give-the-inflow-of-every-year"),
            )


def _between(years: set[int]) -> list[int]:
    """Return the years that are missing between the first and the last of `years`."""
    return [year for year in range(min(years), max(years)) if year not in years] if years else []


def _revenue_twice(instance: Instance) -> Iterator[Inconsistency]:
    """`revenue-twice`: a project whose users may repay a partner and pay a fund besides."""
    contracts = [row for row in instance.instruments if row.kind is InstrumentKind.USER_PAY]
    for index, receipt in enumerate(instance.receipts):
        project = instance.project_by_id.get(receipt.project)
        if project is None or receipt.value <= 0.0 or receipt.years == 1:
            continue
        for row in contracts:
            if project.id in row.projects or (
                not row.projects
                and (not row.sectors or project.sector in row.sectors)
                and (not row.subsectors or project.subsector in row.subsectors)
            ):
                yield doubt(
                    "revenue-twice",
                    "receipts",
                    index,
                    "value",
                    phrase(
                        "revenue-of-reaches-fund-and-may-repay-the",
                        project=project.id,
                        fund=receipt.fund,
                        id=row.id,
                    ),
                    phrase("take-from-the-project-s-revenue-what-the-fund"),
                )
                break


def _late_contracts(instance: Instance) -> Iterator[Inconsistency]:
    """`contract-late`: new contracts repaid by the budget after China ended them."""
    ended = {row.id for row in instance.jurisdictions if "china-ppp" in row.rule_sets}
    last = instance.settings.horizon.last_year
    for index, row in enumerate(instance.instruments):
        late = last if row.last_year is None else min(last, row.last_year)
        is_contract = row.kind is InstrumentKind.AVAILABILITY and row.jurisdiction in ended
        if is_contract and late >= USER_PAY_FROM:
            yield doubt(
                "contract-late",
                "instruments",
                index,
                "last_year",
                phrase("pays-until-from-november-2023-new", id=row.id, late=late),
                phrase("set-last-year-to-unless-the-contract-was", user_pay_from=USER_PAY_FROM - 1),
            )
