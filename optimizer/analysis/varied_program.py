"""The program of an instance, asked something else than its best plan; its answers as plans.

The program is as written: what is taken out of it for the search of a best plan (starts that no
money can pay for, capacities that a best plan cannot use) may belong to a plan that is worth less.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Note
from infraplan.optimizer.engines.claims import Answer, ask
from infraplan.optimizer.engines.convex_search import clean_flows
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.financing import least_debt_service
from infraplan.optimizer.engines.finished import Finished, first_good, made_to_the_unit
from infraplan.optimizer.engines.known import Known, what_is_known
from infraplan.optimizer.engines.main_solve import main_solve
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.engines.registry import require_program
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.money_scale import MoneyScale, conditioning_of, scale_money
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_plan

START_SHARE, START_S = 0.2, 20.0
"""Share of the time left, and seconds at most, to complete the plan that a search begins with."""


@dataclass(frozen=True)
class VariedProgram:
    """The program of `instance`: `own` in its money, `mip` in a unit that suits solvers.

    A variation adds columns and rows behind those of `mip` or gives it another objective; the
    numbers of its columns stay.
    """

    instance: Instance
    own: Formulation
    scale: MoneyScale

    @staticmethod
    def of(instance: Instance, command: str) -> VariedProgram:
        """The program of `instance`, for a question of `command`.

        Raises
        ------
        UnsupportedFeatureError
            If no linear program holds its networks.
        """
        require_program(instance, command)
        own = build_formulation(instance)
        conditioning = conditioning_of(own.coefficients)
        return VariedProgram(
            instance, own, scale_money(own.mip, conditioning, instance.settings.objective)
        )

    @property
    def mip(self) -> Mip:
        """The model that is varied; nothing is changed in it."""
        return self.scale.mip

    @property
    def scaled(self) -> Formulation:
        """`own` with its model in the unit that suits solvers."""
        return replace(self.own, mip=self.scale.mip)

    def in_own_money(self, value: float | None) -> float | None:
        """A value of the objective of `mip`, in the instance's money."""
        return None if value is None else value / self.scale.of_objective

    def completed(self, mip: Mip, plan: Plan, deadline: Deadline) -> FloatArray | None:
        """All columns of the variation `mip` with the starts of `plan`; None: none found."""
        columns = mip.columns("started").index.ravel()
        starts = start_values(self.own, plan)[columns]
        seconds = deadline.start_s(START_SHARE, START_S)
        return Completion.of(mip, columns).solve(starts, seconds, 1e-6)

    def ask(
        self, mip: Mip, known: FloatArray | None, options: SolveOptions, deadline: Deadline
    ) -> Answer:
        """Have the variation `mip` solved, beginning with the values `known`.

        The answer is never worse than those, and contradicts nothing.

        Raises
        ------
        SolverError
            As `claims.ask`.
        """
        return ask(mip, options, Known().with_plan(mip, known), deadline, start=known)

    def search(
        self, mip: Mip, plan: Plan, options: SolveOptions, deadline: Deadline
    ) -> tuple[FloatArray | None, float | None, tuple[Note, ...]]:
        """The best values of the variation `mip`, a bound of its objective, what is to be told.

        As the instance's own program is searched: plans of one's own, the solver, a search beside;
        for variations whose objective is that of starts.

        Raises
        ------
        SolverError
            As `claims.ask`.
        """
        asked = replace(self.own, mip=mip)
        starts = start_values(self.own, plan)
        starts = np.append(starts, np.full(mip.num_columns - starts.size, np.nan))
        known = what_is_known(asked, deadline, warm_start=starts, gap=options.gap)
        known, answer = main_solve(asked, asked, known, options, deadline, None, None, known.plan)
        bounds = [bound for bound in (known.bound, answer.reply.bound) if bound is not None]
        return answer.reply.values, min(bounds, default=None), answer.notes

    def plan_of(
        self,
        values: FloatArray,
        options: SolveOptions,
        deadline: Deadline,
        *,
        scenario: str = "",
        keeps_money: bool = False,
    ) -> Finished:
        """The plan of column `values` of a variation, verified against the instance alone.

        It is financed with the least debt service, unless who pays is what was asked for
        (`keeps_money`).
        """
        scaled = self.scaled
        whole = clean_flows(scaled, values[: scaled.mip.num_columns], deadline.flows_s())
        if not keeps_money:
            whole = least_debt_service(scaled, whole, options, deadline)

        def made(columns: FloatArray) -> Finished:
            plan = extract_plan(self.own, np.asarray(columns / self.scale.columns), scenario)
            return Finished(plan, verify_plan(self.instance, plan))

        def to_unit() -> Finished:
            seconds = deadline.share_s(0.1, 10.0)
            return made_to_the_unit(scaled, self.scale.factor, whole, seconds, made)

        text = phrase("its-projects-fixed-money-was-found-to-the-unit")
        return first_good(made(whole), ((text, to_unit),))[0]
