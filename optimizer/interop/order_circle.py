"""Circles of things that wait for one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter


def circle_in(waits_for: Mapping[int, Collection[int]]) -> list[int]:
    """Members of a circle, each waiting for the one before it, the first once more at the end.

    `waits_for` has by member those that come before it. Empty where there is no circle.
    """
    try:
        TopologicalSorter(waits_for).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
