"""Gaps as they are told: never relative to nothing."""

from __future__ import annotations

import pytest

from infraplan.optimizer.status import gap_text, told_gap


@pytest.mark.parametrize(
    ("objective", "bound", "cost", "gap", "text"),
    [
        (200.0, 201.0, 0.0, 0.005, "0.500 %"),
        (200.0, 201.0, 1e9, 0.005, "0.500 %"),  # a cost does not make it look smaller
        (-200.0, -199.0, 0.0, 0.005, "0.500 %"),
        (0.0, 0.0, 0.0, 0.0, "0.000 %"),
        (0.0, 5.0, 0.0, None, "5.0000"),
        (1e-6, 5.0, 0.0, None, "5.0000"),
        (0.0, 5.0, 1000.0, 0.005, "0.500 %"),  # dispatch: of the cost
        (None, 5.0, 1000.0, None, "-"),
        (5.0, None, 0.0, None, "-"),
    ],
)
def test_a_gap_is_relative_to_what_there_is(
    objective: float | None, bound: float | None, cost: float, gap: float | None, text: str
) -> None:
    assert told_gap(objective, bound, cost) == pytest.approx(gap)
    assert gap_text(objective, bound, cost) == text
