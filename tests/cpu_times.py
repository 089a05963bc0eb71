"""What tests take of the processor, not of the clock: `python -m pytest -p tests.cpu_times ...`.

A machine that does other things makes every test long, and none dear. Counted are the process of
the tests, its children, and what these waited for: so are guests that are forked elsewhere
(`tests/warm_guests.py`), where the system tells its processes as files. At the end stand the
seconds of collecting, of each folder and of the dearest tests, all cases of a test together. One
process alone is measured: not with `-n`.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

DEAREST = 40
_spent: defaultdict[str, float] = defaultdict(float)
_cases: defaultdict[str, int] = defaultdict(int)
COLLECTING = "collecting"


def _now() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system + _of_living()


def _of_living() -> float:
    """Seconds of the children that run still, and of those that they have waited for."""
    ticks = 0
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text("ascii").split():
            with contextlib.suppress(OSError):  # it may have ended
                told = Path("/proc", child, "stat").read_text("utf-8")
                ticks += sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[object]:
    """Count what it takes to find the tests."""
    begin = _now()
    try:
        return (yield)
    finally:
        _spent[COLLECTING] = _now() - begin


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Count what a test takes with its fixtures."""
    begin = _now()
    try:
        return (yield)
    finally:
        name = item.nodeid.partition("[")[0]
        _spent[name] += _now() - begin
        _cases[name] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell it, the dearest first."""
    folders: defaultdict[str, float] = defaultdict(float)
    for name, seconds in _spent.items():
        folders[str(PurePosixPath(name.partition("::")[0]).parent)] += seconds
    total = sum(_spent.values())
    terminalreporter.section(f"{total:.1f} s of CPU, {_spent[COLLECTING]:.1f} of them collecting")
    for kind in (folders, _spent):
        for name, seconds in sorted(kind.items(), key=lambda row: -row[1])[:DEAREST]:
            terminalreporter.write_line(f"{seconds:7.1f} s  {_cases[name] or '':>5} {name}")
        terminalreporter.write_line("")
