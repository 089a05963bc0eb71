"""The money of a foreign table as funds: what an office has adopted is what a plan may spend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.optimizer.interop.table_line import Line
from infraplan.optimizer.interop.table_map import TableMap
from infraplan.optimizer.interop.table_times import paid_by_year

FUND = "budget"


def funds_of(
    lines: Sequence[Line],
    table_map: TableMap,
    owners: Sequence[str],
    source: str,
    first: int,
    last: int,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of funds and of their inflows.

    Where the table says who pays, a fund for each payer that it names, earmarked to the projects
    that it pays for, and one for what they leave open where the map names it; else one fund of all
    amounts for each owner: what was adopted for its projects is its own. Works that stand have had
    their money. With several owners nobody says whose a fund of many payers is: none is made.
    """
    ours = [line for line in lines if not line.is_complete]
    if table_map.budget is None:
        return [], []
    money: defaultdict[tuple[str, int], float] = defaultdict(float)
    names = dict(table_map.funding.items())
    names |= {fund: fund for line in ours for fund in line.by_fund if fund not in names}
    if not names:
        ids = {owner: FUND if len(owners) == 1 else f"{FUND}_{owner}"[:80] for owner in owners}
        for line in ours:
            fund = ids[line.cells.get("jurisdiction") or owners[0]]
            for year, amount in paid_by_year(line, first, last).items():
                money[fund, year] += amount * table_map.budget
        row = {"name_en": "adopted budget", "name_zh": "已批预算", "source": source}
        paid_into = {fund for (fund, _), amount in money.items() if amount > 0.0}
        funds = [
            {"id": fund, "jurisdiction": owner, **row}
            for owner, fund in ids.items()
            if fund in paid_into
        ]
        return funds, _inflows(money, source)
    if len(owners) > 1:
        return [], []
    common = {"jurisdiction": owners[0], "source": source}
    names |= {table_map.rest: table_map.rest} if table_map.rest else {}
    paid: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in ours:
        for (fund, year), amount in _paid(line, table_map, first, last).items():
            money[fund, year] += amount * table_map.budget
            paid[fund][line.cells["id"]] = paid[fund].get(line.cells["id"], 0.0) + amount
    return _funds(names, paid, common, table_map.budget), _inflows(money, source)


def _paid(line: Line, table_map: TableMap, first: int, last: int) -> dict[tuple[str, int], float]:
    """What each fund pays for a line in each year: as stated, else in step with the works."""
    if line.by_fund_year:
        return {key: amount for key, amount in line.by_fund_year.items() if amount > 0.0}
    by_year = paid_by_year(line, first, last)
    left = sum(by_year.values())
    told = sum(line.by_fund.values())
    # Columns of funding state the whole cost, of which part may be spent: then each fund's rest
    # stands in the same proportion.
    whole = max(line.cost, told)
    found = {
        (fund, year): share * amount / whole
        for fund, share in line.by_fund.items()
        if share > 0.0
        for year, amount in by_year.items()
    }
    missing = left - sum(found.values())
    if table_map.rest and left > 0.0 and missing > 1e-9 * left:
        for year, amount in by_year.items():
            found[table_map.rest, year] = amount * missing / left
    return found


def _funds(
    names: Mapping[str, str],
    paid: Mapping[str, Mapping[str, float]],
    common: Mapping[str, Any],
    budget: float,
) -> list[dict[str, Any]]:
    return [
        {
            **common,
            "id": fund,
            "name_en": heading,
            "projects": tuple(paid[fund]),
            "envelope": sum(paid[fund].values()) * budget,
        }
        for fund, heading in names.items()
        if paid.get(fund)
    ]


def _inflows(money: Mapping[tuple[str, int], float], source: str) -> list[dict[str, Any]]:
    return [
        {"fund": fund, "year": year, "value": value, "source": source}
        for (fund, year), value in sorted(money.items())
        if value > 0.0
    ]
