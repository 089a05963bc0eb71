"""Which decisions survive the doubt of the figures, and what it would be worth to know more.

The instance is solved under many draws; plans found are held under all of them. docs/robust.md
says what is drawn, held, compared and confirmed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.instance import Instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.candidate_plans import majority, medoids
from infraplan.optimizer.sweeps.drawn_data import (
    ADVERSE_HIGH,
    SHOWN_LATE,
    Datum,
    quantile_of,
    unmoved,
)
from infraplan.optimizer.sweeps.draws import Draws, instance_at, make_draws
from infraplan.optimizer.sweeps.held_starts import Starts
from infraplan.optimizer.sweeps.holding import HoldTask, Telling, hold_in_turn, quiet
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.regret import (
    LEVEL,
    FloatArray,
    Knowing,
    regrets_of,
    tail_mean,
    value_of_all,
    values_of_each,
)
from infraplan.optimizer.sweeps.robust_program import (
    PRICE_WEIGHT,
    DrawnQuestion,
    RobustAnswer,
    RobustProgram,
)
from infraplan.optimizer.sweeps.runner import Runner

NOMINAL, MEAN, CAREFUL, MAJORITY = "nominal", "mean-figures", "careful", "majority"
PROGRAM = "program"
"""Name of the plan of the program of several draws."""
MOST_ENTRIES = 1_500_000
"""Entries of that program above which it is not solved."""
STARTS = 3
"""Plans compared that it may begin with: those with the least CVaR."""
_OWN = {name: f"0-{name}" for name in (NOMINAL, MEAN, CAREFUL)}
"""Keys of their solves."""
ALWAYS, SOMETIMES, NEVER = "always", "sometimes", "never"
CAREFUL_QUANTILE = 0.65
"""Quantile on the bad side of each figure that shows early, for which the careful plan is made:
with half of the variance in common, all of them there together are about a bad fourth."""
WORTH_TELLING = 10


@dataclass(frozen=True)
class RobustQuestion:
    """What is asked: `plans` of the draws are compared besides those made on purpose.

    `together` draws are asked of one program (`robust_program`), none: it is left out.
    """

    instance: Instance
    options: SolveOptions
    count: int
    seed: int
    plans: int = 4
    together: int = 0


@dataclass(frozen=True)
class DrawRow:
    """A draw and the best plan found for it; `best` is the best value known there, money."""

    number: int
    result: JobResult
    best: float | None = None


@dataclass(frozen=True)
class ProjectRow:
    """How often the draws' plans build a project, and in which phases it then starts."""

    project: str
    frequency: float
    phase_spread: dict[str, float]

    @property
    def class_word(self) -> str:
        """always, sometimes or never: the draws decide, without any threshold."""
        return ALWAYS if self.frequency == 1.0 else SOMETIMES if self.frequency else NEVER


@dataclass(frozen=True)
class PlanRow:
    """A plan held under all draws.

    Attributes
    ----------
    starts
        Option and year by project, as it was made.
    mean, max_regret, cvar
        Mean value, largest regret and mean regret of the worst tenth; None where it is not possible
        in some draw (`impossible` counts those).
    nominal
        What it is worth with the figures as they stand; None where it is not possible there.
    """

    name: str
    starts: Starts
    mean: float | None
    max_regret: float | None
    cvar: float | None
    impossible: int
    nominal: float | None


@dataclass(frozen=True)
class WorthKnowing:
    """A figure, what it is worth to know it, and what chance alone would show (95 of 100)."""

    datum: Datum
    value: float
    noise: float


@dataclass(frozen=True)
class Robust:
    """The answer. `values` has shape (plans, draws), of the draws in `solved`, NaN: impossible."""

    draws: Draws
    nominal: JobResult
    rows: tuple[DrawRow, ...]
    projects: tuple[ProjectRow, ...]
    plans: tuple[PlanRow, ...]
    knowing: Knowing | None
    worth: tuple[WorthKnowing, ...]
    values: FloatArray
    regrets: FloatArray
    unmoved: int
    program: RobustAnswer | None = None

    @property
    def solved(self) -> tuple[DrawRow, ...]:
        """Draws that have a plan."""
        return tuple(row for row in self.rows if row.result.has_plan)

    @property
    def least_regret(self) -> PlanRow | None:
        """The plan whose largest regret is least."""
        return _least(self.plans, lambda row: row.max_regret)

    @property
    def least_cvar(self) -> PlanRow | None:
        """The plan that loses least in the worst tenth of the draws: the robust portfolio."""
        return _least(self.plans, lambda row: row.cvar)

    @property
    def least_criterion(self) -> float | None:
        """CVaR and the weighted price of the best plan known for the figures as they stand.

        Such are the nominal plan and that of the program; None where none is possible everywhere.
        """
        program, most = self.program, self.nominal.bound or self.nominal.objective
        known = [dict(self.nominal.starts)]
        if program is not None and program.starts is not None:
            known.append(dict(program.starts))
        return min(
            (
                row.cvar + PRICE_WEIGHT * max(0.0, most - row.nominal)
                for row in self.plans
                if dict(row.starts) in known
                and row.cvar is not None
                and row.nominal is not None
                and most is not None
            ),
            default=None,
        )


def _least(plans: Sequence[PlanRow], of: Callable[[PlanRow], float | None]) -> PlanRow | None:
    """The plan of which `of` is least, the first of several; those without it do not count."""
    known = [(value, place) for place, row in enumerate(plans) if (value := of(row)) is not None]
    return plans[min(known)[1]] if known else None


@dataclass(frozen=True)
class SolvedDraws:
    """The draws and what solving them came to; `made` are plans made on purpose, by name."""

    draws: Draws
    made: tuple[tuple[str, JobResult], ...]
    rows: tuple[DrawRow, ...]

    @property
    def solved(self) -> tuple[DrawRow, ...]:
        """Draws that have a plan."""
        return tuple(row for row in self.rows if row.result.has_plan)


def solve_draws(question: RobustQuestion, runner: Runner, first: int | None = None) -> SolvedDraws:
    """Solve the figures as they stand, at their means, with care, and all draws or the `first`.

    Raises
    ------
    InconsistentInstanceError
        If drawn figures make no sense together.
    SolverError, OutputError
        As a solve raises them.
    """
    instance, options = question.instance, question.options
    draws = make_draws(instance, question.seed, question.count)
    made = [
        (NOMINAL, instance),
        (MEAN, instance_at(instance, _mean(draws))),
        (CAREFUL, instance_at(instance, _careful(draws))),
    ]
    # Each begins with the nominal plan, so that what draws leave undecided stays as it is there.
    own = [Job(_OWN[name], asked, options, start_key=_OWN[NOMINAL]) for name, asked in made]
    count = question.count if first is None else min(first, question.count)
    total = len(own) + count
    results = [*runner.run(own[:1], total), *runner.run(own[1:], total)]
    jobs = [draw_job(_key(k), draws.drawn(k).instance, options) for k in range(count)]
    rows = tuple(DrawRow(k, result) for k, result in enumerate(runner.run(jobs, total)))
    named = zip((name for name, _ in made), results, strict=True)
    return SolvedDraws(draws, tuple(named), rows)


def find_robust(question: RobustQuestion, runner: Runner, tell: Telling = quiet) -> Robust:
    """Solve the draws, hold plans under them, and say what knowing the figures is worth.

    `tell` hears how many plans are held.

    Raises
    ------
    InconsistentInstanceError
        If drawn figures make no sense together.
    SolverError, OutputError
        As a solve raises them.
    """
    found = solve_draws(question, runner)
    named = [(name, result.starts) for name, result in found.made if result.has_plan]
    candidates = _candidates(named, found.solved, question.plans)
    values, nominal = _held(question, found.draws, found.solved, candidates, runner, tell)
    compared = _answer(question, found, candidates, values, nominal)
    if not question.together or not compared.solved or not compared.nominal.has_plan:
        return compared
    program = _solved_together(question, compared)
    if program.starts is None or any(program.starts == dict(row) for _, row in candidates):
        return replace(compared, program=program)
    more = [(PROGRAM, program.starts)]
    again, worth = _held(question, found.draws, found.solved, more, runner, tell)
    whole = np.vstack([values, again])
    answer = _answer(question, found, [*candidates, *more], whole, [*nominal, *worth])
    return replace(answer, program=program)


def _solved_together(question: RobustQuestion, found: Robust) -> RobustAnswer:
    """The program of the draws in which the plans compared lose most."""
    solved, nominal = found.solved, found.nominal
    lost = np.where(np.isfinite(found.regrets), found.regrets, 0.0).mean(axis=0)
    worst = np.sort(np.argsort(-lost, kind="stable")[: question.together])
    asked = []
    for column in worst:
        number, best = solved[column].number, solved[column].best
        asked.append(DrawnQuestion(number, found.draws.drawn(number).instance, best or 0.0))
    share = (1.0 - LEVEL) * len(solved)
    best = nominal.objective if nominal.bound is None else nominal.bound
    program = RobustProgram(question.instance, best or 0.0, asked, share)
    if program.entries > MOST_ENTRIES:
        numbers = tuple(row.number for row in asked)
        return RobustAnswer(numbers, program.entries, is_too_large=True)
    limit = question.options.time_limit_s
    seconds = None if limit is None else limit * (1 + len(asked))
    order = sorted(found.plans, key=lambda row: np.inf if row.cvar is None else row.cvar)
    return program.solve(question.options, seconds, [row.starts for row in order[:STARTS]])


def draw_job(key: str, instance: Instance, options: SolveOptions) -> Job:
    """The solve of drawn figures. Breaking ties took longer than all else of it, so none are."""
    return Job(key, instance, replace(options, canonical=False), start_key=_OWN[NOMINAL])


def _key(number: int) -> str:
    return f"draw-{number:05d}"


def _mean(draws: Draws) -> dict[tuple[str, str, str], float]:
    """The quantiles at which every figure has its mean over the draws."""
    return {d.key: quantile_of(d, float(draws.values_of(d.key).mean())) for d in draws.data}


def _careful(draws: Draws) -> dict[tuple[str, str, str], float]:
    """The same, but what shows before works begin lies on its bad side."""
    found = _mean(draws)
    for datum in draws.data:
        if datum.column not in SHOWN_LATE:
            is_high = datum.column in ADVERSE_HIGH
            found[datum.key] = CAREFUL_QUANTILE if is_high else 1.0 - CAREFUL_QUANTILE
    return found


def _candidates(
    named: Sequence[tuple[str, Starts]], solved: Sequence[DrawRow], count: int
) -> list[tuple[str, Starts]]:
    """Plans to compare, none twice: those made on purpose, the majority, some of the draws."""
    plans = [row.result.starts for row in solved]
    found = list(named)
    if plans:
        found.append((MAJORITY, majority(plans)))
        found += [(_key(solved[k].number), plans[k]) for k in medoids(plans, count)]
    once: list[tuple[str, Starts]] = []
    for name, starts in found:
        if all(dict(starts) != dict(other) for _, other in once):
            once.append((name, starts))
    return once


def _held(
    question: RobustQuestion,
    draws: Draws,
    solved: Sequence[DrawRow],
    candidates: Sequence[tuple[str, Starts]],
    runner: Runner,
    tell: Telling,
) -> tuple[FloatArray, list[float | None]]:
    """Values of the candidates by draw (NaN: impossible), and under the figures as they stand."""
    plans = tuple(starts for _, starts in candidates)
    limit = question.options.time_limit_s or 600.0
    tasks = [HoldTask(-1, question.instance, {}, plans, limit)]
    for row in solved:
        places = dict(
            zip((d.key for d in draws.data), map(float, draws.quantiles[row.number]), strict=True)
        )
        tasks.append(HoldTask(row.number, question.instance, places, plans, limit))
    found = dict(hold_in_turn(tasks, runner.workers, runner.folder, tell))
    values = np.full((len(plans), len(solved)), np.nan)
    for column, row in enumerate(solved):
        for place, held in enumerate(found[row.number]):
            values[place, column] = np.nan if held.value is None else held.value
    return values, [held.value for held in found[-1]]


# ------------------------------------------------------------------------------------- the answer


def _answer(
    question: RobustQuestion,
    found: SolvedDraws,
    candidates: Sequence[tuple[str, Starts]],
    values: FloatArray,
    as_it_stands: Sequence[float | None],
) -> Robust:
    solved, draws = found.solved, found.draws
    own = np.array([row.result.objective or 0.0 for row in solved])
    best = np.fmax(own, np.nanmax(values, axis=0, initial=-np.inf)) if solved else own
    bounds = np.array([np.nan if r.result.bound is None else r.result.bound for r in solved])
    regrets = regrets_of(values, best)
    plans = tuple(
        _plan_row(name, starts, values[k], regrets[k], as_it_stands[k])
        for k, (name, starts) in enumerate(candidates)
    )
    known = {row.number: float(value) for row, value in zip(solved, best, strict=True)}
    return Robust(
        draws=draws,
        nominal=found.made[0][1],
        rows=tuple(replace(row, best=known.get(row.number)) for row in found.rows),
        projects=tuple(project_rows(question.instance, [row.result for row in solved])),
        plans=plans,
        knowing=value_of_all(values, best, bounds),
        worth=_worth_knowing(draws, solved, values),
        values=values,
        regrets=regrets,
        unmoved=unmoved(question.instance),
    )


def _plan_row(
    name: str, starts: Starts, values: FloatArray, regrets: FloatArray, nominal: float | None
) -> PlanRow:
    impossible = int(np.isnan(values).sum())
    if impossible or not values.size:
        return PlanRow(name, starts, None, None, None, impossible, nominal)
    mean, most = float(values.mean()), float(regrets.max())
    return PlanRow(name, starts, mean, most, tail_mean(regrets), 0, nominal)


def project_rows(instance: Instance, results: Sequence[JobResult]) -> list[ProjectRow]:
    """How often plans build each project, and when; none where there are no plans."""
    horizon, found = instance.settings.horizon, []
    for project in instance.projects if results else ():
        years = [r.starts[project.id][1] for r in results if project.id in r.starts]
        phases = Counter(phase.id for year in years if (phase := horizon.phase_of(year)))
        spread = {p.id: phases[p.id] / len(years) for p in horizon.phases if phases[p.id]}
        found.append(ProjectRow(project.id, len(years) / len(results), spread))
    return found


def _worth_knowing(
    draws: Draws, solved: Sequence[DrawRow], values: FloatArray
) -> tuple[WorthKnowing, ...]:
    """Every figure that is worth something beside the plans compared, the most first."""
    possible = ~np.isnan(values).any(axis=1)
    if not draws.data or not solved:
        return ()
    quantiles = draws.quantiles[[row.number for row in solved]]
    worth, noise = values_of_each(values[possible], quantiles, draws.seed)
    order = np.argsort(-worth, kind="stable")
    return tuple(
        WorthKnowing(draws.data[k], float(worth[k]), float(noise[k])) for k in order if worth[k] > 0
    )
