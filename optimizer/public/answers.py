"""What the functions of `infraplan.frames` and `infraplan.figures` are asked about: one record."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import phrase

if TYPE_CHECKING:
    from infraplan.models.plan import Rejection
    from infraplan.optimizer.report.frames import Run
    from infraplan.optimizer.solve_result import SolveResult
    from infraplan.optimizer.workflow import Outcome

    Answer = SolveResult | Outcome | str | PathLike[str]


def run_of(answer: Answer, *, explained: bool = False) -> Run:
    """Return what `answer` holds: a result of `solve`, an outcome of `run`, or a run folder's path.

    With `explained` the reasons why projects are left out are found for a result, which knows
    none; a run folder and an outcome have theirs.

    Raises
    ------
    InstanceFormatError
        If a run folder cannot be read.
    InfeasibleError, NoPlanError
        If there is no plan.
    """
    from infraplan.optimizer.report.frames import make_run
    from infraplan.optimizer.solve_result import SolveResult as ResultKind
    from infraplan.optimizer.workflow import Outcome as OutcomeKind

    if isinstance(answer, OutcomeKind):
        result = answer.result
        return make_run(result.instance, result.require_plan(), answer.manifest, answer.rejections)
    if isinstance(answer, ResultKind):
        plan = answer.require_plan()
        found = _rejections(answer) if explained else ()
        return make_run(answer.instance, plan, _manifest(answer), found)
    return _run_of_folder(Path(answer))


def _run_of_folder(folder: Path) -> Run:
    """A run as its files tell it."""
    from infraplan.optimizer.errors import NoPlanError
    from infraplan.optimizer.report.frames import make_run
    from infraplan.optimizer.storage import read_run

    files = read_run(folder)
    if files.plan is None:
        termination = files.manifest.get("termination", "")
        text = phrase("no-plan-was-found-before-the-solve-ended", termination=termination)
        raise NoPlanError(text)
    return make_run(files.instance, files.plan, files.manifest, files.tables.rejected)


def _manifest(result: SolveResult) -> Mapping[str, Any]:
    """What run.json would state of a result that was written nowhere."""
    from infraplan.optimizer.run_manifest import manifest_of

    return manifest_of(result, result.require_plan().scenario, Path(), None)


def _rejections(result: SolveResult) -> tuple[Rejection, ...]:
    """Why projects are left out, as the command `solve` finds it after a solve."""
    from infraplan.optimizer.engines.deadline import Afterwards, Deadline
    from infraplan.optimizer.explaining import explain

    time = Afterwards.now(Deadline.after(None), 0.0)
    return explain(result, result.require_plan(), lambda _: None, time).rejections
