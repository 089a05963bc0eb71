"""Instances of projects a cent apart, and the best of all their plans, by flows in whole cents.

Money comes from one fund or two (one of them earmarked), unspent money stays or lapses, some is
borrowed up to a ceiling, and a second jurisdiction may pay half of some projects. Whether the
money of a choice of projects adds up is a flow from funds to projects in whole numbers: exact.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.engines.asked_program import asked_program
from infraplan.optimizer.engines.to_the_unit import to_the_unit
from infraplan.optimizer.formulation.money_scale import conditioning_of
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import Bar, SolveOptions
from tests.builders import (
    REGION,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_pool,
    make_project,
    make_share,
)

FIRST, YEARS = 2021, 2
NEAR = 1e-9
OTHER = "other"
"""The second jurisdiction, its fund and the sector of the earmark."""


@dataclass(frozen=True)
class Purse:
    """Who may draw on money in cents by year, and whether it stays; `owner` is who pays by it."""

    cents: tuple[int, ...]
    owner: str = REGION
    sector: str = ""
    stays: bool = True


@dataclass(frozen=True)
class NearEqual:
    """An instance, its money, and by project its cost in cents, sector, and who pays half of it."""

    instance: Instance
    purses: list[Purse]
    costs: list[int]
    sectors: list[str]
    joint: list[bool]


def near_equal(seed: int, number: int) -> NearEqual:
    """Three to five projects that cost 2 cents more each; inflows fit some of them exactly."""
    rng = random.Random(f"near/{seed}/{number}")
    base = 2 * round(10.0 ** rng.uniform(5.0, 13.5) / 2)
    costs = [base + 2 * k for k in range(rng.randint(3, 5))]
    rng.shuffle(costs)
    if rng.random() < 0.3:
        costs[-1] = 2 * round(10.0 ** rng.uniform(2.0, 6.0))
    sectors = [rng.choice(("transport", "water")) for _ in costs]
    joint = [rng.random() < 0.4 for _ in costs] if rng.random() < 0.4 else [False] * len(costs)
    first, last = _fits(rng, costs, 2)
    stays = rng.random() < 0.7
    # As much comes in every year after the plan: it repays what is borrowed, one project's cost.
    purses = [Purse((first, max(last, base if stays else 2 * base)), stays=stays)]
    if rng.random() < 0.4:
        purses.append(Purse(_fits(rng, costs, 1), sector="water"))
    if any(joint):
        purses.append(Purse(tuple(c // 2 for c in _fits(rng, costs, 1)), owner=OTHER))
    funds = [
        make_fund(
            f"fund{n}",
            carry_over=purse.stays,
            jurisdiction=purse.owner,
            sectors=(purse.sector,) if purse.sector else (),
        )
        for n, purse in enumerate(purses)
    ]
    inflows = [
        row
        for n, purse in enumerate(purses)
        for row in make_inflows(f"fund{n}", FIRST, *(_money(c) for c in purse.cents))
    ]
    more: dict[str, object] = {"jurisdictions": make_jurisdictions(REGION, OTHER)}
    more["shares"] = [make_share(f"p{k}", OTHER, 0.5) for k, half in enumerate(joint) if half]
    if rng.random() < 0.4:
        ceilings = _fits(rng, costs, 1)
        more["instruments"] = [make_bond(tenor=30)]
        more["pools"] = [make_pool(**{REGION: "fund0"})]
        more["debt"] = [make_debt(FIRST + y, ceiling=_money(c)) for y, c in enumerate(ceilings)]
        first = min(ceilings)  # what is owed in the first year is owed in the second
        purses.append(Purse((first, ceilings[1] - first)))
    projects = _projects(rng, costs, sectors)
    instance = make_instance(
        projects,
        funds=funds,
        inflows=inflows,
        years=(FIRST, FIRST + YEARS - 1),
        settings={"end_year": FIRST + 19},
        **more,
    )
    return NearEqual(instance, purses, costs, sectors, joint)


SOLVED = 10
"""One in so many instances is solved too; of the others the rows that refuse starts are tried."""
SEEN = 1e-6
"""What a solver misses a row by, and by which money of a choice may be short unseen."""
SHORT_S = 20.0


def wrong(case: NearEqual) -> list[str]:
    """What is wrong of all choices that a solver takes for paid, each held against exact flows.

    A choice whose money adds up must be corrected to the unit, and kept by every row that refuses
    another; one whose money does not must break one of the rows made for it.
    """
    form = build_formulation(case.instance)
    scaled, scale = asked_program(form, conditioning_of(form.coefficients))
    columns = scaled.mip.columns("started").index.ravel()
    completion = Completion.of(scaled.mip, columns)
    told: list[str] = []
    paid: list[tuple[tuple[int | None, ...], FloatArray]] = []
    rows: dict[Bar, tuple[int | None, ...]] = {}
    for starts in product([None, *range(YEARS)], repeat=len(case.costs)):
        chosen = _started(form, starts)
        values = None
        if chosen is not None:
            values = completion.solve(chosen, SHORT_S, SEEN)
        if values is None:  # a solver sees that
            continue
        found = to_the_unit(scaled, scale.factor, values, SHORT_S)
        if adds_up(case, starts):
            paid.append((starts, values))
            if found.values is None:
                told.append(f"{starts} is paid for and was not corrected")
        elif found.values is not None:
            told.append(f"{starts} lacks cents and was corrected")
        elif not any(_breaks(bar, values) for bar in found.bars):
            told.append(f"{starts} lacks cents and is not refused")
        rows |= dict.fromkeys(found.bars, starts)
    told += [
        f"{starts} is paid for and refused with {other}"
        for starts, values in paid
        for bar, other in rows.items()
        if _breaks(bar, values)
    ]
    return told


def _started(form: Formulation, starts: tuple[int | None, ...]) -> FloatArray | None:
    """Values of the columns of starts; None where one is none of the program's."""
    values = np.zeros(form.mip.num_columns)
    for k, year in enumerate(starts):
        flat = form.sets.options[k]
        if year is None:
            continue
        if not flat.first <= year <= flat.last:
            return None
        values[form.started[k, year : flat.last + 1]] = 1.0
    return values[form.mip.columns("started").index.ravel()]


def _breaks(bar: Bar, values: FloatArray) -> bool:
    return sum(entry * round(values[column]) for column, entry in bar.entries) > bar.most


def try_cents(seed: int, until: float, most: int = 100_000) -> tuple[int, list[str]]:
    """Trials made until the clock says so, and what came out otherwise than it must."""
    told: list[str] = []
    for number in range(most):
        if time.monotonic() >= until:
            return number, told
        case = near_equal(seed, number)
        told += [f"instance {number}: {text}" for text in wrong(case)]
        if number % SOLVED:
            continue
        result = solve(case.instance, SolveOptions(gap=0.0, deterministic=True))
        best, least = best_of_all(case), result.objective
        if least is None or abs(least - best) > NEAR * max(1.0, best):
            told.append(f"instance {number}: {least} instead of {best}")
    return most, told


def _projects(rng: random.Random, costs: list[int], sectors: list[str]) -> list[Project]:
    """Projects worth nearly the same share of their cost."""
    return [
        make_project(
            f"p{k}",
            _money(cost),
            round(_money(cost) * rng.uniform(0.1, 0.11), 2),
            sector=sectors[k],
            lead_time=1,
            jurisdiction=REGION,
        )
        for k, cost in enumerate(costs)
    ]


def _money(cents: int) -> float:
    return float(Fraction(cents, 100))


def _fits(rng: random.Random, costs: list[int], most: int) -> tuple[int, ...]:
    """By year what some projects cost, to the cent, or a few cents less or more."""
    return tuple(
        max(
            0,
            sum(rng.sample(costs, rng.randint(0 if y else 1, most))) + 2 * rng.choice((-1, 0, 1)),
        )
        for y in range(YEARS)
    )


def best_of_all(case: NearEqual) -> float:
    """The value of the best plan whose money adds up to the cent."""
    form = build_formulation(case.instance)
    sets = form.sets
    worth: list[tuple[float, tuple[int | None, ...]]] = []
    for starts in product([None, *range(YEARS)], repeat=len(case.costs)):
        flats = [(k, sets.options[k], t) for k, t in enumerate(starts) if t is not None]
        if all(flat.first <= t <= flat.last for _, flat, t in flats):
            value = sum(float(form.coefficients.value[k, t]) for k, _, t in flats)
            worth.append((value, starts))
    for value, starts in sorted(worth, key=lambda both: -both[0]):
        if adds_up(case, starts):
            return value
    raise ValueError("not even nothing is paid for")


def adds_up(case: NearEqual, starts: tuple[int | None, ...]) -> bool:
    """Whether money pays for the projects that start in these years, none: not built."""
    graph = nx.DiGraph()
    for n, purse in enumerate(case.purses):
        for year, cents in enumerate(purse.cents):
            graph.add_edge("source", (n, year), capacity=cents)
            if purse.stays and year + 1 < YEARS:
                graph.add_edge((n, year), (n, year + 1))
    due = 0
    for k, year in enumerate(starts):
        if year is None:
            continue
        halves = (REGION, OTHER) if case.joint[k] else (REGION,)
        for owner in halves:
            cents = case.costs[k] // len(halves)
            due += cents
            graph.add_edge((owner, k), "sink", capacity=cents)
            for n, purse in enumerate(case.purses):
                if purse.owner == owner and purse.sector in ("", case.sectors[k]):
                    graph.add_edge((n, year), (owner, k))
    if not due:
        return True
    paid = nx.maximum_flow_value(graph, "source", "sink")
    return int(paid) == due
