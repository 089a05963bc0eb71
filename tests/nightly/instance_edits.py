"""Edits of the question of a run: instance.json, judged by the accounts that make plans.

The decisions of the plan are kept. The accounts of the product (`optimizer/accounts`, which shares
no code with `verify`) tell what follows from them under the changed instance: where a row is
another one than the plan has, the edit breaks it. Where all rows are as they were the edit counts
as one that holds only if it is of a text that people alone read and no table of the run copies.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from infraplan.models.errors import InstanceError
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.accounts.candidates import start_in
from infraplan.optimizer.accounts.debt import debt_years
from infraplan.optimizer.accounts.funds import accounts_at_least_lapse
from infraplan.optimizer.accounts.limits import rule_years
from infraplan.optimizer.accounts.spending import nominal_spending
from infraplan.optimizer.accounts.targets import target_outcomes
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.storage import instance_from_json
from infraplan.optimizer.storage.run_reading import read_run

Drawn = tuple[str, bool, bytes]
DrawInstance = Callable[[random.Random], Drawn | None]
READERS_TEXTS = ("source", "note", "notes", "quote_zh", "description")
"""Fields that people alone read."""
COPIED = ("stated_dates",)
"""Tables of which a table of the run copies these fields."""
SAME = 1e-6
TRIES = 8


def instance_edits(folder: Path) -> Iterator[tuple[str, DrawInstance]]:
    """For every table of instance.json, its number and text fields that may be changed."""
    text = (folder / "instance.json").read_text("utf-8")
    data = json.loads(text)
    files = read_run(folder)
    if files.plan is None:
        return
    plan = files.plan
    for table, rows in data.items():
        if isinstance(rows, list) and rows and table != "scenarios":
            yield f"{table} numbers", _numbers(data, plan, table)
            yield f"{table} texts", _texts(data, table)


def _places(
    rows: Any, wanted: Callable[[str, Any], bool], path: tuple[Any, ...] = ()
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    items = rows.items() if isinstance(rows, dict) else enumerate(rows)
    for key, value in items:
        if isinstance(value, (dict, list)):
            found += _places(value, wanted, (*path, key))
        elif wanted(str(key), value):
            found.append((*path, key))
    return found


def _is_number(_: str, value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0


def _numbers(data: Any, plan: Plan, table: str) -> DrawInstance:
    places = _places(data[table], _is_number)

    def draw(rng: random.Random) -> Drawn | None:
        for _ in range(TRIES if places else 0):
            place = rng.choice(places)
            changed = json.loads(json.dumps(data))
            holder = changed[table]
            for part in place[:-1]:
                holder = holder[part]
            before = holder[place[-1]]
            holder[place[-1]] = before + 1 if isinstance(before, int) else before * 1.1 + 0.1
            text = json.dumps(changed, ensure_ascii=False, indent=1)
            try:
                breaks = is_broken(instance_from_json(text), plan)
            except InstanceError:
                continue
            if breaks:
                told = f"{table}.{'.'.join(map(str, place))}: {before!r} -> {holder[place[-1]]!r}"
                return told, True, text.encode()
        return None

    return draw


def _texts(data: Any, table: str) -> DrawInstance:
    places = _places(data[table], lambda key, value: key in READERS_TEXTS and value is not None)

    def draw(rng: random.Random) -> Drawn | None:
        if not places:
            return None
        place = rng.choice(places)
        changed = json.loads(json.dumps(data))
        holder = changed[table]
        for part in place[:-1]:
            holder = holder[part]
        holder[place[-1]] = f"{holder[place[-1]]} seen again"
        told = f"{table}.{'.'.join(map(str, place))}"
        return told, table in COPIED, json.dumps(changed, ensure_ascii=False, indent=1).encode()

    return draw


def is_broken(instance: Instance, plan: Plan) -> bool:
    """Whether the plan's rows are not those that its decisions have under `instance`."""
    formulation = build_formulation(instance)
    sets = formulation.sets
    flat_of = {(flat.project.id, flat.option.option): flat for flat in sets.options}
    for start in plan.starts:
        flat = flat_of.get((start.project, start.option))
        if flat is None or not flat.first <= start.start - sets.first_year <= flat.last:
            return True
        if start_in(flat, start.start) != start:
            return True
    spending = nominal_spending(sets, formulation.coefficients.spending, plan.starts)
    paid = {(row.project, row.year): 0.0 for row in plan.payments}
    for row in plan.payments:
        paid[row.project, row.year] += row.amount
    for number, project in enumerate(instance.projects):
        for offset, due in enumerate(spending[number]):
            if not _near(paid.get((project.id, sets.first_year + offset), 0.0), float(due)):
                return True
    debt = debt_years(instance, plan.issues, plan.starts)
    pairs: list[tuple[Any, Any]] = [
        (debt, plan.debt_years),
        (rule_years(instance, plan.issues, plan.starts), plan.rule_years),
        (
            accounts_at_least_lapse(
                instance, [*plan.payments, *plan.compensations], debt, plan.starts
            ),
            plan.fund_years,
        ),
    ]
    if not instance.network_nodes and instance.settings.objective is Objective.NPV:
        pairs.append((target_outcomes(formulation.coefficients, plan.starts, {}), plan.targets))
    return any(_differ(mine, theirs) for mine, theirs in pairs)


def _differ(mine: Any, theirs: Any) -> bool:
    if len(mine) != len(theirs):
        return True
    for one, other in zip(mine, theirs, strict=True):
        for name in type(one).model_fields:
            first, second = getattr(one, name), getattr(other, name)
            if isinstance(first, float) and isinstance(second, float):
                if not _near(first, second):
                    return True
            elif first != second:
                return True
    return False


def _near(one: float, other: float) -> bool:
    """Agree within a hundred times the verifier's tolerance: what lies between is not judged."""
    return math.isclose(one, other, rel_tol=100.0 * SAME, abs_tol=100.0 * SAME)
