"""Everything that follows from a plan's decisions, computed afresh."""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.plan import (
    DateOutcome,
    DebtYear,
    FundYear,
    ObjectiveTerm,
    Plan,
    RuleYear,
    ServiceYear,
    TargetOutcome,
)
from infraplan.optimizer.verify.dates import date_rows, date_terms
from infraplan.optimizer.verify.debt import DebtBook, read_debt
from infraplan.optimizer.verify.decisions import Decisions, read_decisions
from infraplan.optimizer.verify.equilibrium import FLOWS, read_equilibria
from infraplan.optimizer.verify.funds import fund_rows
from infraplan.optimizer.verify.limits import Limits, read_limits, rule_rows
from infraplan.optimizer.verify.network_laws import DECISIONS, NetworkBook, read_networks
from infraplan.optimizer.verify.pressures import HEAD, read_pressures
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.rows import (
    DEBT_YEARS,
    FUND_YEARS,
    OBJECTIVE_TERMS,
    RULE_YEARS,
    SERVICE,
    STATED_DATES,
    TARGETS,
    Row,
    Table,
)
from infraplan.optimizer.verify.targets import target_rows
from infraplan.optimizer.verify.value import counts_money, makespan_rows, objective_rows
from infraplan.optimizer.verify.violations import Recorder


@dataclass(frozen=True)
class Accounts:
    """Decisions as read, and all that follows from them."""

    reading: ProblemData
    decisions: Decisions
    book: DebtBook
    limits: Limits
    networks: NetworkBook
    rows: dict[str, list[Row]]
    """Derived rows by table of the plan."""

    @property
    def objective(self) -> float:
        """Sum of the terms."""
        return sum(row.numbers["value"] or 0.0 for row in self.rows[OBJECTIVE_TERMS.name])

    @property
    def objective_scale(self) -> float:
        """Sum of the terms without their signs: what rounding is measured by."""
        return sum(abs(row.numbers["value"] or 0.0) for row in self.rows[OBJECTIVE_TERMS.name])


def read_accounts(instance: Instance, plan: Plan, recorder: Recorder) -> Accounts:
    """Return the accounts of `plan`; what cannot be read of it goes into `recorder`."""
    reading = ProblemData(instance)
    decisions = read_decisions(reading, plan, recorder)
    book = read_debt(reading, decisions.issues, decisions.built)
    limits = read_limits(reading, book)
    networks = read_networks(reading, decisions.there, plan, recorder)
    equilibria = read_equilibria(reading, decisions.there, plan, recorder)
    networks.rows += equilibria.rows
    networks.worth |= equilibria.worth
    networks.at_equilibrium |= equilibria.networks
    pressures = read_pressures(reading, decisions.there, plan, recorder)
    networks.rows += pressures.rows
    networks.at_equilibrium |= pressures.networks
    targets = target_rows(reading, decisions.there, networks.measured)
    dates = date_rows(reading, decisions.there)
    penalties = {str(row.key[0]): row.numbers["penalty"] or 0.0 for row in targets}
    rows = {
        FUND_YEARS.name: fund_rows(reading, decisions, book),
        DEBT_YEARS.name: book.rows(),
        RULE_YEARS.name: rule_rows(reading, limits),
        TARGETS.name: targets,
        STATED_DATES.name: dates,
        OBJECTIVE_TERMS.name: [
            *objective_rows(reading, decisions.there, penalties),
            *date_terms(dates),
            *(Row(("service", net), {"value": value}) for net, value in networks.worth.items()),
        ]
        if counts_money(reading)
        else makespan_rows(reading, decisions.built),
    }
    return Accounts(reading, decisions, book, limits, networks, rows)


_CLASSES = (
    (FUND_YEARS, FundYear),
    (DEBT_YEARS, DebtYear),
    (RULE_YEARS, RuleYear),
    (TARGETS, TargetOutcome),
    (STATED_DATES, DateOutcome),
    (OBJECTIVE_TERMS, ObjectiveTerm),
)


def _values(table: Table, row: Row) -> dict[str, object]:
    values: dict[str, object] = dict(zip(table.keys, row.key, strict=True))
    return {**values, **row.numbers, **row.texts}


def recompute_plan(instance: Instance, plan: Plan) -> Plan:
    """Return `plan` with every derived row and the objective computed afresh by this package.

    Decisions (starts, payments, issues, chosen lapses, flows) stay as they are; unreadable ones are
    left out of the accounts.

    Raises
    ------
    ValidationError
        If a number overflows, e.g. under an inflation of 1000 %.
    """
    accounts = read_accounts(instance, plan, Recorder())
    derived = {
        table.name: tuple(row_class(**_values(table, row)) for row in accounts.rows[table.name])
        for table, row_class in _CLASSES
    }
    service = tuple(row for row in plan.service if row.measure in (*DECISIONS, *FLOWS, HEAD))
    service += tuple(ServiceYear(**_values(SERVICE, row)) for row in accounts.networks.rows)
    update = {**derived, "service": service, "objective": accounts.objective}
    return plan.model_copy(update=update)
