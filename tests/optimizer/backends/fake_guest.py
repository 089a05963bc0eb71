"""A guest that misbehaves as its solver name says; it goes through the same host as real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np

from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.errors import UnsupportedFeatureError


def _incumbent(job: Job, channel: Channel) -> None:
    """Send the best solution of `mips.knapsack` but one: (1, 1, 0), worth 9, bound 20."""
    channel.incumbent(np.array([1.0, 1.0, 0.0]), 20.0)


def _crash(job: Job, channel: Channel) -> None:
    os.abort()


def _silent(job: Job, channel: Channel) -> None:
    """End well, and have said nothing."""


def _killed(job: Job, channel: Channel) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _crash_late(job: Job, channel: Channel) -> None:
    _incumbent(job, channel)
    os.abort()


def _hang(job: Job, channel: Channel) -> None:
    print("deaf to every wish", flush=True)  # first: it may be killed once the rest is heard
    _incumbent(job, channel)
    while True:
        time.sleep(1.0)


def _with_child(job: Job, channel: Channel) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    channel.progress(message=f"{os.getpid()} {child.pid}")
    time.sleep(600.0)


def _hog(job: Job, channel: Channel) -> None:
    _incumbent(job, channel)
    kept = []
    while True:
        kept.append(np.ones(2**21))  # 16 MB
        time.sleep(0.01)


def _garbage(job: Job, channel: Channel) -> None:
    os.write(channel._events, b"\xff\xfe not an event\n[]\n17\n")


def _garbage_then_answer(job: Job, channel: Channel) -> None:
    _garbage(job, channel)
    files = {"values": channel.save(np.array([1.0, 0.0, 3.0]), "values")}
    channel.send("done", termination="optimal", bound=14.0, version="0", **files)


def _unknown_end(job: Job, channel: Channel) -> None:
    channel.send("done", termination="perhaps", bound=None, version="0")


def _no_file(job: Job, channel: Channel) -> None:
    channel.send("done", termination="optimal", bound=14.0, version="0", values="missing.npy")


def _answer(values: list[float], termination: str, bound: float | None):
    def run(job: Job, channel: Channel) -> None:
        files = {"values": channel.save(np.array(values), "values")}
        channel.send("done", termination=termination, bound=bound, version="0", **files)

    return run


def _takes_back(job: Job, channel: Channel) -> None:
    """Call a poor plan the best one on the way, and say at the end that 20 may be had."""
    channel.incumbent(np.array([1.0, 1.0, 0.0]), 9.0)
    _answer([1.0, 1.0, 0.0], "optimal", 20.0)(job, channel)


def _solved_without_plan(job: Job, channel: Channel) -> None:
    channel.send("done", termination="optimal", bound=14.0, version="0")


def _ends_early(termination: str):
    """End by itself, without a plan or a bound, and call it what nobody asked for."""

    def run(job: Job, channel: Channel) -> None:
        channel.send("done", termination=termination, bound=None, version="0")

    return run


def _refuse(job: Job, channel: Channel) -> None:
    message = "not this model"
    raise UnsupportedFeatureError(message)


def _fault(job: Job, channel: Channel) -> None:
    message = "a fault of the guest"
    raise RuntimeError(message)


def _fault_late(job: Job, channel: Channel) -> None:
    _incumbent(job, channel)
    _fault(job, channel)


def _no_library(job: Job, channel: Channel) -> None:
    import a_library_that_is_not_there  # noqa: F401


def _no_memory(job: Job, channel: Channel) -> None:
    raise MemoryError


def _many(job: Job, channel: Channel) -> None:
    """Better and better solutions in quick succession, then a crash."""
    for amount in (0.0, 1.0, 2.0, 3.0):
        channel.incumbent(np.array([1.0, 0.0, amount]), None)
    time.sleep(0.5)
    os.abort()


BEHAVIOURS = {
    "fake-crash": _crash,
    "fake-silent": _silent,
    "fake-killed": _killed,
    "fake-crash-late": _crash_late,
    "fake-hang": _hang,
    "fake-with-child": _with_child,
    "fake-hog": _hog,
    "fake-garbage": _garbage,
    "fake-garbage-then-answer": _garbage_then_answer,
    "fake-unknown-end": _unknown_end,
    "fake-no-file": _no_file,
    "fake-breaks-row": _answer([1.0, 1.0, 4.0], "optimal", 30.0),
    "fake-breaks-bound": _answer([2.0, 0.0, 1.0], "optimal", 30.0),
    "fake-half": _answer([0.5, 0.0, 4.0], "optimal", 30.0),
    "fake-nan": _answer([np.nan, 0.0, 3.0], "optimal", 30.0),
    "fake-short": _answer([1.0, 0.0], "optimal", 30.0),
    "fake-low-bound": _answer([1.0, 0.0, 3.0], "optimal", 13.0),
    "fake-no-proof": _answer([1.0, 0.0, 3.0], "optimal", 15.0),
    "fake-no-bound": _answer([1.0, 0.0, 3.0], "optimal", None),
    "fake-infeasible-with-plan": _answer([1.0, 0.0, 3.0], "infeasible", None),
    "fake-takes-back": _takes_back,
    "fake-solved-without-plan": _solved_without_plan,
    "fake-almost-whole": _answer([1.0, 0.0, 3.0 - 9e-7], "optimal", 14.0),
    "fake-gives-up": _ends_early("interrupted"),
    "fake-own-limit": _ends_early("time_limit"),
    "fake-refuse": _refuse,
    "fake-fault": _fault,
    "fake-fault-late": _fault_late,
    "fake-no-library": _no_library,
    "fake-no-memory": _no_memory,
    "fake-many": _many,
}


def run(job: Job, channel: Channel) -> None:
    """Behave."""
    BEHAVIOURS[os.environ.get("FAKE_BEHAVIOUR", job.solver)](job, channel)
