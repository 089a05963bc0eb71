"""The queue with studies among its jobs, and figures that are changed for a solve."""

from __future__ import annotations

from pathlib import Path

from infraplan.optimizer.workbench.job_queue import JobQueue
from infraplan.optimizer.workbench.storage import Row
from infraplan.optimizer.workbench.studies import STUDIES, Of, study_line
from infraplan.optimizer.workbench.tables import JobKind


class StudyQueue(JobQueue):
    """Begins studies as well as solves and explanations."""

    def _arguments(self, job: Row) -> list[str | Path]:
        """The command of a job; a study that was begun before goes on with its journal."""
        asked = dict(job.options)
        if job.kind == JobKind.STUDY:
            version = self._store.version(job.version_id)
            source = (
                self._folder.run(job.run_id)
                if STUDIES[str(asked["command"])].of is Of.RUN
                else self._folder.workbook(version.instance_id, version.number)
            )
            home = self._folder.job(job.id)
            command, values = str(asked["command"]), dict(asked["values"])
            return study_line(command, values, source, home, str(asked.get("lang", "en")))
        line = super()._arguments(job)
        sets = [f"--set={text}" for text in asked.get("set", ())]
        if job.kind == JobKind.SOLVE and sets:
            line += sets
            if not (asked.get("force") or asked.get("forbid")):
                line += [f"--because={asked['because']}", f"--by={asked['by']}"]
        return line
