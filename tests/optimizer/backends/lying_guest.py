"""Guests that lie about the model they are given; they go through the same host as real ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.quick_relaxation import quick_mip
from infraplan.optimizer.mip import FloatArray


def _worst(job: Job) -> FloatArray:
    """A poor plan: it obeys all rows, and that is all that is good about it.

    Of a schedule, the start that was given, its last activity a year later.
    """
    mip = job.model()
    if job.options.get("task") == "schedule":
        late = _best(job)
        last = int(np.argmax(late[: len(job.options["activities"])]))
        late[[last, -1]] += 1.0
        return late
    price = np.where(mip.integrality, -mip.objective, 0.0)
    found = quick_mip(replace(mip, objective=price), 10.0, 0.0)
    assert found is not None
    whole = np.round(found)
    lower = np.where(mip.integrality, whole, mip.col_lower)
    upper = np.where(mip.integrality, whole, mip.col_upper)
    poor = quick_mip(replace(mip, col_lower=lower, col_upper=upper), 10.0, 0.0)
    assert poor is not None
    return poor


def _best(job: Job) -> FloatArray:
    """The best plan; of a schedule, the start that was given."""
    if job.options.get("task") == "schedule":
        given = job.start()
        assert given is not None
        return given
    found = quick_mip(job.model(), 10.0, 0.0)
    assert found is not None
    return found


def _say(job: Job, channel: Channel, termination: str, values: FloatArray | None, **more: object):
    mip = job.model()
    files = {} if values is None else {"values": channel.save(values, "values")}
    bound = None if values is None or "bound" in more else mip.value(values)
    told: dict[str, object] = {"bound": bound, **more}
    channel.send("done", termination=termination, version="6.6.6", **files, **told)


def _wrong_optimum(job: Job, channel: Channel) -> None:
    _say(job, channel, "optimal", _worst(job))


def _optimum_without(bound: float | None) -> Callable[[Job, Channel], None]:
    """A poor plan called optimal, with `bound`, which is none."""

    def run(job: Job, channel: Channel) -> None:
        _say(job, channel, "optimal", _worst(job), bound=bound)

    return run


def _wrong_bound(job: Job, channel: Channel) -> None:
    """Out of time with a poor plan, and a bound below the best one."""
    mip = job.model()
    worst, best = _worst(job), _best(job)
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
        _say(job, channel, "optimal", _best(job))


def _breaks_row(job: Job, channel: Channel) -> None:
    mip = job.model()
    _say(job, channel, "optimal", np.where(mip.integrality, 1.0, np.maximum(0.0, mip.col_lower)))


def _objective_off(job: Job, channel: Channel) -> None:
    mip = job.model()
    best = _best(job)
    _say(job, channel, "optimal", best, objective=2.0 * mip.value(best) + 1.0)


def _not_numbers(job: Job, channel: Channel) -> None:
    _say(job, channel, "optimal", np.full(job.model().num_columns, np.nan), bound=0.0)


def _too_few(job: Job, channel: Channel) -> None:
    _say(job, channel, "optimal", np.zeros(job.model().num_columns - 1), bound=0.0)


def _halves(job: Job, channel: Channel) -> None:
    mip = job.model()
    _say(job, channel, "optimal", np.where(mip.integrality, 0.5, _best(job)))


def _words(job: Job, channel: Channel) -> None:
    _say(job, channel, "optimal", _best(job), bound="high")


def _huge_bound(job: Job, channel: Channel) -> None:
    """Out of time with a good plan, and a bound that no plan comes near."""
    _say(job, channel, "time_limit", _best(job), bound=1e300)


def _truth_unproven(job: Job, channel: Channel) -> None:
    """What is right, for a model whose relaxation does not prove it."""
    _say(job, channel, "optimal", _best(job))


HARMLESS = ("lie-huge-bound", "lie-not")
"""What nothing known contradicts: it takes nothing from the answer but trust in its bound."""

NO_ANSWER = ("lie-words",)
"""What is no answer that could be a lie: it counts as a failure."""

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
    "lie-nan-values": _not_numbers,
    "lie-few-values": _too_few,
    "lie-halves": _halves,
    "lie-words": _words,
    "lie-huge-bound": _huge_bound,
    "lie-not": _truth_unproven,
}


def run(job: Job, channel: Channel) -> None:
    """Lie."""
    LIES[os.environ.get("LIE", job.solver)](job, channel)
