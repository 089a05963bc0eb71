"""Years, phases (named groups of years), price base and appraisal settings."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import model_validator

from infraplan.models.base import DomainModel, described
from infraplan.models.catalogue import listed, phrase
from infraplan.models.quantities import Identifier, Rate, SectorName, Share, Year


class Title(DomainModel):
    """A text in English and Chinese; either may stand for both."""

    en: str = described("English", "")
    zh: str = described("Chinese", "")

    def text(self, lang: str) -> str:
        """Text in `lang` (`en` or `zh`), the other language where it is missing."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)


class Phase(DomainModel):
    """A named group of consecutive years."""

    id: Identifier = described("phase id")
    title: Title = described("name of the phase", Title())
    first_year: Year = described("first year", unit="year")
    last_year: Year = described("last year, included", unit="year")

    @property
    def years(self) -> range:
        """Years of the phase."""
        return range(self.first_year, self.last_year + 1)


class Horizon(DomainModel):
    """The plan's years, an annual grid, grouped into phases that cover it without overlap."""

    phases: tuple[Phase, ...] = described("phases in order of time", min_length=1)

    @property
    def first_year(self) -> int:
        """First year of the plan; base year of discounting."""
        return self.phases[0].first_year

    @property
    def last_year(self) -> int:
        """Last year of the plan."""
        return self.phases[-1].last_year

    @property
    def years(self) -> range:
        """All years of the plan."""
        return range(self.first_year, self.last_year + 1)

    @property
    def num_years(self) -> int:
        """Number of years."""
        return len(self.years)

    def phase_of(self, year: int) -> Phase | None:
        """Phase that holds `year`, None outside the plan."""
        for phase in self.phases:
            if phase.first_year <= year <= phase.last_year:
                return phase
        return None

    @model_validator(mode="after")
    def _phases_in_order(self) -> Horizon:
        for phase in self.phases:
            if phase.last_year < phase.first_year:
                message = phrase(
                    "phase-ends-in-before-it-begins", phase=phase.id, last_year=phase.last_year
                )
                raise ValueError(message)
        for before, after in zip(self.phases, self.phases[1:], strict=False):
            if after.first_year != before.last_year + 1:
                message = phrase(
                    "phase-must-begin-in-the-year-after-phase-ends",
                    after=after.id,
                    last_year=before.last_year + 1,
                    before=before.id,
                    first_year=after.first_year,
                )
                raise ValueError(message)
        if len({phase.id for phase in self.phases}) < len(self.phases):
            message = phrase("two-phases-have-the-same-id")
            raise ValueError(message)
        if self.num_years > 200:
            message = phrase("the-plan-has-years-at-most-200-are-allowed", num_years=self.num_years)
            raise ValueError(message)
        return self


class Objective(StrEnum):
    """What the value of a plan is; docs/laws.md section 2."""

    NPV = "npv"  # net present value, money
    MAKESPAN = "makespan"  # minus the years until all that is started has opened


class ResidualValue(StrEnum):
    """What an asset is worth at the end of the appraisal period."""

    NONE = "none"
    STRAIGHT_LINE = "straight_line"  # unexpired share of life times cost
    NET_BENEFITS = "pv_of_remaining_net_benefits"


class DiscountTiming(StrEnum):
    """When in a year its money flows, as discounting sees it; docs/laws.md, notation."""

    START = "start"  # the plan's first year is not discounted
    MID = "mid"
    END = "end"  # the plan's first year is discounted by a whole year

    @property
    def years(self) -> float:
        """Part of a year by which its money comes after its beginning."""
        return {"start": 0.0, "mid": 0.5, "end": 1.0}[self.value]


class RateStep(DomainModel):
    """From `from_offset` years after the base year on, the yearly discount rate is `rate`."""

    from_offset: int = described("years after the base year", ge=0, unit="years")
    rate: Rate = described("discount rate", unit="rate/year")


class Appraisal(DomainModel):
    """How streams become present values."""

    discount_schedule: str = described(
        "published schedule by name, e.g. uk_green_book; it sets discount_rate and discount_steps; "
        "see `infraplan rules`",
        "",
        refers_to="built-in",
    )
    discount_rate: Rate = described("social discount rate, real", 0.08, unit="rate/year")
    discount_steps: tuple[RateStep, ...] = described(
        "declining schedule; overrides discount_rate where given", ()
    )
    discount_timing: DiscountTiming = described(
        "when in a year its money flows: start (the plan's first year is not discounted), mid or "
        "end of the year",
        DiscountTiming.START,
    )
    end_year: Year | None = described(
        "last year of the appraisal period; 30 years after the plan's last year where blank",
        None,
        unit="year",
    )
    residual_value: ResidualValue = described(
        "method for the value left at the end", ResidualValue.STRAIGHT_LINE
    )
    cost_escalation: Rate = described(
        "yearly growth of construction cost above general inflation, from the price year",
        0.0,
        unit="rate/year",
    )
    optimism_bias: dict[SectorName, float] = described(
        "uplift of construction cost in the objective by sector, as a share of cost", {}
    )
    contingency: Share = described(
        "contingency already inside the stated costs; the uplift is (1 + bias)/(1 + contingency)",
        0.0,
        unit="share",
    )
    metric_prices: dict[str, float] = described(
        "value of one unit of an output metric per year of operation, in price-year money",
        {},
        unit="money",
    )

    @model_validator(mode="before")
    @classmethod
    def _take_schedule(cls, data: Any) -> Any:
        """Let a named schedule set the rate and its steps, so that they always agree with it."""
        name = data.get("discount_schedule") if isinstance(data, dict) else None
        if not isinstance(name, str) or not name.strip():
            return data
        # Here: the module brings numpy, which an instance without a named schedule does not need.
        from infraplan.models.finance.discounting import SOCIAL_RATES

        found = SOCIAL_RATES.get(name.strip())
        if found is None:
            message = phrase(
                "there-is-no-discount-schedule-known", name=name, known=listed(SOCIAL_RATES)
            )
            raise ValueError(message)
        schedule = found.schedule
        if isinstance(schedule, float):
            return {**data, "discount_rate": schedule, "discount_steps": ()}
        steps = tuple(
            RateStep(from_offset=offset, rate=rate) for offset, rate in sorted(schedule.items())
        )
        return {**data, "discount_rate": steps[0].rate, "discount_steps": steps}
