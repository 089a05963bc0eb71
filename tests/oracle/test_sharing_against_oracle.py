"""The engine's optimum under agreements equals brute force."""

from __future__ import annotations

import pytest

from models.agreement import Consent, ShareForm
from tests.optimizer.engine import best
from tests.oracle.oracle import solve
from tests.oracle.sharing_oracle import JointOracle, random_joint_instance

CASES = 60


@pytest.mark.parametrize("seed", range(CASES))
def test_optimum_equals_brute_force(seed: int) -> None:
    instance = random_joint_instance(seed)
    answer, found = JointOracle(instance).solve(), best(instance)
    if answer.objective is None:
        assert found.objective is None
    else:
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)


def test_the_cases_are_worth_their_time() -> None:
    """Agreements of every kind occur, and they change what is best."""
    instances = [random_joint_instance(seed) for seed in range(40)]
    agreements = [row for instance in instances for row in instance.agreements]
    assert {row.shares for row in agreements} == set(ShareForm)
    assert {row.consent for row in agreements} == set(Consent)
    assert any(row.compensation for row in agreements)
    changed = paid = 0
    for instance in instances:
        answer = JointOracle(instance).solve()
        free = solve(instance.model_copy(update={"agreements": ()}))
        changed += answer.objective != free.objective
        plan = best(instance).plan
        paid += plan is not None and bool(plan.compensations)
    assert changed >= 10
    assert paid >= 2
