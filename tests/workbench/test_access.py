"""What the door refuses: hosts, origins, sizes, strangers, roles and paths."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workbench.serving import Served, served


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.roles import Role

    data = tmp_path_factory.mktemp("access") / "data"
    _, store = open_store(data)
    yield data, {role.value: store.grant(f"{role.value}er", role) for role in Role}
    store.close()


@pytest.fixture(scope="module")
def server(tokens: tuple[Path, dict[str, str]]) -> Iterator[Served]:
    with served(tokens[0]) as made:
        yield made


def _cookie(server: Served, token: str) -> str:
    body = f"token={token}".encode()
    kind = "application/x-www-form-urlencoded"
    told = server.ask("/login?lang=en", "POST", body, Content_Type=kind)
    assert told.status == 303, told.body
    cookie = told.headers["set-cookie"]
    assert re.search("httponly", cookie, re.IGNORECASE)
    assert re.search("samesite=strict", cookie, re.IGNORECASE)
    assert token not in cookie
    return cookie.split(";")[0]


def test_strangers_are_shown_the_way_in_and_nothing_else(server: Served) -> None:
    for path, lang in (("/en/", "en"), ("/zh/run/1", "zh"), ("/run/1/report", "en")):
        told = server.ask(path)
        assert (told.status, told.headers["location"]) == (303, f"/login?lang={lang}")
    assert server.ask("/_nicegui_ws/socket.io/?EIO=4&transport=polling").status == 401
    assert server.ask("/_nicegui/client/x/upload/1", "POST", b"x").status == 401
    page = server.ask("/login?lang=zh").body.decode()
    assert '<html lang="zh-CN">' in page
    assert "令牌" in page


def test_who_shows_a_token_comes_in(server: Served, tokens: tuple[Path, dict[str, str]]) -> None:
    cookie = _cookie(server, tokens[1]["see"])
    told = server.ask("/zh/", Cookie=cookie)
    assert told.status == 200
    page = told.body.decode()
    assert '<html lang="zh-CN">' in page
    assert "seeer" in page
    policy = told.headers["content-security-policy"]
    (nonce,) = re.findall(r"'nonce-([^']+)'", policy)
    scripts = re.findall(r"^\s*<script[^>]*>", page, re.MULTILINE)
    assert scripts
    assert all(nonce in script for script in scripts)
    assert "script-src 'self' 'nonce-" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    again = server.ask("/zh/", Cookie=cookie).headers["content-security-policy"]
    assert nonce not in again
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a@127.0.0.1"])
def test_other_hosts_are_refused(server: Served, host: str) -> None:
    assert server.ask("/login", Host=host).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
        {
            "Sec_Fetch_Site": "cross-site",
            "Sec_Fetch_Mode": "navigate",
            "Sec_Fetch_Dest": "iframe",
        },
    ],
)
def test_what_other_pages_send_is_refused(
    server: Served, tokens: tuple[Path, dict[str, str]], headers: dict[str, str]
) -> None:
    cookie = _cookie(server, tokens[1]["approve"])
    for path, method in (("/login", "POST"), ("/_nicegui_ws/socket.io/", "GET"), ("/en/", "GET")):
        body = b"" if method == "POST" else None
        assert server.ask(path, method, body, Cookie=cookie, **headers).status == 403


def test_a_body_that_is_too_large_is_refused_unread(server: Served) -> None:
    assert server.ask("/login", "POST", b"", Content_Length="60000000").status == 413
    assert server.ask("/login", "POST", b"", Content_Length="x").status in {400, 413}
    assert server.ask("/login", "POST", b"x" * 20_000).status == 413, "of a stranger"
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + b"x" * 20_000
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(part), part)  # of no size that is told before
    kind = {"Content_Type": "multipart/form-data; boundary=b", "Transfer_Encoding": "chunked"}
    told = server.ask("/login", "POST", chunked, **kind)
    assert (told.status, told.body) == (413, b"Too large")


@pytest.mark.parametrize(
    "path",
    [
        "/run/..%2f..%2fetc/report",
        "/run/1/../../../../etc/passwd",
        "/static/../session.key",
        "/static/..%2f..%2f..%2fserver.py",
        "/run/1/export/..%2fxlsx",
        "/run/99/export/xlsx",
        "/run/99/report",
        "/version/99/workbook",
        "/version/-1/workbook",
    ],
)
def test_no_path_leads_out(server: Served, tokens: tuple[Path, dict[str, str]], path: str) -> None:
    told = server.ask(path, Cookie=_cookie(server, tokens[1]["approve"]))
    assert told.status in {404, 422}
    assert b"root:" not in told.body
    assert b"from __future__" not in told.body


def test_what_is_not_there_is_told_on_a_page(
    server: Served, tokens: tuple[Path, dict[str, str]]
) -> None:
    cookie = _cookie(server, tokens[1]["see"])
    assert "没有编号为99的内容" in server.ask("/zh/run/99", Cookie=cookie).body.decode()
    assert "对比" in server.ask("/zh/compare?runs=", Cookie=cookie).body.decode()


def test_a_session_ends_with_its_token_and_cannot_be_made(
    server: Served, tokens: tuple[Path, dict[str, str]]
) -> None:
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.roles import Role

    _, store = open_store(tokens[0])
    cookie = _cookie(server, store.grant("guest", Role.APPROVE))
    assert server.ask("/en/", Cookie=cookie).status == 200
    store.revoke("guest")
    store.close()
    assert server.ask("/en/", Cookie=cookie).status == 303
    forged = cookie[:-6] + ("AAAAAA" if not cookie.endswith("AAAAAA") else "BBBBBB")
    assert server.ask("/en/", Cookie=forged).status == 303


def test_who_leaves_ends_pages_in_other_windows_and_no_other_session(
    server: Served, tokens: tuple[Path, dict[str, str]]
) -> None:
    mine, others = (_cookie(server, tokens[1]["see"]) for _ in range(2))
    assert server.ask("/en/", Cookie=mine).status == 200
    assert server.ask("/logout", Cookie=mine).headers["location"] == "/login"
    # What a page in another window asks with is the cookie that it was opened with.
    assert server.ask("/en/", Cookie=mine).status == 303
    assert server.ask("/_nicegui_ws/socket.io/?EIO=4&transport=polling", Cookie=mine).status == 401
    assert server.ask("/en/", Cookie=others).status == 200


def test_no_deed_comes_from_a_session_that_ended(tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.access import Gate
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.roles import Role
    from infraplan.optimizer.workbench.storage import hash_of_token

    _, store = open_store(tmp_path / "data")
    key = hash_of_token(store.grant("Li", Role.EDIT))
    gate = Gate(store, frozenset())
    page, other = gate.visitor(key, "one"), gate.visitor(key, "two")
    assert page is not None
    assert other is not None
    gate.end("one")
    assert gate.now(page) is None
    assert gate.now(other) == other
    store.close()


def test_no_fault_shows_a_folder_or_code(
    server: Served, tokens: tuple[Path, dict[str, str]]
) -> None:
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.tables import JOBS

    folder, store = open_store(tokens[0])
    title = "x\n<script>alert(1)</script></title>\n<script>alert(1)</script>"
    version = store.add_version(store.add_instance(title, "", "Li"), "Li")
    solved = {"kind": "solve", "state": "done", "options": {}, "by": "Li"}
    run = store._add(JOBS, version_id=version.id, **solved)
    store.close()
    cookie, far = _cookie(server, tokens[1]["approve"]), 10**26
    pages = [f"/zh/version/{far}", f"/zh/run/{far}", f"/zh/version/{version.id}", f"/zh/run/{run}"]
    found = {path: server.ask(path, Cookie=cookie) for path in pages}
    for told in found.values():
        assert told.status == 200
        for text in (b"Error", b"Traceback", str(folder.root).encode(), b"<script>alert"):
            assert text not in told.body
    assert "没有编号为" in found[pages[0]].body.decode()
    assert "文件无法使用" in found[pages[2]].body.decode()
    assert "文件已不存在" in found[pages[3]].body.decode()
    for path in (
        f"/version/{far}/workbook",
        f"/version/{version.id}/workbook",
        f"/run/{far}/report",
    ):
        assert server.ask(path, Cookie=cookie).status == 404


def test_wrong_tokens_have_to_wait_and_keep_nobody_out(
    server: Served, tokens: tuple[Path, dict[str, str]]
) -> None:
    kind = "application/x-www-form-urlencoded"
    found = []
    for at in range(11):  # whatever address a request states of itself
        stated = {"Content_Type": kind, "X_Forwarded_For": f"10.0.0.{at}"}
        found.append(server.ask("/login", "POST", b"token=wrong", **stated).status)
    assert found == [401] * 10 + [429]
    assert _cookie(server, tokens[1]["see"])


def test_nothing_of_the_program_is_described(server: Served) -> None:
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert server.ask(path).status == 303


def test_another_page_may_lead_here_and_make_nothing_be_computed(server: Served) -> None:
    link = {
        "Sec_Fetch_Site": "cross-site",
        "Sec_Fetch_Mode": "navigate",
        "Sec_Fetch_Dest": "document",
    }
    assert server.ask("/en/", **link).status == 303
    assert server.ask("/run/1/export/xlsx", **link).status == 403


ROUTES = (
    "/en/",
    "/zh/version/{version}",
    "/en/version/{version}/solve",
    "/zh/run/{run}",
    "/en/compare?runs={run},{run}",
    "/version/{version}/workbook",
    "/version/{version}/rows/0",
    "/version/{version}/words/0",
    "/run/{run}/table/projects",
    "/run/{run}/schedule",
    "/run/{run}/report",
    "/run/{run}/export/xlsx",
)


@pytest.mark.parametrize("role", ["", "see", "edit", "approve"])
def test_each_role_on_each_way(
    server: Served, tokens: tuple[Path, dict[str, str]], role: str, template: Path
) -> None:
    from infraplan.optimizer.workbench.opening import open_store
    from infraplan.optimizer.workbench.tables import JOBS

    folder, store = open_store(tokens[0])
    version = store.add_version(store.add_instance("county", "", "Li"), "Li")
    path = folder.workbook(version.instance_id, version.number)
    path.parent.mkdir(parents=True)
    path.write_bytes(template.read_bytes())
    solved = {"kind": "solve", "state": "queued", "options": {}, "by": "Li"}
    run = store._add(JOBS, version_id=version.id, **(solved | {"state": "failed"}))
    store.close()
    cookie = {"Cookie": _cookie(server, tokens[1][role])} if role else {}
    for route in ROUTES:
        way = route.format(version=version.id, run=run)
        told = server.ask(way, **cookie)
        if not role:
            assert told.status == 303, way
            continue
        is_run_file = way.startswith("/run/")
        assert told.status == (404 if is_run_file else 200), way
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            assert server.ask(way, method, b"", **cookie).status in {404, 405}, (method, way)
    if role:
        may = role != "see"
        solve = server.ask(f"/en/version/{version.id}/solve", **cookie).body.decode()
        assert ("Time limit" in solve) is may
        data = server.ask(f"/en/version/{version.id}", **cookie).body.decode()
        assert ("Save as a new version" in data) is may
        found = json.loads(server.ask(f"/version/{version.id}/rows/0", **cookie).body)
        assert found[0]["_row"] > 1
        for far in (f"/version/{version.id}/rows/99", f"/version/{version.id}/rows/-1"):
            assert server.ask(far, **cookie).status == 404


@pytest.mark.parametrize(
    ("origin", "role", "status"),
    [
        ("own", "see", 101),
        ("", "see", 101),
        ("http://evil.example", "approve", 403),
        ("null", "approve", 403),
        ("http://127.0.0.1:1", "approve", 403),
        ("own", "", 403),
    ],
)
def test_the_socket_opens_to_members_from_own_pages_alone(
    server: Served,
    tokens: tuple[Path, dict[str, str]],
    origin: str,
    role: str,
    status: int,
) -> None:
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    if origin:
        asked["Origin"] = server.url if origin == "own" else origin
    if role:
        asked["Cookie"] = _cookie(server, tokens[1][role])
    assert server.upgrade("/_nicegui_ws/socket.io/?EIO=4&transport=websocket", asked) == status


@pytest.mark.parametrize("deed", ["edit", "approve"])
def test_a_deed_asks_for_the_role_that_holds_now(
    deed: str, store: Any, folder: Any, version: Any
) -> None:
    """Whatever the page was made for: the role is asked of the database at each deed."""
    from infraplan.models.run_state import RunState
    from infraplan.optimizer.workbench import bench as deeds
    from infraplan.optimizer.workbench.opening import open_bench
    from infraplan.optimizer.workbench.roles import ForbiddenError, Role
    from infraplan.optimizer.workbench.storage import hash_of_token

    token = store.grant("Li", Role(deed))
    bench = open_bench(folder, store, host="127.0.0.1", name="me", formats=("xlsx",))
    visitor = bench.gate.visitor(hash_of_token(token))
    assert visitor is not None
    bench.wish(visitor, version, "reservoir", True, "promised")
    number = bench.solve(visitor, version, {"gap": 0.1, "time_limit": 5})
    store.grant("Li", Role.SEE)  # the token of old ends with it
    asked = (
        lambda: bench.wish(visitor, version, "ring_road", True, "x"),
        lambda: bench.edit(visitor, version, {}, ""),
        lambda: bench.solve(visitor, version, {}),
        lambda: bench.stop(visitor, number),
        lambda: bench.add_note(visitor, number, "x"),
        lambda: bench.export(visitor, number, "xlsx", "en"),
        lambda: bench.take_in(visitor, lambda intake, by: intake.template(by, "en")),
    )
    for deed_asked in asked:
        with pytest.raises(ForbiddenError):
            deed_asked()
    assert deeds.role_to_declare(RunState.SUBMITTED, RunState.APPROVED) is Role.APPROVE
    assert len(store.wishes(version.instance_id)) == 1


def test_a_host_that_others_reach_needs_members(store: Any, folder: Any) -> None:
    from infraplan.optimizer.workbench.opening import InUseError, held, open_bench
    from infraplan.optimizer.workbench.roles import Role

    with pytest.raises(InUseError):
        open_bench(folder, store, host="0.0.0.0", name="me", formats=())
    with pytest.raises(InUseError):  # what stands before the server lets others in
        open_bench(folder, store, host="127.0.0.1", name="me", formats=(), names=("a.example",))
    local = open_bench(folder, store, host="127.0.0.1", name="me", formats=())
    visitor = local.gate.visitor("")
    assert visitor is not None
    assert visitor.role is Role.APPROVE
    store.grant("Li", Role.SEE)
    assert local.gate.visitor("") is None
    far = open_bench(folder, store, host="0.0.0.0", name="me", formats=())
    store.revoke("Li")
    assert far.gate.visitor("") is None, "nobody left is not everybody"
    with held(folder, store), pytest.raises(InUseError), held(folder, store):
        pass


def test_the_own_style_and_script_are_served(server: Served) -> None:
    # Also where the installed package is made of links, as in a clone.
    for name in ("workbench.css", "workbench.js"):
        answer = server.ask(f"/static/{name}")
        assert answer.status == 200
        assert answer.body


def test_rows_come_compressed_and_once_a_browser(
    server: Served, tokens: tuple[Path, dict[str, str]], template: Path
) -> None:
    from infraplan.optimizer.workbench.opening import open_store

    folder, store = open_store(tokens[0])
    version = store.add_version(store.add_instance("县", "", "Li"), "Li")
    path = folder.workbook(version.instance_id, version.number)
    path.parent.mkdir(parents=True)
    path.write_bytes(template.read_bytes())
    store.close()
    cookie = {"Cookie": _cookie(server, tokens[1]["see"])}
    way = f"/version/{version.id}/rows/0?lang=zh"
    plain = server.ask(way, **cookie)
    packed = server.ask(way, **cookie, Accept_Encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    tag = plain.headers["etag"]
    assert packed.headers["etag"] == tag
    assert plain.headers["cache-control"] == "private, no-cache"
    again = server.ask(way, **cookie, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert server.ask(way, If_None_Match=tag).status == 303, "who may not see it is told nothing"
    words = json.loads(server.ask(way.replace("rows", "words"), **cookie).body)
    assert isinstance(words, dict)
    left = server.ask("/logout", **cookie)
    assert left.headers["clear-site-data"] == '"cache"'
