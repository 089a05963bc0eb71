"""Reasons, losses, conflicts and years of the five shipped plans, solved again."""

from __future__ import annotations

import pytest

from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.storage import read_instance
from tests.architecture.sources import ROOT
from tests.benchmarks import reasons, shifts
from tests.benchmarks.questions import questions
from tests.oracle.reasons import faults_of_conflict

pytestmark = pytest.mark.slow

CONFLICT_S = 300.0
"""Seconds to find one conflict of a shipped instance."""


@pytest.mark.reasons
@pytest.mark.parametrize("name", reasons.INSTANCES)
def test_losses_of_a_shipped_plan_hold(name: str) -> None:
    row = reasons.measure(name, again=4, seconds=240.0)
    print(name, row)
    assert row.again
    assert row.true == row.again


@pytest.mark.reasons
@pytest.mark.parametrize("name", reasons.INSTANCES)
def test_conflicts_of_a_shipped_instance_hold(name: str) -> None:
    instance = read_instance(ROOT / "instances" / name)
    for asked, impossible in questions(instance):
        report = find_conflict(build_formulation(impossible), time_limit_s=CONFLICT_S)
        print(name, asked, [(rule.rule, rule.amount, rule.years) for rule in report.rules])
        assert not list(faults_of_conflict(impossible, report)), (name, asked)


@pytest.mark.shifts
@pytest.mark.parametrize("name", reasons.INSTANCES)
def test_no_network_project_gains_by_a_year(name: str) -> None:
    row = shifts.measure(name, count=30, seconds=10.0)
    print(name, row)
    assert row.with_plan >= row.drawn / 2, "most shifts leave a plan"
    assert not row.beyond
