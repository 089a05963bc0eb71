"""The most of an output that a plan of an instance can have, whatever the plan is worth.

The row of a target becomes the objective; its value and its bound are in the unit of the output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.varied_program import VariedProgram
from infraplan.optimizer.backends import Note
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.solve_result import SolveOptions

FAMILY = "target"


@dataclass(frozen=True)
class MostOf:
    """The plan that has most, None where none was found; no plan has more than `bound`."""

    plan: Plan | None
    bound: float | None
    notes: tuple[Note, ...] = ()


def most_of(
    instance: Instance, target: str, plan: Plan | None, options: SolveOptions, deadline: Deadline
) -> MostOf:
    """Seek the plan with the most of what the hard target called `target` measures.

    Begins with `plan`, where one is given and obeys the rules.

    Raises
    ------
    UnsupportedFeatureError
        If the instance has roads at equilibrium.
    SolverError
        If the solver is missing or fails.
    """
    with on_the_clock(options, deadline) as limit:
        program = VariedProgram.of(instance, "frontier")
        mip = _maximised(program, target)
        known = None if plan is None else program.completed(mip, plan, limit)
        answer = program.ask(mip, known, options, limit)
        values = answer.reply.values
        if values is None:
            return MostOf(None, answer.reply.bound, answer.notes)
        found = program.plan_of(values, options, limit)
    good = found.plan if found.is_good else None
    return MostOf(good, answer.reply.bound, answer.notes)


def _maximised(program: VariedProgram, target: str) -> Mip:
    """The program whose objective is the left side of the target's row, with what is there."""
    own = program.own.mip
    number = _row(own, target)
    first, last = own.a_start[number], own.a_start[number + 1]
    weight: FloatArray = np.zeros(own.num_columns)
    weight[own.a_index[first:last]] = own.a_value[first:last]
    (row,) = (row for row in program.instance.targets if row.id == target)
    there = row.value - float(own.row_lower[number])  # existing and standing
    objective = weight / program.scale.columns
    return replace(program.mip, objective=objective, objective_offset=there)


def _row(mip: Mip, target: str) -> int:
    """Number of the row of a target."""
    for block in mip.row_blocks:
        if block.family == FAMILY:
            for place, key in enumerate(block.keys):
                if key[0] == target:
                    return block.start + place
    raise KeyError(target)
