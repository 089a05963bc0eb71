"""The workbench's tables in a real PostgreSQL server: `make test-slow PART=postgres`."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan.models.run_state import RunState
from tests.workbench import postgres
from tests.workbench.conftest import wait_for
from tests.workbench.serving import served

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.storage import Row, Store

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.by_seconds]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Cluster | None]:
    """A server of the tests' own; None where one is named."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("not installed: psycopg, of requirements-browser.lock")
    if postgres.missing():
        pytest.skip(postgres.missing())
    if os.environ.get("INFRAPLAN_POSTGRES_URL"):
        yield None
        return
    with postgres.cluster() as made:
        yield made


@pytest.fixture
def url(server: postgres.Cluster | None) -> str:
    return server.url if server else os.environ["INFRAPLAN_POSTGRES_URL"]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The tables, empty at the end as they were at the start."""
    from infraplan.optimizer.workbench.storage import Store, open_database
    from infraplan.optimizer.workbench.tables import METADATA

    engine = open_database(url)
    made = Store(engine)
    assert not made.instances(), "a database of its own is needed: this one is in use"
    yield made
    made.close()
    METADATA.drop_all(engine)
    engine.dispose()


def test_what_is_kept_is_what_was_told(store: Store, version: Row) -> None:
    from infraplan.optimizer.workbench.roles import Role
    from infraplan.optimizer.workbench.storage import hash_of_token
    from infraplan.optimizer.workbench.tables import JobKind, JobState

    token = store.grant("李工", Role.APPROVE)
    visitor = store.visitor_of(hash_of_token(token))
    assert visitor is not None
    assert (visitor.name, visitor.role) == ("李工", Role.APPROVE)
    store.keep_findings(version.id, [{"severity": "error", "message_zh": "错误\0"}])
    assert store.version(version.id).errors == 1
    store.wish(version.instance_id, "road", True, "promised\0 承诺 \ud800", "李工")
    assert [row.because for row in store.wishes(version.instance_id)] == ["promised 承诺 "]
    number = store.add_job(JobKind.SOLVE, version.id, {"gap": 0.1, "force": ["路"]}, "李工")
    assert store.job(number).options == {"gap": 0.1, "force": ["路"]}
    store.begin_job(number, 7, 1764468000.123456)
    assert store.job(number).pid_began == 1764468000.123456
    store.end_job(number, JobState.DONE, {"message_zh": "完成"})
    store.declare(number, RunState.SUBMITTED, "ready", "李工")
    store.add_note(number, "看过", "Wang")
    (run,) = store.runs()
    assert (run.declared, run.answer, run.title) == ("submitted", {"message_zh": "完成"}, "county")
    assert [row.text for row in store.notes(number)] == ["看过"]
    assert not store.cancel(number)


def test_versions_saved_at_once_have_numbers_of_their_own(store: Store) -> None:
    instance = store.add_instance("county", "", "Li")
    with ThreadPoolExecutor(8) as many:
        made = list(many.map(lambda at: store.add_version(instance, f"p{at}").number, range(24)))
    assert sorted(made) == list(range(1, 25))


def test_two_servers_do_not_work_off_one_queue(
    store: Store, url: str, folder: DataFolder, tmp_path: Path
) -> None:
    from infraplan.optimizer.workbench.opening import InUseError, held, open_store

    other_folder, other = open_store(tmp_path / "other", url)
    with held(folder, store):
        with pytest.raises(InUseError) as told, held(other_folder, other):
            pass
        assert "数据库" in told.value.message.zh
        other.close()
    store.close()
    again_folder, again = open_store(tmp_path / "other", url)
    with held(again_folder, again):
        pass
    again.close()


def test_a_server_that_was_away_is_used_again(
    server: postgres.Cluster | None, store: Store
) -> None:
    if server is None:
        pytest.skip("the server that is named is not the tests' to stop")
    from sqlalchemy.exc import SQLAlchemyError

    instance = store.add_instance("county", "", "Li")
    server.stop()
    try:
        with pytest.raises(SQLAlchemyError):
            store.instances()
    finally:
        server.start()
    assert [row.id for row in store.instances()] == [instance]


def test_a_solve_is_asked_for_and_kept(store: Store, folder: DataFolder, version: Row) -> None:
    from infraplan.optimizer.workbench.job_queue import JobQueue
    from infraplan.optimizer.workbench.tables import JobKind, JobState

    options = {"gap": 0.01, "time_limit": 60, "lang": "zh"}
    number = store.add_job(JobKind.SOLVE, version.id, options, "李工")
    queue = JobQueue(store, folder)
    queue.start()
    wait_for(lambda: store.job(number).ended_at is not None)
    queue.close()
    job = store.job(number)
    assert job.state == JobState.DONE, job.answer
    assert job.answer["verified"] is True


def test_pages_are_served_from_it(url: str, store: Store, version: Row, tmp_path: Path) -> None:
    with served(tmp_path / "data", "--database", url) as made:
        page = made.ask("/zh/")
        assert page.status == 200
        assert "county" in page.body.decode()
        assert not (made.data / "workbench.sqlite").exists()
        assert made.ask(f"/zh/version/{version.id}").status == 200


@pytest.mark.parametrize("fault", ["password", "port", "name"])
def test_a_wrong_address_is_told_without_its_password(url: str, fault: str) -> None:
    from sqlalchemy.engine import make_url

    from infraplan.optimizer.workbench.storage import DatabaseError, open_database

    wrong = {
        "password": {"password": "geheim"},
        "port": {"port": 1, "password": "geheim"},
        "name": {"database": "geheim"},
    }[fault]
    address = make_url(url).set(**wrong).render_as_string(hide_password=False)
    with pytest.raises(DatabaseError) as told:
        open_database(address)
    assert "geheim" not in f"{told.value.message} {told.value.message.zh}"
