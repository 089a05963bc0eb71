"""Plans by annealing with prices on what rows are missed by, against the best there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.decomposition import drift
from infraplan.optimizer.decomposition.drift import Drift
from infraplan.optimizer.decomposition.schedule import Scheduler
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.assertions import assert_verified
from tests.optimizer.decomposition.mines import waiting
from tests.optimizer.decomposition.test_relaxation import asked


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("options", [1, 3])
def test_drift_ends_at_the_best_plan_of_a_small_mine(
    monkeypatch: pytest.MonkeyPatch, seed: int, options: int
) -> None:
    monkeypatch.setattr(drift, "HOT", 1.0)
    monkeypatch.setattr(drift, "FIRST_TRIES", 100)
    mip = asked(waiting(seed, options=options))
    scheduler = Scheduler.of_mip(mip)
    assert scheduler is not None
    place = scheduler.listed(np.zeros(scheduler.chains), None)
    assert place is not None
    told = [place]
    best = Drift(scheduler, 0).search(place, lambda better: told.append(better.copy()), _no, None)
    worths = []
    for plan in told:
        values = clean_values(mip, scheduler.values(plan))
        assert values is not None
        assert scheduler.keeps(plan)
        assert scheduler.worth(plan) == pytest.approx(mip.value(values), abs=1e-6)
        worths.append(scheduler.worth(plan))
    assert worths == sorted(worths)
    most = quick_search(mip, 60.0, 0.0)
    assert most.values is not None
    assert scheduler.worth(best) == pytest.approx(mip.value(most.values), abs=1e-6)


def test_drift_ends_when_it_is_told_to() -> None:
    mip = asked(waiting(1, options=2))
    scheduler = Scheduler.of_mip(mip)
    assert scheduler is not None
    place = scheduler.listed(np.zeros(scheduler.chains), None)
    assert place is not None
    stopped = Drift(scheduler, 0).search(place, lambda _: None, lambda: True, None)
    assert (stopped == place).all()


def test_values_that_span_much_do_no_harm_where_there_are_starts_alone() -> None:
    mine = waiting(2, projects=14, years=4)
    (first, *rest) = mine.projects
    options = tuple(
        option.model_copy(update={"benefits": {"value": 1e9}}) for option in first.options
    )
    rest[0] = rest[0].model_copy(
        update={
            "options": tuple(
                option.model_copy(update={"benefits": {"value": 1e-3}})
                for option in rest[0].options
            )
        }
    )
    wide = mine.model_copy(
        update={"projects": (first.model_copy(update={"options": options}), *rest)}
    )
    asked_for = SolveOptions(engine="decomposition", gap=1e-4, canonical=False)
    found = solve(wide, asked_for)
    other = solve(wide, replace(asked_for, engine="exact"))
    assert "conditioning" in {note.kind for note in found.notes}
    assert found.plan is not None
    assert_verified(wide, found.plan)
    assert found.bound is not None
    assert other.objective is not None
    assert found.objective == pytest.approx(other.objective, rel=1e-6)
    assert found.bound >= other.objective * (1 - 1e-9)


def _no() -> bool:
    return False
