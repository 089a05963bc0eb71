"""Random draws that are the same on every machine, and what a made-up instance is asked to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from random import Random

FIRST_YEAR = 2026
"""First year of every made-up plan."""
DIGITS = 4
"""Significant digits of every amount."""
TAIL = 2.5
"""Standard deviations beyond which nothing is drawn: one giant would be the whole plan."""
SOURCE = "made up: infraplan generate"


@dataclass(frozen=True)
class Request:
    """Size and parts of a made-up instance."""

    projects: int
    years: int
    seed: int
    districts: int
    networks: bool = False
    debt: bool = False
    floors: bool = False

    @property
    def last_year(self) -> int:
        """Last year of the plan."""
        return FIRST_YEAR + self.years - 1


class Draws:
    """A stream of draws; equal seeds give equal streams."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def chance(self, share: float) -> bool:
        """Whether something of probability `share` comes about."""
        return self._random.random() < share

    def whole(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + int(self._random.random() * (most - least + 1))

    def one_of(self, weights: Mapping[str, float]) -> str:
        """A key, each with a probability in proportion to its weight."""
        return list(weights)[self.place(list(weights.values()))]

    def place(self, weights: Sequence[float]) -> int:
        """Place in a list of weights, drawn in proportion to them."""
        left = self._random.random() * sum(weights)
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0.0:
                return place
        return max(place for place, weight in enumerate(weights) if weight)

    def lognormal(self, mean: float, sd: float) -> float:
        """A lognormal amount, its logarithm within `TAIL` standard deviations of its mean."""
        while True:
            normal = self._random.normalvariate(0.0, 1.0)
            if abs(normal) <= TAIL:
                return rounded(exp(mean + sd * normal))


def rounded(value: float) -> float:
    """An amount with few digits, as tables of plans have them."""
    return float(f"{value:.{DIGITS}g}")


def district_id(number: int) -> str:
    """Id of a district, the first is 1."""
    return f"d{number:03d}"


def district_names(district: str) -> tuple[str, str]:
    """English and Chinese name of a district, by its id."""
    number = int(district[1:])
    return f"District {number}", f"第{number}区"
