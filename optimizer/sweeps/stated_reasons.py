"""What a run says of why a project is in or out, in one word and by the rules that bind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis.conflicts import Conflict, find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.engines.registry import engine_for
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage.run_folder import RunFiles
from infraplan.optimizer.sweeps.turning_points import IdleFigure, SmallestChange

IN, OUT = "in", "out"
FEASIBLE, INFEASIBLE, NOT_TRIED = "feasible", "infeasible", "not_tried"
DUTY, FORBIDDEN = "mandate", "forbidden"
"""Families of rules that a project must, or must not, be built."""
CONFLICT_S = 60.0
"""Seconds to find what keeps a project in, where solves have no limit."""
NOT_FOUND = "not_found"
"""Rule of a reason that was not found in time."""
OWN_VALUE = "own_value"
"""The reason of what costs more than it brings."""

_REASONS = {
    "window": "no_window",
    "latest_start": "no_window",
    "earliest_start": "no_window",
    "open_by": "no_window",
    "forbidden": "excluded",
    "exclusive": "excluded",
    "at_most": "excluded",
    "all_or_none": "excluded",
    "precedence": "prerequisite",
    "value": OWN_VALUE,
    "stated_date": OWN_VALUE,
    "marginal": "displaced",
    "cents": "money",
    "fund_balance": "money",
    "sources_uses": "money",
    "minimum_balance": "money",
    "tail_service": "money",
    "envelope": "money",
    "ceiling": "ceiling",
    "quota": "quota",
}
"""The reason in one word, by the family of the rule; all else is a rule."""


@dataclass(frozen=True)
class Binding:
    """What keeps a project out, or in: a rule, and by how much it is short in a year, if known."""

    rule: str
    year: int | None
    amount: float | None


@dataclass(frozen=True)
class Explanation:
    """One project of a run.

    `loss` is the middle known of what the plan loses if the project is forced in (or forbidden);
    it lies between `loss_low` and `loss_high`, by proven bounds. `binding` and `others` tell what
    stands in its way, `displaces` what is built in the plan of the run and not in the other one.
    `option` is the one built in the plan that holds the project, `other_run` the folder of the
    plan that decides the other way.
    """

    project: str
    state: str
    reason: str
    binding: tuple[Binding, ...]
    others: tuple[str, ...]
    forced: str
    loss: float | None
    loss_low: float | None
    loss_high: float | None
    displaces: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    option: str = ""
    other_run: str = ""
    smallest_change: tuple[SmallestChange, ...] = ()
    idle: tuple[IdleFigure, ...] = ()
    """Figures that were tried, and no change of which alone turned it."""

    @property
    def not_found(self) -> tuple[str, ...]:
        """Kinds of figures that were tried, of which none turned it."""
        found = {row.kind for row in self.smallest_change}
        return tuple(dict.fromkeys(row.kind for row in self.idle if row.kind not in found))

    @property
    def never(self) -> tuple[str, ...]:
        """Those of them of which no change turns it, proven of each figure that was tried."""
        open_ = {row.kind for row in self.idle if not row.is_never}
        return tuple(kind for kind in self.not_found if kind not in open_)

    @property
    def rule(self) -> str:
        """Rule that is told first, as family or family:key; blank where there is none."""
        return self.binding[0].rule if self.binding else ""


def reason_word(rule: str) -> str:
    """The reason in one word; blank for what is built, and for what was not found."""
    family = rule.partition(":")[0]
    return "" if family in ("", NOT_FOUND) else _REASONS.get(family, "rule")


def stated(files: RunFiles, project: str, found: Iterable[Rejection] = ()) -> Explanation:
    """What the run itself says of `project`, without solving; `found` are rows found since."""
    plan = files.plan
    if plan is not None and any(start.project == project for start in plan.starts):
        return Explanation(project, IN, "", (), (), NOT_TRIED, None, None, None)
    row = next((r for r in (*found, *files.tables.rejected) if r.project == project), None)
    if row is None:
        return Explanation(project, OUT, "", (), (), NOT_TRIED, None, None, None)
    is_banned = files.instance.project_by_id[project].mandatory is Mandate.MUST_NOT
    return Explanation(
        project=project,
        state=OUT,
        reason=reason_word(row.rule),
        binding=_binding(row),
        others=row.others,
        # What its own row forbids may be tried without that row.
        forced=INFEASIBLE if row.can_be_forced is False and not is_banned else NOT_TRIED,
        loss=row.loss,
        loss_low=row.loss if row.loss is not None else row.loss_low,
        loss_high=row.loss if row.loss is not None else row.loss_high,
    )


def _binding(row: Rejection) -> tuple[Binding, ...]:
    if not reason_word(row.rule):
        return ()
    pairs = tuple(zip(row.years, row.amounts, strict=True)) or ((row.year, row.amount),)
    return tuple(Binding(row.rule, year, amount) for year, amount in pairs)


def found_since(
    files: RunFiles, names: Iterable[str], options: SolveOptions, time_limit_s: float
) -> tuple[Rejection, ...]:
    """Reasons of those of `names` for which the run has none, as far as there is time."""
    plan = files.plan
    known = {row.project for row in files.tables.rejected if row.rule != NOT_FOUND}
    built = set() if plan is None else {start.project for start in plan.starts}
    missing = [name for name in dict.fromkeys(names) if name not in known | built]
    if plan is None or not missing:
        return ()
    engine = engine_for(files.instance, options.engine, options.solver)
    if not engine.explains_rejections:
        return ()
    formulation = build_formulation(files.instance)
    asked = SolverOptions(solver=options.guest_solver, gap=options.gap, threads=options.threads)
    bound = files.manifest.get("bound")
    try:
        return find_rejections(
            formulation, plan, asked, bound=bound, time_limit_s=time_limit_s, only=missing
        )
    except SolverError:
        return ()  # what the run says stays


def kept_by(changed: Instance, project: str, options: SolveOptions) -> tuple[Binding, ...]:
    """Rules that no plan obeys as `changed` decides on `project`: it must, or must not, be built.

    The smallest set that is found in the time of one solve; empty where none is, or where the
    engine explains no conflicts.
    """
    if not engine_for(changed, options.engine, options.solver).explains_conflicts:
        return ()
    limit = options.time_limit_s
    asked = SolverOptions(solver=options.guest_solver, gap=1e-6, threads=options.threads)
    try:
        found = find_conflict(
            build_formulation(changed), asked, time_limit_s=CONFLICT_S if limit is None else limit
        )
    except SolverError:
        return ()
    return tuple(
        Binding(rule.rule, year, amount)
        for rule in found.rules
        if rule.family not in (DUTY, FORBIDDEN) or rule.key[:1] != (project,)
        for year, amount in _short_by(rule)
    )


def _short_by(rule: Conflict) -> tuple[tuple[int | None, float | None], ...]:
    """By how much a rule of a conflict would have to give, by year where it has years."""
    if rule.amounts and len(rule.amounts) == len(rule.years):
        return tuple(zip(rule.years, rule.amounts, strict=True))
    year = rule.years[0] if len(rule.years) == 1 else None
    return ((year, rule.amount or None),)


def nearest_to_the_line(rows: Iterable[Rejection], count: int) -> list[str]:
    """Projects left out that would lose least, as far as is known, nearest first."""

    def distance(row: Rejection) -> tuple[bool, float, str]:
        known = [v for v in (row.loss, row.loss_low, row.loss_high) if v is not None]
        return not known, max(0.0, known[0]) if known else 0.0, row.project

    asked = [row for row in rows if row.can_be_forced is not False]
    return [row.project for row in sorted(asked, key=distance)[:count]]
