"""Published values of a tonne of carbon dioxide, to be used as the price of an output metric.

A plan values what its projects save by `appraisal.metric_prices`; these figures say what others
use. None was checked in its primary text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class CarbonValue:
    """A published value of a tonne of carbon dioxide.

    Attributes
    ----------
    low, high
        Range [currency units / t] in money of `as_of`.
    currency
        ISO code.
    source
        Publication that states it.
    as_of
        Year that the value is for.
    verified
        Whether the source was read (True) or the value is from memory (False).
    """

    low: float
    high: float
    currency: str
    source: str
    as_of: int
    verified: bool = False

    @property
    def mid(self) -> float:
        """Middle of the range."""
        return (self.low + self.high) / 2.0


CARBON_VALUES: Mapping[str, CarbonValue] = MappingProxyType(
    {
        "world_bank_shadow_price": CarbonValue(
            50.0, 100.0, "USD", "World Bank guidance on the shadow price of carbon", 2030
        ),
        "china_ets": CarbonValue(60.0, 100.0, "CNY", "China's national emissions trading", 2024),
        "uk_appraisal": CarbonValue(
            250.0, 280.0, "GBP", "UK valuation of greenhouse gas emissions for appraisal", 2024
        ),
    }
)
"""Carbon values, from memory; convert them to the instance's currency and price year first."""
