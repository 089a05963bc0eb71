"""What was paid and borrowed before a new first year, and what it leaves: cash, debt, inflows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from infraplan.models.catalogue import joined, phrase
from infraplan.models.errors import PlanningError
from infraplan.models.funding import Inflow
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.models.plan import DebtYear, FundYear, Issue, Payment, Plan, ProjectStart, SourceKind
from infraplan.models.progress import profile_of
from infraplan.optimizer.accounts.debt import debt_years
from infraplan.optimizer.accounts.funds import accounts_at_least_lapse, ages_of_cash
from infraplan.optimizer.analysis.actuals import Works
from infraplan.optimizer.analysis.rolled_charges import Purses
from infraplan.optimizer.analysis.rolled_partners import paid_compensations


class RollError(PlanningError):
    """The instance cannot be rolled as asked."""

    exit_code = 3


@dataclass(frozen=True)
class PaidAndOwed:
    """What was paid and borrowed before the new first year, and what it leaves."""

    payments: tuple[Payment, ...]
    cash: Mapping[str, float]
    ages: Mapping[str, tuple[float, ...]]
    debt: tuple[DebtYear, ...]
    owed: Mapping[tuple[str, str], float]


def money_until(
    instance: Instance, plan: Plan | None, works: Mapping[str, Works], to_year: int
) -> PaidAndOwed:
    """Return what was paid before `to_year` as the works took it, and cash and debt at its start.

    Raises
    ------
    RollError
        If a fund would have spent more than it had.
    """
    payments = list(_planned_payments(plan, works, to_year))
    accounts, debt = _accounts(instance, plan, works, payments, to_year)
    purses = Purses(instance, accounts, payments, to_year)
    for year, name in sorted(_unplanned(plan, works, to_year), key=lambda row: row[0]):
        payments += purses.charge(works[name].project, year, works[name].spent[year])
    accounts, debt = _accounts(instance, plan, works, payments, to_year)
    owed: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in debt:
        if row.year == to_year - 1:
            owed[row.jurisdiction, row.pool] += row.balance
    owed = defaultdict(float, {key: money for key, money in owed.items() if money > 1e-9})
    ages = {fund.id: ages_of_cash(fund, accounts, to_year) for fund in instance.funds}
    return PaidAndOwed(tuple(payments), _closing(accounts, to_year), ages, debt, owed)


def _accounts(
    instance: Instance,
    plan: Plan | None,
    works: Mapping[str, Works],
    payments: Sequence[Payment],
    to_year: int,
) -> tuple[tuple[FundYear, ...], tuple[DebtYear, ...]]:
    """Years of funds and of debt as `payments` make them."""
    issues = _issues(instance, plan, payments, to_year)
    starts = [
        ProjectStart(
            project=name,
            option=row.option.option,
            start=row.start,
            finish=row.start + len(profile_of(row.option)) - 1,
            opening=row.opening,
        )
        for name, row in works.items()
        if not row.cancelled
    ]
    # Contracts are repaid from the works' end on, however late that is.
    delays = {
        name: row.opening - 1 - row.last_year
        for name, row in works.items()
        if not row.cancelled and row.opening - 1 > row.last_year
    }
    debt = debt_years(instance, issues, starts, delays)
    kept = paid_compensations(plan, works, to_year)
    # What was planned to lapse and was spent did not; what was not spent in time lapsed besides.
    planned = () if plan is None else plan.fund_years
    accounts = accounts_at_least_lapse(instance, [*payments, *kept], debt, starts, planned)
    return accounts, debt


def _closing(accounts: Iterable[FundYear], to_year: int) -> dict[str, float]:
    """Cash of every fund at the end of the year before `to_year`."""
    cash: dict[str, float] = {}
    short = []
    for row in accounts:
        if row.year == to_year - 1:
            scale = max(1.0, abs(row.opening) + row.inflow)
            if row.closing < -1e-6 * scale:
                short.append(
                    phrase("roll-fund-short", fund=row.fund, year=row.year, closing=row.closing)
                )
            # What rounding leaves of money that is spent is no cash.
            cash[row.fund] = row.closing if row.closing > 1e-9 * scale else 0.0
    if short:
        raise RollError(phrase("roll-overdrawn", funds=joined(*short, between="; ")))
    return cash


def _planned_payments(
    plan: Plan | None, works: Mapping[str, Works], to_year: int
) -> Iterator[Payment]:
    """Who paid what as planned, in proportion to what was spent."""
    for (name, year), rows in _rows_of(plan).items():
        money = works[name].spent.get(year, 0.0) if name in works else 0.0
        total = sum(row.amount for row in rows)
        if year < to_year and money and total > 0.0:
            for row in rows:
                yield row.model_copy(update={"amount": row.amount * money / total})


def _unplanned(
    plan: Plan | None, works: Mapping[str, Works], to_year: int
) -> Iterator[tuple[int, str]]:
    """Years and works of which no plan says who paid."""
    rows = _rows_of(plan)
    for name, here in works.items():
        for year in here.spent:
            if year < to_year and sum(row.amount for row in rows.get((name, year), ())) <= 0.0:
                yield year, name


def _rows_of(plan: Plan | None) -> dict[tuple[str, int], list[Payment]]:
    planned: dict[tuple[str, int], list[Payment]] = {}
    for row in () if plan is None else plan.payments:
        planned.setdefault((row.project, row.year), []).append(row)
    return planned


def _issues(
    instance: Instance, plan: Plan | None, payments: Iterable[Payment], to_year: int
) -> tuple[Issue, ...]:
    """Issues that the payments ask for, and the refinancing that was planned."""
    found: defaultdict[tuple[str, str, int], float] = defaultdict(float)
    for row in payments:
        if row.kind is SourceKind.INSTRUMENT:
            tagged = instance.instrument_by_id[row.source].tagged
            found[row.source, row.project if tagged else "", row.year] += row.amount
    for issue in () if plan is None else plan.issues:
        if instance.instrument_by_id[issue.instrument].refinancing and issue.year < to_year:
            found[issue.instrument, issue.project, issue.year] += issue.amount
    return tuple(
        Issue(instrument=name, project=project, year=year, amount=amount)
        for (name, project, year), amount in found.items()
    )


def debt_rows(
    instance: Instance, debt: Iterable[DebtYear], to_year: int
) -> tuple[DebtPosition, ...]:
    """Old debt of the new plan with its schedule, and the limits from its first year on."""
    opening: defaultdict[tuple[str, str], float] = defaultdict(float)
    due: defaultdict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in debt:
        key = row.jurisdiction, row.pool
        if row.year == to_year - 1:
            opening[key] += row.balance
        elif row.year >= to_year:
            due[(*key, row.year)][0] += row.principal
            due[(*key, row.year)][1] += row.interest
    rows = {(r.jurisdiction, r.pool, r.year): r for r in instance.debt if r.year >= to_year}
    for key in opening:
        at = (*key, to_year)
        if opening[key] > 1e-9 or at in rows:
            rows[at] = _row_at(rows, at).model_copy(update={"opening_balance": opening[key]})
    for at, (principal, interest) in due.items():
        if principal > 1e-12 or interest > 1e-12 or at in rows:
            update = {"principal_due": principal, "interest_due": interest}
            rows[at] = _row_at(rows, at).model_copy(update=update)
    for key, limit in _last_ceilings(instance, to_year).items():
        first = _row_at(rows, (*key, to_year))
        if first.ceiling is None:
            rows[(*key, to_year)] = first.model_copy(update={"ceiling": limit})
    return tuple(rows[at] for at in sorted(rows))


def _row_at(
    rows: Mapping[tuple[str, str, int], DebtPosition], at: tuple[str, str, int]
) -> DebtPosition:
    jurisdiction, pool, year = at
    return rows.get(at) or DebtPosition(jurisdiction=jurisdiction, pool=pool, year=year)


def _last_ceilings(instance: Instance, to_year: int) -> dict[tuple[str, str], float]:
    """Ceiling in force just before `to_year`: the last one given."""
    found: dict[tuple[str, str], float] = {}
    for row in sorted(instance.debt, key=lambda row: row.year):
        if row.year < to_year and row.ceiling is not None:
            found[row.jurisdiction, row.pool] = row.ceiling
    return found


def kept_inflows(instance: Instance, to_year: int) -> Iterator[Inflow]:
    """Inflows from `to_year` on; where there is none, the last, which years after the plan grow."""
    for rows in instance.inflows_by_fund.values():
        ahead = [row for row in rows if row.year >= to_year]
        yield from ahead or rows[-1:]
