"""What the workbench remembers: instances, versions, who did what, the queue of solves."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine, delete, event, func, insert, select, update
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from infraplan.models.catalogue import phrase
from infraplan.models.errors import PlanningError
from infraplan.models.run_state import RunState
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.workbench.roles import Role, Visitor
from infraplan.optimizer.workbench.tables import (
    DECLARATIONS,
    INSTANCES,
    JOBS,
    MEMBERS,
    METADATA,
    NAME,
    NOTES,
    VERSIONS,
    WISHES,
    JobKind,
    JobState,
)

BUSY_MS = 10_000
"""How long a writer waits for another one, milliseconds."""
MOST_NUMBER = 2**31 - 1
"""Largest number of a row: what every database can hold."""
TRIES_OF_A_NUMBER = 20
"""Times that the next number of a version is asked for while others take theirs."""
LOCK = 0x1F4A91
"""Number under which a server holds a database that others reach too."""
Row = SimpleNamespace
"""A row of a table, a column an attribute."""


class DatabaseError(PlanningError):
    """The database of the workbench cannot be opened."""

    exit_code = 2


def now() -> str:
    """The moment, in UTC, as run folders state it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def hash_of_token(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so that one hash suffices."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_database(url: str) -> Engine:
    """Open the database at `url` and make the tables that are missing.

    SQLite writes ahead, so that readers never wait. PostgreSQL is reached by the driver of the
    extra `postgres`, and a line that it has cut meanwhile is laid anew.

    Raises
    ------
    DatabaseError
        It cannot be opened; what is said of it names neither address nor password.
    """
    try:
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_up_sqlite)
        METADATA.create_all(engine)
    except (SQLAlchemyError, ImportError) as error:
        kind = type(error).__name__
        raise DatabaseError(phrase("workbench-no-database", kind=kind)) from None
    return engine


def _kept(value: Any) -> Any:
    """A text without what no database keeps: zeros and halves of letters."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").encode("utf-8", "ignore").decode()


def _set_up_sqlite(connection: Any, record: Any) -> None:
    del record
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_LISTED = [column for column in VERSIONS.c if column.name != "findings"]
"""Columns of versions in lists: findings of a large one are a megabyte and more."""


class Store:
    """The database of one workbench; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._holding: Connection | None = None

    def close(self) -> None:
        """Let go of the database."""
        if self._holding is not None:
            self._holding.close()
        self._engine.dispose()

    def hold(self) -> bool:
        """Hold the database until it is let go of; False where another server holds it.

        One in a file lies in the folder of its server, which is held already.
        """
        if self._engine.dialect.name != "postgresql":
            return True
        self._holding = self._engine.connect()
        is_ours = self._holding.execute(select(func.pg_try_advisory_lock(LOCK))).scalar()
        self._holding.commit()  # the lock is the line's, not the transaction's
        return bool(is_ours)

    def _rows(self, query: Any) -> list[Row]:
        with self._engine.connect() as connection:
            return [Row(**row) for row in connection.execute(query).mappings()]

    def _one(self, query: Any, number: int) -> Row:
        found = self._rows(query) if 0 < number <= MOST_NUMBER else []
        if not found:
            raise NotThereError(phrase("workbench-there-is-nothing", number=number))
        return found[0]

    def _add(self, table: Any, **values: Any) -> int:
        with self._engine.begin() as connection:
            kept = {key: _kept(value) for key, value in values.items()}
            result = connection.execute(insert(table).values(**kept, at=now()))
            return int(result.inserted_primary_key[0])

    def _change(self, query: Any) -> int:
        with self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    # ------------------------------------------------------------------------------------ members

    def grant(self, name: str, role: Role) -> str:
        """Let somebody in as `role`; return the token, which is kept nowhere.

        Who is there already has a new token and the new role: the old token ends.
        """
        token = secrets.token_urlsafe(32)
        self.revoke(name)
        self._add(MEMBERS, name=name[:NAME], role=role.value, token_hash=hash_of_token(token))
        return token

    def revoke(self, name: str) -> bool:
        """Let somebody in no more; whether they were."""
        return self._change(delete(MEMBERS).where(MEMBERS.c.name == name[:NAME])) > 0

    def members(self) -> list[Row]:
        """Who is let in, with role."""
        return self._rows(select(MEMBERS).order_by(MEMBERS.c.name))

    def visitor_of(self, token_hash: str) -> Visitor | None:
        """Who holds the token of this hash; None where nobody does."""
        found = self._rows(select(MEMBERS).where(MEMBERS.c.token_hash == token_hash))
        return Visitor(found[0].name, Role(found[0].role)) if found else None

    # ------------------------------------------------------------------- instances and versions

    def add_instance(self, title: str, origin: str, by: str) -> int:
        """Begin an instance, without a version as yet."""
        return self._add(INSTANCES, title=title[:NAME], origin=origin[:NAME], by=by)

    def instances(self) -> list[Row]:
        """All instances, the latest first."""
        return self._rows(select(INSTANCES).order_by(INSTANCES.c.id.desc()))

    def instance(self, number: int) -> Row:
        """One instance."""
        return self._one(select(INSTANCES).where(INSTANCES.c.id == number), number)

    def add_version(self, instance_id: int, by: str, note: str = "") -> Row:
        """Add a version; its number is one more than the last, whoever else adds one now."""
        for _ in range(TRIES_OF_A_NUMBER):
            with suppress(IntegrityError):
                return self._next_version(instance_id, by, note)
        return self._next_version(instance_id, by, note)

    def _next_version(self, instance_id: int, by: str, note: str) -> Row:
        with self._engine.begin() as connection:
            last = select(func.max(VERSIONS.c.number)).where(VERSIONS.c.instance_id == instance_id)
            number = (connection.execute(last).scalar() or 0) + 1
            values = {"instance_id": instance_id, "number": number, "note": _kept(note), "by": by}
            result = connection.execute(insert(VERSIONS).values(**values, at=now()))
            made = int(result.inserted_primary_key[0])
        return self.version(made)

    def version(self, number: int) -> Row:
        """One version."""
        return self._one(select(VERSIONS).where(VERSIONS.c.id == number), number)

    def versions(self, instance_id: int) -> list[Row]:
        """Versions of an instance, the latest first, without what was found of them."""
        mine = VERSIONS.c.instance_id == instance_id
        return self._rows(select(*_LISTED).where(mine).order_by(VERSIONS.c.number.desc()))

    def last_versions(self) -> dict[int, Row]:
        """The last version of each instance, by the instance's id."""
        same, last = VERSIONS.c.instance_id, func.max(VERSIONS.c.number)
        newest = select(same, last.label("number")).group_by(same).subquery()
        both = (newest.c.instance_id == same) & (newest.c.number == VERSIONS.c.number)
        found = self._rows(select(*_LISTED).join(newest, both))
        return {row.instance_id: row for row in found}

    def keep_findings(self, version_id: int, findings: Sequence[Mapping[str, Any]]) -> None:
        """Keep what `validate` found of a version."""
        errors = sum(row["severity"] == "error" for row in findings)
        mine = VERSIONS.c.id == version_id
        self._change(update(VERSIONS).where(mine).values(findings=list(findings), errors=errors))

    def drop_version(self, version_id: int) -> None:
        """Forget a version whose workbook could not be kept."""
        self._change(delete(VERSIONS).where(VERSIONS.c.id == version_id))

    def drop_instance(self, instance_id: int) -> None:
        """Forget an instance that came to nothing: one of which nothing was solved."""
        with self._engine.begin() as connection:
            for table in (WISHES, VERSIONS):
                connection.execute(delete(table).where(table.c.instance_id == instance_id))
            connection.execute(delete(INSTANCES).where(INSTANCES.c.id == instance_id))

    # -------------------------------------------------------------------------- must and must not

    def wish(self, instance_id: int, project: str, must: bool, because: str, by: str) -> None:
        """Ask that a project must, or must not, be built; a later word replaces an earlier one."""
        self.unwish(instance_id, project)
        values = {"project": project[:NAME], "must": must, "because": because, "by": by}
        self._add(WISHES, instance_id=instance_id, **values)

    def unwish(self, instance_id: int, project: str) -> None:
        """Ask no more of a project."""
        mine = (WISHES.c.instance_id == instance_id) & (WISHES.c.project == project[:NAME])
        self._change(delete(WISHES).where(mine))

    def wishes(self, instance_id: int) -> list[Row]:
        """What is asked of projects."""
        mine = WISHES.c.instance_id == instance_id
        return self._rows(select(WISHES).where(mine).order_by(WISHES.c.project))

    # --------------------------------------------------------------------------------------- jobs

    def add_job(
        self,
        kind: JobKind,
        version_id: int,
        options: Mapping[str, Any],
        by: str,
        run_id: int | None = None,
    ) -> int:
        """Put a job at the end of the queue."""
        values = {"kind": kind.value, "version_id": version_id, "options": dict(options)}
        state = JobState.QUEUED.value
        return self._add(JOBS, **values, by=by, run_id=run_id, state=state)

    def job(self, number: int) -> Row:
        """One job."""
        return self._one(select(JOBS).where(JOBS.c.id == number), number)

    def jobs(self, states: Iterable[JobState]) -> list[Row]:
        """Jobs in `states`, in the order of the queue."""
        mine = JOBS.c.state.in_([state.value for state in states])
        return self._rows(select(JOBS).where(mine).order_by(JOBS.c.id))

    def runs(self, instance_id: int | None = None, last: int = 200) -> list[Row]:
        """The last solves, the latest first, with title, version and state declared."""
        declared = (
            select(DECLARATIONS.c.state)
            .where(DECLARATIONS.c.run_id == JOBS.c.id)
            .order_by(DECLARATIONS.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(JOBS, INSTANCES.c.title, VERSIONS.c.number, declared.label("declared"))
            .join(VERSIONS, VERSIONS.c.id == JOBS.c.version_id)
            .join(INSTANCES, INSTANCES.c.id == VERSIONS.c.instance_id)
            .where(JOBS.c.kind == JobKind.SOLVE.value)
            .order_by(JOBS.c.id.desc())
            .limit(last)
        )
        if instance_id is not None:
            query = query.where(INSTANCES.c.id == instance_id)
        return self._rows(query)

    def explanations(self, run_id: int) -> list[Row]:
        """What was asked of a run's projects, the latest first."""
        mine = (JOBS.c.run_id == run_id) & (JOBS.c.kind == JobKind.EXPLAIN.value)
        return self._rows(select(JOBS).where(mine).order_by(JOBS.c.id.desc()))

    def begin_job(self, number: int, pid: int, pid_began: float) -> None:
        """State that a job runs as process `pid`, which began at `pid_began` (seconds)."""
        values = {"pid": pid, "pid_began": pid_began, "begun_at": now()}
        state = JobState.RUNNING.value
        counted = JOBS.c.attempts + 1
        self._change(
            update(JOBS).where(JOBS.c.id == number).values(state=state, attempts=counted, **values)
        )

    def take_back(self, number: int) -> None:
        """Put a job that was lost half done into the queue again."""
        values = {"state": JobState.QUEUED.value, "pid": None, "pid_began": None}
        self._change(update(JOBS).where(JOBS.c.id == number).values(**values))

    def end_job(self, number: int, state: JobState, answer: Mapping[str, Any] | None) -> None:
        """State how a job ended, with the object that its command printed."""
        values = {"state": state.value, "ended_at": now(), "pid": None, "pid_began": None}
        kept = None if answer is None else dict(answer)
        self._change(update(JOBS).where(JOBS.c.id == number).values(answer=kept, **values))

    def cancel(self, number: int) -> bool:
        """Take a job out of the queue before it begins; whether it still waited."""
        waits = (JOBS.c.id == number) & (JOBS.c.state == JobState.QUEUED.value)
        values = {"state": JobState.CANCELLED.value, "ended_at": now(), "is_stopped": True}
        return self._change(update(JOBS).where(waits).values(**values)) > 0

    def note_stop(self, number: int) -> None:
        """State that somebody asked a running job to end."""
        self._change(update(JOBS).where(JOBS.c.id == number).values(is_stopped=True))

    # --------------------------------------------------------------------- declarations and notes

    def declare(self, run_id: int, state: RunState, because: str, by: str) -> None:
        """Keep that somebody declared a run; its run.json says so already."""
        self._add(DECLARATIONS, run_id=run_id, state=state.value, because=because, by=by)

    def declarations(self, run_id: int) -> list[Row]:
        """What a run was declared to be, in order."""
        mine = DECLARATIONS.c.run_id == run_id
        return self._rows(select(DECLARATIONS).where(mine).order_by(DECLARATIONS.c.id))

    def add_note(self, run_id: int, text: str, by: str) -> None:
        """Keep a note on a run."""
        self._add(NOTES, run_id=run_id, text=text, by=by)

    def notes(self, run_id: int) -> list[Row]:
        """Notes on a run, in order."""
        mine = NOTES.c.run_id == run_id
        return self._rows(select(NOTES).where(mine).order_by(NOTES.c.id))
