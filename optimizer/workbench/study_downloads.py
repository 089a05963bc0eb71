"""Downloads of studies: each table of the page as CSV, and all that the command wrote as a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from infraplan.models.errors import PlanningError
from infraplan.optimizer.workbench import studies
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.tables import JobKind


def add_study_downloads(app: FastAPI, bench: Workbench) -> None:
    """Make the addresses from which tables of studies are downloaded."""

    def table(number: int, at: int, lang: str) -> bytes | None:
        job = bench.store.job(number)
        if job.kind != JobKind.STUDY or not job.answer or "error" in job.answer:
            return None
        asked = studies.instance_of(bench.workbook(bench.store.version(job.version_id)))
        command, home = str(job.options["command"]), bench.folder.job(number)
        found = studies.tables_of(command, job.answer, asked, home, lang)
        return studies.csv_of(found[at]).encode() if 0 <= at < len(found) else None

    def tables(number: int) -> bytes | None:
        files = studies.csv_files(bench.folder.job(bench.store.job(number).id))
        if not files:
            return None
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.name)
        return out.getvalue()

    @app.get("/study/{number}/table/{at}")
    async def one(request: Request, number: int, at: int, lang: str = "en") -> Response:
        return await _answered(request, f"study-{number}-{at + 1}.csv", table, number, at, lang)

    @app.get("/study/{number}/tables")
    async def whole(request: Request, number: int) -> Response:
        return await _answered(request, f"study-{number}.zip", tables, number)

    async def _answered(
        request: Request, name: str, make: Callable[..., bytes | None], *asked: object
    ) -> Response:
        try:
            bench.require(request.scope["visitor"], Role.SEE)
            data = await run_in_threadpool(make, *asked)
        except (PlanningError, OSError):
            data = None
        if data is None:
            return PlainTextResponse("", status_code=404)
        kind = "application/zip" if name.endswith(".zip") else "text/csv; charset=utf-8"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Response(data, media_type=kind, headers=headers)
