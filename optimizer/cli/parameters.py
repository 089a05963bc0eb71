"""Parameters that several commands share, and what they ask of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.catalogue import phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.cli.help_texts import LANGUAGE_VARIABLE
from infraplan.optimizer.cli.output import Language
from infraplan.optimizer.errors import NoPlanError
from infraplan.optimizer.storage.run_folder import RunFiles

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
RunPath = Annotated[Path, typer.Argument(help="Run folder written by solve.")]


def require_plan(files: RunFiles) -> Plan:
    """The plan of a run; raises NoPlanError where it has none."""
    if files.plan is None:
        message = phrase("the-run-holds-no-plan", folder=files.folder)
        raise NoPlanError(message)
    return files.plan
