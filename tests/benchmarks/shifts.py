"""No project of the plans gains by opening a year earlier or later, beyond the proven gap.

`python -m tests.benchmarks.shifts [INSTANCE | RUN FOLDER ...] [--count N] [--seconds S]` draws N
projects (with a fixed seed) among those that a plan builds and that change a network, forces each
to start a year earlier and a year later, and solves again: first with all other starts as they are
(money and flows are free), then with every other start free within a year. The plan found is
extracted and verified, so its value is that of every year; it is compared with the stated
objective and its bound.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.engines.integer_program import start_values
from infraplan.optimizer.engines.neighbourhood import near_plan
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.money_scale import MoneyScale, conditioning_of, scale_money
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.verify import verify_plan
from tests.benchmarks.reasons import INSTANCES, Solved, solved

SEED = 11
HELD_S = 30.0
"""Seconds for money and flows of one shift at most."""
TOLERANCE = 1e-6
"""Times (1 + size of the objective): gain that counts as none."""


@dataclass(frozen=True)
class Shift:
    """What a project gains by a year: the value of the best plan found; None where none was."""

    project: str
    years: int
    value: float | None


@dataclass(frozen=True)
class Row:
    """What was found for one plan; `gain` is the largest beyond its objective."""

    drawn: int
    asked: int
    with_plan: int
    gain: float
    room: float
    beyond: tuple[Shift, ...]


def drawn(instance: Instance, plan: Plan, count: int) -> list[str]:
    """At most `count` projects that the plan builds and that change a network."""
    changing = {row.project for row in instance.project_network}
    built = sorted(start.project for start in plan.starts if start.project in changing)
    return sorted(random.Random(SEED).sample(built, min(count, len(built))))


class Shifter:
    """One plan, and the program around it with one start moved."""

    def __init__(self, known: Solved) -> None:
        self._known = known
        self._formulation: Formulation = build_formulation(known.instance)
        conditioning = conditioning_of(self._formulation.coefficients)
        self._scale: MoneyScale = scale_money(self._formulation.mip, conditioning)
        self._values: FloatArray = start_values(self._formulation, known.plan)
        self._near: Mip = near_plan(replace(self._formulation, mip=self._scale.mip), self._values)

    def shifts(self, project: str) -> Iterator[tuple[int, IntArray, FloatArray]]:
        """Each shift that the window allows: years, columns of the project, their new values."""
        sets = self._formulation.sets
        start = next(s for s in self._known.plan.starts if s.project == project)
        index = sets.project_index[project]
        for number in sets.options_of[index]:
            flat = sets.options[number]
            if flat.option.option != start.option or not flat.is_open:
                continue
            columns = self._formulation.started[number, flat.first : flat.last + 1]
            now = start.start - sets.first_year
            for years in (-1, 1):
                if flat.first <= now + years <= flat.last:
                    at = np.arange(flat.first, flat.last + 1)
                    yield years, columns, (at >= now + years).astype(np.float64)

    def best(self, columns: IntArray, moved: FloatArray, seconds: float) -> float | None:
        """Value of the best plan found with `columns` at `moved`; None: none was found."""
        held = self._fixed(self._scale.mip, columns, moved, hold=True)
        answer = quick_search(held, HELD_S, 1e-6)
        values = [] if answer.values is None else [answer.values]
        if seconds > 0.0:
            near = self._fixed(self._near, columns, moved, hold=False)
            try:
                options = SolverOptions(gap=1e-5, time_limit_s=seconds)
                reply = solve_mip(near, options, start=values[0] if values else None)
            except SolverError:
                reply = None
            if reply is not None and reply.values is not None:
                values.append(reply.values)
        return max((self._worth(found) for found in values), default=None)

    def _worth(self, values: FloatArray) -> float:
        plan = extract_plan(self._formulation, values / self._scale.columns, "")
        verification = verify_plan(self._known.instance, plan)
        assert verification.ok, verification.violations[:3]
        return plan.objective

    def _fixed(self, mip: Mip, columns: IntArray, moved: FloatArray, *, hold: bool) -> Mip:
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        if hold:
            starts = mip.columns("started").index.ravel()
            lower[starts] = upper[starts] = self._values[starts]
        lower[columns] = upper[columns] = moved
        return replace(mip, col_lower=lower, col_upper=upper)


def measure(name: str, count: int, seconds: float) -> Row:
    """Shift `count` projects of the plan `name` both ways, `seconds` for each near the plan."""
    known = solved(name)
    shifter, found = Shifter(known), []
    projects = drawn(known.instance, known.plan, count)
    for project in projects:
        for years, columns, moved in shifter.shifts(project):
            found.append(Shift(project, years, shifter.best(columns, moved, seconds)))
    objective = known.plan.objective
    most = known.bound + TOLERANCE * (1.0 + abs(objective))
    values = [shift.value for shift in found if shift.value is not None]
    return Row(
        len(projects),
        len(found),
        len(values),
        max(values, default=objective) - objective,
        known.bound - objective,
        tuple(s for s in found if s.value is not None and s.value > most),
    )


def main() -> None:
    """Print the figures of the instances or run folders named, of all five where none is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=INSTANCES)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    print("| plan | drawn | shifts asked | with a plan | largest gain | proven gap | beyond it |")
    print("|---|---|---|---|---|---|---|")
    for name in asked.names:
        row = measure(name, asked.count, asked.seconds)
        print(
            f"| {Path(name).name} | {row.drawn} | {row.asked} | {row.with_plan} | {row.gain:.4f} | "
            f"{row.room:.4f} | {len(row.beyond)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
