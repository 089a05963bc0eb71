"""Bands of ratios and coverage of debt by revenue."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.finance.bands import (
    CHINA_DEBT_RATIO_BANDS,
    UK_VALUE_FOR_MONEY_BANDS,
    RatioBands,
    debt_ratio,
    required_net_revenue,
)
from infraplan.models.finance.kernels import bullet, equal_principal


@pytest.mark.parametrize(
    ("ratio", "label"),
    # green < 120 %, yellow 120-200, orange 200-300, red >= 300: closed below (finance.md 1.1 d).
    [(0.0, "green"), (1.1999, "green"), (1.2, "yellow"), (2.0, "orange"), (2.99, "orange"),
     (3.0, "red"), (12.0, "red")],
)  # fmt: skip
def test_china_debt_ratio_bands(ratio: float, label: str) -> None:
    assert CHINA_DEBT_RATIO_BANDS.label(ratio) == label


def test_bands_of_many_ratios_at_once() -> None:
    index = CHINA_DEBT_RATIO_BANDS.index([[0.5, 1.5], [2.5, 3.5]])
    assert index.tolist() == [[0, 1], [2, 3]]
    assert UK_VALUE_FOR_MONEY_BANDS.label(1.7) == "medium"


def test_recalled_thresholds_are_marked_unverified() -> None:
    assert not CHINA_DEBT_RATIO_BANDS.verified
    assert not UK_VALUE_FOR_MONEY_BANDS.verified


def test_upper_limits_feed_the_band_row() -> None:
    assert CHINA_DEBT_RATIO_BANDS.upper_limits(9.0) == (1.2, 2.0, 3.0, 9.0)
    with pytest.raises(ValueError, match="exceed"):
        CHINA_DEBT_RATIO_BANDS.upper_limits(3.0)
    assert RatioBands("one", (), ("all",), "test", 2020, True).upper_limits(-1.0) == (-1.0,)


def test_a_missing_ratio_has_no_band() -> None:
    with pytest.raises(ValueError, match="no band"):
        CHINA_DEBT_RATIO_BANDS.index([1.0, float("nan")])


def test_badly_formed_bands_are_refused() -> None:
    with pytest.raises(ValueError, match="increase"):
        RatioBands("x", (1.0, 1.0), ("a", "b", "c"), "test", 2020, True)
    with pytest.raises(ValueError, match="label"):
        RatioBands("x", (1.0, 2.0), ("a", "b"), "test", 2020, True)


def test_debt_ratio() -> None:
    # Qijiang 2020 debt 84.44 against resources of 70.37 would be 120 %: the first band's end.
    assert debt_ratio([84.44, 0.0], [70.0, 10.0]) == pytest.approx([84.44 / 70.0, 0.0])
    for resources in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="positive"):
            debt_ratio(1.0, resources)


@pytest.mark.parametrize(
    ("tenor", "rate", "needed"),
    # finance.md C7: Chongqing issue of July 2025, 1.2 (1 + n r).
    [(10, 0.0175, 1.41), (15, 0.0195, 1.55), (20, 0.0205, 1.69), (30, 0.0206, 1.94)],
)
def test_net_revenue_needed_per_unit_of_bullet(tenor: int, rate: float, needed: float) -> None:
    assert required_net_revenue(bullet(tenor, rate), 1.2) == pytest.approx(needed, abs=5e-3)


def test_equal_principal_needs_less_revenue() -> None:
    # 30 years in equal parts owe on average 15.5 years of interest: 1.2 (1 + 15.5 x 0.0206).
    assert required_net_revenue(equal_principal(30, 0.0206), 1.2) == pytest.approx(1.58, abs=5e-3)


def test_coverage_closed_form_of_a_bullet() -> None:
    # N = 500 over 20 years at 2.05 %, coverage 1.2: 500 / (1.2 x 1.41) = 295.508.
    most = 500.0 / required_net_revenue(bullet(20, 0.0205), 1.2)
    assert most == pytest.approx(500 / (1.2 * (1 + 20 * 0.0205)))
    assert most == pytest.approx(295.508, abs=1e-3)


@pytest.mark.parametrize("coverage", [0.0, -1.2, float("nan")])
def test_coverage_must_be_positive(coverage: float) -> None:
    with pytest.raises(ValueError, match="coverage"):
        required_net_revenue(bullet(5, 0.02), coverage)


def test_quota_binds_before_the_ceiling() -> None:
    # Qijiang 2020: balance 84.44 under a ceiling of 152.50 leaves 44.6 % of the ceiling unused.
    assert 1 - debt_ratio(84.44, 152.50) == pytest.approx(0.446, abs=5e-4)
    assert np.ndim(debt_ratio(84.44, 152.50)) == 0
