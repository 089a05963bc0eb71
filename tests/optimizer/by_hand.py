"""Instances worked out by hand: what their plan is worth and starts, over all their rolls."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.verify import verify_plan
from tests.optimizer.analysis.test_rolling import cut
from tests.optimizer.engine import best

Answer = tuple[Instance, float | None, dict[str, int] | None]
"""An instance, what its best plan is worth (None: it has none) and starts (None: several)."""


def assert_by_hand(answer: Answer) -> None:
    """Assert that an instance is answered as by hand, and the rest of its plan after each year."""
    instance, worth, starts = answer
    found = best(instance)
    if worth is None:
        assert found.plan is None
        return
    assert found.plan is not None
    assert found.objective == pytest.approx(worth, abs=1e-9)
    assert starts is None or found.starts == starts
    question, rest, horizon = instance, found.plan, instance.settings.horizon
    for year in range(horizon.first_year + 1, horizon.last_year + 1):
        rolled = roll(question, rest, year)
        question, rest = rolled.instance, cut(question, rest, rolled)
        assert verify_plan(question, rest).violations == ()
        assert best(question).objective == pytest.approx(rest.objective, abs=1e-6)
