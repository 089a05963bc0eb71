"""Values of plans under draws: regret, its worst tail, and what knowing would be worth.

Pure arithmetic on a table of values, shape (plans, draws); a plan that is not possible in a draw
has no value there (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LEVEL = 0.9
"""CVaR is the mean regret of the worst tenth of the draws."""
PERMUTATIONS = 400
"""Shuffles of the draws by which the value of knowing a figure is freed of chance."""
LEAST_DRAWS = 8
"""Draws below which no curve of three figures is fitted."""


def regrets_of(values: FloatArray, best: FloatArray) -> FloatArray:
    """What each plan is worth less than the best known in each draw; infinite where impossible."""
    lost = best[None, :] - values
    return np.where(np.isnan(lost), np.inf, np.maximum(lost, 0.0))


def tail_mean(losses: FloatArray, level: float = LEVEL) -> float:
    """Mean of the worst `1 - level` of equally likely losses (CVaR), exact in parts of a draw.

    Source: Rockafellar and Uryasev, Conditional value-at-risk for general loss distributions
    (2002): a loss on the border counts with the part of it that lies in the tail.
    """
    worst = np.sort(losses)[::-1]
    mass = (1.0 - level) * worst.size
    weights = np.clip(mass - np.arange(worst.size), 0.0, 1.0)
    parts = worst[weights > 0.0] * weights[weights > 0.0]
    # By rounding, a mean could pass the largest of its losses.
    return min(float(worst[0]), float(parts.sum() / mass))


@dataclass(frozen=True)
class Knowing:
    """What perfect knowledge is worth beside the best plan of those compared, money.

    `low` and `high` enclose it as far as the gaps of the solves leave it open: `low` takes the
    plans found for the best, `high` the proven bounds.
    """

    value: float
    low: float
    high: float


def value_of_all(values: FloatArray, best: FloatArray, bounds: FloatArray) -> Knowing | None:
    """Expected value of perfect information; None where no plan is possible in every draw.

    The mean of the best by draw, less the largest mean of one plan. `bounds` may hold NaN: then
    nothing is known above.
    """
    possible = ~np.isnan(values).any(axis=1)
    if not possible.any() or not best.size:
        return None
    held = float(values[possible].mean(axis=1).max())
    found = max(0.0, float(best.mean()) - held)
    above = float(np.maximum(bounds, best).mean()) - held
    return Knowing(found, found, np.inf if np.isnan(above) else max(found, above))


def values_of_each(
    values: FloatArray, quantiles: FloatArray, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Expected value of knowing each figure alone, and what chance alone would show at most.

    Source: Strong, Oakley and Brennan, Estimating multiparameter partial expected value of perfect
    information from a probabilistic sensitivity analysis sample (2014): what each plan is worth
    more than the best one is fitted on the figure; the mean of the largest fit, less the largest
    mean, is the value. Fitted is a parabola of the normal score of its quantile. A fit finds
    something in any data: the mean over `PERMUTATIONS` shuffles of the draws is taken off, and the
    second answer is what 95 of 100 shuffles stay below, less the same.

    Parameters
    ----------
    values
        Shape (plans, draws), none missing.
    quantiles
        Shape (draws, figures).

    Returns
    -------
    Values, shape (figures), money, none below 0; and the noise, shape (figures).
    """
    count = values.shape[1]
    figures = quantiles.shape[1]
    if count < LEAST_DRAWS or values.shape[0] < 2:
        return np.zeros(figures), np.zeros(figures)
    # Here: the module brings scipy, which commands that draw nothing do without.
    from scipy.special import ndtri

    gains = (values - values[values.mean(axis=1).argmax()]).T
    chance = np.random.default_rng([seed, figures])
    even = ndtri((np.arange(count) + 0.5) / count)
    shuffled = [_fitted_gain(even[chance.permutation(count)], gains) for _ in range(PERMUTATIONS)]
    bias, noise = float(np.mean(shuffled)), float(np.quantile(shuffled, 0.95))
    scores = ndtri(np.clip(quantiles, 1e-9, 1.0 - 1e-9))
    raw = np.array([_fitted_gain(scores[:, place], gains) for place in range(figures)])
    return np.maximum(raw - bias, 0.0), np.full(figures, noise - bias)


def _fitted_gain(scores: FloatArray, gains: FloatArray) -> float:
    """Mean of the largest fit less the largest mean; `gains` has shape (draws, plans)."""
    basis = np.column_stack([np.ones(scores.size), scores, scores**2])
    span, _ = np.linalg.qr(basis)
    fitted = span @ (span.T @ gains)
    return float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())
