"""What the workbench remembers besides: studies, plans kept as runs, figures that are changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from infraplan.optimizer.workbench.storage import Row, Store, now
from infraplan.optimizer.workbench.tables import (
    CHANGES,
    INSTANCES,
    JOBS,
    NAME,
    VERSIONS,
    JobKind,
    JobState,
)


class PlanningStore(Store):
    """The database of one workbench with what studies and changes need."""

    def studies(self, instance_id: int, run_id: int | None = None, last: int = 100) -> list[Row]:
        """Studies of an instance, of a run alone where one is named, the latest first."""
        query = (
            select(JOBS, INSTANCES.c.title, VERSIONS.c.number)
            .join(VERSIONS, VERSIONS.c.id == JOBS.c.version_id)
            .join(INSTANCES, INSTANCES.c.id == VERSIONS.c.instance_id)
            .where(JOBS.c.kind == JobKind.STUDY.value, INSTANCES.c.id == instance_id)
            .order_by(JOBS.c.id.desc())
            .limit(last)
        )
        if run_id is not None:
            query = query.where(JOBS.c.run_id == run_id)
        return self._rows(query)

    def keep_run(self, version_id: int, options: Mapping[str, Any], by: str) -> int:
        """Keep a plan that a study found as a solve that is done; its folder follows."""
        at = now()
        values = {
            "kind": JobKind.SOLVE.value,
            "version_id": version_id,
            "options": dict(options),
            "state": JobState.DONE.value,
            "answer": {},
            "by": by,
            "at": at,
            "ended_at": at,
        }
        with self._engine.begin() as connection:
            result = connection.execute(insert(JOBS).values(**values))
            return int(result.inserted_primary_key[0])

    def change(self, instance_id: int, cell: str, value: str, because: str, by: str) -> None:
        """Change a figure in the solves of an instance; a later word replaces an earlier one."""
        self.unchange(instance_id, cell)
        values = {"cell": cell[:NAME], "value": value[:NAME], "because": because, "by": by}
        self._add(CHANGES, instance_id=instance_id, **values)

    def unchange(self, instance_id: int, cell: str) -> None:
        """Leave a figure as the data have it."""
        mine = (CHANGES.c.instance_id == instance_id) & (CHANGES.c.cell == cell[:NAME])
        self._change(delete(CHANGES).where(mine))

    def changes(self, instance_id: int) -> list[Row]:
        """Figures that are changed in the solves of an instance."""
        mine = CHANGES.c.instance_id == instance_id
        return self._rows(select(CHANGES).where(mine).order_by(CHANGES.c.cell))

    def drop_instance(self, instance_id: int) -> None:
        """Forget an instance that came to nothing, with what was changed in its solves."""
        self._change(delete(CHANGES).where(CHANGES.c.instance_id == instance_id))
        super().drop_instance(instance_id)
