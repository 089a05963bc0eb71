"""Requests of any make given to the workbench in this process: no socket, no server.

There is no OpenAPI document (the workbench publishes none), so that the paths are read from the
application's own routes; their places take numbers, words and hostile texts, and method, headers
and body are drawn as well. An answer of 500 or more, or a fault that reaches the server, fails.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infraplan.optimizer.storage import write_instance
from tests.cli.conftest import small
from tests.nightly.readers import WORDS

METHODS = ("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X")
NUMBERS = ("0", "1", "2", "-1", "9" * 18, "9" * 30, "1e3", "1.0", "٣", "%00", "1%2F..", "01")
HEADERS = ("Accept-Language", "Cookie", "Origin", "Content-Type", "Range", "If-None-Match", "Host")
VALUES = (
    *("zh", "en;q=nan", "infraplan_session=x.y.z", "null", "http://evil.example", "bytes=0-"),
    *("bytes=9-1,-0", "multipart/form-data; boundary=x", "application/json", "*", "127.0.0.1:1"),
    *("text/html; charset=utf-7", "a" * 9000, "évil".encode("latin-1").decode("latin-1")),
)
BODIES = (
    *(b"", b"token=x", b"token=" + b"a" * 70_000, b"{", b"\xff\xfe", b"--x\r\n\r\n--x--"),
    *(b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n1\r\n--x--', b"token=%ff&token"),
)
MOST_S = 30.0


def application(folder: Path) -> tuple[Any, Any, list[str]]:
    """The workbench on a folder with one instance and one run, and the paths of its routes."""
    from infraplan.optimizer.workbench.opening import open_bench, open_store
    from infraplan.optimizer.workbench.server import make_app

    data, store = open_store(folder / "data")
    bench = open_bench(data, store, host="127.0.0.1", name="me", formats=("xlsx", "csv"))
    version = store.add_version(store.add_instance("made", "", "me"), "me")
    book = data.workbook(version.instance_id, version.number)
    book.parent.mkdir(parents=True)
    write_instance(small(), book)
    app = make_app(bench, "secret of a night")
    inner = app.app.app
    return app, inner, sorted(set(_paths(inner)))


def _paths(app: Any, before: str = "") -> Iterator[str]:
    """Paths of an application and of those that are mounted in it, the pages among them."""
    for route in app.routes:
        path = before + getattr(route, "path", "")
        if hasattr(getattr(route, "app", None), "routes") and not hasattr(route, "methods"):
            yield from _paths(route.app, path)
        elif path:
            yield path


def drawn_request(
    rng: random.Random, paths: list[str]
) -> tuple[str, str, dict[str, str], bytes | None]:
    """Method, path with its question, headers and body of one request."""
    path = rng.choice(paths)

    def filled(_: re.Match[str]) -> str:
        word = rng.choice(NUMBERS) if rng.random() < 0.7 else quote(rng.choice(WORDS), safe="")
        return word[:2000]

    path = re.sub(r"\{[^}]*\}", filled, path)
    if rng.random() < 0.3:
        asked = [
            (rng.choice(("lang", "next", "a", "token")), quote(rng.choice(WORDS)[:500], safe=""))
            for _ in range(rng.randint(1, 3))
        ]
        path += "?" + "&".join(map("=".join, asked))
    headers = {
        rng.choice(HEADERS): rng.choice(VALUES) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))
    }
    method = rng.choice(METHODS)
    body = rng.choice(BODIES) if method not in ("GET", "HEAD") else None
    return method, path, headers, body


async def _tried(
    rng: random.Random, until: float, folder: Path, most: int
) -> tuple[int, list[str]]:
    import httpx

    app, inner, paths = application(folder)
    told: list[str] = []
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(inner.router.lifespan_context(inner))
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 5))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        )
        for number in range(most):
            if time.monotonic() >= until:
                return number, told
            method, path, headers, body = drawn_request(rng, paths)
            line = f"request {number}: {method} {path[:200]} {headers!r:.200}"
            try:
                request = client.build_request(method, path, headers=headers, content=body)
            except (httpx.InvalidURL, UnicodeEncodeError):
                continue  # no client would send it
            try:
                async with asyncio.timeout(MOST_S):
                    answer = await client.send(request)
            except Exception as error:  # whatever reaches the server is what is sought
                told.append(f"{line}: {type(error).__name__}: {str(error)[:200]}")
                continue
            if answer.status_code >= 500:
                told.append(f"{line}: {answer.status_code}")
    return most, told


def try_requests(
    seed: int, until: float, folder: Path, most: int = 1_000_000
) -> tuple[int, list[str]]:
    """Requests made until the clock says so, and what came out otherwise than it must."""
    return asyncio.run(_tried(random.Random(f"requests/{seed}"), until, folder, most))
