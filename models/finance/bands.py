"""Bands of a ratio (debt ratio, value for money) and coverage of debt by revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from infraplan.models.finance.kernels import RepaymentKernel


@dataclass(frozen=True)
class RatioBands:
    """Named bands of a ratio, each closed below and open above.

    Attributes
    ----------
    name
        Identifier of the set.
    thresholds
        Strictly increasing lower ends of the second and further bands, as shares (1.2 = 120 %).
    labels
        One more than thresholds, from the lowest band to the highest.
    source
        Where the thresholds come from.
    as_of
        Year of the rule.
    verified
        Whether the source was read (True) or the values are from memory (False).
    """

    name: str
    thresholds: tuple[float, ...]
    labels: tuple[str, ...]
    source: str
    as_of: int
    verified: bool

    def __post_init__(self) -> None:
        """Refuse bands that overlap or are not named one by one."""
        pairs = zip(self.thresholds, self.thresholds[1:], strict=False)
        if not all(low < high for low, high in pairs):
            raise ValueError("thresholds must increase")
        if len(self.labels) != len(self.thresholds) + 1:
            raise ValueError("bands need one label more than thresholds")

    def index(self, ratios: ArrayLike) -> NDArray[np.int64]:
        """Return the position of the band of each ratio (0 is the lowest), same shape.

        Formula: number of thresholds ``<= ratio``; a ratio on a threshold is in the upper band.

        Raises
        ------
        ValueError
            If a ratio is not a number.
        """
        values = np.asarray(ratios, dtype=np.float64)
        if np.any(np.isnan(values)):
            raise ValueError("a ratio that is not a number has no band")
        return np.searchsorted(np.array(self.thresholds), values, side="right").astype(np.int64)

    def label(self, ratio: float) -> str:
        """Return the label of the band of a ratio.

        Raises
        ------
        ValueError
            If the ratio is not a number.
        """
        return self.labels[int(self.index(ratio))]

    def upper_limits(self, unlimited: float) -> tuple[float, ...]:
        """Return the upper end of each band, with ``unlimited`` for the highest.

        The multipliers ``theta`` of the row ``debt <= sum_b theta_b base z_b``; finance.md C4.

        Raises
        ------
        ValueError
            If ``unlimited`` is not above the last threshold.
        """
        if self.thresholds and unlimited <= self.thresholds[-1]:
            raise ValueError("the limit of the highest band must exceed the last threshold")
        return (*self.thresholds, unlimited)


CHINA_DEBT_RATIO_BANDS = RatioBands(
    name="china_debt_ratio",
    thresholds=(1.2, 2.0, 3.0),
    labels=("green", "yellow", "orange", "red"),
    source="finance.md 1.1 d: 300 % line seen in a provincial measure; 120 and 200 % from memory",
    as_of=2020,
    verified=False,
)
"""Debt / total fiscal resources of a local government: below 120 %, 200 %, 300 %, and above."""

UK_VALUE_FOR_MONEY_BANDS = RatioBands(
    name="uk_value_for_money",
    thresholds=(1.0, 1.5, 2.0, 4.0),
    labels=("poor", "low", "medium", "high", "very_high"),
    source="finance.md 3.6: value for money categories by benefit-cost ratio, from memory",
    as_of=2017,
    verified=False,
)
"""Benefit-cost ratio in the categories of the UK transport ministry."""


def debt_ratio(debt: ArrayLike, resources: ArrayLike) -> NDArray[np.float64]:
    """Return debt over total fiscal resources, element by element.

    Formula: ``ratio = debt / resources`` [money / money per year]. Source: finance.md 1.1 d, e.

    Raises
    ------
    ValueError
        If a resource is not positive (the ratio would say nothing).
    """
    base = np.asarray(resources, dtype=np.float64)
    if not np.all(base > 0.0):
        raise ValueError("a debt ratio needs positive fiscal resources")
    return np.asarray(np.asarray(debt, dtype=np.float64) / base, dtype=np.float64)


def required_net_revenue(kernel: RepaymentKernel, coverage: float) -> float:
    """Return the net revenue over the bond's life needed per unit borrowed.

    Formula: ``kappa (1 + r sum_a b(a - 1))``, for a bullet ``kappa (1 + n r)``; ``kappa`` =
    ``coverage``. Source: finance.md C7.

    Raises
    ------
    ValueError
        If the coverage is not positive.
    """
    if not coverage > 0.0:
        raise ValueError("the coverage must be positive")
    return coverage * kernel.service_per_unit
