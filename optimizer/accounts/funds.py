"""Cash of funds: interest, what must stay, what lapses, the debt service they pay.

Source: docs/laws.md section 4 (`fund_balance`, `service`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.discounting import IntArray
from infraplan.models.funding import Fund
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.candidates import last_spending_year
from infraplan.optimizer.accounts.debt import last_debt_year
from infraplan.optimizer.accounts.inflows import money_in

if TYPE_CHECKING:
    from infraplan.models.plan import Compensation, DebtYear, FundYear, Payment, ProjectStart


ServedDebt = Mapping[tuple[str, str, int], float]
"""Debt service by (borrower, pool, year)."""


def interest_on(fund: Fund, cash: float) -> float:
    """Interest of a year on `cash` held at its start, also where that is below 0."""
    return fund.interest_rate * cash


def least_cash(fund: Fund) -> float:
    """Cash that must stay at a year's end: the minimum balance, 0 where nothing is carried over."""
    return fund.minimum_balance if fund.carry_over else 0.0


def most_cash(fund: Fund) -> float:
    """Cash that may stay at a year's end: any, 0 where nothing is carried over."""
    return np.inf if fund.carry_over else 0.0


def carries_after_plan(fund: Fund) -> bool:
    """Whether cash and inflow after the plan are kept for later debt service: a sinking fund.

    What may lapse is not counted on for years in which no budget is made yet.
    """
    return not may_lapse(fund)


def lapse_lag(fund: Fund) -> int | None:
    """Years after which money not used is lost; None where that is no rule of the fund.

    What carries nothing over loses it at once: that is its balance, not this rule.
    """
    return fund.lapse_years if fund.carry_over else None


def opening_expired(fund: Fund, lag: int, t: int) -> float:
    """Part of the opening balance that must have been used or lost by the end of plan year `t`.

    `t` counts from 0. Of money with an age that which came in `lag` years before or earlier; where
    no ages are told, all of it counts as of the plan's first year.
    """
    if not fund.opening_ages:
        return fund.opening_balance if t >= lag else 0.0
    return sum(fund.opening_ages[max(0, lag - t - 1) :])


def may_lapse(fund: Fund) -> bool:
    """Whether any money of the fund may be lost."""
    return not fund.carry_over or fund.lapse_years is not None


@dataclass(frozen=True)
class Closing:
    """A fund's year: interest on its opening cash, what is lost, cash at the end."""

    interest: float
    lapse: float
    cash: float


def close_year(
    fund: Fund, opening: float, inflow: float, use: float, service: float, lapse: float = 0.0
) -> Closing:
    """Carry a fund's cash through a year; nominal money.

    Formula: ``closing = opening + interest_rate opening + inflow - use - service - lapse``. A fund
    that carries nothing over loses what is left, whatever `lapse` says; a gap stays a gap.
    """
    interest = interest_on(fund, opening)
    before = opening + inflow + interest - use - service
    if not fund.carry_over:
        lapse = max(0.0, before)
    return Closing(interest, lapse, before - lapse)


def service_by_pool(instance: Instance, debt: Iterable[DebtYear]) -> ServedDebt:
    """Principal and interest due, less what refinancing issues bring, by pool and year."""
    due: defaultdict[tuple[str, str, int], float] = defaultdict(float)
    refinancing = {row.id for row in instance.instruments if row.refinancing}
    for row in debt:
        again = row.borrow if row.instrument in refinancing else 0.0
        due[row.jurisdiction, row.pool, row.year] += row.principal + row.interest - again
    return due


@dataclass(frozen=True)
class Outgoing:
    """What goes out of all funds: debt service due, and payments for works by (fund, year)."""

    due: ServedDebt
    used: Mapping[tuple[str, int], float]


def outgoing(
    instance: Instance, payments: Iterable[Payment | Compensation], debt: Iterable[DebtYear]
) -> Outgoing:
    """Sum payments and debt service once for all funds: of large plans both are many."""
    used: defaultdict[tuple[str, int], float] = defaultdict(float)
    for payment in payments:
        used[payment.source, payment.year] += payment.amount
    return Outgoing(service_by_pool(instance, debt), used)


def service_paid(instance: Instance, fund: str, due: ServedDebt, year: int) -> float:
    """Debt service that a fund pays in `year`: that of the pools which it serves."""
    pools = instance.pools_by_service_fund.get(fund, ())
    return sum(due.get((borrower, pool, year), 0.0) for borrower, pool in pools)


def years_after_plan(instance: Instance, fund: str) -> IntArray:
    """Years after the plan in which a fund may have to pay: debt service, or works that go on."""
    pools = instance.pools_by_service_fund.get(fund, ())
    end = instance.settings.horizon.last_year
    last = max((last_debt_year(instance, borrower) for borrower, _ in pools), default=end)
    return np.arange(end + 1, max(last, last_spending_year(instance)) + 1)


@dataclass(frozen=True)
class TailYear:
    """A fund's year after the plan: what it must pay, and what is there for it; nominal."""

    year: int
    due: float
    """Debt service and works."""
    there: float
    works: float
    """Part of `due` that pays for works."""


def tail_of_fund(
    instance: Instance,
    starts: Iterable[ProjectStart],
    out: Outgoing,
    fund: Fund,
    closing: float,
) -> list[TailYear]:
    """Debt service and works that a fund pays after the plan, and what is there for them.

    Formula: ``there(y) = (1 + interest_rate) cash(y-1) + inflow(y) - minimum_balance``, ``cash(y) =
    there(y) + minimum_balance - due(y)``; a fund that keeps nothing after the plan has its inflow
    alone. What is missing in a year, before the plan's end too, is filled from elsewhere: the next
    year begins with the minimum balance.

    Parameters
    ----------
    closing
        Cash at the end of the plan's last year.
    """
    years = years_after_plan(instance, fund.id)
    inflows = money_in(instance, fund, starts, years)
    least, keeps = least_cash(fund), carries_after_plan(fund)
    cash = max(closing, least)
    rows: list[TailYear] = []
    for year, inflow in zip(years.tolist(), inflows.tolist(), strict=True):
        works = out.used.get((fund.id, year), 0.0)
        owed = service_paid(instance, fund.id, out.due, year) + works
        there = cash + interest_on(fund, cash) + inflow - least if keeps else inflow
        rows.append(TailYear(year, owed, there, works))
        cash = max(least, there + least - owed)
    return rows


def fund_years(
    instance: Instance,
    payments: Iterable[Payment | Compensation],
    debt: Iterable[DebtYear],
    lapses: Mapping[tuple[str, int], float],
    starts: Iterable[ProjectStart],
) -> tuple[FundYear, ...]:
    """Account of every fund and plan year; `lapses` by (fund, year) is what is lost.

    `starts` are the projects built, for what they bring into funds.
    """
    from infraplan.models.plan import FundYear

    built, horizon = list(starts), instance.settings.horizon
    years = np.arange(horizon.first_year, horizon.last_year + 1)
    out = outgoing(instance, payments, debt)
    rows: list[FundYear] = []
    for fund in instance.funds:
        cash = fund.opening_balance
        inflows = money_in(instance, fund, built, years)
        for year, inflow in zip((int(y) for y in years), inflows.tolist(), strict=True):
            service = service_paid(instance, fund.id, out.due, year)
            use = out.used.get((fund.id, year), 0.0)
            lapse = lapses.get((fund.id, year), 0.0)
            closing = close_year(fund, cash, inflow, use, service, lapse)
            rows.append(
                FundYear(
                    fund=fund.id,
                    year=year,
                    opening=cash,
                    inflow=inflow,
                    interest=closing.interest,
                    use=use,
                    service=service,
                    lapse=closing.lapse,
                    closing=closing.cash,
                )
            )
            cash = closing.cash
    return tuple(rows)


def accounts_at_least_lapse(
    instance: Instance,
    payments: Iterable[Payment | Compensation],
    debt: Iterable[DebtYear],
    starts: Iterable[ProjectStart],
    planned: Iterable[FundYear] = (),
) -> tuple[FundYear, ...]:
    """Account of every fund and plan year where no fund loses money before it must.

    Any other lapses that the laws take leave less cash in some year and more in none, so that what
    can be paid with them can be paid here. `planned`: see `least_lapses`.
    """
    paid, due, built = list(payments), list(debt), list(starts)
    # What lapses follows from the flows alone: accounts without lapses give them.
    kept = fund_years(instance, paid, due, {}, built)
    return fund_years(instance, paid, due, least_lapses(instance, kept, planned), built)


def least_lapses(
    instance: Instance, rows: Iterable[FundYear], planned: Iterable[FundYear] = ()
) -> dict[tuple[str, int], float]:
    """Least that the laws let every fund with a lapse rule lose, by fund and year.

    Parameters
    ----------
    rows
        Accounts of the plan's years; what they say of lapses is not looked at.
    planned
        Accounts of a plan that let money lapse which had expired by then. The same money expires
        here, and lapses unless it was used: a plan that was cut may know of older cash than its
        instance, in which all cash at the start counts as new.
    """
    accounts, before = _by_fund(rows), _by_fund(planned)
    lapses: dict[tuple[str, int], float] = {}
    for fund in instance.funds:
        lag = lapse_lag(fund)
        if lag is None:
            continue
        here = accounts[fund.id]
        expired = _expired(fund, lag, here, before[fund.id])
        there, went_out = fund.opening_balance, 0.0
        for year, row in here.items():
            there += row.inflow
            went_out += row.use + row.service
            if year in expired:
                over = min(expired[year], there) - went_out
                # A rest of rounding is no money.
                lapses[fund.id, year] = over if over > 1e-9 * max(1.0, abs(there)) else 0.0
                went_out += lapses[fund.id, year]
    return lapses


def _by_fund(rows: Iterable[FundYear]) -> defaultdict[str, dict[int, FundYear]]:
    accounts: defaultdict[str, dict[int, FundYear]] = defaultdict(dict)
    for row in rows:
        accounts[row.fund][row.year] = row
    return accounts


def _expired(
    fund: Fund, lag: int, here: Mapping[int, FundYear], planned: Mapping[int, FundYear]
) -> dict[int, float]:
    """Money that must have been used or lost by the end of a year, all years before counted."""
    first = min(here, default=0)
    found: dict[int, float] = {}
    came_in, more, went_out = 0.0, 0.0, 0.0
    for year in here:
        old = year - lag
        before = opening_expired(fund, lag, year - first)
        if old >= first:
            came_in += here[old].inflow
            more += here[old].inflow - (planned[old].inflow if old in planned else 0.0)
        if old >= first or before > 0.0:
            found[year] = before + came_in
        if year in planned:
            row = planned[year]
            went_out += row.use + row.service + row.lapse
            if row.lapse > 0.0:
                found[year] = max(found.get(year, -np.inf), went_out + more)
    return found


def ages_of_cash(fund: Fund, rows: Iterable[FundYear], to_year: int) -> tuple[float, ...]:
    """What of a fund's cash at the start of `to_year` came in how many years before; nominal.

    Entry k is what came in k + 1 years before, as `Fund.opening_ages` has it: what went out is
    taken from the oldest money. So what must be used or lost by the end of a year is the same as
    in the accounts `rows` of the whole plan. Interest has no age. Empty where nothing lapses.
    """
    lag, accounts = lapse_lag(fund), [row for row in rows if row.fund == fund.id]
    if lag is None or not accounts:
        return ()
    first = min(row.year for row in accounts)
    past = [row for row in accounts if row.year < to_year]
    went_out = sum(row.use + row.service + row.lapse for row in past)
    noise = 1e-9 * max(1.0, went_out, *(abs(row.opening) + abs(row.inflow) for row in past))

    def left(year: int) -> float:
        """Money that came in by the end of `year`, less all that went out."""
        came = opening_expired(fund, lag, year + lag - first)
        return came + sum(row.inflow for row in past if row.year <= year) - went_out

    # Of years but the last only what is left matters; the last must count what was spent ahead.
    sums = [max(0.0, left(to_year - back)) for back in range(max(1, lag), 1, -1)]
    sums.append(left(to_year - 1))
    parts = np.diff(sums, prepend=0.0)[::-1]
    return tuple(0.0 if abs(part) <= noise else float(part) for part in parts)
