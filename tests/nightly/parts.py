"""The parts of a night: each makes trials until its time is over, and tells what failed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.agreement.answers import answers, disagreements
from tests.agreement.mixed import mixed
from tests.nightly.faults import try_faults
from tests.nightly.mutants import try_mutants
from tests.nightly.near_equal import try_cents
from tests.nightly.numbers import try_numbers
from tests.nightly.readers import try_readers
from tests.nightly.requests import try_requests
from tests.nightly.run_folders import make_runs
from tests.nightly.trying import Tally, try_edits

SEEDS_OF_A_SESSION = 100_000
"""Instances that a session of the differential part may have at most."""
MOST_EDITS = 100_000
MORE = 10_000
"""First instance of the differential part: those below it are tried by `make test-slow`."""


def edits(seed: int, until: float) -> Tally:
    """Single edits over the files of runs made for this session."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = list(make_runs(folder, seed))
        return try_edits(runs, folder, seed, most=MOST_EDITS, until=until)


def differential(seed: int, until: float) -> Tally:
    """Random instances solved by every engine and solver, in both forms of columns."""
    tally = Tally()
    first = MORE + seed * SEEDS_OF_A_SESSION
    for number in range(first, first + SEEDS_OF_A_SESSION):
        if time.monotonic() >= until:
            break
        tally.tried += 1
        told = disagreements(answers(mixed(number).instance))
        tally.survivors += [f"instance {number}: {fault}" for fault in told]
    return tally


def readers(seed: int, until: float) -> Tally:
    """Damaged files of every kind that is read."""
    with tempfile.TemporaryDirectory() as name:
        tried, told = try_readers(seed, until, Path(name))
    return Tally(tried=tried, survivors=told)


def numbers(seed: int, until: float) -> Tally:
    """Plans with money from 1 to 1e13, checked in fractions."""
    tried, told = try_numbers(seed, until)
    return Tally(tried=tried, survivors=told)


def cents(seed: int, until: float) -> Tally:
    """Instances of projects a cent apart, every choice held against exact flows."""
    tried, told = try_cents(seed, until)
    return Tally(tried=tried, survivors=told)


def faults(seed: int, until: float) -> Tally:
    """Commands disturbed at random moments."""
    with tempfile.TemporaryDirectory() as name:
        tried, told = try_faults(seed, until, Path(name))
    return Tally(tried=tried, survivors=told)


def mutants(seed: int, until: float) -> Tally:
    """Lines of formulation, accounts and verify turned, and their tests."""
    tried, told = try_mutants(seed, until)
    return Tally(tried=tried, survivors=told)


def requests(seed: int, until: float) -> Tally:
    """Requests of any make given to the workbench."""
    with tempfile.TemporaryDirectory() as name:
        tried, told = try_requests(seed, until, Path(name))
    return Tally(tried=tried, survivors=told)


PARTS: Mapping[str, Callable[[int, float], Tally]] = {
    "edits": edits,
    "differential": differential,
    "readers": readers,
    "requests": requests,
    "numbers": numbers,
    "cents": cents,
    "faults": faults,
    "mutants": mutants,
}
