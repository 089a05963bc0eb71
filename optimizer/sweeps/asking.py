"""Solves around a finished run: they begin with its plan where no other lies nearer."""

from __future__ import annotations

from pathlib import Path

from infraplan.optimizer.sweeps.jobs import Job, JobResult, solve_job

FROM_RUN = 1e9
"""Where jobs lie that begin with the plan of the run whatever else is known."""


def starting_from(
    run: Path, job: Job, folder: Path, start: Path | None, lang: str = "en"
) -> JobResult:
    """Solve `job` as `solve_job` does, from the plan of `run` where no other is known."""
    return solve_job(job, folder, run if job.at == FROM_RUN else start or run, lang)
