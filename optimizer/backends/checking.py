"""What the host believes of a guest: values checked by the model, bounds by the values."""

from __future__ import annotations

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.optimizer.errors import SolverContradictionError, SolverFailedError
from infraplan.optimizer.mip import FloatArray, Mip

TOLERANCE = 1e-6
"""Absolute on integers; times (1 + size) on bounds and rows; relative on bounds of the optimum."""

OBJECTIVE_TOLERANCE = 1e-5
"""Relative difference between a claimed objective and the value of its columns, which were rounded
and polished in between."""

INFINITE = 1e19
"""Solvers write infinity as 1e20: a value of this size or more is not a number."""


def clean_values(mip: Mip, values: FloatArray, tolerance: float = TOLERANCE) -> FloatArray | None:
    """`values` with integers rounded and bounds kept, None where they break the model.

    Values must be below `INFINITE`. Integers may be off by `tolerance`, columns by `tolerance *
    (1 + |value|)`, and after rounding and clipping a row by `tolerance * (1 + size of its largest
    term)`.
    """
    if values.shape != mip.objective.shape or not np.all(np.abs(values) < INFINITE):
        return None
    rounded = np.where(mip.integrality, np.round(values), values)
    if np.abs(rounded - values).max(initial=0.0) > tolerance:
        return None
    cleaned = np.clip(rounded, mip.col_lower, mip.col_upper)
    if np.any(np.abs(cleaned - rounded) > tolerance * (1.0 + np.abs(rounded))):
        return None
    terms = mip.a_value * cleaned[mip.a_index]
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    activity = np.bincount(rows, weights=terms, minlength=mip.num_rows)
    size = np.zeros(mip.num_rows)
    np.maximum.at(size, rows, np.abs(terms))
    slack = tolerance * (1.0 + size)
    if np.any(activity < mip.row_lower - slack) or np.any(activity > mip.row_upper + slack):
        return None
    return cleaned + 0.0  # no negative zeros


def whole_bounds(mip: Mip) -> tuple[FloatArray, FloatArray]:
    """Column bounds, those of integer columns moved inwards to whole numbers."""
    lower = np.where(mip.integrality, np.ceil(mip.col_lower - TOLERANCE), mip.col_lower)
    upper = np.where(mip.integrality, np.floor(mip.col_upper + TOLERANCE), mip.col_upper)
    return lower, upper


def check_model(mip: Mip) -> None:
    """Refuse a model that holds NaN, or infinite coefficients.

    Raises
    ------
    SolverFailedError
        If it does; no solver is asked.
    """
    for name, array in (
        ("objective", mip.objective),
        ("a_value", mip.a_value),
        ("objective_offset", np.array(mip.objective_offset)),
    ):
        if not np.all(np.isfinite(array)):
            message = phrase("the-model-s-holds-values-that-are-not-finite", name=name)
            raise SolverFailedError(message)
    for name in ("col_lower", "col_upper", "row_lower", "row_upper"):
        if np.any(np.isnan(getattr(mip, name))):
            message = phrase("the-model-s-holds-values-that-are-not-numbers", name=name)
            raise SolverFailedError(message)


def checked_bound(
    objective: float | None, bound: float | None, solver: str, log_tail: str
) -> float | None:
    """`bound`, at least `objective`; None where unknown.

    Rows hold within `TOLERANCE`, so a plan may lie above a true bound by about as much.

    Raises
    ------
    SolverContradictionError
        If the bound lies further below the solver's own plan.
    """
    if bound is None or objective is None or bound >= objective:
        return bound
    if objective - bound > TOLERANCE * max(1.0, abs(objective)):
        message = phrase(
            "reports-a-bound-below-its-own-plan", solver=solver, bound=bound, objective=objective
        )
        raise SolverContradictionError(message, log_tail)
    return objective


def check_objective(computed: float | None, claimed: object, solver: str, log_tail: str) -> None:
    """Refuse an objective that is not the value of the columns it comes with.

    `claimed` is what the guest sent, anything but a finite number being no claim.

    Raises
    ------
    SolverContradictionError
        If the two differ by more than `OBJECTIVE_TOLERANCE` of their size.
    """
    if computed is None or not isinstance(claimed, int | float) or not np.isfinite(claimed):
        return
    if abs(claimed - computed) > OBJECTIVE_TOLERANCE * max(1.0, abs(computed)):
        message = phrase(
            "reports-an-objective-of-other-values",
            solver=solver,
            claimed=claimed,
            computed=computed,
        )
        raise SolverContradictionError(message, log_tail)


def is_proven(objective: float, bound: float | None, gap: float) -> bool:
    """Whether `bound` proves the plan within the asked relative `gap` (1e-6 is always allowed).

    One per cent of the gap is allowed for: solvers divide by objective or bound as they like.
    """
    if bound is None:
        return False
    size = abs(objective)
    return bound - objective <= max(1.01 * gap * size, TOLERANCE * max(1.0, size))
