"""Rows of a foreign table that speak of one project: added, repeated, or its editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from infraplan.models.catalogue import phrase
from infraplan.models.errors import Severity
from infraplan.optimizer.interop.faults import listed_few
from infraplan.optimizer.interop.table_line import Left, Line
from infraplan.optimizer.interop.table_map import TableMap
from infraplan.optimizer.interop.table_report import TableReport

_ENOUGH = 3


def as_one(
    lines: Sequence[Line], table_map: TableMap, left: Left, report: TableReport
) -> list[Line]:
    """Return one line for each project, as the map says what rows of one id are.

    With a row for each year rows of one id are added, where the map does not say otherwise; rows
    of one name without an id may be either, and are asked for.
    """
    is_long = table_map.long is not None
    mode = table_map.repeats or "separate"
    if is_long and _tell_same_names(lines, table_map, report):
        return list(lines)
    if mode == "separate":
        if not is_long:
            return _tell_same_ids(lines, table_map, report)
        mode = "add"
        _tell_equal_amounts(lines, table_map, report)
    by_key = _by_key(lines, table_map, is_long)
    if mode == "latest":
        return [_latest(same, left) for same in by_key.values()]
    if mode == "once":
        return [_once(same, left, report) for same in by_key.values()]
    return [_added(same) for same in by_key.values()]


def _by_key(lines: Sequence[Line], table_map: TableMap, is_long: bool) -> dict[str, list[Line]]:
    """Lines by id; by name where there is no id, but for rows of years, which then stand alone."""
    found: dict[str, list[Line]] = {}
    has_id = bool(table_map.columns.get("id"))
    by_name = table_map.repeats not in ("", "separate") or not is_long
    for line in lines:
        name = line.cells.get("id", "") if has_id else (line.name if by_name else "")
        found.setdefault(name or f"row{line.sheet}{line.row}", []).append(line)
    return found


def _added(same: Sequence[Line]) -> Line:
    """Lines of one project as one: amounts are added, the first one's words stand."""
    first = same[0]
    for line in same[1:]:
        first.below += line.below
        for year, amount in line.by_year.items():
            first.by_year[year] = first.by_year.get(year, 0.0) + amount
        for fund, amount in line.by_fund.items():
            first.by_fund[fund] = first.by_fund.get(fund, 0.0) + amount
        for key, amount in line.by_fund_year.items():
            first.by_fund_year[key] = first.by_fund_year.get(key, 0.0) + amount
        if not line.by_year and "overnight_cost" in line.cells:
            cost = float(first.cells.get("overnight_cost") or 0.0)
            first.cells["overnight_cost"] = repr(cost + float(line.cells["overnight_cost"]))
    first.is_open = not first.cost
    return first


def _once(same: Sequence[Line], left: Left, report: TableReport) -> Line:
    """The first of lines that repeat one amount; funds of rows are taken together."""
    first = same[0]
    for line in same[1:]:
        if abs(line.cost - first.cost) > 1e-9 * max(line.cost, first.cost):
            report(
                "other-amount",
                phrase(
                    "repeats-another-amount", first=first.row, stated=first.cost, found=line.cost
                ),
                phrase("say-what-repeated-rows-are"),
                line.row,
                sheet=line.sheet,
            )
        left.skipped.append((line.sheet, line.row, phrase("row-repeats-a-project")))
    return first


def _latest(same: Sequence[Line], left: Left) -> Line:
    """The latest of several editions of one project; where none is later, the last row."""
    best = max(enumerate(same), key=lambda pair: (pair[1].edition, pair[0]))[1]
    for line in same:
        if line is not best:
            left.skipped.append((line.sheet, line.row, phrase("row-is-an-older-edition")))
    return best


def _tell_same_ids(lines: Sequence[Line], table_map: TableMap, report: TableReport) -> list[Line]:
    """Ask what rows of one id are, where the map does not say; name rows that are wholly alike.

    Of those of one id the first is read on, so that nothing is told twice.
    """
    if not table_map.repeats and _tell_names_of_sheets(lines, report):
        return list(lines)
    if len(table_map.columns.get("id", ())) == 1:
        by_id: defaultdict[str, list[int]] = defaultdict(list)
        for line in lines:
            if line.cells.get("id"):
                by_id[line.cells["id"]].append(line.row)
        again = {name: rows for name, rows in by_id.items() if len(rows) > 1}
        if again:
            name, rows = next(iter(again.items()))
            report(
                "repeated-id",
                phrase(
                    "ids-stand-in-several-rows",
                    count=len(again),
                    name=name,
                    rows=listed_few(list(map(str, rows))),
                ),
                phrase("say-what-repeated-rows-are"),
                rows[1],
            )
            first = {name: found[0] for name, found in by_id.items()}
            return [
                line for line in lines if first.get(line.cells.get("id", "")) in (None, line.row)
            ]
    seen: dict[tuple[object, ...], int] = {}
    alike = []
    for line in lines:
        cells = tuple(sorted((k, v) for k, v in line.cells.items() if k not in ("source", "id")))
        key = (*cells, *sorted(line.by_year.items()), *sorted(line.by_fund.items()))
        if key in seen and line.cost:
            alike.append(line.row)
        seen.setdefault(key, line.row)
    if alike:
        report(
            "same-rows",
            phrase("rows-are-the-same-as-others", rows=listed_few(list(map(str, alike)))),
            phrase("leave-them-out-in-the-map"),
            alike[0],
            severity=Severity.WARNING,
        )
    return list(lines)


def _tell_names_of_sheets(lines: Sequence[Line], report: TableReport) -> bool:
    """Ask what one name in several sheets is: editions, years, or works of their own."""
    sheets: defaultdict[str, dict[str, Line]] = defaultdict(dict)
    for line in lines:
        key = line.cells.get("id") or line.name
        if key:
            sheets[key].setdefault(line.sheet, line)
    again = {name: found for name, found in sheets.items() if len(found) > 1}
    if not again:
        return False
    name, found = next(iter(again.items()))
    second = list(found.values())[1]
    report(
        "repeated-name",
        phrase(
            "names-stand-in-several-sheets",
            count=len(again),
            name=name[:60],
            sheets=listed_few(list(found)),
        ),
        phrase("say-what-repeated-rows-are"),
        second.row,
        sheet=second.sheet,
    )
    return True


def _tell_same_names(lines: Sequence[Line], table_map: TableMap, report: TableReport) -> bool:
    """Ask what rows of one name are where there is no id; whether there is anything to ask.

    Each row of a year would be a project of its own.
    """
    if table_map.repeats or table_map.columns.get("id"):
        return False
    by_name: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.name:
            by_name[line.name].append(line)
    again = {name: same for name, same in by_name.items() if len(same) > 1}
    if not again:
        return False
    name, same = next(iter(again.items()))
    rows = listed_few([str(line.row) for line in same])
    report(
        "repeated-name",
        phrase("names-stand-in-several-rows", count=len(again), name=name[:60], rows=rows),
        phrase("say-what-rows-of-one-name-are"),
        same[1].row,
        sheet=same[1].sheet,
    )
    return True


def _tell_equal_amounts(lines: Sequence[Line], table_map: TableMap, report: TableReport) -> None:
    """Ask whether a total is repeated, where all rows of each project hold one amount."""
    by_key = _by_key(lines, table_map, is_long=True)
    several = [same for same in by_key.values() if len(same) > 1]
    equal = [same for same in several if len({line.cost for line in same}) == 1 and same[0].cost]
    costs = {same[0].cost for same in equal}
    if len(several) < _ENOUGH or len(equal) < len(several) or len(costs) < 2:
        return
    report(
        "repeated-total",
        phrase("all-rows-of-a-project-hold-one-amount", count=len(equal)),
        phrase("say-what-repeated-rows-are"),
        equal[0][1].row,
    )
