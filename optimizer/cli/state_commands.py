"""`infraplan state`: a run declared to be submitted, approved or adopted."""

from __future__ import annotations

from typing import Annotated

import typer

from infraplan.models.catalogue import listed, phrase
from infraplan.models.run_state import MAY_FOLLOW, STATES, RunState, may_become
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang, RunPath, require_plan
from infraplan.optimizer.cli.run_commands import check_run
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.declared_state import declare_state


def state(
    run: RunPath,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[STATE]", help="draft, submitted, approved or adopted; shown if left out."
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="Who declares it; kept in the run.")] = "",
    because: Annotated[str, typer.Option(help="Why it is declared; kept in the run.")] = "",
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Declare a run submitted, approved or adopted, with name and reason; an adopted one stays."""
    output = Output(as_json, lang.value)
    with reporting(output):
        files = read_run(run)
        before = str(files.manifest.get("state") or RunState.DRAFT.value)
        manifest = files.manifest
        if name is not None:
            wished = _wished(output, before, name, by, because)
            require_plan(files)
            violations, _ = check_run(files)
            if violations:
                output.fail("broken", phrase("state-of-a-broken-run", count=len(violations)))
                raise typer.Exit(7)
            manifest = declare_state(files, wished, by.strip(), because.strip())
        now = str(manifest.get("state") or RunState.DRAFT.value)
        records = list(manifest.get(STATES) or ())
        output.emit({"run_dir": str(run), "before": before, "state": now, "states": records})
        if name is not None:
            told = {"run_dir": run, "before": RunState(before), "state": RunState(now)}
            output.say(phrase("state-is-declared", **told, by=by.strip()))
        elif not as_json:
            typer.echo(output.text(phrase("state-line", state=RunState(now))))
            for row in records:
                typer.echo(output.text(phrase("state-record", **_record(row))))


def _record(row: dict[str, str]) -> dict[str, object]:
    return {
        "at": row["at"],
        "state": RunState(row["state"]),
        "by": row["by"],
        "because": row["because"],
    }


def _wished(output: Output, before: str, name: str, by: str, because: str) -> RunState:
    """The state asked for, where it may follow and somebody stands for it.

    Raises
    ------
    NotThereError
        If there is no such state.
    typer.BadParameter
        If it may not follow the present one, or nobody and nothing is named.
    """
    words = {word.value: word for word in RunState}
    if name not in words:
        raise NotThereError(phrase("there-is-no-state", name=name, known=listed(words)))
    if not may_become(before, name):
        following = MAY_FOLLOW.get(words.get(before, RunState.DRAFT), ())
        if not following:
            raise output.refuse(phrase("state-is-final"), "STATE")
        known = listed(following)
        told = phrase(
            "state-may-not-follow",
            before=words.get(before, RunState.DRAFT),
            known=known,
            state=words[name],
        )
        raise output.refuse(told, "STATE")
    if not by.strip() or not because.strip():
        raise output.refuse(phrase("state-needs-words"), "--by")
    return words[name]
