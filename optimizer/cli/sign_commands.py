"""`infraplan sign`: a run signed with a key, so that nobody without it changes it unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.catalogue import phrase
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang, RunPath, require_plan
from infraplan.optimizer.cli.run_commands import check_run
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.run_folder import HASHES
from infraplan.optimizer.storage.signature import read_key, sign_run

KeyPath = Annotated[
    Path, typer.Argument(metavar="KEYFILE", help="File with the key, at least 16 bytes; secret.")
]


def sign(run: RunPath, key: KeyPath, as_json: Json = False, lang: Lang = Language.EN) -> None:
    """Sign a run that is verified with a key; verify --signature then sees every change."""
    output = Output(as_json, lang.value)
    with reporting(output):
        secret = read_key(key)
        files = read_run(run)
        require_plan(files)
        violations, _ = check_run(files)
        if violations or HASHES not in files.manifest:
            output.fail("broken", phrase("sign-a-broken-run", count=len(violations)))
            raise typer.Exit(7)
        content = sign_run(run, secret)
        output.emit({"run_dir": str(run), **content})
        output.say(phrase("run-is-signed", run_dir=run, key=content["key"]))
