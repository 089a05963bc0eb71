"""`infraplan merge`: the files of several departments as one instance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from infraplan.models.catalogue import listed, phrase
from infraplan.models.errors import Severity
from infraplan.optimizer.cli.output import (
    Language,
    Output,
    finding_data,
    print_findings,
    reporting,
)
from infraplan.optimizer.cli.parameters import Json, Lang
from infraplan.optimizer.storage import instance_hash, write_instance
from infraplan.optimizer.storage.folder import replace_file, writing
from infraplan.optimizer.storage.merge_cells import Conflict, Decider, Prefer
from infraplan.optimizer.storage.merge_decisions import conflict_table, left_over, read_decisions
from infraplan.optimizer.storage.merging import Merged, labels_of, merge_files


def merge(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Instances of two departments or more: folders, .xlsx workbooks or .json files."
        ),
    ],
    out: Annotated[Path, typer.Argument(help="Folder, .xlsx or .json to write.")],
    prefer: Annotated[
        Prefer | None,
        typer.Option(
            case_sensitive=False, help="Whose word counts where files differ: first or last."
        ),
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option(help="CSV file that takes a value for each conflict.")
    ] = None,
    conflicts: Annotated[
        Path | None,
        typer.Option(help="CSV file to write conflicts to, so that they can be decided."),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Join the files of several departments into one instance; tell conflicts cell by cell."""
    output = Output(as_json, lang.value)
    if len(files) < 2:
        raise output.refuse(phrase("merge-fewer-than-two"))
    with reporting(output):
        for place in (out, conflicts):
            if place is not None and place.exists():
                output.fail("file", phrase("is-already-there-nothing", path=place))
                raise typer.Exit(2)
        decided = {} if decisions is None else read_decisions(decisions, labels_of(files))
        made = merge_files(files, Decider(prefer, decided))
        if decisions is not None:
            late = left_over(decided, made.conflicts, decisions.name)
            made = Merged(made.instance, (*made.findings, *late), made.conflicts, made.num_same)
        if conflicts is not None and made.conflicts:
            with writing(conflicts):
                replace_file(conflicts, conflict_table(made.conflicts, output.lang))
        if made.instance is not None:
            write_instance(made.instance, out, lang.value)
        _tell(output, made, files, out, conflicts)


def _tell(
    output: Output, made: Merged, files: list[Path], out: Path, conflicts: Path | None
) -> None:
    """Say what came out; the command ends with 3 where nothing was written."""
    told = {
        "findings": [finding_data(finding) for finding in made.findings],
        "conflicts": [_conflict_data(conflict) for conflict in made.conflicts],
    }
    print_findings(output, made.findings)
    if conflicts is not None and made.conflicts:
        output.say(phrase("merge-conflicts-written", path=conflicts))
    if made.instance is None:
        output.emit({"error": "instance", **told})
        errors = sum(finding.severity is Severity.ERROR for finding in made.findings)
        undecided = sum(conflict.taken is None for conflict in made.conflicts)
        output.say(phrase("merge-stopped", conflicts=undecided, errors=errors))
        raise typer.Exit(3)
    output.emit(
        {
            "path": str(out),
            "instance": made.instance.settings.id,
            "instance_hash": instance_hash(made.instance),
            "num_projects": len(made.instance.projects),
            "files": labels_of(files),
            "rows_alike": made.num_same,
            **told,
        }
    )
    values = {"projects": len(made.instance.projects), "same": made.num_same, "path": out}
    names = listed(labels_of(files))
    output.say(phrase("merge-done", files=names, conflicts=len(made.conflicts), **values))


def _conflict_data(conflict: Conflict) -> dict[str, Any]:
    """A conflict as JSON."""
    return {
        "table": conflict.table,
        "row": conflict.row,
        "column": conflict.column,
        "taken": conflict.taken,
        "said": [
            {
                "file": said.label,
                "sheet": said.place.sheet,
                "row": said.place.row,
                "column": said.place.column,
                "value": said.text,
            }
            for said in conflict.said
        ],
    }
