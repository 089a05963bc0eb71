"""What a proposal to share joint projects does to the budgets and the debt of its partners.

The projects of a plan stay as they are, the shares of the joint ones are fixed as proposed, and the
financing with the least debt service is found anew under every budget and debt rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from infraplan.models.funding import CostShare
from infraplan.models.instance import TABLES, Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.rules import RULES, Section
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.conflicts import HOLDING, Conflict, find_conflict
from infraplan.optimizer.analysis.cost_allocation import JointProject, Proposal, Shares
from infraplan.optimizer.analysis.debt_statement import is_binding
from infraplan.optimizer.analysis.held_schedule import held_tables
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.engines.deadline import Deadline, conflict_seconds
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions


def _says_nothing_of_money(table: str) -> bool:
    """Whether `table` asks for rules, and for none on money."""
    sections = {
        rule.section for rule in RULES.values() for need in rule.needs if need.table == table
    }
    return bool(sections) and Section.MONEY not in sections


EMPTIED: tuple[str, ...] = (
    *(name for name in TABLES if name != "projects" and _says_nothing_of_money(name)),
    "stated_dates",  # what is late is given with the starts
    "project_network",  # speaks of the elements of tables that are left out
    "scenarios",
)
"""Tables that the question how given starts are paid for does without; the others stay."""


@dataclass(frozen=True)
class PartnerBudget:
    """Budget and debt of a partner under a proposal, nominal money; None where it has none.

    `paid` is what it pays for the joint projects in all, `cash_low` the least cash of its funds at
    the end of a plan year, `debt_peak` its largest debt at a year's end through the last maturity,
    `binding_year` the first year in which `binding_rule` leaves no room.
    """

    jurisdiction: str
    paid: float
    cash_low: float | None
    debt_peak: float | None
    binding_year: int | None
    binding_rule: str


@dataclass(frozen=True)
class Financing:
    """Whether a proposal can be paid for; `conflicts` tells what stands against it (None: unknown).

    `partners` is empty where it cannot.
    """

    is_possible: bool | None
    partners: tuple[PartnerBudget, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def financing_instance(
    instance: Instance,
    starts: Iterable[ProjectStart],
    projects: Iterable[JointProject],
    shares: Shares,
) -> Instance:
    """Return the question how `starts` are paid for when `shares` are fixed, and nothing else.

    Every project keeps its option and year or is forbidden; what says nothing of money (relations,
    targets, dates, policies, resources, paces, networks) is left out, see `EMPTIED`.
    """
    built = {start.project: start for start in starts}
    joint = [project.id for project in projects]
    rows: list[CostShare] = [row for row in instance.shares if row.project not in joint]
    for name in joint:
        given = {row.jurisdiction: row for row in instance.shares_by_project.get(name, ())}
        for partner, share in shares[name].items():
            row = given.get(partner, CostShare(project=name, jurisdiction=partner))
            rows.append(row.model_copy(update={"share": min(1.0, max(0.0, share))}))
    settings = instance.settings.model_copy(update={"networks": (), "stage_gates": {}})
    kept = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(
        **kept
        | held_tables(instance, built)
        | {
            "settings": settings,
            "shares": tuple(rows),
            "agreements": tuple(row for row in instance.agreements if row.project not in joint),
        }
        | dict.fromkeys(EMPTIED, ())
    )


def finance(
    instance: Instance,
    starts: tuple[ProjectStart, ...],
    projects: tuple[JointProject, ...],
    proposal: Proposal,
    options: SolveOptions | None = None,
    deadline: Deadline | None = None,
) -> Financing:
    """Finance `starts` under a proposal; compensation is not charged to anybody's funds.

    `deadline` is the time limit where it began before this call; over, nothing is solved.

    Raises
    ------
    SolverError
        If the solver is missing or fails.
    """
    if deadline is not None and deadline.is_over():
        return Financing(None)
    options = replace(options or SolveOptions(), gap=0.0, canonical=False)
    fixed = financing_instance(instance, starts, projects, proposal.shares)
    result = solve(fixed, options, deadline=deadline)
    stopping.require_unasked()
    if result.plan is not None:
        return Financing(True, _budgets(fixed, result.plan, projects))
    if not result.termination.is_proof_of_no_plan:
        return Financing(None)
    guest = SolverOptions(solver=options.guest_solver, gap=1e-6, time_limit_s=60.0)
    conflict = find_conflict(result.formulation, guest, time_limit_s=conflict_seconds(deadline))
    rules = () if conflict is None else conflict.rules
    return Financing(False, conflicts=tuple(r for r in rules if r.family not in HOLDING))


def _budgets(
    instance: Instance, plan: Plan, projects: Iterable[JointProject]
) -> tuple[PartnerBudget, ...]:
    projects = tuple(projects)
    joint = {project.id for project in projects}
    players = dict.fromkeys(name for project in projects for name in project.partners)
    found = []
    for name in players:
        cash: dict[int, float] = {}
        for account in plan.fund_years:
            if instance.fund_by_id[account.fund].jurisdiction == name:
                cash[account.year] = cash.get(account.year, 0.0) + account.closing
        debt: dict[int, float] = {}
        for row in plan.debt_years:
            if row.jurisdiction == name:
                debt[row.year] = debt.get(row.year, 0.0) + row.balance
        year, rule = first_binding(plan, name)
        found.append(
            PartnerBudget(
                name,
                sum(
                    p.amount for p in plan.payments if p.jurisdiction == name and p.project in joint
                ),
                min(cash.values(), default=None),
                max(debt.values(), default=None),
                year,
                rule,
            )
        )
    return tuple(found)


def first_binding(plan: Plan, jurisdiction: str) -> tuple[int | None, str]:
    """First year in which a ceiling, quota or debt rule of a jurisdiction leaves no room.

    A limit of nothing that nothing is held against does not bind.
    """
    bound = [
        (row.year, row.rule)
        for row in plan.rule_years
        if row.jurisdiction == jurisdiction and is_binding(row)
    ]
    return min(bound) if bound else (None, "")
