"""Candidates: a project, its options, its cost profile, benefits, outputs and stage."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import field_validator, model_validator

from infraplan.models.base import DomainModel, described
from infraplan.models.catalogue import phrase
from infraplan.models.quantities import (
    Amount,
    Identifier,
    Money,
    NonNegative,
    PositiveYears,
    Quality,
    Rate,
    SectorIdentifier,
    SectorName,
    Share,
    SignedMoney,
    Year,
    Years,
)

BASE_OPTION = "base"
EXACT = 1e-6
"""How far the shares of a spending profile may be from 1 in all."""
ROUNDED = 0.5e-4
"""Rounding of a share that is stated in per cent with two decimals; tables hold 33.33 %."""


class Stage(StrEnum):
    """Maturity of a project, from idea to open."""

    STUDY = "study"
    PREPARATORY = "preparatory"
    START = "start"
    UNDER_CONSTRUCTION = "under_construction"
    COMPLETE = "complete"


class Mandate(StrEnum):
    """Whether the plan may choose."""

    FREE = "no"
    MUST = "must"  # must be started inside its window
    COMMITTED = "committed"  # already under way: starts in the first year, cost is what remains
    MUST_NOT = "must_not"


class Option(DomainModel):
    """One size or variant of a project, with all figures that may differ between variants."""

    option: Identifier = described("option id, unique inside the project", BASE_OPTION)
    lead_time: Years = described(
        "years from start to opening; 0 opens in the year it starts", 1, unit="years"
    )
    overnight_cost: Money = described(
        "construction cost at price-year prices, middle estimate (used by the plan)", unit="money"
    )
    overnight_cost_low: Money | None = described("low estimate", None, unit="money")
    overnight_cost_high: Money | None = described("high estimate", None, unit="money")
    cost_basis: str = described("how the cost was found, e.g. 12 km x road_class1", "")
    quality: Quality = described("how the cost is known", Quality.ASSUMPTION)
    spending_profile: tuple[NonNegative, ...] = described(
        "share of cost spent in each year from the start year on, sums to 1; blank takes the "
        "standard S-curve of max(1, lead_time) years; zeros at its end are no years of spending",
        (),
        unit="share",
    )
    yearly_spending: tuple[NonNegative, ...] = described(
        "construction cost of each year from the start year on, as the source states it; where "
        "spending_profile is blank, these amounts are its shares; of works under way that state "
        "spent_to_date alone, what is still to be spent",
        (),
        unit="money",
    )
    fixed_om_cost: Money = described(
        "operation and maintenance per operating year", 0.0, unit="money/year"
    )
    lifetime: Years = described(
        "years of operation; 0 only of works that are still paid for when their life is over "
        "(`written_off_since`)",
        30,
        unit="years",
    )
    financial_life: PositiveYears | None = described(
        "years over which its cost is written off: what it is worth at the end of the appraisal "
        "(straight_line); not above lifetime, which is taken where it is blank",
        None,
        unit="years",
    )
    benefits: dict[str, SignedMoney] = described(
        "benefit streams: name = money per full operating year, at the demand of the plan's "
        "first year",
        {},
        unit="money/year",
    )
    benefits_low: dict[str, SignedMoney] = described(
        "low estimate of benefit streams, for reading: name = money per full operating year; a "
        "stream that is not named has no range",
        {},
        unit="money/year",
    )
    benefits_high: dict[str, SignedMoney] = described(
        "high estimate of benefit streams, for reading", {}, unit="money/year"
    )
    benefit_basis: str = described(
        "how the benefits were found, for reading, e.g. 12 km x 5,000 vehicles a day x 0.77 CNY", ""
    )
    deliveries: dict[str, NonNegative] = described(
        "what it delivers in a year, by the quantities that `infraplan estimate` knows: "
        "name = amount, e.g. people=1200;aadt=5000",
        {},
    )
    benefit_growth: Rate = described(
        "yearly growth of benefits from the plan's first year", 0.0, unit="rate/year"
    )
    ramp_up: tuple[NonNegative, ...] = described(
        "share of full benefit and revenue in the first, second, ... operating year; full after",
        (),
        unit="share",
    )
    revenue: Money = described(
        "user charges and other income per full operating year", 0.0, unit="money/year"
    )
    revenue_growth: Rate = described("yearly growth of revenue", 0.0, unit="rate/year")
    outputs: dict[str, Amount] = described(
        "what it delivers once operating: metric = amount in the metric's unit", {}
    )
    resources: dict[str, NonNegative] = described(
        "non-money resources it needs in all: resource = amount", {}
    )

    @model_validator(mode="before")
    @classmethod
    def _profile_of_amounts(cls, data: Any) -> Any:
        """Shares of stated amounts, where no shares are stated."""
        if not isinstance(data, dict) or data.get("spending_profile"):
            return data
        amounts = data.get("yearly_spending") or ()
        if not all(isinstance(amount, int | float) for amount in amounts):
            return data  # no amounts: the field itself is refused
        total = sum(amounts)
        if not 0.0 < total < math.inf or min(amounts) < 0.0:
            return data
        return data | {"spending_profile": tuple(amount / total for amount in amounts)}

    @field_validator("spending_profile")
    @classmethod
    def _shares_without_rounding(cls, shares: tuple[float, ...]) -> tuple[float, ...]:
        """Shares that were rounded, made to sum to 1; others are left for the check to refuse.

        Zeros after the last share are years without spending: they are no part of the works.
        """
        while any(shares) and shares[-1] == 0.0:
            shares = shares[:-1]
        total = sum(shares)
        if EXACT < abs(total - 1.0) <= ROUNDED * len(shares):
            return tuple(share / total for share in shares)
        return shares

    @model_validator(mode="after")
    def _figures_agree(self) -> Option:
        if self.spending_profile and abs(sum(self.spending_profile) - 1.0) > EXACT:
            message = phrase(
                "spending-profile-sums-to-the-shares-must-sum",
                spending_profile=sum(self.spending_profile),
            )
            raise ValueError(message)
        low = self.overnight_cost if self.overnight_cost_low is None else self.overnight_cost_low
        high = self.overnight_cost if self.overnight_cost_high is None else self.overnight_cost_high
        if not low <= self.overnight_cost <= high:
            message = phrase(
                "overnight-cost-is-not-between-its-low-and-its",
                overnight_cost=self.overnight_cost,
                low=low,
                high=high,
            )
            raise ValueError(message)
        self._benefits_within_range()
        if self.written_off_in > self.lifetime:
            message = phrase(
                "financial-life-is-longer-than-lifetime",
                financial=self.written_off_in,
                lifetime=self.lifetime,
            )
            raise ValueError(message)
        return self

    def _benefits_within_range(self) -> None:
        """Refuse a low or a high benefit of a stream that is not there, or on the wrong side."""
        for name, sign in (("benefits_low", 1.0), ("benefits_high", -1.0)):
            for stream, end in getattr(self, name).items():
                middle = self.benefits.get(stream)
                if middle is None or sign * (middle - end) < 0.0:
                    message = phrase(
                        "benefit-range-misses-its-middle",
                        field=name,
                        stream=stream,
                        value=end,
                        benefits=0.0 if middle is None else middle,
                    )
                    raise ValueError(message)

    @property
    def written_off_in(self) -> int:
        """Years over which its cost is written off."""
        return self.lifetime if self.financial_life is None else self.financial_life


class Project(DomainModel):
    """A candidate; it is built in one of its options, once, or not at all."""

    id: Identifier = described("project id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    sector: SectorIdentifier = described(
        "sector, e.g. transport, water, energy; a word that means one, also in Chinese, is read so"
    )
    subsector: SectorName = described(
        "subsector, e.g. expressway, reservoir, airport; a word that means one, in Chinese too, is "
        "read as it, one that only seems to mean works of a rule of capital or starts is refused",
        "",
    )
    jurisdiction: Identifier | None = described(
        "who leads and, without rows in shares, pays; blank takes the only jurisdiction",
        None,
        refers_to="jurisdictions",
    )
    place: str | None = described("place id", None, refers_to="places")
    from_place: str | None = described("place id where it begins", None, refers_to="places")
    to_place: str | None = described("place id where it ends", None, refers_to="places")
    stage: Stage = described(
        "maturity; complete: it stands already and is no candidate; under_construction: committed "
        "unless `mandatory` says must",
        Stage.START,
    )
    mandatory: Mandate = described("whether the plan may choose", Mandate.FREE)
    started: Year | None = described(
        "for works under way: year in which they began, before the plan; lead_time and "
        "spending_profile are then those of the whole works. Blank: they are those of what remains",
        None,
        unit="year",
    )
    spent_to_date: Money | None = described(
        "for works under way: money spent before the plan, part of overnight_cost; the plan pays "
        "the difference. Blank: what the profile puts before the plan (without `started` nothing: "
        "overnight_cost is what remains). With mandatory must_not: what was sunk in works given up",
        None,
        unit="money",
    )
    stopping_cost: Money | None = described(
        "for committed works under way that the plan may stop in its first year instead of going "
        "on: what stopping costs besides what is spent already, price-year money; 0: nothing. "
        "Blank: they go on",
        None,
        unit="money",
    )
    opened: Year | None = described(
        "year in which it opened (complete; its life counts from here, blank: from the plan's "
        "first year), or in which works under way are expected to open (blank: by lead_time)",
        None,
        unit="year",
    )
    written_off_since: Year | None = described(
        "for works that opened before all of them was paid: year in which they first opened, from "
        "which their cost is written off; the lives are then what is left from `opened` on (blank: "
        "whole lives)",
        None,
        unit="year",
    )
    earliest_start: Year | None = described("first year it may start", None, unit="year")
    latest_start: Year | None = described("last year it may start", None, unit="year")
    ready_years: dict[str, Year] = described(
        "maturity gates: gate = first year it is passed, e.g. land=2023;eia=2022", {}
    )
    start_approved: bool = described(
        "whether a higher government has approved its start by name, so that no debt band's ban "
        "of starts holds for it",
        default=False,
    )
    open_by: Year | None = described(
        "if it is built, it must operate by this year", None, unit="year"
    )
    spending_after_plan: bool | None = described(
        "whether its works may go on after the plan's last year; blank: as the setting says", None
    )
    options: tuple[Option, ...] = described("sizes and variants, the base first", min_length=1)
    optimism_bias: Share | None = described(
        "uplift of its cost in the objective, instead of its sector's", None, unit="share"
    )
    quantity: NonNegative | None = described("physical size as stated in the source", None)
    unit: str = described("unit of quantity", "")
    source: str = described("document and section", "")
    note: str = described("remark", "")

    def option(self, name: str) -> Option:
        """Return its option `name`.

        Raises
        ------
        KeyError
            If it has no such option.
        """
        for row in self.options:
            if row.option == name:
                return row
        raise KeyError(name)


class BenefitStream(DomainModel):
    """A further benefit stream of an option with growth and ramp-up of its own."""

    row_key: ClassVar[tuple[str, ...]] = ("project", "option", "stream")

    project: Identifier = described("project id", refers_to="projects")
    option: str = described("option id; blank for all options", "", refers_to="projects.options")
    stream: Identifier = described("name of the stream")
    value: SignedMoney = described("money per full operating year", unit="money/year")
    growth: Rate = described("yearly growth", 0.0, unit="rate/year")
    ramp_up: tuple[NonNegative, ...] = described("share by operating year", (), unit="share")
    source: str = described("document and section", "")
