"""Solver-neutral mixed-integer linear model, built from labelled blocks of arrays.

    maximise    c' x + c0
    subject to  row_lower <= A x <= row_upper
                col_lower <=  x  <= col_upper,   x_j integer where integrality_j

A block of columns keeps its shape and the names of its axes, a block of rows keeps the name of
its constraint family and a key per row, so that a plan, an explanation and a decomposition can
find their way back from a number to a project, a year or a rule. No solver is imported here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Key = tuple[str | int, ...]


@dataclass(frozen=True)
class MadeKeys(Sequence[Key]):
    """Keys of `size` rows, made by `make` from the number of a row when somebody asks for one.

    A mine has ten million rows of order: their keys as tuples take more memory than the rows.
    """

    size: int
    make: Callable[[int], Key]

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> Key: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Key]: ...

    def __getitem__(self, place: int | slice) -> Key | Sequence[Key]:
        if isinstance(place, slice):
            return tuple(self.make(number) for number in range(*place.indices(self.size)))
        number = place + self.size if place < 0 else place
        if not 0 <= number < self.size:
            raise IndexError(place)
        return self.make(number)


@dataclass(frozen=True)
class ColumnBlock:
    """A named array of columns: numbers `start .. start + size - 1`, in C order of `shape`.

    `axes` names the axes, e.g. `("option", "year")`; `keys` gives the labels of each axis.
    """

    name: str
    start: int
    shape: tuple[int, ...]
    integer: bool
    axes: tuple[str, ...]
    keys: tuple[tuple[str | int, ...], ...]

    @property
    def size(self) -> int:
        """Number of columns."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def index(self) -> IntArray:
        """Column numbers, in the block's shape."""
        return np.arange(self.start, self.start + self.size, dtype=np.int64).reshape(self.shape)


@dataclass(frozen=True)
class RowBlock:
    """The rows of one call to `add_rows`: one constraint family, one key per row.

    `axes` names the parts of a key, e.g. `("jurisdiction", "pool", "year")`.
    """

    family: str
    start: int
    size: int
    axes: tuple[str, ...]
    keys: Sequence[Key]


@dataclass(frozen=True)
class StartRuns:
    """Which columns say when what is started: a run of neighbours for each option that may start.

    Run r is the columns `first[r] .. first[r] + size[r] - 1`, one for each year of the window of
    `option[r]` of `project[r]` (their positions in the instance) from the year `year[r]` on,
    counted from the plan's first. Where `cumulative[r]` a column says "started by this year",
    otherwise "starts in this year". All arrays have the shape (runs,).
    """

    first: IntArray
    size: IntArray
    option: IntArray
    project: IntArray
    year: IntArray
    cumulative: BoolArray

    @staticmethod
    def none() -> StartRuns:
        """No start at all."""
        empty = np.zeros(0, dtype=np.int64)
        return StartRuns(empty, empty, empty, empty, empty, np.zeros(0, dtype=np.bool_))

    @property
    def count(self) -> int:
        """Number of runs."""
        return int(self.first.size)

    def columns_of(self, run: int) -> IntArray:
        """Column numbers of one run, in the order of its years."""
        return np.arange(self.first[run], self.first[run] + self.size[run], dtype=np.int64)

    def run_of_column(self, num_columns: int) -> IntArray:
        """Run of every column, -1 where it is in none; shape (num_columns,)."""
        runs = np.full(num_columns, -1, dtype=np.int64)
        place = np.repeat(self.first - np.cumsum(self.size) + self.size, self.size)
        runs[place + np.arange(place.size)] = np.repeat(np.arange(self.count), self.size)
        return runs


@dataclass(frozen=True)
class Mip:
    """A finished model; the matrix is held by rows (CSR: `a_start`, `a_index`, `a_value`)."""

    objective: FloatArray
    objective_offset: float
    col_lower: FloatArray
    col_upper: FloatArray
    integrality: BoolArray
    a_start: IntArray
    a_index: IntArray
    a_value: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    column_blocks: tuple[ColumnBlock, ...] = ()
    row_blocks: tuple[RowBlock, ...] = ()
    starts: StartRuns = field(default_factory=StartRuns.none)
    """Which columns are starts of what; edits of a model keep the numbers of its columns."""

    @property
    def num_columns(self) -> int:
        """Number of columns."""
        return int(self.objective.size)

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return int(self.row_lower.size)

    @property
    def num_nonzeros(self) -> int:
        """Number of stored matrix entries."""
        return int(self.a_value.size)

    def columns(self, name: str) -> ColumnBlock:
        """Return the block of columns called `name`; raises KeyError where there is none."""
        return self._block_by_name[name]

    def has_columns(self, name: str) -> bool:
        """Whether a block of columns called `name` exists."""
        return name in self._block_by_name

    @cached_property
    def _block_by_name(self) -> dict[str, ColumnBlock]:
        """Large models have thousands of blocks."""
        return {block.name: block for block in self.column_blocks}

    def value(self, x: FloatArray) -> float:
        """Objective at `x` (shape: columns), offset included.

        Not by a product of vectors, whose threads wait longer than it takes, and whose last digits
        depend on how many they are.
        """
        return float((self.objective * x).sum()) + self.objective_offset

    def activity(self, x: FloatArray) -> FloatArray:
        """Row activities `A x` (shape: rows)."""
        rows = np.repeat(np.arange(self.num_rows), np.diff(self.a_start))
        sums = np.bincount(rows, weights=self.a_value * x[self.a_index], minlength=self.num_rows)
        return np.asarray(sums, dtype=np.float64)

    def row_of(self, number: int) -> tuple[RowBlock, Key]:
        """Block and key of row `number`.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        for block in self.row_blocks:
            if block.start <= number < block.start + block.size:
                offset = number - block.start
                return block, block.keys[offset] if block.keys else (offset,)
        raise IndexError(number)

    def save(self, path: Path) -> None:
        """Write the numbers (not the labels) to an `.npz` for a guest process."""
        np.savez(
            path,
            objective=self.objective,
            objective_offset=np.float64(self.objective_offset),
            col_lower=self.col_lower,
            col_upper=self.col_upper,
            integrality=self.integrality,
            a_start=self.a_start,
            a_index=self.a_index,
            a_value=self.a_value,
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            families=np.array(json.dumps([[b.family, b.start, b.size] for b in self.row_blocks])),
        )

    @staticmethod
    def load(path: Path) -> Mip:
        """Read what `save` wrote; the blocks carry families but no keys."""
        with np.load(path, allow_pickle=False) as data:
            families = json.loads(str(data["families"]))
            return Mip(
                objective=data["objective"],
                objective_offset=float(data["objective_offset"]),
                col_lower=data["col_lower"],
                col_upper=data["col_upper"],
                integrality=data["integrality"],
                a_start=data["a_start"],
                a_index=data["a_index"],
                a_value=data["a_value"],
                row_lower=data["row_lower"],
                row_upper=data["row_upper"],
                row_blocks=tuple(RowBlock(f, s, n, (), ()) for f, s, n in families),
            )


class MipBuilder:
    """Collects blocks of columns and rows; `build` returns the finished `Mip`."""

    def __init__(self) -> None:
        self._columns: list[ColumnBlock] = []
        self._names: set[str] = set()
        self._rows: list[RowBlock] = []
        self._first: list[int] = []
        self._num_columns = 0
        self._num_rows = 0
        self._objective: list[FloatArray] = []
        self._lower: list[FloatArray] = []
        self._upper: list[FloatArray] = []
        self._integrality: list[BoolArray] = []
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        """By block of rows: how many each row has, then their columns and values by row."""
        self._row_lower: list[FloatArray] = []
        self._row_upper: list[FloatArray] = []
        self.objective_offset = 0.0
        self.starts = StartRuns.none()

    @property
    def num_columns(self) -> int:
        """Columns so far."""
        return self._num_columns

    def columns_by_name(self) -> dict[str, IntArray]:
        """Return the column numbers of every block so far, in its shape."""
        return {block.name: block.index for block in self._columns}

    @property
    def column_blocks(self) -> tuple[ColumnBlock, ...]:
        """Blocks of columns so far."""
        return tuple(self._columns)

    @property
    def num_rows(self) -> int:
        """Rows so far."""
        return self._num_rows

    def add_columns(
        self,
        name: str,
        shape: int | tuple[int, ...],
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        objective: ArrayLike = 0.0,
        integer: bool = False,
        axes: Sequence[str] = (),
        keys: Sequence[Sequence[str | int]] = (),
    ) -> IntArray:
        """Add a block of columns and return their numbers in the block's shape.

        `lower`, `upper` and `objective` are broadcast to `shape`.

        Raises
        ------
        ValueError
            If there is a block of that name.
        """
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        block = ColumnBlock(
            name,
            self._num_columns,
            shape,
            integer,
            tuple(axes),
            tuple(tuple(labels) for labels in keys),
        )
        if name in self._names:
            message = f"a block of columns is already called {name!r}"
            raise ValueError(message)
        self._columns.append(block)
        self._names.add(name)
        self._first.append(self._num_columns)
        self._num_columns += block.size
        for store, values in (
            (self._lower, lower),
            (self._upper, upper),
            (self._objective, objective),
        ):
            full = np.broadcast_to(np.asarray(values, dtype=np.float64), shape)
            store.append(np.array(full).ravel())
        self._integrality.append(np.full(block.size, integer))
        return block.index

    def add_objective(self, columns: ArrayLike, gain: ArrayLike) -> None:
        """Add `gain` to the objective of `columns` (no column twice); broadcast to their shape."""
        numbers = np.asarray(columns, dtype=np.int64).ravel()
        gains = np.broadcast_to(np.asarray(gain, dtype=np.float64), numbers.shape)
        # Nearly always all are of one block. Of blocks that begin alike only the last has columns.
        place = np.searchsorted(self._first, numbers, side="right") - 1
        for number in np.unique(place).tolist():
            mine = place == number
            self._objective[number][numbers[mine] - self._first[number]] += gains[mine]

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
        """Add `size` rows of `family`; entries in triplets with `row` counted from 0 in this call.

        Entries of the same row and column are summed. `keys`, where given, has one key per row.

        Raises
        ------
        ValueError
            If there are not as many keys as rows, or as many rows as columns of entries.
        """
        told = keys if isinstance(keys, MadeKeys) else tuple(keys)
        block = RowBlock(family, self._num_rows, size, tuple(axes), told)
        if keys and len(keys) != size:
            message = f"{family}: {len(keys)} keys for {size} rows"
            raise ValueError(message)
        rows = np.asarray(row, dtype=np.int64).ravel()
        columns = np.asarray(column, dtype=np.int64).ravel()
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), rows.shape).ravel()
        if rows.size != columns.size:
            message = f"{family}: {rows.size} row numbers for {columns.size} column numbers"
            raise ValueError(message)
        self._rows.append(block)
        self._entries.append(_by_rows(size, rows, columns, values))
        self._num_rows += size
        for store, limits in ((self._row_lower, lower), (self._row_upper, upper)):
            full = np.broadcast_to(np.asarray(limits, dtype=np.float64), (size,))
            store.append(np.array(full))
        return block

    def build(self) -> Mip:
        """Join all blocks: entries by row and column, none twice and none exactly zero."""

        def joined(parts: Sequence[NDArray[np.generic]], kind: type) -> NDArray[np.generic]:
            return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)

        counts = joined([entry[0] for entry in self._entries], np.int64)
        columns = joined([entry[1] for entry in self._entries], np.int64)
        values = joined([entry[2] for entry in self._entries], np.float64)
        return Mip(
            objective=joined(self._objective, np.float64).astype(np.float64),
            objective_offset=self.objective_offset,
            col_lower=joined(self._lower, np.float64).astype(np.float64),
            col_upper=joined(self._upper, np.float64).astype(np.float64),
            integrality=joined(self._integrality, np.bool_).astype(np.bool_),
            a_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            a_index=columns.astype(np.int64, copy=False),
            a_value=values.astype(np.float64, copy=False),
            row_lower=joined(self._row_lower, np.float64).astype(np.float64),
            row_upper=joined(self._row_upper, np.float64).astype(np.float64),
            column_blocks=tuple(self._columns),
            row_blocks=tuple(self._rows),
            starts=self.starts,
        )


def _by_rows(
    size: int, rows: IntArray, columns: IntArray, values: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Entries of `size` rows by row and column, duplicates summed, exact zeros dropped.

    Returned are the number of each row, and columns and values.
    """
    width = int(columns.max(initial=0)) + 1
    flat = rows * width + columns
    order = np.argsort(flat, kind="stable")
    flat, values = flat[order], values[order]
    if flat.size:
        first = np.concatenate([[True], flat[1:] != flat[:-1]])
        values = np.add.reduceat(values, np.flatnonzero(first))
        kept = values != 0.0
        flat, values = flat[first][kept], values[kept]
    counts = np.bincount(flat // width, minlength=size).astype(np.int64, copy=False)
    return counts, flat % width, values
