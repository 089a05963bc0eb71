"""Doubts about money that no plan can obey, or that nobody could ever use or pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from infraplan.models.agreement import Consent
from infraplan.models.catalogue import listed, phrase
from infraplan.models.debt_rule import Quantity
from infraplan.models.errors import Severity
from infraplan.models.funding import FundKind
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import benefit_shares_of, has_chosen_shares
from infraplan.models.progress import stands
from infraplan.models.project import Mandate
from infraplan.optimizer.accounts.debt import old_debt
from infraplan.optimizer.accounts.limits import ceilings, is_money_limited
from infraplan.optimizer.accounts.sources import eligible_sources, may_pay, payers_of
from infraplan.optimizer.estimating.implausibility import doubt

HIGHEST_MATCHING = 5.0
"""Own money beside a unit of a grant above which a number was meant in per cent."""
OWN_MONEY = frozenset((FundKind.OWN_BUDGET, FundKind.LAND, FundKind.REVENUE, FundKind.OTHER))
"""Kinds of funds that match a grant: docs/laws.md, `matching`."""
ROUNDING = 1e-6


def impossible_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about money that cannot be; warnings, and a note."""
    yield from _ceilings_below_old_debt(instance)
    yield from _matching(instance)
    yield from _sources_that_leave_a_part(instance)
    yield from _partners_that_never_consent(instance)
    yield from _payers_without_money(instance)
    yield from _debt_without_interest(instance)


def _ceilings_below_old_debt(instance: Instance) -> Iterator[Inconsistency]:
    """`ceiling-below-debt`: old debt alone is above the ceiling, so that there is no plan."""
    years = np.array(tuple(instance.settings.horizon.years))
    for (owner, pool), rows in instance.debt_by_pool.items():
        owed = old_debt(instance, owner, pool, years, Quantity.BALANCE)
        ceiling = ceilings(instance, owner, pool, years)
        above = owed > ceiling + ROUNDING * np.maximum(1.0, np.abs(ceiling))
        if above.any():
            at = int(np.flatnonzero(above)[0])
            year = int(years[at])
            row = max((r for r in rows if r.ceiling is not None and r.year <= year), key=_year)
            yield doubt(
                "ceiling-below-debt",
                "debt",
                instance.debt.index(row),
                "ceiling",
                phrase(
                    "old-debt-is-above-its-ceiling",
                    owner=owner,
                    pool=pool,
                    year=year,
                    owed=float(owed[at]),
                    ceiling=float(ceiling[at]),
                ),
                phrase("correct-the-ceiling-or-what-is-owed"),
            )


def _year(row: object) -> int:
    return int(getattr(row, "year", 0))


def _matching(instance: Instance) -> Iterator[Inconsistency]:
    """`matching-alone`, `matching-in-per-cent`: a grant that nothing matches, or 50 for 50 %."""
    for index, fund in enumerate(instance.funds):
        if not fund.matching:
            continue
        mine = [p for p in instance.projects if may_pay(fund, p)]
        own = [
            row
            for row in instance.funds_by_payer[fund.jurisdiction]
            if row.id != fund.id and row.kind in OWN_MONEY and any(may_pay(row, p) for p in mine)
        ]
        place = ("funds", index, "matching")
        if mine and not own:
            text = phrase("nothing-matches-the-grant", id=fund.id, payer=fund.jurisdiction)
            yield doubt("matching-alone", *place, text, phrase("give-the-payer-own-money"))
        elif fund.matching > HIGHEST_MATCHING:
            text = phrase("matching-is-so-high", id=fund.id, matching=fund.matching)
            yield doubt("matching-in-per-cent", *place, text, phrase("rates-are-shares"))


def _sources_that_leave_a_part(instance: Instance) -> Iterator[Inconsistency]:
    """`shares-of-sources`: all that may pay for a project bear less than the whole of it."""
    for index, project in enumerate(instance.projects):
        if stands(project) or project.mandatory is Mandate.MUST_NOT:
            continue
        for payer in () if has_chosen_shares(instance, project) else payers_of(instance, project):
            names, _ = eligible_sources(instance, project, payer)
            funds, loans = instance.fund_by_id, instance.instrument_by_id
            borne = sum((funds.get(n) or loans[n]).max_share for n in names)
            costs = any(option.overnight_cost > 0.0 for option in project.options)
            if names and costs and borne < 1.0 - ROUNDING:
                yield doubt(
                    "shares-of-sources",
                    "projects",
                    index,
                    "overnight_cost",
                    phrase(
                        "sources-bear-a-part-of-the-project",
                        id=project.id,
                        payer=payer,
                        share=f"{borne:.0%}",
                    ),
                    phrase("give-the-payer-a-source-for-the-rest"),
                )


def _partners_that_never_consent(instance: Instance) -> Iterator[Inconsistency]:
    """`consent-never`: a partner pays, gains nothing, is not compensated and must not lose."""
    for index, row in enumerate(instance.agreements):
        project = instance.project_by_id[row.project]
        if row.consent is not Consent.PROJECT or row.compensation or stands(project):
            continue
        if has_chosen_shares(instance, project):
            least = {r.jurisdiction: r.min_share for r in instance.shares_by_project[project.id]}
        else:
            least = dict(instance.shares_of(project))
        gains = benefit_shares_of(instance, project)
        for partner, share in least.items():
            if share > 0.0 and gains.get(partner, 0.0) <= 0.0:
                yield doubt(
                    "consent-never",
                    "agreements",
                    index,
                    "consent",
                    phrase("partner-pays-and-gains-nothing", id=project.id, partner=partner),
                    phrase("give-it-a-benefit-share-or-compensation"),
                )


def _payers_without_money(instance: Instance) -> Iterator[Inconsistency]:
    """`payer-without-money`: a partner without any fund or loan, whose part nothing limits.

    Where nothing limits money at all, that is told by another doubt.
    """
    if not is_money_limited(instance):
        return
    funded = frozenset(instance.funded)
    told: defaultdict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(instance.shares):
        pays = row.share if row.share is not None else row.max_share
        is_chosen = has_chosen_shares(instance, instance.project_by_id[row.project])
        if row.jurisdiction not in funded and pays and (row.share or is_chosen):
            told[row.jurisdiction].append(index)
    if told:
        payers = sorted(told, key=lambda name: -len(told[name]))
        # Some are meant so, as a ministry whose share is promised; so it is a note for all of them.
        yield Inconsistency(
            "payer-without-money",
            "shares",
            min(told.values())[0],
            "jurisdiction",
            phrase("partners-pay-from-outside", payers=listed(payers)),
            phrase("give-the-partners-funds"),
            Severity.NOTE,
        )


def _debt_without_interest(instance: Instance) -> Iterator[Inconsistency]:
    """`debt-without-interest`: old debt that stands, and no interest of it in any year."""
    years = np.array(tuple(instance.settings.horizon.years))
    for (owner, pool), rows in instance.debt_by_pool.items():
        owed = old_debt(instance, owner, pool, years, Quantity.BALANCE)
        paid = old_debt(instance, owner, pool, years, Quantity.INTEREST)
        first = next((row for row in rows if row.opening_balance), None)
        if first is not None and owed.max() > ROUNDING and not paid.any():
            yield doubt(
                "debt-without-interest",
                "debt",
                instance.debt.index(first),
                "interest_due",
                phrase("old-debt-bears-no-interest", owner=owner, pool=pool),
                phrase("give-its-interest-by-year"),
            )
