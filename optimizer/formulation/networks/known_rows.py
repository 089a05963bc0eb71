"""Rows of networks of a program that is built already, for one of the same works and ways.

A draw is built twice, as it shows before works begin and as it comes out: benefits, demands and the
worth of time differ, windows, links and nodes do not. Most rows of networks are of these alone;
they are copied, number by number, where they would be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.network import Demand
from infraplan.models.project import Project
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.mip import ColumnBlock, Key, Mip

BY_WAYS = frozenset({"flow_balance", "dc"})
"""Families whose rows hang on works, ways and nodes alone."""
BY_MOST = frozenset({"link_capacity", "node_capacity"})
"""Families whose rows hang besides on the most that can flow: of trips that is all of them."""
NO_BENEFITS: dict[str, Any] = {"benefits": {}, "benefits_low": {}, "benefits_high": {}}
NO_AMOUNTS = {"amount": 0.0, "value_of_time": 0.0}


@dataclass(frozen=True)
class Copied:
    """Rows as they were: how many entries each has, columns, values, limits and keys."""

    size: tuple[int, ...]
    column: tuple[int, ...]
    value: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    keys: Sequence[Key]


@dataclass(frozen=True)
class KnownRows:
    """The rows of `mip` that are the same here; `moved` are networks whose demands are others."""

    mip: Mip
    moved: frozenset[str]

    def of(self, family: str, slice_: Slice) -> Copied | None:
        """Rows of a family in a slice; None where they are to be made."""
        is_moved = slice_.network.is_transport and slice_.network.id in self.moved
        if family not in BY_WAYS and (family not in BY_MOST or is_moved):
            return None
        first, last = self._places.get((family, *slice_.key), (0, 0))
        mip = self.mip
        begin, told = self._keys.get(family, (0, ()))
        keys = told[first - begin : last - begin] if last > first else ()
        start, end = int(mip.a_start[first]), int(mip.a_start[last])
        return Copied(
            tuple(np.diff(mip.a_start[first : last + 1]).tolist()),
            tuple(mip.a_index[start:end].tolist()),
            tuple(mip.a_value[start:end].tolist()),
            tuple(mip.row_lower[first:last].tolist()),
            tuple(mip.row_upper[first:last].tolist()),
            keys,
        )

    @cached_property
    def _keys(self) -> dict[str, tuple[int, Sequence[Key]]]:
        """First row and keys by family: each of them adds its rows at once."""
        wanted = BY_WAYS | BY_MOST
        return {b.family: (b.start, b.keys) for b in self.mip.row_blocks if b.family in wanted}

    @cached_property
    def _places(self) -> dict[Key, tuple[int, int]]:
        """First and last row but one by family, network, year and block."""
        found: dict[Key, tuple[int, int]] = {}
        for family, (start, keys) in self._keys.items():
            for number, key in enumerate(keys, start):
                place = (family, *key[:3])
                found[place] = (found.get(place, (number, 0))[0], number + 1)
        return found


def known_rows(
    before: Instance, mip: Mip, instance: Instance, columns: Sequence[ColumnBlock]
) -> KnownRows | None:
    """What the program `mip` of `before` has of that of `instance`, whose columns are `columns`.

    None where anything else differs than benefits, demands and the worth of time, or where the
    columns are others.
    """
    if tuple(columns) != mip.column_blocks:
        return None
    late: dict[str, Callable[[Any], object]] = {"projects": _works, "demands": _sites}
    for name in Instance.model_fields:
        old, new = getattr(before, name), getattr(instance, name)
        if name == "benefits" or old is new or old == new:
            continue
        if name not in late or late[name](old) != late[name](new):
            return None
    amounts = [{row.id: row.amount for row in rows.demands} for rows in (before, instance)]
    moved = {row.network for row in before.demands if amounts[0][row.id] != amounts[1].get(row.id)}
    return KnownRows(mip, frozenset(moved))


def _works(rows: Sequence[Project]) -> list[Project]:
    """Projects without what they bring."""
    return [
        row.model_copy(
            update={"options": tuple(o.model_copy(update=NO_BENEFITS) for o in row.options)}
        )
        for row in rows
    ]


def _sites(rows: Sequence[Demand]) -> list[Demand]:
    """Demands without how much they are, and what time is worth there."""
    return [row.model_copy(update=NO_AMOUNTS) for row in rows]
