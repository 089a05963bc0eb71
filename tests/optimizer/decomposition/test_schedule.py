"""Plans of starts alone by lists and windows, and what the engine answers, against the whole."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.decomposition import windows
from infraplan.optimizer.decomposition.relaxation import relaxed_by_closures
from infraplan.optimizer.decomposition.schedule import LEADS, Scheduler
from infraplan.optimizer.decomposition.windows import Windows
from infraplan.optimizer.engines import decomposition
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_verified
from tests.optimizer.decomposition.mines import waiting
from tests.optimizer.decomposition.test_relaxation import asked
from tests.oracle.generate import random_instance


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("options", [1, 3])
def test_lists_obey_every_row_and_windows_lead_to_better_plans(seed: int, options: int) -> None:
    mip = asked(waiting(seed, options=options))
    relaxed = relaxed_by_closures(mip, 60.0)
    scheduler = Scheduler.of_mip(mip)
    assert relaxed is not None
    assert relaxed.values is not None
    assert scheduler is not None
    nodes = scheduler.program.nodes_of(relaxed.values)
    assert scheduler.program.values(nodes, np.zeros(0)) == pytest.approx(relaxed.values, abs=1e-9)
    expected = scheduler.expected(nodes)
    best = quick_search(mip, 60.0, 0.0)
    assert best.values is not None
    most = mip.value(best.values)
    for lead in LEADS:
        place = scheduler.listed(expected, lead)
        assert place is not None
        values = clean_values(mip, scheduler.values(place))
        assert values is not None
        assert scheduler.worth(place) == pytest.approx(mip.value(values), abs=1e-6)
        assert (scheduler.places(values) == place).all()
        told = [values]
        Windows(scheduler, values).search(told.append, lambda: False, None)
        worths = [mip.value(plan) for plan in told]
        assert worths == sorted(worths)
        assert clean_values(mip, told[-1]) is not None
        assert worths[-1] == pytest.approx(most, rel=2e-4, abs=1e-6), "the last window is the whole"


@pytest.mark.parametrize(
    "seed",
    [
        *range(2),
        *(pytest.param(n, marks=[pytest.mark.slow, pytest.mark.closures]) for n in range(2, 100)),
    ],
)
def test_the_engine_agrees_with_the_integer_program(seed: int) -> None:
    for instance in (random_instance(seed), waiting(seed, options=2, must=seed % 2 == 0)):
        found = solve(instance, SolveOptions(engine="decomposition", gap=0.0, canonical=False))
        other = solve(instance, SolveOptions(engine="exact", gap=0.0, canonical=False))
        assert found.engine == "decomposition"
        assert (found.plan is None) == (other.plan is None)
        if found.plan is not None:
            assert_verified(instance, found.plan)
            assert found.objective == pytest.approx(other.objective, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("stops", "ended"), [(False, "work_limit"), (True, "interrupted")])
def test_windows_that_end_by_themselves_are_not_called_stopped(
    monkeypatch: pytest.MonkeyPatch, stops: bool, ended: str
) -> None:
    monkeypatch.setattr(decomposition, "WHOLE_ENTRIES", 0)
    monkeypatch.setattr(windows, "FIRST_S", windows.LONGEST_S)
    monkeypatch.setattr(windows, "MOST_YEARS", windows.FIRST_YEARS)
    mine = waiting(2, options=2, projects=14, years=4)
    options = SolveOptions(engine="decomposition", gap=0.0, canonical=False)
    found = solve(mine, options, should_stop=lambda: stops)
    assert found.termination == ended
    assert found.plan is not None
    assert found.gap
