"""The program around one plan, built once: starts held, freed or forced, searched, and valued.

A value is never the solver's: the plan found is extracted, and what rests on it verified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.forcing import last_columns
from infraplan.optimizer.analysis.window_rows import Row as NamedRow
from infraplan.optimizer.analysis.window_rows import with_named_rows
from infraplan.optimizer.analysis.wished import one_wished_for
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.base import Progress
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation, quick_search
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.engines.priced_parts import PricedParts
from infraplan.optimizer.engines.priced_program import search_by_prices
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.extract import extract_plan
from infraplan.optimizer.formulation.money_scale import MoneyScale, conditioning_of, scale_money
from infraplan.optimizer.formulation.networks.still_served import still_served
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_plan
from tests.benchmarks.plans import GAP, Solved

SAME = 1e-6
"""Times (1 + size of the objective): difference that counts as none."""
PART_GAP = 0.1
"""Share of the asked gap to which all parts together are solved."""
NEAR_GAP = 2e-4
"""Gap at which a search near what the parts choose ends: an upper end may be a plan's own value."""


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    plan
        The best plan, verified; None: none was found.
    bound
        Of what is sought; None: unknown.
    is_out
        Whether it is proven that there is no plan.
    """

    plan: Plan | None = None
    bound: float | None = None
    is_out: bool = False


@dataclass(frozen=True)
class Around:
    """The program around a plan, in a suitable unit of money.

    Attributes
    ----------
    known
        The plan and its bound.
    formulation
        The program as it is built.
    scale
        The program in that unit.
    values
        Starts of the plan (shape: columns).
    """

    known: Solved
    formulation: Formulation
    scale: MoneyScale
    values: FloatArray

    @staticmethod
    def of(known: Solved) -> Around:
        """The program around `known`."""
        formulation = build_formulation(known.instance)
        # As the main solve asks: else a share of a works may serve all there is to serve, and a
        # bound counts what no plan may do after its last year.
        asked = still_served(
            formulation.mip, formulation.sets, formulation.started, formulation.networks
        )
        scale = scale_money(asked, conditioning_of(formulation.coefficients))
        scale = replace(scale, mip=tightened(scale.mip, formulation.networks))
        return Around(known, formulation, scale, start_values(formulation, known.plan))

    @property
    def size(self) -> float:
        """Difference of values that counts as none."""
        return SAME * (1.0 + abs(self.known.objective))

    @property
    def width(self) -> float:
        """Difference of values within which a search is closed."""
        return GAP * max(1.0, abs(self.known.objective))

    def plan_at(self, values: FloatArray) -> Plan:
        """The plan at column `values`, which breaks no law."""
        plan = self._extracted(values)
        verification = verify_plan(self.known.instance, plan)
        assert verification.ok, verification.violations[:3]
        return plan

    def worth(self, values: FloatArray) -> float:
        """Value by the year of the plan at column `values`; one that gains breaks no law."""
        worth = self._extracted(values).objective
        return worth if worth <= self.known.objective else self.plan_at(values).objective

    def _extracted(self, values: FloatArray) -> Plan:
        return extract_plan(self.formulation, values / self.scale.columns, "")

    def _with_project(self, name: str) -> tuple[Mip, IntArray] | None:
        """The program in which project `name` must be built, and the columns of its starts.

        None where it has no start.
        """
        sets = self.formulation.sets
        index = sets.project_index[name]
        last = last_columns(self.formulation, index)
        if not last:
            return None
        row = NamedRow("mandate", (name,), last, (1.0,) * len(last), low=1.0)
        parts = [self.formulation.started[o] for o in sets.options_of[index]]
        own = np.unique(np.concatenate([part[part >= 0] for part in parts]))
        return with_named_rows(self.scale.mip, [row]), own

    def _held(self, mip: Mip, free: IntArray) -> Mip:
        """`mip` with all starts as in the plan, those of the columns `free` apart."""
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        starts = np.setdiff1d(mip.columns("started").index.ravel(), free)
        lower[starts] = upper[starts] = self.values[starts]
        return replace(mip, col_lower=lower, col_upper=upper)

    def beside(self, name: str, seconds: float) -> FloatArray | None:
        """Column values of the best plan with project `name` beside all that is built.

        Where there is none, beside all but what relations tie to it, near or far.
        """
        question = self._with_project(name)
        if question is None:
            return None
        mip, own = question
        found = quick_search(self._held(mip, own), seconds, SAME).values
        if found is None and (tied := self._tied(name)).size > own.size:
            found = quick_search(self._held(mip, tied), seconds, SAME).values
        return found

    def _tied(self, name: str) -> IntArray:
        """Columns of the starts of project `name` and of all that relations tie to it."""
        names, before = {name}, set[str]()
        relations = [row for row in self.known.instance.relations if row.is_enforced]
        while names != before:
            before = set(names)
            for row in relations:
                members = {*row.members, *row.from_projects, *row.to_projects}
                names |= members if members & names else set()
        sets = self.formulation.sets
        options = [o for each in names for o in sets.options_of[sets.project_index[each]]]
        columns = np.concatenate([self.formulation.started[o] for o in options])
        return np.asarray(np.unique(columns[columns >= 0]))

    def bound_at_prices(self, name: str, seconds: float) -> float | None:
        """Bound of the plans with project `name`, by parts that only money ties together.

        The program with the project forced in is relaxed anew, and its networks are solved whole at
        its own prices of money: where a search of the whole closes nothing in minutes, that takes
        seconds. None where it was not found, or where nothing comes apart.
        """
        question = self._with_project(name)
        return None if question is None else self.bound_of_parts(question[0], seconds)

    def bound_of_parts(self, mip: Mip, seconds: float) -> float | None:
        """Bound of the plans of `mip`, this program with something fixed, as `bound_at_prices`."""
        relaxed = quick_relaxation(mip, seconds)
        if relaxed.multipliers is None:
            return None
        gap = PART_GAP * self.scale.factor * self.width
        parts = PricedParts.of(mip, relaxed.multipliers, seconds, gap, largest=1.0)
        return None if parts is None else parts.bound / self.scale.factor

    def plan_at_prices(self, name: str, seconds: float, start: FloatArray | None) -> Found:
        """A plan with project `name` near what the parts choose, as the main solve seeks one."""
        question = self._with_project(name)
        if question is None:
            return Found(is_out=True)
        mip, deadline = question[0], Deadline.after(seconds)
        relaxed = quick_relaxation(mip, seconds)
        if relaxed.multipliers is None:
            return Found()
        known = Known(bound=dual_bound(mip, relaxed.multipliers).value, relaxed=relaxed)
        known = known.with_plan(mip, None if start is None else clean_values(mip, start))
        asked, options = replace(self.formulation, mip=mip), SolveOptions(gap=NEAR_GAP)
        found = search_by_prices(asked, known, options, deadline)
        plan = None if found.known.plan is None else self.plan_at(found.known.plan)
        return Found(plan, None if found.bound is None else found.bound / self.scale.factor)

    def forced(
        self,
        name: str,
        enough: float,
        most: float,
        seconds: float,
        start: FloatArray | None = None,
        bound: float = np.inf,
    ) -> Found:
        """The best plan with project `name` and a bound of all of them, in so many `seconds`.

        From the plan `start`, until a plan is worth `enough` and none is worth more than `most`;
        `bound` is one of all of them that is known before.
        """
        question = self._with_project(name)
        if question is None:
            return Found(is_out=True)
        factor = self.scale.factor

        def is_enough(news: Progress) -> bool:
            if news.bound is None or news.incumbent is None:
                return False
            least = min(news.bound, factor * bound)
            return least <= factor * most and news.incumbent >= factor * enough

        found = self._search(question[0], seconds, is_enough, start)
        least = bound if found.bound is None else min(bound, found.bound)
        return replace(found, bound=least if np.isfinite(least) else None)

    def one_of(self, names: Sequence[str], wishes: Sequence[float], seconds: float) -> Found:
        """The best plan with one of the projects `names`, each worth its wish more.

        Closed where no such plan is worth more than the plan, within the asked gap.
        """
        sets = self.formulation.sets
        rows = [
            NamedRow("mandate", (name,), last, (1.0,) * len(last), low=0.0)
            for name in names
            if (last := last_columns(self.formulation, sets.project_index[name]))
        ]
        if not rows:
            return Found(is_out=True)
        worth = dict(zip(names, wishes, strict=True))
        first = self.scale.mip.num_rows
        mip = one_wished_for(
            with_named_rows(self.scale.mip, rows),
            np.arange(first, first + len(rows)),
            self.scale.factor * np.array([worth[str(row.key[0])] for row in rows]),
        )
        most = self.scale.factor * (self.known.objective + self.width)
        return self._search(
            mip, seconds, lambda news: news.bound is not None and news.bound <= most
        )

    def _search(
        self,
        mip: Mip,
        seconds: float,
        is_enough: Callable[[Progress], bool],
        start: FloatArray | None = None,
    ) -> Found:
        heard: list[Progress] = []
        try:
            reply = solve_mip(
                mip,
                SolverOptions(gap=SAME, time_limit_s=seconds),
                start=start,
                on_progress=heard.append,
                should_stop=lambda: bool(heard) and is_enough(heard[-1]),
            )
        except SolverError:
            return Found()
        plan = None
        if reply.values is not None:
            plan = self.plan_at(reply.values[: self.scale.mip.num_columns])
        bound = None if reply.bound is None else reply.bound / self.scale.factor
        return Found(plan, bound, plan is None and reply.termination.is_proof_of_no_plan)
