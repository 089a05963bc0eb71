"""Random networks whose assets die inside the plan and after it: the engine against brute force.

Every set of starts is valued year by year: what stands in a year is looked up afresh in each year
of the appraisal, flows are networkx's minimum-cost flows on whole numbers or, for power,
injections over distribution factors. Nothing is said of stretches of years. The years that a
search begins with differ from case to case, and make no difference.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.network import ProjectNetwork
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_settings,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle_networks.test_random_networks import Case, Line, dispatch_cost, flow_cost

FIRST, LAST = 2021, 2024


@dataclass(frozen=True)
class Life:
    """Years of a project, and what it costs."""

    lead: int
    years: int
    price: int


@dataclass(frozen=True)
class Dying:
    """A case with lives; every line that is not there is opened by changes."""

    case: Case
    exists: frozenset[str]
    lives: dict[str, Life]
    changes: tuple[ProjectNetwork, ...]
    representative: tuple[int, ...]
    end: int
    rate: float
    growth: int
    late: bool = False
    """Whether works may go on after the plan: what opens then is seen, and closures end."""


def late_dying(seed: int, network: str) -> Dying:
    """The same with longer works, every second of which closes a line, some after the plan."""
    chance = random.Random(f"late/{seed}")
    dying = random_dying(seed, network)
    lives = {
        name: Life(chance.choice([1, 2, 3, 4]), chance.randint(3, 9), chance.randint(1, 20))
        for name in dying.lives
    }
    whole = [line.name for line in dying.case.lines if line.name in dying.exists]
    closures = tuple(
        make_change(name, chance.choice(whole), "close_during_works", 1.0)
        for name in lives
        if whole and chance.random() < 0.5
    )
    changes = (*dying.changes, *closures)
    end = LAST + chance.choice([2, 5, 8])
    return replace(dying, lives=lives, changes=changes, end=end, late=True)


def random_dying(seed: int, network: str) -> Dying:
    chance = random.Random(seed)
    power, transport = network == "p", network == "t"
    nodes = ("a", "b", "c")
    names = ["p0", "p1"][: chance.choice([1, 2, 2])]
    lines, exists = [], set()
    for number in range(chance.randint(2, 5)):
        tail, head = chance.sample(nodes, 2) if number else ("a", "b")
        reactance = chance.choice([0.5, 1.0, 2.0]) if power else 0.0
        cost = 0 if power else chance.randint(0, 4)
        lines.append(Line(f"l{number}", tail, head, chance.randint(1, 6), cost, None, reactance))
        if chance.random() < 0.5:
            exists.add(f"l{number}")
    changes = []
    for line in lines:
        if line.name not in exists:
            for name in chance.sample(names, chance.randint(1, len(names))):
                changes.append(_change(chance, name, line.name, "open", 0.0))
        for name in names:
            if chance.random() < 0.4:
                value = float(chance.randint(1, 4))
                changes.append(_change(chance, name, line.name, "add_capacity", value))
            if transport and chance.random() < 0.4:
                value = float(chance.randint(0, 3))
                changes.append(_change(chance, name, line.name, "set_time", value))
    used = {row.project for row in changes}
    lives = {
        name: Life(chance.randint(0, 1), chance.randint(1, 7), chance.randint(1, 60))
        for name in names
        if name in used
    }
    wants = {"b": (chance.randint(1, 8), chance.randint(4, 20))}
    if chance.random() < 0.5:
        wants["c"] = (chance.randint(1, 8), chance.randint(4, 20))
    years = range(FIRST, LAST + 1)
    return Dying(
        Case(nodes, {"a": (chance.randint(3, 12), chance.randint(0, 3))}, wants, tuple(lines), {}),
        frozenset(exists),
        lives,
        tuple(changes),
        tuple(sorted(chance.sample(years, chance.randint(1, 4)))),
        LAST + chance.choice([0, 2, 5]),
        chance.choice([0.0, 0.08]),
        chance.choice([0, 1]),
    )


def _change(
    chance: random.Random, project: str, link: str, action: str, value: float
) -> ProjectNetwork:
    from_year = chance.choice([None, None, None, 2022, 2023])
    return make_change(project, link, action, value, from_year=from_year)


def _demands(dying: Dying, network: str) -> list[Any]:
    case, transport = dying.case, network == "t"
    trip = {"value_of_time": 1.0}
    return [
        make_demand(
            f"d{name}",
            "a" if transport else name,
            float(amount),
            network,
            unserved_price=float(price),
            growth=float(dying.growth),
            **({"to_node": name, **trip} if transport else {}),
        )
        for name, (amount, price) in case.wants.items()
    ]


def instance_of(dying: Dying, network: str) -> Instance:
    case, transport = dying.case, network == "t"
    role = "plant" if network == "p" else "source"
    nodes = [
        make_node(name, network=network)
        if transport or name not in case.sources
        else make_node(
            name, role, network, capacity=case.sources[name][0], cost=case.sources[name][1]
        )
        for name in case.nodes
    ]
    links = [
        make_link(
            line.name,
            line.tail,
            line.head,
            network,
            capacity=line.capacity,
            exists=line.name in dying.exists,
            reactance=line.reactance if network == "p" else None,
            cost=0.0 if transport else float(line.cost),
            time=float(line.cost) if transport else 0.0,
        )
        for line in case.lines
    ]
    return make_instance(
        [
            make_project(
                name,
                float(life.price),
                lead_time=life.lead,
                lifetime=life.years,
                **({"spending_profile": (0.5, 0.5)} if dying.late else {}),
            )
            for name, life in dying.lives.items()
        ],
        settings=make_settings(
            (FIRST, LAST),
            end_year=dying.end,
            discount_rate=dying.rate,
            representative_years=dying.representative,
            spending_after_plan=dying.late,
        ),
        network_nodes=nodes,
        network_links=links,
        demands=_demands(dying, network),
        project_network=dying.changes,
    )


class Valuer:
    """Worth of starts, year by year."""

    def __init__(self, dying: Dying, network: str) -> None:
        self.dying, self.network = dying, network
        self.known: dict[tuple[int, frozenset[int]], float] = {}

    def cost(self, year: int, alive: frozenset[int]) -> float:
        """Least cost in a year of the plan with the changes `alive` (by number)."""
        key = (year, alive)
        if key not in self.known:
            dying, case = self.dying, self.dying.case
            rows = [dying.changes[number] for number in alive]
            lines = []
            for line in case.lines:
                mine = [row for row in rows if row.element == line.name]
                shut = any(row.action == "close_during_works" for row in mine)
                if shut and self.network == "p":
                    continue  # a line that is out ties no angles
                if line.name in dying.exists or any(row.action == "open" for row in mine):
                    added = sum(row.value for row in mine if row.action == "add_capacity")
                    times = [row.value for row in mine if row.action == "set_time"]
                    capacity = line.capacity * (not shut) + int(added)
                    cost = int(min([line.cost, *times]))
                    lines.append(replace(line, capacity=capacity, cost=cost))
            grown = (1 + dying.growth) ** (year - FIRST)
            wants = {name: (amount * grown, p) for name, (amount, p) in case.wants.items()}
            state = replace(case, lines=tuple(lines), wants=wants)
            if self.network == "p":
                self.known[key] = dispatch_cost(state, set())
            else:
                self.known[key] = flow_cost(state, set(), transport=self.network == "t")
        return self.known[key]

    def worth(self, starts: dict[str, int]) -> float:
        dying, total = self.dying, 0.0
        for name, start in starts.items():
            for spent in (start, start + 1) if dying.late else (start, start):
                total -= dying.lives[name].price / 2 / (1.0 + dying.rate) ** (spent - FIRST)
        for year in range(FIRST, dying.end + 1):
            mark = min(year, LAST)  # after the plan the demand of its last year goes on
            alive = frozenset(
                number
                for number, row in enumerate(dying.changes)
                if row.project in starts and self._serves(row, starts[row.project], year)
            )
            saved = self.cost(mark, frozenset()) - self.cost(mark, alive)
            total += saved / (1.0 + dying.rate) ** (year - FIRST)
        return total

    def _serves(self, row: ProjectNetwork, start: int, year: int) -> bool:
        life = self.dying.lives[row.project]
        opening = start + life.lead
        if row.action == "close_during_works":
            return start <= year < start + max(2, life.lead)
        return max(opening, row.from_year or 0) <= year < opening + life.years

    def best(self) -> float:
        names = list(self.dying.lives)
        last = min(LAST, self.dying.end - 1) if self.dying.late else LAST
        choices = product([None, *range(FIRST, last + 1)], repeat=len(names))
        return max(
            self.worth({n: s for n, s in zip(names, row, strict=True) if s is not None})
            for row in choices
        )


@pytest.mark.parametrize("network", ["t", "w", "p"])
@pytest.mark.parametrize("part", first_quick(range(4)))
def test_engine_agrees_with_years_one_by_one(network: str, part: int) -> None:
    built = ended = 0
    for seed in range(part, 60, 4):
        dying = random_dying(seed + 1000 * "twp".index(network), network)
        if not dying.lives:
            continue
        valuer = Valuer(dying, network)
        found = best(instance_of(dying, network))
        assert found.objective == pytest.approx(valuer.best(), rel=1e-6, abs=1e-6), seed
        assert found.objective == pytest.approx(valuer.worth(found.starts), rel=1e-6, abs=1e-6)
        built += bool(found.starts)
        ended += any(
            start + dying.lives[name].lead + dying.lives[name].years <= dying.end
            for name, start in found.starts.items()
        )
    # Not all trivial: things are built, and many of them die before the appraisal ends.
    assert built > 4
    assert ended > 1


@pytest.mark.parametrize("network", ["t", "w", "p"])
def test_engine_agrees_on_what_opens_after_the_plan(network: str) -> None:
    late = shut = 0
    for seed in range(14):
        dying = late_dying(seed + 1000 * "twp".index(network), network)
        if not dying.lives:
            continue
        valuer = Valuer(dying, network)
        found = best(instance_of(dying, network))
        assert found.objective == pytest.approx(valuer.best(), rel=1e-6, abs=1e-6), seed
        assert found.objective == pytest.approx(valuer.worth(found.starts), rel=1e-6, abs=1e-6)
        late += any(start + dying.lives[name].lead > LAST for name, start in found.starts.items())
        shut += any(
            row.action == "close_during_works" and row.project in found.starts
            for row in dying.changes
        )
    assert late > 1
    assert shut > 1
