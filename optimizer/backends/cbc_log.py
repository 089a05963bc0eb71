"""What CBC's log says while it runs, and how it ended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.status import Termination

_NUMBER = r"(-?\d[\d.]*(?:[eE][-+]?\d+)?)"
_POSSIBLE = regex(rf"best possible {_NUMBER}")
_AFTER = regex(rf"After (\d+) nodes, \d+ on tree, {_NUMBER} best solution")
_FOUND = regex(rf"solution of {_NUMBER} found by|Solution found of {_NUMBER}")
_FINAL_BOUND = regex(rf"^Lower bound:\s+{_NUMBER}\s*$", re.MULTILINE)
_RESULT = regex(r"^Result - (.*?)\s*$", re.MULTILINE)
_UNKNOWN = 1e49


@dataclass(frozen=True)
class CbcNews:
    """Newest objective, bound (both of CBC's minimisation) and nodes in a piece of log."""

    incumbent: float | None
    bound: float | None
    nodes: int | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return self.incumbent is None and self.bound is None and self.nodes is None


def _known(text: str) -> float | None:
    value = float(text)
    return value if abs(value) < _UNKNOWN else None


def widened(text: str) -> float | None:
    """A printed lower bound, lowered by a unit of its last digit: print may have rounded it up."""
    value = _known(text)
    if value is None:
        return None
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return value - 10.0 ** (int(exponent or 0) - decimals)


def read_news(text: str) -> CbcNews:
    """Read a piece of the log."""
    bounds, after = _POSSIBLE.findall(text), _AFTER.findall(text)
    found = [_known(first or second) for first, second in _FOUND.findall(text)]
    found += [_known(number) for _, number in after]
    known = [value for value in found if value is not None]
    return CbcNews(
        incumbent=min(known, default=None),
        bound=widened(bounds[-1]) if bounds else None,
        nodes=int(after[-1][0]) if after else None,
    )


def read_final_bound(text: str) -> float | None:
    """The lower bound in the closing table, None where CBC wrote none."""
    found = _FINAL_BOUND.findall(text)
    return widened(found[-1]) if found else None


def read_termination(status: str, log: str) -> Termination:
    """How CBC ended, by the first line of its solution file and its log.

    `Optimal` alone is not enough: only a line that speaks of no limit counts as a proof.
    """
    results = _RESULT.findall(log)
    result = results[-1].lower() if results else ""
    said = status.lower()
    if "stopped on time" in said or "time" in result:
        return Termination.TIME_LIMIT
    if "stopped on iterations" in said or "stopped on nodes" in said or "node limit" in result:
        return Termination.WORK_LIMIT
    if "ctrl-c" in result or "event" in said or said.startswith("stopped"):
        return Termination.INTERRUPTED
    if "unbounded" in said or "dual infeasible" in said or "unbounded" in result:
        return Termination.INFEASIBLE_OR_UNBOUNDED
    if "infeasible" in said:
        doubtful = "infeasible or unbounded" in log.lower() or "dual infeasible" in log.lower()
        return Termination.INFEASIBLE_OR_UNBOUNDED if doubtful else Termination.INFEASIBLE
    if said.startswith("optimal"):
        return Termination.OPTIMAL
    return Termination.CRASHED
