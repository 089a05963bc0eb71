"""The functions of `import infraplan`: read, write, validate, solve, verify, compare.

Each is a thin door to the part of the product that does the work, and imports it when called.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraplan.models.errors import Finding
    from infraplan.models.instance import Instance
    from infraplan.models.plan import Plan
    from infraplan.optimizer.analysis.comparison import Comparison
    from infraplan.optimizer.backends.base import Progress
    from infraplan.optimizer.solve_result import SolveOptions, SolveResult
    from infraplan.optimizer.verify.violations import Verification
    from infraplan.optimizer.workflow import Outcome

StrPath = str | PathLike[str]
"""Path of a file or folder."""


def example() -> Instance:
    """Return a small worked example: a county, six projects, 2026 to 2035.

    Returns
    -------
    Instance
        Money in 100 million CNY; all figures are invented. It solves in a second.

    Examples
    --------
    >>> import infraplan
    >>> instance = infraplan.example()
    >>> [project.id for project in instance.projects][:3]
    ['expressway', 'reservoir', 'waterworks']
    """
    from infraplan.optimizer.storage import example_instance

    return example_instance()


def read(path: StrPath) -> Instance:
    """Return the instance at `path`.

    Parameters
    ----------
    path
        A folder of `instance.yaml` and CSV tables, an .xlsx workbook or a .json file
        (docs/instance-format.md).

    Returns
    -------
    Instance
        Frozen and consistent: every id is known, every table fits the others.

    Raises
    ------
    InstanceError
        If it cannot be used; `findings` holds everything that is wrong, with file, sheet, row and
        column.

    Examples
    --------
    >>> import infraplan
    >>> _ = infraplan.write(infraplan.example(), "county.json")
    >>> infraplan.read("county.json") == infraplan.example()
    True
    """
    from infraplan.optimizer.storage import read_instance

    return read_instance(Path(path))


def write(instance: Instance, path: StrPath) -> Path:
    """Write `instance` to `path` and return the path.

    Parameters
    ----------
    instance
        What to write.
    path
        A name ending in .xlsx makes a workbook, one ending in .json a JSON file, any other a
        folder of tables. All three read back to an equal instance.

    Raises
    ------
    OutputError
        If the place is taken by something else or cannot be written.

    Examples
    --------
    >>> import infraplan
    >>> folder = infraplan.write(infraplan.example(), "county")
    >>> sorted(path.name for path in folder.glob("p*.csv"))
    ['places.csv', 'pools.csv', 'projects.csv']
    """
    from infraplan.optimizer.storage import write_instance

    place = Path(path)
    write_instance(instance, place)
    return place


def validate(instance: Instance | StrPath) -> tuple[Finding, ...]:
    """Return all that is wrong or doubtful about an instance; nothing is raised.

    Parameters
    ----------
    instance
        An instance, or the path of one. An `Instance` exists only where it is consistent; its
        scenarios are tried, and it is looked at for what is doubtful.

    Returns
    -------
    tuple of Finding
        Each with `severity` (error, warning, note), `rule`, `message`, `advice` and its place.

    Examples
    --------
    >>> import infraplan
    >>> found = infraplan.validate(infraplan.example())
    >>> any(finding.severity is infraplan.Severity.ERROR for finding in found)
    False
    >>> infraplan.validate("nowhere")[0].rule
    'missing-file'
    """
    from infraplan.models.apply_scenario import scenario_problems
    from infraplan.models.instance import Instance as Kind
    from infraplan.optimizer.estimating.plausibility import find_implausibilities
    from infraplan.optimizer.storage import ReadInstance, inspect_instance

    reading = (
        ReadInstance(instance, ())
        if isinstance(instance, Kind)
        else inspect_instance(Path(instance))
    )
    if reading.instance is None:
        return reading.findings
    told = (*scenario_problems(reading.instance), *find_implausibilities(reading.instance))
    return (*reading.findings, *(reading.locate(problem) for problem in told))


def solve(
    instance: Instance,
    options: SolveOptions | None = None,
    *,
    scenario: str = "",
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    warm_start: Plan | None = None,
) -> SolveResult:
    """Find the plan of greatest value, with a bound, and verify it. No file is written.

    Parameters
    ----------
    instance
        The problem.
    options
        Solver, relative gap to prove, time limit in seconds, threads, seed (`Options`).
    scenario
        Id of a scenario of the instance; its changes are made first.
    on_progress
        Called with each better plan and bound (`Progress`: elapsed seconds, values, gap).
    should_stop
        Asked now and then; True ends the solve early and keeps the best plan so far.
    warm_start
        A plan to begin with, of this or a similar instance.

    Returns
    -------
    Result
        `plan` is None where there is none; `objective`, `bound` in the instance's money (minus
        years where its `objective` is makespan), `gap` relative; `termination` says how the
        solve ended, `verification` what was checked.

    Raises
    ------
    UnknownReferenceError
        If there is no such scenario.
    SolverError
        If the solver is missing, crashes without a plan, or cannot do what is asked.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> result.termination.value, result.verification.ok
    ('optimal', True)
    >>> sorted(start.project for start in result.plan.starts)
    ['expressway', 'hospital', 'reservoir', 'substation', 'waterworks']
    """
    from infraplan.models.apply_scenario import under_scenario
    from infraplan.optimizer.solve import solve as solve_instance

    return solve_instance(
        under_scenario(instance, scenario),
        options,
        scenario=scenario,
        on_progress=on_progress,
        should_stop=should_stop,
        warm_start=warm_start,
    )


def run(
    instance: Instance,
    run_dir: StrPath,
    options: SolveOptions | None = None,
    *,
    scenario: str = "",
    lang: str = "en",
) -> Outcome:
    """Solve, explain and write a run folder, as the command `infraplan solve` does.

    Parameters
    ----------
    instance
        The problem.
    run_dir
        Folder to write: manifest, plan, tables and `report.html`.
    options
        As for `solve`.
    scenario
        Id of a scenario of the instance.
    lang
        Language of the report, `en` or `zh`.

    Returns
    -------
    Outcome
        `run_dir`, `manifest` (content of run.json), `result`, `conflict` (the rules that cannot
        hold together, where no plan exists) and `rejections` (why projects were left out).

    Raises
    ------
    OutputError
        If the folder holds something that is no run.
    SolverError
        If the solver is missing or fails.

    Examples
    --------
    >>> import infraplan
    >>> outcome = infraplan.run(infraplan.example(), "runs/first")
    >>> (outcome.run_dir / "report.html").exists()
    True
    >>> infraplan.verify("runs/first").ok
    True
    """
    from infraplan.optimizer.solve_result import SolveOptions as Options
    from infraplan.optimizer.workflow import run_solve

    return run_solve(instance, options or Options(), Path(run_dir), scenario=scenario, lang=lang)


def verify(answer: SolveResult | Plan | StrPath, instance: Instance | None = None) -> Verification:
    """Check a plan against every law of docs/laws.md, by code that shares nothing with the solve.

    Parameters
    ----------
    answer
        A result of `solve`; a plan, with its instance; or the path of a run folder, whose files
        are checked against one another too.
    instance
        The instance of a plan, its scenario applied; only with a plan.

    Returns
    -------
    Verification
        `ok`, the checks of each law, every violation, and the objective computed afresh (of a run
        folder: from its tables).

    Raises
    ------
    NoPlanError
        If there is no plan: nothing would be checked.
    InstanceFormatError
        If a run folder cannot be read.
    TypeError
        If a plan comes without its instance, or `answer` is none of these.

    Examples
    --------
    >>> import infraplan
    >>> instance = infraplan.example()
    >>> plan = infraplan.solve(instance).plan
    >>> infraplan.verify(plan, instance).ok
    True
    >>> richer = plan.model_copy(update={"objective": plan.objective + 1.0})
    >>> [fault.law for fault in infraplan.verify(richer, instance).violations]
    ['objective']
    """
    from infraplan.models.plan import Plan as PlanKind
    from infraplan.optimizer.solve_result import SolveResult as ResultKind
    from infraplan.optimizer.verify import verify_plan

    if isinstance(answer, ResultKind):
        return verify_plan(answer.instance, answer.require_plan())
    if isinstance(answer, PlanKind):
        if instance is None:
            message = "a plan is checked against its instance: verify(plan, instance)"
            raise TypeError(message)
        return verify_plan(instance, answer)
    other: object = answer  # who calls without types may give the two the other way round
    if not isinstance(other, str | PathLike):
        kind = type(other).__name__
        message = (
            f"a result, a plan or a run folder is verified, not {kind}: verify(plan, instance)"
        )
        raise TypeError(message)
    return _verify_folder(Path(answer))


def _verify_folder(run_dir: Path) -> Verification:
    """Check a run from its files alone."""
    from infraplan.optimizer.cli.parameters import require_plan
    from infraplan.optimizer.cli.run_commands import check_run
    from infraplan.optimizer.storage import read_run
    from infraplan.optimizer.verify import Verification as Kind
    from infraplan.optimizer.verify import verify_plan

    files = read_run(run_dir)
    plan = require_plan(files)
    found = verify_plan(files.instance, files.plan_of_tables or plan)
    violations, _ = check_run(files)
    return Kind(found.laws, violations, found.objective)


def compare(*answers: SolveResult | StrPath) -> Comparison:
    """Compare results or runs with the first of them: questions, projects, money, service.

    Parameters
    ----------
    *answers
        Two or more, each a result of `solve` or the path of a run folder. They are lettered A, B,
        C, ... in their order.

    Returns
    -------
    Comparison
        `inputs` (how the questions differ), `projects` (those not treated alike, with the rule
        that keeps them out), `figures` (totals, phases, debt, targets, service) by letter.

    Raises
    ------
    TypeError
        If there are fewer than two.
    InstanceFormatError
        If a run folder cannot be read.

    Examples
    --------
    >>> import infraplan
    >>> instance = infraplan.example()
    >>> free = infraplan.Instance.model_validate(instance.model_dump() | {"targets": ()})
    >>> found = infraplan.compare(infraplan.solve(instance), infraplan.solve(free))
    >>> found.same_question
    False
    >>> [(change.table, change.row) for change in found.inputs]
    [('targets', 'road_2035')]
    """
    from infraplan.optimizer.analysis.comparison import ComparedRun, compare_runs
    from infraplan.optimizer.solve_result import SolveResult as ResultKind
    from infraplan.optimizer.storage import read_run

    if len(answers) < 2:
        message = "give two or more results or run folders"
        raise TypeError(message)
    runs = []
    for number, answer in enumerate(answers):
        label = chr(ord("A") + number) if number < 26 else str(number + 1)
        if isinstance(answer, ResultKind):
            runs.append(ComparedRun(label, "", answer.instance, answer.plan, {}))
        else:
            files = read_run(Path(answer))
            rejected = files.tables.rejected
            runs.append(
                ComparedRun(
                    label, str(answer), files.instance, files.plan, files.manifest, rejected
                )
            )
    return compare_runs(runs)
