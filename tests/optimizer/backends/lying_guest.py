"""Guests that lie about the model they are given; they go through the same host as real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.quick_relaxation import quick_mip
from infraplan.optimizer.mip import FloatArray, Mip


def _worst(mip: Mip) -> FloatArray:
    """The plan of least value: it obeys all rows, and that is all that is good about it."""
    found = quick_mip(replace(mip, objective=-mip.objective), 10.0, 0.0)
    assert found is not None
    return found


def _best(mip: Mip) -> FloatArray:
    found = quick_mip(mip, 10.0, 0.0)
    assert found is not None
    return found


def _say(job: Job, channel: Channel, termination: str, values: FloatArray | None, **more: object):
    mip = job.model()
    files = {} if values is None else {"values": channel.save(values, "values")}
    bound = None if values is None else mip.value(values)
    told: dict[str, object] = {"bound": bound, **more}
    channel.send("done", termination=termination, version="6.6.6", **files, **told)


def _wrong_optimum(job: Job, channel: Channel) -> None:
    _say(job, channel, "optimal", _worst(job.model()))


def _optimum_without(bound: float | None) -> Callable[[Job, Channel], None]:
    """A poor plan called optimal, with `bound`, which is none."""

    def run(job: Job, channel: Channel) -> None:
        _say(job, channel, "optimal", _worst(job.model()), bound=bound)

    return run


def _wrong_bound(job: Job, channel: Channel) -> None:
    """Out of time with a poor plan, and a bound below the best one."""
    mip = job.model()
    worst, best = _worst(mip), _best(mip)
    middle = 0.5 * (mip.value(worst) + mip.value(best))
    _say(job, channel, "time_limit", worst, bound=middle)


def _infeasible(job: Job, channel: Channel) -> None:
    _say(job, channel, "infeasible", None)


def _unbounded(job: Job, channel: Channel) -> None:
    """Unbounded, and with a plan where it is asked for the rows alone."""
    mip = job.model()
    if mip.objective.any():
        _say(job, channel, "unbounded", None)
    else:
        _say(job, channel, "optimal", _best(mip))


def _breaks_row(job: Job, channel: Channel) -> None:
    mip = job.model()
    _say(job, channel, "optimal", np.where(mip.integrality, 1.0, np.maximum(0.0, mip.col_lower)))


def _objective_off(job: Job, channel: Channel) -> None:
    mip = job.model()
    best = _best(mip)
    _say(job, channel, "optimal", best, objective=2.0 * mip.value(best) + 1.0)


def _truth_unproven(job: Job, channel: Channel) -> None:
    """What is right, for a model whose relaxation does not prove it."""
    _say(job, channel, "optimal", _best(job.model()))


LIES: dict[str, Callable[[Job, Channel], None]] = {
    "lie-optimum": _wrong_optimum,
    "lie-no-bound": _optimum_without(None),
    "lie-inf-bound": _optimum_without(np.inf),
    "lie-nan-bound": _optimum_without(np.nan),
    "lie-bound": _wrong_bound,
    "lie-infeasible": _infeasible,
    "lie-unbounded": _unbounded,
    "lie-breaks-row": _breaks_row,
    "lie-objective": _objective_off,
    "lie-not": _truth_unproven,
}


def run(job: Job, channel: Channel) -> None:
    """Lie."""
    LIES[job.solver](job, channel)
