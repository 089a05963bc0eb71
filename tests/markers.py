"""Marks that tests of several folders share."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from typing import Any

import pytest

MORE_CASES = (pytest.mark.slow, pytest.mark.more_cases)
"""For random cases beyond those of a quick run: `make test-slow PART=more_cases` runs them."""

needs_signals = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows sends no SIGINT, SIGTERM or SIGHUP to a process by id"
)
"""For tests that signal a process: skipped on Windows alone, never where the product is tested."""


def first_quick(parts: Iterable[Any], *, quick: int = 1, also: Collection[Any] = ()) -> list[Any]:
    """Parts of many cases, random or listed: the first `quick` in each run, the others slow.

    Those that are named by `also` are in each run too.

    Each part counts for itself how often the law bites, so that a quick run says no less of it.
    """
    return [
        pytest.param(part, marks=() if number < quick or part in also else MORE_CASES)
        for number, part in enumerate(parts)
    ]
