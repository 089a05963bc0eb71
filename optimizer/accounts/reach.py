"""Most that payers can raise for one project alone, and what no money of theirs could ever pay.

Every figure is too high rather than too low: debt is served by nobody, nothing else is built, debt
rules and capital ratios are left out. What falls short all the same can be paid in no plan.
Source: docs/laws.md section 4 (`fund_balance`, `max_share`, `envelope`, `quota`, `ceiling`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.models.finance.discounting import FloatArray
from infraplan.models.funding import Fund, Instrument, InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares, partners_of
from infraplan.models.project import Project
from infraplan.optimizer.accounts.candidates import FlatOption, lay_out
from infraplan.optimizer.accounts.debt import old_debt
from infraplan.optimizer.accounts.funds import interest_on, lapse_lag, most_cash
from infraplan.optimizer.accounts.inflows import fund_inflows, receipt_entries
from infraplan.optimizer.accounts.limits import ceilings, quota_instruments, quotas
from infraplan.optimizer.accounts.sources import issue_limits, may_pay
from infraplan.optimizer.accounts.spending import real_cost

ROOM = 1e-6
"""Share by which costs must pass all that there can be."""


@dataclass(frozen=True)
class Shortfall:
    """What is missing for a project in its best option and start.

    Attributes
    ----------
    project
        Position of the project.
    option, start
        Where the least is missing.
    year
        By which the payers fall short most.
    needed, missing
        What they must have paid by then, and what of it nobody can; nominal.
    payers
        Who cannot pay.
    """

    project: int
    option: str
    start: int
    year: int
    needed: float
    missing: float
    payers: tuple[str, ...]


def unpayable_projects(instance: Instance) -> tuple[Shortfall, ...]:
    """Projects that no plan can pay, whatever else it leaves out; in the order of the table."""
    reach = _Reach(instance)
    found = []
    for index in range(len(instance.projects)):
        missing = reach.shortfall(index)
        if missing is not None:
            found.append(missing)
    return tuple(found)


class _Reach:
    """What every payer can raise, by year of `Candidates.money_years`."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._candidates = lay_out(instance)
        self._inflow: dict[str, FloatArray] = {}
        self._kept: dict[str, FloatArray] = {}
        self._room: dict[tuple[str, str], FloatArray] = {}
        self._funded = frozenset(instance.funded)

    def shortfall(self, index: int) -> Shortfall | None:
        """What is missing for project `index` at the least; None where it might be paid."""
        least: Shortfall | None = None
        for number in self._candidates.options_of[index]:
            flat = self._candidates.options[number]
            # Money comes in with time: the last start is most likely to be paid.
            for start in reversed(flat.start_offsets if flat.standing is None else ()):
                found = self._missing(index, flat, start)
                if found is None:
                    return None
                if least is None or found.missing < least.missing:
                    least = found
        return least

    def _missing(self, index: int, flat: FlatOption, start: int) -> Shortfall | None:
        candidates, project = self._candidates, flat.project
        span = slice(start, start + len(flat.profile))
        years = candidates.money_years[span]
        spending = real_cost(self._instance, flat, years) * candidates.price_index[span]
        short, needed, at = 0.0, 0.0, start
        worst_of_all, who = 0.0, list[str]()
        for payers, share in self._groups(project):
            need = share * spending
            gaps = self._gaps(project, payers, need, start)
            if gaps is None:
                continue
            worst = int(np.argmax(gaps))
            total = float(need[: worst + 1].sum())
            if gaps[worst] <= ROOM * max(1.0, total):
                continue
            if gaps[worst] > worst_of_all:
                worst_of_all, at = float(gaps[worst]), start + worst
            short += float(gaps[worst])
            needed += total
            who += payers
        if not who:
            return None
        year = candidates.first_year + at
        begin = candidates.first_year + start
        return Shortfall(index, flat.option.option, begin, year, needed, short, tuple(who))

    def _groups(self, project: Project) -> Iterable[tuple[list[str], float]]:
        """Payers that must bear a share of the project, together where they may choose."""
        if has_chosen_shares(self._instance, project):
            yield list(partners_of(self._instance, project)), 1.0
        else:
            for payer, share in self._instance.shares_of(project).items():
                yield [payer], share

    def _gaps(
        self, project: Project, payers: list[str], need: FloatArray, start: int
    ) -> FloatArray | None:
        """What `payers` lack by each year for the payments `need` from `start` on.

        None where somebody pays from outside, or where one fund is plainly enough.
        """
        if any(payer not in self._funded for payer in payers):
            return None
        total = np.cumsum(need)
        raised = np.zeros(len(need))
        for payer in payers:
            for fund in self._instance.funds_by_payer.get(payer, ()):
                if not may_pay(fund, project):
                    continue
                paid = self._from_fund(fund, need, start)
                if np.all(paid >= total):
                    return None
                raised += paid
            raised += np.cumsum(self._from_loans(project, payer, need, start))
        return np.asarray(total - raised)

    def _from_fund(self, fund: Fund, need: FloatArray, start: int) -> FloatArray:
        """Most that `fund` can have paid by each year, from `start` on."""
        here = slice(start, start + len(need))
        part = fund.max_share * need
        if most_cash(fund) == 0.0:
            paid = np.cumsum(np.minimum(self._comes_in(fund)[here], part))
        else:
            kept = self._cash(fund)[here]
            lag = lapse_lag(fund)
            # What came in more than `lag` years before the start is lost by then.
            if lag is not None and start > lag and interest_on(fund, 1.0) <= 0.0:
                kept = kept - self._cash(fund)[start - lag - 1]
            paid = np.minimum(kept, np.cumsum(part))
        return paid if fund.envelope is None else np.minimum(paid, fund.envelope)

    def _comes_in(self, fund: Fund) -> FloatArray:
        """Most that comes into `fund` in each year, what it begins with in the first."""
        if fund.id not in self._inflow:
            years = self._candidates.money_years
            flows = fund_inflows(self._instance, fund, years)
            best: defaultdict[tuple[int, int], float] = defaultdict(float)
            for at, number, _, amount in receipt_entries(
                self._candidates, fund, years, gains_only=True
            ):
                key = (int(self._candidates.project_of[number]), at)
                best[key] = max(best[key], amount)
            for (_, at), amount in best.items():
                flows[at] += amount
            flows[0] += (1.0 + max(0.0, interest_on(fund, 1.0))) * fund.opening_balance
            self._inflow[fund.id] = flows
        return self._inflow[fund.id]

    def _cash(self, fund: Fund) -> FloatArray:
        """Cash at each year's end where nothing is ever spent."""
        if fund.id not in self._kept:
            growth = 1.0 + max(0.0, interest_on(fund, 1.0))
            cash, kept = 0.0, []
            for flow in self._comes_in(fund):
                cash = growth * cash + float(flow)
                kept.append(cash)
            self._kept[fund.id] = np.array(kept)
        return self._kept[fund.id]

    def _from_loans(self, project: Project, payer: str, need: FloatArray, start: int) -> FloatArray:
        """Most that loans of `payer` can pay in each year; nothing after the plan."""
        candidates = self._candidates
        paid = np.zeros(len(need))
        here = slice(start, min(candidates.num_years, start + len(need)))
        count = max(0, here.stop - start)
        quoted: dict[str, FloatArray] = {}
        free: dict[str, FloatArray] = {}
        for loan in self._instance.instruments_by_payer.get(payer, ()):
            if loan.refinancing or not may_pay(loan, project) or not count:
                continue
            limit = issue_limits(loan, candidates.years)[here]
            most = np.minimum(limit, loan.max_share * need[:count])
            if loan.kind is InstrumentKind.USER_PAY:  # no debt of anybody: no pool limits it
                paid[:count] += most
                continue
            mine = quoted if loan in self._counted(loan) else free
            mine[loan.pool] = mine.get(loan.pool, np.zeros(count)) + most
        for pool in dict.fromkeys([*quoted, *free]):
            quota = quotas(self._instance, payer, pool, candidates.years)[here]
            most = np.minimum(quoted.get(pool, np.zeros(count)), quota)
            most = most + free.get(pool, np.zeros(count))
            paid[:count] += np.minimum(most, self._under_ceiling(payer, pool)[here])
        return paid

    def _counted(self, loan: Instrument) -> tuple[Instrument, ...]:
        """Loans that share the quota of the pool of `loan`."""
        return quota_instruments(self._instance, loan.jurisdiction, loan.pool)

    def _under_ceiling(self, payer: str, pool: str) -> FloatArray:
        """Most that may be newly owed at the end of each plan year."""
        key = (payer, pool)
        if key not in self._room:
            owed = old_debt(self._instance, payer, pool, self._candidates.years, Quantity.BALANCE)
            limit = ceilings(self._instance, payer, pool, self._candidates.years)
            self._room[key] = np.maximum(0.0, limit - owed)
        return self._room[key]
