"""Spending, benefits, residual values, bias and phasing tests of a single option."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.models.finance import appraisal
from infraplan.models.finance.discounting import present_value
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


def test_published_ramp_ups_reach_full_demand() -> None:
    for name, profile in appraisal.RAMP_UP_PROFILES.items():
        assert profile[-1] == 1.0, name
        assert list(profile) == sorted(profile), name


def test_benefit_stream_by_hand() -> None:
    # 100 a year at 2026 demand, growing 10 %, open 2028 for three years, ramp .5 then 1:
    # 2028: 121 x .5 = 60.5; 2029: 133.1; 2030: 146.41; closed in 2031.
    stream = appraisal.benefit_stream(
        range(2026, 2032), 100.0, 0.10, 2026, opening_year=2028, lifetime=3, ramp_up=(0.5, 1.0)
    )
    assert stream == pytest.approx([0, 0, 60.5, 133.1, 146.41, 0])


def test_fixed_om_stream_by_hand() -> None:
    plain = appraisal.fixed_om_stream(range(2026, 2031), 8.0, opening_year=2028, lifetime=2)
    assert plain.tolist() == [0, 0, 8.0, 8.0, 0]
    # Wages grow 5 % a year from 2026: 8 x 1.1025 in 2028.
    dearer = appraisal.fixed_om_stream(
        range(2026, 2031), 8.0, 2028, 2, escalation=0.05, base_year=2026
    )
    assert dearer == pytest.approx([0, 0, 8.82, 9.261, 0])


def test_construction_stream_by_hand() -> None:
    plain = appraisal.construction_stream(range(2026, 2031), 200.0, (0.45, 0.55), 2027)
    assert plain == pytest.approx([0, 90.0, 110.0, 0, 0])
    # Prices up 10 % a year from 2026: 90 x 1.1 and 110 x 1.21.
    dearer = appraisal.construction_stream(
        range(2026, 2031), 200.0, (0.45, 0.55), 2027, escalation=0.10, base_year=2026
    )
    assert dearer == pytest.approx([0, 99.0, 133.1, 0, 0])


def test_escalation() -> None:
    assert appraisal.escalation_factors([2025, 2026, 2028], 2026, 0.02) == pytest.approx(
        [1 / 1.02, 1.0, 1.0404]
    )
    with pytest.raises(ValueError, match="above -1"):
        appraisal.escalation_factors([2026], 2026, -1.0)


@pytest.mark.parametrize(
    ("opening", "residual"),
    # Cost 300, life 30, end 2050: opened 2031 has run 20 years -> a third is left; opened 2021
    # has just ended; opened 2010 ended before; opened after the end is new.
    [(2031, 100.0), (2021, 0.0), (2010, 0.0), (2051, 300.0), (2050, 290.0)],
)
def test_straight_line_residual(opening: int, residual: float) -> None:
    assert appraisal.straight_line_residual(300.0, opening, 30, 2050) == pytest.approx(residual)


def test_straight_line_residual_needs_a_life() -> None:
    with pytest.raises(ValueError, match="lifetime"):
        appraisal.straight_line_residual(300.0, 2030, 0, 2050)


def test_remaining_net_benefits_carry_the_appraisal_on() -> None:
    years, flows = range(2026, 2032), [-100.0, 30.0, 30.0, 30.0, 30.0, 30.0]
    to_2028 = present_value(flows[:3], list(years)[:3], 2026, 0.08)
    residual = appraisal.remaining_net_benefit_residual(flows, years, 2028, 2026, 0.08)
    assert to_2028 + residual == pytest.approx(present_value(flows, years, 2026, 0.08))


def test_optimism_bias_by_hand() -> None:
    # Standard civil works 44 %, nothing mitigated, no contingency: 1.44.
    bias = appraisal.OPTIMISM_BIAS["standard_civil"].upper
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


def test_first_worthwhile_start() -> None:
    assert appraisal.first_worthwhile_start([0.05, 0.07, 0.081, 0.09], 0.08) == 2
    assert appraisal.first_worthwhile_start([0.05, 0.08], 0.08) == 1
    assert appraisal.first_worthwhile_start([0.05], 0.08) is None


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
    assert int(np.argmax(values.net[0])) == appraisal.first_worthwhile_start(returns, 0.08) == 9


def test_starting_benefit_ratio_by_hand() -> None:
    # Two years, no growth, 10 %: b / 1.1 + b / 1.21 = 1 -> b = 0.57619; plus 2 % running cost.
    assert appraisal.starting_benefit_ratio(0.10, 0.0, 2) == pytest.approx(0.576190, abs=1e-6)
    assert appraisal.starting_benefit_ratio(0.10, 0.0, 2, 0.02) == pytest.approx(0.59619, abs=1e-5)
    # Growth equal to the return: every year adds b / (1 + e), so b = 1.05 / 30.
    assert appraisal.starting_benefit_ratio(0.05, 0.05, 30) == pytest.approx(1.05 / 30)


@given(eirr=st.floats(0.001, 0.3), growth=st.floats(-0.05, 0.29), lifetime=st.integers(1, 60))
def test_starting_benefit_ratio_yields_its_rate_of_return(
    eirr: float, growth: float, lifetime: int
) -> None:
    first = appraisal.starting_benefit_ratio(eirr, growth, lifetime)
    worth = sum(first * (1 + growth) ** (k - 1) / (1 + eirr) ** k for k in range(1, lifetime + 1))
    assert worth == pytest.approx(1.0, rel=1e-9)
    if abs(eirr - growth) > 1e-4:  # the formula as printed in finance.md 3.2
        closed = (eirr - growth) / (1 - ((1 + growth) / (1 + eirr)) ** lifetime)
        assert first == pytest.approx(closed, rel=1e-8)


def test_starting_benefit_ratio_refuses_impossible_terms() -> None:
    with pytest.raises(ValueError, match="lifetime"):
        appraisal.starting_benefit_ratio(0.08, 0.02, 0)
    with pytest.raises(ValueError, match="above -1"):
        appraisal.starting_benefit_ratio(-1.0, 0.02, 10)
