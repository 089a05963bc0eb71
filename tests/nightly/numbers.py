"""Plans with money from 1 to 1e13, checked again in fractions: nothing is rounded in the check.

Costs and inflows are written to the hundredth, the smallest unit of money, so that their sums are
exact fractions. Many inflows are the exact cost of a choice of projects, or a hundredth less: there
a tolerance lets in a project that nobody pays for.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify.check import verify_plan
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
)

UNIT = Fraction(1, 100)
"""The smallest unit of money that the instances state."""
FIRST, YEARS = 2021, 5


@dataclass(frozen=True)
class Drawn:
    """An instance, the ceiling of its debt by year, and the largest amount in it."""

    instance: Instance
    ceilings: dict[int, float]
    largest: float


def drawn(seed: int, number: int) -> Drawn:
    """An instance of three to seven projects; amounts of one magnitude, or of several."""
    rng = random.Random(f"numbers/{seed}/{number}")
    top = rng.uniform(0.0, 13.0)
    low = rng.choice((top, max(0.0, top - 3.0), 0.0))
    costs = [_amount(rng, low, top) for _ in range(rng.randint(3, 7))]
    if rng.random() < 0.4:  # near-equal projects
        costs = [round(costs[0] + 0.01 * k, 2) for k in range(len(costs))]
    benefits = [round(cost * rng.uniform(0.02, 0.3), 2) for cost in costs]
    inflows = [_inflow(rng, costs) for _ in range(YEARS)]
    projects = [
        make_project(f"p{k}", cost, benefit, lead_time=1)
        for k, (cost, benefit) in enumerate(zip(costs, benefits, strict=True))
    ]
    ceilings: dict[int, float] = {}
    more: dict[str, object] = {}
    if rng.random() < 0.5:
        ceilings = {FIRST + k: _inflow(rng, costs) for k in range(YEARS)}
        more = {
            "instruments": [make_bond(tenor=30)],
            "pools": [make_pool(region="budget")],
            "debt": [make_debt(year, ceiling=most) for year, most in ceilings.items()],
        }
    instance = make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", FIRST, *inflows),
        settings={"end_year": FIRST + 19},
        **more,
    )
    return Drawn(instance, ceilings, max(*costs, *inflows))


def _amount(rng: random.Random, low: float, top: float) -> float:
    return max(1.0, round(10.0 ** rng.uniform(low, top), 2))


def _inflow(rng: random.Random, costs: list[float]) -> float:
    """What some of the projects cost exactly, a hundredth less or more, or any share of it."""
    total = sum(map(Fraction, map(str, rng.sample(costs, rng.randint(1, 2)))), Fraction())
    kind = rng.randrange(4)
    exact = total * Fraction(rng.randint(1, 99), 100) if kind == 0 else total + (kind - 2) * UNIT
    return round(float(exact), 2)


def broken(case: Drawn, plan: Plan) -> Iterator[str]:
    """What the plan breaks by a smallest unit of money or more, each in words."""
    paid: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    budget: dict[int, Fraction] = defaultdict(Fraction)
    debt: dict[int, Fraction] = defaultdict(Fraction)
    for row in plan.payments:
        amount = Fraction(row.amount)
        paid[row.project, row.year] += amount
        (budget if row.source == "budget" else debt)[row.year] += amount
        if amount < -UNIT:
            yield f"{row.project} is paid {row.amount!r} in {row.year}"
    by_id = case.instance.project_by_id
    for start in plan.starts:
        cost = Fraction(str(by_id[start.project].options[0].overnight_cost))
        if abs(sum(v for (p, _), v in paid.items() if p == start.project) - cost) >= UNIT:
            yield f"{start.project} costs {float(cost)!r} and is not paid so"
    come = {row.year: Fraction(str(row.value)) for row in case.instance.inflows}
    left, owed = Fraction(), Fraction()
    for year in range(FIRST, FIRST + YEARS):
        left += come.get(year, Fraction()) - budget[year]
        if left <= -UNIT:
            yield f"the budget lacks {float(-left)!r} in {year}"
        owed += debt[year]
        if case.ceilings and owed - Fraction(str(case.ceilings[year])) >= UNIT:
            over = owed - Fraction(str(case.ceilings[year]))
            yield f"debt is {float(over)!r} above its ceiling in {year}"


def try_numbers(seed: int, until: float, most: int = 100_000) -> tuple[int, list[str]]:
    """Trials made until the clock says so, and what was broken."""
    told: list[str] = []
    for number in range(most):
        if time.monotonic() >= until:
            return number, told
        case = drawn(seed, number)
        result = solve(case.instance, SolveOptions(gap=0.0))
        if result.plan is None:
            told.append(f"instance {number}: no plan, {result.termination}")
            continue
        told += [f"instance {number}: {text}" for text in broken(case, result.plan)]
        laws = verify_plan(case.instance, result.plan).violations
        told += [f"instance {number}: verify: {row.law}" for row in laws]
    return most, told
