"""From an instance to a run folder: solve, explain, report, write. Used by the command line."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.conflicts import ConflictReport
from infraplan.optimizer.analysis.money_check import main_deadline
from infraplan.optimizer.analysis.money_record import check_record, money_record
from infraplan.optimizer.backends import Progress, write_model
from infraplan.optimizer.backends.base import UNEXPLAINED, Note
from infraplan.optimizer.certify.record import CertifyOptions, certificate_part, certified_result
from infraplan.optimizer.engines.deadline import (
    BEYOND_SHARE_TO_EXPLAIN,
    BEYOND_TO_EXPLAIN_S,
    Afterwards,
    Deadline,
    OutOfTimeError,
    on_the_clock,
)
from infraplan.optimizer.engines.registry import engine_for, require_solver
from infraplan.optimizer.explaining import Explained, explain, money_checked, priced
from infraplan.optimizer.run_manifest import (
    RunOrigin,
    conflict_part,
    finite,
    manifest_of,
    stated_notes,
    times_part,
)
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.stage_times import Stage, StageTimes, stage, timing
from infraplan.optimizer.status import Termination, relative_gap
from infraplan.optimizer.storage import OutputError, instance_hash, write_run
from infraplan.optimizer.storage.kept_files import KeptFiles
from infraplan.optimizer.storage.run_folder import (
    REPORT_FILE,
    check_run_place,
    place_for_run,
    strangers,
)
from infraplan.optimizer.storage.standing_run import stands_better
from infraplan.optimizer.work_clock import ClockReason, ClockStep

Result = TypeVar("Result")


class UnwrittenRunError(OutputError):
    """A finished run could be written nowhere."""

    exit_code = 1


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the manifest as written, the result, and where it lies.

    Attributes
    ----------
    run_dir
        Where the run was written.
    asked_dir
        Where it was asked for. It differs where a run with a plan lay there and this one
        has none, or was stopped with a worse one of the same instance, and where it could not be
        written there.
    write_fault
        Why something could not be written where it was asked for; blank where all was.
    carried
        What the replaced folder held that no run wrote, which lies in the new one.
    """

    run_dir: Path
    manifest: Mapping[str, Any]
    result: SolveResult
    conflict: ConflictReport | None
    rejections: tuple[Rejection, ...]
    asked_dir: Path
    write_fault: Phrase = NOTHING_SAID
    carried: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Exit code: 0 solved, 1 not written in full, 4 infeasible, 5 no plan, 7 verification."""
        if self.write_fault:
            return 1
        verification = self.result.verification
        if verification is not None and not verification.ok:
            return 7
        if self.result.plan is not None:
            return 0
        return 4 if self.result.termination.is_proof_of_no_plan else 5


def run_solve(
    instance: Instance,
    options: SolveOptions,
    run_dir: Path,
    *,
    scenario: str = "",
    lang: str = "en",
    on_progress: Callable[[Progress], None] | None = None,
    on_step: Callable[[str], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
    model_file: Path | None = None,
    origin: RunOrigin | None = None,
    exact_losses: bool = False,
    money_check: bool = False,
    is_explained: bool = True,
    certify: CertifyOptions | None = None,
    deadline: Deadline | None = None,
) -> Outcome:
    """Solve `instance` (under `scenario`), write the run folder, and return the outcome.

    A plan that fails verification is not written as a plan. The run is written as soon as there is
    one, and again with its explanations and report: what ends the program in between loses no plan,
    and an interrupt ends only the explaining. `origin` tells what this run comes from.
    `deadline` began with the command (default: here) and is kept up to the written run. With
    `exact_losses` it takes as much time again; with `money_check` other amounts of money have a
    part of it; `certify` has its own. Without `is_explained` there are neither reasons nor report.

    Raises
    ------
    OutputError, UnwrittenRunError
        `run_dir` is taken, told before solving; nothing can be written, not even elsewhere.
    InstanceError, SolverError
        As solve and storage raise them.
    """
    require_solver(engine_for(instance, options.engine, options.solver), options.solver)
    check_run_place(run_dir)
    deadline = deadline or Deadline.after(options.time_limit_s)
    step, told = _by_seconds(on_step), on_progress or (lambda _: None)
    with timing() as times, stopping.one_task(), on_the_clock(options, deadline) as limit:
        step("solve")
        with stage(Stage.SOLVE):
            result = solve(
                _under(instance, scenario),
                options,
                scenario=scenario,
                on_progress=_noting_plans(times, told),
                should_stop=should_stop,
                warm_start=warm_start,
                deadline=main_deadline(limit, is_checked=money_check),
            )
        _tell_result(result, times, deadline, told)
        result = _to_be_explained(result, deadline, exact=exact_losses)
        writer = _Writer(result, scenario, run_dir, origin or RunOrigin(), lang, times)
        with stopping.heeding():
            _despite_interrupt(writer.write)
            if model_file is not None:
                write_model(result.formulation.mip, model_file)
            rest = _Rest(deadline, limit, step, told, exact_losses, money_check, certify)
            return _written_in_full(result, writer, rest) if is_explained else writer.unexplained()


def write_result(
    result: SolveResult,
    run_dir: Path,
    *,
    scenario: str = "",
    lang: str = "en",
    origin: RunOrigin | None = None,
) -> Outcome:
    """Write the run of a result that was found in another way than by `solve`.

    Such a run has neither reasons nor report, and says so. `scenario` is what its instance was
    solved under; `origin` tells what the run comes from.

    Raises
    ------
    OutputError, UnwrittenRunError
        As `run_solve`.
    """
    check_run_place(run_dir)
    with timing() as times, stopping.one_task():
        writer = _Writer(result, scenario, run_dir, origin or RunOrigin(), lang, times)
        with stopping.heeding():
            _despite_interrupt(writer.write)
            return writer.unexplained()


@stage(Stage.CHECK)
def _under(instance: Instance, scenario: str) -> Instance:
    """The instance under `scenario`, checked anew; as it is where none is named."""
    return under_scenario(instance, scenario)


@dataclass(frozen=True)
class _Rest:
    """What is to be kept and told after the plan is on disk.

    `deadline` is of the command, in seconds; `limit` of what is explained, on the clock that
    decides.
    """

    deadline: Deadline
    limit: Deadline
    step: Callable[[str], None]
    told: Callable[[Progress], None]
    exact: bool
    money_check: bool
    certify: CertifyOptions | None = None


def _written_in_full(result: SolveResult, writer: _Writer, rest: _Rest) -> Outcome:
    """Explain and report what is on disk already, and write it again with both."""
    # What writing takes is seconds: where work is counted it must not decide what is explained.
    write_s = 0.0 if work_clock.is_counting() else writer.write_s
    if rest.certify is not None:
        rest.step("certify")
        _tell(writer.add_certificate(rest.certify), writer, rest)
    with work_clock.watched() as reasons, work_clock.within(ClockStep.EXPLAIN):
        writer.add_money(rest, Afterwards.now(rest.limit, write_s, exact=rest.exact))
        to_explain = Afterwards.now(rest.limit, write_s, exact=rest.exact)
        found = explain(result, writer.good, rest.step, to_explain)
    with work_clock.by_seconds():
        writer.explained_by_clock(reasons, reasons.steps)
        _tell(found.notes, writer, rest)
        rest.step("report")
        to_report = Afterwards.now(rest.deadline, writer.write_s, exact=rest.exact)
        notes = _despite_interrupt(lambda: writer.add_report(found, to_report))
        if notes:
            writer.explained_by_clock({ClockReason.TIME_LIMIT}, {ClockStep.REPORT})
        _tell(notes, writer, rest)
        rest.step("write")
        _despite_interrupt(lambda: writer.write_in_full(found))
    return writer.outcome(found)


def _tell_result(
    result: SolveResult, times: StageTimes, deadline: Deadline, told: Callable[[Progress], None]
) -> None:
    """Tell what the verified plan is worth: what was told on the way no row may have held."""
    if result.plan is not None:
        times.note_plan()
    ok = result.verification is not None and result.verification.ok
    with work_clock.by_seconds():
        elapsed, bound = deadline.elapsed_s, finite(result.bound)
        worth = result.objective if ok else None
        told(Progress(elapsed, worth, bound, relative_gap(worth, bound), is_final=True))


def _to_be_explained(result: SolveResult, deadline: Deadline, *, exact: bool) -> SolveResult:
    """`result` of a solve that `deadline` (of `time.perf_counter`) limits, in seconds it took.

    Where work is counted, explaining may go on until the time of the run is over.
    """
    if not result.options.deterministic:
        return result
    limit = deadline.limit_s
    if limit is not None:
        beyond = limit if exact else BEYOND_TO_EXPLAIN_S + BEYOND_SHARE_TO_EXPLAIN * limit
        work_clock.end_at(deadline.begin + limit + beyond)
    return replace(result, runtime_s=time.perf_counter() - deadline.begin)


def _noting_plans(
    times: StageTimes, told: Callable[[Progress], None]
) -> Callable[[Progress], None]:
    """The listener, which notes when the first plan is known."""

    def listen(news: Progress) -> None:
        if news.incumbent is not None:
            times.note_plan()
        told(news)

    return listen


def _by_seconds(on_step: Callable[[str], None] | None) -> Callable[[str], None]:
    """`on_step`, which shows seconds although work may be counted."""

    def step(name: str) -> None:
        if on_step is not None:
            with work_clock.by_seconds():
                on_step(name)

    return step


def _tell(
    notes: tuple[Note, ...],
    writer: _Writer,
    rest: _Rest,
) -> None:
    """Add notes to the run, and tell them at once."""
    writer.tell(notes)
    for note in notes:
        rest.told(Progress(rest.deadline.elapsed_s, None, None, None, note=note))


def _despite_interrupt(work: Callable[[], Result]) -> Result:
    """What `work` returns, done once more where it is interrupted: it is short and keeps a plan."""
    try:
        return work()
    except KeyboardInterrupt:
        return work()


class _Writer:
    """Writes a run where it was asked for, else beside it or in a temporary folder."""

    def __init__(
        self,
        result: SolveResult,
        scenario: str,
        run_dir: Path,
        origin: RunOrigin,
        lang: str,
        times: StageTimes,
    ) -> None:
        self._times = times
        self._result, self._lang, self._asked_dir = result, lang, run_dir
        ok = result.verification is not None and result.verification.ok
        self.good = result.plan if ok else None
        self.place = place_for_run(run_dir, has_plan=self._may_replace(run_dir))
        self.carried = strangers(self.place)
        self.fault = NOTHING_SAID
        self.write_s = 0.0
        self._pages: dict[str, bytes] = {}
        self._kept = KeptFiles()
        self.manifest = manifest_of(result, scenario, self.place, None)
        self.manifest |= origin.part(result)
        if self.good is not None:
            self.manifest["money"] = money_record(result.instance, self.good)

    def _may_replace(self, run_dir: Path) -> bool:
        """Whether the run is no less than one that lies there: stopped early, it is worth less."""
        if self.good is None or self._result.objective is None:
            return False
        if self._result.termination not in {Termination.INTERRUPTED, Termination.UNPROVEN}:
            return True
        name = instance_hash(self._result.instance)
        return not stands_better(run_dir, name, self._result.objective, self._result.bound)

    def write(self) -> None:
        """Write the run without explanations and report, as one that is not explained yet."""
        lasting = self.manifest["notes"]
        if self.good is not None:
            pending = Note(UNEXPLAINED, *phrase("nothing-is-explained-yet").both)
            self.tell((pending,))
        try:
            self._write_anywhere()
        finally:
            self.manifest["notes"] = lasting

    def _write_anywhere(self) -> None:
        """Write the run where it was asked for; where that fails, wherever a folder can be."""
        try:
            self._write_to(self.place)
            return
        except OutputError as error:
            fault = error
        for folder in (tempfile.gettempdir, Path.cwd, Path.home):
            try:
                place = Path(tempfile.mkdtemp(prefix="infraplan-run-", dir=folder()))
                self._write_to(place)
            except (OSError, RuntimeError, OutputError):
                continue
            self.place, self.fault, self.carried = place, fault.message, ()
            return
        raise UnwrittenRunError(fault.message) from fault

    def outcome(self, found: Explained) -> Outcome:
        """What the run came to, and where it lies."""
        return Outcome(
            self.place,
            self.manifest,
            self._result,
            found.conflict,
            found.rejections,
            self._asked_dir,
            self.fault,
            self.carried,
        )

    def unexplained(self) -> Outcome:
        """What the run came to, as it was first written."""
        return self.outcome(Explained())

    def tell(self, notes: tuple[Note, ...]) -> None:
        """Add notes to the run."""
        self.manifest["notes"] = [*self.manifest["notes"], *stated_notes(notes)]

    def explained_by_clock(self, reasons: Collection[str], steps: Collection[str]) -> None:
        """State why and in which steps the clock decided what was explained, if it did."""
        clock = dict(self.manifest["clock"])
        clock["explanations"] = clock["explanations"] or bool(reasons)
        clock["why"] = [name.value for name in ClockReason if name in {*clock["why"], *reasons}]
        clock["steps"] = [name.value for name in ClockStep if name in {*clock["steps"], *steps}]
        self.manifest["clock"] = clock

    def add_money(self, rest: _Rest, time: Afterwards) -> None:
        """State what more money is worth and, where asked for, what other money changes."""
        result, good = self._result, self.good
        if good is None:
            return
        self.manifest["money"] = money_record(result.instance, good, priced(result, time))
        if rest.money_check:
            check = money_checked(result, good, rest.step, rest.limit)
            if check is not None:
                self.manifest["money_check"] = check_record(check)

    def add_certificate(self, asked: CertifyOptions) -> tuple[Note, ...]:
        """Make the certificate, to be written with the run; why there is none, else nothing."""
        found, notes = certified_result(self._result, self.good, asked)
        if found is not None:
            self.manifest |= certificate_part(self.manifest, found, asked)
            self._pages |= found.files
        return notes

    @stage(Stage.REPORT)
    def add_report(self, found: Explained, time: Afterwards) -> tuple[Note, ...]:
        """Make the report, to be written with the run; what is told where there is no time."""
        if found.conflict is not None:
            self.manifest |= conflict_part(found.conflict)
        try:
            time.require_time_to_report()
            # Its library of tables takes as long to load as small instances to have a first plan.
            from infraplan.optimizer.report.html import render_report

            page = render_report(
                self._result.instance,
                self.good,
                self.manifest,
                found.rejections,
                lang=self._lang,
                worths=found.worths,
                go_on=time.require_time_to_report,
            )
        except OutOfTimeError:
            return (Note(UNEXPLAINED, *phrase("no-report-for-want-of-time").both),)
        self._pages |= {REPORT_FILE: page.encode("utf-8")}
        return ()

    def write_in_full(self, found: Explained) -> None:
        """Write the run again, explained; where that fails it stays as it was first written."""
        try:
            self._write_to(self.place, found.rejections)
        except OutputError as error:
            self.fault = self.fault or error.message

    def _write_to(self, place: Path, rejections: tuple[Rejection, ...] = ()) -> None:
        began_s = self._times.now().clock_s
        self.manifest["run_dir"] = str(place)
        self.manifest |= times_part(self._times)
        with stage(Stage.WRITE):
            write_run(
                place,
                instance=self._result.instance,
                plan=self.good,
                manifest=self.manifest,
                rejections=rejections,
                extra_files=self._pages,
                kept=self._kept,
            )
        self.write_s = self._times.now().clock_s - began_s


def interrupted(outcome: Outcome) -> bool:
    """Whether the solve ended early since somebody asked: a user, a scheduler, a caller."""
    return outcome.result.termination is Termination.INTERRUPTED
