"""The relaxation by closures: the value of the plain one, and a bound that its own rows prove."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.decomposition.chains import chained
from infraplan.optimizer.decomposition.early import without_early_starts
from infraplan.optimizer.decomposition.relaxation import relaxed_by_closures
from infraplan.optimizer.engines.asked_program import asked_program
from infraplan.optimizer.formulation.money_scale import conditioning_of
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from tests.builders import edit
from tests.optimizer.decomposition.mines import waiting
from tests.oracle.generate import random_instance


def asked(instance) -> Mip:
    formulation = build_formulation(instance)
    return asked_program(formulation, conditioning_of(formulation.coefficients))[0].mip


def agree(mip: Mip) -> None:
    """Assert that both relaxations of `mip` are worth the same, and that the bound says so."""
    plain = quick_relaxation(mip, 60.0)
    found = relaxed_by_closures(mip, 60.0)
    if found is None:
        assert chained(mip) is None
        return
    assert found.is_infeasible == plain.is_infeasible
    if plain.values is None or plain.multipliers is None:
        return
    assert found.values is not None
    assert found.multipliers is not None
    value = mip.value(plain.values)
    size = 1.0 + np.abs(mip.objective * plain.values).sum()
    assert mip.value(found.values) == pytest.approx(value, abs=3e-6 * size)
    activity, slack = mip.activity(found.values), 1e-5 * (1.0 + np.abs(mip.row_upper))
    assert np.all(activity <= mip.row_upper + np.where(np.isfinite(slack), slack, 1.0))
    bound = dual_bound(mip, found.multipliers).value
    best = dual_bound(mip, plain.multipliers).value
    if best is not None:
        assert bound == pytest.approx(best, abs=1e-5 * size)


@pytest.mark.parametrize("seed", range(15))
def test_random_instances_over_all_features(seed: int) -> None:
    agree(asked(random_instance(seed)))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("options", [1, 3])
@pytest.mark.parametrize("must", [False, True])
def test_mines(seed: int, options: int, must: bool) -> None:
    mip = asked(waiting(seed, options=options, must=must))
    agree(mip)
    agree(without_early_starts(mip))


def test_options_of_a_project_are_one_chain() -> None:
    program = chained(asked(waiting(1, options=3)))
    assert program is not None
    assert program.joined.size
    several = ~program.places.is_plain
    assert np.diff(program.places.begin)[several].min() >= 6


def test_where_nothing_may_start_there_is_the_empty_plan() -> None:
    mine = waiting(1)
    small = [row.model_copy(update={"limit": 0.1}) for row in mine.resources]
    mip = without_early_starts(asked(edit(mine, resources=tuple(small))))
    assert not mip.col_upper.any()
    agree(mip)


def test_where_nothing_may_start_money_is_left() -> None:
    mip = without_early_starts(asked(random_instance(92)))
    program = chained(mip)
    assert program is not None
    assert program.others.size
    agree(mip)


def test_large_amounts_do_not_hide_what_small_rows_miss() -> None:
    mine = waiting(320, options=3, must=True, years=2)
    projects = [
        edit(
            project,
            options=tuple(
                edit(one, resources={"r": 1e6 * one.resources["r"]}) for one in project.options
            ),
        )
        for project in mine.projects
    ]
    limits = [edit(row, limit=1e6 * row.limit) for row in mine.resources]
    agree(asked(edit(mine, projects=tuple(projects), resources=tuple(limits))))
