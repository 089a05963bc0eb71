"""Rows of tables and drawings that pages fetch: made once, compressed once, sent once a browser."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from infraplan.models.errors import PlanningError
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.paged import Answer, Asked

_HEADERS = {"cache-control": "private, no-cache", "vary": "accept-encoding, cookie"}
"""A browser may keep it and asks each time whether it still holds, which takes a session: see
`CLEAR` for what it forgets when one leaves."""
CLEAR = {"clear-site-data": '"cache"'}
"""Header by which a browser forgets what it kept of these answers."""


def add_row_answers(app: FastAPI, bench: Workbench) -> None:
    """Make the addresses from which grids and schedules fetch what they show."""

    @app.get("/version/{number}/rows/{at}")
    def rows(request: Request, number: int, at: int) -> Response:
        def made() -> Answer:
            version = bench.store.version(number)
            return bench.rows(request.scope["visitor"], version, at, _language(request))

        return _answered(request, made, "application/json")

    @app.get("/version/{number}/words/{at}")
    def words(request: Request, number: int, at: int) -> Response:
        def made() -> Answer:
            version = bench.store.version(number)
            return bench.cell_words(request.scope["visitor"], version, at, _language(request))

        return _answered(request, made, "application/json")

    @app.get("/run/{number}/table/{name}")
    def table(request: Request, number: int, name: str) -> Response:
        asked, lang = Asked.of(request.query_params), _language(request)
        visitor = request.scope["visitor"]
        return _answered(
            request,
            lambda: bench.table_rows(visitor, number, name, lang, asked),
            "application/json",
        )

    @app.get("/run/{number}/schedule")
    def schedule(request: Request, number: int) -> Response:
        visitor = request.scope["visitor"]
        # As text: it is a part of a page, and none by itself.
        return _answered(
            request, lambda: bench.drawn_schedule(visitor, number), "text/plain; charset=utf-8"
        )


def _language(request: Request) -> str:
    return "zh" if request.query_params.get("lang") == "zh" else "en"


def takes_gzip(accepted: str) -> bool:
    """Whether who sent the header `Accept-Encoding` takes gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, rest = part.partition(";")
        key, _, value = rest.partition("=")
        try:
            weight = float(value) if key.strip().lower() == "q" else 1.0
        except ValueError:
            weight = 0.0  # what is no weight asks for nothing
        weights[name.strip().lower()] = weight
    named = [weights[name] for name in ("gzip", "x-gzip") if name in weights]
    return max(named or [weights.get("*", 0.0)]) > 0.0


def _answered(request: Request, make: Callable[[], Answer], kind: str) -> Response:
    """The answer, or that the browser has it already; nothing where it is not there."""
    try:
        made = make()
    except (PlanningError, OSError):
        return PlainTextResponse("", status_code=404)
    headers = {**_HEADERS, "etag": made.tag}
    if made.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if takes_gzip(request.headers.get("accept-encoding", "")):
        headers["content-encoding"] = "gzip"
        return Response(made.packed, media_type=kind, headers=headers)
    return Response(made.body, media_type=kind, headers=headers)
