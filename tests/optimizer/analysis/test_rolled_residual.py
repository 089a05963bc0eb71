"""What an asset is worth at the appraisal's end is the same before, during and after its works."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from infraplan.models.horizon import ResidualValue
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.project import Stage
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.value import build_coefficients
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolled_time import discount_to
from infraplan.optimizer.analysis.rolling import Rolled, roll
from tests.builders import make_instance, make_project, make_relation
from tests.markers import first_quick
from tests.optimizer.analysis.test_rolling import cut, with_a_plan
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.test_progress_against_oracle import staged_instance


def residuals(plan: Plan) -> dict[str, float]:
    """Value left at the end, by project, of `plan`."""
    return {r.subject: r.value for r in plan.objective_terms if r.term == "residual"}


def road(**values: object) -> Instance:
    """A road of 20 in two years, ten years of life, of which four are left after 2028.

    It opens in 2023: 20 x 4/10 x 1.1^-7 = 4.105... is left at the end of the appraisal, 2028,
    in money of 2021.
    """
    return make_instance(
        [
            make_project(
                "road", 20.0, 9.0, spending_profile=(0.5, 0.5), lead_time=2, lifetime=10, **values
            ),
            make_project("bypass", 1.0, 0.1, earliest_start=2024),
        ],
        years=(2021, 2025),
        settings={"discount_rate": 0.1, "end_year": 2028, "residual_value": "straight_line"},
    )


def test_works_under_way_are_worth_what_they_cost_in_all() -> None:
    instance = road()
    plan = best(instance).plan
    assert plan is not None
    assert residuals(plan)["road"] == pytest.approx(20.0 * 4 / 10 * 1.1**-7, abs=1e-12)
    rolled = roll(instance, plan, 2022)
    assert rolled.committed == {"road": 10.0}
    again = best(rolled.instance).plan
    assert again is not None
    assert residuals(again)["road"] == pytest.approx(20.0 * 4 / 10 * 1.1**-6, abs=1e-12)
    assert residuals(cut(instance, plan, rolled)) == pytest.approx(residuals(again), rel=1e-12)


def test_what_opens_before_it_is_paid_keeps_its_worth() -> None:
    """Opened in 2022, paid until 2024: of ten years from 2022 on three are left after 2028.

    Written off from 2022 in every roll, and as what stands in the end: 20 x 3/10.
    """
    works = make_project(
        "road",
        20.0,
        9.0,
        spending_profile=(0.25, 0.25, 0.25, 0.25),
        lead_time=1,
        lifetime=12,
        financial_life=10,
    )
    instance = make_instance(
        [works, make_project("bypass", 1.0, 0.1, earliest_start=2024)],
        years=(2021, 2026),
        settings={"discount_rate": 0.1, "end_year": 2028, "residual_value": "straight_line"},
    )
    plan = best(instance).plan
    assert plan is not None
    for year in (2022, 2023, 2024, 2025):
        rolled = roll(instance, plan, year)
        plan, instance = cut(instance, plan, rolled), rolled.instance
        road_then = instance.project_by_id["road"]
        assert road_then.written_off_since == (None if year == 2022 else 2022)
        if year < 2025:
            worth = 20.0 * 3 / 10 * 1.1 ** (year - 2028)
            assert residuals(plan)["road"] == pytest.approx(worth, abs=1e-12)
            again = best(instance).plan
            assert again is not None
            assert residuals(again)["road"] == pytest.approx(worth, abs=1e-12)
    # It stands as opened in 2024, its last year as under way, with what is left of its lives.
    assert (road_then.stage, road_then.opened) == (Stage.COMPLETE, 2024)
    assert road_then.options[0].written_off_in == 8


def test_what_retires_gives_up_what_was_worth_it_under_way() -> None:
    """The road stands from 2023 on; retired as soon as it opens, all that is left of it is lost."""
    instance = road()
    plan = best(instance).plan
    rolled = roll(instance, plan, 2023).instance
    assert [row.id for row in rolled.standing] == ["road"]
    tables = {name: getattr(rolled, name) for name in Instance.model_fields}
    retired = Instance(
        **(tables | {"relations": (make_relation("retires", ["road"], ["bypass"]),)})
    )
    flats = build_coefficients(lay_out(retired))
    number = flats.candidates.number_by_option["bypass", "base"]
    # Begun in 2024 it opens in 2025: the road's service until 2028 is lost, and the four years of
    # ten that would have been left of its 20; a life cut in 2025 leaves nothing after 2028.
    lost = sum(9.0 * 1.1 ** (2023 - year) for year in range(2025, 2029)) + 20.0 * 0.4 * 1.1**-5
    assert flats.terms["retires"][number, 1] == pytest.approx(-lost, abs=1e-12)


@pytest.mark.parametrize(("spent", "cost"), [(4.0, 14.0), (16.0, 26.0)])
def test_what_was_built_stands_at_what_it_took(spent: float, cost: float) -> None:
    instance = road()
    plan = best(instance).plan
    rows = [
        Actual(project="road", year=2021, spent=10.0),
        Actual(project="road", year=2022, spent=spent, opened=2023),
    ]
    rolled = roll(instance, plan, 2023, rows)
    assert rolled.instance.project_by_id["road"].options[0].overnight_cost == pytest.approx(cost)


def test_stopped_works_leave_nothing() -> None:
    """Half of 20 is spent: to go on costs 10 and brings the whole asset's rest, 20 x 4/10."""
    values = {
        "stage": "under_construction",
        "started": 2020,
        "spent_to_date": 10.0,
        "stopping_cost": 1.0,
    }
    for benefit, goes_on in ((0.0, False), (0.1, False), (0.3, True)):
        instance = make_instance(
            [
                make_project(
                    "road",
                    20.0,
                    benefit,
                    spending_profile=(0.5, 0.5),
                    lead_time=2,
                    lifetime=10,
                    **values,
                )
            ],
            years=(2021, 2025),
            settings={"discount_rate": 0.0, "end_year": 2027, "residual_value": "straight_line"},
        )
        found = best(instance)
        # Open 2022..2031, six years count, four of ten are left: 6 b + 8 - 10 against -1.
        worth = max(6.0 * benefit - 2.0, -1.0)
        assert found.objective == pytest.approx(worth, abs=1e-9)
        assert found.plan is not None
        assert bool(found.plan.starts) is goes_on
        assert residuals(found.plan) == ({"road": 8.0} if goes_on else {})


def written_off(make: Callable[[int], Instance], seed: int) -> Instance:
    """The instance with straight depreciation to an end two years after the plan."""
    plain = make(seed)
    last = plain.settings.horizon.last_year
    appraisal = plain.settings.appraisal.model_copy(
        update={"residual_value": ResidualValue.STRAIGHT_LINE, "end_year": last + 2}
    )
    settings = plain.settings.model_copy(update={"appraisal": appraisal})
    long = tuple(
        row.model_copy(
            update={
                "options": tuple(
                    option.model_copy(update={"lifetime": option.lifetime + 3})
                    for option in row.options
                )
            }
        )
        for row in plain.projects
    )
    return plain.with_tables(settings=settings, projects=long)


def kept(instance: Instance, plan: Plan, rolled: Rolled) -> int:
    """How many works under way keep what is left of them, by program and verifier, to 1e-9."""
    found, factor = 0, discount_to(instance, rolled.instance.settings.horizon.first_year)
    left = cut(instance, plan, rolled)
    before, after = residuals(plan), residuals(left)
    program = build_coefficients(lay_out(rolled.instance))
    for start in left.starts:
        if start.project not in rolled.committed:
            continue
        worth = before.get(start.project, 0.0) / factor
        assert after.get(start.project, 0.0) == pytest.approx(worth, rel=1e-9, abs=1e-12)
        number = program.candidates.number_of(start)
        assert program.terms["residual"][number, 0] == pytest.approx(worth, rel=1e-9, abs=1e-12)
        found += start.project in before
    return found


@pytest.mark.parametrize("part", first_quick(range(4)))
@pytest.mark.parametrize("make", [random_instance, staged_instance])
def test_residuals_are_kept_over_rolls(make: Callable[[int], Instance], part: int) -> None:
    """Year by year and at once, of works that the plan began and of those under way before it."""
    found = 0
    for seed in range(20 * part, 20 * part + 20):
        instance, plan = with_a_plan(partial(written_off, make), seed)
        horizon = instance.settings.horizon
        question, answer = instance, plan
        for year in range(horizon.first_year + 1, horizon.last_year + 1):
            found += kept(instance, plan, roll(instance, plan, year))
            rolled = roll(question, answer, year)
            found += kept(question, answer, rolled)
            question, answer = rolled.instance, cut(question, answer, rolled)
    assert found >= 3
