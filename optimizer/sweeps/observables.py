"""Figures that are not the same in all scenarios: what can be seen to know which one has come.

A scenario changes cells of the instance; each cell with a number that differs is a figure, of the
year of its row where it has one. Demands are told year by year, as they grow, and added up by
network; so is what comes into all funds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.models.instance import TABLES, Instance
from infraplan.models.network import LoadBlock
from infraplan.optimizer.analysis.comparison import by_key, leaves, leaves_by_row
from infraplan.optimizer.formulation.networks.layout import demand_in

DEMANDS, INFLOWS, SETTINGS = "demands", "inflows", "instance"
ALL_DAYS = LoadBlock(id="all")
"""A block without a factor: demand as the table states it."""
SAME = 1e-9
"""Relative difference of figures that are the same."""


@dataclass(frozen=True)
class Observable:
    """A figure by scenario, in the order of the scenarios.

    `row` is the key of its row, of sums the network, blank for all funds; `year` is None for what
    is of no single year.
    """

    table: str
    row: str
    column: str
    year: int | None
    values: tuple[float, ...]


def observables(questions: Sequence[Instance]) -> tuple[Observable, ...]:
    """Figures in which the instances (one by scenario, as it is then) differ, in their order."""
    if not questions:
        return ()
    found = [*_cells(questions), *_demands(questions), *_all_money(questions)]
    return tuple(row for row in found if _differs(row.values))


def _differs(values: Sequence[float]) -> bool:
    least, most = min(values), max(values)
    return most - least > SAME * max(1.0, abs(least), abs(most))


def _cells(questions: Sequence[Instance]) -> Iterator[Observable]:
    """Cells that hold a number in all scenarios; demands are told apart."""
    settings = [leaves(row.settings.model_dump(mode="json")) for row in questions]
    yield from _of_row(SETTINGS, "", settings)
    for table in TABLES:
        tables = [getattr(row, table) for row in questions]
        if table in ("scenarios", DEMANDS) or all(rows == tables[0] for rows in tables):
            continue
        keyed = [leaves_by_row(by_key(rows)) for rows in tables]
        for key in keyed[0]:
            if all(key in rows for rows in keyed):
                yield from _of_row(table, key, [rows[key] for rows in keyed])


def _of_row(table: str, key: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Observable]:
    year = rows[0].get("year")
    for name in rows[0]:
        values = [row.get(name) for row in rows]
        if name != "year" and all(_is_number(value) for value in values):
            numbers = tuple(float(value or 0.0) for value in values)
            yield Observable(table, key, name, year if isinstance(year, int) else None, numbers)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _demands(questions: Sequence[Instance]) -> Iterator[Observable]:
    """Demands year by year: each that differs, and the sum of a network with several."""
    by_id = [{row.id: row for row in question.demands} for question in questions]
    common = [name for name in by_id[0] if all(name in rows for rows in by_id)]
    first = questions[0].settings.horizon.first_year
    sums: defaultdict[tuple[str, int], list[tuple[float, ...]]] = defaultdict(list)
    for name in common:
        for year in questions[0].settings.horizon.years:
            on = year - first
            values = tuple(demand_in(rows[name], on, ALL_DAYS) for rows in by_id)
            sums[by_id[0][name].network, year].append(values)
            yield Observable(DEMANDS, name, "amount", year, values)
    for (network, year), parts in sums.items():
        if len(parts) > 1:
            total = tuple(sum(values) for values in zip(*parts, strict=True))
            yield Observable(DEMANDS, network, "amount", year, total)


def _all_money(questions: Sequence[Instance]) -> Iterator[Observable]:
    """What the tables state that comes into all funds of the instance in a year."""
    if len(questions[0].funds) < 2:
        return
    for year in questions[0].settings.horizon.years:
        values = tuple(
            sum(row.value for row in question.inflows if row.year == year) for question in questions
        )
        yield Observable(INFLOWS, "", "value", year, values)
