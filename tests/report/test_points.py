"""Plans as points: where they lie, which way they lead, what is told of them."""

from __future__ import annotations

import re

import pytest

from infraplan.optimizer.report.drawings.points import Spot, draw_points, ticks_between

UNIT = ("CNY", "元")


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 10.0, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        (-2.2, 8.3, [-2.5, 0.0, 2.5, 5.0, 7.5, 10.0]),
        (3.0, 3.0, [2.4, 2.6, 2.8, 3.0, 3.2, 3.4, 3.6]),
    ],
)
def test_ticks_are_round_and_hold_all(low: float, high: float, ticks: list[float]) -> None:
    found = ticks_between(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    if low < high:
        assert found == pytest.approx(ticks)


def test_points_are_links_in_order_with_what_is_proven() -> None:
    spots = [
        Spot(10.0, 5.0, 5.0, ("ten", "十"), "?plan=b", is_knee=True),
        Spot(0.0, 0.0, 2.5, ("none", "零"), "?plan=a", is_chosen=True),
    ]
    drawn = str(draw_points(("Frontier", "前沿"), spots, UNIT, UNIT))
    assert re.findall(r'<a href="([^"]+)"', drawn) == ["?plan=a", "?plan=b"]
    assert 'aria-label="none / 零" aria-current="true"' in drawn
    # Heights from 0 to 5 over 300 px below 28: 2.5 lies in the middle.
    assert re.search(r"M84\.0,328\.0 V178\.0 ", drawn), "the bound above the first point"
    assert drawn.count(" V") == 1 + 0, "no mark where nothing better is possible"
    assert "L9,9" not in drawn
    assert drawn.count('r="14"') == 2


def test_what_is_typed_is_text_in_the_drawing() -> None:
    spot = Spot(1.0, 1.0, None, ("<b>", "<b>"), '?plan="><script>')
    drawn = str(draw_points(("<i>", "<i>"), [spot], UNIT, UNIT))
    assert "<b>" not in drawn
    assert "<script>" not in drawn
    assert "<i>" not in drawn
