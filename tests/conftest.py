"""Fixtures and settings that every test shares."""

from __future__ import annotations

import gc
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from infraplan.optimizer.backends import process
from infraplan.optimizer.work_clock import DETERMINISTIC_VARIABLE
from tests import tracing, warm_guests

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

# The same examples on every machine and in every order; no store of earlier failures on the disk.
settings.register_profile("fixed", derandomize=True, database=None, deadline=None)
settings.register_profile("search", parent=settings.get_profile("fixed"), derandomize=False)
settings.load_profile("fixed")

_CROWDS = ({"highspy", "pulp"}, {"ortools"})
"""Solver libraries that must never meet in one process (docs/architecture.md)."""


_GUESTS = REPOSITORY / "tests" / "optimizer" / "backends"
_TRACED_SEEDS = 4
_TRACED_PARTS = 1
"""How many parts of a test that draws many cases in each are traced."""
_TRACED_CASES = 6
"""How many cases of any test with several are traced: coverage is rather told too low."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage on the first random cases of a test: the rest run its lines again.

    So do tests that count what the cases hold. Tracing costs half as much again as the cases.
    """
    traced = {"seed": _TRACED_SEEDS, "part": _TRACED_PARTS}
    cases = Counter[tuple[Path, str]]()
    for item in items:
        given = item.callspec.params if hasattr(item, "callspec") else {}
        numbers = {name: given[name] for name in traced if isinstance(given.get(name), int)}
        beyond = any(number >= traced[name] for name, number in numbers.items())
        if given:
            test = (item.path, item.name.partition("[")[0])
            cases[test] += 1
            beyond = beyond or cases[test] > _TRACED_CASES
        if beyond or item.name == "test_the_cases_are_worth_their_time":
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """Let no later search for garbage go through the thousands of tests that stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Count work in the place of time, and measure coverage of children where they are tested.

    What a solve finds then hangs on no load of the machine. The environment says it before fixtures
    of any scope are made, and to every child process. Each solve runs in a process of its own;
    starting the tracer in it and writing what it saw costs as much as the small solve.
    """
    with pytest.MonkeyPatch.context() as patch:
        if item.path.name in _ABOUT_THE_CLOCK or item.get_closest_marker("by_seconds"):
            patch.delenv(DETERMINISTIC_VARIABLE, raising=False)
        else:
            patch.setenv(DETERMINISTIC_VARIABLE, "1")
        patch.delenv("COLUMNS", raising=False)  # a test that asks for a width states it
        if not item.path.is_relative_to(_GUESTS):
            patch.delenv(warm_guests.TRACE_CHILDREN, raising=False)
        with tracing.traced_for():
            return (yield)


_ABOUT_THE_CLOCK = {
    "test_bad_guests.py",
    "test_benchmarks.py",
    "test_beside.py",
    "test_deadline.py",
    "test_deterministic.py",
    "test_out_of_time.py",
    "test_stage_times.py",
    "test_stopping.py",
}
"""Files that say what seconds do: their solves go by the clock, unless they ask for work.

A single test of another file has the marker `by_seconds`.
"""


_ABOUT_PROCESSES = {
    "test_bad_guests.py",
    "test_beside.py",
    "test_compiled.py",
    "test_deadline.py",
    "test_stopping.py",
}
"""Files that say something of the processes in which plans are found, so that these start cold.

A single test of another file has the marker `cold_guests`.
"""


@pytest.fixture(autouse=True)
def _guests_that_start_warm(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fork the guests of a test from processes that have loaded their solvers already."""
    node = request.node
    is_cold = node.path.name in _ABOUT_PROCESSES or node.get_closest_marker("cold_guests")
    if not is_cold and warm_guests.is_possible():
        monkeypatch.setattr(process, "subprocess", warm_guests)


def pytest_unconfigure() -> None:
    """End the processes from which guests were forked."""
    warm_guests.end()


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Fail the test after which two solver libraries that crash together are both loaded."""
    if all(crowd & sys.modules.keys() for crowd in _CROWDS):
        pytest.fail(f"after {item.nodeid} highspy and ortools are both loaded in one process")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of the clone."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of public benchmark data beside the clone; the test is skipped where there is none."""
    if not SHARED.is_dir():
        pytest.skip(
            "no folder `shared` beside the clone: benchmark data is not part of the project"
        )
    return SHARED


@pytest.fixture(scope="session")
def bench_dir(shared_dir: Path) -> Path:
    """Folder of third-party problems with published values; the data is never part of the project.

    Figures of small published tables are typed into tests of their own, which run everywhere.
    """
    return shared_dir / "bench"


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Chromium executable; the test is skipped where none is installed."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    pytest.skip("no Chromium is installed")
