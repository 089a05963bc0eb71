"""Parameters that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.output import Language

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
Lang = Annotated[Language, typer.Option("--lang", help="Language of tables, messages and report.")]
InstancePath = Annotated[
    Path, typer.Argument(help="Instance: a folder, an .xlsx workbook or a .json file.")
]
RunPath = Annotated[Path, typer.Argument(help="Run folder written by solve.")]
