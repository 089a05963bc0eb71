"""What asks reasons anew finds a false one: an end of an interval moved, a verdict turned round."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from infraplan.models.plan import Rejection
from infraplan.optimizer.analysis.rejections import find_rejections
from tests.benchmarks.around import Around
from tests.benchmarks.plans import Solved
from tests.benchmarks.reasons import CONFIRMED, chosen, ends_of, verdict_of
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.optimizer.engine import best
from tests.oracle.reasons import UNDECIDED

SECONDS = 20.0
TOO_DEAR, LOSING, LEFT = "dear", "losing", "left"


@cache
def known() -> tuple[Around, dict[str, Rejection]]:
    """A fund of 10 pays one of two works of 10 that bring 20 and 16 a year in three years.

    `left` in the place of the better one loses 3 x 4 = 12; `dear` has no plan.
    """
    instance = make_instance(
        [
            make_project("kept", 10.0, 20.0),
            make_project(LEFT, 10.0, 16.0),
            make_project(LOSING, 4.0, 2.0),
            make_project(TOO_DEAR, 50.0, 90.0),
        ],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 10.0),
    )
    plan = best(instance).plan
    assert plan is not None
    solved = Solved("small", instance, plan, plan.objective)
    around = Around.of(solved)
    rows = find_rejections(around.formulation, plan, bound=plan.objective)
    return around, {row.project: row for row in rows}


def verdict(row: Rejection) -> str:
    """Of one row, asked alone."""
    around, _ = known()
    ends = ends_of(around, [row], SECONDS)
    return ends.false[0] if ends.false else verdict_of(around, row, ends, SECONDS)


def test_what_is_stated_is_confirmed() -> None:
    around, rows = known()
    assert rows[TOO_DEAR].can_be_forced is False
    ends = ends_of(around, list(rows.values()), SECONDS)
    assert ends.least == pytest.approx(0.0, abs=1e-5)
    assert ends.none_can
    assert not ends.false
    assert [verdict_of(around, row, ends, SECONDS) for row in rows.values()] == [CONFIRMED] * 3


@pytest.mark.parametrize(
    ("name", "changed", "told"),
    [
        (LEFT, {"loss_low": 13.0, "loss_high": 14.0}, "loses 12.000000 at most, stated 13.0"),
        (LEFT, {"loss_low": 1.0, "loss_high": 3.0}, "at least, stated 3.0 at most"),
        (LEFT, {"can_be_forced": False}, "is in a plan, said to be in none"),
        (TOO_DEAR, {"can_be_forced": True}, "cannot be forced in"),
    ],
)
def test_what_is_false_is_found(name: str, changed: dict[str, Any], told: str) -> None:
    _, rows = known()
    assert told in verdict(rows[name].model_copy(update=changed))


def test_what_states_nothing_is_not_confirmed() -> None:
    _, rows = known()
    blank = rows[LEFT].model_copy(update={"loss": None, "loss_low": None, "loss_high": None})
    assert verdict(blank) == UNDECIDED


def test_every_kind_of_reason_is_asked() -> None:
    """Two kinds with one row each and one with ten: of five, both and three spread over the ten."""
    _, rows = known()
    row = rows[LEFT]
    kinds = ["quota:q", "precedence:r", *["value"] * 10]
    told = [
        row.model_copy(update={"rule": rule, "project": f"p{number}"})
        for number, rule in enumerate(kinds)
    ]
    assert [r.project for r in chosen(told, 5)] == ["p0", "p1", "p2", "p5", "p8"]
    assert len(chosen(told, 50)) == 12
