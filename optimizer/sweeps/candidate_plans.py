"""Which plans are compared in every draw: few that stand for all that were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Starts = Mapping[str, tuple[str, int]]
"""Option and year of start by project."""
HALF = 0.5


def medoids(plans: Sequence[Starts], count: int) -> list[int]:
    """Numbers of `count` plans that stand for all: each next one shortens most ways to the nearest.

    The way between two plans is the number of projects that one of them builds alone.
    """
    distances = _distances(plans)
    nearest = np.full(len(plans), np.inf)
    chosen: list[int] = []
    while len(chosen) < min(count, len(plans)):
        left = np.minimum(distances, nearest[None, :]).sum(axis=1)
        number = int(left.argmin())
        if chosen and left[number] >= nearest.sum():
            break  # all others are the same as one that is chosen
        chosen.append(number)
        nearest = np.minimum(nearest, distances[number])
    return chosen


def _distances(plans: Sequence[Starts]) -> npt.NDArray[np.float64]:
    names = sorted({name for plan in plans for name in plan})
    place = {name: column for column, name in enumerate(names)}
    built = np.zeros((len(plans), len(names)))
    for row, plan in enumerate(plans):
        built[row, [place[name] for name in plan]] = 1.0
    shared = built @ built.T
    sizes = built.sum(axis=1)
    return np.asarray(sizes[:, None] + sizes[None, :] - 2.0 * shared)


def majority(plans: Sequence[Starts]) -> dict[str, tuple[str, int]]:
    """What at least half of the plans build, in the option most of them take, in a middle year."""
    found: dict[str, list[tuple[str, int]]] = {}
    for plan in plans:
        for name, start in plan.items():
            found.setdefault(name, []).append(start)
    taken = {}
    for name, starts in sorted(found.items()):
        if len(starts) < HALF * len(plans):
            continue
        counts = Counter(option for option, _ in starts)
        option = min(counts, key=lambda word: (-counts[word], word))
        years = sorted(year for word, year in starts if word == option)
        taken[name] = (option, years[(len(years) - 1) // 2])
    return taken
