"""Debt rules: one generic row type with optional bands; named, dated, sourced rule sets of them.

    sum_q coef_q * Q_q[t + lag_q]  +  sum_a coef_a * item_a[t + lag_a]
        <=  ratio * sum_b coef_b * item_b[t + lag_b]

with Q a quantity of the jurisdiction's debt pools and item a fiscal figure. With `bands`, the
ratio (left side / base sum) falls into one band each year, and the band may ban starts or scale
the new-issue quota one year later.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from pydantic import model_validator

from infraplan.models.base import DomainModel, described
from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Title
from infraplan.models.quantities import Identifier, NonNegative, SectorName, Share, Year


class Quantity(StrEnum):
    """What of the debt is counted."""

    BALANCE = "balance"
    PRINCIPAL = "principal"
    INTEREST = "interest"
    SERVICE = "service"  # principal plus interest
    NEW_BORROWING = "new_borrowing"  # issues, refinancing apart
    UNPROVIDED = "unprovided"  # issues, refinancing apart, less their share of the tenor gone by
    LEVEL_SERVICE = "level_service"  # a bullet counted as (principal + all interest) / tenor


class QuantityTerm(DomainModel):
    """`coefficient` times a quantity of the named pools (all where empty), `lag` years later.

    With `contracts` only what availability contracts owe, counted whatever their pool says.
    """

    quantity: Quantity = described("what is counted")
    pools: tuple[str, ...] = described("debt pools; empty means all", (), refers_to="pools")
    contracts: bool = described(
        "whether only availability contracts count, and no old debt", default=False
    )
    coefficient: float = described("factor", 1.0)
    lag: int = described("years after the tested year", 0, ge=-5, le=5, unit="years")


class ItemTerm(DomainModel):
    """`coefficient` times a fiscal item, `lag` years later."""

    item: Identifier = described("fiscal item", refers_to="fiscal.item")
    coefficient: float = described("factor", 1.0)
    lag: int = described("years after the tested year", 0, ge=-5, le=5, unit="years")


class Band(DomainModel):
    """A band of the ratio: up to `upper`, and what follows from it in the next year."""

    id: Identifier = described("band id, e.g. green")
    upper: NonNegative | None = described("upper end of the ratio; blank has no end", None)
    starts_banned: bool = described(
        "whether no project that the rule's ban is about may start in the year after", default=False
    )
    quota_share: Share = described("share of the next year's new-issue quota that remains", 1.0)


class Through(StrEnum):
    """How far a rule is tested."""

    HORIZON = "horizon"
    LAST_MATURITY = "last_maturity"


class DebtRule(DomainModel):
    """One rule on debt, tested each year for each jurisdiction that it covers.

    A jurisdiction without any row of a base item is not tested; validation says so of an item that
    nobody has a row of.
    """

    id: Identifier = described("rule id")
    title: Title = described("name in a planner's words", Title())
    jurisdictions: tuple[str, ...] = described(
        "jurisdictions it covers; empty means all for a rule of the instance, and those that name "
        "the rule set for a rule of a set",
        (),
        refers_to="jurisdictions",
    )
    terms: tuple[QuantityTerm, ...] = described("left side: debt quantities", min_length=1)
    additions: tuple[ItemTerm, ...] = described("left side: fiscal items, e.g. hidden debt", ())
    base: tuple[ItemTerm, ...] = described("right side: fiscal items", min_length=1)
    ratio: NonNegative | None = described(
        "largest allowed ratio; blank with bands means the bands alone rule", None
    )
    bands: tuple[Band, ...] = described("bands from low to high", ())
    start_banned: tuple[SectorName, ...] = described(
        "sectors or subsectors that a band's ban of starts is about; empty: all",
        (),
        refers_to="projects.sector|projects.subsector",
    )
    start_ban_exempt: tuple[SectorName, ...] = described(
        "sectors or subsectors that may start in spite of a band's ban",
        (),
        refers_to="projects.sector|projects.subsector",
    )
    through: Through = described("how far it is tested", Through.LAST_MATURITY)
    valid_from: Year | None = described(
        "first year in which it is in force and tested; blank: always", None
    )
    valid_to: Year | None = described(
        "last year in which it is in force and tested; blank: for good", None
    )
    source: str = described("legal source", "")
    dated: str = described("date of the source, ISO", "")
    verified: bool = described(
        "false where the figure is from memory and was not checked in a primary text", default=False
    )

    @property
    def is_listing(self) -> bool:
        """Whether its ratio is no share of anything: a place is on a list or is not.

        Nothing of the debt itself counts, and whatever is above 0 falls in the upper band.
        """
        counts_debt = any(term.coefficient for term in self.terms)
        return not counts_debt and bool(self.bands) and self.bands[0].upper == 0.0

    @model_validator(mode="after")
    def _rule_says_something(self) -> DebtRule:
        if self.ratio is None and not self.bands:
            message = phrase("debt-rule-has-neither-a-ratio-nor-bands", id=self.id)
            raise ValueError(message)
        uppers = [band.upper for band in self.bands]
        if any(upper is None for upper in uppers[:-1]):
            message = phrase("debt-rule-only-the-last-band-may-have-no", id=self.id)
            raise ValueError(message)
        closed = [upper for upper in uppers if upper is not None]
        if any(b <= a for a, b in pairwise(closed)):
            message = phrase("debt-rule-the-bands-upper-ends-must-rise", id=self.id)
            raise ValueError(message)
        pairs = list(pairwise(self.bands))
        if any(
            b.quota_share > a.quota_share or a.starts_banned > b.starts_banned for a, b in pairs
        ):
            message = phrase("debt-rule-a-higher-band-must-not-be-milder", id=self.id)
            raise ValueError(message)
        self._check_dates()
        return self

    def _check_dates(self) -> None:
        """In a year outside its dates a banded rule is in its lowest band: that asks nothing."""
        first, last = self.valid_from, self.valid_to
        if first is not None and last is not None and last < first:
            message = phrase("debt-rule-ends-before-it-begins", id=self.id, first=first, last=last)
            raise ValueError(message)
        lowest = self.bands[0] if self.bands else None
        dated = first is not None or last is not None
        if dated and lowest is not None and (lowest.starts_banned or lowest.quota_share < 1.0):
            message = phrase("debt-rule-with-dates-has-a-lowest-band", id=self.id)
            raise ValueError(message)


class CapitalRatio(DomainModel):
    """Least share of a project's whole cost that must be capital and not debt, by sector."""

    id: Identifier = described("rule id")
    title: Title = described("name in a planner's words", Title())
    sectors: tuple[SectorName, ...] = described(
        "sectors or subsectors; empty means all", (), refers_to="projects.sector|projects.subsector"
    )
    projects: tuple[Identifier, ...] = described(
        "projects that alone it means; empty means all but those begun before the plan, of which "
        "it is not known what they were paid with. Where it names one, the whole cost is what the "
        "plan still pays for it",
        (),
        refers_to="projects",
    )
    ratio: Share = described("least share of capital in the whole cost of a project, all payers")
    per_year: bool = described(
        "whether each payer must also keep it in each year's payments: capital paid in step with "
        "the works, not early or late",
        default=False,
    )
    valid_from: Year | None = described(
        "first year in which it is in force; blank: always. Works are held to what is in force in "
        "the year they start, payments in step to what is in force in their own year",
        None,
    )
    valid_to: Year | None = described("last year in which it is in force; blank: for good", None)
    source: str = described("law or document", "")
    dated: str = described("date of the source", "")
    verified: bool = described("whether it was checked against the law", default=False)

    @model_validator(mode="after")
    def _check_dates(self) -> CapitalRatio:
        first, last = self.valid_from, self.valid_to
        if first is not None and last is not None and last < first:
            message = phrase(
                "capital-ratio-ends-before-it-begins", id=self.id, first=first, last=last
            )
            raise ValueError(message)
        return self

    def is_in_force(self, year: int) -> bool:
        """Whether `year` lies within its dates."""
        early = self.valid_from is not None and year < self.valid_from
        return not early and (self.valid_to is None or year <= self.valid_to)


class Finance(DomainModel):
    """Debt rules and settings of the money side."""

    rules: tuple[DebtRule, ...] = described("rules of this instance", ())
    capital_ratios: tuple[CapitalRatio, ...] = described(
        "least capital of projects; the highest that fits counts", ()
    )
    capital_ratio_sets: tuple[str, ...] = described(
        "named sets of least capital, e.g. china; see `infraplan rules`", (), refers_to="built-in"
    )
    tail_growth: float = described(
        "yearly growth of fiscal items after the last year given, through the last maturity",
        0.0,
        gt=-1.0,
        le=1.0,
        unit="rate/year",
    )
