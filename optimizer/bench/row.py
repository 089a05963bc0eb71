"""One row of a benchmark: an instance solved one way, in a process of its own.

`run` is what a guest process calls (`optimizer/backends/guest.py`). The clock begins when the
instance has been read; every better plan and bound is told at once, so that a row that has to be
ended keeps what it had.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.backends import Progress, SolverOptions, solve_mip
from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.bench.by_hand import hand_model, obeys, starts_of, unwritten_words
from infraplan.optimizer.bench.greedy import greedy_starts
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.run_manifest import manifest_of
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import DEFAULT_SOLVER, SolveOptions
from infraplan.optimizer.storage import read_instance, write_run
from infraplan.optimizer.storage.run_folder import REPORT_FILE


@dataclass(frozen=True)
class Asked:
    """How a row solves; see `suite.ENGINES` for what the engines are."""

    engine: str
    solver: str
    columns: str
    time_limit_s: float
    gap: float = 1e-4
    threads: int = 1
    seed: int = 0

    @staticmethod
    def of(stated: object) -> Asked:
        """What a job states, as `dataclasses.asdict` wrote it."""
        found = dict(stated) if isinstance(stated, Mapping) else {}
        return Asked(
            engine=str(found["engine"]),
            solver=str(found["solver"]),
            columns=str(found["columns"]),
            time_limit_s=float(found["time_limit_s"]),
            gap=float(found["gap"]),
            threads=int(found["threads"]),
            seed=int(found["seed"]),
        )


def _cpu_s() -> float:
    """CPU seconds of this process and of all below it, those that live or were forked included."""
    used = os.times()
    spent = used.user + used.system + used.children_user + used.children_system
    with suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                spent += sum(child.cpu_times()[:4])  # its own, and of those it waited for
    return spent


@dataclass
class Told:
    """What a row tells, seconds counted from the end of reading."""

    channel: Channel
    begin: float = field(default_factory=time.perf_counter)
    cpu_before_s: float = field(default_factory=_cpu_s)
    plan: float | None = None
    bound: float | None = None
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the instance was read."""
        return time.perf_counter() - self.begin

    def take(self, plan: float | None, bound: float | None) -> None:
        """Tell a better plan, or a closer bound."""
        is_better = plan is not None and (self.plan is None or plan > self.plan)
        is_closer = bound is not None and (self.bound is None or bound < self.bound)
        if not is_better and not is_closer:
            return
        self.plan = plan if is_better else self.plan
        self.bound = bound if is_closer else self.bound
        self.channel.send(
            "better",
            seconds=self.elapsed_s,
            cpu_s=_cpu_s() - self.cpu_before_s,
            plan=self.plan,
            bound=self.bound,
        )

    def hear(self, news: Progress) -> None:
        """Take what a solve says while it runs."""
        self.take(news.incumbent, news.bound)

    def stage(self, name: str) -> None:
        """End the stage `name`: it took what no stage before it did."""
        self.stages[name] = self.elapsed_s - sum(self.stages.values())


def run(job: Job, channel: Channel) -> None:
    """Read the instance of the job, solve it as asked, tell what was found and what it took."""
    options = dict(job.options)
    asked = Asked.of(options["asked"])
    begin = time.perf_counter()
    instance = read_instance(Path(str(options["instance"])))
    read_s = time.perf_counter() - begin
    channel.send("read", seconds=read_s)
    told = Told(channel)
    _WAYS[asked.engine](instance, asked, told)
    channel.send(
        "answer",
        plan=told.plan,
        bound=told.bound,
        seconds=told.elapsed_s,
        cpu_s=_cpu_s() - told.cpu_before_s,
        stages={"read": read_s, **told.stages},
    )


def own_options(asked: Asked) -> SolveOptions:
    """Options of the product where it solves as `asked`.

    Its own solver is not asked for by name, which would rule out other ways than that solver.
    """
    return SolveOptions(
        solver=None if asked.solver == DEFAULT_SOLVER else asked.solver,
        columns=Columns(asked.columns),
        gap=asked.gap,
        time_limit_s=asked.time_limit_s,
        threads=asked.threads,
        seed=asked.seed,
        deterministic=False,  # what is measured is time, whatever the environment asks for
    )


def _own(instance: Instance, asked: Asked, told: Told) -> None:
    """As the product solves it: plans of its own, the solver, verification, a written run."""
    options = own_options(asked)
    deadline = Deadline(told.begin, asked.time_limit_s).with_more_to_do()
    result = solve(instance, options, deadline=deadline, on_progress=told.hear)
    told.stages["build"] = result.build_s
    told.stage("solve")
    is_good = result.verification is not None and result.verification.ok
    if not is_good:
        return
    told.take(result.objective, result.bound)
    with tempfile.TemporaryDirectory(prefix="infraplan-bench-") as folder:
        place = Path(folder) / "run"
        manifest = manifest_of(result, "", place, None)
        page = render_report(instance, result.plan, manifest, ())
        told.stage("report")
        write_run(
            place,
            instance=instance,
            plan=result.plan,
            manifest=manifest,
            extra_files={REPORT_FILE: page.encode("utf-8")},
        )
    told.stage("write")


def _bare(instance: Instance, asked: Asked, told: Told) -> None:
    """The product's program given to the solver as it is, nothing known before, in one stage."""
    mip = build_formulation(instance).mip
    told.stage("build")
    _solve_cold(mip, Columns(asked.columns), asked, told)


def _by_hand(instance: Instance, asked: Asked, told: Told) -> None:
    """The program as written by hand, given to the solver."""
    _require_written(instance)
    form = Columns(asked.columns)
    mip = hand_model(starts_of(instance), form)
    told.stage("build")
    _solve_cold(mip, Columns.CUMULATIVE, asked, told)  # the solver gets it in the form it has


def _greedy(instance: Instance, asked: Asked, told: Told) -> None:
    """The greedy; a plan that does not hold counts for nothing."""
    _require_written(instance)
    starts = starts_of(instance)
    told.stage("build")
    taken = greedy_starts(starts)
    if taken is not None and obeys(starts, taken):
        told.take(float(starts.worth @ taken), None)
    told.stage("solve")


def _solve_cold(mip: Mip, form: Columns, asked: Asked, told: Told) -> None:
    options = SolverOptions(
        solver=asked.solver,
        gap=asked.gap,
        time_limit_s=max(0.1, asked.time_limit_s - told.elapsed_s),
        threads=asked.threads,
        seed=asked.seed,
        columns=form,
    )
    reply = solve_mip(mip, options, on_progress=told.hear)
    told.take(reply.objective, reply.bound)
    told.stage("solve")


def _require_written(instance: Instance) -> None:
    """Refuse what no program here is written for.

    Raises
    ------
    UnsupportedFeatureError
        Names the rules and tables.
    """
    if missing := unwritten_words(instance):
        raise UnsupportedFeatureError(phrase("no-program-by-hand", names=missing))


_WAYS: Mapping[str, Callable[[Instance, Asked, Told], None]] = {
    "own": _own,
    "bare": _bare,
    "by-hand": _by_hand,
    "greedy": _greedy,
}
