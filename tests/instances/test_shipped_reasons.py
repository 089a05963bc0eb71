"""Reasons, losses, conflicts and years of the five shipped plans, solved again.

What time did not suffice for is counted as not decided, never as confirmed; the rows are printed.
"""

from __future__ import annotations

import pytest

from tests.benchmarks import reasons, shifts
from tests.benchmarks.plans import INSTANCES

pytestmark = pytest.mark.slow


@pytest.mark.reasons
@pytest.mark.parametrize("name", INSTANCES)
def test_reasons_of_a_shipped_plan_hold(name: str) -> None:
    row = reasons.measure(name, again=2, seconds=60.0, each=45.0)
    print(name, row)
    assert not row.again.false
    assert not row.conflicts.false
    assert row.again.confirmed + row.conflicts.confirmed, "something was decided"


@pytest.mark.shifts
@pytest.mark.parametrize("name", INSTANCES)
def test_no_network_project_gains_by_a_year(name: str) -> None:
    row = shifts.measure(name, count=30, seconds=3.0, free=2, free_seconds=15.0)
    print(name, row)
    assert row.with_plan >= row.drawn / 2, "most shifts leave a plan"
    assert not row.beyond
