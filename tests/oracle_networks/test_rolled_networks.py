"""A roll leaves the networks that brute force finds when the years are put in by hand.

Lives end, works close what they work at and open after the plan, storages turn over the day; the
plan is rolled year by year with nothing changed, and once with works that began late or not at
all. What is left is worth what its years are worth one by one, its flows obey the laws, and no
other plan of the rest is worth more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.verify import verify_plan
from tests.builders import edit, make_project, make_settings
from tests.markers import first_quick
from tests.optimizer.analysis.test_rolling import cut
from tests.optimizer.engine import best
from tests.oracle_networks import test_random_storages as storages
from tests.oracle_networks.test_random_lives import (
    FIRST,
    LAST,
    Dying,
    Valuer,
    instance_of,
    late_dying,
    random_dying,
)

KINDS = "twpg"
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def rest(valuer: Valuer, starts: Mapping[str, int], since: int) -> float:
    """Worth of `starts` in the years from `since` on, in money of that year."""
    dying, total = valuer.dying, 0.0
    for name, start in starts.items():
        for spent in (start, start + 1) if dying.late else (start, start):
            if spent >= since:
                total -= dying.lives[name].price / 2 / (1.0 + dying.rate) ** (spent - since)
    for year in range(since, dying.end + 1):
        alive = frozenset(
            number
            for number, row in enumerate(dying.changes)
            if row.project in starts and valuer._serves(row, starts[row.project], year)
        )
        mark = min(year, LAST)
        saved = valuer.cost(mark, frozenset()) - valuer.cost(mark, alive)
        total += saved / (1.0 + dying.rate) ** (year - since)
    return total


def best_rest(valuer: Valuer, held: Mapping[str, int], since: int) -> float:
    """Worth of the best plan of the years from `since` on where `held` has begun before."""
    dying = valuer.dying
    last = min(LAST, dying.end - 1) if dying.late else LAST
    free = [name for name in dying.lives if name not in held]
    return max(
        rest(
            valuer,
            {**held, **{n: s for n, s in zip(free, row, strict=True) if s is not None}},
            since,
        )
        for row in product([None, *range(since, last + 1)], repeat=len(free))
    )


def late_rows(
    chance: random.Random, starts: Mapping[str, int], year: int
) -> tuple[dict[str, int], list[Actual]]:
    """What had begun when `year` came, some of it late or not at all, and the rows that say so."""
    held, rows = {}, []
    for name, start in starts.items():
        if start >= year:
            continue
        # The first is never as planned, so that something is told in most cases.
        fate = chance.choice(["planned", "late", "never"] if rows or held else ["late", "never"])
        if fate == "late" and start + 1 < year:
            held[name] = start + 1
            rows.append(Actual(project=name, year=start + 1, started=start + 1))
        elif fate == "planned":
            held[name] = start
        if name not in held or held[name] != start:
            rows.append(Actual(project=name, year=start, spent=0.0))
    return held, rows


def kind_of(network: str) -> str:
    """Gas flows by the same laws as water."""
    return "w" if network == "g" else network


def case_of(make: Callable[[int, str], Dying], seed: int, network: str) -> Dying:
    return make(seed + 1000 * KINDS.index(network), kind_of(network))


def measured(plan: Plan, since: int) -> dict[tuple[str, str, int], float]:
    """Cost of each network with the plan and without any."""
    return {
        (row.network, row.measure, row.year): row.value
        for row in plan.service
        if row.year >= since and row.measure in {"cost", "baseline_cost"}
    }


def keeps(valuer: Valuer, instance: Instance) -> tuple[int, int]:
    """Roll an instance year by year; how many rolls had works begun, and works finished."""
    found = best(instance)
    begun = finished = 0
    assert found.plan is not None
    question, answer = instance, found.plan
    horizon = instance.settings.horizon
    for year in range(horizon.first_year + 1, horizon.last_year + 1):
        rolled = roll(question, answer, year)
        question, answer = rolled.instance, cut(question, answer, rolled)
        worth = rest(valuer, found.starts, year)
        assert answer.objective == pytest.approx(worth, **CLOSE), year
        assert verify_plan(question, answer).violations == ()
        assert measured(answer, year) == pytest.approx(measured(found.plan, year), **CLOSE)
        held = {name: start for name, start in found.starts.items() if start < year}
        assert best(question).objective == pytest.approx(best_rest(valuer, held, year), **CLOSE)
        at_once = roll(instance, found.plan, year)
        assert cut(instance, found.plan, at_once).objective == pytest.approx(worth, **CLOSE)
        begun += bool(held)
        finished += bool(at_once.finished)
    return begun, finished


@pytest.mark.parametrize("make", [random_dying, late_dying])
@pytest.mark.parametrize("part", first_quick(range(12)))
def test_a_plan_rolled_year_by_year_is_worth_what_its_years_are(
    make: Callable[[int, str], Dying], part: int
) -> None:
    begun = 0
    for seed, network in product(range(part, 24, 12), KINDS):
        dying = case_of(make, seed, network)
        if dying.lives:
            begun += keeps(Valuer(dying, kind_of(network)), instance_of(dying, network))[0]
    assert begun >= 1


@pytest.mark.parametrize("make", [random_dying, late_dying])
@pytest.mark.parametrize("part", first_quick(range(12)))
def test_after_late_works_the_best_rest_is_found(
    make: Callable[[int, str], Dying], part: int
) -> None:
    told = 0
    for seed, network in product(range(part, 24, 12), KINDS):
        dying = case_of(make, seed, network)
        if not dying.lives:
            continue
        instance, chance = instance_of(dying, network), random.Random(f"rolled/{seed}")
        found, valuer = best(instance), Valuer(dying, kind_of(network))
        begun = min(found.starts.values(), default=LAST)
        year = chance.randint(min(begun + 1, LAST), LAST)
        held, rows = late_rows(chance, found.starts, year)
        rolled = roll(instance, found.plan, year, rows)
        again = best(rolled.instance)
        assert again.objective == pytest.approx(best_rest(valuer, held, year), **CLOSE), seed
        told += bool(rows)
    assert told >= 1


@dataclass(frozen=True)
class Hall:
    """A case with a storage that a project opens in some year for some years."""

    case: storages.Case
    lifetime: int
    rate: float
    growth: float

    def instance(self) -> Instance:
        plain = storages.instance_of(self.case)
        hall = make_project("hall", float(self.case.built or 1), lifetime=self.lifetime)
        networks = plain.settings.networks
        demands = tuple(edit(row, growth=self.growth) for row in plain.demands)
        return plain.with_tables(
            settings=make_settings((FIRST, LAST), discount_rate=self.rate, networks=networks),
            projects=(hall,),
            demands=demands,
        )

    def rest(self, start: int | None, since: int) -> float:
        """Worth of the years from `since` on; minus infinity: flows obey no law in one of them.

        What could not be kept without the project need not before the last year of the phase.
        """
        total = 0.0
        if start is not None and start >= since:
            total -= float(self.case.built or 1) / (1.0 + self.rate) ** (start - since)
        for year in range(since, LAST + 1):
            is_there = start is not None and start < year <= start + self.lifetime
            total += _saved(self, year, is_there=is_there) / (1.0 + self.rate) ** (year - since)
        return total


@cache
def _saved(hall: Hall, year: int, *, is_there: bool) -> float:
    """Worth of a year with the storage, or without."""
    grown = hall.case.want * (1.0 + hall.growth) ** (year - FIRST)
    case = replace(hall.case, want=grown)
    before = storages.cost_of_a_year(case, is_there=False)[0]
    due = year == LAST or before < float("inf")
    after = storages.cost_of_a_year(case, is_there=is_there, due=due)[0]
    return (before if before < float("inf") else 0.0) - after


def random_hall(seed: int) -> Hall:
    """A surplus in one block and too little in another, so that storing often pays."""
    chance = random.Random(f"hall/{seed}")
    case = replace(
        storages.random_case(seed),
        blocks=((1.0, 0.2), (1.0, 1.5)),
        least=chance.choice([2, 6]),
        most=8,
        want=chance.choice([4, 8]),
        price=12,
        efficiency=chance.choice([0.5, 0.8, 1.0]),
        built=chance.choice([1, 3, 8]),
        has_spill=chance.random() < 0.7,
    )
    lifetime, rate = chance.choice([1, 2, 30]), chance.choice([0.0, 0.08])
    return Hall(case, lifetime, rate, chance.choice([0.0, 0.5]))


@pytest.mark.parametrize("part", first_quick(range(6)))
def test_a_storage_rolled_year_by_year_is_worth_what_its_years_are(part: int) -> None:
    finished = 0
    for seed in range(part, 36, 6):
        hall = random_hall(seed)
        found = best(hall.instance())
        starts = [None, *range(FIRST, LAST + 1)]
        expected = max(hall.rest(start, FIRST) for start in starts)
        if found.plan is None:
            assert expected == -float("inf")
            continue
        assert found.objective == pytest.approx(expected, **CLOSE), hall
        start = found.starts.get("hall")
        question, answer = hall.instance(), found.plan
        for year in range(FIRST + 1, LAST + 1):
            rolled = roll(question, answer, year)
            question, answer = rolled.instance, cut(question, answer, rolled)
            assert answer.objective == pytest.approx(hall.rest(start, year), **CLOSE), hall
            assert verify_plan(question, answer).violations == ()
            free = [start] if start is not None and start < year else [None, *range(year, LAST + 1)]
            most = max(hall.rest(one, year) for one in free)
            assert best(question).objective == pytest.approx(most, **CLOSE), hall
            finished += "hall" in rolled.finished
    assert finished >= 1
