"""Lists that an office orders by a score, cut at each budget, and what the engine makes of them.

The cut goes down the list: what must be built comes first; then each project is taken that still
fits the budget and that relations allow beside what is taken, together with what it needs. That is
arithmetic with what projects spend in the plan's years. The engine then finds the best plan that
builds exactly these projects. Where rules of money, debt or service allow none, a program leaves
out of them as little as can be, low places of the list rather than high ones, and the cut goes on
down the list from there once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.progress import must_be_built, stands
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.optimizer import stopping
from infraplan.optimizer.analysis.forcing import last_columns
from infraplan.optimizer.analysis.held_schedule import held_choice
from infraplan.optimizer.engines.claims import ask
from infraplan.optimizer.engines.deadline import Deadline, on_the_clock
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.formulation.money_scale import conditioning_of, scale_money
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.nested_program import BUILT, has_nested_program
from infraplan.optimizer.sweeps.priority_list import MONEY, SAME
from infraplan.optimizer.sweeps.runner import Runner

FITTING_SHARE = 0.5
"""Time of the program that leaves out what does not fit, as a share of that of one solve."""


class Relations:
    """What projects need and what they exclude, as far as an office sees it without dates."""

    def __init__(self, instance: Instance) -> None:
        self._there = {row.id for row in instance.projects if stands(row)}
        self._needs: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._groups: dict[str, list[tuple[str, ...]]] = {}
        self._limits: list[tuple[tuple[str, ...], int]] = []
        for row in instance.relations:
            if row.is_enforced:
                self._add(row)

    def _add(self, row: Relation) -> None:
        if row.type in ORDER_TYPES or row.type is RelationType.RENEWS:
            count = len(row.from_projects) if row.count is None else row.count
            for name in row.to_projects:
                self._needs.setdefault(name, []).append((row.from_projects, count))
        elif row.type is RelationType.ALL_OR_NONE:
            for name in row.members:
                self._groups.setdefault(name, []).append(row.members)
        elif row.type in {RelationType.EXCLUSIVE, RelationType.AT_MOST}:
            most = 1 if row.type is RelationType.EXCLUSIVE or row.count is None else row.count
            self._limits.append((row.members, most))

    @property
    def forerunners(self) -> Mapping[str, frozenset[str]]:
        """All that each project may need, by project."""
        return {
            name: frozenset(other for members, _ in rows for other in members)
            for name, rows in self._needs.items()
        }

    def with_what_it_needs(
        self, name: str, taken: Collection[str], place: Mapping[str, int]
    ) -> frozenset[str] | None:
        """`name` and all that must come with it beside `taken`; None: what is taken excludes it.

        Of several that would do, those highest in the list (`place`) are taken; one without a place
        cannot be built.
        """
        added, left = set[str](), [name]
        while left:
            one = left.pop()
            if one in added or one in taken or one in self._there:
                continue
            if one not in place:
                return None
            added.add(one)
            for group in self._groups.get(one, ()):
                left += group
            for members, count in self._needs.get(one, ()):
                has = {*taken, *added, *self._there, *left}
                missing = count - len(has.intersection(members))
                others = sorted(
                    (other for other in members if other not in has and other in place),
                    key=lambda other: place[other],
                )
                if missing > len(others):
                    return None
                left += others[: max(0, missing)]
        whole = {*taken, *added, *self._there}
        if any(len(whole.intersection(members)) > most for members, most in self._limits):
            return None
        return frozenset(added)


@dataclass(frozen=True)
class OfficeCut:
    """Goes down a list until the budget is spent.

    Attributes
    ----------
    spending
        What each project that may be built spends in the plan's years, money.
    order
        The list; what is not in it is built only where something else needs it, and last of all.
    """

    instance: Instance
    spending: Mapping[str, float]
    order: tuple[str, ...]

    def taken(
        self, budget: float, first: Collection[str] = (), barred: Collection[str] = ()
    ) -> frozenset[str]:
        """What must be built and `first`, then what still fits `budget`, without `barred`."""
        relations = Relations(self.instance)
        place = self.places(barred)
        musts = [row.id for row in self.instance.projects if must_be_built(row)]
        taken = set[str]()
        for name in (*musts, *first):
            taken |= relations.with_what_it_needs(name, taken, place) or {name}
        left = budget + SAME * max(1.0, budget) - self._money(taken)
        for name in self.order:
            if name in taken or name in barred:
                continue
            more = relations.with_what_it_needs(name, taken, place)
            if more is not None and self._money(more) <= left:
                taken |= more
                left -= self._money(more)
        return frozenset(taken)

    def places(self, barred: Collection[str] = ()) -> dict[str, int]:
        """Place in the list of all that may be built."""
        rest = sorted(self.spending.keys() - set(self.order))
        names = [name for name in (*self.order, *rest) if name not in barred]
        return {name: number for number, name in enumerate(names)}

    def _money(self, names: Iterable[str]) -> float:
        return sum(self.spending.get(name, 0.0) for name in names)


@dataclass(frozen=True)
class OfficeLists:
    """Cuts lists at budgets and has the engine find the plans."""

    instance: Instance
    spending: Mapping[str, float]
    options: SolveOptions
    runner: Runner

    def runs(
        self, orders: Mapping[str, Sequence[str]], budgets: Sequence[float]
    ) -> dict[str, list[JobResult]]:
        """By list, its plan under each budget; a result without a plan where none was found.

        Raises
        ------
        SolverError, OutputError
            As a solve raises them.
        """
        cuts = {
            name: OfficeCut(self.instance, self.spending, tuple(order))
            for name, order in orders.items()
        }
        asked = [
            (name, number, cut.taken(budget))
            for name, cut in cuts.items()
            for number, budget in enumerate(budgets)
        ]
        # Lists often take the same projects: a question is solved once.
        jobs = {
            (number, built): self._job(f"{name}-{number + 1}", built, budgets[number])
            for name, number, built in reversed(asked)
        }
        unique = list(jobs.values())
        results = dict(zip(jobs, self.runner.run(unique), strict=True))
        found: dict[str, list[JobResult]] = {name: [] for name in orders}
        for name, number, built in asked:
            result = results[number, built]
            if not result.has_plan:
                key = f"{name}-{number + 1}"
                result = self._mended(cuts[name], key, built, budgets[number], result)
            found[name].append(result)
        return found

    def _job(self, key: str, built: Collection[str], budget: float) -> Job:
        held = held_choice(self.instance, built)
        return Job(key, MONEY.limited(held, budget), self.options, at=budget)

    def _mended(
        self, cut: OfficeCut, key: str, built: frozenset[str], budget: float, failed: JobResult
    ) -> JobResult:
        """The plan of what can be built of `built`, and of what fits further down the list."""
        stopping.require_unasked()
        fitting = self._fitting(cut, built, budget)
        if fitting is None:
            return self._halved(cut, key, built, budget, failed)
        more = cut.taken(budget, fitting, built - fitting)
        for suffix, names in (("more", more), ("fitting", fitting)):
            found = self.runner.run([self._job(f"{key}-{suffix}", names, budget)])[0]
            if found.has_plan:
                return found
        return self._halved(cut, key, fitting, budget, failed)

    def _halved(
        self, cut: OfficeCut, key: str, built: frozenset[str], budget: float, failed: JobResult
    ) -> JobResult:
        """The plan of the first half of the list, or of half of that, until there is one."""
        place = cut.places()
        musts = frozenset(row.id for row in self.instance.projects if must_be_built(row))
        rest = sorted(built - musts, key=lambda name: (place.get(name, len(place)), name))
        while rest:
            rest = rest[: len(rest) // 2]
            job = self._job(f"{key}-first-{len(rest)}", musts.union(rest), budget)
            found = self.runner.run([job])[0]
            if found.has_plan:
                return found
        return failed

    def _fitting(
        self, cut: OfficeCut, built: frozenset[str], budget: float
    ) -> frozenset[str] | None:
        """What can be built of `built`, as much and as high in the list as can be; None: unknown.

        Of n projects the first counts n, the last 1; that sum is made as large as can be.
        """
        if not has_nested_program(self.instance, self.options.solver):
            return None
        musts = frozenset(row.id for row in self.instance.projects if must_be_built(row))
        held = held_choice(self.instance, musts & built, built)
        form = build_formulation(MONEY.limited(held, budget))
        mip = scale_money(form.mip, conditioning_of(form.coefficients)).mip
        place = cut.places()
        ranked = sorted(built - musts, key=lambda name: (place.get(name, len(place)), name))
        weight = {name: float(len(ranked) - number) for number, name in enumerate(ranked)}
        gains = np.zeros(mip.num_columns)
        columns: dict[str, list[int]] = {}
        for index, project in enumerate(form.instance.projects):
            if project.id in built:
                columns[project.id] = list(last_columns(form, index))
                gains[columns[project.id]] = weight.get(project.id, 0.0)
        asked = replace(mip, objective=gains, objective_offset=0.0)
        limit = self.options.time_limit_s
        deadline = Deadline.after(None if limit is None else FITTING_SHARE * limit)
        try:
            with on_the_clock(self.options, deadline) as clock:
                values = ask(asked, self.options, Known(), clock).reply.values
        except SolverFailedError:
            values = None  # the list is halved instead
        if values is None:
            return None
        return frozenset(name for name, mine in columns.items() if values[mine].sum() > BUILT)
