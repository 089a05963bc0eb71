"""What a joint project is worth to each partner. Source: docs/laws.md section 4, Sharing."""

from __future__ import annotations

from infraplan.models.finance.discounting import FloatArray
from infraplan.models.joint_projects import benefit_shares_of
from infraplan.models.project import Project
from infraplan.optimizer.accounts.spending import cost_uplift
from infraplan.optimizer.accounts.value import Coefficients


def partner_gains(coefficients: Coefficients, project: Project) -> dict[str, FloatArray]:
    """Gain of each partner of `project` by option and start, shape (options, T); cost apart.

    Formula: ``benefit_share (benefit + metric_value + om + residual)``; rows of other projects'
    options mean nothing.
    """
    shares = benefit_shares_of(coefficients.candidates.instance, project)
    return {partner: share * coefficients.gain for partner, share in shares.items()}


def cost_of_payment(coefficients: Coefficients, project: Project) -> FloatArray:
    """Present real cost of one nominal unit paid for works of `project`, by plan year, shape (T,).

    Formula: ``uplift df(t) / index(t)``.
    """
    return cost_uplift(coefficients.candidates.instance, project) * coefficients.worth_of_nominal
