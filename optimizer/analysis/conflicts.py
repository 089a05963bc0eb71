"""Why there is no plan: a smallest set of rules that cannot hold together, in planner's words.

Elastic filter, then deletion filter (Chinneck, Feasibility and Infeasibility in Optimization,
2008): every rule gets priced slack; rules that must give are made hard one round after another
until no slack can help; of those found, each that is not needed for the conflict is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.models.instance import Instance
from infraplan.models.rules import RULES, Rule
from infraplan.optimizer.analysis.rule_words import describe_rule
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.mip import IntArray, Key, Mip
from infraplan.optimizer.mip_edits import with_rows, with_slack
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.status import Termination


@dataclass(frozen=True)
class Conflict:
    """One rule of a conflict: its name, words, and how far it would have to give, if it alone did.

    `amount` is the slack summed over the rule's rows in the solution of least total slack (0 where
    other rules give instead); `years` are the years of the rows with slack.
    """

    family: str
    key: Key
    text_en: str
    text_zh: str
    amount: float
    years: tuple[int, ...]

    @property
    def rule(self) -> str:
        """Name as `family:key`."""
        return ":".join([self.family, *(str(part) for part in self.key)])


@dataclass(frozen=True)
class ConflictReport:
    """Conflicting rules; `is_minimal` tells whether dropping any one of them would give a plan."""

    rules: tuple[Conflict, ...]
    is_minimal: bool


@dataclass(frozen=True)
class _Group:
    rule: Rule
    key: Key
    rows: IntArray
    years: tuple[int, ...]


def _groups(mip: Mip) -> list[_Group]:
    """Rows of rules that somebody made, grouped by what names one rule (years apart)."""
    found: dict[tuple[str, Key], list[tuple[int, int]]] = {}
    for block in mip.row_blocks:
        rule = RULES.get(block.family)
        if rule is None or not rule.gives_way:
            continue
        positions = [rule.axes.index(axis) for axis in rule.subject]
        year = rule.axes.index("year") if "year" in rule.axes else None
        for offset, key in enumerate(block.keys):
            short = tuple(key[position] for position in positions)
            when = int(key[year]) if year is not None else 0
            found.setdefault((rule.name, short), []).append((block.start + offset, when))
    return [
        _Group(
            RULES[family],
            key,
            np.array([row for row, _ in rows], dtype=np.int64),
            tuple(when for _, when in rows),
        )
        for (family, key), rows in found.items()
    ]


@dataclass(frozen=True)
class _Elastic:
    """The model with two slack columns per rule row; `columns[g]` are those of group g."""

    mip: Mip
    groups: tuple[_Group, ...]
    columns: tuple[IntArray, ...]

    def solve(
        self, free: Iterable[int], options: SolverOptions
    ) -> tuple[Termination, np.ndarray | None]:
        """Solve for least slack with only the groups `free` allowed to give."""
        upper = self.mip.col_upper.copy()
        for number, columns in enumerate(self.columns):
            upper[columns] = 0.0 if number not in set(free) else np.inf
        reply = solve_mip(replace(self.mip, col_upper=upper), options)
        return reply.termination, reply.values


def _with_must_serve(formulation: Formulation) -> Mip:
    """The model with demand that must be served as rows instead of bounds, so that it can give."""
    mip = formulation.mip
    found: list[tuple[int, Key]] = []
    for part in formulation.networks.slices:
        for name, column in part.served.items():
            if mip.col_lower[column] > 0.0:
                found.append((column, (part.network.id, name, part.block.id, part.year)))
    if not found:
        return mip
    columns = np.array([column for column, _ in found], dtype=np.int64)
    lower = mip.col_lower.copy()
    lower[columns] = 0.0
    count = len(found)
    entries = (np.ones(count), columns, np.arange(count + 1))
    return with_rows(
        replace(mip, col_lower=lower),
        "must_serve",
        csr_array(entries, shape=(count, mip.num_columns)),
        mip.col_lower[columns],
        axes=RULES["must_serve"].axes,
        keys=tuple(key for _, key in found),
    )


def _elastic(mip: Mip) -> _Elastic:
    groups = tuple(_groups(mip))
    rows = np.concatenate([group.rows for group in groups]) if groups else np.zeros(0, np.int64)
    count = len(rows)
    size = np.maximum(
        1.0, np.abs(np.where(np.isfinite(mip.row_upper), mip.row_upper, mip.row_lower))
    )
    free = replace(mip, objective=np.zeros(mip.num_columns), objective_offset=0.0)
    elastic = with_slack(free, rows, 1.0 / size[rows])
    columns, begin = [], 0
    for group in groups:
        own = np.arange(begin, begin + len(group.rows))
        columns.append(mip.num_columns + np.concatenate([own, own + count]))
        begin += len(group.rows)
    return _Elastic(elastic, groups, tuple(columns))


def find_conflict(
    formulation: Formulation, options: SolverOptions | None = None, *, time_limit_s: float = 60.0
) -> ConflictReport:
    """Find a smallest set of rules of an infeasible model that cannot hold together.

    Returns an empty report where the bookkeeping alone is contradictory or time ran out before
    anything was found. With too little time the set may be larger than needed.
    """
    begin = time.perf_counter()
    elastic = _elastic(_with_must_serve(formulation))
    base = options or SolverOptions()
    quick = replace(base, gap=1e-6, time_limit_s=max(5.0, time_limit_s / 4))
    hard: list[int] = []
    first_values: np.ndarray | None = None
    while time.perf_counter() - begin < time_limit_s:
        free = [number for number in range(len(elastic.groups)) if number not in hard]
        _, values = elastic.solve(free, quick)
        if values is None:
            break
        if first_values is None:
            first_values = values
        giving = [g for g in free if values[elastic.columns[g]].sum() > 1e-6]
        if not giving:
            break
        hard += giving
    kept = list(hard)
    minimal = bool(kept)
    everyone = set(range(len(elastic.groups)))
    for number in hard:
        if len(kept) == 1:
            break
        if time.perf_counter() - begin > time_limit_s:
            minimal = False
            break
        trial = [other for other in kept if other != number]
        termination, values = elastic.solve(everyone - set(trial), replace(quick, gap=1.0))
        if values is None and termination.is_proof_of_no_plan:
            kept = trial
    return ConflictReport(
        tuple(_conflict(formulation.instance, elastic, g, first_values) for g in sorted(kept)),
        minimal,
    )


def _conflict(
    instance: Instance, elastic: _Elastic, number: int, values: np.ndarray | None
) -> Conflict:
    group = elastic.groups[number]
    slack = np.zeros(len(group.rows))
    if values is not None:
        both = values[elastic.columns[number]]
        slack = both[: len(group.rows)] + both[len(group.rows) :]
    english, chinese = describe_rule(instance, group.rule, group.key)
    years = sorted({group.years[at] for at in np.flatnonzero(slack > 1e-6)} - {0})
    return Conflict(group.rule.name, group.key, english, chinese, float(slack.sum()), tuple(years))


def conflict_lines(rules: Sequence[Conflict], lang: str) -> list[str]:
    """One line per rule, with the years and the amount by which it would have to give."""
    lines = []
    for rule in rules:
        text = rule.text_zh if lang == "zh" else rule.text_en
        if rule.amount > 1e-6:
            years = _span(rule.years)
            if lang == "zh":
                text += f":差额约{rule.amount:.4g}" + (f"({years}年)" if years else "")
            else:
                text += f": short by about {rule.amount:.4g}" + (f" ({years})" if years else "")
        lines.append(text)
    return lines


def _span(years: tuple[int, ...]) -> str:
    if not years:
        return ""
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
