"""Marks that tests of several folders share."""

from __future__ import annotations

import sys

import pytest

needs_signals = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows sends no SIGINT, SIGTERM or SIGHUP to a process by id"
)
"""For tests that signal a process: skipped on Windows alone, never where the product is tested."""
