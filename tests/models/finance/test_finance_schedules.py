"""Named discount schedules in the settings of an instance, and published carbon values."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.finance.carbon import CARBON_VALUES
from infraplan.models.finance.discounting import SOCIAL_RATES, discount_factors
from infraplan.models.horizon import Appraisal
from infraplan.models.instance import Instance
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.accounts.value import rate_schedule
from tests.builders import make_instance, make_project
from tests.optimizer.engine import best


@pytest.mark.parametrize("name", list(SOCIAL_RATES))
def test_a_named_schedule_discounts_as_it_is_published(name: str) -> None:
    appraisal = Appraisal(discount_schedule=name)
    years = np.arange(0, 160)
    published = discount_factors(years, 0, SOCIAL_RATES[name].schedule)
    assert discount_factors(years, 0, rate_schedule(appraisal)) == pytest.approx(published)


def test_the_green_book_declines() -> None:
    appraisal = Appraisal(discount_schedule="uk_green_book", discount_rate=0.08)
    # The name wins over a rate beside it, and the fields say what it stands for.
    assert appraisal.discount_rate == 0.035
    assert [(step.from_offset, step.rate) for step in appraisal.discount_steps] == [
        (0, 0.035),
        (31, 0.03),
        (76, 0.025),
        (126, 0.02),
        (201, 0.015),
        (301, 0.01),
    ]
    assert Appraisal.model_validate(appraisal.model_dump()) == appraisal


def test_an_unknown_schedule_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="known: china, china_water_public_good, uk_green_book"):
        Appraisal(discount_schedule="mars")


def test_a_scenario_may_take_another_schedule() -> None:
    change = Change(table="instance", field="appraisal.discount_schedule", value="china")
    back = Change(table="instance", field="appraisal.discount_schedule", value="uk_green_book")
    instance = make_instance(
        [make_project("a", 10, 6)],
        settings={"discount_rate": 0.0},
        scenarios=[
            Scenario(id="eight", changes=(change,)),
            Scenario(id="uk", changes=(change, back)),
        ],
    )
    # Benefits of 6 in 2022-2024: 18 - 10 without discounting, at 8 % and at 3.5 % less.
    assert best(instance).objective == pytest.approx(8.0)
    eight = apply_scenario(instance, "eight")
    assert best(eight).objective == pytest.approx(6 * (1 / 1.08 + 1.08**-2 + 1.08**-3) - 10)
    british = apply_scenario(instance, "uk")
    assert best(british).objective == pytest.approx(6 * (1 / 1.035 + 1.035**-2 + 1.035**-3) - 10)
    assert Instance.model_validate_json(british.model_dump_json()) == british


def test_carbon_values_are_marked_as_unverified() -> None:
    # USD 50-100, CNY 60-100, GBP 250-280 a tonne, all from memory.
    assert [value.mid for value in CARBON_VALUES.values()] == [75.0, 80.0, 265.0]
    assert not any(value.verified for value in CARBON_VALUES.values())
    assert all(value.source and value.as_of >= 2023 for value in CARBON_VALUES.values())
