"""The money check: an instance solved again with half, double and five times its money.

Each case has its own share of the time. It is solved without any plan to begin with, and where that
leaves a gap again from the best plan known; the better plan of both counts, under the lower of both
bounds, and is verified as any other. What changes is told by project; that a value does not depend
on money is told only as far as the proven gaps reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase, MoneyEffect
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of, stands
from infraplan.models.project import Mandate
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.accounts.limits import is_money_limited
from infraplan.optimizer.accounts.money_left import LeftKind, came_in, money_left
from infraplan.optimizer.analysis.held_schedule import held_instance
from infraplan.optimizer.analysis.money_ties import tied_changes
from infraplan.optimizer.analysis.scaled_money import scaled_caps, with_money
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.ties import PROVEN
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import BoundSource, SolveOptions, SolveResult
from infraplan.optimizer.stage_times import Stage, stage
from infraplan.optimizer.status import Termination, relative_gap
from infraplan.optimizer.verify import verify_plan

FACTORS = (0.5, 2.0, 5.0)
"""Multiples of the money, in the order in which they are solved."""
FAR_YEARS = 2
"""Years by which a start must move to count as a change."""
MAIN_SHARE, LAST_SHARE = 0.3, 0.95
"""Share of the time limit for the plan itself, and where the last of the re-solves must end."""
SEARCH_SHARE = 0.8
"""Share of a case's time for the search; the rest is for telling which changes are ties."""
COLD_SHARE = 0.6
"""Share of the search without a start, which a plan of other money would hold back."""
KEPT_S = 10.0
"""Seconds at most to pay for the schedule of another plan."""
LEAST_S = 1.0
"""Seconds below which a re-solve is not begun."""
HELD_BY_BUILD = 2.0
"""Times of building that paying for a decided schedule takes at least."""
Schedule = dict[str, tuple[str, int]]
"""Option and year of start by project."""
TIE = 1e-9
"""Share by which a value must pass a bound to be proven another one: numbers are rounded."""


@dataclass(frozen=True)
class MoneyCheck:
    """The cases in order of their factor; none where nothing limits the money.

    `scaled_caps` names the assumed caps on yearly starts that scale with the money.
    """

    cases: tuple[MoneyCase, ...] = ()
    is_limited: bool = True
    scaled_caps: tuple[str, ...] = ()


def main_deadline(deadline: Deadline, *, is_checked: bool) -> Deadline:
    """The deadline of the plan itself: a share of what is left where a money check follows it."""
    limit, own = deadline.limit_s, deadline.with_more_to_do()
    if limit is None or not is_checked:
        return own
    elapsed = deadline.elapsed_s
    return replace(own, limit_s=elapsed + MAIN_SHARE * max(0.0, limit - elapsed))


def check_money(
    result: SolveResult,
    plan: Plan,
    deadline: Deadline,
) -> MoneyCheck:
    """Solve the instance of `result` again with other money, and compare with its `plan`.

    `deadline` is that of the whole command: what is left of `LAST_SHARE` of it is divided evenly
    among the cases not yet solved. Where the process is asked to end, cases that are left have no
    plan.
    """
    instance = result.instance
    if not is_money_limited(instance):
        return MoneyCheck(is_limited=False)
    plans: dict[float, Plan] = {1.0: plan}
    cases = []
    for number, factor in enumerate(FACTORS):
        share = _share(deadline, len(FACTORS) - number)
        case, found = _solve_case(result, plan, _nearest(plans, factor), factor, share)
        cases.append(case)
        if found is not None:
            plans[factor] = found
    return MoneyCheck(tuple(cases), scaled_caps=scaled_caps(instance))


def _nearest(plans: Mapping[float, Plan], factor: float) -> Plan:
    """The plan whose money is nearest to `factor` times that of the instance."""
    return plans[min(plans, key=lambda known: (abs(known - factor), known))]


def _share(deadline: Deadline, count: int) -> float | None:
    """Seconds for the next of `count` cases; None without a limit."""
    if deadline.limit_s is None:
        return None
    return max(0.0, LAST_SHARE * deadline.limit_s - deadline.elapsed_s) / count


@stage(Stage.SOLVE)
def _solve_case(
    result: SolveResult,
    plan: Plan,
    start: Plan,
    factor: float,
    share_s: float | None,
) -> tuple[MoneyCase, Plan | None]:
    """The plan with `factor` times the money, what is different in it, and the plan."""
    none = MoneyCase(
        factor=factor,
        effect=MoneyEffect.UNKNOWN,
        candidates=len(candidates_of(result.instance)),
        time_share_s=share_s,
    )
    if stopping.is_asked() or (share_s is not None and share_s < LEAST_S):
        return none, None
    begin = work_clock.now()
    options = replace(result.options, canonical=False)
    own_s = None if share_s is None else SEARCH_SHARE * share_s
    deadline = Deadline(begin, own_s, has_more_to_do=True)
    try:
        scaled = with_money(result.instance, factor)
        found = _solved_twice(scaled, options, plan.scenario, start, deadline)
        if not found.termination.is_proof_of_no_plan:
            found = _unless_as_good((plan, start), factor, result, found, deadline)
    except (SolverError, stopping.StoppedError):
        return none, None
    spent = {"termination": found.termination.value, "runtime_s": work_clock.now() - begin}
    if found.termination.is_proof_of_no_plan:
        return none.model_copy(update=spent | {"effect": MoneyEffect.NO_PLAN}), None
    verification = found.verification
    if found.plan is None or verification is None or not verification.ok:
        return none.model_copy(update=spent), None
    left = sum(
        row.amount
        for row in money_left(found.instance, found.plan)
        if row.kind in {LeftKind.FUND, LeftKind.LAPSED}
    )
    figures = {
        "effect": effect_of(factor, result, found),
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "verified": True,
        "num_selected": len(found.plan.starts),
        "came_in": came_in(found.plan) if found.plan.fund_years else None,
        "left": float(left) if found.plan.fund_years else None,
    }
    changes = compare_starts(result.instance, plan.starts, found.plan.starts)
    changes |= _ties(changes, plan, found, Deadline(begin, share_s, has_more_to_do=True))
    spent["runtime_s"] = work_clock.now() - begin
    return none.model_copy(update=spent | figures | changes), found.plan


def _ties(
    changes: Mapping[str, Any], plan: Plan, found: SolveResult, deadline: Deadline
) -> dict[str, object]:
    """Fields of a case on its changes that are ties; none where there was no time to ask."""
    changed = [*changes["enters"], *changes["leaves"], *changes["moves"]]
    most = max(found.options.gap, found.gap or 0.0, TIE)

    def is_as_good(starts: Sequence[ProjectStart]) -> bool:
        kept = _held(starts, plan.scenario, found)
        gap = None if kept is None else relative_gap(kept.objective, found.bound)
        return gap is not None and gap <= most

    def may_go_on() -> bool:
        left = deadline.left_s()
        return left is None or left >= HELD_BY_BUILD * found.build_s + LEAST_S

    if not changed or found.bound is None or not may_go_on():
        return {"ties_asked": not changed}
    return {"ties_asked": True, "tied": tied_changes(changed, plan, found, is_as_good, may_go_on)}


def _unless_as_good(
    known: Iterable[Plan],
    factor: float,
    result: SolveResult,
    found: SolveResult,
    deadline: Deadline,
) -> SolveResult:
    """`found`, or the first schedule of `known` that this money pays for and that is as good.

    As good is what lies within the asked gap of the bound, where no other value is proven: what is
    otherwise in `found` is then no work of the money, but of a search that ends within a gap.
    Where the time does not suffice to pay for a schedule anew it is `found`.
    """
    if found.objective is not None and effect_of(factor, result, found) is MoneyEffect.PROVEN:
        return found
    tried: list[Schedule] = []
    for plan in known:
        schedule = _schedule(plan)
        if found.plan is not None and schedule == _schedule(found.plan):
            return found
        gap = relative_gap(plan.objective, found.bound)
        is_better = found.objective is None or plan.objective > found.objective
        is_good = is_better or (gap is not None and gap <= found.options.gap)
        left = deadline.left_s()
        is_late = left is not None and left < HELD_BY_BUILD * found.build_s
        if is_good and not is_late and schedule not in tried:
            tried.append(schedule)
            kept = _held(plan.starts, plan.scenario, found)
            if kept is not None:
                return kept
    return found


def _solved_twice(
    scaled: Instance, options: SolveOptions, scenario: str, start: Plan, deadline: Deadline
) -> SolveResult:
    """The better plan of a solve without any start and, where it leaves a gap, of one with.

    The other begins with the better of `start` and what the first one found.
    """
    limit = deadline.limit_s
    first = replace(deadline, limit_s=None if limit is None else COLD_SHARE * limit)
    cold = solve(scaled, options, scenario=scenario, deadline=first)
    is_met = cold.gap is not None and cold.gap <= options.gap
    left = deadline.left_s()
    is_late = left is not None and left < HELD_BY_BUILD * cold.build_s + LEAST_S
    if is_met or is_late or cold.termination.is_proof_of_no_plan:
        return cold
    known = start
    if cold.plan is not None and cold.plan.objective >= start.objective:
        known = cold.plan
    warm = solve(scaled, options, scenario=scenario, warm_start=known, deadline=deadline)
    return _better(cold, warm, known)


def _better(cold: SolveResult, warm: SolveResult, known: Plan) -> SolveResult:
    """The result of greater value under the lowest bound that no plan of both contradicts.

    `warm` began with `known`. Where a solver's word alone says that this is the very best, the
    bound is the certified one: it has been seen to give the value of its start for a bound, below
    plans that it found itself.
    """
    if warm.objective is None:
        return cold
    if _is_start_called_optimal(known, warm):
        source = BoundSource.NONE if warm.certified_bound is None else BoundSource.DUAL_VALUES
        warm = replace(warm, bound=warm.certified_bound, bound_source=source)
    best = cold
    if cold.objective is None or (warm.objective is not None and cold.objective < warm.objective):
        best = warm
    worth = best.require_plan().objective
    room = TIE * max(1.0, abs(worth))
    sound = [row for row in (cold, warm) if row.bound is not None and row.bound >= worth - room]
    if not sound:
        return best
    least = min(sound, key=lambda row: row.bound or 0.0)
    bound = max(least.bound or 0.0, worth)
    gap = relative_gap(worth, bound)
    is_met = gap is not None and gap <= best.options.gap
    return replace(
        best,
        bound=bound,
        bound_source=least.bound_source,
        gap=gap,
        termination=Termination.GAP_REACHED if is_met else cold.termination,
    )


def _is_start_called_optimal(start: Plan, found: SolveResult) -> bool:
    """Whether a solver's word alone says that the plan which it was given is the very best.

    A solver that is content with a gap has no reason to prove that.
    """
    is_same = found.plan is not None and _schedule(found.plan) == _schedule(start)
    is_claim = found.bound_source is BoundSource.SOLVER and found.options.gap > PROVEN
    return is_same and is_claim and found.gap is not None and found.gap <= PROVEN


def _schedule(plan: Plan) -> Schedule:
    """Option and year of every start."""
    return {row.project: (row.option, row.start) for row in plan.starts}


def _held(starts: Sequence[ProjectStart], scenario: str, found: SolveResult) -> SolveResult | None:
    """`found` with the schedule `starts`, where the money of its instance pays for it."""
    kept = solve(
        held_instance(found.instance, starts),
        replace(found.options, gap=TIE, canonical=False),
        scenario=scenario,
        deadline=Deadline(work_clock.now(), KEPT_S),
    )
    if kept.plan is None:
        return None
    verification = verify_plan(found.instance, kept.plan)
    if not verification.ok:
        return None
    worth = kept.plan.objective
    bound = None if found.bound is None else max(found.bound, worth)
    gap = relative_gap(worth, bound)
    is_met = gap is not None and gap <= found.options.gap
    return replace(
        found,
        plan=kept.plan,
        objective=worth,
        bound=bound,
        gap=gap,
        termination=Termination.GAP_REACHED if is_met else found.termination,
        verification=verification,
    )


def candidates_of(instance: Instance) -> frozenset[str]:
    """Projects that a plan decides about: not what stands, is committed or must not be built."""
    decided = {Mandate.COMMITTED, Mandate.MUST_NOT}
    return frozenset(
        row.id for row in instance.projects if not stands(row) and duty_of(row) not in decided
    )


def compare_starts(
    instance: Instance, before: Iterable[ProjectStart], after: Iterable[ProjectStart]
) -> dict[str, Any]:
    """Fields of a `MoneyCase` on what is otherwise in the starts `after` than in `before`."""
    free = candidates_of(instance)
    old = {row.project: row for row in before if row.project in free}
    new = {row.project: row for row in after if row.project in free}
    enters = {name: row.start for name, row in sorted(new.items()) if name not in old}
    leaves = tuple(sorted(old.keys() - new.keys()))
    both = sorted(old.keys() & new.keys())
    moves = {
        name: new[name].start
        for name in both
        if abs(new[name].start - old[name].start) >= FAR_YEARS
    }
    changed = len(enters) + len(leaves) + len(moves)
    return {
        "enters": enters,
        "leaves": leaves,
        "moves": moves,
        "other_options": {
            name: new[name].option for name in both if new[name].option != old[name].option
        },
        "changed": changed,
        "share": changed / len(free) if free else 0.0,
    }


def effect_of(factor: float, result: SolveResult, found: SolveResult) -> MoneyEffect:
    """Whether the proven gaps leave room for both amounts of money to have one best value.

    More money never lowers the best value. It is another one where the plan with more money is
    worth more than any plan with less can be.
    """
    more, less = (found, result) if factor > 1.0 else (result, found)
    if more.objective is None or less.bound is None:
        return MoneyEffect.NONE
    beyond = more.objective - less.bound
    is_proven = beyond > TIE * max(1.0, abs(more.objective), abs(less.bound))
    return MoneyEffect.PROVEN if is_proven else MoneyEffect.NONE
