"""Why a project is in or out of a plan, what the other way would cost, and what would turn it.

What the run says is the reason. The rest is found by solving again: with the project forced in
(or forbidden), and with one figure changed until it comes in (or goes), each side solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Option
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage.run_folder import RunFiles
from infraplan.optimizer.sweeps.jobs import Job, JobResult
from infraplan.optimizer.sweeps.runner import Runner

IN, OUT = "in", "out"
COST, BENEFIT, BUDGET = "cost", "benefit", "budget"
FEASIBLE, INFEASIBLE, NOT_TRIED = "feasible", "infeasible", "not_tried"
SHORT = 0.02
"""Share by which the other side falls short of the stated change, solved as well."""
MOST_STEPS = 12
"""Solves at most to find one turning point."""

_REASONS = {
    "forbidden": "no_window",
    "window": "no_window",
    "exclusive": "excluded",
    "at_most": "excluded",
    "all_or_none": "excluded",
    "precedence": "prerequisite",
    "value": "own_value",
    "stated_date": "own_value",
    "marginal": "displaced",
    "fund_balance": "money",
    "ceiling": "ceiling",
    "issue_quota": "quota",
    "quota": "quota",
}
"""The reason in one word, by the family of the rule; all else is a rule."""


@dataclass(frozen=True)
class SmallestChange:
    """A change of one figure that turns a decision.

    Attributes
    ----------
    kind
        cost, benefit or budget.
    table, row, column
        The figure; of a project's cost and benefits every option changes by the same factor.
    before, after
        Its value now, and with the change; for cost and benefits those of the option built.
    turns
        Whether the plan solved with the change has turned; None where that was not decided.
    less_turns
        Whether the plan solved with `SHORT` less of the change has turned too.
    """

    kind: str
    table: str
    row: str
    column: str
    before: float
    after: float
    turns: bool | None
    less_turns: bool | None

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides were solved and lie on their sides."""
        return self.turns is True and self.less_turns is False


@dataclass(frozen=True)
class Explanation:
    """One project of a run.

    `loss` is the middle known of what the plan loses if the project is forced in (or forbidden);
    it lies between `loss_low` and `loss_high`, by proven bounds. `others` names what stands in its
    way, `displaces` what is built in the plan of the run and not in the other one. `option` is the
    one built in the plan that holds the project.
    """

    project: str
    state: str
    reason: str
    rule: str
    year: int | None
    amount: float | None
    others: tuple[str, ...]
    forced: str
    loss: float | None
    loss_low: float | None
    loss_high: float | None
    displaces: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    option: str = ""
    smallest_change: tuple[SmallestChange, ...] = ()


def reason_word(rule: str) -> str:
    """The reason in one word; blank for what is built."""
    family = rule.partition(":")[0]
    return _REASONS.get(family, "rule") if family else ""


def stated(files: RunFiles, project: str) -> Explanation:
    """What the run itself says of `project`, without solving."""
    plan = files.plan
    if plan is not None and any(start.project == project for start in plan.starts):
        return Explanation(project, IN, "", "", None, None, (), NOT_TRIED, None, None, None)
    row = next((r for r in files.tables.rejected if r.project == project), None)
    if row is None:
        return Explanation(project, OUT, "", "", None, None, (), NOT_TRIED, None, None, None)
    return Explanation(
        project=project,
        state=OUT,
        reason=reason_word(row.rule),
        rule=row.rule,
        year=row.year,
        amount=row.amount,
        others=row.others,
        forced=INFEASIBLE if row.can_be_forced is False else NOT_TRIED,
        loss=row.loss,
        loss_low=row.loss if row.loss is not None else row.loss_low,
        loss_high=row.loss if row.loss is not None else row.loss_high,
    )


def nearest_to_the_line(files: RunFiles, count: int) -> list[str]:
    """Projects left out that would lose least, as far as the run knows, nearest first."""

    def distance(row: Rejection) -> tuple[bool, float, str]:
        known = [v for v in (row.loss, row.loss_low, row.loss_high) if v is not None]
        return not known, max(0.0, known[0]) if known else 0.0, row.project

    rows = [row for row in files.tables.rejected if row.can_be_forced is not False]
    return [row.project for row in sorted(rows, key=distance)[:count]]


@dataclass(frozen=True)
class Asker:
    """Solves again for one run: `plan` of `instance`, worth at most `bound`."""

    instance: Instance
    plan: Plan
    bound: float | None
    options: SolveOptions
    runner: Runner

    def forced(self, told: Explanation) -> Explanation:
        """`told` with what the other way costs."""
        if told.forced == INFEASIBLE:
            return told
        project, is_in = told.project, told.state == IN
        word = Mandate.MUST_NOT if is_in else Mandate.MUST
        if duty_of(self.instance.project_by_id[project]) is Mandate.COMMITTED:
            return told
        try:
            changed = _with_mandate(self.instance, project, word)
        except InconsistentInstanceError:
            return told  # works under way that nobody may leave
        found = self._solve(f"{project}-{'without' if is_in else 'forced'}", changed)
        if found.is_impossible:
            return replace(told, forced=INFEASIBLE)
        if not found.has_plan or found.objective is None:
            return told
        worth = self.plan.objective
        low = None if found.bound is None else worth - found.bound
        high = None if self.bound is None else self.bound - found.objective
        mine, theirs = {start.project for start in self.plan.starts}, set(found.starts)
        return replace(
            told,
            forced=FEASIBLE,
            loss=worth - found.objective,
            loss_low=low,
            loss_high=high,
            displaces=tuple(sorted(mine - theirs - {project})),
            brings=tuple(sorted(theirs - mine - {project})),
            option=self._option(project, found.starts.get(project)),
        )

    def _option(self, project: str, start: tuple[str, int] | None) -> str:
        """The option built in the plan that holds the project."""
        mine = {row.project: row.option for row in self.plan.starts}
        return mine.get(project) or (start[0] if start else "")

    def turned(self, told: Explanation) -> Explanation:
        """`told` with the smallest changes of cost and benefit that turn the decision."""
        if told.forced != FEASIBLE or told.loss is None or told.loss <= 0.0:
            return told
        found = [self._turn(told, kind) for kind in (BENEFIT, COST)]
        return replace(told, smallest_change=tuple(row for row in found if row is not None))

    def _turn(self, told: Explanation, kind: str) -> SmallestChange | None:
        """The turning point of one figure by bisection between a side that turns and one not."""
        project, is_in = told.project, told.state == IN
        first, most = self._ends(told, kind)
        reached = self._first_that_turns(told, kind, first, most)
        if reached is None:
            return None
        below, above, steps = reached
        while steps < MOST_STEPS and above - below > SHORT * above:
            middle = 0.5 * (below + above)
            has_turned = self._has_turned(told, kind, middle)
            if has_turned is None:
                break
            below, above = (below, middle) if has_turned else (middle, above)
            steps += 1
        change = above if most is None else min(above, most)
        parts = (change, change * (1.0 - SHORT))
        sides = [self._is_turned_freely(told, kind, part) for part in parts]
        option = self.instance.project_by_id[project].option(told.option)
        before = option.overnight_cost if kind == COST else sum(option.benefits.values())
        factor = _factor(kind, change, is_in=is_in)
        return SmallestChange(
            kind=kind,
            table="projects",
            row=project,
            column="overnight_cost" if kind == COST else "benefits",
            before=before,
            after=before * factor,
            turns=sides[0],
            less_turns=sides[1],
        )

    def _ends(self, told: Explanation, kind: str) -> tuple[float, float | None]:
        """The first change tried, and the largest: what falls does not fall below 0.

        The first is what would make up for the loss if the figure counted once, undiscounted.
        """
        option = self.instance.project_by_id[told.project].option(told.option)
        whole = option.overnight_cost if kind == COST else sum(option.benefits.values())
        most = 1.0 if (kind == COST) != (told.state == IN) else None
        first = SHORT if whole <= 0.0 or told.loss is None else max(SHORT, told.loss / whole)
        return (first if most is None else min(first, most)), most

    def _first_that_turns(
        self, told: Explanation, kind: str, least: float, most: float | None
    ) -> tuple[float, float, int] | None:
        """A change that does not turn it, one that does, and how many solves that took."""
        below, change = 0.0, least
        for steps in range(1, MOST_STEPS + 1):
            has_turned = self._has_turned(told, kind, change)
            if has_turned is None:
                return None
            if has_turned:
                return below, change, steps
            if most is not None and change >= most:
                return None
            below, change = change, change * 4.0 if most is None else min(most, change * 4.0)
        return None

    def _has_turned(self, told: Explanation, kind: str, change: float) -> bool | None:
        """Whether the best plan with the project is now worth more (less) than that without.

        What the project costs or brings changes nothing of plans without it. None where no plan
        was found in time.
        """
        project, is_in = told.project, told.state == IN
        changed = _scaled(self.instance, project, kind, _factor(kind, change, is_in=is_in))
        key = f"{project}-{kind}-{change:.6f}-with"
        found = self._solve(key, _with_mandate(changed, project, Mandate.MUST))
        if found.is_impossible:
            return is_in
        if found.objective is None or told.loss is None:
            return None
        without = self.plan.objective - (told.loss if is_in else 0.0)
        return found.objective < without if is_in else found.objective > without

    def _is_turned_freely(self, told: Explanation, kind: str, change: float) -> bool | None:
        """Whether a plan that is free to choose decides the other way; None without a plan."""
        project, is_in = told.project, told.state == IN
        changed = _scaled(self.instance, project, kind, _factor(kind, change, is_in=is_in))
        found = self._solve(f"{project}-{kind}-{change:.6f}", changed)
        return (project in found.starts) != is_in if found.has_plan else None

    def _solve(self, key: str, instance: Instance) -> JobResult:
        return self.runner.run([Job(key, instance, self.options)])[0]


def _factor(kind: str, change: float, *, is_in: bool) -> float:
    """What the figure is multiplied by: towards the other decision."""
    better = (kind == BENEFIT) != is_in
    return 1.0 + change if better else max(0.0, 1.0 - change)


def _with_mandate(instance: Instance, project: str, word: Mandate) -> Instance:
    rows = tuple(
        row.model_copy(update={"mandatory": word}) if row.id == project else row
        for row in instance.projects
    )
    return instance.with_tables(projects=rows)


def _scaled(instance: Instance, project: str, kind: str, factor: float) -> Instance:
    """`instance` with all costs, or all benefits, of a project times `factor`."""

    def option(row: Option) -> Option:
        if kind == COST:
            costs = ("overnight_cost", "overnight_cost_low", "overnight_cost_high")
            held = {name: getattr(row, name) for name in costs}
            return row.model_copy(
                update={n: None if v is None else factor * v for n, v in held.items()}
            )
        names = ("benefits", "benefits_low", "benefits_high")
        return row.model_copy(
            update={
                column: {name: factor * value for name, value in getattr(row, column).items()}
                for column in names
            }
        )

    rows = tuple(
        row.model_copy(update={"options": tuple(map(option, row.options))})
        if row.id == project
        else row
        for row in instance.projects
    )
    streams = tuple(
        row.model_copy(update={"value": factor * row.value})
        if kind == BENEFIT and row.project == project
        else row
        for row in instance.benefits
    )
    return instance.with_tables(projects=rows, benefits=streams)
