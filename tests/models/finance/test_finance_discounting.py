"""Discount factors, present values and price years against published numbers."""

from __future__ import annotations

import pytest

from infraplan.models.finance.discounting import (
    GREEN_BOOK_SCHEDULE,
    SOCIAL_RATES,
    convert_price_year,
    discount_factors,
    present_value,
    year_array,
    yearly_rates,
)


@pytest.mark.parametrize(
    ("offset", "published"),
    # HM Treasury Green Book, long-term discount factors at the declining rate (four decimals).
    [(0, 1.0), (1, 0.9662), (10, 0.7089), (20, 0.5026), (30, 0.3563), (40, 0.2651), (125, 0.0274)],
)
def test_green_book_factors_match_the_published_table(offset: int, published: float) -> None:
    factor = discount_factors([2026 + offset], 2026, GREEN_BOOK_SCHEDULE)[0]
    assert factor == pytest.approx(published, abs=5e-5)


def test_green_book_steps_fall_where_the_periods_begin() -> None:
    rates = yearly_rates(130, GREEN_BOOK_SCHEDULE)
    # Entry k - 1 is the rate of year k: year 30 is the last at 3.5 %, 75 at 3 %, 125 at 2.5 %.
    assert [rates[k - 1] for k in (1, 30, 31, 75, 76, 125, 126)] == [
        0.035, 0.035, 0.03, 0.03, 0.025, 0.025, 0.02,
    ]  # fmt: skip
    # Product year by year: 30 years at 3.5 %, 45 at 3 %, 50 at 2.5 %, 5 at 2 %.
    expected = 1.035**-30 * 1.03**-45 * 1.025**-50 * 1.02**-5
    assert discount_factors([130], 0, GREEN_BOOK_SCHEDULE)[0] == pytest.approx(expected, rel=1e-12)


def test_constant_rate_is_a_power_and_years_may_come_in_any_order() -> None:
    factors = discount_factors([2030, 2026, 2028], 2026, 0.08)
    assert factors == pytest.approx([1.08**-4, 1.0, 1.08**-2])


def test_steps_may_begin_at_offset_one() -> None:
    # Year 1 at 10 %, later years at 5 %.
    assert discount_factors([2], 0, {1: 0.10, 2: 0.05})[0] == pytest.approx(1 / (1.10 * 1.05))


@pytest.mark.parametrize("schedule", [{}, {2: 0.05}, {0: -1.0}, {0: float("nan")}, float("inf")])
def test_a_schedule_that_says_nothing_sensible_is_refused(schedule: object) -> None:
    with pytest.raises(ValueError, match="rate"):
        discount_factors([1], 0, schedule)  # type: ignore[arg-type]


def test_years_before_the_base_year_are_refused() -> None:
    with pytest.raises(ValueError, match="before the base year"):
        discount_factors([2025], 2026, 0.08)


def test_years_must_be_whole_and_one_dimensional() -> None:
    with pytest.raises(ValueError, match="whole"):
        year_array([2026.5])
    with pytest.raises(ValueError, match="one-dimensional"):
        year_array([[2026]])
    assert year_array(2026).tolist() == [2026]


def test_present_value_by_hand() -> None:
    # -100 now, 60 in each of two years at 10 %: -100 + 54.5455 + 49.5868 = 4.1322.
    value = present_value([-100, 60, 60], [2026, 2027, 2028], 2026, 0.10)
    assert value == pytest.approx(4.132231, abs=1e-6)


def test_present_value_needs_one_year_per_amount() -> None:
    with pytest.raises(ValueError, match="same shape"):
        present_value([1.0, 2.0], [2026], 2026, 0.08)


def test_price_year_conversion_needs_a_stated_index() -> None:
    index = {2015: 100.0, 2024: 121.0, 2025: 0.0}
    assert convert_price_year(200.0, index, 2015, 2024) == pytest.approx(242.0)
    assert convert_price_year(242.0, index, 2024, 2015) == pytest.approx(200.0)
    with pytest.raises(ValueError, match="2030"):
        convert_price_year(200.0, index, 2015, 2030)
    with pytest.raises(ValueError, match="2025"):
        convert_price_year(200.0, index, 2025, 2024)


def test_named_social_rates_are_usable_and_sourced() -> None:
    first_year = {
        name: discount_factors([1], 0, rate.schedule)[0] for name, rate in SOCIAL_RATES.items()
    }
    # China 8 %, water public good 6 %, OMB A-94 7 %.
    assert first_year["china"] == pytest.approx(1 / 1.08)
    assert first_year["china_water_public_good"] == pytest.approx(1 / 1.06)
    assert first_year["us_omb_a94"] == pytest.approx(1 / 1.07)
    assert all(rate.source and rate.as_of > 1990 for rate in SOCIAL_RATES.values())
    assert not SOCIAL_RATES["world_bank"].verified


def test_the_green_book_falls_on_after_two_hundred_years() -> None:
    # Department for Transport, April 2026: 1.5 % in years 201-300, 1 % from 301 on; health 1.5 %
    # in years 0-30, 0.43 % from 301 on.
    rates = yearly_rates(350, GREEN_BOOK_SCHEDULE)
    assert [rates[k - 1] for k in (200, 201, 300, 301)] == [0.02, 0.015, 0.015, 0.01]
    health = yearly_rates(350, SOCIAL_RATES["uk_green_book_health"].schedule)
    assert [health[k - 1] for k in (30, 31, 301)] == [0.015, 0.0129, 0.0043]


def test_a_schedule_ends_where_the_next_begins() -> None:
    assert SOCIAL_RATES["eu_cohesion"].valid_to == 2020
    assert SOCIAL_RATES["eu_2021_2027"].valid_from == 2021
    assert not SOCIAL_RATES["eu_2021_2027"].verified
    assert SOCIAL_RATES["china"].as_of == 2006
