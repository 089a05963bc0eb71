"""`actuals.csv`: what happened to the projects of a plan; every fault with row and column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.actuals import Actual, actual_faults
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.csv_text import COMMAS, decode, parse_csv, read_bytes, separator_of
from infraplan.optimizer.storage.faults import Faults, error_of
from infraplan.optimizer.storage.numbers import DecimalMark
from infraplan.optimizer.storage.rows import ACTUALS, Source, build, read_grid
from infraplan.optimizer.storage.table_columns import table_for


def read_actuals(
    path: Path, instance: Instance, plan: Plan | None, to_year: int | None
) -> tuple[Actual, ...]:
    """Return the rows of `path`; where no first year of the new plan is given, `year_after` them.

    Raises
    ------
    InstanceFormatError
        If the file, a row or a cell cannot be read, or a row cannot be so; carries all findings.
    """
    faults = Faults()
    settings = instance.settings
    data = read_bytes(path, faults)
    text = None if data is None else decode(data, path.name, faults)
    grid = None if text is None else parse_csv(text, path.name, faults)
    if text is None or grid is None:
        raise error_of(faults.findings)
    mark = DecimalMark.POINT if separator_of(text) in COMMAS else DecimalMark.ASK
    context = CellContext(settings.money_factor, None, settings.currency)
    table = table_for(ACTUALS, Actual)
    rows = read_grid(grid, table, Source(path.name), context, faults, if_silent=mark)
    built = [build(Actual, row, faults) for row in rows]
    whole = [one for one in built if one is not None and isinstance(one.object, Actual)]
    actuals = tuple(one.object for one in whole)
    to_year = year_after(instance, actuals) if to_year is None else to_year
    for fault in actual_faults(instance, plan, actuals, to_year):
        origin = whole[fault.index].origin
        faults.add(origin.finding("actuals", fault.message, fault.advice, column=fault.column))
    if faults.has_errors:
        raise error_of(faults.findings)
    return actuals


def year_after(instance: Instance, actuals: Iterable[Actual]) -> int:
    """Return the year after the last one of which `actuals` tell, the plan's second at least."""
    first = instance.settings.horizon.first_year
    return max([first, *(row.year for row in actuals)]) + 1
