"""Present values per start year against a plain loop over years that shares no code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.models.finance.appraisal import ResidualMethod
from infraplan.models.finance.start_values import StartValues, npv_by_start, option_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE = 2026


@dataclass(frozen=True)
class Option:
    """One option as a planner would state it."""

    cost: float
    profile: list[float]
    lead: int
    life: int
    om: float
    values: list[float]
    growth: list[float]
    ramp: list[float]
    cost_growth: float
    om_growth: float


@dataclass(frozen=True)
class Case:
    """A random appraisal of a few options."""

    options: list[Option]
    horizon: int
    end: int
    steps: dict[int, float]
    method: str


def factor(steps: dict[int, float], offset: int) -> float:
    """Multiply one year's discounting after the other."""
    product = 1.0
    for year in range(1, offset + 1):
        product /= 1.0 + steps[max(first for first in steps if first <= year)]
    return product


def value_of_start(case: Case, option: Option, start: int) -> dict[str, Any]:
    """Add up one option and start year, year by year, with offsets from the base year."""
    streams = range(len(option.values))
    benefit, benefit_after = [0.0 for _ in streams], 0.0
    om = om_after = construction = construction_after = spent = residual = 0.0
    opening = start + option.lead
    last = max(case.end, opening + option.life, start + len(option.profile))
    for t in range(last + 1):
        df = factor(case.steps, t)
        if 0 <= t - start < len(option.profile):
            share = option.profile[t - start]
            amount = option.cost * share * (1 + option.cost_growth) ** t * df
            if t <= case.end:
                construction += amount
                spent += share
            else:
                construction_after += amount
        if opening <= t < opening + option.life:
            ramp = option.ramp[min(t - opening, len(option.ramp) - 1)]
            running = option.om * (1 + option.om_growth) ** t * df
            gains = [option.values[k] * (1 + option.growth[k]) ** t * ramp * df for k in streams]
            if t <= case.end:
                om += running
                benefit = [benefit[k] + gains[k] for k in streams]
            else:
                om_after += running
                benefit_after += sum(gains)
    if case.method == "straight_line":
        used = sum(1 for t in range(opening, opening + option.life) if t <= case.end)
        paid = option.cost * spent * (1 + option.cost_growth) ** case.end
        residual = (option.life - used) / option.life * paid * factor(case.steps, case.end)
    if case.method == "pv_of_remaining_net_benefits":
        residual = benefit_after - om_after - construction_after
    return {"benefit": benefit, "construction": construction, "om": om, "residual": residual}


def arrays_of(options: Sequence[Option]) -> Any:
    return option_arrays(
        [o.cost for o in options],
        [o.profile for o in options],
        [o.lead for o in options],
        [o.life for o in options],
        [o.om for o in options],
        [o.values for o in options],
        [o.growth for o in options],
        [o.ramp for o in options],
    )


def values_of(case: Case) -> StartValues:
    return npv_by_start(
        arrays_of(case.options),
        base_year=BASE,
        horizon_years=case.horizon,
        appraisal_end_year=BASE + case.end,
        schedule=case.steps,
        residual_method=case.method,
        cost_escalation=[o.cost_growth for o in case.options],
        om_escalation=[o.om_growth for o in case.options],
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    streams = draw(st.integers(1, 3))
    money = st.floats(0.0, 100.0)
    growth = st.floats(-0.05, 0.12)

    def option() -> Option:
        weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=7))
        return Option(
            cost=draw(money),
            profile=[weight / sum(weights) for weight in weights],
            lead=draw(st.integers(0, 8)),
            life=draw(st.integers(1, 40)),
            om=draw(money),
            values=[draw(st.floats(-20.0, 100.0)) for _ in range(streams)],
            growth=[draw(growth) for _ in range(streams)],
            ramp=draw(st.lists(st.floats(0.0, 1.2), min_size=1, max_size=6)),
            cost_growth=draw(st.floats(-0.02, 0.05)),
            om_growth=draw(st.floats(-0.02, 0.05)),
        )

    horizon = draw(st.integers(1, 6))
    steps = {0: draw(st.floats(0.0, 0.12))}
    if draw(st.booleans()):
        steps[draw(st.integers(1, 30))] = draw(st.floats(0.0, 0.12))
    return Case(
        options=[option() for _ in range(draw(st.integers(1, 3)))],
        horizon=horizon,
        end=draw(st.integers(horizon - 1, 45)),
        steps=steps,
        method=draw(st.sampled_from([str(m) for m in ResidualMethod])),
    )


@given(case=cases())
def test_equals_a_plain_loop_over_options_starts_and_years(case: Case) -> None:
    found = values_of(case)
    for o, option in enumerate(case.options):
        for start in range(case.horizon):
            truth = value_of_start(case, option, start)
            size = 1e-9 * (1.0 + abs(truth["residual"]) + sum(map(abs, truth["benefit"])))
            for name in ("construction", "om", "residual"):
                value = getattr(found, name)[o, start]
                assert value == pytest.approx(truth[name], rel=1e-9, abs=size), name
            by_stream = found.benefit_by_stream[o, :, start]
            assert by_stream == pytest.approx(truth["benefit"], rel=1e-9, abs=size)
            net = sum(truth["benefit"]) - truth["construction"] - truth["om"] + truth["residual"]
            assert found.net[o, start] == pytest.approx(net, rel=1e-9, abs=10 * size)


def one(
    *,
    cost: float = 100.0,
    profile: Sequence[float] = (1.0,),
    lead: int = 0,
    life: int = 10,
    om: float = 0.0,
    value: float = 10.0,
    growth: float = 0.0,
    ramp: Sequence[float] = (1.0,),
    horizon: int = 2,
    end: int = 2026 + 4,
    method: ResidualMethod = ResidualMethod.NONE,
    **escalation: float,
) -> StartValues:
    options = option_arrays([cost], [profile], [lead], [life], [om], [value], growth, [ramp])
    return npv_by_start(
        options,
        base_year=BASE,
        horizon_years=horizon,
        appraisal_end_year=end,
        schedule=0.10,
        residual_method=method,
        **escalation,
    )


def test_by_hand_without_lead_time() -> None:
    # 10 % rate, appraisal 2026..2030. Start 2026, open 2026: 10 (1 + .9091 + .8264 + .7513 +
    # .6830) = 41.6987; start 2027 loses the first year: 31.6987. Cost 100 and 90.9091.
    values = one()
    assert values.benefit[0] == pytest.approx([41.6987, 31.6987], abs=1e-4)
    assert values.construction[0] == pytest.approx([100.0, 90.9091], abs=1e-4)
    assert values.net[0] == pytest.approx([-58.3013, -59.2104], abs=1e-4)


def test_by_hand_with_lead_time_ramp_growth_and_running_cost() -> None:
    # Start 2026: pay 45 in 2026 and 55 / 1.1 = 50 in 2027. Open 2028 for two years, demand
    # 10 x 1.1^2 and 10 x 1.1^3 exactly undoing the discounting: 10 x .5 + 10 x 1 = 15.
    # Running cost 2 / 1.21 + 2 / 1.331 = 3.1555.
    values = one(profile=(0.45, 0.55), lead=2, life=2, om=2.0, growth=0.10, ramp=(0.5, 1.0))
    assert values.construction[0, 0] == pytest.approx(95.0)
    assert values.benefit[0, 0] == pytest.approx(15.0)
    assert values.om[0, 0] == pytest.approx(3.155522, abs=1e-6)


def test_straight_line_residual_by_hand() -> None:
    # Start 2026, life 10, five years used by 2030: half of 100, discounted four years: 34.1507.
    # Start 2027: six tenths: 40.9808.
    values = one(method=ResidualMethod.STRAIGHT_LINE)
    assert values.residual[0] == pytest.approx([34.1507, 40.9808], abs=1e-4)
    # With construction prices up 10 % a year, replacement at 2030 prices just undoes discounting.
    dearer = one(method=ResidualMethod.STRAIGHT_LINE, cost_escalation=0.10)
    assert dearer.residual[0] == pytest.approx([50.0, 60.0])
    assert dearer.construction[0] == pytest.approx([100.0, 100.0])


def test_works_not_yet_paid_for_leave_no_residual() -> None:
    # Start 2027 with the appraisal ending that year: half is paid, and only that half is worth
    # anything; a start must not earn the residual of spending it never bears.
    values = one(profile=(0.5, 0.5), lead=2, end=2027, method=ResidualMethod.STRAIGHT_LINE)
    assert values.construction[0, 1] == pytest.approx(50 / 1.1)
    assert values.residual[0, 1] == pytest.approx(50 / 1.1)


def test_spending_and_benefits_after_the_horizon_still_count() -> None:
    # Horizon 2026-2027, appraisal to 2030: the last start pays in 2027..2029 and serves in 2030.
    values = one(profile=(0.2, 0.3, 0.5), lead=3)
    assert values.construction[0, 1] == pytest.approx(20 / 1.1 + 30 / 1.21 + 50 / 1.331)
    assert values.benefit[0, 1] == pytest.approx(10 / 1.1**4)


def test_remaining_net_benefits_equal_a_longer_appraisal() -> None:
    short = one(om=3.0, life=20, growth=0.02, method=ResidualMethod.PV_OF_REMAINING_NET_BENEFITS)
    long = one(om=3.0, life=20, growth=0.02, end=2100)
    assert short.net == pytest.approx(long.net)


@pytest.mark.parametrize(("lead", "life"), [(2, 20), (0, 1)])
def test_remaining_net_benefits_bear_the_works_still_to_pay(lead: int, life: int) -> None:
    # The appraisal ends in 2027 with works under way until 2030: what is still to be paid
    # comes off what is still to be earned, even when service (one year) ends before the works.
    method = ResidualMethod.PV_OF_REMAINING_NET_BENEFITS
    short = one(profile=(0.25,) * 4, lead=lead, life=life, end=2027, method=method)
    long = one(profile=(0.25,) * 4, lead=lead, life=life, end=2100)
    assert short.net == pytest.approx(long.net)


def test_running_cost_escalation() -> None:
    # 2 a year growing at the discount rate: 2 in each of the five years.
    assert one(om=2.0, om_escalation=0.10).om[0, 0] == pytest.approx(10.0)


def test_start_value_scales_with_money() -> None:
    small, large = one(om=1.0), one(cost=1e5, om=1e3, value=1e4)
    assert large.net == pytest.approx(1000 * small.net)


def test_no_options_give_empty_tables() -> None:
    empty = option_arrays([], [], [], [], [], np.zeros((0, 1)), 0.0, [])
    for method in ResidualMethod:
        values = npv_by_start(
            empty,
            base_year=BASE,
            horizon_years=3,
            appraisal_end_year=2040,
            schedule=0.08,
            residual_method=method,
        )
        assert values.net.shape == (0, 3)
        assert values.benefit_by_stream.shape == (0, 1, 3)


GOOD: dict[str, Any] = {
    "overnight_cost": [100.0, 50.0],
    "spending_profiles": [[1.0], [0.5, 0.5]],
    "lead_time": [1, 2],
    "lifetime": [30, 30],
    "fixed_om_cost": [1.0, 1.0],
    "benefit_value": [10.0, 5.0],
    "benefit_growth": 0.02,
    "ramp_up": [[1.0], [0.5, 1.0]],
}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("overnight_cost", [100.0, float("nan")], "overnight_cost must be finite"),
        ("spending_profiles", [[1.0]], "spending_profiles must have one entry"),
        ("spending_profiles", [[1.0], [0.5, 0.4]], r"spending_profiles\[1\] must sum to one"),
        ("lead_time", [1, -1], "lead_time must be whole numbers of at least 0"),
        ("lead_time", [1, 1.5], "lead_time must be whole"),
        ("lifetime", [30, -1], "lifetime must be whole numbers of at least 0"),
        ("fixed_om_cost", [1.0], "fixed_om_cost must have one entry"),
        ("benefit_value", [10.0], "benefit_value must have one entry"),
        ("benefit_growth", -1.0, "benefit_growth must be above -1"),
        ("ramp_up", [[1.0], []], r"ramp_up\[1\] needs at least one share"),
    ],
)
def test_bad_option_data_names_the_field(field: str, value: object, message: str) -> None:
    option_arrays(**GOOD)  # the other fields are in order
    with pytest.raises(ValueError, match=message):
        option_arrays(**{**GOOD, field: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizon_years": 0}, "at least one year"),
        ({"appraisal_end_year": 2027}, "must not end before"),
        ({"cost_escalation": -1.0}, "cost_escalation must be above -1"),
        ({"om_escalation": [0.0, float("inf")]}, "om_escalation must be finite"),
        ({"residual_method": "guess"}, "guess"),
    ],
)
def test_bad_periods_are_refused(change: dict[str, Any], message: str) -> None:
    period: dict[str, Any] = {
        "base_year": BASE, "horizon_years": 3, "appraisal_end_year": 2040, "schedule": 0.08,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        npv_by_start(option_arrays(**GOOD), **{**period, **change})
