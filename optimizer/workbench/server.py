"""The server of the workbench: the pages, downloads and the way in, behind one door."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware
from starlette.staticfiles import StaticFiles

from infraplan.models.catalogue import in_language, phrase, system_reason
from infraplan.models.errors import PlanningError
from infraplan.optimizer.storage.run_folder import REPORT_FILE
from infraplan.optimizer.workbench.access import (
    REPORT_POLICY,
    SESSION_ID,
    SESSION_KEY,
    SESSION_S,
    Door,
    Gate,
    Tries,
)
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.commands import told_error
from infraplan.optimizer.workbench.kept_apart import seal_with
from infraplan.optimizer.workbench.pages.shell import LANGUAGES, Words
from infraplan.optimizer.workbench.pages.theme import (
    THEMES,
    style_sheet,
    switch_html,
    theme_of,
)
from infraplan.optimizer.workbench.row_answers import CLEAR, add_row_answers
from infraplan.optimizer.workbench.storage import hash_of_token
from infraplan.optimizer.workbench.study_downloads import add_study_downloads

HERE = Path(__file__).parent
READ_AHEAD = 2
"""Runs, the last ones, that a server reads before anybody asks for them."""
AWAY_S = 60.0
"""Seconds that a page may hear nothing of the server, and the server of it, and goes on as it was:
NiceGUI's own 3 s make a page anew, and lose what is typed in it, where the machine is busy."""
LOOK_EVERY_S = 0.05
"""Seconds between two looks whether the server listens."""


class AddressError(PlanningError):
    """The server cannot listen where it should."""

    exit_code = 2


def make_app(bench: Workbench, secret: str, *, https_only: bool = False) -> Any:
    """The workbench as an ASGI application: session, door, then pages and downloads.

    Parameters
    ----------
    bench
        What the pages work on.
    secret
        Key that signs the cookies of sessions.
    https_only
        Whether browsers send the cookie over TLS alone.
    """
    from nicegui import ui

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Before the folder of static files, in which the sheet that is made would be sought in vain.
    _add_way_in(app, bench.gate)
    # In a clone the installed package is made of links; the folder holds the project's own files.
    app.mount("/static", StaticFiles(directory=HERE / "static", follow_symlink=True))
    _add_downloads(app, bench)
    add_row_answers(app, bench)
    add_study_downloads(app, bench)
    _add_pages(bench)
    own: dict[str, Any] = {"tailwind": False, "gzip_middleware_factory": None}
    own["reconnect_timeout"] = AWAY_S
    ui.run_with(app, title="Infraplan", language=LANGUAGES["en"], show_welcome_message=False, **own)
    door = Door(app, bench.gate)
    return SessionMiddleware(
        door,
        secret_key=secret,
        session_cookie="infraplan_session",
        max_age=SESSION_S,
        same_site="strict",
        https_only=https_only,
    )


def _add_pages(bench: Workbench) -> None:
    from infraplan.optimizer.workbench.pages.compare_page import add_compare_page
    from infraplan.optimizer.workbench.pages.data_page import add_data_page
    from infraplan.optimizer.workbench.pages.run_page import add_run_page
    from infraplan.optimizer.workbench.pages.solve_page import add_solve_page
    from infraplan.optimizer.workbench.pages.start_page import add_start_page
    from infraplan.optimizer.workbench.pages.studies_page import add_studies_pages
    from infraplan.optimizer.workbench.pages.study_page import add_study_page

    adders: tuple[Callable[[Workbench], None], ...] = (
        add_start_page,
        add_data_page,
        add_solve_page,
        add_run_page,
        add_compare_page,
        add_studies_pages,
        add_study_page,
    )
    for add in adders:
        add(bench)


def _language(request: Request) -> str:
    """Language of a request that names none in its path."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return str(asked)
    first = request.headers.get("accept-language", "").strip().lower()
    return "zh" if first.startswith("zh") else "en"


def _add_way_in(app: FastAPI, gate: Gate) -> None:
    """The first address, and the page on which a token is shown."""
    tries = Tries()
    styles = style_sheet()

    @app.get("/static/palette.css")
    async def palette() -> Response:
        return Response(styles, media_type="text/css")

    @app.get("/")
    async def first(request: Request) -> Response:
        return RedirectResponse(f"/{_language(request)}/", status_code=303)

    @app.get("/login")
    async def ask(request: Request) -> Response:
        return HTMLResponse(_login(request, _language(request)))

    @app.post("/login")
    async def come_in(request: Request) -> Response:
        lang = _language(request)
        address = request.client.host if request.client else ""
        form = await request.form()
        key = hash_of_token(str(form.get("token", "")))
        # A right token comes in whatever others tried from the address, of a proxy maybe: nobody
        # guesses one, but anybody could keep out all.
        if await run_in_threadpool(gate.store.visitor_of, key) is None:
            if tries.must_wait(address):
                return HTMLResponse(_login(request, lang, "wait"), status_code=429)
            tries.note(address)
            return HTMLResponse(_login(request, lang, "wrong_token"), status_code=401)
        request.session.clear()
        request.session[SESSION_KEY] = key
        request.session[SESSION_ID] = secrets.token_urlsafe(12)
        return RedirectResponse(f"/{lang}/", status_code=303)

    @app.get("/logout")
    async def leave(request: Request) -> Response:
        session = str(request.session.get(SESSION_ID, ""))
        request.session.clear()
        if session:
            gate.end(session)
            _leave_pages(session)
        return RedirectResponse("/login", status_code=303, headers=CLEAR)


def _leave_pages(session: str) -> None:
    """Lead the pages that a session has open in any window to where one comes in."""
    from nicegui import Client

    for client in list(Client.instances.values()):
        with suppress(RuntimeError):  # one that no request asked for
            visitor = client.request.scope.get("visitor")
            if visitor is not None and visitor.session == session:
                client.run_javascript("location.reload()")


def _login(request: Request, lang: str, fault: str = "") -> str:
    w = Words(lang)
    chosen = {key: w(word) for key, word in THEMES.items()}
    other = next(name for name in LANGUAGES if name != lang)
    loader = jinja2.FileSystemLoader(HERE)
    template = jinja2.Environment(loader=loader, autoescape=True).get_template("login.html.j2")
    return template.render(
        lang=lang,
        html_lang=LANGUAGES[lang],
        other=other,
        other_html_lang=LANGUAGES[other],
        other_language=w.switch,
        fault=w(fault) if fault else "",
        theme=Markup(switch_html(theme_of(request.cookies), w("theme"), chosen)),
        **{key: w(key) for key in ("title", "come_in", "token")},
    )


def _add_downloads(app: FastAPI, bench: Workbench) -> None:
    """What is downloaded: reports, exports, workbooks."""

    @app.get("/run/{number}/report")
    def report(number: int) -> Response:
        folder = bench.run_folder(number)
        path = None if folder is None else folder / REPORT_FILE
        if path is None or not path.is_file():
            return PlainTextResponse("", status_code=404)
        headers = {"content-security-policy": REPORT_POLICY}
        return FileResponse(path, media_type="text/html", headers=headers)

    @app.get("/run/{number}/export/{form}")
    async def export(request: Request, number: int, form: str) -> Response:
        lang = _language(request)
        visitor = request.scope["visitor"]
        if bench.run_folder(number) is None or form not in bench.formats:
            return PlainTextResponse("", status_code=404)
        try:
            path = await run_in_threadpool(bench.export, visitor, number, form, lang)
        except (PlanningError, OSError) as error:
            return PlainTextResponse(in_language(told_error(error), lang), status_code=409)
        end = BackgroundTask(shutil.rmtree, path.parent, ignore_errors=True)
        return FileResponse(path, background=end, headers=_as_file(path.name))

    @app.get("/version/{number}/workbook")
    def workbook(number: int) -> Response:
        try:
            version = bench.store.version(number)
        except PlanningError:
            return PlainTextResponse("", status_code=404)
        path = bench.workbook(version)
        if not path.is_file():
            return PlainTextResponse("", status_code=404)
        title = bench.store.instance(version.instance_id).title
        return FileResponse(path, headers=_as_file(f"{title}-v{version.number}.xlsx"))


def _as_file(name: str) -> dict[str, str]:
    """Headers by which a browser saves an answer under `name`, and shows nothing of it."""
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "default-src 'none'; sandbox",
    }


def serve(
    bench: Workbench,
    host: str,
    port: int,
    *,
    tls: tuple[Path, Path] | None = None,
    when_ready: Callable[[], None] | None = None,
) -> None:
    """Serve the workbench until it is asked to end; running solves then keep their best plans.

    Parameters
    ----------
    bench
        The workbench.
    host, port
        Where it listens.
    tls
        Files of certificate and key.
    when_ready
        Called once it listens.

    Raises
    ------
    OSError
        The key of sessions cannot be kept.
    AddressError
        It cannot listen there.
    """
    listening = _listen(host, port)
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(bench.folder.root / "pages"))
    app = make_app(bench, bench.folder.secret(), https_only=tls is not None)
    certificate, key = tls or (None, None)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # An address that a request states of itself would escape the count of wrong tokens.
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    if when_ready is not None:
        told = (server, when_ready)
        threading.Thread(target=_tell_when_ready, args=told, daemon=True).start()
    seal_with(bench.folder.secret())
    bench.queue.when_ended = bench.read_ahead
    bench.queue.start()
    for run in bench.store.runs(last=READ_AHEAD):
        bench.read_ahead(run.id)
    try:
        with suppress(KeyboardInterrupt):  # the signal that ended it: that is how it ends
            server.run(sockets=[listening])
    finally:
        bench.queue.close()
        bench.store.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; taken first, so that nothing is begun where another has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = system_reason(error)
        told = phrase("workbench-cannot-listen", host=host, port=port, reason=reason)
        raise AddressError(told) from None


def _tell_when_ready(server: uvicorn.Server, tell: Callable[[], None]) -> None:
    """Wait until `server` listens, and say so."""
    while not (server.started or server.should_exit):
        time.sleep(LOOK_EVERY_S)
    if server.started:
        tell()
