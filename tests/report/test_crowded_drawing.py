"""Networks of more nodes than marks have room for are laid out by a few of their distances."""

from __future__ import annotations

import math

from infraplan.models.instance import Instance
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.network_drawing import (
    CROWDED,
    HEIGHT,
    WIDTH,
    draw_network,
    node_positions,
)
from tests.builders import make_link, make_node
from tests.optimizer.networks.mini import network

LONG, WIDE = 30, 10
"""Size of the grid of streets; it has more nodes than `CROWDED`."""


def streets(apart: int = 0) -> Instance:
    """A grid of `LONG` by `WIDE` junctions, and `apart` more that no link touches."""
    at = [(x, y) for x in range(LONG) for y in range(WIDE)]
    links = [
        make_link(f"{x}-{y}-{a}-{b}", f"n{x}-{y}", f"n{a}-{b}", "p")
        for x, y in at
        for a, b in ((x + 1, y), (x, y + 1))
        if (a, b) in set(at)
    ]
    nodes = [make_node(f"n{x}-{y}", "junction", "p") for x, y in at]
    nodes += [make_node(f"alone{number}", "junction", "p") for number in range(apart)]
    return network([], nodes, links, [])


def test_neighbours_lie_together_and_ends_apart() -> None:
    assert LONG * WIDE > CROWDED
    at = node_positions(streets(), "p")
    ends = [
        math.dist(at[f"n{x}-{y}"], at[f"n{x + 1}-{y}"])
        for x in range(LONG - 1)
        for y in range(WIDE)
    ]
    far = math.dist(at["n0-0"], at[f"n{LONG - 1}-{WIDE - 1}"])
    assert far > 0.8 * (WIDTH - 100)
    assert max(ends) < far / 8.0
    assert all(0.0 <= x <= WIDTH and 0.0 <= y <= HEIGHT for x, y in at.values())
    assert node_positions(streets(), "p") == at


def test_parts_that_nothing_joins_are_placed_as_well() -> None:
    at = node_positions(streets(apart=2), "p")
    assert len(at) == LONG * WIDE + 2
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in at.values())


def test_no_names_over_one_another_in_a_crowd() -> None:
    drawn = draw_network(make_run(streets(), None, {}), "p", None)
    assert "<text" not in drawn
    assert drawn.count("<title>n") >= LONG * WIDE
