"""Ways in which a debt is repaid; apart from their arithmetic, so that reading needs no arrays."""

from __future__ import annotations

from enum import StrEnum


class RepaymentForm(StrEnum):
    """How principal is repaid."""

    BULLET = "bullet"
    EQUAL_PRINCIPAL = "equal_principal"
    ANNUITY = "annuity"
    SCHEDULE = "schedule"
