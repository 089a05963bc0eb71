"""Cash at the start of a plan that came in before it, and lapses when its time is over."""

from __future__ import annotations

import random

import pytest

from infraplan.models.instance import Instance
from tests.builders import edit, make_fund, make_inflows, make_instance, make_project
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.oracle import Oracle

CASES = 60


def aged_instance(seed: int) -> Instance:
    """Two funds that lapse, one with interest; works that cash of several ages would pay for."""
    rng = random.Random(f"ages/{seed}")
    funds, inflows = [], []
    for name in ("old", "new"):
        years = rng.choice([1, 2, 2, 3])
        ages = tuple(float(rng.choice([0, 3, 6, 9])) for _ in range(years))
        unaged = rng.choice([0.0, 0.0, 2.0])
        if rng.random() < 0.1:
            ages = (-1.0, *(0.0 for _ in ages[1:]))  # spent ahead of what comes in
        opening = max(0.0, sum(ages)) + unaged
        fund = make_fund(
            name,
            lapse_years=years,
            opening_balance=opening,
            opening_ages=ages,
            interest_rate=rng.choice([0.0, 0.0, 0.1]),
        )
        funds.append(fund)
        inflows += make_inflows(name, 2021, *(float(rng.randint(0, 2)) for _ in range(4)))
    projects = [
        make_project(
            f"p{number}",
            float(rng.randint(3, 10)),
            float(rng.randint(3, 12)),
            earliest_start=rng.choice([2022, 2023, 2023, 2024]),
        )
        for number in range(3)
    ]
    return make_instance(projects, years=(2021, 2024), funds=funds, inflows=inflows)


@pytest.mark.parametrize("part", first_quick(range(3)))
def test_formulation_verifier_and_oracle_agree(part: int) -> None:
    bites = plans = 0
    for seed in range(part, CASES, 3):
        instance = aged_instance(seed)
        found, expected = best(instance).objective, Oracle(instance).solve().objective
        assert expected is not None
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6), seed
        plans += 1
        unaged = tuple(edit(fund, opening_ages=()) for fund in instance.funds)
        bites += abs((best(edit(instance, funds=unaged)).objective or 0.0) - expected) > 1e-6
    # In some of the cases it matters how old the cash is.
    assert plans >= 20
    assert bites >= 4
