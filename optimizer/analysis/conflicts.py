"""Why there is no plan: a smallest set of rules that cannot hold together, in planner's words.

Elastic filter, then deletion filter (Chinneck, Feasibility and Infeasibility in Optimization,
2008): every rule gets priced slack; rules that must give are made hard one round after another
until, all others free, there is no plan; of those found, each that is not needed is dropped. So
the rules told have no plan by themselves (with bookkeeping and physics, which nobody made), and
each of them left out gives one. Windows and demand that must be served are rules among the others.

Where the rules ask something of a network, what the network can do is part of why: of its physics
(capacities, balance of flow and the like) what is needed is found by the same filters and named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, in_language, joined, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.rules import RULES, Section
from infraplan.optimizer import stopping, work_clock
from infraplan.optimizer.analysis.cents_conflict import money_short, rules_of_money
from infraplan.optimizer.analysis.elastic import GIVES, Elastic, Group, relaxed, search
from infraplan.optimizer.analysis.money_rows import with_open_money
from infraplan.optimizer.analysis.rule_words import describe_rule
from infraplan.optimizer.analysis.window_rows import Row, with_named_rows, with_open_windows
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.quick_relaxation import SMALL
from infraplan.optimizer.engines.to_the_unit import to_the_unit, with_bars, without_bars
from infraplan.optimizer.mip import FloatArray, Key, Mip
from infraplan.optimizer.program import Formulation

LEAST_S = 0.5
"""Seconds that one question gets at least."""

AMOUNTS_SHARE = 0.25
"""Share of the time kept for the amounts: a rule without one says little."""
MOST_YEARS = 3
"""Years whose amounts are told one by one."""
MOST_REFUSED = 20
"""Choices without money that are refused one after another, to see that none has any."""
TOGETHER = 4
"""One part in so many of the rules that may not be needed is left out at once."""
ALIKE = 1e-3
"""Share by which amounts of years differ at most that are told as one."""

HOLDING = frozenset({"mandate", "forbidden", "earliest_start", "latest_start"})
"""Rules by which a schedule is held; whoever holds one knows them and asks for the others."""

PHYSICS = frozenset(
    rule.name for rule in RULES.values() if rule.section is Section.NETWORK and not rule.gives_way
)
"""What a network can do: named beside the rules that ask it for more."""


@dataclass(frozen=True)
class Conflict:
    """One rule of a conflict: its name, words, and how far it would have to give, if it alone did.

    `amount` is the least slack summed over the rule's rows with which the other rules of the
    conflict have a plan (0: not found in time); `years` are the years of the rows with slack, for
    a window the year that it names, and `amounts` what the rows of each of them give. A rule over
    several years as a whole has no years.
    """

    family: str
    key: Key
    text_en: str
    text_zh: str
    amount: float
    years: tuple[int, ...]
    amounts: tuple[float, ...] = ()

    @property
    def rule(self) -> str:
        """Name as `family:key`."""
        return ":".join([self.family, *(str(part) for part in self.key)])


@dataclass(frozen=True)
class ConflictReport:
    """Conflicting rules; `is_minimal` tells whether dropping any one of them would give a plan.

    Where there are none, `why` says what kept them from being found.
    """

    rules: tuple[Conflict, ...]
    is_minimal: bool
    why: Phrase = NOTHING_SAID


def _must_serve_rows(formulation: Formulation) -> list[Row]:
    """Demand that must be served as rows instead of bounds, so that it can give."""
    mip = formulation.mip
    return [
        Row(
            "must_serve",
            (part.network.id, name, part.block.id, part.year),
            (column,),
            (1.0,),
            low=float(mip.col_lower[column]),
        )
        for part in formulation.networks.slices
        for name, column in part.served.items()
        if mip.col_lower[column] > 0.0
    ]


def _opened(formulation: Formulation) -> tuple[Formulation, list[Row]]:
    """The program with its windows open, and the rows that close them again."""
    if any(block.family == "must_serve" for block in formulation.mip.row_blocks):
        # An engine that adds rows of its own to the program keeps it as it is.
        return formulation, []
    return with_open_windows(formulation)


def _in_rows(formulation: Formulation, windows: list[Row]) -> Mip:
    """The model with what somebody decided in rows alone, none of it in bounds of columns."""
    served = _must_serve_rows(formulation)
    mip, money = with_open_money(formulation)
    if served:
        lower = mip.col_lower.copy()
        lower[[row.columns[0] for row in served]] = 0.0
        mip = replace(mip, col_lower=lower)
    return with_named_rows(mip, [*windows, *money, *served])


class _Filter:
    """Both filters over one elastic model, and the amounts, until `end` (work_clock.now)."""

    def __init__(self, elastic: Elastic, options: SolverOptions, end: float) -> None:
        self.elastic = elastic
        self._options = options
        self._last = end
        self._end = end - AMOUNTS_SHARE * max(0.0, end - work_clock.now())
        self._everyone = frozenset(range(len(elastic.groups)))
        self.why = NOTHING_SAID
        """Why no rules were found."""

    @property
    def is_over(self) -> bool:
        """Whether time has run out, or the process was asked to end."""
        return stopping.is_asked() or work_clock.is_past(self._end)

    def _asked(self, gap: float) -> SolverOptions:
        return self._within(gap, self._end - work_clock.now())

    def _within(self, gap: float, seconds: float) -> SolverOptions:
        return replace(self._options, gap=gap, time_limit_s=max(LEAST_S, seconds))

    def hard_rules(
        self, known: Sequence[int] = (), among: frozenset[int] | None = None
    ) -> list[int] | None:
        """Rules that have no plan even if all others give way; None: not found in time.

        With `among` the rules `known` are hard and only those of `among` are made so besides.
        A large model is asked in parts of works first: what has no plan in parts has none in
        whole works, and the least slack in whole works of a large model may take hours.
        """
        hard = list(known)
        is_whole = self.elastic.mip.num_nonzeros <= SMALL
        # The time kept for amounts serves as well: without rules there are none to tell.
        while not (stopping.is_asked() or work_clock.is_past(self._last)):
            free = self._everyone - set(hard)
            priced = sorted(free if among is None else free & among)
            question = self.elastic.with_free(sorted(free), priced)
            asked = self._within(1e-6, self._last - work_clock.now())
            termination, values = (search if is_whole else relaxed)(question, asked)
            if values is None and termination.is_proof_of_no_plan:
                return hard
            if values is None and is_whole:
                break
            giving = [] if values is None else self.elastic.giving(values, priced)
            if not giving and is_whole:
                self.why = phrase("a-conflict-within-tolerances")
                return None
            # What holds in parts of works may fail in whole ones.
            is_whole = is_whole or not giving
            hard += giving
        self.why = phrase("no-conflict-was-found")
        return None

    def needed(self, hard: list[int], known: Sequence[int] = ()) -> tuple[list[int], bool]:
        """Those of `hard` that are needed for the conflict, and whether each is known to be.

        The rules `known` are among `hard` and known to be needed. A share of the others is left out
        together, and fewer where that gives a plan: what has no plan without all of them has none
        without each, so that the same are kept as one by one, after fewer questions.
        """
        kept, is_minimal = list(hard), True
        todo = [number for number in hard if number not in known]
        size = len(todo) // TOGETHER
        while todo:
            if self.is_over:
                return kept, False
            some = todo[: max(1, size)]
            trial = [other for other in kept if other not in some]
            # With every rule free there is a plan, which need not be asked.
            has_plan = self._has_plan(trial) if trial or len(some) == 1 else True
            if has_plan is False:
                kept, todo = trial, todo[len(some) :]
            elif len(some) > 1:
                size = len(some) // 2
            else:
                is_minimal = is_minimal and has_plan is True
                todo = todo[1:]
                size = len(todo) // TOGETHER
        return kept, is_minimal

    def _has_plan(self, hard: Sequence[int]) -> bool | None:
        """Whether there is a plan where only the rules `hard` do not give; None: not known."""
        question = self.elastic.with_free(self._everyone - set(hard), priced=())
        termination, values = search(question, self._asked(1.0))
        if values is not None:
            return True
        return False if termination.is_proof_of_no_plan else None

    def amounts(self, kept: list[int], numbers: list[int]) -> list[FloatArray | None]:
        """For each rule of `numbers` column values with its least slack, the others of `kept` hard.

        They have the time that the filters left, at least the share that was kept for them. None
        where it was too short.
        """
        return [
            self._least_slack_of(kept, number, len(numbers) - k) for k, number in enumerate(numbers)
        ]

    def _least_slack_of(self, kept: list[int], number: int, to_do: int) -> FloatArray | None:
        """The first of `to_do` questions that have the time left in equal parts."""
        if stopping.is_asked() or work_clock.is_past(self._last):
            return None
        others, groups = frozenset(kept) - {number}, self.elastic.groups
        asked = self._within(1e-6, (self._last - work_clock.now()) / to_do)
        if not groups[number].rule.is_bound:
            # A year that a window shuts is none in which a rule stands in the way, or gives.
            shut = {n for n, group in enumerate(groups) if group.rule.is_bound}
            values = search(self.elastic.with_least_of(number, others | shut), asked)[1]
            if values is not None:
                return values
        return search(self.elastic.with_least_of(number, others), asked)[1]


def find_conflict(
    formulation: Formulation, options: SolverOptions | None = None, *, time_limit_s: float = 60.0
) -> ConflictReport:
    """Find a smallest set of rules of an infeasible model that cannot hold together.

    Where bookkeeping and physics have no plan by themselves, their rules are named. Returns an
    empty report where time ran out before a set was found that has no plan by itself, or where
    there is a plan within the solver's tolerances. With too little time the set may be larger
    than needed.
    """
    end = work_clock.now() + time_limit_s
    opened, windows = _opened(without_bars(formulation))
    mip, instance = _in_rows(opened, windows), formulation.instance
    found = conflict_of(mip, instance, options, end)
    if not found.rules and found.why == phrase("a-conflict-within-tolerances"):
        barred = _refused(opened, windows, options or SolverOptions(), end)
        if barred is not None:
            found = _of_cents(barred, mip, instance, options or SolverOptions(), end) or found
    return _with_physics(found, mip, instance, options, end)


def _refused(
    opened: Formulation, windows: list[Row], options: SolverOptions, end: float
) -> Mip | None:
    """The model with rows that refuse all choices that no money pays for to the unit.

    None where there is a choice that is paid for, or time runs out.
    """
    barred = opened
    for _ in range(MOST_REFUSED):
        left = end - work_clock.now()
        if stopping.is_asked() or left <= 0.0:
            return None
        mip = _in_rows(barred, windows)
        elastic = Elastic.of(mip)
        money = rules_of_money(elastic)
        asked = replace(options, gap=1e-6, time_limit_s=max(LEAST_S, left))
        termination, values = search(elastic.with_free(money), asked)
        if values is None:
            return mip if termination.is_proof_of_no_plan else None
        bars = to_the_unit(barred, 1.0, values[: mip.num_columns], max(LEAST_S, left)).bars
        if not bars:
            return None
        barred = with_bars(barred, bars)
    return None


def _of_cents(
    barred: Mip, mip: Mip, instance: Instance, options: SolverOptions, end: float
) -> ConflictReport | None:
    """The conflict where money lacks smallest units that no solver sees; None: not found in time.

    The rows that refuse choices in `barred` say which rules have no plan, and the rules of money
    that they follow from are found in `mip`, which has none of them, with the choices fixed.
    """
    beside = conflict_of(barred, instance, options, end)
    elastic = Elastic.of(mip)
    by_name = {(g.rule.name, g.key): number for number, g in enumerate(elastic.groups)}
    kept = frozenset(
        by_name[rule.family, rule.key]
        for rule in beside.rules
        if (rule.family, rule.key) in by_name
    )
    short = money_short(elastic, kept, options, lambda: end - work_clock.now())
    if short is None:
        return None
    money = tuple(_conflict(instance, elastic, *one) for one in short.rules if one[0] not in kept)
    return ConflictReport((*beside.rules, *money), beside.is_minimal and short.is_minimal)


def _asks_networks(instance: Instance, rule: Conflict) -> bool:
    """Whether a rule asks something of a network: least output, demand, a target on service."""
    if RULES[rule.family].section is Section.NETWORK:
        return True
    if rule.family != "target":
        return False
    metrics = {row.metric for row in instance.targets if row.id == rule.key[0]}
    return any(metric.startswith((SERVED, TRAVEL_TIME)) for metric in metrics)


def _with_physics(
    found: ConflictReport,
    mip: Mip,
    instance: Instance,
    options: SolverOptions | None,
    end: float,
) -> ConflictReport:
    """`found` with what networks can do where the rules have a plan without it.

    The rules found are needed beside all of the physics, and so beside the part that is named.
    """
    has_physics = any(rule.family in PHYSICS for rule in found.rules)
    if has_physics or not any(_asks_networks(instance, rule) for rule in found.rules):
        return found
    filters = _Filter(Elastic.of(mip, PHYSICS), options or SolverOptions(), end)
    groups = filters.elastic.groups
    named = {(rule.family, rule.key) for rule in found.rules}
    known = [n for n, group in enumerate(groups) if (group.rule.name, group.key) in named]
    physics = frozenset(n for n, group in enumerate(groups) if group.rule.name in PHYSICS)
    hard = filters.hard_rules(known, physics)
    if hard is None:
        return replace(found, is_minimal=False)
    kept, is_minimal = filters.needed(hard, known)
    more = _conflicts(instance, filters, kept, sorted(set(kept) - set(known)))
    return ConflictReport((*found.rules, *more), found.is_minimal and is_minimal)


def conflict_of(
    mip: Mip, instance: Instance, options: SolverOptions | None, end: float
) -> ConflictReport:
    """Rules of `find_conflict` without physics, of a model with all rules in rows, until `end`.

    `end` is a time of work_clock.now.
    """
    filters = _Filter(Elastic.of(mip), options or SolverOptions(), end)
    hard = filters.hard_rules()
    if hard == []:
        # What nobody made is contradictory by itself, so it is what has to be named.
        filters = _Filter(Elastic.of(mip, frozenset(RULES)), options or SolverOptions(), end)
        hard = filters.hard_rules()
    if not hard:
        return ConflictReport((), False, filters.why or phrase("a-conflict-of-bookkeeping"))
    kept, is_minimal = filters.needed(hard)
    return ConflictReport(_conflicts(instance, filters, kept, sorted(kept)), is_minimal)


def _conflicts(
    instance: Instance, filters: _Filter, kept: list[int], numbers: list[int]
) -> tuple[Conflict, ...]:
    """The rules `numbers` of the conflict `kept`, with years and amounts."""
    return tuple(
        _conflict(instance, filters.elastic, number, values)
        for number, values in zip(numbers, filters.amounts(kept, numbers), strict=True)
    )


def _conflict(
    instance: Instance, elastic: Elastic, number: int, values: FloatArray | None
) -> Conflict:
    group = elastic.groups[number]
    english, chinese = describe_rule(instance, group.rule, group.key)
    years = set(group.years) if group.rule.is_bound else set()
    amount, by_year = 0.0, dict[int, float]()
    if values is not None:
        slack = elastic.slack(values, number)
        amount = float(slack.sum())
        for year, given in zip(group.years, slack.tolist(), strict=True):
            if given > GIVES:
                by_year[year] = by_year.get(year, 0.0) + given
        years = set(by_year) or years
    found = () if _is_over_years(instance, group) else tuple(sorted(years - {0}))
    amounts = tuple(by_year.get(year, 0.0) for year in found)
    return Conflict(group.rule.name, group.key, english, chinese, amount, found, amounts)


def _is_over_years(instance: Instance, group: Group) -> bool:
    """Whether a rule limits its span as a whole: the year of its row is only the last of them."""
    if group.rule.name == "policy":
        return any(p.id == group.key[0] and not p.per_year for p in instance.policies)
    if group.rule.name == "resource":
        return any(r.resource == group.key[0] and not r.per_year for r in instance.resources)
    return False


def conflict_lines(rules: Sequence[Conflict], lang: str) -> list[str]:
    """One line per rule, with the years and the amount by which it would have to give."""
    return [in_language(conflict_line(rule), lang) for rule in rules]


def stated_line(stated: Mapping[str, Any]) -> Phrase:
    """The line of a rule as run.json states it; one of an older run states no amounts by year."""
    family, *key = str(stated.get("rule", "")).split(":")
    years = tuple(stated.get("years") or ())
    amount = float(stated.get("amount") or 0.0)
    amounts = tuple(stated.get("amounts") or ((amount,) if len(years) == 1 else ()))
    named = pair(stated["text_en"], stated["text_zh"])
    if family not in RULES:
        return named
    return conflict_line(Conflict(family, tuple(key), named, named.zh, amount, years, amounts))


def conflict_line(rule: Conflict) -> Phrase:
    """One rule, with the years in which it would have to give and by how much.

    Of a rule over several years as a whole, or of one that is kept or not, there is no such year
    or amount.
    """
    named, years = pair(rule.text_en, rule.text_zh), _span(rule.years)
    if rule.family not in RULES:
        return named  # what no rows state tells its amount in its own words
    if rule.amount <= GIVES or RULES[rule.family].is_choice:
        return phrase("rule-in-years", rule=named, years=years) if years else named
    if not years:
        return phrase("rule-short-by", rule=named, amount=_amount(rule, rule.amount))
    least, most = min(rule.amounts, default=0.0), max(rule.amounts, default=0.0)
    if len(rule.amounts) > 1 and most - least <= ALIKE * most:
        return phrase("rule-short-each-year", rule=named, amount=_amount(rule, most), years=years)
    if 1 < len(rule.amounts) <= MOST_YEARS:
        parts = [
            phrase("amount-in-year", amount=_amount(rule, amount), year=year)
            for year, amount in zip(rule.years, rule.amounts, strict=True)
        ]
        return phrase("rule-short-by-years", rule=named, parts=joined(*parts, between=", "))
    if len(rule.amounts) > 1:
        return phrase(
            "rule-short-by-in-all",
            rule=named,
            amount=_amount(rule, rule.amount),
            years=years,
            most=_amount(rule, most),
            year=rule.years[rule.amounts.index(most)],
        )
    return phrase("rule-short-by-in", rule=named, amount=_amount(rule, rule.amount), years=years)


def _amount(rule: Conflict, amount: float) -> Phrase:
    if RULES[rule.family].counts_years:
        return phrase("years-long", years=f"{amount:.4g}")
    return phrase("an-amount", amount=amount)


def _span(years: tuple[int, ...]) -> Phrase | None:
    """The first and the last of `years`, as each language writes them; None without any."""
    if not years:
        return None
    if len(years) == 1:
        return pair(str(years[0]), str(years[0]))
    return pair(f"{years[0]}-{years[-1]}", f"{years[0]}—{years[-1]}")
