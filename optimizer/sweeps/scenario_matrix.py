"""An instance under each of its scenarios, and what the plan of one is worth under the others.

A plan that is held keeps what is built, in which option and year; money is found anew. Regret is
what it is worth less than the best plan known there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.held_schedule import hold_schedule
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner

NOMINAL = ""
"""The instance as it stands."""
NOMINAL_KEY = "as it stands"
"""Key of its solve; no id has a blank in it."""


@dataclass(frozen=True)
class ScenarioRow:
    """The best plan found under a scenario; `probability` None where it has none."""

    scenario: str
    probability: float | None
    result: JobResult


@dataclass(frozen=True)
class HeldPlan:
    """The plan made for one scenario under another one.

    `value` is None where it is not possible there, or where nobody knows (`is_possible` None).
    """

    plan: str
    scenario: str
    is_possible: bool | None
    value: float | None = None
    regret: float | None = None


@dataclass(frozen=True)
class ScenarioMatrix:
    """Plans and scenarios; `least_regret` is the plan whose largest regret is smallest.

    Only plans that are possible, for all that is known, under every scenario that has a plan have a
    largest regret; None where there is no such plan.
    """

    rows: tuple[ScenarioRow, ...]
    held: tuple[HeldPlan, ...]
    least_regret: str | None
    max_regret: float | None
    expected: dict[str, float]
    """Expected value of each held plan over the scenarios that have a probability; empty where not
    all of those were asked for, or one has no plan."""
    wait_and_see: float | None
    """Expected value of the best plans: no plan that is held is worth more, within the gaps."""


def solve_scenarios(
    instance: Instance,
    names: Sequence[str],
    options: SolveOptions,
    runner: Runner,
) -> tuple[ScenarioRow, ...]:
    """Solve the instance under each of `names` (`NOMINAL`: as it stands).

    Raises
    ------
    InstanceError
        If a scenario cannot be applied; nothing is solved then.
    SolverError, OutputError
        As a solve raises them.
    """
    probability = {row.id: row.probability for row in instance.scenarios}
    for name in names:
        under_scenario(instance, name)
    jobs = [Job(name or NOMINAL_KEY, instance, options, scenario=name) for name in names]
    results = runner.run(jobs)
    return tuple(
        ScenarioRow(name, probability.get(name), result)
        for name, result in zip(names, results, strict=True)
    )


def hold_plans(
    instance: Instance,
    rows: Sequence[ScenarioRow],
    plan_of: Callable[[JobResult], Plan],
    options: SolveOptions,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> ScenarioMatrix:
    """Say what each plan is worth under each scenario; each has `options.time_limit_s`.

    `tell` hears how many of how many are done.
    """
    planned = [row for row in rows if row.result.has_plan]
    questions = {row.scenario: under_scenario(instance, row.scenario) for row in planned}
    best = {row.scenario: row.result.objective or 0.0 for row in planned}
    held: list[HeldPlan] = []
    done = 0
    for own in planned:
        plan = plan_of(own.result)
        for other in planned:
            stopping.require_unasked()
            if other is own:
                value = best[own.scenario]
                held.append(HeldPlan(own.scenario, own.scenario, True, value))
                continue
            deadline = Deadline(work_clock.now(), options.time_limit_s)
            found = hold_schedule(questions[other.scenario], plan.starts, options, deadline)
            done += 1
            tell(done, len(planned) * (len(planned) - 1))
            row = HeldPlan(own.scenario, other.scenario, found.is_possible, found.objective)
            held.append(row)
            if row.value is not None:
                # A plan made for another scenario may be better than the one found for this.
                best[other.scenario] = max(best[other.scenario], row.value)
    held = [
        row if row.value is None else replace(row, regret=best[row.scenario] - row.value)
        for row in held
    ]
    return _summed(rows, planned, held, best, is_whole=has_all_probabilities(instance, rows))


def has_all_probabilities(instance: Instance, rows: Iterable[ScenarioRow]) -> bool:
    """Whether all scenarios that have a probability are among `rows`."""
    asked = {row.scenario for row in rows}
    return all(row.id in asked for row in instance.scenarios if row.probability is not None)


def _summed(
    rows: Sequence[ScenarioRow],
    planned: Sequence[ScenarioRow],
    held: Sequence[HeldPlan],
    best: dict[str, float],
    *,
    is_whole: bool,
) -> ScenarioMatrix:
    by_plan = {
        row.scenario: [cell for cell in held if cell.plan == row.scenario] for row in planned
    }
    regrets = {
        name: max(cell.regret for cell in cells if cell.regret is not None)
        for name, cells in by_plan.items()
        if all(cell.regret is not None for cell in cells)
    }
    least = min(regrets, key=lambda name: (regrets[name], name), default=None)
    weights = weights_of(rows) if is_whole else {}
    # Where a scenario that counts has no plan, nothing is expected of any: a sum without it lies.
    is_known = bool(weights) and all(name in best for name, part in weights.items() if part)
    expected = {
        name: sum(weights[cell.scenario] * (cell.value or 0.0) for cell in cells)
        for name, cells in by_plan.items()
        if is_known and all(cell.value is not None or not weights[cell.scenario] for cell in cells)
    }
    seen = sum(part * best[name] for name, part in weights.items() if part) if is_known else None
    return ScenarioMatrix(
        rows=tuple(rows),
        held=tuple(held),
        least_regret=least,
        max_regret=None if least is None else regrets[least],
        expected=expected,
        wait_and_see=seen,
    )


def weights_of(rows: Iterable[ScenarioRow]) -> dict[str, float]:
    """Probabilities, summing to 1; what is left is the instance as it stands. Empty: none given."""
    found = {row.scenario: row.probability for row in rows}
    given = {name: part for name, part in found.items() if part is not None}
    total = sum(given.values())
    if not given or total <= 0.0:
        return {}
    weights = dict.fromkeys(found, 0.0) | given
    if NOMINAL in weights and total < 1.0:
        weights[NOMINAL] += 1.0 - total
        total = 1.0
    return {name: part / total for name, part in weights.items()}
