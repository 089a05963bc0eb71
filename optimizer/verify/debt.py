"""Law `debt`: every issue followed to its last repayment, tranche by tranche."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from infraplan.models.debt_rule import Quantity, QuantityTerm
from infraplan.models.funding import Instrument
from infraplan.models.plan import Issue
from infraplan.models.project import Stage
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.rows import Row

OLD = "old:"


def _annuity_value(rate: float, payments: int) -> float:
    """Value, a year before the first, of `payments` yearly payments of one."""
    value = 0.0
    for _ in range(payments):
        value = (value + 1.0) / (1.0 + rate)
    return value


def outstanding(loan: Instrument) -> list[float]:
    """Share of an issue still owed at age 0, 1, ..., tenor."""
    tenor, grace = loan.tenor, loan.grace
    whole = 1.0 + 0.0 * loan.rate  # a fraction where the instance is read in fractions
    owed = [whole]
    for age in range(1, tenor + 1):
        if loan.kernel == "bullet":
            owed.append(1.0 if age < tenor else 0.0)
        elif loan.kernel == "equal_principal":
            owed.append(whole - whole * max(0, age - grace) / (tenor - grace))
        elif loan.kernel == "annuity":
            # What is owed is worth the level payments that are left.
            left = _annuity_value(loan.rate, min(tenor - age, tenor - grace))
            owed.append(left / _annuity_value(loan.rate, tenor - grace))
        else:
            owed.append(max(0.0, 1.0 - sum(loan.schedule[:age]) / sum(loan.schedule)))
    owed[-1] = 0.0
    return owed


@dataclass
class LoanYear:
    """Sums of one instrument (or of old debt) in one year."""

    borrow: float = 0.0
    principal: float = 0.0
    interest: float = 0.0
    balance: float = 0.0
    level: float = 0.0
    """Service counted under the level rule."""
    unprovided: float = 0.0
    """Issues less the share of their tenor that is gone."""


@dataclass
class DebtBook:
    """All debt of a plan: old debt as given, new debt simulated issue by issue."""

    reading: ProblemData
    loans: dict[str, dict[int, LoanYear]] = field(default_factory=dict)
    old: dict[tuple[str, str], dict[int, LoanYear]] = field(default_factory=dict)
    opening: dict[tuple[str, str], float] = field(default_factory=dict)

    def pools(self, jurisdiction: str) -> tuple[str, ...]:
        """Pools in which a jurisdiction has debt rows or instruments."""
        return tuple(self.reading.filed.pools.get(jurisdiction, ()))

    def last_year(self, jurisdiction: str) -> int:
        """Year of the last maturity: y1 + largest tenor, rows of old debt included."""
        filed, last = self.reading.filed, self.reading.last
        for loan in filed.loans.get(jurisdiction, ()):
            if loan.kind != "user_pay":
                wait = self._longest_wait(loan) if loan.kind == "availability" else 0
                last = max(last, self.reading.last + wait + loan.tenor)
        for pool in filed.pools.get(jurisdiction, ()):
            for row in filed.debt.get((jurisdiction, pool), ()):
                last = max(last, row.year)
        return last

    def _longest_wait(self, loan: Instrument) -> int:
        """Most years that works which a contract may pay for go on after the plan."""
        longest = 0
        for project in self.reading.instance.projects:
            if project.stage is not Stage.COMPLETE and self.reading.may_pay(loan, project):
                for option in (self.reading.rest(project, row) for row in project.options):
                    spending = len(self.reading.profile(option))
                    wait = option.lead_time - spending
                    if self.reading.may_go_on(project):
                        wait = max(option.lead_time, spending) - 1
                    longest = max(longest, wait)
        return longest

    def _counted(self, jurisdiction: str) -> list[str]:
        """Pools that a rule counts which names none."""
        apart = [pool.id for pool in self.reading.instance.pools if not pool.counted]
        return [pool for pool in self.pools(jurisdiction) if pool not in apart]

    def quantity(
        self, jurisdiction: str, pools: Sequence[str], quantity: Quantity, year: int
    ) -> float:
        """Quantity of the pools (all that count where none is named) of a jurisdiction."""
        wanted = pools or self._counted(jurisdiction)
        total = 0.0
        for pool in dict.fromkeys(wanted):
            total += self._old_quantity(jurisdiction, pool, quantity, year)
        for loan in self.reading.filed.loans.get(jurisdiction, ()):
            if loan.pool in wanted:
                here = self.loans[loan.id].get(year)
                if here is not None and loan.kind != "user_pay":
                    total += _of(here, quantity, refinances=loan.refinancing)
        return total

    def term(self, jurisdiction: str, term: QuantityTerm, year: int) -> float:
        """What a term of a rule counts in a year, its factor and lag left out."""
        if not term.contracts:
            return self.quantity(jurisdiction, term.pools, term.quantity, year)
        return sum(
            _of(self.loans[loan.id][year], term.quantity, refinances=loan.refinancing)
            for loan in self.reading.filed.loans.get(jurisdiction, ())
            if loan.kind == "availability"
            and (not term.pools or loan.pool in term.pools)
            and year in self.loans[loan.id]
        )

    def _old_quantity(self, jurisdiction: str, pool: str, quantity: Quantity, year: int) -> float:
        if quantity is Quantity.BALANCE:
            repaid = sum(
                due.principal
                for given, due in self.old.get((jurisdiction, pool), {}).items()
                if given <= year
            )
            return self.opening.get((jurisdiction, pool), 0.0) - repaid
        here = self.old.get((jurisdiction, pool), {}).get(year)
        return 0.0 if here is None else _of(here, quantity, refinances=False)

    def refinanced(self, jurisdiction: str, pool: str, year: int) -> float:
        """Refinancing issues of a pool in a year."""
        return sum(
            self.loans[loan.id][year].borrow
            for loan in self.reading.filed.loans.get(jurisdiction, ())
            if loan.refinancing and loan.pool == pool and year in self.loans[loan.id]
        )

    def rows(self) -> list[Row]:
        """Account of each old debt and each instrument, y0 through the last maturity."""
        found: list[Row] = []
        for jurisdiction in self.reading.jurisdictions:
            years = range(self.reading.first, self.last_year(jurisdiction) + 1)
            for pool in self.pools(jurisdiction):
                for year in years:
                    key = (jurisdiction, pool, OLD + pool, year)
                    found.append(Row(key, self._old_numbers(jurisdiction, pool, year)))
            for loan in self.reading.filed.loans.get(jurisdiction, ()):
                if loan.kind != "user_pay":
                    for year in years:
                        here = self.loans[loan.id].get(year, LoanYear())
                        key = (jurisdiction, loan.pool, loan.id, year)
                        found.append(Row(key, _numbers(here, here.balance)))
        return found

    def _old_numbers(self, jurisdiction: str, pool: str, year: int) -> dict[str, float | None]:
        here = self.old.get((jurisdiction, pool), {}).get(year, LoanYear())
        return _numbers(here, self._old_quantity(jurisdiction, pool, Quantity.BALANCE, year))


def _numbers(here: LoanYear, balance: float) -> dict[str, float | None]:
    return {
        "borrow": here.borrow,
        "principal": here.principal,
        "interest": here.interest,
        "balance": balance,
    }


def _of(here: LoanYear, quantity: Quantity, *, refinances: bool) -> float:
    if quantity is Quantity.BALANCE:
        return here.balance
    if quantity is Quantity.PRINCIPAL:
        return here.principal
    if quantity is Quantity.INTEREST:
        return here.interest
    if quantity is Quantity.SERVICE:
        return here.principal + here.interest
    if quantity is Quantity.LEVEL_SERVICE:
        return here.level
    if quantity is Quantity.UNPROVIDED:
        return 0.0 if refinances else here.unprovided
    return 0.0 if refinances else here.borrow


def read_debt(
    reading: ProblemData, issues: Iterable[Issue], built: Mapping[str, Built]
) -> DebtBook:
    """Return the debt of a plan: old debt as given, each issue followed to its end."""
    instance = reading.instance
    book = DebtBook(reading, loans={loan.id: {} for loan in instance.instruments})
    for row in instance.debt:
        pool = (row.jurisdiction, row.pool)
        book.opening[pool] = book.opening.get(pool, 0.0) + (row.opening_balance or 0.0)
        if row.year >= reading.first:
            here = book.old.setdefault(pool, {}).setdefault(row.year, LoanYear())
            here.principal += row.principal_due
            here.interest += row.interest_due
            here.level += row.principal_due + row.interest_due
    owed = {loan.id: outstanding(loan) for loan in instance.instruments}
    loans = {loan.id: loan for loan in instance.instruments}
    for issue in issues:
        name = issue.instrument
        wait = 0
        if loans[name].kind == "availability" and issue.project in built:
            wait = max(0, built[issue.project].works_years[-1] - issue.year)
        _follow(book.loans[name], loans[name], owed[name], issue, wait)
    return book


def _follow(
    account: dict[int, LoanYear], loan: Instrument, owed: list[float], issue: Issue, wait: int
) -> None:
    """Write one issue into its instrument's account: year of issue to last repayment.

    For the first `wait` years nothing falls due, and no interest is charged.
    """
    here = account.setdefault(issue.year, LoanYear())
    here.borrow += issue.amount
    here.balance += issue.amount
    here.unprovided += issue.amount
    repaid_at_once = all(share == 1.0 for share in owed[:-1])
    for year in range(issue.year + 1, issue.year + wait + 1):
        here = account.setdefault(year, LoanYear())
        here.balance += issue.amount
        here.unprovided += issue.amount
    before = issue.amount
    for age in range(1, loan.tenor + 1):
        here = account.setdefault(issue.year + wait + age, LoanYear())
        balance = issue.amount * owed[age]
        interest = loan.rate * before
        here.principal += before - balance
        here.interest += interest
        here.balance += balance
        here.unprovided += issue.amount * (loan.tenor - age) / loan.tenor
        if repaid_at_once:
            here.level += issue.amount * (1.0 + loan.tenor * loan.rate) / loan.tenor
        else:
            here.level += before - balance + interest
        before = balance


def service_of_one(loan: Instrument) -> float:
    """Principal and interest over the tenor per unit issued."""
    owed = outstanding(loan)
    return 1.0 + loan.rate * sum(owed[:-1])
