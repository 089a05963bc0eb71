"""Traps of public money through the engine: coverage, and that more money never hurts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from infraplan.models.instance import Instance
from tests.builders import edit, make_bond, make_fund, make_inflows, make_instance, make_project
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance


@pytest.mark.parametrize(
    ("tenor", "rate", "needed"),
    # Net revenue needed per unit of bullet at 1.2: 1.2 (1 + n r). At the rates of July 2025 (and
    # 1.75 % for 10 years) that is 1.41, 1.55, 1.69 and 1.94.
    [(10, 0.0175, 1.41), (15, 0.0195, 1.551), (20, 0.0205, 1.692), (30, 0.0206, 1.9416)],
)
def test_coverage_closed_form_of_a_bullet(tenor: int, rate: float, needed: float) -> None:
    """B <= N / (1.2 (1 + n r)): the least cash that must stand beside the bond."""
    assert 1.2 * (1 + tenor * rate) == pytest.approx(needed)
    # Works of 100 in 2021, revenue 5 a year in each of the n years of the bond after the start.
    most = 5.0 * tenor / needed
    bond = make_bond(tenor=tenor, rate=rate, tagged=True, coverage=1.2)
    project = make_project("a", 100, 90, revenue=5.0, latest_start=2021, lifetime=tenor)
    for cash, built in ((100 - most + 0.001, True), (100 - most - 0.001, False)):
        found = best(
            make_instance(
                [project],
                funds=[make_fund()],
                inflows=make_inflows("budget", 2021, cash),
                instruments=[bond],
            )
        )
        assert bool(found.starts) == built
        if built and found.plan is not None:
            # Three years of benefit inside the appraisal, whatever the financing.
            assert found.objective == pytest.approx(3 * 90 - 100)
            assert sum(issue.amount for issue in found.plan.issues) <= most + 1e-6


FEW = hypothesis_settings(max_examples=20, deadline=None, derandomize=True)


def loosened(instance: Instance, which: int) -> Instance | None:
    """`instance` with one budget, ceiling, quota or issue limit doubled; None where none is."""
    choices: list[tuple[str, int, str]] = []
    for table, fields in (
        ("inflows", ("value",)),
        ("funds", ("opening_balance",)),
        ("debt", ("ceiling", "new_quota")),
        ("instruments", ("annual_limit",)),
    ):
        for position, row in enumerate(getattr(instance, table)):
            choices += [(table, position, name) for name in fields if getattr(row, name)]
    if not choices:
        return None
    table, position, name = choices[which % len(choices)]
    rows = list(getattr(instance, table))
    rows[position] = edit(rows[position], **{name: 2.0 * getattr(rows[position], name)})
    return instance.model_copy(update={table: tuple(rows)})


@FEW
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_raising_a_single_limit_never_lowers_the_objective(seed: int, which: int) -> None:
    instance = random_instance(seed)
    richer = loosened(instance, which)
    poor = best(instance).objective
    if richer is None or poor is None:
        return
    rich = best(richer).objective
    assert rich is not None
    assert rich >= poor - 1e-6 * max(1.0, abs(poor))


def test_the_property_is_put_to_the_test() -> None:
    """Enough random instances have a plan and a limit to raise, and some gain by it."""
    gained = tried = 0
    for seed in range(60):
        instance = random_instance(seed)
        richer, poor = loosened(instance, seed), best(instance).objective
        if richer is None or poor is None:
            continue
        rich = best(richer).objective
        assert rich is not None
        tried += 1
        gained += rich > poor + 1e-6
    assert tried >= 10
    assert gained >= 1
