"""Repayment kernels: how one unit borrowed is repaid, and the linear maps debt follows from.

A kernel is data: the share of principal repaid at each age. Because it is data, the balance,
the principal due, the interest due and the level service of any borrowing plan are linear in
what is borrowed: ``balance = old_balance + balance_matrix @ borrowing``.

Ages are whole years since the issue; an issue of year ``u`` pays its first interest in
``u + 1``. Source of all formulas: amortisation tables, and docs/laws.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.discounting import (
    FloatArray,
    IntArray,
    year_array,
)
from infraplan.models.finance.repayment_form import RepaymentForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

SHARE_TOLERANCE = 1e-9
"""How far the shares of a user schedule may be from a sum of one."""


@dataclass(frozen=True, eq=False)
class RepaymentKernel:
    """Repayment of 1 unit of principal by age, with its interest.

    Compared by identity, since it holds arrays; the arrays are read-only.

    Attributes
    ----------
    form
        The family the kernel belongs to.
    rate
        Contract interest rate per year.
    principal_share
        ``pi(a)``: share of the principal repaid at age ``a``, shape ``(n + 1,)``, ``a = 0..n``;
        ``pi(0) = 0`` and the sum is one.
    outstanding_share
        ``b(a) = 1 - sum_{v<=a} pi(v)``, shape ``(n + 1,)``; ``b(0) = 1``, ``b(n) = 0``.
    """

    form: RepaymentForm
    rate: float
    principal_share: FloatArray
    outstanding_share: FloatArray

    @property
    def tenor(self) -> int:
        """Years from issue to the last repayment (``n``)."""
        return len(self.principal_share) - 1

    @property
    def is_term(self) -> bool:
        """Whether all principal falls due at the last age, whatever the form is called."""
        return bool(self.principal_share[-1] == 1.0)

    @property
    def interest_share(self) -> FloatArray:
        """Interest due at age ``a`` per unit borrowed: ``r b(a - 1)``, 0 at age 0; ``(n + 1,)``."""
        return self.interest_share_at(self.rate)

    def interest_share_at(self, rate: float) -> FloatArray:
        """Return interest by age at another rate per year, the principal schedule unchanged."""
        return np.concatenate([[0.0], rate * self.outstanding_share[:-1]])

    @property
    def service_per_unit(self) -> float:
        """Total principal and interest over life per unit borrowed: ``1 + r sum_a b(a - 1)``."""
        return 1.0 + float(self.interest_share.sum())

    def level_service_share_at(self, rate: float) -> FloatArray:
        """Return the service counted by age at another rate per year, shape ``(n + 1,)``."""
        service = self.principal_share + self.interest_share_at(rate)
        if self.is_term:
            level = np.full(self.tenor + 1, service.sum() / self.tenor)
            level[0] = 0.0
            return level
        return service


def _check_rate(rate: float) -> None:
    if not (np.isfinite(rate) and rate >= 0.0):
        raise ValueError("the interest rate must be a finite number, not negative")


def _kernel(form: RepaymentForm, rate: float, principal_share: FloatArray) -> RepaymentKernel:
    _check_rate(rate)
    outstanding = 1.0 - np.cumsum(principal_share)
    # The sum of the shares is one up to rounding: the debt ends exactly at zero.
    outstanding[-1] = 0.0
    principal_share.setflags(write=False)
    outstanding.setflags(write=False)
    return RepaymentKernel(form, float(rate), principal_share, outstanding)


def _check_tenor(tenor: int, grace: int = 0) -> None:
    if tenor < 1:
        raise ValueError("the tenor must be at least one year")
    if not 0 <= grace < tenor:
        raise ValueError("the grace period must be at least 0 and shorter than the tenor")


def bullet(tenor: int, rate: float) -> RepaymentKernel:
    """Return the kernel that repays all principal at the end.

    Formula: ``pi(n) = 1``; ``n`` = ``tenor`` [years], ``rate`` [1/year].

    Raises
    ------
    ValueError
        If the tenor is below one year or the rate is negative or not finite.
    """
    _check_tenor(tenor)
    share = np.zeros(tenor + 1)
    share[tenor] = 1.0
    return _kernel(RepaymentForm.BULLET, rate, share)


def equal_principal(tenor: int, rate: float, grace: int = 0) -> RepaymentKernel:
    """Return the kernel with equal principal payments after a grace period of interest only.

    Formula: ``pi(a) = 1 / (n - g)`` for ``a = g + 1..n``; ``n`` = ``tenor`` [years],
    ``g`` = ``grace`` [years].

    Raises
    ------
    ValueError
        If not ``0 <= grace < tenor``, or the rate is negative or not finite.
    """
    _check_tenor(tenor, grace)
    share = np.zeros(tenor + 1)
    share[grace + 1 :] = 1.0 / (tenor - grace)
    return _kernel(RepaymentForm.EQUAL_PRINCIPAL, rate, share)


def level_annuity(tenor: int, rate: float, grace: int = 0) -> RepaymentKernel:
    """Return the kernel whose principal plus interest is the same every year after the grace.

    Formula: ``pi(a) = A - r b(a - 1)`` for ``a = g + 1..n``, hence
    ``pi(a) = (A - r) (1 + r)^(a - g - 1)``, with ``A`` the capital recovery factor of ``n - g``
    years; ``r`` = ``rate`` [1/year], ``n`` = ``tenor``, ``g`` = ``grace`` [years, interest only].

    Raises
    ------
    ValueError
        If not ``0 <= grace < tenor``, or the rate is negative or not finite.
    """
    _check_tenor(tenor, grace)
    _check_rate(rate)
    periods = tenor - grace
    # A - r = r / ((1 + r)^periods - 1), written so that long tenors do not cancel.
    first = rate / np.expm1(periods * np.log1p(rate)) if rate > 0.0 else 1.0 / periods
    share = np.zeros(tenor + 1)
    share[grace + 1 :] = first * (1.0 + rate) ** np.arange(periods)
    return _kernel(RepaymentForm.ANNUITY, rate, share)


def user_schedule(principal_share: ArrayLike, rate: float) -> RepaymentKernel:
    """Return the kernel of a given repayment schedule.

    Parameters
    ----------
    principal_share
        ``pi(a)`` for ``a = 1..n``, shape ``(n,)``: share repaid at each age, summing to one.
    rate
        Interest rate per year.

    Raises
    ------
    ValueError
        If a share is negative or not finite, the sum is not one, the last share is zero (the
        tenor would not be the last repayment), or the rate is not valid.
    """
    shares = np.atleast_1d(np.asarray(principal_share, dtype=np.float64))
    if shares.ndim != 1 or shares.size == 0:
        raise ValueError("a repayment schedule is a list of at least one share")
    if not np.all(np.isfinite(shares)) or np.any(shares < 0.0):
        raise ValueError("every share of a repayment schedule must be a number, not negative")
    if abs(float(shares.sum()) - 1.0) > SHARE_TOLERANCE:
        raise ValueError("the shares of a repayment schedule must sum to one")
    if shares[-1] == 0.0:
        raise ValueError("the last share of a repayment schedule must not be zero")
    share = np.concatenate([[0.0], shares / shares.sum()])
    return _kernel(RepaymentForm.SCHEDULE, rate, share)


def repayment_kernel(
    form: RepaymentForm | str,
    rate: float,
    tenor: int = 0,
    grace: int = 0,
    principal_share: ArrayLike | None = None,
) -> RepaymentKernel:
    """Return the kernel of a form named in data.

    Parameters
    ----------
    form
        ``bullet``, ``equal_principal``, ``annuity`` or ``schedule``.
    rate
        Interest rate per year.
    tenor, grace
        Years; ignored by ``schedule`` (its tenor is the length of the schedule). A bullet has
        no grace period to give.
    principal_share
        Only for ``schedule``: shares repaid at ages ``1..n``.

    Raises
    ------
    ValueError
        If the form is unknown or its own numbers are missing or wrong.
    """
    form = RepaymentForm(form)
    if form is RepaymentForm.SCHEDULE:
        if principal_share is None:
            raise ValueError("a repayment schedule needs its shares")
        return user_schedule(principal_share, rate)
    if form is RepaymentForm.BULLET:
        return bullet(tenor, rate)
    builder: Callable[[int, float, int], RepaymentKernel] = (
        equal_principal if form is RepaymentForm.EQUAL_PRINCIPAL else level_annuity
    )
    return builder(tenor, rate, grace)


def _by_age(shares: FloatArray, issue_years: IntArray, years: IntArray) -> FloatArray:
    """Return ``shares[age]`` for each (year, issue year), 0 before the issue and after the end."""
    age = years[:, None] - issue_years[None, :]
    inside = (age >= 0) & (age < len(shares))
    return np.where(inside, shares[np.where(inside, age, 0)], 0.0)


def balance_matrix(kernel: RepaymentKernel, issue_years: ArrayLike, years: ArrayLike) -> FloatArray:
    """Return the map from borrowing by issue year to the balance at each year's end.

    Formula: ``M[t, u] = b(t - u)``, so ``D = D_old + M @ B``; ``B`` [money] borrowed in year
    ``u``, ``D`` [money] owed at the end of year ``t``.

    Parameters
    ----------
    kernel
        Repayment by age.
    issue_years, years
        Calendar years, shapes ``(issues,)`` and ``(years,)``; let ``years`` run to the last
        maturity, or the tail of the debt is not seen.

    Returns
    -------
    FloatArray
        Shape ``(years, issues)``.
    """
    return _by_age(kernel.outstanding_share, year_array(issue_years), year_array(years))


def principal_matrix(
    kernel: RepaymentKernel, issue_years: ArrayLike, years: ArrayLike
) -> FloatArray:
    """Return the map from borrowing by issue year to principal due by year.

    Formula: ``M[t, u] = pi(t - u)``, so ``P = P_old + M @ B``.
    Shapes as in `balance_matrix`.
    """
    return _by_age(kernel.principal_share, year_array(issue_years), year_array(years))


def _per_issue_rate(
    kernel: RepaymentKernel, issues: IntArray, rates: ArrayLike | None
) -> FloatArray:
    """Return the interest rate of each issue, the kernel's own unless given."""
    given = kernel.rate if rates is None else np.asarray(rates, dtype=np.float64)
    return np.asarray(np.broadcast_to(given, issues.shape), dtype=np.float64)


def interest_matrix(
    kernel: RepaymentKernel,
    issue_years: ArrayLike,
    years: ArrayLike,
    rates: ArrayLike | None = None,
) -> FloatArray:
    """Return the map from borrowing by issue year to interest due by year.

    Formula: ``M[t, u] = r(u) b(t - 1 - u)``, so ``I = I_old + M @ B``.

    Parameters
    ----------
    kernel, issue_years, years
        As in `balance_matrix`.
    rates
        ``r(u)``: rate per year of each issue, shape ``(issues,)`` or one number (a rate path, or
        a stress of +2 points); None takes the kernel's rate. The principal schedule stays the
        kernel's own.
    """
    issues = year_array(issue_years)
    owed_before = _by_age(kernel.outstanding_share, issues, year_array(years) - 1)
    return owed_before * _per_issue_rate(kernel, issues, rates)[None, :]


def level_service_matrix(
    kernel: RepaymentKernel,
    issue_years: ArrayLike,
    years: ArrayLike,
    rates: ArrayLike | None = None,
) -> FloatArray:
    """Return the map from borrowing by issue year to the debt service counted by year.

    Formula: amortising debt counts what is due, ``pi(a) + r b(a - 1)``; term debt (all principal
    at the end) counts ``(1 + n r) / n`` in every year of its life ``a = 1..n``, so that a bullet
    cannot hide its principal behind the horizon. Source: constitution of Georgia (US), highest
    annual service test.

    Parameters
    ----------
    kernel, issue_years, years, rates
        As in `interest_matrix`.
    """
    issues, grid = year_array(issue_years), year_array(years)
    # Level service is affine in the rate: a principal part plus rate times an interest part.
    at_zero = kernel.level_service_share_at(0.0)
    per_rate = kernel.level_service_share_at(1.0) - at_zero
    rate = _per_issue_rate(kernel, issues, rates)[None, :]
    return _by_age(at_zero, issues, grid) + rate * _by_age(per_rate, issues, grid)
