"""What finished works go on to take of a resource is left to nobody else after a roll."""

from __future__ import annotations

import pytest

from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolling import roll
from tests.builders import make_instance, make_project, make_resource
from tests.optimizer.engine import best


@pytest.mark.parametrize(
    ("per_year", "limits"),
    [(True, [(2023, 2024, 2.0), (2025, 2026, 4.0)]), (False, [(None, None, 2.0)])],
)
def test_finished_works_go_on_to_draw_on_what_operation_takes(
    per_year: bool, limits: list[tuple[int | None, int | None, float]]
) -> None:
    """What stands draws on nothing by the laws: what it takes until its end is taken off."""
    first = make_project(
        "a", 5.0, 9.0, lifetime=3, latest_start=2021, resources={"water": 2.0}, mandatory="must"
    )
    second = make_project("b", 5.0, 9.0, earliest_start=2023, resources={"water": 3.0})
    row = make_resource("water", 4.0 if per_year else 8.0, per_year=per_year, timing="operation")
    instance = make_instance([first, second], years=(2021, 2026), resources=[row])
    plan = best(instance).plan
    rolled = roll(instance, plan, 2023).instance
    told = [(row.from_year, row.to_year, row.limit) for row in rolled.resources]
    assert told == limits
    # Beside `a`, until 2024, there is no room for `b`; over the whole plan for none of its years.
    assert best(rolled).starts == {k: v for k, v in best(instance).starts.items() if k != "a"}


def test_works_that_were_given_up_have_drawn_on_nothing_in_operation() -> None:
    works = make_project("a", 5.0, 9.0, lead_time=1, resources={"water": 2.0}, latest_start=2021)
    row = make_resource("water", 8.0, per_year=False, timing="operation")
    instance = make_instance([works], years=(2021, 2024), resources=[row])
    given_up = [Actual(project="a", year=2021, spent=1.0, cancelled=True)]
    rolled = roll(instance, best(instance).plan, 2024, given_up).instance
    assert [row.limit for row in rolled.resources] == [8.0]
