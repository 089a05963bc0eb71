"""Small runs over all features, written by the commands themselves, for `edits` to change.

Each run of the suite draws other instances (`tests/agreement/mixed.py`: networks, joint works,
tagged bonds, roads at equilibrium, options, lives, works after the plan) and takes further runs
from commands: a run rolled on and re-planned, one with money moved, an alternative, one with
changes asked for, one declared, one with its money checked, one with a certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from infraplan.optimizer.cli.main import app
from infraplan.optimizer.storage import write_instance
from tests.agreement.mixed import DRAWS, mixed
from tests.builders import make_date, make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import small

LIMIT = ("--gap", "0", "--time-limit", "20", "--deterministic")


@dataclass(frozen=True)
class RunMade:
    """A run folder, verified, and what it is a run of."""

    folder: Path
    parts: tuple[str, ...]


def call(*arguments: object) -> int:
    """Exit code of a command inside this process; a fault of the program is raised."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code


def make_runs(folder: Path, seed: int, count: int = len(DRAWS)) -> Iterator[RunMade]:
    """Yield the runs made in `folder`: of `count` random instances, and of every command."""
    yield from _of_commands(folder)
    for number in range(seed * count, (seed + 1) * count):
        drawn = mixed(number)
        place, run = folder / f"instance-{number}", folder / f"run-{number}"
        write_instance(drawn.instance, place)
        more = ("--certify",) if number % 7 == 0 and not drawn.instance.settings.networks else ()
        code = call("solve", place, "-o", run, *LIMIT, *more)
        if code == 0 and (run / "plan.json").exists():
            yield RunMade(run, drawn.parts)
            if number % 5 == 0:
                yield from _rolled(folder, run, number)


def _rolled(folder: Path, run: Path, number: int) -> Iterator[RunMade]:
    """The run a year later, where it can be rolled on."""
    place, later = folder / f"rolled-{number}", folder / f"run-rolled-{number}"
    if call("roll", run, place) == 0 and call("solve", place, "-o", later, *LIMIT) == 0:
        yield RunMade(later, ("rolled",))


def _of_commands(folder: Path) -> Iterator[RunMade]:
    write_instance(small(), folder / "small")
    plain, checked = folder / "plain", folder / "checked"
    call("solve", folder / "small", "-o", plain, *LIMIT)
    yield RunMade(plain, ("bond", "rule", "target"))
    call("solve", folder / "small", "-o", checked, *LIMIT, "--money-check", "--certify")
    yield RunMade(checked, ("money check", "certificate"))
    six = make_instance(
        [make_project(n, 4.0 + k, 3.0 + k, lead_time=1) for k, n in enumerate("abcdef")],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 8.0, 14.0, 12.0, 10.0),
        stated_dates=[make_date("a", "open_by", 2022), make_date("f", "not_before", 2023)],
        settings={"end_year": 2035},
    )
    write_instance(six, folder / "six.json")
    run = folder / "six"
    call("solve", folder / "six.json", "-o", run, *LIMIT)
    yield RunMade(run, ("stated dates",))
    asked = ("--gap", "0", "--set", "funds.budget.2022=7", "--because", "cut", "--by", "Li")
    call("replan", run, *asked, "-o", folder / "replan")
    call("move-money", run, "--gap", "0", "-o", folder / "moved")
    call("alternatives", run, "--within-money", "4", "--count", "1", "-o", folder / "others")
    changed = folder / "changed"
    call("solve", folder / "six.json", "-o", changed, *LIMIT, *asked[2:], "--forbid", "b")
    declared = folder / "declared"
    call("solve", folder / "six.json", "-o", declared, *LIMIT)
    call("state", declared, "submitted", "--by", "Li", "--because", "ready")
    for name in ("replan", "moved", "others", "changed", "declared"):
        for path in sorted((folder / name).rglob("run.json")):
            if (path.parent / "plan.json").exists():
                yield RunMade(path.parent, (name,))
