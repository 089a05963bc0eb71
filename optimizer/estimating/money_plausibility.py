"""Doubts about money: earmarks that fit nothing, debt that nobody serves, money counted twice."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import listed, phrase
from infraplan.models.funding import Fund, Instrument, InstrumentKind
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.optimizer.estimating.doubts import doubt

USER_PAY_FROM = 2024
"""First year in which new partnerships in China are concessions alone: guobanhan (2023) 115."""


def money_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about funds, instruments and receipts; all are warnings."""
    yield from _idle_earmarks(instance)
    yield from _unserved_debt(instance)
    yield from _revenue_twice(instance)
    yield from _late_contracts(instance)


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
