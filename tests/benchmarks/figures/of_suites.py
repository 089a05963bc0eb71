"""Figures of the shell, of installing and of the tests."""

from __future__ import annotations

from tests.benchmarks.figures import readers
from tests.benchmarks.figures.record import Figure, Group

CLONE = "git clone --quiet . OUT/clone"
COUNTED = "{passed:,} passed, {skipped} skipped in {tests_s:.0f} s"


def _part(name: str, issue: int, what: str, seconds: float) -> Figure:
    """A part of the slow tests."""
    return Figure(
        name=f"slow-{name.replace('_', '-')}",
        group=Group.SUITES,
        issue=issue,
        what=what,
        template=COUNTED,
        commands=(f"make test-slow PART={name}",),
        read=readers.passed,
        seconds=seconds,
    )


FIGURES = (
    Figure(
        name="shell",
        group=Group.SHELL,
        issue=10,
        what="CPU of the shell beside importing the libraries it needs (2 times allowed)",
        template="{each}",
        each="`{name}` {ratio:.2f} times",
        commands=("make bench-shell",),
        read=readers.shell,
        seconds=120,
    ),
    Figure(
        name="demo",
        group=Group.SUITES,
        issue=10,
        what="`make demo` in a clean clone without an environment (5 min allowed)",
        template="{last_s:.0f} s, installing included",
        commands=(CLONE, "make demo -C OUT/clone"),
        read=readers.last_step,
        seconds=110,
    ),
    Figure(
        name="test-clone",
        group=Group.SUITES,
        issue=10,
        what="`make test` in a clean clone",
        template=f"{COUNTED}; with environment, lint and types {{seconds:.0f}} s",
        commands=(CLONE, "make test -C OUT/clone"),
        read=readers.passed,
        seconds=540,
    ),
    Figure(
        name="test",
        group=Group.SUITES,
        issue=10,
        what="`make test` (8 min allowed, environment aside)",
        template=f"{COUNTED}; with lint and types {{seconds:.0f}} s",
        commands=("make test",),
        read=readers.passed,
        seconds=480,
    ),
    _part("install", 10, "environments from the locks, oldest and newest pip, and the wheel", 300),
    _part("reasons", 11, "random projects left out and conflicts, each solved again", 900),
    _part("lives", 11, "lives and renewals: formulation, verifier and brute force agree", 600),
    _part("late_works", 11, "spending after the plan, and stated dates: the same", 600),
    _part("agreement", 12, "random mixtures by all engines, solvers and forms of columns", 900),
)
