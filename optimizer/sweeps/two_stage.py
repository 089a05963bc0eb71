"""A first phase decided now, the rest when it is known which scenario has come.

Paths are first phases: of the joint program of all scenarios, of the best plan of each scenario,
and of the instance as it stands. Each is held under each scenario, and what comes later is decided
anew there, a verified run. So the value of deciding in two stages lies between that of the best
path and the bound of the joint program; deciding it for the instance as it stands is worth no more,
knowing the scenario before is worth no less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

import numpy as np

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.first_phase import (
    Starts,
    hold_first_phase,
    last_first_year,
    started_first,
)
from infraplan.optimizer.analysis.held_schedule import starts_not_offered
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.engines.registry import ENGINES, EXACT
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap
from infraplan.optimizer.sweeps.first_phase_plans import BegunPlan, FirstPhasePlans
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.joint_program import (
    Copy,
    JointProgram,
    copies_of,
    joined_program,
)
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.scenario_matrix import (
    NOMINAL,
    NOMINAL_KEY,
    ScenarioRow,
    has_all_probabilities,
    weights_of,
)

TWO_STAGE, IN_COMMON = "two stages", "in common"
"""Names of the paths of the joint program, and of what all plans begin; no id has a blank."""
BEGUN_S = 600.0
"""Seconds for a plan that is mended, where a solve has no limit."""
JOINT_SHARE, RECOURSE_SHARE = 0.5, 0.25
"""Shares of the time of a solve: for the joint program by scenario, and for what is decided later,
which is less than a whole plan."""
MOST_ENTRIES = 1_500_000
"""Entries of the joint program above which it is not solved: bounds are those of the scenarios."""


@dataclass(frozen=True)
class Interval:
    """What is known of a figure: the plans found say `value`; it lies in `low .. high`, proven."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True)
class PathCell:
    """A path under a scenario; `value` None where no plan was found, `is_possible` None: unknown.

    `run_dir` is relative to the folder of the runs, `starts` are those of its plan.
    """

    path: str
    scenario: str
    is_possible: bool | None
    value: float | None
    bound: float | None
    run_dir: str
    is_verified: bool
    starts: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    """A first phase, and what it comes to.

    `value` is weighted with the probabilities and `worst_regret` the largest by which it is worth
    less than the best plan known in a scenario; None where it has no plan in one that counts.
    `same_as` names the path before it that decides the same, where it `is_repeated`.
    """

    name: str
    starts: Starts
    cells: tuple[PathCell, ...]
    value: float | None
    bound: float | None
    worst_regret: float | None
    same_as: str = ""
    is_repeated: bool = False


class JointState(Enum):
    """What became of the joint program."""

    SOLVED = auto()
    NOT_NEEDED = auto()
    """A path was proven best by the bounds of the scenarios."""
    NO_ANSWER = auto()
    """It was too large, or nothing was found in time."""
    NO_PROGRAM = auto()
    """No linear program holds the networks of the instance."""


@dataclass(frozen=True)
class TwoStage:
    """Values are those of plans found; vss and evpi hold for these, within their intervals.

    `vss` is None where the first phase made for the instance as it stands has no plan in a
    scenario. `joint` tells what became of the joint program: solved, the bound is its own.
    """

    value: Interval
    vss: Interval | None
    evpi: Interval
    wait_and_see: Interval
    expected_plan: Interval | None
    best: str
    paths: tuple[Path, ...]
    least_worst_regret: str | None
    joint: JointState

    @property
    def is_joint(self) -> bool:
        """Whether the bound is that of the joint program."""
        return self.joint is JointState.SOLVED


def solve_two_stage(
    instance: Instance,
    rows: Sequence[ScenarioRow],
    plan_of: Callable[[JobResult], Plan],
    options: SolveOptions,
    runner: Runner,
) -> TwoStage | None:
    """Decide in two stages over `rows` with a probability; None where they have none, or no plan.

    None as well where a scenario with a probability is not among them.

    The joint program has half the time of all scenarios together.

    Raises
    ------
    SolverError, OutputError
        As a solve raises them.
    """
    weights = {name: part for name, part in weights_of(rows).items() if part > 0.0}
    counted = [row for row in rows if row.scenario in weights]
    if not counted or not has_all_probabilities(instance, rows):
        return None
    if not all(row.result.has_plan for row in counted):
        return None
    questions = {name: under_scenario(instance, name) for name in weights}
    last = last_first_year(instance)
    own = {row.scenario: plan_of(row.result).starts for row in rows if row.result.has_plan}
    firsts = {name: started_first(starts, last) for name, starts in own.items()}
    copies = _copies(questions)
    begun = Begun(copies, own, options.time_limit_s)
    best = begun.best(firsts, weights)
    if best is None:  # what all of them begin costs no more than what one begins
        firsts[IN_COMMON] = _in_common(list(firsts.values()))
        best = begun.best(firsts, weights)
    most = _expected({row.scenario: row.result.bound for row in counted}, weights)
    joint = _Joint(JointState.NOT_NEEDED if copies else JointState.NO_PROGRAM)
    is_proven = best is not None and _is_proven(
        begun.value(firsts[best], weights), most, options.gap
    )
    if copies and not is_proven:
        start = None if best is None else begun.columns(firsts[best])
        joint = _joint(copies, weights, options, start)
    if joint.starts is not None:
        firsts = {TWO_STAGE: joint.starts} | firsts
    limit = options.time_limit_s
    later = options if limit is None else replace(options, time_limit_s=RECOURSE_SHARE * limit)
    paths = _paths(questions, firsts, counted, later, runner, last, begun)
    return _summed(paths, counted, weights, joint)


def _copies(questions: Mapping[str, Instance]) -> dict[str, Copy]:
    """The program of each scenario; none where a program does not hold all that plans are worth.

    Its value would be short of what roads at equilibrium save, and its bound no bound.
    """
    if any(ENGINES[EXACT].supports(question) for question in questions.values()):
        return {}
    return dict(zip(questions, copies_of(list(questions.values())), strict=True))


def _is_proven(value: float | None, bound: float | None, gap: float) -> bool:
    """Whether a first phase is worth so much that no other one is worth more within the gap."""
    found = relative_gap(value, bound)
    return found is not None and found <= gap


def _in_common(firsts: Sequence[Starts]) -> Starts:
    """What all of `firsts` begin, alike."""
    shared = set.intersection(*({(r.project, r.option, r.start) for r in row} for row in firsts))
    return tuple(r for r in firsts[0] if (r.project, r.option, r.start) in shared)


class Begun:
    """Plans of all scenarios for one first phase after the other, found without a search.

    `own` are the starts of the scenarios' own plans, which are mended. Without `copies` of their
    programs none are found.
    """

    def __init__(
        self,
        copies: Mapping[str, Copy],
        own: Mapping[str, Starts],
        time_limit_s: float | None,
    ) -> None:
        limit = BEGUN_S if time_limit_s is None else time_limit_s
        self._plans = {name: FirstPhasePlans(copy, limit) for name, copy in copies.items()}
        self._own = own
        self._known: dict[tuple[Starts, str], BegunPlan | None] = {}

    def plan(self, first: Starts, scenario: str) -> BegunPlan | None:
        """The plan of the scenario that begins with `first`; None where none was found."""
        asked = (first, scenario)
        if scenario not in self._plans:
            return None
        if asked not in self._known:
            self._known[asked] = self._plans[scenario].plan(first, self._own[scenario])
        return self._known[asked]

    def value(self, first: Starts, weights: Mapping[str, float]) -> float | None:
        """What `first` is worth in all; None where it has no plan in a scenario."""
        found = {name: self.plan(first, name) for name in weights}
        return _expected({k: None if v is None else v.value for k, v in found.items()}, weights)

    def best(self, firsts: Mapping[str, Starts], weights: Mapping[str, float]) -> str | None:
        """Name of the first phase that is worth most; None where none has a plan in all."""
        values = {name: self.value(first, weights) for name, first in firsts.items()}
        known = {name: value for name, value in values.items() if value is not None}
        return max(known, key=lambda name: known[name], default=None)

    def columns(self, first: Starts) -> FloatArray:
        """Columns of the joint program for a first phase that has a plan in all scenarios."""
        found = (self.plan(first, name) for name in self._plans)
        return np.concatenate([row.columns for row in found if row is not None])


@dataclass(frozen=True)
class _Joint:
    """What the joint program came to; None where it was too large, not needed, or not solved."""

    state: JointState
    starts: Starts | None = None
    bound: float | None = None


def _joint(
    copies: Mapping[str, Copy],
    weights: Mapping[str, float],
    options: SolveOptions,
    start: FloatArray | None,
) -> _Joint:
    """The joint program, begun with the columns `start`."""
    program = joined_program(list(copies.values()), [weights[name] for name in copies])
    if program.mip.num_nonzeros > MOST_ENTRIES:
        return _Joint(JointState.NO_ANSWER)
    return _solved(program, options, len(copies), start)


def _solved(
    program: JointProgram, options: SolveOptions, count: int, start: FloatArray | None
) -> _Joint:
    limit = options.time_limit_s
    asked = SolverOptions(
        solver=options.guest_solver,
        gap=options.gap,
        time_limit_s=None if limit is None else JOINT_SHARE * count * limit,
        threads=options.threads,
        seed=options.seed,
        memory_limit_mb=options.memory_limit_mb,
    )
    try:
        reply = solve_mip(program.mip, asked, start=start)
    except SolverError:
        return _Joint(JointState.NO_ANSWER)  # the paths of single scenarios stay
    starts = None if reply.values is None else program.first_starts(reply.values)
    if reply.bound is None:
        return _Joint(JointState.NO_ANSWER, starts)
    return _Joint(JointState.SOLVED, starts, reply.bound / program.factor)


def _paths(
    questions: Mapping[str, Instance],
    firsts: Mapping[str, Starts],
    counted: Sequence[ScenarioRow],
    options: SolveOptions,
    runner: Runner,
    last: int,
    begun: Begun,
) -> list[Path]:
    """Each different first phase under each scenario, all solved as one list."""
    own = {row.scenario: row.result for row in counted}
    kinds = {
        name: tuple((row.project, row.option, row.start) for row in starts)
        for name, starts in firsts.items()
    }
    first_of = {kind: name for name, kind in reversed(kinds.items())}
    different = {name: firsts[name] for name in first_of.values()}
    jobs = {
        (name, scenario): _begun(job, scenario, begun.plan(starts, scenario))
        for name, starts in different.items()
        for place, (scenario, question) in enumerate(questions.items())
        if name != scenario  # the best plan of the scenario begins so itself
        and (job := _job(name, scenario, question, starts, options, last, place)) is not None
    }
    found = dict(zip(jobs, runner.run(list(jobs.values())), strict=True))
    found |= {(name, name): own[name] for name in different if name in own}
    paths: list[Path] = []
    for name, starts in firsts.items():
        first = first_of[kinds[name]]
        cells = tuple(_cell(first, scenario, found.get((first, scenario))) for scenario in own)
        path = Path(name, starts, cells, None, None, None)
        is_repeated = first != name
        paths.append(replace(path, same_as=first, is_repeated=True) if is_repeated else path)
    return paths


def _job(
    name: str,
    scenario: str,
    question: Instance,
    starts: Starts,
    options: SolveOptions,
    last: int,
    place: int,
) -> Job | None:
    """The best plan under a scenario that begins so; None where it cannot begin so.

    What is held has its year whatever the scenario offers, so that is asked before.
    """
    if any(True for _ in starts_not_offered(question, {row.project: row for row in starts})):
        return None
    try:
        held = hold_first_phase(question, starts, last)
    except InconsistentInstanceError:
        return None
    # Blanks, which no id has: else a scenario of such a name would answer for another.
    key = f"path {name or NOMINAL_KEY} under {scenario or NOMINAL_KEY}"
    return Job(key, held, options, at=1e3 * (1 + place))


def _begun(job: Job, scenario: str, plan: BegunPlan | None) -> Job:
    """The solve of a path, begun with the scenario's own plan mended to it, or as it is."""
    given = () if plan is None else plan.starts
    return replace(job, start_key=scenario or NOMINAL_KEY, begins_with=given)


def _cell(name: str, scenario: str, result: JobResult | None) -> PathCell:
    """One path under one scenario; `result` None where it cannot begin so."""
    if result is None:
        return PathCell(name, scenario, False, None, None, "", is_verified=False)
    return PathCell(
        path=name,
        scenario=scenario,
        is_possible=True if result.has_plan else False if result.is_impossible else None,
        value=result.objective if result.has_plan else None,
        bound=result.bound,
        run_dir=result.run_dir,
        is_verified=result.is_verified,
        starts=result.starts if result.has_plan else {},
    )


def _summed(
    paths: Sequence[Path],
    counted: Sequence[ScenarioRow],
    weights: Mapping[str, float],
    joint: _Joint,
) -> TwoStage | None:
    best = {row.scenario: row.result.objective or 0.0 for row in counted}
    for path in paths:
        for cell in path.cells:
            if cell.value is not None:
                best[cell.scenario] = max(best[cell.scenario], cell.value)
    paths = tuple(_weighted(path, weights, best) for path in paths)
    valued = {path.name: path.value for path in paths if path.value is not None}
    if not valued:
        return None
    winner = max(valued, key=lambda name: valued[name])
    seen = sum(part * best[name] for name, part in weights.items())
    bounds = {row.scenario: row.result.bound for row in counted}
    seen_most = _expected(bounds, weights)
    most = min((v for v in (joint.bound, seen_most) if v is not None), default=None)
    low = valued[winner]
    value = Interval(low, low, None if most is None else max(low, most))
    see = Interval(seen, seen, None if seen_most is None else max(seen, seen_most))
    plan = _of_nominal(paths, value)
    regrets = {path.name: path.worst_regret for path in paths if path.worst_regret is not None}
    return TwoStage(
        value=value,
        vss=None if plan is None else _more(value, plan),
        evpi=_more(see, value),
        wait_and_see=see,
        expected_plan=plan,
        best=winner,
        paths=paths,
        least_worst_regret=min(regrets, key=lambda name: regrets[name], default=None),
        joint=joint.state,
    )


def _of_nominal(paths: Sequence[Path], value: Interval) -> Interval | None:
    """The first phase of the instance as it stands, which no more than the best of all is worth."""
    for path in paths:
        if path.name == NOMINAL and path.value is not None:
            highs = [v for v in (path.bound, value.high) if v is not None]
            high = min(highs, default=None)
            return Interval(path.value, path.value, None if high is None else max(path.value, high))
    return None


def _more(upper: Interval, lower: Interval) -> Interval:
    """By how much `upper` is worth more, which is no less than 0."""
    low = 0.0 if lower.high is None else max(0.0, upper.low - lower.high)
    return Interval(
        value=max(0.0, upper.value - lower.value),
        low=low,
        high=None if upper.high is None else max(low, upper.high - lower.low),
    )


def _weighted(path: Path, weights: Mapping[str, float], best: Mapping[str, float]) -> Path:
    values = {cell.scenario: cell.value for cell in path.cells}
    bounds = {cell.scenario: cell.bound for cell in path.cells}
    regrets = [best[name] - value for name, value in values.items() if value is not None]
    is_whole = len(regrets) == len(values)
    return replace(
        path,
        value=_expected(values, weights),
        bound=_expected(bounds, weights),
        worst_regret=max(regrets, default=0.0) if is_whole else None,
    )


def _expected(values: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    """Weighted sum; None where a part is not known."""
    parts = [(weights[name], values.get(name)) for name in weights]
    known = [weight * value for weight, value in parts if value is not None]
    return sum(known) if len(known) == len(parts) else None
