"""Works that go on after the plan's last year: the engine's optimum equals brute force."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.verify import verify_plan
from tests.optimizer.engine import best
from tests.oracle.late_works import late_instance, late_joint_instance
from tests.oracle.oracle import Answer, solve
from tests.oracle.sharing_oracle import JointOracle

BITING = (4, 13, 15, 18, 24, 29, 32, 33, 39, 41, 47, 52, 56)
"""Seeds of the quick suite: plans that spend after their end, and money that forbids it."""

JOINT = (5, 11, 33, 34, 37)


def agrees(
    instance: Instance, brute_force: Callable[[Instance], Answer] = solve
) -> tuple[bool, bool]:
    """Compare the readings; whether the plan spends after its end, and whether that money binds."""
    answer, found = brute_force(instance), best(instance)
    if answer.objective is None:
        assert found.objective is None
        return False, False
    assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
    assert found.plan is not None
    assert verify_plan(instance, found.plan).ok
    last = instance.settings.horizon.last_year
    late = sum(payment.year > last for payment in found.plan.payments)
    with_money = best(_rich_afterwards(instance)).objective
    assert with_money is not None
    return late > 0, with_money > answer.objective + 1e-6


def _rich_afterwards(instance: Instance) -> Instance:
    """The same with more money after the plan than anything costs."""
    last = instance.settings.horizon.last_year
    inflows = tuple(
        row.model_copy(update={"value": row.value + 1e5}) if row.year > last else row
        for row in instance.inflows
    )
    return instance.model_copy(update={"inflows": inflows})


def test_optimum_equals_brute_force_where_it_bites() -> None:
    found = [agrees(late_instance(seed)) for seed in BITING]
    assert sum(late for late, _ in found) >= 3
    assert sum(binds for _, binds in found) >= 2


def _joint(instance: Instance) -> Answer:
    return JointOracle(instance).solve()


def test_partners_agree_where_it_bites() -> None:
    found = [agrees(late_joint_instance(seed), _joint) for seed in JOINT]
    assert sum(late for late, _ in found) >= 3


@pytest.mark.slow
@pytest.mark.late_works
@pytest.mark.parametrize("part", range(20))
def test_optimum_equals_brute_force(part: int) -> None:
    found = [agrees(late_instance(1000 + part * 25 + seed)) for seed in range(25)]
    found += [agrees(late_joint_instance(part * 5 + seed), _joint) for seed in range(5)]
    assert sum(late for late, _ in found) >= 2
