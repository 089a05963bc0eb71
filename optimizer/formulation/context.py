"""What the constraint families read: the instance, its sets and every column, all made before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from infraplan.models.debt_rule import DebtRule
from infraplan.models.instance import Instance
from infraplan.models.rules import RULES
from infraplan.optimizer.accounts.candidates import NEVER
from infraplan.optimizer.accounts.value import Coefficients
from infraplan.optimizer.formulation.networks.columns import NetworkColumns
from infraplan.optimizer.formulation.networks.known_rows import KnownRows
from infraplan.optimizer.formulation.sets import FinancingClass, FloatArray, IntArray, Sets
from infraplan.optimizer.mip import Key, RowBlock

NO_COLUMN = -1


@dataclass(frozen=True)
class Triplets:
    """Sparse entries: `value` at (`row`, `column`), all of one length."""

    row: IntArray
    column: IntArray
    value: FloatArray

    @staticmethod
    def join(*parts: Triplets) -> Triplets:
        """All entries of `parts`."""
        if not parts:
            empty = np.zeros(0, dtype=np.int64)
            return Triplets(empty, empty, np.zeros(0))
        return Triplets(
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.column for part in parts]),
            np.concatenate([part.value for part in parts]),
        )

    def only(self, rows: IntArray) -> Triplets:
        """The entries of `rows` (ascending), numbered anew in their order."""
        kept = np.isin(self.row, rows)
        renumbered = np.searchsorted(rows, self.row[kept])
        return Triplets(renumbered, self.column[kept], self.value[kept])

    def scaled(self, factor: float) -> Triplets:
        """The same entries, values times `factor`."""
        return Triplets(self.row, self.column, self.value * factor)


def triplets(row: ArrayLike, column: ArrayLike, value: ArrayLike) -> Triplets:
    """Entries from anything array-like; `value` is broadcast to the rows."""
    rows = np.asarray(row, dtype=np.int64).ravel()
    columns = np.asarray(column, dtype=np.int64).ravel()
    values = np.broadcast_to(np.asarray(value, dtype=np.float64), rows.shape).ravel()
    return Triplets(rows, columns, np.array(values))


def spread(size: IntArray) -> tuple[IntArray, IntArray]:
    """Number of the owner and place with the owner of what each of `size` (shape: owners) has."""
    owner = np.repeat(np.arange(size.size), size)
    return owner, np.arange(owner.size) - np.repeat(np.cumsum(size) - size, size)


@dataclass(frozen=True)
class MoneyColumns:
    """Columns of the money side.

    `pay[p, t]` is what source `pair_source[p]` pays for class `pair_class[p]` in year t, shape
    (pairs, M): works may go on after the plan;
    `borrow[k, t]` what instrument k issues; `cash[f, t]` and `lapse[f, t]` of fund f (closing cash
    and money lost, NO_COLUMN where nothing may lapse). Years of the others are plan years.
    """

    classes: tuple[FinancingClass, ...]
    pair_source: tuple[str, ...]
    pair_class: IntArray
    pay: IntArray
    borrow: IntArray
    cash: IntArray
    lapse: IntArray

    @cached_property
    def pairs_of(self) -> tuple[IntArray, ...]:
        """Pairs of each class, ascending."""
        order = np.argsort(self.pair_class, kind="stable")
        ends = np.searchsorted(self.pair_class[order], np.arange(len(self.classes) + 1))
        return tuple(order[a:b] for a, b in pairwise(ends))


@dataclass(frozen=True)
class BandedRule:
    """A banded rule of a jurisdiction: `columns[t, b]` says that year t is in band b."""

    rule: DebtRule
    jurisdiction: str
    columns: IntArray
    opening_band: int


Spent = tuple[int, int, float]
"""Option, start as offset, nominal spending that the payer bears."""


@dataclass(frozen=True)
class Contract:
    """What an availability contract pays, by column.

    `columns[n]` is paid in year `paid[n]` by pair `pair[n]` of the payment columns for works that
    end in year `end[n]`; `terms[n]` are the starts that it may be paid for.
    """

    paid: IntArray
    end: IntArray
    columns: IntArray
    pair: IntArray
    terms: tuple[tuple[Spent, ...], ...]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


class RowSink(Protocol):
    """Where rows go: the part of a builder of models that a family sees."""

    def add_rows(
        self,
        family: str,
        size: int,
        row: ArrayLike,
        column: ArrayLike,
        value: ArrayLike,
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        axes: Sequence[str] = (),
        keys: Sequence[Key] = (),
    ) -> RowBlock:
        """Add `size` rows of `family`, see `infraplan.optimizer.mip.MipBuilder.add_rows`."""


@dataclass(frozen=True)
class Context:
    """All that a family reads. Columns are complete before the first row; only `rows` takes more.

    So a family depends on no other, and the model is the same in whatever order they run.
    """

    instance: Instance
    sets: Sets
    coefficients: Coefficients
    rows: RowSink
    started: IntArray
    """Column of `started[o, t]`, shape (options, T): NO_COLUMN before the window (zero), and the
    window's last column after it (nothing can start later)."""
    money: MoneyColumns
    networks: NetworkColumns = field(default_factory=NetworkColumns)
    """Columns of the networks, empty where there is none."""
    measured: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=_nothing)
    """What targets on networks measure, as columns with factors, by target."""
    contracts: Mapping[str, Contract] = field(default_factory=_nothing)
    """Columns of availability contracts, by instrument."""
    bands: tuple[BandedRule, ...] = ()
    """Banded rules with their columns."""
    columns: Mapping[str, IntArray] = field(default_factory=_nothing)
    """Column numbers of every block by its name, in the block's shape."""
    standing: int = NO_COLUMN
    """Column that is always 1: `started` of what stands already; NO_COLUMN where nothing does."""
    known: KnownRows | None = None
    """Rows of networks of another program that are the same in this one."""
    operating: dict[tuple[int, int, int], list[tuple[int, float]]] = field(default_factory=dict)
    """What `active` in `networks/changes.py` found, by place of the change and its years."""

    def started_column(self, option: int, t: int) -> int:
        """Column of `started[option, t]` for any t: NO_COLUMN before, the last one after.

        What stands already has started from the year on in which it did, before the plan.
        """
        standing = self.sets.options[option].standing
        if standing is not None:
            return self.standing if t >= standing else NO_COLUMN
        if t < 0:
            return NO_COLUMN
        return int(self.started[option, min(t, self.sets.num_years - 1)])

    def started_columns(self, option: IntArray, t: IntArray) -> IntArray:
        """`started_column` of many options and years at once, both of one shape."""
        found = self.started[option, np.clip(t, 0, self.sets.num_years - 1)]
        found[t < 0] = NO_COLUMN
        if self.standing != NO_COLUMN:
            since = self.sets.standing_since[option]
            stands = since < NEVER
            found[stands] = np.where(t >= since, self.standing, NO_COLUMN)[stands]
        return found

    def start_entries(
        self, row: ArrayLike, option: ArrayLike, start: ArrayLike, weight: ArrayLike
    ) -> Triplets:
        """Entries of `sum weight * x[option, start]`, x being `started[t] - started[t-1]`.

        Starts outside an option's window are zero and give nothing.
        """
        rows = np.asarray(row, dtype=np.int64).ravel()
        options = np.asarray(option, dtype=np.int64).ravel()
        starts = np.asarray(start, dtype=np.int64).ravel()
        weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), rows.shape).ravel()
        first, last = self.sets.windows
        inside = (starts >= first[options]) & (starts <= last[options])
        rows, options, starts = rows[inside], options[inside], starts[inside]
        weights = weights[inside]
        later = starts > first[options]
        return Triplets(
            np.concatenate([rows, rows[later]]),
            np.concatenate(
                [self.started[options, starts], self.started[options[later], starts[later] - 1]]
            ),
            np.concatenate([weights, -weights[later]]),
        )

    def sum_started(self, row: int, project: int, t: int, weight: float = 1.0) -> list[Entry]:
        """Entries of `weight * sum_o started[o, t]` over the options of `project`."""
        entries = []
        for option in self.sets.options_of[project]:
            column = self.started_column(option, t)
            if column != NO_COLUMN:
                entries.append((row, column, weight))
        return entries

    def sum_built(self, row: int, projects: Iterable[str]) -> list[Entry]:
        """Entries of the number of `projects`, by id, that are ever built."""
        last = self.sets.num_years - 1
        entries: list[Entry] = []
        for name in projects:
            entries += self.sum_started(row, self.sets.project_index[name], last)
        return entries

    def sum_opened(self, row: int, project: int, t: int, weight: float = 1.0) -> list[Entry]:
        """Entries of `weight * sum_o opened[o, t]`; opened by t is started by t - lead_time."""
        entries = []
        for option in self.sets.options_of[project]:
            column = self.started_column(option, t - int(self.sets.leads[option]))
            if column != NO_COLUMN:
                entries.append((row, column, weight))
        return entries

    def add_rows(
        self,
        family: str,
        entries: Triplets,
        keys: Sequence[Key] = (),
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        size: int | None = None,
    ) -> None:
        """Add `lower <= entries <= upper`, one row per key; nothing where there is none.

        The rule's record says what the parts of a key are. `size` is the number of rows where they
        have no keys.
        """
        count = len(keys) if size is None else size
        if not count:
            return
        self.rows.add_rows(
            family,
            count,
            entries.row,
            entries.column,
            entries.value,
            lower=lower,
            upper=upper,
            axes=RULES[family].axes,
            keys=keys,
        )

    def add_entries(
        self,
        family: str,
        entries: Sequence[Entry],
        keys: Sequence[Key],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> None:
        """Add rows from a plain list of (row, column, value)."""
        array = np.array(entries, dtype=np.float64).reshape(-1, 3)
        found = triplets(array[:, 0].astype(np.int64), array[:, 1].astype(np.int64), array[:, 2])
        self.add_rows(family, found, keys, lower=lower, upper=upper)


Entry = tuple[int, int, float]
