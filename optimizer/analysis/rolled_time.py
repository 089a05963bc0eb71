"""Settings of an instance from a later first year on: phases, rates, gates, networks' years."""

from __future__ import annotations

import re

from infraplan.models.horizon import Appraisal, Horizon, RateStep
from infraplan.models.instance import Instance, Settings
from infraplan.optimizer.accounts.value import rate_schedule


def grown(value: float, growth: float, instance: Instance, to_year: int) -> float:
    """Figure at the demand of `to_year` where `value` is that of the plan's first year."""
    return float(value * (1.0 + growth) ** (to_year - instance.settings.horizon.first_year))


def discount_to(instance: Instance, year: int) -> float:
    """Worth in the plan of `instance` of what is worth 1 in the one that begins in `year`.

    When in a year money flows is the same in both, so that it does not count here.
    """
    import numpy as np

    from infraplan.models.finance.discounting import discount_factors

    settings = instance.settings
    schedule = rate_schedule(settings.appraisal)
    return float(discount_factors(np.array([year]), settings.horizon.first_year, schedule)[0])


def roll_settings(settings: Settings, to_year: int) -> Settings:
    """Settings with years before `to_year` cut off; prices stay those of the price year."""
    gone = to_year - settings.horizon.first_year
    phases = tuple(
        phase.model_copy(update={"first_year": max(phase.first_year, to_year)})
        for phase in settings.horizon.phases
        if phase.last_year >= to_year
    )
    ahead = tuple(year for year in settings.representative_years if year >= to_year)
    name = re.sub(r"-[0-9]{4}$", "", settings.id)
    return settings.model_copy(
        update={
            "id": f"{name}-{to_year}",
            "horizon": Horizon(phases=phases),
            "representative_years": ahead,
            "stage_gates": {
                stage: max(0, years - gone) for stage, years in settings.stage_gates.items()
            },
            "appraisal": _roll_rates(settings.appraisal, gone),
        }
    )


def _roll_rates(appraisal: Appraisal, gone: int) -> Appraisal:
    """Discount rates by offset from the new first year."""
    past = [step for step in appraisal.discount_steps if step.from_offset <= gone]
    ahead = [step for step in appraisal.discount_steps if step.from_offset > gone]
    rate = max(past, key=lambda step: step.from_offset).rate if past else appraisal.discount_rate
    steps = tuple(RateStep(from_offset=step.from_offset - gone, rate=step.rate) for step in ahead)
    first = (RateStep(from_offset=0, rate=rate),) if past and steps else ()
    return appraisal.model_copy(update={"discount_rate": rate, "discount_steps": (*first, *steps)})
