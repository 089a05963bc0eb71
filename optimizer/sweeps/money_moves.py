"""Budgets of a run moved between years, for what that is worth: the plan, the moves, their prices.

The moves are found by one program; the instance with them is then solved as any, with a plan of
that program to begin with, and is a run of its own. The largest moves are priced alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.moved_money import (
    Move,
    MoveRules,
    MovesFound,
    find_moves,
    money_before,
    with_moves,
)
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.run_manifest import MOVED_MONEY, RunOrigin
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import RunFiles
from infraplan.optimizer.storage.run_folder import MANIFEST_FILE, run_reference
from infraplan.optimizer.sweeps.jobs import Job, JobResult, result_of
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.work_clock import now
from infraplan.optimizer.workflow import run_solve

MOVED = "moved"
"""Key of the solve with all moves."""


@dataclass(frozen=True)
class MoveJob(Job):
    """A solve of the instance with money moved: as is best by `rules`, or as `given` says.

    `plan` is that of the run, without any move; `parent` names the run.
    """

    plan: Plan | None = None
    rules: MoveRules = field(default_factory=lambda: MoveRules((), ()))
    given: tuple[Move, ...] = ()
    parent: Mapping[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """Hash of all that decides the answer."""
        plan = None if self.plan is None else self.plan.model_dump(mode="json")
        moves = [asdict(move) for move in self.given]
        text = json.dumps([super().digest(), plan, asdict(self.rules), moves])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class PricedMove:
    """A move, and what it alone is worth: between `low` and `high` by proven bounds.

    All are None where it was not tried, or no plan was found in the time; `is_impossible` where
    there is proven to be no plan with this move alone.
    """

    move: Move
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    is_impossible: bool = False
    run_dir: str | None = None


@dataclass(frozen=True)
class MovedMoney:
    """What moving money brings.

    Attributes
    ----------
    gain
        Value of the plan with the moves less that of the run; None where no plan was found.
    gain_low
        What the moves surely bring: as much above the bound of the run, at least 0.
    gain_bound
        No moves by the rules bring more above the plan of the run; None where unknown.
    value_bound
        No plan with money moved by the rules is worth more; None where unknown. The bound of the
        result is that of its own moves, which says nothing of others.
    moved_bound
        Plans of that value move at least so much; None where unknown.
    """

    result: JobResult
    moves: tuple[PricedMove, ...]
    gain: float | None
    gain_low: float | None
    gain_bound: float | None
    moved_bound: float | None
    value_bound: float | None = None


def move_money(
    files: RunFiles,
    plan: Plan,
    rules: MoveRules,
    confirm: int,
    options: SolveOptions,
    runner: Runner,
) -> MovedMoney:
    """Find the moves that gain most, solve with them, and price the `confirm` largest alone.

    The runner solves by `solve_moves`.

    Raises
    ------
    UnsupportedFeatureError
        If the instance has roads at equilibrium.
    SolverError, OutputError
        As a solve raises them.
    """
    job = MoveJob(
        key=MOVED,
        instance=files.instance,
        options=options,
        plan=plan,
        rules=rules,
        parent=run_reference(files),
    )
    result = runner.run([job], of=1 + confirm)[0]
    record = record_of(runner.folder / result.run_dir)
    moves = tuple(Move(**row) for row in record["moves"])
    alone = [
        replace(job, key=f"move-{number}", at=float(number), given=(move,))
        for number, move in enumerate(moves[:confirm], start=1)
    ]
    count = 1 + len(alone)
    bound = files.manifest.get("bound")
    solved = runner.run(alone, of=count) if len(moves) > 1 else [result] * len(alone)
    priced = [_priced(move, row, plan, bound) for move, row in zip(moves, solved, strict=False)]
    priced += [PricedMove(move) for move in moves[len(priced) :]]
    gain = None if result.objective is None else result.objective - plan.objective
    highest = record.get("value_bound")
    return MovedMoney(
        result=result,
        moves=tuple(priced),
        gain=gain,
        gain_low=_surely(result, bound),
        gain_bound=None if highest is None else max(highest - plan.objective, gain or 0.0, 0.0),
        moved_bound=record.get("moved_bound"),
        value_bound=highest,
    )


def _surely(result: JobResult, bound: float | None) -> float | None:
    """By how much the plan is worth more than any without its moves."""
    if result.objective is None or bound is None:
        return None
    return max(0.0, result.objective - bound)


def _priced(move: Move, result: JobResult, plan: Plan, bound: float | None) -> PricedMove:
    if not result.has_plan or result.objective is None:
        return PricedMove(move, is_impossible=result.is_impossible)
    return PricedMove(
        move,
        gain=result.objective - plan.objective,
        low=None if bound is None else result.objective - bound,
        high=None if result.bound is None else result.bound - plan.objective,
        run_dir=result.run_dir,
    )


def record_of(run_dir: Path) -> Mapping[str, Any]:
    """What run.json says of the moves."""
    manifest = json.loads((run_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
    return dict(manifest[MOVED_MONEY])


def solve_moves(job: Job, folder: Path, start: Path | None, lang: str = "en") -> JobResult:
    """Find the moves of `job` where none are given, solve with them, and write the run.

    Finding them has as much time as the solve. The solve begins with the plan that was found with
    them, or with that of the run.

    Raises
    ------
    TypeError
        If `job` moves nothing.
    OutputError, SolverError
        As a solve raises them.
    """
    if not isinstance(job, MoveJob) or job.plan is None:
        raise TypeError(type(job).__name__)
    begin = now()
    if job.given:
        found = MovesFound(job.given, job.plan, None, None)
    else:
        found = find_moves(job.instance, job.plan, job.rules, job.options)
    record = {
        "moves": [asdict(move) for move in found.moves],
        "value_bound": found.value_bound,
        "moved_bound": found.moved_bound,
        "before": money_before(job.instance, job.rules.funds),
    }
    outcome = run_solve(
        with_moves(job.instance, found.moves),
        job.options,
        folder / job.folder_name,
        lang=lang,
        warm_start=found.plan,
        origin=RunOrigin(dict(job.parent), more={MOVED_MONEY: record}),
        deadline=Deadline.after(job.options.time_limit_s),
        is_explained=False,
    )
    return result_of(job, outcome, folder, now() - begin)
