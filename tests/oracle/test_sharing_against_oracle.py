"""The engine's optimum under agreements equals brute force."""

from __future__ import annotations

from functools import cache

import pytest

from infraplan.models.agreement import Agreement, Consent, ShareForm
from tests.markers import first_quick
from tests.optimizer.engine import Found, best
from tests.oracle.oracle import Answer, solve
from tests.oracle.sharing_oracle import JointOracle, random_joint_instance

CASES = 60
COMPENSATED = (163, 540)
"""Further cases, in which a compensation decides, as it does in none of the first."""


@cache
def answer_of(seed: int) -> Answer:
    """Brute force on a random joint instance, once for all tests that ask."""
    return JointOracle(random_joint_instance(seed)).solve()


@cache
def best_of(seed: int) -> Found:
    """The engine's answer to the same."""
    return best(random_joint_instance(seed))


@pytest.mark.parametrize(
    "seed", first_quick([*range(CASES), *COMPENSATED], quick=16, also=COMPENSATED)
)
def test_optimum_equals_brute_force(seed: int) -> None:
    answer, found = answer_of(seed), best_of(seed)
    if answer.objective is None:
        assert found.objective is None
    else:
        assert found.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", first_quick(range(CASES, CASES + 12), quick=4))
def test_what_is_allowed_never_lowers_the_optimum(seed: int) -> None:
    """Less consent, more compensation, wider shares: every plan of before is still one."""
    instance = random_joint_instance(seed)
    rows = instance.agreements
    wide = tuple(
        row.model_copy(update={"min_share": 0.0, "max_share": 1.0}) for row in instance.shares
    )
    easier = {
        "consent": {"agreements": tuple(_with(row, consent=Consent.NONE) for row in rows)},
        "compensation": {"agreements": tuple(_with(row, compensation=True) for row in rows)},
        "limits": {"shares": wide},
    }
    before = best(instance).objective
    for name, changes in easier.items():
        after = best(instance.model_copy(update=changes)).objective
        if before is not None:
            assert after is not None, name
            assert after >= before - 1e-6 * max(1.0, abs(before)), name


def _with(row: Agreement, **changes: object) -> Agreement:
    return row.model_copy(update=changes)


def test_the_cases_are_worth_their_time() -> None:
    """Agreements of every kind occur, and they change what is best."""
    instances = [random_joint_instance(seed) for seed in range(40)]
    agreements = [row for instance in instances for row in instance.agreements]
    assert {row.shares for row in agreements} == set(ShareForm)
    assert {row.consent for row in agreements} == set(Consent)
    assert any(row.compensation for row in agreements)
    changed = paid = 0
    for seed, instance in enumerate(instances):
        if changed < 10:
            free = solve(instance.model_copy(update={"agreements": ()}))
            changed += answer_of(seed).objective != free.objective
        plan = best_of(seed).plan
        paid += plan is not None and bool(plan.compensations)
    assert changed >= 10
    assert paid >= 2
