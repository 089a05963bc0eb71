"""What a plan's starts make of a network: expressions over `started`, and rows built from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from infraplan.models.network import NetworkAction, NetworkLink, NetworkNode, ProjectNetwork
from infraplan.optimizer.formulation.context import NO_COLUMN, Context
from infraplan.optimizer.formulation.joint_value import retired
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.layout import Changes, is_passed

Expression = list[tuple[int, float]]
"""Columns with their factors."""


def active(
    context: Context, change: ProjectNetwork, t: int, until: int | None = None
) -> Expression:
    """1 where the project operates in plan year `t` in an option that `change` speaks of.

    With `until`, a later year, the project must not have reached its end of life there either.
    """
    # Blocks of a year, both ways of a link and several families ask the same.
    asked = (id(change), t, t if until is None else until)
    found = context.operating.get(asked)
    if found is None:
        found = context.operating[asked] = _active(context, change, t, until)
    return [*found]


def _active(context: Context, change: ProjectNetwork, t: int, until: int | None) -> Expression:
    sets = context.sets
    if change.from_year is not None and sets.first_year + t < change.from_year:
        return []
    entries: defaultdict[int, float] = defaultdict(float)
    for option in _options(context, change):
        lead, life = int(sets.leads[option]), sets.options[option].option.lifetime
        last = t if until is None else until
        _add_starts(context, entries, option, last - lead - life + 1, t - lead)
        for column, ended in retired(context, change.project, last):
            entries[column] -= ended
    return [entry for entry in entries.items() if entry[1]]


def under_works(context: Context, change: ProjectNetwork, t: int) -> Expression:
    """1 where the project has works in plan year `t` in an option that `change` speaks of."""
    entries: defaultdict[int, float] = defaultdict(float)
    for option in _options(context, change):
        if context.sets.options[option].standing is not None:
            continue  # its works are over
        years = context.sets.options[option].works_years
        _add_starts(context, entries, option, t - years + 1, t)
    return [entry for entry in entries.items() if entry[1]]


def _options(context: Context, change: ProjectNetwork) -> list[int]:
    sets = context.sets
    index = sets.project_index[change.project]
    return [
        option
        for option in sets.options_of[index]
        if change.option in ("", sets.options[option].option.option)
    ]


def _add_starts(
    context: Context, entries: defaultdict[int, float], option: int, first: int, last: int
) -> None:
    """Add `sum_{s = first..last} x[option, s] = started[last] - started[first - 1]`."""
    if first > last:
        return
    for t, sign in ((last, 1.0), (first - 1, -1.0)):
        column = context.started_column(option, t)
        if column != NO_COLUMN:
            entries[column] += sign


def total_active(
    context: Context, changes: Changes, t: int, until: int | None = None
) -> Expression:
    """Sum of `active` over `changes`."""
    return [entry for change in changes for entry in active(context, change, t, until)]


def active_in(context: Context, change: ProjectNetwork, slice_: Slice) -> Expression:
    """`active` in the years that a slice stands for."""
    return active(context, change, slice_.t, slice_.until)


def opening(
    context: Context, slice_: Slice, element: NetworkLink | NetworkNode
) -> Expression | None:
    """Sum of active rows that open `element`, at least 1 where it is open; None: it exists."""
    if element.exists:
        return None
    rows = slice_.network.changes_of(element.id, NetworkAction.OPEN)
    return total_active(context, rows, slice_.t, slice_.until)


def gating(slice_: Slice, link: NetworkLink) -> list[NetworkLink | NetworkNode]:
    """A link and its two ends, those left out that exist without a project or are passed anyway."""
    nodes = slice_.network.node_by_id
    ends = [nodes[name] for name in slice_.network.index.ends[link.id]]
    elements: list[NetworkLink | NetworkNode] = [link, *(n for n in ends if not is_passed(n))]
    return [element for element in elements if not element.exists]


def gates(context: Context, slice_: Slice, link: NetworkLink) -> list[Expression]:
    """Openings of what must be opened for the link to carry anything (`gating`)."""
    found = (opening(context, slice_, element) for element in gating(slice_, link))
    return [expression for expression in found if expression is not None]


def scaled(expression: Iterable[tuple[int, float]], factor: float) -> Expression:
    """`factor` times `expression`."""
    return [(column, factor * value) for column, value in expression]


class Rows:
    """Rows of one family, collected one by one and added together."""

    def __init__(self, context: Context, family: str) -> None:
        self._context = context
        self._family = family
        self._entries: list[tuple[int, int, float]] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._keys: list[tuple[str | int, ...]] = []

    def add(
        self,
        key: tuple[str | int, ...],
        expression: Expression,
        *,
        lower: float = -np.inf,
        upper: float = np.inf,
    ) -> None:
        """Add `lower <= expression <= upper`, unless it has no column and holds as it stands."""
        if not expression and lower <= 0.0 <= upper:
            return
        row = len(self._keys)
        self._entries += [(row, column, value) for column, value in expression]
        self._lower.append(lower)
        self._upper.append(upper)
        self._keys.append(key)

    def add_known(self, slice_: Slice) -> bool:
        """Add the rows of a slice that a program built before has; whether it has them."""
        known = self._context.known
        copied = None if known is None else known.of(self._family, slice_)
        if copied is None:
            return False
        first = len(self._keys)
        rows = np.repeat(np.arange(first, first + len(copied.size)), copied.size)
        self._entries += zip(rows.tolist(), copied.column, copied.value, strict=True)
        self._lower += copied.lower
        self._upper += copied.upper
        self._keys += copied.keys
        return True

    def flush(self) -> None:
        """Hand the rows to the builder."""
        self._context.add_entries(
            self._family, self._entries, self._keys, lower=self._lower, upper=self._upper
        )


def add_capacity_rows(
    context: Context,
    rows: Rows,
    slice_: Slice,
    element: NetworkLink | NetworkNode,
    use: Expression,
    *,
    capacity: float | None,
    most: float,
    key: str,
    is_gated: bool = False,
) -> None:
    """`use <=` capacity of a link or node as docs/laws.md section 6 defines it.

    Formula: ``use <= c open + sum added active``; per closing change ``use <= c (1 - share works)
    + sum added active``; a candidate also ``use <= most open``. `capacity` c is None where it has
    no limit; `most` is what `use` can never exceed. With `is_gated` the caller adds ``use <= most
    open`` itself.
    """
    view, t = slice_.network, slice_.t
    if slice_.is_out(element.id):
        rows.add((*slice_.key, key), use, upper=0.0)
        return
    opened = opening(context, slice_, element)
    added: Expression = []
    for change in view.changes_of(element.id, NetworkAction.ADD_CAPACITY):
        added += scaled(active_in(context, change, slice_), -change.value)
    if capacity is not None and opened is None:
        rows.add((*slice_.key, key), use + added, upper=capacity)
    elif capacity is not None and opened is not None:
        rows.add((*slice_.key, key), use + added + scaled(opened, -capacity), upper=0.0)
        if len(view.changes_of(element.id, NetworkAction.OPEN)) > 1:
            rows.add((*slice_.key, key), use + added, upper=capacity)
    if opened is not None and (capacity is None or added) and not is_gated:
        rows.add((*slice_.key, key), use + scaled(opened, -most), upper=0.0)
    for change in view.changes_of(element.id, NetworkAction.CLOSE_DURING_WORKS):
        if capacity is None and change.value < 1.0:
            continue  # a part of no limit is no limit
        full = most if capacity is None else capacity
        works = scaled(under_works(context, change, t), full * change.value)
        if works:
            rows.add((*slice_.key, key), use + added + works, upper=full)
