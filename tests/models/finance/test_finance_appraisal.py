"""Spending, benefits, residual values, bias and phasing tests of a single option."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.finance import appraisal
from infraplan.models.finance.start_values import npv_by_start, option_arrays


@pytest.mark.parametrize("duration", range(1, 16))
def test_spending_profiles_spend_everything(duration: int) -> None:
    profile = appraisal.spending_profile(duration)
    assert profile.shape == (duration,)
    assert profile.sum() == pytest.approx(1.0)
    assert (profile > 0).all()


def test_published_and_interpolated_profiles() -> None:
    assert appraisal.spending_profile(4).tolist() == [0.12, 0.30, 0.36, 0.22]
    # Twelve years: each year of the six-year profile is halved.
    six = np.array([0.06, 0.15, 0.24, 0.26, 0.19, 0.10])
    assert appraisal.spending_profile(12) == pytest.approx(np.repeat(six / 2, 2))
    # Seven years: year 1 is six sevenths of .06; year 2 the rest of it and 5/7 of .15.
    seven = appraisal.spending_profile(7)
    assert seven[0] == pytest.approx(0.06 * 6 / 7)
    assert seven[1] == pytest.approx(0.06 / 7 + 0.15 * 5 / 7)
    with pytest.raises(ValueError, match="one year"):
        appraisal.spending_profile(0)


def test_ramp_up_holds_its_last_share() -> None:
    shares = appraisal.ramp_up_shares((0.4, 0.7, 1.0), [-1, 0, 1, 2, 9])
    assert shares.tolist() == [0.0, 0.4, 0.7, 1.0, 1.0]
    with pytest.raises(ValueError, match="at least one"):
        appraisal.ramp_up_shares([], [0])


def test_optimism_bias_by_hand() -> None:
    # Standard civil works 44 % (HM Treasury), nothing mitigated, no contingency: 1.44.
    bias = 0.44
    assert appraisal.optimism_bias_multiplier(bias) == pytest.approx(1.44)
    # Half mitigated: 1 + 0.44 x 0.5 = 1.22; net of 8 % contingency: 1.22 / 1.08.
    assert appraisal.optimism_bias_multiplier(bias, 0.5, 0.08) == pytest.approx(1.22 / 1.08)
    # Contingency equal to the expected overrun leaves the estimate as it is.
    assert appraisal.optimism_bias_multiplier(0.10, 0.0, 0.10) == pytest.approx(1.0)


@pytest.mark.parametrize(("mitigation", "contingency"), [(-0.1, 0.0), (1.1, 0.0), (0.5, -0.01)])
def test_optimism_bias_refuses_impossible_shares(mitigation: float, contingency: float) -> None:
    with pytest.raises(ValueError, match=r"mitigation|contingency"):
        appraisal.optimism_bias_multiplier(0.44, mitigation, contingency)


def test_first_year_rate_of_return_by_hand() -> None:
    # 60 two years and 40 one year before: 60 x 1.1664 + 40 x 1.08 = 113.184; 10 / 113.184.
    value = appraisal.first_year_rate_of_return(10.0, [60.0, 40.0], [2, 1], 0.08)
    assert value == pytest.approx(10 / 113.184)
    with pytest.raises(ValueError, match="same shape"):
        appraisal.first_year_rate_of_return(10.0, [60.0], [2, 1], 0.08)
    with pytest.raises(ValueError, match="positive cost"):
        appraisal.first_year_rate_of_return(10.0, [0.0], [1], 0.08)


def test_phasing_test_finds_the_best_start_year() -> None:
    # Cost 100 in the start year, benefits from the next year for ever (400 years here), 6 a year
    # in 2026 growing 3 %: NPV(tau) - NPV(tau + 1) = df(tau + 1) (B(tau + 1) - r 100), so the
    # first year with B(tau + 1) / 100 >= r is the best: 6 x 1.03^k >= 8 from k = 10.
    options = option_arrays([100.0], [[1.0]], [1], [1000], [0.0], [6.0], 0.03, [[1.0]])
    values = npv_by_start(
        options, base_year=2026, horizon_years=25, appraisal_end_year=2426, schedule=0.08
    )
    returns = [
        appraisal.first_year_rate_of_return(6 * 1.03 ** (k + 1), [100.0], [0], 0.08)
        for k in range(25)
    ]
    first_worthwhile = next(k for k, value in enumerate(returns) if value >= 0.08)
    assert int(np.argmax(values.net[0])) == first_worthwhile == 9
