"""Parameters that several commands share, and what they ask of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Objective
from infraplan.optimizer.cli.language import LANGUAGE_VARIABLE
from infraplan.optimizer.cli.output import Language
from infraplan.optimizer.errors import NoPlanError

if TYPE_CHECKING:  # commands on instances do without plans and runs
    from infraplan.models.plan import Plan
    from infraplan.optimizer.storage.run_folder import RunFiles

LONGEST_S = 1e8
"""Greatest time limit, seconds (three years): what a run states is a number, never infinite."""

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
Lang = Annotated[
    Language,
    typer.Option(
        "--lang", envvar=LANGUAGE_VARIABLE, help="Language of tables, messages and report."
    ),
]
InstancePath = Annotated[
    Path, typer.Argument(help="Instance: a folder, an .xlsx workbook or a .json file.")
]
AskedObjective = Annotated[
    Objective | None,
    typer.Option(
        "--objective",
        help="What a plan is worth: npv (net present value) or makespan (minus the years until "
        "the last opening); the instance's own where it is not given.",
    ),
]
RunPath = Annotated[Path, typer.Argument(help="Run folder written by solve.")]

# What every command shares that solves many times.
SolverName = Annotated[str | None, typer.Option(help="Solver, as of solve.")]
EachGap = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="Relative gap to prove in each solve.")
]
EachTime = Annotated[float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for each solve.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Solves at a time, each a process.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Dask scheduler whose workers solve: tcp://HOST:PORT, or its scheduler file.",
    ),
]
JournalFolder = Annotated[
    Path | None,
    typer.Option("--journal", help="Folder for runs and journal, where tables lie elsewhere."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the journal that is there.")]
OutputFolder = Annotated[
    Path | None, typer.Option("-o", "--output", help="Folder for runs, journal and tables.")
]


def require_plan(files: RunFiles) -> Plan:
    """The plan of a run; raises NoPlanError where it has none."""
    if files.plan is None:
        message = phrase("the-run-holds-no-plan", folder=files.folder)
        raise NoPlanError(message)
    return files.plan
