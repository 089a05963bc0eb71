"""What keeps a project out beside a plan: the first rule, in a fixed order of tests, that does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.progress import option_in_plan, stands
from infraplan.models.relation import Relation
from infraplan.models.rules import RULES, Section
from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis.conflicts import Conflict, conflict_of
from infraplan.optimizer.analysis.elastic import GIVES, Elastic, Group, search
from infraplan.optimizer.analysis.forcing import Bounds, Forcing, rule_name
from infraplan.optimizer.analysis.local_search import LocalSearch
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import (
    SMALL,
    QuickAnswer,
    quick_relaxation,
    quick_search,
)
from infraplan.optimizer.engines.to_the_unit import FAMILY as REFUSED
from infraplan.optimizer.mip import FloatArray, IntArray, Key, Mip
from infraplan.optimizer.mip_edits import matrix_of, worth_at_least
from infraplan.optimizer.primal.completion import ROW_TOLERANCE

RIVALS = ("exclusive", "at_most", "all_or_none", "precedence", "renews")
"""Rules between projects that are told before what a project is worth, in this order."""
LIMITS = frozenset(
    rule.name
    for rule in RULES.values()
    if rule.gives_way
    and rule.name not in {"mandate", "must_serve", *RIVALS}
    and rule.section is not Section.NETWORK
)
"""Rules that limit what is scarce: money, debt, quotas, resources, policies."""
BASE_S = 20.0
"""Seconds at most in which money and flows of the plan itself are found again."""
AGREED = frozenset({"sharing", "share_limit", "compensation", "consent"})
"""Rules of what partners of a joint project have agreed on."""
PAYING = frozenset({"sources_uses", "sharing"})
"""Rules by which works are paid for: short where a payer has no source at all in a year."""
LOSING = frozenset({"value", "stated_date"})
"""Rules of projects that cost more than they bring."""
HALF = 0.5
"""A column of starts above this is 1."""
CENTS = "cents"
"""Reason of a project that money lacks for by so little that no shortage is seen in the model."""
EVEN = 1e-9
"""Times (1 + size of the plan's value): difference that counts as none."""


@dataclass(frozen=True)
class Binding:
    """What keeps a project out; `values` (shape: columns) is a plan with it, None: none is known.

    `rule`, `year`, `amount`, `years`, `amounts` and `others` are those of a `Rejection`.
    """

    rule: str
    year: int | None = None
    amount: float | None = None
    others: tuple[str, ...] = ()
    values: FloatArray | None = None
    years: tuple[int, ...] = ()
    amounts: tuple[float, ...] = ()

    @staticmethod
    def short(rule: str, by_year: Mapping[int, float], others: tuple[str, ...] = ()) -> Binding:
        """A rule short of so much in each year; year 0: its rows have none."""
        years = tuple(sorted(by_year))
        amounts = tuple(by_year[year] for year in years)
        several = len(years) > 1
        return Binding(
            rule,
            years[0] or None,
            amounts[0],
            others,
            years=years if several else (),
            amounts=amounts if several else (),
        )


class Finder:
    """Finds the rule that binds; the model is made elastic once for all projects."""

    def __init__(self, forcing: Forcing, bounds: Bounds) -> None:
        self._forcing = forcing
        self._bounds = bounds
        mip = forcing.mip
        self.is_small = mip.num_nonzeros <= SMALL
        self._matrix = matrix_of(mip)
        self._elastic = Elastic.of(mip, PAYING)
        self._local, self._local_elastic = self._locals(mip)
        # What stands has columns that no plan decides: rules between projects count them as well.
        taken = np.where(mip.col_lower == mip.col_upper, mip.col_lower, 0.0)
        taken[forcing.columns] = forcing.taken
        self._taken = taken
        self._owner = {
            int(column): index
            for index in range(len(forcing.formulation.instance.projects))
            for column in forcing.own_columns(index)
        }

    def _locals(self, mip: Mip) -> tuple[LocalSearch, LocalSearch]:
        """Searches around the plan, in the model and in the elastic one."""
        nothing = np.zeros(0, dtype=np.int64)
        answer = quick_search(self._forcing.held(mip, nothing), BASE_S, 1e-6)
        base = np.zeros(mip.num_columns) if answer.values is None else answer.values
        self.knows_base = answer.values is not None
        slack = np.zeros(self._elastic.mip.num_columns - mip.num_columns)
        wide = LocalSearch(self._elastic.mip, np.concatenate([base, slack]))
        return LocalSearch(mip, base), wide

    def near(self, mip: Mip, free: IntArray, time_limit_s: float, gap: float) -> QuickAnswer:
        """Search `mip`, in which the columns `free` of `started` are not held."""
        return self.search_in(self._forcing.held(mip, free), free, time_limit_s, gap)

    def search_in(
        self,
        held: Mip,
        free: IntArray,
        time_limit_s: float,
        gap: float,
        least: float | None = None,
    ) -> QuickAnswer:
        """Search `held`, in which starts are kept, the columns `free` of `started` apart.

        What is worth less than `least`, in the model's unit, is no answer.
        """
        if self.knows_base:
            return self._local.solve(held, free, max(0.1, time_limit_s), gap, least)
        asked = held if least is None else worth_at_least(held, least)
        return quick_search(asked, max(0.1, time_limit_s), gap)

    def _elastically(self, mip: Mip, index: int, end: float) -> QuickAnswer:
        seconds = max(0.1, end - work_clock.now())
        if not self.knows_base:
            return quick_search(mip, seconds, 1e-6)
        return self._local_elastic.solve(mip, self._forcing.own_columns(index), seconds, 1e-6)

    def beside(self, index: int, time_limit_s: float) -> QuickAnswer:
        """The best plan with project `index` beside all that is built."""
        forcing = self._forcing
        return self.near(forcing.forced(index), forcing.own_columns(index), time_limit_s, 1e-6)

    def find(
        self,
        index: int,
        time_limit_s: float,
        answer: QuickAnswer | None = None,
        *,
        is_rule: bool = False,
    ) -> Binding:
        """The rule that keeps project `index` out beside the plan.

        `answer` is what `beside` found, where that has been asked for. What a project is worth
        keeps none out for which there is no room: with `is_rule` a rule that does is told even
        where the project would lose were nothing scarce.
        """
        end = work_clock.now() + time_limit_s
        rival = self._rival(index)
        if rival is not None:
            return rival
        forcing = self._forcing
        beside = forcing.held(forcing.forced(index), forcing.own_columns(index))
        own = forcing.own_columns(index)
        answer = answer or self.beside(index, time_limit_s)
        values = None if answer.values is None else clean_values(beside, answer.values)
        if values is None and not answer.termination.is_proof_of_no_plan:
            return Binding("not_found")
        takes = None if values is None else forcing.worth - forcing.true_worth(values)
        even = EVEN * (1.0 + abs(forcing.worth))
        if takes is not None and takes <= even:
            return Binding("marginal", amount=takes / forcing.factor, values=values)
        limits, beside = self._limits(), self._unbarred(beside)
        alone, best = self._takes_alone(index, self._limitless(beside, limits), end)
        if alone is None and values is None:
            limits += self._paying()
            alone, best = self._takes_alone(index, self._limitless(beside, limits), end)
        if alone is not None and alone > even and not (is_rule and values is None):
            # Where there is room for it, what it takes there; else as if nothing were scarce.
            least = alone if takes is None else takes
            rule = "stated_date" if self._pays_but_for_dates(index, alone, best, even) else "value"
            return Binding(rule, amount=least / forcing.factor, values=values)
        free = self._without(limits, beside)
        if takes is not None:
            # There is room in years in which it loses alone: what is short for its best start?
            free = free if best is None else self._started_as(free, own, best)
        found = self._elastically(free, index, end)
        if found.values is None and len(limits) == len(self._limits()):
            limits += self._paying()
            free = self._without(limits, beside)
            found = self._elastically(free, index, end)
        if found.values is None:
            return Binding("not_found", values=values)
        number = self._shortest(found.values, limits)
        if number is None:
            return Binding(CENTS if self._is_barred() else "not_found", values=values)
        later = self._elastically(self._as_late(free, found.values, number), index, end)
        short = found.values if later.values is None else later.values
        told = self._told(short, number) or self._told(found.values, number)
        return replace(told or Binding("not_found"), values=values)

    def _is_barred(self) -> bool:
        """Whether rows refuse starts for which money lacks less than a solver sees."""
        return any(block.family == REFUSED for block in self._forcing.mip.row_blocks)

    def _unbarred(self, mip: Mip) -> Mip:
        """`mip` without the rows that refuse starts: what is scarce is their reason."""
        upper = mip.row_upper.copy()
        for block in mip.row_blocks:
            if block.family == REFUSED:
                upper[block.start : block.start + block.size] = np.inf
        return replace(mip, row_upper=upper)

    def _limits(self) -> list[int]:
        """Groups of rows that limit what is scarce."""
        return [n for n, group in enumerate(self._elastic.groups) if self._is_limit(group)]

    def _paying(self) -> list[int]:
        """Groups of rows by which works are paid for."""
        return [n for n, group in enumerate(self._elastic.groups) if group.rule.name in PAYING]

    def _without(self, limits: list[int], beside: Mip) -> Mip:
        """The elastic model beside the plan; the groups `limits` give, at a price."""
        return self._with_bounds(self._elastic.with_free(limits), beside)

    @staticmethod
    def _started_as(mip: Mip, own: IntArray, values: FloatArray) -> Mip:
        """`mip` with the columns `own` at `values`."""
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        lower[own] = upper[own] = np.round(values[own])
        return replace(mip, col_lower=lower, col_upper=upper)

    def _takes_alone(
        self, index: int, limitless: Mip, end: float
    ) -> tuple[float | None, FloatArray | None]:
        """What the project takes from the plan were nothing scarce, and a start that does so.

        `limitless` is the model beside the plan without what is scarce. None: not found.
        """
        forcing = self._forcing
        own = self._bounds.own_value(index)
        if own is not None:
            values = np.zeros(forcing.mip.num_columns)
            patterns = forcing.patterns(index)
            gains = np.array(
                [forcing.mip.objective[np.unique(columns)].sum() for columns in patterns]
            )
            # Of all starts `own` is the best; beside the plan those count that others allow.
            allowed = np.array([not self._broken(columns) for columns in patterns])
            if not allowed.any():
                return -own, values
            best = int(np.argmax(np.where(allowed, gains, -np.inf)))
            values[patterns[best]] = 1.0
            return float(gains.max() - gains[best]) - own, values
        answer = self.search_in(limitless, forcing.own_columns(index), end - work_clock.now(), 1e-6)
        if answer.values is None:
            return None, None
        return forcing.worth - forcing.true_worth(answer.values), answer.values

    def _pays_but_for_dates(
        self, index: int, alone: float, best: FloatArray | None, even: float
    ) -> bool:
        """Whether only the cost of missed dates makes the project lose, were nothing scarce."""
        forcing = self._forcing
        formulation, saved = forcing.formulation, forcing.formulation.coefficients.dates.saved
        options = [o for o in formulation.sets.options_of[index] if saved[o].any()]
        if not options:
            return False
        if self._bounds.own_value(index) is not None:
            return forcing.best_alone(index) >= -even
        if best is None:
            return False
        costs = 0.0
        for o in options:
            columns = formulation.started[o]
            begun = np.flatnonzero((columns >= 0) & (best[np.maximum(columns, 0)] > HALF))
            costs -= forcing.factor * float(saved[o, begun[0]]) if begun.size else 0.0
        return alone - costs <= even

    def _is_limit(self, group: Group) -> bool:
        """Whether a rule limits what is scarce. A soft target does not: missing it has a price."""
        if group.rule.name == "target":
            targets = self._forcing.formulation.instance.targets
            return any(target.hard for target in targets if target.id == group.key[0])
        return group.rule.name in LIMITS

    def _with_bounds(self, elastic: Mip, beside: Mip) -> Mip:
        """The elastic model with the bounds of `beside`."""
        width = beside.num_columns
        lower, upper = elastic.col_lower.copy(), elastic.col_upper.copy()
        lower[:width], upper[:width] = beside.col_lower, beside.col_upper
        return replace(
            elastic,
            col_lower=lower,
            col_upper=upper,
            row_lower=beside.row_lower,
            row_upper=beside.row_upper,
        )

    def _shortest(self, values: FloatArray, numbers: list[int]) -> int | None:
        """The group of `numbers` that gives most for its size; None: none gives."""
        best, found = 0.0, None
        for number in numbers:
            share, slack = self._share(values, number)
            if slack.max(initial=0.0) > GIVES and share.sum() > best:
                best, found = float(share.sum()), number
        return found

    def _share(self, values: FloatArray, number: int) -> tuple[FloatArray, FloatArray]:
        """What each row of a group gives, for its size and as it is."""
        mip, group = self._forcing.mip, self._elastic.groups[number]
        upper, lower = mip.row_upper[group.rows], mip.row_lower[group.rows]
        slack = self._elastic.slack(values, number)
        limit = np.where(np.isfinite(upper), upper, lower)
        return slack / np.maximum(1.0, np.abs(limit)), slack

    def _as_late(self, free: Mip, values: FloatArray, number: int) -> Mip:
        """`free` with the other groups giving no more than at `values`, and this one as late.

        Money that is carried over may be missing in any year up to that in which it is needed; it
        is told for the years in which it is needed.
        """
        least = self._elastic.with_least_of(number, frozenset())
        upper = free.col_upper.copy()
        for other, columns in enumerate(self._elastic.columns):
            if other != number:
                upper[columns] = np.minimum(upper[columns], values[columns] * (1.0 + GIVES))
        return replace(free, col_upper=upper, objective=least.objective)

    def _told(self, values: FloatArray, number: int) -> Binding | None:
        """The group with the years in which it gives, and by how much in each; None: in none."""
        group, by_year = self._elastic.groups[number], dict[int, float]()
        _, slack = self._share(values, number)
        for row, year, short in zip(group.rows, group.years, slack, strict=True):
            if short > GIVES:
                amount = float(short) / self._row_factor(int(row))
                by_year[year] = by_year.get(year, 0.0) + amount
        name = ":".join((group.rule.name, *map(str, group.key)))
        return Binding.short(name, by_year) if by_year else None

    def _row_factor(self, row: int) -> float:
        """Model's unit of `row` in the instance's: the money factor where it counts money."""
        forcing, original = self._forcing, self._forcing.original
        if forcing.factor == 1.0 or row >= original.num_rows:
            return 1.0
        part = slice(original.a_start[row], original.a_start[row + 1])
        before, after = original.a_value[part], forcing.mip.a_value[part]
        change = after / before * forcing.column_scale[original.a_index[part]]
        return float(change[0]) if change.size else 1.0

    # ------------------------------------------------------------------ rivals, predecessors

    def _rival(self, index: int) -> Binding | None:
        """A rule between projects that every start breaks beside the plan; None: there is none."""
        best: list[tuple[int, Key, str]] | None = None
        for pattern in self._forcing.patterns(index):
            broken = self._broken(pattern)
            if not broken:
                return None
            if best is None or len(broken) < len(best):
                best = broken
        if best is None:
            return None
        _, key, family = min(best, key=lambda item: item[0])
        others = self._others(index, family, key)
        year = RULES[family].axes.index("year") if "year" in RULES[family].axes else None
        return self._in_the_way(
            rule_name(family, key), None if year is None else int(key[year]), others
        )

    def _in_the_way(self, rule: str, year: int | None, others: tuple[str, ...]) -> Binding:
        """A rule between projects; prerequisites that are out are short of what they cost.

        They are out in every year. Where all are built, but too late, there is only the year.
        """
        family, _, key = rule.partition(":")
        out = [name for name in others if not self._is_built(name)]
        if family not in ("precedence", "renews") or not out:
            return Binding(rule, year, others=others)
        instance = self._forcing.formulation.instance
        relation = next(
            r for r in instance.relations if r.is_enforced and f"{key}:".startswith(f"{r.label}:")
        )
        built = sum(self._is_built(name) for name in dict.fromkeys(relation.from_projects))
        missing = len(out) if relation.count is None else max(1, relation.count - built)
        first = instance.settings.horizon.first_year
        costs = sorted(
            min(option_in_plan(p, o.option, first).overnight_cost for o in p.options)
            for p in (instance.project_by_id[name] for name in out)
        )
        return Binding(rule, amount=sum(costs[:missing]), others=others)

    def _broken(self, pattern: IntArray) -> list[tuple[int, Key, str]]:
        """Rows of `RIVALS` that the plan with a start more breaks."""
        mip, values = self._forcing.mip, self._taken.copy()
        if self._forcing.until:  # a project of the plan may be asked to begin in another way
            values[self._forcing.own_columns(self._owner[int(pattern[0])])] = 0.0
        values[pattern] = 1.0
        rows = self._rival_rows()
        activity = self._matrix[rows] @ values
        wrong = (activity > mip.row_upper[rows] + ROW_TOLERANCE) | (
            activity < mip.row_lower[rows] - ROW_TOLERANCE
        )
        found = []
        for row in rows[wrong]:
            block, key = mip.row_of(int(row))
            found.append((RIVALS.index(block.family), key, block.family))
        return found

    def _rival_rows(self) -> IntArray:
        blocks = [b for b in self._forcing.mip.row_blocks if b.family in RIVALS]
        parts = [np.arange(b.start, b.start + b.size) for b in blocks]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _others(self, index: int, family: str, key: Key) -> tuple[str, ...]:
        """Projects in the way: those built of an exclusion, those out of what is needed."""
        instance = self._forcing.formulation.instance
        if family == "precedence":
            names = str(key[RULES[family].axes.index("predecessor")]).split("+")
            return tuple(name for name in names if not self._is_built(name))
        # Of what stands, or may not be built, no column is its own: the relation names all.
        label = key[RULES[family].axes.index("relation")]
        relation = next(r for r in instance.relations if r.is_enforced and r.label == label)
        if family == "renews":
            return self._not_renewed(relation)
        members = dict.fromkeys((*relation.members, *relation.from_projects, *relation.to_projects))
        own, wants_built = instance.projects[index].id, family != "all_or_none"
        return tuple(
            name for name in members if name != own and self._is_built(name) is wants_built
        )

    def _not_renewed(self, relation: Relation) -> tuple[str, ...]:
        """Who is in the way of a renewal: what retires the old one early, else the old one itself.

        That is out, or its life ends too late for the renewal.
        """
        (old,) = relation.from_projects
        retirement = self._forcing.formulation.instance.retired_by.get(old)
        retiring = () if retirement is None else retirement.to_projects
        return tuple(name for name in retiring if self._is_built(name)) or (old,)

    def _is_built(self, name: str) -> bool:
        sets = self._forcing.formulation.sets
        index = sets.project_index[name]
        if stands(self._forcing.formulation.instance.projects[index]):
            return True
        return bool(self._taken[self._forcing.own_columns(index)].any())

    def companions(self, index: int) -> IntArray:
        """Columns `started` of projects that rules between projects tie to this one.

        Also of those that they tie to these: what must come first may need others before it.
        """
        rows = self._rival_rows()
        if not rows.size:
            return np.zeros(0, dtype=np.int64)
        part = self._matrix[rows]
        mine = np.zeros(part.shape[1])
        owners, added = {index}, {index}
        while added:
            mine[np.concatenate([self._forcing.own_columns(owner) for owner in added])] = 1.0
            tied = np.flatnonzero(abs(part) @ mine)
            found = {self._owner[int(c)] for c in part[tied].indices if int(c) in self._owner}
            added = found - owners
            owners |= found
        parts = [self._forcing.own_columns(owner) for owner in sorted(owners)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    # ------------------------------------------------------------------ what cannot be forced in

    def against(
        self,
        index: int,
        mip: Mip,
        options: SolverOptions,
        time_limit_s: float,
        beside: Binding,
    ) -> Binding | None:
        """The rule of a conflict with the project's being built; None: not found in time.

        In the order of the tests: what no money would help is told before what the project is
        worth, and that before what is scarce. `beside` is the rule beside the plan.
        """
        instance = self._forcing.formulation.instance
        own = instance.projects[index].id
        end = work_clock.now() + time_limit_s
        unlimited = self._unlimited(mip)
        if self._is_impossible(unlimited, HALF * time_limit_s):
            mip = unlimited
        else:
            if beside.rule in LOSING:
                return beside
            worth = self._bounds.own_value(index)
            if worth is not None and worth < -EVEN * (1.0 + abs(self._forcing.worth)):
                return Binding("value", amount=-worth / self._forcing.factor)
        report = conflict_of(mip, instance, options, end)
        mandated = {str(rule.key[0]) for rule in report.rules if rule.family == "mandate"}
        rules = [rule for rule in report.rules if rule.family != "mandate"]
        if not rules or own not in mandated:
            return None
        rule = min(rules, key=lambda rule: _told_first(rule, own, instance))
        others = tuple(sorted(mandated - {own}))
        if rule.family in RIVALS:
            tied = _tied_by(rule, instance)
            if own in tied:  # what is farther along a chain is not tied to it by this relation
                others = tuple(name for name in others if name in tied)
            others = others or self._others(index, rule.family, rule.key)
        if rule.family == "precedence":
            others = tuple(str(rule.key[2]).split("+"))
        years = rule.years
        if rule.family in RIVALS:  # these ask yes or no
            return self._in_the_way(rule.rule, years[0] if years else None, others)
        alone = self._giving_alone(rule, mip, options, end)
        if alone is not None:
            return replace(alone, others=others)
        factor = self._forcing.factor if RULES[rule.family].section is Section.MONEY else 1.0
        if rule.amount <= GIVES:
            return Binding(rule.rule, years[0] if years else None, others=others)
        # Of each year by itself; what is short in later years is not added to the first.
        short = zip(years, rule.amounts, strict=True) if years else [(0, rule.amount)]
        return Binding.short(rule.rule, {y: amount / factor for y, amount in short}, others)

    def _giving_alone(
        self, rule: Conflict, mip: Mip, options: SolverOptions, end: float
    ) -> Binding | None:
        """By how much a limit of a conflict would have to give, all other rules of `mip` held.

        The conflict itself asks for less, where more projects must be built than are part of it.
        None: the limit alone would not do, or time is short.
        """
        groups = self._elastic.groups
        numbers = [
            n for n, g in enumerate(groups) if (g.rule.name, g.key) == (rule.family, rule.key)
        ]
        seconds = end - work_clock.now()
        if rule.family not in LIMITS or not numbers or seconds <= 0.0:
            return None
        others = frozenset(range(len(groups))) - {numbers[0]}
        question = self._with_bounds(self._elastic.with_least_of(numbers[0], others), mip)
        values = search(question, replace(options, gap=1e-6, time_limit_s=seconds))[1]
        return None if values is None else self._told(values, numbers[0])

    def _unlimited(self, mip: Mip) -> Mip:
        """`mip` in which nothing is scarce: neither money, debt, quotas, resources nor policies."""
        return self._limitless(mip, [*self._limits(), *self._paying()])

    def _limitless(self, mip: Mip, numbers: list[int]) -> Mip:
        """`mip` without the limits of the groups `numbers`."""
        lower, upper = mip.row_lower.copy(), mip.row_upper.copy()
        for number in numbers:
            rows = self._elastic.groups[number].rows
            lower[rows], upper[rows] = -np.inf, np.inf
        return replace(mip, row_lower=lower, row_upper=upper)

    def _is_impossible(self, mip: Mip, time_limit_s: float) -> bool:
        """Whether `mip` is seen to have no plan; of a large one its relaxation is asked."""
        if self.is_small:
            return quick_search(mip, time_limit_s, 1.0).termination.is_proof_of_no_plan
        return quick_relaxation(mip, time_limit_s).is_infeasible


def _tied_by(rule: Conflict, instance: Instance) -> frozenset[str]:
    """Projects of the relation that a rule between projects speaks of."""
    label = rule.key[RULES[rule.family].axes.index("relation")]
    relation = next(r for r in instance.relations if r.is_enforced and r.label == label)
    return frozenset((*relation.members, *relation.from_projects, *relation.to_projects))


def _told_first(rule: Conflict, own: str, instance: Instance) -> tuple[int, bool, float]:
    """Order in which a rule of a conflict is told: which of them, then by how little it is short.

    Each would do alone, so what is nearest to giving is told: not a window or an agreement where
    money is a member as well. Of a chain of relations that of the project `own` itself is told.
    """
    order = (*RIVALS, "forbidden")
    if rule.family in order:
        is_far = rule.family in RIVALS and own not in _tied_by(rule, instance)
        return order.index(rule.family), is_far, 0.0
    is_arrangement = rule.family in AGREED or rule.family not in LIMITS
    return len(order) + is_arrangement, False, rule.amount
