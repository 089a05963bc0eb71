"""Law `manifest`, of a run with money moved: what comes in is what came before, and moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.optimizer.verify.decisions import is_number
from infraplan.optimizer.verify.derived import Accounts
from infraplan.optimizer.verify.funds import inflow
from infraplan.optimizer.verify.violations import Recorder

LAW, KEY = "manifest", "moved_money"

Cell = tuple[str, int]


def check_moved_money(recorder: Recorder, manifest: Mapping[str, Any], accounts: Accounts) -> None:
    """Hold the inflows of the run against `moved_money.before` and the moves, cell by cell.

    What is told that a fund had `before` in a year, less what leaves it, and what comes to it, is
    what the tables of the run bring; so each fund keeps its total but for what goes to another, and
    nothing is moved that was not there. No plan with money moved is worth more than `value_bound`.
    Runs that tell no `before` (of versions that kept none) are not looked at.
    """
    asked = manifest.get(KEY)
    if asked is None or (isinstance(asked, Mapping) and "before" not in asked):
        return
    before, moves = _read(asked)
    if before is None or moves is None:
        text = phrase("run-key-has-no-such-form", name=KEY, stated=asked)
        recorder.fail(LAW, KEY, text)
        return
    reading = accounts.reading
    due = dict(before)
    for source, target, amount in moves:
        for cell, sign in ((source, -1.0), (target, 1.0)):
            due[cell] = due.get(cell, 0.0) + sign * amount
            known = cell in before
            recorder.holds(LAW, KEY, known, phrase("moved-money-is-of-no-fund", cell=_told(cell)))
    funds = {fund.id: fund for fund in reading.instance.funds}
    for cell, amount in due.items():
        name, year = cell
        if name not in funds:
            recorder.fail(LAW, KEY, phrase("moved-money-is-of-no-fund", cell=_told(cell)))
            continue
        there = inflow(reading, funds[name], year)
        what = phrase("moved-money-in", cell=_told(cell))
        recorder.equal(LAW, KEY, amount, there, what, abs(before.get(cell, 0.0)))
    most = asked.get("value_bound")
    if is_number(most):
        what = phrase("run-json", name=f"{KEY}.value_bound")
        recorder.at_least(LAW, KEY, float(most), accounts.objective, what, accounts.objective_scale)


def _told(cell: Cell) -> str:
    return f"{cell[0]}/{cell[1]}"


def _read(
    asked: object,
) -> tuple[dict[Cell, float] | None, list[tuple[Cell, Cell, float]] | None]:
    """Money before by fund and year, and the moves; None for what has not their form."""
    if not isinstance(asked, Mapping):
        return None, None
    rows, moves = asked.get("before"), asked.get("moves")
    if not isinstance(rows, list) or not isinstance(moves, list):
        return None, None
    before: defaultdict[Cell, float] = defaultdict(float)
    made: list[tuple[Cell, Cell, float]] = []
    try:
        for row in rows:
            before[str(row["fund"]), int(row["year"])] += float(row["amount"])
        for row in moves:
            source = str(row["fund"]), int(row["from_year"])
            target = str(row["to_fund"]), int(row["to_year"])
            made.append((source, target, float(row["amount"])))
    except (KeyError, TypeError, ValueError):
        return None, None
    return dict(before), made
