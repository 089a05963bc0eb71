"""Tables of the workbench's database: who, instances and their versions, solves, notes.

Files lie beside it in the data folder, by number (`folders.py`): what somebody types chooses no
path. The state of a run is what its run.json says; `declarations` keeps who clicked.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()
NAME = 200
"""Longest name, characters."""


class JobKind(StrEnum):
    """What a job of the queue is."""

    SOLVE = "solve"
    EXPLAIN = "explain"
    STUDY = "study"


class JobState(StrEnum):
    """Where a job of the queue stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


MEMBERS = Table(
    "members",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(NAME), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("at", String(40), nullable=False),
)
INSTANCES = Table(
    "instances",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("title", String(NAME), nullable=False),
    Column("origin", String(NAME), nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
)
VERSIONS = Table(
    "versions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("instance_id", ForeignKey("instances.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("findings", JSON),
    Column("errors", Integer),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("instance_id", "number"),
)
WISHES = Table(
    "wishes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("instance_id", ForeignKey("instances.id"), nullable=False),
    Column("project", String(NAME), nullable=False),
    Column("must", Boolean, nullable=False),
    Column("because", Text, nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("instance_id", "project"),
)
CHANGES = Table(
    "changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("instance_id", ForeignKey("instances.id"), nullable=False),
    Column("cell", String(NAME), nullable=False),
    Column("value", String(NAME), nullable=False),
    Column("because", Text, nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("instance_id", "cell"),
)
JOBS = Table(
    "jobs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("run_id", ForeignKey("jobs.id")),
    Column("options", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("is_stopped", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("pid", Integer),
    Column("pid_began", Float),
    Column("answer", JSON),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
    Column("begun_at", String(40)),
    Column("ended_at", String(40)),
    Index("jobs_by_state", "state"),
    Index("jobs_by_version", "version_id"),
    Index("jobs_by_run", "run_id"),
)
DECLARATIONS = Table(
    "declarations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("jobs.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("because", Text, nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
    Index("declarations_by_run", "run_id"),
)
NOTES = Table(
    "notes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("jobs.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", String(40), nullable=False),
    Index("notes_by_run", "run_id"),
)
