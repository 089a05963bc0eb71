"""Repayment kernels against a tranche-by-tranche simulation and published debt tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.models.finance import kernels
from infraplan.models.finance.kernels import RepaymentKernel
from infraplan.models.finance.repayment_form import RepaymentForm

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_YEAR = 2021


@dataclass(frozen=True)
class Terms:
    """What a loan contract says."""

    form: str
    tenor: int
    rate: float
    grace: int = 0
    shares: tuple[float, ...] = ()

    def kernel(self) -> RepaymentKernel:
        return kernels.repayment_kernel(
            self.form, self.rate, self.tenor, self.grace, self.shares or None
        )


@dataclass
class Tranche:
    """One issue, with what is still owed on it."""

    issued: int
    amount: float
    owed: float


def principal_due(terms: Terms, tranche: Tranche, age: int) -> float:
    """Return what the contract asks for at an age, looking only at the tranche."""
    if terms.form == "schedule":
        return tranche.amount * terms.shares[age - 1] if age <= terms.tenor else 0.0
    if age == terms.tenor:
        return tranche.owed
    if terms.form == "bullet" or age <= terms.grace or age > terms.tenor:
        return 0.0
    if terms.form == "equal_principal":
        return tranche.amount / (terms.tenor - terms.grace)
    # Level payment on what is owed, over the payments still to come.
    left = terms.tenor - age + 1
    worth = sum((1.0 + terms.rate) ** -k for k in range(1, left + 1))
    return tranche.owed / worth - terms.rate * tranche.owed


def simulate_tranches(
    terms: Terms, issues: dict[int, float], years: list[int]
) -> dict[str, NDArray[np.float64]]:
    """Follow every issue through its life, year by year; return yearly totals."""
    tranches: list[Tranche] = []
    rows: dict[str, list[float]] = {"balance": [], "principal": [], "interest": []}
    for year in years:
        principal = interest = 0.0
        for tranche in tranches:
            due = principal_due(terms, tranche, year - tranche.issued)
            interest += terms.rate * tranche.owed
            principal += due
            tranche.owed -= due
        if issues.get(year):
            tranches.append(Tranche(year, issues[year], issues[year]))
        rows["balance"].append(sum(tranche.owed for tranche in tranches))
        rows["principal"].append(principal)
        rows["interest"].append(interest)
    return {name: np.array(values) for name, values in rows.items()}


@st.composite
def contracts(draw: st.DrawFn) -> Terms:
    rate = draw(st.floats(0.0, 0.12))
    form = draw(st.sampled_from([str(f) for f in RepaymentForm]))
    tenor = draw(st.integers(1, 30))
    if form == "schedule":
        weights = draw(st.lists(st.integers(0, 9), min_size=tenor - 1, max_size=tenor - 1))
        weights.append(draw(st.integers(1, 9)))
        shares = tuple(weight / sum(weights) for weight in weights)
        return Terms(form, tenor, rate, 0, shares)
    grace = draw(st.integers(0, tenor - 1)) if form != "bullet" else 0
    return Terms(form, tenor, rate, grace)


amounts = st.lists(st.floats(0.0, 500.0), min_size=1, max_size=20)


@given(terms=contracts(), borrowed=amounts)
def test_kernel_equals_tranche_simulation(terms: Terms, borrowed: list[float]) -> None:
    issue_years = [FIRST_YEAR + k for k in range(len(borrowed))]
    years = list(range(FIRST_YEAR, FIRST_YEAR + len(borrowed) + terms.tenor + 2))
    truth = simulate_tranches(terms, dict(zip(issue_years, borrowed, strict=True)), years)
    kernel = terms.kernel()
    slack = 1e-9 * max(1.0, sum(borrowed))
    balance = kernels.balance_matrix(kernel, issue_years, years) @ borrowed
    principal = kernels.principal_matrix(kernel, issue_years, years) @ borrowed
    interest = kernels.interest_matrix(kernel, issue_years, years) @ borrowed
    assert balance == pytest.approx(truth["balance"], abs=slack)
    assert principal == pytest.approx(truth["principal"], abs=slack)
    assert interest == pytest.approx(truth["interest"], abs=slack)
    # Roll-forward: what is owed is what was owed, plus issues, less repayments.
    new = np.zeros(len(years))
    new[: len(borrowed)] = borrowed
    assert balance == pytest.approx(np.cumsum(new - principal), abs=slack)
    # After the last maturity nothing is owed, and all principal has been repaid.
    last = issue_years[-1] + kernel.tenor
    assert balance[years.index(last)] == 0.0
    assert principal.sum() == pytest.approx(sum(borrowed), abs=slack)


@given(terms=contracts(), borrowed=amounts)
def test_level_service_counts_every_unit_of_service(terms: Terms, borrowed: list[float]) -> None:
    issue_years = [FIRST_YEAR + k for k in range(len(borrowed))]
    years = list(range(FIRST_YEAR, FIRST_YEAR + len(borrowed) + terms.tenor + 2))
    kernel = terms.kernel()
    level = kernels.level_service_matrix(kernel, issue_years, years) @ borrowed
    slack = 1e-9 * max(1.0, sum(borrowed))
    assert level.sum() == pytest.approx(kernel.service_per_unit * sum(borrowed), abs=slack)
    if not kernel.is_term:
        due = kernels.principal_matrix(kernel, issue_years, years) @ borrowed
        due = due + kernels.interest_matrix(kernel, issue_years, years) @ borrowed
        assert level == pytest.approx(due, abs=slack)


def test_georgia_counts_a_bullet_level_over_its_life() -> None:
    # 100 for 10 years at 5 %: (100 + 10 x 5) / 10 = 15 a year in each of the years 2022..2031.
    years = np.arange(2021, 2033)
    matrix = kernels.level_service_matrix(kernels.bullet(10, 0.05), [2021], years)
    assert (matrix @ [100.0]).tolist() == pytest.approx([0.0] + [15.0] * 10 + [0.0])
    # Stress of +2 points on the one issue: (100 + 10 x 7) / 10 = 17.
    stressed = kernels.level_service_matrix(kernels.bullet(10, 0.05), [2021], years, [0.07])
    assert (stressed @ [100.0])[1:11] == pytest.approx([17.0] * 10)


def test_a_one_payment_schedule_is_term_debt_too() -> None:
    # Renaming a bullet does not escape the level rule.
    kernel = kernels.user_schedule([0.0, 0.0, 1.0], 0.03)
    assert kernel.is_term
    assert kernel.level_service_share_at(0.03).tolist() == pytest.approx(
        [0.0] + [(1 + 3 * 0.03) / 3] * 3
    )


def test_interest_by_issue_rate() -> None:
    # 100 issued in 2021 at 2 % and 100 in 2022 at 4 %, three-year bullets:
    # 2022: 2; 2023: 2 + 4; 2024: 2 + 4; 2025: 4.
    kernel = kernels.bullet(3, 0.0)
    matrix = kernels.interest_matrix(kernel, [2021, 2022], range(2021, 2026), [0.02, 0.04])
    assert (matrix @ [100.0, 100.0]).tolist() == pytest.approx([0.0, 2.0, 6.0, 6.0, 4.0])


def test_equal_principal_with_grace_by_hand() -> None:
    # 5 years, 2 of grace: thirds at ages 3, 4, 5; 6 % on what is owed before each payment.
    kernel = kernels.equal_principal(5, 0.06, grace=2)
    assert kernel.principal_share == pytest.approx([0, 0, 0, 1 / 3, 1 / 3, 1 / 3])
    assert kernel.outstanding_share == pytest.approx([1, 1, 1, 2 / 3, 1 / 3, 0])
    assert kernel.interest_share == pytest.approx([0, 0.06, 0.06, 0.06, 0.04, 0.02])
    assert (kernel.tenor, kernel.form) == (5, RepaymentForm.EQUAL_PRINCIPAL)


def test_level_annuity_pays_the_same_every_year_after_the_grace() -> None:
    kernel = kernels.level_annuity(27, 0.07, grace=2)
    service = kernel.principal_share + kernel.interest_share
    # Two years of interest only, then the capital recovery factor of 25 years at 7 %: 0.0858.
    assert service[1:3] == pytest.approx([0.07, 0.07])
    assert service[3:] == pytest.approx([0.085810517] * 25, abs=1e-8)


def test_level_annuity_without_interest_is_equal_principal() -> None:
    assert kernels.level_annuity(4, 0.0).principal_share == pytest.approx(
        [0, 0.25, 0.25, 0.25, 0.25]
    )


def test_kernel_arrays_are_read_only() -> None:
    kernel = kernels.bullet(3, 0.02)
    with pytest.raises(ValueError, match="read-only"):
        kernel.principal_share[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        kernel.outstanding_share[0] = 0.0


@pytest.mark.parametrize(("tenor", "repaid"), [(30, 0.0), (10, 0.0), (7, 0.3), (5, 0.5)])
def test_what_ten_yearly_bullets_repay_inside_the_ten_years(tenor: int, repaid: float) -> None:
    # Issues of 1 in 2021..2030; inside 2030 only those of 2030 - tenor and before fall due.
    years = np.arange(2021, 2031)
    principal = kernels.principal_matrix(kernels.bullet(tenor, 0.02), years, years) @ np.ones(10)
    assert principal.sum() / 10 == pytest.approx(repaid)


def test_the_tail_shows_what_the_horizon_hides() -> None:
    years = np.arange(2021, 2031)
    tail = np.arange(2021, 2041)
    principal = kernels.principal_matrix(kernels.bullet(10, 0.02), years, tail) @ np.ones(10)
    assert principal.tolist() == [0.0] * 10 + [1.0] * 10


def _worth(kernel: kernels.RepaymentKernel, rate: float) -> float:
    """Present value of all service per unit borrowed, at the year of issue."""
    service = kernel.principal_share + kernel.interest_share
    return float(sum(due / (1 + rate) ** age for age, due in enumerate(service)))


def test_discounted_bullet_looks_like_free_money() -> None:
    # 30 years at 2.06 %, social rate 8 %: 0.0206 x 11.2578 + 1.08^-30 = 0.2319 + 0.0994 = 0.331.
    worth = _worth(kernels.bullet(30, 0.0206), 0.08)
    assert worth == pytest.approx(0.331, abs=5e-4)
    # A project with benefit-cost ratio 0.9 and cost 100, all bond: 90 - 33.1 = +56.9, not -10.
    assert 0.9 * 100 - 100 * worth == pytest.approx(56.9, abs=0.05)


def test_debt_at_the_social_rate_is_worth_its_face() -> None:
    for kernel in (kernels.bullet(7, 0.08), kernels.level_annuity(9, 0.08, 3)):
        assert _worth(kernel, 0.08) == pytest.approx(1.0)


@pytest.mark.parametrize("form", ["bullet", "equal_principal", "annuity"])
def test_impossible_terms_are_refused(form: str) -> None:
    with pytest.raises(ValueError, match="tenor"):
        kernels.repayment_kernel(form, 0.02, 0)
    for rate in (-0.01, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="interest rate"):
            kernels.repayment_kernel(form, rate, 5)


@pytest.mark.parametrize("grace", [-1, 5])
def test_grace_must_leave_a_year_to_repay(grace: int) -> None:
    with pytest.raises(ValueError, match="grace"):
        kernels.equal_principal(5, 0.02, grace)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([], "at least one share"),
        ([[0.5, 0.5]], "at least one share"),
        ([1.5, -0.5], "not negative"),
        ([0.5, float("nan")], "not negative"),
        ([0.5, 0.4], "sum to one"),
        ([1.0, 0.0], "last share"),
    ],
)
def test_bad_schedules_are_refused(shares: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernels.user_schedule(shares, 0.02)


def test_a_schedule_needs_its_shares_and_a_form_must_exist() -> None:
    with pytest.raises(ValueError, match="needs its shares"):
        kernels.repayment_kernel("schedule", 0.02)
    with pytest.raises(ValueError, match="perpetual"):
        kernels.repayment_kernel("perpetual", 0.02, 5)


@pytest.mark.parametrize(
    ("tenor", "rate", "needed"),
    # Chongqing issue of July 2025, 1.2 (1 + n r).
    [(10, 0.0175, 1.41), (15, 0.0195, 1.55), (20, 0.0205, 1.69), (30, 0.0206, 1.94)],
)
def test_net_revenue_needed_per_unit_of_bullet(tenor: int, rate: float, needed: float) -> None:
    assert 1.2 * kernels.bullet(tenor, rate).service_per_unit == pytest.approx(needed, abs=5e-3)


def test_equal_principal_needs_less_revenue() -> None:
    # 30 years in equal parts owe on average 15.5 years of interest: 1.2 (1 + 15.5 x 0.0206).
    needed = 1.2 * kernels.equal_principal(30, 0.0206).service_per_unit
    assert needed == pytest.approx(1.58, abs=5e-3)


def test_coverage_closed_form_of_a_bullet() -> None:
    # N = 500 over 20 years at 2.05 %, coverage 1.2: 500 / (1.2 x 1.41) = 295.508.
    most = 500.0 / (1.2 * kernels.bullet(20, 0.0205).service_per_unit)
    assert most == pytest.approx(500 / (1.2 * (1 + 20 * 0.0205)))
    assert most == pytest.approx(295.508, abs=1e-3)
