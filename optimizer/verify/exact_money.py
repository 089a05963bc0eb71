"""Laws of money once more in fractions, to the smallest unit, where amounts are large.

A millionth of an amount is more than the smallest unit of money from 5,000 on, and doubles round
by more than it somewhere above 1e12. Where a plan has such amounts the same checks are made again
in exact numbers, and what misses a limit by half a smallest unit or more is told: amounts stated
in whole units then hold exactly, whatever their size.
"""

from __future__ import annotations

import math

from infraplan.models.catalogue import Phrase, phrase
from infraplan.optimizer.verify.debt import read_debt
from infraplan.optimizer.verify.derived import Accounts
from infraplan.optimizer.verify.exact_numbers import exact_decisions, exact_instance, fraction
from infraplan.optimizer.verify.funds import check_funds, fund_rows
from infraplan.optimizer.verify.joint_projects import check_sharing
from infraplan.optimizer.verify.limits import check_limits, read_limits
from infraplan.optimizer.verify.payments import check_payments
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.rows import FUND_YEARS, RULE_YEARS
from infraplan.optimizer.verify.targets import check_policies
from infraplan.optimizer.verify.violations import (
    SMALLEST_MONEY,
    TOLERANCE,
    Recorder,
    tolerance,
)

HALF = SMALLEST_MONEY / 2.0
GRAINS = 4
"""Last digits of a double by which two sides may differ: above 5e12 each is a smallest unit's
fifth, and a few roundings lie between what an instance states and what a plan states of it."""


def check_exact_money(accounts: Accounts, recorder: Recorder) -> None:
    """Check the laws of money of a plan in fractions where its amounts need it.

    What the checks in doubles told is not told again.
    """
    largest = _largest(accounts)
    if largest * TOLERANCE <= HALF or not math.isfinite(largest):
        return
    reading = ProblemData(exact_instance(accounts.reading.instance))
    decisions = exact_decisions(reading, accounts.decisions)
    book = read_debt(reading, decisions.issues, decisions.built)
    exact = _ExactRecorder(recorder)
    check_payments(reading, decisions, exact)
    check_sharing(reading, decisions, exact)
    check_funds(reading, decisions, fund_rows(reading, decisions, book), book, exact)
    check_limits(reading, decisions, book, read_limits(reading, book), exact)
    check_policies(reading, decisions.built, exact)


def _largest(accounts: Accounts) -> float:
    """The largest amount of money in the accounts, infinite or no number where one is."""
    sizes = [abs(row.amount) for row in accounts.decisions.payments]
    sizes += [abs(row.amount) for row in accounts.decisions.issues]
    for table in (FUND_YEARS, RULE_YEARS):
        for row in accounts.rows[table.name]:
            sizes += [abs(number) for number in row.numbers.values() if number is not None]
    for here in accounts.decisions.built.values():
        sizes += here.spending.values()
    return math.inf if any(map(math.isnan, sizes)) else max(sizes, default=0.0)


class _ExactRecorder(Recorder):
    """Tells `told` what is missed by half a smallest unit and passed the checks in doubles."""

    def __init__(self, told: Recorder) -> None:
        super().__init__()
        self._told = told

    def holds(self, law: str, subject: str, obeyed: bool, message: Phrase) -> None:
        """What is obeyed or not was told before: it has no amount."""

    def equal(
        self,
        law: str,
        subject: str,
        found: float,
        expected: float,
        what: Phrase,
        scale: float = 0.0,
    ) -> None:
        """Check that `found` is `expected` to the smallest unit."""
        over = abs(fraction(found) - fraction(expected))
        self._tell("is-but-follows-to-be", law, subject, found, expected, what, float(over), scale)

    def at_most(
        self, law: str, subject: str, found: float, limit: float, what: Phrase, scale: float = 0.0
    ) -> None:
        """Check that `found` is not above `limit` by a smallest unit."""
        over = float(fraction(found) - fraction(limit))
        self._tell("is-above-the-limit-of", law, subject, found, limit, what, over, scale)

    def at_least(
        self, law: str, subject: str, found: float, floor: float, what: Phrase, scale: float = 0.0
    ) -> None:
        """Check that `found` is not below `floor` by a smallest unit."""
        over = float(fraction(floor) - fraction(found))
        self._tell("is-below-the-least-of", law, subject, found, floor, what, over, scale)

    def _tell(
        self,
        key: str,
        law: str,
        subject: str,
        found: float,
        due: float,
        what: Phrase,
        over: float,
        scale: float,
    ) -> None:
        found, due = float(found), float(due)
        allowed = max(HALF, GRAINS * math.ulp(max(abs(found), abs(due))))
        if over <= allowed or over > tolerance(found, due, scale=scale):
            return
        other = {"is-but-follows-to-be": "expected", "is-above-the-limit-of": "limit"}
        words = {"found": f"{found:.16g}", other.get(key, "floor"): f"{due:.16g}"}
        self._told.fail(law, subject, phrase(key, what=what, **words), due, found)
