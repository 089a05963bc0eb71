"""Reasons and conflicts checked by solving again: brute force for reasons, bare rows for conflicts.

A project is forced in by the instance itself (`mandatory: must`), and whether and how well that can
be done is found by brute force over all combinations. A conflict is checked in a program that keeps
bookkeeping and the named rules only, built from an instance whose other windows are blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from infraplan.models.consistency import start_window
from infraplan.models.errors import InstanceError
from infraplan.models.funding import Basis, Inflow
from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.models.project import Mandate, Project
from infraplan.models.rules import RULES
from infraplan.optimizer.analysis.conflicts import Conflict, ConflictReport
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation, build_formulation
from tests.oracle.choice import Choice
from tests.oracle.money import Money
from tests.oracle.oracle import Oracle

SAME = 1e-6
LITTLE, LESS = 1e-4, 1e-2
"""Shares by which money is raised, so that what is just enough is not called too little by
rounding, and lowered."""
RIVALS = ("exclusive", "at_most", "all_or_none", "precedence")


def changed(instance: Instance, **tables: Any) -> Instance:
    """`instance` with other `tables`, checked again."""
    return Instance(**{name: getattr(instance, name) for name in Instance.model_fields} | tables)


def forced_in(instance: Instance, name: str) -> Instance | None:
    """`instance` with project `name` mandatory; None where its window leaves it no year."""
    projects = tuple(
        row.model_copy(update={"mandatory": Mandate.MUST}) if row.id == name else row
        for row in instance.projects
    )
    try:
        return changed(instance, projects=projects)
    except InstanceError:
        return None


# ------------------------------------------------------------------------------ reasons


def faults_of_rejection(
    instance: Instance, starts: dict[str, tuple[str, int]], objective: float, row: Rejection
) -> Iterator[str]:
    """What is wrong with the reason or the loss of `row`, the plan being `starts`."""
    size = SAME * (1.0 + abs(objective))
    if row.rule in {"window", "forbidden"}:
        project = instance.project_by_id[row.project]
        barred = project.mandatory is Mandate.MUST_NOT
        if row.can_be_forced is not False or barred != (row.rule == "forbidden"):
            yield "told as not allowed"
        if not barred and forced_in(instance, row.project) is not None:
            yield "has a year to start in"
        return
    forced = forced_in(instance, row.project)
    best = None if forced is None else Oracle(forced).solve().objective
    if row.can_be_forced is not (best is not None):
        yield f"can be forced in: {row.can_be_forced}, brute force {best}"
    if best is not None:
        yield from faults_of_loss(row, objective - best, size)
    yield from _faults_of_reason(instance, starts, objective, row, size)


def faults_of_loss(row: Rejection, loss: float, size: float) -> Iterator[str]:
    """What is wrong with the interval of `row`, the loss being `loss` by brute force."""
    if row.loss_low is None or row.loss_high is None:
        yield "no interval"
        return
    if not row.loss_low - size <= loss <= row.loss_high + size:
        yield f"loss {loss} outside {row.loss_low} to {row.loss_high}"
    if row.loss is not None and abs(row.loss - loss) > size:
        yield f"exact loss {row.loss}, by brute force {loss}"


def _without_hard_prices(instance: Instance) -> Instance:
    """`instance` in which missing a hard target, which no plan may, has no price."""
    targets = tuple(
        target.model_copy(update={"shortfall_price": 0.0}) if target.hard else target
        for target in instance.targets
    )
    return changed(instance, targets=targets)


def _faults_of_reason(
    instance: Instance,
    starts: dict[str, tuple[str, int]],
    objective: float,
    row: Rejection,
    size: float,
) -> Iterator[str]:
    oracle = Oracle(instance)
    built = {
        name: Choice(
            instance.project_by_id[name], instance.project_by_id[name].option(option), year
        )
        for name, (option, year) in starts.items()
    }
    project = instance.project_by_id[row.project]
    # A hard target is no price but a limit, which counts as not scarce where there is no room.
    unpriced = Oracle(_without_hard_prices(instance))
    takes, fitting = np.inf, np.inf
    for choice in oracle.choices(project):
        if choice is None:
            continue
        more = built | {row.project: choice}
        worth = sum(oracle.value(c) for c in more.values()) + unpriced.joint_value(more)
        takes = min(takes, objective - worth)
        if oracle.allowed(more) and Money(oracle, more).possible():
            fitting = min(fitting, objective - worth)
    family = row.rule.partition(":")[0]
    if family == "not_found":
        yield "no reason found"
    elif family == "value":
        if takes <= 0.0 or row.amount is None or row.amount < takes - size:
            yield f"said to cost {row.amount} more than it brings, takes {takes}"
    elif family == "stated_date":
        if takes <= 0.0 or row.amount is None or row.amount < takes - size:
            yield f"said to cost {row.amount} for its dates, takes {takes}"
        if (alone := _takes_without_dates(instance, built, project)) > size:
            yield f"takes {alone} without its dates as well"
    elif family == "marginal":
        if abs(fitting) > size:
            yield f"said to be as good, takes {fitting}"
    elif row.can_be_forced is not False:
        is_rival = family in RIVALS
        if fitting < (np.inf if is_rival else size):
            yield "fits beside the plan"
        if not is_rival and takes > size:
            yield f"costs more than it brings: {takes}"
        yield from _faults_of_others(instance, built, family, row)
    yield from _faults_of_years(instance, built, family, row)
    if family == "fund_balance":
        yield from _faults_of_money(instance, built, row)


def _faults_of_years(
    instance: Instance, built: dict[str, Choice], family: str, row: Rejection
) -> Iterator[str]:
    """Years and amounts belong together; prerequisites that are out are told by what they cost."""
    several = list(zip(row.years, row.amounts, strict=True))
    if several and (
        len(several) < 2
        or list(row.years) != sorted(set(row.years))
        or min(row.amounts) <= 0.0
        or (row.year, row.amount) != several[0]
    ):
        yield f"{several} beside {row.amount} in {row.year}"
    if family == "precedence":
        costs = sorted(
            min(option.overnight_cost for option in instance.project_by_id[name].options)
            for name in row.others
            if name not in built
        )
        told = 0.0 if row.amount is None else row.amount
        if told not in [sum(costs[:number]) for number in range(bool(costs), len(costs) + 1)]:
            yield f"prerequisites cost {costs}, told {row.amount}"


def _faults_of_money(instance: Instance, built: dict[str, Choice], row: Rejection) -> Iterator[str]:
    """With what the fund is said to lack, in these years, the project fits; with less it does not.

    Beside the plan, or where no plan holds it, in any. Whether other rules are short as well is
    asked by giving the fund money without end.
    """
    fund = row.rule.partition(":")[2]
    lacks = dict(zip(row.years, row.amounts, strict=True))
    if not lacks and row.year is not None and row.amount is not None:
        lacks = {row.year: row.amount}

    def fits(more: dict[int, float]) -> bool:
        richer = _with_money(instance, fund, more)
        if row.can_be_forced is False:
            forced = forced_in(richer, row.project)
            return forced is not None and Oracle(forced).solve().objective is not None
        oracle = Oracle(richer)
        for choice in oracle.choices(richer.project_by_id[row.project]):
            if choice is not None:
                both = built | {row.project: choice}
                if oracle.allowed(both) and Money(oracle, both).possible():
                    return True
        return False

    if not fits(dict.fromkeys(instance.settings.horizon.years, 1e6)):
        return  # not this fund alone
    if not fits({year: amount * (1.0 + LITTLE) + LITTLE for year, amount in lacks.items()}):
        yield f"{lacks} would not do"
    if fits({year: amount * (1.0 - LESS) for year, amount in lacks.items()}):
        yield f"less than {lacks} would do"


def _with_money(instance: Instance, fund: str, more: dict[int, float]) -> Instance:
    """`instance` with so much more in the years of a fund, certain and in the money of the year."""
    row = instance.fund_by_id[fund]
    before = {r.year: r.value for r in instance.inflows if r.fund == fund}
    added = []
    for year, extra in more.items():
        counts = row.certainty * (instance.price_index(year) if row.basis is Basis.REAL else 1.0)
        value = before.get(year, 0.0) + extra / counts
        added.append(Inflow(fund=fund, year=year, value=value))
    kept = tuple(r for r in instance.inflows if r.fund != fund or r.year not in more)
    return changed(instance, inflows=(*kept, *added))


def _takes_without_dates(instance: Instance, built: dict[str, Choice], project: Project) -> float:
    """Least that the plan loses with `project` beside it, were nothing scarce, no date stated."""
    kept = tuple(row for row in instance.stated_dates if row.project != project.id)
    oracle = Oracle(instance.model_copy(update={"stated_dates": kept}))

    def worth(there: dict[str, Choice]) -> float:
        return sum(oracle.value(c) for c in there.values()) + oracle.joint_value(there)

    choices = [choice for choice in oracle.choices(project) if choice is not None]
    return worth(built) - max(worth(built | {project.id: choice}) for choice in choices)


def _faults_of_others(
    instance: Instance, built: dict[str, Choice], family: str, row: Rejection
) -> Iterator[str]:
    if family in {"exclusive", "at_most"} and not (row.others and set(row.others) <= set(built)):
        yield f"rivals {row.others} are not built"
    if family == "precedence":
        # A predecessor may also be built, but too late for every start that is left.
        if set(row.others) & set(built):
            yield f"predecessors {row.others} are built"
        relations = [r for r in instance.relations if row.project in r.to_projects]
        if not any(set(row.others) <= set(r.from_projects) for r in relations):
            yield f"{row.others} are no predecessors"


# ------------------------------------------------------------------------------ conflicts

WINDOWS = ("forbidden", "earliest_start", "latest_start", "open_by")
PHYSICS = (
    *("flow_balance", "link_capacity", "node_capacity", "congestion", "output_cost"),
    *("dc", "one_way", "storage", "supplier"),
)
"""What networks can do: part of a conflict where its other rules need it to have no plan."""


def _with_windows(instance: Instance, kept: frozenset[str]) -> Instance:
    """`instance` in which only the windows named in `kept` are shut."""

    def keep(project: Project) -> Project:
        if project.mandatory is Mandate.COMMITTED:
            return project
        first, _ = start_window(instance, project)
        forbidden = project.mandatory is Mandate.MUST_NOT
        has = {name for name in WINDOWS if f"{name}:{project.id}" in kept}
        return project.model_copy(
            update={
                "mandatory": Mandate.FREE
                if forbidden and "forbidden" not in has
                else project.mandatory,
                "earliest_start": first if "earliest_start" in has else None,
                "latest_start": project.latest_start if "latest_start" in has else None,
                "open_by": project.open_by if "open_by" in has else None,
                "ready_years": {},
                "stage": "",
            }
        )

    return instance.model_copy(
        update={"projects": tuple(keep(project) for project in instance.projects)}
    )


def _money_bounds(formulation: Formulation, kept: frozenset[str]) -> tuple[FloatArray, FloatArray]:
    """Bounds of columns, limits of instruments and funds opened that are not in `kept`."""
    mip, instance, money = formulation.mip, formulation.instance, formulation.money
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    borrow = mip.columns("borrow").index
    for number, loan in enumerate(instance.instruments):
        for year, column in zip(formulation.sets.years, borrow[number], strict=True):
            limits = [np.inf]
            if f"annual_limit:{loan.id}" in kept and loan.annual_limit is not None:
                limits.append(loan.annual_limit)
            too_early = loan.first_year is not None and year < loan.first_year
            too_late = loan.last_year is not None and year > loan.last_year
            if f"issue_years:{loan.id}" in kept and (too_early or too_late):
                limits.append(0.0)
            upper[column] = min(limits)
        pairs = [pair for pair, source in enumerate(money.pair_source) if source == loan.id]
        upper[money.pay[pairs]] = np.inf  # it pays what was issued
    for number, fund in enumerate(instance.funds):
        if f"minimum_balance:{fund.id}" not in kept:
            lower[money.cash[number]] = 0.0
    return lower, upper


def has_plan(instance: Instance, kept: Iterable[str], time_limit_s: float = 300.0) -> bool | None:
    """Whether bookkeeping and the rules named in `kept`, alone, can be obeyed; None: undecided."""
    names = frozenset(kept)
    fresh = _with_windows(instance, names)
    tables = {name: getattr(fresh, name) for name in Instance.model_fields}
    settings = fresh.settings.model_copy(update={"stage_gates": {}})
    try:
        opened = Instance(**tables | {"settings": settings})
    except InstanceError:
        return False  # a project that must be built has no year left
    formulation = build_formulation(opened)
    mip = formulation.mip
    lower, upper = _money_bounds(formulation, names)
    for part in formulation.networks.slices:
        for demand, column in part.served.items():
            if f"must_serve:{part.network.id}:{demand}" not in names:
                lower[column] = min(0.0, lower[column])
    stays = np.ones(mip.num_rows, dtype=bool)
    for block in mip.row_blocks:
        rule = RULES.get(block.family)
        if rule is not None and (rule.gives_way or rule.name in PHYSICS):
            for offset, key in enumerate(block.keys):
                stays[block.start + offset] = rule.label(key) in names
    if not mip.num_columns:  # nothing can be decided: what is left must hold with 0
        return bool((mip.row_lower[stays] <= 0.0).all() and (mip.row_upper[stays] >= 0.0).all())
    matrix = csr_matrix((mip.a_value, mip.a_index, mip.a_start), (mip.num_rows, mip.num_columns))
    rows = LinearConstraint(matrix[stays], mip.row_lower[stays], mip.row_upper[stays])
    answer = milp(
        np.zeros(mip.num_columns),
        constraints=rows if stays.any() else (),
        bounds=Bounds(lower, upper),
        integrality=mip.integrality.astype(int),
        options={"time_limit": time_limit_s},
    )
    return {0: True, 2: False}.get(int(answer.status))


UNDECIDED = "not decided"
"""How a check begins that time did not suffice for."""


def faults_of_conflict(
    instance: Instance, report: ConflictReport, time_limit_s: float = 300.0
) -> Iterator[str]:
    """What is wrong with a conflict: a plan, or a member that is not needed.

    A check that `time_limit_s` was too short for is told as `UNDECIDED`.
    """
    names = [rule.rule for rule in report.rules]
    if not names:
        yield "nothing found"
        return
    if not report.is_minimal:
        yield "not minimal"
    together = has_plan(instance, names, time_limit_s)
    if together is not False:
        yield f"{UNDECIDED}: {names}" if together is None else f"{names} have a plan"
    for rule in report.rules:
        rest = [name for name in names if name != rule.rule]
        without = has_plan(instance, rest, time_limit_s)
        if without is not True:
            what = f"{rule.rule} is not needed in {names}"
            yield f"{UNDECIDED}: {what}" if without is None else what
        yield from _faults_of_amount(instance, rule)


def _faults_of_amount(instance: Instance, rule: Conflict) -> Iterator[str]:
    """A member says by how much it would have to give, and when, where its rows have years."""
    if rule.amount <= 0.0:
        yield f"{rule.rule} has no amount"
    if "year" in RULES[rule.family].axes and not is_over_the_span(instance, rule):
        if not rule.years:
            yield f"{rule.rule} names no year"
        if len(rule.amounts) != len(rule.years) or min(rule.amounts, default=1.0) <= 0.0:
            yield f"{rule.rule} gives {rule.amounts} in {rule.years}"
    elif rule.years and rule.family not in WINDOWS:
        yield f"{rule.rule} names {rule.years}"


def is_over_the_span(instance: Instance, rule: Conflict) -> bool:
    """Whether a rule limits the sum over its years, and not each of them."""
    rows = {"policy": instance.policies, "resource": instance.resources}.get(rule.family, ())
    names = {getattr(row, "id", "") or getattr(row, "resource", ""): row for row in rows}
    return bool(rows) and not names[str(rule.key[0])].per_year
