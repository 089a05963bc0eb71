"""`infraplan solve` and `infraplan demo`."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live
from rich.text import Text

from infraplan.models.errors import Severity
from infraplan.models.instance import Instance
from infraplan.models.quantities import MAX_FOLDER_BYTES
from infraplan.optimizer.analysis.conflicts import conflict_lines
from infraplan.optimizer.backends import Progress, base
from infraplan.optimizer.cli.output import Language, Output, print_findings, reporting
from infraplan.optimizer.cli.parameters import InstancePath, Json, Lang
from infraplan.optimizer.engines.registry import ENGINE_NAMES
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.report.terminal import print_summary
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance
from infraplan.optimizer.storage.run_folder import read_run, run_reference
from infraplan.optimizer.workflow import Outcome, interrupted, run_solve

PRINTED_KEYS = (
    "run_dir",
    "instance",
    "instance_hash",
    "scenario",
    "engine",
    "solver",
    "solver_version",
    "termination",
    "solution_state",
    "objective",
    "bound",
    "gap",
    "bound_source",
    "certified_bound",
    "certified_gap",
    "notes",
    "runtime_s",
    "build_s",
    "peak_memory_mb",
    "num_projects",
    "num_selected",
    "num_columns",
    "num_rows",
    "verified",
    "benchmark",
    "conflicts",
)
DEMO_INSTANCE = "kaizhou"
LINE_EVERY_S = 10.0


def _load(path: Path, output: Output) -> Instance:
    """Read an instance; warnings go to standard error, errors are raised."""
    reading = inspect_instance(path)
    instance = reading.require()
    print_findings(output, [f for f in reading.findings if f.severity is Severity.WARNING])
    return instance


def free_run_dir(instance: Instance, scenario: str) -> Path:
    """First free folder `results/ID[-SCENARIO][-N]`, always directly in `results`.

    What no folder's name may hold, or what would lead elsewhere, becomes `_`.
    """
    name = instance.settings.id + (f"-{scenario}" if scenario else "")
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name)
    name = name.encode("utf-8", "replace")[:MAX_FOLDER_BYTES].decode("utf-8", "ignore")
    name = name.strip(" .") or "run"
    path = Path("results") / name
    number = 2
    while path.exists():
        path = Path("results") / f"{name}-{number}"
        number += 1
    return path


def _money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4f}"


def _line(output: Output, progress: Progress) -> str:
    gap = "-" if progress.gap is None else f"{100 * progress.gap:.3f} %"
    best, bound = _money(progress.incumbent), _money(progress.bound)
    if output.lang == "zh":
        return f"{progress.elapsed_s:6.1f} 秒  当前最优 {best}  上界 {bound}  差距 {gap}"
    return f"{progress.elapsed_s:6.1f} s  best {best}  bound {bound}  gap {gap}"


def _told(output: Output, progress: Progress) -> bool:
    """Whether `progress` is a note; it is then said, at once and in full."""
    if progress.note is None:
        return False
    output.say(f"Note: {progress.note.text_en}", f"注意:{progress.note.text_zh}")
    return True


_STEPS = {
    "solve": ("Solving", "正在求解"),
    "conflict": (
        "No plan obeys all rules; looking for the conflict",
        "无可行方案,正在查找冲突的约束",
    ),
    "explain": ("Explaining what was left out", "正在分析未入选项目的原因"),
    "write": ("Writing the run and its report", "正在写出结果与报告"),
}


@contextmanager
def _showing(output: Output) -> Iterator[tuple[Callable[[Progress], None], Callable[[str], None]]]:
    """Listeners that show progress: a live line in a terminal, else a line now and then."""

    def step(name: str) -> None:
        output.say(*_STEPS[name])

    if sys.stderr.isatty():
        live = Live(console=output.errors, refresh_per_second=4, transient=True)

        def update(progress: Progress) -> None:
            with suppress(OSError):  # the terminal may be closed meanwhile
                if not _told(output, progress):
                    live.update(Text(_line(output, progress)))

        live.start()
        try:
            yield update, step
        finally:
            with suppress(OSError):
                live.stop()
        return
    last = [-LINE_EVERY_S]

    def show(progress: Progress) -> None:
        if not _told(output, progress) and progress.elapsed_s - last[0] >= LINE_EVERY_S:
            last[0] = progress.elapsed_s
            output.say(_line(output, progress), _line(output, progress))

    yield show, step


def _finish(outcome: Outcome, output: Output) -> None:
    manifest = outcome.manifest
    data = {key: manifest[key] for key in PRINTED_KEYS if key in manifest}
    if outcome.write_fault:
        data["write_fault"] = outcome.write_fault
    elif outcome.run_dir != outcome.asked_dir:
        data["kept_run"] = str(outcome.asked_dir)
    output.emit(data)
    result = outcome.result
    verification = result.verification
    if verification is not None and not verification.ok:
        output.say(
            "The plan breaks laws and is not reported as a plan:", "方案未通过校验,不作为方案输出:"
        )
        for violation in verification.violations[:20]:
            output.say(str(violation), str(violation))
    elif result.plan is None and outcome.conflict is not None:
        output.say("These rules cannot hold together:", "以下约束无法同时满足:")
        for line in conflict_lines(outcome.conflict.rules, output.lang):
            output.say(f"  - {line}", f"  - {line}")
    elif result.plan is None:
        output.say(
            f"No plan was found before the solve ended ({result.termination}).",
            f"求解结束前未找到方案({result.termination})。",
        )
    else:
        if interrupted(outcome):
            output.say(
                "Stopped early; the best plan so far is kept.", "已提前中断,保留当前最优方案。"
            )
        if not output.as_json:
            print_summary(output.console, result.instance, result.plan, manifest, lang=output.lang)
    _say_where(outcome, output)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)


def _require_known(kind: str, name: str, known: Iterable[str]) -> None:
    """Refuse a name that is none of the known ones; one that is known may still not be installed.

    Raises
    ------
    NotThereError
        If there is none of that name.
    """
    if name not in known:
        message = f"there is no {kind} {name!r}; known: {', '.join(known)}"
        raise NotThereError(message)


def _say_where(outcome: Outcome, output: Output) -> None:
    """Where the run lies, and what of the place that was asked for is different."""
    asked = outcome.asked_dir
    if outcome.write_fault:
        output.say(
            f"Not everything could be written: {outcome.write_fault}",
            f"未能全部写出:{outcome.write_fault}",
        )
    elif outcome.run_dir != asked:
        output.say(
            f"{asked} holds a run with a plan and stays as it was; this run is written beside it.",
            f"{asked}已有含方案的结果,保持不变;本次结果另存于其旁。",
        )
    if outcome.carried:
        names = ", ".join(outcome.carried)
        output.say(
            f"Kept of the replaced folder, not written by the run: {names}",
            f"保留原目录中非本程序写出的文件:{names}",
        )
    output.say(f"Run: {outcome.run_dir}", f"结果目录:{outcome.run_dir}")


def solve(
    instance: InstancePath,
    scenario: Annotated[str, typer.Option(help="Scenario of the instance.")] = "",
    engine: Annotated[
        str, typer.Option(help="auto, exact, equilibrium or decomposition.")
    ] = "auto",
    solver: Annotated[
        str, typer.Option(help="highs, cbc, scip, cpsat, gurobi, ... (see `infraplan solvers`).")
    ] = "highs",
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Relative gap to prove; 0 is optimality.")
    ] = 1e-4,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for the solve.")] = 600.0,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the solver.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the solver.")] = 0,
    memory_limit: Annotated[
        int | None, typer.Option(min=50, help="Most memory of the solver, in MB.")
    ] = None,
    objective: Annotated[
        str, typer.Option(help="What to maximise: npv (net present value).")
    ] = "npv",
    output_dir: Annotated[
        Path | None, typer.Option("-o", "--output", help="Run folder to write.")
    ] = None,
    warm_start: Annotated[
        Path | None, typer.Option(help="Run folder whose plan the solver begins with.")
    ] = None,
    write_model: Annotated[
        Path | None, typer.Option(help="Also write the model as .mps or .lp.")
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Find the phased portfolio of greatest value, prove it, verify it and write the run."""
    output = Output(as_json, lang.value)
    if objective != "npv":
        raise typer.BadParameter("only npv is known", param_hint="--objective")
    if write_model is not None and write_model.suffix not in {".mps", ".lp"}:
        raise typer.BadParameter("give a name ending in .mps or .lp", param_hint="--write-model")
    with reporting(output):
        _require_known("engine", engine, ENGINE_NAMES)
        _require_known("solver", solver, base.SOLVERS)
        before = None if warm_start is None else read_run(warm_start)
        loaded = _load(instance, output)
        options = SolveOptions(
            engine=engine,
            solver=solver,
            gap=gap,
            time_limit_s=time_limit,
            threads=threads,
            seed=seed,
            memory_limit_mb=memory_limit,
        )
        with _showing(output) as (show, step):
            outcome = run_solve(
                loaded,
                options,
                output_dir or free_run_dir(loaded, scenario),
                scenario=scenario,
                lang=output.lang,
                on_progress=show,
                on_step=step,
                warm_start=None if before is None else before.plan,
                model_file=write_model,
                parent=None if before is None else run_reference(before),
            )
        _finish(outcome, output)


def find_demo_instance() -> Path | None:
    """The demonstration instance: the one the package carries, or one below this folder."""
    shipped = Path(str(resources.files("infraplan"))) / "instances" / DEMO_INSTANCE
    here = Path.cwd() / "instances" / DEMO_INSTANCE
    return next((path for path in (shipped, here) if path.is_dir()), None)


def demo(
    output_dir: Annotated[Path, typer.Option("-o", "--output", help="Run folder to write.")] = Path(
        "results/demo"
    ),
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Relative gap to prove.")] = 5e-3,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for the solve.")] = 150.0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Solve a real instance that ships with the project, and say where its report lies."""
    output = Output(as_json, lang.value)
    with reporting(output):
        path = find_demo_instance()
        if path is None:
            output.say(
                "The demonstration instance is not here; run this inside a clone of the project.",
                "未找到演示算例,请在项目目录内运行。",
            )
            raise typer.Exit(2)
        begin = time.perf_counter()
        loaded = _load(path, output)
        options = SolveOptions(gap=gap, time_limit_s=time_limit)
        with _showing(output) as (show, step):
            outcome = run_solve(
                loaded, options, output_dir, lang=output.lang, on_progress=show, on_step=step
            )
        _finish(outcome, output)
        report = outcome.run_dir / "report.html"
        seconds = time.perf_counter() - begin
        output.say(
            f"Report: {report} ({seconds:.0f} s in all)", f"报告:{report}(共{seconds:.0f}秒)"
        )
