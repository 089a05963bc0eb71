"""Who gets through to the workbench, and what a page of it may do in a browser.

One door for pages, uploads, downloads and the socket: host, origin, size, then the session. It is
plain ASGI, so that nothing behind it can be reached in another way.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.workbench.roles import Role, Visitor
from infraplan.optimizer.workbench.storage import Store

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this very machine."""
UPLOAD_BYTES = 50_000_000
"""Largest request, bytes."""
STRANGERS_BYTES = 10_000
"""Largest request of somebody who has not come in: a token and what is around it, bytes."""
MOST_ADDRESSES = 10_000
"""Addresses whose wrong tokens are remembered; beyond them, of those that have to wait."""
TRIES, TRIES_S = 10, 60.0
"""Wrong tokens of one address in so many seconds, after which it has to wait."""
SESSION_KEY, SESSION_ID = "key", "id"
"""Entries of the session's cookie: hash of the token that was shown, and the session's own name."""
SESSION_S = 12 * 3600
"""Seconds after which somebody has to come in again."""
OPEN_PATHS = ("/login", "/static/", "/_nicegui/")
"""Beginnings of paths that need no session: the page to come in by, and files that are the same
for all. Uploads lie below `/_nicegui/client/` and do need one."""
CLOSED_PATHS = ("/_nicegui/client/",)
_SCRIPT = regex(rb"^(\s*)<script(?=[ >])", re.MULTILINE)
_NO_REQUEST = {400: b"Bad request", 401: b"Unauthorized", 403: b"Forbidden", 413: b"Too large"}


def page_policy(nonce: str) -> str:
    """Content security policy of a page.

    Vue makes its templates into functions (`unsafe-eval`) and NiceGUI, Quasar and AG Grid set
    styles of elements (`unsafe-inline` for styles); a script runs only from this server or with
    the nonce of the page.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; frame-ancestors 'self'; sandbox allow-scripts allow-popups allow-modals"
)
"""Of a run's report: one file with its scripts inside, kept apart from the pages around it."""


@dataclass
class Tries:
    """Wrong tokens of late, by address."""

    at: dict[str, deque[float]] = field(default_factory=dict)

    def must_wait(self, address: str) -> bool:
        """Whether this address has shown too many wrong tokens."""
        times = self.at.get(address, deque())
        while times and times[0] < time.monotonic() - TRIES_S:
            times.popleft()
        return len(times) >= TRIES

    def note(self, address: str) -> None:
        """Keep that a wrong token came from this address."""
        if len(self.at) >= MOST_ADDRESSES:
            self.at = {each: times for each, times in self.at.items() if self.must_wait(each)}
        self.at.setdefault(address, deque()).append(time.monotonic())


@dataclass(frozen=True)
class Gate:
    """What the door lets through.

    `open_to` is who everybody is where no token is asked for: on a loopback address, as long as
    nobody was let in by name.
    """

    store: Store
    hosts: frozenset[str]
    open_to: str = ""
    upload_bytes: int = UPLOAD_BYTES
    _ended: dict[str, float] = field(default_factory=dict)

    def visitor(self, key: str, session: str = "") -> Visitor | None:
        """Who a session belongs to, as the database says now."""
        if key and session not in self._ended:
            found = self.store.visitor_of(key)
            if found is not None:
                return Visitor(found.name, found.role, key, session)
        if self.open_to and not self.store.members():
            return Visitor(self.open_to, Role.APPROVE)
        return None

    def now(self, visitor: Visitor) -> Visitor | None:
        """Who a visitor is by now; None where they are let in no more, or have left."""
        return self.visitor(visitor.key, visitor.session)

    def end(self, session: str) -> None:
        """Let nobody in with this session any more: pages that stay open, copies of its cookie."""
        now = time.monotonic()
        for old in [each for each, at in self._ended.items() if at < now - SESSION_S]:
            del self._ended[old]
        self._ended[session] = now


class Door:
    """The middleware that keeps the door; the session's cookie has been read before."""

    def __init__(self, app: App, gate: Gate) -> None:
        self.app, self._gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        code = self._refused(scope)
        if code is not None:
            await _refuse(scope, receive, send, code)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, self._most(scope))
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if body.is_too_large and not has_begun:
                return  # what the pages make of their own fault; the refusal says it
            has_begun = True
            await send(message)

        with suppress(_TooLargeError):
            await self.app(scope, body.receive, _with_headers(scope, answer))
        if body.is_too_large and not has_begun:
            await _refuse(scope, receive, send, 413)

    def _most(self, scope: Scope) -> int:
        """Largest body of a request, bytes."""
        return STRANGERS_BYTES if scope["visitor"] is None else self._gate.upload_bytes

    def _refused(self, scope: Scope) -> int | None:
        """Why a request is refused, as a status of HTTP; None where it is not."""
        headers = {key.decode("latin-1").lower(): value for key, value in scope["headers"]}
        host = headers.get("host", b"").decode("latin-1")
        if _name_of(host) not in self._gate.hosts:
            return 400
        origin = headers.get("origin", b"").decode("latin-1")
        if origin and urlsplit(origin).netloc.lower() != host.lower():
            return 403
        is_foreign = headers.get("sec-fetch-site") in {b"cross-site", b"same-site"}
        if is_foreign and not _is_a_link(headers, str(scope["path"])):
            return 403
        session = scope.get("session", {})
        key, name = (str(session.get(entry, "")) for entry in (SESSION_KEY, SESSION_ID))
        visitor = self._gate.visitor(key, name)
        scope["visitor"] = visitor
        length = headers.get("content-length", b"0")
        if not length.isdigit() or int(length) > self._most(scope):
            return 413
        path = str(scope["path"])
        is_open = path.startswith(OPEN_PATHS) and not path.startswith(CLOSED_PATHS)
        return None if visitor is not None or is_open else 401


def _is_a_link(headers: Mapping[str, bytes], path: str) -> bool:
    """Whether another page only leads here: a window of its own, and nothing that is computed."""
    is_window = headers.get("sec-fetch-dest", b"document") == b"document"
    return headers.get("sec-fetch-mode") == b"navigate" and is_window and "/export/" not in path


class _TooLargeError(Exception):
    """A request went on beyond what is allowed, whatever its head said."""


class _Body:
    """The body of a request, which ends where it is too large."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    @property
    def is_too_large(self) -> bool:
        """Whether more came than is allowed."""
        return self._left < 0

    async def receive(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self.is_too_large:
            raise _TooLargeError
        return message


def _name_of(host: str) -> str:
    """Name in a host header, without port and brackets."""
    found = re.fullmatch(r"\[([0-9a-fA-F:]+)\](?::\d+)?|([^:\[\]]+)(?::\d+)?", host)
    return "" if found is None else (found[1] or found[2]).lower()


async def _refuse(scope: Scope, receive: Receive, send: Send, code: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    wants_page = scope["method"] == "GET" and not str(scope["path"]).startswith("/_nicegui")
    if code == 401 and wants_page:
        lang = "zh" if str(scope["path"]).startswith("/zh") else "en"
        headers = [(b"location", f"/login?lang={lang}".encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [(b"content-type", b"text/plain"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": _NO_REQUEST[code]})


def _with_headers(scope: Scope, send: Send) -> Send:
    """`send`, with the headers that every answer has; pages get a nonce for their scripts."""
    nonce = secrets.token_urlsafe(18)
    start: Message = {}
    body = bytearray()

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {key.lower() for key, _ in message["headers"]}
            kind = dict(message["headers"]).get(b"content-type", b"")
            has_policy = b"content-security-policy" in names
            message["headers"] = [*message["headers"], *_own_headers(scope, names)]
            if has_policy or not kind.startswith(b"text/html"):
                await send(message)
                return
            start.update(message)
            return
        if not start or message["type"] != "http.response.body":
            await send(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        text = _SCRIPT.sub(rb'\1<script nonce="' + nonce.encode() + b'"', bytes(body))
        kept = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        kept.append((b"content-length", str(len(text)).encode()))
        kept.append((b"content-security-policy", page_policy(nonce).encode()))
        await send({**start, "headers": kept})
        await send({"type": "http.response.body", "body": text})

    return answer


def _own_headers(scope: Scope, names: set[bytes]) -> list[tuple[bytes, bytes]]:
    wished = {
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
        b"cross-origin-opener-policy": b"same-origin",
        b"cross-origin-resource-policy": b"same-origin",
        b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    }
    if not str(scope["path"]).startswith(("/_nicegui/", "/static/")):
        wished[b"cache-control"] = b"no-store"
    return [(key, value) for key, value in wished.items() if key not in names]
