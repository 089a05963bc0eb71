"""Why a project is in or out of a plan, what the other way would cost, and what would turn it.

What the run says is the reason. The rest is found by solving again: with the project forced in
(or forbidden), and with one figure changed until it comes in (or goes), each side solved.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.plan import ObjectiveTerm, Plan
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis.held_schedule import held_instance
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_plan
from infraplan.optimizer.sweeps.asking import FROM_RUN
from infraplan.optimizer.sweeps.held_program import HeldProgram
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.levers import (
    Lever,
    few,
    levers_of_payments,
    levers_of_reason,
    own_levers,
    with_mandate,
)
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.stated_reasons import (
    DUTY,
    FEASIBLE,
    IN,
    INFEASIBLE,
    OUT,
    OWN_VALUE,
    Binding,
    Explanation,
    kept_by,
)
from infraplan.optimizer.sweeps.turning_points import (
    IMPOSSIBLE,
    SHORT,
    IdleFigure,
    Search,
    Side,
    SmallestChange,
    Worth,
)

FEW_SOLVES = 4
"""Solves that one figure is thought to take: the time left is told by it."""
FIGURES = 5
"""Figures that one project is thought to have, before they are known."""
MOST_TRIES = 12
"""Pairs of solves at most to find one turning point."""
LEAST_GAP = 1e-7
"""Least relative gap that a solve is asked for."""
FINE = 0.2
"""Part of what `SHORT` of the change is worth that the gap of a solve is to leave open."""
SCARCE = frozenset({"money", "ceiling", "quota"})
"""Reasons that more money or debt may lift."""
FIXED = frozenset({"no_window"})
"""Reasons that no figure can change."""
NOISE = 1e-12
"""Relative to the value of a plan: what two sums of it may differ by rounding alone."""
COSTS = frozenset({"construction", "residual"})


@dataclass(frozen=True)
class Asker:
    """Solves again for one run: `plan` of `instance`, worth at most `bound`.

    `tries` limits the pairs of solves for each figure.
    """

    instance: Instance
    plan: Plan
    bound: float | None
    options: SolveOptions
    runner: Runner
    tries: int = MOST_TRIES
    _read: dict[str, Plan | None] = field(default_factory=dict, compare=False, repr=False)

    def forced_all(self, rows: Sequence[Explanation]) -> list[Explanation]:
        """`rows` with what the other way costs, as many solves at a time as there are workers."""
        pairs = [(row, self._reversed(row)) for row in rows if row.forced != INFEASIBLE]
        asked = [(row, changed) for row, changed in pairs if changed is not None]
        beside = [self._beside(row, changed) for row, changed in asked]
        self.runner.run([job for job in beside if job is not None])
        # These begin with the plans beside, which are known now; `forced` finds all in the journal.
        self.runner.run([self._other_job(row, changed, self.options) for row, changed in asked])
        return [self.forced(row) for row in rows]

    def _reversed(self, told: Explanation) -> Instance | None:
        """The instance in which the project is decided the other way; None: nobody may."""
        if duty_of(self.instance.project_by_id[told.project]) is Mandate.COMMITTED:
            return None
        return self._decided(self.instance, told.project, is_built=told.state != IN)

    def explained(self, told: Explanation, others: int = 0) -> Explanation:
        """`told` with what the other way costs, and what would turn it.

        Where the run knows the loss, the first solve is as fine as turning points need: it is then
        not made twice. `others` is how many projects are explained after it.
        """
        self.expect(0, 1 + others)
        known = (told.loss if told.loss_high is None else told.loss_high) or 0.0
        # A loss that the gap of the run may be all of says nothing of how fine a solve must be.
        is_sure = self.bound is not None and known > self.bound - self.plan.objective
        found = self.forced(told, self._options(known) if is_sure else None)
        return self.turned(self._with_rules_against(found), others)

    def _with_rules_against(self, told: Explanation) -> Explanation:
        """`told` of a project that no plan can hold, with the rules that stand against it.

        Where the run says only what it is worth, which is no rule.
        """
        if told.forced != INFEASIBLE or told.state != OUT or told.reason not in ("", OWN_VALUE):
            return told
        changed = self._reversed(told)
        if changed is None:
            return told
        return replace(told, binding=(*told.binding, *kept_by(changed, told.project, self.options)))

    def forced(self, told: Explanation, options: SolveOptions | None = None) -> Explanation:
        """`told` with what the other way costs."""
        if told.forced == INFEASIBLE:
            return told
        project, is_in = told.project, told.state == IN
        changed = self._reversed(told)
        if changed is None:  # works under way that nobody may leave
            return replace(
                told, binding=told.binding or (Binding(f"{DUTY}:{project}", None, None),)
            )
        found = self._other_way(told, changed, options or self.options)
        if found.is_impossible:
            held = kept_by(changed, project, self.options) if is_in else ()
            return replace(told, forced=INFEASIBLE, binding=told.binding or held)
        if not found.has_plan or found.objective is None:
            return told
        return self._with_other(told, found, self.bound)

    def _other_way(self, told: Explanation, changed: Instance, options: SolveOptions) -> JobResult:
        """The best plan found that decides the other way.

        First beside all else in the plan of the run, which the search begins with.
        """
        job = self._beside(told, changed)
        beside = None if job is None else self.runner.run([job])[0]
        found = self.runner.run([self._other_job(told, changed, options)])[0]
        if beside is None or not beside.has_plan or beside.objective is None:
            return found
        if found.has_plan and found.objective is not None and found.objective >= beside.objective:
            return found
        kept = ("objective", "starts", "run_dir", "run_hash", "is_verified")
        plan = {name: getattr(beside, name) for name in kept}
        return replace(found, exit_code=beside.exit_code, **plan)

    def _beside(self, told: Explanation, changed: Instance) -> Job | None:
        """`changed` with all else as in the plan; None where others lean on what is decided."""
        project = told.project
        others = [row for row in self.plan.starts if row.project != project]
        own = changed.project_by_id[project]
        try:
            held = held_instance(changed, others)
            tables = {
                name: (
                    *(row for row in getattr(held, name) if row.project != project),
                    *(row for row in getattr(changed, name) if row.project == project),
                )
                for name in ("benefits", "receipts", "project_network")
            }
            rows = tuple(own if row.id == project else row for row in held.projects)
            # With the gates of the instance, so that what is found is a plan of it.
            beside = held.with_tables(projects=rows, settings=changed.settings, **tables)
        except InconsistentInstanceError:
            return None
        return Job(f"{project}-beside", beside, self.options, at=self._place(project))

    def _other_job(self, told: Explanation, changed: Instance, options: SolveOptions) -> Job:
        key = f"{told.project}-{'without' if told.state == IN else 'forced'}"
        return Job(key, changed, options, at=self._place(told.project))

    def _with_other(self, told: Explanation, found: JobResult, most: float | None) -> Explanation:
        """`told` with the best plan known that decides the other way; no plan passes `most`."""
        worth, project, objective = self.plan.objective, told.project, found.objective
        if objective is None:
            return told
        loss = worth - objective
        low = None if found.bound is None else worth - found.bound
        lows = [v for v in (low, told.loss_low) if v is not None]
        high = None if most is None else most - objective
        mine, theirs = {start.project for start in self.plan.starts}, set(found.starts)
        return replace(
            told,
            forced=FEASIBLE,
            loss=loss,
            loss_low=without_noise(max(lows, default=None), loss, worth),
            loss_high=without_noise(high, loss, worth),
            displaces=tuple(sorted(mine - theirs - {project})),
            brings=tuple(sorted(theirs - mine - {project})),
            option=self._option(project, found.starts.get(project)),
            other_run=found.run_dir,
        )

    def _option(self, project: str, start: tuple[str, int] | None) -> str:
        """The option built in the plan that holds the project."""
        mine = {row.project: row.option for row in self.plan.starts}
        return mine.get(project) or (start[0] if start else "")

    def turned(self, told: Explanation, others: int = 0) -> Explanation:
        """`told` with the smallest changes of single figures that turn the decision.

        Solves leave no more open than a part of what the last 2 % of a change are worth, so that
        both sides of it can be told apart.
        """
        if self.instance.project_by_id[told.project].mandatory is Mandate.MUST_NOT:
            return told  # no figure lifts what is forbidden
        if told.forced == INFEASIBLE and told.state == OUT and told.reason in SCARCE:
            at_zero: Side | None = Side(0.0, self._as_it_stands(self.options), IMPOSSIBLE)
        elif told.forced == FEASIBLE and told.loss is not None and told.reason not in FIXED:
            told, at_zero = self._told_apart(told)
        else:
            return told
        if at_zero is None or at_zero.gain is None or at_zero.gain >= 0.0:
            return told  # as good both ways, within the gap
        found: list[SmallestChange] = []
        idle: list[IdleFigure] = []
        levers = self._levers(told, -at_zero.gain)
        for number, lever in enumerate(levers, 1):
            if any(row.kind == lever.kind and row.is_confirmed for row in found):
                continue
            self.expect(len(levers) - number + 1, others)
            loss = -at_zero.gain
            search = Search(
                lever,
                at_zero,
                self.tries,
                partial(self._solved, told, lever, loss),
                partial(self._held, told, lever),
            )
            change = search.find()
            if change is None:
                idle.append(IdleFigure(lever.kind, lever.cell, search.is_never))
            else:
                found.append(change)
        return replace(told, smallest_change=tuple(found), idle=tuple(idle))

    def expect(self, figures: int, projects: int = 0) -> None:
        """Say how many solves are thought to follow: `figures`, and `projects` not begun."""
        ahead = FEW_SOLVES * figures + (FEW_SOLVES * FIGURES + 1) * projects
        self.runner.expected = self.runner.num_results + ahead

    def _told_apart(self, told: Explanation) -> tuple[Explanation, Side | None]:
        """`told` with a loss as exact as turning points need it, and both ways as they stand."""
        is_in = told.state == IN
        width = (told.loss_high or 0.0) - (told.loss_low or 0.0)
        loss = max(told.loss or 0.0, 0.1 * width)
        options = self._options(loss)
        changed = self._decided(self.instance, told.project, is_built=not is_in)
        if changed is None:
            return told, None
        stay = self._as_it_stands(options, told.project, is_in=is_in)
        other = self._other_way(told, changed, options)
        turn = _worth(other)
        told = self._with_other(told, other, stay.high) if other.has_plan else told
        return told, Side(0.0, stay, turn)

    def _as_it_stands(
        self, options: SolveOptions, project: str = "", *, is_in: bool = False
    ) -> Worth:
        """What the best plan is worth, with a gap that may be smaller than that of the run.

        Where that plan decides on `project` otherwise than the run, both are as good: the plan of
        the run is what is known of its way.
        """
        worth = self.plan.objective
        if self.bound is not None and self.bound - worth <= options.gap * abs(worth):
            return Worth(worth, self.bound)  # the run itself is as fine
        base = self.asked(f"as it stands-{options.gap:.0e}", self.instance, "", options)
        low = worth
        if base.objective is not None and (project in base.starts) == is_in:
            low = max(low, base.objective)
        bounds = [value for value in (base.bound, self.bound) if value is not None]
        return Worth(low, min(bounds, default=math.inf))

    def _options(self, loss: float) -> SolveOptions:
        """Options with a gap that tells apart what differs by a part of `loss`."""
        gap = FINE * SHORT * max(0.0, loss) / max(1e-9, abs(self.plan.objective))
        if math.isinf(gap):
            return self.options
        return replace(self.options, gap=min(self.options.gap, max(LEAST_GAP, _rounded(gap))))

    def _levers(self, told: Explanation, loss: float) -> list[Lever]:
        """Figures to change: money that the reason names, then those of the project."""
        is_in = told.state == IN
        short = [(row.year, row.amount) for row in told.binding]
        named = levers_of_reason(self.instance, told.project, told.rule, short)
        if told.forced == INFEASIBLE:
            return named
        plan = self.plan if is_in else self._plan_in(told.other_run)
        terms = () if plan is None else plan.objective_terms
        own = [row for row in terms if row.subject == told.project]
        option = self.instance.project_by_id[told.project].option(told.option)
        worths = (
            _sum_of(own, {"benefit"}) or sum(option.benefits.values()),
            -_sum_of(own, COSTS) if _sum_of(own, COSTS) < 0.0 else option.overnight_cost,
        )
        levers = own_levers(
            self.instance, told.project, told.option, is_in=is_in, loss=loss, worths=worths
        )
        asked = (self.instance, plan, told.project) if plan is not None else None
        if is_in:
            money = levers_of_payments(*asked, is_rise=False) if asked else []
            return [*levers, *money]
        money = named
        if asked and told.reason in SCARCE:
            # What pays for it in the plan that holds it, after what the reason names.
            money = [*money, *levers_of_payments(*asked, is_rise=True)]
        return [*few(money), *levers]

    def _solved(
        self, told: Explanation, lever: Lever, loss: float, change: float, is_turn: bool
    ) -> Worth | None:
        """One way with a change of `lever`; None where it makes no sense."""
        is_built = self._is_built(told, is_turn=is_turn)
        try:
            changed = lever.make(change)
        except InconsistentInstanceError:
            return None
        instance = self._decided(changed, told.project, is_built=is_built)
        if instance is None:
            return None
        # What decides as the run does begins with its plan, the rest with the other one.
        at = self._place(told.project) if is_turn else FROM_RUN
        key = _key_of(told.project, lever, change, is_built=is_built)
        # Only what it is worth counts: which of several plans as good is no matter.
        options = replace(self._options(loss), canonical=False)
        return _worth(self.runner.run([Job(key, instance, options, at=at)])[0])

    def _held(self, told: Explanation, lever: Lever, source: float, change: float) -> float | None:
        """What the plan with the project found at `source` is worth at `change`, its starts held.

        None where it is not possible, or where no plan was found.
        """
        key = _key_of(told.project, lever, source, is_built=True)
        found = self.runner.result_of(key)
        if source > 0.0:
            plan = None if found is None or not found.has_plan else self._plan_in(found.run_dir)
        else:
            plan = self.plan if told.state == IN else self._plan_in(told.other_run)
        if plan is None:
            return None
        try:
            held = HeldProgram(lever.make(change), self.options).hold(plan.starts)
        except (InconsistentInstanceError, SolverError):
            return None
        return held.objective if held.is_possible else None

    def _plan_in(self, run_dir: str) -> Plan | None:
        """The plan of a run, read once: one is held at a dozen changes."""
        if run_dir and run_dir not in self._read:
            self._read[run_dir] = read_plan(self.runner.folder / run_dir)
        return self._read.get(run_dir)

    @staticmethod
    def _is_built(told: Explanation, *, is_turn: bool) -> bool:
        """Whether the way that turns (or stays) has the project."""
        return is_turn != (told.state == IN)

    def _decided(self, instance: Instance, project: str, *, is_built: bool) -> Instance | None:
        """`instance` in which the project must (must not) be built; None where nobody may ask."""
        try:
            return with_mandate(instance, project, Mandate.MUST if is_built else Mandate.MUST_NOT)
        except InconsistentInstanceError:
            return None

    def _place(self, project: str) -> float:
        """Where solves for a project lie: one for it begins with an earlier one for it."""
        if not project:
            return FROM_RUN
        return 10.0 * (1 + self.instance.projects.index(self.instance.project_by_id[project]))

    def asked(
        self, key: str, instance: Instance, project: str, options: SolveOptions | None = None
    ) -> JobResult:
        """What `instance` is answered, begun with a plan of an earlier question on `project`."""
        job = Job(key, instance, options or self.options, at=self._place(project))
        return self.runner.run([job])[0]


def _key_of(project: str, lever: Lever, change: float, *, is_built: bool) -> str:
    where = lever.cell.row.replace("/", "-")
    way = "with" if is_built else "without"
    return f"{project}-{lever.kind}-{where}-{change:.6g}-{way}"


def _worth(result: JobResult) -> Worth:
    if result.is_impossible:
        return IMPOSSIBLE
    low = result.objective if result.has_plan and result.objective is not None else -math.inf
    return Worth(low, math.inf if result.bound is None else result.bound)


def _sum_of(rows: Iterable[ObjectiveTerm], terms: Iterable[str]) -> float:
    return sum(row.value for row in rows if row.term in terms)


def without_noise(end: float | None, loss: float, worth: float) -> float | None:
    """An end of the interval of a loss: the loss itself where only rounding tells them apart.

    Both are differences of sums of about `worth`, which may pass one another in the last digit.
    """
    if end is None or abs(end - loss) > NOISE * max(1.0, abs(worth)):
        return end
    return loss


def _rounded(gap: float) -> float:
    """A power of ten: solves for losses of one size are the same."""
    return float(10.0 ** math.floor(math.log10(gap))) if gap > 0.0 else 0.0
