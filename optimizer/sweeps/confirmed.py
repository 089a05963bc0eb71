"""What knowing one figure is worth, found again by solving at several of its values.

All other figures stand where they most likely are then: at the middle, those that share a cause
with the figure moved by their correlation. What is confirmed is the value of the figure there, and
not what it is worth together with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infraplan.optimizer.sweeps.drawn_data import Datum, Key, correlation
from infraplan.optimizer.sweeps.draws import Draws, instance_at
from infraplan.optimizer.sweeps.holding import HoldTask, hold_in_turn
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.regret import Knowing, value_of_all
from infraplan.optimizer.sweeps.robust import Robust, RobustQuestion, draw_job
from infraplan.optimizer.sweeps.runner import Runner

PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Quantiles at which it is solved again: the middles of five equal parts."""


@dataclass(frozen=True)
class Confirmed:
    """The value found by solving again, and whether that of the draws lies within its interval.

    The interval is that of the gaps, and as wide besides as what chance shows in the draws.
    """

    knowing: Knowing | None
    agrees: bool | None


def confirm_worth(
    question: RobustQuestion, found: Robust, runner: Runner, count: int
) -> dict[Key, Confirmed]:
    """Solve again for the `count` figures that are worth most.

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    answers = {}
    for row in found.worth[:count]:
        knowing = _resolved(question, found, runner, row.datum)
        agrees = None
        if knowing is not None:
            agrees = knowing.low - row.noise <= row.value <= knowing.high + row.noise
        answers[row.datum.key] = Confirmed(knowing, agrees)
    return answers


def places_with(draws: Draws, datum: Datum, quantile: float) -> dict[Key, float]:
    """Quantiles of all data where `datum` lies at `quantile` and the others most likely then."""
    # Here: the module brings scipy, which commands that draw nothing do without.
    from scipy.special import ndtr, ndtri

    score = float(ndtri(quantile))
    return {other.key: float(ndtr(correlation(datum, other) * score)) for other in draws.data}


def _resolved(
    question: RobustQuestion, found: Robust, runner: Runner, datum: Datum
) -> Knowing | None:
    places = [places_with(found.draws, datum, quantile) for quantile in PLACES]
    jobs = [
        draw_job(f"know-{datum.name}-{k}", instance_at(question.instance, place), question.options)
        for k, place in enumerate(places)
    ]
    results = runner.run(jobs)
    if not all(result.has_plan for result in results):
        return None
    return _compared(question, found, results, places, runner)


def _compared(
    question: RobustQuestion,
    found: Robust,
    results: Sequence[JobResult],
    places: Sequence[dict[Key, float]],
    runner: Runner,
) -> Knowing | None:
    """Values of the plans of every place, and of those compared before, at every place."""
    plans = tuple(row.starts for row in found.plans) + tuple(r.starts for r in results)
    limit = question.options.time_limit_s or 600.0
    tasks = [HoldTask(k, question.instance, q, plans, limit) for k, q in enumerate(places)]
    held = dict(hold_in_turn(tasks, runner.workers, runner.folder))
    values = np.array(
        [[held[k][row].value for k in range(len(places))] for row in range(len(plans))], dtype=float
    )
    own = np.array([result.objective for result in results], dtype=float)
    best = np.fmax(own, np.nanmax(values, axis=0, initial=-np.inf))
    bounds = np.array([result.bound for result in results], dtype=float)
    return value_of_all(values, best, bounds)
