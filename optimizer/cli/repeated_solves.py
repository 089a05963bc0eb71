"""What commands that solve many times share: their runner, its progress, and their tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.optimizer.backends.base import SOLVERS, solver_entry
from infraplan.optimizer.cli.output import Output
from infraplan.optimizer.errors import NotThereError, UnsupportedFeatureError
from infraplan.optimizer.storage.cells import escape
from infraplan.optimizer.storage.csv_text import format_csv
from infraplan.optimizer.storage.folder import writing
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.runner import Runner, Standing, is_taken
from infraplan.optimizer.work_clock import now

TOLD_EVERY_S = 5.0
"""Seconds between two lines of progress of many short steps."""


def require_solver(name: str | None) -> None:
    """Refuse a solver that is not known or not installed, before anything is read.

    Raises
    ------
    NotThereError, SolverUnavailableError
        If there is none of the name, or if it is not installed.
    """
    if name is not None and name not in SOLVERS:
        known = listed(SOLVERS)
        raise NotThereError(phrase("there-is-no-solver", name=name, known=known))
    if name is not None:
        solver_entry(name)


def require_money(instance: Instance, command: str) -> None:
    """Refuse a question whose plans are worth years, which no table of money may tell.

    Raises
    ------
    UnsupportedFeatureError
        If the objective is not npv.
    """
    if instance.settings.objective is not Objective.NPV:
        raise UnsupportedFeatureError(phrase("counts-money-alone", command=command))


def runner_for(
    output: Output,
    name: str,
    workers: int,
    output_dir: Path | None = None,
    scheduler: str | None = None,
    *,
    journal: Path | None = None,
    resume: bool,
    run: Path | None = None,
) -> Runner:
    """A runner that tells how far it is; its folders are made or resumed.

    Tables go to `output_dir`, runs and journal to `journal`; where one is not named it is the
    other, and where neither is, `name` beside the `run` that is asked about, else below the folder
    of results; taken, a number follows, and `resume` goes on with the last. Jobs are solved by the
    workers of `scheduler`, where one is named.

    Raises
    ------
    OutputError, SolverError
        If a folder is taken or cannot be made; if the scheduler cannot be used.
    """
    folder = output_dir or journal or default_folder(name, run, resume=resume)
    runner = Runner(
        journal or folder,
        workers,
        output.lang,
        on_done=_told_by(output.say),
        tables_folder=folder,
        scheduler=scheduler,
    )
    before = runner.prepare(resume=resume)
    output.kept.append(lambda: _finished(runner))
    output.say(phrase("sweep-writes-to", folder=folder))
    if before:
        output.say(phrase("sweep-resumed", count=before))
    return runner


def default_folder(name: str, run: Path | None, *, resume: bool) -> Path:
    """`name` beside the `run` that is asked about, else below the folder of results.

    Taken, a number follows, and `resume` goes on with the last.
    """
    place = Path("results")
    if run is not None:
        beside, here = run.resolve().parent, Path.cwd()
        place = beside.relative_to(here) if beside.is_relative_to(here) else beside
    folder, number = place / name, 2
    while is_taken(folder):
        further = place / f"{name}-{number}"
        if resume and not is_taken(further):
            break
        folder, number = further, number + 1
    return folder


def _finished(runner: Runner) -> Phrase | None:
    """What a command that is stopped leaves to be resumed."""
    count = runner.num_kept
    return phrase("sweep-stopped", count=count, folder=runner.folder) if count else None


def _told_by(say: Callable[[Phrase], None]) -> Callable[[JobResult, Standing], None]:
    def tell(result: JobResult, standing: Standing) -> None:
        left = None if standing.left_s is None else max(0.0, standing.left_s)
        name = "sweep-progress-of-some" if standing.is_estimate else "sweep-progress"
        if left is None:
            name = "sweep-progress-open" if standing.has_solved else "sweep-progress-known"
        say(
            phrase(
                name,
                finished=standing.finished,
                of=standing.of,
                run=result.run_dir,
                value="-" if result.objective is None else f"{result.objective:,.4f}",
                **({} if left is None else {"left": f"{left:,.0f}"}),
            )
        )

    return tell


def held_progress(output: Output) -> Callable[[int, int], None]:
    """Tells every few seconds how many plans are held, and how long the rest takes at that pace.

    What is told with 0 done is the beginning.
    """
    begin = last = now()

    def tell(done: int, of: int) -> None:
        nonlocal begin, last
        if done == 0:
            begin = last = now()
        if now() - last < TOLD_EVERY_S or done >= of:
            return
        last = now()
        left = (last - begin) / done * (of - done)
        output.say(phrase("sweep-holds", done=done, of=of, left=f"{left:,.0f}"))

    return tell


def write_table(path: Path, fields: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Write a CSV table beside the runs; blank where a value is unknown."""
    cells = [[_cell(row[name]) for name in fields] for row in rows]
    with writing(path):
        path.write_bytes(format_csv(fields, cells))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return escape(value) if isinstance(value, str) else str(value)
