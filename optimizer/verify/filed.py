"""Rows of an instance by what the laws ask them for, so that none is looked for among all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from infraplan.models.funding import CostShare, Instrument, Receipt
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.models.project import BenefitStream
from infraplan.models.relation import RelationType


@dataclass(frozen=True)
class Filed:
    """Rows of `instance`, each list in the order of its table."""

    instance: Instance

    @cached_property
    def fund_ids(self) -> frozenset[str]:
        """Ids of the funds."""
        return frozenset(row.id for row in self.instance.funds)

    @cached_property
    def loan_ids(self) -> frozenset[str]:
        """Ids of the instruments."""
        return frozenset(row.id for row in self.instance.instruments)

    @cached_property
    def inflows(self) -> Mapping[str, Mapping[int, float]]:
        """Stated inflow by fund and year."""
        found: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for row in self.instance.inflows:
            found[row.fund][row.year] = row.value
        return found

    @cached_property
    def items(self) -> Mapping[tuple[str, str], Mapping[int, float]]:
        """Fiscal items by jurisdiction and item, then year."""
        found: defaultdict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        for row in self.instance.fiscal:
            found[row.jurisdiction, row.item][row.year] = row.value
        return found

    @cached_property
    def debt(self) -> Mapping[tuple[str, str], list[DebtPosition]]:
        """Rows of debt by jurisdiction and pool."""
        found: defaultdict[tuple[str, str], list[DebtPosition]] = defaultdict(list)
        for row in self.instance.debt:
            found[row.jurisdiction, row.pool].append(row)
        return found

    @cached_property
    def loans(self) -> Mapping[str, list[Instrument]]:
        """Instruments by the jurisdiction that issues them."""
        found: defaultdict[str, list[Instrument]] = defaultdict(list)
        for row in self.instance.instruments:
            found[row.jurisdiction].append(row)
        return found

    @cached_property
    def pools(self) -> Mapping[str, list[str]]:
        """Pools in which a jurisdiction has debt, then those of its instruments alone."""
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for row in self.instance.debt:
            found[row.jurisdiction][row.pool] = None
        for loan in self.instance.instruments:
            found[loan.jurisdiction][loan.pool] = None
        return defaultdict(list, {name: list(pools) for name, pools in found.items()})

    @cached_property
    def owners(self) -> frozenset[str]:
        """Jurisdictions that have a fund or an instrument."""
        funded = {row.jurisdiction for row in self.instance.funds}
        return frozenset(funded | {row.jurisdiction for row in self.instance.instruments})

    @cached_property
    def served(self) -> Mapping[str, list[tuple[str, str]]]:
        """Borrower and pool of all debt that a fund serves, by fund."""
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for pool in self.instance.pools:
            for jurisdiction, payer in pool.service_funds.items():
                found[payer].append((jurisdiction, pool.id))
        return found

    @cached_property
    def shares(self) -> Mapping[str, list[CostShare]]:
        """Rows of partners by project."""
        found: defaultdict[str, list[CostShare]] = defaultdict(list)
        for row in self.instance.shares:
            found[row.project].append(row)
        return found

    @cached_property
    def benefits(self) -> Mapping[str, list[BenefitStream]]:
        """Further benefit streams by project."""
        found: defaultdict[str, list[BenefitStream]] = defaultdict(list)
        for row in self.instance.benefits:
            found[row.project].append(row)
        return found

    @cached_property
    def receipts(self) -> Mapping[str, list[Receipt]]:
        """Receipts of projects by the fund that gets them."""
        found: defaultdict[str, list[Receipt]] = defaultdict(list)
        for row in self.instance.receipts:
            found[row.fund].append(row)
        return found

    @cached_property
    def renewals(self) -> Mapping[str, list[str]]:
        """What renews a project, by its id."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.instance.relations:
            if row.type is RelationType.RENEWS and row.is_enforced:
                found[row.from_projects[0]].append(row.to_projects[0])
        return found
