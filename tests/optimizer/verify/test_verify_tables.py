"""The tables that a run makes of the small plan, by hand; every change in them is seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from infraplan.optimizer.verify import LAWS, recompute_plan, verify_tables
from tests.builders import (
    make_debt,
    make_instance,
    make_payment,
    make_plan,
    make_project,
    make_settings,
    make_start,
)
from tests.optimizer.verify.small_plan import BALANCES, BANDS, small_instance, small_plan

Tables = dict[str, list[dict[str, Any]]]


def _debt(instrument: str, year: int, *numbers: float | None, **more: Any) -> dict[str, Any]:
    names = ("borrow", "principal", "interest", "balance")
    row: dict[str, Any] = {"jurisdiction": "region", "pool": "general", "instrument": instrument}
    row |= dict(zip(names, numbers or (None,) * 4, strict=True))
    return (
        row
        | {"year": year, "value": None, "limit": None, "headroom": None, "ratio": None, "band": ""}
        | more
    )


def _tables() -> Tables:
    """Sums of the small plan: A pays 40 (30 budget, 10 bond) and 60, B 50 from the bond."""
    own = [
        _debt("old:general", 2021, 0.0, 0.0, 1.0, 20.0),
        _debt("old:general", 2022, 0.0, 5.0, 0.0, 15.0),
        *(_debt("old:general", year, 0.0, 0.0, 0.0, 15.0) for year in range(2023, 2028)),
        _debt("bond", 2021, 10.0, 0.0, 0.0, 10.0),
        _debt("bond", 2022, 50.0, 0.0, 0.5, 60.0),
        _debt("bond", 2023, 0.0, 0.0, 3.0, 60.0),
        _debt("bond", 2024, 0.0, 10.0, 3.0, 50.0),
        _debt("bond", 2025, 0.0, 50.0, 2.5, 0.0),
    ]
    flows = {2021: (10, 0, 1), 2022: (50, 5, 0.5), 2023: (0, 0, 3), 2024: (0, 10, 3)}
    flows |= {2025: (0, 50, 2.5), 2026: (0, 0, 0), 2027: (0, 0, 0)}
    totals = [
        _debt(
            "total",
            year,
            *(float(v) for v in flows[year]),
            owed,
            value=owed,
            limit=80.0,
            headroom=80.0 - owed,
        )
        for year, owed in BALANCES.items()
    ]
    rules = [
        _debt(
            "rule:debt-ratio",
            year,
            pool="all",
            value=owed,
            limit=80.0,
            headroom=80.0 - owed,
            ratio=owed / 100.0,
            band=BANDS.get(year, ""),
        )
        for year, owed in BALANCES.items()
    ]
    place = {"phase": "plan", "sector": "transport", "jurisdiction": "region", "option": "base"}
    return {
        "schedule": [
            place
            | {"project": "A", "start": 2021, "finish": 2022, "opening": 2023, "spend_total": 100.0}
            | {"payers": {"region:budget": 90.0, "region:bond": 10.0}},
            place
            | {"project": "B", "start": 2022, "finish": 2022, "opening": 2023, "spend_total": 50.0}
            | {"payers": {"region:bond": 50.0}},
        ],
        "spend": [
            {"project": "A", "year": 2021, "amount": 40.0},
            {"project": "A", "year": 2022, "amount": 60.0},
            {"project": "A", "year": 2023, "amount": 0.0},
            {"project": "B", "year": 2022, "amount": 50.0},
        ],
        "phases": [
            {"phase": "plan", "sector": "transport", "started": 2, "opened": 2, "spend": 150.0}
        ],
        "debt": [*own, *totals, *rules],
    }


def test_tables_by_hand_are_right() -> None:
    found = verify_tables(small_instance(), small_plan(), _tables())
    assert not found, "\n".join(str(violation) for violation in found)


def _changes(tables: Tables) -> Iterator[tuple[str, Tables]]:
    for name, rows in tables.items():
        for at, row in enumerate(rows):
            for field, value in row.items():
                others: list[Any] = ["other"]
                if isinstance(value, dict):
                    others = [{}, {label: 1.01 * paid for label, paid in value.items()}]
                elif isinstance(value, int):
                    others = [value - 1, value + 1]
                elif isinstance(value, float):
                    others = [0.99 * value, 1.01 * value, math.nan] if value else [0.01]
                elif value is None:
                    others = [1.0]
                for other in others:
                    if (name, field, row.get("amount")) == ("spend", "year", 0.0) or (
                        name == "spend" and row["amount"] == 0.0 and field == "project"
                    ):
                        continue  # a year without spending may stand anywhere
                    changed = deepcopy(tables)
                    changed[name][at][field] = other
                    yield f"{name}[{at}].{field}: {value!r} -> {other!r}", changed


def test_every_change_is_seen() -> None:
    instance, plan = small_instance(), small_plan()
    changes = list(_changes(_tables()))
    assert len(changes) > 400
    for label, changed in changes:
        found = verify_tables(instance, plan, changed)
        assert found, f"{label} was not seen"
        assert {violation.law for violation in found} <= set(LAWS)


def test_a_table_of_before_values_were_shown_is_checked_without_them() -> None:
    tables = _tables()
    for row in tables["debt"]:
        row["value"] = None
    assert not verify_tables(small_instance(), small_plan(), tables)
    tables["debt"][-1]["limit"] = 79.0
    assert verify_tables(small_instance(), small_plan(), tables)


def test_a_missing_table_is_empty() -> None:
    laws = {violation.law for violation in verify_tables(small_instance(), small_plan(), {})}
    assert {"record", "sources_uses", "dates", "debt", "debt_rule"} <= laws


def test_phases_after_the_plan_and_payers_from_outside() -> None:
    """A project of the last year opens after the plan; its payer has no fund."""
    instance = make_instance(
        [make_project("p")],
        settings=make_settings(),
        debt=[make_debt(2023, pool="special", ceiling=5.0)],
    )
    plan = make_plan(instance, [make_start(instance, "p", 2024)], [make_payment("p", 2024, 10.0)])
    assert plan == recompute_plan(instance, plan)
    tables: Tables = {
        "schedule": [
            {
                "project": "p",
                "option": "base",
                "phase": "plan",
                "sector": "transport",
                "jurisdiction": "region",
                "start": 2024,
                "finish": 2024,
                "opening": 2025,
                "spend_total": 10.0,
                "payers": {"region:outside": 10.0},
            }
        ],
        "spend": [{"project": "p", "year": 2024, "amount": 10.0}],
        "phases": [
            {"phase": "plan", "sector": "transport", "started": 1, "opened": 0, "spend": 10.0},
            {"phase": "after", "sector": "transport", "started": 0, "opened": 1, "spend": 0.0},
        ],
        "debt": [
            _debt(
                "total",
                year,
                0.0,
                0.0,
                0.0,
                0.0,
                pool="special",
                value=0.0,
                limit=5.0,
                headroom=5.0,
            )
            for year in (2023, 2024)
        ],
    }
    assert verify_tables(instance, plan, tables) == ()
