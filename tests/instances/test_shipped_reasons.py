"""Reasons, losses, conflicts and years of the five shipped plans, solved again.

What time did not suffice for is counted as not decided, never as confirmed; the rows are printed.
Plans and reasons are those of the run folders that `RUNS` of `make test-slow` names, else made now.
"""

from __future__ import annotations

import pytest

from tests.benchmarks import reasons, shifts
from tests.benchmarks.plans import INSTANCES, solved

pytestmark = [pytest.mark.slow, pytest.mark.by_seconds]

EXPLAIN_S = 60.0
"""Seconds for the reasons of a plan that no run folder explains."""


@pytest.mark.reasons
@pytest.mark.parametrize("name", INSTANCES)
def test_reasons_of_a_shipped_plan_hold(name: str) -> None:
    seconds = 0.0 if solved(name).rejections else EXPLAIN_S
    row = reasons.measure(name, again=10, seconds=seconds, each=45.0)
    print(name, row)
    assert row.with_reason
    assert not row.again.false
    assert not row.conflicts.false
    assert row.again.confirmed + row.conflicts.confirmed, "something was decided"


@pytest.mark.shifts
@pytest.mark.parametrize("name", INSTANCES)
def test_no_network_project_gains_by_a_year(name: str) -> None:
    row = shifts.measure(name, count=30, seconds=3.0, free=2, free_seconds=15.0, patience=20.0)
    print(name, row)
    assert row.with_plan >= row.drawn / 2, "most shifts leave a plan"
    assert not row.beyond
