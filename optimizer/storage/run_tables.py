"""Tables of a run folder: what stands in each, made of a plan, and read back to the same rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from infraplan.models.base import DomainModel, described
from infraplan.models.money_case import MoneyCase
from infraplan.models.plan import (
    Compensation,
    DateOutcome,
    DebtYear,
    FundYear,
    Issue,
    ObjectiveTerm,
    Payment,
    Plan,
    ProjectStart,
    Rejection,
    RuleYear,
    ServiceYear,
    SourceKind,
    TargetOutcome,
)
from infraplan.models.quantities import Identifier, Year
from infraplan.optimizer.analysis.missed_dates import reasons_of_dates
from infraplan.optimizer.storage.csv_text import format_csv
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of
from infraplan.optimizer.storage.folder import format_row
from infraplan.optimizer.storage.table_columns import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from infraplan.models.instance import Instance

TOTAL = "total"
ALL_POOLS = "all"
RULE_PREFIX = "rule:"
CEILING_PREFIX = "ceiling:"
AFTER_PLAN = "after"


class ScheduleRow(DomainModel):
    """A project that is built: when, in what phase, and who pays."""

    project: Identifier = described("project id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    sector: str = described("sector", "")
    jurisdiction: str = described("who leads", "")
    option: str = described("option id")
    phase: str = described("phase in which it starts", "")
    start: Year = described("first year of works", unit="year")
    finish: Year = described("last year of spending", unit="year")
    opening: Year = described("first year of operation", unit="year")
    spend_total: float = described("all payments", 0.0, unit="nominal money")
    payers: dict[str, float] = described(
        "payer:source = money paid in all years; source `outside` where the payer has no funds", {}
    )


class DateRow(DateOutcome):
    """What a plan does about a date that a text states, with the text's words and the reason."""

    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    quote: str = described("words of the text", "")
    source: str = described("document and section", "")
    rule: str = described("why the date is missed, as in rejected.csv; blank: it is kept", "")
    rule_year: Year | None = described("year in which the rule binds", None, unit="year")
    others: tuple[Identifier, ...] = described("projects that stand in its way", ())


class PhaseRow(DomainModel):
    """A phase and sector: projects started and opened, money paid."""

    phase: str = described("phase id, or `after` for years after the plan")
    sector: str = described("sector")
    started: int = described("projects started", 0)
    opened: int = described("projects opened", 0)
    spend: float = described("payments", 0.0, unit="nominal money")


class DebtRow(DomainModel):
    """A row of debt.csv: an instrument, a pool's `total`, or a `rule:ID`, in one year."""

    jurisdiction: Identifier = described("borrower")
    pool: str = described("debt pool, `all` for a rule")
    instrument: str = described("instrument id, old:POOL, `total` of the pool, or rule:ID")
    year: Year = described("year", unit="year")
    borrow: float | None = described("issued in the year", None, unit="nominal money")
    principal: float | None = described("principal repaid", None, unit="nominal money")
    interest: float | None = described("interest paid", None, unit="nominal money")
    balance: float | None = described("balance at the year's end", None, unit="nominal money")
    value: float | None = described(
        "what the limit or the bands test: balance of a total, left side of a rule", None
    )
    limit: float | None = described("ceiling of a total, limit of a rule", None)
    headroom: float | None = described("limit - value", None, unit="nominal money")
    ratio: float | None = described("ratio that a rule measures", None)
    band: str = described("band that the ratio falls in", "")

    @property
    def is_account(self) -> bool:
        """Whether it is an instrument's account and neither a total nor a rule."""
        return self.instrument != TOTAL and not self.instrument.startswith(RULE_PREFIX)


@dataclass(frozen=True)
class RunTables:
    """The rows of all tables of a run; `spend` is nominal payments by (project, year)."""

    schedule: tuple[ScheduleRow, ...] = ()
    spend: Mapping[tuple[str, int], float] = field(default_factory=dict)
    payments: tuple[Payment, ...] = ()
    compensations: tuple[Compensation, ...] = ()
    issues: tuple[Issue, ...] = ()
    phases: tuple[PhaseRow, ...] = ()
    cashflow: tuple[FundYear, ...] = ()
    debt: tuple[DebtRow, ...] = ()
    rules: tuple[RuleYear, ...] = ()
    service: tuple[ServiceYear, ...] = ()
    targets: tuple[TargetOutcome, ...] = ()
    stated_dates: tuple[DateRow, ...] = ()
    objective: tuple[ObjectiveTerm, ...] = ()
    money_check: tuple[MoneyCase, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    shown: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict, compare=False)
    """Cells that are only for the reader's eye, as read, by table and row; empty as made."""

    def plan(self, instance: str, scenario: str, objective: float) -> Plan:
        """Return the plan that the tables tell, nothing taken from plan.json."""
        starts = (row.model_dump(include=set(ProjectStart.model_fields)) for row in self.schedule)
        accounts = (
            row.model_dump(include=set(DebtYear.model_fields))
            for row in self.debt
            if row.is_account
        )
        return Plan(
            instance=instance,
            scenario=scenario,
            starts=tuple(ProjectStart.model_validate(start) for start in starts),
            payments=self.payments,
            compensations=self.compensations,
            issues=self.issues,
            fund_years=self.cashflow,
            debt_years=tuple(DebtYear.model_validate(account) for account in accounts),
            rule_years=self.rules,
            targets=self.targets,
            stated_dates=tuple(
                DateOutcome(**row.model_dump(include=set(DateOutcome.model_fields)))
                for row in self.stated_dates
            ),
            service=self.service,
            objective_terms=self.objective,
            objective=objective,
        )


@dataclass(frozen=True)
class RunTable:
    """A file of a run: its rows' class and the columns that are only for the reader's eye."""

    file: str
    attribute: str
    model: type[DomainModel]
    shown: tuple[str, ...] = ()
    optional: bool = False
    """Whether the file is left out where it would have no rows."""

    def columns(self, spend_years: Iterable[int] = ()) -> dict[str, FieldInfo]:
        """Return the columns by heading, `spend_YEAR` before the payers where years are given."""
        found: dict[str, FieldInfo] = {}
        for name, info in fields_of(self.model).items():
            if name == "payers":
                found |= {f"spend_{year}": _spend_column(year) for year in spend_years}
            found[name] = info
        return found | {name: _shown_column(name) for name in self.shown}

    def table(self, spend_years: Iterable[int] = ()) -> Table:
        """Return the table for a reader of rows."""
        return Table(f"run:{self.attribute}", self.columns(spend_years))


RUN_TABLES: tuple[RunTable, ...] = (
    RunTable("schedule.csv", "schedule", ScheduleRow),
    RunTable("payments.csv", "payments", Payment),
    RunTable("compensations.csv", "compensations", Compensation, optional=True),
    RunTable("issues.csv", "issues", Issue),
    RunTable("phases.csv", "phases", PhaseRow),
    RunTable("cashflow.csv", "cashflow", FundYear),
    RunTable("debt.csv", "debt", DebtRow),
    RunTable("rules.csv", "rules", RuleYear),
    RunTable("service.csv", "service", ServiceYear),
    RunTable("targets.csv", "targets", TargetOutcome, ("name_en", "name_zh", "unit", "sense")),
    RunTable("stated_dates.csv", "stated_dates", DateRow, optional=True),
    RunTable("objective.csv", "objective", ObjectiveTerm),
    RunTable("money_check.csv", "money_check", MoneyCase, optional=True),
    RunTable("rejected.csv", "rejected", Rejection, ("name_en", "name_zh")),
)


@cache
def _spend_column(year: int) -> FieldInfo:
    text = f"payments in {year}"
    return FieldInfo(f"spend_{year}", ValueType(Base.NUMBER), "nominal money", text, False, 0.0)


@cache
def _shown_column(name: str) -> FieldInfo:
    return FieldInfo(name, ValueType(Base.TEXT), None, "for the reader's eye", False, "")


# ------------------------------------------------------------------------------ plan -> tables


EXPLAINED = frozenset({"rejected", "stated_dates", "money_check"})
"""Tables that say what was explained of a plan, by attribute of `RunTables`."""


def explained_tables(
    instance: Instance,
    plan: Plan | None,
    rejections: Sequence[Rejection],
    cases: Sequence[MoneyCase] = (),
) -> RunTables:
    """The tables `EXPLAINED` alone; `cases` are those of a money check."""
    dates = () if plan is None else _dates(instance, plan, rejections)
    return RunTables(rejected=tuple(rejections), stated_dates=dates, money_check=tuple(cases))


def tables_of_plan(instance: Instance, plan: Plan, rejections: Sequence[Rejection]) -> RunTables:
    """Return the rows of all tables for `plan` of `instance`."""
    spend = _sums(((p.project, p.year), p.amount) for p in plan.payments)
    return RunTables(
        schedule=_schedule(instance, plan, spend),
        spend=spend,
        payments=plan.payments,
        compensations=plan.compensations,
        issues=plan.issues,
        phases=_phases(instance, plan),
        cashflow=plan.fund_years,
        debt=_debt(plan),
        rules=plan.rule_years,
        service=plan.service,
        targets=plan.targets,
        stated_dates=_dates(instance, plan, rejections),
        objective=plan.objective_terms,
        rejected=tuple(rejections),
    )


Key = TypeVar("Key")


def _sums(items: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    parts: dict[Key, list[float]] = {}
    for key, amount in items:
        parts.setdefault(key, []).append(amount)
    return {key: math.fsum(amounts) for key, amounts in parts.items()}


def payer_label(payment: Payment) -> str:
    """Return `payer:source`, e.g. `kaizhou:own_budget`; source `outside` where there is none."""
    outside = payment.kind is SourceKind.OUTSIDE
    return f"{payment.jurisdiction}:{SourceKind.OUTSIDE.value if outside else payment.source}"


def _schedule(
    instance: Instance, plan: Plan, spend: Mapping[tuple[str, int], float]
) -> tuple[ScheduleRow, ...]:
    payers = _sums(((p.project, payer_label(p)), p.amount) for p in plan.payments)
    by_project: dict[str, dict[str, float]] = {}
    for (name, label), amount in sorted(payers.items()):
        by_project.setdefault(name, {})[label] = amount
    totals = _sums((name, amount) for (name, _), amount in spend.items())
    rows = []
    for start in plan.starts:
        project = instance.project_by_id.get(start.project)
        phase = instance.settings.horizon.phase_of(start.start)
        row = ScheduleRow(
            **start.model_dump(),
            name_en=project.name_en if project else "",
            name_zh=project.name_zh if project else "",
            sector=project.sector if project else "",
            jurisdiction=instance.jurisdiction_of(project) if project else "",
            phase=phase.id if phase else AFTER_PLAN,
            spend_total=totals.get(start.project, 0.0),
            payers=by_project.get(start.project, {}),
        )
        rows.append(row)
    return tuple(rows)


def _dates(instance: Instance, plan: Plan, rejections: Sequence[Rejection]) -> tuple[DateRow, ...]:
    why = reasons_of_dates(instance, plan, rejections)
    texts = {(row.project, row.kind): row for row in instance.stated_dates}
    rows = []
    for row in plan.stated_dates:
        key = (row.project, row.kind)
        reason, project = why.get(key), instance.project_by_id.get(row.project)
        rows.append(
            DateRow(
                **row.model_dump(),
                name_en=project.name_en if project else "",
                name_zh=project.name_zh if project else "",
                quote=texts[key].quote if key in texts else "",
                source=texts[key].source if key in texts else "",
                rule=reason.rule if reason else "",
                rule_year=reason.year if reason else None,
                others=reason.others if reason else (),
            )
        )
    return tuple(rows)


def _phases(instance: Instance, plan: Plan) -> tuple[PhaseRow, ...]:
    horizon = instance.settings.horizon

    def phase_id(year: int) -> str:
        phase = horizon.phase_of(year)
        return phase.id if phase else AFTER_PLAN

    def sector_of(project: str) -> str:
        known = instance.project_by_id.get(project)
        return known.sector if known else ""

    started = _sums(((phase_id(s.start), sector_of(s.project)), 1.0) for s in plan.starts)
    opened = _sums(((phase_id(s.opening), sector_of(s.project)), 1.0) for s in plan.starts)
    spent = _sums(((phase_id(p.year), sector_of(p.project)), p.amount) for p in plan.payments)
    order = {phase.id: position for position, phase in enumerate(horizon.phases)}
    keys = sorted(
        {*started, *opened, *spent}, key=lambda key: (order.get(key[0], len(order)), key[1])
    )
    return tuple(
        PhaseRow(
            phase=key[0],
            sector=key[1],
            started=round(started.get(key, 0.0)),
            opened=round(opened.get(key, 0.0)),
            spend=spent.get(key, 0.0),
        )
        for key in keys
    )


def _debt(plan: Plan) -> tuple[DebtRow, ...]:
    rows = [DebtRow(**account.model_dump()) for account in plan.debt_years]
    flows: dict[tuple[str, str, int], list[DebtYear]] = {}
    for account in plan.debt_years:
        key = (account.jurisdiction, account.pool, account.year)
        flows.setdefault(key, []).append(account)
    ceilings = {
        (rule.jurisdiction, rule.rule.removeprefix(CEILING_PREFIX), rule.year): rule
        for rule in plan.rule_years
        if rule.rule.startswith(CEILING_PREFIX)
    }
    for key in sorted({*flows, *ceilings}):
        accounts, ceiling = flows.get(key, []), ceilings.get(key)
        row = DebtRow(
            jurisdiction=key[0],
            pool=key[1],
            instrument=TOTAL,
            year=key[2],
            borrow=math.fsum(account.borrow for account in accounts),
            principal=math.fsum(account.principal for account in accounts),
            interest=math.fsum(account.interest for account in accounts),
            balance=math.fsum(account.balance for account in accounts),
            value=ceiling.value if ceiling else None,
            limit=ceiling.limit if ceiling else None,
            headroom=ceiling.headroom if ceiling else None,
        )
        rows.append(row)
    rows += [_rule_row(rule) for rule in plan.rule_years if _is_debt_rule(rule)]
    return tuple(rows)


def _is_debt_rule(rule: RuleYear) -> bool:
    return not rule.rule.startswith((CEILING_PREFIX, "quota:"))


def _rule_row(rule: RuleYear) -> DebtRow:
    return DebtRow(
        jurisdiction=rule.jurisdiction,
        pool=ALL_POOLS,
        instrument=f"{RULE_PREFIX}{rule.rule}",
        year=rule.year,
        value=rule.value,
        limit=rule.limit,
        headroom=rule.headroom,
        ratio=rule.ratio,
        band=rule.band,
    )


def shown_values(instance: Instance, table: RunTable, row: DomainModel) -> dict[str, Any]:
    """Return the values of the columns that are only for the reader's eye."""
    if isinstance(row, TargetOutcome):
        target = next((item for item in instance.targets if item.id == row.target), None)
        return {name: str(getattr(target, name, "")) for name in table.shown}
    if isinstance(row, Rejection):
        project = instance.project_by_id.get(row.project)
        return {name: getattr(project, name, "") for name in table.shown}
    return {}


def table_files(instance: Instance, tables: RunTables, names: Collection[str]) -> dict[str, bytes]:
    """The tables `names` as files; optional ones without rows have none."""
    years = instance.settings.horizon.years
    if tables.spend:  # works may go on after the plan
        last = max(year for _, year in tables.spend)
        years = range(years.start, max(years.stop, last + 1))
    return {
        table.file: _table_file(instance, table, tables, years)
        for table in RUN_TABLES
        if table.attribute in names
        and not (table.optional and not getattr(tables, table.attribute))
    }


def _table_file(instance: Instance, table: RunTable, tables: RunTables, years: range) -> bytes:
    is_schedule = table.model is ScheduleRow
    columns = table.columns(years if is_schedule else ())
    headings = list(columns)
    rows = []
    for row in getattr(tables, table.attribute):
        values = {name: getattr(row, name) for name in type(row).model_fields}
        values |= shown_values(instance, table, row)
        if is_schedule:
            values |= {
                f"spend_{year}": tables.spend.get((row.project, year), 0.0) for year in years
            }
        rows.append(format_row(columns, headings, [values[name] for name in headings]))
    return format_csv(headings, rows)
