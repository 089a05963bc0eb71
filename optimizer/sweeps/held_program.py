"""Plans held under one scenario exactly as they are, in a program that is built once for all.

What is built, in which option and year is kept; money and flows are found anew, to the end. What
this leaves open is answered by a solve of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import must_be_built, stands
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.held_schedule import (
    HeldSchedule,
    hold_schedule,
    starts_not_offered,
)
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.registry import WITH_ITS_PROGRAM, engine_for
from infraplan.optimizer.formulation.money_scale import conditioning_of, scale_money
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.work_clock import now

GAP = 1e-7
"""Relative gap to which the money of a held plan is found."""
DEFAULT_LIMIT_S = 600.0


class HeldProgram:
    """The program of an instance, in which plans are held one after the other."""

    def __init__(self, instance: Instance, options: SolveOptions) -> None:
        self._instance, self._options = instance, options
        self._completion: Completion | None = None
        if engine_for(instance, "auto", options.solver).name not in WITH_ITS_PROGRAM:
            return
        self._formulation = build_formulation(instance)
        conditioning = conditioning_of(self._formulation.coefficients)
        self._scale = scale_money(self._formulation.mip, conditioning, instance.settings.objective)
        decided = self._scale.mip.columns("started").index.ravel()
        self._completion = Completion.of(self._scale.mip, decided)

    def hold(self, starts: tuple[ProjectStart, ...]) -> HeldSchedule:
        """What `starts` are worth here; without a project that must be built, not possible.

        Reasons why it is not possible are not sought.

        Raises
        ------
        SolverError
            If the solver is missing or fails.
        """
        built = {start.project: start for start in starts}
        left_out = any(
            must_be_built(project) and not stands(project) and project.id not in built
            for project in self._instance.projects
        )
        if left_out or any(True for _ in starts_not_offered(self._instance, built)):
            return HeldSchedule(False)
        found = None if self._completion is None else self._held(self._completion, built)
        if found is not None:
            return found
        deadline = Deadline(now(), self._options.time_limit_s)
        return hold_schedule(self._instance, starts, self._options, deadline, is_explained=False)

    def _held(
        self, completion: Completion, built: Mapping[str, ProjectStart]
    ) -> HeldSchedule | None:
        """The answer of the program; None where it has none that is certain."""
        mip = self._scale.mip
        values = self._columns_of(built)
        if values is None or completion.breaks_rows(values[completion.decided]):
            return None
        if completion.free.size:
            rest = completion.rest(values[completion.decided])
            limit = self._options.time_limit_s or DEFAULT_LIMIT_S
            answer = quick_search(rest, limit, GAP)
            stopping.require_unasked()
            if answer.termination is Termination.INFEASIBLE:
                return HeldSchedule(False)
            if answer.values is None or answer.termination is not Termination.GAP_REACHED:
                return None
            values[completion.free] = answer.values
        whole = clean_values(mip, values)
        return (
            None
            if whole is None
            else HeldSchedule(True, mip.value(whole) / self._scale.of_objective)
        )

    def _columns_of(self, built: Mapping[str, ProjectStart]) -> FloatArray | None:
        """Values of the starts, 0 elsewhere; None where one of them has no column."""
        values = np.zeros(self._scale.mip.num_columns)
        sets, left = self._formulation.sets, {*built}
        for flat, row in zip(sets.options, self._formulation.started, strict=True):
            start = built.get(flat.project.id)
            if start is None or start.option != flat.option.option:
                continue
            year = start.start - sets.first_year
            if not flat.is_open or not flat.first <= year <= flat.last:
                return None
            values[row[year : flat.last + 1]] = 1.0  # started by then, and so ever after
            left.discard(flat.project.id)
        return None if left else values
