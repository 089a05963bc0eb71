"""Who paid for works where no plan says so: those who may, in order, as far as their money goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from infraplan.models.funding import Fund, Instrument
from infraplan.models.instance import Instance
from infraplan.models.plan import FundYear, Payment, SourceKind
from infraplan.models.project import Project
from infraplan.optimizer.accounts.funds import interest_on, least_cash
from infraplan.optimizer.accounts.sources import eligible_sources, is_issued_in, yearly_limit


class Purses:
    """What funds and instruments can still pay before the new first year; charged one by one.

    `accounts` are the funds' years with all that is known to have been paid. What a fund would
    let lapse may be spent as well; it keeps its least cash, and its envelope ends it.
    """

    def __init__(
        self,
        instance: Instance,
        accounts: Iterable[FundYear],
        known: Iterable[Payment],
        to_year: int,
    ) -> None:
        self._instance = instance
        self._last = to_year - 1
        self._cash: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._lapse: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for row in accounts:
            if row.year < to_year:
                self._cash[row.fund][row.year] = row.closing
                self._lapse[row.fund][row.year] = row.lapse
        self._paid: defaultdict[str, float] = defaultdict(float)
        self._issued: defaultdict[tuple[str, int], float] = defaultdict(float)
        for payment in known:
            self._count(payment.source, payment.year, payment.amount)

    def charge(self, project: Project, year: int, money: float) -> Iterator[Payment]:
        """Payments of all payers of `project` for works of `year` that took `money`."""
        for payer, share in self._instance.shares_of(project).items():
            sources, _ = eligible_sources(self._instance, project, payer)
            left = due = money * share
            taken: dict[str, float] = {}
            for source in sources:
                part = min(left, self._room(source, year, due))
                if part > 0.0:
                    taken[source] = part
                    self._take(source, year, part)
                    left -= part
            # What nobody has is owed by the first, so that it is told whose cash is short.
            if left > 1e-9 * due or not taken:
                first = sources[0] if sources else ""
                taken[first] = taken.get(first, 0.0) + left
                self._take(first, year, left)
            for source, amount in taken.items():
                yield Payment(
                    project=project.id,
                    jurisdiction=payer,
                    kind=self._kind(source),
                    source=source,
                    year=year,
                    amount=amount,
                )

    def _kind(self, source: str) -> SourceKind:
        if not source:
            return SourceKind.OUTSIDE
        is_fund = source in self._instance.fund_by_id
        return SourceKind.FUND if is_fund else SourceKind.INSTRUMENT

    def _room(self, source: str, year: int, due: float) -> float:
        """Most that a source can pay in `year` of a payer's `due`."""
        fund = self._instance.fund_by_id.get(source)
        if fund is not None:
            return min(self._room_of_fund(fund, year), fund.max_share * due)
        loan = self._instance.instrument_by_id[source]
        return min(self._room_of_loan(loan, year), loan.max_share * due)

    def _room_of_fund(self, fund: Fund, year: int) -> float:
        room = np.inf if fund.envelope is None else fund.envelope - self._paid[fund.id]
        spare = 0.0
        for later in range(year, self._last + 1):
            spare += self._lapse[fund.id].get(later, 0.0)
            free = self._cash[fund.id].get(later, 0.0) - least_cash(fund) + spare
            room = min(room, free / (1.0 + interest_on(fund, 1.0)) ** (later - year))
        return max(0.0, room)

    def _room_of_loan(self, loan: Instrument, year: int) -> float:
        years = np.array([self._instance.settings.horizon.first_year, year])
        if not is_issued_in(loan, years)[1]:
            return 0.0
        return max(0.0, yearly_limit(loan) - self._issued[loan.id, year])

    def _take(self, source: str, year: int, amount: float) -> None:
        fund = self._instance.fund_by_id.get(source)
        if fund is not None:
            lost, cash = self._lapse[source], self._cash[source]
            left = amount
            for later in range(year, self._last + 1):
                less = min(left, lost.get(later, 0.0))
                lost[later] = lost.get(later, 0.0) - less
                left -= less
                cash[later] = cash.get(later, 0.0) - left
                left += interest_on(fund, left)
        self._count(source, year, amount)

    def _count(self, source: str, year: int, amount: float) -> None:
        self._paid[source] += amount
        self._issued[source, year] += amount
