"""An instance under each of its scenarios, and what the plan of one is worth under the others.

A plan that is held keeps what is built, in which option and year; money is found anew. Regret is
what it is worth less than the best plan known there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from infraplan.models.apply_scenario import under_scenario
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.held_schedule import HeldSchedule
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import instance_hash
from infraplan.optimizer.sweeps.held_program import HeldProgram
from infraplan.optimizer.sweeps.held_starts import Held
from infraplan.optimizer.sweeps.holding import HeldJournal, Telling, quiet
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.version import __version__

Starts = tuple[ProjectStart, ...]
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
    folder: Path,
    tell: Telling = quiet,
) -> ScenarioMatrix:
    """Say what each plan is worth under each scenario; each has `options.time_limit_s`.

    One program is built for a scenario, in which all plans are held. What is decided lies in a
    journal below `folder` and is not done again. `tell` hears how many of how many are done.

    Raises
    ------
    OutputError
        If the journal cannot be read or written.
    """
    planned = [row for row in rows if row.result.has_plan]
    best = {row.scenario: row.result.objective or 0.0 for row in planned}
    cells: dict[tuple[str, str], HeldPlan] = {}
    holder = _Holder(instance, options, HeldJournal(folder))
    starts = {row.scenario: plan_of(row.result).starts for row in planned}
    known = {
        (own.scenario, other.scenario): holder.known(other.scenario, starts[own.scenario])
        for other in planned
        for own in planned
        if other is not own
    }
    done, of = 0, sum(found is None for found in known.values())
    tell(done, of)
    for (plan, scenario), before in known.items():
        stopping.require_unasked()
        found = before
        if found is None:
            found = holder.hold(scenario, starts[plan])
            done += 1
            tell(done, of)
        cell = HeldPlan(plan, scenario, found.is_possible, found.objective)
        cells[plan, scenario] = cell
        if cell.value is not None:
            # A plan made for another scenario may be better than the one found for this.
            best[scenario] = max(best[scenario], cell.value)
    for row in planned:
        own_value = row.result.objective or 0.0
        cells[row.scenario, row.scenario] = HeldPlan(row.scenario, row.scenario, True, own_value)
    held = [cells[own.scenario, other.scenario] for own in planned for other in planned]
    held = [
        row if row.value is None else replace(row, regret=best[row.scenario] - row.value)
        for row in held
    ]
    return _summed(rows, planned, held, best, is_whole=has_all_probabilities(instance, rows))


class _Holder:
    """Holds plans under scenarios, whose program it keeps until another scenario is asked for."""

    def __init__(self, instance: Instance, options: SolveOptions, journal: HeldJournal) -> None:
        self._instance, self._options, self._journal = instance, options, journal
        self._scenario: str | None = None
        self._program: HeldProgram | None = None
        self._hash = instance_hash(instance)

    def known(self, scenario: str, starts: Starts) -> HeldSchedule | None:
        """What the journal says; None where it says nothing."""
        found = self._journal.of(self._digest(scenario, starts))
        if not found:
            return None
        return HeldSchedule(found[0].value is not None, found[0].value)

    def hold(self, scenario: str, starts: Starts) -> HeldSchedule:
        """Hold a plan and keep what is decided; what stays open is tried again next time."""
        if self._program is None or self._scenario != scenario:
            self._program = None  # two programs at once may be too large
            asked = under_scenario(self._instance, scenario)
            self._program, self._scenario = HeldProgram(asked, self._options), scenario
        found = self._program.hold(starts)
        if found.is_possible is not None:
            self._journal.add(self._digest(scenario, starts), [Held(found.objective)])
        return found

    def _digest(self, scenario: str, starts: Starts) -> str:
        """Hash of all that decides what a plan is worth there."""
        plan = sorted((row.project, row.option, row.start) for row in starts)
        asked = [self._hash, scenario, plan, asdict(self._options), __version__]
        return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()


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


def with_probabilities(instance: Instance, weights: Mapping[str, float]) -> Instance:
    """`instance` in which its scenarios have these probabilities, and no other ones."""
    rows = tuple(
        row.model_copy(update={"probability": weights.get(row.id)}) for row in instance.scenarios
    )
    return instance.with_tables(scenarios=rows)


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
