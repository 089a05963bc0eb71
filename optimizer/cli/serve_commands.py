"""`infraplan serve`: the workbench in the browser."""

from __future__ import annotations

import getpass
import importlib.util
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infraplan.models.catalogue import phrase
from infraplan.optimizer.cli.output import Language, Output, reporting
from infraplan.optimizer.cli.parameters import Json, Lang
from infraplan.optimizer.errors import NotThereError

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.bench import Workbench
    from infraplan.optimizer.workbench.storage import Store

DATA = Path("infraplan-workbench")
PORT = 8440
EXTRA = ("nicegui", "sqlalchemy")
ROLES = ("see", "edit", "approve")


def serve(
    data: Annotated[
        Path, typer.Option("--data", help="Folder of instances, runs and database.")
    ] = DATA,
    host: Annotated[
        str, typer.Option(help="Address to listen at; any but this machine's asks for a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = PORT,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", help="Further name under which it is reached; may be repeated."),
    ] = None,
    database: Annotated[
        str,
        typer.Option(envvar="INFRAPLAN_DATABASE", help="Address of a database; SQLite in --data."),
    ] = "",
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Solves at a time.")] = 1,
    certificate: Annotated[Path | None, typer.Option(help="Certificate for TLS, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(help="Key of the certificate, PEM.")] = None,
    grant: Annotated[str, typer.Option(help="Let NAME in: print a token, and end.")] = "",
    role: Annotated[str, typer.Option(help="What --grant allows: see, edit or approve.")] = "edit",
    revoke: Annotated[str, typer.Option(help="Let NAME in no more, and end.")] = "",
    members: Annotated[
        bool, typer.Option("--members", help="List who is let in by name, and end.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Open the workbench in the browser: edit, solve, compare, explain, approve, export."""
    output = Output(as_json, lang.value)
    _require_usable(output, role, grant, has_one_file=(certificate is None) is not (key is None))
    with reporting(output):
        _require_extra()
        from infraplan.optimizer.workbench.opening import held, open_bench, open_store

        folder, store = open_store(data, database)
        if grant or revoke or members:
            _change_members(output, store, grant, role, revoke)
            store.close()
            return
        bench = open_bench(
            folder,
            store,
            host=host,
            name=_own_name(),
            formats=_formats(),
            at_once=at_once,
            names=tuple(names or ()),
        )
        tls = (certificate, key) if certificate is not None and key is not None else None
        with held(folder, store):
            _serve(output, bench, host, port, tls, opens=browser)


def _require_usable(output: Output, role: str, grant: str, *, has_one_file: bool) -> None:
    """Refuse a role that there is not, a name that cannot be seen, and TLS with half its files."""
    if role not in ROLES:
        raise output.refuse(
            phrase("there-is-no-such-choice", name=role, known=", ".join(ROLES)), "--role"
        )
    if has_one_file:
        raise output.refuse(phrase("workbench-tls-needs-both"), "--certificate")
    if grant and not (grant.strip() and grant.isprintable()):
        raise output.refuse(phrase("workbench-bad-name", name=grant), "--grant")


def _serve(
    output: Output,
    bench: Workbench,
    host: str,
    port: int,
    tls: tuple[Path, Path] | None,
    *,
    opens: bool,
) -> None:
    from infraplan.optimizer.workbench.server import serve as serve_bench

    shown = f"[{host}]" if ":" in host else host
    url = f"{'https' if tls else 'http'}://{shown}:{port}/{output.lang}/"

    def ready() -> None:
        output.emit({"url": url, "data": str(bench.folder.root)})
        sys.stdout.flush()  # a program that reads the address waits for it; the server goes on
        output.say(phrase("workbench-runs-at", url=url))
        if opens:
            webbrowser.open(url)

    serve_bench(bench, host, port, tls=tls, when_ready=ready)


def _require_extra() -> None:
    """Go on only where the extra is installed.

    Raises
    ------
    NotThereError
        Which says in one sentence how to install it.
    """
    if any(importlib.util.find_spec(name) is None for name in EXTRA):
        raise NotThereError(phrase("workbench-needs-the-extra"))


def _own_name() -> str:
    """Name of who runs this process; a planner without one is `planner`."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "planner"


def _formats() -> tuple[str, ...]:
    """What `infraplan export` offers here: a link to what is not installed would only fail."""
    from infraplan.optimizer.cli.run_commands import ExportFormat
    from infraplan.optimizer.report.parquet_tables import LIBRARY

    has_parquet = importlib.util.find_spec(LIBRARY) is not None
    return tuple(form.value for form in ExportFormat if has_parquet or form.value != "parquet")


def _change_members(output: Output, store: Store, grant: str, role: str, revoke: str) -> None:
    """Let somebody in, or no more; then tell who is let in."""
    from infraplan.optimizer.workbench.roles import Role

    told: dict[str, object] = {}
    if revoke:
        if not store.revoke(revoke):
            raise NotThereError(phrase("workbench-no-member", name=revoke))
        output.say(phrase("workbench-revoked", name=revoke))
    if grant:
        token = store.grant(grant, Role(role))
        told["token"] = token
        if not output.as_json:
            text = phrase("workbench-granted", name=grant, role=Role(role), token=token)
            typer.echo(output.text(text))
    rows = store.members()
    told["members"] = [{"name": row.name, "role": row.role, "at": row.at} for row in rows]
    output.emit(told)
    if output.as_json or grant:
        return
    for row in rows:
        typer.echo(output.text(phrase("workbench-member", name=row.name, role=Role(row.role))))
    if not rows:
        output.say(phrase("workbench-no-members"))
