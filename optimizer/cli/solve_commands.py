"""`infraplan solve` and `infraplan demo`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.catalogue import listed, pair, phrase
from infraplan.models.errors import Severity
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.quantities import MAX_FOLDER_BYTES
from infraplan.optimizer.analysis.asked_changes import AskedChanges, change_instance
from infraplan.optimizer.analysis.conflicts import conflict_lines
from infraplan.optimizer.backends import base
from infraplan.optimizer.certify.record import CertifyOptions
from infraplan.optimizer.cli.clock import command_times
from infraplan.optimizer.cli.output import Language, Output, print_findings, reporting
from infraplan.optimizer.cli.parameters import LONGEST_S, AskedObjective, InstancePath, Json, Lang
from infraplan.optimizer.cli.progress import Listeners, showing
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.registry import ENGINE_NAMES
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.run_manifest import RunOrigin
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.stage_times import Stage, stage, timing
from infraplan.optimizer.status import Termination
from infraplan.optimizer.storage import inspect_instance, instance_hash
from infraplan.optimizer.storage.run_folder import RunFiles, run_reference
from infraplan.optimizer.storage.run_reading import read_run
from infraplan.optimizer.storage.scenario_values import read_change
from infraplan.optimizer.storage.signature import read_key, sign_run
from infraplan.optimizer.work_clock import DETERMINISTIC_VARIABLE
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
    "clock",
    "notes",
    "runtime_s",
    "build_s",
    "peak_memory_mb",
    "num_projects",
    "num_selected",
    "num_columns",
    "num_rows",
    "verified",
    "money",
    "money_check",
    "changes",
    "benchmark",
    "certificate",
    "conflicts",
)
ModelFile = Annotated[Path | None, typer.Option(help="Also write the model as .mps or .lp.")]
ProgressFile = Annotated[
    Path | None,
    typer.Option(
        help="File for lines of JSON, at least one in 2 s: best plan, bound, gap, time left."
    ),
]
DEMO_INSTANCE = "kaizhou"


def _load(path: Path, output: Output) -> Instance:
    """Read an instance; warnings go to standard error, errors are raised."""
    with stage(Stage.READ):
        reading = inspect_instance(path)
    instance = reading.require()
    print_findings(output, [f for f in reading.findings if f.severity is Severity.WARNING])
    return instance


def _with_objective(instance: Instance, objective: Objective | None) -> Instance:
    """The instance that is solved: with another objective where one is asked for."""
    if objective is None:
        return instance
    settings = instance.settings.model_copy(update={"objective": objective})
    return instance.model_copy(update={"settings": settings})


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


SignKey = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEYFILE", help="Sign the run with the key in this file."),
]


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
        output.say(phrase("the-plan-breaks-laws-and-is-not-reported-as-a"))
        for violation in verification.violations[:20]:
            output.say(violation.phrase)
    elif result.plan is None and outcome.conflict is not None and not outcome.conflict.rules:
        output.say(outcome.conflict.why)
    elif result.plan is None and outcome.conflict is not None:
        output.say(phrase("these-rules-cannot-hold-together"))
        for line in conflict_lines(outcome.conflict.rules, output.lang):
            output.say(phrase("list-entry", line=line))
    elif result.plan is None:
        output.say(
            phrase("no-plan-was-found-before-the-solve-ended-2", termination=result.termination),
        )
    else:
        if interrupted(outcome):
            output.say(phrase("stopped-early-the-best-plan-so-far-is-kept"))
        elif result.termination is Termination.UNPROVEN:
            output.say(phrase("ended-without-a-proof-the-best-plan-is-kept"))
        elif result.termination is Termination.CRASHED:
            output.say(phrase("the-solver-failed-the-best-plan-is-kept"))
        if not output.as_json:
            from infraplan.optimizer.report.terminal import print_summary

            print_summary(
                output.console,
                result.instance,
                result.plan,
                manifest,
                outcome.rejections,
                lang=output.lang,
            )
    _say_changes(outcome, output)
    _say_where(outcome, output)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)


def _say_changes(outcome: Outcome, output: Output) -> None:
    """What was asked to be different, and what it costs."""
    stated = outcome.manifest.get("changes")
    if stated is None:
        return
    from infraplan.optimizer.report.changed_words import changes_in_words

    told = changes_in_words(outcome.result.instance, stated["made"])
    output.say(phrase("asked-changes", changes=told))
    price = stated["price"]
    if price is not None:
        from infraplan.optimizer.report.texts import unit_pair

        unit = pair(*unit_pair(outcome.result.instance))
        is_bounded = price["low"] is not None and price["high"] is not None
        key = "price-of-changes" if is_bounded else "price-of-changes-unbounded"
        output.say(phrase(key, unit=unit, **price))


def _require_known(refusal: str, name: str, known: Iterable[str]) -> None:
    """Refuse an unknown name with the message `refusal`.

    Raises
    ------
    NotThereError
        If there is none of that name.
    """
    if name not in known:
        raise NotThereError(phrase(refusal, name=name, known=listed(known)))


def _say_where(outcome: Outcome, output: Output) -> None:
    """Where the run lies, and what of the place that was asked for is different."""
    asked = outcome.asked_dir
    if outcome.write_fault:
        output.say(phrase("not-everything-could-be-written", fault=outcome.write_fault))
    elif outcome.run_dir != asked:
        output.say(phrase("holds-a-run-with-a-plan-and-stays", asked=asked))
    if outcome.carried:
        output.say(phrase("kept-of-the-replaced-folder", names=listed(outcome.carried)))
    output.say(phrase("run", run_dir=outcome.run_dir))


Forced = Annotated[
    list[str] | None, typer.Option("--force", help="Project that must be built; may be repeated.")
]
Forbidden = Annotated[
    list[str] | None,
    typer.Option("--forbid", help="Project that must not be built; may be repeated."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Another value of a cell, TABLE.ROW.COLUMN=VALUE; funds.FUND.YEAR=VALUE for what "
        "comes in; may be repeated.",
    ),
]
Because = Annotated[str, typer.Option(help="Why it is changed; kept in the run.")]
By = Annotated[str, typer.Option(help="Who changes it; kept in the run.")]
MemoryLimit = Annotated[int | None, typer.Option(min=50, help="Most memory of the solver, in MB.")]
SolveTime = Annotated[float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for the solve.")]
AskedSolver = Annotated[
    str | None,
    typer.Option(
        help="highs, cbc, scip, cpsat, gurobi, ... (see `infraplan solvers`); highs where none "
        "is named, cpsat for schedules under makespan.",
    ),
]
AskedColumns = Annotated[
    Columns,
    typer.Option(
        metavar="FORM",
        help="What a solver decides of a start: by which year (cumulative), in which "
        "(by-start), or what suits it (auto).",
    ),
]
AskedGap = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="Relative gap to prove; 0 is optimality.")
]
ExactLosses = Annotated[
    bool,
    typer.Option(
        "--exact",
        help="Solve for the exact loss by each project left out; takes as long again as "
        "--time-limit at most.",
    ),
]
MoneyChecked = Annotated[
    bool,
    typer.Option(
        "--money-check",
        help="Solve again with half, double and five times the money, and tell what changes.",
    ),
]
Certify = Annotated[
    bool,
    typer.Option(
        "--certify", help="Also write a proof of the bound that needs no solver to check."
    ),
]
CertifyGap = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="Relative gap that the certificate is to prove.")
]
CertifyTime = Annotated[
    float, typer.Option(min=1.0, max=LONGEST_S, help="Seconds for the search of the certificate.")
]
AskedEngine = Annotated[
    str,
    typer.Option(help="auto, exact, decomposition, scheduling, equilibrium or water_design."),
]
Threads = Annotated[int, typer.Option(min=1, help="Threads of the solver.")]
Deterministic = Annotated[
    bool,
    typer.Option(
        "--deterministic",
        envvar=DETERMINISTIC_VARIABLE,
        help="Count work and not time: the same plan on an idle and on a busy machine.",
    ),
]


def solve(
    instance: InstancePath,
    scenario: Annotated[str, typer.Option(help="Scenario of the instance.")] = "",
    engine: AskedEngine = "auto",
    solver: AskedSolver = None,
    gap: AskedGap = 1e-4,
    time_limit: SolveTime = 600.0,
    threads: Threads = 1,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the solver.")] = 0,
    memory_limit: MemoryLimit = None,
    columns: AskedColumns = Columns.AUTO,
    deterministic: Deterministic = False,
    objective: AskedObjective = None,
    output_dir: Annotated[
        Path | None, typer.Option("-o", "--output", help="Run folder to write.")
    ] = None,
    exact: ExactLosses = False,
    money_check: MoneyChecked = False,
    certify: Certify = False,
    certify_gap: CertifyGap = 0.01,
    certify_time: CertifyTime = 300.0,
    key: SignKey = None,
    warm_start: Annotated[
        Path | None, typer.Option(help="Run folder whose plan the solver begins with.")
    ] = None,
    write_model: ModelFile = None,
    progress: ProgressFile = None,
    force: Forced = None,
    forbid: Forbidden = None,
    sets: Sets = None,
    because: Because = "",
    by: By = "",
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Find the phased portfolio of greatest value, prove it, verify it and write the run."""
    output = Output(as_json, lang.value)
    _refuse_wrong_use(output, write_model, threads if deterministic else 1)
    with reporting(output), timing(command_times()) as times:
        deadline = Deadline(times.begin.clock_s, time_limit)
        secret = _require_there(engine, solver, key)
        before = None if warm_start is None else read_run(warm_start)
        options = SolveOptions(
            engine=engine,
            solver=solver,
            gap=gap,
            time_limit_s=time_limit,
            threads=threads,
            seed=seed,
            memory_limit_mb=memory_limit,
            columns=columns,
            deterministic=deterministic,
        )
        with showing(output, deadline, progress) as listeners:
            loaded = _with_objective(_load(instance, output), objective)
            changes = AskedChanges.of(force, forbid, sets, because, by)
            ways = (exact, money_check, changes, _proof(certify, certify_gap, certify_time), secret)
            asked = _Asked(output.lang, deadline, listeners, *ways)
            done = _solved_into(output_dir, loaded, options, asked, scenario, before, write_model)
        _finish(done, output)


def _proof(wanted: bool, gap: float, time_s: float) -> CertifyOptions | None:
    """How near a certificate is to be and how long it is sought; None: none is wanted."""
    return CertifyOptions(gap, time_s) if wanted else None


def _require_there(engine: str, solver: str | None, key: Path | None) -> bytes | None:
    """Refuse an engine, solver or key that is unknown or not there; return the key, if asked for.

    That is told before a large file is read.

    Raises
    ------
    NotThereError, SolverUnavailableError
        If it is not there.
    """
    _require_known("there-is-no-engine", engine, ENGINE_NAMES)
    if solver is not None:
        _require_known("there-is-no-solver", solver, base.SOLVERS)
        base.solver_entry(solver)
    return None if key is None else read_key(key)


def _refuse_wrong_use(output: Output, model_file: Path | None, threads: int) -> None:
    """Refuse a name that is no model's, and threads where work is counted."""
    if model_file is not None and model_file.suffix not in {".mps", ".lp"}:
        raise output.refuse(phrase("give-a-model-name"), "--write-model")
    if threads > 1:
        raise output.refuse(phrase("deterministic-takes-one-thread"), "--threads")


def with_changes(
    instance: Instance, asked: AskedChanges, scenario: str, before: RunFiles | None
) -> tuple[Instance, RunOrigin]:
    """The instance with what is asked to be different, and what the run comes from."""
    parent = {} if before is None else run_reference(before)
    if not asked:
        return instance, RunOrigin(parent)
    found = change_instance(instance, asked, read_change, scenario)
    is_same = (
        before is not None
        and before.manifest.get("instance_hash")
        == instance_hash(under_scenario(instance, scenario))
        and before.manifest.get("scenario") == scenario
    )
    known = before.manifest if before is not None and is_same else None
    return found.instance, RunOrigin(parent, asked, found.changes, known)


@dataclass(frozen=True)
class _Asked:
    """Where a solve tells what it finds, until when, and what else it is to find out."""

    lang: str
    deadline: Deadline
    listeners: Listeners
    exact: bool
    money_check: bool
    changes: AskedChanges
    certify: CertifyOptions | None
    secret: bytes | None


def _solved_into(
    output_dir: Path | None,
    instance: Instance,
    options: SolveOptions,
    asked: _Asked,
    scenario: str,
    before: RunFiles | None,
    model_file: Path | None,
) -> Outcome:
    """Solve from the plan of the run `before`, with what is to be different, and write the run."""
    show, step = asked.listeners
    run_dir = output_dir or free_run_dir(instance, scenario)
    changed, origin = with_changes(instance, asked.changes, scenario, before)
    outcome = run_solve(
        changed,
        options,
        run_dir,
        scenario=scenario,
        lang=asked.lang,
        on_progress=show,
        on_step=step,
        warm_start=None if before is None else before.plan,
        model_file=model_file,
        origin=origin,
        exact_losses=asked.exact,
        money_check=asked.money_check,
        certify=asked.certify,
        deadline=asked.deadline,
    )
    if asked.secret is not None and outcome.manifest.get("verified") and not outcome.write_fault:
        sign_run(outcome.run_dir, asked.secret)
    return outcome


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
    time_limit: SolveTime = 150.0,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Solve a real instance that ships with the project, and say where its report lies."""
    output = Output(as_json, lang.value)
    with reporting(output), timing(command_times()) as times:
        deadline = Deadline(times.begin.clock_s, time_limit)
        path = find_demo_instance()
        if path is None:
            output.say(
                phrase("the-demonstration-instance-is-not-here-run"),
            )
            raise typer.Exit(2)
        options = SolveOptions(gap=gap, time_limit_s=time_limit)
        with showing(output, deadline) as (show, step):
            loaded = _load(path, output)
            outcome = run_solve(
                loaded,
                options,
                output_dir,
                lang=output.lang,
                on_progress=show,
                on_step=step,
                deadline=deadline,
            )
        _finish(outcome, output)
        report = outcome.run_dir / "report.html"
        seconds = deadline.elapsed_s
        if report.is_file():
            output.say(phrase("report-s-in-all", report=report, seconds=seconds))
        else:  # no plan to tell of, or no time left for its report: told above
            output.say(phrase("s-in-all", seconds=seconds))
