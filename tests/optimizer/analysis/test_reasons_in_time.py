"""The bounds of thousands of projects left out keep to their share, by a clock that tests set."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis import forcing, rejections
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from tests.builders import make_instance, make_policy, make_project
from tests.optimizer.engine import best

LEFT = 30
"""Projects that are left out of the plan of `one_of_many`."""
LIMIT_S = 20.0


class Clock:
    """A clock that stands still but for what a test adds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def one_of_many() -> Instance:
    projects = [make_project(f"p{number:02}", 10, 8 + 0.1 * number) for number in range(LEFT + 1)]
    return make_instance(projects, policies=[make_policy("spend_cap", 10.0, id="cap")])


def asked_with(
    monkeypatch: pytest.MonkeyPatch, limit_s: float, *, is_counting: bool = False
) -> tuple[list[int], tuple[rejections.Rejection, ...]]:
    """Projects whose quick bounds were asked for, one second each, and what is told."""
    found = best(one_of_many())
    assert found.plan is not None
    clock, asked, quick = Clock(), list[int](), Bounds.quick
    monkeypatch.setattr(work_clock, "now", clock)
    monkeypatch.setattr(work_clock, "is_counting", lambda: is_counting)

    def timed(self: Bounds, index: int, *, is_priced: bool = False) -> float | None:
        asked.append(index)
        clock.seconds += 0.0 if is_counting else 1.0
        return quick(self, index, is_priced=is_priced)

    monkeypatch.setattr(Bounds, "quick", timed)
    rows = rejections.find_rejections(found.formulation, found.plan, time_limit_s=limit_s)
    return asked, rows


def test_bounds_of_many_leave_time_for_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, rows = asked_with(monkeypatch, LIMIT_S)
    assert len(asked) == rejections.QUICK_SHARE * LIMIT_S
    assert len(rows) == LEFT
    # The others have the bound of any plan, and there was time to find what they lose.
    assert all(row.loss is not None for row in rows)


def test_without_time_each_has_the_bound_of_any_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, rows = asked_with(monkeypatch, 0.0)
    assert asked == []
    assert len(rows) == LEFT
    assert all(row.loss is None and row.loss_low is not None for row in rows)
    assert all(row.rule == rejections.NOT_FOUND for row in rows)


def test_where_work_is_counted_all_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, _ = asked_with(monkeypatch, 0.0, is_counting=True)
    assert asked == sorted(asked)
    assert len(asked) == LEFT


def test_what_a_plan_loses_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = best(one_of_many())
    assert found.plan is not None
    bounds = Bounds(Forcing.of(found.formulation, found.plan, None), 10.0)
    asked, leaving = [], Bounds._leaving

    def counted(self: Bounds, *given: object) -> float | None:
        asked.append(given)
        return leaving(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(forcing.Bounds, "_leaving", counted)
    first = bounds.quick(0, is_priced=True)
    many = len(asked)
    assert many > 0
    bounds.know(found.plan.objective + 1.0)
    assert first is not None
    assert bounds.quick(0, is_priced=True) <= first  # type: ignore[operator]
    assert len(asked) == many


def test_the_first_start_that_tells_nothing_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = best(one_of_many())
    assert found.plan is not None
    bounds = Bounds(Forcing.of(found.formulation, found.plan, None), 10.0)
    asked = []
    monkeypatch.setattr(Bounds, "_leaving", lambda *given: asked.append(given))
    bounds.quick(0, is_priced=True)
    assert len(asked) == 1
