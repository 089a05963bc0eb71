"""A model in which every rule that somebody made can give way, and what that takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.rules import RULES, Rule
from infraplan.optimizer.backends import SolverOptions, solve_mip, solve_relaxation
from infraplan.optimizer.backends.quick_relaxation import SMALL, quick_search
from infraplan.optimizer.mip import FloatArray, IntArray, Key, Mip
from infraplan.optimizer.mip_edits import with_slack
from infraplan.optimizer.status import Termination

GIVES = 1e-6
"""Slack from which on a rule gives way."""

EARLY = frozenset({"start_ban"})
"""Rules of which the first year is told in which giving way would do."""
LATER = 1e-3
"""What slack in the first year of a rule costs more than slack in the last one."""


@dataclass(frozen=True)
class Group:
    """The rows of one rule as a planner knows it, with the year of each (0: it has none)."""

    rule: Rule
    key: Key
    rows: IntArray
    years: tuple[int, ...]


def groups_of(mip: Mip, also: frozenset[str] = frozenset()) -> list[Group]:
    """Rows of rules that somebody made, and of the rules `also`, by what names one."""
    found: dict[tuple[str, Key], list[tuple[int, int]]] = {}
    for block in mip.row_blocks:
        rule = RULES.get(block.family)
        if rule is None or not (rule.gives_way or rule.name in also):
            continue
        positions = [rule.axes.index(axis) for axis in rule.subject]
        year = rule.axes.index("year") if "year" in rule.axes else None
        for offset, key in enumerate(block.keys):
            short = tuple(key[position] for position in positions)
            when = int(key[year]) if year is not None else 0
            found.setdefault((rule.name, short), []).append((block.start + offset, when))
    return [
        Group(
            RULES[family],
            key,
            np.array([row for row, _ in rows], dtype=np.int64),
            tuple(when for _, when in rows),
        )
        for (family, key), rows in found.items()
    ]


@dataclass(frozen=True)
class Elastic:
    """The model with two slack columns per rule row; `columns[g]` are those of group g.

    The first half of `columns[g]` raises its rows, the second lowers them.
    """

    mip: Mip
    groups: tuple[Group, ...]
    columns: tuple[IntArray, ...]

    @staticmethod
    def of(mip: Mip, also: frozenset[str] = frozenset()) -> Elastic:
        """`mip` with slack; the objective is the least slack, each row's by its own size."""
        groups = tuple(groups_of(mip, also))
        rows = np.concatenate([group.rows for group in groups]) if groups else np.zeros(0, np.int64)
        count = len(rows)
        limit = np.where(np.isfinite(mip.row_upper), mip.row_upper, mip.row_lower)
        size = np.maximum(1.0, np.abs(limit))
        unpriced = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
        elastic = with_slack(unpriced, rows, 1.0 / size[rows])
        columns, begin = [], 0
        for group in groups:
            own = np.arange(begin, begin + len(group.rows))
            columns.append(mip.num_columns + np.concatenate([own, own + count]))
            begin += len(group.rows)
        return Elastic(elastic, groups, tuple(columns))

    def with_free(self, free: Iterable[int], priced: Iterable[int] | None = None) -> Mip:
        """The model in which the groups `free` alone may give; only `priced` ones cost (None: all).

        The others keep their rows.
        """
        upper, objective = self.mip.col_upper.copy(), self.mip.objective.copy()
        allowed = set(free)
        costly = allowed if priced is None else set(priced)
        for number, columns in enumerate(self.columns):
            if number not in allowed:
                upper[columns] = 0.0
            if number not in costly:
                objective[columns] = 0.0
        return replace(self.mip, col_upper=upper, objective=objective)

    def with_least_of(self, number: int, hard: frozenset[int]) -> Mip:
        """The model in which group `number` gives as little as it can, the groups `hard` nothing.

        A unit of each of its rows counts alike, and of two ways of giving as much the later one is
        taken: money is short in the year in which it is needed, not in the one that might have
        brought it. A ban of starts stands in the way from the first year on in which a start would
        do: of its years the earlier one is taken.
        """
        mip = self.with_free(set(range(len(self.groups))) - hard, priced=())
        years = np.array(self.groups[number].years, dtype=np.float64)
        is_early = self.groups[number].rule.name in EARLY
        away = years - years.min() if is_early else years.max() - years
        ahead = away / max(1.0, float(np.ptp(years)))
        objective = mip.objective.copy()
        objective[self.columns[number]] = -np.tile(1.0 + LATER * ahead, 2)
        return replace(mip, objective=objective)

    def slack(self, values: FloatArray, number: int) -> FloatArray:
        """By how much each row of group `number` gives at column `values`."""
        both = values[self.columns[number]]
        half = len(both) // 2
        return np.asarray(both[:half] + both[half:])

    def giving(self, values: FloatArray, numbers: Iterable[int]) -> list[int]:
        """Those of the groups `numbers` that give way at column `values`."""
        return [number for number in numbers if self.slack(values, number).sum() > GIVES]


def search(mip: Mip, options: SolverOptions) -> tuple[Termination, FloatArray | None]:
    """Termination and values of `mip`: a small one in this process, others by a guest."""
    if mip.num_nonzeros <= SMALL:
        seconds = 60.0 if options.time_limit_s is None else options.time_limit_s
        answer = quick_search(mip, seconds, options.gap)
        return answer.termination, answer.values
    reply = solve_mip(mip, options)
    return reply.termination, reply.values


def relaxed(mip: Mip, options: SolverOptions) -> tuple[Termination, FloatArray | None]:
    """Termination and values of the relaxation of `mip`, by a guest."""
    reply = solve_relaxation(mip, options)
    return reply.termination, reply.values
