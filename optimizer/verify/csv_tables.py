"""Tables that a run makes of its plan for the reader: sums by year, payer, phase, pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, SourceKind
from infraplan.optimizer.verify.rows import AGAINST_LAWS, Row, Table, compare_rows, plain_number
from infraplan.optimizer.verify.violations import Violation

Rows = Iterable[Mapping[str, Any]]

AFTER = "after"
"""Phase of a year after the plan."""


def _by_field(**laws: str) -> Any:
    return lambda row, name: laws.get(name, next(iter(laws.values())))


def _first(row: Row) -> str:
    return str(row.key[0])


_SCHEDULE = Table(
    "schedule",
    ("project",),
    ("start", "finish", "opening", "spend_total"),
    ("option", "phase", "sector", "jurisdiction"),
    _by_field(
        record="record",
        start="dates",
        finish="dates",
        opening="dates",
        phase="dates",
        option="choose_one",
        spend_total="sources_uses",
    ),
    _first,
)
_SPEND = Table(
    "spend_by_year",
    ("project", "year"),
    ("amount",),
    (),
    _by_field(amount="sources_uses"),
    _first,
    zero_may_be_absent=True,
    zero_may_be_added=True,
)
_PAYERS = Table(
    "payers",
    ("project", "payer"),
    ("amount",),
    (),
    _by_field(amount="sources_uses"),
    _first,
)
_PHASES = Table(
    "phases",
    ("phase", "sector"),
    ("started", "opened", "spend"),
    (),
    _by_field(started="dates", opened="dates", spend="sources_uses"),
    _first,
    zero_may_be_absent=True,
)


def _debt_law(row: Row, name: str) -> str:
    if str(row.key[2]).startswith("rule:"):
        return "band" if name == "band" else "debt_rule"
    return "ceiling" if name in {"value", "limit", "headroom"} else "debt"


_DEBT = Table(
    "debt",
    ("jurisdiction", "pool", "instrument", "year"),
    ("borrow", "principal", "interest", "balance", "value", "limit", "headroom", "ratio"),
    ("band",),
    _debt_law,
    lambda row: str(row.key[2]),
    zero_may_be_absent=True,
)


def _debt_table(rows: Rows) -> Table:
    """The table of debt; runs of version 0.2 have no column of tested values."""
    if not rows or any(row.get("value") is not None for row in rows):
        return _DEBT
    if not any(row.get("limit") is not None for row in rows):
        return _DEBT
    return replace(_DEBT, numbers=tuple(name for name in _DEBT.numbers if name != "value"))


def _read(table: Table, rows: Rows) -> list[Row]:
    return [
        Row(
            tuple(row.get(name, "") for name in table.keys),
            {name: plain_number(row.get(name)) for name in table.numbers},
            {name: str(row.get(name, "")) for name in table.texts},
        )
        for row in rows
    ]


def _phase(instance: Instance, year: int) -> str:
    for phase in instance.settings.horizon.phases:
        if phase.first_year <= year <= phase.last_year:
            return phase.id
    return AFTER


def _schedule(instance: Instance, plan: Plan) -> list[Row]:
    rows: list[Row] = []
    spent: defaultdict[str, float] = defaultdict(float)
    for payment in plan.payments:
        spent[payment.project] += payment.amount
    for start in plan.starts:
        project = instance.project_by_id.get(start.project)
        leader = instance.jurisdictions[0].id if instance.jurisdictions else "region"
        rows.append(
            Row(
                (start.project,),
                {
                    "start": float(start.start),
                    "finish": float(start.finish),
                    "opening": float(start.opening),
                    "spend_total": spent[start.project],
                },
                {
                    "option": start.option,
                    "phase": _phase(instance, start.start),
                    "sector": project.sector if project else "",
                    "jurisdiction": ((project.jurisdiction or leader) if project else ""),
                },
            )
        )
    return rows


def _sums(items: Iterable[tuple[tuple[str | int, ...], float]], name: str) -> list[Row]:
    found: dict[tuple[str | int, ...], float] = {}
    for key, amount in items:
        found[key] = found.get(key, 0.0) + amount
    return [Row(key, {name: amount}) for key, amount in found.items()]


def _phases(instance: Instance, plan: Plan) -> list[Row]:
    found: dict[tuple[str | int, ...], dict[str, float | None]] = {}

    def add(year: int, project: str, name: str, amount: float) -> None:
        known = instance.project_by_id.get(project)
        key = (_phase(instance, year), known.sector if known else "")
        numbers = found.setdefault(key, {"started": 0.0, "opened": 0.0, "spend": 0.0})
        numbers[name] = (numbers[name] or 0.0) + amount

    for start in plan.starts:
        add(start.start, start.project, "started", 1.0)
        add(start.opening, start.project, "opened", 1.0)
    for row in plan.payments:
        add(row.year, row.project, "spend", row.amount)
    return [Row(key, numbers) for key, numbers in found.items()]


_FLOWS = ("borrow", "principal", "interest", "balance")


def _debt(plan: Plan) -> list[Row]:
    """Accounts as the plan has them, totals of pools with their ceilings, debt rules."""
    none: dict[str, float | None] = dict.fromkeys(_DEBT.numbers)
    rows: list[Row] = []
    totals: dict[tuple[str | int, ...], dict[str, float | None]] = {}
    for account in plan.debt_years:
        flows = {name: float(getattr(account, name)) for name in _FLOWS}
        place = (account.jurisdiction, account.pool)
        rows.append(
            Row((*place, account.instrument, account.year), {**none, **flows}, {"band": ""})
        )
        total = totals.setdefault((*place, "total", account.year), {**none})
        for name, value in flows.items():
            total[name] = (total[name] or 0.0) + value
    for rule in plan.rule_years:
        if rule.rule.startswith("ceiling:"):
            key = (rule.jurisdiction, rule.rule.removeprefix("ceiling:"), "total", rule.year)
            total = totals.setdefault(key, {**none, **dict.fromkeys(_FLOWS, 0.0)})
            total["value"] = rule.value
            total["limit"], total["headroom"] = rule.limit, rule.headroom
        elif not rule.rule.startswith("quota:"):
            numbers = {
                "value": rule.value,
                "limit": rule.limit,
                "headroom": rule.headroom,
                "ratio": rule.ratio,
            }
            name = f"rule:{rule.rule}"
            rows.append(
                Row(
                    (rule.jurisdiction, "all", name, rule.year),
                    {**none, **numbers},
                    {"band": rule.band},
                )
            )
    rows += [Row(key, numbers, {"band": ""}) for key, numbers in totals.items()]
    return rows


def _label(payer: str, kind: SourceKind, source: str) -> str:
    return f"{payer}:{'outside' if kind == SourceKind.OUTSIDE else source}"


def verify_tables(
    instance: Instance, plan: Plan, tables: Mapping[str, Rows]
) -> tuple[Violation, ...]:
    """Check the tables that a run makes of its plan: schedule, spending, phases, debt with totals.

    Parameters
    ----------
    instance, plan
        The plan as its own tables tell it; `verify_plan` checks it by itself.
    tables
        Rows of `schedule` (project, option, phase, sector, jurisdiction, start, finish, opening,
        spend_total, payers: a table `payer:source` = amount), `spend` (project, year, amount),
        `phases` (phase, sector, started, opened, spend), `debt` (jurisdiction, pool, instrument,
        year, borrow, principal, interest, balance, limit, headroom, ratio, band; instrument
        `total` for a pool, `rule:ID` for a debt rule). A table that is absent counts as empty.

    Returns
    -------
    tuple of Violation
        Every row or number that is not what the plan gives, named by law.
    """
    schedule = [dict(row) for row in tables.get("schedule", ())]
    payers: list[Mapping[str, Any]] = [
        {"project": row.get("project"), "payer": label, "amount": amount}
        for row in schedule
        for label, amount in dict(row.get("payers") or {}).items()
    ]
    payments = plan.payments
    spent = _sums((((row.project, row.year), row.amount) for row in payments), "amount")
    paid = _sums(
        (
            ((row.project, _label(row.jurisdiction, row.kind, row.source)), row.amount)
            for row in payments
        ),
        "amount",
    )
    found: list[Violation] = []
    for table, stated, due in (
        (_SCHEDULE, schedule, _schedule(instance, plan)),
        (_SPEND, tables.get("spend", ()), spent),
        (_PAYERS, payers, paid),
        (_PHASES, tables.get("phases", ()), _phases(instance, plan)),
        (_debt_table(tables.get("debt", ())), tables.get("debt", ()), _debt(plan)),
    ):
        found += compare_rows(table, _read(table, stated), due, AGAINST_LAWS)
    return tuple(found)
